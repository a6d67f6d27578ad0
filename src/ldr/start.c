/*
 * start.c - the first user-mode code of a thread (LdrInitializeThunk): it initialises the process
 * or attaches itself to the DLLs, then runs what it was created for.
 */
#include "ldr/crt.h"
#include "ldr/ldr.h"
#include "ldr/tp.h"
#include "port/image.h"
#include "rundown/sdk/winnt.h"

/* ---- the loader's share of processes and threads --------------------------------------------- */

struct ldr_thread *ldr_thread_get(struct rd_world *w, struct ps_thread *thread) {
    if (!thread->ldr)
        thread->ldr = core_alloc(w, sizeof *thread->ldr);
    return thread->ldr;
}

struct ldr_thread *ldr_thread_of(struct rd_world *w, struct ps_thread *thread) {
    return thread && !thread->tcb.system ? ldr_thread_get(w, thread) : NULL;
}

NTSTATUS ldr_process_created(struct rd_world *w, struct ps_process *process,
                             const struct ps_create_process *create) {
    struct ldr_process *ldr = core_alloc(w, sizeof *ldr);
    process->ldr = ldr;
    ldr->process = process;
    base_list_init(&ldr->load_order);
    base_list_init(&ldr->init_order);
    base_list_init(&ldr->vectored);
    base_list_init(&ldr->continued);
    base_list_init(&ldr->fls_blocks);
    base_list_init(&ldr->dll_directories);
    base_list_init(&ldr->fibers);
    base_list_init(&ldr->locks);
    base_list_init(&ldr->handle_owners);
    ldr_lock_init(w, &ldr->loader_lock, KE_LOADER_LOCK, RULE_DLL_16);
    ldr_lock_init(w, &ldr->peb_lock, KE_PEB_LOCK, RULE_PROC_37);
    crt_process_created(w, process, create->parent, create->environment);
    ldr->exe = ldr_map_image(w, ldr, process->image, true, &ldr->failure);
    if (!ldr->exe && !NT_SUCCESS(ldr->failure))
        return STATUS_SUCCESS; /* seen when it starts: CreateProcess succeeds (PROC-41) */
    ldr->exe->is_exe = true;
    return STATUS_SUCCESS;
}

void ldr_notify_image(struct rd_world *w, struct ps_process *process,
                      const struct ldr_image *image) {
    if (!ps_notify_any(w))
        return;
    const char *path = core_textf(w, "\\Device\\HarddiskVolume1\\%s", image->name);
    size_t size;
    const void *base = ldr_image_base(image, &size);
    ps_notify_image(
        w, &(struct ps_image){.process = process, .path = path, .base = base, .size = size});
}

void ldr_process_mapped(struct rd_world *w, struct ps_process *process) {
    enum { PAGE = 0x1000 }; /* it is no image here: only its name and handle are */
    static const char ntdll[] = "\\Device\\HarddiskVolume1\\Windows\\System32\\ntdll.dll";
    const void *base = ps_notify_any(w) ? w->ldr->system_dll("ntdll.dll") : NULL;
    ldr_notify_image(w, process, process->image);
    ps_notify_image(
        w, &(struct ps_image){
               .process = process, .path = ntdll, .base = base, .size = PAGE, .of_windows = true});
}

void ldr_process_address_space(struct rd_world *w, struct ps_process *process) {
    struct ldr_process *ldr = process->ldr;
    if (!ldr)
        return;
    crt_process_gone(w, process);
    ldr_fibers_gone(w, ldr);
    ldr_tp_gone(w, ldr);
    ldr_heap_gone(w, process);
    base_list_each(link, &ldr->load_order)
        ldr_data_unmap(w, ldr, base_container(link, struct ldr_module, load_link));
    if (w->ldr->in_place == ldr)
        w->ldr->in_place = NULL;
}

void ldr_process_deleted(struct rd_world *w, struct ps_process *process) {
    struct ldr_process *ldr = process->ldr;
    if (!ldr)
        return;
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&ldr->load_order)) != NULL)
        core_free(w, base_container(link, struct ldr_module, load_link), sizeof(struct ldr_module));
    while ((link = base_list_pop_front(&ldr->fls_blocks)) != NULL)
        core_free(w, base_container(link, struct ldr_fls, link), sizeof(struct ldr_fls));
    while ((link = base_list_pop_front(&ldr->dll_directories)) != NULL)
        core_free(w, base_container(link, struct ldr_dll_directory, link),
                  sizeof(struct ldr_dll_directory));
    core_free(w, ldr->fls_used, LDR_FLS_SLOTS_MAX);
    core_free(w, ldr->fls_callbacks, LDR_FLS_SLOTS_MAX * sizeof *ldr->fls_callbacks);
    core_free(w, ldr, sizeof *ldr);
    process->ldr = NULL;
}

void ldr_thread_deleted(struct rd_world *w, struct ps_thread *thread) {
    struct ldr_thread *ldr = thread->ldr;
    if (!ldr)
        return;
    crt_thread_gone(w, thread);
    if (w->ldr->cxx_owner == thread)
        w->ldr->cxx_owner = NULL;
    core_free(w, ldr->tls, LDR_TLS_FIRST_SLOTS * sizeof(void *));
    core_free(w, ldr->tls_expansion, (LDR_TLS_SLOTS - LDR_TLS_FIRST_SLOTS) * sizeof(void *));
    core_free(w, ldr->static_tls, ldr->static_tls_count * sizeof(void *));
    core_free(w, ldr, sizeof *ldr);
    thread->ldr = NULL;
}

/* ---- process initialisation ------------------------------------------------------------------ */

/* A process that cannot start ends with the status as its exit code (EXIT-23). */
static void fail_start(struct rd_world *w, struct ldr_process *ldr, NTSTATUS status) {
    core_event(w, RD_EVENT_LOADER_FAIL, RULE_EXIT_23, .a = (uint32_t)status,
               .text = ldr->failure_text ? ldr->failure_text : "initialisation failed");
    ps_terminate_process(w, ldr->process, status);
}

static void initialize_process(struct rd_world *w, struct ldr_process *ldr) {
    void *load_time =
        (void *)(uintptr_t)1; /* lpReserved of DLLs loaded with the process (DLL-05) */
    NTSTATUS status = ldr->failure;
    ldr->initializing = true;
    ldr->initializer_tid = w->current_tid;
    ldr_debug_process_starts(w, ldr);
    if (NT_SUCCESS(status)) {
        status = w->ps->hooks.may_start(w, ldr->process);
        if (!NT_SUCCESS(status))
            ldr->failure_text = "the session ends";
    }
    if (NT_SUCCESS(status))
        crt_process_start(w, ldr->process);
    if (NT_SUCCESS(status) && ldr->exe)
        status = ldr_attach_tree(w, ldr->exe, load_time);
    if (NT_SUCCESS(status) && ldr->exe)
        ldr_tell_exe(w, ldr, DLL_PROCESS_ATTACH);
    if (!NT_SUCCESS(status))
        fail_start(w, ldr, status);
    ldr->initializing = false;
    ldr->initialized = true;
    core_event(w, RD_EVENT_PROCESS_INIT_DONE, RULE_DLL_21);
}

static void attach_thread(struct rd_world *w, struct ldr_process *ldr) {
    uint32_t exception, number = 0;
    struct ldr_module *module;
    while ((module = ldr_attached_after(ldr, number)) != NULL) {
        number = module->init_number;
        if (!module->no_thread_calls)
            ldr_call_dll(w, module, DLL_THREAD_ATTACH, NULL, &exception);
    }
    ldr_tell_exe(w, ldr, DLL_THREAD_ATTACH);
}

/* ---- what the thread was created for --------------------------------------------------------- */

typedef int main_fn(int argc, char **argv, char **envp);
typedef int wmain_fn(int argc, uint16_t **argv, uint16_t **envp);
typedef int winmain_fn(void *instance, void *previous, char *command_line, int show);
typedef int wwinmain_fn(void *instance, void *previous, uint16_t *command_line, int show);

/* The entry of a file, as the flavour that its source defines. */
static int call_file(struct rd_world *w, struct ldr_module *exe, int argc, char **argv) {
    enum { SHOW_DEFAULT = 10 };
    void *entry, *instance = ldr_module_handle(exe);
    switch (port_image_get_entry(exe->image->file, &entry)) {
    case PORT_ENTRY_MAIN:
        return ((main_fn *)(uintptr_t)entry)(argc, argv, crt_environment(w));
    case PORT_ENTRY_WMAIN:
        return ((wmain_fn *)(uintptr_t)entry)(argc, crt_wide_arguments(w), crt_wide_environment(w));
    case PORT_ENTRY_WINMAIN:
        return ((winmain_fn *)(uintptr_t)entry)(instance, NULL, crt_command_tail(w), SHOW_DEFAULT);
    default:
        return ((wwinmain_fn *)(uintptr_t)entry)(instance, NULL, crt_wide_command_tail(w),
                                                 SHOW_DEFAULT);
    }
}

static int call_main(struct rd_world *w, struct ldr_module *exe) {
    char **argv;
    int argc = crt_arguments(w, &argv);
    if (exe->image->desc.main)
        return exe->image->desc.main(argc, argv);
    return call_file(w, exe, argc, argv);
}

static _Noreturn void run_program(struct rd_world *w, struct ldr_module *exe) {
    if (exe->image->desc.entry)
        ldr_exit_thread(w, exe->image->desc.entry(NULL)); /* without CRT (CRT-03) */
    crt_run_constructors(w, exe);
    int result = call_main(w, exe);
    core_event(w, RD_EVENT_CRT_MAIN_RETURN, RULE_CRT_01, .a = (uint32_t)result);
    crt_do_exit(w, result);
}

typedef uint32_t start_fn(void *parameter);

static void run_start_routine(struct rd_world *w, struct ps_thread *thread) {
    start_fn *start = (start_fn *)(uintptr_t)thread->start_address;
    uint32_t result = start((void *)(uintptr_t)thread->parameter);
    core_event(w, RD_EVENT_THREAD_RETURN, RULE_THRD_07, .a = result);
    ldr_end_thread(w, result);
}

void ldr_user_start(struct rd_world *w, struct ps_thread *thread) {
    struct ldr_process *ldr = thread->process->ldr;
    bool attaches = !ldr->initialized || !thread->skip_attach;
    if (attaches && ldr->initialized && ldr_passes_lock(w, ldr)) {
        ldr_lock_pass(w, &ldr->loader_lock);
    } else if (attaches) {
        ldr_lock_acquire(w, &ldr->loader_lock);
        if (!ldr->initialized)
            initialize_process(w, ldr);
        else
            attach_thread(w, ldr);
        ldr_lock_release(w, &ldr->loader_lock);
    }
    ke_run_user_apcs(w);
    if (thread->is_first)
        run_program(w, ldr->exe);
    run_start_routine(w, thread);
}
