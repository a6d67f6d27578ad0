/* ex_port.h - I/O completion ports: a queue of packets that threads wait for. */
#ifndef RD_EX_EX_PORT_H
#define RD_EX_EX_PORT_H

#include "ke/ke.h"

struct ex_packet {
    LIST_ENTRY link;
    uint64_t key, overlapped;
    uint32_t bytes;
    NTSTATUS status; /* of the operation that it reports */
};

/* Signaled while it holds packets, and once its last handle has gone. */
struct ex_port {
    DISPATCHER_HEADER header; /* first */
    LIST_ENTRY packets;       /* first in, first out */
    bool closed;              /* nobody can take anything any more */
};

extern const struct ob_type ex_port_type;

/* With a reference. */
struct ex_port *ex_port_create(struct rd_world *w);

void ex_port_post(struct rd_world *w, struct ex_port *port, const struct ex_packet *packet);

/* The oldest packet; false if there is none. */
bool ex_port_take(struct rd_world *w, struct ex_port *port, struct ex_packet *packet);

#endif
