/*
 * frame_x86_64.c - entering a function again in the middle, for structured exception handling.
 *
 * rd_seh_mark is called by simulated code (sdk/excpt.h) and returns a second time whenever
 * port_frame_enter is given the registers that it has noted: rbx, rbp, r12 to r15, rsp, rip.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#if defined(__x86_64__) && defined(__ELF__)

__asm__(".text\n"
        ".p2align 4\n"
        ".globl rd_seh_mark\n"
        ".type rd_seh_mark, @function\n"
        "rd_seh_mark:\n"
        "    movq %rbx, (%rdi)\n"
        "    movq %rbp, 8(%rdi)\n"
        "    movq %r12, 16(%rdi)\n"
        "    movq %r13, 24(%rdi)\n"
        "    movq %r14, 32(%rdi)\n"
        "    movq %r15, 40(%rdi)\n"
        "    leaq 8(%rsp), %rax\n"
        "    movq %rax, 48(%rdi)\n"
        "    movq (%rsp), %rax\n"
        "    movq %rax, 56(%rdi)\n"
        "    xorl %eax, %eax\n"
        "    ret\n"
        ".size rd_seh_mark, . - rd_seh_mark\n"

        /* rdi: the registers; esi: whether to keep what is on the stack now. */
        ".p2align 4\n"
        ".globl port_frame_enter\n"
        ".hidden port_frame_enter\n"
        ".type port_frame_enter, @function\n"
        "port_frame_enter:\n"
        "    testl %esi, %esi\n"
        "    jnz 1f\n"
        "    movq 48(%rdi), %rsp\n"
        "    jmp 2f\n"
        "1:  subq $256, %rsp\n"
        "    andq $-16, %rsp\n"
        "2:  movq (%rdi), %rbx\n"
        "    movq 8(%rdi), %rbp\n"
        "    movq 16(%rdi), %r12\n"
        "    movq 24(%rdi), %r13\n"
        "    movq 32(%rdi), %r14\n"
        "    movq 40(%rdi), %r15\n"
        "    movl $1, %eax\n"
        "    cld\n"
        "    jmp *56(%rdi)\n"
        ".size port_frame_enter, . - port_frame_enter\n"

        /* rdi: the registers of a fault. The signal handler does the rest. */
        ".p2align 4\n"
        ".globl port_resume_trap\n"
        ".hidden port_resume_trap\n"
        ".type port_resume_trap, @function\n"
        "port_resume_trap:\n"
        "    ud2\n"
        ".size port_resume_trap, . - port_resume_trap\n");

#endif
