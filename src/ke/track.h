/*
 * track.h - what the verifier knows of locks and dispatcher objects in the memory of drivers: who
 * initialised them and when, who holds them, and in which order they were acquired.
 *
 * Nothing is tracked with RD_VERIFIER_OFF.
 */
#ifndef RD_KE_TRACK_H
#define RD_KE_TRACK_H

#include "ke/irql.h"
#include "ke/verify.h"

/* An object was initialised. An ERESOURCE that is live already: 0xC4/0xD0. */
void ke_track(struct rd_world *w, const void *object, enum ke_lock kind);
/* It was deleted as it should be. */
void ke_untrack(struct rd_world *w, const void *object);
/* Memory is freed: 0xC4 if a lock in it is held, or an object in it should have been deleted. */
void ke_untrack_memory(struct rd_world *w, const void *memory, size_t size);
/* The driver's code and data are gone. */
void ke_untrack_driver(struct rd_world *w, const char *driver);

/* A routine of a driver uses the object: finds registrations that came too early (DRV-08). */
void ke_track_use(struct rd_world *w, const void *object);

/*
 * The current thread is about to wait for a lock, or for rundown protection to be released:
 * 0xC4/0x1001 if the order of acquisition can deadlock, 0xC4/0x1000 if it holds the lock and the
 * lock is not recursive. An attempt that cannot wait needs no call.
 */
void ke_lock_wanted(struct rd_world *w, const void *lock, enum ke_lock kind, bool recursive);
/* It has got it. */
void ke_lock_taken(struct rd_world *w, const void *lock, enum ke_lock kind);
/* Given back by the current thread, for whichever thread holds it. */
void ke_lock_given(struct rd_world *w, const void *lock);
bool ke_lock_held(struct rd_world *w, const void *lock);

/* How many locks the current thread holds; rundown protection is none. */
uint32_t ke_locks_count(const struct rd_world *w);
/* "fast mutex #3, push lock #5": what it holds; NULL if nothing. */
const char *ke_locks_held(struct rd_world *w);
/* The thread has ended. */
void ke_locks_forget(struct rd_world *w, struct ke_thread *thread);

#endif
