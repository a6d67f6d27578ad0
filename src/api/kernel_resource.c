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
    return ex_resource_acquire(w, resource, mode, wait != FALSE);
}

static void release(PERESOURCE resource) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    if (!ke_apcs_disabled(w))
        ke_violation(w, 0x38, "an ERESOURCE is released with normal kernel APCs enabled (LOCK-02)");
    ex_resource_release(w, resource);
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource) {
    struct rd_world *w = kernel_world();
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
    return acquire(Resource, EX_SHARED, Wait);
}

VOID ExReleaseResourceLite(PERESOURCE Resource) {
    release(Resource);
}

VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId) {
    (void)ResourceThreadId;
    release(Resource);
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
    return ex_resource_waiters(Resource, true);
}

ULONG ExGetSharedWaiterCount(PERESOURCE Resource) {
    return ex_resource_waiters(Resource, false);
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
    release(Resource);
    KeLeaveCriticalRegion();
}

/* ---- reader-writer spin locks: DISPATCH_LEVEL excludes everybody on the one processor -------- */

KIRQL ExAcquireSpinLockExclusive(PEX_SPIN_LOCK SpinLock) {
    KIRQL before = KfRaiseIrql(DISPATCH_LEVEL);
    *SpinLock = 0x80000000u;
    return before;
}

VOID ExReleaseSpinLockExclusive(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
    *SpinLock = 0;
    KeLowerIrql(OldIrql);
}

KIRQL ExAcquireSpinLockShared(PEX_SPIN_LOCK SpinLock) {
    KIRQL before = KfRaiseIrql(DISPATCH_LEVEL);
    ++*SpinLock;
    return before;
}

VOID ExReleaseSpinLockShared(PEX_SPIN_LOCK SpinLock, KIRQL OldIrql) {
    --*SpinLock;
    KeLowerIrql(OldIrql);
}
