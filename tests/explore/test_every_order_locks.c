/*
 * test_every_order_locks.c - partial-order reduction against plain enumeration, on programs made at
 * random of locks that threads take, keep over other calls and while time passes, and give back,
 * or not: critical sections, slim locks, condition variables, mutexes, and what else one waits for.
 *
 * Arguments as for test_every_order_kernel.c.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "support/rd_every_order.h"

#include "rundown/sdk/windows.h"

enum { OBJECTS = 2 };

static struct {
    LONG memory;
    HANDLE threads[ORDERS_THREADS], mutexes[OBJECTS], events[OBJECTS], semaphore;
    CRITICAL_SECTION sections[OBJECTS];
    SRWLOCK locks[OBJECTS];
    CONDITION_VARIABLE changed;
    struct held {
        unsigned section, shared, exclusive, mutex; /* so many times */
    } held[ORDERS_THREADS][OBJECTS];
} u;

static HANDLE next_of(unsigned self) {
    return u.threads[(self + 1) % orders_program.threads];
}

static void increment(unsigned self) {
    orders_see(self, (uint64_t)InterlockedIncrement(&u.memory));
}

static void look(unsigned self) {
    orders_see(self, (uint64_t)ReadAcquire(&u.memory));
}

/* ---- critical sections ----------------------------------------------------------------------- */

static void enter(unsigned self, unsigned object) {
    EnterCriticalSection(&u.sections[object]);
    orders_see(self, u.held[self][object].section++);
}
static void try_enter(unsigned self, unsigned object) {
    BOOL entered = TryEnterCriticalSection(&u.sections[object]);
    orders_see(self, (uint64_t)entered);
    u.held[self][object].section += entered != FALSE;
}
static void leave(unsigned self, unsigned object) {
    if (u.held[self][object].section && u.held[self][object].section--)
        LeaveCriticalSection(&u.sections[object]);
}

/* ---- slim locks ------------------------------------------------------------------------------ */

static bool has(unsigned self, unsigned object) {
    return u.held[self][object].shared || u.held[self][object].exclusive;
}
static void share(unsigned self, unsigned object) {
    if (u.held[self][object].exclusive)
        return;
    AcquireSRWLockShared(&u.locks[object]);
    u.held[self][object].shared++;
}
static void try_share(unsigned self, unsigned object) {
    BOOLEAN shared = TryAcquireSRWLockShared(&u.locks[object]);
    orders_see(self, shared);
    u.held[self][object].shared += shared;
}
static void acquire(unsigned self, unsigned object) {
    if (has(self, object))
        return;
    AcquireSRWLockExclusive(&u.locks[object]);
    u.held[self][object].exclusive++;
}
static void try_acquire(unsigned self, unsigned object) {
    BOOLEAN acquired = TryAcquireSRWLockExclusive(&u.locks[object]);
    orders_see(self, acquired);
    u.held[self][object].exclusive += acquired;
}
static void release(unsigned self, unsigned object) {
    struct held *held = &u.held[self][object];
    if (held->exclusive && held->exclusive--)
        ReleaseSRWLockExclusive(&u.locks[object]);
    else if (held->shared && held->shared--)
        ReleaseSRWLockShared(&u.locks[object]);
}

/* ---- condition variables --------------------------------------------------------------------- */

static void sleep_in_section(unsigned self, unsigned object) {
    if (u.held[self][object].section)
        orders_see(self, (uint64_t)SleepConditionVariableCS(&u.changed, &u.sections[object], 10));
}
static void sleep_in_lock(unsigned self, unsigned object) {
    ULONG flags = u.held[self][object].shared ? CONDITION_VARIABLE_LOCKMODE_SHARED : 0;
    if (has(self, object))
        orders_see(self, (uint64_t)SleepConditionVariableSRW(&u.changed, &u.locks[object], INFINITE,
                                                             flags));
}
static void wake(unsigned self) {
    (void)self;
    WakeConditionVariable(&u.changed);
}
static void wake_all(unsigned self) {
    (void)self;
    WakeAllConditionVariable(&u.changed);
}

/* ---- mutexes --------------------------------------------------------------------------------- */

static void own_within(unsigned self, unsigned object, DWORD milliseconds) {
    DWORD result = WaitForSingleObject(u.mutexes[object], milliseconds);
    orders_see(self, result);
    u.held[self][object].mutex += result == WAIT_OBJECT_0 || result == WAIT_ABANDONED;
}
static void own(unsigned self, unsigned object) {
    own_within(self, object, INFINITE);
}
static void own_soon(unsigned self, unsigned object) {
    own_within(self, object, 10);
}
static void own_now(unsigned self, unsigned object) {
    own_within(self, object, 0);
}
static void disown(unsigned self, unsigned object) {
    if (u.held[self][object].mutex && u.held[self][object].mutex--)
        ReleaseMutex(u.mutexes[object]);
}
static void own_both(unsigned self) {
    DWORD result = WaitForMultipleObjects(OBJECTS, u.mutexes, TRUE, 20);
    orders_see(self, result);
    for (int i = 0; i < OBJECTS; i++)
        u.held[self][i].mutex += result != WAIT_TIMEOUT;
}

/* ---- events, semaphores, time ---------------------------------------------------------------- */

static void set(unsigned self, unsigned object) {
    (void)self;
    SetEvent(u.events[object]);
}
static void wait(unsigned self, unsigned object) {
    orders_see(self, WaitForSingleObject(u.events[object], INFINITE));
}
static void wait_soon(unsigned self, unsigned object) {
    orders_see(self, WaitForSingleObject(u.events[object], 10));
}
static void wait_now(unsigned self, unsigned object) {
    orders_see(self, WaitForSingleObject(u.events[object], 0));
}
static void take(unsigned self) {
    orders_see(self, WaitForSingleObject(u.semaphore, 20));
}
static void give(unsigned self) {
    orders_see(self, (uint64_t)ReleaseSemaphore(u.semaphore, 1, NULL));
}
static void wait_any(unsigned self) {
    const HANDLE all[] = {u.mutexes[1], u.events[0], u.semaphore};
    DWORD result = WaitForMultipleObjects(3, all, FALSE, 10);
    orders_see(self, result);
    u.held[self][1].mutex += result == WAIT_OBJECT_0 || result == WAIT_ABANDONED_0;
}
static void nap(unsigned self) {
    (void)self;
    Sleep(10);
}

/* ---- other threads --------------------------------------------------------------------------- */

static VOID CALLBACK on_apc(ULONG_PTR self) {
    increment((unsigned)self);
}
static void call(unsigned self) {
    orders_see(self,
               QueueUserAPC(on_apc, next_of(self), (ULONG_PTR)(self + 1) % orders_program.threads));
}
static void sleep_alertably(unsigned self) {
    orders_see(self, SleepEx(10, TRUE));
}
static void suspend(unsigned self) {
    orders_see(self, SuspendThread(next_of(self)));
}
static void resume(unsigned self) {
    orders_see(self, ResumeThread(next_of(self)));
}
static void terminate(unsigned self) {
    orders_see(self, (uint64_t)TerminateThread(next_of(self), 9));
}
static void end_thread(unsigned self) {
    (void)self;
    ExitThread(3);
}
static void join(unsigned self) {
    orders_see(self, WaitForSingleObject(next_of(self), 30));
}

/* ---- programs -------------------------------------------------------------------------------- */

static const struct orders_op ops[] = {
    ORDERS_OP(increment), ORDERS_OP(look),
    /* 2: sections */
    ORDERS_OP_ON(enter), ORDERS_OP_ON(try_enter), ORDERS_OP_ON(leave), ORDERS_OP_ON(leave),
    ORDERS_OP_ON(sleep_in_section), ORDERS_OP(wake),
    /* 8: slim locks */
    ORDERS_OP_ON(sleep_in_lock), ORDERS_OP(wake_all), ORDERS_OP_ON(share), ORDERS_OP_ON(try_share),
    ORDERS_OP_ON(acquire), ORDERS_OP_ON(try_acquire), ORDERS_OP_ON(release), ORDERS_OP_ON(release),
    /* 16: mutexes */
    ORDERS_OP_ON(own), ORDERS_OP_ON(own_soon), ORDERS_OP_ON(own_now), ORDERS_OP_ON(disown),
    ORDERS_OP_ON(disown), ORDERS_OP(own_both),
    /* 22: events, a semaphore, time */
    ORDERS_OP_ON(set), ORDERS_OP_ON(wait), ORDERS_OP_ON(wait_soon), ORDERS_OP_ON(wait_now),
    ORDERS_OP(take), ORDERS_OP(give), ORDERS_OP(wait_any), ORDERS_OP(nap),
    /* 30: other threads */
    ORDERS_OP(call), ORDERS_OP(sleep_alertably), ORDERS_OP(suspend), ORDERS_OP(resume),
    ORDERS_OP(terminate), ORDERS_OP(end_thread), ORDERS_OP(join)};
enum {
    SECTIONS = 2,
    SLIM_LOCKS = 8,
    MUTEXES = 16,
    EVENTS = 22,
    OTHER_THREADS = 30,
    OPS = sizeof ops / sizeof ops[0]
};

static const struct orders_test test;

static DWORD WINAPI run_thread(LPVOID parameter) {
    orders_run(&test, (unsigned)(UINT_PTR)parameter);
    return 0;
}

static int run_program(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < OBJECTS; i++) {
        u.mutexes[i] = CreateMutexA(NULL, FALSE, NULL);
        u.events[i] = CreateEventA(NULL, i, FALSE, NULL);
        InitializeCriticalSection(&u.sections[i]);
    }
    u.semaphore = CreateSemaphoreA(NULL, 1, 2, NULL);
    for (UINT_PTR i = 0; i < orders_program.threads; i++)
        u.threads[i] = CreateThread(NULL, 0, run_thread, (LPVOID)i, CREATE_SUSPENDED, NULL);
    for (UINT_PTR i = 0; i < orders_program.threads; i++)
        ResumeThread(u.threads[i]);
    if (orders_program.joins)
        WaitForMultipleObjects(orders_program.threads, u.threads, TRUE, INFINITE);
    return 0;
}

/* Two of three steps are of the group, and most of them meet at the same object. */
static void make_program(uint64_t seed, unsigned first, unsigned end) {
    uint64_t state = exp_seed(seed, 1);
    orders_program.threads = 2 + exp_below(&state, 2);
    orders_program.joins = exp_below(&state, 8) != 0;
    for (unsigned t = 0; t < orders_program.threads; t++) {
        orders_program.count[t] = 1 + exp_below(&state, 6 - orders_program.threads);
        for (unsigned i = 0; i < orders_program.count[t]; i++) {
            bool other = exp_below(&state, 3) == 0;
            orders_program.steps[t][i] = (struct orders_step){
                .op = other ? exp_below(&state, OPS) : first + exp_below(&state, end - first),
                .object = exp_below(&state, 4) == 0};
        }
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

/* Programs some orders of which were missed once, or begun in vain. */
static const struct orders_case hard[] = {
    {"acquire 0 / acquire 0 suspend / try_acquire 1", 0},
    {"enter 0 nap / enter 0 nap / enter 0 leave 0", 0},
    {"enter 0 enter 0 sleep_in_section 0 / enter 0 wake", 0},
    {"own 1 own_both / own_both", 0},
    {"own_soon 0 / own_soon 0 / own 0 own_soon 0", 0},
    {"own_now 1 / own_soon 0 own_both", 0},
    {"own_soon 0 own_soon 0 / resume /", 0},
    {"wait_any wait_any / own_both", 0},
};

static void hard_programs_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_cases(&test, hard, sizeof hard / sizeof hard[0]);
}
static void sections_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "sections", SECTIONS, SLIM_LOCKS, 0);
}
static void slim_locks_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "slim locks", SLIM_LOCKS, MUTEXES, 0);
}
static void mutexes_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "mutexes", MUTEXES, EVENTS, 0);
}
static void events_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "events", EVENTS, OTHER_THREADS, 0);
}
static void other_threads_are_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "other threads", OTHER_THREADS, OPS, 0);
}
static void anything_is_reduced_soundly(void **state) {
    (void)state;
    orders_compare_group(&test, "anything", SECTIONS, OPS, 0);
}

int main(int argc, char **argv) {
    int status;
    if (orders_asked_for(&test, argc, argv, &status))
        return status;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_are_reduced_soundly),
        cmocka_unit_test(slim_locks_are_reduced_soundly),
        cmocka_unit_test(mutexes_are_reduced_soundly),
        cmocka_unit_test(events_are_reduced_soundly),
        cmocka_unit_test(other_threads_are_reduced_soundly),
        cmocka_unit_test(anything_is_reduced_soundly),
        cmocka_unit_test(hard_programs_are_reduced_soundly),
    };
    return cmocka_run_group_tests_name("explore.every_order_locks", tests, NULL, NULL);
}
