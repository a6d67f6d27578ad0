/* nt_wait.c - native calls for waits, delays, asynchronous calls and alerts, for user mode. */
#include "api/nt.h"

NTSTATUS nt_timeout(struct api_caller *me, const LARGE_INTEGER *timeout, LONGLONG *storage,
                    const LONGLONG **result) {
    *result = NULL;
    if (!timeout)
        return STATUS_SUCCESS;
    NTSTATUS status = nt_read(me, storage, timeout, sizeof *storage);
    if (!NT_SUCCESS(status))
        return status;
    *storage = api_due_time(*storage);
    *result = storage;
    return STATUS_SUCCESS;
}

/* ---- waits ----------------------------------------------------------------------------------- */

NTSTATUS NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    struct api_caller me;
    LONGLONG storage;
    struct api_wait wait = {
        .count = 1, .handles = &Handle, .alertable = Alertable != FALSE, .pseudo_allowed = true};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_timeout(&me, Timeout, &storage, &wait.timeout);
    return NT_SUCCESS(status) ? api_wait(&me, &wait) : status;
}

NTSTATUS NtWaitForMultipleObjects(ULONG Count, HANDLE *Handles, WAIT_TYPE WaitType,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    struct api_caller me;
    HANDLE handles[KE_MAXIMUM_WAIT_OBJECTS];
    LONGLONG storage;
    struct api_wait wait = {.count = Count,
                            .handles = handles,
                            .all = WaitType == WaitAll,
                            .alertable = Alertable != FALSE};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (Count == 0 || Count > KE_MAXIMUM_WAIT_OBJECTS)
        return STATUS_INVALID_PARAMETER_1;
    if (WaitType != WaitAll && WaitType != WaitAny)
        return STATUS_INVALID_PARAMETER_3;
    NTSTATUS status = nt_timeout(&me, Timeout, &storage, &wait.timeout);
    if (NT_SUCCESS(status))
        status = nt_read(&me, handles, Handles, Count * sizeof *handles);
    return NT_SUCCESS(status) ? api_wait(&me, &wait) : status;
}

NTSTATUS NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle, BOOLEAN Alertable,
                                        PLARGE_INTEGER Timeout) {
    struct api_caller me;
    LONGLONG storage;
    struct api_wait wait = {.count = 1,
                            .handles = &WaitHandle,
                            .alertable = Alertable != FALSE,
                            .pseudo_allowed = true};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_timeout(&me, Timeout, &storage, &wait.timeout);
    return NT_SUCCESS(status) ? api_signal_and_wait(&me, SignalHandle, &wait) : status;
}

/* ---- delays ---------------------------------------------------------------------------------- */

NTSTATUS NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval) {
    struct api_caller me;
    LONGLONG interval;
    if (!api_caller_get(&me))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = nt_read(&me, &interval, DelayInterval, sizeof interval);
    if (!NT_SUCCESS(status))
        return status;
    if (interval == 0 && !Alertable)
        return NtYieldExecution();
    interval = api_due_time(interval);
    ke_point(me.w, 0, KE_NOTHING);
    status = ke_wait(me.w, &(struct ke_wait){.alertable = Alertable != FALSE,
                                             .mode = UserMode,
                                             .timeout = &interval,
                                             .reason = "NtDelayExecution"});
    return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

NTSTATUS NtYieldExecution(VOID) {
    struct api_caller me;
    return api_caller_get(&me) && ke_yield(me.w) ? STATUS_SUCCESS : STATUS_NO_YIELD_PERFORMED;
}

/* ---- asynchronous calls and alerts ----------------------------------------------------------- */

/* An APC routine of native code takes three arguments. */
NTSTATUS NtQueueApcThread(HANDLE ThreadHandle, PVOID ApcRoutine, PVOID ApcArgument1,
                          PVOID ApcArgument2, PVOID ApcArgument3) {
    struct api_caller me;
    struct ps_thread *thread;
    const uint64_t args[3] = {api_value(ApcArgument1), api_value(ApcArgument2),
                              api_value(ApcArgument3)};
    NTSTATUS status = api_thread_of(&me, ThreadHandle, THREAD_SET_CONTEXT, KE_LIFE, &thread);
    if (!NT_SUCCESS(status))
        return status;
    return ke_queue_user_apc(me.w, &thread->tcb,
                             (void (*)(uint64_t, uint64_t, uint64_t))(uintptr_t)ApcRoutine, args);
}

NTSTATUS NtAlertThread(HANDLE ThreadHandle) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, ThreadHandle, THREAD_ALERT, KE_LIFE, &thread);
    if (NT_SUCCESS(status))
        ke_alert(me.w, &thread->tcb, UserMode);
    return status;
}

NTSTATUS NtAlertResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, ThreadHandle, THREAD_SUSPEND_RESUME, KE_LIFE, &thread);
    if (!NT_SUCCESS(status))
        return status;
    ke_alert(me.w, &thread->tcb, UserMode);
    ULONG previous = ke_resume(me.w, &thread->tcb);
    return PreviousSuspendCount ? nt_write(&me, PreviousSuspendCount, &previous, sizeof previous)
                                : STATUS_SUCCESS;
}

NTSTATUS NtTestAlert(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return STATUS_SUCCESS;
    if (ke_test_alert(me.w, UserMode))
        return STATUS_ALERTED;
    ke_run_user_apcs(me.w);
    return STATUS_SUCCESS;
}
