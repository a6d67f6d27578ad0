/* Rules DRV: when a driver may go, and what it registers besides notify routines. */
#include "device_driver.h"

enum { TAG = 0x74736554 };

static int32_t unload_status(rd_world *world, const char *name) {
    int32_t status = -1;
    rd_driver_unload(world, name, &status);
    return status;
}

#define unload_case(function) cmocka_unit_test_setup_teardown(function, device_setup, test_teardown)

/* ---- open files hold a driver ---------------------------------------------------------------- */

static int holds_for_a_second(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    Sleep(1000);
    my.result[0] = open_test(READ_WRITE, 0) != INVALID_HANDLE_VALUE;
    my.error = GetLastError();
    my.result[1] = DeviceIoControl(my.handle, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0,
                                   NULL, 0, &my.bytes, NULL);
    CloseHandle(my.handle);
    note("closed");
    Sleep(10);
    return 0;
}

/* The program has opened the device and sleeps. */
static void open_and_ask_to_unload(void **state) {
    driver_load(*state, device_entry);
    program_register(*state, "app.exe", holds_for_a_second);
    program_start(*state, "app.exe");
    rd_verdict verdict;
    rd_run_until(*state, 1000000, &verdict);
    assert_string_equal(my.story, "create");
    assert_int_equal(unload_status(*state, "test.sys"), STATUS_SUCCESS);
}

static void DRV_13__unload_waits_for_open_files(void **state) {
    open_and_ask_to_unload(state);
    assert_string_equal(my.story, "create");
    event_of_rule(*state, 0, RD_EVENT_DRIVER_UNLOAD_PENDING, "DRV-13");
    program_run(*state, RD_VERDICT_FINISHED);
    assert_false(my.result[0]); /* no new opens */
    assert_int_equal(my.error, ERROR_FILE_NOT_FOUND);
    assert_true(my.result[1]); /* what is open goes on */
    assert_string_equal(my.story, "create control cleanup close closed unload");
}

static void DRV_14__a_second_unload_request_is_refused(void **state) {
    open_and_ask_to_unload(state);
    assert_int_equal(unload_status(*state, "test.sys"), STATUS_DELETE_PENDING);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_string_equal(my.story, "create control cleanup close closed unload");
}

static int opens_and_leaves(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    Sleep(1000);
    return 0;
}

static void DRV_13__the_end_of_the_process_lets_the_driver_go(void **state) {
    rd_verdict verdict;
    driver_load(*state, device_entry);
    program_register(*state, "app.exe", opens_and_leaves);
    program_start(*state, "app.exe");
    rd_run_until(*state, 1000000, &verdict);
    unload_status(*state, "test.sys");
    program_run(*state, RD_VERDICT_FINISHED);
    assert_string_equal(my.story, "create cleanup close unload");
    assert_int_equal(rd_driver_unload(*state, "test.sys", NULL), RD_NOT_FOUND);
}

/* ---- attached devices ------------------------------------------------------------------------ */

static struct {
    PDEVICE_OBJECT upper, lower;
    PFILE_OBJECT file;
    ULONG completed, seen;
    NTSTATUS status;
    ULONG reinitialized[3], reinitializations;
} stack;

static NTSTATUS on_completed(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    (void)context;
    stack.completed += device == stack.upper;
    if (irp->PendingReturned)
        IoMarkIrpPending(irp);
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS passes_down(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    stack.seen++;
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, on_completed, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(stack.lower, irp);
}

static VOID filter_unload(PDRIVER_OBJECT driver) {
    IoDetachDevice(stack.lower);
    IoDeleteDevice(driver->DeviceObject);
}

static int32_t filter_entry(void *driver_object, void *path) {
    PDRIVER_OBJECT driver = driver_object;
    UNICODE_STRING name;
    WCHAR text[64];
    (void)path;
    memset(&stack, 0, sizeof stack);
    driver->DriverUnload = filter_unload;
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = passes_down;
    unicode(&name, text, "\\Device\\Test");
    IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &stack.upper);
    NTSTATUS status = IoAttachDevice(stack.upper, &name, &stack.lower);
    if (!NT_SUCCESS(status))
        IoDeleteDevice(stack.upper);
    else
        stack.upper->Flags |= stack.lower->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO);
    return status;
}

static int asks(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE handle = open_test(READ_WRITE, 0);
    my.result[0] = DeviceIoControl(handle, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0,
                                   NULL, 0, &my.bytes, NULL);
    CloseHandle(handle);
    return 0;
}

static void a_filter_sees_what_goes_to_the_device_below(void **state) {
    driver_load(*state, device_entry);
    assert_int_equal(driver_try(*state, "filter.sys", filter_entry), STATUS_SUCCESS);
    assert_string_equal(my.story, "create cleanup close"); /* the look-up by name */
    my.story[0] = 0;
    assert_int_equal(stack.upper->StackSize, 2);
    assert_ptr_equal(stack.lower, my.device);
    stack.seen = stack.completed = 0; /* of the look-up's file */
    program(*state, asks);
    assert_true(my.result[0]);
    assert_string_equal(my.story, "create control cleanup close");
    assert_int_equal(stack.seen, 4);
    assert_int_equal(stack.completed, 4);
    assert_int_equal(unload_status(*state, "filter.sys"), STATUS_SUCCESS);
    assert_null(my.device->AttachedDevice);
    stack.seen = 0;
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_FINISHED);
    assert_int_equal(stack.seen, 0);
    driver_unload(*state);
    assert_int_equal(test_count(*state, RD_EVENT_DRIVER_LEFT, NULL), 0);
}

static void DRV_13__an_attached_device_holds_the_driver_below(void **state) {
    driver_load(*state, device_entry);
    driver_try(*state, "filter.sys", filter_entry);
    my.story[0] = 0;
    assert_int_equal(unload_status(*state, "test.sys"), STATUS_SUCCESS);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_string_equal(my.story, "");
    unload_status(*state, "filter.sys");
    program_run(*state, RD_VERDICT_FINISHED);
    assert_string_equal(my.story, "unload");
}

static void attach_to_nothing(void *context) {
    UNICODE_STRING name;
    WCHAR text[64];
    PDEVICE_OBJECT device;
    (void)context;
    unicode(&name, text, "\\Device\\Nothing");
    stack.status = IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &stack.file, &device);
}

static void what_does_not_exist_has_no_device_object(void **state) {
    kernel_call(*state, attach_to_nothing);
    assert_int_equal(stack.status, STATUS_OBJECT_NAME_NOT_FOUND);
}

/* ---- requests that drivers send -------------------------------------------------------------- */

static NTSTATUS doubles(PDEVICE_OBJECT device, PIRP irp) {
    ULONG *number = irp->AssociatedIrp.SystemBuffer;
    (void)device;
    my.value[1] = irp->RequestorMode;
    *number *= 2;
    return complete(irp, STATUS_SUCCESS, sizeof *number);
}

static NTSTATUS ask_device(PDEVICE_OBJECT device, ULONG *number) {
    KEVENT event;
    IO_STATUS_BLOCK status;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildDeviceIoControlRequest(TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), device,
                                             number, sizeof *number, number, sizeof *number, FALSE,
                                             &event, &status);
    if (!irp)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS result = IoCallDriver(device, irp);
    if (result == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        result = status.Status;
    }
    my.value[2] = KeReadStateEvent(&event) != 0;
    my.information = status.Information;
    return result;
}

static void ask_by_name(void *context) {
    UNICODE_STRING name;
    WCHAR text[64];
    PDEVICE_OBJECT device;
    ULONG number = 21;
    (void)context;
    unicode(&name, text, "\\Device\\Test");
    my.status = IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &stack.file, &device);
    my.status = ask_device(device, &number);
    my.value[0] = number;
    note("asked");
    ObDereferenceObject(stack.file);
}

static void a_driver_asks_another_driver(void **state) {
    my.control = doubles;
    driver_load(*state, device_entry);
    kernel_call(*state, ask_by_name);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_int_equal(my.value[0], 42);
    assert_int_equal(my.value[1], KernelMode);
    assert_int_equal(my.value[2], 1);
    assert_int_equal(my.information, sizeof(ULONG));
    assert_string_equal(my.story, "create cleanup control asked close");
    driver_unload(*state);
}

static NTSTATUS pends(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoMarkIrpPending(irp);
    my.pended = irp;
    return STATUS_PENDING;
}

static VOID finishing_thread(PVOID context) {
    LARGE_INTEGER soon = {.QuadPart = -10000};
    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &soon);
    doubles(NULL, my.pended);
}

static NTSTATUS pends_for_a_while(PDEVICE_OBJECT device, PIRP irp) {
    HANDLE thread;
    pends(device, irp);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, finishing_thread, NULL);
    ZwClose(thread);
    return STATUS_PENDING;
}

static void a_driver_waits_for_another_driver(void **state) {
    my.control = pends_for_a_while;
    driver_load(*state, device_entry);
    kernel_call(*state, ask_by_name);
    assert_int_equal(my.value[0], 42);
    assert_int_equal(my.value[2], 1);
}

static void flush_synchronously(void *context) {
    KEVENT event;
    IO_STATUS_BLOCK status;
    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_FLUSH_BUFFERS, my.device, NULL, 0, NULL, &event,
                                            &status);
    my.status = IoCallDriver(my.device, irp);
}

static NTSTATUS flushes(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    return complete(irp, STATUS_SUCCESS, 0);
}

static void a_driver_sends_other_requests(void **state) {
    my.flush = flushes;
    driver_load(*state, device_entry);
    kernel_call(*state, flush_synchronously);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_string_equal(my.story, "flush");
}

static void build_and_free(void *context) {
    ULONG number = 1;
    (void)context;
    PIRP irp = IoBuildDeviceIoControlRequest(TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), my.device,
                                             &number, sizeof number, NULL, 0, FALSE, NULL, NULL);
    IoFreeIrp(irp);
}

static void an_unsent_request_is_freed(void **state) {
    driver_load(*state, device_entry);
    kernel_call(*state, build_and_free);
    program_run(*state, RD_VERDICT_FINISHED);
    driver_unload(*state);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_LEAK, NULL), 0);
}

/* ---- devices that are deleted while they are open -------------------------------------------- */

static NTSTATUS deletes_itself(PDEVICE_OBJECT device, PIRP irp) {
    IoDeleteDevice(device);
    return complete(irp, STATUS_SUCCESS, 0);
}

static int asks_and_reopens(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    DeviceIoControl(my.handle, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0, NULL, 0,
                    &my.bytes, NULL);
    my.result[0] = open_test(READ_WRITE, 0) != INVALID_HANDLE_VALUE;
    my.result[1] = my.driver->DeviceObject != NULL;
    CloseHandle(my.handle);
    my.result[2] = my.driver->DeviceObject != NULL;
    return 0;
}

static void a_deleted_device_stays_until_it_is_closed(void **state) {
    my.control = deletes_itself;
    driver_load(*state, device_entry);
    program(*state, asks_and_reopens);
    assert_false(my.result[0]);
    assert_true(my.result[1]);
    assert_false(my.result[2]);
    assert_string_equal(my.story, "create control cleanup close");
}

/* ---- pool while the driver goes -------------------------------------------------------------- */

static VOID allocating_thread(PVOID context) {
    KEVENT event;
    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    for (int i = 0; i < 40; i++, KeSetEvent(&event, 0, FALSE))
        ExFreePool(ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, TAG));
}

static VOID careless_unload(PDRIVER_OBJECT driver) {
    HANDLE thread;
    device_unload(driver);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, allocating_thread, NULL);
    ZwClose(thread);
}

static int32_t careless_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    my.driver->DriverUnload = careless_unload;
    return status;
}

static bool allocates_too_late(uint64_t seed) {
    rd_bugcheck bugcheck;
    rd_verdict verdict;
    rd_world *w = test_world(&(rd_world_options){
        .size = sizeof(rd_world_options), .strategy = RD_STRATEGY_RANDOM, .seed = seed});
    memset(&my, 0, sizeof my);
    driver_load(w, careless_entry);
    program_register(w, "app.exe", opens_and_leaves);
    program_start(w, "app.exe");
    rd_run_until(w, 1000000, &verdict);
    rd_driver_unload(w, "test.sys", NULL);
    rd_run(w, &verdict);
    bool found = rd_world_bugcheck(w, &bugcheck) == RD_OK && bugcheck.code == 0xC4 &&
                 bugcheck.parameters[0] == 0x61;
    rd_world_destroy(w);
    return found;
}

/* Some order of events lets the thread allocate after DriverUnload and before the image is gone. */
static void DRV_19__pool_allocated_while_the_driver_goes(void **state) {
    bool found = false;
    (void)state;
    for (uint64_t seed = 1; seed < 60 && !found; seed++)
        found = allocates_too_late(seed);
    assert_true(found);
}

/* ---- what belongs to the I/O manager --------------------------------------------------------- */

static int extension_id;

static int32_t extension_entry(void *driver_object, void *path) {
    PDRIVER_OBJECT driver = driver_object;
    PVOID extension, again = &extension;
    int32_t status = device_entry(driver, path);
    my.status = IoAllocateDriverObjectExtension(driver, &extension_id, 32, &extension);
    my.value[0] = IoGetDriverObjectExtension(driver, &extension_id) == extension;
    my.value[1] = IoGetDriverObjectExtension(driver, &my) == NULL;
    my.value[2] = (DWORD)IoAllocateDriverObjectExtension(driver, &extension_id, 32, &again);
    my.value[3] = again == NULL;
    memset(extension, 1, 32);
    return status;
}

static void DRV_23__extensions_are_freed_by_the_io_manager(void **state) {
    driver_load(*state, extension_entry);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_true(my.value[0] && my.value[1] && my.value[3]);
    assert_int_equal((NTSTATUS)my.value[2], STATUS_OBJECT_NAME_COLLISION);
    driver_unload(*state);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_LEAK, NULL), 0);
}

static void free_driver_object(void *context) {
    (void)context;
    ExFreePool(my.driver);
}

static void DRV_23__a_driver_must_not_free_its_driver_object(void **state) {
    driver_load(*state, device_entry);
    kernel_stop(*state, free_driver_object, 0xC2, "no live pool block");
}

/* ---- reinitialization ------------------------------------------------------------------------ */

static VOID reinitialize(PDRIVER_OBJECT driver, PVOID context, ULONG count) {
    stack.reinitialized[stack.reinitializations++] = count;
    note("again");
    if (count < 2)
        IoRegisterDriverReinitialization(driver, reinitialize, context);
}

static int32_t reinitialized_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    stack.reinitializations = 0;
    IoRegisterDriverReinitialization(driver, reinitialize, NULL);
    note("entry");
    return status;
}

static int32_t failing_entry(void *driver, void *path) {
    (void)path;
    IoRegisterDriverReinitialization(driver, reinitialize, NULL);
    return STATUS_UNSUCCESSFUL;
}

static void DRV_09__reinitialization_follows_a_good_entry(void **state) {
    driver_load(*state, reinitialized_entry);
    assert_string_equal(my.story, "entry again again");
    assert_int_equal(stack.reinitialized[0], 1);
    assert_int_equal(stack.reinitialized[1], 2);
}

static void DRV_09__reinitialization_of_a_failed_driver_is_found(void **state) {
    assert_int_equal(driver_try(*state, "test.sys", failing_entry), STATUS_UNSUCCESSFUL);
    assert_string_equal(my.story, "");
    event_of_rule(*state, 0, RD_EVENT_DRIVER_LEFT, "DRV-09");
}

/* ---- the machine's shutdown ------------------------------------------------------------------ */

static int32_t shutdown_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    IoRegisterLastChanceShutdownNotification(my.device);
    IoRegisterShutdownNotification(my.device);
    my.value[0] = my.device->Flags & DO_SHUTDOWN_REGISTERED;
    return status;
}

static void shut_down(void **state) {
    rd_session_end_options options = {.size = sizeof options, .kind = RD_SESSION_SHUTDOWN};
    assert_int_equal(rd_session_end(*state, &options), RD_OK);
    program_run(*state, RD_VERDICT_FINISHED);
}

static void DRV_15__a_shutdown_is_a_request_and_no_unload(void **state) {
    driver_load(*state, shutdown_entry);
    assert_true(my.value[0]);
    shut_down(state);
    assert_string_equal(my.story, "shutdown shutdown");
}

static void unregister(void *context) {
    (void)context;
    IoUnregisterShutdownNotification(my.device);
}

static void an_unregistered_device_gets_no_shutdown(void **state) {
    driver_load(*state, shutdown_entry);
    kernel_call(*state, unregister);
    shut_down(state);
    assert_string_equal(my.story, "");
}

/* ---- event tracing and WMI ------------------------------------------------------------------- */

static const GUID provider = {0x12345678, 0x1234, 0x1234, {1, 2, 3, 4, 5, 6, 7, 8}};
static REGHANDLE trace;

static int32_t traced_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    my.status = EtwRegister(&provider, NULL, NULL, &trace);
    return status;
}

static void stop_tracing(void *context) {
    (void)context;
    my.status = EtwUnregister(trace);
    my.value[0] = (DWORD)EtwUnregister(trace);
}

static void DRV_26__event_tracing_left_at_unload(void **state) {
    driver_load(*state, traced_entry);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_int_equal(rd_driver_unload(*state, "test.sys", NULL), RD_FAILED);
    expect_stop(*state, 0xC4, "DRV-26");
    rd_bugcheck bugcheck;
    rd_world_bugcheck(*state, &bugcheck);
    assert_int_equal(bugcheck.parameters[0], 0xDD);
}

static void DRV_26__event_tracing_that_is_stopped(void **state) {
    driver_load(*state, traced_entry);
    kernel_call(*state, stop_tracing);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_int_equal((NTSTATUS)my.value[0], STATUS_INVALID_HANDLE);
    driver_unload(*state);
}

static int32_t wmi_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    my.status = IoWMIRegistrationControl(my.device, WMIREG_ACTION_REGISTER);
    return status;
}

static void DRV_26__wmi_left_at_unload(void **state) {
    rd_bugcheck bugcheck;
    driver_load(*state, wmi_entry);
    assert_int_equal(rd_driver_unload(*state, "test.sys", NULL), RD_FAILED);
    rd_world_bugcheck(*state, &bugcheck);
    assert_int_equal(bugcheck.code, 0xC4);
    assert_int_equal(bugcheck.parameters[0], 0xDA);
}

/* ---- remove locks ---------------------------------------------------------------------------- */

static IO_REMOVE_LOCK lock;

static VOID holding_thread(PVOID context) {
    LARGE_INTEGER soon = {.QuadPart = -100000};
    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &soon);
    note("released");
    IoReleaseRemoveLock(&lock, context);
}

static void use_remove_lock(void *context) {
    HANDLE thread;
    IoInitializeRemoveLock(&lock, TAG, 0, 0);
    my.value[0] = (DWORD)IoAcquireRemoveLock(&lock, context);
    my.value[1] = (DWORD)IoAcquireRemoveLock(&lock, context);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, holding_thread, context);
    ZwClose(thread);
    IoReleaseRemoveLockAndWait(&lock, context);
    note("removed");
    my.value[2] = (DWORD)IoAcquireRemoveLock(&lock, context);
}

static void a_remove_lock_waits_for_its_holders(void **state) {
    kernel_call(*state, use_remove_lock);
    assert_int_equal(my.value[0], STATUS_SUCCESS);
    assert_int_equal(my.value[1], STATUS_SUCCESS);
    assert_string_equal(my.story, "released removed");
    assert_int_equal((NTSTATUS)my.value[2], STATUS_DELETE_PENDING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        unload_case(DRV_13__unload_waits_for_open_files),
        unload_case(DRV_13__the_end_of_the_process_lets_the_driver_go),
        unload_case(DRV_13__an_attached_device_holds_the_driver_below),
        unload_case(DRV_14__a_second_unload_request_is_refused),
        unload_case(a_filter_sees_what_goes_to_the_device_below),
        unload_case(what_does_not_exist_has_no_device_object),
        unload_case(a_driver_asks_another_driver),
        unload_case(a_driver_waits_for_another_driver),
        unload_case(a_driver_sends_other_requests),
        unload_case(an_unsent_request_is_freed),
        unload_case(a_deleted_device_stays_until_it_is_closed),
        cmocka_unit_test(DRV_19__pool_allocated_while_the_driver_goes),
        unload_case(DRV_23__extensions_are_freed_by_the_io_manager),
        unload_case(DRV_23__a_driver_must_not_free_its_driver_object),
        unload_case(DRV_09__reinitialization_follows_a_good_entry),
        unload_case(DRV_09__reinitialization_of_a_failed_driver_is_found),
        unload_case(DRV_15__a_shutdown_is_a_request_and_no_unload),
        unload_case(an_unregistered_device_gets_no_shutdown),
        unload_case(DRV_26__event_tracing_left_at_unload),
        unload_case(DRV_26__event_tracing_that_is_stopped),
        unload_case(DRV_26__wmi_left_at_unload),
        unload_case(a_remove_lock_waits_for_its_holders),
    };
    return cmocka_run_group_tests_name("UNLOAD", tests, NULL, NULL);
}
