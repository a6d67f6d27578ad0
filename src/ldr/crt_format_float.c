/*
 * The floating-point conversions. The host's snprintf produces the digits, which are exact; its
 * locale may only change the decimal point, and that is put right here.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ldr/crt_format.h"

static bool is_digit_of(char c, bool hexadecimal) {
    if (c >= '0' && c <= '9')
        return true;
    return hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

/* Replaces whatever stands between the integer digits and what follows by one point. */
static void fix_point(struct crt_float_text *out, bool hexadecimal) {
    size_t start = 0;
    while (start < out->length && is_digit_of(out->text[start], hexadecimal))
        start++;
    const char *exponent = hexadecimal ? "pP" : "eE";
    size_t end = start;
    while (end < out->length && !is_digit_of(out->text[end], hexadecimal) &&
           !strchr(exponent, out->text[end]))
        end++;
    if (end == start)
        return;
    out->text[start] = '.';
    memmove(out->text + start + 1, out->text + end, out->length - end);
    out->length -= end - start - 1;
}

/* Spelled as the universal CRT does. */
static void special_text(struct crt_float_text *out, double value, bool upper) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    const char *text = upper ? "INF" : "inf";
    if (isnan(value)) {
        bool quiet = (bits >> 51 & 1) != 0;
        bool indefinite = out->negative && (bits & ((UINT64_C(1) << 52) - 1)) == UINT64_C(1) << 51;
        if (indefinite)
            text = upper ? "NAN(IND)" : "nan(ind)";
        else if (!quiet)
            text = upper ? "NAN(SNAN)" : "nan(snan)";
        else
            text = upper ? "NAN" : "nan";
    }
    out->length = strlen(text);
    memcpy(out->text, text, out->length);
}

void crt_float_text(struct crt_float_text *out, double value, char conversion, int precision,
                    bool alternate) {
    bool hexadecimal = conversion == 'a' || conversion == 'A';
    out->negative = signbit(value) != 0;
    out->finite = isfinite(value);
    out->extra_zeros = out->zeros_at = 0;
    if (!out->finite) {
        special_text(out, value, conversion >= 'A' && conversion <= 'Z');
        return;
    }
    if (precision < 0)
        precision = hexadecimal ? 13 : 6;
    size_t beyond = 0;
    if (precision > CRT_FLOAT_PRECISION_MAX) {
        beyond = (size_t)precision - CRT_FLOAT_PRECISION_MAX;
        precision = CRT_FLOAT_PRECISION_MAX;
    }
    char format[8], *f = format;
    *f++ = '%';
    if (alternate)
        *f++ = '#';
    *f++ = '.';
    *f++ = '*';
    *f++ = conversion;
    *f = 0;
    int length = snprintf(out->text, sizeof out->text, format, precision, fabs(value));
    out->length = length < 0 ? 0 : (size_t)length;
    if (hexadecimal) {
        out->length -= 2;
        memmove(out->text, out->text + 2, out->length);
    }
    fix_point(out, hexadecimal);
    /* %g drops trailing zeros, unless it is told to keep them. */
    if (beyond && ((conversion != 'g' && conversion != 'G') || alternate)) {
        const char *exponents = hexadecimal ? "pP" : "eE";
        size_t at = strcspn(out->text, exponents);
        out->zeros_at = at < out->length ? at : out->length;
        out->extra_zeros = beyond;
    }
}
