/*
 * crt_stdio.c - streams: buffers between a program and its descriptors.
 *
 * Standard output is fully buffered (4096 bytes) as it is on Windows when it is no console; on a
 * console, and for standard error, what a call writes leaves at the end of the call. Bytes that no
 * flush has brought on their way are lost with the process.
 *
 * A transfer to or from a handle may block, so such streams have a lock as on Windows: who is
 * killed meanwhile keeps it.
 */
#include "ldr/crt_state.h"

#include <string.h>

#include "ldr/crt_format.h"
#include "ldr/crt_text.h"

static const char *const standard_names[] = {"stdin", "stdout", "stderr"};

static bool is_standard(struct crt_process *crt, const struct crt_file *file) {
    return file->descriptor >= 0 && file->descriptor < crt->descriptor_capacity &&
           crt->descriptors[file->descriptor].kind == CRT_STANDARD;
}

/* One without a console takes output until its buffer is full. */
static bool is_open(const struct crt_file *file) {
    return file->descriptor >= 0 || file->descriptor == CRT_NO_CONSOLE;
}

/* ---- locks ----------------------------------------------------------------------------------- */

static void lock(struct crt_process *crt, struct crt_file *file) {
    enum { SECTION_SIZE = 64 };
    bool known = file->descriptor >= 0 && file->descriptor < crt->descriptor_capacity;
    if (!known || crt->descriptors[file->descriptor].kind != CRT_HANDLE)
        return;
    if (!file->lock) {
        file->lock = core_alloc(crt->world, SECTION_SIZE);
        crt_win32(crt)->initialize_lock(file->lock);
    }
    if (file->owner != crt->world->current_tid)
        crt_win32(crt)->lock(file->lock);
    file->owner = crt->world->current_tid;
    file->depth++;
}

static void unlock(struct crt_process *crt, struct crt_file *file) {
    if (!file->depth || file->owner != crt->world->current_tid || --file->depth)
        return;
    file->owner = 0;
    crt_win32(crt)->unlock(file->lock);
}

/* ---- life ------------------------------------------------------------------------------------ */

void crt_streams_start(struct crt_process *crt) {
    crt->descriptors = crt->descriptors_inline;
    crt->descriptor_capacity = CRT_DESCRIPTORS_INLINE;
    for (int i = 0; i < CRT_STANDARD_STREAMS; i++) {
        crt->descriptors[i].kind = CRT_STANDARD;
        crt->descriptors[i].standard = (uint8_t)i;
        crt->descriptors[i].mode = (uint32_t)crt->file_mode;
        struct crt_file *file = &crt->standard[i];
        file->descriptor = i;
        file->name = standard_names[i];
        file->pushed = -1;
        file->flags = i == 0   ? CRT_FILE_READ
                      : i == 1 ? CRT_FILE_WRITE
                               : CRT_FILE_WRITE | CRT_FILE_UNBUFFERED;
        base_list_push_back(&crt->files, &file->link);
    }
}

static void free_buffer(struct crt_process *crt, struct crt_file *file) {
    if (file->own_size)
        core_free(crt->world, file->buffer, file->own_size);
    file->buffer = NULL;
    file->capacity = file->own_size = file->position = file->count = 0;
}

size_t crt_unflushed(const struct ps_process *process) {
    const struct crt_process *crt = process->ldr ? process->ldr->crt : NULL;
    return crt && crt->standard[1].flags & CRT_FILE_WRITING ? crt->standard[1].count : 0;
}

void crt_streams_gone(struct crt_process *crt) {
    base_list_each(link, &crt->files) {
        struct crt_file *file = base_container(link, struct crt_file, link);
        if (file->flags & CRT_FILE_WRITING && file->count)
            core_event(crt->world, RD_EVENT_CRT_LOST, RULE_CRT_11, .a = file->count,
                       .text = file->name);
        free_buffer(crt, file);
        base_list_remove(&file->link);
        if (file < crt->standard || file >= crt->standard + CRT_STANDARD_STREAMS)
            core_free(crt->world, file, sizeof *file);
    }
    for (int i = 0; i < crt->descriptor_capacity; i++)
        if (crt->descriptors[i].kind == CRT_TEMPORARY)
            crt_descriptor_close(crt, i);
    if (crt->descriptors != crt->descriptors_inline)
        core_free(crt->world, crt->descriptors,
                  (size_t)crt->descriptor_capacity * sizeof *crt->descriptors);
    crt->descriptors = crt->descriptors_inline;
    crt->descriptor_capacity = 0;
}

struct crt_file *crt_file_new(struct crt_process *crt) {
    struct crt_file *file = NULL;
    base_list_each(link, &crt->files) {
        struct crt_file *candidate = base_container(link, struct crt_file, link);
        if (candidate->descriptor < 0 && !file)
            file = candidate;
    }
    if (!file) {
        file = core_alloc(crt->world, sizeof *file);
        base_list_push_back(&crt->files, &file->link);
    }
    file->flags = 0;
    file->pushed = -1;
    file->command = NULL;
    file->name = "a file";
    return file;
}

int crt_file_close(struct crt_process *crt, struct crt_file *file) {
    if (!file || file->descriptor < 0) {
        crt_set_errno(file ? CRT_EBADF : CRT_EINVAL);
        return -1;
    }
    bool good = crt_file_flush(crt, file, CRT_FLUSH_ASKED);
    if (file->descriptor < 0)
        return -1; /* another thread was faster */
    if (crt_descriptor_close(crt, file->descriptor) != 0)
        good = false;
    file->descriptor = -1;
    file->flags = 0;
    free_buffer(crt, file);
    return good ? 0 : -1;
}

/* ---- output ---------------------------------------------------------------------------------- */

static bool write_out(struct crt_process *crt, struct crt_file *file, const char *bytes,
                      size_t count) {
    if (crt_descriptor_write(crt, file->descriptor, bytes, count) == (int64_t)count)
        return true;
    file->flags |= CRT_FILE_ERROR;
    return false;
}

static bool immediate(struct crt_process *crt, const struct crt_file *file) {
    return file->flags & CRT_FILE_UNBUFFERED ||
           (file->descriptor >= 0 && crt_descriptor_is_terminal(crt, file->descriptor));
}

/* Writes the buffer out; the event names the reason, except for output that never stays in the
 * buffer. */
static bool empty_buffer(struct crt_process *crt, struct crt_file *file,
                         enum crt_flush_reason reason) {
    static const uint16_t rules[] = {RULE_NONE, RULE_NONE, RULE_CRT_04, RULE_CRT_10};
    size_t count = file->count;
    if (!(file->flags & CRT_FILE_WRITING) || !count)
        return true;
    file->count = file->position = 0;
    if (!immediate(crt, file))
        core_event(crt->world, RD_EVENT_CRT_FLUSH, rules[reason], .a = count, .text = file->name);
    return write_out(crt, file, file->buffer, count);
}

bool crt_file_flush(struct crt_process *crt, struct crt_file *file, enum crt_flush_reason reason) {
    if (!is_open(file))
        return false;
    if (!(file->flags & CRT_FILE_WRITING) || !file->count)
        return true;
    if (is_standard(crt, file) && reason != CRT_FLUSH_FULL)
        ke_point(crt->world, 0, KE_WRITE);
    lock(crt, file);
    bool done = empty_buffer(crt, file, reason);
    unlock(crt, file);
    return done;
}

bool crt_flush_all(struct crt_process *crt, enum crt_flush_reason reason) {
    bool good = true;
    base_list_each(link, &crt->files) {
        struct crt_file *file = base_container(link, struct crt_file, link);
        if (is_open(file) && !crt_file_flush(crt, file, reason))
            good = false;
    }
    return good;
}

bool crt_file_begin(struct crt_process *crt, struct crt_file *file) {
    if (!crt || !file || !is_open(file) || !(file->flags & CRT_FILE_WRITE)) {
        crt_set_errno(CRT_EBADF);
        if (file)
            file->flags |= CRT_FILE_ERROR;
        return false;
    }
    lock(crt, file);
    if (file->flags & CRT_FILE_READING)
        crt_file_drop_input(crt, file);
    file->flags = (file->flags | CRT_FILE_WRITING) & ~(unsigned)(CRT_FILE_EOF | CRT_FILE_WROTE);
    if (!file->buffer)
        crt_file_set_buffer(crt, file, NULL, CRT_BUFFER_SIZE);
    return true;
}

void crt_file_put(struct crt_process *crt, struct crt_file *file, const char *bytes, size_t count) {
    while (count) {
        if (file->count == file->capacity) {
            empty_buffer(crt, file, CRT_FLUSH_FULL);
            file->flags |= CRT_FILE_WROTE;
        }
        if (!file->count && count >= file->capacity) {
            write_out(crt, file, bytes, count);
            file->flags |= CRT_FILE_WROTE;
            return;
        }
        size_t part = file->capacity - file->count;
        if (part > count)
            part = count;
        memcpy(file->buffer + file->count, bytes, part);
        file->count += part;
        bytes += part;
        count -= part;
    }
}

bool crt_file_end(struct crt_process *crt, struct crt_file *file) {
    if (immediate(crt, file))
        crt_file_flush(crt, file, CRT_FLUSH_ASKED);
    else if (file->flags & CRT_FILE_WROTE && is_standard(crt, file))
        ke_point(crt->world, 0, KE_WRITE);
    file->flags &= ~(unsigned)CRT_FILE_WROTE;
    unlock(crt, file);
    return !(file->flags & CRT_FILE_ERROR);
}

void crt_file_set_buffer(struct crt_process *crt, struct crt_file *file, char *buffer,
                         size_t size) {
    free_buffer(crt, file);
    file->own_size = buffer ? 0 : size;
    file->buffer = buffer ? buffer : core_alloc(crt->world, size);
    file->capacity = size;
}

/* ---- input ----------------------------------------------------------------------------------- */

/* False at the end of the file or after an error. */
static bool fill_locked(struct crt_process *crt, struct crt_file *file) {
    if (file->flags & CRT_FILE_WRITING) {
        crt_file_flush(crt, file, CRT_FLUSH_ASKED);
        file->flags &= ~(unsigned)CRT_FILE_WRITING;
    }
    if (!file->buffer)
        crt_file_set_buffer(crt, file, NULL, CRT_BUFFER_SIZE);
    if (is_standard(crt, file))
        ke_point(crt->world, 0, KE_WRITE);
    if (file->descriptor < 0)
        return false;
    if (file->flags & CRT_FILE_READING && file->position < file->count)
        return true; /* another thread has filled it meanwhile */
    file->flags |= CRT_FILE_READING;
    file->position = file->count = 0;
    size_t size = file->flags & CRT_FILE_UNBUFFERED ? 1 : file->capacity;
    int64_t count = crt_descriptor_read(crt, file->descriptor, file->buffer, size);
    if (count <= 0) {
        file->flags |= count ? CRT_FILE_ERROR : CRT_FILE_EOF;
        return false;
    }
    file->count = (size_t)count;
    return true;
}

static bool fill_buffer(struct crt_process *crt, struct crt_file *file) {
    lock(crt, file);
    bool filled = fill_locked(crt, file);
    unlock(crt, file);
    return filled;
}

size_t crt_file_read(struct crt_process *crt, struct crt_file *file, char *bytes, size_t count) {
    if (!crt || !file || file->descriptor < 0 || !(file->flags & CRT_FILE_READ)) {
        crt_set_errno(CRT_EBADF);
        if (file)
            file->flags |= CRT_FILE_ERROR;
        return 0;
    }
    if (!count)
        return 0;
    if (file->pushed >= 0) {
        *bytes = (char)file->pushed;
        file->pushed = -1;
        return 1;
    }
    bool input = file->flags & CRT_FILE_READING && file->position < file->count;
    if (!input && !fill_buffer(crt, file))
        return 0;
    size_t part = file->count - file->position;
    if (part > count)
        part = count;
    memcpy(bytes, file->buffer + file->position, part);
    file->position += part;
    return part;
}

int crt_file_get(struct crt_process *crt, struct crt_file *file) {
    char byte;
    return crt_file_read(crt, file, &byte, 1) ? (unsigned char)byte : CRT_EOF;
}

void crt_file_drop_input(struct crt_process *crt, struct crt_file *file) {
    if (!(file->flags & CRT_FILE_READING))
        return;
    int64_t ahead = (int64_t)(file->count - file->position) + (file->pushed >= 0);
    if (ahead && !is_standard(crt, file))
        crt_descriptor_seek(crt, file->descriptor, -ahead, 1);
    file->position = file->count = 0;
    file->pushed = -1;
    file->flags &= ~(unsigned)CRT_FILE_READING;
}

/* ---- formatted output ------------------------------------------------------------------------ */

struct file_sink {
    struct crt_sink sink;
    struct crt_process *crt;
    struct crt_file *file;
};

static void write_narrow(struct crt_sink *sink, const void *units, size_t count) {
    struct file_sink *to = (struct file_sink *)(void *)sink;
    crt_file_put(to->crt, to->file, units, count);
}

static void write_wide(struct crt_sink *sink, const void *units, size_t count) {
    struct file_sink *to = (struct file_sink *)(void *)sink;
    const WCHAR *text = units;
    while (count) {
        char bytes[CRT_UTF8_MAX];
        size_t length = crt_utf8_put(bytes, crt_utf16_next(&text, &count));
        crt_file_put(to->crt, to->file, bytes, length);
    }
}

int crt_file_print(struct crt_file *file, unsigned flags, const void *format, va_list arguments) {
    struct crt_process *crt = crt_here();
    bool wide = (flags & CRT_FORMAT_WIDE) != 0;
    if (!format) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    if (!crt_file_begin(crt, file))
        return -1;
    struct file_sink to = {{wide, wide ? write_wide : write_narrow}, crt, file};
    int count = crt_format(&to.sink, flags, format, arguments);
    return crt_file_end(crt, file) ? count : -1;
}
