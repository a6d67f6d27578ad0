/* SPDX-License-Identifier: MIT */
/* Control codes, for programs. */
#ifndef RD_SDK_WINIOCTL_H
#define RD_SDK_WINIOCTL_H

#include "rd_ioctl.h"

RD_SDK_BEGIN

RD_SDK_END

#endif
