/* merge.c - the results of all shards as the result of the exploration in one piece. */
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"

/* ---- do they belong together? ---------------------------------------------------------------- */

static rd_status refuse(rd_explore_result *result, struct exp_text why) {
    result->verdict = RD_EXPLORE_ERROR;
    result->explanation = why.text;
    return RD_INVALID_ARGUMENT;
}

/* What differs between two parts that should be of one exploration; NULL: nothing. */
static const char *difference(const rd_explore_result *a, const rd_explore_result *b) {
    if (strcmp(a->name, b->name) != 0)
        return "the program";
    if (strcmp(a->build, b->build) != 0)
        return "the build of the program or of a driver, or how it is looked at";
    if (strcmp(a->strategy, b->strategy) != 0)
        return "the strategy";
    if (a->seed != b->seed)
        return "the seed";
    if (a->shards != b->shards)
        return "the number of shards";
    if (a->depth_limit != b->depth_limit)
        return "the greatest depth";
    if (a->preemptions_bounded != b->preemptions_bounded ||
        a->preemptions_limit != b->preemptions_limit)
        return "the greatest number of preemptions";
    if (a->allowed != b->allowed)
        return "which violations are allowed";
    return a->choose != b->choose ? "what is open besides the order of threads" : NULL;
}

static bool is_usable(const rd_explore_result *part) {
    return part->name && part->build && part->strategy && part->explanation && part->report &&
           part->shards && part->shard < part->shards &&
           (unsigned)part->verdict < RD_EXPLORE_VERDICTS;
}

static rd_status check_part(const rd_explore_result *parts, size_t index, bool *present,
                            rd_explore_result *result) {
    struct exp_text why = {0};
    const rd_explore_result *part = &parts[index];
    if (!is_usable(part))
        exp_print(&why, "part %zu is no result of an exploration", index);
    else if (difference(&parts[0], part))
        exp_print(&why, "parts 0 and %zu are not of the same exploration: %s differs", index,
                  difference(&parts[0], part));
    else if (present[part->shard])
        exp_print(&why, "shard %u of %u is there twice", part->shard, part->shards);
    else
        present[part->shard] = true;
    return why.text ? refuse(result, why) : RD_OK;
}

static rd_status check_parts(const rd_explore_result *parts, size_t count,
                             rd_explore_result *result) {
    unsigned shards = is_usable(&parts[0]) ? parts[0].shards : 1;
    bool *present = calloc(shards, sizeof *present);
    rd_status status = present ? RD_OK : RD_NO_MEMORY;
    struct exp_text missing = {0};
    for (size_t i = 0; i < count && status == RD_OK; i++)
        status = check_part(parts, i, present, result);
    for (unsigned i = 0; i < shards && status == RD_OK; i++)
        if (!present[i])
            exp_print(&missing, "%s%u", missing.text ? ", " : "", i);
    free(present);
    if (missing.text) {
        struct exp_text why = {0};
        exp_print(&why, "of %u shards there are missing: %s", shards, missing.text);
        free(missing.text);
        return refuse(result, why);
    }
    return status;
}

/* ---- putting together ------------------------------------------------------------------------ */

/* What the whole ends with: errors first, then what is wrong with the program. */
static int weight(rd_explore_verdict verdict) {
    switch (verdict) {
    case RD_EXPLORE_OK:
        return 0;
    case RD_EXPLORE_INCONCLUSIVE:
        return 1;
    case RD_EXPLORE_ERROR:
    case RD_EXPLORE_NONDETERMINISTIC:
    case RD_EXPLORE_DIVERGED:
        return 3;
    default:
        return 2;
    }
}

static const rd_explore_result *decisive(const rd_explore_result *parts, size_t count) {
    const rd_explore_result *best = &parts[0];
    for (size_t i = 1; i < count; i++) {
        const rd_explore_result *part = &parts[i];
        int a = weight(part->verdict), b = weight(best->verdict);
        if (a > b || (a == b && part->found_at < best->found_at))
            best = part;
    }
    return best;
}

static char *copy(const char *text) {
    return text ? exp_copy_text(text, strlen(text)) : NULL;
}

static void add_up(const rd_explore_result *parts, size_t count, rd_explore_result *result) {
    result->executions = result->redundant = result->violations = result->depth_max = 0;
    result->seconds = 0;
    result->complete = true;
    for (size_t i = 0; i < count; i++) {
        const rd_explore_result *part = &parts[i];
        result->executions += part->executions;
        result->redundant += part->redundant;
        result->violations += part->violations;
        result->seconds += part->seconds;
        result->complete &= part->complete;
        result->polled |= part->polled;
        if (!result->stopped)
            result->stopped = part->stopped;
        if (result->depth_max < part->depth_max)
            result->depth_max = part->depth_max;
    }
}

/* One process would have stopped at the violation, which the decisive part tells of. */
static void fill_in(const rd_explore_result *parts, size_t count, const rd_explore_result *best,
                    rd_explore_result *result) {
    *result = *best;
    add_up(parts, count, result);
    if (weight(best->verdict) > 1) {
        result->executions = best->executions < best->found_at ? best->found_at : best->executions;
        result->depth_max = best->depth_max;
        result->violations = best->violations;
    }
    result->complete &= best->verdict == RD_EXPLORE_OK;
    if (weight(best->verdict) > 1)
        result->stopped = NULL;
    result->executions_per_second =
        result->seconds > 0 ? (double)result->executions / result->seconds : 0;
    result->shard = 0;
    result->shards = 1;
    result->name = copy(best->name);
    result->build = copy(best->build);
    result->replay = copy(best->replay);
    result->explanation = copy(best->explanation);
    result->report = NULL;
}

rd_status rd_explore_merge(const rd_explore_result *parts, size_t count,
                           rd_explore_result *result) {
    struct exp_text why = {0}, report = {0};
    if (!result)
        return RD_INVALID_ARGUMENT;
    *result = (rd_explore_result){0};
    if (!parts || !count) {
        exp_print(&why, "there are no parts to merge");
        return refuse(result, why);
    }
    rd_status status = check_parts(parts, count, result);
    if (status != RD_OK)
        return status;
    const rd_explore_result *best = decisive(parts, count);
    fill_in(parts, count, best, result);
    if (result->verdict == RD_EXPLORE_OK && result->name)
        exp_report_success(result, &report);
    else
        exp_print(&report, "%s", best->report);
    result->report = report.text;
    return result->name && result->build && result->explanation && result->report ? RD_OK
                                                                                  : RD_NO_MEMORY;
}
