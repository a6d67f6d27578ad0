/* SPDX-License-Identifier: MIT */
/* Another spelling of fltKernel.h. */
#include "fltKernel.h"
