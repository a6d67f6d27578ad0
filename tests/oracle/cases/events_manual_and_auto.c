/*
 * A manual-reset event lets all waiters through and stays set; an auto-reset event lets one through
 * and is reset by that. Setting it twice counts once.
 *
 * rules: WAIT-05, WAIT-06
 */
#include <stdio.h>
#include <windows.h>

#define WAITERS 3

static LONG passed;
static HANDLE one_passed;

static DWORD WINAPI pass(LPVOID event) {
    WaitForSingleObject(event, INFINITE);
    InterlockedIncrement(&passed);
    ReleaseSemaphore(one_passed, 1, NULL);
    return 0;
}

static void start(HANDLE *threads, HANDLE event) {
    int i;

    passed = 0;
    for (i = 0; i < WAITERS; i++)
        threads[i] = CreateThread(NULL, 0, pass, event, 0, NULL);
}

int main(void) {
    HANDLE manual = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE automatic = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE threads[WAITERS];
    int i;

    one_passed = CreateSemaphoreA(NULL, 0, WAITERS, NULL);
    start(threads, manual);
    SetEvent(manual);
    WaitForMultipleObjects(WAITERS, threads, TRUE, INFINITE);
    printf("manual: %ld passed, still set: %lu\n", passed, WaitForSingleObject(manual, 0));
    printf("reset: %d", ResetEvent(manual));
    printf(", 0x%lx\n", WaitForSingleObject(manual, 0));
    for (i = 0; i < WAITERS; i++)
        WaitForSingleObject(one_passed, INFINITE);

    start(threads, automatic);
    for (i = 1; i <= WAITERS; i++) {
        SetEvent(automatic);
        WaitForSingleObject(one_passed, INFINITE);
        printf("auto: %ld passed, set: 0x%lx\n", passed, WaitForSingleObject(automatic, 0));
    }
    WaitForMultipleObjects(WAITERS, threads, TRUE, INFINITE);

    SetEvent(automatic);
    SetEvent(automatic);
    printf("set twice: 0x%lx", WaitForSingleObject(automatic, 0));
    printf(", then 0x%lx\n", WaitForSingleObject(automatic, 0));
    return 0;
}
