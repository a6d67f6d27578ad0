/*
 * crt_exit.c - exit and its kin. `exit` is the table of phases below (CRT-04); _exit, quick_exit
 * and abort are shorter ways to the same ExitProcess.
 */
#include <string.h>

#include "ldr/crt_state.h"
#include "port/image.h"

enum { ABORT_EXIT_CODE = 3 };

/* ---- registration ---------------------------------------------------------------------------- */

/* The DLL that an address belongs to; NULL for the program and for functions of the host program.
 */
static struct ldr_module *dll_of(struct crt_process *crt, const void *address) {
    if (!crt->process->ldr || !address)
        return NULL;
    base_list_each(link, &crt->process->ldr->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (!module->is_exe && module->image->file &&
            port_image_contains(module->image->file, address))
            return module;
    }
    return NULL;
}

static void push(struct crt_process *crt, struct crt_exit_list *list,
                 const struct crt_exit_entry *entry) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        struct crt_exit_entry *entries = core_alloc(crt->world, capacity * sizeof *entries);
        if (list->count)
            memcpy(entries, list->entries, list->count * sizeof *entries);
        core_free(crt->world, list->entries, list->capacity * sizeof *entries);
        list->entries = entries;
        list->capacity = capacity;
    }
    list->entries[list->count++] = *entry;
}

/* Function pointers become data pointers only to be compared with the image's range. */
static int register_plain(struct crt_exit_list *list, void (*function)(void)) {
    struct crt_process *crt = crt_here();
    struct crt_exit_entry entry = {.plain = function};
    if (!crt || !function)
        return -1;
    entry.module = dll_of(crt, (const void *)(uintptr_t)function);
    push(crt, list, &entry);
    return 0;
}

CRT_API(int, atexit, (void (*function)(void))) {
    struct crt_process *crt = crt_here();
    return crt ? register_plain(&crt->at_exit, function) : -1;
}

CRT_API(void *, _onexit, (void (*function)(void))) {
    return crt_atexit(function) == 0 ? (void *)(uintptr_t)function : NULL;
}

CRT_API(int, at_quick_exit, (void (*function)(void))) {
    struct crt_process *crt = crt_here();
    return crt ? register_plain(&crt->at_quick_exit, function) : -1;
}

/* C++ destructors of static objects: `dso` is an address inside the image that registers. */
CRT_API(int, __cxa_atexit, (void (*function)(void *), void *argument, void *dso)) {
    struct crt_process *crt = crt_here();
    struct crt_exit_entry entry = {.with_argument = function, .argument = argument};
    if (!crt || !function)
        return -1;
    entry.module = dll_of(crt, dso ? dso : (const void *)(uintptr_t)function);
    push(crt, &crt->at_exit, &entry);
    return 0;
}

/* C++ destructors of thread-local objects. */
CRT_API(int, __cxa_thread_atexit, (void (*function)(void *), void *argument, void *dso)) {
    struct crt_thread *self = crt_self();
    (void)dso;
    if (!self || !function)
        return -1;
    struct crt_thread_exit *entry = core_alloc(port_current_world(), sizeof *entry);
    *entry = (struct crt_thread_exit){self->at_exit, function, argument};
    self->at_exit = entry;
    return 0;
}

/* ---- running what was registered ------------------------------------------------------------- */

bool crt_thread_exit_pending(const struct ps_thread *thread) {
    return thread->ldr && thread->ldr->crt && thread->ldr->crt->at_exit;
}

void crt_thread_detach(struct rd_world *w) {
    const struct ps_thread *thread = ps_current(w);
    while (crt_thread_exit_pending(thread)) {
        struct crt_thread *self = thread->ldr->crt;
        struct crt_thread_exit entry = *self->at_exit;
        core_free(w, self->at_exit, sizeof entry);
        self->at_exit = entry.next;
        entry.function(entry.argument);
    }
}

/* Takes the last entry that belongs to the module off the list; false if there is none. */
static bool pop(struct crt_exit_list *list, const struct ldr_module *module,
                struct crt_exit_entry *entry) {
    for (size_t i = list->count; i-- > 0;) {
        if (list->entries[i].module != module)
            continue;
        *entry = list->entries[i];
        list->count--;
        memmove(list->entries + i, list->entries + i + 1,
                (list->count - i) * sizeof *list->entries);
        return true;
    }
    return false;
}

/* Functions registered by these functions run as well, next. */
static void run_list(struct crt_process *crt, struct crt_exit_list *list,
                     const struct ldr_module *module, unsigned rule) {
    struct crt_exit_entry entry;
    while (pop(list, module, &entry)) {
        core_event(crt->world, RD_EVENT_CRT_ATEXIT, rule);
        if (entry.plain)
            entry.plain();
        else
            entry.with_argument(entry.argument);
    }
}

static void run_destructors(const struct ldr_module *module) {
    struct port_function_array array = {0};
    if (!module || !module->image->file)
        return;
    port_image_destructors(module->image->file, &array);
    for (size_t i = array.count; i-- > 0;)
        if (array.functions[i])
            array.functions[i]();
}

/* Unused slots of the array are 0 or -1. */
void crt_run_constructors(struct rd_world *w, struct ldr_module *module) {
    struct port_function_array array = {0};
    (void)w;
    if (!module->image->file)
        return;
    port_image_constructors(module->image->file, &array);
    for (size_t i = 0; i < array.count; i++)
        if ((uintptr_t)array.functions[i] + 1 > 1)
            array.functions[i]();
}

void crt_run_dll_exit(struct rd_world *w, struct ldr_module *module) {
    struct crt_process *crt = crt_process_get(w, ps_current_process(w));
    if (!crt)
        return;
    run_list(crt, &crt->at_exit, module, RULE_CRT_10);
    run_destructors(module);
}

/* ---- exit ------------------------------------------------------------------------------------ */

/* One thread at a time: whoever comes later waits, usually until the first one's ExitProcess kills
 * it. */
static void enter_exit(struct crt_process *crt) {
    uint32_t me = crt->world->current_tid;
    while (crt->exit_tid && crt->exit_tid != me) {
        struct ke_wait wait = {.mode = UserMode, .reason = "the exit lock of the C run-time"};
        ke_wait(crt->world, &wait);
    }
    crt->exit_tid = me;
}

static void phase_thread_destructors(struct crt_process *crt) {
    crt_thread_detach(crt->world);
}

static void phase_exit_functions(struct crt_process *crt) {
    run_list(crt, &crt->at_exit, NULL, RULE_CRT_04);
}

static void phase_destructors(struct crt_process *crt) {
    struct ldr_process *ldr = crt->process->ldr;
    bool first = !crt->finished;
    crt->finished = true;
    if (first)
        run_destructors(ldr->exe);
}

static void phase_flush(struct crt_process *crt) {
    crt_flush_all(crt, CRT_FLUSH_EXIT);
}

struct exit_phase {
    const char *name;
    void (*run)(struct crt_process *crt);
};

static const struct exit_phase exit_phases[] = {
    {"thread-local destructors of the caller", phase_thread_destructors},
    {"atexit functions, last in first out", phase_exit_functions},
    {"destructor functions of the program", phase_destructors},
    {"flush all streams", phase_flush},
};

static void run_exit_phases(struct crt_process *crt) {
    for (size_t i = 0; i < sizeof exit_phases / sizeof exit_phases[0]; i++)
        exit_phases[i].run(crt);
}

_Noreturn void crt_do_exit(struct rd_world *w, int code) {
    struct crt_process *crt = crt_process_get(w, ps_current_process(w));
    core_event(w, RD_EVENT_CRT_EXIT, RULE_CRT_04, .a = (uint32_t)code, .text = "exit");
    if (crt) {
        enter_exit(crt);
        run_exit_phases(crt);
    }
    ldr_exit_process(w, (uint32_t)code);
}

/* Without a process - called by a driver or by the host - these functions do nothing. */
CRT_API(void, exit, (int code)) {
    struct crt_process *crt = crt_here();
    if (crt)
        crt_do_exit(crt->world, code);
}

/* All that exit does, but the program goes on. */
CRT_API(void, _cexit, (void)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return;
    core_event(crt->world, RD_EVENT_CRT_EXIT, RULE_NONE, .text = "_cexit");
    enter_exit(crt);
    run_exit_phases(crt);
    crt->exit_tid = 0;
}

CRT_API(void, _c_exit, (void)) {}

_Noreturn void crt_leave(struct crt_process *crt, int code) {
    if (crt->world->options.dialect == RD_DIALECT_DOCUMENTED)
        crt->keep_unflushed = true;
    ldr_exit_process(crt->world, (uint32_t)code);
}

/*
 * _exit itself flushes nothing. The run-time library is a DLL, though, and flushes what is left
 * when it is detached; so, other than the documentation says, nothing is lost (observed with msvcrt
 * and the universal CRT).
 */
CRT_API(void, _exit, (int code)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return;
    core_event(crt->world, RD_EVENT_CRT_EXIT, RULE_CRT_07, .a = (uint32_t)code, .text = "_exit");
    crt_leave(crt, code);
}

CRT_API(void, _Exit, (int code)) {
    crt__exit(code);
}

CRT_API(void, quick_exit, (int code)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return;
    core_event(crt->world, RD_EVENT_CRT_EXIT, RULE_CRT_08, .a = (uint32_t)code,
               .text = "quick_exit");
    enter_exit(crt);
    run_list(crt, &crt->at_quick_exit, NULL, RULE_CRT_08);
    crt_leave(crt, code);
}

/* ---- abort ----------------------------------------------------------------------------------- */

enum { SIGNAL_ABORT = 22 };

_Noreturn void crt_abort_process(struct crt_process *crt) {
    crt->world->failures[CORE_ABORT]++;
    core_event(crt->world, RD_EVENT_CRT_EXIT, RULE_CRT_09, .a = ABORT_EXIT_CODE, .text = "abort");
    crt_signal_deliver(crt, SIGNAL_ABORT);
    crt_leave(crt, ABORT_EXIT_CODE);
}

CRT_API(void, abort, (void)) {
    struct crt_process *crt = crt_here();
    if (crt)
        crt_abort_process(crt);
}

/* What to print or report at abort: remembered, but nothing is printed or reported. */
CRT_API(unsigned, _set_abort_behavior, (unsigned flags, unsigned mask)) {
    struct crt_process *crt = crt_here();
    unsigned previous = crt ? crt->abort_behavior : 0;
    if (crt)
        crt->abort_behavior = (previous & ~mask) | (flags & mask);
    return previous;
}
