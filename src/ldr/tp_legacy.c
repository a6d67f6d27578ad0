/* tp_legacy.c - the end of timers and waits of the older functions, and timer queues. */
#include "ldr/tp.h"

NTSTATUS ldr_tp_retire(struct rd_world *w, struct ldr_tp_object *object, KEVENT *done,
                       bool synchronous) {
    ldr_tp_disarm(w, object);
    ldr_tp_cancel(w, object);
    if (synchronous) {
        object->closed = true;
        ldr_tp_wait(w, object, true);
        return STATUS_SUCCESS;
    }
    bool busy = object->running > 0;
    if (done && !object->done) {
        ob_reference_for(w, done, "thread pool");
        object->done = done;
    }
    ldr_tp_close(w, object);
    return busy ? STATUS_PENDING : STATUS_SUCCESS;
}

/* ---- timer queues ---------------------------------------------------------------------------- */

struct ldr_tp_queue *ldr_tp_queue_create(struct rd_world *w) {
    struct ldr_tp *tp = ps_current_process(w)->ldr->tp;
    struct ldr_tp_queue *queue = core_alloc(w, sizeof *queue);
    base_list_init(&queue->timers);
    base_list_push_back(&tp->queues, &queue->link);
    return queue;
}

struct ldr_tp_queue *ldr_tp_queue_standard(struct rd_world *w) {
    struct ldr_tp *tp = ps_current_process(w)->ldr->tp;
    if (!tp->standard_queue)
        tp->standard_queue = ldr_tp_queue_create(w);
    return tp->standard_queue;
}

/* The process's own queue is no handle. */
struct ldr_tp_queue *ldr_tp_find_queue(struct rd_world *w, const void *address) {
    struct ldr_tp *tp = ps_current_process(w)->ldr->tp;
    base_list_each(link, &tp->queues) {
        struct ldr_tp_queue *queue = base_container(link, struct ldr_tp_queue, link);
        if (queue == address && !queue->closed && queue != tp->standard_queue)
            return queue;
    }
    return NULL;
}

void ldr_tp_queue_left(struct rd_world *w, struct ldr_tp_queue *queue) {
    if (!queue->closed || queue->held || !base_list_empty(&queue->timers))
        return;
    if (queue->done) {
        ke_event_set(w, queue->done);
        ob_dereference_for(w, queue->done, "thread pool");
    }
    base_list_remove(&queue->link);
    core_free(w, queue, sizeof *queue);
}

NTSTATUS ldr_tp_queue_close(struct rd_world *w, struct ldr_tp_queue *queue, KEVENT *done,
                            bool synchronous) {
    NTSTATUS status = STATUS_SUCCESS;
    queue->closed = queue->held = true;
    base_list_each(
        link,
        &queue->timers) if (ldr_tp_retire(w, base_container(link, struct ldr_tp_object, in_group),
                                          NULL, false) == STATUS_PENDING) status = STATUS_PENDING;
    while (synchronous && !base_list_empty(&queue->timers))
        ldr_tp_wait(w, base_container(queue->timers.Flink, struct ldr_tp_object, in_group), true);
    if (done)
        ob_reference_for(w, done, "thread pool");
    queue->done = done;
    queue->held = false;
    ldr_tp_queue_left(w, queue);
    return synchronous ? STATUS_SUCCESS : status;
}
