/* SPDX-License-Identifier: MIT */
/* Fibre-local storage. */
#ifndef RD_SDK_FIBERSAPI_H
#define RD_SDK_FIBERSAPI_H

#include "minwinbase.h"

RD_SDK_BEGIN

#define FLS_OUT_OF_INDEXES ((DWORD)0xFFFFFFFF)
#define FIBER_FLAG_FLOAT_SWITCH 0x1

WINBASEAPI DWORD FlsAlloc(PFLS_CALLBACK_FUNCTION lpCallback);
WINBASEAPI PVOID FlsGetValue(DWORD dwFlsIndex);
WINBASEAPI BOOL FlsSetValue(DWORD dwFlsIndex, PVOID lpFlsData);
WINBASEAPI BOOL FlsFree(DWORD dwFlsIndex);
WINBASEAPI BOOL IsThreadAFiber(VOID);

RD_SDK_END

#endif
