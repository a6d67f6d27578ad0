/* lock.c - the recursive locks of user mode that survive their owner: loader lock and PEB lock. */
#include "ldr/ldr.h"

void ldr_lock_init(struct rd_world *w, struct ldr_lock *lock, enum ke_lock kind, unsigned rule) {
    *lock = (struct ldr_lock){.name = ke_lock_name(kind), .rule = rule};
    ke_lock_event_init(w, &lock->event, kind, false);
}

static void wait_for_owner(struct rd_world *w, struct ldr_lock *lock) {
    DISPATCHER_HEADER *objects[] = {&lock->event.Header};
    core_event(w, RD_EVENT_LOADER_LOCK_WAIT, RULE_DLL_16, .object = lock->event.Header.ObjectId,
               .a = lock->owner_tid, .text = lock->name);
    lock->waiters++;
    ke_wait(w, &(struct ke_wait){.count = 1, .objects = objects, .mode = UserMode});
    lock->waiters--;
}

/* ke_gate.is_open */
static bool is_free(const struct rd_world *w, const struct ke_thread *thread, const void *context) {
    const struct ldr_lock *lock = context;
    (void)w;
    return !lock->owner || lock->owner == thread->header.ObjectId;
}

/* Nobody can tell how often its owner acquires it. */
static void point(struct rd_world *w, struct ldr_lock *lock, enum ke_access_kind kind) {
    if (RD_LIKELY(!w->ke->every_order) || lock->owner == ob_id(ps_current(w))) {
        ke_point(w, 0, KE_NOTHING);
        return;
    }
    const struct ke_gate gate = {.is_open = is_free, .context = lock, .places = 1};
    ke_point_gate(w, lock->event.Header.ObjectId, kind, &gate);
}

void ldr_lock_pass(struct rd_world *w, struct ldr_lock *lock) {
    point(w, lock, KE_READ);
    while (lock->owner && lock->owner != ob_id(ps_current(w)))
        wait_for_owner(w, lock);
}

void ldr_lock_acquire(struct rd_world *w, struct ldr_lock *lock) {
    uint32_t me = ob_id(ps_current(w));
    point(w, lock, KE_WRITE);
    while (lock->owner && lock->owner != me)
        wait_for_owner(w, lock);
    lock->owner = me;
    lock->owner_tid = lock->event.Header.Reserved2 = w->current_tid;
    if (lock->recursion++ == 0)
        core_event(w, RD_EVENT_LOADER_LOCK, lock->rule, .object = lock->event.Header.ObjectId,
                   .text = lock->name);
}

void ldr_lock_release(struct rd_world *w, struct ldr_lock *lock) {
    RD_ASSERT(lock->owner == ob_id(ps_current(w)) && lock->recursion);
    if (--lock->recursion)
        return;
    lock->owner = lock->owner_tid = lock->event.Header.Reserved2 = 0;
    ke_touch_object(w, &lock->event.Header, CORE_WRITE | CORE_CLOSED);
    core_event(w, RD_EVENT_LOADER_UNLOCK, RULE_NONE, .object = lock->event.Header.ObjectId,
               .text = lock->name);
    if (lock->waiters)
        ke_event_set(w, &lock->event);
    ke_point(w, 0, KE_NOTHING);
}
