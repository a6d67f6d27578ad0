/* SPDX-License-Identifier: MIT */
/*
 * The compiler that Windows sources expect, as far as macros can give it: rundown-cc includes this
 * file before anything else. Works in C and C++, with gcc and clang.
 */
#ifndef RD_SDK_PREDEF_H
#define RD_SDK_PREDEF_H
#pragma GCC system_header

#define __RUNDOWN__ 1

/* With -fsanitize=thread each access to memory that threads can share is a scheduling point. */
#if defined(__SANITIZE_THREAD__)
#define RD_ACCESSES_ARE_POINTS 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RD_ACCESSES_ARE_POINTS 1
#endif
#endif

#define _WIN32 1
#define _WIN64 1
#define WIN32 1
#define WIN64 1
#define __WIN32__ 1
#define __WIN64__ 1
#define _MT 1
#define _DLL 1
#if defined(__x86_64__)
#define _M_X64 100
#define _M_AMD64 100
#elif defined(__aarch64__)
#define _M_ARM64 1
#endif

#ifndef _INTEGRAL_MAX_BITS
#define _INTEGRAL_MAX_BITS 64
#endif

#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long
#define _int64 long long

/* One calling convention; no segmented or 32-bit pointers. */
#define __cdecl
#define __stdcall
#define __fastcall
#define __thiscall
#define __vectorcall
#define __clrcall
#define __regcall
#define _cdecl
#define _stdcall
#define _fastcall
#define __unaligned
#define _unaligned
#define __w64
#define __ptr32
#define __ptr64
#define _ptr32
#define _ptr64
#define __sptr
#define __uptr
#define __based(x)

/*
 * __declspec(x) becomes __attribute__((...)) by way of a macro for each x, so that a parenthesised
 * argument stays where it is: align(16) -> aligned(16). `thread` is a storage class and has to
 * close the attribute list around it.
 */
#undef __declspec
#define __declspec(x) __attribute__((__rd_declspec_##x))
#define _declspec(x) __declspec(x)
#define __rd_declspec_align __aligned__
#define __rd_declspec_allocate(x) __section__(x), __used__
#define __rd_declspec_allocator
#define __rd_declspec_appdomain
#define __rd_declspec_code_seg(x)
#define __rd_declspec_deprecated __deprecated__
#define __rd_declspec_dllexport __visibility__("default")
#define __rd_declspec_dllimport __visibility__("default")
#define __rd_declspec_empty_bases
#define __rd_declspec_guard(x)
#define __rd_declspec_intrin_type
#define __rd_declspec_jitintrinsic
#define __rd_declspec_naked __naked__
#define __rd_declspec_no_sanitize_address __no_sanitize_address__
#define __rd_declspec_noalias
#define __rd_declspec_noinline __noinline__
#define __rd_declspec_noreturn __noreturn__
#define __rd_declspec_nothrow __nothrow__
#define __rd_declspec_novtable
#define __rd_declspec_process
#define __rd_declspec_property(...)
#define __rd_declspec_restrict
#define __rd_declspec_safebuffers
#define __rd_declspec_selectany __weak__
#define __rd_declspec_spectre(x)
#define __rd_declspec_strict_gs_check
#define __rd_declspec_uuid(x)
#ifdef __cplusplus
#define __rd_declspec_thread )) thread_local __attribute__((
#else
#define __rd_declspec_thread )) _Thread_local __attribute__((
#endif

/*
 * C: a plain __inline function has an external definition, as Microsoft's compilers give it one; a
 * forced one never needs it. C++ has the right meaning of its own.
 */
#undef __forceinline
#undef __inline
#ifdef __cplusplus
#define __inline __inline__
#define _inline __inline__
#define __forceinline __inline__ __attribute__((__always_inline__))
#else
#define __inline __inline__ __attribute__((__gnu_inline__))
#define _inline __inline
#define __forceinline __inline__ __attribute__((__always_inline__))
#endif
#define _forceinline __forceinline

#define __pragma(x)
#define __noop(...) ((void)0)
#define __assume(e) ((void)0)
#define __identifier(x) x
#define __annotation(...) ((void)0)
#define __analysis_assume(e) ((void)0)
#define __FUNCSIG__ __PRETTY_FUNCTION__
#define __FUNCDNAME__ __func__
#define _alignof(t) __alignof__(t)

#if defined(__x86_64__) || defined(__i386__)
#define __debugbreak() __asm__ volatile("int3")
#elif defined(__aarch64__)
#define __debugbreak() __asm__ volatile("brk #0xF000")
#else
#define __debugbreak() __builtin_trap()
#endif

#ifdef __cplusplus
extern "C" {
#endif
__attribute__((__noreturn__)) void __fastfail(unsigned int code);
#ifdef __cplusplus
/* An entry point has C linkage without saying so. */
int wmain(int argc, wchar_t **argv);
}
#endif

#endif
