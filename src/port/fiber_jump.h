/*
 * fiber_jump.h - between the fiber carrier and the routine that changes the stack pointer.
 *
 * RD_PORT_BOOST_JUMP asks for the one of Boost.Context also where we have our own.
 */
#ifndef RD_PORT_FIBER_JUMP_H
#define RD_PORT_FIBER_JUMP_H

#include "port_internal.h"

#if defined(RD_HAVE_FIBER) && defined(__x86_64__) && defined(__ELF__) &&                           \
    !defined(RD_PORT_BOOST_JUMP)
#define RD_PORT_OWN_JUMP 1
#endif

/* Leaves: the state goes on the current stack and its address to *save_sp. Returns on resumption.
 */
void port_fiber_jump(void **save_sp, void *to_sp, struct port *port);

/* A state on the empty stack that, when first jumped to, calls port_fiber_main(port). */
void *port_fiber_frame(char *base, size_t size);

#ifdef RD_PORT_OWN_JUMP

/* The same jump, to such a state: it goes to a place that the processor knows beforehand. */
void port_fiber_begin(void **save_sp, void *to_sp, struct port *port);

/* The second half of the jump, without a call: the next return is one that was called there. */
static inline _Noreturn void port_fiber_leave(void *to_sp, struct port *port) {
    __asm__ volatile("jmp port_fiber_land" : : "S"(to_sp), "d"(port) : "memory");
    __builtin_unreachable();
}

#else

static inline void port_fiber_begin(void **save_sp, void *to_sp, struct port *port) {
    port_fiber_jump(save_sp, to_sp, port);
}

static inline _Noreturn void port_fiber_leave(void *to_sp, struct port *port) {
    port_fiber_jump(&port->dead_sp, to_sp, port);
    __builtin_unreachable();
}

#endif

/* carrier_fiber.c; does not return. */
void port_fiber_main(struct port *port);

#endif
