/* SPDX-License-Identifier: MIT */
/* Last error, error mode, exceptions. */
#ifndef RD_SDK_ERRHANDLINGAPI_H
#define RD_SDK_ERRHANDLINGAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

#define SEM_FAILCRITICALERRORS 0x0001
#define SEM_NOGPFAULTERRORBOX 0x0002
#define SEM_NOALIGNMENTFAULTEXCEPT 0x0004
#define SEM_NOOPENFILEERRORBOX 0x8000

typedef LONG (*PTOP_LEVEL_EXCEPTION_FILTER)(struct _EXCEPTION_POINTERS *ExceptionInfo);
typedef PTOP_LEVEL_EXCEPTION_FILTER LPTOP_LEVEL_EXCEPTION_FILTER;

WINBASEAPI DWORD GetLastError(VOID);
WINBASEAPI VOID SetLastError(DWORD dwErrCode);
WINBASEAPI UINT GetErrorMode(VOID);
WINBASEAPI UINT SetErrorMode(UINT uMode);
WINBASEAPI DWORD GetThreadErrorMode(VOID);
WINBASEAPI BOOL SetThreadErrorMode(DWORD dwNewMode, LPDWORD lpOldMode);
WINBASEAPI VOID RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags,
                               DWORD nNumberOfArguments, const ULONG_PTR *lpArguments);
WINBASEAPI LONG UnhandledExceptionFilter(struct _EXCEPTION_POINTERS *ExceptionInfo);
WINBASEAPI LPTOP_LEVEL_EXCEPTION_FILTER
SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER lpTopLevelExceptionFilter);
WINBASEAPI PVOID AddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
WINBASEAPI ULONG RemoveVectoredExceptionHandler(PVOID Handle);
WINBASEAPI PVOID AddVectoredContinueHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
WINBASEAPI ULONG RemoveVectoredContinueHandler(PVOID Handle);
WINBASEAPI VOID FatalAppExitA(UINT uAction, LPCSTR lpMessageText);
WINBASEAPI VOID FatalAppExitW(UINT uAction, LPCWSTR lpMessageText);
WINBASEAPI VOID RaiseFailFastException(PEXCEPTION_RECORD pExceptionRecord, PCONTEXT pContextRecord,
                                       DWORD dwFlags);

#ifdef UNICODE
#define FatalAppExit FatalAppExitW
#else
#define FatalAppExit FatalAppExitA
#endif

RD_SDK_END

#endif
