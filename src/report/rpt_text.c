#include "report/rpt.h"

#include <stdlib.h>
#include <string.h>

void rpt_text_clear(struct rpt_text *text) {
    text->length = 0;
    if (text->capacity)
        text->data[0] = '\0';
}

void rpt_text_free(struct rpt_text *text) {
    if (!text->fixed)
        free(text->data);
    text->data = NULL;
    text->capacity = text->length = 0;
}

const char *rpt_string(const struct rpt_text *text) {
    return text->data && text->capacity ? text->data : "";
}

static bool make_room(struct rpt_text *text, size_t size) {
    if (text->capacity > size && text->length < text->capacity - size)
        return true;
    if (text->fixed || text->failed)
        return false;
    size_t capacity = (text->length + size + 1) * 2;
    if (capacity < 256)
        capacity = 256;
    char *data = realloc(text->data, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void rpt_put_bytes(struct rpt_text *text, const char *bytes, size_t size) {
    size_t fits = size;
    if (!make_room(text, size))
        fits = text->length + 1 < text->capacity ? text->capacity - 1 - text->length : 0;
    if (fits) {
        memcpy(text->data + text->length, bytes, fits);
        text->data[text->length + fits] = '\0';
    }
    text->length += text->fixed ? size : fits;
}

void rpt_put(struct rpt_text *text, const char *string) {
    rpt_put_bytes(text, string, strlen(string));
}

void rpt_put_char(struct rpt_text *text, char c) {
    rpt_put_bytes(text, &c, 1);
}

static void put_digits(struct rpt_text *text, uint64_t value, unsigned base, unsigned digits) {
    char reversed[64];
    char forward[64];
    unsigned count = 0;

    do {
        reversed[count++] = "0123456789ABCDEF"[value % base];
        value /= base;
    } while (value);
    while (count < digits && count < sizeof reversed)
        reversed[count++] = '0';
    for (unsigned i = 0; i < count; i++)
        forward[i] = reversed[count - 1 - i];
    rpt_put_bytes(text, forward, count);
}

void rpt_put_decimal(struct rpt_text *text, uint64_t value) {
    put_digits(text, value, 10, 1);
}

void rpt_put_hex(struct rpt_text *text, uint64_t value, unsigned digits) {
    put_digits(text, value, 16, digits);
}

void rpt_put_scaled(struct rpt_text *text, uint64_t value, unsigned decimals) {
    uint64_t unit = 1;
    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    put_digits(text, value / unit, 10, 1);
    if (decimals) {
        rpt_put_char(text, '.');
        put_digits(text, value % unit, 10, decimals);
    }
}

/* Overlong forms, surrogates and numbers beyond U+10FFFF are not well-formed. */
size_t rpt_utf8_length(const char *s) {
    static const struct {
        unsigned char first, last, second_first, second_last;
        unsigned char length;
    } forms[] = {
        {0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    const unsigned char *u = (const unsigned char *)s;

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (u[0] < forms[i].first || u[0] > forms[i].last)
            continue;
        if (forms[i].length == 1)
            return 1;
        if (u[1] < forms[i].second_first || u[1] > forms[i].second_last)
            return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if ((u[k] & 0xC0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

size_t rpt_columns(const char *string) {
    size_t columns = 0;
    while (*string) {
        size_t length = rpt_utf8_length(string);
        string += length ? length : 1;
        columns++;
    }
    return columns;
}

void rpt_put_printable(struct rpt_text *text, const char *string) {
    while (*string) {
        unsigned char c = (unsigned char)*string;
        size_t length = rpt_utf8_length(string);

        if (c == '\n') {
            rpt_put(text, "\\n");
        } else if (c == '\r') {
            rpt_put(text, "\\r");
        } else if (c == '\t') {
            rpt_put(text, "\\t");
        } else if (length == 0 || c < 0x20 || c == 0x7F) {
            rpt_put(text, "\\x");
            rpt_put_hex(text, c, 2);
        } else {
            rpt_put_bytes(text, string, length);
        }
        string += length ? length : 1;
    }
}

void rpt_put_json(struct rpt_text *text, const char *string) {
    rpt_put_char(text, '"');
    while (*string) {
        unsigned char c = (unsigned char)*string;
        size_t length = rpt_utf8_length(string);

        if (c == '"' || c == '\\') {
            rpt_put_char(text, '\\');
            rpt_put_char(text, (char)c);
        } else if (c == '\n') {
            rpt_put(text, "\\n");
        } else if (length == 0 || c < 0x20 || c == 0x7F) {
            rpt_put(text, "\\u");
            rpt_put_hex(text, c, 4);
        } else {
            rpt_put_bytes(text, string, length);
        }
        string += length ? length : 1;
    }
    rpt_put_char(text, '"');
}

void rpt_put_key(struct rpt_text *text, const char *key) {
    if (text->length && text->data[text->length - 1] != '{')
        rpt_put_char(text, ',');
    rpt_put_char(text, '"');
    rpt_put(text, key);
    rpt_put(text, "\":");
}

rd_status rpt_flush(struct rpt_text *text, FILE *file) {
    if (text->failed)
        return RD_NO_MEMORY;
    if (text->length && fwrite(text->data, 1, text->length, file) != text->length)
        return RD_FAILED;
    rpt_text_clear(text);
    return RD_OK;
}
