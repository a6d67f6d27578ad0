/*
 * nt_file.c - files as system services see them: devices, and files of the host, by NT names. Zw
 * routines are what drivers call, Nt routines what programs call.
 */
#include "api/disk.h"
#include "api/kernel.h"
#include "ex/ex_sync.h"
#include "io/request.h"

enum { SYNCHRONOUS = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT };

/* Of <windows.h>, which cannot be included beside <ntddk.h>. */
enum { WIN_CREATE_NEW = 1, WIN_CREATE_ALWAYS, WIN_OPEN_EXISTING, WIN_OPEN_ALWAYS, WIN_TRUNCATE };

/* Their header cannot be included here, either. */
NTSTATUS NtCreateFile(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, PLARGE_INTEGER,
                      ULONG, ULONG, ULONG, ULONG, PVOID, ULONG);
NTSTATUS NtOpenFile(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK, ULONG, ULONG);
NTSTATUS NtReadFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                    PLARGE_INTEGER, PULONG);
NTSTATUS NtWriteFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, PVOID, ULONG,
                     PLARGE_INTEGER, PULONG);
NTSTATUS NtDeviceIoControlFile(HANDLE, HANDLE, PIO_APC_ROUTINE, PVOID, PIO_STATUS_BLOCK, ULONG,
                               PVOID, ULONG, PVOID, ULONG);

/* A service called by a driver: PASSIVE_LEVEL, special kernel APCs enabled. */
static bool begin(struct api_caller *me, const char *routine) {
    if (!kernel_world() || !api_caller_get(me))
        return false;
    if (routine)
        ke_service_check(me->w, routine);
    return true;
}

static NTSTATUS status_of(uint32_t error) {
    static const struct {
        uint32_t error;
        NTSTATUS status;
    } rows[] = {{0, STATUS_SUCCESS},
                {1, STATUS_INVALID_DEVICE_REQUEST},
                {2, STATUS_OBJECT_NAME_NOT_FOUND},
                {3, STATUS_OBJECT_PATH_NOT_FOUND},
                {4, STATUS_TOO_MANY_OPENED_FILES},
                {5, STATUS_ACCESS_DENIED},
                {6, STATUS_INVALID_HANDLE},
                {32, STATUS_SHARING_VIOLATION},
                {33, STATUS_FILE_LOCK_CONFLICT},
                {80, STATUS_OBJECT_NAME_COLLISION},
                {109, STATUS_PIPE_BROKEN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].error == error)
            return rows[i].status;
    return STATUS_INVALID_PARAMETER;
}

/* ---- opening --------------------------------------------------------------------------------- */

struct request {
    const OBJECT_ATTRIBUTES *attributes;
    ACCESS_MASK access;
    ULONG file_attributes, share, disposition, options;
    bool kernel;
};

/* "C:\..." if the name is one of a file on the disk, else NULL. */
static const char *dos_path(struct rd_world *w, const char *name) {
    static const struct {
        const char *prefix, *path;
    } roots[] = {{"\\SystemRoot\\", "C:\\Windows\\"}, {"\\Device\\HarddiskVolume1\\", "C:\\"}};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        size_t length = strlen(roots[i].prefix);
        if (strlen(name) > length && ldr_same_prefix(name, roots[i].prefix, length))
            return core_textf(w, "%s%s", roots[i].path, name + length);
    }
    name = io_name_normalized(w, name);
    return strncmp(name, "\\?\?\\", 4) == 0 && name[4] && name[5] == ':' ? name + 4 : NULL;
}

static NTSTATUS open_on_disk(struct api_caller *me, const struct request *r, const char *path,
                             void **file, ULONG_PTR *information) {
    static const uint8_t dispositions[] = {
        [FILE_SUPERSEDE] = WIN_CREATE_ALWAYS, [FILE_OPEN] = WIN_OPEN_EXISTING,
        [FILE_CREATE] = WIN_CREATE_NEW,       [FILE_OPEN_IF] = WIN_OPEN_ALWAYS,
        [FILE_OVERWRITE] = WIN_TRUNCATE,      [FILE_OVERWRITE_IF] = WIN_CREATE_ALWAYS};
    static const uint8_t existing[] = {
        [FILE_SUPERSEDE] = FILE_SUPERSEDED,  [FILE_OPEN] = FILE_OPENED,
        [FILE_CREATE] = FILE_CREATED,        [FILE_OPEN_IF] = FILE_OPENED,
        [FILE_OVERWRITE] = FILE_OVERWRITTEN, [FILE_OVERWRITE_IF] = FILE_OVERWRITTEN};
    bool overwrites = r->disposition == FILE_OVERWRITE;
    struct api_disk_open open = {.name = path,
                                 .access = r->access | (overwrites ? FILE_WRITE_DATA : 0),
                                 .share = r->share,
                                 .disposition = dispositions[r->disposition],
                                 .attributes = r->file_attributes,
                                 .overlapped = !(r->options & SYNCHRONOUS),
                                 .directories = !(r->options & FILE_NON_DIRECTORY_FILE),
                                 .delete_on_close = (r->options & FILE_DELETE_ON_CLOSE) != 0};
    NTSTATUS status = status_of(api_disk_open(me, &open, file));
    *information = open.existed ? existing[r->disposition] : FILE_CREATED;
    return status;
}

static NTSTATUS open_device(struct api_caller *me, const struct request *r, const char *name,
                            void **file, ULONG_PTR *information) {
    struct io_open open = {.name = name,
                           .access = ob_map_access(&io_file_type, r->access),
                           .share = r->share,
                           .attributes = r->file_attributes,
                           .disposition = r->disposition,
                           .options = r->options,
                           .kernel =
                               r->kernel && !(r->attributes->Attributes & OBJ_FORCE_ACCESS_CHECK)};
    ke_point(me->w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    NTSTATUS status = io_file_open(me->w, &open, file);
    *information = open.information;
    return status;
}

static NTSTATUS check(const struct request *r) {
    if (!r->attributes || r->disposition > FILE_MAXIMUM_DISPOSITION ||
        ((r->options & SYNCHRONOUS) && !(r->access & (SYNCHRONIZE | GENERIC_ALL))))
        return STATUS_INVALID_PARAMETER;
    if (!r->attributes->ObjectName || !r->attributes->ObjectName->Length)
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (r->attributes->RootDirectory)
        return STATUS_OBJECT_TYPE_MISMATCH; /* there are no handles of directories */
    return STATUS_SUCCESS;
}

static NTSTATUS create(struct api_caller *me, const struct request *r, PHANDLE handle,
                       PIO_STATUS_BLOCK iosb) {
    void *file;
    ULONG_PTR information;
    NTSTATUS status = check(r);
    if (!NT_SUCCESS(status))
        return status;
    const char *name = kernel_utf8(me->w, r->attributes->ObjectName);
    const char *path = dos_path(me->w, name);
    if (*name != '\\')
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    status = path ? open_on_disk(me, r, path, &file, &information)
                  : open_device(me, r, name, &file, &information);
    if (!NT_SUCCESS(status))
        return status;
    struct kernel_open open = {.body = file,
                               .access = r->access,
                               .attributes = r->kernel ? r->attributes->Attributes
                                                       : r->attributes->Attributes &
                                                             ~(ULONG)OBJ_KERNEL_HANDLE};
    status = kernel_open_handle(me->w, &open, handle);
    ob_dereference(me->w, file);
    if (NT_SUCCESS(status)) {
        iosb->Status = STATUS_SUCCESS;
        iosb->Information = information;
    }
    return status;
}

NTSTATUS ZwCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                      POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                      PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                      ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                      ULONG EaLength) {
    struct api_caller me;
    struct request request = {.attributes = ObjectAttributes,
                              .access = DesiredAccess,
                              .file_attributes = FileAttributes,
                              .share = ShareAccess,
                              .disposition = CreateDisposition,
                              .options = CreateOptions,
                              .kernel = true};
    (void)AllocationSize, (void)EaBuffer, (void)EaLength;
    return begin(&me, "ZwCreateFile") ? create(&me, &request, FileHandle, IoStatusBlock)
                                      : STATUS_INVALID_PARAMETER;
}

NTSTATUS NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                      POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                      PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                      ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                      ULONG EaLength) {
    struct api_caller me;
    struct request request = {.attributes = ObjectAttributes,
                              .access = DesiredAccess,
                              .file_attributes = FileAttributes,
                              .share = ShareAccess,
                              .disposition = CreateDisposition,
                              .options = CreateOptions};
    (void)AllocationSize, (void)EaBuffer, (void)EaLength;
    return begin(&me, NULL) ? create(&me, &request, FileHandle, IoStatusBlock)
                            : STATUS_INVALID_PARAMETER;
}

NTSTATUS ZwOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                    POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                    ULONG ShareAccess, ULONG OpenOptions) {
    return ZwCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, NULL, 0,
                        ShareAccess, FILE_OPEN, OpenOptions, NULL, 0);
}

NTSTATUS NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                    POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                    ULONG ShareAccess, ULONG OpenOptions) {
    return NtCreateFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, NULL, 0,
                        ShareAccess, FILE_OPEN, OpenOptions, NULL, 0);
}

/* ---- what is known of a file ----------------------------------------------------------------- */

NTSTATUS NtQueryInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, ULONG);
NTSTATUS NtSetInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, ULONG);

/*
 * The driver of a device is asked, or told. False: the handle is that of a file on the disk, which
 * native calls know.
 */
static bool inform(HANDLE handle, struct io_operation *operation, PIO_STATUS_BLOCK iosb,
                   const char *routine, NTSTATUS *status) {
    struct api_caller me;
    struct io_status result;
    void *body;
    *status = STATUS_INVALID_HANDLE;
    if (!begin(&me, routine))
        return true;
    *status = api_object(&me, handle, 0, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(*status))
        return true;
    if (ob_header_of(body)->type != &io_file_type)
        return false;
    operation->file = body;
    operation->kernel = operation->wait = true;
    operation->iosb = (struct io_status *)(void *)iosb;
    *status = io_perform(me.w, operation, &result);
    return true;
}

NTSTATUS ZwQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                PVOID FileInformation, ULONG Length,
                                FILE_INFORMATION_CLASS FileInformationClass) {
    NTSTATUS status;
    struct io_operation operation = {.major = IRP_MJ_QUERY_INFORMATION,
                                     .code = FileInformationClass,
                                     .output = FileInformation,
                                     .output_size = Length};
    if (inform(FileHandle, &operation, IoStatusBlock, "ZwQueryInformationFile", &status))
        return status;
    return NtQueryInformationFile(FileHandle, IoStatusBlock, FileInformation, Length,
                                  FileInformationClass);
}

NTSTATUS ZwSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                              PVOID FileInformation, ULONG Length,
                              FILE_INFORMATION_CLASS FileInformationClass) {
    NTSTATUS status;
    struct io_operation operation = {.major = IRP_MJ_SET_INFORMATION,
                                     .code = FileInformationClass,
                                     .input = FileInformation,
                                     .input_size = Length};
    if (inform(FileHandle, &operation, IoStatusBlock, "ZwSetInformationFile", &status))
        return status;
    return NtSetInformationFile(FileHandle, IoStatusBlock, FileInformation, Length,
                                FileInformationClass);
}

/* ---- operations ------------------------------------------------------------------------------ */

/* What reading, writing and controlling share. */
struct call {
    HANDLE handle, event;
    PIO_APC_ROUTINE routine;
    PVOID context;
    PIO_STATUS_BLOCK iosb;
    const LARGE_INTEGER *offset;
    struct io_operation operation;
};

/* io_operation.apc */
static void run_apc(uint64_t routine, uint64_t iosb, uint64_t context) {
    PIO_APC_ROUTINE function = (PIO_APC_ROUTINE)(uintptr_t)routine;
    function((PVOID)(ULONG_PTR)context, (PIO_STATUS_BLOCK)(ULONG_PTR)iosb, 0);
}

/* What the sender is owed: an event, and an APC or the packet of a port. */
static NTSTATUS prepare(struct api_caller *me, struct call *call) {
    struct io_operation *o = &call->operation;
    void *event = NULL;
    NTSTATUS status = STATUS_SUCCESS;
    if (call->event)
        status = api_object(me, call->event, 0x2, &ex_event_type, KE_WRITE, &event);
    o->event = event;
    o->iosb = (struct io_status *)(void *)call->iosb;
    o->apc = call->routine ? run_apc : NULL;
    o->apc_routine = (uint64_t)(uintptr_t)call->routine;
    o->apc_context = kernel_value(call->context);
    o->context = call->routine ? 0 : kernel_value(call->context);
    if (NT_SUCCESS(status) && event)
        ke_event_reset(me->w, event);
    return status;
}

static NTSTATUS on_device(struct api_caller *me, struct call *call, void *file) {
    struct io_status result;
    uint64_t value = kernel_value(call->handle);
    const struct ob_handle_table *table = api_handle_table(me, &value);
    call->operation.access = ob_entry(table, value)->access;
    NTSTATUS status = prepare(me, call);
    if (!NT_SUCCESS(status))
        return status;
    call->operation.file = file;
    if (call->offset) {
        call->operation.has_offset = true;
        call->operation.offset = call->offset->QuadPart;
    }
    return io_perform(me->w, &call->operation, &result);
}

static NTSTATUS on_disk(struct api_caller *me, struct call *call) {
    enum { AT_END = -1, AT_POSITION = -2 };
    const struct io_operation *o = &call->operation;
    bool writes = o->major == IRP_MJ_WRITE;
    if (o->major == IRP_MJ_DEVICE_CONTROL)
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = prepare(me, call);
    if (!NT_SUCCESS(status))
        return status;
    if (o->event)
        ob_reference(o->event); /* until the transfer is over */
    struct api_disk_transfer transfer = {.handle = call->handle,
                                         .bytes = writes ? (void *)(uintptr_t)o->input : o->output,
                                         .size = writes ? o->input_size : o->output_size,
                                         .writes = writes};
    if (call->offset && !(call->offset->HighPart == -1 && (LONG)call->offset->LowPart < 0)) {
        transfer.has_offset = true;
        transfer.offset = call->offset->QuadPart;
    } else if (call->offset && (LONG)call->offset->LowPart == AT_END) {
        struct api_disk_place place;
        transfer.has_offset = !api_disk_place(me, call->handle, &place);
        transfer.offset = place.size;
    }
    status = status_of(api_disk_transfer(me, &transfer));
    if (NT_SUCCESS(status) && !writes && transfer.size && !transfer.done)
        status = STATUS_END_OF_FILE;
    call->iosb->Status = status;
    call->iosb->Information = transfer.done;
    if (NT_SUCCESS(status) && o->event)
        ke_event_set(me->w, o->event);
    if (o->event)
        ob_dereference(me->w, o->event);
    if (NT_SUCCESS(status) && o->apc)
        io_operation_apc(me->w, o, me->thread);
    return status;
}

static NTSTATUS perform(struct api_caller *me, struct call *call) {
    void *body;
    uint32_t access = call->operation.major == IRP_MJ_READ    ? FILE_READ_DATA
                      : call->operation.major == IRP_MJ_WRITE ? FILE_WRITE_DATA
                                                              : 0;
    NTSTATUS status = api_object(me, call->handle, access, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    if (ob_header_of(body)->type == &io_file_type)
        return on_device(me, call, body);
    return api_disk_is_file(body) ? on_disk(me, call) : STATUS_OBJECT_TYPE_MISMATCH;
}

static NTSTATUS read_file(const char *routine, struct call *call, PVOID buffer, ULONG length) {
    struct api_caller me;
    call->operation.major = IRP_MJ_READ;
    call->operation.output = buffer;
    call->operation.output_size = length;
    call->operation.kernel = routine != NULL;
    return begin(&me, routine) ? perform(&me, call) : STATUS_INVALID_HANDLE;
}

static NTSTATUS write_file(const char *routine, struct call *call, PVOID buffer, ULONG length) {
    struct api_caller me;
    call->operation.major = IRP_MJ_WRITE;
    call->operation.input = buffer;
    call->operation.input_size = length;
    call->operation.kernel = routine != NULL;
    return begin(&me, routine) ? perform(&me, call) : STATUS_INVALID_HANDLE;
}

static NTSTATUS control_file(const char *routine, struct call *call) {
    struct api_caller me;
    call->operation.major = IRP_MJ_DEVICE_CONTROL;
    call->operation.kernel = routine != NULL;
    return begin(&me, routine) ? perform(&me, call) : STATUS_INVALID_HANDLE;
}

NTSTATUS ZwReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                    PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                    PLARGE_INTEGER ByteOffset, PULONG Key) {
    struct call call = {FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ByteOffset, {0}};
    (void)Key;
    return read_file("ZwReadFile", &call, Buffer, Length);
}

NTSTATUS NtReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                    PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                    PLARGE_INTEGER ByteOffset, PULONG Key) {
    struct call call = {FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ByteOffset, {0}};
    (void)Key;
    return read_file(NULL, &call, Buffer, Length);
}

NTSTATUS ZwWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                     PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                     PLARGE_INTEGER ByteOffset, PULONG Key) {
    struct call call = {FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ByteOffset, {0}};
    (void)Key;
    return write_file("ZwWriteFile", &call, Buffer, Length);
}

NTSTATUS NtWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
                     PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                     PLARGE_INTEGER ByteOffset, PULONG Key) {
    struct call call = {FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ByteOffset, {0}};
    (void)Key;
    return write_file(NULL, &call, Buffer, Length);
}

NTSTATUS ZwDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                               PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                               ULONG IoControlCode, PVOID InputBuffer, ULONG InputBufferLength,
                               PVOID OutputBuffer, ULONG OutputBufferLength) {
    struct call call = {FileHandle,
                        Event,
                        ApcRoutine,
                        ApcContext,
                        IoStatusBlock,
                        NULL,
                        {.code = IoControlCode,
                         .input = InputBuffer,
                         .input_size = InputBufferLength,
                         .output = OutputBuffer,
                         .output_size = OutputBufferLength}};
    return control_file("ZwDeviceIoControlFile", &call);
}

NTSTATUS NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                               PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                               ULONG IoControlCode, PVOID InputBuffer, ULONG InputBufferLength,
                               PVOID OutputBuffer, ULONG OutputBufferLength) {
    struct call call = {FileHandle,
                        Event,
                        ApcRoutine,
                        ApcContext,
                        IoStatusBlock,
                        NULL,
                        {.code = IoControlCode,
                         .input = InputBuffer,
                         .input_size = InputBufferLength,
                         .output = OutputBuffer,
                         .output_size = OutputBufferLength}};
    return control_file(NULL, &call);
}
