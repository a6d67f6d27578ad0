/* SPDX-License-Identifier: MIT */
/* General utilities. */
#ifndef RD_SDK_STDLIB_H
#define RD_SDK_STDLIB_H

#include "corecrt.h"
#include "rd_crt_alloc.h"
#include "rd_crt_end.h"
#include "rd_crt_wtext.h"
#include "rd_decl.h"

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fff
#define MB_CUR_MAX (___mb_cur_max_func())
#define _MAX_ENV 32767
#define _WRITE_ABORT_MSG 0x1
#define _CALL_REPORTFAULT 0x2
#define _OUT_TO_DEFAULT 0
#define _OUT_TO_STDERR 1
#define _OUT_TO_MSGBOX 2
#define _REPORT_ERRMODE 3
#define _CVTBUFSIZE 349

typedef struct _div_t {
    int quot;
    int rem;
} div_t;
typedef struct _ldiv_t {
    long quot;
    long rem;
} ldiv_t;
typedef struct _lldiv_t {
    long long quot;
    long long rem;
} lldiv_t;

typedef int (*_onexit_t)(void);
typedef void (*_purecall_handler)(void);
typedef void (*_invalid_parameter_handler)(const wchar_t *expression, const wchar_t *function,
                                           const wchar_t *file, unsigned int line,
                                           uintptr_t reserved);

RD_CRT_BEGIN
/* What runs at the end. */
int atexit(void (*function)(void)) RD_CRT_NOEXCEPT;
int at_quick_exit(void (*function)(void)) RD_CRT_NOEXCEPT;
_onexit_t _onexit(_onexit_t function);
unsigned int _set_abort_behavior(unsigned int flags, unsigned int mask);
int _set_error_mode(int mode);
_purecall_handler _set_purecall_handler(_purecall_handler handler);
_purecall_handler _get_purecall_handler(void);
_invalid_parameter_handler _set_invalid_parameter_handler(_invalid_parameter_handler handler);
_invalid_parameter_handler _get_invalid_parameter_handler(void);

/* Environment and arguments. */
char *getenv(const char *name);
errno_t getenv_s(size_t *required, char *buffer, rsize_t size, const char *name);
errno_t _dupenv_s(char **buffer, size_t *count, const char *name);
int _putenv(const char *assignment);
int putenv(const char *assignment);
errno_t _putenv_s(const char *name, const char *value);
int *__p___argc(void);
char ***__p___argv(void);
wchar_t ***__p___wargv(void);
char ***__p__environ(void);
wchar_t ***__p__wenviron(void);
char **__p__pgmptr(void);
errno_t _get_pgmptr(char **value);

/* Numbers. */
int abs(int number);
long labs(long number);
long long llabs(long long number);
div_t div(int numerator, int denominator);
ldiv_t ldiv(long numerator, long denominator);
lldiv_t lldiv(long long numerator, long long denominator);
void qsort_s(void *base, rsize_t count, rsize_t size,
             int (*compare)(void *, const void *, const void *), void *context);
void *bsearch_s(const void *key, const void *base, rsize_t count, rsize_t size,
                int (*compare)(void *, const void *, const void *), void *context);
errno_t wctomb_s(int *length, char *destination, rsize_t size, wchar_t c);
int rand(void);
void srand(unsigned int seed);
errno_t rand_s(unsigned int *value);
double atof(const char *string);
int atoi(const char *string);
long atol(const char *string);
long long atoll(const char *string);
long long _atoi64(const char *string);
double strtod(const char *string, char **end);
float strtof(const char *string, char **end);
long double strtold(const char *string, char **end);
long strtol(const char *string, char **end, int radix);
unsigned long strtoul(const char *string, char **end, int radix);
long long strtoll(const char *string, char **end, int radix);
unsigned long long strtoull(const char *string, char **end, int radix);
long long _strtoi64(const char *string, char **end, int radix);
unsigned long long _strtoui64(const char *string, char **end, int radix);
char *_itoa(int value, char *buffer, int radix);
char *itoa(int value, char *buffer, int radix);
char *_ltoa(long value, char *buffer, int radix);
char *ltoa(long value, char *buffer, int radix);
char *_ultoa(unsigned long value, char *buffer, int radix);
char *ultoa(unsigned long value, char *buffer, int radix);
char *_i64toa(long long value, char *buffer, int radix);
char *_ui64toa(unsigned long long value, char *buffer, int radix);
errno_t _itoa_s(int value, char *buffer, size_t size, int radix);
errno_t _ltoa_s(long value, char *buffer, size_t size, int radix);
errno_t _ultoa_s(unsigned long value, char *buffer, size_t size, int radix);
errno_t _i64toa_s(long long value, char *buffer, size_t size, int radix);
errno_t _ui64toa_s(unsigned long long value, char *buffer, size_t size, int radix);
char *_gcvt(double value, int digits, char *buffer);

/* Tables and text. */
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t count, size_t size,
              int (*compare)(const void *, const void *));
int ___mb_cur_max_func(void);
int mblen(const char *string, size_t count);
int mbtowc(wchar_t *destination, const char *source, size_t count);
int wctomb(char *destination, wchar_t c);
size_t mbstowcs(wchar_t *destination, const char *source, size_t count);
size_t wcstombs(char *destination, const wchar_t *source, size_t count);
errno_t mbstowcs_s(size_t *converted, wchar_t *destination, size_t size, const char *source,
                   size_t count);
errno_t wcstombs_s(size_t *converted, char *destination, size_t size, const wchar_t *source,
                   size_t count);
void _splitpath(const char *path, char *drive, char *directory, char *name, char *extension);
void _wsplitpath(const wchar_t *path, wchar_t *drive, wchar_t *directory, wchar_t *name,
                 wchar_t *extension);
void _makepath(char *path, const char *drive, const char *directory, const char *name,
               const char *extension);
errno_t _splitpath_s(const char *path, char *drive, size_t drive_size, char *directory,
                     size_t directory_size, char *name, size_t name_size, char *extension,
                     size_t extension_size);
errno_t _wsplitpath_s(const wchar_t *path, wchar_t *drive, size_t drive_size, wchar_t *directory,
                      size_t directory_size, wchar_t *name, size_t name_size, wchar_t *extension,
                      size_t extension_size);
errno_t _makepath_s(char *path, size_t size, const char *drive, const char *directory,
                    const char *name, const char *extension);
char *_fullpath(char *buffer, const char *path, size_t size);
void _sleep(unsigned long milliseconds);
void _beep(unsigned int frequency, unsigned int duration);
RD_CRT_END

#define _byteswap_ushort(value) __builtin_bswap16(value)
#define _byteswap_ulong(value) __builtin_bswap32(value)
#define _byteswap_uint64(value) __builtin_bswap64(value)
/* Macros over functions of other names: compilers know the original ones as builtins. */
#define _rotl(value, shift) rd_crt_rotate32((value), (shift))
#define _rotr(value, shift) rd_crt_rotate32((value), -(shift))
#define _rotl64(value, shift) rd_crt_rotate64((value), (shift))
#define _rotr64(value, shift) rd_crt_rotate64((value), -(shift))

RD_SDK_STATIC unsigned int rd_crt_rotate32(unsigned int value, int left) {
    return value << (left & 31) | value >> (-left & 31);
}

RD_SDK_STATIC unsigned long long rd_crt_rotate64(unsigned long long value, int left) {
    return value << (left & 63) | value >> (-left & 63);
}

#define __argc (*__p___argc())
#define __argv (*__p___argv())
#define __wargv (*__p___wargv())
#define _environ (*__p__environ())
#define environ (*__p__environ())
#define _wenviron (*__p__wenviron())
#define _pgmptr (*__p__pgmptr())

#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#define __max(a, b) (((a) > (b)) ? (a) : (b))
#define __min(a, b) (((a) < (b)) ? (a) : (b))
#if !defined(__cplusplus) && !defined(NOMINMAX)
#ifndef max
#define max(a, b) __max(a, b)
#endif
#ifndef min
#define min(a, b) __min(a, b)
#endif
#endif

#endif
