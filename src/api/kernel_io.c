/* kernel_io.c - devices, symbolic links, work items, and what is known by name only. */
#include "api/kernel.h"
#include "ex/ex_sync.h"

const char *kernel_utf8(struct rd_world *w, const UNICODE_STRING *text) {
    if (!text || !text->Buffer)
        return "";
    const uint16_t *units = (const uint16_t *)(const void *)text->Buffer;
    size_t count = text->Length / 2;
    size_t size = base_utf16_to_8(units, count, NULL, 0);
    char *copy = base_arena_alloc(&w->run, size + 1);
    if (!copy)
        return "";
    base_utf16_to_8(units, count, copy, size);
    copy[size] = '\0';
    return copy;
}

/* ---- devices --------------------------------------------------------------------------------- */

NTSTATUS IoCreateDevice(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
                        PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
                        ULONG DeviceCharacteristics, BOOLEAN Exclusive,
                        PDEVICE_OBJECT *DeviceObject) {
    struct rd_world *w = kernel_world();
    NTSTATUS status = STATUS_SUCCESS;
    *DeviceObject = NULL;
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_APC_LEVEL, "IoCreateDevice", "IRQL-02");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    struct io_device_create create = {.driver = DriverObject->DriverSection,
                                      .name = DeviceName ? kernel_utf8(w, DeviceName) : NULL,
                                      .type = DeviceType,
                                      .characteristics = DeviceCharacteristics,
                                      .extension_size = DeviceExtensionSize,
                                      .exclusive = Exclusive != FALSE};
    *DeviceObject = io_device_create(w, &create, &status);
    return status;
}

NTSTATUS IoCreateDeviceSecure(PDRIVER_OBJECT DriverObject, ULONG DeviceExtensionSize,
                              PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
                              ULONG DeviceCharacteristics, BOOLEAN Exclusive,
                              PCUNICODE_STRING DefaultSDDLString, LPCGUID DeviceClassGuid,
                              PDEVICE_OBJECT *DeviceObject) {
    (void)DefaultSDDLString, (void)DeviceClassGuid;
    return IoCreateDevice(DriverObject, DeviceExtensionSize, DeviceName, DeviceType,
                          DeviceCharacteristics, Exclusive, DeviceObject);
}

VOID IoDeleteDevice(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "IoDeleteDevice", "IRQL-02");
    ke_point(w, ob_id(DeviceObject), KE_WRITE);
    io_device_delete(w, DeviceObject);
}

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING SymbolicLinkName, PUNICODE_STRING DeviceName) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "IoCreateSymbolicLink", "IRQL-01");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return io_link_create(w, kernel_utf8(w, SymbolicLinkName), kernel_utf8(w, DeviceName));
}

NTSTATUS IoCreateUnprotectedSymbolicLink(PUNICODE_STRING SymbolicLinkName,
                                         PUNICODE_STRING DeviceName) {
    return IoCreateSymbolicLink(SymbolicLinkName, DeviceName);
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING SymbolicLinkName) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "IoDeleteSymbolicLink", "IRQL-01");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return io_link_delete(w, kernel_utf8(w, SymbolicLinkName));
}

/* ---- work items ------------------------------------------------------------------------------ */

/* IO_WORKITEM. */
struct _IO_WORKITEM {
    PVOID object;
    struct io_driver *driver;
};

static void queue(struct rd_world *w, const struct io_work *content) {
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE);
    struct io_work *work = core_alloc(w, sizeof *work);
    *work = *content;
    work->size = sizeof *work;
    work->driver = io_current_driver(w, content->routine);
    io_work_queue(w, work);
}

static void run_ex_item(struct rd_world *w, struct io_work *work) {
    PWORKER_THREAD_ROUTINE routine = (PWORKER_THREAD_ROUTINE)work->routine;
    WORK_QUEUE_ITEM *item = work->a;
    (void)w;
    item->List.Flink = NULL;
    routine(work->b);
}

static void run_io_item(struct rd_world *w, struct io_work *work) {
    PIO_WORKITEM_ROUTINE routine = (PIO_WORKITEM_ROUTINE)work->routine;
    (void)w;
    routine(work->a, work->b);
}

static void run_io_item_ex(struct rd_world *w, struct io_work *work) {
    PIO_WORKITEM_ROUTINE_EX routine = (PIO_WORKITEM_ROUTINE_EX)work->routine;
    (void)w;
    routine(work->a, work->b, work->c);
}

VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType) {
    struct rd_world *w = kernel_world();
    (void)QueueType;
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ExQueueWorkItem", "IRQL-03");
    if (WorkItem->List.Flink) {
        uint64_t parameters[4] = {1, 0, 0, 0};
        ke_bugcheck(w, 0xE4, parameters,
                    "WORKER_INVALID: a work item is queued that is queued already, or was not "
                    "initialised with ExInitializeWorkItem");
    }
    WorkItem->List.Flink = &WorkItem->List;
    queue(w, &(struct io_work){.run = run_ex_item,
                               .routine = (void *)(uintptr_t)WorkItem->WorkerRoutine,
                               .a = WorkItem,
                               .b = WorkItem->Parameter});
}

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    struct _IO_WORKITEM *item = io_pool_allocate(
        w, &(struct io_pool_request){.size = sizeof *item, .tag = KERNEL_TAG('I', 'o', 'W', 'i')});
    if (item)
        IoInitializeWorkItem(DeviceObject, item);
    return item;
}

VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem) {
    struct rd_world *w = kernel_world();
    if (w)
        io_pool_free(w, IoWorkItem, 0);
}

ULONG IoSizeofWorkItem(VOID) {
    return sizeof(struct _IO_WORKITEM);
}

VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem) {
    struct rd_world *w = kernel_world();
    IoWorkItem->object = IoObject;
    IoWorkItem->driver = w ? io_current_driver(w, NULL) : NULL;
}

VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem) {
    (void)IoWorkItem;
}

VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                     WORK_QUEUE_TYPE QueueType, PVOID Context) {
    struct rd_world *w = kernel_world();
    (void)QueueType;
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "IoQueueWorkItem", "IRQL-03");
    queue(w, &(struct io_work){.run = run_io_item,
                               .routine = (void *)(uintptr_t)WorkerRoutine,
                               .a = IoWorkItem->object,
                               .b = Context});
}

VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                       WORK_QUEUE_TYPE QueueType, PVOID Context) {
    struct rd_world *w = kernel_world();
    (void)QueueType;
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "IoQueueWorkItemEx", "IRQL-03");
    queue(w, &(struct io_work){.run = run_io_item_ex,
                               .routine = (void *)(uintptr_t)WorkerRoutine,
                               .a = IoWorkItem->object,
                               .b = Context,
                               .c = IoWorkItem});
}

/* ---- the rest -------------------------------------------------------------------------------- */

KPROCESSOR_MODE ExGetPreviousMode(VOID) {
    struct rd_world *w = kernel_world();
    return w && !ps_current(w)->tcb.system ? UserMode : KernelMode;
}

VOID ExRaiseStatus(NTSTATUS Status) {
    struct rd_world *w = kernel_world();
    if (w)
        ldr_raise(w, &(struct ldr_exception){.code = (uint32_t)Status, .flags = 1});
    base_assert_fail("ExRaiseStatus is called by simulated code", __FILE__, __LINE__);
}

VOID ExRaiseAccessViolation(VOID) {
    ExRaiseStatus(STATUS_ACCESS_VIOLATION);
}

VOID ExRaiseDatatypeMisalignment(VOID) {
    ExRaiseStatus(STATUS_DATATYPE_MISALIGNMENT);
}

BOOLEAN ExIsProcessorFeaturePresent(ULONG ProcessorFeature) {
    (void)ProcessorFeature;
    return FALSE;
}

static PKEVENT create_event(PUNICODE_STRING name, PHANDLE handle, bool manual) {
    struct rd_world *w = kernel_world();
    struct ex_named named = {.name = w && name ? kernel_utf8(w, name) : NULL};
    *handle = NULL;
    if (!w)
        return NULL;
    ke_service_check(w, "IoCreate...Event");
    KEVENT *event = ex_event_create(w, &named, manual, true);
    if (!event)
        return NULL;
    struct kernel_open open = {.body = event, .access = 0x1F0003, .attributes = OBJ_KERNEL_HANDLE};
    NTSTATUS status = kernel_open_handle(w, &open, handle);
    ob_dereference(w, event);
    return NT_SUCCESS(status) ? event : NULL;
}

PKEVENT IoCreateNotificationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle) {
    return create_event(EventName, EventHandle, true);
}

PKEVENT IoCreateSynchronizationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle) {
    return create_event(EventName, EventHandle, false);
}

/* ---- routines by name ------------------------------------------------------------------------ */

/* Routines that some versions of Windows lack. */
static bool is_available(const struct core_profile *profile, const char *name) {
    enum { VISTA = 6000, WIN10_1709 = 16299, WIN10_2004 = 19041 };
    const struct {
        const char *name;
        bool available;
    } rows[] = {
        {"PsSetCreateProcessNotifyRoutineEx", profile->process_notify_ex},
        {"PsSetCreateProcessNotifyRoutineEx2", profile->process_notify_ex2},
        {"PsSetCreateThreadNotifyRoutineEx", profile->thread_notify_ex},
        {"PsSetLoadImageNotifyRoutineEx", profile->build >= WIN10_1709},
        {"ExAllocatePool2", profile->build >= WIN10_2004},
        {"ObRegisterCallbacks", profile->build > VISTA},
        {"ObUnRegisterCallbacks", profile->build > VISTA},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].available;
    return true;
}

/* Only what the kernel exports: the functions of kernel_exports.def. */
static bool is_kernel_export(const char *name) {
    static const char *const names[] = {
#define RD_EXPORT(symbol) #symbol,
#define RD_EXPORT_AS(text, symbol) text,
#include "api/kernel_exports.def"
#undef RD_EXPORT
#undef RD_EXPORT_AS
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "MmGetSystemRoutineAddress", "IRQL-01");
    const char *name = kernel_utf8(w, SystemRoutineName);
    if (strcmp(name, "PsInitialSystemProcess") == 0)
        return &w->io->system_process; /* a variable of this machine, not of the library */
    if (!is_kernel_export(name) || !is_available(w->profile, name))
        return NULL;
    return api_export_find(name);
}
