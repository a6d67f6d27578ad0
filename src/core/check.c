/* check.c - the catalogue of checks and bug checks. */
#include "core/check.h"

#include <string.h>

static const rd_check_info checks[RD_CHECKS] = {
    [RD_CHECK_NONE] = {"", RD_SEVERITY_NOTE, "", "", "", "", ""},
#define RD_CHECK(symbol, id, severity, message, cause, fix, names, rules)                          \
    [RD_CHECK_##symbol] = {id, RD_SEVERITY_##severity, message, cause, fix, names, rules},
#include "rundown/check.def"
#undef RD_CHECK
};

static const struct core_stop stops[] = {
#define RD_STOP(code, name, meaning, parameters, check)                                            \
    {code, false, 0, name, meaning, parameters, RD_CHECK_##check},
#define RD_SUBSTOP(code, first, meaning, check)                                                    \
    {code, true, first, "", meaning, "", RD_CHECK_##check},
#include "rundown/stop.def"
#undef RD_STOP
#undef RD_SUBSTOP
};

enum { STOP_COUNT = sizeof stops / sizeof stops[0] };

const rd_check_info *core_check_get(unsigned check) {
    return &checks[check < RD_CHECKS ? check : RD_CHECK_NONE];
}

const struct core_stop *core_stop_at(unsigned index) {
    return index < STOP_COUNT ? &stops[index] : NULL;
}

const struct core_stop *core_stop_find(uint32_t code, uint64_t first) {
    const struct core_stop *whole = NULL;
    for (unsigned i = 0; i < STOP_COUNT; i++) {
        if (stops[i].code != code)
            continue;
        if (stops[i].has_first && stops[i].first == first)
            return &stops[i];
        if (!stops[i].has_first)
            whole = &stops[i];
    }
    return whole;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_letters(const char *a, const char *b, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

bool core_word_in(const char *word, const char *list) {
    size_t length = strlen(word);
    while (length && *list) {
        size_t next = strcspn(list, " ");
        if (next == length && same_letters(list, word, length))
            return true;
        list += next + (list[next] == ' ');
    }
    return false;
}

unsigned rd_check_count(void) {
    return RD_CHECKS - 1;
}

rd_status rd_check_get(unsigned check, rd_check_info *out) {
    if (!out)
        return RD_INVALID_ARGUMENT;
    if (check == RD_CHECK_NONE || check >= RD_CHECKS)
        return RD_NOT_FOUND;
    *out = checks[check];
    return RD_OK;
}

/* IDs before names: a name may belong to several checks, the first one is meant. */
unsigned rd_check_find(const char *name) {
    if (!name)
        return RD_CHECK_NONE;
    for (unsigned i = 1; i < RD_CHECKS; i++)
        if (core_word_in(name, checks[i].id))
            return i;
    for (unsigned i = 1; i < RD_CHECKS; i++)
        if (core_word_in(name, checks[i].names))
            return i;
    return RD_CHECK_NONE;
}
