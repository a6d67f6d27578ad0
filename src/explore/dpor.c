/*
 * dpor.c - optimal dynamic partial-order reduction: one execution for every partial order of steps
 * that the program has (Abdulla, Aronsson, Jonsson, Sagonas: Optimal Dynamic Partial Order
 * Reduction, 2014).
 *
 * Every step of the current execution is a node. Its wakeup tree holds what is still to be explored
 * from there, its sleep set what need not be: threads whose next step has been explored already and
 * that nothing since could tell from taking it first. Races found in an execution say where
 * something else has to be tried.
 *
 * If the work is divided, all threads are tried at the first nodes, so that what lies below them is
 * independent, and somebody else's part is passed over.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/strategy.h"
#include "explore/wakeup.h"

enum { NO_THREAD = -1 };

struct sleeper {
    struct exp_step step; /* its accesses are in sleeper_accesses, from `first_access` on */
    size_t first_access;
    bool split; /* it was explored at a split node, where no race is reversed */
};

struct datum {
    uint32_t answer, count;
};

struct node {
    struct exp_wakeup_tree wakeup;
    uint32_t thread;                                    /* whose step was taken here */
    uint32_t explored;                                  /* threads tried before it */
    uint32_t first_sleeper, sleepers, sleeper_accesses; /* ends of the arrays with its own */
    uint32_t first_datum, data;                         /* decisions within the step */
    uint32_t kept; /* accesses of the step with earlier answers, at the end of sleeper_accesses */
    uint32_t first_candidate, candidates; /* of a split node: everybody who could go on */
    uint64_t parts;                       /* that the split nodes before it suggest */
    bool split;
};

struct dpor {
    struct exp_strategy base;
    struct exp_trace trace;
    struct exp_plan plan;
    struct exp_wakeup_pool pool;
    struct exp_wakeup_tree subtree; /* what continues the step that is taken: for the next node */
    struct exp_sequence sequence;
    struct node *nodes;
    size_t node_count, node_capacity;
    size_t planned;                /* nodes whose thread is decided before the execution */
    struct core_known_step *known; /* of each node: what happened there */
    size_t known_capacity;
    uint32_t answer, answers; /* who goes on; `answers` 0: that has not been decided */
    struct sleeper *sleepers;
    size_t sleeper_count, sleeper_capacity;
    struct exp_access *sleeper_accesses;
    size_t sleeper_access_count, sleeper_access_capacity;
    struct datum *data;
    size_t data_count, data_capacity;
    size_t data_taken, data_step; /* so many were taken when that many steps had begun */
    uint32_t *candidates;
    size_t candidate_count, candidate_capacity;
    uint64_t subtrees; /* below split nodes, met so far */
    bool foreign;      /* the execution belongs to somebody else's part */
    bool failed;
};

static struct dpor *of(const struct rd_world *w) {
    return w->choices.strategy;
}

#define RESERVE(d, field, capacity, count)                                                         \
    (exp_grow((void **)&(d)->field, &(d)->capacity, (count), sizeof *(d)->field)                   \
         ? true                                                                                    \
         : ((d)->failed = true, false))

/* ---- sleep sets ------------------------------------------------------------------------------ */

static struct exp_step sleeper_step(const struct dpor *d, size_t index) {
    struct exp_step step = d->sleepers[index].step;
    if (step.access_count)
        step.accesses = d->sleeper_accesses + d->sleepers[index].first_access;
    return step;
}

/* What a step of the deepest node touches, for its sleep set. */
static void keep_accesses(struct dpor *d, struct node *node, const struct exp_step *step) {
    for (uint32_t i = 0; i < step->access_count; i++) {
        struct exp_access access = step->accesses[i]; /* perhaps in the array that grows */
        if (!RESERVE(d, sleeper_accesses, sleeper_access_capacity, d->sleeper_access_count))
            return;
        d->sleeper_accesses[d->sleeper_access_count++] = access;
    }
    node->kept += step->access_count;
    node->sleeper_accesses = d->sleeper_access_count;
}

/*
 * To the set of the deepest node. A step within which something was decided sleeps with all that it
 * has touched with any of the answers.
 */
static void put_to_sleep(struct dpor *d, struct node *node, const struct exp_step *step,
                         bool split) {
    struct exp_step sleeper = *step;
    if (!RESERVE(d, sleepers, sleeper_capacity, d->sleeper_count))
        return;
    keep_accesses(d, node, step);
    if (d->failed)
        return;
    sleeper.access_count = node->kept;
    d->sleepers[d->sleeper_count++] =
        (struct sleeper){sleeper, d->sleeper_access_count - node->kept, split};
    node->kept = 0;
    node->sleepers = d->sleeper_count;
}

/* Whoever sleeps at the node before and does not notice that node's step sleeps on. */
static void inherit_sleepers(struct dpor *d, struct node *node, size_t index) {
    node->first_sleeper = node->sleepers = d->sleeper_count;
    node->sleeper_accesses = d->sleeper_access_count;
    const struct node *before = node - 1;
    if (index == 0 || before->first_sleeper == before->sleepers)
        return;
    struct exp_step taken = exp_trace_get(&d->trace, index - 1);
    for (size_t i = before->first_sleeper; i < before->sleepers; i++) {
        struct exp_step sleeper = sleeper_step(d, i);
        if (exp_dependent(&sleeper, &taken))
            continue;
        if (!RESERVE(d, sleeper_accesses, sleeper_access_capacity,
                     d->sleeper_access_count + sleeper.access_count))
            return;
        sleeper = sleeper_step(d, i);
        put_to_sleep(d, node, &sleeper, d->sleepers[i].split);
    }
}

static bool sleeps(const struct dpor *d, const struct node *node, uint32_t thread) {
    for (size_t i = node->first_sleeper; i < node->sleepers; i++)
        if (d->sleepers[i].step.thread == thread)
            return true;
    return false;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/* As many nodes are split as suggest parts enough, if all of their threads lead to something. */
static void split(const struct dpor *d, struct node *node, size_t index) {
    node->parts = index ? node[-1].parts : 1;
    if (index && node[-1].candidates > 1)
        node->parts *= node[-1].candidates;
    node->split = node->parts < (uint64_t)1 << d->plan.split;
}

static void open_node(struct dpor *d, size_t index) {
    if (!RESERVE(d, nodes, node_capacity, index))
        return;
    struct node *node = &d->nodes[index];
    *node = (struct node){
        .first_datum = d->data_count, .first_candidate = d->candidate_count, .wakeup = d->subtree};
    d->node_count = index + 1;
    d->subtree = (struct exp_wakeup_tree){0};
    inherit_sleepers(d, node, index);
    split(d, node, index);
}

/* The node is the deepest one; everything below it is gone. */
static void forget_below(struct dpor *d, const struct node *node) {
    d->sleeper_count = node->sleepers;
    d->sleeper_access_count = node->sleeper_accesses;
    d->data_count = node->first_datum + node->data;
    d->candidate_count = node->first_candidate + node->candidates;
}

static void abandon(struct dpor *d, struct rd_world *w) {
    w->choices.abandoned = true;
    if (!d->foreign)
        d->base.redundant++;
}

/* The first node below the split ones: whose part is it? */
static bool is_foreign(struct dpor *d, size_t index) {
    bool first = !d->nodes[index].split && index > 0 && d->nodes[index - 1].split;
    if (!d->plan.split || !first)
        return false;
    d->foreign = !exp_take(&d->plan, d->subtrees++);
    return d->foreign;
}

static int64_t index_of(struct dpor *d, const struct core_candidates *candidates, uint32_t thread) {
    for (unsigned i = 0; i < candidates->count; i++)
        if (exp_trace_thread(&d->trace, candidates->threads[i]) == thread)
            return i;
    return NO_THREAD;
}

static int64_t first_awake(struct dpor *d, const struct node *node,
                           const struct core_candidates *candidates) {
    if (node->first_sleeper == node->sleepers)
        return 0;
    for (unsigned i = 0; i < candidates->count; i++)
        if (!sleeps(d, node, exp_trace_thread(&d->trace, candidates->threads[i])))
            return i;
    return NO_THREAD;
}

static void keep_candidates(struct dpor *d, struct node *node,
                            const struct core_candidates *candidates) {
    for (unsigned i = 0; i < candidates->count; i++) {
        if (!RESERVE(d, candidates, candidate_capacity, d->candidate_count))
            return;
        d->candidates[d->candidate_count++] = exp_trace_thread(&d->trace, candidates->threads[i]);
    }
    node->candidates = candidates->count;
}

/* The next beginning that the wakeup tree asks for; those that sleepers begin are known. */
static int64_t asked_for(struct dpor *d, struct node *node) {
    while (node->wakeup.first && sleeps(d, node, node->wakeup.first->step.thread)) {
        struct exp_wakeup_tree below = exp_wakeup_pop(&d->pool, &node->wakeup);
        exp_wakeup_clear(&d->pool, &below);
    }
    return node->wakeup.first ? (int64_t)node->wakeup.first->step.thread : NO_THREAD;
}

/* Takes it off the node's wakeup tree and keeps what continues it. */
static void take_asked(struct dpor *d, struct node *node) {
    exp_wakeup_clear(&d->pool, &d->subtree);
    d->subtree = exp_wakeup_pop(&d->pool, &node->wakeup);
}

/* A node that is met for the first time: what its wakeup tree asks for, or anybody awake. */
static int64_t decide(struct dpor *d, struct node *node, const struct core_candidates *candidates) {
    if (node->split)
        keep_candidates(d, node, candidates);
    if (!node->wakeup.first)
        return first_awake(d, node, candidates);
    int64_t thread = asked_for(d, node);
    if (thread == NO_THREAD)
        return NO_THREAD;
    int64_t answer = index_of(d, candidates, (uint32_t)thread);
    take_asked(d, node);
    if (answer != NO_THREAD)
        return answer;
    exp_wakeup_clear(&d->pool, &d->subtree); /* it cannot go on after all */
    return first_awake(d, node, candidates);
}

/* The index of the candidate that goes on, or NO_THREAD. */
static int64_t choose(struct dpor *d, size_t index, const struct core_candidates *candidates) {
    if (index < d->planned)
        return index_of(d, candidates, d->nodes[index].thread);
    open_node(d, index);
    return d->failed || is_foreign(d, index) ? NO_THREAD : decide(d, &d->nodes[index], candidates);
}

/* The next step will be a new one. */
static unsigned arrive(struct dpor *d, struct rd_world *w,
                       const struct core_candidates *candidates) {
    int64_t answer = choose(d, exp_trace_begun(&d->trace), candidates);
    if (answer == NO_THREAD) {
        abandon(d, w);
        return 0;
    }
    d->answer = (uint32_t)answer;
    d->answers = candidates->count;
    return (unsigned)answer;
}

/* ---- decisions and steps --------------------------------------------------------------------- */

static unsigned answer_datum(struct dpor *d, size_t step, unsigned count) {
    struct node *node = step ? &d->nodes[step - 1] : NULL;
    if (step != d->data_step)
        d->data_taken = 0;
    d->data_step = step;
    size_t position = d->data_taken++;
    if (!node || d->node_count < step)
        return 0;
    if (position < node->data)
        return d->data[node->first_datum + position].answer;
    if (!RESERVE(d, data, data_capacity, d->data_count))
        return 0;
    d->data[d->data_count++] = (struct datum){0, count};
    node->data++;
    return 0;
}

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    const struct core_choices *choices = &w->choices;
    struct dpor *d = of(w);
    bool known = choices->repeated < choices->known_count;
    if (choices->abandoned)
        return 0;
    if (kind != CORE_CHOOSE_THREAD)
        return answer_datum(d, known ? choices->repeated : exp_trace_begun(&d->trace), count);
    exp_trace_close(&d->trace, w);
    return arrive(d, w, &choices->candidates);
}

/* The step of the deepest node, for executions that begin with it. */
static void keep_step(struct dpor *d, size_t index, const struct core_step *step) {
    if (!RESERVE(d, known, known_capacity, index))
        return;
    bool blocked = (step->kind & CORE_BLOCKED) || step->kind == CORE_BARRIER;
    d->known[index] = (struct core_known_step){step->thread, d->answer, d->answers, blocked};
    d->nodes[index].thread = d->trace.current_thread;
}

static void step(struct rd_world *w, const struct core_step *step) {
    struct dpor *d = of(w);
    uint32_t only = step->thread;
    exp_trace_close(&d->trace, w);
    if (!d->answers && !w->choices.abandoned) /* there was nothing to decide */
        arrive(d, w, &(struct core_candidates){.threads = &only, .count = 1});
    if (w->choices.abandoned)
        return;
    exp_trace_step(&d->trace, w, step);
    keep_step(d, d->trace.count, step);
    d->answers = 0;
}

static void touch(struct rd_world *w, uint64_t place, unsigned kind) {
    exp_trace_touch(&of(w)->trace, w, place, kind);
}

static void readied(struct rd_world *w, uint32_t thread) {
    exp_trace_readied(&of(w)->trace, thread);
}

static void gave_up(struct rd_world *w, const struct core_step *step) {
    exp_trace_gave_up(&of(w)->trace, w, step);
}

static const struct core_observer observer = {step, touch, readied, gave_up};

/* ---- one execution after the other ----------------------------------------------------------- */

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct dpor *d = (struct dpor *)strategy;
    if (strategy->complete || d->failed)
        return false;
    size_t known = d->planned ? d->planned - 1 : 0;
    exp_trace_begin(&d->trace, w, known);
    d->data_taken = d->data_step = 0;
    d->foreign = false;
    d->answers = 0;
    w->choices.known = d->known;
    w->choices.known_count = known;
    w->choices.strategy = d;
    w->choices.answer = answer;
    w->choices.observer = known ? NULL : &observer;
    w->choices.observer_of_rest = &observer;
    return true;
}

/*
 * Does somebody who sleeps at the node begin the sequence? Then it has been explored; and where
 * something else would have to come before the sleeper, a race tells. But not at a split node,
 * where no race is reversed: whoever sleeps from there on must be part of the sequence.
 */
static bool is_explored(const struct dpor *d, const struct node *node) {
    for (size_t i = node->first_sleeper; i < node->sleepers; i++) {
        struct exp_step sleeper = sleeper_step(d, i);
        if (exp_sequence_may_begin(&d->sequence, &sleeper) &&
            (!d->sleepers[i].split || exp_sequence_contains(&d->sequence, sleeper.thread)))
            return true;
    }
    return false;
}

static void reverse_races(struct dpor *d) {
    for (size_t i = 0; i < d->trace.race_count && !d->failed; i++) {
        const struct exp_race *race = &d->trace.races[i];
        struct node *node = &d->nodes[race->first];
        if (node->split)
            continue; /* everything is tried there */
        if (!exp_sequence_make(&d->sequence, &d->trace, race)) {
            d->failed = true;
            return;
        }
        if (!is_explored(d, node) && !exp_wakeup_insert(&d->pool, &node->wakeup, &d->sequence))
            d->failed = true;
    }
}

/* Is anything left to try at the node? */
static bool is_open(const struct node *node) {
    return node->data || node->split || node->wakeup.first;
}

/* The next answer within the deepest node's step. */
static bool next_datum(struct dpor *d, struct node *node, size_t index) {
    while (node->data) {
        struct datum *last = &d->data[node->first_datum + node->data - 1];
        if (++last->answer < last->count) {
            if (index < d->trace.count) {
                struct exp_step taken = exp_trace_get(&d->trace, index);
                keep_accesses(d, node, &taken);
            }
            d->data_count = node->first_datum + node->data;
            return true;
        }
        node->data--;
    }
    d->data_count = node->first_datum;
    return false;
}

static bool next_candidate(struct dpor *d, struct node *node) {
    for (size_t i = 0; i < node->candidates; i++) {
        uint32_t thread = d->candidates[node->first_candidate + i];
        if (!sleeps(d, node, thread)) {
            node->thread = thread;
            return true;
        }
    }
    return false;
}

/* The next thread to try at the deepest node. */
static bool next_thread(struct dpor *d, struct node *node, size_t index) {
    if (index < d->trace.count) {
        struct exp_step explored = exp_trace_get(&d->trace, index);
        put_to_sleep(d, node, &explored, node->split);
        node->explored++;
    }
    if (node->split)
        return next_candidate(d, node);
    int64_t thread = asked_for(d, node);
    if (thread == NO_THREAD)
        return false;
    node->thread = (uint32_t)thread;
    take_asked(d, node);
    return true;
}

static void backtrack(struct dpor *d) {
    while (d->node_count) {
        size_t index = d->node_count - 1;
        struct node *node = &d->nodes[index];
        if (is_open(node)) {
            forget_below(d, node);
            if (next_datum(d, node, index) || next_thread(d, node, index)) {
                d->planned = d->node_count;
                return;
            }
            exp_wakeup_clear(&d->pool, &node->wakeup);
        }
        d->node_count--;
    }
    d->base.complete = true;
}

/* An execution so short that nothing lies below its split nodes is a part of its own. */
static bool ends_in_split(const struct dpor *d) {
    return !d->node_count || d->nodes[d->node_count - 1].split;
}

static void end(struct exp_strategy *strategy, struct rd_world *w) {
    struct dpor *d = (struct dpor *)strategy;
    exp_trace_end(&d->trace, w);
    d->failed |= d->trace.failed;
    exp_wakeup_clear(&d->pool, &d->subtree);
    if (d->trace.count > strategy->depth_max)
        strategy->depth_max = d->trace.count;
    if (d->plan.split && !w->choices.abandoned && ends_in_split(d)) {
        d->foreign = !exp_take(&d->plan, d->subtrees++);
        w->choices.abandoned = d->foreign;
    }
    strategy->abandoned = w->choices.abandoned;
    if (!d->foreign)
        reverse_races(d);
    backtrack(d);
}

/* As if every beginning that is known took as long as those explored. */
static double progress(const struct exp_strategy *strategy) {
    const struct dpor *d = (const struct dpor *)strategy;
    double done = 0, share = 1;
    if (strategy->complete)
        return 1;
    for (size_t i = 0; i < d->node_count && share > 1e-6; i++) {
        const struct node *node = &d->nodes[i];
        double waiting = 0;
        for (const struct exp_wakeup *child = node->wakeup.first; child; child = child->next)
            waiting++;
        double all = node->explored + waiting + 1;
        done += share * node->explored / all;
        share /= all;
    }
    return done;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void destroy(struct exp_strategy *strategy) {
    struct dpor *d = (struct dpor *)strategy;
    while (d->node_count)
        exp_wakeup_clear(&d->pool, &d->nodes[--d->node_count].wakeup);
    exp_wakeup_clear(&d->pool, &d->subtree);
    exp_wakeup_pool_destroy(&d->pool);
    exp_trace_destroy(&d->trace);
    free(d->sequence.events);
    free(d->sequence.last);
    free(d->nodes);
    free(d->sleepers);
    free(d->sleeper_accesses);
    free(d->data);
    free(d->candidates);
    free(d->known);
    free(d);
}

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct dpor *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->base.ops = &exp_dpor;
    d->plan = *plan;
    if (exp_trace_init(&d->trace))
        return &d->base;
    destroy(&d->base);
    return NULL;
}

const struct exp_trace *exp_dpor_trace(const struct exp_strategy *strategy) {
    return &((const struct dpor *)strategy)->trace;
}

const struct exp_strategy_ops exp_dpor = {.name = "dpor",
                                          .exhaustive = true,
                                          .create = create,
                                          .destroy = destroy,
                                          .begin = begin,
                                          .end = end,
                                          .progress = progress};
