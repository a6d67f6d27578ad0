/* frozen.c - steps as numbers that mean the same to every process. */
#include "explore/frozen.h"

#include <stdlib.h>
#include <string.h>

/* ---- numbers --------------------------------------------------------------------------------- */

void exp_words_destroy(struct exp_words *words) {
    free(words->items);
    free(words->accesses);
    free(words->answers);
    memset(words, 0, sizeof *words);
}

void exp_words_clear(struct exp_words *words) {
    words->count = words->next = 0;
    words->failed = false;
}

void exp_write(struct exp_words *words, uint64_t word) {
    if (exp_grow((void **)&words->items, &words->capacity, words->count, sizeof *words->items))
        words->items[words->count++] = word;
    else
        words->failed = true;
}

uint64_t exp_read(struct exp_words *words) {
    if (words->next < words->count)
        return words->items[words->next++];
    words->failed = true;
    return 0;
}

uint32_t exp_read_below(struct exp_words *words, uint32_t most) {
    uint64_t word = exp_read(words);
    if (word <= most)
        return (uint32_t)word;
    words->failed = true;
    return 0;
}

/* ---- threads and places ---------------------------------------------------------------------- */

enum { KIND_BITS = 8, SPACE_SHIFT = 16 };
enum {
    CLOSED = 1 << 8,
    OPEN = 1 << 9,
    TOUCHED = 1 << 10,
    LAST = 1 << 11,
    TAKES = 1 << 12,
    PASSING = 1 << 13
};

static bool has_name(uint64_t space) {
    return space == CORE_OBJECT || space == CORE_LIFE;
}

void exp_write_thread(struct exp_words *words, const struct exp_trace *trace, uint32_t thread) {
    exp_write(words, exp_thread_identity(trace, thread));
}

uint32_t exp_read_thread(struct exp_words *words, struct exp_trace *trace) {
    uint64_t identity = exp_read(words);
    if (identity <= EXP_HOST_THREAD)
        return (uint32_t)identity;
    return exp_thread_of_name(trace, exp_name_of_identity(trace, identity));
}

static void put_access(struct exp_words *words, const struct exp_trace *trace,
                       const struct exp_access *access) {
    uint64_t place = trace->places[access->place].place, space = place >> CORE_SPACE_SHIFT;
    if (space == CORE_MEMORY && !(place & EXP_NAMED_MEMORY))
        words->failed = true;
    exp_write(words, has_name(space)
                         ? trace->of_names[exp_name_of_place(trace, access->place)].identity
                         : place);
    exp_write(words, access->kind | (access->closed ? CLOSED : 0) | (access->open ? OPEN : 0) |
                         (access->touched ? TOUCHED : 0) | (access->last ? LAST : 0) |
                         (access->takes ? TAKES : 0) | (access->passing ? PASSING : 0) |
                         space << SPACE_SHIFT);
}

static struct exp_access get_access(struct exp_words *words, struct exp_trace *trace) {
    uint64_t number = exp_read(words), flags = exp_read(words), space = flags >> SPACE_SHIFT;
    struct exp_access access = {.kind = flags & ((1 << KIND_BITS) - 1),
                                .closed = flags & CLOSED,
                                .open = flags & OPEN,
                                .touched = flags & TOUCHED,
                                .last = flags & LAST,
                                .takes = flags & TAKES,
                                .passing = flags & PASSING};
    if (space == CORE_OBJECT)
        access.place = exp_place_of_name(trace, exp_name_of_identity(trace, number));
    else if (space == CORE_LIFE)
        access.place = exp_life_of_name(trace, exp_name_of_identity(trace, number));
    else
        access.place = exp_place_of_number(trace, number);
    return access;
}

static void put_life(struct exp_words *words, const struct exp_trace *trace, uint32_t life) {
    exp_write(words, life ? trace->of_names[exp_name_of_place(trace, life)].identity : 0);
}

static uint32_t get_life(struct exp_words *words, struct exp_trace *trace) {
    uint64_t identity = exp_read(words);
    return identity ? exp_life_of_name(trace, exp_name_of_identity(trace, identity)) : 0;
}

/* ---- steps ----------------------------------------------------------------------------------- */

enum { PARTS_MAX = 1 << 20, ANSWER_BITS = 32 };

void exp_write_step(struct exp_words *words, const struct exp_trace *trace,
                    const struct exp_step *step) {
    exp_write_thread(words, trace, step->thread);
    exp_write(words, step->barrier);
    exp_write(words, step->vague);
    put_life(words, trace, step->life);
    put_life(words, trace, step->process_life);
    exp_write(words, step->access_count);
    for (uint32_t i = 0; i < step->access_count; i++)
        put_access(words, trace, &step->accesses[i]);
    exp_write(words, step->answer_count);
    for (uint32_t i = 0; i < step->answer_count; i++)
        exp_write(words, step->answers[i].answer | (uint64_t)step->answers[i].count << ANSWER_BITS);
}

static void get_accesses(struct exp_words *words, struct exp_trace *trace, uint32_t count) {
    for (uint32_t i = 0; i < count && !words->failed; i++) {
        if (exp_grow((void **)&words->accesses, &words->access_capacity, i,
                     sizeof *words->accesses))
            words->accesses[i] = get_access(words, trace);
        else
            words->failed = true;
    }
}

static void get_answers(struct exp_words *words, uint32_t count) {
    for (uint32_t i = 0; i < count && !words->failed; i++) {
        uint64_t word = exp_read(words);
        if (exp_grow((void **)&words->answers, &words->answer_capacity, i, sizeof *words->answers))
            words->answers[i] =
                (struct exp_answer){(uint32_t)word, (uint32_t)(word >> ANSWER_BITS)};
        else
            words->failed = true;
    }
}

struct exp_step exp_read_step(struct exp_words *words, struct exp_trace *trace) {
    struct exp_step step = {.thread = exp_read_thread(words, trace)};
    step.barrier = exp_read(words) != 0;
    step.vague = exp_read(words) != 0;
    step.life = get_life(words, trace);
    step.process_life = get_life(words, trace);
    step.access_count = exp_read_below(words, PARTS_MAX);
    get_accesses(words, trace, step.access_count);
    step.answer_count = exp_read_below(words, PARTS_MAX);
    get_answers(words, step.answer_count);
    step.accesses = words->accesses;
    step.answers = step.answer_count ? words->answers : NULL;
    if (words->failed)
        step.access_count = step.answer_count = 0;
    return step;
}
