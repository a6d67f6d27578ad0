/* crt_printf.c - the many names of printf and scanf. */
#include <limits.h>
#include <string.h>

#include "ldr/crt_format.h"
#include "ldr/crt_scan.h"
#include "ldr/crt_state.h"

static struct crt_file *standard_file(int index) {
    struct crt_process *crt = crt_here();
    return crt ? &crt->standard[index] : NULL;
}

/* Defines a variadic function by its va_list counterpart. */
#define VARIADIC(name, last, parameters, call)                                                     \
    CRT_API(int, name, parameters) {                                                               \
        va_list arguments;                                                                         \
        va_start(arguments, last);                                                                 \
        int result = call;                                                                         \
        va_end(arguments);                                                                         \
        return result;                                                                             \
    }

/* ---- to streams ------------------------------------------------------------------------------ */

CRT_API(int, vfprintf, (struct crt_file * file, const char *format, va_list arguments)) {
    return crt_file_print(file, 0, format, arguments);
}

CRT_API(int, vprintf, (const char *format, va_list arguments)) {
    return crt_file_print(standard_file(1), 0, format, arguments);
}

CRT_API(int, vfwprintf, (struct crt_file * file, const WCHAR *format, va_list arguments)) {
    return crt_file_print(file, CRT_FORMAT_WIDE, format, arguments);
}

CRT_API(int, vwprintf, (const WCHAR *format, va_list arguments)) {
    return crt_file_print(standard_file(1), CRT_FORMAT_WIDE, format, arguments);
}

VARIADIC(printf, format, (const char *format, ...), crt_vprintf(format, arguments))
VARIADIC(fprintf, format, (struct crt_file * file, const char *format, ...),
         crt_vfprintf(file, format, arguments))
VARIADIC(wprintf, format, (const WCHAR *format, ...), crt_vwprintf(format, arguments))
VARIADIC(fwprintf, format, (struct crt_file * file, const WCHAR *format, ...),
         crt_vfwprintf(file, format, arguments))

/* ---- to memory, narrow ----------------------------------------------------------------------- */

CRT_API(int, vsnprintf, (char *buffer, size_t size, const char *format, va_list arguments)) {
    return crt_format_narrow(buffer, size, 0, format, arguments);
}

CRT_API(int, vsprintf, (char *buffer, const char *format, va_list arguments)) {
    return crt_format_narrow(buffer, SIZE_MAX, 0, format, arguments);
}

CRT_API(int, _vscprintf, (const char *format, va_list arguments)) {
    return crt_format_narrow(NULL, 0, 0, format, arguments);
}

/* A sink that leaves the end of the text to its caller. */
struct raw_sink {
    struct crt_sink sink;
    char *next;
    size_t left;
};

static void write_raw(struct crt_sink *sink, const void *units, size_t count) {
    struct raw_sink *raw = (struct raw_sink *)(void *)sink;
    size_t unit = sink->wide ? sizeof(WCHAR) : 1;
    if (count > raw->left)
        count = raw->left;
    memcpy(raw->next, units, count * unit);
    raw->next += count * unit;
    raw->left -= count;
}

/* Windows' own: no final zero if the text fills the buffer, -1 if it is longer. */
CRT_API(int, _vsnprintf, (char *buffer, size_t size, const char *format, va_list arguments)) {
    char nothing[1];
    struct raw_sink raw = {{false, write_raw}, buffer ? buffer : nothing, buffer ? size : 0};
    int count = crt_format(&raw.sink, 0, format, arguments);
    if (raw.left)
        *raw.next = 0;
    if (!buffer && !size)
        return count;
    return count >= 0 && (size_t)count > size ? -1 : count;
}

CRT_API(int, _vsnwprintf, (WCHAR * buffer, size_t size, const WCHAR *format, va_list arguments)) {
    WCHAR nothing[1];
    struct raw_sink raw = {
        {true, write_raw}, (char *)(buffer ? buffer : nothing), buffer ? size : 0};
    int count = crt_format(&raw.sink, CRT_FORMAT_WIDE, format, arguments);
    if (raw.left)
        *(WCHAR *)(void *)raw.next = 0;
    if (!buffer && !size)
        return count;
    return count >= 0 && (size_t)count > size ? -1 : count;
}

CRT_API(int, vsprintf_s, (char *buffer, size_t size, const char *format, va_list arguments)) {
    if (!buffer || !size || !format)
        return crt_invalid(CRT_EINVAL), -1;
    int count = crt_format_narrow(buffer, size, 0, format, arguments);
    if (count >= 0 && (size_t)count < size)
        return count;
    *buffer = 0;
    crt_invalid(CRT_ERANGE);
    return -1;
}

/* max is _TRUNCATE, SIZE_MAX, or the number of characters that may be stored. */
CRT_API(int, _vsnprintf_s,
        (char *buffer, size_t size, size_t max, const char *format, va_list arguments)) {
    if (!buffer || !size || !format)
        return crt_invalid(CRT_EINVAL), -1;
    size_t room = max < size ? max + 1 : size;
    int count = crt_format_narrow(buffer, room, 0, format, arguments);
    if (count >= 0 && (size_t)count < room)
        return count;
    if (max != SIZE_MAX && max >= size) {
        *buffer = 0;
        crt_invalid(CRT_ERANGE);
    }
    return -1;
}

CRT_API(int, vasprintf, (char **text, const char *format, va_list arguments)) {
    int count = crt_format_narrow(NULL, 0, 0, format, arguments);
    struct rd_world *w = port_current_world();
    *text = w && count >= 0 ? ldr_heap_alloc(w, (size_t)count + 1, false) : NULL;
    if (!*text)
        return -1;
    return crt_format_narrow(*text, (size_t)count + 1, 0, format, arguments);
}

VARIADIC(sprintf, format, (char *buffer, const char *format, ...),
         crt_vsprintf(buffer, format, arguments))
VARIADIC(snprintf, format, (char *buffer, size_t size, const char *format, ...),
         crt_vsnprintf(buffer, size, format, arguments))
VARIADIC(_snprintf, format, (char *buffer, size_t size, const char *format, ...),
         crt__vsnprintf(buffer, size, format, arguments))
VARIADIC(_scprintf, format, (const char *format, ...), crt__vscprintf(format, arguments))
VARIADIC(sprintf_s, format, (char *buffer, size_t size, const char *format, ...),
         crt_vsprintf_s(buffer, size, format, arguments))
VARIADIC(_snprintf_s, format, (char *buffer, size_t size, size_t max, const char *format, ...),
         crt__vsnprintf_s(buffer, size, max, format, arguments))
VARIADIC(asprintf, format, (char **text, const char *format, ...),
         crt_vasprintf(text, format, arguments))

/* ---- to memory, wide ------------------------------------------------------------------------- */

static int fits(int count, size_t size) {
    return count >= 0 && (size_t)count < size ? count : -1;
}

CRT_API(int, vswprintf, (WCHAR * buffer, size_t size, const WCHAR *format, va_list arguments)) {
    return fits(crt_format_wide(buffer, size, CRT_FORMAT_WIDE, format, arguments), size);
}

CRT_API(int, _vswprintf, (WCHAR * buffer, const WCHAR *format, va_list arguments)) {
    return crt_format_wide(buffer, SIZE_MAX, CRT_FORMAT_WIDE, format, arguments);
}

CRT_API(int, _vscwprintf, (const WCHAR *format, va_list arguments)) {
    return crt_format_wide(NULL, 0, CRT_FORMAT_WIDE, format, arguments);
}

CRT_API(int, vswprintf_s, (WCHAR * buffer, size_t size, const WCHAR *format, va_list arguments)) {
    if (!buffer || !size || !format)
        return crt_invalid(CRT_EINVAL), -1;
    int count = crt_vswprintf(buffer, size, format, arguments);
    if (count < 0) {
        *buffer = 0;
        crt_invalid(CRT_ERANGE);
    }
    return count;
}

CRT_API(int, _vsnwprintf_s,
        (WCHAR * buffer, size_t size, size_t max, const WCHAR *format, va_list arguments)) {
    if (!buffer || !size || !format)
        return crt_invalid(CRT_EINVAL), -1;
    size_t room = max < size ? max + 1 : size;
    int count = crt_vswprintf(buffer, room, format, arguments);
    if (count < 0 && max != SIZE_MAX && max >= size) {
        *buffer = 0;
        crt_invalid(CRT_ERANGE);
    }
    return count;
}

VARIADIC(swprintf, format, (WCHAR * buffer, size_t size, const WCHAR *format, ...),
         crt_vswprintf(buffer, size, format, arguments))
VARIADIC(_swprintf, format, (WCHAR * buffer, const WCHAR *format, ...),
         crt__vswprintf(buffer, format, arguments))
VARIADIC(_snwprintf, format, (WCHAR * buffer, size_t size, const WCHAR *format, ...),
         crt__vsnwprintf(buffer, size, format, arguments))
VARIADIC(_scwprintf, format, (const WCHAR *format, ...), crt__vscwprintf(format, arguments))
VARIADIC(swprintf_s, format, (WCHAR * buffer, size_t size, const WCHAR *format, ...),
         crt_vswprintf_s(buffer, size, format, arguments))
VARIADIC(_snwprintf_s, format, (WCHAR * buffer, size_t size, size_t max, const WCHAR *format, ...),
         crt__vsnwprintf_s(buffer, size, max, format, arguments))

/* ---- scanf ----------------------------------------------------------------------------------- */

struct file_source {
    struct crt_source source;
    struct crt_process *crt;
    struct crt_file *file;
};

static int get_narrow(struct crt_source *source) {
    struct file_source *from = (struct file_source *)(void *)source;
    return crt_file_get(from->crt, from->file);
}

static void unget_narrow(struct crt_source *source, int unit) {
    struct file_source *from = (struct file_source *)(void *)source;
    from->file->pushed = unit;
    from->file->flags &= ~(unsigned)CRT_FILE_EOF;
}

static int scan_file(struct crt_file *file, unsigned flags, const void *format, va_list arguments) {
    struct file_source from = {{false, get_narrow, unget_narrow}, crt_here(), file};
    if (!from.crt || !file || !format)
        return CRT_EOF;
    return crt_scan(&from.source, flags, format, arguments);
}

CRT_API(int, vfscanf, (struct crt_file * file, const char *format, va_list arguments)) {
    return scan_file(file, 0, format, arguments);
}

CRT_API(int, vscanf, (const char *format, va_list arguments)) {
    return scan_file(standard_file(0), 0, format, arguments);
}

CRT_API(int, vsscanf, (const char *text, const char *format, va_list arguments)) {
    return crt_scan_narrow(text, 0, format, arguments);
}

CRT_API(int, vswscanf, (const WCHAR *text, const WCHAR *format, va_list arguments)) {
    return crt_scan_wide(text, CRT_SCAN_WIDE, format, arguments);
}

VARIADIC(scanf, format, (const char *format, ...), crt_vscanf(format, arguments))
VARIADIC(fscanf, format, (struct crt_file * file, const char *format, ...),
         crt_vfscanf(file, format, arguments))
VARIADIC(sscanf, format, (const char *text, const char *format, ...),
         crt_vsscanf(text, format, arguments))
VARIADIC(swscanf, format, (const WCHAR *text, const WCHAR *format, ...),
         crt_vswscanf(text, format, arguments))
VARIADIC(wscanf, format, (const WCHAR *format, ...),
         scan_file(standard_file(0), CRT_SCAN_WIDE, format, arguments))
VARIADIC(fwscanf, format, (struct crt_file * file, const WCHAR *format, ...),
         scan_file(file, CRT_SCAN_WIDE, format, arguments))
VARIADIC(scanf_s, format, (const char *format, ...),
         scan_file(standard_file(0), CRT_SCAN_SECURE, format, arguments))
VARIADIC(fscanf_s, format, (struct crt_file * file, const char *format, ...),
         scan_file(file, CRT_SCAN_SECURE, format, arguments))
VARIADIC(sscanf_s, format, (const char *text, const char *format, ...),
         crt_scan_narrow(text, CRT_SCAN_SECURE, format, arguments))
VARIADIC(swscanf_s, format, (const WCHAR *text, const WCHAR *format, ...),
         crt_scan_wide(text, CRT_SCAN_WIDE | CRT_SCAN_SECURE, format, arguments))

CRT_API(int, vfwscanf, (struct crt_file * file, const WCHAR *format, va_list arguments)) {
    return scan_file(file, CRT_SCAN_WIDE, format, arguments);
}

CRT_API(int, vwscanf, (const WCHAR *format, va_list arguments)) {
    return scan_file(standard_file(0), CRT_SCAN_WIDE, format, arguments);
}
