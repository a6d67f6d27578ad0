/*
 * A killed thread owned a critical section, and a DLL enters it when it is detached at exit. There
 * is no deadlock: the process ends on the spot with its exit code, and later DLLs are not told.
 *
 * rules: PROC-39, DLL-59
 * windows: PROC-39 Wine lets the DLL have the section and goes on
 */
#include <stdio.h>
#include <windows.h>

typedef void (*use_function)(CRITICAL_SECTION *section);

static CRITICAL_SECTION section;

static DWORD WINAPI hold(LPVOID ready) {
    EnterCriticalSection(&section);
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

int main(void) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    use_function use;

    InitializeCriticalSection(&section);
    LoadLibraryA("untold.dll");
    use = (use_function)(void *)GetProcAddress(LoadLibraryA("user.dll"), "user_use");
    use(&section);
    CreateThread(NULL, 0, hold, ready, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    puts("main leaves");
    fflush(stdout);
    ExitProcess(199);
}
