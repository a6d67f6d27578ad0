#include "ldr/crt_text.h"

static bool is_continuation(const char *text, size_t count, size_t index) {
    return index < count && ((unsigned char)text[index] & 0xC0) == 0x80;
}

uint32_t crt_utf8_next(const char **text, size_t *count) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const char *p = *text;
    unsigned char first = (unsigned char)*p;
    size_t length = first < 0x80    ? 1
                    : first >= 0xF0 ? 4
                    : first >= 0xE0 ? 3
                    : first >= 0xC2 ? 2
                                    : 0;
    uint32_t character = length == 1 ? first : first & (0x7Fu >> length);
    bool good = length > 0 && first < 0xF5;
    for (size_t i = 1; good && i < length; i++) {
        good = is_continuation(p, *count, i);
        if (good)
            character = character << 6 | ((unsigned char)p[i] & 0x3F);
    }
    if (!good || character < least[length] || character > 0x10FFFF || character - 0xD800 < 0x800u) {
        character = CRT_REPLACEMENT;
        length = 1;
    }
    *text += length;
    *count -= length;
    return character;
}

uint32_t crt_utf16_next(const WCHAR **text, size_t *count) {
    uint32_t first = (*text)[0];
    size_t length = 1;
    if (first - 0xD800 < 0x800u) {
        bool pair = first < 0xDC00 && *count > 1 && (uint32_t)(*text)[1] - 0xDC00 < 0x400u;
        if (pair) {
            first = 0x10000 + ((first - 0xD800) << 10) + ((uint32_t)(*text)[1] - 0xDC00);
            length = 2;
        } else {
            first = CRT_REPLACEMENT;
        }
    }
    *text += length;
    *count -= length;
    return first;
}

size_t crt_utf8_put(char *out, uint32_t character) {
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        out[0] = (char)(0xC0 | character >> 6);
        out[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    if (character < 0x10000) {
        out[0] = (char)(0xE0 | character >> 12);
        out[1] = (char)(0x80 | (character >> 6 & 0x3F));
        out[2] = (char)(0x80 | (character & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | character >> 18);
    out[1] = (char)(0x80 | (character >> 12 & 0x3F));
    out[2] = (char)(0x80 | (character >> 6 & 0x3F));
    out[3] = (char)(0x80 | (character & 0x3F));
    return 4;
}

size_t crt_utf16_put(WCHAR *out, uint32_t character) {
    if (character < 0x10000) {
        out[0] = (WCHAR)character;
        return 1;
    }
    out[0] = (WCHAR)(0xD800 + ((character - 0x10000) >> 10));
    out[1] = (WCHAR)(0xDC00 + (character & 0x3FF));
    return 2;
}

size_t crt_wide_length(const WCHAR *text) {
    return crt_wide_length_max(text, SIZE_MAX);
}

size_t crt_wide_length_max(const WCHAR *text, size_t max) {
    size_t length = 0;
    while (length < max && text[length])
        length++;
    return length;
}

size_t crt_narrow_length_max(const char *text, size_t max) {
    size_t length = 0;
    while (length < max && text[length])
        length++;
    return length;
}

size_t crt_narrow(char *out, size_t size, const WCHAR *text, size_t count) {
    size_t used = 0;
    while (count) {
        char bytes[CRT_UTF8_MAX];
        size_t length = crt_utf8_put(bytes, crt_utf16_next(&text, &count));
        if (out) {
            if (used + length > size)
                break;
            for (size_t i = 0; i < length; i++)
                out[used + i] = bytes[i];
        }
        used += length;
    }
    return used;
}

size_t crt_widen(WCHAR *out, size_t size, const char *text, size_t count) {
    size_t used = 0;
    while (count) {
        WCHAR units[2];
        size_t length = crt_utf16_put(units, crt_utf8_next(&text, &count));
        if (out) {
            if (used + length > size)
                break;
            for (size_t i = 0; i < length; i++)
                out[used + i] = units[i];
        }
        used += length;
    }
    return used;
}

int crt_compare_no_case(const char *a, const char *b, size_t max) {
    for (size_t i = 0; i < max; i++) {
        int left = (int)crt_lower((unsigned char)a[i]), right = (int)crt_lower((unsigned char)b[i]);
        if (left != right)
            return left < right ? -1 : 1;
        if (!left)
            break;
    }
    return 0;
}

int crt_wide_compare_no_case(const WCHAR *a, const WCHAR *b, size_t max) {
    for (size_t i = 0; i < max; i++) {
        unsigned left = crt_lower(a[i]), right = crt_lower(b[i]);
        if (left != right)
            return left < right ? -1 : 1;
        if (!left)
            break;
    }
    return 0;
}
