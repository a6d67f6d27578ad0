/* test_search.c - strategies find a deadlock, and say so when there is none; workers agree. */
#include "support/rd_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "explore/runner.h"
#include "explore/turn.h"
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

/* ---- divided searches ------------------------------------------------------------------------ */

enum { WRITERS = 4, ORDERS = 24 * 24 }; /* each of two variables is written in any order */

static volatile LONG first_word, second_word;

static DWORD WINAPI writer(LPVOID unused) {
    (void)unused;
    InterlockedExchange(&first_word, 1);
    InterlockedExchange(&second_word, 1);
    return 0;
}

static int writers_main(int argc, char **argv) {
    HANDLE threads[WRITERS];
    (void)argc, (void)argv;
    for (int i = 0; i < WRITERS; i++)
        threads[i] = CreateThread(NULL, 0, writer, NULL, 0, NULL);
    WaitForMultipleObjects(WRITERS, threads, TRUE, INFINITE);
    return 0;
}

static rd_status prepare_writers(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc, .main = writers_main};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_explore_result explore_writers(const rd_explore_options *options) {
    rd_world_options world = world_options();
    rd_scenario scenario = {
        .size = sizeof scenario, .world = &world, .prepare = prepare_writers, .start = start};
    rd_explore_result result;
    assert_int_equal(rd_explore(&scenario, options, &result), RD_OK);
    return result;
}

static void divided_or_not_the_traces_are_the_same(void **state) {
    (void)state;
    for (unsigned workers = 1; workers <= 3; workers++) {
        for (unsigned shards = 1; shards <= 3; shards++) {
            uint64_t executions = 0;
            for (unsigned shard = 0; shard < shards; shard++) {
                rd_explore_options options = {
                    .size = sizeof options, .workers = workers, .shard = shard, .shards = shards};
                rd_explore_result result = explore_writers(&options);
                assert_true(result.complete);
                assert_true(result.executions >= ORDERS / shards / 4); /* it is a fair share */
                executions += result.executions;
                rd_explore_free(&result);
            }
            assert_int_equal(executions, ORDERS);
        }
    }
}

/* ---- programs that are not deterministic ----------------------------------------------------- */

enum { DETERMINISTIC_RUNS = 100 };

static int begun;

static int forgetful_main(int argc, char **argv) {
    return ++begun <= DETERMINISTIC_RUNS ? writers_main(argc, argv) : 0;
}

static rd_status prepare_forgetful(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc, .main = forgetful_main};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static void a_program_that_changes_later_is_not_deterministic(void **state) {
    static const char *const names[] = {"dpor", "dfs"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        rd_world_options world = world_options();
        rd_scenario scenario = {
            .size = sizeof scenario, .world = &world, .prepare = prepare_forgetful, .start = start};
        rd_explore_options options = {.size = sizeof options, .strategy = names[i]};
        rd_explore_result result;
        begun = 0;
        assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
        assert_int_equal(result.verdict, RD_EXPLORE_NONDETERMINISTIC);
        assert_non_null(strstr(result.explanation, "steps"));
        rd_explore_free(&result);
    }
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

static char checkpoint[] = "/tmp/rundown-checkpoint-XXXXXX";

static int make_checkpoint(void **state) {
    int descriptor = mkstemp(checkpoint);
    (void)state;
    return descriptor < 0 || close(descriptor) != 0 || unlink(checkpoint) != 0;
}

static bool checkpoint_exists(void) {
    return access(checkpoint, F_OK) == 0;
}

/* Again and again, so many executions more each time, until it has come to its end. */
static rd_explore_result explore_in_steps(rd_explore_options options, uint64_t step,
                                          unsigned *runs) {
    rd_explore_result result;
    options.checkpoint = checkpoint;
    for (*runs = 1;; (*runs)++) {
        options.executions_max += step;
        result = explore_writers(&options);
        if (result.complete || !checkpoint_exists() || *runs > ORDERS)
            return result;
        assert_true(result.executions >= options.executions_max);
        assert_true(result.executions <= options.executions_max + options.workers);
        rd_explore_free(&result);
    }
}

/* However little is done each time. */
static void an_exploration_goes_on_where_it_has_ended(void **state) {
    enum { LITTLE = 40 };
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        rd_explore_options options = {
            .size = sizeof options, .workers = 1 + i % 2, .shards = 1 + i / 2};
        uint64_t executions = 0;
        for (unsigned runs; options.shard < options.shards; options.shard++) {
            rd_explore_result result = explore_in_steps(options, LITTLE, &runs);
            assert_true(result.complete);
            assert_true(runs >= result.executions / (LITTLE + options.workers));
            assert_false(checkpoint_exists());
            executions += result.executions;
            rd_explore_free(&result);
        }
        assert_int_equal(executions, ORDERS);
    }
}

static void a_depth_first_search_goes_on_where_it_has_ended(void **state) {
    rd_explore_options options = {.size = sizeof options,
                                  .strategy = "dfs",
                                  .preemptions_bounded = true,
                                  .preemptions_max = 1};
    rd_explore_result whole = explore_writers(&options);
    (void)state;
    assert_true(whole.complete);
    for (options.workers = 1; options.workers <= 2; options.workers++) {
        unsigned runs;
        rd_explore_result result = explore_in_steps(options, whole.executions / 10 + 1, &runs);
        assert_true(result.complete);
        assert_int_equal(result.executions, whole.executions);
        assert_true(runs >= 8);
        rd_explore_free(&result);
    }
    rd_explore_free(&whole);
}

/* A violation that is found after all has the number that it has in one piece. */
static void what_is_found_later_is_the_same(void **state) {
    rd_explore_options options = {.size = sizeof options};
    struct exp_violation whole, found;
    (void)state;
    ordered = false;
    search(&options, &whole);
    options.checkpoint = checkpoint;
    do {
        options.executions_max++;
        search(&options, &found);
    } while (found.verdict == RD_EXPLORE_OK && options.executions_max < whole.found_at);
    assert_int_equal(found.verdict, whole.verdict);
    assert_int_equal(found.found_at, whole.found_at);
    assert_int_equal(found.count, whole.count);
    assert_false(checkpoint_exists());
    free(found.decisions);
    free(whole.decisions);
}

static void a_sample_goes_on_where_it_has_ended(void **state) {
    enum { SAMPLES = 3000 };
    rd_explore_options options = {.size = sizeof options,
                                  .strategy = "random",
                                  .executions_max = SAMPLES,
                                  .seconds_max = 0.005,
                                  .workers = 2,
                                  .checkpoint = checkpoint};
    rd_explore_result result = explore_writers(&options);
    (void)state;
    while (checkpoint_exists()) {
        assert_true(result.executions < SAMPLES);
        rd_explore_free(&result);
        options.seconds_max *= 2;
        options.workers ^= 3;
        result = explore_writers(&options);
    }
    assert_int_equal(result.executions, SAMPLES);
    assert_int_equal(result.verdict, RD_EXPLORE_OK);
    rd_explore_free(&result);
}

static void refuse_checkpoint(const rd_explore_options *options, const char *why) {
    rd_explore_result result = explore_writers(options);
    assert_int_equal(result.verdict, RD_EXPLORE_ERROR);
    assert_non_null(strstr(result.explanation, why));
    rd_explore_free(&result);
}

static void a_checkpoint_of_something_else_is_refused(void **state) {
    rd_explore_options options = {
        .size = sizeof options, .executions_max = 10, .checkpoint = checkpoint};
    (void)state;
    rd_explore_result result = explore_writers(&options);
    assert_true(checkpoint_exists());
    rd_explore_free(&result);
    options.strategy = "dfs";
    refuse_checkpoint(&options, "it says 'strategy dpor', this one is 'strategy dfs'");
    FILE *file = fopen(checkpoint, "a");
    assert_non_null(file);
    assert_true(fputs("part 99 1 1 1\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    options.strategy = "dpor";
    refuse_checkpoint(&options, "checksum");
    assert_int_equal(unlink(checkpoint), 0);
    options.checkpoint = "/nonexistent/checkpoint";
    refuse_checkpoint(&options, "cannot write the checkpoint");
    options.checkpoint = "/";
    refuse_checkpoint(&options, "checkpoint");
}

/* A worker that is killed may have had the lock: the others do not wait for it. */
static void nobody_waits_for_a_worker_that_was_killed(void **state) {
    const struct exp_plan plan = {.shards = 1};
    struct exp_tasks *tasks = calloc(1, sizeof *tasks);
    struct exp_turn turn = {.ops = &exp_dpor, .plan = &plan, .tasks = tasks};
    (void)state;
    assert_non_null(tasks);
    assert_int_equal(exp_task_add(tasks, 0, 0, &(struct exp_words){0}), 0);
    assert_true(exp_tasks_lock(tasks));
    exp_tasks_break(tasks);
    assert_false(exp_tasks_lock(tasks));
    assert_false(exp_turn_is_over(&turn));
    assert_false(exp_turn_begin(&turn));
    assert_true(exp_turn_is_over(&turn));
    exp_turn_destroy(&turn);
    free(tasks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_finds_the_deadlock),
        cmocka_unit_test(depth_first_search_proves_that_ordered_locks_do_not_deadlock),
        cmocka_unit_test(divided_or_not_the_traces_are_the_same),
        cmocka_unit_test(a_program_that_changes_later_is_not_deterministic),
        cmocka_unit_test_setup(an_exploration_goes_on_where_it_has_ended, make_checkpoint),
        cmocka_unit_test(a_depth_first_search_goes_on_where_it_has_ended),
        cmocka_unit_test(what_is_found_later_is_the_same),
        cmocka_unit_test(a_sample_goes_on_where_it_has_ended),
        cmocka_unit_test(a_checkpoint_of_something_else_is_refused),
        cmocka_unit_test(nobody_waits_for_a_worker_that_was_killed),
    };
    return cmocka_run_group_tests_name("explore.search", tests, NULL, NULL);
}
