/* user32_message.c - the queue of a thread: posting, reading, waiting, timers. */
#include "api/user32.h"
#include "port/image.h"

/* ---- posting --------------------------------------------------------------------------------- */

static BOOL post(HWND window, UINT id, WPARAM wparam, LPARAM lparam, bool unicode) {
    struct api_caller me;
    struct csr_message message = {api_hwnd(window), id, wparam, lparam, unicode};
    if (!api_user_enter_window(&me, window, KE_WRITE))
        return FALSE;
    return api_result(&me, window ? csr_post(me.w, &message)
                                  : csr_post_to_thread(me.w, csr_queue_get(me.w), &message));
}

BOOL PostMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return post(hWnd, Msg, wParam, lParam, false);
}

BOOL PostMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return post(hWnd, Msg, wParam, lParam, true);
}

static BOOL post_to_thread(DWORD tid, const struct csr_message *message) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    csr_queue_get(me.w); /* the caller has one from now on, so it may post to itself */
    const struct csr_queue *known = csr_queue_by_thread(me.w, tid);
    ke_point(me.w, known ? csr_queue_object(known) : CSR_DESKTOP, KE_WRITE);
    struct csr_queue *queue = csr_queue_by_thread(me.w, tid);
    if (!queue)
        return api_fail(&me, ERROR_INVALID_THREAD_ID);
    return api_result(&me, csr_post_to_thread(me.w, queue, message));
}

BOOL PostThreadMessageA(DWORD idThread, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return post_to_thread(idThread, &(struct csr_message){0, Msg, wParam, lParam, false});
}

BOOL PostThreadMessageW(DWORD idThread, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return post_to_thread(idThread, &(struct csr_message){0, Msg, wParam, lParam, true});
}

VOID PostQuitMessage(int nExitCode) {
    struct api_caller me;
    if (api_user_enter_window(&me, NULL, KE_WRITE))
        csr_post_quit(me.w, nExitCode);
}

/* ---- reading --------------------------------------------------------------------------------- */

static BOOL get_message(MSG *out, const struct csr_filter *filter) {
    enum { FAILED = -1 };
    struct api_caller me;
    if (!api_user_enter_window(&me, NULL, KE_WRITE))
        return FAILED;
    if (!out) {
        api_set_error(&me, ERROR_NOACCESS);
        return FAILED;
    }
    if (!api_result(&me, csr_message_get(me.w, filter, PM_REMOVE, true, out)))
        return FAILED;
    return out->message != WM_QUIT;
}

BOOL GetMessageA(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax) {
    return get_message(lpMsg, &(struct csr_filter){api_hwnd(hWnd), wMsgFilterMin, wMsgFilterMax});
}

BOOL GetMessageW(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax) {
    return get_message(lpMsg, &(struct csr_filter){api_hwnd(hWnd), wMsgFilterMin, wMsgFilterMax});
}

static BOOL peek_message(MSG *out, const struct csr_filter *filter, UINT flags) {
    struct api_caller me;
    if (!api_user_enter_window(&me, NULL, KE_WRITE))
        return FALSE;
    if (!out)
        return api_fail(&me, ERROR_NOACCESS);
    NTSTATUS status = csr_message_get(me.w, filter, flags, false, out);
    return status != STATUS_NO_MORE_ENTRIES && api_result(&me, status);
}

BOOL PeekMessageA(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax, UINT wRemoveMsg) {
    return peek_message(lpMsg, &(struct csr_filter){api_hwnd(hWnd), wMsgFilterMin, wMsgFilterMax},
                        wRemoveMsg);
}

BOOL PeekMessageW(LPMSG lpMsg, HWND hWnd, UINT wMsgFilterMin, UINT wMsgFilterMax, UINT wRemoveMsg) {
    return peek_message(lpMsg, &(struct csr_filter){api_hwnd(hWnd), wMsgFilterMin, wMsgFilterMax},
                        wRemoveMsg);
}

/* There is no keyboard whose keys could become characters. */
BOOL TranslateMessage(const MSG *lpMsg) {
    return lpMsg && (lpMsg->message == WM_KEYDOWN || lpMsg->message == WM_KEYUP);
}

static LRESULT dispatch(const MSG *message, bool unicode) {
    struct api_caller me;
    if (!api_user_enter_window(&me, NULL, KE_READ) || !message)
        return 0;
    TIMERPROC timer = message->message == WM_TIMER ? (TIMERPROC)(uintptr_t)message->lParam : NULL;
    if (timer && csr_timer_calls(csr_queue_get(me.w), timer)) {
        timer(message->hwnd, WM_TIMER, message->wParam, message->time);
        return 0;
    }
    if (!message->hwnd)
        return 0;
    const struct csr_window *window = api_user_window(&me, message->hwnd);
    if (!window || window->queue != csr_queue_get(me.w))
        return 0;
    const struct csr_message call = {api_hwnd(message->hwnd), message->message, message->wParam,
                                     message->lParam, unicode};
    core_event(me.w, RD_EVENT_MESSAGE_CALL, RULE_NONE, .a = call.window,
               .text = csr_message_name(me.w, call.id));
    return csr_call_window(me.w, &call);
}

LRESULT DispatchMessageA(const MSG *lpMsg) {
    return dispatch(lpMsg, false);
}

LRESULT DispatchMessageW(const MSG *lpMsg) {
    return dispatch(lpMsg, true);
}

LONG GetMessageTime(VOID) {
    struct api_caller me;
    return api_user_enter_window(&me, NULL, KE_READ) ? (LONG)csr_queue_get(me.w)->message_time : 0;
}

/* What has come since the last call, and what is there. */
DWORD GetQueueStatus(UINT flags) {
    struct api_caller me;
    if (!api_user_enter_window(&me, NULL, KE_WRITE))
        return 0;
    struct csr_queue *queue = csr_queue_get(me.w);
    if (flags & ~(UINT)(QS_ALLINPUT | QS_ALLPOSTMESSAGE))
        return (DWORD)api_fail(&me, ERROR_INVALID_FLAGS);
    DWORD changes = queue->changes & flags, bits = csr_queue_bits(queue) & flags;
    queue->changes &= ~flags;
    return (bits & 0xFFFF) << 16 | (changes & 0xFFFF);
}

/* ---- waiting --------------------------------------------------------------------------------- */

BOOL WaitMessage(VOID) {
    struct api_caller me;
    if (!api_user_enter_window(&me, NULL, KE_WRITE))
        return FALSE;
    csr_queue_wait(me.w, QS_SENDMESSAGE, QS_ALLINPUT);
    return TRUE;
}

struct message_wait {
    DWORD count;
    const HANDLE *handles;
    DWORD milliseconds, mask, flags;
};

static DWORD wait_failed(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return WAIT_FAILED;
}

/* The queue comes last among the objects. */
static DWORD wait_for_messages(const struct message_wait *wait) {
    const DWORD known = MWMO_WAITALL | MWMO_ALERTABLE | MWMO_INPUTAVAILABLE;
    struct api_caller me;
    DISPATCHER_HEADER *objects[KE_MAXIMUM_WAIT_OBJECTS];
    LONGLONG timeout;
    if (!api_user_enter_window(&me, NULL, KE_WRITE))
        return WAIT_FAILED;
    if ((wait->flags & ~known) || wait->count >= KE_MAXIMUM_WAIT_OBJECTS ||
        (wait->count && !wait->handles))
        return wait_failed(&me, ERROR_INVALID_PARAMETER);
    NTSTATUS status = api_wait_objects(&me, wait->handles, wait->count, objects);
    if (!NT_SUCCESS(status))
        return wait_failed(&me, api_error_of(status));
    uint32_t level = wait->flags & MWMO_INPUTAVAILABLE ? wait->mask : wait->mask & QS_SENDMESSAGE;
    objects[wait->count] = csr_queue_begin_wait(me.w, level, wait->mask, 0);
    status = ke_wait(me.w, &(struct ke_wait){.count = wait->count + 1,
                                             .objects = objects,
                                             .all = (wait->flags & MWMO_WAITALL) != 0,
                                             .alertable = (wait->flags & MWMO_ALERTABLE) != 0,
                                             .mode = UserMode,
                                             .timeout = api_timeout(wait->milliseconds, &timeout)});
    csr_queue_end_wait(me.w);
    return (DWORD)status;
}

DWORD MsgWaitForMultipleObjects(DWORD nCount, const HANDLE *pHandles, BOOL fWaitAll,
                                DWORD dwMilliseconds, DWORD dwWakeMask) {
    return MsgWaitForMultipleObjectsEx(nCount, pHandles, dwMilliseconds, dwWakeMask,
                                       fWaitAll ? MWMO_WAITALL : 0);
}

DWORD MsgWaitForMultipleObjectsEx(DWORD nCount, const HANDLE *pHandles, DWORD dwMilliseconds,
                                  DWORD dwWakeMask, DWORD dwFlags) {
    return wait_for_messages(
        &(struct message_wait){nCount, pHandles, dwMilliseconds, dwWakeMask, dwFlags});
}

/* A program that starts at main has a console and is no concern of WaitForInputIdle. */
static bool is_console_program(const struct ps_process *process) {
    void *entry;
    if (!process->image || !process->image->file)
        return false;
    enum port_image_entry kind = port_image_get_entry(process->image->file, &entry);
    return kind == PORT_ENTRY_MAIN || kind == PORT_ENTRY_WMAIN;
}

DWORD WaitForInputIdle(HANDLE hProcess, DWORD dwMilliseconds) {
    struct api_caller me;
    void *body;
    LONGLONG timeout;
    if (!api_caller_get(&me))
        return WAIT_FAILED;
    if (!api_result(&me, api_object(&me, hProcess, SYNCHRONIZE | PROCESS_QUERY_INFORMATION,
                                    &ps_process_type, KE_READ, &body)))
        return WAIT_FAILED;
    struct ps_process *process = body;
    if (is_console_program(process))
        return wait_failed(&me, ERROR_NOT_GUI_PROCESS);
    /* The process is last: the wait's reference to it keeps the event alive. */
    DISPATCHER_HEADER *objects[] = {&csr_user_process_get(me.w, process)->idle.Header,
                                    &process->header};
    NTSTATUS status =
        ke_wait(me.w, &(struct ke_wait){.count = 2,
                                        .objects = objects,
                                        .mode = UserMode,
                                        .timeout = api_timeout(dwMilliseconds, &timeout)});
    if (status == STATUS_WAIT_0 + 1)
        return wait_failed(&me, ERROR_NOT_GUI_PROCESS);
    return (DWORD)status;
}

/* ---- timers ---------------------------------------------------------------------------------- */

/* The queue of a window of the own process; NULL with the error set. */
static struct csr_queue *timer_queue(struct api_caller *me, HWND handle) {
    if (!handle)
        return csr_queue_get(me->w);
    const struct csr_window *window = api_user_window(me, handle);
    if (window && csr_window_process(window) == me->process)
        return window->queue;
    if (window)
        api_set_error(me, ERROR_ACCESS_DENIED);
    return NULL;
}

UINT_PTR SetTimer(HWND hWnd, UINT_PTR nIDEvent, UINT uElapse, TIMERPROC lpTimerFunc) {
    struct api_caller me;
    if (!api_user_enter_window(&me, hWnd, KE_WRITE))
        return 0;
    struct csr_queue *queue = timer_queue(&me, hWnd);
    const struct csr_timer timer = {
        .window = api_hwnd(hWnd), .id = nIDEvent, .procedure = lpTimerFunc};
    if (!queue)
        return 0;
    uint64_t id = csr_timer_set(me.w, queue, &timer, uElapse);
    return hWnd && !id ? 1 : (UINT_PTR)id;
}

BOOL KillTimer(HWND hWnd, UINT_PTR uIDEvent) {
    struct api_caller me;
    if (!api_user_enter_window(&me, hWnd, KE_WRITE))
        return FALSE;
    struct csr_queue *queue = timer_queue(&me, hWnd);
    if (!queue)
        return FALSE;
    return csr_timer_kill(me.w, queue, api_hwnd(hWnd), uIDEvent)
               ? TRUE
               : api_fail(&me, ERROR_INVALID_PARAMETER);
}

/* ---- registered messages --------------------------------------------------------------------- */

static UINT register_message(struct api_name name) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_WRITE))
        return 0;
    const char *text = name.w ? api_utf8(&me, name.w) : name.a;
    if (text && !*text)
        return (UINT)api_fail(&me, ERROR_INVALID_NAME); /* MSG-06 */
    UINT message = csr_register_message(me.w, text);
    return message ? message : (UINT)api_fail(&me, ERROR_INVALID_PARAMETER);
}

UINT RegisterWindowMessageA(LPCSTR lpString) {
    return register_message((struct api_name){.a = lpString});
}

UINT RegisterWindowMessageW(LPCWSTR lpString) {
    return register_message((struct api_name){.w = lpString});
}
