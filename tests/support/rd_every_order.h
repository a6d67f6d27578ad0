/*
 * rd_every_order.h - partial-order reduction against plain enumeration of one program: both meet
 * the same orders and the same outcomes, and the reduction meets each order once, also when the
 * work is divided. Who cannot tell two orders apart sees the same outcome.
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

#endif
