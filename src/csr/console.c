/* console.c - consoles and their processes, and the delivery of control events. */
#include <string.h>

#include "csr/csr.h"
#include "rundown/sdk/consoleapi.h"
#include "rundown/sdk/ntstatus.h"

enum { TIME_LIMIT_MS = 5000, SERVICE_SHUTDOWN_MS = 20000 };

/* ---- consoles and their processes ------------------------------------------------------------ */

static void join(struct csr_process *csr, struct csr_console *console) {
    csr->console = console;
    base_list_push_back(&console->processes, &csr->link);
}

static void open_console(struct rd_world *w, struct csr_process *csr) {
    struct csr_console *console = core_alloc(w, sizeof *console);
    base_list_init(&console->processes);
    console->pid = csr->process->pid;
    console->input_mode = ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT;
    console->output_mode = ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT;
    join(csr, console);
}

/* A console without processes goes. */
static void leave(struct rd_world *w, struct csr_process *csr) {
    struct csr_console *console = csr->console;
    if (!console)
        return;
    base_list_remove(&csr->link);
    csr->console = NULL;
    if (base_list_empty(&console->processes))
        core_free(w, console, sizeof *console);
}

static struct csr_process *new_process(struct rd_world *w, struct ps_process *process) {
    struct csr_process *csr = core_alloc(w, sizeof *csr);
    csr->process = process;
    csr->group = process->pid;
    csr->shutdown_level = CSR_SHUTDOWN_LEVEL;
    process->csr = csr;
    return csr;
}

/* What the host starts gets a console of its own, as from the desktop. */
struct csr_process *csr_process_get(struct rd_world *w, struct ps_process *process) {
    if (!process->csr) {
        new_process(w, process);
        if (!process->system && !process->rundown)
            open_console(w, process->csr);
    }
    return process->csr;
}

void csr_process_created(struct rd_world *w, struct ps_process *process,
                         const struct ps_create_process *create) {
    if (!create->parent || create->parent->system)
        return;
    const struct csr_process *parent = csr_process_get(w, create->parent);
    struct csr_process *csr = new_process(w, process);
    bool root = create->new_group && !create->new_console;
    csr->group = root ? process->pid : parent->group;
    csr->ignores_c = parent->ignores_c || root;
    if (create->new_console)
        open_console(w, csr);
    else if (parent->console && !create->detached)
        join(csr, parent->console);
}

void csr_process_gone(struct rd_world *w, struct ps_process *process) {
    if (process->csr)
        leave(w, process->csr);
}

void csr_process_deleted(struct rd_world *w, struct ps_process *process) {
    struct csr_process *csr = process->csr;
    if (!csr)
        return;
    leave(w, csr);
    core_free(w, csr->handlers, csr->handler_capacity * sizeof *csr->handlers);
    core_free(w, csr, sizeof *csr);
    process->csr = NULL;
}

/* ---- changes of console: the handlers of before are gone (CONS-18) --------------------------- */

NTSTATUS csr_alloc(struct rd_world *w, struct csr_process *csr) {
    if (csr->console)
        return STATUS_ACCESS_DENIED;
    csr->handler_count = 0;
    open_console(w, csr);
    return STATUS_SUCCESS;
}

NTSTATUS csr_attach(struct rd_world *w, struct csr_process *csr, struct ps_process *target) {
    if (csr->console)
        return STATUS_ACCESS_DENIED;
    if (!target || target->rundown)
        return STATUS_INVALID_PARAMETER;
    struct csr_console *console = csr_process_get(w, target)->console;
    if (!console)
        return STATUS_INVALID_HANDLE;
    csr->handler_count = 0;
    join(csr, console);
    return STATUS_SUCCESS;
}

NTSTATUS csr_free(struct rd_world *w, struct csr_process *csr) {
    if (!csr->console)
        return STATUS_INVALID_PARAMETER;
    csr->handler_count = 0;
    leave(w, csr);
    return STATUS_SUCCESS;
}

uint32_t csr_list(const struct csr_console *console, uint32_t *pids, uint32_t capacity) {
    uint32_t count = 0;
    base_list_each(link, &console->processes) {
        if (count < capacity)
            pids[count] = base_container(link, struct csr_process, link)->process->pid;
        count++;
    }
    return count;
}

/* ---- the list of handlers -------------------------------------------------------------------- */

void csr_add_handler(struct rd_world *w, struct csr_process *csr, csr_handler_fn *handler) {
    if (csr->handler_count == csr->handler_capacity) {
        uint32_t capacity = csr->handler_capacity ? csr->handler_capacity * 2 : 8;
        csr_handler_fn **grown = core_alloc(w, capacity * sizeof *grown);
        if (csr->handler_count)
            memcpy(grown, csr->handlers, csr->handler_count * sizeof *grown);
        core_free(w, csr->handlers, csr->handler_capacity * sizeof *csr->handlers);
        csr->handlers = grown;
        csr->handler_capacity = capacity;
    }
    csr->handlers[csr->handler_count++] = handler;
}

NTSTATUS csr_remove_handler(struct csr_process *csr, csr_handler_fn *handler) {
    for (uint32_t i = csr->handler_count; i-- > 0;) {
        if (csr->handlers[i] != handler)
            continue;
        csr->handler_count--;
        memmove(csr->handlers + i, csr->handlers + i + 1,
                (csr->handler_count - i) * sizeof *csr->handlers);
        return STATUS_SUCCESS;
    }
    return STATUS_INVALID_PARAMETER;
}

/* ---- a signal in the process that receives it ------------------------------------------------ */

static const char *name_of(uint32_t event) {
    static const char *const names[] = {
        "CTRL_C_EVENT",      "CTRL_BREAK_EVENT",   "CTRL_CLOSE_EVENT", "?", "?",
        "CTRL_LOGOFF_EVENT", "CTRL_SHUTDOWN_EVENT"};
    return event <= CSR_SHUTDOWN ? names[event] : "?";
}

/* Does one of the handlers accept the event? They may change the list meanwhile. */
static bool handlers_accept(struct rd_world *w, struct csr_process *csr, uint32_t event) {
    for (uint32_t i = csr->handler_count; i-- > 0;) {
        if (i >= csr->handler_count)
            continue;
        core_event(w, RD_EVENT_CONSOLE_HANDLER, RULE_CONS_04, .text = name_of(event));
        bool accepted = csr->handlers[i](event) != 0;
        core_event(w, RD_EVENT_CONSOLE_ANSWER, accepted ? RULE_CONS_06 : RULE_CONS_05,
                   .a = accepted, .text = name_of(event));
        if (accepted)
            return true;
    }
    return false;
}

static bool is_session_end(uint32_t event) {
    return event == CSR_LOGOFF || event == CSR_SHUTDOWN;
}

static bool outlives(const struct ps_process *process, uint32_t event) {
    return process->service && is_session_end(event);
}

/* CONS-20: a debugger that continues the exception has handled the signal. */
static bool debugger_takes(struct rd_world *w, const struct ps_process *process, uint32_t event) {
    if (!process->debug || (event != CSR_CTRL_C && event != CSR_CTRL_BREAK))
        return false;
    return ldr_offer(
        w, &(struct ldr_exception){
               .code = (uint32_t)(event == CSR_CTRL_C ? DBG_CONTROL_C : DBG_CONTROL_BREAK)});
}

/* Start routine, in user mode, of the thread that the system makes for a signal (CONS-07). */
static uint32_t handle_signal(void *parameter) {
    struct rd_world *w = port_current_world();
    uint32_t event = (uint32_t)(uintptr_t)parameter;
    struct csr_process *csr = csr_process_get(w, ps_current_process(w));
    ke_point(w, ob_id(csr->process), KE_READ);
    if (debugger_takes(w, csr->process, event))
        return 0;
    if (event == CSR_CTRL_C && csr->ignores_c) {
        core_event(w, RD_EVENT_CONSOLE_IGNORED, RULE_CONS_13, .text = name_of(event));
        return 0;
    }
    if (handlers_accept(w, csr, event))
        return 0;
    if (outlives(csr->process, event)) {
        core_event(w, RD_EVENT_CONSOLE_IGNORED, RULE_CONS_22, .text = name_of(event));
        return 0;
    }
    core_event(w, RD_EVENT_CONSOLE_DEFAULT, RULE_CONS_01, .a = (uint32_t)STATUS_CONTROL_C_EXIT,
               .text = name_of(event));
    ldr_exit_process(w, (uint32_t)STATUS_CONTROL_C_EXIT);
}

/* The new thread carries a reference; NULL: the process is ending. */
static struct ps_thread *start_handler(struct rd_world *w, struct ps_process *process,
                                       uint32_t event) {
    struct ps_thread *thread;
    struct ps_create_thread create = {.process = process,
                                      .start_address = (uint64_t)(uintptr_t)handle_signal,
                                      .parameter = event};
    ps_create_thread(w, &create, &thread);
    return thread;
}

/* ---- events that end a process in any case --------------------------------------------------- */

struct ending {
    struct rd_world *w;
    struct ps_process *process; /* referenced */
    uint32_t event;
};

static uint32_t time_limit(const struct ps_process *process, uint32_t event) {
    return process->service && event == CSR_SHUTDOWN ? SERVICE_SHUTDOWN_MS : TIME_LIMIT_MS;
}

/* False: the handlers are still at it when their time is up. */
static bool handlers_return(struct rd_world *w, struct ps_process *process, uint32_t event,
                            struct ps_thread *handler) {
    const LONGLONG timeout = -(LONGLONG)time_limit(process, event) * CORE_TICKS_PER_MS;
    DISPATCHER_HEADER *header = &handler->tcb.header;
    const struct ke_wait wait = {
        .count = 1, .objects = &header, .mode = KernelMode, .timeout = &timeout};
    return ke_wait(w, &wait) != STATUS_TIMEOUT;
}

void csr_console_end(struct rd_world *w, struct ps_process *process, uint32_t event) {
    struct ps_thread *handler = start_handler(w, process, event);
    if (!handler)
        return;
    bool late = !handlers_return(w, process, event, handler);
    bool ends = !outlives(process, event);
    if (!process->exiting && (late || ends))
        core_event(w, late ? RD_EVENT_CONSOLE_TIMEOUT : RD_EVENT_CONSOLE_END,
                   late ? RULE_CONS_11 : RULE_CONS_10, .a = process->pid, .text = name_of(event));
    if (ends)
        ps_terminate_process(w, process, STATUS_CONTROL_C_EXIT);
    ob_dereference(w, handler);
}

/* A system thread gives the process its time and ends it then (CONS-10, CONS-11). */
static void end_process(void *context) {
    struct ending ending = *(struct ending *)context;
    core_free(ending.w, context, sizeof ending);
    csr_console_end(ending.w, ending.process, ending.event);
    ob_dereference(ending.w, ending.process);
}

static void start_ending(struct rd_world *w, struct ps_process *process, uint32_t event) {
    struct ps_thread *thread;
    struct ending *ending = core_alloc(w, sizeof *ending);
    struct ps_create_thread create = {.process = w->ps->system,
                                      .kernel_start = end_process,
                                      .kernel_context = ending,
                                      .unannounced = true};
    *ending = (struct ending){.w = w, .process = process, .event = event};
    ob_reference(process);
    if (NT_SUCCESS(ps_create_thread(w, &create, &thread)))
        ob_dereference(w, thread);
}

/* ---- delivery -------------------------------------------------------------------------------- */

bool csr_uses_windows(const struct ps_process *process) {
    base_list_each(link, &process->threads) {
        if (base_container(link, struct ps_thread, link)->queue)
            return true;
    }
    return false;
}

static void deliver(struct rd_world *w, struct ps_process *process, uint32_t event) {
    /* Programs with windows hear of it by messages (CONS-22). */
    if (is_session_end(event) && csr_uses_windows(process) && !process->service) {
        core_event(w, RD_EVENT_CONSOLE_IGNORED, RULE_CONS_22, .a = process->pid,
                   .text = name_of(event));
        return;
    }
    if (event != CSR_CTRL_C && event != CSR_CTRL_BREAK) {
        start_ending(w, process, event);
        return;
    }
    struct ps_thread *handler = start_handler(w, process, event);
    if (handler)
        ob_dereference(w, handler);
}

/* The receivers, each with a reference, in memory of the caller; NULL if there are none. */
static struct ps_process **receivers(struct rd_world *w, struct csr_console *console,
                                     uint32_t group, uint32_t *count) {
    uint32_t all = csr_list(console, NULL, 0);
    struct ps_process **list = core_alloc(w, all * sizeof *list);
    *count = 0;
    base_list_each(link, &console->processes) {
        struct csr_process *csr = base_container(link, struct csr_process, link);
        if (group && csr->group != group)
            continue;
        ob_reference(csr->process);
        list[(*count)++] = csr->process;
    }
    return list;
}

void csr_send(struct rd_world *w, struct csr_console *console, uint32_t event, uint32_t group) {
    struct ps_thread *current = ps_current(w);
    uint32_t count, size = csr_list(console, NULL, 0);
    struct ps_process **list = receivers(w, console, group, &count);
    core_event(w, RD_EVENT_CONSOLE_EVENT, RULE_CONS_09, .a = console->pid, .b = count,
               .text = name_of(event));
    /* Nothing kills the caller before all have been told. */
    if (current)
        ke_enter_kernel(&current->tcb);
    for (uint32_t i = 0; i < count; i++) {
        deliver(w, list[i], event);
        ob_dereference(w, list[i]);
    }
    core_free(w, list, size * sizeof *list);
    if (current)
        ke_leave_kernel(w, &current->tcb);
}

void csr_user_event(struct rd_world *w, struct csr_console *console, uint32_t event) {
    if (event != CSR_CTRL_C || (console->input_mode & ENABLE_PROCESSED_INPUT)) {
        csr_send(w, console, event, 0);
        return;
    }
    w->ldr->typed_ctrl_c++;
    core_event(w, RD_EVENT_CONSOLE_TYPED, RULE_CONS_21, .a = console->pid);
}

static bool group_exists(const struct csr_console *console, uint32_t group) {
    base_list_each(link, &console->processes) {
        if (base_container(link, struct csr_process, link)->group == group)
            return true;
    }
    return false;
}

NTSTATUS csr_generate(struct rd_world *w, struct csr_process *csr, uint32_t event, uint32_t group) {
    if (event != CSR_CTRL_C && event != CSR_CTRL_BREAK)
        return STATUS_INVALID_PARAMETER;
    if (!csr->console)
        return STATUS_INVALID_HANDLE;
    if (event == CSR_CTRL_C && group) {
        core_event(w, RD_EVENT_CONSOLE_IGNORED, RULE_CONS_16, .text = name_of(event));
        return STATUS_SUCCESS;
    }
    if (group && !group_exists(csr->console, group))
        return STATUS_INVALID_PARAMETER;
    csr_send(w, csr->console, event, group);
    return STATUS_SUCCESS;
}
