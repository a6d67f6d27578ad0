#include "ldr/crt_format.h"

#include <limits.h>
#include <string.h>

#include "ldr/crt_text.h"
#include "ldr/ldr.h"
#include "rundown/sdk/ntdef.h"

enum directive_flags { LEFT = 1, PLUS = 2, BLANK = 4, ALTERNATE = 8, ZERO = 16 };

enum length_modifier {
    LENGTH_NONE,
    LENGTH_CHAR,  /* hh */
    LENGTH_SHORT, /* h */
    LENGTH_LONG,  /* l: 32 bits; wide for characters and strings */
    LENGTH_WIDE,  /* w: as l, for characters and strings only */
    LENGTH_32,    /* I32 */
    LENGTH_64,    /* ll, I64, j, z, t, I */
    LENGTH_LONG_DOUBLE,
};

struct directive {
    unsigned flags;
    int width;
    int precision; /* -1: none */
    enum length_modifier length;
    unsigned conversion;
};

struct formatter {
    struct crt_sink *sink;
    unsigned flags;
    const void *format;
    size_t position;
    size_t total;
    va_list arguments;
};

/* A number, cut into the pieces between which zeros go. */
struct number {
    const char *prefix;
    size_t leading_zeros;
    const char *text;
    size_t length;
    size_t zeros_at, zeros; /* zeros within the text */
};

/* ---- output ---------------------------------------------------------------------------------- */

static void put_units(struct formatter *f, const void *units, size_t count) {
    if (!count)
        return;
    f->total += count;
    f->sink->write(f->sink, units, count);
}

static void put_ascii(struct formatter *f, const char *text, size_t count) {
    if (!f->sink->wide) {
        put_units(f, text, count);
        return;
    }
    WCHAR units[64];
    while (count) {
        size_t part = count < 64 ? count : 64;
        for (size_t i = 0; i < part; i++)
            units[i] = (unsigned char)text[i];
        put_units(f, units, part);
        text += part;
        count -= part;
    }
}

static void put_fill(struct formatter *f, char fill, size_t count) {
    char text[64];
    memset(text, fill, sizeof text);
    while (count) {
        size_t part = count < sizeof text ? count : sizeof text;
        put_ascii(f, text, part);
        count -= part;
    }
}

/* Narrow text into a wide sink, or wide into narrow, at most `units_max` units of the sink. */
static void put_converted(struct formatter *f, const void *text, size_t count, size_t units_max) {
    const char *narrow = text;
    const WCHAR *wide = text;
    while (count && units_max) {
        if (f->sink->wide) {
            WCHAR units[2];
            size_t length = crt_utf16_put(units, crt_utf8_next(&narrow, &count));
            if (length > units_max)
                break;
            put_units(f, units, length);
            units_max -= length;
        } else {
            char bytes[CRT_UTF8_MAX];
            size_t length = crt_utf8_put(bytes, crt_utf16_next(&wide, &count));
            if (length > units_max)
                break;
            put_units(f, bytes, length);
            units_max -= length;
        }
    }
}

static size_t converted_length(struct formatter *f, const void *text, size_t count,
                               size_t units_max) {
    size_t used = 0;
    const char *narrow = text;
    const WCHAR *wide = text;
    while (count) {
        WCHAR units[2];
        char bytes[CRT_UTF8_MAX];
        size_t length = f->sink->wide ? crt_utf16_put(units, crt_utf8_next(&narrow, &count))
                                      : crt_utf8_put(bytes, crt_utf16_next(&wide, &count));
        if (length > units_max - used)
            break;
        used += length;
    }
    return used;
}

/* Text of either width, cut by the precision and filled up to the width. */
static void put_text(struct formatter *f, const struct directive *d, const void *text, size_t count,
                     bool wide) {
    size_t max = d->precision < 0 ? SIZE_MAX : (size_t)d->precision;
    size_t length;
    if (wide == f->sink->wide)
        length = count < max ? count : max;
    else
        length = converted_length(f, text, count, max);
    size_t fill = (size_t)d->width > length ? (size_t)d->width - length : 0;
    if (!(d->flags & LEFT))
        put_fill(f, d->flags & ZERO ? '0' : ' ', fill);
    if (wide == f->sink->wide)
        put_units(f, text, length);
    else
        put_converted(f, text, count, max);
    if (d->flags & LEFT)
        put_fill(f, ' ', fill);
}

static void put_number(struct formatter *f, const struct directive *d, struct number *n) {
    size_t prefix = strlen(n->prefix);
    size_t length = prefix + n->leading_zeros + n->length + n->zeros;
    size_t fill = (size_t)d->width > length ? (size_t)d->width - length : 0;
    if (!(d->flags & LEFT)) {
        if (d->flags & ZERO)
            n->leading_zeros += fill;
        else
            put_fill(f, ' ', fill);
    }
    put_ascii(f, n->prefix, prefix);
    put_fill(f, '0', n->leading_zeros);
    put_ascii(f, n->text, n->zeros_at);
    put_fill(f, '0', n->zeros);
    put_ascii(f, n->text + n->zeros_at, n->length - n->zeros_at);
    if (d->flags & LEFT)
        put_fill(f, ' ', fill);
}

/* ---- conversions ----------------------------------------------------------------------------- */

/* A 32-bit argument may have been passed as a 64-bit long: both occupy one slot. */
static uint64_t unsigned_argument(struct formatter *f, enum length_modifier length) {
    switch (length) {
    case LENGTH_64:
    case LENGTH_LONG_DOUBLE:
        return va_arg(f->arguments, uint64_t);
    case LENGTH_CHAR:
        return (unsigned char)va_arg(f->arguments, unsigned);
    case LENGTH_SHORT:
        return (unsigned short)va_arg(f->arguments, unsigned);
    default:
        return va_arg(f->arguments, uint32_t);
    }
}

static int64_t signed_argument(struct formatter *f, enum length_modifier length) {
    uint64_t value = unsigned_argument(f, length);
    switch (length) {
    case LENGTH_64:
    case LENGTH_LONG_DOUBLE:
        return (int64_t)value;
    case LENGTH_CHAR:
        return (int8_t)value;
    case LENGTH_SHORT:
        return (int16_t)value;
    default:
        return (int32_t)value;
    }
}

static const char *sign_prefix(const struct directive *d, bool negative) {
    return negative ? "-" : d->flags & PLUS ? "+" : d->flags & BLANK ? " " : "";
}

static void put_integer(struct formatter *f, struct directive *d) {
    char text[24], *end = text + sizeof text, *p = end;
    unsigned base = d->conversion == 'o' ? 8 : (d->conversion | 32) == 'x' ? 16 : 10;
    const char *digits = d->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    struct number n = {.prefix = ""};
    uint64_t value;
    if (d->conversion == 'd' || d->conversion == 'i') {
        int64_t number = signed_argument(f, d->length);
        n.prefix = sign_prefix(d, number < 0);
        value = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    } else {
        value = unsigned_argument(f, d->length);
        if (d->flags & ALTERNATE && value && base == 16)
            n.prefix = d->conversion == 'X' ? "0X" : "0x";
    }
    for (uint64_t rest = value; rest; rest /= base)
        *--p = digits[rest % base];
    size_t least = d->precision < 0 ? 1 : (size_t)d->precision;
    n.text = p;
    n.length = (size_t)(end - p);
    n.leading_zeros = least > n.length ? least - n.length : 0;
    if (base == 8 && d->flags & ALTERNATE && n.leading_zeros == 0)
        n.leading_zeros = 1;
    if (d->precision >= 0)
        d->flags &= ~(unsigned)ZERO;
    put_number(f, d, &n);
}

static void put_pointer(struct formatter *f, struct directive *d) {
    char text[16];
    uint64_t value = (uint64_t)(uintptr_t)va_arg(f->arguments, void *);
    for (int i = 15; i >= 0; i--, value >>= 4)
        text[i] = "0123456789ABCDEF"[value & 15];
    struct number n = {.prefix = "", .text = text, .length = sizeof text};
    put_number(f, d, &n);
}

static void put_float(struct formatter *f, struct directive *d) {
    double value = d->length == LENGTH_LONG_DOUBLE ? (double)va_arg(f->arguments, long double)
                                                   : va_arg(f->arguments, double);
    struct crt_float_text text;
    crt_float_text(&text, value, (char)d->conversion, d->precision, (d->flags & ALTERNATE) != 0);
    struct number n = {.text = text.text,
                       .length = text.length,
                       .zeros = text.extra_zeros,
                       .zeros_at = text.zeros_at};
    char prefix[4] = "";
    strcpy(prefix, sign_prefix(d, text.negative));
    if (!text.finite)
        d->flags &= ~(unsigned)ZERO;
    else if ((d->conversion | 32) == 'a')
        strcat(prefix, d->conversion == 'A' ? "0X" : "0x");
    n.prefix = prefix;
    put_number(f, d, &n);
}

/* Is the argument of a character or string conversion wide? */
static bool argument_is_wide(const struct formatter *f, const struct directive *d) {
    if (d->length == LENGTH_SHORT || d->length == LENGTH_CHAR)
        return false;
    if (d->length == LENGTH_LONG || d->length == LENGTH_WIDE)
        return true;
    bool opposite = d->conversion == 'S' || d->conversion == 'C';
    return ((f->flags & CRT_FORMAT_WIDE) != 0) != opposite;
}

static void put_character(struct formatter *f, struct directive *d) {
    d->precision = -1;
    int value = va_arg(f->arguments, int);
    WCHAR wide = (WCHAR)value;
    char narrow = (char)value;
    if (argument_is_wide(f, d))
        put_text(f, d, &wide, 1, true);
    else
        put_text(f, d, &narrow, 1, false);
}

static void put_string(struct formatter *f, struct directive *d) {
    bool wide = argument_is_wide(f, d);
    const void *text = va_arg(f->arguments, const void *);
    /* Every character of the result needs at least one unit of the source. */
    size_t max = d->precision < 0 ? SIZE_MAX : (size_t)d->precision;
    if (!text)
        put_text(f, d, "(null)", 6, false);
    else if (wide)
        put_text(f, d, text, crt_wide_length_max(text, max), true);
    else if (f->sink->wide && d->precision >= 0)
        put_text(f, d, text, crt_narrow_length_max(text, max * CRT_UTF8_MAX), false);
    else
        put_text(f, d, text, crt_narrow_length_max(text, max), false);
}

/* Kernel only: counted strings. */
static void put_counted_string(struct formatter *f, struct directive *d) {
    const void *argument = va_arg(f->arguments, const void *);
    bool wide = d->length == LENGTH_WIDE || d->length == LENGTH_LONG ||
                (d->length == LENGTH_NONE && f->flags & CRT_FORMAT_WIDE);
    if (!argument) {
        put_text(f, d, "(null)", 6, false);
    } else if (wide) {
        const UNICODE_STRING *string = argument;
        size_t count = string->Buffer ? string->Length / sizeof(WCHAR) : 0;
        put_text(f, d, string->Buffer, count, true);
    } else {
        const ANSI_STRING *string = argument;
        put_text(f, d, string->Buffer, string->Buffer ? string->Length : 0, false);
    }
}

/* %n: how much has been written so far. */
static void store_count(struct formatter *f, const struct directive *d) {
    void *where = va_arg(f->arguments, void *);
    if (!where || f->flags & CRT_FORMAT_KERNEL)
        return;
    switch (d->length) {
    case LENGTH_CHAR:
        *(int8_t *)where = (int8_t)f->total;
        break;
    case LENGTH_SHORT:
        *(int16_t *)where = (int16_t)f->total;
        break;
    case LENGTH_64:
        *(int64_t *)where = (int64_t)f->total;
        break;
    default:
        *(int32_t *)where = (int32_t)f->total;
        break;
    }
}

/* ---- the language ---------------------------------------------------------------------------- */

static unsigned unit_at(const struct formatter *f, size_t position) {
    if (f->flags & CRT_FORMAT_WIDE)
        return ((const WCHAR *)f->format)[position];
    return ((const unsigned char *)f->format)[position];
}

static unsigned peek(const struct formatter *f) {
    return unit_at(f, f->position);
}

static bool accept(struct formatter *f, char c) {
    if (peek(f) != (unsigned char)c)
        return false;
    f->position++;
    return true;
}

/* Digits or '*'; widths beyond what an int holds are cut. */
static int parse_number(struct formatter *f) {
    if (accept(f, '*'))
        return va_arg(f->arguments, int);
    int64_t number = 0;
    while (peek(f) - '0' < 10u) {
        if (number < INT_MAX)
            number = number * 10 + (peek(f) - '0');
        f->position++;
    }
    return number > INT_MAX ? INT_MAX : (int)number;
}

static unsigned parse_flags(struct formatter *f) {
    unsigned flags = 0;
    for (;; f->position++) {
        switch (peek(f)) {
        case '-':
            flags |= LEFT;
            break;
        case '+':
            flags |= PLUS;
            break;
        case ' ':
            flags |= BLANK;
            break;
        case '#':
            flags |= ALTERNATE;
            break;
        case '0':
            flags |= ZERO;
            break;
        default:
            return flags;
        }
    }
}

static enum length_modifier parse_length(struct formatter *f) {
    if (accept(f, 'h'))
        return accept(f, 'h') ? LENGTH_CHAR : LENGTH_SHORT;
    if (accept(f, 'l'))
        return accept(f, 'l') ? LENGTH_64 : LENGTH_LONG;
    if (accept(f, 'w'))
        return LENGTH_WIDE;
    if (accept(f, 'L'))
        return LENGTH_LONG_DOUBLE;
    if (accept(f, 'j') || accept(f, 'z') || accept(f, 't'))
        return LENGTH_64;
    if (accept(f, 'I')) {
        if (peek(f) == '6' && unit_at(f, f->position + 1) == '4')
            f->position += 2;
        else if (peek(f) == '3' && unit_at(f, f->position + 1) == '2') {
            f->position += 2;
            return LENGTH_32;
        }
        return LENGTH_64;
    }
    return LENGTH_NONE;
}

static void convert(struct formatter *f, struct directive *d) {
    switch (d->conversion) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        put_integer(f, d);
        break;
    case 'p':
        put_pointer(f, d);
        break;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        put_float(f, d);
        break;
    case 'c':
    case 'C':
        put_character(f, d);
        break;
    case 's':
    case 'S':
        put_string(f, d);
        break;
    case 'n':
        store_count(f, d);
        break;
    default: {
        if (d->conversion == 'Z' && f->flags & CRT_FORMAT_KERNEL) {
            put_counted_string(f, d);
            break;
        }
        /* Not a conversion: Windows writes the character itself. */
        WCHAR wide = (WCHAR)d->conversion;
        char narrow = (char)d->conversion;
        put_units(f, f->sink->wide ? (const void *)&wide : (const void *)&narrow, 1);
        break;
    }
    }
}

static void parse_directive(struct formatter *f) {
    struct directive d = {.precision = -1};
    d.flags = parse_flags(f);
    d.width = parse_number(f);
    if (d.width < 0) {
        d.flags |= LEFT;
        d.width = d.width == INT_MIN ? INT_MAX : -d.width;
    }
    if (accept(f, '.')) {
        d.precision = parse_number(f);
        if (d.precision < 0)
            d.precision = -1;
    }
    d.length = parse_length(f);
    d.conversion = peek(f);
    if (!d.conversion)
        return;
    f->position++;
    if (d.flags & LEFT)
        d.flags &= ~(unsigned)ZERO;
    convert(f, &d);
}

/* The text up to the next directive, as it is. */
static void put_literal(struct formatter *f) {
    size_t start = f->position;
    while (peek(f) && peek(f) != '%')
        f->position++;
    size_t count = f->position - start;
    bool wide = (f->flags & CRT_FORMAT_WIDE) != 0;
    const void *text = wide ? (const void *)((const WCHAR *)f->format + start)
                            : (const void *)((const char *)f->format + start);
    if (wide == f->sink->wide)
        put_units(f, text, count);
    else
        put_converted(f, text, count, SIZE_MAX);
}

/* The kernel's own _vsnprintf and the like know what DbgPrint knows. */
static unsigned flags_of_caller(void) {
    struct rd_world *w = port_current_world();
    return w && w->ke->current && ps_more(ps_current(w))->driver ? CRT_FORMAT_KERNEL : 0;
}

int crt_format(struct crt_sink *sink, unsigned flags, const void *format, va_list arguments) {
    struct formatter f = {.sink = sink, .flags = flags | flags_of_caller(), .format = format};
    va_copy(f.arguments, arguments);
    while (peek(&f)) {
        put_literal(&f);
        if (!accept(&f, '%'))
            break;
        if (accept(&f, '%'))
            put_ascii(&f, "%", 1);
        else
            parse_directive(&f);
    }
    va_end(f.arguments);
    return f.total > INT_MAX ? -1 : (int)f.total;
}

/* ---- into memory ----------------------------------------------------------------------------- */

struct memory_sink {
    struct crt_sink sink;
    char *next;
    size_t left;
};

static void write_memory(struct crt_sink *sink, const void *units, size_t count) {
    struct memory_sink *memory = (struct memory_sink *)(void *)sink;
    size_t unit = sink->wide ? sizeof(WCHAR) : 1;
    if (count > memory->left)
        count = memory->left;
    memcpy(memory->next, units, count * unit);
    memory->next += count * unit;
    memory->left -= count;
}

int crt_format_narrow(char *buffer, size_t size, unsigned flags, const void *format,
                      va_list arguments) {
    char nothing[1];
    struct memory_sink memory = {.sink = {false, write_memory},
                                 .next = size ? buffer : nothing,
                                 .left = size ? size - 1 : 0};
    int count = crt_format(&memory.sink, flags, format, arguments);
    if (size)
        *memory.next = 0;
    return count;
}

int crt_format_wide(WCHAR *buffer, size_t size, unsigned flags, const void *format,
                    va_list arguments) {
    WCHAR nothing[1];
    struct memory_sink memory = {.sink = {true, write_memory},
                                 .next = (char *)(size ? buffer : nothing),
                                 .left = size ? size - 1 : 0};
    int count = crt_format(&memory.sink, flags, format, arguments);
    if (size)
        *(WCHAR *)(void *)memory.next = 0;
    return count;
}
