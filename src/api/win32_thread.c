/* win32_thread.c - threads: create, open, end, suspend, and what can be asked of them. */
#include "api/win32_state.h"
#include "ldr/verify.h"

HANDLE GetCurrentThread(VOID) {
    return api_handle(API_CURRENT_THREAD);
}

DWORD GetCurrentThreadId(VOID) {
    struct api_caller me;
    return api_caller_get(&me) ? me.thread->tcb.tid : 0;
}

DWORD GetCurrentProcessorNumber(VOID) {
    return 0;
}

/* ---- creation -------------------------------------------------------------------------------- */

struct new_thread {
    HANDLE process;
    const SECURITY_ATTRIBUTES *attributes;
    SIZE_T stack_size;
    LPTHREAD_START_ROUTINE start;
    LPVOID parameter;
    DWORD flags;
    LPDWORD id;
};

/* Rights that CreateRemoteThread needs on its target (THRD-28). */
enum {
    REMOTE_RIGHTS = PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION |
                    PROCESS_VM_WRITE | PROCESS_VM_READ
};

static NTSTATUS perform_create(struct api_caller *me, struct ps_process *process,
                               const struct new_thread *new, HANDLE *handle) {
    struct ps_thread *thread;
    size_t least = me->w->options.stack_size;
    ke_enter_kernel(&me->thread->tcb); /* if it is killed, it dies when it holds nothing more */
    NTSTATUS status = ps_create_thread(
        me->w,
        &(struct ps_create_thread){.process = process,
                                   .start_address = (uint64_t)(uintptr_t) new->start,
                                   .parameter = api_value(new->parameter),
                                   .stack_size = new->stack_size > least ? new->stack_size : 0,
                                   .suspended = (new->flags &CREATE_SUSPENDED) != 0},
        &thread);
    if (NT_SUCCESS(status)) {
        if (new->id)
            *new->id = thread->tcb.tid;
        bool inherit = new->attributes &&new->attributes->bInheritHandle;
        status = api_new_handle(me, thread, THREAD_ALL_ACCESS, inherit, handle);
        ob_dereference(me->w, thread);
    }
    ke_leave_kernel(me->w, &me->thread->tcb);
    return status;
}

static HANDLE create_thread(const struct new_thread *new) {
    enum { KNOWN = CREATE_SUSPENDED | STACK_SIZE_PARAM_IS_A_RESERVATION };
    static const size_t stack_max = (size_t)1 << 30;
    struct api_caller me;
    void *process;
    HANDLE handle = NULL;
    if (!api_caller_get(&me))
        return NULL;
    NTSTATUS status =
        api_object(&me, new->process, REMOTE_RIGHTS, &ps_process_type, KE_UPDATE, &process);
    if (NT_SUCCESS(status) && (new->flags & ~(DWORD)KNOWN))
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status) && new->stack_size > stack_max)
        status = STATUS_NO_MEMORY;
    if (NT_SUCCESS(status))
        status = perform_create(&me, process, new, &handle);
    api_result(&me, status);
    return handle;
}

HANDLE CreateThread(LPSECURITY_ATTRIBUTES lpThreadAttributes, SIZE_T dwStackSize,
                    LPTHREAD_START_ROUTINE lpStartAddress, LPVOID lpParameter,
                    DWORD dwCreationFlags, LPDWORD lpThreadId) {
    struct new_thread new = {GetCurrentProcess(), lpThreadAttributes, dwStackSize, lpStartAddress,
                             lpParameter,         dwCreationFlags,    lpThreadId};
    return create_thread(&new);
}

HANDLE CreateRemoteThread(HANDLE hProcess, LPSECURITY_ATTRIBUTES lpThreadAttributes,
                          SIZE_T dwStackSize, LPTHREAD_START_ROUTINE lpStartAddress,
                          LPVOID lpParameter, DWORD dwCreationFlags, LPDWORD lpThreadId) {
    struct new_thread new = {hProcess,    lpThreadAttributes, dwStackSize, lpStartAddress,
                             lpParameter, dwCreationFlags,    lpThreadId};
    return create_thread(&new);
}

HANDLE CreateRemoteThreadEx(HANDLE hProcess, LPSECURITY_ATTRIBUTES lpThreadAttributes,
                            SIZE_T dwStackSize, LPTHREAD_START_ROUTINE lpStartAddress,
                            LPVOID lpParameter, DWORD dwCreationFlags,
                            LPPROC_THREAD_ATTRIBUTE_LIST lpAttributeList, LPDWORD lpThreadId) {
    (void)lpAttributeList; /* processors and the like: there is only one */
    return CreateRemoteThread(hProcess, lpThreadAttributes, dwStackSize, lpStartAddress,
                              lpParameter, dwCreationFlags, lpThreadId);
}

HANDLE OpenThread(DWORD dwDesiredAccess, BOOL bInheritHandle, DWORD dwThreadId) {
    struct api_caller me;
    HANDLE handle = NULL;
    if (!api_caller_get(&me))
        return NULL;
    const struct ps_thread *peeked = ps_thread_by_id(me.w, dwThreadId);
    ke_point(me.w, peeked ? ob_id(peeked) : core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    ps_touch_id(me.w, dwThreadId);
    struct ps_thread *thread = ps_thread_by_id(me.w, dwThreadId);
    NTSTATUS status = STATUS_INVALID_PARAMETER; /* HNDL-08: 87 for threads and processes alike */
    if (thread && me.w->options.dialect == RD_DIALECT_DOCUMENTED && thread->terminated)
        thread = NULL; /* HNDL-14 */
    if (thread && thread->tcb.system)
        status = STATUS_ACCESS_DENIED;
    else if (thread)
        status = api_new_handle(&me, thread, dwDesiredAccess, bInheritHandle != FALSE, &handle);
    api_result(&me, status);
    return handle;
}

/* ---- ends ------------------------------------------------------------------------------------ */

VOID ExitThread(DWORD dwExitCode) {
    struct api_caller me;
    if (!api_caller_get(&me))
        api_no_caller("ExitThread");
    ldr_exit_thread(me.w, dwExitCode);
}

BOOL TerminateThread(HANDLE hThread, DWORD dwExitCode) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, hThread, THREAD_TERMINATE, KE_LIFE, &thread);
    if (NT_SUCCESS(status))
        ldr_verify_terminate_thread(me.w, thread);
    if (NT_SUCCESS(status))
        status = ps_terminate_thread(me.w, thread, (NTSTATUS)dwExitCode);
    return api_result(&me, status);
}

BOOL GetExitCodeThread(HANDLE hThread, LPDWORD lpExitCode) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, hThread, THREAD_QUERY_LIMITED_INFORMATION, KE_READ, &thread);
    if (!api_result(&me, status))
        return FALSE;
    if (lpExitCode)
        *lpExitCode = thread->status_visible ? (DWORD)thread->exit_status : STILL_ACTIVE;
    return TRUE;
}

/* ---- suspension and APCs --------------------------------------------------------------------- */

DWORD SuspendThread(HANDLE hThread) {
    struct api_caller me;
    struct ps_thread *thread;
    uint32_t previous = 0;
    NTSTATUS status = api_thread_of(&me, hThread, THREAD_SUSPEND_RESUME, KE_LIFE, &thread);
    if (NT_SUCCESS(status))
        status = ke_suspend(me.w, &thread->tcb, &previous);
    return api_result(&me, status) ? previous : (DWORD)-1;
}

DWORD ResumeThread(HANDLE hThread) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, hThread, THREAD_SUSPEND_RESUME, KE_LIFE, &thread);
    return api_result(&me, status) ? ke_resume(me.w, &thread->tcb) : (DWORD)-1;
}

static void run_user_apc(uint64_t function, uint64_t data, uint64_t unused) {
    (void)unused;
    ((PAPCFUNC)(uintptr_t)function)((ULONG_PTR)data);
}

DWORD QueueUserAPC(PAPCFUNC pfnAPC, HANDLE hThread, ULONG_PTR dwData) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, hThread, THREAD_SET_CONTEXT, KE_LIFE, &thread);
    const uint64_t args[3] = {(uint64_t)(uintptr_t)pfnAPC, dwData, 0};
    if (NT_SUCCESS(status))
        status = ke_queue_user_apc(me.w, &thread->tcb, run_user_apc, args);
    return api_result(&me, status);
}

/* ---- questions ------------------------------------------------------------------------------- */

DWORD GetThreadId(HANDLE Thread) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, Thread, THREAD_QUERY_LIMITED_INFORMATION, KE_READ, &thread);
    return api_result(&me, status) ? thread->tcb.tid : 0;
}

DWORD GetProcessIdOfThread(HANDLE Thread) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, Thread, THREAD_QUERY_LIMITED_INFORMATION, KE_READ, &thread);
    return api_result(&me, status) ? thread->process->pid : 0;
}

BOOL GetThreadTimes(HANDLE hThread, LPFILETIME lpCreationTime, LPFILETIME lpExitTime,
                    LPFILETIME lpKernelTime, LPFILETIME lpUserTime) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, hThread, THREAD_QUERY_LIMITED_INFORMATION, KE_READ, &thread);
    if (!api_result(&me, status))
        return FALSE;
    api_set_file_time(lpCreationTime, api_file_time(thread->create_time));
    api_set_file_time(lpExitTime, thread->status_visible ? api_file_time(thread->exit_time) : 0);
    struct ps_times times = ps_thread_times(thread);
    api_set_file_time(lpKernelTime, times.kernel);
    api_set_file_time(lpUserTime, times.user);
    return TRUE;
}

BOOL GetThreadPriorityBoost(HANDLE hThread, PBOOL pDisablePriorityBoost) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, hThread, THREAD_QUERY_INFORMATION, KE_READ, &thread);
    if (!api_result(&me, status))
        return FALSE;
    *pDisablePriorityBoost = api_thread_data(me.w, thread)->no_boost;
    return TRUE;
}

BOOL SetThreadPriorityBoost(HANDLE hThread, BOOL bDisablePriorityBoost) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, hThread, THREAD_SET_INFORMATION, KE_WRITE, &thread);
    if (!api_result(&me, status))
        return FALSE;
    api_thread_data(me.w, thread)->no_boost = bDisablePriorityBoost != FALSE;
    return TRUE;
}

int GetThreadPriority(HANDLE hThread) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, hThread, THREAD_QUERY_LIMITED_INFORMATION, KE_READ, &thread);
    return api_result(&me, status) ? api_thread_data(me.w, thread)->priority
                                   : THREAD_PRIORITY_ERROR_RETURN;
}

/* The scheduler of this machine does not look at priorities; they are remembered (THRD-35: also for
 * the dead). */
BOOL SetThreadPriority(HANDLE hThread, int nPriority) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, hThread, THREAD_SET_LIMITED_INFORMATION, KE_WRITE, &thread);
    if (status == STATUS_ACCESS_DENIED)
        status = api_thread_of(&me, hThread, THREAD_SET_INFORMATION, KE_WRITE, &thread);
    if (!api_result(&me, status))
        return FALSE;
    bool background =
        nPriority == THREAD_MODE_BACKGROUND_BEGIN || nPriority == THREAD_MODE_BACKGROUND_END;
    bool legal = (nPriority >= THREAD_PRIORITY_LOWEST && nPriority <= THREAD_PRIORITY_HIGHEST) ||
                 nPriority == THREAD_PRIORITY_IDLE || nPriority == THREAD_PRIORITY_TIME_CRITICAL;
    if (background)
        return TRUE;
    if (!legal)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    api_thread_data(me.w, thread)->priority = nPriority;
    return TRUE;
}

HRESULT SetThreadDescription(HANDLE hThread, PCWSTR lpThreadDescription) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, hThread, THREAD_SET_LIMITED_INFORMATION, KE_WRITE, &thread);
    if (!NT_SUCCESS(status))
        return (HRESULT)((uint32_t)status | 0x10000000u);
    api_thread_data(me.w, thread)->description = api_utf8(&me, lpThreadDescription);
    return 0;
}

HRESULT GetThreadDescription(HANDLE hThread, PWSTR *ppszThreadDescription) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status =
        api_thread_of(&me, hThread, THREAD_QUERY_LIMITED_INFORMATION, KE_READ, &thread);
    if (!NT_SUCCESS(status))
        return (HRESULT)((uint32_t)status | 0x10000000u);
    const char *text = api_thread_data(me.w, thread)->description;
    size_t size = api_copy_w(text ? text : "", NULL, 0);
    PWSTR copy = ldr_heap_alloc(me.w, size * sizeof(WCHAR), false);
    if (!copy)
        return (HRESULT)0x8007000E; /* E_OUTOFMEMORY */
    api_copy_w(text ? text : "", copy, size);
    *ppszThreadDescription = copy;
    return 0;
}

VOID GetCurrentThreadStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    const struct port_stack *stack = &me.thread->tcb.context.stack;
    *LowLimit = (ULONG_PTR)stack->base;
    *HighLimit = (ULONG_PTR)stack->base + stack->size;
}
