/* SPDX-License-Identifier: MIT */
/* kernel32: the umbrella over the API families, and what has no family of its own. */
#ifndef RD_SDK_WINBASE_H
#define RD_SDK_WINBASE_H

#include "windef.h"
#include "winerror.h"
#include "minwinbase.h"
#include "consoleapi.h"
#include "debugapi.h"
#include "errhandlingapi.h"
#include "fibersapi.h"
#include "fileapi.h"
#include "handleapi.h"
#include "heapapi.h"
#include "ioapiset.h"
#include "jobapi.h"
#include "libloaderapi.h"
#include "memoryapi.h"
#include "namedpipeapi.h"
#include "processenv.h"
#include "processthreadsapi.h"
#include "profileapi.h"
#include "securitybaseapi.h"
#include "synchapi.h"
#include "sysinfoapi.h"
#include "threadpoolapiset.h"
#include "threadpoollegacyapiset.h"
#include "timezoneapi.h"

RD_SDK_BEGIN

/* In C++ these entry points have C linkage without saying so. */
#if defined(__RUNDOWN__) && defined(__cplusplus)
int WinMain(HINSTANCE hInstance, HINSTANCE hPrevInstance, LPSTR lpCmdLine, int nShowCmd);
int wWinMain(HINSTANCE hInstance, HINSTANCE hPrevInstance, LPWSTR lpCmdLine, int nShowCmd);
BOOL DllMain(HINSTANCE hinstDLL, DWORD fdwReason, LPVOID lpvReserved);
#endif

/* Local and global memory: thin names over the process heap. */
#define LMEM_FIXED 0x0000
#define LMEM_MOVEABLE 0x0002
#define LMEM_ZEROINIT 0x0040
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define LHND (LMEM_MOVEABLE | LMEM_ZEROINIT)
#define GMEM_FIXED 0x0000
#define GMEM_MOVEABLE 0x0002
#define GMEM_ZEROINIT 0x0040
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)
#define GHND (GMEM_MOVEABLE | GMEM_ZEROINIT)
WINBASEAPI HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes);
WINBASEAPI HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags);
WINBASEAPI SIZE_T LocalSize(HLOCAL hMem);
WINBASEAPI HLOCAL LocalFree(HLOCAL hMem);
WINBASEAPI HGLOBAL GlobalAlloc(UINT uFlags, SIZE_T dwBytes);
WINBASEAPI HGLOBAL GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags);
WINBASEAPI SIZE_T GlobalSize(HGLOBAL hMem);
WINBASEAPI LPVOID GlobalLock(HGLOBAL hMem);
WINBASEAPI BOOL GlobalUnlock(HGLOBAL hMem);
WINBASEAPI HGLOBAL GlobalFree(HGLOBAL hMem);
#define CopyMemory(d, s, n) RtlCopyMemory(d, s, n)
#define MoveMemory(d, s, n) RtlMoveMemory(d, s, n)
#define FillMemory(d, n, b) RtlFillMemory(d, n, b)
#define ZeroMemory(d, n) RtlZeroMemory(d, n)
#define SecureZeroMemory(d, n) RtlSecureZeroMemory(d, n)

/* Strings. */
WINBASEAPI int lstrlenA(LPCSTR lpString);
WINBASEAPI int lstrlenW(LPCWSTR lpString);
WINBASEAPI int lstrcmpA(LPCSTR lpString1, LPCSTR lpString2);
WINBASEAPI int lstrcmpW(LPCWSTR lpString1, LPCWSTR lpString2);
WINBASEAPI int lstrcmpiA(LPCSTR lpString1, LPCSTR lpString2);
WINBASEAPI int lstrcmpiW(LPCWSTR lpString1, LPCWSTR lpString2);
WINBASEAPI LPSTR lstrcpyA(LPSTR lpString1, LPCSTR lpString2);
WINBASEAPI LPWSTR lstrcpyW(LPWSTR lpString1, LPCWSTR lpString2);
WINBASEAPI LPSTR lstrcpynA(LPSTR lpString1, LPCSTR lpString2, int iMaxLength);
WINBASEAPI LPWSTR lstrcpynW(LPWSTR lpString1, LPCWSTR lpString2, int iMaxLength);
WINBASEAPI LPSTR lstrcatA(LPSTR lpString1, LPCSTR lpString2);
WINBASEAPI LPWSTR lstrcatW(LPWSTR lpString1, LPCWSTR lpString2);

WINBASEAPI BOOL Beep(DWORD dwFreq, DWORD dwDuration);
WINBASEAPI int MulDiv(int nNumber, int nNumerator, int nDenominator);

/* Messages of error codes. */
#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF
WINBASEAPI DWORD FormatMessageA(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                                DWORD dwLanguageId, LPSTR lpBuffer, DWORD nSize,
                                va_list *Arguments);
WINBASEAPI DWORD FormatMessageW(DWORD dwFlags, LPCVOID lpSource, DWORD dwMessageId,
                                DWORD dwLanguageId, LPWSTR lpBuffer, DWORD nSize,
                                va_list *Arguments);

/* Atoms. */

/* Processes and modules. */
WINBASEAPI UINT WinExec(LPCSTR lpCmdLine, UINT uCmdShow);
WINBASEAPI BOOL QueryFullProcessImageNameA(HANDLE hProcess, DWORD dwFlags, LPSTR lpExeName,
                                           PDWORD lpdwSize);
WINBASEAPI BOOL QueryFullProcessImageNameW(HANDLE hProcess, DWORD dwFlags, LPWSTR lpExeName,
                                           PDWORD lpdwSize);
WINBASEAPI BOOL GetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR lpProcessAffinityMask,
                                       PDWORD_PTR lpSystemAffinityMask);
WINBASEAPI BOOL SetProcessAffinityMask(HANDLE hProcess, DWORD_PTR dwProcessAffinityMask);
WINBASEAPI DWORD_PTR SetThreadAffinityMask(HANDLE hThread, DWORD_PTR dwThreadAffinityMask);
#define PROCESS_NAME_NATIVE 0x00000001

/* Jobs, in part. */
WINBASEAPI HANDLE CreateJobObjectA(LPSECURITY_ATTRIBUTES lpJobAttributes, LPCSTR lpName);
WINBASEAPI HANDLE OpenJobObjectA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);

/* Waitable timers, in part, and semaphores and pipes of the A family are in their headers. */
WINBASEAPI DWORD SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn,
                                     DWORD dwMilliseconds, BOOL bAlertable);

/* Registered waits. */
WINBASEAPI BOOL RegisterWaitForSingleObject(PHANDLE phNewWaitObject, HANDLE hObject,
                                            WAITORTIMERCALLBACK Callback, PVOID Context,
                                            ULONG dwMilliseconds, ULONG dwFlags);
WINBASEAPI BOOL UnregisterWait(HANDLE WaitHandle);

/* Fibers. */
WINBASEAPI LPVOID CreateFiber(SIZE_T dwStackSize, LPFIBER_START_ROUTINE lpStartAddress,
                              LPVOID lpParameter);
WINBASEAPI LPVOID CreateFiberEx(SIZE_T dwStackCommitSize, SIZE_T dwStackReserveSize, DWORD dwFlags,
                                LPFIBER_START_ROUTINE lpStartAddress, LPVOID lpParameter);
WINBASEAPI LPVOID ConvertThreadToFiber(LPVOID lpParameter);
WINBASEAPI LPVOID ConvertThreadToFiberEx(LPVOID lpParameter, DWORD dwFlags);
WINBASEAPI BOOL ConvertFiberToThread(VOID);
WINBASEAPI VOID SwitchToFiber(LPVOID lpFiber);
WINBASEAPI VOID DeleteFiber(LPVOID lpFiber);
WINBASEAPI LPVOID rd_sdk_current_fiber(VOID);
#define GetCurrentFiber() rd_sdk_current_fiber()
#define GetFiberData() (*(LPVOID *)(GetCurrentFiber()))

/* Files, in part. The member below is renamed by the macro of the function, here as everywhere. */
typedef struct _FILE_DISPOSITION_INFO {
    BOOLEAN DeleteFile;
} FILE_DISPOSITION_INFO, *PFILE_DISPOSITION_INFO;
WINBASEAPI BOOL MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName);
WINBASEAPI BOOL MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName);
WINBASEAPI BOOL CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists);
WINBASEAPI BOOL CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists);

/* Users and computers. */
#define MAX_COMPUTERNAME_LENGTH 15
WINBASEAPI BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize);
WINBASEAPI BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize);
WINADVAPI BOOL GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer);
WINADVAPI BOOL GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer);

/* Tokens and privileges, as far as ExitWindowsEx and OpenProcess callers ask for them. */
#define SE_DEBUG_NAME TEXT("SeDebugPrivilege")
#define SE_SHUTDOWN_NAME TEXT("SeShutdownPrivilege")
#define SE_TCB_NAME TEXT("SeTcbPrivilege")
#define SE_REMOTE_SHUTDOWN_NAME TEXT("SeRemoteShutdownPrivilege")
WINADVAPI BOOL LookupPrivilegeValueA(LPCSTR lpSystemName, LPCSTR lpName, PLUID lpLuid);
WINADVAPI BOOL LookupPrivilegeValueW(LPCWSTR lpSystemName, LPCWSTR lpName, PLUID lpLuid);
WINADVAPI BOOL LookupPrivilegeNameA(LPCSTR lpSystemName, PLUID lpLuid, LPSTR lpName,
                                    LPDWORD cchName);
WINADVAPI BOOL LookupPrivilegeNameW(LPCWSTR lpSystemName, PLUID lpLuid, LPWSTR lpName,
                                    LPDWORD cchName);
/* Shutdowns that are announced. */
#define MAX_SHUTDOWN_TIMEOUT (10 * 365 * 24 * 60 * 60)
WINADVAPI BOOL InitiateSystemShutdownA(LPSTR lpMachineName, LPSTR lpMessage, DWORD dwTimeout,
                                       BOOL bForceAppsClosed, BOOL bRebootAfterShutdown);
WINADVAPI BOOL InitiateSystemShutdownW(LPWSTR lpMachineName, LPWSTR lpMessage, DWORD dwTimeout,
                                       BOOL bForceAppsClosed, BOOL bRebootAfterShutdown);
WINADVAPI BOOL InitiateSystemShutdownExA(LPSTR lpMachineName, LPSTR lpMessage, DWORD dwTimeout,
                                         BOOL bForceAppsClosed, BOOL bRebootAfterShutdown,
                                         DWORD dwReason);
WINADVAPI BOOL InitiateSystemShutdownExW(LPWSTR lpMachineName, LPWSTR lpMessage, DWORD dwTimeout,
                                         BOOL bForceAppsClosed, BOOL bRebootAfterShutdown,
                                         DWORD dwReason);
WINADVAPI BOOL AbortSystemShutdownA(LPSTR lpMachineName);
WINADVAPI BOOL AbortSystemShutdownW(LPWSTR lpMachineName);
WINADVAPI BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                            DWORD dwRevision);
WINADVAPI BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor,
                                         BOOL bDaclPresent, PACL pDacl, BOOL bDaclDefaulted);

#ifdef UNICODE
#define lstrlen lstrlenW
#define lstrcmp lstrcmpW
#define lstrcmpi lstrcmpiW
#define lstrcpy lstrcpyW
#define lstrcpyn lstrcpynW
#define lstrcat lstrcatW
#define FormatMessage FormatMessageW
#define QueryFullProcessImageName QueryFullProcessImageNameW
#define MoveFile MoveFileW
#define CopyFile CopyFileW
#define GetComputerName GetComputerNameW
#define GetUserName GetUserNameW
#define LookupPrivilegeName LookupPrivilegeNameW
#define LookupPrivilegeValue LookupPrivilegeValueW
#define InitiateSystemShutdown InitiateSystemShutdownW
#define InitiateSystemShutdownEx InitiateSystemShutdownExW
#define AbortSystemShutdown AbortSystemShutdownW
#else
#define lstrlen lstrlenA
#define lstrcmp lstrcmpA
#define lstrcmpi lstrcmpiA
#define lstrcpy lstrcpyA
#define lstrcpyn lstrcpynA
#define lstrcat lstrcatA
#define FormatMessage FormatMessageA
#define QueryFullProcessImageName QueryFullProcessImageNameA
#define MoveFile MoveFileA
#define CopyFile CopyFileA
#define GetComputerName GetComputerNameA
#define GetUserName GetUserNameA
#define LookupPrivilegeName LookupPrivilegeNameA
#define LookupPrivilegeValue LookupPrivilegeValueA
#define InitiateSystemShutdown InitiateSystemShutdownA
#define InitiateSystemShutdownEx InitiateSystemShutdownExA
#define AbortSystemShutdown AbortSystemShutdownA
#define CreateJobObject CreateJobObjectA
#define OpenJobObject OpenJobObjectA
#endif

RD_SDK_END

#endif
