/* SPDX-License-Identifier: MIT */
/* Jobs. */
#ifndef RD_SDK_JOBAPI_H
#define RD_SDK_JOBAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI HANDLE CreateJobObjectW(LPSECURITY_ATTRIBUTES lpJobAttributes, LPCWSTR lpName);
WINBASEAPI HANDLE OpenJobObjectW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName);
WINBASEAPI BOOL AssignProcessToJobObject(HANDLE hJob, HANDLE hProcess);
WINBASEAPI BOOL TerminateJobObject(HANDLE hJob, UINT uExitCode);
WINBASEAPI BOOL SetInformationJobObject(HANDLE hJob, JOBOBJECTINFOCLASS JobObjectInformationClass,
                                        LPVOID lpJobObjectInformation,
                                        DWORD cbJobObjectInformationLength);
WINBASEAPI BOOL QueryInformationJobObject(HANDLE hJob, JOBOBJECTINFOCLASS JobObjectInformationClass,
                                          LPVOID lpJobObjectInformation,
                                          DWORD cbJobObjectInformationLength,
                                          LPDWORD lpReturnLength);
WINBASEAPI BOOL IsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle, PBOOL Result);

#ifdef UNICODE
#define CreateJobObject CreateJobObjectW
#define OpenJobObject OpenJobObjectW
#endif

RD_SDK_END

#endif
