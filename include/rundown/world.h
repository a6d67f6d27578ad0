/**
 * @file world.h
 * A world is a whole simulated machine: processes, threads, objects, drivers, clock and log.
 * Everything it does is decided by its options and by the decisions of its strategy, so a run can
 * be repeated.
 *
 * A world belongs to one host thread at a time; several worlds may live in one program, also on
 * several host threads at once.
 */
#ifndef RUNDOWN_WORLD_H
#define RUNDOWN_WORLD_H

#include <stdbool.h>

#include "rundown/conflict.h"
#include "rundown/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What simulated threads run on. Logs are byte-identical on both. */
typedef enum rd_carrier {
    RD_CARRIER_DEFAULT = 0, /**< fiber where it is built in, else pthread */
    RD_CARRIER_FIBER,       /**< user-mode switches (Boost.Context) */
    RD_CARRIER_PTHREAD      /**< one host thread per simulated thread, one runs at a time */
} rd_carrier;

/** Which statement holds where documentation and observed Windows differ. */
typedef enum rd_dialect {
    RD_DIALECT_OBSERVED = 0, /**< what current Windows does */
    RD_DIALECT_DOCUMENTED    /**< the documentation to the letter */
} rd_dialect;

/** How open decisions (which thread runs next, ...) are answered. */
typedef enum rd_strategy {
    RD_STRATEGY_ROUND_ROBIN =
        0,              /**< threads in turn; each until it blocks or its quantum is used up */
    RD_STRATEGY_RANDOM, /**< uniformly, from `seed` */
    RD_STRATEGY_REPLAY  /**< as recorded in `replay`; the default answer beyond its end */
} rd_strategy;

/**
 * What besides the order of threads may go either way, and how that order is meant. Flags of
 * rd_world_options.choose; every open decision is answered by the strategy and becomes part of the
 * replay string.
 */
typedef enum rd_choose {
    /**
     * As exploration needs it: a thread that could not get what it waits for stands still at its
     * scheduling point until it can, so that whoever waits may be served in any order; time stands
     * still while anybody can run.
     */
    RD_CHOOSE_ORDER = 0x01,
    RD_CHOOSE_TIMEOUT = 0x02, /**< timeouts may come before anything else that can happen */
    /** Any of several waiters is woken, not the one that came first. */
    RD_CHOOSE_WAITER = 0x04,
    RD_CHOOSE_APC = 0x08, /**< pending user APCs run in any order */
    /** What simulated code allocates from heaps and pools may fail, each time it asks; so may the
     * packets that tell of a job's processes. */
    RD_CHOOSE_ALLOCATION = 0x10,
    /** A thread that another one terminates in user mode may take one more step before it dies, as
     * if it ran on another processor meanwhile. */
    RD_CHOOSE_TERMINATION = 0x20,
    /** An ID or handle value that has become free may be given out again at once, or not. Without
     * this, RD_CHOOSE_ORDER gives out each value only once. */
    RD_CHOOSE_ID = 0x40
} rd_choose;

/** What the verifier looks for; see check.h. */
typedef enum rd_verifier {
    RD_VERIFIER_DRIVERS = 0, /**< what drivers do wrong; some of it stops the machine */
    RD_VERIFIER_OFF,         /**< nothing: the machine stops only where Windows would without it */
    RD_VERIFIER_FULL         /**< as RD_VERIFIER_DRIVERS, and what programs do wrong, and notes */
} rd_verifier;

/** What the person at the machine does when a program holds up the end of the session. */
typedef enum rd_user {
    RD_USER_CANCELS = 0, /**< goes back to the program: the session does not end */
    RD_USER_INSISTS      /**< ends it anyway */
} rd_user;

/** Stream that simulated output goes to. */
typedef enum rd_stream {
    RD_STREAM_OUTPUT = 1, /**< standard output of simulated programs */
    RD_STREAM_ERROR = 2,  /**< standard error of simulated programs */
    RD_STREAM_DEBUG = 3   /**< DbgPrint and OutputDebugString */
} rd_stream;

/** Receives output as it is written. `bytes` is not terminated. */
typedef void rd_output_fn(void *context, rd_stream stream, const char *bytes, size_t size);

/** Supplies standard input: fills at most `size` bytes, returns how many; 0 is end of file. */
typedef size_t rd_input_fn(void *context, char *bytes, size_t size);

/** Zero-initialise, set `size` to sizeof(rd_world_options), then set what shall differ. */
typedef struct rd_world_options {
    size_t size;
    rd_carrier carrier;
    rd_dialect dialect;
    const char *profile; /**< a Windows version, "win11" if NULL; see rd_profile_name */
    rd_strategy strategy;
    uint64_t seed;      /**< for RD_STRATEGY_RANDOM */
    const char *replay; /**< for RD_STRATEGY_REPLAY: a string from rd_world_replay_string */
    uint32_t choose;    /**< rd_choose flags; a replay string brings its own */
    uint32_t quantum;   /**< scheduling points per turn of round-robin; 0: 200 */
    uint64_t steps_max; /**< scheduling points per run; 0: 100 million */
    size_t
        stack_size; /**< bytes for a simulated thread's stack unless it asks for more; 0: 256 KiB */
    size_t events_max; /**< log entries kept; later ones are counted, not kept; 0: 64 million */
    bool log_disabled; /**< no event is logged (for measurements and huge runs) */
    bool console;      /**< stdout is a console (written at once), not a pipe (buffered) */
    uint8_t conflicts[RD_CONFLICTS]; /**< answers to open questions, by rd_conflict; 0: default */
    uint32_t notify_max;  /**< slots of each table of notify routines; 0: as the profile has */
    rd_output_fn *output; /**< NULL: output is only logged */
    rd_input_fn *input;   /**< NULL: standard input is empty */
    void *context;        /**< for output and input */
    rd_verifier verifier;
    rd_user user;
} rd_world_options;

/**
 * Creates a world. `options` may be NULL.
 * @return RD_OK; RD_INVALID_ARGUMENT (unknown profile, malformed replay string...), RD_UNAVAILABLE
 *         (carrier), RD_NO_MEMORY. On failure *world is NULL and, if `error` is not NULL, one line
 *         of at most error_size bytes says why.
 */
RD_API rd_status rd_world_create(const rd_world_options *options, rd_world **world, char *error,
                                 size_t error_size);

/**
 * Destroys the world with all that it holds, and leaves it if it was entered. NULL is allowed. Must
 * not be called from simulated code.
 */
RD_API void rd_world_destroy(rd_world *world);

/**
 * Back to the moment after the registrations: processes, threads, objects, loaded drivers, log and
 * clock are gone, registered images stay, memory and stacks are kept for the next run. Cheap: no
 * system call and no host allocation once the world has warmed up.
 * @return RD_OK, or RD_BUSY when called from simulated code.
 */
RD_API rd_status rd_world_reset(rd_world *world);

/** Changes seed (and makes the strategy random) or replay string for the next run; call after
 * reset. */
RD_API rd_status rd_world_set_seed(rd_world *world, uint64_t seed);
RD_API rd_status rd_world_set_replay(rd_world *world, const char *replay);

/**
 * Lends the calling host thread to the world until rd_world_leave. Every run needs fault handlers
 * and a signal stack, and puts the host's own back when it ends: some twenty system calls. Between
 * rd_world_enter and rd_world_leave, runs and resets make none (fiber carrier). Calls nest.
 * Meanwhile the host must set neither a signal stack nor a handler for SIGSEGV, SIGBUS, SIGFPE,
 * SIGILL, SIGTRAP.
 * @return RD_OK, RD_BUSY; rd_world_leave also RD_INVALID_ARGUMENT: this world was not entered last.
 */
RD_API rd_status rd_world_enter(rd_world *world);
RD_API rd_status rd_world_leave(rd_world *world);

/** One line about the last host API call on this world that failed; never NULL. */
RD_API const char *rd_last_error(const rd_world *world);

/** Runs until nothing can run any more, or a limit is reached. @return RD_OK or RD_BUSY. */
RD_API rd_status rd_run(rd_world *world, rd_verdict *verdict);

/** As rd_run, but stops when virtual time would pass `time` (units of 100 ns); the clock then shows
 * it. */
RD_API rd_status rd_run_until(rd_world *world, uint64_t time, rd_verdict *verdict);

/** Lets the next thread run to its next scheduling point. */
RD_API rd_status rd_step(rd_world *world, rd_verdict *verdict);

/** Virtual time in units of 100 ns since the world was created or reset. */
RD_API uint64_t rd_time(const rd_world *world);

/** Scheduling points passed so far; safe to read from another host thread. */
RD_API uint64_t rd_steps(const rd_world *world);

/** The verdict of the last run, and a text of several lines that explains it; never NULL. */
RD_API rd_verdict rd_world_verdict(const rd_world *world);
RD_API const char *rd_world_explanation(const rd_world *world);

/** The bugcheck that ended the run. */
typedef struct rd_bugcheck {
    uint32_t code;
    uint64_t parameters[4];
    const char *explanation; /**< what happened, ending with the IDs of the rules broken */
    unsigned check;          /**< the verifier's check that speaks of it; 0: none */
    const char *driver;      /**< whose code ran; "" if none */
    const char *routine;     /**< which of its routines, such as "DriverEntry"; "" if unknown */
    const char *rule;        /**< ID of the rule broken; "" if none is known */
    uint32_t pid, tid;       /**< the thread that ran; 0: none */
    size_t event;            /**< index of its event; what led to it stands before */
} rd_bugcheck;
/** RD_NOT_FOUND if there was none. */
RD_API rd_status rd_world_bugcheck(const rd_world *world, rd_bugcheck *out);

/**
 * The decisions of this run that differ from the default answers, as a string for
 * rd_world_options.replay. Valid until the next call on this world.
 */
RD_API const char *rd_world_replay_string(rd_world *world);

/** Names of the Windows versions that `profile` accepts: index 0, 1, ... until NULL. */
RD_API const char *rd_profile_name(unsigned index);

/** What a world costs the host, for measurements. */
typedef struct rd_world_stats {
    uint64_t host_allocations; /**< memory chunks taken from the host since creation */
    uint64_t bytes_reserved;
    uint64_t stacks_mapped;
    uint64_t stacks_in_use;
    uint64_t guarded_stacks;
    uint64_t context_switches;
    uint64_t choices;
} rd_world_stats;
RD_API void rd_world_get_stats(const rd_world *world, rd_world_stats *out);

#ifdef __cplusplus
}
#endif

#endif
