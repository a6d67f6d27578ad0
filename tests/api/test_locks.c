/* test_locks.c - critical sections, slim locks, condition variables, one-time initialisation,
 * interlocked operations. */
#include "sim.h"

#include "rundown/sdk/rd_ntdll.h"

static CRITICAL_SECTION section;
static SRWLOCK slim;
static CONDITION_VARIABLE condition;
static INIT_ONCE once;
static LONG number;
static HANDLE gate;
static int inside, most_inside, total;

/* ---- critical sections ----------------------------------------------------------------------- */

static void work_inside(void) {
    inside++;
    if (inside > most_inside)
        most_inside = inside;
    Sleep(1);
    total++;
    inside--;
}

static DWORD enters(LPVOID parameter) {
    (void)parameter;
    for (int i = 0; i < 5; i++) {
        EnterCriticalSection(&section);
        EnterCriticalSection(&section);
        work_inside();
        LeaveCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
    return 0;
}

static DWORD tries(LPVOID parameter) {
    (void)parameter;
    return (DWORD)TryEnterCriticalSection(&section);
}

static int sections(int argc, char **argv) {
    HANDLE threads[4];
    (void)argc, (void)argv;
    total = inside = most_inside = 0;
    InitializeCriticalSection(&section);
    expect_equal(section.LockCount, -1);
    for (int i = 0; i < 4; i++)
        threads[i] = sim_thread(enters, NULL);
    expect_equal(WaitForMultipleObjects(4, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    expect_equal(total, 20);
    expect_equal(most_inside, 1);
    expect_equal(section.LockCount, -1);
    EnterCriticalSection(&section);
    expect((DWORD)(uintptr_t)section.OwningThread == GetCurrentThreadId());
    threads[0] = sim_thread(tries, NULL);
    WaitForSingleObject(threads[0], INFINITE);
    expect_equal(sim_exit_code(threads[0]), FALSE);
    expect(TryEnterCriticalSection(&section));
    expect_equal(section.RecursionCount, 2);
    LeaveCriticalSection(&section);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    return 0;
}

static void critical_sections_exclude_and_nest(void **state) {
    sim_run(state, sections);
}

static DWORD takes_and_sleeps(LPVOID parameter) {
    (void)parameter;
    EnterCriticalSection(&section);
    SetEvent(gate);
    Sleep(INFINITE);
    return 0;
}

static int dead_owner(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeCriticalSection(&section);
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE owner = sim_thread(takes_and_sleeps, NULL);
    WaitForSingleObject(gate, INFINITE);
    TerminateThread(owner, 1);
    WaitForSingleObject(owner, INFINITE);
    expect(!TryEnterCriticalSection(&section));
    EnterCriticalSection(&section);
    expect(!"reached");
    return 0;
}

static void THRD_09__a_dead_owners_section_is_never_entered(void **state) {
    sim_run_verdict(state, dead_owner, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(*state), "critical section owned by thread"));
}

/* In its detach routine a DLL enters a section whose owner ExitProcess has killed. */
static int enters_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module;
    if (reason != DLL_PROCESS_DETACH || !reserved)
        return TRUE;
    number = 1;
    EnterCriticalSection(&section);
    number = 2;
    return TRUE;
}

static int second_dll(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH)
        number = 3;
    return TRUE;
}

static int exits_with_lock_held(int argc, char **argv) {
    (void)argc, (void)argv;
    number = 0;
    InitializeCriticalSection(&section);
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    expect(LoadLibraryA("later.dll") != NULL);
    expect(LoadLibraryA("first.dll") != NULL);
    sim_thread(takes_and_sleeps, NULL);
    WaitForSingleObject(gate, INFINITE);
    ExitProcess(199);
}

static void PROC_39__DLL_59__orphaned_section_ends_the_process(void **state) {
    sim_dll(state, "first.dll", NULL, enters_in_detach);
    sim_dll(state, "later.dll", NULL, second_dll);
    assert_int_equal(sim_run(state, exits_with_lock_held), 199);
    assert_int_equal(number, 1);
    test_event(*state, 0, RD_EVENT_LOCK_ORPHANED, NULL);
}

static void PROC_39__documented_dialect_hangs(void **state) {
    rd_world_options options = {.size = sizeof options, .dialect = RD_DIALECT_DOCUMENTED};
    rd_world_destroy(*state);
    *state = test_world(&options);
    sim_dll(state, "first.dll", NULL, enters_in_detach);
    sim_dll(state, "later.dll", NULL, second_dll);
    sim_run_verdict(state, exits_with_lock_held, RD_VERDICT_DEADLOCK);
}

/* ---- slim locks ------------------------------------------------------------------------------ */

static int readers, most_readers;

static DWORD reads(LPVOID parameter) {
    (void)parameter;
    AcquireSRWLockShared(&slim);
    readers++;
    if (readers > most_readers)
        most_readers = readers;
    expect_equal(inside, 0);
    Sleep(5);
    readers--;
    ReleaseSRWLockShared(&slim);
    return 0;
}

static DWORD writes(LPVOID parameter) {
    (void)parameter;
    AcquireSRWLockExclusive(&slim);
    expect_equal(readers, 0);
    expect_equal(inside, 0);
    inside++;
    Sleep(5);
    inside--;
    total++;
    ReleaseSRWLockExclusive(&slim);
    return 0;
}

static int slim_locks(int argc, char **argv) {
    HANDLE threads[6];
    (void)argc, (void)argv;
    total = inside = readers = most_readers = 0;
    InitializeSRWLock(&slim);
    for (int i = 0; i < 6; i++)
        threads[i] = sim_thread(i % 3 == 2 ? writes : reads, NULL);
    WaitForMultipleObjects(6, threads, TRUE, INFINITE);
    expect_equal(total, 2);
    expect(most_readers >= 2);
    expect(TryAcquireSRWLockShared(&slim));
    expect(TryAcquireSRWLockShared(&slim));
    expect(!TryAcquireSRWLockExclusive(&slim));
    ReleaseSRWLockShared(&slim);
    ReleaseSRWLockShared(&slim);
    expect(TryAcquireSRWLockExclusive(&slim));
    expect(!TryAcquireSRWLockShared(&slim));
    ReleaseSRWLockExclusive(&slim);
    return 0;
}

static void slim_locks_share_and_exclude(void **state) {
    sim_run(state, slim_locks);
}

static int releases_free_lock(int argc, char **argv) {
    (void)argc, (void)argv;
    InitializeSRWLock(&slim);
    ReleaseSRWLockExclusive(&slim);
    return 0;
}

static void releasing_a_free_slim_lock_raises(void **state) {
    assert_int_equal(sim_run(state, releases_free_lock), 0xC0000264);
}

/* ---- condition variables --------------------------------------------------------------------- */

static DWORD consumes(LPVOID parameter) {
    (void)parameter;
    EnterCriticalSection(&section);
    while (!number)
        SleepConditionVariableCS(&condition, &section, INFINITE);
    number--;
    total++;
    LeaveCriticalSection(&section);
    return 0;
}

static int conditions(int argc, char **argv) {
    HANDLE threads[3];
    (void)argc, (void)argv;
    number = total = 0;
    InitializeCriticalSection(&section);
    InitializeConditionVariable(&condition);
    for (int i = 0; i < 3; i++)
        threads[i] = sim_thread(consumes, NULL);
    Sleep(1);
    EnterCriticalSection(&section);
    number = 1;
    LeaveCriticalSection(&section);
    WakeConditionVariable(&condition);
    Sleep(1);
    expect_equal(total, 1);
    EnterCriticalSection(&section);
    number = 2;
    LeaveCriticalSection(&section);
    WakeAllConditionVariable(&condition);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    expect_equal(total, 3);
    EnterCriticalSection(&section);
    expect_fails(SleepConditionVariableCS(&condition, &section, 10), ERROR_TIMEOUT);
    expect_equal(section.RecursionCount, 1);
    InitializeSRWLock(&slim);
    AcquireSRWLockExclusive(&slim);
    expect_fails(SleepConditionVariableSRW(&condition, &slim, 10, 0), ERROR_TIMEOUT);
    expect_fails(SleepConditionVariableSRW(&condition, &slim, 10, 8), ERROR_INVALID_PARAMETER);
    return 0;
}

static void condition_variables_wake_one_and_all(void **state) {
    sim_run(state, conditions);
}

/* ---- one-time initialisation ----------------------------------------------------------------- */

static BOOL initializes(PINIT_ONCE init, PVOID parameter, PVOID *context) {
    (void)init;
    Sleep(5);
    total++;
    *context = parameter;
    return TRUE;
}

static DWORD runs_once(LPVOID parameter) {
    LPVOID context = NULL;
    BOOL done = InitOnceExecuteOnce(&once, initializes, parameter, &context);
    return done && context == parameter;
}

static int once_only(int argc, char **argv) {
    HANDLE threads[3];
    BOOL pending = FALSE;
    LPVOID context = NULL;
    INIT_ONCE other = INIT_ONCE_STATIC_INIT;
    (void)argc, (void)argv;
    total = 0;
    InitOnceInitialize(&once);
    for (int i = 0; i < 3; i++)
        threads[i] = sim_thread(runs_once, &total);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    expect_equal(total, 1);
    for (int i = 0; i < 3; i++)
        expect_equal(sim_exit_code(threads[i]), 1);
    expect_fails(InitOnceBeginInitialize(&other, INIT_ONCE_CHECK_ONLY, &pending, &context),
                 ERROR_GEN_FAILURE);
    expect_fails(InitOnceBeginInitialize(&other, 3, &pending, &context), ERROR_INVALID_PARAMETER);
    expect(InitOnceBeginInitialize(&other, INIT_ONCE_ASYNC, &pending, &context));
    expect(pending);
    expect_fails(InitOnceBeginInitialize(&other, 0, &pending, &context), ERROR_INVALID_PARAMETER);
    expect_fails(InitOnceComplete(&other, 0, NULL), ERROR_GEN_FAILURE);
    expect_fails(InitOnceComplete(&other, INIT_ONCE_ASYNC, (LPVOID)1), ERROR_INVALID_PARAMETER);
    expect(InitOnceComplete(&other, INIT_ONCE_ASYNC, (LPVOID)8));
    expect(InitOnceBeginInitialize(&other, 0, &pending, &context));
    expect(!pending && context == (LPVOID)8);
    return 0;
}

static BOOL stores_and_fails(PINIT_ONCE init, PVOID parameter, PVOID *context) {
    (void)init, (void)parameter;
    expect(*context == (LPVOID)16); /* what the caller has there */
    *context = (LPVOID)32;
    return FALSE;
}

static BOOL wants_no_context(PINIT_ONCE init, PVOID parameter, PVOID *context) {
    (void)init, (void)parameter;
    return context == NULL;
}

static int once_in_vain(int argc, char **argv) {
    LPVOID context = (LPVOID)16;
    (void)argc, (void)argv;
    InitOnceInitialize(&once);
    expect(!InitOnceExecuteOnce(&once, stores_and_fails, NULL, &context));
    expect(context == (LPVOID)32);
    expect(InitOnceExecuteOnce(&once, wants_no_context, NULL, NULL));
    expect(InitOnceExecuteOnce(&once, stores_and_fails, NULL, &context));
    expect(context == NULL);
    return 0;
}

static ULONG initializes_natively(PRTL_RUN_ONCE init, PVOID parameter, PVOID *context) {
    (void)init, (void)context;
    Sleep(5);
    total++;
    return parameter != NULL;
}

static DWORD runs_natively(LPVOID parameter) {
    return (DWORD)RtlRunOnceExecuteOnce(&once, initializes_natively, parameter, NULL);
}

static int once_natively(int argc, char **argv) {
    HANDLE threads[2];
    PVOID context = NULL;
    DWORD code;
    (void)argc, (void)argv;
    total = 0;
    RtlRunOnceInitialize(&once);
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, runs_natively, i ? &once : NULL, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    expect(GetExitCodeThread(threads[0], &code) && code == (DWORD)STATUS_UNSUCCESSFUL);
    expect(GetExitCodeThread(threads[1], &code) && code == STATUS_SUCCESS);
    expect_equal(total, 2); /* the first one has failed */
    expect_equal(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context),
                 STATUS_SUCCESS);
    expect_equal(RtlRunOnceComplete(&once, 0, NULL), STATUS_UNSUCCESSFUL);
    RtlRunOnceInitialize(&once);
    expect_equal(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_PENDING);
    expect_equal(RtlRunOnceBeginInitialize(&once, 8, &context), STATUS_INVALID_PARAMETER_2);
    expect_equal(RtlRunOnceComplete(&once, 8, NULL), STATUS_INVALID_PARAMETER);
    expect_equal(RtlRunOnceComplete(&once, 0, &threads), STATUS_SUCCESS);
    expect_equal(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_SUCCESS);
    expect(context == &threads);
    return 0;
}

static void so_does_native_initialisation(void **state) {
    sim_run(state, once_natively);
}

static void a_callback_gets_the_callers_context(void **state) {
    sim_run(state, once_in_vain);
}

static void one_time_initialisation_happens_once(void **state) {
    sim_run(state, once_only);
}

/* ---- addresses and barriers ------------------------------------------------------------------ */

static DWORD waits_on_number(LPVOID parameter) {
    LONG zero = 0;
    (void)parameter;
    while (number == 0)
        WaitOnAddress(&number, &zero, sizeof number, INFINITE);
    return (DWORD)number;
}

static SYNCHRONIZATION_BARRIER barrier;

static DWORD meets(LPVOID parameter) {
    (void)parameter;
    return (DWORD)EnterSynchronizationBarrier(&barrier, 0);
}

static int addresses(int argc, char **argv) {
    HANDLE threads[3];
    LONG seen = 5;
    int last = 0;
    (void)argc, (void)argv;
    number = 0;
    HANDLE thread = sim_thread(waits_on_number, NULL);
    Sleep(1);
    InterlockedExchange(&number, 5);
    WakeByAddressAll(&number);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 5);
    expect_fails(WaitOnAddress(&number, &seen, 3, 0), ERROR_INVALID_PARAMETER);
    expect_fails(WaitOnAddress(&number, &seen, 4, 0), ERROR_TIMEOUT);
    expect_fails(WaitOnAddress(&number, &seen, 4, 20), ERROR_TIMEOUT);
    expect(InitializeSynchronizationBarrier(&barrier, 3, 0));
    for (int i = 0; i < 3; i++)
        threads[i] = sim_thread(meets, NULL);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    for (int i = 0; i < 3; i++)
        last += (int)sim_exit_code(threads[i]);
    expect_equal(last, 1);
    expect_fails(InitializeSynchronizationBarrier(&barrier, 0, 0), ERROR_INVALID_PARAMETER);
    return 0;
}

static void waits_on_addresses_and_at_barriers(void **state) {
    sim_run(state, addresses);
}

static int interlocked(int argc, char **argv) {
    LONG64 wide = 1;
    PVOID pointer = NULL;
    SLIST_HEADER list;
    SLIST_ENTRY entries[2];
    (void)argc, (void)argv;
    number = 5;
    expect_equal(InterlockedIncrement(&number), 6);
    expect_equal(InterlockedDecrement(&number), 5);
    expect_equal(InterlockedExchangeAdd(&number, 3), 5);
    expect_equal(InterlockedAdd(&number, 2), 10);
    expect_equal(InterlockedCompareExchange(&number, 1, 9), 10);
    expect_equal(InterlockedCompareExchange(&number, 1, 10), 10);
    expect_equal(InterlockedOr(&number, 6), 1);
    expect_equal(InterlockedAnd(&number, 3), 7);
    expect_equal(InterlockedXor(&number, 1), 3);
    expect_equal(number, 2);
    expect_equal(InterlockedBitTestAndSet(&number, 0), 0);
    expect_equal(InterlockedBitTestAndReset(&number, 1), 1);
    expect_equal(number, 1);
    expect_equal(InterlockedIncrement64(&wide), 2);
    expect(InterlockedExchangePointer(&pointer, &wide) == NULL);
    expect(InterlockedCompareExchangePointer(&pointer, NULL, &wide) == &wide);
    InitializeSListHead(&list);
    expect(InterlockedPushEntrySList(&list, &entries[0]) == NULL);
    expect(InterlockedPushEntrySList(&list, &entries[1]) == &entries[0]);
    expect_equal(QueryDepthSList(&list), 2);
    expect(InterlockedPopEntrySList(&list) == &entries[1]);
    expect(InterlockedFlushSList(&list) == &entries[0]);
    expect(InterlockedPopEntrySList(&list) == NULL);
    return 0;
}

static void interlocked_operations(void **state) {
    sim_run(state, interlocked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(critical_sections_exclude_and_nest),
        test_case(THRD_09__a_dead_owners_section_is_never_entered),
        test_case(PROC_39__DLL_59__orphaned_section_ends_the_process),
        test_case(PROC_39__documented_dialect_hangs),
        test_case(slim_locks_share_and_exclude),
        test_case(releasing_a_free_slim_lock_raises),
        test_case(condition_variables_wake_one_and_all),
        test_case(one_time_initialisation_happens_once),
        test_case(so_does_native_initialisation),
        test_case(a_callback_gets_the_callers_context),
        test_case(waits_on_addresses_and_at_barriers),
        test_case(interlocked_operations),
    };
    return cmocka_run_group_tests_name("api.locks", tests, NULL, NULL);
}
