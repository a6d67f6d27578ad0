/*
 * wait.c - waits: test, consume on success, or queue a block at each object and give up the
 * processor.
 *
 * Waiters are served in the order in which they came. A wait for all objects consumes nothing until
 * all are signaled at the same moment.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ke/irql.h"
#include "ke/verify.h"
#include "ke/ke.h"

/* ---- what "signaled" means, per type --------------------------------------------------------- */

/* What a wait that ends by an object takes of its state. */
enum consumption { TAKES_NOTHING, SEES_END, TAKES_ALL, TAKES_ONE, TAKES_OWNERSHIP };

static const struct {
    const char *name;
    enum consumption consumption;
} types[] = {
    [EventNotificationObject] = {"Event", TAKES_NOTHING},
    [EventSynchronizationObject] = {"Event", TAKES_ALL},
    [MutantObject] = {"Mutant", TAKES_OWNERSHIP},
    [ProcessObject] = {"Process", TAKES_NOTHING},
    [QueueObject] = {"Queue", TAKES_NOTHING},
    [SemaphoreObject] = {"Semaphore", TAKES_ONE},
    [ThreadObject] = {"Thread", SEES_END},
    [GateObject] = {"Gate", TAKES_ALL},
    [TimerNotificationObject] = {"Timer", TAKES_NOTHING},
    [TimerSynchronizationObject] = {"Timer", TAKES_ALL},
};

static bool is_own(const DISPATCHER_HEADER *object, const struct ke_thread *thread) {
    const KMUTANT *mutant = (const KMUTANT *)(const void *)object;
    return object->Type == MutantObject &&
           (const void *)mutant->OwnerThread == (const void *)thread;
}

/* A mutant is signaled for its owner, too. */
bool ke_is_signaled(const DISPATCHER_HEADER *object, const struct ke_thread *thread) {
    return object->SignalState > 0 || is_own(object, thread);
}

static bool own_mutant(struct rd_world *w, DISPATCHER_HEADER *object, struct ke_thread *thread) {
    KMUTANT *mutant = (KMUTANT *)(void *)object;
    if (--object->SignalState != 0) {
        core_touch(w, core_recursion_place(object->ObjectId), CORE_WRITE);
        return false;
    }
    bool abandoned = mutant->Abandoned;
    mutant->OwnerThread = (void *)thread;
    mutant->Abandoned = FALSE;
    base_list_push_back(&ke_belongings_make(w, thread)->mutants, &mutant->MutantListEntry);
    thread->apc_disable = (int16_t)(thread->apc_disable + mutant->ApcDisable);
    core_event(w, RD_EVENT_MUTANT_ACQUIRE, abandoned ? RULE_WAIT_09 : RULE_NONE,
               .object = object->ObjectId, .a = abandoned);
    return abandoned;
}

static void see_end(struct rd_world *w, DISPATCHER_HEADER *object) {
    struct ke_thread *ended = (struct ke_thread *)(void *)object;
    if (!ended->end_seen && ended->state == KE_TERMINATED)
        w->ke->ends_unseen--;
    ended->end_seen = true;
}

/* True if the object was abandoned by its owner. */
static inline bool satisfy(struct rd_world *w, DISPATCHER_HEADER *object,
                           struct ke_thread *thread) {
    switch (types[object->Type].consumption) {
    case TAKES_NOTHING:
        return false;
    case SEES_END:
        see_end(w, object);
        return false;
    case TAKES_ALL:
        object->SignalState = 0;
        return false;
    case TAKES_ONE:
        object->SignalState--;
        return false;
    default:
        return own_mutant(w, object, thread);
    }
}

void ke_header_init(struct rd_world *w, DISPATCHER_HEADER *header, uint8_t type, LONG state,
                    bool owned) {
    memset(header, 0, sizeof *header);
    header->Type = type;
    header->SignalState = state;
    header->Reserved1 = owned;
    header->ObjectId = owned ? ob_id(header) : w->ob->next_id++;
    base_list_init(&header->WaitListHead);
}

void ke_inner_event_init(struct rd_world *w, KEVENT *event, void *body, bool manual,
                         bool signaled) {
    size_t distance = (size_t)((char *)event - (char *)body);
    RD_ASSERT(distance % 8 == 0 && distance / 8 < UINT8_MAX);
    ke_header_init(w, &event->Header, manual ? EventNotificationObject : EventSynchronizationObject,
                   signaled, false);
    event->Header.Reserved1 = (UCHAR)(1 + distance / 8);
    event->Header.ObjectId = ob_id(body);
}

/* ---- immediate outcomes ---------------------------------------------------------------------- */

/* Objects whose state a wait does not change are only looked at. */
static bool is_consumed(const DISPATCHER_HEADER *object) {
    return types[object->Type].consumption >= TAKES_ALL;
}

/* A wait looks at the object, and changes it only if it ends by it. */
static unsigned access_kind(const DISPATCHER_HEADER *object, const struct ke_thread *thread,
                            bool taken) {
    bool leaves = types[object->Type].consumption == TAKES_ONE && object->SignalState > 1;
    bool changes = is_consumed(object);
    return (taken && changes ? CORE_WRITE : CORE_READ) | (changes ? CORE_TAKES : 0u) |
           (leaves ? CORE_OPEN : 0u) | (ke_is_signaled(object, thread) ? 0u : CORE_CLOSED);
}

enum { EVERY_OBJECT = UINT32_MAX, NO_OBJECT = UINT32_MAX - 1 };

/*
 * The wait touches all of its objects, and takes that one. Whoever waits for a mutant cannot tell
 * how often its owner acquires it.
 */
static void look_at(struct rd_world *w, const struct ke_wait *wait, const struct ke_thread *thread,
                    uint32_t taken) {
    if (RD_LIKELY(!core_is_watched(w)))
        return;
    for (uint32_t i = 0; i < wait->count; i++) {
        bool is_taken = taken == i || taken == EVERY_OBJECT;
        if (!is_own(wait->objects[i], thread))
            ke_touch_object(w, wait->objects[i], access_kind(wait->objects[i], thread, is_taken));
    }
}

/* The first one that is signaled counts, but the wait has looked at all of them. */
static NTSTATUS try_any(struct rd_world *w, const struct ke_wait *wait, struct ke_thread *thread) {
    uint32_t first = 0;
    while (first < wait->count && !ke_is_signaled(wait->objects[first], thread))
        first++;
    look_at(w, wait, thread, first);
    if (first == wait->count)
        return STATUS_PENDING;
    return (satisfy(w, wait->objects[first], thread) ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0) +
           (NTSTATUS)first;
}

static NTSTATUS try_all(struct rd_world *w, const struct ke_wait *wait, struct ke_thread *thread) {
    bool all = true;
    for (uint32_t i = 0; i < wait->count; i++)
        all &= ke_is_signaled(wait->objects[i], thread);
    look_at(w, wait, thread, all ? EVERY_OBJECT : NO_OBJECT);
    if (!all)
        return STATUS_PENDING;
    bool abandoned = false;
    for (uint32_t i = 0; i < wait->count; i++)
        abandoned |= satisfy(w, wait->objects[i], thread);
    return abandoned ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0;
}

/* Driver code shall return to user mode, where the thread dies. */
static bool is_told_to_end(const struct ke_wait *wait, const struct ke_thread *thread) {
    return wait->mode == UserMode && thread->kill_pending && !thread->exiting &&
           !thread->apc_disable && !thread->special_apc_disable && thread->irql < KE_APC_LEVEL;
}

static NTSTATUS try_now(struct rd_world *w, const struct ke_wait *wait, struct ke_thread *thread) {
    NTSTATUS status = STATUS_PENDING;
    if (wait->count)
        status = wait->all ? try_all(w, wait, thread) : try_any(w, wait, thread);
    if (wait->alertable)
        ke_touch_life(w, thread, CORE_READ);
    if (status != STATUS_PENDING)
        return status;
    if (wait->alertable && (ke_test_alert(w, wait->mode) || ke_test_alert(w, KernelMode)))
        return STATUS_ALERTED;
    if (wait->alertable && wait->mode == UserMode && ke_has_user_apcs(thread))
        return STATUS_USER_APC;
    if (is_told_to_end(wait, thread))
        return STATUS_USER_APC;
    if (wait->timeout && *wait->timeout == 0 && wait->count)
        return STATUS_TIMEOUT;
    return STATUS_PENDING;
}

/* ---- queued waits ---------------------------------------------------------------------------- */

static void timeout_expired(struct rd_world *w, struct ke_deadline *deadline) {
    ke_unwait(w, base_container(deadline, struct ke_thread, timeout), STATUS_TIMEOUT);
}

static void queue_blocks(struct rd_world *w, const struct ke_wait *wait, struct ke_thread *thread) {
    thread->wait_blocks = thread->inline_blocks;
    if (wait->count > KE_INLINE_WAIT_BLOCKS)
        thread->wait_blocks = core_alloc(w, wait->count * sizeof *thread->wait_blocks);
    thread->wait_count = (uint8_t)wait->count;
    for (uint32_t i = 0; i < wait->count; i++) {
        struct ke_wait_block *block = &thread->wait_blocks[i];
        block->thread = thread;
        block->object = wait->objects[i];
        block->index = i;
        block->all = wait->all;
        base_list_push_back(&block->object->WaitListHead, &block->link);
        if (block->object->Reserved1)
            ob_reference(ke_body_of(block->object));
    }
}

static void unqueue_blocks(struct rd_world *w, struct ke_thread *thread) {
    uint32_t count = thread->wait_count;
    for (uint32_t i = 0; i < count; i++) {
        struct ke_wait_block *block = &thread->wait_blocks[i];
        base_list_remove(&block->link);
        if (block->object->Reserved1)
            ob_dereference(w, ke_body_of(block->object));
    }
    if (count > KE_INLINE_WAIT_BLOCKS)
        core_free(w, thread->wait_blocks, count * sizeof *thread->wait_blocks);
    thread->wait_count = 0;
    thread->wait_blocks = NULL;
}

/* Whoever signals one of the objects finds one waiter less. */
static void touch_blocks(struct rd_world *w, const struct ke_thread *thread) {
    if (RD_UNLIKELY(w->choices.observer != NULL))
        for (uint32_t i = 0; i < thread->wait_count; i++) {
            const DISPATCHER_HEADER *object = thread->wait_blocks[i].object;
            if (!is_own(object, thread))
                ke_touch_object(w, object, access_kind(object, thread, false));
        }
}

void ke_unwait(struct rd_world *w, struct ke_thread *thread, NTSTATUS status) {
    RD_ASSERT(thread->state == KE_WAITING);
    ke_touch_life(w, thread, CORE_WRITE);
    touch_blocks(w, thread);
    thread->wait_status = status;
    unqueue_blocks(w, thread);
    if (thread->timeout.position != KE_NO_TIMER)
        ke_deadline_cancel(w, &thread->timeout);
    if (w->current_tid && status != STATUS_TIMEOUT)
        core_event(w, RD_EVENT_WAKE, RULE_NONE, .a = thread->tid);
    if (thread->kill_pending)
        ke_finish_pending_kill(w, thread);
    ke_ready(w, thread);
}

static NTSTATUS retry_all(struct rd_world *w, struct ke_thread *thread) {
    DISPATCHER_HEADER *objects[KE_MAXIMUM_WAIT_OBJECTS];
    struct ke_wait wait = {.count = thread->wait_count, .objects = objects, .all = true};
    for (uint32_t i = 0; i < wait.count; i++)
        objects[i] = thread->wait_blocks[i].object;
    return try_all(w, &wait, thread);
}

/* The outcome for a queued wait now that the object of `block` has changed, or STATUS_PENDING. */
static NTSTATUS retry(struct rd_world *w, struct ke_wait_block *block) {
    struct ke_thread *thread = block->thread;
    if (block->all)
        return retry_all(w, thread);
    if (!ke_is_signaled(block->object, thread))
        return STATUS_PENDING;
    return (satisfy(w, block->object, thread) ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0) +
           (NTSTATUS)block->index;
}

static bool would_end(const struct ke_wait_block *block) {
    const struct ke_thread *thread = block->thread;
    if (!block->all)
        return ke_is_signaled(block->object, thread);
    for (uint32_t i = 0; i < thread->wait_count; i++)
        if (!ke_is_signaled(thread->wait_blocks[i].object, thread))
            return false;
    return true;
}

/*
 * Whose wait is tested next, from `link` on. Where that is open, and more threads could go on than
 * the object lets through: any of them.
 */
static LIST_ENTRY *next_waiter(struct rd_world *w, DISPATCHER_HEADER *object, LIST_ENTRY *link) {
    if (RD_LIKELY(!(w->choices.choose & RD_CHOOSE_WAITER)) || !is_consumed(object))
        return link;
    unsigned able = 0;
    base_list_each(entry, &object->WaitListHead) able +=
        would_end(base_container(entry, struct ke_wait_block, link));
    if (able <= (unsigned)object->SignalState || object->SignalState < 0)
        return link;
    unsigned answer = core_choose(w, CORE_CHOOSE_WAITER, able);
    for (link = object->WaitListHead.Flink;; link = link->Flink)
        if (would_end(base_container(link, struct ke_wait_block, link)) && answer-- == 0)
            return link;
}

/* The waits may hold the last references to the object: it lives on until all are tested. */
void ke_test_waiters(struct rd_world *w, DISPATCHER_HEADER *object) {
    void *body = ke_body_of(object);
    if (base_list_empty(&object->WaitListHead))
        return;
    if (body)
        ob_reference(body);
    LIST_ENTRY *link = object->WaitListHead.Flink;
    while (link != &object->WaitListHead) {
        link = next_waiter(w, object, link);
        struct ke_wait_block *block = base_container(link, struct ke_wait_block, link);
        NTSTATUS status = retry(w, block);
        if (status == STATUS_PENDING) {
            link = link->Flink;
            continue;
        }
        ke_unwait(w, block->thread, status);
        link = object->WaitListHead.Flink;
    }
    if (body)
        ob_dereference(w, body);
}

/* ---- the wait itself ------------------------------------------------------------------------- */

static const char *outcome_name(struct rd_world *w, NTSTATUS status) {
    switch (status) {
    case STATUS_WAIT_0:
        return "WAIT_OBJECT_0";
    case STATUS_ABANDONED_WAIT_0:
        return "WAIT_ABANDONED_0";
    case STATUS_TIMEOUT:
        return "WAIT_TIMEOUT";
    case STATUS_USER_APC:
        return "a user APC is to be run";
    case STATUS_KERNEL_APC:
        return "a kernel APC is to be run";
    case STATUS_ALERTED:
        return "the thread is alerted";
    default:
        return core_textf(w, "%s + %d", status < 0x80 ? "WAIT_OBJECT_0" : "WAIT_ABANDONED_0",
                          status & 0x7F);
    }
}

/* `type` is that of the first object, which may be gone by now. */
static unsigned outcome_rule(NTSTATUS status, const struct ke_wait *wait, uint8_t type) {
    if (status == STATUS_WAIT_0 && wait->count == 1 &&
        (type == ProcessObject || type == ThreadObject))
        return RULE_WAIT_05;
    if (status >= 0 && status < STATUS_ABANDONED_WAIT_0 && wait->count > 1)
        return wait->all ? RULE_WAIT_20 : RULE_WAIT_17;
    if (status == STATUS_USER_APC)
        return RULE_WAIT_27;
    if (status >= STATUS_ABANDONED_WAIT_0 && status < STATUS_USER_APC)
        return RULE_WAIT_09;
    return RULE_NONE;
}

static void begin_wait(struct rd_world *w, const struct ke_wait *wait, struct ke_thread *thread) {
    thread->state = KE_WAITING;
    thread->wait_mode = wait->mode;
    thread->alertable = wait->alertable;
    thread->wait_reason = wait->count ? NULL : wait->reason;
    thread->wait_status = STATUS_PENDING;
    if (wait->count)
        queue_blocks(w, wait, thread);
    core_event(w, wait->count ? RD_EVENT_WAIT_BEGIN : RD_EVENT_SLEEP, RULE_NONE,
               .object = wait->count ? wait->objects[0]->ObjectId : 0, .a = wait->count > 1,
               .b = wait->alertable, .c = wait->timeout != NULL);
    if (wait->timeout) {
        thread->timeout.expire = timeout_expired;
        ke_deadline_arm(w, &thread->timeout, ke_absolute_time(w, *wait->timeout));
    }
}

/* ---- where every order is open --------------------------------------------------------------- */

/* A thread stands before the wait. Its objects were looked up before, and live as long. */
struct stand {
    LIST_ENTRY link; /* in ke_state.standing, if there are handles */
    struct ke_thread *thread;
    const struct ke_wait *wait;
    bool listed;
};

/* ke_gate.is_open: would the wait end at once? */
static bool can_end(const struct rd_world *w, const struct ke_thread *thread, const void *context) {
    const struct ke_wait *wait = ((const struct stand *)context)->wait;
    uint32_t i = 0;
    (void)w;
    while (i < wait->count && ke_is_signaled(wait->objects[i], thread) == wait->all)
        i++;
    if ((i == wait->count) == wait->all) /* all of them, or one */
        return true;
    if (ke_kernel_apc_is_due(thread) || thread->lost_handle ||
        (wait->alertable && thread->alerted[KernelMode]) ||
        (thread->kernel_depth && is_told_to_end(wait, thread)))
        return true;
    return wait->alertable && wait->mode == UserMode &&
           (thread->alerted[UserMode] || ke_has_user_apcs(thread));
}

/* Those of the objects that others decide about, in their order; NULL: there are no more. */
static const DISPATCHER_HEADER *of_others(const struct ke_wait *wait,
                                          const struct ke_thread *thread, unsigned index) {
    for (uint32_t i = 0; i < wait->count; i++)
        if (!is_own(wait->objects[i], thread) && index-- == 0)
            return wait->objects[i];
    return NULL;
}

/* ke_gate.place */
static struct ke_access place_of(const struct ke_thread *thread, const void *context,
                                 unsigned index) {
    const DISPATCHER_HEADER *object =
        of_others(((const struct stand *)context)->wait, thread, index);
    return (struct ke_access){core_place(CORE_OBJECT, object->ObjectId),
                              (uint8_t)access_kind(object, thread, true)};
}

static void let_go(struct rd_world *w, const struct ke_wait *wait) {
    for (uint32_t i = 0; i < wait->count; i++)
        if (wait->objects[i]->Reserved1)
            ob_dereference(w, ke_body_of(wait->objects[i]));
}

static void leave(struct stand *stand) {
    if (stand->listed)
        base_list_remove(&stand->link);
    stand->listed = false;
}

/* Whoever closes one of the handles later would have had to do with what the thread does now. */
static void touch_handles(struct rd_world *w, const struct ke_wait *wait) {
    for (uint32_t i = 0; wait->handles && i < wait->count; i++)
        core_touch(w, wait->handles[i], CORE_READ);
}

/* ke_gate.give_up */
static void give_up(struct rd_world *w, const void *context) {
    struct stand *stand = (struct stand *)(uintptr_t)context;
    stand->thread->lost_handle = false;
    leave(stand);
    touch_handles(w, stand->wait);
    let_go(w, stand->wait);
}

void ke_handle_closed(struct rd_world *w, uint64_t place) {
    base_list_each(link, &w->ke->standing) {
        const struct stand *stand = base_container(link, struct stand, link);
        uint32_t i = 0;
        while (i < stand->wait->count && stand->wait->handles[i] != place)
            i++;
        if (i == stand->wait->count)
            continue;
        ke_touch_life(w, stand->thread, CORE_WRITE | CORE_OPEN);
        stand->thread->lost_handle = true;
    }
}

static void stand_once(struct rd_world *w, struct stand *stand) {
    const struct ke_wait *wait = stand->wait;
    const DISPATCHER_HEADER *first = wait->objects[0];
    uint8_t places = 0;
    while (of_others(wait, stand->thread, places))
        places++;
    const struct ke_gate gate = {
        .is_open = can_end,
        .context = stand,
        .timed = wait->timeout != NULL,
        .places = places,
        .any = wait->count > 1 && !wait->all,
        .waits = true,
        .alertable = wait->alertable,
        .place = place_of,
        .resists = wait->mode == KernelMode ||
                   (w->options.dialect == RD_DIALECT_DOCUMENTED && first->Reserved1),
        .give_up = give_up};
    const DISPATCHER_HEADER *other = of_others(wait, stand->thread, 0);
    struct ke_access next = {core_recursion_place(first->ObjectId), KE_WRITE};
    if (other)
        next = (struct ke_access){core_place(CORE_OBJECT, other->ObjectId),
                                  is_consumed(other) ? KE_WRITE : KE_READ};
    ke_point_gate(w, next.place, next.kind, &gate);
}

/*
 * The thread stands still until the wait would end at once; until let_go the objects live. If one
 * of its handles is closed meanwhile, it may have looked them up before that, and stands on, or it
 * looks them up now. False: it does.
 */
static bool stand_still(struct rd_world *w, const struct ke_wait *wait) {
    struct stand stand = {.thread = w->ke->current, .wait = wait, .listed = wait->handles != NULL};
    bool later = false;
    for (uint32_t i = 0; i < wait->count; i++)
        if (wait->objects[i]->Reserved1)
            ob_reference(ke_body_of(wait->objects[i]));
    if (stand.listed)
        base_list_push_back(&w->ke->standing, &stand.link);
    for (bool lost = true; lost && !later;) {
        stand_once(w, &stand);
        lost = stand.thread->lost_handle;
        stand.thread->lost_handle = false;
        leave(&stand);
        later = lost && core_choose(w, CORE_CHOOSE_HANDLE, 2) != 0;
    }
    return !later;
}

static bool stands_before(const struct rd_world *w, const struct ke_wait *wait) {
    return RD_UNLIKELY(w->ke->every_order) && wait->count && !ke_may_time_out(w, wait->timeout);
}

/* Driver code that waits on although its thread is to end keeps it from ending (TERM-36). */
static void notice_waiting_on(struct rd_world *w, const struct ke_wait *wait,
                              struct ke_thread *thread) {
    if (wait->mode != UserMode || !thread->kernel_depth || !thread->kill_pending)
        return;
    if (thread->told_to_end)
        ke_finding(w, RD_CHECK_K_WAIT_ENDING,
                   core_textf(w,
                              "thread %" PRIu32 " is to end, which a wait has told it by "
                              "STATUS_USER_APC, and waits in UserMode again (TERM-36)",
                              thread->tid));
    thread->told_to_end = true;
}

/* STATUS_KERNEL_APC: the wait is to begin anew after the APC. */
static NTSTATUS wait_once(struct rd_world *w, const struct ke_wait *wait,
                          struct ke_thread *thread) {
    bool stands = stands_before(w, wait); /* then the objects must be let go */
    if (stands && !stand_still(w, wait)) {
        let_go(w, wait);
        return KE_LOOK_UP_AGAIN;
    }
    if (RD_UNLIKELY(w->ke->every_order) && !stands && wait->count && !wait->pointed)
        ke_point(w, 0, KE_NOTHING); /* try_now says what is touched */
    NTSTATUS status = try_now(w, wait, thread);
    if (RD_UNLIKELY(stands))
        touch_handles(w, wait); /* behind what was a gate */
    bool ends = status == STATUS_PENDING || status == STATUS_USER_APC;
    if (RD_UNLIKELY(thread->runs_on) && ends && wait->mode == UserMode &&
        ke_interruptible(thread)) {
        if (stands)
            let_go(w, wait);
        ke_end_running_on(w, thread);
    }
    if (status == STATUS_PENDING) {
        uint8_t type = wait->count ? wait->objects[0]->Type : 0;
        begin_wait(w, wait, thread);
        if (RD_UNLIKELY(stands))
            let_go(w, wait);
        if (ke_kernel_apc_is_due(thread))
            ke_unwait(w, thread, STATUS_KERNEL_APC); /* queued while it stood still */
        ke_block(w);
        status = thread->wait_status;
        core_event(w, RD_EVENT_WAIT_END, outcome_rule(status, wait, type),
                   .text = outcome_name(w, status), .a = (uint32_t)status);
    } else if (RD_UNLIKELY(stands)) {
        let_go(w, wait);
    }
    return status;
}

NTSTATUS ke_wait(struct rd_world *w, const struct ke_wait *wait) {
    struct ke_thread *thread = w->ke->current;
    const struct ke_wait *now = wait;
    struct ke_wait rest;
    NTSTATUS status;
    LONGLONG due;
    RD_ASSERT(wait->count <= KE_MAXIMUM_WAIT_OBJECTS);
    if (RD_UNLIKELY(!thread))
        return STATUS_TIMEOUT; /* the host cannot wait */
    ke_run_kernel_apcs(w);
    while (RD_UNLIKELY((status = wait_once(w, now, thread)) == STATUS_KERNEL_APC)) {
        rest = *wait;
        due = (LONGLONG)thread->timeout.time;
        rest.timeout = wait->timeout ? &due : NULL;
        now = &rest;
        ke_run_kernel_apcs(w);
    }
    if (RD_LIKELY(status != STATUS_USER_APC))
        return status;
    notice_waiting_on(w, wait, thread);
    if (wait->mode == UserMode && thread->kernel_depth == 0)
        ke_run_user_apcs(w);
    else if (ke_has_user_apcs(thread))
        thread->user_apcs_due = true; /* when the driver's code has returned */
    return status;
}

NTSTATUS ke_wait_kernel(struct rd_world *w, void *object) {
    DISPATCHER_HEADER *objects[] = {object};
    return ke_wait(w, &(struct ke_wait){.count = 1, .objects = objects, .mode = KernelMode});
}

/* ---- explanations ---------------------------------------------------------------------------- */

/* What a lock's event has to do with the thread in Reserved2. */
static const char *relation_to(enum ke_lock lock) {
    switch (lock) {
    case KE_NOTIFY_CALLS:
        return "the last one by";
    case KE_REMOVE_LOCK:
        return "acquired last by";
    default:
        return "owned by";
    }
}

static const char *describe_object(struct rd_world *w, DISPATCHER_HEADER *object) {
    if (object->Signalling == KE_REQUEST)
        return w->ke->hooks.request_text(w, object);
    const char *name = object->Reserved1 ? ob_describe(w, ke_body_of(object))
                                         : core_textf(w, "%s#%u in driver memory",
                                                      types[object->Type].name, object->ObjectId);
    const KMUTANT *mutant = (const KMUTANT *)(const void *)object;
    if (object->Signalling == KE_MESSAGE_QUEUE)
        return object->Reserved2
                   ? core_textf(w, "the reply of thread %u to a message", object->Reserved2)
                   : "a message";
    if (object->Signalling && object->Reserved2)
        return core_textf(w, "%s#%u, %s thread %u", ke_lock_name((enum ke_lock)object->Signalling),
                          object->ObjectId, relation_to((enum ke_lock)object->Signalling),
                          object->Reserved2);
    if (object->Signalling)
        return core_textf(w, "%s#%u", ke_lock_name((enum ke_lock)object->Signalling),
                          object->ObjectId);
    if (object->Type == ThreadObject)
        return core_textf(w, "%s (thread %" PRIu32 ")", name,
                          ((const struct ke_thread *)(const void *)object)->tid);
    if (object->Type == ProcessObject)
        return core_textf(w, "%s (process %s)", name, w->ke->hooks.process_text(w, object));
    if (object->Type == MutantObject && mutant->OwnerThread)
        return core_textf(w, "%s, owned by thread %" PRIu32, name,
                          ((const struct ke_thread *)(const void *)mutant->OwnerThread)->tid);
    return name;
}

const char *ke_describe_wait(struct rd_world *w, const struct ke_thread *thread) {
    char text[CORE_TEXT_MAX];
    size_t used = 0;
    if (thread->state == KE_SUSPENDED && thread->freeze_count)
        return "is frozen: its debugger has not continued a debug event of its process";
    if (thread->state == KE_SUSPENDED)
        return core_textf(w, "is suspended (count %d) and nobody resumes it",
                          thread->suspend_count);
    if (thread->state != KE_WAITING)
        return "";
    if (!thread->wait_count)
        return core_textf(w, "waits: %s", thread->wait_reason ? thread->wait_reason : "for ever");
    used = (size_t)snprintf(text, sizeof text, "waits in %s mode for %s",
                            thread->wait_mode == KernelMode ? "kernel" : "user",
                            thread->wait_count > 1 && thread->wait_blocks[0].all ? "all of " : "");
    for (uint32_t i = 0; i < thread->wait_count && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "",
                                 describe_object(w, thread->wait_blocks[i].object));
    return core_text(w, text);
}

const char *ke_describe_delay(struct rd_world *w, const struct ke_thread *thread) {
    if (thread->state == KE_WAITING)
        return core_textf(w, "it %s, and the wait must end first", ke_describe_wait(w, thread));
    if (thread->runs_on)
        return "it runs on another processor and takes one more step";
    if (thread->kernel_depth)
        return "it is inside the kernel and dies on its way back to user mode";
    return "APCs are disabled for it";
}
