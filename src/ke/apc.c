/* apc.c - what ends an alertable wait: user APCs, functions queued to a thread and run by it, first
 * in first out; and alerts. */
#include "ke/ke.h"

NTSTATUS ke_queue_user_apc(struct rd_world *w, struct ke_thread *thread,
                           void (*function)(uint64_t, uint64_t, uint64_t), const uint64_t args[3]) {
    ke_touch_life(w, thread, CORE_WRITE);
    if (thread->state == KE_TERMINATED || thread->exiting || thread->kill_pending)
        return STATUS_UNSUCCESSFUL;
    struct ke_user_apc *apc = core_alloc(w, sizeof *apc);
    apc->function = function;
    apc->a = args[0];
    apc->b = args[1];
    apc->c = args[2];
    base_list_push_back(&thread->user_apcs, &apc->link);
    core_event(w, RD_EVENT_APC_QUEUE, RULE_WAIT_28, .a = thread->tid);
    if (thread->state == KE_WAITING && thread->alertable && thread->wait_mode == UserMode)
        ke_unwait(w, thread, STATUS_USER_APC);
    return STATUS_SUCCESS;
}

/* First in, first out, unless any order is open. The queue is not empty. */
static LIST_ENTRY *take_next(struct rd_world *w, LIST_ENTRY *queue) {
    unsigned pending = 0;
    base_list_each(link, queue) pending++;
    unsigned answer = core_choose_if(w, RD_CHOOSE_APC, CORE_CHOOSE_APC, pending);
    LIST_ENTRY *taken = queue->Flink;
    while (answer--)
        taken = taken->Flink;
    base_list_remove(taken);
    return taken;
}

uint32_t ke_run_user_apcs(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    uint32_t ran = 0;
    while (!base_list_empty(&thread->user_apcs)) {
        LIST_ENTRY *link = take_next(w, &thread->user_apcs);
        struct ke_user_apc apc = *base_container(link, struct ke_user_apc, link);
        core_free(w, base_container(link, struct ke_user_apc, link), sizeof apc);
        core_event(w, RD_EVENT_APC_RUN, RULE_WAIT_28);
        apc.function(apc.a, apc.b, apc.c);
        ran++;
    }
    return ran;
}

void ke_alert(struct rd_world *w, struct ke_thread *thread) {
    ke_touch_life(w, thread, CORE_WRITE);
    if (thread->state == KE_WAITING && thread->alertable && thread->wait_mode == UserMode)
        ke_unwait(w, thread, STATUS_ALERTED);
    else
        thread->alerted = true;
}

bool ke_test_alert(struct rd_world *w) {
    struct ke_thread *thread = w->ke->current;
    bool alerted = thread->alerted;
    thread->alerted = false;
    return alerted;
}

uint32_t ke_drop_user_apcs(struct rd_world *w, struct ke_thread *thread) {
    uint32_t dropped = 0;
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&thread->user_apcs)) != NULL) {
        core_free(w, base_container(link, struct ke_user_apc, link), sizeof(struct ke_user_apc));
        dropped++;
    }
    if (dropped)
        core_event(w, RD_EVENT_APC_DROPPED, RULE_WAIT_32, .a = dropped);
    return dropped;
}
