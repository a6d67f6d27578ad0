/*
 * check.h - the catalogue of checks (check.def) and of bug checks (stop.def), for those who find
 * something and those who explain it.
 */
#ifndef RD_CORE_CHECK_H
#define RD_CORE_CHECK_H

#include "rundown/check.h"

/* A bug check, or a kind of it that its first parameter tells. */
struct core_stop {
    uint32_t code;
    bool has_first;
    uint64_t first;
    const char *name;       /* "" for kinds */
    const char *meaning;    /* one line */
    const char *parameters; /* "" for kinds */
    rd_check check;
};

/* Never NULL; an entry of empty texts for a number of no check. */
const rd_check_info *core_check_get(unsigned check);

/* The kind if it is known, else the code as a whole, else NULL. */
const struct core_stop *core_stop_find(uint32_t code, uint64_t first);
/* Rows of the table: 0, 1, ... until NULL. */
const struct core_stop *core_stop_at(unsigned index);

/* Is `word` one of the words of `list`, which are separated by blanks? Letter case is ignored. */
bool core_word_in(const char *word, const char *list);

#endif
