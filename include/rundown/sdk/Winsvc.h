/* SPDX-License-Identifier: MIT */
/* Another spelling of winsvc.h. */
#include "winsvc.h"
