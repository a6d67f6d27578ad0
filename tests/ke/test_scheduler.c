/* Who runs next: turns, yielding, limits, calls of the host, suspension, IRQL, random schedules. */
#include "ke_support.h"

/* ---- turns ----------------------------------------------------------------------------------- */

static void ten_points(struct actor *self) {
    for (int i = 0; i < 10; i++) {
        note("%c", self->name);
        ke_point(self->world, 0, KE_NOTHING);
    }
}

static void start_some(rd_world *world, struct actor *actors, int count,
                       void (*function)(struct actor *)) {
    for (int i = 0; i < count; i++) {
        actors[i].function = function;
        actors[i].name = (char)('a' + i);
        actor_start(world, &actors[i]);
    }
}

static void threads_take_turns_of_one_quantum(void **state) {
    static const struct {
        uint32_t quantum;
        const char *expected;
    } rows[] = {
        {1, "abcabcabcabcabcabcabcabcabcabc"},
        {4, "aaaabbbbccccaaaabbbbccccaabbcc"},
        {10, "aaaaaaaaaabbbbbbbbbbcccccccccc"},
        {1000, "aaaaaaaaaabbbbbbbbbbcccccccccc"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_world_options options = {.size = sizeof options, .quantum = rows[i].quantum};
        rd_world *world = test_world(&options);
        struct actor actors[3] = {{0}};
        journal_size = 0;
        start_some(world, actors, 3, ten_points);
        run_to_rest(world);
        assert_journal(rows[i].expected);
        rd_world_destroy(world);
    }
}

static void yields(struct actor *self) {
    for (int i = 0; i < 4; i++) {
        note("%c", self->name);
        if (!ke_yield(self->world))
            note(".");
    }
}

static void a_yield_gives_the_processor_to_the_next(void **state) {
    struct actor actors[2] = {{0}};
    start_some(*state, actors, 2, yields);
    run_to_rest(*state);
    assert_true(strncmp(journal, "abababab", 7) == 0);
}

static void a_yield_alone_goes_on(void **state) {
    struct actor actor = {.function = yields, .name = 'a'};
    actor_start(*state, &actor);
    run_to_rest(*state);
    assert_journal("a.a.a.a.");
}

static void each_point_costs_one_microsecond(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = ten_points, .name = 'a'};
    actor_start(world, &actor);
    uint64_t steps = rd_steps(world), time = rd_time(world);
    run_to_rest(world);
    assert_true(rd_steps(world) - steps >= 10);
    assert_int_equal(rd_time(world) - time, (rd_steps(world) - steps) * CORE_TICKS_PER_STEP);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void a_step_ends_at_the_next_point(void **state) {
    rd_world *world = *state;
    struct actor actors[2] = {{0}};
    rd_verdict verdict;
    start_some(world, actors, 2, ten_points);
    uint64_t before = rd_steps(world);
    for (unsigned i = 1; i <= 8; i++) {
        assert_int_equal(rd_step(world, &verdict), RD_OK);
        assert_int_equal(verdict, RD_VERDICT_RUNNABLE);
        assert_int_equal(rd_steps(world), before + i);
    }
    assert_int_equal(journal_size, 8);
    run_to_rest(world);
    assert_journal("aaaaaaaaaabbbbbbbbbb");
}

static void for_ever(struct actor *self) {
    for (;;)
        ke_point(self->world, 0, KE_NOTHING);
}

static void a_run_ends_at_its_limits(void **state) {
    rd_world_options options = {.size = sizeof options, .steps_max = 5000};
    rd_world *world = test_world(&options);
    struct actor actors[2] = {{0}};
    rd_verdict verdict;
    (void)state;
    start_some(world, actors, 2, for_ever);
    assert_int_equal(rd_run_until(world, 10000, &verdict), RD_OK);
    assert_int_equal(verdict, RD_VERDICT_RUNNABLE);
    assert_int_equal(rd_time(world), 10000);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_int_equal(verdict, RD_VERDICT_LIMIT);
    assert_int_equal(rd_steps(world), 5000);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_int_equal(rd_steps(world), 5000);
    rd_world_destroy(world);
}

/* ---- calls of the host ----------------------------------------------------------------------- */

static KEVENT gate;

static void busy_call(void *context) {
    for (int i = 0; i < 500; i++)
        ke_point(context, 0, KE_NOTHING);
    note("[call]");
}

static void blocking_call(void *context) {
    ke_wait_kernel(context, &gate);
    note("[call]");
}

static void opens_gate(struct actor *self) {
    note("%c", self->name);
    ke_event_set(self->world, &gate);
    ten_points(self);
}

static void a_call_of_the_host_runs_alone_unless_it_blocks(void **state) {
    rd_world *world = *state;
    struct actor actors[2] = {{0}};
    event_init(world, &gate, false, false);
    start_some(world, actors, 2, opens_gate);
    assert_int_equal(rd_system_call(world, busy_call, world), RD_OK);
    assert_journal("[call]");
    assert_int_equal(rd_system_call(world, blocking_call, world), RD_OK);
    assert_journal("[call]aa[call]"); /* to a's next point, and back */
    run_to_rest(world);
    assert_int_equal(journal_size, strlen("[call]aa[call]") + 20);
}

static void a_call_that_nobody_wakes_is_reported(void **state) {
    rd_world *world = *state;
    event_init(world, &gate, false, false);
    assert_int_equal(rd_system_call(world, blocking_call, world), RD_FAILED);
    assert_journal("");
}

/* ---- suspension ------------------------------------------------------------------------------ */

/* Like user code, the thread can be suspended at its scheduling points. */
static void user_points(struct actor *self) {
    ke_leave_kernel(self->world, self->thread);
    ten_points(self);
    ke_enter_kernel(self->thread);
}

static void suspends_itself(struct actor *self) {
    uint32_t previous = 9;
    ke_leave_kernel(self->world, self->thread);
    note("%c", self->name);
    self->status = ke_suspend(self->world, self->thread, &previous);
    note("%c%u", self->name, previous);
    ke_enter_kernel(self->thread);
}

static void suspensions_are_counted(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = user_points, .name = 'a'};
    uint32_t previous = 99;
    actor_start(world, &actor);
    rd_step(world, NULL);
    rd_step(world, NULL);
    size_t before = journal_size;
    for (uint32_t i = 0; i < 127; i++) {
        assert_int_equal(ke_suspend(world, actor.thread, &previous), STATUS_SUCCESS);
        assert_int_equal(previous, i);
    }
    assert_int_equal(ke_suspend(world, actor.thread, &previous), STATUS_SUSPEND_COUNT_EXCEEDED);
    rd_run(world, NULL);
    assert_int_equal(journal_size, before);
    for (uint32_t i = 127; i > 0; i--) {
        rd_run(world, NULL);
        assert_int_equal(journal_size, before);
        assert_int_equal(ke_resume(world, actor.thread), i);
    }
    assert_int_equal(ke_resume(world, actor.thread), 0);
    run_to_rest(world);
    assert_journal("aaaaaaaaaa");
}

static void a_thread_that_suspends_itself_goes_on_when_resumed(void **state) {
    rd_world *world = *state;
    struct actor actors[2] = {{0}};
    actors[0] = (struct actor){.function = suspends_itself, .name = 's'};
    actors[1] = (struct actor){.function = ten_points, .name = 'b'};
    actor_start(world, &actors[0]);
    actor_start(world, &actors[1]);
    rd_run(world, NULL);
    assert_journal("sbbbbbbbbbb");
    assert_non_null(strstr(ke_describe_wait(world, actors[0].thread), "suspended (count 1)"));
    assert_int_equal(ke_resume(world, actors[0].thread), 1);
    run_to_rest(world);
    assert_journal("sbbbbbbbbbbs0");
    assert_int_equal(actors[0].status, STATUS_SUCCESS);
    uint32_t previous;
    assert_int_equal(ke_suspend(world, actors[0].thread, &previous), STATUS_THREAD_IS_TERMINATING);
    assert_int_equal(ke_resume(world, actors[0].thread), 0);
}

static void a_suspended_waiter_is_woken_but_does_not_run(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = actor_wait, .name = 'a', .count = 1};
    uint32_t previous;
    event_init(world, &gate, false, false);
    actor.objects[0] = &gate.Header;
    actor_start(world, &actor);
    rd_run(world, NULL);
    actor.thread->kernel_depth = 0; /* as if it waited in user mode */
    ke_suspend(world, actor.thread, &previous);
    ke_event_set(world, &gate);
    rd_run(world, NULL);
    assert_journal("");
    assert_int_equal(gate.Header.SignalState, 0); /* consumed all the same */
    actor.thread->kernel_depth = 1;
    ke_resume(world, actor.thread);
    run_to_rest(world);
    assert_journal("a");
}

/* ---- IRQL ------------------------------------------------------------------------------------ */

static void raises(struct actor *self) {
    uint8_t before = ke_irql_raise(self->world, KE_DISPATCH_LEVEL);
    for (int i = 0; i < 20; i++) {
        note("%c", self->name);
        ke_point(self->world, 0, KE_NOTHING);
    }
    ke_irql_lower(self->world, before);
    note("%c", self->name);
}

static void nobody_else_runs_at_dispatch_level(void **state) {
    rd_world_options options = {.size = sizeof options, .quantum = 1};
    rd_world *world = test_world(&options);
    struct actor actors[2] = {{0}};
    (void)state;
    start_some(world, actors, 2, raises);
    run_to_rest(world);
    assert_journal("aaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbab");
    rd_world_destroy(world);
}

static void random_schedules_respect_dispatch_level(void **state) {
    rd_world *world = *state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct actor actors[2] = {{0}};
        rd_world_reset(world);
        rd_world_set_seed(world, seed);
        journal_size = 0;
        start_some(world, actors, 2, raises);
        run_to_rest(world);
        char first = journal[0];
        for (int i = 0; i < 20; i++)
            assert_int_equal(journal[i], first);
    }
}

static void lowers_too_far_up(void *world) {
    ke_irql_lower(world, KE_DISPATCH_LEVEL);
    note("!");
}

static void raises_too_far_down(void *world) {
    ke_irql_raise(world, KE_DISPATCH_LEVEL);
    ke_irql_raise(world, KE_APC_LEVEL);
    note("!");
}

static void leaves_no_region(void *world) {
    ke_region_leave(world);
    note("!");
}

static void waits_at_dispatch_level(void *world) {
    ke_irql_raise(world, KE_DISPATCH_LEVEL);
    ke_wait_check(world, "KeWaitForSingleObject", false);
    note("may poll");
    ke_wait_check(world, "KeWaitForSingleObject", true);
    note("!");
}

static void violations_stop_the_machine(void **state) {
    static const struct {
        void (*call)(void *world);
        const char *journal;
        uint64_t parameter;
    } rows[] = {{lowers_too_far_up, "", 0x31},
                {raises_too_far_down, "", 0x30},
                {leaves_no_region, "", 0x3E},
                {waits_at_dispatch_level, "may poll", 0x3B}};
    rd_world *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_bugcheck bugcheck;
        rd_world_reset(world);
        journal_size = journal[0] = 0;
        assert_int_equal(rd_system_call(world, rows[i].call, world), RD_FAILED);
        assert_journal(rows[i].journal);
        assert_int_equal(rd_world_bugcheck(world, &bugcheck), RD_OK);
        assert_int_equal(bugcheck.code, 0xC4);
        assert_int_equal(bugcheck.parameters[0], rows[i].parameter);
        assert_int_equal(rd_run(world, NULL), RD_OK);
        assert_int_equal(rd_world_verdict(world), RD_VERDICT_BUGCHECK);
    }
}

/* ---- random schedules ------------------------------------------------------------------------ */

static void once(struct actor *self) {
    note("%c", self->name);
}

static void random_schedules_give_every_order_equally_often(void **state) {
    enum { RUNS = 6000 };
    static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
    rd_world *world = *state;
    unsigned seen[6] = {0};
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        struct actor actors[3] = {{0}};
        rd_world_reset(world);
        rd_world_set_seed(world, seed);
        journal_size = 0;
        start_some(world, actors, 3, once);
        run_to_rest(world);
        for (int i = 0; i < 6; i++)
            seen[i] += strcmp(journal, orders[i]) == 0;
    }
    unsigned sum = 0;
    for (int i = 0; i < 6; i++) {
        sum += seen[i];
        assert_true(seen[i] > RUNS / 40); /* at least a seventh of a fair share */
    }
    assert_int_equal(sum, RUNS);
}

static void one_ready_thread_is_no_decision(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = ten_points, .name = 'a'};
    rd_world_set_seed(world, 1);
    actor_start(world, &actor);
    run_to_rest(world);
    assert_int_equal(world->choices.taken, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ke_case(threads_take_turns_of_one_quantum),
        ke_case(a_yield_gives_the_processor_to_the_next),
        ke_case(a_yield_alone_goes_on),
        ke_case(each_point_costs_one_microsecond),
        ke_case(a_step_ends_at_the_next_point),
        ke_case(a_run_ends_at_its_limits),
        ke_case(a_call_of_the_host_runs_alone_unless_it_blocks),
        ke_case(a_call_that_nobody_wakes_is_reported),
        ke_case(suspensions_are_counted),
        ke_case(a_thread_that_suspends_itself_goes_on_when_resumed),
        ke_case(a_suspended_waiter_is_woken_but_does_not_run),
        ke_case(nobody_else_runs_at_dispatch_level),
        ke_case(random_schedules_respect_dispatch_level),
        ke_case(violations_stop_the_machine),
        ke_case(random_schedules_give_every_order_equally_often),
        ke_case(one_ready_thread_is_no_decision),
    };
    return cmocka_run_group_tests_name("scheduler", tests, NULL, NULL);
}
