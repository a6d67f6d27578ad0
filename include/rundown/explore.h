/**
 * @file explore.h
 * Runs one scenario under every order of events, or under many well-chosen ones, and finds one that
 * goes wrong: shrunk, explained, and repeatable by a replay string.
 */
#ifndef RUNDOWN_EXPLORE_H
#define RUNDOWN_EXPLORE_H

#include <signal.h>

#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What an exploration has found. */
typedef enum rd_explore_verdict {
    RD_EXPLORE_OK = 0,           /**< no violation in what was explored; see `complete` */
    RD_EXPLORE_ASSERTION,        /**< `check` has complained, or a program has called abort */
    RD_EXPLORE_CRASH,            /**< an exception that no program handled */
    RD_EXPLORE_BUGCHECK,         /**< driver code crashed the machine */
    RD_EXPLORE_FINDING,          /**< the verifier has found something; see check.h */
    RD_EXPLORE_DEADLOCK,         /**< processes are alive, but no thread can ever run again */
    RD_EXPLORE_LEAK,             /**< an unloaded driver left something behind */
    RD_EXPLORE_INCONCLUSIVE,     /**< an execution reached `depth_max`: a livelock, perhaps */
    RD_EXPLORE_DIVERGED,         /**< given decisions do not fit the scenario */
    RD_EXPLORE_NONDETERMINISTIC, /**< the same decisions gave two different runs */
    RD_EXPLORE_ERROR,            /**< the scenario could not be run */
    RD_EXPLORE_VERDICTS
} rd_explore_verdict;

/** "ok", "assertion" and so on; "?" for a number that is no verdict. */
RD_API const char *rd_explore_verdict_name(rd_explore_verdict verdict);

/** Names of the strategies: index 0 (the default one), 1, ... until NULL. */
RD_API const char *rd_explore_strategy_name(unsigned index);
/** The index-th name, from 0, that rd_explore_result.stopped may be; NULL: there are no more. */
RD_API const char *rd_explore_stop_name(unsigned index);

/** What is explored. Zero-initialise, set `size`, `start`, and what else is needed. */
typedef struct rd_scenario {
    size_t size;      /**< sizeof(rd_scenario) */
    const char *name; /**< for reports; NULL: "scenario" */
    /** Tells it from others of that name, as a hash of its files does: checkpoints and results of
     * shards belong to one build. One word; NULL: there is only one. */
    const char *build;
    /** Of the worlds that are made; NULL: defaults. Strategy, seed, replay, `choose`, steps_max and
     * log_disabled are set by the exploration. */
    const rd_world_options *world;
    /** Once for each world: registers images. May be NULL. */
    rd_status (*prepare)(rd_world *world, void *context);
    /** For each execution: loads drivers, starts processes. It runs with default decisions. */
    rd_status (*start)(rd_world *world, void *context);
    /**
     * After each execution: NULL, or what is wrong, as one line that stays valid until the next
     * call. It may unload drivers. May be NULL.
     */
    const char *(*check)(rd_world *world, void *context);
    bool check_reads_log; /**< keep the log on for it; slower */
    void *context;        /**< for all three */
} rd_scenario;

/** How far a running exploration is. */
typedef struct rd_explore_progress {
    uint64_t executions;
    double executions_per_second;
    double part; /**< of everything, 0 to 1; negative: unknown */
    uint64_t depth_max;
    double seconds;
    uint64_t found; /**< violations */
} rd_explore_progress;

/** Zero-initialise, set `size`, then what shall differ. */
typedef struct rd_explore_options {
    size_t size;          /**< sizeof(rd_explore_options) */
    const char *strategy; /**< NULL: the default one, rd_explore_strategy_name(0) */
    uint64_t seed;        /**< of random strategies */
    /** 0: no limit for exhaustive strategies, 10 000 for others. A limit is one of all shards
     * together; but with "dpor" and "dfs" each shard has it for itself. */
    uint64_t executions_max;
    double seconds_max; /**< of host time; 0: no limit */
    uint64_t depth_max; /**< scheduling points of one execution; 0: 100 000 */
    bool preemptions_bounded;
    uint32_t preemptions_max; /**< per execution, for "dfs", if preemptions_bounded */
    uint32_t pct_depth;       /**< for "pct"; 0: 3 */
    uint32_t choose;          /**< rd_choose flags: what is open besides the order of threads */
    uint32_t allowed;         /**< bits 1 << RD_EXPLORE_ASSERTION to _LEAK: this is no violation */
    /**
     * Host processes that explore at once; 0: 1. Each makes its worlds after it was forked, so
     * global variables of the host program are its own. What they find does not depend on how many
     * there are, as long as the exploration gets to its end or stays below executions_max.
     */
    unsigned workers;
    unsigned shard, shards; /**< explores part `shard` (from 0) of `shards`; 0, 0: all */
    /** Called about ten times a second on the calling thread; may be NULL. */
    void (*progress)(const rd_explore_progress *progress, void *context);
    void *progress_context;
    /**
     * A file in which the exploration writes every few seconds, and when a budget ends it, what is
     * done. If there is one, the exploration goes on where that one has ended: with the same
     * verdict and counts as in one go. It is removed when there is nothing left to explore, or a
     * violation was found. With "portfolio" there can be one worker only. NULL: none.
     */
    const char *checkpoint;
    bool keep_going; /**< only count violations, do not stop at the first one, do not shrink */
    bool no_shrink;  /**< report the first violation as it was found */
    /**
     * Once this is not 0 the exploration ends, shrinking included: a flag that a signal handler
     * sets, say. What is known by then is the result, and the checkpoint is written. NULL: nothing.
     */
    const volatile sig_atomic_t *interrupted;
    /**
     * Host seconds that simulated code may compute between two scheduling points. What takes longer
     * ends the exploration as inconclusive. For this the exploration takes place in host processes
     * of its own, as with `workers`, even in one. 0: no limit, and no process for one worker.
     */
    double hang_seconds;
} rd_explore_options;

/** What came out; free with rd_explore_free. */
typedef struct rd_explore_result {
    rd_explore_verdict verdict;
    bool complete; /**< every execution within the bounds was explored */
    /** What ended it before that: "executions", "time", "interrupt", or "hang" (see
     * hang_seconds); NULL: nothing did. */
    const char *stopped;
    uint64_t executions;
    uint64_t redundant;  /**< executions besides, that repeated others or belong to other shards */
    uint64_t violations; /**< executions with a violation; 0 or 1 unless keep_going */
    uint64_t depth_max;  /**< decisions of the longest execution */
    double seconds;
    double executions_per_second;
    char *name;  /**< of the scenario; never NULL */
    char *build; /**< of the scenario; "" if it had none; never NULL */
    const char *strategy;
    uint64_t seed;
    unsigned shard, shards;
    uint64_t depth_limit; /**< scheduling points that an execution could have */
    /** A thread polled in vain and was kept from looking again until something changed: orders in
     * which it looks more often, and gives up, were not explored. */
    bool polled;
    bool preemptions_bounded;
    uint32_t preemptions_limit;
    uint32_t pct_depth;
    uint32_t choose, allowed; /**< as in the options */
    uint64_t found_at;        /**< number, from 1, of the first execution with a violation */
    uint64_t found_decisions, decisions; /**< not default: as found, and shrunk */
    uint64_t preemptions;                /**< among the shrunk ones */
    char *replay;      /**< the violation's replay string; NULL if there is none */
    char *explanation; /**< one or several lines; never NULL */
    char *report;      /**< the whole story for a reader; never NULL */
} rd_explore_result;

/**
 * Explores the scenario.
 * @return RD_OK: *result is filled in, whatever the verdict; RD_INVALID_ARGUMENT (a NULL, a wrong
 *         size, no such strategy; result->explanation says which), RD_NO_MEMORY.
 */
RD_API rd_status rd_explore(const rd_scenario *scenario, const rd_explore_options *options,
                            rd_explore_result *result);

/**
 * Runs the scenario once with the decisions of a replay string, and leaves out those that its end
 * does not need. The result is that of an exploration with this one execution: RD_EXPLORE_OK if it
 * ends well, RD_EXPLORE_DIVERGED if the string does not fit the scenario.
 * @param replay from rd_world_replay_string or a result; it says what is open, not
 *        options->choose. Of the options depth_max, allowed and hang_seconds count.
 * @return as rd_explore; RD_INVALID_ARGUMENT also for a string that is none.
 */
RD_API rd_status rd_explore_shrink(const rd_scenario *scenario, const rd_explore_options *options,
                                   const char *replay, rd_explore_result *result);

/**
 * Puts the results of all shards of an exploration together, in any order: into the result of the
 * exploration in one piece. A complete one has the same verdict, executions, counterexample and
 * report; `redundant` and `seconds` are sums of what the shards have spent.
 * @return RD_OK; RD_INVALID_ARGUMENT (result->explanation says why): a NULL, a shard is missing or
 *         there twice, or shards are not of the same exploration; RD_NO_MEMORY.
 */
RD_API rd_status rd_explore_merge(const rd_explore_result *parts, size_t count,
                                  rd_explore_result *result);

/** Remembers what a run of the caller's own does, so that it can be told of. */
typedef struct rd_watch rd_watch;

/**
 * Watches a world, which has been started and not been run yet. Its run stays the same.
 * @param watch end it before the world is reset or destroyed.
 * @return RD_OK; RD_INVALID_ARGUMENT: a NULL; RD_BUSY: it is running, or is watched already;
 *         RD_NO_MEMORY.
 */
RD_API rd_status rd_watch_begin(rd_world *world, rd_watch **watch);

/**
 * Tells what the run amounts to by now, with the report that an exploration would have given of
 * this execution: columns of what each thread did, and who waits for whom. Without the event log
 * little is left of that.
 * @param name heads the report; NULL: "run"
 * @param result free it with rd_explore_free; its `verdict` is RD_EXPLORE_OK if there is no
 *        violation.
 * @return RD_OK; RD_INVALID_ARGUMENT: a NULL; RD_NO_MEMORY.
 */
RD_API rd_status rd_watch_tell(rd_watch *watch, const char *name, rd_explore_result *result);

/** Watches no longer. NULL is allowed. */
RD_API void rd_watch_end(rd_watch *watch);

/** Frees what a result holds and zeroes it. NULL is allowed. */
RD_API void rd_explore_free(rd_explore_result *result);

#ifdef __cplusplus
}
#endif

#endif
