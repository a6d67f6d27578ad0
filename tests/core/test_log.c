/* The event log: chunks, limits, search and digest. */
#include "support/rd_test.h"

#include <string.h>

#include "core/core.h"

/* A log of its own, without what a world logs when it starts. */
static void empty_log(rd_world *world) {
    core_log_reset(world);
}

static void append(rd_world *world, size_t count) {
    for (size_t i = 0; i < count; i++)
        core_event(world, RD_EVENT_SIGNAL, RULE_NONE, .object = (uint32_t)i, .a = i * 3);
}

static void events_are_kept_in_order_over_many_chunks(void **state) {
    enum { EVENTS = 100000 };
    rd_world *world = *state;
    empty_log(world);
    append(world, EVENTS);
    assert_int_equal(rd_event_count(world), EVENTS);
    const rd_event *first = rd_event_at(world, 0);
    for (size_t i = 0; i < EVENTS; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (event->object != i || event->a != i * 3 || event->text[0] != '\0')
            fail_msg("event %zu is damaged", i);
    }
    append(world, EVENTS);
    assert_ptr_equal(rd_event_at(world, 0), first);
    assert_null(rd_event_at(world, 2 * EVENTS));
    assert_null(rd_event_at(NULL, 0));
    assert_int_equal(rd_event_count(NULL), 0);
}

static void events_beyond_the_limit_are_counted_but_not_kept(void **state) {
    rd_world_options options = {.size = sizeof options, .events_max = 5000};
    rd_world *world = test_world(&options);
    (void)state;
    empty_log(world);
    append(world, 5003);
    assert_int_equal(rd_event_count(world), 5000);
    assert_int_equal(world->log.dropped, 3);
    assert_int_equal(rd_event_at(world, 4999)->object, 4999);
    rd_world_destroy(world);
}

static void a_disabled_log_stays_empty(void **state) {
    rd_world_options options = {.size = sizeof options, .log_disabled = true};
    rd_world *world = test_world(&options);
    (void)state;
    append(world, 10);
    assert_int_equal(rd_event_count(world), 0);
    assert_int_equal(world->log.dropped, 0);
    unsigned evaluated = 0;
    core_event(world, RD_EVENT_NONE, RULE_NONE, .a = ++evaluated);
    assert_int_equal(evaluated, 0); /* nor is anything done for its fields */
    rd_world_destroy(world);
}

static void an_event_carries_time_and_actor(void **state) {
    rd_world *world = *state;
    empty_log(world);
    world->now = 1234;
    world->current_pid = 8;
    world->current_tid = 12;
    core_event(world, RD_EVENT_WAKE, RULE_PROC_07, .b = 2, .c = 3, .text = "text");
    world->current_pid = world->current_tid = 0;
    const rd_event *event = rd_event_at(world, 0);
    assert_int_equal(event->time, 1234);
    assert_int_equal(event->kind, RD_EVENT_WAKE);
    assert_int_equal(event->rule, RULE_PROC_07);
    assert_int_equal(event->pid, 8);
    assert_int_equal(event->tid, 12);
    assert_int_equal(event->b, 2);
    assert_int_equal(event->c, 3);
    assert_string_equal(event->text, "text");
}

/* ---- search ---------------------------------------------------------------------------------- */

static void find_matches_every_member_of_the_query(void **state) {
    rd_world *world = *state;
    empty_log(world);
    for (uint32_t i = 0; i < 6; i++) {
        world->current_pid = 8 + i % 2;
        world->current_tid = 100 + i;
        core_event(world, i < 3 ? RD_EVENT_WAKE : RD_EVENT_SIGNAL,
                   i == 4 ? RULE_PROC_07 : RULE_NONE, .text = i == 5 ? "the last one" : "");
    }
    world->current_pid = world->current_tid = 0;
    const struct {
        rd_event_query query;
        size_t first, matches;
    } rows[] = {
        {{0}, 0, 6},
        {{.kind = RD_EVENT_SIGNAL}, 3, 3},
        {{.pid = 9}, 1, 3},
        {{.pid = 9, .kind = RD_EVENT_SIGNAL}, 3, 2},
        {{.tid = 104}, 4, 1},
        {{.rule = "PROC-07"}, 4, 1},
        {{.rule = "NO-SUCH-RULE"}, RD_NO_EVENT, 0},
        {{.text = "last"}, 5, 1},
        {{.text = "nothing of the kind"}, RD_NO_EVENT, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(rd_event_find(world, 0, &rows[i].query) == rows[i].first);
        assert_int_equal(rd_event_matches(world, &rows[i].query), rows[i].matches);
    }
    assert_true(rd_event_find(world, 6, &(rd_event_query){0}) == RD_NO_EVENT);
    assert_true(rd_event_find(NULL, 0, &(rd_event_query){0}) == RD_NO_EVENT);
    assert_true(rd_event_find(world, 0, NULL) == RD_NO_EVENT);
}

/* ---- digest ---------------------------------------------------------------------------------- */

struct sample {
    uint64_t now;
    uint32_t pid, tid, object;
    uint64_t a, b, c;
    const char *text;
    rd_event_kind kind;
    unsigned rule;
};

static uint64_t digest_of(rd_world *world, const struct sample *sample) {
    empty_log(world);
    world->now = sample->now;
    world->current_pid = sample->pid;
    world->current_tid = sample->tid;
    core_event(world, sample->kind, sample->rule, .object = sample->object, .a = sample->a,
               .b = sample->b, .c = sample->c, .text = sample->text);
    world->current_pid = world->current_tid = 0;
    return rd_event_digest(world);
}

static void the_digest_depends_on_every_field_but_the_rule(void **state) {
    const struct sample base = {1, 4, 8, 1, 1, 1, 1, "x", RD_EVENT_WAKE, RULE_PROC_07};
    struct sample changed[9];
    uint64_t digests[10];
    for (size_t i = 0; i < 9; i++)
        changed[i] = base;
    changed[0].now++, changed[1].pid++, changed[2].tid++, changed[3].object++, changed[4].a++;
    changed[5].b++, changed[6].c++, changed[7].text = "y", changed[8].kind = RD_EVENT_SIGNAL;
    digests[9] = digest_of(*state, &base);
    for (size_t i = 0; i < 9; i++)
        digests[i] = digest_of(*state, &changed[i]);
    for (size_t i = 0; i < 10; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(digests[i] != digests[k]);
    struct sample other_rule = base;
    other_rule.rule = RULE_NONE;
    assert_true(digest_of(*state, &other_rule) == digests[9]);
}

static void the_digest_sees_where_one_text_ends(void **state) {
    rd_world *world = *state;
    uint64_t digests[2];
    const char *texts[2][2] = {{"ab", "c"}, {"a", "bc"}};
    for (int i = 0; i < 2; i++) {
        empty_log(world);
        for (int k = 0; k < 2; k++)
            core_event(world, RD_EVENT_WAKE, RULE_NONE, .text = texts[i][k]);
        digests[i] = rd_event_digest(world);
    }
    assert_true(digests[0] != digests[1]);
    assert_true(rd_event_digest(NULL) == 0);
}

static void every_kind_has_a_name_of_its_own(void **state) {
    (void)state;
    for (int kind = 1; kind < RD_EVENT_KINDS; kind++) {
        const char *name = rd_event_kind_name((rd_event_kind)kind);
        assert_true(strlen(name) > 2);
        for (int other = 1; other < kind; other++)
            assert_string_not_equal(name, rd_event_kind_name((rd_event_kind)other));
    }
    assert_string_equal(rd_event_kind_name(RD_EVENT_NONE), "?");
    assert_string_equal(rd_event_kind_name(RD_EVENT_KINDS), "?");
    assert_string_equal(rd_event_kind_name((rd_event_kind)-1), "?");
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void texts_are_copies_that_live_until_the_reset(void **state) {
    rd_world *world = *state;
    char source[] = "first";
    const char *copy = core_text(world, source);
    source[0] = 'w';
    assert_string_equal(copy, "first");
    assert_string_equal(core_text(world, NULL), "");
    assert_string_equal(core_text(world, ""), "");
    assert_string_equal(core_textf(world, "%s-%d", "a", 7), "a-7");
    char line[2000];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    assert_int_equal(strlen(core_textf(world, "%s", line)), CORE_TEXT_MAX - 1);
    assert_int_equal(strlen(core_text(world, line)), sizeof line - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(events_are_kept_in_order_over_many_chunks),
        test_case(events_beyond_the_limit_are_counted_but_not_kept),
        test_case(a_disabled_log_stays_empty),
        test_case(an_event_carries_time_and_actor),
        test_case(find_matches_every_member_of_the_query),
        test_case(the_digest_depends_on_every_field_but_the_rule),
        test_case(the_digest_sees_where_one_text_ends),
        test_case(every_kind_has_a_name_of_its_own),
        test_case(texts_are_copies_that_live_until_the_reset),
    };
    return cmocka_run_group_tests_name("event log", tests, NULL, NULL);
}
