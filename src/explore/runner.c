/* runner.c - one execution of a scenario, and what it amounts to. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

rd_status exp_open(struct exp_runner *r, const rd_scenario *scenario,
                   const rd_explore_options *options, char *error, size_t error_size) {
    rd_world_options world = {.size = sizeof world};
    r->scenario = scenario;
    r->options = options;
    r->w = NULL;
    r->executions = r->begun = 0;
    if (scenario->world)
        world = *scenario->world;
    world.strategy = RD_STRATEGY_ROUND_ROBIN;
    world.replay = NULL;
    world.choose = options->choose | RD_CHOOSE_ORDER;
    world.steps_max = options->depth_max ? options->depth_max : EXP_DEFAULT_DEPTH;
    rd_status status = rd_world_create(&world, &r->w, error, error_size);
    if (status == RD_OK && scenario->prepare) {
        status = scenario->prepare(r->w, scenario->context);
        if (status != RD_OK)
            snprintf(error, error_size, "%s",
                     *rd_last_error(r->w) ? rd_last_error(r->w) : rd_status_name(status));
    }
    if (status == RD_OK)
        status = rd_world_enter(r->w);
    if (status != RD_OK)
        exp_close(r);
    return status;
}

void exp_close(struct exp_runner *r) {
    rd_world_destroy(r->w);
    r->w = NULL;
}

bool exp_is_violation(const struct exp_runner *r, rd_explore_verdict verdict) {
    return verdict != RD_EXPLORE_OK && !(r->options->allowed & 1u << verdict);
}

bool exp_is_interrupted(const rd_explore_options *options) {
    return options->interrupted && *options->interrupted;
}

/* ---- judging --------------------------------------------------------------------------------- */

static struct exp_outcome outcome(rd_explore_verdict verdict, const char *text) {
    return (struct exp_outcome){verdict, text};
}

/* The verdict has said it. */
static const char *without_prefix(const char *text, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : text;
}

/* What the machine itself says. */
static struct exp_outcome judge_machine(const struct rd_world *w) {
    switch (w->verdict) {
    case RD_VERDICT_BUGCHECK:
        return outcome(RD_EXPLORE_BUGCHECK, w->bugcheck.explanation);
    case RD_VERDICT_DIVERGED:
        return outcome(RD_EXPLORE_DIVERGED, w->explanation);
    case RD_VERDICT_NO_MEMORY:
        return outcome(RD_EXPLORE_ERROR, w->explanation);
    case RD_VERDICT_LIMIT:
        return outcome(RD_EXPLORE_INCONCLUSIVE, w->explanation);
    case RD_VERDICT_DEADLOCK:
        return outcome(RD_EXPLORE_DEADLOCK, without_prefix(w->explanation, "deadlock: "));
    default:
        return outcome(RD_EXPLORE_OK, "");
    }
}

/* Found when a driver was unloaded, about what it left behind. */
static bool is_leak(unsigned check) {
    return check == RD_CHECK_K_UNLOAD_LEAK || check == RD_CHECK_K_UNLOAD_PENDING ||
           check == RD_CHECK_K_UNLOAD_REG || check == RD_CHECK_N_NOTREMOVED;
}

bool exp_find_finding(const struct rd_world *w, bool leak, rd_finding *finding) {
    for (size_t i = 0; rd_finding_get(w, i, finding) == RD_OK; i++)
        if (finding->severity == RD_SEVERITY_FINDING && is_leak(finding->check) == leak)
            return true;
    return false;
}

static const char *text_of_finding(struct rd_world *w, bool leak) {
    rd_finding finding;
    if (exp_find_finding(w, leak, &finding))
        return *finding.where ? core_textf(w, "%s\n  %s", finding.text, finding.where)
                              : finding.text;
    return leak ? "an unloaded driver has left something behind" : NULL;
}

static struct exp_outcome judge_failures(struct rd_world *w) {
    if (w->failures[CORE_CRASH])
        return outcome(RD_EXPLORE_CRASH, "a program has ended with an exception that it did not "
                                         "handle");
    if (w->failures[CORE_ABORT])
        return outcome(RD_EXPLORE_ASSERTION,
                       w->assertion ? w->assertion : "a program has called abort");
    if (w->failures[CORE_LEAK])
        return outcome(RD_EXPLORE_LEAK, text_of_finding(w, true));
    const char *finding = text_of_finding(w, false);
    return finding ? outcome(RD_EXPLORE_FINDING, finding) : outcome(RD_EXPLORE_OK, "");
}

/* The first of several that counts: what stops the machine, what programs did, the invariant. */
struct exp_outcome exp_judge(struct exp_runner *r) {
    const rd_scenario *scenario = r->scenario;
    struct exp_outcome machine = judge_machine(r->w), programs = judge_failures(r->w);
    if (exp_is_violation(r, machine.verdict) && machine.verdict != RD_EXPLORE_DEADLOCK)
        return machine;
    if (exp_is_violation(r, programs.verdict))
        return programs;
    if (exp_is_violation(r, machine.verdict))
        return machine;
    if (machine.verdict != RD_EXPLORE_BUGCHECK && scenario->check) {
        const char *text = scenario->check(r->w, scenario->context);
        if (text && exp_is_violation(r, RD_EXPLORE_ASSERTION))
            return outcome(RD_EXPLORE_ASSERTION, text);
    }
    machine = judge_machine(r->w); /* the check may have unloaded drivers */
    programs = judge_failures(r->w);
    return exp_is_violation(r, machine.verdict)    ? machine
           : exp_is_violation(r, programs.verdict) ? programs
                                                   : outcome(RD_EXPLORE_OK, "");
}

/* A crash says which one: the log knows. */
char *exp_explain(const struct rd_world *w, rd_explore_verdict verdict, const char *text) {
    struct exp_text made = {0};
    char sentence[EXP_TEXT_MAX];
    for (size_t i = 0; verdict == RD_EXPLORE_CRASH && !made.text && i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        if (event->kind != RD_EVENT_EXCEPTION_UNHANDLED)
            continue;
        rd_event_describe(w, event, sentence, sizeof sentence);
        exp_print(&made, "process %u thread %u: %s", event->pid, event->tid, sentence);
    }
    return made.text ? made.text : exp_copy_text(text, strlen(text));
}

/* ---- running --------------------------------------------------------------------------------- */

enum { STEPS_BITS = 40 };

/* Simulated code runs; or the exploration thinks, which may take longer. */
static void set_running(struct exp_runner *r, bool running) {
    r->executions += running ? (uint64_t)1 << STEPS_BITS : 0;
    __atomic_store_n(&r->begun, running ? r->executions : 0, __ATOMIC_RELEASE);
}

static rd_status start_scenario(struct exp_runner *r) {
    set_running(r, true);
    rd_status status = r->scenario->start(r->w, r->scenario->context);
    set_running(r, false);
    return status;
}

struct exp_outcome exp_start(struct exp_runner *r, bool log) {
    struct rd_world *w = r->w;
    w->options.log_disabled = !log && !r->scenario->check_reads_log;
    if (rd_world_reset(w) != RD_OK)
        return outcome(RD_EXPLORE_ERROR, w->error);
    rd_status status = start_scenario(r);
    if (w->verdict == RD_VERDICT_BUGCHECK)
        return outcome(RD_EXPLORE_BUGCHECK, w->bugcheck.explanation);
    if (status != RD_OK)
        return outcome(RD_EXPLORE_ERROR, *w->error ? w->error : rd_status_name(status));
    return outcome(RD_EXPLORE_OK, "");
}

struct exp_outcome exp_finish(struct exp_runner *r, struct exp_strategy *strategy) {
    struct rd_world *w = r->w;
    set_running(r, true);
    rd_status status = rd_run(w, NULL);
    set_running(r, false);
    if (status != RD_OK)
        return outcome(RD_EXPLORE_ERROR, w->error);
    if (strategy)
        strategy->ops->end(strategy, w);
    w->choices.answer = NULL;
    core_observe(w, NULL);
    w->choices.known_count = 0; /* the scenario's check may go on with the world */
    if (strategy && strategy->abandoned)
        return outcome(RD_EXPLORE_OK, ""); /* nobody has seen its end */
    set_running(r, true);
    struct exp_outcome result = exp_judge(r);
    set_running(r, false);
    return result;
}

/* ---- replay strings -------------------------------------------------------------------------- */

bool exp_use_replay(struct exp_runner *r, const char *replay, char *error, size_t error_size) {
    struct rd_world *w = r->w;
    if (!core_replay_parse(w, replay, error, error_size))
        return false;
    w->options.choose = w->choices.replay_choose;
    w->options.quantum = w->choices.replay_quantum;
    return true;
}

struct exp_outcome exp_run_replay(struct exp_runner *r) {
    struct rd_world *w = r->w;
    w->options.strategy = RD_STRATEGY_REPLAY;
    struct exp_outcome result = exp_start(r, true);
    if (result.verdict == RD_EXPLORE_OK)
        result = exp_finish(r, NULL);
    w->options.strategy = RD_STRATEGY_ROUND_ROBIN;
    const struct core_choices *choices = &w->choices;
    if (result.verdict != RD_EXPLORE_OK || choices->taken == choices->replay_taken)
        return result;
    return outcome(RD_EXPLORE_DIVERGED,
                   core_textf(w,
                              "diverged at the end: expected %" PRIu64
                              " decisions in all, found %" PRIu64 ", and no violation",
                              choices->replay_taken, choices->taken));
}
