#include "cli.h"

#include <string.h>

#include "rundown/rundown.h"

const char cmd_rules_help[] =
    "usage: rundown rules [--format text|tsv|json] [ID...]\n"
    "\n"
    "Lists the rules of the catalogue that traces cite, or those with the given IDs in full.\n"
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

static void put_line(unsigned rule, int id_columns) {
    rd_rule r = get(rule);
    printf("%-*s  %-4s  %s\n", id_columns, r.id, r.state, r.title);
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

static int list_all(int format) {
    unsigned count = rd_rule_count();
    int id_columns = 0;

    for (unsigned i = 1; i <= count; i++) {
        int length = (int)strlen(get(i).id);
        id_columns = length > id_columns ? length : id_columns;
    }
    if (format == JSON)
        putchar('[');
    for (unsigned i = 1; i <= count; i++) {
        if (format == JSON)
            put_json(i, i == 1);
        else if (format == TSV)
            put_tsv(i);
        else
            put_line(i, id_columns);
    }
    if (format == JSON)
        puts("]");
    if (format == TEXT)
        put_summary();
    return cli_finish_output();
}

/* True if all IDs exist; else says which one does not. */
static bool check_ids(char **ids, int count) {
    for (int i = 0; i < count; i++) {
        const char *names[RULES_MAX + 1] = {NULL};
        unsigned rules = rd_rule_count();

        if (rd_rule_find(ids[i]))
            continue;
        for (unsigned k = 1; k <= rules && k <= RULES_MAX; k++)
            names[k - 1] = get(k).id;
        cli_error_unknown("rule", ids[i], names, "'rundown rules' lists them");
        return false;
    }
    return true;
}

static int list_some(int format, char **ids, int count) {
    if (!check_ids(ids, count))
        return CLI_USAGE;
    if (format == JSON)
        putchar('[');
    for (int i = 0; i < count; i++) {
        unsigned rule = rd_rule_find(ids[i]);
        if (format == JSON)
            put_json(rule, i == 0);
        else if (format == TSV)
            put_tsv(rule);
        else
            put_details(rule);
    }
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
    int ids = 0;

    for (;;) {
        int option = cli_next_option(&parser);
        if (option == CLI_END && parser.next == argc)
            break;
        if (option == CLI_END)
            argv[ids++] = argv[parser.next++];
        else
            format = option == FORMAT ? cli_value_choice(&parser, formats) : -1;
        if (format < 0)
            return CLI_USAGE;
    }
    if (ids == 0)
        return list_all(format);
    return list_some(format, argv, ids);
}
