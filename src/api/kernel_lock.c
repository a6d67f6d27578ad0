/* kernel_lock.c - fast and guarded mutexes, push locks, resources, rundown protection, lists under
 * spin locks. */
#include "api/kernel.h"
#include "ke/track.h"

/* ---- fast mutexes: held at APC_LEVEL (LOCK-01) ----------------------------------------------- */

VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(FastMutex);
    ex_mutex_init(w, FastMutex);
}

static void check_fast_level(struct rd_world *w) {
    if (ke_irql(w) > APC_LEVEL)
        ke_violation(w, 0x33, "a fast mutex is acquired above APC_LEVEL (LOCK-01)");
}

VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    check_fast_level(w);
    KIRQL before = ke_irql_raise(w, APC_LEVEL);
    kernel_touch(FastMutex);
    ex_mutex_acquire(w, FastMutex, KE_FAST_MUTEX);
    FastMutex->OldIrql = before;
}

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    check_fast_level(w);
    KIRQL before = ke_irql_raise(w, APC_LEVEL);
    kernel_touch(FastMutex);
    if (!ex_mutex_try(w, FastMutex, KE_FAST_MUTEX)) {
        ke_irql_lower(w, before);
        return FALSE;
    }
    FastMutex->OldIrql = before;
    return TRUE;
}

VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    if (ke_irql(w) != APC_LEVEL)
        ke_violation(w, 0x34,
                     core_textf(w,
                                "a fast mutex is released at IRQL %d and not at APC_LEVEL "
                                "(LOCK-01)",
                                ke_irql(w)));
    KIRQL before = (KIRQL)FastMutex->OldIrql;
    kernel_touch(FastMutex);
    ex_mutex_release(w, FastMutex, KE_FAST_MUTEX);
    ke_irql_lower(w, before);
}

static void check_unsafe(struct rd_world *w) {
    if (!ke_apcs_disabled(w))
        ke_violation(w, 0x37,
                     "ExAcquireFastMutexUnsafe needs normal kernel APCs disabled: enter a "
                     "critical region first (LOCK-01)");
}

VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    check_unsafe(w);
    ke_wait_check(w, "ExAcquireFastMutexUnsafe", true);
    kernel_touch(FastMutex);
    ex_mutex_acquire(w, FastMutex, KE_FAST_MUTEX);
}

VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(FastMutex);
    ex_mutex_release(w, FastMutex, KE_FAST_MUTEX);
}

/* ---- guarded mutexes: held in a guarded region (LOCK-04) ------------------------------------- */

VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex) {
    ExInitializeFastMutex(Mutex);
}

VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "KeAcquireGuardedMutex", "LOCK-04");
    ke_guarded_enter(w);
    kernel_touch(Mutex);
    ex_mutex_acquire(w, Mutex, KE_GUARDED_MUTEX);
}

BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    ke_irql_check(w, KE_APC_LEVEL, "KeTryToAcquireGuardedMutex", "LOCK-04");
    ke_guarded_enter(w);
    kernel_touch(Mutex);
    if (ex_mutex_try(w, Mutex, KE_GUARDED_MUTEX))
        return TRUE;
    ke_guarded_leave(w);
    return FALSE;
}

VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(Mutex);
    ex_mutex_release(w, Mutex, KE_GUARDED_MUTEX);
    ke_guarded_leave(w);
}

VOID KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(Mutex);
    ex_mutex_acquire(w, Mutex, KE_GUARDED_MUTEX);
}

VOID KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    kernel_touch(Mutex);
    ex_mutex_release(w, Mutex, KE_GUARDED_MUTEX);
}

/* ---- push locks ------------------------------------------------------------------------------ */

static struct rd_world *push_world(const char *routine) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    ke_irql_check(w, KE_APC_LEVEL, routine, "IRQL-02");
    if (!ke_apcs_disabled(w))
        ke_violation(w, 0x37,
                     core_textf(w,
                                "%s outside of a critical region: push locks need normal "
                                "kernel APCs disabled (LOCK-05)",
                                routine));
    return w;
}

VOID ExInitializePushLock(PEX_PUSH_LOCK PushLock) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_track(w, PushLock, KE_PUSH_LOCK);
    *PushLock = 0;
}

VOID ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    struct rd_world *w = push_world("ExAcquirePushLockExclusive");
    (void)Flags;
    if (!w)
        return;
    kernel_touch(PushLock);
    ex_push_acquire(w, PushLock, true);
}

VOID ExAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    struct rd_world *w = push_world("ExAcquirePushLockShared");
    (void)Flags;
    if (!w)
        return;
    kernel_touch(PushLock);
    ex_push_acquire(w, PushLock, false);
}

VOID ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    struct rd_world *w = push_world("ExReleasePushLockExclusive");
    (void)Flags;
    if (!w)
        return;
    kernel_touch(PushLock);
    ex_push_release(w, PushLock, true);
}

VOID ExReleasePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags) {
    struct rd_world *w = push_world("ExReleasePushLockShared");
    (void)Flags;
    if (!w)
        return;
    kernel_touch(PushLock);
    ex_push_release(w, PushLock, false);
}

/* ---- rundown protection ---------------------------------------------------------------------- */

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_track(w, RunRef, KE_RUNDOWN);
    kernel_touch(RunRef);
    ex_rundown_init(RunRef);
}

VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "ExReInitializeRundownProtection", "RUN-11");
    kernel_touch(RunRef);
    ex_rundown_reinit(w, RunRef);
}

BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ExAcquireRundownProtection", "RUN-11");
    kernel_touch(RunRef);
    return ex_rundown_acquire(w, RunRef, Count);
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef) {
    return ExAcquireRundownProtectionEx(RunRef, 1);
}

VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ExReleaseRundownProtection", "RUN-11");
    kernel_touch(RunRef);
    ex_rundown_release(w, RunRef, Count);
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef) {
    ExReleaseRundownProtectionEx(RunRef, 1);
}

VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "ExWaitForRundownProtectionRelease", "RUN-11");
    kernel_touch(RunRef);
    ex_rundown_wait(w, RunRef);
}

VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "ExRundownCompleted", "RUN-11");
    kernel_touch(RunRef);
    ex_rundown_completed(w, RunRef);
}

/* ---- cache-aware rundown protection: one reference, since there is one processor (RUN-26) ---- */

struct _EX_RUNDOWN_REF_CACHE_AWARE {
    EX_RUNDOWN_REF reference;
};

SIZE_T ExSizeOfRundownProtectionCacheAware(VOID) {
    return sizeof(struct _EX_RUNDOWN_REF_CACHE_AWARE);
}

VOID ExInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                             SIZE_T RunRefSize) {
    (void)RunRefSize;
    ExInitializeRundownProtection(&RunRefCacheAware->reference);
}

/* No flag is known to drivers but the one that leaves memory for spin locks out. */
VOID ExInitializeRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                               ULONG Flags) {
    enum { KNOWN = 0x1 };
    struct rd_world *w = kernel_world();
    if (w && (Flags & ~(ULONG)KNOWN))
        ke_bugcheck(w, 0x16C, (const uint64_t[4]){Flags, 0, 0, 0},
                    "INVALID_RUNDOWN_PROTECTION_FLAGS: rundown protection is initialised with "
                    "unknown flags (RUN-26)");
    ExInitializeRundownProtection(&RunRefCacheAware->reference);
}

PEX_RUNDOWN_REF_CACHE_AWARE ExAllocateCacheAwareRundownProtection(POOL_TYPE PoolType,
                                                                  ULONG PoolTag) {
    PEX_RUNDOWN_REF_CACHE_AWARE reference =
        ExAllocatePoolWithTag(PoolType, ExSizeOfRundownProtectionCacheAware(), PoolTag);
    if (reference)
        ExInitializeRundownProtection(&reference->reference);
    return reference;
}

VOID ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ExFreePoolWithTag(RunRefCacheAware, 0);
}

BOOLEAN ExAcquireRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware,
                                               ULONG Count) {
    return ExAcquireRundownProtectionEx(&RunRefCacheAware->reference, Count);
}

BOOLEAN ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    return ExAcquireRundownProtectionEx(&RunRefCacheAware->reference, 1);
}

VOID ExReleaseRundownProtectionCacheAwareEx(PEX_RUNDOWN_REF_CACHE_AWARE RunRef, ULONG Count) {
    ExReleaseRundownProtectionEx(&RunRef->reference, Count);
}

VOID ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ExReleaseRundownProtectionEx(&RunRefCacheAware->reference, 1);
}

VOID ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRef) {
    ExWaitForRundownProtectionRelease(&RunRef->reference);
}

VOID ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ExReInitializeRundownProtection(&RunRefCacheAware->reference);
}

VOID ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE RunRefCacheAware) {
    ExRundownCompleted(&RunRefCacheAware->reference);
}

/* ---- lists under a spin lock ----------------------------------------------------------------- */

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock) {
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PLIST_ENTRY first = IsListEmpty(ListHead) ? NULL : ListHead->Flink;
    InsertHeadList(ListHead, ListEntry);
    KeReleaseSpinLock(Lock, irql);
    return first;
}

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock) {
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PLIST_ENTRY last = IsListEmpty(ListHead) ? NULL : ListHead->Blink;
    InsertTailList(ListHead, ListEntry);
    KeReleaseSpinLock(Lock, irql);
    return last;
}

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock) {
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PLIST_ENTRY entry = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);
    KeReleaseSpinLock(Lock, irql);
    return entry;
}

PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock) {
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PSINGLE_LIST_ENTRY entry = PopEntryList(ListHead);
    KeReleaseSpinLock(Lock, irql);
    return entry;
}

PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock) {
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PSINGLE_LIST_ENTRY first = ListHead->Next;
    PushEntryList(ListHead, ListEntry);
    KeReleaseSpinLock(Lock, irql);
    return first;
}

LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                           PKSPIN_LOCK Lock) {
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    LARGE_INTEGER before = *Addend;
    Addend->QuadPart += Increment.QuadPart;
    KeReleaseSpinLock(Lock, irql);
    return before;
}
