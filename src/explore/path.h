/*
 * path.h - the steps of an execution, for the next ones: these begin in the same way, and nobody is
 * asked again who takes a step that is known.
 */
#ifndef RD_EXPLORE_PATH_H
#define RD_EXPLORE_PATH_H

#include "core/core.h"

struct exp_path {
    struct core_known_step *steps;
    size_t count, capacity;
    uint32_t answer, answers; /* who takes the next step; `answers` 0: nobody was asked */
};

void exp_path_destroy(struct exp_path *path);

/* The execution begins with the first `known` steps; the observer hears of those after them. */
void exp_path_begin(struct exp_path *path, struct rd_world *w, size_t known,
                    const struct core_observer *observer);
bool exp_path_grow(struct exp_path *path);

/* The next step has been taken. False: the host has no memory. */
static inline bool exp_path_keep(struct exp_path *path, const struct core_step *step) {
    if (step->same)
        return true;
    bool blocked = (step->kind & CORE_BLOCKED) || step->kind == CORE_BARRIER;
    if (path->count == path->capacity && !exp_path_grow(path))
        return false;
    path->steps[path->count++] =
        (struct core_known_step){step->thread, path->answer, path->answers, blocked};
    path->answers = path->answer = 0;
    return true;
}

/* For observers that only look at steps. */
void exp_ignore_touch(struct rd_world *w, uint64_t place, unsigned kind);
void exp_ignore_readied(struct rd_world *w, uint32_t thread);
void exp_ignore_step(struct rd_world *w, const struct core_step *step);

#endif
