/* kernel_resource.c - ERESOURCE and reader-writer spin locks. */
#include "api/kernel.h"

static bool acquire(PERESOURCE resource, enum ex_resource_mode mode, BOOLEAN wait) {
    struct rd_world *w = kernel_world();
    if (!w)
        return false;
    if (wait)
        ke_wait_check(w, "ExAcquireResource...Lite", true);
    if (!ke_apcs_disabled(w))
        ke_violation(w, 0x37,
                     "an ERESOURCE is acquired with normal kernel APCs enabled: enter a "
                     "critical region first (LOCK-02)");
    kernel_touch(resource);
    return ex_resource_acquire(w, resource, mode, wait != FALSE);
}

static void release(PERESOURCE resource, struct ke_thread *thread) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    if (!ke_apcs_disabled(w))
        ke_violation(w, 0x38, "an ERESOURCE is released with normal kernel APCs enabled (LOCK-02)");
    kernel_touch(resource);
    ex_resource_release(w, resource, thread ? thread : w->ke->current);
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    kernel_touch(Resource);
    return w ? ex_resource_init(w, Resource) : STATUS_INVALID_PARAMETER;
}

NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_PARAMETER;
    ex_resource_delete(w, Resource);
    return ex_resource_init(w, Resource);
}

NTSTATUS ExDeleteResourceLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    kernel_touch(Resource);
    return w ? ex_resource_delete(w, Resource) : STATUS_INVALID_PARAMETER;
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait) {
    return acquire(Resource, EX_EXCLUSIVE, Wait);
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait) {
    return acquire(Resource, EX_SHARED, Wait);
}

BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait) {
    return acquire(Resource, EX_SHARED_STARVE_EXCLUSIVE, Wait);
}

BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait) {
    return acquire(Resource, EX_SHARED_WAIT_FOR_EXCLUSIVE, Wait);
}

VOID ExReleaseResourceLite(PERESOURCE Resource) {
    release(Resource, NULL);
}

VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId) {
    release(Resource, (struct ke_thread *)(void *)ResourceThreadId);
}

VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    if (w)
        ex_resource_to_shared(w, Resource);
}

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    return w && ex_resource_owned_exclusive(w, Resource);
}

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    return w ? ex_resource_owned(w, Resource) : 0;
}

ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    return w ? ex_resource_waiters(w, Resource, true) : 0;
}

ULONG ExGetSharedWaiterCount(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
    return w ? ex_resource_waiters(w, Resource, false) : 0;
}

PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource) {
    KeEnterCriticalRegion();
    acquire(Resource, EX_EXCLUSIVE, TRUE);
    return NULL;
}

PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource) {
    KeEnterCriticalRegion();
    acquire(Resource, EX_SHARED, TRUE);
    return NULL;
}

VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource) {
    release(Resource, NULL);
    KeLeaveCriticalRegion();
}

/* ---- reader-writer spin locks: DISPATCH_LEVEL excludes everybody on the one processor -------- */

enum { EXCLUSIVE_BIT = 0x40000000 };

static KIRQL acquire_spin_lock(PEX_SPIN_LOCK lock, bool exclusive) {
    struct rd_world *w = kernel_world();
    if (!w)
        return PASSIVE_LEVEL;
    if (ke_irql(w) > DISPATCH_LEVEL)
        ke_violation(w, 0x42, "a spin lock is acquired above DISPATCH_LEVEL (LOCK-03)");
    ke_point(w, core_memory_place(lock), KE_WRITE);
    KIRQL before = ke_irql_raise(w, DISPATCH_LEVEL);
    if (exclusive ? *lock : *lock & EXCLUSIVE_BIT)
        ke_violation(w, 0x1000,
                     "a thread acquires a reader-writer spin lock that it holds already: the "
                     "processor would spin for ever (LOCK-03)");
    *lock = exclusive ? EXCLUSIVE_BIT : *lock + 1;
    return before;
}

static void release_spin_lock(PEX_SPIN_LOCK lock, bool exclusive, KIRQL irql) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    if (ke_irql(w) != DISPATCH_LEVEL)
        ke_violation(w, 0x32,
                     core_textf(w,
                                "a reader-writer spin lock is released at IRQL %d and not at "
                                "DISPATCH_LEVEL (LOCK-03)",
                                ke_irql(w)));
    if (!*lock || exclusive != (*lock == EXCLUSIVE_BIT))
        ke_violation(w, 0x32,
                     "a reader-writer spin lock is released that is not held in that mode "
                     "(LOCK-03)");
    *lock = exclusive ? 0 : *lock - 1;
    ke_irql_lower(w, irql);
}

KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock) {
    return acquire_spin_lock(SpinLock, true);
}

VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
    release_spin_lock(SpinLock, true, OldIrql);
}

KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock) {
    return acquire_spin_lock(SpinLock, false);
}

VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
    release_spin_lock(SpinLock, false, OldIrql);
}
