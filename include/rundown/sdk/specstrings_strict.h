/* SPDX-License-Identifier: MIT */
/* Both annotation styles. */
#ifndef RD_SDK_SPECSTRINGS_STRICT_H
#define RD_SDK_SPECSTRINGS_STRICT_H

#include "specstrings.h"

#endif
