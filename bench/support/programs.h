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

/* A world without a log that knows the program and that the host thread has entered, as it has in
 * explorations; and the end of it. */
rd_world *world_with_program(const struct program *program);
void leave_world(rd_world *world);

/* Resets the world and makes the program's process. */
void start_program(rd_world *world);

/* Runs the program that often, without any strategy. */
void run_bare(const struct program *program, uint64_t runs);

/* Ends the benchmark if the exploration finds anything. 0 executions: no limit. */
rd_explore_result explore_program(const struct program *program, const char *strategy,
                                  uint64_t executions, unsigned workers);

#endif
