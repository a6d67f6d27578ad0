/* SPDX-License-Identifier: MIT */
/*
 * Integers of a fixed or of a pointer's width. The pointer-wide ones are the compiler's own size_t
 * and ptrdiff_t, so that SIZE_T * and size_t * are one type here as they are on Windows.
 */
#ifndef RD_SDK_BASETSD_H
#define RD_SDK_BASETSD_H

typedef signed char INT8, *PINT8;
typedef signed short INT16, *PINT16;
typedef signed int INT32, *PINT32;
typedef signed long long INT64, *PINT64;
typedef unsigned char UINT8, *PUINT8;
typedef unsigned short UINT16, *PUINT16;
typedef unsigned int UINT32, *PUINT32;
typedef unsigned long long UINT64, *PUINT64;
typedef signed int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;
typedef long long LONG64, *PLONG64;
typedef unsigned long long ULONG64, *PULONG64;
typedef unsigned long long DWORD64, *PDWORD64;

typedef __PTRDIFF_TYPE__ INT_PTR, *PINT_PTR;
typedef __SIZE_TYPE__ UINT_PTR, *PUINT_PTR;
typedef __PTRDIFF_TYPE__ LONG_PTR, *PLONG_PTR;
typedef __SIZE_TYPE__ ULONG_PTR, *PULONG_PTR;
typedef ULONG_PTR DWORD_PTR, *PDWORD_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef LONG_PTR SSIZE_T, *PSSIZE_T;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef int HALF_PTR, *PHALF_PTR;
typedef unsigned int UHALF_PTR, *PUHALF_PTR;

#define MAXUINT8 ((UINT8) ~((UINT8)0))
#define MAXINT8 ((INT8)(MAXUINT8 >> 1))
#define MININT8 ((INT8)~MAXINT8)
#define MAXUINT16 ((UINT16) ~((UINT16)0))
#define MAXINT16 ((INT16)(MAXUINT16 >> 1))
#define MININT16 ((INT16)~MAXINT16)
#define MAXUINT32 ((UINT32) ~((UINT32)0))
#define MAXINT32 ((INT32)(MAXUINT32 >> 1))
#define MININT32 ((INT32)~MAXINT32)
#define MAXUINT64 ((UINT64) ~((UINT64)0))
#define MAXINT64 ((INT64)(MAXUINT64 >> 1))
#define MININT64 ((INT64)~MAXINT64)
#define MAXULONG32 MAXUINT32
#define MAXLONG32 MAXINT32
#define MAXULONG64 MAXUINT64
#define MAXLONG64 MAXINT64
#define MINLONG64 MININT64
#define MAXULONGLONG MAXUINT64
#define MAXLONGLONG MAXINT64
#define MINLONGLONG MININT64
#define MAXSIZE_T (~((SIZE_T)0))
#define MAXULONG_PTR (~((ULONG_PTR)0))
#define MAXUINT_PTR (~((UINT_PTR)0))
#define MAXDWORD_PTR MAXULONG_PTR
#define MAXLONG_PTR ((LONG_PTR)(MAXULONG_PTR >> 1))
#define MINLONG_PTR (~MAXLONG_PTR)
#define MAXUINT ((unsigned int)~0u)
#define MAXINT ((int)(MAXUINT >> 1))
#define MININT (~MAXINT)
#define MAXDWORD32 MAXUINT32
#define MAXDWORD64 MAXUINT64

#define ADDRESS_TAG_BIT 0x40000000000ULL

/* Handles carry 32 significant bits, sign-extended; the pairs below convert without a warning. */
#define HandleToULong(h) ((unsigned int)(ULONG_PTR)(h))
#define HandleToUlong(h) HandleToULong(h)
#define HandleToLong(h) ((int)(LONG_PTR)(h))
#define ULongToHandle(ul) ((void *)(ULONG_PTR)(unsigned int)(ul))
#define UlongToHandle(ul) ULongToHandle(ul)
#define LongToHandle(l) ((void *)(LONG_PTR)(int)(l))
#define PtrToUlong(p) ((unsigned int)(ULONG_PTR)(p))
#define PtrToULong(p) PtrToUlong(p)
#define PtrToLong(p) ((int)(LONG_PTR)(p))
#define PtrToUint(p) ((unsigned int)(UINT_PTR)(p))
#define PtrToInt(p) ((int)(INT_PTR)(p))
#define PtrToUshort(p) ((unsigned short)(ULONG_PTR)(p))
#define PtrToShort(p) ((short)(LONG_PTR)(p))
#define PtrToPtr64(p) ((void *)(p))
#define Ptr64ToPtr(p) ((void *)(p))
#define HandleToHandle64(h) ((void *)(h))
#define Handle64ToHandle(h) ((void *)(h))
#define UlongToPtr(ul) ((void *)(ULONG_PTR)(unsigned int)(ul))
#define ULongToPtr(ul) UlongToPtr(ul)
#define LongToPtr(l) ((void *)(LONG_PTR)(int)(l))
#define IntToPtr(i) ((void *)(INT_PTR)(int)(i))
#define UintToPtr(ui) ((void *)(UINT_PTR)(unsigned int)(ui))
#define Ptr32ToPtr(p) ((void *)(ULONG_PTR)(p))

#endif
