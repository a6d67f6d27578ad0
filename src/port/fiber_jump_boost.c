/*
 * fiber_jump_boost.c - the jump from one stack to another, by Boost.Context.
 *
 * For processors without a jump of our own. Only the two assembly routines of the library are used,
 * by their C calling convention.
 */
#define _GNU_SOURCE
#include "fiber_jump.h"

#if defined(RD_HAVE_FIBER) && !defined(RD_PORT_OWN_JUMP)

/* What a jump hands to the side that arrives: the state of the side that left, and one pointer. */
typedef struct {
    void *fctx;
    void *data;
} transfer_t;

transfer_t jump_fcontext(void *const to, void *data);
void *make_fcontext(void *stack_top, size_t size, void (*entry)(transfer_t));

/* Boost tells only the arriving side where the other one's state is, so that side saves it. */
void port_fiber_jump(void **save_sp, void *to_sp, struct port *port) {
    port->save_sp = save_sp;
    transfer_t transfer = jump_fcontext(to_sp, port);
    *port->save_sp = transfer.fctx;
}

static void begin(transfer_t transfer) {
    struct port *port = transfer.data;
    *port->save_sp = transfer.fctx;
    port_fiber_main(port);
}

void *port_fiber_frame(char *base, size_t size) {
    return make_fcontext(base + size, size, begin);
}

#endif
