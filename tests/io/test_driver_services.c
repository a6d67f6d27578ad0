/* What drivers use beside requests of their own: StartIo, requests to others, questions about files
 * and the system, symbolic links; APC routines of native calls. */
#include "device_driver.h"

#include <unistd.h>

/* Its header cannot be included beside the kernel's. */
NTSTATUS NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                    PLARGE_INTEGER, PULONG);

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24, REQUESTS = 3 };

/* ---- StartIo --------------------------------------------------------------------------------- */

static KDPC finish_dpc;

static VOID cancel_queued(PDEVICE_OBJECT device, PIRP irp) {
    BOOLEAN queued =
        KeRemoveEntryDeviceQueue(&device->DeviceQueue, &irp->Tail.Overlay.DeviceQueueEntry);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    note(queued ? "dequeued" : "current");
    complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS read_later(PDEVICE_OBJECT device, PIRP irp) {
    IoMarkIrpPending(irp);
    IoStartPacket(device, irp, NULL, cancel_queued);
    return STATUS_PENDING;
}

static VOID start_io(PDEVICE_OBJECT device, PIRP irp) {
    note(device->CurrentIrp == irp && KeGetCurrentIrql() == DISPATCH_LEVEL ? "start" : "wrong");
    IoSetCancelRoutine(irp, NULL);
    if (my.value[0])
        KeInsertQueueDpc(&finish_dpc, NULL, NULL);
}

static VOID finish_current(PKDPC dpc, PVOID context, PVOID a, PVOID b) {
    PIRP irp = my.device->CurrentIrp;
    (void)dpc, (void)context, (void)a, (void)b;
    note("done");
    IoStartNextPacket(my.device, TRUE);
    complete(irp, STATUS_SUCCESS, 1);
}

static int32_t start_io_entry(void *driver, void *path) {
    my.read = read_later;
    ((PDRIVER_OBJECT)driver)->DriverStartIo = start_io;
    KeInitializeDpc(&finish_dpc, finish_current, NULL);
    return device_entry(driver, path);
}

static int reads_three_times(int argc, char **argv) {
    OVERLAPPED overlapped[REQUESTS] = {{0}};
    char bytes[REQUESTS];
    DWORD done;
    (void)argc, (void)argv;
    HANDLE file = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    for (int i = 0; i < REQUESTS; i++) {
        overlapped[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        ReadFile(file, &bytes[i], 1, NULL, &overlapped[i]);
    }
    for (int i = 0; i < REQUESTS; i++)
        my.result[i] = GetOverlappedResult(file, &overlapped[i], &done, TRUE);
    return 0;
}

static void start_io_gets_one_request_at_a_time(void **state) {
    driver_load(*state, start_io_entry);
    my.value[0] = 1;
    my.story[0] = '\0';
    program(*state, reads_three_times);
    assert_true(my.result[0] && my.result[1] && my.result[2]);
    int starts = 0, dones = 0;
    for (const char *word = my.story; (word = strstr(word, "start")); word++)
        starts++;
    for (const char *word = my.story; (word = strstr(word, "done")); word++)
        dones++;
    assert_int_equal(starts, REQUESTS);
    assert_int_equal(dones, REQUESTS);
    assert_null(strstr(my.story, "wrong"));
    assert_null(strstr(my.story, "start start"));
    driver_unload(*state);
}

static void finish_by_hand(void *context) {
    KIRQL before;
    (void)context;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    finish_current(NULL, NULL, NULL, NULL);
    KeLowerIrql(before);
}

static int cancels_the_second(int argc, char **argv) {
    OVERLAPPED overlapped[2] = {{0}};
    char bytes[2];
    DWORD done;
    (void)argc, (void)argv;
    HANDLE file = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    for (int i = 0; i < 2; i++) {
        overlapped[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        ReadFile(file, &bytes[i], 1, NULL, &overlapped[i]);
    }
    CancelIoEx(file, &overlapped[1]);
    my.result[1] = GetOverlappedResult(file, &overlapped[1], &done, TRUE);
    my.error = GetLastError();
    Sleep(20);
    my.result[0] = GetOverlappedResult(file, &overlapped[0], &done, TRUE);
    return 0;
}

static void a_waiting_packet_can_be_cancelled(void **state) {
    rd_world *w = *state;
    driver_load(w, start_io_entry);
    my.story[0] = '\0';
    program_register(w, "app.exe", cancels_the_second);
    program_start(w, "app.exe");
    assert_int_equal(rd_run_until(w, rd_time(w) + 100000, NULL), RD_OK);
    kernel_call(w, finish_by_hand);
    program_run(w, RD_VERDICT_FINISHED);
    assert_false(my.result[1]);
    assert_int_equal(my.error, ERROR_OPERATION_ABORTED);
    assert_true(my.result[0]);
    assert_non_null(strstr(my.story, "create read start read dequeued done"));
}

/* Each packet's letter lies in its UserBuffer. */
static VOID note_letter(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    note(irp->UserBuffer);
}

static void start_by_key(void *context) {
    static const struct {
        const char *letter;
        ULONG key;
    } rows[] = {{"a", 0}, {"b", 30}, {"c", 10}, {"d", 20}};
    PIRP irps[4];
    (void)context;
    my.driver->DriverStartIo = note_letter;
    for (int i = 0; i < 4; i++) {
        ULONG key = rows[i].key;
        irps[i] = IoAllocateIrp(1, FALSE);
        irps[i]->UserBuffer = (PVOID)(ULONG_PTR)rows[i].letter;
        IoStartPacket(my.device, irps[i], &key, NULL);
    }
    IoStartNextPacketByKey(my.device, FALSE, 15);
    IoStartNextPacketByKey(my.device, FALSE, 25);
    IoStartNextPacketByKey(my.device, FALSE, 31); /* none follows: from the start again */
    IoStartNextPacketByKey(my.device, FALSE, 0);
    my.result[0] = my.device->CurrentIrp == NULL;
    for (int i = 0; i < 4; i++)
        IoFreeIrp(irps[i]);
}

static void packets_are_started_by_key(void **state) {
    driver_load(*state, device_entry);
    my.story[0] = '\0';
    kernel_call(*state, start_by_key);
    assert_string_equal(my.story, "a d b c");
    assert_true(my.result[0]);
}

static void use_device_queue(void *context) {
    static KDEVICE_QUEUE queue;
    static KDEVICE_QUEUE_ENTRY entries[4];
    (void)context;
    KeInitializeDeviceQueue(&queue);
    my.result[0] = KeInsertDeviceQueue(&queue, &entries[0]);
    my.result[1] = KeInsertByKeyDeviceQueue(&queue, &entries[1], 30);
    KeInsertByKeyDeviceQueue(&queue, &entries[2], 10);
    KeInsertByKeyDeviceQueue(&queue, &entries[3], 20);
    my.value[0] = (DWORD)(KeRemoveByKeyDeviceQueue(&queue, 15) - entries);
    my.result[2] = KeRemoveEntryDeviceQueue(&queue, &entries[1]);
    my.result[3] = KeRemoveEntryDeviceQueue(&queue, &entries[1]);
    my.value[1] = (DWORD)(KeRemoveDeviceQueue(&queue) - entries);
    my.result[4] = KeRemoveDeviceQueue(&queue) == NULL;
    my.result[5] = KeInsertDeviceQueue(&queue, &entries[0]);
}

static void device_queues_are_sorted_by_key(void **state) {
    kernel_call(*state, use_device_queue);
    assert_false(my.result[0]);
    assert_true(my.result[1]);
    assert_int_equal(my.value[0], 3);
    assert_true(my.result[2]);
    assert_false(my.result[3]);
    assert_int_equal(my.value[1], 2);
    assert_true(my.result[4]);
    assert_false(my.result[5]);
}

/* ---- requests to other drivers --------------------------------------------------------------- */

static NTSTATUS sent(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    (void)device;
    my.status = irp->IoStatus.Status;
    my.information = irp->IoStatus.Information;
    IoFreeIrp(irp);
    KeSetEvent(context, 0, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS takes_bytes(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    (void)device;
    memcpy(my.value, irp->AssociatedIrp.SystemBuffer, location->Parameters.Write.Length);
    return complete(irp, STATUS_SUCCESS, location->Parameters.Write.Length);
}

static void send_bytes(void *context) {
    KEVENT event;
    IO_STATUS_BLOCK iosb;
    DWORD number = 77;
    (void)context;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp =
        IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, my.device, &number, sizeof number, NULL, &iosb);
    IoSetCompletionRoutine(irp, sent, &event, TRUE, TRUE, TRUE);
    IoCallDriver(my.device, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}

static void asynchronous_requests_belong_to_who_builds_them(void **state) {
    my.device_flags = DO_BUFFERED_IO;
    my.write = takes_bytes;
    driver_load(*state, device_entry);
    kernel_call(*state, send_bytes);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_int_equal(my.information, sizeof(DWORD));
    assert_int_equal(my.value[0], 77);
    driver_unload(*state);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_ALLOCATE, NULL),
                     test_count(*state, RD_EVENT_POOL_FREE, NULL));
}

/* ---- questions about files ------------------------------------------------------------------- */

static HANDLE open_by_name(const char *name) {
    UNICODE_STRING string;
    WCHAR text[64];
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK iosb;
    HANDLE handle = NULL;
    unicode(&string, text, name);
    InitializeObjectAttributes(&attributes, &string, OBJ_KERNEL_HANDLE, NULL, NULL);
    ZwCreateFile(&handle, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, &attributes, &iosb,
                 NULL, 0, FILE_SHARE_READ, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    return handle;
}

static NTSTATUS tells_size(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    PFILE_STANDARD_INFORMATION standard = irp->AssociatedIrp.SystemBuffer;
    (void)device;
    if (location->Parameters.QueryFile.FileInformationClass != FileStandardInformation)
        return complete(irp, STATUS_INVALID_PARAMETER, 0);
    memset(standard, 0, sizeof *standard);
    standard->EndOfFile.QuadPart = 1234;
    return complete(irp, STATUS_SUCCESS, sizeof *standard);
}

static NTSTATUS takes_position(PDEVICE_OBJECT device, PIRP irp) {
    const FILE_POSITION_INFORMATION *position = irp->AssociatedIrp.SystemBuffer;
    (void)device;
    my.value[1] = (DWORD)position->CurrentByteOffset.QuadPart;
    return complete(irp, STATUS_SUCCESS, 0);
}

static void ask_device(void *context) {
    FILE_STANDARD_INFORMATION standard = {.Directory = FALSE};
    FILE_POSITION_INFORMATION position = {.CurrentByteOffset.QuadPart = 99};
    IO_STATUS_BLOCK iosb;
    LARGE_INTEGER size;
    PFILE_OBJECT file;
    WCHAR other[] = {'\\', 'o', 't', 'h', 'e', 'r'};
    (void)context;
    my.driver->MajorFunction[IRP_MJ_QUERY_INFORMATION] = tells_size;
    my.driver->MajorFunction[IRP_MJ_SET_INFORMATION] = takes_position;
    HANDLE handle = open_by_name("\\Device\\Test");
    my.value[2] = (DWORD)ZwQueryInformationFile(handle, &iosb, &standard, sizeof standard,
                                                FileStandardInformation);
    my.value[0] = (DWORD)standard.EndOfFile.QuadPart;
    my.value[3] = (DWORD)ZwQueryInformationFile(handle, &iosb, &standard, sizeof standard,
                                                FileBasicInformation);
    my.value[4] = (DWORD)ZwSetInformationFile(handle, &iosb, &position, sizeof position,
                                              FilePositionInformation);
    ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, (PVOID *)&file, NULL);
    my.value[5] = (DWORD)FsRtlGetFileSize(file, &size);
    my.value[6] = (DWORD)size.QuadPart;
    IoReplaceFileObjectName(file, other, sizeof other);
    my.value[7] = file->FileName.Length == sizeof other && file->FileName.Buffer[1] == 'o';
    ObDereferenceObject(file);
    ZwClose(handle);
}

static void drivers_answer_questions_about_their_files(void **state) {
    const DWORD expected[] = {
        1234, 99,  STATUS_SUCCESS, (DWORD)STATUS_INVALID_PARAMETER, STATUS_SUCCESS, STATUS_SUCCESS,
        1234, TRUE};
    driver_load(*state, device_entry);
    kernel_call(*state, ask_device);
    for (int i = 0; i < 8; i++)
        assert_int_equal(my.value[i], expected[i]);
}

static void ask_disk(void *context) {
    static char name[64];
    FILE_STANDARD_INFORMATION standard;
    FILE_POSITION_INFORMATION position = {.CurrentByteOffset.QuadPart = 1};
    FILE_DISPOSITION_INFORMATION disposition = {TRUE};
    IO_STATUS_BLOCK iosb;
    char byte = 0;
    (void)context;
    snprintf(name, sizeof name, "\\??\\C:\\tmp\\rundown_services_%d", (int)getpid());
    HANDLE handle = open_by_name(name);
    ZwWriteFile(handle, NULL, NULL, NULL, &iosb, "abc", 3, NULL, NULL);
    my.value[0] = (DWORD)ZwQueryInformationFile(handle, &iosb, &standard, sizeof standard,
                                                FileStandardInformation);
    my.value[1] = (DWORD)standard.EndOfFile.QuadPart;
    my.value[2] = (DWORD)ZwSetInformationFile(handle, &iosb, &position, sizeof position,
                                              FilePositionInformation);
    ZwReadFile(handle, NULL, NULL, NULL, &iosb, &byte, 1, NULL, NULL);
    my.value[3] = (DWORD)byte;
    my.value[4] = (DWORD)ZwQueryInformationFile((HANDLE)0x7770, &iosb, &standard, sizeof standard,
                                                FileStandardInformation);
    my.value[5] =
        (DWORD)ZwQueryInformationFile(handle, &iosb, &standard, 1, FileStandardInformation);
    my.value[6] = (DWORD)ZwSetInformationFile(handle, &iosb, &disposition, sizeof disposition,
                                              FileDispositionInformation);
    ZwClose(handle);
}

static void drivers_ask_about_files_of_the_disk(void **state) {
    kernel_call(*state, ask_disk);
    assert_int_equal(my.value[0], STATUS_SUCCESS);
    assert_int_equal(my.value[1], 3);
    assert_int_equal(my.value[2], STATUS_SUCCESS);
    assert_int_equal(my.value[3], 'b');
    assert_int_equal(my.value[4], (DWORD)STATUS_INVALID_HANDLE);
    assert_int_equal(my.value[5], (DWORD)STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(my.value[6], STATUS_SUCCESS);
}

/* ---- links and the system -------------------------------------------------------------------- */

static void follow_link(void *context) {
    UNICODE_STRING name, target;
    WCHAR text[32], buffer[32];
    OBJECT_ATTRIBUTES attributes;
    HANDLE link;
    ULONG needed;
    (void)context;
    unicode(&name, text, "\\DosDevices\\Test");
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    my.value[0] = (DWORD)ZwOpenSymbolicLinkObject(&link, GENERIC_READ, &attributes);
    target = (UNICODE_STRING){0, sizeof buffer, buffer};
    my.value[1] = (DWORD)ZwQuerySymbolicLinkObject(link, &target, &needed);
    my.value[2] = target.Length;
    my.value[3] = needed;
    my.value[4] = buffer[8];
    target.MaximumLength = 4;
    my.value[5] = (DWORD)ZwQuerySymbolicLinkObject(link, &target, NULL);
    ZwClose(link);
    unicode(&name, text, "\\DosDevices\\Nobody");
    my.value[6] = (DWORD)ZwOpenSymbolicLinkObject(&link, GENERIC_READ, &attributes);
}

static void links_tell_where_they_lead(void **state) {
    driver_load(*state, device_entry);
    kernel_call(*state, follow_link);
    assert_int_equal(my.value[0], STATUS_SUCCESS);
    assert_int_equal(my.value[1], STATUS_SUCCESS);
    assert_int_equal(my.value[2], 24);
    assert_int_equal(my.value[3], 26);
    assert_int_equal(my.value[4], 'T');
    assert_int_equal(my.value[5], (DWORD)STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(my.value[6], (DWORD)STATUS_OBJECT_NAME_NOT_FOUND);
}

static char modules[8 + 4 * 0x128];

static void ask_system(void *context) {
    enum { MODULES = 11, PROCESSES = 5, DEBUGGER = 35 };
    ULONG needed = 0;
    UCHAR debugger[2] = {1, 0};
    (void)context;
    my.value[0] = (DWORD)ZwQuerySystemInformation(MODULES, NULL, 0, &needed);
    my.value[1] = needed;
    my.value[2] = (DWORD)ZwQuerySystemInformation(MODULES, modules, sizeof modules, &needed);
    my.value[3] = (DWORD)ZwQuerySystemInformation(PROCESSES, NULL, 0, &needed);
    my.value[4] = needed > 0;
    my.value[5] = (DWORD)ZwQuerySystemInformation(DEBUGGER, debugger, 2, NULL);
    my.value[6] = debugger[0];
    my.value[7] = (DWORD)ZwQuerySystemInformation(9999, NULL, 0, NULL);
}

static void the_system_lists_the_modules_of_the_kernel(void **state) {
    driver_load(*state, device_entry);
    kernel_call(*state, ask_system);
    assert_int_equal(my.value[0], (DWORD)STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(my.value[1], 8 + 2 * 0x128);
    assert_int_equal(my.value[2], STATUS_SUCCESS);
    assert_int_equal(modules[0], 2);
    assert_string_equal(modules + 8 + 0x28, "\\SystemRoot\\system32\\ntoskrnl.exe");
    assert_string_equal(modules + 8 + 0x128 + 0x28, "\\SystemRoot\\System32\\drivers\\test.sys");
    assert_string_equal(
        modules + 8 + 0x128 + 0x28 + *(USHORT *)(void *)(modules + 8 + 0x128 + 0x26), "test.sys");
    assert_int_equal(my.value[3], (DWORD)STATUS_INFO_LENGTH_MISMATCH);
    assert_true(my.value[4]);
    assert_int_equal(my.value[5], STATUS_SUCCESS);
    assert_int_equal(my.value[6], FALSE);
    assert_int_equal(my.value[7], (DWORD)STATUS_INVALID_INFO_CLASS);
}

/* ---- APC routines ---------------------------------------------------------------------------- */

static VOID NTAPI told(PVOID context, PIO_STATUS_BLOCK iosb, ULONG reserved) {
    my.value[0] += (DWORD)(ULONG_PTR)context;
    my.value[1] = (DWORD)iosb->Information;
    my.value[2] = reserved;
}

static NTSTATUS gives_byte(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    *(char *)irp->AssociatedIrp.SystemBuffer = 'x';
    return complete(irp, STATUS_SUCCESS, 1);
}

static int reads_natively(int argc, char **argv) {
    IO_STATUS_BLOCK iosb;
    char byte = 0;
    (void)argc, (void)argv;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    HANDLE file = open_test(READ_WRITE, 0);
    my.status = NtReadFile(file, event, told, (PVOID)5, &iosb, &byte, 1, NULL, NULL);
    my.value[3] = my.value[0]; /* not yet */
    my.value[4] = WaitForSingleObject(event, 0);
    my.value[5] = SleepEx(0, TRUE);
    my.value[6] = (DWORD)byte;
    return 0;
}

static void a_native_read_calls_its_routine(void **state) {
    my.device_flags = DO_BUFFERED_IO;
    my.read = gives_byte;
    driver_load(*state, device_entry);
    program(*state, reads_natively);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_int_equal(my.value[3], 0);
    assert_int_equal(my.value[4], WAIT_OBJECT_0);
    assert_int_equal(my.value[5], WAIT_IO_COMPLETION);
    assert_int_equal(my.value[6], 'x');
    assert_int_equal(my.value[0], 5);
    assert_int_equal(my.value[1], 1);
    assert_int_equal(my.value[2], 0);
}

static void read_as_driver(void *context) {
    IO_STATUS_BLOCK iosb;
    char byte;
    (void)context;
    HANDLE handle = open_by_name("\\Device\\Test");
    my.status = ZwReadFile(handle, NULL, told, (PVOID)7, &iosb, &byte, 1, NULL, NULL);
    ZwClose(handle);
}

static void the_routine_of_a_driver_is_a_kernel_apc(void **state) {
    my.device_flags = DO_BUFFERED_IO;
    my.read = gives_byte;
    driver_load(*state, device_entry);
    kernel_call(*state, read_as_driver);
    assert_int_equal(my.status, STATUS_SUCCESS);
    assert_int_equal(my.value[0], 7);
    assert_int_equal(my.value[1], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        device_case(start_io_gets_one_request_at_a_time),
        device_case(a_waiting_packet_can_be_cancelled),
        device_case(packets_are_started_by_key),
        device_case(device_queues_are_sorted_by_key),
        device_case(asynchronous_requests_belong_to_who_builds_them),
        device_case(drivers_answer_questions_about_their_files),
        device_case(drivers_ask_about_files_of_the_disk),
        device_case(links_tell_where_they_lead),
        device_case(the_system_lists_the_modules_of_the_kernel),
        device_case(a_native_read_calls_its_routine),
        device_case(the_routine_of_a_driver_is_a_kernel_apc),
    };
    return cmocka_run_group_tests_name("services of drivers", tests, NULL, NULL);
}
