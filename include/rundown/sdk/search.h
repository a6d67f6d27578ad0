/* SPDX-License-Identifier: MIT */
/* Tables. */
#ifndef RD_SDK_SEARCH_H
#define RD_SDK_SEARCH_H

#include "stdlib.h"

RD_CRT_BEGIN
void *_lfind(const void *key, const void *base, unsigned int *count, unsigned int size,
             int (*compare)(const void *, const void *));
void *_lsearch(const void *key, void *base, unsigned int *count, unsigned int size,
               int (*compare)(const void *, const void *));
RD_CRT_END

#endif
