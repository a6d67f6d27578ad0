/* Every open question of rundown/conflict.h, with both answers. */
#include <string.h>

#include "notify_record.h"

#include "rundown/sdk/rd_ntdll.h"

/* ---- the driver ------------------------------------------------------------------------------ */

static NTSTATUS veto_with;
static bool command_line, image_name, extended, extended_seen;

static VOID ex(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    struct call *call = record(ADDRESS(ex), CreateInfo != NULL);
    (void)Process;
    call->pid = id_of(ProcessId);
    if (CreateInfo) {
        command_line = CreateInfo->CommandLine != NULL;
        call->parent = id_of(CreateInfo->ParentProcessId);
        CreateInfo->CreationStatus = veto_with;
    }
}

static VOID second(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    struct call *call = record(ADDRESS(second), CreateInfo != NULL);
    (void)Process;
    call->pid = id_of(ProcessId);
    call->parent = CreateInfo ? id_of(CreateInfo->ParentProcessId) : 0;
}

static VOID on_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    struct call *call = record(ADDRESS(on_thread), Create != FALSE);
    call->pid = id_of(ProcessId);
    call->tid = id_of(ThreadId);
}

static VOID on_image(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    record(ADDRESS(on_image), true)->pid = id_of(ProcessId);
    image_name = FullImageName != NULL;
    extended = ImageInfo->ExtendedInfoPresent;
    extended_seen = true;
}

static int32_t watcher(void *driver, void *path) {
    (void)driver, (void)path;
    PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(second), FALSE);
    PsSetCreateThreadNotifyRoutine(on_thread);
    return PsSetLoadImageNotifyRoutine(on_image);
}

static NTSTATUS again[3];

static void register_twice(void *context) {
    (void)context;
    PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    again[0] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    PsSetCreateThreadNotifyRoutine(on_thread);
    again[1] = PsSetCreateThreadNotifyRoutine(on_thread);
    PsSetLoadImageNotifyRoutine(on_image);
    again[2] = PsSetLoadImageNotifyRoutine(on_image);
}

/* ---- programs -------------------------------------------------------------------------------- */

static uint32_t child_id;

static int child(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static int parent(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information = {0};
    char command[] = "child.exe";
    (void)argc, (void)argv;
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information);
    child_id = information.dwProcessId;
    WaitForSingleObject(information.hProcess, INFINITE);
    return 0;
}

static int creates_bare(int argc, char **argv) {
    HANDLE process;
    (void)argc, (void)argv;
    NtCreateProcessEx(&process, PROCESS_ALL_ACCESS, NULL, GetCurrentProcess(), 0, NULL, NULL, NULL,
                      0);
    child_id = GetProcessId(process);
    CloseHandle(process);
    return 0;
}

/* The world of the test, with that answer. */
static rd_world *world_with(void **state, rd_conflict conflict, uint8_t answer) {
    rd_world_options options = {.size = sizeof options};
    options.conflicts[conflict] = answer;
    rd_world_destroy(*state);
    veto_with = STATUS_SUCCESS;
    call_count = child_id = 0;
    return *state = test_world(&options);
}

static rd_world *watched(void **state, rd_conflict conflict, uint8_t answer) {
    rd_world *w = world_with(state, conflict, answer);
    driver_load(w, watcher);
    program_register(w, "child.exe", child);
    call_count = 0;
    return w;
}

/* ---- the questions --------------------------------------------------------------------------- */

static void NTFY_P_10__NTFY_T_07__NTFY_I_07__duplicates(void **state) {
    kernel_call(*state, register_twice);
    assert_int_equal(again[0], STATUS_INVALID_PARAMETER);
    assert_int_equal(again[1], STATUS_SUCCESS);
    assert_int_equal(again[2], STATUS_SUCCESS);
    kernel_call(world_with(state, RD_CONFLICT_PROCESS_DUPLICATE, 1), register_twice);
    assert_int_equal(again[0], STATUS_SUCCESS);
    kernel_call(world_with(state, RD_CONFLICT_THREAD_DUPLICATE, 1), register_twice);
    assert_int_equal(again[1], STATUS_INVALID_PARAMETER);
    kernel_call(world_with(state, RD_CONFLICT_IMAGE_DUPLICATE, 1), register_twice);
    assert_int_equal(again[2], STATUS_INVALID_PARAMETER);
}

static void NTFY_P_36__exit_without_threads(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        program(watched(state, RD_CONFLICT_THREADLESS_EXIT, answer), creates_bare);
        assert_int_equal(count_of(ADDRESS(second), child_id, false), !answer);
    }
}

static void NTFY_P_48__exit_after_a_veto(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        rd_world *w = watched(state, RD_CONFLICT_VETO_EXIT, answer);
        program_register(w, "app.exe", child);
        veto_with = STATUS_ACCESS_DENIED;
        assert_int_equal(rd_process_start(w, "app.exe", NULL, NULL), RD_FAILED);
        program_run(w, RD_VERDICT_FINISHED);
        assert_int_equal(count_of(ADDRESS(ex), 0, true), 1);
        assert_int_equal(count_of(ADDRESS(ex), 0, false), !answer);
    }
}

static void NTFY_P_49__others_after_a_veto(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        rd_world *w = watched(state, RD_CONFLICT_VETO_WALK, answer);
        program_register(w, "app.exe", child);
        veto_with = STATUS_ACCESS_DENIED;
        assert_int_equal(rd_process_start(w, "app.exe", NULL, NULL), RD_FAILED);
        assert_int_equal(count_of(ADDRESS(second), 0, true), !answer);
    }
}

static void NTFY_P_61__parent_of_a_process_without_inheritance(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        uint32_t pid = program(watched(state, RD_CONFLICT_PARENT_NULL, answer), parent);
        assert_int_equal(call_of(ADDRESS(ex), child_id, true, 0)->parent, pid);
        assert_int_equal(call_of(ADDRESS(second), child_id, true, 0)->parent, answer ? 0 : pid);
    }
}

static void NTFY_T_11__irql_of_thread_routines(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        uint32_t pid = program(watched(state, RD_CONFLICT_THREAD_IRQL, answer), child);
        assert_int_equal(call_of(ADDRESS(on_thread), pid, true, 0)->irql, answer);
        assert_int_equal(call_of(ADDRESS(on_thread), pid, false, 0)->irql, answer);
        assert_int_equal(call_of(ADDRESS(ex), pid, true, 0)->irql, PASSIVE_LEVEL);
    }
}

static void NTFY_T_26__first_calls_for_a_new_process(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        uint32_t pid = program(watched(state, RD_CONFLICT_FIRST_THREAD_ORDER, answer), child);
        const struct call *of_process = call_of(ADDRESS(ex), pid, true, 0);
        const struct call *of_thread = call_of(ADDRESS(on_thread), pid, true, 0);
        assert_int_equal(of_process < of_thread, !answer);
    }
}

static void NTFY_P_54__command_line_may_be_missing(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        program(watched(state, RD_CONFLICT_COMMAND_LINE, answer), child);
        assert_int_equal(command_line, !answer);
    }
}

static void NTFY_I_05__image_name_may_be_missing(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        program(watched(state, RD_CONFLICT_IMAGE_NAME, answer), child);
        assert_int_equal(image_name, !answer);
    }
}

static void NTFY_I_21__extended_information_may_be_missing(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        extended_seen = false;
        program(watched(state, RD_CONFLICT_IMAGE_INFO, answer), child);
        assert_true(extended_seen);
        assert_int_equal(extended, !answer);
    }
}

static PVOID registration;
static bool waited;
static KEVENT entered, go_on;

static OB_PREOP_CALLBACK_STATUS blocks(PVOID context, POB_PRE_OPERATION_INFORMATION info) {
    (void)context, (void)info;
    KeSetEvent(&entered, 0, FALSE);
    KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL);
    return OB_PREOP_SUCCESS;
}

static VOID remover(PVOID context) {
    LARGE_INTEGER delay = {.QuadPart = -100000};
    (void)context;
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    ObUnRegisterCallbacks(registration);
    waited = KeReadStateEvent(&go_on) != 0;
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    KeSetEvent(&go_on, 0, FALSE);
}

static VOID releaser(PVOID context) {
    LARGE_INTEGER delay = {.QuadPart = -50000};
    (void)context;
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    KeSetEvent(&go_on, 0, FALSE);
}

static int32_t object_watcher(void *driver, void *path) {
    OB_OPERATION_REGISTRATION entry = {PsProcessType, OB_OPERATION_HANDLE_CREATE, blocks, NULL};
    OB_CALLBACK_REGISTRATION r = {.Version = OB_FLT_REGISTRATION_VERSION,
                                  .OperationRegistrationCount = 1,
                                  .OperationRegistration = &entry};
    PKSTART_ROUTINE const routines[] = {remover, releaser};
    (void)driver, (void)path;
    RtlInitUnicodeString(&r.Altitude, u"1000");
    KeInitializeEvent(&entered, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    for (int i = 0; i < 2; i++) {
        HANDLE thread;
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routines[i], NULL);
        ZwClose(thread);
    }
    return ObRegisterCallbacks(&r, &registration);
}

static void OB_26__removal_of_object_callbacks(void **state) {
    for (uint8_t answer = 0; answer < 2; answer++) {
        rd_world *w = world_with(state, RD_CONFLICT_OBJECT_REMOVAL, answer);
        driver_load(w, object_watcher);
        program_register(w, "child.exe", child);
        program(w, parent);
        assert_int_equal(waited, !answer);
    }
}

/* ---- the names ------------------------------------------------------------------------------- */

static int fitted;

static void fill_process_table(void *context) {
    (void)context;
    for (fitted = 0; fitted < 70; fitted++)
        if (!NT_SUCCESS(PsSetLoadImageNotifyRoutine(on_image)))
            break;
}

static void notify_max_limits_each_table(void **state) {
    rd_world_options options = {.size = sizeof options, .notify_max = 12};
    rd_world_destroy(*state);
    *state = test_world(&options);
    kernel_call(*state, fill_process_table);
    assert_int_equal(fitted, 12);
    char error[128];
    rd_world *none;
    options.notify_max = 65;
    assert_int_equal(rd_world_create(&options, &none, error, sizeof error), RD_INVALID_ARGUMENT);
}

static void rd_conflict_name__and__rd_conflict_answer__list_all(void **state) {
    (void)state;
    for (unsigned i = 0; i < RD_CONFLICTS; i++) {
        assert_non_null(rd_conflict_name(i));
        assert_non_null(rd_conflict_answer(i, 0));
        assert_string_not_equal(rd_conflict_answer(i, 0), rd_conflict_answer(i, 1));
        assert_null(rd_conflict_answer(i, 2));
    }
    assert_null(rd_conflict_name(RD_CONFLICTS));
    assert_null(rd_conflict_answer(RD_CONFLICTS, 0));
}

static void an_answer_must_exist(void **state) {
    rd_world_options options = {.size = sizeof options};
    char error[128];
    rd_world *none;
    (void)state;
    options.conflicts[RD_CONFLICT_VETO_WALK] = 2;
    assert_int_equal(rd_world_create(&options, &none, error, sizeof error), RD_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_P_10__NTFY_T_07__NTFY_I_07__duplicates),
        notify_case(NTFY_P_36__exit_without_threads),
        notify_case(NTFY_P_48__exit_after_a_veto),
        notify_case(NTFY_P_49__others_after_a_veto),
        notify_case(NTFY_P_61__parent_of_a_process_without_inheritance),
        notify_case(NTFY_T_11__irql_of_thread_routines),
        notify_case(NTFY_T_26__first_calls_for_a_new_process),
        notify_case(NTFY_P_54__command_line_may_be_missing),
        notify_case(NTFY_I_05__image_name_may_be_missing),
        notify_case(NTFY_I_21__extended_information_may_be_missing),
        notify_case(OB_26__removal_of_object_callbacks),
        notify_case(notify_max_limits_each_table),
        notify_case(rd_conflict_name__and__rd_conflict_answer__list_all),
        notify_case(an_answer_must_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
