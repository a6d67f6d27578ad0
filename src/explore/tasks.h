/*
 * tasks.h - an exploration divided into tasks: what lies below one prefix of schedules.
 *
 * One task is everything, at first. Who has nothing to do asks; whoever explores a task that is
 * open at several depths keeps what is open above and gives away what lies below (strategy.h). So
 * tasks form a tree. What a task finds to be explored at steps before its first one is mail for the
 * task that it was given by, and that one does not end before it.
 *
 * A task that nobody explores is `body`, what its strategy has frozen: so all tasks that are left
 * are what a checkpoint holds.
 */
#ifndef RD_EXPLORE_TASKS_H
#define RD_EXPLORE_TASKS_H

#include "explore/frozen.h"
#include "rundown/explore.h"

enum { EXP_TASKS_MAX = 256, EXP_BLOCKS = 1 << 17, EXP_BLOCK_WORDS = 127 };

/* Numbers in memory that all workers share: one block after the other; 0 is none. */
struct exp_block {
    uint32_t next, count;
    uint64_t words[EXP_BLOCK_WORDS];
};

enum exp_task_state { EXP_TASK_NONE, EXP_TASK_READY, EXP_TASK_RUNS, EXP_TASK_WAITS };

struct exp_task {
    uint32_t state;
    uint32_t parent;     /* of the first one: itself */
    uint32_t floor;      /* its first step: those before are the parent's */
    uint32_t held;       /* it waits as long as a task that it has given away begins there */
    uint32_t body, mail; /* blocks */
};

struct exp_tasks {
    uint32_t lock;
    bool broken;             /* whoever has the lock may be gone */
    uint32_t live;           /* tasks that are not done; 0: everything is explored */
    uint32_t idle;           /* workers that have nothing to do */
    uint32_t blocks, unused; /* ever used; a list of those that are not any more */
    struct exp_task task[EXP_TASKS_MAX];
    struct exp_block block[EXP_BLOCKS];
};

/* False: it cannot be had any more, and what it guards may be half done. */
bool exp_tasks_lock(struct exp_tasks *tasks);
void exp_tasks_unlock(struct exp_tasks *tasks);
/* A process that may have had the lock was killed: nobody gets it from now on. */
void exp_tasks_break(struct exp_tasks *tasks);

/* With the lock held, or by the only process that is left: */

/* Adds the words behind those that are there. False: no room, and nothing is added. */
bool exp_blocks_append(struct exp_tasks *tasks, uint32_t *blocks, const struct exp_words *words);
/* Adds the numbers to `words`. */
void exp_blocks_read(const struct exp_tasks *tasks, uint32_t blocks, struct exp_words *words);
void exp_blocks_free(struct exp_tasks *tasks, uint32_t *blocks);

/* A task of that parent, ready; or EXP_TASKS_MAX: there is no room. */
uint32_t exp_task_add(struct exp_tasks *tasks, uint32_t parent, uint32_t floor,
                      const struct exp_words *body);
/* One that is ready now runs; or EXP_TASKS_MAX. Its body and mail are added to the words. */
uint32_t exp_task_take(struct exp_tasks *tasks, struct exp_words *body, struct exp_words *mail);
/* How many of its steps a task must keep, for what it has given away. */
uint32_t exp_task_held(const struct exp_tasks *tasks, uint32_t task);
/* It is explored. */
void exp_task_end(struct exp_tasks *tasks, uint32_t task);
/* It has nothing to do until one of those that it has given away has. */
void exp_task_wait(struct exp_tasks *tasks, uint32_t task);
bool exp_task_tell(struct exp_tasks *tasks, uint32_t task, const struct exp_words *mail);

#endif
