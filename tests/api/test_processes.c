/* test_processes.c - processes: creation, exit codes, ends, and what can be asked of them, also of
 * dead ones. */
#include "sim.h"

#include "rundown/sdk/tlhelp32.h"

static PROCESS_INFORMATION child;
static STARTUPINFOA startup = {.cb = sizeof startup};

static int sleeper(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(1000);
    return 7;
}

static int quick(int argc, char **argv) {
    (void)argv;
    return argc;
}

/* ---- creation -------------------------------------------------------------------------------- */

static DWORD run_line(const char *application, const char *line) {
    char command[200];
    snprintf(command, sizeof command, "%s", line ? line : "");
    SetLastError(0xBAD);
    if (!CreateProcessA(application, line ? command : NULL, NULL, NULL, FALSE, 0, NULL, NULL,
                        &startup, &child))
        return 0x10000 | GetLastError();
    WaitForSingleObject(child.hProcess, INFINITE);
    DWORD code = sim_exit_code(child.hProcess);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code;
}

static int command_lines(int argc, char **argv) {
    static const struct {
        const char *application, *line;
        DWORD result; /* exit code (the number of arguments), or 0x10000 + error */
    } rows[] = {
        {NULL, "quick.exe", 1},
        {NULL, "quick", 1},
        {NULL, "QUICK.EXE a b", 3},
        {NULL, "  quick.exe a", 3}, /* argv[0] is what stands before the first blank: nothing */
        {NULL, "\"quick.exe\" a \"b c\"", 3},
        {NULL, "\"quick\"", 1},
        {NULL, "C:\\bin\\quick.exe", 1},
        {"quick.exe", NULL, 1},
        {"quick.exe", "anything a b", 3},
        {NULL, "two words.exe x", 3}, /* the image is found; argv is split at blanks */
        {NULL, "nothing.exe", 0x10000 | ERROR_FILE_NOT_FOUND},
        {"nothing.exe", NULL, 0x10000 | ERROR_FILE_NOT_FOUND},
        {"quick", NULL, 0x10000 | ERROR_FILE_NOT_FOUND},
        {NULL, "library.dll", 0x10000 | ERROR_BAD_EXE_FORMAT},
        {NULL, "", 0x10000 | ERROR_FILE_NOT_FOUND},
        {NULL, "   ", 0x10000 | ERROR_FILE_NOT_FOUND},
        {"", "quick.exe", 0x10000 | ERROR_PATH_NOT_FOUND},
        {NULL, NULL, 0x10000 | ERROR_INVALID_PARAMETER},
    };
    (void)argc, (void)argv;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        DWORD result = run_line(rows[i].application, rows[i].line);
        sim_check((int)i, result == rows[i].result, rows[i].line ? rows[i].line : "(row)", result,
                  rows[i].result);
    }
    return 0;
}

static void REST_09__command_lines_and_images(void **state) {
    sim_image(state, "quick.exe", quick);
    sim_image(state, "two words.exe", quick);
    sim_dll(state, "library.dll", NULL, NULL);
    sim_run(state, command_lines);
}

static int wide_creation(int argc, char **argv) {
    STARTUPINFOW wide = {.cb = sizeof wide};
    WCHAR line[] = {'q', 'u', 'i', 'c', 'k', ' ', 0xE9, 0};
    (void)argc, (void)argv;
    expect(CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &wide, &child));
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_equal(sim_exit_code(child.hProcess), 2);
    expect_fails(CreateProcessW(NULL, line, NULL, NULL, FALSE,
                                DETACHED_PROCESS | CREATE_NEW_CONSOLE, NULL, NULL, &wide, &child),
                 ERROR_INVALID_PARAMETER);
    return 0;
}

static void create_process_in_utf16(void **state) {
    sim_image(state, "quick.exe", quick);
    sim_run(state, wide_creation);
}

/* ---- exit codes ------------------------------------------------------------------------------ */

static int exits_with(int argc, char **argv) {
    unsigned long long code = 0;
    if (argc == 2)
        sscanf(argv[1], "%llx", &code);
    ExitProcess((UINT)code);
}

static int codes(int argc, char **argv) {
    static const DWORD values[] = {0, 1, 259, 0xFFFFFFFF, 0xE0001234, 0x80000000};
    char line[40];
    DWORD code = 0;
    (void)argc, (void)argv;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        snprintf(line, sizeof line, "exits.exe %x", values[i]);
        expect(sim_start(line, CREATE_SUSPENDED, FALSE, &child) != NULL);
        expect(GetExitCodeProcess(child.hProcess, &code));
        expect_equal(code, STILL_ACTIVE);
        expect(GetExitCodeThread(child.hThread, &code));
        expect_equal(code, STILL_ACTIVE);
        expect_equal(ResumeThread(child.hThread), 1);
        expect_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
        expect(GetExitCodeProcess(child.hProcess, &code));
        expect_equal(code, values[i]);
        expect(GetExitCodeThread(child.hThread, &code));
        expect_equal(code, values[i]);
    }
    return 0;
}

static void EXIT_01__EXIT_02__EXIT_04__EXIT_15__EXIT_31__all_32_bits(void **state) {
    sim_image(state, "exits.exe", exits_with);
    sim_run(state, codes);
}

static int rights(int argc, char **argv) {
    DWORD code = 5;
    (void)argc, (void)argv;
    sim_start("sleeper.exe", 0, FALSE, &child);
    HANDLE sync = OpenProcess(SYNCHRONIZE, FALSE, child.dwProcessId);
    HANDLE limited = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, child.dwProcessId);
    HANDLE full = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, child.dwProcessId);
    expect(sync && limited && full);
    expect_fails(GetExitCodeProcess(sync, &code), ERROR_ACCESS_DENIED);
    expect(GetExitCodeProcess(limited, &code));
    expect(GetExitCodeProcess(full, &code));
    expect_fails(TerminateProcess(full, 1), ERROR_ACCESS_DENIED);
    expect_fails(GetExitCodeProcess(NULL, &code), ERROR_INVALID_HANDLE);
    expect_fails(GetExitCodeThread((HANDLE)0x4444, &code), ERROR_INVALID_HANDLE);
    expect_fails(TerminateProcess(NULL, 1), ERROR_INVALID_HANDLE);
    expect(TerminateProcess(child.hProcess, 9));
    WaitForSingleObject(child.hProcess, INFINITE);
    expect(GetExitCodeProcess(limited, &code));
    expect_equal(code, 9);
    return 0;
}

static void EXIT_18__EXIT_33__HNDL_16__HNDL_17__HNDL_18__PROC_31__rights(void **state) {
    sim_image(state, "sleeper.exe", sleeper);
    sim_run(state, rights);
}

/* ---- dead processes -------------------------------------------------------------------------- */

static bool is_in_snapshot(DWORD pid) {
    PROCESSENTRY32 entry = {.dwSize = sizeof entry};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    bool found = false;
    expect(snapshot != INVALID_HANDLE_VALUE);
    for (BOOL more = Process32First(snapshot, &entry); more; more = Process32Next(snapshot, &entry))
        found |= entry.th32ProcessID == pid;
    expect_equal(GetLastError(), ERROR_NO_MORE_FILES);
    CloseHandle(snapshot);
    return found;
}

static int dead(int argc, char **argv) {
    FILETIME created, exited, kernel, user;
    DWORD size = MAX_PATH, old, code;
    char name[MAX_PATH];
    SIZE_T done = 99;
    (void)argc, (void)argv;
    sim_start("sleeper.exe", 0, FALSE, &child);
    expect(is_in_snapshot(child.dwProcessId));
    expect(GetProcessTimes(child.hProcess, &created, &exited, &kernel, &user));
    expect_equal(exited.dwHighDateTime, 0);
    expect(TerminateProcess(child.hProcess, 13));
    WaitForSingleObject(child.hProcess, INFINITE);
    expect(!is_in_snapshot(child.dwProcessId));
    expect(GetProcessTimes(child.hProcess, &created, &exited, &kernel, &user));
    expect(CompareFileTime(&exited, &created) >= 0);
    expect_fails(TerminateProcess(child.hProcess, 14), ERROR_ACCESS_DENIED);
    expect(GetExitCodeProcess(child.hProcess, &code) && code == 13);
    expect_fails(CreateRemoteThread(child.hProcess, NULL, 0, NULL, NULL, 0, NULL),
                 ERROR_ACCESS_DENIED);
    expect_fails(VirtualAllocEx(child.hProcess, NULL, 10, MEM_COMMIT, PAGE_READWRITE),
                 ERROR_ACCESS_DENIED);
    expect_fails(VirtualFreeEx(child.hProcess, name, 0, MEM_RELEASE), ERROR_ACCESS_DENIED);
    expect_fails(VirtualProtectEx(child.hProcess, name, 1, PAGE_READONLY, &old),
                 ERROR_ACCESS_DENIED);
    expect_fails(ReadProcessMemory(child.hProcess, name, &size, 4, &done), ERROR_PARTIAL_COPY);
    expect_equal(done, 0);
    expect(QueryFullProcessImageNameA(child.hProcess, 0, name, &size));
    expect(strcmp(name, "C:\\sleeper.exe") == 0 && size == strlen(name));
    size = 4;
    expect_fails(QueryFullProcessImageNameA(child.hProcess, 0, name, &size),
                 ERROR_INSUFFICIENT_BUFFER);
    expect_equal(GetPriorityClass(child.hProcess), NORMAL_PRIORITY_CLASS);
    HANDLE again = OpenProcess(SYNCHRONIZE, FALSE, child.dwProcessId);
    expect_equal(WaitForSingleObject(again, 0), WAIT_OBJECT_0);
    return 0;
}

static void PROC_05__PROC_12__PROC_30__PROC_43__PROC_44__PROC_45__HNDL_07__dead(void **state) {
    sim_image(state, "sleeper.exe", sleeper);
    sim_run(state, dead);
}

static int ids(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_start("sleeper.exe", 0, FALSE, &child);
    expect_fails(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0), ERROR_INVALID_PARAMETER);
    expect_fails(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0x44444), ERROR_INVALID_PARAMETER);
    expect_fails(OpenProcess(PROCESS_ALL_ACCESS, FALSE, GetCurrentThreadId()),
                 ERROR_INVALID_PARAMETER);
    expect_fails(OpenThread(THREAD_ALL_ACCESS, FALSE, GetCurrentProcessId()),
                 ERROR_INVALID_PARAMETER);
    expect_fails(OpenThread(THREAD_ALL_ACCESS, FALSE, 0), ERROR_INVALID_PARAMETER);
    for (DWORD i = 0; i < 4; i++) {
        HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, child.dwProcessId + i);
        expect_equal(GetProcessId(process), child.dwProcessId);
    }
    HANDLE thread = OpenThread(THREAD_QUERY_INFORMATION, FALSE, child.dwThreadId);
    expect_equal(GetProcessIdOfThread(thread), child.dwProcessId);
    WaitForSingleObject(child.hProcess, INFINITE);
    return 0;
}

static void HNDL_08__HNDL_09__HNDL_10__HNDL_11__ids(void **state) {
    sim_image(state, "sleeper.exe", sleeper);
    sim_run(state, ids);
}

static int by_id_after_death(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_start("quick.exe", 0, FALSE, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    return OpenProcess(SYNCHRONIZE, FALSE, child.dwProcessId) != NULL;
}

static void HNDL_14__dead_ids_in_both_dialects(void **state) {
    rd_world_options options = {.size = sizeof options, .dialect = RD_DIALECT_DOCUMENTED};
    sim_image(state, "quick.exe", quick);
    assert_int_equal(sim_run(state, by_id_after_death), 1);
    rd_world_destroy(*state);
    *state = test_world(&options);
    sim_image(state, "quick.exe", quick);
    assert_int_equal(sim_run(state, by_id_after_death), 0);
}

/* ---- suspended processes --------------------------------------------------------------------- */

static int suspended(int argc, char **argv) {
    (void)argc, (void)argv;
    sim_start("quick.exe", CREATE_SUSPENDED, FALSE, &child);
    expect_equal(WaitForSingleObject(child.hProcess, 100), WAIT_TIMEOUT);
    expect(TerminateProcess(child.hProcess, 70));
    expect_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(child.hProcess), 70);
    expect_equal(sim_exit_code(child.hThread), 70);
    sim_start("quick.exe", CREATE_SUSPENDED, FALSE, &child);
    expect(TerminateThread(child.hThread, 44));
    expect_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(child.hProcess), 44);
    return 0;
}

static void REST_01__REST_02__REST_03__PROC_42__suspended_process(void **state) {
    sim_image(state, "quick.exe", quick);
    sim_run(state, suspended);
}

/* ---- data of processes ----------------------------------------------------------------------- */

static int parameters(int argc, char **argv) {
    DWORD level = 0, flags = 9, count = 0;
    (void)argc, (void)argv;
    expect(GetProcessShutdownParameters(&level, &flags));
    expect_equal(level, 0x280);
    expect_equal(flags, 0);
    expect(SetProcessShutdownParameters(0x3FF, 1));
    expect(GetProcessShutdownParameters(&level, &flags));
    expect(level == 0x3FF && flags == 1);
    expect_fails(SetProcessShutdownParameters(0x500, 0), ERROR_INVALID_PARAMETER);
    expect_fails(SetProcessShutdownParameters(0x100, 2), ERROR_INVALID_PARAMETER);
    expect(SetPriorityClass(GetCurrentProcess(), HIGH_PRIORITY_CLASS));
    expect_equal(GetPriorityClass(GetCurrentProcess()), HIGH_PRIORITY_CLASS);
    expect_fails(SetPriorityClass(GetCurrentProcess(), 3), ERROR_INVALID_PARAMETER);
    expect_fails(GetPriorityClass(NULL), ERROR_INVALID_HANDLE);
    CreateEventA(NULL, FALSE, FALSE, NULL);
    expect(GetProcessHandleCount(GetCurrentProcess(), &count));
    expect_equal(count, 1);
    expect_fails(ProcessIdToSessionId(0x44444, &count), ERROR_INVALID_PARAMETER);
    return 0;
}

static void parameters_of_a_process(void **state) {
    sim_run(state, parameters);
}

static int snapshots(int argc, char **argv) {
    PROCESSENTRY32W process = {.dwSize = sizeof process};
    THREADENTRY32 thread = {.dwSize = sizeof thread};
    MODULEENTRY32 module = {.dwSize = sizeof module};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPALL, 0);
    (void)argc, (void)argv;
    expect(Process32FirstW(snapshot, &process));
    while (process.th32ProcessID != GetCurrentProcessId() && Process32NextW(snapshot, &process))
        continue;
    expect(process.szExeFile[0] == 'a' && process.cntThreads == 1);
    expect(Thread32First(snapshot, &thread));
    while (thread.th32ThreadID != GetCurrentThreadId() && Thread32Next(snapshot, &thread))
        continue;
    expect_equal(thread.th32OwnerProcessID, GetCurrentProcessId());
    expect(Module32First(snapshot, &module));
    expect(strcmp(module.szModule, "app.exe") == 0);
    expect(module.hModule == GetModuleHandleA(NULL));
    expect_fails(Module32Next(snapshot, &module), ERROR_NO_MORE_FILES);
    process.dwSize = 5;
    expect_fails(Process32FirstW(snapshot, &process), ERROR_INSUFFICIENT_BUFFER);
    expect_fails(Thread32First(NULL, &thread), ERROR_INVALID_HANDLE);
    expect_error(CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0x44444), INVALID_HANDLE_VALUE,
                 ERROR_INVALID_PARAMETER);
    return 0;
}

static void snapshots_list_what_is_alive(void **state) {
    sim_run(state, snapshots);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(REST_09__command_lines_and_images),
        test_case(create_process_in_utf16),
        test_case(EXIT_01__EXIT_02__EXIT_04__EXIT_15__EXIT_31__all_32_bits),
        test_case(EXIT_18__EXIT_33__HNDL_16__HNDL_17__HNDL_18__PROC_31__rights),
        test_case(PROC_05__PROC_12__PROC_30__PROC_43__PROC_44__PROC_45__HNDL_07__dead),
        test_case(HNDL_08__HNDL_09__HNDL_10__HNDL_11__ids),
        test_case(HNDL_14__dead_ids_in_both_dialects),
        test_case(REST_01__REST_02__REST_03__PROC_42__suspended_process),
        test_case(parameters_of_a_process),
        test_case(snapshots_list_what_is_alive),
    };
    return cmocka_run_group_tests_name("api.processes", tests, NULL, NULL);
}
