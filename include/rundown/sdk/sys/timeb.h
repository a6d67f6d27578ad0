/* SPDX-License-Identifier: MIT */
/* Time with milliseconds. */
#ifndef RD_SDK_SYS_TIMEB_H
#define RD_SDK_SYS_TIMEB_H

#include "../corecrt.h"

struct __timeb64 {
    __time64_t time;
    unsigned short millitm;
    short timezone;
    short dstflag;
};
#define _timeb __timeb64
#define timeb __timeb64
#define _ftime _ftime64
#define ftime _ftime64

RD_CRT_BEGIN
void _ftime64(struct __timeb64 *result);
errno_t _ftime64_s(struct __timeb64 *result);
RD_CRT_END

#endif
