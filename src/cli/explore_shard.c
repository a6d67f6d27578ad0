/* explore_shard.c - which part of an exploration this process is to do. */
#include "explore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SHARDS_MAX = 1000000 };

/* A number and nothing else. */
static bool read_number(const char *text, unsigned long *number) {
    char *end;

    errno = 0;
    *number = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

static bool set(struct exploration *e, unsigned long index, unsigned long count) {
    if (count == 0 || count > SHARDS_MAX || index >= count)
        return false;
    e->options.shard = (unsigned)index;
    e->options.shards = (unsigned)count;
    return true;
}

bool exploration_set_shard(struct exploration *e, const char *text, const char *what) {
    const char *slash = strchr(text, '/');
    unsigned long index, count;
    char *first = slash ? strndup(text, (size_t)(slash - text)) : NULL;
    bool good = first && read_number(first, &index) && read_number(slash + 1, &count) &&
                set(e, index, count);

    free(first);
    if (!good)
        cli_error("%s: expected part K of N with K from 0 to N-1 and N up to %d, such as 0/4, "
                  "not '%s'",
                  what, SHARDS_MAX, text);
    return good;
}

/* ---- what the environment says --------------------------------------------------------------- */

struct runner {
    const char *index, *count;     /* names of variables */
    const char *first, *step;      /* where the index begins, and how it goes on; NULL: 0 and 1 */
    const char *status;            /* a file that tells the runner that shards are understood */
    bool index_needs, count_needs; /* ... the other one: alone it is a mistake */
};

static const struct runner runners[] = {
    {"GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", NULL, NULL, "GTEST_SHARD_STATUS_FILE", true, true},
    {"TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", NULL, NULL, "TEST_SHARD_STATUS_FILE", true, true},
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_STEP", NULL, false, false},
    {"JOB_COMPLETION_INDEX", "RUNDOWN_SHARDS", NULL, NULL, NULL, false, true},
};

static bool read_variable(const char *name, unsigned long otherwise, unsigned long *number) {
    const char *text = name ? getenv(name) : NULL;

    *number = otherwise;
    return !text || !*text || read_number(text, number);
}

static bool touch(const char *variable) {
    const char *path = variable ? getenv(variable) : NULL;
    FILE *file = path && *path ? fopen(path, "a") : NULL;

    if (!path || !*path)
        return true;
    if (!file || fclose(file) != 0) {
        cli_error("%s: cannot write '%s': %s", variable, path, strerror(errno));
        return false;
    }
    return true;
}

static bool is_set(const char *variable) {
    const char *text = getenv(variable);
    return text && *text;
}

static bool ask(struct exploration *e, const struct runner *runner) {
    unsigned long index, count, first, step;
    bool good = read_variable(runner->index, 0, &index) &&
                read_variable(runner->count, 0, &count) &&
                read_variable(runner->first, 0, &first) && read_variable(runner->step, 1, &step) &&
                step > 0 && index >= first && (index - first) % step == 0 &&
                set(e, (index - first) / step, count);

    if (!good)
        cli_error("%s=%s %s=%s: expected the number of a part, and how many parts there are; "
                  "--shard K/N says so, too",
                  runner->index, getenv(runner->index), runner->count, getenv(runner->count));
    exploration_note_variable(e, runner->index);
    exploration_note_variable(e, runner->count);
    return good && touch(runner->status);
}

bool exploration_shard_of_environment(struct exploration *e) {
    for (size_t i = 0; i < sizeof runners / sizeof runners[0]; i++) {
        const struct runner *runner = &runners[i];
        bool index = is_set(runner->index), count = is_set(runner->count);
        if (index && count)
            return ask(e, runner);
        if ((index && runner->index_needs) || (count && runner->count_needs)) {
            cli_error("%s is set, but %s is not", index ? runner->index : runner->count,
                      index ? runner->count : runner->index);
            return false;
        }
    }
    return true;
}
