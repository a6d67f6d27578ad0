/*
 * crt_handle.c - between descriptors and handles of the process.
 *
 * Descriptors 0 to 2 are the standard handles as they are when the process starts: SetStdHandle
 * does not change them later, _dup2 changes both. Text that goes through a pipe has the line ends
 * of Windows, as whoever reads it is a Windows program; files and the machine's own streams keep
 * those of the host.
 */
#include <string.h>

#include "ldr/crt_state.h"

enum {
    FILE_TYPE_OF_CHAR = 2,
    FILE_TYPE_OF_PIPE = 3,
    SAME_ACCESS = 2,
    CLOSED_BY_OTHERS = 109, /* ERROR_BROKEN_PIPE */
};

static const intptr_t no_handle = -1;

const struct crt_win32 *crt_win32(struct crt_process *crt) {
    static const struct {
        size_t offset;
        const char *name;
    } rows[] = {
        {offsetof(struct crt_win32, get_std_handle), "GetStdHandle"},
        {offsetof(struct crt_win32, set_std_handle), "SetStdHandle"},
        {offsetof(struct crt_win32, create_file), "CreateFileA"},
        {offsetof(struct crt_win32, read_file), "ReadFile"},
        {offsetof(struct crt_win32, write_file), "WriteFile"},
        {offsetof(struct crt_win32, close_handle), "CloseHandle"},
        {offsetof(struct crt_win32, set_handle_information), "SetHandleInformation"},
        {offsetof(struct crt_win32, duplicate_handle), "DuplicateHandle"},
        {offsetof(struct crt_win32, get_file_type), "GetFileType"},
        {offsetof(struct crt_win32, get_file_size), "GetFileSizeEx"},
        {offsetof(struct crt_win32, set_file_pointer), "SetFilePointerEx"},
        {offsetof(struct crt_win32, set_end_of_file), "SetEndOfFile"},
        {offsetof(struct crt_win32, create_pipe), "CreatePipe"},
        {offsetof(struct crt_win32, create_process), "CreateProcessA"},
        {offsetof(struct crt_win32, set_current_directory), "SetCurrentDirectoryA"},
        {offsetof(struct crt_win32, get_last_error), "GetLastError"},
        {offsetof(struct crt_win32, get_process_heap), "GetProcessHeap"},
        {offsetof(struct crt_win32, initialize_lock), "InitializeCriticalSection"},
        {offsetof(struct crt_win32, lock), "EnterCriticalSection"},
        {offsetof(struct crt_win32, unlock), "LeaveCriticalSection"},
    };
    if (crt->win32)
        return crt->win32;
    struct crt_win32 *win32 = core_alloc(crt->world, sizeof *win32);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *function = crt->world->ldr->export_find(rows[i].name);
        memcpy((char *)win32 + rows[i].offset, &function, sizeof function);
    }
    crt->win32 = win32;
    return win32;
}

int crt_win32_failed(struct crt_process *crt) {
    static const struct {
        uint16_t error, number;
    } rows[] = {
        {2, CRT_ENOENT},   {3, CRT_ENOENT},    {4, CRT_EMFILE},   {5, CRT_EACCES},
        {6, CRT_EBADF},    {8, CRT_ENOMEM},    {32, CRT_EACCES},  {33, CRT_EACCES},
        {80, CRT_EEXIST},  {109, CRT_EPIPE},   {123, CRT_ENOENT}, {183, CRT_EEXIST},
        {267, CRT_EINVAL}, {193, CRT_ENOEXEC}, {232, CRT_EPIPE},
    };
    uint32_t error = crt_win32(crt)->get_last_error();
    struct crt_thread *self = crt_self();
    int number = CRT_EINVAL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].error == error)
            number = rows[i].number;
    crt_set_errno(number);
    if (self)
        self->dos_error = error;
    return -1;
}

/* ---- which handle ---------------------------------------------------------------------------- */

void crt_descriptor_set(struct crt_process *crt, int descriptor, intptr_t handle, int mode) {
    struct crt_descriptor *d = &crt->descriptors[descriptor];
    int stream = crt->world->ldr->stream_of(crt->world, crt->process, handle);
    *d = (struct crt_descriptor){.kind = stream >= 0 ? CRT_STANDARD : CRT_HANDLE,
                                 .standard = stream >= 0 ? (uint8_t)stream : 0,
                                 .handle = handle,
                                 .append = (mode & CRT_O_APPEND) != 0,
                                 .no_inherit = (mode & CRT_O_NOINHERIT) != 0,
                                 .mode = mode & CRT_O_BINARY ? CRT_O_BINARY : CRT_O_TEXT};
    if (d->kind == CRT_HANDLE) {
        uint32_t type = crt_win32(crt)->get_file_type((void *)handle);
        d->pipe = type == FILE_TYPE_OF_PIPE;
        d->console = type == FILE_TYPE_OF_CHAR;
    }
}

intptr_t crt_descriptor_handle(struct crt_process *crt, int descriptor) {
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    if (!d || d->kind == CRT_TEMPORARY) {
        crt_invalid(CRT_EBADF);
        return no_handle;
    }
    if (d->kind == CRT_STANDARD && !d->handle)
        d->handle = (intptr_t)crt_win32(crt)->get_std_handle(
            (uint32_t)(CRT_STD_INPUT_HANDLE - d->standard));
    return d->handle;
}

CRT_API(intptr_t, _get_osfhandle, (int descriptor)) {
    return crt_descriptor_handle(crt_here(), descriptor);
}

CRT_API(int, _open_osfhandle, (intptr_t handle, int flags)) {
    struct crt_process *crt = crt_here();
    if (!crt || crt->world->ldr->stream_of(crt->world, crt->process, handle) == LDR_NO_FILE) {
        crt_invalid(CRT_EBADF);
        return -1;
    }
    int descriptor = crt_descriptor_new(crt);
    if (descriptor >= 0)
        crt_descriptor_set(crt, descriptor, handle, flags);
    return descriptor;
}

CRT_API(intptr_t, _get_heap_handle, (void)) {
    struct crt_process *crt = crt_here();
    return crt ? (intptr_t)crt_win32(crt)->get_process_heap() : 0;
}

/* ---- at the start of a process --------------------------------------------------------------- */

enum {
    PASSED_OPEN = 0x01,
    PASSED_PIPE = 0x08,
    PASSED_APPEND = 0x20,
    PASSED_TEXT = 0x80,
    PASSED_MAX = 2048,
};

/* The block holds a count, a byte of flags for each descriptor, and then their handles. */
static void take_passed_on(struct crt_process *crt, const struct ldr_standard *standard) {
    const uint8_t *block = standard->files;
    uint32_t count = 0;
    if (!block || standard->files_size < sizeof count)
        return;
    memcpy(&count, block, sizeof count);
    if (count > PASSED_MAX || standard->files_size < sizeof count + count * 9)
        return;
    for (uint32_t i = CRT_STANDARD_STREAMS; i < count; i++) {
        uint8_t flags = block[sizeof count + i];
        intptr_t handle;
        memcpy(&handle, block + sizeof count + count + i * sizeof handle, sizeof handle);
        if (!(flags & PASSED_OPEN) ||
            crt->world->ldr->stream_of(crt->world, crt->process, handle) == LDR_NO_FILE)
            continue;
        crt_descriptor_reserve(crt, (int)i);
        crt_descriptor_set(crt, (int)i, handle,
                           (flags & PASSED_TEXT ? 0 : CRT_O_BINARY) |
                               (flags & PASSED_APPEND ? CRT_O_APPEND : 0));
    }
}

void crt_descriptors_start(struct crt_process *crt) {
    const struct ldr_standard *standard = &crt->process->ldr->standard;
    for (int i = 0; i < CRT_STANDARD_STREAMS; i++) {
        if (!standard->given[i])
            continue;
        intptr_t handle = standard->handles[i];
        if (crt->world->ldr->stream_of(crt->world, crt->process, handle) == LDR_NO_FILE)
            crt->descriptors[i].kind = CRT_CLOSED;
        else
            crt_descriptor_set(crt, i, handle, 0);
        if (crt->descriptors[i].kind == CRT_CLOSED)
            crt->standard[i].descriptor = CRT_NO_CONSOLE;
    }
    take_passed_on(crt, standard);
}

void *crt_descriptors_block(struct crt_process *crt, uint16_t *size) {
    uint32_t count = (uint32_t)crt->descriptor_capacity;
    uint8_t *block = core_alloc(crt->world, sizeof count + count * 9);
    memcpy(block, &count, sizeof count);
    for (uint32_t i = 0; i < count; i++) {
        const struct crt_descriptor *d = &crt->descriptors[i];
        intptr_t handle = d->kind == CRT_STANDARD || d->kind == CRT_HANDLE ? d->handle : 0;
        if (handle && !d->no_inherit)
            block[sizeof count + i] = (uint8_t)(PASSED_OPEN | (d->pipe ? PASSED_PIPE : 0) |
                                                (d->append ? PASSED_APPEND : 0) |
                                                (d->mode & CRT_O_BINARY ? 0 : PASSED_TEXT));
        memcpy(block + sizeof count + count + i * sizeof handle, &handle, sizeof handle);
    }
    *size = (uint16_t)(sizeof count + count * 9);
    return block;
}

/* ---- duplicates and pipes -------------------------------------------------------------------- */

/* A standard handle follows its descriptor. */
static void tell_standard(struct crt_process *crt, int descriptor) {
    if (descriptor < CRT_STANDARD_STREAMS)
        crt_win32(crt)->set_std_handle((uint32_t)(CRT_STD_INPUT_HANDLE - descriptor),
                                       (void *)crt->descriptors[descriptor].handle);
}

int crt_descriptor_duplicate(struct crt_process *crt, int from, int to) {
    const struct crt_win32 *win32 = crt_win32(crt);
    void *copy, *self = (void *)(intptr_t)-1;
    intptr_t handle = crt_descriptor_handle(crt, from);
    if (handle == no_handle)
        return -1;
    if (!win32->duplicate_handle(self, (void *)handle, self, &copy, 0, true, SAME_ACCESS))
        return crt_win32_failed(crt);
    const struct crt_descriptor *d = &crt->descriptors[from];
    crt_descriptor_set(crt, to, (intptr_t)copy, (int)d->mode | (d->append ? CRT_O_APPEND : 0));
    tell_standard(crt, to);
    return to;
}

CRT_API(int, _dup, (int descriptor)) {
    struct crt_process *crt = crt_here();
    if (!crt_descriptor_get(crt, descriptor))
        return -1;
    int to = crt_descriptor_new(crt);
    return to < 0 ? -1 : crt_descriptor_duplicate(crt, descriptor, to);
}

CRT_API(int, _dup2, (int from, int to)) {
    struct crt_process *crt = crt_here();
    if (!crt_descriptor_get(crt, from))
        return -1;
    if (to < 0 || to >= CRT_DESCRIPTORS_MAX) {
        crt_invalid(CRT_EBADF);
        return -1;
    }
    if (from == to)
        return 0;
    crt_descriptor_reserve(crt, to);
    if (crt->descriptors[to].kind != CRT_CLOSED)
        crt_descriptor_close(crt, to);
    return crt_descriptor_duplicate(crt, from, to) < 0 ? -1 : 0;
}

bool crt_descriptor_make_inheritable(struct crt_process *crt, int descriptor) {
    intptr_t handle = crt_descriptor_handle(crt, descriptor);
    return crt_win32(crt)->set_handle_information((void *)handle, 1, 1);
}

CRT_API(int, _pipe, (int *files, unsigned size, int mode)) {
    struct crt_process *crt = crt_here();
    struct {
        uint32_t size;
        void *descriptor;
        int inherit;
    } security = {sizeof security, NULL, !(mode & CRT_O_NOINHERIT)};
    void *ends[2];
    if (!crt || !files) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    files[0] = files[1] = -1;
    if (!crt_win32(crt)->create_pipe(&ends[0], &ends[1], &security, size))
        return crt_win32_failed(crt);
    for (int i = 0; i < 2; i++) {
        int descriptor = crt_descriptor_new(crt);
        if (descriptor < 0)
            return -1;
        crt_descriptor_set(crt, descriptor, (intptr_t)ends[i], mode);
        files[i] = descriptor;
    }
    return 0;
}

/* ---- reading and writing --------------------------------------------------------------------- */

static int64_t read_plain(struct crt_process *crt, intptr_t handle, char *bytes, size_t count) {
    enum { ONCE_MAX = 1 << 30 };
    uint32_t done = 0;
    if (crt_win32(crt)->read_file((void *)handle, bytes,
                                  count < ONCE_MAX ? (uint32_t)count : ONCE_MAX, &done, NULL))
        return done;
    if (crt_win32(crt)->get_last_error() == CLOSED_BY_OTHERS)
        return 0;
    crt_win32_failed(crt);
    struct crt_thread *self = crt_self();
    if (self && self->error == CRT_EACCES)
        self->error = CRT_EBADF; /* not opened for that */
    return -1;
}

/* "\r\n" becomes "\n" and stays one if it was. */
static size_t join_lines(char *bytes, size_t count) {
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != '\r' || i + 1 == count || bytes[i + 1] != '\n')
            bytes[used++] = bytes[i];
    return used;
}

/* A carriage return that ends what was read waits for the byte behind it. */
int64_t crt_handle_read(struct crt_process *crt, int descriptor, char *bytes, size_t count) {
    struct crt_descriptor *d = &crt->descriptors[descriptor];
    int64_t done = 1;
    char next;
    if (!d->pipe || d->mode & CRT_O_BINARY || !count)
        return read_plain(crt, d->handle, bytes, count);
    if (d->has_ahead)
        bytes[0] = d->ahead;
    else
        done = read_plain(crt, d->handle, bytes, count);
    crt->descriptors[descriptor].has_ahead = false;
    if (done <= 0)
        return done;
    intptr_t handle = crt->descriptors[descriptor].handle;
    if (bytes[done - 1] == '\r' && read_plain(crt, handle, &next, 1) == 1) {
        d = &crt->descriptors[descriptor]; /* the table may have moved meanwhile */
        d->has_ahead = next != '\n';
        d->ahead = next;
        if (next == '\n')
            bytes[done - 1] = '\n';
    }
    return (int64_t)join_lines(bytes, (size_t)done);
}

static int64_t write_plain(struct crt_process *crt, struct crt_descriptor d, const char *bytes,
                           size_t count) {
    const struct crt_win32 *win32 = crt_win32(crt);
    int64_t end;
    uint32_t done = 0;
    if (d.append)
        win32->set_file_pointer((void *)d.handle, 0, &end, 2);
    if (win32->write_file((void *)d.handle, bytes, (uint32_t)count, &done, NULL))
        return done;
    crt_win32_failed(crt);
    struct crt_thread *self = crt_self();
    if (self && self->error == CRT_EACCES)
        self->error = CRT_EBADF;
    return -1;
}

int64_t crt_handle_write(struct crt_process *crt, int descriptor, const char *bytes, size_t count) {
    const struct crt_descriptor *d = &crt->descriptors[descriptor];
    size_t lines = 0, used = 0;
    if (!count)
        return 0;
    for (size_t i = 0; d->pipe && !(d->mode & CRT_O_BINARY) && i < count; i++)
        lines += bytes[i] == '\n';
    if (!lines)
        return write_plain(crt, *d, bytes, count);
    char *text = core_alloc(crt->world, count + lines);
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n')
            text[used++] = '\r';
        text[used++] = bytes[i];
    }
    int64_t done = write_plain(crt, *d, text, used);
    core_free(crt->world, text, used);
    return done < 0 ? -1 : (int64_t)count;
}
