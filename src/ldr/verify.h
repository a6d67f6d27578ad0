/*
 * verify.h - the verifier's side of user mode: what programs and DLLs do wrong (U- in check.def).
 *
 * Every call does nothing unless RD_VERIFIER_FULL was asked for. All of them speak of the current
 * thread and its process.
 */
#ifndef RD_LDR_VERIFY_H
#define RD_LDR_VERIFY_H

#include "ke/verify.h"
#include "ldr/ldr.h"

enum ldr_user_lock { LDR_CRITICAL_SECTION, LDR_SRW_LOCK, LDR_HEAP };

/* ---- locks in the memory of programs --------------------------------------------------------- */

void ldr_verify_lock_made(struct rd_world *w, const void *lock);
void ldr_verify_lock_deleted(struct rd_world *w, const void *lock);
/* Before the thread takes a lock that is not recursive. */
void ldr_verify_lock_wanted(struct rd_world *w, const void *lock, bool shared);
void ldr_verify_lock_taken(struct rd_world *w, const void *lock, enum ldr_user_lock kind,
                           bool shared);
/* Before it gives the lock back: is it the one that took it, and in that mode? */
void ldr_verify_lock_given(struct rd_world *w, const void *lock, enum ldr_user_lock kind,
                           bool shared);
/* A critical section without the state that InitializeCriticalSection makes. */
void ldr_verify_lock_unmade(struct rd_world *w, const char *routine);
/* A lock is wanted during the shutdown that a dead thread owns. */
void ldr_verify_lock_orphaned(struct rd_world *w, const char *what);

/* ---- threads --------------------------------------------------------------------------------- */

void ldr_verify_exit_thread(struct rd_world *w);
void ldr_verify_exit_process(struct rd_world *w);
void ldr_verify_terminate_thread(struct rd_world *w, const struct ps_thread *victim);

/* ---- DLLs ------------------------------------------------------------------------------------ */

/* LoadLibrary and FreeLibrary, which are unsafe in DllMain. */
void ldr_verify_loads(struct rd_world *w, const char *name);
void ldr_verify_frees(struct rd_world *w, const struct ldr_module *module);
void ldr_verify_waits(struct rd_world *w, DISPATCHER_HEADER *const *objects, uint32_t count);
/* FreeLibrary has dropped the last reference: before DLL_PROCESS_DETACH, and after it. */
void ldr_verify_unloads(struct rd_world *w, const struct ldr_module *module);
void ldr_verify_unloaded(struct rd_world *w, struct ldr_module *module);
/* An index of thread-local storage: who allocates it in DllMain has to free it. */
void ldr_verify_tls(struct rd_world *w, uint32_t index, bool allocated);
void ldr_verify_tls_use(struct rd_world *w, uint32_t index, const char *routine);

/* ---- thread pools ---------------------------------------------------------------------------- */

struct ldr_tp_object;
/* The thread waits until no callback of the object is pending or in progress. */
void ldr_verify_pool_wait(struct rd_world *w, const struct ldr_tp_object *object);

/* ---- handles --------------------------------------------------------------------------------- */

/* A handle that the thread has used, and what came of it. */
void ldr_verify_handle(struct rd_world *w, uint64_t value, NTSTATUS status);
/* Who opens a handle in DllMain has to close it. */
void ldr_verify_handle_opened(struct rd_world *w, uint64_t value);
void ldr_verify_handle_closed(struct rd_world *w, uint64_t value);

#endif
