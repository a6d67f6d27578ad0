/*
 * tp.h - the thread pool of a process: user-mode code of ntdll on ordinary threads and waits.
 *
 * What is submitted is queued to a pool. Whoever submits wakes an idle worker, or creates one if
 * there is none and the pool has less than its maximum: so a callback that blocks never holds up
 * another one. A worker that has had nothing to do for LDR_TP_IDLE_MS ends, unless the pool shall
 * keep that many. Timers and waits are watched by waiter threads of the process, each for up to 63
 * objects, the first one for all timers; they end, too, when nothing is left to watch.
 *
 * These threads see DLL_THREAD_ATTACH like any other, and ExitProcess kills them like any other.
 * All state is touched between scheduling points on one place, the struct ldr_tp.
 */
#ifndef RD_LDR_TP_H
#define RD_LDR_TP_H

#include "ex/ex_port.h"
#include "ldr/ldr.h"

enum {
    LDR_TP_IDLE_MS = 20000,
    LDR_TP_MAXIMUM = 500, /* threads of a pool unless the program sets another number */
    LDR_TP_PRIORITIES = 3,
    LDR_TP_OBJECTS_PER_WAITER = 63,
};

#define LDR_TP_NEVER UINT64_MAX

enum ldr_tp_kind {
    LDR_TP_SIMPLE, /* TrySubmitThreadpoolCallback */
    LDR_TP_WORK,
    LDR_TP_TIMER,
    LDR_TP_WAIT,
    LDR_TP_IO,
    LDR_TP_ITEM,        /* QueueUserWorkItem */
    LDR_TP_QUEUE_TIMER, /* CreateTimerQueueTimer */
    LDR_TP_REGISTERED,  /* RegisterWaitForSingleObject */
    LDR_TP_BOUND,       /* BindIoCompletionCallback */
};

struct ldr_tp_pool {
    LIST_ENTRY link;
    uint32_t number; /* for the log */
    uint32_t most, least;
    LIST_ENTRY queues[LDR_TP_PRIORITIES]; /* of ldr_tp_object.queued */
    LIST_ENTRY workers;                   /* of ldr_tp_worker; who rested last comes first */
    uint32_t objects;                     /* that refer to it */
    bool closed;
};

struct ldr_tp_worker {
    LIST_ENTRY link;
    struct ldr_tp_pool *pool;
    uint32_t tid, thread; /* id, and number of the object; 0: is being created */
    bool idle;            /* it rests, and nobody has woken it */
    KEVENT wake;
};

/* A waiter thread. */
struct ldr_tp_waiter {
    LIST_ENTRY link;
    uint32_t tid, thread; /* as in ldr_tp_worker */
    KEVENT changed;       /* what it shall watch is not what it watches */
    uint32_t waits;
};

struct ldr_tp_group {
    LIST_ENTRY link;
    LIST_ENTRY members; /* of ldr_tp_object.in_group */
};

struct ldr_tp_queue {
    LIST_ENTRY link;
    LIST_ENTRY timers; /* of ldr_tp_object.in_group */
    KEVENT *done;      /* referenced: signaled when the last timer is gone; or NULL */
    bool closed, held; /* held: is being closed, and stays until that is done */
};

struct ldr_tp_instance;

struct ldr_tp_object {
    LIST_ENTRY link; /* in ldr_tp.objects */
    enum ldr_tp_kind kind;
    uint32_t number;
    struct ldr_tp_pool *pool;
    struct ldr_tp_group *group;
    struct ldr_tp_queue *queue;
    LIST_ENTRY in_group; /* in group->members or queue->timers */
    LIST_ENTRY queued;   /* in the pool's queue while `pending` */
    void *callback, *context, *cancel, *finalization;
    struct ldr_module *library; /* stays loaded meanwhile */
    uint8_t priority;
    bool once;    /* a registered wait that fires once */
    bool inline_; /* its callback runs in the waiter thread */
    bool closed;  /* goes with its last callback */
    uint32_t pending, running,
        waiting;       /* callbacks queued, in progress; threads that wait for it */
    uint32_t signaled; /* of the pending ones: by the object, not by the timeout */
    KEVENT idle;       /* wakes those threads */
    KEVENT *done;      /* referenced: signaled when it goes; or NULL */
    /* timers and waits */
    bool set, expired;            /* a timer is set; one without period has come */
    uint64_t due, sequence;       /* LDR_TP_NEVER: not armed */
    uint64_t period;              /* of a timer; of a registered wait, its timeout */
    DISPATCHER_HEADER *target;    /* its body is referenced: what a wait watches, while it does */
    struct ldr_tp_waiter *waiter; /* who watches it; NULL: nobody does now */
    /* files; the target is their completion port */
    uint32_t started;   /* operations that a callback is to tell of */
    uint32_t skipped;   /* others whose packets are to be passed over */
    LIST_ENTRY packets; /* of the pending callbacks */
    void (*deliver)(struct ldr_tp_object *object, struct ldr_tp_instance *instance,
                    const struct ex_packet *packet);
};

struct ldr_tp {
    LIST_ENTRY pools, objects, groups, queues, waiters;
    struct ldr_tp_pool *standard;
    struct ldr_tp_queue *standard_queue;
    uint32_t pool_count, object_count;
    uint64_t sequence;
};

/* One call of a callback; the program sees its address. Lies on the worker's stack. */
struct ldr_tp_instance {
    struct ldr_tp_object *object; /* NULL: the thread has dissociated itself */
    struct ldr_tp_worker *worker; /* NULL: in a waiter thread */
    bool runs_long;
    /* What is to be done when the callback has returned, and by whom. */
    void (*leave)(struct ldr_tp_instance *instance);
    void *section, *mutex, *semaphore, *event, *library;
    uint32_t release;
};

struct ldr_tp_new {
    enum ldr_tp_kind kind;
    void *callback, *context;
    /* Of the callback environment: */
    struct ldr_tp_pool *pool; /* NULL: the process's */
    struct ldr_tp_group *group;
    void *cancel, *finalization;
    struct ldr_module *library;
    uint8_t priority;
    /* Of files: */
    struct ex_port *port; /* its reference is given up */
    void (*deliver)(struct ldr_tp_object *object, struct ldr_tp_instance *instance,
                    const struct ex_packet *packet);
    /* Of the older functions: */
    struct ldr_tp_queue *queue;
    bool once, inline_;
};

/* ---- pools and callbacks (tp.c) -------------------------------------------------------------- */

/*
 * Of the current process; made on first use. A scheduling point: entry points begin with it, and
 * what they find afterwards is valid until the next one.
 */
struct ldr_tp *ldr_tp_get(struct rd_world *w);

struct ldr_tp_pool *ldr_tp_pool_create(struct rd_world *w);
void ldr_tp_pool_close(struct rd_world *w, struct ldr_tp_pool *pool);
/* False: a thread could not be created. */
bool ldr_tp_pool_keep(struct rd_world *w, struct ldr_tp_pool *pool, uint32_t least);
/* Each is NULL if the address is none of the process's, or closed. */
struct ldr_tp_pool *ldr_tp_find_pool(struct rd_world *w, const void *address);
struct ldr_tp_group *ldr_tp_find_group(struct rd_world *w, const void *address);
struct ldr_tp_queue *ldr_tp_find_queue(struct rd_world *w, const void *address);
struct ldr_tp_object *ldr_tp_find(struct rd_world *w, const void *address, enum ldr_tp_kind kind);

struct ldr_tp_object *ldr_tp_create(struct rd_world *w, const struct ldr_tp_new *new);
/* One more callback. The thread that is created for it can run at once. */
void ldr_tp_submit(struct rd_world *w, struct ldr_tp_object *object);
/* Until no callback is pending or in progress; `cancel` drops those that have not begun. */
void ldr_tp_wait(struct rd_world *w, struct ldr_tp_object *object, bool cancel);
/* Drops the callbacks that have not begun. */
void ldr_tp_cancel(struct rd_world *w, struct ldr_tp_object *object);
/* The object goes when its last callback has returned. */
void ldr_tp_close(struct rd_world *w, struct ldr_tp_object *object);
/* Runs one callback on the current thread. */
void ldr_tp_call(struct rd_world *w, struct ldr_tp_object *object, struct ldr_tp_worker *worker);
/* False: the pool has all the threads that it may have. */
bool ldr_tp_may_run_long(struct rd_world *w, struct ldr_tp_instance *instance);
void ldr_tp_dissociate(struct rd_world *w, struct ldr_tp_instance *instance);

struct ldr_tp_group *ldr_tp_group_create(struct rd_world *w);
void ldr_tp_group_close_members(struct rd_world *w, struct ldr_tp_group *group, bool cancel,
                                void *context);
void ldr_tp_group_close(struct rd_world *w, struct ldr_tp_group *group);

/* The address space goes: references to objects are given up. */
void ldr_tp_gone(struct rd_world *w, struct ldr_process *process);

/*
 * One more operation on its file is going to be told to the port; cancelled: none is, after all.
 * What the port is told without either is passed over.
 */
void ldr_tp_io_start(struct rd_world *w, struct ldr_tp_object *io);
void ldr_tp_io_cancel(struct rd_world *w, struct ldr_tp_object *io);

/* ---- timers and waits (tp_waiter.c) ---------------------------------------------------------- */

/* `due` in virtual time, LDR_TP_NEVER to stop it; the period in units of 100 ns, 0: once. */
void ldr_tp_set_timer(struct rd_world *w, struct ldr_tp_object *timer, uint64_t due,
                      uint64_t period);
/* Watches a waitable object until it is signaled or it is `due`; NULL: nothing. */
void ldr_tp_set_wait(struct rd_world *w, struct ldr_tp_object *wait, DISPATCHER_HEADER *target,
                     uint64_t due);
/* Watches the port of a file. */
void ldr_tp_watch_port(struct rd_world *w, struct ldr_tp_object *io);
/* A registered wait is watched again: its callback has begun. */
void ldr_tp_watch_again(struct rd_world *w, struct ldr_tp_object *object);
/* Stops timer or wait; callbacks that are queued stay so. */
void ldr_tp_disarm(struct rd_world *w, struct ldr_tp_object *object);

/* ---- the older functions (tp_legacy.c) ------------------------------------------------------- */

/*
 * Ends a timer or registered wait. STATUS_SUCCESS: it is gone. STATUS_PENDING: a callback is in
 * progress. `done` is signaled when it is gone; `synchronous` waits for that.
 */
NTSTATUS ldr_tp_retire(struct rd_world *w, struct ldr_tp_object *object, KEVENT *done,
                       bool synchronous);
struct ldr_tp_queue *ldr_tp_queue_create(struct rd_world *w);
/* The process's own, made on first use. */
struct ldr_tp_queue *ldr_tp_queue_standard(struct rd_world *w);
NTSTATUS ldr_tp_queue_close(struct rd_world *w, struct ldr_tp_queue *queue, KEVENT *done,
                            bool synchronous);
/* A timer of it has gone. */
void ldr_tp_queue_left(struct rd_world *w, struct ldr_tp_queue *queue);

/* ---- shared by the files --------------------------------------------------------------------- */

/* After a wait: the state is looked at in the same step. */
void ldr_tp_touch(struct rd_world *w);
/* A thread of the current process that runs `start`; its numbers are stored. */
NTSTATUS ldr_tp_start_thread(struct rd_world *w, uint32_t (*start)(void *), void *parameter,
                             uint32_t numbers[2]);
/* Does that thread still exist? */
bool ldr_tp_thread_lives(struct rd_world *w, uint32_t tid, uint32_t thread);
/* Is it still in the list? Creating a thread lets others run. */
bool ldr_tp_listed(LIST_ENTRY *list, const LIST_ENTRY *link);
/* "timer 3" */
const char *ldr_tp_name(struct rd_world *w, const struct ldr_tp_object *object);

#endif
