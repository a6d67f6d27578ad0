/*
 * dpor.h - what dpor.c knows between two executions. It can be frozen, and be thawed by another
 * process (dpor_frozen.c).
 */
#ifndef RD_EXPLORE_DPOR_H
#define RD_EXPLORE_DPOR_H

#include "explore/path.h"
#include "explore/strategy.h"
#include "explore/wakeup.h"

struct sleeper {
    struct exp_step step; /* accesses and answers are in the arrays of sleepers, from here on: */
    size_t first_access, first_answer;
    bool wary;   /* begins only sequences that contain it */
    bool begins; /* a sequence could begin with it, as far as the order of its steps tells */
};

struct node {
    struct exp_wakeup_tree wakeup;
    uint32_t thread;                            /* whose step was taken here */
    uint32_t explored;                          /* steps tried before it */
    uint32_t first_sleeper, sleepers;           /* its own in the array */
    uint32_t sleeper_accesses, sleeper_answers; /* ends of those arrays with its own */
    uint32_t first_datum, data;                 /* answers to the decisions within the step */
    uint32_t given; /* so many of them are those of the sequence that is followed */
    uint32_t first_candidate, candidates; /* of a split node: everybody who could go on */
    uint64_t parts;                       /* that the split nodes before it suggest */
    bool split;
    bool first;  /* the first execution takes it */
    bool quiet;  /* and what it touches concerns nobody else there */
    bool asked;  /* its step was asked for */
    bool vague;  /* and all that it would touch was not known then */
    bool apart;  /* somebody else explores what was begun before it */
    bool asleep; /* what was explored here last sleeps already */
    bool wary;   /* somebody who sleeps here is */
};

struct dpor {
    struct exp_strategy base;
    struct exp_trace trace;
    struct exp_plan plan;
    struct exp_wakeup_pool pool;
    struct exp_wakeup_tree subtree; /* what continues the step that is taken: for the next node */
    struct exp_sequence sequence;
    struct node *nodes;
    size_t node_count, node_capacity;
    size_t planned; /* nodes whose thread is decided before the execution */
    struct exp_path path;
    struct sleeper *sleepers;
    size_t sleeper_count, sleeper_capacity;
    struct exp_access *sleeper_accesses;
    size_t sleeper_access_count, sleeper_access_capacity;
    struct exp_answer *sleeper_answers;
    size_t sleeper_answer_count, sleeper_answer_capacity;
    struct exp_answer *prefix; /* answers about which is asked whether they sleep */
    size_t prefix_count, prefix_capacity;
    struct exp_answer *data;
    size_t data_count, data_capacity;
    size_t data_taken, data_step; /* so many were taken when that many steps had begun */
    uint32_t *candidates;
    size_t candidate_count, candidate_capacity;
    bool scouted; /* what follows is known of the first execution, which is then begun anew */
    bool *meets;  /* does the step touch what other threads touch? */
    size_t meets_count, meets_capacity;
    uint64_t parts[2]; /* below split nodes, met so far; the second: that seem to be empty */
    int32_t *events;   /* of a sequence that is written down */
    size_t event_capacity;
    bool settled;  /* what was found to be explored is, however the execution goes on */
    bool anew;     /* the races of steps that others have taken are not known */
    bool retraces; /* the execution only takes the first steps again, which others have taken */
    bool failed;
};

#define EXP_DPOR_RESERVE(d, field, capacity, count)                                                \
    (exp_grow((void **)&(d)->field, &(d)->capacity, (count), sizeof *(d)->field)                   \
         ? true                                                                                    \
         : ((d)->failed = true, false))

bool exp_dpor_make_room(struct dpor *d, const struct exp_step *step);
/* To the set of the deepest node. There is room for what the step touches and decides. */
void exp_dpor_put_to_sleep(struct dpor *d, struct node *node, const struct exp_step *step,
                           bool wary);
struct exp_step exp_dpor_sleeper(const struct dpor *d, size_t index);

/* Between two executions. */
void exp_dpor_freeze(const struct exp_strategy *strategy, struct exp_words *to);
void exp_dpor_thaw(struct exp_strategy *strategy, struct exp_words *from);
uint32_t exp_dpor_divide(const struct exp_strategy *strategy);
void exp_dpor_leave(struct exp_strategy *strategy, uint32_t floor);
void exp_dpor_hear(struct exp_strategy *strategy, struct exp_words *mail);

/* The sequence, which is used up, is to be explored from that node, unless it is anyhow. */
void exp_dpor_plan(struct dpor *d, size_t index);
/* The next thread, or answer, to be tried, at the deepest node where there is one. */
void exp_dpor_go_on(struct exp_strategy *strategy);

#endif
