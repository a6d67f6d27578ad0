/* test_machine.c - what a program asks of its machine, its environment and its console, and the
 * functions with wide or longer names that do what their well-known relatives do. */
#include <unistd.h>

#include "sim.h"

#include "rundown/sdk/psapi.h"
#include "rundown/sdk/rd_ntdll.h"

static bool same(const WCHAR *a, const WCHAR *b) {
    return lstrcmpW(a, b) == 0;
}

/* ---- objects --------------------------------------------------------------------------------- */

static int creates_objects(int argc, char **argv) {
    LARGE_INTEGER due = {.QuadPart = -10000};
    HANDLE event, again;
    (void)argc, (void)argv;
    event = CreateEventExW(NULL, u"event", CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET,
                           SYNCHRONIZE);
    expect(event != NULL);
    expect_fails(ResetEvent(event), ERROR_ACCESS_DENIED);
    again = CreateMutexW(NULL, TRUE, u"mutex");
    expect_equal(GetLastError(), ERROR_SUCCESS);
    expect(CreateMutexExW(NULL, u"mutex", CREATE_MUTEX_INITIAL_OWNER, SYNCHRONIZE) != NULL);
    expect_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    expect(ReleaseMutex(again));
    again = CreateSemaphoreExA(NULL, 1, 2, "semaphore", 0, SEMAPHORE_ALL_ACCESS);
    expect(CreateSemaphoreExW(NULL, 1, 2, u"semaphore", 0, SEMAPHORE_ALL_ACCESS) != NULL);
    expect_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    expect(OpenSemaphoreW(SYNCHRONIZE, FALSE, u"semaphore") != NULL);
    expect_fails(OpenSemaphoreW(SYNCHRONIZE, FALSE, u"none"), ERROR_FILE_NOT_FOUND);
    again = CreateWaitableTimerW(NULL, TRUE, u"timer");
    expect(CreateWaitableTimerExA(NULL, "timer", 0, TIMER_ALL_ACCESS) != NULL);
    expect(CreateWaitableTimerExW(NULL, u"timer", 0, TIMER_ALL_ACCESS) != NULL);
    expect(OpenWaitableTimerW(SYNCHRONIZE, FALSE, u"timer") != NULL);
    expect(SetWaitableTimerEx(again, &due, 0, NULL, NULL, NULL, 0));
    HANDLE both[] = {event, again};
    expect_equal(WaitForMultipleObjectsEx(2, both, TRUE, 100, TRUE), WAIT_OBJECT_0);
    return 0;
}

static void objects_with_wide_names(void **state) {
    sim_run(state, creates_objects);
}

static LONG woken;
static volatile LONG place;

static DWORD waits_for_address(LPVOID unused) {
    LONG old = 0;
    (void)unused;
    WaitOnAddress(&place, &old, sizeof old, INFINITE);
    InterlockedIncrement(&woken);
    return 0;
}

static int uses_locks(int argc, char **argv) {
    CRITICAL_SECTION section;
    SYNCHRONIZATION_BARRIER barrier;
    (void)argc, (void)argv;
    woken = place = 0;
    expect(InitializeCriticalSectionEx(&section, 10, 0));
    expect_equal(SetCriticalSectionSpinCount(&section, 20), 10);
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
    DeleteCriticalSection(&section);
    expect(InitializeSynchronizationBarrier(&barrier, 1, -1));
    expect(DeleteSynchronizationBarrier(&barrier));
    sim_thread(waits_for_address, NULL);
    sim_thread(waits_for_address, NULL);
    Sleep(1);
    place = 1;
    WakeByAddressSingle((PVOID)(uintptr_t)&place);
    Sleep(1);
    expect_equal(woken, 1);
    WakeByAddressSingle((PVOID)(uintptr_t)&place);
    Sleep(1);
    expect_equal(woken, 2);
    FlushProcessWriteBuffers();
    expect(FlushInstructionCache(GetCurrentProcess(), NULL, 0));
    return 0;
}

static void locks_and_addresses(void **state) {
    sim_run(state, uses_locks);
}

static DWORD returns(LPVOID code) {
    return (DWORD)(uintptr_t)code;
}

static int asks_threads(int argc, char **argv) {
    ULONG_PTR low = 0, high = 0;
    ULONG guarantee = 0;
    DWORD mode = 9, id = 0;
    BOOL pending = TRUE;
    HANDLE self = GetCurrentThread();
    (void)argc, (void)argv;
    HANDLE thread =
        CreateRemoteThreadEx(GetCurrentProcess(), NULL, 0, returns, (PVOID)7, 0, NULL, &id);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), 7);
    expect_equal(GetThreadId(thread), id);
    GetCurrentThreadStackLimits(&low, &high);
    expect((ULONG_PTR)&low > low && (ULONG_PTR)&low < high);
    expect(SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode));
    expect_equal(mode, 0);
    expect_equal(GetThreadErrorMode(), SEM_FAILCRITICALERRORS);
    expect(GetThreadIOPendingFlag(self, &pending) && !pending);
    expect_fails(GetThreadIOPendingFlag(GetCurrentProcess(), &pending), ERROR_INVALID_HANDLE);
    expect(SetThreadStackGuarantee(&guarantee));
    expect_fails(SetThreadContext(thread, NULL), ERROR_GEN_FAILURE); /* it has ended */
    expect_equal(GetCurrentProcessorNumber(), 0);
    return 0;
}

static void questions_about_threads(void **state) {
    sim_run(state, asks_threads);
}

/* ---- machine and process --------------------------------------------------------------------- */

static int asks_machine(int argc, char **argv) {
    SYSTEM_INFO information = {0}, native = {0};
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
    DWORD_PTR mine = 0, all = 0;
    HANDLE self = GetCurrentProcess();
    (void)argc, (void)argv;
    GetSystemInfo(&information);
    GetNativeSystemInfo(&native);
    expect_equal(information.dwPageSize, 4096);
    expect_equal(native.dwNumberOfProcessors, 1);
    expect(GetVersionExW(&version));
    expect_equal(version.dwMajorVersion, GetVersion() & 0xFF);
    expect_equal(GetProcessVersion(0) >> 16, version.dwMajorVersion);
    expect_fails(GetProcessVersion(0x7770), ERROR_INVALID_PARAMETER);
    expect(GlobalMemoryStatusEx(&memory));
    expect(memory.ullAvailPhys <= memory.ullTotalPhys);
    memory.dwLength = 1;
    expect_fails(GlobalMemoryStatusEx(&memory), ERROR_INVALID_PARAMETER);
    expect(GetProcessAffinityMask(self, &mine, &all));
    expect_equal(mine, all);
    expect(SetProcessAffinityMask(self, mine));
    expect_fails(SetProcessAffinityMask(self, 0), ERROR_INVALID_PARAMETER);
    expect_fails(GetProcessAffinityMask(NULL, &mine, &all), ERROR_INVALID_HANDLE);
    expect(IsProcessorFeaturePresent(2 /* 8-byte compare and exchange */));
    expect(!IsProcessorFeaturePresent(0xFFFF));
    expect_equal(GetACP(), GetACP());
    expect(GetOEMCP() != 0);
    return 0;
}

static void questions_about_the_machine(void **state) {
    sim_run(state, asks_machine);
}

static int asks_processes(int argc, char **argv) {
    DWORD ids[8], size = 0;
    HMODULE modules[8] = {0}, own = GetModuleHandleA(NULL), found = NULL;
    PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof counters};
    HANDLE self = GetCurrentProcess(), token;
    MODULEINFO information;
    char text[MAX_PATH];
    (void)argc, (void)argv;
    expect(EnumProcesses(ids, sizeof ids, &size));
    expect(size >= sizeof ids[0]);
    expect(EnumProcessModules(self, modules, sizeof modules, &size));
    expect(modules[0] == own);
    expect_equal(GetModuleBaseNameA(self, own, text, sizeof text), 7);
    expect(strcmp(text, "app.exe") == 0);
    expect(GetModuleFileNameExA(self, own, text, sizeof text) > 7);
    expect(GetProcessImageFileNameA(self, text, sizeof text) > 7);
    expect(strstr(text, "app.exe") != NULL);
    expect(GetProcessMemoryInfo(self, &counters, sizeof counters));
    expect_fails(GetProcessMemoryInfo(self, &counters, 1), ERROR_INSUFFICIENT_BUFFER);
    expect(GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, NULL, &found));
    expect(found == own);
    expect_fails(GetModuleHandleExW(0, u"none.dll", &found), ERROR_MOD_NOT_FOUND);
    expect_fails(LoadLibraryExW(u"none.dll", NULL, 0), ERROR_MOD_NOT_FOUND);
    expect_fails(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token), ERROR_NO_TOKEN);
    expect(SetDllDirectoryA("C:\\") && SetDllDirectoryW(NULL));
    expect(SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS));
    DLL_DIRECTORY_COOKIE cookie = AddDllDirectory(u"C:\\");
    expect(cookie != NULL);
    expect(RemoveDllDirectory(cookie));
    expect_fails(RemoveDllDirectory(cookie), ERROR_INVALID_PARAMETER);
    expect_fails(AddDllDirectory(u"C:\\none"), ERROR_FILE_NOT_FOUND);
    expect_fails(AddDllDirectory(u"relative"), ERROR_INVALID_PARAMETER);
    expect(EnumProcessModulesEx(self, &found, sizeof found, &size, LIST_MODULES_ALL));
    expect(found == own);
    expect_fails(EnumProcessModulesEx(self, &found, sizeof found, &size, 4),
                 ERROR_INVALID_PARAMETER);
    expect(GetModuleInformation(self, NULL, &information, sizeof information));
    expect(information.lpBaseOfDll == own && information.EntryPoint != NULL);
    expect_fails(GetModuleInformation(self, own, &information, 1), ERROR_INSUFFICIENT_BUFFER);
    return 0;
}

static void questions_about_processes(void **state) {
    sim_run(state, asks_processes);
}

/* ---- environment ----------------------------------------------------------------------------- */

static int asks_environment(int argc, char **argv) {
    STARTUPINFOA narrow = {0};
    STARTUPINFOW wide = {0};
    WCHAR text[MAX_PATH], full[MAX_PATH], *part = NULL;
    (void)argc, (void)argv;
    expect(SetEnvironmentVariableW(u"KEY", u"value"));
    expect_equal(GetEnvironmentVariableW(u"KEY", text, MAX_PATH), 5);
    expect(same(text, u"value"));
    expect_equal(GetEnvironmentVariableW(u"KEY", text, 3), 6);
    expect_fails(GetEnvironmentVariableW(u"NONE", text, MAX_PATH), ERROR_ENVVAR_NOT_FOUND);
    expect_equal(ExpandEnvironmentStringsW(u"<%KEY%>", text, MAX_PATH), 8);
    expect(same(text, u"<value>"));
    LPWSTR block = GetEnvironmentStringsW();
    expect(block && FreeEnvironmentStringsW(block));
    expect(GetCommandLineW()[0] != 0);
    GetStartupInfoA(&narrow);
    GetStartupInfoW(&wide);
    expect_equal(narrow.cb, sizeof narrow);
    expect_equal(wide.cb, sizeof wide);
    expect(GetSystemDirectoryW(text, MAX_PATH) > 0);
    expect(same(text, u"C:\\Windows\\system32") || same(text, u"C:\\Windows\\System32"));
    expect(GetWindowsDirectoryW(text, MAX_PATH) > 0);
    expect(GetTempPathW(MAX_PATH, text) > 0);
    expect(GetCurrentDirectoryW(MAX_PATH, text) > 0);
    DWORD length = GetFullPathNameW(u"file.txt", MAX_PATH, full, &part);
    expect(length > 8 && part && same(part, u"file.txt"));
    expect_fails(SetCurrentDirectoryA("no such directory"), ERROR_FILE_NOT_FOUND);
    return 0;
}

static void environment_in_wide_letters(void **state) {
    sim_run(state, asks_environment);
}

static int asks_console(int argc, char **argv) {
    HANDLE none = (HANDLE)0x7770;
    char title[40];
    WCHAR wide[40];
    DWORD count;
    (void)argc, (void)argv;
    expect(SetConsoleTitleA("one"));
    expect_equal(GetConsoleTitleA(title, sizeof title), 3);
    expect(SetConsoleTitleW(u"second"));
    expect_equal(GetConsoleTitleW(wide, 40), 6);
    expect(same(wide, u"second"));
    expect_equal(GetConsoleCP(), GetConsoleOutputCP());
    expect(SetConsoleCP(GetConsoleCP()) && SetConsoleOutputCP(GetConsoleOutputCP()));
    expect(!SetConsoleCP(1) && !SetConsoleOutputCP(1));
    expect(GetConsoleWindow() == NULL);
    expect_fails(WriteConsoleA(none, "a", 1, &count, NULL), ERROR_INVALID_HANDLE);
    expect_fails(WriteConsoleW(none, u"a", 1, &count, NULL), ERROR_INVALID_HANDLE);
    expect_fails(ReadConsoleA(none, title, 1, &count, NULL), ERROR_INVALID_HANDLE);
    expect_fails(SetConsoleTextAttribute(none, 7), ERROR_INVALID_HANDLE);
    expect_fails(FlushConsoleInputBuffer(none), ERROR_INVALID_HANDLE);
    return 0;
}

static void console_and_its_title(void **state) {
    sim_run(state, asks_console);
}

/* ---- time and texts -------------------------------------------------------------------------- */

static int asks_time(int argc, char **argv) {
    FILETIME now, local, back, coarse;
    SYSTEMTIME parts = {0};
    (void)argc, (void)argv;
    GetSystemTimePreciseAsFileTime(&now);
    GetSystemTimeAsFileTime(&coarse);
    expect(CompareFileTime(&now, &coarse) <= 0);
    expect(FileTimeToLocalFileTime(&now, &local) && LocalFileTimeToFileTime(&local, &back));
    expect_equal(CompareFileTime(&now, &back), 0);
    GetLocalTime(&parts);
    expect_equal(parts.wYear, 2026);
    expect_equal(parts.wMonth, 1);
    return 0;
}

static void time_of_the_machine(void **state) {
    sim_run(state, asks_time);
}

static int format_a(char *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfA(buffer, format, arguments);
    va_end(arguments);
    return length;
}

static int format_w(WCHAR *buffer, const WCHAR *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = wvsprintfW(buffer, format, arguments);
    va_end(arguments);
    return length;
}

static int uses_texts(int argc, char **argv) {
    WCHAR text[20];
    char narrow[20];
    (void)argc, (void)argv;
    lstrcpyW(text, u"ab");
    lstrcatW(text, u"cd");
    expect(same(text, u"abcd"));
    expect(lstrcmpW(u"a", u"b") < 0);
    lstrcpynW(text, u"abcdef", 4);
    expect(same(text, u"abc"));
    expect_equal(format_a(narrow, "%d-%s", 7, "x"), 3);
    expect(strcmp(narrow, "7-x") == 0);
    expect_equal(format_w(text, u"%d", 42), 2);
    expect(same(text, u"42"));
    return 0;
}

static void texts_in_wide_letters(void **state) {
    sim_run(state, uses_texts);
}

static int uses_memory(int argc, char **argv) {
    (void)argc, (void)argv;
    HLOCAL local = LocalReAlloc(LocalAlloc(LMEM_FIXED, 4), 40, LMEM_MOVEABLE);
    expect_equal(LocalSize(local), 40);
    HGLOBAL global = GlobalReAlloc(GlobalAlloc(GMEM_FIXED, 4), 50, GMEM_MOVEABLE);
    expect_equal(GlobalSize(global), 50);
    expect(GlobalLock(global) != NULL);
    GlobalUnlock(global);
    LocalFree(local);
    GlobalFree(global);
    expect(HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0));
    HeapCompact(GetProcessHeap(), 0);
    return 0;
}

static void memory_that_grows(void **state) {
    sim_run(state, uses_memory);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* The directory is one of the host's: tests that run at the same time must not meet in it. */
static int uses_directories(int argc, char **argv) {
    char name[40];
    WCHAR wide[40];
    (void)argc, (void)argv;
    snprintf(name, sizeof name, "rundown-test-machine-%d", (int)getpid());
    MultiByteToWideChar(CP_ACP, 0, name, -1, wide, 40);
    expect(CreateDirectoryA(name, NULL));
    expect_fails(CreateDirectoryW(wide, NULL), ERROR_ALREADY_EXISTS);
    expect(GetFileAttributesW(wide) & FILE_ATTRIBUTE_DIRECTORY);
    expect(RemoveDirectoryW(wide));
    expect_fails(RemoveDirectoryA(name), ERROR_FILE_NOT_FOUND);
    expect_error(GetFileAttributesW(wide), INVALID_FILE_ATTRIBUTES, ERROR_FILE_NOT_FOUND);
    return 0;
}

static void directories(void **state) {
    sim_run(state, uses_directories);
}

static int refuses_files(int argc, char **argv) {
    HANDLE none = (HANDLE)0x7770;
    OVERLAPPED overlapped = {0};
    DWORD count;
    (void)argc, (void)argv;
    expect_fails(ReadFileEx(none, &count, 1, &overlapped, NULL), ERROR_INVALID_HANDLE);
    expect_fails(WriteFileEx(none, &count, 1, &overlapped, NULL), ERROR_INVALID_HANDLE);
    expect_fails(SetFileCompletionNotificationModes(none, 1), ERROR_INVALID_HANDLE);
    overlapped.Internal = (ULONG_PTR)STATUS_PENDING;
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    expect_fails(GetOverlappedResultEx(none, &overlapped, &count, 10, FALSE), WAIT_TIMEOUT);
    return 0;
}

static void HNDL_46__files_that_are_none(void **state) {
    sim_run(state, refuses_files);
}

/* ---- ends ------------------------------------------------------------------------------------ */

static DWORD leaves_natively(LPVOID unused) {
    (void)unused;
    RtlExitUserThread(9);
}

static int child(int argc, char **argv) {
    (void)argc, (void)argv;
    return 3;
}

static int ends_others(int argc, char **argv) {
    EXCEPTION_RECORD record = {.ExceptionCode = 0xE0000001};
    EXCEPTION_POINTERS pointers = {.ExceptionRecord = &record};
    HANDLE thread = sim_thread(leaves_natively, NULL), process = NULL;
    (void)argc, (void)argv;
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), 9);
    expect(WinExec("child.exe", 0) > 31);
    expect_equal(WinExec("none.exe", 0), ERROR_FILE_NOT_FOUND);
    RtlAcquirePebLock();
    RtlReleasePebLock();
    expect_equal(NtCreateProcess(&process, PROCESS_ALL_ACCESS, NULL, GetCurrentProcess(), FALSE,
                                 NULL, NULL, NULL),
                 STATUS_SUCCESS);
    expect_equal(sim_exit_code(process), STILL_ACTIVE);
    expect(CloseHandle(process));
    expect_equal(UnhandledExceptionFilter(&pointers), EXCEPTION_EXECUTE_HANDLER);
    RtlRaiseException(&record);
    return 0;
}

static void EXIT_11__an_exception_that_is_raised_natively_ends_the_process(void **state) {
    sim_image(state, "child.exe", child);
    assert_int_equal(sim_run(state, ends_others), 0xE0000001);
}

static int gives_up(int argc, char **argv) {
    (void)argc, (void)argv;
    FatalAppExitW(0, u"no more");
    return 0;
}

static void a_fatal_exit_of_a_program(void **state) {
    assert_int_equal(sim_run(state, gives_up), 1);
}

static int remembers(int argc, char **argv) {
    const SIZE_T empty = (SIZE_T)-1;
    HANDLE self = GetCurrentProcess(), thread = GetCurrentThread();
    SECURITY_DESCRIPTOR descriptor;
    ACL acl = {.AclRevision = 2};
    WCHAR name[40];
    SIZE_T least, most;
    BOOL disabled = 9;
    DWORD count;
    (void)argc, (void)argv;
    expect(GetProcessPriorityBoost(self, &disabled) && !disabled);
    expect(SetProcessPriorityBoost(self, TRUE) && GetProcessPriorityBoost(self, &disabled));
    expect(disabled && GetThreadPriorityBoost(thread, &disabled) && !disabled);
    expect(SetThreadPriorityBoost(thread, TRUE) && GetThreadPriorityBoost(thread, &disabled));
    expect(disabled);
    expect(GetProcessWorkingSetSize(self, &least, &most) && least < most);
    expect(SetProcessWorkingSetSize(self, 1 << 20, 2 << 20));
    expect(SetProcessWorkingSetSize(self, empty, empty));
    expect(GetProcessWorkingSetSize(self, &least, &most) && least == 1 << 20 && most == 2 << 20);
    expect_fails(SetProcessWorkingSetSize(self, 2, 1), ERROR_INVALID_PARAMETER);
    expect_fails(SetProcessWorkingSetSize(self, 0, 0), ERROR_INVALID_PARAMETER);
    expect_fails(SetProcessWorkingSetSize(NULL, 1, 2), ERROR_INVALID_HANDLE);
    expect_fails(GetProcessWorkingSetSize(NULL, &least, &most), ERROR_INVALID_HANDLE);
    expect_fails(SetProcessPriorityBoost(NULL, TRUE), ERROR_INVALID_HANDLE);
    expect_fails(GetProcessPriorityBoost(thread, &disabled), ERROR_INVALID_HANDLE);
    expect_fails(SetThreadPriorityBoost(NULL, TRUE), ERROR_INVALID_HANDLE);
    expect_fails(GetThreadPriorityBoost(self, &disabled), ERROR_INVALID_HANDLE);
    expect_fails(InitializeSecurityDescriptor(&descriptor, 2), ERROR_UNKNOWN_REVISION);
    expect(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    expect(SetSecurityDescriptorDacl(&descriptor, TRUE, &acl, FALSE));
    expect(descriptor.Dacl == &acl && descriptor.Control == 4);
    expect(SetSecurityDescriptorDacl(&descriptor, FALSE, NULL, FALSE));
    expect(!descriptor.Dacl && !descriptor.Control);
    descriptor.Revision = 7;
    expect_fails(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE), ERROR_UNKNOWN_REVISION);
    expect_equal(GetModuleBaseNameW(self, NULL, name, 40), 7);
    expect(lstrcmpW(name, u"app.exe") == 0);
    expect_equal(GetModuleBaseNameW(self, NULL, name, 4), 3);
    expect_equal(GetModuleFileNameExW(self, NULL, name, 40), 10);
    expect(lstrcmpW(name, u"C:\\app.exe") == 0);
    expect_fails(GetModuleFileNameExW(NULL, NULL, name, 40), ERROR_INVALID_HANDLE);
    expect(GetProcessImageFileNameW(self, name, 40) == 31);
    expect_fails(GetProcessImageFileNameW(self, name, 5), ERROR_INSUFFICIENT_BUFFER);
    expect_fails(ReadConsoleW(NULL, name, 40, &count, NULL), ERROR_INVALID_HANDLE);
    return 3;
}

static void what_programs_ask_for_by_the_way(void **state) {
    assert_int_equal(sim_run(state, remembers), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(objects_with_wide_names),
        test_case(locks_and_addresses),
        test_case(questions_about_threads),
        test_case(questions_about_the_machine),
        test_case(questions_about_processes),
        test_case(environment_in_wide_letters),
        test_case(console_and_its_title),
        test_case(time_of_the_machine),
        test_case(texts_in_wide_letters),
        test_case(memory_that_grows),
        test_case(directories),
        test_case(HNDL_46__files_that_are_none),
        test_case(EXIT_11__an_exception_that_is_raised_natively_ends_the_process),
        test_case(a_fatal_exit_of_a_program),
        test_case(what_programs_ask_for_by_the_way),
    };
    return cmocka_run_group_tests_name("api.machine", tests, NULL, NULL);
}
