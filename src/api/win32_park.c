/*
 * win32_park.c - parking threads at addresses.
 *
 * A parked thread can be killed or time out without coming back here. Its record then stays in the
 * queue; it is recognised because the thread no longer waits with this record's text as its reason.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/win32_park.h"
#include "api/win32_state.h"
#include "ldr/verify.h"

#define HASH_NONFATAL_OOM 0
#define uthash_malloc(size) core_alloc(w, size)
#define uthash_free(memory, size) core_free(w, memory, size)
#include <uthash.h>

enum { REASON_SIZE = 96 };

struct park_key {
    uint64_t process; /* number of the object */
    uint64_t address;
};

struct api_parking {
    UT_hash_handle hh;
    struct park_key key;
    LIST_ENTRY records;
};

struct record {
    LIST_ENTRY link;
    uint32_t tid, object; /* of the thread */
    char reason[REASON_SIZE];
};

static struct park_key key_of(const struct api_caller *me, const volatile void *address) {
    return (struct park_key){ob_id(me->process), (uint64_t)(uintptr_t)address};
}

static struct api_parking *find(struct api_caller *me, const volatile void *address) {
    struct api_parking *found, *parkings = me->w->parkings;
    struct park_key key = key_of(me, address);
    HASH_FIND(hh, parkings, &key, sizeof key, found);
    return found;
}

static struct api_parking *get(struct api_caller *me, const volatile void *address) {
    struct rd_world *w = me->w;
    struct api_parking *parking = find(me, address);
    if (parking)
        return parking;
    struct api_parking **parkings = &w->parkings;
    parking = core_alloc(w, sizeof *parking);
    parking->key = key_of(me, address);
    base_list_init(&parking->records);
    HASH_ADD(hh, *parkings, key, sizeof parking->key, parking);
    return parking;
}

static void drop_if_empty(struct rd_world *w, struct api_parking *parking) {
    struct api_parking **parkings = &w->parkings;
    if (!base_list_empty(&parking->records))
        return;
    HASH_DEL(*parkings, parking);
    core_free(w, parking, sizeof *parking);
}

/* The thread that is still parked with this record, or NULL. */
static struct ke_thread *parked_thread(struct rd_world *w, const struct record *record) {
    struct ps_thread *thread = ps_thread_by_id(w, record->tid);
    if (!thread || ob_id(thread) != record->object || thread->tcb.state != KE_WAITING ||
        thread->tcb.wait_reason != record->reason)
        return NULL;
    return &thread->tcb;
}

/* Whoever comes to wake the thread finds that something else has ended its wait. */
static void touch_end(struct rd_world *w, const struct record *record) {
    core_touch(w, core_place(CORE_LIFE, record->object), CORE_READ);
}

static void forget(struct rd_world *w, struct record *record) {
    base_list_remove(&record->link);
    core_free(w, record, sizeof *record);
}

/* The record of the calling thread goes, if nobody has unparked it: after a timeout. */
static void forget_own(struct api_caller *me, const volatile void *address) {
    struct api_parking *parking = find(me, address);
    if (!parking)
        return;
    base_list_each(link, &parking->records) {
        struct record *record = base_container(link, struct record, link);
        if (record->object == ob_id(me->thread))
            forget(me->w, record);
    }
    drop_if_empty(me->w, parking);
}

NTSTATUS api_park(struct api_caller *caller, const volatile void *address, DWORD milliseconds,
                  const char *what) {
    LONGLONG timeout;
    struct record *record = core_alloc(caller->w, sizeof *record);
    record->tid = caller->thread->tcb.tid;
    record->object = ob_id(caller->thread);
    snprintf(record->reason, sizeof record->reason, "%s", what);
    base_list_push_back(&get(caller, address)->records, &record->link);
    NTSTATUS status =
        ke_wait(caller->w, &(struct ke_wait){.mode = UserMode,
                                             .timeout = api_timeout(milliseconds, &timeout),
                                             .reason = record->reason});
    /* Whoever would have woken it has to find that it came too late, where that is explored. */
    if (status == STATUS_TIMEOUT && !caller->w->ke->every_order)
        forget_own(caller, address);
    return status;
}

const void *api_parked_at(struct rd_world *w, const struct ke_thread *thread) {
    for (struct api_parking *parking = w->parkings; parking; parking = parking->hh.next) {
        base_list_each(link, &parking->records) {
            if (parked_thread(w, base_container(link, struct record, link)) == thread)
                return (const void *)(uintptr_t)parking->key.address;
        }
    }
    return NULL;
}

/* The parked thread before which `skipped` others have come, or NULL. */
static struct record *parked_record(struct rd_world *w, struct api_parking *parking,
                                    unsigned skipped) {
    base_list_each(link, &parking->records) {
        struct record *record = base_container(link, struct record, link);
        if (!parked_thread(w, record)) {
            touch_end(w, record);
            forget(w, record);
        } else if (skipped-- == 0)
            return record;
    }
    return NULL;
}

/* Who is woken next: the first one, or any if that is open and not all are woken. */
static struct record *next_to_wake(struct rd_world *w, struct api_parking *parking,
                                   unsigned limit) {
    unsigned parked = 0;
    if (RD_UNLIKELY(w->choices.choose & RD_CHOOSE_WAITER))
        while (parked_record(w, parking, parked))
            parked++;
    unsigned open = parked > limit ? parked : 1;
    return parked_record(w, parking, core_choose(w, CORE_CHOOSE_WAITER, open));
}

void api_unpark_any(struct api_caller *caller, const volatile void *address, unsigned limit) {
    struct rd_world *w = caller->w;
    struct api_parking *parking = find(caller, address);
    if (!parking)
        return;
    for (unsigned woken = 0; woken < limit; woken++) {
        struct record *record = next_to_wake(w, parking, limit - woken);
        if (!record)
            break;
        ke_unwait(w, parked_thread(w, record), STATUS_SUCCESS);
        forget(w, record);
    }
    drop_if_empty(w, parking);
}

uint32_t api_first_parked(struct api_caller *caller, const volatile void *address) {
    struct api_parking *parking = find(caller, address);
    if (!parking)
        return 0;
    base_list_each(link, &parking->records) {
        const struct ke_thread *thread =
            parked_thread(caller->w, base_container(link, struct record, link));
        if (thread)
            return thread->tid;
    }
    return 0;
}

/* ---- locks whose owner is dead --------------------------------------------------------------- */

static bool owner_lives(struct api_caller *me, uint32_t tid) {
    const struct ps_thread *owner = ps_thread_by_id(me->w, tid);
    return owner && owner->process == me->process && !owner->marked && !owner->terminated;
}

bool api_is_alive(const struct api_caller *caller, uint32_t tid) {
    const struct ps_thread *thread = ps_thread_by_id(caller->w, tid);
    return thread && thread->process == caller->process && !thread->terminated;
}

void api_check_orphan(struct api_caller *caller, uint32_t owner_tid, const char *what) {
    struct rd_world *w = caller->w;
    const struct ldr_process *process = caller->process->ldr;
    bool hangs = w->options.dialect == RD_DIALECT_DOCUMENTED;
    if (!process->shutting_down || hangs || (owner_tid && owner_lives(caller, owner_tid)))
        return;
    ldr_verify_lock_orphaned(w, what);
    core_event(w, RD_EVENT_LOCK_ORPHANED, RULE_PROC_39, .a = owner_tid,
               .text = core_textf(w, "%s; the process ends on the spot", what));
    ps_terminate_process(w, caller->process, (NTSTATUS)process->pending_exit_code);
    ps_exit_thread(w, (NTSTATUS)process->pending_exit_code); /* it was being terminated already */
}
