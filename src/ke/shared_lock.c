/*
 * shared_lock.c - locks that one thread has alone, or that several share: slim reader/writer locks,
 * push locks, ERESOURCE.
 */
#include "ke/ke.h"

/* Only who has it alone keeps those away who do not mind that somebody asks for it. */
static bool can_go_on(const struct ke_shared_lock *lock) {
    return !lock->owned && (!lock->asked || lock->overtakes);
}

static bool only_asks(const struct ke_shared_lock *lock) {
    return lock->alone && lock->shared;
}

/* Who takes it alone changes its owner; who shares it, or asks for it, changes the other place. */
static struct ke_access access_to(const struct ke_shared_lock *lock, unsigned index) {
    bool closed = index ? lock->asked : lock->owned, owns = lock->alone && !lock->shared;
    return (struct ke_access){
        index ? lock->sharers : lock->owner,
        (uint8_t)((owns == !index ? CORE_WRITE : CORE_READ) | (closed ? CORE_CLOSED : 0))};
}

void ke_shared_lock_touch(struct rd_world *w, const struct ke_shared_lock *lock, bool granted) {
    for (unsigned i = 0; i < 2; i++) {
        struct ke_access access = access_to(lock, i);
        bool changes = (access.kind & CORE_KIND_MASK) == CORE_WRITE;
        unsigned closed = access.kind & CORE_CLOSED;
        if (granted) /* whoever shares it keeps nobody from sharing it, or from asking for it */
            core_touch(w, access.place, access.kind | (changes && !lock->alone ? CORE_OPEN : 0u));
        else
            core_touch(w, access.place, CORE_READ | closed | (changes ? CORE_TAKES : 0u));
    }
}

void ke_shared_lock_returned(struct rd_world *w, const struct ke_shared_lock *lock) {
    core_touch(w, lock->sharers,
               CORE_WRITE | CORE_GIVEN_BACK | (lock->asked ? CORE_CLOSED : CORE_OPEN));
}

/* ---- standing before one --------------------------------------------------------------------- */

/* As it will be for the step before which the thread stands, as far as that is known. */
static struct ke_shared_lock seen_by(const struct ke_thread *thread, const void *context) {
    const struct ke_wish *wish = context;
    struct ke_shared_lock lock = wish->see(wish, thread);
    lock.shared &= !(wish->asks && lock.asked);
    return lock;
}

/* ke_gate.is_open */
static bool is_open(const struct rd_world *w, const struct ke_thread *thread, const void *context) {
    const struct ke_shared_lock lock = seen_by(thread, context);
    (void)w;
    return can_go_on(&lock);
}

/* ke_gate.place */
static struct ke_access place_of(const struct ke_thread *thread, const void *context,
                                 unsigned index) {
    const struct ke_shared_lock lock = seen_by(thread, context);
    return access_to(&lock, index);
}

/* ke_gate.asks */
static bool would_ask(const struct ke_thread *thread, const void *context) {
    const struct ke_shared_lock lock = seen_by(thread, context);
    return only_asks(&lock);
}

bool ke_stand_before(struct rd_world *w, struct ke_wish *wish) {
    const struct ke_thread *thread = w->ke->current;
    struct ke_shared_lock lock = wish->see(wish, thread);
    const struct ke_gate gate = {.is_open = is_open,
                                 .context = wish,
                                 .places = lock.overtakes ? 1 : 2,
                                 .place = place_of,
                                 .asks = would_ask};
    ke_point_gate(w, lock.owner, KE_READ, &gate);
    lock = wish->see(wish, thread);
    bool goes_on = can_go_on(&lock);
    ke_shared_lock_touch(w, &lock, goes_on);
    wish->asks = w->ke->every_order && goes_on && only_asks(&lock);
    return wish->asks;
}

struct ke_wish *ke_wish_of(const struct ke_thread *thread) {
    const struct ke_gate *gate = thread->gate;
    return gate && gate->is_open == is_open ? (struct ke_wish *)(uintptr_t)gate->context : NULL;
}
