/*
 * device_driver.h - a driver of host functions with one device, \Device\Test, for the tests of
 * requests. It notes the major functions that arrive; what it does with a request is set by each
 * test.
 */
#ifndef RD_TESTS_IO_DEVICE_DRIVER_H
#define RD_TESTS_IO_DEVICE_DRIVER_H

#include <stdio.h>
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

#define PATH_OF_TEST "\\\\.\\Test"
#define TEST_CODE(method, access) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, access)

/* All that a test looks at. Programs and drivers of one test share it. */
static struct {
    PDEVICE_OBJECT device;
    PDRIVER_OBJECT driver;
    ULONG device_flags, characteristics;
    BOOLEAN exclusive;
    DRIVER_DISPATCH *create, *read, *write, *control, *flush;
    char story[512]; /* what happened, in order: "create cleanup close" */
    PIRP pended;
    PFILE_OBJECT file;
    uint32_t pid[IRP_MJ_MAXIMUM_FUNCTION + 1]; /* in whose context it arrived */
    NTSTATUS status;
    ULONG_PTR information;
    DWORD error, bytes, value[8];
    BOOL result[8];
    HANDLE handle, thread, event;
} my;

static inline void note(const char *text) {
    size_t used = strlen(my.story);
    snprintf(my.story + used, sizeof my.story - used, used ? " %s" : "%s", text);
}

static inline NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static inline const char *major_word(UCHAR major) {
    switch (major) {
    case IRP_MJ_CREATE:
        return "create";
    case IRP_MJ_CLOSE:
        return "close";
    case IRP_MJ_CLEANUP:
        return "cleanup";
    case IRP_MJ_READ:
        return "read";
    case IRP_MJ_WRITE:
        return "write";
    case IRP_MJ_FLUSH_BUFFERS:
        return "flush";
    case IRP_MJ_SHUTDOWN:
        return "shutdown";
    default:
        return "control";
    }
}

static inline NTSTATUS device_dispatch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    UCHAR major = location->MajorFunction;
    DRIVER_DISPATCH *own = major == IRP_MJ_CREATE           ? my.create
                           : major == IRP_MJ_READ           ? my.read
                           : major == IRP_MJ_WRITE          ? my.write
                           : major == IRP_MJ_FLUSH_BUFFERS  ? my.flush
                           : major == IRP_MJ_DEVICE_CONTROL ? my.control
                                                            : NULL;
    note(major_word(major));
    my.pid[major] = (uint32_t)(uintptr_t)PsGetCurrentProcessId();
    my.file = location->FileObject;
    return own ? own(device, irp) : complete(irp, STATUS_SUCCESS, 0);
}

static inline void unicode(PUNICODE_STRING string, WCHAR *buffer, const char *text) {
    int length = 0;
    for (; text[length]; length++)
        buffer[length] = (WCHAR)text[length];
    buffer[length] = 0;
    RtlInitUnicodeString(string, buffer);
}

static inline VOID device_unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING name;
    WCHAR text[64];
    note("unload");
    unicode(&name, text, "\\DosDevices\\Test");
    IoDeleteSymbolicLink(&name);
    if (driver->DeviceObject)
        IoDeleteDevice(driver->DeviceObject);
}

static inline int32_t device_entry(void *driver_object, void *path) {
    PDRIVER_OBJECT driver = driver_object;
    UNICODE_STRING device, link;
    WCHAR texts[2][64];
    (void)path;
    my.driver = driver;
    driver->DriverUnload = device_unload;
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = device_dispatch;
    unicode(&device, texts[0], "\\Device\\Test");
    unicode(&link, texts[1], "\\DosDevices\\Test");
    NTSTATUS status = IoCreateDevice(driver, 64, &device, FILE_DEVICE_UNKNOWN, my.characteristics,
                                     my.exclusive, &my.device);
    if (!NT_SUCCESS(status))
        return status;
    my.device->Flags |= my.device_flags;
    return IoCreateSymbolicLink(&link, &device);
}

static inline HANDLE open_test(DWORD access, DWORD flags) {
    return CreateFileA(PATH_OF_TEST, access, 0, NULL, OPEN_EXISTING, flags, NULL);
}

#define READ_WRITE (GENERIC_READ | GENERIC_WRITE)

static inline int device_setup(void **state) {
    memset(&my, 0, sizeof my);
    return test_setup(state);
}

#define device_case(function) cmocka_unit_test_setup_teardown(function, device_setup, test_teardown)

#endif
