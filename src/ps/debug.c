/* debug.c - debug objects: the queue of events between debuggees and their debugger. */
#include "ps/debug.h"

#include <inttypes.h>

#include "ke/irql.h"
#include "rundown/sdk/winnt.h"

/* ---- the object ------------------------------------------------------------------------------ */

static void debugger_gone(struct rd_world *w, void *body);

const struct ob_type ps_debug_type = {
    .name = "DebugObject",
    .body_size = sizeof(struct ps_debug),
    .waitable = true,
    .valid_access = PS_DEBUG_ALL_RIGHTS,
    .generic_read = 0x20001,
    .generic_write = 0x2000E,
    .generic_execute = 0x120000,
    .generic_all = PS_DEBUG_ALL_RIGHTS,
    .on_close = ob_no_close,
    .on_last_handle = debugger_gone,
    .on_delete = ob_no_action,
};

static const char held_by_debuggee[] = "process that is debugged by it";
static const char held_by_event[] = "debug event";

struct ps_debug *ps_debug_create(struct rd_world *w) {
    struct ps_debug *debug = ob_create(w, &ps_debug_type);
    ke_header_init(w, &debug->events_present.Header, EventNotificationObject, 0, true);
    base_list_init(&debug->events);
    debug->kill_on_close = true;
    return debug;
}

static void set_port(struct rd_world *w, struct ps_debug *debug, struct ps_process *process) {
    ob_reference_for(w, debug, held_by_debuggee);
    core_touch(w, ob_id(process), CORE_WRITE);
    process->debug = debug;
    core_event(w, RD_EVENT_DEBUG_ATTACH, RULE_NONE, .object = ob_id(debug), .a = process->pid);
}

static void clear_port(struct rd_world *w, struct ps_process *process) {
    struct ps_debug *debug = process->debug;
    core_touch(w, ob_id(process), CORE_WRITE);
    process->debug = NULL;
    ob_dereference_for(w, debug, held_by_debuggee);
}

void ps_debug_new_process(struct rd_world *w, struct ps_debug *debug, struct ps_process *process,
                          bool children) {
    set_port(w, debug, process);
    process->debug_children = children;
}

void ps_debug_forget(struct rd_world *w, struct ps_process *process) {
    if (process->debug)
        clear_port(w, process);
}

void ps_debug_close_port(struct rd_world *w, struct ps_thread *thread) {
    ob_close_handle(w, &thread->process->handles, thread->more->debug_handle);
    thread->more->debug_handle = 0;
}

/* ---- events ---------------------------------------------------------------------------------- */

static const char *name_of(struct rd_world *w, const struct ps_debug_message *message) {
    static const char *const names[PS_DEBUG_CODES] = {
        [PS_DEBUG_CREATE_THREAD] = "CREATE_THREAD", [PS_DEBUG_CREATE_PROCESS] = "CREATE_PROCESS",
        [PS_DEBUG_EXIT_THREAD] = "EXIT_THREAD",     [PS_DEBUG_EXIT_PROCESS] = "EXIT_PROCESS",
        [PS_DEBUG_LOAD_DLL] = "LOAD_DLL",           [PS_DEBUG_UNLOAD_DLL] = "UNLOAD_DLL",
    };
    if (message->code != PS_DEBUG_EXCEPTION)
        return names[message->code];
    return core_textf(w, "EXCEPTION 0x%08" PRIX32 " (%s chance)", message->record->ExceptionCode,
                      message->first_chance ? "first" : "second");
}

static unsigned rule_of(const struct ps_debug_message *message) {
    switch (message->code) {
    case PS_DEBUG_EXCEPTION:
        return RULE_SEH_14;
    case PS_DEBUG_EXIT_THREAD:
        return RULE_REST_11;
    case PS_DEBUG_EXIT_PROCESS:
        return RULE_REST_12;
    default:
        return RULE_REST_10;
    }
}

static struct ps_debug_event *queue(struct rd_world *w, struct ps_debug *debug,
                                    struct ps_thread *thread,
                                    const struct ps_debug_message *message) {
    struct ps_debug_event *event = core_alloc(w, sizeof *event);
    *event =
        (struct ps_debug_event){.process = thread->process, .thread = thread, .message = *message};
    ke_lock_event_init(w, &event->continued, KE_DEBUG_EVENT, true);
    ob_reference_for(w, event->process, held_by_event);
    ob_reference_for(w, thread, held_by_event);
    core_touch(w, ob_id(debug), CORE_WRITE);
    base_list_push_back(&debug->events, &event->link);
    core_event(w, RD_EVENT_DEBUG_EVENT, rule_of(message), .object = ob_id(debug),
               .a = event->process->pid, .b = thread->tcb.tid, .text = name_of(w, message));
    ke_event_set(w, &debug->events_present);
    return event;
}

static void free_event(struct rd_world *w, struct ps_debug_event *event) {
    ob_dereference_for(w, event->thread, held_by_event);
    ob_dereference_for(w, event->process, held_by_event);
    core_free(w, event, sizeof *event);
}

/* The event is no longer queued: its thread goes on. */
static void answer(struct rd_world *w, struct ps_debug_event *event, NTSTATUS status) {
    if (event->suspended)
        ke_resume(w, &event->thread->tcb);
    if (!event->waits) {
        free_event(w, event);
        return;
    }
    event->answer = status;
    ke_event_set(w, &event->continued);
}

/* ---- the debuggee's side --------------------------------------------------------------------- */

static void freeze_others(struct rd_world *w, const struct ps_thread *thread) {
    base_list_each(link, &thread->process->threads) {
        struct ps_thread *other = base_container(link, struct ps_thread, link);
        if (other != thread)
            ke_freeze(w, &other->tcb);
    }
}

static void thaw_others(struct rd_world *w, const struct ps_thread *thread) {
    base_list_each(link, &thread->process->threads) {
        struct ps_thread *other = base_container(link, struct ps_thread, link);
        if (other != thread)
            ke_thaw(w, &other->tcb);
    }
}

static NTSTATUS report_once(struct rd_world *w, struct ps_thread *thread,
                            const struct ps_debug_message *message) {
    struct ps_debug *debug = thread->process->debug;
    bool alone = message->code == PS_DEBUG_EXIT_PROCESS;
    if (!debug)
        return STATUS_PORT_NOT_SET;
    ke_point(w, ob_id(debug), KE_WRITE);
    if (thread->process->debug != debug)
        return STATUS_PORT_NOT_SET;
    if (!alone)
        freeze_others(w, thread);
    struct ps_debug_event *event = queue(w, debug, thread, message);
    event->waits = true;
    ke_wait_kernel(w, &event->continued);
    if (!alone)
        thaw_others(w, thread);
    NTSTATUS status = event->answer;
    free_event(w, event);
    return status;
}

/* Between two reports of the same event a suspension takes effect (DBG_REPLY_LATER). */
NTSTATUS ps_debug_report(struct rd_world *w, const struct ps_debug_message *message) {
    struct ps_thread *thread = ps_current(w);
    NTSTATUS status;
    if (!thread->process->debug)
        return STATUS_PORT_NOT_SET;
    do {
        ke_enter_kernel(&thread->tcb);
        status = report_once(w, thread, message);
        ke_leave_kernel(w, &thread->tcb);
    } while (status == DBG_REPLY_LATER);
    return status;
}

/* What the debugger hears first of a thread. */
static struct ps_debug_message first_message(struct rd_world *w, struct ps_thread *thread) {
    struct ps_process *process = thread->process;
    struct ps_debug_message message = {.code = PS_DEBUG_CREATE_THREAD,
                                       .start = thread->start_address};
    if (!process->debug_reported) {
        message.code = PS_DEBUG_CREATE_PROCESS;
        w->ps->hooks.debug_describe(w, process, &message);
    }
    process->debug_reported = true;
    thread->debug_reported = true;
    return message;
}

void ps_debug_thread_starts(struct rd_world *w, struct ps_thread *thread) {
    if (!thread->process->debug || thread->debug_reported)
        return;
    struct ps_debug_message message = first_message(w, thread);
    ps_debug_report(w, &message);
}

void ps_debug_thread_exits(struct rd_world *w, struct ps_thread *thread, bool last) {
    const struct ps_process *process = thread->process;
    struct ps_debug_message message = {
        .code = last ? PS_DEBUG_EXIT_PROCESS : PS_DEBUG_EXIT_THREAD,
        .exit_code = (uint32_t)(last ? process->exit_status : thread->exit_status)};
    if (last ? process->debug_reported : thread->debug_reported)
        ps_debug_report(w, &message);
}

/* ---- attaching and detaching ----------------------------------------------------------------- */

/* Where the past of a process is told: its first thread that still lives. */
static struct ps_thread *first_thread(const struct ps_process *process) {
    base_list_each(link, &process->threads) {
        struct ps_thread *thread = base_container(link, struct ps_thread, link);
        if (!thread->tcb.exiting)
            return thread;
    }
    return NULL;
}

void ps_debug_replay(struct rd_world *w, struct ps_process *process,
                     const struct ps_debug_message *message) {
    queue(w, process->debug, first_thread(process), message);
}

NTSTATUS ps_debug_attach(struct rd_world *w, struct ps_debug *debug, struct ps_process *process) {
    uint32_t count;
    if (process->system || process == ps_current_process(w))
        return STATUS_ACCESS_DENIED;
    ps_touch_life(w, process, CORE_READ);
    if (process->exiting || process->rundown || !first_thread(process))
        return STATUS_PROCESS_IS_TERMINATING;
    if (process->debug)
        return STATUS_PORT_ALREADY_SET;
    set_port(w, debug, process);
    process->debug_children = process->debug_reported = false;
    base_list_each(link, &process->threads) {
        struct ps_thread *thread = base_container(link, struct ps_thread, link);
        thread->debug_reported = false;
        if (thread->tcb.exiting)
            continue;
        struct ps_debug_message message = first_message(w, thread);
        struct ps_debug_event *event = queue(w, debug, thread, &message);
        event->suspended = NT_SUCCESS(ke_suspend(w, &thread->tcb, &count));
    }
    w->ps->hooks.debug_modules(w, process);
    return STATUS_SUCCESS;
}

/* The first event of that process, or of any. */
static struct ps_debug_event *first_event(const struct ps_debug *debug,
                                          const struct ps_process *process) {
    base_list_each(link, &debug->events) {
        struct ps_debug_event *event = base_container(link, struct ps_debug_event, link);
        if (!process || event->process == process)
            return event;
    }
    return NULL;
}

/* What nobody will hear any more; the caller has a reference to both. */
static void drop_events(struct rd_world *w, struct ps_debug *debug,
                        const struct ps_process *process) {
    struct ps_debug_event *event;
    while ((event = first_event(debug, process)) != NULL) {
        base_list_remove(&event->link);
        answer(w, event, STATUS_DEBUGGER_INACTIVE);
    }
}

NTSTATUS ps_debug_detach(struct rd_world *w, struct ps_debug *debug, struct ps_process *process) {
    if (!process->debug || process->debug != debug)
        return STATUS_PORT_NOT_SET;
    core_event(w, RD_EVENT_DEBUG_DETACH, RULE_NONE, .object = ob_id(debug), .a = process->pid);
    drop_events(w, debug, process);
    clear_port(w, process);
    return STATUS_SUCCESS;
}

/* The last handle has gone: with its thread, its process, or because somebody closed it. */
static void debugger_gone(struct rd_world *w, void *body) {
    struct ps_debug *debug = body;
    bool kill = debug->kill_on_close;
    debug->closed = true;
    core_event(w, RD_EVENT_DEBUG_CLOSED, kill ? RULE_REST_26 : RULE_REST_25, .object = ob_id(debug),
               .a = kill);
    base_list_each(link, &w->ps->processes) {
        struct ps_process *process = base_container(link, struct ps_process, link);
        if (process->debug != debug)
            continue;
        clear_port(w, process);
        if (kill)
            ps_terminate_process(w, process, STATUS_DEBUGGER_INACTIVE);
    }
    drop_events(w, debug, NULL);
    ke_event_set(w, &debug->events_present);
}

/* ---- the debugger's side --------------------------------------------------------------------- */

/* Has the debugger an event of that process already? */
static bool has_earlier(const struct ps_debug *debug, const struct ps_debug_event *event) {
    return first_event(debug, event->process) != event;
}

static struct ps_debug_event *next_event(const struct ps_debug *debug) {
    base_list_each(link, &debug->events) {
        struct ps_debug_event *event = base_container(link, struct ps_debug_event, link);
        if (event->read || event->inactive)
            continue;
        if (!has_earlier(debug, event))
            return event;
        event->inactive = true;
    }
    return NULL;
}

NTSTATUS ps_debug_wait(struct rd_world *w, struct ps_debug *debug, const LONGLONG *timeout,
                       const struct ps_debug_event **out) {
    DISPATCHER_HEADER *objects[] = {&debug->events_present.Header};
    LONGLONG until = timeout && *timeout ? (LONGLONG)ke_absolute_time(w, *timeout) : 0;
    struct ps_debug_event *event = NULL;
    while (!event) {
        NTSTATUS status = ke_wait(w, &(struct ke_wait){.count = 1,
                                                       .objects = objects,
                                                       .mode = UserMode,
                                                       .timeout = timeout ? &until : NULL});
        if (status != STATUS_SUCCESS)
            return status;
        if (debug->closed)
            return STATUS_DEBUGGER_INACTIVE;
        event = next_event(debug);
        if (!event)
            ke_event_reset(w, &debug->events_present);
    }
    event->read = true;
    core_event(w, RD_EVENT_DEBUG_DELIVER, RULE_REST_13, .object = ob_id(debug),
               .a = event->process->pid, .b = event->thread->tcb.tid,
               .text = name_of(w, &event->message));
    *out = event;
    return STATUS_SUCCESS;
}

static bool is_answer(NTSTATUS status) {
    return status == DBG_CONTINUE || status == DBG_EXCEPTION_HANDLED ||
           status == DBG_EXCEPTION_NOT_HANDLED || status == DBG_REPLY_LATER ||
           status == DBG_TERMINATE_THREAD || status == DBG_TERMINATE_PROCESS;
}

NTSTATUS ps_debug_continue(struct rd_world *w, struct ps_debug *debug, uint32_t pid, uint32_t tid,
                           NTSTATUS status) {
    struct ps_debug_event *event = first_event(debug, ps_process_by_id(w, pid));
    if (!is_answer(status) || !event || event->process->pid != pid ||
        event->thread->tcb.tid != tid || !event->read)
        return STATUS_INVALID_PARAMETER;
    base_list_remove(&event->link);
    core_event(w, RD_EVENT_DEBUG_CONTINUE, RULE_NONE, .object = ob_id(debug), .a = pid, .b = tid,
               .c = (uint32_t)status, .text = name_of(w, &event->message));
    struct ps_debug_event *next = first_event(debug, event->process);
    if (next) {
        next->inactive = false;
        ke_event_set(w, &debug->events_present);
    }
    answer(w, event, status);
    return STATUS_SUCCESS;
}
