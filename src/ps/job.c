/*
 * job.c - job objects: who belongs to which job, what a job does to its members, what it reports.
 *
 * Jobs form trees. A process is linked into its innermost job and counted in all jobs around it.
 */
#include "ps/job.h"

enum {
    NESTING_MAX = 64, /* this machine's own limit; that of Windows is not documented */
    NOT_ENOUGH_QUOTA = 1816,
    KILLED_BY_CLOSE = 0, /* EXIT-27 */
};

/* ---- the tree -------------------------------------------------------------------------------- */

static struct ps_job *innermost_first(const struct ps_job *job) {
    while (!base_list_empty(&job->inner))
        job = base_container(job->inner.Flink, struct ps_job, sibling);
    return (struct ps_job *)(uintptr_t)job;
}

/* Walks a tree bottom up, beginning with innermost_first(root) and ending with root; then NULL. */
static struct ps_job *next_upwards(const struct ps_job *root, const struct ps_job *job) {
    if (job == root)
        return NULL;
    if (job->sibling.Flink == &job->outer->inner)
        return job->outer;
    return innermost_first(base_container(job->sibling.Flink, struct ps_job, sibling));
}

static bool is_around(const struct ps_job *outer, const struct ps_job *job) {
    while (job && job != outer)
        job = job->outer;
    return job != NULL;
}

/* The job and those around it change or are asked. */
static void touch(struct rd_world *w, const struct ps_job *job, unsigned kind) {
    for (; job; job = job->outer)
        core_touch(w, ob_id(job), kind);
}

bool ps_job_contains(const struct ps_job *job, const struct ps_process *process) {
    return job ? is_around(job, process->job) : process->job != NULL;
}

/* ---- messages -------------------------------------------------------------------------------- */

enum message {
    JOB_TIME = 1,
    PROCESS_TIME = 2,
    LIMIT = 3,
    ZERO = 4,
    NEW = 6,
    EXIT = 7,
    ABNORMAL_EXIT = 8
};

/*
 * JOB-18; `pid` is 0 in those that speak of no process (JOB-19). Where there is no memory for the
 * packet, nobody hears of it (JOB-24).
 */
static void report(struct rd_world *w, struct ps_job *job, enum message message, uint32_t pid) {
    static const struct {
        const char *name;
        unsigned rule;
    } messages[] = {
        [JOB_TIME] = {"END_OF_JOB_TIME", RULE_JOB_30},
        [PROCESS_TIME] = {"END_OF_PROCESS_TIME", RULE_JOB_31},
        [LIMIT] = {"ACTIVE_PROCESS_LIMIT", RULE_JOB_17},
        [ZERO] = {"ACTIVE_PROCESS_ZERO", RULE_JOB_25},
        [NEW] = {"NEW_PROCESS", RULE_JOB_20},
        [EXIT] = {"EXIT_PROCESS", RULE_JOB_20},
        [ABNORMAL_EXIT] = {"ABNORMAL_EXIT_PROCESS", RULE_JOB_21},
    };
    if (!job->port)
        return;
    const char *name = messages[message].name;
    if (core_allocation_fails(w)) {
        core_event(w, RD_EVENT_JOB_MESSAGE_LOST, RULE_JOB_24, .object = ob_id(job), .text = name);
        return;
    }
    core_event(w, RD_EVENT_JOB_MESSAGE, messages[message].rule, .object = ob_id(job), .a = pid,
               .b = ob_id(job->port), .c = message,
               .text = pid ? core_textf(w, "%s, process %u", name, pid) : name);
    ex_port_post(w, job->port,
                 &(struct ex_packet){.key = job->key, .overlapped = pid, .bytes = message});
}

/* The codes of unhandled exceptions that Windows counts as abnormal, whoever set them (JOB-21). */
static bool is_abnormal(NTSTATUS status) {
    static const NTSTATUS abnormal[] = {
        STATUS_ACCESS_VIOLATION,
        STATUS_ARRAY_BOUNDS_EXCEEDED,
        STATUS_BREAKPOINT,
        STATUS_CONTROL_C_EXIT,
        STATUS_DATATYPE_MISALIGNMENT,
        STATUS_FLOAT_DENORMAL_OPERAND,
        STATUS_FLOAT_DIVIDE_BY_ZERO,
        STATUS_FLOAT_INEXACT_RESULT,
        STATUS_FLOAT_INVALID_OPERATION,
        STATUS_FLOAT_OVERFLOW,
        STATUS_FLOAT_STACK_CHECK,
        STATUS_FLOAT_UNDERFLOW,
        STATUS_GUARD_PAGE_VIOLATION,
        STATUS_ILLEGAL_INSTRUCTION,
        STATUS_IN_PAGE_ERROR,
        STATUS_INTEGER_DIVIDE_BY_ZERO,
        STATUS_INTEGER_OVERFLOW,
        STATUS_INVALID_DISPOSITION,
        STATUS_NONCONTINUABLE_EXCEPTION,
        STATUS_PRIVILEGED_INSTRUCTION,
        STATUS_SINGLE_STEP,
        STATUS_STACK_OVERFLOW,
    };
    for (size_t i = 0; i < sizeof abnormal / sizeof abnormal[0]; i++)
        if (abnormal[i] == status)
            return true;
    return false;
}

NTSTATUS ps_job_set_port(struct rd_world *w, struct ps_job *job, struct ex_port *port,
                         uint64_t key) {
    if (port && job->port)
        return STATUS_INVALID_PARAMETER;
    if (job->port)
        ob_dereference_for(w, job->port, "job that reports to it");
    job->port = port;
    job->key = key;
    if (!port)
        return STATUS_SUCCESS;
    ob_reference_for(w, port, "job that reports to it");
    for (struct ps_job *j = innermost_first(job); j; j = next_upwards(job, j))
        base_list_each(link, &j->members) /* JOB-23 */
            report(w, job, NEW, base_container(link, struct ps_process, job_link)->pid);
    return STATUS_SUCCESS;
}

/* ---- termination ----------------------------------------------------------------------------- */

/* Bottom up (JOB-09). Nobody else runs meanwhile: the lists stay as they are. */
static void kill_members(struct rd_world *w, struct ps_job *job, NTSTATUS status) {
    for (struct ps_job *j = innermost_first(job); j; j = next_upwards(job, j)) {
        core_touch(w, ob_id(j), CORE_WRITE);
        base_list_each(link, &j->members)
            ps_terminate_process(w, base_container(link, struct ps_process, job_link), status);
    }
}

/* A caller that is a member itself dies last, when it leaves the kernel. */
static void kill_from_kernel(struct rd_world *w, struct ps_job *job, NTSTATUS status) {
    struct ps_thread *caller = ps_current(w);
    if (caller)
        ke_enter_kernel(&caller->tcb);
    kill_members(w, job, status);
    if (caller)
        ke_leave_kernel(w, &caller->tcb);
}

void ps_job_terminate(struct rd_world *w, struct ps_job *job, NTSTATUS status) {
    core_event(w, RD_EVENT_JOB_TERMINATE, RULE_EXIT_28, .object = ob_id(job), .a = (uint32_t)status,
               .b = job->active);
    ke_event_set(w, &job->event); /* JOB-26, JOB-27: and it stays so */
    kill_from_kernel(w, job, status);
}

/* ---- limits of time -------------------------------------------------------------------------- */

struct ps_times ps_job_times(const struct ps_job *job) {
    struct ps_times sum = job->left;
    for (const struct ps_job *j = innermost_first(job); j; j = next_upwards(job, j))
        base_list_each(link, (LIST_ENTRY *)(uintptr_t)&j->members)
            ps_times_add(&sum, ps_process_times(base_container(link, struct ps_process, job_link)));
    return sum;
}

void ps_job_set_limits(struct rd_world *w, struct ps_job *job, const struct ps_job_limits *limits) {
    int64_t job_time = job->limits.job_time;
    uint32_t kept = job->limits.flags & PS_JOB_LIMIT_JOB_TIME;
    job->limits = *limits;
    if (limits->flags & PS_JOB_LIMIT_JOB_TIME) {
        job->period = ps_job_times(job);
        if (job->time_is_up)
            ke_event_reset(w, &job->event);
        job->time_is_up = false;
    } else if (limits->flags & PS_JOB_PRESERVE_JOB_TIME) {
        job->limits.flags |= kept;
        job->limits.job_time = job_time;
    }
    if (job->limits.flags & (PS_JOB_LIMIT_JOB_TIME | PS_JOB_LIMIT_PROCESS_TIME))
        ke_watch_time(w);
}

bool ps_job_limits_process(const struct ps_process *process, uint32_t flag) {
    const struct ps_job *job = process->job;
    while (job && !(job->limits.flags & flag))
        job = job->outer;
    return job != NULL;
}

/* JOB-31. */
static void end_process_time(struct rd_world *w, struct ps_job *job, struct ps_process *process) {
    core_event(w, RD_EVENT_JOB_PROCESS_TIME, RULE_JOB_31, .object = ob_id(job), .a = process->pid,
               .b = (uint64_t)job->limits.process_time / CORE_TICKS_PER_MS);
    job->terminated++;
    report(w, job, PROCESS_TIME, process->pid);
    ps_terminate_process(w, process, NOT_ENOUGH_QUOTA);
}

/* JOB-30: without a port there is nobody to tell, and the members end. */
static void end_job_time(struct rd_world *w, struct ps_job *job) {
    bool post = job->end_of_time_action && job->port;
    core_event(w, RD_EVENT_JOB_TIME, post ? RULE_JOB_30 : RULE_EXIT_29, .object = ob_id(job),
               .a = (uint64_t)job->limits.job_time / CORE_TICKS_PER_MS, .b = post);
    job->limits.flags &= ~(uint32_t)PS_JOB_LIMIT_JOB_TIME;
    if (post) {
        report(w, job, JOB_TIME, 0);
        return;
    }
    job->terminated += job->active;
    job->time_is_up = true;
    ke_event_set(w, &job->event); /* JOB-26 */
    kill_from_kernel(w, job, NOT_ENOUGH_QUOTA);
}

static bool reached(const struct ps_job *job, uint32_t flag, uint64_t used, int64_t limit) {
    return (job->limits.flags & flag) && (int64_t)used >= limit;
}

void ps_job_time_used(struct rd_world *w, struct ke_thread *tcb) {
    struct ps_process *process = ((struct ps_thread *)(void *)tcb)->process;
    for (struct ps_job *job = process->job; job; job = job->outer) {
        if (process->exiting)
            return;
        if (reached(job, PS_JOB_LIMIT_PROCESS_TIME, ps_process_times(process).user,
                    job->limits.process_time))
            end_process_time(w, job, process);
        else if (reached(job, PS_JOB_LIMIT_JOB_TIME, ps_job_times(job).user - job->period.user,
                         job->limits.job_time))
            end_job_time(w, job);
    }
}

/* ---- the object ------------------------------------------------------------------------------ */

/* JOB-12, JOB-13, JOB-15. */
static void last_handle_gone(struct rd_world *w, void *body) {
    struct ps_job *job = body;
    core_touch(w, ob_id(job), CORE_WRITE);
    if (!(job->limits.flags & PS_JOB_KILL_ON_CLOSE) || !job->active)
        return;
    core_event(w, RD_EVENT_JOB_CLOSED, RULE_JOB_12, .object = ob_id(job), .a = job->active);
    kill_from_kernel(w, job, KILLED_BY_CLOSE);
}

static void job_deleted(struct rd_world *w, void *body) {
    struct ps_job *job = body;
    ps_job_set_port(w, job, NULL, 0);
    if (!job->outer)
        return;
    base_list_remove(&job->sibling);
    ob_dereference_for(w, job->outer, "job inside it");
}

const struct ob_type ps_job_type = {
    .name = "Job",
    .body_size = sizeof(struct ps_job),
    .waitable = true,
    .valid_access = JOB_ALL_RIGHTS,
    .generic_read = 0x20004,
    .generic_write = 0x2000B,
    .generic_execute = 0x120000,
    .generic_all = JOB_ALL_RIGHTS,
    .on_close = ob_no_close,
    .on_last_handle = last_handle_gone,
    .on_delete = job_deleted,
};

struct ps_job *ps_job_create(struct rd_world *w, const char *name, bool *existing,
                             NTSTATUS *status) {
    struct ps_job *job = ob_create_named(w, &ps_job_type, name, existing, status);
    if (!job || *existing)
        return job;
    ke_header_init(w, &job->event.Header, EventNotificationObject, 0, true);
    base_list_init(&job->inner);
    base_list_init(&job->members);
    return job;
}

/* ---- joining --------------------------------------------------------------------------------- */

/* A process that has a job may only go on to one inside it, or to an unused one that is then put
 * inside it (JOB-08). */
static NTSTATUS may_nest(const struct rd_world *w, const struct ps_job *job,
                         const struct ps_job *current) {
    if (!w->profile->nested_jobs)
        return STATUS_ACCESS_DENIED;
    if (is_around(current, job))
        return STATUS_SUCCESS;
    if (job->outer || job->total || !base_list_empty(&job->inner))
        return STATUS_ACCESS_DENIED;
    return current->depth + 1 < NESTING_MAX ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static void nest(struct rd_world *w, struct ps_job *job, struct ps_job *outer) {
    ob_reference_for(w, outer, "job inside it");
    job->outer = outer;
    job->depth = outer->depth + 1;
    base_list_push_back(&outer->inner, &job->sibling);
    core_event(w, RD_EVENT_JOB_NEST, RULE_JOB_08, .object = ob_id(job), .a = ob_id(outer));
}

/* The first of the jobs that a process is about to join which has no room, or NULL. */
static struct ps_job *full_job(struct ps_job *job, const struct ps_job *current) {
    for (struct ps_job *j = job; j != current; j = j->outer)
        if ((j->limits.flags & PS_JOB_LIMIT_ACTIVE_PROCESS) &&
            j->active >= j->limits.active_processes)
            return j;
    return NULL;
}

static NTSTATUS refuse_for_limit(struct rd_world *w, struct ps_job *full,
                                 struct ps_process *process) {
    full->terminated++;
    core_event(w, RD_EVENT_JOB_FULL, RULE_JOB_17, .object = ob_id(full), .a = process->pid,
               .b = full->limits.active_processes);
    report(w, full, LIMIT, 0);
    return STATUS_QUOTA_EXCEEDED;
}

/* The process becomes a member of `job` and of all jobs around it that it is not in yet. */
static void enter(struct rd_world *w, struct ps_job *job, struct ps_process *process,
                  unsigned rule) {
    struct ps_job *left = process->job;
    ob_reference_for(w, job, "member process");
    if (left)
        base_list_remove(&process->job_link);
    process->job = job;
    base_list_push_back(&job->members, &process->job_link);
    core_event(w, RD_EVENT_JOB_JOIN, rule, .object = ob_id(job), .a = process->pid);
    for (struct ps_job *j = job; j != left; j = j->outer) { /* inner jobs first (JOB-33) */
        j->total++;
        j->active++;
        report(w, j, NEW, process->pid);
    }
    if (left)
        ob_dereference_for(w, left, "member process");
}

static NTSTATUS join(struct rd_world *w, struct ps_job *job, struct ps_process *process,
                     unsigned rule) {
    struct ps_job *current = process->job;
    touch(w, job, CORE_WRITE);
    core_touch(w, ps_job_place(process), CORE_WRITE);
    ke_touch_state(w, &process->header, process->header.SignalState > 0);
    NTSTATUS status = current ? may_nest(w, job, current) : STATUS_SUCCESS;
    if (!NT_SUCCESS(status) || job == current)
        return status;
    struct ps_job *stop = current && is_around(current, job) ? current : NULL;
    struct ps_job *full = full_job(job, stop);
    if (full)
        return refuse_for_limit(w, full, process);
    if (current && !stop)
        nest(w, job, current);
    enter(w, job, process, rule);
    return STATUS_SUCCESS;
}

NTSTATUS ps_job_assign(struct rd_world *w, struct ps_job *job, struct ps_process *process) {
    ps_touch_life(w, process, CORE_READ);
    if (process->system)
        return STATUS_ACCESS_DENIED;
    if (process->exiting || process->rundown)
        return STATUS_PROCESS_IS_TERMINATING; /* JOB-07 */
    if (job->time_is_up)
        return STATUS_ACCESS_DENIED;
    NTSTATUS status = join(w, job, process, RULE_JOB_01);
    if (status == STATUS_QUOTA_EXCEEDED)
        ps_terminate_process(w, process, NOT_ENOUGH_QUOTA);
    return status;
}

/* The innermost of the parent's jobs that the child cannot break away from, or NULL. */
static struct ps_job *inherited_job(struct ps_job *job, bool breakaway) {
    uint32_t leave = PS_JOB_SILENT_BREAKAWAY_OK | (breakaway ? PS_JOB_BREAKAWAY_OK : 0u);
    while (job && (job->limits.flags & leave))
        job = job->outer;
    return job;
}

NTSTATUS ps_job_join_at_creation(struct rd_world *w, struct ps_process *process,
                                 const struct ps_create_process *create) {
    struct ps_job *of_parent = create->parent ? create->parent->job : NULL;
    if (create->parent)
        core_touch(w, ps_job_place(create->parent), CORE_READ);
    touch(w, of_parent, CORE_READ);
    struct ps_job *inherited = inherited_job(of_parent, create->breakaway);
    NTSTATUS status = STATUS_SUCCESS;
    if (create->breakaway && of_parent && inherited == of_parent)
        return STATUS_ACCESS_DENIED; /* JOB-28 */
    if (inherited)
        status = join(w, inherited, process, RULE_JOB_02);
    for (uint32_t i = 0; NT_SUCCESS(status) && i < create->job_count; i++)
        status = join(w, create->jobs[i], process, RULE_JOB_01);
    return status;
}

/* ---- leaving --------------------------------------------------------------------------------- */

void ps_job_leave(struct rd_world *w, struct ps_process *process) {
    enum message message = is_abnormal(process->exit_status) ? ABNORMAL_EXIT : EXIT;
    if (!process->job)
        return;
    touch(w, process->job, CORE_WRITE);
    base_list_remove(&process->job_link);
    core_event(w, RD_EVENT_JOB_LEAVE, RULE_JOB_10, .object = ob_id(process->job), .a = process->pid,
               .b = process->job->active - 1);
    for (struct ps_job *job = process->job; job; job = job->outer) {
        job->active--;
        ps_times_add(&job->left, ps_process_times(process));
        report(w, job, message, process->pid);
        if (!job->active)
            report(w, job, ZERO, 0);
    }
}

void ps_job_forget(struct rd_world *w, struct ps_process *process) {
    if (process->job)
        ob_dereference_for(w, process->job, "member process");
    process->job = NULL;
}

/* ---- questions ------------------------------------------------------------------------------- */

uint32_t ps_job_list(const struct ps_job *job, uint64_t *pids, uint32_t capacity) {
    uint32_t count = 0;
    for (const struct ps_job *j = innermost_first(job); j; j = next_upwards(job, j))
        base_list_each(link, &j->members) {
            if (count < capacity)
                pids[count] = base_container(link, struct ps_process, job_link)->pid;
            count++;
        }
    return count;
}
