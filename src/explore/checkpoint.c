/*
 * checkpoint.c - what an exploration has done, as a text file:
 *
 *     rundown checkpoint 2
 *     program app.exe
 *     build 9e3779b97f4a7c15
 *     strategy dpor
 *     ...
 *     next 0
 *     part 0 12 3 36
 *     sum 9e3779b97f4a7c15
 *
 * First what the exploration is, then the number of the next execution of a strategy that samples,
 * then for each part that is done its executions, redundant ones and greatest depth, then a
 * checksum of everything before.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/parts.h"
#include "explore/runner.h"

static const char next_line[] = "next ", sum_line[] = "sum ";

static uint64_t checksum(const char *text, size_t size) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

/* What must be the same when the exploration goes on. */
static void print_identity(const rd_explore_result *identity, struct exp_text *to) {
    exp_print(to, "rundown checkpoint 2\nprogram %s\nbuild %s\nstrategy %s\nseed %" PRIu64 "\n",
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

bool exp_checkpoint_write(const char *path, const rd_explore_result *identity,
                          const struct exp_shared *shared, char *error, size_t error_size) {
    struct exp_text text = {0};
    print_identity(identity, &text);
    exp_print(&text, "%s%" PRIu64 "\n", next_line, shared->next);
    uint64_t parts = __atomic_load_n(&shared->parts, __ATOMIC_ACQUIRE);
    for (uint64_t i = 0; i < parts; i++) {
        const struct exp_part *part = &shared->part[i];
        if (__atomic_load_n(&part->state, __ATOMIC_ACQUIRE) == EXP_PART_DONE)
            exp_print(&text, "part %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", i,
                      part->executions, part->redundant, part->depth_max);
    }
    exp_print(&text, "%s%016" PRIx64 "\n", sum_line, checksum(text.text, text.used));
    bool good = put_file(path, &text);
    free(text.text);
    if (!good)
        snprintf(error, error_size, "cannot write the checkpoint '%s': %s", path, strerror(errno));
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
                                char *error, size_t error_size) {
    size_t length;
    while ((length = strcspn(expected, "\n")) == strcspn(found, "\n") &&
           strncmp(found, expected, length) == 0 && expected[length] && found[length]) {
        found += length + 1;
        expected += length + 1;
    }
    snprintf(error, error_size,
             "the checkpoint '%s' belongs to another exploration: it says '%.*s', this one is "
             "'%.*s'",
             path, (int)strcspn(found, "\n"), found, (int)strcspn(expected, "\n"), expected);
}

static void add_part(struct exp_shared *shared, uint64_t index, const struct exp_part *part) {
    if (index >= EXP_PARTS_MAX)
        return;
    shared->part[index] = *part;
    shared->done.executions += part->executions;
    shared->done.redundant += part->redundant;
    if (shared->done.depth_max < part->depth_max)
        shared->done.depth_max = part->depth_max;
    if (shared->parts <= index)
        shared->parts = index + 1;
}

static void read_done(const char *text, unsigned shards, struct exp_shared *shared) {
    struct exp_part part = {.state = EXP_PART_DONE};
    uint64_t index;
    shared->first = shared->next = strtoull(text + strlen(next_line), NULL, 10);
    shared->done.executions = shared->first / shards;
    for (; *text; text += strcspn(text, "\n") + 1)
        if (sscanf(text, "part %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &index,
                   &part.executions, &part.redundant, &part.depth_max) == 4)
            add_part(shared, index, &part);
}

bool exp_checkpoint_read(const char *path, const rd_explore_result *identity,
                         struct exp_shared *shared, char *error, size_t error_size) {
    struct exp_text expected = {0};
    char *text = get_file(path);
    bool good = text != NULL;
    print_identity(identity, &expected);
    if (!text) {
        snprintf(error, error_size, "cannot read the checkpoint '%s': %s", path, strerror(errno));
    } else if (*text && !sum_is_right(text)) {
        snprintf(error, error_size,
                 "'%s' is no checkpoint, or is damaged: its checksum is missing or wrong", path);
        good = false;
    } else if (*text && strncmp(text, expected.text, expected.used) != 0) {
        describe_difference(path, text, expected.text, error, error_size);
        good = false;
    } else if (*text) {
        read_done(text + expected.used, identity->shards, shared);
    }
    free(expected.text);
    free(text);
    return good;
}
