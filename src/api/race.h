/*
 * race.h - data races: two threads stand before accesses to the same bytes, one of which writes and
 * one of which is plain.
 *
 * That is what C calls a data race: two conflicting accesses that are next to each other in some
 * order of steps. No clocks are needed to find out: who is about to make an access looks whether
 * anybody else who can go on stands before one that conflicts.
 */
#ifndef RD_API_RACE_H
#define RD_API_RACE_H

#include "ke/verify.h"

/* Does anybody want to know of races that the current thread takes part in? */
static inline bool api_looks_for_races(const struct rd_world *w) {
    const struct ke_thread *thread = w->ke->current;
    return ke_verifies_programs(w) ||
           (ke_verifies_drivers(w) && thread && (thread->kernel_depth > 0 || thread->system));
}

/* The current thread's scheduling point before that access, and a look around behind it. */
void api_race_point(struct rd_world *w, uint64_t place, const struct ke_memory_access *access);

#endif
