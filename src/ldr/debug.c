/*
 * debug.c - what the loader tells a debugger: the modules of a process, and the breakpoints that
 * stop a debuggee when it starts and when somebody breaks into it.
 */
#include <string.h>

#include "base/utf16.h"
#include "ldr/ldr.h"
#include "ps/debug.h"
#include "rundown/sdk/winnt.h"

/* Windows maps them into every process; here they are no images. */
static const char *const system_dlls[] = {"ntdll.dll", "kernel32.dll", "kernelbase.dll"};

/* Where the debuggee keeps the address of the name, as a debug event shows it. */
static const void *place_of_name(struct rd_world *w, const char *name) {
    const char *path = core_textf(w, "C:\\%s", name);
    size_t length = base_utf8_to_16(path, strlen(path), NULL, 0);
    const uint16_t **place = core_alloc(w, sizeof *place + (length + 1) * sizeof **place);
    uint16_t *text = (uint16_t *)(place + 1);
    base_utf8_to_16(path, strlen(path), text, length);
    *place = text;
    return place;
}

void ldr_debug_describe(struct rd_world *w, struct ps_process *process,
                        struct ps_debug_message *message) {
    const struct ldr_module *exe = process->ldr->exe;
    if (!exe)
        return;
    message->base = ldr_module_handle(exe);
    message->name = place_of_name(w, exe->image->name);
    message->start = (uint64_t)(uintptr_t)exe->image->desc.main;
}

/* ---- modules --------------------------------------------------------------------------------- */

typedef void tell_fn(struct rd_world *w, struct ps_process *process,
                     const struct ps_debug_message *message);

static void report(struct rd_world *w, struct ps_process *process,
                   const struct ps_debug_message *message) {
    (void)process;
    ps_debug_report(w, message);
}

static void tell_module(struct rd_world *w, struct ps_process *process, struct ldr_module *module,
                        tell_fn *tell) {
    struct ps_debug_message message = {.code = PS_DEBUG_LOAD_DLL,
                                       .base = ldr_module_handle(module),
                                       .name = place_of_name(w, module->image->name)};
    module->debug_reported = true;
    tell(w, process, &message);
}

static void tell_system_dlls(struct rd_world *w, struct ps_process *process, tell_fn *tell) {
    for (size_t i = 0; i < sizeof system_dlls / sizeof system_dlls[0]; i++) {
        struct ps_debug_message message = {.code = PS_DEBUG_LOAD_DLL,
                                           .base = w->ldr->system_dll(system_dlls[i]),
                                           .name = place_of_name(w, system_dlls[i])};
        tell(w, process, &message);
    }
}

void ldr_debug_modules(struct rd_world *w, struct ps_process *process) {
    tell_system_dlls(w, process, ps_debug_replay);
    base_list_each(link, &process->ldr->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (!module->is_exe)
            tell_module(w, process, module, ps_debug_replay);
        module->debug_reported = true;
    }
}

void ldr_debug_load(struct rd_world *w, struct ldr_module *module) {
    struct ps_process *process = ps_current_process(w);
    if (process->debug)
        tell_module(w, process, module, report);
}

void ldr_debug_unload(struct rd_world *w, const struct ldr_module *module) {
    if (ps_current_process(w)->debug)
        ps_debug_report(w, &(struct ps_debug_message){.code = PS_DEBUG_UNLOAD_DLL,
                                                      .base = ldr_module_handle(module)});
}

/* ---- breakpoints ----------------------------------------------------------------------------- */

/* Whoever answers: the code that asks goes on. */
static void break_in(struct rd_world *w) {
    ldr_offer(w, &(struct ldr_exception){.code = (uint32_t)STATUS_BREAKPOINT,
                                         .address = (uint64_t)(uintptr_t)break_in});
}

/* A process that was attached to before its first thread ran has told already what it had. */
void ldr_debug_process_starts(struct rd_world *w, struct ldr_process *ldr) {
    if (!ldr->process->debug)
        return;
    if (ldr->exe && !ldr->exe->debug_reported)
        tell_system_dlls(w, ldr->process, report);
    base_list_each(link, &ldr->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (!module->is_exe && !module->debug_reported)
            tell_module(w, ldr->process, module, report);
    }
    if (NT_SUCCESS(ldr->failure))
        break_in(w);
}

static uint32_t remote_break_in(void *unused) {
    struct rd_world *w = port_current_world();
    const struct ps_process *process = ps_current(w)->process;
    (void)unused;
    ke_point(w, ob_id(process), KE_READ);
    if (process->debug)
        break_in(w);
    return 0;
}

NTSTATUS ldr_break_into(struct rd_world *w, struct ps_process *process) {
    struct ps_thread *thread;
    struct ps_create_thread create = {.process = process,
                                      .start_address = (uint64_t)(uintptr_t)remote_break_in};
    NTSTATUS status = ps_create_thread(w, &create, &thread);
    if (NT_SUCCESS(status))
        ob_dereference(w, thread);
    return status;
}
