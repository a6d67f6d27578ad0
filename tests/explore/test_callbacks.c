/* test_callbacks.c - every order of the callbacks of a thread pool is open to an exploration. */
#include "support/rd_test.h"

#include <stdlib.h>
#include <string.h>

#include "rundown/sdk/windows.h"

static int (*program)(int argc, char **argv);
static LONG count, at_return;

static rd_status prepare(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc, .main = program};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    count = at_return = 0;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *check(rd_world *world, void *context) {
    (void)world, (void)context;
    return count == at_return ? NULL : "a callback is missing, or came too late";
}

static rd_explore_result explore(int (*main)(int, char **)) {
    const char *name = getenv("RUNDOWN_TEST_CARRIER");
    bool pthread = name && strcmp(name, "pthread") == 0;
    rd_world_options world = {.size = sizeof world,
                              .carrier = pthread ? RD_CARRIER_PTHREAD : RD_CARRIER_DEFAULT};
    rd_scenario scenario = {.size = sizeof scenario,
                            .world = &world,
                            .prepare = prepare,
                            .start = start,
                            .check = check};
    rd_explore_options options = {.size = sizeof options};
    rd_explore_result result = {0};
    program = main;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    return result;
}

static VOID counts(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance, (void)work;
    LONG before = count;
    if (context)
        Sleep(0); /* another callback may run here */
    count = before + 1;
}

static int submits(PVOID careless) {
    PTP_WORK work = CreateThreadpoolWork(counts, careless, NULL);
    SubmitThreadpoolWork(work);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CloseThreadpoolWork(work);
    at_return = 2;
    return 0;
}

static int careful(int argc, char **argv) {
    (void)argc, (void)argv;
    return submits(NULL);
}

static int careless(int argc, char **argv) {
    (void)argc, (void)argv;
    return submits((PVOID)1);
}

static void callbacks_that_run_at_once_lose_an_update(void **state) {
    (void)state;
    rd_explore_result result = explore(careless);
    assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
    rd_explore_free(&result);
    result = explore(careful);
    assert_int_equal(result.verdict, RD_EXPLORE_OK);
    assert_true(result.complete);
    rd_explore_free(&result);
}

static VOID notes(PVOID context, BOOLEAN fired) {
    (void)context, (void)fired;
    InterlockedIncrement(&count);
}

static int unregisters(HANDLE how) {
    HANDLE wait, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    RegisterWaitForSingleObject(&wait, event, notes, NULL, INFINITE, WT_EXECUTEONLYONCE);
    SetEvent(event);
    UnregisterWaitEx(wait, how);
    at_return = InterlockedCompareExchange(&count, 0, 0);
    Sleep(10);
    return 0;
}

static int blocks(int argc, char **argv) {
    (void)argc, (void)argv;
    return unregisters(INVALID_HANDLE_VALUE);
}

static int does_not_block(int argc, char **argv) {
    (void)argc, (void)argv;
    return unregisters(NULL);
}

static void only_a_blocking_unregistration_is_the_end_of_callbacks(void **state) {
    (void)state;
    rd_explore_result result = explore(does_not_block);
    assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
    rd_explore_free(&result);
    result = explore(blocks);
    assert_int_equal(result.verdict, RD_EXPLORE_OK);
    assert_true(result.complete);
    rd_explore_free(&result);
}

static int deletes_a_timer(HANDLE how) {
    HANDLE timer;
    CreateTimerQueueTimer(&timer, NULL, notes, NULL, 10, 0, 0);
    Sleep(10);
    DeleteTimerQueueTimer(NULL, timer, how);
    at_return = InterlockedCompareExchange(&count, 0, 0);
    Sleep(20);
    return 0;
}

static int deletes_and_blocks(int argc, char **argv) {
    (void)argc, (void)argv;
    return deletes_a_timer(INVALID_HANDLE_VALUE);
}

static int deletes_and_does_not_block(int argc, char **argv) {
    (void)argc, (void)argv;
    return deletes_a_timer(NULL);
}

static void only_a_blocking_deletion_is_the_end_of_a_timer(void **state) {
    (void)state;
    rd_explore_result result = explore(deletes_and_does_not_block);
    assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
    rd_explore_free(&result);
    result = explore(deletes_and_blocks);
    assert_int_equal(result.verdict, RD_EXPLORE_OK);
    assert_true(result.complete);
    rd_explore_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_that_run_at_once_lose_an_update),
        cmocka_unit_test(only_a_blocking_unregistration_is_the_end_of_callbacks),
        cmocka_unit_test(only_a_blocking_deletion_is_the_end_of_a_timer),
    };
    return cmocka_run_group_tests_name("explore.callbacks", tests, NULL, NULL);
}
