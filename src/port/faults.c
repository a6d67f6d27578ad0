/*
 * faults.c - hardware faults of simulated code, turned into ordinary calls.
 *
 * The signal handler decides whether a simulated context caused the fault. If so it notes what
 * happened and changes the interrupted registers, so that its return continues in run_handler on
 * the context's own stack: the world's fault handler is then no longer inside a signal handler and
 * may switch contexts. All other faults go to whoever handled that signal before.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
enum { FAULT_SIGNAL_COUNT = sizeof fault_signals / sizeof fault_signals[0] };

enum {
    RED_ZONE = 128,      /* below the stack pointer, but still the interrupted function's */
    HANDLER_ROOM = 8192, /* free stack without which the handler is not worth starting */
    TOP_MARGIN = 256,    /* above the handler's frame on an emptied stack */
};

/*
 * Signal dispositions belong to the process, not to a thread and not to a world. So does, for that
 * reason alone, this record of what they were before the first world was entered; it is a mirror of
 * state that the operating system keeps once per process anyway. Worlds that run in parallel
 * cannot restore them without a common count.
 */
static struct {
    pthread_mutex_t lock;
    unsigned users;
    struct sigaction previous[FAULT_SIGNAL_COUNT];
} dispositions = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- faults of simulated code ---------------------------------------------------------------- */

/* Entered by the return from the signal handler. */
static void run_handler(struct port *port) {
    struct port_fault fault = port->fault;
    port->fault_handler(port->world, &fault);
    abort(); /* the handler must not return: there is nothing to return to */
}

static uintptr_t stack_top_of(const struct port *port, const struct port_context *context) {
    return port->fiber ? (uintptr_t)context->stack.base + context->stack.size
                       : port_pthread_stack_top(context);
}

/*
 * A fault at an address in the guard is an overflow, and so is any fault with the stack pointer
 * below the stack: a large frame was set up there. Either way, or if the stack pointer is
 * nonsense or little room is left, the handler gets the emptied stack.
 */
static uintptr_t choose_stack(const struct port *port, struct port_machine_fault *fault) {
    const struct port_context *context = port->current;
    uintptr_t base = (uintptr_t)context->stack.base;
    uintptr_t top = stack_top_of(port, context);
    uintptr_t guard = port_stack_guard_size(&port->stacks, context->stack.size);
    bool in_guard = fault->fault.kind == PORT_FAULT_ACCESS_VIOLATION &&
                    fault->fault.access != PORT_EXECUTE && fault->fault.address < base &&
                    fault->fault.address >= base - guard;
    bool below = fault->sp < base && fault->sp >= base - context->stack.size;
    if (in_guard || below) {
        fault->fault.kind = PORT_FAULT_STACK_OVERFLOW;
        fault->fault.address = 0;
    }
    if (fault->fault.kind != PORT_FAULT_STACK_OVERFLOW && fault->sp <= top &&
        fault->sp >= base + HANDLER_ROOM)
        return fault->sp - RED_ZONE;
    port_stack_unpoison(base, top);
    return top - TOP_MARGIN;
}

static bool simulated_fault(int number, const siginfo_t *info, void *ucontext) {
    struct port *port = port_this_thread()->port;
    if (port == NULL || port->current == NULL || port->fault_handler == NULL)
        return false;
    struct port_machine_fault fault;
    if (port_machine_resume(ucontext))
        return true;
    if (!port_machine_classify(number, info, ucontext, &fault))
        return false;
    port_machine_get_registers(ucontext, &fault.fault.registers);
    fault.fault.registers.pc = fault.fault.pc;
    uintptr_t sp = choose_stack(port, &fault);
    port->fault = fault.fault;
    port_machine_redirect(ucontext, run_handler, port, sp);
    return true;
}

/* ---- faults of the host's own code ----------------------------------------------------------- */

static struct sigaction *previous_action(int number) {
    unsigned i = 0;
    while (fault_signals[i] != number)
        i++;
    return &dispositions.previous[i];
}

/*
 * The default action cannot be called, only brought about: with the disposition put back, a
 * faulting instruction faults again on return. A signal that somebody sent, and a trap, which
 * has passed its instruction, are raised once more.
 */
static void act_by_default(int number, const siginfo_t *info, const struct sigaction *previous) {
    bool ignored = previous->sa_handler == SIG_IGN;
    if (ignored && info->si_code <= 0)
        return;
    sigaction(number, previous, NULL);
    if (info->si_code <= 0 || number == SIGTRAP)
        raise(number);
}

static void host_fault(int number, siginfo_t *info, void *ucontext) {
    const struct sigaction *previous = previous_action(number);
    if (previous->sa_handler == SIG_DFL || previous->sa_handler == SIG_IGN) {
        act_by_default(number, info, previous);
        return;
    }
    /* The mask that the kernel would have set; the return from our handler takes it back. */
    sigset_t mask = previous->sa_mask;
    if ((previous->sa_flags & SA_NODEFER) == 0)
        sigaddset(&mask, number);
    pthread_sigmask(SIG_BLOCK, &mask, NULL);
    if ((previous->sa_flags & SA_SIGINFO) != 0)
        previous->sa_sigaction(number, info, ucontext);
    else
        previous->sa_handler(number);
}

/* ---- handlers and signal stacks -------------------------------------------------------------- */

static void on_fault(int number, siginfo_t *info, void *ucontext) {
    int saved_errno = errno;
    if (!simulated_fault(number, info, ucontext))
        host_fault(number, info, ucontext);
    errno = saved_errno;
}

static bool is_ours(const struct sigaction *action) {
    return (action->sa_flags & SA_SIGINFO) != 0 && action->sa_sigaction == on_fault;
}

/*
 * Also when worlds are already running, because the host may have set its own handler since then.
 * The previous action is read before ours is set: a handler may be needed at once.
 */
void port_faults_acquire(void) {
    struct sigaction ours = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    ours.sa_sigaction = on_fault;
    sigemptyset(&ours.sa_mask);
    pthread_mutex_lock(&dispositions.lock);
    dispositions.users++;
    for (unsigned i = 0; i < FAULT_SIGNAL_COUNT; i++) {
        struct sigaction found;
        sigaction(fault_signals[i], NULL, &found);
        if (is_ours(&found))
            continue;
        dispositions.previous[i] = found;
        sigaction(fault_signals[i], &ours, NULL);
    }
    pthread_mutex_unlock(&dispositions.lock);
}

void port_faults_release(void) {
    pthread_mutex_lock(&dispositions.lock);
    if (--dispositions.users == 0)
        for (unsigned i = 0; i < FAULT_SIGNAL_COUNT; i++) {
            struct sigaction found;
            sigaction(fault_signals[i], NULL, &found);
            if (is_ours(&found))
                sigaction(fault_signals[i], &dispositions.previous[i], NULL);
        }
    pthread_mutex_unlock(&dispositions.lock);
}

void port_faults_signal_set(sigset_t *set) {
    sigemptyset(set);
    for (unsigned i = 0; i < FAULT_SIGNAL_COUNT; i++)
        sigaddset(set, fault_signals[i]);
}

bool port_signal_stack_set(void *memory, stack_t *old) {
    stack_t stack = {.ss_sp = memory, .ss_size = PORT_SIGNAL_STACK_SIZE};
    return sigaltstack(&stack, old) == 0;
}

void port_signal_stack_restore(const stack_t *old) {
    stack_t stack = *old;
    if ((stack.ss_flags & SS_DISABLE) != 0)
        stack.ss_size = PORT_SIGNAL_STACK_SIZE; /* some systems check the size even then */
    sigaltstack(&stack, NULL);
}
