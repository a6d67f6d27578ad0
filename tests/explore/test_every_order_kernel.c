/*
 * test_every_order_kernel.c - partial-order reduction against plain enumeration, on drivers made at
 * random: what system threads do to the kernel's objects, and what routines of drivers do while
 * processes and threads come and go.
 *
 * EVERY_ORDER_PROGRAMS=N, EVERY_ORDER_SEED=N, EVERY_ORDER_EXECUTIONS=N as for test_every_order.c;
 * EVERY_ORDER_PLAIN=1 enumerates also what follows beginnings that nobody can tell apart. With an
 * argument only the groups run whose names it fits, or the program that it is: "set 0 / wait 0".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "support/rd_every_order.h"

#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

enum {
    THREADS = 3,
    STEPS_MAX = 2,
    OBJECTS = 2,
    PROGRAMS = 12,
    EXECUTIONS_MAX = 10000,
    HARD_EXECUTIONS_MAX = 30000
};

enum { BY_MUTEX, BY_FAST, BY_GUARDED, BY_RESOURCE, BY_PUSH, BY_SPIN, BY_SHARED_SPIN, LOCK_KINDS };

struct step {
    unsigned op, object;
};

static struct program {
    unsigned threads, count[THREADS];
    struct step steps[THREADS][STEPS_MAX];
} program;

static uint64_t seen[THREADS + 4];

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
    SLIST_ENTRY slist_entries[THREADS][STEPS_MAX];
    PCALLBACK_OBJECT callbacks[OBJECTS];
    PVOID registrations[OBJECTS];
    KAPC apcs[THREADS][2];
    PKTHREAD threads[THREADS];
    PDEVICE_OBJECT device;
    HANDLE named;
    PVOID object;
} k;

static void see(unsigned self, uint64_t value) {
    seen[self] = seen[self] * 1000003 + value + 1;
}

/* ---- memory and lists ------------------------------------------------------------------------ */

static void load(unsigned self, unsigned object) {
    see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}
static void store(unsigned self, unsigned object) {
    WriteRelease(&k.memory[object], (LONG)self + 10);
}
static void increment(unsigned self, unsigned object) {
    see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
}
static void insert_entry(unsigned self, unsigned object) {
    see(self, ExInterlockedInsertTailList(&k.list[0], &k.entries[object], &k.spin[0]) != NULL);
}
static void remove_entry(unsigned self, unsigned object) {
    PLIST_ENTRY entry = ExInterlockedRemoveHeadList(&k.list[0], &k.spin[0]);
    (void)object;
    see(self, entry ? (uint64_t)(entry - k.entries) + 1 : 0);
}
static void push_entry(unsigned self, unsigned object) {
    see(self, InterlockedPushEntrySList(&k.slist[object], &k.slist_entries[self][object]) != NULL);
}
static void pop_entry(unsigned self, unsigned object) {
    PSLIST_ENTRY entry = InterlockedPopEntrySList(&k.slist[object]);
    see(self, entry ? (uint64_t)(entry - &k.slist_entries[0][0]) + 1 : 0);
}

/* ---- dispatcher objects ---------------------------------------------------------------------- */

static NTSTATUS wait(PVOID object, LONGLONG milliseconds) {
    LARGE_INTEGER timeout = {.QuadPart = -10000 * milliseconds};
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE,
                                 milliseconds < 0 ? NULL : &timeout);
}

static void set(unsigned self, unsigned object) {
    see(self, (uint64_t)KeSetEvent(&k.events[object], 0, FALSE));
}
static void clear(unsigned self, unsigned object) {
    (void)self;
    KeClearEvent(&k.events[object]);
}
static void reset(unsigned self, unsigned object) {
    see(self, (uint64_t)KeResetEvent(&k.events[object]));
}
static void pulse(unsigned self, unsigned object) {
    see(self, (uint64_t)KePulseEvent(&k.events[object], 0, FALSE));
}
static void read_event(unsigned self, unsigned object) {
    see(self, (uint64_t)KeReadStateEvent(&k.events[object]));
}
static void wait_event(unsigned self, unsigned object) {
    see(self, (uint64_t)wait(&k.events[object], -1));
}
static void wait_a_moment(unsigned self, unsigned object) {
    see(self, (uint64_t)wait(&k.events[object], 10));
}
static void poll(unsigned self, unsigned object) {
    see(self, (uint64_t)wait(&k.events[object], 0));
}
static void take(unsigned self, unsigned object) {
    see(self, (uint64_t)wait(&k.semaphores[object], -1));
}
static void give(unsigned self, unsigned object) {
    see(self, (uint64_t)KeReleaseSemaphore(&k.semaphores[object], 0, 1, FALSE));
}
static void read_semaphore(unsigned self, unsigned object) {
    see(self, (uint64_t)KeReadStateSemaphore(&k.semaphores[object]));
}
static void own_mutex(unsigned self, unsigned object) {
    see(self, (uint64_t)wait(&k.mutexes[object], -1));
    see(self, (uint64_t)k.guarded[BY_MUTEX][object]++);
    see(self, (uint64_t)KeReleaseMutex(&k.mutexes[object], FALSE));
}
static void read_mutex(unsigned self, unsigned object) {
    see(self, (uint64_t)KeReadStateMutex(&k.mutexes[object]));
}
static void wait_both(unsigned self, unsigned object) {
    PVOID both[] = {&k.events[object], &k.semaphores[0]};
    see(self, (uint64_t)KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE,
                                                 NULL, NULL));
}

/* ---- locks ----------------------------------------------------------------------------------- */

static void fast_mutex(unsigned self, unsigned object) {
    ExAcquireFastMutex(&k.fast[object]);
    see(self, (uint64_t)k.guarded[BY_FAST][object]++);
    ExReleaseFastMutex(&k.fast[object]);
}
static void try_fast_mutex(unsigned self, unsigned object) {
    BOOLEAN got = ExTryToAcquireFastMutex(&k.fast[object]);
    see(self, got);
    if (got)
        ExReleaseFastMutex(&k.fast[object]);
}
static void guarded_mutex(unsigned self, unsigned object) {
    KeAcquireGuardedMutex(&k.guards[object]);
    see(self, (uint64_t)k.guarded[BY_GUARDED][object]++);
    KeReleaseGuardedMutex(&k.guards[object]);
}
static void exclusive(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&k.resources[object], TRUE);
    see(self, (uint64_t)k.guarded[BY_RESOURCE][object]++);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void shared(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&k.resources[object], TRUE);
    see(self, (uint64_t)k.guarded[BY_RESOURCE][object]);
    ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void try_exclusive(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    BOOLEAN got = ExAcquireResourceExclusiveLite(&k.resources[object], FALSE);
    see(self, got);
    if (got)
        ExReleaseResourceLite(&k.resources[object]);
    KeLeaveCriticalRegion();
}
static void push_exclusive(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusiveEx(&k.push[object], 0);
    see(self, (uint64_t)k.guarded[BY_PUSH][object]++);
    ExReleasePushLockExclusiveEx(&k.push[object], 0);
    KeLeaveCriticalRegion();
}
static void push_shared(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    ExAcquirePushLockSharedEx(&k.push[object], 0);
    see(self, (uint64_t)k.guarded[BY_PUSH][object]);
    ExReleasePushLockSharedEx(&k.push[object], 0);
    KeLeaveCriticalRegion();
}
static void spin(unsigned self, unsigned object) {
    KIRQL irql;
    KeAcquireSpinLock(&k.spin[object], &irql);
    see(self, (uint64_t)k.guarded[BY_SPIN][object]++);
    KeReleaseSpinLock(&k.spin[object], irql);
}
static void queued_spin(unsigned self, unsigned object) {
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLock(&k.spin[object], &handle);
    see(self, (uint64_t)k.guarded[BY_SPIN][object]++);
    KeReleaseInStackQueuedSpinLock(&handle);
}
static void spin_increment(unsigned self, unsigned object) {
    KIRQL irql;
    KeAcquireSpinLock(&k.spin[object], &irql);
    see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
    KeSetEvent(&k.events[object], 0, FALSE);
    KeReleaseSpinLock(&k.spin[object], irql);
}
static void spin_shared(unsigned self, unsigned object) {
    KIRQL irql = ExAcquireSpinLockShared(&k.shared_spin[object]);
    see(self, (uint64_t)k.guarded[BY_SHARED_SPIN][object]);
    ExReleaseSpinLockShared(&k.shared_spin[object], irql);
}
static void spin_exclusive(unsigned self, unsigned object) {
    KIRQL irql = ExAcquireSpinLockExclusive(&k.shared_spin[object]);
    see(self, (uint64_t)k.guarded[BY_SHARED_SPIN][object]++);
    ExReleaseSpinLockExclusive(&k.shared_spin[object], irql);
}

/* ---- protection ------------------------------------------------------------------------------ */

static void protect(unsigned self, unsigned object) {
    BOOLEAN got = ExAcquireRundownProtection(&k.rundown[object]);
    see(self, got);
    if (!got)
        return;
    see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
    ExReleaseRundownProtection(&k.rundown[object]);
}
static void wait_rundown(unsigned self, unsigned object) {
    ExWaitForRundownProtectionRelease(&k.rundown[object]);
    see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}
static void hold_removal(unsigned self, unsigned object) {
    NTSTATUS status = IoAcquireRemoveLock(&k.removal[object], NULL);
    see(self, (uint64_t)status);
    if (!NT_SUCCESS(status))
        return;
    see(self, (uint64_t)InterlockedIncrement(&k.memory[object]));
    IoReleaseRemoveLock(&k.removal[object], NULL);
}
static void wait_removal(unsigned self, unsigned object) {
    if (!NT_SUCCESS(IoAcquireRemoveLock(&k.removal[object], NULL)))
        return;
    IoReleaseRemoveLockAndWait(&k.removal[object], NULL);
    see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}

/* ---- what runs later ------------------------------------------------------------------------- */

static VOID on_dpc(PKDPC dpc, PVOID context, PVOID first, PVOID second) {
    unsigned object = (unsigned)(ULONG_PTR)context;
    (void)dpc, (void)first, (void)second;
    see(THREADS, (uint64_t)InterlockedIncrement(&k.memory[object]));
    KeSetEvent(&k.events[object], 0, FALSE);
}
static VOID on_item(PDEVICE_OBJECT device, PVOID context) {
    (void)device;
    see(THREADS + 1, (uint64_t)InterlockedIncrement(&k.memory[(ULONG_PTR)context]));
}
static VOID on_old_item(PVOID context) {
    see(THREADS + 2, (uint64_t)InterlockedIncrement(&k.memory[(ULONG_PTR)context]));
}

static void queue_dpc(unsigned self, unsigned object) {
    see(self, KeInsertQueueDpc(&k.dpcs[object], NULL, NULL));
}
static void remove_dpc(unsigned self, unsigned object) {
    see(self, KeRemoveQueueDpc(&k.dpcs[object]));
}
static void flush_dpcs(unsigned self, unsigned object) {
    KeFlushQueuedDpcs();
    see(self, (uint64_t)ReadAcquire(&k.memory[object]));
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
    see(self, KeSetTimer(&k.timers[object], (LARGE_INTEGER){.QuadPart = -10000},
                         object ? &k.timer_dpcs[object] : NULL));
}
static void cancel_timer(unsigned self, unsigned object) {
    see(self, KeCancelTimer(&k.timers[object]));
}
static void wait_timer(unsigned self, unsigned object) {
    see(self, (uint64_t)wait(&k.timers[object], 20));
}
static void read_timer(unsigned self, unsigned object) {
    see(self, KeReadStateTimer(&k.timers[object]));
}
static void delay(unsigned self, unsigned object) {
    LARGE_INTEGER time = {.QuadPart = -10000};
    (void)object;
    see(self, (uint64_t)KeDelayExecutionThread(KernelMode, FALSE, &time));
}

/* ---- objects and callbacks ------------------------------------------------------------------- */

static VOID on_callback(PVOID context, PVOID first, PVOID second) {
    (void)context, (void)second;
    see((unsigned)(ULONG_PTR)first, (uint64_t)InterlockedIncrement(&k.memory[0]));
}
static void notify(unsigned self, unsigned object) {
    ExNotifyCallback(k.callbacks[object], (PVOID)(ULONG_PTR)self, NULL);
}
static void watch(unsigned self, unsigned object) {
    PVOID registration = ExRegisterCallback(k.callbacks[object], on_callback, NULL);
    see(self, registration != NULL);
    ExUnregisterCallback(registration);
}
static void unwatch(unsigned self, unsigned object) {
    PVOID registration = InterlockedExchangePointer(&k.registrations[object], NULL);
    see(self, registration != NULL);
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
    see(self, (uint64_t)status);
    if (NT_SUCCESS(status))
        ZwClose(handle);
}
static void close_named(unsigned self, unsigned object) {
    (void)object;
    HANDLE handle = InterlockedExchangePointer(&k.named, NULL);
    if (handle)
        see(self, (uint64_t)ZwClose(handle));
}
static void reference(unsigned self, unsigned object) {
    PVOID body;
    (void)object;
    NTSTATUS status =
        ObReferenceObjectByHandle(InterlockedCompareExchangePointer(&k.named, NULL, NULL),
                                  EVENT_ALL_ACCESS, *ExEventObjectType, KernelMode, &body, NULL);
    see(self, (uint64_t)status);
    if (NT_SUCCESS(status))
        ObDereferenceObject(body);
}

/* ---- threads --------------------------------------------------------------------------------- */

static VOID run_child(PVOID context) {
    InterlockedIncrement(&k.memory[(ULONG_PTR)context]);
}
static void create_thread(unsigned self, unsigned object) {
    HANDLE handle;
    see(self, (uint64_t)PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                             run_child, (PVOID)(ULONG_PTR)object));
    ZwClose(handle);
}
static unsigned next_of(unsigned self) {
    return (self + 1) % program.threads;
}
static void join(unsigned self, unsigned object) {
    (void)object;
    see(self, (uint64_t)wait(k.threads[next_of(self)], -1));
}
static void end_thread(unsigned self, unsigned object) {
    (void)self;
    PsTerminateSystemThread((NTSTATUS)object);
}
static VOID kernel_routine(PKAPC apc, PVOID *normal, PVOID *context, PVOID *first, PVOID *second) {
    (void)apc, (void)normal, (void)context, (void)second;
    see((unsigned)(ULONG_PTR)*first, 55);
}
static VOID rundown_routine(PKAPC apc) {
    (void)apc;
    see(THREADS + 3, 1);
}
static VOID normal_routine(PVOID context, PVOID first, PVOID second) {
    (void)context, (void)second;
    see((unsigned)(ULONG_PTR)first, (uint64_t)InterlockedIncrement(&k.memory[0]));
}
static void queue_apc(unsigned self, unsigned object) {
    unsigned other = next_of(self);
    see(self, KeInsertQueueApc(&k.apcs[other][object], (PVOID)(ULONG_PTR)other, NULL, 0));
}
static void region(unsigned self, unsigned object) {
    KeEnterCriticalRegion();
    see(self, (uint64_t)ReadAcquire(&k.memory[object]));
    KeLeaveCriticalRegion();
    see(self, (uint64_t)ReadAcquire(&k.memory[object]));
}

/* ---- programs -------------------------------------------------------------------------------- */

typedef void op_fn(unsigned self, unsigned object);

#define OP(name)                                                                                   \
    { #name, name }
static const struct {
    const char *name;
    op_fn *run;
} ops[] = {
    OP(load),
    OP(store),
    OP(increment),
    OP(insert_entry),
    OP(remove_entry),
    OP(push_entry),
    OP(pop_entry),
    /* 7: events */
    OP(set),
    OP(clear),
    OP(reset),
    OP(pulse),
    OP(read_event),
    OP(wait_event),
    OP(poll),
    OP(take),
    OP(give),
    OP(read_semaphore),
    OP(own_mutex),
    OP(read_mutex),
    OP(wait_both),
    OP(wait_a_moment),
    /* 21: locks */
    OP(fast_mutex),
    OP(try_fast_mutex),
    OP(guarded_mutex),
    OP(exclusive),
    OP(shared),
    OP(try_exclusive),
    OP(push_exclusive),
    OP(push_shared),
    OP(spin),
    OP(queued_spin),
    OP(spin_increment),
    OP(spin_shared),
    OP(spin_exclusive),
    /* 34: protection */
    OP(protect),
    OP(wait_rundown),
    OP(hold_removal),
    OP(wait_removal),
    /* 38: later */
    OP(queue_dpc),
    OP(remove_dpc),
    OP(flush_dpcs),
    OP(queue_item),
    OP(queue_old_item),
    OP(set_timer),
    OP(cancel_timer),
    OP(wait_timer),
    OP(read_timer),
    OP(delay),
    /* 48: objects */
    OP(notify),
    OP(watch),
    OP(unwatch),
    OP(create_named),
    OP(close_named),
    OP(reference),
    /* 55: threads */
    OP(create_thread),
    OP(join),
    OP(end_thread),
    OP(queue_apc),
    OP(region),
};
enum { OPS = sizeof ops / sizeof ops[0] };
enum { LISTS = 7, DISPATCHER = 21, LOCKS = 34, PROTECTION = 38, LATER = 48, NAMES = 54 };

static VOID run_thread(PVOID context) {
    unsigned self = (unsigned)(ULONG_PTR)context;
    for (unsigned i = 0; i < program.count[self]; i++) {
        const struct step *step = &program.steps[self][i];
        ops[step->op].run(self, step->object);
    }
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
    for (ULONG_PTR i = 0; i < program.threads; i++) {
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

static void print_program(uint64_t seed) {
    print_error("program %llu:\n", (unsigned long long)seed);
    for (unsigned t = 0; t < program.threads; t++) {
        print_error("  thread %u:", t);
        for (unsigned i = 0; i < program.count[t]; i++)
            print_error(" %s(%u)", ops[program.steps[t][i].op].name, program.steps[t][i].object);
        print_error("\n");
    }
}

static void make_program(uint64_t seed, unsigned first, unsigned end) {
    uint64_t state = exp_seed(seed, 1);
    memset(&program, 0, sizeof program);
    program.threads = 2 + exp_below(&state, 2);
    for (unsigned t = 0; t < program.threads; t++) {
        program.count[t] = program.threads == 2 ? 1 + exp_below(&state, STEPS_MAX) : 1;
        for (unsigned i = 0; i < program.count[t]; i++) {
            bool other = exp_below(&state, 4) == 0; /* what the group is not about */
            program.steps[t][i] =
                (struct step){.op = other ? exp_below(&state, DISPATCHER)
                                          : first + exp_below(&state, end - first),
                              .object = exp_below(&state, 3) == 0};
        }
    }
}

/* Programs some orders of which were missed once, or begun in vain. */
static const char *const hard[] = {
    "try_exclusive 0 / shared 0",
    "exclusive 0 / exclusive 0 / queued_spin 0",
    "push_shared 0 / push_exclusive 0 / spin_exclusive 0",
    "spin_shared 0 spin_increment 0 / queued_spin 0 wait_a_moment 0",
    "reset 1 / queue_item 0 queue_item 0",
    "queue_old_item 1 / queue_item 1",
    "cancel_timer 0 / wait_timer 0",
    "cancel_timer 1 queue_dpc 1 / queue_dpc 1 remove_entry 0",
    "reference 0 / close_named 0",
    "end_thread 0 / join 0",
    "create_named 1 / close_named 0",
    "close_named 0 / load 0 / reference 0",
    "queue_item 0 queue_item 0 / load 1 / store 1",
    "wait_removal 0 / wait_removal 0 / hold_removal 0",
    "end_thread 0 / queue_apc 0 / join 1",
    "region 1 join 0 / queue_apc 0 poll 1",
    "join 1 / queue_apc 0 queue_apc 1",
};

static unsigned op_named(const char *name) {
    unsigned op = 0;
    while (op < OPS && strcmp(ops[op].name, name) != 0)
        op++;
    assert_in_range(op, 0, OPS - 1);
    return op;
}

static void read_program(const char *text) {
    char words[128], *rest = words;
    snprintf(words, sizeof words, "%s", text);
    program = (struct program){.threads = 1};
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        unsigned self = program.threads - 1;
        if (strcmp(word, "/") == 0)
            program.threads++;
        else
            program.steps[self][program.count[self]++] = (struct step){
                .op = op_named(word), .object = (unsigned)atoi(strtok_r(rest, " ", &rest))};
    }
}

static void start_driver(rd_world *world) {
    memset(seen, 0, sizeof seen);
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rd_driver_load(world, "k.sys", entry, NULL), RD_OK);
}

static uint64_t outcome(void) {
    uint64_t hash = 0;
    for (int i = 0; i < THREADS + 4; i++)
        hash = exp_mix(hash, seen[i]);
    for (int i = 0; i < OBJECTS; i++)
        hash = exp_mix(hash, (uint64_t)k.memory[i]);
    return hash;
}

static void compare(uint64_t seed, uint32_t choose, uint64_t executions_max,
                    struct orders_totals *totals) {
    const struct orders_of of = {.world = orders_world(choose),
                                 .start = start_driver,
                                 .outcome = outcome,
                                 .print = print_program,
                                 .executions_max =
                                     orders_number("EVERY_ORDER_EXECUTIONS", executions_max),
                                 .plain = orders_number("EVERY_ORDER_PLAIN", 0)};
    orders_compare(&of, seed, totals);
    rd_world_destroy(of.world);
}

static void compare_group(const char *name, unsigned first, unsigned end, uint32_t choose) {
    uint64_t begin = orders_number("EVERY_ORDER_SEED", 1),
             count = orders_number("EVERY_ORDER_PROGRAMS", PROGRAMS);
    struct orders_totals totals = {0};
    for (uint64_t seed = begin; seed < begin + count; seed++) {
        make_program(seed, first, end);
        compare(seed, choose, EXECUTIONS_MAX, &totals);
    }
    orders_print(name, &totals);
    assert_int_equal(totals.wrong, 0);
    assert_true(totals.compared >= count / 4);
}

static void hard_programs_are_reduced_soundly(void **state) {
    struct orders_totals totals = {0};
    (void)state;
    for (unsigned i = 0; i < sizeof hard / sizeof hard[0]; i++) {
        read_program(hard[i]);
        compare(i, 0, HARD_EXECUTIONS_MAX, &totals);
    }
    orders_print("hard", &totals);
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.left_out, 0);
}

static void lists_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("lists", 0, LISTS, 0);
}
static void dispatcher_objects_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("dispatcher", LISTS, DISPATCHER, 0);
}
static void locks_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("locks", DISPATCHER, LOCKS, 0);
}
static void protection_is_reduced_soundly(void **state) {
    (void)state;
    compare_group("protection", LOCKS, PROTECTION, 0);
}
static void what_runs_later_is_reduced_soundly(void **state) {
    (void)state;
    compare_group("later", PROTECTION, LATER, 0);
}
static void names_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("names", LATER, NAMES, 0);
}
static void threads_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("threads", NAMES, OPS, 0);
}
static void timeouts_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("timeouts", LISTS, DISPATCHER, RD_CHOOSE_TIMEOUT);
}

int main(int argc, char **argv) {
    if (argc > 1 && strchr(argv[1], ' ')) {
        struct orders_totals totals = {0};
        read_program(argv[1]);
        compare(0, 0, HARD_EXECUTIONS_MAX, &totals);
        orders_print(argv[1], &totals);
        return totals.wrong || !totals.compared ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_reduced_soundly),
        cmocka_unit_test(dispatcher_objects_are_reduced_soundly),
        cmocka_unit_test(locks_are_reduced_soundly),
        cmocka_unit_test(protection_is_reduced_soundly),
        cmocka_unit_test(what_runs_later_is_reduced_soundly),
        cmocka_unit_test(names_are_reduced_soundly),
        cmocka_unit_test(threads_are_reduced_soundly),
        cmocka_unit_test(timeouts_are_reduced_soundly),
        cmocka_unit_test(hard_programs_are_reduced_soundly),
    };
    return cmocka_run_group_tests_name("explore.every_order_kernel", tests, NULL, NULL);
}
