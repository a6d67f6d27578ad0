/* ex_event.c - event objects. */
#include "ex/ex_sync.h"

const struct ob_type ex_event_type = {
    .name = "Event",
    .body_size = sizeof(KEVENT),
    .waitable = true,
    .valid_access = 0x1F0003,
    .generic_read = 0x20001,
    .generic_write = 0x20002,
    .generic_execute = 0x120000,
    .generic_all = 0x1F0003,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

KEVENT *ex_event_create(struct rd_world *w, struct ex_named *named, bool manual, bool set) {
    KEVENT *event =
        ob_create_named(w, &ex_event_type, named->name, &named->existing, &named->status);
    if (event && !named->existing)
        ke_header_init(w, &event->Header,
                       manual ? EventNotificationObject : EventSynchronizationObject, set, true);
    return event;
}
