/* SPDX-License-Identifier: MIT */
/* Another spelling of tlhelp32.h. */
#include "tlhelp32.h"
