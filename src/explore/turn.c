/* turn.c - one worker's tasks. */
#include "explore/turn.h"

#include "explore/frozen.h"
#include "port/host_work.h"

static const double patience = 0.0002; /* seconds */

/* False: there is nothing more to do. */
static bool lock(struct exp_turn *turn) {
    turn->lost = !exp_tasks_lock(turn->tasks);
    return !turn->lost;
}

static void drop(struct exp_turn *turn) {
    turn->ops->destroy(turn->strategy);
    turn->strategy = NULL;
}

static void set_idle(struct exp_turn *turn, bool idle) {
    if (turn->idle != idle)
        __atomic_fetch_add(&turn->tasks->idle, idle ? 1 : (uint32_t)-1, __ATOMIC_ACQ_REL);
    turn->idle = idle;
}

void exp_turn_destroy(struct exp_turn *turn) {
    if (turn->strategy)
        drop(turn);
    set_idle(turn, false);
    exp_words_destroy(&turn->body);
    exp_words_destroy(&turn->mail);
    exp_words_destroy(&turn->out);
}

/* ---- taking ---------------------------------------------------------------------------------- */

/* What there is mail for must not be left before that is heard, after the first execution. */
static bool create(struct exp_turn *turn, uint32_t held) {
    struct exp_strategy *strategy = turn->strategy = turn->ops->create(turn->plan);
    if (!strategy)
        return false;
    strategy->floor = turn->tasks->task[turn->task].floor;
    strategy->held = turn->mail.count ? UINT32_MAX : held;
    strategy->out = &turn->out;
    if (turn->body.count)
        turn->ops->thaw(strategy, &turn->body);
    return !turn->body.failed && !turn->mail.failed;
}

static void take(struct exp_turn *turn) {
    exp_words_clear(&turn->body);
    exp_words_clear(&turn->mail);
    if (!lock(turn))
        return;
    uint32_t task = exp_task_take(turn->tasks, &turn->body, &turn->mail);
    uint32_t held = task < EXP_TASKS_MAX ? exp_task_held(turn->tasks, task) : 0;
    exp_tasks_unlock(turn->tasks);
    if (task == EXP_TASKS_MAX)
        return;
    turn->task = task;
    turn->executions = 0;
    turn->failed |= !create(turn, held);
}

/* ---- what is found for others ---------------------------------------------------------------- */

/* With the lock held. */
static void tell_parent(struct exp_turn *turn) {
    struct exp_tasks *tasks = turn->tasks;
    if (turn->out.count)
        turn->failed |=
            turn->out.failed || !exp_task_tell(tasks, tasks->task[turn->task].parent, &turn->out);
    exp_words_clear(&turn->out);
}

/* The same. */
static void hear(struct exp_turn *turn) {
    struct exp_task *task = &turn->tasks->task[turn->task];
    tell_parent(turn);
    exp_blocks_read(turn->tasks, task->mail, &turn->mail);
    exp_blocks_free(turn->tasks, &task->mail);
    if (turn->mail.count) {
        turn->ops->hear(turn->strategy, &turn->mail);
        turn->failed |= turn->mail.failed;
    }
    exp_words_clear(&turn->mail);
    tell_parent(turn);
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* Is somebody without a task, and none without somebody? */
static bool is_wanted(const struct exp_tasks *tasks) {
    uint32_t ready = 0;
    for (uint32_t i = 0; i < EXP_TASKS_MAX; i++)
        ready += tasks->task[i].state == EXP_TASK_READY;
    return tasks->idle > ready;
}

/* Tasks that begin behind those steps are now those of whoever has them. */
static void hand_over(struct exp_tasks *tasks, uint32_t from, uint32_t to, uint32_t floor) {
    for (uint32_t i = 0; i < EXP_TASKS_MAX; i++) {
        struct exp_task *task = &tasks->task[i];
        if (task->state != EXP_TASK_NONE && i != from && i != to && task->parent == from &&
            task->floor > floor)
            task->parent = to;
    }
}

/* With the lock held. */
static void give(struct exp_turn *turn) {
    struct exp_tasks *tasks = turn->tasks;
    uint32_t floor = turn->ops->divide(turn->strategy);
    if (!floor)
        return;
    exp_words_clear(&turn->body);
    turn->ops->freeze(turn->strategy, &turn->body);
    uint32_t given =
        turn->body.failed ? EXP_TASKS_MAX : exp_task_add(tasks, turn->task, floor, &turn->body);
    if (given == EXP_TASKS_MAX)
        return;
    hand_over(tasks, turn->task, given, floor);
    turn->strategy->held = exp_task_held(tasks, turn->task);
    turn->ops->leave(turn->strategy, floor);
    turn->executions = 0;
}

static void give_if_wanted(struct exp_turn *turn) {
    if (!turn->ops->divide || turn->executions < turn->own ||
        !__atomic_load_n(&turn->tasks->idle, __ATOMIC_RELAXED) || !lock(turn))
        return;
    hear(turn);
    if (is_wanted(turn->tasks))
        give(turn);
    exp_tasks_unlock(turn->tasks);
}

/* ---- one execution after the other ----------------------------------------------------------- */

/* With the lock held: nothing can be done until others have. */
static void wait(struct exp_turn *turn) {
    struct exp_task *task = &turn->tasks->task[turn->task];
    exp_words_clear(&turn->body);
    turn->ops->freeze(turn->strategy, &turn->body);
    if (turn->body.failed || !exp_blocks_append(turn->tasks, &task->body, &turn->body))
        return;
    exp_task_wait(turn->tasks, turn->task);
    drop(turn);
}

/* What others have found and done since. */
static void look_around(struct exp_turn *turn) {
    struct exp_strategy *strategy = turn->strategy;
    if (!lock(turn))
        return;
    hear(turn);
    strategy->held = exp_task_held(turn->tasks, turn->task);
    if (strategy->waiting)
        turn->ops->go_on(strategy);
    if (strategy->complete) {
        exp_task_end(turn->tasks, turn->task);
        drop(turn);
    } else if (strategy->waiting) {
        wait(turn);
    }
    exp_tasks_unlock(turn->tasks);
}

static bool can_run(const struct exp_turn *turn) {
    return turn->strategy && (!turn->strategy->waiting || turn->strategy->thawed);
}

bool exp_turn_begin(struct exp_turn *turn) {
    if (turn->strategy && !can_run(turn))
        look_around(turn);
    if (!turn->strategy)
        take(turn);
    set_idle(turn, !can_run(turn));
    if (turn->idle && !exp_turn_is_over(turn))
        host_pause(patience);
    return !turn->idle;
}

void exp_turn_end(struct exp_turn *turn) {
    const struct exp_strategy *strategy = turn->strategy;
    const struct exp_task *task = &turn->tasks->task[turn->task];
    turn->executions++;
    if (turn->out.count || turn->mail.count || strategy->waiting || strategy->complete ||
        __atomic_load_n(&task->mail, __ATOMIC_RELAXED))
        look_around(turn);
    if (can_run(turn))
        give_if_wanted(turn);
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

bool exp_turn_show(struct exp_turn *turn) {
    if (!turn->strategy)
        return true;
    exp_words_clear(&turn->body);
    turn->ops->freeze(turn->strategy, &turn->body);
    if (turn->body.failed)
        return false;
    struct exp_task *task = &turn->tasks->task[turn->task];
    if (!lock(turn))
        return false;
    bool good = exp_blocks_append(turn->tasks, &task->body, &turn->body) &&
                exp_blocks_append(turn->tasks, &task->mail, &turn->mail);
    exp_tasks_unlock(turn->tasks);
    exp_words_clear(&turn->mail);
    return good;
}

void exp_turn_hide(struct exp_turn *turn) {
    if (!turn->strategy || !lock(turn))
        return;
    exp_blocks_free(turn->tasks, &turn->tasks->task[turn->task].body);
    exp_tasks_unlock(turn->tasks);
}
