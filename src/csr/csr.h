/*
 * csr.h - consoles: which processes are attached to one, and how CTRL+C, CTRL+BREAK, the closing of
 * the window, logoff and shutdown reach them.
 *
 * The list of handlers belongs to the process; every signal runs it in a thread of its own
 * (CONS-24), and its last, built-in handler ends the process.
 */
#ifndef RD_CSR_CSR_H
#define RD_CSR_CSR_H

#include "ldr/ldr.h"

enum { CSR_SHUTDOWN_LEVEL = 0x280 /* of a process that has set none (SHUT-04) */ };

enum csr_event { CSR_CTRL_C, CSR_CTRL_BREAK, CSR_CLOSE, CSR_LOGOFF = 5, CSR_SHUTDOWN };

struct csr_console {
    LIST_ENTRY processes; /* of csr_process.link, in the order in which they were attached */
    uint32_t pid;         /* of the first one, for the log */
    uint32_t input_mode, output_mode; /* SetConsoleMode */
};

typedef int csr_handler_fn(uint32_t event);

struct csr_process {
    struct ps_process *process;
    struct csr_console *console; /* NULL: none */
    LIST_ENTRY link;             /* in console->processes */
    uint32_t group;              /* id of the process that is the root of its group */
    bool ignores_c;
    csr_handler_fn **handlers; /* the last one registered is the last one here */
    uint32_t handler_count, handler_capacity;
    uint32_t shutdown_level, shutdown_flags; /* SetProcessShutdownParameters (SHUT-02) */
    uint32_t round;                          /* of ends of sessions in which it had its turn */
};

/* ps_hooks: a child shares its creator's console, group and ignore state unless `create` says
 * otherwise. */
void csr_process_created(struct rd_world *w, struct ps_process *process,
                         const struct ps_create_process *create);
/* The process has ended: it leaves its console. */
void csr_process_gone(struct rd_world *w, struct ps_process *process);
void csr_process_deleted(struct rd_world *w, struct ps_process *process);

/* The console's part of a process; made on first use. */
struct csr_process *csr_process_get(struct rd_world *w, struct ps_process *process);

/* SetConsoleCtrlHandler. STATUS_INVALID_PARAMETER: the handler to be removed is not registered. */
void csr_add_handler(struct rd_world *w, struct csr_process *csr, csr_handler_fn *handler);
NTSTATUS csr_remove_handler(struct csr_process *csr, csr_handler_fn *handler);

/* STATUS_ACCESS_DENIED if the process has a console already. */
NTSTATUS csr_alloc(struct rd_world *w, struct csr_process *csr);
/* NULL target: there is no such process. */
NTSTATUS csr_attach(struct rd_world *w, struct csr_process *csr, struct ps_process *target);
/* STATUS_INVALID_PARAMETER if the process has none. */
NTSTATUS csr_free(struct rd_world *w, struct csr_process *csr);
/* Fills at most `capacity` ids; returns how many processes are attached. */
uint32_t csr_list(const struct csr_console *console, uint32_t *pids, uint32_t capacity);

/*
 * GenerateConsoleCtrlEvent: the event reaches all processes of the console, or those of a group.
 * STATUS_INVALID_HANDLE without a console.
 */
NTSTATUS csr_generate(struct rd_world *w, struct csr_process *csr, uint32_t event, uint32_t group);

/*
 * Lets the handlers of a process run with CTRL_CLOSE_EVENT and the like and gives them their time,
 * then ends it: unless it is a service, which outlives logoff and shutdown. For a system thread.
 */
void csr_console_end(struct rd_world *w, struct ps_process *process, uint32_t event);
/* Has one of its threads used the window system? */
bool csr_uses_windows(const struct ps_process *process);

/* The user does something that sends an event, if the console is set so (CONS-21). */
void csr_user_event(struct rd_world *w, struct csr_console *console, uint32_t event);

/* The same done by the system, with any event. */
void csr_send(struct rd_world *w, struct csr_console *console, uint32_t event, uint32_t group);

#endif
