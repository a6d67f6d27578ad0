/* SPDX-License-Identifier: MIT */
/* Of the national language support, only the conversions of strings. */
#ifndef RD_SDK_WINNLS_H
#define RD_SDK_WINNLS_H

#include "stringapiset.h"

#endif
