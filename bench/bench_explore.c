/*
 * bench_explore - executions per second of each strategy, beside a bare loop of world reset + run
 * of the same program; and an exhaustive exploration with two workers beside one.
 *
 *   bench_explore programs   the small programs of docs/benchmarks.md under every strategy
 *   bench_explore workers    one and two worker processes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"
#include "support/measure.h"

enum { THREADS_MAX = 4, ROUNDS = 5, BARE_RUNS = 20000, SAMPLED = 50000, ENOUGH_TO_TIME = 1000 };

/* ---- programs -------------------------------------------------------------------------------- */

struct program {
    const char *name, *text;
    int threads, rounds;
    LPTHREAD_START_ROUTINE thread;
};

static const struct program *program;
static LONG shared, private_values[THREADS_MAX];
static HANDLE event_handle;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE condition;

static DWORD WINAPI load_and_store(LPVOID parameter) {
    (void)parameter;
    for (int i = 0; i < program->rounds; i++)
        WriteRelease(&shared, ReadAcquire(&shared) + 1);
    return 0;
}

static DWORD WINAPI private_points(LPVOID parameter) {
    for (int i = 0; i < program->rounds; i++)
        InterlockedIncrement(&private_values[(INT_PTR)parameter]);
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
    LeaveCriticalSection(&section);
    return 0;
}

static DWORD WINAPI wait_then_lock(LPVOID parameter) {
    if (parameter == NULL) {
        SetEvent(event_handle);
        return 0;
    }
    WaitForSingleObject(event_handle, INFINITE);
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
    return 0;
}

static const struct program programs[] = {
    {"a", "2 threads x 3 {load; store}", 2, 3, load_and_store},
    {"a5", "2 threads x 5 {load; store}", 2, 5, load_and_store},
    {"3x2", "3 threads x 2 {load; store}", 3, 2, load_and_store},
    {"b", "condition variable, 2 waiters", 3, 1, wait_for_condition},
    {"b'", "event, then lock, 2 waiters", 3, 1, wait_then_lock},
    {"c", "4 threads x 5 private points", 4, 5, private_points},
};

static int run_program(int argc, char **argv) {
    HANDLE threads[THREADS_MAX];
    (void)argc, (void)argv;
    event_handle = CreateEventA(NULL, TRUE, FALSE, NULL);
    InitializeCriticalSection(&section);
    InitializeConditionVariable(&condition);
    for (INT_PTR i = 0; i < program->threads; i++)
        threads[i] = CreateThread(NULL, 0, program->thread, (LPVOID)i, 0, NULL);
    WaitForMultipleObjects((DWORD)program->threads, threads, TRUE, INFINITE);
    return 0;
}

/* ---- rates ----------------------------------------------------------------------------------- */

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc image = {.size = sizeof image, .main = run_program};
    (void)context;
    return rd_image_register(world, "p.exe", &image);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    shared = 0;
    return rd_process_start(world, "p.exe", NULL, NULL);
}

static void must(rd_status status, const char *what) {
    if (status == RD_OK)
        return;
    fprintf(stderr, "bench_explore: %s: %s\n", what, rd_status_name(status));
    exit(1);
}

/* Executions per second without any strategy. */
static double bare_loop(void) {
    rd_world_options options = {.size = sizeof options, .log_disabled = true};
    rd_world *world;
    char error[300];
    must(rd_world_create(&options, &world, error, sizeof error), "a world");
    must(prepare(world, NULL), "an image");
    uint64_t begin = host_time();
    for (int i = 0; i < BARE_RUNS; i++) {
        must(rd_world_reset(world), "a reset");
        must(start(world, NULL), "a process");
        must(rd_run(world, NULL), "a run");
    }
    double rate = BARE_RUNS * 1e9 / (double)(host_time() - begin);
    rd_world_destroy(world);
    return rate;
}

static rd_explore_result explored(const char *strategy, uint64_t executions, unsigned workers) {
    const rd_scenario scenario = {
        .size = sizeof scenario, .name = program->name, .prepare = prepare, .start = start};
    const rd_explore_options options = {.size = sizeof options,
                                        .strategy = strategy,
                                        .executions_max = executions,
                                        .workers = workers};
    rd_explore_result result;
    must(rd_explore(&scenario, &options, &result), "an exploration");
    if (result.verdict != RD_EXPLORE_OK) {
        fprintf(stderr, "bench_explore: %s: %s\n", program->name, result.explanation);
        exit(1);
    }
    return result;
}

/* Each exploration stands beside a bare loop of its own: the machine may be busy with other things.
 */
static void print_strategy(const char *strategy, uint64_t executions) {
    double rates[ROUNDS], ratios[ROUNDS];
    rd_explore_result result = {0};
    for (int i = 0; i < ROUNDS; i++) {
        double bare = bare_loop();
        rd_explore_free(&result);
        result = explored(strategy, executions, 1);
        rates[i] = result.executions_per_second;
        ratios[i] = rates[i] / bare;
    }
    printf("%-4s %-7s %6llu executions%s", program->name, strategy,
           (unsigned long long)result.executions, result.complete ? " (all)" : "      ");
    if (result.executions >= ENOUGH_TO_TIME)
        printf(" %9.0f/s  %5.2f x bare loop", median(rates, ROUNDS), median(ratios, ROUNDS));
    printf("\n");
    rd_explore_free(&result);
}

static int bench_programs(void) {
    for (size_t p = 0; p < sizeof programs / sizeof programs[0]; p++) {
        program = &programs[p];
        printf("%s: %s; bare loop %.0f/s\n", program->name, program->text, bare_loop());
        print_strategy("dpor", 0);
        print_strategy("dfs", SAMPLED);
        print_strategy("random", SAMPLED);
        print_strategy("pct", SAMPLED);
    }
    return 0;
}

static int bench_workers(void) {
    const struct program larger = {"a6", "2 threads x 6 {load; store}", 2, 6, load_and_store};
    double ratios[ROUNDS];
    program = &larger;
    for (int i = 0; i < ROUNDS; i++) {
        rd_explore_result one = explored("dpor", 0, 1), two = explored("dpor", 0, 2);
        ratios[i] = one.seconds / two.seconds;
        printf("%s: %llu executions; one worker %.2f s, two %.2f s (%llu executions): %.2f x\n",
               program->name, (unsigned long long)one.executions, one.seconds, two.seconds,
               (unsigned long long)two.executions, ratios[i]);
        rd_explore_free(&one);
        rd_explore_free(&two);
    }
    printf("two workers: %.2f x\n", median(ratios, ROUNDS));
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "programs") == 0)
        return bench_programs();
    if (argc == 2 && strcmp(argv[1], "workers") == 0)
        return bench_workers();
    fprintf(stderr, "usage: bench_explore programs|workers\n");
    return 2;
}
