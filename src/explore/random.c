/* random.c - every decision at random. Execution number i of a seed is always the same one. */
#include <stdlib.h>

#include "explore/frozen.h"
#include "explore/strategy.h"

/* ---- random numbers -------------------------------------------------------------------------- */

uint64_t exp_next(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t exp_seed(uint64_t seed, uint64_t execution) {
    uint64_t state = seed;
    state = exp_next(&state) + execution;
    return exp_next(&state);
}

unsigned exp_below(uint64_t *state, unsigned count) {
    return (unsigned)(((exp_next(state) >> 32) * count) >> 32);
}

unsigned exp_random_answer(uint64_t *state, unsigned kind, unsigned count) {
    enum { RARE = 8 }; /* if every other allocation failed, no program would get anywhere */
    bool rare = kind == CORE_CHOOSE_ALLOCATION || kind == CORE_CHOOSE_TERMINATION;
    if (rare && exp_below(state, RARE))
        return 0;
    return exp_below(state, count);
}

/* ---- the strategy ---------------------------------------------------------------------------- */

struct random_strategy {
    struct exp_strategy base;
    uint64_t seed, execution, stride, state;
};

void exp_sample_end(struct exp_strategy *strategy, struct rd_world *w) {
    if (strategy->depth_max < w->choices.taken)
        strategy->depth_max = w->choices.taken;
}

double exp_unknown_progress(const struct exp_strategy *strategy) {
    (void)strategy;
    return -1;
}

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct random_strategy *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->base.ops = &exp_random;
    s->seed = plan->seed;
    s->execution = exp_first_number(plan);
    s->stride = exp_stride(plan);
    return &s->base;
}

static void destroy(struct exp_strategy *strategy) {
    free(strategy);
}

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    struct random_strategy *s = w->choices.strategy;
    return exp_random_answer(&s->state, kind, count);
}

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct random_strategy *s = (struct random_strategy *)strategy;
    s->state = exp_seed(s->seed, s->execution);
    s->execution += s->stride;
    w->choices.answer = answer;
    w->choices.strategy = s;
    return true;
}

static void freeze(const struct exp_strategy *strategy, struct exp_words *to) {
    exp_write(to, ((const struct random_strategy *)strategy)->execution);
}

static void thaw(struct exp_strategy *strategy, struct exp_words *from) {
    ((struct random_strategy *)strategy)->execution = exp_read(from);
}

const struct exp_strategy_ops exp_random = {.name = "random",
                                            .create = create,
                                            .destroy = destroy,
                                            .begin = begin,
                                            .end = exp_sample_end,
                                            .progress = exp_unknown_progress,
                                            .freeze = freeze,
                                            .thaw = thaw};
