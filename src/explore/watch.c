/* watch.c - a run of the caller's own, told of as what an exploration has found. */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "explore/runner.h"
#include "rundown/rundown.h"

struct rd_watch {
    struct rd_world *w;
    struct exp_forced forced; /* what was decided; the decisions are the run's own */
    struct exp_steps steps;
    unsigned (*answer)(struct rd_world *w, unsigned kind, unsigned count); /* NULL: the default */
};

/* A long run has few decisions that differ from the default: no others are remembered. */
static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    struct exp_forced *forced = w->choices.strategy;
    struct rd_watch *watch = base_container(forced, struct rd_watch, forced);
    unsigned answer = watch->answer ? watch->answer(w, kind, count) : 0;
    if (answer)
        exp_note_taken(w, forced, kind, count, answer);
    return answer;
}

rd_status rd_watch_begin(rd_world *world, rd_watch **watch) {
    if (!world || !watch)
        return RD_INVALID_ARGUMENT;
    *watch = NULL;
    if (world->running || world->choices.observer)
        return core_error(world, RD_BUSY, "the world is running, or it is watched already");
    struct rd_watch *made = calloc(1, sizeof *made);
    if (!made)
        return RD_NO_MEMORY;
    made->w = world;
    made->forced.steps = &made->steps;
    made->answer = world->choices.answer;
    world->choices.answer = answer;
    world->choices.strategy = &made->forced;
    core_observe(world, &exp_step_observer);
    *watch = made;
    return RD_OK;
}

/* The run as an exploration that had this one execution. */
static void fill_in(struct rd_watch *watch, const char *name, struct exp_outcome outcome,
                    rd_explore_result *result) {
    struct rd_world *w = watch->w;
    const char *replay = rd_world_replay_string(w);
    *result = (rd_explore_result){.verdict = outcome.verdict,
                                  .strategy = "replay",
                                  .executions = 1,
                                  .violations = outcome.verdict != RD_EXPLORE_OK,
                                  .shards = 1,
                                  .depth_limit = w->options.steps_max,
                                  .depth_max = w->choices.taken,
                                  .choose = w->choices.choose & ~(uint32_t)RD_CHOOSE_ORDER,
                                  .found_decisions = w->choices.decision_count,
                                  .decisions = w->choices.decision_count,
                                  .preemptions = exp_preemptions(&watch->forced)};
    result->name = exp_copy_text(name, strlen(name));
    result->build = exp_copy_text("", 0);
    result->explanation = exp_explain(w, outcome.verdict, outcome.text);
    if (outcome.verdict != RD_EXPLORE_OK)
        result->replay = exp_copy_text(replay, strlen(replay));
}

rd_status rd_watch_tell(rd_watch *watch, const char *name, rd_explore_result *result) {
    const rd_scenario scenario = {.size = sizeof scenario};
    const rd_explore_options options = {.size = sizeof options};
    struct exp_text report = {0};
    if (!watch || !result)
        return RD_INVALID_ARGUMENT;
    struct exp_runner runner = {.scenario = &scenario, .options = &options, .w = watch->w};
    fill_in(watch, name ? name : "run", exp_judge(&runner), result);
    bool good = result->name && result->build && result->explanation && !watch->forced.no_memory;
    if (good && result->verdict == RD_EXPLORE_OK)
        exp_report_success(result, &report);
    else if (good)
        exp_report_violation(result, watch->w, &watch->forced, &report);
    result->report = report.text;
    if (report.text)
        return RD_OK;
    rd_explore_free(result);
    return RD_NO_MEMORY;
}

void rd_watch_end(rd_watch *watch) {
    if (!watch)
        return;
    watch->w->choices.answer = watch->answer;
    watch->w->choices.strategy = NULL;
    core_observe(watch->w, NULL);
    free(watch->forced.taken);
    free(watch);
}
