/* programs.h - the small programs of docs/benchmarks.md, and explorations of them. */
#ifndef RD_BENCH_PROGRAMS_H
#define RD_BENCH_PROGRAMS_H

#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"

struct program {
    const char *name, *text;
    int threads, rounds;
    LPTHREAD_START_ROUTINE thread;
};

/* Ends with a program that has no name. */
extern const struct program programs[];

/* NULL if there is none of that name. */
const struct program *program_named(const char *name);

/* Runs the program that often, without any strategy, in one world that is reset in between and that
 * the host thread has entered, as explorations do. */
void run_bare(const struct program *program, uint64_t runs);

/* Ends the benchmark if the exploration finds anything. 0 executions: no limit. */
rd_explore_result explore_program(const struct program *program, const char *strategy,
                                  uint64_t executions, unsigned workers);

#endif
