/* user_memory.c - system services that touch memory of a program, which may not be there. */
#include <string.h>

#include "ldr/ldr.h"

static void copy(void *context) {
    const struct ldr_copy *c = context;
    memcpy(c->to, c->from, c->size);
}

/* On its own, so that no variable of the caller lives in a register across the jump. */
static bool guarded(struct rd_world *w, void (*function)(void *), void *context) {
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    struct ldr_guard guard = {.outer = thread->guard, .service = true};
    volatile bool done = false;
    thread->guard = &guard;
    if (setjmp(guard.resume) == 0) {
        function(context);
        done = true;
    }
    thread->guard = guard.outer;
    return done;
}

/* Nothing is ever mapped at the lowest addresses. */
static bool is_low(const void *address) {
    enum { LOWEST = 0x10000 };
    return (uintptr_t)address < LOWEST;
}

/* A thread that was killed runs on its emptied stack: what it had there is gone. */
static bool is_forgotten(const struct ps_thread *thread, const void *address) {
    const struct port_stack *stack = &thread->tcb.context.stack;
    return thread->marked && (uintptr_t)address - (uintptr_t)stack->base < stack->size;
}

bool ldr_copy_user(struct rd_world *w, struct ps_process *process, const struct ldr_copy *c) {
    bool elsewhere = w->ke->hooks.switched && process != ps_current_process(w);
    struct ldr_copy copied = *c;
    if (!c->size)
        return true;
    if (is_low(c->to) || is_low(c->from) || is_forgotten(ps_current(w), c->to))
        return false;
    if (elsewhere)
        ldr_put_in_place(w, process->ldr);
    bool done = guarded(w, copy, &copied);
    if (elsewhere)
        ldr_put_in_place(w, ps_current_process(w)->ldr);
    return done;
}
