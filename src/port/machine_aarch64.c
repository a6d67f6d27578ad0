/*
 * machine_aarch64.c - what a signal context says about a fault, on Linux for AArch64.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#include <stdlib.h>

#if defined(__aarch64__) && defined(__linux__)

#include <asm/sigcontext.h>
#include <ucontext.h>

/* Exception classes in bits 31 to 26 of the syndrome register. */
enum {
    CLASS_INSTRUCTION_ABORT = 0x20,
    CLASS_DATA_ABORT = 0x24,
};

enum { DATA_ABORT_WRITE = 1 << 6 };

/* The kernel appends the syndrome as a tagged record; 0 if it did not. */
static uint64_t syndrome_of(const ucontext_t *context) {
    const char *record = (const char *)context->uc_mcontext.__reserved;
    const char *end = record + sizeof context->uc_mcontext.__reserved;
    while (record + sizeof(struct _aarch64_ctx) <= end) {
        const struct _aarch64_ctx *head = (const struct _aarch64_ctx *)record;
        if (head->magic == ESR_MAGIC)
            return ((const struct esr_context *)record)->esr;
        if (head->magic == 0 || head->size == 0)
            break;
        record += head->size;
    }
    return 0;
}

static void access_violation(struct port_fault *fault, uintptr_t address, uint64_t syndrome) {
    unsigned class = (unsigned)(syndrome >> 26) & 0x3E; /* either exception level */
    fault->kind = PORT_FAULT_ACCESS_VIOLATION;
    fault->address = address;
    if (class == CLASS_INSTRUCTION_ABORT || address == fault->pc)
        fault->access = PORT_EXECUTE;
    else if (class == CLASS_DATA_ABORT && (syndrome & DATA_ABORT_WRITE) != 0)
        fault->access = PORT_WRITE;
    else
        fault->access = PORT_READ;
}

bool port_machine_classify(int signal_number, const siginfo_t *info, const void *ucontext,
                           struct port_machine_fault *out) {
    const ucontext_t *context = ucontext;
    struct port_fault *fault = &out->fault;
    *out = (struct port_machine_fault){.sp = (uintptr_t)context->uc_mcontext.sp};
    fault->pc = (uintptr_t)context->uc_mcontext.pc;
    if (info->si_code <= 0)
        return false; /* sent by somebody, not raised by an instruction */
    switch (signal_number) {
    case SIGSEGV:
        access_violation(fault, (uintptr_t)info->si_addr, syndrome_of(context));
        return true;
    case SIGBUS:
        access_violation(fault, (uintptr_t)info->si_addr, syndrome_of(context));
        if (info->si_code == BUS_ADRALN)
            fault->kind = PORT_FAULT_MISALIGNED;
        return true;
    case SIGFPE:
        fault->kind = info->si_code == FPE_INTDIV ? PORT_FAULT_INT_DIVIDE_BY_ZERO
                                                  : PORT_FAULT_FLT_DIVIDE_BY_ZERO;
        return true;
    case SIGILL:
        fault->kind = info->si_code == ILL_PRVOPC ? PORT_FAULT_PRIVILEGED_INSTRUCTION
                                                  : PORT_FAULT_ILLEGAL_INSTRUCTION;
        return true;
    case SIGTRAP:
        fault->kind = PORT_FAULT_BREAKPOINT;
        return info->si_code == TRAP_BRKPT;
    default:
        return false;
    }
}

bool port_catches_faults(void) {
    return true;
}

void port_machine_redirect(void *ucontext, void (*function)(struct port *), struct port *port,
                           uintptr_t sp) {
    ucontext_t *context = ucontext;
    context->uc_mcontext.regs[30] = context->uc_mcontext.pc; /* where a debugger looks for us */
    context->uc_mcontext.regs[0] = (uintptr_t)port;
    context->uc_mcontext.sp = sp & ~(uintptr_t)15;
    context->uc_mcontext.pc = (uintptr_t)function;
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
