#include "cli.h"

#include <string.h>

enum { OPTIONS_MAX = 64, MESSAGE_MAX = 256 };

static int unknown_option(const struct cli_parser *parser, const char *given, size_t length) {
    const char *names[OPTIONS_MAX + 1] = {NULL};
    char name[MESSAGE_MAX];

    for (size_t i = 0; i < OPTIONS_MAX && parser->options[i].name; i++)
        names[i] = parser->options[i].name;
    snprintf(name, sizeof name, "%.*s", (int)length, given);
    cli_error_unknown("option", name, names, parser->help);
    return CLI_BAD;
}

static const struct cli_option *find_option(const struct cli_parser *parser, const char *name,
                                            size_t length) {
    for (const struct cli_option *option = parser->options; option->name; option++)
        if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
            return option;
    return NULL;
}

int cli_next_option(struct cli_parser *parser) {
    const char *word = parser->next < parser->argc ? parser->argv[parser->next] : NULL;

    if (!word || word[0] != '-' || word[1] == '\0')
        return CLI_END;
    parser->next++;
    if (strcmp(word, "--") == 0)
        return CLI_END;

    size_t length = strcspn(word, "=");
    const struct cli_option *option = find_option(parser, word, length);
    if (!option)
        return unknown_option(parser, word, length);
    parser->name = option->name;
    parser->value = word[length] ? word + length + 1 : NULL;
    if (parser->value && option->argument == CLI_NO_VALUE) {
        cli_error("option '%s' takes no value; %s", option->name, parser->help);
        return CLI_BAD;
    }
    if (!parser->value && option->argument == CLI_VALUE) {
        if (parser->next >= parser->argc) {
            cli_error("option '%s' needs a value; %s", option->name, parser->help);
            return CLI_BAD;
        }
        parser->value = parser->argv[parser->next++];
    }
    return option->id;
}

int cli_value_choice(const struct cli_parser *parser, const char *const *names) {
    char what[MESSAGE_MAX];
    char hint[MESSAGE_MAX] = "expected";

    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], parser->value) == 0)
            return i;
    for (int i = 0; names[i]; i++) {
        size_t used = strlen(hint);
        const char *joint = i == 0 ? " " : names[i + 1] ? ", " : " or ";
        snprintf(hint + used, sizeof hint - used, "%s%s", joint, names[i]);
    }
    snprintf(what, sizeof what, "value for %s:", parser->name);
    cli_error_unknown(what, parser->value, names, hint);
    return -1;
}

bool cli_is_number(const char *text, uint64_t *number) {
    unsigned base = 10;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    *number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *found = strchr(digits, *text);
        unsigned digit = found ? (unsigned)(found - digits) % 16 : 16;
        if (digit >= base || *number > (UINT64_MAX - digit) / base)
            return false;
        *number = *number * base + digit;
    }
    return true;
}

bool cli_value_number(const struct cli_parser *parser, uint64_t minimum, uint64_t maximum,
                      uint64_t *number) {
    if (cli_is_number(parser->value, number) && *number >= minimum && *number <= maximum)
        return true;
    cli_error("option '%s' needs a whole number from %llu to %llu, not '%s'", parser->name,
              (unsigned long long)minimum, (unsigned long long)maximum, parser->value);
    return false;
}
