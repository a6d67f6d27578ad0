/*
 * ex_kernel_rundown.c - rundown protection: users of something take references; whoever wants to
 * take it away refuses new ones and waits for those that exist.
 *
 * The word: twice the number of references while open; 1 once run down; while somebody waits for
 * references that are held, the address of the waiter's block plus 1.
 */
#include "ex/ex_kernel.h"
#include "ke/track.h"

enum { ACTIVE = 1, ONE = 2 };

struct rundown_waiter {
    uint64_t count; /* references still held */
    KEVENT released;
};

static struct rundown_waiter *waiter_of(const EX_RUNDOWN_REF *ref) {
    return (struct rundown_waiter *)(uintptr_t)(ref->Count & ~(ULONG_PTR)ACTIVE);
}

void ex_rundown_init(EX_RUNDOWN_REF *ref) {
    ref->Count = 0;
}

void ex_rundown_reinit(struct rd_world *w, EX_RUNDOWN_REF *ref) {
    ke_point(w, core_memory_place(ref), KE_WRITE);
    if (ref->Count != ACTIVE)
        ke_violation(w, KE_STOP_RUNDOWN_REINIT,
                     "ExReInitializeRundownProtection on an object that has not been run "
                     "down (RUN-07)");
    ref->Count = 0;
}

bool ex_rundown_acquire(struct rd_world *w, EX_RUNDOWN_REF *ref, uint32_t count) {
    ke_point(w, core_memory_place(ref), KE_UPDATE);
    if (ref->Count & ACTIVE)
        return false; /* RUN-03 */
    ref->Count += (ULONG_PTR)count * ONE;
    for (uint32_t i = 0; i < count; i++)
        ke_lock_taken(w, ref, KE_RUNDOWN);
    return true;
}

static void release_of_nothing(struct rd_world *w) {
    ke_violation(w, KE_STOP_RUNDOWN_RELEASE,
                 "rundown protection is released more often than it was acquired (RUN-10)");
}

void ex_rundown_release(struct rd_world *w, EX_RUNDOWN_REF *ref, uint32_t count) {
    ke_point(w, core_memory_place(ref), KE_UPDATE);
    for (uint32_t i = 0; i < count; i++)
        ke_lock_given(w, ref);
    if (!(ref->Count & ACTIVE)) {
        if (ref->Count < (ULONG_PTR)count * ONE)
            release_of_nothing(w);
        ref->Count -= (ULONG_PTR)count * ONE;
        return;
    }
    struct rundown_waiter *waiter = waiter_of(ref);
    if (!waiter || waiter->count < count) {
        release_of_nothing(w);
        return;
    }
    waiter->count -= count;
    core_touch(w, core_memory_place(ref),
               count == 1 ? core_counted_down(waiter->count) : (unsigned)CORE_WRITE);
    if (waiter->count == 0) {
        ref->Count = ACTIVE;
        ke_event_set(w, &waiter->released);
    }
}

static void check_own_reference(struct rd_world *w, const EX_RUNDOWN_REF *ref) {
    if (ke_lock_held(w, ref))
        ke_finding(w, RD_CHECK_K_RUNDOWN_WAITHELD,
                   core_textf(w,
                              "thread %u waits for the release of rundown protection that it has "
                              "acquired itself: unless another thread releases it, the wait never "
                              "ends (RUN-12)",
                              w->current_tid));
    ke_lock_wanted(w, ref, KE_RUNDOWN, true);
}

void ex_rundown_wait(struct rd_world *w, EX_RUNDOWN_REF *ref) {
    ke_point(w, core_memory_place(ref), KE_WRITE);
    if (ref->Count & ACTIVE) {
        if (waiter_of(ref))
            ke_violation(w, KE_STOP_RUNDOWN_TWO_WAITERS,
                         "two threads wait for the same rundown protection (RUN-14)");
        return; /* RUN-06 */
    }
    check_own_reference(w, ref);
    if (ref->Count) {
        struct rundown_waiter *waiter = core_alloc(w, sizeof *waiter);
        waiter->count = ref->Count / ONE;
        ke_lock_event_init(w, &waiter->released, KE_RUNDOWN, true);
        ref->Count = (ULONG_PTR)waiter | ACTIVE;
        ke_wait_kernel(w, &waiter->released);
        core_free(w, waiter, sizeof *waiter);
    } else {
        ref->Count = ACTIVE;
    }
}

void ex_rundown_completed(struct rd_world *w, EX_RUNDOWN_REF *ref) {
    if (ref->Count != ACTIVE)
        ke_violation(w, KE_STOP_RUNDOWN_COMPLETED,
                     "ExRundownCompleted before ExWaitForRundownProtectionRelease (RUN-08)");
    ref->Count = ACTIVE;
}
