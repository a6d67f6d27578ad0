/*
 * pair.h - what the drivers of this folder share. Each ID.c is one driver: compiled with BROKEN it
 * breaks the rule of the check with that ID, without it breaks none.
 *
 * A pair defines load(), which DriverEntry calls, and unload() or NOTHING_TO_UNLOAD. A pair with
 * an `#ifdef PROGRAM` brings its own program; the others run beside app.c.
 */
#ifndef PAIR_H
#define PAIR_H

#include <ntifs.h>

enum { PAIR_TAG = 'riaP' };

static NTSTATUS load(PDRIVER_OBJECT driver);
static VOID unload(PDRIVER_OBJECT driver);

#define NOTHING_TO_UNLOAD                                                                          \
    static VOID unload(PDRIVER_OBJECT driver) {                                                    \
        UNREFERENCED_PARAMETER(driver);                                                            \
    }

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNREFERENCED_PARAMETER(path);
    driver->DriverUnload = unload;
    return load(driver);
}

/* \Device\Pair, which app.c opens as \\.\Pair. */
#define PAIR_DEVICE RTL_CONSTANT_STRING(L"\\Device\\Pair")
#define PAIR_LINK RTL_CONSTANT_STRING(L"\\DosDevices\\Pair")

static inline NTSTATUS pair_create_device(PDRIVER_OBJECT driver) {
    UNICODE_STRING name = PAIR_DEVICE, link = PAIR_LINK;
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    device->Flags |= DO_BUFFERED_IO;
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status))
        IoDeleteDevice(device);
    return status;
}

static inline VOID pair_delete_device(PDRIVER_OBJECT driver) {
    UNICODE_STRING link = PAIR_LINK;
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

static inline NTSTATUS pair_complete(PIRP irp, NTSTATUS status) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/* A system thread that runs the routine to its end. */
static inline VOID pair_run_thread(PKSTART_ROUTINE routine, PVOID context) {
    HANDLE handle;
    PVOID thread;
    if (!NT_SUCCESS(
            PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, context)))
        return;
    if (NT_SUCCESS(ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode,
                                             &thread, NULL))) {
        KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(thread);
    }
    ZwClose(handle);
}

#endif
