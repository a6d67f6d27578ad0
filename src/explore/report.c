/* report.c - what a reader is told of an exploration. */
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

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
        exp_print(to, "all %llu %s explored, no violation; bounds: %llu scheduling points",
                  executions, traces ? "traces" : "schedules",
                  (unsigned long long)result->depth_limit);
        if (result->preemptions_bounded)
            exp_print(to, ", %u preemptions", result->preemptions_limit);
    }
    if (result->shards > 1)
        exp_print(to, ", shard %u of %u", result->shard, result->shards);
    exp_print(to, "\n");
}

/* How it was found, and what is left of that. */
static void report_finding(const rd_explore_result *result, struct exp_text *to) {
    unsigned long long found = result->found_decisions, left = result->decisions;
    exp_print(to, "found in execution %llu", (unsigned long long)result->found_at);
    if (strcmp(result->strategy, "dpor") != 0 && strcmp(result->strategy, "replay") != 0)
        exp_print(to, " of '%s', seed %llu", result->strategy, (unsigned long long)result->seed);
    exp_print(to, ", with %llu decision%s other than the default", found, found == 1 ? "" : "s");
    if (left < found)
        exp_print(to, ", shrunk to %llu", left);
    exp_print(to, "; preemptions: %llu\n", (unsigned long long)result->preemptions);
}

void exp_report_violation(const rd_explore_result *result, const struct rd_world *w,
                          const struct exp_forced *forced, struct exp_text *to) {
    size_t length = strlen(result->explanation);
    bool ends = length && result->explanation[length - 1] == '\n';
    exp_print(to, "%s: %s\n%s%s", result->name, rd_explore_verdict_name(result->verdict),
              result->explanation, ends ? "" : "\n");
    if (result->replay && !w) {
        report_finding(result, to);
        exp_print(to, "\nreplay: %s\n", result->replay);
    }
    if (!w)
        return;
    if (result->verdict == RD_EXPLORE_DEADLOCK)
        exp_tell_waits(w, forced->steps, to);
    if (result->verdict == RD_EXPLORE_INCONCLUSIVE && forced->steps)
        exp_tell_cycle(w, forced->steps, to);
    report_finding(result, to);
    exp_tell_story(w, forced, to);
    exp_print(to, "replay: %s\n", result->replay);
}
