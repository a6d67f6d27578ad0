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

#define setjmp(buffer) _setjmp(buffer)
#define setjmpex(buffer) _setjmp(buffer)

#endif
