/* crt_unicode.c - <uchar.h>: between UTF-8 and UTF-16 or UTF-32, one character at a time. */
#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

/* What mbstate_t of the SDK's wchar.h holds. */
struct crt_conversion {
    uint32_t pending; /* a surrogate that waits for its other half, or 0 */
    uint16_t byte, state;
};

static const size_t malformed = (size_t)-1, from_before = (size_t)-3;

static size_t read_character(uint32_t *out, const char *text, size_t count) {
    if (!text || !count)
        return 0;
    const char *next = text;
    uint32_t character = crt_utf8_next(&next, &count);
    if (character == CRT_REPLACEMENT && next == text + 1) {
        crt_set_errno(CRT_EILSEQ);
        return malformed;
    }
    *out = character;
    return character ? (size_t)(next - text) : 0;
}

CRT_API(size_t, mbrtoc32,
        (uint32_t * out, const char *text, size_t count, struct crt_conversion *state)) {
    uint32_t character = 0;
    (void)state;
    size_t length = read_character(&character, text, count);
    if (out && length != malformed)
        *out = character;
    return length;
}

CRT_API(size_t, mbrtoc16,
        (uint16_t * out, const char *text, size_t count, struct crt_conversion *state)) {
    uint32_t character = 0;
    WCHAR units[2];
    if (state && state->pending) {
        if (out)
            *out = (uint16_t)state->pending;
        state->pending = 0;
        return from_before;
    }
    size_t length = read_character(&character, text, count);
    if (length == malformed)
        return malformed;
    if (crt_utf16_put(units, character) == 2 && state)
        state->pending = units[1];
    if (out)
        *out = units[0];
    return length;
}

CRT_API(size_t, c32rtomb, (char *out, uint32_t character, struct crt_conversion *state)) {
    (void)state;
    if (!out)
        return 1;
    if (character > 0x10FFFF || character - 0xD800 < 0x800u) {
        crt_set_errno(CRT_EILSEQ);
        return malformed;
    }
    return crt_utf8_put(out, character);
}

CRT_API(size_t, c16rtomb, (char *out, uint16_t unit, struct crt_conversion *state)) {
    if (!out)
        return 1;
    if (unit - 0xD800u < 0x400u && state) {
        state->pending = unit;
        return 0;
    }
    WCHAR pair[2] = {state && state->pending ? (WCHAR)state->pending : unit, unit};
    const WCHAR *text = pair;
    size_t count = state && state->pending ? 2 : 1;
    if (state)
        state->pending = 0;
    return crt_c32rtomb(out, crt_utf16_next(&text, &count), NULL);
}
