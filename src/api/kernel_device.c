/* kernel_device.c - stacks of devices, and what drivers register with the I/O manager. */
#include "api/kernel.h"
#include "io/file.h"
#include "io/registration.h"

static bool begin(struct rd_world **w, uint8_t highest, const char *routine) {
    static const char *const rules[] = {[KE_PASSIVE_LEVEL] = "IRQL-01",
                                        [KE_APC_LEVEL] = "IRQL-02",
                                        [KE_DISPATCH_LEVEL] = "IRQL-03"};
    *w = kernel_world();
    if (!*w)
        return false;
    ke_irql_check(*w, highest, routine, rules[highest]);
    ke_point(*w, KE_DRIVER_MEMORY, KE_WRITE);
    return true;
}

/* ---- stacks of devices ----------------------------------------------------------------------- */

PDEVICE_OBJECT IoAttachDeviceToDeviceStack(PDEVICE_OBJECT SourceDevice,
                                           PDEVICE_OBJECT TargetDevice) {
    struct rd_world *w;
    if (!begin(&w, KE_DISPATCH_LEVEL, "IoAttachDeviceToDeviceStack"))
        return NULL;
    return io_device_attach(SourceDevice, TargetDevice);
}

NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice,
                                         PDEVICE_OBJECT *AttachedToDeviceObject) {
    struct rd_world *w;
    if (!begin(&w, KE_DISPATCH_LEVEL, "IoAttachDeviceToDeviceStackSafe"))
        return STATUS_NO_SUCH_DEVICE;
    PDEVICE_OBJECT below = io_device_attach(SourceDevice, TargetDevice);
    if (below)
        *AttachedToDeviceObject = below;
    return below ? STATUS_SUCCESS : STATUS_NO_SUCH_DEVICE;
}

NTSTATUS IoAttachDevice(PDEVICE_OBJECT SourceDevice, PUNICODE_STRING TargetDevice,
                        PDEVICE_OBJECT *AttachedDevice) {
    PFILE_OBJECT file;
    PDEVICE_OBJECT target;
    NTSTATUS status = IoGetDeviceObjectPointer(TargetDevice, 0, &file, &target);
    if (!NT_SUCCESS(status))
        return status;
    status = IoAttachDeviceToDeviceStackSafe(SourceDevice, target, AttachedDevice);
    ObfDereferenceObject(file);
    return status;
}

VOID IoDetachDevice(PDEVICE_OBJECT TargetDevice) {
    struct rd_world *w;
    if (begin(&w, KE_PASSIVE_LEVEL, "IoDetachDevice"))
        io_device_detach(w, TargetDevice);
}

PDEVICE_OBJECT IoGetAttachedDevice(PDEVICE_OBJECT DeviceObject) {
    return io_device_top(DeviceObject);
}

static PDEVICE_OBJECT referenced(struct rd_world *w, PDEVICE_OBJECT device) {
    if (device)
        io_reference(w, device);
    return device;
}

PDEVICE_OBJECT IoGetAttachedDeviceReference(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w;
    if (!begin(&w, KE_DISPATCH_LEVEL, "IoGetAttachedDeviceReference"))
        return NULL;
    return referenced(w, io_device_top(DeviceObject));
}

PDEVICE_OBJECT IoGetLowerDeviceObject(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w;
    if (!begin(&w, KE_DISPATCH_LEVEL, "IoGetLowerDeviceObject"))
        return NULL;
    return referenced(w, io_device_below(w, DeviceObject));
}

PDEVICE_OBJECT IoGetRelatedDeviceObject(PFILE_OBJECT FileObject) {
    return io_device_top(FileObject->DeviceObject);
}

NTSTATUS IoGetDeviceObjectPointer(PUNICODE_STRING ObjectName, ACCESS_MASK DesiredAccess,
                                  PFILE_OBJECT *FileObject, PDEVICE_OBJECT *DeviceObject) {
    struct rd_world *w;
    void *file;
    HANDLE handle;
    if (!begin(&w, KE_PASSIVE_LEVEL, "IoGetDeviceObjectPointer"))
        return STATUS_INVALID_DEVICE_REQUEST;
    struct io_open request = {.name = kernel_utf8(w, ObjectName),
                              .access = ob_map_access(&io_file_type, DesiredAccess),
                              .disposition = FILE_OPEN,
                              .options = FILE_NON_DIRECTORY_FILE,
                              .kernel = true};
    NTSTATUS status = io_file_open(w, &request, &file);
    if (!NT_SUCCESS(status))
        return status;
    struct kernel_open open = {
        .body = file, .access = DesiredAccess, .attributes = OBJ_KERNEL_HANDLE};
    status = kernel_open_handle(w, &open, &handle);
    if (NT_SUCCESS(status)) {
        io_reference(w, file);
        *FileObject = file;
        *DeviceObject = IoGetRelatedDeviceObject(file);
        ZwClose(handle); /* the driver below gets IRP_MJ_CLEANUP, and IRP_MJ_CLOSE at the end */
    }
    ob_dereference(w, file);
    return status;
}

/* ---- shutdown -------------------------------------------------------------------------------- */

NTSTATUS IoRegisterShutdownNotification(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w;
    if (!begin(&w, KE_PASSIVE_LEVEL, "IoRegisterShutdownNotification"))
        return STATUS_INVALID_DEVICE_REQUEST;
    io_shutdown_register(w, DeviceObject, false);
    return STATUS_SUCCESS;
}

NTSTATUS IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w;
    if (!begin(&w, KE_PASSIVE_LEVEL, "IoRegisterLastChanceShutdownNotification"))
        return STATUS_INVALID_DEVICE_REQUEST;
    io_shutdown_register(w, DeviceObject, true);
    return STATUS_SUCCESS;
}

VOID IoUnregisterShutdownNotification(PDEVICE_OBJECT DeviceObject) {
    struct rd_world *w;
    if (begin(&w, KE_PASSIVE_LEVEL, "IoUnregisterShutdownNotification"))
        io_shutdown_unregister(w, DeviceObject);
}

/* ---- driver objects -------------------------------------------------------------------------- */

NTSTATUS IoAllocateDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                         PVOID ClientIdentificationAddress,
                                         ULONG DriverObjectExtensionSize,
                                         PVOID *DriverObjectExtension) {
    struct rd_world *w;
    *DriverObjectExtension = NULL;
    if (!begin(&w, KE_PASSIVE_LEVEL, "IoAllocateDriverObjectExtension"))
        return STATUS_INSUFFICIENT_RESOURCES;
    return io_extension_create(w, DriverObject->DriverSection, ClientIdentificationAddress,
                               DriverObjectExtensionSize, DriverObjectExtension);
}

PVOID IoGetDriverObjectExtension(PDRIVER_OBJECT DriverObject, PVOID ClientIdentificationAddress) {
    return io_extension_find(DriverObject->DriverSection, ClientIdentificationAddress);
}

VOID IoRegisterDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                      PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                      PVOID Context) {
    struct rd_world *w;
    if (begin(&w, KE_PASSIVE_LEVEL, "IoRegisterDriverReinitialization"))
        io_reinitialization_add(w, DriverObject->DriverSection,
                                (void *)(uintptr_t)DriverReinitializationRoutine, Context);
}

VOID IoRegisterBootDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                          PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                          PVOID Context) {
    IoRegisterDriverReinitialization(DriverObject, DriverReinitializationRoutine, Context);
}

/* ---- event tracing and WMI: registered, but nobody ever listens ------------------------------ */

NTSTATUS EtwRegister(LPCGUID ProviderId, PETWENABLECALLBACK EnableCallback, PVOID CallbackContext,
                     PREGHANDLE RegHandle) {
    struct rd_world *w;
    (void)CallbackContext;
    if (!begin(&w, KE_APC_LEVEL, "EtwRegister"))
        return STATUS_UNSUCCESSFUL;
    if (!ProviderId || !RegHandle)
        return STATUS_INVALID_PARAMETER;
    struct io_driver *driver = io_current_driver(w, (const void *)(uintptr_t)EnableCallback);
    *RegHandle = driver ? io_trace_register(w, driver) : 0;
    return STATUS_SUCCESS;
}

NTSTATUS EtwUnregister(REGHANDLE RegHandle) {
    struct rd_world *w;
    if (!begin(&w, KE_APC_LEVEL, "EtwUnregister"))
        return STATUS_UNSUCCESSFUL;
    return io_trace_unregister(w, RegHandle);
}

NTSTATUS EtwWrite(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor, LPCGUID ActivityId,
                  ULONG UserDataCount, PEVENT_DATA_DESCRIPTOR UserData) {
    struct rd_world *w = kernel_world();
    (void)EventDescriptor, (void)ActivityId, (void)UserDataCount, (void)UserData;
    return w && io_trace_registered(w, RegHandle) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

BOOLEAN EtwEventEnabled(REGHANDLE RegHandle, PCEVENT_DESCRIPTOR EventDescriptor) {
    (void)RegHandle, (void)EventDescriptor;
    return FALSE;
}

BOOLEAN EtwProviderEnabled(REGHANDLE RegHandle, UCHAR Level, ULONGLONG Keyword) {
    (void)RegHandle, (void)Level, (void)Keyword;
    return FALSE;
}

NTSTATUS IoWMIRegistrationControl(PDEVICE_OBJECT DeviceObject, ULONG Action) {
    struct rd_world *w;
    if (!begin(&w, KE_APC_LEVEL, "IoWMIRegistrationControl"))
        return STATUS_INVALID_DEVICE_REQUEST;
    switch (Action) {
    case WMIREG_ACTION_REGISTER:
        return io_wmi_register(DeviceObject->DriverObject->DriverSection, true);
    case WMIREG_ACTION_DEREGISTER:
        return io_wmi_register(DeviceObject->DriverObject->DriverSection, false);
    default:
        return Action <= WMIREG_ACTION_BLOCK_IRPS ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    }
}

/* ---- names and sizes of files ---------------------------------------------------------------- */

/* A driver that answers IRP_MJ_CREATE with STATUS_REPARSE has given the file another name. */
NTSTATUS IoReplaceFileObjectName(PFILE_OBJECT FileObject, PWSTR NewFileName,
                                 USHORT FileNameLength) {
    struct rd_world *w = kernel_world();
    UNICODE_STRING *name = &FileObject->FileName;
    if (!w)
        return STATUS_INVALID_PARAMETER;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "IoReplaceFileObjectName", "IRQL-01");
    if (FileNameLength > name->MaximumLength) {
        name->Buffer = core_alloc(w, FileNameLength);
        name->MaximumLength = FileNameLength;
    }
    memcpy(name->Buffer, NewFileName, FileNameLength);
    name->Length = FileNameLength;
    return STATUS_SUCCESS;
}

/* The driver of the file's device is asked; files that nobody has opened have none. */
NTSTATUS FsRtlGetFileSize(PFILE_OBJECT FileObject, PLARGE_INTEGER FileSize) {
    struct rd_world *w = kernel_world();
    FILE_STANDARD_INFORMATION information = {.Directory = FALSE};
    struct io_status result;
    struct io_operation operation = {.file = FileObject,
                                     .major = IRP_MJ_QUERY_INFORMATION,
                                     .code = FileStandardInformation,
                                     .output = &information,
                                     .output_size = sizeof information,
                                     .kernel = true,
                                     .wait = true};
    if (!w || !FileObject->DeviceObject)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "FsRtlGetFileSize", "IRQL-01");
    NTSTATUS status = io_perform(w, &operation, &result);
    if (NT_SUCCESS(status) && information.Directory)
        return STATUS_FILE_IS_A_DIRECTORY;
    if (NT_SUCCESS(status))
        *FileSize = information.EndOfFile;
    return status;
}
