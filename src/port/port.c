/*
 * port.c - ports, the calling OS thread's worlds, and the choice between the two carriers.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/*
 * Read at every call of the simulated API and inside a signal handler, so it must neither call nor
 * allocate: ask for a fixed place in the thread's static block.
 */
#if defined(__GNUC__) && defined(__ELF__)
#define THREAD_STATE_MODEL __attribute__((tls_model("initial-exec")))
#else
#define THREAD_STATE_MODEL
#endif

static _Thread_local struct port_thread this_thread THREAD_STATE_MODEL;

struct port_thread *port_this_thread(void) {
    return &this_thread;
}

struct rd_world *port_current_world(void) {
    return this_thread.world;
}

/* ---- ports ----------------------------------------------------------------------------------- */

bool port_carrier_available(enum port_carrier_kind carrier) {
#ifdef RD_HAVE_FIBER
    return carrier == PORT_CARRIER_FIBER || carrier == PORT_CARRIER_PTHREAD;
#else
    return carrier == PORT_CARRIER_PTHREAD;
#endif
}

struct port *port_create(const struct port_options *options) {
    if (!port_carrier_available(options->carrier))
        return NULL;
    struct port *port = calloc(1, sizeof *port);
    if (port == NULL)
        return NULL;
    port->signal_stack = port_map(PORT_SIGNAL_STACK_SIZE);
    if (port->signal_stack == NULL) {
        free(port);
        return NULL;
    }
    port->fiber = options->carrier == PORT_CARRIER_FIBER;
    port->world = options->world;
    port_stack_pool_init(&port->stacks);
    if (!port->fiber)
        port_pthread_init(port);
    return port;
}

void port_destroy(struct port *port) {
    if (port == NULL)
        return;
    assert(port->current == NULL);
    port_pthread_end_all(port);
    port_stack_pool_close(&port->stacks);
    port_unmap(port->signal_stack, PORT_SIGNAL_STACK_SIZE);
    free(port);
}

void port_stats_get(const struct port *port, struct port_stats *stats) {
    *stats = (struct port_stats){
        .stacks_mapped = port->stacks.mapped,
        .stacks_in_use = port->stacks.in_use,
        .os_threads = port->os_thread_count,
        .guarded_stacks = port->stacks.guarded,
    };
}

void port_set_fault_handler(struct port *port, port_fault_handler *handler) {
    port->fault_handler = handler;
}

/* ---- the calling OS thread's worlds ---------------------------------------------------------- */

static void visit_innermost(struct port_thread *thread) {
    struct port *port =
        thread->visit_count > 0 ? thread->visits[thread->visit_count - 1].port : NULL;
    thread->port = port;
    thread->world = port != NULL ? port->world : NULL;
}

/*
 * The signal stack and the handlers are set by the outermost visit only, so a visit within a visit
 * costs no system call. The floating-point controls are kept for the host because fibers share them
 * with it.
 */
void port_enter_world(struct port *port) {
    struct port_thread *thread = &this_thread;
    if (thread->port == port) {
        thread->visits[thread->visit_count - 1].depth++;
        return;
    }
    if (thread->visit_count == PORT_NESTING_MAX) {
        fprintf(stderr, "rundown: more than %d worlds are running inside each other\n",
                PORT_NESTING_MAX);
        abort();
    }
    if (thread->visit_count == 0) {
        thread->signal_stack_set =
            port_signal_stack_set(port->signal_stack, &thread->host_signal_stack);
        port_faults_acquire();
        fegetenv(&thread->host_float_controls);
    }
    thread->visits[thread->visit_count++] = (struct port_visit){port, 1};
    visit_innermost(thread);
}

bool port_world_entered(const struct port *port) {
    return this_thread.port == port;
}

void port_leave_world(struct port *port) {
    struct port_thread *thread = &this_thread;
    assert(thread->port == port);
    (void)port;
    if (--thread->visits[thread->visit_count - 1].depth > 0)
        return;
    thread->visit_count--;
    visit_innermost(thread);
    if (thread->visit_count > 0)
        return;
    fesetenv(&thread->host_float_controls);
    port_faults_release();
    if (thread->signal_stack_set)
        port_signal_stack_restore(&thread->host_signal_stack);
    thread->signal_stack_set = false;
}

/* ---- contexts -------------------------------------------------------------------------------- */

bool port_context_start(struct port *port, struct port_context *context, size_t stack_size,
                        port_entry *entry, void *argument) {
    assert(context->stack.base == NULL);
    *context = (struct port_context){.entry = entry, .argument = argument};
    return port->fiber ? port_fiber_start(port, context, stack_size)
                       : port_pthread_start(port, context, stack_size);
}

void port_context_restart(struct port *port, struct port_context *context, port_entry *entry,
                          void *argument) {
    assert(context->stack.base != NULL);
    assert(context != port->current);
    context->entry = entry;
    context->argument = argument;
    if (port->fiber)
        port_fiber_restart(port, context);
    else
        port_pthread_restart(port, context);
}

void port_context_release(struct port *port, struct port_context *context) {
    assert(context->stack.base != NULL);
    assert(context != port->current);
    if (port->fiber)
        port_fiber_release(port, context);
    else
        port_pthread_release(port, context);
}

void port_switch(struct port *port, struct port_context *from, struct port_context *to) {
    assert(from != to);
    if (port->fiber)
        port_fiber_switch(port, from, to);
    else
        port_pthread_switch(port, from, to);
}

_Noreturn void port_switch_final(struct port *port, struct port_context *from,
                                 struct port_context *to) {
    assert(from != to);
    assert(from->stack.base != NULL);
    if (port->fiber)
        port_fiber_switch_final(port, from, to);
    else
        port_pthread_switch_final(port, from, to);
}

void port_switch_at_return(struct port *port, struct port_context *from, struct port_context *to) {
    port->ending = from;
    port->successor = to;
}

/* ---- host memory ----------------------------------------------------------------------------- */

void *port_map(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

void port_unmap(void *memory, size_t size) {
    if (memory != NULL)
        munmap(memory, size);
}

void port_protect(void *memory, size_t size, bool accessible) {
    mprotect(memory, size, accessible ? PROT_READ | PROT_WRITE : PROT_NONE);
}
