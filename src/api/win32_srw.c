/*
 * win32_srw.c - slim reader/writer locks. Ptr is 0 for a free lock, and twice the number of owners
 * for a shared one; for an exclusive one it is odd and has the thread ID, so that a deadlock can be
 * explained.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/win32_park.h"
#include "ldr/verify.h"

enum { EXCLUSIVE = 1, ONE_SHARED = 2, OWNER_SHIFT = 8, TEXT_SIZE = 80 };

static uintptr_t state_of(const SRWLOCK *lock) {
    return (uintptr_t)lock->Ptr;
}

static bool is_exclusive(const SRWLOCK *lock) {
    return state_of(lock) & EXCLUSIVE;
}

static void set_state(PSRWLOCK lock, uintptr_t state) {
    lock->Ptr = (PVOID)state;
}

/* ke_gate.is_open */
static bool is_free(const struct rd_world *w, const struct ke_thread *thread, const void *lock) {
    (void)w, (void)thread;
    return !state_of(lock);
}

static bool is_shareable(const struct rd_world *w, const struct ke_thread *thread,
                         const void *lock) {
    (void)w, (void)thread;
    return !is_exclusive(lock);
}

static void wait_for_lock(struct api_caller *me, PSRWLOCK lock) {
    char text[TEXT_SIZE];
    uint32_t owner = (uint32_t)(state_of(lock) >> OWNER_SHIFT);
    api_check_orphan(me, 0, "a slim reader/writer lock");
    if (is_exclusive(lock))
        snprintf(text, sizeof text, "for a slim reader/writer lock owned by thread %" PRIu32 "%s",
                 owner, api_is_alive(me, owner) ? "" : ", which has ended");
    else
        snprintf(text, sizeof text, "for a slim reader/writer lock, shared by %u owner%s",
                 (unsigned)(state_of(lock) / ONE_SHARED), state_of(lock) > ONE_SHARED ? "s" : "");
    api_park(me, lock, INFINITE, text);
}

static void take(struct api_caller *me, PSRWLOCK lock, bool shared) {
    uintptr_t owned = (uintptr_t)me->thread->tcb.tid << OWNER_SHIFT | EXCLUSIVE;
    set_state(lock, shared ? state_of(lock) + ONE_SHARED : owned);
    ldr_verify_lock_taken(me->w, lock, LDR_SRW_LOCK, shared);
}

static void acquire(struct api_caller *me, PSRWLOCK lock, bool shared) {
    ldr_verify_lock_wanted(me->w, lock, shared);
    if (!shared) {
        while (state_of(lock))
            wait_for_lock(me, lock);
        take(me, lock, false);
        return;
    }
    /* Who comes new stands behind those who wait already. */
    bool behind = state_of(lock) && api_is_parked(me, lock);
    while (behind || is_exclusive(lock)) {
        wait_for_lock(me, lock);
        behind = false;
    }
    take(me, lock, true);
}

static void raise_not_owned(struct api_caller *me) {
    static const uint32_t resource_not_owned = 0xC0000264;
    ldr_raise(me->w, &(struct ldr_exception){.code = resource_not_owned});
}

static void release(struct api_caller *me, PSRWLOCK lock, bool shared) {
    uintptr_t state = state_of(lock);
    ldr_verify_lock_given(me->w, lock, LDR_SRW_LOCK, shared);
    if (shared ? is_exclusive(lock) || !state : !is_exclusive(lock)) {
        raise_not_owned(me);
        return;
    }
    if (shared)
        core_touch(me->w, api_memory_place(me->w, lock), CORE_WRITE);
    else
        api_unlock_touch(me, lock);
    set_state(lock, shared ? state - ONE_SHARED : 0);
    if (!state_of(lock))
        api_unpark(me, lock, UINT32_MAX);
}

VOID InitializeSRWLock(PSRWLOCK SRWLock) {
    SRWLock->Ptr = NULL;
}

VOID AcquireSRWLockExclusive(PSRWLOCK SRWLock) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_lock_point(&me, SRWLock, is_free);
    acquire(&me, SRWLock, false);
}

VOID AcquireSRWLockShared(PSRWLOCK SRWLock) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_lock_point(&me, SRWLock, is_shareable);
    acquire(&me, SRWLock, true);
}

BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK SRWLock) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_memory_point(&me, SRWLock, KE_WRITE);
    if (state_of(SRWLock))
        return FALSE;
    take(&me, SRWLock, false);
    return TRUE;
}

BOOLEAN TryAcquireSRWLockShared(PSRWLOCK SRWLock) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_memory_point(&me, SRWLock, KE_WRITE);
    if (is_exclusive(SRWLock) || api_is_parked(&me, SRWLock))
        return FALSE;
    take(&me, SRWLock, true);
    return TRUE;
}

VOID ReleaseSRWLockExclusive(PSRWLOCK SRWLock) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, SRWLock, KE_NOTHING);
    release(&me, SRWLock, false);
}

VOID ReleaseSRWLockShared(PSRWLOCK SRWLock) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, SRWLock, KE_NOTHING);
    release(&me, SRWLock, true);
}

BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE ConditionVariable, PSRWLOCK SRWLock,
                               DWORD dwMilliseconds, ULONG Flags) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (Flags & ~(ULONG)CONDITION_VARIABLE_LOCKMODE_SHARED)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    bool shared = (Flags & CONDITION_VARIABLE_LOCKMODE_SHARED) != 0;
    api_memory_point(&me, ConditionVariable, KE_WRITE);
    release(&me, SRWLock, shared);
    NTSTATUS status = STATUS_TIMEOUT;
    if (dwMilliseconds)
        status = api_park(&me, ConditionVariable, dwMilliseconds, "for a condition variable");
    api_relock_point(&me, SRWLock, shared ? is_shareable : is_free);
    acquire(&me, SRWLock, shared);
    return status == STATUS_TIMEOUT ? api_fail(&me, ERROR_TIMEOUT) : TRUE;
}
