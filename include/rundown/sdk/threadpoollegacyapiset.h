/* SPDX-License-Identifier: MIT */
/* The older thread pool. */
#ifndef RD_SDK_THREADPOOLLEGACYAPISET_H
#define RD_SDK_THREADPOOLLEGACYAPISET_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI BOOL QueueUserWorkItem(LPTHREAD_START_ROUTINE Function, PVOID Context, ULONG Flags);
WINBASEAPI BOOL UnregisterWaitEx(HANDLE WaitHandle, HANDLE CompletionEvent);
WINBASEAPI HANDLE CreateTimerQueue(VOID);
WINBASEAPI BOOL CreateTimerQueueTimer(PHANDLE phNewTimer, HANDLE TimerQueue,
                                      WAITORTIMERCALLBACK Callback, PVOID Parameter, DWORD DueTime,
                                      DWORD Period, ULONG Flags);
WINBASEAPI BOOL ChangeTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, ULONG DueTime, ULONG Period);
WINBASEAPI BOOL DeleteTimerQueueTimer(HANDLE TimerQueue, HANDLE Timer, HANDLE CompletionEvent);
WINBASEAPI BOOL DeleteTimerQueue(HANDLE TimerQueue);
WINBASEAPI BOOL DeleteTimerQueueEx(HANDLE TimerQueue, HANDLE CompletionEvent);

RD_SDK_END

#endif
