/*
 * ke.h - the kernel core: threads of control, the scheduler, dispatcher objects and waits, timers,
 * user APCs, IRQL.
 *
 * Exactly one simulated thread runs at a time, and control passes to another one only at a
 * scheduling point (ke_point), when the running thread blocks, or when it ends. Everything between
 * two points is atomic.
 */
#ifndef RD_KE_KE_H
#define RD_KE_KE_H

#include "core/core.h"
#include "ob/ob.h"
#include "port/port.h"
#include "rundown/sdk/rd_kobjects.h"

enum ke_state_of_thread {
    KE_INITIALIZED, /* created, never readied */
    KE_READY,
    KE_RUNNING,
    KE_WAITING,
    KE_SUSPENDED, /* would be ready, but its suspend count is not 0 */
    KE_TERMINATED,
};

enum ke_access_kind {
    KE_NOTHING = CORE_NOTHING,
    KE_READ = CORE_READ,
    KE_UPDATE = CORE_UPDATE,
    KE_WRITE = CORE_WRITE,
    KE_LIFE = CORE_WRITE | CORE_ENDING /* api_object: changes whether the object's thread goes on */
};

/* What a thread is about to do at a scheduling point: the place touched, and how. */
struct ke_access {
    uint64_t place; /* see core_place; a plain number is that of an object */
    uint8_t kind;
};

enum ke_memory_way { KE_PLAIN, KE_VOLATILE, KE_ATOMIC };

/*
 * Memory that a thread at a scheduling point is about to touch, for whoever looks for data races
 * (src/api/race.c). Lies on the thread's stack.
 */
struct ke_memory_access {
    const volatile void *address;
    size_t size;
    const volatile void *other; /* of a copy: so many bytes there are written, if the first ones
                                 * are read, or the other way round; or NULL */
    const void *expected;       /* only if that is there anything is written; NULL: `kind` says */
    const void *code;           /* whose access it is */
    enum ke_access_kind kind;
    enum ke_memory_way way;
};

struct ke_thread;

/*
 * What a thread at a scheduling point needs before it can go on, where every order is open
 * (RD_CHOOSE_ORDER). Lies on the thread's stack.
 */
struct ke_gate {
    bool (*is_open)(const struct rd_world *w, const struct ke_thread *thread, const void *context);
    const void *context;
    bool timed;     /* waits no longer than for some time */
    uint8_t places; /* how many it is about: what the step touches first */
    bool any;       /* one of them is enough */
    bool waits;     /* so a kernel APC is enough, too; */
    bool alertable; /* any APC is. Then the step touches the life of its thread next */
    struct ke_access (*place)(const struct ke_thread *thread, const void *context,
                              unsigned index); /* perhaps CORE_CLOSED; NULL: there is only one */
    bool (*asks)(const struct ke_thread *thread, const void *context); /* core_step.asks; NULL:
                                                                        * never */
    bool resists; /* termination waits until the thread has what it waits for */
    void (*give_up)(struct rd_world *w, const void *context); /* killed meanwhile; or NULL */
};

/* One object that a thread waits for. Linked into the object's WaitListHead. */
struct ke_wait_block {
    LIST_ENTRY link;
    struct ke_thread *thread;
    DISPATCHER_HEADER *object;
    uint32_t index;
    uint8_t all; /* part of a wait for all objects */
};

enum { KE_INLINE_WAIT_BLOCKS = 1, KE_NO_TIMER = -1 };

/* Anything that happens at a virtual time. `position` is its place in the heap. */
struct ke_deadline {
    uint64_t time;
    uint64_t sequence; /* first armed, first served */
    int32_t position;  /* KE_NO_TIMER: not armed */
    bool idle;         /* recurs for ever: does not keep a machine without processes running */
    void (*expire)(struct rd_world *w, struct ke_deadline *deadline);
};

typedef void ke_apc_function(uint64_t a, uint64_t b, uint64_t c);

/* What follows the kernel routine of a driver's APC, which may change all of it. */
struct ke_apc_normal {
    void *routine; /* NULL: nothing */
    void *arguments[3];
};

/* What few threads have; made on first need. */
struct ke_belongings {
    LIST_ENTRY user_apcs;
    LIST_ENTRY kernel_apcs; /* special ones first */
    LIST_ENTRY mutants;     /* owned ones, by MutantListEntry */
    LIST_ENTRY held;        /* locks in the memory of drivers (track.h) */
    struct ke_round *round; /* what it looks at while it polls (poll.c); NULL: it never yielded */
};

/* A thread of control (NT: KTHREAD). First member of struct ps_thread. */
struct ke_thread {
    DISPATCHER_HEADER header;
    uint32_t pid, tid; /* in the order of rd_world, which takes both at every switch */
    uint8_t state;     /* enum ke_state_of_thread */
    uint8_t irql;      /* KIRQL; PASSIVE_LEVEL 0, APC_LEVEL 1, DISPATCH_LEVEL 2 */
    uint8_t wait_mode; /* KernelMode or UserMode, while waiting */
    uint8_t alertable; /* while waiting */
    bool alerted[2];   /* for KernelMode, UserMode: the next alertable wait ends at once */
    bool has_kernel_apcs;
    bool in_kernel_apc; /* runs the normal routine of one: no other is delivered meanwhile */
    bool user_apcs_due; /* user APCs run when it is back in user mode */
    bool lost_handle;   /* stands before a wait, and one of its handles was closed meanwhile */
    bool started;       /* its entry has begun (or will begin) on its context */
    bool kill_pending;  /* dies as soon as it is back in user mode */
    bool told_to_end;   /* a wait of driver code has returned because of that */
    bool runs_on;       /* was to die in user mode, but takes one more step before it does */
    bool exiting;       /* on its way out: cannot be killed, suspended or given APCs any more */
    bool system;        /* runs in kernel mode for all its life */
    bool end_seen;      /* somebody has waited for its end */
    uint8_t wait_count; /* of wait_blocks */
    uint16_t suspend_count;
    uint16_t freeze_count;       /* debug events of its process that are not continued */
    int16_t kernel_depth;        /* > 0: inside driver code or a system service that may call it */
    int16_t apc_disable;         /* nested critical regions */
    int16_t special_apc_disable; /* nested guarded regions */
    uint32_t callback; /* ke_state.serial when the routine that it runs was registered; 0: none */
    NTSTATUS wait_status;
    uint32_t process_object;           /* number of its process object */
    struct ke_wait_block *wait_blocks; /* inline_blocks or an array from the pool */
    struct ke_wait_block inline_blocks[KE_INLINE_WAIT_BLOCKS];
    struct ke_deadline timeout;
    struct ke_belongings *belongings; /* see ke_belongings_of */
    LIST_ENTRY ready;                 /* in the ready queue */
    struct ke_access next;            /* what it will do when it goes on */
    const struct ke_gate *gate; /* at a scheduling point that it cannot always pass, or NULL */
    const struct ke_memory_access *memory; /* what `next` is about, if somebody wants to know */
    const char *wait_reason;     /* static text for waits that are not for an object, or NULL */
    uint64_t time_used[2];       /* of the processor, in user mode and in kernel mode */
    struct port_context context; /* until it is started, `entry` and `stack.size` are what it shall
                                  * begin with */
};

/* Upward calls, filled in by src/world. */
struct ke_hooks {
    void (*die)(void *thread); /* entry: runs the exit path of a killed thread; never returns */
    /* "an IRP_MJ_READ request to driver 'x.sys'" for the event that its sender waits for */
    const char *(*request_text)(struct rd_world *w, const DISPATCHER_HEADER *done);
    void (*switched)(struct rd_world *w, struct ke_thread *to); /* NULL unless somebody cares */
    void (*thread_gone)(struct rd_world *w,
                        struct ke_thread *thread);   /* drops its last self-reference */
    bool (*process_alive)(const struct rd_world *w); /* is there anybody for whom time must pass? */
    bool (*timer_awaited)(struct rd_world *w);       /* does a thread wait for a kernel timer? */
    /* Called at every scheduling point while ke_state.watch_time is set; may end the thread. */
    void (*time_used)(struct rd_world *w, struct ke_thread *thread);
    /* "16 'app.exe'" for the process with that dispatcher header */
    const char *(*process_text)(struct rd_world *w, const DISPATCHER_HEADER *process);
    /* Whose code the current thread runs, and which routine of it; "" if none. */
    void (*culprit)(struct rd_world *w, const char **driver, const char **routine);
    /* The routines of a driver's APC: of the kernel; the normal one, in the kernel; in place of
     * both, when the thread ends with the APC queued. */
    void (*kernel_routine)(struct rd_world *w, void *owner, KAPC *apc,
                           struct ke_apc_normal *normal);
    void (*normal_routine)(struct rd_world *w, void *owner, const struct ke_apc_normal *normal);
    void (*rundown_routine)(struct rd_world *w, void *owner, KAPC *apc);
    /* Paged memory goes out or comes back; NULL: there is none that could. */
    void (*page)(struct rd_world *w, bool out);
    /* Are routines of that driver registered? */
    bool (*has_routines)(struct rd_world *w, const char *driver);
};

struct ke_state {
    struct ke_thread *current; /* NULL: the host runs */
    LIST_ENTRY ready;          /* in the order in which the threads became ready */
    uint32_t ready_count;
    uint32_t quantum_left;
    uint32_t last_tid, last_object; /* who ran before the current thread */
    uint64_t steps_limit;           /* stop when w->steps reaches it */
    uint64_t time_limit;            /* stop when w->now would pass it */
    uint64_t wake_time;             /* the earliest of the first deadline and time_limit */
    bool watch_time;                /* somebody limits processor time: wake_time is 0 */
    struct ke_deadline **heap;      /* in run memory */
    size_t heap_count, heap_capacity;
    size_t idle_deadlines; /* how many of them do not keep the machine running */
    uint64_t next_sequence;
    uint32_t next_driver_object; /* numbers for dispatcher objects in driver memory */
    uint64_t switches;
    uint32_t tick;    /* virtual time that a scheduling point takes; 0 where every order is open */
    bool every_order; /* RD_CHOOSE_ORDER */
    bool every_point; /* ke_point_slow is to see every scheduling point */
    bool stop;        /* leave to the host at the next opportunity */
    bool livelock;    /* those who could go on only poll, in vain, for ever */
    bool dead;        /* the machine has stopped for good (bugcheck, out of memory) */
    uint32_t threads_alive;
    uint32_t ends_unseen; /* threads that have ended, and nobody has waited for that */
    /* Where every order is open, of the step that runs: */
    uint32_t step_room;          /* scheduling points that may still be passed within it */
    uint64_t step_decisions;     /* decisions before it */
    struct ke_polls *polls;      /* poll.c; in run memory; NULL: nobody has yielded yet */
    struct ke_thread *exclusive; /* serves a call of the host: nobody else runs unless it blocks */
    struct ke_thread *resume;    /* the thread that the host interrupted at a scheduling point */
    struct port_context host;    /* who called ke_run */
    struct port_context last_gasp;   /* context of the thread that has just ended */
    LIST_ENTRY findings;             /* of ke_finding_record, in order (verify.h) */
    LIST_ENTRY standing;             /* threads before waits for what has a handle (wait.c) */
    struct ke_tracked_page *tracked; /* uthash; objects in memory of drivers (track.h) */
    uint32_t tracked_count, tracked_visit;
    uint32_t serial; /* counts initialisations of such objects and registrations of routines */
    bool paged_out;  /* somebody is at DISPATCH_LEVEL: paged memory cannot be touched */
    struct ke_hooks hooks; /* last: outlives a reset */
};

bool ke_state_create(struct rd_world *w);
void ke_state_reset(struct rd_world *w);
/* Seed, replay string or open decisions are not those of the last reset any more. */
void ke_choices_changed(struct rd_world *w);

/* ---- threads and scheduling (sched.c) -------------------------------------------------------- */

void ke_thread_init(struct rd_world *w, struct ke_thread *thread, port_entry *entry,
                    size_t stack_size);
/* The thread object goes. */
void ke_thread_deleted(struct rd_world *w, struct ke_thread *thread);

extern const struct ke_belongings ke_no_belongings; /* empty lists */

/* For looking at them. */
static inline const struct ke_belongings *ke_belongings_of(const struct ke_thread *thread) {
    return RD_LIKELY(!thread->belongings) ? &ke_no_belongings : thread->belongings;
}
/* For adding to them. */
struct ke_belongings *ke_belongings_make(struct rd_world *w, struct ke_thread *thread);

static inline bool ke_has_user_apcs(const struct ke_thread *thread) {
    return !base_list_empty(&ke_belongings_of(thread)->user_apcs);
}

/* Puts a new, woken or resumed thread into the ready queue, or sets it aside while it is suspended.
 */
void ke_ready(struct rd_world *w, struct ke_thread *thread);

void ke_point_slow(struct rd_world *w, struct ke_thread *thread);

/*
 * A scheduling point of the current thread, before it does `access`. Other threads may run before
 * it returns. Does nothing on behalf of the host.
 */
static inline void ke_point(struct rd_world *w, uint64_t place, enum ke_access_kind kind) {
    struct ke_state *ke = w->ke;
    struct ke_thread *thread = ke->current;
    uint64_t steps = w->steps + 1;
    if (RD_UNLIKELY(!thread))
        return;
    __atomic_store_n(&w->steps, steps, __ATOMIC_RELAXED); /* another host thread may read it */
    w->now += ke->tick;
    thread->time_used[thread->kernel_depth > 0] += ke->tick;
    thread->next.place = place;
    thread->next.kind = (uint8_t)kind;
    if (ke->ready_count || w->now >= ke->wake_time || steps >= ke->steps_limit || ke->every_point ||
        thread->has_kernel_apcs)
        ke_point_slow(w, thread);
}

/*
 * A scheduling point before something that may have to wait. Where every order is open the thread
 * stands still here until the gate is open; if nothing else can happen it goes on all the same, and
 * then really waits.
 */
static inline void ke_point_gate(struct rd_world *w, uint64_t place, enum ke_access_kind kind,
                                 const struct ke_gate *gate) {
    struct ke_thread *thread = w->ke->current;
    if (RD_UNLIKELY(w->ke->every_order) && thread) {
        thread->gate = gate;
        ke_point(w, place, kind);
        thread->gate = NULL;
        return;
    }
    ke_point(w, place, kind);
}

/* Where every order is open: is the end of that time one of the things that can happen next? */
static inline bool ke_may_time_out(const struct rd_world *w, const LONGLONG *timeout) {
    return timeout && (*timeout == 0 || (w->choices.choose & RD_CHOOSE_TIMEOUT));
}

/*
 * The caller's point stands before the wait, and before it looks for the objects, unless ke_wait
 * makes a scheduling point of the wait, where the thread stands still. True: it stood here, which
 * ke_wait.pointed wants to know.
 */
static inline bool ke_point_before_wait(struct rd_world *w, const LONGLONG *timeout) {
    if (w->ke->every_order && !ke_may_time_out(w, timeout))
        return false;
    ke_point(w, 0, KE_NOTHING);
    return true;
}

/* The clock, for somebody who looks at it. */
uint64_t ke_read_clock(struct rd_world *w);

/* ---- every order open (order.c) -------------------------------------------------------------- */

/*
 * The thread that goes on, which may be `current` (runnable, at a scheduling point; NULL: it is
 * not). Lets time pass if nobody can go on. NULL: nobody ever can, or the host shall take over.
 */
struct ke_thread *ke_choose_next(struct rd_world *w, struct ke_thread *current);

/* A ready thread is stopped before it could take its next step: it could have been faster. */
void ke_step_lost(struct rd_world *w, const struct ke_thread *thread);
/* The machine stops: nobody takes the next step. */
void ke_step_of_nobody(struct rd_world *w);
/* ke_gate_is_open, for a step that depends on it. */
bool ke_look_at_gate(struct rd_world *w, const struct ke_thread *thread);
bool ke_gate_is_open(const struct rd_world *w, const struct ke_thread *thread);
/* The thread will never pass the gate at which it stands. */
void ke_give_up_gate(struct rd_world *w, struct ke_thread *thread);

/* ---- locks that can be shared (shared_lock.c) ------------------------------------------------ */

/*
 * A lock that one thread has alone, or that several share, as one sees it who wants it. It is two
 * places: who wants to share it does not wait for others who do.
 *
 * Where every order is open, whoever wants it alone and finds it shared takes a step by which it
 * asks for it. From then on nobody else may share it, or ask, until the last of those who share it
 * has given it back; then nobody asks any more, and all may take it who want it.
 */
struct ke_shared_lock {
    uint64_t owner, sharers; /* places: who has it alone; who shares it, and who asks for it */
    bool alone;              /* is it wanted alone? */
    bool owned, shared;      /* by others */
    bool asked;              /* does somebody ask for it? */
    bool overtakes;          /* may this one have it all the same? */
};

/* Somebody wants such a lock. */
struct ke_wish {
    struct ke_shared_lock (*see)(const struct ke_wish *wish, const struct ke_thread *thread);
    bool asks; /* it stands there to be woken by whoever gives the lock back */
};

/*
 * The scheduling point before the current thread takes the lock. Where every order is open, it
 * stands still there until it can, or nobody can go on any more. True: it only asks for it, which
 * the lock has to know, and must come here again.
 */
bool ke_stand_before(struct rd_world *w, struct ke_wish *wish);
/* Of a thread that stands there; NULL: it stands elsewhere. */
struct ke_wish *ke_wish_of(const struct ke_thread *thread);
/* The current thread looks whether it can have the lock at once; `granted`: and takes it. */
void ke_shared_lock_touch(struct rd_world *w, const struct ke_shared_lock *lock, bool granted);
/* One of those who share it gives it back. */
void ke_shared_lock_returned(struct rd_world *w, const struct ke_shared_lock *lock);

/* ---- threads that poll, where every order is open (poll.c) ----------------------------------- */

/* The thread takes the step that it stands before. Only once somebody has yielded. */
void ke_poll_step(struct rd_world *w, struct ke_thread *thread);
/* That step is over. */
void ke_poll_settle(struct rd_world *w);
/* The current step has left what it was to change as it was. */
void ke_changed_nothing(struct rd_world *w);
/* The current thread's yield: the scheduling point, and perhaps a gate. */
void ke_poll_yield(struct rd_world *w, struct ke_thread *thread);
/* How often the thread, which stands at a yield, has come there in vain; 0: it is elsewhere. */
uint32_t ke_rounds_in_vain(const struct ke_thread *thread);
/* So often that it will go on like this for ever, as far as anybody can tell. */
bool ke_polls_for_ever(const struct ke_thread *thread);
/* Has anybody been kept from looking again in this run? */
bool ke_polls_bounded(const struct rd_world *w);
/* Nobody could go on: who polls looks once more, or time has passed. */
void ke_poll_again(struct ke_thread *thread, bool time_has_passed);
/* Who acts; NULL also if it is a thread that is deleted already. Only once somebody has yielded. */
struct ke_thread *ke_poll_current(const struct rd_world *w);
/* The thread is gone. */
void ke_poll_forget(struct rd_world *w, struct ke_thread *thread);

/* ---- blocking and ending (sched.c) ----------------------------------------------------------- */

/* The current thread cannot go on: others run until somebody readies it. */
void ke_block(struct rd_world *w);

/* The current thread offers the processor to the next ready thread (Sleep(0), SwitchToThread). */
bool ke_yield(struct rd_world *w);

/*
 * The current thread goes on in another context: its own is left in *from, and `to`, whose content
 * becomes the thread's, continues. Returns when a thread comes back to *from in the same way.
 */
void ke_switch_context(struct rd_world *w, struct port_context *from, struct port_context *to);

/* The current thread has ended: its context is given up. The object itself lives on. */
_Noreturn void ke_exit(struct rd_world *w);
/* The same, where nothing is left to do but to return to its entry and from there: the next thread
 * is the current one already. */
void ke_end(struct rd_world *w);

/* Gives the context of a thread that will never run again back. */
void ke_thread_abandon(struct rd_world *w, struct ke_thread *thread);

/* Is there a deadline for which the clock may be moved on? */
bool ke_time_can_pass(struct rd_world *w);

/* Called by the host: runs threads until none can go on or a limit is reached. */
void ke_run(struct rd_world *w);

/* Ends the run at once from wherever it is called; on a simulated thread it never returns. */
void ke_stop_machine(struct rd_world *w);

/* KeBugCheckEx: the simulated machine crashes, the host does not. `explanation` names the rule
 * broken. */
void ke_bugcheck(struct rd_world *w, uint32_t code, const uint64_t parameters[4],
                 const char *explanation);

/*
 * Marks another thread to die. In user mode its frames are forgotten and it will run hooks.die when
 * it is scheduled; in kernel mode (or, in the documented dialect, waiting) it dies once it is back
 * in user mode. The caller has set the exit status. Returns false if the end is delayed.
 */
bool ke_kill(struct rd_world *w, struct ke_thread *thread);
/* Once it has got what it may wait for, the thread goes on there, and not where it was. */
void ke_redirect(struct rd_world *w, struct ke_thread *thread, port_entry *entry);

/* For waits: a thread that comes back to user mode with a kill pending is redirected to its exit.
 */
void ke_finish_pending_kill(struct rd_world *w, struct ke_thread *thread);

/* A terminated thread that was to take one more step has taken it: unless it is in the kernel, this
 * does not return. */
void ke_end_running_on(struct rd_world *w, struct ke_thread *thread);

/* Kernel services that may run driver code bracket it: a pending kill is carried out when it
 * leaves. */
static inline void ke_enter_kernel(struct ke_thread *thread) {
    thread->kernel_depth++;
}

/* For ke_leave_kernel: what had to wait until the thread is back in user mode. */
void ke_enter_user_mode(struct rd_world *w, struct ke_thread *thread);

static inline void ke_leave_kernel(struct rd_world *w, struct ke_thread *thread) {
    RD_ASSERT(thread->kernel_depth > 0);
    if (--thread->kernel_depth)
        return;
    if (RD_UNLIKELY(thread->kill_pending || thread->user_apcs_due || thread->suspend_count ||
                    thread->freeze_count))
        ke_enter_user_mode(w, thread);
}

NTSTATUS ke_suspend(struct rd_world *w, struct ke_thread *thread, uint32_t *previous);
/* Suspension is a normal kernel APC: one that came while the current thread waited in driver code
 * takes effect now, unless such APCs are disabled (RUN-13). */
void ke_suspend_here(struct rd_world *w);
uint32_t ke_resume(struct rd_world *w, struct ke_thread *thread);
/* The same for debug events: not seen by whoever suspends and resumes. The thread is another one.
 */
void ke_freeze(struct rd_world *w, struct ke_thread *thread);
void ke_thaw(struct rd_world *w, struct ke_thread *thread);

/* May APCs and termination reach the thread now? */
static inline bool ke_interruptible(const struct ke_thread *thread) {
    return thread->kernel_depth == 0 && thread->apc_disable == 0 &&
           thread->special_apc_disable == 0 && thread->irql == 0;
}

static inline void ke_touch_object(struct rd_world *w, const DISPATCHER_HEADER *object,
                                   unsigned kind) {
    core_touch(w, core_place(CORE_OBJECT, object->ObjectId), kind);
}

/* An object is about to be signaled, or not to be any more: whoever needed it to be signaled had to
 * wait till now unless it is. */
static inline void ke_touch_state(struct rd_world *w, const DISPATCHER_HEADER *object,
                                  bool will_be_signaled) {
    ke_touch_object(w, object,
                    CORE_WRITE | (object->SignalState > 0 ? 0u : CORE_CLOSED) |
                        (will_be_signaled ? CORE_OPEN : 0u));
}

/* May a kernel APC of the thread run now? Special ones nearly always may. */
bool ke_kernel_apc_may_run(const struct ke_thread *thread); /* there is one */
static inline bool ke_kernel_apc_is_due(const struct ke_thread *thread) {
    return RD_UNLIKELY(thread->has_kernel_apcs) && ke_kernel_apc_may_run(thread);
}

/* Would an alertable wait end at once, or any wait begin anew, whatever it is for? */
static inline bool ke_apc_is_pending(const struct ke_thread *thread) {
    return ke_kernel_apc_is_due(thread) || ke_has_user_apcs(thread) || thread->lost_handle ||
           thread->alerted[KernelMode] || thread->alerted[UserMode];
}

/* Whether the thread goes on, and what interrupts its waits, is being changed or asked. */
static inline void ke_touch_life(struct rd_world *w, const struct ke_thread *thread,
                                 unsigned kind) {
    if (RD_UNLIKELY(core_is_watched(w)))
        core_touch(w, core_place(CORE_LIFE, thread->header.ObjectId),
                   kind | (ke_apc_is_pending(thread) ? CORE_OPEN : CORE_CLOSED));
}

/*
 * Among the places of a process: whether none of its threads is on its way out, so that nobody has
 * to wait for that one. That changes when one has ended, and when one that was killed in the kernel
 * comes out of it.
 */
enum { KE_ENDS_PLACE = OB_VALUES_PLACE + 1 };

/* ---- waits (wait.c) -------------------------------------------------------------------------- */

struct ke_wait {
    uint32_t count;
    DISPATCHER_HEADER *const *objects; /* object-manager objects unless header.Reserved1 is 0 */
    bool all;
    bool alertable;
    bool pointed;            /* ke_point_before_wait */
    uint8_t mode;            /* KernelMode, UserMode */
    const LONGLONG *timeout; /* negative: relative, else absolute virtual time; NULL: none */
    const char *reason;      /* for waits without objects, e.g. "Sleep" */
    /*
     * Where every order is open: the places of the handles by which the objects were looked up, in
     * the step before. Or NULL: they were not, or in this step.
     */
    const uint64_t *handles;
};

/* Instead of an outcome: one of the handles was closed before they were to be looked up. */
#define KE_LOOK_UP_AGAIN ((NTSTATUS)0xE0000001)
/* ob_hooks.handle_closed */
void ke_handle_closed(struct rd_world *w, uint64_t place);

/* STATUS_WAIT_0 + index, STATUS_ABANDONED + index, STATUS_TIMEOUT, STATUS_USER_APC, or an error. */
NTSTATUS ke_wait(struct rd_world *w, const struct ke_wait *wait);

/* For one object in kernel mode without timeout. */
NTSTATUS ke_wait_kernel(struct rd_world *w, void *object);

enum { KE_MAXIMUM_WAIT_OBJECTS = 64 };

bool ke_is_signaled(const DISPATCHER_HEADER *object, const struct ke_thread *thread);

/* Wakes whoever can go on now that the object's state has changed. */
void ke_test_waiters(struct rd_world *w, DISPATCHER_HEADER *object);

/* Ends another thread's wait with that status; it becomes ready. */
void ke_unwait(struct rd_world *w, struct ke_thread *thread, NTSTATUS status);

/* "waits for Event#12 'name' ..." of a waiting thread; in run memory. */
const char *ke_describe_wait(struct rd_world *w, const struct ke_thread *thread);
/* Why a kill of the thread is delayed. */
const char *ke_describe_delay(struct rd_world *w, const struct ke_thread *thread);

/* Header of an object-manager object (owned: waits hold references) or of a driver's own memory. */
void ke_header_init(struct rd_world *w, DISPATCHER_HEADER *header, uint8_t type, LONG state,
                    bool owned);
/* The event of an object whose body does not begin with its header (a file of a device). */
void ke_inner_event_init(struct rd_world *w, KEVENT *event, void *body, bool manual, bool signaled);

/* The object that a header belongs to; NULL for memory of a driver. */
static inline void *ke_body_of(DISPATCHER_HEADER *header) {
    enum { UNIT = 8 }; /* Reserved1: 1 + distance from the body / UNIT */
    return header->Reserved1 ? (char *)header - (header->Reserved1 - 1) * UNIT : NULL;
}

/* ---- dispatcher objects (objects.c) ---------------------------------------------------------- */

LONG ke_event_set(struct rd_world *w, KEVENT *event);
LONG ke_event_reset(struct rd_world *w, KEVENT *event);
void ke_event_pulse(struct rd_world *w, KEVENT *event);

void ke_mutant_init(struct rd_world *w, KMUTANT *mutant, bool owned_object);
/* The current thread becomes the owner of a mutant that nobody owns. */
void ke_mutant_own(struct rd_world *w, KMUTANT *mutant);
/* What the current thread changes by releasing it: nothing, unless it owns it. */
struct ke_access ke_mutant_release_access(struct rd_world *w, const KMUTANT *mutant);
/* STATUS_MUTANT_NOT_OWNED, or success with the former state. */
NTSTATUS ke_mutant_release(struct rd_world *w, KMUTANT *mutant, LONG *previous);
/* All mutants of an ending thread are handed on as abandoned. Returns how many. */
uint32_t ke_abandon_mutants(struct rd_world *w, struct ke_thread *thread);

NTSTATUS ke_semaphore_release(struct rd_world *w, KSEMAPHORE *semaphore, LONG adjustment,
                              LONG *previous);

/* Process and thread objects: signaled once and for ever. */
void ke_signal_forever(struct rd_world *w, DISPATCHER_HEADER *header);

/* ---- timers (timer.c) ------------------------------------------------------------------------ */

void ke_deadline_arm(struct rd_world *w, struct ke_deadline *deadline, uint64_t time);
/* False if it was not armed. */
bool ke_deadline_cancel(struct rd_world *w, struct ke_deadline *deadline);
/* Expires everything due at w->now. */
void ke_deadlines_run(struct rd_world *w);
/* The machine stops when its clock would pass `limit`. */
void ke_set_time_limit(struct rd_world *w, uint64_t limit);
/* From now on hooks.time_used is called, to the end of the run. */
void ke_watch_time(struct rd_world *w);
/* An NT timeout as virtual time. */
uint64_t ke_absolute_time(const struct rd_world *w, LONGLONG timeout);

/* ---- APCs (apc.c) ----------------------------------------------------------------------- */

/* STATUS_UNSUCCESSFUL when the thread is ending. */
NTSTATUS ke_queue_user_apc(struct rd_world *w, struct ke_thread *thread, ke_apc_function *function,
                           const uint64_t args[3]);
/* A driver's APC. False: it is queued already, or its thread is ending. */
bool ke_queue_apc(struct rd_world *w, KAPC *apc, void *owner);
/* False: it is not queued. */
bool ke_remove_apc(struct rd_world *w, KAPC *apc);
/* How many of that driver's are queued to the thread. */
uint32_t ke_apcs_of(const struct ke_thread *thread, const void *owner);
/* For ke_run_kernel_apcs: there are some. */
void ke_deliver_kernel_apcs(struct rd_world *w);
/* Runs those kernel APCs of the current thread that may run now. */
static inline void ke_run_kernel_apcs(struct rd_world *w) {
    if (RD_UNLIKELY(w->ke->current->has_kernel_apcs))
        ke_deliver_kernel_apcs(w);
}
/* Runs all pending user APCs on the current thread; returns how many ran. */
uint32_t ke_run_user_apcs(struct rd_world *w);
/* Ends the alertable wait of the thread, or its next one, with STATUS_ALERTED; waits in KernelMode
 * only for an alert of that mode. Had it been alerted already? */
bool ke_alert(struct rd_world *w, struct ke_thread *thread, uint8_t mode);
/* Was the current thread alerted? It is no longer. If not, and the mode is UserMode, its user APCs
 * run when it is back there. */
bool ke_test_alert(struct rd_world *w, uint8_t mode);
/* Drops what is queued; returns how many. */
uint32_t ke_drop_user_apcs(struct rd_world *w, struct ke_thread *thread);

/* The world and the thread whose code is running; the world is NULL outside of any run. */
static inline struct ke_thread *ke_current(const struct rd_world *w) {
    return w->ke->current;
}

#endif
