/* user_state.c - the window system of the session, the queues of its threads, and their end. */
#include "csr/user.h"
#include "ke/irql.h"

enum { DESKTOP_HANDLE = 0x00010010, MESSAGE_ROOT_HANDLE = 0x00010012 };

static void root_init(struct csr_window *root, uint32_t handle) {
    root->handle = handle;
    base_list_init(&root->children);
    base_list_init(&root->sibling);
}

static void lists_init(LIST_ENTRY *lists, size_t count) {
    for (size_t i = 0; i < count; i++)
        base_list_init(&lists[i]);
}

struct csr_user *csr_user_get(struct rd_world *w) {
    if (w->user)
        return w->user;
    struct csr_user *user = core_alloc(w, sizeof *user);
    root_init(&user->desktop, DESKTOP_HANDLE);
    root_init(&user->message_root, MESSAGE_ROOT_HANDLE);
    user->desktop.style = WS_VISIBLE;
    base_list_init(&user->queues);
    lists_init(user->hooks, CSR_HOOK_KINDS);
    w->user = user;
    return user;
}

struct csr_user_process *csr_user_process_get(struct rd_world *w, struct ps_process *process) {
    if (process->user)
        return process->user;
    struct csr_user_process *user = core_alloc(w, sizeof *user);
    base_list_init(&user->classes);
    ke_lock_event_init(w, &user->idle, KE_INPUT_IDLE, true);
    process->user = user;
    return user;
}

void csr_user_process_deleted(struct rd_world *w, struct ps_process *process) {
    if (!process->user)
        return;
    csr_classes_free(w, process->user);
    core_free(w, process->user, sizeof *process->user);
    process->user = NULL;
}

/* ---- queues ---------------------------------------------------------------------------------- */

struct csr_queue *csr_queue_get(struct rd_world *w) {
    struct ps_thread *thread = ps_current(w);
    if (thread->queue)
        return thread->queue;
    struct csr_queue *queue = core_alloc(w, sizeof *queue);
    queue->world = w;
    queue->thread = thread;
    queue->last_read = w->now;
    ke_lock_event_init(w, &queue->event, KE_MESSAGE_QUEUE, true);
    base_list_init(&queue->posted);
    base_list_init(&queue->incoming);
    base_list_init(&queue->sending);
    base_list_init(&queue->timers);
    lists_init(queue->hooks, CSR_HOOK_KINDS);
    base_list_push_back(&csr_user_get(w)->queues, &queue->link);
    thread->queue = queue;
    core_event(w, RD_EVENT_OBJECT_CREATE, RULE_NONE, .object = csr_queue_object(queue),
               .text = "MessageQueue");
    return queue;
}

struct csr_queue *csr_queue_by_thread(const struct rd_world *w, uint32_t tid) {
    const struct ps_thread *thread = ps_thread_by_id(w, tid);
    return thread ? thread->queue : NULL;
}

/* ---- the end of a thread --------------------------------------------------------------------- */

static void free_windows(struct rd_world *w, const struct csr_queue *queue) {
    struct csr_user *user = csr_user_get(w);
    for (uint32_t i = 0; i < user->window_count; i++)
        if (user->windows[i] && user->windows[i]->queue == queue)
            csr_window_free(w, user->windows[i]);
}

void csr_thread_gone(struct rd_world *w, struct ps_thread *thread) {
    struct csr_queue *queue = thread->queue;
    LIST_ENTRY *link;
    free_windows(w, queue);
    csr_hooks_abandon(w, queue);
    csr_sent_abandon(w, queue);
    while ((link = queue->timers.Flink) != &queue->timers)
        csr_timer_free(w, base_container(link, struct csr_timer, link));
    while ((link = base_list_pop_front(&queue->posted)) != NULL)
        core_free(w, base_container(link, struct csr_posted, link), sizeof(struct csr_posted));
    core_event(w, RD_EVENT_OBJECT_DELETE, RULE_THRD_31, .object = csr_queue_object(queue));
    base_list_remove(&queue->link);
    thread->queue = NULL;
    core_free(w, queue, sizeof *queue);
}
