/* explore.c - the public functions: a search, then what a reader wants to know of its result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

static const char *const verdict_names[RD_EXPLORE_VERDICTS] = {
    "ok",   "assertion",    "crash",    "bugcheck",         "deadlock",
    "leak", "inconclusive", "diverged", "nondeterministic", "error"};

const char *rd_explore_verdict_name(rd_explore_verdict verdict) {
    return (unsigned)verdict < RD_EXPLORE_VERDICTS ? verdict_names[verdict] : "?";
}

const char *rd_explore_strategy_name(unsigned index) {
    for (unsigned i = 0; exp_strategies[i]; i++)
        if (i == index)
            return exp_strategies[i]->name;
    return NULL;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static rd_status refuse(rd_explore_result *result, const char *why) {
    struct exp_text text = {0};
    exp_print(&text, "%s", why);
    result->verdict = RD_EXPLORE_ERROR;
    result->explanation = text.text;
    return RD_INVALID_ARGUMENT;
}

static rd_status check(const rd_scenario *scenario, const rd_explore_options *options,
                       rd_explore_result *result) {
    memset(result, 0, sizeof *result);
    if (!scenario || scenario->size != sizeof *scenario || !scenario->start)
        return refuse(result, "the scenario is NULL, its size is not sizeof(rd_scenario), or it "
                              "has no `start`");
    if (!options || options->size != sizeof *options)
        return refuse(result, "the options are NULL, or their size is not "
                              "sizeof(rd_explore_options)");
    if (!exp_find_strategy(options->strategy))
        return refuse(result, "no strategy has that name; rd_explore_strategy_name lists them");
    if (options->shards && options->shard >= options->shards)
        return refuse(result, "`shard` must be below `shards`: shards count from 0");
    result->strategy = exp_find_strategy(options->strategy)->name;
    result->seed = options->seed;
    result->shard = options->shard;
    result->shards = options->shards ? options->shards : 1;
    return RD_OK;
}

/* ---- the report ------------------------------------------------------------------------------ */

static const char *name_of(const rd_scenario *scenario) {
    return scenario->name ? scenario->name : "scenario";
}

static void report_violation(const rd_scenario *scenario, const rd_world *w,
                             const rd_explore_result *result, struct exp_text *to) {
    exp_print(to, "%s: %s\n%s\n", name_of(scenario), rd_explore_verdict_name(result->verdict),
              result->explanation);
    exp_print(to,
              "found in execution %llu with %llu decisions; shrunk to %llu, of which %llu are "
              "preemptions\n",
              (unsigned long long)result->found_at, (unsigned long long)result->found_decisions,
              (unsigned long long)result->decisions, (unsigned long long)result->preemptions);
    if (w)
        exp_tell(w, to);
    if (result->replay)
        exp_print(to, "replay: %s\n", result->replay);
}

static void report_success(const rd_scenario *scenario, const rd_explore_options *options,
                           const rd_explore_result *result, struct exp_text *to) {
    unsigned long long executions = result->executions;
    exp_print(to, "%s: ok\n", name_of(scenario));
    if (!result->complete) {
        exp_print(to,
                  "%llu executions explored by '%s', no violation; not everything was explored\n",
                  executions, result->strategy);
        return;
    }
    bool traces = strcmp(result->strategy, "dpor") == 0;
    exp_print(to, "all %llu %s explored, no violation; bounds: %llu scheduling points", executions,
              traces ? "traces" : "schedules",
              (unsigned long long)(options->depth_max ? options->depth_max : 100000));
    if (options->preemptions_bounded)
        exp_print(to, ", %u preemptions", options->preemptions_max);
    if (result->shards > 1)
        exp_print(to, ", shard %u of %u", result->shard, result->shards);
    exp_print(to, "\n");
}

/* ---- the violation's own run ----------------------------------------------------------------- */

/* Once more with the log on: the replay string, and what the report tells. */
static void show(struct exp_runner *r, const struct exp_violation *violation,
                 rd_explore_result *result, struct exp_text *report) {
    struct exp_forced forced = {.decisions = violation->decisions, .count = violation->count};
    struct exp_text replay = {0}, explanation = {0};
    struct exp_outcome outcome = exp_run_forced(r, &forced, true);
    exp_print(&replay, "%s", rd_world_replay_string(r->w));
    bool same = outcome.verdict == violation->verdict && *outcome.text;
    exp_print(&explanation, "%s", same ? outcome.text : violation->text);
    result->decisions = r->w->choices.decision_count;
    result->preemptions = exp_preemptions(&forced);
    result->replay = replay.text;
    result->explanation = explanation.text;
    report_violation(r->scenario, r->w, result, report);
    free(forced.taken);
}

static rd_status conclude(const rd_scenario *scenario, const rd_explore_options *options,
                          struct exp_violation *violation, rd_explore_result *result) {
    struct exp_text report = {0};
    struct exp_runner runner;
    char error[EXP_TEXT_MAX] = "";
    bool repeatable = violation->verdict != RD_EXPLORE_OK &&
                      violation->verdict != RD_EXPLORE_ERROR &&
                      violation->verdict != RD_EXPLORE_NONDETERMINISTIC;
    result->verdict = violation->verdict;
    result->found_at = violation->found_at;
    result->found_decisions = violation->count;
    if (violation->verdict == RD_EXPLORE_OK) {
        report_success(scenario, options, result, &report);
    } else if (repeatable && exp_open(&runner, scenario, options, error, sizeof error) == RD_OK) {
        if (!options->no_shrink && !options->keep_going)
            exp_reduce(&runner, violation);
        show(&runner, violation, result, &report);
        exp_close(&runner);
    } else {
        struct exp_text explanation = {0};
        exp_print(&explanation, "%s", violation->text);
        result->explanation = explanation.text;
        report_violation(scenario, NULL, result, &report);
    }
    struct exp_text nothing = {0};
    if (!result->explanation) {
        exp_print(&nothing, "%s", "");
        result->explanation = nothing.text;
    }
    result->report = report.text;
    free(violation->decisions);
    return result->explanation && result->report ? RD_OK : RD_NO_MEMORY;
}

rd_status rd_explore(const rd_scenario *scenario, const rd_explore_options *options,
                     rd_explore_result *result) {
    struct exp_violation violation = {0};
    if (!result)
        return RD_INVALID_ARGUMENT;
    rd_status status = check(scenario, options, result);
    if (status == RD_OK)
        status = exp_search(scenario, options, result, &violation);
    return status == RD_OK ? conclude(scenario, options, &violation, result) : status;
}

void rd_explore_free(rd_explore_result *result) {
    if (!result)
        return;
    free(result->replay);
    free(result->explanation);
    free(result->report);
    memset(result, 0, sizeof *result);
}
