/*
 * debug.h - debug objects: how a debugger hears what happens in a process, and how the process
 * waits for it.
 *
 * A debug object queues the events of all processes that it debugs. The thread that an event is
 * about waits in the kernel until the debugger has continued it, and the other threads of its
 * process are frozen meanwhile; only the end of a process finds nobody left to freeze. A debugger
 * sees at most one event of each process at a time.
 */
#ifndef RD_PS_DEBUG_H
#define RD_PS_DEBUG_H

#include "ps/ps.h"

struct _EXCEPTION_RECORD;

/* The values of EXCEPTION_DEBUG_EVENT and so on. */
enum ps_debug_code {
    PS_DEBUG_EXCEPTION = 1,
    PS_DEBUG_CREATE_THREAD,
    PS_DEBUG_CREATE_PROCESS,
    PS_DEBUG_EXIT_THREAD,
    PS_DEBUG_EXIT_PROCESS,
    PS_DEBUG_LOAD_DLL,
    PS_DEBUG_UNLOAD_DLL,
    PS_DEBUG_CODES
};

struct ps_debug_message {
    enum ps_debug_code code;
    uint32_t exit_code;                     /* EXIT_THREAD, EXIT_PROCESS */
    bool first_chance;                      /* EXCEPTION */
    const struct _EXCEPTION_RECORD *record; /* EXCEPTION: on the stack of the thread, which waits */
    const void *base;                       /* CREATE_PROCESS, LOAD_DLL, UNLOAD_DLL: the module */
    const void *name; /* CREATE_PROCESS, LOAD_DLL: where the debuggee keeps the address of the
                         module's name, in UTF-16 */
    uint64_t start;   /* CREATE_PROCESS, CREATE_THREAD: the start routine; 0: unknown */
};

struct ps_debug_event {
    LIST_ENTRY link;            /* in ps_debug.events */
    KEVENT continued;           /* its thread waits for it */
    struct ps_process *process; /* referenced, as is the thread */
    struct ps_thread *thread;
    struct ps_debug_message message;
    bool waits;     /* the thread waits; else the event tells what was before the attachment */
    bool suspended; /* the thread was suspended for the attachment, until this event is continued */
    bool read;      /* the debugger has got it */
    bool inactive;  /* the debugger has another event of the process */
    NTSTATUS answer;
};

/* NT: DEBUG_OBJECT. */
struct ps_debug {
    KEVENT events_present; /* first: a debug object can be waited for */
    LIST_ENTRY events;     /* of ps_debug_event, oldest first */
    bool kill_on_close;    /* else the debuggees live on */
    bool closed;           /* its last handle has gone */
};

extern const struct ob_type ps_debug_type;

enum { PS_DEBUG_ALL_RIGHTS = 0x1F000F };

/* ---- the debugger's side --------------------------------------------------------------------- */

/* With one reference. */
struct ps_debug *ps_debug_create(struct rd_world *w);

/* Before the process has a thread. `children`: of processes that it creates, too. */
void ps_debug_new_process(struct rd_world *w, struct ps_debug *debug, struct ps_process *process,
                          bool children);

/*
 * NtDebugActiveProcess. STATUS_ACCESS_DENIED: oneself or System; STATUS_PROCESS_IS_TERMINATING;
 * STATUS_PORT_ALREADY_SET: somebody debugs it.
 */
NTSTATUS ps_debug_attach(struct rd_world *w, struct ps_debug *debug, struct ps_process *process);

/* NtRemoveProcessDebug: STATUS_PORT_NOT_SET unless this object debugs it. */
NTSTATUS ps_debug_detach(struct rd_world *w, struct ps_debug *debug, struct ps_process *process);

/*
 * NtWaitForDebugEvent. The event is valid until it is continued. STATUS_TIMEOUT, STATUS_USER_APC;
 * STATUS_DEBUGGER_INACTIVE: the object was closed.
 */
NTSTATUS ps_debug_wait(struct rd_world *w, struct ps_debug *debug, const LONGLONG *timeout,
                       const struct ps_debug_event **event);

/* NtDebugContinue. STATUS_INVALID_PARAMETER: the debugger has got no such event. */
NTSTATUS ps_debug_continue(struct rd_world *w, struct ps_debug *debug, uint32_t pid, uint32_t tid,
                           NTSTATUS answer);

/* ---- the debuggee's side --------------------------------------------------------------------- */

/*
 * The current thread reports and waits for the answer. STATUS_PORT_NOT_SET if its process is not
 * debugged, STATUS_DEBUGGER_INACTIVE if the debugger goes meanwhile.
 */
NTSTATUS ps_debug_report(struct rd_world *w, const struct ps_debug_message *message);

/* A thread that begins: CREATE_PROCESS or CREATE_THREAD. */
void ps_debug_thread_starts(struct rd_world *w, struct ps_thread *thread);
/* A thread that ends: EXIT_PROCESS if it is the last one, else EXIT_THREAD. */
void ps_debug_thread_exits(struct rd_world *w, struct ps_thread *thread, bool last);

/* For ps_hooks.debug_modules: queues one more event that tells of the past. */
void ps_debug_replay(struct rd_world *w, struct ps_process *process,
                     const struct ps_debug_message *message);

/* The process object goes. */
void ps_debug_forget(struct rd_world *w, struct ps_process *process);

/* Threads that debug others close their debug object when they end. */
void ps_debug_close_port(struct rd_world *w, struct ps_thread *thread);

#endif
