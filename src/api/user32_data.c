/* user32_data.c - what windows carry: texts, styles, procedures and numbers of their programs. */
#include "api/user32.h"

/* ---- texts ----------------------------------------------------------------------------------- */

static LRESULT send_text(HWND window, UINT message, WPARAM size, const void *text, bool unicode) {
    return unicode ? SendMessageW(window, message, size, (LPARAM)text)
                   : SendMessageA(window, message, size, (LPARAM)text);
}

/* The procedure of a window of the own process is asked; the text of others is only read. */
static int get_text(HWND window, void *text, int size, bool unicode) {
    struct api_caller me;
    if (!api_user_enter_window(&me, window, KE_READ))
        return 0;
    const struct csr_window *found = api_user_window(&me, window);
    if (!found || !text || size < 1)
        return 0;
    if (csr_window_process(found) == me.process)
        return (int)send_text(window, WM_GETTEXT, (WPARAM)size, text, unicode);
    return (int)csr_window_get_text(found, unicode, text, (size_t)size);
}

int GetWindowTextA(HWND hWnd, LPSTR lpString, int nMaxCount) {
    return get_text(hWnd, lpString, nMaxCount, false);
}

int GetWindowTextW(HWND hWnd, LPWSTR lpString, int nMaxCount) {
    return get_text(hWnd, lpString, nMaxCount, true);
}

static int text_length(HWND window, bool unicode) {
    struct api_caller me;
    if (!api_user_enter_window(&me, window, KE_READ))
        return 0;
    const struct csr_window *found = api_user_window(&me, window);
    if (!found)
        return 0;
    if (csr_window_process(found) == me.process)
        return (int)send_text(window, WM_GETTEXTLENGTH, 0, NULL, unicode);
    return (int)csr_window_text_length(found, unicode);
}

int GetWindowTextLengthA(HWND hWnd) {
    return text_length(hWnd, false);
}

int GetWindowTextLengthW(HWND hWnd) {
    return text_length(hWnd, true);
}

BOOL SetWindowTextA(HWND hWnd, LPCSTR lpString) {
    return IsWindow(hWnd) ? send_text(hWnd, WM_SETTEXT, 0, lpString, false) >= 0
                          : SendMessageA(hWnd, WM_SETTEXT, 0, 0) != 0;
}

BOOL SetWindowTextW(HWND hWnd, LPCWSTR lpString) {
    return IsWindow(hWnd) ? send_text(hWnd, WM_SETTEXT, 0, lpString, true) >= 0
                          : SendMessageW(hWnd, WM_SETTEXT, 0, 0) != 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static LONG_PTR handle_of(const struct csr_window *window) {
    return window ? (LONG_PTR)window->handle : 0;
}

static bool in_extra(const struct csr_window *window, int index, size_t size) {
    return index >= 0 && (size_t)index + size <= window->extra_size;
}

static LONG_PTR get_long(HWND handle, int index, size_t size) {
    struct api_caller me;
    LONG_PTR value = 0;
    if (!api_user_enter_window(&me, handle, KE_READ))
        return 0;
    const struct csr_window *window = api_user_window(&me, handle);
    if (!window)
        return 0;
    if (in_extra(window, index, size)) {
        memcpy(&value, window->extra + index, size);
        return size == sizeof(LONG) ? (LONG)value : value;
    }
    switch (index) {
    case GWL_STYLE:
        return (LONG_PTR)(LONG)window->style;
    case GWL_EXSTYLE:
        return (LONG_PTR)(LONG)window->ex_style;
    case GWLP_USERDATA:
        return window->user_data;
    case GWLP_ID:
        return window->id;
    case GWLP_HINSTANCE:
        return (LONG_PTR)window->instance;
    case GWLP_HWNDPARENT:
        return handle_of(window->style & WS_CHILD ? window->parent : window->owner);
    case GWLP_WNDPROC:
        if (csr_window_process(window) != me.process)
            return (LONG_PTR)api_fail(&me, ERROR_ACCESS_DENIED);
        if (window->procedure)
            return (LONG_PTR)(uintptr_t)window->procedure;
        return (LONG_PTR)(uintptr_t)(window->unicode ? DefWindowProcW : DefWindowProcA);
    default:
        return (LONG_PTR)api_fail(&me, ERROR_INVALID_INDEX);
    }
}

LONG_PTR GetWindowLongPtrA(HWND hWnd, int nIndex) {
    return get_long(hWnd, nIndex, sizeof(LONG_PTR));
}

LONG_PTR GetWindowLongPtrW(HWND hWnd, int nIndex) {
    return get_long(hWnd, nIndex, sizeof(LONG_PTR));
}

LONG GetWindowLongA(HWND hWnd, int nIndex) {
    return (LONG)get_long(hWnd, nIndex, sizeof(LONG));
}

LONG GetWindowLongW(HWND hWnd, int nIndex) {
    return (LONG)get_long(hWnd, nIndex, sizeof(LONG));
}

struct new_long {
    int index;
    LONG_PTR value;
    size_t size;
    bool unicode; /* form of a new procedure */
};

/* False: there is no such number, or it cannot be changed. */
static bool put_long(struct csr_window *window, const struct new_long *request) {
    if (in_extra(window, request->index, request->size)) {
        memcpy(window->extra + request->index, &request->value, request->size);
        return true;
    }
    switch (request->index) {
    case GWL_STYLE:
        window->style = (uint32_t)request->value;
        return true;
    case GWL_EXSTYLE:
        window->ex_style = (uint32_t)request->value;
        return true;
    case GWLP_USERDATA:
        window->user_data = request->value;
        return true;
    case GWLP_ID:
        window->id = request->value;
        return true;
    case GWLP_HINSTANCE:
        window->instance = (const void *)request->value;
        return true;
    case GWLP_WNDPROC:
        window->procedure = (WNDPROC)(uintptr_t)request->value;
        window->unicode = request->unicode;
        return true;
    default:
        return false;
    }
}

static LONG_PTR set_long(HWND handle, const struct new_long *request) {
    struct api_caller me;
    if (!api_user_enter_window(&me, handle, KE_WRITE))
        return 0;
    struct csr_window *window = api_user_window(&me, handle);
    if (!window)
        return 0;
    if (csr_window_process(window) != me.process)
        return (LONG_PTR)api_fail(&me, ERROR_ACCESS_DENIED);
    LONG_PTR before = get_long(handle, request->index, request->size);
    window = csr_window_find(me.w, api_hwnd(handle));
    if (window && !put_long(window, request))
        return (LONG_PTR)api_fail(&me, ERROR_INVALID_INDEX);
    return before;
}

LONG_PTR SetWindowLongPtrA(HWND hWnd, int nIndex, LONG_PTR dwNewLong) {
    return set_long(hWnd, &(struct new_long){nIndex, dwNewLong, sizeof(LONG_PTR), false});
}

LONG_PTR SetWindowLongPtrW(HWND hWnd, int nIndex, LONG_PTR dwNewLong) {
    return set_long(hWnd, &(struct new_long){nIndex, dwNewLong, sizeof(LONG_PTR), true});
}

LONG SetWindowLongA(HWND hWnd, int nIndex, LONG dwNewLong) {
    return (LONG)set_long(hWnd, &(struct new_long){nIndex, dwNewLong, sizeof(LONG), false});
}

LONG SetWindowLongW(HWND hWnd, int nIndex, LONG dwNewLong) {
    return (LONG)set_long(hWnd, &(struct new_long){nIndex, dwNewLong, sizeof(LONG), true});
}
