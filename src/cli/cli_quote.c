#include "cli.h"

#include <stdlib.h>
#include <string.h>

/*
 * The rules of Windows' C run-time: arguments are separated by blanks; quotes hold one together; a
 * backslash means itself, except before a quote, where two stand for one. The program's own name
 * comes first and knows no backslash rule: quotes around it are all there is.
 */
static char *put_program(char *out, const char *word) {
    bool quoted = word[0] == '\0' || strpbrk(word, " \t") != NULL;

    if (quoted)
        *out++ = '"';
    for (; *word; word++)
        if (*word != '"')
            *out++ = *word;
    if (quoted)
        *out++ = '"';
    return out;
}

static char *put_backslashes(char *out, size_t count) {
    memset(out, '\\', count);
    return out + count;
}

static char *put_argument(char *out, const char *word) {
    bool quoted = word[0] == '\0' || strpbrk(word, " \t\n\v") != NULL;
    size_t backslashes = 0;

    if (quoted)
        *out++ = '"';
    for (; *word; word++) {
        if (*word == '\\') {
            backslashes++;
            continue;
        }
        out = put_backslashes(out, *word == '"' ? 2 * backslashes + 1 : backslashes);
        backslashes = 0;
        *out++ = *word;
    }
    out = put_backslashes(out, quoted ? 2 * backslashes : backslashes);
    if (quoted)
        *out++ = '"';
    return out;
}

char *cli_quote(const char *const *words, size_t count) {
    size_t size = 1;

    for (size_t i = 0; i < count; i++)
        size += 2 * strlen(words[i]) + 3;
    char *line = malloc(size);
    char *out = line;
    if (!line)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (i)
            *out++ = ' ';
        out = i ? put_argument(out, words[i]) : put_program(out, words[i]);
    }
    *out = '\0';
    return line;
}

char *cli_title(const char *command_line, const char *const *drivers, size_t count) {
    size_t size = strlen(command_line) + sizeof " ()", used;

    for (size_t i = 0; i < count; i++)
        size += strlen(drivers[i]) + sizeof ", ";
    char *title = malloc(size);
    if (!title)
        return NULL;
    used = (size_t)snprintf(title, size, "%s", command_line);
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(title + used, size - used, "%s%s%s", i ? ", " : " (",
                                 cli_base_name(drivers[i]), i + 1 == count ? ")" : "");
    return title;
}
