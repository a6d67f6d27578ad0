/*
 * cc_startup.c - assembler text that is linked into every image.
 *
 * It holds the note that marks an image (struct image_note), the flag by which its first opener
 * claims the memory, the handle that C++ run-times know an image by, and what happens when somebody
 * runs the file itself instead of `rundown run`. Beside it goes a script for the linker, which puts
 * the TLS callbacks of all object files into one array, as the names of their sections order them.
 */
#include "cc.h"

#if defined(__x86_64__)
#define SAY_AND_EXIT                                                                               \
    "    movl $1, %eax\n"                                                                          \
    "    movl $2, %edi\n"                                                                          \
    "    leaq rd_say(%rip), %rsi\n"                                                                \
    "    movl $rd_say_end - rd_say, %edx\n"                                                        \
    "    syscall\n"                                                                                \
    "    movl $60, %eax\n"                                                                         \
    "    movl $2, %edi\n"                                                                          \
    "    syscall\n"
#elif defined(__aarch64__)
#define SAY_AND_EXIT                                                                               \
    "    mov x8, #64\n"                                                                            \
    "    mov x0, #2\n"                                                                             \
    "    adr x1, rd_say\n"                                                                         \
    "    mov x2, #(rd_say_end - rd_say)\n"                                                         \
    "    svc #0\n"                                                                                 \
    "    mov x8, #93\n"                                                                            \
    "    mov x0, #2\n"                                                                             \
    "    svc #0\n"
#else
#error "Write the two system calls of SAY_AND_EXIT for this processor."
#endif

const char cc_startup_text[] = "    .section .note.rundown, \"a\", %note\n"
                               "    .balign 8\n"
                               "    .long 12, 64, 1\n"
                               "    .asciz \"Rundown-img\"\n"
                               "    .long 0, 0, 0, 0\n"
                               "    .quad 0\n"
                               "    .quad rd_claim - .\n"
                               "    .quad 0, 0\n"
                               "    .quad rd_tls_begin - .\n"
                               "    .quad rd_tls_end - .\n"
                               "\n"
                               "    .data\n"
                               "    .balign 8\n"
                               "rd_claim:\n"
                               "    .quad 0\n"
                               "\n"
                               "    .section .data.rel.ro, \"aw\", %progbits\n"
                               "    .balign 8\n"
                               "    .globl __dso_handle\n"
                               "    .hidden __dso_handle\n"
                               "__dso_handle:\n"
                               "    .quad 0\n"
                               "\n"
                               "    .text\n"
                               "    .globl rd_run_directly\n"
                               "    .hidden rd_run_directly\n"
                               "    .type rd_run_directly, %function\n"
                               "rd_run_directly:\n" SAY_AND_EXIT "rd_say:\n"
                               "    .ascii \"This program was built for Rundown: "
                               "start it with 'rundown run PROGRAM'.\\n\"\n"
                               "rd_say_end:\n"
                               "    .section .note.GNU-stack, \"\", %progbits\n";

const char cc_script_text[] = "SECTIONS {\n"
                              "  .rundown.tls : ALIGN(8) {\n"
                              "    PROVIDE_HIDDEN(rd_tls_begin = .);\n"
                              "    KEEP(*(SORT_BY_NAME(.CRT$XL*)))\n"
                              "    PROVIDE_HIDDEN(rd_tls_end = .);\n"
                              "  }\n"
                              "}\n"
                              "INSERT AFTER .data.rel.ro;\n";
