/*
 * machine_other.c - elsewhere: every fault is left to the host.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#include <stdlib.h>

#if !((defined(__x86_64__) || defined(__aarch64__)) && defined(__linux__))

bool port_machine_classify(int signal_number, const siginfo_t *info, const void *ucontext,
                           struct port_machine_fault *out) {
    (void)signal_number;
    (void)info;
    (void)ucontext;
    (void)out;
    return false;
}

bool port_catches_faults(void) {
    return false;
}

void port_machine_redirect(void *ucontext, void (*function)(struct port *), struct port *port,
                           uintptr_t sp) {
    (void)ucontext;
    (void)function;
    (void)port;
    (void)sp;
}

void port_machine_get_registers(const void *ucontext, struct port_registers *registers) {
    (void)ucontext;
    registers->valid = false;
}

bool port_machine_resume(void *ucontext) {
    (void)ucontext;
    return false;
}

_Noreturn void port_resume_fault(const struct port_registers *registers) {
    (void)registers;
    abort();
}

_Noreturn void port_frame_enter(const unsigned long long *registers, int keep_stack) {
    (void)registers;
    (void)keep_stack;
    abort();
}

#endif
