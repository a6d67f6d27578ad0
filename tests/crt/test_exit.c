/* How programs end by way of the C run-time, and what becomes of their output. */
#include "support/rd_test.h"

#include <string.h>

#include "crt_calls.h"
#include "ldr/crt.h"

static rd_world *collecting_world(struct test_output *output) {
    rd_world_options options = {.size = sizeof options, .output = test_collect, .context = output};
    memset(output, 0, sizeof *output);
    return test_world(&options);
}

/* Runs `main`, compares exit code and standard output. */
static void expect(int (*main)(int, char **), uint32_t code, const char *text) {
    struct test_output output;
    rd_world *world = collecting_world(&output);
    assert_int_equal(test_run(world, main), code);
    assert_string_equal(output.text, text);
    rd_world_destroy(world);
}

static void say_one(void) {
    crt_puts("one");
}

static void say_three(void) {
    crt_puts("three");
}

static void say_two_and_register(void) {
    crt_puts("two");
    crt_atexit(say_three);
}

static void say_argument(void *argument) {
    crt_puts(argument);
}

/* ---- exit (CRT-04) --------------------------------------------------------------------------- */

static int returns(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_atexit(say_two_and_register);
    crt___cxa_atexit(say_argument, "object", NULL);
    crt___cxa_thread_atexit(say_argument, "thread-local object", NULL);
    crt_at_quick_exit(say_three);
    crt_puts("main");
    return 8;
}

static void CRT_04__exit_functions_run_in_reverse_order(void **state) {
    (void)state;
    expect(returns, 8, "main\nthread-local object\nobject\ntwo\nthree\none\n");
}

static void CRT_04__events_show_the_phases(void **state) {
    (void)state;
    struct test_output output;
    rd_world *world = collecting_world(&output);
    test_run(world, returns);
    size_t exit = test_event(world, 0, RD_EVENT_CRT_EXIT, "exit");
    size_t first = test_event(world, exit, RD_EVENT_CRT_ATEXIT, NULL);
    size_t flush = test_event(world, first, RD_EVENT_CRT_FLUSH, "stdout");
    test_event(world, flush, RD_EVENT_PROCESS_EXIT, NULL);
    assert_int_equal(test_count(world, RD_EVENT_CRT_ATEXIT, NULL), 4);
    assert_int_equal(test_count(world, RD_EVENT_CRT_LOST, NULL), 0);
    rd_world_destroy(world);
}

static void exit_again(void) {
    crt_puts("exits again");
    crt_exit(4);
}

static int exits_twice(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_atexit(exit_again);
    crt_exit(3);
    return 0;
}

/* The second exit goes on with what is left. */
static void exit_within_exit(void **state) {
    (void)state;
    expect(exits_twice, 4, "exits again\none\n");
}

static int goes_on(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt__cexit();
    crt_puts("main goes on");
    return 5;
}

static void cexit_runs_exit_functions_and_returns(void **state) {
    (void)state;
    expect(goes_on, 5, "one\nmain goes on\n");
}

/* ---- other ends ------------------------------------------------------------------------------ */

static int leaves(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_printf("written by %s", "main");
    crt__exit(15);
    return 0;
}

static void CRT_07__exit_without_exit_functions(void **state) {
    (void)state;
    expect(leaves, 15, "written by main");
}

static void CRT_07__documented_nothing_is_flushed(void **state) {
    (void)state;
    struct test_output output;
    memset(&output, 0, sizeof output);
    rd_world_options options = {.size = sizeof options,
                                .dialect = RD_DIALECT_DOCUMENTED,
                                .output = test_collect,
                                .context = &output};
    rd_world *world = test_world(&options);
    assert_int_equal(test_run(world, leaves), 15);
    assert_string_equal(output.text, "");
    assert_int_equal(test_count(world, RD_EVENT_CRT_LOST, "stdout"), 1);
    rd_world_destroy(world);
}

static int leaves_quickly(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_at_quick_exit(say_three);
    crt_at_quick_exit(say_two_and_register);
    crt_quick_exit(16);
    return 0;
}

static void CRT_08__quick_exit_has_a_list_of_its_own(void **state) {
    (void)state;
    expect(leaves_quickly, 16, "two\nthree\n");
}

static void on_signal(int number) {
    crt_printf("signal %d\n", number);
}

static int aborts(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_signal(22, on_signal);
    crt_abort();
    return 0;
}

static void CRT_09__EXIT_30__abort(void **state) {
    (void)state;
    expect(aborts, 3, "signal 22\n");
}

static int asserts(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_puts("out");
    crt__assert("1 == 2", "file.c", 17);
    return 0;
}

static void a_failed_assertion_aborts(void **state) {
    (void)state;
    expect(asserts, 3, "out\n");
}

static int raises(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_signal(15, on_signal);
    crt_raise(15);
    crt_raise(15); /* the handler is gone now */
    return 0;
}

static void a_signal_without_handler_ends_the_process(void **state) {
    (void)state;
    expect(raises, 3, "signal 15\n");
}

static int exits_directly(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_printf("buffered");
    ldr_exit_process(port_current_world(), 6);
}

/* The run-time library's DLL flushes at its own detach. */
static void CRT_10__exit_process_skips_exit_functions(void **state) {
    (void)state;
    expect(exits_directly, 6, "buffered");
}

static int is_terminated(int argc, char **argv) {
    struct rd_world *w = port_current_world();
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_printf("lost");
    crt_fprintf(crt___acrt_iob_func(2), "unbuffered");
    ps_terminate_process(w, ps_current_process(w), 7);
    return 0;
}

static void CRT_11__termination_loses_what_was_buffered(void **state) {
    (void)state;
    struct test_output output;
    rd_world *world = collecting_world(&output);
    assert_int_equal(test_run(world, is_terminated), 7);
    assert_string_equal(output.text, "");
    size_t lost = test_event(world, 0, RD_EVENT_CRT_LOST, "stdout");
    assert_int_equal(rd_event_at(world, lost)->a, 4);
    assert_int_equal(test_count(world, RD_EVENT_CRT_LOST, "stderr"), 0);
    rd_world_destroy(world);
}

static int leaves_the_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_puts("main");
    crt__endthreadex(9);
    return 0;
}

static void CRT_12__leaving_main_by_its_thread(void **state) {
    (void)state;
    expect(leaves_the_thread, 9, "main\n");
}

/* ---- exit from other threads ----------------------------------------------------------------- */

static unsigned worker_exits(void *argument) {
    (void)argument;
    crt_exit(21);
    return 0;
}

static int waits_for_ever(int argc, char **argv) {
    (void)argc, (void)argv;
    struct ke_wait wait = {.mode = UserMode, .reason = "test"};
    crt_atexit(say_one);
    crt__beginthreadex(NULL, 0, worker_exits, NULL, 0, NULL);
    ke_wait(port_current_world(), &wait);
    return 1;
}

static void CRT_14__exit_from_a_worker(void **state) {
    (void)state;
    expect(waits_for_ever, 21, "one\n");
}

static void yield_then_say(void) {
    for (int i = 0; i < 1000; i++)
        ke_yield(port_current_world());
    crt_puts("slow exit function");
}

static unsigned worker_exits_late(void *argument) {
    (void)argument;
    ke_yield(port_current_world());
    crt_exit(22);
    return 0;
}

static int exits_slowly(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_atexit(yield_then_say);
    crt_atexit(say_one);
    crt__beginthreadex(NULL, 0, worker_exits_late, NULL, 0, NULL);
    return 23;
}

/* Exit functions run once, in the thread that came first; the other one waits until it is killed.
 */
static void exit_in_two_threads(void **state) {
    (void)state;
    expect(exits_slowly, 23, "one\nslow exit function\n");
}

/* ---- what exit functions can rely on --------------------------------------------------------- */

static uint32_t main_tid, worker_tid, live_threads;

static void look_around(void) {
    struct rd_world *w = port_current_world();
    worker_tid = w->current_tid;
    live_threads = ps_current_process(w)->active_threads;
}

static int has_waiting_worker(int argc, char **argv) {
    (void)argc, (void)argv;
    main_tid = port_current_world()->current_tid;
    crt_atexit(look_around);
    return waits_for_ever(0, NULL);
}

static void CRT_05__CRT_06__exit_functions_and_threads(void **state) {
    (void)state;
    expect(has_waiting_worker, 21, "one\n");
    assert_int_equal(live_threads, 2);
    assert_int_not_equal(worker_tid, main_tid);
}

static int crashes(int argc, char **argv) {
    struct ldr_exception exception = {.code = 0xC0000005};
    (void)argc, (void)argv;
    crt_atexit(say_one);
    crt_printf("lost");
    ldr_raise(port_current_world(), &exception);
    return 0;
}

static void CRT_15__an_unhandled_exception_skips_exit_functions(void **state) {
    (void)state;
    expect(crashes, 0xC0000005, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(CRT_04__exit_functions_run_in_reverse_order),
        cmocka_unit_test(CRT_04__events_show_the_phases),
        cmocka_unit_test(exit_within_exit),
        cmocka_unit_test(cexit_runs_exit_functions_and_returns),
        cmocka_unit_test(CRT_07__exit_without_exit_functions),
        cmocka_unit_test(CRT_07__documented_nothing_is_flushed),
        cmocka_unit_test(CRT_08__quick_exit_has_a_list_of_its_own),
        cmocka_unit_test(CRT_09__EXIT_30__abort),
        cmocka_unit_test(a_failed_assertion_aborts),
        cmocka_unit_test(a_signal_without_handler_ends_the_process),
        cmocka_unit_test(CRT_10__exit_process_skips_exit_functions),
        cmocka_unit_test(CRT_11__termination_loses_what_was_buffered),
        cmocka_unit_test(CRT_12__leaving_main_by_its_thread),
        cmocka_unit_test(CRT_14__exit_from_a_worker),
        cmocka_unit_test(exit_in_two_threads),
        cmocka_unit_test(CRT_05__CRT_06__exit_functions_and_threads),
        cmocka_unit_test(CRT_15__an_unhandled_exception_skips_exit_functions),
    };
    return cmocka_run_group_tests_name("crt.exit", tests, NULL, NULL);
}
