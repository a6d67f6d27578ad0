/* SPDX-License-Identifier: MIT */
/* The image format, for drivers. */
#ifndef RD_SDK_NTIMAGE_H
#define RD_SDK_NTIMAGE_H

#include "rd_pe.h"

RD_SDK_BEGIN

RD_SDK_END

#endif
