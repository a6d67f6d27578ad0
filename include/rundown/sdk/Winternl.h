/* SPDX-License-Identifier: MIT */
/* Another spelling of winternl.h. */
#include "winternl.h"
