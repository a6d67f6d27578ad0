/*
 * load.c - modules of a process: mapping with dependencies, attaching, reference counts, unloading.
 *
 * Everything here runs under the loader lock. Dependencies attach before their dependants and
 * detach after them: the init order list of the process is the one order that all notifications
 * follow.
 */
#include <string.h>

#include "ldr/crt.h"
#include "ldr/verify.h"
#include "port/image.h"
#include "rundown/sdk/winnt.h"

static struct ldr_process *current_process(struct rd_world *w) {
    return ps_current_process(w)->ldr;
}

void ldr_touch_modules(const struct ldr_process *process, enum core_access_kind kind) {
    core_touch(process->process->world, core_modules_place(ob_id(process->process)), kind);
}

struct ldr_module *ldr_module_find(struct ldr_process *process, const char *name) {
    ldr_touch_modules(process, CORE_READ);
    const struct ldr_wanted wanted = ldr_wanted_of(name);
    base_list_each(link, &process->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (ldr_is_wanted(module->image->name, &wanted))
            return module;
    }
    return NULL;
}

void *ldr_image_base(const struct ldr_image *image, size_t *size) {
    enum { PAGE = 0x1000 };
    if (image->file)
        return port_image_base(image->file, size);
    *size = PAGE;
    return (void *)(uintptr_t)image;
}

void *ldr_image_entry(const struct ldr_image *image) {
    const rd_image_desc *desc = &image->desc;
    void *entry = NULL;
    if (image->file)
        port_image_get_entry(image->file, &entry);
    else if (desc->main)
        entry = (void *)(uintptr_t)desc->main;
    else
        entry = desc->entry ? (void *)(uintptr_t)desc->entry : (void *)(uintptr_t)desc->dll_main;
    return entry;
}

void *ldr_module_handle(const struct ldr_module *module) {
    size_t size;
    return ldr_image_base(module->image, &size);
}

struct ldr_module *ldr_module_from_handle(struct ldr_process *process, const void *handle) {
    ldr_touch_modules(process, CORE_READ);
    base_list_each(link, &process->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (ldr_module_handle(module) == handle)
            return module;
    }
    return NULL;
}

bool ldr_module_is_loaded(struct ldr_process *process, const struct ldr_module *module) {
    ldr_touch_modules(process, CORE_READ);
    base_list_each(link, &process->load_order) if (base_container(link, struct ldr_module,
                                                                  load_link) == module) return true;
    return false;
}

/* ---- calls of the entry point ---------------------------------------------------------------- */

static const char *const reasons[] = {"DLL_PROCESS_DETACH", "DLL_PROCESS_ATTACH",
                                      "DLL_THREAD_ATTACH", "DLL_THREAD_DETACH"};

static unsigned call_rule(const struct rd_world *w, uint32_t reason, const void *reserved) {
    const struct ldr_process *process = ps_current_process(w)->ldr;
    switch (reason) {
    case DLL_PROCESS_ATTACH:
        return RULE_DLL_05;
    case DLL_THREAD_ATTACH:
        return RULE_DLL_08;
    case DLL_THREAD_DETACH:
        return RULE_DLL_09;
    default:
        return process->shutting_down && reserved ? RULE_DLL_01 : RULE_DLL_06;
    }
}

static ldr_dll_main_fn *entry_point(const struct ldr_image *image) {
    void *entry = NULL;
    if (!image->file)
        return image->desc.dll_main;
    port_image_get_entry(image->file, &entry);
    return (ldr_dll_main_fn *)(uintptr_t)entry;
}

/* ---- TLS callbacks --------------------------------------------------------------------------- */

typedef void tls_callback(void *module, uint32_t reason, void *reserved);

/* Entry `index`, or NULL; false past the end. */
static bool tls_callback_at(const struct ldr_image *image, size_t index, tls_callback **found) {
    struct port_function_array array;
    if (!image->file) {
        *found = image->desc.tls_callbacks ? image->desc.tls_callbacks[index] : NULL;
        return *found != NULL;
    }
    port_image_tls_callbacks(image->file, &array);
    if (index >= array.count)
        return false;
    *found = (tls_callback *)array.functions[index];
    return true;
}

/* Run-times mark both ends of the array by NULL, so that these entries end nothing. */
static bool next_tls_callback(const struct ldr_image *image, size_t *index, tls_callback **found) {
    while (tls_callback_at(image, *index, found)) {
        ++*index;
        if (*found)
            return true;
    }
    return false;
}

static bool finds_tls_callback(const struct ldr_image *image) {
    tls_callback *first;
    size_t index = 0;
    return next_tls_callback(image, &index, &first);
}

bool ldr_has_tls_callbacks(const struct ldr_image *image) {
    return (image->file || image->desc.tls_callbacks) && finds_tls_callback(image);
}

static void run_tls_callbacks(struct rd_world *w, struct ldr_module *module, uint32_t reason) {
    const struct ldr_image *image = module->image;
    tls_callback *callback;
    size_t index = 0;
    unsigned count = 0;
    unsigned rule = !module->is_exe                ? RULE_DLL_54
                    : reason == DLL_PROCESS_ATTACH ? RULE_DLL_55
                                                   : RULE_DLL_56;
    while (next_tls_callback(image, &index, &callback)) {
        count++;
        core_event(
            w, RD_EVENT_TLS_CALLBACK, rule, .a = count, .b = reason,
            .text = core_textf(w, "%s TLS callback %u(%s)", image->name, count, reasons[reason]));
        callback(ldr_module_handle(module), reason, NULL);
    }
}

/* ---- entry points ---------------------------------------------------------------------------- */

/* The module may be gone afterwards: a DllMain can free its own DLL. */
static bool call_entry(struct rd_world *w, struct ldr_module *module, uint32_t reason,
                       void *reserved) {
    const struct ldr_image *image = module->image;
    bool result = true;
    run_tls_callbacks(w, module, reason);
    if (module->is_exe)
        return true;
    if (reason == DLL_PROCESS_ATTACH)
        crt_run_constructors(w, module);
    ldr_dll_main_fn *entry = entry_point(image);
    if (entry) {
        core_event(w, RD_EVENT_DLL_CALL, call_rule(w, reason, reserved), .a = reserved != NULL,
                   .b = reason,
                   .text = core_textf(w, "%s DllMain(%s)", image->name, reasons[reason]));
        result = entry(ldr_module_handle(module), reason, reserved) != 0;
        core_event(w, RD_EVENT_DLL_RETURN, RULE_NONE, .a = result, .b = reason,
                   .text = core_textf(w, "%s DllMain(%s)", image->name, reasons[reason]));
    }
    if (reason == DLL_PROCESS_DETACH)
        crt_run_dll_exit(w, module);
    return result;
}

bool ldr_call_dll(struct rd_world *w, struct ldr_module *module, uint32_t reason, void *reserved,
                  uint32_t *exception) {
    const struct ldr_image *image = module->image;
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    struct ldr_guard guard = {.outer = thread->guard};
    struct ldr_module *outer = thread->in_dll_main;
    bool result = false;
    *exception = 0;
    thread->guard = &guard;
    thread->in_dll_main = module->is_exe ? outer : module;
    if (setjmp(guard.resume) == 0) {
        result = call_entry(w, module, reason, reserved);
    } else {
        *exception = guard.code;
        core_event(w, RD_EVENT_DLL_SKIP, RULE_DLL_44, .a = guard.code,
                   .text = core_textf(w,
                                      "%s DllMain(%s) is left by exception 0x%08X, which the "
                                      "loader catches",
                                      image->name, reasons[reason], guard.code));
    }
    thread->guard = guard.outer;
    thread->in_dll_main = outer;
    return result;
}

void ldr_tell_exe(struct rd_world *w, struct ldr_process *process, uint32_t reason) {
    uint32_t exception;
    if (process->exe && ldr_has_tls_callbacks(process->exe->image))
        ldr_call_dll(w, process->exe, reason, NULL, &exception);
}

/* ---- mapping --------------------------------------------------------------------------------- */

static struct ldr_module *new_module(struct rd_world *w, struct ldr_process *process,
                                     struct ldr_image *image) {
    struct ldr_module *module = core_alloc(w, sizeof *module);
    module->image = image;
    base_list_init(&module->init_link);
    ldr_touch_modules(process, CORE_WRITE);
    base_list_push_back(&process->load_order, &module->load_link);
    ldr_data_map(w, process, module);
    core_event(w, RD_EVENT_IMAGE_MAP, RULE_NONE, .text = image->name);
    return module;
}

static void add_reference(struct ldr_module *module, bool pinned) {
    if (pinned)
        module->load_count = -1;
    else if (module->load_count >= 0)
        module->load_count++;
}

static NTSTATUS map_dependencies(struct rd_world *w, struct ldr_process *process,
                                 struct ldr_module *module, bool pinned) {
    const char **names = module->image->needed;
    size_t count = 0;
    NTSTATUS status = STATUS_SUCCESS;
    while (names[count])
        count++;
    module->dependencies = core_alloc(w, (count + 1) * sizeof *module->dependencies);
    for (size_t i = 0; i < count && NT_SUCCESS(status); i++) {
        struct ldr_image *image = ldr_image_find(w, names[i], ".dll", true);
        if (!image) {
            process->failure_text =
                core_textf(w, "%s, needed by %s, was not found", names[i], module->image->name);
            return STATUS_DLL_NOT_FOUND;
        }
        struct ldr_module *needed = ldr_map_image(w, process, image, pinned, &status);
        if (needed)
            module->dependencies[module->dependency_count++] = needed;
    }
    return status;
}

/* Somebody freed the module once too often, and others still need it. */
static void forget_dependency(struct ldr_process *process, const struct ldr_module *module) {
    base_list_each(link, &process->load_order) {
        struct ldr_module *other = base_container(link, struct ldr_module, load_link);
        for (size_t i = 0; i < other->dependency_count; i++)
            if (other->dependencies[i] == module)
                other->dependencies[i] = NULL;
    }
}

static void unmap(struct rd_world *w, struct ldr_process *process, struct ldr_module *module) {
    ldr_touch_modules(process, CORE_WRITE);
    size_t count = 0;
    forget_dependency(process, module);
    ldr_debug_unload(w, module);
    while (module->image->needed[count])
        count++;
    core_event(w, RD_EVENT_IMAGE_UNMAP, RULE_NONE, .text = module->image->name);
    ldr_data_unmap(w, process, module);
    base_list_remove(&module->load_link);
    base_list_remove(&module->init_link);
    core_free(w, module->dependencies, (count + 1) * sizeof *module->dependencies);
    core_free(w, module, sizeof *module);
}

static void tell_image_routines(struct rd_world *w, const struct ldr_image *image) {
    struct ps_thread *thread = ps_current(w);
    ke_enter_kernel(&thread->tcb);
    ldr_notify_image(w, thread->process, image);
    ke_leave_kernel(w, &thread->tcb);
}

struct ldr_module *ldr_map_image(struct rd_world *w, struct ldr_process *process,
                                 struct ldr_image *image, bool pinned, NTSTATUS *status) {
    struct ldr_module *module = ldr_module_find(process, image->name);
    *status = STATUS_SUCCESS;
    if (module) {
        add_reference(module, pinned);
        return module;
    }
    if (image->unresolved && !image->missing_dll) {
        process->failure_text =
            core_textf(w, "%s imports %s, which nobody exports", image->name, image->unresolved);
        *status = STATUS_ENTRYPOINT_NOT_FOUND;
        return NULL;
    }
    module = new_module(w, process, image);
    add_reference(module, pinned);
    if (ps_current(w) && ps_current(w)->process == process->process) {
        tell_image_routines(w, image);
        ldr_debug_load(w, module);
    }
    *status = map_dependencies(w, process, module, pinned);
    return module;
}

/* ---- attaching ------------------------------------------------------------------------------- */

static NTSTATUS attach_one(struct rd_world *w, struct ldr_module *module, void *reserved) {
    struct ldr_process *process = current_process(w);
    uint32_t exception;
    module->attaching = true;
    bool result = ldr_call_dll(w, module, DLL_PROCESS_ATTACH, reserved, &exception);
    module->attaching = false;
    if (result) {
        module->attached = true;
        module->init_number = ++process->last_init_number;
        ldr_touch_modules(process, CORE_WRITE);
        base_list_push_back(&process->init_order, &module->init_link);
        return STATUS_SUCCESS;
    }
    if (exception)
        return (NTSTATUS)exception;
    process->failure_text = core_textf(w, "DllMain of %s returned FALSE", module->image->name);
    ldr_call_dll(w, module, DLL_PROCESS_DETACH, reserved, &exception);
    return STATUS_DLL_INIT_FAILED;
}

struct ldr_module *ldr_attached_after(struct ldr_process *process, uint32_t init_number) {
    base_list_each(link, &process->init_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, init_link);
        if (module->init_number > init_number)
            return module;
    }
    return NULL;
}

bool ldr_threads_are_unheard(const struct ldr_process *process) {
    ldr_touch_modules(process, CORE_READ);
    for (const LIST_ENTRY *link = process->init_order.Flink; link != &process->init_order;
         link = link->Flink) {
        const struct ldr_module *module = base_container(link, struct ldr_module, init_link);
        if (!module->no_thread_calls && entry_point(module->image))
            return false;
    }
    return true;
}

struct ldr_module *ldr_attached_before(struct ldr_process *process, uint32_t init_number) {
    struct ldr_module *found = NULL;
    base_list_each(link, &process->init_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, init_link);
        if (module->init_number < init_number)
            found = module;
    }
    return found;
}

/* Dependencies first (DLL-03). */
NTSTATUS ldr_attach_tree(struct rd_world *w, struct ldr_module *module, void *reserved) {
    NTSTATUS status = STATUS_SUCCESS;
    if (module->mapping || module->attached)
        return STATUS_SUCCESS;
    module->mapping = true;
    for (size_t i = 0; i < module->dependency_count && NT_SUCCESS(status); i++)
        if (module->dependencies[i])
            status = ldr_attach_tree(w, module->dependencies[i], reserved);
    if (NT_SUCCESS(status) && !module->is_exe)
        status = attach_one(w, module, reserved);
    module->mapping = false;
    return status;
}

/*
 * Drops references from `module` down and unmaps what falls to 0, dependants first (DLL-49). The
 * last reference to a module that is being attached belongs to whoever loads it; its own DllMain
 * cannot drop it.
 */
static void release_tree(struct rd_world *w, struct ldr_process *process,
                         struct ldr_module *module) {
    uint32_t exception;
    ldr_touch_modules(process, CORE_READ);
    bool being_attached = module->attaching || module->mapping;
    if (module->load_count < 0 || module->unloading || (being_attached && module->load_count <= 1))
        return;
    if (--module->load_count > 0)
        return;
    if (process->shutting_down) {
        module->load_count = 0; /* it stays mapped (DLL-32) */
        return;
    }
    module->unloading = true;
    ldr_verify_unloads(w, module);
    if (module->attached) {
        ldr_touch_modules(process, CORE_WRITE);
        module->attached = false;
        base_list_remove(&module->init_link);
        ldr_call_dll(w, module, DLL_PROCESS_DETACH, NULL, &exception);
    }
    for (size_t i = 0; i < module->dependency_count; i++)
        if (module->dependencies[i])
            release_tree(w, process, module->dependencies[i]);
    ldr_verify_unloaded(w, module);
    unmap(w, process, module);
}

/* ---- LoadLibrary and FreeLibrary ------------------------------------------------------------- */

static NTSTATUS load_locked(struct rd_world *w, const char *name, struct ldr_module **out) {
    struct ldr_process *process = current_process(w);
    struct ldr_module *module = ldr_module_find(process, name);
    NTSTATUS status = STATUS_SUCCESS;
    if (!module) {
        struct ldr_image *image = ldr_image_find(w, name, ".dll", true);
        if (!image)
            return STATUS_DLL_NOT_FOUND;
        module = ldr_map_image(w, process, image, false, &status);
        if (module && NT_SUCCESS(status))
            status = ldr_attach_tree(w, module, NULL);
        if (!NT_SUCCESS(status)) {
            if (module)
                release_tree(w, process, module);
            return status;
        }
    } else {
        add_reference(module, false);
    }
    core_event(w, RD_EVENT_LOAD_LIBRARY, RULE_DLL_45, .a = (uint64_t)(int64_t)module->load_count,
               .text = module->image->name);
    *out = module;
    return STATUS_SUCCESS;
}

NTSTATUS ldr_load_dll(struct rd_world *w, const char *name, uint32_t search, void **handle) {
    struct ldr_process *process = current_process(w);
    struct ldr_module *module = NULL;
    ldr_verify_loads(w, name);
    ldr_lock_acquire(w, &process->loader_lock);
    uint32_t outer = process->load_search; /* a DllMain may load, too */
    process->load_search = search ? search : process->dll_search;
    NTSTATUS status = load_locked(w, name, &module);
    process->load_search = outer;
    *handle = module ? ldr_module_handle(module) : NULL; /* behind the lock others may free it */
    ldr_lock_release(w, &process->loader_lock);
    return status;
}

struct ldr_module *ldr_hold_dll(struct rd_world *w, const void *handle, bool pinned) {
    struct ldr_process *process = current_process(w);
    ldr_lock_acquire(w, &process->loader_lock);
    struct ldr_module *module = ldr_module_from_handle(process, handle);
    if (module)
        add_reference(module, pinned);
    ldr_lock_release(w, &process->loader_lock);
    return module;
}

NTSTATUS ldr_unload_dll(struct rd_world *w, struct ldr_module *module) {
    struct ldr_process *process = current_process(w);
    NTSTATUS status = STATUS_SUCCESS;
    ldr_lock_acquire(w, &process->loader_lock);
    if (ldr_module_is_loaded(process, module)) {
        ldr_verify_frees(w, module);
        core_event(w, RD_EVENT_FREE_LIBRARY, RULE_DLL_46,
                   .a = module->load_count > 0 ? (uint64_t)module->load_count - 1 : 0,
                   .text = module->image->name);
        release_tree(w, process, module);
    } else {
        status = STATUS_DLL_NOT_FOUND;
    }
    ldr_lock_release(w, &process->loader_lock);
    return status;
}

void *ldr_proc_address(struct rd_world *w, struct ldr_module *module, const char *name) {
    (void)w;
    return ldr_image_export(module->image, name);
}
