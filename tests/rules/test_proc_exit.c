/* PROC-25 to PROC-48: ExitProcess step by step, what can hang it, and what can be asked of the
 * dead. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    return 7;
}

/* Ends `child` after it has hung for five seconds; returns its exit code. */
static DWORD terminate_the_hanging(HANDLE child, UINT code) {
    must_be(WaitForSingleObject(child, 5000), WAIT_TIMEOUT);
    must_be(process_code(child), STILL_ACTIVE);
    must(TerminateProcess(child, code));
    must_be(wait_for(child), WAIT_OBJECT_0);
    return process_code(child);
}

/* ---- unsafe ends, orderly ends --------------------------------------------------------------- */

static DWORD WINAPI updates_in_two_steps(LPVOID unused) {
    (void)unused;
    wait_for(my.mutex);
    my.count++;
    SetEvent(my.event);
    Sleep(INFINITE);
    my.other_count++;
    return 0;
}

static int is_ended_halfway(int argc, char **argv) {
    UNUSED_MAIN;
    my.mutex = CreateMutexA(NULL, FALSE, "guard");
    begin(updates_in_two_steps, NULL);
    Sleep(INFINITE);
    return 0;
}

static int ends_a_process_halfway(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    wait_for(my.event);
    HANDLE mutex = OpenMutexA(SYNCHRONIZE, FALSE, "guard");
    must(TerminateProcess(child, 0)); /* no error tells of the danger */
    wait_for(child);
    must_be(poll(mutex), WAIT_ABANDONED);
    must_be(my.count, 1);
    must_be(my.other_count, 0);
    return 0;
}

static void PROC_25__termination_leaves_work_half_done(void **state) {
    run(*state, {.name = "app.exe", .main = ends_a_process_halfway},
        {.name = "child.exe", .main = is_ended_halfway});
}

static DWORD WINAPI obeys(LPVOID unused) {
    (void)unused;
    wait_for(my.event);
    ExitThread(196);
}

static int counts_detached_threads(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_THREAD_DETACH)
        note("detach:%lu", (unsigned long)(GetCurrentThreadId() == my.tid));
    if (reason != DLL_PROCESS_DETACH)
        return TRUE;
    must_be(thread_code(my.threads[0]), 196);
    must_be(thread_code(my.threads[1]), 196);
    must_be(thread_code(my.thread), 195);
    note("exit");
    return TRUE;
}

static int winds_down(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.threads[0] = begin(obeys, NULL);
    my.threads[1] = begin(obeys, NULL);
    my.thread = begin(sleeps_for_ever, NULL); /* does not listen */
    my.tid = GetThreadId(my.thread);
    SetEvent(my.event);
    WaitForMultipleObjects(2, my.threads, TRUE, INFINITE);
    ExitProcess(195);
}

static void PROC_26__PROC_27__EXIT_09__an_orderly_wind_down(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe", .main = winds_down, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = counts_detached_threads}),
                     195);
    assert_journal("detach:0 detach:0 exit");
}

static DWORD WINAPI exits_with(LPVOID code) {
    my.count++;
    ExitProcess((UINT)(ULONG_PTR)code);
    note("returned");
}

static int lets_two_threads_exit(int argc, char **argv) {
    UNUSED_MAIN;
    begin(exits_with, ULongToPtr(51));
    begin(exits_with, ULongToPtr(52));
    Sleep(INFINITE);
    return 0;
}

/* Whoever begins first may still be overtaken on the way to the loader lock. */
static void one_exit_won(rd_world *world, uint32_t code) {
    size_t locked = test_event(world, 0, RD_EVENT_LOADER_LOCK, "PEB lock");
    uint32_t winner = rd_event_at(world, locked)->tid;
    size_t exit = event_of(world, 0, RD_EVENT_PROCESS_EXIT, winner, NULL);
    assert_int_equal(rd_event_at(world, exit)->a, code);
    assert_true(code == 51 || code == 52);
    size_t detach = test_event(world, 0, RD_EVENT_DLL_CALL, "PROCESS_DETACH");
    assert_int_equal(rd_event_at(world, detach)->tid, winner);
    assert_int_equal(test_count(world, RD_EVENT_DLL_CALL, "PROCESS_DETACH"), 1);
    assert_non_null(strstr(rules.journal, "a-"));
    assert_null(strstr(rules.journal, "returned"));
}

static void PROC_28__EXIT_02__exactly_one_of_two_exits_proceeds(void **state) {
    run_schedules(*state, one_exit_won,
                  {.name = "app.exe", .main = lets_two_threads_exit, .imports = IMPORTS("a.dll")},
                  {.name = "a.dll", .dll_main = teller});
}

static int never_leaves_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH)
        Sleep(INFINITE);
    return TRUE;
}

static int ends_the_hanging_child(int argc, char **argv) {
    UNUSED_MAIN;
    return (int)terminate_the_hanging(start("child.exe"), 201);
}

static void PROC_29__EXIT_20__a_third_party_ends_the_detach_round(void **state) {
    assert_int_equal(
        run(*state, {.name = "app.exe", .main = ends_the_hanging_child},
            {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
            {.name = "a.dll", .dll_main = teller},
            {.name = "b.dll", .dll_main = never_leaves_detach},
            {.name = "c.dll", .dll_main = teller}),
        201);
    assert_journal("a+ b+ c+ c- b-");
}

/* ---- errors ---------------------------------------------------------------------------------- */

static int terminates_wrongly(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    wait_for(child);
    must_fail(TerminateProcess(child, 8), FALSE, ERROR_ACCESS_DENIED);
    must_be(process_code(child), 7);
    must_fail(TerminateProcess(NULL, 8), FALSE, ERROR_INVALID_HANDLE);
    return 0;
}

static void PROC_30__PROC_31__ends_that_fail(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = terminates_wrongly},
                         {.name = "child.exe", .main = returns_7}),
                     0);
}

static int terminates_all_but_itself(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE threads[] = {begin(sleeps_for_ever, NULL), begin_suspended(sleeps_for_ever, NULL)};
    Sleep(1);
    must_be(NtTerminateProcess(NULL, 195), 0);
    must_be(WaitForMultipleObjects(2, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    must_be(thread_code(threads[0]), 195);
    must_be(thread_code(threads[1]), 195);
    must(GetModuleHandleA("a.dll") != NULL);
    must(!RtlDllShutdownInProgress());
    must_fail(begin(returns_argument, NULL), 0, ERROR_ACCESS_DENIED);
    must_be(process_code(GetCurrentProcess()), STILL_ACTIVE);
    return 3;
}

static void PROC_32__PROC_33__PROC_34__killing_all_threads_but_oneself(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = terminates_all_but_itself, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        3);
    assert_journal("a+ a> a-");
}

/* ---- locks that hang the exit ---------------------------------------------------------------- */

static void WINAPI tells_fls(PVOID value) {
    (void)value;
    note("fls");
}

static int exits_step_by_step(int argc, char **argv) {
    UNUSED_MAIN;
    FlsSetValue(FlsAlloc(tells_fls), "value");
    begin(sleeps_for_ever, NULL);
    Sleep(1);
    ExitProcess(1);
}

static void PROC_35__TLS_11__the_steps_of_ExitProcess(void **state) {
    static const rd_event_kind steps[] = {RD_EVENT_PROCESS_EXIT,     RD_EVENT_LOADER_LOCK,
                                          RD_EVENT_LOADER_LOCK,      RD_EVENT_THREAD_TERMINATE,
                                          RD_EVENT_FLS_CALLBACK,     RD_EVENT_DLL_CALL,
                                          RD_EVENT_PROCESS_TERMINATE};
    size_t at = 0;
    run(*state, {.name = "app.exe", .main = exits_step_by_step, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        at = test_event(*state, at, steps[i], NULL) + 1;
    assert_journal("a+ a> fls a-");
}

static DWORD WINAPI keeps_lock(LPVOID peb) {
    PVOID cookie;
    if (peb)
        RtlAcquirePebLock();
    else
        LdrLockLoaderLock(0, NULL, &cookie);
    SetEvent(my.other_event);
    Sleep(INFINITE);
    return 0;
}

static int exits_while_a_lock_is_kept(int argc, char **argv) {
    my.other_event = CreateEventA(NULL, TRUE, FALSE, NULL);
    begin(keeps_lock, is_role(argc, argv, "peb") ? "peb" : NULL);
    wait_for(my.other_event);
    if (argc > 2 && strcmp(argv[2], "terminate") == 0)
        TerminateProcess(GetCurrentProcess(), 197);
    if (argc > 2 && strcmp(argv[2], "native") == 0)
        NtTerminateProcess(GetCurrentProcess(), 196);
    ExitProcess(195);
}

static int starts_those_that_keep_locks(int argc, char **argv) {
    UNUSED_MAIN;
    must_be(terminate_the_hanging(start("child.exe loader"), 198), 198);
    must_be(terminate_the_hanging(start("child.exe peb"), 199), 199);
    HANDLE terminated = start("child.exe loader terminate");
    must_be(wait_for(terminated), WAIT_OBJECT_0);
    must_be(process_code(terminated), 197);
    terminated = start("child.exe peb native");
    must_be(wait_for(terminated), WAIT_OBJECT_0);
    must_be(process_code(terminated), 196);
    return 0;
}

static void PROC_36__PROC_37__a_lost_lock_hangs_only_ExitProcess(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = starts_those_that_keep_locks},
                         {.name = "child.exe", .main = exits_while_a_lock_is_kept}),
                     0);
}

static DWORD WINAPI keeps_section(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&my.section);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int exits_while_a_section_is_kept(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    InitializeCriticalSection(&my.section);
    begin(keeps_section, NULL);
    wait_for(my.event);
    ExitProcess(199);
}

static int enters_section_in_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH) {
        EnterCriticalSection(&my.section);
        note("entered");
    }
    return TRUE;
}

static const struct image images_with_section[] = {
    {.name = "app.exe",
     .main = exits_while_a_section_is_kept,
     .imports = (const char *const[]){"a.dll", "b.dll", NULL}},
    {.name = "a.dll", .dll_main = teller},
    {.name = "b.dll", .dll_main = enters_section_in_detach},
    {0}};

static void PROC_39__DLL_59__an_orphaned_section_ends_the_process(void **state) {
    assert_int_equal(rules_run(*state, RD_VERDICT_FINISHED, images_with_section), 199);
    assert_journal("a+ b+ a> b> b-");
    assert_int_equal(test_count(*state, RD_EVENT_LOCK_ORPHANED, NULL), 1);
}

static void PROC_39__an_orphaned_section_hangs_the_documented_exit(void **state) {
    assert_int_equal(rules_run(documented(state), RD_VERDICT_DEADLOCK, images_with_section),
                     STILL_ACTIVE);
    assert_journal("a+ b+ a> b> b-");
}

static DWORD WINAPI keeps_mutex_and_unit(LPVOID unused) {
    (void)unused;
    wait_for(my.mutex);
    wait_for(my.semaphore);
    SetEvent(my.event);
    Sleep(INFINITE);
    SetEvent(my.other_event);
    return 0;
}

static int exits_while_objects_are_kept(int argc, char **argv) {
    UNUSED_MAIN;
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    my.semaphore = CreateSemaphoreA(NULL, 1, 1, NULL);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.other_event = CreateEventA(NULL, TRUE, FALSE, NULL);
    begin(keeps_mutex_and_unit, NULL);
    wait_for(my.event);
    return 4;
}

static int waits_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason != DLL_PROCESS_DETACH)
        return TRUE;
    must_be(WaitForSingleObject(my.mutex, 1000), WAIT_ABANDONED_0);
    must_be(WaitForSingleObject(my.semaphore, 1000), WAIT_TIMEOUT);
    must_be(WaitForSingleObject(my.other_event, 1000), WAIT_TIMEOUT);
    note("waited");
    return TRUE;
}

static void PROC_40__THRD_10__kernel_objects_of_the_killed(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = exits_while_objects_are_kept, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = waits_in_detach}),
        4);
    assert_journal("waited");
}

static int waits_for_ever_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH)
        wait_for(my.semaphore);
    return TRUE;
}

static void PROC_40__waiting_for_a_killed_thread_hangs_the_exit(void **state) {
    run_to(*state, RD_VERDICT_DEADLOCK,
           {.name = "app.exe", .main = exits_while_objects_are_kept, .imports = IMPORTS("a.dll")},
           {.name = "a.dll", .dll_main = waits_for_ever_in_detach});
}

/* ---- births that fail ------------------------------------------------------------------------ */

static int refuses(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    return reason != DLL_PROCESS_ATTACH;
}

static int starts_what_cannot_start(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE lacking = start("lacking.exe"), refused = start("refused.exe");
    must_be(process_code(lacking), STILL_ACTIVE); /* its loader has not run yet */
    wait_for(lacking);
    must_be(process_code(lacking), 0xC0000135);
    wait_for(refused);
    must_be(process_code(refused), 0xC0000142);
    PROCESS_INFORMATION suspended = start_flags("child.exe", CREATE_SUSPENDED);
    must(TerminateProcess(suspended.hProcess, 70));
    wait_for(suspended.hProcess);
    wait_for(suspended.hThread);
    must_be(process_code(suspended.hProcess), 70);
    must_be(thread_code(suspended.hThread), 70);
    return 0;
}

static void PROC_41__PROC_42__EXIT_23__REST_02__failed_and_prevented_starts(void **state) {
    run(*state, {.name = "app.exe", .main = starts_what_cannot_start},
        {.name = "lacking.exe", .main = returns_7, .imports = IMPORTS("nowhere.dll")},
        {.name = "refused.exe", .main = returns_7, .imports = IMPORTS("refuser.dll")},
        {.name = "refuser.dll", .dll_main = refuses},
        {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("");
}

/* ---- questions to the dead ------------------------------------------------------------------- */

static int asks_the_dead(int argc, char **argv) {
    FILETIME created, exited, kernel, user;
    PROCESS_BASIC_INFORMATION basic;
    char name[64];
    DWORD size = sizeof name;
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(child.hProcess);
    must(GetProcessTimes(child.hProcess, &created, &exited, &kernel, &user));
    must(exited.dwHighDateTime || exited.dwLowDateTime);
    must(CompareFileTime(&exited, &created) >= 0);
    must(QueryFullProcessImageNameA(child.hProcess, 0, name, &size));
    must(strstr(name, "child.exe") != NULL);
    must_be(GetPriorityClass(child.hProcess), NORMAL_PRIORITY_CLASS);
    must_be(NtQueryInformationProcess(child.hProcess, ProcessBasicInformation, &basic, sizeof basic,
                                      NULL),
            0);
    must_be(basic.ExitStatus, 7);
    must_be(basic.UniqueProcessId, child.dwProcessId);
    must_fail(CreateRemoteThread(child.hProcess, NULL, 0, returns_argument, NULL, 0, NULL), 0,
              ERROR_ACCESS_DENIED);
    return 0;
}

static void PROC_43__PROC_44__PROC_46__what_the_dead_answer(void **state) {
    run(*state, {.name = "app.exe", .main = asks_the_dead},
        {.name = "child.exe", .main = returns_7});
}

static int creates_thread_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        must_fail(begin(returns_argument, NULL), 0, ERROR_ACCESS_DENIED);
        note("refused");
    }
    return TRUE;
}

static void PROC_46__DLL_30__an_exiting_process_accepts_no_thread(void **state) {
    run(*state, {.name = "app.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = creates_thread_in_detach});
    assert_journal("refused");
}

static DWORD WINAPI multiplies(LPVOID unused) {
    HANDLE thread;
    while ((thread = begin(returns_argument, unused)) != NULL)
        CloseHandle(thread);
    must_be(GetLastError(), ERROR_ACCESS_DENIED);
    return 0;
}

static int exits_among_growing_threads(int argc, char **argv) {
    UNUSED_MAIN;
    begin(multiplies, NULL);
    begin(multiplies, NULL);
    for (int i = 0; i < 5; i++)
        SwitchToThread();
    ExitProcess(9);
}

static void all_threads_ended(rd_world *world, uint32_t code) {
    assert_int_equal(code, 9);
    assert_int_equal(test_count(world, RD_EVENT_THREAD_CREATE, NULL),
                     test_count(world, RD_EVENT_THREAD_SIGNALED, NULL));
    size_t detach = test_event(world, 0, RD_EVENT_DLL_CALL, "PROCESS_DETACH");
    for (size_t i = detach; i < rd_event_count(world); i++)
        assert_true(rd_event_at(world, i)->kind != RD_EVENT_THREAD_CREATE);
}

static void PROC_46__PROC_09__no_thread_slips_through(void **state) {
    run_schedules(
        *state, all_threads_ended,
        {.name = "app.exe", .main = exits_among_growing_threads, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
}

static int is_forgotten(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(100);
    SetEvent(my.event);
    return 0;
}

static DWORD WINAPI is_forgotten_too(LPVOID unused) {
    (void)unused;
    Sleep(100);
    SetEvent(my.other_event);
    return 0;
}

static int closes_all_handles(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.other_event = CreateEventA(NULL, TRUE, FALSE, NULL);
    must(CloseHandle(start("child.exe")));
    must(CloseHandle(begin(is_forgotten_too, NULL)));
    must_be(wait_for(my.event), WAIT_OBJECT_0);
    must_be(wait_for(my.other_event), WAIT_OBJECT_0);
    return 0;
}

static void PROC_47__closing_handles_ends_nobody(void **state) {
    run(*state, {.name = "app.exe", .main = closes_all_handles},
        {.name = "child.exe", .main = is_forgotten});
}

static DWORD WINAPI leaves_last(LPVOID milliseconds) {
    Sleep((DWORD)(ULONG_PTR)milliseconds);
    my.tid = GetCurrentThreadId();
    return 0;
}

static int leaves_first(int argc, char **argv) {
    UNUSED_MAIN;
    begin(leaves_last, ULongToPtr(50));
    begin(returns_argument, NULL);
    ExitThread(0);
}

static void the_last_thread_tears_down(rd_world *world, uint32_t code) {
    assert_int_equal(code, 0);
    static const rd_event_kind steps[] = {
        RD_EVENT_PROCESS_LAST_THREAD, RD_EVENT_PROCESS_HANDLES_CLOSED,
        RD_EVENT_PROCESS_ADDRESS_SPACE, RD_EVENT_PROCESS_SIGNALED};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        assert_int_equal(rd_event_at(world, test_event(world, 0, steps[i], NULL))->tid, my.tid);
}

static void PROC_48__whoever_leaves_last_tears_the_process_down(void **state) {
    run_schedules(*state, the_last_thread_tears_down, {.name = "app.exe", .main = leaves_first});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(PROC_25__termination_leaves_work_half_done),
        rule_test(PROC_26__PROC_27__EXIT_09__an_orderly_wind_down),
        rule_test(PROC_28__EXIT_02__exactly_one_of_two_exits_proceeds),
        rule_test(PROC_29__EXIT_20__a_third_party_ends_the_detach_round),
        rule_test(PROC_30__PROC_31__ends_that_fail),
        rule_test(PROC_32__PROC_33__PROC_34__killing_all_threads_but_oneself),
        rule_test(PROC_35__TLS_11__the_steps_of_ExitProcess),
        rule_test(PROC_36__PROC_37__a_lost_lock_hangs_only_ExitProcess),
        rule_test(PROC_39__DLL_59__an_orphaned_section_ends_the_process),
        rule_test(PROC_39__an_orphaned_section_hangs_the_documented_exit),
        rule_test(PROC_40__THRD_10__kernel_objects_of_the_killed),
        rule_test(PROC_40__waiting_for_a_killed_thread_hangs_the_exit),
        rule_test(PROC_41__PROC_42__EXIT_23__REST_02__failed_and_prevented_starts),
        rule_test(PROC_43__PROC_44__PROC_46__what_the_dead_answer),
        rule_test(PROC_46__DLL_30__an_exiting_process_accepts_no_thread),
        rule_test(PROC_46__PROC_09__no_thread_slips_through),
        rule_test(PROC_47__closing_handles_ends_nobody),
        rule_test(PROC_48__whoever_leaves_last_tears_the_process_down),
    };
    return cmocka_run_group_tests_name("PROC, second half", tests, NULL, NULL);
}
