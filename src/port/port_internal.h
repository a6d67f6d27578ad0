/*
 * port_internal.h - what the files of src/port share with each other.
 *
 * Whoever includes this defines _GNU_SOURCE first.
 */
#ifndef RD_PORT_PORT_INTERNAL_H
#define RD_PORT_PORT_INTERNAL_H

#include "port.h"

#include <fenv.h>
#include <signal.h>

/* ---- stacks.c: the pool of guarded stacks ---------------------------------------------------- */

enum {
    PORT_STACK_SIZE_MIN_LOG2 = 14, /* the smallest size class: 16 KiB */
    PORT_STACK_SIZE_MAX_LOG2 = 30, /* the largest: 1 GiB */
    PORT_STACK_CLASSES = PORT_STACK_SIZE_MAX_LOG2 - PORT_STACK_SIZE_MIN_LOG2 + 1,
};

enum port_guard_method {
    PORT_GUARD_MARKERS,  /* guard markers in the page table: no mapping of their own */
    PORT_GUARD_MPROTECT, /* an inaccessible mapping, of which the host allows some 32 000 */
    PORT_GUARD_NONE,     /* the host refuses both: go on without */
};

/*
 * Stacks of one size. The free list is an array of its own and not a chain through the stacks,
 * because simulated code may well write through a pointer into the stack of a dead thread.
 */
struct port_stack_class {
    char **free; /* last in, first out; room for every stack of the class */
    size_t free_count;
    size_t capacity;
    size_t mapped;      /* stacks cut from slabs so far, free or in use */
    char *fresh;        /* next slot of the newest slab */
    size_t fresh_count; /* slots left in it */
    size_t slab_slots;  /* slots in the next slab */
};

struct port_slab {
    void *memory;
    size_t size;
};

struct port_stack_pool {
    struct port_stack_class classes[PORT_STACK_CLASSES];
    struct port_slab *slabs;
    size_t slab_count;
    size_t slab_capacity;
    size_t page_size;
    enum port_guard_method guard_method;
    uint64_t mapped;
    uint64_t in_use;
    uint64_t guarded;
    uint64_t fences;
};

void port_stack_pool_init(struct port_stack_pool *pool);
void port_stack_pool_close(struct port_stack_pool *pool);
/* Index of the smallest class that holds `size` bytes; PORT_STACK_CLASSES if there is none. */
unsigned port_stack_class_of(size_t size);
bool port_stack_take(struct port_stack_pool *pool, size_t size, struct port_stack *stack);
void port_stack_give(struct port_stack_pool *pool, const struct port_stack *stack);
/* Bytes of guard below every stack of this size. */
size_t port_stack_guard_size(const struct port_stack_pool *pool, size_t size);
/* Makes pages inaccessible, if the host lets us: for ever, and not counted as a guard. */
void port_stack_fence(struct port_stack_pool *pool, char *pages, size_t size);
/* Tells AddressSanitizer that no frame lives in the range any more. */
void port_stack_unpoison(uintptr_t low, uintptr_t high);

/* ---- port.c ---------------------------------------------------------------------------------- */

struct port {
    struct port_context *current;            /* runs now; NULL while the host's own code does */
    struct port_context *ending, *successor; /* of port_switch_at_return */
    bool fiber;
    struct port_context *previous; /* fiber with AddressSanitizer: who made the last switch */
    void **save_sp;                /* fiber with Boost: where the arriving side saves the other */
    void *dead_sp;                 /* fiber: takes the state that a final switch leaves behind */
    struct rd_world *world;
    port_fault_handler *fault_handler;
    struct port_fault fault; /* in flight between signal handler and trampoline */
    void *signal_stack;      /* for the host thread that has entered */
    struct port_stack_pool stacks;
    struct port_os_thread *os_threads; /* pthread: all, newest first */
    struct port_os_thread *idle[PORT_STACK_CLASSES];
    uint64_t os_thread_count;
    size_t os_thread_overhead; /* pthread: bytes of a stack that its context cannot use */
};

/* A host context is never remembered: it may be gone by the time that a fault looks at it. */
static inline void port_set_current(struct port *port, struct port_context *to) {
    port->current = to->stack.base != NULL ? to : NULL;
}

enum { PORT_NESTING_MAX = 16 }; /* different worlds run inside each other on one OS thread */

/* Which worlds the calling OS thread is lent to, outermost first. */
struct port_visit {
    struct port *port;
    unsigned depth; /* port_enter_world calls in a row for the same port */
};

struct port_thread {
    struct rd_world *world; /* of the innermost visit */
    struct port *port;
    unsigned visit_count;
    bool signal_stack_set;
    struct port_visit visits[PORT_NESTING_MAX];
    stack_t host_signal_stack;
    fenv_t host_float_controls;
};

struct port_thread *port_this_thread(void);

/* ---- faults.c -------------------------------------------------------------------------------- */

enum { PORT_SIGNAL_STACK_SIZE = 64 * 1024 };

/* Makes this process's fault signals come to us; calls are counted, the last release undoes it. */
void port_faults_acquire(void);
void port_faults_release(void);
/* Returns false when the host refuses; `old` is for port_signal_stack_restore. */
bool port_signal_stack_set(void *memory, stack_t *old);
void port_signal_stack_restore(const stack_t *old);
/* The signals that report faults, to keep them unblocked. */
void port_faults_signal_set(sigset_t *set);

/* ---- machine_*.c: registers of one processor --------------------------------------------------
 */

struct port_machine_fault {
    struct port_fault fault;
    uintptr_t sp;
};

/* Returns false when the signal does not stand for a fault that simulated code can cause. */
bool port_machine_classify(int signal_number, const siginfo_t *info, const void *ucontext,
                           struct port_machine_fault *out);
/*
 * Changes the interrupted registers so that the return from the signal handler continues at
 * function(port) as if it had been called with the stack pointer at `sp`.
 */
void port_machine_redirect(void *ucontext, void (*function)(struct port *), struct port *port,
                           uintptr_t sp);

/* The registers of an interrupted context; not valid where nothing is known about the processor. */
void port_machine_get_registers(const void *ucontext, struct port_registers *registers);
/*
 * Was the context interrupted by port_resume_fault? Then it is given the registers, and true. Where
 * registers are never valid, always false.
 */
bool port_machine_resume(void *ucontext);

/* ---- the carriers ---------------------------------------------------------------------------- */

/* Built without Boost.Context, these are never called: port_create refuses the fiber carrier. */
bool port_fiber_start(struct port *port, struct port_context *context, size_t stack_size);
void port_fiber_restart(struct port *port, struct port_context *context);
void port_fiber_release(struct port *port, struct port_context *context);
void port_fiber_switch(struct port *port, struct port_context *from, struct port_context *to);
_Noreturn void port_fiber_switch_final(struct port *port, struct port_context *from,
                                       struct port_context *to);

void port_pthread_init(struct port *port);
bool port_pthread_start(struct port *port, struct port_context *context, size_t stack_size);
void port_pthread_restart(struct port *port, struct port_context *context);
void port_pthread_release(struct port *port, struct port_context *context);
void port_pthread_switch(struct port *port, struct port_context *from, struct port_context *to);
_Noreturn void port_pthread_switch_final(struct port *port, struct port_context *from,
                                         struct port_context *to);
void port_pthread_end_all(struct port *port);
/* Highest stack pointer at which the context's own code may begin. */
uintptr_t port_pthread_stack_top(const struct port_context *context);

#endif
