/* SPDX-License-Identifier: MIT */
/*
 * Interlocked operations. They are functions of the library, not compiler intrinsics, because each
 * one is a point at which the scheduler may switch threads. The suffixes Acquire, Release and
 * NoFence change nothing: the simulated machine is sequentially consistent at these points.
 */
#ifndef RD_SDK_INTERLOCKED_H
#define RD_SDK_INTERLOCKED_H

#include "rd_nttypes.h"

RD_SDK_BEGIN

WINBASEAPI LONG InterlockedIncrement(LONG volatile *Addend);
WINBASEAPI LONG InterlockedDecrement(LONG volatile *Addend);
WINBASEAPI LONG InterlockedExchange(LONG volatile *Target, LONG Value);
WINBASEAPI LONG InterlockedExchangeAdd(LONG volatile *Addend, LONG Value);
WINBASEAPI LONG InterlockedAdd(LONG volatile *Addend, LONG Value);
WINBASEAPI LONG InterlockedCompareExchange(LONG volatile *Destination, LONG ExChange,
                                           LONG Comperand);
WINBASEAPI LONG InterlockedAnd(LONG volatile *Destination, LONG Value);
WINBASEAPI LONG InterlockedOr(LONG volatile *Destination, LONG Value);
WINBASEAPI LONG InterlockedXor(LONG volatile *Destination, LONG Value);
WINBASEAPI LONG64 InterlockedIncrement64(LONG64 volatile *Addend);
WINBASEAPI LONG64 InterlockedDecrement64(LONG64 volatile *Addend);
WINBASEAPI LONG64 InterlockedExchange64(LONG64 volatile *Target, LONG64 Value);
WINBASEAPI LONG64 InterlockedExchangeAdd64(LONG64 volatile *Addend, LONG64 Value);
WINBASEAPI LONG64 InterlockedAdd64(LONG64 volatile *Addend, LONG64 Value);
WINBASEAPI LONG64 InterlockedCompareExchange64(LONG64 volatile *Destination, LONG64 ExChange,
                                               LONG64 Comperand);
WINBASEAPI LONG64 InterlockedAnd64(LONG64 volatile *Destination, LONG64 Value);
WINBASEAPI LONG64 InterlockedOr64(LONG64 volatile *Destination, LONG64 Value);
WINBASEAPI LONG64 InterlockedXor64(LONG64 volatile *Destination, LONG64 Value);
WINBASEAPI SHORT InterlockedIncrement16(SHORT volatile *Addend);
WINBASEAPI SHORT InterlockedDecrement16(SHORT volatile *Addend);
WINBASEAPI SHORT InterlockedExchange16(SHORT volatile *Target, SHORT Value);
WINBASEAPI SHORT InterlockedCompareExchange16(SHORT volatile *Destination, SHORT ExChange,
                                              SHORT Comperand);
WINBASEAPI SHORT InterlockedAnd16(SHORT volatile *Destination, SHORT Value);
WINBASEAPI SHORT InterlockedOr16(SHORT volatile *Destination, SHORT Value);
WINBASEAPI SHORT InterlockedXor16(SHORT volatile *Destination, SHORT Value);
WINBASEAPI CHAR InterlockedExchange8(CHAR volatile *Target, CHAR Value);
WINBASEAPI CHAR InterlockedExchangeAdd8(CHAR volatile *Addend, CHAR Value);
WINBASEAPI CHAR InterlockedAnd8(CHAR volatile *Destination, CHAR Value);
WINBASEAPI CHAR InterlockedOr8(CHAR volatile *Destination, CHAR Value);
WINBASEAPI CHAR InterlockedXor8(CHAR volatile *Destination, CHAR Value);
WINBASEAPI PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value);
WINBASEAPI PVOID InterlockedCompareExchangePointer(PVOID volatile *Destination, PVOID Exchange,
                                                   PVOID Comperand);
WINBASEAPI BOOLEAN InterlockedCompareExchange128(LONG64 volatile *Destination, LONG64 ExchangeHigh,
                                                 LONG64 ExchangeLow, LONG64 *ComparandResult);
WINBASEAPI UCHAR InterlockedBitTestAndSet(LONG volatile *Base, LONG Bit);
WINBASEAPI UCHAR InterlockedBitTestAndSet64(LONG64 volatile *Base, LONG64 Bit);
WINBASEAPI UCHAR InterlockedBitTestAndReset(LONG volatile *Base, LONG Bit);
WINBASEAPI UCHAR InterlockedBitTestAndReset64(LONG64 volatile *Base, LONG64 Bit);
WINBASEAPI UCHAR InterlockedBitTestAndComplement(LONG volatile *Base, LONG Bit);
WINBASEAPI UCHAR InterlockedBitTestAndComplement64(LONG64 volatile *Base, LONG64 Bit);

WINBASEAPI VOID InitializeSListHead(PSLIST_HEADER ListHead);
WINBASEAPI PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);
WINBASEAPI PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER ListHead);
WINBASEAPI PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER ListHead);
WINBASEAPI USHORT QueryDepthSList(PSLIST_HEADER ListHead);

WINBASEAPI VOID MemoryBarrier(VOID);
WINBASEAPI VOID YieldProcessor(VOID);

RD_SDK_END

#define InterlockedIncrementAcquire(p) InterlockedIncrement(p)
#define InterlockedIncrementRelease(p) InterlockedIncrement(p)
#define InterlockedIncrementNoFence(p) InterlockedIncrement(p)
#define _InterlockedIncrement(p) InterlockedIncrement(p)
#define InterlockedIncrement64Acquire(p) InterlockedIncrement64(p)
#define InterlockedIncrement64Release(p) InterlockedIncrement64(p)
#define InterlockedIncrement64NoFence(p) InterlockedIncrement64(p)
#define _InterlockedIncrement64(p) InterlockedIncrement64(p)
#define InterlockedIncrement16Acquire(p) InterlockedIncrement16(p)
#define InterlockedIncrement16Release(p) InterlockedIncrement16(p)
#define InterlockedIncrement16NoFence(p) InterlockedIncrement16(p)
#define _InterlockedIncrement16(p) InterlockedIncrement16(p)
#define InterlockedDecrementAcquire(p) InterlockedDecrement(p)
#define InterlockedDecrementRelease(p) InterlockedDecrement(p)
#define InterlockedDecrementNoFence(p) InterlockedDecrement(p)
#define _InterlockedDecrement(p) InterlockedDecrement(p)
#define InterlockedDecrement64Acquire(p) InterlockedDecrement64(p)
#define InterlockedDecrement64Release(p) InterlockedDecrement64(p)
#define InterlockedDecrement64NoFence(p) InterlockedDecrement64(p)
#define _InterlockedDecrement64(p) InterlockedDecrement64(p)
#define InterlockedDecrement16Acquire(p) InterlockedDecrement16(p)
#define InterlockedDecrement16Release(p) InterlockedDecrement16(p)
#define InterlockedDecrement16NoFence(p) InterlockedDecrement16(p)
#define _InterlockedDecrement16(p) InterlockedDecrement16(p)
#define InterlockedExchangeAcquire(p, v) InterlockedExchange(p, v)
#define InterlockedExchangeRelease(p, v) InterlockedExchange(p, v)
#define InterlockedExchangeNoFence(p, v) InterlockedExchange(p, v)
#define _InterlockedExchange(p, v) InterlockedExchange(p, v)
#define InterlockedExchange64Acquire(p, v) InterlockedExchange64(p, v)
#define InterlockedExchange64Release(p, v) InterlockedExchange64(p, v)
#define InterlockedExchange64NoFence(p, v) InterlockedExchange64(p, v)
#define _InterlockedExchange64(p, v) InterlockedExchange64(p, v)
#define InterlockedExchange16Acquire(p, v) InterlockedExchange16(p, v)
#define InterlockedExchange16Release(p, v) InterlockedExchange16(p, v)
#define InterlockedExchange16NoFence(p, v) InterlockedExchange16(p, v)
#define _InterlockedExchange16(p, v) InterlockedExchange16(p, v)
#define InterlockedExchangeAddAcquire(p, v) InterlockedExchangeAdd(p, v)
#define InterlockedExchangeAddRelease(p, v) InterlockedExchangeAdd(p, v)
#define InterlockedExchangeAddNoFence(p, v) InterlockedExchangeAdd(p, v)
#define _InterlockedExchangeAdd(p, v) InterlockedExchangeAdd(p, v)
#define InterlockedExchangeAdd64Acquire(p, v) InterlockedExchangeAdd64(p, v)
#define InterlockedExchangeAdd64Release(p, v) InterlockedExchangeAdd64(p, v)
#define InterlockedExchangeAdd64NoFence(p, v) InterlockedExchangeAdd64(p, v)
#define _InterlockedExchangeAdd64(p, v) InterlockedExchangeAdd64(p, v)
#define InterlockedAddAcquire(p, v) InterlockedAdd(p, v)
#define InterlockedAddRelease(p, v) InterlockedAdd(p, v)
#define InterlockedAddNoFence(p, v) InterlockedAdd(p, v)
#define _InterlockedAdd(p, v) InterlockedAdd(p, v)
#define InterlockedAdd64Acquire(p, v) InterlockedAdd64(p, v)
#define InterlockedAdd64Release(p, v) InterlockedAdd64(p, v)
#define InterlockedAdd64NoFence(p, v) InterlockedAdd64(p, v)
#define _InterlockedAdd64(p, v) InterlockedAdd64(p, v)
#define InterlockedCompareExchangeAcquire(d, x, c) InterlockedCompareExchange(d, x, c)
#define InterlockedCompareExchangeRelease(d, x, c) InterlockedCompareExchange(d, x, c)
#define InterlockedCompareExchangeNoFence(d, x, c) InterlockedCompareExchange(d, x, c)
#define _InterlockedCompareExchange(d, x, c) InterlockedCompareExchange(d, x, c)
#define InterlockedCompareExchange64Acquire(d, x, c) InterlockedCompareExchange64(d, x, c)
#define InterlockedCompareExchange64Release(d, x, c) InterlockedCompareExchange64(d, x, c)
#define InterlockedCompareExchange64NoFence(d, x, c) InterlockedCompareExchange64(d, x, c)
#define _InterlockedCompareExchange64(d, x, c) InterlockedCompareExchange64(d, x, c)
#define InterlockedCompareExchange16Acquire(d, x, c) InterlockedCompareExchange16(d, x, c)
#define InterlockedCompareExchange16Release(d, x, c) InterlockedCompareExchange16(d, x, c)
#define InterlockedCompareExchange16NoFence(d, x, c) InterlockedCompareExchange16(d, x, c)
#define _InterlockedCompareExchange16(d, x, c) InterlockedCompareExchange16(d, x, c)
#define InterlockedAndAcquire(p, v) InterlockedAnd(p, v)
#define InterlockedAndRelease(p, v) InterlockedAnd(p, v)
#define InterlockedAndNoFence(p, v) InterlockedAnd(p, v)
#define _InterlockedAnd(p, v) InterlockedAnd(p, v)
#define InterlockedAnd64Acquire(p, v) InterlockedAnd64(p, v)
#define InterlockedAnd64Release(p, v) InterlockedAnd64(p, v)
#define InterlockedAnd64NoFence(p, v) InterlockedAnd64(p, v)
#define _InterlockedAnd64(p, v) InterlockedAnd64(p, v)
#define InterlockedAnd16Acquire(p, v) InterlockedAnd16(p, v)
#define InterlockedAnd16Release(p, v) InterlockedAnd16(p, v)
#define InterlockedAnd16NoFence(p, v) InterlockedAnd16(p, v)
#define _InterlockedAnd16(p, v) InterlockedAnd16(p, v)
#define InterlockedOrAcquire(p, v) InterlockedOr(p, v)
#define InterlockedOrRelease(p, v) InterlockedOr(p, v)
#define InterlockedOrNoFence(p, v) InterlockedOr(p, v)
#define _InterlockedOr(p, v) InterlockedOr(p, v)
#define InterlockedOr64Acquire(p, v) InterlockedOr64(p, v)
#define InterlockedOr64Release(p, v) InterlockedOr64(p, v)
#define InterlockedOr64NoFence(p, v) InterlockedOr64(p, v)
#define _InterlockedOr64(p, v) InterlockedOr64(p, v)
#define InterlockedOr16Acquire(p, v) InterlockedOr16(p, v)
#define InterlockedOr16Release(p, v) InterlockedOr16(p, v)
#define InterlockedOr16NoFence(p, v) InterlockedOr16(p, v)
#define _InterlockedOr16(p, v) InterlockedOr16(p, v)
#define InterlockedXorAcquire(p, v) InterlockedXor(p, v)
#define InterlockedXorRelease(p, v) InterlockedXor(p, v)
#define InterlockedXorNoFence(p, v) InterlockedXor(p, v)
#define _InterlockedXor(p, v) InterlockedXor(p, v)
#define InterlockedXor64Acquire(p, v) InterlockedXor64(p, v)
#define InterlockedXor64Release(p, v) InterlockedXor64(p, v)
#define InterlockedXor64NoFence(p, v) InterlockedXor64(p, v)
#define _InterlockedXor64(p, v) InterlockedXor64(p, v)
#define InterlockedXor16Acquire(p, v) InterlockedXor16(p, v)
#define InterlockedXor16Release(p, v) InterlockedXor16(p, v)
#define InterlockedXor16NoFence(p, v) InterlockedXor16(p, v)
#define _InterlockedXor16(p, v) InterlockedXor16(p, v)
#define InterlockedExchangePointerAcquire(p, v) InterlockedExchangePointer(p, v)
#define InterlockedExchangePointerRelease(p, v) InterlockedExchangePointer(p, v)
#define InterlockedExchangePointerNoFence(p, v) InterlockedExchangePointer(p, v)
#define _InterlockedExchangePointer(p, v) InterlockedExchangePointer(p, v)
#define InterlockedCompareExchangePointerAcquire(d, x, c) InterlockedCompareExchangePointer(d, x, c)
#define InterlockedCompareExchangePointerRelease(d, x, c) InterlockedCompareExchangePointer(d, x, c)
#define InterlockedCompareExchangePointerNoFence(d, x, c) InterlockedCompareExchangePointer(d, x, c)
#define _InterlockedCompareExchangePointer(d, x, c) InterlockedCompareExchangePointer(d, x, c)
#define _InterlockedExchange8(p, v) InterlockedExchange8(p, v)
#define _InterlockedOr8(p, v) InterlockedOr8(p, v)
#define _InterlockedAnd8(p, v) InterlockedAnd8(p, v)
#define InterlockedIncrementSizeT(p) ((SIZE_T)InterlockedIncrement64((LONG64 volatile *)(p)))
#define InterlockedDecrementSizeT(p) ((SIZE_T)InterlockedDecrement64((LONG64 volatile *)(p)))
#define InterlockedExchangeAddSizeT(p, v)                                                          \
    ((SIZE_T)InterlockedExchangeAdd64((LONG64 volatile *)(p), (LONG64)(v)))
#define InterlockedExchangeSubtract(p, v)                                                          \
    ((ULONG)InterlockedExchangeAdd((LONG volatile *)(p), -(LONG)(v)))

#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _WriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)

/*
 * Reads and writes of one variable. The Raw forms are plain accesses; the others are points at
 * which the scheduler may switch threads. Atomic accesses of code that is compiled with
 * -fsanitize=thread are such points anyway.
 */
#ifdef RD_ACCESSES_ARE_POINTS
#define RD_READ_POINT(p) __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define RD_WRITE_POINT(p, v) __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)
#else
WINBASEAPI PVOID RdReadPoint(VOID const volatile *Source, SIZE_T Size);
WINBASEAPI PVOID RdWritePoint(VOID volatile *Destination, SIZE_T Size);
#define RD_READ_POINT(p)                                                                           \
    __atomic_load_n((__typeof__(&*(p)))RdReadPoint((VOID const volatile *)(p), sizeof *(p)),       \
                    __ATOMIC_SEQ_CST)
#define RD_WRITE_POINT(p, v)                                                                       \
    __atomic_store_n((__typeof__(&*(p)))RdWritePoint((VOID volatile *)(p), sizeof *(p)), (v),      \
                     __ATOMIC_SEQ_CST)
#endif
#define ReadAcquire(p) RD_READ_POINT(p)
#define ReadNoFence(p) RD_READ_POINT(p)
#define WriteRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadRaw(p) (*(p))
#define WriteRaw(p, v) (*(p) = (v))
#define ReadAcquire8(p) RD_READ_POINT(p)
#define ReadNoFence8(p) RD_READ_POINT(p)
#define WriteRelease8(p, v) RD_WRITE_POINT(p, v)
#define WriteNoFence8(p, v) RD_WRITE_POINT(p, v)
#define ReadRaw8(p) (*(p))
#define WriteRaw8(p, v) (*(p) = (v))
#define ReadAcquire16(p) RD_READ_POINT(p)
#define ReadNoFence16(p) RD_READ_POINT(p)
#define WriteRelease16(p, v) RD_WRITE_POINT(p, v)
#define WriteNoFence16(p, v) RD_WRITE_POINT(p, v)
#define ReadRaw16(p) (*(p))
#define WriteRaw16(p, v) (*(p) = (v))
#define ReadAcquire64(p) RD_READ_POINT(p)
#define ReadNoFence64(p) RD_READ_POINT(p)
#define WriteRelease64(p, v) RD_WRITE_POINT(p, v)
#define WriteNoFence64(p, v) RD_WRITE_POINT(p, v)
#define ReadRaw64(p) (*(p))
#define WriteRaw64(p, v) (*(p) = (v))
#define ReadPointerAcquire(p) RD_READ_POINT(p)
#define ReadPointerNoFence(p) RD_READ_POINT(p)
#define WritePointerRelease(p, v) RD_WRITE_POINT(p, v)
#define WritePointerNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadPointerRaw(p) (*(p))
#define WritePointerRaw(p, v) (*(p) = (v))
#define ReadUCharAcquire(p) RD_READ_POINT(p)
#define ReadUCharNoFence(p) RD_READ_POINT(p)
#define WriteUCharRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteUCharNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadUCharRaw(p) (*(p))
#define WriteUCharRaw(p, v) (*(p) = (v))
#define ReadUShortAcquire(p) RD_READ_POINT(p)
#define ReadUShortNoFence(p) RD_READ_POINT(p)
#define WriteUShortRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteUShortNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadUShortRaw(p) (*(p))
#define WriteUShortRaw(p, v) (*(p) = (v))
#define ReadULongAcquire(p) RD_READ_POINT(p)
#define ReadULongNoFence(p) RD_READ_POINT(p)
#define WriteULongRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteULongNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadULongRaw(p) (*(p))
#define WriteULongRaw(p, v) (*(p) = (v))
#define ReadULong64Acquire(p) RD_READ_POINT(p)
#define ReadULong64NoFence(p) RD_READ_POINT(p)
#define WriteULong64Release(p, v) RD_WRITE_POINT(p, v)
#define WriteULong64NoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadULong64Raw(p) (*(p))
#define WriteULong64Raw(p, v) (*(p) = (v))
#define ReadULongPtrAcquire(p) RD_READ_POINT(p)
#define ReadULongPtrNoFence(p) RD_READ_POINT(p)
#define WriteULongPtrRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteULongPtrNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadULongPtrRaw(p) (*(p))
#define WriteULongPtrRaw(p, v) (*(p) = (v))
#define ReadBooleanAcquire(p) RD_READ_POINT(p)
#define ReadBooleanNoFence(p) RD_READ_POINT(p)
#define WriteBooleanRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteBooleanNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadBooleanRaw(p) (*(p))
#define WriteBooleanRaw(p, v) (*(p) = (v))
#define ReadInt32Acquire(p) RD_READ_POINT(p)
#define ReadInt32NoFence(p) RD_READ_POINT(p)
#define WriteInt32Release(p, v) RD_WRITE_POINT(p, v)
#define WriteInt32NoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadInt32Raw(p) (*(p))
#define WriteInt32Raw(p, v) (*(p) = (v))
#define ReadInt64Acquire(p) RD_READ_POINT(p)
#define ReadInt64NoFence(p) RD_READ_POINT(p)
#define WriteInt64Release(p, v) RD_WRITE_POINT(p, v)
#define WriteInt64NoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadInt64Raw(p) (*(p))
#define WriteInt64Raw(p, v) (*(p) = (v))
#define ReadUInt32Acquire(p) RD_READ_POINT(p)
#define ReadUInt32NoFence(p) RD_READ_POINT(p)
#define WriteUInt32Release(p, v) RD_WRITE_POINT(p, v)
#define WriteUInt32NoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadUInt32Raw(p) (*(p))
#define WriteUInt32Raw(p, v) (*(p) = (v))
#define ReadUInt64Acquire(p) RD_READ_POINT(p)
#define ReadUInt64NoFence(p) RD_READ_POINT(p)
#define WriteUInt64Release(p, v) RD_WRITE_POINT(p, v)
#define WriteUInt64NoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadUInt64Raw(p) (*(p))
#define WriteUInt64Raw(p, v) (*(p) = (v))
#define ReadHandleAcquire(p) RD_READ_POINT(p)
#define ReadHandleNoFence(p) RD_READ_POINT(p)
#define WriteHandleRelease(p, v) RD_WRITE_POINT(p, v)
#define WriteHandleNoFence(p, v) RD_WRITE_POINT(p, v)
#define ReadHandleRaw(p) (*(p))
#define WriteHandleRaw(p, v) (*(p) = (v))

/*
 * Windows sources often declare the variable as `long`, which is LONG there and twice as wide here,
 * or as an unsigned type. The call is steered by the operand's type so that these work as well.
 */
#ifdef __RUNDOWN__
#ifdef __cplusplus
extern "C++" {
inline unsigned int InterlockedIncrement(unsigned int volatile *p) {
    return (unsigned int)InterlockedIncrement((LONG volatile *)p);
}
inline unsigned int InterlockedDecrement(unsigned int volatile *p) {
    return (unsigned int)InterlockedDecrement((LONG volatile *)p);
}
inline unsigned int InterlockedExchange(unsigned int volatile *p, unsigned int v) {
    return (unsigned int)InterlockedExchange((LONG volatile *)p, (LONG)v);
}
inline unsigned int InterlockedExchangeAdd(unsigned int volatile *p, unsigned int v) {
    return (unsigned int)InterlockedExchangeAdd((LONG volatile *)p, (LONG)v);
}
inline unsigned int InterlockedAdd(unsigned int volatile *p, unsigned int v) {
    return (unsigned int)InterlockedAdd((LONG volatile *)p, (LONG)v);
}
inline unsigned int InterlockedAnd(unsigned int volatile *p, unsigned int v) {
    return (unsigned int)InterlockedAnd((LONG volatile *)p, (LONG)v);
}
inline unsigned int InterlockedOr(unsigned int volatile *p, unsigned int v) {
    return (unsigned int)InterlockedOr((LONG volatile *)p, (LONG)v);
}
inline unsigned int InterlockedXor(unsigned int volatile *p, unsigned int v) {
    return (unsigned int)InterlockedXor((LONG volatile *)p, (LONG)v);
}
inline unsigned int InterlockedCompareExchange(unsigned int volatile *p, unsigned int x,
                                               unsigned int c) {
    return (unsigned int)InterlockedCompareExchange((LONG volatile *)p, (LONG)x, (LONG)c);
}
#if __SIZEOF_LONG__ == 8
inline long InterlockedIncrement(long volatile *p) {
    return (long)InterlockedIncrement64((LONG64 volatile *)p);
}
inline long InterlockedDecrement(long volatile *p) {
    return (long)InterlockedDecrement64((LONG64 volatile *)p);
}
inline long InterlockedExchange(long volatile *p, long v) {
    return (long)InterlockedExchange64((LONG64 volatile *)p, (LONG64)v);
}
inline long InterlockedExchangeAdd(long volatile *p, long v) {
    return (long)InterlockedExchangeAdd64((LONG64 volatile *)p, (LONG64)v);
}
inline long InterlockedAdd(long volatile *p, long v) {
    return (long)InterlockedAdd64((LONG64 volatile *)p, (LONG64)v);
}
inline long InterlockedAnd(long volatile *p, long v) {
    return (long)InterlockedAnd64((LONG64 volatile *)p, (LONG64)v);
}
inline long InterlockedOr(long volatile *p, long v) {
    return (long)InterlockedOr64((LONG64 volatile *)p, (LONG64)v);
}
inline long InterlockedXor(long volatile *p, long v) {
    return (long)InterlockedXor64((LONG64 volatile *)p, (LONG64)v);
}
inline long InterlockedCompareExchange(long volatile *p, long x, long c) {
    return (long)InterlockedCompareExchange64((LONG64 volatile *)p, (LONG64)x, (LONG64)c);
}
inline unsigned long InterlockedIncrement(unsigned long volatile *p) {
    return (unsigned long)InterlockedIncrement64((LONG64 volatile *)p);
}
inline unsigned long InterlockedDecrement(unsigned long volatile *p) {
    return (unsigned long)InterlockedDecrement64((LONG64 volatile *)p);
}
inline unsigned long InterlockedExchange(unsigned long volatile *p, unsigned long v) {
    return (unsigned long)InterlockedExchange64((LONG64 volatile *)p, (LONG64)v);
}
inline unsigned long InterlockedExchangeAdd(unsigned long volatile *p, unsigned long v) {
    return (unsigned long)InterlockedExchangeAdd64((LONG64 volatile *)p, (LONG64)v);
}
inline unsigned long InterlockedAdd(unsigned long volatile *p, unsigned long v) {
    return (unsigned long)InterlockedAdd64((LONG64 volatile *)p, (LONG64)v);
}
inline unsigned long InterlockedAnd(unsigned long volatile *p, unsigned long v) {
    return (unsigned long)InterlockedAnd64((LONG64 volatile *)p, (LONG64)v);
}
inline unsigned long InterlockedOr(unsigned long volatile *p, unsigned long v) {
    return (unsigned long)InterlockedOr64((LONG64 volatile *)p, (LONG64)v);
}
inline unsigned long InterlockedXor(unsigned long volatile *p, unsigned long v) {
    return (unsigned long)InterlockedXor64((LONG64 volatile *)p, (LONG64)v);
}
inline unsigned long InterlockedCompareExchange(unsigned long volatile *p, unsigned long x,
                                                unsigned long c) {
    return (unsigned long)InterlockedCompareExchange64((LONG64 volatile *)p, (LONG64)x, (LONG64)c);
}
#endif
}
#elif __SIZEOF_LONG__ == 8
#define RD_SDK_LONG_OPERAND(f, p)                                                                  \
    _Generic((p), long *: f##64, volatile long *: f##64, unsigned long *: f##64,                   \
             volatile unsigned long *: f##64, default: f)
#define RD_SDK_LONG_ADDRESS(p)                                                                     \
    _Generic((p), long *: (volatile LONG64 *)(p), volatile long *: (volatile LONG64 *)(p),         \
             unsigned long *: (volatile LONG64 *)(p), volatile unsigned long *:                    \
             (volatile LONG64 *)(p), default: (volatile LONG *)(p))
#define InterlockedIncrement(p) RD_SDK_LONG_OPERAND(InterlockedIncrement, p)(RD_SDK_LONG_ADDRESS(p))
#define InterlockedDecrement(p) RD_SDK_LONG_OPERAND(InterlockedDecrement, p)(RD_SDK_LONG_ADDRESS(p))
#define InterlockedExchange(p, v)                                                                  \
    RD_SDK_LONG_OPERAND(InterlockedExchange, p)(RD_SDK_LONG_ADDRESS(p), v)
#define InterlockedExchangeAdd(p, v)                                                               \
    RD_SDK_LONG_OPERAND(InterlockedExchangeAdd, p)(RD_SDK_LONG_ADDRESS(p), v)
#define InterlockedAdd(p, v) RD_SDK_LONG_OPERAND(InterlockedAdd, p)(RD_SDK_LONG_ADDRESS(p), v)
#define InterlockedCompareExchange(d, x, c)                                                        \
    RD_SDK_LONG_OPERAND(InterlockedCompareExchange, d)(RD_SDK_LONG_ADDRESS(d), x, c)
#define InterlockedAnd(p, v) RD_SDK_LONG_OPERAND(InterlockedAnd, p)(RD_SDK_LONG_ADDRESS(p), v)
#define InterlockedOr(p, v) RD_SDK_LONG_OPERAND(InterlockedOr, p)(RD_SDK_LONG_ADDRESS(p), v)
#define InterlockedXor(p, v) RD_SDK_LONG_OPERAND(InterlockedXor, p)(RD_SDK_LONG_ADDRESS(p), v)
#endif
#endif

#endif
