/* SPDX-License-Identifier: MIT */
/* Microsoft's intrinsic functions, over the compiler's builtins. */
#ifndef RD_SDK_INTRIN_H
#define RD_SDK_INTRIN_H

#include "rd_interlocked.h"

/* A spinning thread must give the scheduler a chance: the pause is a scheduling point. */
#if defined(__x86_64__) && defined(__RUNDOWN__)
#include <x86intrin.h>
#undef _mm_pause
#define _mm_pause() YieldProcessor()
#endif

#define _ReturnAddress() __builtin_return_address(0)
#define _AddressOfReturnAddress() ((void *)((void **)__builtin_frame_address(0) + 1))
#define __nop() __asm__ volatile("nop")
#define __faststorefence() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* Macros, so that the index may be of any integer type and compilers' builtins stay untouched. */
#define RD_SDK_BIT_SCAN(index, type, mask, expression)                                             \
    __extension__({                                                                                \
        const type rd_mask = (type)(mask);                                                         \
        if (rd_mask)                                                                               \
            *(index) = (expression);                                                               \
        (UCHAR)(rd_mask != 0);                                                                     \
    })
#define _BitScanForward(index, mask) RD_SDK_BIT_SCAN(index, ULONG, mask, __builtin_ctz(rd_mask))
#define _BitScanReverse(index, mask)                                                               \
    RD_SDK_BIT_SCAN(index, ULONG, mask, 31 - __builtin_clz(rd_mask))
#define _BitScanForward64(index, mask)                                                             \
    RD_SDK_BIT_SCAN(index, ULONGLONG, mask, __builtin_ctzll(rd_mask))
#define _BitScanReverse64(index, mask)                                                             \
    RD_SDK_BIT_SCAN(index, ULONGLONG, mask, 63 - __builtin_clzll(rd_mask))

#define __popcnt(value) ((unsigned int)__builtin_popcount(value))
#define __popcnt64(value) ((unsigned long long)__builtin_popcountll(value))

#endif
