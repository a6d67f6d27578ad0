/*
 * rpt.h - what the views of the event log share: text buffers, names learned from the log,
 * sentences, JSON.
 *
 * Reports read the log through the public event API only, so they show what any other reader could
 * know. They allocate from the host: they run between runs, never inside one.
 */
#ifndef RD_REPORT_RPT_H
#define RD_REPORT_RPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "rundown/event.h"
#include "rundown/report.h"

enum { RPT_SCHEMA = 1 };

/* ---- text (rpt_text.c) ----------------------------------------------------------------------- */

/*
 * A text under construction. A growing one owns its memory; a fixed one cuts what does not fit, but
 * `length` goes on counting, as snprintf's result does. Both are always terminated, if there is any
 * room.
 */
struct rpt_text {
    char *data;
    size_t capacity;
    size_t length;
    bool fixed;
    bool failed; /* the host has no memory: the text is incomplete */
};

void rpt_text_clear(struct rpt_text *text);
void rpt_text_free(struct rpt_text *text);
/* What is there so far; never NULL. */
const char *rpt_string(const struct rpt_text *text);

void rpt_put_bytes(struct rpt_text *text, const char *bytes, size_t size);
void rpt_put(struct rpt_text *text, const char *string);
void rpt_put_char(struct rpt_text *text, char c);
void rpt_put_decimal(struct rpt_text *text, uint64_t value);
/* Capital hexadecimal digits, at least `digits` of them, without 0x. */
void rpt_put_hex(struct rpt_text *text, uint64_t value, unsigned digits);
/* `value` divided by 10^decimals, with all its decimals. */
void rpt_put_scaled(struct rpt_text *text, uint64_t value, unsigned decimals);
/* Control characters and bytes that are no UTF-8 become \n, \t, \x1B and so on. */
void rpt_put_printable(struct rpt_text *text, const char *string);
/* A JSON string with its quotes. A byte that is no UTF-8 is taken for Latin-1: \u00E9. */
void rpt_put_json(struct rpt_text *text, const char *string);
/* ,"key": - or without the comma after { */
void rpt_put_key(struct rpt_text *text, const char *key);

/* Length in bytes of the well-formed UTF-8 character at `s`; 0 if there is none. */
size_t rpt_utf8_length(const char *s);
/* How many columns a terminal needs. */
size_t rpt_columns(const char *string);

/* ---- names (rpt_names.c) --------------------------------------------------------------------- */

/* Values by id, sorted by id. Ids mostly come in rising order, which makes adding cheap. */
struct rpt_map_entry {
    uint32_t id;
    size_t index;
    const char *text;
    uint32_t cid; /* of a process or thread object; 0: neither */
};

struct rpt_map {
    struct rpt_map_entry *entries;
    size_t count, capacity;
};

struct rpt_map_entry *rpt_map_find(const struct rpt_map *map, uint32_t id);
/* The entry of that id, zeroed if it is new; NULL if the host has no memory. */
struct rpt_map_entry *rpt_map_add(struct rpt_map *map, uint32_t id);
void rpt_map_free(struct rpt_map *map);

/* What the events read so far have said about names. */
struct rpt_names {
    struct rpt_map objects;   /* "Event 'go'" by the object's number */
    struct rpt_map processes; /* image name by process id */
    bool failed;
};

void rpt_names_learn(struct rpt_names *names, const rd_event *event);
void rpt_names_free(struct rpt_names *names);

/* "Event#7 'go'", "Process 12 'app.exe'"; "nothing" for number 0. */
void rpt_put_object(struct rpt_text *text, const struct rpt_names *names, uint32_t number);
/* Image name without directories; "System" for 4, "machine" for 0, "?" if unknown. */
const char *rpt_process_name(const struct rpt_names *names, uint32_t pid);

/* ---- sentences (rpt_sentence.c) -------------------------------------------------------------- */

void rpt_put_sentence(struct rpt_text *text, const struct rpt_names *names, const rd_event *event);

/* Name of a well-known NTSTATUS, or NULL. */
const char *rpt_ntstatus_name(uint32_t status);

/* ---- views ----------------------------------------------------------------------------------- */

rd_status rpt_write_text(const rd_world *world, FILE *file);
rd_status rpt_write_jsonl(const rd_world *world, FILE *file);
rd_status rpt_write_perfetto(const rd_world *world, FILE *file);

/* Writes the text and empties it. */
rd_status rpt_flush(struct rpt_text *text, FILE *file);
/* Text of the first world.start event, "" without one. */
const char *rpt_world_text(const rd_world *world);

#endif
