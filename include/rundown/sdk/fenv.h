/* SPDX-License-Identifier: MIT */
/* The floating-point environment. */
#ifndef RD_SDK_FENV_H
#define RD_SDK_FENV_H

#include "corecrt.h"

typedef unsigned int fexcept_t;
typedef struct fenv_t {
    unsigned int _Fe_ctl;
    unsigned int _Fe_stat;
    unsigned int _Fe_host[8];
} fenv_t;

#define FE_INVALID 0x10
#define FE_DIVBYZERO 0x08
#define FE_OVERFLOW 0x04
#define FE_UNDERFLOW 0x02
#define FE_INEXACT 0x01
#define FE_ALL_EXCEPT 0x1f
#define FE_TONEAREST 0x0000
#define FE_DOWNWARD 0x0100
#define FE_UPWARD 0x0200
#define FE_TOWARDZERO 0x0300
#define FE_DFL_ENV ((const fenv_t *)-1)

RD_CRT_BEGIN
int feclearexcept(int exceptions);
int fegetexceptflag(fexcept_t *flag, int exceptions);
int feraiseexcept(int exceptions);
int fesetexceptflag(const fexcept_t *flag, int exceptions);
int fetestexcept(int exceptions);
int fegetround(void);
int fesetround(int mode);
int fegetenv(fenv_t *environment);
int feholdexcept(fenv_t *environment);
int fesetenv(const fenv_t *environment);
int feupdateenv(const fenv_t *environment);
RD_CRT_END

#endif
