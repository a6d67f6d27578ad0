/* crt_convert.c - numbers from text and to text. long results have the range of Windows' 32-bit
 * long. */
#include <string.h>

#include "ldr/crt_number.h"
#include "ldr/crt_format.h"
#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum { LONG_BITS = 32 };

/* ---- integers from text ---------------------------------------------------------------------- */

static void set_end(struct crt_view view, void *end, size_t position) {
    size_t unit = view.wide ? sizeof(WCHAR) : 1;
    if (end)
        *(const char **)end = (const char *)view.text + position * unit;
}

static int64_t to_signed(struct crt_view view, void *end, int base, unsigned bits) {
    bool range;
    struct crt_integer number = crt_parse_integer(view, (unsigned)base);
    set_end(view, end, number.end);
    int64_t value = crt_clamp_signed(&number, bits, &range);
    if (range)
        crt_set_errno(CRT_ERANGE);
    return value;
}

static uint64_t to_unsigned(struct crt_view view, void *end, int base, unsigned bits) {
    bool range;
    struct crt_integer number = crt_parse_integer(view, (unsigned)base);
    set_end(view, end, number.end);
    uint64_t value = crt_clamp_unsigned(&number, bits, &range);
    if (range)
        crt_set_errno(CRT_ERANGE);
    return value;
}

#define VIEW(text, wide) ((struct crt_view){text, wide})

/* A narrow and a wide function for each kind of number. */
#define FROM_TEXT(type, narrow, wide, reader, bits)                                                \
    CRT_API(type, narrow, (const char *text, char **end, int base)) {                              \
        return (type)reader(VIEW(text, false), end, base, bits);                                   \
    }                                                                                              \
    CRT_API(type, wide, (const WCHAR *text, WCHAR **end, int base)) {                              \
        return (type)reader(VIEW(text, true), end, base, bits);                                    \
    }

FROM_TEXT(long, strtol, wcstol, to_signed, LONG_BITS)
FROM_TEXT(unsigned long, strtoul, wcstoul, to_unsigned, LONG_BITS)
FROM_TEXT(long long, strtoll, wcstoll, to_signed, 64)
FROM_TEXT(unsigned long long, strtoull, wcstoull, to_unsigned, 64)
FROM_TEXT(long long, _strtoi64, _wcstoi64, to_signed, 64)
FROM_TEXT(unsigned long long, _strtoui64, _wcstoui64, to_unsigned, 64)

#define SIMPLE_FROM_TEXT(type, narrow, wide, bits)                                                 \
    CRT_API(type, narrow, (const char *text)) {                                                    \
        return (type)to_signed(VIEW(text, false), NULL, 10, bits);                                 \
    }                                                                                              \
    CRT_API(type, wide, (const WCHAR *text)) {                                                     \
        return (type)to_signed(VIEW(text, true), NULL, 10, bits);                                  \
    }

SIMPLE_FROM_TEXT(int, atoi, _wtoi, 32)
SIMPLE_FROM_TEXT(long, atol, _wtol, LONG_BITS)
SIMPLE_FROM_TEXT(long long, _atoi64, _wtoi64, 64)
SIMPLE_FROM_TEXT(long long, atoll, _wtoll, 64)

/* ---- floating point from text ---------------------------------------------------------------- */

static double to_float(struct crt_view view, void *end) {
    size_t position;
    bool range;
    double value = crt_parse_float(view, &position, &range);
    set_end(view, end, position);
    if (range)
        crt_set_errno(CRT_ERANGE);
    return value;
}

#define FLOAT_FROM_TEXT(type, narrow, wide)                                                        \
    CRT_API(type, narrow, (const char *text, char **end)) {                                        \
        return (type)to_float(VIEW(text, false), end);                                             \
    }                                                                                              \
    CRT_API(type, wide, (const WCHAR *text, WCHAR **end)) {                                        \
        return (type)to_float(VIEW(text, true), end);                                              \
    }

FLOAT_FROM_TEXT(double, strtod, wcstod)
FLOAT_FROM_TEXT(float, strtof, wcstof)
FLOAT_FROM_TEXT(long double, strtold, wcstold)

CRT_API(double, atof, (const char *text)) {
    return to_float(VIEW(text, false), NULL);
}

CRT_API(double, _wtof, (const WCHAR *text)) {
    return to_float(VIEW(text, true), NULL);
}

/* ---- integers to text ------------------------------------------------------------------------ */

/* size counts the final zero; 0 or EINVAL, ERANGE. */
static int put_digits(void *buffer, bool wide, size_t size, const char *digits, size_t count) {
    if (count >= size) {
        if (size)
            memset(buffer, 0, wide ? sizeof(WCHAR) : 1);
        return crt_invalid(CRT_ERANGE);
    }
    for (size_t i = 0; i <= count; i++) {
        char c = i < count ? digits[i] : 0;
        if (wide)
            ((WCHAR *)buffer)[i] = (WCHAR)c;
        else
            ((char *)buffer)[i] = c;
    }
    return 0;
}

struct to_text {
    uint64_t value; /* sign-extended if it is signed */
    unsigned bits;
    bool is_signed;
};

static int to_text(struct to_text from, void *buffer, bool wide, size_t size, int base) {
    char digits[CRT_DIGITS_MAX];
    if (!buffer || base < 2 || base > 36)
        return crt_invalid(CRT_EINVAL);
    bool negative = from.is_signed && base == 10 && (int64_t)from.value < 0;
    uint64_t magnitude = negative ? 0 - from.value : from.value & (UINT64_MAX >> (64 - from.bits));
    size_t count = crt_digits(digits, magnitude, negative, (unsigned)base);
    return put_digits(buffer, wide, size, digits, count);
}

#define TO_TEXT_IN(type, unit, wide, name, secure_name, signed_bits, is_signed)                    \
    CRT_API(unit *, name, (type value, unit * buffer, int base)) {                                 \
        struct to_text from = {(uint64_t)value, signed_bits, is_signed};                           \
        to_text(from, buffer, wide, SIZE_MAX, base);                                               \
        return buffer;                                                                             \
    }                                                                                              \
    CRT_API(int, secure_name, (type value, unit * buffer, size_t size, int base)) {                \
        struct to_text from = {(uint64_t)value, signed_bits, is_signed};                           \
        return to_text(from, buffer, wide, size, base);                                            \
    }

/* long arguments are cut to 32 bits first, so that their sign is right. */
#define TO_TEXT(type, stem, bits, is_signed)                                                       \
    TO_TEXT_IN(type, char, false, _##stem##a, _##stem##a_s, bits, is_signed)                       \
    TO_TEXT_IN(type, WCHAR, true, _##stem##w, _##stem##w_s, bits, is_signed)

TO_TEXT(int32_t, ito, 32, true)
TO_TEXT(int32_t, lto, 32, true)
TO_TEXT(uint32_t, ulto, 32, false)
TO_TEXT(int64_t, i64to, 64, true)
TO_TEXT(uint64_t, ui64to, 64, false)

/* ---- floating point to text ------------------------------------------------------------------ */

CRT_API(char *, _gcvt, (double value, int digits, char *buffer)) {
    struct crt_float_text text;
    crt_float_text(&text, value, 'g', digits < 1 ? 1 : digits, true);
    size_t used = 0;
    if (text.negative)
        buffer[used++] = '-';
    /* Trailing zeros go, the point stays. */
    char *exponent = memchr(text.text, 'e', text.length);
    size_t mantissa = exponent ? (size_t)(exponent - text.text) : text.length;
    size_t keep = mantissa;
    while (keep && text.text[keep - 1] == '0')
        keep--;
    memcpy(buffer + used, text.text, keep);
    memcpy(buffer + used + keep, text.text + mantissa, text.length - mantissa);
    buffer[used + keep + text.length - mantissa] = 0;
    return buffer;
}

/* ---- bits ------------------------------------------------------------------------------------ */

CRT_API(unsigned short, _byteswap_ushort, (unsigned short value)) {
    return (unsigned short)(value << 8 | value >> 8);
}

CRT_API(unsigned long, _byteswap_ulong, (unsigned long value)) {
    return (value & 0xFF) << 24 | (value & 0xFF00) << 8 | (value >> 8 & 0xFF00) |
           (value >> 24 & 0xFF);
}

CRT_API(uint64_t, _byteswap_uint64, (uint64_t value)) {
    return (uint64_t)crt__byteswap_ulong((uint32_t)value) << 32 |
           crt__byteswap_ulong((uint32_t)(value >> 32));
}

CRT_API(uint32_t, _rotl, (uint32_t value, int shift)) {
    return value << (shift & 31) | value >> (-shift & 31);
}

CRT_API(uint32_t, _rotr, (uint32_t value, int shift)) {
    return value >> (shift & 31) | value << (-shift & 31);
}

CRT_API(uint64_t, _rotl64, (uint64_t value, int shift)) {
    return value << (shift & 63) | value >> (-shift & 63);
}

CRT_API(uint64_t, _rotr64, (uint64_t value, int shift)) {
    return value >> (shift & 63) | value << (-shift & 63);
}
