/*
 * story.c - an execution as a reader wants to see it: a column for each thread, a row for each
 * event that tells something, a mark where a decision was not the default one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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
    size_t end;        /* of the log, or what had to be told */
    struct exp_places places;
    uint64_t next_step; /* not told yet */
    uint64_t step;      /* that the row belongs to */
    size_t rows, row;   /* in all, and so far */
    uint64_t unmarked;  /* the first step that no row has told of */
    bool marked;
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
    case RD_EVENT_PROCESS_EXIT_STATUS:
    case RD_EVENT_THREAD_EXIT_STATUS:
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

/* After that the rest is what always happens. */
static bool ends_story(const rd_event *event) {
    return event->kind == RD_EVENT_EXCEPTION_UNHANDLED ||
           (event->kind == RD_EVENT_CRT_EXIT && strcmp(event->text, "abort") == 0);
}

static unsigned column_of(const struct story *s, uint32_t thread) {
    unsigned column = 0;
    while (column < s->thread_count && s->threads[column] != thread)
        column++;
    return column;
}

/* In the order of their numbers. */
static void take_part(struct story *s, uint32_t thread) {
    unsigned column = s->thread_count;
    if (column_of(s, thread) < s->thread_count || s->thread_count == THREADS_MAX)
        return;
    for (; column > 0 && s->threads[column - 1] > thread; column--)
        s->threads[column] = s->threads[column - 1];
    s->threads[column] = thread;
    s->thread_count++;
}

/* Finds out where the story ends, how long it is and who takes part. */
static void survey(struct story *s) {
    s->end = s->w->log.count;
    for (size_t i = 0; i < s->end; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        s->loader_waits |= event->kind == RD_EVENT_LOADER_LOCK_WAIT;
        if (ends_story(event))
            s->end = i + 1;
    }
    for (size_t i = 0; i < s->end; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        if (!tells(s, event))
            continue;
        s->rows++;
        take_part(s, event->tid);
    }
}

/* Was a decision other than the default taken before one of the steps since the last row? */
static bool is_decided(const struct story *s, uint64_t step) {
    const struct exp_forced *forced = s->forced;
    for (size_t i = 0; i < forced->taken_count; i++)
        if (forced->taken[i].answer && forced->taken[i].steps >= s->unmarked &&
            forced->taken[i].steps <= step)
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
    else if (event->kind == RD_EVENT_SLEEP && event->c == 0)
        snprintf(text, size, "waits until somebody wakes it");
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

static void put_row(struct story *s, size_t index, uint32_t thread, const char *text) {
    char line[EXP_TEXT_MAX + 32];
    bool columns = s->thread_count <= COLUMNS_MAX, decided = is_decided(s, s->step);
    snprintf(line, sizeof line, "thread %" PRIu32 ": %s", thread, text);
    exp_print(s->to, "%7zu %c ", index, decided ? '*' : ' ');
    size_t width = (WIDTH - MARGIN) / (columns ? s->thread_count : 1) - 2;
    put_cell(s, columns ? column_of(s, thread) : 0, width, columns ? text : line);
    s->marked |= decided;
}

/* A row, unless the story is too long and this is its middle. */
static void tell(struct story *s, size_t index, uint32_t thread, const char *text) {
    if (s->row < ROWS_FIRST || s->row + ROWS_LAST >= s->rows)
        put_row(s, index, thread, text);
    else if (s->row == ROWS_FIRST)
        exp_print(s->to, "%*s... %zu rows ...\n", MARGIN, "", s->rows - ROWS_FIRST - ROWS_LAST);
    s->unmarked = s->step + 1;
    s->row++;
}

/* ---- steps that leave no event --------------------------------------------------------------- */

/* The thread with that object number, if it takes part; 0: it does not. */
static uint32_t thread_of(const struct story *s, uint32_t object) {
    for (size_t i = 0; i < s->end; i++) {
        const rd_event *event = rd_event_at(s->w, i);
        if (event->kind == RD_EVENT_THREAD_CREATE && event->object == object)
            return column_of(s, (uint32_t)event->a) < s->thread_count ? (uint32_t)event->a : 0;
    }
    return 0;
}

static const struct exp_step_seen *step_number(const struct story *s, uint64_t number) {
    return &s->forced->steps->last[number % EXP_STEPS];
}

/* Has another thread touched the same memory, and one of them changed it? */
static bool is_shared(const struct story *s, const struct core_step *step) {
    const struct exp_steps *steps = s->forced->steps;
    bool reads = (step->kind & CORE_KIND_MASK) == CORE_READ;
    for (uint64_t back = 0; back < steps->count && back < EXP_STEPS; back++) {
        const struct core_step *other = &steps->last[back].step;
        if (other->place == step->place && other->thread != step->thread &&
            (!reads || (other->kind & CORE_KIND_MASK) != CORE_READ))
            return true;
    }
    return false;
}

/* Only memory: what is done to objects is an event. Not a second time in a row: that is a loop. */
static bool tells_step(const struct story *s, uint64_t number) {
    const struct core_step *step = &step_number(s, number)->step;
    bool idle = (step->kind & CORE_KIND_MASK) == CORE_NOTHING;
    if (idle || step->place >> CORE_SPACE_SHIFT != CORE_MEMORY || !thread_of(s, step->thread) ||
        (!exp_is_lock(step) && !is_shared(s, step)))
        return false;
    for (uint64_t back = number; back-- > s->next_step && number - back < EXP_STEPS;) {
        const struct core_step *other = &step_number(s, back)->step;
        if (other->thread != step->thread)
            return true;
        if (other->place == step->place && (other->kind == step->kind || other->asks))
            return false;
    }
    return true;
}

/* Those that came before the event. */
static void tell_steps(struct story *s, size_t index, bool only_count) {
    const struct exp_steps *steps = s->forced->steps;
    uint64_t next = s->next_step;
    while (steps && next < steps->count && step_number(s, next)->events <= index) {
        struct exp_text text = {0};
        const struct exp_step_seen *seen = step_number(s, next);
        if (tells_step(s, next) && only_count) {
            s->rows++;
        } else if (tells_step(s, next)) {
            s->step = next;
            exp_put_step(s->w, &s->places, &seen->step, &text);
            tell(s, seen->events, thread_of(s, seen->step.thread), text.text ? text.text : "");
        }
        free(text.text);
        next++;
    }
    if (only_count)
        return;
    s->next_step = next;
    s->step = next ? next - 1 : 0;
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
    const struct exp_steps *steps = forced->steps;
    char text[EXP_TEXT_MAX];
    s.next_step = steps && steps->count > EXP_STEPS ? steps->count - EXP_STEPS : 0;
    survey(&s);
    if (!s.rows)
        return;
    tell_steps(&s, s.end, true);
    put_header(&s);
    for (size_t i = 0; i < s.end; i++) {
        tell_steps(&s, i, false);
        if (!tells(&s, rd_event_at(w, i)))
            continue;
        describe(&s, i, text, sizeof text);
        tell(&s, i, rd_event_at(w, i)->tid, text);
    }
    tell_steps(&s, s.end, false);
    if (s.marked)
        exp_print(to, "   (* here a decision differs from the default: somebody else goes on, or "
                      "something fails)\n");
    exp_print(to, "\n");
}
