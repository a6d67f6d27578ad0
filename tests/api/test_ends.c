/* test_ends.c - ends of threads and processes met from inside the entry points. */
#include "sim.h"

#include "rundown/sdk/rd_ntdll.h"

static HANDLE gate, go_on;
static PROCESS_INFORMATION child;
static int notes[8], noted;
static DWORD slot;
static CRITICAL_SECTION section;

static void note(int what) {
    if (noted < 8)
        notes[noted++] = what;
}

static int run_child(const char *line, DWORD *code) {
    if (!sim_start(line, 0, FALSE, &child))
        return 0;
    DWORD waited = WaitForSingleObject(child.hProcess, 10000);
    *code = sim_exit_code(child.hProcess);
    return waited == WAIT_OBJECT_0;
}

static DWORD nothing(LPVOID parameter) {
    (void)parameter;
    return 0;
}

static DWORD sleeps(LPVOID parameter) {
    (void)parameter;
    Sleep(INFINITE);
    return 0;
}

/* ---- loader ---------------------------------------------------------------------------------- */

static int makes_thread_while_attaching(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        HANDLE thread = CreateRemoteThread(GetCurrentProcess(), NULL, 0, nothing, NULL, 0, NULL);
        note(thread != NULL);
        note(WaitForSingleObject(thread, 100) == WAIT_TIMEOUT);
    }
    return TRUE;
}

static int loads(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    expect(LoadLibraryA("maker.dll") != NULL);
    expect(notes[0] && notes[1]);
    return 0;
}

static void DLL_27__a_remote_thread_starts_after_the_initialisation(void **state) {
    sim_dll(state, "maker.dll", NULL, makes_thread_while_attaching);
    sim_run(state, loads);
}

static int quick(int argc, char **argv) {
    (void)argc, (void)argv;
    return 17;
}

static int makes_process_while_attaching(void *module, uint32_t reason, void *reserved) {
    DWORD code = 0;
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        note(run_child("quick.exe", &code));
        note((int)code);
    }
    return TRUE;
}

static int loads_and_looks(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    expect(LoadLibraryA("maker.dll") != NULL);
    expect(notes[0] == 1 && notes[1] == 17);
    return 0;
}

static void DLL_28__a_child_runs_while_its_creator_holds_the_loader_lock(void **state) {
    sim_image(state, "quick.exe", quick);
    sim_dll(state, "maker.dll", NULL, makes_process_while_attaching);
    sim_run(state, loads_and_looks);
}

static int exits_thread_while_attaching(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        ExitThread(79);
    return TRUE;
}

static int loads_leaver(int argc, char **argv) {
    (void)argc, (void)argv;
    LoadLibraryA("leaver.dll");
    return 1;
}

static void DLL_39__exit_thread_while_attaching(void **state) {
    sim_dll(state, "leaver.dll", NULL, exits_thread_while_attaching);
    assert_int_equal(sim_run(state, loads_leaver), 79);
}

static int exits_process_in_thread_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_THREAD_DETACH)
        ExitProcess(81);
    if (reason == DLL_PROCESS_DETACH)
        note(81);
    return TRUE;
}

static int ends_a_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    LoadLibraryA("leaver.dll");
    WaitForSingleObject(sim_thread(nothing, NULL), INFINITE);
    Sleep(INFINITE);
    return 1;
}

static void DLL_40__exit_process_in_thread_detach(void **state) {
    sim_dll(state, "leaver.dll", NULL, exits_process_in_thread_detach);
    assert_int_equal(sim_run(state, ends_a_thread), 81);
    assert_true(noted == 1 && notes[0] == 81);
}

static DWORD loads_in_thread(LPVOID parameter) {
    (void)parameter;
    LoadLibraryA("leaver.dll");
    return 0;
}

static int orphans_loader_lock(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = sim_thread(loads_in_thread, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 79);
    return 1;
}

static void DLL_41__exit_thread_in_a_notification_orphans_the_loader_lock(void **state) {
    sim_dll(state, "leaver.dll", NULL, exits_thread_while_attaching);
    sim_run_verdict(state, orphans_loader_lock, RD_VERDICT_DEADLOCK);
}

/* ---- storage at the end ---------------------------------------------------------------------- */

static int looks_at_storage(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH)
        note((int)(intptr_t)TlsGetValue(slot));
    if (reason == DLL_THREAD_ATTACH)
        note(FlsGetValue(slot) == NULL);
    return TRUE;
}

static DWORD sets_tls(LPVOID parameter) {
    TlsSetValue(slot, parameter);
    SetEvent(gate);
    Sleep(INFINITE);
    return 0;
}

static int exits_with_tls(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    slot = TlsAlloc();
    sim_thread(sets_tls, (LPVOID)5);
    WaitForSingleObject(gate, INFINITE);
    TlsSetValue(slot, (LPVOID)6);
    LoadLibraryA("looker.dll");
    return 0;
}

static void TLS_06__only_the_callers_tls_is_reachable_at_exit(void **state) {
    sim_dll(state, "looker.dll", NULL, looks_at_storage);
    sim_run(state, exits_with_tls);
    assert_true(noted == 1 && notes[0] == 6);
}

static int thread_with_fls(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    LoadLibraryA("looker.dll");
    slot = FlsAlloc(NULL);
    FlsSetValue(slot, &slot);
    WaitForSingleObject(sim_thread(nothing, NULL), INFINITE);
    expect(noted == 1 && notes[0] == 1);
    return 0;
}

static void TLS_10__thread_attach_sees_empty_fls_slots(void **state) {
    sim_dll(state, "looker.dll", NULL, looks_at_storage);
    sim_run(state, thread_with_fls);
}

static VOID stays_in_callback(PVOID value) {
    note(RtlDllShutdownInProgress());
    if (value == &section) {
        SetEvent(gate);
        Sleep(INFINITE);
    }
}

static DWORD ends_with_fls(LPVOID parameter) {
    FlsSetValue(slot, parameter);
    return 0;
}

static int exits_beside_callback(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    slot = FlsAlloc(stays_in_callback);
    sim_thread(ends_with_fls, &section);
    WaitForSingleObject(gate, INFINITE);
    FlsSetValue(slot, &gate);
    ExitProcess(31);
}

static void TLS_17__TLS_18__exit_beside_a_running_fls_callback(void **state) {
    assert_int_equal(sim_run(state, exits_beside_callback), 31);
    assert_true(noted == 2 && notes[0] == 0 && notes[1] == 1);
}

/* ---- suspension ------------------------------------------------------------------------------ */

static int leaves_suspended_child(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_start("quick.exe", CREATE_SUSPENDED, FALSE, &child);
    TerminateProcess(GetCurrentProcess(), 3);
    return 0;
}

static void REST_04__a_suspended_process_outlives_its_creator(void **state) {
    rd_process_info info;
    sim_image(state, "quick.exe", quick);
    sim_run_verdict(state, leaves_suspended_child, RD_VERDICT_DEADLOCK);
    assert_int_equal(rd_process_get(*state, child.dwProcessId, &info), RD_OK);
    assert_false(info.terminated);
    assert_int_equal(info.exit_code, RD_STILL_ACTIVE);
}

static int has_threads(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_thread(sleeps, NULL);
    sim_thread(sleeps, NULL);
    Sleep(INFINITE);
    return 0;
}

static int kills_suspended(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_start("busy.exe", 0, FALSE, &child);
    Sleep(5);
    expect_equal(NtSuspendProcess(child.hProcess), STATUS_SUCCESS);
    expect(TerminateProcess(child.hProcess, 71));
    expect_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(child.hProcess), 71);
    return 0;
}

static void REST_08__a_suspended_process_can_be_terminated(void **state) {
    sim_image(state, "busy.exe", has_threads);
    sim_run(state, kills_suspended);
}

static DWORD is_terminated(LPVOID parameter) {
    (void)parameter;
    SetEvent(gate);
    Sleep(INFINITE);
    return 0;
}

static int suspends_the_dying(int argc, char **argv) {
    (void)argc, (void)argv;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = sim_thread(is_terminated, NULL);
    WaitForSingleObject(gate, INFINITE);
    expect(TerminateThread(thread, 8));
    SuspendThread(thread);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), 8);
    return 0;
}

static void THRD_34__suspension_cannot_stop_a_dying_thread(void **state) {
    sim_run(state, suspends_the_dying);
}

/* ---- crashes --------------------------------------------------------------------------------- */

static LONG waits_in_filter(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note((int)GetCurrentThreadId());
    SetEvent(gate);
    WaitForSingleObject(go_on, INFINITE);
    return EXCEPTION_EXECUTE_HANDLER;
}

static DWORD crashes(LPVOID parameter) {
    (void)parameter;
    note((int)GetCurrentThreadId());
    RaiseException(0xE0000013, 0, 0, NULL);
    return 0;
}

static int runs_on_beside_filter(int argc, char **argv) {
    (void)argc, (void)argv;
    noted = 0;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    go_on = CreateEventA(NULL, FALSE, FALSE, NULL);
    SetUnhandledExceptionFilter(waits_in_filter);
    sim_thread(crashes, NULL);
    WaitForSingleObject(gate, INFINITE);
    expect(noted == 2 && notes[0] == notes[1]);
    expect((DWORD)notes[0] != GetCurrentThreadId());
    SetEvent(go_on);
    Sleep(INFINITE);
    return 0;
}

static void SEH_13__the_filter_runs_in_the_faulting_thread(void **state) {
    assert_int_equal(sim_run(state, runs_on_beside_filter), 0xE0000013);
}

/* ---- heap lock ------------------------------------------------------------------------------- */

static DWORD locks_heap(LPVOID parameter) {
    (void)parameter;
    HeapLock(GetProcessHeap());
    SetEvent(gate);
    Sleep(INFINITE);
    return 0;
}

static int allocates_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH)
        HeapAlloc(GetProcessHeap(), 0, 8);
    return TRUE;
}

static int exits_with_locked_heap(int argc, char **argv) {
    (void)argc, (void)argv;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    LoadLibraryA("allocates.dll");
    expect(HeapLock(GetProcessHeap()) && HeapLock(GetProcessHeap()));
    expect(HeapAlloc(GetProcessHeap(), 0, 1) != NULL);
    expect(HeapUnlock(GetProcessHeap()) && HeapUnlock(GetProcessHeap()));
    expect_fails(HeapUnlock(GetProcessHeap()), ERROR_NOT_LOCKED);
    sim_thread(locks_heap, NULL);
    WaitForSingleObject(gate, INFINITE);
    ExitProcess(1);
}

static int ends_hung_child(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_start("hangs.exe", 0, FALSE, &child);
    expect_equal(WaitForSingleObject(child.hProcess, 5000), WAIT_TIMEOUT);
    expect(TerminateProcess(child.hProcess, 201));
    WaitForSingleObject(child.hProcess, INFINITE);
    return (int)sim_exit_code(child.hProcess);
}

static void PROC_38__a_locked_heap_hangs_the_exit(void **state) {
    sim_image(state, "hangs.exe", exits_with_locked_heap);
    sim_dll(state, "allocates.dll", NULL, allocates_in_detach);
    assert_int_equal(sim_run(state, ends_hung_child), 201);
}

/* ---- debuggers and system threads ------------------------------------------------------------ */

static int debugs(int argc, char **argv) {
    DEBUG_EVENT event;
    (void)argc, (void)argv;
    sim_start("quick.exe", 0, FALSE, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_fails(WaitForDebugEvent(&event, 0), ERROR_INVALID_HANDLE);
    expect_fails(DebugActiveProcess(child.dwProcessId), ERROR_ACCESS_DENIED);
    expect_fails(DebugActiveProcess(GetCurrentProcessId()), ERROR_ACCESS_DENIED);
    expect_fails(DebugActiveProcess(0x44444), ERROR_INVALID_PARAMETER);
    expect_fails(OpenProcess(PROCESS_TERMINATE, FALSE, 4), ERROR_ACCESS_DENIED);
    return 0;
}

static void REST_14__REST_15__REST_27__no_debugging_of_the_dead(void **state) {
    sim_image(state, "quick.exe", quick);
    sim_run(state, debugs);
}

static uint32_t entry_without_crt(void *peb) {
    (void)peb;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    CloseHandle(sim_thread(is_terminated, NULL));
    WaitForSingleObject(gate, INFINITE);
    return 5;
}

static int waits_for_raw(int argc, char **argv) {
    DWORD code = 0;
    (void)argc, (void)argv;
    sim_start("raw.exe", 0, FALSE, &child);
    expect_equal(WaitForSingleObject(child.hThread, INFINITE), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(child.hProcess, 100), WAIT_TIMEOUT);
    expect(GetExitCodeThread(child.hThread, &code) && code == 5);
    TerminateProcess(child.hProcess, 6);
    return 0;
}

static void CRT_03__returning_without_crt_ends_only_the_thread(void **state) {
    rd_image_desc desc = {.size = sizeof desc, .entry = entry_without_crt};
    assert_int_equal(rd_image_register(*state, "raw.exe", &desc), RD_OK);
    sim_run(state, waits_for_raw);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(DLL_27__a_remote_thread_starts_after_the_initialisation),
        test_case(DLL_28__a_child_runs_while_its_creator_holds_the_loader_lock),
        test_case(DLL_39__exit_thread_while_attaching),
        test_case(DLL_40__exit_process_in_thread_detach),
        test_case(DLL_41__exit_thread_in_a_notification_orphans_the_loader_lock),
        test_case(TLS_06__only_the_callers_tls_is_reachable_at_exit),
        test_case(TLS_10__thread_attach_sees_empty_fls_slots),
        test_case(TLS_17__TLS_18__exit_beside_a_running_fls_callback),
        test_case(REST_04__a_suspended_process_outlives_its_creator),
        test_case(REST_08__a_suspended_process_can_be_terminated),
        test_case(THRD_34__suspension_cannot_stop_a_dying_thread),
        test_case(SEH_13__the_filter_runs_in_the_faulting_thread),
        test_case(PROC_38__a_locked_heap_hangs_the_exit),
        test_case(REST_14__REST_15__REST_27__no_debugging_of_the_dead),
        test_case(CRT_03__returning_without_crt_ends_only_the_thread),
    };
    return cmocka_run_group_tests_name("api.ends", tests, NULL, NULL);
}
