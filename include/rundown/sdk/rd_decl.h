/* SPDX-License-Identifier: MIT */
/*
 * Linkage, calling-convention and inline macros that every other SDK header is built on.
 *
 * The same declarations serve two readers: simulated code, which calls these functions, and the
 * library, which defines them. That is why an import and an export look alike here: both are an
 * ordinary symbol with default visibility. `__RUNDOWN__` is defined (by rd_predef.h) only while
 * simulated code is compiled.
 */
#ifndef RD_SDK_DECL_H
#define RD_SDK_DECL_H

#include <stdarg.h>
#include <stddef.h>

#include "sal.h"

#ifdef __cplusplus
#define RD_SDK_BEGIN extern "C" {
#define RD_SDK_END }
#define EXTERN_C extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END }
#else
#define RD_SDK_BEGIN
#define RD_SDK_END
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

/* x64 has one calling convention, so all of these are empty. */
#define NTAPI
#define WINAPI
#define WINAPIV
#define CALLBACK
#define APIENTRY
#define APIPRIVATE
#define PASCAL
#define CDECL
#define FASTCALL
#define STDMETHODCALLTYPE
#define STDMETHODVCALLTYPE
#define STDAPICALLTYPE
#define NTAPI_INLINE

#define RD_SDK_PUBLIC __attribute__((__visibility__("default")))
#define DECLSPEC_IMPORT RD_SDK_PUBLIC
#define DECLSPEC_EXPORT RD_SDK_PUBLIC
#define WINBASEAPI RD_SDK_PUBLIC
#define ZAWPROXYAPI RD_SDK_PUBLIC
#define WINADVAPI RD_SDK_PUBLIC
#define WINUSERAPI RD_SDK_PUBLIC
#define WINGDIAPI RD_SDK_PUBLIC
#define WINABLEAPI RD_SDK_PUBLIC
#define NTSYSAPI RD_SDK_PUBLIC
#define NTSYSCALLAPI RD_SDK_PUBLIC
#define NTKERNELAPI RD_SDK_PUBLIC
#define NTHALAPI RD_SDK_PUBLIC
#define FLTAPI

#define DECLSPEC_NORETURN __attribute__((__noreturn__))
#define DECLSPEC_NOINLINE __attribute__((__noinline__))
#define DECLSPEC_ALIGN(x) __attribute__((__aligned__(x)))
#define DECLSPEC_CACHEALIGN __attribute__((__aligned__(64)))
#define DECLSPEC_SELECTANY __attribute__((__weak__))
#define DECLSPEC_DEPRECATED __attribute__((__deprecated__))
#define DECLSPEC_DEPRECATED_DDK
#define DECLSPEC_DEPRECATED_DDK_WINXP
#define DECLSPEC_UUID(x)
#define DECLSPEC_NOVTABLE
#define DECLSPEC_RESTRICT
#define DECLSPEC_NOTHROW __attribute__((__nothrow__))
#define DECLSPEC_SAFEBUFFERS
#define DECLSPEC_GUARDNOCF
#define DECLSPEC_GUARD_SUPPRESS
#define DECLSPEC_ALLOCATE(x)

/*
 * RD_SDK_INLINE is for this SDK's own inline functions; users write FORCEINLINE, with or without
 * `static`, so that one must not contain it. In simulated C both have external linkage and no
 * definition outside the callers, because the one may call the other; what cannot be inlined
 * (variable arguments) is RD_SDK_STATIC.
 */
#define RD_SDK_STATIC static __inline__ __attribute__((__unused__))
#if defined(__RUNDOWN__) && !defined(__cplusplus)
#define RD_SDK_INLINE                                                                              \
    extern __inline__ __attribute__((__gnu_inline__, __always_inline__, __unused__))
#else
#define RD_SDK_INLINE RD_SDK_STATIC
#endif
#define FORCEINLINE __inline__ __attribute__((__always_inline__))
#define CFORCEINLINE FORCEINLINE
#define STKFORCEINLINE FORCEINLINE
#define PFORCEINLINE FORCEINLINE

#define UNALIGNED
#define UNALIGNED64
#define RESTRICTED_POINTER
#define POINTER_32
#define POINTER_64
#define ARGUMENT_PRESENT(p) ((p) != 0)

#ifndef CONST
#define CONST const
#endif
#ifndef VOID
#define VOID void
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef NOTHING
#define NOTHING
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define UNREFERENCED_PARAMETER(p) ((void)(p))
#define DBG_UNREFERENCED_PARAMETER(p) ((void)(p))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(v) ((void)(v))
#define DEFAULT_UNREACHABLE                                                                        \
    default:                                                                                       \
        __builtin_unreachable()
#define FALLTHROUGH __attribute__((__fallthrough__))

#define ANYSIZE_ARRAY 1
#define MAX_NATURAL_ALIGNMENT sizeof(unsigned long long)
#define MEMORY_ALLOCATION_ALIGNMENT 16
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64
#define TYPE_ALIGNMENT(t) __alignof__(t)
#define PROBE_ALIGNMENT(t) __alignof__(t)

#define DUMMYUNIONNAME
#define DUMMYUNIONNAME2
#define DUMMYUNIONNAME3
#define DUMMYUNIONNAME4
#define DUMMYUNIONNAME5
#define DUMMYUNIONNAME6
#define DUMMYSTRUCTNAME
#define DUMMYSTRUCTNAME2
#define DUMMYSTRUCTNAME3
#define DUMMYSTRUCTNAME4

#ifndef NTDDI_VERSION
#define NTDDI_VERSION 0x0A00000B
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WINVER
#define WINVER _WIN32_WINNT
#endif
#include "sdkddkver.h"

#endif
