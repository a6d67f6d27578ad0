/* SPDX-License-Identifier: MIT */
/* Blocks of bytes. */
#ifndef RD_SDK_MEMORY_H
#define RD_SDK_MEMORY_H

#include "string.h"

#endif
