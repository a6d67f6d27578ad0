/* ex_timer.c - waitable timers: signaled at a virtual time, once or again and again. */
#include "ex/ex_sync.h"

static void timer_deleted(struct rd_world *w, void *body) {
    struct ex_timer *timer = body;
    ke_deadline_cancel(w, &timer->deadline);
}

const struct ob_type ex_timer_type = {
    .name = "Timer",
    .body_size = sizeof(struct ex_timer),
    .waitable = true,
    .valid_access = 0x1F0003,
    .generic_read = 0x20001,
    .generic_write = 0x20002,
    .generic_execute = 0x120000,
    .generic_all = 0x1F0003,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = timer_deleted,
};

struct ex_timer *ex_timer_create(struct rd_world *w, struct ex_named *named, bool manual) {
    struct ex_timer *timer =
        ob_create_named(w, &ex_timer_type, named->name, &named->existing, &named->status);
    if (!timer || named->existing)
        return timer;
    ke_header_init(w, &timer->header, manual ? TimerNotificationObject : TimerSynchronizationObject,
                   0, true);
    timer->deadline.position = KE_NO_TIMER;
    timer->world = w;
    return timer;
}

/* The APC of a timer: a is the routine, b its argument, c the time at which the timer was due. */
static void run_routine(uint64_t routine, uint64_t argument, uint64_t time) {
    void (*function)(void *, uint32_t, uint32_t) =
        (void (*)(void *, uint32_t, uint32_t))(uintptr_t)routine;
    function((void *)(uintptr_t)argument, (uint32_t)time, (uint32_t)(time >> 32));
}

/* False: the thread that set the timer is gone, or has not yet run the routine of the last time. */
static bool queue_routine(struct rd_world *w, struct ex_timer *timer) {
    if (!timer->routine)
        return false;
    struct ke_thread *thread = timer->find_thread(w, timer->apc_tid, timer->apc_object);
    if (!thread || ke_has_user_apcs(thread))
        return false;
    const uint64_t args[3] = {timer->routine, timer->argument, timer->due};
    return NT_SUCCESS(ke_queue_user_apc(w, thread, run_routine, args));
}

/* The thread that is woken may hold the last reference to the timer, by its wait. */
static void expired(struct rd_world *w, struct ke_deadline *deadline) {
    struct ex_timer *timer = base_container(deadline, struct ex_timer, deadline);
    bool watched = !base_list_empty(&timer->header.WaitListHead);
    if (!timer->header.SignalState)
        core_event(w, RD_EVENT_SIGNAL, RULE_NONE, .object = timer->header.ObjectId);
    timer->header.SignalState = 1;
    ob_reference(timer);
    watched |= queue_routine(w, timer);
    ke_test_waiters(w, &timer->header);
    if (timer->period && watched) {
        timer->due += timer->period;
        ke_deadline_arm(w, deadline, timer->due);
    }
    ob_dereference(w, timer);
}

bool ex_timer_set(struct rd_world *w, struct ex_timer *timer, const struct ex_timer_set *set) {
    bool was_set = ex_timer_cancel(w, timer);
    timer->header.SignalState = 0;
    timer->armed = true;
    timer->due = ke_absolute_time(w, set->due);
    timer->period = set->period;
    timer->routine = set->routine;
    timer->argument = set->argument;
    timer->apc_tid = set->thread->tid;
    timer->apc_object = set->thread->header.ObjectId;
    timer->find_thread = set->find_thread;
    timer->deadline.expire = expired;
    if (timer->due <= w->now)
        expired(w, &timer->deadline);
    else
        ke_deadline_arm(w, &timer->deadline, timer->due);
    return was_set;
}

bool ex_timer_cancel(struct rd_world *w, struct ex_timer *timer) {
    bool was_set = ke_deadline_cancel(w, &timer->deadline) || (timer->armed && timer->period);
    timer->armed = false;
    timer->period = 0;
    return was_set;
}

void ex_timer_refresh(struct rd_world *w, struct ex_timer *timer) {
    if (!timer->armed || !timer->period || timer->deadline.position != KE_NO_TIMER)
        return;
    uint64_t missed = w->now > timer->due ? (w->now - timer->due) / timer->period : 0;
    if (missed)
        timer->header.SignalState = 1;
    timer->due += (missed + 1) * timer->period;
    ke_deadline_arm(w, &timer->deadline, timer->due);
}
