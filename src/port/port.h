/*
 * port.h - everything that Rundown asks of the host machine.
 *
 * src/port is the only folder that includes operating-system headers. It offers execution contexts
 * (the stacks on which simulated threads run), capture of hardware faults raised by simulated code,
 * loading of image files, and host files. It knows nothing of Windows.
 */
#ifndef RD_PORT_PORT_H
#define RD_PORT_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define RD_PORT_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define RD_PORT_TSAN 1
#endif

struct rd_world;

/* ---- execution contexts ---------------------------------------------------------------------- */

enum port_carrier_kind {
    PORT_CARRIER_FIBER,   /* user-mode switches (Boost.Context); absent if built without it */
    PORT_CARRIER_PTHREAD, /* one OS thread per simulated thread, a baton is passed */
};

typedef void port_entry(void *argument);

struct port;           /* one per world: carrier, pooled stacks, pooled OS threads */
struct port_os_thread; /* pthread carrier only */

/* A guarded stack out of the pool. `base` is the lowest usable byte, the guard lies below it. */
struct port_stack {
    char *base;
    size_t size;
};

/*
 * One thread of control. Embedded in its owner; zero-initialised means "no stack yet".
 * `sp` belongs to the fiber carrier, `os` to the pthread carrier, `fake_stack` and `tsan_fiber` to
 * the sanitizers.
 */
struct port_context {
    void *sp;
    struct port_stack stack;
    port_entry *entry;
    void *argument;
    struct port_os_thread *os;
#if defined(RD_PORT_ASAN) || defined(RD_PORT_TSAN)
    void *fake_stack;
    void *tsan_fiber;
#endif
};

struct port_options {
    enum port_carrier_kind carrier;
    struct rd_world *world; /* what port_current_world() returns while this port runs contexts */
};

bool port_carrier_available(enum port_carrier_kind carrier);

/* NULL: no memory, or the carrier is not available. */
struct port *port_create(const struct port_options *options);
/* Ends pooled OS threads and unmaps all stacks. No context may be running. */
void port_destroy(struct port *port);

/*
 * Gives the context a stack of at least `stack_size` bytes (rounded to a size class, recycled last
 * in first out) and makes the next switch to it begin at entry(argument). The entry ends with
 * port_switch_final, or returns after port_switch_at_return. Returns false when the host has no
 * memory for a stack.
 */
bool port_context_start(struct port *port, struct port_context *context, size_t stack_size,
                        port_entry *entry, void *argument);

/*
 * Forgets whatever the parked context was doing - its frames are not unwound - and makes the next
 * switch to it begin at entry(argument) on its own, now empty, stack.
 */
void port_context_restart(struct port *port, struct port_context *context, port_entry *entry,
                          void *argument);

/* The parked context will never be resumed: its stack (and OS thread) return to the pool. */
void port_context_release(struct port *port, struct port_context *context);

/*
 * Passes control from the running context `from` to `to`; returns when somebody switches back to
 * `from`. The host's own context is a zero-initialised port_context that never got a stack.
 */
void port_switch(struct port *port, struct port_context *from, struct port_context *to);

/* Like port_switch, but `from` is never resumed; its resources return to the pool. */
_Noreturn void port_switch_final(struct port *port, struct port_context *from,
                                 struct port_context *to);

/*
 * The same, but at the time when the entry of `from` returns, and nothing happens till then. Where
 * every call has returned, the processor foresees where those of `to` return to: that saves it a
 * wrong guess for each.
 */
void port_switch_at_return(struct port *port, struct port_context *from, struct port_context *to);

/* The world whose context runs on the calling OS thread, or NULL. The library's one thread-local.
 */
struct rd_world *port_current_world(void);

/*
 * Bracket every period in which the calling host thread lends itself to the world: sets and
 * restores the current world, the alternate signal stack and the fault handlers. Nestable.
 */
void port_enter_world(struct port *port);
void port_leave_world(struct port *port);
/* Is it the innermost world that the calling OS thread is lent to? Only then may it be left. */
bool port_world_entered(const struct port *port);

struct port_stats {
    uint64_t stacks_mapped; /* stacks obtained from the host since port_create */
    uint64_t stacks_in_use;
    uint64_t os_threads;     /* OS threads created since port_create */
    uint64_t guarded_stacks; /* of stacks_mapped, how many have a working guard */
};
void port_stats_get(const struct port *port, struct port_stats *stats);

/* ---- faults of simulated code ---------------------------------------------------------------- */

enum port_fault_kind {
    PORT_FAULT_ACCESS_VIOLATION,
    PORT_FAULT_STACK_OVERFLOW,
    PORT_FAULT_INT_DIVIDE_BY_ZERO,
    PORT_FAULT_FLT_DIVIDE_BY_ZERO,
    PORT_FAULT_ILLEGAL_INSTRUCTION,
    PORT_FAULT_PRIVILEGED_INSTRUCTION,
    PORT_FAULT_BREAKPOINT,
    PORT_FAULT_MISALIGNED,
};

enum port_access { PORT_READ = 0, PORT_WRITE = 1, PORT_EXECUTE = 8 };

enum { PORT_GENERAL_REGISTERS = 16, PORT_FLOAT_STATE = 512 };

/* Of an interrupted context. `valid` is false where the host's processor is not supported. */
struct port_registers {
    bool valid;
    uint64_t general[PORT_GENERAL_REGISTERS]; /* rax rcx rdx rbx rsp rbp rsi rdi r8 to r15 */
    uint64_t pc;
    uint32_t flags;
    unsigned char floats[PORT_FLOAT_STATE]; /* as FXSAVE writes it */
};

struct port_fault {
    enum port_fault_kind kind;
    enum port_access access; /* for access violations */
    uintptr_t address;       /* data address of an access violation, else 0 */
    uintptr_t pc;
    struct port_registers registers;
};

/*
 * Called on the faulting context itself, after the signal handler has returned: an ordinary call
 * frame on the context's own stack (on its emptied stack after an overflow). It must not return.
 */
typedef void port_fault_handler(struct rd_world *world, const struct port_fault *fault);

/*
 * Faults raised while a context with a stack runs inside port_enter_world are passed to `handler`.
 * Faults of the host's own code keep their previous handling.
 */
void port_set_fault_handler(struct port *port, port_fault_handler *handler);

/* Are faults caught on this host? */
bool port_catches_faults(void);

/*
 * To be called by the fault handler: gives up its frame and continues the faulting context with
 * these registers. Only if they are valid.
 */
_Noreturn void port_resume_fault(const struct port_registers *registers);

/* ---- entering functions again (frame_x86_64.c) ----------------------------------------------- */

/*
 * Returns to where rd_seh_mark (sdk/excpt.h) noted these registers, with the value 1. With
 * `keep_stack` the function runs on below the caller's frame, which stays as it is; it must have
 * been compiled to find its locals without the stack pointer.
 */
_Noreturn void port_frame_enter(const unsigned long long *registers, int keep_stack);

/* ---- host services --------------------------------------------------------------------------- */

/* Page-granular memory from the host, zeroed; NULL when there is none. */
void *port_map(size_t size);
void port_unmap(void *memory, size_t size);
/* May it be touched? Nothing happens if the host refuses. */
void port_protect(void *memory, size_t size, bool accessible);

#endif
