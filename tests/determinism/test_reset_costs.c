/* Running again and again: what a reset costs the host, and that it leaves nothing behind. */
#include "support/rd_test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios.h"

#include "core/core.h"
#include "ob/ob.h"

#ifdef __linux__
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* ---- allocations of the host, counted -------------------------------------------------------- */

#if !SANITIZED && defined(__GLIBC__)
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size);

static unsigned long allocations;

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    allocations++;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}
#else
static const unsigned long allocations = 0;
#endif

/* ---- worlds ---------------------------------------------------------------------------------- */

static rd_world *make(const struct scenario *scenario, struct scenario_output *output) {
    rd_world_options options = {
        .size = sizeof options, .output = scenario_collect, .context = output};
    rd_world *world = test_world(&options);
    if (!scenario_prepare(world, scenario))
        fail_msg("%s", rd_last_error(world));
    return world;
}

static void check(rd_world *world, const struct scenario *scenario, struct scenario_result result) {
    if (result.status == RD_OK && result.verdict == RD_VERDICT_FINISHED && result.exit_code == 40)
        return;
    test_trace(world);
    fail_msg("%s: %s, %s, exit code %u: %s %s", scenario->name, rd_status_name(result.status),
             rd_verdict_name(result.verdict), result.exit_code, rd_world_explanation(world),
             rd_last_error(world));
}

static void every_scenario_is_the_same_after_each_reset(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world *world = make(&scenarios[i], &output);
        struct scenario_result first = scenario_run(world, &scenarios[i], &output);
        check(world, &scenarios[i], first);
        for (int round = 0; round < 5; round++) {
            rd_world_reset(world);
            struct scenario_result again = scenario_run(world, &scenarios[i], &output);
            check(world, &scenarios[i], again);
            if (again.log != first.log || again.output != first.output)
                fail_msg("%s differs after reset %d", scenarios[i].name, round + 1);
        }
        rd_world_destroy(world);
    }
}

static void a_reset_takes_nothing_from_the_host(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world_stats warm, later;
        rd_world *world = make(&scenarios[i], &output);
        check(world, &scenarios[i], scenario_run(world, &scenarios[i], &output));
        rd_world_reset(world);
        rd_world_get_stats(world, &warm);
        unsigned long before = allocations;
        for (int round = 0; round < 20; round++) {
            scenario_run(world, &scenarios[i], &output);
            rd_world_reset(world);
        }
        rd_world_get_stats(world, &later);
        if (warm.host_allocations != later.host_allocations || before != allocations)
            fail_msg("%s: %lu allocations, %llu chunks", scenarios[i].name, allocations - before,
                     (unsigned long long)(later.host_allocations - warm.host_allocations));
        assert_int_equal(warm.stacks_mapped, later.stacks_mapped);
        assert_int_equal(later.stacks_in_use, 0);
        assert_int_equal(world->ob->objects_alive, 1); /* the System process */
        rd_world_destroy(world);
    }
}

static int thread_and_event(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, (LPTHREAD_START_ROUTINE)SetEvent, event, 0, NULL);
    WaitForSingleObject(event, INFINITE);
    WaitForSingleObject(thread, INFINITE);
    return 40;
}

static const struct scenario small = {"small", thread_and_event, false};

static void ten_thousand_resets_take_nothing_from_the_host(void **state) {
    struct scenario_output output;
    rd_world_stats warm, later;
    rd_world *world = make(&small, &output);
    int rounds = world->options.carrier == RD_CARRIER_FIBER ? 10000 : 1000;
    (void)state;
    check(world, &small, scenario_run(world, &small, &output));
    uint64_t digest = rd_event_digest(world);
    rd_world_get_stats(world, &warm);
    unsigned long before = allocations;
    for (int i = 0; i < rounds; i++) {
        rd_world_reset(world);
        scenario_run(world, &small, &output);
    }
    rd_world_get_stats(world, &later);
    assert_int_equal(allocations, before);
    assert_int_equal(warm.host_allocations, later.host_allocations);
    assert_int_equal(warm.bytes_reserved, later.bytes_reserved);
    assert_int_equal(warm.stacks_mapped, later.stacks_mapped);
    assert_true(rd_event_digest(world) == digest);
    rd_world_destroy(world);
}

/* ---- rd_world_enter -------------------------------------------------------------------------- */

static void the_world_entered_last_is_left_first(void **state) {
    rd_world *a = *state, *b = test_world(NULL);
    assert_int_equal(rd_world_enter(NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_world_leave(NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_world_leave(a), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_world_enter(a), RD_OK);
    assert_int_equal(rd_world_enter(a), RD_OK);
    assert_int_equal(rd_world_enter(b), RD_OK);
    assert_int_equal(rd_world_leave(a), RD_INVALID_ARGUMENT);
    assert_non_null(strstr(rd_last_error(a), "rd_world_enter"));
    assert_int_equal(rd_world_leave(b), RD_OK);
    assert_int_equal(rd_world_leave(b), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_world_leave(a), RD_OK);
    assert_int_equal(rd_world_leave(a), RD_OK);
    assert_int_equal(rd_world_leave(a), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_world_enter(b), RD_OK);
    rd_world_destroy(b); /* leaves it */
    assert_int_equal(rd_world_enter(a), RD_OK);
    assert_int_equal(rd_world_leave(a), RD_OK);
}

static void entering_changes_no_run(void **state) {
    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world *world = make(&scenarios[i], &output);
        uint64_t digest = scenario_run(world, &scenarios[i], &output).log;
        rd_world_enter(world);
        for (int round = 0; round < 2; round++) {
            rd_world_reset(world);
            assert_true(scenario_run(world, &scenarios[i], &output).log == digest);
        }
        rd_world_leave(world);
        rd_world_destroy(world);
    }
}

static volatile sig_atomic_t host_signals;

static void host_handler(int number) {
    (void)number;
    host_signals++;
}

static void the_hosts_own_handler_is_back_after_a_run(void **state) {
    struct scenario_output output;
    rd_world *world = make(&scenarios[2], &output);
    void (*previous)(int) = signal(SIGFPE, host_handler);
    (void)state;
    host_signals = 0;
    check(world, &scenarios[2], scenario_run(world, &scenarios[2], &output));
    raise(SIGFPE);
    assert_int_equal(host_signals, 1);
    rd_world_enter(world);
    raise(SIGFPE); /* not simulated code's: passed on */
    rd_world_leave(world);
    assert_int_equal(host_signals, 2);
    assert_true(signal(SIGFPE, previous) == host_handler);
    rd_world_destroy(world);
}

static void rd_world_calls_from_inside_a_run_are_refused_then(void *context) {
    rd_world *world = context;
    if (rd_world_enter(world) == RD_BUSY && rd_world_leave(world) == RD_BUSY &&
        rd_world_set_seed(world, 1) == RD_BUSY && rd_world_set_replay(world, "") == RD_BUSY &&
        rd_world_reset(world) == RD_BUSY && rd_run(world, NULL) == RD_BUSY)
        world->choices.random[3] = 1;
}

static void a_running_world_is_busy(void **state) {
    rd_world *world = *state;
    rd_system_call(world, rd_world_calls_from_inside_a_run_are_refused_then, world);
    assert_int_equal(world->choices.random[3], 1);
}

/* ---- system calls ---------------------------------------------------------------------------- */

#if defined(__linux__) && !SANITIZED
/* In a child that is killed by the first system call but exit. */
static int run_without_system_calls(const struct scenario *scenario) {
    struct scenario_output output;
    rd_world *world = make(scenario, &output);
    rd_world_enter(world);
    for (int i = 0; i < 3; i++) {
        scenario_run(world, scenario, &output);
        rd_world_reset(world);
    }
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
        _exit(77);
    unsigned bad = 0;
    for (int i = 0; i < 50; i++) {
        bad += scenario_run(world, scenario, &output).exit_code != 40;
        rd_world_reset(world);
    }
    syscall(SYS_exit, bad ? 1 : 0); /* _exit would be exit_group, which is not allowed */
    return 1;
}

static void runs_of_an_entered_world_make_no_system_call(void **state) {
    rd_world *world = *state;
    if (world->options.carrier != RD_CARRIER_FIBER)
        skip(); /* host threads cannot pass control without the host */
    for (int i = 0; i < SCENARIOS; i++) {
        if (scenarios[i].main == crashes_main)
            continue; /* a fault is a signal, and the return from its handler a system call */
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            _exit(run_without_system_calls(&scenarios[i]));
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
            skip();
        if (WIFSIGNALED(status))
            fail_msg("%s: killed by signal %d, so it made a system call", scenarios[i].name,
                     WTERMSIG(status));
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}
#else
static void runs_of_an_entered_world_make_no_system_call(void **state) {
    (void)state;
    skip();
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(every_scenario_is_the_same_after_each_reset),
        test_case(a_reset_takes_nothing_from_the_host),
        test_case(ten_thousand_resets_take_nothing_from_the_host),
        test_case(the_world_entered_last_is_left_first),
        test_case(entering_changes_no_run),
        test_case(the_hosts_own_handler_is_back_after_a_run),
        test_case(a_running_world_is_busy),
        test_case(runs_of_an_entered_world_make_no_system_call),
    };
    return cmocka_run_group_tests_name("costs of a reset", tests, NULL, NULL);
}
