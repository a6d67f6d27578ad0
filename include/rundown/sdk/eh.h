/* SPDX-License-Identifier: MIT */
/* What the C++ runtime calls when it gives up. */
#ifndef RD_SDK_EH_H
#define RD_SDK_EH_H

#include "corecrt.h"

#ifdef __cplusplus
typedef void (*terminate_function)();
typedef void (*unexpected_function)();
#endif

#endif
