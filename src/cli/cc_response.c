/*
 * cc_response.c - arguments out of @FILE, in the way of gcc: words separated by blanks, quotes
 * around blanks, a backslash before any character.
 */
#include "cc.h"

#include <string.h>

enum { NESTING_MAX = 16 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Takes one word off the text, in place. NULL: no more words. */
static char *next_word(char **cursor) {
    char *in = *cursor, quote = '\0';
    while (is_blank(*in))
        in++;
    if (!*in)
        return NULL;
    char *word = in, *out = in;
    while (*in && (quote || !is_blank(*in))) {
        if (*in == '\\' && in[1] && quote != '\'') {
            *out++ = in[1];
            in += 2;
        } else if (quote ? *in == quote : (*in == '"' || *in == '\'')) {
            quote = quote ? '\0' : *in;
            in++;
        } else {
            *out++ = *in++;
        }
    }
    *cursor = *in ? in + 1 : in;
    *out = '\0';
    return word;
}

static bool expand_one(const char *program, const char *argument, int depth,
                       struct cc_list *expanded) {
    size_t size;
    char *text = NULL;
    if (argument[0] == '@' && argument[1])
        text = (char *)cc_read_file(expanded->pool, argument + 1, &size);
    if (!text) { /* gcc too takes a name with @ for itself if there is no such file */
        cc_add(expanded, argument);
        return true;
    }
    if (depth == NESTING_MAX) {
        const struct cc_command command = {.program = program};
        cc_error(&command, "%s: response files are nested too deeply (more than %d)", argument,
                 NESTING_MAX);
        return false;
    }
    for (char *word; (word = next_word(&text)) != NULL;)
        if (!expand_one(program, word, depth + 1, expanded))
            return false;
    return true;
}

bool cc_expand(struct cc_pool *pool, const char *program, int count, char **arguments,
               struct cc_list *expanded) {
    *expanded = (struct cc_list){.pool = pool};
    for (int i = 0; i < count; i++)
        if (!expand_one(program, arguments[i], 0, expanded))
            return false;
    return true;
}
