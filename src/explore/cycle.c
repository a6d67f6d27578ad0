/*
 * cycle.c - what an execution that does not come to its end does again and again, among its last
 * steps.
 */
#include <inttypes.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

enum { PERIOD_MAX = EXP_STEPS / 4, REPEATED_LEAST = 16, SHOWN_MAX = 24 };

/* ---- the cycle ------------------------------------------------------------------------------- */

/* Step `back` steps before the last one. */
static const struct core_step *step_at(const struct exp_steps *steps, uint64_t back) {
    return &steps->last[(steps->count - 1 - back) % EXP_STEPS].step;
}

static bool same_step(const struct core_step *a, const struct core_step *b) {
    return a->thread == b->thread && a->place == b->place && a->kind == b->kind;
}

/* Steps that repeat what came `period` steps before: so many, from so many before the end on. */
struct cycle {
    uint64_t period, back, length;
};

/* The longest one with that period. */
static struct cycle longest(const struct exp_steps *steps, uint64_t period) {
    uint64_t known = steps->count < EXP_STEPS ? steps->count : EXP_STEPS;
    struct cycle best = {.period = period}, now = {.period = period};
    for (uint64_t back = 0; back + period < known; back++) {
        if (!same_step(step_at(steps, back), step_at(steps, back + period))) {
            now = (struct cycle){.period = period, .back = back + 1};
            continue;
        }
        now.length++;
        if (now.length > best.length)
            best = now;
    }
    return best;
}

/* The shortest period among those that explain the most. */
static struct cycle find_cycle(const struct exp_steps *steps) {
    struct cycle best = {.period = 0};
    for (uint64_t period = 1; period <= PERIOD_MAX; period++) {
        struct cycle cycle = longest(steps, period);
        bool counts = cycle.length >= period * 2 && cycle.length >= REPEATED_LEAST;
        if (counts && cycle.length > best.length + best.period)
            best = cycle;
    }
    return best;
}

/* ---- in words -------------------------------------------------------------------------------- */

static void put_step(const struct rd_world *w, struct exp_places *places,
                     const struct core_step *step, struct exp_text *to) {
    exp_print(to, "  ");
    if (step->thread)
        exp_put_object(w, step->thread, to);
    exp_print(to, " ");
    exp_put_step(w, places, step, to);
    exp_print(to, "\n");
}

void exp_tell_cycle(const struct rd_world *w, const struct exp_steps *steps, struct exp_text *to) {
    struct cycle cycle = find_cycle(steps);
    struct exp_places places = {.count = 0};
    if (!cycle.period) {
        exp_print(to, "its last steps do not repeat themselves: perhaps it only needs more of them "
                      "(--depth)\n");
        return;
    }
    exp_print(to, "the same again and again, %" PRIu64 " times at least:\n",
              cycle.length / cycle.period + 1);
    for (uint64_t i = 0; i < cycle.period && i < SHOWN_MAX; i++)
        put_step(w, &places, step_at(steps, cycle.back + cycle.period - 1 - i), to);
    if (cycle.period > SHOWN_MAX)
        exp_print(to, "  ... %" PRIu64 " more steps\n", cycle.period - SHOWN_MAX);
    exp_print(to, "if nothing that is not shown here ends this, it is a livelock\n");
}
