/* kernel_startio.c - device queues, and StartIo routines that serve one request at a time. */
#include "api/kernel.h"
#include "io/request.h"

/* ---- device queues --------------------------------------------------------------------------- */

enum { DEVICE_QUEUE_OBJECT = 20 };

VOID KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue) {
    memset(DeviceQueue, 0, sizeof *DeviceQueue);
    DeviceQueue->Type = DEVICE_QUEUE_OBJECT;
    DeviceQueue->Size = sizeof *DeviceQueue;
    InitializeListHead(&DeviceQueue->DeviceListHead);
}

/* A queue of a device that nobody has used is still all zero. */
static void begin(struct rd_world *w, PKDEVICE_QUEUE queue, const char *routine) {
    if (!queue->DeviceListHead.Flink)
        KeInitializeDeviceQueue(queue);
    if (w)
        ke_irql_check(w, KE_DISPATCH_LEVEL, routine, "IRQL-03");
}

/* FALSE: the device was idle; it is busy now, and the entry is its caller's to serve. */
static BOOLEAN insert(PKDEVICE_QUEUE queue, PKDEVICE_QUEUE_ENTRY entry, const ULONG *key) {
    PLIST_ENTRY place = &queue->DeviceListHead;
    entry->Inserted = queue->Busy;
    entry->SortKey = key ? *key : 0;
    queue->Busy = TRUE;
    if (!entry->Inserted)
        return FALSE;
    while (key && place->Blink != &queue->DeviceListHead &&
           CONTAINING_RECORD(place->Blink, KDEVICE_QUEUE_ENTRY, DeviceListEntry)->SortKey > *key)
        place = place->Blink;
    InsertTailList(place, &entry->DeviceListEntry);
    return TRUE;
}

/* With a key: the first entry from there on, or the very first. */
static PKDEVICE_QUEUE_ENTRY take(PKDEVICE_QUEUE queue, const ULONG *key) {
    PLIST_ENTRY head = &queue->DeviceListHead, link = head->Flink;
    if (IsListEmpty(head)) {
        queue->Busy = FALSE;
        return NULL;
    }
    while (key && link != head &&
           CONTAINING_RECORD(link, KDEVICE_QUEUE_ENTRY, DeviceListEntry)->SortKey < *key)
        link = link->Flink;
    if (link == head)
        link = head->Flink;
    RemoveEntryList(link);
    PKDEVICE_QUEUE_ENTRY entry = CONTAINING_RECORD(link, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
    entry->Inserted = FALSE;
    return entry;
}

BOOLEAN KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry) {
    begin(kernel_world(), DeviceQueue, "KeInsertDeviceQueue");
    return insert(DeviceQueue, DeviceQueueEntry, NULL);
}

BOOLEAN KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry,
                                 ULONG SortKey) {
    begin(kernel_world(), DeviceQueue, "KeInsertByKeyDeviceQueue");
    return insert(DeviceQueue, DeviceQueueEntry, &SortKey);
}

PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue) {
    begin(kernel_world(), DeviceQueue, "KeRemoveDeviceQueue");
    return take(DeviceQueue, NULL);
}

PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey) {
    begin(kernel_world(), DeviceQueue, "KeRemoveByKeyDeviceQueue");
    return take(DeviceQueue, &SortKey);
}

BOOLEAN KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue,
                                 PKDEVICE_QUEUE_ENTRY DeviceQueueEntry) {
    begin(kernel_world(), DeviceQueue, "KeRemoveEntryDeviceQueue");
    BOOLEAN inserted = DeviceQueueEntry->Inserted;
    if (inserted)
        RemoveEntryList(&DeviceQueueEntry->DeviceListEntry);
    DeviceQueueEntry->Inserted = FALSE;
    return inserted;
}

/* ---- packets --------------------------------------------------------------------------------- */

static void start_io(struct rd_world *w, PDEVICE_OBJECT device, PIRP irp) {
    PDRIVER_STARTIO routine = device->DriverObject->DriverStartIo;
    struct io_call call = {.what = "StartIo"};
    io_begin_call(w, &call, device->DriverObject->DriverSection);
    routine(device, irp);
    io_end_call(w, &call);
}

/* The next request becomes the current one. With `cancelable` that excludes its cancellation. */
static void start_next(PDEVICE_OBJECT device, BOOLEAN cancelable, const ULONG *key) {
    struct rd_world *w = kernel_world();
    KIRQL irql = DISPATCH_LEVEL;
    begin(w, &device->DeviceQueue, "IoStartNextPacket");
    if (!w)
        return;
    KIRQL before = ke_irql_raise(w, KE_DISPATCH_LEVEL);
    if (cancelable)
        io_cancel_lock(w, &irql);
    device->CurrentIrp = NULL;
    PKDEVICE_QUEUE_ENTRY entry = take(&device->DeviceQueue, key);
    PIRP irp = entry ? CONTAINING_RECORD(entry, IRP, Tail.Overlay.DeviceQueueEntry) : NULL;
    device->CurrentIrp = irp;
    if (cancelable)
        io_cancel_unlock(w, irql);
    if (irp)
        start_io(w, device, irp);
    ke_irql_lower(w, before);
}

VOID IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable) {
    start_next(DeviceObject, Cancelable, NULL);
}

VOID IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable, ULONG Key) {
    start_next(DeviceObject, Cancelable, &Key);
}

VOID IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key,
                   PDRIVER_CANCEL CancelFunction) {
    struct rd_world *w = kernel_world();
    KIRQL irql = DISPATCH_LEVEL;
    begin(w, &DeviceObject->DeviceQueue, "IoStartPacket");
    if (!w)
        return;
    KIRQL before = ke_irql_raise(w, KE_DISPATCH_LEVEL);
    if (CancelFunction)
        io_cancel_lock(w, &irql);
    if (CancelFunction)
        Irp->CancelRoutine = CancelFunction;
    bool waits = insert(&DeviceObject->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry, Key);
    if (!waits)
        DeviceObject->CurrentIrp = Irp;
    if (waits && CancelFunction && Irp->Cancel) { /* cancelled before it had a routine */
        Irp->CancelIrql = irql;
        Irp->CancelRoutine = NULL;
        CancelFunction(DeviceObject, Irp); /* it releases the spin lock */
    } else if (CancelFunction) {
        io_cancel_unlock(w, irql);
    }
    if (!waits)
        start_io(w, DeviceObject, Irp);
    ke_irql_lower(w, before);
}
