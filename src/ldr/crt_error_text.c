/* crt_error_text.c - errno in words, as msvcrt puts them, and assert. */
#include <string.h>

#include "ldr/crt_format.h"
#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

const char *crt_error_text(int error) {
    static const char *const texts[] = {
        "No error",
        "Operation not permitted",
        "No such file or directory",
        "No such process",
        "Interrupted function call",
        "Input/output error",
        "No such device or address",
        "Arg list too long",
        "Exec format error",
        "Bad file descriptor",
        "No child processes",
        "Resource temporarily unavailable",
        "Not enough space",
        "Permission denied",
        "Bad address",
        "Unknown error",
        "Resource device",
        "File exists",
        "Improper link",
        "No such device",
        "Not a directory",
        "Is a directory",
        "Invalid argument",
        "Too many open files in system",
        "Too many open files",
        "Inappropriate I/O control operation",
        "Unknown error",
        "File too large",
        "No space left on device",
        "Invalid seek",
        "Read-only file system",
        "Too many links",
        "Broken pipe",
        "Domain error",
        "Result too large",
        "Unknown error",
        "Resource deadlock avoided",
        "Unknown error",
        "Filename too long",
        "No locks available",
        "Function not implemented",
        "Directory not empty",
        "Illegal byte sequence",
    };
    enum { COUNT = sizeof texts / sizeof texts[0] };
    return error >= 0 && error < COUNT ? texts[error] : "Unknown error";
}

static int current_error(void) {
    struct crt_thread *self = crt_self();
    return self ? self->error : 0;
}

CRT_API(char *, strerror, (int error)) {
    char *buffer = crt_text_buffer();
    return buffer ? strcpy(buffer, crt_error_text(error)) : NULL;
}

CRT_API(int, strerror_s, (char *buffer, size_t size, int error)) {
    if (!buffer || !size)
        return crt_invalid(CRT_EINVAL);
    const char *text = crt_error_text(error);
    size_t length = crt_narrow_length_max(text, size - 1);
    memcpy(buffer, text, length);
    buffer[length] = 0;
    return 0;
}

/* "prefix: text\n", or without the prefix. */
CRT_API(char *, _strerror, (const char *prefix)) {
    char *buffer = crt_text_buffer();
    if (!buffer)
        return NULL;
    size_t used = prefix ? crt_narrow_length_max(prefix, CRT_TEXT_MAX / 2) : 0;
    if (used) {
        memcpy(buffer, prefix, used);
        buffer[used++] = ':';
        buffer[used++] = ' ';
    }
    strcpy(buffer + used, crt_error_text(current_error()));
    strcat(buffer, "\n");
    return buffer;
}

CRT_API(WCHAR *, _wcserror, (int error)) {
    WCHAR *buffer = (WCHAR *)(void *)crt_text_buffer();
    if (!buffer)
        return NULL;
    const char *text = crt_error_text(error);
    buffer[crt_widen(buffer, CRT_TEXT_MAX / sizeof(WCHAR) - 1, text, strlen(text))] = 0;
    return buffer;
}

CRT_API(int, _wcserror_s, (WCHAR * buffer, size_t size, int error)) {
    if (!buffer || !size)
        return crt_invalid(CRT_EINVAL);
    const char *text = crt_error_text(error);
    buffer[crt_widen(buffer, size - 1, text, strlen(text))] = 0;
    return 0;
}

/* ---- messages to standard error -------------------------------------------------------------- */

static void print_error(const char *format, ...) {
    struct crt_process *crt = crt_here();
    va_list arguments;
    va_start(arguments, format);
    if (crt)
        crt_file_print(&crt->standard[2], 0, format, arguments);
    va_end(arguments);
}

CRT_API(void, perror, (const char *prefix)) {
    const char *text = crt_error_text(current_error());
    if (prefix && *prefix)
        print_error("%s: %s\n", prefix, text);
    else
        print_error("%s\n", text);
}

CRT_API(void, _wperror, (const WCHAR *prefix)) {
    const char *text = crt_error_text(current_error());
    if (prefix && *prefix)
        print_error("%ls: %s\n", prefix, text);
    else
        print_error("%s\n", text);
}

/* For whoever judges the run, and does not see what programs print. */
static void note_assertion(struct rd_world *w, const char *expression, const char *file,
                           unsigned line) {
    if (!w->assertion)
        w->assertion = core_textf(w, "process %u thread %u: assertion failed: %s (%s, line %u)",
                                  w->current_pid, w->current_tid, expression, file, line);
}

void crt_tell_terminate(const char *type, const char *what) {
    struct crt_process *crt = crt_here();
    if (!type) {
        print_error("terminate called without an active exception\n");
        return;
    }
    print_error("terminate called after throwing an instance of '%s'\n", type);
    if (what)
        print_error("  what():  %s\n", what);
    if (crt && !crt->world->assertion)
        crt->world->assertion =
            core_textf(crt->world,
                       what ? "process %u thread %u: nobody catches %s: %s"
                            : "process %u thread %u: nobody catches %s",
                       crt->world->current_pid, crt->world->current_tid, type, what);
}

CRT_API(void, _assert, (const char *expression, const char *file, unsigned line)) {
    struct crt_process *crt = crt_here();
    print_error("Assertion failed: %s, file %s, line %u\n", expression, file, line);
    if (!crt)
        return;
    note_assertion(crt->world, expression, file, line);
    crt_abort_process(crt);
}

CRT_API(void, _wassert, (const WCHAR *expression, const WCHAR *file, unsigned line)) {
    struct crt_process *crt = crt_here();
    print_error("Assertion failed: %ls, file %ls, line %u\n", expression, file, line);
    if (crt)
        crt_abort_process(crt);
}
