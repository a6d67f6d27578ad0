/* Rundown protection, unloading and locks where they meet notify routines, threads and handles. */
#include <string.h>

#include "image/image_support.h"
#include "io/io.h"
#include "notify_record.h"

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static NTSTATUS status_of[4];

static VOID no_unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
}

static void start(PKSTART_ROUTINE routine, PVOID context) {
    HANDLE thread;
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, context);
    ZwClose(thread);
}

static void pause_ms(int ms) {
    LARGE_INTEGER interval = {.QuadPart = -10000LL * ms};
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

/* ---- holders --------------------------------------------------------------------------------- */

static EX_RUNDOWN_REF protection;
static unsigned inside, most_inside;

static VOID holder(PVOID context) {
    (void)context;
    if (!ExAcquireRundownProtection(&protection))
        return;
    if (++inside > most_inside)
        most_inside = inside;
    pause_ms(2);
    inside--;
    ExReleaseRundownProtection(&protection);
}

static void two_holders(void *context) {
    (void)context;
    inside = most_inside = 0;
    ExInitializeRundownProtection(&protection);
    start(holder, NULL);
    start(holder, NULL);
    pause_ms(1);
    ExWaitForRundownProtectionRelease(&protection);
    status_of[0] = inside == 0;
}

static void RUN_15__holders_run_side_by_side(void **state) {
    kernel_call(*state, two_holders);
    assert_int_equal(most_inside, 2);
    assert_int_equal(status_of[0], 1);
}

static bool in_region;

/* Driver code on behalf of a program, which suspends the thread meanwhile. */
static DWORD WINAPI holds_for_program(LPVOID unused) {
    struct rd_world *w = port_current_world();
    struct ke_thread *thread = ke_current(w);
    (void)unused;
    ke_enter_kernel(thread);
    if (in_region)
        KeEnterCriticalRegion();
    ExAcquireRundownProtection(&protection);
    pause_ms(2);
    ExReleaseRundownProtection(&protection);
    if (in_region)
        KeLeaveCriticalRegion();
    ke_leave_kernel(w, thread);
    return 0;
}

static DWORD WINAPI waits_for_holders(LPVOID unused) {
    struct rd_world *w = port_current_world();
    struct ke_thread *thread = ke_current(w);
    (void)unused;
    ke_enter_kernel(thread);
    ExWaitForRundownProtectionRelease(&protection);
    ke_leave_kernel(w, thread);
    return 0;
}

static bool kills_holder;

static int suspends_holder(int argc, char **argv) {
    (void)argc, (void)argv;
    ExInitializeRundownProtection(&protection);
    HANDLE thread = CreateThread(NULL, 0, holds_for_program, NULL, 0, NULL);
    Sleep(1);
    SuspendThread(thread);
    HANDLE waiter = CreateThread(NULL, 0, waits_for_holders, NULL, 0, NULL);
    DWORD waited = WaitForSingleObject(waiter, 100);
    if (kills_holder)
        TerminateThread(thread, 3); /* it still gives back what it holds */
    else
        ResumeThread(thread);
    WaitForSingleObject(waiter, INFINITE);
    WaitForSingleObject(thread, INFINITE);
    return waited == WAIT_OBJECT_0 ? 1 : 2;
}

static void RUN_13__a_suspended_holder_stalls_the_wait_unless_in_a_region(void **state) {
    rd_process_info info;
    (void)state;
    for (int i = 0; i < 3; i++) {
        rd_world *w = test_world(NULL);
        in_region = i == 1;
        kills_holder = i == 2;
        uint32_t pid = program(w, suspends_holder);
        assert_int_equal(rd_process_get(w, pid, &info), RD_OK);
        assert_int_equal(info.exit_code, in_region ? 1 : 2);
        rd_world_destroy(w);
    }
}

static void use_cache_aware(void *context) {
    PEX_RUNDOWN_REF_CACHE_AWARE aware =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, 'tseT');
    (void)context;
    status_of[0] = ExAcquireRundownProtectionCacheAware(aware) &&
                   ExAcquireRundownProtectionCacheAwareEx(aware, 2);
    ExReleaseRundownProtectionCacheAwareEx(aware, 2);
    ExReleaseRundownProtectionCacheAware(aware);
    ExWaitForRundownProtectionReleaseCacheAware(aware);
    status_of[1] = ExAcquireRundownProtectionCacheAware(aware);
    ExRundownCompletedCacheAware(aware);
    ExReInitializeRundownProtectionCacheAware(aware);
    status_of[2] = ExAcquireRundownProtectionCacheAware(aware);
    ExReleaseRundownProtectionCacheAware(aware);
    ExFreeCacheAwareRundownProtection(aware);
}

static void release_cache_aware_twice(void *context) {
    PEX_RUNDOWN_REF_CACHE_AWARE aware =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, 'tseT');
    (void)context;
    ExReleaseRundownProtectionCacheAware(aware);
}

static void initialise_with_bad_flags(void *context) {
    char space[64];
    (void)context;
    ExInitializeRundownProtectionCacheAwareEx((PEX_RUNDOWN_REF_CACHE_AWARE)(void *)space, 0x80);
}

static void RUN_26__cache_aware_references_follow_the_same_rules(void **state) {
    kernel_call(*state, use_cache_aware);
    assert_true(status_of[0] && !status_of[1] && status_of[2]);
    kernel_stop(*state, release_cache_aware_twice, 0xC4, "RUN-10");
    rd_world *w = test_world(NULL);
    kernel_stop(w, initialise_with_bad_flags, 0x16C, "RUN-26");
    rd_world_destroy(w);
}

/* ---- locks and routines ---------------------------------------------------------------------- */

static FAST_MUTEX lock;
static bool free_first;

static VOID locking_routine(PEPROCESS Process, HANDLE ProcessId,
                            PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId, (void)CreateInfo;
    ExAcquireFastMutex(&lock);
    ExReleaseFastMutex(&lock);
}

static VOID removes_under_lock(PDRIVER_OBJECT DriverObject) {
    KIRQL irql;
    (void)DriverObject;
    KeRaiseIrql(APC_LEVEL, &irql);
    ExAcquireFastMutexUnsafe(&lock);
    KeLowerIrql(irql);
    pause_ms(1); /* a process is created meanwhile */
    PsSetCreateProcessNotifyRoutineEx(locking_routine, TRUE);
    ExReleaseFastMutexUnsafe(&lock);
}

static int32_t locking_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = removes_under_lock;
    ExInitializeFastMutex(&lock);
    return PsSetCreateProcessNotifyRoutineEx(locking_routine, FALSE);
}

static void hang_at_removal(rd_world *w) {
    program_register(w, "app.exe", quiet);
    program_start(w, "app.exe"); /* its exit is the call */
    driver_load(w, locking_entry);
    assert_int_equal(rd_driver_unload(w, "test.sys", NULL), RD_FAILED);
}

static void RUN_19__removal_under_a_lock_that_the_routine_needs_hangs_both(void **state) {
    (void)state;
    rd_world *w = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options), .verifier = RD_VERIFIER_OFF});
    hang_at_removal(w);
    program_run(w, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(w), "fast mutex"));
    assert_non_null(strstr(rd_world_explanation(w), "running calls of a notify routine"));
    rd_world_destroy(w);
}

static void RUN_19__the_verifier_finds_it_before_it_hangs(void **state) {
    hang_at_removal(*state);
    expect_stop(*state, 0xC4, "RUN-19");
}

static VOID thread_routine(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ProcessId, (void)ThreadId, (void)Create;
    ExAcquireFastMutex(&lock);
    ExReleaseFastMutex(&lock);
}

static VOID nothing(PVOID context) {
    (void)context;
}

static void create_under_lock(void *context) {
    KIRQL irql;
    (void)context;
    ExInitializeFastMutex(&lock);
    PsSetCreateThreadNotifyRoutine(thread_routine);
    KeRaiseIrql(APC_LEVEL, &irql);
    ExAcquireFastMutexUnsafe(&lock);
    KeLowerIrql(irql);
    start(nothing, NULL); /* the routine is called on this thread */
}

static void LOCK_08__a_thread_created_under_a_lock_that_its_routine_takes(void **state) {
    assert_int_equal(rd_system_call(*state, create_under_lock, NULL), RD_FAILED);
    assert_non_null(strstr(rd_last_error(*state), "fast mutex"));
}

/* ---- data that goes too early ---------------------------------------------------------------- */

static ULONG *table;

static VOID uses_table(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId, (void)CreateInfo;
    if (!table)
        driver_crash(); /* what using it would do */
    else
        ++*table;
}

static void free_table(void) {
    ULONG *freed = table;
    table = NULL;
    ExFreePoolWithTag(freed, 'balT');
}

static VOID frees_table(PVOID context) {
    (void)context;
    if (free_first)
        free_table();
    PsSetCreateProcessNotifyRoutineEx(uses_table, TRUE);
    if (!free_first)
        free_table();
}

static int32_t table_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = no_unload;
    table = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *table, 'balT');
    *table = 0;
    NTSTATUS status = PsSetCreateProcessNotifyRoutineEx(uses_table, FALSE);
    start(frees_table, NULL);
    return status;
}

static unsigned crashes_in(unsigned seeds) {
    unsigned crashes = 0;
    for (unsigned seed = 1; seed <= seeds; seed++) {
        rd_verdict verdict = RD_VERDICT_FINISHED;
        rd_world *w = test_world(&(rd_world_options){
            .size = sizeof(rd_world_options), .strategy = RD_STRATEGY_RANDOM, .seed = seed});
        program_register(w, "app.exe", quiet);
        program_start(w, "app.exe");
        program_start(w, "app.exe");
        driver_load(w, table_entry);
        rd_run(w, &verdict);
        crashes += verdict == RD_VERDICT_BUGCHECK;
        rd_world_destroy(w);
    }
    return crashes;
}

static void RUN_25__data_freed_before_the_removal_is_used(void **state) {
    (void)state;
    free_first = true;
    assert_in_range(crashes_in(200), 1, 199);
    free_first = false;
    assert_int_equal(crashes_in(200), 0);
}

/* ---- code that has gone ---------------------------------------------------------------------- */

static int32_t forgetful_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = no_unload;
    return PsSetCreateProcessNotifyRoutineEx(locking_routine, FALSE);
}

static int32_t plain_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = no_unload;
    return STATUS_SUCCESS;
}

static void RUN_22__a_driver_unloaded_long_ago_is_forgotten(void **state) {
    (void)state;
    for (int others = 49; others <= 50; others++) {
        rd_world *w = test_world(NULL);
        driver_load(w, forgetful_entry);
        driver_unload(w);
        for (int i = 0; i < others; i++) {
            driver_try(w, "other.sys", plain_entry);
            assert_int_equal(rd_driver_unload(w, "other.sys", NULL), RD_OK);
        }
        program_register(w, "app.exe", quiet);
        rd_process_start(w, "app.exe", NULL, NULL);
        expect_stop(w, others == 50 ? 0x50 : 0xCE, others == 50 ? "RUN-22" : "RUN-20");
        rd_world_destroy(w);
    }
}

static KEVENT stop;
static bool thread_ended;

static VOID late_thread(PVOID context) {
    (void)context;
    KeWaitForSingleObject(&stop, Executive, KernelMode, FALSE, NULL);
    pause_ms(5);
    thread_ended = true;
}

/* Tells the thread to end and does not wait for it. */
static VOID hurried_unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    KeSetEvent(&stop, 0, FALSE);
}

static int32_t holding_entry(void *driver, void *path) {
    HANDLE thread;
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = hurried_unload;
    KeInitializeEvent(&stop, NotificationEvent, FALSE);
    thread_ended = false;
    NTSTATUS status = IoCreateSystemThread(driver, &thread, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                           late_thread, NULL);
    ZwClose(thread);
    return status;
}

static void RUN_24__a_thread_of_IoCreateSystemThread_keeps_the_image(void **state) {
    driver_load(*state, holding_entry);
    driver_unload(*state);
    program(*state, quiet);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_true(thread_ended);
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

/* ---- handles --------------------------------------------------------------------------------- */

static void *reference(HANDLE handle, KPROCESSOR_MODE mode) {
    PVOID object = NULL;
    status_of[0] = ObReferenceObjectByHandle(handle, 0, *PsProcessType, mode, &object, NULL);
    return object;
}

static void null_handle(void *context) {
    (void)context;
    reference(NULL, KernelMode);
}

static void bad_handle(void *context) {
    (void)context;
    reference((HANDLE)(ULONG_PTR)0xFFFFFFFF80004444u, KernelMode);
}

static void kernel_handle_of_system(void *context) {
    HANDLE handle;
    (void)context;
    ObOpenObjectByPointer(PsInitialSystemProcess, OBJ_KERNEL_HANDLE, NULL, 0, *PsProcessType,
                          KernelMode, &handle);
    reference(handle, UserMode);
}

static KPROCESSOR_MODE mode_of_program;

static int passes_handle(int argc, char **argv) {
    struct rd_world *w = port_current_world();
    struct ke_thread *thread = ke_current(w);
    HANDLE handle = OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentProcessId());
    (void)argc, (void)argv;
    ke_enter_kernel(thread);
    void *object = reference(handle, mode_of_program);
    if (object)
        ObDereferenceObject(object);
    ke_leave_kernel(w, thread);
    return 0;
}

static void LOCK_11__handles_that_must_not_be_referenced(void **state) {
    static const struct {
        void (*function)(void *context);
        uint64_t what;
    } rows[] = {{null_handle, 0xF5}, {bad_handle, 0x3C}, {kernel_handle_of_system, 0xF7}};
    rd_bugcheck bugcheck;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_world *w = test_world(NULL);
        kernel_stop(w, rows[i].function, 0xC4, "LOCK-11");
        rd_world_bugcheck(w, &bugcheck);
        assert_int_equal(bugcheck.parameters[0], rows[i].what);
        rd_world_destroy(w);
    }
    mode_of_program = UserMode;
    program(*state, passes_handle);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    mode_of_program = KernelMode;
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_BUGCHECK);
    expect_stop(*state, 0xC4, "LOCK-11");
    rd_world_bugcheck(*state, &bugcheck);
    assert_int_equal(bugcheck.parameters[0], 0xF6);
}

/* ---- the way back to user mode --------------------------------------------------------------- */

static NTSTATUS raising_dispatch(PDEVICE_OBJECT device, PIRP irp) {
    KIRQL irql;
    (void)device;
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL)
        KeRaiseIrql(APC_LEVEL, &irql);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static int32_t device_entry(void *driver, void *path) {
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    PDRIVER_OBJECT object = driver;
    (void)path;
    RtlInitUnicodeString(&name, u"\\Device\\Raises");
    RtlInitUnicodeString(&link, u"\\DosDevices\\Raises");
    object->MajorFunction[IRP_MJ_CREATE] = object->MajorFunction[IRP_MJ_CLOSE] = raising_dispatch;
    object->MajorFunction[IRP_MJ_CLEANUP] = raising_dispatch;
    object->MajorFunction[IRP_MJ_DEVICE_CONTROL] = raising_dispatch;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    return NT_SUCCESS(status) ? IoCreateSymbolicLink(&link, &name) : status;
}

static int controls(int argc, char **argv) {
    DWORD returned;
    (void)argc, (void)argv;
    HANDLE file = CreateFileA("\\\\.\\Raises", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    DeviceIoControl(file, 0x222000, NULL, 0, NULL, 0, &returned, NULL);
    return 0;
}

static void IRQL_11__a_service_returns_at_passive_level(void **state) {
    driver_load(*state, device_entry);
    program_register(*state, "app.exe", controls);
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_BUGCHECK);
    expect_stop(*state, 0x4A, "IRQL-11");
}

/* ---- whose image holds a routine ------------------------------------------------------------- */

static PVOID routine_of_other;

static int32_t borrowing_entry(void *driver, void *path) {
    (void)path;
    ((struct io_driver *)((PDRIVER_OBJECT)driver)->DriverSection)->force_integrity = false;
    status_of[0] = PsSetCreateProcessNotifyRoutineEx(
        (PCREATE_PROCESS_NOTIFY_ROUTINE_EX)(ULONG_PTR)routine_of_other, FALSE);
    status_of[1] = PsSetCreateProcessNotifyRoutineEx(locking_routine, FALSE);
    return STATUS_SUCCESS;
}

/* lender.sys leaves the address of its routine where a dispatch routine would stand. */
static void NTFY_P_17__the_image_of_the_routine_counts_not_the_caller(void **state) {
    rd_world *w = *state;
    void *directory = NULL;
    assert_int_equal(enter_scratch(&directory), 0);
    write_text("lender.c", "#include <ntddk.h>\n"
                           "static VOID seen(PEPROCESS p, HANDLE i, PPS_CREATE_NOTIFY_INFO c) {}\n"
                           "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p) {\n"
                           "    d->MajorFunction[IRP_MJ_PNP] = (PDRIVER_DISPATCH)(ULONG_PTR)seen;\n"
                           "    return STATUS_SUCCESS;\n"
                           "}\n");
    assert_int_equal(shell("$cc --driver -w -o lender.sys lender.c"), 0);
    assert_int_equal(rd_driver_load_file(w, "lender.sys", NULL), RD_OK);
    struct io_driver *lender = io_driver_find(w, "lender.sys");
    PDRIVER_OBJECT object = lender->object;
    routine_of_other = (PVOID)(ULONG_PTR)object->MajorFunction[IRP_MJ_PNP];
    driver_load(w, borrowing_entry);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_ACCESS_DENIED);
    leave_scratch(&directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(RUN_13__a_suspended_holder_stalls_the_wait_unless_in_a_region),
        notify_case(RUN_15__holders_run_side_by_side),
        notify_case(RUN_19__removal_under_a_lock_that_the_routine_needs_hangs_both),
        notify_case(RUN_19__the_verifier_finds_it_before_it_hangs),
        notify_case(RUN_22__a_driver_unloaded_long_ago_is_forgotten),
        notify_case(RUN_24__a_thread_of_IoCreateSystemThread_keeps_the_image),
        notify_case(RUN_25__data_freed_before_the_removal_is_used),
        notify_case(RUN_26__cache_aware_references_follow_the_same_rules),
        notify_case(LOCK_08__a_thread_created_under_a_lock_that_its_routine_takes),
        notify_case(LOCK_11__handles_that_must_not_be_referenced),
        notify_case(IRQL_11__a_service_returns_at_passive_level),
        notify_case(NTFY_P_17__the_image_of_the_routine_counts_not_the_caller),
    };
    return cmocka_run_group_tests_name("rundown", tests, NULL, NULL);
}
