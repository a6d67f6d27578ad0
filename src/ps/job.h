/*
 * job.h - job objects: groups of processes that are limited, watched and ended together.
 *
 * A process belongs to at most one job directly and to all jobs above it. It stays a member for
 * life; it is counted as active until the exit phase "job left".
 */
#ifndef RD_PS_JOB_H
#define RD_PS_JOB_H

#include "ex/ex_port.h"
#include "ps/ps.h"

enum ps_job_rights {
    JOB_ASSIGN_PROCESS_RIGHT = 0x1,
    JOB_SET_ATTRIBUTES_RIGHT = 0x2,
    JOB_QUERY_RIGHT = 0x4,
    JOB_TERMINATE_RIGHT = 0x8,
    JOB_ALL_RIGHTS = 0x1F003F,
};

/* The limits that something is done about; all others are only remembered. */
enum ps_job_limit_flags {
    PS_JOB_LIMIT_PROCESS_TIME = 0x2,
    PS_JOB_LIMIT_JOB_TIME = 0x4,
    PS_JOB_LIMIT_ACTIVE_PROCESS = 0x8,
    PS_JOB_PRESERVE_JOB_TIME = 0x40,
    PS_JOB_DIE_ON_UNHANDLED_EXCEPTION = 0x400,
    PS_JOB_BREAKAWAY_OK = 0x800,
    PS_JOB_SILENT_BREAKAWAY_OK = 0x1000,
    PS_JOB_KILL_ON_CLOSE = 0x2000,
};

struct ps_job_limits {
    uint32_t flags;
    uint32_t active_processes;
    uint32_t priority_class, scheduling_class;
    int64_t process_time, job_time; /* of user time, in units of 100 ns */
    uint64_t least_working_set, largest_working_set, affinity;
    uint64_t process_memory, job_memory;
};

struct ps_job {
    KEVENT event;         /* first: a job can be waited for (JOB-26) */
    struct ps_job *outer; /* the job that it is nested in, referenced; or NULL */
    LIST_ENTRY sibling;   /* in outer->inner */
    LIST_ENTRY inner;     /* jobs nested in it */
    LIST_ENTRY members;   /* of ps_process.job_link: active processes that are in no inner job */
    uint32_t depth;       /* jobs around it */
    uint32_t total, active, terminated; /* JOB-11, processes of inner jobs included */
    struct ps_job_limits limits;
    uint32_t end_of_time_action; /* 0: terminate, 1: post */
    bool time_is_up;             /* that is why it is signaled (JOB-26) */
    struct ps_times left;        /* used by processes that are no longer active */
    struct ps_times period;      /* used when the limit of time was set */
    struct ex_port *port;        /* referenced, or NULL */
    uint64_t key;                /* for its messages */
};

extern const struct ob_type ps_job_type;

/* As the ex_..._create functions. */
struct ps_job *ps_job_create(struct rd_world *w, const char *name, bool *existing,
                             NTSTATUS *status);

/* Replaces the limits; a limit of the job's time counts from now. */
void ps_job_set_limits(struct rd_world *w, struct ps_job *job, const struct ps_job_limits *limits);
/* Processor time of all members, past and present. */
struct ps_times ps_job_times(const struct ps_job *job);
/* ke_hooks.time_used: ends processes whose time is up (JOB-30, JOB-31). */
void ps_job_time_used(struct rd_world *w, struct ke_thread *thread);
/* Is there such a limit in the process's job or in one around it? */
bool ps_job_limits_process(const struct ps_process *process, uint32_t flag);

/* STATUS_PROCESS_IS_TERMINATING, STATUS_ACCESS_DENIED if it may not nest, or STATUS_QUOTA_EXCEEDED:
 * then the process is terminated (JOB-17). */
NTSTATUS ps_job_assign(struct rd_world *w, struct ps_job *job, struct ps_process *process);

/* A new process joins its parent's job and those that the creator names (JOB-02, JOB-28, JOB-29).
 */
NTSTATUS ps_job_join_at_creation(struct rd_world *w, struct ps_process *process,
                                 const struct ps_create_process *create);

/* Exit phase: the process is no longer active. */
void ps_job_leave(struct rd_world *w, struct ps_process *process);
/* The process object goes, and its membership with it. */
void ps_job_forget(struct rd_world *w, struct ps_process *process);

/* TerminateJobObject. Does not return if the caller is a member and not inside the kernel. */
void ps_job_terminate(struct rd_world *w, struct ps_job *job, NTSTATUS status);

/* Ended processes remain members (JOB-10). A NULL job means any. */
bool ps_job_contains(const struct ps_job *job, const struct ps_process *process);

/* The active processes, those of inner jobs included. Fills at most `capacity` ids; returns how
 * many there are. */
uint32_t ps_job_list(const struct ps_job *job, uint64_t *pids, uint32_t capacity);

/* NULL: no port any more. STATUS_INVALID_PARAMETER if there is one already. */
NTSTATUS ps_job_set_port(struct rd_world *w, struct ps_job *job, struct ex_port *port,
                         uint64_t key);

#endif
