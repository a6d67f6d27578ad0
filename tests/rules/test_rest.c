/* REST: suspended and remote processes, notifications of the kernel, the system's own threads. */
#include "rules.h"

#include "ps/ps.h"
#include "rundown/sdk/rd_ntdll.h"

/* Of <ntddk.h>, which cannot be included together with <windows.h>. */
typedef void process_notify(HANDLE parent, HANDLE pid, BOOLEAN create);
typedef void thread_notify(HANDLE pid, HANDLE tid, BOOLEAN create);
NTSTATUS PsSetCreateProcessNotifyRoutine(process_notify *routine, BOOLEAN remove);
NTSTATUS PsSetCreateThreadNotifyRoutine(thread_notify *routine);
NTSTATUS PsRemoveCreateThreadNotifyRoutine(thread_notify *routine);
NTSTATUS KeDelayExecutionThread(char mode, BOOLEAN alertable, LARGE_INTEGER *interval);
UCHAR KeGetCurrentIrql(void);

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    return 7;
}

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

/* ---- suspended processes --------------------------------------------------------------------- */

static int looks_at_the_suspended(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", CREATE_SUSPENDED);
    Sleep(1000);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    must_be(SuspendThread(child.hThread), 1);
    must_be(ResumeThread(child.hThread), 2);
    note("resume");
    must_be(ResumeThread(child.hThread), 1);
    wait_for(child.hProcess);
    return (int)process_code(child.hProcess);
}

static void REST_01__a_suspended_process_is_not_initialised(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = looks_at_the_suspended},
                         {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = teller}),
                     7);
    assert_journal("resume a+ main a-");
}

static int ends_the_suspended(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION process = start_flags("child.exe", CREATE_SUSPENDED),
                        thread = start_flags("child.exe", CREATE_SUSPENDED);
    must(TerminateProcess(process.hProcess, 70));
    must(TerminateThread(thread.hThread, 44));
    must_be(wait_for(process.hProcess), WAIT_OBJECT_0);
    must_be(wait_for(thread.hProcess), WAIT_OBJECT_0);
    must_be(process_code(process.hProcess), 70);
    must_be(thread_code(process.hThread), 70);
    must_be(process_code(thread.hProcess), 44);
    must_be(thread_code(thread.hThread), 44);
    return 0;
}

static void REST_02__REST_03__THRD_18__ending_the_suspended(void **state) {
    run(*state, {.name = "app.exe", .main = ends_the_suspended},
        {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("");
}

static int leaves_a_suspended_child(int argc, char **argv) {
    UNUSED_MAIN;
    my.pid = start_flags("child.exe", CREATE_SUSPENDED).dwProcessId;
    Sleep(10);
    return 0;
}

static int adopts_the_suspended(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE creator = start("creator.exe");
    Sleep(5);
    HANDLE orphan = OpenProcess(PROCESS_ALL_ACCESS, FALSE, my.pid);
    wait_for(creator);
    must_be(WaitForSingleObject(orphan, 100000), WAIT_TIMEOUT);
    must_be(process_code(orphan), STILL_ACTIVE);
    TerminateProcess(orphan, 0);
    return 0;
}

static void REST_04__a_suspended_process_stays_when_its_creator_dies(void **state) {
    run(*state, {.name = "app.exe", .main = adopts_the_suspended},
        {.name = "creator.exe", .main = leaves_a_suspended_child},
        {.name = "child.exe", .main = returns_7});
    assert_journal("");
}

static DWORD WINAPI runs_remotely(LPVOID code) {
    note("remote");
    ExitThread((DWORD)(ULONG_PTR)code);
}

static int uses_a_suspended_process(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", CREATE_SUSPENDED);
    HANDLE thread =
        CreateRemoteThread(child.hProcess, NULL, 0, runs_remotely, ULongToPtr(0x1234), 0, NULL);
    must_be(wait_for(thread), WAIT_OBJECT_0);
    must_be(thread_code(thread), 0x1234);
    Sleep(100);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    must_be(thread_code(child.hThread), STILL_ACTIVE);
    TerminateProcess(child.hProcess, 0);
    return 0;
}

static void REST_05__REST_06__a_remote_thread_in_a_suspended_process(void **state) {
    run(*state, {.name = "app.exe", .main = uses_a_suspended_process},
        {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ remote a<");
}

static int exits_remotely(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    Sleep(10);
    must(CreateRemoteThread(child.hProcess, NULL, 0,
                            (LPTHREAD_START_ROUTINE)(void (*)(void))ExitProcess, ULongToPtr(61), 0,
                            NULL) != NULL);
    wait_for(child.hProcess);
    must_be(thread_code(child.hThread), 61);
    return (int)process_code(child.hProcess);
}

static void REST_07__a_remote_ExitProcess_is_orderly(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = exits_remotely},
                         {.name = "child.exe", .main = sleeps, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = teller}),
                     61);
    assert_journal("a+ a> a-");
}

static int has_two_threads(int argc, char **argv) {
    UNUSED_MAIN;
    begin(sleeps_for_ever, NULL);
    Sleep(INFINITE);
    return 0;
}

static int ends_a_suspended_process(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    Sleep(10);
    must_be(NtSuspendProcess(child), 0);
    must(TerminateProcess(child, 8));
    must_be(wait_for(child), WAIT_OBJECT_0);
    return (int)process_code(child);
}

static void REST_08__THRD_17__a_process_can_be_ended_while_suspended(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = ends_a_suspended_process},
                         {.name = "child.exe", .main = has_two_threads}),
                     8);
}

static int fails_to_create(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    char nowhere[] = "nowhere.exe", library[] = "a.dll";
    UNUSED_MAIN;
    must_fail(
        CreateProcessA(nowhere, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information),
        FALSE, ERROR_FILE_NOT_FOUND);
    must_fail(
        CreateProcessA(library, NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information),
        FALSE, ERROR_BAD_EXE_FORMAT);
    HANDLE lacking = start("lacking.exe");
    wait_for(lacking);
    must_be(process_code(lacking), 0xC0000135);
    return 0;
}

static void REST_09__creation_failures(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = fails_to_create},
                         {.name = "lacking.exe", .main = returns_7, .imports = IMPORTS("b.dll")},
                         {.name = "a.dll", .dll_main = teller}),
                     0);
}

/* ---- notifications of the kernel ------------------------------------------------------------- */

static void process_routine(HANDLE parent, HANDLE pid, BOOLEAN create) {
    (void)parent, (void)pid;
    must_be(KeGetCurrentIrql(), 0);
    InterlockedExchangeAdd(&my.count, create ? 1 : -1); /* state kept per process */
    if (!create)
        my.other_count++;
}

static void thread_routine(HANDLE pid, HANDLE tid, BOOLEAN create) {
    (void)pid, (void)tid, (void)create;
    must_be(KeGetCurrentIrql(), 0);
}

static int32_t driver_entry(void *driver_object, void *registry_path) {
    (void)driver_object, (void)registry_path;
    PsSetCreateThreadNotifyRoutine(thread_routine);
    return PsSetCreateProcessNotifyRoutine(process_routine, FALSE);
}

static void load_driver(rd_world *world) {
    assert_int_equal(rd_driver_load(world, "watcher.sys", driver_entry, NULL), RD_OK);
}

/* The call about that process and, unless 0, thread. */
static size_t call_about(rd_world *world, const char *kind, uint64_t pid, uint64_t tid,
                         uint64_t create) {
    for (size_t i = 0; i < rd_event_count(world); i++) {
        const rd_event *event = rd_event_at(world, i);
        if (event->kind == RD_EVENT_NOTIFY_CALL && strstr(event->text, kind) && event->a == pid &&
            (!tid || event->b == tid) && event->c == create)
            return i;
    }
    return RD_NO_EVENT;
}

static DWORD WINAPI ends_at_once(LPVOID unused) {
    (void)unused;
    return 0;
}

static int has_several_threads(int argc, char **argv) {
    UNUSED_MAIN;
    my.pid = GetCurrentProcessId();
    my.threads[2] = begin(ends_at_once, NULL);
    begin(ends_at_once, NULL);
    ExitThread(0);
}

static int creates_a_process(int argc, char **argv) {
    UNUSED_MAIN;
    my.tid = GetCurrentThreadId();
    wait_for(start("child.exe"));
    return 0;
}

static void notified_in_order(rd_world *world) {
    size_t created = event_about(world, RD_EVENT_PROCESS_CREATE, my.pid);
    size_t call = call_about(world, "process", my.pid, 0, 1);
    size_t first = test_event(world, created, RD_EVENT_THREAD_CREATE, NULL);
    assert_order(first, call);
    assert_int_equal(rd_event_at(world, call)->tid, my.tid);
    size_t last = RD_NO_EVENT;
    for (size_t i = 0; i < rd_event_count(world); i++)
        if (rd_event_at(world, i)->kind == RD_EVENT_PROCESS_LAST_THREAD &&
            rd_event_at(world, i)->pid == my.pid)
            last = i;
    uint32_t leaver = rd_event_at(world, last)->tid;
    size_t gone = call_about(world, "process", my.pid, 0, 0);
    assert_int_equal(rd_event_at(world, gone)->tid, leaver);
    size_t signaled = event_about(world, RD_EVENT_PROCESS_SIGNALED, my.pid);
    assert_order(gone, event_about(world, RD_EVENT_PROCESS_ADDRESS_SPACE, my.pid));
    assert_order(gone, signaled);
    event_of(world, signaled, RD_EVENT_THREAD_SIGNALED, leaver, NULL);
    for (size_t i = created; i < gone; i++) { /* each thread's delete comes before, by itself */
        const rd_event *event = rd_event_at(world, i);
        if (event->kind != RD_EVENT_THREAD_CREATE || event->b != my.pid)
            continue;
        size_t create = call_about(world, "thread", my.pid, event->a, 1);
        size_t end = call_about(world, "thread", my.pid, event->a, 0);
        assert_order(create, end);
        assert_order(end, gone);
        assert_int_equal(rd_event_at(world, create)->tid, event->tid);
        assert_int_equal(rd_event_at(world, end)->tid, event->a);
    }
}

static void REST_16__REST_17__REST_19__REST_20__the_order_of_notifications(void **state) {
    rd_world *world = *state;
    rules_register(world, (const struct image[]){{.name = "app.exe", .main = creates_a_process},
                                                 {.name = "child.exe", .main = has_several_threads},
                                                 {0}});
    for (uint64_t seed = 1; seed <= 200; seed++) {
        rules_forget();
        rd_world_reset(world);
        rd_world_set_seed(world, seed);
        load_driver(world);
        rules_start(world, "app.exe", RD_VERDICT_FINISHED);
        notified_in_order(world);
    }
}

static int ends_somehow(int argc, char **argv) {
    if (is_role(argc, argv, "exit"))
        ExitProcess(1);
    if (is_role(argc, argv, "crash"))
        RaiseException(0xE0000001, 0, 0, NULL);
    if (is_role(argc, argv, "thread"))
        ExitThread(2);
    Sleep(INFINITE);
    return 0;
}

static int ends_children_somehow(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE children[] = {start("child.exe exit"), start("child.exe crash"),
                         start("child.exe thread"), start("child.exe")};
    TerminateProcess(children[3], 3);
    WaitForMultipleObjects(4, children, TRUE, INFINITE);
    must_be(my.other_count, 4);
    must_be(my.count, 1); /* the state of this process is left */
    return 0;
}

static void REST_21__REST_24__every_end_is_notified_once(void **state) {
    rd_world *world = *state;
    load_driver(world);
    run(world, {.name = "app.exe", .main = ends_children_somehow},
        {.name = "child.exe", .main = ends_somehow});
    assert_int_equal(my.count, 0);
}

static void slow_routine(HANDLE pid, HANDLE tid, BOOLEAN create) {
    LARGE_INTEGER interval = {.QuadPart = -50 * 10000};
    (void)pid, (void)tid;
    if (!create)
        return;
    note("in");
    KeDelayExecutionThread(0, FALSE, &interval);
    note("out");
}

static int32_t slow_driver_entry(void *driver_object, void *registry_path) {
    (void)driver_object, (void)registry_path;
    return PsSetCreateThreadNotifyRoutine(slow_routine);
}

static void remove_slow_routine(void *status) {
    *(NTSTATUS *)status = PsRemoveCreateThreadNotifyRoutine(slow_routine);
    note("removed");
}

static int creates_a_thread_late(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(100);
    wait_for(begin(ends_at_once, NULL));
    return 0;
}

static void REST_22__a_removal_waits_for_running_calls(void **state) {
    rd_world *world = *state;
    NTSTATUS status = 1;
    rules_register(world,
                   (const struct image[]){{.name = "app.exe", .main = creates_a_thread_late}, {0}});
    assert_int_equal(rd_driver_load(world, "slow.sys", slow_driver_entry, NULL), RD_OK);
    assert_int_equal(rd_process_start(world, "app.exe", NULL, NULL), RD_OK);
    rules.length = 0;
    rd_run_until(world, rd_time(world) + 120 * 10000, NULL);
    assert_journal("in");
    assert_int_equal(rd_system_call(world, remove_slow_routine, &status), RD_OK);
    assert_int_equal(status, 0);
    assert_journal("in out removed");
    rd_run(world, NULL);
    assert_journal("in out removed");
}

static void register_often(void *unused) {
    NTSTATUS status = 0;
    int registered = 0;
    (void)unused;
    must_be(PsSetCreateProcessNotifyRoutine(process_routine, FALSE), 0);
    must_be((uint32_t)PsSetCreateProcessNotifyRoutine(process_routine, FALSE), 0xC000000D);
    while (registered < 1000 && (status = PsSetCreateThreadNotifyRoutine(thread_routine)) == 0)
        registered++;
    must(registered > 0);
    must_be((uint32_t)status, 0xC000009A);
}

static void REST_23__what_registration_returns(void **state) {
    assert_int_equal(rd_system_call(*state, register_often, NULL), RD_OK);
    assert_string_equal(rules.complaint, "");
}

/* ---- the system's own ------------------------------------------------------------------------ */

static void sleeps_in_system(void *unused) {
    LARGE_INTEGER interval = {.QuadPart = -50 * 10000};
    (void)unused;
    KeDelayExecutionThread(0, FALSE, &interval);
    note("slept");
}

static void attacks_the_system(void *unused) {
    struct rd_world *w = port_current_world();
    struct ps_thread *thread;
    struct ps_create_thread create = {.process = w->ps->system, .kernel_start = sleeps_in_system};
    (void)unused;
    must_be(ps_create_thread(w, &create, &thread), 0);
    must_be((uint32_t)ps_terminate_thread(w, thread, 1), 0xC0000022);
    must_be((uint32_t)ps_terminate_process(w, w->ps->system, 1), 0xC0000022);
    ke_wait_kernel(w, thread);
    ob_dereference(w, thread);
}

static int opens_the_system(int argc, char **argv) {
    UNUSED_MAIN;
    must_fail(OpenProcess(PROCESS_TERMINATE, FALSE, PS_SYSTEM_PID), 0, ERROR_ACCESS_DENIED);
    must(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, PS_SYSTEM_PID) != NULL);
    must_fail(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, 0), 0, ERROR_INVALID_PARAMETER);
    must_fail(OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, 0), 0, ERROR_INVALID_PARAMETER);
    return 0;
}

static void REST_27__REST_28__the_system_cannot_be_ended(void **state) {
    assert_int_equal(rd_system_call(*state, attacks_the_system, NULL), RD_OK);
    assert_journal("slept");
    assert_int_equal(run_main(*state, opens_the_system), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(REST_01__a_suspended_process_is_not_initialised),
        rule_test(REST_02__REST_03__THRD_18__ending_the_suspended),
        rule_test(REST_04__a_suspended_process_stays_when_its_creator_dies),
        rule_test(REST_05__REST_06__a_remote_thread_in_a_suspended_process),
        rule_test(REST_07__a_remote_ExitProcess_is_orderly),
        rule_test(REST_08__THRD_17__a_process_can_be_ended_while_suspended),
        rule_test(REST_09__creation_failures),
        rule_test(REST_16__REST_17__REST_19__REST_20__the_order_of_notifications),
        rule_test(REST_21__REST_24__every_end_is_notified_once),
        rule_test(REST_22__a_removal_waits_for_running_calls),
        rule_test(REST_23__what_registration_returns),
        rule_test(REST_27__REST_28__the_system_cannot_be_ended),
    };
    return cmocka_run_group_tests_name("REST", tests, NULL, NULL);
}
