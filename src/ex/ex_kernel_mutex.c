/* ex_kernel_mutex.c - fast and guarded mutexes, and push locks. */
#include "ex/ex_kernel.h"
#include "ke/track.h"

/* ---- fast and guarded mutexes ---------------------------------------------------------------- */

void ex_mutex_init(struct rd_world *w, FAST_MUTEX *mutex) {
    mutex->Count = 1;
    mutex->Owner = NULL;
    mutex->Contention = 0;
    mutex->OldIrql = 0;
    ke_lock_event_init(w, &mutex->Event, KE_FAST_MUTEX, false);
    ke_track(w, mutex, KE_FAST_MUTEX);
}

static void take(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind) {
    mutex->Owner = w->ke->current;
    mutex->Count = 0;
    mutex->Event.Header.Reserved2 = w->current_tid;
    ke_lock_taken(w, mutex, kind);
}

/* ke_gate.is_open */
static bool is_free(const struct rd_world *w, const struct ke_thread *thread, const void *context) {
    const FAST_MUTEX *mutex = context;
    (void)w, (void)thread;
    return !mutex->Owner;
}

void ex_mutex_acquire(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind) {
    ke_header_check(w, &mutex->Event.Header, ke_lock_name(kind));
    mutex->Event.Header.Signalling = (UCHAR)kind;
    ke_lock_wanted(w, mutex, kind, false);
    ke_point_gate(w, mutex->Event.Header.ObjectId, KE_WRITE,
                  &(struct ke_gate){.is_open = is_free, .context = mutex, .places = 1});
    while (mutex->Owner) {
        mutex->Contention++;
        ke_wait_kernel(w, &mutex->Event);
    }
    take(w, mutex, kind);
}

bool ex_mutex_try(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind) {
    ke_header_check(w, &mutex->Event.Header, ke_lock_name(kind));
    mutex->Event.Header.Signalling = (UCHAR)kind;
    ke_point(w, mutex->Event.Header.ObjectId, KE_READ);
    bool taken = mutex->Owner != NULL;
    ke_touch_object(w, &mutex->Event.Header, taken ? CORE_READ | CORE_CLOSED : CORE_WRITE);
    if (!taken)
        take(w, mutex, kind);
    return !taken;
}

void ex_mutex_release(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind) {
    ke_header_check(w, &mutex->Event.Header, ke_lock_name(kind));
    ke_point(w, 0, KE_NOTHING);
    if (mutex->Owner != w->ke->current) {
        ke_violation(w, 0x34,
                     core_textf(w,
                                "a %s is released by a thread that does not own it "
                                "(LOCK-01)",
                                ke_lock_name(kind)));
        return;
    }
    ke_touch_object(w, &mutex->Event.Header, CORE_WRITE | CORE_CLOSED);
    ke_lock_given(w, mutex);
    mutex->Owner = NULL;
    mutex->Count = 1;
    mutex->Event.Header.Reserved2 = 0;
    if (!base_list_empty(&mutex->Event.Header.WaitListHead))
        ke_event_set(w, &mutex->Event);
}

/* ---- push locks ------------------------------------------------------------------------------ */

/* What the word points to while the lock is held or wanted. */
struct push_lock {
    KEVENT changed; /* a synchronization event for exclusive waiters would lose shared ones: all
                       look again */
    struct ke_thread *owner; /* exclusive */
    uint32_t shared, waiting;
    uint32_t exclusive_waiting; /* of these; who comes to share the lock then waits behind them */
    bool asked;                 /* see ke_shared_lock */
};

static struct push_lock *state_of(struct rd_world *w, ULONG_PTR *lock) {
    if (!*lock) {
        struct push_lock *made = core_alloc(w, sizeof *made);
        ke_lock_event_init(w, &made->changed, KE_PUSH_LOCK, true);
        *lock = (ULONG_PTR)made;
    }
    return (struct push_lock *)*lock;
}

static bool push_available(const struct push_lock *state, bool exclusive) {
    if (state->owner || !state->shared)
        return !state->owner;
    return !exclusive && !state->exclusive_waiting && !state->asked;
}

static void push_take(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    struct push_lock *state = state_of(w, lock);
    ke_lock_taken(w, lock, KE_PUSH_LOCK);
    if (exclusive)
        state->owner = w->ke->current;
    else
        state->shared++;
    state->changed.Header.Reserved2 = w->current_tid;
}

struct push_wish {
    struct ke_wish base;
    const ULONG_PTR *lock;
    bool exclusive;
};

/* ke_wish.see */
static struct ke_shared_lock push_see(const struct ke_wish *base, const struct ke_thread *thread) {
    const struct push_wish *wish = (const struct push_wish *)base;
    const struct push_lock *state = (const struct push_lock *)*wish->lock;
    (void)thread;
    return (struct ke_shared_lock){.owner = core_memory_place(wish->lock),
                                   .sharers = core_memory_place((const char *)wish->lock + 1),
                                   .alone = wish->exclusive,
                                   .owned = state && state->owner,
                                   .shared = state && state->shared,
                                   .asked = state && state->asked};
}

static struct push_wish push_wish(const ULONG_PTR *lock, bool exclusive) {
    return (struct push_wish){.base.see = push_see, .lock = lock, .exclusive = exclusive};
}

void ex_push_acquire(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    ke_lock_wanted(w, lock, KE_PUSH_LOCK, false);
    struct push_wish wish = push_wish(lock, exclusive);
    while (ke_stand_before(w, &wish.base))
        state_of(w, lock)->asked = true;
    struct push_lock *state = state_of(w, lock);
    state->waiting++;
    state->exclusive_waiting += exclusive;
    while (!push_available(state, exclusive)) {
        ke_event_reset(w, &state->changed);
        ke_wait_kernel(w, &state->changed);
    }
    state->exclusive_waiting -= exclusive;
    state->waiting--;
    push_take(w, lock, exclusive);
}

bool ex_push_try(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    ke_point(w, core_memory_place(lock), KE_READ);
    const struct push_wish wish = push_wish(lock, exclusive);
    const struct ke_shared_lock seen = push_see(&wish.base, NULL);
    bool granted = !*lock || push_available((struct push_lock *)*lock, exclusive);
    ke_shared_lock_touch(w, &seen, granted);
    if (granted)
        push_take(w, lock, exclusive);
    return granted;
}

void ex_push_release(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    ke_point(w, 0, KE_NOTHING);
    const struct push_wish wish = push_wish(lock, exclusive);
    const struct ke_shared_lock seen = push_see(&wish.base, NULL);
    if (exclusive)
        core_touch(w, seen.owner, CORE_WRITE | CORE_CLOSED);
    else
        ke_shared_lock_returned(w, &seen);
    struct push_lock *state = (struct push_lock *)*lock;
    if (!state || (exclusive ? state->owner != w->ke->current : state->shared == 0)) {
        ke_violation(w, 0x34,
                     "a push lock is released by a thread that does not hold it (LOCK-05)");
        return;
    }
    ke_lock_given(w, lock);
    if (exclusive)
        state->owner = NULL;
    else
        state->shared--;
    if (state->shared)
        return;
    state->changed.Header.Reserved2 = 0;
    state->asked = false;
    if (state->waiting) {
        ke_event_set(w, &state->changed);
        return;
    }
    core_free(w, state, sizeof *state);
    *lock = 0;
}
