/* parts.c - who explores which part. */
#include "explore/parts.h"

bool exp_part_take(struct exp_shared *shared, uint64_t part) {
    uint32_t expected = EXP_PART_FREE;
    if (part >= EXP_PARTS_MAX)
        return true;
    if (!__atomic_compare_exchange_n(&shared->part[part].state, &expected, EXP_PART_TAKEN, false,
                                     __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return false;
    for (uint64_t seen = __atomic_load_n(&shared->parts, __ATOMIC_RELAXED); seen < part + 1;)
        if (__atomic_compare_exchange_n(&shared->parts, &seen, part + 1, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED))
            break;
    return true;
}

void exp_part_finish(struct exp_shared *shared, uint64_t part, const struct exp_part *counts) {
    struct exp_part *own = &shared->part[part];
    if (part >= EXP_PARTS_MAX)
        return;
    own->executions = counts->executions;
    own->redundant = counts->redundant;
    own->depth_max = counts->depth_max;
    __atomic_store_n(&own->state, EXP_PART_DONE, __ATOMIC_RELEASE);
}
