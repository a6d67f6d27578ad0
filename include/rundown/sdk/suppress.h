/* SPDX-License-Identifier: MIT */
/* Directives for static analysis. */
#ifndef RD_SDK_SUPPRESS_H
#define RD_SDK_SUPPRESS_H

#include "rd_decl.h"

RD_SDK_BEGIN

#define _PREFAST_SUPPRESS_WARNING(w)
#define PREFAST_SUPPRESS(w, ...)

RD_SDK_END

#endif
