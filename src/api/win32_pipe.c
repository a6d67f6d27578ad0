/*
 * win32_pipe.c - anonymous pipes. An end is closed when its last handle has gone, in whichever
 * process; what the other end then gets is how the death of a process is seen through a pipe
 * (HNDL-50).
 */
#include "api/win32_file.h"

struct api_pipe {
    struct api_file *ends[2]; /* reader, writer; NULL when the object is gone */
    bool closed[2];           /* no handle is left */
    char *buffer;
    size_t capacity, first, count;
};

enum { READER, WRITER, DEFAULT_CAPACITY = 4096, CAPACITY_MAX = 1 << 20 };

static int end_of(const struct api_file *file) {
    return file->kind == API_FILE_PIPE_READ ? READER : WRITER;
}

static void set_signaled(struct rd_world *w, struct api_file *end, bool signaled) {
    if (!end)
        return;
    end->header.SignalState = signaled;
    if (signaled)
        ke_test_waiters(w, &end->header);
}

static void update(struct rd_world *w, struct api_pipe *pipe) {
    set_signaled(w, pipe->ends[READER], pipe->count > 0 || pipe->closed[WRITER]);
    set_signaled(w, pipe->ends[WRITER], pipe->count < pipe->capacity || pipe->closed[READER]);
}

BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe, LPSECURITY_ATTRIBUTES lpPipeAttributes,
                DWORD nSize) {
    struct api_caller me;
    bool inherit = lpPipeAttributes && lpPipeAttributes->bInheritHandle;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    struct api_pipe *pipe = core_alloc(me.w, sizeof *pipe);
    pipe->capacity = nSize && nSize <= CAPACITY_MAX ? nSize : DEFAULT_CAPACITY;
    pipe->buffer = core_alloc(me.w, pipe->capacity);
    pipe->ends[READER] = api_file_new(me.w, API_FILE_PIPE_READ, false);
    pipe->ends[WRITER] = api_file_new(me.w, API_FILE_PIPE_WRITE, true);
    pipe->ends[READER]->pipe = pipe->ends[WRITER]->pipe = pipe;
    struct api_file *reader = pipe->ends[READER], *writer = pipe->ends[WRITER];
    NTSTATUS status = api_new_handle(&me, reader, GENERIC_READ | SYNCHRONIZE, inherit, hReadPipe);
    if (NT_SUCCESS(status))
        status = api_new_handle(&me, writer, GENERIC_WRITE | SYNCHRONIZE, inherit, hWritePipe);
    ob_dereference(me.w, reader);
    ob_dereference(me.w, writer);
    return api_result(&me, status);
}

/* Waits until the end can go on. The wait holds a reference; afterwards the handle may be closed.
 */
static struct api_file *wait_for(struct api_caller *me, struct api_file *file, HANDLE handle) {
    DISPATCHER_HEADER *objects[] = {&file->header};
    uint32_t number = ob_id(file);
    void *again;
    ke_wait(me->w, &(struct ke_wait){.count = 1, .objects = objects, .mode = UserMode});
    if (!NT_SUCCESS(api_peek(me, handle, 0, &api_file_type, &again)) || ob_id(again) != number)
        return NULL;
    return again;
}

DWORD api_pipe_read(struct api_caller *caller, struct api_file *file, struct api_transfer *t) {
    struct api_pipe *pipe = file->pipe;
    while (pipe->count == 0) {
        if (pipe->closed[WRITER])
            return ERROR_BROKEN_PIPE;
        if (!wait_for(caller, file, t->handle))
            return ERROR_INVALID_HANDLE;
    }
    while (t->done < t->size && pipe->count) {
        ((char *)t->bytes)[t->done++] = pipe->buffer[pipe->first];
        pipe->first = (pipe->first + 1) % pipe->capacity;
        pipe->count--;
    }
    update(caller->w, pipe);
    return ERROR_SUCCESS;
}

DWORD api_pipe_write(struct api_caller *caller, struct api_file *file, struct api_transfer *t) {
    struct api_pipe *pipe = file->pipe;
    for (;;) {
        if (pipe->closed[READER])
            return ERROR_NO_DATA;
        while (t->done < t->size && pipe->count < pipe->capacity) {
            size_t place = (pipe->first + pipe->count++) % pipe->capacity;
            pipe->buffer[place] = ((const char *)t->bytes)[t->done++];
        }
        update(caller->w, pipe);
        if (t->done == t->size)
            return ERROR_SUCCESS;
        if (!wait_for(caller, file, t->handle))
            return ERROR_INVALID_HANDLE;
    }
}

BOOL PeekNamedPipe(HANDLE hNamedPipe, LPVOID lpBuffer, DWORD nBufferSize, LPDWORD lpBytesRead,
                   LPDWORD lpTotalBytesAvail, LPDWORD lpBytesLeftThisMessage) {
    struct api_caller me;
    const struct api_file *file = api_file_of(&me, hNamedPipe, FILE_READ_DATA, KE_READ);
    if (!file)
        return FALSE;
    if (file->kind != API_FILE_PIPE_READ)
        return api_fail(&me, ERROR_INVALID_FUNCTION);
    const struct api_pipe *pipe = file->pipe;
    if (!pipe->count && pipe->closed[WRITER])
        return api_fail(&me, ERROR_BROKEN_PIPE);
    DWORD count = 0;
    for (; lpBuffer && count < nBufferSize && count < pipe->count; count++)
        ((char *)lpBuffer)[count] = pipe->buffer[(pipe->first + count) % pipe->capacity];
    if (lpBytesRead)
        *lpBytesRead = count;
    if (lpTotalBytesAvail)
        *lpTotalBytesAvail = (DWORD)pipe->count;
    if (lpBytesLeftThisMessage)
        *lpBytesLeftThisMessage = 0;
    return TRUE;
}

void api_pipe_closed(struct rd_world *w, struct api_file *file) {
    file->pipe->closed[end_of(file)] = true;
    update(w, file->pipe);
}

void api_pipe_deleted(struct rd_world *w, struct api_file *file) {
    struct api_pipe *pipe = file->pipe;
    pipe->ends[end_of(file)] = NULL;
    pipe->closed[end_of(file)] = true;
    if (pipe->ends[READER] || pipe->ends[WRITER])
        return;
    core_free(w, pipe->buffer, pipe->capacity);
    core_free(w, pipe, sizeof *pipe);
}
