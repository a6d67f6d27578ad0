/* user_broadcast.c - BroadcastSystemMessage: one message to the top-level windows of the session.
 */
#include "csr/user.h"
#include "rundown/sdk/winbase.h"
#include "rundown/sdk/winerror.h"

enum {
    ALL_RECIPIENTS =
        BSM_VXDS | BSM_NETDRIVER | BSM_INSTALLABLEDRIVERS | BSM_APPLICATIONS | BSM_ALLDESKTOPS
};

static const uint32_t all_flags = BSF_QUERY | BSF_IGNORECURRENTTASK | BSF_FLUSHDISK | BSF_NOHANG |
                                  BSF_POSTMESSAGE | BSF_FORCEIFHUNG | BSF_NOTIMEOUTIFNOTHUNG |
                                  BSF_ALLOWSFW | BSF_SENDNOTIFYMESSAGE | BSF_RETURNHDESK | BSF_LUID;

struct broadcast {
    struct rd_world *w;
    uint32_t flags;
    struct csr_message message; /* to the window whose turn it is */
    uint32_t reached;
    bool refused, lost;
};

/* How long a window has time: without one of these flags, for ever (MSG-09). */
static struct csr_send patience(const struct broadcast *b) {
    struct csr_send send = {.message = b->message, .milliseconds = INFINITE};
    if (b->flags & BSF_NOTIMEOUTIFNOTHUNG)
        send.flags |= SMTO_NOTIMEOUTIFNOTHUNG;
    if (b->flags & BSF_NOHANG)
        send.flags |= SMTO_ABORTIFHUNG;
    if (b->flags & (BSF_NOHANG | BSF_FORCEIFHUNG | BSF_NOTIMEOUTIFNOTHUNG))
        send.milliseconds = CSR_HUNG_MS;
    return send;
}

/* False: the broadcast ends here. */
static bool send_to_one(struct broadcast *b) {
    const struct csr_send send = patience(b);
    LRESULT result;
    NTSTATUS status = csr_send_message(b->w, &send, &result);
    if (!NT_SUCCESS(status)) {
        bool goes_on = (b->flags & (BSF_NOHANG | BSF_FORCEIFHUNG)) != 0;
        b->lost |= !goes_on;
        return goes_on;
    }
    b->reached++;
    b->refused = (b->flags & BSF_QUERY) && (!result || result == BROADCAST_QUERY_DENY);
    return !b->refused;
}

static bool deliver(struct broadcast *b) {
    if (b->flags & BSF_POSTMESSAGE)
        b->reached += NT_SUCCESS(csr_post(b->w, &b->message));
    else if (b->flags & BSF_SENDNOTIFYMESSAGE)
        b->reached += NT_SUCCESS(csr_send_only(b->w, &b->message, NULL, 0));
    else
        return send_to_one(b);
    return true;
}

static void deliver_to_all(struct broadcast *b) {
    struct csr_window_list all;
    csr_window_list(b->w, &(struct csr_window_filter){.tid = 0}, &all);
    for (uint32_t i = 0; i < all.count; i++) {
        const struct csr_window *window = csr_window_find(b->w, all.handles[i]);
        bool own = window && csr_window_process(window) == ps_current_process(b->w);
        if (!window || (own && (b->flags & BSF_IGNORECURRENTTASK)))
            continue;
        b->message.window = all.handles[i];
        if (!deliver(b))
            break;
    }
    csr_window_list_free(b->w, &all);
}

int32_t csr_broadcast(struct rd_world *w, uint32_t flags, uint32_t *recipients,
                      const struct csr_message *message, NTSTATUS *status) {
    uint32_t wanted = recipients && *recipients ? *recipients : ALL_RECIPIENTS;
    struct broadcast b = {.w = w, .flags = flags, .message = *message};
    *status = STATUS_INVALID_PARAMETER;
    if ((flags & ~all_flags) || (wanted & ~(uint32_t)ALL_RECIPIENTS))
        return 0;
    *status = STATUS_SUCCESS;
    core_event(w, RD_EVENT_BROADCAST, RULE_MSG_02, .a = flags,
               .text = csr_message_name(w, message->id));
    if ((wanted & BSM_APPLICATIONS) && csr_needs_answer(message->id) &&
        (flags & (BSF_POSTMESSAGE | BSF_SENDNOTIFYMESSAGE))) {
        *status = CSR_ERROR(ERROR_MESSAGE_SYNC_ONLY);
        return -1;
    }
    if (wanted & BSM_APPLICATIONS)
        deliver_to_all(&b);
    if (recipients)
        *recipients = b.reached ? BSM_APPLICATIONS : 0; /* MSG-12 */
    if (b.lost)
        *status = CSR_ERROR(ERROR_TIMEOUT);
    return b.lost ? -1 : !b.refused;
}
