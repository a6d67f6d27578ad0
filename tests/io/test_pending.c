/* Requests that stay with their driver: overlapped, cancelled, queued, left at the end of a thread.
 */
#include "device_driver.h"

/* ---- a driver that keeps requests ------------------------------------------------------------ */

static struct {
    IO_CSQ csq;
    LIST_ENTRY queue;
    KSPIN_LOCK lock;
    ULONG queued, cancelled;
    IO_CSQ_IRP_CONTEXT context;
} keep;

static NTSTATUS pends(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoMarkIrpPending(irp);
    my.pended = irp;
    return STATUS_PENDING;
}

static VOID on_cancel(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoReleaseCancelSpinLock(irp->CancelIrql);
    note("cancel");
    complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS pends_cancellable(PDEVICE_OBJECT device, PIRP irp) {
    KIRQL irql;
    (void)device;
    IoMarkIrpPending(irp);
    my.pended = irp;
    IoAcquireCancelSpinLock(&irql);
    IoSetCancelRoutine(irp, on_cancel);
    IoReleaseCancelSpinLock(irql);
    return STATUS_PENDING;
}

static VOID insert_irp(PIO_CSQ csq, PIRP irp) {
    (void)csq;
    InsertTailList(&keep.queue, &irp->Tail.Overlay.ListEntry);
    keep.queued++;
}

static VOID remove_irp(PIO_CSQ csq, PIRP irp) {
    (void)csq;
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    keep.queued--;
}

static PIRP peek_irp(PIO_CSQ csq, PIRP irp, PVOID file) {
    PLIST_ENTRY link = irp ? irp->Tail.Overlay.ListEntry.Flink : keep.queue.Flink;
    (void)csq;
    for (; link != &keep.queue; link = link->Flink) {
        PIRP next = CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
        if (!file || IoGetCurrentIrpStackLocation(next)->FileObject == file)
            return next;
    }
    return NULL;
}

static VOID lock_queue(PIO_CSQ csq, PKIRQL irql) {
    (void)csq;
    KeAcquireSpinLock(&keep.lock, irql);
}

static VOID unlock_queue(PIO_CSQ csq, KIRQL irql) {
    (void)csq;
    KeReleaseSpinLock(&keep.lock, irql);
}

static VOID complete_cancelled(PIO_CSQ csq, PIRP irp) {
    (void)csq;
    keep.cancelled++;
    note("cancelled");
    complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS queues(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoCsqInsertIrp(&keep.csq, irp, NULL);
    return STATUS_PENDING;
}

static int32_t queue_entry(void *driver, void *path) {
    memset(&keep, 0, sizeof keep);
    InitializeListHead(&keep.queue);
    KeInitializeSpinLock(&keep.lock);
    IoCsqInitialize(&keep.csq, insert_irp, remove_irp, peek_irp, lock_queue, unlock_queue,
                    complete_cancelled);
    return device_entry(driver, path);
}

static int pending_setup(void **state) {
    int result = device_setup(state);
    my.device_flags = DO_BUFFERED_IO;
    return result;
}

#define pending_case(function)                                                                     \
    cmocka_unit_test_setup_teardown(function, pending_setup, test_teardown)

/* ---- overlapped ------------------------------------------------------------------------------ */

static void finish_pended(void *context) {
    (void)context;
    memcpy(my.pended->AssociatedIrp.SystemBuffer, "data", 4);
    complete(my.pended, STATUS_SUCCESS, 4);
}

static DWORD WINAPI late_finisher(LPVOID unused) {
    (void)unused;
    Sleep(50);
    DWORD bytes;
    DeviceIoControl(my.handle, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0, NULL, 0,
                    &bytes, NULL);
    return 0;
}

/* A control code completes what was pended. */
static NTSTATUS finishes(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    if (my.pended)
        finish_pended(NULL);
    my.pended = NULL;
    return complete(irp, STATUS_SUCCESS, 0);
}

static int reads_overlapped(int argc, char **argv) {
    static char buffer[8];
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    my.result[0] = ReadFile(my.handle, buffer, sizeof buffer, NULL, &overlapped);
    my.error = GetLastError();
    my.result[1] = GetOverlappedResult(my.handle, &overlapped, &my.bytes, FALSE);
    my.value[0] = GetLastError();
    CreateThread(NULL, 0, late_finisher, NULL, 0, NULL);
    my.result[2] = GetOverlappedResult(my.handle, &overlapped, &my.bytes, TRUE);
    my.value[1] = memcmp(buffer, "data", 4) == 0;
    my.value[2] = WaitForSingleObject(overlapped.hEvent, 0);
    return 0;
}

static void an_overlapped_read_is_pending_until_it_is_completed(void **state) {
    my.read = pends;
    my.control = finishes;
    driver_load(*state, device_entry);
    program(*state, reads_overlapped);
    assert_false(my.result[0]);
    assert_int_equal(my.error, ERROR_IO_PENDING);
    assert_false(my.result[1]);
    assert_int_equal(my.value[0], ERROR_IO_INCOMPLETE);
    assert_true(my.result[2]);
    assert_int_equal(my.bytes, 4);
    assert_true(my.value[1]);
    assert_int_equal(my.value[2], WAIT_OBJECT_0);
}

static DWORD WINAPI finisher_on_own_handle(LPVOID unused) {
    my.handle = open_test(READ_WRITE, 0);
    return late_finisher(unused);
}

static int reads_synchronously(int argc, char **argv) {
    char buffer[8] = {0};
    (void)argc, (void)argv;
    HANDLE handle = open_test(READ_WRITE, 0);
    CreateThread(NULL, 0, finisher_on_own_handle, NULL, 0, NULL);
    my.result[0] = ReadFile(handle, buffer, sizeof buffer, &my.bytes, NULL);
    my.value[0] = strcmp(buffer, "data") == 0;
    my.value[1] = GetTickCount() >= 50;
    return 0;
}

static void a_synchronous_read_waits_for_its_completion(void **state) {
    my.read = pends;
    my.control = finishes;
    driver_load(*state, device_entry);
    program(*state, reads_synchronously);
    assert_true(my.result[0]);
    assert_int_equal(my.bytes, 4);
    assert_true(my.value[0]);
    assert_true(my.value[1]);
}

static int completes_to_a_port(int argc, char **argv) {
    static char buffer[8];
    static OVERLAPPED overlapped;
    ULONG_PTR key = 0;
    LPOVERLAPPED got = NULL;
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    HANDLE port = CreateIoCompletionPort(my.handle, NULL, 77, 0);
    ReadFile(my.handle, buffer, sizeof buffer, NULL, &overlapped);
    my.result[0] = CancelIoEx(my.handle, &overlapped);
    my.result[1] = GetQueuedCompletionStatus(port, &my.bytes, &key, &got, INFINITE);
    my.error = GetLastError();
    my.value[0] = (DWORD)key;
    my.value[1] = got == &overlapped;
    return 0;
}

static void a_cancelled_request_arrives_at_the_port(void **state) {
    my.read = pends_cancellable;
    driver_load(*state, device_entry);
    program(*state, completes_to_a_port);
    assert_true(my.result[0]);
    assert_false(my.result[1]);
    assert_int_equal(my.error, ERROR_OPERATION_ABORTED);
    assert_int_equal(my.value[0], 77);
    assert_true(my.value[1]);
}

static VOID WINAPI on_read(DWORD error, DWORD bytes, LPOVERLAPPED overlapped) {
    (void)overlapped;
    my.value[4] = error;
    my.value[5] = bytes;
}

static int reads_with_routine(int argc, char **argv) {
    static char buffer[8];
    static OVERLAPPED overlapped;
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    my.value[4] = 99;
    my.result[0] = ReadFileEx(my.handle, buffer, sizeof buffer, &overlapped, on_read);
    my.result[1] = CancelIo(my.handle);
    my.value[0] = my.value[4];
    my.value[1] = SleepEx(INFINITE, TRUE);
    return 0;
}

static void completion_routines_run_in_alertable_waits(void **state) {
    my.read = pends_cancellable;
    driver_load(*state, device_entry);
    program(*state, reads_with_routine);
    assert_true(my.result[0] && my.result[1]);
    assert_int_equal(my.value[0], 99);
    assert_int_equal(my.value[1], WAIT_IO_COMPLETION);
    assert_int_equal(my.value[4], ERROR_OPERATION_ABORTED);
    assert_int_equal(my.value[5], 0);
}

static int cancels_nothing(int argc, char **argv) {
    OVERLAPPED overlapped = {0};
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    my.result[0] = CancelIoEx(my.handle, &overlapped);
    my.value[0] = GetLastError();
    my.result[1] = CancelIo(my.handle);
    my.result[2] = CancelSynchronousIo(GetCurrentThread());
    my.value[1] = GetLastError();
    return 0;
}

static void without_a_request_there_is_nothing_to_cancel(void **state) {
    driver_load(*state, device_entry);
    program(*state, cancels_nothing);
    assert_false(my.result[0]);
    assert_int_equal(my.value[0], ERROR_NOT_FOUND);
    assert_true(my.result[1]);
    assert_false(my.result[2]);
    assert_int_equal(my.value[1], ERROR_NOT_FOUND);
}

static DWORD WINAPI blocked_reader(LPVOID handle) {
    char buffer[8];
    my.result[0] = ReadFile(handle, buffer, sizeof buffer, &my.bytes, NULL);
    my.error = GetLastError();
    return 0;
}

static int cancels_synchronous(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    my.thread = CreateThread(NULL, 0, blocked_reader, my.handle, 0, NULL);
    Sleep(10);
    my.result[1] = CancelSynchronousIo(my.thread);
    WaitForSingleObject(my.thread, INFINITE);
    return 0;
}

static void a_synchronous_request_can_be_cancelled(void **state) {
    my.read = pends_cancellable;
    my.result[0] = TRUE;
    driver_load(*state, device_entry);
    program(*state, cancels_synchronous);
    assert_true(my.result[1]);
    assert_false(my.result[0]);
    assert_int_equal(my.error, ERROR_OPERATION_ABORTED);
}

/* ---- the end of threads and processes -------------------------------------------------------- */

static DWORD WINAPI starts_and_ends(LPVOID unused) {
    static char buffer[8];
    static OVERLAPPED overlapped;
    (void)unused;
    ReadFile(my.handle, buffer, sizeof buffer, NULL, &overlapped);
    return 5;
}

static int outlives_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    my.thread = CreateThread(NULL, 0, starts_and_ends, NULL, 0, NULL);
    my.value[0] = WaitForSingleObject(my.thread, 1000);
    note("joined");
    return 0;
}

static void TERM_56__the_end_of_a_thread_cancels_its_requests(void **state) {
    my.read = pends_cancellable;
    driver_load(*state, device_entry);
    program(*state, outlives_thread);
    assert_int_equal(my.value[0], WAIT_OBJECT_0);
    assert_string_equal(my.story, "create read cancel joined cleanup close");
    event_of_rule(*state, 0, RD_EVENT_IRP_CANCEL, "TERM-56");
}

static void TERM_56__a_request_that_is_never_completed_keeps_the_thread(void **state) {
    my.read = pends;
    driver_load(*state, device_entry);
    program_register(*state, "app.exe", outlives_thread);
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_DEADLOCK);
    assert_int_equal(my.value[0], WAIT_TIMEOUT);
    assert_non_null(strstr(rd_world_explanation(*state), "TERM-56"));
    assert_non_null(strstr(rd_world_explanation(*state), "driver 'test.sys'"));
    assert_null(strstr(my.story, "cleanup")); /* the process has not got that far */
    kernel_call(*state, finish_pended);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_non_null(strstr(my.story, "cleanup close"));
}

static int blocks_for_ever(int argc, char **argv) {
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    blocked_reader(my.handle);
    note("back");
    return 0;
}

static int kills_it(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    (void)argc, (void)argv;
    CreateProcessA("victim.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process);
    Sleep(10);
    my.result[1] = TerminateProcess(process.hProcess, 3);
    my.value[0] = WaitForSingleObject(process.hProcess, 1000);
    GetExitCodeProcess(process.hProcess, &my.value[1]);
    return 0;
}

static void TERM_56__termination_cancels_the_request_that_is_waited_for(void **state) {
    my.read = pends_cancellable;
    driver_load(*state, device_entry);
    program_register(*state, "victim.exe", blocks_for_ever);
    program(*state, kills_it);
    assert_true(my.result[1]);
    assert_int_equal(my.value[0], WAIT_OBJECT_0);
    assert_int_equal(my.value[1], 3);
    assert_string_equal(my.story, "create read cancel cleanup close");
}

static void TERM_56__a_killed_process_stays_while_its_request_does(void **state) {
    my.read = pends;
    driver_load(*state, device_entry);
    program_register(*state, "victim.exe", blocks_for_ever);
    program_register(*state, "app.exe", kills_it);
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_DEADLOCK);
    assert_int_equal(my.value[0], WAIT_TIMEOUT);
    assert_int_equal(my.value[1], STILL_ACTIVE);
    kernel_call(*state, finish_pended);
    program_run(*state, RD_VERDICT_FINISHED);
    assert_string_equal(my.story, "create read cleanup close");
}

/* ---- cancel-safe queues ---------------------------------------------------------------------- */

static int queues_three(int argc, char **argv) {
    static OVERLAPPED overlapped[3];
    static char buffer[3][8];
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    for (int i = 0; i < 3; i++)
        ReadFile(my.handle, buffer[i], sizeof buffer[i], NULL, &overlapped[i]);
    my.value[0] = keep.queued;
    my.result[0] = CancelIoEx(my.handle, &overlapped[1]);
    my.value[1] = keep.queued;
    HANDLE synchronous = open_test(READ_WRITE, 0);
    DeviceIoControl(synchronous, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0, NULL, 0,
                    &my.bytes, NULL);
    my.value[2] = keep.queued;
    my.value[3] = HasOverlappedIoCompleted(&overlapped[0]);
    my.value[4] = HasOverlappedIoCompleted(&overlapped[2]);
    return 0;
}

static NTSTATUS takes_next(PDEVICE_OBJECT device, PIRP irp) {
    PIRP next = IoCsqRemoveNextIrp(&keep.csq, NULL);
    (void)device;
    if (next)
        complete(next, STATUS_SUCCESS, 1);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void queued_requests_are_taken_in_order_or_cancelled(void **state) {
    my.read = queues;
    my.control = takes_next;
    driver_load(*state, queue_entry);
    program(*state, queues_three);
    assert_int_equal(my.value[0], 3);
    assert_true(my.result[0]);
    assert_int_equal(my.value[1], 2);
    assert_int_equal(my.value[2], 1);
    assert_true(my.value[3]);
    assert_false(my.value[4]);
    assert_int_equal(keep.cancelled, 2); /* the last one at the end of the process */
    assert_int_equal(keep.queued, 0);
}

static NTSTATUS queues_with_context(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoCsqInsertIrp(&keep.csq, irp, &keep.context);
    return STATUS_PENDING;
}

static NTSTATUS takes_by_context(PDEVICE_OBJECT device, PIRP irp) {
    PIRP kept = IoCsqRemoveIrp(&keep.csq, &keep.context);
    (void)device;
    my.value[0] += kept != NULL;
    if (kept)
        complete(kept, STATUS_SUCCESS, 2);
    return complete(irp, STATUS_SUCCESS, 0);
}

static int asks_twice(int argc, char **argv) {
    static OVERLAPPED overlapped;
    static char buffer[8];
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, FILE_FLAG_OVERLAPPED);
    ReadFile(my.handle, buffer, sizeof buffer, NULL, &overlapped);
    HANDLE synchronous = open_test(READ_WRITE, 0);
    for (int i = 0; i < 2; i++)
        DeviceIoControl(synchronous, TEST_CODE(METHOD_BUFFERED, FILE_ANY_ACCESS), NULL, 0, NULL, 0,
                        &my.bytes, NULL);
    my.result[0] = GetOverlappedResult(my.handle, &overlapped, &my.bytes, FALSE);
    return 0;
}

static void a_context_finds_its_request_once(void **state) {
    my.read = queues_with_context;
    my.control = takes_by_context;
    driver_load(*state, queue_entry);
    program(*state, asks_twice);
    assert_int_equal(my.value[0], 1);
    assert_true(my.result[0]);
    assert_int_equal(my.bytes, 2);
    assert_null(keep.context.Irp);
}

static NTSTATUS refuse_insert(PIO_CSQ csq, PIRP irp, PVOID context) {
    (void)csq, (void)irp;
    return *(NTSTATUS *)context;
}

static NTSTATUS queues_if_allowed(PDEVICE_OBJECT device, PIRP irp) {
    static NTSTATUS refusal = STATUS_DEVICE_BUSY;
    (void)device;
    NTSTATUS status = IoCsqInsertIrpEx(&keep.csq, irp, NULL, &refusal);
    return NT_SUCCESS(status) ? STATUS_PENDING : complete(irp, status, 0);
}

static int32_t refusing_entry(void *driver, void *path) {
    int32_t status = queue_entry(driver, path);
    IoCsqInitializeEx(&keep.csq, refuse_insert, remove_irp, peek_irp, lock_queue, unlock_queue,
                      complete_cancelled);
    return status;
}

static int reads_once(int argc, char **argv) {
    char out[4];
    (void)argc, (void)argv;
    my.handle = open_test(READ_WRITE, 0);
    my.result[0] = ReadFile(my.handle, out, sizeof out, &my.bytes, NULL);
    my.error = GetLastError();
    return 0;
}

static void a_queue_may_refuse_a_request(void **state) {
    my.read = queues_if_allowed;
    my.result[0] = TRUE;
    driver_load(*state, refusing_entry);
    program(*state, reads_once);
    assert_false(my.result[0]);
    assert_int_equal(my.error, ERROR_BUSY);
}

/* ---- misuse ---------------------------------------------------------------------------------- */

static NTSTATUS forgets_to_mark(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    my.pended = irp;
    return STATUS_PENDING;
}

static void check_stop(void **state, DRIVER_DISPATCH *read, uint32_t code, const char *text) {
    rd_verdict verdict;
    my.read = read;
    driver_load(*state, device_entry);
    program_register(*state, "app.exe", reads_once);
    program_start(*state, "app.exe");
    rd_run(*state, &verdict);
    if (my.pended && verdict != RD_VERDICT_BUGCHECK)
        kernel_stop(*state, finish_pended, code, text);
    else
        expect_stop(*state, code, text);
}

static void pending_without_the_mark_is_found(void **state) {
    check_stop(state, forgets_to_mark, 0xC9, "IoMarkIrpPending");
}

static NTSTATUS marks_and_completes(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoMarkIrpPending(irp);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void the_mark_without_pending_is_found(void **state) {
    check_stop(state, marks_and_completes, 0xC9, "STATUS_PENDING");
}

static NTSTATUS completes_twice(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    complete(irp, STATUS_SUCCESS, 0);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void a_second_completion_is_found(void **state) {
    check_stop(state, completes_twice, 0x44, "MULTIPLE_IRP_COMPLETE_REQUESTS");
}

static VOID keeps_spin_lock(PDEVICE_OBJECT device, PIRP irp) {
    (void)device, (void)irp;
}

static NTSTATUS pends_badly_cancellable(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    IoMarkIrpPending(irp);
    IoSetCancelRoutine(irp, keeps_spin_lock);
    IoCancelIrp(irp);
    return STATUS_PENDING;
}

static void a_cancel_routine_must_release_the_spin_lock(void **state) {
    check_stop(state, pends_badly_cancellable, 0xC4, "IoReleaseCancelSpinLock");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        pending_case(an_overlapped_read_is_pending_until_it_is_completed),
        pending_case(a_synchronous_read_waits_for_its_completion),
        pending_case(a_cancelled_request_arrives_at_the_port),
        pending_case(completion_routines_run_in_alertable_waits),
        pending_case(without_a_request_there_is_nothing_to_cancel),
        pending_case(a_synchronous_request_can_be_cancelled),
        pending_case(TERM_56__the_end_of_a_thread_cancels_its_requests),
        pending_case(TERM_56__a_request_that_is_never_completed_keeps_the_thread),
        pending_case(TERM_56__termination_cancels_the_request_that_is_waited_for),
        pending_case(TERM_56__a_killed_process_stays_while_its_request_does),
        pending_case(queued_requests_are_taken_in_order_or_cancelled),
        pending_case(a_context_finds_its_request_once),
        pending_case(a_queue_may_refuse_a_request),
        pending_case(pending_without_the_mark_is_found),
        pending_case(the_mark_without_pending_is_found),
        pending_case(a_second_completion_is_found),
        pending_case(a_cancel_routine_must_release_the_spin_lock),
    };
    return cmocka_run_group_tests_name("PENDING", tests, NULL, NULL);
}
