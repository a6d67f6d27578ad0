/*
 * The rule catalogue: what Windows does when processes, threads and drivers end.
 *
 * src/core/rules.tsv is the one place where rules are written down. rules.gen.h numbers them at
 * build time (RULE_PROC_09 for PROC-09); events, tests and reports name a rule by that number.
 */
#ifndef RD_CORE_RULE_H
#define RD_CORE_RULE_H

#include "rules.gen.h"

enum core_rule_state {
    RULE_OPEN, /* no test shows it yet */
    RULE_HELD, /* implemented, and at least one test shows it */
    RULE_OUT   /* cannot be honoured: docs/rule-corrections.md says why */
};

struct core_rule {
    const char *id;          /* "PROC-09" */
    const char *title;       /* one line, made for a trace */
    const char *text;        /* the whole rule */
    const char *basis;       /* how sure we are: "B/H", "documented", ... (see rules.tsv) */
    const char *source;      /* where the fact comes from */
    const char *observation; /* how a test can see it */
    const char *tests;       /* names of the tests that show it, separated by blanks */
    enum core_rule_state state;
};

/* Never NULL: RULE_NONE and numbers of no rule give an entry whose texts are all empty. */
const struct core_rule *core_rule_get(unsigned rule);

/* The number of the rule with exactly this ID, RULE_NONE if there is none. */
unsigned core_rule_find(const char *id);

/* How many rules there are; their numbers run from 1 to this. */
unsigned core_rule_count(void);

/* "open", "held" or "out". */
const char *core_rule_state_name(enum core_rule_state state);

/* Generated; use core_rule_get(). */
extern const struct core_rule core_rule_table[RULE_COUNT];

#endif
