/* SPDX-License-Identifier: MIT */
/* Heaps. */
#ifndef RD_SDK_HEAPAPI_H
#define RD_SDK_HEAPAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

typedef enum _HEAP_INFORMATION_CLASS {
    HeapCompatibilityInformation = 0,
    HeapEnableTerminationOnCorruption = 1
} HEAP_INFORMATION_CLASS;

WINBASEAPI HANDLE GetProcessHeap(VOID);
WINBASEAPI DWORD GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps);
WINBASEAPI HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize);
WINBASEAPI BOOL HeapDestroy(HANDLE hHeap);
WINBASEAPI LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes);
WINBASEAPI LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes);
WINBASEAPI BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem);
WINBASEAPI SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);
WINBASEAPI BOOL HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem);
WINBASEAPI SIZE_T HeapCompact(HANDLE hHeap, DWORD dwFlags);
WINBASEAPI BOOL HeapLock(HANDLE hHeap);
WINBASEAPI BOOL HeapUnlock(HANDLE hHeap);
WINBASEAPI BOOL HeapSetInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                                   PVOID HeapInformation, SIZE_T HeapInformationLength);

RD_SDK_END

#endif
