/* Decisions: strategies, what is recorded, and replay strings there and back. */
#include "support/rd_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core.h"

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* ---- strategies ------------------------------------------------------------------------------ */

static void the_default_answer_is_0_and_nothing_is_recorded(void **state) {
    rd_world *world = *state;
    for (unsigned count = 0; count < 100; count++)
        assert_int_equal(core_choose(world, CORE_CHOOSE_THREAD, count), 0);
    assert_int_equal(world->choices.decision_count, 0);
    assert_int_equal(world->choices.taken, 98); /* fewer than two answers are no decision */
}

static void random_answers_are_uniform(void **state) {
    enum { COUNT = 7, DRAWS = 70000 };
    rd_world *world = *state;
    unsigned seen[COUNT] = {0};
    rd_world_set_seed(world, 42);
    for (int i = 0; i < DRAWS; i++) {
        unsigned answer = core_choose(world, CORE_CHOOSE_THREAD, COUNT);
        assert_true(answer < COUNT);
        seen[answer]++;
    }
    for (int i = 0; i < COUNT; i++)
        assert_in_range(seen[i], DRAWS / COUNT * 95 / 100, DRAWS / COUNT * 105 / 100);
    assert_int_equal(world->choices.decision_count, DRAWS - seen[0]);
}

static void random_pairs_are_uniform(void **state) {
    enum { DRAWS = 90000 };
    rd_world *world = *state;
    unsigned seen[9] = {0};
    rd_world_set_seed(world, 1);
    for (int i = 0; i < DRAWS; i++) {
        unsigned first = core_choose(world, CORE_CHOOSE_THREAD, 3);
        seen[first * 3 + core_choose(world, CORE_CHOOSE_THREAD, 3)]++;
    }
    for (int i = 0; i < 9; i++)
        assert_in_range(seen[i], 9500, 10500);
}

static void seeds_that_differ_little_give_different_answers(void **state) {
    rd_world *world = *state;
    unsigned same = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        unsigned answers[2];
        for (uint64_t i = 0; i < 2; i++) {
            rd_world_set_seed(world, seed + i);
            answers[i] = core_choose(world, CORE_CHOOSE_THREAD, 1000);
        }
        same += answers[0] == answers[1];
    }
    assert_true(same < 10);
}

static void a_seed_repeats_its_answers(void **state) {
    rd_world *world = *state;
    unsigned answers[2][100];
    for (int run = 0; run < 2; run++) {
        rd_world_reset(world);
        rd_world_set_seed(world, UINT64_MAX);
        for (int i = 0; i < 100; i++)
            answers[run][i] = core_choose(world, CORE_CHOOSE_THREAD, 2 + (unsigned)i);
    }
    assert_memory_equal(answers[0], answers[1], sizeof answers[0]);
}

/* ---- replay strings: there and back ---------------------------------------------------------- */

/* Makes a list of decisions that could have come from a run, and leaves it recorded in the world.
 */
static size_t record_some(rd_world *world, uint32_t *random, struct core_decision *list) {
    size_t count = next_random(random) % 40;
    world->options.quantum = 1 + next_random(random) % 1000;
    core_choices_reset(world);
    for (size_t i = 0; i < count; i++) {
        uint32_t answers = 2 + next_random(random) % 1000000;
        world->choices.taken += next_random(random) % 5000;
        if (i == 20)
            world->choices.taken += (uint64_t)1 << 40;
        list[i] = (struct core_decision){.index = world->choices.taken,
                                         .count = answers,
                                         .answer = 1 + next_random(random) % (answers - 1),
                                         .kind = (uint8_t)('a' + next_random(random) % 26)};
        core_record(world, list[i].kind, answers, list[i].answer);
        world->choices.taken++;
    }
    return count;
}

static void decisions_survive_printing_and_parsing(void **state) {
    rd_world *world = *state;
    uint32_t random = 5;
    for (int round = 0; round < 1000; round++) {
        struct core_decision list[40];
        char error[CORE_TEXT_MAX] = "";
        size_t count = record_some(world, &random, list);
        char text[4096];
        snprintf(text, sizeof text, "%s", core_replay_print(world));
        uint32_t quantum = world->options.quantum;
        if (!core_replay_parse(world, text, error, sizeof error))
            fail_msg("%s", error);
        assert_int_equal(world->choices.replay_quantum, quantum);
        assert_int_equal(world->choices.replay_count, count);
        for (size_t i = 0; i < count; i++) {
            const struct core_decision *parsed = &world->choices.replay[i];
            assert_true(parsed->index == list[i].index && parsed->count == list[i].count &&
                        parsed->answer == list[i].answer && parsed->kind == list[i].kind);
        }
        if (round % 50 == 0)
            rd_world_reset(world);
    }
}

static void a_replayed_list_is_printed_as_it_was(void **state) {
    rd_world *world = *state;
    char text[4096];
    unsigned answers[200];
    rd_world_set_seed(world, 3);
    for (unsigned i = 0; i < 200; i++)
        answers[i] = core_choose(world, CORE_CHOOSE_THREAD, 1 + i % 4);
    snprintf(text, sizeof text, "%s", rd_world_replay_string(world));
    for (int round = 0; round < 3; round++) {
        rd_world_reset(world);
        assert_int_equal(rd_world_set_replay(world, text), RD_OK);
        for (unsigned i = 0; i < 200; i++)
            assert_int_equal(core_choose(world, CORE_CHOOSE_THREAD, 1 + i % 4), answers[i]);
        assert_string_equal(rd_world_replay_string(world), text);
        assert_false(world->choices.diverged);
    }
}

static void the_answer_beyond_the_end_of_a_replay_is_the_default(void **state) {
    rd_world *world = *state;
    char text[4096];
    rd_world_set_seed(world, 3);
    for (unsigned i = 0; i < 20; i++)
        core_choose(world, CORE_CHOOSE_THREAD, 9);
    snprintf(text, sizeof text, "%s", rd_world_replay_string(world));
    rd_world_reset(world);
    rd_world_set_replay(world, text);
    for (unsigned i = 0; i < 20; i++)
        core_choose(world, CORE_CHOOSE_THREAD, 9);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(core_choose(world, CORE_CHOOSE_THREAD, 9), 0);
    assert_false(world->choices.diverged);
}

static void the_quantum_of_a_replay_does_not_outlive_it(void **state) {
    rd_world *world = *state;
    char text[256];
    world->options.quantum = 3;
    core_choices_reset(world);
    snprintf(text, sizeof text, "%s", core_replay_print(world));
    world->options.quantum = 0;
    assert_int_equal(rd_world_set_replay(world, text), RD_OK);
    assert_int_equal(world->choices.quantum, 3);
    assert_string_equal(rd_world_replay_string(world), text);
    rd_world_set_seed(world, 1);
    assert_int_equal(world->choices.quantum, 200);
}

static void replaying_often_takes_no_memory(void **state) {
    rd_world *world = *state;
    rd_world_stats before, after;
    char text[4096];
    rd_world_set_seed(world, 3);
    for (unsigned i = 0; i < 200; i++)
        core_choose(world, CORE_CHOOSE_THREAD, 9);
    snprintf(text, sizeof text, "%s", rd_world_replay_string(world));
    rd_world_set_replay(world, text);
    rd_world_get_stats(world, &before);
    for (int i = 0; i < 5000; i++) {
        rd_world_reset(world);
        assert_int_equal(rd_world_set_replay(world, text), RD_OK);
    }
    rd_world_get_stats(world, &after);
    assert_int_equal(before.host_allocations, after.host_allocations);
}

/* ---- replay strings: malformed ones ---------------------------------------------------------- */

/* The checksum of replay strings, FNV-1a folded to 16 bits, written once more. */
static void with_checksum(char *out, size_t size, const char *text) {
    uint32_t hash = 2166136261u;
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    snprintf(out, size, "%s.k%04x", text, (hash ^ hash >> 16) & 0xFFFF);
}

static void every_malformed_form_is_refused(void **state) {
    /* The checksum of these is right. */
    static const char *const rows[][2] = {
        {"", "rd1.q"},
        {"rd2.q200.n5", "rd1.q"},
        {"rd1.200.n5", "rd1.q"},
        {"rd1.q.n5", "number"},
        {"rd1.q0.n5", "number"},
        {"rd1.q-1.n5", "number"},
        {"rd1.q 1.n5", "number"},
        {"rd1.q4294967296.n5", "number"},
        {"rd1.q99999999999999999999.n5", "number"},
        {"rd1.q200", "number"},
        {"rd1.q200.5", "number"},
        {"rd1.q200.n", "number"},
        {"rd1.q200.nx", "number"},
        {"rd1.q200.n18446744073709551616", "number"},
        {"rd1.q200.n5.", "malformed"},
        {"rd1.q200.n5,1s1/2", "malformed"},
        {"rd1.q200.n5.1s1/2.", "malformed"},
        {"rd1.q200.n5..1s1/2", "malformed"},
        {"rd1.q200.n5.s1/2", "malformed"},
        {"rd1.q200.n5.11/2", "malformed"},
        {"rd1.q200.n5.1S1/2", "malformed"},
        {"rd1.q200.n5.1s/2", "malformed"},
        {"rd1.q200.n5.1s1", "malformed"},
        {"rd1.q200.n5.1s1/", "malformed"},
        {"rd1.q200.n5.1s1:2", "malformed"},
        {"rd1.q200.n5.1s0/2", "malformed"}, /* the default is not recorded */
        {"rd1.q200.n5.1s2/2", "malformed"}, /* no such answer */
        {"rd1.q200.n5.1s1/4294967296", "malformed"},
        {"rd1.q200.n5.1s18446744073709551617/2", "malformed"},
        {"rd1.q200.n5.3s1/2.1s1/2", "malformed"}, /* not in order */
        {"rd1.q200.n5.3s1/2.3s1/2", "malformed"},
        {"rd1.q200.n5.5s1/2", "malformed"}, /* there were only five decisions */
        {"rd1.q200.n5.1s1/2 ", "malformed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[256];
        with_checksum(text, sizeof text, rows[i][0]);
        if (rd_world_set_replay(*state, text) != RD_INVALID_ARGUMENT)
            fail_msg("%s was accepted", text);
        if (!strstr(rd_last_error(*state), rows[i][1]))
            fail_msg("%s gives: %s", text, rd_last_error(*state));
    }
}

static void every_damage_to_the_checksum_is_refused(void **state) {
    char good[64];
    with_checksum(good, sizeof good, "rd1.q200.n57.14s1/2.31s2/3");
    assert_int_equal(rd_world_set_replay(*state, good), RD_OK);
    size_t length = strlen(good);
    for (size_t i = 0; i < length; i++) {
        char bad[64];
        memcpy(bad, good, length + 1);
        bad[i] = bad[i] == '7' ? '8' : '7';
        assert_int_equal(rd_world_set_replay(*state, bad), RD_INVALID_ARGUMENT);
        memcpy(bad, good, length + 1);
        bad[i] = '\0';
        assert_int_equal(rd_world_set_replay(*state, bad), RD_INVALID_ARGUMENT);
    }
    const char *const endings[] = {" ", "0", "\n", ".k0000"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char bad[80];
        snprintf(bad, sizeof bad, "%s%s", good, endings[i]);
        assert_int_equal(rd_world_set_replay(*state, bad), RD_INVALID_ARGUMENT);
    }
    assert_int_equal(rd_world_set_replay(*state, NULL), RD_INVALID_ARGUMENT);
}

static void a_refused_replay_string_leaves_the_world_as_it_was(void **state) {
    rd_world *world = *state;
    char good[64], bad[64];
    with_checksum(good, sizeof good, "rd1.q7.n57.0s1/2.31s2/3");
    with_checksum(bad, sizeof bad, "rd1.q9.n57.1s1/2.0s2/3");
    assert_int_equal(rd_world_set_replay(world, good), RD_OK);
    assert_int_equal(rd_world_set_replay(world, bad), RD_INVALID_ARGUMENT);
    rd_world_reset(world);
    assert_int_equal(world->choices.quantum, 7);
    assert_int_equal(core_choose(world, CORE_CHOOSE_THREAD, 2), 1);
}

static void an_error_message_is_one_line_however_long_the_string(void **state) {
    char text[20000], error[CORE_TEXT_MAX];
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "rd1.q", 5);
    assert_false(core_replay_parse(*state, text, error, sizeof error));
    assert_true(strlen(error) < sizeof error - 1);
    assert_null(strchr(error, '\n'));
    assert_non_null(strstr(error, "..."));
}

static void a_decision_that_does_not_fit_is_said_to_diverge(void **state) {
    rd_world *world = *state;
    char text[64];
    with_checksum(text, sizeof text, "rd1.q200.n57.1s2/3.4s1/2");
    assert_int_equal(rd_world_set_replay(world, text), RD_OK);
    assert_int_equal(core_choose(world, CORE_CHOOSE_THREAD, 5), 0);
    assert_false(world->choices.diverged);
    assert_int_equal(core_choose(world, CORE_CHOOSE_THREAD, 2), 0); /* 3 answers expected */
    assert_true(world->choices.diverged);
    assert_non_null(strstr(rd_world_explanation(world), "decision 1"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(the_default_answer_is_0_and_nothing_is_recorded),
        test_case(random_answers_are_uniform),
        test_case(random_pairs_are_uniform),
        test_case(seeds_that_differ_little_give_different_answers),
        test_case(a_seed_repeats_its_answers),
        test_case(decisions_survive_printing_and_parsing),
        test_case(a_replayed_list_is_printed_as_it_was),
        test_case(the_answer_beyond_the_end_of_a_replay_is_the_default),
        test_case(the_quantum_of_a_replay_does_not_outlive_it),
        test_case(replaying_often_takes_no_memory),
        test_case(every_malformed_form_is_refused),
        test_case(every_damage_to_the_checksum_is_refused),
        test_case(a_refused_replay_string_leaves_the_world_as_it_was),
        test_case(an_error_message_is_one_line_however_long_the_string),
        test_case(a_decision_that_does_not_fit_is_said_to_diverge),
    };
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
