/* win32_timer.c - waitable timers. */
#include "api/win32.h"
#include "ex/ex_sync.h"

static HANDLE create_timer(const SECURITY_ATTRIBUTES *attributes, struct api_name name, DWORD flags,
                           DWORD access) {
    struct api_caller me;
    char text[API_NAME_MAX];
    if (!api_caller_get(&me) || !api_object_name(&me, name, text))
        return NULL;
    if (*text)
        ke_point(me.w, 0, KE_NOTHING);
    else
        api_table_point(&me);
    struct ex_named named = {.name = text};
    struct ex_timer *timer =
        ex_timer_create(me.w, &named, (flags & CREATE_WAITABLE_TIMER_MANUAL_RESET) != 0);
    return api_created_handle(&me, &(struct api_created){.body = timer,
                                                         .status = named.status,
                                                         .existing = named.existing,
                                                         .access = access,
                                                         .attributes = attributes});
}

HANDLE CreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
                            LPCSTR lpTimerName) {
    return CreateWaitableTimerExA(lpTimerAttributes, lpTimerName, bManualReset ? 1 : 0,
                                  TIMER_ALL_ACCESS);
}

HANDLE CreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset,
                            LPCWSTR lpTimerName) {
    return CreateWaitableTimerExW(lpTimerAttributes, lpTimerName, bManualReset ? 1 : 0,
                                  TIMER_ALL_ACCESS);
}

HANDLE CreateWaitableTimerExA(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCSTR lpTimerName,
                              DWORD dwFlags, DWORD dwDesiredAccess) {
    return create_timer(lpTimerAttributes, (struct api_name){.a = lpTimerName}, dwFlags,
                        dwDesiredAccess);
}

HANDLE CreateWaitableTimerExW(LPSECURITY_ATTRIBUTES lpTimerAttributes, LPCWSTR lpTimerName,
                              DWORD dwFlags, DWORD dwDesiredAccess) {
    return create_timer(lpTimerAttributes, (struct api_name){.w = lpTimerName}, dwFlags,
                        dwDesiredAccess);
}

HANDLE OpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName) {
    return api_open_handle(
        &(struct api_open){&ex_timer_type, {.a = lpTimerName}, dwDesiredAccess, bInheritHandle});
}

HANDLE OpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName) {
    return api_open_handle(
        &(struct api_open){&ex_timer_type, {.w = lpTimerName}, dwDesiredAccess, bInheritHandle});
}

static struct ke_thread *find_thread(struct rd_world *w, uint32_t tid, uint32_t object) {
    struct ps_thread *thread = ps_thread_by_id(w, tid);
    return thread && ob_id(thread) == object ? &thread->tcb : NULL;
}

LONGLONG api_due_time(LONGLONG due) {
    if (due < 0)
        return due;
    uint64_t start = api_file_time(0);
    return (uint64_t)due > start ? (LONGLONG)((uint64_t)due - start) : 0;
}

BOOL SetWaitableTimer(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
                      PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
                      BOOL fResume) {
    struct api_caller me;
    void *body;
    (void)fResume;
    if (!api_caller_get(&me))
        return FALSE;
    if (lPeriod < 0)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!lpDueTime)
        return api_fail(&me, ERROR_NOACCESS);
    NTSTATUS status = api_object(&me, hTimer, TIMER_MODIFY_STATE, &ex_timer_type, KE_WRITE, &body);
    if (!api_result(&me, status))
        return FALSE;
    ex_timer_set(me.w, body,
                 &(struct ex_timer_set){
                     .due = api_due_time(lpDueTime->QuadPart),
                     .period = (uint64_t)lPeriod * CORE_TICKS_PER_MS,
                     .routine = (uint64_t)(uintptr_t)pfnCompletionRoutine,
                     .argument = api_value(lpArgToCompletionRoutine),
                     .thread = &me.thread->tcb,
                     .find_thread = find_thread,
                 });
    return TRUE;
}

BOOL SetWaitableTimerEx(HANDLE hTimer, const LARGE_INTEGER *lpDueTime, LONG lPeriod,
                        PTIMERAPCROUTINE pfnCompletionRoutine, LPVOID lpArgToCompletionRoutine,
                        PREASON_CONTEXT WakeContext, ULONG TolerableDelay) {
    (void)WakeContext, (void)TolerableDelay;
    return SetWaitableTimer(hTimer, lpDueTime, lPeriod, pfnCompletionRoutine,
                            lpArgToCompletionRoutine, FALSE);
}

BOOL CancelWaitableTimer(HANDLE hTimer) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_object(&me, hTimer, TIMER_MODIFY_STATE, &ex_timer_type, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        ex_timer_cancel(me.w, body);
    return api_result(&me, status);
}
