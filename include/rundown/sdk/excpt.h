/* SPDX-License-Identifier: MIT */
/*
 * Structured exception handling: __try, __except, __finally, __leave, and what filters and
 * handlers may ask. For C on x86-64; a C++ source that uses these statements does not compile,
 * because the host's C++ library has a macro __try of its own.
 *
 * What to know:
 * - A filter runs before anything is unwound, below the frame that raised the exception, with the
 *   locals of its function. EXCEPTION_CONTINUE_EXECUTION resumes a processor's fault with the
 *   registers of ContextRecord; RaiseException returns to its caller, whatever is in there.
 * - __finally runs at the end of the block, by __leave, return and goto, and when an outer handler
 *   unwinds; not when the thread or its process ends.
 * - __try is a loop for the compiler. A `break` in its block leaves this block (as `return` does,
 *   with AbnormalTermination() not 0) and not a loop around it; a `continue` ends the block.
 * - rundown-cc compiles a source file that contains the word __try without optimization, so that
 *   handlers find the locals as they were. Another compilation must make those volatile that
 *   change in a __try block and are read behind it.
 * - An exception in a filter goes to the frames outside of the filter's own. A stack overflow
 *   goes to no frame: it ends the process, unless a vectored handler or the unhandled filter
 *   ends it otherwise. INT_MIN / -1 is reported as a division by zero.
 * - ContextRecord holds the registers of a processor's fault; of a RaiseException only Rip.
 */
#ifndef RD_SDK_EXCPT_H
#define RD_SDK_EXCPT_H

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#if defined(__x86_64__) && !defined(__cplusplus)

struct _EXCEPTION_POINTERS;

enum rd_seh_state {
    RD_SEH_NEW,
    RD_SEH_BODY,    /* the block behind __try runs */
    RD_SEH_ENDED,   /* it has ended; if there is a __finally, its block runs */
    RD_SEH_FILTER,  /* the filter is asked */
    RD_SEH_UNWIND,  /* the block is being left otherwise; its __finally block runs */
    RD_SEH_HANDLER, /* the block behind __except runs */
};

/* One __try statement that is running; in the frame of its function. */
struct rd_seh_frame {
    struct rd_seh_frame *outer;
    void *scope;                     /* of frames that can see the same exceptions */
    unsigned long long registers[8]; /* where to enter the function again */
    void *caller;                    /* who waits for the end of the filter or __finally block */
    struct _EXCEPTION_POINTERS *pointers;
    unsigned int code;
    enum rd_seh_state state;
    int abnormal;
};

#define RD_SEH_FUNCTION extern __attribute__((__visibility__("default")))
RD_SEH_FUNCTION unsigned long rd_seh_enter(struct rd_seh_frame *frame);
RD_SEH_FUNCTION __attribute__((__returns_twice__)) int rd_seh_mark(unsigned long long *registers);
RD_SEH_FUNCTION int rd_seh_proceed(struct rd_seh_frame *frame, const void *room);
RD_SEH_FUNCTION void rd_seh_answer(struct rd_seh_frame *frame, int answer);
RD_SEH_FUNCTION __attribute__((__noreturn__)) void rd_seh_leave(struct rd_seh_frame *frame);
RD_SEH_FUNCTION void rd_seh_left(struct rd_seh_frame *frame);
#undef RD_SEH_FUNCTION

/*
 * The array is there for its variable size: a function that has one addresses its other locals
 * independently of the stack pointer, so that filters can run further down on the stack.
 */
#define __try                                                                                      \
    for (struct rd_seh_frame rd_seh_scope __attribute__((__cleanup__(rd_seh_left))),               \
         rd_seh_room[rd_seh_enter(&rd_seh_scope)];                                                 \
         rd_seh_proceed(&rd_seh_scope, rd_seh_room);)                                              \
        if (rd_seh_mark(rd_seh_scope.registers), rd_seh_scope.state == RD_SEH_BODY)

#define __except(...)                                                                              \
    else if (rd_seh_scope.state == RD_SEH_FILTER                                                   \
                 ? (rd_seh_answer(&rd_seh_scope, (__VA_ARGS__)), 1)                                \
                 : rd_seh_scope.state != RD_SEH_HANDLER) {                                         \
    }                                                                                              \
    else

#define __finally                                                                                  \
    else if (rd_seh_scope.state == RD_SEH_FILTER                                                   \
                 ? (rd_seh_answer(&rd_seh_scope, EXCEPTION_CONTINUE_SEARCH), 1)                    \
                 : 0) {                                                                            \
    }                                                                                              \
    else

#define __leave rd_seh_leave(&rd_seh_scope)

#define GetExceptionCode() (rd_seh_scope.code)
#define GetExceptionInformation() (rd_seh_scope.pointers)
#define AbnormalTermination() (rd_seh_scope.abnormal)
#define _exception_code() GetExceptionCode()
#define _exception_info() GetExceptionInformation()
#define _abnormal_termination() AbnormalTermination()
#define exception_code() GetExceptionCode()
#define exception_info() GetExceptionInformation()
#define abnormal_termination() AbnormalTermination()

#endif

#endif
