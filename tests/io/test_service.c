/* Control programs install, start, stop and delete the service of a driver; loading by registry
 * key. */
#include "device_driver.h"

#include "rundown/sdk/winsvc.h"

enum { LOAD_DRIVER_PRIVILEGE = 10 };

NTSTATUS NtLoadDriver(PUNICODE_STRING DriverServiceName);
NTSTATUS NtUnloadDriver(PUNICODE_STRING DriverServiceName);

static SERVICE_STATUS status[4];
static NTSTATUS native[4];
static rd_driver_entry *entry;

static int32_t current_entry(void *driver, void *path) {
    return entry(driver, path);
}

static int service_setup(void **state) {
    int result = device_setup(state);
    memset(status, 0, sizeof status);
    entry = device_entry;
    rd_image_desc desc = {.size = sizeof desc, .driver_entry = current_entry};
    rd_image_register(*state, "test.sys", &desc);
    return result;
}

#define service_case(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, service_setup, test_teardown)

static SC_HANDLE create(SC_HANDLE manager, const char *name, const char *path) {
    return CreateServiceA(manager, name, name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                          SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL,
                          NULL);
}

/* ---- the ordinary life ----------------------------------------------------------------------- */

static int installs_and_removes(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = create(manager, "Watch", "C:\\drivers\\test.sys");
    (void)argc, (void)argv;
    QueryServiceStatus(service, &status[0]);
    my.result[0] = StartServiceA(service, 0, NULL);
    QueryServiceStatus(service, &status[1]);
    my.handle = open_test(READ_WRITE, 0);
    my.result[1] = CloseHandle(my.handle);
    my.result[2] = ControlService(service, SERVICE_CONTROL_STOP, &status[2]);
    my.result[3] = DeleteService(service);
    CloseServiceHandle(service);
    my.result[4] = OpenServiceA(manager, "Watch", SERVICE_ALL_ACCESS) != NULL;
    my.error = GetLastError();
    my.result[5] = CloseServiceHandle(manager);
    return 0;
}

static void a_control_program_runs_its_driver(void **state) {
    program(*state, installs_and_removes);
    assert_true(my.result[0] && my.result[1] && my.result[2] && my.result[3]);
    assert_int_equal(status[0].dwServiceType, SERVICE_KERNEL_DRIVER);
    assert_int_equal(status[0].dwCurrentState, SERVICE_STOPPED);
    assert_int_equal(status[0].dwWin32ExitCode, ERROR_SERVICE_NEVER_STARTED);
    assert_int_equal(status[1].dwCurrentState, SERVICE_RUNNING);
    assert_int_equal(status[1].dwControlsAccepted, SERVICE_ACCEPT_STOP);
    assert_int_equal(status[2].dwCurrentState, SERVICE_STOPPED);
    assert_int_equal(status[2].dwWin32ExitCode, 0);
    assert_false(my.result[4]);
    assert_int_equal(my.error, ERROR_SERVICE_DOES_NOT_EXIST);
    assert_true(my.result[5]);
    assert_string_equal(my.story, "create cleanup close unload");
}

static char driver_name[64];

static int32_t naming_entry(void *driver_object, void *path) {
    const UNICODE_STRING *name = &((PDRIVER_OBJECT)driver_object)->DriverName;
    for (int i = 0; i < name->Length / 2; i++)
        driver_name[i] = (char)name->Buffer[i];
    my.value[7] = (DWORD)(uintptr_t)PsGetCurrentProcessId();
    return device_entry(driver_object, path);
}

static void the_driver_is_named_after_its_service(void **state) {
    entry = naming_entry;
    program(*state, installs_and_removes);
    assert_string_equal(driver_name, "\\Driver\\Watch");
    assert_int_equal(my.value[7], 4); /* a thread of the system runs DriverEntry */
}

/* ---- refusals -------------------------------------------------------------------------------- */

static int32_t failing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    note("entry");
    return STATUS_UNSUCCESSFUL;
}

static int starts_what_fails(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = create(manager, "Watch", "test.sys");
    SC_HANDLE missing = create(manager, "Missing", "nowhere.sys");
    SC_HANDLE program = create(manager, "Program", "app.exe");
    (void)argc, (void)argv;
    my.result[0] = StartServiceA(service, 0, NULL);
    my.value[0] = GetLastError();
    QueryServiceStatus(service, &status[0]);
    StartServiceA(missing, 0, NULL);
    my.value[1] = GetLastError();
    StartServiceA(program, 0, NULL);
    my.value[2] = GetLastError();
    ControlService(service, SERVICE_CONTROL_STOP, &status[1]);
    my.value[3] = GetLastError();
    return 0;
}

static void the_failure_of_driver_entry_is_the_error_of_the_start(void **state) {
    entry = failing_entry;
    program(*state, starts_what_fails);
    assert_false(my.result[0]);
    assert_int_equal(my.value[0], ERROR_GEN_FAILURE);
    assert_int_equal(status[0].dwCurrentState, SERVICE_STOPPED);
    assert_int_equal(status[0].dwWin32ExitCode, ERROR_GEN_FAILURE);
    assert_int_equal(my.value[1], ERROR_FILE_NOT_FOUND);
    assert_int_equal(my.value[2], ERROR_BAD_EXE_FORMAT);
    assert_int_equal(my.value[3], ERROR_SERVICE_NOT_ACTIVE);
    assert_string_equal(my.story, "entry");
}

static int32_t stubborn_entry(void *driver, void *path) {
    int32_t result = device_entry(driver, path);
    my.driver->DriverUnload = NULL;
    return result;
}

static int starts_and_stops(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = create(manager, "Watch", "test.sys");
    (void)argc, (void)argv;
    my.result[0] = StartServiceA(service, 0, NULL);
    my.result[1] = StartServiceA(service, 0, NULL);
    my.value[0] = GetLastError();
    my.result[2] = ControlService(service, SERVICE_CONTROL_STOP, &status[0]);
    my.value[1] = GetLastError();
    my.result[3] = ControlService(service, SERVICE_CONTROL_PAUSE, &status[1]);
    my.value[2] = GetLastError();
    my.result[4] = ControlService(service, SERVICE_CONTROL_INTERROGATE, &status[2]);
    return 0;
}

static void a_driver_without_unload_cannot_be_stopped(void **state) {
    entry = stubborn_entry;
    program(*state, starts_and_stops);
    assert_true(my.result[0]);
    assert_false(my.result[1] || my.result[2] || my.result[3]);
    assert_int_equal(my.value[0], ERROR_SERVICE_ALREADY_RUNNING);
    assert_int_equal(my.value[1], ERROR_INVALID_SERVICE_CONTROL);
    assert_int_equal(my.value[2], ERROR_INVALID_SERVICE_CONTROL);
    assert_true(my.result[4]);
    assert_int_equal(status[2].dwCurrentState, SERVICE_RUNNING);
}

static int stops_while_open(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = create(manager, "Watch", "test.sys");
    (void)argc, (void)argv;
    StartServiceA(service, 0, NULL);
    my.handle = open_test(READ_WRITE, 0);
    my.result[0] = ControlService(service, SERVICE_CONTROL_STOP, &status[0]);
    my.result[1] = ControlService(service, SERVICE_CONTROL_STOP, &status[1]);
    my.error = GetLastError();
    note("stopped");
    CloseHandle(my.handle);
    Sleep(10);
    QueryServiceStatus(service, &status[2]);
    my.result[2] = StartServiceA(service, 0, NULL);
    my.result[3] = DeleteService(service);
    return 0;
}

static void a_stop_is_pending_while_the_device_is_open(void **state) {
    program(*state, stops_while_open);
    assert_true(my.result[0]);
    assert_int_equal(status[0].dwCurrentState, SERVICE_STOP_PENDING);
    assert_int_equal(status[0].dwControlsAccepted, 0);
    assert_false(my.result[1]);
    assert_int_equal(my.error, ERROR_SERVICE_CANNOT_ACCEPT_CTRL);
    assert_int_equal(status[2].dwCurrentState, SERVICE_STOPPED);
    assert_true(my.result[2]); /* it can be started again */
    assert_string_equal(my.story, "create stopped cleanup close unload");
}

static int breaks_rules(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE weak = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = create(manager, "Watch", "test.sys");
    DWORD *error = my.value;
    (void)argc, (void)argv;
    create(manager, "watch", "test.sys");
    error[0] = GetLastError();
    create(weak, "Other", "test.sys");
    error[1] = GetLastError();
    StartServiceA(OpenServiceA(weak, "WATCH", SERVICE_QUERY_STATUS), 0, NULL);
    error[2] = GetLastError();
    create(manager, "a/b", "test.sys");
    error[3] = GetLastError();
    CreateServiceA(manager, "Other", "Watch", 0, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                   SERVICE_ERROR_NORMAL, "test.sys", NULL, NULL, NULL, NULL, NULL);
    error[4] = GetLastError();
    StartServiceA(manager, 0, NULL);
    error[5] = GetLastError();
    my.result[0] = DeleteService(service);
    my.result[1] = DeleteService(service);
    error[6] = GetLastError();
    my.result[2] = StartServiceA(service, 0, NULL);
    error[7] = GetLastError();
    my.result[3] = CloseServiceHandle((SC_HANDLE)0x12340);
    my.error = GetLastError();
    return 0;
}

static void the_manager_refuses_what_is_wrong(void **state) {
    static const DWORD expected[] = {ERROR_SERVICE_EXISTS,
                                     ERROR_ACCESS_DENIED,
                                     ERROR_ACCESS_DENIED,
                                     ERROR_INVALID_NAME,
                                     ERROR_DUPLICATE_SERVICE_NAME,
                                     ERROR_INVALID_HANDLE,
                                     ERROR_SERVICE_MARKED_FOR_DELETE,
                                     ERROR_SERVICE_MARKED_FOR_DELETE};
    program(*state, breaks_rules);
    for (int i = 0; i < 8; i++)
        assert_int_equal(my.value[i], expected[i]);
    assert_true(my.result[0]);
    assert_false(my.result[1] || my.result[2] || my.result[3]);
    assert_int_equal(my.error, ERROR_INVALID_HANDLE);
}

static int opens_service(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, SERVICES_ACTIVE_DATABASEA, GENERIC_READ);
    (void)argc, (void)argv;
    my.result[0] = OpenServiceA(manager, "test", SERVICE_QUERY_STATUS) != NULL;
    my.error = GetLastError();
    return 0;
}

static int leaves_marked(int argc, char **argv) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    (void)argc, (void)argv;
    DeleteService(create(manager, "test", "test.sys"));
    return 0;
}

static void the_end_of_a_process_closes_its_service_handles(void **state) {
    program(*state, leaves_marked);
    program_register(*state, "second.exe", opens_service);
    program_start(*state, "second.exe");
    program_run(*state, RD_VERDICT_FINISHED);
    assert_false(my.result[0]);
    assert_int_equal(my.error, ERROR_SERVICE_DOES_NOT_EXIST);
}

static void what_the_host_has_loaded_is_a_service(void **state) {
    assert_int_equal(rd_driver_load_file(*state, "test.sys", NULL), RD_OK);
    program(*state, opens_service);
    assert_true(my.result[0]);
}

/* ---- registry keys --------------------------------------------------------------------------- */

#define KEY "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

static void enable_privilege(void) {
    HANDLE token;
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1};
    privileges.Privileges[0].Luid.LowPart = LOAD_DRIVER_PRIVILEGE;
    privileges.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token);
    AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL);
}

static int loads_by_key(int argc, char **argv) {
    UNICODE_STRING known, unknown;
    WCHAR texts[2][128];
    (void)argc, (void)argv;
    unicode(&known, texts[0], KEY "Watch");
    unicode(&unknown, texts[1], KEY "Nope");
    create(OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS), "Watch", "\\??\\C:\\test.sys");
    my.status = NtLoadDriver(&known);
    enable_privilege();
    native[0] = NtLoadDriver(&known);
    native[1] = NtLoadDriver(&known);
    native[2] = NtUnloadDriver(&unknown);
    native[3] = NtUnloadDriver(&known);
    my.value[0] = (DWORD)NtUnloadDriver(&known);
    return 0;
}

static void DRV_21__an_unknown_service_cannot_be_unloaded(void **state) {
    program(*state, loads_by_key);
    assert_int_equal(my.status, STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(native[0], STATUS_SUCCESS);
    assert_int_equal(native[2], STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(native[3], STATUS_SUCCESS);
    assert_int_equal((NTSTATUS)my.value[0], STATUS_OBJECT_NAME_NOT_FOUND);
    assert_string_equal(my.story, "unload");
}

static void DRV_20__a_loaded_driver_cannot_be_loaded_by_its_key(void **state) {
    program(*state, loads_by_key);
    assert_int_equal(native[1], STATUS_IMAGE_ALREADY_LOADED);
}

static void load_from_kernel(void *context) {
    UNICODE_STRING key;
    WCHAR text[128];
    (void)context;
    unicode(&key, text, KEY "test");
    native[0] = ZwUnloadDriver(&key);
    native[1] = ZwLoadDriver(&key);
}

static void a_driver_unloads_and_loads_another_one(void **state) {
    rd_driver_load_file(*state, "test.sys", NULL);
    kernel_call(*state, load_from_kernel);
    assert_int_equal(native[0], STATUS_SUCCESS);
    assert_int_equal(native[1], STATUS_SUCCESS);
    assert_string_equal(my.story, "unload");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        service_case(a_control_program_runs_its_driver),
        service_case(the_driver_is_named_after_its_service),
        service_case(the_failure_of_driver_entry_is_the_error_of_the_start),
        service_case(a_driver_without_unload_cannot_be_stopped),
        service_case(a_stop_is_pending_while_the_device_is_open),
        service_case(the_manager_refuses_what_is_wrong),
        service_case(the_end_of_a_process_closes_its_service_handles),
        service_case(what_the_host_has_loaded_is_a_service),
        service_case(DRV_21__an_unknown_service_cannot_be_unloaded),
        service_case(DRV_20__a_loaded_driver_cannot_be_loaded_by_its_key),
        service_case(a_driver_unloads_and_loads_another_one),
    };
    return cmocka_run_group_tests_name("SERVICE", tests, NULL, NULL);
}
