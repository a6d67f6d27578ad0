/* WAIT: signals, waits that are cut short, abandoned mutexes, asynchronous procedure calls. */
#include "rules.h"
#include "kernel_wait.h"

static void code_is_0(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
}

/* ---- waits and termination ------------------------------------------------------------------- */

static int waits_for_event(int argc, char **argv) {
    UNUSED_MAIN;
    if (is_role(argc, argv, "kernel"))
        wait_in_kernel(my.event);
    wait_for(my.event);
    note("woken");
    return 1;
}

static DWORD WINAPI sets_event_late(LPVOID unused) {
    (void)unused;
    Sleep(1000);
    SetEvent(my.event);
    return 0;
}

/* In milliseconds, from the call until the process is gone; the event is set after 1000. */
static DWORD time_to_terminate(const char *command) {
    ResetEvent(my.event);
    HANDLE child = start(command);
    Sleep(10);
    DWORD begins = GetTickCount();
    begin(sets_event_late, NULL);
    must(TerminateProcess(child, 7));
    must_be(wait_for(child), WAIT_OBJECT_0);
    must_be(process_code(child), 7);
    return GetTickCount() - begins;
}

static int terminates_waiters(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.code = time_to_terminate("child.exe");
    Sleep(2000);
    my.other_code = time_to_terminate("child.exe kernel");
    return 0;
}

static void WAIT_02__WAIT_03__only_kernel_waits_delay_the_end(void **state) {
    run(*state, {.name = "app.exe", .main = terminates_waiters},
        {.name = "child.exe", .main = waits_for_event});
    assert_in_range(my.code, 0, 100);
    assert_in_range(my.other_code, 900, 2000);
    assert_journal("");
}

static void WAIT_01__in_the_documented_dialect_every_wait_delays_the_end(void **state) {
    run(documented(state), {.name = "app.exe", .main = terminates_waiters},
        {.name = "child.exe", .main = waits_for_event});
    assert_in_range(my.code, 900, 2000);
    assert_in_range(my.other_code, 900, 2000);
    assert_journal("");
}

static DWORD WINAPI waits_alertably(LPVOID unused) {
    (void)unused;
    WaitForSingleObjectEx(my.event, INFINITE, TRUE);
    return 0;
}

static DWORD WINAPI waits_plainly(LPVOID unused) {
    (void)unused;
    wait_for(my.event);
    return 0;
}

static DWORD WINAPI waits_for_several(LPVOID unused) {
    HANDLE both[] = {my.event, my.other_event};
    (void)unused;
    WaitForMultipleObjects(2, both, TRUE, INFINITE);
    return 0;
}

static int terminates_threads_that_wait(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.other_event = CreateEventA(NULL, TRUE, FALSE, NULL);
    LPTHREAD_START_ROUTINE routines[] = {waits_alertably, waits_plainly, waits_for_several,
                                         sleeps_for_ever};
    HANDLE threads[4];
    for (int i = 0; i < 4; i++)
        threads[i] = begin(routines[i], NULL);
    Sleep(10);
    for (int i = 0; i < 4; i++)
        TerminateThread(threads[i], 5);
    must_be(WaitForMultipleObjects(4, threads, TRUE, 100), WAIT_OBJECT_0);
    return 0;
}

static void WAIT_02__all_forms_of_user_waits_are_cut_short(void **state) {
    assert_int_equal(run_main(*state, terminates_threads_that_wait), 0);
}

/* ---- signals --------------------------------------------------------------------------------- */

static int waits_for_a_process(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, my.pid);
    InterlockedIncrement(&my.count);
    must_be(wait_for(process), WAIT_OBJECT_0);
    must_be(wait_for(process), WAIT_OBJECT_0);
    InterlockedIncrement(&my.other_count);
    return 0;
}

static DWORD WINAPI waits_in_a_thread(LPVOID process) {
    must_be(wait_for(process), WAIT_OBJECT_0);
    InterlockedIncrement(&my.other_count);
    return 0;
}

static int sleeps_100(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(100);
    return 0;
}

static int has_waiters_everywhere(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("sleeps.exe", 0);
    my.pid = child.dwProcessId;
    HANDLE waiters[] = {start("waits.exe"), start("waits.exe"),
                        begin(waits_in_a_thread, child.hProcess),
                        begin(waits_in_a_thread, child.hProcess)};
    must_be(WaitForMultipleObjects(4, waiters, TRUE, INFINITE), WAIT_OBJECT_0);
    must_be(my.other_count, 4);
    return 0;
}

static void WAIT_04__WAIT_05__HNDL_49__a_process_signal_releases_everybody(void **state) {
    run_schedules(*state, code_is_0, {.name = "app.exe", .main = has_waiters_everywhere},
                  {.name = "waits.exe", .main = waits_for_a_process},
                  {.name = "sleeps.exe", .main = sleeps_100});
}

static int tests_handles(int argc, char **argv) {
    HANDLE duplicate, many[65];
    UNUSED_MAIN;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    must_be(poll(event), WAIT_TIMEOUT);
    SetEvent(event);
    must_be(poll(event), WAIT_OBJECT_0);
    DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &duplicate, EVENT_MODIFY_STATE,
                    FALSE, 0);
    must_fail(poll(duplicate), WAIT_FAILED, ERROR_ACCESS_DENIED);
    HANDLE process =
        OpenProcess(PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION, FALSE, GetCurrentProcessId());
    must_fail(poll(process), WAIT_FAILED, ERROR_ACCESS_DENIED);
    must_fail(poll(NULL), WAIT_FAILED, ERROR_INVALID_HANDLE);
    must_fail(poll(ULongToHandle(0x4440)), WAIT_FAILED, ERROR_INVALID_HANDLE);
    for (int i = 0; i < 65; i++)
        many[i] = CreateEventA(NULL, TRUE, TRUE, NULL);
    must_be(WaitForMultipleObjects(64, many, TRUE, 0), WAIT_OBJECT_0);
    must_fail(WaitForMultipleObjects(65, many, FALSE, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    must_fail(WaitForMultipleObjects(0, many, FALSE, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    return 0;
}

static void WAIT_06__WAIT_07__WAIT_08__WAIT_22__HNDL_19__what_can_be_waited_for(void **state) {
    assert_int_equal(run_main(*state, tests_handles), 0);
}

static int waits_for_itself(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE real = OpenProcess(SYNCHRONIZE, FALSE, GetCurrentProcessId());
    HANDLE pseudo[] = {GetCurrentProcess(), GetCurrentThread()};
    must_be(WaitForSingleObject(real, 100), WAIT_TIMEOUT);
    must_be(WaitForSingleObject(pseudo[0], 100), WAIT_TIMEOUT);
    must_be(WaitForSingleObject(pseudo[1], 100), WAIT_TIMEOUT);
    must_fail(WaitForMultipleObjects(1, pseudo, FALSE, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    must_fail(WaitForMultipleObjects(2, pseudo, FALSE, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    return 0;
}

static void WAIT_24__WAIT_26__waiting_for_oneself(void **state) {
    assert_int_equal(run_main(*state, waits_for_itself), 0);
}

/* ---- mutexes --------------------------------------------------------------------------------- */

static int takes_over(int argc, char **argv) {
    UNUSED_MAIN;
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    my.thread = begin(keeps_mutex, NULL);
    wait_for(my.event);
    must_be(poll(my.mutex), WAIT_TIMEOUT);
    TerminateThread(my.thread, 0);
    must_be(wait_for(my.mutex), WAIT_ABANDONED_0);
    must(ReleaseMutex(my.mutex));
    must_fail(ReleaseMutex(my.mutex), FALSE, 288); /* ERROR_NOT_OWNER */
    must_be(poll(my.mutex), WAIT_OBJECT_0);
    must(ReleaseMutex(my.mutex));
    return 0;
}

static void WAIT_09__WAIT_10__WAIT_11__abandonment_is_told_once(void **state) {
    run_schedules(*state, code_is_0, {.name = "app.exe", .main = takes_over});
}

static DWORD WINAPI takes_its_turn(LPVOID unused) {
    (void)unused;
    DWORD result = wait_for(my.mutex);
    must(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED_0);
    if (result == WAIT_ABANDONED_0)
        my.count++;
    my.other_count++;
    must(ReleaseMutex(my.mutex));
    return 0;
}

static int has_several_heirs(int argc, char **argv) {
    HANDLE heirs[3];
    UNUSED_MAIN;
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.thread = begin(keeps_mutex, NULL);
    wait_for(my.event);
    for (int i = 0; i < 3; i++)
        heirs[i] = begin(takes_its_turn, NULL);
    TerminateThread(my.thread, 0);
    WaitForMultipleObjects(3, heirs, TRUE, INFINITE);
    must_be(my.count, 1);
    must_be(my.other_count, 3);
    return 0;
}

static void WAIT_09__WAIT_10__exactly_one_heir_is_told(void **state) {
    run_schedules(*state, code_is_0, {.name = "app.exe", .main = has_several_heirs});
}

/* Killed at any moment: before, in and after its wait, or as owner. */
static int kills_waiters_for_a_mutex(int argc, char **argv) {
    HANDLE heirs[4];
    UNUSED_MAIN;
    my.mutex = CreateMutexA(NULL, TRUE, NULL);
    for (int i = 0; i < 4; i++)
        heirs[i] = begin(takes_its_turn, NULL);
    SwitchToThread();
    ReleaseMutex(my.mutex);
    TerminateThread(heirs[0], 1);
    TerminateThread(heirs[2], 1);
    must_be(WaitForMultipleObjects(4, heirs, TRUE, INFINITE), WAIT_OBJECT_0);
    must(wait_for(my.mutex) != WAIT_FAILED);
    must(ReleaseMutex(my.mutex));
    return 0;
}

static void WAIT_09__WAIT_34__a_mutex_survives_any_death(void **state) {
    run_schedules(*state, code_is_0, {.name = "app.exe", .main = kills_waiters_for_a_mutex});
}

static DWORD WINAPI returns_owning(LPVOID unused) {
    (void)unused;
    wait_for(my.mutex);
    return 0;
}

static DWORD WINAPI exits_owning(LPVOID unused) {
    (void)unused;
    wait_for(my.mutex);
    ExitThread(0);
}

static int ends_owning(int argc, char **argv) {
    my.mutex = CreateMutexA(NULL, FALSE, "shared");
    wait_for(my.mutex);
    SetEvent(my.event);
    if (is_role(argc, argv, "exit"))
        ExitProcess(0);
    if (is_role(argc, argv, "crash"))
        RaiseException(0xE0000001, 0, 0, NULL);
    Sleep(INFINITE);
    return 0;
}

static int sees_every_kind_of_end(int argc, char **argv) {
    static const char *const commands[] = {"child.exe exit", "child.exe crash", "child.exe"};
    UNUSED_MAIN;
    HANDLE mutex = my.mutex = CreateMutexA(NULL, FALSE, "shared");
    my.event = inheritable_event(NULL);
    begin(returns_owning, NULL);
    Sleep(10);
    must_be(wait_for(mutex), WAIT_ABANDONED_0);
    ReleaseMutex(mutex);
    begin(exits_owning, NULL);
    Sleep(10);
    must_be(wait_for(mutex), WAIT_ABANDONED_0);
    ReleaseMutex(mutex);
    HANDLE killed = begin(keeps_mutex, NULL);
    Sleep(10);
    TerminateThread(killed, 0);
    must_be(wait_for(mutex), WAIT_ABANDONED_0);
    ReleaseMutex(mutex);
    for (int i = 0; i < 3; i++) {
        ResetEvent(my.event);
        HANDLE child = start(commands[i]);
        wait_for(my.event);
        if (i == 2)
            TerminateProcess(child, 0);
        must_be(wait_for(mutex), WAIT_ABANDONED_0);
        ReleaseMutex(mutex);
        must_be(poll(mutex), WAIT_OBJECT_0);
        ReleaseMutex(mutex);
        wait_for(child);
    }
    return 0;
}

static void WAIT_12__WAIT_35__SEH_20__every_end_abandons(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = sees_every_kind_of_end},
                         {.name = "child.exe", .main = ends_owning}),
                     0);
}

static DWORD WINAPI owns_three_times(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < 3; i++)
        must_be(wait_for(my.mutex), WAIT_OBJECT_0);
    return 0;
}

static DWORD WINAPI releases_anothers(LPVOID unused) {
    (void)unused;
    must_fail(ReleaseMutex(my.mutex), FALSE, 288);
    return 0;
}

static int owns_recursively(int argc, char **argv) {
    UNUSED_MAIN;
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    wait_for(begin(owns_three_times, NULL));
    must_be(wait_for(my.mutex), WAIT_ABANDONED_0);
    must_be(wait_for(my.mutex), WAIT_OBJECT_0);
    wait_for(begin(releases_anothers, NULL));
    must(ReleaseMutex(my.mutex));
    must(ReleaseMutex(my.mutex));
    must_fail(ReleaseMutex(my.mutex), FALSE, 288);
    return 0;
}

static void WAIT_13__WAIT_15__WAIT_16__recursive_ownership(void **state) {
    assert_int_equal(run_main(*state, owns_recursively), 0);
}

static int looks_for_the_name(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe exit");
    wait_for(child);
    must_fail(OpenMutexA(SYNCHRONIZE, FALSE, "shared"), 0, ERROR_FILE_NOT_FOUND);
    SetLastError(NO_CODE);
    HANDLE fresh = CreateMutexA(NULL, FALSE, "shared");
    must_be(GetLastError(), 0);
    must_be(poll(fresh), WAIT_OBJECT_0);
    return 0;
}

static void WAIT_14__HNDL_04__a_name_goes_with_the_last_handle(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = looks_for_the_name},
                         {.name = "child.exe", .main = ends_owning}),
                     0);
}

/* ---- several objects ------------------------------------------------------------------------- */

static HANDLE abandoned_mutex(void) {
    my.mutex = CreateMutexA(NULL, FALSE, NULL);
    wait_for(begin(returns_owning, NULL));
    return my.mutex;
}

static int waits_for_several_objects(int argc, char **argv) {
    HANDLE any[4], all[3];
    UNUSED_MAIN;
    for (int i = 0; i < 4; i++)
        any[i] = CreateEventA(NULL, FALSE, i == 1 || i == 3, NULL);
    must_be(WaitForMultipleObjects(4, any, FALSE, 0), WAIT_OBJECT_0 + 1);
    must_be(WaitForMultipleObjects(4, any, FALSE, 0), WAIT_OBJECT_0 + 3); /* still set */
    must_be(WaitForMultipleObjects(4, any, FALSE, 0), WAIT_TIMEOUT);
    any[1] = abandoned_mutex();
    must_be(WaitForMultipleObjects(4, any, FALSE, 0), WAIT_ABANDONED_0 + 1);
    all[0] = CreateEventA(NULL, FALSE, TRUE, NULL);
    all[1] = abandoned_mutex();
    all[2] = CreateEventA(NULL, FALSE, FALSE, NULL);
    must_be(WaitForMultipleObjects(3, all, TRUE, 10), WAIT_TIMEOUT);
    must_be(poll(all[0]), WAIT_OBJECT_0); /* nothing was consumed */
    SetEvent(all[0]);
    SetEvent(all[2]);
    must_be(WaitForMultipleObjects(3, all, TRUE, 10), WAIT_ABANDONED_0);
    must_be(poll(all[0]), WAIT_TIMEOUT);
    must_be(poll(all[2]), WAIT_TIMEOUT);
    all[1] = all[0];
    must_fail(WaitForMultipleObjects(3, all, TRUE, 0), WAIT_FAILED, ERROR_INVALID_PARAMETER);
    return 0;
}

static void WAIT_17__WAIT_18__WAIT_19__WAIT_20__WAIT_21__WAIT_23__several_objects(void **state) {
    assert_int_equal(run_main(*state, waits_for_several_objects), 0);
}

static DWORD WINAPI closes_and_sets(LPVOID unused) {
    (void)unused;
    Sleep(10);
    CloseHandle(my.event);
    Sleep(10);
    SetEvent(my.other_event);
    return 0;
}

static int waits_on_a_closed_handle(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    DuplicateHandle(GetCurrentProcess(), my.event, GetCurrentProcess(), &my.other_event, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    begin(closes_and_sets, NULL);
    must_be(wait_for(my.event), WAIT_OBJECT_0);
    return 0;
}

static void WAIT_25__a_wait_refers_to_its_object(void **state) {
    assert_int_equal(run_main(*state, waits_on_a_closed_handle), 0);
}

/* ---- asynchronous procedure calls ------------------------------------------------------------ */

static void WINAPI tells_number(ULONG_PTR number) {
    note("%u", (unsigned)number);
}

static DWORD WINAPI body_after_calls(LPVOID unused) {
    (void)unused;
    note("body");
    return 0;
}

static int queues_calls(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (ULONG_PTR i = 1; i <= 3; i++)
        must(QueueUserAPC(tells_number, GetCurrentThread(), i));
    must_be(poll(event), WAIT_TIMEOUT);
    Sleep(10);
    note("alertable");
    must_be(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    QueueUserAPC(tells_number, GetCurrentThread(), 4);
    must_be(WaitForSingleObjectEx(event, INFINITE, TRUE), WAIT_IO_COMPLETION);
    must_be(SleepEx(0, TRUE), 0);
    HANDLE fresh = begin_suspended(body_after_calls, NULL);
    QueueUserAPC(tells_number, fresh, 5);
    ResumeThread(fresh);
    wait_for(fresh);
    return 0;
}

static void WAIT_27__WAIT_28__WAIT_29__WAIT_30__calls_wait_for_alertable_waits(void **state) {
    assert_int_equal(run_main(*state, queues_calls), 0);
    assert_journal("alertable 1 2 3 4 5 body");
}

static DWORD WINAPI sleeps_plainly(LPVOID unused) {
    (void)unused;
    Sleep(100);
    return 0;
}

static int queues_in_vain(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(sleeps_plainly, NULL);
    Sleep(10);
    must(QueueUserAPC(tells_number, thread, 1));
    wait_for(thread);
    must_fail(QueueUserAPC(tells_number, thread, 2), 0, ERROR_GEN_FAILURE);
    HANDLE killed = begin_suspended(sleeps_plainly, NULL);
    must(QueueUserAPC(tells_number, killed, 3));
    TerminateThread(killed, 0);
    wait_for(killed);
    return 0;
}

static void WAIT_31__WAIT_32__calls_to_the_dead_never_run(void **state) {
    assert_int_equal(run_main(*state, queues_in_vain), 0);
    assert_journal("");
    assert_int_equal(test_count(*state, RD_EVENT_APC_DROPPED, NULL), 2);
}

/* ---- suspended and killed waiters ------------------------------------------------------------ */

static DWORD WINAPI waits_then_tells(LPVOID unused) {
    (void)unused;
    wait_for(my.event);
    note("through");
    return 0;
}

static int suspends_a_waiter(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE waiter = begin(waits_then_tells, NULL);
    Sleep(10);
    SuspendThread(waiter);
    SetEvent(my.event);
    Sleep(100);
    must_be(poll(my.event), WAIT_TIMEOUT); /* consumed */
    note("resume");
    ResumeThread(waiter);
    wait_for(waiter);
    return 0;
}

static void WAIT_33__a_suspended_waiter_consumes_but_does_not_run(void **state) {
    assert_int_equal(run_main(*state, suspends_a_waiter), 0);
    assert_journal("resume through");
}

static DWORD WINAPI waits_for_semaphore(LPVOID unused) {
    (void)unused;
    wait_for(my.semaphore);
    return 0;
}

static int kills_waiters(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    my.semaphore = CreateSemaphoreA(NULL, 0, 1, NULL);
    HANDLE waiters[] = {begin(waits_then_tells, NULL), begin(waits_for_semaphore, NULL)};
    Sleep(10);
    TerminateThread(waiters[0], 0);
    TerminateThread(waiters[1], 0);
    SetEvent(my.event);
    ReleaseSemaphore(my.semaphore, 1, NULL);
    must_be(poll(my.event), WAIT_OBJECT_0);
    must_be(poll(my.semaphore), WAIT_OBJECT_0);
    return 0;
}

static void WAIT_34__a_killed_waiter_consumes_nothing(void **state) {
    assert_int_equal(run_main(*state, kills_waiters), 0);
    assert_journal("");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(WAIT_01__in_the_documented_dialect_every_wait_delays_the_end),
        rule_test(WAIT_02__WAIT_03__only_kernel_waits_delay_the_end),
        rule_test(WAIT_02__all_forms_of_user_waits_are_cut_short),
        rule_test(WAIT_04__WAIT_05__HNDL_49__a_process_signal_releases_everybody),
        rule_test(WAIT_06__WAIT_07__WAIT_08__WAIT_22__HNDL_19__what_can_be_waited_for),
        rule_test(WAIT_09__WAIT_10__WAIT_11__abandonment_is_told_once),
        rule_test(WAIT_09__WAIT_10__exactly_one_heir_is_told),
        rule_test(WAIT_09__WAIT_34__a_mutex_survives_any_death),
        rule_test(WAIT_12__WAIT_35__SEH_20__every_end_abandons),
        rule_test(WAIT_13__WAIT_15__WAIT_16__recursive_ownership),
        rule_test(WAIT_14__HNDL_04__a_name_goes_with_the_last_handle),
        rule_test(WAIT_17__WAIT_18__WAIT_19__WAIT_20__WAIT_21__WAIT_23__several_objects),
        rule_test(WAIT_24__WAIT_26__waiting_for_oneself),
        rule_test(WAIT_25__a_wait_refers_to_its_object),
        rule_test(WAIT_27__WAIT_28__WAIT_29__WAIT_30__calls_wait_for_alertable_waits),
        rule_test(WAIT_31__WAIT_32__calls_to_the_dead_never_run),
        rule_test(WAIT_33__a_suspended_waiter_consumes_but_does_not_run),
        rule_test(WAIT_34__a_killed_waiter_consumes_nothing),
    };
    return cmocka_run_group_tests_name("WAIT", tests, NULL, NULL);
}
