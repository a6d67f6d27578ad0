/* win32_timer_queue.c - the older thread pool: work items, registered waits, timer queues, by
 * native calls and those of Win32 above them. */
#include "api/win32_threadpool.h"
#include "ex/ex_sync.h"
#include "rundown/sdk/rd_ntdll.h"

/*
 * Success of a native call, for its caller in Win32. Callbacks that are in progress make the call
 * fail, though it does what it shall.
 */
static BOOL ended(NTSTATUS status) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (status == STATUS_PENDING)
        return api_fail(&me, ERROR_IO_PENDING);
    return api_result(&me, status);
}

/* ---- work items ------------------------------------------------------------------------------ */

/* Flags tell nothing: every thread of the pool may block, and runs asynchronous calls in waits. */
NTSTATUS RtlQueueWorkItem(WORKERCALLBACKFUNC Function, PVOID Context, ULONG Flags) {
    struct api_caller me;
    (void)Flags;
    if (!api_pool_caller(&me) || !Function)
        return STATUS_INVALID_PARAMETER;
    struct ldr_tp_object *item =
        ldr_tp_create(me.w, &(struct ldr_tp_new){.kind = LDR_TP_ITEM,
                                                 .callback = (void *)(uintptr_t)Function,
                                                 .context = Context,
                                                 .priority = TP_CALLBACK_PRIORITY_NORMAL});
    item->closed = true; /* goes with its callback */
    ldr_tp_submit(me.w, item);
    return STATUS_SUCCESS;
}

BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags) {
    return ended(RtlQueueWorkItem((WORKERCALLBACKFUNC)(uintptr_t)Function, Context, Flags));
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

static NTSTATUS retire(struct api_caller *me, struct ldr_tp_object *object, HANDLE completion) {
    KEVENT *event;
    NTSTATUS status = completion_event(me, completion, &event);
    if (!NT_SUCCESS(status))
        return status;
    return ldr_tp_retire(me->w, object, event, completion == INVALID_HANDLE_VALUE);
}

/* ---- registered waits ------------------------------------------------------------------------ */

NTSTATUS RtlRegisterWait(PHANDLE NewWait, HANDLE Object, WAITORTIMERCALLBACKFUNC Callback,
                         PVOID Context, ULONG Milliseconds, ULONG Flags) {
    struct api_caller me;
    DISPATCHER_HEADER *target;
    if (!api_pool_caller(&me))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = api_wait_objects(&me, &Object, 1, &target);
    if (NT_SUCCESS(status) && !Callback)
        status = STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(status))
        return status;
    struct ldr_tp_object *wait =
        ldr_tp_create(me.w, &(struct ldr_tp_new){.kind = LDR_TP_REGISTERED,
                                                 .callback = (void *)(uintptr_t)Callback,
                                                 .context = Context,
                                                 .priority = TP_CALLBACK_PRIORITY_NORMAL,
                                                 .once = (Flags & WT_EXECUTEONLYONCE) != 0,
                                                 .inline_ = (Flags & WT_EXECUTEINWAITTHREAD) != 0});
    *NewWait = wait;
    wait->period = LDR_TP_NEVER;
    if (Milliseconds != INFINITE)
        wait->period = (uint64_t)Milliseconds * CORE_TICKS_PER_MS;
    ldr_tp_set_wait(me.w, wait, target,
                    wait->period == LDR_TP_NEVER ? LDR_TP_NEVER : me.w->now + wait->period);
    return STATUS_SUCCESS;
}

NTSTATUS RtlDeregisterWaitEx(HANDLE Wait, HANDLE CompletionEvent) {
    struct api_caller me;
    struct ldr_tp_object *wait =
        api_pool_caller(&me) ? ldr_tp_find(me.w, Wait, LDR_TP_REGISTERED) : NULL;
    return wait ? retire(&me, wait, CompletionEvent) : STATUS_INVALID_HANDLE;
}

NTSTATUS RtlDeregisterWait(HANDLE Wait) {
    return RtlDeregisterWaitEx(Wait, NULL);
}

BOOL RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject,
                                 WAITORTIMERCALLBACK Callback, PVOID Context, ULONG dwMilliseconds,
                                 ULONG dwFlags) {
    return ended(
        RtlRegisterWait(phNewWaitObject, hObject, Callback, Context, dwMilliseconds, dwFlags));
}

BOOL UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent) {
    return ended(RtlDeregisterWaitEx(WaitHandle, CompletionEvent));
}

BOOL UnregisterWait(HANDLE WaitHandle) {
    return ended(RtlDeregisterWaitEx(WaitHandle, NULL));
}

/* ---- timer queues ---------------------------------------------------------------------------- */

NTSTATUS RtlCreateTimerQueue(PHANDLE TimerQueue) {
    struct api_caller me;
    if (!api_pool_caller(&me))
        return STATUS_INVALID_PARAMETER;
    *TimerQueue = ldr_tp_queue_create(me.w);
    return STATUS_SUCCESS;
}

NTSTATUS RtlDeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent) {
    struct api_caller me;
    KEVENT *event;
    struct ldr_tp_queue *queue = api_pool_caller(&me) ? ldr_tp_find_queue(me.w, TimerQueue) : NULL;
    if (!queue)
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = completion_event(&me, CompletionEvent, &event);
    if (!NT_SUCCESS(status))
        return status;
    return ldr_tp_queue_close(me.w, queue, event, CompletionEvent == INVALID_HANDLE_VALUE);
}

NTSTATUS RtlDeleteTimerQueue(HANDLE TimerQueue) {
    return RtlDeleteTimerQueueEx(TimerQueue, NULL);
}

HANDLE CreateTimerQueue(VOID) {
    HANDLE queue;
    return ended(RtlCreateTimerQueue(&queue)) ? queue : NULL;
}

BOOL DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent) {
    return ended(RtlDeleteTimerQueueEx(TimerQueue, CompletionEvent));
}

BOOL DeleteTimerQueue(HANDLE TimerQueue) {
    return ended(RtlDeleteTimerQueueEx(TimerQueue, NULL));
}

/* ---- their timers ---------------------------------------------------------------------------- */

NTSTATUS RtlCreateTimer(HANDLE TimerQueue, PHANDLE NewTimer, WAITORTIMERCALLBACKFUNC Callback,
                        PVOID Parameter, ULONG DueTime, ULONG Period, ULONG Flags) {
    struct api_caller me;
    *NewTimer = NULL;
    if (!api_pool_caller(&me))
        return STATUS_INVALID_PARAMETER;
    struct ldr_tp_queue *queue =
        TimerQueue ? ldr_tp_find_queue(me.w, TimerQueue) : ldr_tp_queue_standard(me.w);
    if (!queue)
        return STATUS_INVALID_HANDLE;
    if (!Callback || (Period && Flags & WT_EXECUTEONLYONCE))
        return STATUS_INVALID_PARAMETER;
    struct ldr_tp_object *timer = ldr_tp_create(
        me.w, &(struct ldr_tp_new){.kind = LDR_TP_QUEUE_TIMER,
                                   .callback = (void *)(uintptr_t)Callback,
                                   .context = Parameter,
                                   .priority = TP_CALLBACK_PRIORITY_NORMAL,
                                   .queue = queue,
                                   .inline_ = (Flags & WT_EXECUTEINTIMERTHREAD) != 0});
    *NewTimer = timer;
    ldr_tp_set_timer(me.w, timer, me.w->now + (uint64_t)DueTime * CORE_TICKS_PER_MS,
                     (uint64_t)Period * CORE_TICKS_PER_MS);
    return STATUS_SUCCESS;
}

static NTSTATUS timer_of(struct api_caller *me, HANDLE queue, HANDLE handle,
                         struct ldr_tp_object **timer) {
    if (!api_pool_caller(me))
        return STATUS_INVALID_PARAMETER;
    *timer = ldr_tp_find(me->w, handle, LDR_TP_QUEUE_TIMER);
    if (queue && !ldr_tp_find_queue(me->w, queue))
        return STATUS_INVALID_HANDLE;
    return *timer ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* A timer without period whose time has come stays as it is. */
NTSTATUS RtlUpdateTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period) {
    struct api_caller me;
    struct ldr_tp_object *timer;
    NTSTATUS status = timer_of(&me, TimerQueue, Timer, &timer);
    if (NT_SUCCESS(status) && !timer->expired)
        ldr_tp_set_timer(me.w, timer, me.w->now + (uint64_t)DueTime * CORE_TICKS_PER_MS,
                         (uint64_t)Period * CORE_TICKS_PER_MS);
    return status;
}

NTSTATUS RtlDeleteTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent) {
    struct api_caller me;
    struct ldr_tp_object *timer;
    if (!Timer)
        return STATUS_INVALID_PARAMETER_1;
    NTSTATUS status = timer_of(&me, TimerQueue, Timer, &timer);
    return NT_SUCCESS(status) ? retire(&me, timer, CompletionEvent) : status;
}

BOOL CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue, WAITORTIMERCALLBACK Callback,
                           PVOID Parameter, DWORD DueTime, DWORD Period, ULONG Flags) {
    return ended(
        RtlCreateTimer(TimerQueue, phNewTimer, Callback, Parameter, DueTime, Period, Flags));
}

BOOL ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period) {
    return ended(RtlUpdateTimer(TimerQueue, Timer, DueTime, Period));
}

BOOL DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent) {
    return ended(RtlDeleteTimer(TimerQueue, Timer, CompletionEvent));
}
