/* Counts the threads that were detached and shows all exit codes at the end. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void register_thread(HANDLE thread);

static HANDLE threads[3];
static int count, detached;

void register_thread(HANDLE thread) {
    threads[count++] = thread;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    int i;

    (void)module;
    (void)reserved;
    if (reason == DLL_THREAD_DETACH)
        detached++;
    if (reason == DLL_PROCESS_DETACH) {
        printf("detached threads: %d\n", detached);
        for (i = 0; i < count; i++) {
            DWORD code;

            GetExitCodeThread(threads[i], &code);
            printf("thread %d: %lu\n", i, code);
        }
        fflush(stdout);
    }
    return TRUE;
}
