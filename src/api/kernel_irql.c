/* kernel_irql.c - IRQL, regions, spin locks, time, and the machine's end. */
#include "api/kernel.h"
#include "ke/track.h"

/* ---- IRQL ------------------------------------------------------------------------------------ */

KIRQL KeGetCurrentIrql(VOID) {
    struct rd_world *w = kernel_world();
    return w ? ke_irql(w) : PASSIVE_LEVEL;
}

KIRQL KfRaiseIrql(KIRQL NewIrql) {
    struct rd_world *w = kernel_world();
    return w ? ke_irql_raise(w, NewIrql) : PASSIVE_LEVEL;
}

KIRQL KeRaiseIrqlToDpcLevel(VOID) {
    return KfRaiseIrql(DISPATCH_LEVEL);
}

VOID KeLowerIrql(KIRQL NewIrql) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_irql_lower(w, NewIrql);
}

/* ---- regions --------------------------------------------------------------------------------- */

VOID KeEnterCriticalRegion(VOID) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_region_enter(w);
}

VOID KeLeaveCriticalRegion(VOID) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_region_leave(w);
}

VOID KeEnterGuardedRegion(VOID) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_guarded_enter(w);
}

VOID KeLeaveGuardedRegion(VOID) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_guarded_leave(w);
}

BOOLEAN KeAreApcsDisabled(VOID) {
    struct rd_world *w = kernel_world();
    const struct ke_thread *thread = w ? w->ke->current : NULL;
    return thread && (thread->apc_disable || thread->special_apc_disable);
}

BOOLEAN KeAreAllApcsDisabled(VOID) {
    struct rd_world *w = kernel_world();
    return w && ke_all_apcs_disabled(w);
}

/* ---- spin locks: one processor runs at a time, so DISPATCH_LEVEL is what excludes others ----- */

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_track(w, SpinLock, KE_SPIN_LOCK);
    *SpinLock = 0;
}

static void lock(struct rd_world *w, KSPIN_LOCK *spin_lock) {
    if (*spin_lock)
        ke_violation(w, 0x1000,
                     "a thread acquires a spin lock that it holds already: the processor "
                     "would spin for ever (LOCK-03)");
    ke_lock_wanted(w, spin_lock, KE_SPIN_LOCK, false);
    *spin_lock = w->current_tid;
    ke_lock_taken(w, spin_lock, KE_SPIN_LOCK);
}

static void unlock(struct rd_world *w, KSPIN_LOCK *spin_lock) {
    if (ke_irql(w) != DISPATCH_LEVEL)
        ke_violation(w, 0x32,
                     core_textf(w,
                                "a spin lock is released at IRQL %d and not at "
                                "DISPATCH_LEVEL (LOCK-03)",
                                ke_irql(w)));
    if (!*spin_lock)
        ke_violation(w, 0x32, "a spin lock is released that nobody holds (LOCK-03)");
    ke_lock_given(w, spin_lock);
    *spin_lock = 0;
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock) {
    struct rd_world *w = kernel_world();
    if (!w)
        return PASSIVE_LEVEL;
    if (ke_irql(w) > DISPATCH_LEVEL)
        ke_violation(w, 0x42, "a spin lock is acquired above DISPATCH_LEVEL (LOCK-03)");
    ke_point(w, core_memory_place(SpinLock), KE_WRITE);
    KIRQL before = ke_irql_raise(w, DISPATCH_LEVEL);
    lock(w, SpinLock);
    return before;
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    unlock(w, SpinLock);
    ke_irql_lower(w, NewIrql);
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) {
    struct rd_world *w = kernel_world();
    if (w)
        lock(w, SpinLock);
}

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) {
    struct rd_world *w = kernel_world();
    if (!w || *SpinLock)
        return FALSE;
    lock(w, SpinLock);
    return TRUE;
}

BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_point(w, core_memory_place(SpinLock), KE_READ);
    return *SpinLock == 0;
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock) {
    struct rd_world *w = kernel_world();
    if (w)
        unlock(w, SpinLock);
}

VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle) {
    LockHandle->Opaque[0] = (ULONG_PTR)SpinLock;
    LockHandle->OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}

VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle) {
    KeReleaseSpinLock((PKSPIN_LOCK)LockHandle->Opaque[0], LockHandle->OldIrql);
}

VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
                                              PKLOCK_QUEUE_HANDLE LockHandle) {
    LockHandle->Opaque[0] = (ULONG_PTR)SpinLock;
    KeAcquireSpinLockAtDpcLevel(SpinLock);
}

VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle) {
    KeReleaseSpinLockFromDpcLevel((PKSPIN_LOCK)LockHandle->Opaque[0]);
}

/* ---- time ------------------------------------------------------------------------------------ */

static uint64_t now(void) {
    struct rd_world *w = port_current_world();
    return w ? ke_read_clock(w) : 0;
}

VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime) {
    CurrentTime->QuadPart = (LONGLONG)api_file_time(now());
}

VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime) {
    CurrentTime->QuadPart = (LONGLONG)api_file_time(now());
}

ULONGLONG KeQueryInterruptTime(VOID) {
    return now();
}

ULONGLONG KeQueryUnbiasedInterruptTime(VOID) {
    return now();
}

ULONGLONG KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp) {
    *QpcTimeStamp = now();
    return now();
}

enum { CLOCK_TICK = 156250 }; /* 15.625 ms */

VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount) {
    CurrentCount->QuadPart = (LONGLONG)(now() / CLOCK_TICK);
}

ULONG KeQueryTimeIncrement(VOID) {
    return CLOCK_TICK;
}

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency) {
    LARGE_INTEGER counter = {.QuadPart = (LONGLONG)now()};
    if (PerformanceFrequency)
        PerformanceFrequency->QuadPart = 10000000;
    return counter;
}

VOID KeStallExecutionProcessor(ULONG MicroSeconds) {
    struct rd_world *w = kernel_world();
    if (w)
        w->now += (uint64_t)MicroSeconds * 10;
}

VOID ExSystemTimeToLocalTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER LocalTime) {
    *LocalTime = *SystemTime; /* the machine's time zone is UTC */
}

VOID ExLocalTimeToSystemTime(PLARGE_INTEGER LocalTime, PLARGE_INTEGER SystemTime) {
    *SystemTime = *LocalTime;
}

/* ---- processors ------------------------------------------------------------------------------ */

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber) {
    if (ProcNumber)
        memset(ProcNumber, 0, sizeof *ProcNumber);
    return 0;
}

ULONG KeQueryActiveProcessorCount(PKAFFINITY ActiveProcessors) {
    if (ActiveProcessors)
        *ActiveProcessors = 1;
    return 1;
}

ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber) {
    (void)GroupNumber;
    return 1;
}

/* ---- the end of the machine ------------------------------------------------------------------ */

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4) {
    struct rd_world *w = kernel_world();
    const struct io_driver *driver = w ? io_current_driver(w, NULL) : NULL;
    const uint64_t parameters[4] = {BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
                                    BugCheckParameter4};
    if (w)
        ke_bugcheck(w, BugCheckCode, parameters,
                    core_textf(w, "%s calls KeBugCheckEx", driver ? driver->name : "a driver"));
    base_assert_fail("KeBugCheckEx is called by simulated code", __FILE__, __LINE__);
}

VOID KeBugCheck(ULONG BugCheckCode) {
    KeBugCheckEx(BugCheckCode, 0, 0, 0, 0);
}
