/* Virtual time: the heap of deadlines against a sorted model, and NT timeouts. */
#include "ke_support.h"

#include <stdlib.h>

enum { DEADLINES = 500 };

struct alarm {
    struct ke_deadline deadline; /* first */
    uint64_t expired_at;
    bool armed;
};

static struct alarm alarms[DEADLINES];
static uint64_t last_time, last_sequence;
static unsigned expired_count;

static void expire(struct rd_world *w, struct ke_deadline *deadline) {
    struct alarm *alarm = (struct alarm *)(void *)deadline;
    bool in_order = deadline->time > last_time ||
                    (deadline->time == last_time && deadline->sequence >= last_sequence);
    if (!in_order || !alarm->armed || deadline->position != KE_NO_TIMER)
        note("!");
    last_time = deadline->time;
    last_sequence = deadline->sequence;
    alarm->armed = false;
    alarm->expired_at = w->now;
    expired_count++;
}

static void prepare(void) {
    memset(alarms, 0, sizeof alarms);
    for (int i = 0; i < DEADLINES; i++) {
        alarms[i].deadline.position = KE_NO_TIMER;
        alarms[i].deadline.expire = expire;
    }
    last_time = last_sequence = expired_count = 0;
}

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* The earliest deadline, as a search through all of them finds it. */
static uint64_t model_first(void) {
    uint64_t first = UINT64_MAX;
    for (int i = 0; i < DEADLINES; i++)
        if (alarms[i].armed && alarms[i].deadline.time < first)
            first = alarms[i].deadline.time;
    return first;
}

static void advance(rd_world *world, uint32_t by) {
    uint64_t due = 0, before = expired_count;
    world->now += by;
    for (int i = 0; i < DEADLINES; i++)
        due += alarms[i].armed && alarms[i].deadline.time <= world->now;
    ke_deadlines_run(world);
    assert_int_equal(expired_count - before, due);
}

static void random_arming_agrees_with_a_sorted_model(void **state) {
    rd_world *world = *state;
    uint32_t random = 77;
    size_t armed = 0;
    prepare();
    for (int i = 0; i < 60000; i++) {
        struct alarm *alarm = &alarms[next_random(&random) % DEADLINES];
        uint32_t what = next_random(&random) % 10;
        if (what < 6 && !alarm->armed) {
            alarm->armed = true;
            ke_deadline_arm(world, &alarm->deadline, world->now + 1 + next_random(&random) % 300);
        } else if (what < 9) {
            assert_int_equal(ke_deadline_cancel(world, &alarm->deadline), alarm->armed);
            alarm->armed = false;
        } else {
            advance(world, next_random(&random) % 40);
        }
        if (i % 16 == 0) {
            armed = 0;
            for (int k = 0; k < DEADLINES; k++)
                armed += alarms[k].armed;
            assert_int_equal(world->ke->heap_count, armed);
            assert_true(world->ke->wake_time == model_first());
        }
    }
    advance(world, 1000);
    assert_int_equal(world->ke->heap_count, 0);
    assert_true(expired_count > 1000);
    assert_journal("");
}

static void deadlines_of_the_same_time_expire_in_order_of_arming(void **state) {
    rd_world *world = *state;
    prepare();
    for (int i = 0; i < DEADLINES; i++) {
        struct alarm *alarm = &alarms[(i * 37) % DEADLINES];
        alarm->armed = true;
        ke_deadline_arm(world, &alarm->deadline, 1000);
    }
    advance(world, 999);
    assert_int_equal(expired_count, 0);
    advance(world, 1);
    assert_int_equal(expired_count, DEADLINES);
    assert_journal("");
}

static void the_clock_stops_at_the_earlier_of_deadline_and_limit(void **state) {
    rd_world *world = *state;
    prepare();
    ke_set_time_limit(world, 500);
    assert_int_equal(world->ke->wake_time, 500);
    ke_deadline_arm(world, &alarms[0].deadline, 300);
    assert_int_equal(world->ke->wake_time, 300);
    ke_deadline_arm(world, &alarms[1].deadline, 700);
    ke_deadline_cancel(world, &alarms[0].deadline);
    assert_int_equal(world->ke->wake_time, 500);
    ke_set_time_limit(world, UINT64_MAX);
    assert_int_equal(world->ke->wake_time, 700);
    ke_deadline_cancel(world, &alarms[1].deadline);
    assert_true(world->ke->wake_time == UINT64_MAX);
}

static void idle_deadlines_are_counted(void **state) {
    rd_world *world = *state;
    prepare();
    alarms[0].deadline.idle = true;
    ke_deadline_arm(world, &alarms[0].deadline, 10);
    ke_deadline_arm(world, &alarms[1].deadline, 20);
    assert_int_equal(world->ke->idle_deadlines, 1);
    ke_deadline_cancel(world, &alarms[0].deadline);
    assert_int_equal(world->ke->idle_deadlines, 0);
    ke_deadline_cancel(world, &alarms[0].deadline); /* was not armed */
    assert_int_equal(world->ke->idle_deadlines, 0);
    ke_deadline_cancel(world, &alarms[1].deadline);
}

static void nt_timeouts_are_relative_or_absolute(void **state) {
    rd_world *world = *state;
    world->now = 1000;
    assert_int_equal(ke_absolute_time(world, 0), 0);
    assert_int_equal(ke_absolute_time(world, 5), 5);
    assert_int_equal(ke_absolute_time(world, -5), 1005);
    assert_true(ke_absolute_time(world, INT64_MAX) == INT64_MAX);
    assert_true(ke_absolute_time(world, INT64_MIN) == (uint64_t)INT64_MAX + 1 + 1000);
    world->now = UINT64_MAX - 10;
    assert_true(ke_absolute_time(world, -100) == UINT64_MAX - 1); /* does not wrap around */
    world->now = 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ke_case(random_arming_agrees_with_a_sorted_model),
        ke_case(deadlines_of_the_same_time_expire_in_order_of_arming),
        ke_case(the_clock_stops_at_the_earlier_of_deadline_and_limit),
        ke_case(idle_deadlines_are_counted),
        ke_case(nt_timeouts_are_relative_or_absolute),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
