/**
 * @file event.h
 * The causal event log of a world. Every transition that a rule speaks of appends one event; all
 * reports, checks and digests read this log. Logging never changes a schedule.
 */
#ifndef RUNDOWN_EVENT_H
#define RUNDOWN_EVENT_H

#include "rundown/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rd_world rd_world;

/** Kinds of events: RD_EVENT_PROCESS_CREATE and so on, see event.def. */
typedef enum rd_event_kind {
    RD_EVENT_NONE = 0,
#define RD_EVENT(symbol, name, sentence) RD_EVENT_##symbol,
#include "rundown/event.def"
#undef RD_EVENT
    RD_EVENT_KINDS
} rd_event_kind;

/** One event. `a` to `d` mean what the kind's sentence in event.def says. */
typedef struct rd_event {
    uint64_t time;   /**< virtual time in units of 100 ns since the machine started */
    uint16_t kind;   /**< an rd_event_kind */
    uint16_t rule;   /**< the rule that the event shows, for rd_rule_get; 0: none */
    uint32_t pid;    /**< process of the acting thread; 0: the machine itself */
    uint32_t tid;    /**< the acting thread */
    uint32_t object; /**< number of the object concerned; 0: none */
    uint64_t a, b, c;
    const char *text; /**< UTF-8, never NULL, valid until the world is reset */
} rd_event;

/** Number of events logged so far. */
RD_API size_t rd_event_count(const rd_world *world);

/** Event `index`, or NULL past the end. Valid until the world is reset or destroyed. */
RD_API const rd_event *rd_event_at(const rd_world *world, size_t index);

/** "process.create" and so on; "?" for a number that is no kind. */
RD_API const char *rd_event_kind_name(rd_event_kind kind);

/** What rd_event_find looks for; zero members match anything. */
typedef struct rd_event_query {
    rd_event_kind kind;
    uint32_t pid;
    uint32_t tid;
    const char *rule; /**< a rule's ID, such as "PROC-07" */
    const char *text; /**< must occur in the event's text */
} rd_event_query;

#define RD_NO_EVENT ((size_t)-1)

/** Index of the first match at or after `from`, or RD_NO_EVENT. */
RD_API size_t rd_event_find(const rd_world *world, size_t from, const rd_event_query *query);

/** Number of matches in the whole log. */
RD_API size_t rd_event_matches(const rd_world *world, const rd_event_query *query);

/**
 * 64-bit digest (XXH3) of the log: the same on every carrier, compiler, optimisation level and
 * host for the same world, programs and decisions.
 */
RD_API uint64_t rd_event_digest(const rd_world *world);

/** A rule of the catalogue that the log cites. */
typedef struct rd_rule {
    const char *id;     /**< "PROC-07" */
    const char *state;  /**< "held", "open" or "out" */
    const char *title;  /**< the rule in one line */
    const char *text;   /**< the rule in full */
    const char *source; /**< where the fact comes from */
    const char *tests;  /**< tests that cite it, separated by spaces */
} rd_rule;

/** Number of rules in the catalogue; they are numbered from 1. */
RD_API unsigned rd_rule_count(void);
/** RD_NOT_FOUND if there is no such rule. */
RD_API rd_status rd_rule_get(unsigned rule, rd_rule *out);
/** Index of the rule with that ID, or 0. */
RD_API unsigned rd_rule_find(const char *id);

#ifdef __cplusplus
}
#endif

#endif
