/* test_native.c - native calls that the rules name. */
#include "sim.h"

#include "rundown/sdk/rd_ntdll.h"

static HANDLE gate;

static DWORD sleeps(LPVOID parameter) {
    (void)parameter;
    Sleep(INFINITE);
    return 0;
}

/* ---- termination ----------------------------------------------------------------------------- */

static int kills_others(int argc, char **argv) {
    DWORD code = 0;
    (void)argc, (void)argv;
    HANDLE first = sim_thread(sleeps, NULL);
    HANDLE second = CreateThread(NULL, 0, sleeps, NULL, CREATE_SUSPENDED, NULL);
    Sleep(1);
    expect_equal(NtTerminateProcess(NULL, 195), STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(first, INFINITE), WAIT_OBJECT_0);
    expect_equal(WaitForSingleObject(second, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(first), 195);
    expect_equal(sim_exit_code(second), 195);
    expect_fails(CreateThread(NULL, 0, sleeps, NULL, 0, NULL), ERROR_ACCESS_DENIED);
    expect(GetModuleHandleA(NULL) != NULL);
    expect(!RtlDllShutdownInProgress());
    expect(GetExitCodeProcess(GetCurrentProcess(), &code));
    expect_equal(code, STILL_ACTIVE);
    return 7;
}

static void PROC_32__PROC_33__PROC_34__terminate_process_null(void **state) {
    assert_int_equal(sim_run(state, kills_others), 7);
}

static DWORD ends_natively(LPVOID parameter) {
    (void)parameter;
    NtTerminateThread(NULL, 9);
    return 0;
}

static int native_thread_end(int argc, char **argv) {
    (void)argc, (void)argv;
    expect_equal(NtTerminateThread(NULL, 1), STATUS_CANT_TERMINATE_SELF);
    HANDLE thread = sim_thread(ends_natively, NULL);
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 9);
    RtlExitUserProcess(21);
}

static void THRD_15__terminate_thread_null(void **state) {
    assert_int_equal(sim_run(state, native_thread_end), 21);
}

static int shutdown_flag;

static int looks_at_flag(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH)
        shutdown_flag = RtlDllShutdownInProgress();
    return TRUE;
}

static int exits(int argc, char **argv) {
    (void)argc, (void)argv;
    shutdown_flag = 0;
    LoadLibraryA("flag.dll");
    return RtlDllShutdownInProgress();
}

static void DLL_33__the_shutdown_flag(void **state) {
    sim_dll(state, "flag.dll", NULL, looks_at_flag);
    assert_int_equal(sim_run(state, exits), 0);
    assert_int_equal(shutdown_flag, 1);
}

/* ---- suspension ------------------------------------------------------------------------------ */

static int child_main(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(10);
    return 3;
}

static int suspends_process(int argc, char **argv) {
    PROCESS_INFORMATION child;
    ULONG count = 9;
    (void)argc, (void)argv;
    sim_start("child.exe", 0, FALSE, &child);
    expect_equal(NtSuspendProcess(child.hProcess), STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(child.hProcess, 1000), WAIT_TIMEOUT);
    expect_equal(NtSuspendThread(child.hThread, &count), STATUS_SUCCESS);
    expect_equal(count, 1);
    expect_equal(NtResumeThread(child.hThread, &count), STATUS_SUCCESS);
    expect_equal(count, 2);
    expect_equal(NtResumeProcess(child.hProcess), STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(child.hProcess, 1000), WAIT_OBJECT_0);
    expect_equal(NtSuspendProcess(child.hProcess), STATUS_PROCESS_IS_TERMINATING);
    return 0;
}

static void processes_are_suspended_as_a_whole(void **state) {
    sim_image(state, "child.exe", child_main);
    sim_run(state, suspends_process);
}

/* ---- queries --------------------------------------------------------------------------------- */

static int queries(int argc, char **argv) {
    PROCESS_BASIC_INFORMATION basic;
    THREAD_BASIC_INFORMATION thread;
    PROCESS_INFORMATION child;
    char name[200];
    ULONG size = 0, last = 0;
    (void)argc, (void)argv;
    sim_start("child.exe", 0, FALSE, &child);
    HANDLE process = child.hProcess;
    expect_equal(
        NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, &size),
        STATUS_SUCCESS);
    expect(basic.ExitStatus == STATUS_PENDING && size == sizeof basic);
    expect_equal(basic.UniqueProcessId, child.dwProcessId);
    expect_equal(basic.InheritedFromUniqueProcessId, GetCurrentProcessId());
    WaitForSingleObject(process, INFINITE);
    expect_equal(
        NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, NULL),
        STATUS_SUCCESS);
    expect_equal(basic.ExitStatus, 3);
    expect_equal(NtQueryInformationProcess(process, ProcessBasicInformation, &basic, 3, NULL),
                 STATUS_INFO_LENGTH_MISMATCH);
    expect_equal(NtQueryInformationProcess(process, (PROCESSINFOCLASS)999, &basic, 3, NULL),
                 STATUS_INVALID_INFO_CLASS);
    expect_equal(
        NtQueryInformationProcess(NULL, ProcessBasicInformation, &basic, sizeof basic, NULL),
        STATUS_INVALID_HANDLE);
    expect_equal(NtQueryInformationProcess(process, ProcessImageFileName, name, sizeof name, &size),
                 STATUS_SUCCESS);
    expect_equal(
        NtQueryInformationProcess(process, ProcessDefaultHardErrorMode, &size, sizeof size, NULL),
        STATUS_PROCESS_IS_TERMINATING);
    expect_equal(NtQueryInformationThread(child.hThread, ThreadBasicInformation, &thread,
                                          sizeof thread, NULL),
                 STATUS_SUCCESS);
    expect(thread.ExitStatus == 3);
    expect_equal((uintptr_t)thread.ClientId.UniqueThread, child.dwThreadId);
    expect_equal(
        NtQueryInformationThread(GetCurrentThread(), ThreadAmILastThread, &last, sizeof last, NULL),
        STATUS_SUCCESS);
    expect_equal(last, 1);
    return 0;
}

static void PROC_44__queries_on_living_and_dead(void **state) {
    sim_image(state, "child.exe", child_main);
    sim_run(state, queries);
}

static int enumerates(int argc, char **argv) {
    HANDLE next = NULL, dead;
    int found = 0;
    (void)argc, (void)argv;
    dead = sim_thread(sleeps, NULL);
    TerminateThread(dead, 0);
    WaitForSingleObject(dead, INFINITE);
    while (NT_SUCCESS(
        NtGetNextThread(GetCurrentProcess(), next, THREAD_QUERY_INFORMATION, 0, 0, &next)))
        found++;
    expect_equal(found, 2);
    expect_equal(NtGetNextThread(GetCurrentProcess(), NULL, 0, 0, 5, &next),
                 STATUS_INVALID_PARAMETER);
    return 0;
}

static void HNDL_48__dead_threads_are_enumerated(void **state) {
    sim_run(state, enumerates);
}

/* ---- loader lock ----------------------------------------------------------------------------- */

static DWORD holds_loader_lock(LPVOID parameter) {
    PVOID cookie = NULL;
    (void)parameter;
    LdrLockLoaderLock(0, NULL, &cookie);
    SetEvent(gate);
    Sleep(INFINITE);
    return 0;
}

static int exit_hangs(int argc, char **argv) {
    ULONG disposition = 0;
    PVOID cookie = NULL;
    (void)argc, (void)argv;
    gate = CreateEventA(NULL, FALSE, FALSE, NULL);
    expect_equal(LdrLockLoaderLock(0, NULL, &cookie), STATUS_SUCCESS);
    expect(cookie != NULL);
    expect_equal(LdrUnlockLoaderLock(0, cookie), STATUS_SUCCESS);
    expect_equal(LdrUnlockLoaderLock(0, cookie), STATUS_INVALID_PARAMETER_2);
    expect_equal(LdrLockLoaderLock(8, NULL, &cookie), STATUS_INVALID_PARAMETER_1);
    expect_equal(LdrLockLoaderLock(0, NULL, NULL), STATUS_INVALID_PARAMETER_3);
    expect_equal(LdrLockLoaderLock(2, NULL, &cookie), STATUS_INVALID_PARAMETER_2);
    sim_thread(holds_loader_lock, NULL);
    WaitForSingleObject(gate, INFINITE);
    expect_equal(LdrLockLoaderLock(2, &disposition, &cookie), STATUS_SUCCESS);
    expect_equal(disposition, 2);
    if (argc > 1)
        TerminateProcess(GetCurrentProcess(), 198);
    return 1;
}

static void PROC_36__exit_process_hangs_behind_the_loader_lock(void **state) {
    sim_run_verdict(state, exit_hangs, RD_VERDICT_DEADLOCK);
}

static int terminates_instead(int argc, char **argv) {
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    sim_start("hangs.exe x", 0, FALSE, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    return (int)sim_exit_code(child.hProcess);
}

static void PROC_36__DLL_24__terminate_process_does_not_hang(void **state) {
    sim_image(state, "hangs.exe", exit_hangs);
    assert_int_equal(sim_run(state, terminates_instead), 198);
}

static int errors_of_status(int argc, char **argv) {
    static const struct {
        NTSTATUS status;
        ULONG error;
    } rows[] = {
        {STATUS_SUCCESS, 0},
        {STATUS_INVALID_HANDLE, ERROR_INVALID_HANDLE},
        {STATUS_OBJECT_TYPE_MISMATCH, ERROR_INVALID_HANDLE},
        {STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED},
        {STATUS_INVALID_CID, ERROR_INVALID_PARAMETER},
        {STATUS_PROCESS_IS_TERMINATING, ERROR_ACCESS_DENIED},
        {STATUS_THREAD_IS_TERMINATING, ERROR_ACCESS_DENIED},
        {STATUS_MUTANT_NOT_OWNED, ERROR_NOT_OWNER},
        {STATUS_SEMAPHORE_LIMIT_EXCEEDED, ERROR_TOO_MANY_POSTS},
        {STATUS_SUSPEND_COUNT_EXCEEDED, 156},
        {STATUS_DLL_NOT_FOUND, ERROR_MOD_NOT_FOUND},
        {STATUS_DLL_INIT_FAILED, ERROR_DLL_INIT_FAILED},
        {STATUS_PIPE_BROKEN, ERROR_BROKEN_PIPE},
        {(NTSTATUS)0xC00700FFu, 255},
        {(NTSTATUS)0xC0FFEEEEu, ERROR_MR_MID_NOT_FOUND},
    };
    (void)argc, (void)argv;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        sim_check((int)i, RtlNtStatusToDosError(rows[i].status) == rows[i].error, "error of row",
                  RtlNtStatusToDosError(rows[i].status), rows[i].error);
    return 0;
}

static void HNDL_46__errors_of_status_codes(void **state) {
    sim_run(state, errors_of_status);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(PROC_32__PROC_33__PROC_34__terminate_process_null),
        test_case(THRD_15__terminate_thread_null),
        test_case(DLL_33__the_shutdown_flag),
        test_case(processes_are_suspended_as_a_whole),
        test_case(PROC_44__queries_on_living_and_dead),
        test_case(HNDL_48__dead_threads_are_enumerated),
        test_case(PROC_36__exit_process_hangs_behind_the_loader_lock),
        test_case(PROC_36__DLL_24__terminate_process_does_not_hang),
        test_case(HNDL_46__errors_of_status_codes),
    };
    return cmocka_run_group_tests_name("api.native", tests, NULL, NULL);
}
