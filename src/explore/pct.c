/*
 * pct.c - probabilistic concurrency testing: threads have random priorities, the highest one runs,
 * and at depth - 1 random decisions the running thread falls behind all others. An execution finds
 * a bug that needs d ordered steps with probability 1 / (threads * length^(d - 1)) at least.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/frozen.h"
#include "explore/strategy.h"

enum { DEFAULT_DEPTH = 3, FIRST_THREADS = 16 };

struct priority {
    uint32_t thread;
    uint64_t value;
};

struct pct_strategy {
    struct exp_strategy base;
    uint64_t seed, execution, stride, state, length;
    uint64_t decision; /* thread decisions of this execution so far */
    uint32_t depth;
    uint64_t *changes; /* at which decisions; depth - 1 of them */
    struct priority *threads;
    size_t count, capacity;
};

static void destroy(struct exp_strategy *strategy) {
    struct pct_strategy *s = (struct pct_strategy *)strategy;
    free(s->changes);
    free(s->threads);
    free(s);
}

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct pct_strategy *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->base.ops = &exp_pct;
    s->seed = plan->seed;
    s->execution = exp_first_number(plan);
    s->stride = exp_stride(plan);
    s->length = plan->length ? plan->length : 1;
    s->depth = plan->depth ? plan->depth : DEFAULT_DEPTH;
    s->capacity = FIRST_THREADS;
    s->changes = calloc(s->depth, sizeof *s->changes);
    s->threads = calloc(s->capacity, sizeof *s->threads);
    if (s->changes && s->threads)
        return &s->base;
    destroy(&s->base);
    return NULL;
}

/* A thread gets its priority when it is first seen. NULL: no memory. */
static struct priority *priority_of(struct pct_strategy *s, uint32_t thread) {
    for (size_t i = 0; i < s->count; i++)
        if (s->threads[i].thread == thread)
            return &s->threads[i];
    if (s->count == s->capacity) {
        struct priority *grown = realloc(s->threads, s->capacity * 2 * sizeof *grown);
        if (!grown)
            return NULL;
        s->threads = grown;
        s->capacity *= 2;
    }
    struct priority *fresh = &s->threads[s->count++];
    *fresh = (struct priority){thread, s->depth + (exp_next(&s->state) >> 1)};
    return fresh;
}

static unsigned highest(struct pct_strategy *s, const struct core_candidates *from) {
    unsigned best = 0;
    uint64_t value = 0;
    for (unsigned i = 0; i < from->count; i++) {
        const struct priority *priority = priority_of(s, from->threads[i]);
        if (priority && priority->value > value) {
            value = priority->value;
            best = i;
        }
    }
    return best;
}

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    struct pct_strategy *s = w->choices.strategy;
    const struct core_candidates *from = &w->choices.candidates;
    if (kind != CORE_CHOOSE_THREAD || from->count != count)
        return exp_random_answer(&s->state, kind, count);
    unsigned best = highest(s, from);
    for (uint32_t i = 0; i + 1 < s->depth; i++)
        if (s->changes[i] == s->decision) {
            struct priority *priority = priority_of(s, from->threads[best]);
            if (priority)
                priority->value = s->depth - 1 - i; /* 1 to depth - 1: below all others */
            best = highest(s, from);
        }
    s->decision++;
    return best;
}

/*
 * The default schedule may be a short one. Every other execution is taken to be as long as that, a
 * quarter of them twice as long, and so on.
 */
static uint64_t length_of_execution(struct pct_strategy *s) {
    enum { DOUBLINGS_MAX = 6 };
    uint64_t length = s->length;
    for (int i = 0; i < DOUBLINGS_MAX && exp_below(&s->state, 2); i++)
        length *= 2;
    return length;
}

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct pct_strategy *s = (struct pct_strategy *)strategy;
    s->state = exp_seed(s->seed, s->execution);
    s->execution += s->stride;
    s->count = 0;
    s->decision = 0;
    uint64_t length = length_of_execution(s);
    for (uint32_t i = 0; i + 1 < s->depth; i++)
        s->changes[i] = exp_next(&s->state) % length;
    w->choices.answer = answer;
    w->choices.strategy = s;
    return true;
}

static void freeze(const struct exp_strategy *strategy, struct exp_words *to) {
    exp_write(to, ((const struct pct_strategy *)strategy)->execution);
}

static void thaw(struct exp_strategy *strategy, struct exp_words *from) {
    ((struct pct_strategy *)strategy)->execution = exp_read(from);
}

const struct exp_strategy_ops exp_pct = {.name = "pct",
                                         .create = create,
                                         .destroy = destroy,
                                         .begin = begin,
                                         .end = exp_sample_end,
                                         .progress = exp_unknown_progress,
                                         .freeze = freeze,
                                         .thaw = thaw};
