/* steps.c - the last steps of an execution, and what they are called. */
#include <inttypes.h>

#include "explore/path.h"
#include "explore/runner.h"
#include "ldr/ldr.h"
#include "rundown/rundown.h"

/* ---- watching -------------------------------------------------------------------------------- */

static void note_step(struct rd_world *w, const struct core_step *step) {
    const struct exp_forced *forced = w->choices.strategy;
    struct exp_steps *steps = forced->steps;
    steps->last[steps->count++ % EXP_STEPS] = (struct exp_step_seen){*step, w->log.count};
}

/* A lock in memory that is given back. */
static void note_touch(struct rd_world *w, uint64_t place, unsigned kind) {
    const struct exp_forced *forced = w->choices.strategy;
    const struct exp_steps *steps = forced->steps;
    if (place >> CORE_SPACE_SHIFT != CORE_MEMORY || !(kind & (CORE_CLOSED | CORE_GIVEN_BACK)) ||
        !steps->count)
        return;
    struct core_step step = steps->last[(steps->count - 1) % EXP_STEPS].step;
    place &= ~(uint64_t)1; /* of the two places of a lock that can be shared the first one */
    if (step.place == place && (step.kind & CORE_KIND_MASK) != CORE_NOTHING)
        return; /* it is taken */
    step.place = place;
    step.kind = CORE_WRITE | CORE_CLOSED;
    step.gates = 0;
    step.asks = false;
    note_step(w, &step);
}

const struct core_observer exp_step_observer = {note_step, note_touch, exp_ignore_readied,
                                                exp_ignore_step};

/* ---- in words -------------------------------------------------------------------------------- */

/* The name that the log gave the object. */
void exp_put_object(const struct rd_world *w, uint32_t object, struct exp_text *to) {
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

/*
 * Addresses differ from run to run: what has no name, as it is allocated, is called A, B and so on.
 */
static void put_memory(const struct rd_world *w, struct exp_places *places, uint64_t place,
                       bool is_lock, struct exp_text *to) {
    char name[EXP_NAME_MAX];
    unsigned i = 0;
    if (ldr_variable_name(w, core_number(place), name, sizeof name)) {
        exp_print(to, "%s%s", is_lock ? "lock " : "", name);
        return;
    }
    while (i < places->count && places->known[i] != place)
        i++;
    if (i == places->count && i < EXP_PLACES)
        places->known[places->count++] = place;
    exp_print(to, "%s %c", is_lock ? "lock" : "shared memory", i < EXP_PLACES ? 'A' + (int)i : '?');
}

static void put_place(const struct rd_world *w, struct exp_places *places, uint64_t place,
                      struct exp_text *to) {
    uint32_t number = (uint32_t)place;
    switch (place >> CORE_SPACE_SHIFT) {
    case CORE_OBJECT:
    case CORE_LIFE:
        exp_put_object(w, number, to);
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
        put_memory(w, places, place, false, to);
        break;
    case CORE_RECURSION:
        exp_put_object(w, (uint32_t)(place >> CORE_HANDLE_SHIFT), to);
        break;
    default:
        exp_print(to, "%s", number == CORE_CLOCK ? "the clock" : "the state of the machine");
        break;
    }
}

bool exp_is_lock(const struct core_step *step) {
    bool closed = (step->kind & CORE_CLOSED) != 0;
    return step->thread && step->place >> CORE_SPACE_SHIFT == CORE_MEMORY &&
           (step->gates || closed);
}

void exp_put_step(const struct rd_world *w, struct exp_places *places, const struct core_step *step,
                  struct exp_text *to) {
    unsigned kind = step->kind & CORE_KIND_MASK;
    if (exp_is_lock(step)) {
        exp_print(to, "%s",
                  step->asks || step->kind & CORE_BLOCKED ? "wants "
                  : step->gates                           ? "takes "
                                                          : "gives back ");
        put_memory(w, places, step->place, true, to);
    } else if (!step->thread) {
        exp_print(to, "time passes");
    } else if (kind == CORE_NOTHING || kind == CORE_BARRIER) {
        exp_print(to, "goes on");
    } else {
        exp_print(to, kind == CORE_READ ? "reads " : "changes ");
        put_place(w, places, step->place, to);
    }
}
