/* round_robin.c - the default answer to everything: one execution. */
#include <stdlib.h>

#include "explore/strategy.h"

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct exp_strategy *strategy = calloc(1, sizeof *strategy);
    if (!strategy)
        return NULL;
    strategy->ops = &exp_round_robin;
    strategy->complete = plan->shard || plan->worker; /* the first one has it */
    return strategy;
}

static void destroy(struct exp_strategy *strategy) {
    free(strategy);
}

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    w->choices.answer = NULL;
    return !strategy->complete;
}

static void end(struct exp_strategy *strategy, struct rd_world *w) {
    strategy->depth_max = w->choices.taken;
    strategy->complete = true;
}

static double progress(const struct exp_strategy *strategy) {
    return strategy->complete;
}

const struct exp_strategy_ops exp_round_robin = {.name = "round-robin",
                                                 .create = create,
                                                 .destroy = destroy,
                                                 .begin = begin,
                                                 .end = end,
                                                 .progress = progress};
