/* conflict.h - which answer to an open question holds in this world; see rundown/conflict.h. */
#ifndef RD_CORE_CONFLICT_H
#define RD_CORE_CONFLICT_H

#include "core/core.h"

static inline bool core_conflict(const struct rd_world *w, rd_conflict conflict) {
    return w->options.conflicts[conflict] != 0;
}

#endif
