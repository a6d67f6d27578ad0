/* SPDX-License-Identifier: MIT */
/* Both annotation styles. */
#ifndef RD_SDK_SPECSTRINGS_H
#define RD_SDK_SPECSTRINGS_H

#include "rd_sal_old.h"
#include "sal.h"

#endif
