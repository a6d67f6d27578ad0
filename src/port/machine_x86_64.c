/*
 * machine_x86_64.c - what a signal context says about a fault, on Linux for x86-64.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#if defined(__x86_64__) && defined(__linux__)

#include <string.h>
#include <ucontext.h>

/* Exception vectors of the processor, as the kernel reports them in REG_TRAPNO. */
enum {
    VECTOR_DIVIDE = 0,
    VECTOR_BREAKPOINT = 3,
    VECTOR_INVALID_OPCODE = 6,
    VECTOR_STACK_SEGMENT = 12,
    VECTOR_GENERAL_PROTECTION = 13,
    VECTOR_PAGE_FAULT = 14,
    VECTOR_X87 = 16,
    VECTOR_ALIGNMENT = 17,
    VECTOR_SIMD = 19,
};

enum { PAGE_FAULT_WRITE = 1 << 1, PAGE_FAULT_FETCH = 1 << 4 };

enum {
    EFLAGS_TRAP = 1 << 8,
    EFLAGS_DIRECTION = 1 << 10,
    EFLAGS_ALIGNMENT = 1 << 18,
};

enum { X87_CONTROL_DEFAULT = 0x37F, MXCSR_DEFAULT = 0x1F80 };

/* ---- reading the instruction ----------------------------------------------------------------- */

static bool is_prefix(uint8_t byte) {
    switch (byte) {
    case 0x26: /* segments */
    case 0x2E:
    case 0x36:
    case 0x3E:
    case 0x64:
    case 0x65:
    case 0x66: /* sizes */
    case 0x67:
    case 0xF0: /* lock, repeat */
    case 0xF2:
    case 0xF3:
        return true;
    default:
        return (byte & 0xF0) == 0x40; /* REX */
    }
}

static bool is_privileged_two_byte(uint8_t byte) {
    switch (byte) {
    case 0x00: /* lldt, ltr */
    case 0x01: /* lgdt, lidt, lmsw, invlpg */
    case 0x06: /* clts */
    case 0x07: /* sysret */
    case 0x08: /* invd */
    case 0x09: /* wbinvd */
    case 0x20: /* mov from and to control and debug registers */
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x30: /* wrmsr */
    case 0x32: /* rdmsr */
    case 0x33: /* rdpmc */
    case 0x35: /* sysexit */
        return true;
    default:
        return false;
    }
}

static bool is_privileged_one_byte(uint8_t byte) {
    switch (byte) {
    case 0xF4: /* hlt */
    case 0xFA: /* cli */
    case 0xFB: /* sti */
        return true;
    default:
        return (byte >= 0x6C && byte <= 0x6F) || /* ins, outs */
               (byte >= 0xE4 && byte <= 0xE7) || /* in, out with a constant port */
               (byte >= 0xEC && byte <= 0xEF);   /* in, out with the port in dx */
    }
}

static bool is_canonical(uintptr_t address) {
    return address + (UINT64_C(1) << 47) < UINT64_C(1) << 48;
}

/*
 * Only bytes that the processor itself has decoded are read, so the reading cannot fault: at a
 * general protection fault the instruction had been fetched.
 */
static bool is_privileged(uintptr_t pc) {
    enum { INSTRUCTION_MAX = 15 };
    const uint8_t *byte = (const uint8_t *)pc;
    if (!is_canonical(pc))
        return false;
    for (int i = 0; i < INSTRUCTION_MAX && is_prefix(*byte); i++)
        byte++;
    return byte[0] == 0x0F ? is_privileged_two_byte(byte[1]) : is_privileged_one_byte(byte[0]);
}

/* ---- classification -------------------------------------------------------------------------- */

static void page_fault(struct port_fault *fault, uintptr_t address, uint64_t error) {
    fault->kind = PORT_FAULT_ACCESS_VIOLATION;
    fault->address = address;
    if ((error & PAGE_FAULT_FETCH) != 0 || address == fault->pc)
        fault->access = PORT_EXECUTE;
    else
        fault->access = (error & PAGE_FAULT_WRITE) != 0 ? PORT_WRITE : PORT_READ;
}

/* The processor does not say which address it was that is no address; Windows reports all ones. */
static void unknown_address(struct port_fault *fault) {
    fault->kind = PORT_FAULT_ACCESS_VIOLATION;
    fault->access = is_canonical(fault->pc) ? PORT_READ : PORT_EXECUTE;
    fault->address = is_canonical(fault->pc) ? UINTPTR_MAX : fault->pc;
}

/* The trap is reported behind the instruction: int3 is one byte long, "int 3" is two. */
static void breakpoint(struct port_fault *fault) {
    fault->kind = PORT_FAULT_BREAKPOINT;
    fault->pc -= *(const uint8_t *)(fault->pc - 1) == 0xCC ? 1 : 2;
}

bool port_machine_classify(int signal_number, const siginfo_t *info, const void *ucontext,
                           struct port_machine_fault *out) {
    const greg_t *registers = ((const ucontext_t *)ucontext)->uc_mcontext.gregs;
    struct port_fault *fault = &out->fault;
    *out = (struct port_machine_fault){.sp = (uintptr_t)registers[REG_RSP]};
    fault->pc = (uintptr_t)registers[REG_RIP];
    if (info->si_code <= 0)
        return false; /* sent by somebody, not raised by an instruction */
    switch (registers[REG_TRAPNO]) {
    case VECTOR_PAGE_FAULT:
        page_fault(fault, (uintptr_t)info->si_addr, (uint64_t)registers[REG_ERR]);
        return signal_number == SIGSEGV || signal_number == SIGBUS;
    case VECTOR_GENERAL_PROTECTION:
        if (is_privileged(fault->pc))
            fault->kind = PORT_FAULT_PRIVILEGED_INSTRUCTION;
        else
            unknown_address(fault);
        return true;
    case VECTOR_STACK_SEGMENT:
        unknown_address(fault);
        return true;
    case VECTOR_DIVIDE:
        fault->kind = PORT_FAULT_INT_DIVIDE_BY_ZERO;
        return signal_number == SIGFPE;
    case VECTOR_X87:
    case VECTOR_SIMD:
        fault->kind = PORT_FAULT_FLT_DIVIDE_BY_ZERO;
        return true;
    case VECTOR_INVALID_OPCODE:
        fault->kind = PORT_FAULT_ILLEGAL_INSTRUCTION;
        return true;
    case VECTOR_BREAKPOINT:
        breakpoint(fault);
        return true;
    case VECTOR_ALIGNMENT:
        fault->kind = PORT_FAULT_MISALIGNED;
        return true;
    default:
        return false;
    }
}

/* ---- continuing elsewhere -------------------------------------------------------------------- */

/*
 * The function must find what the calling convention promises: an aligned stack with a return
 * address on it (that of the fault, which lets a debugger show where it came from), the direction
 * flag clear, an empty x87 stack and the default floating-point controls.
 */
bool port_catches_faults(void) {
    return true;
}

void port_machine_redirect(void *ucontext, void (*function)(struct port *), struct port *port,
                           uintptr_t sp) {
    ucontext_t *context = ucontext;
    greg_t *registers = context->uc_mcontext.gregs;
    uintptr_t *frame = (uintptr_t *)(sp & ~(uintptr_t)15) - 1;
    *frame = (uintptr_t)registers[REG_RIP];
    registers[REG_RSP] = (greg_t)(uintptr_t)frame;
    registers[REG_RIP] = (greg_t)(uintptr_t)function;
    registers[REG_RDI] = (greg_t)(uintptr_t)port;
    registers[REG_EFL] &= ~(greg_t)(EFLAGS_TRAP | EFLAGS_DIRECTION | EFLAGS_ALIGNMENT);
    fpregset_t fp = context->uc_mcontext.fpregs;
    if (fp != NULL) {
        fp->cwd = X87_CONTROL_DEFAULT;
        fp->swd = 0;
        fp->ftw = 0;
        fp->mxcsr = MXCSR_DEFAULT;
    }
}

/* ---- registers ------------------------------------------------------------------------------- */

static const int general_registers[PORT_GENERAL_REGISTERS] = {
    REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

void port_machine_get_registers(const void *ucontext, struct port_registers *registers) {
    const ucontext_t *context = ucontext;
    registers->valid = context->uc_mcontext.fpregs != NULL;
    if (!registers->valid)
        return;
    for (unsigned i = 0; i < PORT_GENERAL_REGISTERS; i++)
        registers->general[i] = (uint64_t)context->uc_mcontext.gregs[general_registers[i]];
    registers->pc = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    registers->flags = (uint32_t)context->uc_mcontext.gregs[REG_EFL];
    memcpy(registers->floats, context->uc_mcontext.fpregs, PORT_FLOAT_STATE);
}

/* frame_x86_64.c: an instruction that traps, with the registers to continue with in rdi. */
_Noreturn void port_resume_trap(const struct port_registers *registers);

_Noreturn void port_resume_fault(const struct port_registers *registers) {
    port_resume_trap(registers);
}

/*
 * The system's return from a signal handler is the one way to load all registers at once. What
 * the processor has beyond FXSAVE's (the upper halves of the AVX registers) is not among them.
 */
bool port_machine_resume(void *ucontext) {
    enum {
        FLAGS_OF_PROGRAMS = 0x240DD5,
        FLOATS_OF_PROGRAMS = 416, /* without the words that describe the record to the system */
        MXCSR_BITS = 0xFFFF,
    };
    ucontext_t *context = ucontext;
    greg_t *values = context->uc_mcontext.gregs;
    if ((uintptr_t)values[REG_RIP] != (uintptr_t)port_resume_trap)
        return false;
    const struct port_registers *registers = (const struct port_registers *)values[REG_RDI];
    for (unsigned i = 0; i < PORT_GENERAL_REGISTERS; i++)
        values[general_registers[i]] = (greg_t)registers->general[i];
    values[REG_RIP] = (greg_t)registers->pc;
    values[REG_EFL] = (values[REG_EFL] & ~(greg_t)FLAGS_OF_PROGRAMS) |
                      (greg_t)(registers->flags & FLAGS_OF_PROGRAMS);
    if (context->uc_mcontext.fpregs != NULL) {
        memcpy(context->uc_mcontext.fpregs, registers->floats, FLOATS_OF_PROGRAMS);
        context->uc_mcontext.fpregs->mxcsr &= MXCSR_BITS;
    }
    return true;
}

#endif
