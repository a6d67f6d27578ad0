/*
 * forced.c - executions under given decisions, tolerant: a decision that does not come up, or not
 * with so many answers, is passed over.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"

enum { FIRST_CAPACITY = 256 };

void exp_note_taken(struct rd_world *w, struct exp_forced *forced, unsigned kind, unsigned count,
                    unsigned answer) {
    if (forced->taken_count == forced->taken_capacity) {
        size_t capacity = forced->taken_capacity ? forced->taken_capacity * 2 : FIRST_CAPACITY;
        struct exp_taken *grown = realloc(forced->taken, capacity * sizeof *grown);
        forced->no_memory |= !grown;
        if (!grown)
            return;
        forced->taken = grown;
        forced->taken_capacity = capacity;
    }
    forced->taken[forced->taken_count++] = (struct exp_taken){
        .index = w->choices.taken,
        .steps = forced->steps ? forced->steps->count : 0,
        .count = count,
        .answer = answer,
        .kind = (uint8_t)kind,
        .preempts = kind == CORE_CHOOSE_THREAD && w->choices.candidates.preempts};
}

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    struct exp_forced *forced = w->choices.strategy;
    const struct core_decision *decisions = forced->decisions;
    unsigned answer = 0;
    while (forced->next < forced->count && decisions[forced->next].index < w->choices.taken)
        forced->next++;
    if (forced->next < forced->count) {
        const struct core_decision *next = &decisions[forced->next];
        if (next->index == w->choices.taken && next->kind == kind && next->answer < count)
            answer = next->answer;
    }
    exp_note_taken(w, forced, kind, count, answer);
    return answer;
}

struct exp_outcome exp_run_forced(struct exp_runner *r, struct exp_forced *forced, bool log) {
    struct exp_outcome started = exp_start(r, log);
    forced->next = forced->taken_count = 0;
    if (started.verdict != RD_EXPLORE_OK)
        return started;
    r->w->choices.answer = answer;
    r->w->choices.strategy = forced;
    if (forced->steps) {
        forced->steps->count = 0;
        core_observe(r->w, &exp_step_observer);
    }
    return exp_finish(r, NULL);
}

uint64_t exp_preemptions(const struct exp_forced *forced) {
    uint64_t preemptions = 0;
    for (size_t i = 0; i < forced->taken_count; i++)
        preemptions += forced->taken[i].answer && forced->taken[i].preempts;
    return preemptions;
}

struct core_decision *exp_copy_decisions(const struct rd_world *w, size_t *count) {
    *count = w->choices.decision_count;
    struct core_decision *copy = malloc(*count * sizeof *copy + 1);
    if (copy)
        core_decisions_copy(w, copy);
    return copy;
}
