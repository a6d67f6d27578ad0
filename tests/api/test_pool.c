/* test_pool.c - the thread pool: work, timers, waits, cleanup groups, and the older functions. */
#include "sim.h"

#include "rundown/sdk/rd_ntdll.h"

static HANDLE begun, gate, done;
static LONG calls, told;

static void set_up(void) {
    begun = CreateEventA(NULL, FALSE, FALSE, NULL);
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    done = CreateEventA(NULL, FALSE, FALSE, NULL);
    calls = told = 0;
}

static void wait_for(HANDLE event) {
    expect_equal(WaitForSingleObject(event, 1000), WAIT_OBJECT_0);
}

static VOID stands(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance, (void)context, (void)work;
    InterlockedIncrement(&calls);
    SetEvent(begun);
    WaitForSingleObject(gate, INFINITE);
}

static VOID counts(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    (void)instance;
    InterlockedIncrement(&calls);
    if (context)
        SetEvent(context);
}

/* ---- work and pools -------------------------------------------------------------------------- */

static int uses_work(int argc, char **argv) {
    (void)argc, (void)argv;
    set_up();
    PTP_WORK work = CreateThreadpoolWork(stands, NULL, NULL);
    SubmitThreadpoolWork(work);
    SubmitThreadpoolWork(work);
    wait_for(begun);
    SetEvent(gate);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    expect_equal(calls, 2);
    CloseThreadpoolWork(work);
    expect(TrySubmitThreadpoolCallback(counts, done, NULL));
    wait_for(done);
    expect_equal(calls, 3);
    return 0;
}

static void work_runs_once_for_each_submission(void **state) {
    sim_run(state, uses_work);
}

static int order[3];

static VOID notes_order(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    (void)instance;
    order[calls] = (int)(INT_PTR)context;
    if (InterlockedIncrement(&calls) == 3)
        SetEvent(done);
}

static int uses_priorities(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    (void)argc, (void)argv;
    set_up();
    PTP_POOL pool = CreateThreadpool(NULL);
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    SetThreadpoolCallbackRunsLong(&environment);
    SetThreadpoolCallbackPersistent(&environment);
    SetThreadpoolThreadMaximum(pool, 1);
    expect(SetThreadpoolThreadMinimum(pool, 1));
    PTP_WORK first = CreateThreadpoolWork(stands, NULL, &environment);
    SubmitThreadpoolWork(first);
    wait_for(begun);
    calls = 0;
    for (int i = TP_CALLBACK_PRIORITY_LOW; i >= TP_CALLBACK_PRIORITY_HIGH; i--) {
        SetThreadpoolCallbackPriority(&environment, (TP_CALLBACK_PRIORITY)i);
        expect(TrySubmitThreadpoolCallback(notes_order, (PVOID)(INT_PTR)i, &environment));
    }
    SetEvent(gate);
    wait_for(done);
    expect_equal(order[0], TP_CALLBACK_PRIORITY_HIGH);
    expect_equal(order[2], TP_CALLBACK_PRIORITY_LOW);
    CloseThreadpoolWork(first);
    CloseThreadpool(pool);
    DestroyThreadpoolEnvironment(&environment);
    return 0;
}

static void higher_priority_goes_first(void **state) {
    sim_run(state, uses_priorities);
}

static VOID runs_long(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    expect_equal(CallbackMayRunLong(instance), context != NULL);
    SetEvent(begun);
    WaitForSingleObject(gate, INFINITE);
}

static int may_run_long(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    (void)argc, (void)argv;
    set_up();
    PTP_POOL pool = CreateThreadpool(NULL);
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    SetThreadpoolThreadMaximum(pool, 2);
    TrySubmitThreadpoolCallback(runs_long, (PVOID)1, &environment);
    wait_for(begun);
    TrySubmitThreadpoolCallback(runs_long, NULL, &environment);
    wait_for(begun);
    SetEvent(gate);
    CloseThreadpool(pool);
    return 0;
}

static void the_last_thread_of_a_pool_may_not_run_long(void **state) {
    sim_run(state, may_run_long);
}

static VOID leaves(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)context, (void)work;
    DisassociateCurrentThreadFromCallback(instance);
    SetEvent(begun);
    WaitForSingleObject(gate, INFINITE);
    SetEvent(done);
}

static int dissociates(int argc, char **argv) {
    (void)argc, (void)argv;
    set_up();
    PTP_WORK work = CreateThreadpoolWork(leaves, NULL, NULL);
    SubmitThreadpoolWork(work);
    wait_for(begun);
    WaitForThreadpoolWorkCallbacks(work, FALSE); /* though the callback still runs */
    CloseThreadpoolWork(work);
    SetEvent(gate);
    wait_for(done);
    return 0;
}

static void nobody_waits_for_a_dissociated_callback(void **state) {
    sim_run(state, dissociates);
}

/* ---- cleanup groups -------------------------------------------------------------------------- */

static VOID cancelled(PVOID object, PVOID cleanup) {
    (void)object;
    told += (LONG)(INT_PTR)cleanup;
}

static VOID never(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer) {
    (void)instance, (void)context, (void)timer;
    calls += 100;
}

static int uses_groups(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    FILETIME due = {.dwLowDateTime = (DWORD)-10000, .dwHighDateTime = (DWORD)-1};
    (void)argc, (void)argv;
    set_up();
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackCleanupGroup(&environment, group, cancelled);
    PTP_WORK work = CreateThreadpoolWork(stands, NULL, &environment);
    SubmitThreadpoolWork(work);
    wait_for(begun);
    PTP_TIMER timer = CreateThreadpoolTimer(never, NULL, &environment);
    SetThreadpoolTimer(timer, &due, 0, 0);
    SetEvent(gate);
    CloseThreadpoolCleanupGroupMembers(group, TRUE, (PVOID)10);
    expect_equal(told, 20);
    Sleep(10);
    expect_equal(calls, 1);
    CloseThreadpoolCleanupGroup(group);
    return 0;
}

static void a_group_ends_its_members(void **state) {
    sim_run(state, uses_groups);
}

/* ---- timers and waits ------------------------------------------------------------------------ */

static VOID rings(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer) {
    (void)instance, (void)context, (void)timer;
    if (InterlockedIncrement(&calls) == 3)
        SetEvent(done);
}

static int uses_timers(int argc, char **argv) {
    FILETIME due = {.dwLowDateTime = (DWORD)-50000, .dwHighDateTime = (DWORD)-1}, absolute;
    (void)argc, (void)argv;
    set_up();
    PTP_TIMER timer = CreateThreadpoolTimer(rings, NULL, NULL);
    expect(!IsThreadpoolTimerSet(timer));
    ULONGLONG start = GetTickCount64();
    SetThreadpoolTimer(timer, &due, 10, 0);
    expect(IsThreadpoolTimerSet(timer));
    wait_for(done);
    expect_equal(GetTickCount64() - start, 25);
    SetThreadpoolTimer(timer, NULL, 0, 0);
    WaitForThreadpoolTimerCallbacks(timer, TRUE);
    calls = 2;
    GetSystemTimeAsFileTime(&absolute);
    absolute.dwLowDateTime += 20000;
    SetThreadpoolTimer(timer, &absolute, 0, 0);
    wait_for(done);
    CloseThreadpoolTimer(timer);
    return 0;
}

static void timers_ring_when_they_are_due(void **state) {
    sim_run(state, uses_timers);
}

static TP_WAIT_RESULT last;

static VOID notes_result(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait,
                         TP_WAIT_RESULT result) {
    (void)instance, (void)context, (void)wait;
    last = result;
    SetEvent(done);
}

static int uses_waits(int argc, char **argv) {
    FILETIME due = {.dwLowDateTime = (DWORD)-50000, .dwHighDateTime = (DWORD)-1};
    (void)argc, (void)argv;
    set_up();
    PTP_WAIT wait = CreateThreadpoolWait(notes_result, NULL, NULL);
    SetThreadpoolWait(wait, begun, &due);
    SetEvent(begun);
    wait_for(done);
    expect_equal(last, WAIT_OBJECT_0);
    SetThreadpoolWait(wait, begun, &due);
    wait_for(done);
    expect_equal(last, WAIT_TIMEOUT);
    SetThreadpoolWait(wait, begun, NULL);
    SetThreadpoolWait(wait, NULL, NULL);
    WaitForThreadpoolWaitCallbacks(wait, FALSE);
    SetEvent(begun);
    wait_for(begun); /* nobody has taken it */
    CloseThreadpoolWait(wait);
    return 0;
}

static void waits_tell_signal_from_timeout(void **state) {
    sim_run(state, uses_waits);
}

static int waits_for_many(int argc, char **argv) {
    enum { MANY = 150 };
    HANDLE events[MANY], waits[MANY];
    (void)argc, (void)argv;
    set_up();
    for (int i = 0; i < MANY; i++) {
        events[i] = CreateEventA(NULL, FALSE, FALSE, NULL);
        PTP_WAIT wait = CreateThreadpoolWait(notes_result, NULL, NULL);
        SetThreadpoolWait(wait, events[i], NULL);
        waits[i] = wait;
    }
    for (int i = MANY - 1; i >= 0; i--) {
        SetEvent(events[i]);
        wait_for(done);
        CloseThreadpoolWait((PTP_WAIT)waits[i]);
    }
    return 0;
}

static void more_waits_than_one_thread_can_hold(void **state) {
    sim_run(state, waits_for_many);
}

/* ---- what is done when a callback returns ---------------------------------------------------- */

static CRITICAL_SECTION section;
static HANDLE mutex, semaphore;

static VOID leaves_all(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    (void)context;
    WaitForSingleObject(mutex, INFINITE);
    EnterCriticalSection(&section);
    LeaveCriticalSectionWhenCallbackReturns(instance, &section);
    ReleaseMutexWhenCallbackReturns(instance, mutex);
    ReleaseSemaphoreWhenCallbackReturns(instance, semaphore, 3);
    SetEventWhenCallbackReturns(instance, done);
    FreeLibraryWhenCallbackReturns(instance, LoadLibraryA("guest.dll"));
    expect_equal(WaitForSingleObject(done, 0), WAIT_TIMEOUT);
}

static int uses_returns(int argc, char **argv) {
    LONG previous = 0;
    (void)argc, (void)argv;
    set_up();
    mutex = CreateMutexA(NULL, FALSE, NULL);
    semaphore = CreateSemaphoreA(NULL, 0, 5, NULL);
    InitializeCriticalSection(&section);
    TrySubmitThreadpoolCallback(leaves_all, NULL, NULL);
    wait_for(done);
    wait_for(mutex);
    EnterCriticalSection(&section);
    ReleaseSemaphore(semaphore, 1, &previous);
    expect_equal(previous, 3);
    Sleep(1);
    expect(!GetModuleHandleA("guest.dll"));
    return 0;
}

static void what_is_done_when_a_callback_returns(void **state) {
    sim_dll(state, "guest.dll", NULL, NULL);
    sim_run(state, uses_returns);
}

static VOID bad_mutex(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    ReleaseMutexWhenCallbackReturns(instance, context);
}

static VOID bad_event(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    SetEventWhenCallbackReturns(instance, context);
}

static VOID bad_semaphore(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    ReleaseSemaphoreWhenCallbackReturns(instance, context, 1);
}

static VOID bad_library(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    FreeLibraryWhenCallbackReturns(instance, context);
}

static PTP_SIMPLE_CALLBACK bad_callback;

/* For runs of several programs in one test. */
static uint32_t run_alone(int (*main)(int, char **)) {
    void *world = test_world(NULL);
    uint32_t code = sim_run(&world, main);
    rd_world_destroy(world);
    return code;
}

static int returns_badly(int argc, char **argv) {
    (void)argc, (void)argv;
    TrySubmitThreadpoolCallback(bad_callback, (PVOID)0x7770, NULL);
    Sleep(INFINITE);
    return 0;
}

static void what_cannot_be_done_then_is_an_exception(void **state) {
    (void)state;
    static const struct {
        PTP_SIMPLE_CALLBACK callback;
        NTSTATUS code;
    } rows[] = {
        {bad_mutex, STATUS_THREADPOOL_RELEASE_MUTEX_ON_COMPLETION_FAILED},
        {bad_event, STATUS_THREADPOOL_SET_EVENT_ON_COMPLETION_FAILED},
        {bad_semaphore, STATUS_THREADPOOL_RELEASE_SEMAPHORE_ON_COMPLETION_FAILED},
        {bad_library, STATUS_THREADPOOL_FREE_LIBRARY_ON_COMPLETION_FAILED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bad_callback = rows[i].callback;
        assert_int_equal(run_alone(returns_badly), (uint32_t)rows[i].code);
    }
}

static int holds_library(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    (void)argc, (void)argv;
    set_up();
    HMODULE guest = LoadLibraryA("guest.dll");
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackLibrary(&environment, guest);
    environment.FinalizationCallback = counts;
    PTP_WORK work = CreateThreadpoolWork(stands, NULL, &environment);
    SubmitThreadpoolWork(work);
    wait_for(begun);
    FreeLibrary(guest);
    CloseThreadpoolWork(work); /* it goes with its callback */
    expect(GetModuleHandleA("guest.dll") == guest);
    expect_equal(calls, 1);
    SetEvent(gate);
    Sleep(1);
    expect(!GetModuleHandleA("guest.dll"));
    expect_equal(calls, 2); /* finalization */
    return 0;
}

static void a_library_stays_as_long_as_its_callbacks(void **state) {
    sim_dll(state, "guest.dll", NULL, NULL);
    sim_run(state, holds_library);
}

/* ---- the older functions --------------------------------------------------------------------- */

static DWORD item(LPVOID context) {
    InterlockedIncrement(&calls);
    SetEvent(context);
    return 7;
}

static VOID native_item(PVOID context) {
    item(context);
}

static int queues_items(int argc, char **argv) {
    (void)argc, (void)argv;
    set_up();
    expect(QueueUserWorkItem(item, done, WT_EXECUTEDEFAULT));
    wait_for(done);
    expect_equal(RtlQueueWorkItem(native_item, done, WT_EXECUTELONGFUNCTION), STATUS_SUCCESS);
    wait_for(done);
    expect_equal(calls, 2);
    return 0;
}

static void work_items(void **state) {
    sim_run(state, queues_items);
}

static VOID notes(PVOID context, BOOLEAN fired) {
    InterlockedIncrement(&calls);
    told += fired;
    SetEvent(context);
}

static VOID stands_there(PVOID context, BOOLEAN fired) {
    (void)context, (void)fired;
    SetEvent(begun);
    WaitForSingleObject(gate, INFINITE);
}

static int registers(int argc, char **argv) {
    HANDLE wait, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    (void)argc, (void)argv;
    set_up();
    expect(RegisterWaitForSingleObject(&wait, event, notes, done, 10, WT_EXECUTEDEFAULT));
    SetEvent(event);
    wait_for(done);
    expect_equal(told, 0);
    wait_for(done);
    expect_equal(told, 1);
    expect(UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
    expect_fails(UnregisterWait(wait), ERROR_INVALID_HANDLE);
    expect(RegisterWaitForSingleObject(&wait, event, stands_there, NULL, INFINITE,
                                       WT_EXECUTEONLYONCE));
    SetEvent(event);
    wait_for(begun);
    expect_fails(UnregisterWaitEx(wait, done), ERROR_IO_PENDING);
    expect_equal(WaitForSingleObject(done, 10), WAIT_TIMEOUT);
    SetEvent(gate);
    wait_for(done); /* the callback has returned */
    expect(RegisterWaitForSingleObject(&wait, event, notes, done, INFINITE, WT_EXECUTEONLYONCE));
    expect(UnregisterWait(wait));
    return 0;
}

static void registered_waits(void **state) {
    sim_run(state, registers);
}

static int uses_queues(int argc, char **argv) {
    HANDLE timer;
    (void)argc, (void)argv;
    set_up();
    HANDLE queue = CreateTimerQueue();
    expect(CreateTimerQueueTimer(&timer, queue, notes, done, 10, 10, WT_EXECUTEINTIMERTHREAD));
    wait_for(done);
    wait_for(done);
    expect_equal(told, 2);
    expect(ChangeTimerQueueTimer(queue, timer, 1000, 0));
    expect_equal(WaitForSingleObject(done, 900), WAIT_TIMEOUT);
    wait_for(done);
    expect(ChangeTimerQueueTimer(queue, timer, 0, 0)); /* too late: it was to ring once */
    expect_equal(WaitForSingleObject(done, 900), WAIT_TIMEOUT);
    expect(DeleteTimerQueueTimer(queue, timer, NULL));
    expect(CreateTimerQueueTimer(&timer, queue, stands_there, NULL, 0, 0, 0));
    wait_for(begun);
    expect_fails(DeleteTimerQueueEx(queue, done), ERROR_IO_PENDING);
    SetEvent(gate);
    wait_for(done);
    expect(DeleteTimerQueue(CreateTimerQueue()));
    return 0;
}

static void timer_queues(void **state) {
    sim_run(state, uses_queues);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static int passes_bad_handles(int argc, char **argv) {
    HANDLE out, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE closed = CreateEventA(NULL, FALSE, FALSE, NULL);
    (void)argc, (void)argv;
    CloseHandle(closed);
    expect_fails(RegisterWaitForSingleObject(&out, NULL, notes, NULL, 1, 0), ERROR_INVALID_HANDLE);
    expect_fails(RegisterWaitForSingleObject(&out, closed, notes, NULL, 1, 0),
                 ERROR_INVALID_HANDLE);
    expect_fails(RegisterWaitForSingleObject(&out, event, NULL, NULL, 1, 0),
                 ERROR_INVALID_PARAMETER);
    expect_fails(UnregisterWait(NULL), ERROR_INVALID_HANDLE);
    expect_fails(UnregisterWaitEx(event, INVALID_HANDLE_VALUE), ERROR_INVALID_HANDLE);
    expect_fails(CreateTimerQueueTimer(&out, event, notes, NULL, 1, 0, 0), ERROR_INVALID_HANDLE);
    expect_fails(CreateTimerQueueTimer(&out, NULL, NULL, NULL, 1, 0, 0), ERROR_INVALID_PARAMETER);
    expect_fails(CreateTimerQueueTimer(&out, NULL, notes, NULL, 1, 1, WT_EXECUTEONLYONCE),
                 ERROR_INVALID_PARAMETER);
    expect_equal(out, NULL);
    expect_fails(DeleteTimerQueueTimer(NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(DeleteTimerQueueTimer(event, NULL, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(ChangeTimerQueueTimer(NULL, NULL, 1, 0), ERROR_INVALID_PARAMETER);
    expect_fails(DeleteTimerQueue(NULL), ERROR_INVALID_HANDLE);
    expect_fails(DeleteTimerQueueEx(event, NULL), ERROR_INVALID_HANDLE);
    expect_fails(DeleteTimerQueueEx(CreateTimerQueue(), closed), ERROR_INVALID_HANDLE);
    expect_fails(QueueUserWorkItem(NULL, NULL, 0), ERROR_INVALID_PARAMETER);
    expect_equal(RtlQueueWorkItem(NULL, NULL, 0), STATUS_INVALID_PARAMETER);
    expect_fails(CreateThreadpool((PVOID)1), ERROR_INVALID_PARAMETER);
    expect_fails(CreateThreadpoolWork(NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(TrySubmitThreadpoolCallback(NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    return 0;
}

static void bad_handles_and_numbers(void **state) {
    sim_run(state, passes_bad_handles);
}

static int passes_bad_environments(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    (void)argc, (void)argv;
    PTP_POOL pool = CreateThreadpool(NULL);
    CloseThreadpool(pool);
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    expect_fails(CreateThreadpoolWork(stands, NULL, &environment), ERROR_INVALID_PARAMETER);
    SetThreadpoolCallbackPool(&environment, NULL);
    SetThreadpoolCallbackPriority(&environment, TP_CALLBACK_PRIORITY_INVALID);
    expect_fails(CreateThreadpoolTimer(rings, NULL, &environment), ERROR_INVALID_PARAMETER);
    SetThreadpoolCallbackPriority(&environment, TP_CALLBACK_PRIORITY_LOW);
    SetThreadpoolCallbackCleanupGroup(&environment, (PTP_CLEANUP_GROUP)(void *)&environment, NULL);
    expect_fails(CreateThreadpoolWait(notes_result, NULL, &environment), ERROR_INVALID_PARAMETER);
    SetThreadpoolCallbackCleanupGroup(&environment, NULL, NULL);
    SetThreadpoolCallbackLibrary(&environment, &environment);
    expect_fails(TrySubmitThreadpoolCallback(counts, NULL, &environment), ERROR_MOD_NOT_FOUND);
    SetThreadpoolCallbackLibrary(&environment, NULL);
    environment.Version = 2;
    expect_fails(CreateThreadpoolWork(stands, NULL, &environment), ERROR_INVALID_PARAMETER);
    return 0;
}

static void bad_environments(void **state) {
    sim_run(state, passes_bad_environments);
}

static int bad_call;

static int passes_bad_objects(int argc, char **argv) {
    (void)argc, (void)argv;
    PTP_WORK work = CreateThreadpoolWork(stands, NULL, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(notes_result, NULL, NULL);
    switch (bad_call) {
    case 0:
        SubmitThreadpoolWork(NULL);
        break;
    case 1:
        SetThreadpoolTimer((PTP_TIMER)(void *)work, NULL, 0, 0);
        break;
    case 2:
        CloseThreadpoolWork(work);
        CloseThreadpoolWork(work);
        break;
    case 3:
        CloseThreadpoolCleanupGroup(NULL);
        break;
    case 4:
        SetThreadpoolThreadMinimum(NULL, 1);
        break;
    case 5:
        CallbackMayRunLong(NULL);
        break;
    default:
        SetThreadpoolWait(wait, (HANDLE)0x7770, NULL);
        break;
    }
    return 0;
}

static void bad_objects_raise_an_exception(void **state) {
    (void)state;
    for (bad_call = 0; bad_call < 6; bad_call++)
        assert_int_equal(run_alone(passes_bad_objects), (uint32_t)STATUS_INVALID_PARAMETER);
    assert_int_equal(run_alone(passes_bad_objects), (uint32_t)STATUS_INVALID_HANDLE);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static uint32_t attached, detached;

static int counts_threads(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    attached += reason == DLL_THREAD_ATTACH;
    detached += reason == DLL_THREAD_DETACH;
    return TRUE;
}

static int lets_workers_rest(int argc, char **argv) {
    (void)argc, (void)argv;
    set_up();
    LoadLibraryA("counter.dll");
    attached = detached = 0;
    TrySubmitThreadpoolCallback(counts, done, NULL);
    wait_for(done);
    expect_equal(attached, 1);
    expect_equal(detached, 0);
    Sleep(60000); /* nothing to do for so long: the worker ends */
    expect_equal(detached, 1);
    TrySubmitThreadpoolCallback(counts, done, NULL);
    wait_for(done);
    expect_equal(attached, 2);
    return 0;
}

static void DLL_08__DLL_09__workers_are_announced_like_any_thread(void **state) {
    sim_dll(state, "counter.dll", NULL, counts_threads);
    sim_run(state, lets_workers_rest);
    assert_int_equal(detached, 1); /* ExitProcess tells nobody of the second one */
}

static VOID exits_its_thread(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)instance, (void)context, (void)work;
    ExitThread(9);
}

static int callback_ends_its_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    set_up();
    SubmitThreadpoolWork(CreateThreadpoolWork(exits_its_thread, NULL, NULL));
    Sleep(10);
    expect(TrySubmitThreadpoolCallback(counts, done, NULL));
    wait_for(done);
    return 0;
}

static void a_callback_that_ends_its_thread_leaves_the_pool_usable(void **state) {
    sim_run(state, callback_ends_its_thread);
}

static DWORD worker;

static VOID tells_its_thread(PTP_CALLBACK_INSTANCE instance, PVOID context) {
    (void)instance, (void)context;
    worker = GetCurrentThreadId();
    SetEvent(begun);
    Sleep(INFINITE);
}

static int terminates_a_worker(int argc, char **argv) {
    TP_CALLBACK_ENVIRON environment;
    (void)argc, (void)argv;
    set_up();
    PTP_POOL pool = CreateThreadpool(NULL);
    SetThreadpoolThreadMaximum(pool, 1);
    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    TrySubmitThreadpoolCallback(tells_its_thread, NULL, &environment);
    wait_for(begun);
    HANDLE thread = OpenThread(THREAD_TERMINATE | SYNCHRONIZE, FALSE, worker);
    expect(TerminateThread(thread, 1));
    wait_for(thread);
    TrySubmitThreadpoolCallback(counts, done, &environment); /* another worker takes its place */
    wait_for(done);
    return 0;
}

static void a_terminated_worker_is_replaced(void **state) {
    sim_run(state, terminates_a_worker);
}

static int waits_for_a_lost_callback(int argc, char **argv) {
    (void)argc, (void)argv;
    PTP_WORK work = CreateThreadpoolWork(exits_its_thread, NULL, NULL);
    SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    return 0;
}

static void whoever_waits_for_such_a_callback_waits_for_ever(void **state) {
    sim_run_verdict(state, waits_for_a_lost_callback, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(*state), "callbacks of a thread pool"));
}

static int waits_under_the_lock(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        PTP_WORK work = CreateThreadpoolWork(stands, NULL, NULL);
        SubmitThreadpoolWork(work);
        WaitForThreadpoolWorkCallbacks(work, FALSE);
    }
    return TRUE;
}

static int loads_it(int argc, char **argv) {
    (void)argc, (void)argv;
    set_up();
    SetEvent(gate);
    LoadLibraryA("waiter.dll");
    return 0;
}

static void DLL_16__waiting_for_callbacks_in_an_entry_routine_deadlocks(void **state) {
    sim_dll(state, "waiter.dll", NULL, waits_under_the_lock);
    sim_run_verdict(state, loads_it, RD_VERDICT_DEADLOCK);
    const char *explanation = rd_world_explanation(*state);
    assert_non_null(strstr(explanation, "callbacks of a thread pool"));
    assert_non_null(strstr(explanation, "loader lock"));
}

static VOID unregisters_itself(PVOID context, BOOLEAN fired) {
    (void)fired;
    UnregisterWaitEx(*(HANDLE *)context, INVALID_HANDLE_VALUE);
}

static int waits_for_itself(int argc, char **argv) {
    static HANDLE wait;
    (void)argc, (void)argv;
    set_up();
    RegisterWaitForSingleObject(&wait, begun, unregisters_itself, &wait, INFINITE,
                                WT_EXECUTEONLYONCE);
    SetEvent(begun);
    Sleep(INFINITE);
    return 0;
}

static void a_callback_that_waits_for_its_own_end_never_ends(void **state) {
    sim_run_verdict(state, waits_for_itself, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(*state), "callbacks of a thread pool"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(work_runs_once_for_each_submission),
        test_case(higher_priority_goes_first),
        test_case(the_last_thread_of_a_pool_may_not_run_long),
        test_case(nobody_waits_for_a_dissociated_callback),
        test_case(a_group_ends_its_members),
        test_case(timers_ring_when_they_are_due),
        test_case(waits_tell_signal_from_timeout),
        test_case(more_waits_than_one_thread_can_hold),
        test_case(what_is_done_when_a_callback_returns),
        test_case(what_cannot_be_done_then_is_an_exception),
        test_case(a_library_stays_as_long_as_its_callbacks),
        test_case(work_items),
        test_case(registered_waits),
        test_case(timer_queues),
        test_case(bad_handles_and_numbers),
        test_case(bad_environments),
        test_case(bad_objects_raise_an_exception),
        test_case(DLL_08__DLL_09__workers_are_announced_like_any_thread),
        test_case(a_callback_that_ends_its_thread_leaves_the_pool_usable),
        test_case(a_terminated_worker_is_replaced),
        test_case(whoever_waits_for_such_a_callback_waits_for_ever),
        test_case(DLL_16__waiting_for_callbacks_in_an_entry_routine_deadlocks),
        test_case(a_callback_that_waits_for_its_own_end_never_ends),
    };
    return cmocka_run_group_tests_name("api.pool", tests, NULL, NULL);
}
