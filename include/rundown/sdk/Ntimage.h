/* SPDX-License-Identifier: MIT */
/* Another spelling of ntimage.h. */
#include "ntimage.h"
