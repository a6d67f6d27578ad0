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
    bool asked; /* see ke_shared_lock */
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

/* Is it shared although others wait for it exclusively? */
static bool overtakes(struct resource *state, const struct ke_thread *thread,
                      enum ex_resource_mode mode) {
    return mode == EX_SHARED_STARVE_EXCLUSIVE || (mode == EX_SHARED && holder_of(state, thread));
}

static bool available(struct resource *state, const struct ke_thread *thread,
                      enum ex_resource_mode mode) {
    if (state->owner)
        return state->owner == thread;
    if (mode == EX_EXCLUSIVE)
        return state->shared_count == 0;
    return overtakes(state, thread, mode) || (!state->exclusive_waiters && !state->asked);
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

/* Does the thread only acquire once more what it has? Nobody else can tell how often it does. */
static bool has_it(struct resource *state, const struct ke_thread *thread,
                   enum ex_resource_mode mode) {
    if (state->owner)
        return state->owner == thread;
    return mode != EX_EXCLUSIVE && holder_of(state, thread) && overtakes(state, thread, mode);
}

struct wish {
    struct ke_wish base;
    const ERESOURCE *resource;
    enum ex_resource_mode mode;
};

/* ke_wish.see */
static struct ke_shared_lock see(const struct ke_wish *base, const struct ke_thread *thread) {
    const struct wish *wish = (const struct wish *)base;
    struct resource *state = state_of(wish->resource);
    return (struct ke_shared_lock){
        .owner = core_place(CORE_OBJECT, wish->resource->ExclusiveWaiters.Header.ObjectId),
        .sharers = core_memory_place(wish->resource),
        .alone = wish->mode == EX_EXCLUSIVE,
        .owned = state->owner && state->owner != thread,
        .shared = state->shared_count != 0,
        .asked = state->asked,
        .overtakes = overtakes(state, thread, wish->mode)};
}

static struct wish wish_for(const ERESOURCE *resource, enum ex_resource_mode mode) {
    return (struct wish){.base.see = see, .resource = resource, .mode = mode};
}

bool ex_resource_acquire(struct rd_world *w, ERESOURCE *resource, enum ex_resource_mode mode,
                         bool wait) {
    struct resource *state = checked(w, resource);
    struct ke_thread *thread = w->ke->current;
    if (wait)
        ke_lock_wanted(w, resource, KE_RESOURCE, true);
    struct wish wish = wish_for(resource, mode);
    if (has_it(state, thread, mode)) {
        ke_point(w, 0, KE_NOTHING);
    } else if (wait) {
        while (ke_stand_before(w, &wish.base))
            state->asked = true;
    } else {
        ke_point(w, 0, KE_NOTHING);
        const struct ke_shared_lock lock = see(&wish.base, thread);
        ke_shared_lock_touch(w, &lock, available(state, thread, mode));
    }
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
    struct resource *state = state_of(resource);
    if (!state->shared_count)
        state->asked = false;
    if (state->exclusive_waiters || state->shared_waiters)
        ke_event_set(w, &resource->ExclusiveWaiters);
}

void ex_resource_release(struct rd_world *w, ERESOURCE *resource, struct ke_thread *thread) {
    struct resource *state = checked(w, resource);
    ke_point(w, 0, KE_NOTHING);
    struct holder *holder = holder_of(state, thread);
    ke_lock_given(w, resource);
    uint32_t *count = state->owner == thread ? &state->exclusive : holder ? &holder->count : NULL;
    if (count && --*count)
        return;
    const struct wish wish = wish_for(resource, EX_SHARED);
    const struct ke_shared_lock lock = see(&wish.base, thread);
    if (state->owner)
        core_touch(w, lock.owner, CORE_WRITE | CORE_CLOSED);
    else
        ke_shared_lock_returned(w, &lock);
    if (state->owner == thread) {
        state->owner = NULL;
    } else if (holder) {
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
    const struct wish wish = wish_for(resource, EX_SHARED);
    const struct ke_shared_lock lock = see(&wish.base, w->ke->current);
    core_touch(w, lock.owner, CORE_WRITE | CORE_CLOSED);
    core_touch(w, lock.sharers, CORE_WRITE);
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

uint32_t ex_resource_waiters(struct rd_world *w, const ERESOURCE *resource, bool exclusive) {
    const struct resource *state = state_of(resource);
    core_touch(w, core_memory_place(resource), CORE_READ);
    return exclusive ? state->exclusive_waiters + state->asked : state->shared_waiters;
}
