/*
 * Timer queues: timers that ring once or often, are changed, deleted from outside and from their
 * own callback, and go with their queue.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

static HANDLE rung, gate, queue, own;
static LONG calls, inside;

static void CALLBACK ring(void *context, BOOLEAN fired) {
    LONG count = InterlockedIncrement(&calls);

    if (count == (LONG)(INT_PTR)context) {
        printf("fired %d\n", fired);
        SetEvent(rung);
    }
}

static void CALLBACK stand(void *context, BOOLEAN fired) {
    (void)context;
    (void)fired;
    InterlockedIncrement(&inside);
    SetEvent(rung);
    WaitForSingleObject(gate, INFINITE);
    InterlockedDecrement(&inside);
}

static void CALLBACK deletes(void *context, BOOLEAN fired) {
    BOOL done;

    (void)context;
    (void)fired;
    WaitForSingleObject(gate, INFINITE);
    SetLastError(0);
    done = DeleteTimerQueueTimer(queue, own, NULL);
    printf("from its own callback: %d, error %lu\n", done, GetLastError());
    SetEvent(rung);
}

static DWORD WINAPI open_gate(void *unused) {
    (void)unused;
    Sleep(50);
    SetEvent(gate);
    return 0;
}

static void rings(HANDLE in, const char *what) {
    HANDLE timer;

    calls = 0;
    CreateTimerQueueTimer(&timer, in, ring, (void *)1, 10, 0, 0);
    WaitForSingleObject(rung, INFINITE);
    printf("%s, once: %d\n", what, DeleteTimerQueueTimer(in, timer, INVALID_HANDLE_VALUE));
    calls = 0;
    CreateTimerQueueTimer(&timer, in, ring, (void *)4, 5, 5, WT_EXECUTEINTIMERTHREAD);
    WaitForSingleObject(rung, INFINITE);
    printf("%s, often: %d\n", what, DeleteTimerQueueTimer(in, timer, INVALID_HANDLE_VALUE));
    calls = 0;
    CreateTimerQueueTimer(&timer, in, ring, (void *)1, 1000000, 0, 0);
    printf("changed: %d\n", ChangeTimerQueueTimer(in, timer, 10, 0));
    WaitForSingleObject(rung, INFINITE);
    printf("%s, changed: %d\n", what, DeleteTimerQueueTimer(in, timer, INVALID_HANDLE_VALUE));
}

int main(void) {
    HANDLE timer, thread;
    BOOL done;

    rung = CreateEventA(NULL, FALSE, FALSE, NULL);
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    queue = CreateTimerQueue();
    rings(queue, "own queue");
    rings(NULL, "the process's queue");

    CreateTimerQueueTimer(&timer, queue, stand, NULL, 0, 0, 0);
    WaitForSingleObject(rung, INFINITE);
    SetLastError(0);
    done = DeleteTimerQueueTimer(queue, timer, NULL);
    printf("in progress %ld: %d, error %lu\n", inside, done, GetLastError());
    SetEvent(gate);
    while (inside)
        Sleep(1);
    ResetEvent(gate);
    CreateTimerQueueTimer(&own, queue, deletes, NULL, 10, 0, 0);
    SetEvent(gate); /* not before `own` is known */
    WaitForSingleObject(rung, INFINITE);
    ResetEvent(gate);
    CreateTimerQueueTimer(&timer, queue, stand, NULL, 0, 0, 0);
    CreateTimerQueueTimer(&timer, queue, ring, NULL, 1000000, 1000000, 0);
    WaitForSingleObject(rung, INFINITE);
    thread = CreateThread(NULL, 0, open_gate, NULL, 0, NULL);
    done = DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE);
    printf("queue: %d, in progress %ld\n", done, inside);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}
