/* THRD-32 and TLS-07 to TLS-14 for fibers: their end is their thread's end, and FLS is theirs. */
#include "rules.h"

static struct { LPVOID main, one, two; } fibers;

/* ---- switching ------------------------------------------------------------------------------- */

static VOID WINAPI tells_and_returns_control(LPVOID text) {
    must(GetCurrentFiber() == fibers.one);
    must(GetFiberData() == text);
    for (int i = 0; i < 2; i++) {
        note("%s%d", (const char *)text, i);
        SwitchToFiber(fibers.main);
    }
    note("never");
}

static int switches(int argc, char **argv) {
    UNUSED_MAIN;
    must(GetCurrentFiber() == (LPVOID)(ULONG_PTR)0x1E00);
    must(!IsThreadAFiber());
    must_fail(ConvertFiberToThread(), FALSE, ERROR_ALREADY_THREAD);
    must_fail(ConvertThreadToFiberEx(NULL, 2), NULL, ERROR_INVALID_PARAMETER);
    fibers.main = ConvertThreadToFiber("main");
    must(fibers.main == GetCurrentFiber());
    must(strcmp(GetFiberData(), "main") == 0);
    must(IsThreadAFiber());
    must_fail(ConvertThreadToFiber(NULL), NULL, ERROR_ALREADY_FIBER);
    must_fail(CreateFiberEx(0, 0, 2, tells_and_returns_control, NULL), NULL,
              ERROR_INVALID_PARAMETER);
    fibers.one = CreateFiber(0, tells_and_returns_control, "one");
    SwitchToFiber(fibers.main); /* it runs already */
    SwitchToFiber(fibers.one);
    note("main");
    SwitchToFiber(fibers.one);
    DeleteFiber(fibers.one);
    must(ConvertFiberToThread());
    must(GetCurrentFiber() == NULL);
    must(!IsThreadAFiber());
    return 5;
}

static void THRD_32__fibers_switch_and_are_deleted_while_parked(void **state) {
    rd_world_stats stats;
    assert_int_equal(run_main(*state, switches), 5);
    assert_journal("one0 main one1");
    rd_world_get_stats(*state, &stats);
    assert_int_equal(stats.stacks_in_use, 0);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static VOID WINAPI does_nothing(LPVOID unused) {
    (void)unused;
}

static VOID WINAPI deletes_itself(LPVOID unused) {
    (void)unused;
    DeleteFiber(GetCurrentFiber());
    note("never");
}

static VOID WINAPI exits_its_thread(LPVOID code) {
    ExitThread((DWORD)(ULONG_PTR)code);
}

static DWORD WINAPI becomes_a_fiber(LPVOID routine) {
    ConvertThreadToFiber(NULL);
    SwitchToFiber(CreateFiber(0, (LPFIBER_START_ROUTINE)(ULONG_PTR)routine, (LPVOID)7));
    note("never");
    return 0;
}

static DWORD end_of(LPFIBER_START_ROUTINE routine) {
    HANDLE thread = begin(becomes_a_fiber, (LPVOID)(ULONG_PTR)routine);
    wait_for(thread);
    return thread_code(thread);
}

static int ends_fibers(int argc, char **argv) {
    UNUSED_MAIN;
    must_be(end_of(does_nothing), 1);
    must_be(end_of(deletes_itself), 1);
    must_be(end_of(exits_its_thread), 7);
    return 0;
}

static void THRD_32__the_end_of_a_fiber_is_the_end_of_its_thread(void **state) {
    run(*state, {.name = "app.exe", .main = ends_fibers, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a> a< a> a< a> a< a-");
    assert_int_equal(test_count(*state, RD_EVENT_FIBER_END, ""), 2);
}

static int ends_the_last_thread(int argc, char **argv) {
    UNUSED_MAIN;
    ConvertThreadToFiber(NULL);
    SwitchToFiber(CreateFiber(0, does_nothing, NULL));
    return 0;
}

static void THRD_32__PROC_19__the_last_threads_fiber_ends_the_process(void **state) {
    uint32_t code =
        run(*state, {.name = "app.exe", .main = ends_the_last_thread, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller});
    assert_int_equal(code, 1);
    assert_journal("a+ a-");
}

static VOID WINAPI sleeps_in_a_fiber(LPVOID unused) {
    (void)unused;
    my.pointer = GetCurrentFiber();
    SetEvent(my.event);
    Sleep(INFINITE);
}

static int deletes_a_running_fiber(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    begin(becomes_a_fiber, (LPVOID)(ULONG_PTR)sleeps_in_a_fiber);
    wait_for(my.event);
    ConvertThreadToFiber(NULL);
    DeleteFiber(my.pointer);
    return 0;
}

static void THRD_32__deleting_a_fiber_that_another_thread_runs_crashes(void **state) {
    assert_int_equal(run_main(*state, deletes_a_running_fiber), 0xC0000005);
}

static int kills_a_fiber(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = begin(becomes_a_fiber, (LPVOID)(ULONG_PTR)sleeps_in_a_fiber);
    wait_for(my.event);
    TerminateThread(thread, 9);
    wait_for(thread);
    must_be(thread_code(thread), 9);
    ConvertThreadToFiber(NULL);
    DeleteFiber(my.pointer); /* its stack went with the thread */
    SwitchToFiber(my.pointer);
    return 0;
}

static void THRD_08__a_killed_threads_fiber_cannot_be_entered(void **state) {
    assert_int_equal(run_main(*state, kills_a_fiber), 0xC0000005);
}

/* ---- other threads --------------------------------------------------------------------------- */

static VOID WINAPI moves_between_threads(LPVOID unused) {
    (void)unused;
    my.tid = GetCurrentThreadId();
    SwitchToFiber(fibers.main);
    must(GetCurrentThreadId() != my.tid);
    note("moved");
    ExitThread(3);
}

static DWORD WINAPI takes_over(LPVOID fiber) {
    ConvertThreadToFiber(NULL);
    SwitchToFiber(fiber);
    return 0;
}

static int hands_a_fiber_over(int argc, char **argv) {
    UNUSED_MAIN;
    fibers.main = ConvertThreadToFiber(NULL);
    fibers.one = CreateFiber(0, moves_between_threads, NULL);
    SwitchToFiber(fibers.one);
    HANDLE thread = begin(takes_over, fibers.one);
    wait_for(thread);
    must_be(thread_code(thread), 3);
    return 0;
}

static void THRD_32__exit_thread_in_a_fiber_ends_the_thread_that_runs_it(void **state) {
    assert_int_equal(run_main(*state, hands_a_fiber_over), 0);
    assert_journal("moved");
}

static int enters_nothing(int argc, char **argv) {
    UNUSED_MAIN;
    SwitchToFiber(CreateFiber(0, does_nothing, NULL)); /* by a thread that is no fiber */
    return 0;
}

static void THRD_32__only_fibers_switch_to_fibers(void **state) {
    assert_int_equal(run_main(*state, enters_nothing), 0xC0000005);
}

/* ---- fiber-local values ---------------------------------------------------------------------- */

static void WINAPI tells_value(PVOID value) {
    note("fls:%s", (const char *)value);
}

static VOID WINAPI keeps_a_value(LPVOID text) {
    must(FlsGetValue(my.index) == NULL);
    FlsSetValue(my.index, text);
    SwitchToFiber(fibers.main);
    must(FlsGetValue(my.index) == text);
    SwitchToFiber(fibers.main);
}

static int gives_fibers_values(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_value);
    FlsSetValue(my.index, "main");
    fibers.main = ConvertThreadToFiber(NULL);
    must(strcmp(FlsGetValue(my.index), "main") == 0);
    fibers.one = CreateFiber(0, keeps_a_value, "one");
    fibers.two = CreateFiber(0, keeps_a_value, "two");
    SwitchToFiber(fibers.one);
    SwitchToFiber(fibers.two);
    SwitchToFiber(fibers.one);
    must(strcmp(FlsGetValue(my.index), "main") == 0);
    note("delete");
    DeleteFiber(fibers.one);
    ConvertFiberToThread();
    note("end");
    ExitThread(0);
}

static void TLS_07__TLS_11__a_deleted_fiber_and_the_current_one_get_callbacks(void **state) {
    run_main(*state, gives_fibers_values);
    assert_journal("delete fls:one end fls:main");
}

static int frees_the_index(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_value);
    fibers.main = ConvertThreadToFiber(NULL);
    fibers.one = CreateFiber(0, keeps_a_value, "one");
    fibers.two = CreateFiber(0, keeps_a_value, "two");
    SwitchToFiber(fibers.one);
    SwitchToFiber(fibers.two);
    note("free");
    FlsFree(my.index);
    DeleteFiber(fibers.one);
    return 0;
}

static void TLS_07__freeing_the_index_reaches_parked_fibers(void **state) {
    run_main(*state, frees_the_index);
    assert_journal("free fls:one fls:two");
}

/* ---- stacks ---------------------------------------------------------------------------------- */

static VOID WINAPI raises(LPVOID unused) {
    (void)unused;
    write_to_nothing();
}

static int faults_in_a_fiber(int argc, char **argv) {
    UNUSED_MAIN;
    ConvertThreadToFiber(NULL);
    SwitchToFiber(CreateFiber(0, raises, NULL));
    return 0;
}

static void EXIT_11__a_fault_in_a_fiber_ends_the_process(void **state) {
    assert_int_equal(run_main(*state, faults_in_a_fiber), 0xC0000005);
}

static int recurse(volatile char *outer) {
    volatile char frame[1024];
    frame[0] = outer ? outer[0] : 1;
    return frame[0] ? recurse(frame) + frame[0] : 0;
}

static VOID WINAPI overflows(LPVOID unused) {
    (void)unused;
    my.count = recurse(NULL);
}

static int overflows_in_a_fiber(int argc, char **argv) {
    UNUSED_MAIN;
    ConvertThreadToFiber(NULL);
    SwitchToFiber(CreateFiber(0, overflows, NULL));
    return 0;
}

static void EXIT_11__every_fiber_has_a_guard_page(void **state) {
    assert_int_equal(run_main(*state, overflows_in_a_fiber), 0xC00000FD);
}

static VOID WINAPI passes_the_turn(LPVOID next) {
    for (;;) {
        my.count++;
        Sleep(0);
        SwitchToFiber(*(LPVOID *)next);
    }
}

static DWORD WINAPI runs_two_fibers(LPVOID unused) {
    LPVOID own[3];
    (void)unused;
    own[0] = ConvertThreadToFiber(NULL);
    own[1] = CreateFiber(0, passes_the_turn, &own[2]);
    own[2] = CreateFiber(0, passes_the_turn, &own[0]);
    for (int i = 0; i < 5; i++)
        SwitchToFiber(own[1]);
    DeleteFiber(own[2]);
    return 0; /* the other one is left to the end of the process */
}

static int runs_many_fibers(int argc, char **argv) {
    UNUSED_MAIN;
    for (int i = 0; i < 4; i++)
        my.threads[i] = begin(runs_two_fibers, NULL);
    WaitForMultipleObjects(4, my.threads, TRUE, INFINITE);
    must_be(my.count, 40);
    return 0;
}

static void every_stack_came_back(rd_world *world, uint32_t code) {
    rd_world_stats stats;
    assert_int_equal(code, 0);
    rd_world_get_stats(world, &stats);
    assert_int_equal(stats.stacks_in_use, 0);
}

static void PROC_03__fibers_go_with_their_process(void **state) {
    run_schedules(*state, every_stack_came_back, {.name = "app.exe", .main = runs_many_fibers});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(THRD_32__fibers_switch_and_are_deleted_while_parked),
        rule_test(THRD_32__the_end_of_a_fiber_is_the_end_of_its_thread),
        rule_test(THRD_32__PROC_19__the_last_threads_fiber_ends_the_process),
        rule_test(THRD_32__deleting_a_fiber_that_another_thread_runs_crashes),
        rule_test(THRD_08__a_killed_threads_fiber_cannot_be_entered),
        rule_test(THRD_32__exit_thread_in_a_fiber_ends_the_thread_that_runs_it),
        rule_test(THRD_32__only_fibers_switch_to_fibers),
        rule_test(TLS_07__TLS_11__a_deleted_fiber_and_the_current_one_get_callbacks),
        rule_test(TLS_07__freeing_the_index_reaches_parked_fibers),
        rule_test(EXIT_11__a_fault_in_a_fiber_ends_the_process),
        rule_test(EXIT_11__every_fiber_has_a_guard_page),
        rule_test(PROC_03__fibers_go_with_their_process),
    };
    return cmocka_run_group_tests_name("fibers", tests, NULL, NULL);
}
