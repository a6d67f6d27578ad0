/*
 * cc_frames.c - does a source use __try? Its handlers must find the locals in memory, as they were
 * when the exception came, and compilers promise no such thing for optimized code (sdk/excpt.h).
 */
#include <ctype.h>
#include <string.h>

#include "cc.h"

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* A word in a comment counts as well: that costs a little speed and nothing else. */
static bool has_word(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= size; i++)
        if (text[i] == word[0] && memcmp(text + i, word, length) == 0 &&
            (i == 0 || !is_word(text[i - 1])) && (i + length == size || !is_word(text[i + length])))
            return true;
    return false;
}

bool cc_uses_frames(const struct cc_command *command) {
    for (size_t i = 0; i < command->arg_count; i++) {
        const struct cc_arg *arg = &command->args[i];
        const char *dot = strrchr(arg->text, '.');
        bool is_source = dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".i") == 0);
        if (arg->kind != CC_ARG_INPUT || !(is_source || command->language))
            continue;
        size_t size = 0;
        const char *text = (const char *)cc_read_file(command->pool, arg->text, &size);
        if (text && has_word(text, size, "__try"))
            return true;
    }
    return false;
}
