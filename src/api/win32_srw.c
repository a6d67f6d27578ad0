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

/* Somebody wants it. */
struct wish {
    const struct rd_world *w;
    const SRWLOCK *lock;
    bool shared;
};

/* ke_gate.is_open */
static bool is_granted(const struct rd_world *w, const struct ke_thread *thread,
                       const void *context) {
    const struct wish *wish = context;
    (void)w, (void)thread;
    return wish->shared ? !is_exclusive(wish->lock) : !state_of(wish->lock);
}

static uint64_t sharers_place(const struct rd_world *w, const SRWLOCK *lock) {
    return api_memory_place(w, (const char *)lock + 1);
}

static struct ke_shared_lock seen_by(const struct wish *wish) {
    bool owned = is_exclusive(wish->lock);
    return (struct ke_shared_lock){.owner = api_memory_place(wish->w, wish->lock),
                                   .sharers = sharers_place(wish->w, wish->lock),
                                   .alone = !wish->shared,
                                   .owned = owned,
                                   .shared = !owned && state_of(wish->lock)};
}

/* ke_gate.place */
static struct ke_access place_of(const struct ke_thread *thread, const void *context,
                                 unsigned index) {
    const struct ke_shared_lock lock = seen_by(context);
    (void)thread;
    return ke_shared_lock_place(&lock, index);
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

static void wait_and_take(struct api_caller *me, PSRWLOCK lock, bool shared) {
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

/* Where every order is open. */
static void stand_still(struct api_caller *me, const struct wish *wish) {
    const struct ke_gate gate = {.is_open = is_granted,
                                 .context = wish,
                                 .places = ke_shared_lock_places(!wish->shared),
                                 .place = place_of};
    ke_point_gate(me->w, api_memory_place(me->w, wish->lock), wish->shared ? KE_READ : KE_WRITE,
                  &gate);
    const struct ke_shared_lock lock = seen_by(wish);
    ke_shared_lock_touch(me->w, &lock, is_granted(me->w, me->w->ke->current, wish));
}

/* `again`: by a thread that gave it back to wait for something. */
static void acquire(struct api_caller *me, PSRWLOCK lock, bool shared, bool again) {
    const struct wish wish = {me->w, lock, shared};
    if (me->w->ke->every_order)
        stand_still(me, &wish);
    else if (!again)
        ke_point(me->w, 0, KE_NOTHING);
    ldr_verify_lock_wanted(me->w, lock, shared);
    wait_and_take(me, lock, shared);
}

static BOOLEAN try_acquire(PSRWLOCK lock, bool shared) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_memory_point(&me, lock, KE_READ);
    const struct wish wish = {me.w, lock, shared};
    const struct ke_shared_lock seen = seen_by(&wish);
    bool granted = shared ? !is_exclusive(lock) && !api_is_parked(&me, lock) : !state_of(lock);
    ke_shared_lock_touch(me.w, &seen, granted);
    if (granted)
        take(&me, lock, shared);
    return granted;
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
    core_touch(me->w, shared ? sharers_place(me->w, lock) : api_memory_place(me->w, lock),
               CORE_WRITE | CORE_CLOSED);
    set_state(lock, shared ? state - ONE_SHARED : 0);
    if (!state_of(lock))
        api_unpark(me, lock, UINT32_MAX);
}

VOID InitializeSRWLock(PSRWLOCK SRWLock) {
    SRWLock->Ptr = NULL;
}

static void acquire_new(PSRWLOCK lock, bool shared) {
    struct api_caller me;
    if (api_caller_get(&me))
        acquire(&me, lock, shared, false);
}

VOID AcquireSRWLockExclusive(PSRWLOCK SRWLock) {
    acquire_new(SRWLock, false);
}

VOID AcquireSRWLockShared(PSRWLOCK SRWLock) {
    acquire_new(SRWLock, true);
}

BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK SRWLock) {
    return try_acquire(SRWLock, false);
}

BOOLEAN TryAcquireSRWLockShared(PSRWLOCK SRWLock) {
    return try_acquire(SRWLock, true);
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
    acquire(&me, SRWLock, shared, true);
    return status == STATUS_TIMEOUT ? api_fail(&me, ERROR_TIMEOUT) : TRUE;
}
