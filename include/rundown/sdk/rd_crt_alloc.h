/* SPDX-License-Identifier: MIT */
/* Memory of the C runtime. */
#ifndef RD_SDK_RD_CRT_ALLOC_H
#define RD_SDK_RD_CRT_ALLOC_H

#include "corecrt.h"

RD_CRT_BEGIN
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
void *_expand(void *block, size_t size);
size_t _msize(void *block);
void *_recalloc(void *block, size_t count, size_t size);
void *_aligned_malloc(size_t size, size_t alignment);
void *_aligned_realloc(void *block, size_t size, size_t alignment);
void _aligned_free(void *block);
size_t _aligned_msize(void *block, size_t alignment, size_t offset);
int _heapchk(void);
int _heapmin(void);
intptr_t _get_heap_handle(void);
RD_CRT_END

#define _HEAPEMPTY (-1)
#define _HEAPOK (-2)
#define _HEAPBADBEGIN (-3)
#define _HEAPBADNODE (-4)
#define _alloca(size) __builtin_alloca(size)
#define alloca(size) __builtin_alloca(size)
#define _malloca(size) __builtin_alloca(size)
#define _freea(block) ((void)(block))

#endif
