#include "cli.h"

#include <string.h>

#include "rundown/rundown.h"

const char cmd_rules_help[] =
    "usage: rundown rules [--format text|tsv|json] [ID|GROUP...]\n"
    "\n"
    "Lists the rules of the catalogue that traces cite, each with its state and its tests: all of\n"
    "them, those of a group (PROC, NTFY-P), or in full those with the given IDs (PROC-09).\n"
    "The state of a rule is\n"
    "  held  implemented, and shown by at least one test\n"
    "  open  no test shows it yet\n"
    "  out   cannot be honoured; docs/rule-corrections.md says why\n"
    "\n"
    "  --format text   for reading (the default)\n"
    "  --format tsv    ID, state, title and tests, separated by tabs; tests by blanks\n"
    "  --format json   an array of objects\n";

enum { TEXT, TSV, JSON };

enum { RULES_MAX = 4096, DETAIL_COLUMNS = 96 };

static const rd_rule no_rule = {"", "", "", "", "", ""};

static rd_rule get(unsigned rule) {
    rd_rule found = no_rule;
    if (rd_rule_get(rule, &found) != RD_OK)
        found = no_rule;
    return found;
}

/* Tests are separated by blanks; calls `put` for each. */
static void put_tests_json(const char *tests) {
    char name[512];
    bool first = true;

    putchar('[');
    while (*tests) {
        size_t length = strcspn(tests, " ");
        if (length) {
            snprintf(name, sizeof name, "%.*s", (int)length, tests);
            if (!first)
                putchar(',');
            cli_put_json(stdout, name);
            first = false;
        }
        tests += length + (tests[length] == ' ');
    }
    putchar(']');
}

static void put_json(unsigned rule, bool first) {
    rd_rule r = get(rule);
    const struct {
        const char *key, *value;
    } members[] = {{"id", r.id},
                   {"state", r.state},
                   {"title", r.title},
                   {"text", r.text},
                   {"source", r.source}};

    fputs(first ? "{" : ",\n{", stdout);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        printf("%s\"%s\":", i ? "," : "", members[i].key);
        cli_put_json(stdout, members[i].value);
    }
    fputs(",\"tests\":", stdout);
    put_tests_json(r.tests);
    putchar('}');
}

static void put_tsv(unsigned rule) {
    rd_rule r = get(rule);
    printf("%s\t%s\t%s\t%s\n", r.id, r.state, r.title, r.tests);
}

/* A line for the rule and one for each of its tests. */
static void put_lines(unsigned rule, int id_columns) {
    rd_rule r = get(rule);

    printf("%-*s  %-4s  %s\n", id_columns, r.id, r.state, r.title);
    for (const char *test = r.tests; *test;) {
        size_t length = strcspn(test, " ");

        if (length)
            printf("%*s%.*s\n", id_columns + 8, "", (int)length, test);
        test += length + (test[length] == ' ');
    }
}

/* Words of `text` in lines that begin with four blanks. */
static void put_paragraph(const char *text) {
    size_t column = 0;

    while (*text) {
        size_t length = strcspn(text, " ");
        if (column && column + 1 + length > DETAIL_COLUMNS) {
            putchar('\n');
            column = 0;
        }
        if (length) {
            printf("%s%.*s", column ? " " : "    ", (int)length, text);
            column += length + (column ? 1 : 4);
        }
        text += length + (text[length] == ' ');
    }
    putchar('\n');
}

static void put_details(unsigned rule) {
    rd_rule r = get(rule);

    printf("%s  %s  %s\n", r.id, r.state, r.title);
    put_paragraph(r.text);
    printf("    source: %s\n", r.source);
    printf("    tests: %s\n", *r.tests ? r.tests : "none yet");
}

static void put_summary(void) {
    unsigned count = rd_rule_count();
    unsigned held = 0, out = 0;

    for (unsigned i = 1; i <= count; i++) {
        rd_rule r = get(i);
        held += strcmp(r.state, "held") == 0;
        out += strcmp(r.state, "out") == 0;
    }
    printf("\n%u rules: %u held, %u open, %u out\n", count, held, count - held - out, out);
}

/* Characters of a rule's group: all before the last hyphen of its ID. */
static size_t group_length(const char *id) {
    const char *hyphen = strrchr(id, '-');
    return hyphen ? (size_t)(hyphen - id) : strlen(id);
}

static bool in_group(unsigned rule, const char *group) {
    rd_rule r = get(rule);
    size_t length = group_length(r.id);
    return strlen(group) == length && strncmp(r.id, group, length) == 0;
}

static bool is_group(const char *name) {
    for (unsigned i = 1; i <= rd_rule_count(); i++)
        if (in_group(i, name))
            return true;
    return false;
}

/* What a listing has to know between its rules. */
struct listing {
    int format;
    int id_columns;
    bool started;
};

static void put_rule(struct listing *listing, unsigned rule, bool in_full) {
    if (listing->format == JSON)
        put_json(rule, !listing->started);
    else if (listing->format == TSV)
        put_tsv(rule);
    else if (in_full)
        put_details(rule);
    else
        put_lines(rule, listing->id_columns);
    listing->started = true;
}

static void put_all(struct listing *listing) {
    for (unsigned i = 1; i <= rd_rule_count(); i++)
        put_rule(listing, i, false);
    if (listing->format == TEXT)
        put_summary();
}

/* The rule, or the rules of the group. */
static void put_named(struct listing *listing, const char *name) {
    unsigned rule = rd_rule_find(name);

    if (rule) {
        put_rule(listing, rule, true);
        return;
    }
    for (unsigned i = 1; i <= rd_rule_count(); i++)
        if (in_group(i, name))
            put_rule(listing, i, false);
}

/* True if all names exist; else says which one does not. */
static bool check_names(char **names, int count) {
    for (int i = 0; i < count; i++) {
        const char *known[RULES_MAX + 1] = {NULL};
        unsigned rules = rd_rule_count();

        if (rd_rule_find(names[i]) || is_group(names[i]))
            continue;
        for (unsigned k = 1; k <= rules && k <= RULES_MAX; k++)
            known[k - 1] = get(k).id;
        cli_error_unknown("rule", names[i], known, "'rundown rules' lists them");
        return false;
    }
    return true;
}

static int list(int format, char **names, int count) {
    struct listing listing = {.format = format};

    if (!check_names(names, count))
        return CLI_USAGE;
    for (unsigned i = 1; i <= rd_rule_count(); i++) {
        int length = (int)strlen(get(i).id);
        listing.id_columns = length > listing.id_columns ? length : listing.id_columns;
    }
    if (format == JSON)
        putchar('[');
    if (count == 0)
        put_all(&listing);
    for (int i = 0; i < count; i++)
        put_named(&listing, names[i]);
    if (format == JSON)
        puts("]");
    return cli_finish_output();
}

int cmd_rules(int argc, char **argv) {
    enum { FORMAT = 1 };
    static const struct cli_option options[] = {{"--format", CLI_VALUE, FORMAT},
                                                {NULL, CLI_NO_VALUE, 0}};
    static const char *const formats[] = {"text", "tsv", "json", NULL};
    struct cli_parser parser = {.options = options,
                                .help = "'rundown help rules' lists the options",
                                .argc = argc,
                                .argv = argv,
                                .next = 1};
    int format = TEXT;
    int names = 0;

    for (;;) {
        int option = cli_next_option(&parser);
        if (option == CLI_END && parser.next == argc)
            break;
        if (option == CLI_END)
            argv[names++] = argv[parser.next++];
        else
            format = option == FORMAT ? cli_value_choice(&parser, formats) : -1;
        if (format < 0)
            return CLI_USAGE;
    }
    return list(format, argv, names);
}
