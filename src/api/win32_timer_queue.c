/* win32_timer_queue.c - the older thread pool: work items, registered waits, timer queues. */
#include "api/win32_threadpool.h"
#include "ex/ex_sync.h"
#include "rundown/sdk/rd_ntdll.h"

/* ---- work items ------------------------------------------------------------------------------ */

static NTSTATUS queue_item(struct api_caller *me, void *function, void *context) {
    if (!function)
        return STATUS_INVALID_PARAMETER;
    struct ldr_tp_object *item =
        ldr_tp_create(me->w, &(struct ldr_tp_new){.kind = LDR_TP_ITEM,
                                                  .callback = function,
                                                  .context = context,
                                                  .priority = TP_CALLBACK_PRIORITY_NORMAL});
    item->closed = true; /* goes with its callback */
    ldr_tp_submit(me->w, item);
    return STATUS_SUCCESS;
}

BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags) {
    struct api_caller me;
    (void)Flags; /* every thread of the pool may block and runs asynchronous calls when it waits */
    return api_pool_caller(&me) &&
           api_result(&me, queue_item(&me, (void *)(uintptr_t)Function, Context));
}

NTSTATUS RtlQueueWorkItem(WORKERCALLBACKFUNC Function, PVOID Context, ULONG Flags) {
    struct api_caller me;
    (void)Flags;
    if (!api_pool_caller(&me))
        return STATUS_INVALID_PARAMETER;
    return queue_item(&me, (void *)(uintptr_t)Function, Context);
}

/* ---- ends of waits and timers ---------------------------------------------------------------- */

/* The event that a caller wants to be set, without a reference; INVALID_HANDLE_VALUE is none. */
static NTSTATUS completion_event(struct api_caller *me, HANDLE handle, KEVENT **event) {
    void *body = NULL;
    *event = NULL;
    if (!handle || handle == INVALID_HANDLE_VALUE)
        return STATUS_SUCCESS;
    NTSTATUS status = api_peek(me, handle, EVENT_MODIFY_STATE, &ex_event_type, &body);
    *event = body;
    return status;
}

/* Callbacks that are in progress make the call fail, though it does what it shall. */
static BOOL ended(struct api_caller *me, NTSTATUS status) {
    if (status == STATUS_PENDING)
        return api_fail(me, ERROR_IO_PENDING);
    return api_result(me, status);
}

static BOOL retire(struct api_caller *me, struct ldr_tp_object *object, HANDLE completion) {
    KEVENT *event;
    NTSTATUS status = completion_event(me, completion, &event);
    if (NT_SUCCESS(status))
        status = ldr_tp_retire(me->w, object, event, completion == INVALID_HANDLE_VALUE);
    return ended(me, status);
}

/* ---- registered waits ------------------------------------------------------------------------ */

BOOL RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject,
                                 WAITORTIMERCALLBACK Callback, PVOID Context, ULONG dwMilliseconds,
                                 ULONG dwFlags) {
    struct api_caller me;
    DISPATCHER_HEADER *target;
    if (!api_pool_caller(&me))
        return FALSE;
    NTSTATUS status = api_wait_objects(&me, &hObject, 1, &target);
    if (!api_result(&me, status))
        return FALSE;
    if (!Callback)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_tp_object *wait = ldr_tp_create(
        me.w, &(struct ldr_tp_new){.kind = LDR_TP_REGISTERED,
                                   .callback = (void *)(uintptr_t)Callback,
                                   .context = Context,
                                   .priority = TP_CALLBACK_PRIORITY_NORMAL,
                                   .once = (dwFlags & WT_EXECUTEONLYONCE) != 0,
                                   .inline_ = (dwFlags & WT_EXECUTEINWAITTHREAD) != 0});
    *phNewWaitObject = wait;
    wait->period = LDR_TP_NEVER;
    if (dwMilliseconds != INFINITE)
        wait->period = (uint64_t)dwMilliseconds * CORE_TICKS_PER_MS;
    ldr_tp_set_wait(me.w, wait, target,
                    wait->period == LDR_TP_NEVER ? LDR_TP_NEVER : me.w->now + wait->period);
    return TRUE;
}

BOOL UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent) {
    struct api_caller me;
    if (!api_pool_caller(&me))
        return FALSE;
    struct ldr_tp_object *wait = ldr_tp_find(me.w, WaitHandle, LDR_TP_REGISTERED);
    if (!wait)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    return retire(&me, wait, CompletionEvent);
}

BOOL UnregisterWait(HANDLE WaitHandle) {
    return UnregisterWaitEx(WaitHandle, NULL);
}

/* ---- timer queues ---------------------------------------------------------------------------- */

HANDLE CreateTimerQueue(VOID) {
    struct api_caller me;
    return api_pool_caller(&me) ? (HANDLE)ldr_tp_queue_create(me.w) : NULL;
}

BOOL CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue, WAITORTIMERCALLBACK Callback,
                           PVOID Parameter, DWORD DueTime, DWORD Period, ULONG Flags) {
    struct api_caller me;
    *phNewTimer = NULL;
    if (!api_pool_caller(&me))
        return FALSE;
    struct ldr_tp_queue *queue =
        TimerQueue ? ldr_tp_find_queue(me.w, TimerQueue) : ldr_tp_queue_standard(me.w);
    if (!queue)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    if (!Callback || (Period && Flags & WT_EXECUTEONLYONCE))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_tp_object *timer = ldr_tp_create(
        me.w, &(struct ldr_tp_new){.kind = LDR_TP_QUEUE_TIMER,
                                   .callback = (void *)(uintptr_t)Callback,
                                   .context = Parameter,
                                   .priority = TP_CALLBACK_PRIORITY_NORMAL,
                                   .queue = queue,
                                   .inline_ = (Flags & WT_EXECUTEINTIMERTHREAD) != 0});
    *phNewTimer = timer;
    ldr_tp_set_timer(me.w, timer, me.w->now + (uint64_t)DueTime * CORE_TICKS_PER_MS,
                     (uint64_t)Period * CORE_TICKS_PER_MS);
    return TRUE;
}

/* A timer without period whose time has come stays as it is. */
BOOL ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period) {
    struct api_caller me;
    if (!api_pool_caller(&me))
        return FALSE;
    struct ldr_tp_object *timer = ldr_tp_find(me.w, Timer, LDR_TP_QUEUE_TIMER);
    if (TimerQueue && !ldr_tp_find_queue(me.w, TimerQueue))
        return api_fail(&me, ERROR_INVALID_HANDLE);
    if (!timer)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!timer->expired)
        ldr_tp_set_timer(me.w, timer, me.w->now + (uint64_t)DueTime * CORE_TICKS_PER_MS,
                         (uint64_t)Period * CORE_TICKS_PER_MS);
    return TRUE;
}

BOOL DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent) {
    struct api_caller me;
    if (!api_pool_caller(&me))
        return FALSE;
    struct ldr_tp_object *timer = ldr_tp_find(me.w, Timer, LDR_TP_QUEUE_TIMER);
    if (TimerQueue && !ldr_tp_find_queue(me.w, TimerQueue))
        return api_fail(&me, ERROR_INVALID_HANDLE);
    if (!timer)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    return retire(&me, timer, CompletionEvent);
}

BOOL DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent) {
    struct api_caller me;
    KEVENT *event;
    if (!api_pool_caller(&me))
        return FALSE;
    struct ldr_tp_queue *queue = ldr_tp_find_queue(me.w, TimerQueue);
    if (!queue)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    NTSTATUS status = completion_event(&me, CompletionEvent, &event);
    if (NT_SUCCESS(status))
        status = ldr_tp_queue_close(me.w, queue, event, CompletionEvent == INVALID_HANDLE_VALUE);
    return ended(&me, status);
}

BOOL DeleteTimerQueue(HANDLE TimerQueue) {
    return DeleteTimerQueueEx(TimerQueue, NULL);
}
