/* win32_process.c - processes: open, end, and what can be asked of them. */
#include "api/win32_state.h"

HANDLE GetCurrentProcess(VOID) {
    return api_handle(API_CURRENT_PROCESS);
}

DWORD GetCurrentProcessId(VOID) {
    struct api_caller me;
    return api_caller_get(&me) ? me.process->pid : 0;
}

HANDLE OpenProcess(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwProcessId) {
    struct api_caller me;
    HANDLE handle = NULL;
    if (!api_caller_get(&me))
        return NULL;
    const struct ps_process *peeked = ps_process_by_id(me.w, dwProcessId);
    ke_point(me.w, peeked ? ob_id(peeked) : core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    ps_touch_id(me.w, dwProcessId);
    struct ps_process *process = ps_process_by_id(me.w, dwProcessId);
    if (process && me.w->options.dialect == RD_DIALECT_DOCUMENTED && process->rundown)
        process = NULL; /* HNDL-14 */
    NTSTATUS status = STATUS_INVALID_CID;
    if (process && process->system && dwDesiredAccess & ~(DWORD)PROCESS_QUERY_LIMITED_INFORMATION)
        status = STATUS_ACCESS_DENIED;
    else if (process)
        status = api_new_handle(&me, process, dwDesiredAccess, bInheritHandle != FALSE, &handle);
    api_result(&me, status);
    return handle;
}

/* ---- ends ------------------------------------------------------------------------------------ */

VOID ExitProcess(UINT uExitCode) {
    struct api_caller me;
    if (!api_caller_get(&me))
        api_no_caller("ExitProcess");
    ldr_exit_process(me.w, uExitCode);
}

BOOL TerminateProcess(HANDLE hProcess, UINT uExitCode) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_TERMINATE, KE_WRITE, &process);
    if (NT_SUCCESS(status))
        status = ps_terminate_process(me.w, process, (NTSTATUS)uExitCode);
    return api_result(&me, status);
}

BOOL GetExitCodeProcess(HANDLE hProcess, LPDWORD lpExitCode) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (lpExitCode)
        *lpExitCode = process->status_visible ? (DWORD)process->exit_status : STILL_ACTIVE;
    return TRUE;
}

/* ---- questions ------------------------------------------------------------------------------- */

DWORD GetProcessId(HANDLE Process) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, Process, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    return api_result(&me, status) ? process->pid : 0;
}

BOOL GetProcessTimes(HANDLE hProcess, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
                     LPFILETIME lpKernelTime, LPFILETIME lpUserTime) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    api_set_file_time(lpCreationTime, api_file_time(process->create_time));
    api_set_file_time(lpExitTime, process->status_visible ? api_file_time(process->exit_time) : 0);
    struct ps_times times = ps_process_times(process);
    api_set_file_time(lpKernelTime, times.kernel);
    api_set_file_time(lpUserTime, times.user);
    return TRUE;
}

BOOL GetProcessHandleCount(HANDLE hProcess, PDWORD pdwHandleCount) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (!pdwHandleCount)
        return api_fail(&me, ERROR_NOACCESS);
    *pdwHandleCount = process->handles.count;
    return TRUE;
}

BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    const struct ps_process *process = ps_process_by_id(me.w, dwProcessId);
    if (!process)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    *pSessionId = process->session;
    return TRUE;
}

BOOL IsWow64Process(HANDLE hProcess, PBOOL Wow64Process) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    if (NT_SUCCESS(status))
        *Wow64Process = FALSE;
    return api_result(&me, status);
}

BOOL FlushInstructionCache(HANDLE hProcess, LPCVOID lpBaseAddress, SIZE_T dwSize) {
    struct api_caller me;
    struct ps_process *process;
    (void)lpBaseAddress, (void)dwSize;
    return api_result(&me, api_process_of(&me, hProcess, 0, KE_READ, &process));
}

VOID FlushProcessWriteBuffers(VOID) {
    struct api_caller me;
    if (api_caller_get(&me))
        ke_point(me.w, 0, KE_NOTHING);
}

/* ---- image name ------------------------------------------------------------------------------ */

static NTSTATUS image_name(struct api_caller *me, HANDLE handle, const char **name) {
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(me, handle, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    if (NT_SUCCESS(status))
        *name = core_textf(me->w, "C:\\%s", process->name);
    return status;
}

static BOOL give_image_name(struct api_caller *me, DWORD length, PDWORD size) {
    if (length >= *size)
        return api_fail(me, ERROR_INSUFFICIENT_BUFFER);
    *size = length;
    return TRUE;
}

BOOL QueryFullProcessImageNameA(HANDLE hProcess, DWORD dwFlags, LPSTR lpExeName, PDWORD lpdwSize) {
    struct api_caller me;
    const char *name = "";
    (void)dwFlags;
    if (!api_result(&me, image_name(&me, hProcess, &name)))
        return FALSE;
    return give_image_name(&me, api_copy_a(name, lpExeName, *lpdwSize), lpdwSize);
}

BOOL QueryFullProcessImageNameW(HANDLE hProcess, DWORD dwFlags, LPWSTR lpExeName, PDWORD lpdwSize) {
    struct api_caller me;
    const char *name = "";
    (void)dwFlags;
    if (!api_result(&me, image_name(&me, hProcess, &name)))
        return FALSE;
    return give_image_name(&me, api_copy_w(name, lpExeName, *lpdwSize), lpdwSize);
}

/* ---- priority and shutdown parameters -------------------------------------------------------- */

DWORD GetPriorityClass(HANDLE hProcess) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, hProcess, PROCESS_QUERY_LIMITED_INFORMATION, KE_READ, &process);
    return api_result(&me, status) ? api_process_data(me.w, process)->priority_class : 0;
}

/* What the scheduler of this machine does not look at is remembered all the same. */

BOOL GetProcessPriorityBoost(HANDLE hProcess, PBOOL pDisablePriorityBoost) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_QUERY_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    *pDisablePriorityBoost = api_process_data(me.w, process)->no_boost;
    return TRUE;
}

BOOL SetProcessPriorityBoost(HANDLE hProcess, BOOL bDisablePriorityBoost) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_SET_INFORMATION, KE_WRITE, &process);
    if (!api_result(&me, status))
        return FALSE;
    api_process_data(me.w, process)->no_boost = bDisablePriorityBoost != FALSE;
    return TRUE;
}

BOOL GetProcessWorkingSetSize(HANDLE hProcess, PSIZE_T lpMinimumWorkingSetSize,
                              PSIZE_T lpMaximumWorkingSetSize) {
    enum { LEAST = 50 * 4096, MOST = 345 * 4096 };
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_QUERY_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    const SIZE_T *set = api_process_data(me.w, process)->working_set;
    *lpMinimumWorkingSetSize = set[1] ? set[0] : LEAST;
    *lpMaximumWorkingSetSize = set[1] ? set[1] : MOST;
    return TRUE;
}

/* Both -1: what the process uses is to be paged out, its limits stay. */
BOOL SetProcessWorkingSetSize(HANDLE hProcess, SIZE_T dwMinimumWorkingSetSize,
                              SIZE_T dwMaximumWorkingSetSize) {
    const SIZE_T empty = (SIZE_T)-1;
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_SET_QUOTA, KE_WRITE, &process);
    bool empties = dwMinimumWorkingSetSize == empty && dwMaximumWorkingSetSize == empty;
    if (NT_SUCCESS(status) && !empties &&
        (!dwMaximumWorkingSetSize || dwMinimumWorkingSetSize > dwMaximumWorkingSetSize))
        status = STATUS_INVALID_PARAMETER;
    if (!api_result(&me, status))
        return FALSE;
    SIZE_T *set = api_process_data(me.w, process)->working_set;
    set[0] = empties ? set[0] : dwMinimumWorkingSetSize;
    set[1] = empties ? set[1] : dwMaximumWorkingSetSize;
    return TRUE;
}

static bool is_priority_class(DWORD class) {
    static const DWORD classes[] = {IDLE_PRIORITY_CLASS,           BELOW_NORMAL_PRIORITY_CLASS,
                                    NORMAL_PRIORITY_CLASS,         ABOVE_NORMAL_PRIORITY_CLASS,
                                    HIGH_PRIORITY_CLASS,           REALTIME_PRIORITY_CLASS,
                                    PROCESS_MODE_BACKGROUND_BEGIN, PROCESS_MODE_BACKGROUND_END};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (classes[i] == class)
            return true;
    return false;
}

BOOL SetPriorityClass(HANDLE hProcess, DWORD dwPriorityClass) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_SET_INFORMATION, KE_WRITE, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (!is_priority_class(dwPriorityClass))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (dwPriorityClass < PROCESS_MODE_BACKGROUND_BEGIN)
        api_process_data(me.w, process)->priority_class = dwPriorityClass;
    return TRUE;
}
