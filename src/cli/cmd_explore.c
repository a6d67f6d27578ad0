#include "run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char cmd_explore_help[] =
    "usage: rundown explore [options] PROGRAM [arguments]\n"
    "\n"
    "Runs a program that rundown-cc made in every order of events, or in many, and looks for one\n"
    "that ends in a deadlock, a crash, abort, a bug check or a leak of a driver. What is found is\n"
    "shrunk to few decisions and can be repeated with 'rundown replay'.\n"
    "\n"
    "  --strategy NAME         dpor (the default): each partial order of steps once; dfs: every\n"
    "                          schedule; random; pct; round-robin; portfolio\n"
    "  --executions NUMBER     explore no more (default: all; 10000 for random and pct)\n"
    "  --time SECONDS          stop after so much host time\n"
    "  --depth NUMBER          scheduling points of one execution (default 100000)\n"
    "  --preemptions NUMBER    of one execution, for dfs\n"
    "  --seed NUMBER           of random and pct\n"
    "  --workers NUMBER        processes that explore at once (default 1)\n"
    "  --shard K/N             explore part K (0 to N-1) of N; GTEST_SHARD_INDEX and\n"
    "                          GTEST_TOTAL_SHARDS say so, too\n"
    "  --timeouts              timeouts may come before anything else that can happen\n"
    "  --allow VERDICT         is no violation: deadlock, crash, assertion, bugcheck, leak;\n"
    "                          may be given several times\n"
    "  --no-shrink             show the violation as it was found\n"
    "  --format FORMAT         text (the default) or json, on standard output\n"
    "  --driver FILE, --path DIRECTORY\n"
    "                          as for 'rundown run'\n"
    "\n"
    "The output of the program is not shown. Exit status:\n"
    "  0  no violation\n"
    "  1  a violation was found\n"
    "  2  wrong usage, or a file that cannot be used\n"
    "  4  no violation, but an execution reached --depth\n"
    "  5  rundown itself has failed, or the program is not deterministic\n";

enum {
    STRATEGY = 1,
    EXECUTIONS,
    TIME,
    DEPTH,
    PREEMPTIONS,
    SEED,
    WORKERS,
    SHARD,
    TIMEOUTS,
    ALLOW,
    NO_SHRINK,
    FORMAT,
    DRIVER,
    PATH
};

enum { WORKERS_MAX = 256, SHARDS_MAX = 1000000, NAMES_MAX = 16, SECONDS_MAX = 100000000 };

static const struct cli_option table[] = {
    {"--strategy", CLI_VALUE, STRATEGY},
    {"--executions", CLI_VALUE, EXECUTIONS},
    {"--time", CLI_VALUE, TIME},
    {"--depth", CLI_VALUE, DEPTH},
    {"--preemptions", CLI_VALUE, PREEMPTIONS},
    {"--seed", CLI_VALUE, SEED},
    {"--workers", CLI_VALUE, WORKERS},
    {"--shard", CLI_VALUE, SHARD},
    {"--timeouts", CLI_NO_VALUE, TIMEOUTS},
    {"--allow", CLI_VALUE, ALLOW},
    {"--no-shrink", CLI_NO_VALUE, NO_SHRINK},
    {"--format", CLI_VALUE, FORMAT},
    {"--driver", CLI_VALUE, DRIVER},
    {"--path", CLI_VALUE, PATH},
    {NULL, CLI_NO_VALUE, 0},
};

struct exploration {
    rd_explore_options options;
    bool json;
    const char **drivers, **paths;
    size_t driver_count, path_count;
    const char *const *words;
    char *command_line;
    char error[512]; /* of the preparation */
};

/* ---- options --------------------------------------------------------------------------------- */

static bool set_strategy(struct exploration *e, const struct cli_parser *p) {
    const char *names[NAMES_MAX + 1] = {NULL};

    for (unsigned i = 0; i < NAMES_MAX && rd_explore_strategy_name(i); i++)
        names[i] = rd_explore_strategy_name(i);
    e->options.strategy = p->value;
    return cli_value_choice(p, names) >= 0;
}

static bool set_allowed(struct exploration *e, const struct cli_parser *p) {
    const char *names[RD_EXPLORE_VERDICTS + 1] = {NULL};

    for (int i = 0; i < RD_EXPLORE_VERDICTS; i++)
        names[i] = rd_explore_verdict_name((rd_explore_verdict)i);
    int choice = cli_value_choice(p, names);
    if (choice >= 0)
        e->options.allowed |= 1u << choice;
    return choice >= 0;
}

static bool read_shard(struct exploration *e, const char *index, const char *count,
                       const char *what) {
    char *end_index, *end_count;
    unsigned long k = strtoul(index, &end_index, 10), n = strtoul(count, &end_count, 10);

    if (end_index == index || end_count == count || *end_count || n == 0 || n > SHARDS_MAX ||
        k >= n) {
        cli_error("%s: expected part K of N with K from 0 to N-1, such as 0/4", what);
        return false;
    }
    e->options.shard = (unsigned)k;
    e->options.shards = (unsigned)n;
    return true;
}

static bool set_shard(struct exploration *e, const struct cli_parser *p) {
    const char *slash = strchr(p->value, '/');

    return read_shard(e, p->value, slash ? slash + 1 : "", "option '--shard'");
}

/* What GoogleTest's and Bazel's runners say. */
static bool read_environment(struct exploration *e) {
    const char *count = getenv("GTEST_TOTAL_SHARDS"), *index = getenv("GTEST_SHARD_INDEX");

    return !count || !index || read_shard(e, index, count, "GTEST_SHARD_INDEX/GTEST_TOTAL_SHARDS");
}

static bool set_number(struct exploration *e, const struct cli_parser *p, int option) {
    rd_explore_options *o = &e->options;
    uint64_t number = 0;
    uint64_t most = option == WORKERS       ? WORKERS_MAX
                    : option == PREEMPTIONS ? UINT32_MAX - 1
                    : option == TIME        ? SECONDS_MAX
                                            : UINT64_MAX;

    if (!cli_value_number(p, option == SEED || option == PREEMPTIONS ? 0 : 1, most, &number))
        return false;
    if (option == EXECUTIONS)
        o->executions_max = number;
    else if (option == TIME)
        o->seconds_max = (double)number;
    else if (option == DEPTH)
        o->depth_max = number;
    else if (option == SEED)
        o->seed = number;
    else if (option == WORKERS)
        o->workers = (unsigned)number;
    else
        o->preemptions_max = (uint32_t)number;
    o->preemptions_bounded |= option == PREEMPTIONS;
    return true;
}

static bool set_format(struct exploration *e, const struct cli_parser *p) {
    static const char *const names[] = {"text", "json", NULL};
    int choice = cli_value_choice(p, names);

    e->json = choice == 1;
    return choice >= 0;
}

static bool set_option(struct exploration *e, const struct cli_parser *p, int option) {
    switch (option) {
    case STRATEGY:
        return set_strategy(e, p);
    case SHARD:
        return set_shard(e, p);
    case ALLOW:
        return set_allowed(e, p);
    case FORMAT:
        return set_format(e, p);
    case TIMEOUTS:
        e->options.choose |= RD_CHOOSE_TIMEOUT;
        return true;
    case NO_SHRINK:
        return e->options.no_shrink = true;
    case DRIVER:
        e->drivers[e->driver_count++] = p->value;
        return true;
    case PATH:
        e->paths[e->path_count++] = p->value;
        return true;
    default:
        return set_number(e, p, option);
    }
}

static bool parse(struct exploration *e, int argc, char **argv) {
    struct cli_parser parser = {.options = table,
                                .help = "'rundown help explore' lists the options",
                                .argc = argc,
                                .argv = argv,
                                .next = 1};

    e->options.size = sizeof e->options;
    if (!read_environment(e))
        return false;
    for (int option; (option = cli_next_option(&parser)) != CLI_END;)
        if (option == CLI_BAD || !set_option(e, &parser, option))
            return false;
    if (parser.next >= argc) {
        cli_error("no program to explore: give the name of a file that rundown-cc made; %s",
                  parser.help);
        return false;
    }
    e->words = (const char *const *)&argv[parser.next];
    const char *program = e->words[0];
    argv[parser.next] = (char *)(uintptr_t)cli_base_name(program);
    e->command_line = cli_quote(e->words, (size_t)(argc - parser.next));
    argv[parser.next] = (char *)(uintptr_t)program;
    return e->command_line != NULL;
}

/* ---- the scenario ---------------------------------------------------------------------------- */

static rd_status prepare(rd_world *world, void *context) {
    struct exploration *e = context;
    rd_status status = rd_image_add_path(world, ".");

    for (size_t i = 0; i < e->path_count && status == RD_OK; i++)
        status = rd_image_add_path(world, e->paths[i]);
    return status == RD_OK ? rd_image_load(world, e->words[0]) : status;
}

static rd_status start(rd_world *world, void *context) {
    struct exploration *e = context;
    rd_process_options options = {.size = sizeof options, .command_line = e->command_line};
    rd_status status = RD_OK;

    for (size_t i = 0; i < e->driver_count && status == RD_OK; i++)
        status = rd_driver_load_file(world, e->drivers[i], NULL);
    return status == RD_OK ? rd_process_start(world, cli_base_name(e->words[0]), &options, NULL)
                           : status;
}

/* Drivers go when everything has ended; what they leave behind is judged after this. */
static const char *finish(rd_world *world, void *context) {
    struct exploration *e = context;

    if (rd_world_verdict(world) == RD_VERDICT_FINISHED)
        for (size_t i = e->driver_count; i-- > 0;)
            rd_driver_unload(world, cli_base_name(e->drivers[i]), NULL);
    return NULL;
}

/* ---- results --------------------------------------------------------------------------------- */

static void print_json(const rd_explore_result *r) {
    printf("{\"verdict\": \"%s\", \"complete\": %s, \"executions\": %" PRIu64
           ", \"executions_per_second\": %.1f, \"strategy\": \"%s\", \"seed\": %" PRIu64
           ", \"replay\": ",
           rd_explore_verdict_name(r->verdict), r->complete ? "true" : "false", r->executions,
           r->executions_per_second, r->strategy, r->seed);
    if (r->replay)
        cli_put_json(stdout, r->replay);
    else
        fputs("null", stdout);
    printf(", \"redundant\": %" PRIu64 ", \"depth\": %" PRIu64 ", \"seconds\": %.3f"
           ", \"shard\": %u, \"shards\": %u, \"found_at\": %" PRIu64 ", \"decisions\": %" PRIu64
           ", \"preemptions\": %" PRIu64 ", \"explanation\": ",
           r->redundant, r->depth_max, r->seconds, r->shard, r->shards, r->found_at, r->decisions,
           r->preemptions);
    cli_put_json(stdout, r->explanation);
    fputs("}\n", stdout);
}

static int status_of(const rd_explore_result *r) {
    switch (r->verdict) {
    case RD_EXPLORE_OK:
        return CLI_OK;
    case RD_EXPLORE_INCONCLUSIVE:
        return CLI_LIMIT;
    case RD_EXPLORE_NONDETERMINISTIC:
        return CLI_INTERNAL;
    case RD_EXPLORE_ERROR:
        return CLI_USAGE;
    default:
        return CLI_FAILED;
    }
}

static void show_progress(const rd_explore_progress *p, void *context) {
    (void)context;
    fprintf(stderr, "\r%" PRIu64 " explored, %.0f/s, depth %" PRIu64, p->executions,
            p->executions_per_second, p->depth_max);
    if (p->part >= 0)
        fprintf(stderr, ", about %.0f %%", p->part * 100);
    fputs("   ", stderr);
}

static int explore(struct exploration *e) {
    rd_scenario scenario = {.size = sizeof scenario,
                            .name = cli_base_name(e->words[0]),
                            .prepare = prepare,
                            .start = start,
                            .check = finish,
                            .context = e};
    rd_explore_result result;
    bool terminal = isatty(STDERR_FILENO);

    if (terminal)
        e->options.progress = show_progress;
    rd_status status = rd_explore(&scenario, &e->options, &result);
    if (terminal)
        fputs("\r\033[K", stderr);
    int exit_status = status == RD_OK ? status_of(&result) : CLI_INTERNAL;
    if (status != RD_OK || result.verdict == RD_EXPLORE_ERROR)
        cli_error("%s", result.explanation ? result.explanation : rd_status_name(status));
    else if (!e->json)
        fputs(result.report, stdout);
    if (status == RD_OK && e->json)
        print_json(&result);
    rd_explore_free(&result);
    int flushed = cli_finish_output();
    return flushed == CLI_OK ? exit_status : flushed;
}

int cmd_explore(int argc, char **argv) {
    struct exploration e = {0};
    int result = CLI_USAGE;

    e.drivers = calloc((size_t)argc, sizeof e.drivers[0]);
    e.paths = calloc((size_t)argc, sizeof e.paths[0]);
    if (e.drivers && e.paths && parse(&e, argc, argv))
        result = explore(&e);
    free(e.drivers);
    free(e.paths);
    free(e.command_line);
    return result;
}

/* ---- replay ---------------------------------------------------------------------------------- */

const char cmd_replay_help[] =
    "usage: rundown replay STRING [options] PROGRAM [arguments]\n"
    "\n"
    "The same as 'rundown run --replay STRING': runs the program once, with the decisions that\n"
    "'rundown explore' or 'rundown run --print-replay' has printed. All options of 'rundown run'\n"
    "may follow; the exit status is that of 'rundown run'.\n";

int cmd_replay(int argc, char **argv) {
    const char **words = calloc((size_t)argc + 2, sizeof words[0]);
    int result = CLI_INTERNAL;

    if (argc < 2) {
        cli_error("no replay string; 'rundown help replay' tells how it is used");
        free(words);
        return CLI_USAGE;
    }
    if (words) {
        words[0] = "run";
        words[1] = "--replay";
        memcpy(words + 2, argv + 1, (size_t)(argc - 1) * sizeof words[0]);
        result = cmd_run(argc + 1, (char **)(uintptr_t)words);
    }
    free(words);
    return result;
}
