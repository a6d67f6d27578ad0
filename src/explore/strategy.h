/*
 * strategy.h - a strategy answers the open decisions of one execution after the other.
 *
 * The runner resets a world, sets the scenario up with default answers, calls `begin`, runs the
 * world and calls `end`. A strategy belongs to one worker. It knows decisions and steps, nothing of
 * Windows.
 */
#ifndef RD_EXPLORE_STRATEGY_H
#define RD_EXPLORE_STRATEGY_H

#include "core/core.h"

/* What a strategy is asked to do; each one uses what concerns it. */
struct exp_plan {
    uint64_t seed;
    uint32_t preemptions_max; /* UINT32_MAX: any number */
    uint32_t depth;           /* PCT: how many changes of priority, and one */
    uint32_t shard, shards;   /* explores every shards-th part of the schedules; 0, 1: all */
    uint64_t length;          /* decisions of the default schedule */
};

struct exp_strategy {
    const struct exp_strategy_ops *ops;
    bool complete;      /* every execution has been explored */
    bool abandoned;     /* the last execution was given up: it does not count */
    bool diverged;      /* an execution did not repeat what another one had done */
    uint64_t redundant; /* executions that turned out to repeat others */
    uint64_t depth_max; /* steps or decisions of the longest execution */
};

struct exp_strategy_ops {
    const char *name;
    bool exhaustive; /* ends by itself, with `complete` */
    /* NULL: the host has no memory. */
    struct exp_strategy *(*create)(const struct exp_plan *plan);
    void (*destroy)(struct exp_strategy *strategy);
    /* Sets answer, observer and strategy of w->choices. False: nothing is left to explore. */
    bool (*begin)(struct exp_strategy *strategy, struct rd_world *w);
    /* The execution has ended, or was cut off at a limit. */
    void (*end)(struct exp_strategy *strategy, struct rd_world *w);
    /* The part of everything that has been explored, 0 to 1, or negative if nobody knows. */
    double (*progress)(const struct exp_strategy *strategy);
};

struct exp_trace;
/* What the last execution of an exp_dpor strategy was, until the next one begins. */
const struct exp_trace *exp_dpor_trace(const struct exp_strategy *strategy);

extern const struct exp_strategy_ops exp_dpor, exp_dfs, exp_random, exp_pct, exp_round_robin,
    exp_portfolio;

/* All of them, the default one first; ends with NULL (strategies.c). */
extern const struct exp_strategy_ops *const exp_strategies[];
/* NULL is the name of the default one. NULL: there is none of that name. */
const struct exp_strategy_ops *exp_find_strategy(const char *name);

/* ---- random numbers (random.c) --------------------------------------------------------------- */

/* Well-mixed states for execution after execution of one seed. */
uint64_t exp_seed(uint64_t seed, uint64_t execution);
uint64_t exp_next(uint64_t *state);
unsigned exp_below(uint64_t *state, unsigned count);
/* An answer for a decision of that kind: what fails or is delayed does so rarely. */
unsigned exp_random_answer(uint64_t *state, unsigned kind, unsigned count);

#endif
