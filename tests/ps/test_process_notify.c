/* Rules NTFY-P: process notify routines, what they are told and when. */
#include <string.h>

#include "io/io.h"
#include "notify_record.h"

/* ---- the driver ------------------------------------------------------------------------------ */

static VOID legacy(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    struct call *call = record(ADDRESS(legacy), Create != FALSE);
    call->pid = id_of(ProcessId);
    call->parent = id_of(ParentId);
}

static NTSTATUS veto_with;

static VOID ex(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    struct call *call = record(ADDRESS(ex), CreateInfo != NULL);
    PEPROCESS found = NULL;
    call->pid = id_of(ProcessId);
    call->info = CreateInfo != NULL;
    if (CreateInfo) {
        call->info_size = CreateInfo->Size;
        call->parent = id_of(CreateInfo->ParentProcessId);
        call->creating_pid = id_of(CreateInfo->CreatingThreadId.UniqueProcess);
        call->creating_tid = id_of(CreateInfo->CreatingThreadId.UniqueThread);
        if (veto_with)
            CreateInfo->CreationStatus = veto_with;
    }
    call->exit_status = PsGetProcessExitStatus(Process);
    call->exit_called = PsGetProcessExitProcessCalled(Process) != FALSE;
    call->signaled = KeReadStateProcess((PKPROCESS)Process) != 0;
    call->is_current = Process == PsGetCurrentProcess();
    call->lookup = PsLookupProcessByProcessId(ProcessId, &found);
    call->same_object = found == Process;
    if (found)
        ObDereferenceObject(found);
}

static VOID second(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    struct call *call = record(ADDRESS(second), CreateInfo != NULL);
    (void)Process;
    call->pid = id_of(ProcessId);
    if (CreateInfo)
        call->creation_status = CreateInfo->CreationStatus;
}

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    PsSetCreateProcessNotifyRoutine(legacy, TRUE);
    PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
    PsSetCreateProcessNotifyRoutineEx(second, TRUE);
}

static int32_t driver_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    NTSTATUS status = PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    return NT_SUCCESS(status) ? PsSetCreateProcessNotifyRoutineEx(ex, FALSE) : status;
}

/* ---- programs -------------------------------------------------------------------------------- */

static int seven(int argc, char **argv) {
    (void)argc, (void)argv;
    return 7;
}

static int sleeper(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(INFINITE);
    return 0;
}

static int crasher(int argc, char **argv) {
    (void)argc, (void)argv;
    driver_crash();
    return 0;
}

static int exiter(int argc, char **argv) {
    (void)argc, (void)argv;
    ExitProcess(3);
}

static DWORD child_id, create_error, child_code;
static BOOL created;

static void start_child(const char *name, PROCESS_INFORMATION *child) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    char command[64];
    strcpy(command, name);
    created = CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, child);
    create_error = GetLastError();
    child_id = child->dwProcessId;
}

static int parent_of_seven(int argc, char **argv) {
    PROCESS_INFORMATION child = {0};
    (void)argc, (void)argv;
    start_child("child.exe", &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &child_code);
    return 0;
}

static int killer(int argc, char **argv) {
    PROCESS_INFORMATION child = {0};
    (void)argc, (void)argv;
    start_child("child.exe", &child);
    Sleep(5);
    TerminateProcess(child.hProcess, 9);
    WaitForSingleObject(child.hProcess, INFINITE);
    return 0;
}

/* ---- shapes and calls ------------------------------------------------------------------------ */

static void NTFY_P_01__legacy_routine_gets_parent_process_and_create(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    assert_int_equal(count_of(ADDRESS(legacy), pid, true), 1);
    assert_int_equal(count_of(ADDRESS(legacy), pid, false), 1);
    assert_int_equal(call_of(ADDRESS(legacy), pid, true, 0)->parent, 4);
    assert_int_equal(call_of(ADDRESS(legacy), pid, false, 0)->parent, 4);
}

static void NTFY_P_02__ex_routine_gets_create_info_for_creation_only(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    assert_true(call_of(ADDRESS(ex), pid, true, 0)->info);
    assert_int_equal(count_of(ADDRESS(ex), pid, false), 1);
    assert_false(call_of(ADDRESS(ex), pid, false, 0)->info);
}

static NTSTATUS ex2_status[4];

static int32_t ex2_entry(void *driver, void *path) {
    (void)driver, (void)path;
    ex2_status[0] =
        PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex), FALSE);
    ex2_status[1] =
        PsSetCreateProcessNotifyRoutineEx2((PSCREATEPROCESSNOTIFYTYPE)1, ADDRESS(ex), FALSE);
    ex2_status[2] =
        PsSetCreateProcessNotifyRoutineEx2((PSCREATEPROCESSNOTIFYTYPE)1, ADDRESS(ex), TRUE);
    return STATUS_SUCCESS;
}

static void NTFY_P_03__ex2_routine_has_the_ex_shape(void **state) {
    rd_world *w = *state;
    driver_load(w, ex2_entry);
    uint32_t pid = program(w, seven);
    assert_int_equal(ex2_status[0], STATUS_SUCCESS);
    assert_true(call_of(ADDRESS(ex), pid, true, 0)->info);
    assert_int_equal(count_of(ADDRESS(ex), pid, false), 1);
}

static void NTFY_P_21__ex2_refuses_other_types(void **state) {
    rd_world *w = *state;
    driver_load(w, ex2_entry);
    assert_int_equal(ex2_status[1], STATUS_INVALID_PARAMETER);
    assert_int_equal(ex2_status[2], STATUS_INVALID_PARAMETER);
}

static void NTFY_P_04__every_process_is_reported(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program_register(w, "child.exe", seven);
    uint32_t pid = program(w, parent_of_seven);
    assert_int_equal(count_of(ADDRESS(ex), pid, true), 1);
    assert_int_equal(count_of(ADDRESS(ex), child_id, true), 1);
    assert_int_equal(count_of(ADDRESS(ex), 0, false), 2);
}

static void NTFY_P_05__registration_does_not_replay(void **state) {
    rd_world *w = *state;
    program_register(w, "app.exe", seven);
    uint32_t pid = program_start(w, "app.exe");
    driver_load(w, driver_entry);
    assert_int_equal(call_count, 0);
    program_run(w, RD_VERDICT_FINISHED);
    assert_int_equal(count_of(NULL, pid, true), 0);
}

static void NTFY_P_06__processes_from_before_are_reported_at_exit(void **state) {
    rd_world *w = *state;
    program_register(w, "app.exe", seven);
    uint32_t pid = program_start(w, "app.exe");
    driver_load(w, driver_entry);
    program_run(w, RD_VERDICT_FINISHED);
    assert_int_equal(count_of(ADDRESS(legacy), pid, false), 1);
    assert_int_equal(count_of(ADDRESS(ex), pid, false), 1);
}

static void NTFY_P_07__one_creation_then_one_exit(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    assert_int_equal(count_of(ADDRESS(ex), pid, true), 1);
    assert_int_equal(count_of(ADDRESS(ex), pid, false), 1);
    assert_true(call_of(ADDRESS(ex), pid, true, 0) < call_of(ADDRESS(ex), pid, false, 0));
}

static void NTFY_P_08__every_cause_of_death_is_reported_once(void **state) {
    rd_world *w = *state;
    int (*const programs[])(int, char **) = {seven, exiter, crasher};
    const NTSTATUS expected[] = {7, 3, STATUS_ACCESS_VIOLATION};
    for (int i = 0; i < 3; i++) {
        call_count = 0;
        driver_load(w, driver_entry);
        uint32_t pid = program(w, programs[i]);
        assert_int_equal(count_of(ADDRESS(ex), pid, false), 1);
        assert_int_equal(call_of(ADDRESS(ex), pid, false, 0)->exit_status, expected[i]);
        rd_world_destroy(w);
        *state = w = test_world(NULL);
    }
    driver_load(w, driver_entry);
    call_count = 0;
    program_register(w, "child.exe", sleeper);
    program(w, killer);
    assert_int_equal(count_of(ADDRESS(ex), child_id, false), 1);
    assert_int_equal(call_of(ADDRESS(ex), child_id, false, 0)->exit_status, 9);
}

/* ---- status codes ---------------------------------------------------------------------------- */

static NTSTATUS status_of[8];

static void register_twice(void *context) {
    (void)context;
    status_of[0] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    status_of[1] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    status_of[2] = PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
    status_of[3] = PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
    status_of[4] = PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    status_of[5] = PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    status_of[6] = PsSetCreateProcessNotifyRoutine(legacy, TRUE);
}

static void NTFY_P_10__second_registration_is_refused(void **state) {
    kernel_call(*state, register_twice);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[5], STATUS_INVALID_PARAMETER);
}

static void NTFY_P_23__second_removal_finds_nothing(void **state) {
    kernel_call(*state, register_twice);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[3], STATUS_PROCEDURE_NOT_FOUND);
}

static void NTFY_P_26__removal_succeeds_with_status_success(void **state) {
    kernel_call(*state, register_twice);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[6], STATUS_SUCCESS);
}

/* Routines that differ only in address; they are never called. */
static char places[70];

static PCREATE_PROCESS_NOTIFY_ROUTINE place(int i) {
    return (PCREATE_PROCESS_NOTIFY_ROUTINE)(uintptr_t)&places[i];
}

static int fitted;
static NTSTATUS full_legacy, full_ex, full_ex2;

static void fill_table(void *context) {
    (void)context;
    for (fitted = 0; fitted < 70; fitted++) {
        full_legacy = PsSetCreateProcessNotifyRoutine(place(fitted), FALSE);
        if (!NT_SUCCESS(full_legacy))
            break;
    }
    full_ex = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    full_ex2 =
        PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex), FALSE);
}

static void NTFY_P_11__full_table_is_an_invalid_parameter(void **state) {
    kernel_call(*state, fill_table);
    assert_int_equal(full_legacy, STATUS_INVALID_PARAMETER);
    assert_int_equal(full_ex, STATUS_INVALID_PARAMETER);
    assert_int_equal(full_ex2, STATUS_INVALID_PARAMETER);
}

static void NTFY_P_12__sixty_four_slots_since_vista(void **state) {
    static const char *const profiles[] = {"vista", "win7", "win8", "win10", "win11"};
    (void)state;
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        rd_world *w = test_world(
            &(rd_world_options){.size = sizeof(rd_world_options), .profile = profiles[i]});
        kernel_call(w, fill_table);
        assert_int_equal(fitted, 64);
        rd_world_destroy(w);
    }
}

static void NTFY_P_13__eight_slots_before_vista(void **state) {
    (void)state;
    rd_world *w =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .profile = "xp"});
    kernel_call(w, fill_table);
    assert_int_equal(fitted, 8);
    rd_world_destroy(w);
}

static int mixed;

static void fill_mixed(void *context) {
    (void)context;
    mixed = NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx(ex, FALSE));
    mixed += NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems,
                                                           ADDRESS(second), FALSE));
    for (int i = 0; i < 70 && NT_SUCCESS(PsSetCreateProcessNotifyRoutine(place(i), FALSE)); i++)
        mixed++;
}

static void NTFY_P_14__all_flavours_share_one_table(void **state) {
    kernel_call(*state, fill_mixed);
    assert_int_equal(mixed, 64);
}

static void remove_unknown(void *context) {
    (void)context;
    status_of[0] = PsSetCreateProcessNotifyRoutine(legacy, TRUE);
    status_of[1] = PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
    status_of[2] =
        PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex), TRUE);
}

static void NTFY_P_22__removing_what_is_not_registered(void **state) {
    kernel_call(*state, remove_unknown);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_of[i], STATUS_PROCEDURE_NOT_FOUND);
}

static void null_sequence(void *context) {
    (void)context;
    status_of[0] = PsSetCreateProcessNotifyRoutine(NULL, TRUE);
    status_of[1] = PsSetCreateProcessNotifyRoutine(NULL, FALSE);
    status_of[2] = PsSetCreateProcessNotifyRoutine(NULL, TRUE);
    status_of[3] = PsSetCreateProcessNotifyRoutine(NULL, TRUE);
}

static int32_t null_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(NULL, FALSE);
}

static void NTFY_P_24__null_is_a_routine_until_it_is_called(void **state) {
    rd_world *w = *state;
    kernel_call(w, null_sequence);
    assert_int_equal(status_of[0], STATUS_PROCEDURE_NOT_FOUND);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[3], STATUS_PROCEDURE_NOT_FOUND);
    driver_load(w, null_entry);
    program_register(w, "app.exe", seven);
    assert_int_equal(rd_process_start(w, "app.exe", NULL, NULL), RD_FAILED);
    expect_stop(w, 0x7E, "execution of address 0x0");
}

static void remove_other_flavour(void *context) {
    (void)context;
    status_of[0] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    status_of[1] = PsSetCreateProcessNotifyRoutine(
        (PCREATE_PROCESS_NOTIFY_ROUTINE)(uintptr_t)ADDRESS(ex), TRUE);
    status_of[2] =
        PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex), TRUE);
    status_of[3] = PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
}

static void NTFY_P_25__removal_matches_the_flavour(void **state) {
    kernel_call(*state, remove_other_flavour);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_PROCEDURE_NOT_FOUND);
    assert_int_equal(status_of[2], STATUS_PROCEDURE_NOT_FOUND);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
}

static void register_at_apc_level(void *context) {
    KIRQL irql;
    (void)context;
    KeRaiseIrql(APC_LEVEL, &irql);
    PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
}

static void NTFY_P_43__registration_needs_passive_level(void **state) {
    kernel_stop(*state, register_at_apc_level, 0xC4, "NTFY-P-43");
}

static void look_up_routines(void *context) {
    UNICODE_STRING name;
    const char *const names[] = {"PsSetCreateProcessNotifyRoutine",
                                 "PsSetCreateProcessNotifyRoutineEx",
                                 "PsSetCreateProcessNotifyRoutineEx2"};
    (void)context;
    for (int i = 0; i < 3; i++) {
        ANSI_STRING narrow;
        RtlInitAnsiString(&narrow, names[i]);
        RtlAnsiStringToUnicodeString(&name, &narrow, TRUE);
        status_of[i] = MmGetSystemRoutineAddress(&name) != NULL;
        RtlFreeUnicodeString(&name);
    }
}

static void NTFY_P_68__availability_by_version(void **state) {
    static const struct {
        const char *profile;
        int ex, ex2;
    } rows[] = {{"xp", 0, 0}, {"win7", 1, 0}, {"win10-1607", 1, 0}, {"win10", 1, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_world *w = test_world(
            &(rd_world_options){.size = sizeof(rd_world_options), .profile = rows[i].profile});
        kernel_call(w, look_up_routines);
        assert_int_equal(status_of[0], 1);
        assert_int_equal(status_of[1], rows[i].ex);
        assert_int_equal(status_of[2], rows[i].ex2);
        rd_world_destroy(w);
    }
}

/* ---- the image that holds the routine -------------------------------------------------------- */

static bool signed_image;

static int32_t integrity_entry(void *driver, void *path) {
    struct io_driver *self = ((PDRIVER_OBJECT)driver)->DriverSection;
    (void)path;
    self->force_integrity = signed_image;
    status_of[0] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    status_of[1] =
        PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(second), FALSE);
    status_of[2] = PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    return STATUS_SUCCESS;
}

static void NTFY_P_16__ex_needs_an_image_with_force_integrity(void **state) {
    rd_world *w = *state;
    signed_image = false;
    driver_load(w, integrity_entry);
    assert_int_equal(status_of[0], STATUS_ACCESS_DENIED);
    assert_int_equal(status_of[1], STATUS_ACCESS_DENIED);
    kernel_call(w, fill_table);
    assert_int_equal(fitted, 63); /* the legacy routine took the only slot */
}

static void NTFY_P_18__legacy_does_not_need_force_integrity(void **state) {
    signed_image = false;
    driver_load(*state, integrity_entry);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
}

static int32_t full_integrity_entry(void *driver, void *path) {
    fill_table(NULL);
    return integrity_entry(driver, path);
}

static void NTFY_P_20__integrity_is_checked_before_the_table(void **state) {
    signed_image = false;
    driver_load(*state, full_integrity_entry);
    assert_int_equal(status_of[0], STATUS_ACCESS_DENIED);
    assert_int_equal(status_of[2], STATUS_INVALID_PARAMETER);
}

static void register_pool_address(void *context) {
    PVOID block = ExAllocatePoolWithTag(NonPagedPoolExecute, 64, 'T');
    (void)context;
    status_of[0] =
        PsSetCreateProcessNotifyRoutine((PCREATE_PROCESS_NOTIFY_ROUTINE)(ULONG_PTR)block, FALSE);
}

static void NTFY_P_19__windows_10_refuses_legacy_routines_outside_of_images(void **state) {
    kernel_call(*state, register_pool_address);
    assert_int_equal(status_of[0], STATUS_ACCESS_DENIED);
    rd_world *w =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .profile = "win7"});
    kernel_call(w, register_pool_address);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    rd_world_destroy(w);
}

/* ---- context --------------------------------------------------------------------------------- */

static void NTFY_P_33__lowest_free_slot_and_slot_order(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    size_t first = test_event(w, 0, RD_EVENT_NOTIFY_REGISTER, "process notify");
    size_t next = test_event(w, first + 1, RD_EVENT_NOTIFY_REGISTER, "process notify (Ex)");
    assert_int_equal(rd_event_at(w, first)->a, 0);
    assert_int_equal(rd_event_at(w, next)->a, 1);
    program(w, seven);
    assert_ptr_equal(calls[0].routine, ADDRESS(legacy));
    assert_ptr_equal(calls[1].routine, ADDRESS(ex));
}

static void NTFY_P_34__creation_call_precedes_the_first_instruction(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program(w, seven);
    size_t notified = test_event(w, 0, RD_EVENT_NOTIFY_CALL, "process notify (Ex)");
    size_t thread = test_event(w, 0, RD_EVENT_PROCESS_CREATE, "app.exe");
    thread = rd_event_find(w, thread, &(rd_event_query){.kind = RD_EVENT_THREAD_CREATE});
    uint32_t tid = (uint32_t)rd_event_at(w, thread)->a;
    assert_true(thread < notified);
    assert_true(notified < event_of_thread(w, 0, RD_EVENT_THREAD_START, tid));
}

static void NTFY_P_37__creation_calls_run_in_the_creator(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program_register(w, "child.exe", seven);
    uint32_t parent = program(w, parent_of_seven);
    const struct call *call = call_of(ADDRESS(ex), child_id, true, 0);
    assert_int_equal(call->current_pid, parent);
    assert_int_equal(call->creating_pid, call->current_pid);
    assert_int_equal(call->creating_tid, call->current_tid);
    assert_int_not_equal(call->current_pid, call->pid);
}

static void NTFY_P_38__exit_calls_run_in_the_last_thread(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program_register(w, "child.exe", sleeper);
    program(w, killer);
    const struct call *call = call_of(ADDRESS(ex), child_id, false, 0);
    assert_int_equal(call->current_pid, child_id);
    assert_true(call->is_current);
}

static void NTFY_P_39__the_last_thread_is_not_signaled_yet(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    const struct call *call = call_of(ADDRESS(ex), pid, false, 0);
    size_t notified = event_of_rule(w, 0, RD_EVENT_NOTIFY_CALL, "NTFY-P-38");
    assert_false(call->signaled);
    size_t at_start = test_event(w, 0, RD_EVENT_PROCESS_CREATE, "app.exe");
    assert_true(notified <
                event_of_thread(w, at_start, RD_EVENT_THREAD_SIGNALED, call->current_tid));
}

static void NTFY_P_40__address_space_and_handles_still_exist(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program(w, seven);
    size_t notified = event_of_rule(w, 0, RD_EVENT_NOTIFY_CALL, "NTFY-P-38");
    assert_true(notified < test_event(w, 0, RD_EVENT_PROCESS_HANDLES_CLOSED, NULL));
    assert_true(notified < test_event(w, 0, RD_EVENT_PROCESS_ADDRESS_SPACE, NULL));
}

static void NTFY_P_41__routines_run_at_passive_level(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program(w, seven);
    assert_int_equal(call_count, 4);
    for (uint32_t i = 0; i < call_count; i++)
        assert_int_equal(calls[i].irql, PASSIVE_LEVEL);
}

static void NTFY_P_42__routines_run_in_a_critical_region(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program(w, seven);
    assert_int_equal(call_count, 4);
    for (uint32_t i = 0; i < call_count; i++) {
        assert_true(calls[i].apcs_disabled);
        assert_false(calls[i].all_apcs_disabled);
    }
}

/* ---- veto ------------------------------------------------------------------------------------ */

static int32_t veto_entry(void *driver, void *path) {
    (void)driver, (void)path;
    NTSTATUS status = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    return NT_SUCCESS(status) ? PsSetCreateProcessNotifyRoutineEx(second, FALSE) : status;
}

/* app.exe runs; its child is refused with that status. */
static void veto_child(rd_world *w, NTSTATUS status) {
    program_register(w, "child.exe", seven);
    program_register(w, "app.exe", parent_of_seven);
    program_start(w, "app.exe");
    driver_load(w, veto_entry);
    veto_with = status;
    program_run(w, RD_VERDICT_FINISHED);
    veto_with = STATUS_SUCCESS;
}

static void NTFY_P_44__an_error_in_creation_status_fails_the_creation(void **state) {
    rd_world *w = *state;
    veto_child(w, STATUS_ACCESS_DENIED);
    size_t failed = event_of_rule(w, 0, RD_EVENT_PROCESS_CREATE_FAILED, "NTFY-P-44");
    assert_int_equal((NTSTATUS)rd_event_at(w, failed)->a, STATUS_ACCESS_DENIED);
    assert_false(created);
}

static void NTFY_P_45__win32_creator_sees_the_mapped_error(void **state) {
    veto_child(*state, STATUS_ACCESS_DENIED);
    assert_false(created);
    assert_int_equal(create_error, ERROR_ACCESS_DENIED);
}

static void NTFY_P_46__only_failure_codes_veto(void **state) {
    veto_child(*state, STATUS_PENDING);
    assert_true(created);
    assert_int_equal(child_code, 7);
}

static void NTFY_P_47__a_vetoed_process_never_runs(void **state) {
    rd_world *w = *state;
    veto_child(w, STATUS_ACCESS_DENIED);
    uint32_t pid = call_of(ADDRESS(ex), 0, true, 0)->pid;
    assert_int_equal(
        rd_event_matches(w, &(rd_event_query){.kind = RD_EVENT_CRT_MAIN_RETURN, .pid = pid}), 0);
    assert_int_equal(
        rd_event_matches(w, &(rd_event_query){.kind = RD_EVENT_THREAD_START, .pid = pid}), 0);
}

static void NTFY_P_48__a_vetoed_process_is_reported_at_exit(void **state) {
    veto_child(*state, STATUS_ACCESS_DENIED);
    uint32_t pid = call_of(ADDRESS(ex), 0, true, 0)->pid;
    assert_int_equal(count_of(ADDRESS(ex), pid, false), 1);
}

static void NTFY_P_49__later_routines_see_the_veto(void **state) {
    veto_child(*state, STATUS_ACCESS_DENIED);
    assert_int_equal(call_of(ADDRESS(second), 0, true, 0)->creation_status, STATUS_ACCESS_DENIED);
}

/* ---- what routines can ask ------------------------------------------------------------------- */

static void NTFY_P_52__create_info_knows_its_size(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    assert_int_equal(call_of(ADDRESS(ex), pid, true, 0)->info_size, sizeof(PS_CREATE_NOTIFY_INFO));
}

static void NTFY_P_59__parent_and_creator(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program_register(w, "child.exe", seven);
    uint32_t parent = program(w, parent_of_seven);
    const struct call *call = call_of(ADDRESS(ex), child_id, true, 0);
    assert_int_equal(call->parent, parent);
    assert_int_equal(call->creating_pid, parent);
}

static void NTFY_P_61__the_parent_is_told_without_handle_inheritance(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program_register(w, "child.exe", seven);
    uint32_t parent = program(w, parent_of_seven); /* bInheritHandles is FALSE */
    assert_int_equal(call_of(ADDRESS(legacy), child_id, true, 0)->parent, parent);
    assert_int_equal(call_of(ADDRESS(ex), child_id, true, 0)->parent, parent);
}

static void NTFY_P_62__legacy_exit_call_names_the_same_parent(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    program_register(w, "child.exe", seven);
    uint32_t parent = program(w, parent_of_seven);
    assert_int_equal(call_of(ADDRESS(legacy), child_id, false, 0)->parent, parent);
}

static void NTFY_P_64__lookup_works_in_the_creation_call(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    const struct call *call = call_of(ADDRESS(ex), pid, true, 0);
    assert_int_equal(call->lookup, STATUS_SUCCESS);
    assert_true(call->same_object);
}

static void NTFY_P_65__lookup_works_in_the_exit_call(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    const struct call *call = call_of(ADDRESS(ex), pid, false, 0);
    assert_int_equal(call->lookup, STATUS_SUCCESS);
    assert_true(call->same_object);
}

static void NTFY_P_66__exit_status_is_final_in_the_exit_call(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    assert_int_equal(call_of(ADDRESS(ex), pid, true, 0)->exit_status, STATUS_PENDING);
    assert_int_equal(call_of(ADDRESS(ex), pid, false, 0)->exit_status, 7);
}

static void TERM_65__exit_process_called_is_set_in_the_exit_call(void **state) {
    rd_world *w = *state;
    driver_load(w, driver_entry);
    uint32_t pid = program(w, seven);
    assert_false(call_of(ADDRESS(ex), pid, true, 0)->exit_called);
    assert_true(call_of(ADDRESS(ex), pid, false, 0)->exit_called);
}

static int32_t forgetful_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex), FALSE);
}

static void NTFY_P_70__a_routine_left_registered_stops_the_machine_later(void **state) {
    rd_world *w = *state;
    driver_load(w, forgetful_entry);
    driver_unload(w); /* removes Ex, but Ex2 was registered */
    event_of_rule(w, 0, RD_EVENT_DRIVER_LEFT, "NTFY-P-70");
    program_register(w, "app.exe", seven);
    assert_int_equal(rd_process_start(w, "app.exe", NULL, NULL), RD_FAILED);
    expect_stop(w, 0xCE, "RUN-20");
    assert_int_equal(count_of(ADDRESS(ex), 0, true), 0);
}

static void RUN_20__nothing_happens_until_the_next_event(void **state) {
    rd_world *w = *state;
    rd_bugcheck bugcheck;
    driver_load(w, forgetful_entry);
    driver_unload(w);
    program_run(w, RD_VERDICT_FINISHED);
    assert_int_equal(rd_world_bugcheck(w, &bugcheck), RD_NOT_FOUND);
    program_register(w, "app.exe", seven);
    rd_process_start(w, "app.exe", NULL, NULL);
    assert_int_equal(rd_world_bugcheck(w, &bugcheck), RD_OK);
    assert_int_equal(bugcheck.code, 0xCE);
    assert_int_equal(bugcheck.parameters[0], bugcheck.parameters[2]);
    assert_int_equal(bugcheck.parameters[1], 0x10);
    assert_int_equal(bugcheck.parameters[3], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_P_01__legacy_routine_gets_parent_process_and_create),
        notify_case(NTFY_P_02__ex_routine_gets_create_info_for_creation_only),
        notify_case(NTFY_P_03__ex2_routine_has_the_ex_shape),
        notify_case(NTFY_P_04__every_process_is_reported),
        notify_case(NTFY_P_05__registration_does_not_replay),
        notify_case(NTFY_P_06__processes_from_before_are_reported_at_exit),
        notify_case(NTFY_P_07__one_creation_then_one_exit),
        notify_case(NTFY_P_08__every_cause_of_death_is_reported_once),
        notify_case(NTFY_P_10__second_registration_is_refused),
        notify_case(NTFY_P_11__full_table_is_an_invalid_parameter),
        notify_case(NTFY_P_12__sixty_four_slots_since_vista),
        notify_case(NTFY_P_13__eight_slots_before_vista),
        notify_case(NTFY_P_14__all_flavours_share_one_table),
        notify_case(NTFY_P_16__ex_needs_an_image_with_force_integrity),
        notify_case(NTFY_P_18__legacy_does_not_need_force_integrity),
        notify_case(NTFY_P_19__windows_10_refuses_legacy_routines_outside_of_images),
        notify_case(NTFY_P_20__integrity_is_checked_before_the_table),
        notify_case(NTFY_P_21__ex2_refuses_other_types),
        notify_case(NTFY_P_22__removing_what_is_not_registered),
        notify_case(NTFY_P_23__second_removal_finds_nothing),
        notify_case(NTFY_P_24__null_is_a_routine_until_it_is_called),
        notify_case(NTFY_P_25__removal_matches_the_flavour),
        notify_case(NTFY_P_26__removal_succeeds_with_status_success),
        notify_case(NTFY_P_33__lowest_free_slot_and_slot_order),
        notify_case(NTFY_P_34__creation_call_precedes_the_first_instruction),
        notify_case(NTFY_P_37__creation_calls_run_in_the_creator),
        notify_case(NTFY_P_38__exit_calls_run_in_the_last_thread),
        notify_case(NTFY_P_39__the_last_thread_is_not_signaled_yet),
        notify_case(NTFY_P_40__address_space_and_handles_still_exist),
        notify_case(NTFY_P_41__routines_run_at_passive_level),
        notify_case(NTFY_P_42__routines_run_in_a_critical_region),
        notify_case(NTFY_P_43__registration_needs_passive_level),
        notify_case(NTFY_P_44__an_error_in_creation_status_fails_the_creation),
        notify_case(NTFY_P_45__win32_creator_sees_the_mapped_error),
        notify_case(NTFY_P_46__only_failure_codes_veto),
        notify_case(NTFY_P_47__a_vetoed_process_never_runs),
        notify_case(NTFY_P_48__a_vetoed_process_is_reported_at_exit),
        notify_case(NTFY_P_49__later_routines_see_the_veto),
        notify_case(NTFY_P_52__create_info_knows_its_size),
        notify_case(NTFY_P_59__parent_and_creator),
        notify_case(NTFY_P_61__the_parent_is_told_without_handle_inheritance),
        notify_case(NTFY_P_62__legacy_exit_call_names_the_same_parent),
        notify_case(NTFY_P_64__lookup_works_in_the_creation_call),
        notify_case(NTFY_P_65__lookup_works_in_the_exit_call),
        notify_case(NTFY_P_66__exit_status_is_final_in_the_exit_call),
        notify_case(NTFY_P_68__availability_by_version),
        notify_case(NTFY_P_70__a_routine_left_registered_stops_the_machine_later),
        notify_case(RUN_20__nothing_happens_until_the_next_event),
        notify_case(TERM_65__exit_process_called_is_set_in_the_exit_call),
    };
    return cmocka_run_group_tests_name("NTFY-P", tests, NULL, NULL);
}
