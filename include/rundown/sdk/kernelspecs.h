/* SPDX-License-Identifier: MIT */
/* Annotations for kernel code. */
#ifndef RD_SDK_KERNELSPECS_H
#define RD_SDK_KERNELSPECS_H

#include "driverspecs.h"

#endif
