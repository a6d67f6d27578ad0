/*
 * turn.h - one worker's share of an exploration that is divided into tasks: it takes one, explores
 * it, gives some of it away to who has nothing to do, and takes the next one.
 */
#ifndef RD_EXPLORE_TURN_H
#define RD_EXPLORE_TURN_H

#include "explore/strategy.h"
#include "explore/tasks.h"

struct exp_turn {
    const struct exp_strategy_ops *ops;
    const struct exp_plan *plan;
    struct exp_tasks *tasks;
    struct exp_strategy *strategy; /* NULL: it has no task */
    uint32_t task;
    uint64_t own;        /* executions that it keeps to itself before it gives anything away */
    uint64_t executions; /* since it has taken or given the last one */
    bool idle;           /* and counted as such */
    bool failed;         /* no memory */
    bool lost;           /* the tasks are: another worker was killed */
    struct exp_words body, mail, out;
};

void exp_turn_destroy(struct exp_turn *turn);
/* Is there an execution to begin? If not, either all is explored, or others are at it. */
bool exp_turn_begin(struct exp_turn *turn);
/* The strategy's execution has ended. */
void exp_turn_end(struct exp_turn *turn);
/* The task as it stands goes to the others, for a checkpoint. False: that cannot be. */
bool exp_turn_show(struct exp_turn *turn);
/* They have seen it. */
void exp_turn_hide(struct exp_turn *turn);

static inline bool exp_turn_is_over(const struct exp_turn *turn) {
    return turn->failed || turn->lost || !__atomic_load_n(&turn->tasks->live, __ATOMIC_ACQUIRE);
}

#endif
