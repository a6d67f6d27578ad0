/* portfolio.c - several strategies take turns; one that gets to its end ends the search. */
#include <stdlib.h>

#include "explore/frozen.h"
#include "explore/strategy.h"

static const struct exp_strategy_ops *const members[] = {&exp_dfs, &exp_random, &exp_pct};

enum { MEMBERS = sizeof members / sizeof members[0] };

struct portfolio {
    struct exp_strategy base;
    struct exp_strategy *members[MEMBERS];
    unsigned turn;
};

static void destroy(struct exp_strategy *strategy) {
    struct portfolio *s = (struct portfolio *)strategy;
    for (unsigned i = 0; i < MEMBERS; i++)
        if (s->members[i])
            members[i]->destroy(s->members[i]);
    free(s);
}

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct portfolio *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->base.ops = &exp_portfolio;
    for (unsigned i = 0; i < MEMBERS; i++) {
        struct exp_plan own = *plan;
        if (members[i]->exhaustive) { /* each worker has a part */
            own.shard = (uint32_t)exp_first_number(plan);
            own.shards = (uint32_t)exp_stride(plan);
        }
        s->members[i] = members[i]->create(&own);
        if (!s->members[i]) {
            destroy(&s->base);
            return NULL;
        }
    }
    return &s->base;
}

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct portfolio *s = (struct portfolio *)strategy;
    return !s->base.complete && members[s->turn]->begin(s->members[s->turn], w);
}

static void end(struct exp_strategy *strategy, struct rd_world *w) {
    struct portfolio *s = (struct portfolio *)strategy;
    struct exp_strategy *member = s->members[s->turn];
    uint64_t redundant = member->redundant;
    members[s->turn]->end(member, w);
    s->base.redundant += member->redundant - redundant;
    s->base.complete = member->complete;
    s->base.abandoned = member->abandoned;
    if (s->base.depth_max < member->depth_max)
        s->base.depth_max = member->depth_max;
    s->turn = (s->turn + 1) % MEMBERS;
}

static double progress(const struct exp_strategy *strategy) {
    const struct portfolio *s = (const struct portfolio *)strategy;
    return members[0]->progress(s->members[0]);
}

static void freeze(const struct exp_strategy *strategy, struct exp_words *to) {
    const struct portfolio *s = (const struct portfolio *)strategy;
    exp_write(to, s->turn);
    for (unsigned i = 0; i < MEMBERS; i++)
        members[i]->freeze(s->members[i], to);
}

static void thaw(struct exp_strategy *strategy, struct exp_words *from) {
    struct portfolio *s = (struct portfolio *)strategy;
    s->turn = exp_read_below(from, MEMBERS - 1);
    for (unsigned i = 0; i < MEMBERS; i++)
        members[i]->thaw(s->members[i], from);
    s->base.complete = s->members[0]->complete;
}

const struct exp_strategy_ops exp_portfolio = {.name = "portfolio",
                                               .exhaustive = true,
                                               .create = create,
                                               .destroy = destroy,
                                               .begin = begin,
                                               .end = end,
                                               .progress = progress,
                                               .freeze = freeze,
                                               .thaw = thaw};
