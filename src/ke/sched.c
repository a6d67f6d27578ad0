/*
 * sched.c - who runs next.
 *
 * The one choke point is switch_to(). A thread leaves the processor at a scheduling point (it stays
 * runnable), when it blocks, or when it ends; the host gets control back when nothing can run or a
 * limit is reached. Switching goes straight from thread to thread, the host is not in between.
 */
#include <inttypes.h>
#include <string.h>

#include "core/fatal.h"
#include "ke/track.h"

#define NEVER UINT64_MAX

bool ke_state_create(struct rd_world *w) {
    w->ke = base_arena_alloc(&w->permanent, sizeof *w->ke);
    if (!w->ke)
        return false;
    memset(w->ke, 0, sizeof *w->ke);
    return true;
}

void ke_choices_changed(struct rd_world *w) {
    w->ke->quantum_left = w->choices.quantum;
    w->ke->every_order = (w->choices.choose & RD_CHOOSE_ORDER) != 0;
    w->ke->every_point = (w->choices.choose & (RD_CHOOSE_ORDER | RD_CHOOSE_TERMINATION)) != 0;
    w->ke->tick = w->ke->every_order ? 0 : CORE_TICKS_PER_STEP;
}

void ke_state_reset(struct rd_world *w) {
    memset(w->ke, 0, offsetof(struct ke_state, hooks));
    base_list_init(&w->ke->ready);
    base_list_init(&w->ke->findings);
    base_list_init(&w->ke->standing);
    w->ke->steps_limit = w->ke->time_limit = w->ke->wake_time = NEVER;
    ke_choices_changed(w);
}

void ke_thread_init(struct rd_world *w, struct ke_thread *thread, port_entry *entry,
                    size_t stack_size) {
    ke_header_init(w, &thread->header, ThreadObject, 0, true);
    thread->state = KE_INITIALIZED;
    thread->context.entry = entry;
    thread->context.stack.size = stack_size;
    thread->timeout.position = KE_NO_TIMER;
    base_list_init(&thread->ready);
    w->ke->threads_alive++;
}

void ke_thread_deleted(struct rd_world *w, struct ke_thread *thread) {
    ke_poll_forget(w, thread);
    core_free(w, thread->belongings, sizeof *thread->belongings);
    thread->belongings = NULL; /* of the current thread, something may be asked until it is gone */
}

const struct ke_belongings ke_no_belongings = {
    .user_apcs = BASE_LIST_EMPTY(ke_no_belongings.user_apcs),
    .kernel_apcs = BASE_LIST_EMPTY(ke_no_belongings.kernel_apcs),
    .mutants = BASE_LIST_EMPTY(ke_no_belongings.mutants),
    .held = BASE_LIST_EMPTY(ke_no_belongings.held),
};

struct ke_belongings *ke_belongings_make(struct rd_world *w, struct ke_thread *thread) {
    if (!thread->belongings) {
        thread->belongings = core_alloc(w, sizeof *thread->belongings);
        base_list_init(&thread->belongings->user_apcs);
        base_list_init(&thread->belongings->kernel_apcs);
        base_list_init(&thread->belongings->mutants);
        base_list_init(&thread->belongings->held);
    }
    return thread->belongings;
}

/* The host does not go on with this run. */
static void die_without_memory(struct rd_world *w) {
    w->verdict = RD_VERDICT_NO_MEMORY;
    w->explanation = "the host has no memory left for this run; make the scenario smaller, or log "
                     "less (log_disabled, events_max)";
    w->ke->dead = true;
}

/* ---- switching ------------------------------------------------------------------------------- */

/*
 * A thread that never ran gets its stack only now, so that threads that never run cost none. False:
 * the host has none, and the machine is dead.
 */
static bool prepare(struct rd_world *w, struct ke_thread *thread) {
    if (!thread->started)
        thread->started = port_context_start(w->port, &thread->context, thread->context.stack.size,
                                             thread->context.entry, thread);
    if (!thread->started)
        die_without_memory(w);
    return thread->started;
}

static inline void set_current(struct rd_world *w, struct ke_thread *to) {
    struct ke_state *ke = w->ke;
    ke->current = to;
    ke_page(w);
    if (!to) {
        w->current_pid = w->current_tid = 0;
        return;
    }
    to->state = KE_RUNNING;
    w->current_pid = to->pid;
    w->current_tid = to->tid;
    if (to == ke->resume) {
        ke->resume = NULL; /* the host only looked: the log does not show it */
        return;
    }
    ke->quantum_left = w->choices.quantum;
    if (ke->last_object != to->header.ObjectId) { /* else only the host was in between, or nobody */
        ke->switches++;
        core_event(w, RD_EVENT_SWITCH, RULE_NONE, .a = ke->last_tid);
        ke->last_tid = to->tid;
        ke->last_object = to->header.ObjectId;
    }
    if (RD_UNLIKELY(ke->hooks.switched != NULL))
        ke->hooks.switched(w, to);
}

static struct port_context *context_of(struct rd_world *w, struct ke_thread *thread) {
    return thread ? &thread->context : &w->ke->host;
}

/* `to` NULL is the host. Returns when the caller's context is resumed. */
static void switch_to(struct rd_world *w, struct ke_thread *to) {
    struct ke_thread *from = w->ke->current;
    RD_ASSERT(from != to);
    RD_ASSERT(!from || from->state != KE_RUNNING);
    if (to && !prepare(w, to)) {
        if (!from)
            return;
        to = NULL;
    }
    set_current(w, to);
    port_switch(w->port, context_of(w, from), context_of(w, to));
}

void ke_switch_context(struct rd_world *w, struct port_context *from, struct port_context *to) {
    struct ke_thread *thread = w->ke->current;
    *from = thread->context;
    thread->context = *to;
    port_switch(w->port, from, &thread->context);
}

/* ---- ready queue ----------------------------------------------------------------------------- */

static inline void enqueue(struct rd_world *w, struct ke_thread *thread) {
    thread->state = KE_READY;
    base_list_push_back(&w->ke->ready, &thread->ready);
    w->ke->ready_count++;
}

static inline void dequeue(struct rd_world *w, struct ke_thread *thread) {
    RD_ASSERT(thread->state == KE_READY);
    if (thread == w->ke->resume) { /* first in line, not in the queue */
        w->ke->resume = NULL;
        return;
    }
    base_list_remove(&thread->ready);
    w->ke->ready_count--;
}

static bool must_stay_suspended(const struct ke_thread *thread) {
    return (thread->suspend_count || thread->freeze_count) && !thread->kill_pending &&
           !thread->exiting && ke_interruptible(thread);
}

/* It stands before the step before which it was stopped. */
static void go_on(struct rd_world *w, struct ke_thread *thread) {
    RD_ASSERT(thread->state != KE_READY && thread->state != KE_RUNNING);
    if (RD_UNLIKELY(w->choices.observer != NULL))
        w->choices.observer->readied(w, thread->header.ObjectId);
    if (must_stay_suspended(thread))
        thread->state = KE_SUSPENDED;
    else
        enqueue(w, thread);
}

void ke_ready(struct rd_world *w, struct ke_thread *thread) {
    thread->next = (struct ke_access){0};
    go_on(w, thread);
}

static struct ke_thread *ready_at(const struct ke_state *ke, unsigned index) {
    LIST_ENTRY *entry = ke->ready.Flink;
    while (index--)
        entry = entry->Flink;
    return base_container(entry, struct ke_thread, ready);
}

/*
 * Chooses among the ready threads and, if it is runnable, the current one. Answer 0 is the policy's
 * own pick: the current thread until its quantum is used up, then the one that has been ready for
 * longest. The others follow in the order of the queue, the current thread last.
 */
static inline struct ke_thread *pick(struct rd_world *w, struct ke_thread *current) {
    struct ke_state *ke = w->ke;
    unsigned ready = ke->ready_count;
    if (ready == 0)
        return current;
    if (ke->exclusive && ke->exclusive->state == KE_READY)
        return ke->exclusive;
    bool keep = current && ke->quantum_left > 0;
    unsigned answer = core_choose(w, CORE_CHOOSE_THREAD, ready + (current != NULL));
    if (RD_UNLIKELY(w->choices.diverged))
        ke->stop = true; /* what follows would be nobody's run */
    if (keep)
        return answer == 0 ? current : ready_at(ke, answer - 1);
    return answer == ready ? current : ready_at(ke, answer);
}

/* ---- scheduling points ----------------------------------------------------------------------- */

/* The current thread stays runnable, but the host takes over; it goes on here with the next ke_run.
 */
static void pause_for_host(struct rd_world *w, struct ke_thread *thread) {
    thread->state = KE_READY;
    w->ke->resume = thread;
    switch_to(w, NULL);
}

/* Does nothing but the order of threads matter at this point? */
static inline bool is_quiet(const struct rd_world *w, const struct ke_thread *thread) {
    const struct ke_state *ke = w->ke;
    return w->steps < ke->steps_limit && w->now < ke->wake_time && !ke->stop && !thread->runs_on &&
           thread->irql < 2 && thread != ke->exclusive;
}

/* What happens at few points before somebody is chosen. False: nobody is. */
static bool settle(struct rd_world *w, struct ke_thread *thread) {
    struct ke_state *ke = w->ke;
    if (thread->runs_on)
        ke_end_running_on(w, thread);
    while (w->steps >= ke->steps_limit)
        pause_for_host(w, thread);
    if (thread->irql >= 2 || thread == ke->exclusive) {
        core_touch(w, thread->next.place, thread->next.kind | CORE_SAID);
        return false; /* DISPATCH_LEVEL: nobody else runs on this processor */
    }
    if (w->now >= ke->wake_time)
        ke_deadlines_run(w);
    while (w->steps >= ke->steps_limit || w->now >= ke->time_limit || ke->stop)
        pause_for_host(w, thread);
    if (ke->watch_time) {
        const struct ke_memory_access *memory = thread->memory;
        thread->memory = NULL; /* the thread may end here */
        ke->hooks.time_used(w, thread);
        thread->memory = memory;
    }
    return true;
}

static void schedule(struct rd_world *w, struct ke_thread *thread) {
    struct ke_state *ke = w->ke;
    if (RD_UNLIKELY(!is_quiet(w, thread)) && !settle(w, thread))
        return;
    if (ke->ready_count == 0 && !ke->every_order)
        return;
    if (ke->quantum_left)
        ke->quantum_left--;
    struct ke_thread *next = ke->every_order ? ke_choose_next(w, thread) : pick(w, thread);
    if (!next) {
        pause_for_host(w, thread);
        return;
    }
    if (next == thread) {
        if (!ke->quantum_left)
            ke->quantum_left = w->choices.quantum;
        return;
    }
    dequeue(w, next);
    enqueue(w, thread);
    switch_to(w, next);
}

/* Kernel APCs interrupt the thread, and leave no trace in what it was about to do. */
static void interrupt(struct rd_world *w, struct ke_thread *thread) {
    const struct ke_gate *gate = thread->gate;
    const struct ke_memory_access *memory = thread->memory;
    struct ke_access next = thread->next;
    thread->gate = NULL;
    thread->memory = NULL;
    ke_run_kernel_apcs(w);
    thread->gate = gate;
    thread->memory = memory;
    thread->next = next;
}

void ke_point_slow(struct rd_world *w, struct ke_thread *thread) {
    schedule(w, thread);
    if (ke_kernel_apc_is_due(thread))
        interrupt(w, thread);
}

bool ke_yield(struct rd_world *w) {
    bool others = w->ke->ready_count != 0;
    w->ke->quantum_left = 0;
    if (RD_UNLIKELY(w->ke->every_order) && w->ke->current)
        ke_poll_yield(w, w->ke->current);
    else
        ke_point(w, 0, KE_NOTHING);
    return others;
}

bool ke_time_can_pass(struct rd_world *w) {
    const struct ke_state *ke = w->ke;
    if (!ke->heap_count || ke->heap[0]->time > ke->time_limit)
        return false;
    /* Not if only timers that recur for ever are left, and nobody lives whom they could serve. */
    return ke->heap_count != ke->idle_deadlines || ke->time_limit != NEVER ||
           ke->hooks.process_alive(w) || (ke->exclusive && ke->hooks.timer_awaited(w));
}

/* The next thread to run when the current one cannot; moves the clock on if need be. NULL: the
 * host. */
static struct ke_thread *next_thread(struct rd_world *w) {
    struct ke_state *ke = w->ke;
    for (;;) {
        if (w->now >= ke->wake_time)
            ke_deadlines_run(w);
        if (ke->dead || ke->stop || w->now >= ke->time_limit)
            return NULL;
        struct ke_thread *next = ke->every_order ? ke_choose_next(w, NULL) : pick(w, NULL);
        if (next) {
            dequeue(w, next);
            return next;
        }
        if (ke->every_order || !ke_time_can_pass(w))
            return NULL;
        w->now = ke->heap[0]->time;
    }
}

void ke_block(struct rd_world *w) {
    struct ke_thread *current = w->ke->current;
    RD_ASSERT(current && current->state != KE_RUNNING);
    struct ke_thread *next = next_thread(w);
    if (next == current) {
        current->state = KE_RUNNING;
        w->ke->quantum_left = w->choices.quantum;
        return;
    }
    switch_to(w, next);
}

/* The current thread has ended; the context that goes on. */
static struct port_context *end_current(struct rd_world *w) {
    struct ke_state *ke = w->ke;
    struct ke_thread *thread = ke->current;
    thread->state = KE_TERMINATED;
    ke_locks_forget(w, thread);
    ke->threads_alive--;
    ke->ends_unseen += !thread->end_seen;
    ke->last_gasp = thread->context; /* the thread object may be freed now */
    if (thread == ke->exclusive) {
        ke->exclusive = NULL;
        ke->stop = true;
    }
    ke->hooks.thread_gone(w, thread);
    struct ke_thread *next = next_thread(w);
    if (next && !prepare(w, next))
        next = NULL;
    set_current(w, next);
    return context_of(w, next);
}

_Noreturn void ke_exit(struct rd_world *w) {
    struct port_context *next = end_current(w);
    port_switch_final(w->port, &w->ke->last_gasp, next);
}

void ke_end(struct rd_world *w) {
    struct port_context *next = end_current(w);
    port_switch_at_return(w->port, &w->ke->last_gasp, next);
}

void ke_thread_abandon(struct rd_world *w, struct ke_thread *thread) {
    if (thread->state == KE_READY && !base_list_empty(&thread->ready))
        dequeue(w, thread);
    if (thread->started)
        port_context_release(w->port, &thread->context);
    if (thread->state != KE_TERMINATED)
        w->ke->threads_alive--;
    thread->started = false;
    thread->state = KE_TERMINATED;
}

void ke_run(struct rd_world *w) {
    struct ke_state *ke = w->ke;
    RD_ASSERT(!ke->current);
    port_enter_world(w->port);
    while (!ke->dead) {
        struct ke_thread *next = ke->resume;
        if (w->steps >= ke->steps_limit || w->now >= ke->time_limit || ke->stop)
            break;
        if (!next)
            next = next_thread(w);
        if (!next)
            break;
        switch_to(w, next);
    }
    port_leave_world(w->port);
}

void ke_stop_machine(struct rd_world *w) {
    w->ke->dead = true;
    if (!w->ke->current)
        return;
    w->ke->current->state = KE_WAITING;
    switch_to(w, NULL);
}

_Noreturn void core_out_of_memory(struct rd_world *w) {
    if (!w->ke || !w->ke->current)
        base_assert_fail("the host has memory", __FILE__, __LINE__);
    die_without_memory(w);
    ke_stop_machine(w);
    base_assert_fail("a stopped machine does not run", __FILE__, __LINE__);
}

/* ---- suspension and termination -------------------------------------------------------------- */

static void suspend_self(struct rd_world *w, struct ke_thread *thread) {
    thread->state = KE_SUSPENDED;
    thread->next = (struct ke_access){0};
    ke_block(w);
}

NTSTATUS ke_suspend(struct rd_world *w, struct ke_thread *thread, uint32_t *previous) {
    enum { MAXIMUM_SUSPEND = 127 };
    ke_touch_life(w, thread, CORE_WRITE);
    if (thread->state == KE_TERMINATED || thread->exiting || thread->kill_pending)
        return STATUS_THREAD_IS_TERMINATING;
    if (thread->suspend_count == MAXIMUM_SUSPEND)
        return STATUS_SUSPEND_COUNT_EXCEEDED;
    *previous = thread->suspend_count++;
    core_event(w, RD_EVENT_THREAD_SUSPEND, RULE_THRD_19, .a = thread->tid, .b = *previous);
    if (!ke_interruptible(thread))
        return STATUS_SUCCESS; /* takes effect when it is back in user mode */
    if (thread == w->ke->current) {
        suspend_self(w, thread);
    } else if (thread->state == KE_READY) {
        ke_step_lost(w, thread);
        dequeue(w, thread);
        thread->state = KE_SUSPENDED;
    }
    return STATUS_SUCCESS;
}

void ke_suspend_here(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    if (!thread->suspend_count || thread->kill_pending || thread->exiting || thread->apc_disable ||
        thread->special_apc_disable || thread->irql)
        return;
    suspend_self(w, thread);
}

uint32_t ke_resume(struct rd_world *w, struct ke_thread *thread) {
    uint32_t previous = thread->suspend_count;
    ke_touch_life(w, thread, CORE_WRITE);
    if (previous == 0 || thread->state == KE_TERMINATED)
        return 0;
    core_event(w, RD_EVENT_THREAD_RESUME, RULE_THRD_19, .a = thread->tid, .b = previous);
    if (--thread->suspend_count == 0 && thread->state == KE_SUSPENDED)
        go_on(w, thread); /* a frozen thread stays */
    return previous;
}

void ke_freeze(struct rd_world *w, struct ke_thread *thread) {
    RD_ASSERT(thread != w->ke->current);
    ke_touch_life(w, thread, CORE_WRITE);
    if (thread->state == KE_TERMINATED || thread->exiting || thread->kill_pending)
        return;
    thread->freeze_count++;
    if (thread->state == KE_READY && ke_interruptible(thread)) {
        dequeue(w, thread);
        thread->state = KE_SUSPENDED;
    }
}

void ke_thaw(struct rd_world *w, struct ke_thread *thread) {
    ke_touch_life(w, thread, CORE_WRITE);
    if (thread->freeze_count && --thread->freeze_count == 0 && thread->state == KE_SUSPENDED)
        go_on(w, thread);
}

/* The thread goes on there, on an empty stack. */
static void restart(struct rd_world *w, struct ke_thread *thread, port_entry *entry) {
    thread->memory = NULL;
    thread->context.entry = entry;
    if (thread->started)
        port_context_restart(w->port, &thread->context, entry, thread);
}

/* From now on the thread's only future is hooks.die. */
static void redirect_to_exit(struct rd_world *w, struct ke_thread *thread) {
    thread->exiting = true;
    ke_step_lost(w, thread);
    thread->next = (struct ke_access){0}; /* it will not do that any more */
    ke_give_up_gate(w, thread);
    restart(w, thread, w->ke->hooks.die);
}

void ke_redirect(struct rd_world *w, struct ke_thread *thread, port_entry *entry) {
    ke_touch_life(w, thread, CORE_WRITE);
    ke_step_lost(w, thread);
    if (!thread->gate)
        thread->next = (struct ke_access){0};
    restart(w, thread, entry);
}

/* Kernel-mode waits, and waits while APCs are disabled (TERM-33, TERM-37, TERM-39). */
static bool wait_resists(const struct rd_world *w, const struct ke_thread *thread) {
    if (thread->wait_mode == KernelMode || thread->apc_disable || thread->special_apc_disable ||
        thread->irql)
        return true;
    /* WAIT-01 speaks of kernel objects: a lock of user mode has none that a program could name. */
    return w->options.dialect == RD_DIALECT_DOCUMENTED && thread->wait_count > 0 &&
           thread->wait_blocks[0].object->Reserved1;
}

/*
 * Termination reaches a thread that runs on another processor by an interrupt: until then it goes
 * on. Here it may take the step that it stands before.
 */
static bool runs_on(struct rd_world *w, struct ke_thread *thread) {
    if (!(w->choices.choose & RD_CHOOSE_TERMINATION) || thread->runs_on)
        return thread->runs_on;
    bool able = thread->state == KE_READY && thread->started && ke_look_at_gate(w, thread);
    thread->runs_on = able && core_choose(w, CORE_CHOOSE_TERMINATION, 2) != 0;
    return thread->runs_on;
}

void ke_end_running_on(struct rd_world *w, struct ke_thread *thread) {
    if (thread->exiting || !ke_interruptible(thread))
        return;
    thread->runs_on = false;
    thread->exiting = true;
    thread->memory = NULL;
    ke_give_up_gate(w, thread);
    w->ke->hooks.die(thread);
}

bool ke_kill(struct rd_world *w, struct ke_thread *thread) {
    RD_ASSERT(thread != w->ke->current);
    ke_touch_life(w, thread, CORE_WRITE);
    if (thread->exiting || thread->state == KE_TERMINATED)
        return true;
    thread->kill_pending = true;
    thread->suspend_count = 0; /* as by KeForceResumeThread: nothing is left to resume */
    if (thread->state == KE_SUSPENDED && thread->kernel_depth) {
        ke_ready(w, thread); /* it dies on its way back to user mode */
        return false;
    }
    if (thread->state == KE_WAITING) {
        if (wait_resists(w, thread))
            return false;
        ke_unwait(w, thread, STATUS_USER_APC);
    }
    if (thread->exiting)
        return true; /* ke_unwait has redirected it */
    if (!ke_interruptible(thread) || (thread->gate && thread->gate->resists) || runs_on(w, thread))
        return false;
    redirect_to_exit(w, thread);
    if (thread->state != KE_READY)
        ke_ready(w, thread);
    return true;
}

void ke_finish_pending_kill(struct rd_world *w, struct ke_thread *thread) {
    if (thread->kill_pending && !thread->exiting && ke_interruptible(thread))
        redirect_to_exit(w, thread);
}

void ke_enter_user_mode(struct rd_world *w, struct ke_thread *thread) {
    if (thread->exiting)
        return;
    if (thread->kill_pending) {
        core_touch(w, core_handle_place(thread->process_object, KE_ENDS_PLACE), CORE_UPDATE);
        thread->exiting = true;
        w->ke->hooks.die(thread);
    }
    if (thread->suspend_count || thread->freeze_count)
        suspend_self(w, thread);
    if (thread->user_apcs_due)
        ke_run_user_apcs(w);
}
