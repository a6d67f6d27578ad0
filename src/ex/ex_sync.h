/* ex_sync.h - the synchronisation objects that have handles: event, mutant, semaphore, waitable
 * timer. */
#ifndef RD_EX_EX_SYNC_H
#define RD_EX_EX_SYNC_H

#include "ke/ke.h"

/* Bodies: KEVENT, KMUTANT, KSEMAPHORE, struct ex_timer. */
extern const struct ob_type ex_event_type, ex_mutant_type, ex_semaphore_type, ex_timer_type;

/*
 * How a named object comes to be: ob_create_named, then the state is set unless the object existed.
 * Each returns a body with a reference, or NULL and *status.
 */
struct ex_named {
    const char *name; /* NULL or "": none */
    bool existing;    /* out */
    NTSTATUS status;  /* out */
};

KEVENT *ex_event_create(struct rd_world *w, struct ex_named *named, bool manual, bool set);
/* `owned`: by the current thread, unless the mutant existed. */
KMUTANT *ex_mutant_create(struct rd_world *w, struct ex_named *named, bool owned);
/* STATUS_INVALID_PARAMETER if the counts contradict each other. */
KSEMAPHORE *ex_semaphore_create(struct rd_world *w, struct ex_named *named, LONG count, LONG limit);

/* A waitable timer. While it is periodic and nobody waits for it, it does not keep the clock
 * running. */
struct ex_timer {
    DISPATCHER_HEADER header; /* first */
    struct ke_deadline deadline;
    struct rd_world *world;
    uint64_t due;                 /* when it was or will be signaled */
    uint64_t period;              /* 0: once */
    bool armed;                   /* set and not cancelled */
    uint64_t routine, argument;   /* completion routine, run as an APC of the thread below */
    uint32_t apc_tid, apc_object; /* the thread that set it: id, and number of the object */
    struct ke_thread *(*find_thread)(struct rd_world *w, uint32_t tid, uint32_t object);
};

struct ex_timer *ex_timer_create(struct rd_world *w, struct ex_named *named, bool manual);

struct ex_timer_set {
    LONGLONG due;    /* NT time: negative is relative */
    uint64_t period; /* 100 ns */
    uint64_t routine, argument;
    struct ke_thread *thread; /* gets the completion routine */
    /* The thread of that id, if it is still the same object. */
    struct ke_thread *(*find_thread)(struct rd_world *w, uint32_t tid, uint32_t object);
};

/* Both return whether the timer was set before. */
bool ex_timer_set(struct rd_world *w, struct ex_timer *timer, const struct ex_timer_set *set);
bool ex_timer_cancel(struct rd_world *w, struct ex_timer *timer);

/* Before a wait: a periodic timer catches up with the clock and runs on. */
void ex_timer_refresh(struct rd_world *w, struct ex_timer *timer);

#endif
