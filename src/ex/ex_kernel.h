/*
 * ex_kernel.h - locks of drivers that are no dispatcher objects: fast and guarded mutex, push lock,
 * ERESOURCE and rundown protection. All of them live in memory of the driver and are waited for in
 * kernel mode.
 *
 * IRQL and regions are the business of the entry points; who owns what, who waits and who is next
 * is decided here.
 */
#ifndef RD_EX_EX_KERNEL_H
#define RD_EX_EX_KERNEL_H

#include "ke/irql.h"
#include "ke/verify.h"

/* ---- fast mutex, guarded mutex (ex_kernel_mutex.c) ------------------------------------------- */

void ex_mutex_init(struct rd_world *w, FAST_MUTEX *mutex);
/* Not recursive: whoever owns it already waits for ever. `kind` names it in messages. */
void ex_mutex_acquire(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind);
bool ex_mutex_try(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind);
/* Stops the machine if the current thread is not the owner. */
void ex_mutex_release(struct rd_world *w, FAST_MUTEX *mutex, enum ke_lock kind);

/* ---- push locks: a word that is 0 while nobody holds or wants the lock ----------------------- */

void ex_push_acquire(struct rd_world *w, ULONG_PTR *lock, bool exclusive);
bool ex_push_try(struct rd_world *w, ULONG_PTR *lock, bool exclusive);
void ex_push_release(struct rd_world *w, ULONG_PTR *lock, bool exclusive);

/* ---- rundown protection (ex_kernel_rundown.c) ------------------------------------------------ */

void ex_rundown_init(EX_RUNDOWN_REF *ref);
void ex_rundown_reinit(struct rd_world *w, EX_RUNDOWN_REF *ref);
bool ex_rundown_acquire(struct rd_world *w, EX_RUNDOWN_REF *ref, uint32_t count);
void ex_rundown_release(struct rd_world *w, EX_RUNDOWN_REF *ref, uint32_t count);
void ex_rundown_wait(struct rd_world *w, EX_RUNDOWN_REF *ref);
void ex_rundown_completed(struct rd_world *w, EX_RUNDOWN_REF *ref);

/* ---- ERESOURCE (ex_kernel_resource.c) -------------------------------------------------------- */

enum ex_resource_mode {
    EX_SHARED,
    EX_SHARED_STARVE_EXCLUSIVE,   /* although others wait for it exclusively */
    EX_SHARED_WAIT_FOR_EXCLUSIVE, /* not even to whoever shares it already, then */
    EX_EXCLUSIVE
};

NTSTATUS ex_resource_init(struct rd_world *w, ERESOURCE *resource);
NTSTATUS ex_resource_delete(struct rd_world *w, ERESOURCE *resource);
/* False: it is taken and `wait` is not set. */
bool ex_resource_acquire(struct rd_world *w, ERESOURCE *resource, enum ex_resource_mode mode,
                         bool wait);
/* On behalf of that thread. */
void ex_resource_release(struct rd_world *w, ERESOURCE *resource, struct ke_thread *thread);
void ex_resource_to_shared(struct rd_world *w, ERESOURCE *resource);
bool ex_resource_owned_exclusive(struct rd_world *w, const ERESOURCE *resource);
/* How often the current thread has acquired it. */
uint32_t ex_resource_owned(struct rd_world *w, const ERESOURCE *resource);
uint32_t ex_resource_waiters(struct rd_world *w, const ERESOURCE *resource, bool exclusive);

#endif
