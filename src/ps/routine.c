/* routine.c - calls of registered routines, and the wait of whoever removes one. */
#include "ps/routine.h"

#include "ke/track.h"
#include "ps/ps.h"

void ps_routine_init(struct rd_world *w, struct ps_routine *routine, const void *code,
                     const char *name) {
    *routine = (struct ps_routine){.name = name, .owner = w->ps->hooks.owner_of_code(w, code)};
    ke_lock_event_init(w, &routine->idle, KE_NOTIFY_CALLS, true);
    ke_track(w, &routine->idle, KE_NOTIFY_CALLS);
    routine->serial = ++w->ke->serial;
}

void ps_routine_hold(struct rd_world *w, struct ps_routine *routine) {
    ke_touch_object(w, &routine->idle.Header, CORE_UPDATE | (routine->running ? CORE_CLOSED : 0u));
    routine->running++;
    routine->idle.Header.Reserved2 = w->current_tid;
    ke_point(w, 0, KE_NOTHING);
}

void ps_routine_release(struct rd_world *w, struct ps_routine *routine) {
    unsigned kind = routine->removing ? core_counted_down(routine->running - 1) : CORE_UPDATE;
    ke_touch_object(w, &routine->idle.Header, kind | CORE_CLOSED);
    if (routine->idle.Header.Reserved2 == w->current_tid)
        routine->idle.Header.Reserved2 = 0;
    if (--routine->running == 0 && routine->removing)
        ke_event_set(w, &routine->idle);
}

static void call_unloaded(struct rd_world *w, const struct ps_routine *routine) {
    uint64_t address = (uint64_t)ob_id(w->ps->system) << 32 | routine->idle.Header.ObjectId;
    uint64_t parameters[4] = {address, 0x10, address, 0};
    bool forgotten = w->ps->hooks.code_forgotten(w, routine->owner);
    ke_bugcheck(w, forgotten ? 0x50 : 0xCE, parameters,
                core_textf(w,
                           "%s: a %s routine was still registered when its driver was unloaded, "
                           "and has now been called; remove it in DriverUnload (%s, NTFY-P-70)",
                           forgotten ? "PAGE_FAULT_IN_NONPAGED_AREA"
                                     : "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS",
                           routine->name, forgotten ? "RUN-22" : "RUN-20"));
}

void ps_routine_begin(struct rd_world *w, const struct ps_routine *routine,
                      struct ps_routine_call *call) {
    struct ke_thread *thread = w->ke->current;
    struct ps_thread_more *current = ps_more_make(w, ps_current(w));
    thread->apc_disable += !routine->open_region;
    *call = (struct ps_routine_call){.level = ke_level_now(w),
                                     .callback_before = thread->callback,
                                     .called = routine,
                                     .name_before = current->routine,
                                     .outer = current->calls};
    current->calls = call;
    current->routine = routine->name;
    thread->callback = routine->serial;
    ke_lock_taken(w, &routine->idle, KE_NOTIFY_CALLS);
    call->owner = w->ps->hooks.enter_owner(w, routine->owner);
    if (!w->ps->hooks.code_present(w, routine->owner))
        call_unloaded(w, routine);
}

void ps_routine_end(struct rd_world *w, const struct ps_routine *routine,
                    const struct ps_routine_call *call) {
    struct ke_thread *thread = w->ke->current;
    if (!ke_level_is(w, &call->level))
        ke_level_check(w, &call->level, core_textf(w, "a %s routine", routine->name));
    ke_lock_given(w, &routine->idle);
    thread->callback = call->callback_before;
    thread->apc_disable -= !routine->open_region;
    w->ps->hooks.enter_owner(w, call->owner);
    ps_current(w)->more->calls = call->outer;
    ps_current(w)->more->routine = call->name_before;
}

void ps_routine_may_block(struct rd_world *w, const char *how) {
    const struct ps_thread *current = ps_current(w);
    const struct ps_routine_call *call = current ? ps_more(current)->calls : NULL;
    if (!call || call->called->own_time || !ke_verifies_drivers(w))
        return;
    if (call->queued_work)
        ke_finding(w, RD_CHECK_N_WORKWAIT,
                   core_textf(w,
                              "%s in a %s routine that has queued a work item: whoever waits for "
                              "the routine waits for a worker thread, too (NTFY-P-71)",
                              how, call->called->name));
    else
        ke_finding(w, RD_CHECK_N_BLOCK,
                   core_textf(w,
                              "%s in a %s routine: the process that creates or ends something "
                              "stands still meanwhile (NTFY-P-71, NTFY-P-72)",
                              how, call->called->name));
}

void ps_routine_queues_work(struct rd_world *w) {
    const struct ps_thread *current = ps_current(w);
    if (current && ps_more(current)->calls)
        ps_more(current)->calls->queued_work = true;
}

/* The wait that follows never ends (NTFY-P-31). */
static void report_self_removal(struct rd_world *w, const struct ps_routine *routine) {
    const struct ps_thread *current = ps_current(w);
    const struct ps_routine_call *call = current ? ps_more(current)->calls : NULL;
    while (call && call->called != routine)
        call = call->outer;
    if (call && ke_verifies_drivers(w))
        ke_finding(w, RD_CHECK_N_SELFREMOVE,
                   core_textf(w,
                              "a %s routine is removed inside its own call: the removal waits for "
                              "that call to return, for ever (NTFY-P-31, RUN-18)",
                              routine->name));
}

void ps_routine_drain(struct rd_world *w, struct ps_routine *routine) {
    ke_lock_wanted(w, &routine->idle, KE_NOTIFY_CALLS, true);
    routine->removing = true;
    ke_touch_object(w, &routine->idle.Header, CORE_WRITE);
    if (!routine->running)
        return;
    report_self_removal(w, routine);
    core_event(w, RD_EVENT_NOTIFY_REMOVE_WAIT, RULE_RUN_16, .a = routine->running,
               .text = routine->name);
    ke_wait_kernel(w, &routine->idle);
}
