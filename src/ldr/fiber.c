/*
 * fiber.c - fibers: stacks that a program switches between by itself.
 *
 * The thread that runs a fiber lends it its own port context; while the fiber is parked, the
 * context rests in the fiber. What belongs to a stack and not to its thread moves with it: FLS
 * values, frames of __try and of the loader, C++ exceptions being handled. Fibers belong to the
 * process: any of its threads may run a parked one.
 */
#include "core/fatal.h"
#include "ldr/ldr.h"

struct ldr_fiber {
    void *data;      /* first: GetFiberData reads it; what the routine is called with */
    LIST_ENTRY link; /* in ldr_process.fibers */
    uint32_t number; /* for the log */
    bool parked;     /* no thread runs it; one that ended with its thread stays unparked */
    bool has_stack;  /* has run */
    size_t stack_size;
    ldr_fiber_routine *routine;
    struct port_context context; /* while it is parked */
    struct ldr_fls *fls;
    struct ldr_guard *guard;
    struct rd_seh_frame *frames;
    uint32_t frame_code;
    uint64_t cxx_globals[2];
};

static struct ldr_fiber *new_fiber(struct rd_world *w, void *data) {
    struct ldr_process *process = ps_current_process(w)->ldr;
    struct ldr_fiber *fiber = core_alloc(w, sizeof *fiber);
    fiber->data = data;
    fiber->number = ++process->fiber_count;
    base_list_push_back(&process->fibers, &fiber->link);
    core_event(w, RD_EVENT_FIBER_CREATE, RULE_NONE, .a = fiber->number);
    return fiber;
}

static void forget(struct rd_world *w, struct ldr_fiber *fiber) {
    base_list_remove(&fiber->link);
    core_free(w, fiber, sizeof *fiber);
}

static struct ldr_fiber *find(struct ldr_process *process, const void *address) {
    base_list_each(link, &process->fibers) {
        struct ldr_fiber *fiber = base_container(link, struct ldr_fiber, link);
        if (fiber == address)
            return fiber;
    }
    return NULL;
}

/* ---- becoming a fiber and back --------------------------------------------------------------- */

void *ldr_fiber_convert(struct rd_world *w, void *data) {
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    struct ldr_fiber *fiber = new_fiber(w, data);
    fiber->has_stack = true;
    thread->fiber = fiber;
    thread->was_fiber = true;
    return fiber;
}

void ldr_fiber_revert(struct rd_world *w) {
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    forget(w, thread->fiber);
    thread->fiber = NULL;
}

void *ldr_fiber_create(struct rd_world *w, size_t stack_size, ldr_fiber_routine *routine,
                       void *data) {
    struct ps_process *process = ps_current_process(w);
    size_t least = process->stack_size ? process->stack_size : w->options.stack_size;
    struct ldr_fiber *fiber = new_fiber(w, data);
    fiber->parked = true;
    fiber->stack_size = stack_size > least ? stack_size : least;
    fiber->routine = routine;
    return fiber;
}

/* ---- switching ------------------------------------------------------------------------------- */

/* Where the context of a new fiber begins. Its end is its thread's end. */
static void fiber_main(void *argument) {
    struct ldr_fiber *fiber = argument;
    struct rd_world *w = port_current_world();
    fiber->routine(fiber->data);
    core_event(w, RD_EVENT_FIBER_END, RULE_THRD_32, .a = fiber->number);
    ldr_exit_thread(w, LDR_FIBER_END_CODE);
}

static void leave(struct ldr_thread *thread, struct ldr_fiber *fiber) {
    fiber->parked = true;
    fiber->fls = thread->fls;
    fiber->guard = thread->guard;
    fiber->frames = thread->frames;
    fiber->frame_code = thread->frame_code;
}

static void enter(struct ldr_thread *thread, struct ldr_fiber *fiber) {
    fiber->parked = false;
    thread->fiber = fiber;
    thread->fls = fiber->fls;
    thread->guard = fiber->guard;
    thread->frames = fiber->frames;
    thread->frame_code = fiber->frame_code;
}

/* What an access to memory that is no parked fiber leads to. */
static void fault(struct rd_world *w, const void *address) {
    ldr_raise(w, &(struct ldr_exception){.code = (uint32_t)STATUS_ACCESS_VIOLATION,
                                         .parameter_count = 2,
                                         .parameters = {0, (uintptr_t)address}});
}

void ldr_fiber_switch(struct rd_world *w, void *address) {
    struct ps_thread *current = ps_current(w);
    struct ldr_thread *thread = ldr_thread_get(w, current);
    struct ldr_fiber *from = thread->fiber, *to = find(current->process->ldr, address);
    if (from && from == to)
        return;
    if (!from || !to || !to->parked) {
        fault(w, from ? address : NULL);
        return;
    }
    core_event(w, RD_EVENT_FIBER_SWITCH, RULE_NONE, .a = from->number, .b = to->number);
    if (!to->has_stack)
        to->has_stack = port_context_start(w->port, &to->context, to->stack_size, fiber_main, to);
    if (!to->has_stack)
        core_out_of_memory(w);
    leave(thread, from);
    enter(thread, to);
    ldr_cxx_exchange(w, from->cxx_globals, to->cxx_globals);
    ke_switch_context(w, &from->context, &to->context);
}

/* ---- the end of a fiber ---------------------------------------------------------------------- */

/* A fiber that is not parked: is there a thread that runs it, or did it end with its thread? */
static bool is_running(const struct ps_process *process, const struct ldr_fiber *fiber) {
    base_list_each(link, (LIST_ENTRY *)&process->threads) {
        const struct ps_thread *thread = base_container(link, struct ps_thread, link);
        if (thread->ldr && thread->ldr->fiber == fiber)
            return true;
    }
    return false;
}

void ldr_fiber_delete(struct rd_world *w, void *address) {
    struct ps_process *process = ps_current_process(w);
    struct ldr_thread *thread = ldr_thread_get(w, ps_current(w));
    struct ldr_fiber *fiber = find(process->ldr, address);
    if (!fiber) {
        fault(w, address);
        return;
    }
    core_event(w, RD_EVENT_FIBER_DELETE, RULE_NONE, .a = fiber->number);
    if (fiber == thread->fiber) {
        core_event(w, RD_EVENT_FIBER_END, RULE_THRD_32, .a = fiber->number);
        thread->fiber = NULL;
        forget(w, fiber);
        ldr_exit_thread(w, LDR_FIBER_END_CODE);
    }
    if (!fiber->parked && is_running(process, fiber)) {
        /* Its thread loses the stack under its feet, and the process ends with it. */
        w->failures[CORE_CRASH]++;
        core_event(w, RD_EVENT_EXCEPTION_UNHANDLED, RULE_EXIT_11,
                   .a = (uint32_t)STATUS_ACCESS_VIOLATION);
        ps_terminate_process(w, process, STATUS_ACCESS_VIOLATION);
        return;
    }
    base_list_remove(&fiber->link);
    if (fiber->fls && fiber->parked)
        ldr_run_fls_of(w, fiber->fls);
    if (fiber->parked && fiber->has_stack)
        port_context_release(w->port, &fiber->context);
    core_free(w, fiber, sizeof *fiber);
}

void ldr_fibers_gone(struct rd_world *w, struct ldr_process *process) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&process->fibers)) != NULL) {
        struct ldr_fiber *fiber = base_container(link, struct ldr_fiber, link);
        if (fiber->parked && fiber->has_stack)
            port_context_release(w->port, &fiber->context);
        core_free(w, fiber, sizeof *fiber);
    }
}
