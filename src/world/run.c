/* run.c - running a world, and saying how the run ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rundown/rundown.h"
#include "world/world_internal.h"

/* ---- how it ended ---------------------------------------------------------------------------- */

/* A text that grows in run memory. */
struct growing_text {
    struct rd_world *w;
    char *text;
    size_t used, capacity;
};

static void append(struct growing_text *to, const char *line) {
    size_t length = strlen(line);
    if (to->used + length >= to->capacity) {
        size_t capacity = to->capacity * 2 + length + 1;
        char *grown = base_arena_alloc(&to->w->run, capacity);
        if (!grown)
            return;
        if (to->used)
            memcpy(grown, to->text, to->used);
        to->text = grown;
        to->capacity = capacity;
    }
    memcpy(to->text + to->used, line, length + 1);
    to->used += length;
}

typedef const char *describe_wait(struct rd_world *w, const struct ke_thread *thread);

static const char *explain_thread(struct rd_world *w, const struct ps_thread *thread,
                                  describe_wait *describe) {
    const struct ps_process *process = thread->process;
    return core_textf(w, "  %s (process %" PRIu32 ") thread %" PRIu32 " %s%s\n", process->name,
                      process->pid, thread->tcb.tid,
                      ke_polls_for_ever(&thread->tcb) ? "yields, looks whether anything has "
                                                        "changed, and yields again"
                                                      : describe(w, &thread->tcb),
                      thread->tcb.kill_pending ? "; it is marked to die but cannot yet" : "");
}

/* One line per thread that can never do anything new: what it waits for, and who holds that. */
static const char *explain_threads(struct rd_world *w, const char *verdict,
                                   describe_wait *describe) {
    struct growing_text text = {.w = w};
    append(&text, verdict);
    for (LIST_ENTRY *p = w->ps->processes.Flink; p != &w->ps->processes; p = p->Flink) {
        const struct ps_process *process = base_container(p, struct ps_process, link);
        for (LIST_ENTRY *t = process->threads.Flink; t != &process->threads; t = t->Flink)
            append(&text, explain_thread(w, base_container(t, struct ps_thread, link), describe));
    }
    return text.text ? text.text : verdict;
}

static bool has_pending_work(const struct rd_world *w) {
    const struct ke_state *ke = w->ke;
    return ke->ready_count || ke->resume || ke->heap_count > ke->idle_deadlines ||
           (ke->heap_count && ps_process_alive(w));
}

/* Running a world at rest once more does not make it say so twice. */
static void log_rest(struct rd_world *w, rd_event_kind kind, const char *text) {
    const rd_event *last = w->log.count ? rd_event_at(w, w->log.count - 1) : NULL;
    if (!last || last->kind != kind)
        core_event(w, kind, RULE_NONE, .text = text);
}

void world_judge_deadlock(struct rd_world *w) {
    static const char verdict[] =
        "deadlock: no thread can ever run again and no timeout is pending\n";
    w->verdict = RD_VERDICT_DEADLOCK;
    w->explanation = explain_threads(w, verdict, world_describe_wait);
    /* Not the names of variables: logs do not depend on how the program was compiled. */
    log_rest(w, RD_EVENT_DEADLOCK, explain_threads(w, verdict, ke_describe_wait));
}

static void judge_rest(struct rd_world *w) {
    if (w->ke->livelock) {
        w->verdict = RD_VERDICT_LIMIT;
        w->explanation = explain_threads(w,
                                         "livelock: nobody can go on but threads that poll, "
                                         "and nothing will ever change for them\n",
                                         world_describe_wait);
    } else if (has_pending_work(w)) {
        bool limit = w->steps >= w->options.steps_max;
        w->verdict = limit ? RD_VERDICT_LIMIT : RD_VERDICT_RUNNABLE;
        w->explanation =
            limit ? core_textf(w,
                               "the run was stopped after %" PRIu64
                               " scheduling points (steps_max); a loop that never blocks is the "
                               "usual reason",
                               w->steps)
                  : "";
    } else if (ps_process_alive(w)) {
        world_judge_deadlock(w);
    } else {
        w->verdict = RD_VERDICT_FINISHED;
        w->explanation = "";
        log_rest(w, RD_EVENT_QUIESCENT, w->explanation);
    }
}

void world_judge(struct rd_world *w) {
    if (w->ke->dead)
        return; /* whoever stopped the machine has said why */
    if (w->choices.diverged)
        w->verdict = RD_VERDICT_DIVERGED;
    else
        judge_rest(w);
}

/* ---- the host thread ------------------------------------------------------------------------- */

rd_status rd_world_enter(rd_world *world) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_world_enter was called from inside a run");
    port_enter_world(world->port);
    world->entered++;
    return RD_OK;
}

rd_status rd_world_leave(rd_world *world) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_world_leave was called from inside a run");
    if (!world->entered || !port_world_entered(world->port))
        return core_error(world, RD_INVALID_ARGUMENT,
                          "this host thread has not entered the world, or has entered another one "
                          "since; expected the world of the last rd_world_enter");
    world->entered--;
    port_leave_world(world->port);
    return RD_OK;
}

/* ---- running --------------------------------------------------------------------------------- */

static rd_status run(rd_world *w, uint64_t steps, uint64_t time, rd_verdict *verdict) {
    if (!w)
        return RD_INVALID_ARGUMENT;
    if (w->running)
        return core_error(w, RD_BUSY, "the world is running: this call came from inside the run");
    w->running = true;
    w->ke->stop = false;
    w->ke->steps_limit = steps < w->options.steps_max ? steps : w->options.steps_max;
    ke_set_time_limit(w, time);
    ke_run(w);
    w->running = false;
    world_judge(w);
    if (verdict)
        *verdict = w->verdict;
    return RD_OK;
}

rd_status rd_run(rd_world *world, rd_verdict *verdict) {
    return run(world, UINT64_MAX, UINT64_MAX, verdict);
}

rd_status rd_run_until(rd_world *world, uint64_t time, rd_verdict *verdict) {
    rd_status status = run(world, UINT64_MAX, time, verdict);
    if (status == RD_OK && world->now < time && world->verdict == RD_VERDICT_RUNNABLE)
        world->now = time;
    return status;
}

rd_status rd_step(rd_world *world, rd_verdict *verdict) {
    return run(world, world ? world->steps + 1 : 0, UINT64_MAX, verdict);
}

uint64_t rd_time(const rd_world *world) {
    return world ? world->now : 0;
}

uint64_t rd_steps(const rd_world *world) {
    return world ? __atomic_load_n(&world->steps, __ATOMIC_RELAXED) : 0;
}

rd_verdict rd_world_verdict(const rd_world *world) {
    return world ? world->verdict : RD_VERDICT_NONE;
}

const char *rd_world_explanation(const rd_world *world) {
    return world && world->explanation ? world->explanation : "";
}

rd_status rd_world_bugcheck(const rd_world *world, rd_bugcheck *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    if (world->verdict != RD_VERDICT_BUGCHECK)
        return RD_NOT_FOUND;
    *out = world->bugcheck;
    return RD_OK;
}

/* ---- calls of the host that simulated code must carry out ------------------------------------ */

bool world_system_call(struct rd_world *w, void (*function)(void *context), void *context) {
    struct ps_thread *thread;
    struct ps_create_thread create = {.process = w->ps->system,
                                      .kernel_start = function,
                                      .kernel_context = context,
                                      .unannounced = true};
    if (w->ke->dead || !NT_SUCCESS(ps_create_thread(w, &create, &thread)))
        return false;
    w->ke->exclusive = &thread->tcb;
    w->ke->stop = false;
    w->ke->steps_limit = w->steps + w->options.steps_max;
    ke_set_time_limit(w, UINT64_MAX);
    w->running = true;
    ke_run(w);
    w->running = false;
    bool returned = thread->terminated;
    if (!returned)
        core_error(w, RD_FAILED, "it %s",
                   thread->tcb.state == KE_WAITING ? world_describe_wait(w, &thread->tcb)
                                                   : "has reached the limit of scheduling points");
    w->ke->exclusive = NULL;
    ob_dereference(w, thread);
    return returned;
}

rd_status world_did_not_return(struct rd_world *w, const char *what) {
    char why[CORE_TEXT_MAX];
    snprintf(why, sizeof why, "%s", w->ke->dead ? rd_world_explanation(w) : w->error);
    return core_error(w, RD_FAILED, "%s did not return: %s", what, why);
}

rd_status rd_system_call(rd_world *world, void (*function)(void *context), void *context) {
    if (!world || !function)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_system_call was called from inside a run");
    if (!world_system_call(world, function, context)) {
        world_judge(world);
        return world_did_not_return(world, "the system thread");
    }
    return RD_OK;
}
