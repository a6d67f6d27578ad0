/* Rules about debuggers: REST-10 to 15, 25, 26, EXIT-26, SEH-14, CONS-20. */
#include "rules.h"

#define INACTIVE 0xC0000354u

/* ---- what the programs do -------------------------------------------------------------------- */

static const char *const event_names[] = {"?",        "exception", "thread", "process", "-thread",
                                          "-process", "dll",       "-dll",   "string",  "rip"};

/* The next event is noted, unless it is the loading of a DLL. */
static DEBUG_EVENT next_event(void) {
    DEBUG_EVENT event;
    for (;;) {
        memset(&event, 0, sizeof event);
        if (!WaitForDebugEvent(&event, INFINITE))
            complain(__LINE__, "the error of WaitForDebugEvent", GetLastError(), 0);
        if (event.dwDebugEventCode != LOAD_DLL_DEBUG_EVENT)
            break;
        my.count++;
        ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE);
    }
    note("%s", event_names[event.dwDebugEventCode]);
    return event;
}

static void go_on(const DEBUG_EVENT *event, DWORD status) {
    must(ContinueDebugEvent(event->dwProcessId, event->dwThreadId, status));
}

/* Continues everything up to that event, which is left to the caller. */
static DEBUG_EVENT run_until(DWORD code) {
    DEBUG_EVENT event = next_event();
    while (event.dwDebugEventCode != code) {
        go_on(&event, DBG_CONTINUE);
        event = next_event();
    }
    return event;
}

static PROCESS_INFORMATION debug(const char *command) {
    return start_flags(command, DEBUG_ONLY_THIS_PROCESS);
}

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    return 7;
}

static int sleeps_long(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

/* ---- events ---------------------------------------------------------------------------------- */

static int has_worker(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(begin(returns_argument, (void *)5));
    return 7;
}

static int debugs_worker(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = debug("child.exe");
    DEBUG_EVENT event = next_event();
    must_be(event.dwProcessId, child.dwProcessId);
    must_be(event.dwThreadId, child.dwThreadId);
    must_be(poll(event.u.CreateProcessInfo.hProcess), WAIT_TIMEOUT);
    HANDLE process = event.u.CreateProcessInfo.hProcess;
    go_on(&event, DBG_CONTINUE);
    event = run_until(CREATE_THREAD_DEBUG_EVENT);
    HANDLE thread = event.u.CreateThread.hThread;
    must_be(GetThreadId(thread), event.dwThreadId);
    go_on(&event, DBG_CONTINUE);
    event = next_event();
    must_be(event.u.ExitThread.dwExitCode, 5);
    must_be(poll(thread), WAIT_TIMEOUT);
    go_on(&event, DBG_CONTINUE);
    must_fail(WaitForSingleObject(thread, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    event = next_event();
    must_be(event.u.ExitProcess.dwExitCode, 7);
    must_be(poll(process), WAIT_TIMEOUT);
    must_be(WaitForSingleObject(process, 60000), WAIT_TIMEOUT);
    go_on(&event, DBG_CONTINUE);
    must_fail(WaitForSingleObject(process, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    must_be(wait_for(child.hProcess), WAIT_OBJECT_0);
    must_be(process_code(child.hProcess), 7);
    return my.count;
}

static void REST_10__REST_11__REST_12__events_of_a_process(void **state) {
    enum { SYSTEM_DLLS = 3 };
    assert_int_equal(run(*state, {"app.exe", .main = debugs_worker},
                         {"child.exe", .main = has_worker, .imports = IMPORTS("a.dll")},
                         {"a.dll", .dll_main = teller}),
                     SYSTEM_DLLS + 1);
    assert_journal("process exception a+ thread a> a< -thread a- -process");
}

static int two_workers(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE first = begin(returns_argument, (void *)1), second = begin(returns_argument, (void *)2);
    wait_for(first);
    wait_for(second);
    return 0;
}

/* Between an event and its continuation nothing of that process moves. */
static int one_at_a_time(int argc, char **argv) {
    UNUSED_MAIN;
    DEBUG_EVENT event = {0}, second;
    PROCESS_INFORMATION child = debug("child.exe");
    do {
        must(WaitForDebugEvent(&event, INFINITE));
        must_fail(WaitForDebugEvent(&second, 100), FALSE, ERROR_SEM_TIMEOUT);
        my.code += event.dwDebugEventCode == CREATE_THREAD_DEBUG_EVENT;
        my.other_code += event.dwDebugEventCode == EXIT_THREAD_DEBUG_EVENT;
        go_on(&event, DBG_CONTINUE);
    } while (event.dwDebugEventCode != EXIT_PROCESS_DEBUG_EVENT);
    must_be(wait_for(child.hProcess), WAIT_OBJECT_0);
    must_be(my.code, 2);
    must_be(my.other_code, 2);
    return 0;
}

static void check_zero(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
}

static void REST_13__one_event_at_a_time(void **state) {
    run_schedules(*state, check_zero, {"app.exe", .main = one_at_a_time},
                  {"child.exe", .main = two_workers});
}

static int attaches_to_the_dead(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(child.hProcess);
    must_fail(DebugActiveProcess(child.dwProcessId), FALSE, ERROR_ACCESS_DENIED);
    return 0;
}

static void REST_14__dead_processes_have_no_debugger(void **state) {
    assert_int_equal(
        run(*state, {"app.exe", .main = attaches_to_the_dead}, {"child.exe", .main = returns_7}),
        0);
}

static int has_no_debug_object(int argc, char **argv) {
    UNUSED_MAIN;
    DEBUG_EVENT event;
    must_fail(WaitForDebugEvent(&event, 0), FALSE, ERROR_INVALID_HANDLE);
    must_fail(ContinueDebugEvent(1, 2, DBG_CONTINUE), FALSE, ERROR_INVALID_HANDLE);
    must_fail(DebugSetProcessKillOnExit(TRUE), FALSE, ERROR_INVALID_HANDLE);
    must_fail(DebugActiveProcess(GetCurrentProcessId()), FALSE, ERROR_ACCESS_DENIED);
    must_fail(DebugActiveProcess(0x7FFFFFF0), FALSE, ERROR_INVALID_PARAMETER);
    must_fail(DebugActiveProcessStop(0x7FFFFFF0), FALSE, ERROR_INVALID_PARAMETER);
    must_fail(DebugActiveProcessStop(GetCurrentProcessId()), FALSE, ERROR_ACCESS_DENIED);
    must_fail(WaitForDebugEvent(&event, 5), FALSE, ERROR_SEM_TIMEOUT);
    must_fail(DebugBreakProcess(NULL), FALSE, ERROR_INVALID_HANDLE);
    must_fail(CheckRemoteDebuggerPresent(NULL, NULL), FALSE, ERROR_INVALID_PARAMETER);
    must(!IsDebuggerPresent());
    return 0;
}

static void REST_15__errors_without_debuggee(void **state) {
    assert_int_equal(run_main(*state, has_no_debug_object), 0);
}

/* ---- attaching ------------------------------------------------------------------------------- */

static int waits_for_event(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    begin(sleeps_for_ever, NULL);
    Sleep(10);
    note(IsDebuggerPresent() ? "debugged" : "free");
    Sleep(1000);
    note(IsDebuggerPresent() ? "debugged" : "free");
    return 3;
}

static int attaches(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    BOOL debugged = FALSE;
    Sleep(100);
    must(DebugActiveProcess(child.dwProcessId));
    must_fail(DebugActiveProcess(child.dwProcessId), FALSE, ERROR_INVALID_PARAMETER);
    must(CheckRemoteDebuggerPresent(child.hProcess, &debugged));
    must(debugged);
    DEBUG_EVENT event = run_until(EXCEPTION_DEBUG_EVENT);
    must_be(event.u.Exception.ExceptionRecord.ExceptionCode, EXCEPTION_BREAKPOINT);
    must(event.dwThreadId != child.dwThreadId);
    must_be(WaitForSingleObject(child.hProcess, 5000), WAIT_TIMEOUT);
    go_on(&event, DBG_CONTINUE);
    event = run_until(EXIT_THREAD_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    must(my.index || DebugActiveProcessStop(child.dwProcessId));
    if (my.index) {
        event = run_until(EXIT_PROCESS_DEBUG_EVENT);
        go_on(&event, DBG_CONTINUE);
    }
    wait_for(child.hProcess);
    return (int)process_code(child.hProcess);
}

static void REST_10__attached_debugger_hears_the_past(void **state) {
    rd_world *world = *state;
    assert_int_equal(
        run(world, {"app.exe", .main = attaches}, {"child.exe", .main = waits_for_event}), 3);
    assert_journal("free process thread thread exception -thread free");
    rules_forget();
    my.index = 1;
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rules_start(world, "app.exe", RD_VERDICT_FINISHED), 3);
    assert_journal("free process thread thread exception -thread debugged -thread -process");
}

/* ---- the end of the debugger ----------------------------------------------------------------- */

static int debugs_and_ends(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = debug("child.exe");
    HANDLE copy = NULL;
    DEBUG_EVENT event = run_until(EXCEPTION_DEBUG_EVENT);
    must(DebugSetProcessKillOnExit(my.index == 0));
    DuplicateHandle(GetCurrentProcess(), child.hProcess, my.process, &copy, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    my.pointer = copy;
    if (my.other_code)
        go_on(&event, DBG_CONTINUE);
    return 0;
}

static int outlives_the_debugger(int argc, char **argv) {
    UNUSED_MAIN;
    DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &my.process, 0,
                    TRUE, DUPLICATE_SAME_ACCESS);
    wait_for(start("debugger.exe"));
    my.wait = WaitForSingleObject(my.pointer, 1000);
    my.code = process_code(my.pointer);
    TerminateProcess(my.pointer, 1);
    return 0;
}

#define DEBUGGER_ENDS                                                                              \
    {"app.exe", .main = outlives_the_debugger}, {"debugger.exe", .main = debugs_and_ends}, {       \
        "child.exe", .main = sleeps_long                                                           \
    }

static void EXIT_26__REST_26__debuggees_die_with_the_debugger(void **state) {
    rd_world *world = *state;
    assert_int_equal(run(world, DEBUGGER_ENDS), 0);
    assert_int_equal(my.wait, WAIT_OBJECT_0);
    assert_int_equal(my.code, INACTIVE);
    rules_forget();
    my.other_code = 1; /* not stopped at an event */
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rules_start(world, "app.exe", RD_VERDICT_FINISHED), 0);
    assert_int_equal(my.code, INACTIVE);
}

static void REST_25__debuggees_can_live_on(void **state) {
    my.index = my.other_code = 1;
    assert_int_equal(run(*state, DEBUGGER_ENDS), 0);
    assert_int_equal(my.wait, WAIT_TIMEOUT);
    assert_int_equal(my.code, STILL_ACTIVE);
}

static DWORD WINAPI debugs_in_a_thread(LPVOID unused) {
    (void)unused;
    PROCESS_INFORMATION child = debug("child.exe");
    run_until(EXCEPTION_DEBUG_EVENT);
    my.process = child.hProcess;
    return 0;
}

static int debugger_thread_ends(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(begin(debugs_in_a_thread, NULL));
    wait_for(my.process);
    my.code = process_code(my.process);
    return 0;
}

static void REST_26__the_debugger_is_a_thread(void **state) {
    assert_int_equal(
        run(*state, {"app.exe", .main = debugger_thread_ends}, {"child.exe", .main = sleeps_long}),
        0);
    assert_int_equal(my.code, INACTIVE);
}

static int never_continues(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = debug("child.exe");
    run_until(EXIT_PROCESS_DEBUG_EVENT);
    wait_for(child.hProcess);
    return 0;
}

static void REST_12__debugger_that_never_continues(void **state) {
    rd_world *world = *state;
    run_to(world, RD_VERDICT_DEADLOCK, {"app.exe", .main = never_continues},
           {"child.exe", .main = returns_7});
    const char *why = rd_world_explanation(world);
    assert_non_null(strstr(why, "child.exe"));
    assert_non_null(strstr(why, "ContinueDebugEvent by its debugger"));
    assert_journal("process exception main -process");
}

/* ---- exceptions ------------------------------------------------------------------------------ */

static LONG WINAPI noting_filter(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note("filter");
    return EXCEPTION_EXECUTE_HANDLER;
}

static int raises(int argc, char **argv) {
    UNUSED_MAIN;
    SetUnhandledExceptionFilter(noting_filter);
    RaiseException(0xE0000001, 0, 0, NULL);
    note("on");
    return 0;
}

static int debugs_exception(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = debug("child.exe");
    DEBUG_EVENT event = run_until(EXCEPTION_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    event = next_event();
    must_be(event.u.Exception.dwFirstChance, 1);
    go_on(&event, my.index == 1 ? DBG_CONTINUE : DBG_EXCEPTION_NOT_HANDLED);
    if (my.index != 1) {
        event = next_event();
        must_be(event.u.Exception.dwFirstChance, 0);
        go_on(&event, my.index == 2 ? DBG_CONTINUE : DBG_EXCEPTION_NOT_HANDLED);
    }
    event = next_event();
    go_on(&event, DBG_CONTINUE);
    wait_for(child.hProcess);
    return process_code(child.hProcess) == 0xE0000001 ? 1 : 0;
}

static void SEH_14__debugger_instead_of_the_filter(void **state) {
    static const char *const journals[] = {
        "process exception exception exception -process",
        "process exception exception on -process",
        "process exception exception exception on -process",
    };
    rd_world *world = *state;
    for (DWORD index = 0; index < 3; index++) {
        rules_forget();
        my.index = index;
        assert_int_equal(
            index
                ? (rd_world_reset(world), rules_start(world, "app.exe", RD_VERDICT_FINISHED))
                : run(world, {"app.exe", .main = debugs_exception}, {"child.exe", .main = raises}),
            index == 0);
        assert_journal(journals[index]);
    }
}

/* ---- output and control keys ----------------------------------------------------------------- */

static int says_something(int argc, char **argv) {
    UNUSED_MAIN;
    OutputDebugStringA("abc");
    OutputDebugStringW(u"wide");
    return 0;
}

static int listens(int argc, char **argv) {
    UNUSED_MAIN;
    WCHAR wide[8] = {0};
    debug("child.exe");
    DEBUG_EVENT event = run_until(OUTPUT_DEBUG_STRING_EVENT);
    must_be(event.u.DebugString.nDebugStringLength, 4);
    must_be(strcmp(event.u.DebugString.lpDebugStringData, "abc"), 0);
    go_on(&event, DBG_CONTINUE);
    must(WaitForDebugEventEx(&event, INFINITE));
    must_be(event.u.DebugString.fUnicode, 1);
    memcpy(wide, event.u.DebugString.lpDebugStringData, 10);
    must_be(wide[3], 'e');
    go_on(&event, DBG_EXCEPTION_NOT_HANDLED);
    event = run_until(EXIT_PROCESS_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    return 0;
}

static void collect_debug(void *context, rd_stream stream, const char *bytes, size_t size) {
    if (stream == RD_STREAM_DEBUG)
        test_collect(context, RD_STREAM_OUTPUT, bytes, size);
}

/* What the debugger takes, nobody else gets. */
static void REST_10__output_strings_are_events(void **state) {
    static struct test_output output;
    rd_world_options options = {
        .size = sizeof options, .output = collect_debug, .context = &output};
    rd_world_destroy(*state);
    *state = test_world(&options);
    output.size = 0;
    assert_int_equal(
        run(*state, {"app.exe", .main = listens}, {"child.exe", .main = says_something}), 0);
    assert_int_equal(output.size, 4);
    assert_memory_equal(output.text, "wide", 4);
}

static BOOL notes_control(DWORD event) {
    note("handler:%u", (unsigned)event);
    return TRUE;
}

static int presses_keys(int argc, char **argv) {
    UNUSED_MAIN;
    SetConsoleCtrlHandler(notes_control, TRUE);
    GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    Sleep(100);
    return 0;
}

static int debugs_control_c(int argc, char **argv) {
    UNUSED_MAIN;
    start_flags("child.exe", DEBUG_ONLY_THIS_PROCESS | CREATE_NEW_CONSOLE);
    DEBUG_EVENT event = run_until(EXCEPTION_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    event = run_until(EXCEPTION_DEBUG_EVENT);
    must_be(event.u.Exception.ExceptionRecord.ExceptionCode, DBG_CONTROL_C);
    go_on(&event, my.index ? DBG_EXCEPTION_NOT_HANDLED : DBG_CONTINUE);
    event = run_until(EXIT_PROCESS_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    return 0;
}

static void CONS_20__debugger_gets_control_c_first(void **state) {
    rd_world *world = *state;
    run(world, {"app.exe", .main = debugs_control_c}, {"child.exe", .main = presses_keys});
    assert_null(strstr(rules.journal, "handler"));
    rules_forget();
    my.index = 1;
    assert_int_equal(rd_world_reset(world), RD_OK);
    rules_start(world, "app.exe", RD_VERDICT_FINISHED);
    assert_non_null(strstr(rules.journal, "handler:0"));
}

/* ---- suspension, and breaking in ------------------------------------------------------------- */

static int breaks_in(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = debug("child.exe");
    DEBUG_EVENT event = run_until(EXCEPTION_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    Sleep(100);
    must(DebugBreakProcess(child.hProcess));
    event = run_until(EXCEPTION_DEBUG_EVENT);
    must(event.dwThreadId != child.dwThreadId);
    must_be(SuspendThread(child.hThread), 0); /* frozen is not suspended */
    must_be(ResumeThread(child.hThread), 1);
    must(TerminateProcess(child.hProcess, 9));
    must_be(WaitForSingleObject(child.hProcess, 100), WAIT_TIMEOUT);
    go_on(&event, DBG_CONTINUE);
    event = run_until(EXIT_PROCESS_DEBUG_EVENT);
    must_be(event.u.ExitProcess.dwExitCode, 9);
    go_on(&event, DBG_CONTINUE);
    wait_for(child.hProcess);
    return 0;
}

static void REST_12__terminated_debuggee_ends_when_continued(void **state) {
    assert_int_equal(
        run(*state, {"app.exe", .main = breaks_in}, {"child.exe", .main = sleeps_long}), 0);
}

static int breaks_into_the_free(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    Sleep(10);
    must(DebugBreakProcess(child));
    must_be(wait_for(child), WAIT_OBJECT_0);
    return process_code(child);
}

static void REST_10__break_in_without_debugger_is_harmless(void **state) {
    assert_int_equal(run(*state, {"app.exe", .main = breaks_into_the_free},
                         {"child.exe", .main = waits_for_event}),
                     3);
}

static int replies_later(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = debug("child.exe");
    DEBUG_EVENT event = run_until(EXCEPTION_DEBUG_EVENT), again;
    SuspendThread(child.hThread);
    go_on(&event, DBG_REPLY_LATER);
    must_fail(WaitForDebugEvent(&again, 100), FALSE, ERROR_SEM_TIMEOUT);
    ResumeThread(child.hThread);
    again = next_event();
    must_be(again.dwThreadId, event.dwThreadId);
    must_be(again.u.Exception.ExceptionRecord.ExceptionCode, EXCEPTION_BREAKPOINT);
    must_fail(ContinueDebugEvent(again.dwProcessId, again.dwThreadId, 0x1234), FALSE,
              ERROR_INVALID_PARAMETER);
    go_on(&again, DBG_CONTINUE);
    event = run_until(EXIT_PROCESS_DEBUG_EVENT);
    go_on(&event, DBG_CONTINUE);
    return 0;
}

static void REST_13__an_event_can_be_replayed(void **state) {
    assert_int_equal(
        run(*state, {"app.exe", .main = replies_later}, {"child.exe", .main = returns_7}), 0);
    assert_journal("process exception exception main -process");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(REST_10__REST_11__REST_12__events_of_a_process),
        rule_test(REST_13__one_event_at_a_time),
        rule_test(REST_14__dead_processes_have_no_debugger),
        rule_test(REST_15__errors_without_debuggee),
        rule_test(REST_10__attached_debugger_hears_the_past),
        rule_test(EXIT_26__REST_26__debuggees_die_with_the_debugger),
        rule_test(REST_25__debuggees_can_live_on),
        rule_test(REST_26__the_debugger_is_a_thread),
        rule_test(REST_12__debugger_that_never_continues),
        rule_test(SEH_14__debugger_instead_of_the_filter),
        rule_test(REST_10__output_strings_are_events),
        rule_test(CONS_20__debugger_gets_control_c_first),
        rule_test(REST_12__terminated_debuggee_ends_when_continued),
        rule_test(REST_10__break_in_without_debugger_is_harmless),
        rule_test(REST_13__an_event_can_be_replayed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
