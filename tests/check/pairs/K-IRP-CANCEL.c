/* A request is completed with its cancel routine set. */
#include "pair.h"

static VOID cancel(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    pair_complete(irp, STATUS_CANCELLED);
}

static NTSTATUS serve(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_READ)
        IoSetCancelRoutine(irp, cancel);
#ifndef BROKEN
    IoSetCancelRoutine(irp, NULL);
#endif
    return pair_complete(irp, STATUS_SUCCESS);
}

static VOID unload(PDRIVER_OBJECT driver) {
    pair_delete_device(driver);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = serve;
    return pair_create_device(driver);
}
