/* Rules IRQL, POOL and LOCK: what stops the machine, and with which words. */
#include <string.h>

#include "support/rd_driver_test.h"

#define DBG 1 /* PAGED_CODE and assertions count in every build */
#include "rundown/sdk/ntifs.h"

enum {
    TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24,
    OTHER = 'O' | 't' << 8 | 'h' << 16 | 'e' << 24
};

/* Runs each breach in a world of its own. */
struct breach {
    void (*function)(void *context);
    uint32_t code;
    uint64_t first; /* first parameter of the stop */
    const char *rule;
};

static void check(void **state, const struct breach *breaches, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rd_bugcheck bugcheck;
        kernel_stop(*state, breaches[i].function, breaches[i].code, breaches[i].rule);
        rd_world_bugcheck(*state, &bugcheck);
        assert_int_equal(bugcheck.parameters[0], breaches[i].first);
        rd_world_destroy(*state);
        *state = test_world(NULL);
    }
}
#define CHECK(...)                                                                                 \
    do {                                                                                           \
        const struct breach breaches[] = {__VA_ARGS__};                                            \
        check(state, breaches, sizeof breaches / sizeof breaches[0]);                              \
    } while (0)

static KIRQL raise_to(KIRQL level) {
    KIRQL before;
    KeRaiseIrql(level, &before);
    return before;
}

/* ---- IRQL ------------------------------------------------------------------------------------ */

static VOID routine(HANDLE a, HANDLE b, BOOLEAN c) {
    (void)a, (void)b, (void)c;
}

static VOID thread_routine(PVOID context) {
    (void)context;
}

static void create_thread_raised(void *context) {
    HANDLE thread;
    (void)context;
    raise_to(APC_LEVEL);
    PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, thread_routine, NULL);
}

static void register_raised(void *context) {
    (void)context;
    raise_to(APC_LEVEL);
    PsSetCreateThreadNotifyRoutine(routine);
}

static void IRQL_01__passive_level_only(void **state) {
    CHECK({create_thread_raised, 0xC4, 0xE5, "IRQL-01"}, {register_raised, 0xC4, 0xE5, "IRQL-08"});
}

static void look_up_at_dispatch(void *context) {
    PEPROCESS process;
    (void)context;
    raise_to(DISPATCH_LEVEL);
    PsLookupProcessByProcessId(NULL, &process);
}

static void fast_mutex_at_dispatch(void *context) {
    FAST_MUTEX mutex;
    (void)context;
    ExInitializeFastMutex(&mutex);
    raise_to(DISPATCH_LEVEL);
    ExAcquireFastMutex(&mutex);
}

static void region_at_dispatch(void *context) {
    (void)context;
    raise_to(DISPATCH_LEVEL);
    KeEnterCriticalRegion();
}

static void IRQL_02__up_to_apc_level(void **state) {
    CHECK({look_up_at_dispatch, 0xC4, 0xE5, "IRQL-02"}, {region_at_dispatch, 0xC4, 0xE5, "IRQL-02"},
          {fast_mutex_at_dispatch, 0xC4, 0x33, "LOCK-01"});
}

static LONG previous_state;

static void allowed_at_dispatch(void *context) {
    KEVENT event;
    KSPIN_LOCK lock;
    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeSpinLock(&lock);
    KIRQL before = raise_to(DISPATCH_LEVEL);
    previous_state = KeSetEvent(&event, 0, FALSE);
    ObReferenceObject(PsGetCurrentProcess());
    ObDereferenceObject(PsGetCurrentProcess());
    KeAcquireSpinLockAtDpcLevel(&lock);
    KeReleaseSpinLockFromDpcLevel(&lock);
    ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, TAG), TAG);
    KeLowerIrql(before);
}

static void IRQL_03__what_dispatch_level_may_call(void **state) {
    kernel_call(*state, allowed_at_dispatch);
    assert_int_equal(previous_state, 0);
}

static NTSTATUS wait_status;

static void poll_at_dispatch(void *context) {
    KEVENT event;
    LARGE_INTEGER zero = {.QuadPart = 0};
    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KIRQL before = raise_to(DISPATCH_LEVEL);
    wait_status = KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &zero);
    KeLowerIrql(before);
}

static void block_at_dispatch(void *context) {
    KEVENT event;
    (void)context;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    raise_to(DISPATCH_LEVEL);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static void sleep_at_dispatch(void *context) {
    LARGE_INTEGER delay = {.QuadPart = -10};
    (void)context;
    raise_to(DISPATCH_LEVEL);
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
}

static void IRQL_04__waits_at_dispatch_level_only_with_timeout_0(void **state) {
    kernel_call(*state, poll_at_dispatch);
    assert_int_equal(wait_status, STATUS_TIMEOUT);
    CHECK({block_at_dispatch, 0xC4, 0x3B, "IRQL-04"}, {sleep_at_dispatch, 0xC4, 0xE5, "IRQL-04"});
}

static void IRQL_05__blocking_at_dispatch_level_stops_the_machine(void **state) {
    CHECK({block_at_dispatch, 0xC4, 0x3B, "IRQL-05"});
}

/* A ULONG in pool of that kind, read or written to at that level. */
static void touch_pool(POOL_FLAGS kind, KIRQL level, bool write) {
    volatile ULONG *memory = ExAllocatePool2(kind, sizeof *memory, TAG);
    KIRQL before = raise_to(level);
    if (write)
        *memory = 5;
    else
        (void)*memory;
    KeLowerIrql(before);
    *memory = 6;
    ExFreePoolWithTag((PVOID)memory, TAG);
}

static void read_paged_at_dispatch(void *context) {
    (void)context;
    touch_pool(POOL_FLAG_PAGED, DISPATCH_LEVEL, false);
}

static void write_paged_at_dispatch(void *context) {
    (void)context;
    touch_pool(POOL_FLAG_PAGED, DISPATCH_LEVEL, true);
}

static void touch_what_may_be_touched(void *context) {
    (void)context;
    touch_pool(POOL_FLAG_PAGED, APC_LEVEL, true);
    touch_pool(POOL_FLAG_PAGED, PASSIVE_LEVEL, false);
    touch_pool(POOL_FLAG_NON_PAGED, DISPATCH_LEVEL, true);
}

static void touch_in_dpc(PKDPC dpc, PVOID context, PVOID a, PVOID b) {
    (void)dpc, (void)a, (void)b;
    *(volatile ULONG *)context = 1;
}

static void dpc_touches_paged(void *context) {
    static KDPC dpc;
    (void)context;
    KeInitializeDpc(&dpc, touch_in_dpc, ExAllocatePool2(POOL_FLAG_PAGED, 4, TAG));
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
}

static void IRQL_06__paged_pool_is_out_at_dispatch_level(void **state) {
    const struct {
        void (*function)(void *);
        ULONG access;
    } rows[] = {{read_paged_at_dispatch, 0}, {write_paged_at_dispatch, 1}, {dpc_touches_paged, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_bugcheck bugcheck;
        kernel_call(*state, touch_what_may_be_touched);
        kernel_stop(*state, rows[i].function, 0xD1, "IRQL-06");
        rd_world_bugcheck(*state, &bugcheck);
        assert_int_equal(bugcheck.parameters[1], DISPATCH_LEVEL);
        assert_int_equal(bugcheck.parameters[2], rows[i].access);
        rd_world_reset(*state); /* the pool can be used again */
    }
}

/* What is paged in can be touched at every level: without the verifier nothing is paged out. */
static void IRQL_06__only_the_verifier_pages_out(void **state) {
    rd_world_options options = {.size = sizeof options, .verifier = RD_VERIFIER_OFF};
    rd_world_destroy(*state);
    *state = test_world(&options);
    kernel_call(*state, read_paged_at_dispatch);
}

static void close_in_fast_mutex(void *context) {
    FAST_MUTEX mutex;
    (void)context;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    ZwClose(NULL);
}

static void close_in_guarded_region(void *context) {
    (void)context;
    KeEnterGuardedRegion();
    ZwClose(NULL);
}

static void IRQL_07__services_need_passive_level_and_special_apcs(void **state) {
    CHECK({close_in_fast_mutex, 0xC4, 0xE6, "IRQL-07"},
          {close_in_guarded_region, 0xC4, 0xE6, "IRQL-07"});
}

static void raise_down(void *context) {
    (void)context;
    raise_to(DISPATCH_LEVEL);
    raise_to(APC_LEVEL);
}

static void lower_up(void *context) {
    (void)context;
    KeLowerIrql(DISPATCH_LEVEL);
}

static void IRQL_09__raise_goes_up_and_lower_goes_down(void **state) {
    CHECK({raise_down, 0xC4, 0x30, "IRQL-09"}, {lower_up, 0xC4, 0x31, "IRQL-09"});
}

static void IRQL_08__wrong_level_is_0xE5(void **state) {
    CHECK({look_up_at_dispatch, 0xC4, 0xE5, "IRQL-08"});
}

static void paged_code_at_dispatch(void *context) {
    (void)context;
    raise_to(DISPATCH_LEVEL);
    PAGED_CODE();
}

static void IRQL_12__paged_code_asserts(void **state) {
    rd_world *w = *state;
    assert_int_equal(rd_system_call(w, paged_code_at_dispatch, NULL), RD_FAILED);
    test_event(w, 0, RD_EVENT_DBG_PRINT, "PAGED_CODE");
}

static void wait_under_spin_lock(void *context) {
    KSPIN_LOCK lock;
    KEVENT event;
    KIRQL irql;
    (void)context;
    KeInitializeSpinLock(&lock);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeAcquireSpinLock(&lock, &irql);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static void IRQL_13__no_wait_under_a_spin_lock(void **state) {
    CHECK({wait_under_spin_lock, 0xC4, 0x3B, "IRQL-05"});
}

/* ---- pool ------------------------------------------------------------------------------------ */

static unsigned char bytes[4];

static void look_at_fresh_memory(void *context) {
    (void)context;
    unsigned char *p = ExAllocatePoolWithTag(NonPagedPoolNx, 16, TAG);
    bytes[0] = p[0];
    ExFreePool(p);
    p = ExAllocatePool2(POOL_FLAG_PAGED, 16, TAG);
    bytes[1] = p[15];
    ExFreePoolWithTag(p, TAG);
    p = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 16, TAG);
    bytes[2] = p[0];
    ExFreePoolWithTag(p, TAG);
    p = ExAllocatePoolZero(PagedPool, 16, TAG);
    bytes[3] = p[15];
    ExFreePoolWithTag(p, TAG);
}

static void POOL_01__only_pool2_zeroes(void **state) {
    kernel_call(*state, look_at_fresh_memory);
    assert_int_not_equal(bytes[0], 0);
    assert_int_equal(bytes[1], 0);
    assert_int_not_equal(bytes[2], 0);
    assert_int_equal(bytes[3], 0);
}

static PVOID refused[3];

static void ask_badly(void *context) {
    (void)context;
    refused[0] = ExAllocatePool2(0, 16, TAG);
    refused[1] = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 16, TAG);
    refused[2] = ExAllocatePoolWithTag(PagedPool, (SIZE_T)1 << 40, TAG);
}

static void POOL_02__failure_is_null(void **state) {
    kernel_call(*state, ask_badly);
    for (int i = 0; i < 3; i++)
        assert_null(refused[i]);
}

static void ask_for_nothing(void *context) {
    (void)context;
    ExAllocatePoolWithTag(PagedPool, 0, TAG);
}

static void POOL_03__zero_bytes(void **state) {
    CHECK({ask_for_nothing, 0xC2, 0, "POOL-03"});
}

static void paged_at_dispatch(void *context) {
    (void)context;
    raise_to(DISPATCH_LEVEL);
    ExAllocatePool2(POOL_FLAG_PAGED, 8, TAG);
}

static void free_paged_at_dispatch(void *context) {
    (void)context;
    PVOID p = ExAllocatePool2(POOL_FLAG_PAGED, 8, TAG);
    raise_to(DISPATCH_LEVEL);
    ExFreePoolWithTag(p, TAG);
}

static void nonpaged_too_high(void *context) {
    (void)context;
    raise_to(CLOCK_LEVEL);
    ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, TAG);
}

static void POOL_04__levels(void **state) {
    CHECK({paged_at_dispatch, 0xC4, 0x01, "POOL-04"},
          {free_paged_at_dispatch, 0xC4, 0x11, "POOL-04"},
          {nonpaged_too_high, 0xC4, 0x02, "POOL-04"});
}

static void free_twice(void *context) {
    (void)context;
    PVOID p = ExAllocatePool2(POOL_FLAG_PAGED, 8, TAG);
    ExFreePoolWithTag(p, TAG);
    ExFreePoolWithTag(p, TAG);
}

static void free_with_other_tag(void *context) {
    (void)context;
    ExFreePoolWithTag(ExAllocatePool2(POOL_FLAG_PAGED, 8, TAG), OTHER);
}

static void free_stack(void *context) {
    int local = 0;
    (void)context;
    ExFreePool(&local);
}

static void POOL_05__bad_frees(void **state) {
    CHECK({free_twice, 0xC2, 0x7, "POOL-05"}, {free_with_other_tag, 0xC2, 0xA, "POOL-05"},
          {free_stack, 0xC2, 0x7, "POOL-05"});
}

static void write_past_end(void *context) {
    (void)context;
    char *p = ExAllocatePool2(POOL_FLAG_PAGED, 10, TAG);
    p[10] = 1;
    ExFreePoolWithTag(p, TAG);
}

static void POOL_06__overruns_are_found_at_free(void **state) {
    CHECK({write_past_end, 0xC4, 0x51, "POOL-06"});
}

static void free_active_timer(void *context) {
    LARGE_INTEGER due = {.QuadPart = -1000};
    (void)context;
    PKTIMER timer = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *timer, TAG);
    KeInitializeTimer(timer);
    KeSetTimer(timer, due, NULL);
    ExFreePoolWithTag(timer, TAG);
}

static void POOL_07__active_timers_may_not_be_freed(void **state) {
    CHECK({free_active_timer, 0xC4, 0x15, "POOL-07"});
}

/* ---- locks ----------------------------------------------------------------------------------- */

static FAST_MUTEX fast;

static void take_fast_twice(void *context) {
    (void)context;
    ExInitializeFastMutex(&fast);
    ExAcquireFastMutex(&fast);
    ExAcquireFastMutex(&fast);
}

static void release_fast_at_passive(void *context) {
    (void)context;
    ExInitializeFastMutex(&fast);
    ExReleaseFastMutex(&fast);
}

static int hangs_in_driver(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static VOID takes_twice(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId;
    if (!Create)
        take_fast_twice(NULL);
}

static int32_t hanging_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(takes_twice, FALSE);
}

static void hang_in_driver(rd_world *w, rd_verdict verdict) {
    driver_load(w, hanging_entry);
    program_register(w, "app.exe", hangs_in_driver);
    program_start(w, "app.exe");
    program_run(w, verdict);
    assert_non_null(strstr(rd_world_explanation(w), "fast mutex"));
}

static void LOCK_01__fast_mutexes_are_not_recursive(void **state) {
    rd_world *w = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options), .verifier = RD_VERIFIER_OFF});
    hang_in_driver(w, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(w), "owned by thread"));
    rd_world_destroy(w);
    hang_in_driver(*state, RD_VERDICT_BUGCHECK);
    expect_stop(*state, 0xC4, "which it holds already");
}

static void LOCK_01__fast_mutexes_are_released_at_apc_level(void **state) {
    CHECK({release_fast_at_passive, 0xC4, 0x34, "LOCK-01"});
}

static ERESOURCE resource;
static BOOLEAN got[4];

static void take_resource_bare(void *context) {
    (void)context;
    ExInitializeResourceLite(&resource);
    ExAcquireResourceExclusiveLite(&resource, TRUE);
}

static void resource_recursion(void *context) {
    (void)context;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    got[0] = ExAcquireResourceExclusiveLite(&resource, TRUE);
    got[1] = ExAcquireResourceExclusiveLite(&resource, FALSE);
    got[2] = ExAcquireResourceSharedLite(&resource, FALSE);
    got[3] = ExIsResourceAcquiredExclusiveLite(&resource);
    for (int i = 0; i < 3; i++)
        ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

static void delete_resource_twice(void *context) {
    (void)context;
    ExInitializeResourceLite(&resource);
    ExDeleteResourceLite(&resource);
    ExDeleteResourceLite(&resource);
}

static void LOCK_02__resources(void **state) {
    kernel_call(*state, resource_recursion);
    for (int i = 0; i < 4; i++)
        assert_true(got[i]);
    CHECK({take_resource_bare, 0xC4, 0x37, "LOCK-02"},
          {delete_resource_twice, 0xC4, 0xD1, "LOCK-02"});
}

static uint32_t shared_order, reader_got, writer_got;

static VOID reader(PVOID context) {
    (void)context;
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&resource, TRUE);
    reader_got = ++shared_order;
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static VOID writer(PVOID context) {
    (void)context;
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    writer_got = ++shared_order;
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void readers_and_writer(void *context) {
    HANDLE thread;
    LARGE_INTEGER delay = {.QuadPart = -10000};
    (void)context;
    shared_order = 0;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&resource, TRUE);
    PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, reader, NULL);
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, writer, NULL);
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    got[0] = ExGetExclusiveWaiterCount(&resource) == 1;
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
}

static void resources_admit_readers_together_and_writers_alone(void **state) {
    kernel_call(*state, readers_and_writer);
    assert_int_equal(reader_got, 1);
    assert_true(got[0]);
    assert_int_equal(writer_got, 2);
}

static void release_spin_too_low(void *context) {
    KSPIN_LOCK lock;
    KIRQL irql;
    (void)context;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
    KeLowerIrql(APC_LEVEL);
    KeReleaseSpinLock(&lock, irql);
}

static void acquire_spin_too_high(void *context) {
    KSPIN_LOCK lock;
    KIRQL irql;
    (void)context;
    KeInitializeSpinLock(&lock);
    raise_to(CLOCK_LEVEL);
    KeAcquireSpinLock(&lock, &irql);
}

static void acquire_spin_twice(void *context) {
    KSPIN_LOCK lock;
    KIRQL irql;
    (void)context;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
    KeAcquireSpinLockAtDpcLevel(&lock);
}

static void LOCK_03__spin_locks(void **state) {
    CHECK({release_spin_too_low, 0xC4, 0x32, "LOCK-03"},
          {acquire_spin_too_high, 0xC4, 0x42, "LOCK-03"},
          {acquire_spin_twice, 0xC4, 0x1000, "LOCK-03"});
}

static KIRQL guarded_level;
static BOOLEAN guarded_disabled, try_failed;

static void hold_guarded(void *context) {
    KGUARDED_MUTEX mutex;
    (void)context;
    KeInitializeGuardedMutex(&mutex);
    KeAcquireGuardedMutex(&mutex);
    guarded_level = KeGetCurrentIrql();
    guarded_disabled = KeAreAllApcsDisabled();
    try_failed = !KeTryToAcquireGuardedMutex(&mutex);
    KeReleaseGuardedMutex(&mutex);
}

static void LOCK_04__guarded_mutexes(void **state) {
    kernel_call(*state, hold_guarded);
    assert_int_equal(guarded_level, PASSIVE_LEVEL);
    assert_true(guarded_disabled);
    assert_true(try_failed);
}

static void push_lock_bare(void *context) {
    EX_PUSH_LOCK lock;
    (void)context;
    ExInitializePushLock(&lock);
    ExAcquirePushLockExclusive(&lock);
}

static void LOCK_05__push_locks_need_a_critical_region(void **state) {
    CHECK({push_lock_bare, 0xC4, 0x37, "LOCK-05"});
}

static KMUTEX mutex;
static LONG states[4];

static void mutex_recursion(void *context) {
    (void)context;
    KeInitializeMutex(&mutex, 0);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    states[0] = KeReleaseMutex(&mutex, FALSE);
    states[1] = KeReadStateMutex(&mutex);
    states[2] = KeReleaseMutex(&mutex, FALSE);
    states[3] = KeReadStateMutex(&mutex);
}

static void release_foreign_mutex(void *context) {
    (void)context;
    KeInitializeMutex(&mutex, 0);
    KeReleaseMutex(&mutex, FALSE);
}

static void wait_for_mutex_in_user_mode(void *context) {
    (void)context;
    KeInitializeMutex(&mutex, 0);
    KeWaitForSingleObject(&mutex, Executive, UserMode, FALSE, NULL);
}

static void LOCK_06__kernel_mutexes(void **state) {
    kernel_call(*state, mutex_recursion);
    assert_int_equal(states[0], -1);
    assert_int_equal(states[1], 0);
    assert_int_equal(states[2], 0);
    assert_int_equal(states[3], 1);
    CHECK({release_foreign_mutex, 0x7E, (uint64_t)(int64_t)STATUS_MUTANT_NOT_OWNED, "DRV-22"},
          {wait_for_mutex_in_user_mode, 0xC4, 0x52440007, "LOCK-06"});
}

static void leave_without_enter(void *context) {
    (void)context;
    KeLeaveCriticalRegion();
}

static void LOCK_07__leave_needs_enter(void **state) {
    CHECK({leave_without_enter, 0xC4, 0x3E, "LOCK-07"});
}

static void use_uninitialised(void *context) {
    KEVENT event;
    (void)context;
    memset(&event, 0, sizeof event);
    KeSetEvent(&event, 0, FALSE);
}

static void DRV_08__what_routines_use_must_be_initialised(void **state) {
    CHECK({use_uninitialised, 0xC4, 0x1002, "DRV-08"});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(IRQL_01__passive_level_only),
        test_case(IRQL_02__up_to_apc_level),
        test_case(IRQL_03__what_dispatch_level_may_call),
        test_case(IRQL_04__waits_at_dispatch_level_only_with_timeout_0),
        test_case(IRQL_05__blocking_at_dispatch_level_stops_the_machine),
        test_case(IRQL_06__paged_pool_is_out_at_dispatch_level),
        test_case(IRQL_06__only_the_verifier_pages_out),
        test_case(IRQL_07__services_need_passive_level_and_special_apcs),
        test_case(IRQL_08__wrong_level_is_0xE5),
        test_case(IRQL_09__raise_goes_up_and_lower_goes_down),
        test_case(IRQL_12__paged_code_asserts),
        test_case(IRQL_13__no_wait_under_a_spin_lock),
        test_case(POOL_01__only_pool2_zeroes),
        test_case(POOL_02__failure_is_null),
        test_case(POOL_03__zero_bytes),
        test_case(POOL_04__levels),
        test_case(POOL_05__bad_frees),
        test_case(POOL_06__overruns_are_found_at_free),
        test_case(POOL_07__active_timers_may_not_be_freed),
        test_case(LOCK_01__fast_mutexes_are_not_recursive),
        test_case(LOCK_01__fast_mutexes_are_released_at_apc_level),
        test_case(LOCK_02__resources),
        test_case(resources_admit_readers_together_and_writers_alone),
        test_case(LOCK_03__spin_locks),
        test_case(LOCK_04__guarded_mutexes),
        test_case(LOCK_05__push_locks_need_a_critical_region),
        test_case(LOCK_06__kernel_mutexes),
        test_case(LOCK_07__leave_needs_enter),
        test_case(DRV_08__what_routines_use_must_be_initialised),
    };
    return cmocka_run_group_tests_name("kernel rules", tests, NULL, NULL);
}
