/* timer.c - virtual time: a binary heap of deadlines, ordered by time and then by who armed first.
 */
#include <string.h>

#include "ke/ke.h"

enum { FIRST_CAPACITY = 64 };

static bool before(const struct ke_deadline *a, const struct ke_deadline *b) {
    return a->time != b->time ? a->time < b->time : a->sequence < b->sequence;
}

static void place(struct ke_state *ke, size_t position, struct ke_deadline *deadline) {
    ke->heap[position] = deadline;
    deadline->position = (int32_t)position;
}

static void sift_up(struct ke_state *ke, size_t position, struct ke_deadline *deadline) {
    while (position > 0) {
        size_t parent = (position - 1) / 2;
        if (!before(deadline, ke->heap[parent]))
            break;
        place(ke, position, ke->heap[parent]);
        position = parent;
    }
    place(ke, position, deadline);
}

static void sift_down(struct ke_state *ke, size_t position, struct ke_deadline *deadline) {
    for (;;) {
        size_t child = position * 2 + 1;
        if (child >= ke->heap_count)
            break;
        if (child + 1 < ke->heap_count && before(ke->heap[child + 1], ke->heap[child]))
            child++;
        if (!before(ke->heap[child], deadline))
            break;
        place(ke, position, ke->heap[child]);
        position = child;
    }
    place(ke, position, deadline);
}

static void set_wake_time(struct ke_state *ke) {
    uint64_t first = ke->heap_count ? ke->heap[0]->time : UINT64_MAX;
    ke->wake_time = ke->watch_time ? 0 : first < ke->time_limit ? first : ke->time_limit;
}

void ke_set_time_limit(struct rd_world *w, uint64_t limit) {
    w->ke->time_limit = limit;
    set_wake_time(w->ke);
}

void ke_watch_time(struct rd_world *w) {
    w->ke->watch_time = true;
    set_wake_time(w->ke);
}

/* What the passing of time will do is being changed; without deadlines it cannot do anything. */
static void touch_clock(struct rd_world *w) {
    core_touch(w, core_place(CORE_MACHINE, CORE_CLOCK),
               CORE_UPDATE | (w->ke->heap_count ? 0 : CORE_CLOSED));
}

void ke_deadline_arm(struct rd_world *w, struct ke_deadline *deadline, uint64_t time) {
    struct ke_state *ke = w->ke;
    RD_ASSERT(deadline->position == KE_NO_TIMER);
    touch_clock(w);
    if (ke->heap_count == ke->heap_capacity) {
        size_t capacity = ke->heap_capacity ? ke->heap_capacity * 2 : FIRST_CAPACITY;
        struct ke_deadline **heap = core_alloc(w, capacity * sizeof *heap);
        if (ke->heap_count)
            memcpy(heap, ke->heap, ke->heap_count * sizeof *heap);
        core_free(w, ke->heap, ke->heap_capacity * sizeof *heap);
        ke->heap = heap;
        ke->heap_capacity = capacity;
    }
    deadline->time = time;
    deadline->sequence = ke->next_sequence++;
    sift_up(ke, ke->heap_count++, deadline);
    ke->idle_deadlines += deadline->idle;
    set_wake_time(ke);
}

static void take_out(struct rd_world *w, struct ke_deadline *deadline) {
    struct ke_state *ke = w->ke;
    touch_clock(w);
    size_t position = (size_t)deadline->position;
    struct ke_deadline *last = ke->heap[--ke->heap_count];
    deadline->position = KE_NO_TIMER;
    ke->idle_deadlines -= deadline->idle;
    if (last != deadline) {
        if (position > 0 && before(last, ke->heap[(position - 1) / 2]))
            sift_up(ke, position, last);
        else
            sift_down(ke, position, last);
    }
    set_wake_time(ke);
}

/* It could have been due before it was taken back. */
static void lose_deadline(struct rd_world *w, const struct ke_deadline *deadline) {
    const struct core_step step = {.place = core_place(CORE_MACHINE, CORE_CLOCK),
                                   .kind = CORE_WRITE};
    if (RD_UNLIKELY(w->choices.observer != NULL) && (w->choices.choose & RD_CHOOSE_TIMEOUT) &&
        deadline->position == 0 && !deadline->idle)
        w->choices.observer->gave_up(w, &step);
}

bool ke_deadline_cancel(struct rd_world *w, struct ke_deadline *deadline) {
    if (deadline->position == KE_NO_TIMER)
        return false;
    lose_deadline(w, deadline);
    take_out(w, deadline);
    return true;
}

/* Whoever happens to run or to have blocked last has no part in it: the log names the machine. */
void ke_deadlines_run(struct rd_world *w) {
    struct ke_state *ke = w->ke;
    uint32_t pid = w->current_pid, tid = w->current_tid;
    w->current_pid = w->current_tid = 0;
    while (ke->heap_count && ke->heap[0]->time <= w->now) {
        struct ke_deadline *due = ke->heap[0];
        take_out(w, due);
        due->expire(w, due);
    }
    w->current_pid = pid;
    w->current_tid = tid;
}

uint64_t ke_absolute_time(const struct rd_world *w, LONGLONG timeout) {
    if (timeout >= 0)
        return (uint64_t)timeout;
    uint64_t delay = 0 - (uint64_t)timeout;
    return delay > UINT64_MAX - 1 - w->now ? UINT64_MAX - 1 : w->now + delay;
}
