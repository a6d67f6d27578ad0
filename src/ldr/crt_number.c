#include "ldr/crt_number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(unsigned c) {
    return c == ' ' || c - '\t' < 5u;
}

static unsigned digit_value(unsigned c) {
    if (c - '0' < 10u)
        return c - '0';
    c |= 32;
    return c - 'a' < 26u ? c - 'a' + 10 : 99;
}

static size_t skip_blanks(struct crt_view view) {
    size_t position = 0;
    while (is_blank(crt_view_unit(view, position)))
        position++;
    return position;
}

static bool read_sign(struct crt_view view, size_t *position) {
    unsigned c = crt_view_unit(view, *position);
    if (c == '+' || c == '-')
        ++*position;
    return c == '-';
}

/* ---- integers -------------------------------------------------------------------------------- */

struct crt_integer crt_parse_integer(struct crt_view view, unsigned base) {
    struct crt_integer result = {0};
    if (base == 1 || base > 36)
        return result;
    size_t position = skip_blanks(view);
    result.negative = read_sign(view, &position);
    bool zero = crt_view_unit(view, position) == '0';
    if (zero && (base == 0 || base == 16) && (crt_view_unit(view, position + 1) | 32) == 'x' &&
        digit_value(crt_view_unit(view, position + 2)) < 16) {
        base = 16;
        position += 2;
    } else if (base == 0) {
        base = zero ? 8 : 10;
    }
    for (;; position++) {
        unsigned digit = digit_value(crt_view_unit(view, position));
        if (digit >= base)
            return result;
        if (result.magnitude > (UINT64_MAX - digit) / base)
            result.overflow = true;
        result.magnitude = result.overflow ? UINT64_MAX : result.magnitude * base + digit;
        result.end = position + 1;
    }
}

int64_t crt_clamp_signed(const struct crt_integer *integer, unsigned bits, bool *range) {
    uint64_t largest = UINT64_MAX >> (65 - bits);
    uint64_t limit = integer->negative ? largest + 1 : largest;
    *range = integer->magnitude > limit;
    uint64_t magnitude = *range ? limit : integer->magnitude;
    return integer->negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
}

uint64_t crt_clamp_unsigned(const struct crt_integer *integer, unsigned bits, bool *range) {
    uint64_t largest = UINT64_MAX >> (64 - bits);
    *range = integer->overflow || integer->magnitude > largest;
    if (*range)
        return largest;
    return (integer->negative ? 0 - integer->magnitude : integer->magnitude) & largest;
}

size_t crt_digits(char *out, uint64_t magnitude, bool negative, unsigned base) {
    char digits[CRT_DIGITS_MAX], *end = digits + sizeof digits, *p = end;
    do
        *--p = "0123456789abcdefghijklmnopqrstuvwxyz"[magnitude % base];
    while (magnitude /= base);
    if (negative)
        *--p = '-';
    memcpy(out, p, (size_t)(end - p));
    return (size_t)(end - p);
}

/* ---- floating point -------------------------------------------------------------------------- */

/*
 * The host's strtod rounds correctly, but its decimal point depends on the locale. It is therefore
 * given an integer and an exponent. More digits than these cannot change the result, a non-zero
 * rest is kept as a 1.
 */
enum { FLOAT_DIGITS_MAX = 800 };

struct float_reader {
    struct crt_view view;
    size_t position;
    unsigned base;
    int64_t exponent; /* to add: digits dropped, minus digits behind the point */
    size_t count;
    bool any;  /* there was a digit */
    bool rest; /* a dropped digit was not 0 */
    char digits[FLOAT_DIGITS_MAX + 32];
};

static void read_digits(struct float_reader *reader, bool fraction) {
    for (;; reader->position++) {
        unsigned unit = crt_view_unit(reader->view, reader->position);
        if (digit_value(unit) >= reader->base)
            return;
        reader->any = true;
        if (reader->count < FLOAT_DIGITS_MAX) {
            if (reader->count || unit != '0')
                reader->digits[reader->count++] = (char)unit;
            reader->exponent -= fraction;
        } else {
            reader->rest |= unit != '0';
            reader->exponent += !fraction;
        }
    }
}

static int64_t read_exponent(struct float_reader *reader) {
    unsigned letter = crt_view_unit(reader->view, reader->position) | 32;
    if (letter != (reader->base == 16 ? 'p' : 'e'))
        return 0;
    size_t position = reader->position + 1;
    bool negative = read_sign(reader->view, &position);
    if (crt_view_unit(reader->view, position) - '0' >= 10u)
        return 0;
    int64_t exponent = 0;
    for (; crt_view_unit(reader->view, position) - '0' < 10u; position++)
        if (exponent < 1000000)
            exponent = exponent * 10 + (crt_view_unit(reader->view, position) - '0');
    reader->position = position;
    return negative ? -exponent : exponent;
}

static bool match_word(struct crt_view view, size_t *position, const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i < length; i++)
        if ((crt_view_unit(view, *position + i) | 32) != (unsigned char)word[i])
            return false;
    *position += length;
    return true;
}

static double read_finite(struct float_reader *reader, bool *range) {
    if (reader->rest)
        reader->digits[reader->count++] = '1', reader->exponent--;
    if (!reader->count)
        return 0.0;
    char text[FLOAT_DIGITS_MAX + 64];
    int64_t exponent = reader->exponent;
    if (exponent > 99999)
        exponent = 99999;
    if (exponent < -99999)
        exponent = -99999;
    snprintf(text, sizeof text, "%s%.*s%c%d", reader->base == 16 ? "0x" : "", (int)reader->count,
             reader->digits, reader->base == 16 ? 'p' : 'e', (int)exponent);
    int saved = errno;
    double value = strtod(text, NULL);
    errno = saved;
    *range = isinf(value) || value == 0.0;
    return value;
}

double crt_parse_float(struct crt_view view, size_t *end, bool *range) {
    struct float_reader reader = {.view = view, .base = 10};
    *end = 0;
    *range = false;
    reader.position = skip_blanks(view);
    bool negative = read_sign(view, &reader.position);
    double value;
    if (match_word(view, &reader.position, "inf")) {
        match_word(view, &reader.position, "inity");
        value = HUGE_VAL;
    } else if (match_word(view, &reader.position, "nan")) {
        value = NAN;
    } else {
        size_t start = reader.position;
        if (crt_view_unit(view, start) == '0' && (crt_view_unit(view, start + 1) | 32) == 'x') {
            reader.base = 16;
            reader.position += 2;
        }
        read_digits(&reader, false);
        if (crt_view_unit(view, reader.position) == '.') {
            reader.position++;
            read_digits(&reader, true);
        }
        if (!reader.any) {
            *end = reader.base == 16 ? start + 1 : 0; /* of "0x" only the 0 counts */
            return 0.0;
        }
        if (reader.base == 16)
            reader.exponent *= 4;
        reader.exponent += read_exponent(&reader);
        value = read_finite(&reader, range);
    }
    *end = reader.position;
    return negative ? -value : value;
}
