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
                  "was explored",
                  executions, result->strategy, (unsigned long long)result->seed);
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

static void tell(const struct rd_world *w, struct exp_text *to) {
    char sentence[EXP_TEXT_MAX];
    for (size_t i = 0; i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        if (event->kind == RD_EVENT_SWITCH || !event->tid)
            continue;
        rd_event_describe(w, event, sentence, sizeof sentence);
        exp_print(to, "  %6zu  process %u thread %u: %s\n", i, event->pid, event->tid, sentence);
    }
}

void exp_report_violation(const rd_explore_result *result, const struct rd_world *w,
                          struct exp_text *to) {
    exp_print(to, "%s: %s\n%s\n", result->name, rd_explore_verdict_name(result->verdict),
              result->explanation);
    exp_print(to,
              "found in execution %llu with %llu decisions; shrunk to %llu, of which %llu are "
              "preemptions\n",
              (unsigned long long)result->found_at, (unsigned long long)result->found_decisions,
              (unsigned long long)result->decisions, (unsigned long long)result->preemptions);
    if (w)
        tell(w, to);
    if (result->replay)
        exp_print(to, "replay: %s\n", result->replay);
}
