/*
 * control_device.h - the device \\.\Control, through which a program tells a driver to stop what it
 * does, as a service's stop or an update would: all that the drivers here have in common.
 */
#ifndef CONTROL_DEVICE_H
#define CONTROL_DEVICE_H

#define IOCTL_CONTROL CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

#ifdef _NTDDK_

/* The driver's part; the status is that of DeviceIoControl. */
static NTSTATUS OnControl(VOID);

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Control");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Control");

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS DispatchOpen(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS DispatchControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, OnControl());
}

static NTSTATUS CreateControlDevice(PDRIVER_OBJECT DriverObject) {
    PDEVICE_OBJECT device;
    NTSTATUS status =
        IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);

    if (!NT_SUCCESS(status))
        return status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DispatchOpen;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = DispatchOpen;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DispatchControl;
    return IoCreateSymbolicLink(&LinkName, &DeviceName);
}

static VOID DeleteControlDevice(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

#else

static BOOL control(void) {
    HANDLE device = CreateFileA("\\\\.\\Control", 0, 0, NULL, OPEN_EXISTING, 0, NULL);
    DWORD bytes;

    return DeviceIoControl(device, IOCTL_CONTROL, NULL, 0, NULL, 0, &bytes, NULL);
}

#endif
#endif
