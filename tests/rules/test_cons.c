/* CONS rules: console handlers, CTRL+C and CTRL+BREAK, and the closing of a console. */
#include "rules.h"

#define CONTROL_C_CODE 0xC000013Au

/* ---- what the programs do -------------------------------------------------------------------- */

static BOOL declines(DWORD event) {
    note("declines:%u", (unsigned)event);
    return FALSE;
}

static BOOL accepts(DWORD event) {
    note("accepts:%u", (unsigned)event);
    my.code = GetCurrentThreadId();
    SetEvent(my.event);
    return TRUE;
}

static BOOL never_returns(DWORD event) {
    note("stuck:%u", (unsigned)event);
    Sleep(INFINITE);
    return TRUE;
}

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static int interrupts_itself(int argc, char **argv) {
    UNUSED_MAIN;
    my.tid = GetCurrentThreadId();
    must(GenerateConsoleCtrlEvent(my.index, 0));
    Sleep(INFINITE);
    return 0;
}

/* ---- the list of handlers -------------------------------------------------------------------- */

static void CONS_01__CONS_02__CONS_08__EXIT_24__default_handler_exits(void **state) {
    for (my.index = CTRL_C_EVENT; my.index <= CTRL_BREAK_EVENT; my.index++) {
        rd_world *world = *state;
        uint32_t code =
            my.index == CTRL_C_EVENT
                ? run(world, {"app.exe", .main = interrupts_itself, .imports = IMPORTS("a.dll")},
                      {"a.dll", .dll_main = teller})
                : (rd_world_reset(world), rules_start(world, "app.exe", RD_VERDICT_FINISHED));
        assert_int_equal(code, CONTROL_C_CODE);
        size_t exit = event_of(world, 0, RD_EVENT_PROCESS_EXIT, 0, NULL);
        assert_int_not_equal(rd_event_at(world, exit)->tid, my.tid);
        event_of(world, exit, RD_EVENT_DLL_CALL, rd_event_at(world, exit)->tid, NULL);
    }
    assert_journal("a+ a> a- a+ a> a-");
}

static int has_handlers(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    must(SetConsoleCtrlHandler(declines, TRUE));
    must(SetConsoleCtrlHandler(accepts, TRUE));
    must(SetConsoleCtrlHandler(declines, TRUE));
    my.tid = GetCurrentThreadId();
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    wait_for(my.event);
    must(my.code != my.tid);
    must(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
    wait_for(my.event);
    Sleep(1000);
    return 7;
}

static void CONS_04__CONS_06__CONS_07__CONS_24__last_registered_first(void **state) {
    assert_int_equal(run(*state, {"app.exe", .main = has_handlers, .imports = IMPORTS("a.dll")},
                         {"a.dll", .dll_main = teller}),
                     7);
    assert_journal("a+ a> declines:0 accepts:0 a< a> declines:1 accepts:1 a< a-");
}

static int declines_always(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(declines, TRUE));
    must(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
    Sleep(INFINITE);
    return 0;
}

static void CONS_05__all_false_leads_to_the_default(void **state) {
    assert_int_equal(run_main(*state, declines_always), CONTROL_C_CODE);
    assert_journal("declines:1");
}

static int removes_handlers(int argc, char **argv) {
    UNUSED_MAIN;
    must_fail(SetConsoleCtrlHandler(accepts, FALSE), FALSE, ERROR_INVALID_PARAMETER);
    must(SetConsoleCtrlHandler(accepts, TRUE));
    must(SetConsoleCtrlHandler(declines, TRUE));
    must(SetConsoleCtrlHandler(accepts, FALSE));
    must_fail(SetConsoleCtrlHandler(accepts, FALSE), FALSE, ERROR_INVALID_PARAMETER);
    must_fail(GenerateConsoleCtrlEvent(CTRL_CLOSE_EVENT, 0), FALSE, ERROR_INVALID_PARAMETER);
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    Sleep(INFINITE);
    return 0;
}

static void CONS_17__unknown_handlers_cannot_be_removed(void **state) {
    assert_int_equal(run_main(*state, removes_handlers), CONTROL_C_CODE);
    assert_journal("declines:0");
}

/* ---- ignoring CTRL+C ------------------------------------------------------------------------- */

static int ignores(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(accepts, TRUE));
    must(SetConsoleCtrlHandler(NULL, TRUE));
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    Sleep(1000);
    note("alive");
    must(SetConsoleCtrlHandler(NULL, FALSE));
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    Sleep(1000);
    must(SetConsoleCtrlHandler(accepts, FALSE));
    must(SetConsoleCtrlHandler(NULL, TRUE));
    must(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
    Sleep(INFINITE);
    return 0;
}

static void CONS_13__null_ignores_only_ctrl_c(void **state) {
    assert_int_equal(run_main(*state, ignores), CONTROL_C_CODE);
    assert_journal("alive accepts:0");
}

static int has_children(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(accepts, TRUE));
    must(SetConsoleCtrlHandler(NULL, TRUE));
    HANDLE deaf = start("child.exe");
    must(SetConsoleCtrlHandler(NULL, FALSE));
    HANDLE hearing = start("child.exe");
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    wait_for(hearing);
    must_be(process_code(hearing), CONTROL_C_CODE);
    Sleep(1000);
    must_be(process_code(deaf), STILL_ACTIVE);
    TerminateProcess(deaf, 1);
    return 7;
}

static void CONS_14__CONS_09__children_inherit_the_ignore_state(void **state) {
    assert_int_equal(run(*state, {"app.exe", .main = has_children}, {"child.exe", .main = sleeps}),
                     7);
    assert_journal("accepts:0");
}

/* ---- groups
 * ------------------------------------------------------------------------------------------------
 */

static int has_a_group(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(accepts, TRUE));
    PROCESS_INFORMATION child = start_flags("child.exe", CREATE_NEW_PROCESS_GROUP);
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, child.dwProcessId));
    Sleep(1000);
    note("-");
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    Sleep(1000);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    must(GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, child.dwProcessId));
    wait_for(child.hProcess);
    must_be(process_code(child.hProcess), CONTROL_C_CODE);
    return 7;
}

static void CONS_15__CONS_16__groups_hear_only_ctrl_break(void **state) {
    assert_int_equal(run(*state, {"app.exe", .main = has_a_group}, {"child.exe", .main = sleeps}),
                     7);
    assert_journal("- accepts:0");
}

/* ---- changing consoles ----------------------------------------------------------------------- */

static int changes_consoles(int argc, char **argv) {
    DWORD pids[4] = {0};
    UNUSED_MAIN;
    must_fail(AllocConsole(), FALSE, ERROR_ACCESS_DENIED);
    must_fail(AttachConsole(ATTACH_PARENT_PROCESS), FALSE, ERROR_ACCESS_DENIED);
    must(SetConsoleCtrlHandler(accepts, TRUE));
    must(FreeConsole());
    must_fail(FreeConsole(), FALSE, ERROR_INVALID_PARAMETER);
    must_fail(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0), FALSE, ERROR_INVALID_HANDLE);
    must_fail(GetConsoleProcessList(pids, 4), 0, ERROR_INVALID_HANDLE);
    must_fail(AttachConsole(0xFFFFF0), FALSE, ERROR_INVALID_PARAMETER);
    must(AllocConsole());
    must_fail(SetConsoleCtrlHandler(accepts, FALSE), FALSE, ERROR_INVALID_PARAMETER);
    must_be(GetConsoleProcessList(pids, 4), 1);
    must_be(pids[0], GetCurrentProcessId());
    PROCESS_INFORMATION own = start_flags("child.exe", CREATE_NEW_CONSOLE);
    PROCESS_INFORMATION none = start_flags("child.exe", DETACHED_PROCESS);
    must_be(GetConsoleProcessList(pids, 4), 1);
    HANDLE shared = start("child.exe");
    must_be(GetConsoleProcessList(pids, 1), 2);
    must_be(GetConsoleProcessList(pids, 4), 2);
    must_fail(GetConsoleProcessList(pids, 0), 0, ERROR_INVALID_PARAMETER);
    must(FreeConsole());
    must_fail(AttachConsole(none.dwProcessId), FALSE, ERROR_INVALID_HANDLE);
    must(AttachConsole(own.dwProcessId));
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) && SetConsoleCtrlHandler(NULL, TRUE));
    wait_for(own.hProcess);
    must_be(process_code(shared), STILL_ACTIVE);
    TerminateProcess(shared, 1);
    TerminateProcess(none.hProcess, 1);
    return 7;
}

static void CONS_18__CONS_19__another_console_resets_the_handlers(void **state) {
    assert_int_equal(
        run(*state, {"app.exe", .main = changes_consoles}, {"child.exe", .main = sleeps}), 7);
}

/* ---- events of the host ---------------------------------------------------------------------- */

static int waits_for_events(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    must(SetConsoleCtrlHandler(my.pointer ? (PHANDLER_ROUTINE)my.pointer : accepts, TRUE));
    my.process = start("child.exe");
    wait_for(my.process);
    note("child:%X", (unsigned)process_code(my.process));
    Sleep(INFINITE);
    return 0;
}

static const struct image family[] = {
    {"app.exe", .main = waits_for_events}, {"child.exe", .main = sleeps}, {0}};

/* Starts the family, sends the event and lets it take effect. */
static uint32_t family_gets(rd_world *world, rd_console_signal event, BOOL (*handler)(DWORD)) {
    rd_verdict verdict;
    rules_forget();
    my.pointer = (void *)handler;
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rules_start(world, "app.exe", RD_VERDICT_DEADLOCK), STILL_ACTIVE);
    assert_int_equal(rd_console_event(world, rules.pid, event), RD_OK);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_string_equal(rules.complaint, "");
    return rules_exit_code(world);
}

static void CONS_03__CONS_09__PROC_17__the_user_presses_ctrl_c(void **state) {
    rules_register(*state, family);
    assert_int_equal(family_gets(*state, RD_CONSOLE_CTRL_C, accepts), STILL_ACTIVE);
    assert_journal("accepts:0 child:C000013A");
    assert_int_equal(family_gets(*state, RD_CONSOLE_CTRL_BREAK, declines), CONTROL_C_CODE);
    assert_int_equal(family_gets(*state, RD_CONSOLE_LOGOFF, declines), CONTROL_C_CODE);
    assert_int_equal(family_gets(*state, RD_CONSOLE_SHUTDOWN, declines), CONTROL_C_CODE);
}

static void CONS_10__closing_ends_even_who_accepts(void **state) {
    rules_register(*state, family);
    assert_int_equal(family_gets(*state, RD_CONSOLE_CLOSE, accepts), CONTROL_C_CODE);
    assert_int_equal(strncmp(rules.journal, "accepts:2", 9), 0);
    assert_int_equal(test_count(*state, RD_EVENT_CONSOLE_END, NULL), 1);
    assert_true(rd_time(*state) < 5000 * 10000u);
}

static void CONS_11__SHUT_18__handlers_have_five_seconds(void **state) {
    static const rd_console_signal events[] = {RD_CONSOLE_CLOSE, RD_CONSOLE_LOGOFF,
                                               RD_CONSOLE_SHUTDOWN};
    rules_register(*state, family);
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        assert_int_equal(family_gets(*state, events[i], never_returns), CONTROL_C_CODE);
        size_t sent = event_of(*state, 0, RD_EVENT_CONSOLE_EVENT, 0, NULL);
        size_t late = event_of(*state, sent, RD_EVENT_CONSOLE_TIMEOUT, 0, NULL);
        uint64_t time = rd_event_at(*state, late)->time - rd_event_at(*state, sent)->time;
        assert_true(time >= 5000 * 10000u && time < 5001 * 10000u);
    }
}

static int takes_ctrl_c_as_input(int argc, char **argv) {
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode = 0, size = 0;
    char text[4] = "";
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(accepts, TRUE));
    must(GetConsoleMode(input, &mode));
    must(mode & ENABLE_PROCESSED_INPUT);
    must(SetConsoleMode(input, mode & ~(DWORD)ENABLE_PROCESSED_INPUT));
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    WaitForSingleObject(my.event, 10);
    must(ReadFile(input, text, sizeof text, &size, NULL));
    must(size == 1 && text[0] == 3);
    must(FlushConsoleInputBuffer(input));
    must(ReadFile(input, text, sizeof text, &size, NULL));
    must_be(size, 0);
    Sleep(INFINITE);
    return 0;
}

static void CONS_21__without_processed_input_ctrl_c_is_a_character(void **state) {
    rd_world_options options = {.size = sizeof options, .console = true};
    rd_verdict verdict;
    rd_world_destroy(*state);
    rd_world *world = *state = test_world(&options);
    rules_register(world,
                   (const struct image[]){{.name = "app.exe", .main = takes_ctrl_c_as_input}, {0}});
    assert_int_equal(rd_process_start(world, "app.exe", NULL, &rules.pid), RD_OK);
    assert_int_equal(rd_run_until(world, 5 * 10000, &verdict), RD_OK);
    assert_int_equal(rd_console_event(world, rules.pid, RD_CONSOLE_CTRL_C), RD_OK);
    assert_int_equal(rd_console_event(world, rules.pid, RD_CONSOLE_CTRL_C), RD_OK);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_journal("");
    assert_string_equal(rules.complaint, "");
    assert_int_equal(rd_console_event(world, rules.pid, RD_CONSOLE_CTRL_BREAK), RD_OK);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_journal("accepts:1");
}

static void CONS_12__ctrl_c_has_no_time_limit(void **state) {
    rules_register(*state, family);
    assert_int_equal(family_gets(*state, RD_CONSOLE_CTRL_C, never_returns), STILL_ACTIVE);
    assert_int_equal(rd_world_verdict(*state), RD_VERDICT_DEADLOCK);
}

static void events_need_a_living_process_with_a_console(void **state) {
    rd_world *world = *state;
    assert_int_equal(rd_console_event(NULL, 8, RD_CONSOLE_CLOSE), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_console_event(world, 8, RD_CONSOLE_CLOSE), RD_NOT_FOUND);
    assert_int_equal(rd_console_event(world, 4, RD_CONSOLE_CLOSE), RD_NOT_FOUND);
    assert_int_equal(rd_console_event(world, 8, (rd_console_signal)3), RD_INVALID_ARGUMENT);
    run_main(world, declines_always);
    assert_int_equal(rd_console_event(world, rules.pid, RD_CONSOLE_CLOSE), RD_NOT_FOUND);
}

/* A process that has not begun to run is initialised by the thread of the signal. */
static void an_event_reaches_a_process_that_has_not_begun(void **state) {
    rd_world *world = *state;
    rd_verdict verdict;
    rules_register(world, family);
    rd_process_options options = {.size = sizeof options, .suspended = true};
    assert_int_equal(rd_process_start(world, "child.exe", &options, &rules.pid), RD_OK);
    assert_int_equal(rd_console_event(world, rules.pid, RD_CONSOLE_CLOSE), RD_OK);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_int_equal(verdict, RD_VERDICT_FINISHED);
    assert_int_equal(rules_exit_code(world), CONTROL_C_CODE);
}

/* ---- any order of the threads ---------------------------------------------------------------- */

static int interrupts_twice(int argc, char **argv) {
    UNUSED_MAIN;
    my.process = start("child.exe");
    must(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0);
    Sleep(INFINITE);
    return 0;
}

static void ended_by_the_console(rd_world *world, uint32_t code) {
    assert_int_equal(code, CONTROL_C_CODE);
    assert_int_equal(test_count(world, RD_EVENT_PROCESS_SIGNALED, NULL), 2);
}

static void CONS_24__signals_end_a_family_in_any_order(void **state) {
    run_schedules(*state, ended_by_the_console, {"app.exe", .main = interrupts_twice},
                  {"child.exe", .main = sleeps});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(CONS_01__CONS_02__CONS_08__EXIT_24__default_handler_exits),
        rule_test(CONS_04__CONS_06__CONS_07__CONS_24__last_registered_first),
        rule_test(CONS_05__all_false_leads_to_the_default),
        rule_test(CONS_17__unknown_handlers_cannot_be_removed),
        rule_test(CONS_13__null_ignores_only_ctrl_c),
        rule_test(CONS_14__CONS_09__children_inherit_the_ignore_state),
        rule_test(CONS_15__CONS_16__groups_hear_only_ctrl_break),
        rule_test(CONS_18__CONS_19__another_console_resets_the_handlers),
        rule_test(CONS_03__CONS_09__PROC_17__the_user_presses_ctrl_c),
        rule_test(CONS_10__closing_ends_even_who_accepts),
        rule_test(CONS_11__SHUT_18__handlers_have_five_seconds),
        rule_test(CONS_21__without_processed_input_ctrl_c_is_a_character),
        rule_test(CONS_12__ctrl_c_has_no_time_limit),
        rule_test(events_need_a_living_process_with_a_console),
        rule_test(an_event_reaches_a_process_that_has_not_begun),
        rule_test(CONS_24__signals_end_a_family_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
