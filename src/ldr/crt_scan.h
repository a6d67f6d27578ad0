/* crt_scan.h - the scanf language of Windows; lengths mean the same as in crt_format.h. */
#ifndef RD_LDR_CRT_SCAN_H
#define RD_LDR_CRT_SCAN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "rundown/sdk/rd_nttypes.h"

enum crt_scan_flags {
    CRT_SCAN_WIDE = 1,   /* the format consists of WCHAR */
    CRT_SCAN_SECURE = 2, /* %s %c %[ are followed by a buffer size, as in scanf_s */
};

/* Where text comes from: bytes, or WCHARs if `wide`. */
struct crt_source {
    bool wide;
    int (*get)(struct crt_source *source);              /* -1: the end */
    void (*unget)(struct crt_source *source, int unit); /* one unit at most, never -1 */
};

/* Number of assignments, or -1 if the text ended before the first conversion. */
int crt_scan(struct crt_source *source, unsigned flags, const void *format, va_list arguments);

int crt_scan_narrow(const char *text, unsigned flags, const void *format, va_list arguments);
int crt_scan_wide(const WCHAR *text, unsigned flags, const void *format, va_list arguments);

#endif
