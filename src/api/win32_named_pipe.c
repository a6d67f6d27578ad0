/*
 * win32_named_pipe.c - named pipes: instances of a name that listen, are connected, and are
 * disconnected or closed again.
 */
#include "api/win32_device.h"
#include "api/win32_pipe.h"

enum {
    NAME_SIZE = 300,
    DEFAULT_TIMEOUT = 50,
    PIPE_TYPE_AND_MODE = PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE,
    KNOWN_MODES = PIPE_TYPE_AND_MODE | PIPE_NOWAIT | PIPE_REJECT_REMOTE_CLIENTS,
    KNOWN_OPEN_FLAGS = PIPE_ACCESS_DUPLEX | FILE_FLAG_FIRST_PIPE_INSTANCE | WRITE_DAC |
                       WRITE_OWNER | ACCESS_SYSTEM_SECURITY,
};

/* Signaled while an instance listens: what WaitNamedPipe waits for. */
struct api_pipe_name {
    DISPATCHER_HEADER header; /* first */
    LIST_ENTRY instances;
    uint32_t count, max;
    DWORD access, type, timeout;
};

static const struct ob_type name_type = {
    .name = "NamedPipe",
    .body_size = sizeof(struct api_pipe_name),
    .waitable = true,
    .valid_access = FILE_ALL_ACCESS,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

/* ---- names ----------------------------------------------------------------------------------- */

bool api_pipe_path(const char *path) {
    return path && (path[0] == '\\' || path[0] == '/') && strlen(path) > 9 &&
           (ldr_same_prefix(path, "\\\\.\\pipe\\", 9) || ldr_same_prefix(path, "\\\\?\\pipe\\", 9));
}

/* The name in the namespace, without regard to case; false if it is too long. */
static bool object_name(const char *path, char name[NAME_SIZE]) {
    static const char folder[] = "\\Pipe\\";
    size_t used = sizeof folder - 1;
    memcpy(name, folder, used);
    for (path += 9; *path; path++) {
        if (used + 1 >= NAME_SIZE)
            return false;
        name[used++] = *path >= 'A' && *path <= 'Z' ? (char)(*path | 0x20) : *path;
    }
    name[used] = '\0';
    return true;
}

static struct api_pipe *listening(const struct api_pipe_name *name) {
    base_list_each(link, &name->instances) {
        struct api_pipe *pipe = base_container(link, struct api_pipe, link);
        if (pipe->state == API_PIPE_LISTENING)
            return pipe;
    }
    return NULL;
}

static void update(struct rd_world *w, struct api_pipe_name *name) {
    bool listens = listening(name) != NULL;
    ke_touch_state(w, &name->header, listens);
    name->header.SignalState = listens;
    if (name->header.SignalState)
        ke_test_waiters(w, &name->header);
}

void api_pipe_name_changed(struct rd_world *w, struct api_pipe *pipe) {
    bool gone = !pipe->ends[API_PIPE_SERVER] || pipe->ends[API_PIPE_SERVER]->closed;
    if (gone && !base_list_empty(&pipe->link)) {
        base_list_remove(&pipe->link);
        base_list_init(&pipe->link);
        pipe->name->count--;
        if (!pipe->name->count)
            ob_make_temporary(w, pipe->name);
    }
    update(w, pipe->name);
}

void api_pipe_name_left(struct rd_world *w, struct api_pipe *pipe) {
    ob_dereference(w, pipe->name);
}

/* ---- a new instance -------------------------------------------------------------------------- */

struct request {
    DWORD open_mode, pipe_mode, instances, out_size, in_size, timeout;
    bool inherit;
};

static DWORD check(const char *path, const struct request *request) {
    DWORD flags = request->open_mode & ~(DWORD)KNOWN_OPEN_FLAGS;
    DWORD allowed = FILE_FLAG_WRITE_THROUGH | FILE_FLAG_OVERLAPPED;
    bool by_message = request->pipe_mode & PIPE_READMODE_MESSAGE;
    if (!path || !*path)
        return ERROR_PATH_NOT_FOUND;
    if (!(request->open_mode & PIPE_ACCESS_DUPLEX) || flags & ~allowed ||
        request->pipe_mode & ~(DWORD)KNOWN_MODES || !request->instances ||
        request->instances > PIPE_UNLIMITED_INSTANCES ||
        (by_message && !(request->pipe_mode & PIPE_TYPE_MESSAGE)))
        return ERROR_INVALID_PARAMETER;
    return api_pipe_path(path) ? ERROR_SUCCESS : ERROR_INVALID_NAME;
}

/* The first instance decides what the others must be like. */
static DWORD check_again(const struct api_pipe_name *name, const struct request *request) {
    if (request->open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE ||
        name->access != (request->open_mode & PIPE_ACCESS_DUPLEX) ||
        name->type != (request->pipe_mode & PIPE_TYPE_MESSAGE))
        return ERROR_ACCESS_DENIED;
    return name->count >= name->max ? ERROR_PIPE_BUSY : ERROR_SUCCESS;
}

static struct api_pipe_name *name_of(struct api_caller *me, const char *path,
                                     const struct request *request, DWORD *error) {
    char text[NAME_SIZE];
    bool existing;
    NTSTATUS status;
    *error = ERROR_INVALID_NAME;
    if (!object_name(path, text))
        return NULL;
    struct api_pipe_name *name = ob_create_named(me->w, &name_type, text, &existing, &status);
    *error = name ? ERROR_SUCCESS : api_error_of(status);
    if (!name)
        return NULL;
    if (existing) {
        *error = check_again(name, request);
        return name;
    }
    ke_header_init(me->w, &name->header, EventNotificationObject, false, true);
    base_list_init(&name->instances);
    name->access = request->open_mode & PIPE_ACCESS_DUPLEX;
    name->type = request->pipe_mode & PIPE_TYPE_MESSAGE;
    name->max = request->instances;
    name->timeout = request->timeout ? request->timeout : DEFAULT_TIMEOUT;
    return name;
}

static uint32_t server_access(DWORD open_mode) {
    return SYNCHRONIZE | READ_CONTROL | (open_mode & PIPE_ACCESS_INBOUND ? GENERIC_READ : 0) |
           (open_mode & PIPE_ACCESS_OUTBOUND ? GENERIC_WRITE : 0);
}

static HANDLE refuse(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return INVALID_HANDLE_VALUE;
}

static HANDLE give(struct api_caller *me, struct api_file *file, uint32_t access, bool inherit) {
    HANDLE handle;
    NTSTATUS status = api_new_handle(me, file, access, inherit, &handle);
    ob_dereference(me->w, file);
    return api_result(me, status) ? handle : INVALID_HANDLE_VALUE;
}

static HANDLE create(const char *path, const struct request *request) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    DWORD error = check(path, request);
    if (error)
        return refuse(&me, error);
    ke_point(me.w, 0, KE_NOTHING);
    struct api_pipe_name *name = name_of(&me, path, request, &error);
    if (error) {
        if (name)
            ob_dereference(me.w, name);
        return refuse(&me, error);
    }
    const size_t capacity[] = {request->in_size, request->out_size};
    struct api_pipe *pipe = api_pipe_new(me.w, capacity);
    struct api_file *file = api_pipe_end(me.w, pipe, API_PIPE_SERVER);
    pipe->name = name;
    pipe->messages = name->type == PIPE_TYPE_MESSAGE;
    pipe->pids[API_PIPE_SERVER] = me.process->pid;
    base_list_push_back(&name->instances, &pipe->link);
    name->count++;
    file->overlapped = (request->open_mode & FILE_FLAG_OVERLAPPED) != 0;
    file->read_messages = (request->pipe_mode & PIPE_READMODE_MESSAGE) != 0;
    file->no_wait = (request->pipe_mode & PIPE_NOWAIT) != 0;
    update(me.w, name);
    return give(&me, file, server_access(request->open_mode), request->inherit);
}

HANDLE CreateNamedPipeA(LPCSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode, DWORD nMaxInstances,
                        DWORD nOutBufferSize, DWORD nInBufferSize, DWORD nDefaultTimeOut,
                        LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    return create(lpName,
                  &(struct request){dwOpenMode, dwPipeMode, nMaxInstances, nOutBufferSize,
                                    nInBufferSize, nDefaultTimeOut,
                                    lpSecurityAttributes && lpSecurityAttributes->bInheritHandle});
}

HANDLE CreateNamedPipeW(LPCWSTR lpName, DWORD dwOpenMode, DWORD dwPipeMode, DWORD nMaxInstances,
                        DWORD nOutBufferSize, DWORD nInBufferSize, DWORD nDefaultTimeOut,
                        LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    return CreateNamedPipeA(api_utf8(&me, lpName), dwOpenMode, dwPipeMode, nMaxInstances,
                            nOutBufferSize, nInBufferSize, nDefaultTimeOut, lpSecurityAttributes);
}

/* ---- clients --------------------------------------------------------------------------------- */

static struct api_pipe_name *find(struct api_caller *me, const char *path) {
    char text[NAME_SIZE];
    NTSTATUS status;
    return object_name(path, text) ? ob_open_named(me->w, &name_type, text, &status) : NULL;
}

static DWORD check_client(const struct api_pipe_name *name, DWORD access) {
    bool reads = access & (GENERIC_READ | GENERIC_ALL | FILE_READ_DATA);
    bool writes = access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA);
    if ((reads && !(name->access & PIPE_ACCESS_OUTBOUND)) ||
        (writes && !(name->access & PIPE_ACCESS_INBOUND)))
        return ERROR_ACCESS_DENIED;
    return listening(name) ? ERROR_SUCCESS : ERROR_PIPE_BUSY;
}

HANDLE api_pipe_open(struct api_caller *me, const struct api_device_open *open) {
    ke_point(me->w, 0, KE_NOTHING);
    struct api_pipe_name *name = find(me, open->name);
    if (!name)
        return refuse(me, ERROR_FILE_NOT_FOUND);
    DWORD error = name->count ? check_client(name, open->access) : ERROR_FILE_NOT_FOUND;
    if (error) {
        ob_dereference(me->w, name);
        return refuse(me, error);
    }
    struct api_pipe *pipe = listening(name);
    struct api_file *file = api_pipe_end(me->w, pipe, API_PIPE_CLIENT);
    file->overlapped = (open->flags & FILE_FLAG_OVERLAPPED) != 0;
    pipe->pids[API_PIPE_CLIENT] = me->process->pid;
    pipe->state = API_PIPE_CONNECTED;
    core_touch(me->w, core_place(CORE_OBJECT, pipe->number), CORE_WRITE);
    update(me->w, name);
    ob_dereference(me->w, name);
    HANDLE handle =
        give(me, file, open->access | SYNCHRONIZE | FILE_READ_ATTRIBUTES, open->inherit);
    api_pipe_pump(me->w, pipe);
    return handle;
}

BOOL WaitNamedPipeA(LPCSTR lpNamedPipeName, DWORD nTimeOut) {
    struct api_caller me;
    LONGLONG storage;
    if (!api_caller_get(&me))
        return FALSE;
    if (!api_pipe_path(lpNamedPipeName))
        return api_fail(&me, ERROR_PATH_NOT_FOUND);
    ke_point(me.w, 0, KE_NOTHING);
    struct api_pipe_name *name = find(&me, lpNamedPipeName);
    if (!name)
        return api_fail(&me, ERROR_FILE_NOT_FOUND);
    DWORD limit = nTimeOut == NMPWAIT_USE_DEFAULT_WAIT ? name->timeout : nTimeOut;
    DISPATCHER_HEADER *objects[] = {&name->header};
    NTSTATUS status = ke_wait(me.w, &(struct ke_wait){.count = 1,
                                                      .objects = objects,
                                                      .mode = UserMode,
                                                      .timeout = api_timeout(limit, &storage)});
    ob_dereference(me.w, name);
    return status == STATUS_WAIT_0 || api_fail(&me, ERROR_SEM_TIMEOUT);
}

BOOL WaitNamedPipeW(LPCWSTR lpNamedPipeName, DWORD nTimeOut) {
    struct api_caller me;
    return api_caller_get(&me) && WaitNamedPipeA(api_utf8(&me, lpNamedPipeName), nTimeOut);
}

/* ---- at one end ------------------------------------------------------------------------------ */

static struct api_file *pipe_file(struct api_caller *me, HANDLE handle, uint32_t access) {
    struct api_file *file = api_file_of(me, handle, access, KE_WRITE);
    if (file && file->kind != API_FILE_PIPE) {
        api_set_error(me, ERROR_INVALID_FUNCTION);
        return NULL;
    }
    return file;
}

/* The server's end of a named pipe. */
static struct api_file *server_file(struct api_caller *me, HANDLE handle) {
    struct api_file *file = pipe_file(me, handle, 0);
    if (file && (file->which != API_PIPE_SERVER || !file->pipe->name)) {
        api_set_error(me, ERROR_INVALID_FUNCTION);
        return NULL;
    }
    return file;
}

BOOL ConnectNamedPipe(HANDLE hNamedPipe, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    struct api_file *file = server_file(&me, hNamedPipe);
    if (!file)
        return FALSE;
    struct api_pipe *pipe = file->pipe;
    core_touch(me.w, core_place(CORE_OBJECT, pipe->number), CORE_WRITE);
    if (pipe->state == API_PIPE_CONNECTED)
        return api_fail(&me, ERROR_PIPE_CONNECTED);
    if (pipe->state == API_PIPE_CLOSING)
        return api_fail(&me, ERROR_NO_DATA);
    bool was_cut = pipe->state == API_PIPE_CUT;
    pipe->state = API_PIPE_LISTENING;
    update(me.w, pipe->name);
    if (file->no_wait)
        return was_cut || api_fail(&me, ERROR_PIPE_LISTENING);
    struct api_operation operation = {.kind = API_PENDING_CONNECT, .overlapped = lpOverlapped};
    struct api_pending *pending = api_pending_new(&me, file, &operation);
    return pending && api_pending_result(&me, pending, api_pipe_start(me.w, pending));
}

BOOL DisconnectNamedPipe(HANDLE hNamedPipe) {
    struct api_caller me;
    struct api_file *file = server_file(&me, hNamedPipe);
    if (!file)
        return FALSE;
    struct api_pipe *pipe = file->pipe;
    core_touch(me.w, core_place(CORE_OBJECT, pipe->number), CORE_WRITE);
    if (pipe->state == API_PIPE_CUT)
        return api_fail(&me, ERROR_PIPE_NOT_CONNECTED);
    pipe->state = API_PIPE_CUT;
    api_pipe_cut(me.w, pipe);
    api_pipe_detach_client(me.w, pipe);
    update(me.w, pipe->name);
    return TRUE;
}

BOOL SetNamedPipeHandleState(HANDLE hNamedPipe, LPDWORD lpMode, LPDWORD lpMaxCollectionCount,
                             LPDWORD lpCollectDataTimeout) {
    struct api_caller me;
    struct api_file *file = pipe_file(&me, hNamedPipe, FILE_WRITE_ATTRIBUTES);
    (void)lpMaxCollectionCount, (void)lpCollectDataTimeout;
    if (!file)
        return FALSE;
    if (!lpMode)
        return TRUE;
    bool by_message = *lpMode & PIPE_READMODE_MESSAGE;
    if (*lpMode & ~(DWORD)(PIPE_READMODE_MESSAGE | PIPE_NOWAIT) ||
        (by_message && !file->pipe->messages))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    file->read_messages = by_message;
    file->no_wait = (*lpMode & PIPE_NOWAIT) != 0;
    return TRUE;
}

BOOL GetNamedPipeHandleStateA(HANDLE hNamedPipe, LPDWORD lpState, LPDWORD lpCurInstances,
                              LPDWORD lpMaxCollectionCount, LPDWORD lpCollectDataTimeout,
                              LPSTR lpUserName, DWORD nMaxUserNameSize) {
    struct api_caller me;
    const struct api_file *file = pipe_file(&me, hNamedPipe, 0);
    (void)lpMaxCollectionCount, (void)lpCollectDataTimeout;
    (void)lpUserName, (void)nMaxUserNameSize;
    if (!file)
        return FALSE;
    if (lpState)
        *lpState =
            (file->read_messages ? PIPE_READMODE_MESSAGE : 0u) | (file->no_wait ? PIPE_NOWAIT : 0u);
    if (lpCurInstances)
        *lpCurInstances = file->pipe->name ? file->pipe->name->count : 1;
    return TRUE;
}

BOOL GetNamedPipeInfo(HANDLE hNamedPipe, LPDWORD lpFlags, LPDWORD lpOutBufferSize,
                      LPDWORD lpInBufferSize, LPDWORD lpMaxInstances) {
    struct api_caller me;
    const struct api_file *file = pipe_file(&me, hNamedPipe, 0);
    if (!file)
        return FALSE;
    const struct api_pipe *pipe = file->pipe;
    if (lpFlags)
        *lpFlags = (file->which == API_PIPE_SERVER ? PIPE_SERVER_END : PIPE_CLIENT_END) |
                   (pipe->messages ? PIPE_TYPE_MESSAGE : PIPE_TYPE_BYTE);
    if (lpOutBufferSize)
        *lpOutBufferSize = (DWORD)pipe->flows[API_PIPE_CLIENT].capacity;
    if (lpInBufferSize)
        *lpInBufferSize = (DWORD)pipe->flows[API_PIPE_SERVER].capacity;
    if (lpMaxInstances)
        *lpMaxInstances = pipe->name ? pipe->name->max : 1;
    return TRUE;
}

static BOOL pid_of(HANDLE handle, int end, PULONG pid) {
    struct api_caller me;
    const struct api_file *file = pipe_file(&me, handle, 0);
    if (file)
        *pid = file->pipe->pids[end];
    return file != NULL;
}

BOOL GetNamedPipeClientProcessId(HANDLE Pipe, PULONG ClientProcessId) {
    return pid_of(Pipe, API_PIPE_CLIENT, ClientProcessId);
}

BOOL GetNamedPipeServerProcessId(HANDLE Pipe, PULONG ServerProcessId) {
    return pid_of(Pipe, API_PIPE_SERVER, ServerProcessId);
}

/* ---- question and answer --------------------------------------------------------------------- */

BOOL TransactNamedPipe(HANDLE hNamedPipe, LPVOID lpInBuffer, DWORD nInBufferSize,
                       LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead,
                       LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    DWORD written;
    const struct api_file *file = pipe_file(&me, hNamedPipe, FILE_READ_DATA | FILE_WRITE_DATA);
    if (!file)
        return FALSE;
    if (!file->read_messages)
        return api_fail(&me, ERROR_BAD_PIPE);
    if (file->pipe->flows[file->which].count)
        return api_fail(&me, ERROR_PIPE_BUSY);
    return WriteFile(hNamedPipe, lpInBuffer, nInBufferSize, &written, NULL) &&
           ReadFile(hNamedPipe, lpOutBuffer, nOutBufferSize, lpBytesRead, lpOverlapped);
}

/* Waits for an instance as long as somebody else takes each before it can be opened. */
static HANDLE connect(LPCSTR name, DWORD timeout) {
    for (;;) {
        HANDLE pipe =
            CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
        if (pipe != INVALID_HANDLE_VALUE || GetLastError() != ERROR_PIPE_BUSY)
            return pipe;
        if (!WaitNamedPipeA(name, timeout))
            return INVALID_HANDLE_VALUE;
    }
}

BOOL CallNamedPipeA(LPCSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
                    LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead, DWORD nTimeOut) {
    DWORD mode = PIPE_READMODE_MESSAGE;
    HANDLE pipe = connect(lpNamedPipeName, nTimeOut);
    if (pipe == INVALID_HANDLE_VALUE)
        return FALSE;
    BOOL done = SetNamedPipeHandleState(pipe, &mode, NULL, NULL);
    if (!done && GetLastError() == ERROR_INVALID_PARAMETER)
        SetLastError(ERROR_BAD_PIPE);
    done = done && TransactNamedPipe(pipe, lpInBuffer, nInBufferSize, lpOutBuffer, nOutBufferSize,
                                     lpBytesRead, NULL);
    DWORD error = GetLastError();
    CloseHandle(pipe);
    if (!done)
        SetLastError(error);
    return done;
}

BOOL CallNamedPipeW(LPCWSTR lpNamedPipeName, LPVOID lpInBuffer, DWORD nInBufferSize,
                    LPVOID lpOutBuffer, DWORD nOutBufferSize, LPDWORD lpBytesRead, DWORD nTimeOut) {
    struct api_caller me;
    return api_caller_get(&me) &&
           CallNamedPipeA(api_utf8(&me, lpNamedPipeName), lpInBuffer, nInBufferSize, lpOutBuffer,
                          nOutBufferSize, lpBytesRead, nTimeOut);
}
