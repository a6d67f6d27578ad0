/* Rules NTFY-T: thread notify routines, what they are told and when. */
#include "notify_record.h"

/* ---- the driver ------------------------------------------------------------------------------ */

static void fill(struct call *call, HANDLE process, HANDLE thread) {
    PETHREAD found = NULL;
    call->pid = id_of(process);
    call->tid = id_of(thread);
    call->lookup = PsLookupThreadByThreadId(thread, &found);
    if (!found)
        return;
    call->exit_status = PsGetThreadExitStatus(found);
    call->is_current = found == PsGetCurrentThread();
    call->signaled = KeReadStateThread((PKTHREAD)found) != 0;
    call->active_threads = PsIsSystemThread(found);
    call->same_object = id_of(PsGetThreadProcessId(found)) == call->pid;
    ObDereferenceObject(found);
}

static VOID legacy(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    fill(record(ADDRESS(legacy), Create != FALSE), ProcessId, ThreadId);
}

static VOID non_system(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    fill(record(ADDRESS(non_system), Create != FALSE), ProcessId, ThreadId);
}

static VOID subsystems(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    fill(record(ADDRESS(subsystems), Create != FALSE), ProcessId, ThreadId);
}

static uint32_t tracked, tracked_at_process_exit;

static VOID tracker(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ProcessId, (void)ThreadId;
    record(ADDRESS(tracker), Create != FALSE);
    tracked += Create ? 1 : -1;
}

static VOID on_process(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    struct call *call = record(ADDRESS(on_process), Create != FALSE);
    (void)ParentId;
    call->pid = id_of(ProcessId);
    if (!Create)
        tracked_at_process_exit = tracked;
}

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    PsRemoveCreateThreadNotifyRoutine(legacy);
}

static int32_t legacy_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return PsSetCreateThreadNotifyRoutine(legacy);
}

static int32_t all_entry(void *driver, void *path) {
    (void)driver, (void)path;
    PsSetCreateThreadNotifyRoutine(legacy);
    PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifyNonSystem, ADDRESS(non_system));
    return PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifySubsystems, ADDRESS(subsystems));
}

static int32_t tracker_entry(void *driver, void *path) {
    (void)driver, (void)path;
    tracked = tracked_at_process_exit = 0;
    PsSetCreateThreadNotifyRoutine(tracker);
    return PsSetCreateProcessNotifyRoutine(on_process, FALSE);
}

/* ---- programs -------------------------------------------------------------------------------- */

static DWORD worker_id, main_id;

static DWORD WINAPI worker(LPVOID parameter) {
    return (DWORD)(ULONG_PTR)parameter;
}

static DWORD WINAPI forever(LPVOID parameter) {
    (void)parameter;
    Sleep(INFINITE);
    return 0;
}

static int one_worker(int argc, char **argv) {
    (void)argc, (void)argv;
    main_id = GetCurrentThreadId();
    HANDLE thread = CreateThread(NULL, 0, worker, (LPVOID)5, 0, &worker_id);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static int kill_worker(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, forever, NULL, 0, &worker_id);
    Sleep(1);
    TerminateThread(thread, 5);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static int suspended_worker(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, CREATE_SUSPENDED, &worker_id);
    Sleep(1);
    ResumeThread(thread);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static int never_runs(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, CREATE_SUSPENDED, &worker_id);
    TerminateThread(thread, 6);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static int several_workers(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < 4; i++)
        CreateThread(NULL, 0, forever, NULL, 0, NULL);
    Sleep(1);
    return 0;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void NTFY_T_01__creation_and_exit_are_told(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    uint32_t pid = program(w, one_worker);
    assert_int_equal(count_of(ADDRESS(legacy), pid, true), 2);
    assert_int_equal(count_of(ADDRESS(legacy), pid, false), 2);
}

static void NTFY_T_08__creation_calls_run_in_the_creator(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    uint32_t pid = program(w, one_worker);
    const struct call *call = call_of(ADDRESS(legacy), pid, true, 1);
    assert_int_equal(call->tid, worker_id);
    assert_int_equal(call->current_tid, main_id);
}

static void NTFY_T_10__exit_calls_run_in_the_exiting_thread(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    uint32_t pid = program(w, kill_worker);
    for (uint32_t i = 0; i < 2; i++) {
        const struct call *call = call_of(ADDRESS(legacy), pid, false, i);
        assert_int_equal(call->tid, call->current_tid);
        assert_int_equal(call->current_pid, pid);
    }
}

static void NTFY_T_11__routines_run_at_passive_level(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    program(w, one_worker);
    assert_int_equal(call_count, 4);
    for (uint32_t i = 0; i < call_count; i++) {
        assert_int_equal(calls[i].irql, PASSIVE_LEVEL);
        assert_true(calls[i].apcs_disabled);
    }
}

static NTSTATUS status_of[8];

static void add_and_remove(void *context) {
    (void)context;
    status_of[0] = PsRemoveCreateThreadNotifyRoutine(legacy);
    status_of[1] = PsSetCreateThreadNotifyRoutine(legacy);
    status_of[2] = PsSetCreateThreadNotifyRoutine(legacy);
    status_of[3] = PsRemoveCreateThreadNotifyRoutine(legacy);
    status_of[4] = PsRemoveCreateThreadNotifyRoutine(legacy);
    status_of[5] = PsRemoveCreateThreadNotifyRoutine(legacy);
}

static void NTFY_T_05__removal_status(void **state) {
    kernel_call(*state, add_and_remove);
    assert_int_equal(status_of[0], STATUS_PROCEDURE_NOT_FOUND);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
}

static void NTFY_T_07__a_routine_can_be_registered_twice(void **state) {
    kernel_call(*state, add_and_remove);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[5], STATUS_PROCEDURE_NOT_FOUND);
}

static void null_sequence(void *context) {
    (void)context;
    status_of[0] = PsRemoveCreateThreadNotifyRoutine(NULL);
    status_of[1] = PsSetCreateThreadNotifyRoutine(NULL);
    status_of[2] = PsRemoveCreateThreadNotifyRoutine(NULL);
    status_of[3] = PsRemoveCreateThreadNotifyRoutine(NULL);
}

static void NTFY_T_06__null_is_like_any_pointer(void **state) {
    kernel_call(*state, null_sequence);
    assert_int_equal(status_of[0], STATUS_PROCEDURE_NOT_FOUND);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[3], STATUS_PROCEDURE_NOT_FOUND);
}

static int fitted;
static NTSTATUS full;

static void fill_table(void *context) {
    (void)context;
    for (fitted = 0; fitted < 70; fitted++) {
        full = fitted & 1 ? PsSetCreateThreadNotifyRoutine(legacy)
                          : PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifyNonSystem,
                                                             ADDRESS(legacy));
        if (!NT_SUCCESS(full))
            break;
    }
}

static void NTFY_T_03__full_table_is_insufficient_resources(void **state) {
    kernel_call(*state, fill_table);
    assert_int_equal(full, STATUS_INSUFFICIENT_RESOURCES);
}

static void fill_legacy(void *context) {
    (void)context;
    for (fitted = 0; NT_SUCCESS(PsSetCreateThreadNotifyRoutine(legacy)) && fitted < 70; fitted++)
        ;
}

static void NTFY_T_19__eight_slots_before_vista(void **state) {
    (void)state;
    rd_world *w =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .profile = "xp"});
    kernel_call(w, fill_legacy);
    assert_int_equal(fitted, 8);
    rd_world_destroy(w);
}

static void NTFY_T_20__sixty_four_shared_slots(void **state) {
    kernel_call(*state, fill_table);
    assert_int_equal(fitted, 64);
}

static void other_types(void *context) {
    (void)context;
    status_of[0] = PsSetCreateThreadNotifyRoutineEx((PSCREATETHREADNOTIFYTYPE)2, ADDRESS(legacy));
    status_of[1] = PsSetCreateThreadNotifyRoutineEx((PSCREATETHREADNOTIFYTYPE)-1, ADDRESS(legacy));
    status_of[2] = PsRemoveCreateThreadNotifyRoutine(legacy);
    status_of[3] = PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifyNonSystem, ADDRESS(legacy));
    status_of[4] =
        PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifySubsystems, ADDRESS(legacy));
    status_of[5] = PsRemoveCreateThreadNotifyRoutine(legacy);
    status_of[6] = PsRemoveCreateThreadNotifyRoutine(legacy);
    status_of[7] = PsRemoveCreateThreadNotifyRoutine(legacy);
}

static void NTFY_T_16__unknown_types_are_refused(void **state) {
    kernel_call(*state, other_types);
    assert_int_equal(status_of[0], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[1], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[2], STATUS_PROCEDURE_NOT_FOUND);
}

static void NTFY_T_17__one_removal_routine_for_all_flavours(void **state) {
    kernel_call(*state, other_types);
    assert_int_equal(status_of[5], STATUS_SUCCESS);
    assert_int_equal(status_of[6], STATUS_SUCCESS);
}

static void NTFY_T_18__both_types_take_two_slots(void **state) {
    kernel_call(*state, other_types);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[6], STATUS_SUCCESS);
    assert_int_equal(status_of[7], STATUS_PROCEDURE_NOT_FOUND);
}

static void register_at_apc_level(void *context) {
    KIRQL irql;
    (void)context;
    KeRaiseIrql(APC_LEVEL, &irql);
    PsSetCreateThreadNotifyRoutine(legacy);
}

static void remove_at_apc_level(void *context) {
    KIRQL irql;
    (void)context;
    PsSetCreateThreadNotifyRoutine(legacy);
    KeRaiseIrql(APC_LEVEL, &irql);
    status_of[0] = PsRemoveCreateThreadNotifyRoutine(legacy);
    KeLowerIrql(irql);
}

static void NTFY_T_12__registration_at_passive_removal_up_to_apc_level(void **state) {
    kernel_call(*state, remove_at_apc_level);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    kernel_stop(*state, register_at_apc_level, 0xC4, "NTFY-T-12");
}

static void NTFY_T_13__non_system_creation_runs_on_the_new_thread(void **state) {
    rd_world *w = *state;
    driver_load(w, all_entry);
    uint32_t pid = program(w, one_worker);
    for (uint32_t i = 0; i < 2; i++) {
        const struct call *call = call_of(ADDRESS(non_system), pid, true, i);
        assert_int_equal(call->pid, pid);
        assert_int_equal(call->tid, call->current_tid);
    }
}

static void NTFY_T_14__subsystems_creation_runs_in_the_creator(void **state) {
    rd_world *w = *state;
    driver_load(w, all_entry);
    uint32_t pid = program(w, one_worker);
    const struct call *call = call_of(ADDRESS(subsystems), pid, true, 1);
    assert_int_equal(call->tid, worker_id);
    assert_int_equal(call->current_tid, main_id);
    assert_int_equal(count_of(ADDRESS(subsystems), pid, false), 2);
}

static void NTFY_T_24__all_thread_exits_precede_the_process_exit_call(void **state) {
    rd_world *w = *state;
    driver_load(w, tracker_entry);
    program(w, several_workers);
    assert_int_equal(count_of(ADDRESS(tracker), 0, true), 5);
    assert_int_equal(count_of(ADDRESS(tracker), 0, false), 5);
    assert_int_equal(tracked_at_process_exit, 0);
}

static void NTFY_T_25__last_thread_reports_itself_then_the_process(void **state) {
    rd_world *w = *state;
    driver_load(w, tracker_entry);
    program(w, several_workers);
    const struct call *thread = &calls[call_count - 2], *process = &calls[call_count - 1];
    assert_ptr_equal(thread->routine, ADDRESS(tracker));
    assert_ptr_equal(process->routine, ADDRESS(on_process));
    assert_int_equal(thread->current_tid, process->current_tid);
}

static void NTFY_T_26__process_creation_precedes_its_first_thread(void **state) {
    rd_world *w = *state;
    driver_load(w, tracker_entry);
    program(w, one_worker);
    assert_ptr_equal(calls[0].routine, ADDRESS(on_process));
    assert_ptr_equal(calls[1].routine, ADDRESS(tracker));
    assert_int_equal(calls[0].current_tid, calls[1].current_tid);
}

static void NTFY_T_28__suspended_threads_are_told_at_once_or_when_they_run(void **state) {
    rd_world *w = *state;
    driver_load(w, all_entry);
    program(w, suspended_worker);
    size_t created =
        rd_event_find(w, 0, &(rd_event_query){.kind = RD_EVENT_THREAD_CREATE, .rule = "THRD-19"});
    size_t resumed = test_event(w, created, RD_EVENT_THREAD_RESUME, NULL);
    size_t told = test_event(w, created, RD_EVENT_NOTIFY_CALL, "thread notify");
    size_t non_system_told =
        test_event(w, created, RD_EVENT_NOTIFY_CALL, "thread notify (NonSystem)");
    assert_true(told < resumed);
    assert_true(non_system_told > resumed);
    assert_int_equal(rd_event_at(w, non_system_told)->tid, worker_id);
}

static void NTFY_T_29__a_thread_that_never_ran_is_told_at_exit(void **state) {
    rd_world *w = *state;
    driver_load(w, all_entry);
    program(w, never_runs);
    uint32_t non_system_created = 0, non_system_exited = 0;
    for (uint32_t i = 0; i < call_count; i++)
        if (calls[i].tid == worker_id && calls[i].routine == ADDRESS(non_system)) {
            non_system_created += calls[i].create;
            non_system_exited += !calls[i].create;
        }
    assert_int_equal(non_system_created, 0);
    assert_int_equal(non_system_exited, 1);
}

static void quick(void *context) {
    (void)context;
}

static void make_system_thread(void *context) {
    HANDLE handle;
    PVOID thread;
    (void)context;
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, quick, NULL);
    ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL);
    ZwClose(handle);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
}

static void NTFY_T_30__system_threads_are_told_to_legacy_routines_only(void **state) {
    rd_world *w = *state;
    driver_load(w, all_entry);
    kernel_call(w, make_system_thread);
    assert_int_equal(count_of(ADDRESS(legacy), 4, true), 1);
    assert_int_equal(count_of(ADDRESS(legacy), 4, false), 1);
    assert_int_equal(count_of(ADDRESS(non_system), 0, true), 0);
    assert_int_equal(count_of(ADDRESS(non_system), 0, false), 0);
}

static void NTFY_T_31__lookup_works_in_the_exit_call(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    uint32_t pid = program(w, kill_worker);
    const struct call *call = call_of(ADDRESS(legacy), pid, false, 0);
    assert_int_equal(call->lookup, STATUS_SUCCESS);
    assert_true(call->is_current);
    assert_false(call->signaled);
}

static void NTFY_T_32__exit_status_is_final_in_the_exit_call(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    uint32_t pid = program(w, kill_worker);
    assert_int_equal(call_of(ADDRESS(legacy), pid, false, 0)->exit_status, 5);
}

static void NTFY_T_33__the_new_thread_is_found_by_its_id(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    uint32_t pid = program(w, one_worker);
    const struct call *call = call_of(ADDRESS(legacy), pid, true, 1);
    assert_int_equal(call->lookup, STATUS_SUCCESS);
    assert_true(call->same_object);
    assert_int_equal(call->exit_status, STATUS_PENDING);
}

static void NTFY_T_35__routines_can_tell_system_threads(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    kernel_call(w, make_system_thread);
    assert_int_equal(call_of(ADDRESS(legacy), 4, true, 0)->active_threads, 1);
    uint32_t pid = program(w, one_worker);
    assert_int_equal(call_of(ADDRESS(legacy), pid, true, 0)->active_threads, 0);
}

static VOID forget(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
}

static int32_t forgetful_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = forget;
    return PsSetCreateThreadNotifyRoutine(legacy);
}

static void NTFY_T_22__a_routine_left_registered_stops_the_machine_later(void **state) {
    rd_world *w = *state;
    driver_load(w, forgetful_entry);
    driver_unload(w);
    event_of_rule(w, 0, RD_EVENT_DRIVER_LEFT, "NTFY-P-70");
    program_register(w, "app.exe", one_worker);
    assert_int_equal(rd_process_start(w, "app.exe", NULL, NULL), RD_FAILED);
    expect_stop(w, 0xCE, "RUN-20");
    assert_int_equal(call_count, 0);
}

static DWORD remote_id;

static int victim(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(10);
    return 0;
}

static int injector(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    char command[] = "victim.exe";
    (void)argc, (void)argv;
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    Sleep(1);
    HANDLE thread = CreateRemoteThread(child.hProcess, NULL, 0, worker, (LPVOID)1, 0, &remote_id);
    WaitForSingleObject(thread, INFINITE);
    WaitForSingleObject(child.hProcess, INFINITE);
    return 0;
}

static void NTFY_T_02__remote_threads_belong_to_the_target(void **state) {
    rd_world *w = *state;
    driver_load(w, legacy_entry);
    program_register(w, "victim.exe", victim);
    uint32_t pid = program(w, injector);
    const struct call *remote = NULL;
    for (uint32_t i = 0; i < call_count; i++)
        if (calls[i].tid == remote_id && calls[i].create)
            remote = &calls[i];
    assert_non_null(remote);
    assert_int_equal(remote->current_pid, pid);
    assert_int_not_equal(remote->pid, pid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_T_01__creation_and_exit_are_told),
        notify_case(NTFY_T_02__remote_threads_belong_to_the_target),
        notify_case(NTFY_T_03__full_table_is_insufficient_resources),
        notify_case(NTFY_T_05__removal_status),
        notify_case(NTFY_T_06__null_is_like_any_pointer),
        notify_case(NTFY_T_07__a_routine_can_be_registered_twice),
        notify_case(NTFY_T_08__creation_calls_run_in_the_creator),
        notify_case(NTFY_T_10__exit_calls_run_in_the_exiting_thread),
        notify_case(NTFY_T_11__routines_run_at_passive_level),
        notify_case(NTFY_T_12__registration_at_passive_removal_up_to_apc_level),
        notify_case(NTFY_T_13__non_system_creation_runs_on_the_new_thread),
        notify_case(NTFY_T_14__subsystems_creation_runs_in_the_creator),
        notify_case(NTFY_T_16__unknown_types_are_refused),
        notify_case(NTFY_T_17__one_removal_routine_for_all_flavours),
        notify_case(NTFY_T_18__both_types_take_two_slots),
        notify_case(NTFY_T_19__eight_slots_before_vista),
        notify_case(NTFY_T_20__sixty_four_shared_slots),
        notify_case(NTFY_T_22__a_routine_left_registered_stops_the_machine_later),
        notify_case(NTFY_T_24__all_thread_exits_precede_the_process_exit_call),
        notify_case(NTFY_T_25__last_thread_reports_itself_then_the_process),
        notify_case(NTFY_T_26__process_creation_precedes_its_first_thread),
        notify_case(NTFY_T_28__suspended_threads_are_told_at_once_or_when_they_run),
        notify_case(NTFY_T_29__a_thread_that_never_ran_is_told_at_exit),
        notify_case(NTFY_T_30__system_threads_are_told_to_legacy_routines_only),
        notify_case(NTFY_T_31__lookup_works_in_the_exit_call),
        notify_case(NTFY_T_32__exit_status_is_final_in_the_exit_call),
        notify_case(NTFY_T_33__the_new_thread_is_found_by_its_id),
        notify_case(NTFY_T_35__routines_can_tell_system_threads),
    };
    return cmocka_run_group_tests_name("NTFY-T", tests, NULL, NULL);
}
