/* test_threads.c - threads: how they end, suspend counts, rights, storage that belongs to them. */
#include "sim.h"

static HANDLE gate;
static int steps;

static DWORD returns_42(LPVOID parameter) {
    (void)parameter;
    return 42;
}

static DWORD exits_43(LPVOID parameter) {
    (void)parameter;
    ExitThread(43);
}

static DWORD sleeps(LPVOID parameter) {
    (void)parameter;
    Sleep(INFINITE);
    return 0;
}

static DWORD ends_itself(LPVOID parameter) {
    (void)parameter;
    TerminateThread(GetCurrentThread(), 45);
    return 0;
}

/* ---- ends and exit codes --------------------------------------------------------------------- */

static int ends(int argc, char **argv) {
    DWORD id = 0;
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, returns_42, NULL, 0, &id);
    expect(id != 0 && id % 4 == 0);
    expect_equal(GetThreadId(thread), id);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(thread, 0), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), 42);
    thread = sim_thread(exits_43, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 43);
    thread = sim_thread(sleeps, NULL);
    Sleep(1);
    expect_equal(sim_exit_code(thread), STILL_ACTIVE);
    expect(TerminateThread(thread, 44));
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 44);
    expect(TerminateThread(thread, 77));
    expect_equal(sim_exit_code(thread), 44);
    thread = sim_thread(ends_itself, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 45);
    return 0;
}

static void THRD_01__THRD_03__THRD_04__THRD_07__THRD_14__THRD_16__EXIT_32__ends(void **state) {
    sim_run(state, ends);
}

static int creation_errors(int argc, char **argv) {
    (void)argc, (void)argv;
    expect_fails(CreateThread(NULL, 0, returns_42, NULL, 0x1000, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(CreateThread(NULL, (SIZE_T)1 << 40, returns_42, NULL, 0, NULL),
                 ERROR_NOT_ENOUGH_MEMORY);
    expect_fails(CreateRemoteThread(NULL, NULL, 0, returns_42, NULL, 0, NULL),
                 ERROR_INVALID_HANDLE);
    HANDLE weak = OpenProcess(PROCESS_CREATE_THREAD, FALSE, GetCurrentProcessId());
    expect_fails(CreateRemoteThread(weak, NULL, 0, returns_42, NULL, 0, NULL), ERROR_ACCESS_DENIED);
    HANDLE enough = OpenProcess(PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION |
                                    PROCESS_VM_OPERATION | PROCESS_VM_WRITE | PROCESS_VM_READ,
                                FALSE, GetCurrentProcessId());
    HANDLE thread = CreateRemoteThread(enough, NULL, 0, returns_42, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 42);
    return 0;
}

static void THRD_28__rights_and_arguments_of_creation(void **state) {
    sim_run(state, creation_errors);
}

/* ---- suspension ------------------------------------------------------------------------------ */

static DWORD counts(LPVOID parameter) {
    (void)parameter;
    steps++;
    return 0;
}

static int suspension(int argc, char **argv) {
    (void)argc, (void)argv;
    steps = 0;
    HANDLE thread = CreateThread(NULL, 0, counts, NULL, CREATE_SUSPENDED, NULL);
    expect_equal(SuspendThread(thread), 1);
    expect_equal(ResumeThread(thread), 2);
    Sleep(10);
    expect_equal(steps, 0);
    for (DWORD i = 1; i < 127; i++)
        expect_equal(SuspendThread(thread), i);
    expect_error(SuspendThread(thread), (DWORD)-1, 156);
    for (DWORD i = 127; i > 0; i--)
        expect_equal(ResumeThread(thread), i);
    expect_equal(ResumeThread(thread), 0);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(steps, 1);
    expect_error(SuspendThread(thread), (DWORD)-1, ERROR_ACCESS_DENIED);
    expect_equal(ResumeThread(thread), 0);
    thread = CreateThread(NULL, 0, counts, NULL, CREATE_SUSPENDED, NULL);
    expect(TerminateThread(thread, 6));
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(steps, 1);
    return 0;
}

static void THRD_17__THRD_18__THRD_19__THRD_20__THRD_21__THRD_22__THRD_23__counts(void **state) {
    sim_run(state, suspension);
}

static DWORD suspends_itself(LPVOID parameter) {
    (void)parameter;
    steps = 1;
    SuspendThread(GetCurrentThread());
    steps = 2;
    return 0;
}

static int self_suspension(int argc, char **argv) {
    (void)argc, (void)argv;
    steps = 0;
    HANDLE thread = sim_thread(suspends_itself, NULL);
    expect_equal(WaitForSingleObject(thread, 10), WAIT_TIMEOUT);
    expect_equal(steps, 1);
    expect_equal(ResumeThread(thread), 1);
    expect_equal(WaitForSingleObject(thread, 10), WAIT_OBJECT_0);
    expect_equal(steps, 2);
    return 0;
}

static void THRD_19__a_thread_suspends_itself(void **state) {
    sim_run(state, self_suspension);
}

/* ---- rights ---------------------------------------------------------------------------------- */

static int rights(int argc, char **argv) {
    DWORD code;
    (void)argc, (void)argv;
    HANDLE thread = sim_thread(sleeps, NULL);
    HANDLE sync = OpenThread(SYNCHRONIZE, FALSE, GetThreadId(thread));
    HANDLE query = OpenThread(THREAD_QUERY_INFORMATION, FALSE, GetThreadId(thread));
    expect_fails(GetExitCodeThread(sync, &code), ERROR_ACCESS_DENIED);
    expect_fails(TerminateThread(sync, 1), ERROR_ACCESS_DENIED);
    expect_error(SuspendThread(sync), (DWORD)-1, ERROR_ACCESS_DENIED);
    expect_error(ResumeThread(sync), (DWORD)-1, ERROR_ACCESS_DENIED);
    expect_fails(QueueUserAPC((PAPCFUNC)0, sync, 0), ERROR_ACCESS_DENIED);
    expect(GetExitCodeThread(query, &code));
    expect_fails(TerminateThread(query, 1), ERROR_ACCESS_DENIED);
    HANDLE killer = OpenThread(THREAD_TERMINATE, FALSE, GetThreadId(thread));
    expect(TerminateThread(killer, 1));
    expect_equal(WaitForSingleObject(sync, INFINITE), WAIT_OBJECT_0);
    return 0;
}

static void THRD_26__each_operation_needs_its_right(void **state) {
    sim_run(state, rights);
}

static int priorities(int argc, char **argv) {
    HANDLE me = GetCurrentThread();
    PWSTR text = NULL;
    (void)argc, (void)argv;
    expect_equal(GetThreadPriority(me), THREAD_PRIORITY_NORMAL);
    expect(SetThreadPriority(me, THREAD_PRIORITY_HIGHEST));
    expect_equal(GetThreadPriority(me), THREAD_PRIORITY_HIGHEST);
    expect_fails(SetThreadPriority(me, 7), ERROR_INVALID_PARAMETER);
    expect_error(GetThreadPriority(NULL), THREAD_PRIORITY_ERROR_RETURN, ERROR_INVALID_HANDLE);
    HANDLE dead = sim_thread(returns_42, NULL);
    WaitForSingleObject(dead, INFINITE);
    expect(SetThreadPriority(dead, THREAD_PRIORITY_LOWEST));
    expect_equal(SetThreadDescription(me, (const WCHAR[]){'m', 'e', 0}), 0);
    expect_equal(GetThreadDescription(me, &text), 0);
    expect(text && text[0] == 'm' && text[1] == 'e' && !text[2]);
    LocalFree(text);
    return 0;
}

static void THRD_35__priorities_and_names(void **state) {
    sim_run(state, priorities);
}

/* ---- thread-local storage -------------------------------------------------------------------- */

static DWORD slot, far_slot;

static DWORD looks_at_slots(LPVOID parameter) {
    (void)parameter;
    bool empty = !TlsGetValue(slot) && !TlsGetValue(far_slot);
    TlsSetValue(far_slot, &slot);
    return empty && TlsGetValue(far_slot) == &slot;
}

static int tls(int argc, char **argv) {
    DWORD count = 1;
    (void)argc, (void)argv;
    slot = far_slot = TlsAlloc();
    for (DWORD next; (next = TlsAlloc()) != TLS_OUT_OF_INDEXES; count++)
        far_slot = next;
    expect_equal(count, 1088);
    expect(TlsSetValue(slot, &count));
    expect(TlsSetValue(far_slot, &count));
    HANDLE thread = sim_thread(looks_at_slots, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 1);
    expect(TlsGetValue(slot) == &count);
    expect_equal(GetLastError(), 0);
    expect(TlsFree(slot));
    expect_fails(TlsFree(slot), ERROR_INVALID_PARAMETER);
    expect_equal(TlsAlloc(), slot);
    expect(TlsGetValue(slot) == NULL);
    expect_fails(TlsSetValue(5000, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(TlsGetValue(5000), ERROR_INVALID_PARAMETER);
    expect_fails(TlsFree(5000), ERROR_INVALID_PARAMETER);
    return 0;
}

static void TLS_01__TLS_02__TLS_05__slots(void **state) {
    sim_run(state, tls);
}

static int called;

static VOID takes_value(PVOID value) {
    called += (int)(intptr_t)value;
    expect(FlsGetValue(slot) != value); /* FlsFree may leave the caller's own value for last */
}

static DWORD sets_and_ends(LPVOID parameter) {
    FlsSetValue(slot, parameter);
    return 0;
}

static DWORD sets_and_waits(LPVOID parameter) {
    FlsSetValue(slot, parameter);
    SetEvent(gate);
    Sleep(INFINITE);
    return 0;
}

static int fls(int argc, char **argv) {
    (void)argc, (void)argv;
    called = 0;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    slot = FlsAlloc(takes_value);
    expect(slot != 0 && slot != FLS_OUT_OF_INDEXES);
    HANDLE thread = sim_thread(sets_and_ends, (LPVOID)1);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(called, 1);
    thread = sim_thread(sets_and_ends, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(called, 1);
    thread = sim_thread(sets_and_waits, (LPVOID)10);
    WaitForSingleObject(gate, INFINITE);
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(called, 1);
    sim_thread(sets_and_waits, (LPVOID)100);
    WaitForSingleObject(gate, INFINITE);
    FlsSetValue(slot, (LPVOID)1000);
    expect(FlsFree(slot));
    expect_equal(called, 1111);
    expect_fails(FlsFree(slot), ERROR_INVALID_PARAMETER);
    expect_fails(FlsFree(0), ERROR_INVALID_PARAMETER);
    expect_fails(FlsSetValue(0, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(FlsGetValue(0), ERROR_INVALID_PARAMETER);
    return 0;
}

static void TLS_07__TLS_08__TLS_13__TLS_14__TLS_15__fls_callbacks(void **state) {
    sim_run(state, fls);
}

static int fls_limit(int argc, char **argv) {
    int count = 0;
    (void)argc, (void)argv;
    while (FlsAlloc(NULL) != FLS_OUT_OF_INDEXES)
        count++;
    return count;
}

static void TLS_16__number_of_fls_indices(void **state) {
    rd_world_options options = {.size = sizeof options, .profile = "win7"};
    int count = (int)sim_run(state, fls_limit);
    assert_in_range(count, 4000, 4095);
    rd_world_destroy(*state);
    *state = test_world(&options);
    assert_int_equal(sim_run(state, fls_limit), 127);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(THRD_01__THRD_03__THRD_04__THRD_07__THRD_14__THRD_16__EXIT_32__ends),
        test_case(THRD_28__rights_and_arguments_of_creation),
        test_case(THRD_17__THRD_18__THRD_19__THRD_20__THRD_21__THRD_22__THRD_23__counts),
        test_case(THRD_19__a_thread_suspends_itself),
        test_case(THRD_26__each_operation_needs_its_right),
        test_case(THRD_35__priorities_and_names),
        test_case(TLS_01__TLS_02__TLS_05__slots),
        test_case(TLS_07__TLS_08__TLS_13__TLS_14__TLS_15__fls_callbacks),
        test_case(TLS_16__number_of_fls_indices),
    };
    return cmocka_run_group_tests_name("api.threads", tests, NULL, NULL);
}
