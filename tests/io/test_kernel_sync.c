/* Synchronisation of drivers: events, semaphores, timers, DPCs, spin locks, mutexes, push locks,
 * resources, rundown protection, remove locks, and time. */
#include "kernel_check.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

/* ---- a second thread ------------------------------------------------------------------------- */

static HANDLE begin_thread(PKSTART_ROUTINE routine, PVOID context) {
    HANDLE handle = NULL;
    equal(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, context),
          STATUS_SUCCESS);
    return handle;
}

static void join(HANDLE handle) {
    equal(ZwWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
    ZwClose(handle);
}

static LARGE_INTEGER milliseconds(int count) {
    return (LARGE_INTEGER){.QuadPart = -10000LL * count};
}

static void pause_for(int count) {
    LARGE_INTEGER time = milliseconds(count);
    KeDelayExecutionThread(KernelMode, FALSE, &time);
}

static NTSTATUS try_wait(PVOID object) {
    LARGE_INTEGER none = {.QuadPart = 0};
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &none);
}

/* ---- events and semaphores ------------------------------------------------------------------- */

static struct {
    KEVENT event;
    KSEMAPHORE semaphore;
    NTSTATUS status;
    int woken;
} shared;

static VOID wait_for_event(PVOID context) {
    (void)context;
    if (KeWaitForSingleObject(&shared.event, Executive, KernelMode, FALSE, NULL) == STATUS_SUCCESS)
        shared.woken++;
}

static void pulse_and_reset(void *context) {
    (void)context;
    shared.woken = 0;
    KeInitializeEvent(&shared.event, NotificationEvent, TRUE);
    equal(KeResetEvent(&shared.event), 1);
    equal(KeResetEvent(&shared.event), 0);
    HANDLE one = begin_thread(wait_for_event, NULL), other = begin_thread(wait_for_event, NULL);
    pause_for(1);
    equal(KePulseEvent(&shared.event, IO_NO_INCREMENT, FALSE), 0);
    equal(KeReadStateEvent(&shared.event), 0); /* all waiters are released, nothing stays */
    join(one);
    join(other);
    equal(shared.woken, 2);
    equal(try_wait(&shared.event), STATUS_TIMEOUT);
}

static void a_pulse_releases_who_waits(void **state) {
    in_kernel(state, pulse_and_reset);
}

static void count_semaphore(void *context) {
    KSEMAPHORE semaphore;
    (void)context;
    KeInitializeSemaphore(&semaphore, 1, 3);
    equal(KeReadStateSemaphore(&semaphore), 1);
    equal(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE), 1);
    equal(KeReadStateSemaphore(&semaphore), 3);
    equal(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 0, FALSE), 3);
    for (int i = 0; i < 3; i++)
        equal(try_wait(&semaphore), STATUS_SUCCESS);
    equal(try_wait(&semaphore), STATUS_TIMEOUT);
}

static void semaphores_count(void **state) {
    in_kernel(state, count_semaphore);
}

/* ---- timers and DPCs ------------------------------------------------------------------------- */

static char order[8];

static VOID note_dpc(PKDPC dpc, PVOID context, PVOID one, PVOID two) {
    size_t used = strlen(order);
    (void)dpc;
    equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    equal((ULONG_PTR)one + (ULONG_PTR)two, 3);
    if (used < sizeof order - 1)
        order[used] = *(const char *)context;
}

static void queue_dpcs(void *context) {
    KDPC low, high;
    KIRQL irql;
    (void)context;
    memset(order, 0, sizeof order);
    KeInitializeDpc(&low, note_dpc, (PVOID)(ULONG_PTR) "l");
    KeInitializeDpc(&high, note_dpc, (PVOID)(ULONG_PTR) "h");
    KeSetImportanceDpc(&high, HighImportance); /* goes to the head of the queue */
    KeSetTargetProcessorDpc(&high, 0);
    irql = KeRaiseIrqlToDpcLevel();
    equal(irql, PASSIVE_LEVEL);
    check(KeInsertQueueDpc(&low, (PVOID)1, (PVOID)2));
    check(!KeInsertQueueDpc(&low, (PVOID)1, (PVOID)2)); /* it is queued already */
    check(KeInsertQueueDpc(&high, (PVOID)2, (PVOID)1));
    KeLowerIrql(irql);
    KeFlushQueuedDpcs();
    check(strcmp(order, "hl") == 0);
    irql = KeRaiseIrqlToDpcLevel();
    check(KeInsertQueueDpc(&low, (PVOID)1, (PVOID)2));
    check(KeRemoveQueueDpc(&low));
    check(!KeRemoveQueueDpc(&low));
    KeLowerIrql(irql);
    KeFlushQueuedDpcs();
    check(strcmp(order, "hl") == 0);
}

static void dpcs_wait_for_the_processor(void **state) {
    in_kernel(state, queue_dpcs);
}

static void set_timers(void *context) {
    KTIMER timer;
    LARGE_INTEGER due = milliseconds(2);
    (void)context;
    KeInitializeTimer(&timer);
    check(!KeReadStateTimer(&timer));
    check(!KeSetCoalescableTimer(&timer, due, 0, 10, NULL));
    check(KeSetCoalescableTimer(&timer, due, 0, 10, NULL)); /* it was set */
    equal(KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    check(KeReadStateTimer(&timer)); /* a notification timer stays signaled */
    check(!KeCancelTimer(&timer));
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    check(!KeSetTimerEx(&timer, due, 2, NULL));
    for (int i = 0; i < 3; i++)
        equal(KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    check(!KeReadStateTimer(&timer));
    check(KeCancelTimer(&timer));
}

static void timers_expire_once_or_again(void **state) {
    in_kernel(state, set_timers);
}

/* Timers of the system: the context is what the callback does. */
static unsigned expiries, deletions;
static BOOLEAN deletes_itself;

static VOID on_deleted(PVOID context) {
    check(context == &deletions);
    deletions++;
}

static EXT_DELETE_PARAMETERS deletion(void) {
    EXT_DELETE_PARAMETERS parameters;
    ExInitializeDeleteTimerParameters(&parameters);
    parameters.DeleteCallback = on_deleted;
    parameters.DeleteContext = &deletions;
    return parameters;
}

static VOID on_expiry(PEX_TIMER timer, PVOID context) {
    EXT_DELETE_PARAMETERS parameters = deletion();
    check(context == &expiries);
    equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    expiries++;
    if (!deletes_itself)
        return;
    check(ExDeleteTimer(timer, TRUE, FALSE, &parameters)); /* it is a periodic one */
    equal(deletions, 1);                                   /* not while it runs */
    check(!ExSetTimer(timer, -10000, 0, NULL));
}

static void set_allocated_timers(void *context) {
    const LONGLONG two_ms = -20000;
    EXT_DELETE_PARAMETERS parameters = deletion();
    EXT_SET_PARAMETERS set;
    LARGE_INTEGER seven = milliseconds(7);
    (void)context;
    ExInitializeSetTimerParameters(&set);
    expiries = deletions = 0;
    deletes_itself = FALSE;
    PEX_TIMER timer = ExAllocateTimer(on_expiry, &expiries, EX_TIMER_HIGH_RESOLUTION);
    check(!ExSetTimer(timer, two_ms, 0, &set));
    check(ExSetTimer(timer, two_ms, 0, NULL)); /* it was set */
    equal(KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    KeFlushQueuedDpcs();
    equal(expiries, 1);
    check(!ExCancelTimer(timer, NULL));
    check(!ExSetTimer(timer, two_ms, -two_ms, NULL)); /* after 2, 4 and 6 ms */
    KeDelayExecutionThread(KernelMode, FALSE, &seven);
    equal(expiries, 4);
    check(ExCancelTimer(timer, NULL));
    check(!ExSetTimer(timer, two_ms, 0, NULL));
    check(!ExDeleteTimer(timer, FALSE, FALSE, &parameters)); /* when it has expired */
    equal(deletions, 0);
    KeDelayExecutionThread(KernelMode, FALSE, &seven);
    check(expiries == 5 && deletions == 1);
    timer = ExAllocateTimer(on_expiry, &expiries, EX_TIMER_NOTIFICATION);
    deletes_itself = TRUE;
    check(!ExSetTimer(timer, two_ms, -two_ms, NULL));
    KeDelayExecutionThread(KernelMode, FALSE, &seven);
    check(expiries == 6 && deletions == 2);
    timer = ExAllocateTimer(NULL, NULL, 0);
    check(!ExSetTimer(timer, two_ms, 0, NULL));
    check(ExDeleteTimer(timer, TRUE, TRUE, &parameters));
    equal(deletions, 3);
}

static void so_do_timers_that_the_system_allocates(void **state) {
    in_kernel(state, set_allocated_timers);
}

/* ---- spin locks ------------------------------------------------------------------------------ */

static void use_spin_locks(void *context) {
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE queued;
    EX_SPIN_LOCK many = 0;
    KIRQL irql;
    (void)context;
    KeInitializeSpinLock(&lock);
    irql = KeAcquireSpinLockRaiseToDpc(&lock);
    equal(irql, PASSIVE_LEVEL);
    equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, irql);
    irql = KfRaiseIrql(APC_LEVEL);
    KeAcquireInStackQueuedSpinLock(&lock, &queued);
    equal(queued.OldIrql, APC_LEVEL);
    equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseInStackQueuedSpinLock(&queued);
    equal(KeGetCurrentIrql(), APC_LEVEL);
    KfRaiseIrql(DISPATCH_LEVEL);
    equal(KeTestSpinLock(&lock), TRUE);
    equal(KeTryToAcquireSpinLockAtDpcLevel(&lock), TRUE);
    equal(KeTryToAcquireSpinLockAtDpcLevel(&lock), FALSE);
    equal(KeTestSpinLock(&lock), FALSE);
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &queued);
    equal(KeTestSpinLock(&lock), FALSE);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&queued);
    equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(irql);
    irql = ExAcquireSpinLockExclusive(&many);
    equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    ExReleaseSpinLockExclusive(&many, irql);
    irql = ExAcquireSpinLockShared(&many);
    KIRQL inner = ExAcquireSpinLockShared(&many);
    equal(inner, DISPATCH_LEVEL);
    ExReleaseSpinLockShared(&many, inner);
    ExReleaseSpinLockShared(&many, irql);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    equal(many, 0);
}

static void spin_locks_raise_the_irql(void **state) {
    in_kernel(state, use_spin_locks);
}

/* ---- fast and guarded mutexes ---------------------------------------------------------------- */

static FAST_MUTEX mutex;
static BOOLEAN got;

static VOID try_mutex(PVOID context) {
    (void)context;
    got = ExTryToAcquireFastMutex(&mutex);
    if (got)
        ExReleaseFastMutex(&mutex);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void try_fast_mutex(void *context) {
    (void)context;
    ExInitializeFastMutex(&mutex);
    check(ExTryToAcquireFastMutex(&mutex));
    equal(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&mutex);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    join(begin_thread(try_mutex, NULL));
    check(!got);
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
    join(begin_thread(try_mutex, NULL));
    check(got);
}

static void a_mutex_that_is_taken_is_not_waited_for(void **state) {
    in_kernel(state, try_fast_mutex);
}

static void use_guarded_mutex(void *context) {
    KGUARDED_MUTEX guarded;
    (void)context;
    KeInitializeGuardedMutex(&guarded);
    KeEnterGuardedRegion();
    KeAcquireGuardedMutexUnsafe(&guarded);
    check(KeAreAllApcsDisabled());
    KeReleaseGuardedMutexUnsafe(&guarded);
    KeLeaveGuardedRegion();
    check(!KeAreAllApcsDisabled());
    check(KeTryToAcquireGuardedMutex(&guarded));
    check(KeAreAllApcsDisabled());
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeReleaseGuardedMutex(&guarded);
}

static void guarded_mutexes_disable_all_apcs(void **state) {
    in_kernel(state, use_guarded_mutex);
}

/* ---- push locks ------------------------------------------------------------------------------ */

static EX_PUSH_LOCK push_lock;
static int readers, most_readers;

static VOID read_under_lock(PVOID context) {
    (void)context;
    KeEnterCriticalRegion();
    ExAcquirePushLockSharedEx(&push_lock, 0);
    if (++readers > most_readers)
        most_readers = readers;
    pause_for(1);
    readers--;
    ExReleasePushLockSharedEx(&push_lock, 0);
    KeLeaveCriticalRegion();
}

static void share_push_lock(void *context) {
    (void)context;
    readers = most_readers = 0;
    ExInitializePushLock(&push_lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusiveEx(&push_lock, 0);
    HANDLE one = begin_thread(read_under_lock, NULL), other = begin_thread(read_under_lock, NULL);
    pause_for(1);
    equal(readers, 0); /* they wait for the writer */
    ExReleasePushLockExclusiveEx(&push_lock, 0);
    KeLeaveCriticalRegion();
    join(one);
    join(other);
    equal(most_readers, 2);
}

static void push_locks_have_many_readers(void **state) {
    in_kernel(state, share_push_lock);
}

static VOID write_under_lock(PVOID context) {
    (void)context;
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusiveEx(&push_lock, 0);
    equal(readers, 0);
    ExReleasePushLockExclusiveEx(&push_lock, 0);
    KeLeaveCriticalRegion();
}

static void wait_behind_writer(void *context) {
    (void)context;
    readers = most_readers = 0;
    ExInitializePushLock(&push_lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockSharedEx(&push_lock, 0);
    HANDLE writer = begin_thread(write_under_lock, NULL);
    pause_for(1);
    HANDLE reader = begin_thread(read_under_lock, NULL);
    pause_for(1);
    equal(readers, 0);
    ExReleasePushLockSharedEx(&push_lock, 0);
    KeLeaveCriticalRegion();
    join(writer);
    join(reader);
    equal(most_readers, 1);
}

static void readers_of_push_locks_stand_behind_writers(void **state) {
    in_kernel(state, wait_behind_writer);
}

/* ---- resources ------------------------------------------------------------------------------- */

static ERESOURCE resource;

static VOID want_exclusive(PVOID context) {
    (void)context;
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
}

static VOID want_shared(PVOID context) {
    (void)context;
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
}

/* Beside somebody who waits for exclusive access. */
static VOID try_shared(PVOID context) {
    NTSTATUS *answers = context;
    KeEnterCriticalRegion();
    answers[0] = ExAcquireResourceSharedLite(&resource, FALSE);
    answers[1] = ExAcquireSharedWaitForExclusive(&resource, FALSE);
    answers[2] = ExAcquireSharedStarveExclusive(&resource, FALSE);
    if (answers[2])
        ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void share_resource(void *context) {
    NTSTATUS answers[3] = {9, 9, 9};
    (void)context;
    equal(ExInitializeResourceLite(&resource), STATUS_SUCCESS);
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    check(KeAreApcsDisabled());
    equal(ExIsResourceAcquiredSharedLite(&resource), 1);
    check(!ExIsResourceAcquiredExclusiveLite(&resource));
    HANDLE writer = begin_thread(want_exclusive, NULL);
    pause_for(1);
    equal(ExGetExclusiveWaiterCount(&resource), 1);
    join(begin_thread(try_shared, answers));
    equal(answers[0], 0);
    equal(answers[1], 0);
    equal(answers[2], 1); /* passes who waits for exclusive access */
    check(ExAcquireResourceSharedLite(&resource, FALSE)); /* so does who shares it already, */
    ExReleaseResourceLite(&resource);
    check(!ExAcquireSharedWaitForExclusive(&resource, FALSE)); /* but not by this */
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    check(!KeAreApcsDisabled());
    join(writer);
    equal(ExReinitializeResourceLite(&resource), STATUS_SUCCESS);
    equal(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

static void shared_access_yields_to_exclusive_waiters(void **state) {
    in_kernel(state, share_resource);
}

static void convert_resource(void *context) {
    (void)context;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    equal(ExIsResourceAcquiredSharedLite(&resource), 1); /* exclusive access includes it */
    HANDLE reader = begin_thread(want_shared, NULL);
    pause_for(1);
    equal(ExGetSharedWaiterCount(&resource), 1);
    ExConvertExclusiveToSharedLite(&resource);
    check(!ExIsResourceAcquiredExclusiveLite(&resource));
    join(reader); /* has got in beside us */
    equal(ExGetSharedWaiterCount(&resource), 0);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    ExDeleteResourceLite(&resource);
}

static void exclusive_access_becomes_shared(void **state) {
    in_kernel(state, convert_resource);
}

static VOID release_for(PVOID context) {
    KeEnterCriticalRegion();
    ExReleaseResourceForThreadLite(&resource, (ERESOURCE_THREAD)context);
    KeLeaveCriticalRegion();
}

static void release_by_another(void *context) {
    (void)context;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    join(begin_thread(release_for, (PVOID)ExGetCurrentResourceThread()));
    check(!ExIsResourceAcquiredExclusiveLite(&resource));
    equal(ExIsResourceAcquiredSharedLite(&resource), 0);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

static void another_thread_releases_for_the_owner(void **state) {
    in_kernel(state, release_by_another);
}

/* ---- rundown protection and remove locks ----------------------------------------------------- */

static void cache_aware_rundown(void *context) {
    PEX_RUNDOWN_REF_CACHE_AWARE reference =
        ExAllocatePool2(POOL_FLAG_NON_PAGED, ExSizeOfRundownProtectionCacheAware(), TAG);
    (void)context;
    ExInitializeRundownProtectionCacheAware(reference, ExSizeOfRundownProtectionCacheAware());
    check(ExAcquireRundownProtectionCacheAware(reference));
    ExReleaseRundownProtectionCacheAware(reference);
    ExWaitForRundownProtectionReleaseCacheAware(reference);
    check(!ExAcquireRundownProtectionCacheAware(reference));
    ExFreePoolWithTag(reference, TAG);
}

static void rundown_protection_fits_the_drivers_memory(void **state) {
    in_kernel(state, cache_aware_rundown);
}

static IO_REMOVE_LOCK remove_lock;

static VOID leave_later(PVOID context) {
    pause_for(5);
    shared.woken = 1;
    IoReleaseRemoveLockEx(&remove_lock, context, sizeof remove_lock);
}

static void remove_device(void *context) {
    int tag;
    (void)context;
    shared.woken = 0;
    IoInitializeRemoveLockEx(&remove_lock, TAG, 0, 0, sizeof remove_lock);
    equal(IoAcquireRemoveLockEx(&remove_lock, &tag, "", 1, sizeof remove_lock), STATUS_SUCCESS);
    equal(IoAcquireRemoveLockEx(&remove_lock, NULL, "", 1, sizeof remove_lock), STATUS_SUCCESS);
    HANDLE holder = begin_thread(leave_later, &tag);
    IoReleaseRemoveLockAndWaitEx(&remove_lock, NULL, sizeof remove_lock);
    equal(shared.woken, 1); /* it has waited for the other holder */
    equal(IoAcquireRemoveLockEx(&remove_lock, &tag, "", 1, sizeof remove_lock),
          STATUS_DELETE_PENDING);
    join(holder);
}

static void removal_waits_for_the_other_holders(void **state) {
    in_kernel(state, remove_device);
}

/* ---- time, processors, priorities ------------------------------------------------------------ */

static void look_at_clocks(void *context) {
    LARGE_INTEGER ticks, later, frequency, local, system;
    ULONG64 stamp = 0;
    KAFFINITY processors = 0;
    PROCESSOR_NUMBER number;
    (void)context;
    pause_for(1);
    KeQueryTickCount(&ticks);
    ULONGLONG before = KeQueryUnbiasedInterruptTime();
    check(KeQueryInterruptTimePrecise(&stamp) >= before);
    check(stamp != 0);
    pause_for(100);
    KeQueryTickCount(&later);
    equal(later.QuadPart - ticks.QuadPart, 1000000 / KeQueryTimeIncrement());
    check(KeQueryPerformanceCounter(&frequency).QuadPart > 1000000);
    equal(frequency.QuadPart, 10000000);
    check(KeQueryPerformanceCounter(NULL).QuadPart > 0);
    before = KeQueryUnbiasedInterruptTime();
    KeStallExecutionProcessor(50);
    check(KeQueryUnbiasedInterruptTime() - before >= 500);
    KeQuerySystemTime(&system);
    ExSystemTimeToLocalTime(&system, &local);
    ExLocalTimeToSystemTime(&local, &later);
    equal(later.QuadPart, system.QuadPart);
    equal(KeGetCurrentProcessorNumberEx(&number), 0);
    equal(number.Number, 0);
    equal(KeQueryActiveProcessorCount(&processors), 1);
    equal(processors, 1);
    equal(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS), 1);
}

static void clocks_agree(void **state) {
    in_kernel(state, look_at_clocks);
}

static void change_priority(void *context) {
    PKTHREAD me = KeGetCurrentThread();
    (void)context;
    equal(KeQueryPriorityThread(me), 8);
    equal(KeSetPriorityThread(me, LOW_REALTIME_PRIORITY), 8);
    equal(KeQueryPriorityThread(me), LOW_REALTIME_PRIORITY);
    equal(KeSetPriorityThread(me, 8), LOW_REALTIME_PRIORITY);
    equal(KeSetBasePriorityThread(me, 2), 0);
    equal(KeQueryPriorityThread(me), 10);
    equal(KeSetBasePriorityThread(me, 0), 2);
}

static void priorities_are_remembered(void **state) {
    in_kernel(state, change_priority);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void semaphore_beyond_limit(void *context) {
    KSEMAPHORE semaphore;
    (void)context;
    KeInitializeSemaphore(&semaphore, 1, 3);
    KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 3, FALSE);
}

static void semaphore_backwards(void *context) {
    KSEMAPHORE semaphore;
    (void)context;
    KeInitializeSemaphore(&semaphore, 1, 3);
    KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, -1, FALSE);
}

static void mutex_of_nobody(void *context) {
    KMUTEX kernel_mutex;
    (void)context;
    KeInitializeMutex(&kernel_mutex, 0);
    KeReleaseMutex(&kernel_mutex, FALSE);
}

static void too_many_objects(void *context) {
    PVOID objects[THREAD_WAIT_OBJECTS + 1];
    (void)context;
    KeInitializeEvent(&shared.event, NotificationEvent, TRUE);
    for (int i = 0; i <= THREAD_WAIT_OBJECTS; i++)
        objects[i] = &shared.event;
    KeWaitForMultipleObjects(THREAD_WAIT_OBJECTS + 1, objects, WaitAny, Executive, KernelMode,
                             FALSE, NULL, NULL);
}

static void exclusive_twice(void *context) {
    EX_SPIN_LOCK lock = 0;
    (void)context;
    ExAcquireSpinLockExclusive(&lock);
    ExAcquireSpinLockExclusive(&lock);
}

static void shared_under_exclusive(void *context) {
    EX_SPIN_LOCK lock = 0;
    (void)context;
    ExAcquireSpinLockExclusive(&lock);
    ExAcquireSpinLockShared(&lock);
}

static void release_in_wrong_mode(void *context) {
    EX_SPIN_LOCK lock = 0;
    (void)context;
    KIRQL irql = ExAcquireSpinLockShared(&lock);
    ExReleaseSpinLockExclusive(&lock, irql);
}

static void release_too_low(void *context) {
    EX_SPIN_LOCK lock = 0;
    (void)context;
    ExAcquireSpinLockShared(&lock);
    KeLowerIrql(PASSIVE_LEVEL);
    ExReleaseSpinLockShared(&lock, PASSIVE_LEVEL);
}

static void resource_of_nobody(void *context) {
    (void)context;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExReleaseResourceLite(&resource);
}

static void zero_event(void *context) {
    static KEVENT event;
    (void)context;
    memset(&event, 0, sizeof event);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
}

static void zero_resource(void *context) {
    (void)context;
    memset(&resource, 0, sizeof resource);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&resource, TRUE);
}

static void push_lock_outside_region(void *context) {
    (void)context;
    ExInitializePushLock(&push_lock);
    ExAcquirePushLockSharedEx(&push_lock, 0);
}

static void stop_without_parameters(void *context) {
    (void)context;
    KeBugCheck(0xE2);
}

static void misuse_stops_the_machine(void **state) {
    static const struct kernel_stop_row rows[] = {
        {semaphore_beyond_limit, 0x7E, (uint64_t)STATUS_SEMAPHORE_LIMIT_EXCEEDED, "0xC0000047"},
        {semaphore_backwards, 0x7E, (uint64_t)STATUS_SEMAPHORE_LIMIT_EXCEEDED, "0xC0000047"},
        {mutex_of_nobody, 0x7E, (uint64_t)STATUS_MUTANT_NOT_OWNED, "0xC0000046"},
        {too_many_objects, 0xC, THREAD_WAIT_OBJECTS + 1, "MAXIMUM_WAIT_OBJECTS_EXCEEDED"},
        {exclusive_twice, 0xC4, 0x1000, "LOCK-03"},
        {shared_under_exclusive, 0xC4, 0x1000, "LOCK-03"},
        {release_in_wrong_mode, 0xC4, 0x32, "not held in that mode"},
        {release_too_low, 0xC4, 0x32, "released at IRQL 0"},
        {resource_of_nobody, 0xE3, 0, "RESOURCE_NOT_OWNED"},
        {zero_event, 0xC4, 0x1002, "KeSetEvent"},
        {zero_resource, 0xC4, 0x1002, "ERESOURCE"},
        {push_lock_outside_region, 0xC4, 0x37, "LOCK-05"},
        {stop_without_parameters, 0xE2, 0, "KeBugCheckEx"},
    };
    (void)state;
    stops(rows, sizeof rows / sizeof rows[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(a_pulse_releases_who_waits),
        test_case(semaphores_count),
        test_case(dpcs_wait_for_the_processor),
        test_case(timers_expire_once_or_again),
        test_case(so_do_timers_that_the_system_allocates),
        test_case(spin_locks_raise_the_irql),
        test_case(a_mutex_that_is_taken_is_not_waited_for),
        test_case(guarded_mutexes_disable_all_apcs),
        test_case(push_locks_have_many_readers),
        test_case(readers_of_push_locks_stand_behind_writers),
        test_case(shared_access_yields_to_exclusive_waiters),
        test_case(exclusive_access_becomes_shared),
        test_case(another_thread_releases_for_the_owner),
        test_case(rundown_protection_fits_the_drivers_memory),
        test_case(removal_waits_for_the_other_holders),
        test_case(clocks_agree),
        test_case(priorities_are_remembered),
        test_case(misuse_stops_the_machine),
    };
    return cmocka_run_group_tests_name("kernel synchronisation", tests, NULL, NULL);
}
