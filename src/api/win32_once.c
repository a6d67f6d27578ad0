/* win32_once.c - one-time initialisation, barriers, waits on an address. */
#include "api/win32_park.h"
#include "rundown/sdk/rd_ntdll.h"

/* Low two bits of INIT_ONCE.Ptr; the rest is the context. */
enum once_state { ONCE_NEW, ONCE_PENDING, ONCE_DONE, ONCE_ASYNC_PENDING, ONCE_STATE_MASK = 3 };

static enum once_state once_state(const INIT_ONCE *once) {
    return (enum once_state)((uintptr_t)once->Ptr & ONCE_STATE_MASK);
}

static PVOID once_context(const INIT_ONCE *once) {
    return (PVOID)((uintptr_t)once->Ptr & ~(uintptr_t)ONCE_STATE_MASK);
}

static void set_once(LPINIT_ONCE once, enum once_state state, const void *context) {
    once->Ptr = (PVOID)((uintptr_t)context | (uintptr_t)state);
}

VOID InitOnceInitialize(PINIT_ONCE InitOnce) {
    InitOnce->Ptr = NULL;
}

static NTSTATUS begin_once(struct api_caller *me, LPINIT_ONCE once, DWORD flags, BOOL *pending) {
    bool async = (flags & INIT_ONCE_ASYNC) != 0;
    *pending = FALSE;
    if (flags & INIT_ONCE_CHECK_ONLY)
        return once_state(once) == ONCE_DONE ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    while (once_state(once) != ONCE_DONE) {
        *pending = TRUE;
        switch (once_state(once)) {
        case ONCE_NEW:
            set_once(once, async ? ONCE_ASYNC_PENDING : ONCE_PENDING, NULL);
            return STATUS_SUCCESS;
        case ONCE_ASYNC_PENDING:
            return async ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER_2;
        default:
            if (async)
                return STATUS_INVALID_PARAMETER_2;
            api_check_orphan(me, 0, "a one-time initialisation");
            api_park(me, once, INFINITE, "for a one-time initialisation that another thread does");
        }
        *pending = FALSE;
    }
    return STATUS_SUCCESS;
}

BOOL InitOnceBeginInitialize(LPINIT_ONCE lpInitOnce, DWORD dwFlags, PBOOL fPending,
                             LPVOID *lpContext) {
    enum { KNOWN = INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC };
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwFlags & ~(DWORD)KNOWN || (dwFlags & KNOWN) == KNOWN)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    api_memory_point(&me, lpInitOnce, KE_WRITE);
    NTSTATUS status = begin_once(&me, lpInitOnce, dwFlags, fPending);
    if (NT_SUCCESS(status) && !*fPending && lpContext)
        *lpContext = once_context(lpInitOnce);
    return api_result(&me, status);
}

static NTSTATUS complete_once(LPINIT_ONCE once, DWORD flags, const void *context) {
    bool async = (flags & INIT_ONCE_ASYNC) != 0, failed = (flags & INIT_ONCE_INIT_FAILED) != 0;
    if ((uintptr_t)context & ONCE_STATE_MASK || (failed && (context || async)))
        return STATUS_INVALID_PARAMETER;
    if (async)
        return once_state(once) == ONCE_ASYNC_PENDING ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    return once_state(once) == ONCE_PENDING ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS end_once(struct api_caller *me, LPINIT_ONCE once, DWORD flags, PVOID context) {
    enum { KNOWN = INIT_ONCE_ASYNC | INIT_ONCE_INIT_FAILED };
    if (flags & ~(DWORD)KNOWN)
        return STATUS_INVALID_PARAMETER;
    api_memory_point(me, once, KE_WRITE);
    NTSTATUS status = complete_once(once, flags, context);
    if (!NT_SUCCESS(status))
        return status;
    set_once(once, flags & INIT_ONCE_INIT_FAILED ? ONCE_NEW : ONCE_DONE, context);
    api_unpark(me, once, UINT32_MAX);
    return STATUS_SUCCESS;
}

BOOL InitOnceComplete(LPINIT_ONCE lpInitOnce, DWORD dwFlags, LPVOID lpContext) {
    struct api_caller me;
    return api_caller_get(&me) && api_result(&me, end_once(&me, lpInitOnce, dwFlags, lpContext));
}

BOOL InitOnceExecuteOnce(PINIT_ONCE InitOnce, PINIT_ONCE_FN InitFn, PVOID Parameter,
                         LPVOID *Context) {
    BOOL pending;
    if (!InitOnceBeginInitialize(InitOnce, 0, &pending, Context))
        return FALSE;
    if (!pending)
        return TRUE;
    if (!InitFn(InitOnce, Parameter, Context)) { /* which gets what the caller has given */
        InitOnceComplete(InitOnce, INIT_ONCE_INIT_FAILED, NULL);
        return FALSE;
    }
    return InitOnceComplete(InitOnce, 0, Context ? *Context : NULL);
}

VOID RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce) {
    InitOnceInitialize(RunOnce);
}

NTSTATUS RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID *Context) {
    enum { KNOWN = RTL_RUN_ONCE_CHECK_ONLY | RTL_RUN_ONCE_ASYNC };
    struct api_caller me;
    BOOL pending;
    if (!api_caller_get(&me) || Flags & ~(ULONG)KNOWN || (Flags & KNOWN) == KNOWN)
        return STATUS_INVALID_PARAMETER_2;
    api_memory_point(&me, RunOnce, KE_WRITE);
    NTSTATUS status = begin_once(&me, RunOnce, Flags, &pending);
    if (NT_SUCCESS(status) && !pending && Context)
        *Context = once_context(RunOnce);
    return NT_SUCCESS(status) && pending ? STATUS_PENDING : status;
}

NTSTATUS RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context) {
    struct api_caller me;
    return api_caller_get(&me) ? end_once(&me, RunOnce, Flags, Context) : STATUS_INVALID_PARAMETER;
}

NTSTATUS RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce, PRTL_RUN_ONCE_INIT_FN InitFn, PVOID Parameter,
                               PVOID *Context) {
    NTSTATUS status = RtlRunOnceBeginInitialize(RunOnce, 0, Context);
    if (status != STATUS_PENDING)
        return status;
    if (InitFn(RunOnce, Parameter, Context))
        return RtlRunOnceComplete(RunOnce, 0, Context ? *Context : NULL);
    RtlRunOnceComplete(RunOnce, RTL_RUN_ONCE_INIT_FAILED, NULL);
    return STATUS_UNSUCCESSFUL;
}

/* ---- barriers -------------------------------------------------------------------------------- */

/* Reserved1: threads still to come; Reserved2: threads in all; Reserved4: rounds completed. */
BOOL InitializeSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier, LONG lTotalThreads,
                                      LONG lSpinCount) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!lpBarrier || lTotalThreads <= 0 || lSpinCount < -1)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    memset(lpBarrier, 0, sizeof *lpBarrier);
    lpBarrier->Reserved1 = lpBarrier->Reserved2 = (DWORD)lTotalThreads;
    return TRUE;
}

BOOL EnterSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier, DWORD dwFlags) {
    struct api_caller me;
    (void)dwFlags;
    if (!api_caller_get(&me))
        return FALSE;
    api_memory_point(&me, lpBarrier, KE_WRITE);
    DWORD round = lpBarrier->Reserved4;
    if (--lpBarrier->Reserved1 == 0) {
        lpBarrier->Reserved1 = lpBarrier->Reserved2;
        lpBarrier->Reserved4++;
        api_unpark(&me, lpBarrier, UINT32_MAX);
        return TRUE;
    }
    while (lpBarrier->Reserved4 == round)
        api_park(&me, lpBarrier, INFINITE, "for the other threads at a barrier");
    return FALSE;
}

BOOL DeleteSynchronizationBarrier(LPSYNCHRONIZATION_BARRIER lpBarrier) {
    memset(lpBarrier, 0, sizeof *lpBarrier);
    return TRUE;
}

/* ---- addresses ------------------------------------------------------------------------------- */

static bool is_legal_size(SIZE_T size) {
    return size == 1 || size == 2 || size == 4 || size == 8;
}

BOOL WaitOnAddress(volatile VOID *Address, PVOID CompareAddress, SIZE_T AddressSize,
                   DWORD dwMilliseconds) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!is_legal_size(AddressSize))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    api_memory_point(&me, Address, KE_WRITE);
    if (memcmp((const void *)(uintptr_t)Address, CompareAddress, AddressSize) != 0)
        return TRUE;
    NTSTATUS status = STATUS_TIMEOUT;
    if (dwMilliseconds)
        status = api_park(&me, Address, dwMilliseconds, "for a change of memory (WaitOnAddress)");
    return status == STATUS_TIMEOUT ? api_fail(&me, ERROR_TIMEOUT) : TRUE;
}

VOID WakeByAddressSingle(PVOID Address) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, Address, KE_WRITE);
    api_unpark(&me, Address, 1);
}

VOID WakeByAddressAll(PVOID Address) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    api_memory_point(&me, Address, KE_WRITE);
    api_unpark(&me, Address, UINT32_MAX);
}
