/* user_procedure.c - calling window procedures, and what DefWindowProc does. */
#include <string.h>

#include "base/utf16.h"
#include "csr/user.h"
#include "rundown/sdk/winbase.h"
#include "rundown/sdk/winerror.h"

static LRESULT call(WNDPROC procedure, const struct csr_message *message) {
    return procedure((HWND)(uintptr_t)message->window, message->id, (WPARAM)message->wparam,
                     (LPARAM)message->lparam);
}

/* ---- the other form of texts ----------------------------------------------------------------- */

static const void *pointer_of(const struct csr_message *message) {
    return (const void *)(intptr_t)message->lparam;
}

/* WM_SETTEXT for a procedure that wants the other form. */
static LRESULT call_set_text(struct rd_world *w, WNDPROC procedure,
                             const struct csr_message *message) {
    struct csr_message other = *message;
    const void *text = pointer_of(message);
    size_t length = message->unicode ? base_utf16_length(text) : strlen(text);
    size_t size = message->unicode ? 3 * length + 1 : (length + 1) * sizeof(uint16_t);
    void *converted = core_alloc(w, size);
    if (message->unicode)
        base_utf16_to_8(text, length, converted, size - 1);
    else
        base_utf8_to_16(text, length, converted, length);
    other.lparam = (int64_t)(intptr_t)converted;
    LRESULT result = call(procedure, &other);
    core_free(w, converted, size);
    return result;
}

/* WM_GETTEXT likewise: wparam is the size of the buffer in characters. */
static LRESULT call_get_text(struct rd_world *w, WNDPROC procedure,
                             const struct csr_message *message) {
    struct csr_message other = *message;
    size_t capacity = (size_t)message->wparam, size = capacity * 3 * sizeof(uint16_t);
    void *buffer = core_alloc(w, size), *out = (void *)(intptr_t)message->lparam;
    size_t length;
    other.lparam = (int64_t)(intptr_t)buffer;
    call(procedure, &other);
    if (message->unicode) {
        length = base_utf8_to_16(buffer, strlen(buffer), out, capacity - 1);
        length = length < capacity ? length : capacity - 1;
        ((uint16_t *)out)[length] = 0;
    } else {
        length = base_utf16_to_8(buffer, base_utf16_length(buffer), out, capacity - 1);
        length = length < capacity ? length : capacity - 1;
        ((char *)out)[length] = '\0';
    }
    core_free(w, buffer, size);
    return (LRESULT)length;
}

LRESULT csr_call_procedure(struct rd_world *w, WNDPROC procedure, bool unicode,
                           const struct csr_message *message) {
    if (!procedure)
        return csr_default_procedure(w, message);
    if (unicode != message->unicode && message->lparam) {
        if (message->id == WM_SETTEXT)
            return call_set_text(w, procedure, message);
        if (message->id == WM_GETTEXT && message->wparam)
            return call_get_text(w, procedure, message);
    }
    return call(procedure, message);
}

LRESULT csr_call_window(struct rd_world *w, const struct csr_message *message) {
    const struct csr_window *window = csr_window_find(w, message->window);
    return window ? csr_call_procedure(w, window->procedure, window->unicode, message) : 0;
}

/* ---- DefWindowProc --------------------------------------------------------------------------- */

static LRESULT set_text(struct rd_world *w, struct csr_window *window,
                        const struct csr_message *message) {
    const void *text = pointer_of(message);
    if (!text || message->unicode) {
        csr_window_set_text(w, window, text);
        return TRUE;
    }
    size_t length = strlen(text), size = (length + 1) * sizeof(uint16_t);
    uint16_t *wide = core_alloc(w, size);
    base_utf8_to_16(text, length, wide, length);
    csr_window_set_text(w, window, wide);
    core_free(w, wide, size);
    return TRUE;
}

size_t csr_window_get_text(const struct csr_window *window, bool unicode, void *buffer,
                           size_t capacity) {
    size_t length = window->text ? base_utf16_length(window->text) : 0;
    if (!capacity)
        return 0;
    if (unicode) {
        length = length < capacity ? length : capacity - 1;
        if (length)
            memcpy(buffer, window->text, length * sizeof(uint16_t));
        ((uint16_t *)buffer)[length] = 0;
        return length;
    }
    length = length ? base_utf16_to_8(window->text, length, buffer, capacity - 1) : 0;
    length = length < capacity ? length : capacity - 1;
    ((char *)buffer)[length] = '\0';
    return length;
}

size_t csr_window_text_length(const struct csr_window *window, bool unicode) {
    size_t length = window->text ? base_utf16_length(window->text) : 0;
    return unicode || !length ? length : base_utf16_to_8(window->text, length, NULL, 0);
}

static LRESULT nc_create(struct rd_world *w, struct csr_window *window,
                         const struct csr_message *message) {
    const CREATESTRUCTW *cs = pointer_of(message);
    struct csr_message text = *message;
    if (!cs)
        return FALSE;
    text.lparam = (int64_t)(intptr_t)cs->lpszName; /* at the same place in both forms */
    set_text(w, window, &text);
    return TRUE;
}

static LRESULT system_command(struct rd_world *w, const struct csr_message *message) {
    LRESULT result = 0;
    struct csr_send send = {
        .message = {.window = message->window, .id = WM_CLOSE, .unicode = message->unicode},
        .milliseconds = INFINITE};
    if ((message->wparam & 0xFFF0) == SC_CLOSE)
        csr_send_message(w, &send, &result);
    return 0;
}

LRESULT csr_default_procedure(struct rd_world *w, const struct csr_message *message) {
    struct csr_window *window = csr_window_find(w, message->window);
    if (!window || !window->queue)
        return 0;
    switch (message->id) {
    case WM_NCCREATE:
        return nc_create(w, window, message);
    case WM_SETTEXT:
        return set_text(w, window, message);
    case WM_GETTEXT:
        return (LRESULT)csr_window_get_text(
            window, message->unicode, (void *)(intptr_t)message->lparam, (size_t)message->wparam);
    case WM_GETTEXTLENGTH:
        return (LRESULT)csr_window_text_length(window, message->unicode);
    case WM_CLOSE:
        csr_window_destroy(w, message->window);
        return 0;
    case WM_SYSCOMMAND:
        return system_command(w, message);
    case WM_QUERYENDSESSION: /* SHUT-15 */
    case WM_QUERYOPEN:
    case WM_NCACTIVATE:
    case WM_POWERBROADCAST:
    case WM_DEVICECHANGE:
        return TRUE;
    default:
        return 0;
    }
}
