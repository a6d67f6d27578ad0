/*
 * search.c - execution after execution, in this process or in several.
 *
 * The violation that counts is the first one in the order in which one process would find it.
 * Strategies that sample number their executions, and a worker takes every n-th; those that go
 * through everything divide it into shards, and after a violation in one of them the search is done
 * again by one process, up to its first one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "port/host_work.h"

enum { DEFAULT_EXECUTIONS = 10000, GUARDED = 3, CLOCK_INTERVAL = 16 };

static const double progress_interval = 0.1;

/* What a worker shares with the others. */
struct tally {
    uint64_t executions, redundant, violations, depth_max;
    uint64_t found_at; /* 0: nothing yet */
    double part;
    bool complete;
};

struct search {
    const rd_scenario *scenario;
    const rd_explore_options *options;
    const struct exp_strategy_ops *ops;
    struct exp_runner runner;
    struct exp_strategy *strategy;
    struct tally *tallies;
    unsigned worker, workers;
    unsigned shard, shards; /* of this worker */
    uint64_t redundant;     /* so far, by the strategy's count */
    double begin, last_progress;
    struct exp_violation *violation, *inconclusive;
    bool stop;
};

/* ---- the tallies ----------------------------------------------------------------------------- */

static struct tally sum_up(const struct search *s) {
    struct tally sum = {.complete = true};
    for (unsigned i = 0; i < s->workers; i++) {
        const struct tally *tally = &s->tallies[i];
        sum.executions += tally->executions;
        sum.redundant += tally->redundant;
        sum.violations += tally->violations;
        sum.depth_max = tally->depth_max > sum.depth_max ? tally->depth_max : sum.depth_max;
        sum.part += tally->part / s->workers;
        sum.complete &= tally->complete;
        if (tally->found_at && (!sum.found_at || tally->found_at < sum.found_at))
            sum.found_at = tally->found_at;
    }
    return sum;
}

static void tell_progress(struct search *s) {
    const rd_explore_options *o = s->options;
    double now = host_seconds();
    if (!o->progress || now - s->last_progress < progress_interval)
        return;
    s->last_progress = now;
    struct tally sum = sum_up(s);
    rd_explore_progress progress = {.executions = sum.executions,
                                    .executions_per_second =
                                        (double)sum.executions / (now - s->begin),
                                    .part = s->ops->exhaustive ? sum.part : -1,
                                    .depth_max = sum.depth_max,
                                    .seconds = now - s->begin};
    o->progress(&progress, o->progress_context);
}

/* ---- when to stop ---------------------------------------------------------------------------- */

static uint64_t executions_max(const struct search *s) {
    if (s->options->executions_max || s->ops->exhaustive)
        return s->options->executions_max;
    return DEFAULT_EXECUTIONS;
}

/* The number that the next execution of this worker has in the whole search, from 1. */
static uint64_t next_number(const struct search *s, const struct tally *mine) {
    return s->ops->exhaustive ? mine->executions + 1 : mine->executions * s->shards + s->shard + 1;
}

static bool budget_is_used(struct search *s, const struct tally *mine) {
    uint64_t limit = executions_max(s);
    if (!limit)
        return false;
    return s->ops->exhaustive ? sum_up(s).executions >= limit : next_number(s, mine) > limit;
}

/* Has somebody found what makes further work of this worker useless? */
static bool is_overtaken(const struct search *s, const struct tally *mine) {
    uint64_t found_at = sum_up(s).found_at;
    if (!found_at || s->options->keep_going)
        return false;
    return s->ops->exhaustive || next_number(s, mine) > found_at;
}

static bool may_go_on(struct search *s, const struct tally *mine) {
    if (s->stop || budget_is_used(s, mine) || is_overtaken(s, mine))
        return false;
    if ((mine->executions + mine->redundant) % CLOCK_INTERVAL)
        return true;
    if (s->workers == 1)
        tell_progress(s);
    return !(s->options->seconds_max > 0 && host_seconds() - s->begin >= s->options->seconds_max);
}

/* ---- one worker ------------------------------------------------------------------------------ */

static void keep(struct search *s, struct exp_violation *violation, rd_explore_verdict verdict,
                 const char *text, uint64_t number) {
    if (violation->verdict != RD_EXPLORE_OK)
        return;
    violation->verdict = verdict;
    violation->found_at = number;
    snprintf(violation->text, sizeof violation->text, "%s", text ? text : "");
    violation->decisions = exp_copy_decisions(s->runner.w, &violation->count);
}

static void fail(struct search *s, rd_explore_verdict verdict, const char *text, uint64_t number) {
    s->tallies[s->worker].found_at = number;
    keep(s, s->violation, verdict, text, number);
    s->stop = true;
}

/* The first executions are repeated with the log on. */
static void guard(struct search *s, uint64_t number) {
    char text[EXP_TEXT_MAX];
    size_t count;
    struct core_decision *decisions = exp_copy_decisions(s->runner.w, &count);
    if (decisions && exp_compare_runs(&s->runner, decisions, count, text)) {
        s->violation->verdict = RD_EXPLORE_OK; /* it would not come again */
        fail(s, RD_EXPLORE_NONDETERMINISTIC, text, number);
    }
    free(decisions);
}

static void account(struct search *s, struct exp_outcome outcome) {
    struct tally *mine = &s->tallies[s->worker];
    uint64_t number = next_number(s, mine);
    bool redundant = s->strategy->abandoned || s->strategy->redundant != s->redundant;
    s->redundant = s->strategy->redundant;
    mine->redundant += redundant;
    mine->executions += !redundant;
    mine->depth_max = s->strategy->depth_max;
    mine->part = s->strategy->complete ? 1 : s->ops->progress(s->strategy);
    if (outcome.verdict == RD_EXPLORE_ERROR || outcome.verdict == RD_EXPLORE_DIVERGED) {
        bool diverged = outcome.verdict == RD_EXPLORE_DIVERGED;
        fail(s, diverged ? RD_EXPLORE_NONDETERMINISTIC : RD_EXPLORE_ERROR, outcome.text, number);
        return;
    }
    if (!redundant && outcome.verdict == RD_EXPLORE_INCONCLUSIVE) {
        keep(s, s->inconclusive, outcome.verdict, outcome.text, number);
    } else if (!redundant && outcome.verdict != RD_EXPLORE_OK) {
        mine->violations++;
        if (!mine->found_at)
            mine->found_at = number;
        keep(s, s->violation, outcome.verdict, outcome.text, number);
        s->stop = !s->options->keep_going;
    }
    if (!redundant && mine->executions <= GUARDED)
        guard(s, number);
}

static bool create_strategy(struct search *s) {
    const rd_explore_options *o = s->options;
    struct exp_forced forced = {0};
    exp_run_forced(&s->runner, &forced, false);
    struct exp_plan plan = {.seed = o->seed,
                            .preemptions_max =
                                o->preemptions_bounded ? o->preemptions_max : UINT32_MAX,
                            .depth = o->pct_depth,
                            .shard = s->shard,
                            .shards = s->shards,
                            .length = forced.taken_count};
    free(forced.taken);
    s->strategy = s->ops->create(&plan);
    return s->strategy != NULL;
}

static void run_worker(struct search *s) {
    struct tally *mine = &s->tallies[s->worker];
    char error[EXP_TEXT_MAX] = "";
    rd_status status = exp_open(&s->runner, s->scenario, s->options, error, sizeof error);
    if (status != RD_OK || !create_strategy(s)) {
        s->violation->verdict = RD_EXPLORE_ERROR;
        mine->found_at = 1;
        snprintf(s->violation->text, sizeof s->violation->text, "%s",
                 *error ? error : "the host has no memory");
        exp_close(&s->runner);
        return;
    }
    while (may_go_on(s, mine)) {
        struct exp_outcome outcome = exp_start(&s->runner, false);
        if (!s->ops->begin(s->strategy, s->runner.w))
            break;
        if (outcome.verdict == RD_EXPLORE_OK)
            outcome = exp_finish(&s->runner, s->strategy);
        else
            s->ops->end(s->strategy, s->runner.w);
        account(s, outcome);
    }
    mine->complete = s->strategy->complete;
    s->ops->destroy(s->strategy);
    exp_close(&s->runner);
}

/* ---- several workers ------------------------------------------------------------------------- */

/* What comes through the pipe: verdict, number, decisions, text. */
static char *pack(const struct exp_violation *v) {
    struct exp_text text = {0};
    exp_print(&text, "%d %llu %zu", (int)v->verdict, (unsigned long long)v->found_at, v->count);
    for (size_t i = 0; i < v->count; i++)
        exp_print(&text, " %llu %u %u %u", (unsigned long long)v->decisions[i].index,
                  v->decisions[i].count, v->decisions[i].answer, v->decisions[i].kind);
    exp_print(&text, "\n%s", v->text);
    return text.text;
}

static bool unpack(char *text, struct exp_violation *v) {
    char *cursor = text;
    v->verdict = (rd_explore_verdict)strtoul(cursor, &cursor, 10);
    v->found_at = strtoull(cursor, &cursor, 10);
    v->count = (size_t)strtoull(cursor, &cursor, 10);
    v->decisions = calloc(v->count + 1, sizeof *v->decisions);
    if (!v->decisions)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        struct core_decision *decision = &v->decisions[i];
        decision->index = strtoull(cursor, &cursor, 10);
        decision->count = (uint32_t)strtoul(cursor, &cursor, 10);
        decision->answer = (uint32_t)strtoul(cursor, &cursor, 10);
        decision->kind = (uint8_t)strtoul(cursor, &cursor, 10);
    }
    snprintf(v->text, sizeof v->text, "%s", *cursor ? cursor + 1 : cursor);
    return true;
}

static char *work(unsigned worker, void *context) {
    struct search *s = context;
    struct exp_violation violation = {0}, inconclusive = {0};
    s->worker = worker;
    s->shard = s->options->shard + (s->options->shards ? s->options->shards : 1) * worker;
    s->violation = &violation;
    s->inconclusive = &inconclusive;
    run_worker(s);
    return pack(violation.verdict != RD_EXPLORE_OK ? &violation : &inconclusive);
}

static void watch(void *context) {
    tell_progress(context);
}

static bool is_earlier(const struct exp_violation *a, const struct exp_violation *b) {
    bool weak_a = a->verdict == RD_EXPLORE_INCONCLUSIVE;
    bool weak_b = b->verdict == RD_EXPLORE_INCONCLUSIVE;
    if (a->verdict == RD_EXPLORE_OK || b->verdict == RD_EXPLORE_OK)
        return a->verdict != RD_EXPLORE_OK;
    return weak_a != weak_b ? weak_b : a->found_at < b->found_at;
}

static bool search_together(struct search *s, struct exp_violation *violation) {
    char **results = calloc(s->workers, sizeof *results);
    struct host_work together = {
        .workers = s->workers, .run = work, .watch = watch, .context = s, .results = results};
    bool good = results && host_work_run(&together);
    for (unsigned i = 0; results && i < s->workers; i++) {
        struct exp_violation other = {0};
        good = good && results[i] && unpack(results[i], &other);
        free(results[i]);
        if (good && is_earlier(&other, violation)) {
            free(violation->decisions);
            *violation = other;
        } else {
            free(other.decisions);
        }
    }
    free(results);
    return good;
}

static bool search_alone(struct search *s, unsigned shard, unsigned shards,
                         struct exp_violation *violation) {
    struct exp_violation inconclusive = {0};
    s->worker = 0;
    s->workers = 1;
    s->shard = shard;
    s->shards = shards;
    s->redundant = 0;
    s->stop = false;
    memset(s->tallies, 0, sizeof *s->tallies);
    s->violation = violation;
    s->inconclusive = &inconclusive;
    run_worker(s);
    if (violation->verdict == RD_EXPLORE_OK)
        *violation = inconclusive;
    else
        free(inconclusive.decisions);
    return true;
}

/* ---- the whole search ------------------------------------------------------------------------ */

static bool search(struct search *s, struct exp_violation *violation) {
    unsigned shards = s->options->shards ? s->options->shards : 1;
    bool divided = s->ops->exhaustive && (s->workers > 1 || shards > 1);
    bool good = s->workers > 1 ? search_together(s, violation)
                               : search_alone(s, s->options->shard, shards, violation);
    bool again = divided && violation->verdict != RD_EXPLORE_OK &&
                 violation->verdict != RD_EXPLORE_ERROR && !s->options->keep_going;
    if (!good || !again)
        return good;
    struct exp_violation found = *violation;
    *violation = (struct exp_violation){0};
    good = search_alone(s, 0, 1, violation);
    if (violation->verdict == RD_EXPLORE_OK)
        *violation = found; /* a limit came first */
    else
        free(found.decisions);
    return good;
}

static void fill(const struct search *s, const struct exp_violation *violation,
                 rd_explore_result *result) {
    struct tally sum = sum_up(s);
    result->seconds = host_seconds() - s->begin;
    result->executions = sum.executions;
    result->redundant = sum.redundant;
    result->violations = sum.violations;
    result->depth_max = sum.depth_max;
    result->executions_per_second =
        result->seconds > 0 ? (double)sum.executions / result->seconds : 0;
    result->complete = s->ops->exhaustive && sum.complete && violation->verdict == RD_EXPLORE_OK;
}

rd_status exp_search(const rd_scenario *scenario, const rd_explore_options *options,
                     rd_explore_result *result, struct exp_violation *violation) {
    unsigned workers = options->workers > 1 ? options->workers : 1;
    struct search s = {.scenario = scenario,
                       .options = options,
                       .ops = exp_find_strategy(options->strategy),
                       .workers = workers,
                       .shards = workers * (options->shards ? options->shards : 1),
                       .begin = host_seconds()};
    size_t size = workers * sizeof *s.tallies;
    s.tallies = host_share(size);
    if (!s.tallies)
        return RD_NO_MEMORY;
    bool good = search(&s, violation);
    fill(&s, violation, result);
    host_unshare(s.tallies, size);
    if (!good && violation->verdict == RD_EXPLORE_OK) {
        violation->verdict = RD_EXPLORE_ERROR;
        snprintf(violation->text, sizeof violation->text,
                 "a worker process could not be started, or has crashed; 'workers' 1 explores in "
                 "this process");
    }
    return RD_OK;
}
