/*
 * trace.h - one execution as a partial order of steps.
 *
 * Every step knows which places it touched; a step happens after those that it depends on. Threads
 * and objects have names that do not depend on the order of steps: who made them, and as the how
 * manyth of its own. So steps of different executions can be compared.
 */
#ifndef RD_EXPLORE_TRACE_H
#define RD_EXPLORE_TRACE_H

#include <stdlib.h>

#include "core/core.h"

enum { EXP_CLOCK_THREAD = 0, EXP_HOST_THREAD = 1, EXP_NO_EVENT = -1 };
enum { EXP_STOP_PLACE = 1 }; /* CORE_STOP: decides about whether anybody goes on */

/* Of places in memory that have a name which is none of this process's addresses. */
static const uint64_t EXP_NAMED_MEMORY = (uint64_t)1 << (CORE_SPACE_SHIFT - 1);

struct exp_access {
    uint32_t place; /* index into `places` of the trace */
    uint8_t kind;   /* CORE_READ... without flags */
    bool closed;    /* whoever would have waited for it before the step had to */
    bool open;      /* and need not after it, as far as is known */
    bool touched;   /* really, not only announced */
    bool last;      /* see CORE_LAST */
    bool takes;     /* see CORE_TAKES */
    bool passing;   /* see CORE_IN_PASSING */
};

/* To a decision within a step. */
struct exp_answer {
    uint32_t answer, count;
};

/* What is known of a step of whichever execution. */
struct exp_step {
    uint32_t thread; /* index */
    uint32_t access_count, answer_count;
    const struct exp_access *accesses;
    const struct exp_answer *answers;
    uint32_t life, process_life; /* places that tell whether it may go on; 0: nobody stops it */
    bool barrier;
    bool vague; /* it was never taken: what it would touch is not all known */
};

/* What a step had to have before it could begin: of its first accesses so many, all or any. */
struct exp_gates {
    uint8_t count;
    bool any, alertable; /* alertable: or the access behind them */
};

struct exp_event {
    uint32_t thread;
    uint32_t number; /* the how manyth of its thread, from 1 */
    uint32_t first_access, access_count;
    uint32_t first_answer, answer_count;
    uint32_t first_edge; /* wakes of this event begin here */
    uint32_t ids_begin;  /* objects made by it have numbers from here to the next event's */
    int32_t previous;    /* event of the same thread, or EXP_NO_EVENT */
    int32_t previous_barrier;
    bool barrier;
    struct exp_gates gates;
    bool blocked; /* taken only because nobody could go on */
    bool ending;  /* nobody could stop its thread any more */
};

/* Two steps that could have come in the other order. */
struct exp_race {
    int32_t first, second; /* second: an event, or EXP_NO_EVENT: the pending step below */
    uint32_t pending;      /* index into `pending` of the trace */
    int32_t other;         /* what must not come either for that, behind `first`; or EXP_NO_EVENT */
    bool open;             /* what is to be explored for it depends on how the execution goes on */
};

/* A step that was never taken: its thread was stopped before. */
struct exp_pending {
    uint32_t thread;
    uint32_t first_access, access_count; /* into pending_accesses */
    uint32_t clock;                      /* row of pending_clocks */
    int32_t stopped_by;                  /* this event */
    struct exp_gates gates;
};

/* The same while the step runs that stops the thread: one for each place that it wanted. */
struct exp_stopped {
    uint32_t thread, process_life;
    struct exp_access access;
    struct exp_gates gates;
};

struct exp_edge {
    uint32_t target; /* thread that was let go on */
    int32_t source;  /* by this event */
    int32_t previous;
};

struct exp_thread {
    uint32_t life, process_life; /* places */
    int32_t last_event, last_edge;
    uint32_t made; /* objects made in this execution */
    uint32_t *names;
    uint32_t name_count, name_capacity; /* stable numbers of what it ever made */
};

/* What is known of the object with a stable number. */
struct exp_named {
    uint32_t thread;      /* its index; 0: it is none, as far as is known */
    uint32_t place, life; /* 0: nobody has touched it yet */
    uint64_t identity;    /* the same in every process that explores the program */
};

/* A step that touched a place. */
struct exp_touch {
    int32_t event;
    uint32_t thread, number; /* of the event */
    uint8_t kind;
    bool closed, open;
};

/* Something that steps touch. It keeps its index for good. */
struct exp_place {
    uint64_t place;            /* by stable numbers */
    uint32_t lasting;          /* of memory that is there for good: the place that names it */
    struct exp_touch *touches; /* of this execution, in the order of events */
    size_t count, capacity;
    size_t access; /* of the step that touched it last: that may be the one that runs */
};

struct exp_trace {
    struct exp_event *events;
    size_t count, capacity;
    struct exp_access *accesses;
    size_t access_count, access_capacity;
    struct exp_answer *answers;
    size_t answer_count, answer_capacity;
    uint32_t *clocks; /* a row of `width` for each event */
    uint32_t *latest; /* such a row with the last event of each thread */
    size_t clock_capacity;
    uint32_t width;
    struct exp_edge *edges;
    size_t edge_count, edge_capacity;
    struct exp_thread *threads;
    uint32_t thread_count, thread_capacity;
    uint32_t *names; /* stable number of each object of this execution */
    size_t name_capacity;
    uint32_t named;             /* objects below this number have one */
    struct exp_named *of_names; /* by stable number; 0 is nobody's */
    size_t of_name_count, of_name_capacity;
    bool foretold;            /* another process has met objects that this one has not */
    struct exp_place *places; /* 0 is none */
    size_t place_count, place_capacity;
    uint32_t *place_slots; /* a hash table of places, at least twice as large as their number */
    size_t slot_count;
    int32_t last_barrier;
    struct exp_race *races;
    size_t race_count, race_capacity;
    struct exp_pending *pending;
    size_t pending_count, pending_capacity;
    struct exp_access *pending_accesses;
    size_t pending_access_count, pending_access_capacity;
    uint32_t *pending_clocks;
    size_t pending_clock_capacity;

    /* the step that runs */
    bool open;
    bool unseen; /* what it touches is of no interest */
    uint32_t current_thread;
    uint32_t *woken;
    size_t woken_count, woken_capacity;
    struct exp_stopped *stopped;
    size_t stopped_count, stopped_capacity;
    uint32_t *scratch;   /* a clock */
    int32_t *candidates; /* events that may be in a race with a later one */
    size_t candidate_capacity;
    bool failed; /* the host has no memory */
};

bool exp_trace_init(struct exp_trace *trace);
void exp_trace_destroy(struct exp_trace *trace);

/* The next execution begins with the first `known` steps of the last one: these are not told. */
void exp_trace_begin(struct exp_trace *trace, struct rd_world *w, size_t known);
/* Completes the running step, if there is one. */
void exp_trace_close(struct exp_trace *trace, struct rd_world *w);
/* The execution is over: all races are known now. */
void exp_trace_end(struct exp_trace *trace, struct rd_world *w);

/* The observer's calls. */
void exp_trace_step(struct exp_trace *trace, struct rd_world *w, const struct core_step *step);
void exp_trace_touched(struct exp_trace *trace, struct rd_world *w, uint64_t place, unsigned kind);
void exp_trace_readied(struct exp_trace *trace, uint32_t thread);
void exp_trace_gave_up(struct exp_trace *trace, struct rd_world *w, const struct core_step *step);
/* A decision within the running step got that answer. */
void exp_trace_answered(struct exp_trace *trace, struct exp_answer answer);

/* ---- places (places.c) ----------------------------------------------------------------------- */

bool exp_places_init(struct exp_trace *trace);
void exp_places_destroy(struct exp_trace *trace);

/* What nobody has named yet was made by that thread. */
void exp_name_objects(struct exp_trace *trace, struct rd_world *w, uint32_t creator);
uint32_t exp_new_place(struct exp_trace *trace, struct rd_world *w, uint64_t place);
uint32_t exp_new_life(struct exp_trace *trace, uint32_t object);
uint32_t exp_new_thread(struct exp_trace *trace, uint32_t object);

/* What another process knows. */
uint32_t exp_name_of_identity(struct exp_trace *trace, uint64_t identity);
uint32_t exp_place_of_name(struct exp_trace *trace, uint32_t name);
uint32_t exp_life_of_name(struct exp_trace *trace, uint32_t name);
uint32_t exp_place_of_number(struct exp_trace *trace, uint64_t place);
uint32_t exp_thread_of_name(struct exp_trace *trace, uint32_t name);

static inline uint32_t exp_name_of_place(const struct exp_trace *trace, uint32_t place) {
    return (uint32_t)trace->places[place].place;
}

static inline uint64_t exp_thread_identity(const struct exp_trace *trace, uint32_t thread) {
    if (thread <= EXP_HOST_THREAD)
        return thread;
    return trace->of_names[exp_name_of_place(trace, trace->threads[thread].life)].identity;
}

/* Where the index of a place stands in the hash table; 0 there: it has none yet. */
static inline uint32_t *exp_slot(const struct exp_trace *trace, uint64_t place) {
    size_t mask = trace->slot_count - 1;
    size_t i = (size_t)(place * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (trace->place_slots[i] && trace->places[trace->place_slots[i]].place != place)
        i = (i + 1) & mask;
    return &trace->place_slots[i];
}

static inline const struct exp_named *exp_of_object(const struct exp_trace *trace,
                                                    uint32_t object) {
    return &trace->of_names[object < trace->named ? trace->names[object] : 0];
}

/* The place that tells whether that thread or process may go on. */
static inline uint32_t exp_life(struct exp_trace *trace, uint32_t object) {
    uint32_t life = exp_of_object(trace, object)->life;
    return life ? life : exp_new_life(trace, object);
}

static inline uint64_t exp_mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0xBF58476D1CE4E5B9u;
    return hash ^ hash >> 29;
}

static inline bool exp_is_owned(uint64_t place) {
    uint64_t space = place >> CORE_SPACE_SHIFT;
    return space == CORE_HANDLE || space == CORE_MODULES || space == CORE_RECURSION;
}

/* What belongs to an object goes by what that is called. */
static inline uint64_t exp_owned_place(const struct exp_trace *trace, uint64_t place) {
    uint32_t owner = (uint32_t)(place >> CORE_HANDLE_SHIFT);
    uint64_t number = exp_mix(exp_of_object(trace, owner)->identity,
                              place & (((uint64_t)1 << CORE_HANDLE_SHIFT) - 1));
    return core_place((enum core_space)(place >> CORE_SPACE_SHIFT), number);
}

/* The index of a place, as the world calls it. */
static inline uint32_t exp_place(struct exp_trace *trace, struct rd_world *w, uint64_t place) {
    uint32_t known = 0;
    if (place >> CORE_SPACE_SHIFT == CORE_OBJECT)
        known = exp_of_object(trace, (uint32_t)place)->place;
    else if (place >> CORE_SPACE_SHIFT == CORE_LIFE)
        known = exp_of_object(trace, (uint32_t)place)->life;
    else if (exp_is_owned(place))
        known = *exp_slot(trace, exp_owned_place(trace, place));
    else if (place >> CORE_SPACE_SHIFT != CORE_MEMORY)
        known = *exp_slot(trace, place);
    return known ? known : exp_new_place(trace, w, place);
}

/* The index of the thread with that object number. */
static inline uint32_t exp_trace_thread(struct exp_trace *trace, uint32_t object) {
    uint32_t thread = exp_of_object(trace, object)->thread;
    return thread ? thread : exp_new_thread(trace, object);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static inline void exp_trace_touch(struct exp_trace *trace, struct rd_world *w, uint64_t place,
                                   unsigned kind) {
    if (trace->open && !trace->unseen && (kind & CORE_KIND_MASK) != CORE_NOTHING)
        exp_trace_touched(trace, w, place, kind);
}

/* Steps that have begun, the running one included. */
static inline size_t exp_trace_begun(const struct exp_trace *trace) {
    return trace->count + trace->open;
}

static inline struct exp_step exp_trace_get(const struct exp_trace *trace, size_t event) {
    const struct exp_event *e = &trace->events[event];
    const struct exp_thread *t = &trace->threads[e->thread];
    return (struct exp_step){.thread = e->thread,
                             .access_count = e->access_count,
                             .accesses = trace->accesses + e->first_access,
                             .answer_count = e->answer_count,
                             .answers = e->answer_count ? trace->answers + e->first_answer : NULL,
                             .life = e->ending ? 0 : t->life,
                             .process_life = e->ending ? 0 : t->process_life,
                             .barrier = e->barrier};
}

struct exp_step exp_trace_pending(const struct exp_trace *trace, size_t pending);

/* Did `first` have to come before `second`? Both are events. */
static inline bool exp_is_before(const struct exp_trace *trace, const struct exp_event *first,
                                 size_t second) {
    return trace->clocks[second * trace->width + first->thread] >= first->number;
}

static inline bool exp_happens_before(const struct exp_trace *trace, size_t first, size_t second) {
    return exp_is_before(trace, &trace->events[first], second);
}

/* The same, on account of the order within its thread, or because `first` let that go on. */
bool exp_lets_begin(const struct exp_trace *trace, size_t first, size_t second);

/* The same for a pending step as the second one. */
static inline bool exp_before_pending(const struct exp_trace *trace, size_t first, size_t pending) {
    const struct exp_event *e = &trace->events[first];
    return trace->pending_clocks[trace->pending[pending].clock * trace->width + e->thread] >=
           e->number;
}

static inline struct exp_gates exp_gates_of(const struct exp_trace *trace,
                                            const struct exp_race *race) {
    return race->second == EXP_NO_EVENT ? trace->pending[race->pending].gates
                                        : trace->events[race->second].gates;
}

/* Is what that access of the race's second step needs there, if that comes first? */
bool exp_finds_open(const struct exp_trace *trace, const struct exp_race *race, uint32_t access);

/* ---- dependence (dependence.c) --------------------------------------------------------------- */

/* Do accesses of these kinds to one place not commute? */
static inline bool exp_conflict(uint8_t a, uint8_t b) {
    if (a == CORE_NOTHING || b == CORE_NOTHING)
        return false;
    return a != b || a == CORE_WRITE;
}

/* Could the order of two adjacent steps be seen? */
bool exp_dependent(const struct exp_step *a, const struct exp_step *b);
/* Do they touch the same place in a way that does not commute? */
bool exp_conflicting(const struct exp_step *a, const struct exp_step *b);
/* Would the other step, taken after the one with that access, be the last to count that down? */
bool exp_leaves_last_at(const struct exp_access *access, const struct exp_step *other);
/* The same for any access of `step`. */
bool exp_leaves_as_last(const struct exp_step *step, const struct exp_step *other);
/* The same number for two executions exactly if they are the same partial order of steps. */
uint64_t exp_trace_hash(const struct exp_trace *trace);

/* ---- helpers --------------------------------------------------------------------------------- */

/* Makes room for one more item; false: no memory. */
static inline bool exp_grow(void **items, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity)
        return true;
    size_t larger = *capacity * 2 > count ? *capacity * 2 : count + 16;
    void *grown = realloc(*items, larger * size);
    if (!grown)
        return false;
    *items = grown;
    *capacity = larger;
    return true;
}

#endif
