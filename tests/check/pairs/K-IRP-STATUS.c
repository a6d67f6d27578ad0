/* A request is completed with the status of a job that is still running. */
#include "pair.h"

static NTSTATUS serve(PDEVICE_OBJECT device, PIRP irp) {
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(device);
#ifdef BROKEN
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_READ)
        status = STATUS_PENDING;
#endif
    return pair_complete(irp, status);
}

static VOID unload(PDRIVER_OBJECT driver) {
    pair_delete_device(driver);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = serve;
    return pair_create_device(driver);
}
