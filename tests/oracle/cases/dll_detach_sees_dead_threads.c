/*
 * When the DLLs hear of the end, all other threads are dead: their objects are signaled and have
 * the process's exit code. A new thread cannot be created any more.
 *
 * rules: PROC-08, PROC-09, EXIT-08, DLL-30, PROC-46, THRD-37, CRT-01
 * links: coroner.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void coroner_watch(HANDLE thread);

static DWORD WINAPI work(LPVOID started) {
    SetEvent(started);
    Sleep(INFINITE);
    return 1;
}

int main(void) {
    HANDLE started = CreateEventA(NULL, FALSE, FALSE, NULL), thread;

    thread = CreateThread(NULL, 0, work, started, 0, NULL);
    WaitForSingleObject(started, INFINITE);
    coroner_watch(thread);
    coroner_watch(CreateThread(NULL, 0, work, started, CREATE_SUSPENDED, NULL));
    printf("main returns 195, one thread sleeps: 0x%lx\n", WaitForSingleObject(thread, 0));
    return 195;
}
