/* SPDX-License-Identifier: MIT */
/* The thread pool. */
#ifndef RD_SDK_THREADPOOLAPISET_H
#define RD_SDK_THREADPOOLAPISET_H

#include "minwinbase.h"

RD_SDK_BEGIN

WINBASEAPI PTP_POOL CreateThreadpool(PVOID reserved);
WINBASEAPI VOID SetThreadpoolThreadMaximum(PTP_POOL ptpp, DWORD cthrdMost);
WINBASEAPI BOOL SetThreadpoolThreadMinimum(PTP_POOL ptpp, DWORD cthrdMic);
WINBASEAPI VOID CloseThreadpool(PTP_POOL ptpp);
WINBASEAPI PTP_CLEANUP_GROUP CreateThreadpoolCleanupGroup(VOID);
WINBASEAPI VOID CloseThreadpoolCleanupGroupMembers(PTP_CLEANUP_GROUP ptpcg,
                                                   BOOL fCancelPendingCallbacks,
                                                   PVOID pvCleanupContext);
WINBASEAPI VOID CloseThreadpoolCleanupGroup(PTP_CLEANUP_GROUP ptpcg);
WINBASEAPI BOOL TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK pfns, PVOID pv,
                                            PTP_CALLBACK_ENVIRON pcbe);
WINBASEAPI PTP_WORK CreateThreadpoolWork(PTP_WORK_CALLBACK pfnwk, PVOID pv,
                                         PTP_CALLBACK_ENVIRON pcbe);
WINBASEAPI VOID SubmitThreadpoolWork(PTP_WORK pwk);
WINBASEAPI VOID WaitForThreadpoolWorkCallbacks(PTP_WORK pwk, BOOL fCancelPendingCallbacks);
WINBASEAPI VOID CloseThreadpoolWork(PTP_WORK pwk);
WINBASEAPI PTP_TIMER CreateThreadpoolTimer(PTP_TIMER_CALLBACK pfnti, PVOID pv,
                                           PTP_CALLBACK_ENVIRON pcbe);
WINBASEAPI VOID SetThreadpoolTimer(PTP_TIMER pti, PFILETIME pftDueTime, DWORD msPeriod,
                                   DWORD msWindowLength);
WINBASEAPI BOOL IsThreadpoolTimerSet(PTP_TIMER pti);
WINBASEAPI VOID WaitForThreadpoolTimerCallbacks(PTP_TIMER pti, BOOL fCancelPendingCallbacks);
WINBASEAPI VOID CloseThreadpoolTimer(PTP_TIMER pti);
WINBASEAPI PTP_WAIT CreateThreadpoolWait(PTP_WAIT_CALLBACK pfnwa, PVOID pv,
                                         PTP_CALLBACK_ENVIRON pcbe);
WINBASEAPI VOID SetThreadpoolWait(PTP_WAIT pwa, HANDLE h, PFILETIME pftTimeout);
WINBASEAPI VOID WaitForThreadpoolWaitCallbacks(PTP_WAIT pwa, BOOL fCancelPendingCallbacks);
WINBASEAPI VOID CloseThreadpoolWait(PTP_WAIT pwa);

typedef VOID (*PTP_WIN32_IO_CALLBACK)(PTP_CALLBACK_INSTANCE Instance, PVOID Context,
                                      PVOID Overlapped, ULONG IoResult,
                                      ULONG_PTR NumberOfBytesTransferred, PTP_IO Io);

WINBASEAPI PTP_IO CreateThreadpoolIo(HANDLE fl, PTP_WIN32_IO_CALLBACK pfnio, PVOID pv,
                                     PTP_CALLBACK_ENVIRON pcbe);
WINBASEAPI VOID StartThreadpoolIo(PTP_IO pio);
WINBASEAPI VOID CancelThreadpoolIo(PTP_IO pio);
WINBASEAPI VOID WaitForThreadpoolIoCallbacks(PTP_IO pio, BOOL fCancelPendingCallbacks);
WINBASEAPI VOID CloseThreadpoolIo(PTP_IO pio);

WINBASEAPI VOID SetEventWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE evt);
WINBASEAPI VOID ReleaseMutexWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE mut);
WINBASEAPI VOID ReleaseSemaphoreWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HANDLE sem,
                                                    DWORD crel);
WINBASEAPI VOID LeaveCriticalSectionWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci,
                                                        PCRITICAL_SECTION pcs);
WINBASEAPI VOID FreeLibraryWhenCallbackReturns(PTP_CALLBACK_INSTANCE pci, HMODULE mod);
WINBASEAPI BOOL CallbackMayRunLong(PTP_CALLBACK_INSTANCE pci);
WINBASEAPI VOID DisassociateCurrentThreadFromCallback(PTP_CALLBACK_INSTANCE pci);

RD_SDK_INLINE VOID InitializeThreadpoolEnvironment(PTP_CALLBACK_ENVIRON pcbe) {
    __builtin_memset(pcbe, 0, sizeof(*pcbe));
    pcbe->Version = 3;
    pcbe->CallbackPriority = TP_CALLBACK_PRIORITY_NORMAL;
    pcbe->Size = sizeof(*pcbe);
}

RD_SDK_INLINE VOID SetThreadpoolCallbackPool(PTP_CALLBACK_ENVIRON pcbe, PTP_POOL ptpp) {
    pcbe->Pool = ptpp;
}

RD_SDK_INLINE VOID SetThreadpoolCallbackCleanupGroup(PTP_CALLBACK_ENVIRON pcbe,
                                                     PTP_CLEANUP_GROUP ptpcg,
                                                     PTP_CLEANUP_GROUP_CANCEL_CALLBACK pfng) {
    pcbe->CleanupGroup = ptpcg;
    pcbe->CleanupGroupCancelCallback = pfng;
}

RD_SDK_INLINE VOID SetThreadpoolCallbackPriority(PTP_CALLBACK_ENVIRON pcbe,
                                                 TP_CALLBACK_PRIORITY Priority) {
    pcbe->CallbackPriority = Priority;
}

RD_SDK_INLINE VOID SetThreadpoolCallbackPersistent(PTP_CALLBACK_ENVIRON pcbe) {
    pcbe->u.s.Persistent = 1;
}

RD_SDK_INLINE VOID SetThreadpoolCallbackRunsLong(PTP_CALLBACK_ENVIRON pcbe) {
    pcbe->u.s.LongFunction = 1;
}

RD_SDK_INLINE VOID SetThreadpoolCallbackLibrary(PTP_CALLBACK_ENVIRON pcbe, PVOID mod) {
    pcbe->RaceDll = mod;
}

RD_SDK_INLINE VOID DestroyThreadpoolEnvironment(PTP_CALLBACK_ENVIRON pcbe) {
    (void)pcbe;
}

RD_SDK_END

#endif
