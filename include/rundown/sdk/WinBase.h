/* SPDX-License-Identifier: MIT */
/* Another spelling of winbase.h. */
#include "winbase.h"
