/*
 * run.h - parts of `rundown run`.
 */
#ifndef RUNDOWN_CLI_RUN_H
#define RUNDOWN_CLI_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "cli.h"
#include "rundown/rundown.h"

/* ---- options (run_options.c) ----------------------------------------------------------------- */

struct run_options {
    rd_world_options world;
    bool trace;
    const char *trace_path; /* NULL: standard error; "-": standard output */
    rd_format format;
    unsigned timeout; /* seconds; 0: none */
    bool print_replay, print_digest;
    char *replay_line;    /* the replay string, if it comes from a file */
    const char **drivers; /* driver_count of them; freed by run_options_free */
    const char **paths;
    size_t driver_count, path_count;
    const char *const *words; /* the program and its arguments */
    size_t word_count;
};

/* False after a message. Free the options in either case. */
bool run_options_parse(struct run_options *options, int argc, char **argv);
void run_options_free(struct run_options *options);

/* ---- a program that does not come back (run_watchdog.c) -------------------------------------- */

typedef void run_stuck_fn(void *context);

/*
 * Watches a world from another host thread. Between two scheduling points simulated code has the
 * processor for itself; when that lasts longer than `seconds`, `stuck` is called, on the watchdog's
 * thread.
 */
struct run_watchdog {
    const rd_world *world;
    unsigned seconds;
    run_stuck_fn *stuck;
    void *context;
    atomic_bool host_busy; /* the host waits for its own input or output: no time counts */
    bool started, stop;    /* `stop` under `mutex` */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

/* Without a limit (0 seconds) nothing is started. False: the host has no thread left. */
bool run_watchdog_start(struct run_watchdog *watchdog);
void run_watchdog_stop(struct run_watchdog *watchdog);

/* ---- reports (run_report.c) ------------------------------------------------------------------ */

/* Writes the trace where the options say. CLI_OK, or a status after a message. */
int run_write_trace(const rd_world *world, const struct run_options *options);
/* Says how a run ended that did not end well; its exit status. */
int run_report_verdict(rd_world *world, rd_verdict verdict);
/* Events that nobody should miss: failed starts, crashes, and what drivers leave if `leftovers`. */
void run_report_events(const rd_world *world, bool leftovers);
/* What was printed and stays in buffers: as on Windows where standard output is no console. */
void run_report_unflushed(const rd_world *world);
/* What the verifier has found and has not stopped the machine, one block each; how many are defects
 * and not just notes. */
size_t run_report_findings(rd_world *world);
void run_print_replay(rd_world *world);

#endif
