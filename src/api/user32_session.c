/* user32_session.c - the end of the session, and windows that would rather have it later. */
#include "api/user32.h"
#include "csr/session.h"
#include "ps/token.h"

BOOL ExitWindowsEx(UINT uFlags, DWORD dwReason) {
    const UINT stops = EWX_SHUTDOWN | EWX_REBOOT | EWX_POWEROFF | EWX_RESTARTAPPS;
    const UINT known = stops | EWX_FORCE | EWX_FORCEIFHUNG;
    struct api_caller me;
    (void)dwReason;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, CSR_SESSION, KE_WRITE);
    if (uFlags & ~known)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if ((uFlags & stops) && !ps_privilege_enabled(me.w, me.process, PS_SHUTDOWN_PRIVILEGE))
        return api_fail(&me, ERROR_PRIVILEGE_NOT_HELD);
    if (uFlags & EWX_RESTARTAPPS)
        uFlags |= EWX_REBOOT; /* what has registered for restart would be started again */
    const struct csr_end end = {.flags = uFlags, .session = me.process->session};
    return api_result(&me, csr_session_end(me.w, &end));
}

/* Whoever asks for a sound does not wait for it. */
BOOL MessageBeep(UINT uType) {
    (void)uType;
    return TRUE;
}

/* What has no size here, or does not exist, is 0. */
int GetSystemMetrics(int nIndex) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    switch (nIndex) {
    case SM_CXSCREEN:
        return 1024;
    case SM_CYSCREEN:
        return 768;
    case SM_CMONITORS:
        return 1;
    case SM_SHUTTINGDOWN:
        ke_point(me.w, CSR_SESSION, KE_READ);
        return csr_session_ending(me.w);
    default:
        return 0;
    }
}

/* ---- reasons --------------------------------------------------------------------------------- */

/* A window of the calling thread; NULL with the error set. */
static struct csr_window *own_window(struct api_caller *me, HWND handle) {
    if (!api_user_enter_window(me, handle, KE_WRITE))
        return NULL;
    struct csr_window *window = api_user_window(me, handle);
    if (window && window->queue != csr_queue_get(me->w)) {
        api_set_error(me, ERROR_ACCESS_DENIED);
        return NULL;
    }
    return window;
}

BOOL ShutdownBlockReasonCreate(HWND hWnd, LPCWSTR pwszReason) {
    struct api_caller me;
    struct csr_window *window = own_window(&me, hWnd);
    if (!window)
        return FALSE;
    if (!pwszReason || base_utf16_length(pwszReason) > CSR_BLOCK_REASON_MAX)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    csr_block_reason_set(me.w, window, pwszReason);
    return TRUE;
}

BOOL ShutdownBlockReasonDestroy(HWND hWnd) {
    struct api_caller me;
    struct csr_window *window = own_window(&me, hWnd);
    if (window)
        csr_block_reason_set(me.w, window, NULL);
    return window != NULL;
}

BOOL ShutdownBlockReasonQuery(HWND hWnd, LPWSTR pwszBuff, DWORD *pcchBuff) {
    struct api_caller me;
    if (!api_user_enter_window(&me, hWnd, KE_READ))
        return FALSE;
    const struct csr_window *window = api_user_window(&me, hWnd);
    if (!window)
        return FALSE;
    if (!window->block_reason)
        return api_fail(&me, ERROR_NOT_FOUND);
    DWORD needed = (DWORD)base_utf16_length(window->block_reason) + 1, room = *pcchBuff;
    *pcchBuff = needed;
    if (!pwszBuff)
        return TRUE;
    if (room < needed)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    for (DWORD i = 0; i < needed; i++)
        pwszBuff[i] = window->block_reason[i];
    return TRUE;
}
