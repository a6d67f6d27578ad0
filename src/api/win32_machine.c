/*
 * win32_machine.c - questions about processors, memory and tokens that have one answer on a
 * simulated machine: one processor, a user who may do everything.
 */
#include "api/win32_state.h"
#include "rundown/sdk/psapi.h"

enum { ONLY_PROCESSOR = 1 };

static struct ps_process *process_of(struct api_caller *me, HANDLE handle, uint32_t access,
                                     enum ke_access_kind kind) {
    struct ps_process *process;
    NTSTATUS status = api_process_of(me, handle, access, kind, &process);
    return api_result(me, status) ? process : NULL;
}

static struct ps_thread *thread_of(struct api_caller *me, HANDLE handle, uint32_t access,
                                   enum ke_access_kind kind) {
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(me, handle, access, kind, &thread);
    return api_result(me, status) ? thread : NULL;
}

/* ---- processors ------------------------------------------------------------------------------ */

BOOL GetProcessAffinityMask(HANDLE hProcess, PDWORD_PTR lpProcessAffinityMask,
                            PDWORD_PTR lpSystemAffinityMask) {
    struct api_caller me;
    if (!process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ))
        return FALSE;
    *lpProcessAffinityMask = *lpSystemAffinityMask = ONLY_PROCESSOR;
    return TRUE;
}

BOOL SetProcessAffinityMask(HANDLE hProcess, DWORD_PTR dwProcessAffinityMask) {
    struct api_caller me;
    const struct ps_process *process = process_of(&me, hProcess, PROCESS_SET_INFORMATION, KE_WRITE);
    if (!process)
        return FALSE;
    if (process->rundown)
        return api_result(&me, STATUS_PROCESS_IS_TERMINATING); /* PROC-45 */
    if (dwProcessAffinityMask != ONLY_PROCESSOR)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    return TRUE;
}

DWORD_PTR SetThreadAffinityMask(HANDLE hThread, DWORD_PTR dwThreadAffinityMask) {
    struct api_caller me;
    if (!thread_of(&me, hThread, THREAD_SET_LIMITED_INFORMATION, KE_WRITE))
        return 0;
    if (!(dwThreadAffinityMask & ONLY_PROCESSOR))
        return (DWORD_PTR)api_fail(&me, ERROR_INVALID_PARAMETER);
    return ONLY_PROCESSOR;
}

BOOL IsProcessorFeaturePresent(DWORD ProcessorFeature) {
    return api_processor_has(ProcessorFeature);
}

/* Registers of other threads are not simulated. */
static BOOL no_context(HANDLE handle, uint32_t access) {
    struct api_caller me;
    const struct ps_thread *thread = thread_of(&me, handle, access, KE_READ);
    if (!thread)
        return FALSE;
    return api_fail(&me, thread->terminated ? ERROR_GEN_FAILURE : ERROR_NOT_SUPPORTED);
}

BOOL GetThreadContext(HANDLE hThread, LPCONTEXT lpContext) {
    (void)lpContext;
    return no_context(hThread, THREAD_GET_CONTEXT);
}

BOOL SetThreadContext(HANDLE hThread, const CONTEXT *lpContext) {
    (void)lpContext;
    return no_context(hThread, THREAD_SET_CONTEXT);
}

BOOL GetThreadIOPendingFlag(HANDLE hThread, PBOOL lpIOIsPending) {
    struct api_caller me;
    if (!thread_of(&me, hThread, THREAD_QUERY_INFORMATION, KE_READ))
        return FALSE;
    *lpIOIsPending = FALSE;
    return TRUE;
}

BOOL SetThreadStackGuarantee(PULONG StackSizeInBytes) {
    *StackSizeInBytes = 0;
    return TRUE;
}

BOOL IsProcessCritical(HANDLE hProcess, PBOOL Critical) {
    struct api_caller me;
    const struct ps_process *process =
        process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ);
    if (!process)
        return FALSE;
    *Critical = process->critical;
    return TRUE;
}

DWORD GetProcessVersion(DWORD ProcessId) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    if (ProcessId && !ps_process_by_id(me.w, ProcessId))
        return (DWORD)api_fail(&me, ERROR_INVALID_PARAMETER);
    return me.w->profile->major << 16 | me.w->profile->minor;
}

/* ---- memory ---------------------------------------------------------------------------------- */

BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer) {
    static const uint64_t gibibyte = UINT64_C(1) << 30;
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (lpBuffer->dwLength != sizeof *lpBuffer)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    *lpBuffer = (MEMORYSTATUSEX){.dwLength = sizeof *lpBuffer,
                                 .dwMemoryLoad = 50,
                                 .ullTotalPhys = 4 * gibibyte,
                                 .ullAvailPhys = 2 * gibibyte,
                                 .ullTotalPageFile = 8 * gibibyte,
                                 .ullAvailPageFile = 6 * gibibyte,
                                 .ullTotalVirtual = UINT64_C(0x7FFFFFFE0000),
                                 .ullAvailVirtual = UINT64_C(0x7FFF00000000)};
    return TRUE;
}

BOOL GetProcessMemoryInfo(HANDLE Process, PPROCESS_MEMORY_COUNTERS ppsmemCounters, DWORD cb) {
    struct api_caller me;
    const struct ps_process *process =
        process_of(&me, Process, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ);
    if (!process)
        return FALSE;
    if (cb < sizeof *ppsmemCounters)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    memset(ppsmemCounters, 0, sizeof *ppsmemCounters);
    ppsmemCounters->cb = sizeof *ppsmemCounters;
    ppsmemCounters->WorkingSetSize = ppsmemCounters->PagefileUsage = process->heap_bytes;
    return TRUE;
}
