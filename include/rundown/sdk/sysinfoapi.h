/* SPDX-License-Identifier: MIT */
/* Time, version, processors, directories. */
#ifndef RD_SDK_SYSINFOAPI_H
#define RD_SDK_SYSINFOAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

typedef struct _SYSTEM_INFO {
    union {
        DWORD dwOemId;
        struct {
            WORD wProcessorArchitecture;
            WORD wReserved;
        };
    };
    DWORD dwPageSize;
    LPVOID lpMinimumApplicationAddress;
    LPVOID lpMaximumApplicationAddress;
    DWORD_PTR dwActiveProcessorMask;
    DWORD dwNumberOfProcessors;
    DWORD dwProcessorType;
    DWORD dwAllocationGranularity;
    WORD wProcessorLevel;
    WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

typedef struct _MEMORYSTATUSEX {
    DWORD dwLength;
    DWORD dwMemoryLoad;
    DWORDLONG ullTotalPhys;
    DWORDLONG ullAvailPhys;
    DWORDLONG ullTotalPageFile;
    DWORDLONG ullAvailPageFile;
    DWORDLONG ullTotalVirtual;
    DWORDLONG ullAvailVirtual;
    DWORDLONG ullAvailExtendedVirtual;
} MEMORYSTATUSEX, *LPMEMORYSTATUSEX;

WINBASEAPI DWORD GetTickCount(VOID);
WINBASEAPI ULONGLONG GetTickCount64(VOID);
WINBASEAPI VOID GetSystemTime(LPSYSTEMTIME lpSystemTime);
WINBASEAPI VOID GetLocalTime(LPSYSTEMTIME lpSystemTime);
WINBASEAPI VOID GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime);
WINBASEAPI VOID GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime);
WINBASEAPI VOID GetSystemInfo(LPSYSTEM_INFO lpSystemInfo);
WINBASEAPI VOID GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo);
WINBASEAPI BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer);
WINBASEAPI DWORD GetVersion(VOID);
WINBASEAPI BOOL GetVersionExA(LPOSVERSIONINFOA lpVersionInformation);
WINBASEAPI BOOL GetVersionExW(LPOSVERSIONINFOW lpVersionInformation);
WINBASEAPI UINT GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize);
WINBASEAPI UINT GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize);
WINBASEAPI UINT GetWindowsDirectoryA(LPSTR lpBuffer, UINT uSize);
WINBASEAPI UINT GetWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize);

#ifdef UNICODE
#define GetVersionEx GetVersionExW
#define GetSystemDirectory GetSystemDirectoryW
#define GetWindowsDirectory GetWindowsDirectoryW
#else
#define GetVersionEx GetVersionExA
#define GetSystemDirectory GetSystemDirectoryA
#define GetWindowsDirectory GetWindowsDirectoryA
#endif

RD_SDK_END

#endif
