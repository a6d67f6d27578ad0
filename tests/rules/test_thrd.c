/* THRD: how threads end, are suspended and are created in other processes. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static void code_is_0(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
}

/* ---- ways to end ----------------------------------------------------------------------------- */

static DWORD WINAPI exits_with(LPVOID code) {
    ExitThread((DWORD)(ULONG_PTR)code);
}

static DWORD WINAPI raises(LPVOID code) {
    RaiseException((DWORD)(ULONG_PTR)code, 0, 0, NULL);
    return 0;
}

static int crashes_in_a_thread(int argc, char **argv) {
    UNUSED_MAIN;
    begin(raises, ULongToPtr(0xE0000001));
    Sleep(INFINITE);
    return 0;
}

static int ends_threads_in_every_way(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE returned = begin(returns_argument, ULongToPtr(1)),
           exited = begin(exits_with, ULongToPtr(2)), terminated = begin(sleeps_for_ever, NULL);
    TerminateThread(terminated, 3);
    PROCESS_INFORMATION killed = start_flags("sleeps.exe", 0),
                        crashed = start_flags("crashes.exe", 0);
    TerminateProcess(killed.hProcess, 4);
    HANDLE all[] = {returned, exited, terminated, killed.hThread, crashed.hThread};
    static const DWORD codes[] = {1, 2, 3, 4, 0xE0000001};
    must_be(WaitForMultipleObjects(5, all, TRUE, INFINITE), WAIT_OBJECT_0);
    for (int i = 0; i < 5; i++)
        must_be(thread_code(all[i]), codes[i]);
    return 0;
}

static void THRD_01__the_causes_of_an_end(void **state) {
    run(*state, {.name = "app.exe", .main = ends_threads_in_every_way},
        {.name = "sleeps.exe", .main = sleeps},
        {.name = "crashes.exe", .main = crashes_in_a_thread});
}

static void WINAPI tells_fls(PVOID value) {
    note("fls:%s", (const char *)value);
}

static void WINAPI tells_apc(ULONG_PTR value) {
    note("apc:%u", (unsigned)value);
}

static DWORD WINAPI leaves_much_behind(LPVOID unused) {
    (void)unused;
    FlsSetValue(my.index, "value");
    wait_for(my.mutex);
    QueueUserAPC(tells_apc, GetCurrentThread(), 1);
    return 5;
}

static int watches_a_thread_end(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    my.thread = begin(leaves_much_behind, NULL);
    my.tid = GetThreadId(my.thread);
    wait_for(my.thread);
    must_be(poll(my.mutex), WAIT_ABANDONED_0);
    note("seen");
    return 0;
}

static void THRD_02__TLS_09__WAIT_32__the_steps_of_a_thread_end(void **state) {
    rd_world *world = *state;
    run(world,
        {.name = "app.exe", .main = watches_a_thread_end, .imports = IMPORTS("a.dll", "b.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = teller});
    assert_journal("a+ b+ a> b> fls:value b< a< seen b- a-");
    size_t detach = event_of(world, 0, RD_EVENT_DLL_CALL, my.tid, "THREAD_DETACH");
    size_t abandon = event_of(world, detach, RD_EVENT_MUTANT_ABANDON, my.tid, NULL);
    size_t drop = event_of(world, abandon, RD_EVENT_APC_DROPPED, my.tid, NULL);
    event_of(world, drop, RD_EVENT_THREAD_SIGNALED, my.tid, NULL);
}

static DWORD WINAPI waits_for_thread(LPVOID thread) {
    must_be(wait_for(thread), WAIT_OBJECT_0);
    InterlockedIncrement(&my.count);
    return 0;
}

static int has_three_waiters(int argc, char **argv) {
    HANDLE waiters[3];
    UNUSED_MAIN;
    HANDLE thread = begin(sleeps_argument, ULongToPtr(10));
    for (int i = 0; i < 3; i++)
        waiters[i] = begin(waits_for_thread, thread);
    must_be(WaitForMultipleObjects(3, waiters, TRUE, INFINITE), WAIT_OBJECT_0);
    must_be(my.count, 3);
    must_be(poll(thread), WAIT_OBJECT_0);
    must_be(poll(thread), WAIT_OBJECT_0);
    return 0;
}

static void THRD_03__WAIT_05__the_end_releases_all_waiters_for_good(void **state) {
    run_schedules(*state, code_is_0, {.name = "app.exe", .main = has_three_waiters});
}

static int asks_long_after_the_end(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(returns_argument, ULongToPtr(6));
    DWORD tid = GetThreadId(thread);
    wait_for(thread);
    Sleep(100000);
    must_be(thread_code(thread), 6);
    must_be(GetThreadId(thread), tid);
    CloseHandle(OpenThread(THREAD_QUERY_INFORMATION, FALSE, tid));
    note("closing");
    CloseHandle(thread);
    must_fail(OpenThread(THREAD_QUERY_INFORMATION, FALSE, tid), 0, ERROR_INVALID_PARAMETER);
    my.tid = tid;
    return 0;
}

static void THRD_04__HNDL_48__HNDL_13__the_object_outlives_the_thread(void **state) {
    rd_world *world = *state;
    run_main(world, asks_long_after_the_end);
    size_t deleted = event_about(world, RD_EVENT_THREAD_DELETE, my.tid);
    assert_order(event_about(world, RD_EVENT_THREAD_SIGNALED, my.tid), deleted);
    assert_true(rd_event_at(world, deleted)->time >= 100000ull * 10000);
}

/* ---- TerminateThread ------------------------------------------------------------------------- */

struct scope {
    const char *name;
};

static void leave_scope(struct scope *scope) {
    note("left:%s", scope->name);
}

static DWORD WINAPI has_much_to_lose(LPVOID unused) {
    struct scope scope __attribute__((unused, cleanup(leave_scope))) = {"scope"};
    (void)unused;
    FlsSetValue(my.index, "value");
    EnterCriticalSection(&my.section);
    wait_for(my.mutex);
    wait_for(my.semaphore);
    my.other_event = CreateEventA(NULL, TRUE, TRUE, NULL);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int terminates_one_with_much_to_lose(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    InitializeCriticalSection(&my.section);
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    my.semaphore = CreateSemaphoreA(NULL, 1, 1, NULL);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE victim = begin(has_much_to_lose, NULL);
    wait_for(my.event);
    note("kill");
    must(TerminateThread(victim, 33));
    wait_for(victim);
    must_be(thread_code(victim), 33);
    must_be(poll(my.mutex), WAIT_ABANDONED_0);
    must_be(WaitForSingleObject(my.semaphore, 100), WAIT_TIMEOUT);
    must(!TryEnterCriticalSection(&my.section));
    must_be(poll(my.other_event), WAIT_OBJECT_0); /* the handle belongs to the process */
    note("exit");
    ExitProcess(0);
}

static void THRD_08__THRD_10__THRD_11__TLS_14__DLL_13__what_TerminateThread_skips(void **state) {
    run(*state,
        {.name = "app.exe", .main = terminates_one_with_much_to_lose, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a> kill exit a-");
}

static DWORD WINAPI enters_section(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&my.section);
    note("entered");
    return 0;
}

static DWORD WINAPI keeps_section(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&my.section);
    Sleep(INFINITE);
    return 0;
}

static int orphans_a_section(int argc, char **argv) {
    UNUSED_MAIN;
    InitializeCriticalSection(&my.section);
    HANDLE owner = begin(keeps_section, NULL);
    Sleep(1);
    TerminateThread(owner, 0);
    wait_for(owner);
    HANDLE next = begin(enters_section, NULL);
    must_be(WaitForSingleObject(next, 1000000), WAIT_TIMEOUT);
    return 0;
}

static void THRD_09__a_killed_owner_keeps_its_section(void **state) {
    run_main(*state, orphans_a_section);
    assert_journal("");
}

static int terminates_and_looks_at_once(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(sleeps_for_ever, NULL);
    Sleep(1);
    TerminateThread(thread, 199);
    must_be(poll(thread), WAIT_TIMEOUT);
    must_be(thread_code(thread), STILL_ACTIVE);
    must_be(wait_for(thread), WAIT_OBJECT_0);
    return (int)thread_code(thread);
}

static void THRD_13__the_victim_may_outlive_the_call(void **state) {
    assert_int_equal(run_main(*state, terminates_and_looks_at_once), 199);
}

static DWORD WINAPI terminates_itself(LPVOID code) {
    TerminateThread(GetCurrentThread(), (DWORD)(ULONG_PTR)code);
    note("returned");
    return 0;
}

static int watches_a_suicide(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(terminates_itself, ULongToPtr(44));
    wait_for(thread);
    must_be(thread_code(thread), 44);
    return 0;
}

static void THRD_14__ending_oneself_by_TerminateThread(void **state) {
    run(*state, {.name = "app.exe", .main = watches_a_suicide, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a> a-");
}

static DWORD WINAPI ends_by_native_call(LPVOID code) {
    NtTerminateThread(NULL, (NTSTATUS)(ULONG_PTR)code);
    note("returned");
    return 0;
}

static int ends_natively(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(ends_by_native_call, ULongToPtr(45));
    wait_for(thread);
    must_be(thread_code(thread), 45);
    must_be(NtTerminateThread(NULL, 46), (NTSTATUS)0xC00000DB);
    return 0;
}

static void THRD_15__the_only_thread_is_refused_natively(void **state) {
    assert_int_equal(run_main(*state, ends_natively), 0);
    assert_journal("");
}

static int terminates_the_ended(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(returns_argument, ULongToPtr(1));
    wait_for(thread);
    TerminateThread(thread, 77);
    must_be(thread_code(thread), 1);
    return 0;
}

static void THRD_16__the_code_of_the_ended_stays(void **state) {
    assert_int_equal(run_main(*state, terminates_the_ended), 0);
}

static int frees_stacks(int argc, char **argv) {
    UNUSED_MAIN;
    for (int i = 0; i < 50; i++) {
        HANDLE thread = begin(sleeps_for_ever, NULL);
        Sleep(1);
        TerminateThread(thread, 0);
        wait_for(thread);
        CloseHandle(thread);
    }
    return 0;
}

static void THRD_12__the_stack_of_a_killed_thread_is_freed(void **state) {
    rd_world_stats stats;
    run_main(*state, frees_stacks);
    rd_world_get_stats(*state, &stats);
    assert_int_equal(stats.stacks_in_use, 0);
    assert_true(stats.stacks_mapped < 25);
}

/* ---- suspension ------------------------------------------------------------------------------ */

static int terminates_the_suspended(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE fresh = begin_suspended(returns_argument, NULL), running = begin(sleeps_for_ever, NULL);
    Sleep(1);
    SuspendThread(running);
    SuspendThread(running);
    TerminateThread(fresh, 198);
    TerminateThread(running, 199);
    HANDLE both[] = {fresh, running};
    must_be(WaitForMultipleObjects(2, both, TRUE, INFINITE), WAIT_OBJECT_0);
    must_be(thread_code(fresh), 198);
    must_be(thread_code(running), 199);
    my.tid = GetThreadId(fresh);
    return 0;
}

static void THRD_17__THRD_18__the_suspended_die_without_running(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = terminates_the_suspended, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a> a-"); /* of the second thread */
    assert_int_equal(events_of_thread(world, RD_EVENT_THREAD_START, my.tid), 0);
    assert_int_equal(events_of_thread(world, RD_EVENT_DLL_CALL, my.tid), 0);
}

static int counts_suspensions(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin_suspended(sleeps_for_ever, NULL);
    must_be(SuspendThread(thread), 1);
    must_be(ResumeThread(thread), 2);
    must_be(ResumeThread(thread), 1);
    must_be(ResumeThread(thread), 0);
    must_be(ResumeThread(thread), 0);
    must_be(SuspendThread(thread), 0);
    for (DWORD count = 1; count < MAXIMUM_SUSPEND_COUNT; count++)
        must_be(SuspendThread(thread), count);
    must_fail(SuspendThread(thread), 0xFFFFFFFFu, 156); /* ERROR_SIGNAL_REFUSED */
    must_be(ResumeThread(thread), MAXIMUM_SUSPEND_COUNT);
    return 0;
}

static void THRD_19__THRD_20__THRD_21__suspend_counts(void **state) {
    assert_int_equal(run_main(*state, counts_suspensions), 0);
}

static int suspends_the_ended(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(returns_argument, NULL),
           suspended = begin_suspended(returns_argument, NULL);
    TerminateThread(suspended, 0);
    wait_for(thread);
    wait_for(suspended);
    must_fail(SuspendThread(thread), 0xFFFFFFFFu, ERROR_ACCESS_DENIED);
    must_be(ResumeThread(thread), 0);
    must_be(ResumeThread(suspended), 0);
    return 0;
}

static void THRD_22__THRD_23__suspending_the_ended(void **state) {
    assert_int_equal(run_main(*state, suspends_the_ended), 0);
}

static int leaves_a_suspended_thread(int argc, char **argv) {
    UNUSED_MAIN;
    if (is_role(argc, argv, "never"))
        begin_suspended(returns_argument, NULL);
    else {
        HANDLE thread = begin(sleeps_for_ever, NULL);
        Sleep(1);
        SuspendThread(thread);
    }
    ExitThread(1);
}

static int looks_at_the_half_dead(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    must_be(wait_for(child.hThread), WAIT_OBJECT_0);
    must_be(WaitForSingleObject(child.hProcess, 1000), WAIT_TIMEOUT);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    TerminateProcess(child.hProcess, 0);
    child = start_flags("child.exe never", 0);
    must_be(wait_for(child.hThread), WAIT_OBJECT_0);
    must_be(WaitForSingleObject(child.hProcess, 1000), WAIT_TIMEOUT);
    TerminateProcess(child.hProcess, 0);
    return 0;
}

static void THRD_24__THRD_25__suspended_threads_keep_the_process_alive(void **state) {
    run(*state, {.name = "app.exe", .main = looks_at_the_half_dead},
        {.name = "child.exe", .main = leaves_a_suspended_thread});
}

/* ---- rights ---------------------------------------------------------------------------------- */

static int uses_handles_with_few_rights(int argc, char **argv) {
    DWORD code;
    UNUSED_MAIN;
    HANDLE thread = begin(sleeps_for_ever, NULL);
    DWORD tid = GetThreadId(thread);
    HANDLE wait = OpenThread(SYNCHRONIZE, FALSE, tid);
    must_fail(GetExitCodeThread(wait, &code), FALSE, ERROR_ACCESS_DENIED);
    must_fail(TerminateThread(wait, 0), FALSE, ERROR_ACCESS_DENIED);
    must_fail(SuspendThread(wait), 0xFFFFFFFFu, ERROR_ACCESS_DENIED);
    must_fail(ResumeThread(wait), 0xFFFFFFFFu, ERROR_ACCESS_DENIED);
    must(GetExitCodeThread(OpenThread(THREAD_QUERY_INFORMATION, FALSE, tid), &code));
    must(GetExitCodeThread(OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, tid), &code));
    must_be(SuspendThread(OpenThread(THREAD_SUSPEND_RESUME, FALSE, tid)), 0);
    must(TerminateThread(OpenThread(THREAD_TERMINATE, FALSE, tid), 4));
    must_be(wait_for(wait), WAIT_OBJECT_0);
    return 0;
}

static void THRD_26__each_call_needs_its_right(void **state) {
    assert_int_equal(run_main(*state, uses_handles_with_few_rights), 0);
}

/* ---- other processes ------------------------------------------------------------------------- */

static DWORD WINAPI runs_remotely(LPVOID code) {
    must_be(GetCurrentProcessId(), my.pid);
    return (DWORD)(ULONG_PTR)code;
}

static int tells_when_ready(int argc, char **argv) {
    UNUSED_MAIN;
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int creates_remotely(int argc, char **argv) {
    static const DWORD rights[] = {PROCESS_CREATE_THREAD, PROCESS_QUERY_INFORMATION,
                                   PROCESS_VM_OPERATION, PROCESS_VM_WRITE, PROCESS_VM_READ};
    DWORD all = 0;
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    my.pid = child.dwProcessId;
    wait_for(my.event);
    for (int i = 0; i < 5; i++)
        all |= rights[i];
    for (int i = 0; i < 5; i++) {
        HANDLE lacking = OpenProcess(all & ~rights[i], FALSE, my.pid);
        must_fail(CreateRemoteThread(lacking, NULL, 0, runs_remotely, NULL, 0, NULL), 0,
                  ERROR_ACCESS_DENIED);
    }
    HANDLE thread = CreateRemoteThread(OpenProcess(all, FALSE, my.pid), NULL, 0, runs_remotely,
                                       ULongToPtr(0x1234), 0, NULL);
    wait_for(thread);
    must_be(thread_code(thread), 0x1234);
    TerminateProcess(child.hProcess, 0);
    return 0;
}

static void THRD_27__THRD_28__remote_threads(void **state) {
    run(*state, {.name = "app.exe", .main = creates_remotely},
        {.name = "child.exe", .main = tells_when_ready, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a> a<");
}

static int starts_at_nothing(int argc, char **argv) {
    UNUSED_MAIN;
    begin((LPTHREAD_START_ROUTINE)my.pointer, NULL);
    Sleep(INFINITE);
    return 0;
}

static void THRD_29__an_invalid_start_address_ends_the_process(void **state) {
    assert_int_equal(run_main(*state, starts_at_nothing), 0xC0000005);
}

static DWORD WINAPI creates_and_ends(LPVOID milliseconds) {
    my.threads[1] = begin(sleeps_argument, milliseconds);
    return 0;
}

static int watches_generations(int argc, char **argv) {
    UNUSED_MAIN;
    my.threads[0] = begin(creates_and_ends, ULongToPtr(100));
    wait_for(my.threads[0]);
    must_be(WaitForSingleObject(my.threads[1], 50), WAIT_TIMEOUT);
    must_be(wait_for(my.threads[1]), WAIT_OBJECT_0);
    return 0;
}

static void THRD_30__a_creator_does_not_take_its_thread_along(void **state) {
    assert_int_equal(run_main(*state, watches_generations), 0);
}

static int prioritises_the_dead(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(returns_argument, NULL);
    wait_for(thread);
    must(SetThreadPriority(thread, THREAD_PRIORITY_HIGHEST));
    return 0;
}

static void THRD_35__the_priority_of_a_dead_thread_can_be_set(void **state) {
    assert_int_equal(run_main(*state, prioritises_the_dead), 0);
}

/* ---- the end of the process ------------------------------------------------------------------ */

static DWORD WINAPI has_fls_and_scope(LPVOID unused) {
    struct scope scope __attribute__((unused, cleanup(leave_scope))) = {"scope"};
    (void)unused;
    FlsSetValue(my.index, "worker");
    Sleep(INFINITE);
    return 0;
}

static int exits_with_a_thread(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    my.thread = begin(has_fls_and_scope, NULL);
    my.tid = GetThreadId(my.thread);
    Sleep(1);
    ExitProcess(0);
}

static void THRD_37__TLS_12__DLL_13__threads_killed_by_ExitProcess_run_nothing(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = exits_with_a_thread, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a> a-");
    assert_int_equal(events_of_thread(world, RD_EVENT_FLS_CALLBACK, my.tid), 0);
}

static int ends_with_two_threads(int argc, char **argv) {
    UNUSED_MAIN;
    begin(exits_with, ULongToPtr(8));
    ExitThread(9);
}

/* Which of the two is last depends on the schedule; that one is does not. */
static void one_thread_was_last(rd_world *world, uint32_t code) {
    rd_event_query detach = {.kind = RD_EVENT_DLL_CALL, .text = "PROCESS_DETACH"};
    assert_true(code == 8 || code == 9);
    assert_int_equal(rd_event_matches(world, &detach), 1);
    assert_int_equal(test_count(world, RD_EVENT_PROCESS_LAST_THREAD, NULL), 1);
    assert_true(test_count(world, RD_EVENT_DLL_CALL, "THREAD_DETACH") <= 1);
    uint32_t last = rd_event_at(world, rd_event_find(world, 0, &detach))->tid;
    rd_event_query both = {.kind = RD_EVENT_DLL_CALL, .tid = last, .text = "THREAD_DETACH"};
    assert_int_equal(rd_event_matches(world, &both), 0);
}

static void THRD_38__DLL_12__exactly_one_of_two_is_last(void **state) {
    run_schedules(*state, one_thread_was_last,
                  {.name = "app.exe", .main = ends_with_two_threads, .imports = IMPORTS("a.dll")},
                  {.name = "a.dll", .dll_main = teller});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(THRD_01__the_causes_of_an_end),
        rule_test(THRD_02__TLS_09__WAIT_32__the_steps_of_a_thread_end),
        rule_test(THRD_03__WAIT_05__the_end_releases_all_waiters_for_good),
        rule_test(THRD_04__HNDL_48__HNDL_13__the_object_outlives_the_thread),
        rule_test(THRD_08__THRD_10__THRD_11__TLS_14__DLL_13__what_TerminateThread_skips),
        rule_test(THRD_09__a_killed_owner_keeps_its_section),
        rule_test(THRD_12__the_stack_of_a_killed_thread_is_freed),
        rule_test(THRD_13__the_victim_may_outlive_the_call),
        rule_test(THRD_14__ending_oneself_by_TerminateThread),
        rule_test(THRD_15__the_only_thread_is_refused_natively),
        rule_test(THRD_16__the_code_of_the_ended_stays),
        rule_test(THRD_17__THRD_18__the_suspended_die_without_running),
        rule_test(THRD_19__THRD_20__THRD_21__suspend_counts),
        rule_test(THRD_22__THRD_23__suspending_the_ended),
        rule_test(THRD_24__THRD_25__suspended_threads_keep_the_process_alive),
        rule_test(THRD_26__each_call_needs_its_right),
        rule_test(THRD_27__THRD_28__remote_threads),
        rule_test(THRD_29__an_invalid_start_address_ends_the_process),
        rule_test(THRD_30__a_creator_does_not_take_its_thread_along),
        rule_test(THRD_35__the_priority_of_a_dead_thread_can_be_set),
        rule_test(THRD_37__TLS_12__DLL_13__threads_killed_by_ExitProcess_run_nothing),
        rule_test(THRD_38__DLL_12__exactly_one_of_two_is_last),
    };
    return cmocka_run_group_tests_name("THRD", tests, NULL, NULL);
}
