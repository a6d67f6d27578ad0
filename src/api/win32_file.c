/* win32_file.c - standard handles, reading and writing through them, and the console as far as
 * output needs it. */
#include "api/win32_state.h"
#include "ldr/crt.h"

/* A standard stream of the machine, behind a handle. */
struct stream {
    DISPATCHER_HEADER header;
    int which; /* API_STD_... */
};

static const struct ob_type stream_type = {
    .name = "File",
    .body_size = sizeof(struct stream),
    .waitable = true,
    .valid_access = FILE_ALL_ACCESS,
    .generic_read = FILE_GENERIC_READ,
    .generic_write = FILE_GENERIC_WRITE,
    .generic_execute = FILE_GENERIC_EXECUTE,
    .generic_all = FILE_ALL_ACCESS,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

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
    struct stream *stream = ob_create(me->w, &stream_type);
    ke_header_init(me->w, &stream->header, EventNotificationObject, 1, true);
    stream->which = which;
    NTSTATUS status = api_new_handle(me, stream, GENERIC_READ | GENERIC_WRITE, true, handle);
    ob_dereference(me->w, stream);
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
    struct api_process_data *data = api_process_data(me.w, me.process);
    if (!data->has_std[which]) {
        NTSTATUS status = open_stream(&me, which, &data->std[which]);
        if (!api_result(&me, status))
            return INVALID_HANDLE_VALUE;
        data->has_std[which] = true;
    }
    return data->std[which];
}

BOOL SetStdHandle(DWORD nStdHandle, HANDLE hHandle) {
    struct api_caller me;
    int which = which_of(nStdHandle);
    if (!api_caller_get(&me))
        return FALSE;
    if (which < 0)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    struct api_process_data *data = api_process_data(me.w, me.process);
    data->has_std[which] = true;
    data->std[which] = hHandle;
    return TRUE;
}

/* ---- reading and writing --------------------------------------------------------------------- */

static struct stream *stream_of(struct api_caller *me, HANDLE handle, uint32_t access,
                                enum ke_access_kind kind) {
    void *body;
    if (!api_caller_get(me))
        return NULL;
    NTSTATUS status = api_object(me, handle, access, &stream_type, kind, &body);
    return api_result(me, status) ? body : NULL;
}

BOOL WriteFile(HANDLE hFile, LPCVOID lpBuffer, DWORD nNumberOfBytesToWrite,
               LPDWORD lpNumberOfBytesWritten, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    if (lpNumberOfBytesWritten)
        *lpNumberOfBytesWritten = 0;
    struct stream *stream = stream_of(&me, hFile, FILE_WRITE_DATA, KE_WRITE);
    if (!stream)
        return FALSE;
    if (!lpNumberOfBytesWritten && !lpOverlapped)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (stream->which == API_STD_INPUT)
        return api_fail(&me, ERROR_ACCESS_DENIED);
    crt_write_standard(me.w, stream->which == API_STD_ERROR ? RD_STREAM_ERROR : RD_STREAM_OUTPUT,
                       lpBuffer, nNumberOfBytesToWrite);
    if (lpNumberOfBytesWritten)
        *lpNumberOfBytesWritten = nNumberOfBytesToWrite;
    return TRUE;
}

BOOL ReadFile(HANDLE hFile, LPVOID lpBuffer, DWORD nNumberOfBytesToRead,
              LPDWORD lpNumberOfBytesRead, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    if (lpNumberOfBytesRead)
        *lpNumberOfBytesRead = 0;
    struct stream *stream = stream_of(&me, hFile, FILE_READ_DATA, KE_WRITE);
    if (!stream)
        return FALSE;
    if (!lpNumberOfBytesRead && !lpOverlapped)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (stream->which != API_STD_INPUT)
        return api_fail(&me, ERROR_ACCESS_DENIED);
    size_t count = crt_read_standard(me.w, lpBuffer, nNumberOfBytesToRead);
    if (lpNumberOfBytesRead)
        *lpNumberOfBytesRead = (DWORD)count;
    return TRUE;
}

BOOL FlushFileBuffers(HANDLE hFile) {
    struct api_caller me;
    return stream_of(&me, hFile, FILE_WRITE_DATA, KE_WRITE) != NULL;
}

DWORD GetFileType(HANDLE hFile) {
    struct api_caller me;
    if (!stream_of(&me, hFile, 0, KE_READ))
        return FILE_TYPE_UNKNOWN;
    api_set_error(&me, NO_ERROR);
    return me.w->options.console ? FILE_TYPE_CHAR : FILE_TYPE_PIPE;
}

/* ---- console --------------------------------------------------------------------------------- */

/* The console behind a handle; output may be a pipe, which is none. */
static struct stream *console_of(struct api_caller *me, HANDLE handle) {
    struct stream *stream = stream_of(me, handle, 0, KE_WRITE);
    if (stream && !me->w->options.console) {
        api_set_error(me, ERROR_INVALID_HANDLE);
        return NULL;
    }
    return stream;
}

BOOL GetConsoleMode(HANDLE hConsoleHandle, LPDWORD lpMode) {
    struct api_caller me;
    const struct stream *stream = console_of(&me, hConsoleHandle);
    if (!stream)
        return FALSE;
    *lpMode = stream->which == API_STD_INPUT
                  ? ENABLE_PROCESSED_INPUT | ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT
                  : ENABLE_PROCESSED_OUTPUT | ENABLE_WRAP_AT_EOL_OUTPUT;
    return TRUE;
}

BOOL WriteConsoleA(HANDLE hConsoleOutput, const VOID *lpBuffer, DWORD nNumberOfCharsToWrite,
                   LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved) {
    struct api_caller me;
    DWORD written;
    (void)lpReserved;
    if (!console_of(&me, hConsoleOutput))
        return FALSE;
    return WriteFile(hConsoleOutput, lpBuffer, nNumberOfCharsToWrite,
                     lpNumberOfCharsWritten ? lpNumberOfCharsWritten : &written, NULL);
}

BOOL WriteConsoleW(HANDLE hConsoleOutput, const VOID *lpBuffer, DWORD nNumberOfCharsToWrite,
                   LPDWORD lpNumberOfCharsWritten, LPVOID lpReserved) {
    struct api_caller me;
    DWORD written;
    (void)lpReserved;
    if (!console_of(&me, hConsoleOutput))
        return FALSE;
    size_t size = base_utf16_to_8(lpBuffer, nNumberOfCharsToWrite, NULL, 0);
    char *bytes = core_alloc(me.w, size + 1);
    base_utf16_to_8(lpBuffer, nNumberOfCharsToWrite, bytes, size);
    BOOL done = WriteFile(hConsoleOutput, bytes, (DWORD)size, &written, NULL);
    core_free(me.w, bytes, size + 1);
    if (done && lpNumberOfCharsWritten)
        *lpNumberOfCharsWritten = nNumberOfCharsToWrite;
    return done;
}

UINT GetConsoleCP(VOID) {
    return CP_UTF8;
}

UINT GetConsoleOutputCP(VOID) {
    return CP_UTF8;
}

BOOL SetConsoleCP(UINT wCodePageID) {
    return wCodePageID == CP_UTF8;
}

BOOL SetConsoleOutputCP(UINT wCodePageID) {
    return wCodePageID == CP_UTF8;
}
