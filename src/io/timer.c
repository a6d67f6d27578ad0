/* timer.c - kernel timers: dispatcher objects in driver memory that are signaled at a virtual time.
 */
#include "io/io.h"
#include "ke/irql.h"

/* An armed KTIMER. */
struct io_timer {
    LIST_ENTRY link;
    KTIMER *timer;
    struct io_driver *driver;
    struct ke_deadline deadline;
    uint64_t period; /* 100 ns */
    KDPC gone;       /* stands for the timer once its driver is gone */
};

void io_timer_init(struct rd_world *w, KTIMER *timer, bool synchronization) {
    ke_header_init(w, &timer->Header,
                   synchronization ? TimerSynchronizationObject : TimerNotificationObject, 0,
                   false);
    timer->Dpc = NULL;
    timer->Period = 0;
    timer->DueTime.QuadPart = 0;
    base_list_init(&timer->TimerListEntry);
}

static struct io_timer *find(struct rd_world *w, const KTIMER *timer) {
    base_list_each(link, &w->io->timers) {
        struct io_timer *armed = base_container(link, struct io_timer, link);
        if (armed->timer == timer)
            return armed;
    }
    return NULL;
}

static void disarm(struct rd_world *w, struct io_timer *armed) {
    ke_deadline_cancel(w, &armed->deadline);
    base_list_remove(&armed->link);
    core_free(w, armed, sizeof *armed);
}

/* The machine does not touch the memory of a driver that is gone: whoever runs the DPC finds
 * nobody. */
static void expired(struct rd_world *w, struct ke_deadline *deadline) {
    struct io_timer *armed = base_container(deadline, struct io_timer, deadline);
    KTIMER *timer = armed->timer;
    struct io_driver *driver = armed->driver;
    io_touch_drivers(w, CORE_UPDATE);
    if (!io_driver_code_present(w, driver)) {
        io_dpc_insert_for(w, &armed->gone, driver);
        return;
    }
    KDPC *dpc = timer->Dpc;
    if (!timer->Header.SignalState)
        core_event(w, RD_EVENT_SIGNAL, RULE_NONE, .object = timer->Header.ObjectId);
    ke_touch_state(w, &timer->Header, true);
    timer->Header.SignalState = 1;
    ke_test_waiters(w, &timer->Header);
    if (armed->period)
        ke_deadline_arm(w, deadline, deadline->time + armed->period);
    else
        disarm(w, armed);
    if (dpc)
        io_dpc_insert_for(w, dpc, driver);
}

bool io_timer_set(struct rd_world *w, KTIMER *timer, LONGLONG due, ULONG period, KDPC *dpc) {
    bool was_set = io_timer_cancel(w, timer);
    struct io_timer *armed = core_alloc(w, sizeof *armed);
    armed->timer = timer;
    armed->driver =
        io_current_driver(w, dpc ? (const void *)(uintptr_t)dpc->DeferredRoutine : NULL);
    armed->period = (uint64_t)period * CORE_TICKS_PER_MS;
    armed->deadline.position = KE_NO_TIMER;
    armed->deadline.expire = expired;
    armed->deadline.idle = period != 0;
    base_list_push_back(&w->io->timers, &armed->link);
    ke_touch_state(w, &timer->Header, false);
    timer->Header.SignalState = 0;
    timer->Dpc = dpc;
    timer->Period = period;
    timer->DueTime.QuadPart = ke_absolute_time(w, due);
    ke_deadline_arm(w, &armed->deadline, timer->DueTime.QuadPart);
    return was_set;
}

bool io_timer_cancel(struct rd_world *w, KTIMER *timer) {
    struct io_timer *armed = find(w, timer);
    ke_touch_state(w, &timer->Header, timer->Header.SignalState > 0);
    if (armed)
        disarm(w, armed);
    return armed != NULL;
}

uint32_t io_timers_of(struct rd_world *w, const struct io_driver *driver) {
    uint32_t count = 0;
    base_list_each(link, &w->io->timers) count +=
        base_container(link, struct io_timer, link)->driver == driver;
    return count;
}

bool io_timer_awaited(struct rd_world *w) {
    base_list_each(link, &w->io->timers) {
        const struct io_timer *armed = base_container(link, struct io_timer, link);
        if (io_driver_code_present(w, armed->driver) &&
            !base_list_empty(&armed->timer->Header.WaitListHead))
            return true;
    }
    return false;
}

bool io_timer_inside(struct rd_world *w, const void *memory, size_t size) {
    base_list_each(link, &w->io->timers) {
        const char *timer = (const char *)base_container(link, struct io_timer, link)->timer;
        if (timer >= (const char *)memory && timer < (const char *)memory + size)
            return true;
    }
    return false;
}
