/* SPDX-License-Identifier: MIT */
/* Processes and threads. */
#ifndef RD_SDK_PROCESSTHREADSAPI_H
#define RD_SDK_PROCESSTHREADSAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

typedef struct _PROCESS_INFORMATION {
    HANDLE hProcess;
    HANDLE hThread;
    DWORD dwProcessId;
    DWORD dwThreadId;
} PROCESS_INFORMATION, *PPROCESS_INFORMATION, *LPPROCESS_INFORMATION;

typedef struct _STARTUPINFOA {
    DWORD cb;
    LPSTR lpReserved;
    LPSTR lpDesktop;
    LPSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOA, *LPSTARTUPINFOA;

typedef struct _STARTUPINFOW {
    DWORD cb;
    LPWSTR lpReserved;
    LPWSTR lpDesktop;
    LPWSTR lpTitle;
    DWORD dwX;
    DWORD dwY;
    DWORD dwXSize;
    DWORD dwYSize;
    DWORD dwXCountChars;
    DWORD dwYCountChars;
    DWORD dwFillAttribute;
    DWORD dwFlags;
    WORD wShowWindow;
    WORD cbReserved2;
    LPBYTE lpReserved2;
    HANDLE hStdInput;
    HANDLE hStdOutput;
    HANDLE hStdError;
} STARTUPINFOW, *LPSTARTUPINFOW;

typedef struct _PROC_THREAD_ATTRIBUTE_LIST *PPROC_THREAD_ATTRIBUTE_LIST,
    *LPPROC_THREAD_ATTRIBUTE_LIST;

typedef struct _STARTUPINFOEXA {
    STARTUPINFOA StartupInfo;
    LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList;
} STARTUPINFOEXA, *LPSTARTUPINFOEXA;

typedef struct _STARTUPINFOEXW {
    STARTUPINFOW StartupInfo;
    LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList;
} STARTUPINFOEXW, *LPSTARTUPINFOEXW;

#ifdef UNICODE
typedef STARTUPINFOW STARTUPINFO, *LPSTARTUPINFO;
typedef STARTUPINFOEXW STARTUPINFOEX, *LPSTARTUPINFOEX;
#else
typedef STARTUPINFOA STARTUPINFO, *LPSTARTUPINFO;
typedef STARTUPINFOEXA STARTUPINFOEX, *LPSTARTUPINFOEX;
#endif

/* STARTUPINFO.dwFlags. */
#define STARTF_USESHOWWINDOW 0x00000001
#define STARTF_USESIZE 0x00000002
#define STARTF_USEPOSITION 0x00000004
#define STARTF_USECOUNTCHARS 0x00000008
#define STARTF_USEFILLATTRIBUTE 0x00000010
#define STARTF_FORCEONFEEDBACK 0x00000040
#define STARTF_FORCEOFFFEEDBACK 0x00000080
#define STARTF_USESTDHANDLES 0x00000100

/* CreateProcess and CreateThread flags. */
#define DEBUG_PROCESS 0x00000001
#define DEBUG_ONLY_THIS_PROCESS 0x00000002
#define CREATE_SUSPENDED 0x00000004
#define DETACHED_PROCESS 0x00000008
#define CREATE_NEW_CONSOLE 0x00000010
#define NORMAL_PRIORITY_CLASS 0x00000020
#define IDLE_PRIORITY_CLASS 0x00000040
#define HIGH_PRIORITY_CLASS 0x00000080
#define REALTIME_PRIORITY_CLASS 0x00000100
#define CREATE_NEW_PROCESS_GROUP 0x00000200
#define CREATE_UNICODE_ENVIRONMENT 0x00000400
#define CREATE_SEPARATE_WOW_VDM 0x00000800
#define CREATE_SHARED_WOW_VDM 0x00001000
#define BELOW_NORMAL_PRIORITY_CLASS 0x00004000
#define ABOVE_NORMAL_PRIORITY_CLASS 0x00008000
#define INHERIT_PARENT_AFFINITY 0x00010000
#define STACK_SIZE_PARAM_IS_A_RESERVATION 0x00010000
#define CREATE_PROTECTED_PROCESS 0x00040000
#define EXTENDED_STARTUPINFO_PRESENT 0x00080000
#define PROCESS_MODE_BACKGROUND_BEGIN 0x00100000
#define PROCESS_MODE_BACKGROUND_END 0x00200000
#define CREATE_BREAKAWAY_FROM_JOB 0x01000000
#define CREATE_PRESERVE_CODE_AUTHZ_LEVEL 0x02000000
#define CREATE_DEFAULT_ERROR_MODE 0x04000000
#define CREATE_NO_WINDOW 0x08000000

#define THREAD_PRIORITY_LOWEST THREAD_BASE_PRIORITY_MIN
#define THREAD_PRIORITY_BELOW_NORMAL (THREAD_PRIORITY_LOWEST + 1)
#define THREAD_PRIORITY_NORMAL 0
#define THREAD_PRIORITY_HIGHEST THREAD_BASE_PRIORITY_MAX
#define THREAD_PRIORITY_ABOVE_NORMAL (THREAD_PRIORITY_HIGHEST - 1)
#define THREAD_PRIORITY_ERROR_RETURN MAXLONG
#define THREAD_PRIORITY_TIME_CRITICAL THREAD_BASE_PRIORITY_LOWRT
#define THREAD_PRIORITY_IDLE THREAD_BASE_PRIORITY_IDLE
#define THREAD_MODE_BACKGROUND_BEGIN 0x00010000
#define THREAD_MODE_BACKGROUND_END 0x00020000

/* Attributes of a new process or thread. */
#define PROC_THREAD_ATTRIBUTE_PARENT_PROCESS 0x00020000
#define PROC_THREAD_ATTRIBUTE_HANDLE_LIST 0x00020002
#define PROC_THREAD_ATTRIBUTE_GROUP_AFFINITY 0x00030003
#define PROC_THREAD_ATTRIBUTE_PREFERRED_NODE 0x00020004
#define PROC_THREAD_ATTRIBUTE_IDEAL_PROCESSOR 0x00030005
#define PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY 0x00020007
#define PROC_THREAD_ATTRIBUTE_JOB_LIST 0x0002000D
#define PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY 0x0002000E

#define TLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)
#define QUEUE_USER_APC_FLAGS_NONE 0
#define QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC 1

/* Processes. */
WINBASEAPI BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                               LPSECURITY_ATTRIBUTES lpProcessAttributes,
                               LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                               DWORD dwCreationFlags, LPVOID lpEnvironment,
                               LPCSTR lpCurrentDirectory, LPSTARTUPINFOA lpStartupInfo,
                               LPPROCESS_INFORMATION lpProcessInformation);
WINBASEAPI BOOL CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                               LPSECURITY_ATTRIBUTES lpProcessAttributes,
                               LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                               DWORD dwCreationFlags, LPVOID lpEnvironment,
                               LPCWSTR lpCurrentDirectory, LPSTARTUPINFOW lpStartupInfo,
                               LPPROCESS_INFORMATION lpProcessInformation);
WINBASEAPI HANDLE OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId);
WINBASEAPI DECLSPEC_NORETURN VOID ExitProcess(UINT uExitCode);
WINBASEAPI BOOL TerminateProcess(HANDLE hProcess, UINT uExitCode);
WINBASEAPI BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode);
WINBASEAPI BOOL GetProcessTimes(HANDLE hProcess, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
                                LPFILETIME lpKernelTime, LPFILETIME lpUserTime);
WINBASEAPI HANDLE GetCurrentProcess(VOID);
WINBASEAPI DWORD GetCurrentProcessId(VOID);
WINBASEAPI DWORD GetProcessId(HANDLE Process);
WINBASEAPI DWORD GetProcessVersion(DWORD ProcessId);
WINBASEAPI BOOL GetProcessHandleCount(HANDLE hProcess, PDWORD pdwHandleCount);
WINBASEAPI DWORD GetPriorityClass(HANDLE hProcess);
WINBASEAPI BOOL SetPriorityClass(HANDLE hProcess, DWORD dwPriorityClass);
WINBASEAPI BOOL GetProcessPriorityBoost(HANDLE hProcess, PBOOL pDisablePriorityBoost);
WINBASEAPI BOOL SetProcessPriorityBoost(HANDLE hProcess, BOOL bDisablePriorityBoost);
WINBASEAPI BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId);
WINBASEAPI BOOL SetProcessShutdownParameters(DWORD dwLevel, DWORD dwFlags);
WINBASEAPI BOOL GetProcessShutdownParameters(LPDWORD lpdwLevel, LPDWORD lpdwFlags);
WINBASEAPI VOID GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo);
WINBASEAPI VOID GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo);
WINBASEAPI BOOL IsProcessorFeaturePresent(DWORD ProcessorFeature);
WINBASEAPI VOID FlushProcessWriteBuffers(VOID);
WINBASEAPI BOOL FlushInstructionCache(HANDLE hProcess, LPCVOID lpBaseAddress, SIZE_T dwSize);
WINBASEAPI BOOL IsProcessCritical(HANDLE hProcess, PBOOL Critical);
WINBASEAPI BOOL IsWow64Process(HANDLE hProcess, PBOOL Wow64Process);
WINBASEAPI BOOL InitializeProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList,
                                                  DWORD dwAttributeCount, DWORD dwFlags,
                                                  PSIZE_T lpSize);
WINBASEAPI BOOL UpdateProcThreadAttribute(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList,
                                          DWORD dwFlags, DWORD_PTR Attribute, PVOID lpValue,
                                          SIZE_T cbSize, PVOID lpPreviousValue,
                                          PSIZE_T lpReturnSize);
WINBASEAPI VOID DeleteProcThreadAttributeList(LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList);

/* Threads. */
WINBASEAPI HANDLE CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                               LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
                               DWORD dwCreationFlags, LPDWORD lpThreadId);
WINBASEAPI HANDLE CreateRemoteThread(HANDLE hProcess, LPSECURITY_ATTRIBUTES lpThreadAttributes,
                                     SIZE_T dwStackSize, LPTHREAD_START_ROUTINE lpStartAddress,
                                     LPVOID lpParameter, DWORD dwCreationFlags, LPDWORD lpThreadId);
WINBASEAPI HANDLE CreateRemoteThreadEx(HANDLE hProcess, LPSECURITY_ATTRIBUTES lpThreadAttributes,
                                       SIZE_T dwStackSize, LPTHREAD_START_ROUTINE lpStartAddress,
                                       LPVOID lpParameter, DWORD dwCreationFlags,
                                       LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList,
                                       LPDWORD lpThreadId);
WINBASEAPI HANDLE OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId);
WINBASEAPI DECLSPEC_NORETURN VOID ExitThread(DWORD dwExitCode);
WINBASEAPI BOOL TerminateThread(HANDLE hThread, DWORD dwExitCode);
WINBASEAPI BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode);
WINBASEAPI BOOL GetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
                               LPFILETIME lpKernelTime, LPFILETIME lpUserTime);
WINBASEAPI HANDLE GetCurrentThread(VOID);
WINBASEAPI DWORD GetCurrentThreadId(VOID);
WINBASEAPI DWORD GetThreadId(HANDLE Thread);
WINBASEAPI DWORD GetProcessIdOfThread(HANDLE Thread);
WINBASEAPI DWORD SuspendThread(HANDLE hThread);
WINBASEAPI DWORD ResumeThread(HANDLE hThread);
WINBASEAPI DWORD QueueUserAPC(PAPCFUNC pfnAPC, HANDLE hThread, ULONG_PTR dwData);
WINBASEAPI BOOL SwitchToThread(VOID);
WINBASEAPI int GetThreadPriority(HANDLE hThread);
WINBASEAPI BOOL SetThreadPriority(HANDLE hThread, int nPriority);
WINBASEAPI BOOL GetThreadPriorityBoost(HANDLE hThread, PBOOL pDisablePriorityBoost);
WINBASEAPI BOOL SetThreadPriorityBoost(HANDLE hThread, BOOL bDisablePriorityBoost);
WINBASEAPI BOOL GetThreadContext(HANDLE hThread, LPCONTEXT lpContext);
WINBASEAPI BOOL SetThreadContext(HANDLE hThread, const CONTEXT *lpContext);
WINBASEAPI BOOL SetThreadStackGuarantee(PULONG StackSizeInBytes);
WINBASEAPI VOID GetCurrentThreadStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit);
WINBASEAPI BOOL GetThreadIOPendingFlag(HANDLE hThread, PBOOL lpIOIsPending);
WINBASEAPI HRESULT SetThreadDescription(HANDLE hThread, PCWSTR lpThreadDescription);
WINBASEAPI HRESULT GetThreadDescription(HANDLE hThread, PWSTR *ppszThreadDescription);
WINBASEAPI DWORD GetCurrentProcessorNumber(VOID);

/* Thread-local storage. */
WINBASEAPI DWORD TlsAlloc(VOID);
WINBASEAPI LPVOID TlsGetValue(DWORD dwTlsIndex);
WINBASEAPI BOOL TlsSetValue(DWORD dwTlsIndex, LPVOID lpTlsValue);
WINBASEAPI BOOL TlsFree(DWORD dwTlsIndex);

#ifdef UNICODE
#define CreateProcess CreateProcessW
#define GetStartupInfo GetStartupInfoW
#else
#define CreateProcess CreateProcessA
#define GetStartupInfo GetStartupInfoA
#endif

RD_SDK_END

#endif
