/*
 * irql.h - IRQL and regions without APCs as driver code sees them, and the check of who may call
 * what.
 *
 * All of these act on the current thread. A violation stops the machine: on a simulated thread the
 * call then does not return.
 */
#ifndef RD_KE_IRQL_H
#define RD_KE_IRQL_H

#include "ke/ke.h"

enum { KE_PASSIVE_LEVEL = 0, KE_APC_LEVEL = 1, KE_DISPATCH_LEVEL = 2 };

/*
 * For scheduling points on locks that have no number of their own (a word in driver memory): all of
 * them count as one object, which is never too little.
 */
#define KE_DRIVER_MEMORY core_place(CORE_MACHINE, CORE_DRIVER_MEMORY)

/* 0 on behalf of the host. */
uint8_t ke_irql(const struct rd_world *w);
/* The current thread or its level has changed: paged memory follows (IRQL-06). */
static inline void ke_page(struct rd_world *w) {
    struct ke_state *ke = w->ke;
    bool out = ke->current && ke->current->irql >= KE_DISPATCH_LEVEL;
    if (RD_UNLIKELY(out != ke->paged_out) && ke->hooks.page) {
        ke->paged_out = out;
        ke->hooks.page(w, out);
    }
}

/* KeRaiseIrql: the level before. Below the current level: 0xC4/0x30 (IRQL-09). */
uint8_t ke_irql_raise(struct rd_world *w, uint8_t irql);
/* KeLowerIrql. Above the current level: 0xC4/0x31 (IRQL-09). */
void ke_irql_lower(struct rd_world *w, uint8_t irql);

/* Stops the machine with 0xC4/0xE5 if `routine` is called above `highest`; `rule` is the ID that
 * says so. */
void ke_irql_check(struct rd_world *w, uint8_t highest, const char *routine, const char *rule);
/* For ZwXxx services: PASSIVE_LEVEL with special kernel APCs enabled, else 0xC4/0xE6 (IRQL-07). */
void ke_service_check(struct rd_world *w, const char *routine);
/* For waits: APC_LEVEL, or DISPATCH_LEVEL if the wait cannot block; else 0xC4/0x3B (IRQL-04,
 * IRQL-05). */
void ke_wait_check(struct rd_world *w, const char *routine, bool may_block);

/* Critical regions (normal kernel APCs off) and guarded regions (all APCs off); both nest. */
void ke_region_enter(struct rd_world *w);
void ke_region_leave(struct rd_world *w);
void ke_guarded_enter(struct rd_world *w);
void ke_guarded_leave(struct rd_world *w);
bool ke_apcs_disabled(const struct rd_world *w);
bool ke_all_apcs_disabled(const struct rd_world *w);

/* One of the driver verifier's stops, 0xC4 with that first parameter. */
void ke_violation(struct rd_world *w, uint64_t what, const char *explanation);

/* How the current thread is when a routine of a driver is called, and must be when it returns. */
struct ke_level {
    uint8_t irql;
    int16_t apc_disable, special_apc_disable;
    uint32_t locks;
};
struct ke_level ke_level_now(const struct rd_world *w);
bool ke_level_is(const struct rd_world *w, const struct ke_level *before);
/*
 * `routine` has returned: 0xC8 if IRQL has changed (IRQL-10), 0x1 if a region is left entered
 * (TERM-42), 0xC4 if it still holds a lock.
 */
void ke_level_check(struct rd_world *w, const struct ke_level *before, const char *routine);

/* KEVENT and the like that a driver uses without having initialised it (DRV-08). */
void ke_header_check(struct rd_world *w, const DISPATCHER_HEADER *header, const char *routine);

/*
 * What a dispatcher header in driver memory is part of, for messages: kept in Signalling. Reserved2
 * is then the id of the thread that owns the lock, 0: nobody.
 */
enum ke_lock {
    KE_NO_LOCK,
    KE_FAST_MUTEX,
    KE_GUARDED_MUTEX,
    KE_PUSH_LOCK,
    KE_RESOURCE,
    KE_RUNDOWN,
    KE_NOTIFY_CALLS,  /* Reserved2: whose call began last, 0: it has ended */
    KE_MESSAGE_QUEUE, /* Reserved2: the thread that has to reply to a message, 0: none */
    KE_INPUT_IDLE,
    KE_DEBUG_EVENT,
    KE_REQUEST, /* an I/O request: done */
    KE_SHUTDOWN_ABORT,
    KE_LOADER_LOCK,
    KE_PEB_LOCK,
    KE_CALLBACKS,  /* of a thread pool: have returned */
    KE_POOL_WORK,  /* a worker of a thread pool rests */
    KE_POOL_WATCH, /* another list of objects to wait for */
    KE_SPIN_LOCK,
    KE_KERNEL_MUTEX,
    KE_LOOKASIDE,
    KE_OBJECT,
    KE_ADDRESS_SPACE,
    KE_REMOVE_LOCK, /* Reserved2: who has acquired it last, 0: that is over */
    KE_LOCKS
};
const char *ke_lock_name(enum ke_lock lock);
/* The event that waiters of such a lock wait for. */
void ke_lock_event_init(struct rd_world *w, KEVENT *event, enum ke_lock lock, bool manual);

#endif
