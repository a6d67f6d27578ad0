/* CRT: exit and its kin, seen from the rest of the system. What they print is tested in tests/crt.
 */
#include "rules.h"

#include "../crt/crt_calls.h"

static void tells_first(void) {
    note("first%s", GetCurrentThreadId() == my.tid ? "" : ":elsewhere");
}

static void tells_second(void) {
    note("second");
}

static void tells_quick(void) {
    note("quick");
}

static void tells_argument(void *text) {
    note("%s", (const char *)text);
}

static void tells_thread(void) {
    note(thread_code(my.thread) == STILL_ACTIVE ? "alive" : "dead");
}

/* ---- the end of main ------------------------------------------------------------------------- */

static int returns_beside_a_worker(int argc, char **argv) {
    UNUSED_MAIN;
    my.thread = begin(sleeps_for_ever, NULL);
    my.tid = GetCurrentThreadId();
    Sleep(1);
    crt_atexit(tells_thread);
    crt_atexit(tells_first);
    crt_atexit(tells_second);
    crt___cxa_thread_atexit(tells_argument, "thread", NULL);
    return 12;
}

static int tells_worker(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH)
        tells_thread();
    return TRUE;
}

static void CRT_01__CRT_04__CRT_05__CRT_06__returning_from_main_is_exit(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = returns_beside_a_worker, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = tells_worker}),
        12);
    assert_journal("a+ a> thread second first alive a- dead");
}

static DWORD WINAPI outlives_main(LPVOID unused) {
    (void)unused;
    Sleep(100);
    must_be(process_code(GetCurrentProcess()), STILL_ACTIVE);
    note("worker");
    return 9;
}

static uint32_t raw_entry(void *peb) {
    (void)peb;
    begin(outlives_main, NULL);
    crt_atexit(tells_first);
    note("entry");
    return 7;
}

static void CRT_02__CRT_03__without_the_run_time_main_is_a_thread(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .entry = raw_entry}), 9);
    assert_journal("entry worker");
}

static int leaves_main_by_ExitThread(int argc, char **argv) {
    UNUSED_MAIN;
    crt_atexit(tells_first);
    begin(outlives_main, NULL);
    ExitThread(1);
}

static void CRT_12__EXIT_05__leaving_main_by_ExitThread(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = leaves_main_by_ExitThread, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        9);
    assert_journal("a+ a< a> worker a-");
}

/* ---- other ends ------------------------------------------------------------------------------ */

static void tells_signal(int number) {
    note("signal:%d", number);
}

static DWORD WINAPI exits_from_worker(LPVOID code) {
    my.tid = GetCurrentThreadId();
    crt_exit((int)(ULONG_PTR)code);
    return 0;
}

/* Ends as its argument says. */
static int ends_somehow(int argc, char **argv) {
    enum { SIGABRT_NUMBER = 22 };
    must(argc == 2);
    crt_atexit(tells_first);
    crt_atexit(tells_second);
    crt_at_quick_exit(tells_quick);
    crt_at_quick_exit(tells_second);
    if (is_role(argc, argv, "_exit"))
        crt__exit(15);
    if (is_role(argc, argv, "quick_exit"))
        crt_quick_exit(16);
    if (is_role(argc, argv, "ExitProcess"))
        ExitProcess(17);
    if (is_role(argc, argv, "TerminateProcess"))
        TerminateProcess(GetCurrentProcess(), 18);
    if (is_role(argc, argv, "worker"))
        begin(exits_from_worker, ULongToPtr(19)), Sleep(INFINITE);
    if (is_role(argc, argv, "abort")) {
        crt_signal(SIGABRT_NUMBER, tells_signal);
        crt_abort();
    }
    RaiseException(0xE0000001, 0, 0, NULL);
    return 0;
}

/* Runs app.exe with this argument; its exit code is returned, and its journal is left. */
static uint32_t end_by(rd_world *world, const char *how) {
    char command[64];
    rd_process_options options = {.size = sizeof options, .command_line = command};
    snprintf(command, sizeof command, "app.exe %s", how);
    rules_register(world,
                   (const struct image[]){
                       {.name = "app.exe", .main = ends_somehow, .imports = IMPORTS("a.dll")},
                       {.name = "a.dll", .dll_main = teller},
                       {0}});
    assert_int_equal(rd_process_start(world, "app.exe", &options, &rules.pid), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_string_equal(rules.complaint, "");
    return rules_exit_code(world);
}

static void CRT_07__under_exit_skips_atexit_but_not_detach(void **state) {
    assert_int_equal(end_by(*state, "_exit"), 15);
    assert_journal("a+ a-");
}

static void CRT_08__quick_exit_has_functions_of_its_own(void **state) {
    assert_int_equal(end_by(*state, "quick_exit"), 16);
    assert_journal("a+ second quick a-");
}

static void CRT_09__EXIT_30__abort_raises_a_signal_and_is_3(void **state) {
    assert_int_equal(end_by(*state, "abort"), 3);
    assert_non_null(strstr(rules.journal, "a+ signal:22"));
    assert_null(strstr(rules.journal, "first"));
}

static void CRT_10__a_direct_ExitProcess_skips_atexit(void **state) {
    assert_int_equal(end_by(*state, "ExitProcess"), 17);
    assert_journal("a+ a-");
}

static void CRT_11__termination_skips_everything(void **state) {
    assert_int_equal(end_by(*state, "TerminateProcess"), 18);
    assert_journal("a+");
}

static void CRT_06__CRT_14__any_thread_may_call_exit(void **state) {
    assert_int_equal(end_by(*state, "worker"), 19);
    assert_journal("a+ a> second first a-");
}

static void CRT_15__a_crash_skips_atexit(void **state) {
    assert_int_equal(end_by(*state, "crash"), 0xE0000001);
    assert_journal("a+");
}

/* ---- threads of the run-time library --------------------------------------------------------- */

static void plain_thread(void *unused) {
    (void)unused;
    Sleep(10);
    note("plain");
}

static unsigned extended_thread(void *code) {
    crt__endthreadex((unsigned)(uintptr_t)code);
    note("returned");
    return 0;
}

static int begins_threads(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE plain = (HANDLE)crt__beginthread(plain_thread, 0, NULL);
    must(plain != (HANDLE)(LONG_PTR)-1);
    must_be(poll(plain), WAIT_TIMEOUT);
    Sleep(100);
    must_fail(poll(plain), WAIT_FAILED, ERROR_INVALID_HANDLE); /* closed by its thread */
    HANDLE extended = (HANDLE)crt__beginthreadex(NULL, 0, extended_thread, ULongToPtr(5), 0, NULL);
    must_be(wait_for(extended), WAIT_OBJECT_0);
    must_be(thread_code(extended), 5);
    must(CloseHandle(extended));
    return 0;
}

static void CRT_16__only_endthread_closes_its_handle(void **state) {
    assert_int_equal(run_main(*state, begins_threads), 0);
    assert_journal("plain");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(CRT_01__CRT_04__CRT_05__CRT_06__returning_from_main_is_exit),
        rule_test(CRT_02__CRT_03__without_the_run_time_main_is_a_thread),
        rule_test(CRT_06__CRT_14__any_thread_may_call_exit),
        rule_test(CRT_07__under_exit_skips_atexit_but_not_detach),
        rule_test(CRT_08__quick_exit_has_functions_of_its_own),
        rule_test(CRT_09__EXIT_30__abort_raises_a_signal_and_is_3),
        rule_test(CRT_10__a_direct_ExitProcess_skips_atexit),
        rule_test(CRT_11__termination_skips_everything),
        rule_test(CRT_12__EXIT_05__leaving_main_by_ExitThread),
        rule_test(CRT_15__a_crash_skips_atexit),
        rule_test(CRT_16__only_endthread_closes_its_handle),
    };
    return cmocka_run_group_tests_name("CRT", tests, NULL, NULL);
}
