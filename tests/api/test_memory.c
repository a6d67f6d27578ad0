/* test_memory.c - heaps, virtual memory, memory of other processes, environment, clocks, strings,
 * standard handles. */
#include "sim.h"

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(1000);
    return 0;
}

/* ---- heaps ----------------------------------------------------------------------------------- */

static int heaps(int argc, char **argv) {
    HANDLE heap = GetProcessHeap(), own = HeapCreate(0, 0, 0), list[4];
    (void)argc, (void)argv;
    char *block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 100);
    expect(block && block[99] == 0);
    expect_equal(HeapSize(heap, 0, block), 100);
    block = HeapReAlloc(heap, 0, block, 5000);
    expect_equal(HeapSize(heap, 0, block), 5000);
    expect_error(HeapSize(own, 0, block), (SIZE_T)-1, ERROR_INVALID_PARAMETER);
    expect_fails(HeapFree(own, 0, block), ERROR_INVALID_PARAMETER);
    expect(HeapFree(heap, 0, block));
    expect_fails(HeapFree(heap, 0, block), ERROR_INVALID_PARAMETER);
    expect(HeapFree(heap, 0, NULL));
    expect_fails(HeapAlloc(heap, 0, (SIZE_T)1 << 50), ERROR_NOT_ENOUGH_MEMORY);
    expect_equal(GetProcessHeaps(4, list), 2);
    expect(list[0] == heap && list[1] == own);
    block = HeapAlloc(own, 0, 10);
    expect(HeapValidate(own, 0, block));
    expect_fails(HeapDestroy(heap), ERROR_INVALID_HANDLE);
    expect(HeapDestroy(own));
    expect_fails(HeapDestroy(own), ERROR_INVALID_HANDLE);
    expect_fails(HeapAlloc(own, 0, 10), ERROR_INVALID_HANDLE);
    block = LocalAlloc(LPTR, 10);
    expect_equal(LocalSize(block), 10);
    expect(LocalFree(block) == NULL);
    expect_error(LocalFree(block), (uintptr_t)block, ERROR_INVALID_HANDLE);
    expect(LocalFree(NULL) == NULL);
    block = GlobalAlloc(GHND, 10);
    expect(GlobalLock(block) == block);
    expect(GlobalFree(block) == NULL);
    return 0;
}

static void heaps_and_their_errors(void **state) {
    sim_run(state, heaps);
}

static int leaks(int argc, char **argv) {
    (void)argc, (void)argv;
    HeapAlloc(GetProcessHeap(), 0, 1000);
    return 0;
}

static void PROC_03__the_heap_goes_with_the_process(void **state) {
    sim_run(state, leaks);
    rd_event_query query = {.kind = RD_EVENT_PROCESS_ADDRESS_SPACE, .rule = "PROC-03"};
    size_t index = rd_event_find(*state, 0, &query);
    assert_true(index != RD_NO_EVENT);
    assert_true(rd_event_at(*state, index)->b >= 1000);
}

/* ---- virtual memory -------------------------------------------------------------------------- */

static int virtual_memory(int argc, char **argv) {
    MEMORY_BASIC_INFORMATION information;
    DWORD old = 0;
    (void)argc, (void)argv;
    char *base = VirtualAlloc(NULL, 5000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    expect(base && (uintptr_t)base % 0x10000 == 0 && base[8191] == 0);
    base[0] = 1;
    expect(VirtualProtect(base, 1, PAGE_READONLY, &old));
    expect_equal(old, PAGE_READWRITE);
    expect_equal(VirtualQuery(base + 4096, &information, sizeof information), sizeof information);
    expect(information.AllocationBase == base && information.State == MEM_COMMIT);
    expect_equal(information.RegionSize, 4096);
    expect_fails(VirtualProtect(base, 1, PAGE_READONLY, NULL), ERROR_NOACCESS);
    expect_fails(VirtualProtect(base, 1, 3, &old), ERROR_INVALID_PARAMETER);
    expect_fails(VirtualProtect((LPVOID)0x20000, 1, PAGE_READONLY, &old), ERROR_INVALID_ADDRESS);
    expect_fails(VirtualFree(base, 1, MEM_RELEASE), ERROR_INVALID_PARAMETER);
    expect_fails(VirtualFree(base, 0, 0), ERROR_INVALID_PARAMETER);
    expect_fails(VirtualFree(base + 4096, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    expect(VirtualFree(base, 4096, MEM_DECOMMIT));
    expect(VirtualFree(base, 0, MEM_RELEASE));
    expect_fails(VirtualFree(base, 0, MEM_RELEASE), ERROR_INVALID_ADDRESS);
    expect_fails(VirtualAlloc(NULL, 0, MEM_COMMIT, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    expect_fails(VirtualAlloc(NULL, 1, 0, PAGE_READWRITE), ERROR_INVALID_PARAMETER);
    expect_fails(VirtualAlloc(NULL, 1, MEM_COMMIT, 0), ERROR_INVALID_PARAMETER);
    expect_fails(VirtualAlloc((LPVOID)0x20000, 1, MEM_COMMIT, PAGE_READWRITE),
                 ERROR_INVALID_ADDRESS);
    return 0;
}

static void virtual_memory_and_its_errors(void **state) {
    sim_run(state, virtual_memory);
}

static int remote_memory(int argc, char **argv) {
    PROCESS_INFORMATION child;
    char text[8] = "";
    SIZE_T done = 0;
    (void)argc, (void)argv;
    sim_start("quiet.exe", 0, FALSE, &child);
    char *remote = VirtualAllocEx(child.hProcess, NULL, 10, MEM_COMMIT, PAGE_READWRITE);
    expect(WriteProcessMemory(child.hProcess, remote, "hello", 6, &done));
    expect_equal(done, 6);
    expect(ReadProcessMemory(child.hProcess, remote, text, 6, &done));
    expect(strcmp(text, "hello") == 0);
    expect_fails(ReadProcessMemory(child.hProcess, (LPCVOID)16, text, 6, &done),
                 ERROR_PARTIAL_COPY);
    expect_equal(done, 0);
    expect_fails(WriteProcessMemory(child.hProcess, (LPVOID)16, text, 6, &done), ERROR_NOACCESS);
    HANDLE weak = OpenProcess(PROCESS_VM_READ, FALSE, child.dwProcessId);
    expect_fails(WriteProcessMemory(weak, remote, text, 6, &done), ERROR_ACCESS_DENIED);
    expect_fails(ReadProcessMemory(NULL, remote, text, 6, &done), ERROR_INVALID_HANDLE);
    expect(VirtualFreeEx(child.hProcess, remote, 0, MEM_RELEASE));
    return 0;
}

static void memory_of_another_process(void **state) {
    sim_image(state, "quiet.exe", quiet);
    sim_run(state, remote_memory);
}

/* ---- environment ----------------------------------------------------------------------------- */

static int shows_variable(int argc, char **argv) {
    char value[16];
    (void)argc, (void)argv;
    return GetEnvironmentVariableA("SHOWN", value, sizeof value) ? value[0] : 0;
}

static int environment(int argc, char **argv) {
    char value[64];
    char block[] = "SHOWN=q\0OTHER=1\0";
    PROCESS_INFORMATION child;
    STARTUPINFOA startup = {.cb = sizeof startup};
    (void)argc, (void)argv;
    expect_fails(GetEnvironmentVariableA("SHOWN", value, sizeof value), ERROR_ENVVAR_NOT_FOUND);
    expect(SetEnvironmentVariableA("SHOWN", "p123"));
    expect_equal(GetEnvironmentVariableA("shown", value, sizeof value), 4);
    expect_equal(GetEnvironmentVariableA("SHOWN", value, 4), 5);
    expect_equal(ExpandEnvironmentStringsA("<%SHOWN%|%NONE%|%>", value, sizeof value),
                 sizeof "<p123|%NONE%|%>");
    expect(strcmp(value, "<p123|%NONE%|%>") == 0);
    sim_start("child.exe", 0, FALSE, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_equal(sim_exit_code(child.hProcess), 'p');
    expect(CreateProcessA("child.exe", NULL, NULL, NULL, FALSE, 0, block, NULL, &startup, &child));
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_equal(sim_exit_code(child.hProcess), 'q');
    expect(SetEnvironmentVariableA("SHOWN", NULL));
    expect_fails(SetEnvironmentVariableA("SHOWN", NULL), ERROR_ENVVAR_NOT_FOUND);
    expect_fails(SetEnvironmentVariableA("A=B", "x"), ERROR_INVALID_PARAMETER);
    expect_fails(SetEnvironmentVariableA("", "x"), ERROR_INVALID_PARAMETER);
    char *strings = GetEnvironmentStrings();
    expect(strings && *strings && FreeEnvironmentStringsA(strings));
    expect_equal(GetCurrentDirectoryA(sizeof value, value), 3);
    expect(strcmp(value, "C:\\") == 0);
    expect(strcmp(GetCommandLineA(), "app.exe") == 0);
    return 0;
}

static void environment_is_inherited_or_given(void **state) {
    sim_image(state, "child.exe", shows_variable);
    sim_run(state, environment);
}

/* ---- clocks ---------------------------------------------------------------------------------- */

static int clocks(int argc, char **argv) {
    static const SYSTEMTIME rows[] = {
        {1601, 1, 1, 1, 0, 0, 0, 0},       {2026, 1, 4, 1, 0, 0, 0, 1},
        {2000, 2, 2, 29, 23, 59, 59, 999}, {2100, 3, 1, 1, 12, 30, 15, 500},
        {9999, 12, 5, 31, 1, 2, 3, 4},
    };
    SYSTEMTIME time;
    FILETIME file_time;
    (void)argc, (void)argv;
    GetSystemTime(&time);
    expect(time.wYear == 2026 && time.wMonth == 1 && time.wDay == 1 && time.wHour == 0);
    expect_equal(time.wDayOfWeek, 4);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(SystemTimeToFileTime(&rows[i], &file_time));
        expect(FileTimeToSystemTime(&file_time, &time));
        expect(memcmp(&time, &rows[i], sizeof time) == 0);
    }
    time = rows[1];
    time.wMonth = 13;
    expect_fails(SystemTimeToFileTime(&time, &file_time), ERROR_INVALID_PARAMETER);
    time = rows[1];
    time.wMonth = 2;
    time.wDay = 29;
    expect_fails(SystemTimeToFileTime(&time, &file_time), ERROR_INVALID_PARAMETER);
    DWORD start = GetTickCount();
    while (GetTickCount() - start < 3)
        continue;
    LARGE_INTEGER frequency;
    expect(QueryPerformanceFrequency(&frequency) && frequency.QuadPart == 10000000);
    OSVERSIONINFOA version = {.dwOSVersionInfoSize = sizeof version};
    expect(GetVersionExA(&version) && version.dwMajorVersion == 10);
    version.dwOSVersionInfoSize = 3;
    expect_fails(GetVersionExA(&version), ERROR_INSUFFICIENT_BUFFER);
    return 0;
}

static void clocks_run_on_virtual_time(void **state) {
    sim_run(state, clocks);
}

/* ---- strings --------------------------------------------------------------------------------- */

static int strings(int argc, char **argv) {
    WCHAR wide[8];
    char text[64];
    (void)argc, (void)argv;
    expect_equal(MultiByteToWideChar(CP_UTF8, 0, "a\xC3\xA9", -1, NULL, 0), 3);
    expect_equal(MultiByteToWideChar(CP_UTF8, 0, "a\xC3\xA9", -1, wide, 8), 3);
    expect(wide[1] == 0xE9 && wide[2] == 0);
    expect_fails(MultiByteToWideChar(CP_UTF8, 0, "abc", -1, wide, 2), ERROR_INSUFFICIENT_BUFFER);
    expect_fails(MultiByteToWideChar(12345, 0, "abc", -1, wide, 8), ERROR_INVALID_PARAMETER);
    expect_fails(MultiByteToWideChar(CP_UTF8, 0, "abc", 0, wide, 8), ERROR_INVALID_PARAMETER);
    expect_equal(MultiByteToWideChar(CP_UTF8, 0, "a\xC3\xA9", -1, wide, 8), 3);
    expect_equal(WideCharToMultiByte(CP_ACP, 0, wide, 2, text, sizeof text, NULL, NULL), 3);
    expect_fails(WideCharToMultiByte(CP_UTF8, 0, wide, 2, text, sizeof text, "?", NULL),
                 ERROR_INVALID_PARAMETER);
    expect_equal(wsprintfA(text, "%d %s %lu", 5, "five", 4000000000u), 17);
    expect(strcmp(text, "5 five 4000000000") == 0);
    expect_equal(lstrcmpiA("ABC", "abc"), 0);
    expect_equal(lstrcmpA("a", "b"), -1);
    expect_equal(lstrlenA(NULL), 0);
    expect_equal(MulDiv(7, 3, 2), 11);
    expect_equal(MulDiv(-7, 3, 2), -11);
    expect_equal(MulDiv(1, 1, 0), -1);
    expect_equal(MulDiv(0x7FFFFFFF, 2, 1), -1);
    lstrcpynA(text, "abcdef", 4);
    expect(strcmp(lstrcatA(text, "x"), "abcx") == 0);
    return 0;
}

static void strings_and_conversions(void **state) {
    sim_run(state, strings);
}

/* ---- standard handles ------------------------------------------------------------------------ */

static int writes(int argc, char **argv) {
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD done = 0, mode;
    char byte;
    (void)argc, (void)argv;
    expect(output != NULL && output != INVALID_HANDLE_VALUE);
    expect(GetStdHandle(STD_OUTPUT_HANDLE) == output);
    expect(WriteFile(output, "hello\n", 6, &done, NULL));
    expect_equal(done, 6);
    expect_fails(WriteFile(output, "x", 1, NULL, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(WriteFile(NULL, "x", 1, &done, NULL), ERROR_INVALID_HANDLE);
    expect_fails(GetConsoleMode(output, &mode), ERROR_INVALID_HANDLE);
    expect_equal(GetFileType(output), FILE_TYPE_PIPE);
    expect(ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &done, NULL));
    expect_equal(done, 0);
    expect_error(GetStdHandle(5), INVALID_HANDLE_VALUE, ERROR_INVALID_HANDLE);
    expect(SetStdHandle(STD_ERROR_HANDLE, output) && GetStdHandle(STD_ERROR_HANDLE) == output);
    OutputDebugStringA("not on standard output");
    return 0;
}

static void standard_handles_write(void **state) {
    struct test_output output = {.size = 0};
    rd_world_options options = {.size = sizeof options, .output = test_collect, .context = &output};
    rd_world_destroy(*state);
    *state = test_world(&options);
    sim_run(state, writes);
    assert_string_equal(output.text, "hello\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(heaps_and_their_errors),
        test_case(PROC_03__the_heap_goes_with_the_process),
        test_case(virtual_memory_and_its_errors),
        test_case(memory_of_another_process),
        test_case(environment_is_inherited_or_given),
        test_case(clocks_run_on_virtual_time),
        test_case(strings_and_conversions),
        test_case(standard_handles_write),
    };
    return cmocka_run_group_tests_name("api.memory", tests, NULL, NULL);
}
