/*
 * win32_debug.c - debuggers: DebugActiveProcess, WaitForDebugEvent and their kin, and what programs
 * say and ask about a debugger.
 *
 * The debug object belongs to the thread that called first, as its debuggees do. The handles in the
 * events of creation are the system's: it closes them when the debugger continues the event of the
 * end.
 */
#include "api/win32_debug.h"

#include "api/win32_state.h"
#include "ldr/crt.h"

/* A handle that WaitForDebugEvent has given to the debugger. */
struct api_debug_handle {
    LIST_ENTRY link;
    uint32_t pid, tid; /* tid 0: the process itself */
    HANDLE handle;
    bool ended; /* goes when the debugger continues the event that it has got */
};

/* ---- the debug object of a thread ------------------------------------------------------------ */

NTSTATUS api_debug_connect(struct api_caller *me, struct ps_debug **out) {
    HANDLE handle = api_handle(ps_more(me->thread)->debug_handle);
    void *body;
    NTSTATUS status = STATUS_SUCCESS;
    if (!handle) {
        struct ps_debug *debug = ps_debug_create(me->w);
        status = api_new_handle(me, debug, PS_DEBUG_ALL_RIGHTS, false, &handle);
        ps_more_make(me->w, me->thread)->debug_handle = api_value(handle);
        ob_dereference(me->w, debug);
    }
    if (NT_SUCCESS(status))
        status = api_peek(me, handle, PS_DEBUG_ALL_RIGHTS, &ps_debug_type, &body);
    *out = NT_SUCCESS(status) ? body : NULL;
    return status;
}

/* A scheduling point on it; STATUS_INVALID_HANDLE if the thread has none (REST-15). */
static NTSTATUS own_debug_object(struct api_caller *me, struct ps_debug **out) {
    void *body = NULL;
    NTSTATUS status = api_object(me, api_handle(ps_more(me->thread)->debug_handle),
                                 PS_DEBUG_ALL_RIGHTS, &ps_debug_type, KE_WRITE, &body);
    *out = body;
    return status;
}

/* ---- attaching ------------------------------------------------------------------------------- */

/* The process with that id, after a scheduling point; or NULL and the error of OpenProcess. */
static struct ps_process *process_by_id(struct api_caller *me, DWORD pid) {
    ke_point(me->w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    ps_touch_id(me->w, pid);
    struct ps_process *process = ps_process_by_id(me->w, pid);
    if (!process)
        api_set_error(me, ERROR_INVALID_PARAMETER);
    return process;
}

BOOL DebugActiveProcess(DWORD dwProcessId) {
    struct api_caller me;
    struct ps_debug *debug;
    if (!api_caller_get(&me))
        return FALSE;
    if (!api_result(&me, api_debug_connect(&me, &debug)))
        return FALSE;
    struct ps_process *process = process_by_id(&me, dwProcessId);
    if (!process)
        return FALSE;
    ke_enter_kernel(&me.thread->tcb);
    NTSTATUS status = ps_debug_attach(me.w, debug, process);
    if (NT_SUCCESS(status)) {
        status = ldr_break_into(me.w, process);
        if (!NT_SUCCESS(status))
            ps_debug_detach(me.w, debug, process);
    }
    ke_leave_kernel(me.w, &me.thread->tcb);
    return api_result(&me, status);
}

static void close_handles(struct api_caller *me, uint32_t pid, bool ended_only) {
    LIST_ENTRY *list = &api_thread_data(me->w, me->thread)->debug_handles;
    LIST_ENTRY *link = list->Flink;
    while (link != list) {
        struct api_debug_handle *entry = base_container(link, struct api_debug_handle, link);
        link = link->Flink;
        if (entry->pid != pid || (ended_only && !entry->ended))
            continue;
        base_list_remove(&entry->link);
        ob_close_handle(me->w, &me->process->handles, api_value(entry->handle));
        core_free(me->w, entry, sizeof *entry);
    }
}

BOOL DebugActiveProcessStop(DWORD dwProcessId) {
    struct api_caller me;
    struct ps_debug *debug;
    if (!api_caller_get(&me))
        return FALSE;
    struct ps_process *process = process_by_id(&me, dwProcessId);
    if (!process)
        return FALSE;
    NTSTATUS status = own_debug_object(&me, &debug);
    if (NT_SUCCESS(status))
        status = ps_debug_detach(me.w, debug, process);
    close_handles(&me, dwProcessId, false);
    return NT_SUCCESS(status) ? TRUE : api_fail(&me, ERROR_ACCESS_DENIED);
}

BOOL DebugSetProcessKillOnExit(BOOL KillOnExit) {
    struct api_caller me;
    struct ps_debug *debug;
    if (!api_caller_get(&me) || !api_result(&me, own_debug_object(&me, &debug)))
        return FALSE;
    debug->kill_on_close = KillOnExit != FALSE;
    return TRUE;
}

/* ---- events ---------------------------------------------------------------------------------- */

static HANDLE give_handle(struct api_caller *me, void *body, uint32_t pid, uint32_t tid) {
    HANDLE handle;
    uint32_t access = tid ? THREAD_ALL_ACCESS : PROCESS_ALL_ACCESS;
    if (!NT_SUCCESS(api_new_handle(me, body, access, false, &handle)))
        return NULL;
    struct api_debug_handle *entry = core_alloc(me->w, sizeof *entry);
    *entry = (struct api_debug_handle){.pid = pid, .tid = tid, .handle = handle};
    base_list_push_back(&api_thread_data(me->w, me->thread)->debug_handles, &entry->link);
    return handle;
}

/* Those of the process end with its last thread. */
static void mark_ended(struct api_caller *me, const struct ps_debug_event *event) {
    bool all = event->message.code == PS_DEBUG_EXIT_PROCESS;
    base_list_each(link, &api_thread_data(me->w, me->thread)->debug_handles) {
        struct api_debug_handle *entry = base_container(link, struct api_debug_handle, link);
        if (entry->pid == event->process->pid && (all || entry->tid == event->thread->tcb.tid))
            entry->ended = true;
    }
}

/*
 * OutputDebugString raises an exception with length and address of the text; its wide form adds
 * those of the text in the ANSI code page, which WaitForDebugEvent shows.
 */
static bool is_debug_string(const EXCEPTION_RECORD *record, bool wide, DEBUG_EVENT *out) {
    bool is_wide = record->ExceptionCode == (DWORD)DBG_PRINTEXCEPTION_WIDE_C;
    if (!is_wide && record->ExceptionCode != (DWORD)DBG_PRINTEXCEPTION_C)
        return false;
    const ULONG_PTR *text = record->ExceptionInformation + (is_wide && !wide ? 2 : 0);
    out->dwDebugEventCode = OUTPUT_DEBUG_STRING_EVENT;
    out->u.DebugString.nDebugStringLength = (WORD)text[0];
    out->u.DebugString.lpDebugStringData = (LPSTR)text[1];
    out->u.DebugString.fUnicode = is_wide && wide;
    return true;
}

static void fill_exception(const struct ps_debug_message *message, bool wide, DEBUG_EVENT *out) {
    if (is_debug_string(message->record, wide, out))
        return;
    out->u.Exception.ExceptionRecord = *message->record;
    out->u.Exception.dwFirstChance = message->first_chance;
}

static void fill_process(struct api_caller *me, const struct ps_debug_event *event,
                         CREATE_PROCESS_DEBUG_INFO *out) {
    uint32_t pid = event->process->pid;
    *out = (CREATE_PROCESS_DEBUG_INFO){
        .hProcess = give_handle(me, event->process, pid, 0),
        .hThread = give_handle(me, event->thread, pid, event->thread->tcb.tid),
        .lpBaseOfImage = (LPVOID)(uintptr_t)event->message.base,
        .lpStartAddress = (LPTHREAD_START_ROUTINE)(uintptr_t)event->message.start,
        .lpImageName = (LPVOID)(uintptr_t)event->message.name,
        .fUnicode = TRUE};
}

static void fill(struct api_caller *me, const struct ps_debug_event *event, bool wide,
                 DEBUG_EVENT *out) {
    const struct ps_debug_message *message = &event->message;
    uint32_t pid = event->process->pid, tid = event->thread->tcb.tid;
    *out = (DEBUG_EVENT){.dwDebugEventCode = message->code, .dwProcessId = pid, .dwThreadId = tid};
    switch (message->code) {
    case PS_DEBUG_EXCEPTION:
        fill_exception(message, wide, out);
        break;
    case PS_DEBUG_CREATE_THREAD:
        out->u.CreateThread.hThread = give_handle(me, event->thread, pid, tid);
        out->u.CreateThread.lpStartAddress = (LPTHREAD_START_ROUTINE)(uintptr_t)message->start;
        break;
    case PS_DEBUG_CREATE_PROCESS:
        fill_process(me, event, &out->u.CreateProcessInfo);
        break;
    case PS_DEBUG_EXIT_THREAD:
    case PS_DEBUG_EXIT_PROCESS: /* both have the exit code alone */
        out->u.ExitThread.dwExitCode = message->exit_code;
        mark_ended(me, event);
        break;
    case PS_DEBUG_LOAD_DLL:
        out->u.LoadDll.lpBaseOfDll = (LPVOID)(uintptr_t)message->base;
        out->u.LoadDll.lpImageName = (LPVOID)(uintptr_t)message->name;
        out->u.LoadDll.fUnicode = TRUE;
        break;
    default:
        out->u.UnloadDll.lpBaseOfDll = (LPVOID)(uintptr_t)message->base;
    }
}

static BOOL wait_for_event(DEBUG_EVENT *out, DWORD milliseconds, bool wide) {
    struct api_caller me;
    struct ps_debug *debug;
    const struct ps_debug_event *event;
    LONGLONG storage;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = own_debug_object(&me, &debug);
    if (NT_SUCCESS(status))
        status = ps_debug_wait(me.w, debug, api_timeout(milliseconds, &storage), &event);
    if (status == STATUS_TIMEOUT)
        return api_fail(&me, ERROR_SEM_TIMEOUT);
    if (status == STATUS_SUCCESS)
        fill(&me, event, wide, out);
    return api_result(&me, status);
}

BOOL WaitForDebugEvent(LPDEBUG_EVENT lpDebugEvent, DWORD dwMilliseconds) {
    return wait_for_event(lpDebugEvent, dwMilliseconds, false);
}

BOOL WaitForDebugEventEx(LPDEBUG_EVENT lpDebugEvent, DWORD dwMilliseconds) {
    return wait_for_event(lpDebugEvent, dwMilliseconds, true);
}

BOOL ContinueDebugEvent(DWORD dwProcessId, DWORD dwThreadId, DWORD dwContinueStatus) {
    struct api_caller me;
    struct ps_debug *debug;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = own_debug_object(&me, &debug);
    if (NT_SUCCESS(status))
        status =
            ps_debug_continue(me.w, debug, dwProcessId, dwThreadId, (NTSTATUS)dwContinueStatus);
    if (NT_SUCCESS(status))
        close_handles(&me, dwProcessId, true);
    return api_result(&me, status);
}

/* ---- breakpoints and questions --------------------------------------------------------------- */

VOID DebugBreak(VOID) {
    static const ULONG_PTR parameter = 0;
    RaiseException(EXCEPTION_BREAKPOINT, 0, 1, &parameter);
}

BOOL DebugBreakProcess(HANDLE Process) {
    enum { ACCESS = PROCESS_CREATE_THREAD | PROCESS_VM_WRITE | PROCESS_VM_OPERATION };
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, Process, ACCESS, KE_WRITE, &process);
    if (NT_SUCCESS(status))
        status = ldr_break_into(me.w, process);
    return api_result(&me, status);
}

BOOL IsDebuggerPresent(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, ob_id(me.process), KE_READ);
    return me.process->debug != NULL;
}

BOOL CheckRemoteDebuggerPresent(HANDLE hProcess, PBOOL pbDebuggerPresent) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return FALSE;
    if (!hProcess || !pbDebuggerPresent)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    NTSTATUS status =
        api_object(&me, hProcess, PROCESS_QUERY_INFORMATION, &ps_process_type, KE_READ, &body);
    if (NT_SUCCESS(status))
        *pbDebuggerPresent = ((const struct ps_process *)body)->debug != NULL;
    return api_result(&me, status);
}

/* ---- messages -------------------------------------------------------------------------------- */

/* What no debugger takes goes where a program such as DebugView listens. */
static void output_string(struct api_caller *me, struct ldr_exception *exception,
                          const char *text) {
    ke_point(me->w, 0, KE_NOTHING);
    if (!ldr_offer(me->w, exception))
        crt_write_standard(me->w, RD_STREAM_DEBUG, text, strlen(text));
}

VOID OutputDebugStringA(LPCSTR lpOutputString) {
    struct api_caller me;
    if (!api_caller_get(&me) || !lpOutputString)
        return;
    struct ldr_exception exception = {
        .code = (uint32_t)DBG_PRINTEXCEPTION_C,
        .address = (uint64_t)(uintptr_t)RaiseException,
        .parameter_count = 2,
        .parameters = {strlen(lpOutputString) + 1, (uintptr_t)lpOutputString}};
    output_string(&me, &exception, lpOutputString);
}

VOID OutputDebugStringW(LPCWSTR lpOutputString) {
    struct api_caller me;
    if (!api_caller_get(&me) || !lpOutputString)
        return;
    const char *text = api_utf8(&me, lpOutputString);
    struct ldr_exception exception = {.code = (uint32_t)DBG_PRINTEXCEPTION_WIDE_C,
                                      .address = (uint64_t)(uintptr_t)RaiseException,
                                      .parameter_count = 4,
                                      .parameters = {base_utf16_length(lpOutputString) + 1,
                                                     (uintptr_t)lpOutputString, strlen(text) + 1,
                                                     (uintptr_t)text}};
    output_string(&me, &exception, text);
}
