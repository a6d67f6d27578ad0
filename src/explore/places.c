/* places.c - names of objects, and of places, that do not depend on the order of steps. */
#include <stdlib.h>
#include <string.h>

#include "explore/trace.h"
#include "io/io.h"
#include "ldr/ldr.h"
#include "ob/ob.h"
#include "port/image.h"
#include "ps/ps.h"

enum { FIRST_SLOTS = 128 };

/* ---- objects --------------------------------------------------------------------------------- */

static uint32_t new_name(struct exp_trace *trace, uint64_t identity) {
    if (!exp_grow((void **)&trace->of_names, &trace->of_name_capacity, trace->of_name_count,
                  sizeof *trace->of_names)) {
        trace->failed = true;
        return 0;
    }
    trace->of_names[trace->of_name_count] = (struct exp_named){.identity = identity};
    return (uint32_t)trace->of_name_count++;
}

uint32_t exp_name_of_identity(struct exp_trace *trace, uint64_t identity) {
    for (size_t i = trace->of_name_count; i-- > 0;)
        if (trace->of_names[i].identity == identity)
            return (uint32_t)i;
    trace->foretold = true;
    return new_name(trace, identity);
}

static uint64_t identity_of_name(const struct exp_trace *trace, uint32_t creator, uint32_t number) {
    return exp_mix(exp_mix(exp_thread_identity(trace, creator), number), 1);
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
        uint64_t identity = identity_of_name(trace, creator, thread->name_count);
        uint32_t name =
            trace->foretold ? exp_name_of_identity(trace, identity) : new_name(trace, identity);
        thread->names[thread->name_count++] = name;
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

static uint64_t identity_of(const struct exp_trace *trace, uint64_t object) {
    return trace->of_names[name_of(trace, object)].identity;
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

/* The thread on whose stack the address lies, or NULL. */
static const struct ps_thread *owner_of_stack(const struct rd_world *w, uint64_t address) {
    base_list_each(link, &w->ps->processes) {
        const struct ps_process *process = base_container(link, const struct ps_process, link);
        base_list_each(of_thread, &process->threads) {
            const struct ps_thread *t = base_container(of_thread, const struct ps_thread, link);
            const struct port_stack *stack = &t->tcb.context.stack;
            if (stack->base && address - (uint64_t)(uintptr_t)stack->base < stack->size)
                return t;
        }
    }
    return NULL;
}

enum region { HEAP = 1, STACK, IMAGE, HOST, RUN, POOL };

static uint64_t named_memory(enum region region, uint64_t whose, uint64_t offset) {
    return core_place(CORE_MEMORY,
                      exp_mix(exp_mix(exp_mix(region, whose), offset), 1) | EXP_NAMED_MEMORY);
}

/* Memory that belongs to the same file, or to nobody that is known, as long as the process lives.
 */
static uint64_t lasting_place(const struct rd_world *w, uint64_t place, uint64_t address) {
    uint64_t offset, whose = 0;
    for (const struct ldr_image *i = w->ldr->images; i; i = i->next, whose++)
        if (i->file && port_image_offset(i->file, address, &offset))
            return named_memory(IMAGE, whose, offset);
    if (port_host_offset(address, &whose, &offset))
        return named_memory(HOST, whose, offset);
    return base_arena_offset(&w->run, address, &offset) ? named_memory(RUN, 0, offset) : place;
}

/* Where memory lies depends on who allocates first, and on the host; whose it is does not. */
static uint32_t memory_place(struct exp_trace *trace, struct rd_world *w, uint64_t place) {
    struct ldr_heap_place in;
    uint64_t address = core_number(place);
    bool heap = ldr_heap_place(w, address, &in);
    if (heap || io_pool_place(w, address, &in))
        return index_of(trace,
                        named_memory(heap ? HEAP : POOL,
                                     exp_mix(identity_of(trace, in.thread), in.block), in.offset));
    uint32_t known = *exp_slot(trace, place);
    if (known && trace->places[known].lasting != known)
        return trace->places[known].lasting;
    const struct ps_thread *owner = owner_of_stack(w, address);
    if (owner)
        return index_of(trace, named_memory(STACK, identity_of(trace, ob_id(owner)),
                                            address - (uintptr_t)owner->tcb.context.stack.base));
    if (known)
        return known;
    uint32_t lasting = index_of(trace, lasting_place(w, place, address));
    known = index_of(trace, place);
    trace->places[known].lasting = lasting;
    return lasting;
}

/* What is nobody's is not remembered: objects that have no name yet are taken for it (exp_place).
 */
static uint32_t of_name(struct exp_trace *trace, uint32_t *known, enum core_space space,
                        uint32_t name) {
    if (*known)
        return *known;
    uint32_t index = index_of(trace, core_place(space, name));
    if (name)
        *known = index;
    return index;
}

uint32_t exp_place_of_name(struct exp_trace *trace, uint32_t name) {
    return of_name(trace, &trace->of_names[name].place, CORE_OBJECT, name);
}

uint32_t exp_life_of_name(struct exp_trace *trace, uint32_t name) {
    return of_name(trace, &trace->of_names[name].life, CORE_LIFE, name);
}

uint32_t exp_new_life(struct exp_trace *trace, uint32_t object) {
    return exp_life_of_name(trace, name_of(trace, object));
}

uint32_t exp_place_of_number(struct exp_trace *trace, uint64_t place) {
    return index_of(trace, place);
}

uint32_t exp_new_place(struct exp_trace *trace, struct rd_world *w, uint64_t place) {
    switch (place >> CORE_SPACE_SHIFT) {
    case CORE_OBJECT:
        exp_name_objects(trace, w, trace->current_thread);
        return exp_place_of_name(trace, name_of(trace, place));
    case CORE_LIFE:
        exp_name_objects(trace, w, trace->current_thread);
        return exp_life(trace, (uint32_t)place);
    case CORE_HANDLE:
    case CORE_MODULES:
    case CORE_RECURSION:
        exp_name_objects(trace, w, trace->current_thread);
        return index_of(trace, exp_owned_place(trace, place));
    case CORE_MEMORY:
        return memory_place(trace, w, place);
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
    trace->place_count = trace->place_capacity = 1;       /* none */
    new_name(trace, 0);                                   /* nobody's */
    index_of(trace, core_place(CORE_MACHINE, CORE_STOP)); /* EXP_STOP_PLACE */
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
