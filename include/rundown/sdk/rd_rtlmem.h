/* SPDX-License-Identifier: MIT */
/* The Rtl memory names, which are macros over the compiler's memory functions. */
#ifndef RD_SDK_RTLMEM_H
#define RD_SDK_RTLMEM_H

#include "rd_nttypes.h"

#define RtlCopyMemory(d, s, n) ((void)__builtin_memcpy((d), (s), (n)))
#define RtlMoveMemory(d, s, n) ((void)__builtin_memmove((d), (s), (n)))
#define RtlFillMemory(d, n, b) ((void)__builtin_memset((d), (b), (n)))
#define RtlZeroMemory(d, n) ((void)__builtin_memset((d), 0, (n)))
#define RtlEqualMemory(a, b, n) (!__builtin_memcmp((a), (b), (n)))

RD_SDK_INLINE PVOID RtlSecureZeroMemory(PVOID Destination, SIZE_T Size) {
    volatile char *p = (volatile char *)Destination;
    while (Size-- > 0)
        *p++ = 0;
    return Destination;
}

#endif
