/*
 * carrier_fiber.c - contexts as user-mode stacks.
 *
 * A switch is one jump. Builds with a sanitizer announce each switch to it; in all others those
 * hooks are empty.
 */
#define _GNU_SOURCE
#include "fiber_jump.h"

#include <assert.h>
#include <stdlib.h>

#ifdef RD_HAVE_FIBER

#ifdef RD_PORT_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef RD_PORT_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/* ---- sanitizers ------------------------------------------------------------------------------ */

/*
 * AddressSanitizer must know the bounds of the stack it goes to. A host context has no stack of
 * ours, so when it is first left we keep, in fields that it does not need, what
 * AddressSanitizer itself believes: `argument` is the lowest byte, `stack.size` the size. `from` is
 * NULL if it ends.
 */
static inline void asan_before(struct port *port, struct port_context *from,
                               const struct port_context *to) {
#ifdef RD_PORT_ASAN
    const void *bottom = to->stack.base != NULL ? to->stack.base : to->argument;
    port->previous = from;
    __sanitizer_start_switch_fiber(from != NULL ? &from->fake_stack : NULL, bottom, to->stack.size);
#else
    (void)port;
    (void)from;
    (void)to;
#endif
}

static inline void asan_after(struct port *port, const struct port_context *self) {
#ifdef RD_PORT_ASAN
    const void *bottom;
    size_t size;
    __sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &size);
    if (port->previous != NULL && port->previous->stack.base == NULL) {
        port->previous->argument = (void *)(uintptr_t)bottom;
        port->previous->stack.size = size;
    }
#else
    (void)port;
    (void)self;
#endif
}

/*
 * ThreadSanitizer keeps a list of the calls of each fiber. So that a call is taken off the list
 * that it was put on, no function may return between this and the jump: this one is always inlined,
 * and tsan_after keeps the compiler from making the jump its caller's tail.
 */
__attribute__((always_inline)) static inline void tsan_before(struct port_context *from,
                                                              const struct port_context *to) {
#ifdef RD_PORT_TSAN
    if (from->stack.base == NULL)
        from->tsan_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(to->tsan_fiber, 0);
#else
    (void)from;
    (void)to;
#endif
}

__attribute__((always_inline)) static inline void tsan_after(void) {
#ifdef RD_PORT_TSAN
    __asm__ volatile("" ::: "memory");
#endif
}

/* A context that begins again is a new fiber to ThreadSanitizer. */
static inline void tsan_renew(struct port_context *context, bool again) {
#ifdef RD_PORT_TSAN
    if (context->tsan_fiber != NULL)
        __tsan_destroy_fiber(context->tsan_fiber);
    context->tsan_fiber = again ? __tsan_create_fiber(0) : NULL;
#else
    (void)context;
    (void)again;
#endif
}

/* ---- switching ------------------------------------------------------------------------------- */

void port_fiber_switch(struct port *port, struct port_context *from, struct port_context *to) {
    port_set_current(port, to);
    asan_before(port, from, to);
    tsan_before(from, to);
    if (to->entry != NULL)
        port_fiber_begin(&from->sp, to->sp, port);
    else
        port_fiber_jump(&from->sp, to->sp, port);
    tsan_after();
    asan_after(port, from);
}

/*
 * The stack goes back to the pool while we still stand on it: nobody can take it before the jump,
 * and the jump does not come back. Behind asan_before, a local variable may be gone already. Inline
 * because of the call that it would be (port_switch_at_return).
 */
__attribute__((always_inline)) static inline _Noreturn void
jump_for_good(struct port *port, struct port_context *from, struct port_context *to) {
    struct port_context ending = *from;
    *from = (struct port_context){0};
    port_stack_give(&port->stacks, &ending.stack);
    port_set_current(port, to);
    tsan_before(&ending, to);
    tsan_renew(&ending, false);
    asan_before(port, NULL, to);
    port_fiber_leave(to->sp, port);
}

_Noreturn void port_fiber_switch_final(struct port *port, struct port_context *from,
                                       struct port_context *to) {
    jump_for_good(port, from, to);
}

void port_fiber_main(struct port *port) {
    struct port_context *self = port->current;
    port_entry *entry = self->entry;
    asan_after(port, self);
    self->entry = NULL;
    entry(self->argument);
    jump_for_good(port, port->ending, port->successor);
}

/* ---- beginning and ending -------------------------------------------------------------------- */

/*
 * Makes the next jump to the context begin at port_fiber_main. Slots of the pool are a whole number
 * of pages apart; without the shift the live ends of all parked stacks would compete for the same
 * few lines of the processor's cache.
 */
static void aim(struct port_context *context) {
    enum { PAGE = 4096, CACHE_LINE = 64, SHIFTS = 13 };
    char *base = context->stack.base;
    size_t shift = (uintptr_t)base / PAGE % SHIFTS * CACHE_LINE;
    context->sp = port_fiber_frame(base, context->stack.size - shift);
}

#ifdef RD_PORT_ASAN
static void vanish(void *argument) {
    struct port *port = argument;
    struct port_context *to = port->previous;
    port_set_current(port, to);
    asan_before(port, NULL, to);
    port_fiber_jump(&port->dead_sp, to->sp, port);
}
#endif

/*
 * AddressSanitizer keeps a second ("fake") stack for the parked context and frees it only when the
 * context itself says that it leaves for good. So the context is sent there once more, to say it.
 */
static inline void discard_frames(struct port *port, struct port_context *context) {
#ifdef RD_PORT_ASAN
    if (context->fake_stack != NULL) {
        struct port_context host = {0};
        struct port_context *here = port->current != NULL ? port->current : &host;
        struct port_context saved = *context;
        context->entry = vanish;
        context->argument = port;
        aim(context);
        port_fiber_switch(port, here, context);
        *context = saved;
        context->fake_stack = NULL;
    }
    uintptr_t base = (uintptr_t)context->stack.base;
    port_stack_unpoison(base, base + context->stack.size);
#else
    (void)port;
    (void)context;
#endif
}

bool port_fiber_start(struct port *port, struct port_context *context, size_t stack_size) {
    if (!port_stack_take(&port->stacks, stack_size, &context->stack))
        return false;
    tsan_renew(context, true);
    aim(context);
    return true;
}

void port_fiber_restart(struct port *port, struct port_context *context) {
    discard_frames(port, context);
    tsan_renew(context, true);
    aim(context);
}

void port_fiber_release(struct port *port, struct port_context *context) {
    discard_frames(port, context);
    tsan_renew(context, false);
    port_stack_give(&port->stacks, &context->stack);
    *context = (struct port_context){0};
}

#else

bool port_fiber_start(struct port *port, struct port_context *context, size_t stack_size) {
    (void)port;
    (void)context;
    (void)stack_size;
    return false;
}

void port_fiber_restart(struct port *port, struct port_context *context) {
    (void)port;
    (void)context;
    abort();
}

void port_fiber_release(struct port *port, struct port_context *context) {
    (void)port;
    (void)context;
    abort();
}

void port_fiber_switch(struct port *port, struct port_context *from, struct port_context *to) {
    (void)port;
    (void)from;
    (void)to;
    abort();
}

_Noreturn void port_fiber_switch_final(struct port *port, struct port_context *from,
                                       struct port_context *to) {
    (void)port;
    (void)from;
    (void)to;
    abort();
}

#endif
