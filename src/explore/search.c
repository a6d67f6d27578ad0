/*
 * search.c - execution after execution, in this process or in several.
 *
 * The violation that counts is the first one in the order in which one process would find it.
 * Strategies that sample number their executions, and a worker takes every n-th. Those that go
 * through everything divide it into tasks (tasks.h), as workers ask for them; what is found is then
 * looked for again by one process, up to its first violation.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "explore/shared.h"
#include "explore/turn.h"
#include "ke/ke.h"
#include "port/host_work.h"

enum { DEFAULT_EXECUTIONS = 10000, GUARDED = 3, SPLIT = 12 };
/* Executions between two looks at the clock, unless one has had more steps than a short one. */
/* A task costs its giver and its taker as much as a few executions. */
enum { WORTH_GIVING = 16 };
enum { CLOCK_INTERVAL = 16, SHORT_EXECUTION = 2000 };

static const double progress_interval = 0.1, checkpoint_interval = 2, pause = 0.0002;

struct search {
    const rd_scenario *scenario;
    const rd_explore_options *options;
    const rd_explore_result *identity;
    const struct exp_strategy_ops *ops;
    struct exp_runner runner;
    struct exp_strategy *strategy;
    struct exp_shared *shared;
    unsigned worker, workers;
    unsigned shard, shards;
    bool divided; /* into tasks */
    struct exp_plan plan;
    struct exp_turn turn;
    bool alone;         /* in the process that was asked to explore */
    uint64_t redundant; /* by the strategy's count, before the execution */
    double begin, last_progress;
    struct exp_violation *violation, *inconclusive;
    bool stop, stop_inconclusive;
};

/* ---- the tallies ----------------------------------------------------------------------------- */

static struct exp_tally *my_tally(const struct search *s) {
    return &s->shared->tally[s->worker];
}

static struct exp_tally sum_up(const struct search *s) {
    struct exp_tally sum = s->shared->done;
    sum.complete = true;
    sum.part = 0;
    for (unsigned i = 0; i < s->workers; i++) {
        const struct exp_tally *tally = &s->shared->tally[i];
        sum.executions += tally->executions;
        sum.redundant += tally->redundant;
        sum.violations += tally->violations;
        sum.depth_max = tally->depth_max > sum.depth_max ? tally->depth_max : sum.depth_max;
        sum.part += tally->part / s->workers;
        sum.complete &= tally->complete;
        if (tally->found_at && (!sum.found_at || tally->found_at < sum.found_at))
            sum.found_at = tally->found_at;
    }
    if (s->divided)
        sum.complete = !__atomic_load_n(&s->shared->tasks.live, __ATOMIC_RELAXED);
    return sum;
}

static void tell_progress(struct search *s) {
    const rd_explore_options *o = s->options;
    double now = host_seconds();
    if (!o->progress || now - s->last_progress < progress_interval)
        return;
    s->last_progress = now;
    struct exp_tally sum = sum_up(s);
    uint64_t now_explored = sum.executions - s->shared->done.executions;
    rd_explore_progress progress = {.executions = sum.executions,
                                    .executions_per_second =
                                        (double)now_explored / (now - s->begin),
                                    .part = s->ops->exhaustive ? sum.part : -1,
                                    .depth_max = sum.depth_max,
                                    .seconds = now - s->begin,
                                    .found = sum.violations};
    o->progress(&progress, o->progress_context);
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

static uint64_t shards_of(const struct search *s) {
    return s->shards ? s->shards : 1;
}

/* Sampling strategies: everything below this number is done. */
static uint64_t first_undone(const struct search *s) {
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < s->workers; i++) {
        uint64_t done = s->shared->tally[i].executions * s->workers + i;
        least = done < least ? done : least;
    }
    return s->shared->first + least * shards_of(s);
}

/* Of the tasks only the first one, as it was before anything was explored. */
static void forget_tasks(struct search *s) {
    struct exp_tasks *tasks = &s->shared->tasks;
    memset(tasks->task, 0, sizeof tasks->task);
    tasks->task[0].state = EXP_TASK_READY;
    tasks->live = 1;
}

/* Nobody else changes anything. */
static bool write_checkpoint(struct search *s) {
    struct exp_tally done = sum_up(s);
    if (!s->ops->exhaustive) {
        s->shared->next = first_undone(s);
        done.executions = s->shared->next / shards_of(s);
    }
    if (s->shared->lost) {
        if (s->shared->kept)
            return true; /* that can still be gone on from */
        forget_tasks(s);
        done = (struct exp_tally){0};
    }
    s->shared->last_checkpoint = host_seconds();
    return exp_checkpoint_write(s->options->checkpoint, s->identity, s->shared, &done);
}

static void stop_by(struct search *s, enum exp_stop why) {
    __atomic_store_n(&s->shared->stopped, why, __ATOMIC_RELAXED);
}

static bool is_interrupted(struct search *s) {
    if (exp_is_interrupted(s->options))
        stop_by(s, EXP_STOP_INTERRUPT);
    return __atomic_load_n(&s->shared->stopped, __ATOMIC_RELAXED) >= EXP_STOP_INTERRUPT;
}

static bool is_checkpoint_due(const struct search *s) {
    return s->options->checkpoint &&
           host_seconds() - s->shared->last_checkpoint >= checkpoint_interval;
}

/* About ten times a second, in the process that was asked to explore. */
static void look_after(struct search *s) {
    is_interrupted(s); /* the workers may not have got the signal */
    tell_progress(s);
    if (!s->divided && is_checkpoint_due(s) && !write_checkpoint(s))
        stop_by(s, EXP_STOP_INTERRUPT);
}

/* ---- checkpoints of tasks -------------------------------------------------------------------- */

/* Stands still with all the others, and the last one writes, unless one of them leaves. */
static void rest(struct search *s) {
    struct exp_shared *shared = s->shared;
    uint32_t working = __atomic_load_n(&shared->working, __ATOMIC_ACQUIRE);
    if (!exp_turn_show(&s->turn))
        shared->lost = true;
    if (__atomic_add_fetch(&shared->resting, 1, __ATOMIC_ACQ_REL) == working) {
        if (!shared->lost && !shared->spoilt && !write_checkpoint(s))
            stop_by(s, EXP_STOP_INTERRUPT);
        shared->lost = false;
        shared->last_checkpoint = host_seconds();
        __atomic_store_n(&shared->resting, 0, __ATOMIC_RELEASE);
        __atomic_store_n(&shared->rest, false, __ATOMIC_RELEASE);
    }
    while (__atomic_load_n(&shared->rest, __ATOMIC_ACQUIRE) && !is_interrupted(s) &&
           __atomic_load_n(&shared->working, __ATOMIC_ACQUIRE) == working)
        host_pause(pause);
    if (__atomic_load_n(&shared->rest, __ATOMIC_ACQUIRE)) /* somebody has left: once more */
        __atomic_fetch_sub(&shared->resting, 1, __ATOMIC_ACQ_REL);
    exp_turn_hide(&s->turn);
}

static void rest_if_due(struct search *s) {
    if (s->divided && is_checkpoint_due(s))
        __atomic_store_n(&s->shared->rest, true, __ATOMIC_RELEASE);
    if (__atomic_load_n(&s->shared->rest, __ATOMIC_ACQUIRE))
        rest(s);
}

/* ---- when to stop ---------------------------------------------------------------------------- */

static uint64_t executions_max(const struct search *s) {
    if (s->options->executions_max || s->ops->exhaustive)
        return s->options->executions_max;
    return DEFAULT_EXECUTIONS;
}

/* The number that the next execution of this worker has, from 1: in the whole search, if that is
 * the work of one process. */
static uint64_t next_number(const struct search *s, const struct exp_tally *mine) {
    if (s->ops->exhaustive)
        return s->shared->done.executions + mine->executions + 1;
    return s->shared->first + (mine->executions * s->workers + s->worker) * shards_of(s) +
           s->shard + 1;
}

/* Shards whose strategy goes through everything have their own limits, as nobody knows how much is
 * in each of them. Where others take part, each shard has its share of the whole. */
static bool budget_is_used(struct search *s, const struct exp_tally *mine) {
    uint64_t limit = executions_max(s), executions;
    if (!limit)
        return false;
    if (!s->ops->exhaustive)
        return next_number(s, mine) > limit;
    executions = sum_up(s).executions;
    return s->ops->divide ? executions >= limit : executions * shards_of(s) + s->shard >= limit;
}

/* Has somebody found what makes further work of this worker useless? */
static bool is_overtaken(const struct search *s, const struct exp_tally *mine) {
    if (s->options->keep_going || !__atomic_load_n(&s->shared->found, __ATOMIC_RELAXED))
        return false;
    return s->ops->exhaustive || next_number(s, mine) > sum_up(s).found_at;
}

/* What lasts longer than a short execution is done after a few of them. */
static bool is_time_to_look(const struct search *s, const struct exp_tally *mine) {
    return s->turn.idle || mine->depth_max > SHORT_EXECUTION ||
           (mine->executions + mine->redundant) % CLOCK_INTERVAL == 0;
}

static bool time_is_up(const struct search *s) {
    double most = s->options->seconds_max;
    return most > 0 && host_seconds() - s->begin >= most;
}

static bool may_go_on(struct search *s, const struct exp_tally *mine) {
    if (s->stop || is_overtaken(s, mine) || is_interrupted(s))
        return false;
    if (budget_is_used(s, mine)) {
        stop_by(s, EXP_STOP_EXECUTIONS);
        return false;
    }
    if (!is_time_to_look(s, mine))
        return true;
    if (s->alone)
        look_after(s);
    rest_if_due(s);
    if (!time_is_up(s))
        return true;
    stop_by(s, EXP_STOP_TIME);
    return false;
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

/* Where this worker found its first violation, for the others. */
static void tell_found(struct search *s, uint64_t number) {
    struct exp_tally *mine = my_tally(s);
    mine->found_at = number;
    __atomic_store_n(&s->shared->found, true, __ATOMIC_RELEASE);
}

static void fail(struct search *s, rd_explore_verdict verdict, const char *text, uint64_t number) {
    tell_found(s, number);
    keep(s, s->violation, verdict, text, number);
    s->stop = true;
}

/* The first executions are repeated with the log on. */
static void guard(struct search *s, uint64_t number) {
    char text[EXP_TEXT_MAX];
    size_t count;
    struct core_decision *decisions = exp_copy_decisions(s->runner.w, &count);
    if (decisions && exp_compare_runs(&s->runner, decisions, count, text)) {
        exp_free_violation(s->violation); /* it would not come again */
        fail(s, RD_EXPLORE_NONDETERMINISTIC, text, number);
    }
    free(decisions);
}

static void find(struct search *s, struct exp_outcome outcome, uint64_t number) {
    struct exp_tally *mine = my_tally(s);
    s->shared->spoilt = true;
    if (outcome.verdict == RD_EXPLORE_INCONCLUSIVE) {
        keep(s, s->inconclusive, outcome.verdict, outcome.text, number);
        s->stop = s->stop_inconclusive;
        return;
    }
    mine->violations++;
    if (!mine->found_at)
        tell_found(s, number);
    keep(s, s->violation, outcome.verdict, outcome.text, number);
    s->stop = !s->options->keep_going;
}

static void count(struct search *s, bool redundant) {
    struct exp_tally *mine = my_tally(s);
    if (ke_polls_bounded(s->runner.w))
        s->shared->polled = true;
    mine->redundant += redundant;
    mine->executions += !redundant;
    if (mine->depth_max < s->strategy->depth_max)
        mine->depth_max = s->strategy->depth_max;
    if (is_time_to_look(s, mine))
        mine->part = s->ops->progress(s->strategy);
}

static void account(struct search *s, struct exp_outcome outcome) {
    struct exp_tally *mine = my_tally(s);
    uint64_t number = next_number(s, mine);
    bool redundant = s->strategy->abandoned || s->strategy->redundant != s->redundant;
    count(s, redundant);
    if (outcome.verdict == RD_EXPLORE_ERROR || outcome.verdict == RD_EXPLORE_DIVERGED) {
        bool diverged = outcome.verdict == RD_EXPLORE_DIVERGED;
        fail(s, diverged ? RD_EXPLORE_NONDETERMINISTIC : RD_EXPLORE_ERROR, outcome.text, number);
        return;
    }
    if (!redundant && outcome.verdict != RD_EXPLORE_OK)
        find(s, outcome, number);
    if (!redundant && mine->executions <= GUARDED)
        guard(s, number);
}

/* How finely shards divide: more for more of them. Most of the parts that this suggests are empty,
 * because it does not matter in which order threads begin. */
static uint32_t split_of(const struct search *s) {
    uint32_t split = SPLIT;
    uint64_t shards = shards_of(s) * (s->ops->divide ? 1 : s->workers);
    if (shards < 2)
        return 0;
    for (; shards > 1; shards /= 2)
        split++;
    return split;
}

static bool create_strategy(struct search *s) {
    const rd_explore_options *o = s->options;
    struct exp_forced forced = {0};
    exp_run_forced(&s->runner, &forced, false);
    s->plan = (struct exp_plan){.seed = o->seed,
                                .preemptions_max =
                                    o->preemptions_bounded ? o->preemptions_max : UINT32_MAX,
                                .depth = o->pct_depth,
                                .length = forced.taken_count,
                                .shard = s->shard,
                                .shards = s->shards,
                                .worker = s->worker,
                                .workers = s->workers,
                                .first = s->shared->first,
                                .split = split_of(s)};
    free(forced.taken);
    s->turn = (struct exp_turn){
        .ops = s->ops, .plan = &s->plan, .tasks = &s->shared->tasks, .own = WORTH_GIVING};
    if (!s->divided)
        s->strategy = s->ops->create(&s->plan);
    return s->divided || s->strategy;
}

static void run_once(struct search *s) {
    struct exp_outcome outcome = exp_start(&s->runner, false);
    s->redundant = s->strategy->redundant;
    if (!s->ops->begin(s->strategy, s->runner.w)) {
        s->stop = true;
        return;
    }
    if (outcome.verdict == RD_EXPLORE_OK)
        outcome = exp_finish(&s->runner, s->strategy);
    else
        s->ops->end(s->strategy, s->runner.w);
    account(s, outcome);
}

static void run_tasks(struct search *s, const struct exp_tally *mine) {
    while (!exp_turn_is_over(&s->turn) && may_go_on(s, mine)) {
        if (!exp_turn_begin(&s->turn))
            continue;
        s->strategy = s->turn.strategy;
        run_once(s);
        exp_turn_end(&s->turn);
    }
    if (!exp_turn_show(&s->turn))
        s->shared->lost = true;
    if (s->turn.failed)
        fail(s, RD_EXPLORE_ERROR, "the host has no memory", 1);
    exp_turn_destroy(&s->turn);
}

static void run_undivided(struct search *s, struct exp_tally *mine) {
    while (may_go_on(s, mine))
        run_once(s);
    mine->complete = s->strategy->complete;
    s->ops->destroy(s->strategy);
}

static void run_worker(struct search *s) {
    struct exp_tally *mine = my_tally(s);
    char error[EXP_TEXT_MAX] = "";
    rd_status status = exp_open(&s->runner, s->scenario, s->options, error, sizeof error);
    if (status != RD_OK || !create_strategy(s)) {
        s->violation->verdict = RD_EXPLORE_ERROR;
        tell_found(s, 1);
        snprintf(s->violation->text, sizeof s->violation->text, "%s",
                 *error ? error : "the host has no memory");
    } else if (s->divided) {
        run_tasks(s, mine);
    } else {
        run_undivided(s, mine);
    }
    if (sum_up(s).complete)
        mine->part = 1;
    exp_close(&s->runner);
    __atomic_fetch_sub(&s->shared->working, 1, __ATOMIC_ACQ_REL);
}

/* ---- several workers ------------------------------------------------------------------------- */

static char *work(unsigned worker, void *context) {
    struct search *s = context;
    struct exp_violation violation = {0}, inconclusive = {0};
    s->worker = worker;
    s->violation = &violation;
    s->inconclusive = &inconclusive;
    run_worker(s);
    return exp_pack(violation.verdict != RD_EXPLORE_OK ? &violation : &inconclusive);
}

static uint64_t pulse(void *context) {
    const struct search *s = context;
    return exp_pulse(&s->runner);
}

/* Called on another thread while an execution hangs. */
static char *give_up(unsigned worker, void *context) {
    struct search *s = context;
    struct exp_violation *violation = s->violation;
    (void)worker;
    stop_by(s, EXP_STOP_HANG);
    if (violation->verdict == RD_EXPLORE_OK) {
        exp_describe_endless(&s->runner, violation);
        violation->found_at = sum_up(s).executions + 1;
    }
    return exp_pack(violation);
}

static void watch(void *context) {
    look_after(context);
}

static void give_all_up(void *context) {
    struct search *s = context;
    stop_by(s, EXP_STOP_INTERRUPT);
    exp_tasks_break(&s->shared->tasks);
}

static bool is_earlier(const struct exp_violation *a, const struct exp_violation *b) {
    bool weak_a = a->verdict == RD_EXPLORE_INCONCLUSIVE;
    bool weak_b = b->verdict == RD_EXPLORE_INCONCLUSIVE;
    if (a->verdict == RD_EXPLORE_OK || b->verdict == RD_EXPLORE_OK)
        return a->verdict != RD_EXPLORE_OK;
    if (weak_a != weak_b)
        return weak_b;
    return a->found_at < b->found_at;
}

static bool search_together(struct search *s, struct exp_violation *violation) {
    char **results = calloc(s->workers, sizeof *results);
    struct host_work together = {.workers = s->workers,
                                 .run = work,
                                 .watch = watch,
                                 .lost = give_all_up,
                                 .pulse = pulse,
                                 .stuck = give_up,
                                 .patience = s->options->hang_seconds,
                                 .context = s,
                                 .results = results};
    bool good = results && host_work_run(&together);
    for (unsigned i = 0; results && i < s->workers; i++) {
        struct exp_violation other = {0};
        good = good && results[i] && exp_unpack(results[i], &other);
        free(results[i]);
        if (good && is_earlier(&other, violation)) {
            exp_free_violation(violation);
            *violation = other;
        } else {
            exp_free_violation(&other);
        }
    }
    free(results);
    return good;
}

static void search_alone(struct search *s, struct exp_violation *violation) {
    struct exp_violation inconclusive = {0};
    s->alone = true;
    s->worker = 0;
    s->violation = violation;
    s->inconclusive = &inconclusive;
    run_worker(s);
    if (violation->verdict == RD_EXPLORE_OK)
        *violation = inconclusive;
    else
        exp_free_violation(&inconclusive);
}

static bool search_somewhere(struct search *s, struct exp_violation *violation) {
    if (s->workers > 1 || s->options->hang_seconds > 0)
        return search_together(s, violation);
    search_alone(s, violation);
    return true;
}

/* ---- the same violation as one process would find -------------------------------------------- */

/* Another search, not divided. What is found takes the place of `violation`. */
static bool search_again(const struct search *s, struct exp_violation *violation) {
    struct search again = {.scenario = s->scenario,
                           .options = s->options,
                           .identity = s->identity,
                           .ops = s->ops,
                           .workers = 1,
                           .begin = s->begin,
                           .stop_inconclusive = violation->verdict == RD_EXPLORE_INCONCLUSIVE};
    struct exp_violation found = {0};
    size_t size = exp_shared_size(1);
    rd_explore_options options = *s->options;
    options.checkpoint = NULL;
    again.options = &options;
    again.shared = host_share(size);
    if (!again.shared)
        return false;
    bool good = search_somewhere(&again, &found);
    bool weaker = found.verdict == RD_EXPLORE_INCONCLUSIVE && !again.stop_inconclusive;
    bool better = good && found.verdict != RD_EXPLORE_OK && !weaker;
    if (better) {
        exp_free_violation(violation);
        *violation = found;
    } else {
        exp_free_violation(&found);
    }
    if (better && !again.stop_inconclusive) {
        s->shared->done = *my_tally(&again);
        memset(s->shared->tally, 0, s->workers * sizeof s->shared->tally[0]);
    }
    host_unshare(again.shared, size);
    return good;
}

static bool put_in_order(struct search *s, struct exp_violation *violation) {
    bool found = violation->verdict != RD_EXPLORE_OK && violation->verdict != RD_EXPLORE_ERROR &&
                 violation->verdict != RD_EXPLORE_NONDETERMINISTIC;
    bool in_order = s->workers == 1 && s->shards < 2 && !s->shared->disordered;
    if (!found || violation->replay || in_order || !s->ops->exhaustive || s->options->keep_going)
        return true;
    return search_again(s, violation);
}

/* ---- the whole search ------------------------------------------------------------------------ */

/* Workers that sample may have taken a few steps more when one of them finds something. */
static bool is_found_by_sampling(const struct search *s, const struct exp_violation *violation) {
    return !s->ops->exhaustive && !s->options->keep_going &&
           violation->verdict >= RD_EXPLORE_ASSERTION && violation->verdict <= RD_EXPLORE_LEAK;
}

static void fill(const struct search *s, const struct exp_violation *violation,
                 rd_explore_result *result) {
    struct exp_tally sum = sum_up(s);
    if (s->workers > 1 && is_found_by_sampling(s, violation)) {
        sum.executions = violation->found_at;
        sum.violations = 1;
    }
    result->seconds = host_seconds() - s->begin;
    result->executions = sum.executions;
    result->redundant = sum.redundant;
    result->violations = sum.violations;
    result->depth_max = sum.depth_max;
    result->polled = s->shared->polled;
    result->executions_per_second =
        result->seconds > 0 ? (double)sum.executions / result->seconds : 0;
    result->complete = s->ops->exhaustive && sum.complete && violation->verdict == RD_EXPLORE_OK;
    if (violation->verdict == RD_EXPLORE_OK || violation->verdict == RD_EXPLORE_INCONCLUSIVE)
        result->stopped = result->complete ? NULL : exp_stop_name(s->shared->stopped);
}

static void fail_search(struct exp_violation *violation, const char *text) {
    violation->verdict = RD_EXPLORE_ERROR;
    snprintf(violation->text, sizeof violation->text, "%s", text);
}

/* What is done stays written until everything is. */
static void leave_checkpoint(struct search *s, const struct exp_violation *violation) {
    if (!s->options->checkpoint)
        return;
    bool all = s->ops->exhaustive ? sum_up(s).complete : first_undone(s) >= executions_max(s);
    if (violation->verdict != RD_EXPLORE_OK || all)
        remove(s->options->checkpoint);
    else
        write_checkpoint(s);
}

static void search(struct search *s, struct exp_violation *violation) {
    const char *path = s->options->checkpoint;
    struct exp_tasks *tasks = &s->shared->tasks;
    if (path && !exp_checkpoint_read(path, s->identity, s->shared)) {
        fail_search(violation, s->shared->error);
        return;
    }
    if (s->divided && !tasks->live)
        exp_task_add(tasks, 0, 0, &(struct exp_words){0});
    s->shared->disordered |= s->workers > 1;
    s->shared->working = s->workers;
    s->shared->last_checkpoint = s->begin;
    bool good = search_somewhere(s, violation) && put_in_order(s, violation);
    if (good)
        leave_checkpoint(s, violation);
    if (violation->verdict == RD_EXPLORE_OK && *s->shared->error)
        fail_search(violation, s->shared->error);
    else if (violation->verdict == RD_EXPLORE_OK && !good)
        fail_search(violation, "a process that explores could not be started, or has crashed");
}

rd_status exp_search(const rd_scenario *scenario, const rd_explore_options *options,
                     rd_explore_result *result, struct exp_violation *violation) {
    struct search s = {.scenario = scenario,
                       .options = options,
                       .identity = result,
                       .ops = exp_find_strategy(options->strategy),
                       .workers = options->workers > 1 ? options->workers : 1,
                       .shard = options->shard,
                       .shards = options->shards,
                       .begin = host_seconds()};
    size_t size = exp_shared_size(s.workers);
    s.divided = s.ops->exhaustive && (options->checkpoint || (s.ops->divide && s.workers > 1));
    s.shared = host_share(size);
    if (!s.shared)
        return RD_NO_MEMORY;
    search(&s, violation);
    fill(&s, violation, result);
    host_unshare(s.shared, size);
    return RD_OK;
}
