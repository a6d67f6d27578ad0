/* trace.c - recording steps: accesses, what happens before what, and races. */
#include "explore/trace.h"

#include <stdlib.h>
#include <string.h>

#include "ob/ob.h"

/* Clocks are as wide as a multiple of this. */
enum { LANES = 8 };

/* Of a pending step, in the place of who stopped its thread: nobody did, but the run ended. */
enum { THE_END = INT32_MAX };

/* ---- memory ---------------------------------------------------------------------------------- */

#define RESERVE(trace, field, capacity, count)                                                     \
    (exp_grow((void **)&(trace)->field, &(trace)->capacity, (count), sizeof *(trace)->field)       \
         ? true                                                                                    \
         : ((trace)->failed = true, false))

static uint32_t add_thread(struct exp_trace *trace, uint32_t life) {
    size_t capacity = trace->thread_capacity;
    if (!exp_grow((void **)&trace->threads, &capacity, trace->thread_count,
                  sizeof *trace->threads)) {
        trace->failed = true;
        return EXP_HOST_THREAD;
    }
    trace->thread_capacity = (uint32_t)capacity;
    trace->threads[trace->thread_count] =
        (struct exp_thread){.life = life, .last_event = EXP_NO_EVENT, .last_edge = EXP_NO_EVENT};
    return trace->thread_count++;
}

static bool allocate_scratch(struct exp_trace *trace) {
    free(trace->scratch);
    trace->scratch = malloc(trace->width * sizeof *trace->scratch);
    return trace->scratch != NULL;
}

bool exp_trace_init(struct exp_trace *trace) {
    *trace = (struct exp_trace){.width = LANES, .last_barrier = EXP_NO_EVENT};
    trace->latest = calloc(LANES, sizeof *trace->latest);
    if (!exp_places_init(trace) || !allocate_scratch(trace) || !trace->latest ||
        !RESERVE(trace, accesses, access_capacity, 0))
        return false;
    add_thread(trace, 0); /* EXP_CLOCK_THREAD */
    add_thread(trace, 0); /* EXP_HOST_THREAD */
    return !trace->failed;
}

void exp_trace_destroy(struct exp_trace *trace) {
    for (uint32_t i = 0; i < trace->thread_count; i++)
        free(trace->threads[i].names);
    exp_places_destroy(trace);
    free(trace->events);
    free(trace->accesses);
    free(trace->answers);
    free(trace->clocks);
    free(trace->latest);
    free(trace->edges);
    free(trace->threads);
    free(trace->races);
    free(trace->pending);
    free(trace->pending_accesses);
    free(trace->pending_clocks);
    free(trace->woken);
    free(trace->stopped);
    free(trace->scratch);
    free(trace->candidates);
    memset(trace, 0, sizeof *trace);
}

/* ---- clocks ---------------------------------------------------------------------------------- */

static uint32_t *row(const struct exp_trace *trace, int32_t event) {
    return trace->clocks + (size_t)event * trace->width;
}

static void copy(const struct exp_trace *trace, uint32_t *to, const uint32_t *from) {
    for (uint32_t i = 0; i < trace->width; i += LANES)
        memcpy(to + i, from + i, LANES * sizeof *to);
}

static void join(const struct exp_trace *trace, uint32_t *into, const uint32_t *from) {
    for (uint32_t i = 0; i < trace->width; i += LANES)
        for (uint32_t k = i; k < i + LANES; k++)
            into[k] = from[k] > into[k] ? from[k] : into[k];
}

/* Rows with more columns; what is new counts 0. */
static uint32_t *widen(const uint32_t *rows, size_t count, uint32_t from, uint32_t to) {
    uint32_t *wider = calloc(count ? count : 1, to * sizeof *wider);
    for (size_t i = 0; wider && i < count; i++)
        memcpy(wider + i * to, rows + i * from, from * sizeof *rows);
    return wider;
}

static bool make_columns(struct exp_trace *trace) {
    uint32_t width = trace->width;
    while (width < trace->thread_count)
        width *= 2;
    uint32_t *clocks = widen(trace->clocks, trace->count, trace->width, width);
    uint32_t *pending = widen(trace->pending_clocks, trace->pending_count, trace->width, width);
    uint32_t *latest = widen(trace->latest, 1, trace->width, width);
    if (!clocks || !pending || !latest) {
        free(clocks);
        free(pending);
        free(latest);
        return !(trace->failed = true);
    }
    free(trace->clocks);
    free(trace->pending_clocks);
    free(trace->latest);
    trace->clocks = clocks;
    trace->latest = latest;
    trace->pending_clocks = pending;
    trace->clock_capacity = (trace->count ? trace->count : 1) * (size_t)width;
    trace->pending_clock_capacity =
        (trace->pending_count ? trace->pending_count : 1) * (size_t)width;
    trace->width = width;
    return allocate_scratch(trace) || !(trace->failed = true);
}

/* Is the event with that number of the thread, and so what comes before that, in the clock? */
static bool is_in(const uint32_t *clock, uint32_t thread, uint32_t number) {
    return clock[thread] >= number;
}

/* ---- threads --------------------------------------------------------------------------------- */

uint32_t exp_new_thread(struct exp_trace *trace, uint32_t object) {
    if (object == 0)
        return EXP_CLOCK_THREAD;
    if (object >= trace->named)
        return EXP_HOST_THREAD;
    return exp_thread_of_name(trace, trace->names[object]);
}

uint32_t exp_thread_of_name(struct exp_trace *trace, uint32_t name) {
    if (!trace->of_names[name].thread) {
        uint32_t thread = add_thread(trace, exp_life_of_name(trace, name));
        trace->of_names[name].thread = thread;
    }
    return trace->of_names[name].thread;
}

/* ---- steps that were never taken ------------------------------------------------------------- */

struct exp_step exp_trace_pending(const struct exp_trace *trace, size_t pending) {
    const struct exp_pending *p = &trace->pending[pending];
    const struct exp_thread *t = &trace->threads[p->thread];
    return (struct exp_step){.thread = p->thread,
                             .access_count = p->access_count,
                             .accesses = trace->pending_accesses + p->first_access,
                             .vague = true,
                             .life = t->life,
                             .process_life = t->process_life};
}

static uint32_t *pending_row(const struct exp_trace *trace, const struct exp_pending *pending) {
    return trace->pending_clocks + (size_t)pending->clock * trace->width;
}

/* Would that not have been, without the event? */
static bool is_undone(const struct exp_trace *trace, const struct exp_touch *entry, int32_t event) {
    return entry->event == event ||
           (entry->event > event && exp_happens_before(trace, (size_t)event, (size_t)entry->event));
}

/* Would the step have to wait for that place in the end, if its thread had not been stopped? */
static bool is_shut(const struct exp_trace *trace, const struct exp_pending *pending,
                    const struct exp_access *access) {
    const struct exp_place *place = &trace->places[access->place];
    const struct exp_touch *undone = NULL;
    for (size_t i = place->count; i-- > 0;) {
        const struct exp_touch *entry = &place->touches[i];
        if (!exp_conflict(entry->kind, access->kind))
            continue;
        if (is_undone(trace, entry, pending->stopped_by))
            undone = entry;
        else if (undone || entry->event < pending->stopped_by)
            break;
        else
            return !entry->closed && !entry->open && entry->kind == CORE_WRITE; /* it was taken */
    }
    return undone ? undone->closed : access->closed;
}

/* ---- races ----------------------------------------------------------------------------------- */

/* Whose races are looked for. */
struct subject {
    uint32_t thread;
    const struct exp_access *accesses;
    uint32_t access_count;
    struct exp_gates gates;
    bool ending;
    const struct exp_pending *pending; /* the step that it is, if it was never taken */
    const uint32_t *before;            /* clock of what comes before it on its own account */
    uint32_t *clock;                   /* gets what it depends on; `before`, if that is nothing */
    size_t candidates;
};

static bool is_undone_for(const struct exp_trace *trace, const struct subject *subject,
                          const struct exp_touch *entry) {
    return subject->pending && is_undone(trace, entry, subject->pending->stopped_by);
}

static struct subject pending_subject(const struct exp_trace *trace,
                                      const struct exp_pending *pending) {
    return (struct subject){.thread = pending->thread,
                            .accesses = trace->pending_accesses + pending->first_access,
                            .access_count = pending->access_count,
                            .gates = pending->gates,
                            .pending = pending,
                            .before = pending_row(trace, pending)};
}

static struct subject event_subject(const struct exp_trace *trace, const struct exp_event *event) {
    return (struct subject){.thread = event->thread,
                            .accesses = trace->accesses + event->first_access,
                            .access_count = event->access_count,
                            .gates = event->gates,
                            .ending = event->ending};
}

static void add_candidate(struct exp_trace *trace, struct subject *subject, int32_t event) {
    for (size_t i = 0; i < subject->candidates; i++)
        if (trace->candidates[i] == event)
            return;
    if (RESERVE(trace, candidates, candidate_capacity, subject->candidates))
        trace->candidates[subject->candidates++] = event;
}

/*
 * Has the thread itself done the same, or more? Then whatever came before that, and does not
 * commute with what it does now, comes before this on the thread's own account.
 */
static bool is_own(const struct exp_touch *touch, uint32_t thread, uint8_t kind) {
    return touch->thread == thread && (touch->kind == CORE_WRITE || touch->kind == kind);
}

/* Can what was done to the place concern the thread? */
static bool is_shared(const struct exp_trace *trace, uint32_t place, uint32_t thread,
                      uint8_t kind) {
    const struct exp_place *touched = &trace->places[place];
    return touched->count && !is_own(&touched->touches[touched->count - 1], thread, kind);
}

static void depend_on(const struct exp_trace *trace, struct subject *subject, int32_t event) {
    if (subject->before == subject->clock) {
        copy(trace, trace->scratch, subject->clock);
        subject->before = trace->scratch;
    }
    join(trace, subject->clock, row(trace, event));
}

/*
 * Backwards through those who touched the place. A step that opened the gate that the place is
 * cannot come after the subject, unless another gate will do; whoever had it before that can.
 */
static void scan_place(struct exp_trace *trace, struct subject *subject, uint32_t place,
                       uint8_t kind, bool gate) {
    const struct exp_place *touched = &trace->places[place];
    for (size_t i = touched->count; i-- > 0;) {
        const struct exp_touch *entry = &touched->touches[i];
        if (is_own(entry, subject->thread, kind))
            break;
        if (entry->thread == subject->thread || !exp_conflict(entry->kind, kind) ||
            is_undone_for(trace, subject, entry))
            continue;
        if (!is_in(subject->before, entry->thread, entry->number)) {
            if (!is_in(subject->clock, entry->thread, entry->number))
                depend_on(trace, subject, entry->event);
            bool opened = gate && entry->closed;
            if (!opened || subject->gates.any || subject->gates.alertable)
                add_candidate(trace, subject, entry->event);
            if (opened)
                continue;
        }
        if (entry->kind == CORE_WRITE)
            break;
    }
}

/* The subject decides about a thread: that races with the last step that could be stopped. */
static void scan_thread(struct exp_trace *trace, struct subject *subject, uint32_t thread,
                        bool stops) {
    const struct exp_event *events = trace->events;
    int32_t last = thread == subject->thread ? EXP_NO_EVENT : trace->threads[thread].last_event;
    while (last != EXP_NO_EVENT && !is_in(subject->before, thread, events[last].number)) {
        if (stops || !events[last].ending) {
            depend_on(trace, subject, last);
            add_candidate(trace, subject, last);
            return;
        }
        last = events[last].previous;
    }
}

static bool is_life(const struct exp_trace *trace, uint32_t place) {
    return place == EXP_STOP_PLACE || trace->places[place].place >> CORE_SPACE_SHIFT == CORE_LIFE;
}

/* The subject decides about all threads to which the place belongs. */
static void scan_threads(struct exp_trace *trace, struct subject *subject, uint32_t place) {
    bool stops = place == EXP_STOP_PLACE;
    for (uint32_t t = 0; t < trace->thread_count; t++)
        if (stops || place == trace->threads[t].life || place == trace->threads[t].process_life)
            scan_thread(trace, subject, t, stops);
}

static void scan(struct exp_trace *trace, struct subject *subject) {
    const struct exp_thread *thread = &trace->threads[subject->thread];
    if (!subject->ending && is_shared(trace, thread->life, subject->thread, CORE_READ))
        scan_place(trace, subject, thread->life, CORE_READ, false);
    if (!subject->ending && is_shared(trace, thread->process_life, subject->thread, CORE_READ))
        scan_place(trace, subject, thread->process_life, CORE_READ, false);
    const struct exp_access *first = subject->accesses, *end = first + subject->access_count;
    for (const struct exp_access *access = first; access < end; access++) {
        if (access->kind != CORE_NOTHING &&
            is_shared(trace, access->place, subject->thread, access->kind))
            scan_place(trace, subject, access->place, access->kind,
                       access < first + subject->gates.count + subject->gates.alertable);
        if (access->kind == CORE_WRITE && is_life(trace, access->place))
            scan_threads(trace, subject, access->place);
    }
}

static void add_race(struct exp_trace *trace, const struct exp_race *race) {
    if (RESERVE(trace, races, race_capacity, trace->race_count))
        trace->races[trace->race_count++] = *race;
}

/* Would that not have been, if the race went the other way? */
static bool is_undone_by(const struct exp_trace *trace, const struct exp_race *race,
                         const struct exp_touch *entry) {
    return is_undone(trace, entry, race->first) ||
           (race->other != EXP_NO_EVENT && is_undone(trace, entry, race->other));
}

/*
 * Is that there for the second step of the race if it comes first? As it was when the first of
 * those touched it who then come later; or as it is at last.
 */
static bool is_open(const struct exp_trace *trace, const struct subject *subject,
                    const struct exp_race *race, const struct exp_access *access) {
    const struct exp_place *place = &trace->places[access->place];
    const struct exp_touch *undone = NULL;
    for (size_t i = place->count; i-- > 0 && place->touches[i].event >= race->first;)
        if (exp_conflict(place->touches[i].kind, access->kind) &&
            is_undone_by(trace, race, &place->touches[i]))
            undone = &place->touches[i];
    if (undone)
        return !undone->closed;
    return subject->pending ? !is_shut(trace, subject->pending, access) : !access->closed;
}

/* Could the second step of the race have come first? */
static bool could_come(const struct exp_trace *trace, const struct subject *subject,
                       const struct exp_race *race) {
    const struct exp_gates *gates = &subject->gates;
    uint32_t open = 0, count = gates->count;
    for (uint32_t i = 0; i < count && i < subject->access_count; i++)
        open += is_open(trace, subject, race, &subject->accesses[i]);
    if (open == count || (gates->any && open))
        return true;
    return gates->alertable && count < subject->access_count &&
           is_open(trace, subject, race, &subject->accesses[count]);
}

/* The subject, which is that event or pending, comes first, and that event not before it. */
static struct exp_race race_with(const struct subject *subject, int32_t event, int32_t second) {
    struct exp_race race = {.first = event, .second = second, .other = EXP_NO_EVENT};
    if (!subject->pending)
        return race;
    int32_t by = subject->pending->stopped_by;
    race.pending = subject->pending->clock;
    if (by != THE_END && event != by) {
        race.first = event < by ? event : by;
        race.other = event < by ? by : event;
    }
    return race;
}

static void drop_impossible(struct exp_trace *trace, struct subject *subject, int32_t second) {
    size_t kept = 0;
    for (size_t i = 0; i < subject->candidates; i++) {
        struct exp_race race = race_with(subject, trace->candidates[i], second);
        if (could_come(trace, subject, &race))
            trace->candidates[kept++] = trace->candidates[i];
    }
    subject->candidates = kept;
}

/* Of two candidates of which one comes before the other, only the later one is adjacent. */
static void add_races(struct exp_trace *trace, struct subject *subject, int32_t second) {
    if (subject->gates.count)
        drop_impossible(trace, subject, second);
    for (size_t i = 0; i < subject->candidates; i++) {
        int32_t event = trace->candidates[i];
        bool adjacent = true;
        for (size_t k = 0; k < subject->candidates && adjacent; k++)
            adjacent =
                k == i || !exp_happens_before(trace, (size_t)event, (size_t)trace->candidates[k]);
        struct exp_race race = race_with(subject, event, second);
        if (adjacent)
            add_race(trace, &race);
    }
}

/* The step could have come before it was stopped, or before somebody whom it then waited for. */
static void add_pending_races(struct exp_trace *trace, const struct exp_pending *pending) {
    struct subject subject = pending_subject(trace, pending);
    struct exp_race race = race_with(&subject, pending->stopped_by, EXP_NO_EVENT);
    if (pending->stopped_by != THE_END && could_come(trace, &subject, &race)) {
        add_race(trace, &race);
        return;
    }
    copy(trace, trace->scratch, subject.before);
    subject.clock = trace->scratch;
    scan(trace, &subject);
    add_races(trace, &subject, EXP_NO_EVENT);
}

bool exp_finds_open(const struct exp_trace *trace, const struct exp_race *race, uint32_t access) {
    struct subject subject = race->second == EXP_NO_EVENT
                                 ? pending_subject(trace, &trace->pending[race->pending])
                                 : event_subject(trace, &trace->events[race->second]);
    return is_open(trace, &subject, race, &subject.accesses[access]);
}

/* ---- completing a step ----------------------------------------------------------------------- */

/*
 * What comes before the thread's next step on its own account: its last one, and who let it go on
 * since. Not the time that passed while it stood at a gate: had that been open, it had gone on.
 */
static inline void clock_before(const struct exp_trace *trace, uint32_t thread, uint32_t *clock) {
    const struct exp_thread *t = &trace->threads[thread];
    if (t->last_event != EXP_NO_EVENT)
        copy(trace, clock, row(trace, t->last_event));
    else
        memset(clock, 0, trace->width * sizeof *clock);
    for (int32_t e = t->last_edge; e != EXP_NO_EVENT && trace->edges[e].source > t->last_event;
         e = trace->edges[e].previous)
        join(trace, clock, row(trace, trace->edges[e].source));
}

/* What comes before all that is done after it: that time has passed because nobody could go on. */
static void come_after_barrier(const struct exp_trace *trace, struct subject *subject) {
    int32_t barrier = trace->last_barrier;
    if (barrier == EXP_NO_EVENT ||
        is_in(subject->clock, trace->events[barrier].thread, trace->events[barrier].number))
        return;
    copy(trace, trace->scratch, subject->clock);
    subject->before = trace->scratch;
    join(trace, subject->clock, row(trace, barrier));
}

bool exp_lets_begin(const struct exp_trace *trace, size_t first, size_t second) {
    int32_t previous = trace->events[second].previous;
    if (previous != EXP_NO_EVENT && exp_happens_before(trace, first, (size_t)previous))
        return true;
    for (int32_t e = trace->threads[trace->events[second].thread].last_edge;
         e != EXP_NO_EVENT && trace->edges[e].source > previous; e = trace->edges[e].previous)
        if (trace->edges[e].source < (int32_t)second &&
            exp_happens_before(trace, first, (size_t)trace->edges[e].source))
            return true;
    return false;
}

static uint8_t merge(uint8_t a, uint8_t b) {
    if (a == b || b == CORE_NOTHING)
        return a;
    return a == CORE_NOTHING ? b : CORE_WRITE;
}

/* A step that stopped a thread before that could take its own next one, which wanted `count`
 * places.
 */
static void add_pending(struct exp_trace *trace, const struct exp_stopped *stopped, uint32_t count,
                        int32_t by) {
    size_t index = trace->pending_count;
    if ((trace->thread_count > trace->width && !make_columns(trace)) ||
        !RESERVE(trace, pending, pending_capacity, index) ||
        !RESERVE(trace, pending_clocks, pending_clock_capacity, (index + 1) * trace->width))
        return;
    struct exp_pending *pending = &trace->pending[index];
    *pending = (struct exp_pending){.thread = stopped->thread,
                                    .first_access = (uint32_t)trace->pending_access_count,
                                    .access_count = count,
                                    .clock = (uint32_t)index,
                                    .stopped_by = by,
                                    .gates = stopped->gates};
    for (uint32_t i = 0; i < count; i++) {
        if (!RESERVE(trace, pending_accesses, pending_access_capacity, trace->pending_access_count))
            return;
        trace->pending_accesses[trace->pending_access_count++] = stopped[i].access;
    }
    trace->threads[pending->thread].process_life = stopped->process_life;
    clock_before(trace, pending->thread, pending_row(trace, pending));
    trace->pending_count++;
}

static void add_all_pending(struct exp_trace *trace, int32_t by) {
    for (size_t i = 0, end; i < trace->stopped_count; i = end) {
        for (end = i + 1; end < trace->stopped_count; end++)
            if (trace->stopped[end].thread != trace->stopped[i].thread)
                break;
        add_pending(trace, &trace->stopped[i], (uint32_t)(end - i), by);
    }
    trace->stopped_count = 0;
}

static void remember(struct exp_trace *trace, const struct exp_event *event, int32_t index) {
    const struct exp_access *access = trace->accesses + event->first_access;
    for (const struct exp_access *end = access + event->access_count; access < end; access++) {
        struct exp_place *place = &trace->places[access->place];
        if (!exp_grow((void **)&place->touches, &place->capacity, place->count,
                      sizeof *place->touches)) {
            trace->failed = true;
            return;
        }
        place->touches[place->count++] = (struct exp_touch){.event = index,
                                                            .thread = event->thread,
                                                            .number = event->number,
                                                            .kind = access->kind,
                                                            .closed = access->closed,
                                                            .open = access->open};
    }
}

static void add_edges(struct exp_trace *trace, int32_t source) {
    for (size_t i = 0; i < trace->woken_count; i++) {
        uint32_t target = exp_trace_thread(trace, trace->woken[i]);
        if (!RESERVE(trace, edges, edge_capacity, trace->edge_count))
            return;
        struct exp_thread *thread = &trace->threads[target];
        trace->edges[trace->edge_count] = (struct exp_edge){target, source, thread->last_edge};
        thread->last_edge = (int32_t)trace->edge_count++;
    }
}

/* Does the clock hold all that anybody did? */
static bool holds_all(const struct exp_trace *trace, const uint32_t *clock) {
    for (uint32_t t = 0; t < trace->thread_count; t++)
        if (!is_in(clock, t, trace->latest[t]))
            return false;
    return true;
}

static void order_event(struct exp_trace *trace, struct exp_event *event, int32_t index) {
    uint32_t *clock = row(trace, index);
    clock_before(trace, event->thread, clock);
    if (event->barrier) {
        for (uint32_t t = 0; t < trace->thread_count; t++)
            if (trace->threads[t].last_event != EXP_NO_EVENT)
                join(trace, clock, row(trace, trace->threads[t].last_event));
        return;
    }
    struct subject subject = event_subject(trace, event);
    subject.before = subject.clock = clock;
    come_after_barrier(trace, &subject);
    if ((event->ending && !event->access_count) || holds_all(trace, subject.before))
        return; /* nothing else concerns it */
    scan(trace, &subject);
    if (subject.candidates)
        add_races(trace, &subject, index);
}

static void complete(struct exp_trace *trace) {
    int32_t index = (int32_t)trace->count;
    struct exp_event *event = &trace->events[index];
    if ((trace->thread_count > trace->width && !make_columns(trace)) ||
        !RESERVE(trace, clocks, clock_capacity, (size_t)(index + 1) * trace->width))
        return;
    event->first_edge = (uint32_t)trace->edge_count;
    event->previous_barrier = trace->last_barrier;
    event->access_count = (uint32_t)(trace->access_count - event->first_access);
    trace->count++;
    order_event(trace, event, index);
    event->previous = trace->threads[event->thread].last_event;
    event->number = ++trace->latest[event->thread];
    row(trace, index)[event->thread] = event->number;
    add_all_pending(trace, index);
    trace->threads[event->thread].last_event = index;
    remember(trace, event, index);
    add_edges(trace, index);
    if (event->barrier)
        trace->last_barrier = index;
}

void exp_trace_close(struct exp_trace *trace, struct rd_world *w) {
    if (!trace->open)
        return;
    trace->open = false;
    if (!trace->failed) {
        if (trace->named < w->ob->next_id)
            exp_name_objects(trace, w, trace->current_thread);
        complete(trace);
    }
}

void exp_trace_end(struct exp_trace *trace, struct rd_world *w) {
    exp_trace_close(trace, w);
    add_all_pending(trace, THE_END);
    for (size_t i = 0; i < trace->pending_count && !trace->failed; i++)
        add_pending_races(trace, &trace->pending[i]);
}

/* ---- the run --------------------------------------------------------------------------------- */

static void forget_events(struct exp_trace *trace, size_t known) {
    const struct exp_event *first = &trace->events[known];
    for (size_t i = first->first_access; i < trace->access_count; i++)
        trace->places[trace->accesses[i].place].count--;
    while (trace->edge_count > first->first_edge) {
        const struct exp_edge *edge = &trace->edges[--trace->edge_count];
        trace->threads[edge->target].last_edge = edge->previous;
    }
    for (size_t i = trace->count; i-- > known;) {
        const struct exp_event *event = &trace->events[i];
        struct exp_thread *thread = &trace->threads[event->thread];
        thread->last_event = event->previous;
        trace->latest[event->thread]--;
        thread->made -= trace->named - event->ids_begin;
        trace->named = event->ids_begin;
    }
    trace->last_barrier = first->previous_barrier;
    trace->access_count = first->first_access;
    trace->answer_count = first->first_answer;
    trace->count = known;
}

/* Those of steps that are repeated stay: what lets them begin may come after these. */
static void forget_pending(struct exp_trace *trace) {
    size_t count = trace->pending_count;
    while (count && (size_t)trace->pending[count - 1].stopped_by >= trace->count)
        count--;
    const struct exp_pending *last = count ? &trace->pending[count - 1] : NULL;
    trace->pending_count = count;
    trace->pending_access_count = last ? last->first_access + last->access_count : 0;
}

/* Those between steps that are repeated stay. */
static void forget_races(struct exp_trace *trace) {
    size_t count = trace->race_count;
    while (count && (trace->races[count - 1].second == EXP_NO_EVENT ||
                     (size_t)trace->races[count - 1].second >= trace->count))
        count--;
    trace->race_count = count;
}

void exp_trace_begin(struct exp_trace *trace, struct rd_world *w, size_t known) {
    if (trace->count > known)
        forget_events(trace, known);
    if (!known && !trace->count)
        exp_name_objects(trace, w, EXP_HOST_THREAD);
    trace->open = false;
    forget_races(trace);
    forget_pending(trace);
}

/* What the running step has done to the place so far; NULL: the host has no memory. */
static inline struct exp_access *access_to(struct exp_trace *trace, uint32_t place) {
    size_t known = trace->places[place].access, count = trace->access_count;
    if (known >= trace->events[trace->count].first_access && known < count &&
        trace->accesses[known].place == place)
        return &trace->accesses[known];
    if (!RESERVE(trace, accesses, access_capacity, count))
        return NULL;
    trace->places[place].access = trace->access_count++;
    trace->accesses[count] = (struct exp_access){.place = place, .kind = CORE_NOTHING};
    return &trace->accesses[count];
}

/* Was it closed when the running step began? What that waited for was not, even if it gave it back.
 */
static bool was_closed(const struct exp_trace *trace, const struct exp_access *access,
                       unsigned kind) {
    const struct exp_event *event = &trace->events[trace->count];
    const struct exp_gates *gates = &event->gates;
    if (!(kind & CORE_CLOSED))
        return false;
    bool is_gate = access < trace->accesses + event->first_access + gates->count;
    return !is_gate || gates->any || gates->alertable || event->blocked;
}

/* What the step has said that it will touch, unless only looking at it tells what it takes. */
static void announce(struct exp_trace *trace, struct rd_world *w, const struct core_step *step) {
    uint8_t pure = step->kind & CORE_KIND_MASK;
    if (pure == CORE_NOTHING || step->any || step->alertable)
        return;
    struct exp_access *access = access_to(trace, exp_place(trace, w, step->place));
    if (!access)
        return;
    if (access->kind == CORE_NOTHING)
        access->closed = was_closed(trace, access, step->kind);
    access->kind = merge(access->kind, pure);
    access->takes |= step->takes;
}

static struct exp_gates gates_of(const struct core_step *step) {
    return (struct exp_gates){step->gates, step->any, step->alertable};
}

/*
 * Does all that anybody did come before the thread's next step? If no other thread lives, then all
 * that will be done comes behind it, and nobody can tell what it touches from anything else. (But
 * what became of a place is asked where a thread was stopped before it could take its step.)
 */
static bool comes_last(struct exp_trace *trace, uint32_t thread) {
    if (trace->thread_count > trace->width && !make_columns(trace))
        return false;
    clock_before(trace, thread, trace->scratch);
    return holds_all(trace, trace->scratch);
}

void exp_trace_step(struct exp_trace *trace, struct rd_world *w, const struct core_step *step) {
    if (step->same) {
        if (trace->open && !trace->unseen)
            announce(trace, w, step);
        return;
    }
    exp_trace_close(trace, w);
    uint32_t thread = exp_trace_thread(trace, step->thread);
    trace->open = true;
    trace->woken_count = trace->stopped_count = 0;
    trace->current_thread = thread;
    if (!RESERVE(trace, events, capacity, trace->count))
        return;
    trace->threads[thread].process_life = exp_life(trace, step->process);
    trace->events[trace->count] = (struct exp_event){.thread = thread,
                                                     .first_access = (uint32_t)trace->access_count,
                                                     .first_answer = (uint32_t)trace->answer_count,
                                                     .ids_begin = trace->named,
                                                     .barrier = step->kind == CORE_BARRIER,
                                                     .gates = gates_of(step),
                                                     .blocked = (step->kind & CORE_BLOCKED) != 0,
                                                     .ending = (step->kind & CORE_ENDING) != 0};
    trace->unseen = step->alone && !trace->pending_count && comes_last(trace, thread);
    if (!trace->unseen)
        announce(trace, w, step);
}

void exp_trace_touched(struct exp_trace *trace, struct rd_world *w, uint64_t place, unsigned kind) {
    struct exp_access *access = access_to(trace, exp_place(trace, w, place));
    uint8_t pure = kind & CORE_KIND_MASK;
    if (!access)
        return;
    if (!access->touched)
        access->closed = was_closed(trace, access, kind);
    if (access->kind == CORE_NOTHING || pure == CORE_WRITE)
        access->open = (kind & CORE_OPEN) != 0;
    access->kind = merge(access->kind, pure);
    if (!(kind & CORE_SAID))
        access->touched = true;
    if (kind & CORE_LAST)
        access->last = true;
    if (kind & CORE_TAKES)
        access->takes = true;
    if (kind & CORE_IN_PASSING)
        access->passing = true;
}

void exp_trace_answered(struct exp_trace *trace, struct exp_answer answer) {
    if (!trace->open || !RESERVE(trace, answers, answer_capacity, trace->answer_count))
        return;
    trace->answers[trace->answer_count++] = answer;
    trace->events[trace->count].answer_count++;
}

void exp_trace_readied(struct exp_trace *trace, uint32_t thread) {
    if (trace->open && RESERVE(trace, woken, woken_capacity, trace->woken_count))
        trace->woken[trace->woken_count++] = thread;
}

void exp_trace_gave_up(struct exp_trace *trace, struct rd_world *w, const struct core_step *step) {
    for (size_t i = 0; i < trace->woken_count && !step->left; i++)
        if (trace->woken[i] == step->thread)
            return; /* it could not begin before the running step */
    if (trace->open == step->left ||
        !RESERVE(trace, stopped, stopped_capacity, trace->stopped_count))
        return;
    trace->stopped[trace->stopped_count++] =
        (struct exp_stopped){.thread = exp_trace_thread(trace, step->thread),
                             .process_life = exp_life(trace, step->process),
                             .access = {.place = exp_place(trace, w, step->place),
                                        .kind = step->kind & CORE_KIND_MASK,
                                        .closed = (step->kind & CORE_CLOSED) != 0},
                             .gates = gates_of(step)};
}
