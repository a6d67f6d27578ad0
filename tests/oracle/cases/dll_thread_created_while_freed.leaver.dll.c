/* Starts a thread at its own end. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void leaver_give(LPTHREAD_START_ROUTINE routine, HANDLE *thread);

static LPTHREAD_START_ROUTINE last_routine;
static HANDLE *last_thread;

void leaver_give(LPTHREAD_START_ROUTINE routine, HANDLE *thread) {
    last_routine = routine;
    last_thread = thread;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (reason == DLL_PROCESS_DETACH && !reserved) {
        *last_thread = CreateThread(NULL, 0, last_routine, NULL, 0, NULL);
        printf("detach: thread %d", *last_thread != NULL);
        printf(", wait 0x%lx\n", WaitForSingleObject(*last_thread, 50));
        fflush(stdout);
    }
    return TRUE;
}
