/*
 * test_dpor.c - optimal partial-order reduction: as many executions as there are partial orders.
 *
 * The numbers are those of the programs in docs/benchmarks.md. For the small ones every order of
 * steps is enumerated as well: it meets the same partial orders and the same outcomes.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/strategy.h"
#include "explore/trace.h"
#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

enum { THREADS_MAX = 4, SET_MAX = 1000 };

/* ---- programs -------------------------------------------------------------------------------- */

struct program {
    int threads, rounds;
    LPTHREAD_START_ROUTINE thread;
};

static struct program program;
static LONG shared, mine[THREADS_MAX];
static ULONG64 outcome; /* what the program has seen */
static HANDLE event_handle;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE condition;

static DWORD WINAPI load_and_store(LPVOID parameter) {
    ULONG64 seen = 0;
    for (int i = 0; i < program.rounds; i++) {
        LONG value = ReadAcquire(&shared);
        seen = seen * 31 + (ULONG)value;
        WriteRelease(&shared, value + 1);
    }
    mine[(INT_PTR)parameter] = (LONG)seen;
    return 0;
}

static DWORD WINAPI private_points(LPVOID parameter) {
    for (int i = 0; i < program.rounds; i++)
        InterlockedIncrement(&mine[(INT_PTR)parameter]);
    return 0;
}

static DWORD WINAPI wait_then_lock(LPVOID parameter) {
    if (parameter == NULL) {
        SetEvent(event_handle);
        return 0;
    }
    WaitForSingleObject(event_handle, INFINITE);
    EnterCriticalSection(&section);
    outcome = outcome * 4 + (UINT_PTR)parameter;
    LeaveCriticalSection(&section);
    return 0;
}

static DWORD WINAPI wait_for_condition(LPVOID parameter) {
    EnterCriticalSection(&section);
    if (parameter == NULL) {
        shared = 1;
        WakeAllConditionVariable(&condition);
    } else {
        while (!shared)
            SleepConditionVariableCS(&condition, &section, INFINITE);
    }
    outcome = outcome * 4 + (UINT_PTR)parameter;
    LeaveCriticalSection(&section);
    return 0;
}

/* Thread 0 ends the process, whatever the others do meanwhile. */
static DWORD WINAPI exit_or_lock(LPVOID parameter) {
    if (parameter == NULL)
        ExitProcess(5);
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
    return 0;
}

static DWORD WINAPI set_in_time(LPVOID parameter) {
    if (parameter == NULL)
        SetEvent(event_handle);
    else
        outcome = WaitForSingleObject(event_handle, 100);
    return 0;
}

static int run_program(int argc, char **argv) {
    HANDLE threads[THREADS_MAX];
    (void)argc, (void)argv;
    event_handle = CreateEventA(NULL, TRUE, FALSE, NULL);
    InitializeCriticalSection(&section);
    InitializeConditionVariable(&condition);
    for (INT_PTR i = 0; i < program.threads; i++)
        threads[i] = CreateThread(NULL, 0, program.thread, (LPVOID)i, 0, NULL);
    WaitForMultipleObjects((DWORD)program.threads, threads, TRUE, INFINITE);
    for (int i = 0; i < program.threads; i++)
        outcome = outcome * 1000003 + (ULONG)mine[i];
    outcome = outcome * 1000003 + (ULONG)shared;
    return 0;
}

/* ---- exploring ------------------------------------------------------------------------------- */

struct set {
    uint64_t *items;
    size_t count;
};

static void add(struct set *set, uint64_t item) {
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i] == item)
            return;
    assert_true(set->count < SET_MAX);
    set->items[set->count++] = item;
}

static uint32_t open_choices = RD_CHOOSE_ORDER;

struct result {
    uint64_t executions, redundant, limit;
    struct set orders, outcomes; /* collected if `items` is not NULL */
};

static rd_world *make_world(void) {
    rd_world_options options = {
        .size = sizeof options, .choose = open_choices, .log_disabled = true};
    const rd_image_desc image = {.size = sizeof image, .main = run_program};
    rd_world *world = test_world(&options);
    assert_int_equal(rd_image_register(world, "p.exe", &image), RD_OK);
    return world;
}

static void start(rd_world *world) {
    memset(mine, 0, sizeof mine);
    shared = 0;
    outcome = 0;
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rd_process_start(world, "p.exe", NULL, NULL), RD_OK);
}

static void finish(rd_world *world) {
    rd_verdict verdict;
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    if (!world->choices.abandoned && verdict != RD_VERDICT_FINISHED)
        fail_msg("%s: %s", rd_verdict_name(verdict), rd_world_explanation(world));
}

static void explore(const struct exp_plan *plan, struct result *result) {
    rd_world *world = make_world();
    struct exp_strategy *dpor = exp_dpor.create(plan);
    assert_non_null(dpor);
    for (;;) {
        start(world);
        if (!exp_dpor.begin(dpor, world))
            break;
        finish(world);
        uint64_t seen = outcome;
        exp_dpor.end(dpor, world);
        assert_false(world->choices.diverged);
        if (dpor->abandoned)
            continue;
        result->executions++;
        assert_true(result->executions <= result->limit);
        if (result->outcomes.items)
            add(&result->outcomes, seen);
        if (result->orders.items)
            add(&result->orders, exp_trace_hash(exp_dpor_trace(dpor)));
    }
    assert_true(dpor->complete);
    result->redundant += dpor->redundant;
    exp_dpor.destroy(dpor);
    rd_world_destroy(world);
}

static void check_count(const struct program *tested, uint64_t expected) {
    struct result result = {.limit = expected * 2 + 10};
    program = *tested;
    explore(&(struct exp_plan){.shards = 1}, &result);
    assert_int_equal(result.executions, expected);
    assert_int_equal(result.redundant, 0);
}

static void threads_that_share_nothing_have_one_execution(void **state) {
    (void)state;
    check_count(&(struct program){2, 1, private_points}, 1);
    check_count(&(struct program){3, 3, private_points}, 1);
    check_count(&(struct program){4, 5, private_points}, 1);
}

static void every_order_of_loads_and_stores_is_met_once(void **state) {
    (void)state;
    check_count(&(struct program){2, 2, load_and_store}, 34);
    check_count(&(struct program){3, 1, load_and_store}, 36);
    check_count(&(struct program){2, 3, load_and_store}, 328);
    check_count(&(struct program){3, 2, load_and_store}, 7134);
    check_count(&(struct program){2, 5, load_and_store}, 34904);
}

static void waits_that_cannot_come_earlier_add_nothing(void **state) {
    (void)state;
    check_count(&(struct program){3, 1, wait_then_lock}, 2);
    check_count(&(struct program){3, 1, wait_for_condition}, 10);
}

static size_t count_outcomes(const struct program *tested, uint32_t choose) {
    uint64_t outcomes[SET_MAX];
    struct result result = {.limit = SET_MAX, .outcomes.items = outcomes};
    program = *tested;
    open_choices = choose;
    explore(&(struct exp_plan){.shards = 1}, &result);
    open_choices = RD_CHOOSE_ORDER;
    return result.outcomes.count;
}

/* That no end came twice, and that there is an end of the exploration. */
static void every_moment_of_an_exit_is_met_once(void **state) {
    uint64_t orders[SET_MAX];
    struct result result = {.limit = SET_MAX, .orders.items = orders};
    (void)state;
    program = (struct program){2, 1, exit_or_lock};
    explore(&(struct exp_plan){.shards = 1}, &result);
    assert_true(result.executions > 1);
    assert_int_equal(result.orders.count, result.executions);
    assert_int_equal(result.redundant, 0);
}

static void timeouts_are_steps_where_they_are_open(void **state) {
    const struct program tested = {2, 1, set_in_time};
    (void)state;
    assert_int_equal(count_outcomes(&tested, RD_CHOOSE_ORDER), 1);
    assert_int_equal(count_outcomes(&tested, RD_CHOOSE_ORDER | RD_CHOOSE_TIMEOUT), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_that_share_nothing_have_one_execution),
        cmocka_unit_test(every_order_of_loads_and_stores_is_met_once),
        cmocka_unit_test(waits_that_cannot_come_earlier_add_nothing),
        cmocka_unit_test(every_moment_of_an_exit_is_met_once),
        cmocka_unit_test(timeouts_are_steps_where_they_are_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
