/* tp.c - thread pools: queues of callbacks, and the workers that run them. */
#include "ldr/tp.h"

#include "ldr/verify.h"
#include "rundown/sdk/winnt.h"

static struct ldr_tp *current(const struct rd_world *w) {
    return ps_current_process(w)->ldr->tp;
}

/* All pools of a process are one place; where they lie in memory may differ from run to run. */
static uint64_t place(const struct rd_world *w) {
    return core_handle_place(ob_id(ps_current(w)->process), PS_POOLS_PLACE);
}

static void point(struct rd_world *w) {
    ke_point(w, place(w), KE_WRITE);
}

void ldr_tp_touch(struct rd_world *w) {
    core_touch(w, place(w), CORE_WRITE);
}

struct ldr_tp *ldr_tp_get(struct rd_world *w) {
    struct ldr_process *process = ps_current_process(w)->ldr;
    if (!process->tp) {
        struct ldr_tp *tp = core_alloc(w, sizeof *tp);
        base_list_init(&tp->pools);
        base_list_init(&tp->objects);
        base_list_init(&tp->groups);
        base_list_init(&tp->queues);
        base_list_init(&tp->waiters);
        process->tp = tp;
    }
    point(w);
    return process->tp;
}

const char *ldr_tp_name(struct rd_world *w, const struct ldr_tp_object *object) {
    static const char *const names[] = {"callback",  "work",      "timer",       "wait",
                                        "file",      "work item", "queue timer", "registered wait",
                                        "bound file"};
    return core_textf(w, "%s %u", names[object->kind], object->number);
}

/* ---- threads --------------------------------------------------------------------------------- */

NTSTATUS ldr_tp_start_thread(struct rd_world *w, uint32_t (*start)(void *), void *parameter,
                             uint32_t numbers[2]) {
    struct ps_thread *thread;
    NTSTATUS status =
        ps_create_thread(w,
                         &(struct ps_create_thread){.process = ps_current_process(w),
                                                    .start_address = (uint64_t)(uintptr_t)start,
                                                    .parameter = (uint64_t)(uintptr_t)parameter,
                                                    .of_pool = true},
                         &thread);
    if (!NT_SUCCESS(status))
        return status;
    numbers[0] = thread->tcb.tid;
    numbers[1] = ob_id(thread);
    ob_dereference(w, thread);
    return status;
}

bool ldr_tp_thread_lives(struct rd_world *w, uint32_t tid, uint32_t object) {
    const struct ps_thread *thread = object ? ps_thread_by_id(w, tid) : NULL;
    return !object || (thread && ob_id(thread) == object && !thread->terminated);
}

bool ldr_tp_listed(LIST_ENTRY *list, const LIST_ENTRY *link) {
    base_list_each(other, list) if (other == link) return true;
    return false;
}

static void forget_worker(struct rd_world *w, struct ldr_tp_worker *worker) {
    struct ldr_tp_pool *pool = worker->pool;
    base_list_remove(&worker->link);
    core_free(w, worker, sizeof *worker);
    if (!pool->closed || pool->objects || !base_list_empty(&pool->workers))
        return;
    base_list_remove(&pool->link);
    core_free(w, pool, sizeof *pool);
}

/* Callbacks end their thread, or somebody terminates it; the pool then knows when it looks. */
static uint32_t count_workers(struct rd_world *w, struct ldr_tp_pool *pool) {
    uint32_t count = 0;
    pool->objects++; /* it is in use */
    base_list_each(link, &pool->workers) {
        struct ldr_tp_worker *worker = base_container(link, struct ldr_tp_worker, link);
        if (ldr_tp_thread_lives(w, worker->tid, worker->thread))
            count++;
        else
            forget_worker(w, worker);
    }
    pool->objects--;
    return count;
}

static struct ldr_tp_object *take(struct ldr_tp_pool *pool) {
    for (unsigned i = 0; i < LDR_TP_PRIORITIES; i++) {
        LIST_ENTRY *link = base_list_pop_front(&pool->queues[i]);
        if (!link)
            continue;
        struct ldr_tp_object *object = base_container(link, struct ldr_tp_object, queued);
        object->pending--;
        object->running++;
        if (object->pending)
            base_list_push_back(&pool->queues[i], &object->queued);
        return object;
    }
    return NULL;
}

/* False: the worker has had nothing to do for so long that it shall end. */
static bool rest(struct rd_world *w, struct ldr_tp_worker *worker) {
    const LONGLONG timeout = -(LONGLONG)LDR_TP_IDLE_MS * CORE_TICKS_PER_MS;
    struct ldr_tp_pool *pool = worker->pool;
    DISPATCHER_HEADER *objects[] = {&worker->wake.Header};
    if (pool->closed && !pool->objects)
        return false;
    bool keep = !pool->closed && count_workers(w, pool) <= pool->least;
    base_list_remove(&worker->link);
    base_list_push_front(&pool->workers, &worker->link);
    worker->idle = true;
    ke_wait(w, &(struct ke_wait){.count = 1,
                                 .objects = objects,
                                 .mode = UserMode,
                                 .timeout = keep ? NULL : &timeout});
    ldr_tp_touch(w);
    bool woken = !worker->idle; /* also at the last moment, when the time was up */
    worker->idle = false;
    worker->wake.Header.SignalState = 0;
    return woken;
}

static uint32_t worker_main(void *parameter) {
    struct ldr_tp_worker *worker = parameter;
    struct rd_world *w = port_current_world();
    for (;;) {
        point(w);
        struct ldr_tp_object *object = take(worker->pool);
        if (object)
            ldr_tp_call(w, object, worker);
        else if (!rest(w, worker))
            break;
    }
    forget_worker(w, worker);
    return 0;
}

static bool add_worker(struct rd_world *w, struct ldr_tp_pool *pool) {
    struct ldr_tp_worker *worker = core_alloc(w, sizeof *worker);
    uint32_t numbers[2];
    worker->pool = pool;
    ke_lock_event_init(w, &worker->wake, KE_POOL_WORK, false);
    base_list_push_back(&pool->workers, &worker->link);
    pool->objects++; /* it must not go meanwhile */
    bool created = NT_SUCCESS(ldr_tp_start_thread(w, worker_main, worker, numbers));
    pool->objects--;
    if (!created) {
        base_list_remove(&worker->link);
        core_free(w, worker, sizeof *worker);
        return false;
    }
    core_event(w, RD_EVENT_TP_WORKER, RULE_NONE, .a = pool->number, .b = numbers[0]);
    if (ldr_tp_listed(&pool->workers, &worker->link)) {
        worker->tid = numbers[0];
        worker->thread = numbers[1];
    }
    return true;
}

/* False: all are busy. */
static bool wake_worker(struct rd_world *w, struct ldr_tp_pool *pool) {
    base_list_each(link, &pool->workers) {
        struct ldr_tp_worker *worker = base_container(link, struct ldr_tp_worker, link);
        if (!worker->idle)
            continue;
        worker->idle = false;
        ke_event_set(w, &worker->wake);
        return true;
    }
    return false;
}

/* ---- pools ----------------------------------------------------------------------------------- */

static struct ldr_tp_pool *new_pool(struct rd_world *w, struct ldr_tp *tp) {
    struct ldr_tp_pool *pool = core_alloc(w, sizeof *pool);
    pool->number = ++tp->pool_count;
    pool->most = LDR_TP_MAXIMUM;
    for (unsigned i = 0; i < LDR_TP_PRIORITIES; i++)
        base_list_init(&pool->queues[i]);
    base_list_init(&pool->workers);
    base_list_push_back(&tp->pools, &pool->link);
    return pool;
}

struct ldr_tp_pool *ldr_tp_pool_create(struct rd_world *w) {
    return new_pool(w, current(w));
}

struct ldr_tp_pool *ldr_tp_find_pool(struct rd_world *w, const void *address) {
    base_list_each(link, &current(w)->pools) {
        struct ldr_tp_pool *pool = base_container(link, struct ldr_tp_pool, link);
        if (pool == address && !pool->closed)
            return pool;
    }
    return NULL;
}

/* Its workers end when the last object that uses it has gone. */
static void end_pool(struct rd_world *w, struct ldr_tp_pool *pool) {
    if (!pool->closed || pool->objects)
        return;
    while (wake_worker(w, pool))
        continue;
    if (!base_list_empty(&pool->workers))
        return;
    base_list_remove(&pool->link);
    core_free(w, pool, sizeof *pool);
}

void ldr_tp_pool_close(struct rd_world *w, struct ldr_tp_pool *pool) {
    pool->closed = true;
    count_workers(w, pool);
    end_pool(w, pool);
}

bool ldr_tp_pool_keep(struct rd_world *w, struct ldr_tp_pool *pool, uint32_t least) {
    pool->least = least;
    if (pool->most < least)
        pool->most = least;
    for (uint32_t count = count_workers(w, pool); count < least; count++)
        if (!add_worker(w, pool))
            return false;
    return true;
}

/* ---- objects --------------------------------------------------------------------------------- */

struct ldr_tp_object *ldr_tp_find(struct rd_world *w, const void *address, enum ldr_tp_kind kind) {
    base_list_each(link, &current(w)->objects) {
        struct ldr_tp_object *object = base_container(link, struct ldr_tp_object, link);
        if (object == address && object->kind == kind && !object->closed)
            return object;
    }
    return NULL;
}

struct ldr_tp_object *ldr_tp_create(struct rd_world *w, const struct ldr_tp_new *new) {
    struct ldr_tp *tp = current(w);
    struct ldr_tp_object *object = core_alloc(w, sizeof *object);
    if (!new->pool && !tp->standard)
        tp->standard = new_pool(w, tp);
    object->kind = new->kind;
    object->number = ++tp->object_count;
    object->pool = new->pool ? new->pool : tp->standard;
    object->pool->objects++;
    object->callback = new->callback;
    object->context = new->context;
    object->group = new->group;
    object->queue = new->queue;
    object->cancel = new->cancel;
    object->finalization = new->finalization;
    object->priority = new->priority;
    object->once = new->once;
    object->inline_ = new->inline_;
    object->due = LDR_TP_NEVER;
    object->library = new->library;
    object->deliver = new->deliver;
    base_list_init(&object->packets);
    if (new->port) {
        object->target = &new->port->header;
        ob_reference_for(w, new->port, "thread pool");
        ob_dereference(w, new->port);
    }
    ke_lock_event_init(w, &object->idle, KE_CALLBACKS, true);
    base_list_init(&object->queued);
    base_list_init(&object->in_group);
    base_list_push_back(&tp->objects, &object->link);
    if (object->group || object->queue)
        base_list_push_back(object->group ? &object->group->members : &object->queue->timers,
                            &object->in_group);
    return object;
}

static void signal_done(struct rd_world *w, KEVENT *event) {
    if (!event)
        return;
    ke_event_set(w, event);
    ob_dereference_for(w, event, "thread pool");
}

static void drop_packets(struct rd_world *w, struct ldr_tp_object *object) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&object->packets)) != NULL)
        core_free(w, base_container(link, struct ex_packet, link), sizeof(struct ex_packet));
}

static void release(struct rd_world *w, struct ldr_tp_object *object) {
    struct ldr_tp_pool *pool = object->pool;
    struct ldr_tp_queue *queue = object->queue;
    struct ldr_module *library = object->library;
    ldr_tp_disarm(w, object);
    base_list_remove(&object->link);
    base_list_remove(&object->in_group);
    signal_done(w, object->done);
    core_free(w, object, sizeof *object);
    pool->objects--;
    end_pool(w, pool);
    if (queue)
        ldr_tp_queue_left(w, queue);
    if (library)
        ldr_unload_dll(w, library);
}

static bool is_busy(const struct ldr_tp_object *object) {
    return object->pending || object->running || object->started;
}

static void finish_if_idle(struct rd_world *w, struct ldr_tp_object *object) {
    if (is_busy(object))
        return;
    if (object->waiting)
        ke_event_set(w, &object->idle);
    else if (object->closed)
        release(w, object);
}

void ldr_tp_submit(struct rd_world *w, struct ldr_tp_object *object) {
    struct ldr_tp_pool *pool = object->pool;
    core_event(w, RD_EVENT_TP_SUBMIT, RULE_NONE, .a = pool->number, .text = ldr_tp_name(w, object));
    if (object->pending++ == 0)
        base_list_push_back(&pool->queues[object->priority], &object->queued);
    uint32_t workers = count_workers(w, pool);
    if (!wake_worker(w, pool) && workers < pool->most)
        add_worker(w, pool);
}

void ldr_tp_cancel(struct rd_world *w, struct ldr_tp_object *object) {
    base_list_remove(&object->queued);
    object->pending = object->signaled = 0;
    object->skipped += object->started;
    object->started = 0;
    drop_packets(w, object);
}

void ldr_tp_wait(struct rd_world *w, struct ldr_tp_object *object, bool cancel) {
    DISPATCHER_HEADER *objects[] = {&object->idle.Header};
    ldr_verify_pool_wait(w, object);
    if (cancel)
        ldr_tp_cancel(w, object);
    object->waiting++;
    if (is_busy(object))
        core_event(w, RD_EVENT_TP_WAIT, RULE_NONE,
                   .a = object->pending + object->running + object->started,
                   .text = ldr_tp_name(w, object));
    while (is_busy(object)) {
        ke_event_reset(w, &object->idle);
        ke_wait(w, &(struct ke_wait){.count = 1, .objects = objects, .mode = UserMode});
        ldr_tp_touch(w);
    }
    object->waiting--;
    finish_if_idle(w, object);
}

void ldr_tp_io_start(struct rd_world *w, struct ldr_tp_object *io) {
    io->started++;
    ldr_tp_watch_port(w, io);
}

void ldr_tp_io_cancel(struct rd_world *w, struct ldr_tp_object *io) {
    if (!io->started)
        return;
    io->started--;
    finish_if_idle(w, io);
}

void ldr_tp_close(struct rd_world *w, struct ldr_tp_object *object) {
    if (!object->started)
        ldr_tp_disarm(w, object);
    object->closed = true;
    finish_if_idle(w, object);
}

/* ---- callbacks ------------------------------------------------------------------------------- */

typedef void simple_fn(void *instance, void *context);
typedef void work_fn(void *instance, void *context, void *object);
typedef void wait_fn(void *instance, void *context, void *object, uint32_t result);
typedef uint32_t item_fn(void *context);
typedef void legacy_fn(void *context, uint8_t timed_out);

static void invoke(struct ldr_tp_object *object, struct ldr_tp_instance *instance, bool signaled) {
    void *callback = object->callback, *context = object->context;
    switch (object->kind) {
    case LDR_TP_SIMPLE:
        ((simple_fn *)(uintptr_t)callback)(instance, context);
        break;
    case LDR_TP_WORK:
    case LDR_TP_TIMER:
        ((work_fn *)(uintptr_t)callback)(instance, context, object);
        break;
    case LDR_TP_WAIT:
        ((wait_fn *)(uintptr_t)callback)(instance, context, object,
                                         signaled ? STATUS_WAIT_0 : STATUS_TIMEOUT);
        break;
    case LDR_TP_ITEM:
        ((item_fn *)(uintptr_t)callback)(context);
        break;
    default:
        ((legacy_fn *)(uintptr_t)callback)(context, !signaled);
        break;
    }
}

static void deliver(struct rd_world *w, struct ldr_tp_object *object,
                    struct ldr_tp_instance *instance) {
    LIST_ENTRY *link = base_list_pop_front(&object->packets);
    struct ex_packet *first = base_container(link, struct ex_packet, link), packet = *first;
    core_free(w, first, sizeof *first);
    object->deliver(object, instance, &packet);
}

/* The object may go with this. */
static void callback_done(struct rd_world *w, struct ldr_tp_object *object) {
    object->running--;
    finish_if_idle(w, object);
}

/* Dissociated, the object may be gone when the callback returns. */
void ldr_tp_call(struct rd_world *w, struct ldr_tp_object *object, struct ldr_tp_worker *worker) {
    struct ldr_tp_instance instance = {.object = object, .worker = worker};
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    const char *name = ldr_tp_name(w, object);
    simple_fn *finalization = (simple_fn *)(uintptr_t)object->finalization;
    void *context = object->context;
    bool signaled = object->signaled > 0;
    object->signaled -= signaled;
    core_event(w, RD_EVENT_TP_CALL, RULE_NONE, .a = object->pool->number, .text = name);
    if (object->kind == LDR_TP_REGISTERED)
        ldr_tp_watch_again(w, object);
    thread->callback = &instance;
    if (object->deliver)
        deliver(w, object, &instance);
    else
        invoke(object, &instance, signaled);
    core_event(w, RD_EVENT_TP_RETURN, RULE_NONE, .text = name);
    if (instance.leave)
        instance.leave(&instance);
    if (finalization)
        finalization(&instance, context);
    thread->callback = NULL;
    point(w);
    if (instance.object)
        callback_done(w, instance.object);
}

static bool has_idle_worker(const struct ldr_tp_pool *pool) {
    base_list_each(
        link,
        (LIST_ENTRY *)(uintptr_t)&pool
            ->workers) if (base_container(link, struct ldr_tp_worker, link)->idle) return true;
    return false;
}

bool ldr_tp_may_run_long(struct rd_world *w, struct ldr_tp_instance *instance) {
    if (instance->runs_long || !instance->worker)
        return true;
    struct ldr_tp_pool *pool = instance->worker->pool;
    point(w);
    uint32_t workers = count_workers(w, pool);
    if (!has_idle_worker(pool) && (workers >= pool->most || !add_worker(w, pool)))
        return false;
    instance->runs_long = true;
    return true;
}

void ldr_tp_dissociate(struct rd_world *w, struct ldr_tp_instance *instance) {
    struct ldr_tp_object *object = instance->object;
    if (!object)
        return;
    point(w);
    instance->object = NULL;
    callback_done(w, object);
}

/* ---- cleanup groups -------------------------------------------------------------------------- */

struct ldr_tp_group *ldr_tp_group_create(struct rd_world *w) {
    struct ldr_tp *tp = current(w);
    struct ldr_tp_group *group = core_alloc(w, sizeof *group);
    base_list_init(&group->members);
    base_list_push_back(&tp->groups, &group->link);
    return group;
}

struct ldr_tp_group *ldr_tp_find_group(struct rd_world *w, const void *address) {
    base_list_each(link, &current(w)->groups) {
        struct ldr_tp_group *group = base_container(link, struct ldr_tp_group, link);
        if (group == address)
            return group;
    }
    return NULL;
}

typedef void cancel_fn(void *object_context, void *cleanup_context);

/* Members that the program has closed itself are waited for, but not cancelled. */
static void close_member(struct rd_world *w, struct ldr_tp_object *member, bool cancel,
                         void *cleanup_context) {
    cancel_fn *told = (cancel_fn *)(uintptr_t)member->cancel;
    void *context = member->context;
    bool open = !member->closed || member->kind == LDR_TP_SIMPLE;
    member->closed = true;
    member->group = NULL;
    base_list_remove(&member->in_group);
    if (!open || !cancel)
        told = NULL;
    ldr_tp_wait(w, member, cancel);
    if (told)
        told(context, cleanup_context);
}

void ldr_tp_group_close_members(struct rd_world *w, struct ldr_tp_group *group, bool cancel,
                                void *context) {
    base_list_each(link, &group->members) {
        struct ldr_tp_object *member = base_container(link, struct ldr_tp_object, in_group);
        if (cancel)
            ldr_tp_cancel(w, member);
        if (!member->started)
            ldr_tp_disarm(w, member);
    }
    while (!base_list_empty(&group->members))
        close_member(w, base_container(group->members.Flink, struct ldr_tp_object, in_group),
                     cancel, context);
}

/* A group with members lives on without its name: they forget it. */
void ldr_tp_group_close(struct rd_world *w, struct ldr_tp_group *group) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&group->members)) != NULL)
        base_container(link, struct ldr_tp_object, in_group)->group = NULL;
    base_list_remove(&group->link);
    core_free(w, group, sizeof *group);
}

/* ---- the end --------------------------------------------------------------------------------- */

#define free_all(w, list, type)                                                                    \
    for (LIST_ENTRY * entry; (entry = base_list_pop_front(list)) != NULL;)                         \
    core_free((w), base_container(entry, type, link), sizeof(type))

static void object_gone(struct rd_world *w, struct ldr_tp_object *object) {
    if (object->target)
        ob_dereference_for(w, ke_body_of(object->target), "thread pool");
    if (object->done)
        ob_dereference_for(w, object->done, "thread pool");
    drop_packets(w, object);
}

void ldr_tp_gone(struct rd_world *w, struct ldr_process *process) {
    struct ldr_tp *tp = process->tp;
    if (!tp)
        return;
    base_list_each(link, &tp->objects)
        object_gone(w, base_container(link, struct ldr_tp_object, link));
    base_list_each(link, &tp->queues) {
        struct ldr_tp_queue *queue = base_container(link, struct ldr_tp_queue, link);
        if (queue->done)
            ob_dereference_for(w, queue->done, "thread pool");
    }
    base_list_each(link, &tp->pools) {
        struct ldr_tp_pool *pool = base_container(link, struct ldr_tp_pool, link);
        free_all(w, &pool->workers, struct ldr_tp_worker);
    }
    free_all(w, &tp->objects, struct ldr_tp_object);
    free_all(w, &tp->queues, struct ldr_tp_queue);
    free_all(w, &tp->groups, struct ldr_tp_group);
    free_all(w, &tp->waiters, struct ldr_tp_waiter);
    free_all(w, &tp->pools, struct ldr_tp_pool);
    core_free(w, tp, sizeof *tp);
    process->tp = NULL;
}
