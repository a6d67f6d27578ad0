/* SPDX-License-Identifier: MIT */
/* Types and markers that the C runtime headers have in common. */
#ifndef RD_SDK_CORECRT_H
#define RD_SDK_CORECRT_H

#include <stdarg.h>
#include <stddef.h>

#include "sal.h"

#ifdef __cplusplus
#define RD_CRT_BEGIN extern "C" {
#define RD_CRT_END }
#define RD_CRT_NOEXCEPT noexcept
#else
#define RD_CRT_BEGIN
#define RD_CRT_END
#define RD_CRT_NOEXCEPT
#endif

#define _CRTIMP
#define _ACRTIMP
#define _VCRTIMP
#define _DCRTIMP
#define __CRTDECL
#define _CRT_INSECURE_DEPRECATE(x)
#define _CRT_OBSOLETE(x)
#define _CRT_STRINGIZE(x) _CRT_STRINGIZE_(x)
#define _CRT_STRINGIZE_(x) #x
#define _CRT_WIDE(s) _CRT_WIDE_(s)
#define _CRT_WIDE_(s) L##s
#define _TRUNCATE ((size_t)-1)
#define _MAX_PATH 260
#define _MAX_DRIVE 3
#define _MAX_DIR 256
#define _MAX_FNAME 256
#define _MAX_EXT 256

typedef int errno_t;
typedef size_t rsize_t;
typedef long long __time64_t;
typedef int __time32_t;
#ifndef _TIME_T_DEFINED
#define _TIME_T_DEFINED
typedef long long time_t;
#endif
typedef unsigned short wctype_t;
#ifndef _WINT_T
#define _WINT_T
typedef unsigned short wint_t;
#endif
#ifndef _INTPTR_T_DEFINED
#define _INTPTR_T_DEFINED
typedef __INTPTR_TYPE__ intptr_t;
#endif
#ifndef _UINTPTR_T_DEFINED
#define _UINTPTR_T_DEFINED
typedef __UINTPTR_TYPE__ uintptr_t;
#endif

struct __crt_locale_pointers;
typedef struct __crt_locale_pointers *_locale_t;
struct tm;

RD_CRT_BEGIN
int *_errno(void);
RD_CRT_END

/* C++ deduces the size of an array for the checked functions. */
#ifdef __cplusplus
#define RD_CRT_ARRAY_2(ret, name, type, source)                                                    \
    extern "C++" {                                                                                 \
    template <size_t N> inline ret name(type (&buffer)[N], source s) {                             \
        return name(buffer, N, s);                                                                 \
    }                                                                                              \
    }
#define RD_CRT_ARRAY_3(ret, name, type, source)                                                    \
    extern "C++" {                                                                                 \
    template <size_t N> inline ret name(type (&buffer)[N], source s, size_t count) {               \
        return name(buffer, N, s, count);                                                          \
    }                                                                                              \
    }
#define RD_CRT_ARRAY_FORMAT(ret, name, worker, type)                                               \
    extern "C++" {                                                                                 \
    template <size_t N> inline ret name(type (&buffer)[N], const type *format, ...) {              \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        ret result = worker(buffer, N, format, arguments);                                         \
        va_end(arguments);                                                                         \
        return result;                                                                             \
    }                                                                                              \
    }
#else
#define RD_CRT_ARRAY_2(ret, name, type, source)
#define RD_CRT_ARRAY_3(ret, name, type, source)
#define RD_CRT_ARRAY_FORMAT(ret, name, worker, type)
#endif

#endif
