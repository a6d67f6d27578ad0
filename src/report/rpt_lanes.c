#include "report/rpt_lanes.h"

#include <stdlib.h>

/*
 * Events of one virtual moment are drawn this far apart, so that their order is visible and
 * slices never share an end with the next one's beginning.
 */
enum { NS_PER_TICK = 100, STEP_NS = 2, KILL_NS = 1 };

/* ---- storage --------------------------------------------------------------------------------- */

/* Room for one more element in an array that doubles; NULL keeps the old array valid. */
static void *grow(void *array, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return array;
    size_t wanted = *capacity ? *capacity * 2 : 64;
    void *grown = realloc(array, wanted * size);
    if (grown)
        *capacity = wanted;
    return grown;
}

static size_t add_mark(struct rpt_timeline *t, const struct rpt_mark *mark) {
    struct rpt_mark *marks = grow(t->marks, t->mark_count, &t->mark_capacity, sizeof t->marks[0]);
    if (!marks) {
        t->failed = true;
        return RPT_NONE;
    }
    t->marks = marks;
    t->marks[t->mark_count] = *mark;
    return t->mark_count++;
}

static size_t mark_now(struct rpt_timeline *t, enum rpt_mark_kind kind, size_t lane, size_t event) {
    return add_mark(
        t, &(struct rpt_mark){.kind = kind, .start = t->now, .lane = lane, .event = event});
}

static size_t add_process(struct rpt_timeline *t, uint32_t pid, const char *image) {
    struct rpt_process *processes =
        grow(t->processes, t->process_count, &t->process_capacity, sizeof t->processes[0]);
    struct rpt_map_entry *entry = processes ? rpt_map_add(&t->process_of_pid, pid) : NULL;

    if (processes)
        t->processes = processes;
    if (!entry) {
        t->failed = true;
        return RPT_NONE;
    }
    uint32_t use = entry->text ? t->processes[entry->index].use + 1 : 1;
    entry->index = t->process_count;
    entry->text = "";
    t->processes[t->process_count] =
        (struct rpt_process){.pid = pid, .use = use, .file_pid = ++t->last_file_id, .image = image};
    return t->process_count++;
}

static size_t process_of(struct rpt_timeline *t, uint32_t pid) {
    const struct rpt_map_entry *entry = rpt_map_find(&t->process_of_pid, pid);
    return entry ? entry->index : add_process(t, pid, NULL);
}

static size_t add_lane(struct rpt_timeline *t, uint32_t tid, uint32_t pid) {
    size_t process = process_of(t, pid);
    struct rpt_lane *lanes = grow(t->lanes, t->lane_count, &t->lane_capacity, sizeof t->lanes[0]);
    struct rpt_map_entry *entry = lanes ? rpt_map_add(&t->lane_of_tid, tid) : NULL;

    if (lanes)
        t->lanes = lanes;
    if (!entry || process == RPT_NONE) {
        t->failed = true;
        return RPT_NONE;
    }
    uint32_t use = entry->text ? t->lanes[entry->index].use + 1 : 1;
    entry->index = t->lane_count;
    entry->text = "";
    t->lanes[t->lane_count] = (struct rpt_lane){.tid = tid,
                                                .use = use,
                                                .process = process,
                                                .file_tid = ++t->last_file_id,
                                                .state = RPT_NONE,
                                                .wait_event = RPT_NONE,
                                                .arrow = RPT_NONE};
    return t->lane_count++;
}

static struct rpt_lane *find_lane(const struct rpt_timeline *t, uint64_t tid) {
    const struct rpt_map_entry *entry = rpt_map_find(&t->lane_of_tid, (uint32_t)tid);
    return entry ? &t->lanes[entry->index] : NULL;
}

static size_t lane_of(struct rpt_timeline *t, uint32_t tid, uint32_t pid) {
    const struct rpt_lane *lane = find_lane(t, tid);
    return lane ? (size_t)(lane - t->lanes) : add_lane(t, tid, pid);
}

/* ---- slices ---------------------------------------------------------------------------------- */

/* Ends a slice a moment before `end`, where the next one may begin. */
static void close_mark(struct rpt_timeline *t, size_t mark, uint64_t end) {
    if (mark != RPT_NONE)
        t->marks[mark].length = end - t->marks[mark].start - 1;
}

static void close_state(struct rpt_timeline *t, struct rpt_lane *lane, uint64_t end) {
    close_mark(t, lane->state, end);
    lane->state = RPT_NONE;
}

static bool is_running(const struct rpt_timeline *t, const struct rpt_lane *lane) {
    return lane->state != RPT_NONE && t->marks[lane->state].kind == RPT_RUN;
}

static void open_state(struct rpt_timeline *t, size_t lane, enum rpt_mark_kind kind, size_t event) {
    t->lanes[lane].state = mark_now(t, kind, lane, event);
}

/* The lane gets the processor; an arrow on its way to it arrives. */
static void start_running(struct rpt_timeline *t, size_t at, size_t event) {
    struct rpt_lane *lane = &t->lanes[at];

    if (is_running(t, lane))
        return;
    close_state(t, lane, t->now);
    open_state(t, at, RPT_RUN, event);
    if (lane->arrow != RPT_NONE && !t->failed) {
        size_t in = mark_now(t, RPT_FLOW_IN, at, t->marks[lane->arrow].event);
        if (in != RPT_NONE)
            t->marks[in].flow = t->marks[lane->arrow].flow;
        lane->arrow = RPT_NONE;
    }
}

/*
 * The lane loses the processor. A dead thread lost it with its last act, however long the machine
 * was idle after that.
 */
static void stop_running(struct rpt_timeline *t, size_t at) {
    struct rpt_lane *lane = &t->lanes[at];

    if (!is_running(t, lane))
        return;
    close_state(t, lane, lane->dead ? lane->last + STEP_NS : t->now);
    if (lane->wait_event != RPT_NONE && !lane->dead)
        open_state(t, at, RPT_WAIT, lane->wait_event);
}

/* A thread that is switched to although it ran last has slept since: nobody else had anything to
 * do. */
static void close_at_last_act(struct rpt_timeline *t, size_t at) {
    struct rpt_lane *lane = &t->lanes[at];

    if (is_running(t, lane))
        close_state(t, lane, lane->last + STEP_NS);
}

static void switch_to(struct rpt_timeline *t, size_t lane, size_t event) {
    if (t->current != RPT_NONE && t->current != lane)
        stop_running(t, t->current);
    else if (rd_event_at(t->world, event)->kind == RD_EVENT_SWITCH)
        close_at_last_act(t, lane);
    t->current = lane;
    start_running(t, lane, event);
}

/* ---- calls and waits ------------------------------------------------------------------------- */

/*
 * A call outlasts the slices of its thread's state, so these are cut at its borders: what the
 * thread does during the call lies inside it.
 */
static void begin_call(struct rpt_timeline *t, size_t at, size_t event) {
    struct rpt_lane *lane = &t->lanes[at];

    close_state(t, lane, t->now);
    size_t mark = mark_now(t, RPT_CALL, at, event);
    if (lane->frame_count < RPT_FRAMES_MAX)
        lane->frames[lane->frame_count] = mark;
    lane->frame_count++;
    start_running(t, at, event);
}

static void close_frames(struct rpt_timeline *t, struct rpt_lane *lane, size_t down_to) {
    while (lane->frame_count > down_to) {
        lane->frame_count--;
        if (lane->frame_count < RPT_FRAMES_MAX)
            close_mark(t, lane->frames[lane->frame_count], t->now);
    }
}

/* Ends the innermost call of the kind that returns, and calls inside it that never did. */
static void end_call(struct rpt_timeline *t, size_t at, size_t event) {
    struct rpt_lane *lane = &t->lanes[at];
    bool is_dll = rd_event_at(t->world, event)->kind == RD_EVENT_DLL_RETURN;
    size_t frame = lane->frame_count;

    if (frame > RPT_FRAMES_MAX) {
        lane->frame_count--;
        return;
    }
    while (frame > 0 && lane->frames[frame - 1] != RPT_NONE) {
        const struct rpt_mark *mark = &t->marks[lane->frames[frame - 1]];
        if ((rd_event_at(t->world, mark->event)->kind == RD_EVENT_DLL_CALL) == is_dll)
            break;
        frame--;
    }
    if (frame == 0)
        return;
    close_state(t, lane, t->now);
    close_frames(t, lane, frame - 1);
    start_running(t, at, event);
}

static void begin_wait(struct rpt_timeline *t, size_t at, size_t event) {
    struct rpt_lane *lane = &t->lanes[at];

    if (lane->wait_event != RPT_NONE)
        return;
    lane->wait_event = event;
    close_state(t, lane, t->now);
    open_state(t, at, RPT_WAIT, event);
}

static void end_wait(struct rpt_timeline *t, size_t at, size_t event) {
    t->lanes[at].wait_event = RPT_NONE;
    start_running(t, at, event);
}

/* ---- arrows ---------------------------------------------------------------------------------- */

static size_t begin_arrow(struct rpt_timeline *t, size_t from, size_t event) {
    size_t mark = mark_now(t, RPT_FLOW_OUT, from, event);
    if (mark != RPT_NONE)
        t->marks[mark].flow = ++t->flow_count;
    return mark;
}

/* The woken thread stops waiting now, but the arrow ends where it runs next. */
static void wake(struct rpt_timeline *t, size_t actor, size_t event) {
    struct rpt_lane *target = find_lane(t, rd_event_at(t->world, event)->a);

    if (!target || (size_t)(target - t->lanes) == t->current)
        return;
    if (!is_running(t, target))
        close_state(t, target, t->now);
    target->wait_event = RPT_NONE;
    if (target->arrow == RPT_NONE && t->lanes[actor].state != RPT_NONE)
        target->arrow = begin_arrow(t, actor, event);
}

/* The target has no part in its end, so the arrow points at the moment itself. */
static void kill_thread(struct rpt_timeline *t, size_t actor, size_t event) {
    struct rpt_lane *target = find_lane(t, rd_event_at(t->world, event)->a);
    size_t at = target ? (size_t)(target - t->lanes) : RPT_NONE;

    if (!target || at == actor)
        return;
    bool arrow = t->lanes[actor].state != RPT_NONE;
    if (arrow)
        begin_arrow(t, actor, event);
    size_t kill = mark_now(t, RPT_KILL, at, event);
    if (kill != RPT_NONE)
        t->marks[kill].length = KILL_NS;
    size_t in = arrow ? mark_now(t, RPT_FLOW_IN, at, event) : RPT_NONE;
    if (in != RPT_NONE)
        t->marks[in].flow = t->flow_count;
}

static void thread_ends(struct rpt_timeline *t, size_t event) {
    struct rpt_lane *lane = find_lane(t, rd_event_at(t->world, event)->a);

    if (!lane || lane->dead)
        return;
    size_t at = (size_t)(lane - t->lanes);
    bool still_acts = at == t->current;
    lane->dead = true;
    lane->wait_event = RPT_NONE;
    if (still_acts && lane->frame_count == 0)
        return;
    close_state(t, lane, t->now);
    close_frames(t, lane, 0);
    if (still_acts)
        start_running(t, at, event);
}

/* ---- the log --------------------------------------------------------------------------------- */

/* Details that a text trace shows, but that would bury a timeline. They appear if a rule speaks of
 * them. */
static bool is_detail(unsigned kind) {
    switch (kind) {
    case RD_EVENT_WORLD_START:
    case RD_EVENT_OBJECT_CREATE:
    case RD_EVENT_OBJECT_DELETE:
    case RD_EVENT_HANDLE_CREATE:
    case RD_EVENT_HANDLE_CLOSE:
    case RD_EVENT_HANDLE_DUPLICATE:
    case RD_EVENT_HANDLE_INHERIT:
    case RD_EVENT_WAKE:
    case RD_EVENT_WAIT_END:
    case RD_EVENT_DLL_RETURN:
    case RD_EVENT_NOTIFY_RETURN:
    case RD_EVENT_IMAGE_MAP:
    case RD_EVENT_IMAGE_UNMAP:
    case RD_EVENT_LOADER_LOCK:
    case RD_EVENT_LOADER_UNLOCK:
    case RD_EVENT_POOL_ALLOCATE:
    case RD_EVENT_POOL_FREE:
        return true;
    default:
        return false;
    }
}

static void draw(struct rpt_timeline *t, size_t lane, size_t index, const rd_event *event) {
    switch (event->kind) {
    case RD_EVENT_WAIT_BEGIN:
    case RD_EVENT_SLEEP:
    case RD_EVENT_LOADER_LOCK_WAIT:
        begin_wait(t, lane, index);
        return;
    case RD_EVENT_DLL_CALL:
    case RD_EVENT_NOTIFY_CALL:
        begin_call(t, lane, index);
        return;
    case RD_EVENT_WAIT_END:
    case RD_EVENT_LOADER_LOCK:
        end_wait(t, lane, index);
        break;
    case RD_EVENT_DLL_RETURN:
    case RD_EVENT_NOTIFY_RETURN:
        end_call(t, lane, index);
        break;
    case RD_EVENT_WAKE:
        wake(t, lane, index);
        break;
    case RD_EVENT_THREAD_TERMINATE:
        kill_thread(t, lane, index);
        break;
    case RD_EVENT_THREAD_SIGNALED:
        thread_ends(t, index);
        break;
    default:
        break;
    }
    if (event->rule || !is_detail(event->kind))
        mark_now(t, RPT_INSTANT, lane, index);
}

static bool began_now(const struct rpt_timeline *t, size_t lane) {
    size_t state = t->lanes[lane].state;
    return state != RPT_NONE && t->marks[state].start == t->now;
}

static void add_event(struct rpt_timeline *t, size_t index, const rd_event *event) {
    uint64_t time = event->time * NS_PER_TICK;

    t->now = index == 0 || time > t->now + STEP_NS ? time : t->now + STEP_NS;
    rpt_names_learn(&t->names, event);
    if (event->kind == RD_EVENT_PROCESS_CREATE)
        add_process(t, (uint32_t)event->a, event->text);
    if (event->kind == RD_EVENT_THREAD_CREATE)
        add_lane(t, (uint32_t)event->a, (uint32_t)event->b);
    size_t lane = t->failed ? RPT_NONE : lane_of(t, event->tid, event->pid);
    if (t->failed || lane == RPT_NONE)
        return;
    if (event->tid)
        switch_to(t, lane, index);
    /* What the log does not say - that the thread has the processor - is drawn before what it says.
     */
    if (event->kind != RD_EVENT_SWITCH && event->tid && began_now(t, lane))
        t->now += STEP_NS;
    if (event->kind != RD_EVENT_SWITCH && event->tid)
        draw(t, lane, index, event);
    else if (event->kind == RD_EVENT_THREAD_SIGNALED)
        thread_ends(t, index);
    else if (event->kind == RD_EVENT_WAKE)
        wake(t, lane, index);
    if (!event->tid && (event->rule || !is_detail(event->kind)))
        mark_now(t, RPT_INSTANT, lane, index);
    t->lanes[lane].last = t->now;
}

/* What is open at the end of the log stays open up to its last moment: there the deadlocks are
 * seen. */
static void finish(struct rpt_timeline *t) {
    t->now += STEP_NS;
    for (size_t i = 0; i < t->lane_count; i++) {
        struct rpt_lane *lane = &t->lanes[i];
        if (lane->dead)
            stop_running(t, i);
        close_state(t, lane, t->now);
        close_frames(t, lane, 0);
        if (lane->arrow != RPT_NONE)
            t->marks[lane->arrow].kind = RPT_DROPPED;
    }
}

bool rpt_timeline_build(struct rpt_timeline *t, const rd_world *world) {
    size_t count = rd_event_count(world);

    *t = (struct rpt_timeline){.world = world, .current = RPT_NONE};
    for (size_t i = 0; i < count && !t->failed; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (!event)
            break;
        add_event(t, i, event);
    }
    if (t->names.failed)
        t->failed = true;
    if (!t->failed)
        finish(t);
    return !t->failed;
}

void rpt_timeline_free(struct rpt_timeline *t) {
    free(t->marks);
    free(t->lanes);
    free(t->processes);
    rpt_map_free(&t->lane_of_tid);
    rpt_map_free(&t->process_of_pid);
    rpt_names_free(&t->names);
    *t = (struct rpt_timeline){0};
}
