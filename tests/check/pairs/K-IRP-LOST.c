/* One path out of a dispatch routine does not complete the request. */
#include "pair.h"

static NTSTATUS serve(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
#ifdef BROKEN
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_READ)
        return STATUS_INVALID_PARAMETER;
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
