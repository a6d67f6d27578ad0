#include "core/rule.h"

#include <stddef.h>
#include <string.h>

const struct core_rule *core_rule_get(unsigned rule) {
    return &core_rule_table[rule < RULE_COUNT ? rule : RULE_NONE];
}

/* Only reports and command lines look rules up by name, so a plain search is fast enough. */
unsigned core_rule_find(const char *id) {
    if (id == NULL)
        return RULE_NONE;
    for (unsigned rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
        if (strcmp(core_rule_table[rule].id, id) == 0)
            return rule;
    return RULE_NONE;
}

unsigned core_rule_count(void) {
    return RULE_COUNT - 1;
}

const char *core_rule_state_name(enum core_rule_state state) {
    switch (state) {
    case RULE_HELD:
        return "held";
    case RULE_OUT:
        return "out";
    case RULE_OPEN:
        break;
    }
    return "open";
}
