/* Processes without a thread, clones, and processes of other subsystems: who hears of them. */
#include <string.h>

#include "notify_record.h"

#include "rundown/sdk/rd_ntdll.h"

/* ---- the driver ------------------------------------------------------------------------------ */

/* What a routine that gets a PPS_CREATE_NOTIFY_INFO was told. */
static struct told {
    bool told, subsystem, exact, image, command_line, file;
    uint32_t parent;
    char name[64];
} told_ex, told_ex2;

static void note(struct told *told, PPS_CREATE_NOTIFY_INFO info) {
    *told = (struct told){.told = true,
                          .subsystem = info->IsSubsystemProcess,
                          .exact = info->FileOpenNameAvailable,
                          .image = info->ImageFileName != NULL,
                          .command_line = info->CommandLine != NULL,
                          .file = info->FileObject != NULL,
                          .parent = id_of(info->ParentProcessId)};
    for (int i = 0; told->image && i < info->ImageFileName->Length / 2 && i < 63; i++)
        told->name[i] = (char)info->ImageFileName->Buffer[i];
}

static VOID legacy(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId;
    record(ADDRESS(legacy), Create != FALSE)->pid = id_of(ProcessId);
}

static VOID ex(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process;
    record(ADDRESS(ex), CreateInfo != NULL)->pid = id_of(ProcessId);
    if (CreateInfo)
        note(&told_ex, CreateInfo);
}

static VOID ex2(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process;
    record(ADDRESS(ex2), CreateInfo != NULL)->pid = id_of(ProcessId);
    if (CreateInfo)
        note(&told_ex2, CreateInfo);
}

static VOID on_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ThreadId;
    record(ADDRESS(on_thread), Create != FALSE)->pid = id_of(ProcessId);
}

static VOID on_any_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ThreadId;
    record(ADDRESS(on_any_thread), Create != FALSE)->pid = id_of(ProcessId);
}

static int32_t all_flavours(void *driver, void *path) {
    (void)driver, (void)path;
    PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex2), FALSE);
    PsSetCreateThreadNotifyRoutine(on_thread);
    return PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifySubsystems, ADDRESS(on_any_thread));
}

static void load(rd_world *w) {
    memset(&told_ex, 0, sizeof told_ex);
    memset(&told_ex2, 0, sizeof told_ex2);
    driver_load(w, all_flavours);
}

/* ---- programs -------------------------------------------------------------------------------- */

static int seven(int argc, char **argv) {
    (void)argc, (void)argv;
    return 7;
}

static uint32_t bare_id;
static NTSTATUS bare_status[4];
static DWORD bare_wait, event_wait;

static HANDLE bare_process(void) {
    HANDLE process = NULL;
    bare_status[0] = NtCreateProcessEx(&process, PROCESS_ALL_ACCESS, NULL, GetCurrentProcess(), 0,
                                       NULL, NULL, NULL, 0);
    bare_id = GetProcessId(process);
    return process;
}

/* A process without a thread is created and closed. */
static int creates_bare(int argc, char **argv) {
    (void)argc, (void)argv;
    CloseHandle(bare_process());
    return 0;
}

/* It is terminated; its only handle to an event is closed then. */
static int terminates_bare(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE process = NULL, event, other;
    process = bare_process();
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    DuplicateHandle(GetCurrentProcess(), event, process, &other, 0, FALSE, DUPLICATE_SAME_ACCESS);
    bare_status[1] = NtTerminateProcess(process, 5);
    bare_status[2] = NtTerminateProcess(process, 6);
    event_wait = DuplicateHandle(process, other, GetCurrentProcess(), &event, 0, FALSE,
                                 DUPLICATE_SAME_ACCESS)
                     ? 0
                     : GetLastError();
    CloseHandle(process);
    return 0;
}

static DWORD WINAPI ends_clone(LPVOID argument) {
    (void)argument;
    TerminateProcess(GetCurrentProcess(), 4);
    return 0;
}

/* A clone of this program gets its first thread. */
static int clones(int argc, char **argv) {
    HANDLE process = bare_process(), thread = NULL;
    (void)argc, (void)argv;
    bare_status[1] = RtlCreateUserThread(process, NULL, FALSE, 0, 0, 0,
                                         (PVOID)(ULONG_PTR)ends_clone, NULL, &thread, NULL);
    bare_wait = WaitForSingleObject(process, INFINITE);
    return 0;
}

static uint32_t start_kind(rd_world *w, const char *name, rd_process_kind kind) {
    rd_process_options options = {.size = sizeof options, .kind = kind};
    uint32_t pid = 0;
    if (rd_process_start(w, name, &options, &pid) != RD_OK)
        fail_msg("%s", rd_last_error(w));
    return pid;
}

/* ---- processes without a thread -------------------------------------------------------------- */

static void NTFY_P_35__NTFY_P_36__REST_18__a_process_without_threads_only_ends(void **state) {
    load(*state);
    program(*state, creates_bare);
    assert_int_equal(bare_status[0], STATUS_SUCCESS);
    assert_int_equal(count_of(NULL, bare_id, true), 0);
    assert_int_equal(count_of(ADDRESS(legacy), bare_id, false), 1);
    assert_int_equal(count_of(ADDRESS(ex2), bare_id, false), 1);
    assert_int_equal(count_of(ADDRESS(on_thread), bare_id, false), 0);
    rd_process_info info;
    assert_int_equal(rd_process_get(*state, bare_id, &info), RD_NOT_FOUND);
}

static void TERM_30__terminating_a_process_without_threads_closes_its_handles(void **state) {
    program(*state, terminates_bare);
    assert_int_equal(bare_status[1], STATUS_SUCCESS);
    assert_int_equal(bare_status[2], STATUS_PROCESS_IS_TERMINATING);
    assert_int_equal(event_wait, ERROR_INVALID_HANDLE);
}

static void NTFY_P_67__ex_routines_do_not_hear_of_clones(void **state) {
    load(*state);
    program(*state, clones);
    assert_int_equal(bare_status[1], STATUS_SUCCESS);
    assert_int_equal(bare_wait, WAIT_OBJECT_0);
    assert_int_equal(count_of(ADDRESS(legacy), bare_id, true), 1);
    assert_int_equal(count_of(ADDRESS(legacy), bare_id, false), 1);
    assert_int_equal(count_of(ADDRESS(ex), bare_id, true), 0);
    assert_int_equal(count_of(ADDRESS(ex), bare_id, false), 0);
    assert_int_equal(count_of(ADDRESS(ex2), bare_id, true), 1);
}

static void NTFY_P_53__NTFY_P_54__names_may_be_partial_or_missing(void **state) {
    load(*state);
    program(*state, seven);
    assert_true(told_ex2.exact);
    assert_string_equal(told_ex2.name, "\\??\\C:\\app.exe");
    assert_true(told_ex2.command_line);
    rd_world_destroy(*state);
    *state = test_world(NULL);
    load(*state);
    program(*state, clones);
    assert_false(told_ex2.exact);
    assert_string_equal(told_ex2.name, "app.exe");
    assert_false(told_ex2.command_line);
}

/* ---- other subsystems ------------------------------------------------------------------------ */

static void NTFY_P_55__NTFY_P_56__NTFY_P_57__pico_processes_are_for_ex2_only(void **state) {
    load(*state);
    program_register(*state, "bash", seven);
    uint32_t pid = start_kind(*state, "bash", RD_PROCESS_PICO);
    assert_true(told_ex2.subsystem);
    assert_false(told_ex2.image || told_ex2.command_line || told_ex2.file);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_int_equal(count_of(ADDRESS(ex2), pid, true), 1);
    assert_int_equal(count_of(ADDRESS(ex2), pid, false), 1);
    assert_int_equal(count_of(ADDRESS(legacy), pid, true) + count_of(ADDRESS(ex), pid, true), 0);
    assert_int_equal(count_of(ADDRESS(legacy), pid, false) + count_of(ADDRESS(ex), pid, false), 0);
    assert_int_equal(count_of(ADDRESS(on_thread), pid, true), 0);
    assert_int_equal(count_of(ADDRESS(on_any_thread), pid, true), 1);
    pid = program(*state, seven);
    assert_false(told_ex2.subsystem || told_ex.subsystem);
    assert_int_equal(count_of(ADDRESS(ex2), pid, true), 1);
    assert_int_equal(count_of(ADDRESS(on_any_thread), pid, true), 1);
}

static void minimal_process(void **state, bool delivered) {
    load(*state);
    uint32_t pid = start_kind(*state, "Registry", RD_PROCESS_MINIMAL);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_int_equal(count_of(ADDRESS(legacy), pid, true) + count_of(ADDRESS(ex), pid, true), 0);
    assert_int_equal(count_of(ADDRESS(ex2), pid, true), delivered);
    assert_int_equal(count_of(ADDRESS(ex2), pid, false), delivered);
    rd_process_info info;
    assert_int_equal(rd_process_get(*state, pid, &info), RD_OK);
    assert_true(info.terminated);
}

static void NTFY_P_58__minimal_processes_make_no_call(void **state) {
    minimal_process(state, false);
}

static void NTFY_P_58__minimal_processes_are_reported_if_the_world_says_so(void **state) {
    rd_world_options options = {.size = sizeof options};
    options.conflicts[RD_CONFLICT_MINIMAL_PROCESS] = 1;
    rd_world_destroy(*state);
    *state = test_world(&options);
    minimal_process(state, true);
}

static void NTFY_T_36__threads_of_every_session_are_reported(void **state) {
    load(*state);
    program_register(*state, "app.exe", seven);
    for (uint32_t session = 1; session <= 2; session++) {
        rd_process_options options = {.size = sizeof options, .session = session};
        uint32_t pid = 0;
        assert_int_equal(rd_process_start(*state, "app.exe", &options, &pid), RD_OK);
        program_run(*state, RD_VERDICT_FINISHED);
        assert_int_equal(count_of(ADDRESS(on_thread), pid, true), 1);
        assert_int_equal(count_of(ADDRESS(on_thread), pid, false), 1);
    }
}

static void a_process_kind_must_exist(void **state) {
    rd_process_options options = {.size = sizeof options, .kind = (rd_process_kind)9};
    program_register(*state, "app.exe", seven);
    assert_int_equal(rd_process_start(*state, "app.exe", &options, NULL), RD_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_P_35__NTFY_P_36__REST_18__a_process_without_threads_only_ends),
        notify_case(TERM_30__terminating_a_process_without_threads_closes_its_handles),
        notify_case(NTFY_P_67__ex_routines_do_not_hear_of_clones),
        notify_case(NTFY_P_53__NTFY_P_54__names_may_be_partial_or_missing),
        notify_case(NTFY_P_55__NTFY_P_56__NTFY_P_57__pico_processes_are_for_ex2_only),
        notify_case(NTFY_P_58__minimal_processes_make_no_call),
        notify_case(NTFY_P_58__minimal_processes_are_reported_if_the_world_says_so),
        notify_case(NTFY_T_36__threads_of_every_session_are_reported),
        notify_case(a_process_kind_must_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
