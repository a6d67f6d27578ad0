/*
 * kernel_ex_timer.c - timers that the system allocates for drivers: each is a KTIMER with its DPC,
 * in pool that counts as the driver's until ExDeleteTimer.
 */
#include "api/kernel.h"

enum { POOL_TAG = KERNEL_TAG('E', 'x', 'T', 'm'), TICKS_PER_MS = 10000 };

struct _EX_TIMER {
    KTIMER timer; /* first: drivers may wait for it */
    KDPC dpc;
    PEXT_CALLBACK callback;
    PVOID context;
    PEXT_DELETE_CALLBACK deleted;
    PVOID delete_context;
    bool armed, running;
    bool deleting; /* nobody sets it any more */
    bool awaited;  /* whoever deletes it waits for the callback, and frees it */
};

static void finish(struct rd_world *w, PEX_TIMER timer) {
    if (timer->deleted)
        timer->deleted(timer->delete_context);
    kernel_free(w, timer);
}

/* The flags of a timer are looked at, and changed, by this step. */
static void touch_flags(struct rd_world *w, PEX_TIMER timer) {
    core_touch(w, core_memory_place(timer), CORE_WRITE);
}

static bool is_done(const struct _EX_TIMER *timer) {
    return !timer->armed && !timer->running && !timer->dpc.DpcData;
}

static VOID expired(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                    PVOID SystemArgument2) {
    PEX_TIMER timer = DeferredContext;
    struct rd_world *w = kernel_world();
    (void)Dpc, (void)SystemArgument1, (void)SystemArgument2;
    touch_flags(w, timer);
    timer->running = true;
    timer->armed &= timer->timer.Period != 0;
    if (timer->callback)
        timer->callback(timer, timer->context);
    touch_flags(w, timer);
    timer->running = false;
    if (!timer->deleting || timer->awaited)
        return;
    if (timer->armed)
        KeCancelTimer(&timer->timer);
    timer->armed = false;
    if (is_done(timer))
        finish(w, timer);
}

PEX_TIMER ExAllocateTimer(PEXT_CALLBACK Callback, PVOID CallbackContext, ULONG Attributes) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ExAllocateTimer", "IRQL-03");
    PEX_TIMER timer =
        io_pool_allocate(w, &(struct io_pool_request){.size = sizeof *timer, .tag = POOL_TAG});
    if (!timer)
        return NULL;
    *timer = (struct _EX_TIMER){.callback = Callback, .context = CallbackContext};
    KeInitializeTimerEx(&timer->timer, Attributes & EX_TIMER_NOTIFICATION ? NotificationTimer
                                                                          : SynchronizationTimer);
    KeInitializeDpc(&timer->dpc, expired, timer);
    return timer;
}

BOOLEAN ExSetTimer(PEX_TIMER Timer, LONGLONG DueTime, LONGLONG Period,
                   PEXT_SET_PARAMETERS Parameters) {
    struct rd_world *w = kernel_world();
    LARGE_INTEGER due = {.QuadPart = DueTime};
    (void)Parameters; /* what may be delayed to save power is not */
    if (!w)
        return FALSE;
    kernel_touch(Timer);
    if (Timer->deleting)
        return FALSE;
    /* Periods of KTIMERs are milliseconds. */
    LONG period = (LONG)((Period + TICKS_PER_MS - 1) / TICKS_PER_MS);
    BOOLEAN was_set = KeSetTimerEx(&Timer->timer, due, period, &Timer->dpc);
    touch_flags(w, Timer);
    Timer->armed = true;
    return was_set;
}

BOOLEAN ExCancelTimer(PEX_TIMER Timer, PEXT_CANCEL_PARAMETERS Parameters) {
    struct rd_world *w = kernel_world();
    (void)Parameters;
    if (!w)
        return FALSE;
    BOOLEAN was_set = KeCancelTimer(&Timer->timer);
    touch_flags(w, Timer);
    Timer->armed = false;
    return was_set;
}

BOOLEAN ExDeleteTimer(PEX_TIMER Timer, BOOLEAN Cancel, BOOLEAN Wait,
                      PEXT_DELETE_PARAMETERS Parameters) {
    struct rd_world *w = kernel_world();
    BOOLEAN was_set = FALSE;
    if (!w)
        return FALSE;
    ke_irql_check(w, Wait ? KE_APC_LEVEL : KE_DISPATCH_LEVEL, "ExDeleteTimer",
                  Wait ? "IRQL-02" : "IRQL-03");
    if (Cancel)
        was_set = ExCancelTimer(Timer, NULL);
    touch_flags(w, Timer);
    Timer->deleting = true;
    Timer->awaited = Cancel && Wait;
    if (Parameters) {
        Timer->deleted = Parameters->DeleteCallback;
        Timer->delete_context = Parameters->DeleteContext;
    }
    if (Timer->awaited)
        io_dpc_flush(w);
    if (Timer->awaited || is_done(Timer))
        finish(w, Timer);
    return was_set;
}
