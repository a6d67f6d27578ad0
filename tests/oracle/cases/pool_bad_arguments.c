/*
 * What the older functions of the thread pool do with handles and numbers that cannot be.
 *
 * rules: HNDL-46
 */
#include <stdio.h>
#include <windows.h>

#define TRY(call)                                                                                  \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        BOOL result = (call);                                                                      \
        printf("%s: %d/%lu\n", #call, result != 0, result ? 0 : GetLastError());                   \
    } while (0)

static void CALLBACK ignore(void *context, BOOLEAN fired) {
    (void)context;
    (void)fired;
}

int main(void) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), wait, timer;

    TRY(RegisterWaitForSingleObject(&wait, event, ignore, NULL, INFINITE, WT_EXECUTEONLYONCE));
    TRY(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    TRY(UnregisterWait(NULL));
    TRY(UnregisterWaitEx(NULL, NULL));
    TRY(UnregisterWaitEx(NULL, INVALID_HANDLE_VALUE));
    TRY(DeleteTimerQueue(NULL));
    TRY(DeleteTimerQueueEx(NULL, NULL));
    TRY(DeleteTimerQueueEx(NULL, INVALID_HANDLE_VALUE));
    TRY(DeleteTimerQueueTimer(NULL, NULL, NULL));
    TRY(DeleteTimerQueueTimer(NULL, NULL, INVALID_HANDLE_VALUE));
    TRY(CreateTimerQueueTimer(&timer, NULL, ignore, NULL, 100000, 0, WT_EXECUTEONLYONCE));
    TRY(ChangeTimerQueueTimer(NULL, timer, 100000, 0));
    TRY(DeleteTimerQueueTimer(NULL, timer, INVALID_HANDLE_VALUE));
    return 0;
}
