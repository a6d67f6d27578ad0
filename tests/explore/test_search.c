/* test_search.c - strategies find a deadlock, and say so when there is none; workers agree. */
#include "support/rd_test.h"

#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/sdk/windows.h"

static CRITICAL_SECTION first, second;
static bool ordered;

static DWORD WINAPI worker(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(ordered ? &first : &second);
    EnterCriticalSection(ordered ? &second : &first);
    LeaveCriticalSection(&first);
    LeaveCriticalSection(&second);
    return 0;
}

static int locks_main(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeCriticalSection(&first);
    InitializeCriticalSection(&second);
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    EnterCriticalSection(&first);
    EnterCriticalSection(&second);
    LeaveCriticalSection(&second);
    LeaveCriticalSection(&first);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static rd_status prepare(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc, .main = locks_main};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static rd_world_options world_options(void) {
    const char *name = getenv("RUNDOWN_TEST_CARRIER");
    bool pthread = name && strcmp(name, "pthread") == 0;
    return (rd_world_options){.size = sizeof(rd_world_options),
                              .carrier = pthread ? RD_CARRIER_PTHREAD : RD_CARRIER_DEFAULT};
}

static rd_explore_result search(const rd_explore_options *options,
                                struct exp_violation *violation) {
    rd_world_options world = world_options();
    rd_scenario scenario = {
        .size = sizeof scenario, .world = &world, .prepare = prepare, .start = start};
    rd_explore_result result = {0};
    *violation = (struct exp_violation){0};
    assert_int_equal(exp_search(&scenario, options, &result, violation), RD_OK);
    return result;
}

static void every_strategy_finds_the_deadlock(void **state) {
    static const char *const names[] = {"dfs", "random", "pct", "portfolio"};
    struct exp_violation found[2];
    (void)state;
    ordered = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        rd_explore_options options = {.size = sizeof options, .strategy = names[i]};
        for (unsigned k = 0; k < 2; k++) {
            options.workers = k + 1;
            search(&options, &found[k]);
            assert_int_equal(found[k].verdict, RD_EXPLORE_DEADLOCK);
        }
        assert_int_equal(found[0].found_at, found[1].found_at);
        assert_int_equal(found[0].count, found[1].count);
        for (size_t d = 0; d < found[0].count; d++) {
            assert_int_equal(found[0].decisions[d].index, found[1].decisions[d].index);
            assert_int_equal(found[0].decisions[d].answer, found[1].decisions[d].answer);
        }
        free(found[0].decisions);
        free(found[1].decisions);
    }
}

static void depth_first_search_proves_that_ordered_locks_do_not_deadlock(void **state) {
    struct exp_violation violation;
    rd_explore_options options = {.size = sizeof options,
                                  .strategy = "dfs",
                                  .preemptions_bounded = true,
                                  .preemptions_max = 2};
    (void)state;
    ordered = true;
    rd_explore_result alone = search(&options, &violation);
    assert_int_equal(violation.verdict, RD_EXPLORE_OK);
    assert_true(alone.complete);
    options.workers = 2;
    rd_explore_result together = search(&options, &violation);
    assert_int_equal(violation.verdict, RD_EXPLORE_OK);
    assert_true(together.complete);
    assert_true(alone.executions == together.executions);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_finds_the_deadlock),
        cmocka_unit_test(depth_first_search_proves_that_ordered_locks_do_not_deadlock),
    };
    return cmocka_run_group_tests_name("explore.search", tests, NULL, NULL);
}
