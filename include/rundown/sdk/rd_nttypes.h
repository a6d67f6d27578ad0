/* SPDX-License-Identifier: MIT */
/*
 * The basic NT types: those that user-mode and kernel-mode headers have in common. `long` is 64
 * bits wide on the host, so LONG and ULONG are spelled with int; WCHAR is 16 bits wide whatever the
 * width of wchar_t, and is wchar_t itself where that is 16 bits (simulated code).
 */
#ifndef RD_SDK_NTTYPES_H
#define RD_SDK_NTTYPES_H

#include "basetsd.h"
#include "rd_decl.h"

typedef char CHAR, *PCHAR, *PCH, *PSZ, *NPSTR, *LPSTR, *PSTR, *LPCH, CCHAR, *PCCHAR;
typedef const char *LPCCH, *PCCH, *LPCSTR, *PCSTR, *PCSZ;
typedef signed char SCHAR, *PSCHAR;
typedef unsigned char UCHAR, *PUCHAR, BOOLEAN, *PBOOLEAN, BYTE, *PBYTE;
typedef short SHORT, *PSHORT, CSHORT, *PCSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef int LONG, *PLONG;
typedef unsigned int ULONG, *PULONG, CLONG, *PCLONG;
typedef long long LONGLONG, *PLONGLONG;
typedef unsigned long long ULONGLONG, *PULONGLONG, DWORDLONG, *PDWORDLONG;
typedef LONGLONG USN;
typedef void *PVOID, *PVOID64, *HANDLE, **PHANDLE;
typedef int HRESULT;
typedef ULONG LOGICAL, *PLOGICAL;
typedef ULONG ACCESS_MASK, *PACCESS_MASK;
typedef ULONG LCID, *PLCID;
typedef USHORT LANGID;
typedef LONG KPRIORITY, *PKPRIORITY;
typedef UCHAR KIRQL, *PKIRQL;

#if __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#else
typedef unsigned short WCHAR;
#endif
typedef WCHAR *PWCHAR, *LPWCH, *PWCH, *NWPSTR, *LPWSTR, *PWSTR;
typedef PWSTR *PZPWSTR;
typedef const WCHAR *LPCWCH, *PCWCH, *LPCWSTR, *PCWSTR, *LPCUWSTR, *PCUWSTR, *PCNZWCH;
typedef const PWSTR *PCZPWSTR;
typedef PSTR *PZPSTR;
typedef const PCSTR *PZPCSTR;
typedef const PCWSTR *PZPCWSTR;
typedef WCHAR *PZZWSTR;
typedef const WCHAR *PCZZWSTR;

#ifdef UNICODE
#ifndef _TCHAR_DEFINED
typedef WCHAR TCHAR, *PTCHAR;
#endif
typedef WCHAR TBYTE, *PTBYTE;
typedef LPWSTR LPTCH, PTCH, LPTSTR, PTSTR;
typedef LPCWSTR LPCTCH, PCTCH, LPCTSTR, PCTSTR;
#define __TEXT(s) L##s
#else
#ifndef _TCHAR_DEFINED
typedef char TCHAR, *PTCHAR;
#endif
typedef unsigned char TBYTE, *PTBYTE;
typedef LPSTR LPTCH, PTCH, LPTSTR, PTSTR;
typedef LPCSTR LPCTCH, PCTCH, LPCTSTR, PCTSTR;
#define __TEXT(s) s
#endif
#ifndef _TCHAR_DEFINED
#define _TCHAR_DEFINED
#endif
#define TEXT(s) __TEXT(s)

#ifndef _NTSTATUS_PSDK
#define _NTSTATUS_PSDK
typedef LONG NTSTATUS, *PNTSTATUS;
#endif

typedef union _LARGE_INTEGER {
    struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    struct {
        ULONG LowPart;
        ULONG HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
    ULONG LowPart;
    LONG HighPart;
} LUID, *PLUID;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY, *PRLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _LIST_ENTRY32 {
    ULONG Flink;
    ULONG Blink;
} LIST_ENTRY32, *PLIST_ENTRY32;

typedef struct _LIST_ENTRY64 {
    ULONGLONG Flink;
    ULONGLONG Blink;
} LIST_ENTRY64, *PLIST_ENTRY64;

typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

typedef union DECLSPEC_ALIGN(16) _SLIST_HEADER {
    struct {
        ULONGLONG Alignment;
        ULONGLONG Region;
    };
    struct {
        ULONGLONG Depth : 16;
        ULONGLONG Sequence : 48;
        ULONGLONG Reserved : 4;
        ULONGLONG NextEntry : 60;
    } HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;

typedef struct _PROCESSOR_NUMBER {
    USHORT Group;
    UCHAR Number;
    UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

typedef struct _GROUP_AFFINITY {
    KAFFINITY Mask;
    USHORT Group;
    USHORT Reserved[3];
} GROUP_AFFINITY, *PGROUP_AFFINITY;

typedef struct _QUAD {
    double UseThisFieldToCopy;
} QUAD, *PQUAD;

#define MINCHAR 0x80
#define MAXCHAR 0x7f
#define MINSHORT 0x8000
#define MAXSHORT 0x7fff
#define MINLONG 0x80000000
#define MAXLONG 0x7fffffff
#define MAXUCHAR 0xff
#define MAXUSHORT 0xffff
#define MAXULONG 0xffffffff
#define MAXBYTE 0xff
#define MAXWORD 0xffff
#define MAXDWORD 0xffffffff
#define UNICODE_NULL ((WCHAR)0)
#define UNICODE_STRING_MAX_BYTES ((USHORT)65534)
#define UNICODE_STRING_MAX_CHARS 32767
#define ANSI_NULL ((CHAR)0)

#ifndef FIELD_OFFSET
#define FIELD_OFFSET(type, field) ((LONG)(LONG_PTR) __builtin_offsetof(type, field))
#endif
#ifndef UFIELD_OFFSET
#define UFIELD_OFFSET(type, field) ((ULONG) __builtin_offsetof(type, field))
#endif
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field)                                                      \
    (FIELD_OFFSET(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_CONTAINS_FIELD(s, size, field)                                                         \
    ((((PCHAR)(&(s)->field)) + sizeof((s)->field)) <= (((PCHAR)(s)) + (size)))
#define RTL_BITS_OF(x) (sizeof(x) * 8)
#define RTL_BITS_OF_FIELD(type, field) (RTL_BITS_OF(RTL_FIELD_TYPE(type, field)))
#define RTL_FIELD_TYPE(type, field) (((type *)0)->field)
#define RTL_NUMBER_OF(a) (sizeof(a) / sizeof((a)[0]))
#define RTL_NUMBER_OF_V1(a) RTL_NUMBER_OF(a)
#define RTL_NUMBER_OF_V2(a) RTL_NUMBER_OF(a)
#define ARRAYSIZE(a) RTL_NUMBER_OF(a)
#define _ARRAYSIZE(a) RTL_NUMBER_OF(a)
#ifndef CONTAINING_RECORD
#define CONTAINING_RECORD(address, type, field)                                                    \
    ((type *)((char *)(address) - __builtin_offsetof(type, field)))
#endif

#define LANG_NEUTRAL 0x00
#define SUBLANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define SUBLANG_SYS_DEFAULT 0x02
#define MAKELANGID(p, s) ((((USHORT)(s)) << 10) | (USHORT)(p))

#define VER_NT_WORKSTATION 1
#define VER_NT_DOMAIN_CONTROLLER 2
#define VER_NT_SERVER 3

#ifdef __cplusplus
#define DEFINE_ENUM_FLAG_OPERATORS(T)                                                              \
    extern "C++" {                                                                                 \
    inline constexpr T operator|(T a, T b) {                                                       \
        return T(((int)a) | ((int)b));                                                             \
    }                                                                                              \
    inline constexpr T operator&(T a, T b) {                                                       \
        return T(((int)a) & ((int)b));                                                             \
    }                                                                                              \
    inline constexpr T operator^(T a, T b) {                                                       \
        return T(((int)a) ^ ((int)b));                                                             \
    }                                                                                              \
    inline constexpr T operator~(T a) {                                                            \
        return T(~((int)a));                                                                       \
    }                                                                                              \
    inline T &operator|=(T &a, T b) {                                                              \
        return a = a | b;                                                                          \
    }                                                                                              \
    inline T &operator&=(T &a, T b) {                                                              \
        return a = a & b;                                                                          \
    }                                                                                              \
    inline T &operator^=(T &a, T b) {                                                              \
        return a = a ^ b;                                                                          \
    }                                                                                              \
    }
#else
#define DEFINE_ENUM_FLAG_OPERATORS(T)
#endif

#define C_ASSERT(e)                                                                                \
    typedef char RD_SDK_JOIN(rd_c_assert_, __COUNTER__)[(e) ? 1 : -1] __attribute__((__unused__))
#define RD_SDK_JOIN(a, b) RD_SDK_JOIN2(a, b)
#define RD_SDK_JOIN2(a, b) a##b

#endif
