/* Requests of programs to drivers: opening, buffers of every kind, errors, closing. */
#include "device_driver.h"

static void run_with_device(void **state, int (*main)(int, char **)) {
    driver_load(*state, device_entry);
    program(*state, main);
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int opens_and_closes(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    my.error = GetLastError();
    note("opened");
    my.result[0] = CloseHandle(my.handle);
    note("closed");
    return 0;
}

static void create_cleanup_and_close_arrive_in_order(void **state) {
    run_with_device(state, opens_and_closes);
    assert_string_equal(my.story, "create opened cleanup close closed");
    assert_ptr_not_equal(my.handle, INVALID_HANDLE_VALUE);
    assert_int_equal(my.error, 0);
    assert_true(my.result[0]);
}

static int opens_by_other_names(int argc, char **argv) {
    static const char *const names[] = {"\\\\.\\tEST", "\\\\?\\Test", "\\\\.\\Global\\Test",
                                        "\\\\.\\GLOBALROOT\\Device\\Test",
                                        "\\\\.\\Test\\more\\name"};
    (void)argc, (void)argv;
    for (int i = 0; i < 5; i++) {
        HANDLE handle = CreateFileA(names[i], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        my.result[i] = CloseHandle(handle);
    }
    return 0;
}

static WCHAR rest_of_name[32];

static NTSTATUS keeps_name(PDEVICE_OBJECT device, PIRP irp) {
    const UNICODE_STRING *name = &IoGetCurrentIrpStackLocation(irp)->FileObject->FileName;
    (void)device;
    memcpy(rest_of_name, name->Buffer, name->Length);
    rest_of_name[name->Length / 2] = 0;
    return complete(irp, STATUS_SUCCESS, FILE_OPENED);
}

static void names_of_devices_are_resolved(void **state) {
    WCHAR expected[] = {'\\', 'm', 'o', 'r', 'e', '\\', 'n', 'a', 'm', 'e', 0};
    my.create = keeps_name;
    run_with_device(state, opens_by_other_names);
    for (int i = 0; i < 5; i++)
        assert_true(my.result[i]);
    assert_memory_equal(rest_of_name, expected, sizeof expected);
}

static int opens_what_is_not_there(int argc, char **argv) {
    static const char *const names[] = {"\\\\.\\Nothing", "\\\\.\\Nothing\\more"};
    (void)argc, (void)argv;
    for (int i = 0; i < 2; i++) {
        CreateFileA(names[i], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        my.value[i] = GetLastError();
    }
    CreateFileA(PATH_OF_TEST, GENERIC_READ, 0, NULL, 77, 0, NULL);
    my.value[2] = GetLastError();
    CreateFileA(PATH_OF_TEST, GENERIC_READ, 0, NULL, TRUNCATE_EXISTING, 0, NULL);
    my.value[3] = GetLastError();
    return 0;
}

static void what_is_not_there_cannot_be_opened(void **state) {
    run_with_device(state, opens_what_is_not_there);
    assert_int_equal(my.value[0], ERROR_FILE_NOT_FOUND);
    assert_int_equal(my.value[1], ERROR_PATH_NOT_FOUND);
    assert_int_equal(my.value[2], ERROR_INVALID_PARAMETER);
    assert_int_equal(my.value[3], ERROR_INVALID_PARAMETER);
    assert_string_equal(my.story, "");
}

static NTSTATUS refuses(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    return complete(irp, STATUS_ACCESS_DENIED, 0);
}

static int opens_once(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(GENERIC_READ, 0);
    my.error = GetLastError();
    return 0;
}

static void a_refused_create_is_followed_by_nothing(void **state) {
    my.create = refuses;
    run_with_device(state, opens_once);
    assert_ptr_equal(my.handle, INVALID_HANDLE_VALUE);
    assert_int_equal(my.error, ERROR_ACCESS_DENIED);
    assert_string_equal(my.story, "create");
}

static NTSTATUS keeps_create_parameters(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    (void)device;
    my.value[0] = location->Parameters.Create.Options >> 24;
    my.value[1] = location->Parameters.Create.ShareAccess;
    my.value[2] = location->Parameters.Create.SecurityContext->DesiredAccess;
    my.value[3] = location->Parameters.Create.Options & FILE_SYNCHRONOUS_IO_NONALERT;
    return complete(irp, STATUS_SUCCESS, my.information);
}

static int creates_always(int argc, char **argv) {
    (void)argc, (void)argv;
    CreateFileA(PATH_OF_TEST, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                CREATE_ALWAYS, FILE_FLAG_OVERLAPPED, NULL);
    my.error = GetLastError();
    return 0;
}

static void the_driver_sees_how_it_is_opened(void **state) {
    my.create = keeps_create_parameters;
    my.information = FILE_OVERWRITTEN;
    run_with_device(state, creates_always);
    assert_int_equal(my.value[0], FILE_OVERWRITE_IF);
    assert_int_equal(my.value[1], FILE_SHARE_READ | FILE_SHARE_DELETE);
    assert_int_equal(my.value[2], FILE_GENERIC_READ);
    assert_int_equal(my.value[3], 0);
    assert_int_equal(my.error, ERROR_ALREADY_EXISTS);
}

static int opens_twice(int argc, char **argv) {
    (void)argc, (void)argv;
    open_test(GENERIC_READ, 0);
    my.handle = open_test(GENERIC_READ, 0);
    my.error = GetLastError();
    return 0;
}

static void an_exclusive_device_is_opened_once(void **state) {
    my.exclusive = TRUE;
    run_with_device(state, opens_twice);
    assert_ptr_equal(my.handle, INVALID_HANDLE_VALUE);
    assert_int_equal(my.error, ERROR_ACCESS_DENIED);
}

static int32_t late_device_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    my.device->Flags |= DO_DEVICE_INITIALIZING;
    return status;
}

static void the_io_manager_ends_the_initialisation_of_devices(void **state) {
    driver_load(*state, late_device_entry);
    assert_false(my.device->Flags & DO_DEVICE_INITIALIZING);
    my.device->Flags |= DO_DEVICE_INITIALIZING; /* as of a device that is made later */
    program(*state, opens_once);
    assert_int_equal(my.error, ERROR_FILE_NOT_FOUND);
}

static int duplicates(int argc, char **argv) {
    HANDLE copy;
    (void)argc, (void)argv;
    my.handle = open_test(GENERIC_READ, 0);
    DuplicateHandle(GetCurrentProcess(), my.handle, GetCurrentProcess(), &copy, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    CloseHandle(my.handle);
    note("closed");
    CloseHandle(copy);
    return 0;
}

static void cleanup_comes_with_the_last_handle(void **state) {
    run_with_device(state, duplicates);
    assert_string_equal(my.story, "create closed cleanup close");
}

static NTSTATUS references_file(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    ObReferenceObject(IoGetCurrentIrpStackLocation(irp)->FileObject);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void drop_file(void *context) {
    (void)context;
    ObDereferenceObject(my.file);
}

static void close_comes_with_the_last_reference(void **state) {
    rd_verdict verdict;
    my.create = references_file;
    run_with_device(state, opens_and_closes);
    assert_string_equal(my.story, "create opened cleanup closed");
    kernel_call(*state, drop_file);
    rd_run(*state, &verdict);
    assert_string_equal(my.story, "create opened cleanup closed close");
}

/* ---- control codes --------------------------------------------------------------------------- */

/* Doubles a number, whatever way it comes. */
static NTSTATUS doubles(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG *from, *to;
    (void)device;
    switch (METHOD_FROM_CTL_CODE(location->Parameters.DeviceIoControl.IoControlCode)) {
    case METHOD_BUFFERED:
        from = to = irp->AssociatedIrp.SystemBuffer;
        break;
    case METHOD_NEITHER:
        from = location->Parameters.DeviceIoControl.Type3InputBuffer;
        to = irp->UserBuffer;
        break;
    default:
        from = irp->AssociatedIrp.SystemBuffer;
        to = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
        my.value[7] = MmGetMdlByteCount(irp->MdlAddress);
        break;
    }
    *to = *from * 2;
    return complete(irp, STATUS_SUCCESS, sizeof *to);
}

static int doubles_by_all_methods(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    for (DWORD method = METHOD_BUFFERED; method <= METHOD_NEITHER; method++) {
        DWORD in = 10 + method, out[2] = {0, 7};
        my.result[method] = DeviceIoControl(my.handle, TEST_CODE(method, FILE_ANY_ACCESS), &in,
                                            sizeof in, out, sizeof out, &my.bytes, NULL);
        my.value[method] = out[0] + 1000 * out[1] + 10000 * my.bytes;
    }
    return 0;
}

static void all_methods_carry_data(void **state) {
    my.control = doubles;
    run_with_device(state, doubles_by_all_methods);
    for (DWORD method = METHOD_BUFFERED; method <= METHOD_NEITHER; method++) {
        assert_true(my.result[method]);
        assert_int_equal(my.value[method], 40000 + 7000 + 2 * (10 + method));
    }
    assert_int_equal(my.value[7], 8);
}

static NTSTATUS answers(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    if (irp->AssociatedIrp.SystemBuffer)
        memset(irp->AssociatedIrp.SystemBuffer, 0x55, 4);
    return complete(irp, my.status, my.information);
}

static int asks(int argc, char **argv) {
    DWORD out = 0;
    (void)argc, (void)argv;
    my.handle = open_test(GENERIC_READ, 0);
    my.bytes = 99;
    my.result[0] = DeviceIoControl(my.handle, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0,
                                   &out, sizeof out, &my.bytes, NULL);
    my.error = GetLastError();
    my.value[0] = out;
    my.value[1] = (DWORD)DeviceIoControl(my.handle, TEST_CODE(METHOD_BUFFERED, FILE_WRITE_ACCESS),
                                         NULL, 0, NULL, 0, &my.bytes, NULL);
    my.value[2] = GetLastError();
    return 0;
}

static void a_warning_brings_data_and_an_error_none(void **state) {
    my.control = answers;
    my.status = STATUS_BUFFER_OVERFLOW;
    my.information = 4;
    run_with_device(state, asks);
    assert_false(my.result[0]);
    assert_int_equal(my.error, ERROR_MORE_DATA);
    assert_int_equal(my.bytes, 4);
    assert_int_equal(my.value[0], 0x55555555);
    assert_false(my.value[1]);
    assert_int_equal(my.value[2], ERROR_ACCESS_DENIED); /* the handle may not write */
    my.status = STATUS_BUFFER_TOO_SMALL;
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_FINISHED);
    assert_int_equal(my.error, ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(my.bytes, 99);
    assert_int_equal(my.value[0], 0);
}

static int asks_with_bad_buffers(int argc, char **argv) {
    DWORD code = TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS);
    (void)argc, (void)argv;
    my.handle = open_test(GENERIC_READ, 0);
    my.result[0] = DeviceIoControl(my.handle, code, (void *)8, 4, NULL, 0, &my.bytes, NULL);
    my.value[0] = GetLastError();
    my.result[1] = DeviceIoControl(my.handle, code, NULL, 0, NULL, 4, &my.bytes, NULL);
    my.value[1] = GetLastError();
    my.result[2] = DeviceIoControl((HANDLE)0x5554, code, NULL, 0, NULL, 0, &my.bytes, NULL);
    my.value[2] = GetLastError();
    my.result[3] =
        DeviceIoControl(GetStdHandle(STD_OUTPUT_HANDLE), code, NULL, 0, NULL, 0, &my.bytes, NULL);
    my.value[3] = GetLastError();
    return 0;
}

static void bad_buffers_and_handles_are_refused(void **state) {
    run_with_device(state, asks_with_bad_buffers);
    assert_int_equal(my.value[0], ERROR_NOACCESS);
    assert_int_equal(my.value[1], ERROR_NOACCESS);
    assert_int_equal(my.value[2], ERROR_INVALID_HANDLE);
    assert_int_equal(my.value[3], ERROR_INVALID_FUNCTION);
    for (int i = 0; i < 4; i++)
        assert_false(my.result[i]);
}

static int32_t sparse_entry(void *driver_object, void *path) {
    PDRIVER_OBJECT driver = driver_object;
    DRIVER_DISPATCH *none = driver->MajorFunction[IRP_MJ_READ];
    int32_t status = device_entry(driver_object, path);
    driver->MajorFunction[IRP_MJ_READ] = none;
    return status;
}

static int reads_once(int argc, char **argv) {
    DWORD out = 0;
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    my.bytes = 99;
    my.result[0] = ReadFile(my.handle, &out, sizeof out, &my.bytes, NULL);
    my.error = GetLastError();
    my.value[0] = out;
    return 0;
}

static void DRV_10__what_a_driver_does_not_handle_is_refused(void **state) {
    driver_load(*state, sparse_entry);
    program(*state, reads_once);
    assert_false(my.result[0]);
    assert_int_equal(my.error, ERROR_INVALID_FUNCTION);
    assert_int_equal(my.bytes, 0);
}

/* ---- reading and writing --------------------------------------------------------------------- */

static NTSTATUS reads(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG length = location->Parameters.Read.Length;
    PVOID to = device->Flags & DO_BUFFERED_IO ? irp->AssociatedIrp.SystemBuffer
               : device->Flags & DO_DIRECT_IO ? MmGetSystemAddressForMdlSafe(irp->MdlAddress, 16)
                                              : irp->UserBuffer;
    memset(to, 'r', length);
    return complete(irp, STATUS_SUCCESS, length);
}

static NTSTATUS writes(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    const UCHAR *from = device->Flags & DO_BUFFERED_IO ? irp->AssociatedIrp.SystemBuffer
                        : device->Flags & DO_DIRECT_IO
                            ? MmGetSystemAddressForMdlSafe(irp->MdlAddress, 16)
                            : irp->UserBuffer;
    my.value[1] = from[0] + 256u * from[1];
    return complete(irp, STATUS_SUCCESS, location->Parameters.Write.Length);
}

static int reads_and_writes(int argc, char **argv) {
    (void)argc, (void)argv;
    reads_once(0, NULL);
    my.result[1] = WriteFile(my.handle, "ab", 2, &my.value[2], NULL);
    my.result[2] = FlushFileBuffers(my.handle);
    my.result[3] = GetFileType(my.handle) == FILE_TYPE_UNKNOWN;
    return 0;
}

static void check_transfers(void **state, ULONG flags) {
    my.device_flags = flags;
    my.read = reads;
    my.write = writes;
    run_with_device(state, reads_and_writes);
    assert_true(my.result[0] && my.result[1] && my.result[2] && my.result[3]);
    assert_int_equal(my.value[0], 0x72727272);
    assert_int_equal(my.bytes, 4);
    assert_int_equal(my.value[1], 'a' + 256 * 'b');
    assert_int_equal(my.value[2], 2);
    assert_string_equal(my.story, "create read write flush cleanup close");
}

static void buffered_reads_and_writes(void **state) {
    check_transfers(state, DO_BUFFERED_IO);
}

static void direct_reads_and_writes(void **state) {
    check_transfers(state, DO_DIRECT_IO);
}

static void reads_and_writes_with_neither(void **state) {
    check_transfers(state, 0);
}

static NTSTATUS at_end(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    return complete(irp, STATUS_END_OF_FILE, 0);
}

static void the_end_of_a_file_is_a_read_of_nothing(void **state) {
    my.read = at_end;
    run_with_device(state, reads_once);
    assert_true(my.result[0]);
    assert_int_equal(my.bytes, 0);
}

/* ---- the end of the process ------------------------------------------------------------------ */

static VOID on_process(HANDLE parent, HANDLE pid, BOOLEAN create) {
    (void)parent, (void)pid;
    note(create ? "born" : "dead");
}

static int32_t watching_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    PsSetCreateProcessNotifyRoutine(on_process, FALSE);
    return status;
}

static void TERM_09__cleanup_comes_after_the_exit_notify_routine(void **state) {
    driver_load(*state, watching_entry);
    uint32_t pid = program(*state, opens_once);
    assert_string_equal(my.story, "born create dead cleanup close");
    assert_int_equal(my.pid[IRP_MJ_CLEANUP], pid);
    assert_int_equal(my.pid[IRP_MJ_CLOSE], pid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        device_case(create_cleanup_and_close_arrive_in_order),
        device_case(names_of_devices_are_resolved),
        device_case(what_is_not_there_cannot_be_opened),
        device_case(a_refused_create_is_followed_by_nothing),
        device_case(the_driver_sees_how_it_is_opened),
        device_case(an_exclusive_device_is_opened_once),
        device_case(the_io_manager_ends_the_initialisation_of_devices),
        device_case(cleanup_comes_with_the_last_handle),
        device_case(close_comes_with_the_last_reference),
        device_case(all_methods_carry_data),
        device_case(a_warning_brings_data_and_an_error_none),
        device_case(bad_buffers_and_handles_are_refused),
        device_case(buffered_reads_and_writes),
        device_case(direct_reads_and_writes),
        device_case(reads_and_writes_with_neither),
        device_case(the_end_of_a_file_is_a_read_of_nothing),
        device_case(DRV_10__what_a_driver_does_not_handle_is_refused),
        device_case(TERM_09__cleanup_comes_after_the_exit_notify_routine),
    };
    return cmocka_run_group_tests_name("IRP", tests, NULL, NULL);
}
