/*
 * SEH: exceptions that nobody handles, filters, vectored handlers, and ends that no handler sees.
 *
 * A variable with the cleanup attribute stands for a termination handler: the compiler runs its
 * function whenever the scope is left in any way that the program can notice.
 */
#include "rules.h"

#include "../crt/crt_calls.h"

struct scope {
    const char *name;
};

static void leave_scope(struct scope *scope) {
    note("left:%s", scope->name);
}

#define SCOPE(text) struct scope scope __attribute__((unused, cleanup(leave_scope))) = {text}

static LONG WINAPI tells_exception(EXCEPTION_POINTERS *pointers) {
    note("seen:%lX", (unsigned long)pointers->ExceptionRecord->ExceptionCode);
    return EXCEPTION_CONTINUE_SEARCH;
}

/* ---- termination handlers -------------------------------------------------------------------- */

static DWORD WINAPI sleeps_in_scope(LPVOID name) {
    SCOPE(name);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static DWORD WINAPI exits_in_scope(LPVOID unused) {
    SCOPE("ExitThread");
    (void)unused;
    ExitThread(0);
}

static DWORD WINAPI returns_from_scope(LPVOID unused) {
    SCOPE("return");
    (void)unused;
    return 0;
}

static int is_terminated_in_scopes(int argc, char **argv) {
    SCOPE("main");
    AddVectoredExceptionHandler(1, tells_exception);
    SetUnhandledExceptionFilter(tells_exception);
    wait_for(begin(returns_from_scope, NULL)); /* the one that is to be seen */
    wait_for(begin(exits_in_scope, NULL));
    HANDLE thread = begin(sleeps_in_scope, "TerminateThread");
    wait_for(my.event);
    TerminateThread(thread, 1);
    wait_for(thread);
    ResetEvent(my.event);
    begin(sleeps_in_scope, "TerminateProcess");
    wait_for(my.event);
    if (is_role(argc, argv, "exit"))
        ExitProcess(0);
    if (is_role(argc, argv, "abort"))
        crt_abort();
    SetEvent(my.other_event);
    Sleep(INFINITE);
    return 0;
}

static int ends_children_in_scopes(int argc, char **argv) {
    static const char *const commands[] = {"child.exe exit", "child.exe abort", "child.exe"};
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.other_event = inheritable_event(NULL);
    for (int i = 0; i < 3; i++) {
        ResetEvent(my.event);
        HANDLE child = start(commands[i]);
        if (i == 2) {
            wait_for(my.other_event);
            TerminateProcess(child, 1);
        }
        wait_for(child);
    }
    return 0;
}

static void SEH_01__SEH_02__SEH_03__SEH_18__no_handler_sees_an_end(void **state) {
    run(*state, {.name = "app.exe", .main = ends_children_in_scopes},
        {.name = "child.exe", .main = is_terminated_in_scopes});
    assert_journal("left:return left:return left:return");
}

/* ---- nobody handles it ----------------------------------------------------------------------- */

static int violates_access(int argc, char **argv) {
    UNUSED_MAIN;
    write_to_nothing();
    return 0;
}

static void SEH_05__an_access_violation_is_the_exit_code(void **state) {
    assert_int_equal(run_main(*state, violates_access), 0xC0000005);
    assert_int_equal(test_count(*state, RD_EVENT_EXCEPTION_UNHANDLED, NULL), 1);
}

static DWORD WINAPI raises_in_thread(LPVOID code) {
    RaiseException((DWORD)(ULONG_PTR)code, 0, 0, NULL);
    note("resumed");
    return 0;
}

static void tells_atexit(void) {
    note("atexit");
}

static int crashes_in_a_worker(int argc, char **argv) {
    UNUSED_MAIN;
    crt_atexit(tells_atexit);
    begin(sleeps_in_scope, "bystander");
    begin(raises_in_thread, ULongToPtr(0xE0000001));
    Sleep(INFINITE);
    return 0;
}

static void SEH_06__SEH_07__SEH_19__CRT_15__a_crash_is_no_ExitProcess(void **state) {
    rd_world *world = *state;
    assert_int_equal(
        run(world, {.name = "app.exe", .main = crashes_in_a_worker, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        0xE0000001);
    assert_journal("a+ a> a>");
    assert_int_equal(test_count(world, RD_EVENT_PROCESS_EXIT, NULL), 0);
}

/* ---- the unhandled-exception filter ---------------------------------------------------------- */

static LONG WINAPI answers(EXCEPTION_POINTERS *pointers) {
    note("filter:%lX", (unsigned long)pointers->ExceptionRecord->ExceptionCode);
    must_be(GetCurrentThreadId(), my.tid);
    if (my.error)
        ExitProcess(my.error);
    return (LONG)my.code;
}

static LONG WINAPI never_asked(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note("never");
    return EXCEPTION_EXECUTE_HANDLER;
}

static DWORD WINAPI raises_as_my_thread(LPVOID code) {
    my.tid = GetCurrentThreadId();
    return raises_in_thread(code);
}

static int crashes_under_a_filter(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE older = begin_suspended(raises_as_my_thread, ULongToPtr(0xE0000001));
    must(SetUnhandledExceptionFilter(never_asked) == NULL);
    must(SetUnhandledExceptionFilter(answers) == never_asked);
    ResumeThread(older); /* older than the filter */
    wait_for(older);
    HANDLE younger = begin(raises_as_my_thread, ULongToPtr(0xE0000002));
    wait_for(younger);
    return 4;
}

static void SEH_08__SEH_10__the_filter_serves_all_threads(void **state) {
    my.code = (DWORD)EXCEPTION_CONTINUE_EXECUTION;
    assert_int_equal(run_main(*state, crashes_under_a_filter), 4);
    assert_journal("filter:E0000001 resumed filter:E0000002 resumed");
}

static void SEH_09__EXIT_11__a_filter_that_executes_its_handler(void **state) {
    my.code = EXCEPTION_EXECUTE_HANDLER;
    assert_int_equal(run_main(*state, crashes_under_a_filter), 0xE0000001);
    assert_journal("filter:E0000001");
}

static void SEH_11__a_filter_that_goes_on_searching(void **state) {
    my.code = EXCEPTION_CONTINUE_SEARCH;
    assert_int_equal(run_main(*state, crashes_under_a_filter), 0xE0000001);
    assert_journal("filter:E0000001");
}

static void SEH_12__a_filter_that_exits(void **state) {
    my.error = 77;
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = crashes_under_a_filter, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        77);
    assert_journal("a+ a> filter:E0000001 a-");
}

static LONG WINAPI takes_its_time(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    must_be(GetCurrentThreadId(), my.tid);
    LONG before = my.count;
    Sleep(50);
    must(my.count > before); /* the others go on */
    return EXCEPTION_EXECUTE_HANDLER;
}

static DWORD WINAPI counts_up(LPVOID unused) {
    (void)unused;
    while (InterlockedIncrement(&my.count))
        Sleep(1);
    return 0;
}

static int crashes_beside_a_counter(int argc, char **argv) {
    UNUSED_MAIN;
    SetUnhandledExceptionFilter(takes_its_time);
    begin(counts_up, NULL);
    raises_as_my_thread(ULongToPtr(0xE0000003));
    return 0;
}

static void SEH_13__the_filter_runs_in_the_faulting_thread(void **state) {
    assert_int_equal(run_main(*state, crashes_beside_a_counter), 0xE0000003);
}

/* ---- vectored handlers, error mode ----------------------------------------------------------- */

static LONG WINAPI first_handler(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note("first");
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG WINAPI second_handler(EXCEPTION_POINTERS *pointers) {
    note("second");
    return pointers->ExceptionRecord->ExceptionCode == 0xE0000001 ? EXCEPTION_CONTINUE_EXECUTION
                                                                  : EXCEPTION_CONTINUE_SEARCH;
}

static LONG WINAPI third_handler(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note("third");
    return EXCEPTION_CONTINUE_SEARCH;
}

static int has_vectored_handlers(int argc, char **argv) {
    UNUSED_MAIN;
    AddVectoredExceptionHandler(0, second_handler);
    AddVectoredExceptionHandler(0, third_handler);
    AddVectoredExceptionHandler(1, first_handler);
    SetUnhandledExceptionFilter(tells_exception);
    RaiseException(0xE0000001, 0, 0, NULL);
    note("|");
    RaiseException(0xE0000002, 0, 0, NULL);
    return 0;
}

static void SEH_15__vectored_handlers_come_first_and_in_order(void **state) {
    assert_int_equal(run_main(*state, has_vectored_handlers), 0xE0000002);
    assert_journal("first second | first second third seen:E0000002");
}

static int tells_error_mode(int argc, char **argv) {
    UNUSED_MAIN;
    my.code = GetErrorMode();
    write_to_nothing();
    return 0;
}

static int sets_error_mode(int argc, char **argv) {
    UNUSED_MAIN;
    SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    HANDLE child = start("child.exe");
    wait_for(child);
    must_be(my.code, SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    return (int)process_code(child);
}

static void SEH_16__SEH_17__the_error_mode(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = sets_error_mode},
                         {.name = "child.exe", .main = tells_error_mode}),
                     0xC0000005);
}

static int crashes_owning_a_mutex(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(CreateMutexA(NULL, FALSE, "shared"));
    write_to_nothing();
    return 0;
}

static int inherits_from_a_crash(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE mutex = CreateMutexA(NULL, FALSE, "shared");
    wait_for(start("child.exe"));
    must_be(poll(mutex), WAIT_ABANDONED_0);
    return 0;
}

static void SEH_20__WAIT_12__a_crash_abandons_mutexes(void **state) {
    run(*state, {.name = "app.exe", .main = inherits_from_a_crash},
        {.name = "child.exe", .main = crashes_owning_a_mutex});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(SEH_01__SEH_02__SEH_03__SEH_18__no_handler_sees_an_end),
        rule_test(SEH_05__an_access_violation_is_the_exit_code),
        rule_test(SEH_06__SEH_07__SEH_19__CRT_15__a_crash_is_no_ExitProcess),
        rule_test(SEH_08__SEH_10__the_filter_serves_all_threads),
        rule_test(SEH_09__EXIT_11__a_filter_that_executes_its_handler),
        rule_test(SEH_11__a_filter_that_goes_on_searching),
        rule_test(SEH_12__a_filter_that_exits),
        rule_test(SEH_13__the_filter_runs_in_the_faulting_thread),
        rule_test(SEH_15__vectored_handlers_come_first_and_in_order),
        rule_test(SEH_16__SEH_17__the_error_mode),
        rule_test(SEH_20__WAIT_12__a_crash_abandons_mutexes),
    };
    return cmocka_run_group_tests_name("SEH", tests, NULL, NULL);
}
