/* EXIT: where exit codes come from, which one wins, and who may read them. */
#include "rules.h"

#include "../crt/crt_calls.h"
#include "rundown/sdk/rd_ntdll.h"

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

/* child.exe N: exits with N, a hexadecimal number. */
static int exits_with_argument(int argc, char **argv) {
    unsigned code = 0;
    must_be(argc, 2);
    sscanf(argv[1], "%x", &code);
    ExitProcess(code);
}

static DWORD code_after_end(HANDLE process) {
    must_be(wait_for(process), WAIT_OBJECT_0);
    return process_code(process);
}

/* ---- reading --------------------------------------------------------------------------------- */

static int looks_before_and_after(int argc, char **argv) {
    DWORD code = 0;
    UNUSED_MAIN;
    HANDLE child = start("child.exe 21");
    must(GetExitCodeProcess(child, &code));
    must_be(code, 259);
    must(GetExitCodeProcess(GetCurrentProcess(), &code));
    must_be(code, 259);
    must_be(code_after_end(child), 0x21);
    return 0;
}

static void EXIT_01__EXIT_02__the_code_changes_once(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = looks_before_and_after},
        {.name = "child.exe", .main = exits_with_argument});
    assert_int_equal(test_count(world, RD_EVENT_PROCESS_EXIT_STATUS, NULL), 2); /* one each */
}

static int returns_code(int argc, char **argv) {
    UNUSED_MAIN;
    return 5;
}

static int reads_codes_of_all_kinds(int argc, char **argv) {
    UNUSED_MAIN;
    must_be(code_after_end(start("child.exe 6")), 6);
    must_be(code_after_end(start("returns.exe")), 5);
    HANDLE killed = start("sleeps.exe");
    TerminateProcess(killed, 7);
    must_be(code_after_end(killed), 7);
    return 0;
}

static void EXIT_03__argument_or_result(void **state) {
    run(*state, {.name = "app.exe", .main = reads_codes_of_all_kinds},
        {.name = "child.exe", .main = exits_with_argument},
        {.name = "returns.exe", .main = returns_code}, {.name = "sleeps.exe", .main = sleeps});
}

static int calls_exit_with_minus_1(int argc, char **argv) {
    UNUSED_MAIN;
    crt_exit(-1);
    return 0;
}

static int reads_wide_codes(int argc, char **argv) {
    UNUSED_MAIN;
    must_be(code_after_end(start("child.exe e0001234")), 0xE0001234);
    must_be(code_after_end(start("child.exe 0")), 0);
    must_be(code_after_end(start("child.exe 103")), 259);
    must_be(code_after_end(start("child.exe ffffffff")), 0xFFFFFFFF);
    must_be(code_after_end(start("minus.exe")), 0xFFFFFFFF);
    return 0;
}

static void EXIT_04__EXIT_31__all_32_bits_and_all_values(void **state) {
    run(*state, {.name = "app.exe", .main = reads_wide_codes},
        {.name = "child.exe", .main = exits_with_argument},
        {.name = "minus.exe", .main = calls_exit_with_minus_1});
}

/* ---- which code ------------------------------------------------------------------------------ */

static DWORD WINAPI returns_9_late(LPVOID unused) {
    (void)unused;
    Sleep(50);
    return 9;
}

static int creates_the_last_first(int argc, char **argv) {
    UNUSED_MAIN;
    begin(returns_9_late, NULL);
    my.thread = begin(sleeps_argument, ULongToPtr(10));
    ExitThread(7);
}

static int reads_codes_of_threads(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    must_be(code_after_end(child.hProcess), 9);
    must_be(thread_code(child.hThread), 7);
    return 0;
}

static void EXIT_05__EXIT_06__the_last_thread_to_end_decides(void **state) {
    run(*state, {.name = "app.exe", .main = reads_codes_of_threads},
        {.name = "child.exe", .main = creates_the_last_first});
}

static int kills_its_last_thread(int argc, char **argv) {
    UNUSED_MAIN;
    TerminateThread(GetCurrentThread(), 14);
    return 0;
}

static void EXIT_07__the_code_of_a_killed_last_thread(void **state) {
    assert_int_equal(run_main(*state, kills_its_last_thread), 14);
}

static int has_ended_and_living_threads(int argc, char **argv) {
    UNUSED_MAIN;
    my.threads[0] = begin(returns_argument, ULongToPtr(196));
    wait_for(my.threads[0]);
    my.threads[1] = begin(sleeps_for_ever, NULL);
    my.threads[2] = begin_suspended(sleeps_for_ever, NULL);
    Sleep(1);
    for (int i = 0; i < 3; i++)
        my.threads[i + 4] = ULongToHandle(GetThreadId(my.threads[i]));
    SetEvent(my.event);
    if (is_role(argc, argv, "exit"))
        wait_for(my.other_event), ExitProcess(195);
    if (is_role(argc, argv, "crash"))
        wait_for(my.other_event), RaiseException(0xE0001234, 0, 0, NULL);
    Sleep(INFINITE);
    return 0;
}

/* Ends the child, and compares the codes of process, ended thread and living threads. */
static void compare_codes(const char *command, DWORD code) {
    HANDLE threads[3];
    ResetEvent(my.event);
    ResetEvent(my.other_event);
    PROCESS_INFORMATION child = start_flags(command, 0);
    wait_for(my.event);
    for (int i = 0; i < 3; i++)
        threads[i] = OpenThread(THREAD_ALL_ACCESS, FALSE, HandleToULong(my.threads[i + 4]));
    if (strstr(command, " "))
        SetEvent(my.other_event);
    else
        TerminateProcess(child.hProcess, code);
    must_be(code_after_end(child.hProcess), code);
    must_be(thread_code(child.hThread), code);
    must_be(thread_code(threads[0]), 196);
    must_be(thread_code(threads[1]), code);
    must_be(thread_code(threads[2]), code);
    must_be(poll(threads[2]), WAIT_OBJECT_0);
}

static int compares_codes(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.other_event = inheritable_event(NULL);
    compare_codes("child.exe exit", 195);
    compare_codes("child.exe", 13);
    compare_codes("child.exe crash", 0xE0001234);
    return 0;
}

static void EXIT_08__EXIT_09__EXIT_10__EXIT_12__EXIT_13__the_living_get_the_code(void **state) {
    run(*state, {.name = "app.exe", .main = compares_codes},
        {.name = "child.exe", .main = has_ended_and_living_threads});
}

static int crashes(int argc, char **argv) {
    if (is_role(argc, argv, "write"))
        write_to_nothing();
    if (is_role(argc, argv, "break"))
        DebugBreak();
    RaiseException(0xE0001234, 0, 0, NULL);
    return 0;
}

static int reads_codes_of_crashes(int argc, char **argv) {
    UNUSED_MAIN;
    must_be(code_after_end(start("child.exe write")), 0xC0000005);
    must_be(code_after_end(start("child.exe break")), 0x80000003);
    must_be(code_after_end(start("child.exe raise")), 0xE0001234);
    return 0;
}

static void EXIT_11__EXIT_14__a_fatal_exception_is_the_code(void **state) {
    run(*state, {.name = "app.exe", .main = reads_codes_of_crashes},
        {.name = "child.exe", .main = crashes});
}

/* ---- 259 ------------------------------------------------------------------------------------- */

static int reads_259(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE living = start("sleeps.exe"), dead = start("child.exe 103");
    wait_for(dead);
    must_be(process_code(living), process_code(dead));
    must_be(poll(dead), WAIT_OBJECT_0);
    must_be(poll(living), WAIT_TIMEOUT);
    TerminateProcess(living, 0);
    HANDLE thread = begin(returns_argument, ULongToPtr(259));
    wait_for(thread);
    must_be(thread_code(thread), STILL_ACTIVE);
    must_be(poll(thread), WAIT_OBJECT_0);
    return 0;
}

static void EXIT_15__EXIT_16__only_a_wait_tells_259_from_life(void **state) {
    run(*state, {.name = "app.exe", .main = reads_259},
        {.name = "child.exe", .main = exits_with_argument}, {.name = "sleeps.exe", .main = sleeps});
}

static int reads_codes_of_the_living(int argc, char **argv) {
    DWORD code;
    UNUSED_MAIN;
    HANDLE threads[] = {begin(sleeps_for_ever, NULL), begin_suspended(sleeps_for_ever, NULL),
                        begin(sleeps_for_ever, NULL)};
    Sleep(1);
    SuspendThread(threads[2]);
    for (int i = 0; i < 3; i++) {
        must(GetExitCodeThread(threads[i], &code));
        must_be(code, STILL_ACTIVE);
    }
    must_fail(GetExitCodeThread(ULongToHandle(0x4440), &code), FALSE, ERROR_INVALID_HANDLE);
    must_fail(GetExitCodeProcess(ULongToHandle(0x4440), &code), FALSE, ERROR_INVALID_HANDLE);
    must_fail(GetExitCodeThread(NULL, &code), FALSE, ERROR_INVALID_HANDLE);
    return 0;
}

static void EXIT_17__EXIT_18__living_threads_and_bad_handles(void **state) {
    assert_int_equal(run_main(*state, reads_codes_of_the_living), 0);
}

/* ---- conflicts ------------------------------------------------------------------------------- */

static int terminates_twice(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(sleeps_for_ever, NULL);
    Sleep(1);
    TerminateThread(thread, 1);
    must_be(poll(thread), WAIT_TIMEOUT); /* it is dying */
    TerminateThread(thread, 2);
    wait_for(thread);
    must_be(thread_code(thread), 1);
    TerminateThread(thread, 3);
    must_be(thread_code(thread), 1);
    return 0;
}

static void EXIT_19__THRD_16__the_first_terminator_decides(void **state) {
    assert_int_equal(run_main(*state, terminates_twice), 0);
}

static DWORD WINAPI terminates_with(LPVOID code) {
    TerminateThread(my.thread, (DWORD)(ULONG_PTR)code);
    return 0;
}

static int lets_two_threads_terminate(int argc, char **argv) {
    UNUSED_MAIN;
    my.thread = begin(sleeps_for_ever, NULL);
    HANDLE killers[] = {begin(terminates_with, ULongToPtr(1)),
                        begin(terminates_with, ULongToPtr(2))};
    WaitForMultipleObjects(2, killers, TRUE, INFINITE);
    wait_for(my.thread);
    return (int)thread_code(my.thread);
}

static void the_first_mark_decided(rd_world *world, uint32_t code) {
    size_t mark = test_event(world, 0, RD_EVENT_THREAD_TERMINATE, NULL);
    assert_true(code == 1 || code == 2);
    assert_int_equal(rd_event_at(world, mark)->c, code);
}

static void EXIT_19__the_code_of_a_thread_changes_once(void **state) {
    run_schedules(*state, the_first_mark_decided,
                  {.name = "app.exe", .main = lets_two_threads_terminate});
}

static int hangs_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        SetEvent(my.event);
        Sleep(INFINITE);
    }
    return TRUE;
}

static int interferes_with_an_exit(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe c3");
    wait_for(my.event);
    must(TerminateProcess(child, 199));
    return (int)code_after_end(child);
}

static void EXIT_20__a_terminator_overtakes_ExitProcess(void **state) {
    assert_int_equal(
        run(*state, {.name = "app.exe", .main = interferes_with_an_exit},
            {.name = "child.exe", .main = exits_with_argument, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = hangs_in_detach}),
        199);
}

static int exits_with_195(int argc, char **argv) {
    UNUSED_MAIN;
    my.thread = begin(sleeps_for_ever, NULL);
    ExitProcess(195);
}

static int races_with_an_exit(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    for (int i = 0; i < 6; i++)
        SwitchToThread();
    SetLastError(NO_CODE);
    BOOL terminated = TerminateProcess(child.hProcess, 199);
    DWORD error = GetLastError();
    DWORD code = code_after_end(child.hProcess);
    wait_for(child.hThread);
    must_be(thread_code(child.hThread), code);
    if (terminated)
        must_be(code, 199);
    else {
        must_be(code, 195);
        must_be(error, ERROR_ACCESS_DENIED);
    }
    return (int)code;
}

static void the_winner_decided(rd_world *world, uint32_t code) {
    assert_true(code == 195 || code == 199);
    assert_int_equal(test_count(world, RD_EVENT_PROCESS_EXIT_STATUS, NULL), 2);
}

static void EXIT_02__EXIT_20__a_terminator_races_with_ExitProcess(void **state) {
    run_schedules(*state, the_winner_decided, {.name = "app.exe", .main = races_with_an_exit},
                  {.name = "child.exe", .main = exits_with_195, .imports = IMPORTS("a.dll")},
                  {.name = "a.dll", .dll_main = teller});
}

static int exits_in_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH && my.code)
        ExitProcess(my.code);
    return TRUE;
}

static int frees_a_quitter(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE quitter = LoadLibraryA("quitter.dll");
    my.code = 197;
    FreeLibrary(quitter);
    note("returned");
    return 1;
}

static void EXIT_21__DLL_62__exit_in_a_detach_by_FreeLibrary(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe", .main = frees_a_quitter, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = teller},
                         {.name = "quitter.dll", .dll_main = exits_in_detach}),
                     197);
    assert_journal("a+ quitter+ quitter- a-");
}

static int exits_with_17(int argc, char **argv) {
    UNUSED_MAIN;
    my.code = 88;
    ExitProcess(17);
}

static void EXIT_22__DLL_42__exit_in_a_detach_at_exit(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe",
                          .main = exits_with_17,
                          .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
                         {.name = "a.dll", .dll_main = teller},
                         {.name = "b.dll", .dll_main = exits_in_detach},
                         {.name = "c.dll", .dll_main = teller}),
                     88);
    assert_journal("a+ b+ c+ c- b-"); /* the round is not taken up again */
}

/* ---- further codes --------------------------------------------------------------------------- */

static int refuses(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    return reason != DLL_PROCESS_ATTACH;
}

static int starts_the_incomplete(int argc, char **argv) {
    UNUSED_MAIN;
    must_be(code_after_end(start("lacking.exe")), 0xC0000135);
    must_be(code_after_end(start("refused.exe")), 0xC0000142);
    return 0;
}

static void EXIT_23__DLL_53__a_failed_start_is_a_status(void **state) {
    run(*state, {.name = "app.exe", .main = starts_the_incomplete},
        {.name = "lacking.exe", .main = sleeps, .imports = IMPORTS("a.dll", "nowhere.dll")},
        {.name = "refused.exe", .main = sleeps, .imports = IMPORTS("refuser.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "refuser.dll", .dll_main = refuses});
    assert_journal("");
}

static int aborts(int argc, char **argv) {
    UNUSED_MAIN;
    crt_abort();
    return 0;
}

static void EXIT_30__abort_is_3(void **state) {
    assert_int_equal(run_main(*state, aborts), 3);
}

static DWORD WINAPI exits_thread_with(LPVOID code) {
    ExitThread((DWORD)(ULONG_PTR)code);
}

static int compares_return_and_exit(int argc, char **argv) {
    static const DWORD codes[] = {0, 42, 259, 0xC0000005, 0xFFFFFFFF};
    UNUSED_MAIN;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        HANDLE returns = begin(returns_argument, ULongToPtr(codes[i]));
        HANDLE exits = begin(exits_thread_with, ULongToPtr(codes[i]));
        wait_for(returns);
        wait_for(exits);
        must_be(thread_code(returns), codes[i]);
        must_be(thread_code(exits), codes[i]);
    }
    return 0;
}

static void EXIT_32__THRD_07__returning_is_ExitThread(void **state) {
    assert_int_equal(run_main(*state, compares_return_and_exit), 0);
}

static int reads_with_few_rights(int argc, char **argv) {
    DWORD code;
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe 9", 0);
    wait_for(child.hProcess);
    HANDLE limited = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, child.dwProcessId);
    HANDLE query = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, child.dwProcessId);
    HANDLE wait = OpenProcess(SYNCHRONIZE | PROCESS_TERMINATE, FALSE, child.dwProcessId);
    must_be(process_code(limited), 9);
    must_be(process_code(query), 9);
    must_fail(GetExitCodeProcess(wait, &code), FALSE, ERROR_ACCESS_DENIED);
    return 0;
}

static void EXIT_33__HNDL_17__HNDL_18__a_query_right_is_needed(void **state) {
    run(*state, {.name = "app.exe", .main = reads_with_few_rights},
        {.name = "child.exe", .main = exits_with_argument});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(EXIT_01__EXIT_02__the_code_changes_once),
        rule_test(EXIT_03__argument_or_result),
        rule_test(EXIT_04__EXIT_31__all_32_bits_and_all_values),
        rule_test(EXIT_05__EXIT_06__the_last_thread_to_end_decides),
        rule_test(EXIT_07__the_code_of_a_killed_last_thread),
        rule_test(EXIT_08__EXIT_09__EXIT_10__EXIT_12__EXIT_13__the_living_get_the_code),
        rule_test(EXIT_11__EXIT_14__a_fatal_exception_is_the_code),
        rule_test(EXIT_15__EXIT_16__only_a_wait_tells_259_from_life),
        rule_test(EXIT_17__EXIT_18__living_threads_and_bad_handles),
        rule_test(EXIT_19__THRD_16__the_first_terminator_decides),
        rule_test(EXIT_19__the_code_of_a_thread_changes_once),
        rule_test(EXIT_20__a_terminator_overtakes_ExitProcess),
        rule_test(EXIT_02__EXIT_20__a_terminator_races_with_ExitProcess),
        rule_test(EXIT_21__DLL_62__exit_in_a_detach_by_FreeLibrary),
        rule_test(EXIT_22__DLL_42__exit_in_a_detach_at_exit),
        rule_test(EXIT_23__DLL_53__a_failed_start_is_a_status),
        rule_test(EXIT_30__abort_is_3),
        rule_test(EXIT_32__THRD_07__returning_is_ExitThread),
        rule_test(EXIT_33__HNDL_17__HNDL_18__a_query_right_is_needed),
    };
    return cmocka_run_group_tests_name("EXIT", tests, NULL, NULL);
}
