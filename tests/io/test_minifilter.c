/* Minifilters around what programs do with files: who is called, in which order, with what;
 * refusal; changed results; unregistration while a routine runs. */
#include <unistd.h>

#include "base/utf16.h"
#include "device_driver.h"
#include "kernel_check.h"

#include "rundown/sdk/fltkernel.h"

/* ---- two filters that write down what they see ----------------------------------------------- */

static PFLT_FILTER filters[2];
static char name_of_file[64], last_name[128];
static FLT_PREOP_CALLBACK_STATUS answer[2][IRP_MJ_MAXIMUM_FUNCTION + 1];
static NTSTATUS refusal;      /* of FLT_PREOP_COMPLETE */
static NTSTATUS after_create; /* what the second filter makes of a successful open */
static bool waits_before_read, in_routine;
static KEVENT go_on;

static const char *word_of(UCHAR major) {
    return major == IRP_MJ_SET_INFORMATION ? "set" : major_word(major);
}

static void tell(char who, const char *when, UCHAR major) {
    char text[32];
    snprintf(text, sizeof text, "%c%s%s", who, when, word_of(major));
    note(text);
}

static void keep_name(PFLT_CALLBACK_DATA data) {
    PFLT_FILE_NAME_INFORMATION name;
    NTSTATUS status = FltGetFileNameInformation(
        data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &name);
    equal(status, STATUS_SUCCESS);
    if (!NT_SUCCESS(status))
        return;
    size_t size = base_utf16_to_8((const uint16_t *)name->Name.Buffer, name->Name.Length / 2,
                                  last_name, sizeof last_name - 1);
    last_name[size < sizeof last_name ? size : sizeof last_name - 1] = '\0';
    FltReleaseFileNameInformation(name);
}

static FLT_PREOP_CALLBACK_STATUS before(int who, PFLT_CALLBACK_DATA data,
                                        PCFLT_RELATED_OBJECTS objects, PVOID *context) {
    UCHAR major = data->Iopb->MajorFunction;
    tell((char)('A' + who), "<", major);
    check(objects->Filter == filters[who] && objects->FileObject == data->Iopb->TargetFileObject);
    check(FLT_IS_IRP_OPERATION(data));
    equal(data->RequestorMode, UserMode);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    check(!KeAreApcsDisabled());
    equal(FltGetRequestorProcessId(data), (ULONG_PTR)PsGetCurrentProcessId());
    check(FltGetRequestorProcess(data) == PsGetCurrentProcess());
    *context = (PVOID)(ULONG_PTR)(who + 10);
    if (major == IRP_MJ_CREATE && who == 0)
        keep_name(data);
    if (answer[who][major] == FLT_PREOP_COMPLETE) {
        data->IoStatus.Status = refusal;
        data->IoStatus.Information = 0;
    }
    if (major == IRP_MJ_READ && waits_before_read) {
        in_routine = true;
        KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL);
        in_routine = false;
    }
    return answer[who][major];
}

static FLT_PREOP_CALLBACK_STATUS before_a(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                          PVOID *context) {
    return before(0, data, objects, context);
}

static FLT_PREOP_CALLBACK_STATUS before_b(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                          PVOID *context) {
    return before(1, data, objects, context);
}

static FLT_POSTOP_CALLBACK_STATUS after(int who, PFLT_CALLBACK_DATA data, PVOID context) {
    UCHAR major = data->Iopb->MajorFunction;
    tell((char)('A' + who), ">", major);
    equal((ULONG_PTR)context, who + 10);
    if (major == IRP_MJ_CREATE && who == 1 && !NT_SUCCESS(after_create))
        data->IoStatus.Status = after_create;
    my.value[0] = (DWORD)data->IoStatus.Status;
    my.value[1] = (DWORD)data->IoStatus.Information;
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static FLT_POSTOP_CALLBACK_STATUS after_a(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                          PVOID context, FLT_POST_OPERATION_FLAGS flags) {
    (void)objects, (void)flags;
    return after(0, data, context);
}

static FLT_POSTOP_CALLBACK_STATUS after_b(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS objects,
                                          PVOID context, FLT_POST_OPERATION_FLAGS flags) {
    (void)objects, (void)flags;
    return after(1, data, context);
}

#define OPERATIONS(pre, post)                                                                      \
    {                                                                                              \
        {IRP_MJ_CREATE, 0, pre, post, NULL}, {IRP_MJ_READ, 0, pre, post, NULL},                    \
            {IRP_MJ_WRITE, 0, pre, post, NULL}, {IRP_MJ_SET_INFORMATION, 0, pre, post, NULL},      \
            {IRP_MJ_CLEANUP, 0, pre, post, NULL}, {IRP_MJ_CLOSE, 0, pre, post, NULL}, {            \
            .MajorFunction = IRP_MJ_OPERATION_END                                                  \
        }                                                                                          \
    }

static const FLT_OPERATION_REGISTRATION operations_a[] = OPERATIONS(before_a, after_a);
static const FLT_OPERATION_REGISTRATION operations_b[] = OPERATIONS(before_b, after_b);

static NTSTATUS unload_a(FLT_FILTER_UNLOAD_FLAGS flags) {
    (void)flags;
    FltUnregisterFilter(filters[0]);
    return STATUS_SUCCESS;
}

static NTSTATUS unload_b(FLT_FILTER_UNLOAD_FLAGS flags) {
    (void)flags;
    FltUnregisterFilter(filters[1]);
    return STATUS_SUCCESS;
}

static int32_t filter_entry(void *driver, int who) {
    const FLT_REGISTRATION registration = {.Size = sizeof registration,
                                           .Version = FLT_REGISTRATION_VERSION,
                                           .OperationRegistration =
                                               who ? operations_b : operations_a,
                                           .FilterUnloadCallback = who ? unload_b : unload_a};
    NTSTATUS status = FltRegisterFilter(driver, &registration, &filters[who]);
    return NT_SUCCESS(status) ? FltStartFiltering(filters[who]) : status;
}

static int32_t entry_a(void *driver, void *path) {
    (void)path;
    return filter_entry(driver, 0);
}

static int32_t entry_b(void *driver, void *path) {
    (void)path;
    return filter_entry(driver, 1);
}

static int minifilter_setup(void **state) {
    memset(answer, FLT_PREOP_SUCCESS_WITH_CALLBACK, sizeof answer);
    refusal = STATUS_ACCESS_DENIED;
    after_create = STATUS_SUCCESS;
    waits_before_read = in_routine = false;
    kernel_checks_begin();
    snprintf(name_of_file, sizeof name_of_file, "C:\\tmp\\rundown_minifilter_%d.txt",
             (int)getpid());
    return device_setup(state);
}

static int minifilter_teardown(void **state) {
    char host[64];
    snprintf(host, sizeof host, "/tmp/rundown_minifilter_%d.txt", (int)getpid());
    unlink(host);
    return test_teardown(state);
}

#define filter_case(function)                                                                      \
    cmocka_unit_test_setup_teardown(function, minifilter_setup, minifilter_teardown)

static void load_one(void **state) {
    assert_int_equal(driver_try(*state, "a.sys", entry_a), STATUS_SUCCESS);
}

static void load_both(void **state) {
    load_one(state);
    assert_int_equal(driver_try(*state, "b.sys", entry_b), STATUS_SUCCESS);
}

/* ---- what a program does --------------------------------------------------------------------- */

/* Several programs in one machine. */
static void run_again(rd_world *w, const char *name, int (*main)(int, char **)) {
    program_register(w, name, main);
    program_start(w, name);
    program_run(w, RD_VERDICT_FINISHED);
}

static HANDLE open_file(DWORD access, DWORD disposition) {
    return CreateFileA(name_of_file, access, FILE_SHARE_READ, NULL, disposition, 0, NULL);
}

static int uses_file(int argc, char **argv) {
    char text[8];
    (void)argc, (void)argv;
    my.handle = open_file(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS);
    my.result[0] = WriteFile(my.handle, "hello", 5, &my.bytes, NULL);
    SetFilePointer(my.handle, 1, NULL, FILE_BEGIN);
    my.result[1] = ReadFile(my.handle, text, sizeof text, &my.bytes, NULL);
    my.result[2] = SetEndOfFile(my.handle);
    my.result[3] = CloseHandle(my.handle);
    note("closed");
    return 0;
}

static void operations_pass_through_the_filter(void **state) {
    load_one(state);
    program(*state, uses_file);
    kernel_checks_hold();
    assert_string_equal(my.story, "A<create A>create A<write A>write A<read A>read A<set A>set "
                                  "A<cleanup A>cleanup A<close A>close closed");
    for (int i = 0; i < 4; i++)
        assert_true(my.result[i]);
    assert_int_equal(my.bytes, 4);
    assert_non_null(strstr(last_name, "\\Device\\HarddiskVolume1\\tmp\\rundown_minifilter_"));
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

static int opens_twice(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_file(GENERIC_WRITE, CREATE_ALWAYS);
    my.error = GetLastError();
    my.result[0] = my.handle != INVALID_HANDLE_VALUE && CloseHandle(my.handle);
    my.handle = open_file(GENERIC_READ, OPEN_EXISTING);
    my.value[4] = GetLastError();
    my.result[1] = my.handle != INVALID_HANDLE_VALUE && CloseHandle(my.handle);
    return 0;
}

static void the_lower_filter_is_asked_last_and_told_first(void **state) {
    answer[0][IRP_MJ_CLEANUP] = answer[1][IRP_MJ_CLEANUP] = FLT_PREOP_SUCCESS_NO_CALLBACK;
    answer[0][IRP_MJ_CLOSE] = answer[1][IRP_MJ_CLOSE] = FLT_PREOP_SUCCESS_NO_CALLBACK;
    load_both(state);
    program(*state, opens_twice);
    kernel_checks_hold();
    assert_memory_equal(my.story, "A<create B<create B>create A>create A<cleanup B<cleanup A<close",
                        62);
    assert_true(my.result[0] && my.result[1]);
}

static void a_filter_that_completes_blocks_the_open(void **state) {
    answer[1][IRP_MJ_CREATE] = FLT_PREOP_COMPLETE;
    load_both(state);
    program(*state, opens_twice);
    kernel_checks_hold();
    /* The one above hears of it; the disk does not, and the file does not come into being. */
    assert_string_equal(my.story, "A<create B<create A>create A<create B<create A>create");
    assert_false(my.result[0] || my.result[1]);
    assert_int_equal(my.error, ERROR_ACCESS_DENIED);
    assert_int_equal((NTSTATUS)my.value[0], STATUS_ACCESS_DENIED);
    test_event(*state, 0, RD_EVENT_FLT_COMPLETE, NULL);
}

static void statuses_of_filters_reach_the_program(void **state) {
    static const struct {
        NTSTATUS status;
        DWORD error;
    } rows[] = {{STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED},
                {STATUS_SHARING_VIOLATION, ERROR_SHARING_VIOLATION},
                {STATUS_OBJECT_NAME_NOT_FOUND, ERROR_FILE_NOT_FOUND},
                {STATUS_INSUFFICIENT_RESOURCES, ERROR_NO_SYSTEM_RESOURCES}};
    answer[0][IRP_MJ_CREATE] = FLT_PREOP_COMPLETE;
    load_one(state);
    program_register(*state, "app.exe", opens_twice);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        refusal = rows[i].status;
        program_start(*state, "app.exe");
        program_run(*state, RD_VERDICT_FINISHED);
        assert_int_equal(my.error, rows[i].error);
    }
}

static void an_open_can_be_refused_afterwards(void **state) {
    after_create = STATUS_ACCESS_DENIED;
    load_both(state);
    program(*state, opens_twice);
    kernel_checks_hold();
    assert_string_equal(my.story, "A<create B<create B>create A>create "
                                  "A<create B<create B>create A>create");
    assert_false(my.result[0] || my.result[1]);
    assert_int_equal(my.error, ERROR_ACCESS_DENIED);
    after_create = STATUS_SUCCESS; /* nothing of it stays open: everybody can open it now */
    run_again(*state, "again.exe", opens_twice);
    assert_true(my.result[0] && my.result[1]);
}

static int opens_what_is_not_there(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_file(GENERIC_READ, OPEN_EXISTING);
    my.error = GetLastError();
    return 0;
}

static void failures_are_told(void **state) {
    load_one(state);
    program(*state, opens_what_is_not_there);
    kernel_checks_hold();
    assert_string_equal(my.story, "A<create A>create");
    assert_int_equal(my.error, ERROR_FILE_NOT_FOUND);
    assert_int_equal((NTSTATUS)my.value[0], STATUS_OBJECT_NAME_NOT_FOUND);
}

static int moves_and_deletes(int argc, char **argv) {
    char other[80];
    (void)argc, (void)argv;
    CloseHandle(open_file(GENERIC_WRITE, CREATE_ALWAYS));
    my.story[0] = '\0';
    snprintf(other, sizeof other, "%s.moved", name_of_file);
    my.result[0] = MoveFileA(name_of_file, other);
    note("moved");
    my.result[1] = DeleteFileA(other);
    note("deleted");
    my.result[2] = DeleteFileA(other);
    my.error = GetLastError();
    return 0;
}

static void moving_and_deleting_open_the_file(void **state) {
    for (int major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; major++)
        answer[0][major] = FLT_PREOP_SUCCESS_NO_CALLBACK;
    load_one(state);
    program(*state, moves_and_deletes);
    assert_string_equal(my.story, "A<create A<set A<cleanup A<close moved "
                                  "A<create A<set A<cleanup A<close deleted A<create");
    assert_true(my.result[0] && my.result[1] && !my.result[2]);
    assert_int_equal(my.error, ERROR_FILE_NOT_FOUND);
}

static void a_refused_deletion_keeps_the_file(void **state) {
    answer[0][IRP_MJ_SET_INFORMATION] = FLT_PREOP_COMPLETE;
    load_one(state);
    program(*state, moves_and_deletes);
    assert_false(my.result[0] || my.result[1]);
    answer[0][IRP_MJ_SET_INFORMATION] = FLT_PREOP_SUCCESS_NO_CALLBACK;
    run_again(*state, "again.exe", opens_what_is_not_there); /* but it is */
    assert_ptr_not_equal(my.handle, INVALID_HANDLE_VALUE);
}

static void a_filter_answers_in_place_of_the_disk(void **state) {
    answer[0][IRP_MJ_WRITE] = answer[0][IRP_MJ_READ] = FLT_PREOP_COMPLETE;
    refusal = STATUS_MEDIA_WRITE_PROTECTED;
    load_one(state);
    program(*state, uses_file);
    assert_false(my.result[0]);
    assert_false(my.result[1]);
    refusal = STATUS_END_OF_FILE;
    run_again(*state, "again.exe", uses_file);
    assert_true(my.result[1]);
    assert_int_equal(my.bytes, 0);
}

/* ---- the end --------------------------------------------------------------------------------- */

static int leaves_file_open(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_file(GENERIC_WRITE, CREATE_ALWAYS);
    return 0;
}

static void the_end_of_a_process_closes_its_files(void **state) {
    answer[0][IRP_MJ_CREATE] = FLT_PREOP_SUCCESS_NO_CALLBACK;
    load_one(state);
    program(*state, leaves_file_open);
    kernel_checks_hold();
    assert_string_equal(my.story, "A<create A<cleanup A>cleanup A<close A>close");
}

static VOID unregister_later(PVOID context) {
    LARGE_INTEGER time = {.QuadPart = -10000};
    (void)context;
    while (!in_routine)
        KeDelayExecutionThread(KernelMode, FALSE, &time);
    note("unregister");
    FltUnregisterFilter(filters[0]);
    check(!in_routine);
    note("gone");
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID let_go(PVOID context) {
    LARGE_INTEGER time = {.QuadPart = -100000};
    (void)context;
    while (!in_routine)
        KeDelayExecutionThread(KernelMode, FALSE, &time);
    KeDelayExecutionThread(KernelMode, FALSE, &time);
    note("go");
    KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static int32_t leaving_entry(void *driver, void *path) {
    HANDLE handle;
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    waits_before_read = true;
    int32_t status = entry_a(driver, path);
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, unregister_later, NULL);
    ZwClose(handle);
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, let_go, NULL);
    ZwClose(handle);
    return status;
}

static void unregistration_waits_for_routines_that_run(void **state) {
    for (int major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; major++)
        answer[0][major] = FLT_PREOP_SUCCESS_NO_CALLBACK;
    assert_int_equal(driver_try(*state, "a.sys", leaving_entry), STATUS_SUCCESS);
    program(*state, uses_file);
    kernel_checks_hold();
    assert_string_equal(my.story, "A<create A<write A<read unregister go closed gone");
    event_of_rule(*state, 0, RD_EVENT_NOTIFY_REMOVE_WAIT, "RUN-16");
}

static int32_t forgetful_entry(void *driver, void *path) {
    int32_t status = entry_a(driver, path);
    ((PDRIVER_OBJECT)driver)->DriverUnload = device_unload;
    return status;
}

static void a_filter_left_registered_is_called_no_more(void **state) {
    program_register(*state, "app.exe", uses_file);
    assert_int_equal(driver_try(*state, "test.sys", forgetful_entry), STATUS_SUCCESS);
    driver_unload(*state);
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_BUGCHECK);
    expect_stop(*state, 0xCE, "RUN-20");
}

/* ---- misuse ---------------------------------------------------------------------------------- */

static const FLT_OPERATION_REGISTRATION without_post[] = {{IRP_MJ_CREATE, 0, before_a, NULL, NULL},
                                                          {.MajorFunction = IRP_MJ_OPERATION_END}};

static int32_t postless_entry(void *driver, void *path) {
    const FLT_REGISTRATION registration = {.Size = sizeof registration,
                                           .Version = FLT_REGISTRATION_VERSION,
                                           .OperationRegistration = without_post,
                                           .FilterUnloadCallback = unload_a};
    (void)path;
    FltRegisterFilter(driver, &registration, &filters[0]);
    return FltStartFiltering(filters[0]);
}

static void who_wants_to_be_told_must_say_where(void **state) {
    assert_int_equal(driver_try(*state, "a.sys", postless_entry), STATUS_SUCCESS);
    program_register(*state, "app.exe", uses_file);
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_BUGCHECK);
    expect_stop(*state, 0xF5, "post-operation routine");
}

static VOID release_twice(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    PFLT_FILE_NAME_INFORMATION name;
    (void)Process, (void)ProcessId;
    if (!CreateInfo || !NT_SUCCESS(FltGetFileNameInformationUnsafe(
                           CreateInfo->FileObject, NULL,
                           FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, &name)))
        return;
    FltReleaseFileNameInformation(name);
    FltReleaseFileNameInformation(name);
}

static int32_t releasing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutineEx(release_twice, FALSE);
}

static void names_are_released_once(void **state) {
    driver_load(*state, releasing_entry);
    program_register(*state, "app.exe", uses_file);
    rd_process_start(*state, "app.exe", NULL, NULL);
    expect_stop(*state, 0xF5, "released");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        filter_case(operations_pass_through_the_filter),
        filter_case(the_lower_filter_is_asked_last_and_told_first),
        filter_case(a_filter_that_completes_blocks_the_open),
        filter_case(statuses_of_filters_reach_the_program),
        filter_case(an_open_can_be_refused_afterwards),
        filter_case(failures_are_told),
        filter_case(moving_and_deleting_open_the_file),
        filter_case(a_refused_deletion_keeps_the_file),
        filter_case(a_filter_answers_in_place_of_the_disk),
        filter_case(the_end_of_a_process_closes_its_files),
        filter_case(unregistration_waits_for_routines_that_run),
        filter_case(a_filter_left_registered_is_called_no_more),
        filter_case(who_wants_to_be_told_must_say_where),
        filter_case(names_are_released_once),
    };
    return cmocka_run_group_tests_name("minifilters", tests, NULL, NULL);
}
