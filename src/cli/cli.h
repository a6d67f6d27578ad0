/*
 * cli.h - parts of the `rundown` command. It is a client of the public API only.
 */
#ifndef RUNDOWN_CLI_H
#define RUNDOWN_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses of rundown itself; `run` otherwise passes the simulated program's on. */
enum {
    CLI_OK = 0,
    CLI_FAILED = 1, /* deadlock */
    CLI_USAGE = 2,  /* wrong options, input that cannot be used, a replay that does not fit */
    CLI_BUGCHECK = 3,
    CLI_LIMIT = 4,   /* a limit was reached before the program ended */
    CLI_INTERNAL = 5 /* rundown could not do its work: no memory, output not writable */
};

/* ---- commands -------------------------------------------------------------------------------- */

/* `argv[0]` is the command's own name. */
typedef int cli_command_fn(int argc, char **argv);

cli_command_fn cmd_run, cmd_rules, cmd_exports, cmd_explain, cmd_checks, cmd_explore, cmd_replay,
    cmd_shrink, cmd_merge;

extern const char cmd_run_help[], cmd_rules_help[], cmd_exports_help[], cmd_explain_help[],
    cmd_checks_help[], cmd_explore_help[], cmd_replay_help[], cmd_shrink_help[], cmd_merge_help[];

/* ---- messages (cli_message.c) ---------------------------------------------------------------- */

/* "rundown: ..." on standard error, as one line. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Says that `what` (such as "option") has no value or name `given`, and which of `names` was
 * perhaps meant; `hint` ends the line. `names` ends with NULL.
 */
void cli_error_unknown(const char *what, const char *given, const char *const *names,
                       const char *hint);

/*
 * Are colours wanted in that stream? RUNDOWN_COLOR says always, never or auto, the default: on a
 * terminal, unless NO_COLOR is set.
 */
bool cli_colored(FILE *stream);
/* False: RUNDOWN_COLOR is none of its words, which is said. */
bool cli_check_color(void);

/* The name most like `given`, or NULL if none is near enough. `names` ends with NULL. */
const char *cli_nearest(const char *given, const char *const *names);

/* Flushes standard output. CLI_OK, or CLI_INTERNAL with a message. */
int cli_finish_output(void);

/* Bytes of the character of UTF-8 that the text begins with; 0: there is none. */
size_t cli_character(const char *text);

/* Writes a JSON string with its quotes. What is no UTF-8 becomes U+FFFD. */
void cli_put_json(FILE *file, const char *string);

/* ---- options (cli_options.c) ----------------------------------------------------------------- */

enum cli_argument { CLI_NO_VALUE, CLI_VALUE, CLI_OPTIONAL_VALUE };

struct cli_option {
    const char *name; /* with its two hyphens; NULL ends a table */
    enum cli_argument argument;
    int id; /* > 0 */
};

struct cli_parser {
    const struct cli_option *options;
    const char *help; /* ends messages: "'rundown help run' lists the options" */
    int argc;
    char **argv;
    int next;          /* first word not looked at yet */
    const char *name;  /* of the option just found */
    const char *value; /* its value, or NULL */
};

enum { CLI_END = 0, CLI_BAD = -1 };

/*
 * The id of the next option; CLI_END at the first word that is no option (after a -- that is
 * skipped); CLI_BAD after a message.
 */
int cli_next_option(struct cli_parser *parser);

/* Position of the value in `names`; -1 after a message. */
int cli_value_choice(const struct cli_parser *parser, const char *const *names);
/* Decimal, or hexadecimal after 0x. No sign, no blanks, nothing behind the digits. */
bool cli_is_number(const char *text, uint64_t *number);
/* False after a message: the value is no whole number from `minimum` to `maximum`. */
bool cli_value_number(const struct cli_parser *parser, uint64_t minimum, uint64_t maximum,
                      uint64_t *number);

/* The value is the name of a version of Windows; false after a message. (run_options.c) */
bool cli_value_profile(const struct cli_parser *parser);
/* The same for a directory that exists. */
bool cli_value_directory(const struct cli_parser *parser);

/* ---- command lines (cli_quote.c) ------------------------------------------------------------- */

/* One command line from which Windows' C run-time gets back `words`. malloc'ed; NULL: no memory. */
char *cli_quote(const char *const *words, size_t count);

/* "app.exe 7 (watch.sys, other.sys)", for reports. malloc'ed; NULL: no memory. */
char *cli_title(const char *command_line, const char *const *drivers, size_t count);

/* ---- files (cli_file.c) ---------------------------------------------------------------------- */

/* A file that appears complete or not at all. */
struct cli_file {
    FILE *stream;
    char *target; /* NULL: the stream is written directly (a device, a pipe) */
    char *temporary;
};

/* Could the file be written? 0 or an errno. Creates nothing. */
int cli_file_check(const char *path);
/* 0 or an errno. */
int cli_file_open(struct cli_file *file, const char *path);
/* Puts the file in its place if `complete`, else leaves no trace of it. 0 or an errno. */
int cli_file_close(struct cli_file *file, bool complete);

/* 0 if the path is a file that can be read, else an errno. */
int cli_file_readable(const char *path);
/* What stands behind the last slash. */
const char *cli_base_name(const char *path);

#endif
