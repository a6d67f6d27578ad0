/*
 * test_open_choices.c - what may go either way besides the order of threads: every kind of decision
 * finds a mistake that nothing else shows, and is part of the replay string.
 */
#include <string.h>

#include "crt/crt_calls.h"
#include "rundown/sdk/ntddk.h"
#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

enum { OUTCOMES_MAX = 64 };

static LONG first_served, counter;
static ULONG outcome;       /* what the program has seen */
static const char *mistake; /* what it has got wrong, or NULL */

/* ---- which waiter ---------------------------------------------------------------------------- */

static HANDLE object;
static CRITICAL_SECTION section;
static CONDITION_VARIABLE condition;
static LONG word;

static void note_served(LONG number) {
    InterlockedCompareExchange(&first_served, number, 0);
}

static void wait_for_object(LONG number) {
    WaitForSingleObject(object, 1000);
    note_served(number);
}

static void set_event(void) {
    SetEvent(object);
}

static void release_semaphore(void) {
    ReleaseSemaphore(object, 1, NULL);
}

static void release_mutex(void) {
    ReleaseMutex(object);
}

static void own_mutex(LONG number) {
    WaitForSingleObject(object, 1000);
    note_served(number);
    ReleaseMutex(object);
}

static void wait_for_condition(LONG number) {
    EnterCriticalSection(&section);
    SleepConditionVariableCS(&condition, &section, INFINITE);
    note_served(number);
    LeaveCriticalSection(&section);
}

static void wake_condition(void) {
    WakeConditionVariable(&condition);
}

static void wait_on_word(LONG number) {
    LONG zero = 0;
    WaitOnAddress(&word, &zero, sizeof word, INFINITE);
    note_served(number);
}

static void wake_word(void) {
    WakeByAddressSingle(&word);
}

static void (*wait_function)(LONG number);

static DWORD WINAPI waiter(LPVOID number) {
    wait_function((LONG)(INT_PTR)number);
    return 0;
}

/* Two threads wait, one after the other; both wait before anybody is woken. */
static int serve(void (*wait)(LONG number), void (*wake)(void)) {
    HANDLE threads[2];
    wait_function = wait;
    for (INT_PTR i = 0; i < 2; i++) {
        threads[i] = CreateThread(NULL, 0, waiter, (LPVOID)(i + 1), 0, NULL);
        Sleep(10);
    }
    wake();
    Sleep(10);
    wake();
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    if (first_served != 1)
        mistake = "who came first was not served first";
    return 0;
}

static int waits_for_event(int argc, char **argv) {
    (void)argc, (void)argv;
    object = CreateEventA(NULL, FALSE, FALSE, NULL);
    return serve(wait_for_object, set_event);
}

static int waits_for_semaphore(int argc, char **argv) {
    (void)argc, (void)argv;
    object = CreateSemaphoreA(NULL, 0, 2, NULL);
    return serve(wait_for_object, release_semaphore);
}

static int waits_for_mutex(int argc, char **argv) {
    (void)argc, (void)argv;
    object = CreateMutexA(NULL, TRUE, NULL);
    return serve(own_mutex, release_mutex);
}

static int waits_for_condition(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeCriticalSection(&section);
    InitializeConditionVariable(&condition);
    return serve(wait_for_condition, wake_condition);
}

static int waits_on_address(int argc, char **argv) {
    (void)argc, (void)argv;
    return serve(wait_on_word, wake_word);
}

/* Both are let go at once: there is nothing to decide. */
static void release_two(void) {
    ReleaseSemaphore(object, 2, NULL);
}

static int is_released_together(int argc, char **argv) {
    (void)argc, (void)argv;
    object = CreateSemaphoreA(NULL, 0, 2, NULL);
    serve(wait_for_object, release_two);
    mistake = NULL;
    return 0;
}

/* ---- order of APCs --------------------------------------------------------------------------- */

static VOID CALLBACK apc(ULONG_PTR number) {
    outcome = outcome * 4 + (ULONG)number;
}

static int queues_apcs(int argc, char **argv) {
    (void)argc, (void)argv;
    for (ULONG_PTR i = 1; i <= 3; i++)
        QueueUserAPC(apc, GetCurrentThread(), i);
    SleepEx(INFINITE, TRUE);
    if (outcome != (1 * 4 + 2) * 4 + 3)
        mistake = "an APC has overtaken another one";
    return 0;
}

/* ---- allocations that fail ------------------------------------------------------------------- */

static void note_memory(const void *memory) {
    if (!memory)
        mistake = "there was no memory";
}

static int allocates_with_malloc(int argc, char **argv) {
    char *block = crt_malloc(8);
    (void)argc, (void)argv;
    note_memory(block);
    crt_free(block);
    return 0;
}

static int allocates_from_heap(int argc, char **argv) {
    char *block = HeapAlloc(GetProcessHeap(), 0, 8);
    (void)argc, (void)argv;
    note_memory(block);
    if (block)
        note_memory(HeapReAlloc(GetProcessHeap(), 0, block, 100));
    return 0;
}

static int allocates_pages(int argc, char **argv) {
    (void)argc, (void)argv;
    note_memory(VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE));
    note_memory(LocalAlloc(LPTR, 8));
    note_memory(GetCommandLineA()); /* this one never fails */
    return 0;
}

static DWORD WINAPI idle(LPVOID unused) {
    (void)unused;
    return 0;
}

static void run_thread(void) {
    HANDLE thread = CreateThread(NULL, 0, idle, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static int starts_a_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    run_thread();
    return 0;
}

static VOID on_thread(HANDLE pid, HANDLE tid, BOOLEAN create) {
    (void)pid, (void)tid;
    if (!create)
        return;
    PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, 'tseT');
    note_memory(block);
    if (block)
        ExFreePoolWithTag(block, 'tseT');
}

static VOID unload(PDRIVER_OBJECT driver) {
    (void)driver;
    PsRemoveCreateThreadNotifyRoutine(on_thread);
}

static int32_t driver_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return PsSetCreateThreadNotifyRoutine(on_thread);
}

/* ---- termination that comes late ------------------------------------------------------------- */

static DWORD WINAPI counts(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < 2; i++)
        InterlockedIncrement(&counter);
    return 0;
}

static int terminates_and_looks(int argc, char **argv) {
    HANDLE thread = CreateThread(NULL, 0, counts, NULL, 0, NULL);
    (void)argc, (void)argv;
    TerminateThread(thread, 1);
    LONG before = ReadAcquire(&counter);
    if (ReadAcquire(&counter) != before)
        mistake = "a thread went on after it was terminated";
    return 0;
}

static int terminates_and_waits(int argc, char **argv) {
    HANDLE thread = CreateThread(NULL, 0, counts, NULL, 0, NULL);
    (void)argc, (void)argv;
    TerminateThread(thread, 1);
    WaitForSingleObject(thread, INFINITE);
    LONG before = ReadAcquire(&counter);
    if (ReadAcquire(&counter) != before)
        mistake = "a thread went on after it was signaled";
    return 0;
}

/* The thread that is to die cannot go on: there is nothing to decide. */
static DWORD WINAPI waits_for_ever(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(object, INFINITE);
    InterlockedIncrement(&counter);
    return 0;
}

static int terminates_a_waiter(int argc, char **argv) {
    (void)argc, (void)argv;
    object = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, waits_for_ever, NULL, 0, NULL);
    TerminateThread(thread, 1);
    SetEvent(object);
    WaitForSingleObject(thread, INFINITE);
    if (ReadAcquire(&counter))
        mistake = "a thread has passed what it was terminated at";
    return 0;
}

/* ---- IDs ------------------------------------------------------------------------------------- */

static int expects_a_new_id(int argc, char **argv) {
    DWORD ids[2];
    (void)argc, (void)argv;
    for (int i = 0; i < 2; i++) {
        HANDLE thread = CreateThread(NULL, 0, idle, NULL, 0, &ids[i]);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        Sleep(1); /* until nothing of it is left */
    }
    if (ids[0] == ids[1])
        mistake = "the ID was given out again";
    return 0;
}

static int expects_a_new_handle(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE first = CreateEventA(NULL, TRUE, FALSE, NULL);
    CloseHandle(first);
    if (CreateEventA(NULL, TRUE, FALSE, NULL) == first)
        mistake = "the handle value was given out again";
    return 0;
}

static DWORD WINAPI waits_for_its_own(LPVOID unused) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    (void)unused;
    if (WaitForSingleObject(event, 0) != WAIT_OBJECT_0)
        mistake = "somebody else has closed the handle";
    return 0;
}

static int closes_twice(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, waits_for_its_own, NULL, 0, NULL);
    CloseHandle(event);
    CloseHandle(event);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

/* ---- decisions that change what a step touches ----------------------------------------------- */

static HANDLE port;

static void look(ULONG number) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED overlapped;
    if (!outcome && GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0))
        outcome = number;
}

static DWORD WINAPI looks_twice(LPVOID unused) {
    (void)unused;
    look(1);
    look(2);
    return 0;
}

/* In which of three looks does the packet come, if at all? */
static int looks_for_a_packet(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT association = {.CompletionPort = port};
    SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &association,
                            sizeof association);
    HANDLE thread = CreateThread(NULL, 0, looks_twice, NULL, 0, NULL);
    AssignProcessToJobObject(job, GetCurrentProcess());
    WaitForSingleObject(thread, INFINITE);
    look(3);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

/* How far did the thread get? */
static int terminates_somewhere(int argc, char **argv) {
    HANDLE thread = CreateThread(NULL, 0, counts, NULL, 0, NULL);
    (void)argc, (void)argv;
    TerminateThread(thread, 1);
    outcome = (ULONG)ReadAcquire(&counter);
    WaitForSingleObject(thread, INFINITE);
    outcome = outcome * 4 + (ULONG)ReadAcquire(&counter);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

static DWORD WINAPI closes_event(LPVOID event) {
    CloseHandle(event);
    return 0;
}

/* Which value does the handle get that is made while another one is closed? */
static int makes_a_handle_meanwhile(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE old = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, closes_event, old, 0, NULL);
    HANDLE first = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE second = CreateEventA(NULL, TRUE, FALSE, NULL);
    outcome = first == old ? 1 : second == old ? 2 : 3;
    WaitForSingleObject(thread, INFINITE);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

static DWORD WINAPI closes_what_is_told(LPVOID place) {
    HANDLE event = InterlockedExchangePointer(place, NULL);
    if (event)
        CloseHandle(event);
    return 0;
}

/* Does the wait find the handle that the other thread closes? */
static int tells_of_a_handle(int argc, char **argv) {
    static PVOID told;
    (void)argc, (void)argv;
    told = NULL;
    HANDLE thread = CreateThread(NULL, 0, closes_what_is_told, &told, 0, NULL);
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    InterlockedExchangePointer(&told, event);
    outcome = WaitForSingleObject(event, 0) == WAIT_OBJECT_0 ? 1 : 2;
    WaitForSingleObject(thread, INFINITE);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

/* ---- exploring ------------------------------------------------------------------------------- */

struct tested {
    const char *name;
    unsigned choose;
    bool sound; /* there is no mistake */
    bool driver;
    int (*main)(int, char **);
};

struct exploration {
    const struct tested *tested;
    ULONG outcomes[OUTCOMES_MAX]; /* met in any execution, in the order of their numbers */
    size_t count;
};

static rd_status prepare(rd_world *world, void *context) {
    const struct exploration *e = context;
    const rd_image_desc desc = {.size = sizeof desc, .main = e->tested->main};
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    const struct exploration *e = context;
    first_served = counter = word = 0;
    outcome = 0;
    mistake = NULL;
    if (e->tested->driver && rd_driver_load(world, "test.sys", driver_entry, NULL) != RD_OK)
        return RD_INVALID_ARGUMENT;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *check(rd_world *world, void *context) {
    struct exploration *e = context;
    size_t place = 0;
    (void)world;
    while (place < e->count && e->outcomes[place] < outcome)
        place++;
    if (place < e->count && e->outcomes[place] == outcome)
        return mistake;
    assert_true(e->count < OUTCOMES_MAX);
    memmove(&e->outcomes[place + 1], &e->outcomes[place],
            (e->count - place) * sizeof e->outcomes[0]);
    e->outcomes[place] = outcome;
    e->count++;
    return mistake;
}

static void explore(struct exploration *e, const rd_explore_options *options,
                    rd_explore_result *result) {
    const rd_scenario scenario = {.size = sizeof scenario,
                                  .name = e->tested->name,
                                  .prepare = prepare,
                                  .start = start,
                                  .check = check,
                                  .context = e};
    e->count = 0;
    assert_int_equal(rd_explore(&scenario, options, result), RD_OK);
    assert_int_not_equal(result->verdict, RD_EXPLORE_ERROR);
}

/* Every schedule is too much even for small programs: three preemptions do. */
static rd_explore_options options_of(const char *strategy, unsigned choose) {
    return (rd_explore_options){.size = sizeof(rd_explore_options),
                                .strategy = strategy,
                                .choose = choose,
                                .preemptions_bounded = true,
                                .preemptions_max = 3};
}

static void expect_proof(const struct tested *tested, const char *strategy, unsigned choose) {
    struct exploration e = {.tested = tested};
    rd_explore_options options = options_of(strategy, choose);
    rd_explore_result result;
    explore(&e, &options, &result);
    if (result.verdict != RD_EXPLORE_OK || !result.complete)
        fail_msg("%s, %s, choose 0x%x: %s", tested->name, strategy, choose, result.report);
    rd_explore_free(&result);
}

/* The replay string brings the open decision along, and ends with the same mistake. */
static void replay(const struct tested *tested, const char *string) {
    struct exploration e = {.tested = tested};
    rd_world_options options = {
        .size = sizeof options, .strategy = RD_STRATEGY_REPLAY, .replay = string};
    rd_world *world = test_world(&options);
    assert_int_equal(prepare(world, &e), RD_OK);
    assert_int_equal(start(world, &e), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_non_null(mistake);
    assert_string_equal(rd_world_replay_string(world), string);
    rd_world_destroy(world);
}

static void expect_mistake(const struct tested *tested, const char *strategy) {
    struct exploration e = {.tested = tested};
    rd_explore_options options = options_of(strategy, tested->choose);
    rd_explore_result result;
    explore(&e, &options, &result);
    if (result.verdict != RD_EXPLORE_ASSERTION)
        fail_msg("%s, %s: %s", tested->name, strategy, result.report);
    assert_non_null(result.replay);
    replay(tested, result.replay);
    rd_explore_free(&result);
}

static void each_finds_what_nothing_else_shows(void **state) {
    static const struct tested tested[] = {
        {"event", RD_CHOOSE_WAITER, .main = waits_for_event},
        {"semaphore", RD_CHOOSE_WAITER, .main = waits_for_semaphore},
        {"semaphore of two", RD_CHOOSE_WAITER, .sound = true, .main = is_released_together},
        {"mutex", RD_CHOOSE_WAITER, .main = waits_for_mutex},
        {"condition", RD_CHOOSE_WAITER, .main = waits_for_condition},
        {"address", RD_CHOOSE_WAITER, .main = waits_on_address},
        {"apcs", RD_CHOOSE_APC, .main = queues_apcs},
        {"malloc", RD_CHOOSE_ALLOCATION, .main = allocates_with_malloc},
        {"heap", RD_CHOOSE_ALLOCATION, .main = allocates_from_heap},
        {"pages", RD_CHOOSE_ALLOCATION, .main = allocates_pages},
        {"pool", RD_CHOOSE_ALLOCATION, .driver = true, .main = starts_a_thread},
        {"termination", RD_CHOOSE_TERMINATION, .main = terminates_and_looks},
        {"termination of a waiter", RD_CHOOSE_TERMINATION, .sound = true,
         .main = terminates_a_waiter},
        {"awaited termination", RD_CHOOSE_TERMINATION, .sound = true, .main = terminates_and_waits},
        {"id", RD_CHOOSE_ID, .main = expects_a_new_id},
        {"handle", RD_CHOOSE_ID, .main = expects_a_new_handle},
        {"handle of somebody else", RD_CHOOSE_ID, .main = closes_twice},
    };
    static const char *const strategies[] = {"dpor", "dfs"};
    (void)state;
    for (size_t i = 0; i < sizeof tested / sizeof tested[0]; i++)
        for (size_t s = 0; s < 2; s++) {
            expect_proof(&tested[i], strategies[s], 0);
            if (tested[i].sound)
                expect_proof(&tested[i], strategies[s], tested[i].choose);
            else
                expect_mistake(&tested[i], strategies[s]);
        }
}

/* All outcomes, with the number of executions that the strategy needed in vain. */
static void collect(struct exploration *e, const char *strategy, uint64_t *redundant) {
    rd_explore_options options = {
        .size = sizeof options, .strategy = strategy, .choose = e->tested->choose};
    rd_explore_result result;
    explore(e, &options, &result);
    assert_true(result.complete);
    *redundant = result.redundant;
    rd_explore_free(&result);
}

static void the_reduction_loses_no_outcome(void **state) {
    static const struct {
        struct tested tested;
        size_t outcomes;
    } cases[] = {
        {{"packet", 0, .main = looks_for_a_packet}, 3},
        {{"lost packet", RD_CHOOSE_ALLOCATION, .main = looks_for_a_packet}, 4},
        {{"somewhere", 0, .main = terminates_somewhere}, 3},
        {{"somewhere later", RD_CHOOSE_TERMINATION, .main = terminates_somewhere}, 5},
        {{"handle", RD_CHOOSE_ID, .main = makes_a_handle_meanwhile}, 3},
        {{"told handle", 0, .main = tells_of_a_handle}, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exploration all = {.tested = &cases[i].tested}, reduced = all;
        uint64_t redundant;
        collect(&all, "dfs", &redundant);
        assert_int_equal(all.count, cases[i].outcomes);
        collect(&reduced, "dpor", &redundant);
        if (reduced.count != all.count)
            fail_msg("%s: %zu of %zu outcomes", cases[i].tested.name, reduced.count, all.count);
        assert_true(redundant == 0 || cases[i].tested.choose);
        assert_memory_equal(reduced.outcomes, all.outcomes, all.count * sizeof all.outcomes[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finds_what_nothing_else_shows),
        cmocka_unit_test(the_reduction_loses_no_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
