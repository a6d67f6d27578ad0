/*
 * shrink.c - the fewest decisions, and among those the fewest preemptions, that still give the same
 * verdict.
 *
 * Decisions are left out first, large parts before small ones. Then everything smaller is tried, in
 * order: so whatever way a violation of a small program was found, the same one is shown. A program
 * may be too large for that; then what the reduction of partial orders finds first is perhaps
 * smaller. Each goes as far as its budget of scheduling points, which is the same on every machine.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

enum { EXECUTIONS_MAX = 5000, STEPS_MAX = 10000000 };

struct shrinker {
    struct exp_runner *r;
    struct exp_violation *violation; /* the best one so far */
    uint64_t preemptions;            /* of it */
    unsigned executions;             /* that may still be run */
    uint64_t steps;                  /* that they may still have, in all */
    bool found;                      /* something with so many decisions */
};

static void grant(struct shrinker *s) {
    s->executions = EXECUTIONS_MAX;
    s->steps = STEPS_MAX;
}

static void spend(struct shrinker *s) {
    uint64_t steps = rd_steps(s->r->w);
    s->steps -= steps < s->steps ? steps : s->steps;
    s->executions -= s->executions > 0;
}

static bool is_exhausted(const struct shrinker *s) {
    return !s->executions || !s->steps || exp_is_interrupted(s->r->options);
}

/* ---- trying ---------------------------------------------------------------------------------- */

static bool is_better(const struct shrinker *s, size_t count, uint64_t preemptions) {
    return count < s->violation->count ||
           (count == s->violation->count && preemptions < s->preemptions);
}

/* Keeps the decisions of the execution that has just ended. */
static bool keep(struct shrinker *s, uint64_t preemptions) {
    size_t count;
    struct core_decision *copy = exp_copy_decisions(s->r->w, &count);
    if (!copy)
        return false;
    free(s->violation->decisions);
    s->violation->decisions = copy;
    s->violation->count = count;
    s->preemptions = preemptions;
    return true;
}

/* Does the scenario end in the same way with these decisions? Then they become the violation's. */
static bool improves(struct shrinker *s, struct exp_forced *forced) {
    struct exp_outcome outcome = exp_run_forced(s->r, forced, false);
    uint64_t preemptions = exp_preemptions(forced);
    spend(s);
    return outcome.verdict == s->violation->verdict &&
           is_better(s, s->r->w->choices.decision_count, preemptions) && keep(s, preemptions);
}

/* ---- leaving out ----------------------------------------------------------------------------- */

/* Leaves out `size` decisions from `first` on. */
static bool try_without(struct shrinker *s, size_t first, size_t size) {
    const struct core_decision *decisions = s->violation->decisions;
    size_t count = s->violation->count - size;
    struct core_decision *fewer = malloc((count + 1) * sizeof *fewer);
    if (!fewer)
        return false;
    memcpy(fewer, decisions, first * sizeof *fewer);
    memcpy(fewer + first, decisions + first + size, (count - first) * sizeof *fewer);
    struct exp_forced forced = {.decisions = fewer, .count = count};
    bool good = improves(s, &forced);
    free(forced.taken);
    free(fewer);
    return good;
}

/* Large parts first, then smaller ones, until no single decision can be left out. */
static void leave_out(struct shrinker *s) {
    const struct exp_violation *violation = s->violation;
    grant(s);
    for (size_t size = violation->count; size > 0;) {
        bool improved = false;
        for (size_t first = 0; first + size <= violation->count && !is_exhausted(s);)
            if (try_without(s, first, size))
                improved = true;
            else
                first += size;
        if (size > violation->count)
            size = violation->count;
        else if (size > 1)
            size /= 2;
        else if (!improved)
            break;
    }
}

/* ---- everything smaller ---------------------------------------------------------------------- */

static void try_more(struct shrinker *s, struct core_decision *decisions, size_t count,
                     size_t left);

static bool is_done(const struct shrinker *s) {
    return is_exhausted(s) || (s->found && !s->preemptions);
}

/* All answers to that decision but the default. */
static void try_answers(struct shrinker *s, struct core_decision *decisions, size_t count,
                        const struct exp_taken *taken, size_t left) {
    for (uint32_t answer = 1; answer < taken->count && !is_done(s); answer++) {
        decisions[count] = (struct core_decision){taken->index, taken->count, answer, taken->kind};
        try_more(s, decisions, count + 1, left - 1);
    }
}

/* The decisions, and `left` more after them. */
static void try_more(struct shrinker *s, struct core_decision *decisions, size_t count,
                     size_t left) {
    struct exp_forced forced = {.decisions = decisions, .count = count};
    uint64_t last = count ? decisions[count - 1].index : 0;
    if (left == 0) {
        s->found |= improves(s, &forced);
    } else {
        exp_run_forced(s->r, &forced, false);
        spend(s);
    }
    for (size_t i = 0; left && i < forced.taken_count && !is_done(s); i++)
        if (!count || forced.taken[i].index > last)
            try_answers(s, decisions, count, &forced.taken[i], left);
    free(forced.taken);
}

/* No decision at all, then one, and so on; of as many, the first one with the fewest preemptions.
 */
static void try_smaller(struct shrinker *s) {
    size_t most = s->violation->count;
    struct core_decision *decisions = calloc(most + 1, sizeof *decisions);
    grant(s);
    for (size_t count = 0; decisions && count <= most && !s->found && !is_done(s); count++) {
        s->preemptions = UINT64_MAX;
        try_more(s, decisions, 0, count);
    }
    free(decisions);
}

/* ---- what lies near the default schedule ----------------------------------------------------- */

/* True if it ends in the same way with fewer decisions. */
static bool try_next_trace(struct shrinker *s, struct exp_strategy *dpor) {
    struct exp_outcome outcome = exp_start(s->r, false);
    if (outcome.verdict != RD_EXPLORE_OK || !exp_dpor.begin(dpor, s->r->w)) {
        s->executions = 0;
        return false;
    }
    outcome = exp_finish(s->r, dpor);
    spend(s);
    return !dpor->abandoned && outcome.verdict == s->violation->verdict &&
           s->r->w->choices.decision_count < s->violation->count;
}

static void try_nearby(struct shrinker *s) {
    struct exp_plan plan = {.preemptions_max = UINT32_MAX};
    struct exp_strategy *dpor = exp_dpor.create(&plan);
    bool found = false;
    grant(s);
    while (dpor && !found && !is_exhausted(s))
        found = try_next_trace(s, dpor);
    if (found && keep(s, UINT64_MAX))
        leave_out(s);
    if (dpor)
        exp_dpor.destroy(dpor);
}

void exp_reduce(struct exp_runner *r, struct exp_violation *violation) {
    struct shrinker s = {.r = r, .violation = violation, .preemptions = UINT64_MAX};
    leave_out(&s);
    try_smaller(&s);
    if (!s.found)
        try_nearby(&s);
}
