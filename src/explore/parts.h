/*
 * parts.h - an exploration divided into parts: what lies below one prefix of schedules.
 *
 * Every worker walks over all parts in the same order and explores those that it is the first to
 * take, so that nobody is idle while there is work. Which parts are done, and what was counted in
 * them, is all that a checkpoint has to hold.
 */
#ifndef RD_EXPLORE_PARTS_H
#define RD_EXPLORE_PARTS_H

#include "rundown/explore.h"

enum { EXP_PARTS_MAX = 1 << 16 };

enum exp_part_state { EXP_PART_FREE, EXP_PART_TAKEN, EXP_PART_DONE };

struct exp_part {
    uint64_t executions, redundant, depth_max;
    uint32_t state;
};

/* What a worker shares with the others. It writes here after every execution, so it has a line of
 * the cache for itself, or two, where the processor fetches pairs. */
enum { EXP_LINE = 128 };

struct exp_tally {
    _Alignas(EXP_LINE) uint64_t executions, redundant, violations, depth_max;
    uint64_t found_at; /* 0: nothing yet */
    uint64_t found_in; /* that part */
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
    struct exp_tally done; /* before this run began: what a checkpoint says */
    uint64_t first;        /* sampling: executions below this number were done when it began */
    uint64_t next;         /* sampling: those below this number are done; for the checkpoint */
    bool found;            /* by anybody; the tallies say what */
    uint32_t stopped;      /* exp_stop; the last two end all workers */
    _Alignas(EXP_LINE) uint64_t parts; /* met so far, at most EXP_PARTS_MAX */
    struct exp_part part[EXP_PARTS_MAX];
    struct exp_tally tally[]; /* one for each worker */
};

static inline size_t exp_shared_size(unsigned workers) {
    return sizeof(struct exp_shared) + workers * sizeof(struct exp_tally);
}

/* True for one worker: the part is its own. Others may ask at the same time. */
bool exp_part_take(struct exp_shared *shared, uint64_t part);
void exp_part_finish(struct exp_shared *shared, uint64_t part, const struct exp_part *counts);

/* ---- checkpoints (checkpoint.c) -------------------------------------------------------------- */

/* Writes what is done; the old file stays if that fails. False: `error` gets one line. */
bool exp_checkpoint_write(const char *path, const rd_explore_result *identity,
                          const struct exp_shared *shared, char *error, size_t error_size);
/* Takes over what is done. A file that does not exist is an empty one. */
bool exp_checkpoint_read(const char *path, const rd_explore_result *identity,
                         struct exp_shared *shared, char *error, size_t error_size);

#endif
