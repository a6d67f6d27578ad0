/* programs.c - see programs.h. */
#include "support/programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MAX = 4 };

static const struct program *running;
static LONG shared, private_values[THREADS_MAX];
static HANDLE event_handle;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE condition;

static DWORD WINAPI load_and_store(LPVOID parameter) {
    (void)parameter;
    for (int i = 0; i < running->rounds; i++)
        WriteRelease(&shared, ReadAcquire(&shared) + 1);
    return 0;
}

static DWORD WINAPI private_points(LPVOID parameter) {
    for (int i = 0; i < running->rounds; i++)
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

const struct program programs[] = {
    {"a", "2 threads x 3 {load; store}", 2, 3, load_and_store},
    {"a5", "2 threads x 5 {load; store}", 2, 5, load_and_store},
    {"3x2", "3 threads x 2 {load; store}", 3, 2, load_and_store},
    {"b", "condition variable, 2 waiters", 3, 1, wait_for_condition},
    {"b'", "event, then lock, 2 waiters", 3, 1, wait_then_lock},
    {"c", "4 threads x 5 private points", 4, 5, private_points},
    {NULL, NULL, 0, 0, NULL},
};

const struct program *program_named(const char *name) {
    for (const struct program *p = programs; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static int run_program(int argc, char **argv) {
    HANDLE threads[THREADS_MAX];
    (void)argc, (void)argv;
    event_handle = CreateEventA(NULL, TRUE, FALSE, NULL);
    InitializeCriticalSection(&section);
    InitializeConditionVariable(&condition);
    for (INT_PTR i = 0; i < running->threads; i++)
        threads[i] = CreateThread(NULL, 0, running->thread, (LPVOID)i, 0, NULL);
    WaitForMultipleObjects((DWORD)running->threads, threads, TRUE, INFINITE);
    return 0;
}

/* ---- running --------------------------------------------------------------------------------- */

static void must(rd_status status, const char *what) {
    if (status == RD_OK)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, rd_status_name(status));
    exit(1);
}

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

rd_world *world_with_program(const struct program *program) {
    const rd_world_options options = {.size = sizeof options, .log_disabled = true};
    rd_world *world;
    char error[300];
    running = program;
    must(rd_world_create(&options, &world, error, sizeof error), "a world");
    must(prepare(world, NULL), "an image");
    must(rd_world_enter(world), "entering the world");
    return world;
}

void leave_world(rd_world *world) {
    must(rd_world_leave(world), "leaving the world");
    rd_world_destroy(world);
}

void start_program(rd_world *world) {
    must(rd_world_reset(world), "a reset");
    must(start(world, NULL), "a process");
}

void run_bare(const struct program *program, uint64_t runs) {
    rd_world *world = world_with_program(program);
    for (uint64_t i = 0; i < runs; i++) {
        start_program(world);
        must(rd_run(world, NULL), "a run");
    }
    leave_world(world);
}

rd_explore_result explore_program(const struct program *program, const char *strategy,
                                  uint64_t executions, unsigned workers) {
    const rd_scenario scenario = {
        .size = sizeof scenario, .name = program->name, .prepare = prepare, .start = start};
    const rd_explore_options options = {.size = sizeof options,
                                        .strategy = strategy,
                                        .executions_max = executions,
                                        .workers = workers};
    rd_explore_result result;
    running = program;
    must(rd_explore(&scenario, &options, &result), "an exploration");
    if (result.verdict != RD_EXPLORE_OK) {
        fprintf(stderr, "bench: %s: %s\n", program->name, result.explanation);
        exit(1);
    }
    return result;
}
