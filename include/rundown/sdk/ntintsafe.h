/* SPDX-License-Identifier: MIT */
/* Arithmetic that reports overflow. */
#ifndef RD_SDK_NTINTSAFE_H
#define RD_SDK_NTINTSAFE_H

#include "ntdef.h"
#include "ntstatus.h"

RD_SDK_BEGIN

#define RD_SDK_SAFE(name, type, operation)                                                         \
    RD_SDK_INLINE NTSTATUS name(type left, type right, type *result) {                             \
        if (operation(left, right, result)) {                                                      \
            *result = (type) ~(type)0;                                                             \
            return STATUS_INTEGER_OVERFLOW;                                                        \
        }                                                                                          \
        return STATUS_SUCCESS;                                                                     \
    }

RD_SDK_SAFE(RtlUShortAdd, USHORT, __builtin_add_overflow)
RD_SDK_SAFE(RtlUShortSub, USHORT, __builtin_sub_overflow)
RD_SDK_SAFE(RtlUShortMult, USHORT, __builtin_mul_overflow)
RD_SDK_SAFE(RtlULongAdd, ULONG, __builtin_add_overflow)
RD_SDK_SAFE(RtlULongSub, ULONG, __builtin_sub_overflow)
RD_SDK_SAFE(RtlULongMult, ULONG, __builtin_mul_overflow)
RD_SDK_SAFE(RtlUIntAdd, unsigned int, __builtin_add_overflow)
RD_SDK_SAFE(RtlULongLongAdd, ULONGLONG, __builtin_add_overflow)
RD_SDK_SAFE(RtlULongLongSub, ULONGLONG, __builtin_sub_overflow)
RD_SDK_SAFE(RtlULongLongMult, ULONGLONG, __builtin_mul_overflow)
RD_SDK_SAFE(RtlSIZETAdd, SIZE_T, __builtin_add_overflow)
RD_SDK_SAFE(RtlSIZETSub, SIZE_T, __builtin_sub_overflow)
RD_SDK_SAFE(RtlSIZETMult, SIZE_T, __builtin_mul_overflow)
RD_SDK_SAFE(RtlULongPtrAdd, ULONG_PTR, __builtin_add_overflow)
RD_SDK_SAFE(RtlULongPtrSub, ULONG_PTR, __builtin_sub_overflow)
RD_SDK_SAFE(RtlULongPtrMult, ULONG_PTR, __builtin_mul_overflow)

#define RtlSizeTAdd RtlSIZETAdd
#define RtlSizeTSub RtlSIZETSub
#define RtlSizeTMult RtlSIZETMult

RD_SDK_INLINE NTSTATUS RtlSIZETToULong(SIZE_T operand, ULONG *result) {
    *result = operand <= MAXULONG ? (ULONG)operand : MAXULONG;
    return operand <= MAXULONG ? STATUS_SUCCESS : STATUS_INTEGER_OVERFLOW;
}
#define RtlSizeTToULong RtlSIZETToULong

RD_SDK_INLINE NTSTATUS RtlULongToUShort(ULONG operand, USHORT *result) {
    *result = operand <= MAXUSHORT ? (USHORT)operand : MAXUSHORT;
    return operand <= MAXUSHORT ? STATUS_SUCCESS : STATUS_INTEGER_OVERFLOW;
}

RD_SDK_END

#endif
