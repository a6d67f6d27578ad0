/* Examines the threads that it was asked to watch when the process ends. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void coroner_watch(HANDLE thread);

static HANDLE watched[4];
static int count;

void coroner_watch(HANDLE thread) {
    watched[count++] = thread;
}

static DWORD WINAPI never_runs(LPVOID unused) {
    (void)unused;
    return 0;
}

static void examine(void) {
    HANDLE thread;
    DWORD code;
    int i;

    for (i = 0; i < count; i++) {
        DWORD result = WaitForSingleObject(watched[i], 0);

        GetExitCodeThread(watched[i], &code);
        printf("detach: thread %d: wait 0x%lx, code %lu\n", i, result, code);
    }
    GetExitCodeThread(GetCurrentThread(), &code);
    printf("detach: this thread: code %lu\n", code);
    SetLastError(0);
    thread = CreateThread(NULL, 0, never_runs, NULL, 0, NULL);
    printf("detach: new thread: %d, error %lu\n", thread != NULL, GetLastError());
    fflush(stdout);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_THREAD_DETACH) {
        puts("a thread was detached");
        fflush(stdout);
    }
    if (reason == DLL_PROCESS_DETACH)
        examine();
    return TRUE;
}
