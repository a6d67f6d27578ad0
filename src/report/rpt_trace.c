/*
 * The text trace: for reading, 120 columns wide.
 *
 *  time/ms  process      tid  what happens
 *   0.0120  app.exe(12)   16  ExitProcess(3) begins
 *                             ^ PROC-08 ExitProcess works in order: ...
 *
 * What happens inside a DllMain or a notify routine is indented. The rule that a line shows stands
 * behind the sentence in brackets if the line has room for it, else on a line of its own, at one
 * column for the whole trace.
 */
#include "report/rpt.h"

#include <string.h>

#include "rundown/rundown.h"

enum {
    LINE_COLUMNS = 120,
    PROCESS_COLUMNS_MAX = 24,
    GAP = 2,
    INDENT = 2,
    DEPTH_MAX = 6,
};

struct trace {
    const rd_world *world;
    FILE *file;
    struct rpt_text line;
    struct rpt_text sentence;
    struct rpt_names names;
    struct rpt_map depths; /* of calls, by thread id */
    size_t time_columns, process_columns, thread_columns;
    size_t sentence_column, rule_column;
};

static const char heading[] = "time/ms";

static size_t decimal_columns(uint64_t value) {
    size_t columns = 1;
    for (; value >= 10; value /= 10)
        columns++;
    return columns;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static void put_padding(struct rpt_text *line, size_t columns) {
    while (columns--)
        rpt_put_char(line, ' ');
}

/* Text in a column: to the right if `right`, else to the left. */
static void put_cell(struct rpt_text *line, const char *text, size_t columns, bool right) {
    size_t used = rpt_columns(text);
    size_t padding = used < columns ? columns - used : 0;

    if (right)
        put_padding(line, padding);
    rpt_put(line, text);
    if (!right)
        put_padding(line, padding);
    put_padding(line, GAP);
}

/* Processes and threads have events of their own for what object.create and object.delete say. */
static bool has_own_event(const struct rpt_names *names, const rd_event *event) {
    const struct rpt_map_entry *entry = rpt_map_find(&names->objects, event->object);
    return entry && event->rule == 0 &&
           (strncmp(entry->text, "Process ", 8) == 0 || strncmp(entry->text, "Thread ", 7) == 0);
}

static bool is_shown(const struct rpt_names *names, const rd_event *event) {
    switch (event->kind) {
    case RD_EVENT_SWITCH:
    case RD_EVENT_WORLD_START:
        return false;
    case RD_EVENT_OBJECT_CREATE:
    case RD_EVENT_OBJECT_DELETE:
        return !has_own_event(names, event);
    default:
        return true;
    }
}

static void put_process(struct trace *t, struct rpt_text *out, uint32_t pid) {
    rpt_put_printable(out, rpt_process_name(&t->names, pid));
    if (pid) {
        rpt_put_char(out, '(');
        rpt_put_decimal(out, pid);
        rpt_put_char(out, ')');
    }
}

static size_t rule_columns(const rd_event *event, rd_rule *rule) {
    if (!event->rule || rd_rule_get(event->rule, rule) != RD_OK)
        return 0;
    return rpt_columns(rule->id) + 1 + rpt_columns(rule->title);
}

/* Reads the log once to find out how wide the columns must be. */
static void measure(struct trace *t) {
    size_t count = rd_event_count(t->world);
    size_t longest_rule = 0;
    rd_rule rule;

    t->time_columns = sizeof heading - 1;
    t->process_columns = strlen("process");
    t->thread_columns = strlen("tid");
    for (size_t i = 0; i < count; i++) {
        const rd_event *event = rd_event_at(t->world, i);
        if (!event)
            break;
        rpt_names_learn(&t->names, event);
        if (!is_shown(&t->names, event))
            continue;
        rpt_text_clear(&t->line);
        put_process(t, &t->line, event->pid);
        size_t columns = rpt_columns(rpt_string(&t->line));
        if (columns <= PROCESS_COLUMNS_MAX)
            t->process_columns = larger(t->process_columns, columns);
        t->thread_columns = larger(t->thread_columns, decimal_columns(event->tid));
        t->time_columns = larger(t->time_columns, decimal_columns(event->time / 10000) + 5);
        longest_rule = larger(longest_rule, rule_columns(event, &rule));
    }
    t->sentence_column = t->time_columns + GAP + t->process_columns + GAP + t->thread_columns + GAP;
    t->rule_column = t->sentence_column;
    if (t->rule_column + 2 + longest_rule > LINE_COLUMNS)
        t->rule_column = longest_rule + 2 < LINE_COLUMNS ? LINE_COLUMNS - longest_rule - 2 : 0;
    rpt_text_clear(&t->line);
    rpt_names_free(&t->names);
}

/* Puts words, going to a new line at `indent` when the line is full. Returns the column reached. */
static size_t put_wrapped(struct rpt_text *line, const char *text, size_t column, size_t indent) {
    bool first = true;

    while (*text) {
        size_t length = strcspn(text + 1, " ") + 1; /* a word with the blank before it */
        size_t columns = 0;
        for (const char *c = text; c < text + length; c++)
            columns += ((unsigned char)*c & 0xC0) != 0x80;
        if (!first && column + columns > LINE_COLUMNS) {
            rpt_put_char(line, '\n');
            put_padding(line, indent);
            column = indent;
            if (*text == ' ') {
                text++;
                length--;
                columns--;
            }
        }
        rpt_put_bytes(line, text, length);
        column += columns;
        text += length;
        first = false;
    }
    return column;
}

static void put_rule(struct trace *t, const rd_event *event, size_t column) {
    rd_rule rule;
    size_t columns = rule_columns(event, &rule);

    if (!columns)
        return;
    if (column + 3 + 2 + columns <= LINE_COLUMNS) {
        rpt_put(&t->line, "   [");
        rpt_put(&t->line, rule.id);
        rpt_put_char(&t->line, ' ');
        rpt_put(&t->line, rule.title);
        rpt_put_char(&t->line, ']');
        return;
    }
    rpt_put_char(&t->line, '\n');
    put_padding(&t->line, t->rule_column);
    rpt_put(&t->line, "^ ");
    rpt_put(&t->line, rule.id);
    rpt_put_char(&t->line, ' ');
    put_wrapped(&t->line, rule.title, t->rule_column + 3 + rpt_columns(rule.id),
                t->rule_column + 3 + rpt_columns(rule.id));
}

/* How deep in calls the event stands. A thread that dies inside a call never returns: its id starts
 * afresh. */
static size_t call_depth(struct trace *t, const rd_event *event) {
    uint32_t tid = event->kind == RD_EVENT_THREAD_CREATE ? (uint32_t)event->a : event->tid;
    struct rpt_map_entry *entry = rpt_map_find(&t->depths, tid);
    bool begins = event->kind == RD_EVENT_DLL_CALL || event->kind == RD_EVENT_NOTIFY_CALL;
    bool ends = event->kind == RD_EVENT_DLL_RETURN || event->kind == RD_EVENT_NOTIFY_RETURN;
    size_t depth = entry ? entry->index : 0;

    if (event->kind == RD_EVENT_THREAD_CREATE) {
        if (entry)
            entry->index = 0;
        entry = rpt_map_find(&t->depths, event->tid);
        return entry ? entry->index : 0;
    }
    if (ends && depth)
        entry->index = --depth;
    if (begins && !entry)
        entry = rpt_map_add(&t->depths, tid);
    if (begins && entry)
        entry->index = depth + 1;
    return depth < DEPTH_MAX ? depth : DEPTH_MAX;
}

/* Explains itself in several lines, one for every thread. Returns the column reached. */
static size_t put_deadlock(struct trace *t, const rd_event *event, size_t column) {
    const char *rest = event->text;
    size_t indent = t->sentence_column;

    while (*rest) {
        size_t length = strcspn(rest, "\n");
        char line[LINE_COLUMNS * 4];

        snprintf(line, sizeof line, "%.*s", (int)length, rest);
        rpt_text_clear(&t->sentence);
        rpt_put_printable(&t->sentence, line);
        column = put_wrapped(&t->line, rpt_string(&t->sentence), column, indent + 2 * INDENT);
        rest += length + (rest[length] == '\n');
        if (*rest) {
            rpt_put_char(&t->line, '\n');
            put_padding(&t->line, indent);
            column = indent;
        }
    }
    return column;
}

static void put_event(struct trace *t, const rd_event *event) {
    struct rpt_text *line = &t->line;
    size_t column = t->sentence_column;
    size_t indent = INDENT * call_depth(t, event);

    rpt_text_clear(&t->sentence);
    rpt_put_scaled(&t->sentence, event->time, 4);
    put_cell(line, rpt_string(&t->sentence), t->time_columns, true);
    rpt_text_clear(&t->sentence);
    put_process(t, &t->sentence, event->pid);
    size_t process = rpt_columns(rpt_string(&t->sentence));
    if (process > t->process_columns)
        column += process - t->process_columns;
    put_cell(line, rpt_string(&t->sentence), t->process_columns, false);
    rpt_text_clear(&t->sentence);
    if (event->tid)
        rpt_put_decimal(&t->sentence, event->tid);
    else
        rpt_put_char(&t->sentence, '-');
    put_cell(line, rpt_string(&t->sentence), t->thread_columns, true);
    put_padding(line, indent);
    rpt_text_clear(&t->sentence);
    rpt_put_sentence(&t->sentence, &t->names, event);
    if (event->kind == RD_EVENT_DEADLOCK)
        column = put_deadlock(t, event, column + indent);
    else
        column = put_wrapped(line, rpt_string(&t->sentence), column + indent,
                             t->sentence_column + indent + INDENT);
    put_rule(t, event, column);
    rpt_put_char(line, '\n');
}

static void put_header(struct trace *t) {
    const char *world = rpt_world_text(t->world);

    rpt_put(&t->line, "rundown " RD_VERSION_STRING);
    if (*world) {
        rpt_put(&t->line, ", profile ");
        rpt_put_printable(&t->line, world);
    }
    rpt_put_char(&t->line, '\n');
    put_cell(&t->line, heading, t->time_columns, true);
    put_cell(&t->line, "process", t->process_columns, false);
    put_cell(&t->line, "tid", t->thread_columns, true);
    rpt_put(&t->line, "what happens\n");
}

rd_status rpt_write_text(const rd_world *world, FILE *file) {
    struct trace t = {.world = world, .file = file};
    size_t count = rd_event_count(world);
    rd_status status;

    measure(&t);
    put_header(&t);
    status = rpt_flush(&t.line, file);
    for (size_t i = 0; i < count && status == RD_OK; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (!event)
            break;
        rpt_names_learn(&t.names, event);
        if (is_shown(&t.names, event))
            put_event(&t, event);
        status = t.sentence.failed || t.names.failed ? RD_NO_MEMORY : rpt_flush(&t.line, file);
    }
    rpt_text_free(&t.line);
    rpt_text_free(&t.sentence);
    rpt_names_free(&t.names);
    rpt_map_free(&t.depths);
    return status;
}
