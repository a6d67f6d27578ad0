/* System services for files, names of objects that drivers and programs share, device security. */
#include "device_driver.h"

#include <unistd.h>

static struct {
    HANDLE handle, event;
    IO_STATUS_BLOCK iosb;
    NTSTATUS status[8];
    char text[64];
    char path[64];
    PKEVENT shared;
} zw;

static int file_setup(void **state) {
    int result = device_setup(state);
    memset(&zw, 0, sizeof zw);
    snprintf(zw.path, sizeof zw.path, "\\??\\C:\\tmp\\rundown_nt_file_%d", (int)getpid());
    my.device_flags = DO_BUFFERED_IO;
    return result;
}

static int file_teardown(void **state) {
    char host[64] = "";
    for (int i = 0; zw.path[6 + i]; i++)
        host[i] = zw.path[6 + i] == '\\' ? '/' : zw.path[6 + i];
    unlink(host);
    return test_teardown(state);
}

#define file_case(function) cmocka_unit_test_setup_teardown(function, file_setup, file_teardown)

struct open_by {
    const char *name;
    ACCESS_MASK access;
    ULONG disposition, options;
};

static NTSTATUS open_file(const struct open_by *how) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    WCHAR text[96];
    unicode(&name, text, how->name);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    return ZwCreateFile(&zw.handle, how->access, &attributes, &zw.iosb, NULL, FILE_ATTRIBUTE_NORMAL,
                        0, how->disposition, how->options, NULL, 0);
}

/* ---- files of the host ----------------------------------------------------------------------- */

static void write_and_read(void *context) {
    struct open_by how = {zw.path, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, FILE_OVERWRITE_IF,
                          FILE_SYNCHRONOUS_IO_NONALERT};
    LARGE_INTEGER offset = {.QuadPart = 2};
    (void)context;
    zw.status[0] = open_file(&how);
    my.value[0] = (DWORD)zw.iosb.Information;
    zw.status[1] = ZwWriteFile(zw.handle, NULL, NULL, NULL, &zw.iosb, "abcdef", 6, NULL, NULL);
    my.value[1] = (DWORD)zw.iosb.Information;
    zw.status[2] = ZwReadFile(zw.handle, NULL, NULL, NULL, &zw.iosb, zw.text, 3, &offset, NULL);
    my.value[2] = (DWORD)zw.iosb.Information;
    offset.QuadPart = 100;
    zw.status[3] = ZwReadFile(zw.handle, NULL, NULL, NULL, &zw.iosb, zw.text, 3, &offset, NULL);
    offset.HighPart = -1;
    offset.LowPart = FILE_WRITE_TO_END_OF_FILE;
    ZwWriteFile(zw.handle, NULL, NULL, NULL, &zw.iosb, "gh", 2, &offset, NULL);
    offset.QuadPart = 6;
    ZwReadFile(zw.handle, NULL, NULL, NULL, &zw.iosb, zw.text + 3, 8, &offset, NULL);
    zw.status[4] = ZwClose(zw.handle);
    how.disposition = FILE_OPEN_IF;
    zw.status[5] = open_file(&how);
    my.value[3] = (DWORD)zw.iosb.Information;
    ZwClose(zw.handle);
    how.disposition = FILE_CREATE;
    zw.status[6] = open_file(&how);
}

static void a_driver_writes_and_reads_a_file(void **state) {
    kernel_call(*state, write_and_read);
    assert_int_equal(zw.status[0], STATUS_SUCCESS);
    assert_int_equal(my.value[0], FILE_CREATED);
    assert_int_equal(zw.status[1], STATUS_SUCCESS);
    assert_int_equal(my.value[1], 6);
    assert_int_equal(zw.status[2], STATUS_SUCCESS);
    assert_int_equal(my.value[2], 3);
    assert_string_equal(zw.text, "cdegh");
    assert_int_equal(zw.status[3], STATUS_END_OF_FILE);
    assert_int_equal(zw.status[4], STATUS_SUCCESS);
    assert_int_equal(zw.status[5], STATUS_SUCCESS);
    assert_int_equal(my.value[3], FILE_OPENED);
    assert_int_equal(zw.status[6], STATUS_OBJECT_NAME_COLLISION);
}

static void open_wrongly(void *context) {
    (void)context;
    zw.status[0] =
        open_file(&(struct open_by){"\\??\\C:\\no\\such\\file", GENERIC_READ, FILE_OPEN, 0});
    zw.status[1] = open_file(&(struct open_by){"relative.txt", GENERIC_READ, FILE_OPEN, 0});
    zw.status[2] = open_file(&(struct open_by){zw.path, GENERIC_READ, 99, 0});
    zw.status[3] = open_file(&(struct open_by){zw.path, GENERIC_READ, FILE_OPEN_IF,
                                               FILE_SYNCHRONOUS_IO_NONALERT}); /* no SYNCHRONIZE */
    zw.status[4] = open_file(&(struct open_by){"\\Device\\Nothing", GENERIC_READ, FILE_OPEN, 0});
    zw.status[5] = ZwReadFile((HANDLE)0x7770, NULL, NULL, NULL, &zw.iosb, zw.text, 1, NULL, NULL);
}

static void wrong_opens_are_refused(void **state) {
    kernel_call(*state, open_wrongly);
    assert_int_equal(zw.status[0], STATUS_OBJECT_PATH_NOT_FOUND);
    assert_int_equal(zw.status[1], STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert_int_equal(zw.status[2], STATUS_INVALID_PARAMETER);
    assert_int_equal(zw.status[3], STATUS_INVALID_PARAMETER);
    assert_int_equal(zw.status[4], STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(zw.status[5], STATUS_INVALID_HANDLE);
}

/* ---- devices --------------------------------------------------------------------------------- */

static NTSTATUS doubles(PDEVICE_OBJECT device, PIRP irp) {
    ULONG *number = irp->AssociatedIrp.SystemBuffer;
    (void)device;
    *number *= 2;
    return complete(irp, STATUS_SUCCESS, sizeof *number);
}

static NTSTATUS counts_up(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    memset(irp->AssociatedIrp.SystemBuffer, 'r', 4);
    return complete(irp, STATUS_SUCCESS, 4);
}

static void use_device(void *context) {
    struct open_by how = {"\\Device\\Test", GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, FILE_OPEN,
                          FILE_SYNCHRONOUS_IO_NONALERT};
    ULONG number = 4;
    (void)context;
    zw.status[0] = open_file(&how);
    zw.status[1] = ZwDeviceIoControlFile(zw.handle, NULL, NULL, NULL, &zw.iosb,
                                         TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), &number,
                                         sizeof number, &number, sizeof number);
    my.value[0] = number;
    zw.status[2] = ZwReadFile(zw.handle, NULL, NULL, NULL, &zw.iosb, zw.text, 4, NULL, NULL);
    my.value[1] = (DWORD)zw.iosb.Information;
    zw.status[3] = ZwWriteFile(zw.handle, NULL, NULL, NULL, &zw.iosb, "x", 1, NULL, NULL);
    ZwClose(zw.handle);
}

static void a_driver_opens_the_device_of_another(void **state) {
    my.control = doubles;
    my.read = counts_up;
    driver_load(*state, device_entry);
    kernel_call(*state, use_device);
    for (int i = 0; i < 4; i++)
        assert_int_equal(zw.status[i], STATUS_SUCCESS);
    assert_int_equal(my.value[0], 8);
    assert_string_equal(zw.text, "rrrr");
    assert_int_equal(my.value[1], 4);
    assert_string_equal(my.story, "create control read write cleanup close");
}

/* ---- names that programs and drivers share --------------------------------------------------- */

static void create_shared_event(void *context) {
    UNICODE_STRING name;
    WCHAR text[64];
    (void)context;
    unicode(&name, text, "\\BaseNamedObjects\\Shared");
    zw.shared = IoCreateNotificationEvent(&name, &zw.event);
    KeClearEvent(zw.shared);
}

static int sets_shared_event(int argc, char **argv) {
    HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, "Global\\Shared");
    (void)argc, (void)argv;
    my.result[0] = SetEvent(event);
    return 0;
}

static void a_named_event_is_shared_with_programs(void **state) {
    kernel_call(*state, create_shared_event);
    program(*state, sets_shared_event);
    assert_true(my.result[0]);
    assert_int_equal(KeReadStateEvent(zw.shared), 1);
}

/* ---- security of devices --------------------------------------------------------------------- */

static const char *security;

static int32_t secure_entry(void *driver_object, void *path) {
    PDRIVER_OBJECT driver = driver_object;
    UNICODE_STRING name, link, sddl;
    WCHAR texts[3][128];
    int32_t status = device_entry(driver, path);
    (void)status;
    unicode(&name, texts[0], "\\Device\\Secure");
    unicode(&link, texts[1], "\\DosDevices\\Secure");
    unicode(&sddl, texts[2], security);
    zw.status[0] = IoCreateDeviceSecure(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &sddl,
                                        NULL, &my.device);
    IoCreateSymbolicLink(&link, &name);
    return STATUS_SUCCESS;
}

static int opens_secure(int argc, char **argv) {
    static const DWORD access[] = {GENERIC_READ, GENERIC_WRITE};
    (void)argc, (void)argv;
    for (int i = 0; i < 2; i++) {
        HANDLE handle = CreateFileA("\\\\.\\Secure", access[i], 0, NULL, OPEN_EXISTING, 0, NULL);
        my.result[i] = handle != INVALID_HANDLE_VALUE;
        my.value[i] = GetLastError();
    }
    return 0;
}

static void check_security(void **state, const char *text, bool reads, bool writes) {
    security = text;
    driver_load(*state, secure_entry);
    assert_int_equal(zw.status[0], STATUS_SUCCESS);
    program(*state, opens_secure);
    assert_int_equal(my.result[0], reads);
    assert_int_equal(my.result[1], writes);
    assert_true(reads || my.value[0] == ERROR_ACCESS_DENIED);
}

static void administrators_may_be_let_in(void **state) {
    check_security(state, "D:P(A;;GA;;;SY)(A;;GA;;;BA)", true, true);
}

static void administrators_may_be_kept_out(void **state) {
    check_security(state, "D:P(A;;GA;;;SY)", false, false);
}

static void everybody_may_be_kept_out(void **state) {
    check_security(state, "D:P", false, false);
}

static void rights_may_be_fewer(void **state) {
    check_security(state, "D:P(D;;0x2;;;BA)(A;;0x12019f;;;S-1-5-32-544)(A;;GR;;;WD)", true, false);
}

static void malformed_descriptors_are_refused(void **state) {
    static const char *const wrong[] = {"",
                                        "P(A;;GA;;;SY)",
                                        "D:P(A;;GA;;;SY",
                                        "D:P(A;;XX;;;SY)",
                                        "D:P(A;;GA;;;QQ)",
                                        "D:P(A;GA;;;SY)",
                                        "D:P(B;;GA;;;SY)",
                                        "D:P(A;;0x;;;SY)",
                                        "D:Ptail"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char name[16];
        snprintf(name, sizeof name, "test%zu.sys", i);
        security = wrong[i];
        driver_try(*state, name, secure_entry);
        assert_int_equal(zw.status[0], STATUS_INVALID_PARAMETER);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        file_case(a_driver_writes_and_reads_a_file),
        file_case(wrong_opens_are_refused),
        file_case(a_driver_opens_the_device_of_another),
        file_case(a_named_event_is_shared_with_programs),
        file_case(administrators_may_be_let_in),
        file_case(administrators_may_be_kept_out),
        file_case(everybody_may_be_kept_out),
        file_case(rights_may_be_fewer),
        file_case(malformed_descriptors_are_refused),
    };
    return cmocka_run_group_tests_name("FILE", tests, NULL, NULL);
}
