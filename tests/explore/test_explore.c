/* test_explore.c - rd_explore: what it finds, what it proves, and what it refuses. */
#include <string.h>

#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

static LONG counter;
static bool atomic;

static DWORD WINAPI add_one(LPVOID unused) {
    (void)unused;
    if (atomic) {
        InterlockedIncrement(&counter);
    } else {
        LONG value = ReadAcquire(&counter);
        WriteRelease(&counter, value + 1);
    }
    return 0;
}

static int run_program(int argc, char **argv) {
    HANDLE threads[2];
    (void)argc, (void)argv;
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, add_one, NULL, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    return 0;
}

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = run_program};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    counter = 0;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *check(rd_world *world, void *context) {
    (void)world, (void)context;
    return counter == 2 ? NULL : "an increment was lost";
}

static const rd_scenario scenario = {
    .size = sizeof scenario, .name = "counter", .prepare = prepare, .start = start, .check = check};

static void a_lost_update_is_found_shrunk_and_replayed(void **state) {
    rd_explore_options options = {.size = sizeof options};
    rd_explore_result result;
    (void)state;
    atomic = false;
    for (unsigned i = 0; rd_explore_strategy_name(i); i++) {
        options.strategy = rd_explore_strategy_name(i);
        if (strcmp(options.strategy, "dfs") == 0 || strcmp(options.strategy, "round-robin") == 0)
            continue; /* looks elsewhere for long; runs once */
        assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
        assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
        assert_string_equal(rd_explore_verdict_name(result.verdict), "assertion");
        assert_string_equal(result.explanation, "an increment was lost");
        assert_non_null(strstr(result.report, "an increment was lost"));
        assert_false(result.complete);
        assert_true(result.decisions >= 1 && result.decisions <= result.found_decisions);
        rd_world_options world = {
            .size = sizeof world, .strategy = RD_STRATEGY_REPLAY, .replay = result.replay};
        rd_world *replayed = test_world(&world);
        assert_int_equal(prepare(replayed, NULL), RD_OK);
        assert_int_equal(start(replayed, NULL), RD_OK);
        assert_int_equal(rd_run(replayed, NULL), RD_OK);
        assert_int_equal(counter, 1);
        assert_string_equal(rd_world_replay_string(replayed), result.replay);
        rd_world_destroy(replayed);
        rd_explore_free(&result);
        assert_null(result.report);
    }
}

static void the_repaired_program_is_proved(void **state) {
    rd_explore_options options = {.size = sizeof options};
    rd_explore_result result;
    (void)state;
    atomic = true;
    for (unsigned workers = 1; workers <= 2; workers++) {
        options.workers = workers;
        assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
        assert_int_equal(result.verdict, RD_EXPLORE_OK);
        assert_true(result.complete);
        assert_int_equal(result.executions, 2);
        assert_null(result.replay);
        assert_non_null(strstr(result.report, "all 2 traces explored, no violation"));
        rd_explore_free(&result);
    }
}

static void what_is_allowed_is_no_violation(void **state) {
    rd_explore_options options = {.size = sizeof options, .allowed = 1u << RD_EXPLORE_ASSERTION};
    rd_explore_result result;
    (void)state;
    atomic = false;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    assert_int_equal(result.verdict, RD_EXPLORE_OK);
    assert_true(result.complete);
    rd_explore_free(&result);
}

static void refuse(const rd_scenario *tried, const rd_explore_options *options) {
    rd_explore_result result;
    assert_int_equal(rd_explore(tried, options, &result), RD_INVALID_ARGUMENT);
    assert_non_null(result.explanation);
    rd_explore_free(&result);
}

static void bad_arguments_are_refused_with_a_reason(void **state) {
    rd_explore_options good = {.size = sizeof good}, bad = good;
    rd_scenario nothing = {.size = sizeof nothing};
    (void)state;
    refuse(NULL, &good);
    refuse(&nothing, &good);
    refuse(&scenario, NULL);
    bad.size = 1;
    refuse(&scenario, &bad);
    bad = good;
    bad.strategy = "dpr";
    refuse(&scenario, &bad);
    bad = good;
    bad.shard = bad.shards = 2;
    refuse(&scenario, &bad);
    assert_int_equal(rd_explore(&scenario, &good, NULL), RD_INVALID_ARGUMENT);
    assert_null(rd_explore_strategy_name(100));
    assert_string_equal(rd_explore_verdict_name(RD_EXPLORE_VERDICTS), "?");
    rd_explore_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_update_is_found_shrunk_and_replayed),
        cmocka_unit_test(the_repaired_program_is_proved),
        cmocka_unit_test(what_is_allowed_is_no_violation),
        cmocka_unit_test(bad_arguments_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
