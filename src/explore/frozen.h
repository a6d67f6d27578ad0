/*
 * frozen.h - where a strategy stands, as numbers that mean the same to every process that explores
 * the same program. Objects and places go by their identities (places.c).
 */
#ifndef RD_EXPLORE_FROZEN_H
#define RD_EXPLORE_FROZEN_H

#include "explore/trace.h"

/* Numbers one after the other: appended, or read from the beginning on. */
struct exp_words {
    uint64_t *items;
    size_t count, capacity;
    size_t next; /* to be read */
    bool failed; /* no memory; or read beyond the end, or what was read makes no sense */
    struct exp_access *accesses; /* of the step that was read last */
    struct exp_answer *answers;
    size_t access_capacity, answer_capacity;
};

void exp_words_destroy(struct exp_words *words);
void exp_words_clear(struct exp_words *words);
void exp_write(struct exp_words *words, uint64_t word);
uint64_t exp_read(struct exp_words *words);
/* The same, for what is at most `most`. */
uint32_t exp_read_below(struct exp_words *words, uint32_t most);

void exp_write_thread(struct exp_words *words, const struct exp_trace *trace, uint32_t thread);
uint32_t exp_read_thread(struct exp_words *words, struct exp_trace *trace);
/* Fails if the step touches memory that only this process knows. */
void exp_write_step(struct exp_words *words, const struct exp_trace *trace,
                    const struct exp_step *step);
/* What it points to is valid until the next one is read. */
struct exp_step exp_read_step(struct exp_words *words, struct exp_trace *trace);

#endif
