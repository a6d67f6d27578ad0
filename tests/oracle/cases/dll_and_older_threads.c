/*
 * A DLL is not told about threads that existed when it was loaded, but about their end it is. When
 * it is unloaded, threads that live on are not reported as ended.
 *
 * rules: DLL-11, DLL-14, DLL-10
 */
#include <stdio.h>
#include <windows.h>

static HANDLE started, gates[2];

static DWORD WINAPI work(LPVOID gate) {
    SetEvent(started);
    WaitForSingleObject(gate, INFINITE);
    return 0;
}

int main(void) {
    HANDLE threads[2];
    HMODULE dll;
    int i;

    started = CreateEventA(NULL, FALSE, FALSE, NULL);
    for (i = 0; i < 2; i++) {
        gates[i] = CreateEventA(NULL, TRUE, FALSE, NULL);
        threads[i] = CreateThread(NULL, 0, work, gates[i], 0, NULL);
        WaitForSingleObject(started, INFINITE);
    }
    puts("two threads exist, load the DLL");
    dll = LoadLibraryA("counter.dll");
    puts("first thread ends");
    fflush(stdout);
    SetEvent(gates[0]);
    WaitForSingleObject(threads[0], INFINITE);
    puts("free the DLL");
    FreeLibrary(dll);
    puts("second thread ends");
    fflush(stdout);
    SetEvent(gates[1]);
    WaitForSingleObject(threads[1], INFINITE);
    return 0;
}
