/*
 * While one thread is in a DLL's entry point, other threads can neither start nor end: CreateThread
 * returns, but the new thread has to wait, and so has one that returned from its routine.
 *
 * rules: DLL-16, DLL-25, DLL-26
 */
#include <stdio.h>
#include <windows.h>

static HANDLE running, may_end, about_to_end, started;

static DWORD WINAPI load(LPVOID unused) {
    (void)unused;
    return LoadLibraryA("gate.dll") != NULL;
}

static DWORD WINAPI end(LPVOID unused) {
    (void)unused;
    SetEvent(running);
    WaitForSingleObject(may_end, INFINITE);
    SetEvent(about_to_end);
    return 5;
}

static DWORD WINAPI start(LPVOID unused) {
    (void)unused;
    SetEvent(started);
    return 6;
}

int main(void) {
    HANDLE inside = CreateEventA(NULL, TRUE, FALSE, "oracle_gate_inside");
    HANDLE leave = CreateEventA(NULL, TRUE, FALSE, "oracle_gate_leave"), threads[3];
    DWORD code;
    int i;

    running = CreateEventA(NULL, TRUE, FALSE, NULL);
    may_end = CreateEventA(NULL, TRUE, FALSE, NULL);
    about_to_end = CreateEventA(NULL, TRUE, FALSE, NULL);
    started = CreateEventA(NULL, TRUE, FALSE, NULL);

    threads[0] = CreateThread(NULL, 0, end, NULL, 0, NULL);
    WaitForSingleObject(running, INFINITE);
    threads[1] = CreateThread(NULL, 0, load, NULL, 0, NULL);
    WaitForSingleObject(inside, INFINITE);

    threads[2] = CreateThread(NULL, 0, start, NULL, 0, NULL);
    printf("created: %d, started: 0x%lx\n", threads[2] != NULL, WaitForSingleObject(started, 100));
    SetEvent(may_end);
    WaitForSingleObject(about_to_end, INFINITE);
    printf("returned, ended: 0x%lx\n", WaitForSingleObject(threads[0], 100));

    SetEvent(leave);
    printf("lock released: 0x%lx\n", WaitForMultipleObjects(3, threads, TRUE, INFINITE));
    for (i = 0; i < 3; i++) {
        GetExitCodeThread(threads[i], &code);
        printf("thread %d: %lu\n", i, code);
    }
    return 0;
}
