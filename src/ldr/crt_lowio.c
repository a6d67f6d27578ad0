/*
 * crt_lowio.c - file descriptors of the C run-time. 0, 1 and 2 are the standard handles, others are
 * handles too, except for the files without a name that tmpfile makes.
 */
#include <stdarg.h>
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"
#include "port/host_file.h"

enum { PATH_SIZE = 1024 };

/* ---- descriptors ----------------------------------------------------------------------------- */

struct crt_descriptor *crt_descriptor_get(struct crt_process *crt, int descriptor) {
    if (crt && descriptor >= 0 && descriptor < crt->descriptor_capacity &&
        crt->descriptors[descriptor].kind != CRT_CLOSED)
        return &crt->descriptors[descriptor];
    crt_invalid(CRT_EBADF);
    return NULL;
}

void crt_descriptor_reserve(struct crt_process *crt, int descriptor) {
    int old = crt->descriptor_capacity, capacity = old;
    while (capacity <= descriptor)
        capacity *= 2;
    if (capacity == old)
        return;
    struct crt_descriptor *table = core_alloc(crt->world, (size_t)capacity * sizeof *table);
    memcpy(table, crt->descriptors, (size_t)old * sizeof *table);
    if (crt->descriptors != crt->descriptors_inline)
        core_free(crt->world, crt->descriptors, (size_t)old * sizeof *table);
    crt->descriptors = table;
    crt->descriptor_capacity = capacity;
}

int crt_descriptor_new(struct crt_process *crt) {
    int index = 0;
    while (index < crt->descriptor_capacity && crt->descriptors[index].kind != CRT_CLOSED)
        index++;
    if (index >= CRT_DESCRIPTORS_MAX) {
        crt_set_errno(CRT_EMFILE);
        return -1;
    }
    crt_descriptor_reserve(crt, index);
    return index;
}

static uint32_t access_of(int mode) {
    enum { READ = 0x80000000u, WRITE = 0x40000000, REMOVE = 0x10000 };
    uint32_t access = mode & CRT_O_RDWR ? READ | WRITE : mode & CRT_O_WRONLY ? WRITE : READ;
    return mode & CRT_O_TEMPORARY ? access | REMOVE : access;
}

static uint32_t disposition_of(int mode) {
    enum { NEW = 1, ALWAYS = 2, EXISTING = 3, OPEN = 4, TRUNCATE = 5 };
    switch (mode & (CRT_O_CREAT | CRT_O_TRUNC | CRT_O_EXCL)) {
    case CRT_O_CREAT:
        return OPEN;
    case CRT_O_CREAT | CRT_O_TRUNC:
        return ALWAYS;
    case CRT_O_CREAT | CRT_O_EXCL:
    case CRT_O_CREAT | CRT_O_EXCL | CRT_O_TRUNC:
        return NEW;
    case CRT_O_TRUNC:
    case CRT_O_TRUNC | CRT_O_EXCL:
        return TRUNCATE;
    default:
        return EXISTING;
    }
}

/* The descriptor is chosen after the file is open: opening it is a scheduling point. */
int crt_descriptor_open(struct crt_process *crt, const char *path, int mode) {
    enum { SHARED = 3, WITH_DELETE = 7, NORMAL = 0x80, DELETE_ON_CLOSE = 0x04000000 };
    struct {
        uint32_t size;
        void *descriptor;
        int inherit;
    } security = {sizeof security, NULL, !(mode & CRT_O_NOINHERIT)};
    bool temporary = (mode & CRT_O_TEMPORARY) != 0;
    if (!path) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    const struct crt_win32 *win32 = crt_win32(crt);
    intptr_t handle = (intptr_t)win32->create_file(
        path, access_of(mode), temporary ? WITH_DELETE : SHARED, &security, disposition_of(mode),
        temporary ? NORMAL | DELETE_ON_CLOSE : NORMAL, NULL);
    if (handle == -1)
        return crt_win32_failed(crt);
    int descriptor = crt_descriptor_new(crt);
    if (descriptor >= 0)
        crt_descriptor_set(crt, descriptor, handle, mode);
    else
        win32->close_handle((void *)handle);
    return descriptor;
}

int crt_descriptor_open_temporary(struct crt_process *crt) {
    int descriptor = crt_descriptor_new(crt);
    if (descriptor < 0)
        return -1;
    struct crt_descriptor *d = &crt->descriptors[descriptor];
    *d = (struct crt_descriptor){.mode = CRT_O_BINARY};
    int error = host_file_open_temporary(&d->host_file);
    if (error) {
        crt_set_errno(error);
        return -1;
    }
    d->kind = CRT_TEMPORARY;
    return descriptor;
}

int crt_descriptor_close(struct crt_process *crt, int descriptor) {
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (!d)
        return -1;
    struct crt_descriptor closed = *d;
    d->kind = CRT_CLOSED;
    if (closed.kind == CRT_TEMPORARY)
        host_file_close(closed.host_file);
    else if (closed.handle && !crt_win32(crt)->close_handle((void *)closed.handle))
        return crt_win32_failed(crt);
    return 0;
}

static int64_t result_of(int error, size_t done) {
    if (!error)
        return (int64_t)done;
    crt_set_errno(error);
    return -1;
}

int64_t crt_descriptor_read(struct crt_process *crt, int descriptor, char *bytes, size_t count) {
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    size_t done;
    if (!d)
        return -1;
    if (d->kind == CRT_HANDLE)
        return crt_handle_read(crt, descriptor, bytes, count);
    if (d->kind == CRT_TEMPORARY) {
        int error = host_file_read(d->host_file, bytes, count, &done);
        return result_of(error, done);
    }
    if (d->standard == 0)
        return (int64_t)crt_read_standard(crt->world, bytes, count);
    crt_set_errno(CRT_EBADF);
    return -1;
}

int64_t crt_descriptor_write(struct crt_process *crt, int descriptor, const char *bytes,
                             size_t count) {
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    size_t done;
    if (!d)
        return -1;
    if (d->kind == CRT_HANDLE)
        return crt_handle_write(crt, descriptor, bytes, count);
    if (d->kind == CRT_TEMPORARY) {
        int error = host_file_write(d->host_file, bytes, count, &done);
        return result_of(error, done);
    }
    if (d->standard == 0) {
        crt_set_errno(CRT_EBADF);
        return -1;
    }
    crt_write_standard(crt->world, d->standard == 2 ? RD_STREAM_ERROR : RD_STREAM_OUTPUT, bytes,
                       count);
    return (int64_t)count;
}

int64_t crt_descriptor_seek(struct crt_process *crt, int descriptor, int64_t offset, int origin) {
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    int64_t position;
    if (!d)
        return -1;
    if (d->kind == CRT_STANDARD || d->pipe || origin < 0 || origin > 2) {
        crt_set_errno(origin < 0 || origin > 2 ? CRT_EINVAL : CRT_ESPIPE);
        return -1;
    }
    if (d->kind == CRT_HANDLE) {
        if (crt_win32(crt)->set_file_pointer((void *)d->handle, offset, &position,
                                             (uint32_t)origin))
            return position;
        return crt_win32_failed(crt);
    }
    int error = host_file_seek(d->host_file, offset, (enum host_file_origin)origin, &position);
    if (!error)
        return position;
    crt_set_errno(error);
    return -1;
}

bool crt_descriptor_is_terminal(struct crt_process *crt, int descriptor) {
    const struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (!d)
        return false;
    return d->kind == CRT_STANDARD ? crt->world->options.console : d->console;
}

/* ---- standard handles ------------------------------------------------------------------------ */

/* Touches every page: a pointer that leads nowhere shall fault here, not in the host's code. */
static void probe(const volatile char *bytes, size_t size) {
    enum { PAGE = 4096 };
    for (size_t i = 0; i < size; i += PAGE)
        (void)bytes[i];
    (void)bytes[size - 1];
}

void crt_write_standard(struct rd_world *w, rd_stream stream, const char *bytes, size_t size) {
    static const char *const names[] = {"", "standard output", "standard error", "the debugger"};
    if (!size)
        return;
    probe(bytes, size);
    core_event(w, RD_EVENT_OUTPUT, RULE_NONE, .a = size, .text = names[stream]);
    if (w->options.output)
        w->options.output(w->options.context, stream, bytes, size);
}

/* What the user has typed comes before what the host supplies. */
size_t crt_read_standard(struct rd_world *w, char *bytes, size_t size) {
    enum { CTRL_C = 3 };
    if (size && w->ldr->typed_ctrl_c) {
        w->ldr->typed_ctrl_c--;
        *bytes = CTRL_C;
        return 1;
    }
    return w->options.input ? w->options.input(w->options.context, bytes, size) : 0;
}

/* ---- the C functions ------------------------------------------------------------------------- */

/* The third argument, permissions for a new file, says only whether it is read-only; that is not
 * kept. */
CRT_API(int, _open, (const char *path, int mode, ...)) {
    struct crt_process *crt = crt_here();
    return crt ? crt_descriptor_open(crt, path, mode) : -1;
}

CRT_API(int, _wopen, (const WCHAR *path, int mode, ...)) {
    char narrow[PATH_SIZE];
    size_t length = path ? crt_narrow(narrow, sizeof narrow - 1, path, crt_wide_length(path)) : 0;
    narrow[length] = 0;
    return crt__open(narrow, mode);
}

CRT_API(int, _sopen, (const char *path, int mode, int share, ...)) {
    (void)share;
    return crt__open(path, mode);
}

CRT_API(int, _sopen_s, (int *descriptor, const char *path, int mode, int share, int permissions)) {
    (void)share, (void)permissions;
    if (!descriptor)
        return crt_invalid(CRT_EINVAL);
    *descriptor = crt__open(path, mode);
    struct crt_thread *self = crt_self();
    return *descriptor < 0 && self ? self->error : 0;
}

CRT_API(int, _creat, (const char *path, int permissions)) {
    (void)permissions;
    return crt__open(path, CRT_O_RDWR | CRT_O_CREAT | CRT_O_TRUNC);
}

CRT_API(int, _close, (int descriptor)) {
    return crt_descriptor_close(crt_here(), descriptor);
}

CRT_API(int, _read, (int descriptor, void *buffer, unsigned count)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (d && d->kind == CRT_STANDARD)
        ke_point(crt->world, 0, KE_WRITE);
    return (int)crt_descriptor_read(crt, descriptor, buffer, count);
}

CRT_API(int, _write, (int descriptor, const void *buffer, unsigned count)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (d && d->kind == CRT_STANDARD)
        ke_point(crt->world, 0, KE_WRITE);
    return (int)crt_descriptor_write(crt, descriptor, buffer, count);
}

CRT_API(long, _lseek, (int descriptor, long offset, int origin)) {
    return (long)crt_descriptor_seek(crt_here(), descriptor, (int32_t)offset, origin);
}

CRT_API(int64_t, _lseeki64, (int descriptor, int64_t offset, int origin)) {
    return crt_descriptor_seek(crt_here(), descriptor, offset, origin);
}

CRT_API(int64_t, _telli64, (int descriptor)) {
    return crt_descriptor_seek(crt_here(), descriptor, 0, HOST_FILE_CURRENT);
}

CRT_API(long, _tell, (int descriptor)) {
    return (long)crt__telli64(descriptor);
}

CRT_API(int64_t, _filelengthi64, (int descriptor)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    uint64_t size = 0;
    int64_t length;
    if (!d)
        return -1;
    if (d->kind == CRT_HANDLE && !d->pipe) {
        if (crt_win32(crt)->get_file_size((void *)d->handle, &length))
            return length;
        return crt_win32_failed(crt);
    }
    int error = d->kind == CRT_TEMPORARY ? host_file_size(d->host_file, &size) : 0;
    return result_of(error, (size_t)size);
}

CRT_API(long, _filelength, (int descriptor)) {
    return (long)crt__filelengthi64(descriptor);
}

static int resize(struct crt_process *crt, const struct crt_descriptor *d, int64_t size) {
    const struct crt_win32 *win32 = crt_win32(crt);
    void *handle = (void *)d->handle;
    int64_t position;
    if (d->kind == CRT_TEMPORARY)
        return host_file_resize(d->host_file, size);
    bool done = win32->set_file_pointer(handle, 0, &position, HOST_FILE_CURRENT) &&
                win32->set_file_pointer(handle, size, NULL, HOST_FILE_SET) &&
                win32->set_end_of_file(handle) &&
                win32->set_file_pointer(handle, position, NULL, HOST_FILE_SET);
    return done ? 0 : CRT_EACCES;
}

CRT_API(int, _chsize_s, (int descriptor, int64_t size)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (!d || d->kind == CRT_STANDARD || d->pipe)
        return crt_invalid(CRT_EBADF);
    int error = size < 0 ? CRT_EINVAL : resize(crt, d, size);
    return error ? crt_fail(error) : 0;
}

CRT_API(int, _chsize, (int descriptor, long size)) {
    return crt__chsize_s(descriptor, size) ? -1 : 0;
}

CRT_API(int, _isatty, (int descriptor)) {
    return crt_descriptor_is_terminal(crt_here(), descriptor) ? 64 : 0;
}

CRT_API(int, _eof, (int descriptor)) {
    int64_t position = crt__telli64(descriptor);
    if (position < 0)
        return -1;
    return position >= crt__filelengthi64(descriptor);
}

/* It matters for pipes alone (see crt_handle.c). */
CRT_API(int, _setmode, (int descriptor, int mode)) {
    struct crt_descriptor *d = crt_descriptor_get(crt_here(), descriptor);
    if (!d)
        return -1;
    int old = (int)d->mode;
    d->mode = (uint32_t)mode;
    return old;
}

CRT_API(int, _commit, (int descriptor)) {
    return crt_descriptor_get(crt_here(), descriptor) ? 0 : -1;
}
