/* relacy.h - the programs of support/programs.h under Relacy, a C++ library by Dmitry Vyukov. */
#ifndef RD_BENCH_RELACY_H
#define RD_BENCH_RELACY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum relacy_search {
    RELACY_RANDOM,         /* as many executions as asked for */
    RELACY_RANDOM_CREATED, /* as above; a first thread creates the others and waits for them */
    RELACY_FULL,           /* every execution, however many */
};

/* Returns the number of executions. Ends the benchmark if Relacy objects to the program. */
uint64_t run_relacy(const char *program, enum relacy_search search, uint64_t executions);

#ifdef __cplusplus
}
#endif

#endif
