/* SPDX-License-Identifier: MIT */
/* Wide streams, which <stdio.h> and <wchar.h> both declare. */
#ifndef RD_SDK_RD_CRT_WIO_H
#define RD_SDK_RD_CRT_WIO_H

#include "corecrt.h"

#ifndef _FILE_DEFINED
#define _FILE_DEFINED
typedef struct _iobuf {
    void *_Placeholder;
} FILE;
#endif
#ifndef WEOF
#define WEOF ((wint_t)0xffff)
#endif

RD_CRT_BEGIN
wint_t fgetwc(FILE *stream);
wint_t fputwc(wchar_t c, FILE *stream);
wint_t getwc(FILE *stream);
wint_t putwc(wchar_t c, FILE *stream);
wint_t getwchar(void);
wint_t putwchar(wchar_t c);
wint_t ungetwc(wint_t c, FILE *stream);
wchar_t *fgetws(wchar_t *buffer, int count, FILE *stream);
int fputws(const wchar_t *string, FILE *stream);
int _putws(const wchar_t *string);
int fwide(FILE *stream, int mode);
int wprintf(const wchar_t *format, ...);
int fwprintf(FILE *stream, const wchar_t *format, ...);
int swprintf(wchar_t *buffer, size_t count, const wchar_t *format, ...);
int vwprintf(const wchar_t *format, va_list arguments);
int vfwprintf(FILE *stream, const wchar_t *format, va_list arguments);
int vswprintf(wchar_t *buffer, size_t count, const wchar_t *format, va_list arguments);
int _snwprintf(wchar_t *buffer, size_t count, const wchar_t *format, ...);
int _vsnwprintf(wchar_t *buffer, size_t count, const wchar_t *format, va_list arguments);
int _snwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format, ...);
int _vsnwprintf_s(wchar_t *buffer, size_t size, size_t count, const wchar_t *format,
                  va_list arguments);
int _scwprintf(const wchar_t *format, ...);
int _vscwprintf(const wchar_t *format, va_list arguments);
int wprintf_s(const wchar_t *format, ...);
int fwprintf_s(FILE *stream, const wchar_t *format, ...);
int swprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, ...);
int vswprintf_s(wchar_t *buffer, size_t size, const wchar_t *format, va_list arguments);
int wscanf(const wchar_t *format, ...);
int fwscanf(FILE *stream, const wchar_t *format, ...);
int swscanf(const wchar_t *string, const wchar_t *format, ...);
int swscanf_s(const wchar_t *string, const wchar_t *format, ...);
int vwscanf(const wchar_t *format, va_list arguments);
int vfwscanf(FILE *stream, const wchar_t *format, va_list arguments);
int vswscanf(const wchar_t *string, const wchar_t *format, va_list arguments);
FILE *_wfopen(const wchar_t *name, const wchar_t *mode);
FILE *_wfreopen(const wchar_t *name, const wchar_t *mode, FILE *stream);
errno_t _wfopen_s(FILE **stream, const wchar_t *name, const wchar_t *mode);
int _wremove(const wchar_t *name);
int _wrename(const wchar_t *old_name, const wchar_t *new_name);
void _wperror(const wchar_t *message);
FILE *_wpopen(const wchar_t *command, const wchar_t *mode);
RD_CRT_END

RD_CRT_ARRAY_FORMAT(int, swprintf_s, vswprintf_s, wchar_t)

#endif
