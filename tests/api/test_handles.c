/* test_handles.c - handles: values, closing, duplicating, inheriting, access rights. */
#include "sim.h"

/* ---- values and closing ---------------------------------------------------------------------- */

static int closing(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    expect(event != NULL);
    expect(CloseHandle(event));
    expect_fails(CloseHandle(event), ERROR_INVALID_HANDLE);
    expect_fails(CloseHandle(NULL), ERROR_INVALID_HANDLE);
    expect_fails(CloseHandle((HANDLE)0x4444), ERROR_INVALID_HANDLE);
    return 0;
}

static void HNDL_24__HNDL_25__closing_what_is_not_open(void **state) {
    assert_int_equal(sim_run(state, closing), 0);
}

static int numbers(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE first = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE second = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE third = CreateEventA(NULL, TRUE, FALSE, NULL);
    expect_equal((uintptr_t)first % 4, 0);
    expect(CloseHandle(second));
    expect(CreateEventA(NULL, TRUE, FALSE, NULL) == second);
    expect(SetEvent((HANDLE)((uintptr_t)third + 3)));
    expect_equal(WaitForSingleObject(third, 0), WAIT_OBJECT_0);
    return 0;
}

static void HNDL_26__HNDL_27__lowest_free_number_and_ignored_bits(void **state) {
    sim_run(state, numbers);
}

static int pseudo(int argc, char **argv) {
    HANDLE real = NULL;
    (void)argc, (void)argv;
    expect(GetCurrentProcess() == (HANDLE)(intptr_t)-1);
    expect(GetCurrentThread() == (HANDLE)(intptr_t)-2);
    expect(CloseHandle(GetCurrentProcess()));
    expect(CloseHandle(GetCurrentThread()));
    expect_equal(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    expect_equal(GetThreadId(GetCurrentThread()), GetCurrentThreadId());
    expect_equal(GetProcessIdOfThread(GetCurrentThread()), GetCurrentProcessId());
    expect(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &real, 0,
                           FALSE, DUPLICATE_SAME_ACCESS));
    expect(real != NULL && real != GetCurrentProcess());
    expect_equal(GetProcessId(real), GetCurrentProcessId());
    expect(CompareObjectHandles(real, GetCurrentProcess()));
    expect(!CompareObjectHandles(real, GetCurrentThread()));
    return 0;
}

static void HNDL_28__HNDL_29__pseudo_handles(void **state) {
    sim_run(state, pseudo);
}

static int wrong_type(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL);
    DWORD code;
    (void)argc, (void)argv;
    expect_fails(ReleaseMutex(event), ERROR_INVALID_HANDLE);
    expect_fails(SetEvent(mutex), ERROR_INVALID_HANDLE);
    expect_fails(ReleaseSemaphore(event, 1, NULL), ERROR_INVALID_HANDLE);
    expect_fails(CancelWaitableTimer(event), ERROR_INVALID_HANDLE);
    expect_fails(GetExitCodeProcess(event, &code), ERROR_INVALID_HANDLE);
    expect_fails(GetExitCodeThread(GetCurrentProcess(), &code), ERROR_INVALID_HANDLE);
    expect_fails(TerminateProcess(event, 1), ERROR_INVALID_HANDLE);
    expect_fails(TerminateThread(event, 1), ERROR_INVALID_HANDLE);
    expect_error(SuspendThread(event), (DWORD)-1, ERROR_INVALID_HANDLE);
    expect_error(ResumeThread(mutex), (DWORD)-1, ERROR_INVALID_HANDLE);
    return 0;
}

static void HNDL_46__wrong_type_is_an_invalid_handle(void **state) {
    sim_run(state, wrong_type);
}

/* ---- flags ----------------------------------------------------------------------------------- */

static int flags(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    HANDLE event = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    DWORD value = 99;
    (void)argc, (void)argv;
    expect(GetHandleInformation(event, &value));
    expect_equal(value, HANDLE_FLAG_INHERIT);
    expect(SetHandleInformation(event, HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE,
                                HANDLE_FLAG_PROTECT_FROM_CLOSE));
    expect(GetHandleInformation(event, &value));
    expect_equal(value, HANDLE_FLAG_PROTECT_FROM_CLOSE);
    expect_fails(CloseHandle(event), ERROR_INVALID_HANDLE);
    expect_fails(SetHandleInformation(event, 4, 4), ERROR_INVALID_PARAMETER);
    expect_fails(SetHandleInformation(NULL, 1, 1), ERROR_INVALID_HANDLE);
    expect_fails(GetHandleInformation((HANDLE)0x4444, &value), ERROR_INVALID_HANDLE);
    return 0;
}

static void HNDL_45__protected_handles_are_closed_at_the_end_only(void **state) {
    sim_run(state, flags);
    rd_event_query query = {.kind = RD_EVENT_HANDLE_CLOSE, .rule = "HNDL-45"};
    assert_int_equal(rd_event_matches(*state, &query), 1);
}

/* ---- duplication ----------------------------------------------------------------------------- */

static int duplicates(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy = NULL, weak = NULL, again = NULL;
    HANDLE me = GetCurrentProcess();
    (void)argc, (void)argv;
    expect(DuplicateHandle(me, event, me, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    expect(SetEvent(copy));
    expect_equal(WaitForSingleObject(event, 0), WAIT_OBJECT_0);
    expect(CloseHandle(event));
    expect_equal(WaitForSingleObject(copy, 0), WAIT_OBJECT_0);
    expect(DuplicateHandle(me, copy, me, &weak, SYNCHRONIZE, FALSE, 0));
    expect_fails(SetEvent(weak), ERROR_ACCESS_DENIED);
    expect_equal(WaitForSingleObject(weak, 0), WAIT_OBJECT_0);
    expect(DuplicateHandle(me, weak, me, &again, EVENT_ALL_ACCESS, FALSE, 0));
    expect(SetEvent(again));
    return 0;
}

static void HNDL_31__HNDL_32__duplicates_share_the_object(void **state) {
    sim_run(state, duplicates);
}

static int closing_source(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), moved = NULL;
    HANDLE me = GetCurrentProcess();
    DWORD value = 0;
    (void)argc, (void)argv;
    expect(DuplicateHandle(me, event, me, &moved, 0, TRUE,
                           DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS));
    expect(moved == event);
    expect(GetHandleInformation(moved, &value));
    expect_equal(value, HANDLE_FLAG_INHERIT);
    expect_fails(DuplicateHandle(me, moved, (HANDLE)0x4444, &event, 0, FALSE,
                                 DUPLICATE_CLOSE_SOURCE | DUPLICATE_SAME_ACCESS),
                 ERROR_INVALID_HANDLE);
    expect_fails(CloseHandle(moved), ERROR_INVALID_HANDLE);
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    expect(DuplicateHandle(me, event, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    expect_fails(CloseHandle(event), ERROR_INVALID_HANDLE);
    return 0;
}

static void HNDL_33__HNDL_34__HNDL_35__close_source(void **state) {
    sim_run(state, closing_source);
}

static int sleeper(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(1000);
    return 7;
}

static int bad_duplicates(int argc, char **argv) {
    PROCESS_INFORMATION child;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy, weak;
    HANDLE me = GetCurrentProcess();
    (void)argc, (void)argv;
    expect(sim_start("sleeper.exe", 0, FALSE, &child) != NULL);
    expect_fails(DuplicateHandle(me, (HANDLE)0x4444, me, &copy, 0, FALSE, 0), ERROR_INVALID_HANDLE);
    expect_fails(DuplicateHandle(NULL, event, me, &copy, 0, FALSE, 0), ERROR_INVALID_HANDLE);
    expect_fails(DuplicateHandle(me, event, NULL, &copy, 0, FALSE, 0), ERROR_INVALID_HANDLE);
    weak = OpenProcess(PROCESS_TERMINATE, FALSE, child.dwProcessId);
    expect_fails(DuplicateHandle(me, event, weak, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                 ERROR_ACCESS_DENIED);
    expect_fails(DuplicateHandle(weak, event, me, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                 ERROR_ACCESS_DENIED);
    expect_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    expect_fails(DuplicateHandle(me, event, child.hProcess, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
                 ERROR_ACCESS_DENIED);
    expect_fails(
        DuplicateHandle(child.hProcess, (HANDLE)4, me, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS),
        ERROR_ACCESS_DENIED);
    return 0;
}

static void HNDL_20__HNDL_36__HNDL_37__duplication_refused(void **state) {
    sim_image(state, "sleeper.exe", sleeper);
    sim_run(state, bad_duplicates);
}

/* ---- inheritance ----------------------------------------------------------------------------- */

/* Child: argv[1] is the value of an event handle; sets it. Exit code 0, or the error. */
static int setter(int argc, char **argv) {
    unsigned long long value = 0;
    if (argc != 2 || sscanf(argv[1], "%llx", &value) != 1)
        return 99;
    return SetEvent((HANDLE)(uintptr_t)value) ? 0 : (int)GetLastError();
}

static DWORD run_setter(HANDLE event, BOOL inherit) {
    char line[64];
    PROCESS_INFORMATION child;
    snprintf(line, sizeof line, "setter.exe %llx", (unsigned long long)(uintptr_t)event);
    expect(sim_start(line, 0, inherit, &child) != NULL);
    expect_equal(WaitForSingleObject(child.hProcess, INFINITE), WAIT_OBJECT_0);
    DWORD code = sim_exit_code(child.hProcess);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code;
}

static int inheriting(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    HANDLE yes = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    HANDLE no = CreateEventA(NULL, TRUE, FALSE, NULL);
    (void)argc, (void)argv;
    expect_equal(run_setter(yes, FALSE), ERROR_INVALID_HANDLE);
    expect_equal(WaitForSingleObject(yes, 0), WAIT_TIMEOUT);
    expect_equal(run_setter(yes, TRUE), 0);
    expect_equal(WaitForSingleObject(yes, 0), WAIT_OBJECT_0);
    expect_equal(run_setter(no, TRUE), ERROR_INVALID_HANDLE);
    return 0;
}

static void HNDL_38__HNDL_39__inheritance(void **state) {
    sim_image(state, "setter.exe", setter);
    sim_run(state, inheriting);
}

static DWORD start_with_attribute(DWORD_PTR attribute, void *value, SIZE_T size, const char *line,
                                  PROCESS_INFORMATION *child) {
    char memory[128], command[128];
    SIZE_T available = sizeof memory;
    STARTUPINFOEXA startup = {.StartupInfo.cb = sizeof startup};
    startup.lpAttributeList = (LPPROC_THREAD_ATTRIBUTE_LIST)(void *)memory;
    snprintf(command, sizeof command, "%s", line);
    expect(InitializeProcThreadAttributeList(startup.lpAttributeList, 1, 0, &available));
    expect(
        UpdateProcThreadAttribute(startup.lpAttributeList, 0, attribute, value, size, NULL, NULL));
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
                        &startup.StartupInfo, child))
        return GetLastError();
    DeleteProcThreadAttributeList(startup.lpAttributeList);
    expect_equal(WaitForSingleObject(child->hProcess, INFINITE), WAIT_OBJECT_0);
    return sim_exit_code(child->hProcess);
}

static int handle_list(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    HANDLE in_list = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    HANDLE left_out = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    HANDLE plain = CreateEventA(NULL, TRUE, FALSE, NULL);
    PROCESS_INFORMATION child;
    char line[64];
    (void)argc, (void)argv;
    snprintf(line, sizeof line, "setter.exe %llx", (unsigned long long)(uintptr_t)in_list);
    expect_equal(start_with_attribute(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &in_list, sizeof in_list,
                                      line, &child),
                 0);
    snprintf(line, sizeof line, "setter.exe %llx", (unsigned long long)(uintptr_t)left_out);
    expect_equal(start_with_attribute(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &in_list, sizeof in_list,
                                      line, &child),
                 ERROR_INVALID_HANDLE);
    expect_equal(start_with_attribute(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &plain, sizeof plain,
                                      "setter.exe 4", &child),
                 ERROR_INVALID_PARAMETER);
    return 0;
}

static void HNDL_43__only_listed_handles_are_inherited(void **state) {
    sim_image(state, "setter.exe", setter);
    sim_run(state, handle_list);
}

static int other_parent(int argc, char **argv) {
    PROCESS_INFORMATION foster, child;
    (void)argc, (void)argv;
    expect(sim_start("sleeper.exe", 0, FALSE, &foster) != NULL);
    start_with_attribute(PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &foster.hProcess,
                         sizeof foster.hProcess, "setter.exe 4444", &child);
    return (int)foster.dwProcessId;
}

static void HNDL_44__the_named_process_becomes_the_parent(void **state) {
    sim_image(state, "setter.exe", setter);
    sim_image(state, "sleeper.exe", sleeper);
    uint32_t foster = sim_run(state, other_parent);
    rd_event_query query = {.kind = RD_EVENT_PROCESS_CREATE, .text = "setter.exe"};
    size_t index = rd_event_find(*state, 0, &query);
    assert_true(index != RD_NO_EVENT);
    assert_int_equal(rd_event_at(*state, index)->b, foster);
}

static int attribute_lists(int argc, char **argv) {
    char memory[256];
    LPPROC_THREAD_ATTRIBUTE_LIST list = (LPPROC_THREAD_ATTRIBUTE_LIST)(void *)memory;
    SIZE_T size = 0;
    HANDLE handle = GetCurrentProcess();
    (void)argc, (void)argv;
    expect_fails(InitializeProcThreadAttributeList(NULL, 1, 0, &size), ERROR_INSUFFICIENT_BUFFER);
    expect(size > 0 && size <= sizeof memory);
    expect_fails(InitializeProcThreadAttributeList(list, 1, 1, &size), ERROR_INVALID_PARAMETER);
    size = 4;
    expect_fails(InitializeProcThreadAttributeList(list, 1, 0, &size), ERROR_INSUFFICIENT_BUFFER);
    expect(InitializeProcThreadAttributeList(list, 1, 0, &size));
    expect_fails(UpdateProcThreadAttribute(list, 0, 0xCAFE, &handle, sizeof handle, NULL, NULL),
                 ERROR_NOT_SUPPORTED);
    expect_fails(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &handle,
                                           3, NULL, NULL),
                 ERROR_BAD_LENGTH);
    expect(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &handle,
                                     sizeof handle, NULL, NULL));
    expect_fails(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &handle,
                                           sizeof handle, NULL, NULL),
                 ERROR_OBJECT_NAME_EXISTS);
    expect_fails(UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &handle,
                                           sizeof handle, NULL, NULL),
                 ERROR_GEN_FAILURE);
    return 0;
}

static void attribute_lists_refuse_bad_arguments(void **state) {
    sim_run(state, attribute_lists);
}

/* ---- named objects and rights ---------------------------------------------------------------- */

static int named(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, "Global\\shared");
    expect(event != NULL);
    expect_equal(GetLastError(), 0);
    HANDLE again =
        CreateEventW(NULL, FALSE, FALSE, (const WCHAR[]){'s', 'h', 'a', 'r', 'e', 'd', 0});
    expect(again != NULL && again != event);
    expect_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    expect(CompareObjectHandles(event, again));
    expect_fails(CreateMutexA(NULL, FALSE, "shared"), ERROR_INVALID_HANDLE);
    expect_fails(OpenMutexA(SYNCHRONIZE, FALSE, "shared"), ERROR_INVALID_HANDLE);
    HANDLE opened = OpenEventA(SYNCHRONIZE, FALSE, "Local\\shared");
    expect(opened != NULL);
    expect_fails(SetEvent(opened), ERROR_ACCESS_DENIED);
    expect(CloseHandle(event) && CloseHandle(again) && CloseHandle(opened));
    expect_fails(OpenEventA(SYNCHRONIZE, FALSE, "shared"), ERROR_FILE_NOT_FOUND);
    expect(CreateMutexA(NULL, FALSE, "shared") != NULL);
    expect_equal(GetLastError(), 0);
    return 0;
}

static void HNDL_04__the_last_handle_takes_the_name_along(void **state) {
    sim_run(state, named);
}

static int names(int argc, char **argv) {
    char text[300];
    (void)argc, (void)argv;
    memset(text, 'x', sizeof text);
    text[MAX_PATH] = '\0';
    expect_fails(CreateEventA(NULL, FALSE, FALSE, text), ERROR_FILENAME_EXCED_RANGE);
    text[MAX_PATH - 1] = '\0';
    expect(CreateEventA(NULL, FALSE, FALSE, text) != NULL);
    expect_fails(CreateEventA(NULL, FALSE, FALSE, "a\\b"), ERROR_PATH_NOT_FOUND);
    expect_fails(OpenEventA(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(OpenMutexA(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(OpenSemaphoreA(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(OpenWaitableTimerA(SYNCHRONIZE, FALSE, NULL), ERROR_INVALID_PARAMETER);
    expect_fails(OpenEventA(SYNCHRONIZE, FALSE, "nobody made this"), ERROR_FILE_NOT_FOUND);
    return 0;
}

static void bad_names_give_the_errors_of_windows(void **state) {
    sim_run(state, names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(HNDL_24__HNDL_25__closing_what_is_not_open),
        test_case(HNDL_26__HNDL_27__lowest_free_number_and_ignored_bits),
        test_case(HNDL_28__HNDL_29__pseudo_handles),
        test_case(HNDL_46__wrong_type_is_an_invalid_handle),
        test_case(HNDL_45__protected_handles_are_closed_at_the_end_only),
        test_case(HNDL_31__HNDL_32__duplicates_share_the_object),
        test_case(HNDL_33__HNDL_34__HNDL_35__close_source),
        test_case(HNDL_20__HNDL_36__HNDL_37__duplication_refused),
        test_case(HNDL_38__HNDL_39__inheritance),
        test_case(HNDL_43__only_listed_handles_are_inherited),
        test_case(HNDL_44__the_named_process_becomes_the_parent),
        test_case(attribute_lists_refuse_bad_arguments),
        test_case(HNDL_04__the_last_handle_takes_the_name_along),
        test_case(bad_names_give_the_errors_of_windows),
    };
    return cmocka_run_group_tests_name("api.handles", tests, NULL, NULL);
}
