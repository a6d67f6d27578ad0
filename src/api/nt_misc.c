/* nt_misc.c - native calls for handles, waits, errors and the loader lock, for user mode. */
#include "api/win32.h"
#include "ex/ex_sync.h"
#include "rundown/sdk/rd_ntdll.h"

ULONG RtlNtStatusToDosError(NTSTATUS Status) {
    return api_error_of(Status);
}

VOID RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS Status) {
    SetLastError(api_error_of(Status));
}

/* ---- handles --------------------------------------------------------------------------------- */

NTSTATUS NtClose(HANDLE Handle) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (api_is_pseudo(Handle))
        return STATUS_SUCCESS;
    NTSTATUS status = api_object(&me, Handle, 0, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    uint64_t value = api_value(Handle);
    struct ob_handle_table *table = api_handle_table(&me, &value);
    return api_close(&me, table, value);
}

/* ---- waits ----------------------------------------------------------------------------------- */

NTSTATUS NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, Handle, SYNCHRONIZE, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    if (!ob_header_of(body)->type->waitable)
        return STATUS_OBJECT_TYPE_MISMATCH;
    if (ob_header_of(body)->type == &ex_timer_type)
        ex_timer_refresh(me.w, body);
    DISPATCHER_HEADER *objects[] = {body};
    return ke_wait(me.w, &(struct ke_wait){.count = 1,
                                           .objects = objects,
                                           .alertable = Alertable != FALSE,
                                           .mode = UserMode,
                                           .timeout = Timeout ? &Timeout->QuadPart : NULL});
}

/* The Win32 call does all the work; its errors come back as what they were made of. */
static NTSTATUS status_of_error(DWORD error) {
    switch (error) {
    case ERROR_INVALID_PARAMETER:
        return STATUS_INVALID_PARAMETER;
    case ERROR_ACCESS_DENIED:
        return STATUS_ACCESS_DENIED;
    case ERROR_NOACCESS:
        return STATUS_ACCESS_VIOLATION;
    default:
        return STATUS_INVALID_HANDLE;
    }
}

NTSTATUS NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                           HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                           ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    DWORD before = me.thread->last_error;
    BOOL done =
        DuplicateHandle(SourceProcessHandle, SourceHandle, TargetProcessHandle, TargetHandle,
                        DesiredAccess, (HandleAttributes & OBJ_INHERIT) != 0, Options);
    NTSTATUS status = done ? STATUS_SUCCESS : status_of_error(me.thread->last_error);
    me.thread->last_error = before;
    return status;
}

NTSTATUS NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return STATUS_INVALID_PARAMETER;
    if (DelayInterval && DelayInterval->QuadPart == 0 && !Alertable)
        return NtYieldExecution();
    ke_point(me.w, 0, KE_NOTHING);
    NTSTATUS status =
        ke_wait(me.w, &(struct ke_wait){.alertable = Alertable != FALSE,
                                        .mode = UserMode,
                                        .timeout = DelayInterval ? &DelayInterval->QuadPart : NULL,
                                        .reason = "NtDelayExecution"});
    return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

NTSTATUS NtYieldExecution(VOID) {
    enum { NO_YIELD_PERFORMED = 0x40000024 };
    struct api_caller me;
    return api_caller_get(&me) && ke_yield(me.w) ? STATUS_SUCCESS : NO_YIELD_PERFORMED;
}

NTSTATUS NtTestAlert(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ke_run_user_apcs(me.w);
    return STATUS_SUCCESS;
}

/* An APC routine of native code takes three arguments. */
NTSTATUS NtQueueApcThread(HANDLE ThreadHandle, PVOID ApcRoutine, PVOID ApcArgument1,
                          PVOID ApcArgument2, PVOID ApcArgument3) {
    struct api_caller me;
    void *body;
    const uint64_t args[3] = {api_value(ApcArgument1), api_value(ApcArgument2),
                              api_value(ApcArgument3)};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status =
        api_object(&me, ThreadHandle, THREAD_SET_CONTEXT, &ps_thread_type, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    struct ps_thread *thread = body;
    return ke_queue_user_apc(me.w, &thread->tcb,
                             (void (*)(uint64_t, uint64_t, uint64_t))(uintptr_t)ApcRoutine, args);
}

NTSTATUS NtQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS ObjectInformationClass,
                       PVOID ObjectInformation, ULONG ObjectInformationLength,
                       PULONG ReturnLength) {
    /* Counts as PUBLIC_OBJECT_BASIC_INFORMATION has them. */
    struct basic {
        ULONG attributes;
        ACCESS_MASK access;
        ULONG handles, pointers;
        ULONG reserved[10];
    } *basic = ObjectInformation;
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (ObjectInformationClass != ObjectBasicInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (ObjectInformationLength != sizeof *basic)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = api_object(&me, Handle, 0, NULL, KE_READ, &body);
    if (!NT_SUCCESS(status))
        return status;
    const struct ob_handle_entry *entry = ob_entry(&me.process->handles, api_value(Handle));
    memset(basic, 0, sizeof *basic);
    basic->attributes = entry && entry->flags & OB_INHERIT ? OBJ_INHERIT : 0;
    basic->access = entry ? entry->access : ob_header_of(body)->type->generic_all;
    basic->handles = (ULONG)ob_header_of(body)->handle_count;
    basic->pointers = (ULONG)ob_header_of(body)->pointer_count;
    if (ReturnLength)
        *ReturnLength = sizeof *basic;
    return STATUS_SUCCESS;
}

NTSTATUS NtQuerySystemTime(PLARGE_INTEGER SystemTime) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return STATUS_INVALID_PARAMETER;
    SystemTime->QuadPart = (LONGLONG)api_file_time(ke_read_clock(me.w));
    return STATUS_SUCCESS;
}

/* ---- loader ---------------------------------------------------------------------------------- */

enum { LOCK_RAISE = 1, LOCK_TRY_ONLY = 2, LOCK_ACQUIRED = 1, LOCK_NOT_ACQUIRED = 2 };

static bool lock_is_free(const struct api_caller *me) {
    uint32_t owner = me->process->ldr->loader_lock.owner;
    return !owner || owner == ob_id(me->thread);
}

NTSTATUS LdrLockLoaderLock(ULONG Flags, PULONG Disposition, PVOID *Cookie) {
    struct api_caller me;
    bool try_only = (Flags & LOCK_TRY_ONLY) != 0;
    if (Disposition)
        *Disposition = 0;
    if (Cookie)
        *Cookie = NULL;
    if (!api_caller_get(&me) || Flags & ~(ULONG)(LOCK_RAISE | LOCK_TRY_ONLY))
        return STATUS_INVALID_PARAMETER_1;
    if (!Cookie)
        return STATUS_INVALID_PARAMETER_3;
    if (try_only && !Disposition)
        return STATUS_INVALID_PARAMETER_2;
    struct ldr_lock *lock = &me.process->ldr->loader_lock;
    if (try_only)
        ke_point(me.w, lock->event.Header.ObjectId, KE_WRITE);
    if (try_only && !lock_is_free(&me)) {
        *Disposition = LOCK_NOT_ACQUIRED;
        return STATUS_SUCCESS;
    }
    ldr_lock_acquire(me.w, lock);
    if (Disposition)
        *Disposition = LOCK_ACQUIRED;
    *Cookie = api_handle(me.thread->tcb.tid);
    return STATUS_SUCCESS;
}

NTSTATUS LdrUnlockLoaderLock(ULONG Flags, PVOID Cookie) {
    struct api_caller me;
    if (!api_caller_get(&me) || Flags & ~(ULONG)LOCK_RAISE)
        return STATUS_INVALID_PARAMETER_1;
    if (!Cookie)
        return STATUS_SUCCESS;
    struct ldr_lock *lock = &me.process->ldr->loader_lock;
    if (api_value(Cookie) != me.thread->tcb.tid || lock->owner != ob_id(me.thread))
        return STATUS_INVALID_PARAMETER_2;
    ldr_lock_release(me.w, lock);
    return STATUS_SUCCESS;
}

VOID RtlAcquirePebLock(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ldr_lock_acquire(me.w, &me.process->ldr->peb_lock);
}

VOID RtlReleasePebLock(VOID) {
    struct api_caller me;
    if (api_caller_get(&me) && me.process->ldr->peb_lock.owner == ob_id(me.thread))
        ldr_lock_release(me.w, &me.process->ldr->peb_lock);
}

NTSTATUS LdrDisableThreadCalloutsForDll(PVOID DllHandle) {
    return DisableThreadLibraryCalls(DllHandle) ? STATUS_SUCCESS : STATUS_DLL_NOT_FOUND;
}
