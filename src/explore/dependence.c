/* dependence.c - which steps commute, and which executions differ only in the order of such. */
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

uint64_t exp_trace_hash(const struct exp_trace *trace) {
    uint64_t sum = 0;
    for (size_t i = 0; i < trace->count; i++) {
        const struct exp_event *event = &trace->events[i];
        uint64_t hash = exp_mix(0x94D049BB133111EBu, (uint64_t)event->thread << 32 | event->number);
        const uint32_t *clock = trace->clocks + i * trace->width;
        for (uint32_t t = 0; t < trace->thread_count; t++)
            if (clock[t])
                hash = exp_mix(hash, (uint64_t)t << 32 | clock[t]);
        for (uint32_t a = 0; a < event->answer_count; a++)
            hash = exp_mix(hash, trace->answers[event->first_answer + a].answer);
        sum += exp_mix(hash, 1);
    }
    return sum;
}
