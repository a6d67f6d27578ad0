/**
 * @file check.h
 * The verifier: checks of what drivers and programs must not do, and what it has found in a run.
 * rd_world_options.verifier says what it looks for.
 *
 * A check of drivers that finds the machine in a state in which it cannot go on stops it with a bug
 * check, as Driver Verifier does. All others are findings: events of the log that are recorded when
 * they are made, and counted here.
 */
#ifndef RUNDOWN_CHECK_H
#define RUNDOWN_CHECK_H

#include "rundown/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a check means for whoever breaks it. */
typedef enum rd_severity {
    RD_SEVERITY_NOTE = 1, /**< advice: it works, but experience speaks against it */
    RD_SEVERITY_FINDING,  /**< a defect; the run goes on */
    RD_SEVERITY_STOP      /**< a defect; the run ends with a bug check */
} rd_severity;

/** The checks: RD_CHECK_K_IRQL_WAIT and so on, see check.def. */
typedef enum rd_check {
    RD_CHECK_NONE = 0,
#define RD_CHECK(symbol, id, severity, message, cause, fix, names, rules) RD_CHECK_##symbol,
#include "rundown/check.def"
#undef RD_CHECK
    RD_CHECKS
} rd_check;

/** One row of the catalogue. No text is NULL. */
typedef struct rd_check_info {
    const char *id; /**< "K-IRQL-WAIT" */
    rd_severity severity;
    const char *message; /**< what is wrong, in one line */
    const char *cause;   /**< why it usually happens */
    const char *fix;     /**< what to do */
    const char *names;   /**< stops, bug checks and rules of other tools, separated by blanks */
    const char *rules;   /**< rules of Rundown's catalogue that it rests on, separated by blanks */
} rd_check_info;

/** Number of checks; they are numbered from 1, as in rd_check. */
RD_API unsigned rd_check_count(void);

/** @return RD_OK; RD_NOT_FOUND for a number of no check; RD_INVALID_ARGUMENT if `out` is NULL. */
RD_API rd_status rd_check_get(unsigned check, rd_check_info *out);

/** The check with that ID or one of whose names it is (letter case is ignored); 0: none. */
RD_API unsigned rd_check_find(const char *name);

/** One thing that the verifier has found. Texts are valid until the world is reset. */
typedef struct rd_finding {
    unsigned check; /**< for rd_check_get */
    rd_severity severity;
    const char *text;    /**< what happened, with names and numbers; one line */
    const char *where;   /**< of what in the program, by names of its source, one line; "" if `text`
                              says all, or nothing is logged */
    const char *driver;  /**< the driver whose code ran; "" if none */
    const char *routine; /**< which of its routines, such as "DriverEntry"; "" if unknown */
    uint64_t time;       /**< virtual time in units of 100 ns */
    uint32_t pid, tid;   /**< the thread that did it */
    uint32_t count;      /**< how often the same was found */
    size_t event;        /**< index of the event of the log; RD_NO_EVENT if it is not kept */
} rd_finding;

/** How many different things were found that are at least that severe. 0 for a NULL world. */
RD_API size_t rd_finding_count(const rd_world *world, rd_severity least);

/** Finding `index`, in the order in which they were found. RD_NOT_FOUND past the end. */
RD_API rd_status rd_finding_get(const rd_world *world, size_t index, rd_finding *out);

/**
 * The page about a topic: ID or other name of a check, bug check (0xCE, 0xC4/0x100A or its name),
 * NTSTATUS value or name, or rule (PROC-09).
 * @return RD_OK, RD_INVALID_ARGUMENT, or RD_NOT_FOUND. `text` gets at most `size` bytes, always
 * terminated unless `size` is 0; *needed (may be NULL) is the size of the whole page.
 */
RD_API rd_status rd_explain(const char *topic, char *text, size_t size, size_t *needed);

/** Topics that rd_explain knows by name: index 0, 1, ... until NULL. */
RD_API const char *rd_explain_topic(unsigned index);

#ifdef __cplusplus
}
#endif

#endif
