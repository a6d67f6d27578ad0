/* lock.c - the recursive locks of user mode that survive their owner: loader lock and PEB lock. */
#include "ldr/ldr.h"

void ldr_lock_init(struct rd_world *w, struct ldr_lock *lock, const char *name, unsigned rule) {
    *lock = (struct ldr_lock){.name = name, .rule = rule};
    ke_header_init(w, &lock->event.Header, EventSynchronizationObject, 0, false);
}

static void wait_for_owner(struct rd_world *w, struct ldr_lock *lock) {
    DISPATCHER_HEADER *objects[] = {&lock->event.Header};
    core_event(w, RD_EVENT_LOADER_LOCK_WAIT, RULE_DLL_16, .object = lock->event.Header.ObjectId,
               .a = lock->owner_tid, .text = lock->name);
    lock->waiters++;
    ke_wait(w, &(struct ke_wait){.count = 1, .objects = objects, .mode = UserMode});
    lock->waiters--;
}

void ldr_lock_acquire(struct rd_world *w, struct ldr_lock *lock) {
    uint32_t me = ob_id(ps_current(w));
    ke_point(w, lock->event.Header.ObjectId, KE_WRITE);
    while (lock->owner && lock->owner != me)
        wait_for_owner(w, lock);
    lock->owner = me;
    lock->owner_tid = w->current_tid;
    if (lock->recursion++ == 0)
        core_event(w, RD_EVENT_LOADER_LOCK, lock->rule, .object = lock->event.Header.ObjectId,
                   .text = lock->name);
}

void ldr_lock_release(struct rd_world *w, struct ldr_lock *lock) {
    RD_ASSERT(lock->owner == ob_id(ps_current(w)) && lock->recursion);
    if (--lock->recursion)
        return;
    lock->owner = lock->owner_tid = 0;
    core_event(w, RD_EVENT_LOADER_UNLOCK, RULE_NONE, .object = lock->event.Header.ObjectId,
               .text = lock->name);
    if (lock->waiters)
        ke_event_set(w, &lock->event);
    ke_point(w, lock->event.Header.ObjectId, KE_WRITE);
}
