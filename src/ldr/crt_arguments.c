/*
 * crt_arguments.c - the command line, cut into arguments as the C run-time of Windows does.
 *
 * The program's name ends at the first blank outside of quotes; backslashes mean nothing in it. In
 * the arguments a quote begins or ends a quoted part, where blanks are kept. 2n backslashes before
 * a quote stand for n, an odd one makes the quote literal; "" inside a quoted part is one quote.
 */
#include <string.h>

#include "ldr/crt_state.h"

struct splitter {
    const char *from;
    char *to; /* as long as the command line, plus a zero for every argument */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static void split_program(struct splitter *s) {
    bool quoted = false;
    for (; *s->from && (quoted || !is_blank(*s->from)); s->from++) {
        if (*s->from == '"')
            quoted = !quoted;
        else
            *s->to++ = *s->from;
    }
    *s->to++ = 0;
}

static void split_argument(struct splitter *s) {
    bool quoted = false;
    while (*s->from && (quoted || !is_blank(*s->from))) {
        size_t backslashes = 0;
        for (; *s->from == '\\'; s->from++)
            backslashes++;
        bool before_quote = *s->from == '"';
        for (size_t i = before_quote ? backslashes / 2 : backslashes; i > 0; i--)
            *s->to++ = '\\';
        if (!before_quote) {
            if (*s->from && (quoted || !is_blank(*s->from)))
                *s->to++ = *s->from++;
            continue;
        }
        s->from++;
        if (backslashes % 2) {
            *s->to++ = '"';
        } else if (quoted && *s->from == '"') {
            *s->to++ = '"';
            s->from++;
        } else {
            quoted = !quoted;
        }
    }
    *s->to++ = 0;
}

static void skip_blanks(struct splitter *s) {
    while (is_blank(*s->from))
        s->from++;
}

/* Writes the arguments one behind the other; returns how many there are. */
static int split(const char *line, char *text) {
    struct splitter s = {line, text};
    int count = 1;
    split_program(&s);
    for (skip_blanks(&s); *s.from; skip_blanks(&s)) {
        split_argument(&s);
        count++;
    }
    return count;
}

static const char *line_of(const struct crt_process *crt) {
    const char *line = crt->process->command_line;
    return line && *line ? line : crt->process->name ? crt->process->name : "";
}

static void prepare(struct crt_process *crt) {
    const char *line = line_of(crt);
    char *text = core_alloc(crt->world, 2 * strlen(line) + 2);
    crt->argc = split(line, text);
    crt->argv = core_alloc(crt->world, ((size_t)crt->argc + 1) * sizeof *crt->argv);
    for (int i = 0; i < crt->argc; i++) {
        crt->argv[i] = text;
        text += strlen(text) + 1;
    }
    crt->program = crt->argv[0];
}

static struct crt_process *prepared(struct rd_world *w) {
    struct crt_process *crt = crt_process_get(w, ps_current_process(w));
    if (crt && !crt->argv)
        prepare(crt);
    return crt;
}

int crt_arguments(struct rd_world *w, char ***argv) {
    struct crt_process *crt = prepared(w);
    *argv = crt ? crt->argv : NULL;
    return crt ? crt->argc : 0;
}

uint16_t **crt_wide_arguments(struct rd_world *w) {
    struct crt_process *crt = prepared(w);
    if (crt && !crt->wargv) {
        crt->wargv = core_alloc(w, ((size_t)crt->argc + 1) * sizeof *crt->wargv);
        for (int i = 0; i < crt->argc; i++)
            crt->wargv[i] = crt_copy_wide(w, crt->argv[i]);
    }
    return crt ? crt->wargv : NULL;
}

char *crt_command_tail(struct rd_world *w) {
    struct crt_process *crt = prepared(w);
    if (!crt)
        return NULL;
    if (!crt->command_tail) {
        const char *line = line_of(crt);
        bool quoted = false;
        for (; *line && (quoted || !is_blank(*line)); line++)
            if (*line == '"')
                quoted = !quoted;
        while (is_blank(*line))
            line++;
        crt->command_tail = crt_copy(w, line);
    }
    return crt->command_tail;
}

uint16_t *crt_wide_command_tail(struct rd_world *w) {
    struct crt_process *crt = prepared(w);
    if (crt && !crt->wide_command_tail)
        crt->wide_command_tail = crt_copy_wide(w, crt_command_tail(w));
    return crt ? crt->wide_command_tail : NULL;
}

/* ---- as variables ---------------------------------------------------------------------------- */

CRT_API(int *, __p___argc, (void)) {
    struct rd_world *w = port_current_world();
    struct crt_process *crt = w ? prepared(w) : NULL;
    return crt ? &crt->argc : NULL;
}

CRT_API(char ***, __p___argv, (void)) {
    struct rd_world *w = port_current_world();
    struct crt_process *crt = w ? prepared(w) : NULL;
    return crt ? &crt->argv : NULL;
}

CRT_API(WCHAR ***, __p___wargv, (void)) {
    struct rd_world *w = port_current_world();
    struct crt_process *crt = w ? prepared(w) : NULL;
    if (!crt)
        return NULL;
    crt_wide_arguments(w);
    return &crt->wargv;
}

CRT_API(char **, __p__pgmptr, (void)) {
    struct rd_world *w = port_current_world();
    struct crt_process *crt = w ? prepared(w) : NULL;
    return crt ? &crt->program : NULL;
}

CRT_API(int, _get_pgmptr, (char **value)) {
    char **program = crt___p__pgmptr();
    if (!value || !program)
        return crt_invalid(CRT_EINVAL);
    *value = *program;
    return 0;
}
