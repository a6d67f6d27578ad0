/* user_queue.c - the queue of a thread: posted messages, timers, and waiting for both. */
#include "csr/user.h"
#include "rundown/sdk/winerror.h"

static uint32_t milliseconds(const struct rd_world *w) {
    return (uint32_t)(w->now / CORE_TICKS_PER_MS);
}

/* ---- what a queue holds ---------------------------------------------------------------------- */

static struct csr_timer *due_timer(const struct csr_queue *queue, const struct csr_filter *filter);

uint32_t csr_queue_bits(const struct csr_queue *queue) {
    uint32_t bits = queue->replied ? CSR_REPLY : 0;
    if (queue->posted_count || queue->quit)
        bits |= QS_POSTMESSAGE | QS_ALLPOSTMESSAGE;
    if (!base_list_empty(&queue->incoming))
        bits |= QS_SENDMESSAGE;
    if (due_timer(queue, NULL))
        bits |= QS_TIMER;
    return bits;
}

static void update_event(struct csr_queue *queue) {
    queue->event.Header.SignalState = (csr_queue_bits(queue) & queue->level_mask) != 0 ||
                                      (queue->changes & queue->change_mask) != 0;
}

void csr_queue_changed(struct rd_world *w, struct csr_queue *queue, uint32_t bits) {
    queue->changes |= bits;
    update_event(queue);
    if (queue->event.Header.SignalState)
        ke_test_waiters(w, &queue->event.Header);
}

bool csr_queue_hung(const struct rd_world *w, const struct csr_queue *queue) {
    return !queue->idle && w->now - queue->last_read > (uint64_t)CSR_HUNG_MS * CORE_TICKS_PER_MS;
}

/* ---- waiting --------------------------------------------------------------------------------- */

DISPATCHER_HEADER *csr_queue_begin_wait(struct rd_world *w, uint32_t level, uint32_t changes,
                                        uint32_t reply_of) {
    struct csr_queue *queue = csr_queue_get(w);
    queue->level_mask = level;
    queue->change_mask = changes;
    queue->event.Header.Reserved2 = reply_of; /* for messages about the wait */
    queue->idle = ((level | changes) & QS_INPUT) != 0;
    if (queue->idle)
        ke_event_set(w, &csr_user_process_get(w, queue->thread->process)->idle);
    update_event(queue);
    return &queue->event.Header;
}

void csr_queue_end_wait(struct rd_world *w) {
    struct csr_queue *queue = csr_queue_get(w);
    queue->level_mask = queue->change_mask = 0;
    queue->event.Header.Reserved2 = 0;
    if (queue->idle)
        queue->last_read = w->now;
    queue->idle = false;
    update_event(queue);
}

NTSTATUS csr_queue_wait(struct rd_world *w, uint32_t level, uint32_t changes) {
    DISPATCHER_HEADER *event = csr_queue_begin_wait(w, level, changes, 0);
    NTSTATUS status =
        ke_wait(w, &(struct ke_wait){.count = 1, .objects = &event, .mode = UserMode});
    csr_queue_end_wait(w);
    return status;
}

/* ---- posting --------------------------------------------------------------------------------- */

bool csr_needs_answer(uint32_t message) {
    static const uint16_t with_pointers[] = {
        WM_CREATE,           WM_SETTEXT,  WM_GETTEXT,   WM_GETTEXTLENGTH,
        WM_GETMINMAXINFO,    WM_NOTIFY,   WM_COPYDATA,  WM_WINDOWPOSCHANGING,
        WM_WINDOWPOSCHANGED, WM_NCCREATE, WM_NCCALCSIZE};
    for (size_t i = 0; i < sizeof with_pointers / sizeof with_pointers[0]; i++)
        if (with_pointers[i] == message)
            return true;
    return false;
}

NTSTATUS csr_post_to_thread(struct rd_world *w, struct csr_queue *queue,
                            const struct csr_message *message) {
    if (csr_needs_answer(message->id))
        return CSR_ERROR(ERROR_MESSAGE_SYNC_ONLY);
    if (queue->posted_count >= CSR_POSTED_MAX)
        return STATUS_QUOTA_EXCEEDED;
    struct csr_posted *posted = core_alloc(w, sizeof *posted);
    posted->message = *message;
    posted->time = milliseconds(w);
    base_list_push_back(&queue->posted, &posted->link);
    queue->posted_count++;
    core_event(w, RD_EVENT_MESSAGE_POST, RULE_NONE, .object = csr_queue_object(queue),
               .a = message->window, .b = queue->thread->tcb.tid,
               .text = csr_message_name(w, message->id));
    csr_queue_changed(w, queue, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
    return STATUS_SUCCESS;
}

static NTSTATUS post_to_all(struct rd_world *w, const struct csr_message *message) {
    struct csr_window_list all;
    csr_window_list(w, &(struct csr_window_filter){.tid = 0}, &all);
    for (uint32_t i = 0; i < all.count; i++) {
        struct csr_message copy = *message;
        copy.window = all.handles[i];
        csr_post(w, &copy);
    }
    csr_window_list_free(w, &all);
    return STATUS_SUCCESS;
}

NTSTATUS csr_post(struct rd_world *w, const struct csr_message *message) {
    if (csr_needs_answer(message->id))
        return CSR_ERROR(ERROR_MESSAGE_SYNC_ONLY);
    if (message->window == CSR_EVERYBODY)
        return post_to_all(w, message);
    struct csr_window *window = csr_window_find(w, message->window);
    if (!window)
        return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
    return window->queue ? csr_post_to_thread(w, window->queue, message) : STATUS_SUCCESS;
}

void csr_post_quit(struct rd_world *w, int code) {
    struct csr_queue *queue = csr_queue_get(w);
    queue->quit = true;
    queue->quit_code = code;
    core_event(w, RD_EVENT_MESSAGE_QUIT, RULE_MSG_15, .a = (uint32_t)code);
    csr_queue_changed(w, queue, QS_POSTMESSAGE | QS_ALLPOSTMESSAGE);
}

/* ---- timers ---------------------------------------------------------------------------------- */

static void timer_expired(struct rd_world *w, struct ke_deadline *deadline) {
    struct csr_timer *timer = base_container(deadline, struct csr_timer, deadline);
    timer->due = true;
    csr_queue_changed(w, timer->queue, QS_TIMER);
}

/* Its next time, in step with the first. Ticks that nobody has read meanwhile are one message. */
static void rearm(struct rd_world *w, struct csr_timer *timer) {
    uint64_t late = w->now - timer->deadline.time;
    timer->due = false;
    ke_deadline_arm(w, &timer->deadline,
                    timer->deadline.time + (late / timer->period + 1) * timer->period);
}

static struct csr_timer *find_timer(const struct csr_queue *queue, uint32_t window, uint64_t id) {
    base_list_each(link, &queue->timers) {
        struct csr_timer *timer = base_container(link, struct csr_timer, link);
        if (timer->window == window && timer->id == id)
            return timer;
    }
    return NULL;
}

void csr_timer_free(struct rd_world *w, struct csr_timer *timer) {
    ke_deadline_cancel(w, &timer->deadline);
    base_list_remove(&timer->link);
    core_free(w, timer, sizeof *timer);
}

uint64_t csr_timer_set(struct rd_world *w, struct csr_queue *queue, const struct csr_timer *model,
                       uint32_t elapse) {
    struct csr_timer *timer = find_timer(queue, model->window, model->id);
    uint64_t id = model->id;
    if (elapse < USER_TIMER_MINIMUM)
        elapse = USER_TIMER_MINIMUM;
    if (elapse > USER_TIMER_MAXIMUM)
        elapse = USER_TIMER_MAXIMUM;
    if (!timer && !model->window)
        id = ++queue->last_timer; /* of no window: the system gives the number */
    if (timer)
        csr_timer_free(w, timer);
    timer = core_alloc(w, sizeof *timer);
    *timer = *model;
    timer->id = id;
    timer->queue = queue;
    timer->period = (uint64_t)elapse * CORE_TICKS_PER_MS;
    timer->deadline = (struct ke_deadline){.position = KE_NO_TIMER, .expire = timer_expired};
    base_list_push_back(&queue->timers, &timer->link);
    ke_deadline_arm(w, &timer->deadline, w->now + timer->period);
    return id;
}

bool csr_timer_kill(struct rd_world *w, struct csr_queue *queue, uint32_t window, uint64_t id) {
    struct csr_timer *timer = find_timer(queue, window, id);
    if (timer)
        csr_timer_free(w, timer);
    return timer != NULL;
}

bool csr_timer_calls(const struct csr_queue *queue, TIMERPROC procedure) {
    base_list_each(link, &queue->timers) {
        if (base_container(link, struct csr_timer, link)->procedure == procedure)
            return true;
    }
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool passes(const struct csr_queue *queue, const struct csr_filter *filter, uint32_t window,
                   uint32_t id) {
    struct rd_world *w = queue->world;
    if ((filter->first || filter->last) && (id < filter->first || id > filter->last))
        return false;
    if (filter->window == CSR_NO_WINDOW)
        return window == 0;
    if (!filter->window || filter->window == window)
        return true;
    const struct csr_window *child = csr_window_find(w, window);
    return child && csr_is_child(csr_window_find(w, filter->window), child);
}

static struct csr_timer *due_timer(const struct csr_queue *queue, const struct csr_filter *filter) {
    base_list_each(link, &queue->timers) {
        struct csr_timer *timer = base_container(link, struct csr_timer, link);
        if (timer->due && (!filter || passes(queue, filter, timer->window, WM_TIMER)))
            return timer;
    }
    return NULL;
}

static struct csr_posted *find_posted(const struct csr_queue *queue,
                                      const struct csr_filter *filter) {
    base_list_each(link, &queue->posted) {
        struct csr_posted *posted = base_container(link, struct csr_posted, link);
        if (passes(queue, filter, posted->message.window, posted->message.id))
            return posted;
    }
    return NULL;
}

static bool take_posted(struct rd_world *w, struct csr_queue *queue,
                        const struct csr_filter *filter, bool remove, MSG *out) {
    struct csr_posted *posted = find_posted(queue, filter);
    if (!posted)
        return false;
    const struct csr_message *message = &posted->message;
    *out = (MSG){.hwnd = (HWND)(uintptr_t)message->window,
                 .message = message->id,
                 .wParam = (WPARAM)message->wparam,
                 .lParam = (LPARAM)message->lparam,
                 .time = posted->time};
    if (remove) {
        base_list_remove(&posted->link);
        queue->posted_count--;
        core_free(w, posted, sizeof *posted);
    }
    return true;
}

static bool take_timer(struct rd_world *w, struct csr_queue *queue, const struct csr_filter *filter,
                       bool remove, MSG *out) {
    struct csr_timer *timer = due_timer(queue, filter);
    if (!timer)
        return false;
    *out = (MSG){.hwnd = (HWND)(uintptr_t)timer->window,
                 .message = WM_TIMER,
                 .wParam = (WPARAM)timer->id,
                 .lParam = (LPARAM)(intptr_t)timer->procedure,
                 .time = milliseconds(w)};
    if (remove)
        rearm(w, timer);
    return true;
}

/* WM_QUIT is made when nothing else is in the queue (MSG-15). */
static bool take_quit(struct rd_world *w, struct csr_queue *queue, bool remove, MSG *out) {
    if (!queue->quit)
        return false;
    *out = (MSG){.message = WM_QUIT, .wParam = (WPARAM)queue->quit_code, .time = milliseconds(w)};
    if (remove)
        queue->quit = false;
    return true;
}

static bool take(struct rd_world *w, const struct csr_filter *filter, uint32_t flags, MSG *out) {
    struct csr_queue *queue = csr_queue_get(w);
    uint32_t kinds = flags >> 16 ? flags >> 16 : QS_ALLINPUT;
    bool remove = (flags & PM_REMOVE) != 0;
    bool found = ((kinds & QS_POSTMESSAGE) && (take_posted(w, queue, filter, remove, out) ||
                                               take_quit(w, queue, remove, out))) ||
                 ((kinds & QS_TIMER) && take_timer(w, queue, filter, remove, out));
    if (!found)
        return false;
    if (remove) {
        queue->message_time = out->time;
        core_event(w, RD_EVENT_MESSAGE_GET, RULE_NONE, .a = (uintptr_t)out->hwnd,
                   .text = csr_message_name(w, out->message));
    }
    csr_hook_call(w, &(struct csr_hook_call){.kind = WH_GETMESSAGE,
                                             .code = HC_ACTION,
                                             .wparam = flags & PM_REMOVE,
                                             .a = out,
                                             .w = out});
    return true;
}

NTSTATUS csr_message_get(struct rd_world *w, const struct csr_filter *filter, uint32_t flags,
                         bool wait, MSG *message) {
    struct csr_queue *queue = csr_queue_get(w);
    for (;;) {
        queue->last_read = w->now;
        csr_receive_all(w, queue);
        if (filter->window && filter->window != CSR_NO_WINDOW &&
            !csr_window_find(w, filter->window))
            return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
        queue->changes = 0;
        if (take(w, filter, flags, message))
            return STATUS_SUCCESS;
        if (!wait)
            return STATUS_NO_MORE_ENTRIES;
        NTSTATUS status = csr_queue_wait(w, QS_SENDMESSAGE, QS_ALLINPUT);
        if (status != STATUS_WAIT_0)
            return status;
    }
}
