/* path.c - the steps of an execution, for those that begin in the same way. */
#include "explore/path.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

void exp_path_destroy(struct exp_path *path) {
    free(path->steps);
}

void exp_path_begin(struct exp_path *path, struct rd_world *w, size_t known,
                    const struct core_observer *observer) {
    path->count = known;
    path->answers = 0;
    w->choices.known = path->steps;
    w->choices.known_count = known;
    core_observe(w, known ? NULL : observer);
    w->choices.observer_of_rest = observer;
}

bool exp_path_grow(struct exp_path *path) {
    size_t capacity = path->capacity ? path->capacity * 2 : FIRST_CAPACITY;
    struct core_known_step *steps = realloc(path->steps, capacity * sizeof *steps);
    if (!steps)
        return false;
    path->steps = steps;
    path->capacity = capacity;
    return true;
}

void exp_ignore_touch(struct rd_world *w, uint64_t place, unsigned kind) {
    (void)w, (void)place, (void)kind;
}

void exp_ignore_readied(struct rd_world *w, uint32_t thread) {
    (void)w, (void)thread;
}

void exp_ignore_step(struct rd_world *w, const struct core_step *step) {
    (void)w, (void)step;
}
