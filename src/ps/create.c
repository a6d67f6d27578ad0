/*
 * create.c - birth of processes and threads, and the first kernel-mode steps of a new thread.
 *
 * A thread object refers to its process, and holds itself until it has ended; a process object
 * holds itself until its last thread has ended.
 */
#include <string.h>

#include "core/conflict.h"
#include "ps/debug.h"
#include "ps/job.h"
#include "ps/token.h"

/* ---- objects --------------------------------------------------------------------------------- */

static void process_deleted(struct rd_world *w, void *body) {
    struct ps_process *process = body;
    w->ps->hooks.process_deleted(w, process);
    ps_job_forget(w, process);
    ps_debug_forget(w, process);
    ps_token_forget(w, process);
    base_list_remove(&process->link);
    if (ps_process_by_id(w, process->pid) != process)
        ke_bugcheck(w, 0x17, (const uint64_t[4]){process->pid, 0, 0, 0},
                    core_textf(w,
                               "CID_HANDLE_DELETION: process object %u is deleted, but its id is "
                               "not in the table of ids (TERM-62)",
                               process->pid));
    ps_cid_free(w, process->pid);
    core_event(w, RD_EVENT_PROCESS_DELETE, RULE_PROC_13, .a = process->pid, .object = ob_id(body));
}

static void thread_deleted(struct rd_world *w, void *body) {
    struct ps_thread *thread = body;
    w->ps->hooks.thread_deleted(w, thread);
    ke_thread_deleted(w, &thread->tcb);
    core_free(w, thread->more, sizeof *thread->more);
    ps_cid_free(w, thread->tcb.tid);
    core_event(w, RD_EVENT_THREAD_DELETE, RULE_THRD_04, .a = thread->tcb.tid,
               .object = ob_id(body));
    ob_dereference(w, thread->process);
}

const struct ob_type ps_process_type = {
    .name = "Process",
    .body_size = sizeof(struct ps_process),
    .waitable = true,
    .logs_itself = true,
    .valid_access = PROCESS_ALL_RIGHTS,
    .generic_read = 0x20410,
    .generic_write = 0x20BEA,
    .generic_execute = 0x121001,
    .generic_all = PROCESS_ALL_RIGHTS,
    .implied_from = PROCESS_QUERY_INFORMATION_RIGHT,
    .implied = PROCESS_QUERY_LIMITED_RIGHT,
    .on_close = ob_no_close,
    .on_last_handle = ps_process_closed,
    .on_delete = process_deleted,
};

const struct ob_type ps_thread_type = {
    .name = "Thread",
    .body_size = sizeof(struct ps_thread),
    .waitable = true,
    .logs_itself = true,
    .valid_access = THREAD_ALL_RIGHTS,
    .generic_read = 0x20048,
    .generic_write = 0x20437,
    .generic_execute = 0x121800,
    .generic_all = THREAD_ALL_RIGHTS,
    .implied_from = 0x40, /* THREAD_QUERY_INFORMATION implies the limited form */
    .implied = 0x800,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = thread_deleted,
};

const struct ps_thread_more ps_nothing_more = {
    .transfers = BASE_LIST_EMPTY(ps_nothing_more.transfers),
    .requests = BASE_LIST_EMPTY(ps_nothing_more.requests),
};

struct ps_thread_more *ps_more_make(struct rd_world *w, struct ps_thread *thread) {
    if (!thread->more) {
        thread->more = core_alloc(w, sizeof *thread->more);
        base_list_init(&thread->more->transfers);
        base_list_init(&thread->more->requests);
    }
    return thread->more;
}

/* ---- state ----------------------------------------------------------------------------------- */

/* The name lives until the reset. */
static struct ps_process *new_process(struct rd_world *w, const char *name, uint32_t parent_pid) {
    struct ps_process *process = ob_create(w, &ps_process_type);
    ke_header_init(w, &process->header, ProcessObject, 0, true);
    process->world = w;
    process->pid = ps_cid_allocate(w, process);
    process->parent_pid = parent_pid;
    process->name = name;
    process->exit_status = PS_STILL_ACTIVE;
    process->create_time = w->now;
    ob_table_init(&process->handles, process->pid, ob_id(process));
    base_list_init(&process->threads);
    base_list_push_back(&w->ps->processes, &process->link);
    ps_touch_lists(w);
    core_event(w, RD_EVENT_PROCESS_CREATE, RULE_PROC_41, .object = ob_id(process),
               .a = process->pid, .b = parent_pid, .text = process->name);
    return process;
}

bool ps_state_create(struct rd_world *w) {
    w->ps = base_arena_alloc(&w->permanent, sizeof *w->ps);
    if (!w->ps)
        return false;
    memset(w->ps, 0, sizeof *w->ps);
    return true;
}

bool ps_state_reset(struct rd_world *w) {
    memset(w->ps, 0, offsetof(struct ps_state, hooks));
    base_list_init(&w->ps->processes);
    base_list_init(&w->ps->open_registrations);
    base_list_init(&w->ps->open_callbacks);
    struct ps_process *system = new_process(w, "System", 0);
    RD_ASSERT(system->pid == PS_SYSTEM_PID);
    system->system = true;
    system->started = true;
    w->ps->system = system;
    return true;
}

/* ---- the first steps of a thread ------------------------------------------------------------- */

/* A user thread begins in the kernel, then enters user mode in the loader. */
static void user_thread_entry(void *argument) {
    struct ps_thread *thread = argument;
    struct rd_world *w = thread->process->world;
    core_event(w, RD_EVENT_THREAD_START, RULE_NONE);
    ke_enter_kernel(&thread->tcb);
    ps_notify_thread_starts(w, thread);
    bool first = !thread->process->image_notified;
    core_touch(w, core_handle_place(ob_id(thread->process), PS_MAPPED_PLACE),
               first ? CORE_WRITE : CORE_READ);
    if (first) {
        thread->process->image_notified = true;
        w->ps->hooks.process_mapped(w, thread->process);
    }
    ps_debug_thread_starts(w, thread);
    ke_leave_kernel(w, &thread->tcb);
    w->ps->hooks.user_start(w, thread);
}

static void system_thread_entry(void *argument) {
    struct ps_thread *thread = argument;
    struct rd_world *w = thread->process->world;
    core_event(w, RD_EVENT_THREAD_START, RULE_NONE);
    thread->more->kernel_start(thread->more->kernel_context);
    ps_end_thread(w, STATUS_SUCCESS);
}

/* Only a thread of another process can come when somebody may just be the last to leave. */
static void count_staying(struct rd_world *w, struct ps_process *process) {
    if (process->staying_threads++ && w->ke->current && ps_current_process(w) != process)
        core_touch(w, core_handle_place(ob_id(process), PS_LEAVING_PLACE), CORE_WRITE);
}

static struct ps_thread *new_thread(struct rd_world *w, const struct ps_create_thread *create) {
    struct ps_process *process = create->process;
    struct ps_thread *thread = ob_create(w, &ps_thread_type);
    bool system = create->kernel_start != NULL;
    size_t stack = create->stack_size    ? create->stack_size
                   : process->stack_size ? process->stack_size
                                         : w->options.stack_size;
    ke_thread_init(w, &thread->tcb, system ? system_thread_entry : user_thread_entry, stack);
    ob_reference(process);
    thread->process = process;
    thread->tcb.pid = process->pid;
    thread->tcb.process_object = ob_id(process);
    thread->tcb.tid = ps_cid_allocate(w, thread);
    thread->tcb.system = system;
    thread->tcb.kernel_depth = system;
    thread->tcb.suspend_count = create->suspended;
    thread->exit_status = PS_STILL_ACTIVE;
    thread->start_address = create->start_address;
    thread->unannounced = create->unannounced;
    thread->of_pool = create->of_pool;
    thread->skip_attach = create->skip_attach;
    thread->parameter = create->parameter;
    if (system) {
        ps_more_make(w, thread)->kernel_start = create->kernel_start;
        thread->more->kernel_context = create->kernel_context;
    }
    thread->create_time = w->now;
    ob_reference(thread); /* its own, until it has ended */
    if (process->active_threads++ == 0 && !process->system)
        ob_reference(process); /* a process with threads holds itself */
    thread->inserted = true;
    count_staying(w, process);
    base_list_push_back(&process->threads, &thread->link);
    ps_touch_lists(w);
    core_event(w, RD_EVENT_THREAD_CREATE, create->suspended ? RULE_THRD_19 : RULE_THRD_25,
               .object = ob_id(thread), .a = thread->tcb.tid, .b = process->pid,
               .c = create->suspended);
    return thread;
}

/* A refused process dies through the ordinary exit path without ever reaching user mode
 * (NTFY-P-47/48). */
static void refuse(struct rd_world *w, struct ps_process *process, NTSTATUS status) {
    core_event(w, RD_EVENT_PROCESS_CREATE_FAILED, RULE_NTFY_P_44, .a = (uint32_t)status,
               .text = process->name);
    process->refused = true;
    ps_terminate_process(w, process, status);
}

/* Tells the notify routines of a new thread and, with the first one, of its process: the answer of
 * those who may refuse. */
static NTSTATUS announce(struct rd_world *w, struct ps_thread *thread, bool unannounced) {
    struct ps_process *process = thread->process;
    NTSTATUS veto = STATUS_SUCCESS;
    bool first = !process->started;
    bool thread_first = core_conflict(w, RD_CONFLICT_FIRST_THREAD_ORDER); /* NTFY-T-26 */
    process->started = true;
    if (!unannounced && first && thread_first)
        ps_notify_thread(w, thread, true);
    if (first)
        ps_notify_process_create(w, process, thread, &veto);
    if (!unannounced && !(first && thread_first))
        ps_notify_thread(w, thread, true);
    if (!NT_SUCCESS(veto))
        refuse(w, process, veto);
    return NT_SUCCESS(veto) ? STATUS_SUCCESS : veto;
}

/* Inserts a new thread: as long as routines run, its creator is in the kernel. */
static NTSTATUS insert(struct rd_world *w, struct ps_thread *thread, bool unannounced) {
    struct ps_thread *creator = ps_current(w);
    if (creator)
        ke_enter_kernel(&creator->tcb);
    NTSTATUS status = announce(w, thread, unannounced);
    /* A kill during the notification has made it ready already. */
    if (NT_SUCCESS(status) && thread->tcb.state == KE_INITIALIZED)
        ke_ready(w, &thread->tcb);
    if (!NT_SUCCESS(status))
        ob_dereference(w, thread);
    if (creator)
        ke_leave_kernel(w, &creator->tcb);
    return status;
}

static bool refuses_threads(const struct ps_process *process) {
    return process->exiting || process->rundown || process->threads_refused;
}

NTSTATUS ps_create_thread(struct rd_world *w, const struct ps_create_thread *create,
                          struct ps_thread **thread) {
    *thread = NULL;
    ps_touch_life(w, create->process, CORE_READ);
    if (refuses_threads(create->process))
        return STATUS_PROCESS_IS_TERMINATING;
    struct ps_thread *created = new_thread(w, create);
    NTSTATUS status = insert(w, created, create->unannounced);
    if (NT_SUCCESS(status))
        *thread = created;
    return status;
}

/* The debugger that the creator names, or the one that debugs the parent with its children. */
static void give_debugger(struct rd_world *w, const struct ps_create_process *create,
                          struct ps_process *process) {
    const struct ps_process *parent = create->parent;
    if (create->debug)
        ps_debug_new_process(w, create->debug, process, create->debug_children);
    else if (parent && parent->debug && parent->debug_children)
        ps_debug_new_process(w, parent->debug, process, true);
}

static NTSTATUS inherit_handles(struct rd_world *w, const struct ps_create_process *create,
                                struct ps_process *process) {
    if (!create->inherit_handles || !create->parent)
        return STATUS_SUCCESS;
    if (!create->handle_list) {
        ob_inherit(w, &create->parent->handles, &process->handles);
        return STATUS_SUCCESS;
    }
    for (uint32_t i = 0; i < create->handle_count; i++) {
        NTSTATUS status =
            ob_inherit_one(w, &create->parent->handles, create->handle_list[i], &process->handles);
        if (!NT_SUCCESS(status))
            return status;
    }
    return STATUS_SUCCESS;
}

/* A process that could not be completed and has no thread: its objects just go. */
static void give_up(struct rd_world *w, struct ps_process *process, NTSTATUS status) {
    core_event(w, RD_EVENT_PROCESS_CREATE_FAILED, RULE_NONE, .a = (uint32_t)status,
               .text = process->name);
    process->rundown = process->exiting = true;
    ob_close_table(w, &process->handles);
    ps_job_leave(w, process);
    w->ps->hooks.process_address_space(w, process);
    ob_dereference(w, process);
}

static struct ps_process *object_of(struct rd_world *w, const struct ps_create_process *create) {
    const struct ps_process *parent = create->parent;
    struct ps_process *process =
        new_process(w, core_text(w, create->name), parent ? parent->pid : 0);
    process->image = create->image;
    process->command_line = create->command_line ? core_text(w, create->command_line) : NULL;
    process->directory = create->directory             ? core_text(w, create->directory)
                         : parent && parent->directory ? parent->directory
                                                       : "C:\\";
    process->dll_directory = parent ? parent->dll_directory : NULL;
    process->stack_size = create->stack_size;
    process->session = create->session ? create->session : parent ? parent->session : 0;
    process->service = create->service || (parent && parent->service);
    ps_token_inherit(w, parent, process);
    process->kind = (uint8_t)create->kind;
    process->inherits_handles = create->inherit_handles;
    return process;
}

NTSTATUS ps_create_bare_process(struct rd_world *w, const struct ps_create_process *create,
                                struct ps_process **process) {
    *process = object_of(w, create);
    NTSTATUS status = inherit_handles(w, create, *process);
    if (NT_SUCCESS(status))
        status = w->ps->hooks.process_created(w, *process, create);
    if (NT_SUCCESS(status))
        status = ps_job_join_at_creation(w, *process, create);
    if (!NT_SUCCESS(status)) {
        give_up(w, *process, status);
        *process = NULL;
    }
    return status;
}

NTSTATUS ps_create_process(struct rd_world *w, const struct ps_create_process *create,
                           struct ps_process **process_out, struct ps_thread **thread_out) {
    struct ps_process *process;
    NTSTATUS status = ps_create_bare_process(w, create, &process);
    *process_out = NULL;
    *thread_out = NULL;
    if (!NT_SUCCESS(status))
        return status;
    give_debugger(w, create, process);
    process->exact_name = create->kind == PS_WIN32;
    struct ps_thread *first =
        new_thread(w, &(struct ps_create_thread){.process = process,
                                                 .suspended = create->suspended,
                                                 .kernel_start = create->kernel_start});
    first->is_first = true;
    status = insert(w, first, false);
    if (!NT_SUCCESS(status)) {
        ob_dereference(w, process);
        return status;
    }
    *process_out = process;
    *thread_out = first;
    return STATUS_SUCCESS;
}
