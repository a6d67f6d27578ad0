/* win32_file.c - file objects, standard handles, reading and writing. */
#include "api/disk.h"
#include "api/win32_device.h"
#include "api/win32_disk.h"
#include "api/win32_filtered.h"
#include "api/win32_pipe.h"
#include "ldr/crt.h"

/* A process has no locks on a file that it has no handle to. */
static void handle_closed(struct rd_world *w, void *body, struct ob_handle_table *table) {
    struct api_file *file = body;
    if (!file->disk || base_list_empty(&file->disk->locks))
        return;
    for (uint32_t i = 0; i < table->capacity; i++)
        if (table->entries[i].body == body)
            return;
    api_lock_release(w, file, table->pid);
}

static void last_handle(struct rd_world *w, void *body) {
    struct api_file *file = body;
    if (file->pipe)
        api_pipe_closed(w, file);
    if (file->disk)
        api_filtered_cleanup(w, file);
}

static void deleted(struct rd_world *w, void *body) {
    struct api_file *file = body;
    if (file->pipe)
        api_pipe_deleted(w, file);
    if (file->disk)
        api_filtered_deleted(w, file);
    if (file->port)
        ob_dereference(w, file->port);
}

const struct ob_type api_file_type = {
    .name = "File",
    .body_size = sizeof(struct api_file),
    .waitable = true,
    .valid_access = FILE_ALL_ACCESS,
    .generic_read = FILE_GENERIC_READ,
    .generic_write = FILE_GENERIC_WRITE,
    .generic_execute = FILE_GENERIC_EXECUTE,
    .generic_all = FILE_ALL_ACCESS,
    .on_close = handle_closed,
    .on_last_handle = last_handle,
    .on_delete = deleted,
};

struct api_file *api_file_new(struct rd_world *w, enum api_file_kind kind, bool signaled) {
    struct api_file *file = ob_create(w, &api_file_type);
    ke_header_init(w, &file->header, EventNotificationObject, signaled, true);
    file->kind = (uint8_t)kind;
    return file;
}

struct api_file *api_file_of(struct api_caller *caller, HANDLE handle, uint32_t access,
                             enum ke_access_kind kind) {
    void *body;
    if (!api_caller_get(caller))
        return NULL;
    NTSTATUS status = api_object(caller, handle, access, &api_file_type, kind, &body);
    return api_result(caller, status) ? body : NULL;
}

/* ---- standard handles ------------------------------------------------------------------------ */

/* -1 if the number names none. */
static int which_of(DWORD number) {
    switch (number) {
    case STD_INPUT_HANDLE:
        return API_STD_INPUT;
    case STD_OUTPUT_HANDLE:
        return API_STD_OUTPUT;
    case STD_ERROR_HANDLE:
        return API_STD_ERROR;
    default:
        return -1;
    }
}

/* Opened when the program asks for it first. */
static NTSTATUS open_stream(struct api_caller *me, int which, HANDLE *handle) {
    struct api_file *file = api_file_new(me->w, API_FILE_STREAM, true);
    file->which = which;
    NTSTATUS status = api_new_handle(me, file, GENERIC_READ | GENERIC_WRITE, true, handle);
    ob_dereference(me->w, file);
    return status;
}

HANDLE GetStdHandle(DWORD nStdHandle) {
    struct api_caller me;
    int which = which_of(nStdHandle);
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    if (which < 0) {
        api_set_error(&me, ERROR_INVALID_HANDLE);
        return INVALID_HANDLE_VALUE;
    }
    api_table_point(&me);
    struct ldr_standard *standard = &me.process->ldr->standard;
    if (!standard->given[which]) {
        HANDLE handle;
        NTSTATUS status = open_stream(&me, which, &handle);
        if (!api_result(&me, status))
            return INVALID_HANDLE_VALUE;
        standard->handles[which] = (intptr_t)handle;
        standard->given[which] = true;
    }
    return (HANDLE)standard->handles[which];
}

BOOL SetStdHandle(DWORD nStdHandle, HANDLE hHandle) {
    struct api_caller me;
    int which = which_of(nStdHandle);
    if (!api_caller_get(&me))
        return FALSE;
    if (which < 0)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    me.process->ldr->standard.given[which] = true;
    me.process->ldr->standard.handles[which] = (intptr_t)hHandle;
    return TRUE;
}

int api_stream_of(struct rd_world *w, struct ps_process *process, intptr_t handle) {
    void *body;
    (void)w;
    if (!NT_SUCCESS(ob_lookup(&process->handles, (uint64_t)handle, 0, NULL, &body)))
        return LDR_NO_FILE;
    const struct ob_type *type = ob_header_of(body)->type;
    if (type == &io_file_type)
        return LDR_OTHER_FILE;
    if (type != &api_file_type)
        return LDR_NO_FILE;
    const struct api_file *file = body;
    return file->kind == API_FILE_STREAM ? file->which : LDR_OTHER_FILE;
}

/* ---- reading and writing --------------------------------------------------------------------- */

static DWORD stream_read(struct api_caller *me, struct api_file *file, struct api_transfer *t) {
    if (file->which != API_STD_INPUT)
        return ERROR_ACCESS_DENIED;
    t->done = crt_read_standard(me->w, t->bytes, t->size);
    return ERROR_SUCCESS;
}

static DWORD stream_write(struct api_caller *me, struct api_file *file, struct api_transfer *t) {
    if (file->which == API_STD_INPUT)
        return ERROR_ACCESS_DENIED;
    crt_write_standard(me->w, file->which == API_STD_ERROR ? RD_STREAM_ERROR : RD_STREAM_OUTPUT,
                       t->bytes, t->size);
    t->done = t->size;
    return ERROR_SUCCESS;
}

typedef DWORD transfer_fn(struct api_caller *me, struct api_file *file, struct api_transfer *t);

static const struct {
    transfer_fn *read, *write;
    DWORD type;
} operations[] = {
    [API_FILE_STREAM] = {stream_read, stream_write, FILE_TYPE_CHAR},
    [API_FILE_PIPE] = {NULL, NULL, FILE_TYPE_PIPE},
    [API_FILE_DISK] = {api_disk_read, api_disk_write, FILE_TYPE_DISK},
};

static NTSTATUS status_of(DWORD error, const struct api_operation *operation, size_t done) {
    if (!error && operation->kind == API_PENDING_READ && operation->size && !done)
        return STATUS_END_OF_FILE;
    return !error                            ? STATUS_SUCCESS
           : error == ERROR_ACCESS_DENIED    ? STATUS_ACCESS_DENIED
           : error == ERROR_LOCK_VIOLATION   ? STATUS_FILE_LOCK_CONFLICT
           : error == ERROR_INVALID_FUNCTION ? STATUS_INVALID_DEVICE_REQUEST
                                             : STATUS_UNSUCCESSFUL;
}

/* On anything but a pipe the operation is finished when it returns. A position in an OVERLAPPED
 * replaces the file's own. */
static BOOL transfer_now(struct api_caller *me, struct api_file *file,
                         const struct api_operation *operation) {
    struct api_transfer t = {operation->bytes, operation->size, 0};
    OVERLAPPED *overlapped = operation->overlapped;
    transfer_fn *function = operation->kind == API_PENDING_WRITE ? operations[file->kind].write
                                                                 : operations[file->kind].read;
    if (!overlapped) {
        DWORD error = function(me, file, &t);
        *operation->done = (DWORD)t.done;
        return error ? api_fail(me, error) : TRUE;
    }
    struct api_pending *pending = api_pending_new(me, file, operation);
    if (!pending)
        return FALSE;
    if (file->kind == API_FILE_DISK)
        file->position = (int64_t)((uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset);
    DWORD error = function(me, file, &t);
    pending->done = t.done;
    return api_pending_result(me, pending, status_of(error, operation, t.done));
}

static BOOL perform(HANDLE handle, const struct api_operation *operation) {
    struct api_caller me;
    bool writes = operation->kind == API_PENDING_WRITE;
    if (operation->done)
        *operation->done = 0;
    if (api_is_device(&me, handle))
        return api_device_transfer(
            &me, &(struct api_device_transfer){.writes = writes,
                                               .handle = handle,
                                               .buffer = operation->bytes,
                                               .size = (DWORD)operation->size,
                                               .done = operation->done,
                                               .overlapped = operation->overlapped,
                                               .routine = operation->routine});
    struct api_file *file =
        api_file_of(&me, handle, writes ? FILE_WRITE_DATA : FILE_READ_DATA, KE_WRITE);
    if (!file)
        return FALSE;
    if (!operation->done && !operation->overlapped)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (file->kind != API_FILE_PIPE)
        return transfer_now(&me, file, operation);
    struct api_pending *pending = api_pending_new(&me, file, operation);
    return pending && api_pending_result(&me, pending, api_pipe_start(me.w, pending));
}

bool api_disk_is_file(const void *body) {
    return ob_header_of(body)->type == &api_file_type;
}

uint32_t api_disk_transfer(struct api_caller *caller, struct api_disk_transfer *request) {
    struct api_transfer t = {request->bytes, request->size, 0};
    DWORD done = 0, error = ERROR_SUCCESS;
    struct api_file *file = api_file_of(caller, (HANDLE)(uintptr_t)request->handle, 0, KE_WRITE);
    if (!file)
        return caller->thread->last_error;
    if (request->has_offset && file->kind == API_FILE_DISK)
        file->position = request->offset;
    if (file->kind == API_FILE_PIPE) {
        struct api_operation operation = {.kind = request->writes ? API_PENDING_WRITE
                                                                  : API_PENDING_READ,
                                          .bytes = request->bytes,
                                          .size = request->size,
                                          .done = &done};
        struct api_pending *pending = api_pending_new(caller, file, &operation);
        if (!api_pending_result(caller, pending, api_pipe_start(caller->w, pending)))
            error = caller->thread->last_error;
        t.done = done;
    } else {
        error = (request->writes ? operations[file->kind].write
                                 : operations[file->kind].read)(caller, file, &t);
    }
    request->done = t.done;
    return error;
}

BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
               LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped) {
    return perform(hFile, &(struct api_operation){.kind = API_PENDING_WRITE,
                                                  .bytes = (void *)(uintptr_t)lpBuffer,
                                                  .size = nNumberOfBytesToWrite,
                                                  .done = lpNumberOfBytesWritten,
                                                  .overlapped = lpOverlapped});
}

BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
              LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped) {
    return perform(hFile, &(struct api_operation){.kind = API_PENDING_READ,
                                                  .bytes = lpBuffer,
                                                  .size = nNumberOfBytesToRead,
                                                  .done = lpNumberOfBytesRead,
                                                  .overlapped = lpOverlapped});
}

static BOOL perform_ex(HANDLE handle, const struct api_operation *operation) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (operation->routine && operation->overlapped)
        return perform(handle, operation);
    if (!api_is_device(&me, handle) && !api_file_of(&me, handle, 0, KE_READ))
        return FALSE;
    return api_fail(&me, ERROR_INVALID_PARAMETER);
}

BOOL ReadFileEx(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
                LPOVERLAPPED lpOverlapped, LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
    return perform_ex(hFile, &(struct api_operation){.kind = API_PENDING_READ,
                                                     .bytes = lpBuffer,
                                                     .size = nNumberOfBytesToRead,
                                                     .overlapped = lpOverlapped,
                                                     .routine = lpCompletionRoutine});
}

BOOL WriteFileEx(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
                 LPOVERLAPPED lpOverlapped, LPOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
    return perform_ex(hFile, &(struct api_operation){.kind = API_PENDING_WRITE,
                                                     .bytes = (void *)(uintptr_t)lpBuffer,
                                                     .size = nNumberOfBytesToWrite,
                                                     .overlapped = lpOverlapped,
                                                     .routine = lpCompletionRoutine});
}

/* Of a pipe: waits until the other end has read everything. */
BOOL FlushFileBuffers(HANDLE hFile) {
    struct api_caller me;
    if (api_is_device(&me, hFile))
        return api_device_flush(&me, hFile);
    struct api_file *file = api_file_of(&me, hFile, FILE_WRITE_DATA, KE_WRITE);
    if (!file || file->kind != API_FILE_PIPE)
        return file != NULL;
    struct api_operation operation = {.kind = API_PENDING_FLUSH};
    struct api_pending *pending = api_pending_new(&me, file, &operation);
    return pending && api_pending_result(&me, pending, api_pipe_start(me.w, pending));
}

DWORD GetFileType(HANDLE hFile) {
    struct api_caller me;
    if (api_is_device(&me, hFile))
        return api_device_type(&me, hFile);
    const struct api_file *file = api_file_of(&me, hFile, 0, KE_READ);
    if (!file)
        return FILE_TYPE_UNKNOWN;
    api_set_error(&me, NO_ERROR);
    if (file->kind == API_FILE_STREAM && !me.w->options.console)
        return FILE_TYPE_PIPE;
    if (file->kind == API_FILE_DISK && api_disk_is_nowhere(file))
        return FILE_TYPE_CHAR;
    return operations[file->kind].type;
}
