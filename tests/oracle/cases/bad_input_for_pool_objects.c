/*
 * Work, timers, waits and groups of the thread pool: NULL, and callbacks without one.
 *
 * rules: HNDL-46
 * windows: HNDL-46 for NULL the pool of Windows raises STATUS_INVALID_PARAMETER
 */
#include "bad_input.h"

static void nothing(void) {
    DO(SubmitThreadpoolWork(NULL));
    DO(WaitForThreadpoolWorkCallbacks(NULL, FALSE));
    DO(CloseThreadpoolWork(NULL));
    DO(SetThreadpoolTimer(NULL, NULL, 0, 0));
    TRY(IsThreadpoolTimerSet(NULL));
    DO(WaitForThreadpoolTimerCallbacks(NULL, FALSE));
    DO(CloseThreadpoolTimer(NULL));
    DO(SetThreadpoolWait(NULL, NULL, NULL));
    DO(WaitForThreadpoolWaitCallbacks(NULL, FALSE));
    DO(CloseThreadpoolWait(NULL));
    DO(StartThreadpoolIo(NULL));
    DO(CancelThreadpoolIo(NULL));
    DO(WaitForThreadpoolIoCallbacks(NULL, FALSE));
    DO(CloseThreadpoolIo(NULL));
    DO(CloseThreadpoolCleanupGroupMembers(NULL, FALSE, NULL));
}

static void in_no_callback(void) {
    TRY(CallbackMayRunLong(NULL));
    DO(SetEventWhenCallbackReturns(NULL, NULL));
    DO(ReleaseMutexWhenCallbackReturns(NULL, NULL));
    DO(ReleaseSemaphoreWhenCallbackReturns(NULL, NULL, 1));
    DO(LeaveCriticalSectionWhenCallbackReturns(NULL, NULL));
    DO(FreeLibraryWhenCallbackReturns(NULL, NULL));
    DO(DisassociateCurrentThreadFromCallback(NULL));
}

static void creations(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);

    TRY(CreateThreadpoolWork(NULL, NULL, NULL));
    TRY(CreateThreadpoolTimer(NULL, NULL, NULL));
    TRY(CreateThreadpoolWait(NULL, NULL, NULL));
    TRY(CreateThreadpoolIo(NULL, (void *)nothing, NULL, NULL));
    TRY(CreateThreadpoolIo(event, (void *)nothing, NULL, NULL));
    TRY(BindIoCompletionCallback(NULL, NULL, 0));
    TRY(BindIoCompletionCallback(event, NULL, 0));
    NATIVE(RtlRegisterWait, NULL, NULL, NULL, NULL, 0, 0);
    NATIVE(RtlDeleteTimerQueue, NULL);
}

int main(void) {
    prepare();
    nothing();
    in_no_callback();
    creations();
    return 0;
}
