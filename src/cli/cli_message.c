#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_LENGTH_MAX = 63 };

bool cli_colored(FILE *stream) {
    const char *wanted = getenv("RUNDOWN_COLOR"), *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if (wanted && strcmp(wanted, "always") == 0)
        return true;
    if ((wanted && strcmp(wanted, "never") == 0) || (none && *none))
        return false;
    return isatty(fileno(stream)) && terminal && strcmp(terminal, "dumb") != 0;
}

bool cli_check_color(void) {
    const char *wanted = getenv("RUNDOWN_COLOR");

    if (!wanted || !*wanted || strcmp(wanted, "always") == 0 || strcmp(wanted, "never") == 0 ||
        strcmp(wanted, "auto") == 0)
        return true;
    cli_error("RUNDOWN_COLOR is '%.60s'; expected always, never or auto", wanted);
    return false;
}

void cli_error(const char *format, ...) {
    va_list arguments;

    fflush(stdout);
    fputs(cli_colored(stderr) ? "\033[1mrundown:\033[m " : "rundown: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static unsigned smaller(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* How many letters must be changed, added, taken away or swapped with their neighbour. */
static unsigned distance(const char *a, const char *b) {
    unsigned rows[3][NAME_LENGTH_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    size_t a_length = strlen(a);
    size_t b_length = strlen(b);

    if (a_length > NAME_LENGTH_MAX || b_length > NAME_LENGTH_MAX)
        return NAME_LENGTH_MAX;
    for (size_t j = 0; j <= b_length; j++)
        above[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smaller(row[j], smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
        unsigned *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[b_length];
}

const char *cli_nearest(const char *given, const char *const *names) {
    const char *nearest = NULL;
    unsigned nearest_distance = (unsigned)(strlen(given) < 6 ? 1 : strlen(given) / 3);

    for (; *names; names++) {
        size_t length = strlen(given);
        unsigned d = distance(given, *names);
        if (length > 3 && strncmp(given, *names, length) == 0)
            d = 1;
        if (d < nearest_distance || (d == nearest_distance && !nearest)) {
            nearest = *names;
            nearest_distance = d;
        }
    }
    return nearest;
}

void cli_error_unknown(const char *what, const char *given, const char *const *names,
                       const char *hint) {
    const char *nearest = cli_nearest(given, names);

    if (nearest)
        cli_error("unknown %s '%s'; did you mean '%s'? %s", what, given, nearest, hint);
    else
        cli_error("unknown %s '%s'; %s", what, given, hint);
}

int cli_finish_output(void) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CLI_OK;
    cli_error("cannot write standard output: %s", strerror(errno));
    return CLI_INTERNAL;
}

size_t cli_character(const char *text) {
    /* What the first byte and the one after it may be in characters of so many bytes. */
    static const struct {
        unsigned char from, to, second_from, second_to;
        size_t length;
    } forms[] = {
        {0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
    const unsigned char *c = (const unsigned char *)text;
    size_t i = 0, known = 2;

    while (i < sizeof forms / sizeof forms[0] && (c[0] < forms[i].from || c[0] > forms[i].to))
        i++;
    if (i == sizeof forms / sizeof forms[0])
        return 0;
    if (forms[i].length == 1)
        return 1;
    if (c[1] < forms[i].second_from || c[1] > forms[i].second_to)
        return 0;
    while (known < forms[i].length && c[known] >= 0x80 && c[known] <= 0xBF)
        known++;
    return known == forms[i].length ? known : 0;
}

void cli_put_json(FILE *file, const char *string) {
    fputc('"', file);
    while (*string) {
        unsigned char c = (unsigned char)*string;
        size_t length = cli_character(string);
        if (length == 0)
            fputs("\\ufffd", file);
        else if (c == '"' || c == '\\')
            fprintf(file, "\\%c", c);
        else if (c < 0x20)
            fprintf(file, "\\u%04x", c);
        else
            fwrite(string, 1, length, file);
        string += length ? length : 1;
    }
    fputc('"', file);
}
