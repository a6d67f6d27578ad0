/* console.c - console events that come from the host. */
#include "csr/csr.h"
#include "rundown/rundown.h"
#include "world/world_internal.h"

struct console_call {
    struct rd_world *w;
    struct csr_console *console;
    uint32_t event;
};

static void send_event(void *context) {
    const struct console_call *call = context;
    csr_user_event(call->w, call->console, call->event);
}

static bool is_signal(uint32_t event) {
    return event <= CSR_CLOSE || event == CSR_LOGOFF || event == CSR_SHUTDOWN;
}

rd_status rd_console_event(rd_world *world, uint32_t pid, rd_console_signal signal) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY,
                          "the world is running: this call came from inside the run");
    if (!is_signal((uint32_t)signal))
        return core_error(world, RD_INVALID_ARGUMENT,
                          "%u is no console event; expected one of rd_console_signal",
                          (unsigned)signal);
    struct ps_process *process = ps_process_by_id(world, pid);
    if (!process || process->rundown)
        return core_error(world, RD_NOT_FOUND, "no living process has the id %u", (unsigned)pid);
    struct console_call call = {
        .w = world, .console = csr_process_get(world, process)->console, .event = (uint32_t)signal};
    if (!call.console)
        return core_error(world, RD_NOT_FOUND, "process %u has no console", (unsigned)pid);
    /* With notify routines to be told, the delivery needs a thread: one of the System process. */
    if (!ps_notify_any(world))
        send_event(&call);
    else if (!world_system_call(world, send_event, &call))
        return world_did_not_return(world, "the delivery of the console event");
    return RD_OK;
}
