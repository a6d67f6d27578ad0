/*
 * host_work.h - the host's clock, and work that is divided among several processes of the host.
 */
#ifndef RD_PORT_HOST_WORK_H
#define RD_PORT_HOST_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seconds since some moment; never goes back. */
double host_seconds(void);

/* Lets others run, for so many seconds at least. */
void host_pause(double seconds);

/* Zeroed memory that forked processes share with this one; NULL when there is none. */
void *host_share(size_t size);
void host_unshare(void *memory, size_t size);

struct host_work {
    unsigned workers;
    /* Runs in a process of its own. What it returns (malloc'ed, may be NULL) is its result. */
    char *(*run)(unsigned worker, void *context);
    /* Called about ten times a second while they work, in this process. May be NULL. */
    void (*watch)(void *context);
    /* Called here when a worker has ended without a result: others may wait for it. May be NULL. */
    void (*lost)(void *context);
    /*
     * Watches the workers, on a thread of each. `pulse` is something that changes as long as a
     * worker gets on, 0 when there is nothing to watch. If it stands still for `patience` seconds
     * the worker ends, and `stuck` gives its result. NULL, NULL, 0: nobody watches.
     */
    uint64_t (*pulse)(void *context);
    char *(*stuck)(unsigned worker, void *context);
    double patience;
    void *context;
    char **results; /* one for each worker: malloc'ed, or NULL */
};

/* Returns when all have ended. False: one could not be started, or did not come to its end. */
bool host_work_run(const struct host_work *work);

#endif
