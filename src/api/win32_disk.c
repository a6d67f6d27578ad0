/*
 * win32_disk.c - files of the host behind handles.
 *
 * No host file stays open between two calls: a thread may be killed at any scheduling point, and a
 * run may be given up at any time. Who shares what is kept in one object for each open file.
 */
#include "api/win32_disk.h"

#include "api/disk.h"
#include "api/win32_device.h"
#include "api/win32_filtered.h"
#include "ldr/crt_state.h"

enum { PATH_SIZE = API_PATH_SIZE };

bool api_disk_is_nowhere(const struct api_file *file) {
    return strcmp(file->disk->record->path, HOST_FILE_NOWHERE) == 0;
}

const char *api_disk_path(const struct api_file *file) {
    return file->disk->record->path;
}

static void disk_deleted(struct rd_world *w, void *body) {
    struct api_disk *disk = body;
    struct api_record *record = disk->record;
    (void)w;
    record->disk = NULL;
    if (disk->delete_pending && disk->directory)
        host_file_remove_directory(record->path);
    else if (disk->delete_pending)
        host_file_remove(record->path);
}

static const struct ob_type disk_type = {
    .name = "FileControl",
    .body_size = sizeof(struct api_disk),
    .valid_access = 0,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = disk_deleted,
};

/* ---- errors and paths ------------------------------------------------------------------------ */

DWORD api_host_error(int host_error) {
    switch (host_error) {
    case 0:
        return ERROR_SUCCESS;
    case CRT_ENOENT:
        return ERROR_FILE_NOT_FOUND;
    case CRT_EACCES:
    case CRT_EISDIR:
        return ERROR_ACCESS_DENIED;
    case CRT_EEXIST:
        return ERROR_FILE_EXISTS;
    case CRT_ENOTEMPTY:
        return ERROR_DIR_NOT_EMPTY;
    case CRT_EMFILE:
        return ERROR_TOO_MANY_OPEN_FILES;
    default:
        return ERROR_INVALID_PARAMETER;
    }
}

DWORD api_path_error(const char *path, int error) {
    struct host_file_info info;
    char parent[PATH_SIZE] = ".";
    size_t length = (size_t)(ldr_base_name(path) - path);
    if (error != CRT_ENOENT)
        return api_host_error(error);
    if (length) {
        memcpy(parent, path, length);
        parent[length > 1 ? length - 1 : length] = '\0';
    }
    bool is_there = host_file_query(parent, &info) == 0 && info.kind == HOST_FILE_DIRECTORY;
    return is_there ? ERROR_FILE_NOT_FOUND : ERROR_PATH_NOT_FOUND;
}

DWORD api_host_path(const struct api_caller *caller, const char *name, char path[API_PATH_SIZE]) {
    size_t prefix = name && strncmp(name, "\\\\?\\", 4) == 0 ? 4 : 0;
    if (name && strpbrk(name + prefix, "<>\"|?*"))
        return ERROR_INVALID_NAME;
    if (name && ldr_host_path(caller->process, name, path))
        return ERROR_SUCCESS;
    bool none = !name || !*name || strncmp(name, "\\\\", 2) == 0; /* devices and shares */
    return none ? ERROR_PATH_NOT_FOUND : ERROR_FILENAME_EXCED_RANGE;
}

static bool is_read_only(const char *path) {
    struct host_file_info info;
    return host_file_query(path, &info) == 0 && info.kind == HOST_FILE_REGULAR && !info.writable;
}

static bool is_directory(const char *path) {
    struct host_file_info info;
    return host_file_query(path, &info) == 0 && info.kind == HOST_FILE_DIRECTORY;
}

static bool exists(const char *path, enum host_file_kind *kind) {
    struct host_file_info info;
    if (host_file_query(path, &info) != 0)
        return false;
    *kind = info.kind;
    return true;
}

/* ---- sharing --------------------------------------------------------------------------------- */

static bool wants_read(DWORD access) {
    return (access &
            (GENERIC_READ | GENERIC_EXECUTE | GENERIC_ALL | FILE_READ_DATA | FILE_EXECUTE)) != 0;
}

static bool wants_write(DWORD access) {
    return (access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0;
}

static bool wants_delete(DWORD access) {
    return (access & (DELETE | GENERIC_ALL)) != 0;
}

/* Whoever only wants to know of the file excludes nobody. */
static bool wants_contents(DWORD access) {
    return wants_read(access) || wants_write(access) || wants_delete(access);
}

/* Everybody must allow what the newcomer wants, and the newcomer what the others have. */
static bool may_share(const struct api_disk *disk, DWORD access, DWORD share) {
    if (!wants_contents(access))
        return true;
    if (wants_read(access) && disk->share_read < disk->opens)
        return false;
    if (wants_write(access) && disk->share_write < disk->opens)
        return false;
    if (wants_delete(access) && disk->share_delete < disk->opens)
        return false;
    return (share & FILE_SHARE_READ || !disk->readers) &&
           (share & FILE_SHARE_WRITE || !disk->writers) &&
           (share & FILE_SHARE_DELETE || !disk->deleters);
}

static void count_open(struct api_disk *disk, const struct api_file *file, int change) {
    uint32_t by = wants_contents(file->access) ? (uint32_t)change : 0;
    disk->opens += by;
    disk->readers += wants_read(file->access) ? by : 0;
    disk->writers += wants_write(file->access) ? by : 0;
    disk->deleters += wants_delete(file->access) ? by : 0;
    disk->share_read += file->share & FILE_SHARE_READ ? by : 0;
    disk->share_write += file->share & FILE_SHARE_WRITE ? by : 0;
    disk->share_delete += file->share & FILE_SHARE_DELETE ? by : 0;
}

/* With a reference. */
static struct api_disk *disk_of(struct rd_world *w, const char *path) {
    struct api_record *record = api_record_of(w, path);
    core_touch(w, record->place, CORE_WRITE);
    if (record->disk) {
        ob_reference(record->disk);
        return record->disk;
    }
    struct api_disk *disk = ob_create(w, &disk_type);
    disk->record = record;
    base_list_init(&disk->locks);
    base_list_init(&disk->waits);
    record->disk = disk;
    return disk;
}

void api_disk_closed(struct rd_world *w, struct api_file *file) {
    api_disk_touch(w, file->disk, CORE_WRITE);
    api_lock_release(w, file, 0);
    count_open(file->disk, file, -1);
    file->disk->delete_pending |= file->delete_on_close;
}

void api_disk_deleted(struct rd_world *w, struct api_file *file) {
    ob_dereference(w, file->disk);
}

/* ---- opening --------------------------------------------------------------------------------- */

struct open_request {
    const char *name;
    DWORD access, share, disposition, flags;
    bool inherit;
};

static DWORD open_directory(const struct api_disk_open *request) {
    if (request->disposition == CREATE_NEW)
        return ERROR_FILE_EXISTS;
    bool opens = request->disposition == OPEN_EXISTING || request->disposition == OPEN_ALWAYS;
    return opens && request->directories ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

/* What the disposition makes of the file: 0 or the error. */
static DWORD apply_disposition(struct api_disk_open *request, const char *path) {
    static const unsigned creates[] = {
        [CREATE_NEW] = HOST_FILE_CREATE | HOST_FILE_EXCLUSIVE,
        [CREATE_ALWAYS] = HOST_FILE_CREATE | HOST_FILE_TRUNCATE,
        [OPEN_ALWAYS] = HOST_FILE_CREATE,
        [TRUNCATE_EXISTING] = HOST_FILE_TRUNCATE,
    };
    enum host_file_kind kind = HOST_FILE_NONE;
    intptr_t file;
    request->existed = exists(path, &kind);
    if (kind == HOST_FILE_DIRECTORY)
        return open_directory(request);
    if (wants_write(request->access) && is_read_only(path))
        return ERROR_ACCESS_DENIED;
    if (request->disposition < CREATE_NEW || request->disposition > TRUNCATE_EXISTING)
        return ERROR_INVALID_PARAMETER;
    if (request->disposition == TRUNCATE_EXISTING && !wants_write(request->access))
        return ERROR_INVALID_PARAMETER;
    if (!request->existed &&
        (request->disposition == OPEN_EXISTING || request->disposition == TRUNCATE_EXISTING))
        return api_path_error(path, CRT_ENOENT);
    unsigned flags = creates[request->disposition];
    flags |= flags || wants_write(request->access) ? HOST_FILE_WRITE : HOST_FILE_READ;
    int error = host_file_open(path, flags, &file);
    if (error == CRT_ENOENT)
        return ERROR_PATH_NOT_FOUND;
    if (error)
        return api_host_error(error);
    host_file_close(file);
    return ERROR_SUCCESS;
}

static HANDLE refuse(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return INVALID_HANDLE_VALUE;
}

static HANDLE give_file(struct api_caller *me, struct api_file *file,
                        const struct open_request *request) {
    HANDLE handle;
    NTSTATUS status =
        api_new_handle(me, file, request->access | SYNCHRONIZE | 0x80, request->inherit, &handle);
    ob_dereference(me->w, file);
    return api_result(me, status) ? handle : INVALID_HANDLE_VALUE;
}

static uint32_t open_now(struct api_caller *caller, struct api_disk_open *open, void **out) {
    char path[PATH_SIZE];
    DWORD error = api_host_path(caller, open->name, path);
    if (error)
        return error;
    ke_point(caller->w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    struct api_disk *disk = disk_of(caller->w, path);
    if (disk->delete_pending)
        error = ERROR_ACCESS_DENIED;
    else if (disk->opens && open->disposition == CREATE_NEW)
        error = ERROR_FILE_EXISTS;
    else if (disk->opens && !may_share(disk, open->access, open->share))
        error = ERROR_SHARING_VIOLATION;
    else
        error = apply_disposition(open, path);
    if (error) {
        ob_dereference(caller->w, disk);
        return error;
    }
    struct api_file *file = api_file_new(caller->w, API_FILE_DISK, true);
    file->disk = disk;
    file->access = open->access;
    file->share = open->share;
    file->append = (open->access & FILE_APPEND_DATA) &&
                   !(open->access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA));
    file->delete_on_close = open->delete_on_close;
    file->overlapped = open->overlapped;
    file->directory = disk->directory = is_directory(path);
    count_open(disk, file, 1);
    if (!open->existed)
        api_record_created(caller->w, disk->record, open->attributes);
    else if (open->disposition == CREATE_ALWAYS || open->disposition == TRUNCATE_EXISTING)
        api_record_written(caller->w, file);
    *out = file;
    return ERROR_SUCCESS;
}

uint32_t api_disk_open(struct api_caller *caller, struct api_disk_open *open, void **file) {
    return api_filtered_open(caller, open, file, open_now);
}

static HANDLE open_disk(struct api_caller *me, const struct open_request *request) {
    void *file;
    struct api_disk_open open = {.name = request->name,
                                 .access = request->access,
                                 .share = request->share,
                                 .disposition = request->disposition,
                                 .attributes = request->flags & 0xFFFF,
                                 .overlapped = (request->flags & FILE_FLAG_OVERLAPPED) != 0,
                                 .directories = (request->flags & FILE_FLAG_BACKUP_SEMANTICS) != 0,
                                 .delete_on_close =
                                     (request->flags & FILE_FLAG_DELETE_ON_CLOSE) != 0};
    DWORD error = api_disk_open(me, &open, &file);
    if (error)
        return refuse(me, error);
    HANDLE handle = give_file(me, file, request);
    bool creates = request->disposition == CREATE_ALWAYS || request->disposition == OPEN_ALWAYS;
    if (handle != INVALID_HANDLE_VALUE)
        api_set_error(me, creates && open.existed ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

static HANDLE open_console(struct api_caller *me, const struct open_request *request, int which) {
    struct api_file *file = api_file_new(me->w, API_FILE_STREAM, true);
    file->which = which;
    return give_file(me, file, request);
}

static HANDLE open_any(struct api_caller *me, const struct open_request *request) {
    const char *name = request->name ? request->name : "";
    bool reads = wants_read(request->access) && !wants_write(request->access);
    if (ldr_same_name(name, "CONIN$") || (ldr_same_name(name, "CON") && reads))
        return open_console(me, request, API_STD_INPUT);
    if (ldr_same_name(name, "CONOUT$") || ldr_same_name(name, "CON"))
        return open_console(me, request, API_STD_OUTPUT);
    const struct api_device_open open = {.name = name,
                                         .access = request->access,
                                         .share = request->share,
                                         .disposition = request->disposition,
                                         .flags = request->flags,
                                         .inherit = request->inherit};
    if (api_pipe_path(name))
        return api_pipe_open(me, &open);
    if (api_device_name(name))
        return api_device_open(me, &open);
    return open_disk(me, request);
}

HANDLE CreateFileA(LPCSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                   LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                   DWORD dwFlagsAndAttributes, HANDLE hTemplateFile) {
    struct api_caller me;
    (void)hTemplateFile;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    struct open_request request = {
        lpFileName,           dwDesiredAccess,
        dwShareMode,          dwCreationDisposition,
        dwFlagsAndAttributes, lpSecurityAttributes && lpSecurityAttributes->bInheritHandle};
    return open_any(&me, &request);
}

HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
                   LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition,
                   DWORD dwFlagsAndAttributes, HANDLE hTemplateFile) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    return CreateFileA(api_utf8(&me, lpFileName), dwDesiredAccess, dwShareMode,
                       lpSecurityAttributes, dwCreationDisposition, dwFlagsAndAttributes,
                       hTemplateFile);
}

/* ---- reading and writing --------------------------------------------------------------------- */

static int64_t size_of(const struct api_file *file) {
    struct host_file_info info;
    return host_file_query(file->disk->record->path, &info) == 0 ? (int64_t)info.size : 0;
}

static DWORD read_now(struct api_caller *caller, struct api_file *file, struct api_transfer *t) {
    intptr_t host;
    int64_t position;
    api_disk_touch(caller->w, file->disk, CORE_READ);
    DWORD refused = file->directory ? ERROR_INVALID_FUNCTION
                                    : api_lock_check(caller, file, t, file->position, false);
    if (refused)
        return refused;
    int error = host_file_open(file->disk->record->path, HOST_FILE_READ, &host);
    if (error)
        return api_host_error(error);
    error = host_file_seek(host, file->position, HOST_FILE_SET, &position);
    while (!error && t->done < t->size) {
        size_t count = 0;
        error = host_file_read(host, (char *)t->bytes + t->done, t->size - t->done, &count);
        if (!count)
            break;
        t->done += count;
    }
    host_file_close(host);
    file->position += (int64_t)t->done;
    return api_host_error(error);
}

DWORD api_disk_read(struct api_caller *caller, struct api_file *file, struct api_transfer *t) {
    return api_filtered_read(caller, file, t, read_now);
}

static DWORD write_now(struct api_caller *caller, struct api_file *file, struct api_transfer *t) {
    intptr_t host;
    int64_t position = file->append ? size_of(file) : file->position;
    api_disk_touch(caller->w, file->disk, CORE_WRITE);
    DWORD refused =
        file->directory ? ERROR_INVALID_FUNCTION : api_lock_check(caller, file, t, position, true);
    if (refused)
        return refused;
    int error = host_file_open(file->disk->record->path, HOST_FILE_WRITE, &host);
    if (error)
        return api_host_error(error);
    error = host_file_seek(host, position, HOST_FILE_SET, &position);
    while (!error && t->done < t->size) {
        size_t count = 0;
        error = host_file_write(host, (const char *)t->bytes + t->done, t->size - t->done, &count);
        t->done += count;
    }
    host_file_close(host);
    file->position = position + (int64_t)t->done;
    if (t->done)
        api_record_written(caller->w, file);
    return api_host_error(error);
}

DWORD api_disk_write(struct api_caller *caller, struct api_file *file, struct api_transfer *t) {
    return api_filtered_write(caller, file, t, write_now);
}

/* ---- size and position ----------------------------------------------------------------------- */

static struct api_file *disk_file_of(struct api_caller *me, HANDLE handle, uint32_t access) {
    struct api_file *file = api_file_of(me, handle, access, KE_WRITE);
    if (file && file->kind != API_FILE_DISK) {
        api_set_error(me, ERROR_INVALID_FUNCTION);
        return NULL;
    }
    return file;
}

uint32_t api_disk_place(struct api_caller *caller, const void *handle,
                        struct api_disk_place *place) {
    const struct api_file *file = disk_file_of(caller, (HANDLE)(uintptr_t)handle, 0);
    if (!file)
        return caller->thread->last_error;
    *place = (struct api_disk_place){size_of(file), file->position};
    return ERROR_SUCCESS;
}

BOOL GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize) {
    struct api_caller me;
    const struct api_file *file = disk_file_of(&me, hFile, 0);
    if (file)
        lpFileSize->QuadPart = size_of(file);
    return file != NULL;
}

DWORD GetFileSize(HANDLE hFile, LPDWORD lpFileSizeHigh) {
    struct api_caller me;
    const struct api_file *file = disk_file_of(&me, hFile, 0);
    if (!file)
        return INVALID_FILE_SIZE;
    int64_t size = size_of(file);
    if (lpFileSizeHigh)
        *lpFileSizeHigh = (DWORD)(size >> 32);
    api_set_error(&me, NO_ERROR);
    return (DWORD)size;
}

BOOL SetFilePointerEx(HANDLE hFile, LARGE_INTEGER liDistanceToMove, PLARGE_INTEGER lpNewFilePointer,
                      DWORD dwMoveMethod) {
    struct api_caller me;
    struct api_file *file = disk_file_of(&me, hFile, 0);
    if (!file)
        return FALSE;
    if (dwMoveMethod > FILE_END)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    int64_t base = dwMoveMethod == FILE_BEGIN     ? 0
                   : dwMoveMethod == FILE_CURRENT ? file->position
                                                  : size_of(file);
    if (base + liDistanceToMove.QuadPart < 0)
        return api_fail(&me, ERROR_NEGATIVE_SEEK);
    file->position = base + liDistanceToMove.QuadPart;
    if (lpNewFilePointer)
        lpNewFilePointer->QuadPart = file->position;
    return TRUE;
}

DWORD SetFilePointer(HANDLE hFile, LONG lDistanceToMove, PLONG lpDistanceToMoveHigh,
                     DWORD dwMoveMethod) {
    LARGE_INTEGER distance = {.QuadPart = lDistanceToMove}, position;
    if (lpDistanceToMoveHigh) {
        distance.LowPart = (ULONG)lDistanceToMove;
        distance.HighPart = *lpDistanceToMoveHigh;
    }
    if (!SetFilePointerEx(hFile, distance, &position, dwMoveMethod))
        return INVALID_SET_FILE_POINTER;
    if (lpDistanceToMoveHigh)
        *lpDistanceToMoveHigh = position.HighPart;
    SetLastError(NO_ERROR);
    return position.LowPart;
}

BOOL SetEndOfFile(HANDLE hFile) {
    struct api_caller me;
    const struct api_file *file = disk_file_of(&me, hFile, FILE_WRITE_DATA);
    if (!file)
        return FALSE;
    int64_t size = file->position;
    const struct api_disk_information order = {
        .handle = hFile, .what = API_FILE_END, .bytes = &size, .size = sizeof size};
    NTSTATUS status = api_disk_set(&me, &order);
    return api_result(&me, status);
}

/* ---- by name --------------------------------------------------------------------------------- */

struct named_operation {
    const char *path;
    bool deletes;
    int (*operation)(const char *path);
};

/* On a path that nobody holds open without sharing it for that. */
static DWORD operate_now(struct rd_world *w, void *context) {
    const struct named_operation *named = context;
    DWORD error = ERROR_SUCCESS;
    struct api_disk *disk = disk_of(w, named->path);
    bool shared = !disk->opens || !named->deletes || disk->share_delete == disk->opens;
    if (!shared) {
        error = ERROR_SHARING_VIOLATION;
    } else if (disk->opens && named->deletes && (is_read_only(named->path) || disk->sections)) {
        error = ERROR_ACCESS_DENIED;
    } else if (disk->opens && named->deletes) {
        disk->delete_pending = true; /* carried out with the last close */
    } else {
        error = api_path_error(named->path, named->operation(named->path));
    }
    ob_dereference(w, disk);
    return error;
}

static BOOL by_name(const char *name, bool deletes, int (*operation)(const char *path)) {
    struct api_caller me;
    char path[PATH_SIZE];
    if (!api_caller_get(&me))
        return FALSE;
    DWORD error = api_host_path(&me, name, path);
    if (error)
        return api_fail(&me, error);
    ke_point(me.w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    struct named_operation named = {path, deletes, operation};
    BOOLEAN deleted = TRUE; /* FILE_DISPOSITION_INFORMATION */
    struct api_property property = {.information_class = API_FILE_DISPOSITION,
                                    .value = &deleted,
                                    .size = sizeof deleted,
                                    .now = operate_now,
                                    .context = &named};
    error = deletes ? api_filtered_set_by_path(&me, path, &property) : operate_now(me.w, &named);
    return error ? api_fail(&me, error) : TRUE;
}

/* Whoever runs the host's process may be allowed more than a Windows program. */
static int remove_file(const char *path) {
    return is_read_only(path) ? CRT_EACCES : host_file_remove(path);
}

BOOL DeleteFileA(LPCSTR lpFileName) {
    return by_name(lpFileName, true, remove_file);
}

BOOL DeleteFileW(LPCWSTR lpFileName) {
    struct api_caller me;
    return api_caller_get(&me) && DeleteFileA(api_utf8(&me, lpFileName));
}

static BOOL already_exists(BOOL done) {
    struct api_caller me;
    if (!done && api_caller_get(&me) && me.thread->last_error == ERROR_FILE_EXISTS)
        api_set_error(&me, ERROR_ALREADY_EXISTS);
    return done;
}

BOOL CreateDirectoryA(LPCSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    (void)lpSecurityAttributes;
    return already_exists(by_name(lpPathName, false, host_file_make_directory));
}

BOOL CreateDirectoryW(LPCWSTR lpPathName, LPSECURITY_ATTRIBUTES lpSecurityAttributes) {
    struct api_caller me;
    return api_caller_get(&me) && CreateDirectoryA(api_utf8(&me, lpPathName), lpSecurityAttributes);
}

BOOL RemoveDirectoryA(LPCSTR lpPathName) {
    struct api_caller me;
    char path[PATH_SIZE];
    enum host_file_kind kind;
    if (by_name(lpPathName, false, host_file_remove_directory))
        return TRUE;
    bool is_file = api_caller_get(&me) && !api_host_path(&me, lpPathName, path) &&
                   exists(path, &kind) && kind != HOST_FILE_DIRECTORY;
    return is_file ? api_fail(&me, ERROR_DIRECTORY) : FALSE;
}

BOOL RemoveDirectoryW(LPCWSTR lpPathName) {
    struct api_caller me;
    return api_caller_get(&me) && RemoveDirectoryA(api_utf8(&me, lpPathName));
}

DWORD GetFileAttributesA(LPCSTR lpFileName) {
    struct api_caller me;
    struct host_file_info info;
    char path[PATH_SIZE];
    if (!api_caller_get(&me))
        return INVALID_FILE_ATTRIBUTES;
    DWORD error = api_host_path(&me, lpFileName, path);
    ke_point(me.w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    if (!error)
        error = api_path_error(path, host_file_query(path, &info));
    if (error) {
        api_set_error(&me, error);
        return INVALID_FILE_ATTRIBUTES;
    }
    return api_attributes(api_record_of(me.w, path), &info);
}

DWORD GetFileAttributesW(LPCWSTR lpFileName) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return INVALID_FILE_ATTRIBUTES;
    return GetFileAttributesA(api_utf8(&me, lpFileName));
}
