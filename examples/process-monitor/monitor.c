/*
 * monitor.sys: a legacy driver. Its notify routine puts creations and exits of processes into a
 * ring and sets a named event; a client waits for the event and fetches the entries by a control
 * code.
 */
#include <ntddk.h>

#include "monitor.h"

#define RING_SIZE 64

typedef struct _DEVICE_EXTENSION {
    KSPIN_LOCK Lock;
    ULONG First, Count;
    MONITOR_EVENT Ring[RING_SIZE];
    PKEVENT Arrived;
    HANDLE ArrivedHandle;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

static PDEVICE_OBJECT MonitorDevice;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD MonitorUnload;

/* The oldest entry goes when the ring is full. */
static VOID OnProcess(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    PDEVICE_EXTENSION extension = MonitorDevice->DeviceExtension;
    PMONITOR_EVENT event;
    KIRQL irql;

    KeAcquireSpinLock(&extension->Lock, &irql);
    if (extension->Count == RING_SIZE) {
        extension->First = (extension->First + 1) % RING_SIZE;
        extension->Count--;
    }
    event = &extension->Ring[(extension->First + extension->Count++) % RING_SIZE];
    event->ParentId = HandleToULong(ParentId);
    event->ProcessId = HandleToULong(ProcessId);
    event->Create = Create;
    KeReleaseSpinLock(&extension->Lock, irql);
    KeSetEvent(extension->Arrived, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS CompleteRequest(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS OnCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return CompleteRequest(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS TakeEvent(PDEVICE_EXTENSION Extension, PMONITOR_EVENT Event) {
    NTSTATUS status = STATUS_NO_MORE_ENTRIES;
    KIRQL irql;

    KeAcquireSpinLock(&Extension->Lock, &irql);
    if (Extension->Count != 0) {
        *Event = Extension->Ring[Extension->First];
        Extension->First = (Extension->First + 1) % RING_SIZE;
        Extension->Count--;
        status = STATUS_SUCCESS;
    }
    KeReleaseSpinLock(&Extension->Lock, irql);
    return status;
}

static NTSTATUS OnControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status;

    if (stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_MONITOR_NEXT)
        return CompleteRequest(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if (stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(MONITOR_EVENT))
        return CompleteRequest(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    status = TakeEvent(DeviceObject->DeviceExtension, Irp->AssociatedIrp.SystemBuffer);
    return CompleteRequest(Irp, status, NT_SUCCESS(status) ? sizeof(MONITOR_EVENT) : 0);
}

static VOID DeleteDevice(PDEVICE_OBJECT DeviceObject) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\ProcessMonitor");
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;

    if (extension->ArrivedHandle != NULL)
        ZwClose(extension->ArrivedHandle);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DeviceObject);
}

VOID MonitorUnload(PDRIVER_OBJECT DriverObject) {
    PsSetCreateProcessNotifyRoutine(OnProcess, TRUE);
    DeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS CreateDevice(PDRIVER_OBJECT DriverObject) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\ProcessMonitor");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\ProcessMonitor");
    UNICODE_STRING arrived = RTL_CONSTANT_STRING(L"\\BaseNamedObjects\\ProcessMonitorEvent");
    PDEVICE_EXTENSION extension;
    NTSTATUS status;

    status = IoCreateDevice(DriverObject, sizeof(DEVICE_EXTENSION), &name, FILE_DEVICE_UNKNOWN, 0,
                            FALSE, &MonitorDevice);
    if (!NT_SUCCESS(status))
        return status;
    extension = MonitorDevice->DeviceExtension;
    KeInitializeSpinLock(&extension->Lock);
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(MonitorDevice);
        return status;
    }
    extension->Arrived = IoCreateSynchronizationEvent(&arrived, &extension->ArrivedHandle);
    if (extension->Arrived == NULL) {
        DeleteDevice(MonitorDevice);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeClearEvent(extension->Arrived);
    return STATUS_SUCCESS;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status = CreateDevice(DriverObject);

    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(status))
        return status;
    DriverObject->DriverUnload = MonitorUnload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnControl;
    status = PsSetCreateProcessNotifyRoutine(OnProcess, FALSE);
    if (!NT_SUCCESS(status))
        DeleteDevice(MonitorDevice);
    return status;
}
