/* SPDX-License-Identifier: MIT */
/* Memory. */
#ifndef RD_SDK_MALLOC_H
#define RD_SDK_MALLOC_H

#include "rd_crt_alloc.h"

#endif
