/* Pool, lookaside lists, memory descriptor lists, requests, stacks of devices, work items. */
#include "device_driver.h"
#include "kernel_check.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

/* ---- pool ------------------------------------------------------------------------------------ */

static void allocate(void *context) {
    PVOID memory = ExAllocatePool(PagedPool, 24);
    (void)context;
    check(memory);
    ExFreePool(memory);
    memory = ExAllocatePoolWithTagPriority(NonPagedPoolNx, 24, TAG, NormalPoolPriority);
    check(memory);
    ExFreePoolWithTag(memory, TAG);
    memory = ExAllocatePoolWithQuotaTag(PagedPool, 24, TAG);
    check(memory);
    ExFreePoolWithTag(memory, TAG);
    enum { TOO_MUCH = 0x7FFFFFFF };
    check(!ExAllocatePool(PagedPool, TOO_MUCH));
    check(!ExAllocatePoolWithTagPriority(PagedPool, TOO_MUCH, TAG, HighPoolPriority));
    check(!ExAllocatePoolWithQuotaTag(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, TOO_MUCH, TAG));
    check(!ExAllocatePool2(POOL_FLAG_PAGED, 0, TAG));
    check(!ExAllocatePool2(POOL_FLAG_PAGED, 8, 0));
    check(!ExAllocatePool2(0, 8, TAG));
    check(!ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 8, TAG));
}

static void pool_is_allocated_in_many_ways(void **state) {
    in_kernel(state, allocate);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_ALLOCATE, NULL),
                     test_count(*state, RD_EVENT_POOL_FREE, NULL));
}

/* ---- lookaside lists ------------------------------------------------------------------------- */

static unsigned taken, given;

static PVOID own_allocate(POOL_TYPE type, SIZE_T size, ULONG tag) {
    equal(type & PagedPool, PagedPool);
    equal(size, 40);
    taken++;
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID own_free(PVOID memory) {
    given++;
    ExFreePoolWithTag(memory, TAG);
}

static void use_lookaside_lists(void *context) {
    PAGED_LOOKASIDE_LIST paged;
    LOOKASIDE_LIST_EX list;
    (void)context;
    taken = given = 0;
    ExInitializePagedLookasideList(&paged, own_allocate, own_free, 0, 40, TAG, 0);
    PVOID entry = ExAllocateFromPagedLookasideList(&paged);
    check(entry);
    ExFreeToPagedLookasideList(&paged, entry);
    ExDeletePagedLookasideList(&paged);
    equal(taken, 1);
    equal(given, 1);
    equal(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 4, 40, TAG, 0),
          STATUS_INVALID_PARAMETER_4);
    equal(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 3, 40, TAG, 0),
          STATUS_INVALID_PARAMETER_4);
    equal(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 40, TAG, 0), STATUS_SUCCESS);
    entry = ExAllocateFromLookasideListEx(&list);
    ExFreeToLookasideListEx(&list, entry);
    ExFlushLookasideListEx(&list);
    entry = ExAllocateFromLookasideListEx(&list); /* it can still be used */
    check(entry);
    ExFreeToLookasideListEx(&list, entry);
    ExDeleteLookasideListEx(&list);
}

static void lookaside_lists_use_the_drivers_routines(void **state) {
    in_kernel(state, use_lookaside_lists);
}

/* ---- memory descriptor lists ----------------------------------------------------------------- */

static void describe_memory(void *context) {
    char *memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, 5000, TAG);
    PIRP irp = IoAllocateIrp(1, FALSE);
    (void)context;
    PMDL first = IoAllocateMdl(memory, 100, FALSE, FALSE, irp);
    PMDL second = IoAllocateMdl(memory + 100, 200, TRUE, FALSE, irp);
    PMDL third = IoAllocateMdl(memory + 300, 300, TRUE, FALSE, irp);
    check(irp->MdlAddress == first && first->Next == second && second->Next == third);
    equal(MmGetMdlByteCount(second), 200);
    check(MmSizeOfMdl(memory, 5000) >= sizeof(MDL) + sizeof(ULONG_PTR));
    check(MmSizeOfMdl(memory, 50000) > MmSizeOfMdl(memory, 5000));
    MmBuildMdlForNonPagedPool(first);
    check(first->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL);
    check(MmGetSystemAddressForMdlSafe(first, NormalPagePriority) == (PVOID)memory);
    MmProbeAndLockPages(second, KernelMode, IoModifyAccess);
    check(second->MdlFlags & MDL_PAGES_LOCKED);
    check(MmMapLockedPagesSpecifyCache(second, KernelMode, MmCached, NULL, FALSE,
                                       NormalPagePriority) == (PVOID)(memory + 100));
    MmUnmapLockedPages(memory + 100, second);
    check(MmMapLockedPages(second, KernelMode) == (PVOID)(memory + 100));
    MmUnmapLockedPages(memory + 100, second);
    check(!(second->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA));
    MmUnlockPages(second);
    check(!(second->MdlFlags & MDL_PAGES_LOCKED));
    IoFreeMdl(third);
    IoFreeMdl(second);
    IoFreeMdl(first);
    IoFreeIrp(irp);
    check(MmIsAddressValid(memory));
    check(!MmIsAddressValid(NULL) && !MmIsAddressValid((PVOID)0xFFFF));
    ExFreePoolWithTag(memory, TAG);
}

static void memory_is_described_locked_and_mapped(void **state) {
    in_kernel(state, describe_memory);
}

/* ---- requests -------------------------------------------------------------------------------- */

static NTSTATUS notes_sender(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    check(IoGetRequestorProcess(irp) == PsGetCurrentProcess());
    equal(IoGetRequestorProcessId(irp), (ULONG_PTR)PsGetCurrentProcessId());
    check(IoThreadToProcess(PsGetCurrentThread()) == PsGetCurrentProcess());
    equal(ExGetPreviousMode(), UserMode);
    check(!IoIs32bitProcess(irp));
    my.value[my.value[0] ? 1 : 0] = 10u + IoIsOperationSynchronous(irp);
    return complete(irp, STATUS_SUCCESS, 0);
}

static int sends_in_both_ways(int argc, char **argv) {
    DWORD bytes;
    OVERLAPPED overlapped = {0};
    (void)argc, (void)argv;
    HANDLE handle = open_test(GENERIC_READ, 0);
    DeviceIoControl(handle, TEST_CODE(METHOD_BUFFERED, 0), NULL, 0, NULL, 0, &bytes, NULL);
    CloseHandle(handle);
    handle = open_test(GENERIC_READ, FILE_FLAG_OVERLAPPED);
    DeviceIoControl(handle, TEST_CODE(METHOD_BUFFERED, 0), NULL, 0, NULL, 0, &bytes, &overlapped);
    CloseHandle(handle);
    return 0;
}

static void requests_tell_who_asks(void **state) {
    kernel_checks_begin();
    my.control = notes_sender;
    driver_load(*state, device_entry);
    program(*state, sends_in_both_ways);
    kernel_checks_hold();
    assert_int_equal(my.value[0], 11);
    assert_int_equal(my.value[1], 10);
}

static NTSTATUS stays(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    (void)device, (void)irp, (void)context;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static int32_t reuse_entry(void *driver, void *path) {
    KEVENT event;
    equal(device_entry(driver, path), STATUS_SUCCESS);
    PIRP irp = IoAllocateIrp(my.device->StackSize, FALSE);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    for (int turn = 0; turn < 2; turn++) {
        IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;
        IoSetCompletionRoutine(irp, stays, NULL, TRUE, TRUE, TRUE);
        irp->UserEvent = &event;
        equal(IoCallDriver(my.device, irp), STATUS_SUCCESS);
        IoReuseIrp(irp, STATUS_NOT_SUPPORTED);
        equal(irp->IoStatus.Status, STATUS_NOT_SUPPORTED);
        equal(irp->CurrentLocation, irp->StackCount + 1);
        check(!irp->UserEvent && !irp->MdlAddress && !irp->Cancel);
    }
    equal(IoGetRequestorProcessId(irp), 0); /* it belongs to nobody */
    check(!IoGetRequestorProcess(irp));
    IoFreeIrp(irp);
    equal(ExGetPreviousMode(), KernelMode);
    return STATUS_SUCCESS;
}

static void a_request_is_used_again(void **state) {
    kernel_checks_begin();
    driver_load(*state, reuse_entry);
    kernel_checks_hold();
    assert_string_equal(my.story, "read read");
}

/* ---- stacks of devices ----------------------------------------------------------------------- */

static int32_t attach_entry(void *driver, void *path) {
    PDEVICE_OBJECT upper, top, found;
    PFILE_OBJECT file;
    UNICODE_STRING name;
    WCHAR text[64];
    equal(device_entry(driver, path), STATUS_SUCCESS);
    my.device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    equal(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &upper), STATUS_SUCCESS);
    equal(IoCreateDevice(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &top), STATUS_SUCCESS);
    upper->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    check(IoGetAttachedDevice(my.device) == my.device);
    check(IoAttachDeviceToDeviceStack(upper, my.device) == my.device);
    equal(upper->StackSize, my.device->StackSize + 1);
    equal(IoAttachDeviceToDeviceStackSafe(top, my.device, &found), STATUS_SUCCESS);
    check(found == upper); /* the highest one so far */
    check(IoGetAttachedDevice(my.device) == top);
    found = IoGetAttachedDeviceReference(upper);
    check(found == top);
    ObDereferenceObject(found);
    found = IoGetLowerDeviceObject(top);
    check(found == upper);
    ObDereferenceObject(found);
    check(!IoGetLowerDeviceObject(my.device));
    unicode(&name, text, "\\Device\\Test");
    top->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    equal(IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &found), STATUS_SUCCESS);
    check(found == top && IoGetRelatedDeviceObject(file) == top);
    ObDereferenceObject(file);
    IoDetachDevice(upper);
    IoDetachDevice(my.device);
    IoDeleteDevice(top);
    IoDeleteDevice(upper);
    unicode(&name, text, "\\DosDevices\\Other");
    UNICODE_STRING target;
    WCHAR target_text[64];
    unicode(&target, target_text, "\\Device\\Test");
    equal(IoCreateUnprotectedSymbolicLink(&name, &target), STATUS_SUCCESS);
    equal(IoCreateUnprotectedSymbolicLink(&name, &target), STATUS_OBJECT_NAME_COLLISION);
    equal(IoDeleteSymbolicLink(&name), STATUS_SUCCESS);
    equal(IoDeleteSymbolicLink(&name), STATUS_OBJECT_NAME_NOT_FOUND);
    return STATUS_SUCCESS;
}

static void devices_are_stacked(void **state) {
    kernel_checks_begin();
    driver_load(*state, attach_entry);
    kernel_checks_hold();
}

static VOID later(PDRIVER_OBJECT driver, PVOID context, ULONG count) {
    check(driver == my.driver);
    equal(count, ++*(ULONG *)context);
}

static int32_t later_entry(void *driver, void *path) {
    static ULONG turns;
    turns = 0;
    my.value[0] = 0;
    (void)path;
    my.driver = driver;
    IoRegisterBootDriverReinitialization(driver, later, &turns);
    IoRegisterBootDriverReinitialization(driver, later, &turns);
    check(!turns); /* not before DriverEntry has returned */
    return STATUS_SUCCESS;
}

static void reinitialization_comes_after_driver_entry(void **state) {
    kernel_checks_begin();
    driver_load(*state, later_entry);
    kernel_checks_hold();
    assert_int_equal(kernel_checks.made, 5);
}

/* ---- event tracing --------------------------------------------------------------------------- */

static int32_t trace_entry(void *driver, void *path) {
    static const GUID id = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    static const EVENT_DESCRIPTOR event = {0};
    REGHANDLE handle = 0;
    (void)path;
    equal(EtwRegister(&id, NULL, NULL, &handle), STATUS_SUCCESS);
    check(handle != 0);
    check(!EtwEventEnabled(handle, &event)); /* nobody listens */
    check(!EtwProviderEnabled(handle, 4, 0));
    equal(EtwWrite(handle, &event, NULL, 0, NULL), STATUS_SUCCESS);
    equal(EtwUnregister(handle), STATUS_SUCCESS);
    equal(EtwUnregister(handle), STATUS_INVALID_HANDLE);
    equal(EtwWrite(handle, &event, NULL, 0, NULL), STATUS_INVALID_HANDLE);
    equal(EtwRegister(NULL, NULL, NULL, &handle), STATUS_INVALID_PARAMETER);
    equal(EtwRegister(&id, NULL, NULL, NULL), STATUS_INVALID_PARAMETER);
    check(MmIsDriverVerifying(driver));
    return STATUS_SUCCESS;
}

static void tracing_has_no_listeners(void **state) {
    kernel_checks_begin();
    driver_load(*state, trace_entry);
    kernel_checks_hold();
}

/* ---- work items ------------------------------------------------------------------------------ */

static KEVENT done;

static VOID work(PDEVICE_OBJECT device, PVOID context) {
    check(device == my.device);
    equal((ULONG_PTR)context, 5);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

static int32_t work_entry(void *driver, void *path) {
    equal(device_entry(driver, path), STATUS_SUCCESS);
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    check(IoSizeofWorkItem() > 0);
    PIO_WORKITEM item = ExAllocatePool2(POOL_FLAG_NON_PAGED, IoSizeofWorkItem(), TAG);
    IoInitializeWorkItem(my.device, item);
    for (int turn = 0; turn < 2; turn++) {
        IoQueueWorkItem(item, work, DelayedWorkQueue, (PVOID)5);
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    }
    IoUninitializeWorkItem(item);
    ExFreePoolWithTag(item, TAG);
    return STATUS_SUCCESS;
}

static void work_items_live_in_the_drivers_memory(void **state) {
    kernel_checks_begin();
    driver_load(*state, work_entry);
    kernel_checks_hold();
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void free_null(void *context) {
    (void)context;
    ExFreePoolWithTag(NULL, 0);
}

static void free_zero_bytes(void *context) {
    (void)context;
    ExAllocatePoolWithTag(PagedPool, 0, TAG);
}

static void quota_raises(void *context) {
    (void)context;
    ExAllocatePoolWithQuotaTag(PagedPool, 0x7FFFFFFF, TAG);
}

static void pool2_raises(void *context) {
    (void)context;
    ExAllocatePool2(POOL_FLAG_RAISE_ON_FAILURE, 8, TAG);
}

static void lookaside_raises(void *context) {
    LOOKASIDE_LIST_EX list;
    (void)context;
    ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool,
                                EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, 0x7FFFFFFF, TAG, 0);
    ExAllocateFromLookasideListEx(&list);
}

static void lock_nothing(void *context) {
    (void)context;
    PMDL mdl = IoAllocateMdl(NULL, 16, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
}

static void lock_kernel_memory_for_user(void *context) {
    (void)context;
    PMDL mdl = IoAllocateMdl((PVOID)0xFFFF800000001000ull, 16, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
}

static void unlock_twice(void *context) {
    static char memory[16];
    (void)context;
    PMDL mdl = IoAllocateMdl(memory, 16, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    MmUnlockPages(mdl);
    MmUnlockPages(mdl);
}

static VOID nothing(PDEVICE_OBJECT device, PVOID context) {
    (void)device, (void)context;
}

static void queue_twice(void *context) {
    static char device;
    (void)context;
    PIO_WORKITEM item = IoAllocateWorkItem((PDEVICE_OBJECT)(void *)&device);
    IoQueueWorkItem(item, nothing, DelayedWorkQueue, NULL);
    IoQueueWorkItem(item, nothing, DelayedWorkQueue, NULL);
}

static void free_queued_item(void *context) {
    static char device;
    (void)context;
    PIO_WORKITEM item = IoAllocateWorkItem((PDEVICE_OBJECT)(void *)&device);
    IoQueueWorkItem(item, nothing, DelayedWorkQueue, NULL);
    IoFreeWorkItem(item);
}

static void complete_twice(void *context) {
    (void)context;
    PIRP irp = IoAllocateIrp(1, FALSE);
    IoCompleteRequest(irp, IO_NO_INCREMENT); /* it was never sent */
}

static void misuse_stops_the_machine(void **state) {
    static const struct kernel_stop_row rows[] = {
        {free_null, 0xC2, 0x7, "POOL-05"},
        {free_zero_bytes, 0xC2, 0x0, "POOL-03"},
        {quota_raises, 0x7E, (uint64_t)STATUS_INSUFFICIENT_RESOURCES, "0xC000009A"},
        {pool2_raises, 0x7E, (uint64_t)STATUS_INVALID_PARAMETER, "0xC000000D"},
        {lookaside_raises, 0x7E, (uint64_t)STATUS_INSUFFICIENT_RESOURCES, "0xC000009A"},
        {lock_nothing, 0x7E, (uint64_t)STATUS_ACCESS_VIOLATION, "0xC0000005"},
        {lock_kernel_memory_for_user, 0x7E, (uint64_t)STATUS_ACCESS_VIOLATION, "0xC0000005"},
        {unlock_twice, 0x76, 1, "PROCESS_HAS_LOCKED_PAGES"},
        {queue_twice, 0xE4, 1, "WORKER_INVALID"},
        {free_queued_item, 0xE4, 0, "WORKER_INVALID"},
        {complete_twice, 0x44, 0, "MULTIPLE_IRP_COMPLETE_REQUESTS"},
    };
    (void)state;
    stops(rows, sizeof rows / sizeof rows[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(pool_is_allocated_in_many_ways),
        test_case(lookaside_lists_use_the_drivers_routines),
        test_case(memory_is_described_locked_and_mapped),
        device_case(requests_tell_who_asks),
        device_case(a_request_is_used_again),
        device_case(devices_are_stacked),
        device_case(reinitialization_comes_after_driver_entry),
        test_case(tracing_has_no_listeners),
        device_case(work_items_live_in_the_drivers_memory),
        test_case(misuse_stops_the_machine),
    };
    return cmocka_run_group_tests_name("kernel memory and requests", tests, NULL, NULL);
}
