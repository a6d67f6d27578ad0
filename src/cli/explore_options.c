/* explore_options.c - what `rundown explore` and `rundown shrink` are told. */
#include "explore.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRATEGY = 1,
    EXECUTIONS,
    TIME,
    DEPTH,
    PREEMPTIONS,
    PCT_DEPTH,
    SEED,
    WORKERS,
    SHARD,
    CHOOSE,
    TIMEOUT,
    TIMEOUTS,
    ALLOW,
    NO_SHRINK,
    CHECKPOINT,
    VERIFY,
    NO_VERIFY,
    DRIVER,
    PATH,
    PROFILE
};

enum {
    WORKERS_MAX = 256,
    NAMES_MAX = 16,
    SECONDS_MAX = 100000000,
    HANG_SECONDS = 10,
    HASH_DIGITS_MIN = 7, /* what git shows of a hash, at least */
    HASH_DIGITS = 40,
    HASH_DIGITS_MAX = 64,
    VIOLATIONS = RD_EXPLORE_LEAK + 1 - RD_EXPLORE_ASSERTION
};

static const struct cli_option explore_table[] = {
    {"--strategy", CLI_VALUE, STRATEGY},
    {"--executions", CLI_VALUE, EXECUTIONS},
    {"--time", CLI_VALUE, TIME},
    {"--depth", CLI_VALUE, DEPTH},
    {"--preemptions", CLI_VALUE, PREEMPTIONS},
    {"--pct-depth", CLI_VALUE, PCT_DEPTH},
    {"--seed", CLI_VALUE, SEED},
    {"--workers", CLI_VALUE, WORKERS},
    {"--shard", CLI_VALUE, SHARD},
    {"--choose", CLI_VALUE, CHOOSE},
    {"--timeout", CLI_VALUE, TIMEOUT},
    {"--timeouts", CLI_NO_VALUE, TIMEOUTS},
    {"--allow", CLI_VALUE, ALLOW},
    {"--no-shrink", CLI_NO_VALUE, NO_SHRINK},
    {"--checkpoint", CLI_VALUE, CHECKPOINT},
    {"--format", CLI_VALUE, EXPLORATION_FORMAT},
    {"--output", CLI_VALUE, EXPLORATION_OUTPUT},
    {"--verify", CLI_NO_VALUE, VERIFY},
    {"--no-verify", CLI_NO_VALUE, NO_VERIFY},
    {"--driver", CLI_VALUE, DRIVER},
    {"--path", CLI_VALUE, PATH},
    {"--profile", CLI_VALUE, PROFILE},
    {NULL, CLI_NO_VALUE, 0},
};

static const struct cli_option shrink_table[] = {
    {"--depth", CLI_VALUE, DEPTH},
    {"--timeout", CLI_VALUE, TIMEOUT},
    {"--allow", CLI_VALUE, ALLOW},
    {"--format", CLI_VALUE, EXPLORATION_FORMAT},
    {"--output", CLI_VALUE, EXPLORATION_OUTPUT},
    {"--verify", CLI_NO_VALUE, VERIFY},
    {"--no-verify", CLI_NO_VALUE, NO_VERIFY},
    {"--driver", CLI_VALUE, DRIVER},
    {"--path", CLI_VALUE, PATH},
    {"--profile", CLI_VALUE, PROFILE},
    {NULL, CLI_NO_VALUE, 0},
};

/* Variables that stand for options which are not given. */
static const struct {
    const char *name;
    int option;
} variables[] = {
    {"RUNDOWN_STRATEGY", STRATEGY},       {"RUNDOWN_SEED", SEED},
    {"RUNDOWN_ITERATIONS", EXECUTIONS},   {"RUNDOWN_MAX_STEPS", DEPTH},
    {"RUNDOWN_PREEMPTIONS", PREEMPTIONS}, {"RUNDOWN_TIME", TIME},
    {"RUNDOWN_TIMEOUT", TIMEOUT},         {"RUNDOWN_OUT", EXPLORATION_OUTPUT},
    {"RUNDOWN_PROFILE", PROFILE},
};

/* ---- values ---------------------------------------------------------------------------------- */

struct flag {
    const char *name;
    uint32_t flag;
};

static const struct flag choices[] = {
    {"timeout", RD_CHOOSE_TIMEOUT},
    {"waiter", RD_CHOOSE_WAITER},
    {"apc", RD_CHOOSE_APC},
    {"allocation", RD_CHOOSE_ALLOCATION},
    {"termination", RD_CHOOSE_TERMINATION},
    {"id", RD_CHOOSE_ID},
};

enum { CHOICES = sizeof choices / sizeof choices[0] };

static void name_violations(struct flag violations[VIOLATIONS]) {
    for (int i = 0; i < VIOLATIONS; i++) {
        rd_explore_verdict verdict = (rd_explore_verdict)(RD_EXPLORE_ASSERTION + i);
        violations[i] = (struct flag){rd_explore_verdict_name(verdict), 1u << verdict};
    }
}

static void print_flags(const struct flag *flags, size_t count, uint32_t set, char *text,
                        size_t size) {
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < count && used < size; i++)
        if (set & flags[i].flag)
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s", used ? "," : "", flags[i].name);
}

static bool read_flags(const struct flag *flags, size_t count, const char *text, uint32_t *set) {
    for (*set = 0; *text;) {
        size_t length = strcspn(text, ","), i = 0;
        while (i < count &&
               (strlen(flags[i].name) != length || strncmp(flags[i].name, text, length) != 0))
            i++;
        if (i == count)
            return false;
        *set |= flags[i].flag;
        text += length + (text[length] == ',');
    }
    return true;
}

void exploration_choices(uint32_t choose, char *text, size_t size) {
    print_flags(choices, CHOICES, choose, text, size);
}

bool exploration_read_choices(const char *text, uint32_t *choose) {
    return read_flags(choices, CHOICES, text, choose);
}

void exploration_allowed(uint32_t allowed, char *text, size_t size) {
    struct flag violations[VIOLATIONS];

    name_violations(violations);
    print_flags(violations, VIOLATIONS, allowed, text, size);
}

bool exploration_read_allowed(const char *text, uint32_t *allowed) {
    struct flag violations[VIOLATIONS];

    name_violations(violations);
    return read_flags(violations, VIOLATIONS, text, allowed);
}

/* One name of a list. */
static bool add_choice(uint32_t *choose, const struct cli_parser *p, const char *name) {
    const char *names[CHOICES + 2] = {NULL};
    struct cli_parser word = *p;

    for (size_t i = 0; i < CHOICES; i++)
        names[i] = choices[i].name;
    names[CHOICES] = "all";
    word.value = name;
    int choice = cli_value_choice(&word, names);
    for (int i = 0; i < CHOICES; i++)
        if (choice == i || choice == CHOICES)
            *choose |= choices[i].flag;
    return choice >= 0;
}

static bool set_choices(uint32_t *choose, const struct cli_parser *p) {
    char *list = strdup(p->value), *next = list;
    bool good = list != NULL;

    while (good && next) {
        char *comma = strchr(next, ',');
        if (comma)
            *comma = '\0';
        good = add_choice(choose, p, next);
        next = comma ? comma + 1 : NULL;
    }
    free(list);
    return good;
}

static bool set_strategy(struct exploration *e, const struct cli_parser *p) {
    const char *names[NAMES_MAX + 1] = {NULL};

    for (unsigned i = 0; i < NAMES_MAX && rd_explore_strategy_name(i); i++)
        names[i] = rd_explore_strategy_name(i);
    e->options.strategy = p->value;
    return cli_value_choice(p, names) >= 0;
}

static bool set_allowed(struct exploration *e, const struct cli_parser *p) {
    const char *names[VIOLATIONS + 1] = {NULL};

    for (int i = 0; i < VIOLATIONS; i++)
        names[i] = rd_explore_verdict_name((rd_explore_verdict)(RD_EXPLORE_ASSERTION + i));
    int choice = cli_value_choice(p, names);
    if (choice >= 0)
        e->options.allowed |= 1u << (RD_EXPLORE_ASSERTION + choice);
    return choice >= 0;
}

static bool set_checkpoint(struct exploration *e, const struct cli_parser *p) {
    int error = cli_file_check(p->value);

    if (error)
        cli_error("cannot write the checkpoint '%s': %s", p->value, strerror(error));
    e->options.checkpoint = p->value;
    return error == 0;
}

static uint64_t largest(int option) {
    switch (option) {
    case WORKERS:
        return WORKERS_MAX;
    case PREEMPTIONS:
    case PCT_DEPTH:
        return UINT32_MAX - 1;
    case TIME:
    case TIMEOUT:
        return SECONDS_MAX;
    default:
        return UINT64_MAX;
    }
}

/*
 * The hash of a commit is a seed, too: its first 16 digits. One that was cut short has a letter, or
 * it is a number.
 */
static bool read_hash(const char *text, uint64_t *number) {
    size_t length = strlen(text);
    char digits[17];

    if (length < HASH_DIGITS_MIN || length > HASH_DIGITS_MAX ||
        strspn(text, "0123456789abcdef") != length ||
        (length < HASH_DIGITS && strspn(text, "0123456789") == length))
        return false;
    snprintf(digits, sizeof digits, "%.16s", text);
    *number = strtoull(digits, NULL, 16);
    return true;
}

static bool read_number(const struct cli_parser *p, int option, uint64_t *number) {
    uint64_t smallest = option == SEED || option == PREEMPTIONS || option == TIMEOUT ? 0 : 1;

    if (option != SEED)
        return cli_value_number(p, smallest, largest(option), number);
    if (read_hash(p->value, number) || cli_is_number(p->value, number))
        return true;
    cli_error("option '%s' needs a whole number from 0 to %" PRIu64 ", or the hash of a commit, "
              "not '%s'",
              p->name, UINT64_MAX, p->value);
    return false;
}

static bool set_number(struct exploration *e, const struct cli_parser *p, int option) {
    rd_explore_options *o = &e->options;
    uint64_t number;

    if (!read_number(p, option, &number))
        return false;
    if (option == EXECUTIONS)
        o->executions_max = number;
    else if (option == TIME)
        o->seconds_max = (double)number;
    else if (option == TIMEOUT)
        o->hang_seconds = (double)number;
    else if (option == DEPTH)
        o->depth_max = number;
    else if (option == SEED)
        o->seed = number;
    else if (option == PCT_DEPTH)
        o->pct_depth = (uint32_t)number;
    else if (option == WORKERS)
        o->workers = (unsigned)number;
    else
        o->preemptions_max = (uint32_t)number;
    o->preemptions_bounded |= option == PREEMPTIONS;
    return true;
}

bool exploration_set_output(struct exploration_output *output, const struct cli_parser *parser,
                            int option) {
    static const char *const names[] = {"text", "json", "junit", "tap", NULL};

    if (option == EXPLORATION_OUTPUT) {
        int error = cli_file_check(parser->value);
        if (error)
            cli_error("option '%s': cannot write '%s': %s", parser->name, parser->value,
                      strerror(error));
        output->path = parser->value;
        return error == 0;
    }
    int choice = cli_value_choice(parser, names);
    if (choice >= 0)
        output->format = (enum exploration_format)choice;
    return choice >= 0;
}

/* ---- options --------------------------------------------------------------------------------- */

static bool set_option(struct exploration *e, const struct cli_parser *p, int option) {
    switch (option) {
    case STRATEGY:
        return set_strategy(e, p);
    case SHARD:
        e->sharded = true;
        return exploration_set_shard(e, p->value, "option '--shard'");
    case ALLOW:
        return set_allowed(e, p);
    case EXPLORATION_FORMAT:
    case EXPLORATION_OUTPUT:
        return exploration_set_output(&e->output, p, option);
    case CHOOSE:
        return set_choices(&e->options.choose, p);
    case TIMEOUTS:
        e->options.choose |= RD_CHOOSE_TIMEOUT;
        return true;
    case NO_SHRINK:
        return e->options.no_shrink = true;
    case CHECKPOINT:
        return set_checkpoint(e, p);
    case PROFILE:
        e->world.profile = p->value;
        return cli_value_profile(p);
    case VERIFY:
        e->world.verifier = RD_VERIFIER_FULL;
        return true;
    case NO_VERIFY:
        e->world.verifier = RD_VERIFIER_OFF;
        return true;
    case DRIVER:
        e->drivers[e->driver_count++] = p->value;
        return true;
    case PATH:
        e->paths[e->path_count++] = p->value;
        return cli_value_directory(p);
    default:
        return set_number(e, p, option);
    }
}

void exploration_note_variable(struct exploration *e, const char *name) {
    size_t used = strlen(e->environment);

    snprintf(e->environment + used, sizeof e->environment - used, " %s=%s", name, getenv(name));
}

static bool set_from_environment(struct exploration *e, struct cli_parser parser) {
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        parser.name = variables[i].name;
        parser.value = getenv(parser.name);
        if (!parser.value || !*parser.value)
            continue;
        if (!set_option(e, &parser, variables[i].option))
            return false;
        exploration_note_variable(e, parser.name);
    }
    return true;
}

/* ---- which build ----------------------------------------------------------------------------- */

static uint64_t hash(uint64_t sum, const void *data, size_t size) {
    for (const unsigned char *byte = data; size > 0; size--)
        sum = (sum ^ *byte++) * 1099511628211u;
    return sum;
}

/* Whoever loads the file says what is wrong with it. */
static uint64_t hash_file(uint64_t sum, const char *path) {
    char part[4096];
    FILE *file = fopen(path, "r");

    for (size_t size; file && (size = fread(part, 1, sizeof part, file)) > 0;)
        sum = hash(sum, part, size);
    if (file)
        fclose(file);
    return sum;
}

/* Does it import what compilers call there? */
static bool shows_accesses(const char *path) {
    static const char name[] = "__tsan_init";
    FILE *file = fopen(path, "r");
    size_t same = 0;

    for (int c; file && name[same] && (c = getc(file)) != EOF;)
        same = c == name[same] ? same + 1 : c == name[0] ? 1 : 0;
    if (file)
        fclose(file);
    return name[same] == '\0';
}

static void tell_build(struct exploration *e) {
    const char *profile = e->world.profile ? e->world.profile : "";
    uint64_t sum = hash_file(14695981039346656037u, e->words[0]);

    for (size_t i = 0; i < e->driver_count; i++)
        sum = hash_file(sum, e->drivers[i]);
    sum = hash(sum, profile, strlen(profile));
    sum = hash(sum, &(unsigned char){(unsigned char)e->world.verifier}, 1);
    snprintf(e->build, sizeof e->build, "%016" PRIx64, sum);
    e->shows_accesses = shows_accesses(e->words[0]);
}

/* ---- the program ----------------------------------------------------------------------------- */

static bool take_program(struct exploration *e, const struct cli_parser *p) {
    size_t count = (size_t)(p->argc - p->next);

    if (count == 0) {
        cli_error("no program to explore: give the name of a file that rundown-cc made; %s",
                  p->help);
        return false;
    }
    e->words = (const char *const *)&p->argv[p->next];
    /* Where the file lies must not change the run. */
    const char **words = calloc(count, sizeof words[0]);
    if (words) {
        memcpy(words, e->words, count * sizeof words[0]);
        words[0] = cli_base_name(words[0]);
        e->command_line = cli_quote(words, count);
    }
    free(words);
    tell_build(e);
    e->title = e->command_line ? cli_title(e->command_line, e->drivers, e->driver_count) : NULL;
    if (!e->title)
        cli_error("out of memory");
    return e->title != NULL;
}

/* A bound that the strategy does not know would seem to hold. */
static bool check_bounds(const struct exploration *e) {
    const char *strategy = e->options.strategy ? e->options.strategy : rd_explore_strategy_name(0);

    if (e->options.preemptions_bounded && strcmp(strategy, "dfs") != 0)
        cli_error("--preemptions bounds --strategy dfs, not %s", strategy);
    else if (e->options.pct_depth && strcmp(strategy, "pct") != 0)
        cli_error("--pct-depth is for --strategy pct, not %s", strategy);
    else
        return true;
    return false;
}

static bool parse(struct exploration *e, struct cli_parser parser) {
    e->options.size = sizeof e->options;
    e->world.size = sizeof e->world;
    e->options.hang_seconds = HANG_SECONDS;
    e->drivers = calloc((size_t)parser.argc, sizeof e->drivers[0]);
    e->paths = calloc((size_t)parser.argc, sizeof e->paths[0]);
    if (!e->drivers || !e->paths) {
        cli_error("out of memory");
        return false;
    }
    if (!e->replay && !set_from_environment(e, parser))
        return false;
    for (int option; (option = cli_next_option(&parser)) != CLI_END;)
        if (option == CLI_BAD || !set_option(e, &parser, option))
            return false;
    if (!check_bounds(e))
        return false;
    if (!e->replay && !e->sharded && !exploration_shard_of_environment(e))
        return false;
    if (!take_program(e, &parser))
        return false;
    if (*e->environment)
        cli_error("from the environment:%s", e->environment);
    return true;
}

bool exploration_parse(struct exploration *e, int argc, char **argv) {
    return parse(e, (struct cli_parser){.options = explore_table,
                                        .help = "'rundown help explore' lists the options",
                                        .argc = argc,
                                        .argv = argv,
                                        .next = 1});
}

bool exploration_parse_shrink(struct exploration *e, int argc, char **argv) {
    e->replay = argv[1];
    return parse(e, (struct cli_parser){.options = shrink_table,
                                        .help = "'rundown help shrink' lists the options",
                                        .argc = argc,
                                        .argv = argv,
                                        .next = 2});
}

void exploration_free(struct exploration *e) {
    free(e->drivers);
    free(e->paths);
    free(e->command_line);
    free(e->title);
}
