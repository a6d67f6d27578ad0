/* user32_send.c - sent messages, broadcasts, and the procedures that answer them. */
#include "api/user32.h"

/* ---- sending --------------------------------------------------------------------------------- */

struct request {
    struct csr_message message;
    UINT flags, milliseconds;
};

static bool send(const struct request *request, LRESULT *result) {
    struct api_caller me;
    const struct csr_send send = {request->message, request->flags, request->milliseconds};
    *result = 0;
    return api_user_enter_window(&me, api_window_handle(request->message.window), KE_WRITE) &&
           api_result(&me, csr_send_message(me.w, &send, result));
}

LRESULT SendMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    LRESULT result;
    send(&(struct request){{api_hwnd(hWnd), Msg, wParam, lParam, false}, SMTO_NORMAL, INFINITE},
         &result);
    return result;
}

LRESULT SendMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    LRESULT result;
    send(&(struct request){{api_hwnd(hWnd), Msg, wParam, lParam, true}, SMTO_NORMAL, INFINITE},
         &result);
    return result;
}

static LRESULT send_timeout(const struct request *request, PDWORD_PTR out) {
    LRESULT result;
    bool sent = send(request, &result);
    if (out)
        *out = (DWORD_PTR)result;
    return sent;
}

LRESULT SendMessageTimeoutA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam, UINT fuFlags,
                            UINT uTimeout, PDWORD_PTR lpdwResult) {
    return send_timeout(
        &(struct request){{api_hwnd(hWnd), Msg, wParam, lParam, false}, fuFlags, uTimeout},
        lpdwResult);
}

LRESULT SendMessageTimeoutW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam, UINT fuFlags,
                            UINT uTimeout, PDWORD_PTR lpdwResult) {
    return send_timeout(
        &(struct request){{api_hwnd(hWnd), Msg, wParam, lParam, true}, fuFlags, uTimeout},
        lpdwResult);
}

static BOOL send_only(const struct csr_message *message, SENDASYNCPROC callback, ULONG_PTR data) {
    struct api_caller me;
    return api_user_enter_window(&me, api_window_handle(message->window), KE_WRITE) &&
           api_result(&me, csr_send_only(me.w, message, callback, data));
}

BOOL SendNotifyMessageA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return send_only(&(struct csr_message){api_hwnd(hWnd), Msg, wParam, lParam, false}, NULL, 0);
}

BOOL SendNotifyMessageW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return send_only(&(struct csr_message){api_hwnd(hWnd), Msg, wParam, lParam, true}, NULL, 0);
}

BOOL SendMessageCallbackA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam,
                          SENDASYNCPROC lpResultCallBack, ULONG_PTR dwData) {
    return send_only(&(struct csr_message){api_hwnd(hWnd), Msg, wParam, lParam, false},
                     lpResultCallBack, dwData);
}

BOOL SendMessageCallbackW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam,
                          SENDASYNCPROC lpResultCallBack, ULONG_PTR dwData) {
    return send_only(&(struct csr_message){api_hwnd(hWnd), Msg, wParam, lParam, true},
                     lpResultCallBack, dwData);
}

/* ---- receiving ------------------------------------------------------------------------------- */

BOOL ReplyMessage(LRESULT lResult) {
    struct api_caller me;
    return api_user_enter_window(&me, NULL, KE_WRITE) && csr_reply(me.w, lResult);
}

BOOL InSendMessage(VOID) {
    return (InSendMessageEx(NULL) & ISMEX_SEND) != 0;
}

DWORD InSendMessageEx(LPVOID lpReserved) {
    struct api_caller me;
    (void)lpReserved;
    if (!api_user_enter_window(&me, NULL, KE_READ))
        return ISMEX_NOSEND;
    return csr_receiving(me.w);
}

static LRESULT default_procedure(const struct csr_message *message) {
    struct api_caller me;
    if (!api_user_enter_window(&me, NULL, KE_READ) ||
        !api_user_window(&me, api_window_handle(message->window)))
        return 0;
    return csr_default_procedure(me.w, message);
}

LRESULT DefWindowProcA(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return default_procedure(&(struct csr_message){api_hwnd(hWnd), Msg, wParam, lParam, false});
}

LRESULT DefWindowProcW(HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return default_procedure(&(struct csr_message){api_hwnd(hWnd), Msg, wParam, lParam, true});
}

LRESULT CallWindowProcA(WNDPROC lpPrevWndFunc, HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return lpPrevWndFunc ? lpPrevWndFunc(hWnd, Msg, wParam, lParam) : 0;
}

LRESULT CallWindowProcW(WNDPROC lpPrevWndFunc, HWND hWnd, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return lpPrevWndFunc ? lpPrevWndFunc(hWnd, Msg, wParam, lParam) : 0;
}

/* ---- broadcasts ------------------------------------------------------------------------------ */

static LONG broadcast(DWORD flags, LPDWORD recipients, const struct csr_message *message) {
    struct api_caller me;
    NTSTATUS status;
    if (!api_user_enter(&me, KE_WRITE))
        return 0;
    LONG result = csr_broadcast(me.w, flags, recipients, message, &status);
    api_result(&me, status);
    return result;
}

LONG BroadcastSystemMessageA(DWORD flags, LPDWORD lpInfo, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return broadcast(flags, lpInfo, &(struct csr_message){0, Msg, wParam, lParam, false});
}

LONG BroadcastSystemMessageW(DWORD flags, LPDWORD lpInfo, UINT Msg, WPARAM wParam, LPARAM lParam) {
    return broadcast(flags, lpInfo, &(struct csr_message){0, Msg, wParam, lParam, true});
}

/* The information is about who has refused: which window, on which desktop. */
static LONG broadcast_ex(DWORD flags, LPDWORD recipients, const struct csr_message *message,
                         PBSMINFO information) {
    if (information)
        information->hwnd = NULL, information->hdesk = NULL;
    return broadcast(flags, recipients, message);
}

LONG BroadcastSystemMessageExA(DWORD flags, LPDWORD lpInfo, UINT Msg, WPARAM wParam, LPARAM lParam,
                               PBSMINFO pbsmInfo) {
    return broadcast_ex(flags, lpInfo, &(struct csr_message){0, Msg, wParam, lParam, false},
                        pbsmInfo);
}

LONG BroadcastSystemMessageExW(DWORD flags, LPDWORD lpInfo, UINT Msg, WPARAM wParam, LPARAM lParam,
                               PBSMINFO pbsmInfo) {
    return broadcast_ex(flags, lpInfo, &(struct csr_message){0, Msg, wParam, lParam, true},
                        pbsmInfo);
}
