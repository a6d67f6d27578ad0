/* SPDX-License-Identifier: MIT */
/* What every kernel header starts from: annotations, assertions, page constants. */
#ifndef RD_SDK_RD_KBASE_H
#define RD_SDK_RD_KBASE_H

#include "bugcodes.h"
#include "driverspecs.h"
#include "guiddef.h"
#include "ntdef.h"
#include "ntstatus.h"
#include "rd_kobjects.h"
#include "rd_access.h"
#include "rd_exception.h"
#include "rd_interlocked.h"
#include "rd_ntinfo.h"
#include "rd_rtlmem.h"
#include "rd_security.h"
#include "rd_version.h"
#include "excpt.h"

/* As in the original, the functions of <string.h> and <ctype.h> come along. */
#ifdef __RUNDOWN__
#include "ctype.h"
#include "string.h"
#endif

RD_SDK_BEGIN

/* A driver is a checked build, in which KdPrint prints and assertions count, unless NDEBUG is set.
 */
#ifndef DBG
#ifdef NDEBUG
#define DBG 0
#else
#define DBG 1
#endif
#endif

#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12
#define BYTE_OFFSET(va) ((ULONG)((ULONG_PTR)(va) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(va) ((PVOID)((ULONG_PTR)(va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define BYTES_TO_PAGES(size) (((size) >> PAGE_SHIFT) + (((size) & (PAGE_SIZE - 1)) != 0))
#define ROUND_TO_PAGES(size) (((ULONG_PTR)(size) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, size)                                                   \
    ((BYTE_OFFSET(va) + ((SIZE_T)(size)) + (PAGE_SIZE - 1)) >> PAGE_SHIFT)
#define ALIGN_DOWN_BY(length, alignment) ((ULONG_PTR)(length) & ~(ULONG_PTR)((alignment)-1))
#define ALIGN_UP_BY(length, alignment)                                                             \
    (ALIGN_DOWN_BY(((ULONG_PTR)(length) + (alignment)-1), alignment))
#define ALIGN_DOWN(length, type) ALIGN_DOWN_BY(length, sizeof(type))
#define ALIGN_UP(length, type) ALIGN_UP_BY(length, sizeof(type))

#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)
#define MAXIMUM_FILENAME_LENGTH 256
#define ALLOC_PRAGMA 1
#define ALLOC_DATA_PRAGMA 1

#define FlagOn(flags, flag) ((flags) & (flag))
#define BooleanFlagOn(flags, flag) ((BOOLEAN)(((flags) & (flag)) != 0))
#define SetFlag(flags, flag) ((flags) |= (flag))
#define ClearFlag(flags, flag) ((flags) &= ~(flag))

#define RTL_PAGED_CODE() PAGED_CODE()
#define PAGED_CODE_LOCKED() NOTHING

NTKERNELAPI ULONG DbgPrint(PCSTR Format, ...);
NTKERNELAPI ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
NTKERNELAPI ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list arglist);
NTKERNELAPI ULONG vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
                                        va_list arglist);
NTKERNELAPI VOID DbgBreakPoint(VOID);
NTKERNELAPI VOID DbgBreakPointWithStatus(ULONG Status);
NTKERNELAPI VOID DbgRaiseAssertionFailure(VOID);
NTKERNELAPI VOID RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber,
                           PSTR MutableMessage);
NTKERNELAPI KIRQL KeGetCurrentIrql(VOID);
NTKERNELAPI DECLSPEC_NORETURN VOID KeBugCheck(ULONG BugCheckCode);
NTKERNELAPI DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
                                                ULONG_PTR BugCheckParameter2,
                                                ULONG_PTR BugCheckParameter3,
                                                ULONG_PTR BugCheckParameter4);

/* IRQLs of x64. */
#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL 5
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define DRS_LEVEL 14
#define POWER_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15

#define RD_SDK_ASSERT(e, message)                                                                  \
    ((e) ? TRUE                                                                                    \
         : (RtlAssert((PVOID)(ULONG_PTR) #e, (PVOID)(ULONG_PTR)__FILE__, __LINE__, message),       \
            FALSE))
#if DBG
#define KdPrint(arguments) DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define vKdPrintEx(arguments) vDbgPrintEx arguments
#define KdBreakPoint() DbgBreakPoint()
#define ASSERT(e) ((void)RD_SDK_ASSERT(e, NULL))
#define ASSERTMSG(message, e) ((void)RD_SDK_ASSERT(e, (PSTR)(ULONG_PTR)(message)))
#define RTL_SOFT_ASSERT(e) ASSERT(e)
#define NT_ASSERT(e) RD_SDK_ASSERT(e, NULL)
#define NT_ASSERT_ACTION(e) NT_ASSERT(e)
#define NT_ASSERTMSG(message, e) RD_SDK_ASSERT(e, (PSTR)(ULONG_PTR)(message))
#define NT_VERIFY(e) NT_ASSERT(e)
#define PAGED_ASSERT(e) NT_ASSERT(e)
#define PAGED_CODE()                                                                               \
    do {                                                                                           \
        if (KeGetCurrentIrql() > APC_LEVEL)                                                        \
            RtlAssert((PVOID)(ULONG_PTR) "PAGED_CODE() above APC_LEVEL",                           \
                      (PVOID)(ULONG_PTR)__FILE__, __LINE__, NULL);                                 \
    } while (0)
#else
#define KdPrint(arguments)
#define KdPrintEx(arguments)
#define vKdPrintEx(arguments)
#define KdBreakPoint()
#define ASSERT(e) ((void)0)
#define ASSERTMSG(message, e) ((void)0)
#define RTL_SOFT_ASSERT(e) ((void)0)
#define NT_ASSERT(e) ((void)0)
#define NT_ASSERT_ACTION(e) ((void)0)
#define NT_ASSERTMSG(message, e) ((void)0)
#define NT_VERIFY(e) ((e) ? TRUE : FALSE)
#define PAGED_ASSERT(e) ((void)0)
#define PAGED_CODE() NOTHING
#endif
#define NT_ASSUME(e) ((void)0)
#define NT_FRE_ASSERT(e) RD_SDK_ASSERT(e, NULL)

/* DbgPrintEx components and levels. */
#define DPFLTR_SYSTEM_ID 0
#define DPFLTR_SMSS_ID 1
#define DPFLTR_SETUP_ID 2
#define DPFLTR_NTFS_ID 3
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_IHVVIDEO_ID 78
#define DPFLTR_IHVAUDIO_ID 79
#define DPFLTR_IHVNETWORK_ID 80
#define DPFLTR_DEFAULT_ID 101
#define DPFLTR_FLTMGR_ID 92
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3
#define DPFLTR_MASK 0x80000000

RD_SDK_END

#endif
