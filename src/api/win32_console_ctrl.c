/* win32_console_ctrl.c - which console a process has, and the signals that come from it. */
#include "api/win32.h"
#include "csr/csr.h"

static bool caller_at_point(struct api_caller *me) {
    if (!api_caller_get(me))
        return false;
    ke_point(me->w, ob_id(me->process), KE_WRITE);
    return true;
}

BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE HandlerRoutine, BOOL Add) {
    struct api_caller me;
    if (!caller_at_point(&me))
        return FALSE;
    struct csr_process *csr = csr_process_get(me.w, me.process);
    csr_handler_fn *handler = (csr_handler_fn *)(uintptr_t)HandlerRoutine;
    if (!handler)
        csr->ignores_c = Add != FALSE;
    else if (Add)
        csr_add_handler(me.w, csr, handler);
    else
        return api_result(&me, csr_remove_handler(csr, handler));
    return TRUE;
}

BOOL GenerateConsoleCtrlEvent(DWORD dwCtrlEvent, DWORD dwProcessGroupId) {
    struct api_caller me;
    if (!caller_at_point(&me))
        return FALSE;
    return api_result(
        &me, csr_generate(me.w, csr_process_get(me.w, me.process), dwCtrlEvent, dwProcessGroupId));
}

BOOL AllocConsole(VOID) {
    struct api_caller me;
    if (!caller_at_point(&me))
        return FALSE;
    return api_result(&me, csr_alloc(me.w, csr_process_get(me.w, me.process)));
}

BOOL AttachConsole(DWORD dwProcessId) {
    struct api_caller me;
    if (!caller_at_point(&me))
        return FALSE;
    DWORD pid = dwProcessId == ATTACH_PARENT_PROCESS ? me.process->parent_pid : dwProcessId;
    return api_result(
        &me, csr_attach(me.w, csr_process_get(me.w, me.process), ps_process_by_id(me.w, pid)));
}

BOOL FreeConsole(VOID) {
    struct api_caller me;
    if (!caller_at_point(&me))
        return FALSE;
    return api_result(&me, csr_free(me.w, csr_process_get(me.w, me.process)));
}

DWORD GetConsoleProcessList(LPDWORD lpdwProcessList, DWORD dwProcessCount) {
    struct api_caller me;
    if (!caller_at_point(&me))
        return 0;
    const struct csr_console *console = csr_process_get(me.w, me.process)->console;
    if (!lpdwProcessList || !dwProcessCount)
        return (DWORD)api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!console)
        return (DWORD)api_fail(&me, ERROR_INVALID_HANDLE);
    DWORD count = csr_list(console, NULL, 0);
    if (count <= dwProcessCount)
        csr_list(console, lpdwProcessList, dwProcessCount);
    return count;
}
