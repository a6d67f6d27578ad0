/*
 * deferred.c - DPCs and work items: queues that threads of the system serve on behalf of drivers.
 *
 * These threads have existed since the machine started as far as anybody can see: no notify routine
 * hears of them. They are made when they are needed first.
 */
#include "io/io.h"
#include "ke/irql.h"
#include "ps/routine.h"

enum { WORKERS_MAX = 8 };

struct worker {
    struct io_queue *queue;
    struct ps_thread *thread;
    bool idle;
};

struct io_queue {
    const char *purpose; /* what its threads wait for */
    void (*serve)(struct rd_world *w, LIST_ENTRY *entry);
    uint64_t place;
    LIST_ENTRY entries;
    KEVENT empty; /* signaled while nothing is queued or running */
    uint32_t busy, workers, workers_max;
    struct worker worker[WORKERS_MAX];
};

static void worker_main(void *context) {
    struct worker *self = context;
    struct io_queue *queue = self->queue;
    struct rd_world *w = self->thread->process->world;
    for (;;) {
        core_touch(w, queue->place, CORE_WRITE);
        LIST_ENTRY *entry = base_list_pop_front(&queue->entries);
        if (entry) {
            queue->busy++;
            queue->serve(w, entry);
            queue->busy--;
            continue;
        }
        if (!queue->busy)
            ke_event_set(w, &queue->empty);
        self->idle = true;
        ke_wait(w, &(struct ke_wait){.mode = KernelMode, .reason = queue->purpose});
    }
}

static void add_worker(struct rd_world *w, struct io_queue *queue) {
    struct worker *worker = &queue->worker[queue->workers];
    worker->queue = queue;
    struct ps_create_thread create = {.process = w->ps->system,
                                      .kernel_start = worker_main,
                                      .kernel_context = worker,
                                      .unannounced = true};
    if (!NT_SUCCESS(ps_create_thread(w, &create, &worker->thread)))
        return;
    queue->workers++;
}

static struct io_queue *make_queue(struct rd_world *w, enum core_machine_place place,
                                   const char *purpose, uint32_t workers_max,
                                   void (*serve)(struct rd_world *, LIST_ENTRY *)) {
    struct io_queue *queue = core_alloc(w, sizeof *queue);
    queue->place = core_place(CORE_MACHINE, place);
    queue->purpose = purpose;
    queue->serve = serve;
    queue->workers_max = workers_max;
    base_list_init(&queue->entries);
    ke_header_init(w, &queue->empty.Header, EventNotificationObject, 1, false);
    return queue;
}

/* Whoever has nothing to do serves what is queued. */
static void wake(struct rd_world *w, struct io_queue *queue) {
    core_touch(w, queue->place, CORE_WRITE);
    ke_event_reset(w, &queue->empty);
    for (uint32_t i = 0; i < queue->workers; i++)
        if (queue->worker[i].idle) {
            queue->worker[i].idle = false;
            ke_unwait(w, &queue->worker[i].thread->tcb, STATUS_SUCCESS);
            return;
        }
    if (queue->workers < queue->workers_max)
        add_worker(w, queue);
}

/* ---- DPCs ------------------------------------------------------------------------------------ */

/* A queued DPC says whose it is in DpcData; the state of the I/O manager stands for nobody. */
static void *mark_of(struct rd_world *w, struct io_driver *driver) {
    return driver ? (void *)driver : (void *)w->io;
}

static struct io_driver *owner_of(struct rd_world *w, const KDPC *dpc) {
    return dpc->DpcData == (void *)w->io ? NULL : dpc->DpcData;
}

static void serve_dpc(struct rd_world *w, LIST_ENTRY *entry) {
    KDPC *dpc = base_container(entry, KDPC, DpcListEntry);
    KDPC copy = *dpc; /* the routine may free or queue it again */
    struct io_call call = {.what = "a DPC routine"};
    struct io_driver *owner = owner_of(w, dpc);
    dpc->DpcData = NULL;
    ke_irql_raise(w, KE_DISPATCH_LEVEL);
    io_begin_call(w, &call, owner);
    copy.DeferredRoutine(dpc, copy.DeferredContext, copy.SystemArgument1, copy.SystemArgument2);
    io_end_call(w, &call);
    ke_irql_lower(w, KE_PASSIVE_LEVEL);
}

static void touch_dpcs(struct rd_world *w, enum core_access_kind kind) {
    core_touch(w, core_place(CORE_MACHINE, CORE_DPCS), kind);
}

bool io_dpc_insert_for(struct rd_world *w, KDPC *dpc, struct io_driver *driver) {
    touch_dpcs(w, CORE_WRITE);
    if (dpc->DpcData)
        return false;
    dpc->DpcData = mark_of(w, driver);
    if (!w->io->dpcs)
        w->io->dpcs = make_queue(w, CORE_DPCS, "for DPCs", 1, serve_dpc);
    if (dpc->Importance == HighImportance)
        base_list_push_front(&w->io->dpcs->entries, &dpc->DpcListEntry);
    else
        base_list_push_back(&w->io->dpcs->entries, &dpc->DpcListEntry);
    wake(w, w->io->dpcs);
    return true;
}

bool io_dpc_insert(struct rd_world *w, KDPC *dpc, void *argument1, void *argument2) {
    touch_dpcs(w, CORE_WRITE);
    if (dpc->DpcData)
        return false;
    dpc->SystemArgument1 = argument1;
    dpc->SystemArgument2 = argument2;
    return io_dpc_insert_for(w, dpc,
                             io_current_driver(w, (const void *)(uintptr_t)dpc->DeferredRoutine));
}

bool io_dpc_remove(struct rd_world *w, KDPC *dpc) {
    touch_dpcs(w, CORE_WRITE);
    if (!dpc->DpcData)
        return false;
    dpc->DpcData = NULL;
    base_list_remove(&dpc->DpcListEntry);
    return true;
}

void io_dpc_flush(struct rd_world *w) {
    touch_dpcs(w, CORE_READ);
    if (w->io->dpcs)
        ke_wait_kernel(w, &w->io->dpcs->empty);
}

/* ---- work items ------------------------------------------------------------------------------ */

static void serve_work(struct rd_world *w, LIST_ENTRY *entry) {
    struct io_work *work = base_container(entry, struct io_work, link);
    struct io_work copy = *work;
    struct io_call call = {.what = "a work item"};
    if (work->size)
        core_free(w, work, work->size);
    io_begin_call(w, &call, copy.driver);
    copy.run(w, &copy);
    io_end_call(w, &call);
}

void io_work_queue(struct rd_world *w, struct io_work *work) {
    ps_routine_queues_work(w);
    if (!w->io->work)
        w->io->work = make_queue(w, CORE_WORK, "for work items", WORKERS_MAX, serve_work);
    base_list_push_back(&w->io->work->entries, &work->link);
    wake(w, w->io->work);
}

bool io_is_worker(struct rd_world *w, const struct ps_thread *thread) {
    const struct io_queue *queues[] = {w->io->work, w->io->dpcs};
    for (int q = 0; q < 2; q++)
        for (uint32_t i = 0; queues[q] && i < queues[q]->workers; i++)
            if (queues[q]->worker[i].thread == thread)
                return true;
    return false;
}

/* ---- what waits for a driver's code ---------------------------------------------------------- */

uint32_t io_deferred_count_of(struct rd_world *w, const struct io_driver *driver) {
    uint32_t count = 0;
    if (w->io->dpcs)
        base_list_each(link, &w->io->dpcs->entries) count +=
            owner_of(w, base_container(link, KDPC, DpcListEntry)) == driver;
    if (w->io->work)
        base_list_each(link, &w->io->work->entries) count +=
            base_container(link, struct io_work, link)->driver == driver;
    return count + io_timers_of(w, driver);
}
