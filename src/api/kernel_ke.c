/* kernel_ke.c - dispatcher objects of drivers, and waits for them. */
#include "api/kernel.h"
#include "ke/track.h"
#include "ps/routine.h"
#include "rundown/sdk/rd_ntkernel.h"

/* A scheduling point on an object of a driver, after the checks that all of them need. */
static void check(struct rd_world *w, DISPATCHER_HEADER *header, const char *routine) {
    kernel_touch(header);
    ke_header_check(w, header, routine);
    ke_track_use(w, header);
    ke_irql_check(w, KE_DISPATCH_LEVEL, routine, "IRQL-03");
}

static struct rd_world *touch(DISPATCHER_HEADER *header, const char *routine,
                              enum ke_access_kind kind) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    check(w, header, routine);
    ke_point(w, header->ObjectId, kind);
    return w;
}

/* ---- events ---------------------------------------------------------------------------------- */

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(Event);
    ke_track(w, Event, KE_OBJECT);
    ke_header_init(w, &Event->Header,
                   Type == NotificationEvent ? EventNotificationObject : EventSynchronizationObject,
                   State != FALSE, false);
}

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait) {
    struct rd_world *w = touch(&Event->Header, "KeSetEvent", KE_WRITE);
    (void)Increment;
    if (!w)
        return 0;
    if (Wait)
        ke_irql_check(w, KE_APC_LEVEL, "KeSetEvent with Wait TRUE", "IRQL-03");
    return ke_event_set(w, Event);
}

LONG KeResetEvent(PRKEVENT Event) {
    struct rd_world *w = touch(&Event->Header, "KeResetEvent", KE_WRITE);
    return w ? ke_event_reset(w, Event) : 0;
}

VOID KeClearEvent(PRKEVENT Event) {
    struct rd_world *w = touch(&Event->Header, "KeClearEvent", KE_WRITE);
    if (w)
        ke_event_reset(w, Event);
}

LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait) {
    struct rd_world *w = touch(&Event->Header, "KePulseEvent", KE_WRITE);
    LONG previous = Event->Header.SignalState;
    (void)Increment, (void)Wait;
    if (w)
        ke_event_pulse(w, Event);
    return previous;
}

LONG KeReadStateEvent(PRKEVENT Event) {
    touch(&Event->Header, "KeReadStateEvent", KE_READ);
    return Event->Header.SignalState;
}

/* ---- mutexes --------------------------------------------------------------------------------- */

VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level) {
    struct rd_world *w = kernel_world();
    (void)Level;
    if (!w)
        return;
    kernel_touch(Mutex);
    ke_track(w, Mutex, KE_KERNEL_MUTEX);
    ke_mutant_init(w, Mutex, false);
    Mutex->ApcDisable = 1; /* its owner is in a critical region (LOCK-06) */
}

static bool is_kernel_mutex(const DISPATCHER_HEADER *header) {
    return header->Type == MutantObject && ((const KMUTANT *)(const void *)header)->ApcDisable;
}

LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait) {
    struct rd_world *w = kernel_world();
    LONG previous = 0;
    (void)Wait;
    if (!w)
        return 0;
    check(w, &Mutex->Header, "KeReleaseMutex");
    const struct ke_access next = ke_mutant_release_access(w, Mutex);
    ke_point(w, next.place, next.kind);
    if (is_kernel_mutex(&Mutex->Header))
        ke_lock_given(w, Mutex);
    NTSTATUS status = ke_mutant_release(w, Mutex, &previous);
    if (!NT_SUCCESS(status))
        ldr_raise(w, &(struct ldr_exception){.code = (uint32_t)status}); /* LOCK-06 */
    return previous;
}

LONG KeReadStateMutex(PRKMUTEX Mutex) {
    struct rd_world *w = touch(&Mutex->Header, "KeReadStateMutex", KE_READ);
    if (w)
        core_touch(w, core_recursion_place(Mutex->Header.ObjectId), CORE_READ);
    return Mutex->Header.SignalState;
}

/* ---- semaphores ------------------------------------------------------------------------------ */

VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(Semaphore);
    ke_track(w, Semaphore, KE_OBJECT);
    ke_header_init(w, &Semaphore->Header, SemaphoreObject, Count, false);
    Semaphore->Limit = Limit;
}

LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment,
                        BOOLEAN Wait) {
    struct rd_world *w = touch(&Semaphore->Header, "KeReleaseSemaphore", KE_WRITE);
    LONG previous = 0;
    (void)Increment, (void)Wait;
    if (!w)
        return 0;
    if (Adjustment == 0)
        return Semaphore->Header.SignalState;
    /* A count that gets smaller is beyond the limit, too. */
    if (!NT_SUCCESS(ke_semaphore_release(w, Semaphore, Adjustment, &previous)))
        ldr_raise(w, &(struct ldr_exception){.code = (uint32_t)STATUS_SEMAPHORE_LIMIT_EXCEEDED});
    return previous;
}

LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore) {
    touch(&Semaphore->Header, "KeReadStateSemaphore", KE_READ);
    return Semaphore->Header.SignalState;
}

/* ---- timers and DPCs ------------------------------------------------------------------------- */

VOID KeInitializeTimer(PKTIMER Timer) {
    KeInitializeTimerEx(Timer, NotificationTimer);
}

VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(Timer);
    ke_track(w, Timer, KE_OBJECT);
    io_timer_init(w, Timer, Type == SynchronizationTimer);
}

BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc) {
    return KeSetTimerEx(Timer, DueTime, 0, Dpc);
}

BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc) {
    struct rd_world *w = touch(&Timer->Header, "KeSetTimer", KE_WRITE);
    LONGLONG due;
    if (!w)
        return FALSE;
    return io_timer_set(w, Timer, *kernel_timeout(&DueTime, &due), (ULONG)Period, Dpc);
}

BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
                              ULONG TolerableDelay, PKDPC Dpc) {
    (void)TolerableDelay;
    return KeSetTimerEx(Timer, DueTime, (LONG)Period, Dpc);
}

BOOLEAN KeCancelTimer(PKTIMER Timer) {
    struct rd_world *w = touch(&Timer->Header, "KeCancelTimer", KE_WRITE);
    return w && io_timer_cancel(w, Timer);
}

BOOLEAN KeReadStateTimer(PKTIMER Timer) {
    touch(&Timer->Header, "KeReadStateTimer", KE_READ);
    return Timer->Header.SignalState != 0;
}

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext) {
    memset(Dpc, 0, sizeof *Dpc);
    Dpc->Type = DpcObject;
    Dpc->Importance = MediumImportance;
    Dpc->DeferredRoutine = DeferredRoutine;
    Dpc->DeferredContext = DeferredContext;
}

BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    kernel_touch(Dpc);
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE);
    bool inserted = io_dpc_insert(w, Dpc, SystemArgument1, SystemArgument2);
    return inserted;
}

BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    kernel_touch(Dpc);
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE);
    return io_dpc_remove(w, Dpc);
}

VOID KeFlushQueuedDpcs(VOID) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "KeFlushQueuedDpcs", "IRQL-01");
    io_dpc_flush(w);
}

VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance) {
    Dpc->Importance = (UCHAR)Importance;
}

VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number) {
    Dpc->Number = (USHORT)Number;
}

/* ---- waits ----------------------------------------------------------------------------------- */

const LONGLONG *kernel_timeout(const LARGE_INTEGER *timeout, LONGLONG *storage) {
    if (!timeout)
        return NULL;
    *storage = timeout->QuadPart;
    if (*storage > 0) { /* an absolute time: the machine's clock starts later than 1601 */
        uint64_t start = api_file_time(0);
        *storage = (uint64_t)*storage > start ? *storage - (LONGLONG)start : 0;
    }
    return storage;
}

/* What the checks know of an object before the wait. */
static void check_object(struct rd_world *w, const struct ke_wait *wait, uint32_t index,
                         const char *routine) {
    DISPATCHER_HEADER *object = wait->objects[index];
    kernel_touch(object);
    ke_header_check(w, object, routine);
    ke_track_use(w, object);
    if (!is_kernel_mutex(object))
        return;
    if (wait->mode != KernelMode)
        ke_violation(w, KE_STOP_MUTEX_USER_MODE,
                     core_textf(w,
                                "%s waits for a kernel mutex in UserMode; WaitMode must be "
                                "KernelMode (LOCK-06)",
                                routine));
    if (!wait->timeout)
        ke_lock_wanted(w, object, KE_KERNEL_MUTEX, true);
}

/* Whoever waits for anything but a lock waits for what another thread has to do. */
static void check_blocking(struct rd_world *w, const struct ke_wait *wait, const char *routine) {
    for (uint32_t i = 0; i < wait->count; i++)
        if (!is_kernel_mutex(wait->objects[i]) &&
            !ke_is_signaled(wait->objects[i], w->ke->current)) {
            ps_routine_may_block(w, routine);
            return;
        }
}

static NTSTATUS wait_for(struct rd_world *w, struct ke_wait *wait, const char *routine) {
    bool may_block = !wait->timeout || *wait->timeout != 0;
    ke_wait_check(w, routine, may_block);
    for (uint32_t i = 0; i < wait->count; i++)
        check_object(w, wait, i, routine);
    if (may_block)
        check_blocking(w, wait, routine);
    wait->pointed = ke_point_before_wait(w, wait->timeout);
    NTSTATUS status = ke_wait(w, wait);
    for (uint32_t i = 0; i < wait->count; i++)
        if (is_kernel_mutex(wait->objects[i]) &&
            (wait->all ? status == STATUS_WAIT_0 : status == STATUS_WAIT_0 + (NTSTATUS)i))
            ke_lock_taken(w, wait->objects[i], KE_KERNEL_MUTEX);
    ke_suspend_here(w);
    return status;
}

NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                               BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    struct rd_world *w = kernel_world();
    DISPATCHER_HEADER *objects[] = {Object};
    LONGLONG timeout;
    (void)WaitReason;
    if (!w)
        return STATUS_TIMEOUT;
    struct ke_wait wait = {.count = 1,
                           .objects = objects,
                           .mode = (uint8_t)WaitMode,
                           .alertable = Alertable != FALSE,
                           .timeout = kernel_timeout(Timeout, &timeout)};
    return wait_for(w, &wait, "KeWaitForSingleObject");
}

NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray) {
    struct rd_world *w = kernel_world();
    DISPATCHER_HEADER *objects[MAXIMUM_WAIT_OBJECTS];
    LONGLONG timeout;
    ULONG most = WaitBlockArray ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS;
    (void)WaitReason;
    if (!w)
        return STATUS_TIMEOUT;
    if (Count == 0 || Count > most) {
        uint64_t parameters[4] = {Count, 0, 0, 0};
        ke_bugcheck(w, 0xC, parameters,
                    core_textf(w,
                               "MAXIMUM_WAIT_OBJECTS_EXCEEDED: KeWaitForMultipleObjects with %u "
                               "objects; at most %u without, %u with an array of wait blocks",
                               Count, (ULONG)THREAD_WAIT_OBJECTS, (ULONG)MAXIMUM_WAIT_OBJECTS));
    }
    for (ULONG i = 0; i < Count; i++)
        objects[i] = Object[i];
    struct ke_wait wait = {.count = Count,
                           .objects = objects,
                           .all = WaitType == WaitAll,
                           .mode = (uint8_t)WaitMode,
                           .alertable = Alertable != FALSE,
                           .timeout = kernel_timeout(Timeout, &timeout)};
    return wait_for(w, &wait, "KeWaitForMultipleObjects");
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                PLARGE_INTEGER Interval) {
    struct rd_world *w = kernel_world();
    LONGLONG timeout;
    if (!w)
        return STATUS_SUCCESS;
    ke_irql_check(w, KE_APC_LEVEL, "KeDelayExecutionThread", "IRQL-04");
    kernel_timeout(Interval, &timeout);
    if (timeout == 0) {
        ke_yield(w);
        return STATUS_SUCCESS;
    }
    ke_point(w, 0, KE_NOTHING);
    ps_routine_may_block(w, "KeDelayExecutionThread");
    NTSTATUS status = ke_wait(w, &(struct ke_wait){.mode = (uint8_t)WaitMode,
                                                   .alertable = Alertable != FALSE,
                                                   .timeout = &timeout,
                                                   .reason = "KeDelayExecutionThread"});
    ke_suspend_here(w);
    return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

LONG KeReadStateThread(PKTHREAD Thread) {
    return kernel_thread(Thread)->tcb.header.SignalState;
}
