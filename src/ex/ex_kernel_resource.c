/* ex_kernel_resource.c - ERESOURCE: many readers or one writer, recursive, in memory of the driver.
 */
#include <string.h>

#include "ex/ex_kernel.h"
#include "ke/track.h"

#define RESOURCE_MAGIC 0x45524553u

struct holder {
    struct ke_thread *thread;
    uint32_t count;
};

/* Laid over ERESOURCE.Opaque. */
struct resource {
    uint32_t magic;
    uint32_t exclusive; /* depth of the owner's acquisitions */
    struct ke_thread *owner;
    struct holder *shared;
    uint32_t shared_count, shared_capacity;
    uint32_t exclusive_waiters, shared_waiters;
};

_Static_assert(sizeof(struct resource) <= sizeof(((ERESOURCE *)0)->Opaque),
               "fits the driver's memory");

static struct resource *state_of(const ERESOURCE *resource) {
    return (struct resource *)(uintptr_t)(const void *)resource->Opaque;
}

static struct resource *checked(struct rd_world *w, const ERESOURCE *resource) {
    struct resource *state = state_of(resource);
    if (state->magic != RESOURCE_MAGIC)
        ke_uninitialised(w, "an ERESOURCE routine");
    return state;
}

NTSTATUS ex_resource_init(struct rd_world *w, ERESOURCE *resource) {
    ke_track(w, resource, KE_RESOURCE);
    memset(resource, 0, sizeof *resource);
    state_of(resource)->magic = RESOURCE_MAGIC;
    ke_lock_event_init(w, &resource->ExclusiveWaiters, KE_RESOURCE, true);
    return STATUS_SUCCESS;
}

NTSTATUS ex_resource_delete(struct rd_world *w, ERESOURCE *resource) {
    struct resource *state = state_of(resource);
    if (state->magic != RESOURCE_MAGIC) {
        ke_violation(w, 0xD1,
                     "an ERESOURCE is deleted that is not initialised, or is deleted already "
                     "(LOCK-02)");
        return STATUS_INVALID_PARAMETER;
    }
    ke_untrack(w, resource);
    core_free(w, state->shared, state->shared_capacity * sizeof *state->shared);
    memset(resource, 0, sizeof *resource);
    return STATUS_SUCCESS;
}

static struct holder *holder_of(struct resource *state, const struct ke_thread *thread) {
    for (uint32_t i = 0; i < state->shared_count; i++)
        if (state->shared[i].thread == thread)
            return &state->shared[i];
    return NULL;
}

static void add_holder(struct rd_world *w, struct resource *state, struct ke_thread *thread) {
    struct holder *holder = holder_of(state, thread);
    if (holder) {
        holder->count++;
        return;
    }
    if (state->shared_count == state->shared_capacity) {
        uint32_t capacity = state->shared_capacity ? state->shared_capacity * 2 : 4;
        struct holder *grown = core_alloc(w, capacity * sizeof *grown);
        if (state->shared_count)
            memcpy(grown, state->shared, state->shared_count * sizeof *grown);
        core_free(w, state->shared, state->shared_capacity * sizeof *grown);
        state->shared = grown;
        state->shared_capacity = capacity;
    }
    state->shared[state->shared_count++] = (struct holder){.thread = thread, .count = 1};
}

static bool available(struct resource *state, const struct ke_thread *thread,
                      enum ex_resource_mode mode) {
    if (state->owner)
        return state->owner == thread;
    if (mode == EX_EXCLUSIVE)
        return state->shared_count == 0;
    return mode == EX_SHARED_STARVE_EXCLUSIVE || !state->exclusive_waiters ||
           holder_of(state, thread);
}

static void wait_for(struct rd_world *w, ERESOURCE *resource, enum ex_resource_mode mode) {
    struct resource *state = state_of(resource);
    uint32_t *waiters = mode == EX_EXCLUSIVE ? &state->exclusive_waiters : &state->shared_waiters;
    struct ke_thread *blocker = state->owner          ? state->owner
                                : state->shared_count ? state->shared[0].thread
                                                      : NULL;
    resource->ExclusiveWaiters.Header.Reserved2 = blocker ? blocker->tid : 0;
    ++*waiters;
    ke_event_reset(w, &resource->ExclusiveWaiters);
    ke_wait_kernel(w, &resource->ExclusiveWaiters);
    --*waiters;
}

struct wish {
    const ERESOURCE *resource;
    enum ex_resource_mode mode;
};

/* ke_gate.is_open */
static bool is_granted(const struct rd_world *w, const struct ke_thread *thread,
                       const void *context) {
    const struct wish *wish = context;
    (void)w;
    return available(state_of(wish->resource), thread, wish->mode);
}

static uint64_t owner_place(const ERESOURCE *resource) {
    return core_place(CORE_OBJECT, resource->ExclusiveWaiters.Header.ObjectId);
}

static uint64_t sharers_place(const ERESOURCE *resource) {
    return core_memory_place(resource);
}

static struct ke_shared_lock lock_of(const struct wish *wish, const struct ke_thread *thread) {
    const struct resource *state = state_of(wish->resource);
    return (struct ke_shared_lock){.owner = owner_place(wish->resource),
                                   .sharers = sharers_place(wish->resource),
                                   .alone = wish->mode == EX_EXCLUSIVE,
                                   .owned = state->owner && state->owner != thread,
                                   .shared = state->shared_count != 0};
}

/* ke_gate.place */
static struct ke_access place_of(const struct ke_thread *thread, const void *context,
                                 unsigned index) {
    const struct ke_shared_lock lock = lock_of(context, thread);
    return ke_shared_lock_place(&lock, index);
}

static void point_before_wait(struct rd_world *w, const struct wish *wish) {
    bool alone = wish->mode == EX_EXCLUSIVE;
    const struct ke_gate gate = {.is_open = is_granted,
                                 .context = wish,
                                 .places = ke_shared_lock_places(alone),
                                 .place = place_of};
    ke_point_gate(w, owner_place(wish->resource), alone ? KE_WRITE : KE_READ, &gate);
}

bool ex_resource_acquire(struct rd_world *w, ERESOURCE *resource, enum ex_resource_mode mode,
                         bool wait) {
    struct resource *state = checked(w, resource);
    struct ke_thread *thread = w->ke->current;
    if (wait)
        ke_lock_wanted(w, resource, KE_RESOURCE, true);
    const struct wish wish = {resource, mode};
    if (wait)
        point_before_wait(w, &wish);
    else
        ke_point(w, 0, KE_NOTHING);
    const struct ke_shared_lock lock = lock_of(&wish, thread);
    ke_shared_lock_touch(w, &lock, available(state, thread, mode));
    while (!available(state, thread, mode)) {
        if (!wait)
            return false;
        wait_for(w, resource, mode);
    }
    if (mode == EX_EXCLUSIVE || state->owner) {
        state->owner = thread; /* an owner that asks for shared access gets it (recursion) */
        state->exclusive++;
    } else {
        add_holder(w, state, thread);
    }
    ke_lock_taken(w, resource, KE_RESOURCE);
    return true;
}

static void let_waiters_look(struct rd_world *w, ERESOURCE *resource) {
    const struct resource *state = state_of(resource);
    if (state->exclusive_waiters || state->shared_waiters)
        ke_event_set(w, &resource->ExclusiveWaiters);
}

void ex_resource_release(struct rd_world *w, ERESOURCE *resource, struct ke_thread *thread) {
    struct resource *state = checked(w, resource);
    ke_point(w, 0, KE_NOTHING);
    struct holder *holder = holder_of(state, thread);
    core_touch(w, state->owner ? owner_place(resource) : sharers_place(resource),
               CORE_WRITE | CORE_CLOSED);
    ke_lock_given(w, resource);
    if (state->owner == thread) {
        if (--state->exclusive)
            return;
        state->owner = NULL;
    } else if (holder) {
        if (--holder->count)
            return;
        *holder = state->shared[--state->shared_count];
    } else {
        uint64_t parameters[4] = {0, w->current_tid, 0, 0};
        ke_bugcheck(
            w, 0xE3, parameters,
            "RESOURCE_NOT_OWNED: a thread releases an ERESOURCE that it does not own (LOCK-02)");
        return;
    }
    let_waiters_look(w, resource);
}

void ex_resource_to_shared(struct rd_world *w, ERESOURCE *resource) {
    struct resource *state = checked(w, resource);
    if (state->owner != w->ke->current)
        return;
    uint32_t depth = state->exclusive;
    core_touch(w, owner_place(resource), CORE_WRITE | CORE_CLOSED);
    core_touch(w, sharers_place(resource), CORE_WRITE);
    state->owner = NULL;
    state->exclusive = 0;
    add_holder(w, state, w->ke->current);
    holder_of(state, w->ke->current)->count += depth - 1;
    let_waiters_look(w, resource);
}

bool ex_resource_owned_exclusive(struct rd_world *w, const ERESOURCE *resource) {
    const struct resource *state = checked(w, resource);
    return state->owner && state->owner == w->ke->current;
}

uint32_t ex_resource_owned(struct rd_world *w, const ERESOURCE *resource) {
    struct resource *state = checked(w, resource);
    const struct holder *holder = holder_of(state, w->ke->current);
    if (ex_resource_owned_exclusive(w, resource))
        return state->exclusive;
    return holder ? holder->count : 0;
}

uint32_t ex_resource_waiters(const ERESOURCE *resource, bool exclusive) {
    const struct resource *state = state_of(resource);
    return exclusive ? state->exclusive_waiters : state->shared_waiters;
}
