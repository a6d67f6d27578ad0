/*
 * win32_park.h - threads that wait for an address: what critical sections, slim locks, condition
 * variables and WaitOnAddress have in common. No handle and no object is involved.
 */
#ifndef RD_API_WIN32_PARK_H
#define RD_API_WIN32_PARK_H

#include "api/win32.h"

/* A scheduling point before a look at memory that threads share. */
static inline void api_memory_point(struct api_caller *caller) {
    ke_point(caller->w, 0, KE_WRITE);
}

/*
 * Blocks the caller until somebody unparks it: STATUS_SUCCESS, or STATUS_TIMEOUT. `what` tells a
 * deadlock report what it waits for. There is no scheduling point before the caller is parked.
 */
NTSTATUS api_park(struct api_caller *caller, const volatile void *address, DWORD milliseconds,
                  const char *what);

/* Lets at most `limit` threads go on that are parked at the address, in the order in which they
 * came. */
unsigned api_unpark(struct api_caller *caller, const volatile void *address, unsigned limit);

bool api_is_parked(struct api_caller *caller, const volatile void *address);

/*
 * Before a wait for a lock: if the process is in its shutdown, so that nobody will ever release it,
 * the process ends on the spot with the pending exit code (PROC-39, DLL-59) and this does not
 * return. owner_tid 0: the lock does not know its owner.
 */
void api_check_orphan(struct api_caller *caller, uint32_t owner_tid, const char *what);

#endif
