/* crt_wide.c - strings of 16-bit wide characters. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

/* ---- length, copy, concatenation ------------------------------------------------------------- */

CRT_API(size_t, wcslen, (const WCHAR *text)) {
    return crt_wide_length(text);
}

CRT_API(size_t, wcsnlen, (const WCHAR *text, size_t max)) {
    return crt_wide_length_max(text, max);
}

CRT_API(size_t, wcsnlen_s, (const WCHAR *text, size_t max)) {
    return text ? crt_wide_length_max(text, max) : 0;
}

CRT_API(WCHAR *, wcscpy, (WCHAR * to, const WCHAR *from)) {
    memmove(to, from, (crt_wide_length(from) + 1) * sizeof *to);
    return to;
}

/* Fills up with zeros, and leaves no zero if `from` is as long as `count`. */
CRT_API(WCHAR *, wcsncpy, (WCHAR * to, const WCHAR *from, size_t count)) {
    size_t length = crt_wide_length_max(from, count);
    memmove(to, from, length * sizeof *to);
    memset(to + length, 0, (count - length) * sizeof *to);
    return to;
}

CRT_API(WCHAR *, wcscat, (WCHAR * to, const WCHAR *from)) {
    crt_wcscpy(to + crt_wide_length(to), from);
    return to;
}

CRT_API(WCHAR *, wcsncat, (WCHAR * to, const WCHAR *from, size_t count)) {
    WCHAR *end = to + crt_wide_length(to);
    size_t length = crt_wide_length_max(from, count);
    memmove(end, from, length * sizeof *to);
    end[length] = 0;
    return to;
}

CRT_API(WCHAR *, _wcsdup, (const WCHAR *text)) {
    struct rd_world *w = port_current_world();
    if (!w || !text)
        return NULL;
    size_t size = (crt_wide_length(text) + 1) * sizeof *text;
    WCHAR *copy = ldr_heap_alloc(w, size, false);
    if (!copy)
        crt_set_errno(CRT_ENOMEM);
    return copy ? memcpy(copy, text, size) : NULL;
}

/* ---- comparison ------------------------------------------------------------------------------ */

CRT_API(int, wcsncmp, (const WCHAR *a, const WCHAR *b, size_t max)) {
    for (size_t i = 0; i < max; i++) {
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
        if (!a[i])
            break;
    }
    return 0;
}

CRT_API(int, wcscmp, (const WCHAR *a, const WCHAR *b)) {
    return crt_wcsncmp(a, b, SIZE_MAX);
}

CRT_API(int, wcscoll, (const WCHAR *a, const WCHAR *b)) {
    return crt_wcsncmp(a, b, SIZE_MAX);
}

CRT_API(int, _wcsicmp, (const WCHAR *a, const WCHAR *b)) {
    return crt_wide_compare_no_case(a, b, SIZE_MAX);
}

CRT_API(int, _wcsnicmp, (const WCHAR *a, const WCHAR *b, size_t max)) {
    return crt_wide_compare_no_case(a, b, max);
}

CRT_API(size_t, wcsxfrm, (WCHAR * to, const WCHAR *from, size_t size)) {
    size_t length = crt_wide_length(from);
    if (size)
        memcpy(to, from, (length < size ? length + 1 : size) * sizeof *to);
    return length;
}

/* ---- search ---------------------------------------------------------------------------------- */

/* The pointers that C's search functions return are as writable as the caller's text. */
static WCHAR *writable(const WCHAR *text) {
    return (WCHAR *)(uintptr_t)text;
}

CRT_API(WCHAR *, wcschr, (const WCHAR *text, WCHAR c)) {
    for (;; text++) {
        if (*text == c)
            return writable(text);
        if (!*text)
            return NULL;
    }
}

CRT_API(WCHAR *, wcsrchr, (const WCHAR *text, WCHAR c)) {
    const WCHAR *found = NULL;
    for (;; text++) {
        if (*text == c)
            found = text;
        if (!*text)
            return writable(found);
    }
}

CRT_API(size_t, wcscspn, (const WCHAR *text, const WCHAR *set)) {
    size_t length = 0;
    while (text[length] && !crt_wcschr(set, text[length]))
        length++;
    return length;
}

CRT_API(size_t, wcsspn, (const WCHAR *text, const WCHAR *set)) {
    size_t length = 0;
    while (text[length] && crt_wcschr(set, text[length]))
        length++;
    return length;
}

CRT_API(WCHAR *, wcspbrk, (const WCHAR *text, const WCHAR *set)) {
    text += crt_wcscspn(text, set);
    return *text ? writable(text) : NULL;
}

CRT_API(WCHAR *, wcsstr, (const WCHAR *text, const WCHAR *part)) {
    size_t length = crt_wide_length(part);
    for (;; text++) {
        if (crt_wcsncmp(text, part, length) == 0)
            return writable(text);
        if (!*text)
            return NULL;
    }
}

CRT_API(WCHAR *, wcstok_s, (WCHAR * text, const WCHAR *separators, WCHAR **next)) {
    if (!next || !separators || (!text && !*next))
        return NULL;
    WCHAR *word = text ? text : *next;
    word += crt_wcsspn(word, separators);
    if (!*word) {
        *next = word;
        return NULL;
    }
    WCHAR *end = word + crt_wcscspn(word, separators);
    *next = *end ? end + 1 : end;
    *end = 0;
    return word;
}

/* The third argument may be missing in old programs; the SDK's header always passes it. */
CRT_API(WCHAR *, wcstok, (WCHAR * text, const WCHAR *separators, WCHAR **next)) {
    struct crt_thread *self = crt_self();
    if (!next && self)
        next = &self->wcstok_next;
    return crt_wcstok_s(text, separators, next);
}

/* ---- changes in place ------------------------------------------------------------------------ */

CRT_API(WCHAR *, _wcslwr, (WCHAR * text)) {
    for (WCHAR *p = text; *p; p++)
        *p = (WCHAR)crt_lower(*p);
    return text;
}

CRT_API(WCHAR *, _wcsupr, (WCHAR * text)) {
    for (WCHAR *p = text; *p; p++)
        *p = (WCHAR)crt_upper(*p);
    return text;
}

CRT_API(int, _wcslwr_s, (WCHAR * text, size_t size)) {
    if (!text || crt_wide_length_max(text, size) == size)
        return crt_invalid(CRT_EINVAL);
    crt__wcslwr(text);
    return 0;
}

CRT_API(int, _wcsupr_s, (WCHAR * text, size_t size)) {
    if (!text || crt_wide_length_max(text, size) == size)
        return crt_invalid(CRT_EINVAL);
    crt__wcsupr(text);
    return 0;
}

CRT_API(WCHAR *, _wcsrev, (WCHAR * text)) {
    for (WCHAR *a = text, *b = text + crt_wide_length(text); a < b; a++) {
        WCHAR swap = *a;
        *a = *--b;
        *b = swap;
    }
    return text;
}

CRT_API(WCHAR *, _wcsset, (WCHAR * text, WCHAR c)) {
    for (WCHAR *p = text; *p; p++)
        *p = c;
    return text;
}

CRT_API(WCHAR *, _wcsnset, (WCHAR * text, WCHAR c, size_t count)) {
    for (size_t i = 0; i < count && text[i]; i++)
        text[i] = c;
    return text;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

CRT_API(WCHAR *, wmemcpy, (WCHAR * to, const WCHAR *from, size_t count)) {
    return memcpy(to, from, count * sizeof *to);
}

CRT_API(WCHAR *, wmemmove, (WCHAR * to, const WCHAR *from, size_t count)) {
    return memmove(to, from, count * sizeof *to);
}

CRT_API(WCHAR *, wmemset, (WCHAR * to, WCHAR c, size_t count)) {
    for (size_t i = 0; i < count; i++)
        to[i] = c;
    return to;
}

CRT_API(WCHAR *, wmemchr, (const WCHAR *text, WCHAR c, size_t count)) {
    for (size_t i = 0; i < count; i++)
        if (text[i] == c)
            return writable(text + i);
    return NULL;
}

CRT_API(int, wmemcmp, (const WCHAR *a, const WCHAR *b, size_t count)) {
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

CRT_API(int, wmemcpy_s, (WCHAR * to, size_t size, const WCHAR *from, size_t count)) {
    if (!count)
        return 0;
    if (!to || !from)
        return crt_invalid(CRT_EINVAL);
    if (count > size)
        return crt_invalid(CRT_ERANGE);
    memcpy(to, from, count * sizeof *to);
    return 0;
}

/* ---- with the size of the target ------------------------------------------------------------- */

CRT_API(int, wcscpy_s, (WCHAR * to, size_t size, const WCHAR *from)) {
    if (!to || !size)
        return crt_invalid(CRT_EINVAL);
    size_t length = from ? crt_wide_length_max(from, size) : size;
    if (length == size) {
        *to = 0;
        return crt_invalid(from ? CRT_ERANGE : CRT_EINVAL);
    }
    memcpy(to, from, (length + 1) * sizeof *to);
    return 0;
}

/* count SIZE_MAX is _TRUNCATE: as much as fits, and STRUNCATE. */
CRT_API(int, wcsncpy_s, (WCHAR * to, size_t size, const WCHAR *from, size_t count)) {
    if (!to || !size)
        return crt_invalid(CRT_EINVAL);
    if (!from && count) {
        *to = 0;
        return crt_invalid(CRT_EINVAL);
    }
    size_t length = count ? crt_wide_length_max(from, count < size ? count : size) : 0;
    bool cut = length == size;
    if (cut && count != SIZE_MAX) {
        *to = 0;
        return crt_invalid(CRT_ERANGE);
    }
    length -= cut;
    if (length)
        memcpy(to, from, length * sizeof *to);
    to[length] = 0;
    return cut ? CRT_STRUNCATE : 0;
}

CRT_API(int, wcscat_s, (WCHAR * to, size_t size, const WCHAR *from)) {
    size_t used = to ? crt_wide_length_max(to, size) : size;
    if (used == size)
        return crt_invalid(CRT_EINVAL);
    int error = crt_wcscpy_s(to + used, size - used, from);
    if (error)
        *to = 0;
    return error;
}

CRT_API(int, wcsncat_s, (WCHAR * to, size_t size, const WCHAR *from, size_t count)) {
    size_t used = to ? crt_wide_length_max(to, size) : size;
    if (used == size)
        return crt_invalid(CRT_EINVAL);
    int error = crt_wcsncpy_s(to + used, size - used, from, count);
    if (error && error != CRT_STRUNCATE)
        *to = 0;
    return error;
}
