/* tasks.c - the tasks of an exploration, in memory that its workers share. */
#include "explore/tasks.h"

#include "port/host_work.h"

/* ---- the lock -------------------------------------------------------------------------------- */

static bool is_broken(const struct exp_tasks *tasks) {
    return __atomic_load_n(&tasks->broken, __ATOMIC_ACQUIRE);
}

bool exp_tasks_lock(struct exp_tasks *tasks) {
    while (!is_broken(tasks)) {
        if (!__atomic_exchange_n(&tasks->lock, 1, __ATOMIC_ACQUIRE))
            return true;
        host_pause(0);
    }
    return false;
}

void exp_tasks_unlock(struct exp_tasks *tasks) {
    __atomic_store_n(&tasks->lock, 0, __ATOMIC_RELEASE);
}

void exp_tasks_break(struct exp_tasks *tasks) {
    __atomic_store_n(&tasks->broken, true, __ATOMIC_RELEASE);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* 0: there is none left. */
static uint32_t new_block(struct exp_tasks *tasks) {
    uint32_t index = tasks->unused;
    if (index)
        tasks->unused = tasks->block[index].next;
    else if (tasks->blocks + 1 < EXP_BLOCKS)
        index = ++tasks->blocks;
    if (index)
        tasks->block[index].next = tasks->block[index].count = 0;
    return index;
}

void exp_blocks_free(struct exp_tasks *tasks, uint32_t *blocks) {
    while (*blocks) {
        uint32_t index = *blocks;
        *blocks = tasks->block[index].next;
        tasks->block[index].next = tasks->unused;
        tasks->unused = index;
    }
}

static bool fill(struct exp_tasks *tasks, uint32_t *blocks, const struct exp_words *words) {
    for (size_t i = 0; i < words->count; blocks = &tasks->block[*blocks].next) {
        *blocks = new_block(tasks);
        if (!*blocks)
            return false;
        struct exp_block *block = &tasks->block[*blocks];
        while (i < words->count && block->count < EXP_BLOCK_WORDS)
            block->words[block->count++] = words->items[i++];
    }
    return true;
}

bool exp_blocks_append(struct exp_tasks *tasks, uint32_t *blocks, const struct exp_words *words) {
    while (*blocks)
        blocks = &tasks->block[*blocks].next;
    if (fill(tasks, blocks, words))
        return true;
    exp_blocks_free(tasks, blocks);
    return false;
}

void exp_blocks_read(const struct exp_tasks *tasks, uint32_t blocks, struct exp_words *words) {
    for (; blocks; blocks = tasks->block[blocks].next)
        for (uint32_t i = 0; i < tasks->block[blocks].count; i++)
            exp_write(words, tasks->block[blocks].words[i]);
}

/* ---- tasks ----------------------------------------------------------------------------------- */

uint32_t exp_task_add(struct exp_tasks *tasks, uint32_t parent, uint32_t floor,
                      const struct exp_words *body) {
    uint32_t index = 0;
    while (index < EXP_TASKS_MAX && tasks->task[index].state != EXP_TASK_NONE)
        index++;
    struct exp_task added = {.state = EXP_TASK_READY, .parent = parent, .floor = floor};
    if (index == EXP_TASKS_MAX || !exp_blocks_append(tasks, &added.body, body))
        return EXP_TASKS_MAX;
    tasks->task[index] = added;
    tasks->live++;
    return index;
}

uint32_t exp_task_take(struct exp_tasks *tasks, struct exp_words *body, struct exp_words *mail) {
    for (uint32_t i = 0; i < EXP_TASKS_MAX; i++) {
        struct exp_task *task = &tasks->task[i];
        if (task->state != EXP_TASK_READY)
            continue;
        task->state = EXP_TASK_RUNS;
        exp_blocks_read(tasks, task->body, body);
        exp_blocks_read(tasks, task->mail, mail);
        exp_blocks_free(tasks, &task->body);
        exp_blocks_free(tasks, &task->mail);
        return i;
    }
    return EXP_TASKS_MAX;
}

uint32_t exp_task_held(const struct exp_tasks *tasks, uint32_t task) {
    uint32_t held = 0;
    for (uint32_t i = 0; i < EXP_TASKS_MAX; i++) {
        const struct exp_task *other = &tasks->task[i];
        if (i != task && other->state != EXP_TASK_NONE && other->parent == task &&
            other->floor > held)
            held = other->floor;
    }
    return held;
}

/* Whoever waits looks again if it has mail, or need not keep so many steps. */
static void wake(struct exp_tasks *tasks, uint32_t task) {
    struct exp_task *waits = &tasks->task[task];
    if (waits->state == EXP_TASK_WAITS && (waits->mail || exp_task_held(tasks, task) < waits->held))
        waits->state = EXP_TASK_READY;
}

void exp_task_end(struct exp_tasks *tasks, uint32_t task) {
    uint32_t parent = tasks->task[task].parent;
    tasks->task[task].state = EXP_TASK_NONE;
    exp_blocks_free(tasks, &tasks->task[task].body);
    exp_blocks_free(tasks, &tasks->task[task].mail);
    tasks->live--;
    wake(tasks, parent);
}

void exp_task_wait(struct exp_tasks *tasks, uint32_t task) {
    tasks->task[task].state = EXP_TASK_WAITS;
    tasks->task[task].held = exp_task_held(tasks, task);
    wake(tasks, task);
}

bool exp_task_tell(struct exp_tasks *tasks, uint32_t task, const struct exp_words *mail) {
    bool told = exp_blocks_append(tasks, &tasks->task[task].mail, mail);
    wake(tasks, task);
    return told;
}
