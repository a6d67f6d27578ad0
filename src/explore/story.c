/*
 * story.c - an execution as a reader wants to see it: a column for each thread, a row for each
 * event that tells something, a mark where a decision was not the default one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

enum {
    WIDTH = 100,
    MARGIN = 10,
    COLUMNS_MAX = 4,
    LINES_MAX = 4,
    ROWS_FIRST = 15, /* of a story that is too long */
    ROWS_LAST = 45,
    THREADS_MAX = 256
};

struct story {
    const struct rd_world *w;
    const struct exp_forced *forced;
    struct exp_text *to;
    uint32_t threads[THREADS_MAX]; /* those that the story tells of, as they appear */
    unsigned thread_count;
    bool loader_waits; /* then who has the loader lock is part of the story */
};

/* ---- what is told ---------------------------------------------------------------------------- */

static bool tells(const struct story *s, const rd_event *event) {
    switch (event->kind) {
    case RD_EVENT_SWITCH:
    case RD_EVENT_WORLD_START:
    case RD_EVENT_QUIESCENT:
    case RD_EVENT_DEADLOCK:
    case RD_EVENT_OBJECT_CREATE:
    case RD_EVENT_HANDLE_CREATE:
    case RD_EVENT_IMAGE_MAP:
    case RD_EVENT_IMAGE_UNMAP:
    case RD_EVENT_PROCESS_INIT_DONE:
    case RD_EVENT_PROCESS_ADDRESS_SPACE:
    case RD_EVENT_PROCESS_HANDLES_CLOSED:
    case RD_EVENT_CRT_FLUSH:
    case RD_EVENT_OUTPUT:
        return false;
    case RD_EVENT_LOADER_LOCK:
    case RD_EVENT_LOADER_UNLOCK:
        return s->loader_waits && event->tid;
    default:
        return event->tid != 0;
    }
}

static unsigned column_of(const struct story *s, uint32_t thread) {
    unsigned column = 0;
    while (column < s->thread_count && s->threads[column] != thread)
        column++;
    return column;
}

/* Counts the rows, and finds out who takes part. */
static size_t survey(struct story *s) {
    size_t rows = 0;
    for (size_t i = 0; i < s->w->log.count; i++)
        s->loader_waits |= rd_event_at(s->w, i)->kind == RD_EVENT_LOADER_LOCK_WAIT;
    for (size_t i = 0; i < s->w->log.count; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        if (!tells(s, event))
            continue;
        rows++;
        if (column_of(s, event->tid) == s->thread_count && s->thread_count < THREADS_MAX)
            s->threads[s->thread_count++] = event->tid;
    }
    return rows;
}

/* Has a decision that was not the default led from event `before` to event `index`? */
static bool is_decided(const struct story *s, size_t before, size_t index) {
    const struct exp_forced *forced = s->forced;
    for (size_t i = 0; i < forced->taken_count; i++)
        if (forced->taken[i].answer && forced->taken[i].events > before &&
            forced->taken[i].events <= index)
            return true;
    return false;
}

/* Is it the last thing that the thread has done? */
static bool is_last(const struct story *s, size_t index, uint32_t thread) {
    for (size_t i = index + 1; i < s->w->log.count; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        if (event->tid == thread && tells(s, event))
            return false;
    }
    return true;
}

/* A wait that has not ended says what for, and who has it. */
static void describe(const struct story *s, size_t index, char *text, size_t size) {
    const rd_event *event = rd_event_at(s->w, index);
    rd_thread_info thread;
    bool wait = event->kind == RD_EVENT_SLEEP || event->kind == RD_EVENT_WAIT_BEGIN;
    if (wait && is_last(s, index, event->tid) &&
        rd_thread_get(s->w, event->tid, &thread) == RD_OK && *thread.waiting_for)
        snprintf(text, size, "%s", thread.waiting_for);
    else
        rd_event_describe(s->w, event, text, size);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The program whose thread it is, from the log: the process may be gone. */
static const char *program_of(const struct story *s, uint32_t thread) {
    uint32_t pid = 0;
    const char *name = "";
    for (size_t i = 0; i < s->w->log.count; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        if (event->kind == RD_EVENT_THREAD_CREATE && event->a == thread)
            pid = (uint32_t)event->b;
    }
    for (size_t i = 0; i < s->w->log.count; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        if (event->kind == RD_EVENT_PROCESS_CREATE && event->a == pid)
            name = event->text;
    }
    return *name ? name : "System";
}

/* How much of the text fits into a line: up to a blank, if there is one. */
static size_t part_of_line(const char *text, size_t width) {
    size_t length = strlen(text), fits = width;
    if (length <= width)
        return length;
    while (fits > width / 2 && text[fits] != ' ')
        fits--;
    return text[fits] == ' ' ? fits : width;
}

static void put_cell(struct story *s, unsigned column, size_t width, const char *text) {
    for (unsigned line = 0; *text; line++) {
        size_t length = part_of_line(text, width);
        bool cut = line + 1 == LINES_MAX && text[length];
        if (line)
            exp_print(s->to, "\n%*s", MARGIN, "");
        exp_print(s->to, "%*s%.*s%s", (int)(column * (width + 2)), "", (int)length, text,
                  cut ? " ..." : "");
        text += length;
        text += strspn(text, " ");
        if (cut)
            break;
    }
    exp_print(s->to, "\n");
}

static void put_row(struct story *s, size_t before, size_t index) {
    char text[EXP_TEXT_MAX], line[EXP_TEXT_MAX + 32];
    const rd_event *event = rd_event_at(s->w, index);
    bool columns = s->thread_count <= COLUMNS_MAX;
    describe(s, index, text, sizeof text);
    snprintf(line, sizeof line, "thread %" PRIu32 ": %s", event->tid, text);
    exp_print(s->to, "%7zu %c ", index, is_decided(s, before, index) ? '*' : ' ');
    size_t width = (WIDTH - MARGIN) / (columns ? s->thread_count : 1) - 2;
    put_cell(s, columns ? column_of(s, event->tid) : 0, width, columns ? text : line);
}

static void put_header(struct story *s) {
    char title[EXP_TEXT_MAX];
    size_t width = (WIDTH - MARGIN) / s->thread_count - 2;
    exp_print(s->to, "\n%7s%*s", "event", MARGIN - 7, "");
    for (unsigned i = 0; i < s->thread_count && s->thread_count <= COLUMNS_MAX; i++) {
        snprintf(title, sizeof title, "thread %" PRIu32 " (%s)", s->threads[i],
                 program_of(s, s->threads[i]));
        bool last = i + 1 == s->thread_count;
        exp_print(s->to, "%-*.*s", last ? 0 : (int)(width + 2), (int)width, title);
    }
    exp_print(s->to, "\n");
}

void exp_tell_story(const struct rd_world *w, const struct exp_forced *forced,
                    struct exp_text *to) {
    struct story s = {.w = w, .forced = forced, .to = to};
    size_t rows = survey(&s), row = 0, before = 0;
    bool marked = false;
    if (!rows)
        return;
    put_header(&s);
    for (size_t i = 0; i < w->log.count; i++) {
        if (!tells(&s, rd_event_at(w, i)))
            continue;
        bool shown = row < ROWS_FIRST || row + ROWS_LAST >= rows;
        if (shown)
            put_row(&s, before, i);
        else if (row == ROWS_FIRST)
            exp_print(to, "%*s... %zu steps ...\n", MARGIN, "", rows - ROWS_FIRST - ROWS_LAST);
        marked |= is_decided(&s, before, i);
        before = i;
        row++;
    }
    if (marked)
        exp_print(to, "   (* here a decision differs from the default: somebody else goes on, or "
                      "something fails)\n");
    exp_print(to, "\n");
}
