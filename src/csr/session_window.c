/* session_window.c - what windows are asked and told when their session ends. */
#include <string.h>

#include "base/utf16.h"
#include "csr/session.h"
#include "rundown/sdk/winerror.h"

/* ---- one window ------------------------------------------------------------------------------ */

/* Why the session ends (SHUT-14). */
static int64_t why(const struct csr_ending *e) {
    const uint32_t stops = EWX_SHUTDOWN | EWX_REBOOT | EWX_POWEROFF;
    uint32_t bits = e->end.flags & stops ? 0 : ENDSESSION_LOGOFF;
    if (e->end.flags & EWX_FORCE)
        bits |= ENDSESSION_CRITICAL;
    return bits;
}

static NTSTATUS send(struct csr_ending *e, uint32_t handle, uint32_t id, bool wparam,
                     LRESULT *result) {
    struct rd_world *w = e->w;
    const struct csr_window *window = csr_window_find(w, handle);
    if (!window)
        return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
    ke_point(w, csr_queue_object(window->queue), KE_WRITE);
    const struct csr_send message = {.message = {.window = handle,
                                                 .id = id,
                                                 .wparam = wparam,
                                                 .lparam = why(e),
                                                 .unicode = true},
                                     .flags = SMTO_ERRORONEXIT,
                                     .milliseconds = CSR_ANSWER_MS};
    return csr_send_message(w, &message, result);
}

static void remember(struct csr_ending *e, uint32_t handle) {
    if (e->asked_count == e->asked_capacity) {
        uint32_t capacity = e->asked_capacity ? e->asked_capacity * 2 : 16;
        uint32_t *grown = core_alloc(e->w, capacity * sizeof *grown);
        if (e->asked_count)
            memcpy(grown, e->asked, e->asked_count * sizeof *grown);
        core_free(e->w, e->asked, e->asked_capacity * sizeof *e->asked);
        e->asked = grown;
        e->asked_capacity = capacity;
    }
    e->asked[e->asked_count++] = handle;
}

/* A window that goes before it has answered does not object. */
static enum csr_consent ask(struct csr_ending *e, uint32_t handle) {
    LRESULT answer;
    NTSTATUS status = send(e, handle, WM_QUERYENDSESSION, false, &answer);
    if (status == CSR_ERROR(ERROR_TIMEOUT)) {
        core_event(e->w, RD_EVENT_SESSION_NO_ANSWER, RULE_SHUT_17, .a = handle,
                   .text = "WM_QUERYENDSESSION");
        return CSR_HANGS;
    }
    if (!NT_SUCCESS(status))
        return CSR_AGREES;
    remember(e, handle);
    core_event(e->w, RD_EVENT_SESSION_ANSWER, RULE_SHUT_11, .a = handle, .b = answer != 0);
    return answer ? CSR_AGREES : CSR_OBJECTS;
}

static bool tell(struct csr_ending *e, uint32_t handle, bool ends) {
    LRESULT unused;
    bool late = send(e, handle, WM_ENDSESSION, ends, &unused) == CSR_ERROR(ERROR_TIMEOUT);
    if (late)
        core_event(e->w, RD_EVENT_SESSION_NO_ANSWER, RULE_SHUT_17, .a = handle,
                   .text = "WM_ENDSESSION");
    return !late;
}

/* ---- the windows of a process ---------------------------------------------------------------- */

static void windows_of(struct rd_world *w, const struct ps_process *process,
                       struct csr_window_list *list) {
    ke_point(w, CSR_DESKTOP, KE_READ);
    csr_window_list(w, &(struct csr_window_filter){.process = process}, list);
}

enum csr_consent csr_ask_windows(struct csr_ending *e, const struct ps_process *process) {
    struct csr_window_list list;
    enum csr_consent consent = CSR_AGREES;
    windows_of(e->w, process, &list);
    for (uint32_t i = 0; i < list.count && consent == CSR_AGREES; i++)
        consent = ask(e, list.handles[i]);
    csr_window_list_free(e->w, &list);
    return consent;
}

bool csr_tell_windows(struct csr_ending *e, const struct ps_process *process) {
    struct csr_window_list list;
    bool answered = true;
    windows_of(e->w, process, &list);
    for (uint32_t i = 0; i < list.count && answered; i++)
        answered = tell(e, list.handles[i], true);
    csr_window_list_free(e->w, &list);
    return answered;
}

void csr_tell_cancelled(struct csr_ending *e) {
    for (uint32_t i = 0; i < e->asked_count; i++)
        tell(e, e->asked[i], false);
}

bool csr_has_visible_window(struct rd_world *w, const struct ps_process *process) {
    struct csr_window_list list;
    bool visible = false;
    windows_of(w, process, &list);
    for (uint32_t i = 0; i < list.count && !visible; i++)
        visible = (csr_window_find(w, list.handles[i])->style & WS_VISIBLE) != 0;
    csr_window_list_free(w, &list);
    return visible;
}

/* ---- reasons not to shut down ---------------------------------------------------------------- */

static size_t size_of(const uint16_t *text) {
    return text ? (base_utf16_length(text) + 1) * sizeof *text : 0;
}

void csr_block_reason_set(struct rd_world *w, struct csr_window *window, const uint16_t *reason) {
    uint16_t *copy = NULL;
    if (reason) {
        copy = core_alloc(w, size_of(reason));
        memcpy(copy, reason, size_of(reason));
    }
    core_free(w, window->block_reason, size_of(window->block_reason));
    window->block_reason = copy;
}
