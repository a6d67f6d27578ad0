/* test_waits.c - waits, and the objects that are waited for. */
#include "sim.h"

static HANDLE shared[4];
static int counter;

/* ---- results and errors ---------------------------------------------------------------------- */

static int states(int argc, char **argv) {
    HANDLE manual = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE automatic = CreateEventA(NULL, FALSE, TRUE, NULL);
    (void)argc, (void)argv;
    expect_equal(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    expect(SetEvent(manual));
    expect_equal(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(manual, 0), WAIT_OBJECT_0);
    expect(ResetEvent(manual));
    expect_equal(WaitForSingleObject(manual, 0), WAIT_TIMEOUT);
    expect_equal(WaitForSingleObject(automatic, 0), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(automatic, 0), WAIT_TIMEOUT);
    ULONGLONG before = GetTickCount64();
    expect_equal(WaitForSingleObject(automatic, 250), WAIT_TIMEOUT);
    expect_equal(GetTickCount64() - before, 250);
    expect(Beep(440, 250)); /* as long as it sounds */
    expect_equal(GetTickCount64() - before, 500);
    expect_fails(Beep(36, 250), ERROR_INVALID_PARAMETER);
    expect_fails(Beep(32768, 250), ERROR_INVALID_PARAMETER);
    expect(MessageBeep(0));
    return 0;
}

static void WAIT_06__timeout_zero_only_tests(void **state) {
    sim_run(state, states);
}

static int errors(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), weak;
    HANDLE many[65], twice[2] = {event, event}, mine[2] = {event, GetCurrentProcess()};
    HANDLE bad[2] = {event, (HANDLE)0x4444};
    (void)argc, (void)argv;
    for (int i = 0; i < 65; i++)
        many[i] = event;
    expect_error(WaitForSingleObject(NULL, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    expect_error(WaitForSingleObject((HANDLE)0x4444, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    expect_error(WaitForMultipleObjects(0, many, FALSE, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    expect_error(WaitForMultipleObjects(65, many, FALSE, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    expect_error(WaitForMultipleObjects(1, NULL, FALSE, 0), WAIT_FAILED, ERROR_NOACCESS);
    expect_error(WaitForMultipleObjects(2, bad, FALSE, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    expect_error(WaitForMultipleObjects(2, twice, TRUE, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    expect_equal(WaitForMultipleObjects(2, twice, FALSE, 0), WAIT_OBJECT_0);
    expect_equal(WaitForMultipleObjects(64, many, FALSE, 0), WAIT_OBJECT_0);
    expect_error(WaitForMultipleObjects(2, mine, FALSE, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    expect_equal(WaitForSingleObject(GetCurrentProcess(), 0), WAIT_TIMEOUT);
    expect_equal(WaitForSingleObject(GetCurrentThread(), 0), WAIT_TIMEOUT);
    weak = OpenProcess(PROCESS_TERMINATE, FALSE, GetCurrentProcessId());
    expect_error(WaitForSingleObject(weak, 0), WAIT_FAILED, ERROR_ACCESS_DENIED);
    return 0;
}

static void WAIT_07__WAIT_08__WAIT_22__WAIT_23__WAIT_24__errors(void **state) {
    sim_run(state, errors);
}

/* ---- several objects ------------------------------------------------------------------------- */

static int several(int argc, char **argv) {
    HANDLE objects[3];
    (void)argc, (void)argv;
    for (int i = 0; i < 3; i++)
        objects[i] = CreateEventA(NULL, FALSE, FALSE, NULL);
    SetEvent(objects[1]);
    SetEvent(objects[2]);
    expect_equal(WaitForMultipleObjects(3, objects, TRUE, 10), WAIT_TIMEOUT);
    expect_equal(WaitForMultipleObjects(3, objects, FALSE, 0), WAIT_OBJECT_0 + 1);
    expect_equal(WaitForSingleObject(objects[2], 0), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        SetEvent(objects[i]);
    expect_equal(WaitForMultipleObjects(3, objects, TRUE, 0), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        expect_equal(WaitForSingleObject(objects[i], 0), WAIT_TIMEOUT);
    return 0;
}

static void WAIT_17__WAIT_20__WAIT_21__any_and_all(void **state) {
    sim_run(state, several);
}

/* ---- mutexes --------------------------------------------------------------------------------- */

static DWORD abandons(LPVOID parameter) {
    for (DWORD i = 0; i < 3; i++)
        WaitForSingleObject(parameter, INFINITE);
    return 0;
}

static int abandoned(int argc, char **argv) {
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL), event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE both[2] = {event, mutex};
    (void)argc, (void)argv;
    HANDLE thread = sim_thread(abandons, mutex);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(mutex, INFINITE), WAIT_ABANDONED);
    expect(ReleaseMutex(mutex));
    expect_fails(ReleaseMutex(mutex), ERROR_NOT_OWNER);
    expect_equal(WaitForSingleObject(mutex, INFINITE), WAIT_OBJECT_0);
    expect(ReleaseMutex(mutex));
    thread = sim_thread(abandons, mutex);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(WaitForMultipleObjects(2, both, FALSE, INFINITE), WAIT_ABANDONED_0 + 1);
    expect(ReleaseMutex(mutex));
    thread = sim_thread(abandons, mutex);
    WaitForSingleObject(thread, INFINITE);
    SetEvent(event);
    expect_equal(WaitForMultipleObjects(2, both, TRUE, INFINITE), WAIT_ABANDONED_0);
    return 0;
}

static void WAIT_09__WAIT_10__WAIT_11__WAIT_13__WAIT_18__WAIT_19__abandoned(void **state) {
    sim_run(state, abandoned);
}

static DWORD releases(LPVOID parameter) {
    return ReleaseMutex(parameter) ? 0 : GetLastError();
}

static int recursion(int argc, char **argv) {
    HANDLE mutex = CreateMutexA(NULL, TRUE, NULL);
    (void)argc, (void)argv;
    expect_equal(WaitForSingleObject(mutex, 0), WAIT_OBJECT_0);
    HANDLE thread = sim_thread(releases, mutex);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), ERROR_NOT_OWNER);
    expect(ReleaseMutex(mutex));
    expect(ReleaseMutex(mutex));
    expect_fails(ReleaseMutex(mutex), ERROR_NOT_OWNER);
    return 0;
}

static void WAIT_15__WAIT_16__only_the_owner_releases(void **state) {
    sim_run(state, recursion);
}

static DWORD waits_for_mutex(LPVOID parameter) {
    return WaitForSingleObject(parameter, INFINITE);
}

static DWORD owns_for_a_while(LPVOID parameter) {
    WaitForSingleObject(parameter, INFINITE);
    Sleep(10);
    return 0;
}

static int owner_dies(int argc, char **argv) {
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL);
    (void)argc, (void)argv;
    sim_thread(owns_for_a_while, mutex);
    Sleep(1);
    HANDLE waiter = sim_thread(waits_for_mutex, mutex);
    WaitForSingleObject(waiter, INFINITE);
    expect_equal(sim_exit_code(waiter), WAIT_ABANDONED);
    return 0;
}

static void WAIT_35__an_owners_death_wakes_the_waiter(void **state) {
    sim_run(state, owner_dies);
}

/* ---- semaphores ------------------------------------------------------------------------------ */

static int semaphores(int argc, char **argv) {
    LONG previous = -1;
    (void)argc, (void)argv;
    expect_fails(CreateSemaphoreA(NULL, 3, 2, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(CreateSemaphoreA(NULL, -1, 2, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(CreateSemaphoreA(NULL, 0, 0, NULL), ERROR_INVALID_PARAMETER);
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 3, "units");
    expect_equal(WaitForSingleObject(semaphore, 0), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(semaphore, 0), WAIT_TIMEOUT);
    expect(ReleaseSemaphore(semaphore, 2, &previous));
    expect_equal(previous, 0);
    expect_fails(ReleaseSemaphore(semaphore, 2, NULL), ERROR_TOO_MANY_POSTS);
    expect_fails(ReleaseSemaphore(semaphore, 0, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(ReleaseSemaphore(semaphore, -1, NULL), ERROR_INVALID_PARAMETER);
    HANDLE weak = OpenSemaphoreA(SYNCHRONIZE, FALSE, "units");
    expect_fails(ReleaseSemaphore(weak, 1, NULL), ERROR_ACCESS_DENIED);
    return 0;
}

static void semaphore_counts_and_errors(void **state) {
    sim_run(state, semaphores);
}

/* ---- signal and wait ------------------------------------------------------------------------- */

static DWORD answers(LPVOID parameter) {
    (void)parameter;
    WaitForSingleObject(shared[0], INFINITE);
    SetEvent(shared[1]);
    return 0;
}

static int signal_and_wait(int argc, char **argv) {
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL), full = CreateSemaphoreA(NULL, 1, 1, NULL);
    (void)argc, (void)argv;
    shared[0] = CreateEventA(NULL, FALSE, FALSE, NULL);
    shared[1] = CreateEventA(NULL, FALSE, FALSE, NULL);
    sim_thread(answers, NULL);
    expect_equal(SignalObjectAndWait(shared[0], shared[1], INFINITE, FALSE), WAIT_OBJECT_0);
    expect_error(SignalObjectAndWait(mutex, shared[1], 0, FALSE), WAIT_FAILED, ERROR_NOT_OWNER);
    expect_error(SignalObjectAndWait(full, shared[1], 0, FALSE), WAIT_FAILED, ERROR_TOO_MANY_POSTS);
    expect_error(SignalObjectAndWait(GetCurrentThread(), shared[1], 0, FALSE), WAIT_FAILED,
                 ERROR_INVALID_HANDLE);
    expect_error(SignalObjectAndWait(shared[0], NULL, 0, FALSE), WAIT_FAILED, ERROR_INVALID_HANDLE);
    return 0;
}

static void signal_object_and_wait(void **state) {
    sim_run(state, signal_and_wait);
}

/* ---- user APCs ------------------------------------------------------------------------------- */

static int order[8], ran;

static VOID records(ULONG_PTR value) {
    order[ran++] = (int)value;
}

static DWORD takes_apcs(LPVOID parameter) {
    (void)parameter;
    expect_equal(ran, 2);
    SetEvent(shared[0]);
    expect_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    expect_equal(WaitForSingleObject(shared[1], 100), WAIT_TIMEOUT);
    expect_equal(SleepEx(0, TRUE), WAIT_IO_COMPLETION);
    expect_equal(SleepEx(0, TRUE), 0);
    return 0;
}

static int apcs(int argc, char **argv) {
    (void)argc, (void)argv;
    ran = 0;
    shared[0] = CreateEventA(NULL, FALSE, FALSE, NULL);
    shared[1] = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, takes_apcs, NULL, CREATE_SUSPENDED, NULL);
    expect(QueueUserAPC(records, thread, 1));
    expect(QueueUserAPC(records, thread, 2));
    ResumeThread(thread);
    WaitForSingleObject(shared[0], INFINITE);
    Sleep(10);
    expect(QueueUserAPC(records, thread, 3));
    Sleep(10);
    expect_equal(ran, 3);
    expect(QueueUserAPC(records, thread, 4));
    expect(QueueUserAPC(records, thread, 5));
    Sleep(10);
    expect_equal(ran, 3);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(ran, 5);
    for (int i = 0; i < 5; i++)
        expect_equal(order[i], i + 1);
    expect_fails(QueueUserAPC(records, thread, 6), ERROR_GEN_FAILURE);
    return 0;
}

static void WAIT_27__WAIT_28__WAIT_29__WAIT_30__WAIT_31__user_apcs(void **state) {
    sim_run(state, apcs);
}

/* ---- killed waiters -------------------------------------------------------------------------- */

static int killed_waiter(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    (void)argc, (void)argv;
    HANDLE victim = sim_thread(waits_for_mutex, event);
    Sleep(1);
    expect(TerminateThread(victim, 5));
    WaitForSingleObject(victim, INFINITE);
    expect(SetEvent(event));
    expect_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    return 0;
}

static void WAIT_02__WAIT_34__a_killed_wait_consumes_nothing(void **state) {
    sim_run(state, killed_waiter);
}

static int suspended_waiter(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    (void)argc, (void)argv;
    HANDLE thread = sim_thread(waits_for_mutex, event);
    Sleep(1);
    expect_equal(SuspendThread(thread), 0);
    expect(SetEvent(event));
    expect_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    expect_equal(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
    expect_equal(ResumeThread(thread), 1);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    return 0;
}

static void WAIT_33__a_suspended_waiter_takes_the_signal(void **state) {
    sim_run(state, suspended_waiter);
}

/* ---- waitable timers ------------------------------------------------------------------------- */

static VOID timer_routine(LPVOID argument, DWORD low, DWORD high) {
    (void)low, (void)high;
    counter += (int)(intptr_t)argument;
}

static int timers(int argc, char **argv) {
    LARGE_INTEGER due = {.QuadPart = -500000}; /* 50 ms */
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, NULL);
    (void)argc, (void)argv;
    counter = 0;
    expect(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
    expect_equal(WaitForSingleObject(timer, 20), WAIT_TIMEOUT);
    expect_equal(WaitForSingleObject(timer, 40), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(timer, 100), WAIT_TIMEOUT);
    expect(SetWaitableTimer(timer, &due, 20, NULL, NULL, FALSE));
    ULONGLONG before = GetTickCount64();
    for (int i = 0; i < 4; i++)
        expect_equal(WaitForSingleObject(timer, INFINITE), WAIT_OBJECT_0);
    expect_equal(GetTickCount64() - before, 110);
    expect(CancelWaitableTimer(timer));
    expect_equal(WaitForSingleObject(timer, 100), WAIT_TIMEOUT);
    expect(SetWaitableTimer(timer, &due, 0, timer_routine, (LPVOID)7, FALSE));
    expect_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    expect_equal(counter, 7);
    expect_fails(SetWaitableTimer(timer, &due, -1, NULL, NULL, FALSE), ERROR_INVALID_PARAMETER);
    expect_fails(SetWaitableTimer(NULL, &due, 0, NULL, NULL, FALSE), ERROR_INVALID_HANDLE);
    return 0;
}

static void timers_fire_once_and_again(void **state) {
    sim_run(state, timers);
}

/* A periodic timer that nobody waits for does not keep the machine busy. */
static int idle_timer(int argc, char **argv) {
    LARGE_INTEGER due = {.QuadPart = -10000};
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, NULL);
    (void)argc, (void)argv;
    expect(SetWaitableTimer(timer, &due, 1, NULL, NULL, FALSE));
    return (int)WaitForSingleObject(CreateEventA(NULL, TRUE, FALSE, NULL), INFINITE);
}

static void an_idle_periodic_timer_hides_no_deadlock(void **state) {
    sim_run_verdict(state, idle_timer, RD_VERDICT_DEADLOCK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(WAIT_06__timeout_zero_only_tests),
        test_case(WAIT_07__WAIT_08__WAIT_22__WAIT_23__WAIT_24__errors),
        test_case(WAIT_17__WAIT_20__WAIT_21__any_and_all),
        test_case(WAIT_09__WAIT_10__WAIT_11__WAIT_13__WAIT_18__WAIT_19__abandoned),
        test_case(WAIT_15__WAIT_16__only_the_owner_releases),
        test_case(WAIT_35__an_owners_death_wakes_the_waiter),
        test_case(semaphore_counts_and_errors),
        test_case(signal_object_and_wait),
        test_case(WAIT_27__WAIT_28__WAIT_29__WAIT_30__WAIT_31__user_apcs),
        test_case(WAIT_02__WAIT_34__a_killed_wait_consumes_nothing),
        test_case(WAIT_33__a_suspended_waiter_takes_the_signal),
        test_case(timers_fire_once_and_again),
        test_case(an_idle_periodic_timer_hides_no_deadlock),
    };
    return cmocka_run_group_tests_name("api.waits", tests, NULL, NULL);
}
