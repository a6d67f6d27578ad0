/*
 * shutdown.c - the ways out of user mode: ExitThread and ExitProcess.
 *
 * ExitProcess is the table `exit_steps`, in the order of PROC-35. Each step may block or never
 * return: a lock whose owner never leaves it hangs the exit here as it does on Windows.
 */
#include "ldr/crt.h"
#include "ldr/verify.h"
#include "rundown/sdk/winnt.h"

void ldr_run_fls_of(struct rd_world *w, struct ldr_fls *fls) {
    struct ldr_process *process = ps_current_process(w)->ldr;
    uint64_t slots = core_handle_place(ob_id(process->process), PS_SLOTS_PLACE);
    core_touch(w, slots, CORE_WRITE);
    for (uint32_t i = 1; i < LDR_FLS_SLOTS_MAX; i++) {
        void *value = fls->values[i];
        fls->values[i] = NULL;
        if (!value || !process->fls_callbacks || !process->fls_callbacks[i])
            continue;
        core_event(w, RD_EVENT_FLS_CALLBACK, RULE_TLS_07, .a = i);
        process->fls_callbacks[i](value);
        core_touch(w, slots, CORE_WRITE); /* whatever it did, this may be another step */
    }
    base_list_remove(&fls->link);
    core_free(w, fls, sizeof *fls);
}

void ldr_run_fls(struct rd_world *w) {
    struct ldr_thread *thread = ps_current(w)->ldr;
    if (!thread || !thread->fls)
        return;
    ldr_run_fls_of(w, thread->fls);
    thread->fls = NULL;
}

/* ---- one thread ------------------------------------------------------------------------------ */

static void detach_thread(struct rd_world *w, struct ldr_process *process) {
    uint32_t exception, number = UINT32_MAX;
    struct ldr_module *module;
    while ((module = ldr_attached_before(process, number)) != NULL) {
        number = module->init_number;
        if (!module->no_thread_calls)
            ldr_call_dll(w, module, DLL_THREAD_DETACH, NULL, &exception);
    }
    ldr_tell_exe(w, process, DLL_THREAD_DETACH);
}

void ldr_shutdown_thread(struct rd_world *w) {
    struct ldr_process *process = ps_current_process(w)->ldr;
    ldr_run_fls(w);
    ldr_lock_acquire(w, &process->loader_lock);
    detach_thread(w, process);
    crt_thread_detach(w);
    ldr_lock_release(w, &process->loader_lock);
}

/* ---- the process ----------------------------------------------------------------------------- */

static void take_loader_lock(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    (void)code;
    ldr_lock_acquire(w, &process->loader_lock);
}

static void take_peb_lock(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    (void)code;
    ldr_lock_acquire(w, &process->peb_lock);
}

static void kill_other_threads(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    (void)process;
    ps_terminate_others(w, (NTSTATUS)code);
}

static void run_fls_callbacks(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    (void)code;
    process->shutting_down = true;
    process->shutdown_tid = w->current_tid;
    ldr_run_fls(w);
}

/* Reverse order of initialisation; a DLL that was never attached completely is not in the list
 * (DLL-38). */
static void detach_dlls(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    (void)code;
    void *process_ends = (void *)(uintptr_t)1; /* lpReserved (DLL-06) */
    uint32_t exception;
    while (!base_list_empty(&process->init_order)) {
        struct ldr_module *module =
            base_container(process->init_order.Blink, struct ldr_module, init_link);
        base_list_remove(&module->init_link);
        module->detached = true;
        ldr_call_dll(w, module, DLL_PROCESS_DETACH, process_ends, &exception);
    }
    ldr_tell_exe(w, process, DLL_PROCESS_DETACH);
}

/* The run-time library is a DLL too: the first to attach, the last to detach. */
static void detach_run_time(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    (void)process, (void)code;
    crt_detach_flush(w);
}

static void end_process(struct rd_world *w, struct ldr_process *process, uint32_t code) {
    ps_terminate_process(w, process->process, (NTSTATUS)code);
}

struct exit_step {
    const char *name;
    void (*run)(struct rd_world *w, struct ldr_process *process, uint32_t code);
    bool repeated; /* also when ExitProcess is called again during the shutdown (DLL-42) */
};

static const struct exit_step exit_steps[] = {
    {"take the loader lock", take_loader_lock, true},
    {"take the PEB lock", take_peb_lock, true},
    {"NtTerminateProcess(NULL): the other threads end", kill_other_threads, false},
    {"FLS callbacks of the caller", run_fls_callbacks, false},
    {"DLL_PROCESS_DETACH", detach_dlls, false},
    {"the run-time library detaches", detach_run_time, false},
    {"NtTerminateProcess(self)", end_process, true},
};

void ldr_shutdown_process(struct rd_world *w) {
    struct ldr_process *process = ps_current_process(w)->ldr;
    if (process->shutting_down)
        return;
    run_fls_callbacks(w, process, 0);
    detach_dlls(w, process, 0);
    detach_run_time(w, process, 0);
}

_Noreturn static void exit_process(struct rd_world *w, uint32_t code, uint32_t rule) {
    struct ldr_process *process = ps_current_process(w)->ldr;
    core_event(w, RD_EVENT_PROCESS_EXIT, process->shutting_down ? RULE_DLL_42 : rule, .a = code);
    process->pending_exit_code = code;
    ldr_verify_exit_process(w);
    bool again = process->shutting_down;
    for (size_t i = 0; i < sizeof exit_steps / sizeof exit_steps[0]; i++)
        if (!again || exit_steps[i].repeated)
            exit_steps[i].run(w, process, code);
    ps_exit_thread(w, (NTSTATUS)code); /* somebody else has begun to terminate the process */
}

_Noreturn void ldr_exit_process(struct rd_world *w, uint32_t code) {
    exit_process(w, code, RULE_PROC_35);
}

/* ---- a thread that leaves by itself ---------------------------------------------------------- */

/* What of the process's end depends on whether this thread is the last, before it has left. */
static bool has_callbacks(const struct ps_thread *thread) {
    return thread->ldr && thread->ldr->fls;
}

/* What a thread does in user mode before it ends. */
static void leave(struct rd_world *w, uint32_t code) {
    struct ps_thread *thread = ps_current(w);
    struct ldr_process *process = thread->process->ldr;
    ldr_verify_exit_thread(w);
    core_event(w, RD_EVENT_THREAD_EXIT, RULE_THRD_02, .a = code);
    if (has_callbacks(thread) && ps_is_last_to_leave(w, thread))
        exit_process(w, code, RULE_PROC_19);
    ldr_run_fls(w);
    bool passes = ldr_passes_lock(w, process) && !crt_thread_exit_pending(thread);
    if (passes)
        ldr_lock_pass(w, &process->loader_lock);
    else
        ldr_lock_acquire(w, &process->loader_lock);
    if (!ps_leave_unless_last(w, thread)) /* asked under the loader lock: one is last (THRD-38) */
        exit_process(w, code, RULE_PROC_19);
    if (!passes) {
        if (!thread->skip_attach)
            detach_thread(w, process);
        crt_thread_detach(w);
        ldr_lock_release(w, &process->loader_lock);
    }
}

_Noreturn void ldr_exit_thread(struct rd_world *w, uint32_t code) {
    leave(w, code);
    ps_exit_thread(w, (NTSTATUS)code);
}

void ldr_end_thread(struct rd_world *w, uint32_t code) {
    leave(w, code);
    ps_end_thread(w, (NTSTATUS)code);
}
