/* SPDX-License-Identifier: MIT */
/* The kernel interface of legacy (non-file-system) drivers. */
#ifndef RD_SDK_NTDDK_H
#define RD_SDK_NTDDK_H

#include "wdm.h"
#include "rd_ps.h"

RD_SDK_BEGIN

#ifndef _NTDDK_
#define _NTDDK_
#endif

RD_SDK_END

#endif
