/* explore_part.c - reads the JSON object of an exploration back. */
#include "explore.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 4096, UNICODE_DIGITS = 4, ASCII_END = 0x80 };

/* ---- the file -------------------------------------------------------------------------------- */

static char *read_stream(FILE *file) {
    size_t used = 0, room = FIRST_ROOM;
    char *text = malloc(room);

    while (text) {
        used += fread(text + used, 1, room - used - 1, file);
        if (used + 1 < room)
            break;
        room *= 2;
        char *grown = realloc(text, room);
        if (!grown)
            free(text);
        text = grown;
    }
    if (text)
        text[used] = '\0';
    return text;
}

/* malloc'ed; NULL after a message. "-" is standard input. */
static char *read_file(const char *path) {
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "r");
    char *text = file ? read_stream(file) : NULL;

    if (!file || ferror(file)) {
        cli_error("cannot read '%s': %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    if (file && !standard)
        fclose(file);
    return text;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void skip_blanks(const char **text) {
    *text += strspn(*text, " \t\r\n");
}

static bool take(const char **text, const char *word) {
    size_t length = strlen(word);

    skip_blanks(text);
    if (strncmp(*text, word, length) != 0)
        return false;
    *text += length;
    return true;
}

/* What a backslash introduces, as this command writes it. */
static bool take_escape(const char **text, char *out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter = **text ? strchr(letters, **text) : NULL;
    char digits[UNICODE_DIGITS + 1] = "", *end;

    if (letter) {
        *out = meanings[letter - letters];
        (*text)++;
        return true;
    }
    if (**text != 'u')
        return false;
    snprintf(digits, sizeof digits, "%s", *text + 1);
    unsigned long code = strtoul(digits, &end, 16);
    if (end != digits + UNICODE_DIGITS || code >= ASCII_END)
        return false;
    *out = (char)code;
    *text += 1 + UNICODE_DIGITS;
    return true;
}

/* malloc'ed; NULL: there is no string. */
static char *take_string(const char **text) {
    if (!take(text, "\""))
        return NULL;
    char *string = malloc(strlen(*text) + 1), *to = string;
    while (string && **text != '"') {
        bool good = **text != '\0';
        if (**text == '\\') {
            (*text)++;
            good = take_escape(text, to++);
        } else if (good) {
            *to++ = *(*text)++;
        }
        if (!good) {
            free(string);
            return NULL;
        }
    }
    if (string) {
        *to = '\0';
        (*text)++;
    }
    return string;
}

/* ---- fields ---------------------------------------------------------------------------------- */

struct value {
    char *string; /* NULL unless it is one */
    double number;
    uint64_t whole;
    bool is_number, is_whole, is_true, is_null;
};

static bool take_value(const char **text, struct value *value) {
    char *end;

    *value = (struct value){0};
    if (take(text, "null"))
        return value->is_null = true;
    if (take(text, "true"))
        return value->is_true = true;
    if (take(text, "false"))
        return true;
    skip_blanks(text);
    if (**text == '"')
        return (value->string = take_string(text)) != NULL;
    errno = 0;
    value->whole = strtoull(*text, &end, 10);
    const char *digits = end;
    value->is_whole = **text >= '0' && **text <= '9' && errno == 0;
    value->number = strtod(*text, &end);
    value->is_number = end != *text;
    value->is_whole &= end == digits;
    *text = end;
    return value->is_number;
}

enum kind { NAME, WHOLE, REAL, TRUTH };

#define FIELD(key, kind, member)                                                                   \
    { key, kind, offsetof(rd_explore_result, member) }

static const struct field {
    const char *key;
    enum kind kind;
    size_t offset;
} fields[] = {
    FIELD("complete", TRUTH, complete),
    FIELD("polled", TRUTH, polled),
    FIELD("executions", WHOLE, executions),
    FIELD("executions_per_second", REAL, executions_per_second),
    FIELD("seed", WHOLE, seed),
    FIELD("redundant", WHOLE, redundant),
    FIELD("depth", WHOLE, depth_max),
    FIELD("seconds", REAL, seconds),
    FIELD("violations", WHOLE, violations),
    FIELD("found_at", WHOLE, found_at),
    FIELD("found_decisions", WHOLE, found_decisions),
    FIELD("decisions", WHOLE, decisions),
    FIELD("preemptions", WHOLE, preemptions),
    FIELD("depth_limit", WHOLE, depth_limit),
    FIELD("program", NAME, name),
    FIELD("build", NAME, build),
    FIELD("replay", NAME, replay),
    FIELD("explanation", NAME, explanation),
    FIELD("report", NAME, report),
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Texts change their owner. */
static bool put_field(rd_explore_result *result, const struct field *field, struct value *value) {
    char *member = (char *)result + field->offset;

    switch (field->kind) {
    case TRUTH:
        *(bool *)(void *)member = value->is_true;
        return !value->string && !value->is_number && !value->is_null;
    case WHOLE:
        *(uint64_t *)(void *)member = value->whole;
        return value->is_whole;
    case REAL:
        *(double *)(void *)member = value->number;
        return value->is_number;
    default:
        free(*(char **)(void *)member);
        *(char **)(void *)member = value->string;
        value->string = NULL;
        return *(char **)(void *)member || value->is_null;
    }
}

static bool put_verdict(rd_explore_result *result, const char *name) {
    for (int i = 0; name && i < RD_EXPLORE_VERDICTS; i++)
        if (strcmp(rd_explore_verdict_name((rd_explore_verdict)i), name) == 0) {
            result->verdict = (rd_explore_verdict)i;
            return true;
        }
    return false;
}

static bool put_strategy(rd_explore_result *result, const char *name) {
    for (unsigned i = 0; name && rd_explore_strategy_name(i); i++)
        if (strcmp(rd_explore_strategy_name(i), name) == 0) {
            result->strategy = rd_explore_strategy_name(i);
            return true;
        }
    return false;
}

static bool put_stopped(rd_explore_result *result, const struct value *value) {
    for (unsigned i = 0; value->string && rd_explore_stop_name(i); i++)
        if (strcmp(rd_explore_stop_name(i), value->string) == 0)
            result->stopped = rd_explore_stop_name(i);
    return value->is_null || result->stopped;
}

static bool put_count(unsigned *member, const struct value *value) {
    *member = (unsigned)value->whole;
    return value->is_whole && value->whole <= UINT_MAX;
}

/* What is not copied as it is. A key that nobody knows is passed over. */
static bool put_special(rd_explore_result *result, const char *key, const struct value *value) {
    if (strcmp(key, "verdict") == 0)
        return put_verdict(result, value->string);
    if (strcmp(key, "strategy") == 0)
        return put_strategy(result, value->string);
    if (strcmp(key, "stopped") == 0)
        return put_stopped(result, value);
    if (strcmp(key, "shard") == 0)
        return put_count(&result->shard, value);
    if (strcmp(key, "shards") == 0)
        return put_count(&result->shards, value);
    if (strcmp(key, "choose") == 0)
        return value->string && exploration_read_choices(value->string, &result->choose);
    if (strcmp(key, "allow") == 0)
        return value->string && exploration_read_allowed(value->string, &result->allowed);
    if (strcmp(key, "preemptions_limit") == 0) {
        result->preemptions_bounded = value->is_number;
        return value->is_null || put_count(&result->preemptions_limit, value);
    }
    return true;
}

static bool take_member(const char **text, rd_explore_result *result) {
    struct value value = {0};
    char *key = take_string(text);
    bool good = key && take(text, ":") && take_value(text, &value);
    const struct field *field = NULL;

    for (size_t i = 0; good && i < FIELDS && !field; i++)
        field = strcmp(fields[i].key, key) == 0 ? &fields[i] : NULL;
    if (good)
        good = field ? put_field(result, field, &value) : put_special(result, key, &value);
    free(key);
    free(value.string);
    return good;
}

static bool take_object(const char *text, rd_explore_result *result) {
    bool good = take(&text, "{");

    while (good && take_member(&text, result))
        if (!take(&text, ","))
            break;
    good = good && take(&text, "}");
    skip_blanks(&text);
    return good && !*text && result->strategy && result->shards && result->name && result->build &&
           result->explanation && result->report;
}

bool exploration_read_part(const char *path, rd_explore_result *result) {
    char *text = read_file(path);

    *result = (rd_explore_result){0};
    bool good = text && take_object(text, result);
    if (text && !good)
        cli_error("'%s' is no result of an exploration; expected what 'rundown explore --format "
                  "json' has written",
                  path);
    free(text);
    return good;
}
