/*
 * The good way to end: ask the workers to leave, wait for them, then ExitProcess. Who obeyed was
 * detached and keeps its own code; who did not is killed with the process's code.
 *
 * rules: PROC-26, PROC-27, EXIT-09, DLL-13, THRD-37
 * links: register.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void register_thread(HANDLE thread);

static HANDLE started;

static DWORD WINAPI obey(LPVOID stop) {
    SetEvent(started);
    WaitForSingleObject(stop, INFINITE);
    ExitThread(196);
}

static DWORD WINAPI ignore(LPVOID stop) {
    (void)stop;
    SetEvent(started);
    Sleep(INFINITE);
    return 197;
}

int main(void) {
    HANDLE stop = CreateEventA(NULL, TRUE, FALSE, NULL), threads[3];
    int i;

    started = CreateEventA(NULL, FALSE, FALSE, NULL);
    for (i = 0; i < 3; i++) {
        threads[i] = CreateThread(NULL, 0, i < 2 ? obey : ignore, stop, 0, NULL);
        WaitForSingleObject(started, INFINITE);
        register_thread(threads[i]);
    }
    SetEvent(stop);
    printf("two obeyed: %lu\n", WaitForMultipleObjects(2, threads, TRUE, INFINITE));
    printf("one did not: 0x%lx\n", WaitForSingleObject(threads[2], 20));
    fflush(stdout);
    ExitProcess(195);
}
