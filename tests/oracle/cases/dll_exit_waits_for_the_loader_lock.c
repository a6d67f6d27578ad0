/*
 * While a thread is in some DLL's entry point, ExitProcess of another thread waits. The DLL
 * finishes its initialisation and is then detached like the others.
 *
 * rules: DLL-22, DLL-23, DLL-16
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI load(LPVOID unused) {
    (void)unused;
    LoadLibraryA("slow.dll");
    Sleep(INFINITE);
    return 0;
}

int main(void) {
    HANDLE inside = CreateEventA(NULL, TRUE, FALSE, "oracle_inside_dllmain");

    CreateThread(NULL, 0, load, NULL, 0, NULL);
    WaitForSingleObject(inside, INFINITE);
    ExitProcess(23);
}
