/* SPDX-License-Identifier: MIT */
/* Streams. The formats are Windows': %lu is 32 bits wide, %I64u and %S exist. */
#ifndef RD_SDK_STDIO_H
#define RD_SDK_STDIO_H

#include "corecrt.h"
#include "rd_crt_wio.h"

typedef long long fpos_t;

#define EOF (-1)
#define BUFSIZ 512
#define FILENAME_MAX 260
#define FOPEN_MAX 20
#define L_tmpnam 260
#define TMP_MAX 0x7fffffff
#define _SYS_OPEN 20
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _IOFBF 0x0000
#define _IOLBF 0x0040
#define _IONBF 0x0004
#define _NSTREAM_ 512

#define stdin (__acrt_iob_func(0))
#define stdout (__acrt_iob_func(1))
#define stderr (__acrt_iob_func(2))

RD_CRT_BEGIN
FILE *__acrt_iob_func(unsigned int index);

/* Files. */
FILE *fopen(const char *name, const char *mode);
errno_t fopen_s(FILE **stream, const char *name, const char *mode);
FILE *freopen(const char *name, const char *mode, FILE *stream);
errno_t freopen_s(FILE **stream, const char *name, const char *mode, FILE *old_stream);
FILE *_fsopen(const char *name, const char *mode, int share);
FILE *_fdopen(int file, const char *mode);
FILE *fdopen(int file, const char *mode);
FILE *_popen(const char *command, const char *mode);
int _pclose(FILE *stream);
FILE *tmpfile(void);
errno_t tmpfile_s(FILE **stream);
char *tmpnam(char *buffer);
char *_tempnam(const char *directory, const char *prefix);
int fclose(FILE *stream);
int _fcloseall(void);
int fflush(FILE *stream);
int _flushall(void);
int _fileno(FILE *stream);
int fileno(FILE *stream);
int remove(const char *name);
int rename(const char *old_name, const char *new_name);
int _unlink(const char *name);
int unlink(const char *name);
int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
void setbuf(FILE *stream, char *buffer);
int fseek(FILE *stream, long offset, int origin);
int _fseeki64(FILE *stream, long long offset, int origin);
long ftell(FILE *stream);
long long _ftelli64(FILE *stream);
int fgetpos(FILE *stream, fpos_t *position);
int fsetpos(FILE *stream, const fpos_t *position);
void rewind(FILE *stream);
void clearerr(FILE *stream);
errno_t clearerr_s(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void perror(const char *message);

/* Characters, lines and blocks. */
int fgetc(FILE *stream);
int getc(FILE *stream);
int getchar(void);
int _fgetchar(void);
int fputc(int c, FILE *stream);
int putc(int c, FILE *stream);
int putchar(int c);
int _fputchar(int c);
int ungetc(int c, FILE *stream);
char *fgets(char *buffer, int count, FILE *stream);
int fputs(const char *string, FILE *stream);
char *gets(char *buffer);
char *gets_s(char *buffer, rsize_t size);
int puts(const char *string);
int _getw(FILE *stream);
int _putw(int word, FILE *stream);
size_t fread(void *buffer, size_t size, size_t count, FILE *stream);
size_t fread_s(void *buffer, size_t buffer_size, size_t size, size_t count, FILE *stream);
size_t fwrite(const void *buffer, size_t size, size_t count, FILE *stream);
void _lock_file(FILE *stream);
void _unlock_file(FILE *stream);

/* Formatted output. */
int printf(const char *format, ...);
int fprintf(FILE *stream, const char *format, ...);
int sprintf(char *buffer, const char *format, ...);
int snprintf(char *buffer, size_t count, const char *format, ...);
int vprintf(const char *format, va_list arguments);
int vfprintf(FILE *stream, const char *format, va_list arguments);
int vsprintf(char *buffer, const char *format, va_list arguments);
int vsnprintf(char *buffer, size_t count, const char *format, va_list arguments);
int _snprintf(char *buffer, size_t count, const char *format, ...);
int _vsnprintf(char *buffer, size_t count, const char *format, va_list arguments);
int _scprintf(const char *format, ...);
int _vscprintf(const char *format, va_list arguments);
int printf_s(const char *format, ...);
int fprintf_s(FILE *stream, const char *format, ...);
int sprintf_s(char *buffer, size_t size, const char *format, ...);
int vprintf_s(const char *format, va_list arguments);
int vfprintf_s(FILE *stream, const char *format, va_list arguments);
int vsprintf_s(char *buffer, size_t size, const char *format, va_list arguments);
int _snprintf_s(char *buffer, size_t size, size_t count, const char *format, ...);
int _vsnprintf_s(char *buffer, size_t size, size_t count, const char *format, va_list arguments);

/* Formatted input. */
int scanf(const char *format, ...);
int fscanf(FILE *stream, const char *format, ...);
int sscanf(const char *string, const char *format, ...);
int vscanf(const char *format, va_list arguments);
int vfscanf(FILE *stream, const char *format, va_list arguments);
int vsscanf(const char *string, const char *format, va_list arguments);
int scanf_s(const char *format, ...);
int fscanf_s(FILE *stream, const char *format, ...);
int sscanf_s(const char *string, const char *format, ...);
RD_CRT_END

RD_CRT_ARRAY_FORMAT(int, sprintf_s, vsprintf_s, char)

#endif
