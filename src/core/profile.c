#include "core/profile.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct core_profile profiles[] = {
    /* name     title                      version        notify slots  Ex     Ex2    T-Ex   FLS   nested cid */
    {"win11",   "Windows 11 23H2",         10, 0, 22631,  64, 64, 64,   true,  true,  true,  4080, true,  true},
    {"win10",   "Windows 10 22H2",         10, 0, 19045,  64, 64, 64,   true,  true,  true,  4080, true,  true},
    {"win10-1607", "Windows 10 1607",      10, 0, 14393,  64, 64, 64,   true,  false, true,  127,  true,  true},
    {"win81",   "Windows 8.1 (KB2919355)", 6, 3, 9600,    64, 64, 64,   true,  false, false, 127,  true,  true},
    {"win8",    "Windows 8",               6, 2, 9200,    64, 64, 8,    true,  false, false, 127,  true,  true},
    {"win7",    "Windows 7 SP1",           6, 1, 7601,    64, 64, 8,    true,  false, false, 127,  false, true},
    {"vista",   "Windows Vista SP2",       6, 0, 6002,    64, 64, 8,    true,  false, false, 127,  false, true},
    {"xp",      "Windows XP SP3",          5, 1, 2600,    8,  8,  8,    false, false, false, 127,  false, false},
    {"w2k",     "Windows 2000 SP4",        5, 0, 2195,    8,  8,  8,    false, false, false, 127,  false, false},
};
/* clang-format on */

enum { PROFILES = sizeof profiles / sizeof profiles[0] };

const struct core_profile *core_profile_at(unsigned index) {
    return index < PROFILES ? &profiles[index] : NULL;
}

const struct core_profile *core_profile_find(const char *name) {
    if (!name)
        return &profiles[0];
    for (unsigned i = 0; i < PROFILES; i++)
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    return NULL;
}
