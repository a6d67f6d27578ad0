/* crt_ctype.c - classes of characters in the "C" locale; of wide characters too, of which those
 * beyond ASCII are letters. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum character_class {
    UPPER = 1,
    LOWER = 2,
    DIGIT = 4,
    SPACE = 8,
    PUNCTUATION = 16,
    CONTROL = 32,
    BLANK = 64,
    HEXADECIMAL = 128,
    ALPHA = 256 | UPPER | LOWER,
};

static unsigned class_of(unsigned c) {
    if (c - 'a' < 26u)
        return LOWER | (c - 'a' < 6u ? HEXADECIMAL : 0);
    if (c - 'A' < 26u)
        return UPPER | (c - 'A' < 6u ? HEXADECIMAL : 0);
    if (c - '0' < 10u)
        return DIGIT | HEXADECIMAL;
    if (c == ' ')
        return SPACE | BLANK;
    if (c - '\t' < 5u)
        return CONTROL | SPACE | (c == '\t' ? BLANK : 0);
    if (c < ' ' || c == 127)
        return CONTROL;
    return c < 127 ? PUNCTUATION : 0;
}

static unsigned wide_class_of(WCHAR c) {
    if (c < 128)
        return class_of(c);
    if (c < 0xA0)
        return CONTROL;
    if (c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A))
        return SPACE | BLANK;
    if (c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2010 && c <= 0x206F))
        return PUNCTUATION;
    return c == CRT_WEOF ? 0 : ALPHA & ~(unsigned)(UPPER | LOWER);
}

enum {
    IS_ALPHA = ALPHA,
    IS_ALNUM = ALPHA | DIGIT,
    IS_GRAPH = ALPHA | DIGIT | PUNCTUATION,
};

#define CHARACTER_CLASS(name, mask)                                                                \
    CRT_API(int, is##name, (int c)) {                                                              \
        return (int)(class_of((unsigned)c) & (mask));                                              \
    }                                                                                              \
    CRT_API(int, isw##name, (WCHAR c)) {                                                           \
        return (int)(wide_class_of(c) & (mask));                                                   \
    }

CHARACTER_CLASS(alpha, IS_ALPHA)
CHARACTER_CLASS(alnum, IS_ALNUM)
CHARACTER_CLASS(digit, DIGIT)
CHARACTER_CLASS(xdigit, HEXADECIMAL)
CHARACTER_CLASS(upper, UPPER)
CHARACTER_CLASS(lower, LOWER)
CHARACTER_CLASS(space, SPACE)
CHARACTER_CLASS(blank, BLANK)
CHARACTER_CLASS(punct, PUNCTUATION)
CHARACTER_CLASS(cntrl, CONTROL)
CHARACTER_CLASS(graph, IS_GRAPH)

CRT_API(int, isprint, (int c)) {
    return c == ' ' || crt_isgraph(c);
}

CRT_API(int, iswprint, (WCHAR c)) {
    return c == ' ' || (c >= 0xA0 && wide_class_of(c)) || crt_iswgraph(c);
}

CRT_API(int, iswascii, (WCHAR c)) {
    return c < 128;
}

CRT_API(int, _isctype, (int c, int mask)) {
    return (int)(class_of((unsigned)c) & (unsigned)mask);
}

CRT_API(int, iswctype, (WCHAR c, uint16_t mask)) {
    return (int)(wide_class_of(c) & mask);
}

CRT_API(uint16_t, wctype, (const char *name)) {
    static const struct {
        const char *name;
        uint16_t mask;
    } classes[] = {
        {"alnum", IS_ALNUM},    {"alpha", IS_ALPHA}, {"blank", BLANK}, {"cntrl", CONTROL},
        {"digit", DIGIT},       {"graph", IS_GRAPH}, {"lower", LOWER}, {"print", IS_GRAPH | BLANK},
        {"punct", PUNCTUATION}, {"space", SPACE},    {"upper", UPPER}, {"xdigit", HEXADECIMAL},
    };
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(classes[i].name, name) == 0)
            return classes[i].mask;
    return 0;
}

/* ---- case ------------------------------------------------------------------------------------ */

CRT_API(int, tolower, (int c)) {
    return (int)crt_lower((unsigned)c);
}

CRT_API(int, toupper, (int c)) {
    return (int)crt_upper((unsigned)c);
}

/* Latin-1 letters have case in wide functions. */
CRT_API(WCHAR, towlower, (WCHAR c)) {
    return (c >= 0xC0 && c <= 0xDE && c != 0xD7) ? (WCHAR)(c + 32) : (WCHAR)crt_lower(c);
}

CRT_API(WCHAR, towupper, (WCHAR c)) {
    return (c >= 0xE0 && c <= 0xFE && c != 0xF7) ? (WCHAR)(c - 32) : (WCHAR)crt_upper(c);
}

enum { TO_UPPER = 1, TO_LOWER = 2 };

CRT_API(uint16_t, wctrans, (const char *name)) {
    return strcmp(name, "toupper") == 0 ? TO_UPPER : strcmp(name, "tolower") == 0 ? TO_LOWER : 0;
}

CRT_API(WCHAR, towctrans, (WCHAR c, uint16_t transform)) {
    return transform == TO_UPPER ? crt_towupper(c) : transform == TO_LOWER ? crt_towlower(c) : c;
}
