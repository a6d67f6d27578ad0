/*
 * win32_srw.c - slim reader/writer locks. Ptr is 0 for a free lock. For a shared one it is four
 * times the number of owners, and 2 more once somebody waits: whoever comes then has to wait until
 * the lock is free. For an exclusive one it is odd and has the thread ID, so that a deadlock can be
 * explained.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/win32_park.h"
#include "ldr/verify.h"

enum {
    EXCLUSIVE = 1,
    AWAITED = 2,
    ONE_SHARED = 4,
    OWNER_SHIFT = 8,
    TEXT_SIZE = 96,
    BEHIND_SIZE = 32
};

static uintptr_t state_of(const SRWLOCK *lock) {
    return (uintptr_t)lock->Ptr;
}

static bool is_exclusive(const SRWLOCK *lock) {
    return state_of(lock) & EXCLUSIVE;
}

static bool is_shared(const SRWLOCK *lock) {
    return !is_exclusive(lock) && state_of(lock);
}

static bool is_awaited(const SRWLOCK *lock) {
    return is_shared(lock) && state_of(lock) & AWAITED;
}

static void set_state(PSRWLOCK lock, uintptr_t state) {
    lock->Ptr = (PVOID)state;
}

/* ---- who wants it ---------------------------------------------------------------------------- */

struct wish {
    struct ke_wish base;
    const struct rd_world *w;
    const SRWLOCK *lock;
    bool shared;
};

/* ke_wish.see */
static struct ke_shared_lock see(const struct ke_wish *base, const struct ke_thread *thread) {
    const struct wish *wish = (const struct wish *)base;
    (void)thread;
    return (struct ke_shared_lock){
        .owner = api_memory_place(wish->w, wish->lock),
        .sharers = api_memory_place(wish->w, (const void *)((uintptr_t)wish->lock + 1)),
        .alone = !wish->shared,
        .owned = is_exclusive(wish->lock),
        .shared = is_shared(wish->lock),
        .asked = is_awaited(wish->lock)};
}

static struct wish wish_for(const struct api_caller *me, const SRWLOCK *lock, bool shared) {
    return (struct wish){.base.see = see, .w = me->w, .lock = lock, .shared = shared};
}

/* Who waits for it already, as far as that is known; 0: nobody. */
static uint32_t first_in_line(struct api_caller *me, const SRWLOCK *lock) {
    base_list_each(link, &me->process->threads) {
        const struct ke_thread *thread = &base_container(link, const struct ps_thread, link)->tcb;
        const struct ke_wish *wish = ke_wish_of(thread);
        if (wish && wish->asks && wish->see == see && ((const struct wish *)wish)->lock == lock)
            return thread->tid;
    }
    return api_first_parked(me, lock);
}

/* ---- taking ---------------------------------------------------------------------------------- */

static void wait_for_lock(struct api_caller *me, PSRWLOCK lock) {
    char text[TEXT_SIZE], behind[BEHIND_SIZE] = "";
    uint32_t owner = (uint32_t)(state_of(lock) >> OWNER_SHIFT);
    unsigned sharers = (unsigned)(state_of(lock) / ONE_SHARED);
    uint32_t first = is_awaited(lock) ? first_in_line(me, lock) : 0;
    api_check_orphan(me, 0, "a slim reader/writer lock");
    if (first)
        snprintf(behind, sizeof behind, ", behind thread %" PRIu32, first);
    if (is_exclusive(lock))
        snprintf(text, sizeof text, "for a slim reader/writer lock owned by thread %" PRIu32 "%s",
                 owner, api_is_alive(me, owner) ? "" : ", which has ended");
    else
        snprintf(text, sizeof text, "for a slim reader/writer lock, shared by %u owner%s%s",
                 sharers, sharers > 1 ? "s" : "", behind);
    if (is_shared(lock))
        set_state(lock, state_of(lock) | AWAITED);
    api_park(me, lock, INFINITE, text);
}

static void take(struct api_caller *me, PSRWLOCK lock, bool shared) {
    uintptr_t owned = (uintptr_t)me->thread->tcb.tid << OWNER_SHIFT | EXCLUSIVE;
    set_state(lock, shared ? state_of(lock) + ONE_SHARED : owned);
    ldr_verify_lock_taken(me->w, lock, LDR_SRW_LOCK, shared);
}

/* Who is woken finds the lock free, unless somebody was faster. */
static void wait_and_take(struct api_caller *me, PSRWLOCK lock, bool shared) {
    while (is_exclusive(lock) || (shared ? is_awaited(lock) : state_of(lock) != 0))
        wait_for_lock(me, lock);
    take(me, lock, shared);
}

/* `again`: by a thread that gave it back to wait for something. */
static void acquire(struct api_caller *me, PSRWLOCK lock, bool shared, bool again) {
    struct wish wish = wish_for(me, lock, shared);
    if (me->w->ke->every_order)
        while (ke_stand_before(me->w, &wish.base))
            set_state(lock, state_of(lock) | AWAITED);
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
    const struct wish wish = wish_for(&me, lock, shared);
    const struct ke_shared_lock seen = see(&wish.base, NULL);
    bool granted = !state_of(lock) || (shared && !is_exclusive(lock) && !is_awaited(lock));
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
    const struct wish wish = wish_for(me, lock, shared);
    const struct ke_shared_lock seen = see(&wish.base, NULL);
    if (shared)
        ke_shared_lock_returned(me->w, &seen);
    else
        core_touch(me->w, seen.owner, CORE_WRITE | CORE_CLOSED);
    if (shared && state >= 2 * ONE_SHARED) {
        set_state(lock, state - ONE_SHARED);
        return;
    }
    set_state(lock, 0);
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
