/*
 * win32_park.h - threads that wait for an address: what critical sections, slim locks, condition
 * variables and WaitOnAddress have in common. No handle and no object is involved.
 */
#ifndef RD_API_WIN32_PARK_H
#define RD_API_WIN32_PARK_H

#include "api/win32.h"

/* What is shared by several views has one place. */
uint64_t api_view_place(const struct rd_world *w, const volatile void *address);
static inline uint64_t api_memory_place(const struct rd_world *w, const volatile void *address) {
    return RD_UNLIKELY(w->views != NULL) ? api_view_place(w, address) : core_memory_place(address);
}

/* A scheduling point before an access to memory that threads share. */
static inline void api_memory_point(struct api_caller *caller, const volatile void *address,
                                    enum ke_access_kind kind) {
    ke_point(caller->w, api_memory_place(caller->w, address), kind);
}

typedef bool api_free_fn(const struct rd_world *w, const struct ke_thread *thread,
                         const void *lock);

/* The same before a lock is taken: `is_free` tells whether that would have to wait. */
static inline void api_lock_point(struct api_caller *caller, const volatile void *lock,
                                  api_free_fn *is_free) {
    if (RD_LIKELY(!caller->w->ke->every_order)) {
        ke_point(caller->w, 0, KE_NOTHING);
        return;
    }
    const struct ke_gate gate = {
        .is_open = is_free, .context = (const void *)(uintptr_t)lock, .places = 1};
    ke_point_gate(caller->w, api_memory_place(caller->w, lock), KE_WRITE, &gate);
}

/* A lock is given back: until now nobody else could have it. */
static inline void api_unlock_touch(struct api_caller *caller, const volatile void *lock) {
    core_touch(caller->w, api_memory_place(caller->w, lock), CORE_WRITE | CORE_CLOSED);
}

/*
 * Blocks the caller until somebody unparks it: STATUS_SUCCESS, or STATUS_TIMEOUT. `what` tells a
 * deadlock report what it waits for. There is no scheduling point before the caller is parked.
 */
NTSTATUS api_park(struct api_caller *caller, const volatile void *address, DWORD milliseconds,
                  const char *what);

/* For api_unpark: somebody is parked somewhere. */
void api_unpark_any(struct api_caller *caller, const volatile void *address, unsigned limit);

/* Lets at most `limit` threads go on that are parked at the address, in the order in which they
 * came. */
static inline void api_unpark(struct api_caller *caller, const volatile void *address,
                              unsigned limit) {
    if (RD_UNLIKELY(caller->w->parkings != NULL))
        api_unpark_any(caller, address, limit);
}

/* 0: nobody is parked at the address. */
uint32_t api_first_parked(struct api_caller *caller, const volatile void *address);

/* Is it a thread of the caller's process that could still give a lock back? */
bool api_is_alive(const struct api_caller *caller, uint32_t tid);

/*
 * Before a wait for a lock: if the process is in its shutdown, so that nobody will ever release it,
 * the process ends on the spot with the pending exit code (PROC-39, DLL-59) and this does not
 * return. owner_tid 0: the lock does not know its owner.
 */
void api_check_orphan(struct api_caller *caller, uint32_t owner_tid, const char *what);

#endif
