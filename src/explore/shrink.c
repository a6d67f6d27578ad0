/* shrink.c - the fewest decisions that still give the same verdict. */
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"

/* Does the scenario end in the same way with these decisions? Then they become the violation's. */
static bool improves(struct exp_runner *r, struct exp_violation *violation,
                     const struct core_decision *decisions, size_t count) {
    struct exp_forced forced = {.decisions = decisions, .count = count};
    struct exp_outcome outcome = exp_run_forced(r, &forced, false);
    free(forced.taken);
    size_t now = r->w->choices.decision_count;
    if (outcome.verdict != violation->verdict || now >= violation->count)
        return false;
    size_t taken;
    struct core_decision *copy = exp_copy_decisions(r->w, &taken);
    if (!copy)
        return false;
    free(violation->decisions);
    violation->decisions = copy;
    violation->count = taken;
    return true;
}

/* Leaves out `size` decisions from `first` on. */
static bool try_without(struct exp_runner *r, struct exp_violation *violation, size_t first,
                        size_t size) {
    size_t count = violation->count - size;
    struct core_decision *fewer = malloc((count + 1) * sizeof *fewer);
    if (!fewer)
        return false;
    memcpy(fewer, violation->decisions, first * sizeof *fewer);
    memcpy(fewer + first, violation->decisions + first + size, (count - first) * sizeof *fewer);
    bool good = improves(r, violation, fewer, count);
    free(fewer);
    return good;
}

/* Large parts first, then smaller ones, until no single decision can be left out. */
void exp_reduce(struct exp_runner *r, struct exp_violation *violation) {
    for (size_t size = violation->count; size > 0;) {
        bool improved = false;
        for (size_t first = 0; first + size <= violation->count;)
            if (try_without(r, violation, first, size))
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
