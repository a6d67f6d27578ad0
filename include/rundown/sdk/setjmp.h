/* SPDX-License-Identifier: MIT */
/* Jumps out of functions. The buffer is large enough for every host. */
#ifndef RD_SDK_SETJMP_H
#define RD_SDK_SETJMP_H

#include "corecrt.h"

typedef struct _JBTYPE {
    unsigned long long Part[64];
} _JBTYPE;
typedef _JBTYPE jmp_buf[1];

RD_CRT_BEGIN
__attribute__((__returns_twice__)) int _setjmp(_JBTYPE *buffer);
__attribute__((__noreturn__)) void longjmp(_JBTYPE *buffer, int value);
RD_CRT_END

#if defined(__x86_64__)
/* A jump out of __try blocks runs their __finally blocks, as on Windows (excpt.h). */
#define RD_SETJMP_FRAMES(buffer) (&(buffer)[0].Part[63])
RD_CRT_BEGIN
__attribute__((__visibility__("default"))) void rd_seh_remember(unsigned long long *frames);
__attribute__((__visibility__("default"))) void rd_seh_unwind(const unsigned long long *frames);
RD_CRT_END
#define setjmp(buffer) (rd_seh_remember(RD_SETJMP_FRAMES(buffer)), _setjmp(buffer))
#define longjmp(buffer, value) (rd_seh_unwind(RD_SETJMP_FRAMES(buffer)), longjmp(buffer, value))
#else
#define setjmp(buffer) _setjmp(buffer)
#endif
#define setjmpex(buffer) setjmp(buffer)

#endif
