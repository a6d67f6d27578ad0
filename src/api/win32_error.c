/* win32_error.c - last error, error mode, exceptions. */
#include "api/win32.h"

DWORD GetLastError(VOID) {
    struct api_caller me;
    return api_caller_get(&me) ? me.thread->last_error : ERROR_INVALID_FUNCTION;
}

VOID SetLastError(DWORD dwErrCode) {
    struct api_caller me;
    if (api_caller_get(&me))
        me.thread->last_error = dwErrCode;
}

/* ---- error mode ------------------------------------------------------------------------------ */

static struct ldr_process *loader_of(struct api_caller *me) {
    return api_caller_get(me) ? me->process->ldr : NULL;
}

UINT GetErrorMode(VOID) {
    struct api_caller me;
    const struct ldr_process *process = loader_of(&me);
    return process ? process->error_mode : 0;
}

UINT SetErrorMode(UINT uMode) {
    struct api_caller me;
    struct ldr_process *process = loader_of(&me);
    if (!process)
        return 0;
    UINT old = process->error_mode;
    process->error_mode = uMode;
    return old;
}

DWORD GetThreadErrorMode(VOID) {
    struct api_caller me;
    return api_caller_get(&me) ? ldr_thread_get(me.w, me.thread)->error_mode : 0;
}

BOOL SetThreadErrorMode(DWORD dwNewMode, LPDWORD lpOldMode) {
    const DWORD known = SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX;
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwNewMode & ~known)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_thread *thread = ldr_thread_get(me.w, me.thread);
    if (lpOldMode)
        *lpOldMode = thread->error_mode;
    thread->error_mode = dwNewMode;
    return TRUE;
}

/* ---- exceptions ------------------------------------------------------------------------------ */

VOID RaiseException(DWORD dwExceptionCode, DWORD dwExceptionFlags, DWORD nNumberOfArguments,
                    const ULONG_PTR *lpArguments) {
    enum { RESERVED_BIT = 0x10000000 };
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    struct ldr_exception exception = {
        .code = dwExceptionCode & ~(DWORD)RESERVED_BIT,
        .flags = dwExceptionFlags & EXCEPTION_NONCONTINUABLE,
        .address = (uint64_t)(uintptr_t)__builtin_return_address(0),
    };
    if (lpArguments)
        exception.parameter_count = nNumberOfArguments < EXCEPTION_MAXIMUM_PARAMETERS
                                        ? nNumberOfArguments
                                        : EXCEPTION_MAXIMUM_PARAMETERS;
    for (uint32_t i = 0; i < exception.parameter_count; i++)
        exception.parameters[i] = lpArguments[i];
    ke_point(me.w, 0, KE_NOTHING);
    ldr_raise(me.w, &exception);
}

VOID RtlRaiseException(PEXCEPTION_RECORD ExceptionRecord) {
    struct api_caller me;
    if (!api_caller_get(&me))
        api_no_caller("RtlRaiseException");
    RaiseException(ExceptionRecord->ExceptionCode, ExceptionRecord->ExceptionFlags,
                   ExceptionRecord->NumberParameters, ExceptionRecord->ExceptionInformation);
    /* The prototype promises that nobody goes on behind it. */
    ps_terminate_process(me.w, me.process, STATUS_NONCONTINUABLE_EXCEPTION);
    ps_exit_thread(me.w, STATUS_NONCONTINUABLE_EXCEPTION);
}

LPTOP_LEVEL_EXCEPTION_FILTER
SetUnhandledExceptionFilter(LPTOP_LEVEL_EXCEPTION_FILTER lpTopLevelExceptionFilter) {
    struct api_caller me;
    struct ldr_process *process = loader_of(&me);
    if (!process)
        return NULL;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    void *old = process->unhandled_filter;
    process->unhandled_filter = (void *)(uintptr_t)lpTopLevelExceptionFilter;
    return (LPTOP_LEVEL_EXCEPTION_FILTER)(uintptr_t)old;
}

LONG UnhandledExceptionFilter(struct _EXCEPTION_POINTERS *ExceptionInfo) {
    struct api_caller me;
    struct ldr_process *process = loader_of(&me);
    (void)*(const volatile LONG *)(const void *)ExceptionInfo; /* as Windows looks at it */
    if (process && process->process->debug)
        return EXCEPTION_CONTINUE_SEARCH; /* SEH-14 */
    if (!process || !process->unhandled_filter)
        return EXCEPTION_EXECUTE_HANDLER;
    LPTOP_LEVEL_EXCEPTION_FILTER filter =
        (LPTOP_LEVEL_EXCEPTION_FILTER)(uintptr_t)process->unhandled_filter;
    LONG answer = filter(ExceptionInfo);
    return answer == EXCEPTION_CONTINUE_SEARCH ? EXCEPTION_EXECUTE_HANDLER : answer;
}

static PVOID add_handler(bool continues, ULONG first, PVECTORED_EXCEPTION_HANDLER handler) {
    struct api_caller me;
    struct ldr_process *process = loader_of(&me);
    if (!process)
        return NULL;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    LIST_ENTRY *list = continues ? &process->continued : &process->vectored;
    struct ldr_vectored *entry = core_alloc(me.w, sizeof *entry);
    entry->handler = (void *)(uintptr_t)handler;
    if (first)
        base_list_push_front(list, &entry->link);
    else
        base_list_push_back(list, &entry->link);
    return entry;
}

static ULONG remove_handler(bool continues, const void *handle) {
    struct api_caller me;
    struct ldr_process *process = loader_of(&me);
    if (!process)
        return 0;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    base_list_each(link, continues ? &process->continued : &process->vectored) {
        struct ldr_vectored *entry = base_container(link, struct ldr_vectored, link);
        if (entry != handle)
            continue;
        base_list_remove(link);
        core_free(me.w, entry, sizeof *entry);
        return 1;
    }
    return 0;
}

PVOID AddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler) {
    return add_handler(false, First, Handler);
}

ULONG RemoveVectoredExceptionHandler(PVOID Handle) {
    return remove_handler(false, Handle);
}

/* Called when something has said that execution continues. */
PVOID AddVectoredContinueHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler) {
    return add_handler(true, First, Handler);
}

ULONG RemoveVectoredContinueHandler(PVOID Handle) {
    return remove_handler(true, Handle);
}

/* ---- messages -------------------------------------------------------------------------------- */

/* The message box of Windows becomes a line on the debug stream. */
VOID FatalAppExitA(UINT uAction, LPCSTR lpMessageText) {
    enum { EXIT_CODE = 1 };
    (void)uAction;
    struct api_caller me;
    if (!api_caller_get(&me))
        api_no_caller("FatalAppExitA");
    OutputDebugStringA(core_textf(me.w, "%s\n", lpMessageText ? lpMessageText : ""));
    ldr_exit_process(me.w, EXIT_CODE);
}

VOID FatalAppExitW(UINT uAction, LPCWSTR lpMessageText) {
    struct api_caller me;
    if (!api_caller_get(&me))
        api_no_caller("FatalAppExitW");
    FatalAppExitA(uAction, api_utf8(&me, lpMessageText));
}

/* No handler sees it: the process ends at once. */
VOID RaiseFailFastException(PEXCEPTION_RECORD pExceptionRecord, PCONTEXT pContextRecord,
                            DWORD dwFlags) {
    enum { FAIL_FAST = (int)0xC0000602 };
    struct api_caller me;
    (void)pContextRecord, (void)dwFlags;
    if (!api_caller_get(&me))
        api_no_caller("RaiseFailFastException");
    NTSTATUS code = pExceptionRecord ? (NTSTATUS)pExceptionRecord->ExceptionCode : FAIL_FAST;
    me.w->failures[CORE_CRASH]++;
    core_event(me.w, RD_EVENT_EXCEPTION_UNHANDLED, RULE_EXIT_11, .a = (uint32_t)code);
    ps_terminate_process(me.w, me.process, code);
    ps_exit_thread(me.w, code);
}
