/* test_disk.c - files on the disk: locks of byte ranges, and what can be asked and told about a
 * file. */
#include <stdlib.h>
#include <unistd.h>

#include "rundown/sdk/rd_ntdll.h"
#include "sim.h"

static char path[100];

static void make_path(void) {
    snprintf(path, sizeof path, "rundown-test-disk-%d", (int)getpid());
    remove(path);
}

static HANDLE open_file(DWORD access, DWORD flags) {
    return CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_ALWAYS, flags, NULL);
}

enum { BOTH = GENERIC_READ | GENERIC_WRITE };

/* ---- locks ----------------------------------------------------------------------------------- */

static bool lock_at(HANDLE file, DWORD flags, DWORD offset, DWORD length) {
    OVERLAPPED o = {.Offset = offset};
    return LockFileEx(file, flags | LOCKFILE_FAIL_IMMEDIATELY, 0, length, 0, &o);
}

static int excludes(int argc, char **argv) {
    HANDLE one = open_file(BOTH, 0), two = open_file(BOTH, 0);
    DWORD done;
    char bytes[8] = "";
    OVERLAPPED there = {.Offset = 4};
    (void)argc, (void)argv;
    expect(WriteFile(one, "0123456789", 10, &done, NULL));
    expect(LockFile(one, 4, 0, 4, 0));
    expect_fails(LockFile(two, 7, 0, 1, 0), ERROR_LOCK_VIOLATION);
    expect_fails(ReadFile(two, bytes, 5, &done, NULL), ERROR_LOCK_VIOLATION);
    expect(ReadFile(two, bytes, 4, &done, NULL) && done == 4);
    expect_fails(WriteFile(two, "x", 1, &done, NULL), ERROR_LOCK_VIOLATION);
    expect(ReadFile(one, bytes, 4, &done, &there) && done == 4);
    expect_fails(UnlockFile(two, 4, 0, 4, 0), ERROR_NOT_LOCKED);
    expect_fails(UnlockFile(one, 4, 0, 3, 0), ERROR_NOT_LOCKED);
    expect(UnlockFile(one, 4, 0, 4, 0));
    expect(WriteFile(two, "x", 1, &done, NULL));
    expect(lock_at(one, 0, 0, 4) && lock_at(two, 0, 2, 4));
    expect_fails(lock_at(two, LOCKFILE_EXCLUSIVE_LOCK, 0, 1), ERROR_LOCK_VIOLATION);
    SetFilePointer(one, 0, NULL, FILE_BEGIN);
    expect_fails(WriteFile(one, "x", 1, &done, NULL), ERROR_LOCK_VIOLATION);
    CloseHandle(one);
    expect(lock_at(two, LOCKFILE_EXCLUSIVE_LOCK, 0, 1));
    CloseHandle(two);
    return DeleteFileA(path);
}

static void locks_exclude_and_go_with_their_handle(void **state) {
    make_path();
    assert_int_equal(sim_run(state, excludes), 1);
    test_event(*state, 0, RD_EVENT_FILE_UNLOCKED, "");
}

static DWORD locks_and_waits(LPVOID parameter) {
    OVERLAPPED o = {0};
    return (DWORD)LockFileEx(parameter, LOCKFILE_EXCLUSIVE_LOCK, 0, 4, 0, &o);
}

static int waits(int argc, char **argv) {
    HANDLE one = open_file(BOTH, 0), two = open_file(BOTH, 0);
    HANDLE later = open_file(BOTH, FILE_FLAG_OVERLAPPED);
    OVERLAPPED o = {.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL)};
    DWORD done;
    (void)argc, (void)argv;
    expect(LockFile(one, 0, 0, 8, 0));
    HANDLE thread = sim_thread(locks_and_waits, two);
    expect_equal(WaitForSingleObject(thread, 5), WAIT_TIMEOUT);
    expect_fails(LockFileEx(later, 0, 0, 4, 0, &o), ERROR_IO_PENDING);
    expect_equal(WaitForSingleObject(o.hEvent, 0), WAIT_TIMEOUT);
    expect(CancelIo(later));
    expect_fails(GetOverlappedResult(later, &o, &done, TRUE), ERROR_OPERATION_ABORTED);
    expect_fails(LockFileEx(later, 0, 0, 4, 0, &o), ERROR_IO_PENDING);
    expect(UnlockFile(one, 0, 0, 8, 0));
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), TRUE);
    expect_equal(WaitForSingleObject(o.hEvent, 0), WAIT_TIMEOUT);
    expect(UnlockFile(two, 0, 0, 4, 0));
    expect(GetOverlappedResult(later, &o, &done, TRUE));
    expect(UnlockFileEx(later, 0, 4, 0, &o));
    /* A thread that waits for a lock can be killed, and has none then. */
    expect(LockFile(one, 0, 0, 8, 0));
    thread = sim_thread(locks_and_waits, two);
    Sleep(1);
    expect(TerminateThread(thread, 3));
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect(UnlockFile(one, 0, 0, 8, 0) && LockFile(later, 0, 0, 4, 0));
    CloseHandle(one), CloseHandle(two), CloseHandle(later);
    return DeleteFileA(path);
}

static void THRD_02__locks_are_waited_for(void **state) {
    make_path();
    assert_int_equal(sim_run(state, waits), 1);
}

/* Child: locks the file and waits for its end. */
static int holds_lock(int argc, char **argv) {
    HANDLE file = open_file(BOTH, 0), ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "ready");
    (void)argc, (void)argv;
    expect(LockFile(file, 0, 0, 8, 0) && SetEvent(ready));
    Sleep(INFINITE);
    return 0;
}

static int kills_the_owner(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "ready"), file = open_file(BOTH, 0);
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    sim_start("holder.exe", 0, FALSE, &child);
    WaitForSingleObject(ready, INFINITE);
    expect_fails(LockFile(file, 7, 0, 1, 0), ERROR_LOCK_VIOLATION);
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);
    expect(LockFile(file, 0, 0, 8, 0));
    CloseHandle(file);
    DeleteFileA(path);
    return 0;
}

static void HNDL_01__PROC_10__a_killed_process_has_no_locks(void **state) {
    make_path();
    sim_image(state, "holder.exe", holds_lock);
    sim_run(state, kills_the_owner);
}

static bool outcome;

static int waits_for_the_owner(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "ready"), file = open_file(BOTH, 0);
    PROCESS_INFORMATION child;
    OVERLAPPED o = {0};
    (void)argc, (void)argv;
    outcome = false;
    sim_start("holder.exe", 0, FALSE, &child);
    WaitForSingleObject(ready, INFINITE);
    HANDLE thread = sim_thread(locks_and_waits, file);
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);
    bool free_now = lock_at(file, LOCKFILE_EXCLUSIVE_LOCK, 4, 4);
    WaitForSingleObject(thread, INFINITE);
    outcome = free_now && UnlockFile(file, 0, 0, 4, 0) && LockFileEx(file, 0, 0, 4, 0, &o);
    return 0;
}

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc holder = {.size = sizeof holder, .main = holds_lock};
    const rd_image_desc app = {.size = sizeof app, .main = waits_for_the_owner};
    (void)context;
    rd_status status = rd_image_register(world, "holder.exe", &holder);
    return status == RD_OK ? rd_image_register(world, "app.exe", &app) : status;
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *check(rd_world *world, void *context) {
    (void)world, (void)context;
    return outcome ? NULL : "a lock has outlived its process";
}

static void in_no_order_does_a_lock_outlive_its_process(void **state) {
    const rd_scenario scenario = {
        .size = sizeof scenario, .prepare = prepare, .start = start, .check = check};
    const rd_explore_options options = {.size = sizeof options, .executions_max = 3000};
    rd_explore_result result;
    (void)state;
    make_path();
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    if (result.verdict != RD_EXPLORE_OK)
        fail_msg("%s", result.report);
    assert_true(result.executions > 1);
    rd_explore_free(&result);
    remove(path);
}

static int refuses(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL), reader, writer;
    HANDLE file = open_file(BOTH, 0), nothing = open_file(0, 0);
    OVERLAPPED o = {0};
    IO_STATUS_BLOCK iosb;
    LARGE_INTEGER zero = {.QuadPart = 0}, ten = {.QuadPart = 10}, minus = {.QuadPart = -5};
    (void)argc, (void)argv;
    expect(CreatePipe(&reader, &writer, NULL, 0));
    const struct {
        HANDLE handle;
        DWORD reserved, high, length, error;
    } rows[] = {
        {NULL, 0, 0, 1, ERROR_INVALID_HANDLE},           {event, 0, 0, 1, ERROR_INVALID_HANDLE},
        {(HANDLE)0x7770, 0, 0, 1, ERROR_INVALID_HANDLE}, {file, 1, 0, 1, ERROR_INVALID_PARAMETER},
        {NULL, 1, 0, 1, ERROR_INVALID_PARAMETER},        {nothing, 0, 0, 1, ERROR_ACCESS_DENIED},
        {reader, 0, 0, 1, ERROR_INVALID_FUNCTION},       {file, 0, 0xFFFFFFFF, 0xFFFFFFFF, 307},
    };
    for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
        o.Offset = 1, o.OffsetHigh = rows[i].high;
        expect_fails(LockFileEx(rows[i].handle, LOCKFILE_FAIL_IMMEDIATELY, rows[i].reserved,
                                rows[i].length, 0xFFFFFFFF, &o),
                     rows[i].error);
        expect_fails(UnlockFileEx(rows[i].handle, rows[i].reserved, 1, 0, &o),
                     rows[i].error == 307 ? ERROR_NOT_LOCKED : rows[i].error);
    }
    o.hEvent = file;
    expect_fails(LockFileEx(file, 0, 0, 1, 0, &o), ERROR_INVALID_HANDLE);
    expect_equal(NtLockFile(file, NULL, NULL, NULL, &iosb, NULL, &ten, 0, TRUE, TRUE),
                 STATUS_ACCESS_VIOLATION);
    expect_equal(NtLockFile(file, NULL, NULL, NULL, NULL, &zero, &ten, 0, TRUE, TRUE),
                 STATUS_ACCESS_VIOLATION);
    expect_equal(NtLockFile(NULL, NULL, NULL, NULL, &iosb, &zero, &ten, 0, TRUE, TRUE),
                 STATUS_INVALID_HANDLE);
    expect_equal(NtLockFile(event, NULL, NULL, NULL, &iosb, &zero, &ten, 0, TRUE, TRUE),
                 STATUS_OBJECT_TYPE_MISMATCH);
    expect_equal(NtLockFile(file, NULL, NULL, NULL, &iosb, &minus, &ten, 0, TRUE, TRUE),
                 STATUS_INVALID_LOCK_RANGE);
    expect_equal(NtUnlockFile(file, NULL, &zero, &ten, 0), STATUS_ACCESS_VIOLATION);
    expect_equal(NtUnlockFile(file, &iosb, &zero, NULL, 0), STATUS_ACCESS_VIOLATION);
    CloseHandle(file), CloseHandle(nothing);
    return DeleteFileA(path);
}

static void locks_that_are_refused(void **state) {
    make_path();
    assert_int_equal(sim_run(state, refuses), 1);
}

static int native_locks(int argc, char **argv) {
    HANDLE file = open_file(BOTH, 0), later = open_file(BOTH, FILE_FLAG_OVERLAPPED);
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    IO_STATUS_BLOCK iosb = {.Information = 9}, second;
    LARGE_INTEGER zero = {.QuadPart = 0}, ten = {.QuadPart = 10};
    (void)argc, (void)argv;
    expect_equal(NtLockFile(file, NULL, NULL, NULL, &iosb, &zero, &ten, 7, TRUE, TRUE), 0);
    expect(iosb.Status == 0 && iosb.Information == 0);
    expect_equal(NtLockFile(file, NULL, NULL, NULL, &iosb, &zero, &ten, 8, TRUE, FALSE),
                 STATUS_LOCK_NOT_GRANTED);
    expect_equal(NtLockFile(later, event, NULL, NULL, &second, &zero, &ten, 0, FALSE, TRUE),
                 STATUS_PENDING);
    expect_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    expect_equal(NtUnlockFile(file, &iosb, &zero, &ten, 8), STATUS_RANGE_NOT_LOCKED);
    expect_equal(NtUnlockFile(file, &iosb, &zero, &ten, 7), 0);
    expect_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    expect_equal(second.Status, 0);
    CloseHandle(file), CloseHandle(later);
    return DeleteFileA(path);
}

static void native_locks_have_keys_and_events(void **state) {
    make_path();
    assert_int_equal(sim_run(state, native_locks), 1);
}

/* ---- what is known of a file ----------------------------------------------------------------- */

static int times(int argc, char **argv) {
    FILETIME created, written, later, never = {0xFFFFFFFF, 0xFFFFFFFF};
    BY_HANDLE_FILE_INFORMATION info;
    WIN32_FILE_ATTRIBUTE_DATA data;
    DWORD done;
    (void)argc, (void)argv;
    Sleep(10);
    HANDLE file = open_file(BOTH, 0);
    expect(GetFileTime(file, &created, NULL, &written));
    expect_equal(CompareFileTime(&created, &written), 0);
    Sleep(10);
    expect(WriteFile(file, "x", 1, &done, NULL));
    expect(GetFileTime(file, NULL, NULL, &later));
    /* The clock is virtual: both writes are 10 ms apart, and a little for the calls. */
    expect_equal((later.dwLowDateTime - written.dwLowDateTime) / 10000, 10);
    expect(SetFileTime(file, NULL, NULL, &never));
    Sleep(10);
    expect(WriteFile(file, "x", 1, &done, NULL));
    expect(GetFileInformationByHandle(file, &info));
    expect_equal(CompareFileTime(&info.ftLastWriteTime, &later), 0);
    expect_equal(CompareFileTime(&info.ftCreationTime, &created), 0);
    expect_equal(info.nFileSizeLow, 2);
    expect_fails(SetFileTime(NULL, NULL, NULL, &never), ERROR_INVALID_HANDLE);
    expect_fails(GetFileTime(NULL, NULL, NULL, NULL), ERROR_INVALID_HANDLE);
    expect_fails(GetFileTime(CreateEventA(NULL, FALSE, FALSE, NULL), &created, NULL, NULL),
                 ERROR_INVALID_HANDLE);
    expect_fails(GetFileTime(GetStdHandle(STD_OUTPUT_HANDLE), &created, NULL, NULL),
                 ERROR_INVALID_FUNCTION);
    CloseHandle(file);
    expect(GetFileAttributesExA(path, GetFileExInfoStandard, &data));
    expect_equal(CompareFileTime(&data.ftLastWriteTime, &later), 0);
    return DeleteFileA(path);
}

static void files_have_virtual_times(void **state) {
    make_path();
    assert_int_equal(sim_run(state, times), 1);
}

static int native_information(int argc, char **argv) {
    enum { BASIC = 4, STANDARD = 5, NAME = 9, DISPOSITION = 13, POSITION = 14, NETWORK_OPEN = 34 };
    HANDLE file = open_file(BOTH | DELETE, 0), event = CreateEventA(NULL, FALSE, FALSE, NULL);
    IO_STATUS_BLOCK iosb;
    FILE_BASIC_INFO basic;
    FILE_STANDARD_INFO standard;
    uint64_t position = 5, all[7];
    struct {
        ULONG length;
        WCHAR text[200];
    } name;
    BOOLEAN deletes = TRUE;
    (void)argc, (void)argv;
    expect_equal(NtQueryInformationFile(file, &iosb, &basic, sizeof basic, BASIC), 0);
    expect(iosb.Information == sizeof basic && basic.FileAttributes == FILE_ATTRIBUTE_ARCHIVE);
    expect_equal(NtSetInformationFile(file, &iosb, &position, sizeof position, POSITION), 0);
    expect_equal(SetFilePointer(file, 0, NULL, FILE_CURRENT), 5);
    expect_equal(NtQueryInformationFile(file, &iosb, all, sizeof all, NETWORK_OPEN), 0);
    expect_equal(NtQueryInformationFile(file, &iosb, &name, sizeof name, NAME), 0);
    expect_equal(name.length, (strlen(path) + 1) * sizeof(WCHAR));
    expect(name.text[0] == '\\' && name.text[1] == 'r');
    expect_equal(NtQueryInformationFile(file, &iosb, &name, 8, NAME), STATUS_BUFFER_OVERFLOW);
    expect_equal(NtSetInformationFile(file, &iosb, &deletes, 1, DISPOSITION), 0);
    expect_equal(NtQueryInformationFile(file, &iosb, &standard, sizeof standard, STANDARD), 0);
    expect(standard.DeletePending && standard.NumberOfLinks == 0);
    const struct {
        HANDLE handle;
        ULONG what, size;
        NTSTATUS query, set;
    } rows[] = {
        {file, 0, 100, STATUS_INVALID_INFO_CLASS, STATUS_INVALID_INFO_CLASS},
        {file, 999, 100, STATUS_INVALID_INFO_CLASS, STATUS_INVALID_INFO_CLASS},
        {file, BASIC, 8, STATUS_INFO_LENGTH_MISMATCH, STATUS_INFO_LENGTH_MISMATCH},
        {file, POSITION, 4, STATUS_INFO_LENGTH_MISMATCH, STATUS_INFO_LENGTH_MISMATCH},
        {NULL, POSITION, 8, STATUS_INVALID_HANDLE, STATUS_INVALID_HANDLE},
        {event, POSITION, 8, STATUS_OBJECT_TYPE_MISMATCH, STATUS_OBJECT_TYPE_MISMATCH},
    };
    for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
        expect_equal(
            NtQueryInformationFile(rows[i].handle, &iosb, &name, rows[i].size, rows[i].what),
            rows[i].query);
        expect_equal(NtSetInformationFile(rows[i].handle, &iosb, &name, rows[i].size, rows[i].what),
                     rows[i].set);
    }
    expect_equal(NtQueryInformationFile(file, NULL, all, 8, POSITION), STATUS_ACCESS_VIOLATION);
    expect_equal(NtQueryInformationFile(file, &iosb, NULL, 8, POSITION), STATUS_ACCESS_VIOLATION);
    expect_equal(NtSetInformationFile(file, NULL, all, 8, POSITION), STATUS_ACCESS_VIOLATION);
    expect_equal(NtSetInformationFile(file, &iosb, NULL, 8, POSITION), STATUS_ACCESS_VIOLATION);
    CloseHandle(file);
    return GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES;
}

static void native_calls_know_the_same(void **state) {
    make_path();
    assert_int_equal(sim_run(state, native_information), 1);
}

/* ---- names in UTF-16 ------------------------------------------------------------------------- */

static int wide_names(int argc, char **argv) {
    static const WCHAR one[] = u"r\u00FCn-1.tmp", two[] = u"r\u00FCn-2.tmp";
    WCHAR name[MAX_PATH], here[] = u".";
    WIN32_FILE_ATTRIBUTE_DATA data;
    WIN32_FIND_DATAW found;
    DWORD done;
    (void)argc, (void)argv;
    expect(CreateDirectoryA(path, NULL) && SetCurrentDirectoryA(path));
    HANDLE file = CreateFileW(one, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    expect(WriteFile(file, "abc", 3, &done, NULL) && CloseHandle(file));
    expect(CopyFileW(one, two, TRUE));
    expect_fails(CopyFileW(one, two, TRUE), ERROR_FILE_EXISTS);
    expect_fails(CopyFileW(u"none", two, FALSE), ERROR_FILE_NOT_FOUND);
    expect(GetFileAttributesExW(two, GetFileExInfoStandard, &data) && data.nFileSizeLow == 3);
    expect_fails(GetFileAttributesExW(u"none", GetFileExInfoStandard, &data), ERROR_FILE_NOT_FOUND);
    expect_fails(GetFileAttributesExW(two, GetFileExMaxInfoLevel, &data), ERROR_INVALID_PARAMETER);
    HANDLE search = FindFirstFileW(u"r\u00FCn-*", &found);
    expect(lstrcmpW(found.cFileName, one) == 0);
    expect(FindNextFileW(search, &found) && lstrcmpW(found.cFileName, two) == 0);
    expect_fails(FindNextFileW(search, &found), ERROR_NO_MORE_FILES);
    expect(FindClose(search));
    expect_fails(MoveFileW(one, two), ERROR_ALREADY_EXISTS);
    expect_fails(MoveFileW(u"none", u"more"), ERROR_FILE_NOT_FOUND);
    expect(MoveFileExW(one, two, MOVEFILE_REPLACE_EXISTING));
    expect(MoveFileW(two, one));
    expect(SetFileAttributesW(one, FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_SYSTEM));
    expect_equal(GetFileAttributesW(one), FILE_ATTRIBUTE_READONLY | FILE_ATTRIBUTE_SYSTEM);
    expect_fails(DeleteFileW(one), ERROR_ACCESS_DENIED);
    expect_fails(SetFileAttributesW(u"none", 0), ERROR_FILE_NOT_FOUND);
    expect(SetFileAttributesW(one, FILE_ATTRIBUTE_NORMAL) && DeleteFileW(one));
    UINT number = GetTempFileNameW(here, u"pre", 0, name);
    expect(number && memcmp(name, u".\\pre", 10) == 0);
    expect(GetFileAttributesW(name) != INVALID_FILE_ATTRIBUTES && DeleteFileW(name));
    expect_equal(GetTempFileNameW(here, u"pre", 0x1234, name), 0x1234);
    expect(lstrcmpW(name, u".\\pre1234.tmp") == 0);
    expect_fails(GetTempFileNameW(u"none", u"pre", 0, name), ERROR_DIRECTORY);
    return SetCurrentDirectoryA("..") && RemoveDirectoryA(path);
}

static void names_in_utf_16(void **state) {
    make_path();
    assert_int_equal(sim_run(state, wide_names), 1);
}

static int searches(int argc, char **argv) {
    char list[200], found[MAX_PATH] = "", *part = NULL;
    WCHAR wide[MAX_PATH], *wide_part = NULL;
    (void)argc, (void)argv;
    expect(CreateDirectoryA(path, NULL) && SetCurrentDirectoryA(path));
    expect(CloseHandle(CreateFileA("x.txt", GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL)));
    expect(SetCurrentDirectoryA(".."));
    snprintf(list, sizeof list, "nowhere;%s", path);
    DWORD length = SearchPathA(list, "x", ".txt", sizeof found, found, &part);
    expect(length == strlen(found) && strcmp(part, "x.txt") == 0);
    expect_equal(SearchPathA(list, "x.txt", NULL, 3, list, NULL), length + 1);
    expect_fails(SearchPathA(NULL, "x.txt", NULL, sizeof found, found, NULL), ERROR_FILE_NOT_FOUND);
    expect(SetEnvironmentVariableA("PATH", path));
    expect_equal(SearchPathW(NULL, u"x", u".txt", MAX_PATH, wide, &wide_part), length);
    expect(lstrcmpW(wide_part, u"x.txt") == 0);
    expect_equal(SearchPathA(NULL, found, NULL, sizeof list, list, NULL), length);
    expect_fails(SearchPathA(NULL, NULL, NULL, sizeof found, found, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(SearchPathW(NULL, u"", NULL, MAX_PATH, wide, NULL), ERROR_INVALID_PARAMETER);
    return DeleteFileA(found) && RemoveDirectoryA(path);
}

static void files_are_searched_for(void **state) {
    make_path();
    assert_int_equal(sim_run(state, searches), 1);
}

/* ---- sections -------------------------------------------------------------------------------- */

static void name_object(OBJECT_ATTRIBUTES *attributes, UNICODE_STRING *string, const WCHAR *text) {
    RtlInitUnicodeString(string, text);
    InitializeObjectAttributes(attributes, string, 0, NULL, NULL);
}

static int native_sections(int argc, char **argv) {
    enum { VIEW_UNMAP = 2 };
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING string;
    LARGE_INTEGER size = {.QuadPart = 0x20000}, offset = {.QuadPart = 0x10000};
    HANDLE section, again, self = GetCurrentProcess(), event = CreateEventA(NULL, 0, 0, NULL);
    PVOID one = NULL, two = NULL;
    SIZE_T all = 0, part = 100;
    (void)argc, (void)argv;
    name_object(&attributes, &string, u"\\BaseNamedObjects\\native section");
    expect_equal(NtCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &size, PAGE_READWRITE,
                                 SEC_COMMIT, NULL),
                 0);
    expect_equal(NtCreateSection(&again, SECTION_ALL_ACCESS, &attributes, &size, PAGE_READWRITE,
                                 SEC_COMMIT, NULL),
                 STATUS_OBJECT_NAME_COLLISION);
    expect_equal(NtOpenSection(&again, SECTION_MAP_READ, &attributes), 0);
    expect_equal(
        NtMapViewOfSection(section, self, &one, 0, 0, NULL, &all, VIEW_UNMAP, 0, PAGE_READWRITE),
        0);
    expect_equal(all, 0x20000);
    expect_equal(
        NtMapViewOfSection(again, self, &two, 0, 0, &offset, &part, VIEW_UNMAP, 0, PAGE_READONLY),
        0);
    expect_equal(part, 0x1000);
    strcpy((char *)one + 0x10000, "seen");
    expect(strcmp(two, "seen") == 0);
    const struct {
        HANDLE section, process;
        uint64_t offset, size;
        ULONG inherit, protect;
        NTSTATUS status;
    } rows[] = {
        {NULL, self, 0, 0, 2, PAGE_READONLY, STATUS_INVALID_HANDLE},
        {event, self, 0, 0, 2, PAGE_READONLY, STATUS_OBJECT_TYPE_MISMATCH},
        {section, NULL, 0, 0, 2, PAGE_READONLY, STATUS_INVALID_HANDLE},
        {section, section, 0, 0, 2, PAGE_READONLY, STATUS_OBJECT_TYPE_MISMATCH},
        {section, self, 0, 0, 0, PAGE_READONLY, STATUS_INVALID_PARAMETER_8},
        {section, self, 0, 0, 2, PAGE_NOACCESS, STATUS_INVALID_PAGE_PROTECTION},
        {section, self, 1, 0, 2, PAGE_READONLY, STATUS_MAPPED_ALIGNMENT},
        {section, self, 0x20000, 0, 2, PAGE_READONLY, STATUS_INVALID_VIEW_SIZE},
        {section, self, 0, 0x20001, 2, PAGE_READONLY, STATUS_INVALID_VIEW_SIZE},
        {again, self, 0, 0, 2, PAGE_READWRITE, STATUS_ACCESS_DENIED},
    };
    for (size_t i = 0; i < ARRAYSIZE(rows); i++) {
        PVOID none = NULL;
        offset.QuadPart = (LONGLONG)rows[i].offset;
        part = (SIZE_T)rows[i].size;
        expect_equal(NtMapViewOfSection(rows[i].section, rows[i].process, &none, 0, 0, &offset,
                                        &part, rows[i].inherit, 0, rows[i].protect),
                     rows[i].status);
    }
    PVOID taken = one;
    expect_equal(
        NtMapViewOfSection(section, self, &taken, 0, 0, NULL, &all, VIEW_UNMAP, 0, PAGE_READWRITE),
        STATUS_CONFLICTING_ADDRESSES);
    expect_equal(
        NtMapViewOfSection(section, self, NULL, 0, 0, NULL, &all, VIEW_UNMAP, 0, PAGE_READWRITE),
        STATUS_ACCESS_VIOLATION);
    expect_equal(
        NtCreateSection(&again, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE, SEC_COMMIT, NULL),
        STATUS_INVALID_PARAMETER_4);
    expect_equal(NtCreateSection(&again, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, 0, NULL),
                 STATUS_INVALID_PARAMETER_6);
    expect_equal(NtCreateSection(&again, SECTION_ALL_ACCESS, NULL, &size, 0, SEC_COMMIT, NULL),
                 STATUS_INVALID_PAGE_PROTECTION);
    expect_equal(
        NtCreateSection(&again, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT, event),
        STATUS_INVALID_HANDLE);
    expect_equal(
        NtCreateSection(NULL, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT, NULL),
        STATUS_ACCESS_VIOLATION);
    expect_equal(NtUnmapViewOfSection(self, (char *)two + 50), 0);
    expect_equal(NtUnmapViewOfSection(self, two), STATUS_NOT_MAPPED_VIEW);
    expect_equal(NtUnmapViewOfSection(NULL, one), STATUS_INVALID_HANDLE);
    name_object(&attributes, &string, u"\\BaseNamedObjects\\nothing");
    expect_equal(NtOpenSection(&again, SECTION_MAP_READ, &attributes),
                 STATUS_OBJECT_NAME_NOT_FOUND);
    expect_equal(NtOpenSection(&again, SECTION_MAP_READ, NULL), STATUS_INVALID_PARAMETER);
    return 0;
}

static void native_calls_map_sections(void **state) {
    sim_run(state, native_sections);
}

static int64_t *counted;

static DWORD counts_in_a_view(LPVOID section) {
    LONG *view = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    LONG value = ReadAcquire(view);
    WriteRelease(view, value + 1);
    UnmapViewOfFile(view);
    return 0;
}

static int counts_twice(int argc, char **argv) {
    static int64_t sum;
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 8, NULL);
    LONG *view = MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0);
    (void)argc, (void)argv;
    sum = 0;
    counted = &sum;
    HANDLE threads[] = {sim_thread(counts_in_a_view, section),
                        sim_thread(counts_in_a_view, section)};
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    sum = *view;
    return 0;
}

static rd_status prepare_views(rd_world *world, void *context) {
    const rd_image_desc app = {.size = sizeof app, .main = counts_twice};
    (void)context;
    return rd_image_register(world, "app.exe", &app);
}

static const char *check_views(rd_world *world, void *context) {
    (void)world, (void)context;
    return *counted == 2 ? NULL : "an increment was lost";
}

/* The views have different addresses and still are one place. */
static void a_race_through_two_views_is_found(void **state) {
    const rd_scenario scenario = {
        .size = sizeof scenario, .prepare = prepare_views, .start = start, .check = check_views};
    const rd_explore_options options = {.size = sizeof options, .executions_max = 3000};
    rd_explore_result result;
    (void)state;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    assert_int_equal(result.verdict, RD_EXPLORE_ASSERTION);
    rd_explore_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(locks_exclude_and_go_with_their_handle),
        test_case(THRD_02__locks_are_waited_for),
        test_case(HNDL_01__PROC_10__a_killed_process_has_no_locks),
        cmocka_unit_test(in_no_order_does_a_lock_outlive_its_process),
        test_case(locks_that_are_refused),
        test_case(native_locks_have_keys_and_events),
        test_case(files_have_virtual_times),
        test_case(native_calls_know_the_same),
        test_case(names_in_utf_16),
        test_case(files_are_searched_for),
        test_case(native_calls_map_sections),
        cmocka_unit_test(a_race_through_two_views_is_found),
    };
    return cmocka_run_group_tests_name("api.disk", tests, NULL, NULL);
}
