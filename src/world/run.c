/* run.c - running a world, and saying how the run ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rundown/rundown.h"
#include "world/world_internal.h"

/* ---- how it ended --------------------------------------------------------------------------------------------- */


/* One line per thread that can never run again: what it waits for, and who holds that. */
static const char *explain_deadlock(struct rd_world *w) {
    char text[16 * 1024];
    size_t used = (size_t)snprintf(text, sizeof text,
                                   "deadlock: no thread can ever run again and no timeout is "
                                   "pending\n");
    for (LIST_ENTRY *p = w->ps->processes.Flink; p != &w->ps->processes; p = p->Flink) {
        const struct ps_process *process = base_container(p, struct ps_process, link);
        for (LIST_ENTRY *t = process->threads.Flink; t != &process->threads; t = t->Flink) {
            const struct ps_thread *thread = base_container(t, struct ps_thread, link);
            if (used < sizeof text)
                used += (size_t)snprintf(
                    text + used, sizeof text - used, "  %s (process %" PRIu32 ") thread %" PRIu32
                                                     " %s%s\n",
                    process->name, process->pid, thread->tcb.tid, ke_describe_wait(w, &thread->tcb),
                    thread->tcb.kill_pending ? "; it is marked to die but cannot yet" : "");
        }
    }
    return core_text(w, text);
}

static bool has_pending_work(const struct rd_world *w) {
    const struct ke_state *ke = w->ke;
    return ke->ready_count || ke->resume || ke->heap_count > ke->idle_deadlines ||
           (ke->heap_count && ps_process_alive(w));
}

static void judge_rest(struct rd_world *w) {
    if (has_pending_work(w)) {
        bool limit = w->steps >= w->options.steps_max;
        w->verdict = limit ? RD_VERDICT_LIMIT : RD_VERDICT_RUNNABLE;
        w->explanation =
            limit ? core_textf(w, "the run was stopped after %" PRIu64
                                  " scheduling points (steps_max); a loop that never blocks is the "
                                  "usual reason",
                               w->steps)
                  : "";
    } else if (ps_process_alive(w)) {
        w->verdict = RD_VERDICT_DEADLOCK;
        w->explanation = explain_deadlock(w);
        core_event(w, RD_EVENT_DEADLOCK, RULE_NONE, .text = w->explanation);
    } else {
        if (w->verdict != RD_VERDICT_FINISHED)
            core_event(w, RD_EVENT_QUIESCENT, RULE_NONE);
        w->verdict = RD_VERDICT_FINISHED;
        w->explanation = "";
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

/* ---- running ----------------------------------------------------------------------------------------------------- */

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
    return world ? *(const volatile uint64_t *)&world->steps : 0;
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

/* ---- calls of the host that simulated code must carry out ---------------------------------------------------------- */

bool world_system_call(struct rd_world *w, void (*function)(void *context), void *context) {
    struct ps_thread *thread;
    struct ps_create_thread create = {
        .process = w->ps->system,
        .kernel_start = function,
        .kernel_context = context,
        .unannounced = true};
    if (w->ke->dead || !NT_SUCCESS(ps_create_thread(w, &create, &thread)))
        return false;
    w->ke->exclusive = &thread->tcb;
    w->ke->stop = false;
    w->ke->steps_limit = UINT64_MAX;
    ke_set_time_limit(w, UINT64_MAX);
    w->running = true;
    ke_run(w);
    w->running = false;
    bool returned = thread->terminated;
    w->ke->exclusive = NULL;
    ob_dereference(w, thread);
    return returned;
}

rd_status rd_system_call(rd_world *world, void (*function)(void *context), void *context) {
    if (!world || !function)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_system_call was called from inside a run");
    if (!world_system_call(world, function, context)) {
        world_judge(world);
        return core_error(world, RD_FAILED, "the system thread did not return: %s",
                          rd_world_explanation(world));
    }
    return RD_OK;
}
