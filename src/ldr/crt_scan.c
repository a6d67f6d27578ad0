#include "ldr/crt_scan.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "ldr/crt_number.h"
#include "ldr/crt_text.h"

enum scan_length { SCAN_NONE, SCAN_CHAR, SCAN_SHORT, SCAN_LONG, SCAN_64, SCAN_LONG_DOUBLE };

enum { SCAN_NUMBER_MAX = 350 }; /* longer numbers are cut, as no sensible one is */

struct scan {
    struct crt_source *source;
    unsigned flags;
    const void *format;
    size_t position;
    size_t consumed;
    int assigned;
    bool input_failure; /* the source ended where something had to begin */
    va_list arguments;
};

struct scan_directive {
    bool suppressed;
    size_t width; /* SIZE_MAX: none */
    enum scan_length length;
    bool narrow; /* h */
    unsigned conversion;
};

/* Where %s %c %[ put their units; `target` NULL: nowhere. */
struct scan_text {
    void *target;
    bool wide;
    size_t room; /* units */
    size_t count;
};

/* ---- source and format ----------------------------------------------------------------------- */

static int next(struct scan *s) {
    int unit = s->source->get(s->source);
    if (unit >= 0)
        s->consumed++;
    return unit;
}

static void back(struct scan *s, int unit) {
    if (unit < 0)
        return;
    s->source->unget(s->source, unit);
    s->consumed--;
}

static unsigned format_at(const struct scan *s, size_t position) {
    return crt_view_unit((struct crt_view){s->format, (s->flags & CRT_SCAN_WIDE) != 0}, position);
}

static bool accept(struct scan *s, char c) {
    if (format_at(s, s->position) != (unsigned char)c)
        return false;
    s->position++;
    return true;
}

static bool is_blank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Returns false at the end of the source. */
static bool skip_blanks(struct scan *s) {
    int c;
    do
        c = next(s);
    while (is_blank(c));
    back(s, c);
    return c >= 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

struct number_text {
    char text[SCAN_NUMBER_MAX + 1];
    size_t length, width;
    int c; /* the unit in hand */
};

static void keep(struct scan *s, struct number_text *n) {
    if (n->length < SCAN_NUMBER_MAX)
        n->text[n->length++] = (char)n->c;
    n->width--;
    n->c = n->width ? next(s) : -2;
}

static bool keep_if(struct scan *s, struct number_text *n, const char *set) {
    if (n->c <= 0 || n->c > 127 || !strchr(set, n->c))
        return false;
    keep(s, n);
    return true;
}

static void finish_number(struct scan *s, struct number_text *n) {
    if (n->c >= 0)
        back(s, n->c);
    n->text[n->length] = 0;
}

static void start_number(struct scan *s, const struct scan_directive *d, struct number_text *n) {
    n->length = 0;
    n->width = d->width;
    n->c = next(s);
    keep_if(s, n, "+-");
}

static bool store_integer(struct scan *s, const struct scan_directive *d, uint64_t value) {
    if (d->suppressed)
        return true;
    void *target = va_arg(s->arguments, void *);
    switch (d->conversion == 'p' ? SCAN_64 : d->length) {
    case SCAN_CHAR:
        *(uint8_t *)target = (uint8_t)value;
        break;
    case SCAN_SHORT:
        *(uint16_t *)target = (uint16_t)value;
        break;
    case SCAN_64:
    case SCAN_LONG_DOUBLE:
        *(uint64_t *)target = value;
        break;
    default:
        *(uint32_t *)target = (uint32_t)value;
        break;
    }
    s->assigned++;
    return true;
}

/* False at the end of the source, which is then why the scan fails. */
static bool skip_to_input(struct scan *s) {
    s->input_failure = !skip_blanks(s);
    return !s->input_failure;
}

static bool scan_integer(struct scan *s, const struct scan_directive *d) {
    if (!skip_to_input(s))
        return false;
    struct number_text n;
    unsigned base = d->conversion == 'i'                                  ? 0
                    : (d->conversion | 32) == 'x' || d->conversion == 'p' ? 16
                    : d->conversion == 'o'                                ? 8
                                                                          : 10;
    start_number(s, d, &n);
    if ((base == 0 || base == 16) && keep_if(s, &n, "0")) {
        if (keep_if(s, &n, "xX"))
            base = 16;
        else if (base == 0)
            base = 8;
    }
    if (base == 0)
        base = 10;
    const char *set = base == 16 ? "0123456789abcdefABCDEF" : base == 8 ? "01234567" : "0123456789";
    while (keep_if(s, &n, set)) {
    }
    finish_number(s, &n);
    struct crt_integer value = crt_parse_integer((struct crt_view){n.text, false}, base);
    if (!value.end)
        return false;
    return store_integer(s, d, value.negative ? 0 - value.magnitude : value.magnitude);
}

static bool scan_float(struct scan *s, const struct scan_directive *d) {
    if (!skip_to_input(s))
        return false;
    struct number_text n;
    start_number(s, d, &n);
    const char *digits = "0123456789", *exponent = "eE";
    if (keep_if(s, &n, "iInN")) {
        while (keep_if(s, &n, "nNfFiItTyYaA")) {
        }
    } else {
        if (keep_if(s, &n, "0") && keep_if(s, &n, "xX")) {
            digits = "0123456789abcdefABCDEF";
            exponent = "pP";
        }
        while (keep_if(s, &n, digits)) {
        }
        if (keep_if(s, &n, "."))
            while (keep_if(s, &n, digits)) {
            }
        if (keep_if(s, &n, exponent)) {
            keep_if(s, &n, "+-");
            while (keep_if(s, &n, "0123456789")) {
            }
        }
    }
    finish_number(s, &n);
    size_t end;
    bool range;
    double value = crt_parse_float((struct crt_view){n.text, false}, &end, &range);
    if (!end)
        return false;
    if (d->suppressed)
        return true;
    void *target = va_arg(s->arguments, void *);
    if (d->length == SCAN_LONG_DOUBLE)
        *(long double *)target = value;
    else if (d->length == SCAN_LONG)
        *(double *)target = value;
    else
        *(float *)target = (float)value;
    s->assigned++;
    return true;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* A set as in %[a-z], described by its place in the format. */
struct scan_set {
    size_t start, end; /* positions between the brackets */
    bool negated;
};

static bool in_set(const struct scan *s, const struct scan_set *set, unsigned unit) {
    bool found = false;
    for (size_t i = set->start; i < set->end && !found; i++) {
        unsigned low = format_at(s, i), high = low;
        if (i + 2 < set->end && format_at(s, i + 1) == '-') {
            high = format_at(s, i + 2);
            i += 2;
        }
        if (high < low) {
            unsigned swap = low;
            low = high;
            high = swap;
        }
        found = unit >= low && unit <= high;
    }
    return found != set->negated;
}

static struct scan_set parse_set(struct scan *s) {
    struct scan_set set = {.negated = accept(s, '^')};
    set.start = s->position;
    accept(s, ']');
    while (format_at(s, s->position) && format_at(s, s->position) != ']')
        s->position++;
    set.end = s->position;
    accept(s, ']');
    return set;
}

static struct scan_text text_target(struct scan *s, const struct scan_directive *d) {
    struct scan_text text = {.room = SIZE_MAX};
    bool opposite = d->conversion == 'S' || d->conversion == 'C';
    text.wide = ((s->flags & CRT_SCAN_WIDE) != 0) != opposite;
    if (d->length == SCAN_LONG)
        text.wide = true;
    if (d->narrow)
        text.wide = false;
    if (d->suppressed)
        return text;
    text.target = va_arg(s->arguments, void *);
    if (s->flags & CRT_SCAN_SECURE)
        text.room = va_arg(s->arguments, unsigned);
    return text;
}

static bool put_unit(struct scan_text *text, unsigned unit) {
    if (text->target) {
        if (text->count >= text->room)
            return false;
        if (text->wide)
            ((WCHAR *)text->target)[text->count] = (WCHAR)unit;
        else
            ((char *)text->target)[text->count] = (char)unit;
    }
    text->count++;
    return true;
}

/* One character from the source, whatever its width, to the target. */
static bool put_character(struct scan *s, struct scan_text *text, int unit) {
    if (s->source->wide == text->wide || unit < 128)
        return put_unit(text, (unsigned)unit);
    if (!text->wide) {
        WCHAR units[2] = {(WCHAR)unit, 0};
        const WCHAR *from = units;
        size_t count = 1;
        if ((unit & 0xFC00) == 0xD800) {
            units[1] = (WCHAR)next(s);
            count = 2;
        }
        char bytes[CRT_UTF8_MAX];
        size_t length = crt_utf8_put(bytes, crt_utf16_next(&from, &count));
        for (size_t i = 0; i < length; i++)
            if (!put_unit(text, (unsigned char)bytes[i]))
                return false;
        return true;
    }
    char bytes[CRT_UTF8_MAX] = {(char)unit};
    const char *from = bytes;
    size_t need = unit >= 0xF0 ? 4 : unit >= 0xE0 ? 3 : unit >= 0xC0 ? 2 : 1, count = need;
    for (size_t i = 1; i < need; i++)
        bytes[i] = (char)next(s);
    WCHAR units[2];
    size_t length = crt_utf16_put(units, crt_utf8_next(&from, &count));
    for (size_t i = 0; i < length; i++)
        if (!put_unit(text, units[i]))
            return false;
    return true;
}

static bool scan_text(struct scan *s, const struct scan_directive *d, const struct scan_set *set) {
    bool characters = d->conversion == 'c' || d->conversion == 'C';
    bool word = d->conversion == 's' || d->conversion == 'S';
    if (word && !skip_to_input(s))
        return false;
    struct scan_text text = text_target(s, d);
    size_t width = d->width == SIZE_MAX && characters ? 1 : d->width;
    size_t units = 0;
    bool fits = true;
    while (fits && units < width) {
        int c = next(s);
        if (c < 0) {
            s->input_failure = !units;
            break;
        }
        if ((word && is_blank(c)) || (set && !in_set(s, set, (unsigned)c))) {
            back(s, c);
            break;
        }
        fits = put_character(s, &text, c);
        units++;
    }
    if (!characters && fits && text.target) {
        fits = put_unit(&text, 0);
    }
    if (!fits && text.target && text.room) {
        text.count = 0;
        put_unit(&text, 0);
    }
    if (!fits || !units || (characters && units < width))
        return false;
    if (!d->suppressed)
        s->assigned++;
    return true;
}

/* ---- the language ---------------------------------------------------------------------------- */

static void parse_length(struct scan *s, struct scan_directive *d) {
    if (accept(s, 'h')) {
        d->length = accept(s, 'h') ? SCAN_CHAR : SCAN_SHORT;
        d->narrow = true;
    } else if (accept(s, 'l')) {
        d->length = accept(s, 'l') ? SCAN_64 : SCAN_LONG;
    } else if (accept(s, 'w')) {
        d->length = SCAN_LONG;
    } else if (accept(s, 'L')) {
        d->length = SCAN_LONG_DOUBLE;
    } else if (accept(s, 'j') || accept(s, 'z') || accept(s, 't')) {
        d->length = SCAN_64;
    } else if (accept(s, 'I')) {
        d->length = SCAN_64;
        if (format_at(s, s->position) == '6' && format_at(s, s->position + 1) == '4') {
            s->position += 2;
        } else if (format_at(s, s->position) == '3' && format_at(s, s->position + 1) == '2') {
            s->position += 2;
            d->length = SCAN_NONE;
        }
    }
}

static bool store_count(struct scan *s, const struct scan_directive *d) {
    int assigned = s->assigned;
    store_integer(s, d, s->consumed);
    s->assigned = assigned;
    return true;
}

static bool match_unit(struct scan *s, unsigned expected) {
    int c = next(s);
    if (c >= 0 && (unsigned)c == expected)
        return true;
    s->input_failure = c < 0;
    back(s, c);
    return false;
}

static bool convert(struct scan *s, const struct scan_directive *d) {
    switch (d->conversion) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
        return scan_integer(s, d);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        return scan_float(s, d);
    case 'c':
    case 'C':
    case 's':
    case 'S':
        return scan_text(s, d, NULL);
    case '[': {
        struct scan_set set = parse_set(s);
        return scan_text(s, d, &set);
    }
    case 'n':
        return store_count(s, d);
    case '%':
        skip_blanks(s);
        return match_unit(s, '%');
    default:
        return false;
    }
}

static bool scan_directive(struct scan *s) {
    struct scan_directive d = {.width = SIZE_MAX};
    d.suppressed = accept(s, '*');
    if (format_at(s, s->position) - '0' < 10u) {
        d.width = 0;
        for (; format_at(s, s->position) - '0' < 10u; s->position++)
            if (d.width < INT_MAX)
                d.width = d.width * 10 + (format_at(s, s->position) - '0');
        if (!d.width)
            return false;
    }
    parse_length(s, &d);
    d.conversion = format_at(s, s->position);
    if (!d.conversion)
        return false;
    s->position++;
    return convert(s, &d);
}

int crt_scan(struct crt_source *source, unsigned flags, const void *format, va_list arguments) {
    struct scan s = {.source = source, .flags = flags, .format = format};
    va_copy(s.arguments, arguments);
    bool going = true;
    unsigned unit;
    while (going && (unit = format_at(&s, s.position)) != 0) {
        s.position++;
        if (is_blank((int)unit))
            skip_blanks(&s);
        else if (unit == '%')
            going = scan_directive(&s);
        else
            going = match_unit(&s, unit);
    }
    va_end(s.arguments);
    return s.input_failure && !s.assigned ? -1 : s.assigned;
}

/* ---- from memory ----------------------------------------------------------------------------- */

struct memory_source {
    struct crt_source source;
    struct crt_view view;
    size_t position;
};

static int get_memory(struct crt_source *source) {
    struct memory_source *memory = (struct memory_source *)(void *)source;
    unsigned unit = crt_view_unit(memory->view, memory->position);
    if (!unit)
        return -1;
    memory->position++;
    return (int)unit;
}

static void unget_memory(struct crt_source *source, int unit) {
    (void)unit;
    ((struct memory_source *)(void *)source)->position--;
}

int crt_scan_narrow(const char *text, unsigned flags, const void *format, va_list arguments) {
    struct memory_source memory = {{false, get_memory, unget_memory}, {text, false}, 0};
    return crt_scan(&memory.source, flags, format, arguments);
}

int crt_scan_wide(const WCHAR *text, unsigned flags, const void *format, va_list arguments) {
    struct memory_source memory = {{true, get_memory, unget_memory}, {text, true}, 0};
    return crt_scan(&memory.source, flags, format, arguments);
}
