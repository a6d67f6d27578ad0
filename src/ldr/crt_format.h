/*
 * crt_format.h - the printf language of Windows, for the C run-time model and for DbgPrint.
 *
 * l means 32 bits, ll I64 j mean 64, z t I mean the size of a pointer. In narrow formats %s is
 * narrow and %S %ls %ws are wide; in wide formats %s is wide and %S %hs are narrow. No locale has
 * any influence.
 */
#ifndef RD_LDR_CRT_FORMAT_H
#define RD_LDR_CRT_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rundown/sdk/rd_nttypes.h"

enum crt_format_flags {
    CRT_FORMAT_WIDE = 1,   /* the format consists of WCHAR */
    CRT_FORMAT_KERNEL = 2, /* %Z is an ANSI_STRING *, %wZ a UNICODE_STRING *; %n is ignored */
};

/* Where formatted text goes: `count` chars, or WCHARs if `wide`. */
struct crt_sink {
    bool wide;
    void (*write)(struct crt_sink *sink, const void *units, size_t count);
};

/* Returns the number of units written, or -1 if that exceeds INT_MAX. */
int crt_format(struct crt_sink *sink, unsigned flags, const void *format, va_list arguments);

/*
 * Into a buffer of `size` units; what does not fit is dropped. If size is not 0 the text is
 * terminated. Returns the number of units of the whole text without its end.
 */
int crt_format_narrow(char *buffer, size_t size, unsigned flags, const void *format,
                      va_list arguments);
int crt_format_wide(WCHAR *buffer, size_t size, unsigned flags, const void *format,
                    va_list arguments);

/* ---- crt_format_float.c ---------------------------------------------------------------------- */

enum { CRT_FLOAT_TEXT_MAX = 1408, CRT_FLOAT_PRECISION_MAX = 1074 };

struct crt_float_text {
    bool negative;
    bool finite;
    size_t length;
    size_t
        extra_zeros; /* to be inserted at zeros_at, for precisions beyond CRT_FLOAT_PRECISION_MAX */
    size_t zeros_at;
    char text[CRT_FLOAT_TEXT_MAX];
};

/* The magnitude of `value` by conversion e E f F g G a A; precision -1: the default. "0x" is left
 * out. */
void crt_float_text(struct crt_float_text *out, double value, char conversion, int precision,
                    bool alternate);

#endif
