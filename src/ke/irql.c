/* irql.c - IRQL, regions without APCs, and what stops the machine when a driver breaks their rules.
 */
#include "ke/irql.h"

#include <string.h>

#include "ke/track.h"

static const char *level_name(unsigned irql) {
    static const char *const names[] = {"PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL"};
    return irql < 3 ? names[irql] : "a device's level";
}

/* ---- IRQL ------------------------------------------------------------------------------------ */

uint8_t ke_irql(const struct rd_world *w) {
    return w->ke->current ? w->ke->current->irql : KE_PASSIVE_LEVEL;
}

uint8_t ke_irql_raise(struct rd_world *w, uint8_t irql) {
    struct ke_thread *thread = w->ke->current;
    if (!thread)
        return KE_PASSIVE_LEVEL;
    uint8_t before = thread->irql;
    if (irql < before)
        ke_violation(w, 0x30,
                     core_textf(w,
                                "KeRaiseIrql to %s, but the thread is already at %s "
                                "(IRQL-09)",
                                level_name(irql), level_name(before)));
    thread->irql = irql;
    ke_page(w);
    return before;
}

void ke_irql_lower(struct rd_world *w, uint8_t irql) {
    struct ke_thread *thread = w->ke->current;
    if (!thread)
        return;
    uint8_t before = thread->irql;
    if (irql > before)
        ke_violation(w, 0x31,
                     core_textf(w, "KeLowerIrql to %s, but the thread is at %s (IRQL-09)",
                                level_name(irql), level_name(before)));
    thread->irql = irql;
    ke_page(w);
    if (before >= KE_DISPATCH_LEVEL && irql < KE_DISPATCH_LEVEL)
        ke_point(w, 0, KE_NOTHING); /* what had to wait for the processor comes now */
    else if (irql == KE_PASSIVE_LEVEL)
        ke_run_kernel_apcs(w);
}

/* SDV's rules go by component and level. */
static rd_check level_check(uint8_t highest, const char *routine) {
    if (strncmp(routine, "Ob", 2) == 0)
        return RD_CHECK_K_IRQL_OB;
    if (strncmp(routine, "KeSetEvent with", 15) == 0)
        return RD_CHECK_K_IRQL_SETEVENT;
    if (highest == KE_DISPATCH_LEVEL)
        return RD_CHECK_K_IRQL_DISPATCHLTE;
    if (highest == KE_APC_LEVEL)
        return RD_CHECK_K_IRQL_APCLTE;
    return strncmp(routine, "Ps", 2) == 0 ? RD_CHECK_K_IRQL_PS : RD_CHECK_K_IRQL_PASSIVE;
}

void ke_irql_check(struct rd_world *w, uint8_t highest, const char *routine, const char *rule) {
    uint8_t irql = ke_irql(w);
    if (irql > highest)
        ke_violation_of(w, level_check(highest, routine), 0xE5,
                        core_textf(w,
                                   "%s was called at %s; it may be called at most at %s "
                                   "(%s, IRQL-08)",
                                   routine, level_name(irql), level_name(highest), rule));
}

void ke_service_check(struct rd_world *w, const char *routine) {
    uint8_t irql = ke_irql(w);
    struct ke_thread *thread = w->ke->current;
    if (irql > KE_PASSIVE_LEVEL)
        ke_violation(w, 0xE6,
                     core_textf(w,
                                "%s was called at %s; system services need "
                                "PASSIVE_LEVEL, so they are illegal inside a fast mutex "
                                "or a spin lock (IRQL-07)",
                                routine, level_name(irql)));
    if (thread && thread->special_apc_disable)
        ke_violation(w, 0xE6,
                     core_textf(w,
                                "%s was called in a guarded region; system services "
                                "need special kernel APCs enabled (IRQL-07)",
                                routine));
}

void ke_wait_check(struct rd_world *w, const char *routine, bool may_block) {
    uint8_t irql = ke_irql(w);
    if (may_block && irql > KE_APC_LEVEL)
        ke_violation(w, 0x3B,
                     core_textf(w,
                                "%s may block and was called at %s; at DISPATCH_LEVEL "
                                "only a timeout of zero is allowed (IRQL-04, IRQL-05)",
                                routine, level_name(irql)));
    if (irql > KE_DISPATCH_LEVEL)
        ke_irql_check(w, KE_DISPATCH_LEVEL, routine, "IRQL-04");
}

/* ---- regions --------------------------------------------------------------------------------- */

void ke_region_enter(struct rd_world *w) {
    ke_irql_check(w, KE_APC_LEVEL, "KeEnterCriticalRegion", "IRQL-02");
    if (w->ke->current)
        w->ke->current->apc_disable++;
}

void ke_region_leave(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    if (!thread)
        return;
    if (thread->apc_disable <= 0)
        ke_violation(w, 0x3E, "KeLeaveCriticalRegion without KeEnterCriticalRegion (LOCK-07)");
    thread->apc_disable--;
    ke_point(w, 0, KE_NOTHING);
}

void ke_guarded_enter(struct rd_world *w) {
    ke_irql_check(w, KE_APC_LEVEL, "KeEnterGuardedRegion", "IRQL-02");
    if (w->ke->current)
        w->ke->current->special_apc_disable++;
}

void ke_guarded_leave(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    if (!thread)
        return;
    if (thread->special_apc_disable <= 0)
        ke_violation(w, 0x3E, "KeLeaveGuardedRegion without KeEnterGuardedRegion (LOCK-07)");
    thread->special_apc_disable--;
    ke_point(w, 0, KE_NOTHING);
}

bool ke_apcs_disabled(const struct rd_world *w) {
    const struct ke_thread *thread = w->ke->current;
    return thread &&
           (thread->apc_disable || thread->special_apc_disable || thread->irql >= KE_APC_LEVEL);
}

bool ke_all_apcs_disabled(const struct rd_world *w) {
    const struct ke_thread *thread = w->ke->current;
    return thread && (thread->special_apc_disable || thread->irql >= KE_APC_LEVEL);
}

/* ---- calls of a driver's routines ------------------------------------------------------------ */

struct ke_level ke_level_now(const struct rd_world *w) {
    const struct ke_thread *thread = w->ke->current;
    return (struct ke_level){.irql = thread->irql,
                             .apc_disable = thread->apc_disable,
                             .special_apc_disable = thread->special_apc_disable,
                             .locks = ke_locks_count(w)};
}

bool ke_level_is(const struct rd_world *w, const struct ke_level *before) {
    const struct ke_level now = ke_level_now(w);
    return now.irql == before->irql && now.apc_disable == before->apc_disable &&
           now.special_apc_disable == before->special_apc_disable && now.locks <= before->locks;
}

void ke_level_check(struct rd_world *w, const struct ke_level *before, const char *routine) {
    const struct ke_level now = ke_level_now(w);
    const char *held = now.locks > before->locks ? ke_locks_held(w) : NULL;
    const char *holding = held ? core_textf(w, " and still holds %s", held) : "";
    if (now.irql != before->irql) {
        uint64_t parameters[4] = {(uint64_t)now.irql << 16 | (uint64_t)before->irql << 8, 0, 0, 0};
        ke_bugcheck(w, 0xC8, parameters,
                    core_textf(w,
                               "IRQL_UNEXPECTED_VALUE: %s returned at %s but was called at %s%s "
                               "(IRQL-10)",
                               routine, level_name(now.irql), level_name(before->irql), holding));
    }
    int left = now.apc_disable - before->apc_disable + now.special_apc_disable -
               before->special_apc_disable;
    if (left) {
        uint64_t parameters[4] = {0, 0, (uint64_t)(int64_t)-now.apc_disable, 0};
        ke_bugcheck(w, 0x1, parameters,
                    core_textf(w,
                               "APC_INDEX_MISMATCH: %s left %d critical or guarded regions "
                               "entered%s (TERM-42)",
                               routine, left, holding));
    }
    if (held)
        ke_violation(w, KE_STOP_LOCK_RETURN,
                     core_textf(w, "%s returned%s (LOCK-07)", routine, holding));
}

/* ---- locks in driver memory ------------------------------------------------------------------ */

void ke_header_check(struct rd_world *w, const DISPATCHER_HEADER *header, const char *routine) {
    if (!header->WaitListHead.Flink)
        ke_uninitialised(w, routine);
}

const char *ke_lock_name(enum ke_lock lock) {
    static const char *const names[KE_LOCKS] = {"object",
                                                "fast mutex",
                                                "guarded mutex",
                                                "push lock",
                                                "ERESOURCE",
                                                "rundown protection",
                                                "running calls of a notify routine",
                                                "message queue",
                                                "first idle input of a process",
                                                "ContinueDebugEvent by its debugger",
                                                "I/O request",
                                                "AbortSystemShutdown",
                                                "loader lock",
                                                "PEB lock",
                                                "callbacks of a thread pool",
                                                "work for a thread pool",
                                                "timers and waits of a thread pool",
                                                "spin lock",
                                                "kernel mutex",
                                                "lookaside list",
                                                "dispatcher object",
                                                "address space lock",
                                                "remove lock"};
    return (unsigned)lock < KE_LOCKS ? names[lock] : "object";
}

void ke_lock_event_init(struct rd_world *w, KEVENT *event, enum ke_lock lock, bool manual) {
    ke_header_init(w, &event->Header, manual ? EventNotificationObject : EventSynchronizationObject,
                   0, false);
    event->Header.Signalling = (UCHAR)lock;
}
