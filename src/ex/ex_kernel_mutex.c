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
    ke_point(w, mutex->Event.Header.ObjectId, KE_WRITE);
    if (mutex->Owner)
        return false;
    take(w, mutex, kind);
    return true;
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
    return !state->owner && !(exclusive && state->shared);
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

/* ke_gate.is_open, for the two modes. */
static bool is_push_free(const struct rd_world *w, const struct ke_thread *thread,
                         const void *context) {
    const ULONG_PTR *lock = context;
    (void)w, (void)thread;
    return !*lock || push_available((const struct push_lock *)*lock, true);
}

static bool is_push_shareable(const struct rd_world *w, const struct ke_thread *thread,
                              const void *context) {
    const ULONG_PTR *lock = context;
    (void)w, (void)thread;
    return !*lock || push_available((const struct push_lock *)*lock, false);
}

static uint64_t sharers_place(const ULONG_PTR *lock) {
    return core_memory_place((const char *)lock + 1);
}

static struct ke_shared_lock lock_of(const ULONG_PTR *lock, bool exclusive) {
    const struct push_lock *state = (const struct push_lock *)*lock;
    return (struct ke_shared_lock){.owner = core_memory_place(lock),
                                   .sharers = sharers_place(lock),
                                   .alone = exclusive,
                                   .owned = state && state->owner,
                                   .shared = state && state->shared};
}

/* ke_gate.place, for the two modes. */
static struct ke_access free_place(const struct ke_thread *thread, const void *context,
                                   unsigned index) {
    const struct ke_shared_lock lock = lock_of(context, true);
    (void)thread;
    return ke_shared_lock_place(&lock, index);
}

static struct ke_access shareable_place(const struct ke_thread *thread, const void *context,
                                        unsigned index) {
    const struct ke_shared_lock lock = lock_of(context, false);
    (void)thread;
    return ke_shared_lock_place(&lock, index);
}

void ex_push_acquire(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    ke_lock_wanted(w, lock, KE_PUSH_LOCK, false);
    const struct ke_gate gate = {.is_open = exclusive ? is_push_free : is_push_shareable,
                                 .context = lock,
                                 .places = ke_shared_lock_places(exclusive),
                                 .place = exclusive ? free_place : shareable_place};
    ke_point_gate(w, core_memory_place(lock), exclusive ? KE_WRITE : KE_READ, &gate);
    const struct ke_shared_lock seen = lock_of(lock, exclusive);
    struct push_lock *state = state_of(w, lock);
    ke_shared_lock_touch(w, &seen, push_available(state, exclusive));
    state->waiting++;
    while (!push_available(state, exclusive)) {
        ke_event_reset(w, &state->changed);
        ke_wait_kernel(w, &state->changed);
    }
    state->waiting--;
    push_take(w, lock, exclusive);
}

bool ex_push_try(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    ke_point(w, core_memory_place(lock), KE_READ);
    const struct ke_shared_lock seen = lock_of(lock, exclusive);
    bool granted = !*lock || push_available((struct push_lock *)*lock, exclusive);
    ke_shared_lock_touch(w, &seen, granted);
    if (granted)
        push_take(w, lock, exclusive);
    return granted;
}

void ex_push_release(struct rd_world *w, ULONG_PTR *lock, bool exclusive) {
    ke_point(w, 0, KE_NOTHING);
    core_touch(w, exclusive ? core_memory_place(lock) : sharers_place(lock),
               CORE_WRITE | CORE_CLOSED);
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
    if (state->waiting) {
        ke_event_set(w, &state->changed);
        return;
    }
    core_free(w, state, sizeof *state);
    *lock = 0;
}
