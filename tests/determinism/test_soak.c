/*
 * Random schedules in great numbers: whatever the order of things, every process ends by a legal
 * code, no handle stays open, and no object outlives the references to it.
 *
 * RUNDOWN_SOAK is the number of seeds per scenario; the default is made for the everyday suite.
 */
#include "support/rd_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios.h"

#include "core/core.h"
#include "ke/ke.h"
#include "ob/ob.h"

enum { EVERYDAY_SEEDS = 100 };

static unsigned long seeds(void) {
    const char *text = getenv("RUNDOWN_SOAK");
    unsigned long number = text ? strtoul(text, NULL, 10) : 0;
    return number ? number : EVERYDAY_SEEDS;
}

static rd_world *make(const struct scenario *scenario, const rd_world_options *other,
                      struct scenario_output *output) {
    rd_world_options options = {.size = sizeof options};
    if (other)
        options = *other;
    options.output = scenario_collect;
    options.context = output;
    rd_world *world = test_world(&options);
    if (!scenario_prepare(world, scenario))
        fail_msg("%s", rd_last_error(world));
    return world;
}

/* ---- invariants ------------------------------------------------------------------------------ */

/* What the processes of the scenarios may end with. */
static bool legal_code(uint32_t code) {
    static const uint32_t codes[] = {0,          20,         22,         40,         0xC0000005,
                                     0xC0000094, 0xC00000FD, 0xC0000409, 0xE0000001, 3};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (code == codes[i])
            return true;
    return false;
}

/*
 * In the documented dialect a wait outlasts termination, so whoever is killed while it waits for a
 * lock of somebody who is killed with it hangs for ever (WAIT-01).
 */
static bool hangs_as_documented(const rd_world *world, const struct scenario_result *result) {
    return world->options.dialect == RD_DIALECT_DOCUMENTED &&
           result->verdict == RD_VERDICT_DEADLOCK &&
           strstr(rd_world_explanation(world), "marked to die");
}

static const char *check_processes(rd_world *world, const struct scenario_result *result) {
    rd_process_info info = {.pid = 0};
    if (result->status != RD_OK || result->verdict != RD_VERDICT_FINISHED)
        return "the run did not finish";
    if (result->exit_code != 40)
        return "the program reports a failure";
    while (rd_process_next(world, info.pid, &info) == RD_OK)
        if (info.pid != 4 && info.pid != result->pid)
            return "a process object that nobody refers to is still there";
    if (rd_process_get(world, result->pid, &info) != RD_OK || !info.signaled || !info.terminated ||
        info.threads || info.handles || info.heap_bytes)
        return "the ended process still owns something";
    return NULL;
}

/* Two objects stay: the System process, and the process that the host started and may look at. */
static const char *check_kernel(const rd_world *world) {
    rd_world_stats stats;
    rd_world_get_stats(world, &stats);
    if (world->ob->objects_alive != 2)
        return "objects outlive their references";
    if (world->ob->names)
        return "a name outlives its object";
    if (world->ke->threads_alive || stats.stacks_in_use)
        return "a thread or its stack is still there";
    if (world->ke->ready_count || world->ke->heap_count)
        return "somebody is ready, or a deadline is armed";
    return NULL;
}

/* Each process and thread passes the stations of its end once and in order. */
static const char *check_log(const rd_world *world) {
    size_t created = 0, coded = 0, signaled = 0, threads = 0, threads_signaled = 0;
    for (size_t i = 0; i < rd_event_count(world); i++) {
        const rd_event *event = rd_event_at(world, i);
        if (i && event->time < rd_event_at(world, i - 1)->time)
            return "time runs backwards";
        created += event->kind == RD_EVENT_PROCESS_CREATE;
        signaled += event->kind == RD_EVENT_PROCESS_SIGNALED;
        threads += event->kind == RD_EVENT_THREAD_CREATE;
        threads_signaled += event->kind == RD_EVENT_THREAD_SIGNALED;
        if (event->kind != RD_EVENT_PROCESS_EXIT_STATUS)
            continue;
        coded++;
        if (!legal_code((uint32_t)event->b))
            return "an exit code that no process should have";
    }
    if (created != coded + 1 || created != signaled + 1) /* System stays */
        return "a process has not passed every station of its end";
    return threads == threads_signaled ? NULL : "a thread object was not signaled once";
}

static void check(rd_world *world, const struct scenario *scenario, uint64_t seed,
                  const struct scenario_result *result) {
    if (hangs_as_documented(world, result))
        return;
    const char *wrong = check_processes(world, result);
    if (!wrong)
        wrong = check_kernel(world);
    if (!wrong)
        wrong = check_log(world);
    if (!wrong)
        return;
    if (getenv("RUNDOWN_SOAK_TRACE"))
        test_trace(world);
    fail_msg("%s, seed %llu: %s (%s, exit code 0x%X) %s", scenario->name, (unsigned long long)seed,
             wrong, rd_verdict_name(result->verdict), result->exit_code,
             rd_world_explanation(world));
}

/* ---- schedules ------------------------------------------------------------------------------- */

static void soak(const rd_world_options *options) {
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world *world = make(&scenarios[i], options, &output);
        for (uint64_t seed = 0; seed < seeds(); seed++) {
            rd_world_set_seed(world, seed);
            struct scenario_result result = scenario_run(world, &scenarios[i], &output);
            check(world, &scenarios[i], seed, &result);
            rd_world_reset(world);
        }
        rd_world_destroy(world);
    }
}

static void random_schedules_keep_the_invariants(void **state) {
    (void)state;
    soak(NULL);
}

static void likewise_in_the_documented_dialect(void **state) {
    rd_world_options options = {.size = sizeof options, .dialect = RD_DIALECT_DOCUMENTED};
    (void)state;
    soak(&options);
}

static void likewise_on_an_old_windows(void **state) {
    rd_world_options options = {.size = sizeof options, .profile = "xp"};
    (void)state;
    soak(&options);
}

/* Round-robin, with turns so short that almost every order of two neighbouring steps occurs. */
static void every_short_quantum_keeps_the_invariants(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++)
        for (uint32_t quantum = 1; quantum < 30; quantum++) {
            rd_world_options options = {.size = sizeof options, .quantum = quantum};
            struct scenario_output output;
            rd_world *world = make(&scenarios[i], &options, &output);
            struct scenario_result result = scenario_run(world, &scenarios[i], &output);
            check(world, &scenarios[i], quantum, &result);
            rd_world_destroy(world);
        }
}

/* ---- the same run by other means ------------------------------------------------------------- */

static void a_replay_string_repeats_every_random_run(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world *world = make(&scenarios[i], NULL, &output);
        for (uint64_t seed = 0; seed < 10; seed++) {
            rd_world_set_seed(world, seed);
            struct scenario_result first = scenario_run(world, &scenarios[i], &output);
            char *replay = strdup(rd_world_replay_string(world));
            rd_world_reset(world);
            if (rd_world_set_replay(world, replay) != RD_OK)
                fail_msg("%s", rd_last_error(world));
            struct scenario_result again = scenario_run(world, &scenarios[i], &output);
            if (again.verdict != first.verdict || again.log != first.log ||
                again.output != first.output)
                fail_msg("%s, seed %llu differs when replayed: %s", scenarios[i].name,
                         (unsigned long long)seed, rd_world_explanation(world));
            assert_string_equal(rd_world_replay_string(world), replay);
            free(replay);
            rd_world_reset(world);
        }
        rd_world_destroy(world);
    }
}

/* The host looks in between: after every few steps, or at every millisecond. */
static uint64_t digest_in_pieces(rd_world *world, const struct scenario *scenario, int how) {
    rd_verdict verdict = RD_VERDICT_RUNNABLE;
    if (rd_process_start(world, "app.exe", NULL, NULL) != RD_OK)
        fail_msg("%s: %s", scenario->name, rd_last_error(world));
    for (uint64_t time = 0; verdict == RD_VERDICT_RUNNABLE; time += 7000) {
        if (how == 0)
            rd_step(world, &verdict);
        else
            rd_run_until(world, time, &verdict);
    }
    if (verdict != RD_VERDICT_FINISHED)
        fail_msg("%s: %s %s", scenario->name, rd_verdict_name(verdict),
                 rd_world_explanation(world));
    return rd_event_digest(world);
}

static void a_run_in_pieces_gives_the_same_log(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        if (scenarios[i].driver)
            continue; /* its calls of the host come at other moments */
        rd_world *world = make(&scenarios[i], NULL, &output);
        for (uint64_t seed = 0; seed < 3; seed++) {
            rd_world_set_seed(world, seed);
            uint64_t whole = scenario_run(world, &scenarios[i], &output).log;
            for (int how = 0; how < 2; how++) {
                rd_world_reset(world);
                if (digest_in_pieces(world, &scenarios[i], how) != whole)
                    fail_msg("%s, seed %llu differs %s", scenarios[i].name,
                             (unsigned long long)seed, how ? "by time slices" : "step by step");
            }
            rd_world_reset(world);
        }
        rd_world_destroy(world);
    }
}

static int waits_for_ever(int argc, char **argv) {
    UNUSED_MAIN;
    WaitForSingleObject(CreateEventA(NULL, FALSE, FALSE, NULL), INFINITE);
    return 40;
}

static void running_a_world_at_rest_changes_nothing(void **state) {
    const struct scenario resting[] = {{"stuck", waits_for_ever, false}, scenarios[0]};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct scenario_output output;
        rd_world *world = make(&resting[i], NULL, &output);
        struct scenario_result first = scenario_run(world, &resting[i], &output);
        rd_verdict verdict;
        for (int again = 0; again < 3; again++) {
            assert_int_equal(rd_run(world, &verdict), RD_OK);
            assert_int_equal(verdict, first.verdict);
            assert_true(rd_event_digest(world) == first.log);
        }
        assert_int_equal(rd_process_start(world, "app.exe", NULL, NULL), RD_OK);
        rd_run(world, &verdict);
        assert_int_equal(verdict, first.verdict);
        assert_int_equal(test_count(world, i ? RD_EVENT_QUIESCENT : RD_EVENT_DEADLOCK, NULL), 2);
        rd_world_destroy(world);
    }
}

/* A machine may be given up at any moment; the next run does not see it. */
static void a_reset_in_mid_run_leaves_no_trace(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world *world = make(&scenarios[i], NULL, &output);
        uint64_t whole = scenario_run(world, &scenarios[i], &output).log;
        for (int steps = 1; steps < 2000; steps = steps * 5 / 4 + 1) {
            rd_world_stats stats;
            rd_world_reset(world);
            rd_process_start(world, "app.exe", NULL, NULL);
            rd_run_until(world, (uint64_t)steps * 10, NULL);
            rd_world_reset(world);
            rd_world_get_stats(world, &stats);
            assert_int_equal(stats.stacks_in_use, 0);
        }
        assert_true(scenario_run(world, &scenarios[i], &output).log == whole);
        rd_world_destroy(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_schedules_keep_the_invariants),
        cmocka_unit_test(likewise_in_the_documented_dialect),
        cmocka_unit_test(likewise_on_an_old_windows),
        cmocka_unit_test(every_short_quantum_keeps_the_invariants),
        cmocka_unit_test(a_replay_string_repeats_every_random_run),
        cmocka_unit_test(a_run_in_pieces_gives_the_same_log),
        cmocka_unit_test(running_a_world_at_rest_changes_nothing),
        cmocka_unit_test(a_reset_in_mid_run_leaves_no_trace),
    };
    return cmocka_run_group_tests_name("soak", tests, NULL, NULL);
}
