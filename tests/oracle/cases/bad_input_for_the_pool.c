/*
 * The thread pool and timer queues: NULL, wrong handles, flags and numbers.
 *
 * rules: HNDL-46
 * windows: HNDL-46 for NULL the pool of Windows raises STATUS_INVALID_PARAMETER
 */
#include "bad_input.h"

static HANDLE event;

static void CALLBACK queued(void *context, BOOLEAN fired) {
    (void)context, (void)fired;
}

static void nothing(void) {
    DO(CloseThreadpool(NULL));
    DO(CloseThreadpoolCleanupGroup(NULL));
    DO(SetThreadpoolThreadMaximum(NULL, 1));
    TRY(SetThreadpoolThreadMinimum(NULL, 1));
}

static void queues(void) {
    HANDLE queue = CreateTimerQueue(), made;

    TRY(CreateTimerQueueTimer(NULL, queue, queued, NULL, 1000, 0, 0));
    TRY(CreateTimerQueueTimer(&made, queue, queued, NULL, 100000, 0, 0));
    TRY(DeleteTimerQueueTimer(queue, NULL, NULL));
    TRY(DeleteTimerQueueEx(NULL, NULL));
    TRY(DeleteTimerQueue(NULL));
    TRY(DeleteTimerQueueTimer(queue, made, INVALID_HANDLE_VALUE));
    TRY(DeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE));
    TRY(RegisterWaitForSingleObject(&made, NULL, queued, NULL, 0, 0));
    TRY(RegisterWaitForSingleObject(NULL, event, queued, NULL, 0, 0));
    TRY(UnregisterWait(NULL));
    TRY(UnregisterWaitEx(NULL, NULL));
    TRY(UnregisterWaitEx(NULL, INVALID_HANDLE_VALUE));
}

static void native_queues(void) {
    HANDLE queue, made;

    NATIVE(RtlCreateTimerQueue, &queue);
    NATIVE(RtlCreateTimer, queue, &made, (void *)queued, NULL, 100000, 0, 0);
    NATIVE(RtlUpdateTimer, queue, made, 100000, 0);
    NATIVE(RtlDeleteTimer, queue, NULL, NULL);
    NATIVE(RtlDeleteTimer, queue, made, INVALID_HANDLE_VALUE);
    NATIVE(RtlDeleteTimerQueueEx, NULL, NULL);
    NATIVE(RtlDeleteTimerQueueEx, queue, INVALID_HANDLE_VALUE);
    NATIVE(RtlDeregisterWait, NULL);
    NATIVE(RtlDeregisterWaitEx, NULL, NULL);
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    nothing();
    queues();
    native_queues();
    return 0;
}
