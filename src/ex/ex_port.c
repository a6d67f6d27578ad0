/* ex_port.c - I/O completion ports, as far as posted packets and messages of jobs need them. */
#include "ex/ex_port.h"

/* Whoever waits in vain learns of it now: a queue without handles gets no readers. */
static void last_handle_gone(struct rd_world *w, void *body) {
    struct ex_port *port = body;
    ke_touch_state(w, &port->header, true);
    port->closed = true;
    port->header.SignalState = 1;
    ke_test_waiters(w, &port->header);
}

static void port_deleted(struct rd_world *w, void *body) {
    struct ex_port *port = body;
    struct ex_packet packet;
    while (ex_port_take(w, port, &packet))
        continue;
}

const struct ob_type ex_port_type = {
    .name = "IoCompletion",
    .body_size = sizeof(struct ex_port),
    .waitable = true,
    .valid_access = 0x1F0003,
    .generic_read = 0x20001,
    .generic_write = 0x20002,
    .generic_execute = 0x120000,
    .generic_all = 0x1F0003,
    .on_close = ob_no_close,
    .on_last_handle = last_handle_gone,
    .on_delete = port_deleted,
};

struct ex_port *ex_port_create(struct rd_world *w) {
    struct ex_port *port = ob_create(w, &ex_port_type);
    ke_header_init(w, &port->header, QueueObject, 0, true);
    base_list_init(&port->packets);
    return port;
}

/* A port without handles drops what it is sent: nobody could take it. */
void ex_port_post(struct rd_world *w, struct ex_port *port, const struct ex_packet *packet) {
    ke_touch_state(w, &port->header, true);
    if (port->closed)
        return;
    struct ex_packet *queued = core_alloc(w, sizeof *queued);
    *queued = *packet;
    base_list_push_back(&port->packets, &queued->link);
    port->header.SignalState = 1;
    /* All waiters wake, and the first that runs takes the packet: one that is killed takes none. */
    ke_test_waiters(w, &port->header);
}

bool ex_port_take(struct rd_world *w, struct ex_port *port, struct ex_packet *packet) {
    if (base_list_empty(&port->packets))
        return false;
    struct ex_packet *first = base_container(port->packets.Flink, struct ex_packet, link);
    *packet = *first;
    base_list_remove(&first->link);
    core_free(w, first, sizeof *first);
    if (base_list_empty(&port->packets) && !port->closed)
        port->header.SignalState = 0;
    return true;
}
