/*
 * A slow device that serves one request at a time: StartIo arms a timer, whose DPC completes the
 * request and starts the next one. Requests that wait, and the one that is served, can be
 * cancelled.
 */
#include <ntddk.h>

typedef struct _SERIAL {
    KTIMER Timer;
    KDPC Dpc;
    ULONG Served;
} SERIAL, *PSERIAL;

static VOID Finish(PDEVICE_OBJECT device, PIRP irp, NTSTATUS status, ULONG_PTR bytes) {
    UNREFERENCED_PARAMETER(device);
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
}

static VOID Cancel(PDEVICE_OBJECT device, PIRP irp) {
    PSERIAL serial = device->DeviceExtension;
    if (irp == device->CurrentIrp) {
        IoReleaseCancelSpinLock(irp->CancelIrql);
        if (KeCancelTimer(&serial->Timer)) {
            KIRQL irql;
            KeRaiseIrql(DISPATCH_LEVEL, &irql);
            IoStartNextPacket(device, TRUE);
            KeLowerIrql(irql);
        }
    } else {
        KeRemoveEntryDeviceQueue(&device->DeviceQueue, &irp->Tail.Overlay.DeviceQueueEntry);
        IoReleaseCancelSpinLock(irp->CancelIrql);
    }
    Finish(device, irp, STATUS_CANCELLED, 0);
}

static VOID StartIo(PDEVICE_OBJECT device, PIRP irp) {
    PSERIAL serial = device->DeviceExtension;
    LARGE_INTEGER due;
    UNREFERENCED_PARAMETER(irp);
    due.QuadPart = -10 * 10000; /* 10 ms */
    KeSetTimer(&serial->Timer, due, &serial->Dpc);
}

static KDEFERRED_ROUTINE OnTimer;
static VOID OnTimer(PKDPC dpc, PVOID context, PVOID a, PVOID b) {
    PDEVICE_OBJECT device = context;
    PSERIAL serial = device->DeviceExtension;
    KIRQL irql;
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(a);
    UNREFERENCED_PARAMETER(b);
    IoAcquireCancelSpinLock(&irql);
    PIRP irp = device->CurrentIrp;
    if (irp && !IoSetCancelRoutine(irp, NULL))
        irp = NULL; /* its cancel routine completes it */
    IoReleaseCancelSpinLock(irql);
    IoStartNextPacket(device, TRUE);
    if (!irp)
        return;
    *(PCHAR)irp->AssociatedIrp.SystemBuffer = (CHAR)('a' + serial->Served++);
    Finish(device, irp, STATUS_SUCCESS, 1);
}

static DRIVER_DISPATCH Read, OpenClose;

static NTSTATUS Read(PDEVICE_OBJECT device, PIRP irp) {
    if (!IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length) {
        Finish(device, irp, STATUS_INVALID_PARAMETER, 0);
        return STATUS_INVALID_PARAMETER;
    }
    IoMarkIrpPending(irp);
    IoStartPacket(device, irp, NULL, Cancel);
    return STATUS_PENDING;
}

static NTSTATUS OpenClose(PDEVICE_OBJECT device, PIRP irp) {
    Finish(device, irp, STATUS_SUCCESS, 0);
    return STATUS_SUCCESS;
}

static VOID Unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Serial");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Serial");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Serial");
    PDEVICE_OBJECT device;
    UNREFERENCED_PARAMETER(path);
    NTSTATUS status =
        IoCreateDevice(driver, sizeof(SERIAL), &name, FILE_DEVICE_SERIAL_PORT, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    PSERIAL serial = device->DeviceExtension;
    KeInitializeTimer(&serial->Timer);
    KeInitializeDpc(&serial->Dpc, OnTimer, device);
    device->Flags |= DO_BUFFERED_IO;
    driver->DriverUnload = Unload;
    driver->DriverStartIo = StartIo;
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] = OpenClose;
    driver->MajorFunction[IRP_MJ_READ] = Read;
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status))
        IoDeleteDevice(device);
    return status;
}
