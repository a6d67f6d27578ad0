/* report.c - what a reader is told of an exploration. */
#include <string.h>

#include "explore/runner.h"
#include "explore/strategy.h"
#include "rundown/rundown.h"

enum {
    LONG_EXECUTION = 1000,
    REPLAY_MAX = 100000 /* characters; an argument of a command on Linux has at most 128 KiB */
};

/* What goes through everything and has executions that long may never come to an end. */
static void suspect_livelock(const rd_explore_result *result, struct exp_text *to) {
    const struct exp_strategy_ops *ops = exp_find_strategy(result->strategy);
    if (ops && ops->exhaustive && !result->complete && result->depth_max >= LONG_EXECUTION)
        exp_print(to,
                  "the longest execution had %llu decisions; if they grow and grow, the program "
                  "may do the same for ever, and --depth %d shows what\n",
                  (unsigned long long)result->depth_max, LONG_EXECUTION);
}

/* What happens and counts as no violation limits what is proved. */
static void tell_allowed(const rd_explore_result *result, struct exp_text *to) {
    const char *joint = "; allowed: ";
    for (int i = RD_EXPLORE_ASSERTION; i <= RD_EXPLORE_LEAK; i++)
        if (result->allowed & 1u << i) {
            exp_print(to, "%s%s", joint, rd_explore_verdict_name((rd_explore_verdict)i));
            joint = ", ";
        }
}

void exp_report_success(const rd_explore_result *result, struct exp_text *to) {
    unsigned long long executions = result->executions;
    bool replay = strcmp(result->strategy, "replay") == 0;
    exp_print(to, "%s: ok\n", result->name);
    if (replay) {
        exp_print(to, "with these decisions there is no violation");
    } else if (!result->complete) {
        exp_print(to,
                  "%llu executions explored by '%s', seed %llu, no violation; not everything "
                  "was explored%s",
                  executions, result->strategy, (unsigned long long)result->seed,
                  exp_tell_stop(result));
    } else {
        bool traces = strcmp(result->strategy, "dpor") == 0;
        exp_print(to, "all %llu %s%s explored, no violation; bounds: %llu scheduling points",
                  executions, traces ? "trace" : "schedule", executions == 1 ? "" : "s",
                  (unsigned long long)result->depth_limit);
        if (result->preemptions_bounded)
            exp_print(to, ", %u preemption%s", result->preemptions_limit,
                      result->preemptions_limit == 1 ? "" : "s");
        if (result->polled)
            exp_print(to, ", four looks of a thread that polls in vain");
        tell_allowed(result, to);
    }
    if (result->shards > 1)
        exp_print(to, ", shard %u of %u", result->shard, result->shards);
    exp_print(to, "\n");
    suspect_livelock(result, to);
}

/* How it was found, and what is left of that. */
static void report_finding(const rd_explore_result *result, struct exp_text *to) {
    unsigned long long found = result->found_decisions, left = result->decisions;
    if (result->found_at)
        exp_print(to, "found in execution %llu", (unsigned long long)result->found_at);
    if (result->found_at && strcmp(result->strategy, "dpor") != 0 &&
        strcmp(result->strategy, "replay") != 0)
        exp_print(to, " of '%s', seed %llu", result->strategy, (unsigned long long)result->seed);
    exp_print(to, "%swith %llu decision%s other than the default", result->found_at ? ", " : "",
              found, found == 1 ? "" : "s");
    if (left < found)
        exp_print(to, ", shrunk to %llu", left);
    exp_print(to, "; preemptions: %llu\n", (unsigned long long)result->preemptions);
}

/* What the verifier has found, unless the verdict has said it, and what to do about it. */
static void tell_finding(const rd_explore_result *result, const struct rd_world *w,
                         struct exp_text *to) {
    bool leak = result->verdict == RD_EXPLORE_LEAK;
    rd_finding finding;
    rd_check_info check;
    if (!exp_find_finding(w, leak, &finding) || rd_check_get(finding.check, &check) != RD_OK)
        return;
    if (!leak && result->verdict != RD_EXPLORE_FINDING)
        exp_print(to, "the verifier has found, too: %s%s%s\n", finding.text,
                  *finding.where ? "\n  " : "", finding.where);
    exp_print(to, "to do: %s ('rundown explain %s' says more)\n", check.fix, check.id);
}

static void put_replay(const rd_explore_result *result, struct exp_text *to) {
    size_t length = strlen(result->replay);
    if (length <= REPLAY_MAX)
        exp_print(to, "replay: %s\n", result->replay);
    else
        exp_print(to,
                  "replay: %zu characters are more than a command takes; a smaller --depth makes "
                  "them fewer\n",
                  length);
}

void exp_report_violation(const rd_explore_result *result, const struct rd_world *w,
                          const struct exp_forced *forced, struct exp_text *to) {
    size_t length = strlen(result->explanation);
    bool ends = length && result->explanation[length - 1] == '\n';
    exp_print(to, "%s: %s\n%s%s", result->name, rd_explore_verdict_name(result->verdict),
              result->explanation, ends ? "" : "\n");
    if (result->replay && !w) {
        report_finding(result, to);
        exp_print(to, "\n");
        put_replay(result, to);
    }
    if (!w)
        return;
    if (result->verdict == RD_EXPLORE_DEADLOCK)
        exp_tell_waits(w, forced->steps, to);
    if (result->verdict == RD_EXPLORE_INCONCLUSIVE && forced->steps)
        exp_tell_cycle(w, forced->steps, to);
    tell_finding(result, w, to);
    report_finding(result, to);
    exp_tell_story(w, forced, to);
    put_replay(result, to);
}
