/* SPDX-License-Identifier: MIT */
/* The compiler's float.h and Microsoft's names of floating-point tests. */
#ifndef RD_SDK_FLOAT_H
#define RD_SDK_FLOAT_H

#include_next <float.h>

#include "corecrt.h"

#define _MCW_EM 0x0008001f
#define _EM_INEXACT 0x00000001
#define _EM_UNDERFLOW 0x00000002
#define _EM_OVERFLOW 0x00000004
#define _EM_ZERODIVIDE 0x00000008
#define _EM_INVALID 0x00000010
#define _MCW_RC 0x00000300
#define _RC_NEAR 0x00000000

RD_CRT_BEGIN
unsigned int _clearfp(void);
unsigned int _statusfp(void);
unsigned int _controlfp(unsigned int value, unsigned int mask);
errno_t _controlfp_s(unsigned int *current, unsigned int value, unsigned int mask);
void _fpreset(void);
RD_CRT_END

#define _isnan(x) (__builtin_isnan(x))
#define _finite(x) (__builtin_isfinite(x))
#define _copysign(x, y) (__builtin_copysign((x), (y)))
#define _chgsign(x) (-(x))

#endif
