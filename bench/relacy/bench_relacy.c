/*
 * bench_relacy - the programs of docs/benchmarks.md under Rundown and under Relacy, in turn.
 *
 *   bench_relacy rates           executions per second: random against random, dfs against full
 *   bench_relacy proofs          time until every order has been tried: dpor against full
 *   bench_relacy count PROGRAM random|created N
 *                                N executions under Relacy and no clock, for bench/counts.sh
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relacy/relacy.h"
#include "support/measure.h"
#include "support/programs.h"

enum { ROUNDS = 7, SAMPLED = 50000, PROOF_TIME = 50000000 /* nanoseconds */ };

/* How long a search took, and what for. */
struct timed {
    uint64_t executions, nanoseconds;
};

static struct timed time_rundown(const struct program *program, const char *strategy,
                                 uint64_t executions) {
    uint64_t begin = host_time();
    rd_explore_result result = explore_program(program, strategy, executions, 1);
    struct timed timed = {result.executions, host_time() - begin};
    rd_explore_free(&result);
    return timed;
}

/* A full search that has fewer executions than asked for is done again. */
static struct timed time_relacy(const struct program *program, enum relacy_search search,
                                uint64_t executions) {
    struct timed timed = {0, 0};
    uint64_t begin = host_time();
    do
        timed.executions += run_relacy(program->name, search, executions);
    while (timed.executions < executions);
    timed.nanoseconds = host_time() - begin;
    return timed;
}

static double rate(struct timed timed) {
    return (double)timed.executions * 1e9 / (double)timed.nanoseconds;
}

/* The ratios of all rounds in the order in which they were measured, and their median. */
static void print_ratios(double *ratios) {
    printf("ratios");
    for (int i = 0; i < ROUNDS; i++)
        printf(" %.2f", ratios[i]);
    printf("  median %.2f\n", median(ratios, ROUNDS));
}

/* Every execution of c: 4 x 5 points, some 10^10. */
static bool can_be_searched_fully(const struct program *program) {
    return strcmp(program->name, "c") != 0;
}

static void compare_rates(const struct program *program, const char *strategy,
                          enum relacy_search search, const char *theirs) {
    double ours[ROUNDS], peer[ROUNDS], ratios[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = rate(time_rundown(program, strategy, SAMPLED));
        peer[i] = rate(time_relacy(program, search, SAMPLED));
        ratios[i] = ours[i] / peer[i];
    }
    printf("%-4s %-7s %8.0f/s  Relacy %-15s %8.0f/s  ", program->name, strategy,
           median(ours, ROUNDS), theirs, median(peer, ROUNDS));
    print_ratios(ratios);
}

static int bench_rates(void) {
    for (const struct program *p = programs; p->name; p++) {
        compare_rates(p, "random", RELACY_RANDOM, "random");
        compare_rates(p, "random", RELACY_RANDOM_CREATED, "random, created");
        if (can_be_searched_fully(p))
            compare_rates(p, "dfs", RELACY_FULL, "full");
    }
    return 0;
}

/* One search that tries every order; a short one is done again and again, for the mean. */
static struct timed time_proof(const struct program *program, bool rundown) {
    struct timed timed;
    uint64_t begin = host_time(), end, times = 0;
    do {
        timed = rundown ? time_rundown(program, "dpor", 0) : time_relacy(program, RELACY_FULL, 1);
        end = host_time();
        times++;
    } while (end - begin < PROOF_TIME);
    timed.nanoseconds = (end - begin) / times;
    return timed;
}

static void compare_proofs(const struct program *program) {
    double ours[ROUNDS], peer[ROUNDS], ratios[ROUNDS];
    struct timed our, their;
    for (int i = 0; i < ROUNDS; i++) {
        our = time_proof(program, true);
        their = time_proof(program, false);
        ours[i] = (double)our.nanoseconds / 1e6;
        peer[i] = (double)their.nanoseconds / 1e6;
        ratios[i] = peer[i] / ours[i];
    }
    printf("%-4s dpor %6llu executions %8.1f ms  Relacy full %7llu executions %8.1f ms  ",
           program->name, (unsigned long long)our.executions, median(ours, ROUNDS),
           (unsigned long long)their.executions, median(peer, ROUNDS));
    print_ratios(ratios);
}

static int bench_proofs(void) {
    for (const struct program *p = programs; p->name; p++)
        if (can_be_searched_fully(p))
            compare_proofs(p);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "rates") == 0)
        return bench_rates();
    if (argc == 2 && strcmp(argv[1], "proofs") == 0)
        return bench_proofs();
    if (argc == 5 && strcmp(argv[1], "count") == 0) {
        bool created = strcmp(argv[3], "created") == 0;
        run_relacy(argv[2], created ? RELACY_RANDOM_CREATED : RELACY_RANDOM,
                   strtoull(argv[4], NULL, 10));
        return 0;
    }
    fprintf(stderr, "usage: bench_relacy rates|proofs|count PROGRAM random|created N\n");
    return 2;
}
