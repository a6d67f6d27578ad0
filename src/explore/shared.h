/*
 * shared.h - what the workers of an exploration share, and the checkpoint that holds it.
 */
#ifndef RD_EXPLORE_SHARED_H
#define RD_EXPLORE_SHARED_H

#include "explore/tasks.h"
#include "rundown/explore.h"

enum { EXP_ERROR_MAX = 1024 };

/* What a worker shares with the others. It writes here after every execution, so it has a line of
 * the cache for itself, or two, where the processor fetches pairs. */
enum { EXP_LINE = 128 };

struct exp_tally {
    _Alignas(EXP_LINE) uint64_t executions, redundant, violations, depth_max;
    uint64_t found_at; /* 0: nothing yet */
    double part;
    bool complete;
};

/* What ends an exploration before it has found something or explored everything (stops.c). */
enum exp_stop {
    EXP_STOP_NONE,
    EXP_STOP_EXECUTIONS,
    EXP_STOP_TIME,
    EXP_STOP_INTERRUPT,
    EXP_STOP_HANG
};

/* As in rd_explore_result.stopped; NULL for EXP_STOP_NONE. */
const char *exp_stop_name(enum exp_stop stop);

/* In memory that all workers share. */
struct exp_shared {
    struct exp_tally done;     /* before this run began: what a checkpoint says */
    uint64_t first;            /* sampling: executions below this number were done when it began */
    uint64_t next;             /* sampling: those below this number are done; for the checkpoint */
    bool found;                /* by anybody; the tallies say what */
    bool polled;               /* by somebody who stood still in the end, since this run began */
    bool spoilt;               /* something was found: who resumes has to find it again */
    uint32_t stopped;          /* exp_stop; the last two end all workers */
    bool disordered;           /* not all of `done` is what one process would have explored first */
    bool kept;                 /* the checkpoint's file holds something of this exploration */
    bool lost;                 /* what a worker explored cannot be written */
    char error[EXP_ERROR_MAX]; /* of a checkpoint */
    uint32_t working;          /* workers that have not come to their end */
    uint32_t resting;          /* of them, those that stand still for a checkpoint */
    bool rest;                 /* all shall */
    double last_checkpoint;
    _Alignas(EXP_LINE) struct exp_tasks tasks;
    struct exp_tally tally[]; /* one for each worker */
};

static inline size_t exp_shared_size(unsigned workers) {
    return sizeof(struct exp_shared) + workers * sizeof(struct exp_tally);
}

/* ---- checkpoints (checkpoint.c) -------------------------------------------------------------- */

/*
 * Writes what was done, and the tasks that are left; the old file stays if that fails. False:
 * shared->error gets one line.
 */
bool exp_checkpoint_write(const char *path, const rd_explore_result *identity,
                          struct exp_shared *shared, const struct exp_tally *done);
/* Takes over what is done. A file that does not exist is an empty one. */
bool exp_checkpoint_read(const char *path, const rd_explore_result *identity,
                         struct exp_shared *shared);

#endif
