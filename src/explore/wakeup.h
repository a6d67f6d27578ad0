/*
 * wakeup.h - wakeup trees: the beginnings of executions that are still to be explored from a node.
 */
#ifndef RD_EXPLORE_WAKEUP_H
#define RD_EXPLORE_WAKEUP_H

#include "explore/trace.h"

enum { EXP_INLINE_ACCESSES = 4, EXP_INLINE_ANSWERS = 2 };

struct exp_wakeup;

/* What begins at a node, in the order in which it is explored. */
struct exp_wakeup_tree {
    struct exp_wakeup *first, *last;
};

/*
 * One step of a beginning, and what continues it. The first decisions within the step get the
 * step's answers, further ones any.
 */
struct exp_wakeup {
    struct exp_wakeup_tree below;
    struct exp_wakeup *next;
    struct exp_step step; /* accesses and answers are here or in memory of their own */
    struct exp_access room[EXP_INLINE_ACCESSES];
    struct exp_answer answer_room[EXP_INLINE_ANSWERS];
};

struct exp_wakeup_pool {
    struct exp_wakeup *free;
};

/* A sequence that another process has found. */
struct exp_told {
    struct exp_step *steps; /* what they point to is allocated, for each of them */
    uint64_t *before;       /* a row of `width` words for each: bits of those that come before it */
    bool *counts;           /* see counts_as_before in wakeup.c */
    size_t count, width;
};

/* A sequence of steps: events of a trace in their order, and then one more; or what was told. */
struct exp_sequence {
    const struct exp_trace *trace;
    int32_t *events; /* EXP_NO_EVENT: taken out */
    size_t count, capacity;
    struct exp_race race;    /* its second step is the last one of the sequence */
    struct exp_access *last; /* what that one may touch */
    size_t last_count, last_capacity;
    bool differs;         /* it may touch something else than in the trace, or in another way */
    bool added;           /* the last exp_wakeup_insert has added something */
    struct exp_told told; /* count 0: it is of the trace */
};

/* All steps after race.first that do not depend on it, and the second step of the race. */
bool exp_sequence_make(struct exp_sequence *sequence, const struct exp_trace *trace,
                       const struct exp_race *race);

/* For another process, and what it has written. False: no memory, or it makes no sense. */
struct exp_words;
void exp_sequence_write(const struct exp_sequence *sequence, struct exp_words *to);
bool exp_sequence_read(struct exp_sequence *sequence, struct exp_trace *trace,
                       struct exp_words *from);
void exp_sequence_forget_told(struct exp_sequence *sequence);

/*
 * Could that step, as far as the sequence tells, come first in an equivalent sequence? Whatever is
 * decided within it.
 */
bool exp_sequence_may_begin(const struct exp_sequence *sequence, const struct exp_step *step);

/* The same, and would it be that step with these answers? */
bool exp_sequence_is_begun_by(const struct exp_sequence *sequence, const struct exp_step *step);

/* The thread's first step in the sequence, if it contains one. */
bool exp_sequence_find(const struct exp_sequence *sequence, uint32_t thread, struct exp_step *step);

/* Is the thread's first step in the sequence the race's second one, or did it come before that? */
bool exp_sequence_is_early(const struct exp_sequence *sequence, uint32_t thread);
/* Is that so for all steps in the sequence? */
bool exp_sequence_ends_early(const struct exp_sequence *sequence);

/* The thread's first step in the sequence is taken out, if there is one. */
void exp_sequence_take(struct exp_sequence *sequence, uint32_t thread);
bool exp_sequence_is_used_up(const struct exp_sequence *sequence);
/* Of one that was told: nothing is taken out any more. */
void exp_sequence_take_back(struct exp_sequence *sequence);

/* Are the step's answers the first ones of the other step? */
bool exp_begins_as(const struct exp_step *step, const struct exp_step *other);

/* Adds the sequence, unless an equivalent one begins there already. It is used up. */
bool exp_wakeup_insert(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree,
                       struct exp_sequence *sequence);

/* Adds a child for the step behind the others. NULL: no memory. */
struct exp_wakeup *exp_wakeup_append(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree,
                                     const struct exp_step *step);
/* Takes the first child off the tree, which is not empty: what continues it. */
struct exp_wakeup_tree exp_wakeup_pop(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree);
/* Gives everything in the tree back. */
void exp_wakeup_clear(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree);
void exp_wakeup_pool_destroy(struct exp_wakeup_pool *pool);

#endif
