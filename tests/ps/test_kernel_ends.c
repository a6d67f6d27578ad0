/* Rules TERM: how processes end, seen from the kernel and by whoever has them open. */
#include <string.h>

#include "notify_record.h"
#include "ps/ps.h"
#include "rundown/sdk/tlhelp32.h"

NTSTATUS NtTerminateThread(HANDLE, NTSTATUS);
NTSTATUS NtQueryInformationProcess(HANDLE, PROCESSINFOCLASS, PVOID, ULONG, PULONG);
NTSTATUS RtlSetProcessIsCritical(BOOLEAN, PBOOLEAN, BOOLEAN);
NTSTATUS RtlSetThreadIsCritical(BOOLEAN, PBOOLEAN, BOOLEAN);
NTSTATUS RtlAdjustPrivilege(ULONG, BOOLEAN, BOOLEAN, PBOOLEAN);

static VOID on_exit(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    struct call *call = record(ADDRESS(on_exit), Create != FALSE);
    PEPROCESS process = NULL;
    call->pid = id_of(ProcessId);
    call->parent = id_of(ParentId);
    call->lookup = PsLookupProcessByProcessId(ProcessId, &process);
    if (!process)
        return;
    call->exit_status = PsGetProcessExitStatus(process);
    ObDereferenceObject(process);
}

static int32_t entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(on_exit, FALSE);
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

/* ---- the exit status ------------------------------------------------------------------------- */

static DWORD WINAPI returns_five(LPVOID unused) {
    (void)unused;
    Sleep(5);
    return 5;
}

static int calls_exit_process(int argc, char **argv) {
    (void)argc, (void)argv;
    ExitProcess(3);
}

static int last_thread_returns(int argc, char **argv) {
    (void)argc, (void)argv;
    CreateThread(NULL, 0, returns_five, NULL, 0, NULL);
    ExitThread(4);
}

static int crashes(int argc, char **argv) {
    (void)argc, (void)argv;
    driver_crash();
    return 0;
}

static int terminates_itself(int argc, char **argv) {
    (void)argc, (void)argv;
    TerminateProcess(GetCurrentProcess(), 6);
    return 0;
}

static int sleeps(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(INFINITE);
    return 0;
}

static PROCESS_INFORMATION child;

static void start_child(void) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    char command[] = "child.exe";
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
}

static int kills_child(int argc, char **argv) {
    (void)argc, (void)argv;
    start_child();
    Sleep(1);
    TerminateProcess(child.hProcess, 7);
    WaitForSingleObject(child.hProcess, INFINITE);
    return 0;
}

static void TERM_06__TERM_59__every_way_to_end_gives_its_status_to_one_exit_call(void **state) {
    static const struct {
        int (*main)(int, char **);
        NTSTATUS status;
    } rows[] = {{calls_exit_process, 3},
                {last_thread_returns, 5},
                {crashes, STATUS_ACCESS_VIOLATION},
                {terminates_itself, 6},
                {quiet, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_world *w = test_world(NULL);
        call_count = 0;
        driver_load(w, entry);
        uint32_t pid = program(w, rows[i].main);
        assert_int_equal(count_of(ADDRESS(on_exit), pid, false), 1);
        assert_int_equal(call_of(ADDRESS(on_exit), pid, false, 0)->exit_status, rows[i].status);
        rd_world_destroy(w);
    }
}

static void TERM_06__TERM_59__termination_by_another_process(void **state) {
    driver_load(*state, entry);
    program_register(*state, "child.exe", sleeps);
    program(*state, kills_child);
    assert_int_equal(call_of(ADDRESS(on_exit), child.dwProcessId, false, 0)->exit_status, 7);
}

static void TERM_58__no_user_code_runs_in_the_victim(void **state) {
    driver_load(*state, entry);
    program_register(*state, "child.exe", sleeps);
    program(*state, kills_child);
    size_t killed = test_event(*state, 0, RD_EVENT_PROCESS_TERMINATE, NULL);
    rd_event_query detach = {.kind = RD_EVENT_CRT_MAIN_RETURN, .pid = child.dwProcessId};
    assert_int_equal(rd_event_find(*state, killed, &detach), RD_NO_EVENT);
}

/* ---- the order ------------------------------------------------------------------------------- */

static void TERM_01__marks_resources_handles_status_signal(void **state) {
    rd_world *w = *state;
    program_register(w, "child.exe", sleeps);
    program(w, kills_child);
    size_t at = test_event(w, 0, RD_EVENT_PROCESS_TERMINATE, NULL);
    static const rd_event_kind order[] = {
        RD_EVENT_THREAD_TERMINATE,       RD_EVENT_PROCESS_EXIT_STATUS,
        RD_EVENT_PROCESS_HANDLES_CLOSED, RD_EVENT_PROCESS_ADDRESS_SPACE,
        RD_EVENT_PROCESS_SIGNALED,
    };
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        size_t next = rd_event_find(w, at, &(rd_event_query){.kind = order[i]});
        assert_int_not_equal(next, RD_NO_EVENT);
        at = next;
    }
}

/* ---- what survives --------------------------------------------------------------------------- */

static int leaves_child(int argc, char **argv) {
    (void)argc, (void)argv;
    start_child();
    TerminateProcess(GetCurrentProcess(), 1);
    return 0;
}

static void TERM_57__children_survive_and_remember_their_parent(void **state) {
    rd_world *w = *state;
    rd_process_info info;
    driver_load(w, entry);
    program_register(w, "child.exe", sleeps);
    program_register(w, "app.exe", leaves_child);
    uint32_t parent = program_start(w, "app.exe");
    program_run(w, RD_VERDICT_DEADLOCK); /* the child sleeps for ever */
    assert_int_equal(rd_process_get(w, child.dwProcessId, &info), RD_OK);
    assert_false(info.signaled);
    assert_int_equal(call_of(ADDRESS(on_exit), child.dwProcessId, true, 0)->parent, parent);
    assert_int_equal(count_of(ADDRESS(on_exit), parent, false), 1);
}

static int makes_event(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, "shared");
    SetEvent(event);
    Sleep(10);
    return 0;
}

static DWORD event_state;

static int keeps_event(int argc, char **argv) {
    (void)argc, (void)argv;
    start_child();
    Sleep(1);
    HANDLE event = OpenEventA(SYNCHRONIZE, FALSE, "shared");
    WaitForSingleObject(child.hProcess, INFINITE);
    event_state = WaitForSingleObject(event, 0);
    return 0;
}

static void TERM_60__objects_live_while_somebody_has_them_open(void **state) {
    program_register(*state, "child.exe", makes_event);
    program(*state, keeps_event);
    assert_int_equal(event_state, WAIT_OBJECT_0);
}

/* ---- zombies --------------------------------------------------------------------------------- */

static bool listed;
static NTSTATUS basic_status, image_status, image_before;
static PROCESS_BASIC_INFORMATION basic;

static int looks_at_zombie(int argc, char **argv) {
    char image[64];
    PROCESSENTRY32 process = {.dwSize = sizeof process};
    enum { IMAGE_INFORMATION = 37 };
    (void)argc, (void)argv;
    start_child();
    image_before = NtQueryInformationProcess(child.hProcess, (PROCESSINFOCLASS)IMAGE_INFORMATION,
                                             image, sizeof image, NULL);
    WaitForSingleObject(child.hProcess, INFINITE);
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    listed = false;
    for (BOOL more = Process32First(snapshot, &process); more;
         more = Process32Next(snapshot, &process))
        listed |= process.th32ProcessID == child.dwProcessId;
    basic_status = NtQueryInformationProcess(child.hProcess, ProcessBasicInformation, &basic,
                                             sizeof basic, NULL);
    image_status = NtQueryInformationProcess(child.hProcess, (PROCESSINFOCLASS)IMAGE_INFORMATION,
                                             image, sizeof image, NULL);
    Sleep(INFINITE);
    return 0;
}

static NTSTATUS found;

static void look_up_child(void *context) {
    PEPROCESS process = NULL;
    (void)context;
    found = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)child.dwProcessId, &process);
    if (process)
        ObDereferenceObject(process);
}

static void TERM_23__TERM_61__a_zombie_is_not_listed_and_has_no_image(void **state) {
    rd_world *w = *state;
    program_register(w, "child.exe", quiet);
    program_register(w, "app.exe", looks_at_zombie);
    program_start(w, "app.exe");
    program_run(w, RD_VERDICT_DEADLOCK);
    kernel_call(w, look_up_child);
    assert_int_equal(found, STATUS_SUCCESS);
    assert_false(listed);
    assert_int_equal(basic_status, STATUS_SUCCESS);
    assert_int_equal(basic.ExitStatus, 0);
    assert_int_equal(image_before, STATUS_SUCCESS);
    assert_int_equal(image_status, STATUS_PROCESS_IS_TERMINATING);
}

/* Nothing that a program or driver can do. */
static int loses_id(int argc, char **argv) {
    (void)argc, (void)argv;
    start_child();
    WaitForSingleObject(child.hProcess, INFINITE);
    CloseHandle(child.hThread);
    Sleep(1);
    ps_cid_free(port_current_world(), child.dwProcessId);
    CloseHandle(child.hProcess);
    return 0;
}

static void TERM_62__a_process_object_without_its_id_stops_the_machine(void **state) {
    program_register(*state, "child.exe", quiet);
    program_register(*state, "app.exe", loses_id);
    program_start(*state, "app.exe");
    rd_run(*state, NULL);
    expect_stop(*state, 0x17, "TERM-62");
}

/* ---- threads --------------------------------------------------------------------------------- */

static NTSTATUS alone, with_others;

static int ends_its_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    alone = NtTerminateThread(NULL, 1);
    CreateThread(NULL, 0, returns_five, NULL, 0, NULL);
    with_others = NtTerminateThread(NULL, 1);
    return 0;
}

static void TERM_31__the_only_thread_cannot_end_itself_without_a_handle(void **state) {
    alone = with_others = -1;
    program(*state, ends_its_thread);
    assert_int_equal(alone, STATUS_CANT_TERMINATE_SELF);
    assert_int_equal(with_others, -1); /* it has not come back */
}

/* ---- critical processes and threads ---------------------------------------------------------- */

static NTSTATUS without_privilege, with_privilege;

static bool make_critical(bool thread) {
    BOOLEAN before;
    BOOL critical = FALSE;
    without_privilege = RtlSetProcessIsCritical(TRUE, NULL, FALSE);
    RtlAdjustPrivilege(20, TRUE, FALSE, &before);
    with_privilege = thread ? RtlSetThreadIsCritical(TRUE, &before, FALSE)
                            : RtlSetProcessIsCritical(TRUE, &before, FALSE);
    IsProcessCritical(GetCurrentProcess(), &critical);
    return critical;
}

static int critical_process(int argc, char **argv) {
    (void)argc, (void)argv;
    return make_critical(false) ? 9 : 0;
}

static DWORD WINAPI critical_thread(LPVOID unused) {
    (void)unused;
    make_critical(true);
    return 0;
}

static int has_critical_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    CreateThread(NULL, 0, critical_thread, NULL, 0, NULL);
    Sleep(INFINITE);
    return 0;
}

static void expect_critical(const char *profile, int (*main)(int, char **),
                            const uint64_t *wanted) {
    rd_bugcheck bugcheck;
    rd_world *w =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .profile = profile});
    program_register(w, "app.exe", main);
    rd_process_start(w, "app.exe", NULL, NULL);
    rd_run(w, NULL);
    assert_int_equal(rd_world_bugcheck(w, &bugcheck), RD_OK);
    assert_int_equal(bugcheck.code, wanted[0]);
    assert_int_equal(bugcheck.parameters[wanted[1]], wanted[2]);
    assert_int_equal(without_privilege, STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(with_privilege, STATUS_SUCCESS);
    rd_world_destroy(w);
}

static void TERM_54__the_end_of_what_is_critical_stops_the_machine(void **state) {
    (void)state;
    expect_critical("win11", critical_process, (const uint64_t[]){0xEF, 1, 0});
    expect_critical("win11", has_critical_thread, (const uint64_t[]){0xEF, 1, 1});
    expect_critical("win7", critical_process, (const uint64_t[]){0xF4, 0, 3});
    expect_critical("win7", has_critical_thread, (const uint64_t[]){0xF4, 0, 6});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(TERM_06__TERM_59__every_way_to_end_gives_its_status_to_one_exit_call),
        notify_case(TERM_06__TERM_59__termination_by_another_process),
        notify_case(TERM_58__no_user_code_runs_in_the_victim),
        notify_case(TERM_01__marks_resources_handles_status_signal),
        notify_case(TERM_57__children_survive_and_remember_their_parent),
        notify_case(TERM_60__objects_live_while_somebody_has_them_open),
        notify_case(TERM_23__TERM_61__a_zombie_is_not_listed_and_has_no_image),
        notify_case(TERM_62__a_process_object_without_its_id_stops_the_machine),
        notify_case(TERM_31__the_only_thread_cannot_end_itself_without_a_handle),
        notify_case(TERM_54__the_end_of_what_is_critical_stops_the_machine),
    };
    return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
