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

void cli_put_json(FILE *file, const char *string) {
    fputc('"', file);
    for (; *string; string++) {
        unsigned char c = (unsigned char)*string;
        if (c == '"' || c == '\\')
            fprintf(file, "\\%c", c);
        else if (c < 0x20)
            fprintf(file, "\\u%04x", c);
        else
            fputc(c, file);
    }
    fputc('"', file);
}
