/*
 * TerminateThread gives back nothing but mutexes: the mutex is abandoned, the semaphore unit stays
 * taken, the critical section stays locked, and the handles that the thread opened stay open.
 *
 * rules: THRD-08, THRD-09, THRD-10, THRD-11, WAIT-02, WAIT-09
 */
#include <stdio.h>
#include <windows.h>

static HANDLE mutex, semaphore, opened_by_victim, ready;
static CRITICAL_SECTION section;

static DWORD WINAPI victim(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    WaitForSingleObject(semaphore, INFINITE);
    EnterCriticalSection(&section);
    opened_by_victim = CreateEventA(NULL, TRUE, FALSE, NULL);
    SetEvent(ready);
    WaitForSingleObject(GetCurrentProcess(), INFINITE);
    return 1;
}

int main(void) {
    HANDLE thread;

    mutex = CreateMutexA(NULL, FALSE, NULL);
    semaphore = CreateSemaphoreA(NULL, 1, 1, NULL);
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    InitializeCriticalSection(&section);

    thread = CreateThread(NULL, 0, victim, NULL, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    printf("while it lives: mutex 0x%lx, semaphore 0x%lx\n", WaitForSingleObject(mutex, 0),
           WaitForSingleObject(semaphore, 0));
    TerminateThread(thread, 3);
    printf("the wait was broken off: 0x%lx\n", WaitForSingleObject(thread, INFINITE));
    printf("mutex: 0x%lx\n", WaitForSingleObject(mutex, 0));
    printf("ReleaseMutex: %d\n", ReleaseMutex(mutex));
    printf("semaphore: 0x%lx\n", WaitForSingleObject(semaphore, 0));
    printf("critical section: %d\n", TryEnterCriticalSection(&section));
    printf("its event handle: %d\n", SetEvent(opened_by_victim));
    return 0;
}
