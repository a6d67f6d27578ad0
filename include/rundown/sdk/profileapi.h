/* SPDX-License-Identifier: MIT */
/* The performance counter. */
#ifndef RD_SDK_PROFILEAPI_H
#define RD_SDK_PROFILEAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount);
WINBASEAPI BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency);

RD_SDK_END

#endif
