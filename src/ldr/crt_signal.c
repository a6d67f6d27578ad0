/* crt_signal.c - signal and raise: a table of handlers per process; a handler is reset before it
 * runs. */
#include "ldr/crt_state.h"

enum {
    SIGNAL_INT = 2,
    SIGNAL_ILL = 4,
    SIGNAL_ABRT_COMPAT = 6,
    SIGNAL_FPE = 8,
    SIGNAL_SEGV = 11,
    SIGNAL_TERM = 15,
    SIGNAL_BREAK = 21,
    SIGNAL_ABRT = 22,
    SIGNAL_EXIT_CODE = 3, /* of a process that a signal ends */
};

/* SIG_DFL is 0, SIG_IGN 1, SIG_ERR -1. */
static const uintptr_t ignore = 1;

static bool known(int *signal) {
    if (*signal == SIGNAL_ABRT_COMPAT)
        *signal = SIGNAL_ABRT;
    switch (*signal) {
    case SIGNAL_INT:
    case SIGNAL_ILL:
    case SIGNAL_FPE:
    case SIGNAL_SEGV:
    case SIGNAL_TERM:
    case SIGNAL_BREAK:
    case SIGNAL_ABRT:
        return true;
    default:
        return false;
    }
}

CRT_API(crt_signal_fn *, signal, (int number, crt_signal_fn *handler)) {
    struct crt_process *crt = crt_here();
    if (!crt || !known(&number)) {
        crt_invalid(CRT_EINVAL);
        return (crt_signal_fn *)UINTPTR_MAX;
    }
    crt_signal_fn *old = crt->signals[number];
    crt->signals[number] = handler;
    return old;
}

bool crt_signal_deliver(struct crt_process *crt, int number) {
    crt_signal_fn *handler = crt->signals[number];
    if ((uintptr_t)handler == ignore)
        return true;
    if (!handler)
        return false;
    crt->signals[number] = NULL;
    handler(number);
    return true;
}

CRT_API(int, raise, (int number)) {
    struct crt_process *crt = crt_here();
    if (!crt || !known(&number)) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    if (crt_signal_deliver(crt, number))
        return 0;
    core_event(crt->world, RD_EVENT_CRT_EXIT, RULE_NONE, .a = SIGNAL_EXIT_CODE,
               .text = "a signal without handler");
    crt_leave(crt, SIGNAL_EXIT_CODE);
}
