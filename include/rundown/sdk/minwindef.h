/* SPDX-License-Identifier: MIT */
/* The Win32 names of the basic types. */
#ifndef RD_SDK_MINWINDEF_H
#define RD_SDK_MINWINDEF_H

#include "rd_nttypes.h"

#define MAX_PATH 260

typedef int BOOL, *PBOOL, *LPBOOL;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT, *LPUINT;
typedef unsigned int DWORD, *PDWORD, *LPDWORD;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef BYTE *LPBYTE;
typedef LONG *LPLONG;
typedef float FLOAT, *PFLOAT;
typedef double DOUBLE, DATE;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef HANDLE *SPHANDLE, *LPHANDLE;
typedef HANDLE HGLOBAL, HLOCAL, GLOBALHANDLE, LOCALHANDLE;
typedef int HFILE;
typedef WORD ATOM;
typedef DWORD COLORREF, *LPCOLORREF;
typedef DWORD LCTYPE, LGRPID;

typedef UINT_PTR WPARAM;
typedef LONG_PTR LPARAM;
typedef LONG_PTR LRESULT;

#define DECLARE_HANDLE(name)                                                                       \
    struct name##__ {                                                                              \
        int unused;                                                                                \
    };                                                                                             \
    typedef struct name##__ *name

DECLARE_HANDLE(HINSTANCE);
DECLARE_HANDLE(HKEY);
DECLARE_HANDLE(HKL);
DECLARE_HANDLE(HRSRC);
DECLARE_HANDLE(HSTR);
DECLARE_HANDLE(HTASK);
DECLARE_HANDLE(HWINSTA);
typedef HINSTANCE HMODULE;
typedef HKEY *PHKEY;

/* An unprototyped function is what C sources expect to be able to call with any arguments. */
#if defined(__RUNDOWN__) && !defined(__cplusplus)
typedef INT_PTR (*FARPROC)();
typedef INT_PTR (*NEARPROC)();
typedef INT_PTR (*PROC)();
#else
typedef INT_PTR (*FARPROC)(void);
typedef INT_PTR (*NEARPROC)(void);
typedef INT_PTR (*PROC)(void);
#endif

typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

#define MAKEWORD(l, h)                                                                             \
    ((WORD)(((BYTE)((DWORD_PTR)(l)&0xff)) | ((WORD)((BYTE)((DWORD_PTR)(h)&0xff))) << 8))
#define MAKELONG(l, h)                                                                             \
    ((LONG)(((WORD)((DWORD_PTR)(l)&0xffff)) | ((DWORD)((WORD)((DWORD_PTR)(h)&0xffff))) << 16))
#define LOWORD(l) ((WORD)((DWORD_PTR)(l)&0xffff))
#define HIWORD(l) ((WORD)((DWORD_PTR)(l) >> 16))
#define LOBYTE(w) ((BYTE)((DWORD_PTR)(w)&0xff))
#define HIBYTE(w) ((BYTE)((DWORD_PTR)(w) >> 8))

/* These words are too common to be macros in the library's own sources. */
#ifdef __RUNDOWN__
#define FAR
#define NEAR
#define far
#define near
#define WINAPI_INLINE WINAPI
#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif
#endif

#endif
