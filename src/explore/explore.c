/* explore.c - the public functions: a search, then what a reader wants to know of its result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/shared.h"
#include "explore/runner.h"
#include "rundown/rundown.h"

enum { VIOLATIONS = (2u << RD_EXPLORE_LEAK) - (1u << RD_EXPLORE_ASSERTION) };

static const char *const verdict_names[RD_EXPLORE_VERDICTS] = {
    "ok",   "assertion",    "crash",    "bugcheck",         "finding", "deadlock",
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

static char *copy(const char *text) {
    return exp_copy_text(text, strlen(text));
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
    if (options->allowed & ~VIOLATIONS)
        return refuse(result, "`allowed` has a bit that is no violation's: what cannot be judged "
                              "cannot be allowed");
    if (options->checkpoint && options->workers > 1 &&
        exp_find_strategy(options->strategy) == &exp_portfolio)
        return refuse(result, "'portfolio' with a checkpoint has one worker: several cannot write "
                              "where each of its strategies stands");
    result->strategy = exp_find_strategy(options->strategy)->name;
    result->seed = options->seed;
    result->shard = options->shard;
    result->shards = options->shards ? options->shards : 1;
    result->depth_limit = options->depth_max ? options->depth_max : EXP_DEFAULT_DEPTH;
    result->preemptions_bounded =
        options->preemptions_bounded && strcmp(result->strategy, "dfs") == 0;
    result->preemptions_limit = result->preemptions_bounded ? options->preemptions_max : 0;
    result->pct_depth = options->pct_depth;
    result->choose = options->choose;
    result->allowed = options->allowed;
    result->name = copy(scenario->name ? scenario->name : "scenario");
    result->build = copy(scenario->build ? scenario->build : "");
    return result->name && result->build ? RD_OK : RD_NO_MEMORY;
}

/* ---- the violation's own run ----------------------------------------------------------------- */

/* Once more with the log on: the replay string, and what the report tells. */
static void show(struct exp_runner *r, const struct exp_violation *violation,
                 rd_explore_result *result) {
    struct exp_forced forced = {.decisions = violation->decisions, .count = violation->count};
    struct exp_text report = {0};
    forced.steps = calloc(1, sizeof *forced.steps);
    struct exp_outcome outcome = exp_run_forced(r, &forced, true);
    bool same = outcome.verdict == violation->verdict && *outcome.text;
    result->explanation =
        exp_explain(r->w, violation->verdict, same ? outcome.text : violation->text);
    result->replay = copy(rd_world_replay_string(r->w));
    result->decisions = r->w->choices.decision_count;
    result->preemptions = exp_preemptions(&forced);
    exp_report_violation(result, r->w, &forced, &report);
    result->report = report.text;
    free(forced.steps);
    free(forced.taken);
}

/* Without a run that could be shown. */
static void tell(const struct exp_violation *violation, rd_explore_result *result) {
    struct exp_text report = {0};
    result->explanation = copy(violation->text);
    if (violation->replay) {
        result->replay = copy(violation->replay);
        result->found_decisions = result->decisions = violation->count;
    }
    if (result->explanation && result->verdict == RD_EXPLORE_OK)
        exp_report_success(result, &report);
    else if (result->explanation)
        exp_report_violation(result, NULL, NULL, &report);
    result->report = report.text;
}

static bool is_repeatable(const struct exp_violation *violation) {
    rd_explore_verdict verdict = violation->verdict;
    return verdict != RD_EXPLORE_OK && verdict != RD_EXPLORE_ERROR &&
           verdict != RD_EXPLORE_NONDETERMINISTIC && verdict != RD_EXPLORE_DIVERGED &&
           !violation->replay;
}

/* Shrinks the violation with a runner that is open. */
static void conclude_with(struct exp_runner *r, struct exp_violation *violation,
                          rd_explore_result *result) {
    const rd_explore_options *options = r->options;
    result->found_at = violation->found_at;
    result->found_decisions = violation->count;
    if (!options->no_shrink && !options->keep_going && options->hang_seconds > 0)
        exp_reduce_apart(r, violation);
    else if (!options->no_shrink && !options->keep_going)
        exp_reduce(r, violation);
    show(r, violation, result);
}

static rd_status finish(struct exp_violation *violation, rd_explore_result *result) {
    exp_free_violation(violation);
    return result->explanation && result->report ? RD_OK : RD_NO_MEMORY;
}

static rd_status conclude(const rd_scenario *scenario, const rd_explore_options *options,
                          struct exp_violation *violation, rd_explore_result *result) {
    struct exp_runner runner;
    char error[EXP_TEXT_MAX] = "";
    result->verdict = violation->verdict;
    if (is_repeatable(violation) &&
        exp_open(&runner, scenario, options, error, sizeof error) == RD_OK) {
        conclude_with(&runner, violation, result);
        exp_close(&runner);
    } else {
        result->found_at = violation->found_at;
        tell(violation, result);
    }
    return finish(violation, result);
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

/* ---- one execution, shrunk ------------------------------------------------------------------- */

static void fill_in(rd_explore_result *result, const struct exp_runner *r,
                    const struct exp_violation *violation) {
    result->strategy = "replay";
    result->executions = 1;
    result->depth_max = r->w->choices.replay_taken;
    result->choose = r->w->choices.replay_choose & ~(uint32_t)RD_CHOOSE_ORDER;
    result->verdict = violation->verdict;
    result->violations = exp_is_violation(r, violation->verdict);
}

rd_status rd_explore_shrink(const rd_scenario *scenario, const rd_explore_options *options,
                            const char *replay, rd_explore_result *result) {
    struct exp_violation violation = {0};
    struct exp_runner runner;
    char error[EXP_TEXT_MAX] = "";
    if (!result)
        return RD_INVALID_ARGUMENT;
    rd_status status = check(scenario, options, result);
    if (status == RD_OK && !replay)
        status = refuse(result, "the replay string is NULL");
    if (status != RD_OK)
        return status;
    status = exp_open(&runner, scenario, options, error, sizeof error);
    if (status == RD_OK && !exp_use_replay(&runner, replay, error, sizeof error)) {
        exp_close(&runner);
        return refuse(result, error);
    }
    if (status != RD_OK) {
        result->verdict = violation.verdict = RD_EXPLORE_ERROR;
        snprintf(violation.text, sizeof violation.text, "%s", error);
        tell(&violation, result);
        return finish(&violation, result);
    }
    exp_replay(&runner, replay, &violation);
    if (violation.replay) /* given up */
        result->stopped = exp_stop_name(EXP_STOP_HANG);
    fill_in(result, &runner, &violation);
    if (is_repeatable(&violation) && violation.decisions)
        conclude_with(&runner, &violation, result);
    else
        tell(&violation, result);
    exp_close(&runner);
    return finish(&violation, result);
}

void rd_explore_free(rd_explore_result *result) {
    if (!result)
        return;
    free(result->name);
    free(result->build);
    free(result->replay);
    free(result->explanation);
    free(result->report);
    memset(result, 0, sizeof *result);
}
