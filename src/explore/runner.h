/*
 * runner.h - executions of a scenario: under a strategy, under given decisions, with and without
 * the log. Parts of rd_explore.
 */
#ifndef RD_EXPLORE_RUNNER_H
#define RD_EXPLORE_RUNNER_H

#include "explore/strategy.h"
#include "rundown/check.h"
#include "rundown/explore.h"

enum { EXP_TEXT_MAX = 1024, EXP_DEFAULT_DEPTH = 100000 };

/* ---- texts (text.c) -------------------------------------------------------------------------- */

/* A text that grows; malloc'ed. */
struct exp_text {
    char *text;
    size_t used, room;
};
void exp_print(struct exp_text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* malloc'ed; NULL: no memory. */
char *exp_copy_text(const char *text, size_t length);

/* ---- executions (runner.c) ------------------------------------------------------------------- */

struct exp_runner {
    const rd_scenario *scenario;
    const rd_explore_options *options;
    rd_world *w;
    uint64_t executions; /* so far, shifted to where steps do not reach */
    uint64_t begun;      /* the running one; 0: none. Another thread may look at it */
};

struct exp_outcome {
    rd_explore_verdict verdict;
    const char *text; /* valid until the next execution */
};

/* Makes the world. On failure `error` gets one line. */
rd_status exp_open(struct exp_runner *r, const rd_scenario *scenario,
                   const rd_explore_options *options, char *error, size_t error_size);
void exp_close(struct exp_runner *r);

/* What the world's run amounts to, with the scenario's check. */
struct exp_outcome exp_judge(struct exp_runner *r);
/* What has happened, from the verdict's text or, of a crash, from the log; malloc'ed. */
char *exp_explain(const struct rd_world *w, rd_explore_verdict verdict, const char *text);
/* Is it something that the caller does not allow? */
bool exp_is_violation(const struct exp_runner *r, rd_explore_verdict verdict);

/* The first finding that is a leak, or is none; stops of the machine are told elsewhere. */
bool exp_find_finding(const struct rd_world *w, bool leak, rd_finding *finding);

/* Does the caller want to have the result at once? */
bool exp_is_interrupted(const rd_explore_options *options);

/* A reset world in which the scenario has been started, with or without the log. */
struct exp_outcome exp_start(struct exp_runner *r, bool log);
/* Runs what exp_start has started, and judges it. `strategy` may be NULL. */
struct exp_outcome exp_finish(struct exp_runner *r, struct exp_strategy *strategy);

/* Takes over decisions, and what is open, from a replay string. False: `error` says why not. */
bool exp_use_replay(struct exp_runner *r, const char *replay, char *error, size_t error_size);
/* One execution under them, with the log. */
struct exp_outcome exp_run_replay(struct exp_runner *r);

/* Changes as long as an execution gets on; 0: none is running (violation.c). */
uint64_t exp_pulse(const struct exp_runner *r);
/* ---- steps (steps.c) ------------------------------------------------------------------------- */

enum { EXP_STEPS = 2048, EXP_PLACES = 26, EXP_NAME_MAX = 80 };

struct exp_step_seen {
    struct core_step step;
    size_t events; /* of the log that stand before it */
};

/* The last steps of an execution. */
struct exp_steps {
    struct exp_step_seen last[EXP_STEPS];
    uint64_t count;
};

/* Fills `steps` of the exp_forced that is the strategy. */
extern const struct core_observer exp_step_observer;

/* Memory that was named before. */
struct exp_places {
    uint64_t known[EXP_PLACES];
    unsigned count;
};

/* Something in memory that is taken (`gates`, unless blocked), or given back by whoever has it. */
bool exp_is_lock(const struct core_step *step);
/* "thread 12", "Event#7" and so on, by the log. */
void exp_put_object(const struct rd_world *w, uint32_t object, struct exp_text *to);
/* "reads shared memory A" and so on. */
void exp_put_step(const struct rd_world *w, struct exp_places *places, const struct core_step *step,
                  struct exp_text *to);

/* ---- given decisions (forced.c) -------------------------------------------------------------- */

/* One decision of an execution. */
struct exp_taken {
    uint64_t index, steps; /* decisions, and steps if they are noted, that stand before it */
    uint32_t count, answer;
    uint8_t kind;
    bool preempts; /* any answer but 0 is a preemption */
};

/* Decisions that an execution shall take where they come up; the default otherwise. */
struct exp_forced {
    const struct core_decision *decisions;
    size_t count, next;
    struct exp_taken *taken; /* all decisions of the execution; reused by the next one */
    size_t taken_count, taken_capacity;
    struct exp_steps *steps; /* NULL: nobody wants to know */
    bool no_memory;
};

/* The decision that is just being taken. */
void exp_note_taken(struct rd_world *w, struct exp_forced *forced, unsigned kind, unsigned count,
                    unsigned answer);
/* One execution; forced->taken then lists its decisions. */
struct exp_outcome exp_run_forced(struct exp_runner *r, struct exp_forced *forced, bool log);
uint64_t exp_preemptions(const struct exp_forced *forced);

/* The decisions of an execution that were not default, to be freed. NULL: no memory. */
struct core_decision *exp_copy_decisions(const struct rd_world *w, size_t *count);

/* ---- nondeterminism (guard.c) ---------------------------------------------------------------- */

/* Runs these decisions twice and compares the logs. NULL, or a text in `text` that says where they
 * part. */
const char *exp_compare_runs(struct exp_runner *r, const struct core_decision *decisions,
                             size_t count, char text[EXP_TEXT_MAX]);

/* ---- the search (search.c) ------------------------------------------------------------------- */

struct exp_violation {
    rd_explore_verdict verdict; /* RD_EXPLORE_OK: there is none */
    uint64_t found_at;
    struct core_decision *decisions; /* not default; malloc'ed */
    size_t count;
    char *replay; /* malloc'ed; of an execution that does not come to its end, else NULL */
    char text[EXP_TEXT_MAX];
};

void exp_free_violation(struct exp_violation *violation);
/* The running execution, which hangs. Called on another thread (violation.c). */
void exp_describe_endless(const struct exp_runner *r, struct exp_violation *violation);

/* Runs that string, which the world knows, once; if it may hang, in another process (violation.c).
 */
void exp_replay(struct exp_runner *r, const char *replay, struct exp_violation *violation);

/* As a text for another process, malloc'ed, and back (violation.c). False: no memory. */
char *exp_pack(const struct exp_violation *violation);
bool exp_unpack(char *text, struct exp_violation *violation);

/* Explores as the options say, in this process or in several. *violation is the first one. */
rd_status exp_search(const rd_scenario *scenario, const rd_explore_options *options,
                     rd_explore_result *result, struct exp_violation *violation);

/* ---- shrinking (shrink.c) -------------------------------------------------------------------- */

/* Leaves decisions out as long as the verdict stays the same. */
void exp_reduce(struct exp_runner *r, struct exp_violation *violation);
/* The same in another process, in which executions may hang (violation.c). */
void exp_reduce_apart(const struct exp_runner *r, struct exp_violation *violation);

/* ---- the report (report.c) ------------------------------------------------------------------- */

void exp_report_success(const rd_explore_result *result, struct exp_text *to);
/* Why not everything was explored (stops.c). */
const char *exp_tell_stop(const rd_explore_result *result);
/* `w` shows the execution under these decisions; or both are NULL. */
void exp_report_violation(const rd_explore_result *result, const struct rd_world *w,
                          const struct exp_forced *forced, struct exp_text *to);

/* What happened, thread by thread (story.c). */
void exp_tell_story(const struct rd_world *w, const struct exp_forced *forced, struct exp_text *to);
/* Why nobody can go on (waits.c). `steps` may be NULL. */
void exp_tell_waits(const struct rd_world *w, const struct exp_steps *steps, struct exp_text *to);
/* What is done again and again (cycle.c). */
void exp_tell_cycle(const struct rd_world *w, const struct exp_steps *steps, struct exp_text *to);
#endif
