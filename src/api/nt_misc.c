/* nt_misc.c - native calls for errors, the time and the loader, for user mode. */
#include "api/nt.h"

/* It remembers what it was asked. */
ULONG RtlNtStatusToDosError(NTSTATUS Status) {
    struct api_caller me;
    if (api_caller_get(&me))
        me.thread->last_status = Status;
    return api_error_of(Status);
}

VOID RtlSetLastWin32ErrorAndNtStatusFromNtStatus(NTSTATUS Status) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    me.thread->last_status = Status;
    api_set_error(&me, api_error_of(Status));
}

NTSTATUS RtlGetLastNtStatus(VOID) {
    struct api_caller me;
    return api_caller_get(&me) ? me.thread->last_status : STATUS_SUCCESS;
}

VOID RtlSetLastWin32Error(ULONG Error) {
    SetLastError(Error);
}

ULONG RtlGetLastWin32Error(VOID) {
    return GetLastError();
}

NTSTATUS NtQuerySystemTime(PLARGE_INTEGER SystemTime) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return STATUS_INVALID_PARAMETER;
    LONGLONG now = (LONGLONG)api_file_time(ke_read_clock(me.w));
    return nt_write(&me, SystemTime, &now, sizeof now);
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

NTSTATUS LdrAddRefDll(ULONG Flags, PVOID DllHandle) {
    enum { PIN = 1 };
    struct api_caller me;
    if (!api_caller_get(&me) || Flags & ~(ULONG)PIN)
        return STATUS_INVALID_PARAMETER;
    return ldr_hold_dll(me.w, DllHandle, Flags == PIN) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

VOID LdrShutdownThread(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ldr_shutdown_thread(me.w);
}

VOID LdrShutdownProcess(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ldr_shutdown_process(me.w);
}
