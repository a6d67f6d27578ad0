/* race.c - data races (see race.h). */
#include "api/race.h"

#include <stdio.h>
#include <string.h>

#include "api/access.h"
#include "io/io.h"
#include "ldr/ldr.h"
#include "port/image.h"
#include "ps/ps.h"

enum { NAME_MAX_LENGTH = 80 };

/* ---- what conflicts -------------------------------------------------------------------------- */

/* Bytes that a thread is about to touch. */
struct part {
    const struct ke_thread *thread;
    const volatile void *address;
    size_t size;
    bool is_other; /* see ke_memory_access */
};

enum { PARTS = 2 };

static unsigned parts_of(const struct ke_thread *thread, struct part parts[PARTS]) {
    const struct ke_memory_access *memory = thread->memory;
    parts[0] = (struct part){thread, memory->address, memory->size, false};
    parts[1] = (struct part){thread, memory->other, memory->size, true};
    return memory->other ? PARTS : 1;
}

/* Memory of the part is looked at only if somebody else touches it, too. */
static bool writes(const struct part *part) {
    const struct ke_memory_access *memory = part->thread->memory;
    if (memory->expected)
        return memcmp((const void *)(uintptr_t)memory->address, memory->expected, part->size) == 0;
    return (memory->kind != KE_READ) != part->is_other;
}

/* Processes that map the same program have its variables at the same addresses. */
static bool is_of_process(const struct rd_world *w, const volatile void *address) {
    uint64_t offset;
    for (const struct ldr_image *image = w->ldr->images; image; image = image->next)
        if (image->file && port_image_offset(image->file, (uintptr_t)address, &offset))
            return !image->is_driver;
    return false;
}

static bool overlap(const struct rd_world *w, const struct part *a, const struct part *b) {
    uint64_t first = api_memory_place(w, a->address), second = api_memory_place(w, b->address);
    return (first - second < b->size || second - first < a->size) &&
           (a->thread->process_object == b->thread->process_object ||
            !is_of_process(w, a->address));
}

/* ---- what is said of it ---------------------------------------------------------------------- */

static const char *const ways[] = {
    [KE_PLAIN] = "", [KE_VOLATILE] = " as volatile", [KE_ATOMIC] = " atomically"};

static const char *way_of(const struct part *part) {
    return ways[part->thread->memory->way];
}

static const char *verb_of(const struct part *part) {
    return writes(part) ? "writes" : "reads";
}

static const char *tell(struct rd_world *w, const struct part *now, const struct part *next) {
    return core_textf(w, "data race: thread %u %s %zu byte%s%s that thread %u is about to %s%s",
                      now->thread->tid, verb_of(now), now->size, now->size == 1 ? "" : "s",
                      way_of(now), next->thread->tid, writes(next) ? "write" : "read",
                      way_of(next));
}

static bool is_on_stack(const struct ke_thread *thread, uint64_t address) {
    const struct port_stack *stack = &thread->context.stack;
    return stack->base && address - (uint64_t)(uintptr_t)stack->base < stack->size;
}

/* The thread on whose stack the address lies, or NULL. */
static const struct ke_thread *owner_of(const struct rd_world *w, uint64_t address) {
    base_list_each(link, &w->ps->processes) {
        const struct ps_process *process = base_container(link, const struct ps_process, link);
        base_list_each(of_thread, &process->threads) {
            const struct ps_thread *t = base_container(of_thread, const struct ps_thread, link);
            if (is_on_stack(&t->tcb, address))
                return &t->tcb;
        }
    }
    return NULL;
}

/* "counter", "flags+4", "allocated memory+16". */
static const char *name_memory(struct rd_world *w, const volatile void *memory) {
    char name[NAME_MAX_LENGTH];
    uint64_t address = (uintptr_t)memory;
    struct ldr_heap_place in;
    const struct ke_thread *owner = owner_of(w, address);
    bool heap = ldr_heap_place(w, address, &in);
    if (heap || io_pool_place(w, address, &in))
        return core_textf(w, in.offset ? "%s+%zu" : "%s", heap ? "allocated memory" : "pool memory",
                          in.offset);
    if (owner)
        return core_textf(w, "a local variable of thread %u", owner->tid);
    return ldr_variable_name(w, address, name, sizeof name) ? core_text(w, name) : "memory";
}

/* "read in add_one by thread 12" */
static const char *name_access(struct rd_world *w, const struct part *part) {
    char name[NAME_MAX_LENGTH];
    bool known = ldr_function_name(w, (uintptr_t)part->thread->memory->code - 1, name, sizeof name);
    return core_textf(w, "%s%s%s by thread %u", writes(part) ? "written" : "read",
                      known ? " in " : "", known ? name : "", part->thread->tid);
}

static uint64_t key_of_part(const struct part *part) {
    return (uint64_t)(uintptr_t)part->thread->memory->code << 1 | writes(part);
}

static uint64_t key_of(const struct part *now, const struct part *next) {
    uint64_t a = key_of_part(now), b = key_of_part(next);
    return (a < b ? a : b) * 0x9E3779B97F4A7C15u + (a < b ? b : a);
}

/* By names that are no part of the log: a file may be stripped. */
static const char *tell_where(struct rd_world *w, const struct part *now, const struct part *next) {
    return core_textf(w, "%s: %s, %s; nothing puts one before the other",
                      name_memory(w, now->address), name_access(w, now), name_access(w, next));
}

/* The same two places in the source are told of once. Names take time, so only who reads gets them.
 */
static void report(struct rd_world *w, const struct part *now, const struct part *next) {
    bool of_drivers = now->thread->kernel_depth > 0 && next->thread->kernel_depth > 0;
    rd_check check = of_drivers ? RD_CHECK_K_RACE : RD_CHECK_U_RACE;
    uint64_t key = key_of(now, next);
    if ((!of_drivers && !ke_verifies_programs(w)) || ke_found_again(w, check, key))
        return;
    ke_finding_at(w, check, key, tell(w, now, next),
                  w->log.enabled ? tell_where(w, now, next) : "");
}

/* ---- looking --------------------------------------------------------------------------------- */

static void compare(struct rd_world *w, const struct ke_thread *now, const struct ke_thread *next) {
    struct part here[PARTS], there[PARTS];
    unsigned of_now = parts_of(now, here), of_next = parts_of(next, there);
    if (now->memory->way != KE_PLAIN && next->memory->way != KE_PLAIN)
        return;
    for (unsigned i = 0; i < of_now; i++)
        for (unsigned k = 0; k < of_next; k++)
            if (overlap(w, &here[i], &there[k]) && (writes(&here[i]) || writes(&there[k])))
                report(w, &here[i], &there[k]);
}

void api_race_point(struct rd_world *w, uint64_t place, const struct ke_memory_access *access) {
    struct ke_thread *thread = w->ke->current;
    if (!thread)
        return;
    thread->memory = access;
    ke_point(w, place, access->kind);
    base_list_each(link, &w->ke->ready) {
        const struct ke_thread *other = base_container(link, struct ke_thread, ready);
        if (other->memory)
            compare(w, thread, other);
    }
    thread->memory = NULL;
}
