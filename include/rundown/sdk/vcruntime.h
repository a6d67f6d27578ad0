/* SPDX-License-Identifier: MIT */
/* Everything is in corecrt.h. */
#ifndef RD_SDK_VCRUNTIME_H
#define RD_SDK_VCRUNTIME_H

#include "corecrt.h"

#endif
