/* SPDX-License-Identifier: MIT */
/* Another spelling of psapi.h. */
#include "psapi.h"
