/* terminate.c - termination asked for by somebody: one thread, a process, or all threads but
 * oneself. */
#include "ps/ps.h"

static unsigned marking_rule(const struct ps_thread *thread) {
    switch (thread->tcb.state) {
    case KE_INITIALIZED:
    case KE_SUSPENDED:
        return RULE_PROC_02;
    case KE_WAITING:
        return RULE_WAIT_02;
    default:
        return RULE_PROC_01;
    }
}

/* Marks a thread; the first mark decides about its exit code. */
static void mark(struct rd_world *w, struct ps_thread *thread, NTSTATUS status) {
    if (thread->marked || thread->terminated || thread->tcb.exiting)
        return;
    thread->marked = true;
    thread->kill_status = status;
    core_event(w, RD_EVENT_THREAD_TERMINATE, marking_rule(thread), .object = ob_id(thread),
               .a = thread->tcb.tid, .b = thread->process->pid, .c = (uint32_t)status);
}

static void mark_and_kill(struct rd_world *w, struct ps_thread *thread, NTSTATUS status) {
    mark(w, thread, status);
    if (!ke_kill(w, &thread->tcb))
        core_event(w, RD_EVENT_THREAD_KILL_DELAYED, RULE_WAIT_03, .object = ob_id(thread),
                   .a = thread->tcb.tid, .text = ke_describe_delay(w, &thread->tcb));
}

/* A thread that is in the kernel on its own behalf dies when it comes back (ke_leave_kernel). */
static void die_now(struct rd_world *w, struct ps_thread *thread, NTSTATUS status) {
    mark(w, thread, status);
    if (thread->tcb.kernel_depth == 0)
        ps_exit_thread(w, status);
    thread->tcb.kill_pending = true;
}

void ps_check_critical(struct rd_world *w, const void *body, bool critical) {
    enum { WIN81 = 9600, CODE = 0xEF, OLD_CODE = 0xF4, OLD_PROCESS = 3, OLD_THREAD = 6 };
    bool is_thread = ob_header_of(body)->type == &ps_thread_type;
    uint64_t object = (uint64_t)(uintptr_t)body;
    if (!critical)
        return;
    uint64_t parameters[4] = {object, is_thread, 0, 0};
    bool old = w->profile->build < WIN81;
    if (old) {
        parameters[0] = is_thread ? OLD_THREAD : OLD_PROCESS;
        parameters[1] = object;
    }
    ke_bugcheck(w, old ? OLD_CODE : CODE, parameters,
                core_textf(w, "%s: %s is marked critical, and it ends (TERM-54)",
                           old ? "CRITICAL_OBJECT_TERMINATION" : "CRITICAL_PROCESS_DIED",
                           ob_describe(w, body)));
}

NTSTATUS ps_terminate_thread(struct rd_world *w, struct ps_thread *thread, NTSTATUS status) {
    if (thread->tcb.system && thread != ps_current(w))
        return STATUS_ACCESS_DENIED;
    if (thread->terminated)
        return STATUS_SUCCESS; /* its code stays (THRD-16) */
    ps_check_critical(w, thread, thread->critical);
    if (thread == ps_current(w))
        die_now(w, thread, status);
    else
        mark_and_kill(w, thread, status);
    return STATUS_SUCCESS;
}

static void kill_all_but(struct rd_world *w, struct ps_process *process,
                         const struct ps_thread *spared, NTSTATUS status) {
    base_list_each(link, &process->threads) {
        struct ps_thread *thread = base_container(link, struct ps_thread, link);
        if (thread != spared)
            mark_and_kill(w, thread, status);
    }
}

/* One whose end is delayed in the kernel is not waited for. */
static bool is_dying(const struct ps_thread *thread) {
    return thread->tcb.exiting || thread->tcb.runs_on;
}

NTSTATUS ps_terminate_others(struct rd_world *w, NTSTATUS status) {
    struct ps_thread *current = ps_current(w);
    struct ps_process *process = current->process;
    ps_touch_life(w, process, CORE_WRITE);
    process->threads_refused = true;
    kill_all_but(w, process, current, status);
    ps_wait_for_others(w, is_dying); /* PROC-09: they are dead when the caller goes on */
    return STATUS_SUCCESS;
}

NTSTATUS ps_terminate_process(struct rd_world *w, struct ps_process *process, NTSTATUS status) {
    struct ps_thread *current = ps_current(w);
    bool own = current && current->process == process;
    ps_touch_life(w, process, CORE_WRITE);
    if (process->system)
        return STATUS_ACCESS_DENIED;
    if (process->exiting || process->rundown)
        return STATUS_PROCESS_IS_TERMINATING;
    ps_check_critical(w, process, process->critical);
    core_event(w, RD_EVENT_PROCESS_TERMINATE, own ? RULE_PROC_23 : RULE_PROC_22,
               .object = ob_id(process), .a = process->pid, .b = (uint32_t)status);
    process->exiting = true;
    process->exit_status = status;
    process->exit_status_set = true;
    if (process->active_threads == 0)
        ob_close_table(w, &process->handles); /* nobody else will (TERM-30) */
    kill_all_but(w, process, current, status);
    if (own)
        die_now(w, current, status);
    return STATUS_SUCCESS;
}

bool ps_process_alive(const struct rd_world *w) {
    for (LIST_ENTRY *p = w->ps->processes.Flink; p != &w->ps->processes; p = p->Flink) {
        const struct ps_process *process = base_container(p, struct ps_process, link);
        if (!process->system && !process->rundown)
            return true;
    }
    return false;
}

bool ps_is_last_thread(const struct rd_world *w) {
    const struct ps_process *process = ps_current_process(w);
    return process && process->active_threads == 1;
}

/* ke_hooks.process_text */
const char *ps_process_text(struct rd_world *w, const DISPATCHER_HEADER *header) {
    const struct ps_process *process = base_container(header, struct ps_process, header);
    return core_textf(w, "%u '%s'", process->pid, process->name);
}
