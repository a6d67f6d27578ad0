/* More of the rules TERM, NTFY and DRV: what outlives what, and what a driver may rely on. */
#include <stdlib.h>
#include <string.h>

#include "ke/ke.h"
#include "notify_record.h"
#include "ps/ps.h"

static NTSTATUS status_of[8];

/* Runs driver code on the current user thread, as an IRP's dispatch routine does. */
static void in_kernel(void (*service)(void)) {
    struct rd_world *w = port_current_world();
    struct ke_thread *thread = ke_current(w);
    ke_enter_kernel(thread);
    service();
    ke_leave_kernel(w, thread);
}

static void sleep_ms(int ms) {
    LARGE_INTEGER delay = {.QuadPart = -10000LL * ms};
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 7;
}

static void child_of(PROCESS_INFORMATION *child) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    char command[] = "child.exe";
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, child);
}

/* ---- a driver that watches and dawdles ------------------------------------------------------- */

static PPS_CREATE_NOTIFY_INFO kept_info;
static volatile bool exit_told;
static int *user_memory;
static int seen_in_memory;
static bool valid_object;
static int dawdle_ms;
static NTSTATUS thread_in_exit;

static VOID quick(PVOID context) {
    (void)context;
}

static VOID watch(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    valid_object = PsGetProcessId(Process) == ProcessId;
    if (dawdle_ms)
        sleep_ms(dawdle_ms);
    if (CreateInfo) {
        kept_info = CreateInfo;
        return;
    }
    HANDLE handle, thread;
    if (user_memory)
        seen_in_memory = *user_memory;
    ObOpenObjectByPointer(Process, OBJ_KERNEL_HANDLE, NULL, PROCESS_ALL_ACCESS, *PsProcessType,
                          KernelMode, &handle);
    thread_in_exit =
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, handle, NULL, quick, NULL);
    ZwClose(handle);
    exit_told = true;
}

static int32_t watch_entry(void *driver, void *path) {
    (void)driver, (void)path;
    exit_told = valid_object = false;
    user_memory = NULL;
    dawdle_ms = 0;
    return PsSetCreateProcessNotifyRoutineEx(watch, FALSE);
}

/* Reads what is gone, as a careless driver does; no sanitizer may look. */
#if defined(__clang__)
__attribute__((noinline, no_sanitize("address")))
#else
__attribute__((noinline, no_sanitize_address))
#endif
static SIZE_T
stale_size(void) {
    return kept_info->Size;
}

static void NTFY_P_51__creation_information_is_gone_afterwards(void **state) {
    driver_load(*state, watch_entry);
    program(*state, quiet);
    assert_non_null(kept_info);
    assert_int_not_equal(stale_size(), sizeof(PS_CREATE_NOTIFY_INFO));
}

static void NTFY_P_63__process_pointer_is_valid_during_the_call(void **state) {
    driver_load(*state, watch_entry);
    program(*state, quiet);
    assert_true(valid_object);
}

static DWORD create_took, end_took;

static int times_child(int argc, char **argv) {
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    DWORD before = GetTickCount();
    child_of(&child);
    create_took = GetTickCount() - before;
    before = GetTickCount();
    WaitForSingleObject(child.hProcess, INFINITE);
    end_took = GetTickCount() - before;
    return 0;
}

static void NTFY_P_72__time_in_routines_delays_creator_and_signal(void **state) {
    driver_load(*state, watch_entry);
    program_register(*state, "child.exe", quiet);
    dawdle_ms = 50;
    program(*state, times_child);
    assert_in_range(create_took, 30, 80);
    assert_in_range(end_took, 30, 80);
}

static int with_memory(int argc, char **argv) {
    (void)argc, (void)argv;
    user_memory = HeapAlloc(GetProcessHeap(), 0, sizeof *user_memory);
    *user_memory = 4711;
    return 0;
}

static void TERM_10__user_memory_is_readable_in_the_exit_call(void **state) {
    driver_load(*state, watch_entry);
    program(*state, with_memory);
    assert_int_equal(seen_in_memory, 4711);
}

static bool told_when_signaled;

static int asks_after_child(int argc, char **argv) {
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    child_of(&child);
    WaitForSingleObject(child.hProcess, INFINITE);
    told_when_signaled = exit_told;
    return 0;
}

static void TERM_12__a_satisfied_wait_means_the_routines_have_returned(void **state) {
    driver_load(*state, watch_entry);
    program_register(*state, "child.exe", quiet);
    dawdle_ms = 5;
    program(*state, asks_after_child);
    assert_true(told_when_signaled);
}

static void TERM_24__no_thread_is_created_in_an_exiting_process(void **state) {
    driver_load(*state, watch_entry);
    program(*state, quiet);
    assert_int_equal(thread_in_exit, STATUS_PROCESS_IS_TERMINATING);
}

/* ---- keys per process: the mission's own example --------------------------------------------- */

static uint32_t keys_alive;

static VOID keep_keys(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId;
    keys_alive += Create ? 1 : -1;
}

static int32_t keys_entry(void *driver, void *path) {
    (void)driver, (void)path;
    keys_alive = 0;
    return PsSetCreateProcessNotifyRoutine(keep_keys, FALSE);
}

static int crashes(int argc, char **argv) {
    (void)argc, (void)argv;
    driver_crash();
    return 0;
}

static int ends_child_early(int argc, char **argv) {
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    child_of(&child);
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);
    child_of(&child);
    ExitProcess(3);
}

static void NTFY_P_09__notify_routines_alone_tell_when_to_discard_state(void **state) {
    driver_load(*state, keys_entry);
    program_register(*state, "child.exe", crashes);
    program(*state, ends_child_early);
    assert_int_equal(keys_alive, 0);
}

/* ---- objects and ids ------------------------------------------------------------------------- */

static DWORD first_id, second_id, kept_code;

static int keeps_handle(int argc, char **argv) {
    PROCESS_INFORMATION first, second;
    (void)argc, (void)argv;
    child_of(&first);
    WaitForSingleObject(first.hProcess, INFINITE);
    child_of(&second);
    WaitForSingleObject(second.hProcess, INFINITE);
    first_id = first.dwProcessId;
    second_id = second.dwProcessId;
    GetExitCodeProcess(first.hProcess, &kept_code);
    return 0;
}

static void TERM_17__a_handle_keeps_the_dead_process_object(void **state) {
    program_register(*state, "child.exe", quiet);
    program(*state, keeps_handle);
    assert_int_equal(kept_code, 7);
}

static void TERM_20__an_id_is_reused_only_after_its_object_is_deleted(void **state) {
    program_register(*state, "child.exe", quiet);
    program(*state, keeps_handle);
    assert_int_not_equal(first_id, second_id);
}

static uint32_t released_waiters;

static DWORD WINAPI waits(LPVOID process) {
    WaitForSingleObject(process, INFINITE);
    InterlockedIncrement((LONG *)&released_waiters);
    return 0;
}

static int many_wait(int argc, char **argv) {
    PROCESS_INFORMATION child;
    HANDLE threads[2];
    (void)argc, (void)argv;
    released_waiters = 0;
    child_of(&child);
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, waits, child.hProcess, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    waits(child.hProcess);
    return 0;
}

static void TERM_15__signaling_is_permanent(void **state) {
    program_register(*state, "child.exe", quiet);
    program(*state, many_wait);
    assert_int_equal(released_waiters, 3);
}

/* ---- threads --------------------------------------------------------------------------------- */

static DWORD WINAPI worker(LPVOID parameter) {
    (void)parameter;
    return 0;
}

static int one_worker(int argc, char **argv) {
    (void)argc, (void)argv;
    WaitForSingleObject(CreateThread(NULL, 0, worker, NULL, 0, NULL), INFINITE);
    return 0;
}

static void TERM_05__a_thread_that_is_not_the_last_ends_only_itself(void **state) {
    rd_world *w = *state;
    driver_load(w, watch_entry);
    program(w, one_worker);
    size_t first = test_event(w, 0, RD_EVENT_PROCESS_CREATE, "app.exe");
    first = rd_event_find(w, first, &(rd_event_query){.kind = RD_EVENT_THREAD_SIGNALED});
    assert_true(first < test_event(w, 0, RD_EVENT_PROCESS_LAST_THREAD, NULL));
    assert_true(first < test_event(w, 0, RD_EVENT_PROCESS_HANDLES_CLOSED, NULL));
    assert_int_equal(test_count(w, RD_EVENT_PROCESS_SIGNALED, NULL), 1);
}

static void kill_others(void) {
    status_of[0] = ZwTerminateProcess(NULL, 5);
    status_of[1] = PsGetProcessExitStatus(PsGetCurrentProcess());
}

static DWORD WINAPI forever(LPVOID parameter) {
    (void)parameter;
    Sleep(INFINITE);
    return 0;
}

static int left_alone(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, forever, NULL, 0, NULL);
    Sleep(1);
    in_kernel(kill_others);
    WaitForSingleObject(thread, INFINITE);
    return 3;
}

static void TERM_27__a_null_handle_kills_the_other_threads(void **state) {
    rd_process_info info;
    uint32_t pid = program(*state, left_alone);
    rd_process_get(*state, pid, &info);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(info.exit_code, 3);
}

static void TERM_07__the_exit_status_is_pending_while_it_runs(void **state) {
    program(*state, left_alone);
    assert_int_equal(status_of[1], STATUS_PENDING);
}

static bool went_on;

static VOID outlives_its_handle(PVOID context) {
    (void)context;
    sleep_ms(1);
    went_on = true;
}

static void drop_handle(void *context) {
    HANDLE thread;
    OBJECT_ATTRIBUTES attributes;
    (void)context;
    went_on = false;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL, outlives_its_handle,
                         NULL);
    status_of[0] = ObIsKernelHandle(thread);
    status_of[1] = ZwClose(thread);
    sleep_ms(5);
}

static void TERM_50__closing_the_handle_does_not_end_the_thread(void **state) {
    kernel_call(*state, drop_handle);
    assert_true(status_of[0]);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_true(went_on);
}

static WORK_QUEUE_ITEM item;

static VOID unbalanced(PVOID context) {
    (void)context;
    KeEnterCriticalRegion();
}

static void queue_unbalanced(void *context) {
    (void)context;
    ExInitializeWorkItem(&item, unbalanced, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    sleep_ms(1);
}

static void TERM_42__a_work_item_must_leave_its_regions(void **state) {
    kernel_stop(*state, queue_unbalanced, 0x1, "TERM-42");
}

static VOID unbalanced_routine(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId, (void)Create;
    KeEnterCriticalRegion();
}

static int32_t unbalanced_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(unbalanced_routine, FALSE);
}

static void TERM_42__a_notify_routine_must_leave_its_regions(void **state) {
    driver_load(*state, unbalanced_entry);
    program_register(*state, "app.exe", quiet);
    rd_process_start(*state, "app.exe", NULL, NULL);
    expect_stop(*state, 0x1, "TERM-42");
}

static VOID raising_routine(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    KIRQL irql;
    (void)ParentId, (void)ProcessId, (void)Create;
    KeRaiseIrql(APC_LEVEL, &irql);
}

static int32_t raising_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(raising_routine, FALSE);
}

static void IRQL_10__a_notify_routine_returns_at_its_level(void **state) {
    rd_bugcheck bugcheck;
    driver_load(*state, raising_entry);
    program_register(*state, "app.exe", quiet);
    rd_process_start(*state, "app.exe", NULL, NULL);
    expect_stop(*state, 0xC8, "IRQL-10");
    rd_world_bugcheck(*state, &bugcheck);
    assert_int_equal(bugcheck.parameters[0], 1 << 16);
}

/* ---- unloading on an event that the thread sets as its last statement ------------------------ */

static KEVENT finished;

static VOID sets_event_last(PVOID context) {
    (void)context;
    KeSetEvent(&finished, 0, FALSE);
}

static VOID waits_for_event(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    KeWaitForSingleObject(&finished, Executive, KernelMode, FALSE, NULL);
}

static int32_t event_entry(void *driver, void *path) {
    HANDLE thread;
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = waits_for_event;
    KeInitializeEvent(&finished, NotificationEvent, FALSE);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, sets_event_last, NULL);
    return ZwClose(thread);
}

static void TERM_53__an_event_as_last_statement_is_a_race(void **state) {
    rd_bugcheck bugcheck;
    rd_verdict verdict;
    driver_load(*state, event_entry);
    rd_driver_unload(*state, "test.sys", NULL);
    rd_run(*state, &verdict);
    assert_int_equal(rd_world_bugcheck(*state, &bugcheck), RD_OK);
    assert_int_equal(bugcheck.code, 0xCE);
}

/* ---- several registrations, one of which fails ----------------------------------------------- */

static char places[64];
static unsigned undone;

static int32_t third_fails_entry(void *driver, void *path) {
    (void)driver, (void)path;
    for (int i = 0; i < 62; i++)
        PsSetCreateProcessNotifyRoutine((PCREATE_PROCESS_NOTIFY_ROUTINE)(ULONG_PTR)&places[i],
                                        FALSE);
    status_of[0] = PsSetCreateProcessNotifyRoutine(keep_keys, FALSE);
    status_of[1] = PsSetCreateProcessNotifyRoutine(unbalanced_routine, FALSE);
    status_of[2] = PsSetCreateProcessNotifyRoutine(raising_routine, FALSE);
    undone = NT_SUCCESS(PsSetCreateProcessNotifyRoutine(keep_keys, TRUE));
    undone += NT_SUCCESS(PsSetCreateProcessNotifyRoutine(unbalanced_routine, TRUE));
    status_of[3] = PsSetCreateProcessNotifyRoutine(raising_routine, TRUE);
    return status_of[2];
}

static void DRV_06__exactly_what_succeeded_is_undone(void **state) {
    driver_try(*state, "test.sys", third_fails_entry);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_INVALID_PARAMETER);
    assert_int_equal(undone, 2);
    assert_int_equal(status_of[3], STATUS_PROCEDURE_NOT_FOUND);
}

/* ---- unload while a routine runs ------------------------------------------------------------- */

static KEVENT in_call, go_on;
static bool call_over, over_when_unloaded;

static VOID blocking(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId;
    if (Create)
        return;
    KeSetEvent(&in_call, 0, FALSE);
    KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL);
    call_over = true;
}

static VOID opens_gate(PVOID context) {
    (void)context;
    sleep_ms(10);
    KeSetEvent(&go_on, 0, FALSE);
}

static VOID unload_while_called(PDRIVER_OBJECT DriverObject) {
    HANDLE handle;
    PVOID thread;
    (void)DriverObject;
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, opens_gate, NULL);
    ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode, &thread, NULL);
    ZwClose(handle);
    PsSetCreateProcessNotifyRoutine(blocking, TRUE);
    over_when_unloaded = call_over;
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
}

static int32_t blocking_entry(void *driver, void *path) {
    (void)path;
    call_over = over_when_unloaded = false;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload_while_called;
    KeInitializeEvent(&in_call, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    return PsSetCreateProcessNotifyRoutine(blocking, FALSE);
}

static void DRV_25__unload_runs_beside_notify_calls_until_they_are_removed(void **state) {
    rd_world *w = *state;
    driver_load(w, blocking_entry);
    program_register(w, "app.exe", quiet);
    program_start(w, "app.exe");
    program_run(w, RD_VERDICT_DEADLOCK); /* the exit call waits for the gate */
    assert_false(call_over);
    driver_unload(w);
    assert_true(over_when_unloaded);
    program_run(w, RD_VERDICT_FINISHED);
}

/* ---- availability and waits ------------------------------------------------------------------ */

static void look_up_thread_ex(void *context) {
    WCHAR name[] = {'P', 's', 'S', 'e', 't', 'C', 'r', 'e', 'a', 't', 'e',
                    'T', 'h', 'r', 'e', 'a', 'd', 'N', 'o', 't', 'i', 'f',
                    'y', 'R', 'o', 'u', 't', 'i', 'n', 'e', 'E', 'x', 0};
    UNICODE_STRING string;
    (void)context;
    RtlInitUnicodeString(&string, name);
    status_of[0] = MmGetSystemRoutineAddress(&string) != NULL;
    name[30] = 0;
    RtlInitUnicodeString(&string, name);
    status_of[1] = MmGetSystemRoutineAddress(&string) != NULL;
}

static void NTFY_T_34__availability_by_version(void **state) {
    (void)state;
    for (int old = 0; old < 2; old++) {
        rd_world *w = test_world(&(rd_world_options){.size = sizeof(rd_world_options),
                                                     .profile = old ? "win81" : "win10"});
        kernel_call(w, look_up_thread_ex);
        assert_int_equal(status_of[0], !old);
        assert_int_equal(status_of[1], 1);
        rd_world_destroy(w);
    }
}

static void time_out(void *context) {
    KEVENT event;
    LARGE_INTEGER zero = {.QuadPart = 0};
    (void)context;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    status_of[0] = KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &zero);
}

static void LOCK_09__a_timeout_is_a_success_code(void **state) {
    kernel_call(*state, time_out);
    assert_int_equal(status_of[0], STATUS_TIMEOUT);
    assert_true(NT_SUCCESS(status_of[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_P_09__notify_routines_alone_tell_when_to_discard_state),
        notify_case(NTFY_P_51__creation_information_is_gone_afterwards),
        notify_case(NTFY_P_63__process_pointer_is_valid_during_the_call),
        notify_case(NTFY_P_72__time_in_routines_delays_creator_and_signal),
        notify_case(NTFY_T_34__availability_by_version),
        notify_case(TERM_05__a_thread_that_is_not_the_last_ends_only_itself),
        notify_case(TERM_07__the_exit_status_is_pending_while_it_runs),
        notify_case(TERM_10__user_memory_is_readable_in_the_exit_call),
        notify_case(TERM_12__a_satisfied_wait_means_the_routines_have_returned),
        notify_case(TERM_15__signaling_is_permanent),
        notify_case(TERM_17__a_handle_keeps_the_dead_process_object),
        notify_case(TERM_20__an_id_is_reused_only_after_its_object_is_deleted),
        notify_case(TERM_24__no_thread_is_created_in_an_exiting_process),
        notify_case(TERM_27__a_null_handle_kills_the_other_threads),
        notify_case(TERM_42__a_work_item_must_leave_its_regions),
        notify_case(TERM_42__a_notify_routine_must_leave_its_regions),
        notify_case(TERM_50__closing_the_handle_does_not_end_the_thread),
        notify_case(TERM_53__an_event_as_last_statement_is_a_race),
        notify_case(IRQL_10__a_notify_routine_returns_at_its_level),
        notify_case(DRV_06__exactly_what_succeeded_is_undone),
        notify_case(DRV_25__unload_runs_beside_notify_calls_until_they_are_removed),
        notify_case(LOCK_09__a_timeout_is_a_success_code),
    };
    return cmocka_run_group_tests_name("kernel life", tests, NULL, NULL);
}
