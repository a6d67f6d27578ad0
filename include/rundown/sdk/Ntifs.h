/* SPDX-License-Identifier: MIT */
/* Another spelling of ntifs.h. */
#include "ntifs.h"
