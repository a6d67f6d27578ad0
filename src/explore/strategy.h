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

struct exp_words; /* frozen.h */

/* What a strategy is asked to do; each one uses what concerns it. */
struct exp_plan {
    uint64_t seed;
    uint32_t preemptions_max; /* UINT32_MAX: any number */
    uint32_t depth;           /* PCT: how many changes of priority, and one */
    uint64_t length;          /* decisions of the default schedule */
    uint32_t shard, shards;   /* explores every shards-th part of the schedules; 0, 1: all */
    uint32_t worker, workers; /* of this shard, for those that sample; 0, 1: there are no others */
    uint64_t first;           /* sampling: executions below this number have been explored */
    uint32_t split;           /* how finely shards divide: a power of 2; 0: there is one */
};

static inline bool exp_is_mine(const struct exp_plan *plan, uint64_t part) {
    return plan->shards < 2 || part % plan->shards == plan->shard;
}

/* Strategies that sample number their executions; every worker takes those of its own. */
static inline uint64_t exp_first_number(const struct exp_plan *plan) {
    return plan->first + plan->shard + (uint64_t)(plan->shards ? plan->shards : 1) * plan->worker;
}

static inline uint64_t exp_stride(const struct exp_plan *plan) {
    return (uint64_t)(plan->shards ? plan->shards : 1) * (plan->workers ? plan->workers : 1);
}

struct exp_strategy {
    const struct exp_strategy_ops *ops;
    bool complete;      /* every execution has been explored */
    bool abandoned;     /* the last execution was given up: it does not count */
    uint64_t redundant; /* executions that turned out to repeat others */
    uint64_t depth_max; /* steps or decisions of the longest execution */

    /* Of those that can be divided, for tasks (tasks.h): */
    uint32_t floor;        /* steps before this one are somebody else's */
    uint32_t held;         /* steps below this one cannot be left: somebody explores behind them */
    bool thawed;           /* and has had no execution since */
    bool waiting;          /* nothing is to do until that changes, or there is mail */
    struct exp_words *out; /* what it has found for whoever explores steps before its own */
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
    /*
     * Where it stands between two executions, and a strategy that was just created goes on from
     * there. What fails leaves `failed` in the words. NULL: it can only begin at the beginning.
     */
    void (*freeze)(const struct exp_strategy *strategy, struct exp_words *to);
    void (*thaw)(struct exp_strategy *strategy, struct exp_words *from);
    /*
     * The first step of a task that somebody else may take: what is being explored from there on.
     * Something is left open before it. 0: there is none.
     */
    uint32_t (*divide)(const struct exp_strategy *strategy);
    /* Leaves that task to whoever has thawed it, and goes on with what comes after it. */
    void (*leave)(struct exp_strategy *strategy, uint32_t floor);
    /* Takes over what others have found. NULL: they find nothing. */
    void (*hear)(struct exp_strategy *strategy, struct exp_words *mail);
    /* The next execution, where it was waiting: `held` has changed, or it has heard something. */
    void (*go_on)(struct exp_strategy *strategy);
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

/* `end` and `progress` of strategies that take samples (random.c). */
void exp_sample_end(struct exp_strategy *strategy, struct rd_world *w);
double exp_unknown_progress(const struct exp_strategy *strategy);

/* ---- random numbers (random.c) --------------------------------------------------------------- */

/* Well-mixed states for execution after execution of one seed. */
uint64_t exp_seed(uint64_t seed, uint64_t execution);
uint64_t exp_next(uint64_t *state);
unsigned exp_below(uint64_t *state, unsigned count);
/* An answer for a decision of that kind: what fails or is delayed does so rarely. */
unsigned exp_random_answer(uint64_t *state, unsigned kind, unsigned count);

#endif
