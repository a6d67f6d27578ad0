/* routine.c - calls of registered routines, and the wait of whoever removes one. */
#include "ps/routine.h"

#include "ke/irql.h"
#include "ke/verify.h"
#include "ps/ps.h"

void ps_routine_init(struct rd_world *w, struct ps_routine *routine, const void *code,
                     const char *name) {
    *routine = (struct ps_routine){.name = name, .owner = w->ps->hooks.owner_of_code(w, code)};
    ke_lock_event_init(w, &routine->idle, KE_NOTIFY_CALLS, true);
}

void ps_routine_hold(struct rd_world *w, struct ps_routine *routine) {
    routine->running++;
    ke_touch_object(w, &routine->idle.Header, CORE_UPDATE);
    ke_point(w, 0, KE_NOTHING);
}

void ps_routine_release(struct rd_world *w, struct ps_routine *routine) {
    ke_touch_object(w, &routine->idle.Header, CORE_UPDATE);
    if (--routine->running == 0 && routine->removing)
        ke_event_set(w, &routine->idle);
}

static void call_unloaded(struct rd_world *w, const struct ps_routine *routine) {
    uint64_t address = (uint64_t)ob_id(w->ps->system) << 32 | routine->idle.Header.ObjectId;
    uint64_t parameters[4] = {address, 0x10, address, 0};
    ke_bugcheck(w, 0xCE, parameters,
                core_textf(w,
                           "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS: a %s routine "
                           "was still registered when its driver was unloaded, and has now been "
                           "called; remove it in DriverUnload (RUN-20, NTFY-P-70)",
                           routine->name));
}

void ps_routine_begin(struct rd_world *w, const struct ps_routine *routine,
                      struct ps_routine_call *call) {
    struct ke_thread *thread = w->ke->current;
    struct ps_thread *current = ps_current(w);
    thread->apc_disable++;
    *call = (struct ps_routine_call){.irql = thread->irql,
                                     .apc_disable = thread->apc_disable,
                                     .special_apc_disable = thread->special_apc_disable,
                                     .called = routine,
                                     .name_before = current->routine,
                                     .outer = current->calls};
    current->calls = call;
    current->routine = routine->name;
    call->owner = w->ps->hooks.enter_owner(w, routine->owner);
    if (!w->ps->hooks.code_present(w, routine->owner))
        call_unloaded(w, routine);
}

static void bugcheck_regions(struct rd_world *w, const struct ps_routine *routine, int left) {
    uint64_t parameters[4] = {0, 0, (uint64_t)(int64_t)w->ke->current->apc_disable, 0};
    ke_bugcheck(w, 0x1, parameters,
                core_textf(w,
                           "APC_INDEX_MISMATCH: a %s routine left %d critical or guarded regions "
                           "entered (TERM-42)",
                           routine->name, left));
}

void ps_routine_end(struct rd_world *w, const struct ps_routine *routine,
                    const struct ps_routine_call *call) {
    struct ke_thread *thread = w->ke->current;
    if (thread->irql != call->irql) {
        uint64_t parameters[4] = {(uint64_t)thread->irql << 16 | (uint64_t)call->irql << 8, 0, 0,
                                  0};
        ke_bugcheck(w, 0xC8, parameters,
                    core_textf(w,
                               "IRQL_UNEXPECTED_VALUE: a %s routine returned at IRQL %d but was "
                               "called at %d (IRQL-10)",
                               routine->name, thread->irql, call->irql));
    }
    int left = thread->apc_disable - call->apc_disable + thread->special_apc_disable -
               call->special_apc_disable;
    if (left)
        bugcheck_regions(w, routine, left);
    thread->apc_disable--;
    w->ps->hooks.enter_owner(w, call->owner);
    ps_current(w)->calls = call->outer;
    ps_current(w)->routine = call->name_before;
}

/* The wait that follows never ends (NTFY-P-31). */
static void report_self_removal(struct rd_world *w, const struct ps_routine *routine) {
    const struct ps_thread *current = ps_current(w);
    const struct ps_routine_call *call = current ? current->calls : NULL;
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
    routine->removing = true;
    ke_touch_object(w, &routine->idle.Header, CORE_WRITE);
    if (!routine->running)
        return;
    report_self_removal(w, routine);
    core_event(w, RD_EVENT_NOTIFY_REMOVE_WAIT, RULE_RUN_16, .a = routine->running,
               .text = routine->name);
    ke_wait_kernel(w, &routine->idle);
}
