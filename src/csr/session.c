/* session.c - the end of a session: who comes when, and how each is ended. */
#include "core/conflict.h"
#include "csr/session.h"
#include "io/request.h"
#include "ke/irql.h"
#include "rundown/sdk/ntstatus.h"
#include "rundown/sdk/winerror.h"

enum { FIRST_VERSION_WITH_BLOCKING = 6 /* Windows Vista */ };

static bool stops_machine(const struct csr_end *end) {
    return (end->flags & (EWX_SHUTDOWN | EWX_REBOOT | EWX_POWEROFF)) != 0;
}

static const char *text_of(struct rd_world *w, const struct csr_end *end) {
    if (end->flags & EWX_REBOOT)
        return "restart";
    if (end->flags & EWX_POWEROFF)
        return "power off";
    return stops_machine(end) ? "shutdown" : core_textf(w, "logoff of session %u", end->session);
}

/* ---- the order of processes ------------------------------------------------------------------ */

enum walk { APPLICATIONS, SERVICES, EVERYBODY };

/* Whom the end of the session concerns. */
static bool is_application(const struct csr_ending *e, const struct ps_process *process) {
    return process->kind == PS_WIN32 && !process->service &&
           (stops_machine(&e->end) || process->session == e->end.session);
}

static bool takes_part(const struct csr_ending *e, const struct ps_process *process,
                       enum walk walk) {
    if (process->system || process->rundown || !process->started)
        return false;
    if (walk == EVERYBODY)
        return true;
    return walk == SERVICES ? process->kind == PS_WIN32 && process->service
                            : is_application(e, process);
}

/*
 * Who comes next in this round, with a reference: of the highest level (SHUT-03), of these who was
 * created first (SHUT-07). Whose child it is does not matter (SHUT-24). NULL: all have had their
 * turn.
 */
static struct ps_process *next(struct csr_ending *e, enum walk walk) {
    struct rd_world *w = e->w;
    struct csr_process *best = NULL;
    ke_point(w, CSR_SESSION, KE_READ);
    core_touch(w, core_place(CORE_MACHINE, CORE_PROCESSES), CORE_READ);
    for (LIST_ENTRY *p = w->ps->processes.Flink; p != &w->ps->processes; p = p->Flink) {
        struct ps_process *process = base_container(p, struct ps_process, link);
        if (!takes_part(e, process, walk))
            continue;
        struct csr_process *csr = csr_process_get(w, process);
        if (csr->round != e->state->round && (!best || csr->shutdown_level > best->shutdown_level))
            best = csr;
    }
    if (!best)
        return NULL;
    best->round = e->state->round;
    ob_reference(best->process);
    return best->process;
}

/* ---- ending one process ---------------------------------------------------------------------- */

/* Terminates it, and gives it time to be gone before the next one's turn. */
static void kill(struct csr_ending *e, struct ps_process *process, NTSTATUS code, unsigned rule) {
    const LONGLONG timeout = -(LONGLONG)CSR_ANSWER_MS * CORE_TICKS_PER_MS;
    DISPATCHER_HEADER *header = &process->header;
    if (!process->exiting && !process->rundown)
        core_event(e->w, RD_EVENT_SESSION_KILL, rule, .a = process->pid, .b = (uint32_t)code);
    ps_terminate_process(e->w, process, code);
    ke_wait(e->w, &(struct ke_wait){
                      .count = 1, .objects = &header, .mode = KernelMode, .timeout = &timeout});
}

static void end_application(struct csr_ending *e, struct ps_process *process) {
    struct rd_world *w = e->w;
    bool silent = (e->end.flags & EWX_FORCE) && w->profile->major < FIRST_VERSION_WITH_BLOCKING;
    unsigned rule = RULE_SHUT_16;
    core_event(w, RD_EVENT_SESSION_TURN, RULE_SHUT_03, .a = process->pid,
               .b = csr_process_get(w, process)->shutdown_level, .c = 1);
    if (csr_uses_windows(process)) {
        if (!silent && !csr_tell_windows(e, process))
            rule = RULE_SHUT_17;
    } else if (csr_process_get(w, process)->console)
        csr_console_end(w, process, stops_machine(&e->end) ? CSR_SHUTDOWN : CSR_LOGOFF);
    kill(e, process, DBG_TERMINATE_PROCESS, rule);
}

/* ---- the question ---------------------------------------------------------------------------- */

static bool user_insists(struct csr_ending *e, const struct ps_process *process) {
    bool insists = e->w->options.user == RD_USER_INSISTS;
    core_event(e->w, RD_EVENT_SESSION_USER, RULE_SHUT_12, .a = process->pid, .b = insists);
    return insists;
}

/* Since Windows Vista nobody sees who blocks without a window (SHUT-19). */
static bool may_block(struct rd_world *w, const struct ps_process *process) {
    return w->profile->major < FIRST_VERSION_WITH_BLOCKING || csr_has_visible_window(w, process);
}

static bool goes_on_without(struct csr_ending *e, struct ps_process *process) {
    const struct csr_process *csr = csr_process_get(e->w, process);
    bool no_retry = (csr->shutdown_flags & SHUTDOWN_NORETRY) != 0;
    unsigned rule = no_retry ? RULE_SHUT_08 : RULE_SHUT_17;
    bool ends = no_retry || (e->end.flags & EWX_FORCEIFHUNG) || !may_block(e->w, process) ||
                user_insists(e, process);
    if (ends)
        kill(e, process, DBG_TERMINATE_PROCESS, rule);
    return ends;
}

static bool goes_on_against(struct csr_ending *e, const struct ps_process *process) {
    if (may_block(e->w, process))
        return user_insists(e, process);
    core_event(e->w, RD_EVENT_SESSION_IGNORED, RULE_SHUT_19, .a = process->pid);
    return true;
}

/* False: the session does not end. */
static bool ask(struct csr_ending *e, struct ps_process *process) {
    core_event(e->w, RD_EVENT_SESSION_TURN, RULE_SHUT_03, .a = process->pid,
               .b = csr_process_get(e->w, process)->shutdown_level);
    switch (csr_ask_windows(e, process)) {
    case CSR_HANGS:
        return goes_on_without(e, process);
    case CSR_OBJECTS:
        return goes_on_against(e, process);
    default:
        return true;
    }
}

static bool everybody_agrees(struct csr_ending *e) {
    struct ps_process *process;
    bool agreed = true;
    e->state->round++;
    while (agreed && (process = next(e, APPLICATIONS)) != NULL) {
        if (csr_uses_windows(process))
            agreed = ask(e, process);
        ob_dereference(e->w, process);
    }
    return agreed;
}

/* ---- the end --------------------------------------------------------------------------------- */

/* From now on no application starts any more; NULL: they do again. */
static void close_session(struct csr_ending *e, struct csr_ending *closing) {
    core_touch(e->w, core_place(CORE_OBJECT, CSR_SESSION), CORE_WRITE);
    e->state->closing = closing;
}

NTSTATUS csr_session_admits(struct rd_world *w, struct ps_process *process) {
    core_touch(w, core_place(CORE_OBJECT, CSR_SESSION), CORE_READ);
    const struct csr_ending *closing = w->session ? w->session->closing : NULL;
    return closing && is_application(closing, process) ? STATUS_DLL_INIT_FAILED_LOGOFF
                                                       : STATUS_SUCCESS;
}

static void end_applications(struct csr_ending *e) {
    struct ps_process *process;
    close_session(e, e);
    e->state->round++;
    while ((process = next(e, APPLICATIONS)) != NULL) {
        end_application(e, process);
        ob_dereference(e->w, process);
    }
}

/* Each is asked, told and ended before the next one is asked. */
static bool end_in_turn(struct csr_ending *e) {
    struct ps_process *process;
    bool agreed = true;
    e->state->round++;
    while (agreed && (process = next(e, APPLICATIONS)) != NULL) {
        agreed = !csr_uses_windows(process) || ask(e, process);
        if (agreed && !process->rundown) {
            close_session(e, e);
            end_application(e, process);
            e->asked_count = 0; /* they know the outcome */
        }
        ob_dereference(e->w, process);
    }
    return agreed;
}

static bool end_together(struct csr_ending *e) {
    if (!everybody_agrees(e))
        return false;
    end_applications(e);
    return true;
}

/* False: somebody has objected. EWX_FORCE asks nobody (SHUT-23). */
static bool applications_end(struct csr_ending *e) {
    if (e->end.flags & EWX_FORCE) {
        end_applications(e);
        return true;
    }
    return core_conflict(e->w, RD_CONFLICT_SESSION_END) ? end_in_turn(e) : end_together(e);
}

/* Services hear of it and go on (SHUT-10, SHUT-22). */
static void tell_services(struct csr_ending *e) {
    struct ps_process *process;
    e->state->round++;
    while ((process = next(e, SERVICES)) != NULL) {
        if (csr_process_get(e->w, process)->console)
            csr_console_end(e->w, process, stops_machine(&e->end) ? CSR_SHUTDOWN : CSR_LOGOFF);
        ob_dereference(e->w, process);
    }
}

/* The last phase, in the kernel (TERM-63). */
static void end_the_rest(struct csr_ending *e) {
    struct ps_process *process;
    e->state->round++;
    while ((process = next(e, EVERYBODY)) != NULL) {
        kill(e, process, STATUS_SYSTEM_SHUTDOWN, RULE_TERM_63);
        ob_dereference(e->w, process);
    }
}

static void end_session(struct csr_ending *e) {
    const char *text = text_of(e->w, &e->end);
    core_event(e->w, RD_EVENT_SESSION_END, RULE_SHUT_21, .a = e->end.flags, .text = text);
    if (!applications_end(e)) {
        close_session(e, NULL);
        csr_tell_cancelled(e);
        core_event(e->w, RD_EVENT_SESSION_CANCELLED, RULE_SHUT_12, .text = text);
        return;
    }
    tell_services(e);
    if (stops_machine(&e->end)) {
        end_the_rest(e);
        io_shutdown_notify(e->w);
    }
    core_event(e->w, RD_EVENT_SESSION_ENDED, RULE_SHUT_01, .text = text);
}

/* ---- beginning and abort --------------------------------------------------------------------- */

static uint64_t countdown(const struct csr_end *end) {
    return (uint64_t)end->seconds * 1000 * CORE_TICKS_PER_MS;
}

/* False: the end has been called off meanwhile. */
static bool wait_until_it_begins(struct csr_ending *e) {
    const LONGLONG timeout = -(LONGLONG)countdown(&e->end);
    DISPATCHER_HEADER *abort = &e->abort.Header;
    ke_wait(e->w, &(struct ke_wait){
                      .count = 1, .objects = &abort, .mode = KernelMode, .timeout = &timeout});
    ke_point(e->w, CSR_SESSION, KE_WRITE);
    if (e->state->announced != e)
        return false;
    e->state->announced = NULL;
    e->state->ending = true;
    return true;
}

/* What the system thread does. */
static void run(void *context) {
    struct csr_ending *e = context;
    struct rd_world *w = e->w;
    if (!e->end.seconds || wait_until_it_begins(e)) {
        end_session(e);
        ke_point(w, CSR_SESSION, KE_WRITE);
        e->state->closing = NULL;
        e->state->ending = false;
    }
    core_free(w, e->asked, e->asked_capacity * sizeof *e->asked);
    core_free(w, e, sizeof *e);
}

static struct csr_session_state *state_of(struct rd_world *w) {
    if (!w->session)
        w->session = core_alloc(w, sizeof *w->session);
    return w->session;
}

NTSTATUS csr_session_end(struct rd_world *w, const struct csr_end *end) {
    struct csr_session_state *state = state_of(w);
    struct ps_thread *thread;
    if (state->ending)
        return CSR_ERROR(ERROR_SHUTDOWN_IN_PROGRESS);
    if (state->announced)
        return CSR_ERROR(ERROR_SHUTDOWN_IS_SCHEDULED);
    struct csr_ending *e = core_alloc(w, sizeof *e);
    *e = (struct csr_ending){.w = w, .end = *end, .state = state};
    ke_lock_event_init(w, &e->abort, KE_SHUTDOWN_ABORT, true);
    state->announced = end->seconds ? e : NULL;
    state->ending = !end->seconds;
    if (end->seconds)
        core_event(w, RD_EVENT_SESSION_ANNOUNCED, RULE_NONE, .a = countdown(end),
                   .text = text_of(w, end));
    struct ps_create_thread create = {
        .process = w->ps->system, .kernel_start = run, .kernel_context = e, .unannounced = true};
    NTSTATUS status = ps_create_thread(w, &create, &thread);
    if (NT_SUCCESS(status))
        ob_dereference(w, thread);
    return status;
}

NTSTATUS csr_session_abort(struct rd_world *w) {
    struct csr_session_state *state = state_of(w);
    struct csr_ending *announced = state->announced;
    if (!announced)
        return CSR_ERROR(ERROR_NO_SHUTDOWN_IN_PROGRESS);
    state->announced = NULL;
    core_event(w, RD_EVENT_SESSION_ABORTED, RULE_NONE, .text = text_of(w, &announced->end));
    ke_event_set(w, &announced->abort);
    return STATUS_SUCCESS;
}

bool csr_session_ending(const struct rd_world *w) {
    return w->session && w->session->ending;
}
