/*
 * user_send.c - sent messages. One to a window of the own thread is a call; one to another thread
 * is answered when that thread looks at its queue, and meanwhile the sender answers what is sent to
 * it.
 *
 * Either side may die at any time. A record of a sent message therefore belongs to both, and goes
 * when neither needs it.
 */
#include <string.h>

#include "base/utf16.h"
#include "csr/user.h"
#include "rundown/sdk/winbase.h"
#include "rundown/sdk/winerror.h"

static const uint64_t never = UINT64_MAX;

/* ---- records --------------------------------------------------------------------------------- */

static void drop_if_done(struct rd_world *w, struct csr_sent *sent) {
    if (sent->sender || sent->receiver)
        return;
    core_free(w, sent->copy, sent->copy_size);
    core_free(w, sent, sizeof *sent);
}

static void leave_sender(struct rd_world *w, struct csr_sent *sent) {
    base_list_remove(&sent->sender_link);
    sent->sender = NULL;
    drop_if_done(w, sent);
}

static void *copy_of(struct rd_world *w, struct csr_sent *sent, size_t size) {
    sent->copy = core_alloc(w, size);
    sent->copy_size = size;
    sent->message.lparam = (int64_t)(intptr_t)sent->copy;
    return sent->copy;
}

static void copy_data(struct rd_world *w, struct csr_sent *sent, const COPYDATASTRUCT *data) {
    size_t size = data->lpData ? data->cbData : 0;
    COPYDATASTRUCT *copy = copy_of(w, sent, sizeof *copy + size);
    *copy = *data;
    if (size)
        copy->lpData = memcpy(copy + 1, data->lpData, size);
}

static size_t unit_of(const struct csr_message *message) {
    return message->unicode ? sizeof(uint16_t) : 1;
}

/* A receiver in another process cannot see what lparam points to: it gets a copy. */
static void copy_parameters(struct rd_world *w, struct csr_sent *sent) {
    const struct csr_message *message = &sent->message;
    const void *from = (const void *)(intptr_t)message->lparam;
    if (!from || sent->receiver->thread->process == ps_current_process(w))
        return;
    if (message->id == WM_COPYDATA)
        copy_data(w, sent, from);
    else if (message->id == WM_GETTEXT)
        copy_of(w, sent, (size_t)message->wparam * unit_of(message) + 1);
    else if (message->id == WM_SETTEXT) {
        size_t length = message->unicode ? base_utf16_length(from) : strlen(from);
        size_t size = (length + 1) * unit_of(message);
        memcpy(copy_of(w, sent, size), from, size);
    }
}

/* The text that a receiver in another process has put into the copy of the buffer. */
static void copy_back(const struct csr_sent *sent, const struct csr_message *message) {
    size_t capacity = (size_t)message->wparam;
    if (!sent->copy || message->id != WM_GETTEXT || !capacity)
        return;
    size_t length = sent->result > 0 ? (size_t)sent->result : 0;
    length = length < capacity ? length : capacity - 1;
    memcpy((void *)(intptr_t)message->lparam, sent->copy, (length + 1) * unit_of(message));
}

/* A record in the receiver's queue; `wants_answer`: the current thread refers to it. */
static struct csr_sent *make(struct rd_world *w, struct csr_queue *receiver,
                             const struct csr_message *message, bool wants_answer) {
    struct csr_sent *sent = core_alloc(w, sizeof *sent);
    sent->receiver = receiver;
    sent->receiver_tid = receiver->thread->tcb.tid;
    sent->sender_tid = ps_current(w)->tcb.tid;
    sent->message = *message;
    base_list_init(&sent->sender_link);
    sent->waited_for = wants_answer;
    if (wants_answer) {
        sent->sender = csr_queue_get(w);
        base_list_push_back(&sent->sender->sending, &sent->sender_link);
    }
    copy_parameters(w, sent);
    base_list_push_back(&receiver->incoming, &sent->link);
    core_event(w, RD_EVENT_MESSAGE_SEND, RULE_NONE, .object = csr_queue_object(receiver),
               .a = message->window, .b = sent->receiver_tid, .c = wants_answer,
               .text = csr_message_name(w, message->id));
    csr_queue_changed(w, receiver, QS_SENDMESSAGE);
    return sent;
}

/* ---- receiving ------------------------------------------------------------------------------- */

static LRESULT call_with_hooks(struct rd_world *w, const struct csr_message *message,
                               bool own_thread) {
    HWND window = (HWND)(uintptr_t)message->window;
    CWPSTRUCT before = {(LPARAM)message->lparam, (WPARAM)message->wparam, message->id, window};
    csr_hook_call(w, &(struct csr_hook_call){.kind = WH_CALLWNDPROC,
                                             .code = HC_ACTION,
                                             .wparam = own_thread,
                                             .a = &before,
                                             .w = &before});
    core_event(w, RD_EVENT_MESSAGE_CALL, RULE_NONE, .a = message->window,
               .text = csr_message_name(w, message->id));
    LRESULT result = csr_call_window(w, message);
    CWPRETSTRUCT after = {result, before.lParam, before.wParam, before.message, window};
    csr_hook_call(w, &(struct csr_hook_call){.kind = WH_CALLWNDPROCRET,
                                             .code = HC_ACTION,
                                             .wparam = own_thread,
                                             .a = &after,
                                             .w = &after});
    return result;
}

static void answer(struct rd_world *w, struct csr_sent *sent, LRESULT result) {
    if (sent->sender)
        ke_point(w, csr_queue_object(sent->sender), KE_WRITE);
    struct csr_queue *sender = sent->sender;
    sent->state = CSR_REPLIED;
    sent->result = result;
    core_event(w, RD_EVENT_MESSAGE_REPLY, RULE_NONE, .a = (uint64_t)result, .b = sent->sender_tid,
               .text = csr_message_name(w, sent->message.id));
    if (!sender)
        return;
    if (sent->callback) {
        base_list_push_back(&sender->incoming, &sent->link);
        csr_queue_changed(w, sender, QS_SENDMESSAGE);
    } else {
        sender->replied = true;
        csr_queue_changed(w, sender, CSR_REPLY);
    }
}

static void receive(struct rd_world *w, struct csr_queue *queue, struct csr_sent *sent) {
    const struct csr_window *window = csr_window_find(w, sent->message.window);
    LRESULT result = 0;
    sent->state = CSR_RECEIVED;
    sent->outer = queue->receiving;
    queue->receiving = sent;
    if (window && window->queue == queue)
        result = call_with_hooks(w, &sent->message, false);
    if (sent->state == CSR_RECEIVED)
        answer(w, sent, result);
    queue->receiving = sent->outer;
    sent->receiver = NULL;
    drop_if_done(w, sent);
}

/* The answer to a message that was sent with a callback has come. */
static void call_back(struct rd_world *w, struct csr_sent *sent) {
    SENDASYNCPROC callback = sent->callback;
    const struct csr_message message = sent->message;
    uint64_t data = sent->callback_data;
    LRESULT result = sent->result;
    leave_sender(w, sent);
    callback((HWND)(uintptr_t)message.window, message.id, (ULONG_PTR)data, result);
}

void csr_receive_all(struct rd_world *w, struct csr_queue *queue) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&queue->incoming)) != NULL) {
        struct csr_sent *sent = base_container(link, struct csr_sent, link);
        if (sent->state == CSR_REPLIED)
            call_back(w, sent);
        else
            receive(w, queue, sent);
    }
}

bool csr_reply(struct rd_world *w, LRESULT result) {
    const struct csr_queue *queue = csr_queue_get(w);
    if (!queue->receiving || queue->receiving->state != CSR_RECEIVED)
        return false;
    answer(w, queue->receiving, result);
    return true;
}

uint32_t csr_receiving(struct rd_world *w) {
    const struct csr_sent *sent = csr_queue_get(w)->receiving;
    if (!sent)
        return ISMEX_NOSEND;
    uint32_t kind = sent->callback ? ISMEX_CALLBACK : sent->waited_for ? ISMEX_SEND : ISMEX_NOTIFY;
    return kind | (sent->state == CSR_REPLIED ? ISMEX_REPLIED : 0);
}

/* ---- the end of a queue ---------------------------------------------------------------------- */

static void receiver_dies(struct rd_world *w, struct csr_sent *sent) {
    struct csr_queue *sender = sent->sender;
    bool answered = sent->state == CSR_REPLIED;
    sent->receiver = NULL;
    if (!answered) {
        sent->state = CSR_RECEIVER_DIED;
        core_event(w, RD_EVENT_MESSAGE_LOST, RULE_MSG_20, .a = sent->sender_tid,
                   .text = csr_message_name(w, sent->message.id));
    }
    if (sender && sent->callback && !answered)
        leave_sender(w, sent);
    else if (sender && !answered) {
        sender->replied = true;
        csr_queue_changed(w, sender, CSR_REPLY);
    } else
        drop_if_done(w, sent);
}

void csr_sent_abandon(struct rd_world *w, struct csr_queue *queue) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&queue->incoming)) != NULL) {
        struct csr_sent *sent = base_container(link, struct csr_sent, link);
        if (sent->state == CSR_REPLIED)
            leave_sender(w, sent);
        else
            receiver_dies(w, sent);
    }
    while (queue->receiving) {
        struct csr_sent *sent = queue->receiving;
        queue->receiving = sent->outer;
        receiver_dies(w, sent);
    }
    while ((link = queue->sending.Flink) != &queue->sending)
        leave_sender(w, base_container(link, struct csr_sent, sender_link));
}

/* ---- sending --------------------------------------------------------------------------------- */

/* When the sender must look again whether the receiver is hung. */
static uint64_t hung_time(const struct rd_world *w, const struct csr_queue *receiver) {
    uint64_t limit = (uint64_t)CSR_HUNG_MS * CORE_TICKS_PER_MS + 1;
    return (receiver->idle ? w->now : receiver->last_read) + limit;
}

static bool gives_up(const struct rd_world *w, const struct csr_sent *sent,
                     const struct csr_send *send, uint64_t *deadline) {
    bool hung = csr_queue_hung(w, sent->receiver);
    if (hung && (send->flags & SMTO_ABORTIFHUNG))
        return true;
    if (w->now < *deadline)
        return false;
    if (hung || !(send->flags & SMTO_NOTIMEOUTIFNOTHUNG))
        return true;
    *deadline = hung_time(w, sent->receiver);
    return false;
}

/* One wait for the answer, or for a message that the sender must answer itself. */
static NTSTATUS wait_once(struct rd_world *w, const struct csr_sent *sent,
                          const struct csr_send *send, uint64_t deadline) {
    uint32_t level = send->flags & SMTO_BLOCK ? CSR_REPLY : CSR_REPLY | QS_SENDMESSAGE;
    if (send->flags & SMTO_ABORTIFHUNG) {
        uint64_t hung = hung_time(w, sent->receiver);
        deadline = hung < deadline ? hung : deadline;
    }
    const LONGLONG timeout = (LONGLONG)deadline;
    DISPATCHER_HEADER *event = csr_queue_begin_wait(w, level, 0, sent->receiver_tid);
    NTSTATUS status =
        ke_wait(w, &(struct ke_wait){.count = 1,
                                     .objects = &event,
                                     .mode = ps_current(w)->tcb.system ? KernelMode : UserMode,
                                     .timeout = deadline == never ? NULL : &timeout});
    csr_queue_get(w)->replied = false;
    csr_queue_end_wait(w);
    return status;
}

static NTSTATUS await(struct rd_world *w, const struct csr_sent *sent,
                      const struct csr_send *send) {
    struct csr_queue *queue = csr_queue_get(w);
    uint64_t deadline = never;
    if (send->milliseconds != INFINITE)
        deadline = w->now + (uint64_t)send->milliseconds * CORE_TICKS_PER_MS;
    for (;;) {
        if (!(send->flags & SMTO_BLOCK))
            csr_receive_all(w, queue);
        if (sent->state == CSR_REPLIED)
            return STATUS_SUCCESS;
        if (sent->state == CSR_RECEIVER_DIED)
            return send->flags & SMTO_ERRORONEXIT ? CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE)
                                                  : STATUS_SUCCESS;
        if (gives_up(w, sent, send, &deadline))
            return CSR_ERROR(ERROR_TIMEOUT);
        NTSTATUS status = wait_once(w, sent, send, deadline);
        if (status == STATUS_USER_APC)
            return STATUS_CANCELLED;
    }
}

static NTSTATUS send_to_all(struct rd_world *w, const struct csr_send *send, LRESULT *result) {
    struct csr_window_list all;
    csr_window_list(w, &(struct csr_window_filter){.tid = 0}, &all);
    for (uint32_t i = 0; i < all.count; i++) {
        struct csr_send one = *send;
        one.message.window = all.handles[i];
        csr_send_message(w, &one, result);
    }
    csr_window_list_free(w, &all);
    *result = TRUE;
    return STATUS_SUCCESS;
}

NTSTATUS csr_send_message(struct rd_world *w, const struct csr_send *send, LRESULT *result) {
    const struct csr_message *message = &send->message;
    *result = 0;
    if (message->window == CSR_EVERYBODY)
        return send_to_all(w, send, result);
    const struct csr_window *window = csr_window_find(w, message->window);
    if (!window)
        return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
    if (!window->queue)
        return STATUS_SUCCESS;
    if (window->queue->thread == ps_current(w)) {
        *result = call_with_hooks(w, message, true);
        return STATUS_SUCCESS;
    }
    if ((send->flags & SMTO_ABORTIFHUNG) && csr_queue_hung(w, window->queue))
        return CSR_ERROR(ERROR_TIMEOUT);
    struct csr_sent *sent = make(w, window->queue, message, true);
    NTSTATUS status = await(w, sent, send);
    if (NT_SUCCESS(status)) {
        *result = sent->result;
        copy_back(sent, message);
    }
    leave_sender(w, sent);
    return status;
}

static NTSTATUS send_only_to_all(struct rd_world *w, const struct csr_message *message,
                                 SENDASYNCPROC callback, uint64_t data) {
    struct csr_window_list all;
    csr_window_list(w, &(struct csr_window_filter){.tid = 0}, &all);
    for (uint32_t i = 0; i < all.count; i++) {
        struct csr_message one = *message;
        one.window = all.handles[i];
        csr_send_only(w, &one, callback, data);
    }
    csr_window_list_free(w, &all);
    return STATUS_SUCCESS;
}

NTSTATUS csr_send_only(struct rd_world *w, const struct csr_message *message,
                       SENDASYNCPROC callback, uint64_t data) {
    if (csr_needs_answer(message->id))
        return CSR_ERROR(ERROR_MESSAGE_SYNC_ONLY);
    if (message->window == CSR_EVERYBODY)
        return send_only_to_all(w, message, callback, data);
    const struct csr_window *window = csr_window_find(w, message->window);
    if (!window)
        return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
    if (!window->queue)
        return STATUS_SUCCESS;
    if (window->queue->thread == ps_current(w)) {
        LRESULT result = call_with_hooks(w, message, true);
        if (callback)
            callback((HWND)(uintptr_t)message->window, message->id, (ULONG_PTR)data, result);
        return STATUS_SUCCESS;
    }
    struct csr_sent *sent = make(w, window->queue, message, callback != NULL);
    sent->callback = callback;
    sent->callback_data = data;
    return STATUS_SUCCESS;
}
