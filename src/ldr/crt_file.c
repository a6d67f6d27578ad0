/* crt_file.c - the stream functions by their C names. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum { PATH_SIZE = 1024, SEEK_BY_HERE = 1, BUFFER_NONE = 4 };

/* ---- opening and closing --------------------------------------------------------------------- */

struct open_mode {
    int descriptor; /* crt_open_mode */
    unsigned stream;
};

/* "r", "w+b", "a, ccs=UTF-8": what follows the known letters is ignored. */
static bool parse_mode(const struct crt_process *crt, const char *text, struct open_mode *mode) {
    while (*text == ' ')
        text++;
    switch (*text) {
    case 'r':
        *mode = (struct open_mode){0, CRT_FILE_READ};
        break;
    case 'w':
        *mode = (struct open_mode){CRT_O_WRONLY | CRT_O_CREAT | CRT_O_TRUNC, CRT_FILE_WRITE};
        break;
    case 'a':
        *mode = (struct open_mode){CRT_O_WRONLY | CRT_O_CREAT | CRT_O_APPEND, CRT_FILE_WRITE};
        break;
    default:
        return false;
    }
    mode->descriptor |= crt->file_mode & CRT_O_BINARY;
    for (text++; *text && *text != ','; text++) {
        if (*text == '+') {
            mode->descriptor = (mode->descriptor & ~CRT_O_WRONLY) | CRT_O_RDWR;
            mode->stream |= CRT_FILE_READ | CRT_FILE_WRITE;
        }
        mode->descriptor |= *text == 'x'   ? CRT_O_EXCL
                            : *text == 'b' ? CRT_O_BINARY
                            : *text == 'N' ? CRT_O_NOINHERIT
                            : *text == 'D' ? CRT_O_TEMPORARY
                                           : 0;
        if (*text == 't')
            mode->descriptor &= ~CRT_O_BINARY;
    }
    return true;
}

static struct crt_file *open_into(struct crt_process *crt, struct crt_file *file, const char *path,
                                  const char *mode_text) {
    struct open_mode mode;
    if (!crt || !path || !mode_text || !parse_mode(crt, mode_text, &mode)) {
        crt_invalid(CRT_EINVAL);
        return NULL;
    }
    int descriptor = crt_descriptor_open(crt, path, mode.descriptor);
    if (descriptor < 0)
        return NULL;
    if (!file)
        file = crt_file_new(crt);
    file->descriptor = descriptor;
    file->flags = mode.stream;
    file->pushed = -1;
    file->name = crt_copy(crt->world, path);
    return file;
}

CRT_API(struct crt_file *, fopen, (const char *path, const char *mode)) {
    return open_into(crt_here(), NULL, path, mode);
}

CRT_API(struct crt_file *, _fsopen, (const char *path, const char *mode, int share)) {
    (void)share;
    return crt_fopen(path, mode);
}

CRT_API(int, fopen_s, (struct crt_file * *file, const char *path, const char *mode)) {
    if (!file)
        return crt_invalid(CRT_EINVAL);
    *file = crt_fopen(path, mode);
    struct crt_thread *self = crt_self();
    return *file ? 0 : self ? self->error : CRT_EINVAL;
}

static void narrow_path(char out[PATH_SIZE], const WCHAR *text) {
    size_t length = text ? crt_narrow(out, PATH_SIZE - 1, text, crt_wide_length(text)) : 0;
    out[length] = 0;
}

static void narrow_mode(char out[16], const WCHAR *text) {
    size_t length = text ? crt_narrow(out, 15, text, crt_wide_length(text)) : 0;
    out[length] = 0;
}

CRT_API(struct crt_file *, _wfopen, (const WCHAR *path, const WCHAR *mode)) {
    char narrow[PATH_SIZE], mode_text[16];
    narrow_path(narrow, path);
    narrow_mode(mode_text, mode);
    return crt_fopen(narrow, mode_text);
}

CRT_API(int, _wfopen_s, (struct crt_file * *file, const WCHAR *path, const WCHAR *mode)) {
    char narrow[PATH_SIZE], mode_text[16];
    narrow_path(narrow, path);
    narrow_mode(mode_text, mode);
    return crt_fopen_s(file, narrow, mode_text);
}

CRT_API(struct crt_file *, _fdopen, (int descriptor, const char *mode_text)) {
    struct crt_process *crt = crt_here();
    struct open_mode mode;
    if (!crt_descriptor_get(crt, descriptor))
        return NULL;
    if (!mode_text || !parse_mode(crt, mode_text, &mode)) {
        crt_invalid(CRT_EINVAL);
        return NULL;
    }
    struct crt_file *file = crt_file_new(crt);
    file->descriptor = descriptor;
    file->flags = mode.stream;
    return file;
}

CRT_API(int, fclose, (struct crt_file * file)) {
    struct crt_process *crt = crt_here();
    return crt ? crt_file_close(crt, file) : CRT_EOF;
}

CRT_API(struct crt_file *, freopen, (const char *path, const char *mode, struct crt_file *file)) {
    struct crt_process *crt = crt_here();
    if (!crt || !file)
        return NULL;
    if (file->descriptor >= 0)
        crt_file_close(crt, file);
    return open_into(crt, file, path, mode);
}

CRT_API(int, freopen_s,
        (struct crt_file * *result, const char *path, const char *mode, struct crt_file *file)) {
    struct crt_file *opened = crt_freopen(path, mode, file);
    if (result)
        *result = opened;
    struct crt_thread *self = crt_self();
    return opened ? 0 : self ? self->error : CRT_EINVAL;
}

CRT_API(struct crt_file *, tmpfile, (void)) {
    struct crt_process *crt = crt_here();
    int descriptor = crt ? crt_descriptor_open_temporary(crt) : -1;
    if (descriptor < 0)
        return NULL;
    struct crt_file *file = crt_file_new(crt);
    file->descriptor = descriptor;
    file->flags = CRT_FILE_READ | CRT_FILE_WRITE;
    file->name = "a temporary file";
    return file;
}

CRT_API(int, tmpfile_s, (struct crt_file * *file)) {
    if (!file)
        return crt_invalid(CRT_EINVAL);
    *file = crt_tmpfile();
    return *file ? 0 : CRT_EMFILE;
}

CRT_API(int, _fcloseall, (void)) {
    struct crt_process *crt = crt_here();
    int closed = 0;
    if (!crt)
        return CRT_EOF;
    base_list_each(link, &crt->files) {
        struct crt_file *file = base_container(link, struct crt_file, link);
        bool standard = file >= crt->standard && file < crt->standard + CRT_STANDARD_STREAMS;
        if (!standard && file->descriptor >= 0 && crt_file_close(crt, file) == 0)
            closed++;
    }
    return closed;
}

CRT_API(struct crt_file *, __acrt_iob_func, (unsigned index)) {
    struct crt_process *crt = crt_here();
    return crt && index < CRT_STANDARD_STREAMS ? &crt->standard[index] : NULL;
}

/* The old form: an array of streams. sizeof(FILE) in the SDK's stdio.h does not matter for index 0.
 */
CRT_API(struct crt_file *, __iob_func, (void)) {
    return crt___acrt_iob_func(0);
}

/* ---- output ---------------------------------------------------------------------------------- */

static bool put_bytes(struct crt_file *file, const char *bytes, size_t count) {
    struct crt_process *crt = crt_here();
    if (!crt_file_begin(crt, file))
        return false;
    crt_file_put(crt, file, bytes, count);
    return crt_file_end(crt, file);
}

CRT_API(int, fputc, (int c, struct crt_file *file)) {
    char byte = (char)c;
    return put_bytes(file, &byte, 1) ? (unsigned char)byte : CRT_EOF;
}

CRT_API(int, putc, (int c, struct crt_file *file)) {
    return crt_fputc(c, file);
}

CRT_API(int, putchar, (int c)) {
    return crt_fputc(c, crt___acrt_iob_func(1));
}

CRT_API(int, fputs, (const char *text, struct crt_file *file)) {
    return put_bytes(file, text, strlen(text)) ? 0 : CRT_EOF;
}

CRT_API(int, puts, (const char *text)) {
    struct crt_process *crt = crt_here();
    struct crt_file *file = crt___acrt_iob_func(1);
    if (!crt_file_begin(crt, file))
        return CRT_EOF;
    crt_file_put(crt, file, text, strlen(text));
    crt_file_put(crt, file, "\n", 1);
    return crt_file_end(crt, file) ? 0 : CRT_EOF;
}

CRT_API(size_t, fwrite, (const void *data, size_t size, size_t count, struct crt_file *file)) {
    if (!size || !count || count > SIZE_MAX / size)
        return 0;
    return put_bytes(file, data, size * count) ? count : 0;
}

static bool put_wide(struct crt_file *file, const WCHAR *text, size_t count) {
    struct crt_process *crt = crt_here();
    if (!crt_file_begin(crt, file))
        return false;
    while (count) {
        char bytes[CRT_UTF8_MAX];
        size_t length = crt_utf8_put(bytes, crt_utf16_next(&text, &count));
        crt_file_put(crt, file, bytes, length);
    }
    return crt_file_end(crt, file);
}

CRT_API(int, fputws, (const WCHAR *text, struct crt_file *file)) {
    return put_wide(file, text, crt_wide_length(text)) ? 0 : CRT_EOF;
}

CRT_API(int, _putws, (const WCHAR *text)) {
    struct crt_file *file = crt___acrt_iob_func(1);
    if (!put_wide(file, text, crt_wide_length(text)))
        return CRT_EOF;
    return put_bytes(file, "\n", 1) ? 0 : CRT_EOF;
}

CRT_API(WCHAR, fputwc, (WCHAR c, struct crt_file *file)) {
    return put_wide(file, &c, 1) ? c : CRT_WEOF;
}

CRT_API(WCHAR, putwc, (WCHAR c, struct crt_file *file)) {
    return crt_fputwc(c, file);
}

CRT_API(WCHAR, putwchar, (WCHAR c)) {
    return crt_fputwc(c, crt___acrt_iob_func(1));
}

/* ---- input ----------------------------------------------------------------------------------- */

CRT_API(int, fgetc, (struct crt_file * file)) {
    return crt_file_get(crt_here(), file);
}

CRT_API(int, getc, (struct crt_file * file)) {
    return crt_file_get(crt_here(), file);
}

CRT_API(int, getchar, (void)) {
    return crt_file_get(crt_here(), crt___acrt_iob_func(0));
}

CRT_API(int, ungetc, (int c, struct crt_file *file)) {
    if (c == CRT_EOF || !file || file->descriptor < 0 || file->pushed >= 0)
        return CRT_EOF;
    file->pushed = (unsigned char)c;
    file->flags &= ~(unsigned)CRT_FILE_EOF;
    return file->pushed;
}

CRT_API(char *, fgets, (char *buffer, int size, struct crt_file *file)) {
    struct crt_process *crt = crt_here();
    int used = 0, c = 0;
    if (!buffer || size <= 0)
        return NULL;
    while (used < size - 1 && c != '\n' && (c = crt_file_get(crt, file)) >= 0)
        buffer[used++] = (char)c;
    if (c < 0 && !used)
        return NULL;
    buffer[used] = 0;
    return buffer;
}

/* Without the line's end; NULL at the end of input. */
static char *get_line(char *buffer, size_t size) {
    struct crt_process *crt = crt_here();
    struct crt_file *file = crt___acrt_iob_func(0);
    size_t used = 0;
    int c;
    while ((c = crt_file_get(crt, file)) >= 0 && c != '\n')
        if (used < size - 1)
            buffer[used++] = (char)c;
    if (c < 0 && !used)
        return NULL;
    buffer[used] = 0;
    return buffer;
}

CRT_API(char *, gets, (char *buffer)) {
    return get_line(buffer, SIZE_MAX);
}

CRT_API(char *, gets_s, (char *buffer, size_t size)) {
    return buffer && size ? get_line(buffer, size) : NULL;
}

CRT_API(size_t, fread, (void *data, size_t size, size_t count, struct crt_file *file)) {
    struct crt_process *crt = crt_here();
    if (!size || !count || count > SIZE_MAX / size)
        return 0;
    size_t wanted = size * count, done = 0, part;
    while (done < wanted &&
           (part = crt_file_read(crt, file, (char *)data + done, wanted - done)) != 0)
        done += part;
    return done / size;
}

CRT_API(size_t, fread_s,
        (void *data, size_t data_size, size_t size, size_t count, struct crt_file *file)) {
    if (size && count > data_size / size) {
        crt_set_errno(CRT_ERANGE);
        return 0;
    }
    return crt_fread(data, size, count, file);
}

CRT_API(WCHAR, fgetwc, (struct crt_file * file)) {
    struct crt_process *crt = crt_here();
    char bytes[CRT_UTF8_MAX];
    int first = crt_file_get(crt, file);
    if (first < 0)
        return CRT_WEOF;
    size_t count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    bytes[0] = (char)first;
    for (size_t i = 1; i < count; i++)
        bytes[i] = (char)crt_file_get(crt, file);
    const char *text = bytes;
    uint32_t character = crt_utf8_next(&text, &count);
    return character < 0x10000 ? (WCHAR)character : CRT_REPLACEMENT;
}

CRT_API(WCHAR, getwc, (struct crt_file * file)) {
    return crt_fgetwc(file);
}

CRT_API(WCHAR, getwchar, (void)) {
    return crt_fgetwc(crt___acrt_iob_func(0));
}

CRT_API(WCHAR *, fgetws, (WCHAR * buffer, int size, struct crt_file *file)) {
    int used = 0;
    WCHAR c = 0;
    if (!buffer || size <= 0)
        return NULL;
    while (used < size - 1 && c != '\n' && (c = crt_fgetwc(file)) != CRT_WEOF)
        buffer[used++] = c;
    if (c == CRT_WEOF && !used)
        return NULL;
    buffer[used] = 0;
    return buffer;
}

/* ---- position and state ---------------------------------------------------------------------- */

CRT_API(int, fflush, (struct crt_file * file)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return CRT_EOF;
    bool good =
        file ? crt_file_flush(crt, file, CRT_FLUSH_ASKED) : crt_flush_all(crt, CRT_FLUSH_ASKED);
    return good ? 0 : CRT_EOF;
}

CRT_API(int, _flushall, (void)) {
    struct crt_process *crt = crt_here();
    int open = 0;
    if (!crt)
        return 0;
    crt_flush_all(crt, CRT_FLUSH_ASKED);
    base_list_each(link, &crt->files) open +=
        base_container(link, struct crt_file, link)->descriptor >= 0;
    return open;
}

CRT_API(int, _fseeki64, (struct crt_file * file, int64_t offset, int origin)) {
    struct crt_process *crt = crt_here();
    if (!crt || !file || file->descriptor < 0)
        return crt_invalid(CRT_EBADF), -1;
    crt_file_flush(crt, file, CRT_FLUSH_ASKED);
    crt_file_drop_input(crt, file);
    file->flags &= ~(unsigned)(CRT_FILE_EOF | CRT_FILE_WRITING);
    file->pushed = -1;
    return crt_descriptor_seek(crt, file->descriptor, offset, origin) < 0 ? -1 : 0;
}

CRT_API(int, fseek, (struct crt_file * file, long offset, int origin)) {
    return crt__fseeki64(file, (int32_t)offset, origin);
}

CRT_API(int64_t, _ftelli64, (struct crt_file * file)) {
    struct crt_process *crt = crt_here();
    if (!crt || !file || file->descriptor < 0)
        return crt_invalid(CRT_EBADF), -1;
    int64_t position = crt_descriptor_seek(crt, file->descriptor, 0, SEEK_BY_HERE);
    if (position < 0)
        return -1;
    if (file->flags & CRT_FILE_WRITING)
        position += (int64_t)file->count;
    else if (file->flags & CRT_FILE_READING)
        position -= (int64_t)(file->count - file->position) + (file->pushed >= 0);
    return position;
}

CRT_API(long, ftell, (struct crt_file * file)) {
    return (long)crt__ftelli64(file);
}

CRT_API(void, rewind, (struct crt_file * file)) {
    crt__fseeki64(file, 0, 0);
    if (file)
        file->flags &= ~(unsigned)CRT_FILE_ERROR;
}

CRT_API(int, fgetpos, (struct crt_file * file, int64_t *position)) {
    *position = crt__ftelli64(file);
    return *position < 0 ? -1 : 0;
}

CRT_API(int, fsetpos, (struct crt_file * file, const int64_t *position)) {
    return crt__fseeki64(file, *position, 0);
}

CRT_API(int, setvbuf, (struct crt_file * file, char *buffer, int mode, size_t size)) {
    struct crt_process *crt = crt_here();
    if (!crt || !file || file->descriptor < 0)
        return -1;
    crt_file_flush(crt, file, CRT_FLUSH_ASKED);
    crt_file_drop_input(crt, file);
    if (mode == BUFFER_NONE) {
        file->flags |= CRT_FILE_UNBUFFERED;
        crt_file_set_buffer(crt, file, NULL, CRT_BUFFER_SIZE);
        return 0;
    }
    /* Line buffering is full buffering on Windows. */
    if (size < 2)
        return -1;
    file->flags &= ~(unsigned)CRT_FILE_UNBUFFERED;
    crt_file_set_buffer(crt, file, buffer, size);
    return 0;
}

CRT_API(void, setbuf, (struct crt_file * file, char *buffer)) {
    crt_setvbuf(file, buffer, buffer ? 0 : BUFFER_NONE, 512);
}

CRT_API(int, feof, (struct crt_file * file)) {
    return file && file->flags & CRT_FILE_EOF ? 16 : 0;
}

CRT_API(int, ferror, (struct crt_file * file)) {
    return file && file->flags & CRT_FILE_ERROR ? 32 : 0;
}

CRT_API(void, clearerr, (struct crt_file * file)) {
    if (file)
        file->flags &= ~(unsigned)(CRT_FILE_EOF | CRT_FILE_ERROR);
}

CRT_API(int, clearerr_s, (struct crt_file * file)) {
    crt_clearerr(file);
    return file ? 0 : crt_invalid(CRT_EINVAL);
}

CRT_API(int, _fileno, (struct crt_file * file)) {
    if (file)
        return file->descriptor;
    crt_invalid(CRT_EINVAL);
    return -1;
}

/* Names for tmpnam are numbered; a program that wants a file uses tmpfile. */
CRT_API(char *, tmpnam, (char *buffer)) {
    static const char prefix[] = "\\tmp\\s";
    struct crt_process *crt = crt_here();
    char *name = buffer ? buffer : crt_text_buffer();
    if (!crt || !name)
        return NULL;
    size_t used = sizeof prefix - 1;
    memcpy(name, prefix, used);
    uint64_t number = (uint64_t)crt->process->pid << 16 | crt->temporary_names++;
    for (int shift = 28; shift >= 0; shift -= 4)
        name[used++] = "0123456789abcdef"[number >> shift & 15];
    name[used] = 0;
    return name;
}

/* ---- less common names ----------------------------------------------------------------------- */

CRT_API(int, _fgetchar, (void)) {
    return crt_getchar();
}

CRT_API(int, _fputchar, (int c)) {
    return crt_putchar(c);
}

CRT_API(int, _getw, (struct crt_file * file)) {
    int word;
    return crt_fread(&word, sizeof word, 1, file) == 1 ? word : CRT_EOF;
}

CRT_API(int, _putw, (int word, struct crt_file *file)) {
    return crt_fwrite(&word, sizeof word, 1, file) == 1 ? word : CRT_EOF;
}

/* A call's output is never torn apart, so there is no lock to take. */
CRT_API(void, _lock_file, (struct crt_file * file)) {
    (void)file;
}

CRT_API(void, _unlock_file, (struct crt_file * file)) {
    (void)file;
}

/* Only ASCII can be put back, as there is room for one byte. */
CRT_API(WCHAR, ungetwc, (WCHAR c, struct crt_file *file)) {
    return c < 128 && crt_ungetc(c, file) >= 0 ? c : CRT_WEOF;
}

CRT_API(int, fwide, (struct crt_file * file, int mode)) {
    (void)file;
    return mode;
}

CRT_API(struct crt_file *, _wfreopen,
        (const WCHAR *path, const WCHAR *mode, struct crt_file *file)) {
    char narrow[PATH_SIZE], mode_text[16];
    narrow_path(narrow, path);
    narrow_mode(mode_text, mode);
    return crt_freopen(narrow, mode_text, file);
}

CRT_API(char *, _tempnam, (const char *directory, const char *prefix)) {
    struct rd_world *w = port_current_world();
    char name[64];
    (void)directory, (void)prefix;
    if (!w || !crt_tmpnam(name))
        return NULL;
    char *copy = ldr_heap_alloc(w, sizeof name, false);
    return copy ? memcpy(copy, name, sizeof name) : NULL;
}
