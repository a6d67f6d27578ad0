/* SPDX-License-Identifier: MIT */
/* Annotations about locks are in sal.h. */
#ifndef RD_SDK_CONCURRENCYSAL_H
#define RD_SDK_CONCURRENCYSAL_H

#include "sal.h"

#endif
