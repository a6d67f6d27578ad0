/*
 * apc.c - what reaches a thread from outside: asynchronous procedure calls and alerts.
 *
 * User APCs end alertable waits and run in user mode, first in first out. Kernel APCs run as soon
 * as their thread is on the processor with nothing that forbids them; a wait begins anew
 * afterwards. A driver's APC is a KAPC, whose kernel routine runs first and may change what
 * follows.
 */
#include "ke/irql.h"

/* A queued call; ke owns it. */
struct apc {
    LIST_ENTRY link;
    ke_apc_function *function;
    uint64_t arguments[3];
    KAPC *object; /* of a driver; NULL: a system service has queued it */
    void *owner;  /* that driver */
};

static struct apc *at(LIST_ENTRY *link) {
    return base_container(link, struct apc, link);
}

static bool is_ending(const struct ke_thread *thread) {
    return thread->state == KE_TERMINATED || thread->exiting;
}

/* ---- queueing -------------------------------------------------------------------------------- */

static void queue_for_user(struct rd_world *w, struct ke_thread *thread,
                           const struct apc *content) {
    struct apc *apc = core_alloc(w, sizeof *apc);
    *apc = *content;
    base_list_push_back(&ke_belongings_make(w, thread)->user_apcs, &apc->link);
    core_event(w, RD_EVENT_APC_QUEUE, RULE_WAIT_28, .a = thread->tid);
    if (thread->state == KE_WAITING && thread->alertable && thread->wait_mode == UserMode)
        ke_unwait(w, thread, STATUS_USER_APC);
}

NTSTATUS ke_queue_user_apc(struct rd_world *w, struct ke_thread *thread, ke_apc_function *function,
                           const uint64_t args[3]) {
    ke_touch_life(w, thread, CORE_WRITE | CORE_OPEN);
    if (is_ending(thread) || thread->kill_pending)
        return STATUS_UNSUCCESSFUL;
    queue_for_user(w, thread,
                   &(struct apc){.function = function, .arguments = {args[0], args[1], args[2]}});
    return STATUS_SUCCESS;
}

static bool is_special(const KAPC *apc) {
    return !apc->NormalRoutine;
}

bool ke_kernel_apc_may_run(const struct ke_thread *thread) {
    if (thread->irql || thread->special_apc_disable)
        return false;
    return is_special(at(thread->belongings->kernel_apcs.Flink)->object) ||
           (!thread->apc_disable && !thread->in_kernel_apc);
}

static void queue_for_kernel(struct rd_world *w, struct ke_thread *thread,
                             const struct apc *content) {
    struct apc *apc = core_alloc(w, sizeof *apc);
    LIST_ENTRY *queue = &ke_belongings_make(w, thread)->kernel_apcs, *place = queue;
    *apc = *content;
    if (is_special(apc->object))
        for (place = place->Flink; place != queue && is_special(at(place)->object);)
            place = place->Flink;
    base_list_insert_before(place, &apc->link);
    thread->has_kernel_apcs = true;
    core_event(w, RD_EVENT_APC_QUEUE, RULE_NONE, .a = thread->tid);
    if (thread->state == KE_WAITING && ke_kernel_apc_is_due(thread))
        ke_unwait(w, thread, STATUS_KERNEL_APC);
}

bool ke_queue_apc(struct rd_world *w, KAPC *object, void *owner) {
    struct ke_thread *thread = (struct ke_thread *)(void *)object->Thread;
    struct apc apc = {.object = object, .owner = owner};
    ke_touch_life(w, thread, CORE_WRITE | CORE_OPEN);
    if (object->Inserted || is_ending(thread))
        return false;
    object->Inserted = TRUE;
    if (object->ApcMode == UserMode)
        queue_for_user(w, thread, &apc);
    else
        queue_for_kernel(w, thread, &apc);
    return true;
}

static struct apc *find(const struct ke_thread *thread, const KAPC *object) {
    const struct ke_belongings *of = ke_belongings_of(thread);
    const LIST_ENTRY *lists[] = {&of->kernel_apcs, &of->user_apcs};
    for (int i = 0; i < 2; i++)
        base_list_each(link, lists[i]) if (at(link)->object == object) return at(link);
    return NULL;
}

static void drop(struct rd_world *w, struct apc *apc) {
    base_list_remove(&apc->link);
    core_free(w, apc, sizeof *apc);
}

bool ke_remove_apc(struct rd_world *w, KAPC *object) {
    struct apc *apc = find((struct ke_thread *)(void *)object->Thread, object);
    if (!apc)
        return false;
    struct ke_thread *thread = (struct ke_thread *)(void *)object->Thread;
    object->Inserted = FALSE;
    drop(w, apc);
    thread->has_kernel_apcs = !base_list_empty(&thread->belongings->kernel_apcs);
    return true;
}

uint32_t ke_apcs_of(const struct ke_thread *thread, const void *owner) {
    const struct ke_belongings *of = ke_belongings_of(thread);
    const LIST_ENTRY *lists[] = {&of->kernel_apcs, &of->user_apcs};
    uint32_t count = 0;
    for (int i = 0; i < 2; i++)
        base_list_each(link, lists[i]) count += at(link)->object && at(link)->owner == owner;
    return count;
}

/* ---- running --------------------------------------------------------------------------------- */

/* The kernel routine, at APC_LEVEL; afterwards the object may be gone. */
static void run_kernel_routine(struct rd_world *w, const struct apc *apc,
                               struct ke_apc_normal *normal) {
    KAPC *object = apc->object;
    struct ke_thread *thread = w->ke->current;
    *normal = (struct ke_apc_normal){
        object->NormalRoutine,
        {object->NormalContext, object->SystemArgument1, object->SystemArgument2}};
    object->Inserted = FALSE;
    core_event(w, RD_EVENT_APC_RUN, RULE_NONE);
    thread->irql = KE_APC_LEVEL;
    w->ke->hooks.kernel_routine(w, apc->owner, object, normal);
    thread->irql = KE_PASSIVE_LEVEL;
}

void ke_deliver_kernel_apcs(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    while (ke_kernel_apc_is_due(thread)) {
        struct ke_apc_normal normal;
        struct apc apc = *at(thread->belongings->kernel_apcs.Flink);
        bool special = is_special(apc.object);
        drop(w, at(thread->belongings->kernel_apcs.Flink));
        thread->has_kernel_apcs = !base_list_empty(&thread->belongings->kernel_apcs);
        ke_enter_kernel(thread);
        run_kernel_routine(w, &apc, &normal);
        if (!special && normal.routine) {
            thread->in_kernel_apc = true;
            w->ke->hooks.normal_routine(w, apc.owner, &normal);
            thread->in_kernel_apc = false;
        }
        ke_leave_kernel(w, thread);
    }
}

/* Any of the queue. */
static LIST_ENTRY *choose(struct rd_world *w, LIST_ENTRY *queue) {
    LIST_ENTRY *chosen = queue->Flink;
    unsigned pending = 0;
    base_list_each(link, queue) pending++;
    for (unsigned answer = core_choose(w, CORE_CHOOSE_APC, pending); answer; answer--)
        chosen = chosen->Flink;
    return chosen;
}

/* First in, first out, unless any order is open. The queue is not empty, and may be long. */
static LIST_ENTRY *next_of(struct rd_world *w, LIST_ENTRY *queue) {
    bool open = (w->choices.choose & RD_CHOOSE_APC) != 0;
    return RD_UNLIKELY(open) ? choose(w, queue) : queue->Flink;
}

static void run_user_apc(struct rd_world *w, const struct apc *apc) {
    struct ke_thread *thread = w->ke->current;
    struct ke_apc_normal normal;
    if (!apc->object) {
        core_event(w, RD_EVENT_APC_RUN, RULE_WAIT_28);
        apc->function(apc->arguments[0], apc->arguments[1], apc->arguments[2]);
        return;
    }
    ke_enter_kernel(thread);
    run_kernel_routine(w, apc, &normal);
    ke_leave_kernel(w, thread);
    ke_apc_function *function = (ke_apc_function *)(uintptr_t)normal.routine;
    if (function)
        function((uint64_t)(uintptr_t)normal.arguments[0], (uint64_t)(uintptr_t)normal.arguments[1],
                 (uint64_t)(uintptr_t)normal.arguments[2]);
}

uint32_t ke_run_user_apcs(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    uint32_t ran = 0;
    thread->user_apcs_due = false;
    if (!thread->belongings)
        return 0;
    while (ke_has_user_apcs(thread)) {
        LIST_ENTRY *link = next_of(w, &thread->belongings->user_apcs);
        struct apc apc = *at(link);
        drop(w, at(link));
        run_user_apc(w, &apc);
        ran++;
    }
    return ran;
}

uint32_t ke_drop_user_apcs(struct rd_world *w, struct ke_thread *thread) {
    uint32_t dropped = 0;
    if (!thread->belongings)
        return 0;
    while (ke_has_user_apcs(thread)) {
        LIST_ENTRY *link = thread->belongings->user_apcs.Flink;
        struct apc apc = *at(link);
        drop(w, at(link));
        if (apc.object) {
            apc.object->Inserted = FALSE;
            w->ke->hooks.rundown_routine(w, apc.owner, apc.object);
        }
        dropped++;
    }
    if (dropped)
        core_event(w, RD_EVENT_APC_DROPPED, RULE_WAIT_32, .a = dropped);
    return dropped;
}

/* ---- alerts ---------------------------------------------------------------------------------- */

bool ke_alert(struct rd_world *w, struct ke_thread *thread, uint8_t mode) {
    ke_touch_life(w, thread, CORE_WRITE | CORE_OPEN);
    if (thread->alerted[mode])
        return true;
    if (thread->state == KE_WAITING && thread->alertable && thread->wait_mode >= mode)
        ke_unwait(w, thread, STATUS_ALERTED);
    else
        thread->alerted[mode] = true;
    return false;
}

bool ke_test_alert(struct rd_world *w, uint8_t mode) {
    struct ke_thread *thread = w->ke->current;
    bool alerted = thread->alerted[mode];
    thread->alerted[mode] = false;
    if (!alerted && mode == UserMode && ke_has_user_apcs(thread))
        thread->user_apcs_due = true;
    return alerted;
}
