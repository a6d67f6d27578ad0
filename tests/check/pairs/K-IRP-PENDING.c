/* A request is kept for a worker without IoMarkIrpPending. */
#include "pair.h"

static WORK_QUEUE_ITEM item;

static VOID finish(PVOID context) {
    pair_complete(context, STATUS_SUCCESS);
}

static NTSTATUS serve(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction != IRP_MJ_READ)
        return pair_complete(irp, STATUS_SUCCESS);
#ifndef BROKEN
    IoMarkIrpPending(irp);
#endif
    ExInitializeWorkItem(&item, finish, irp);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    return STATUS_PENDING;
}

static VOID unload(PDRIVER_OBJECT driver) {
    pair_delete_device(driver);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = serve;
    return pair_create_device(driver);
}
