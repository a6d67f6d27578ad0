/*
 * crt_lowio.c - file descriptors of the C run-time: 0, 1 and 2 are the standard handles, others are
 * files of the host.
 *
 * A path of Windows becomes one of the host by dropping its drive letter and turning its
 * backslashes.
 */
#include <stdarg.h>
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"
#include "port/host_file.h"

enum { PATH_SIZE = 1024 };

enum open_mode {
    O_WRONLY_ = 1,
    O_RDWR_ = 2,
    O_APPEND_ = 8,
    O_CREAT_ = 0x100,
    O_TRUNC_ = 0x200,
    O_EXCL_ = 0x400,
    O_TEXT_ = 0x4000,
    O_BINARY_ = 0x8000,
};

bool crt_host_path(const char *path, char *out, size_t size) {
    bool drive = crt_upper((unsigned char)path[0]) - 'A' < 26u && path[1] == ':';
    if (drive)
        path += 2;
    if (crt_compare_no_case(path, "NUL", SIZE_MAX) == 0)
        path = HOST_FILE_NOWHERE;
    size_t length = strlen(path);
    if (!length || length >= size)
        return false;
    for (size_t i = 0; i <= length; i++)
        out[i] = path[i] == '\\' ? '/' : path[i];
    return true;
}

/* ---- descriptors ----------------------------------------------------------------------------- */

struct crt_descriptor *crt_descriptor_get(struct crt_process *crt, int descriptor) {
    if (crt && descriptor >= 0 && descriptor < crt->descriptor_capacity &&
        crt->descriptors[descriptor].kind != CRT_CLOSED)
        return &crt->descriptors[descriptor];
    crt_set_errno(CRT_EBADF);
    return NULL;
}

static int free_descriptor(struct crt_process *crt) {
    int index = 0, capacity = crt->descriptor_capacity;
    while (index < capacity && crt->descriptors[index].kind != CRT_CLOSED)
        index++;
    if (index < capacity)
        return index;
    if (capacity >= CRT_DESCRIPTORS_MAX)
        return -1;
    struct crt_descriptor *table = core_alloc(crt->world, (size_t)capacity * 2 * sizeof *table);
    memcpy(table, crt->descriptors, (size_t)capacity * sizeof *table);
    if (crt->descriptors != crt->descriptors_inline)
        core_free(crt->world, crt->descriptors, (size_t)capacity * sizeof *table);
    crt->descriptors = table;
    crt->descriptor_capacity = capacity * 2;
    return index;
}

static bool is_console(const char *path) {
    return crt_compare_no_case(path, "CON", SIZE_MAX) == 0 ||
           crt_compare_no_case(path, "CONIN$", SIZE_MAX) == 0 ||
           crt_compare_no_case(path, "CONOUT$", SIZE_MAX) == 0;
}

int crt_descriptor_open(struct crt_process *crt, const char *path, unsigned flags) {
    char host_path[PATH_SIZE];
    int descriptor = free_descriptor(crt);
    if (descriptor < 0) {
        crt_set_errno(CRT_EMFILE);
        return -1;
    }
    if (!path || !crt_host_path(path, host_path, sizeof host_path)) {
        crt_set_errno(path ? CRT_ENOENT : CRT_EINVAL);
        return -1;
    }
    struct crt_descriptor *d = &crt->descriptors[descriptor];
    d->mode = O_TEXT_;
    if (is_console(path)) {
        d->kind = CRT_STANDARD;
        d->standard = flags & HOST_FILE_WRITE ? 1 : 0;
        return descriptor;
    }
    int error = host_file_open(host_path, flags, &d->host_file);
    if (error) {
        crt_set_errno(error);
        return -1;
    }
    d->kind = CRT_HOST_FILE;
    return descriptor;
}

int crt_descriptor_open_temporary(struct crt_process *crt) {
    int descriptor = free_descriptor(crt);
    int error = CRT_EMFILE;
    if (descriptor >= 0)
        error = host_file_open_temporary(&crt->descriptors[descriptor].host_file);
    if (error) {
        crt_set_errno(error);
        return -1;
    }
    crt->descriptors[descriptor].kind = CRT_HOST_FILE;
    return descriptor;
}

int crt_descriptor_close(struct crt_process *crt, int descriptor) {
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (!d)
        return -1;
    if (d->kind == CRT_HOST_FILE)
        host_file_close(d->host_file);
    d->kind = CRT_CLOSED;
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
    if (!d)
        return -1;
    if (d->kind == CRT_HOST_FILE) {
        size_t done;
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
    if (!d)
        return -1;
    if (d->kind == CRT_HOST_FILE) {
        size_t done;
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
    if (!d)
        return -1;
    if (d->kind != CRT_HOST_FILE || origin < 0 || origin > 2) {
        crt_set_errno(CRT_EINVAL);
        return -1;
    }
    int64_t position;
    int error = host_file_seek(d->host_file, offset, (enum host_file_origin)origin, &position);
    if (!error)
        return position;
    crt_set_errno(error);
    return -1;
}

bool crt_descriptor_is_terminal(struct crt_process *crt, int descriptor) {
    const struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    return d && d->kind == CRT_STANDARD && crt->world->options.console;
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

static unsigned host_flags(int mode) {
    unsigned flags = mode & O_RDWR_     ? HOST_FILE_READ | HOST_FILE_WRITE
                     : mode & O_WRONLY_ ? HOST_FILE_WRITE
                                        : HOST_FILE_READ;
    if (mode & O_APPEND_)
        flags |= HOST_FILE_APPEND;
    if (mode & O_CREAT_)
        flags |= HOST_FILE_CREATE;
    if (mode & O_CREAT_ && mode & O_EXCL_)
        flags |= HOST_FILE_EXCLUSIVE;
    if (mode & O_TRUNC_ && flags & HOST_FILE_WRITE)
        flags |= HOST_FILE_TRUNCATE;
    return flags;
}

/* The third argument, permissions for a new file, says only whether it is read-only; that is not
 * kept. */
CRT_API(int, _open, (const char *path, int mode, ...)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return -1;
    int descriptor = crt_descriptor_open(crt, path, host_flags(mode));
    if (descriptor >= 0 && mode & O_BINARY_)
        crt->descriptors[descriptor].mode = O_BINARY_;
    return descriptor;
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
        return crt_fail(CRT_EINVAL);
    *descriptor = crt__open(path, mode);
    struct crt_thread *self = crt_self();
    return *descriptor < 0 && self ? self->error : 0;
}

CRT_API(int, _creat, (const char *path, int permissions)) {
    (void)permissions;
    return crt__open(path, O_RDWR_ | O_CREAT_ | O_TRUNC_);
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
    struct crt_descriptor *d = crt_descriptor_get(crt_here(), descriptor);
    uint64_t size = 0;
    if (!d)
        return -1;
    int error = d->kind == CRT_HOST_FILE ? host_file_size(d->host_file, &size) : 0;
    return result_of(error, (size_t)size);
}

CRT_API(long, _filelength, (int descriptor)) {
    return (long)crt__filelengthi64(descriptor);
}

CRT_API(int, _chsize_s, (int descriptor, int64_t size)) {
    struct crt_descriptor *d = crt_descriptor_get(crt_here(), descriptor);
    if (!d || d->kind != CRT_HOST_FILE)
        return crt_fail(CRT_EBADF);
    int error = size < 0 ? CRT_EINVAL : host_file_resize(d->host_file, size);
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

/* Lines are never translated (see crt_stdio.c), so the mode is only remembered. */
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

CRT_API(int, _dup, (int descriptor)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (!d || d->kind != CRT_STANDARD) {
        crt_set_errno(CRT_EBADF);
        return -1;
    }
    struct crt_descriptor copy = *d;
    int to = free_descriptor(crt);
    if (to >= 0)
        crt->descriptors[to] = copy;
    else
        crt_set_errno(CRT_EMFILE);
    return to;
}

CRT_API(int, _dup2, (int from, int to)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, from);
    if (!d || d->kind != CRT_STANDARD || to < 0 || to >= crt->descriptor_capacity) {
        crt_set_errno(CRT_EBADF);
        return -1;
    }
    struct crt_descriptor copy = *d;
    if (crt->descriptors[to].kind != CRT_CLOSED)
        crt_descriptor_close(crt, to);
    crt->descriptors[to] = copy;
    return 0;
}

/* There are no pipes between descriptors. */
CRT_API(int, _pipe, (int *files, unsigned size, int mode)) {
    (void)files, (void)size, (void)mode;
    crt_set_errno(CRT_EMFILE);
    return -1;
}
