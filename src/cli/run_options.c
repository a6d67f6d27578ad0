#include "run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char cmd_run_help[] =
    "usage: rundown run [options] PROGRAM [arguments]\n"
    "\n"
    "Runs a program that rundown-cc made, in a simulated machine. Its output goes to standard\n"
    "output, its errors and the DbgPrint of drivers to standard error.\n"
    "\n"
    "what to see\n"
    "  --trace[=FILE]          write the annotated event log, to standard error or to FILE (-: to\n"
    "                          standard output)\n"
    "  --format FORMAT         of the trace: text (the default), jsonl, or perfetto, a file for\n"
    "                          ui.perfetto.dev\n"
    "  --print-replay          print on standard error what --replay needs to repeat this run\n"
    "  --digest                print a digest of the event log on standard error\n"
    "  --no-log                keep no event log: long runs then need no memory for it, but\n"
    "                          nothing can be traced or explained\n"
    "what to run\n"
    "  --driver FILE           load a driver first, unload it after the last process has ended;\n"
    "                          may be given several times\n"
    "  --path DIRECTORY        look for DLLs there, too; may be given several times\n"
    "  --console               standard output is a console: the C run-time does not buffer it\n"
    "which Windows\n"
    "  --profile NAME          its version\n"
    "  --dialect NAME          observed (the default) or documented behaviour, where they differ\n"
    "  --conflict NAME=ANSWER  for drivers, where the sources disagree (docs/conflicts.md)\n"
    "  --notify-max NUMBER     slots of each table of notify routines (default: its version's)\n"
    "  --user NAME             cancels (the default) or insists: what the user does when a "
    "program\n"
    "                          holds up logoff or shutdown\n"
    "what the verifier looks for ('rundown checks' lists it)\n"
    "  --verify                also what programs do wrong, and notes; findings make the exit\n"
    "                          status 1, notes do not\n"
    "  --no-verify             nothing: drivers run as without Driver Verifier\n"
    "which order of events\n"
    "  --seed NUMBER           decide at random, always the same for the same number\n"
    "  --replay STRING         decide as a former run did; @FILE: the string is in that file\n"
    "  --carrier NAME          fiber or pthread: what threads run on; never changes the result\n"
    "limits\n"
    "  --timeout SECONDS       of host time between two calls of Windows (default 10; 0: none)\n"
    "  --max-steps NUMBER      scheduling points (default 100 million)\n"
    "  --max-events NUMBER     events that the log keeps, 56 bytes each (default 8 million)\n"
    "\n"
    "Options may also be written --option=VALUE; they end at PROGRAM or after --.\n"
    "The variables RUNDOWN_PROFILE, RUNDOWN_TRACE (a file, -, or 1: standard error) and\n"
    "RUNDOWN_REPLAY stand for --profile, --trace and --replay where these are not given;\n"
    "RUNDOWN_COLOR is always, never or auto (the default: on terminals, unless NO_COLOR is set).\n"
    "\n"
    "Exit status: the lowest 8 bits of the exit code of PROGRAM's process, unless\n"
    "  1  deadlock: nothing can ever run again; or findings, with --verify\n"
    "  2  wrong usage, a file or value that cannot be used, or a replay that does not fit\n"
    "  3  a driver has crashed the machine\n"
    "  4  a limit was reached\n"
    "  5  rundown itself has failed\n";

enum {
    TRACE = 1,
    FORMAT,
    SEED,
    REPLAY,
    CARRIER,
    PROFILE,
    DIALECT,
    DRIVER,
    PATH,
    TIMEOUT,
    MAX_STEPS,
    MAX_EVENTS,
    CONSOLE,
    PRINT_REPLAY,
    DIGEST,
    NO_LOG,
    VERIFY,
    NO_VERIFY,
    CONFLICT,
    NOTIFY_MAX,
    USER
};

enum { EVENTS_DEFAULT = 8000000 }; /* a program that polls for ever must not fill the memory */
enum { TIMEOUT_DEFAULT = 10, TIMEOUT_MAX = 1000000, PROFILES_MAX = 64 };

static const struct cli_option table[] = {
    {"--trace", CLI_OPTIONAL_VALUE, TRACE},
    {"--format", CLI_VALUE, FORMAT},
    {"--seed", CLI_VALUE, SEED},
    {"--replay", CLI_VALUE, REPLAY},
    {"--carrier", CLI_VALUE, CARRIER},
    {"--profile", CLI_VALUE, PROFILE},
    {"--dialect", CLI_VALUE, DIALECT},
    {"--driver", CLI_VALUE, DRIVER},
    {"--path", CLI_VALUE, PATH},
    {"--timeout", CLI_VALUE, TIMEOUT},
    {"--max-steps", CLI_VALUE, MAX_STEPS},
    {"--max-events", CLI_VALUE, MAX_EVENTS},
    {"--console", CLI_NO_VALUE, CONSOLE},
    {"--print-replay", CLI_NO_VALUE, PRINT_REPLAY},
    {"--digest", CLI_NO_VALUE, DIGEST},
    {"--no-log", CLI_NO_VALUE, NO_LOG},
    {"--verify", CLI_NO_VALUE, VERIFY},
    {"--no-verify", CLI_NO_VALUE, NO_VERIFY},
    {"--conflict", CLI_VALUE, CONFLICT},
    {"--notify-max", CLI_VALUE, NOTIFY_MAX},
    {"--user", CLI_VALUE, USER},
    {NULL, CLI_NO_VALUE, 0},
};

/* Variables that stand for options which are not given. */
static const struct {
    const char *name;
    int option;
} variables[] = {
    {"RUNDOWN_PROFILE", PROFILE}, {"RUNDOWN_TRACE", TRACE}, {"RUNDOWN_REPLAY", REPLAY}};

static bool set_format(struct run_options *o, const struct cli_parser *p) {
    static const char *const names[] = {"text", "jsonl", "perfetto", NULL};
    int choice = cli_value_choice(p, names);

    o->trace = true;
    return choice >= 0 && rd_format_from_name(names[choice], &o->format) == RD_OK;
}

static bool set_carrier(struct run_options *o, const struct cli_parser *p) {
    static const char *const names[] = {"fiber", "pthread", NULL};
    int choice = cli_value_choice(p, names);

    o->world.carrier = choice == 1 ? RD_CARRIER_PTHREAD : RD_CARRIER_FIBER;
    return choice >= 0;
}

static bool set_dialect(struct run_options *o, const struct cli_parser *p) {
    static const char *const names[] = {"observed", "documented", NULL};
    int choice = cli_value_choice(p, names);

    o->world.dialect = choice == 1 ? RD_DIALECT_DOCUMENTED : RD_DIALECT_OBSERVED;
    return choice >= 0;
}

static bool set_user(struct run_options *o, const struct cli_parser *p) {
    static const char *const names[] = {"cancels", "insists", NULL};
    int choice = cli_value_choice(p, names);

    o->world.user = choice == 1 ? RD_USER_INSISTS : RD_USER_CANCELS;
    return choice >= 0;
}

/* The words of a command line are limited, and strings of long runs are long. */
static bool read_replay(struct run_options *o, const char *path) {
    static const char label[] = "replay: "; /* as --print-replay writes it */
    size_t size = 0;
    FILE *file = cli_file_readable(path) == 0 ? fopen(path, "r") : NULL;
    ssize_t length;

    free(o->replay_line);
    o->replay_line = NULL;
    length = file ? getline(&o->replay_line, &size, file) : -1;
    if (file)
        fclose(file);
    if (length < 0) {
        cli_error("cannot read a replay string from '%s'; expected a file with a line that "
                  "--print-replay wrote",
                  path);
        return false;
    }
    o->replay_line[strcspn(o->replay_line, "\r\n")] = '\0';
    o->world.replay = o->replay_line;
    if (strncmp(o->replay_line, label, sizeof label - 1) == 0)
        o->world.replay += sizeof label - 1;
    return true;
}

static bool set_order(struct run_options *o, const struct cli_parser *p, int option) {
    rd_strategy strategy = option == SEED ? RD_STRATEGY_RANDOM : RD_STRATEGY_REPLAY;

    if (o->world.strategy != RD_STRATEGY_ROUND_ROBIN && o->world.strategy != strategy) {
        cli_error("--seed and --replay exclude each other: a replay string holds all decisions");
        return false;
    }
    o->world.strategy = strategy;
    if (option == SEED)
        return cli_value_number(p, 0, UINT64_MAX, &o->world.seed);
    if (p->value[0] == '@')
        return read_replay(o, p->value + 1);
    o->world.replay = p->value;
    return true;
}

static bool set_limit(struct run_options *o, const struct cli_parser *p, int option) {
    uint64_t seconds = 0, events = 0;

    if (option == MAX_STEPS)
        return cli_value_number(p, 1, UINT64_MAX, &o->world.steps_max);
    if (option == MAX_EVENTS) {
        bool good = cli_value_number(p, 1, SIZE_MAX, &events);
        o->world.events_max = (size_t)events;
        return good;
    }
    if (!cli_value_number(p, 0, TIMEOUT_MAX, &seconds))
        return false;
    o->timeout = (unsigned)seconds;
    return true;
}

static bool set_trace(struct run_options *o, const struct cli_parser *p) {
    o->trace = true;
    o->trace_path = p->value;
    if (p->name[0] != '-' && strcmp(p->value, "1") == 0)
        o->trace_path = NULL; /* RUNDOWN_TRACE=1 */
    if (!p->value || *p->value)
        return true;
    cli_error(
        "option '--trace=' needs the name of a file; without '=' it writes to standard error");
    return false;
}

/* NAME=ANSWER */
static bool set_conflict(struct run_options *o, const struct cli_parser *p) {
    const char *names[RD_CONFLICTS + 1] = {NULL}, *answers[3] = {NULL};
    struct cli_parser part = *p;
    char name[64];
    const char *answer = strchr(p->value, '=');

    for (unsigned i = 0; i < RD_CONFLICTS; i++)
        names[i] = rd_conflict_name(i);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(p->value, "="), p->value);
    part.value = name;
    int conflict = cli_value_choice(&part, names);
    if (conflict < 0)
        return false;
    for (unsigned i = 0; i < 2; i++)
        answers[i] = rd_conflict_answer((unsigned)conflict, i);
    part.value = answer ? answer + 1 : "";
    int choice = cli_value_choice(&part, answers);
    o->world.conflicts[conflict] = choice == 1;
    return choice >= 0;
}

static bool set_notify_max(struct run_options *o, const struct cli_parser *p) {
    uint64_t slots = 0;
    bool good = cli_value_number(p, 1, 64, &slots);

    o->world.notify_max = (uint32_t)slots;
    return good;
}

bool cli_value_profile(const struct cli_parser *parser) {
    const char *names[PROFILES_MAX + 1] = {NULL};

    for (unsigned i = 0; i < PROFILES_MAX && rd_profile_name(i); i++)
        names[i] = rd_profile_name(i);
    return cli_value_choice(parser, names) >= 0;
}

bool cli_value_directory(const struct cli_parser *parser) {
    struct stat file;

    if (stat(parser->value, &file) == 0 && S_ISDIR(file.st_mode))
        return true;
    cli_error("%s '%s': there is no such directory", parser->name, parser->value);
    return false;
}

static bool set_option(struct run_options *o, const struct cli_parser *p, int option) {
    switch (option) {
    case TRACE:
        return set_trace(o, p);
    case FORMAT:
        return set_format(o, p);
    case SEED:
    case REPLAY:
        return set_order(o, p, option);
    case CARRIER:
        return set_carrier(o, p);
    case PROFILE:
        o->world.profile = p->value;
        return cli_value_profile(p);
    case DIALECT:
        return set_dialect(o, p);
    case DRIVER:
        o->drivers[o->driver_count++] = p->value;
        return true;
    case PATH:
        o->paths[o->path_count++] = p->value;
        return cli_value_directory(p);
    case TIMEOUT:
    case MAX_STEPS:
    case MAX_EVENTS:
        return set_limit(o, p, option);
    case CONSOLE:
        return o->world.console = true;
    case PRINT_REPLAY:
        return o->print_replay = true;
    case DIGEST:
        return o->print_digest = true;
    case NO_LOG:
        return o->world.log_disabled = true;
    case VERIFY:
        o->world.verifier = RD_VERIFIER_FULL;
        return true;
    case NO_VERIFY:
        o->world.verifier = RD_VERIFIER_OFF;
        return true;
    case CONFLICT:
        return set_conflict(o, p);
    case NOTIFY_MAX:
        return set_notify_max(o, p);
    case USER:
        return set_user(o, p);
    default:
        return false;
    }
}

static bool is_given(const struct run_options *o, int option) {
    switch (option) {
    case PROFILE:
        return o->world.profile != NULL;
    case TRACE:
        return o->trace;
    default:
        return o->world.strategy != RD_STRATEGY_ROUND_ROBIN;
    }
}

static bool set_from_environment(struct run_options *o, struct cli_parser parser) {
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        parser.name = variables[i].name;
        parser.value = getenv(parser.name);
        if (!parser.value || !*parser.value || is_given(o, variables[i].option))
            continue;
        if (!set_option(o, &parser, variables[i].option))
            return false;
        cli_error("from the environment: %s=%.200s%s", parser.name, parser.value,
                  strlen(parser.value) > 200 ? "..." : "");
    }
    return true;
}

bool run_options_parse(struct run_options *options, int argc, char **argv) {
    struct cli_parser parser = {.options = table,
                                .help = "'rundown help run' lists the options",
                                .argc = argc,
                                .argv = argv,
                                .next = 1};
    size_t words = (size_t)argc;

    *options = (struct run_options){
        .world = {.size = sizeof(rd_world_options), .events_max = EVENTS_DEFAULT},
        .timeout = TIMEOUT_DEFAULT};
    options->drivers = calloc(words, sizeof options->drivers[0]);
    options->paths = calloc(words, sizeof options->paths[0]);
    if (!options->drivers || !options->paths) {
        cli_error("out of memory");
        return false;
    }
    for (int option; (option = cli_next_option(&parser)) != CLI_END;)
        if (option == CLI_BAD || !set_option(options, &parser, option))
            return false;
    if (!set_from_environment(options, parser))
        return false;
    if (parser.next >= argc) {
        cli_error("no program to run: give the name of a file that rundown-cc made; %s",
                  parser.help);
        return false;
    }
    options->words = (const char *const *)&argv[parser.next];
    options->word_count = (size_t)(argc - parser.next);
    return true;
}

void run_options_free(struct run_options *options) {
    free(options->replay_line);
    free(options->drivers);
    free(options->paths);
}
