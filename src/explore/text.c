/* text.c - texts that grow. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

void exp_print(struct exp_text *to, const char *format, ...) {
    enum { FIRST_ROOM = 1024 };
    for (;;) {
        va_list arguments;
        size_t left = to->room - to->used;
        va_start(arguments, format);
        int length = vsnprintf(to->text ? to->text + to->used : NULL, left, format, arguments);
        va_end(arguments);
        if (length < 0)
            return;
        if ((size_t)length < left) {
            to->used += (size_t)length;
            return;
        }
        size_t room = to->room * 2 + (size_t)length + FIRST_ROOM;
        char *grown = realloc(to->text, room);
        if (!grown)
            return;
        to->text = grown;
        to->room = room;
    }
}

void exp_tell(const struct rd_world *w, struct exp_text *to) {
    char sentence[EXP_TEXT_MAX];
    for (size_t i = 0; i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        if (event->kind == RD_EVENT_SWITCH || !event->tid)
            continue;
        rd_event_describe(w, event, sentence, sizeof sentence);
        exp_print(to, "  %6zu  process %u thread %u: %s\n", i, event->pid, event->tid, sentence);
    }
}
