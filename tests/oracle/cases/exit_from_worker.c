/*
 * exit() may be called by any thread. The atexit functions run in that thread, and the others are
 * alive until they are done.
 *
 * rules: CRT-06, CRT-14, CRT-05, PROC-18
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

static DWORD worker_id;
static HANDLE main_thread;

static void at_the_end(void) {
    printf("atexit runs in the worker: %d\n", GetCurrentThreadId() == worker_id);
    printf("the main thread is alive: %d\n", WaitForSingleObject(main_thread, 0) == WAIT_TIMEOUT);
}

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    worker_id = GetCurrentThreadId();
    exit(11);
}

int main(void) {
    atexit(at_the_end);
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &main_thread, 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
    CreateThread(NULL, 0, work, NULL, 0, NULL);
    Sleep(INFINITE);
    puts("the main thread slept for ever");
    return 0;
}
