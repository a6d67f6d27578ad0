/* SPDX-License-Identifier: MIT */
/* Names that drivers should not use; nothing is forbidden here. */
#ifndef RD_SDK_DONTUSE_H
#define RD_SDK_DONTUSE_H

#include "rd_decl.h"

RD_SDK_BEGIN

RD_SDK_END

#endif
