/* places.c - names of objects, and of places, that do not depend on the order of steps. */
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "ldr/ldr.h"
#include "ob/ob.h"

enum { FIRST_SLOTS = 128 };

/* ---- objects --------------------------------------------------------------------------------- */

static uint32_t new_name(struct exp_trace *trace) {
    if (!exp_grow((void **)&trace->of_names, &trace->of_name_capacity, trace->of_name_count,
                  sizeof *trace->of_names)) {
        trace->failed = true;
        return 0;
    }
    trace->of_names[trace->of_name_count] = (struct exp_named){0};
    return (uint32_t)trace->of_name_count++;
}

/* What the thread has just made gets the next of the names kept for what it makes. */
static uint32_t next_name_of(struct exp_trace *trace, uint32_t creator) {
    struct exp_thread *thread = &trace->threads[creator];
    size_t capacity = thread->name_capacity;
    if (thread->made == thread->name_count) {
        if (!exp_grow((void **)&thread->names, &capacity, thread->name_count,
                      sizeof *thread->names)) {
            trace->failed = true;
            return 0;
        }
        thread->name_capacity = (uint32_t)capacity;
        thread->names[thread->name_count++] = new_name(trace);
    }
    return thread->names[thread->made++];
}

void exp_name_objects(struct exp_trace *trace, struct rd_world *w, uint32_t creator) {
    uint32_t end = w->ob->next_id;
    while (trace->named < end) {
        if (!exp_grow((void **)&trace->names, &trace->name_capacity, trace->named,
                      sizeof *trace->names)) {
            trace->failed = true;
            return;
        }
        trace->names[trace->named++] = next_name_of(trace, creator);
    }
}

static uint32_t name_of(const struct exp_trace *trace, uint64_t object) {
    return object < trace->named ? trace->names[object] : 0;
}

/* ---- places ---------------------------------------------------------------------------------- */

static bool enlarge_slots(struct exp_trace *trace) {
    size_t count = trace->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return !(trace->failed = true);
    free(trace->place_slots);
    trace->place_slots = slots;
    trace->slot_count = count;
    for (uint32_t i = 1; i < trace->place_count; i++)
        *exp_slot(trace, trace->places[i].place) = i;
    return true;
}

static uint32_t index_of(struct exp_trace *trace, uint64_t place) {
    uint32_t known = *exp_slot(trace, place);
    if (known)
        return known;
    if (!exp_grow((void **)&trace->places, &trace->place_capacity, trace->place_count,
                  sizeof *trace->places)) {
        trace->failed = true;
        return 0;
    }
    if (trace->place_count * 2 >= trace->slot_count && !enlarge_slots(trace))
        return 0;
    *exp_slot(trace, place) = (uint32_t)trace->place_count;
    trace->places[trace->place_count] = (struct exp_place){.place = place};
    return (uint32_t)trace->place_count++;
}

/* Where a block of the heap lies depends on who allocates first; whose it is does not. */
static uint64_t memory_place(const struct exp_trace *trace, struct rd_world *w, uint64_t place) {
    struct ldr_heap_place in;
    uint64_t address = place & (((uint64_t)1 << CORE_SPACE_SHIFT) - 1);
    if (!ldr_heap_place(w, address, &in))
        return place;
    uint64_t whose = exp_mix(1, name_of(trace, in.thread));
    return core_place(CORE_MEMORY, exp_mix(exp_mix(whose, in.block), in.offset));
}

static uint32_t place_of_object(struct exp_trace *trace, uint32_t object) {
    uint32_t name = name_of(trace, object), place = index_of(trace, core_place(CORE_OBJECT, name));
    trace->of_names[name].place = place;
    return place;
}

uint32_t exp_new_life(struct exp_trace *trace, uint32_t object) {
    uint32_t name = name_of(trace, object), life = index_of(trace, core_place(CORE_LIFE, name));
    trace->of_names[name].life = life;
    return life;
}

uint32_t exp_new_place(struct exp_trace *trace, struct rd_world *w, uint64_t place) {
    switch (place >> CORE_SPACE_SHIFT) {
    case CORE_OBJECT:
        exp_name_objects(trace, w, trace->current_thread);
        return place_of_object(trace, (uint32_t)place);
    case CORE_LIFE:
        exp_name_objects(trace, w, trace->current_thread);
        return exp_life(trace, (uint32_t)place);
    case CORE_MEMORY:
        return index_of(trace, memory_place(trace, w, place));
    default:
        return index_of(trace, place);
    }
}

/* ---- life ------------------------------------------------------------------------------------ */

bool exp_places_init(struct exp_trace *trace) {
    trace->slot_count = FIRST_SLOTS;
    trace->place_slots = calloc(trace->slot_count, sizeof *trace->place_slots);
    trace->places = calloc(1, sizeof *trace->places);
    if (!trace->place_slots || !trace->places)
        return false;
    trace->place_count = trace->place_capacity = 1; /* none */
    new_name(trace);                                /* nobody's */
    return !trace->failed;
}

void exp_places_destroy(struct exp_trace *trace) {
    for (size_t i = 0; i < trace->place_count; i++)
        free(trace->places[i].touches);
    free(trace->places);
    free(trace->place_slots);
    free(trace->names);
    free(trace->of_names);
}
