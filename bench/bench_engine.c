/*
 * bench_engine - what the engine costs, each figure beside something else that was measured in the
 * same run.
 *
 *   bench_engine points [N]    a scheduling point (choice, record, switch) beside a bare context
 *                              switch
 *   bench_engine objects [N]   thread create+exit, event ping-pong, wait, duplicate, beside
 *                              pthread_create + pthread_join
 *   bench_engine resets        world resets, inside and outside of rd_world_enter, with host
 *                              allocations per reset
 *   bench_engine parked N      memory of N parked simulated threads
 *   bench_engine count WHAT N  N times the one thing and no clock, for bench/counts.sh
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"
#include "support/measure.h"

enum { ROUNDS = 9 };

static long count = 1000000;

static rd_world *make_world(rd_world_options options) {
    rd_world *world;
    char error[300];
    options.size = sizeof options;
    options.steps_max = UINT64_MAX;
    if (rd_world_create(&options, &world, error, sizeof error) != RD_OK) {
        fprintf(stderr, "bench_engine: %s\n", error);
        exit(1);
    }
    return world;
}

/* Nanoseconds of one run of `entry`. */
static double run_once(rd_world *world) {
    rd_process_start(world, "bench.exe", NULL, NULL);
    uint64_t begin = host_time();
    rd_run(world, NULL);
    uint64_t end = host_time();
    rd_world_reset(world);
    return (double)(end - begin);
}

static rd_world *world_for(uint32_t (*entry)(void *), rd_world_options options) {
    rd_world *world = make_world(options);
    rd_image_desc desc = {.size = sizeof desc, .entry = entry};
    rd_image_register(world, "bench.exe", &desc);
    run_once(world); /* warm-up */
    return world;
}

/* ---- scheduling points ----------------------------------------------------------------------- */

#ifdef RD_HAVE_FIBER

/* Boost.Context's C interface: the bare switch that the scheduling point is measured against. */
typedef struct {
    void *context;
    void *data;
} transfer;
extern transfer jump_fcontext(void *to, void *data);
extern void *make_fcontext(void *stack_top, size_t size, void (*entry)(transfer));

static void bounce(transfer from) {
    for (;;)
        from = jump_fcontext(from.context, NULL);
}

static double bare_switch(void) {
    enum { STACK = 64 * 1024 };
    static _Alignas(64) char stack[STACK];
    transfer other = {make_fcontext(stack + STACK, STACK, bounce), NULL};
    uint64_t begin = host_time();
    for (long i = 0; i < count; i++)
        other = jump_fcontext(other.context, NULL);
    return (double)(host_time() - begin) / (2.0 * (double)count);
}

#else

static double bare_switch(void) {
    return 0.0 / 0.0; /* built without Boost.Context */
}

#endif

static DWORD WINAPI touch(LPVOID event) {
    for (long i = 0; i < count; i++)
        ResetEvent(event); /* a scheduling point on a shared object, which changes nothing */
    return 0;
}

static uint32_t two_threads(void *peb) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    (void)peb;
    HANDLE threads[2] = {CreateThread(NULL, 0, touch, event, 0, NULL),
                         CreateThread(NULL, 0, touch, event, 0, NULL)};
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    return 0;
}

static const struct point_case {
    const char *name, *text;
    rd_world_options options;
} point_cases[] = {
    {"switch", "point, switch each time, no log", {.quantum = 1, .log_disabled = true}},
    {"switch-logged", "point, switch each time, logged", {.quantum = 1}},
    {"random", "point, random, no log", {.strategy = RD_STRATEGY_RANDOM, .log_disabled = true}},
    {"random-logged", "point, random, logged", {.strategy = RD_STRATEGY_RANDOM}},
    {"no-switch", "point, no switch, no log", {.quantum = 1000000, .log_disabled = true}},
};

static void points(void) {
    for (size_t c = 0; c < sizeof point_cases / sizeof point_cases[0]; c++) {
        double bare[ROUNDS], point[ROUNDS], ratio[ROUNDS];
        rd_world *world = world_for(two_threads, point_cases[c].options);
        for (int i = 0; i < ROUNDS; i++) {
            bare[i] = bare_switch();
            point[i] = run_once(world) / (2.0 * (double)count);
            ratio[i] = point[i] / bare[i];
        }
        printf("%-36s %6.1f ns   jump_fcontext %5.1f ns   ratio %5.2f\n", point_cases[c].text,
               median(point, ROUNDS), median(bare, ROUNDS), median(ratio, ROUNDS));
        rd_world_destroy(world);
    }
}

/* ---- objects --------------------------------------------------------------------------------- */

static DWORD WINAPI nothing(LPVOID unused) {
    (void)unused;
    return 0;
}

static uint32_t threads(void *peb) {
    (void)peb;
    for (long i = 0; i < count; i++) {
        HANDLE thread = CreateThread(NULL, 0, nothing, NULL, 0, NULL);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
    return 0;
}

static void *host_nothing(void *unused) {
    return unused;
}

static double host_threads(void) {
    enum { HOST_COUNT = 2000 };
    uint64_t begin = host_time();
    for (int i = 0; i < HOST_COUNT; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, host_nothing, NULL);
        pthread_join(thread, NULL);
    }
    return (double)(host_time() - begin) / HOST_COUNT;
}

static HANDLE ping, pong;

static DWORD WINAPI answer(LPVOID unused) {
    (void)unused;
    for (long i = 0; i < count; i++) {
        WaitForSingleObject(ping, INFINITE);
        SetEvent(pong);
    }
    return 0;
}

static uint32_t ping_pong(void *peb) {
    (void)peb;
    ping = CreateEventA(NULL, FALSE, FALSE, NULL);
    pong = CreateEventA(NULL, FALSE, FALSE, NULL);
    CreateThread(NULL, 0, answer, NULL, 0, NULL);
    for (long i = 0; i < count; i++) {
        SetEvent(ping);
        WaitForSingleObject(pong, INFINITE);
    }
    return 0;
}

static uint32_t duplicates(void *peb) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy;
    (void)peb;
    for (long i = 0; i < count; i++) {
        DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE,
                        DUPLICATE_SAME_ACCESS);
        CloseHandle(copy);
    }
    return 0;
}

static uint32_t waits(void *peb) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    (void)peb;
    for (long i = 0; i < count; i++)
        WaitForSingleObject(event, INFINITE);
    return 0;
}

static uint32_t child(void *peb) {
    (void)peb;
    return 0;
}

static uint32_t processes(void *peb) {
    (void)peb;
    for (long i = 0; i < count; i++) {
        STARTUPINFOA startup = {.cb = sizeof startup};
        PROCESS_INFORMATION started;
        char command[] = "child.exe";
        CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started);
        WaitForSingleObject(started.hProcess, INFINITE);
        CloseHandle(started.hThread);
        CloseHandle(started.hProcess);
    }
    return 0;
}

static const struct object_case {
    const char *name, *text;
    uint32_t (*entry)(void *);
    int per_round;
} object_cases[] = {
    {"thread", "thread create+exit+wait+close", threads, 1},
    {"process", "process create+exit+wait+close", processes, 1},
    {"ping-pong", "event ping-pong, per switch", ping_pong, 2},
    {"duplicate", "duplicate+close", duplicates, 1},
    {"wait", "wait on signaled", waits, 1},
};

static rd_world *world_with_child(uint32_t (*entry)(void *), bool logged) {
    const rd_image_desc desc = {.size = sizeof desc, .entry = entry};
    const rd_image_desc child_desc = {.size = sizeof child_desc, .entry = child};
    rd_world *world = make_world((rd_world_options){.log_disabled = !logged});
    rd_image_register(world, "child.exe", &child_desc);
    rd_image_register(world, "bench.exe", &desc);
    return world;
}

static double report_object(const struct object_case *object, bool logged) {
    double values[ROUNDS];
    rd_world *world = world_with_child(object->entry, logged);
    run_once(world); /* warm-up */
    for (int i = 0; i < ROUNDS; i++)
        values[i] = run_once(world) / ((double)count * object->per_round);
    double result = median(values, ROUNDS);
    printf("%-34s %8.1f ns%s\n", object->text, result, logged ? "   (logged)" : "");
    rd_world_destroy(world);
    return result;
}

static void objects(void) {
    double host[ROUNDS];
    for (int logged = 0; logged < 2; logged++)
        for (size_t c = 0; c < sizeof object_cases / sizeof object_cases[0]; c++) {
            double mine = report_object(&object_cases[c], logged);
            if (object_cases[c].entry != threads)
                continue;
            for (int i = 0; i < ROUNDS; i++)
                host[i] = host_threads();
            printf("%-34s %8.1f ns   ratio %.0f\n", "  pthread create+join", median(host, ROUNDS),
                   median(host, ROUNDS) / mine);
        }
}

/* ---- resets ---------------------------------------------------------------------------------- */

static uint32_t small_scenario(void *peb) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    (void)peb;
    HANDLE thread = CreateThread(NULL, 0, nothing, NULL, 0, NULL);
    SetEvent(event);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static double reruns(rd_world *world, long runs) {
    uint64_t begin = host_time();
    for (long i = 0; i < runs; i++)
        run_once(world);
    return (double)(host_time() - begin) / (double)runs;
}

static void resets(void) {
    enum { RESETS = 100000, OUTSIDE = 10000 };
    double reset[ROUNDS], rerun[ROUNDS], outside[ROUNDS], ratio[ROUNDS];
    rd_world_stats before, after;
    rd_world *world = world_for(small_scenario, (rd_world_options){.quantum = 0});
    rd_world_get_stats(world, &before);
    for (int i = 0; i < ROUNDS; i++) {
        rd_world_enter(world);
        uint64_t begin = host_time();
        for (int k = 0; k < RESETS; k++)
            rd_world_reset(world);
        reset[i] = (double)(host_time() - begin) / RESETS;
        rerun[i] = reruns(world, RESETS);
        rd_world_leave(world);
        outside[i] = reruns(world, OUTSIDE);
        ratio[i] = outside[i] / rerun[i];
    }
    rd_world_get_stats(world, &after);
    printf("reset of an idle world              %8.1f ns\n", median(reset, ROUNDS));
    printf("reset + 1 process, 2 threads, event %8.1f ns\n", median(rerun, ROUNDS));
    printf("the same, the world not entered     %8.1f ns   ratio %.2f\n", median(outside, ROUNDS),
           median(ratio, ROUNDS));
    printf("host allocations per reset          %8.4f\n",
           (double)(after.host_allocations - before.host_allocations) /
               (ROUNDS * (2.0 * RESETS + OUTSIDE)));
    rd_world_destroy(world);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static HANDLE gate;

static DWORD WINAPI parked(LPVOID unused) {
    (void)unused;
    return WaitForSingleObject(gate, INFINITE);
}

static uint32_t park_all(void *peb) {
    (void)peb;
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (long i = 0; i < count; i++)
        CloseHandle(CreateThread(NULL, 0, parked, NULL, 0, NULL));
    Sleep(60 * 1000);
    SetEvent(gate);
    Sleep(60 * 1000);
    return 0;
}

static long status_kib(const char *key) {
    char line[256];
    long value = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            value = strtol(line + strlen(key) + 1, NULL, 10);
    if (file)
        fclose(file);
    return value;
}

static void park(void) {
    rd_world *world = make_world(
        (rd_world_options){.log_disabled = true, .stack_size = 16 * 1024, .quantum = 1000000});
    rd_image_desc desc = {.size = sizeof desc, .entry = park_all};
    rd_world_stats stats;
    rd_image_register(world, "bench.exe", &desc);
    long before = status_kib("VmRSS:") + status_kib("VmPTE:");
    rd_process_start(world, "bench.exe", NULL, NULL);
    uint64_t begin = host_time();
    rd_run_until(world, (uint64_t)30 * 10000000, NULL);
    uint64_t end = host_time();
    rd_world_get_stats(world, &stats);
    long used = status_kib("VmRSS:") + status_kib("VmPTE:") - before;
    printf("%ld parked threads: %.2f GiB (RSS + page tables), %.0f bytes each, %llu guarded, "
           "%.0f ns each to create and park\n",
           count, (double)used / 1048576.0, (double)used * 1024.0 / (double)count,
           (unsigned long long)stats.guarded_stacks, (double)(end - begin) / (double)count);
    begin = host_time();
    rd_run(world, NULL);
    printf("woken, run and ended: %.0f ns each, %s\n",
           (double)(host_time() - begin) / (double)count, rd_verdict_name(rd_world_verdict(world)));
    rd_world_destroy(world);
}

/* ---- counting -------------------------------------------------------------------------------- */

static bool count_run(rd_world *world) {
    run_once(world);
    rd_world_destroy(world);
    return true;
}

static bool count_reruns(bool entered) {
    rd_world *world = world_for(small_scenario, (rd_world_options){.quantum = 0});
    if (entered)
        rd_world_enter(world);
    reruns(world, count);
    if (entered)
        rd_world_leave(world);
    rd_world_destroy(world);
    return true;
}

/* false if there is no such thing. */
static bool count_one(const char *name) {
    for (size_t c = 0; c < sizeof point_cases / sizeof point_cases[0]; c++)
        if (strcmp(name, point_cases[c].name) == 0) {
            const rd_image_desc desc = {.size = sizeof desc, .entry = two_threads};
            rd_world *world = make_world(point_cases[c].options);
            rd_image_register(world, "bench.exe", &desc);
            return count_run(world);
        }
    for (size_t c = 0; c < sizeof object_cases / sizeof object_cases[0]; c++)
        if (strcmp(name, object_cases[c].name) == 0)
            return count_run(world_with_child(object_cases[c].entry, false));
    if (strcmp(name, "jump_fcontext") == 0)
        return bare_switch(), true;
    if (strcmp(name, "run") == 0 || strcmp(name, "run-outside") == 0)
        return count_reruns(strcmp(name, "run") == 0);
    return false;
}

static int usage(void) {
    fprintf(stderr, "usage: bench_engine points|objects|resets|parked [N]\n"
                    "       bench_engine count WHAT N\n");
    return 2;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "points";
    bool counting = argc == 4 && strcmp(what, "count") == 0;
    if (argc > 2)
        count = strtol(argv[argc - 1], NULL, 10);
    if (counting)
        return count_one(argv[2]) ? 0 : usage();
    if (strcmp(what, "points") == 0)
        points();
    else if (strcmp(what, "objects") == 0)
        objects();
    else if (strcmp(what, "resets") == 0)
        resets();
    else if (strcmp(what, "parked") == 0)
        park();
    else
        return usage();
    return 0;
}
