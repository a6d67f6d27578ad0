/* thread.c - system threads of drivers. */
#include "io/io.h"
#include "ke/track.h"

struct start {
    void (*routine)(void *context);
    void *context;
    struct io_driver *driver;
};

static void thread_main(void *context) {
    struct start start = *(struct start *)context;
    struct rd_world *w = port_current_world();
    struct io_call call = {.what = "the start routine of a system thread"};
    core_free(w, context, sizeof start);
    io_begin_call(w, &call, start.driver);
    start.routine(start.context);
    ke_point(w, 0, KE_NOTHING); /* it is still on its way through the driver's code (TERM-53) */
    io_system_thread_exit(w, STATUS_SUCCESS); /* TERM-47 */
}

NTSTATUS io_system_thread_create(struct rd_world *w, const struct io_create_thread *create,
                                 struct ps_thread **thread) {
    struct start *start = core_alloc(w, sizeof *start);
    start->routine = create->routine;
    start->context = create->context;
    start->driver = io_current_driver(w, (const void *)(uintptr_t)create->routine);
    struct ps_create_thread request = {
        .process = create->process, .kernel_start = thread_main, .kernel_context = start};
    NTSTATUS status = ps_create_thread(w, &request, thread);
    if (!NT_SUCCESS(status)) {
        core_free(w, start, sizeof *start);
        return status;
    }
    struct ps_thread_more *more = ps_more_make(w, *thread);
    more->driver = start->driver;
    io_touch_drivers(w, CORE_UPDATE);
    if (create->holds) {
        more->holds_driver = create->holds;
        create->holds->held_threads++;
    }
    return STATUS_SUCCESS;
}

/* A kernel mutex dies with the machine, a mutant of user mode is just abandoned (TERM-55). */
static const KMUTANT *kernel_mutex_of(const struct ke_thread *thread) {
    base_list_each(link, &ke_belongings_of(thread)->mutants) {
        const KMUTANT *mutant = base_container(link, KMUTANT, MutantListEntry);
        if (mutant->ApcDisable)
            return mutant;
    }
    return NULL;
}

static void check_thread_end(struct rd_world *w, const struct ke_thread *thread) {
    const struct ps_process *attached = ps_more(ps_current(w))->attached;
    if (attached) {
        uint64_t parameters[4] = {attached->pid, thread->pid, 0, 0};
        ke_bugcheck(w, 0x5, parameters,
                    core_textf(w,
                               "INVALID_PROCESS_ATTACH_ATTEMPT: system thread %u ends while it is "
                               "attached to process %u (TERM-43)",
                               thread->tid, attached->pid));
    }
    const KMUTANT *mutex = kernel_mutex_of(thread);
    if (mutex) {
        uint64_t parameters[4] = {thread->tid, mutex->Header.ObjectId, 0, 0};
        ke_bugcheck(w, 0x4000008A, parameters,
                    core_textf(w,
                               "THREAD_TERMINATE_HELD_MUTEX: system thread %u ends while it owns "
                               "kernel mutex #%u (TERM-55)",
                               thread->tid, mutex->Header.ObjectId));
    }
    const char *held = ke_locks_held(w);
    if (held)
        ke_violation(
            w, 0x100A,
            core_textf(w, "system thread %u ends while it holds %s (TERM-55)", thread->tid, held));
    if (thread->apc_disable || thread->special_apc_disable || thread->irql) {
        uint64_t parameters[4] = {0, (uint64_t)(int64_t)-thread->apc_disable, thread->irql, 0};
        ke_bugcheck(w, 0x20, parameters,
                    core_textf(w,
                               "KERNEL_APC_PENDING_DURING_EXIT: system thread %u ends inside %d "
                               "critical and %d guarded regions at IRQL %d (TERM-41)",
                               thread->tid, thread->apc_disable, thread->special_apc_disable,
                               thread->irql));
    }
}

_Noreturn void io_system_thread_exit(struct rd_world *w, NTSTATUS status) {
    struct ps_thread *thread = ps_current(w);
    if (io_is_worker(w, thread)) {
        uint64_t parameters[4] = {0, 0, 0, thread->tcb.tid};
        ke_bugcheck(
            w, 0xE9, parameters,
            "ACTIVE_EX_WORKER_THREAD_TERMINATION: a work item or DPC ends the thread of the "
            "system that runs it (TERM-44)");
    }
    check_thread_end(w, &thread->tcb);
    struct ps_thread_more *more = ps_more_make(w, thread);
    io_enter_driver(w, NULL);
    if (more->holds_driver)
        io_driver_let_go(w, more->holds_driver);
    ps_exit_thread(w, status);
}

/* ---- unloading ------------------------------------------------------------------------------- */

static void step_into_nothing(void *argument) {
    struct ps_thread *thread = argument;
    struct rd_world *w = thread->process->world;
    struct io_call call = {.what = "a thread that was still running its code"};
    io_begin_call(w, &call, ps_more(thread)->driver);
    ps_exit_thread(w, STATUS_UNSUCCESSFUL);
}

uint32_t io_threads_lose_code(struct rd_world *w, const struct io_driver *driver) {
    uint32_t count = 0;
    base_list_each(p, &w->ps->processes) {
        struct ps_process *process = base_container(p, struct ps_process, link);
        base_list_each(t, &process->threads) {
            struct ps_thread *thread = base_container(t, struct ps_thread, link);
            if (ps_more(thread)->driver != driver || thread == ps_current(w))
                continue;
            ke_redirect(w, &thread->tcb, step_into_nothing);
            count++;
        }
    }
    return count;
}
