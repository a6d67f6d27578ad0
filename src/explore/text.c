/* text.c - texts that grow. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

char *exp_copy_text(const char *text, size_t length) {
    char *copy = malloc(length + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}
