/*
 * test_every_order_callback.c - partial-order reduction against plain enumeration, on programs made
 * at random of what calls back later: timer queues, registered waits, user APCs, console events.
 *
 * Arguments as for test_every_order_kernel.c.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "support/rd_every_order.h"

#include "rundown/sdk/windows.h"

enum { OF_CALLBACKS = ORDERS_THREADS };

static struct {
    LONG memory;
    HANDLE threads[ORDERS_THREADS], event, other, wait, timer, queue;
} u;

static LONG now(void) {
    return InterlockedIncrement(&u.memory);
}

static HANDLE taken(HANDLE *place) {
    return InterlockedExchangePointer(place, NULL);
}

static HANDLE next_of(unsigned self) {
    return u.threads[(self + 1) % orders_program.threads];
}

static void increment(unsigned self) {
    orders_see(self, (uint64_t)now());
}

/* ---- registered waits ------------------------------------------------------------------------ */

static void set(unsigned self) {
    orders_see(self, (uint64_t)SetEvent(u.event));
}
static VOID CALLBACK on_wait(PVOID context, BOOLEAN timed_out) {
    (void)context;
    orders_see(OF_CALLBACKS, (uint64_t)now() * 2 + timed_out);
}
static void register_wait(unsigned self) {
    HANDLE wait = NULL;
    orders_see(self, (uint64_t)RegisterWaitForSingleObject(&wait, u.event, on_wait, NULL, INFINITE,
                                                           WT_EXECUTEONLYONCE));
    InterlockedExchangePointer(&u.wait, wait);
}
static void unregister(unsigned self, HANDLE done) {
    HANDLE wait = taken(&u.wait);
    orders_see(self, wait != NULL);
    if (wait)
        orders_see(self, (uint64_t)UnregisterWaitEx(wait, done));
}
static void unregister_wait(unsigned self) {
    unregister(self, NULL);
}
static void unregister_and_wait(unsigned self) {
    unregister(self, INVALID_HANDLE_VALUE);
}

/* ---- timer queues ---------------------------------------------------------------------------- */

static VOID CALLBACK on_timer(PVOID context, BOOLEAN fired) {
    (void)context, (void)fired;
    orders_see(OF_CALLBACKS + 1, (uint64_t)now());
}
static void create_timer(unsigned self) {
    HANDLE timer = NULL;
    orders_see(self, (uint64_t)CreateTimerQueueTimer(&timer, u.queue, on_timer, NULL, 0, 0,
                                                     WT_EXECUTEONLYONCE));
    InterlockedExchangePointer(&u.timer, timer);
}
static void delete_timer(unsigned self) {
    HANDLE timer = taken(&u.timer);
    orders_see(self, timer != NULL);
    if (timer)
        orders_see(self, (uint64_t)DeleteTimerQueueTimer(u.queue, timer, NULL));
}
static void delete_timer_and_wait(unsigned self) {
    HANDLE timer = taken(&u.timer);
    orders_see(self, timer != NULL);
    if (timer)
        orders_see(self, (uint64_t)DeleteTimerQueueTimer(u.queue, timer, INVALID_HANDLE_VALUE));
}
static void change_timer(unsigned self) {
    HANDLE timer = InterlockedCompareExchangePointer(&u.timer, NULL, NULL);
    if (timer)
        orders_see(self, (uint64_t)ChangeTimerQueueTimer(u.queue, timer, 5, 0));
}

/* ---- APCs ------------------------------------------------------------------------------------ */

static VOID CALLBACK on_apc(ULONG_PTR self) {
    orders_see((unsigned)self, (uint64_t)now());
}
static void queue_apc(unsigned self) {
    unsigned next = (self + 1) % orders_program.threads;
    orders_see(self, (uint64_t)QueueUserAPC(on_apc, u.threads[next], next));
}
static void sleep_alertably(unsigned self) {
    orders_see(self, SleepEx(10, TRUE));
}
static void suspend_next(unsigned self) {
    orders_see(self, SuspendThread(next_of(self)));
}
static void resume_next(unsigned self) {
    orders_see(self, ResumeThread(next_of(self)));
}
static void end_thread(unsigned self) {
    (void)self;
    ExitThread(3);
}

/* ---- console --------------------------------------------------------------------------------- */

static BOOL WINAPI on_console(DWORD event) {
    orders_see(OF_CALLBACKS + 2, (uint64_t)now() * 8 + event);
    return TRUE;
}
static void press(unsigned self) {
    orders_see(self, (uint64_t)GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, 0));
}
static void add_handler(unsigned self) {
    orders_see(self, (uint64_t)SetConsoleCtrlHandler(on_console, TRUE));
}
static void remove_handler(unsigned self) {
    orders_see(self, (uint64_t)SetConsoleCtrlHandler(on_console, FALSE));
}

/* ---- programs -------------------------------------------------------------------------------- */

static const struct orders_op ops[] = {
    ORDERS_OP(increment),
    /* 1: waits */
    ORDERS_OP(set),
    ORDERS_OP(register_wait),
    ORDERS_OP(unregister_wait),
    ORDERS_OP(unregister_and_wait),
    /* 5: timers */
    ORDERS_OP(create_timer),
    ORDERS_OP(delete_timer),
    ORDERS_OP(delete_timer_and_wait),
    ORDERS_OP(change_timer),
    /* 9: APCs */
    ORDERS_OP(queue_apc),
    ORDERS_OP(sleep_alertably),
    ORDERS_OP(suspend_next),
    ORDERS_OP(resume_next),
    ORDERS_OP(end_thread),
    /* 14: console */
    ORDERS_OP(press),
    ORDERS_OP(add_handler),
    ORDERS_OP(remove_handler),
};
enum { OPS = sizeof ops / sizeof ops[0], WAITS = 1, TIMERS = 5, APCS = 9, CONSOLE = 14 };

static const struct orders_test test;

static DWORD WINAPI run_thread(LPVOID parameter) {
    orders_run(&test, (unsigned)(UINT_PTR)parameter);
    return 0;
}

static int run_program(int argc, char **argv) {
    (void)argc, (void)argv;
    u.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    if (orders_use(TIMERS, APCS))
        u.queue = CreateTimerQueue();
    if (orders_use(CONSOLE, OPS))
        SetConsoleCtrlHandler(on_console, TRUE);
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &u.threads[0], 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
    for (UINT_PTR i = 1; i < orders_program.threads; i++)
        u.threads[i] = CreateThread(NULL, 0, run_thread, (LPVOID)i, CREATE_SUSPENDED, NULL);
    for (UINT_PTR i = 1; i < orders_program.threads; i++)
        ResumeThread(u.threads[i]);
    run_thread(NULL);
    if (orders_program.joins)
        WaitForMultipleObjects(orders_program.threads - 1, u.threads + 1, TRUE, INFINITE);
    return 0;
}

static void make_program(uint64_t seed, unsigned first, unsigned end) {
    uint64_t state = exp_seed(seed, 1);
    orders_program.threads = 2;
    orders_program.joins = exp_below(&state, 3) != 0;
    for (unsigned t = 0; t < orders_program.threads; t++) {
        orders_program.count[t] = 1 + exp_below(&state, ORDERS_STEPS);
        for (unsigned i = 0; i < orders_program.count[t]; i++)
            orders_program.steps[t][i].op = first + exp_below(&state, end - first);
    }
}

static void prepare(rd_world *world) {
    const rd_image_desc image = {.size = sizeof image, .main = run_program};
    assert_int_equal(rd_image_register(world, "p.exe", &image), RD_OK);
}

static void start(rd_world *world) {
    memset(&u, 0, sizeof u);
    assert_int_equal(rd_process_start(world, "p.exe", NULL, NULL), RD_OK);
}

static uint64_t memory(void) {
    return (uint64_t)u.memory;
}

static const struct orders_test test = {.ops = ops,
                                        .op_count = OPS,
                                        .prepare = prepare,
                                        .start = start,
                                        .outcome = memory,
                                        .make = make_program,
                                        .programs = 7,
                                        .executions_max = 4000,
                                        .hard_executions_max = 30000};

static void registered_waits_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "waits", WAITS, TIMERS, 0);
}
static void timer_queues_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "timers", TIMERS, APCS, 0);
}
static void apcs_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "APCs", APCS, CONSOLE, 0);
}
static void console_events_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "console", CONSOLE, OPS, 0);
}

int main(int argc, char **argv) {
    int status;
    if (orders_asked_for(&test, argc, argv, &status))
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registered_waits_are_reduced_soundly),
        cmocka_unit_test(timer_queues_are_reduced_soundly),
        cmocka_unit_test(apcs_are_reduced_soundly),
        cmocka_unit_test(console_events_are_reduced_soundly),
    };
    return cmocka_run_group_tests_name("explore.every_order_callback", tests, NULL, NULL);
}
