#include "base/utf16.h"

enum { REPLACEMENT = 0xFFFD };

/* The code point at *cursor, which is moved behind it. */
static uint32_t decode_8(const unsigned char **cursor, const unsigned char *end) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t lead = *(*cursor)++;
    if (lead < 0x80)
        return lead;
    int more = lead >= 0xF0 && lead < 0xF8 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
    if (!more || lead >= 0xF8)
        return REPLACEMENT;
    uint32_t point = lead & (0x3Fu >> more);
    for (int i = 0; i < more; i++) {
        if (*cursor == end || (**cursor & 0xC0) != 0x80)
            return REPLACEMENT;
        point = point << 6 | (*(*cursor)++ & 0x3F);
    }
    if (point < least[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        return REPLACEMENT;
    return point;
}

size_t base_utf8_to_16(const char *text, size_t size, uint16_t *out, size_t capacity) {
    const unsigned char *cursor = (const unsigned char *)text, *end = cursor + size;
    size_t length = 0;
    while (cursor < end) {
        uint32_t point = decode_8(&cursor, end);
        uint16_t units[2] = {(uint16_t)point, 0};
        size_t count = 1;
        if (point >= 0x10000) {
            units[0] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
            units[1] = (uint16_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
            count = 2;
        }
        for (size_t i = 0; i < count; i++, length++)
            if (length < capacity)
                out[length] = units[i];
    }
    return length;
}

bool base_utf8_valid(const char *text, size_t size) {
    const unsigned char *cursor = (const unsigned char *)text, *end = cursor + size;
    while (cursor < end) {
        const unsigned char *first = cursor;
        bool replaced = decode_8(&cursor, end) == REPLACEMENT;
        bool meant = cursor - first == 3 && first[0] == 0xEF && first[1] == 0xBF;
        if (replaced && !meant)
            return false;
    }
    return true;
}

static size_t encode_8(uint32_t point, unsigned char bytes[4]) {
    if (point < 0x80) {
        bytes[0] = (unsigned char)point;
        return 1;
    }
    size_t count = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = count - 1; i > 0; i--, point >>= 6)
        bytes[i] = (unsigned char)(0x80 | (point & 0x3F));
    bytes[0] = (unsigned char)(leads[count] | point);
    return count;
}

size_t base_utf16_to_8(const uint16_t *text, size_t size, char *out, size_t capacity) {
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        uint32_t point = text[i];
        if (point >= 0xD800 && point < 0xDC00 && i + 1 < size && text[i + 1] >= 0xDC00 &&
            text[i + 1] < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (text[++i] - 0xDC00u);
        } else if (point >= 0xD800 && point < 0xE000) {
            point = REPLACEMENT;
        }
        unsigned char bytes[4];
        size_t count = encode_8(point, bytes);
        for (size_t k = 0; k < count; k++, length++)
            if (length < capacity)
                out[length] = (char)bytes[k];
    }
    return length;
}

bool base_utf16_valid(const uint16_t *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        bool high = text[i] >= 0xD800 && text[i] < 0xDC00;
        bool low = text[i] >= 0xDC00 && text[i] < 0xE000;
        bool pair = high && i + 1 < size && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000;
        if (low || (high && !pair))
            return false;
        i += pair;
    }
    return true;
}

size_t base_utf16_length(const uint16_t *text) {
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}
