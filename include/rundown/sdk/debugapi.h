/* SPDX-License-Identifier: MIT */
/* Debuggers. */
#ifndef RD_SDK_DEBUGAPI_H
#define RD_SDK_DEBUGAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI BOOL IsDebuggerPresent(VOID);
WINBASEAPI BOOL CheckRemoteDebuggerPresent(HANDLE hProcess, PBOOL pbDebuggerPresent);
WINBASEAPI VOID DebugBreak(VOID);
WINBASEAPI BOOL DebugBreakProcess(HANDLE Process);
WINBASEAPI VOID OutputDebugStringA(LPCSTR lpOutputString);
WINBASEAPI VOID OutputDebugStringW(LPCWSTR lpOutputString);
WINBASEAPI BOOL DebugActiveProcess(DWORD dwProcessId);
WINBASEAPI BOOL DebugActiveProcessStop(DWORD dwProcessId);
WINBASEAPI BOOL DebugSetProcessKillOnExit(BOOL KillOnExit);
WINBASEAPI BOOL WaitForDebugEvent(LPDEBUG_EVENT lpDebugEvent, DWORD dwMilliseconds);
WINBASEAPI BOOL WaitForDebugEventEx(LPDEBUG_EVENT lpDebugEvent, DWORD dwMilliseconds);
WINBASEAPI BOOL ContinueDebugEvent(DWORD dwProcessId, DWORD dwThreadId, DWORD dwContinueStatus);

#ifdef UNICODE
#define OutputDebugString OutputDebugStringW
#else
#define OutputDebugString OutputDebugStringA
#endif

RD_SDK_END

#endif
