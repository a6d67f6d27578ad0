/* SPDX-License-Identifier: MIT */
/* assert() follows NDEBUG at each inclusion, so this file has no guard around it. */
#include "corecrt.h"

#undef assert
#ifdef NDEBUG
#define assert(e) ((void)0)
#else
#define assert(e) ((e) ? (void)0 : _assert(#e, __FILE__, (unsigned int)__LINE__))
#endif

#ifndef RD_SDK_ASSERT_H
#define RD_SDK_ASSERT_H
RD_CRT_BEGIN
__attribute__((__noreturn__)) void _assert(const char *message, const char *file,
                                           unsigned int line);
__attribute__((__noreturn__)) void _wassert(const wchar_t *message, const wchar_t *file,
                                            unsigned int line);
RD_CRT_END
#ifndef __cplusplus
#define static_assert _Static_assert
#endif
#endif
