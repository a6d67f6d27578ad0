/* Rules DRV: the life of a driver. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

static uint32_t entry_irql, entry_pid, entry_calls, unload_calls, unload_irql, unload_pid;
static bool entry_is_system, unload_is_system, entry_is_initial_process;
static UNICODE_STRING *kept_path;
static WCHAR kept_first;
static char path_text[128];

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    unload_calls++;
    unload_irql = KeGetCurrentIrql();
    unload_pid = (uint32_t)(uintptr_t)PsGetCurrentProcessId();
    unload_is_system = PsIsSystemThread(PsGetCurrentThread()) != FALSE;
}

static int32_t good_entry(void *driver, void *path) {
    PUNICODE_STRING registry_path = path;
    entry_calls++;
    entry_irql = KeGetCurrentIrql();
    entry_pid = (uint32_t)(uintptr_t)PsGetCurrentProcessId();
    entry_is_system = PsIsSystemThread(PsGetCurrentThread()) != FALSE;
    entry_is_initial_process = PsGetCurrentProcess() == PsInitialSystemProcess;
    kept_path = registry_path;
    kept_first = registry_path->Buffer[0];
    for (int i = 0; i < registry_path->Length / 2 && i < 127; i++)
        path_text[i] = (char)registry_path->Buffer[i];
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return STATUS_SUCCESS;
}

static int32_t failing_entry(void *driver, void *path) {
    good_entry(driver, path);
    return STATUS_UNSUCCESSFUL;
}

static int32_t no_unload_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return STATUS_SUCCESS;
}

static int driver_setup(void **state) {
    entry_calls = unload_calls = 0;
    memset(path_text, 0, sizeof path_text);
    return test_setup(state);
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

/* ---- entry and unload ------------------------------------------------------------------------ */

static void DRV_01__entry_runs_once_at_passive_level_in_a_system_thread(void **state) {
    driver_load(*state, good_entry);
    assert_int_equal(entry_calls, 1);
    assert_int_equal(entry_irql, PASSIVE_LEVEL);
    assert_int_equal(entry_pid, 4);
    assert_true(entry_is_system);
    assert_true(entry_is_initial_process);
}

static void DRV_02__registry_path_has_its_form_and_is_gone_afterwards(void **state) {
    driver_load(*state, good_entry);
    assert_string_equal(path_text,
                        "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\test");
    assert_int_equal(kept_first, '\\');
}

static void DRV_03__failed_entry_is_unloaded_without_driver_unload(void **state) {
    int32_t status = driver_try(*state, "bad.sys", failing_entry);
    assert_int_equal(status, STATUS_UNSUCCESSFUL);
    assert_int_equal(unload_calls, 0);
    assert_int_equal(rd_driver_unload(*state, "bad.sys", NULL), RD_NOT_FOUND);
}

static VOID on_process(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId, (void)Create;
}

static int32_t half_way_entry(void *driver, void *path) {
    (void)driver, (void)path;
    PsSetCreateProcessNotifyRoutine(on_process, FALSE);
    ExAllocatePool2(POOL_FLAG_PAGED, 100, 'tseT');
    return STATUS_INSUFFICIENT_RESOURCES;
}

static void DRV_04__failed_entry_must_undo_everything(void **state) {
    rd_world *w = *state;
    driver_try(w, "half.sys", half_way_entry);
    event_of_rule(w, 0, RD_EVENT_DRIVER_LEFT, "NTFY-P-70");
    size_t leak = test_event(w, 0, RD_EVENT_POOL_LEAK, "Test");
    assert_int_equal(rd_event_at(w, leak)->a, 100);
    assert_int_equal(rd_event_at(w, leak)->b, 1);
}

static void DRV_05__registration_of_a_failed_driver_stops_the_machine(void **state) {
    rd_world *w = *state;
    driver_try(w, "half.sys", half_way_entry);
    program_register(w, "app.exe", quiet);
    assert_int_equal(rd_process_start(w, "app.exe", NULL, NULL), RD_FAILED);
    expect_stop(w, 0xCE, "RUN-20");
}

static void DRV_11__unload_runs_at_passive_level_in_a_system_thread(void **state) {
    driver_load(*state, good_entry);
    driver_unload(*state);
    assert_int_equal(unload_calls, 1);
    assert_int_equal(unload_irql, PASSIVE_LEVEL);
    assert_int_equal(unload_pid, 4);
    assert_true(unload_is_system);
}

static void DRV_12__without_driver_unload_it_stays(void **state) {
    int32_t status = 0;
    driver_load(*state, no_unload_entry);
    assert_int_equal(rd_driver_unload(*state, "test.sys", &status), RD_FAILED);
    assert_int_equal(status, STATUS_INVALID_DEVICE_REQUEST);
    assert_int_equal(driver_try(*state, "test.sys", no_unload_entry), STATUS_IMAGE_ALREADY_LOADED);
}

static void DRV_20__a_loaded_driver_is_refused(void **state) {
    driver_load(*state, good_entry);
    assert_int_equal(driver_try(*state, "test.sys", good_entry), STATUS_IMAGE_ALREADY_LOADED);
    assert_int_equal(entry_calls, 1);
    driver_unload(*state);
    driver_load(*state, good_entry);
    assert_int_equal(entry_calls, 2);
}

static int32_t leaking_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return ExAllocatePool2(POOL_FLAG_NON_PAGED, 40, '1gaT') &&
                   ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, '2gaT')
               ? STATUS_SUCCESS
               : STATUS_NO_MEMORY;
}

static void DRV_18__pool_left_at_unload_is_reported_by_tag(void **state) {
    rd_world *w = *state;
    driver_load(w, leaking_entry);
    driver_unload(w);
    size_t leak = event_of_rule(w, 0, RD_EVENT_POOL_LEAK, "DRV-18");
    assert_int_equal(rd_event_at(w, leak)->a, 64);
    assert_int_equal(rd_event_at(w, leak)->b, 2);
    assert_non_null(strstr(rd_event_at(w, leak)->text, "Tag1"));
    assert_non_null(strstr(rd_event_at(w, leak)->text, "Tag2"));
}

static int32_t crashing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    driver_crash();
    return STATUS_SUCCESS;
}

static void DRV_22__an_exception_in_driver_entry_stops_the_machine(void **state) {
    rd_world *w = *state;
    rd_bugcheck bugcheck;
    assert_int_equal(rd_driver_load(w, "test.sys", crashing_entry, NULL), RD_FAILED);
    expect_stop(w, 0x7E, "DRV-22");
    rd_world_bugcheck(w, &bugcheck);
    assert_int_equal((int32_t)bugcheck.parameters[0], STATUS_ACCESS_VIOLATION);
}

static int32_t raised_entry(void *driver, void *path) {
    KIRQL irql;
    (void)driver, (void)path;
    KeRaiseIrql(APC_LEVEL, &irql);
    return STATUS_SUCCESS;
}

static void IRQL_10__driver_entry_must_return_at_its_level(void **state) {
    rd_bugcheck bugcheck;
    rd_driver_load(*state, "test.sys", raised_entry, NULL);
    expect_stop(*state, 0xC8, "IRQL-10");
    rd_world_bugcheck(*state, &bugcheck);
    assert_int_equal(bugcheck.parameters[0], APC_LEVEL << 16 | PASSIVE_LEVEL << 8);
}

/* ---- what runs after the unload -------------------------------------------------------------- */

static LARGE_INTEGER ten_ms = {.QuadPart = -100000};
static bool thread_finished;

static VOID sleepy_thread(PVOID context) {
    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &ten_ms);
    thread_finished = true;
}

static PVOID thread_object;

static NTSTATUS start_sleepy(void) {
    HANDLE handle;
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, sleepy_thread, NULL);
    thread_finished = false;
    if (!NT_SUCCESS(status))
        return status;
    status = ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                       &thread_object, NULL);
    ZwClose(handle);
    return status;
}

static int32_t careless_thread_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return start_sleepy();
}

static VOID joining_unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    KeWaitForSingleObject(thread_object, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread_object);
}

static int32_t careful_thread_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = joining_unload;
    return start_sleepy();
}

static void RUN_23__a_thread_alive_after_unload_stops_the_machine(void **state) {
    rd_world *w = *state;
    rd_verdict verdict;
    driver_load(w, careless_thread_entry);
    driver_unload(w);
    event_of_rule(w, 0, RD_EVENT_DRIVER_LEFT, "RUN-23");
    rd_run(w, &verdict);
    expect_stop(w, 0xCE, "RUN-23");
    assert_false(thread_finished);
}

static void DRV_24__a_driver_waits_for_its_threads(void **state) {
    driver_load(*state, careful_thread_entry);
    driver_unload(*state);
    assert_true(thread_finished);
    assert_int_equal(test_count(*state, RD_EVENT_DRIVER_LEFT, NULL), 0);
    program_run(*state, RD_VERDICT_FINISHED);
}

static void TERM_52__a_joined_thread_runs_no_driver_code_any_more(void **state) {
    rd_world *w = *state;
    driver_load(w, careful_thread_entry);
    size_t unloads = rd_event_count(w);
    driver_unload(w);
    size_t gone = event_of_rule(w, unloads, RD_EVENT_DRIVER_UNLOAD, "DRV-16");
    size_t signaled =
        rd_event_find(w, unloads, &(rd_event_query){.kind = RD_EVENT_THREAD_SIGNALED});
    assert_true(signaled < gone);
}

static KTIMER timer;
static KDPC dpc;
static uint32_t dpc_calls, dpc_irql;

static VOID on_dpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) {
    (void)Dpc, (void)Context, (void)Argument1, (void)Argument2;
    dpc_calls++;
    dpc_irql = KeGetCurrentIrql();
}

static int32_t timer_entry(void *driver, void *path) {
    (void)path;
    dpc_calls = 0;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, on_dpc, NULL);
    KeSetTimer(&timer, ten_ms, &dpc);
    return STATUS_SUCCESS;
}

static void RUN_23__a_timer_armed_after_unload_stops_the_machine(void **state) {
    rd_verdict verdict;
    driver_load(*state, timer_entry);
    driver_unload(*state);
    rd_run(*state, &verdict);
    assert_int_equal(verdict, RD_VERDICT_BUGCHECK);
    expect_stop(*state, 0xD4, "RUN-23");
    assert_int_equal(dpc_calls, 0);
}

static void RUN_21__at_raised_irql_the_code_is_another(void **state) {
    rd_verdict verdict;
    driver_load(*state, timer_entry);
    driver_unload(*state);
    rd_run(*state, &verdict);
    expect_stop(*state, 0xD4, "RUN-21");
}

static void timers_run_their_dpc_at_dispatch_level(void **state) {
    driver_load(*state, timer_entry);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_int_equal(dpc_calls, 1);
    assert_int_equal(dpc_irql, DISPATCH_LEVEL);
}

static int32_t periodic_entry(void *driver, void *path) {
    (void)driver, (void)path;
    dpc_calls = 0;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeInitializeDpc(&dpc, on_dpc, NULL);
    KeSetTimerEx(&timer, ten_ms, 10, &dpc);
    return STATUS_SUCCESS;
}

static int sleeps_100_ms(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(105);
    return 0;
}

static void periodic_timers_run_while_somebody_lives(void **state) {
    rd_world *w = *state;
    driver_load(w, periodic_entry);
    program_run(w, RD_VERDICT_FINISHED); /* nobody lives: time stands still */
    assert_int_equal(dpc_calls, 0);
    program(w, sleeps_100_ms);
    assert_int_equal(dpc_calls, 10);
    rd_run_until(w, rd_time(w) + 500000, NULL);
    assert_in_range(dpc_calls, 14, 16);
}

static WORK_QUEUE_ITEM item;
static uint32_t work_calls, work_pid, work_irql;

static VOID on_work(PVOID parameter) {
    work_calls++;
    work_pid = (uint32_t)(uintptr_t)PsGetCurrentProcessId();
    work_irql = KeGetCurrentIrql();
    if (parameter)
        KeSetEvent(parameter, 0, FALSE);
}

static int32_t work_entry(void *driver, void *path) {
    KEVENT done;
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    work_calls = 0;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    ExInitializeWorkItem(&item, on_work, &done);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return STATUS_SUCCESS;
}

static void work_items_run_in_the_system_process(void **state) {
    driver_load(*state, work_entry);
    assert_int_equal(work_calls, 1);
    assert_int_equal(work_pid, 4);
    assert_int_equal(work_irql, PASSIVE_LEVEL);
    driver_unload(*state);
    assert_int_equal(test_count(*state, RD_EVENT_DRIVER_LEFT, NULL), 0);
}

static VOID queueing_unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    ExInitializeWorkItem(&item, on_work, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
}

static int32_t careless_work_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = queueing_unload;
    return STATUS_SUCCESS;
}

static void RUN_23__a_work_item_after_unload_stops_the_machine(void **state) {
    rd_verdict verdict;
    driver_load(*state, careless_work_entry);
    driver_unload(*state);
    rd_run(*state, &verdict);
    expect_stop(*state, 0xCE, "RUN-23");
}

static VOID ends_worker(PVOID parameter) {
    (void)parameter;
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static void queue_ending_item(void *context) {
    KEVENT never;
    (void)context;
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    ExInitializeWorkItem(&item, ends_worker, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, NULL);
}

static void TERM_44__a_work_item_may_not_end_its_thread(void **state) {
    kernel_stop(*state, queue_ending_item, 0xE9, "TERM-44");
}

/* ---- devices --------------------------------------------------------------------------------- */

static NTSTATUS device_status[6];
static PDEVICE_OBJECT device;
static WCHAR device_name[] = {'\\', 'D', 'e', 'v', 'i', 'c', 'e', '\\', 'X', 0};
static WCHAR link_name[] = {'\\', '?', '?', '\\', 'X', 0};
static WCHAR dos_name[] = {'\\', 'D', 'o', 's', 'D', 'e', 'v', 'i', 'c', 'e', 's', '\\', 'X', 0};

static int32_t device_entry(void *driver, void *path) {
    UNICODE_STRING name, link, dos;
    PDEVICE_OBJECT other;
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    RtlInitUnicodeString(&name, device_name);
    RtlInitUnicodeString(&link, link_name);
    RtlInitUnicodeString(&dos, dos_name);
    device_status[0] = IoCreateDevice(driver, 32, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    device_status[1] = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &other);
    device_status[2] = IoCreateSymbolicLink(&link, &name);
    device_status[3] = IoCreateSymbolicLink(&dos, &name);
    device_status[4] = IoDeleteSymbolicLink(&dos);
    device_status[5] = IoDeleteSymbolicLink(&link);
    return STATUS_SUCCESS;
}

static void DRV_17__devices_left_at_unload_are_reported(void **state) {
    rd_world *w = *state;
    driver_load(w, device_entry);
    assert_int_equal(device_status[0], STATUS_SUCCESS);
    assert_int_equal(device_status[1], STATUS_OBJECT_NAME_COLLISION);
    assert_int_equal(device_status[2], STATUS_SUCCESS);
    assert_int_equal(device_status[3], STATUS_OBJECT_NAME_COLLISION);
    assert_int_equal(device_status[4], STATUS_SUCCESS);
    assert_int_equal(device_status[5], STATUS_OBJECT_NAME_NOT_FOUND);
    driver_unload(w);
    size_t left = event_of_rule(w, 0, RD_EVENT_DRIVER_LEFT, "DRV-17");
    assert_non_null(strstr(rd_event_at(w, left)->text, "devices: 1"));
}

static NTSTATUS late_status;

static VOID late_unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    late_status = PsSetCreateProcessNotifyRoutine(on_process, TRUE);
}

/* Its registration fails, and it returns success all the same. */
static int32_t careless_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = late_unload;
    PsSetCreateProcessNotifyRoutineEx2((PSCREATEPROCESSNOTIFYTYPE)9, NULL, FALSE);
    return STATUS_SUCCESS;
}

static void DRV_07__removing_what_failed_to_register_finds_nothing(void **state) {
    driver_load(*state, careless_entry);
    driver_unload(*state);
    assert_int_equal(late_status, STATUS_PROCEDURE_NOT_FOUND);
}

static void DRV_16__nothing_of_an_unloaded_driver_is_found(void **state) {
    driver_load(*state, good_entry);
    driver_unload(*state);
    assert_int_equal(rd_driver_unload(*state, "test.sys", NULL), RD_NOT_FOUND);
    event_of_rule(*state, 0, RD_EVENT_DRIVER_UNLOAD, "DRV-16");
}

static void DRV_15__the_end_of_the_machine_does_not_unload(void **state) {
    driver_load(*state, good_entry);
    program(*state, quiet);
    rd_world_reset(*state);
    assert_int_equal(unload_calls, 0);
}

#define driver_case(function) cmocka_unit_test_setup_teardown(function, driver_setup, test_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        driver_case(DRV_01__entry_runs_once_at_passive_level_in_a_system_thread),
        driver_case(DRV_02__registry_path_has_its_form_and_is_gone_afterwards),
        driver_case(DRV_03__failed_entry_is_unloaded_without_driver_unload),
        driver_case(DRV_04__failed_entry_must_undo_everything),
        driver_case(DRV_05__registration_of_a_failed_driver_stops_the_machine),
        driver_case(DRV_07__removing_what_failed_to_register_finds_nothing),
        driver_case(DRV_15__the_end_of_the_machine_does_not_unload),
        driver_case(DRV_16__nothing_of_an_unloaded_driver_is_found),
        driver_case(DRV_11__unload_runs_at_passive_level_in_a_system_thread),
        driver_case(DRV_12__without_driver_unload_it_stays),
        driver_case(DRV_17__devices_left_at_unload_are_reported),
        driver_case(DRV_18__pool_left_at_unload_is_reported_by_tag),
        driver_case(DRV_20__a_loaded_driver_is_refused),
        driver_case(DRV_22__an_exception_in_driver_entry_stops_the_machine),
        driver_case(DRV_24__a_driver_waits_for_its_threads),
        driver_case(IRQL_10__driver_entry_must_return_at_its_level),
        driver_case(RUN_21__at_raised_irql_the_code_is_another),
        driver_case(RUN_23__a_thread_alive_after_unload_stops_the_machine),
        driver_case(RUN_23__a_timer_armed_after_unload_stops_the_machine),
        driver_case(RUN_23__a_work_item_after_unload_stops_the_machine),
        driver_case(TERM_44__a_work_item_may_not_end_its_thread),
        driver_case(TERM_52__a_joined_thread_runs_no_driver_code_any_more),
        driver_case(timers_run_their_dpc_at_dispatch_level),
        driver_case(periodic_timers_run_while_somebody_lives),
        driver_case(work_items_run_in_the_system_process),
    };
    return cmocka_run_group_tests_name("DRV", tests, NULL, NULL);
}
