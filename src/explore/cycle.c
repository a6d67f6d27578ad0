/*
 * cycle.c - what an execution that does not come to its end does again and again, among its last
 * steps.
 */
#include <inttypes.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

enum { PERIOD_MAX = EXP_STEPS / 4, REPEATED_LEAST = 16, SHOWN_MAX = 24, PLACES_MAX = 26 };

/* ---- watching -------------------------------------------------------------------------------- */

static void note_step(struct rd_world *w, const struct core_step *step) {
    const struct exp_forced *forced = w->choices.strategy;
    struct exp_steps *steps = forced->steps;
    steps->last[steps->count++ % EXP_STEPS] = *step;
}

static void ignore_touch(struct rd_world *w, uint64_t place, unsigned kind) {
    (void)w, (void)place, (void)kind;
}

static void ignore_readied(struct rd_world *w, uint32_t thread) {
    (void)w, (void)thread;
}

static void ignore_step(struct rd_world *w, const struct core_step *step) {
    (void)w, (void)step;
}

const struct core_observer exp_step_observer = {note_step, ignore_touch, ignore_readied,
                                                ignore_step};

/* ---- the cycle ------------------------------------------------------------------------------- */

/* Step `back` steps before the last one. */
static const struct core_step *step_at(const struct exp_steps *steps, uint64_t back) {
    return &steps->last[(steps->count - 1 - back) % EXP_STEPS];
}

static bool same_step(const struct core_step *a, const struct core_step *b) {
    return a->thread == b->thread && a->place == b->place && a->kind == b->kind;
}

/* Steps that repeat what came `period` steps before: so many, from so many before the end on. */
struct cycle {
    uint64_t period, back, length;
};

/* The longest one with that period. */
static struct cycle longest(const struct exp_steps *steps, uint64_t period) {
    uint64_t known = steps->count < EXP_STEPS ? steps->count : EXP_STEPS;
    struct cycle best = {.period = period}, now = {.period = period};
    for (uint64_t back = 0; back + period < known; back++) {
        if (!same_step(step_at(steps, back), step_at(steps, back + period))) {
            now = (struct cycle){.period = period, .back = back + 1};
            continue;
        }
        now.length++;
        if (now.length > best.length)
            best = now;
    }
    return best;
}

/* The shortest period among those that explain the most. */
static struct cycle find_cycle(const struct exp_steps *steps) {
    struct cycle best = {.period = 0};
    for (uint64_t period = 1; period <= PERIOD_MAX; period++) {
        struct cycle cycle = longest(steps, period);
        bool counts = cycle.length >= period * 2 && cycle.length >= REPEATED_LEAST;
        if (counts && cycle.length > best.length + best.period)
            best = cycle;
    }
    return best;
}

/* ---- in words -------------------------------------------------------------------------------- */

struct places {
    uint64_t known[PLACES_MAX];
    unsigned count;
};

/* The name that the log gave the object. */
static void put_object(const struct rd_world *w, uint32_t object, struct exp_text *to) {
    for (size_t i = 0; i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        if (event->object != object)
            continue;
        if (event->kind == RD_EVENT_THREAD_CREATE)
            exp_print(to, "thread %" PRIu64, event->a);
        else if (event->kind == RD_EVENT_PROCESS_CREATE)
            exp_print(to, "process %" PRIu64, event->a);
        else if (event->kind == RD_EVENT_OBJECT_CREATE)
            exp_print(to, "%s#%" PRIu32, event->text, object);
        else
            continue;
        return;
    }
    exp_print(to, "object #%" PRIu32, object);
}

/* Addresses differ from run to run: memory is called A, B and so on. */
static void put_memory(struct places *places, uint64_t place, struct exp_text *to) {
    unsigned i = 0;
    while (i < places->count && places->known[i] != place)
        i++;
    if (i == places->count && i < PLACES_MAX)
        places->known[places->count++] = place;
    exp_print(to, "shared memory %c", i < PLACES_MAX ? 'A' + (int)i : '?');
}

static void put_place(const struct rd_world *w, struct places *places, uint64_t place,
                      struct exp_text *to) {
    uint32_t number = (uint32_t)place;
    switch (place >> CORE_SPACE_SHIFT) {
    case CORE_OBJECT:
    case CORE_LIFE:
        put_object(w, number, to);
        break;
    case CORE_HANDLE:
        exp_print(to, "a handle");
        break;
    case CORE_NAME:
        exp_print(to, "a name");
        break;
    case CORE_MODULES:
        exp_print(to, "the modules of a process");
        break;
    case CORE_MEMORY:
        put_memory(places, place, to);
        break;
    default:
        exp_print(to, "%s", number == CORE_CLOCK ? "the clock" : "the state of the machine");
        break;
    }
}

static void put_step(const struct rd_world *w, struct places *places, const struct core_step *step,
                     struct exp_text *to) {
    unsigned kind = step->kind & CORE_KIND_MASK;
    exp_print(to, "  ");
    if (!step->thread) {
        exp_print(to, "time passes\n");
        return;
    }
    put_object(w, step->thread, to);
    if (kind == CORE_NOTHING || kind == CORE_BARRIER) {
        exp_print(to, " goes on\n");
        return;
    }
    exp_print(to, kind == CORE_READ ? " reads " : " changes ");
    put_place(w, places, step->place, to);
    exp_print(to, "\n");
}

void exp_tell_cycle(const struct rd_world *w, const struct exp_steps *steps, struct exp_text *to) {
    struct cycle cycle = find_cycle(steps);
    struct places places = {.count = 0};
    if (!cycle.period) {
        exp_print(to, "its last steps do not repeat themselves: perhaps it only needs more of them "
                      "(--depth)\n");
        return;
    }
    exp_print(to, "the same again and again, %" PRIu64 " times at least:\n",
              cycle.length / cycle.period + 1);
    for (uint64_t i = 0; i < cycle.period && i < SHOWN_MAX; i++)
        put_step(w, &places, step_at(steps, cycle.back + cycle.period - 1 - i), to);
    if (cycle.period > SHOWN_MAX)
        exp_print(to, "  ... %" PRIu64 " more steps\n", cycle.period - SHOWN_MAX);
    exp_print(to, "if nothing that is not shown here ends this, it is a livelock\n");
}
