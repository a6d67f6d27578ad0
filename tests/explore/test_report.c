/* test_report.c - what a reader is told: the story, who waits for whom, what is done for ever. */
#include <stdio.h>
#include <string.h>

#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

static CRITICAL_SECTION first, second;
static HANDLE event;
static LONG flag;

/* ---- programs -------------------------------------------------------------------------------- */

static DWORD WINAPI take_both(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&second);
    EnterCriticalSection(&first);
    LeaveCriticalSection(&first);
    LeaveCriticalSection(&second);
    return 0;
}

static int opposite_orders(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeCriticalSection(&first);
    InitializeCriticalSection(&second);
    CreateThread(NULL, 0, take_both, NULL, 0, NULL);
    EnterCriticalSection(&first);
    EnterCriticalSection(&second);
    return 0;
}

static DWORD WINAPI take_and_sleep(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&first);
    SetEvent(event);
    Sleep(INFINITE);
    return 0;
}

static int dead_owner(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeCriticalSection(&first);
    event = CreateEventA(NULL, TRUE, FALSE, "taken");
    HANDLE thread = CreateThread(NULL, 0, take_and_sleep, NULL, 0, NULL);
    WaitForSingleObject(event, INFINITE);
    TerminateThread(thread, 1);
    EnterCriticalSection(&first);
    return 0;
}

static DWORD WINAPI add_one(LPVOID parameter) {
    LONG *counter = parameter, value = ReadAcquire(counter);
    WriteRelease(counter, value + 1);
    return 0;
}

static int lose_update_of(LONG *counter) {
    HANDLE thread = CreateThread(NULL, 0, add_one, counter, 0, NULL);
    add_one(counter);
    WaitForSingleObject(thread, INFINITE);
    *(volatile int *)(uintptr_t)(*counter == 2 ? (uintptr_t)&flag : 0) = 0;
    return 0;
}

static int lost_update(int argc, char **argv) {
    (void)argc, (void)argv;
    return lose_update_of(&flag);
}

static int lost_update_in_heap(int argc, char **argv) {
    (void)argc, (void)argv;
    return lose_update_of(HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(LONG)));
}

static int nobody_signals(int argc, char **argv) {
    (void)argc, (void)argv;
    event = CreateEventA(NULL, TRUE, FALSE, "never");
    WaitForSingleObject(event, INFINITE);
    return 0;
}

static SRWLOCK slim, other_slim;
static HANDLE forks[3];

static DWORD WINAPI upgrade(LPVOID unused) {
    (void)unused;
    AcquireSRWLockShared(&slim);
    Sleep(1);
    AcquireSRWLockExclusive(&slim);
    return 0;
}

static int two_upgrades(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeSRWLock(&slim);
    CreateThread(NULL, 0, upgrade, NULL, 0, NULL);
    return (int)upgrade(NULL);
}

static int one_upgrade(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeSRWLock(&slim);
    return (int)upgrade(NULL);
}

static DWORD WINAPI take_slim(LPVOID unused) {
    (void)unused;
    AcquireSRWLockExclusive(&other_slim);
    Sleep(1);
    AcquireSRWLockExclusive(&slim);
    return 0;
}

static int opposite_slim_locks(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeSRWLock(&slim);
    InitializeSRWLock(&other_slim);
    CreateThread(NULL, 0, take_slim, NULL, 0, NULL);
    AcquireSRWLockExclusive(&slim);
    ReleaseSRWLockExclusive(&slim);
    AcquireSRWLockExclusive(&slim);
    Sleep(1);
    AcquireSRWLockExclusive(&other_slim);
    return 0;
}

static DWORD WINAPI write_slim(LPVOID unused) {
    (void)unused;
    AcquireSRWLockExclusive(&slim);
    ReleaseSRWLockExclusive(&slim);
    return 0;
}

static int reads_twice(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeSRWLock(&slim);
    CreateThread(NULL, 0, write_slim, NULL, 0, NULL);
    AcquireSRWLockShared(&slim);
    AcquireSRWLockShared(&slim);
    ReleaseSRWLockShared(&slim);
    ReleaseSRWLockShared(&slim);
    return 0;
}

static DWORD WINAPI dine(LPVOID place) {
    intptr_t i = (intptr_t)place;
    WaitForSingleObject(forks[i], INFINITE);
    WaitForSingleObject(forks[(i + 1) % 3], INFINITE);
    ReleaseSemaphore(forks[(i + 1) % 3], 1, NULL);
    ReleaseSemaphore(forks[i], 1, NULL);
    return 0;
}

static int philosophers(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < 3; i++)
        forks[i] = CreateSemaphoreA(NULL, 1, 1, NULL);
    for (intptr_t i = 1; i < 3; i++)
        CreateThread(NULL, 0, dine, (void *)i, 0, NULL);
    return (int)dine(NULL);
}

static int spins(int argc, char **argv) {
    (void)argc, (void)argv;
    while (!ReadAcquire(&flag))
        SwitchToThread();
    return 0;
}

static int many_threads(int argc, char **argv) {
    (void)argc, (void)argv;
    event = CreateEventA(NULL, TRUE, FALSE, "never");
    for (int i = 0; i < 5; i++)
        CreateThread(NULL, 0, take_and_sleep, NULL, CREATE_SUSPENDED, NULL);
    for (int i = 0; i < 60; i++) {
        SetEvent(event);
        ResetEvent(event);
    }
    WaitForSingleObject(event, INFINITE);
    return 0;
}

/* ---- exploring them -------------------------------------------------------------------------- */

static rd_status prepare(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc};
    memcpy(&desc.main, context, sizeof desc.main);
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    flag = 0;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static rd_explore_result explore_by(const char *strategy, int (*program)(int, char **)) {
    const rd_scenario scenario = {
        .size = sizeof scenario, .prepare = prepare, .start = start, .context = &program};
    const rd_explore_options options = {
        .size = sizeof options, .strategy = strategy, .depth_max = 500};
    rd_explore_result result;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    return result;
}

static rd_explore_result explore(int (*program)(int, char **)) {
    return explore_by(NULL, program);
}

static void expect(const rd_explore_result *result, const char *text) {
    if (!strstr(result->report, text))
        print_error("%s", result->report);
    assert_non_null(strstr(result->report, text));
}

static void expect_narrow(const char *text) {
    for (; *text; text += strcspn(text, "\n") + 1)
        if (strncmp(text, "replay:", 7) != 0)
            assert_true(strcspn(text, "\n") <= 110);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_circle_of_waits_is_told(void **state) {
    rd_explore_result result = explore(opposite_orders);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "thread 12 waits for thread 16, which waits for thread 12: a circle");
    expect(&result, "thread 12 (app.exe)");
    expect(&result, "thread 16 (app.exe)");
    expect(&result, " * "); /* the decision that it needs */
    expect_narrow(result.report);
    rd_explore_result again = explore(opposite_orders);
    assert_string_equal(result.report, again.report);
    rd_explore_free(&again);
    rd_explore_free(&result);
}

static void owners_of_slim_locks_are_told(void **state) {
    rd_explore_result result = explore(opposite_slim_locks);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "thread 12 waits: for a slim reader/writer lock owned by thread 16");
    expect(&result, "thread 12 waits for thread 16, which waits for thread 12: a circle");
    expect(&result, "takes lock slim");
    expect(&result, "gives back lock slim");
    expect(&result, "wants lock slim");
    rd_explore_free(&result);
    result = explore(two_upgrades);
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "for a slim reader/writer lock, shared by 2 owners");
    expect(&result, "thread 12 waits for thread 16, which waits for thread 12: a circle");
    rd_explore_free(&result);
    result = explore(one_upgrade);
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "thread 12 waits for a lock that it has itself");
    rd_explore_free(&result);
}

/* Who shares a slim lock and takes it once more waits behind a writer that has come in between. */
static void a_reader_behind_a_writer_waits_for_ever(void **state) {
    const char *const strategies[] = {"dpor", "dfs", "random", "pct", "portfolio"};
    (void)state;
    for (size_t i = 0; i < sizeof strategies / sizeof strategies[0]; i++) {
        rd_explore_result result = explore_by(strategies[i], reads_twice);
        assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
        expect(&result, "thread 12 waits: for a slim reader/writer lock, shared by 1 owner, behind "
                        "thread 16");
        expect(&result, "thread 12 waits for thread 16, which waits for thread 12: a circle");
        expect(&result, "wants lock slim");
        rd_explore_free(&result);
    }
}

static void whoever_took_a_semaphore_is_told(void **state) {
    rd_explore_result result = explore(philosophers);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "thread 12 waits for thread 16, which waits for thread 20, which waits for "
                    "thread 12: a circle");
    rd_explore_free(&result);
}

static void an_owner_that_has_ended_is_told(void **state) {
    rd_explore_result result = explore(dead_owner);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "thread 12 waits for thread 16, which has ended: it cannot give back");
    expect(&result, "'taken' becomes signaled");
    rd_explore_free(&result);
}

static void expect_lost_update(int (*program)(int, char **), const char *name) {
    char reads[64], changes[64];
    rd_explore_result result = explore(program);
    snprintf(reads, sizeof reads, "reads %s", name);
    snprintf(changes, sizeof changes, "changes %s", name);
    assert_int_equal(result.verdict, RD_EXPLORE_CRASH);
    assert_non_null(strstr(result.explanation, "STATUS_ACCESS_VIOLATION is handled by nobody"));
    expect(&result, " * ");
    const char *read = strstr(result.report, reads);
    assert_non_null(read);
    read = strstr(read + 1, reads);
    assert_non_null(read);
    read = strstr(read, changes);
    assert_non_null(read);
    assert_non_null(strstr(read + 1, changes));
    rd_explore_free(&result);
}

/* A variable has its name in the source; what is allocated is called A, B and so on. */
static void what_threads_do_to_memory_is_told(void **state) {
    (void)state;
    expect_lost_update(lost_update, "flag");
    expect_lost_update(lost_update_in_heap, "shared memory A");
}

static void what_nobody_signals_is_told(void **state) {
    rd_explore_result result = explore(nobody_signals);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "thread 12 waits for something that no thread which could still run");
    expect(&result, "'never'");
    rd_explore_free(&result);
}

static void what_is_repeated_for_ever_is_told(void **state) {
    rd_explore_result result = explore(spins);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_INCONCLUSIVE);
    expect(&result, "the same again and again");
    expect(&result, "reads flag");
    rd_explore_free(&result);
}

static void a_long_story_of_many_threads_is_cut(void **state) {
    rd_explore_result result = explore(many_threads);
    (void)state;
    assert_int_equal(result.verdict, RD_EXPLORE_DEADLOCK);
    expect(&result, "rows ...");
    expect(&result, "is suspended, and no thread is left that resumes it");
    expect_narrow(result.report);
    rd_explore_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_circle_of_waits_is_told),
        cmocka_unit_test(owners_of_slim_locks_are_told),
        cmocka_unit_test(a_reader_behind_a_writer_waits_for_ever),
        cmocka_unit_test(whoever_took_a_semaphore_is_told),
        cmocka_unit_test(an_owner_that_has_ended_is_told),
        cmocka_unit_test(what_threads_do_to_memory_is_told),
        cmocka_unit_test(what_nobody_signals_is_told),
        cmocka_unit_test(what_is_repeated_for_ever_is_told),
        cmocka_unit_test(a_long_story_of_many_threads_is_cut),
    };
    return cmocka_run_group_tests_name("explore.report", tests, NULL, NULL);
}
