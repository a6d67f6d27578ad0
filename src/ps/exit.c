/*
 * exit.c - how a thread, and with the last one its process, leaves the kernel.
 *
 * The table `phases` is the whole story, in the order of TERM-02. Every phase is run by the exiting
 * thread itself, in kernel mode: nothing can kill or suspend it any more.
 */
#include "core/conflict.h"
#include "ke/irql.h"
#include "ke/verify.h"
#include "ps/debug.h"
#include "ps/job.h"

struct exit {
    struct ps_thread *thread;
    struct ps_process *process;
    bool last; /* known after phase "count" */
};

struct exit_phase {
    const char *name;
    bool (*applies)(const struct exit *exit);
    bool (*touches)(const struct exit *exit); /* anything that others see */
    void (*run)(struct rd_world *w, struct exit *exit);
};

static bool always(const struct exit *exit) {
    (void)exit;
    return true;
}

static bool is_last(const struct exit *exit) {
    return exit->last;
}

static bool leaves_job(const struct exit *exit) {
    if (!exit->last)
        return false;
    core_touch(exit->process->world, ob_id(exit->process), CORE_READ);
    return exit->process->job;
}

static bool has_windows(const struct exit *exit) {
    return exit->thread->queue != NULL;
}

static bool has_requests(const struct exit *exit) {
    const struct ps_thread_more *more = ps_more(exit->thread);
    if (exit->thread->more)
        ps_touch_requests(exit->process->world, exit->process, CORE_READ);
    return !base_list_empty(&more->requests) || !base_list_empty(&more->transfers) ||
           exit->thread->watches_keys;
}

static bool has_debugger(const struct exit *exit) {
    return exit->process->debug != NULL;
}

static bool is_debugger(const struct exit *exit) {
    return ps_more(exit->thread)->debug_handle != 0;
}

static bool owns_mutants(const struct exit *exit) {
    return !base_list_empty(&ke_belongings_of(&exit->thread->tcb)->mutants);
}

static bool has_apcs(const struct exit *exit) {
    return ke_has_user_apcs(&exit->thread->tcb);
}

static void notify_thread_exit(struct rd_world *w, struct exit *exit) {
    if (!exit->thread->unannounced)
        ps_notify_thread(w, exit->thread, false);
}

static uint64_t leaving_place(const struct ps_process *process) {
    return core_handle_place(ob_id(process), PS_LEAVING_PLACE);
}

bool ps_is_last_to_leave(struct rd_world *w, const struct ps_thread *thread) {
    core_touch(w, leaving_place(thread->process), CORE_READ);
    return thread->process->staying_threads == !thread->leaving;
}

bool ps_leave_unless_last(struct rd_world *w, struct ps_thread *thread) {
    uint32_t others = thread->process->staying_threads - !thread->leaving;
    ps_touch_count(w, thread->process, PS_LEAVING_PLACE, others);
    if (!others)
        return false;
    thread->process->staying_threads = others;
    thread->leaving = true;
    return true;
}

/* It ends without having left by itself, and nobody asks whether it is the last. */
static void stop_staying(struct rd_world *w, struct ps_thread *thread) {
    uint32_t others = --thread->process->staying_threads;
    thread->leaving = true;
    core_touch(w, leaving_place(thread->process), core_counted_down(others) | CORE_IN_PASSING);
}

static void count_down(struct rd_world *w, struct exit *exit) {
    RD_ASSERT(exit->process->active_threads > 0);
    exit->process->active_threads--;
    if (!exit->thread->leaving && !exit->process->system)
        stop_staying(w, exit->thread);
    /* The System process lives as long as the machine, also while it has no thread. */
    exit->last = exit->process->active_threads == 0 && !exit->process->system;
    ps_touch_lists(w);
    ps_touch_count(w, exit->process, PS_COUNT_PLACE,
                   exit->process->active_threads + exit->process->system);
    ps_check_critical(w, exit->thread, exit->thread->critical);
    if (exit->last) {
        ps_check_critical(w, exit->process, exit->process->critical);
        exit->process->exiting = true;
        ps_touch_life(w, exit->process, CORE_WRITE);
        core_touch(w, ob_id(exit->process), CORE_WRITE | CORE_CLOSED);
        core_event(w, RD_EVENT_PROCESS_LAST_THREAD, RULE_PROC_48,
                   .a = (uint32_t)exit->thread->exit_status);
    }
}

/* ---- waiting for the others ------------------------------------------------------------------ */

static struct ps_thread *first_other(const struct ps_thread *self,
                                     bool (*is_wanted)(const struct ps_thread *thread)) {
    base_list_each(link, &self->process->threads) {
        struct ps_thread *thread = base_container(link, struct ps_thread, link);
        if (thread != self && is_wanted(thread))
            return thread;
    }
    return NULL;
}

struct other_threads {
    const struct ps_thread *self;
    bool (*is_wanted)(const struct ps_thread *thread);
};

/* ke_gate.is_open */
static bool is_alone(const struct rd_world *w, const struct ke_thread *tcb, const void *context) {
    const struct other_threads *others = context;
    (void)w;
    (void)tcb;
    return !first_other(others->self, others->is_wanted);
}

/* Where every order is open it is one step: in which order they end makes no difference. */
void ps_wait_for_others(struct rd_world *w, bool (*is_wanted)(const struct ps_thread *thread)) {
    const struct other_threads others = {ps_current(w), is_wanted};
    const struct ke_gate gate = {
        .is_open = is_alone, .context = &others, .places = 1, .resists = true};
    struct ps_thread *thread;
    if (w->ke->every_order)
        ke_point_gate(w, ps_ends_place(others.self->process), KE_READ, &gate);
    while ((thread = first_other(others.self, is_wanted)) != NULL)
        ke_wait_kernel(w, thread);
}

static bool is_any(const struct ps_thread *thread) {
    (void)thread;
    return true;
}

/* TERM-04: a kernel-mode wait without timeout for every other thread object of the process. */
static void wait_for_others(struct rd_world *w, struct exit *exit) {
    (void)exit;
    ps_wait_for_others(w, is_any);
}

/* ---- phases ---------------------------------------------------------------------------------- */

/* From here on GetExitCodeProcess gives the code: before the signal, and before the notify
 * routines. */
static void publish_process_status(struct rd_world *w, struct exit *exit) {
    struct ps_process *process = exit->process;
    unsigned rule = process->exit_status_set ? RULE_EXIT_02 : RULE_EXIT_05;
    if (!process->exit_status_set)
        process->exit_status = exit->thread->exit_status;
    process->exit_status_set = true;
    process->status_visible = true;
    core_touch(w, ob_id(process), CORE_WRITE | CORE_CLOSED); /* no wait has ended yet */
    process->exit_time = w->now;
    core_event(w, RD_EVENT_PROCESS_EXIT_STATUS, rule, .object = ob_id(process), .a = process->pid,
               .b = (uint32_t)process->exit_status);
}

static void free_windows(struct rd_world *w, struct exit *exit) {
    w->ps->hooks.thread_windows(w, exit->thread);
}

/* REST-11, REST-12: the thread goes on when the debugger has continued the event. */
static void tell_debugger(struct rd_world *w, struct exit *exit) {
    ps_debug_thread_exits(w, exit->thread, exit->last);
}

static void close_debug_port(struct rd_world *w, struct exit *exit) {
    ps_debug_close_port(w, exit->thread);
}

static void cancel_requests(struct rd_world *w, struct exit *exit) {
    w->ps->hooks.cancel_requests(w, exit->thread);
}

static void abandon_mutants(struct rd_world *w, struct exit *exit) {
    uint32_t abandoned = ke_abandon_mutants(w, &exit->thread->tcb);
    if (!abandoned || exit->last || !ke_verifies_programs(w))
        return;
    ps_touch_life(w, exit->process, CORE_READ);
    if (!exit->process->threads_refused)
        ke_finding(w, RD_CHECK_U_MUTEX_ABANDONED,
                   core_textf(w, "thread %u ends while it owns %u mutexes (WAIT-12)",
                              exit->thread->tcb.tid, abandoned));
}

static void publish_thread_status(struct rd_world *w, struct exit *exit) {
    struct ps_thread *thread = exit->thread;
    thread->status_visible = true;
    core_touch(w, ob_id(thread), CORE_WRITE | CORE_CLOSED);
    thread->exit_time = w->now;
    core_event(w, RD_EVENT_THREAD_EXIT_STATUS, thread->marked ? RULE_EXIT_10 : RULE_EXIT_32,
               .object = ob_id(thread), .a = thread->tcb.tid, .b = (uint32_t)thread->exit_status);
}

static void notify_process_exit(struct rd_world *w, struct exit *exit) {
    const struct ps_process *process = exit->process;
    if (process->refused && core_conflict(w, RD_CONFLICT_VETO_EXIT))
        return; /* NTFY-P-48 */
    if (!process->started && core_conflict(w, RD_CONFLICT_THREADLESS_EXIT))
        return; /* NTFY-P-36 */
    ps_notify_process_exit(w, exit->process);
}

static void close_handles(struct rd_world *w, struct exit *exit) {
    uint32_t closed = ob_close_table(w, &exit->process->handles);
    core_event(w, RD_EVENT_PROCESS_HANDLES_CLOSED, RULE_HNDL_01, .a = closed,
               .b = exit->process->pid);
}

static void leave_job(struct rd_world *w, struct exit *exit) {
    ps_job_leave(w, exit->process);
}

static void drop_apcs(struct rd_world *w, struct exit *exit) {
    ke_drop_user_apcs(w, &exit->thread->tcb);
}

static void leave_address_space(struct rd_world *w, struct exit *exit) {
    uint64_t bytes = exit->process->heap_bytes;
    w->ps->hooks.process_address_space(w, exit->process);
    core_event(w, RD_EVENT_PROCESS_ADDRESS_SPACE, RULE_PROC_03, .a = exit->process->pid,
               .b = bytes);
}

static void signal_process(struct rd_world *w, struct exit *exit) {
    struct ps_process *process = exit->process;
    process->rundown = true;
    process->signaled = true;
    ps_touch_lists(w);
    core_event(w, RD_EVENT_PROCESS_SIGNALED, RULE_PROC_07, .object = ob_id(process),
               .a = process->pid);
    ke_signal_forever(w, &process->header);
}

static void signal_thread(struct rd_world *w, struct exit *exit) {
    struct ps_thread *thread = exit->thread;
    thread->terminated = true;
    base_list_remove(&thread->link);
    ps_touch_lists(w);
    core_touch(w, ps_ends_place(thread->process), CORE_UPDATE | CORE_CLOSED);
    for (int mode = 0; mode < 2; mode++)
        thread->process->time_used[mode] += thread->tcb.time_used[mode];
    core_event(w, RD_EVENT_THREAD_SIGNALED, RULE_THRD_03, .object = ob_id(thread),
               .a = thread->tcb.tid);
    ke_signal_forever(w, &thread->tcb.header);
}

static const struct exit_phase phases[] = {
    {"thread exit notify", always, always, notify_thread_exit},
    {"count", always, always, count_down},
    {"wait for the other threads", is_last, always, wait_for_others},
    {"process exit status", is_last, always, publish_process_status},
    {"debugger told", has_debugger, always, tell_debugger},
    {"windows and hooks", has_windows, always, free_windows},
    {"I/O cancelled", has_requests, always, cancel_requests},
    {"mutants abandoned", always, owns_mutants, abandon_mutants},
    {"debug object closed", is_debugger, always, close_debug_port},
    {"thread exit status", always, always, publish_thread_status},
    {"process exit notify", is_last, always, notify_process_exit},
    {"handles closed", is_last, always, close_handles},
    {"job left", leaves_job, always, leave_job},
    {"user APCs dropped", always, has_apcs, drop_apcs},
    {"address space", is_last, always, leave_address_space},
    {"process signaled", is_last, always, signal_process},
    {"thread signaled", always, always, signal_thread},
};

/* The thread does not come back to any driver's code. */
static void forget_driver(struct rd_world *w, struct ps_thread *thread) {
    if (!thread->more)
        return;
    if (thread->more->driver)
        core_touch(w, core_place(CORE_MACHINE, CORE_DRIVERS), CORE_UPDATE);
    thread->more->driver = NULL;
    thread->more->routine = NULL;
    thread->more->calls = NULL;
}

static void run_phases(struct rd_world *w, NTSTATUS status) {
    struct exit exit = {.thread = ps_current(w), .process = ps_current_process(w)};
    struct ke_thread *tcb = &exit.thread->tcb;
    tcb->exiting = true;
    tcb->suspend_count = 0;
    tcb->callback = 0;
    tcb->kernel_depth = 1;
    tcb->apc_disable = tcb->special_apc_disable = 0;
    tcb->irql = 0;
    ke_page(w);
    ke_run_kernel_apcs(w); /* what was queued before it began to end */
    forget_driver(w, exit.thread);
    if (exit.thread->marked)
        status = exit.thread->kill_status; /* whoever marked it first decides (EXIT-19) */
    exit.thread->exit_status = status;
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        if (!phases[i].applies(&exit))
            continue;
        /* What it touches it says for itself; where that is nothing, it is no step of its own. */
        if (!w->ke->every_order || phases[i].touches(&exit))
            ke_point(w, 0, KE_NOTHING);
        phases[i].run(w, &exit);
    }
}

_Noreturn void ps_exit_thread(struct rd_world *w, NTSTATUS status) {
    run_phases(w, status);
    ke_exit(w);
}

void ps_end_thread(struct rd_world *w, NTSTATUS status) {
    run_phases(w, status);
    ke_end(w);
}

/* The end of a process that never had a thread, in the context of whoever lets go of it. */
static void (*const threadless_phases[])(struct rd_world *w, struct exit *exit) = {
    notify_process_exit, close_handles, leave_job, leave_address_space, signal_process,
};

void ps_process_closed(struct rd_world *w, void *body) {
    struct exit exit = {.process = body, .last = true};
    struct ke_thread *thread = w->ke->current;
    if (exit.process->started || exit.process->rundown)
        return;
    exit.process->exiting = true;
    exit.process->exit_time = w->now;
    exit.process->status_visible = exit.process->exit_status_set;
    if (thread)
        ke_enter_kernel(thread);
    for (size_t i = 0; i < sizeof threadless_phases / sizeof threadless_phases[0]; i++)
        if (threadless_phases[i] != leave_job || exit.process->job)
            threadless_phases[i](w, &exit);
    if (thread)
        ke_leave_kernel(w, thread);
}

/* ke_hooks.thread_gone: the thread that has ended no longer holds itself, nor its process if it was
 * the last. */
void ps_thread_gone(struct rd_world *w, struct ke_thread *tcb) {
    struct ps_thread *thread = (struct ps_thread *)(void *)tcb;
    struct ps_process *process = thread->process;
    bool last = process->rundown && process->active_threads == 0;
    ob_reference(process);
    ob_dereference(w, thread);
    if (last) { /* whether its ID goes with it depends on who else holds it */
        core_touch(w, core_place(CORE_ID, process->pid), CORE_UPDATE);
        ob_dereference(w, process);
    }
    ob_dereference(w, process);
}

/* ke_hooks.die: where the context of a killed thread begins again. */
void ps_die(void *argument) {
    struct ps_thread *thread = argument;
    ps_exit_thread(thread->process->world, thread->kill_status);
}
