/*
 * explore.h - parts of `rundown explore`, `rundown shrink` and `rundown merge`.
 */
#ifndef RUNDOWN_CLI_EXPLORE_H
#define RUNDOWN_CLI_EXPLORE_H

#include "cli.h"
#include "rundown/rundown.h"

enum exploration_format { EXPLORATION_TEXT, EXPLORATION_JSON, EXPLORATION_JUNIT, EXPLORATION_TAP };

/* Where a result goes, and how. */
struct exploration_output {
    enum exploration_format format;
    const char *path; /* NULL: standard output */
};

struct exploration {
    rd_explore_options options;
    rd_world_options world;
    struct exploration_output output;
    const char *replay; /* what `rundown shrink` shrinks */
    bool sharded;       /* --shard was given: the environment is not asked */
    const char **drivers, **paths;
    size_t driver_count, path_count;
    const char *const *words; /* the program and its arguments */
    char *command_line;
    char *title;           /* of reports: the command line, and the drivers */
    bool shows_accesses;   /* the program was built with -fsanitize=thread */
    char build[20];        /* a hash of the files, and of what they are held to */
    char environment[512]; /* what was taken from there, as it stands there */
};

/* ---- options (explore_options.c) ------------------------------------------------------------- */

/* False after a message. Free the exploration in either case. */
bool exploration_parse(struct exploration *e, int argc, char **argv);
/* The same for `rundown shrink STRING`. */
bool exploration_parse_shrink(struct exploration *e, int argc, char **argv);
void exploration_free(struct exploration *e);

/* --format and --output. False after a message. */
enum { EXPLORATION_FORMAT = 100, EXPLORATION_OUTPUT };
bool exploration_set_output(struct exploration_output *output, const struct cli_parser *parser,
                            int option);

/* "timeout,waiter" and so on for rd_choose flags; "" for the order of threads alone. */
void exploration_choices(uint32_t choose, char *text, size_t size);
/* "crash,leak" and so on for violations that are allowed; "" for none. */
void exploration_allowed(uint32_t allowed, char *text, size_t size);
/* The flags of such texts. False: it holds another name. */
bool exploration_read_choices(const char *text, uint32_t *choose);
bool exploration_read_allowed(const char *text, uint32_t *allowed);

/* ---- shards (explore_shard.c) ---------------------------------------------------------------- */

/* "K/N". False after a message that begins with `what`. */
bool exploration_set_shard(struct exploration *e, const char *text, const char *what);
/* Remembers a variable that counts. */
void exploration_note_variable(struct exploration *e, const char *name);
/* What test runners, Slurm and Kubernetes say. False after a message. */
bool exploration_shard_of_environment(struct exploration *e);

/* ---- results (explore_output.c) -------------------------------------------------------------- */

/* Writes the result as the output says. An exit status. */
int exploration_report(const rd_explore_result *result, const struct exploration_output *output);
/* The report as a text, in colours where they are wanted. */
void exploration_write_text(FILE *file, const rd_explore_result *result);

/* ---- partial results (explore_part.c) -------------------------------------------------------- */

/* A result from a file that --format json has written. False after a message. Free it. */
bool exploration_read_part(const char *path, rd_explore_result *result);

#endif
