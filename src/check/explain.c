/* explain.c - the page about a check, a bug check, a status or a rule. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check.h"
#include "core/rule.h"

static const struct status {
    uint32_t value;
    const char *name, *meaning;
} statuses[] = {
#define RD_NTSTATUS(value, name, meaning) {value, name, meaning},
#include "check/ntstatus.def"
#undef RD_NTSTATUS
};

enum { STATUS_COUNT = sizeof statuses / sizeof statuses[0], COLUMNS = 96, LABEL = 11 };

/* ---- a page ---------------------------------------------------------------------------------- */

struct page {
    char *text;
    size_t size, used; /* `used` counts what does not fit, too */
};

static void put(struct page *page, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++, page->used++)
        if (page->used + 1 < page->size)
            page->text[page->used] = bytes[i];
}

static void put_line(struct page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_line(struct page *page, const char *format, ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    put(page, line, strlen(line));
    put(page, "\n", 1);
}

/* "  label    words of the text, in lines" */
static void put_words(struct page *page, const char *label, const char *text) {
    char head[LABEL + 3];
    size_t column = LABEL + 2;
    if (!*text)
        return;
    snprintf(head, sizeof head, "  %-*s", LABEL, label);
    put(page, head, strlen(head));
    for (bool first = true; *text; first = false) {
        size_t length = strcspn(text, " ");
        if (column + length > COLUMNS) {
            put(page, "\n             ", LABEL + 3);
            column = LABEL + 2;
            first = true;
        }
        put(page, " ", !first);
        put(page, text, length);
        column += length + 1;
        text += length + (text[length] == ' ');
    }
    put(page, "\n", 1);
}

/* ---- what a page consists of ----------------------------------------------------------------- */

static void put_rule_line(struct page *page, unsigned rule) {
    put_line(page, "  %-9s  %s", core_rule_get(rule)->id, core_rule_get(rule)->title);
}

static void put_rules(struct page *page, const char *list) {
    while (*list) {
        char id[32];
        size_t length = strcspn(list, " ");
        snprintf(id, sizeof id, "%.*s", (int)length, list);
        put_rule_line(page, core_rule_find(id));
        list += length + (list[length] == ' ');
    }
}

static void put_check(struct page *page, unsigned check) {
    static const char *const severities[] = {"", "note", "finding", "stops the machine"};
    const rd_check_info *info = core_check_get(check);
    put_line(page, "%s: %s (%s)", info->id, info->message, severities[info->severity]);
    put_words(page, "why", info->cause);
    put_words(page, "what to do", info->fix);
    put_words(page, "known as", info->names);
    put_rules(page, info->rules);
}

static void put_check_lines(struct page *page, const char *word, bool of_rule) {
    for (unsigned i = 1; i < RD_CHECKS; i++) {
        const rd_check_info *info = core_check_get(i);
        if (core_word_in(word, of_rule ? info->rules : info->names))
            put_line(page, "  %s: %s", info->id, info->message);
    }
}

static void put_stop(struct page *page, const struct core_stop *stop) {
    const struct core_stop *whole = core_stop_find(stop->code, UINT64_MAX);
    if (stop->has_first)
        put_line(page, "bug check 0x%" PRIX32 " / 0x%" PRIX64 " (%s): %s", stop->code, stop->first,
                 whole->name, stop->meaning);
    else
        put_line(page, "bug check 0x%" PRIX32 " %s: %s", stop->code, stop->name, stop->meaning);
    put_words(page, "parameters", whole->parameters);
}

static void put_substops(struct page *page, uint32_t code) {
    const struct core_stop *stop;
    for (unsigned i = 0; (stop = core_stop_at(i)); i++)
        if (stop->code == code && stop->has_first)
            put_line(page, "  0x%" PRIX32 "/0x%" PRIX64 "  %s", code, stop->first, stop->meaning);
}

/* ---- topics ---------------------------------------------------------------------------------- */

/* "0xC4/0x100A", "0xC4, 0x100A", "0x000000CE". */
static bool is_number(const char *text, uint64_t *number, const char **rest) {
    char *end;
    if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X'))
        return false;
    *number = strtoull(text, &end, 16);
    *rest = end;
    return end > text + 2;
}

static bool explain_stop(struct page *page, uint32_t code, uint64_t first, bool has_first) {
    char word[48];
    const struct core_stop *stop = core_stop_find(code, has_first ? first : UINT64_MAX);
    if (has_first)
        snprintf(word, sizeof word, "0x%" PRIX32 "/0x%" PRIX64, code, first);
    else
        snprintf(word, sizeof word, "0x%" PRIX32, code);
    if (stop && (stop->has_first || !has_first)) {
        put_stop(page, stop);
        if (!has_first)
            put_substops(page, code);
        if (stop->check)
            put_check(page, stop->check);
        for (unsigned i = 1; i < RD_CHECKS; i++)
            if (i != stop->check && core_word_in(word, core_check_get(i)->names))
                put_check(page, i);
        return true;
    }
    unsigned check = rd_check_find(word);
    if (check)
        put_check(page, check);
    return check != RD_CHECK_NONE;
}

static bool explain_number(struct page *page, const char *topic) {
    uint64_t code, first = 0;
    const char *rest;
    if (!is_number(topic, &code, &rest) || code > UINT32_MAX)
        return false;
    size_t gap = strspn(rest, "/, ");
    bool has_first = gap && is_number(rest + gap, &first, &rest);
    if (*rest)
        return false;
    if (explain_stop(page, (uint32_t)code, first, has_first))
        return true;
    for (int i = 0; !has_first && i < STATUS_COUNT; i++)
        if (statuses[i].value == code) {
            put_line(page, "NTSTATUS 0x%08" PRIX32 " %s: %s", statuses[i].value, statuses[i].name,
                     statuses[i].meaning);
            return true;
        }
    return false;
}

static bool explain_rule(struct page *page, const char *topic) {
    for (unsigned rule = 1; rule <= core_rule_count(); rule++) {
        const struct core_rule *found = core_rule_get(rule);
        if (!core_word_in(topic, found->id))
            continue;
        put_line(page, "rule %s: %s (%s)", found->id, found->title,
                 core_rule_state_name(found->state));
        put_words(page, "in full", found->text);
        put_words(page, "source", found->source);
        put_words(page, "tests", found->tests);
        put_check_lines(page, found->id, true);
        return true;
    }
    return false;
}

static bool explain_name(struct page *page, const char *topic) {
    const struct core_stop *stop;
    for (unsigned i = 0; (stop = core_stop_at(i)); i++)
        if (core_word_in(topic, stop->name))
            return explain_stop(page, stop->code, 0, false);
    for (int i = 0; i < STATUS_COUNT; i++)
        if (core_word_in(topic, statuses[i].name)) {
            put_line(page, "NTSTATUS 0x%08" PRIX32 " %s: %s", statuses[i].value, statuses[i].name,
                     statuses[i].meaning);
            put_check_lines(page, topic, false);
            return true;
        }
    return false;
}

static bool explain_check(struct page *page, const char *topic) {
    unsigned check = rd_check_find(topic);
    if (!check)
        return false;
    put_check(page, check);
    for (unsigned i = check + 1; i < RD_CHECKS; i++)
        if (core_word_in(topic, core_check_get(i)->names))
            put_check(page, i);
    return true;
}

rd_status rd_explain(const char *topic, char *text, size_t size, size_t *needed) {
    struct page page = {.text = text, .size = text ? size : 0};
    if (!topic)
        return RD_INVALID_ARGUMENT;
    bool known = explain_number(&page, topic) || explain_rule(&page, topic) ||
                 explain_name(&page, topic) || explain_check(&page, topic);
    if (page.size)
        text[page.used < size ? page.used : size - 1] = '\0';
    if (needed)
        *needed = page.used + 1;
    return known ? RD_OK : RD_NOT_FOUND;
}

/* Checks, then bug checks, then statuses, then rules. */
const char *rd_explain_topic(unsigned index) {
    const struct core_stop *stop;
    if (index < RD_CHECKS - 1)
        return core_check_get(index + 1)->id;
    index -= RD_CHECKS - 1;
    for (unsigned i = 0; (stop = core_stop_at(i)); i++)
        if (!stop->has_first && index-- == 0)
            return stop->name;
    if (index < STATUS_COUNT)
        return statuses[index].name;
    index -= STATUS_COUNT;
    return index < core_rule_count() ? core_rule_get(index + 1)->id : NULL;
}
