/*
 * DisableThreadLibraryCalls spares a DLL the reasons 2 and 3; 1 and 0 still come.
 *
 * rules: DLL-51, DLL-52
 * windows: DLL-51 MinGW gives every DLL a TLS directory, with which DLL-52 refuses the call
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    puts("worker runs");
    fflush(stdout);
    return 0;
}

int main(void) {
    HMODULE talkative = LoadLibraryA("talkative.dll"), quiet = LoadLibraryA("quiet.dll");
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);

    WaitForSingleObject(thread, INFINITE);
    puts("main frees both");
    FreeLibrary(quiet);
    FreeLibrary(talkative);
    return 0;
}
