/*
 * session.h - the end of a session: logoff, and shutdown of the machine.
 *
 * A system thread does it (SHUT-21): it asks the applications by WM_QUERYENDSESSION, tells them by
 * WM_ENDSESSION or their console handlers, and ends them, those with the highest level first. A
 * shutdown then lets the services know and ends what is left.
 */
#ifndef RD_CSR_SESSION_H
#define RD_CSR_SESSION_H

#include "csr/csr.h"
#include "csr/user.h"

enum {
    CSR_SESSION = 0xFFFFFFFCu, /* what scheduling points touch: whether a session is ending */
    CSR_ANSWER_MS = 5000,      /* for an answer to either message (SHUT-17) */
    CSR_BLOCK_REASON_MAX = 256,
};

struct csr_end {
    uint32_t flags; /* EWX_... */
    uint32_t session;
    uint32_t seconds; /* until it begins */
};

struct csr_ending;

/* Made with the first end of a session. */
struct csr_session_state {
    struct csr_ending *announced; /* the time until it begins is running */
    struct csr_ending *closing;   /* its applications are being ended: no new ones start */
    bool ending;
    uint32_t round; /* number of the last walk over the processes */
};

/*
 * Begins the end of a session, and returns. ERROR_SHUTDOWN_IS_SCHEDULED,
 * ERROR_SHUTDOWN_IN_PROGRESS: another one has been announced or has begun.
 */
NTSTATUS csr_session_end(struct rd_world *w, const struct csr_end *end);
/* ERROR_NO_SHUTDOWN_IN_PROGRESS: none has been announced, or it has begun. */
NTSTATUS csr_session_abort(struct rd_world *w);
bool csr_session_ending(const struct rd_world *w);
/*
 * ps_hooks.may_start: STATUS_DLL_INIT_FAILED_LOGOFF, the exit code of a program that starts while
 * the applications of its session are being ended.
 */
NTSTATUS csr_session_admits(struct rd_world *w, struct ps_process *process);

/* ---- the applications and their windows (session_window.c) ----------------------------------- */

/* One end of a session while it goes on. */
struct csr_ending {
    struct rd_world *w;
    struct csr_end end;
    struct csr_session_state *state;
    KEVENT abort;    /* AbortSystemShutdown */
    uint32_t *asked; /* windows that have answered, in that order */
    uint32_t asked_count, asked_capacity;
};

enum csr_consent { CSR_AGREES, CSR_OBJECTS, CSR_HANGS };

/* Asks the windows of a process until one objects or does not answer. */
enum csr_consent csr_ask_windows(struct csr_ending *e, const struct ps_process *process);
/* Tells the windows of a process that the session ends. False: one has not answered in time. */
bool csr_tell_windows(struct csr_ending *e, const struct ps_process *process);
/* Tells all windows that have answered that the session does not end. */
void csr_tell_cancelled(struct csr_ending *e);
bool csr_has_visible_window(struct rd_world *w, const struct ps_process *process);

/* ShutdownBlockReasonCreate and its kin; NULL: none (any more). */
void csr_block_reason_set(struct rd_world *w, struct csr_window *window, const uint16_t *reason);

#endif
