/* dependence.c - which steps commute. */
#include "explore/trace.h"

/* Does the step decide about whether the other one's thread goes on? */
static bool decides_about(const struct exp_step *step, const struct exp_step *other) {
    for (uint32_t i = 0; i < step->access_count; i++) {
        const struct exp_access *access = &step->accesses[i];
        if (access->kind == CORE_WRITE && (access->place == EXP_STOP_PLACE ||
                                           (other->life && (access->place == other->life ||
                                                            access->place == other->process_life))))
            return true;
    }
    return false;
}

bool exp_conflicting(const struct exp_step *a, const struct exp_step *b) {
    for (uint32_t i = 0; i < a->access_count; i++)
        for (uint32_t k = 0; k < b->access_count; k++)
            if (a->accesses[i].place == b->accesses[k].place &&
                exp_conflict(a->accesses[i].kind, b->accesses[k].kind))
                return true;
    return false;
}

bool exp_leaves_last_at(const struct exp_access *access, const struct exp_step *other) {
    if (!access->last || access->kind != CORE_UPDATE)
        return false;
    for (uint32_t i = 0; i < other->access_count; i++)
        if (other->accesses[i].place == access->place && other->accesses[i].kind == CORE_UPDATE)
            return true;
    return false;
}

bool exp_leaves_as_last(const struct exp_step *step, const struct exp_step *other) {
    for (uint32_t i = 0; i < step->access_count; i++)
        if (exp_leaves_last_at(&step->accesses[i], other))
            return true;
    return false;
}

bool exp_dependent(const struct exp_step *a, const struct exp_step *b) {
    return a->thread == b->thread || a->barrier || b->barrier || exp_conflicting(a, b) ||
           decides_about(a, b) || decides_about(b, a);
}
