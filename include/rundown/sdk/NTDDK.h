/* SPDX-License-Identifier: MIT */
/* Another spelling of ntddk.h. */
#include "ntddk.h"
