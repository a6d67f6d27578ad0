/* verify.c - what programs and DLLs do wrong, as Application Verifier finds it. */
#include "ldr/verify.h"

#include <inttypes.h>

#include "ldr/tp.h"
#include "port/image.h"

/* A lock in the memory of a program that is initialised, or that threads hold. */
struct user_lock {
    LIST_ENTRY link; /* in ldr_process.locks */
    const void *address;
    enum ldr_user_lock kind;
    bool made;
    LIST_ENTRY holders; /* of lock_holder */
};

struct lock_holder {
    LIST_ENTRY link;
    uint32_t tid, depth;
    bool shared;
};

static struct ldr_process *process_of(const struct rd_world *w) {
    return ps_current_process(w)->ldr;
}

static bool looks(const struct rd_world *w) {
    return ke_verifies_programs(w) && ps_current(w) && ps_current(w)->process->ldr;
}

/* ---- locks ----------------------------------------------------------------------------------- */

static const char *const lock_names[] = {
    [LDR_CRITICAL_SECTION] = "critical section",
    [LDR_SRW_LOCK] = "slim reader/writer lock",
    [LDR_HEAP] = "heap's lock",
};

static const rd_check orphan_checks[] = {
    [LDR_CRITICAL_SECTION] = RD_CHECK_U_LOCK_ORPHAN,
    [LDR_SRW_LOCK] = RD_CHECK_U_SRW_ORPHAN,
    [LDR_HEAP] = RD_CHECK_U_HEAP_ORPHAN,
};

static struct user_lock *find_lock(const struct rd_world *w, const void *address) {
    base_list_each(link, &process_of(w)->locks) {
        struct user_lock *lock = base_container(link, struct user_lock, link);
        if (lock->address == address)
            return lock;
    }
    return NULL;
}

static struct user_lock *get_lock(struct rd_world *w, const void *address) {
    struct user_lock *lock = find_lock(w, address);
    if (lock)
        return lock;
    lock = core_alloc(w, sizeof *lock);
    lock->address = address;
    base_list_init(&lock->holders);
    base_list_push_back(&process_of(w)->locks, &lock->link);
    return lock;
}

static struct lock_holder *find_holder(const struct user_lock *lock, uint32_t tid) {
    for (LIST_ENTRY *link = lock->holders.Flink; link != &lock->holders; link = link->Flink) {
        struct lock_holder *holder = base_container(link, struct lock_holder, link);
        if (holder->tid == tid)
            return holder;
    }
    return NULL;
}

static void drop_holder(struct rd_world *w, struct lock_holder *holder) {
    base_list_remove(&holder->link);
    core_free(w, holder, sizeof *holder);
}

static void drop_lock(struct rd_world *w, struct user_lock *lock) {
    base_list_each(link, &lock->holders)
        drop_holder(w, base_container(link, struct lock_holder, link));
    base_list_remove(&lock->link);
    core_free(w, lock, sizeof *lock);
}

void ldr_verify_lock_made(struct rd_world *w, const void *address) {
    if (!looks(w))
        return;
    struct user_lock *lock = get_lock(w, address);
    if (lock->made)
        ke_finding(w, RD_CHECK_U_LOCK_DOUBLEINIT,
                   "a critical section is initialised that is initialised already (THRD-09)");
    lock->made = true;
}

void ldr_verify_lock_deleted(struct rd_world *w, const void *address) {
    struct user_lock *lock = looks(w) ? find_lock(w, address) : NULL;
    if (lock)
        drop_lock(w, lock);
}

void ldr_verify_lock_wanted(struct rd_world *w, const void *address, bool shared) {
    const struct user_lock *lock = looks(w) ? find_lock(w, address) : NULL;
    const struct lock_holder *holder = lock ? find_holder(lock, w->current_tid) : NULL;
    if (holder)
        ke_finding(
            w, RD_CHECK_U_SRW_RECURSIVE,
            core_textf(w,
                       "thread %u acquires a slim reader/writer lock that it holds already "
                       "(%s): %s",
                       w->current_tid, holder->shared ? "shared" : "exclusively",
                       holder->shared && shared
                           ? "if a writer comes in between, each waits for the other for ever"
                           : "it waits for itself for ever"));
}

void ldr_verify_lock_taken(struct rd_world *w, const void *address, enum ldr_user_lock kind,
                           bool shared) {
    if (!looks(w))
        return;
    struct user_lock *lock = get_lock(w, address);
    struct lock_holder *holder = find_holder(lock, w->current_tid);
    if (!holder) {
        holder = core_alloc(w, sizeof *holder);
        *holder = (struct lock_holder){.tid = w->current_tid, .shared = shared};
        base_list_push_back(&lock->holders, &holder->link);
    }
    lock->kind = kind;
    holder->depth++;
}

static void report_not_owned(struct rd_world *w, enum ldr_user_lock kind) {
    if (kind == LDR_SRW_LOCK)
        ke_finding(w, RD_CHECK_U_SRW_MISMATCH,
                   core_textf(w,
                              "thread %u releases a slim reader/writer lock that it does not hold",
                              w->current_tid));
    else
        ke_finding(w, RD_CHECK_U_LOCK_OWNER,
                   core_textf(w, "thread %u leaves a critical section that it does not own",
                              w->current_tid));
}

void ldr_verify_lock_given(struct rd_world *w, const void *address, enum ldr_user_lock kind,
                           bool shared) {
    if (!looks(w))
        return;
    struct user_lock *lock = find_lock(w, address);
    struct lock_holder *holder = lock ? find_holder(lock, w->current_tid) : NULL;
    if (!holder) {
        report_not_owned(w, kind);
        return;
    }
    if (holder->shared != shared)
        ke_finding(w, RD_CHECK_U_SRW_MISMATCH,
                   core_textf(w,
                              "thread %u acquired a slim reader/writer lock %s and releases it as "
                              "if %s",
                              w->current_tid, holder->shared ? "shared" : "exclusively",
                              shared ? "shared" : "exclusive"));
    if (--holder->depth)
        return;
    drop_holder(w, holder);
    if (!lock->made && base_list_empty(&lock->holders))
        drop_lock(w, lock);
}

void ldr_verify_lock_unmade(struct rd_world *w, const char *routine) {
    if (looks(w))
        ke_finding(w, RD_CHECK_U_LOCK_UNINIT,
                   core_textf(w,
                              "%s with a critical section that was never initialised, or is "
                              "deleted already",
                              routine));
}

void ldr_verify_lock_orphaned(struct rd_world *w, const char *what) {
    if (looks(w))
        ke_finding(w, RD_CHECK_U_LOCK_SHUTDOWN,
                   core_textf(w,
                              "%s is wanted while the process shuts down, and a thread that "
                              "ExitProcess has ended owns it (PROC-39, DLL-59)",
                              what));
}

/* The thread will never give back what it holds. */
static void report_orphans(struct rd_world *w, struct ldr_process *process, uint32_t tid,
                           const char *how) {
    base_list_each(link, &process->locks) {
        struct user_lock *lock = base_container(link, struct user_lock, link);
        struct lock_holder *holder = find_holder(lock, tid);
        if (!holder)
            continue;
        ke_finding(w, orphan_checks[lock->kind],
                   core_textf(w,
                              "thread %u %s while it owns a %s: nobody can ever take it again "
                              "(THRD-09)",
                              tid, how, lock_names[lock->kind]));
        drop_holder(w, holder);
    }
}

/* ---- threads --------------------------------------------------------------------------------- */

/* A thread of the thread pool that runs no callback does nothing for the program. */
static bool is_idle(const struct ps_thread *thread) {
    return thread->of_pool && !(thread->ldr && thread->ldr->callback);
}

static uint32_t other_threads(const struct ps_thread *thread) {
    uint32_t count = 0;
    base_list_each(link, &thread->process->threads) {
        const struct ps_thread *other = base_container(link, struct ps_thread, link);
        count += other != thread && !is_idle(other);
    }
    return count;
}

/* The process ends, and another thread has locked a heap: it will never unlock it. */
static void report_heap_locks(struct rd_world *w) {
    base_list_each(link, &process_of(w)->locks) {
        const struct user_lock *lock = base_container(link, struct user_lock, link);
        if (lock->kind != LDR_HEAP || base_list_empty(&lock->holders))
            continue;
        const struct lock_holder *holder =
            base_container(lock->holders.Flink, struct lock_holder, link);
        ke_finding(w, RD_CHECK_U_HEAP_ORPHAN,
                   core_textf(w,
                              "ExitProcess while thread %u has locked a heap: what runs at "
                              "shutdown cannot allocate from it (PROC-38)",
                              holder->tid));
    }
}

void ldr_verify_exit_thread(struct rd_world *w) {
    const struct ps_thread *thread = ps_current(w);
    if (!looks(w))
        return;
    if (thread->ldr && thread->ldr->callback && thread->ldr->callback->object)
        ke_finding(w, RD_CHECK_U_POOL_EXIT,
                   core_textf(w,
                              "thread %u ends in a callback of the thread pool (%s), which will "
                              "never be over",
                              thread->tcb.tid, ldr_tp_name(w, thread->ldr->callback->object)));
    report_orphans(w, process_of(w), w->current_tid, "ends");
    if (thread->is_first && other_threads(thread))
        ke_finding(w, RD_CHECK_U_EXIT_MAIN,
                   core_textf(w,
                              "the first thread of '%s' ends by ExitThread while others run: "
                              "main never returns, so its exit code and atexit order are lost "
                              "(THRD-01)",
                              process_of(w)->exe->image->name));
}

void ldr_verify_exit_process(struct rd_world *w) {
    uint32_t others = looks(w) ? other_threads(ps_current(w)) : 0;
    if (others && !process_of(w)->shutting_down)
        ke_finding(w, RD_CHECK_U_EXIT_MT,
                   core_textf(w,
                              "ExitProcess while %u other threads run: they are ended wherever "
                              "they are, with the locks that they hold (PROC-35, PROC-25)",
                              others));
    if (looks(w) && !process_of(w)->shutting_down)
        report_heap_locks(w);
}

void ldr_verify_terminate_thread(struct rd_world *w, const struct ps_thread *victim) {
    if (!looks(w) || victim->tcb.exiting)
        return;
    ke_finding(w, RD_CHECK_U_TERM_THREAD,
               core_textf(w,
                          "TerminateThread ends thread %u: no DLL and no __finally hears of it, "
                          "and its locks stay held (THRD-08, THRD-09)",
                          victim->tcb.tid));
    if (victim->process->ldr)
        report_orphans(w, victim->process->ldr, victim->tcb.tid, "is terminated");
}

/* ---- DllMain --------------------------------------------------------------------------------- */

/* The DLL whose DllMain the thread runs, or NULL. */
static struct ldr_module *dll_main_of(struct rd_world *w) {
    const struct ldr_thread *thread = looks(w) ? ps_current(w)->ldr : NULL;
    return thread ? thread->in_dll_main : NULL;
}

void ldr_verify_loads(struct rd_world *w, const char *name) {
    const struct ldr_module *module = dll_main_of(w);
    if (module)
        ke_finding(w, RD_CHECK_U_DLLMAIN_LOAD,
                   core_textf(w, "DllMain of %s loads %s, under the loader lock (DLL-17)",
                              module->image->name, name));
}

void ldr_verify_frees(struct rd_world *w, const struct ldr_module *freed) {
    const struct ldr_module *module = dll_main_of(w);
    if (module)
        ke_finding(w, RD_CHECK_U_DLLMAIN_FREE,
                   core_textf(w, "DllMain of %s frees %s, under the loader lock (DLL-17)",
                              module->image->name, freed->image->name));
}

void ldr_verify_waits(struct rd_world *w, DISPATCHER_HEADER *const *objects, uint32_t count) {
    const struct ldr_module *module = dll_main_of(w);
    for (uint32_t i = 0; module && i < count; i++) {
        const struct ps_thread *thread = (const struct ps_thread *)(void *)objects[i];
        if (objects[i]->Type != ThreadObject || thread->terminated)
            continue;
        ke_finding(w, RD_CHECK_U_DLLMAIN_WAIT,
                   core_textf(w,
                              "DllMain of %s waits for thread %u, which needs the loader lock to "
                              "start and to end (DLL-19, DLL-20)",
                              module->image->name, thread->tcb.tid));
        return;
    }
}

/* ---- what a DLL leaves behind ---------------------------------------------------------------- */

static bool has_code(const struct ldr_module *module, uint64_t address) {
    const void *code = (const void *)(uintptr_t)address;
    return module->image->file && port_image_contains(module->image->file, code);
}

void ldr_verify_unloads(struct rd_world *w, const struct ldr_module *module) {
    const struct ps_thread *current = ps_current(w);
    if (!looks(w) || process_of(w)->shutting_down)
        return;
    base_list_each(link, &current->process->threads) {
        const struct ps_thread *thread = base_container(link, struct ps_thread, link);
        if (thread->terminated || !has_code(module, thread->start_address))
            continue;
        if (thread != current)
            ke_finding(w, RD_CHECK_U_THREAD_UNLOAD,
                       core_textf(w,
                                  "%s is unloaded while thread %u, which was started in it, has "
                                  "not ended (DLL-14)",
                                  module->image->name, thread->tcb.tid));
        else if (!current->ldr->frees_and_exits)
            ke_finding(w, RD_CHECK_U_FREE_SELF,
                       core_textf(w,
                                  "thread %u frees %s, in which it runs: FreeLibrary returns into "
                                  "code that is gone (DLL-14)",
                                  thread->tcb.tid, module->image->name));
    }
}

static void report_locks_of(struct rd_world *w, const struct ldr_module *module) {
    base_list_each(link, &process_of(w)->locks) {
        struct user_lock *lock = base_container(link, struct user_lock, link);
        if (!has_code(module, (uint64_t)(uintptr_t)lock->address))
            continue;
        if (lock->made || !base_list_empty(&lock->holders))
            ke_finding(w, RD_CHECK_U_LOCK_UNLOAD,
                       core_textf(w, "%s is unloaded with a %s in it that is not deleted",
                                  module->image->name, lock_names[lock->kind]));
        drop_lock(w, lock);
    }
}

static bool may_be_called(const struct ldr_tp_object *object) {
    return object->pending || object->running || object->started || object->target ||
           (object->set && !object->expired);
}

static void report_callbacks_of(struct rd_world *w, const struct ldr_module *module) {
    const struct ldr_tp *tp = process_of(w)->tp;
    for (const LIST_ENTRY *link = tp ? tp->objects.Flink : NULL; link && link != &tp->objects;
         link = link->Flink) {
        const struct ldr_tp_object *object = base_container(link, struct ldr_tp_object, link);
        if (may_be_called(object) && has_code(module, (uint64_t)(uintptr_t)object->callback))
            ke_finding(w, RD_CHECK_U_POOL_UNLOAD,
                       core_textf(w,
                                  "%s is unloaded while the thread pool may still call its "
                                  "callback (%s) (DLL-14)",
                                  module->image->name, ldr_tp_name(w, object)));
    }
}

struct handle_owner {
    LIST_ENTRY link; /* in ldr_process.handle_owners */
    uint64_t value;
    const struct ldr_module *module;
};

static void drop_owner(struct rd_world *w, struct handle_owner *owner) {
    base_list_remove(&owner->link);
    core_free(w, owner, sizeof *owner);
}

static void report_handles_of(struct rd_world *w, const struct ldr_module *module) {
    LIST_ENTRY *head = &process_of(w)->handle_owners, *link = head->Flink;
    while (link != head) {
        struct handle_owner *owner = base_container(link, struct handle_owner, link);
        const struct ob_handle_entry *entry =
            ob_entry(&ps_current_process(w)->handles, owner->value);
        link = link->Flink;
        if (owner->module != module)
            continue;
        if (entry)
            ke_finding(w, RD_CHECK_U_HANDLE_LEAK,
                       core_textf(w,
                                  "%s is unloaded and has not closed handle 0x%" PRIX64
                                  " to %s, which its DllMain has opened (HNDL-02)",
                                  module->image->name, owner->value, ob_describe(w, entry->body)));
        drop_owner(w, owner);
    }
}

void ldr_verify_unloaded(struct rd_world *w, struct ldr_module *module) {
    struct ldr_process *process = process_of(w);
    if (!looks(w) || process->shutting_down)
        return;
    report_locks_of(w, module);
    report_callbacks_of(w, module);
    report_handles_of(w, module);
    for (uint32_t i = 0; process->tls_owners && i < LDR_TLS_SLOTS; i++) {
        if (process->tls_owners[i] != module)
            continue;
        process->tls_owners[i] = NULL;
        ke_finding(
            w, RD_CHECK_U_TLS_LEAK,
            core_textf(w, "%s is unloaded and has not freed TLS index %u", module->image->name, i));
    }
}

void ldr_verify_tls(struct rd_world *w, uint32_t index, bool allocated) {
    struct ldr_process *process = looks(w) ? process_of(w) : NULL;
    if (!process)
        return;
    if (!process->tls_owners)
        process->tls_owners = core_alloc(w, LDR_TLS_SLOTS * sizeof(struct ldr_module *));
    process->tls_owners[index] = allocated ? dll_main_of(w) : NULL;
}

void ldr_verify_tls_use(struct rd_world *w, uint32_t index, const char *routine) {
    const struct ldr_process *process = looks(w) ? process_of(w) : NULL;
    bool known = index < LDR_TLS_SLOTS;
    if (process && !(known && (process->tls_bitmap[index / 64] >> index % 64 & 1)))
        ke_finding(w, RD_CHECK_U_TLS_INDEX,
                   core_textf(w, "%s with index %u, which is not allocated", routine, index));
}

/* ---- thread pools ---------------------------------------------------------------------------- */

void ldr_verify_pool_wait(struct rd_world *w, const struct ldr_tp_object *object) {
    const struct ldr_thread *thread = looks(w) ? ps_current(w)->ldr : NULL;
    if (thread && thread->callback && thread->callback->object == object)
        ke_finding(w, RD_CHECK_U_POOL_SELF,
                   core_textf(w,
                              "thread %u waits for the callbacks of %s in such a callback: it "
                              "waits for itself for ever",
                              w->current_tid, ldr_tp_name(w, object)));
}

/* ---- handles --------------------------------------------------------------------------------- */

void ldr_verify_handle(struct rd_world *w, uint64_t value, NTSTATUS status) {
    const struct ob_handle_table *table = &ps_current_process(w)->handles;
    uint64_t index = value / 4;
    if (!looks(w) || ps_current(w)->tcb.kernel_depth > 0)
        return;
    if (status == STATUS_OBJECT_TYPE_MISMATCH) {
        ke_finding(
            w, RD_CHECK_U_HANDLE_TYPE,
            core_textf(w, "handle 0x%" PRIX64 " is of another type than the call wants", value));
        return;
    }
    bool was_open = index && index <= table->capacity && table->entries[index - 1].event;
    ke_finding(w, RD_CHECK_U_HANDLE_INVALID,
               core_textf(w, "handle 0x%" PRIX64 " is not open%s (HNDL-02)", value,
                          !value     ? ": it is NULL"
                          : was_open ? ": it has been closed"
                                     : ""));
}

void ldr_verify_handle_opened(struct rd_world *w, uint64_t value) {
    const struct ldr_module *module = dll_main_of(w);
    if (!module)
        return;
    struct handle_owner *owner = core_alloc(w, sizeof *owner);
    owner->value = value;
    owner->module = module;
    base_list_push_back(&process_of(w)->handle_owners, &owner->link);
}

void ldr_verify_handle_closed(struct rd_world *w, uint64_t value) {
    if (!looks(w))
        return;
    base_list_each(link, &process_of(w)->handle_owners) {
        struct handle_owner *owner = base_container(link, struct handle_owner, link);
        if (owner->value == value) {
            drop_owner(w, owner);
            return;
        }
    }
}
