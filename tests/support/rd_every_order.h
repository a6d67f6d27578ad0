/*
 * rd_every_order.h - partial-order reduction against plain enumeration of one program: both meet
 * the same orders and the same outcomes, and the reduction meets each order once, also when the
 * work is divided. Who cannot tell two orders apart sees the same outcome.
 *
 * A test names operations, of which programs are made: as text ("set 0 / wait 0"), or at random
 * from one group of them. What is compared goes by the environment, too: EVERY_ORDER_PROGRAMS=N
 * programs of each group from EVERY_ORDER_SEED=N on, unless they need more than
 * EVERY_ORDER_EXECUTIONS=N; EVERY_ORDER_PLAIN=1 enumerates also what follows beginnings that nobody
 * can tell apart.
 */
#ifndef RD_TESTS_SUPPORT_RD_EVERY_ORDER_H
#define RD_TESTS_SUPPORT_RD_EVERY_ORDER_H

#include "explore/strategy.h"
#include "support/rd_test.h"

enum { ORDERS_DEPTH_MAX = 300 };

struct orders_of {
    rd_world *world;
    void (*start)(rd_world *world); /* resets the world and starts the program */
    uint64_t (*outcome)(void);      /* of the execution that has just ended */
    void (*print)(uint64_t seed);   /* the program */
    uint64_t executions_max;        /* of an exploration; what needs more is not compared */
    bool plain;                     /* beginnings that nobody can tell apart are all enumerated */
};

struct orders_totals {
    unsigned compared, left_out, wrong;
    uint64_t enumerated, executions, redundant;
};

/* Where every order, and what `choose` names, is open. */
rd_world *orders_world(uint32_t choose);
/* Differences are printed and counted. */
void orders_compare(const struct orders_of *of, uint64_t seed, struct orders_totals *totals);
void orders_print(const char *name, const struct orders_totals *totals);
/* A number in the environment. */
uint64_t orders_number(const char *name, uint64_t otherwise);

/* ---- programs made of operations ------------------------------------------------------------- */

enum {
    ORDERS_THREADS = 3,
    ORDERS_STEPS = 2, /* of a thread of most programs */
    ORDERS_STEPS_MAX = 8,
    ORDERS_SEERS = ORDERS_THREADS + 4
};

struct orders_op {
    const char *name;
    void (*run)(unsigned self); /* one of both; `self`: the thread */
    void (*run_on)(unsigned self, unsigned object);
};

#define ORDERS_OP(function)                                                                        \
    { .name = #function, .run = function }
#define ORDERS_OP_ON(function)                                                                     \
    { .name = #function, .run_on = function }

struct orders_step {
    unsigned op, object;
};

struct orders_program {
    unsigned threads, count[ORDERS_THREADS];
    struct orders_step steps[ORDERS_THREADS][ORDERS_STEPS_MAX];
    bool joins; /* the first thread waits for the others in the end */
};

struct orders_test {
    const struct orders_op *ops;
    unsigned op_count;
    void (*prepare)(rd_world *world); /* registers images; may be NULL */
    void (*start)(rd_world *world);   /* after a reset */
    uint64_t (*outcome)(void);        /* besides what was seen; may be NULL */
    /* Makes the program with that number, mostly of operations first ... end - 1. */
    void (*make)(uint64_t seed, unsigned first, unsigned end);
    unsigned programs;                            /* of a group */
    uint64_t executions_max, hard_executions_max; /* of one of those; of one that is named */
};

struct orders_case {
    const char *program;
    uint32_t choose;
};

/* The one that is explored now, and what each of its threads has seen, or others that it starts. */
extern struct orders_program orders_program;
void orders_see(unsigned self, uint64_t value);
/* All that a thread of the program does. */
void orders_run(const struct orders_test *test, unsigned self);
/* Does it use one of the operations first ... end - 1? */
bool orders_use(unsigned first, unsigned end);

/* Fail if something differs, or if hardly a program could be compared; for the latter, if any
 * could not. */
void orders_compare_group(const struct orders_test *test, const char *name, unsigned first,
                          unsigned end, uint32_t choose);
void orders_compare_cases(const struct orders_test *test, const struct orders_case *cases,
                          size_t count);
/* The same for one program, without enumeration if that takes too long: it has so many orders. */
void orders_count(const struct orders_test *test, const char *text, uint64_t orders);
/* The command line may hold a program, or else the name of a test: false. */
bool orders_asked_for(const struct orders_test *test, int argc, char **argv, int *status);

#endif
