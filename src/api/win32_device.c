/*
 * win32_device.c - programs talk to drivers: opening a device, reading, writing, control codes,
 * overlapped operations and their cancellation.
 */
#include "api/win32_device.h"

#include "api/win32_pending.h"
#include "rundown/sdk/winioctl.h"

/* Of <ntddk.h>, which cannot be included beside <windows.h>. */
enum {
    MAJOR_READ = 0x03,
    MAJOR_WRITE = 0x04,
    MAJOR_FLUSH = 0x09,
    MAJOR_CONTROL = 0x0E,
    NT_OPENED = 1,
    NT_OVERWRITTEN = 3,
};

/* ---- opening --------------------------------------------------------------------------------- */

bool api_device_name(const char *name) {
    bool drive = name[0] && name[1] && name[2] && name[3] && name[4] && name[5] == ':';
    return (strncmp(name, "\\\\.\\", 4) == 0 || strncmp(name, "\\\\?\\", 4) == 0) && !drive;
}

static uint32_t options_of(DWORD flags) {
    enum {
        DIRECTORY_TOO = 0x4000,
        NON_DIRECTORY = 0x40,
        SYNCHRONOUS = 0x20,
    };
    static const struct {
        DWORD flag;
        uint32_t option;
    } rows[] = {{FILE_FLAG_WRITE_THROUGH, 0x2},      {FILE_FLAG_SEQUENTIAL_SCAN, 0x4},
                {FILE_FLAG_NO_BUFFERING, 0x8},       {FILE_FLAG_RANDOM_ACCESS, 0x800},
                {FILE_FLAG_DELETE_ON_CLOSE, 0x1000}, {FILE_FLAG_OPEN_REPARSE_POINT, 0x200000}};
    uint32_t options = flags & FILE_FLAG_BACKUP_SEMANTICS ? DIRECTORY_TOO : NON_DIRECTORY;
    if (!(flags & FILE_FLAG_OVERLAPPED))
        options |= SYNCHRONOUS;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        options |= flags & rows[i].flag ? rows[i].option : 0;
    return options;
}

static DWORD error_of_open(NTSTATUS status, DWORD disposition) {
    if (status == STATUS_OBJECT_NAME_COLLISION && disposition == CREATE_NEW)
        return ERROR_FILE_EXISTS;
    return api_error_of(status);
}

static HANDLE refuse(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return INVALID_HANDLE_VALUE;
}

static HANDLE give(struct api_caller *me, void *file, const struct api_device_open *open,
                   const struct io_open *opened) {
    HANDLE handle;
    NTSTATUS status = api_new_handle(me, file, opened->access, open->inherit, &handle);
    ob_dereference(me->w, file);
    if (!api_result(me, status))
        return INVALID_HANDLE_VALUE;
    bool existed = (open->disposition == CREATE_ALWAYS && opened->information == NT_OVERWRITTEN) ||
                   (open->disposition == OPEN_ALWAYS && opened->information == NT_OPENED);
    api_set_error(me, existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

HANDLE api_device_open(struct api_caller *me, const struct api_device_open *open) {
    static const uint8_t dispositions[] = {[CREATE_NEW] = 2,
                                           [CREATE_ALWAYS] = 5,
                                           [OPEN_EXISTING] = 1,
                                           [OPEN_ALWAYS] = 3,
                                           [TRUNCATE_EXISTING] = 4};
    enum { ATTRIBUTES = 0x7FA7 };
    void *file;
    if (open->disposition < CREATE_NEW || open->disposition > TRUNCATE_EXISTING)
        return refuse(me, ERROR_INVALID_PARAMETER);
    if (open->disposition == TRUNCATE_EXISTING && !(open->access & GENERIC_WRITE))
        return refuse(me, ERROR_INVALID_PARAMETER);
    DWORD access = open->access | SYNCHRONIZE | FILE_READ_ATTRIBUTES;
    if (open->flags & FILE_FLAG_DELETE_ON_CLOSE)
        access |= DELETE;
    struct io_open request = {.name = core_textf(me->w, "\\?\?\\%s", open->name + 4),
                              .access = ob_map_access(&io_file_type, access),
                              .share = open->share,
                              .attributes = open->flags & ATTRIBUTES,
                              .disposition = dispositions[open->disposition],
                              .options = options_of(open->flags)};
    ke_point(me->w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    NTSTATUS status = io_file_open(me->w, &request, &file);
    if (!NT_SUCCESS(status))
        return refuse(me, error_of_open(status, open->disposition));
    return give(me, file, open, &request);
}

/* ---- handles --------------------------------------------------------------------------------- */

bool api_is_device(struct api_caller *me, HANDLE handle) {
    void *body;
    if (!api_caller_get(me))
        return false;
    return !api_is_pseudo(handle) && NT_SUCCESS(api_peek(me, handle, 0, &io_file_type, &body));
}

/* The file of a device, at a scheduling point, and the rights of the handle. */
static void *device_of(struct api_caller *me, HANDLE handle, uint32_t access, uint32_t *granted) {
    void *file;
    NTSTATUS status = api_object(me, handle, access, &io_file_type, KE_WRITE, &file);
    if (!api_result(me, status))
        return NULL;
    uint64_t value = api_value(handle);
    const struct ob_handle_table *table = api_handle_table(me, &value);
    *granted = ob_entry(table, value)->access;
    return file;
}

static KEVENT *event_of(struct api_caller *me, const OVERLAPPED *overlapped, NTSTATUS *status) {
    void *event = NULL;
    uint64_t value = overlapped ? api_value(overlapped->hEvent) & ~UINT64_C(1) : 0;
    *status = STATUS_SUCCESS;
    if (value)
        *status = api_peek(me, api_handle(value), EVENT_MODIFY_STATE, &ex_event_type, &event);
    return event;
}

/* ---- one operation --------------------------------------------------------------------------- */

/* The low bit of the event's handle keeps the completion from a port. */
static uint64_t packet_of(const OVERLAPPED *overlapped) {
    bool wanted = overlapped && !(api_value(overlapped->hEvent) & 1);
    return wanted ? (uint64_t)(uintptr_t)overlapped : 0;
}

static bool is_error(NTSTATUS status) {
    return (uint32_t)status >> 30 == 3;
}

/* Sends it; *done gets the number of bytes unless it is pending or failed. */
static NTSTATUS perform(struct api_caller *me, struct io_operation *operation,
                        LPOVERLAPPED overlapped, LPDWORD done) {
    struct io_status result;
    NTSTATUS status;
    if (overlapped) {
        overlapped->Internal = (ULONG_PTR)STATUS_PENDING;
        operation->iosb = (struct io_status *)(void *)overlapped;
        operation->offset = (int64_t)((uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset);
        operation->has_offset = true;
    }
    operation->wait = !overlapped;
    if (!operation->apc) {
        operation->event = event_of(me, overlapped, &status);
        operation->context = packet_of(overlapped);
        if (!NT_SUCCESS(status))
            return status;
    }
    status = io_perform(me->w, operation, &result);
    if (status == STATUS_PENDING || is_error(status))
        return status;
    if (done)
        *done = (DWORD)result.information;
    return status;
}

static BOOL conclude(struct api_caller *me, NTSTATUS status) {
    if (NT_SUCCESS(status) && status != STATUS_PENDING)
        return TRUE;
    return api_fail(me, api_error_of(status));
}

/* ---- reading and writing --------------------------------------------------------------------- */

BOOL api_device_transfer(struct api_caller *me, const struct api_device_transfer *t) {
    struct io_operation operation = {.major = t->writes ? MAJOR_WRITE : MAJOR_READ,
                                     .input = t->writes ? t->buffer : NULL,
                                     .input_size = t->writes ? t->size : 0,
                                     .output = t->writes ? NULL : t->buffer,
                                     .output_size = t->writes ? 0 : t->size};
    operation.file =
        device_of(me, t->handle, t->writes ? FILE_WRITE_DATA : FILE_READ_DATA, &operation.access);
    if (!operation.file)
        return FALSE;
    if (t->routine) {
        operation.apc = api_run_completion;
        operation.apc_routine = (uint64_t)(uintptr_t)t->routine;
    }
    NTSTATUS status = perform(me, &operation, t->overlapped, t->done);
    if (status == STATUS_END_OF_FILE && !t->overlapped)
        return TRUE; /* with no bytes read */
    return t->routine && status == STATUS_PENDING ? TRUE : conclude(me, status);
}

BOOL api_device_flush(struct api_caller *me, HANDLE handle) {
    struct io_operation operation = {.major = MAJOR_FLUSH};
    operation.file = device_of(me, handle, FILE_WRITE_DATA, &operation.access);
    return operation.file && conclude(me, perform(me, &operation, NULL, NULL));
}

DWORD api_device_type(struct api_caller *me, HANDLE handle) {
    uint32_t granted;
    void *file = device_of(me, handle, 0, &granted);
    if (!file)
        return FILE_TYPE_UNKNOWN;
    api_set_error(me, NO_ERROR);
    switch (io_file_device_type(file)) {
    case FILE_DEVICE_BEEP:
    case FILE_DEVICE_KEYBOARD:
    case FILE_DEVICE_MOUSE:
    case FILE_DEVICE_NULL:
        return FILE_TYPE_CHAR;
    case FILE_DEVICE_DISK:
    case FILE_DEVICE_CD_ROM:
    case FILE_DEVICE_DISK_FILE_SYSTEM:
    case FILE_DEVICE_FILE_SYSTEM:
    case FILE_DEVICE_NETWORK_FILE_SYSTEM:
        return FILE_TYPE_DISK;
    case FILE_DEVICE_NAMED_PIPE:
        return FILE_TYPE_PIPE;
    default:
        return FILE_TYPE_UNKNOWN;
    }
}

BOOL DeviceIoControl(HANDLE hDevice, DWORD dwIoControlCode, LPVOID lpInBuffer, DWORD nInBufferSize,
                     LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesReturned,
                     LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    struct io_operation operation = {.major = MAJOR_CONTROL,
                                     .code = dwIoControlCode,
                                     .input = lpInBuffer,
                                     .input_size = nInBufferSize,
                                     .output = lpOutBuffer,
                                     .output_size = nOutBufferSize};
    if (!api_is_device(&me, hDevice)) {
        void *body;
        if (!me.thread)
            return FALSE;
        NTSTATUS status = api_object(&me, hDevice, 0, &api_file_type, KE_WRITE, &body);
        return api_result(&me, status) ? api_fail(&me, ERROR_INVALID_FUNCTION) : FALSE;
    }
    operation.file = device_of(&me, hDevice, 0, &operation.access);
    if (!operation.file)
        return FALSE;
    return conclude(&me, perform(&me, &operation, lpOverlapped, lpBytesReturned));
}
