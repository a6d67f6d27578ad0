/* crt_multibyte.c - between wide characters and the multibyte encoding, which is UTF-8. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum { MULTIBYTE_MAX = CRT_UTF8_MAX };

static const size_t error_result = (size_t)-1;

CRT_API(int, ___mb_cur_max_func, (void)) {
    return MULTIBYTE_MAX;
}

/* Length of the first character; 0: the final zero, -1: malformed or cut. */
static int first_length(const char *text, size_t count, WCHAR *out) {
    if (!count)
        return -1;
    if (!*text) {
        if (out)
            *out = 0;
        return 0;
    }
    const char *next = text;
    uint32_t character = crt_utf8_next(&next, &count);
    bool malformed = character == CRT_REPLACEMENT && next == text + 1;
    if (malformed || character > 0xFFFF) {
        crt_set_errno(CRT_EILSEQ);
        return -1;
    }
    if (out)
        *out = (WCHAR)character;
    return (int)(next - text);
}

CRT_API(int, mblen, (const char *text, size_t count)) {
    return text ? first_length(text, count, NULL) : 0;
}

CRT_API(int, mbtowc, (WCHAR * out, const char *text, size_t count)) {
    return text ? first_length(text, count, out) : 0;
}

CRT_API(int, wctomb, (char *out, WCHAR c)) {
    if (!out)
        return 0;
    const WCHAR *text = &c;
    size_t count = 1;
    return (int)crt_utf8_put(out, crt_utf16_next(&text, &count));
}

CRT_API(int, wctomb_s, (int *length, char *out, size_t size, WCHAR c)) {
    char bytes[CRT_UTF8_MAX];
    int count = crt_wctomb(bytes, c);
    if (out && (size_t)count > size)
        return crt_invalid(CRT_ERANGE);
    if (out)
        memcpy(out, bytes, (size_t)count);
    if (length)
        *length = out ? count : 0;
    return 0;
}

/* Without room for the final zero there is none. */
CRT_API(size_t, mbstowcs, (WCHAR * out, const char *text, size_t size)) {
    size_t length = strlen(text);
    size_t used = crt_widen(out, size, text, length);
    if (out && used < size)
        out[used] = 0;
    return used;
}

CRT_API(size_t, wcstombs, (char *out, const WCHAR *text, size_t size)) {
    size_t used = crt_narrow(out, size, text, crt_wide_length(text));
    if (out && used < size)
        out[used] = 0;
    return used;
}

/*
 * How many of `needed` characters go into a place for `size`, with `count` at the most; a count of
 * SIZE_MAX is _TRUNCATE. The result of the function, unless something else is wrong.
 */
static int fit(bool place, size_t size, size_t count, size_t *needed) {
    if (count != SIZE_MAX && *needed > count)
        *needed = count;
    if (!place || *needed < size)
        return 0;
    if (count != SIZE_MAX)
        return CRT_ERANGE;
    if (size)
        *needed = size - 1;
    return CRT_STRUNCATE;
}

/* *converted counts the final zero. */
CRT_API(int, mbstowcs_s,
        (size_t * converted, WCHAR *out, size_t size, const char *text, size_t count)) {
    if (!text || (!out && size))
        return crt_invalid(CRT_EINVAL);
    size_t length = strlen(text), needed = crt_widen(NULL, 0, text, length);
    int result = fit(out != NULL, size, count, &needed);
    if (out && size) {
        needed = result == CRT_ERANGE ? 0 : crt_widen(out, needed, text, length);
        out[needed] = 0;
    }
    if (result == CRT_ERANGE)
        return crt_invalid(result);
    if (converted)
        *converted = needed + 1;
    return result;
}

CRT_API(int, wcstombs_s,
        (size_t * converted, char *out, size_t size, const WCHAR *text, size_t count)) {
    if (!text || (!out && size))
        return crt_invalid(CRT_EINVAL);
    size_t length = crt_wide_length(text), needed = crt_narrow(NULL, 0, text, length);
    int result = fit(out != NULL, size, count, &needed);
    if (out && size) {
        needed = result == CRT_ERANGE ? 0 : crt_narrow(out, needed, text, length);
        out[needed] = 0;
    }
    if (result == CRT_ERANGE)
        return crt_invalid(result);
    if (converted)
        *converted = needed + 1;
    return result;
}

/* ---- restartable forms: a character is never left half read ---------------------------------- */

CRT_API(WCHAR, btowc, (int c)) {
    return c >= 0 && c < 128 ? (WCHAR)c : CRT_WEOF;
}

CRT_API(int, wctob, (WCHAR c)) {
    return c < 128 ? c : CRT_EOF;
}

CRT_API(int, mbsinit, (const void *state)) {
    (void)state;
    return 1;
}

CRT_API(size_t, mbrtowc, (WCHAR * out, const char *text, size_t count, void *state)) {
    (void)state;
    int length = text ? first_length(text, count, out) : 0;
    return length < 0 ? error_result : (size_t)length;
}

CRT_API(size_t, mbrlen, (const char *text, size_t count, void *state)) {
    return crt_mbrtowc(NULL, text, count, state);
}

CRT_API(size_t, wcrtomb, (char *out, WCHAR c, void *state)) {
    (void)state;
    return out ? (size_t)crt_wctomb(out, c) : 1;
}

CRT_API(size_t, mbsrtowcs, (WCHAR * out, const char **text, size_t size, void *state)) {
    (void)state;
    size_t used = crt_mbstowcs(out, *text, size);
    if (out && used < size)
        *text = NULL;
    return used;
}

CRT_API(size_t, wcsrtombs, (char *out, const WCHAR **text, size_t size, void *state)) {
    (void)state;
    size_t used = crt_wcstombs(out, *text, size);
    if (out && used < size)
        *text = NULL;
    return used;
}
