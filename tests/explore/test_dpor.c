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

enum { THREADS_MAX = 4, SET_MAX = 1 << 16 };

/* ---- programs -------------------------------------------------------------------------------- */

struct program {
    int threads, rounds;
    LPTHREAD_START_ROUTINE thread;
};

static struct program program;
static LONG shared, mine[THREADS_MAX];
static LONG64 outcome; /* what the program has seen */
static HANDLE event_handle;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE condition;

static DWORD WINAPI load_and_store(LPVOID parameter) {
    LONG64 seen = 0;
    for (int i = 0; i < program.rounds; i++) {
        LONG value = ReadAcquire(&shared);
        seen = seen * 31 + value;
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
    outcome = outcome * 4 + (INT_PTR)parameter;
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
    outcome = outcome * 4 + (INT_PTR)parameter;
    LeaveCriticalSection(&section);
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
        outcome = outcome * 1000003 + mine[i];
    outcome = outcome * 1000003 + shared;
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

struct result {
    uint64_t executions, redundant, limit;
    struct set orders, outcomes; /* collected if `items` is not NULL */
};

static rd_world *make_world(void) {
    rd_world_options options = {
        .size = sizeof options, .choose = RD_CHOOSE_ORDER, .log_disabled = true};
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
        uint64_t seen = (uint64_t)outcome;
        exp_dpor.end(dpor, world);
        assert_false(dpor->diverged);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_that_share_nothing_have_one_execution),
        cmocka_unit_test(every_order_of_loads_and_stores_is_met_once),
        cmocka_unit_test(waits_that_cannot_come_earlier_add_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
