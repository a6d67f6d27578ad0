/* test_explore.c - rd_explore: what it finds, what it proves, and what it refuses. */
#include <string.h>

#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

static LONG counter;
static bool atomic;
static int threads_count = 2;
static int visits; /* of a critical section, before each increment */
static CRITICAL_SECTION section;

static DWORD WINAPI add_one(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < visits; i++) {
        EnterCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
    if (atomic) {
        InterlockedIncrement(&counter);
    } else {
        LONG value = ReadAcquire(&counter);
        WriteRelease(&counter, value + 1);
    }
    return 0;
}

static int run_program(int argc, char **argv) {
    HANDLE threads[4];
    (void)argc, (void)argv;
    InitializeCriticalSection(&section);
    for (int i = 0; i < threads_count; i++)
        threads[i] = CreateThread(NULL, 0, add_one, NULL, 0, NULL);
    WaitForMultipleObjects((DWORD)threads_count, threads, TRUE, INFINITE);
    return 0;
}

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = run_program};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static unsigned started; /* in this process of the host */

static rd_status start(rd_world *world, void *context) {
    (void)context;
    started++;
    counter = 0;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *check(rd_world *world, void *context) {
    (void)world, (void)context;
    return counter == threads_count ? NULL : "an increment was lost";
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

/* ---- shards ---------------------------------------------------------------------------------- */

enum { SHARDS = 3 };

static void explore_parts(rd_explore_result parts[SHARDS]) {
    rd_explore_options options = {.size = sizeof options, .shards = SHARDS};
    for (unsigned i = 0; i < SHARDS; i++) {
        options.shard = i;
        assert_int_equal(rd_explore(&scenario, &options, &parts[i]), RD_OK);
    }
}

static void free_parts(rd_explore_result parts[SHARDS]) {
    for (unsigned i = 0; i < SHARDS; i++)
        rd_explore_free(&parts[i]);
}

static void merged_shards_are_the_exploration_in_one_piece(void **state) {
    const rd_explore_options options = {.size = sizeof options};
    rd_explore_result parts[SHARDS], whole, merged;
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        atomic = i;
        explore_parts(parts);
        assert_int_equal(rd_explore(&scenario, &options, &whole), RD_OK);
        assert_int_equal(rd_explore_merge(parts, SHARDS, &merged), RD_OK);
        assert_int_equal(merged.verdict, atomic ? RD_EXPLORE_OK : RD_EXPLORE_ASSERTION);
        assert_int_equal(merged.verdict, whole.verdict);
        assert_int_equal(merged.complete, whole.complete);
        assert_int_equal(merged.executions, whole.executions);
        assert_int_equal(merged.found_at, whole.found_at);
        assert_int_equal(merged.shards, 1);
        assert_string_equal(merged.report, whole.report);
        assert_true(!merged.replay == !whole.replay);
        if (whole.replay)
            assert_string_equal(merged.replay, whole.replay);
        rd_explore_free(&merged);
        rd_explore_free(&whole);
        free_parts(parts);
    }
}

static void refuse_merge(const rd_explore_result *parts, size_t count, const char *why) {
    rd_explore_result merged;
    assert_int_equal(rd_explore_merge(parts, count, &merged), RD_INVALID_ARGUMENT);
    assert_non_null(strstr(merged.explanation, why));
    rd_explore_free(&merged);
}

static void parts_that_do_not_fit_are_refused(void **state) {
    rd_explore_result parts[SHARDS], saved;
    (void)state;
    atomic = true;
    explore_parts(parts);
    refuse_merge(NULL, 1, "no parts");
    refuse_merge(parts, 0, "no parts");
    refuse_merge(parts, 1, "missing: 1, 2");
    assert_int_equal(rd_explore_merge(parts, SHARDS, NULL), RD_INVALID_ARGUMENT);
    saved = parts[2];
    parts[2].shard = 1;
    refuse_merge(parts, SHARDS, "shard 1 of 3 is there twice");
    parts[2] = saved;
    parts[2].seed++;
    refuse_merge(parts, SHARDS, "the seed differs");
    parts[2] = saved;
    parts[2].report = NULL;
    refuse_merge(parts, SHARDS, "part 2 is no result");
    parts[2] = saved;
    free_parts(parts);
}

/* ---- a run of one's own ---------------------------------------------------------------------- */

static CRITICAL_SECTION locks[2];

static void take_both(int first) {
    EnterCriticalSection(&locks[first]);
    EnterCriticalSection(&locks[!first]);
    LeaveCriticalSection(&locks[!first]);
    LeaveCriticalSection(&locks[first]);
}

static DWORD WINAPI take_them_the_other_way(LPVOID unused) {
    (void)unused;
    take_both(1);
    return 0;
}

static int lock_crosswise(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeCriticalSection(&locks[0]);
    InitializeCriticalSection(&locks[1]);
    HANDLE thread = CreateThread(NULL, 0, take_them_the_other_way, NULL, 0, NULL);
    take_both(0);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static rd_status prepare_locks(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = lock_crosswise};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static const rd_scenario crossed = {
    .size = sizeof crossed, .name = "locks", .prepare = prepare_locks, .start = start};

/* A world in which the scenario runs, and is watched; NULL of a replay string: the default run. */
static rd_world *watch_run(const char *replay, rd_explore_result *told) {
    rd_world *world = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options),
                            .strategy = replay ? RD_STRATEGY_REPLAY : RD_STRATEGY_ROUND_ROBIN,
                            .replay = replay});
    rd_watch *watch;
    assert_int_equal(prepare_locks(world, NULL), RD_OK);
    assert_int_equal(start(world, NULL), RD_OK);
    assert_int_equal(rd_watch_begin(world, &watch), RD_OK);
    assert_int_equal(rd_watch_begin(world, &(rd_watch *){NULL}), RD_BUSY);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_int_equal(rd_watch_tell(watch, "locks", told), RD_OK);
    rd_watch_end(watch);
    return world;
}

/* The rest of the report after the line that says how it was found. */
static const char *story_of(const rd_explore_result *result) {
    const char *preemptions = strstr(result->report, "; preemptions: 1\n");
    assert_non_null(preemptions);
    return preemptions;
}

static void a_watched_run_is_told_of_like_an_exploration(void **state) {
    const rd_explore_options options = {.size = sizeof options};
    rd_explore_result found, told;
    (void)state;
    assert_int_equal(rd_explore(&crossed, &options, &found), RD_OK);
    assert_int_equal(found.verdict, RD_EXPLORE_DEADLOCK);
    rd_world *world = watch_run(found.replay, &told);
    assert_int_equal(told.verdict, RD_EXPLORE_DEADLOCK);
    assert_string_equal(told.explanation, found.explanation);
    assert_string_equal(told.replay, found.replay);
    assert_int_equal(told.decisions, found.decisions);
    assert_int_equal(told.preemptions, found.preemptions);
    assert_string_equal(story_of(&told), story_of(&found));
    assert_int_equal(strncmp(told.report, found.report, strcspn(found.report, "\n") + 1), 0);
    assert_non_null(
        strstr(told.report, "\nwith 1 decision other than the default; preemptions: 1"));
    rd_explore_free(&told);
    rd_explore_free(&found);
    rd_world_destroy(world);
    world = watch_run(NULL, &told);
    assert_int_equal(told.verdict, RD_EXPLORE_OK);
    assert_null(told.replay);
    rd_explore_free(&told);
    rd_world_destroy(world);
    assert_int_equal(rd_watch_begin(NULL, &(rd_watch *){NULL}), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_watch_tell(NULL, NULL, &told), RD_INVALID_ARGUMENT);
    rd_watch_end(NULL);
}

/* ---- shrinking ------------------------------------------------------------------------------- */

static void a_replay_string_is_shrunk(void **state) {
    const rd_explore_options random = {
        .size = sizeof random, .strategy = "random", .no_shrink = true};
    rd_explore_options options = {.size = sizeof options};
    rd_explore_result found, shrunk;
    (void)state;
    atomic = false;
    assert_int_equal(rd_explore(&scenario, &random, &found), RD_OK);
    assert_int_equal(found.verdict, RD_EXPLORE_ASSERTION);
    assert_int_equal(rd_explore_shrink(&scenario, &options, found.replay, &shrunk), RD_OK);
    assert_int_equal(shrunk.verdict, RD_EXPLORE_ASSERTION);
    assert_int_equal(shrunk.found_decisions, found.found_decisions);
    assert_int_equal(shrunk.decisions, 1);
    assert_int_equal(shrunk.preemptions, 1);
    rd_explore_free(&shrunk);
    atomic = true;
    assert_int_equal(rd_explore_shrink(&scenario, &options, found.replay, &shrunk), RD_OK);
    assert_int_equal(shrunk.verdict, RD_EXPLORE_DIVERGED);
    assert_non_null(strstr(shrunk.explanation, "diverged at"));
    rd_explore_free(&shrunk);
    options.hang_seconds = 10;
    started = 0; /* what may hang runs in another process, and only there */
    assert_int_equal(rd_explore_shrink(&scenario, &options, found.replay, &shrunk), RD_OK);
    assert_int_equal(shrunk.verdict, RD_EXPLORE_DIVERGED);
    assert_non_null(strstr(shrunk.explanation, "diverged at"));
    assert_int_equal(started, 0);
    rd_explore_free(&shrunk);
    assert_int_equal(rd_explore_shrink(&scenario, &options, "rd2", &shrunk), RD_INVALID_ARGUMENT);
    rd_explore_free(&shrunk);
    assert_int_equal(rd_explore_shrink(&scenario, &options, NULL, &shrunk), RD_INVALID_ARGUMENT);
    rd_explore_free(&shrunk);
    rd_explore_free(&found);
}

/* A sample of a long program has a thousand decisions, and cannot be shrunk by leaving out: each
 * that is missing puts all later ones somewhere else. */
static void samples_of_long_programs_are_shrunk_to_what_matters(void **state) {
    const rd_explore_options options = {.size = sizeof options, .strategy = "random"};
    rd_explore_result result;
    (void)state;
    atomic = false;
    threads_count = 4;
    visits = 600;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    threads_count = 2;
    visits = 0;
    assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
    assert_true(result.found_decisions > 500);
    assert_int_equal(result.decisions, 1);
    rd_explore_free(&result);
}

/* ---- what does not repeat itself ------------------------------------------------------------- */

static int former; /* that nobody sets back */

static int run_differently(int argc, char **argv) {
    (void)argc, (void)argv;
    if (former++ % 2)
        Sleep(1);
    return 0;
}

static rd_status prepare_differently(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = run_differently};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static const char *judge_differently(rd_world *world, void *context) {
    (void)world, (void)context;
    return former++ % 2 ? "every other time" : NULL;
}

static void explore_differently(const rd_scenario *tried, const char *expected) {
    const rd_explore_options options = {.size = sizeof options};
    rd_explore_result result;
    former = 0;
    assert_int_equal(rd_explore(tried, &options, &result), RD_OK);
    assert_int_equal(result.verdict, RD_EXPLORE_NONDETERMINISTIC);
    if (!strstr(result.explanation, expected))
        print_error("%s\n", result.explanation);
    assert_non_null(strstr(result.explanation, expected));
    assert_null(result.replay);
    rd_explore_free(&result);
}

static void what_former_executions_leave_behind_is_found(void **state) {
    rd_scenario program = {.size = sizeof program, .prepare = prepare_differently, .start = start};
    rd_scenario judgement = {
        .size = sizeof judgement, .prepare = prepare, .start = start, .check = judge_differently};
    (void)state;
    atomic = true;
    explore_differently(&program, "event ");
    explore_differently(&program, "'thread 12: sleeps");
    explore_differently(&judgement, "judged in two ways: 'ok', then 'every other time'");
}

/* ---- what comes between two calls ------------------------------------------------------------ */

static LONG flag;
static HANDLE first, second;
static const char *mistake; /* what was seen, or NULL */

static DWORD WINAPI looks_in_between(LPVOID unused) {
    (void)unused;
    if (ReadAcquire(&flag) && WaitForSingleObject(first, 0) == WAIT_TIMEOUT)
        mistake = "the flag was set, and the event was not";
    return 0;
}

static int signals_and_waits(int argc, char **argv) {
    (void)argc, (void)argv;
    first = CreateEventA(NULL, TRUE, FALSE, NULL);
    second = CreateEventA(NULL, TRUE, TRUE, NULL);
    HANDLE thread = CreateThread(NULL, 0, looks_in_between, NULL, 0, NULL);
    WriteRelease(&flag, 1);
    SignalObjectAndWait(first, second, INFINITE, FALSE);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static DWORD WINAPI closes_in_between(LPVOID unused) {
    (void)unused;
    if (ReadAcquire(&flag))
        CloseHandle(first);
    return 0;
}

/* After the flag is set the handle may be closed before the wait, or while it waits. */
static int waits_for_closed(int argc, char **argv) {
    (void)argc, (void)argv;
    first = CreateEventA(NULL, TRUE, TRUE, NULL);
    HANDLE thread = CreateThread(NULL, 0, closes_in_between, NULL, 0, NULL);
    WriteRelease(&flag, 1);
    if (WaitForSingleObject(first, INFINITE) == WAIT_FAILED)
        mistake = GetLastError() == ERROR_INVALID_HANDLE ? "the handle was closed" : "?";
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static rd_status prepare_between(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc};
    memcpy(&desc.main, context, sizeof desc.main);
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start_between(rd_world *world, void *context) {
    (void)context;
    flag = 0;
    mistake = NULL;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *judge_between(rd_world *world, void *context) {
    (void)world, (void)context;
    return mistake;
}

static void expect_between(int (*program)(int, char **), const char *found) {
    const rd_scenario between = {.size = sizeof between,
                                 .prepare = prepare_between,
                                 .start = start_between,
                                 .check = judge_between,
                                 .context = &program};
    for (unsigned i = 0; i < 2; i++) {
        const rd_explore_options options = {.size = sizeof options, .strategy = i ? "dfs" : "dpor"};
        rd_explore_result result;
        assert_int_equal(rd_explore(&between, &options, &result), RD_OK);
        assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
        assert_string_equal(result.explanation, found);
        rd_explore_free(&result);
    }
}

static void somebody_comes_between_a_call_and_a_signal(void **state) {
    (void)state;
    expect_between(signals_and_waits, "the flag was set, and the event was not");
}

static void somebody_closes_a_handle_just_before_a_wait(void **state) {
    (void)state;
    expect_between(waits_for_closed, "the handle was closed");
}

/* ---- arguments ------------------------------------------------------------------------------- */

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
    bad = good;
    bad.allowed = 1u << RD_EXPLORE_INCONCLUSIVE;
    refuse(&scenario, &bad);
    assert_int_equal(rd_explore(&scenario, &good, NULL), RD_INVALID_ARGUMENT);
    assert_null(rd_explore_strategy_name(100));
    assert_string_equal(rd_explore_stop_name(0), "executions");
    assert_null(rd_explore_stop_name(100));
    assert_string_equal(rd_explore_verdict_name(RD_EXPLORE_VERDICTS), "?");
    rd_explore_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_update_is_found_shrunk_and_replayed),
        cmocka_unit_test(the_repaired_program_is_proved),
        cmocka_unit_test(what_is_allowed_is_no_violation),
        cmocka_unit_test(merged_shards_are_the_exploration_in_one_piece),
        cmocka_unit_test(parts_that_do_not_fit_are_refused),
        cmocka_unit_test(a_watched_run_is_told_of_like_an_exploration),
        cmocka_unit_test(a_replay_string_is_shrunk),
        cmocka_unit_test(what_former_executions_leave_behind_is_found),
        cmocka_unit_test(samples_of_long_programs_are_shrunk_to_what_matters),
        cmocka_unit_test(somebody_comes_between_a_call_and_a_signal),
        cmocka_unit_test(somebody_closes_a_handle_just_before_a_wait),
        cmocka_unit_test(bad_arguments_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
