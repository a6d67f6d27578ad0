/*
 * checkpoint.c - what an exploration has done, as a text file:
 *
 *     rundown checkpoint 4
 *     program app.exe
 *     build 9e3779b97f4a7c15
 *     strategy dpor
 *     ...
 *     next 0
 *     done 12 3 36 0
 *     task 0 0 0 0 1
 *     body 1 4d 0 ...
 *     sum 9e3779b97f4a7c15
 *
 * First what the exploration is, then the number of the next execution of a strategy that samples,
 * then executions, redundant ones and greatest depth of what is done, and whether that was not what
 * one process would have explored first, then the tasks that are left:
 * number, parent, floor, held, and whether it waits, then what it has frozen and its mail in lines
 * of hexadecimal numbers; at last a checksum of everything before.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/shared.h"
#include "explore/runner.h"

static const char next_line[] = "next ", sum_line[] = "sum ";
static const char body_line[] = "body", mail_line[] = "mail";

static uint64_t checksum(const char *text, size_t size) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

/* What must be the same when the exploration goes on. */
static void print_identity(const rd_explore_result *identity, struct exp_text *to) {
    exp_print(to, "rundown checkpoint 4\nprogram %s\nbuild %s\nstrategy %s\nseed %" PRIu64 "\n",
              identity->name, identity->build, identity->strategy, identity->seed);
    exp_print(to, "depth %" PRIu64 "\n", identity->depth_limit);
    if (identity->preemptions_bounded)
        exp_print(to, "preemptions %" PRIu32 "\n", identity->preemptions_limit);
    else
        exp_print(to, "preemptions any\n");
    exp_print(to, "changes %" PRIu32 "\nchoose %" PRIu32 "\nallow %" PRIu32 "\nshard %u/%u\n",
              identity->pct_depth, identity->choose, identity->allowed, identity->shard,
              identity->shards);
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool put_file(const char *path, const struct exp_text *text) {
    struct exp_text temporary = {0};
    exp_print(&temporary, "%s.new", path);
    FILE *file = temporary.text ? fopen(temporary.text, "w") : NULL;
    bool good = file && fwrite(text->text, 1, text->used, file) == text->used;
    good = file && fclose(file) == 0 && good && rename(temporary.text, path) == 0;
    int error = errno;
    if (file && !good)
        remove(temporary.text);
    free(temporary.text);
    errno = error;
    return good;
}

/* A few numbers in each line. */
static void print_blocks(const struct exp_tasks *tasks, uint32_t blocks, const char *name,
                         struct exp_text *to) {
    enum { IN_LINE = 16 };
    for (; blocks; blocks = tasks->block[blocks].next) {
        const struct exp_block *block = &tasks->block[blocks];
        for (uint32_t i = 0; i < block->count; i++)
            exp_print(to, "%s%s%" PRIx64 "%s", i % IN_LINE ? "" : name, " ", block->words[i],
                      (i + 1) % IN_LINE && i + 1 < block->count ? "" : "\n");
    }
}

static void print_tasks(const struct exp_tasks *tasks, struct exp_text *to) {
    for (uint32_t i = 0; i < EXP_TASKS_MAX; i++) {
        const struct exp_task *task = &tasks->task[i];
        if (task->state == EXP_TASK_NONE)
            continue;
        exp_print(to, "task %u %u %u %u %d\n", i, task->parent, task->floor, task->held,
                  task->state == EXP_TASK_WAITS);
        print_blocks(tasks, task->body, body_line, to);
        print_blocks(tasks, task->mail, mail_line, to);
    }
}

bool exp_checkpoint_write(const char *path, const rd_explore_result *identity,
                          struct exp_shared *shared, const struct exp_tally *done) {
    struct exp_text text = {0};
    print_identity(identity, &text);
    exp_print(&text, "%s%" PRIu64 "\ndone %" PRIu64 " %" PRIu64 " %" PRIu64 " %d\n", next_line,
              shared->next, done->executions, done->redundant, done->depth_max, shared->disordered);
    print_tasks(&shared->tasks, &text);
    exp_print(&text, "%s%016" PRIx64 "\n", sum_line, checksum(text.text, text.used));
    bool good = put_file(path, &text);
    free(text.text);
    if (!good)
        snprintf(shared->error, EXP_ERROR_MAX, "cannot write the checkpoint '%s': %s", path,
                 strerror(errno));
    shared->kept |= good;
    return good;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* An empty text if there is no file; NULL: it cannot be read. */
static char *get_file(const char *path) {
    struct exp_text text = {0};
    char line[EXP_TEXT_MAX];
    FILE *file = fopen(path, "r");
    if (!file && errno != ENOENT)
        return NULL;
    exp_print(&text, "%s", "");
    while (file && fgets(line, sizeof line, file))
        exp_print(&text, "%s", line);
    bool good = !file || !ferror(file);
    if (file)
        fclose(file);
    if (good)
        return text.text;
    free(text.text);
    return NULL;
}

static bool sum_is_right(const char *text) {
    char expected[32];
    const char *sum = NULL;
    for (const char *at = text; (at = strstr(at, "\nsum ")) != NULL; at++)
        sum = at + 1;
    if (!sum)
        return false;
    snprintf(expected, sizeof expected, "%s%016" PRIx64 "\n", sum_line,
             checksum(text, (size_t)(sum - text)));
    return strcmp(sum, expected) == 0;
}

/* Where two texts of several lines part: the lines, without their ends. */
static void describe_difference(const char *path, const char *found, const char *expected,
                                char error[EXP_ERROR_MAX]) {
    size_t length;
    while ((length = strcspn(expected, "\n")) == strcspn(found, "\n") &&
           strncmp(found, expected, length) == 0 && expected[length] && found[length]) {
        found += length + 1;
        expected += length + 1;
    }
    snprintf(error, EXP_ERROR_MAX,
             "the checkpoint '%s' belongs to another exploration: it says '%.*s', this one is "
             "'%.*s'",
             path, (int)strcspn(found, "\n"), found, (int)strcspn(expected, "\n"), expected);
}

/* The task that the line tells of; NULL: none of it makes sense. */
static struct exp_task *read_task(const char *line, struct exp_tasks *tasks) {
    struct exp_task task = {0};
    uint32_t index;
    int waits;
    if (sscanf(line, "task %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32 " %d", &index,
               &task.parent, &task.floor, &task.held, &waits) != 5 ||
        index >= EXP_TASKS_MAX || task.parent >= EXP_TASKS_MAX)
        return NULL;
    task.state = waits ? EXP_TASK_WAITS : EXP_TASK_READY;
    tasks->task[index] = task;
    tasks->live++;
    return &tasks->task[index];
}

/* The numbers of all the lines with that name. The next line is then another one. */
static bool read_blocks(const char **text, const char *name, struct exp_tasks *tasks,
                        uint32_t *blocks) {
    struct exp_words words = {0};
    size_t length = strlen(name);
    for (; strncmp(*text, name, length) == 0; *text += **text == '\n') {
        *text += length;
        for (char *end; **text == ' '; *text = end)
            exp_write(&words, strtoull(*text, &end, 16));
    }
    bool good = !words.failed && exp_blocks_append(tasks, blocks, &words);
    exp_words_destroy(&words);
    return good;
}

/* False: no memory, or it makes no sense. */
static bool read_tasks(const char *text, struct exp_tasks *tasks) {
    bool good = true;
    while ((text = strstr(text, "\ntask ")) != NULL && good) {
        struct exp_task *task = read_task(++text, tasks);
        text += strcspn(text, "\n") + 1;
        good = task && read_blocks(&text, body_line, tasks, &task->body) &&
               read_blocks(&text, mail_line, tasks, &task->mail);
        text--;
    }
    return good;
}

static bool read_done(const char *text, struct exp_shared *shared) {
    struct exp_tally *done = &shared->done;
    shared->first = shared->next = strtoull(text + strlen(next_line), NULL, 10);
    text += strcspn(text, "\n");
    int disordered;
    bool good = sscanf(text, " done %" SCNu64 " %" SCNu64 " %" SCNu64 " %d", &done->executions,
                       &done->redundant, &done->depth_max, &disordered) == 4;
    shared->kept = true;
    shared->disordered = disordered != 0;
    return good && read_tasks(text, &shared->tasks);
}

bool exp_checkpoint_read(const char *path, const rd_explore_result *identity,
                         struct exp_shared *shared) {
    char *error = shared->error;
    struct exp_text expected = {0};
    char *text = get_file(path);
    bool good = text != NULL;
    print_identity(identity, &expected);
    if (!text) {
        snprintf(error, EXP_ERROR_MAX, "cannot read the checkpoint '%s': %s", path,
                 strerror(errno));
    } else if (*text && !sum_is_right(text)) {
        snprintf(error, EXP_ERROR_MAX,
                 "'%s' is no checkpoint, or is damaged: its checksum is missing or wrong", path);
        good = false;
    } else if (*text && strncmp(text, expected.text, expected.used) != 0) {
        describe_difference(path, text, expected.text, error);
        good = false;
    } else if (*text && !read_done(text + expected.used, shared)) {
        snprintf(error, EXP_ERROR_MAX, "there is no memory for what '%s' holds", path);
        good = false;
    }
    free(expected.text);
    free(text);
    return good;
}
