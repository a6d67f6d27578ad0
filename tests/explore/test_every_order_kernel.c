/*
 * test_every_order_kernel.c - partial-order reduction against plain enumeration, on drivers made at
 * random: what system threads do to the kernel's objects, and what routines of drivers do while
 * processes and threads come and go.
 *
 * With an argument only the groups run whose names it fits, or the program that it is: "set 0 /
 * wait 0".
 */
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "support/rd_every_order.h"

#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

enum { OBJECTS = 2 };

enum { BY_MUTEX, BY_FAST, BY_GUARDED, BY_RESOURCE, BY_PUSH, BY_SPIN, BY_SHARED_SPIN, LOCK_KINDS };

/* All that steps share. */
static struct {
    LONG memory[OBJECTS], queued[OBJECTS], guarded[LOCK_KINDS][OBJECTS];
    KEVENT events[OBJECTS];
    KMUTEX mutexes[OBJECTS];
    KSEMAPHORE semaphores[OBJECTS];
    FAST_MUTEX fast[OBJECTS];
    KGUARDED_MUTEX guards[OBJECTS];
    ERESOURCE resources[OBJECTS];
    EX_PUSH_LOCK push[OBJECTS];
    EX_SPIN_LOCK shared_spin[OBJECTS];
    KSPIN_LOCK spin[OBJECTS];
    EX_RUNDOWN_REF rundown[OBJECTS];
    IO_REMOVE_LOCK removal[OBJECTS];
    KTIMER timers[OBJECTS];
    KDPC timer_dpcs[OBJECTS], dpcs[OBJECTS];
    PIO_WORKITEM items[OBJECTS];
    WORK_QUEUE_ITEM old_items[OBJECTS];
    LIST_ENTRY list[OBJECTS], entries[OBJECTS];
    SLIST_HEADER slist[OBJECTS];
    SLIST_ENTRY slist_entries[ORDERS_THREADS][ORDERS_STEPS];
    PCALLBACK_OBJECT callbacks[OBJECTS];
    PVOID registrations[OBJECTS];
    KAPC apcs[ORDERS_THREADS][2];
    PKTHREAD threads[ORDERS_THREADS];
    PDEVICE_OBJECT device;
    HANDLE named;
    PVOID object;
} k;

/* ---- memory and lists ------------------------------------------------------------------------ */

static void load(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}
static void store(unsigned self, unsigned object) {
    WriteRelease(&k.memory[object], (LONG)self + 10);
}
static void increment(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
}
static void insert_entry(unsigned self, unsigned object) {
    orders_see(self,
               ExInterlockedInsertTailList(&k.list[0], &k.entries[object], &k.spin[0]) != NULL);
}
static void remove_entry(unsigned self, unsigned object) {
    PLIST_ENTRY entry = ExInterlockedRemoveHeadList(&k.list[0], &k.spin[0]);
    (void)object;
    orders_see(self, entry ? (uint64_t)(entry - k.entries) + 1 : 0);
}
static void push_entry(unsigned self, unsigned object) {
    orders_see(self,
               InterlockedPushEntrySList(&k.slist[object], &k.slist_entries[self][object]) != NULL);
}
static void pop_entry(unsigned self, unsigned object) {
    PSLIST_ENTRY entry = InterlockedPopEntrySList(&k.slist[object]);
    orders_see(self, entry ? (uint64_t)(entry - &k.slist_entries[0][0]) + 1 : 0);
}

/* ---- dispatcher objects ---------------------------------------------------------------------- */

static NTSTATUS wait(PVOID object, LONGLONG milliseconds) {
    LARGE_INTEGER timeout = {.QuadPart = -10000 * milliseconds};
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE,
                                 milliseconds < 0 ? NULL : &timeout);
}

static void set(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KeSetEvent(&k.events[object], 0, FALSE));
}
static void clear(unsigned self, unsigned object) {
    (void)self;
    KeClearEvent(&k.events[object]);
}
static void reset(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KeResetEvent(&k.events[object]));
}
static void pulse(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KePulseEvent(&k.events[object], 0, FALSE));
}
static void read_event(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KeReadStateEvent(&k.events[object]));
}
static void wait_event(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)wait(&k.events[object], -1));
}
static void wait_a_moment(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)wait(&k.events[object], 10));
}
static void poll(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)wait(&k.events[object], 0));
}
static void take(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)wait(&k.semaphores[object], -1));
}
static void give(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KeReleaseSemaphore(&k.semaphores[object], 0, 1, FALSE));
}
static void read_semaphore(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KeReadStateSemaphore(&k.semaphores[object]));
}
static void own_mutex(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)wait(&k.mutexes[object], -1));
    orders_see(self, (uint64_t)k.guarded[BY_MUTEX][object]++);
    orders_see(self, (uint64_t)KeReleaseMutex(&k.mutexes[object], FALSE));
}
static void read_mutex(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)KeReadStateMutex(&k.mutexes[object]));
}
static void wait_both(unsigned self, unsigned object) {
    PVOID both[] = {&k.events[object], &k.semaphores[0]};
    orders_see(self, (uint64_t)KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode,
                                                        FALSE, NULL, NULL));
}

/* ---- locks ----------------------------------------------------------------------------------- */

static void fast_mutex(unsigned self, unsigned object) {
    ExAcquireFastMutex(&k.fast[object]);
    orders_see(self, (uint64_t)k.guarded[BY_FAST][object]++);
    ExReleaseFastMutex(&k.fast[object]);
}
static void try_fast_mutex(unsigned self, unsigned object) {
    BOOLEAN got = ExTryToAcquireFastMutex(&k.fast[object]);
    orders_see(self, got);
    if (got)
        ExReleaseFastMutex(&k.fast[object]);
}
static void guarded_mutex(unsigned self, unsigned object) {
    KeAcquireGuardedMutex(&k.guards[object]);
    orders_see(self, (uint64_t)k.guarded[BY_GUARDED][object]++);
    KeReleaseGuardedMutex(&k.guards[object]);
}
static void exclusive(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&k.resources[object], TRUE);
    orders_see(self, (uint64_t)k.guarded[BY_RESOURCE][object]++);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void shared(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&k.resources[object], TRUE);
    orders_see(self, (uint64_t)k.guarded[BY_RESOURCE][object]);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void try_exclusive(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    BOOLEAN got = ExAcquireResourceExclusiveLite(&k.resources[object], FALSE);
    orders_see(self, got);
    if (got)
        ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void try_shared(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    BOOLEAN got = ExAcquireResourceSharedLite(&k.resources[object], FALSE);
    orders_see(self, got);
    if (got)
        ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void exclusive_twice(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&k.resources[object], TRUE);
    exclusive(self, object);
    shared(self, object);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void own_mutex_twice(unsigned self, unsigned object) {
    wait(&k.mutexes[object], -1);
    own_mutex(self, object);
    KeReleaseMutex(&k.mutexes[object], FALSE);
}
static void shared_twice(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&k.resources[object], TRUE);
    shared(self, object);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void shared_yielding(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&k.resources[object], TRUE);
    orders_see(self, ExAcquireSharedWaitForExclusive(&k.resources[object], TRUE));
    ExReleaseResourceLite(&k.resources[object]);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void shared_at_once(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    orders_see(self, ExAcquireSharedStarveExclusive(&k.resources[object], TRUE));
    orders_see(self, (uint64_t)k.guarded[BY_RESOURCE][object]);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void exclusive_then_shared(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&k.resources[object], TRUE);
    orders_see(self, (uint64_t)k.guarded[BY_RESOURCE][object]++);
    ExConvertExclusiveToSharedLite(&k.resources[object]);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void count_waiters(unsigned self, unsigned object) {
    InterlockedIncrement(&k.memory[object]);
    orders_see(self, ExGetExclusiveWaiterCount(&k.resources[object]));
}
static void push_exclusive(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusiveEx(&k.push[object], 0);
    orders_see(self, (uint64_t)k.guarded[BY_PUSH][object]++);
    ExReleasePushLockExclusiveEx(&k.push[object], 0);
    KeLeaveCriticalRegion();
}
static void push_shared(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquirePushLockSharedEx(&k.push[object], 0);
    orders_see(self, (uint64_t)k.guarded[BY_PUSH][object]);
    ExReleasePushLockSharedEx(&k.push[object], 0);
    KeLeaveCriticalRegion();
}
static void push_shared_twice(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquirePushLockSharedEx(&k.push[object], 0);
    push_shared(self, object);
    ExReleasePushLockSharedEx(&k.push[object], 0);
    KeLeaveCriticalRegion();
}
static void spin(unsigned self, unsigned object) {
    KIRQL irql;
    KeAcquireSpinLock(&k.spin[object], &irql);
    orders_see(self, (uint64_t)k.guarded[BY_SPIN][object]++);
    KeReleaseSpinLock(&k.spin[object], irql);
}
static void queued_spin(unsigned self, unsigned object) {
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLock(&k.spin[object], &handle);
    orders_see(self, (uint64_t)k.guarded[BY_SPIN][object]++);
    KeReleaseInStackQueuedSpinLock(&handle);
}
static void spin_increment(unsigned self, unsigned object) {
    KIRQL irql;
    KeAcquireSpinLock(&k.spin[object], &irql);
    orders_see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
    KeSetEvent(&k.events[object], 0, FALSE);
    KeReleaseSpinLock(&k.spin[object], irql);
}
static void spin_shared(unsigned self, unsigned object) {
    KIRQL irql = ExAcquireSpinLockShared(&k.shared_spin[object]);
    orders_see(self, (uint64_t)k.guarded[BY_SHARED_SPIN][object]);
    ExReleaseSpinLockShared(&k.shared_spin[object], irql);
}
static void spin_exclusive(unsigned self, unsigned object) {
    KIRQL irql = ExAcquireSpinLockExclusive(&k.shared_spin[object]);
    orders_see(self, (uint64_t)k.guarded[BY_SHARED_SPIN][object]++);
    ExReleaseSpinLockExclusive(&k.shared_spin[object], irql);
}

/* ---- protection ------------------------------------------------------------------------------ */

static void protect(unsigned self, unsigned object) {
    BOOLEAN got = ExAcquireRundownProtection(&k.rundown[object]);
    orders_see(self, got);
    if (!got)
        return;
    orders_see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
    ExReleaseRundownProtection(&k.rundown[object]);
}
static void wait_rundown(unsigned self, unsigned object) {
    ExWaitForRundownProtectionRelease(&k.rundown[object]);
    orders_see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}
static void hold_removal(unsigned self, unsigned object) {
    NTSTATUS status = IoAcquireRemoveLock(&k.removal[object], NULL);
    orders_see(self, (uint64_t)status);
    if (!NT_SUCCESS(status))
        return;
    orders_see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
    IoReleaseRemoveLock(&k.removal[object], NULL);
}
static void wait_removal(unsigned self, unsigned object) {
    if (!NT_SUCCESS(IoAcquireRemoveLock(&k.removal[object], NULL)))
        return;
    IoReleaseRemoveLockAndWait(&k.removal[object], NULL);
    orders_see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}

/* ---- what runs later ------------------------------------------------------------------------- */

static VOID on_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second) {
    unsigned object = (unsigned)(ULONG_PTR)context;
    (void)dpc, (void)first, (void)second;
    orders_see(ORDERS_THREADS, (uint64_t)InterlockedIncrement(&k.memory[object]));
    KeSetEvent(&k.events[object], 0, FALSE);
}
static VOID on_item(PDEVICE_OBJECT device, PVOID context) {
    (void)device;
    orders_see(ORDERS_THREADS + 1, (uint64_t)InterlockedIncrement(&k.memory[(ULONG_PTR)context]));
}
static VOID on_old_item(PVOID context) {
    orders_see(ORDERS_THREADS + 2, (uint64_t)InterlockedIncrement(&k.memory[(ULONG_PTR)context]));
}

static void queue_dpc(unsigned self, unsigned object) {
    orders_see(self, KeInsertQueueDpc(&k.dpcs[object], NULL, NULL));
}
static void remove_dpc(unsigned self, unsigned object) {
    orders_see(self, KeRemoveQueueDpc(&k.dpcs[object]));
}
static void flush_dpcs(unsigned self, unsigned object) {
    KeFlushQueuedDpcs();
    orders_see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}
static void queue_item(unsigned self, unsigned object) {
    (void)self;
    IoQueueWorkItem(k.items[object], on_item, DelayedWorkQueue, (PVOID)(ULONG_PTR)object);
}
static void queue_old_item(unsigned self, unsigned object) {
    (void)self;
    if (InterlockedExchange(&k.queued[object], 1) == 0)
        ExQueueWorkItem(&k.old_items[object], DelayedWorkQueue);
}
static void set_timer(unsigned self, unsigned object) {
    orders_see(self, KeSetTimer(&k.timers[object], (LARGE_INTEGER){.QuadPart = -10000},
                                object ? &k.timer_dpcs[object] : NULL));
}
static void cancel_timer(unsigned self, unsigned object) {
    orders_see(self, KeCancelTimer(&k.timers[object]));
}
static void wait_timer(unsigned self, unsigned object) {
    orders_see(self, (uint64_t)wait(&k.timers[object], 20));
}
static void read_timer(unsigned self, unsigned object) {
    orders_see(self, KeReadStateTimer(&k.timers[object]));
}
static void delay(unsigned self, unsigned object) {
    LARGE_INTEGER time = {.QuadPart = -10000};
    (void)object;
    orders_see(self, (uint64_t)KeDelayExecutionThread(KernelMode, FALSE, &time));
}

/* ---- objects and callbacks ------------------------------------------------------------------- */

static VOID on_callback(PVOID context, PVOID first, PVOID second) {
    (void)context, (void)second;
    orders_see((unsigned)(ULONG_PTR)first, (uint64_t)InterlockedIncrement(&k.memory[0]));
}
static void notify(unsigned self, unsigned object) {
    ExNotifyCallback(k.callbacks[object], (PVOID)(ULONG_PTR)self, NULL);
}
static void watch(unsigned self, unsigned object) {
    PVOID registration = ExRegisterCallback(k.callbacks[object], on_callback, NULL);
    orders_see(self, registration != NULL);
    ExUnregisterCallback(registration);
}
static void unwatch(unsigned self, unsigned object) {
    PVOID registration = InterlockedExchangePointer(&k.registrations[object], NULL);
    orders_see(self, registration != NULL);
    if (registration)
        ExUnregisterCallback(registration);
}
static OBJECT_ATTRIBUTES named(unsigned object) {
    static UNICODE_STRING names[OBJECTS];
    OBJECT_ATTRIBUTES attributes;
    RtlInitUnicodeString(&names[object], object ? u"\\One" : u"\\Zero");
    InitializeObjectAttributes(&attributes, &names[object], OBJ_KERNEL_HANDLE | OBJ_OPENIF, NULL,
                               NULL);
    return attributes;
}
static void create_named(unsigned self, unsigned object) {
    OBJECT_ATTRIBUTES attributes = named(object);
    HANDLE handle;
    NTSTATUS status =
        ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    orders_see(self, (uint64_t)status);
    if (NT_SUCCESS(status))
        ZwClose(handle);
}
static void close_named(unsigned self, unsigned object) {
    (void)object;
    HANDLE handle = InterlockedExchangePointer(&k.named, NULL);
    if (handle)
        orders_see(self, (uint64_t)ZwClose(handle));
}
static void reference(unsigned self, unsigned object) {
    PVOID body;
    (void)object;
    NTSTATUS status =
        ObReferenceObjectByHandle(InterlockedCompareExchangePointer(&k.named, NULL, NULL),
                                  EVENT_ALL_ACCESS, *ExEventObjectType, KernelMode, &body, NULL);
    orders_see(self, (uint64_t)status);
    if (NT_SUCCESS(status))
        ObDereferenceObject(body);
}

/* ---- threads --------------------------------------------------------------------------------- */

static VOID run_child(PVOID context) {
    InterlockedIncrement(&k.memory[(ULONG_PTR)context]);
}
static void create_thread(unsigned self, unsigned object) {
    HANDLE handle;
    orders_see(self, (uint64_t)PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                                    run_child, (PVOID)(ULONG_PTR)object));
    ZwClose(handle);
}
static unsigned next_of(unsigned self) {
    return (self + 1) % orders_program.threads;
}
static void join(unsigned self, unsigned object) {
    (void)object;
    orders_see(self, (uint64_t)wait(k.threads[next_of(self)], -1));
}
static void end_thread(unsigned self, unsigned object) {
    (void)self;
    PsTerminateSystemThread((NTSTATUS)object);
}
static VOID kernel_routine(PKAPC apc, PVOID *normal, PVOID *context, PVOID *first, PVOID *second) {
    (void)apc, (void)normal, (void)context, (void)second;
    orders_see((unsigned)(ULONG_PTR)*first, 55);
}
static VOID rundown_routine(PKAPC apc) {
    (void)apc;
    orders_see(ORDERS_THREADS + 3, 1);
}
static VOID normal_routine(PVOID context, PVOID first, PVOID second) {
    (void)context, (void)second;
    orders_see((unsigned)(ULONG_PTR)first, (uint64_t)InterlockedIncrement(&k.memory[0]));
}
static void queue_apc(unsigned self, unsigned object) {
    unsigned other = next_of(self);
    orders_see(self, KeInsertQueueApc(&k.apcs[other][object], (PVOID)(ULONG_PTR)other, NULL, 0));
}
static void region(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    orders_see(self, (uint64_t)ReadAcquire(&k.memory[object]));
    KeLeaveCriticalRegion();
    orders_see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}

/* ---- programs -------------------------------------------------------------------------------- */

static const struct orders_op ops[] = {
    ORDERS_OP_ON(load),
    ORDERS_OP_ON(store),
    ORDERS_OP_ON(increment),
    ORDERS_OP_ON(insert_entry),
    ORDERS_OP_ON(remove_entry),
    ORDERS_OP_ON(push_entry),
    ORDERS_OP_ON(pop_entry),
    /* 7: events */
    ORDERS_OP_ON(set),
    ORDERS_OP_ON(clear),
    ORDERS_OP_ON(reset),
    ORDERS_OP_ON(pulse),
    ORDERS_OP_ON(read_event),
    ORDERS_OP_ON(wait_event),
    ORDERS_OP_ON(poll),
    ORDERS_OP_ON(take),
    ORDERS_OP_ON(give),
    ORDERS_OP_ON(read_semaphore),
    ORDERS_OP_ON(own_mutex),
    ORDERS_OP_ON(read_mutex),
    ORDERS_OP_ON(wait_both),
    ORDERS_OP_ON(wait_a_moment),
    /* 21: locks */
    ORDERS_OP_ON(fast_mutex),
    ORDERS_OP_ON(try_fast_mutex),
    ORDERS_OP_ON(guarded_mutex),
    ORDERS_OP_ON(exclusive),
    ORDERS_OP_ON(shared),
    ORDERS_OP_ON(try_exclusive),
    ORDERS_OP_ON(push_exclusive),
    ORDERS_OP_ON(push_shared),
    ORDERS_OP_ON(spin),
    ORDERS_OP_ON(queued_spin),
    ORDERS_OP_ON(spin_increment),
    ORDERS_OP_ON(spin_shared),
    ORDERS_OP_ON(spin_exclusive),
    /* 34: protection */
    ORDERS_OP_ON(protect),
    ORDERS_OP_ON(wait_rundown),
    ORDERS_OP_ON(hold_removal),
    ORDERS_OP_ON(wait_removal),
    /* 38: later */
    ORDERS_OP_ON(queue_dpc),
    ORDERS_OP_ON(remove_dpc),
    ORDERS_OP_ON(flush_dpcs),
    ORDERS_OP_ON(queue_item),
    ORDERS_OP_ON(queue_old_item),
    ORDERS_OP_ON(set_timer),
    ORDERS_OP_ON(cancel_timer),
    ORDERS_OP_ON(wait_timer),
    ORDERS_OP_ON(read_timer),
    ORDERS_OP_ON(delay),
    /* 48: objects */
    ORDERS_OP_ON(notify),
    ORDERS_OP_ON(watch),
    ORDERS_OP_ON(unwatch),
    ORDERS_OP_ON(create_named),
    ORDERS_OP_ON(close_named),
    ORDERS_OP_ON(reference),
    /* 55: threads */
    ORDERS_OP_ON(create_thread),
    ORDERS_OP_ON(join),
    ORDERS_OP_ON(end_thread),
    ORDERS_OP_ON(queue_apc),
    ORDERS_OP_ON(region),
    /* 60: locks that are shared */
    ORDERS_OP_ON(exclusive),
    ORDERS_OP_ON(shared),
    ORDERS_OP_ON(shared_twice),
    ORDERS_OP_ON(shared_yielding),
    ORDERS_OP_ON(shared_at_once),
    ORDERS_OP_ON(exclusive_then_shared),
    ORDERS_OP_ON(try_exclusive),
    ORDERS_OP_ON(try_shared),
    ORDERS_OP_ON(count_waiters),
    ORDERS_OP_ON(push_exclusive),
    ORDERS_OP_ON(push_shared),
    ORDERS_OP_ON(push_shared_twice),
    ORDERS_OP_ON(exclusive_twice),
    ORDERS_OP_ON(own_mutex_twice),
};
enum { OPS = sizeof ops / sizeof ops[0] };
enum {
    LISTS = 7,
    DISPATCHER = 21,
    LOCKS = 34,
    PROTECTION = 38,
    LATER = 48,
    NAMES = 54,
    SHARED = 60
};

static const struct orders_test test;

static VOID run_thread(PVOID context) {
    orders_run(&test, (unsigned)(ULONG_PTR)context);
}

static void make_objects(PDRIVER_OBJECT driver) {
    memset(&k, 0, sizeof k);
    IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &k.device);
    InitializeListHead(&k.list[0]);
    for (ULONG_PTR i = 0; i < OBJECTS; i++) {
        KeInitializeEvent(&k.events[i], i ? SynchronizationEvent : NotificationEvent, FALSE);
        KeInitializeMutex(&k.mutexes[i], 0);
        KeInitializeSemaphore(&k.semaphores[i], (LONG)i, 9);
        ExInitializeFastMutex(&k.fast[i]);
        KeInitializeGuardedMutex(&k.guards[i]);
        ExInitializeResourceLite(&k.resources[i]);
        ExInitializePushLock(&k.push[i]);
        KeInitializeSpinLock(&k.spin[i]);
        ExInitializeRundownProtection(&k.rundown[i]);
        IoInitializeRemoveLock(&k.removal[i], 0, 0, 0);
        KeInitializeTimerEx(&k.timers[i], i ? SynchronizationTimer : NotificationTimer);
        KeInitializeDpc(&k.timer_dpcs[i], on_dpc, (PVOID)i);
        KeInitializeDpc(&k.dpcs[i], on_dpc, (PVOID)i);
        k.items[i] = IoAllocateWorkItem(k.device);
        ExInitializeWorkItem(&k.old_items[i], on_old_item, (PVOID)i);
        InitializeSListHead(&k.slist[i]);
        OBJECT_ATTRIBUTES attributes;
        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        ExCreateCallback(&k.callbacks[i], &attributes, TRUE, TRUE);
        k.registrations[i] = ExRegisterCallback(k.callbacks[i], on_callback, NULL);
    }
    OBJECT_ATTRIBUTES attributes = named(1);
    ZwCreateEvent(&k.named, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
}

static int32_t entry(void *driver, void *path) {
    (void)path;
    make_objects(driver);
    for (ULONG_PTR i = 0; i < orders_program.threads; i++) {
        HANDLE handle;
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, run_thread, (PVOID)i);
        ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                  (PVOID *)&k.threads[i], NULL);
        ZwClose(handle);
        for (unsigned n = 0; n < 2; n++)
            KeInitializeApc(&k.apcs[i][n], k.threads[i], 0, (PVOID)(ULONG_PTR)kernel_routine,
                            (PVOID)(ULONG_PTR)rundown_routine,
                            n ? (PVOID)(ULONG_PTR)normal_routine : NULL, KernelMode, NULL);
    }
    return STATUS_SUCCESS;
}

static void make_program(uint64_t seed, unsigned first, unsigned end) {
    uint64_t state = exp_seed(seed, 1);
    orders_program.threads = 2 + exp_below(&state, 2);
    for (unsigned t = 0; t < orders_program.threads; t++) {
        orders_program.count[t] =
            orders_program.threads == 2 ? 1 + exp_below(&state, ORDERS_STEPS) : 1;
        for (unsigned i = 0; i < orders_program.count[t]; i++) {
            bool other = exp_below(&state, 4) == 0; /* what the group is not about */
            orders_program.steps[t][i] =
                (struct orders_step){.op = other ? exp_below(&state, DISPATCHER)
                                                 : first + exp_below(&state, end - first),
                                     .object = exp_below(&state, 3) == 0};
        }
    }
}

/* Programs some orders of which were missed once, or begun in vain. */
static const struct orders_case hard[] = {
    {"try_exclusive 0 / shared 0", 0},
    {"exclusive 0 / exclusive 0 / queued_spin 0", 0},
    {"push_shared 0 / push_exclusive 0 / spin_exclusive 0", 0},
    {"shared_yielding 0 / exclusive 0", 0},
    {"shared_twice 0 / exclusive 0", 0},
    {"exclusive 0 / shared_at_once 0 shared_at_once 0", 0},
    {"push_shared_twice 0 / push_exclusive 0", 0},
    {"spin_shared 0 spin_increment 0 / queued_spin 0 wait_a_moment 0", 0},
    {"reset 1 / queue_item 0 queue_item 0", 0},
    {"queue_old_item 1 / queue_item 1", 0},
    {"cancel_timer 0 / wait_timer 0", 0},
    {"cancel_timer 1 queue_dpc 1 / queue_dpc 1 remove_entry 0", 0},
    {"reference 0 / close_named 0", 0},
    {"end_thread 0 / join 0", 0},
    {"create_named 1 / close_named 0", 0},
    {"close_named 0 / load 0 / reference 0", 0},
    {"queue_item 0 queue_item 0 / load 1 / store 1", 0},
    {"wait_removal 0 / wait_removal 0 / hold_removal 0", 0},
    {"end_thread 0 / queue_apc 0 / join 1", 0},
    {"region 1 join 0 / queue_apc 0 poll 1", 0},
    {"join 1 / queue_apc 0 queue_apc 1", 0},
    {"protect 0 / wait_rundown 0 / wait_rundown 0 /", 0},
    {"watch 0 / notify 0 / load 0 /", 0},
    {"exclusive_twice 0 / exclusive_twice 0 / try_shared 0", 0},
    {"own_mutex_twice 0 / own_mutex_twice 0", 0},
    {"own_mutex_twice 0 / read_mutex 0 read_mutex 0", 0},
    {"wait_rundown 0 / protect 0 / protect 0 /", 0},
};

static void start_driver(rd_world *world) {
    assert_int_equal(rd_driver_load(world, "k.sys", entry, NULL), RD_OK);
}

static uint64_t memory(void) {
    return exp_mix((uint64_t)k.memory[0], (uint64_t)k.memory[1]);
}

static const struct orders_test test = {.ops = ops,
                                        .op_count = OPS,
                                        .start = start_driver,
                                        .outcome = memory,
                                        .make = make_program,
                                        .programs = 12,
                                        .executions_max = 10000,
                                        .hard_executions_max = 30000};

static void hard_programs_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_cases(&test, hard, sizeof hard / sizeof hard[0]);
}

static void lists_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "lists", 0, LISTS, 0);
}
static void dispatcher_objects_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "dispatcher", LISTS, DISPATCHER, 0);
}
static void locks_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "locks", DISPATCHER, LOCKS, 0);
}
static void protection_is_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "protection", LOCKS, PROTECTION, 0);
}
static void what_runs_later_is_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "later", PROTECTION, LATER, 0);
}
static void names_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "names", LATER, NAMES, 0);
}
static void threads_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "threads", NAMES, SHARED, 0);
}
static void shared_locks_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "shared locks", SHARED, OPS, 0);
}
static void timeouts_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "timeouts", LISTS, DISPATCHER, RD_CHOOSE_TIMEOUT);
}

int main(int argc, char **argv) {
    int status;
    if (orders_asked_for(&test, argc, argv, &status))
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_reduced_soundly),
        cmocka_unit_test(dispatcher_objects_are_reduced_soundly),
        cmocka_unit_test(locks_are_reduced_soundly),
        cmocka_unit_test(protection_is_reduced_soundly),
        cmocka_unit_test(what_runs_later_is_reduced_soundly),
        cmocka_unit_test(names_are_reduced_soundly),
        cmocka_unit_test(threads_are_reduced_soundly),
        cmocka_unit_test(shared_locks_are_reduced_soundly),
        cmocka_unit_test(timeouts_are_reduced_soundly),
        cmocka_unit_test(hard_programs_are_reduced_soundly),
    };
    return cmocka_run_group_tests_name("explore.every_order_kernel", tests, NULL, NULL);
}
