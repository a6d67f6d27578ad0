/*
 * gen_rules: turns the rule catalogue into C, and finds out which test shows which rule.
 *
 *     gen_rules RULES.tsv TESTS.txt OUT.h OUT.c
 *
 * RULES.tsv is src/core/rules.tsv; its columns are described at its top. TESTS.txt names the test
 * sources, one path a line. OUT.h gets the enumerators, OUT.c the constant table behind
 * core_rule_get(). Outputs are rewritten only when their contents change. A malformed catalogue or
 * a test that cites an unknown rule is an error with file and line; nothing is written then.
 *
 * This is a host tool and plain C11: it needs nothing of the library that it serves.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_ID,
    COLUMN_STATE,
    COLUMN_BASIS,
    COLUMN_TITLE,
    COLUMN_TEXT,
    COLUMN_SOURCE,
    COLUMN_OBSERVATION,
    COLUMN_COUNT,

    TITLE_CHARACTERS_MAX = 88,
    ID_BYTES_MAX = 32
};

struct buffer {
    char *data;
    size_t length;
    size_t capacity;
};

struct rule {
    const char *column[COLUMN_COUNT];
    struct buffer tests; /* test names, each between two blanks */
};

struct catalogue {
    struct buffer file; /* the columns of the rules point into it */
    struct rule *rules;
    size_t count;
    unsigned errors;
};

/* A place in an input file, for messages. */
struct place {
    const char *file;
    unsigned line;
};

static void out_of_memory(void) {
    fputs("gen_rules: out of memory\n", stderr);
    exit(1);
}

static void buffer_append(struct buffer *buffer, const char *data, size_t length) {
    if (buffer->capacity - buffer->length <= length) {
        size_t capacity = (buffer->length + length + 1) * 2;
        char *grown = realloc(buffer->data, capacity);

        if (!grown)
            out_of_memory();
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

static void buffer_puts(struct buffer *buffer, const char *text) {
    buffer_append(buffer, text, strlen(text));
}

static void report(struct catalogue *catalogue, struct place place, const char *format, ...) {
    va_list arguments;

    fprintf(stderr, "%s:%u: error: ", place.file, place.line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    catalogue->errors++;
}

/* Reads a whole file and drops carriage returns, so that line ends never matter. */
static bool read_file(const char *path, struct buffer *contents) {
    char chunk[16384];
    size_t length;
    FILE *file = fopen(path, "rb");

    if (!file)
        return false;
    contents->length = 0;
    buffer_append(contents, "", 0);
    while ((length = fread(chunk, 1, sizeof chunk, file)) > 0) {
        size_t kept = 0;

        for (size_t i = 0; i < length; i++)
            if (chunk[i] != '\r' && chunk[i] != '\0')
                chunk[kept++] = chunk[i];
        buffer_append(contents, chunk, kept);
    }
    bool complete = !ferror(file);
    fclose(file);
    return complete;
}

/* ---- the catalogue ------------------------------------------------------------------------- */

static struct rule *find_rule(struct catalogue *catalogue, const char *id) {
    for (size_t i = 0; i < catalogue->count; i++)
        if (strcmp(catalogue->rules[i].column[COLUMN_ID], id) == 0)
            return &catalogue->rules[i];
    return NULL;
}

/*
 * Length of the rule ID at the start of `text`, 0 if there is none: groups of capital letters, then
 * a number, all joined by `joint` ('-' in the catalogue, '_' in function names).
 */
static size_t id_length(const char *text, char joint) {
    size_t i = 0;

    while (isupper((unsigned char)text[i])) {
        while (isupper((unsigned char)text[i]))
            i++;
        if (text[i] != joint)
            return 0;
        i++;
        if (isdigit((unsigned char)text[i])) {
            while (isdigit((unsigned char)text[i]))
                i++;
            return i < ID_BYTES_MAX ? i : 0;
        }
    }
    return 0;
}

static size_t count_characters(const char *utf8) {
    size_t count = 0;

    for (; *utf8; utf8++)
        if (((unsigned char)*utf8 & 0xC0) != 0x80)
            count++;
    return count;
}

static bool is_known_basis(const char *basis) {
    static const char *const kernel[] = {"documented", "both", "observed", "reimpl", "inferred"};

    for (size_t i = 0; i < sizeof kernel / sizeof kernel[0]; i++)
        if (strcmp(basis, kernel[i]) == 0)
            return true;
    return strlen(basis) == 3 && strchr("DOB", basis[0]) && basis[1] == '/' &&
           strchr("HML", basis[2]);
}

static void check_rule(struct catalogue *catalogue, const struct rule *rule, struct place place) {
    const char *id = rule->column[COLUMN_ID];
    const char *state = rule->column[COLUMN_STATE];
    const char *title = rule->column[COLUMN_TITLE];
    size_t title_length = strlen(title);

    if (id_length(id, '-') == 0 || id_length(id, '-') != strlen(id))
        report(catalogue, place, "'%s' is no rule ID; expected one like PROC-09", id);
    if (find_rule(catalogue, id))
        report(catalogue, place, "rule %s is there twice", id);
    if (strcmp(state, "-") != 0 && strcmp(state, "out") != 0)
        report(catalogue, place, "%s: state is '%s'; expected '-' or 'out'", id, state);
    if (!is_known_basis(rule->column[COLUMN_BASIS]))
        report(catalogue, place,
               "%s: basis is '%s'; expected B/H, D/M, O/L, ..., documented, both,"
               " observed, reimpl or inferred",
               id, rule->column[COLUMN_BASIS]);
    if (title_length == 0 || title[title_length - 1] == '.')
        report(catalogue, place, "%s: the title is empty or ends with a full stop", id);
    if (count_characters(title) > TITLE_CHARACTERS_MAX)
        report(catalogue, place, "%s: the title has %zu characters; at most %d fit a trace line",
               id, count_characters(title), (int)TITLE_CHARACTERS_MAX);
    if (rule->column[COLUMN_TEXT][0] == '\0' || rule->column[COLUMN_SOURCE][0] == '\0')
        report(catalogue, place, "%s: text or source is empty", id);
}

static void add_rule(struct catalogue *catalogue, char *line, struct place place) {
    struct rule rule = {0};
    size_t columns = 0;

    for (char *cell = line; cell && columns < COLUMN_COUNT; columns++) {
        char *tab = strchr(cell, '\t');

        if (tab && columns + 1 < COLUMN_COUNT)
            *tab = '\0';
        rule.column[columns] = cell;
        cell = tab ? tab + 1 : NULL;
    }
    if (columns < COLUMN_COUNT || strchr(rule.column[COLUMN_COUNT - 1], '\t')) {
        report(catalogue, place, "expected %d columns separated by tabs", (int)COLUMN_COUNT);
        return;
    }
    check_rule(catalogue, &rule, place);
    buffer_puts(&rule.tests, " ");
    catalogue->rules[catalogue->count++] = rule;
}

static bool read_catalogue(struct catalogue *catalogue, const char *path) {
    size_t lines = 1;
    struct place place = {path, 0};

    if (!read_file(path, &catalogue->file)) {
        fprintf(stderr, "gen_rules: cannot read the rule catalogue %s\n", path);
        return false;
    }
    for (const char *c = catalogue->file.data; *c; c++)
        lines += *c == '\n';
    catalogue->rules = calloc(lines, sizeof *catalogue->rules);
    if (!catalogue->rules)
        out_of_memory();
    for (char *line = catalogue->file.data; line;) {
        char *end = strchr(line, '\n');

        if (end)
            *end = '\0';
        place.line++;
        if (line[0] != '\0' && line[0] != '#')
            add_rule(catalogue, line, place);
        line = end ? end + 1 : NULL;
    }
    return true;
}

/* ---- citations in tests -------------------------------------------------------------------- */

/* Notes that `test` shows the rule. A test name is listed once, however often it cites. */
static void cite(struct catalogue *catalogue, const char *id, const char *test,
                 struct place place) {
    struct rule *rule = find_rule(catalogue, id);
    struct buffer entry = {0};

    if (!rule) {
        report(catalogue, place, "the test cites rule %s, which is not in the catalogue", id);
        return;
    }
    buffer_puts(&entry, " ");
    buffer_puts(&entry, test);
    buffer_puts(&entry, " ");
    if (!strstr(rule->tests.data, entry.data))
        buffer_puts(&rule->tests, entry.data + 1);
    free(entry.data);
}

/* Where a comment or a string or character constant that starts at `c` ends, `c` if none does. */
static char *skip_literal(char *c) {
    if (c[0] == '/' && c[1] == '/') {
        c += strcspn(c, "\n");
    } else if (c[0] == '/' && c[1] == '*') {
        char *end = strstr(c + 2, "*/");

        c = end ? end + 2 : c + strlen(c);
    } else if (c[0] == '"' || c[0] == '\'') {
        char quote = *c++;

        while (*c && *c != quote && *c != '\n')
            c += c[0] == '\\' && c[1] ? 2 : 1;
        if (*c == quote)
            c++;
    }
    return c;
}

/* Overwrites comments and constants with blanks: names in them are no citations. */
static void blank_literals(char *source) {
    char *c = source;

    while (*c) {
        char *end = skip_literal(c);

        if (end == c) {
            /* A quote inside a number (1'000) or a name does not start a constant. */
            if (isalnum((unsigned char)*c) && c[1] == '\'')
                c++;
            c++;
        }
        for (; c < end; c++)
            if (*c != '\n')
                *c = ' ';
    }
}

static const char *skip_blanks(const char *c) {
    while (isspace((unsigned char)*c))
        c++;
    return c;
}

/* True if `after_name` is the rest of `name(void **state) {`, the form of a cmocka test. */
static bool is_test_definition(const char *after_name) {
    const char *c = skip_blanks(after_name);
    const char *close;
    const char *stars;

    if (*c != '(')
        return false;
    close = strchr(c, ')');
    stars = strstr(c, "**");
    return close && stars && stars < close && *skip_blanks(close + 1) == '{';
}

/*
 * Cites the rules that a test function's name begins with: PROC_09__EXIT_08__what_it_shows. `test`
 * is "file.c:" and the function's name, `name` points to the latter.
 */
static void cite_from_name(struct catalogue *catalogue, const char *test, const char *name,
                           struct place place) {
    char id[ID_BYTES_MAX];
    const char *rest = name;
    size_t length;

    while ((length = id_length(rest, '_')) > 0) {
        memcpy(id, rest, length);
        id[length] = '\0';
        for (char *c = id; *c; c++)
            if (*c == '_')
                *c = '-';
        rest += length;
        if (rest[0] == '_' && rest[1] == '_') {
            cite(catalogue, id, test, place);
            rest += 2;
        } else if (find_rule(catalogue, id)) {
            report(catalogue, place,
                   "%s: write two underscores after each rule ID, then what the test shows", name);
            return;
        } else {
            return;
        }
    }
    if (!islower((unsigned char)*rest))
        report(catalogue, place, "%s: after the rule IDs say in lower case what the test shows",
               name);
}

static void scan_test_functions(struct catalogue *catalogue, char *source, const char *file_name,
                                struct place place) {
    blank_literals(source);
    place.line = 1;
    for (const char *c = source; *c;) {
        size_t length = 0;

        while (isalnum((unsigned char)c[length]) || c[length] == '_')
            length++;
        if (length > 0 && id_length(c, '_') > 0 && is_test_definition(c + length)) {
            struct buffer test = {0};

            buffer_puts(&test, file_name);
            buffer_puts(&test, ":");
            buffer_append(&test, c, length);
            cite_from_name(catalogue, test.data, test.data + strlen(file_name) + 1, place);
            free(test.data);
        }
        if (length == 0)
            place.line += *c == '\n';
        c += length ? length : 1;
    }
}

/*
 * Cites the IDs of one comment line after "rules:"; "-" stands for none. Returns true if the list
 * goes on in the next line, that is, if it ends with a comma.
 */
static bool cite_from_list(struct catalogue *catalogue, char *list, const char *test,
                           struct place place) {
    bool goes_on = false;

    for (char *c = list; *c;) {
        size_t length = strcspn(c, ", \t");
        char saved = c[length];

        c[length] = '\0';
        if (length > 0 && strcmp(c, "-") != 0)
            cite(catalogue, c, test, place);
        goes_on = saved == ',' || (length == 0 && goes_on);
        c += length + (saved != '\0');
    }
    return goes_on;
}

/*
 * Reads the line "rules: PROC-14, EXIT-01" in the first comment of an oracle program. The test is
 * named up to the first dot: orphan.dll.c belongs to the case orphan.
 */
static void scan_oracle_program(struct catalogue *catalogue, char *source, const char *test,
                                struct place place) {
    char *start = source + strspn(source, " \t\n");
    bool in_block = strncmp(start, "/*", 2) == 0;
    bool goes_on = false;

    if (in_block)
        *skip_literal(start) = '\0';
    place.line = 1;
    for (char *c = source; c < start; c++)
        place.line += *c == '\n';
    for (char *line = start; line; place.line++) {
        char *end = strchr(line, '\n');

        if (!in_block && strncmp(line + strspn(line, " \t"), "//", 2) != 0)
            return;
        if (end)
            *end = '\0';
        line += strspn(line, " \t/*");
        line[strcspn(line, "*")] = '\0';
        if (!goes_on && strncmp(line, "rules:", 6) == 0)
            goes_on = cite_from_list(catalogue, line + 6, test, place);
        else if (goes_on)
            goes_on = cite_from_list(catalogue, line, test, place);
        line = end ? end + 1 : NULL;
    }
}

static void scan_test(struct catalogue *catalogue, const char *path) {
    struct buffer source = {0};
    struct buffer test = {0};
    const char *slash = strrchr(path, '/');
    const char *file_name = slash ? slash + 1 : path;
    struct place place = {path, 0};

    if (!read_file(path, &source)) {
        report(catalogue, place, "cannot read the test source");
    } else if (strstr(path, "oracle/cases/")) {
        buffer_puts(&test, "oracle/");
        buffer_append(&test, file_name, strcspn(file_name, "."));
        scan_oracle_program(catalogue, source.data, test.data, place);
    } else {
        scan_test_functions(catalogue, source.data, file_name, place);
    }
    free(test.data);
    free(source.data);
}

static bool scan_tests(struct catalogue *catalogue, const char *list_path) {
    struct buffer list = {0};

    if (!read_file(list_path, &list)) {
        fprintf(stderr, "gen_rules: cannot read the list of test sources %s\n", list_path);
        free(list.data);
        return false;
    }
    for (char *line = list.data; line;) {
        char *end = strchr(line, '\n');

        if (end)
            *end = '\0';
        if (*line)
            scan_test(catalogue, line);
        line = end ? end + 1 : NULL;
    }
    free(list.data);
    return true;
}

/* ---- output -------------------------------------------------------------------------------- */

/* A C string constant; bytes outside ASCII become octal, so no source charset can spoil them. */
static void put_string(struct buffer *out, const char *text, size_t length) {
    char escape[8];

    buffer_puts(out, "\"");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '"' || c == '\\' || c == '?')
            snprintf(escape, sizeof escape, "\\%c", c);
        else if (c < 0x20 || c >= 0x7F)
            snprintf(escape, sizeof escape, "\\%03o", c);
        else
            snprintf(escape, sizeof escape, "%c", c);
        buffer_puts(out, escape);
    }
    buffer_puts(out, "\"");
}

static void put_enumerator(struct buffer *out, const char *id) {
    char name[ID_BYTES_MAX + 8];

    snprintf(name, sizeof name, "RULE_%s", id);
    for (char *c = name; *c; c++)
        if (*c == '-')
            *c = '_';
    buffer_puts(out, name);
}

/* A title in a comment must not close or open a comment. */
static void put_comment(struct buffer *out, const char *title) {
    buffer_puts(out, " /* ");
    for (const char *c = title; *c; c++) {
        buffer_append(out, c, 1);
        if ((c[0] == '*' && c[1] == '/') || (c[0] == '/' && c[1] == '*'))
            buffer_puts(out, " ");
    }
    buffer_puts(out, " */\n");
}

static void make_header(const struct catalogue *catalogue, struct buffer *out) {
    buffer_puts(out, "/* Generated from src/core/rules.tsv by cmake/gen_rules.c; do not edit. */\n"
                     "#ifndef RD_RULES_GEN_H\n"
                     "#define RD_RULES_GEN_H\n\n"
                     "enum core_rule_number {\n"
                     "    RULE_NONE = 0,\n");
    for (size_t i = 0; i < catalogue->count; i++) {
        buffer_puts(out, "    ");
        put_enumerator(out, catalogue->rules[i].column[COLUMN_ID]);
        buffer_puts(out, ",");
        put_comment(out, catalogue->rules[i].column[COLUMN_TITLE]);
    }
    buffer_puts(out, "    RULE_COUNT /* one more than the last rule */\n"
                     "};\n\n"
                     "#endif\n");
}

static const char *state_name(const struct rule *rule) {
    if (strcmp(rule->column[COLUMN_STATE], "out") == 0)
        return "RULE_OUT";
    return rule->tests.length > 1 ? "RULE_HELD" : "RULE_OPEN";
}

static void make_source(const struct catalogue *catalogue, struct buffer *out) {
    static const struct {
        const char *name;
        int column;
    } members[] = {{"id", COLUMN_ID},         {"title", COLUMN_TITLE},
                   {"text", COLUMN_TEXT},     {"basis", COLUMN_BASIS},
                   {"source", COLUMN_SOURCE}, {"observation", COLUMN_OBSERVATION}};

    buffer_puts(out, "/* Generated from src/core/rules.tsv by cmake/gen_rules.c; do not edit. */\n"
                     "#include \"core/rule.h\"\n\n"
                     "const struct core_rule core_rule_table[RULE_COUNT] = {\n"
                     "    [RULE_NONE] = {\"\", \"\", \"\", \"\", \"\", \"\", \"\", RULE_OPEN},\n");
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct rule *rule = &catalogue->rules[i];

        buffer_puts(out, "    [");
        put_enumerator(out, rule->column[COLUMN_ID]);
        buffer_puts(out, "] = {\n");
        for (size_t m = 0; m < sizeof members / sizeof members[0]; m++) {
            const char *cell = rule->column[members[m].column];

            buffer_puts(out, "        .");
            buffer_puts(out, members[m].name);
            buffer_puts(out, " = ");
            put_string(out, cell, strlen(cell));
            buffer_puts(out, ",\n");
        }
        buffer_puts(out, "        .tests = ");
        if (rule->tests.length > 1)
            put_string(out, rule->tests.data + 1, rule->tests.length - 2);
        else
            put_string(out, "", 0);
        buffer_puts(out, ",\n        .state = ");
        buffer_puts(out, state_name(rule));
        buffer_puts(out, ",\n    },\n");
    }
    buffer_puts(out, "};\n");
}

/* An unchanged file keeps its time stamp, so that a new test does not rebuild everything. */
static bool write_if_changed(const char *path, const struct buffer *contents) {
    struct buffer old = {0};
    bool same = read_file(path, &old) && old.length == contents->length &&
                memcmp(old.data, contents->data, old.length) == 0;
    bool written = same;
    FILE *file;

    free(old.data);
    if (same)
        return true;
    file = fopen(path, "wb");
    if (file) {
        written = fwrite(contents->data, 1, contents->length, file) == contents->length;
        written = fclose(file) == 0 && written;
    }
    if (!written)
        fprintf(stderr, "gen_rules: cannot write %s\n", path);
    return written;
}

static void free_catalogue(struct catalogue *catalogue) {
    for (size_t i = 0; i < catalogue->count; i++)
        free(catalogue->rules[i].tests.data);
    free(catalogue->rules);
    free(catalogue->file.data);
}

int main(int argc, char **argv) {
    struct catalogue catalogue = {0};
    struct buffer header = {0};
    struct buffer source = {0};
    bool done = false;

    if (argc != 5) {
        fputs("usage: gen_rules RULES.tsv TESTS.txt OUT.h OUT.c\n", stderr);
        return 2;
    }
    if (read_catalogue(&catalogue, argv[1]) && catalogue.errors == 0 &&
        scan_tests(&catalogue, argv[2]) && catalogue.errors == 0) {
        make_header(&catalogue, &header);
        make_source(&catalogue, &source);
        done = write_if_changed(argv[3], &header) && write_if_changed(argv[4], &source);
    }
    free_catalogue(&catalogue);
    free(header.data);
    free(source.data);
    return done ? 0 : 1;
}
