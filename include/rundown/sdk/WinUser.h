/* SPDX-License-Identifier: MIT */
/* Another spelling of winuser.h. */
#include "winuser.h"
