/*
 * tp_waiter.c - the threads of a process that watch its timers and registered waits.
 *
 * What a waiter watches can change while it waits; it is then woken and begins anew. An object is
 * recognised by its sequence number, because it may be gone or armed anew by the time that its
 * watcher runs again.
 */
#include "ex/ex_sync.h"
#include "ldr/tp.h"

static bool is_timer(const struct ldr_tp_object *object) {
    return object->kind == LDR_TP_TIMER || object->kind == LDR_TP_QUEUE_TIMER;
}

#define each_object(link, tp) base_list_each(link, &(tp)->objects)

static struct ldr_tp_object *object_of(LIST_ENTRY *link) {
    return base_container(link, struct ldr_tp_object, link);
}

static bool is_file(const struct ldr_tp_object *object) {
    return object->kind == LDR_TP_IO || object->kind == LDR_TP_BOUND;
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* What the waiter watches that is due first, or NULL. */
static struct ldr_tp_object *first_due(struct ldr_tp *tp, const struct ldr_tp_waiter *waiter) {
    struct ldr_tp_object *first = NULL;
    each_object(link, tp) {
        struct ldr_tp_object *object = object_of(link);
        if (object->waiter != waiter || object->due == LDR_TP_NEVER)
            continue;
        if (!first || object->due < first->due ||
            (object->due == first->due && object->sequence < first->sequence))
            first = object;
    }
    return first;
}

/* Its thread looks again at what there is to watch. */
static void tell(struct rd_world *w, struct ldr_tp_waiter *waiter) {
    if (waiter->thread != ob_id(ps_current(w)))
        ke_event_set(w, &waiter->changed);
}

/*
 * The object is no longer watched; what it watched is kept. The event ends the waiter's wait at
 * once, before it could take what is signaled from now on.
 */
static void stop_watching(struct rd_world *w, struct ldr_tp_object *object) {
    struct ldr_tp_waiter *waiter = object->waiter;
    if (!waiter)
        return;
    if (!is_timer(object))
        waiter->waits--;
    object->waiter = NULL;
    tell(w, waiter);
}

/* Periods that have passed meanwhile are skipped. */
static void set_next_due(const struct rd_world *w, struct ldr_tp_object *timer) {
    timer->due += timer->period;
    if (timer->due <= w->now)
        timer->due += ((w->now - timer->due) / timer->period + 1) * timer->period;
}

static void fire(struct rd_world *w, struct ldr_tp_object *object, bool signaled) {
    if (is_timer(object) && object->period) {
        set_next_due(w, object);
    } else {
        stop_watching(w, object);
        object->expired = is_timer(object);
    }
    if (object->kind == LDR_TP_WAIT || object->once)
        ldr_tp_disarm(w, object);
    object->signaled += signaled;
    if (!object->inline_) {
        ldr_tp_submit(w, object);
        return;
    }
    object->running++;
    ldr_tp_call(w, object, NULL);
}

/*
 * A callback for each packet that one is owed. Those that a port gets later are looked for later,
 * so that nothing is missed while a thread is created for a callback.
 */
static void fire_packets(struct rd_world *w, struct ldr_tp_object *io) {
    struct ex_port *port = ke_body_of(io->target);
    struct ex_packet packet, *kept;
    if (!ex_port_take(w, port, &packet))
        return;
    if (io->skipped || (io->kind == LDR_TP_IO && !io->started)) {
        io->skipped -= io->skipped > 0;
        return;
    }
    io->started -= io->kind == LDR_TP_IO;
    kept = core_alloc(w, sizeof *kept);
    *kept = packet;
    base_list_push_back(&io->packets, &kept->link);
    if (io->kind == LDR_TP_IO && !io->started && !io->skipped)
        stop_watching(w, io);
    ldr_tp_submit(w, io);
}

struct watched {
    DISPATCHER_HEADER *objects[LDR_TP_OBJECTS_PER_WAITER + 1];
    uint64_t sequences[LDR_TP_OBJECTS_PER_WAITER + 1];
    uint32_t count;
    bool any;
};

static void collect(struct rd_world *w, struct ldr_tp *tp, struct ldr_tp_waiter *waiter,
                    struct watched *watched) {
    watched->objects[0] = &waiter->changed.Header;
    watched->count = 1;
    watched->any = false;
    each_object(link, tp) {
        struct ldr_tp_object *object = object_of(link);
        if (object->waiter != waiter)
            continue;
        watched->any = true;
        if (!object->target)
            continue;
        void *body = ke_body_of(object->target);
        if (ob_header_of(body)->type == &ex_timer_type)
            ex_timer_refresh(w, body);
        watched->objects[watched->count] = object->target;
        watched->sequences[watched->count++] = object->sequence;
    }
}

static NTSTATUS wait_for(struct rd_world *w, const struct watched *watched, uint64_t due) {
    LONGLONG timeout = -(LONGLONG)LDR_TP_IDLE_MS * CORE_TICKS_PER_MS;
    if (due != LDR_TP_NEVER)
        timeout = due > w->now ? -(LONGLONG)(due - w->now) : 0;
    bool for_ever = watched->any && due == LDR_TP_NEVER;
    return ke_wait(w, &(struct ke_wait){.count = watched->count,
                                        .objects = watched->objects,
                                        .mode = UserMode,
                                        .timeout = for_ever ? NULL : &timeout});
}

static void fire_signaled(struct rd_world *w, const struct ldr_tp_waiter *waiter,
                          uint64_t sequence) {
    each_object(link, ps_current_process(w)->ldr->tp) {
        struct ldr_tp_object *object = object_of(link);
        if (object->waiter == waiter && object->sequence == sequence) {
            if (is_file(object))
                fire_packets(w, object);
            else
                fire(w, object, true);
            return;
        }
    }
}

static void forget_waiter(struct rd_world *w, struct ldr_tp *tp, struct ldr_tp_waiter *waiter) {
    each_object(link, tp) if (object_of(link)->waiter == waiter) stop_watching(w, object_of(link));
    base_list_remove(&waiter->link);
    core_free(w, waiter, sizeof *waiter);
}

static uint32_t waiter_main(void *parameter) {
    struct ldr_tp_waiter *waiter = parameter;
    struct rd_world *w = port_current_world();
    for (;;) {
        struct ldr_tp *tp = ldr_tp_get(w);
        struct ldr_tp_object *first = first_due(tp, waiter);
        if (first && first->due <= w->now) {
            fire(w, first, false);
            continue;
        }
        struct watched watched;
        collect(w, tp, waiter, &watched);
        NTSTATUS status = wait_for(w, &watched, first ? first->due : LDR_TP_NEVER);
        ldr_tp_touch(w);
        uint32_t index = (uint32_t)status & (STATUS_ABANDONED_WAIT_0 - 1);
        if (status == STATUS_TIMEOUT && !watched.any && !first_due(tp, waiter) && !waiter->waits)
            break;
        if (status != STATUS_TIMEOUT && index > 0 && index < watched.count)
            fire_signaled(w, waiter, watched.sequences[index]);
    }
    forget_waiter(w, ps_current_process(w)->ldr->tp, waiter);
    return 0;
}

/* ---- arming ---------------------------------------------------------------------------------- */

static struct ldr_tp_waiter *add_waiter(struct rd_world *w, struct ldr_tp *tp) {
    struct ldr_tp_waiter *waiter = core_alloc(w, sizeof *waiter);
    ke_lock_event_init(w, &waiter->changed, KE_POOL_WATCH, false);
    base_list_push_back(&tp->waiters, &waiter->link);
    uint32_t numbers[2];
    if (!NT_SUCCESS(ldr_tp_start_thread(w, waiter_main, waiter, numbers))) {
        forget_waiter(w, tp, waiter);
        return NULL;
    }
    if (!ldr_tp_listed(&tp->waiters, &waiter->link))
        return NULL;
    waiter->tid = numbers[0];
    waiter->thread = numbers[1];
    return waiter;
}

/* One that has room for the object; NULL: it cannot be created, since the process ends. */
static struct ldr_tp_waiter *choose_waiter(struct rd_world *w, struct ldr_tp *tp, bool timer) {
    base_list_each(link, &tp->waiters) {
        struct ldr_tp_waiter *waiter = base_container(link, struct ldr_tp_waiter, link);
        if (!ldr_tp_thread_lives(w, waiter->tid, waiter->thread))
            forget_waiter(w, tp, waiter);
        else if (timer || waiter->waits < LDR_TP_OBJECTS_PER_WAITER)
            return waiter;
    }
    return add_waiter(w, tp);
}

static void watch(struct rd_world *w, struct ldr_tp_object *object) {
    struct ldr_tp *tp = ps_current_process(w)->ldr->tp;
    uint64_t sequence = object->sequence = ++tp->sequence;
    struct ldr_tp_waiter *waiter = choose_waiter(w, tp, is_timer(object));
    if (!waiter || object->sequence != sequence)
        return; /* or somebody has armed it anew while the thread was created */
    object->waiter = waiter;
    waiter->waits += !is_timer(object);
    tell(w, waiter);
}

void ldr_tp_disarm(struct rd_world *w, struct ldr_tp_object *object) {
    DISPATCHER_HEADER *target = object->target;
    stop_watching(w, object);
    object->set = false;
    object->due = LDR_TP_NEVER;
    object->target = NULL;
    object->sequence = 0;
    if (target)
        ob_dereference_for(w, ke_body_of(target), "thread pool");
}

void ldr_tp_set_timer(struct rd_world *w, struct ldr_tp_object *timer, uint64_t due,
                      uint64_t period) {
    ldr_tp_disarm(w, timer);
    timer->due = due;
    timer->period = period;
    timer->set = due != LDR_TP_NEVER;
    if (timer->set)
        watch(w, timer);
}

void ldr_tp_set_wait(struct rd_world *w, struct ldr_tp_object *wait, DISPATCHER_HEADER *target,
                     uint64_t due) {
    if (target)
        ob_reference_for(w, ke_body_of(target), "thread pool");
    ldr_tp_disarm(w, wait);
    wait->target = target;
    wait->due = due;
    wait->set = target != NULL;
    if (target)
        watch(w, wait);
}

void ldr_tp_watch_port(struct rd_world *w, struct ldr_tp_object *io) {
    if (!io->waiter)
        watch(w, io);
}

void ldr_tp_watch_again(struct rd_world *w, struct ldr_tp_object *object) {
    if (object->once || object->closed || object->waiter || !object->target)
        return;
    object->due = object->period == LDR_TP_NEVER ? LDR_TP_NEVER : w->now + object->period;
    watch(w, object);
}
