/*
 * sddl.c - security descriptors of devices as IoCreateDeviceSecure takes them: the part of the
 * language that device objects may use, a DACL of entries that allow or deny.
 */
#include <string.h>

#include "io/file.h"

/* Moves on over any of the two-letter words of a table; false if there is none. */
struct word {
    char text[3];
    uint32_t value;
};

static bool take_word(const char **text, const struct word *words, size_t count, uint32_t *value) {
    for (size_t i = 0; i < count; i++)
        if (strncmp(*text, words[i].text, 2) == 0) {
            *value = words[i].value;
            *text += 2;
            return true;
        }
    return false;
}

static bool take(const char **text, char c) {
    if (**text != c)
        return false;
    ++*text;
    return true;
}

static int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

static bool take_hex(const char **text, uint32_t *value) {
    int digits = 0;
    for (*value = 0; digit(**text) >= 0 && digits <= 8; ++*text, digits++)
        *value = *value << 4 | (uint32_t)digit(**text);
    return digits > 0 && digits <= 8;
}

/* "GRGW", "0x12019f", or nothing. */
static bool take_rights(const char **text, uint32_t *rights) {
    static const struct word words[] = {{"GA", 0x10000000}, {"GR", 0x80000000}, {"GW", 0x40000000},
                                        {"GX", 0x20000000}, {"RC", 0x20000},    {"SD", 0x10000},
                                        {"WD", 0x40000},    {"WO", 0x80000},    {"FA", 0x1F01FF},
                                        {"FR", 0x120089},   {"FW", 0x120116},   {"FX", 0x1200A0}};
    uint32_t one;
    *rights = 0;
    if (strncmp(*text, "0x", 2) == 0 || strncmp(*text, "0X", 2) == 0) {
        *text += 2;
        return take_hex(text, rights);
    }
    while (take_word(text, words, sizeof words / sizeof words[0], &one))
        *rights |= one;
    return true;
}

static bool take_flags(const char **text) {
    static const struct word words[] = {{"CI", 0}, {"OI", 0}, {"NP", 0}, {"IO", 0}, {"ID", 0}};
    uint32_t unused;
    while (take_word(text, words, sizeof words / sizeof words[0], &unused))
        continue;
    return true;
}

enum { FOR_NOBODY, FOR_SYSTEM = 1, FOR_ADMINISTRATORS = 2, FOR_EVERYBODY = 3 };

/* "S-1-5-32-544": whom it means, as far as anybody runs here. */
static uint32_t whom(const char *sid, size_t length) {
    static const struct {
        const char *sid;
        uint32_t who;
    } known[] = {{"S-1-5-18", FOR_SYSTEM},        {"S-1-5-32-544", FOR_ADMINISTRATORS},
                 {"S-1-1-0", FOR_EVERYBODY},      {"S-1-5-11", FOR_EVERYBODY},
                 {"S-1-5-4", FOR_ADMINISTRATORS}, {"S-1-5-32-545", FOR_ADMINISTRATORS}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i].sid) == length && memcmp(known[i].sid, sid, length) == 0)
            return known[i].who;
    return FOR_NOBODY;
}

static bool take_sid(const char **text, uint32_t *who) {
    static const struct word words[] = {
        {"SY", FOR_SYSTEM},         {"BA", FOR_ADMINISTRATORS}, {"WD", FOR_EVERYBODY},
        {"AU", FOR_EVERYBODY},      {"BU", FOR_ADMINISTRATORS}, {"IU", FOR_ADMINISTRATORS},
        {"AN", FOR_NOBODY},         {"BG", FOR_NOBODY},         {"LG", FOR_NOBODY},
        {"LS", FOR_NOBODY},         {"NS", FOR_NOBODY},         {"NU", FOR_NOBODY},
        {"RC", FOR_NOBODY},         {"SU", FOR_NOBODY},         {"PU", FOR_NOBODY},
        {"SO", FOR_NOBODY},         {"BO", FOR_NOBODY},         {"CO", FOR_NOBODY},
        {"LA", FOR_ADMINISTRATORS}, {"AC", FOR_NOBODY},         {"UD", FOR_NOBODY}};
    if (strncmp(*text, "S-1-", 4) != 0)
        return take_word(text, words, sizeof words / sizeof words[0], who);
    size_t length = strspn(*text, "S-0123456789xX");
    *who = whom(*text, length);
    *text += length;
    return true;
}

static void apply(struct io_sddl *sddl, bool allows, uint32_t who, uint32_t rights) {
    uint32_t mask = ob_map_access(&io_file_type, rights);
    uint32_t *granted[] = {&sddl->system, &sddl->administrators};
    uint32_t *denied[] = {&sddl->denied_system, &sddl->denied_administrators};
    for (int i = 0; i < 2; i++) {
        if (!(who & (1u << i)))
            continue;
        if (allows)
            *granted[i] |= mask & ~*denied[i];
        else
            *denied[i] |= mask & ~*granted[i];
    }
}

/* "(A;;GA;;;BA)" */
static bool take_entry(const char **text, struct io_sddl *sddl) {
    uint32_t rights, who;
    bool allows = (*text)[1] == 'A';
    if (!take(text, '(') || !(take(text, 'A') || take(text, 'D')) || !take(text, ';') ||
        !take_flags(text) || !take(text, ';') || !take_rights(text, &rights) || !take(text, ';') ||
        !take(text, ';') || !take(text, ';') || !take_sid(text, &who) || !take(text, ')'))
        return false;
    apply(sddl, allows, who, rights);
    return true;
}

bool io_sddl_parse(const char *text, struct io_sddl *sddl) {
    *sddl = (struct io_sddl){0};
    if (strncmp(text, "D:", 2) != 0)
        return false;
    text += 2;
    take(&text, 'P');
    while (*text == '(')
        if (!take_entry(&text, sddl))
            return false;
    return *text == '\0';
}
