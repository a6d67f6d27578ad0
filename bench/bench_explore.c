/*
 * bench_explore - executions per second of each strategy, beside a bare loop of world reset + run
 * of the same program; and an exhaustive exploration with two workers beside one.
 *
 *   bench_explore programs           the small programs of docs/benchmarks.md, every strategy
 *   bench_explore workers            one and two worker processes
 *   bench_explore count PROGRAM STRATEGY N
 *                                    N executions and no clock, for bench/counts.sh; the strategy
 *                                    "bare" is the bare loop
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/measure.h"
#include "support/programs.h"

enum { ROUNDS = 5, SAMPLED = 50000, ENOUGH_TO_TIME = 1000 };

/* Executions per second without any strategy. */
static double bare_rate(const struct program *program) {
    uint64_t begin = host_time();
    run_bare(program, SAMPLED);
    return SAMPLED * 1e9 / (double)(host_time() - begin);
}

/* Each exploration stands beside a bare loop of its own: the machine may be busy with other things.
 */
static void print_strategy(const struct program *program, const char *strategy,
                           uint64_t executions) {
    double rates[ROUNDS], ratios[ROUNDS];
    rd_explore_result result = {0};
    for (int i = 0; i < ROUNDS; i++) {
        double bare = bare_rate(program);
        rd_explore_free(&result);
        result = explore_program(program, strategy, executions, 1);
        rates[i] = result.executions_per_second;
        ratios[i] = rates[i] / bare;
    }
    printf("%-4s %-7s %6llu executions%s", program->name, strategy,
           (unsigned long long)result.executions, result.complete ? " (all)" : "      ");
    if (result.executions >= ENOUGH_TO_TIME)
        printf(" %9.0f/s  %5.2f x bare loop", median(rates, ROUNDS), median(ratios, ROUNDS));
    printf("\n");
    rd_explore_free(&result);
}

static int bench_programs(void) {
    for (const struct program *p = programs; p->name; p++) {
        printf("%s: %s; bare loop %.0f/s\n", p->name, p->text, bare_rate(p));
        print_strategy(p, "dpor", 0);
        print_strategy(p, "dfs", SAMPLED);
        print_strategy(p, "random", SAMPLED);
        print_strategy(p, "pct", SAMPLED);
    }
    return 0;
}

static int bench_workers(void) {
    struct program larger = *program_named("a");
    double ratios[ROUNDS];
    larger.name = "a6", larger.rounds = 6;
    for (int i = 0; i < ROUNDS; i++) {
        rd_explore_result one = explore_program(&larger, "dpor", 0, 1);
        rd_explore_result two = explore_program(&larger, "dpor", 0, 2);
        ratios[i] = one.seconds / two.seconds;
        printf("%s: %llu executions; one worker %.2f s, two %.2f s (%llu executions): %.2f x\n",
               larger.name, (unsigned long long)one.executions, one.seconds, two.seconds,
               (unsigned long long)two.executions, ratios[i]);
        rd_explore_free(&one);
        rd_explore_free(&two);
    }
    printf("two workers: %.2f x\n", median(ratios, ROUNDS));
    return 0;
}

static int count(const struct program *program, const char *strategy, uint64_t executions) {
    if (strcmp(strategy, "bare") == 0) {
        run_bare(program, executions);
        return 0;
    }
    rd_explore_result result = explore_program(program, strategy, executions, 1);
    bool enough = result.executions == executions;
    if (!enough)
        fprintf(stderr, "bench_explore: %s has only %llu executions\n", program->name,
                (unsigned long long)result.executions);
    rd_explore_free(&result);
    return !enough;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "programs") == 0)
        return bench_programs();
    if (argc == 2 && strcmp(argv[1], "workers") == 0)
        return bench_workers();
    if (argc == 5 && strcmp(argv[1], "count") == 0 && program_named(argv[2]))
        return count(program_named(argv[2]), argv[3], strtoull(argv[4], NULL, 10));
    fprintf(stderr, "usage: bench_explore programs|workers|count PROGRAM STRATEGY N\n");
    return 2;
}
