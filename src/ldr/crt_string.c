/* crt_string.c - narrow strings: what Windows adds to C, and what has state or allocates. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

/* ---- comparison ------------------------------------------------------------------------------ */

CRT_API(int, _stricmp, (const char *a, const char *b)) {
    return crt_compare_no_case(a, b, SIZE_MAX);
}

CRT_API(int, _strnicmp, (const char *a, const char *b, size_t max)) {
    return crt_compare_no_case(a, b, max);
}

CRT_API(int, _memicmp, (const void *a, const void *b, size_t count)) {
    const unsigned char *left = a, *right = b;
    for (size_t i = 0; i < count; i++) {
        int difference = (int)crt_lower(left[i]) - (int)crt_lower(right[i]);
        if (difference)
            return difference < 0 ? -1 : 1;
    }
    return 0;
}

/* In the "C" locale, collation is the order of the bytes. */
CRT_API(int, strcoll, (const char *a, const char *b)) {
    return strcmp(a, b);
}

CRT_API(size_t, strxfrm, (char *to, const char *from, size_t size)) {
    size_t length = strlen(from);
    if (size)
        memcpy(to, from, length < size ? length + 1 : size);
    return length;
}

/* ---- copies and changes ---------------------------------------------------------------------- */

CRT_API(char *, _strdup, (const char *text)) {
    struct rd_world *w = port_current_world();
    if (!w || !text)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = ldr_heap_alloc(w, size, false);
    if (!copy)
        crt_set_errno(CRT_ENOMEM);
    return copy ? memcpy(copy, text, size) : NULL;
}

CRT_API(char *, _strlwr, (char *text)) {
    for (char *p = text; *p; p++)
        *p = (char)crt_lower((unsigned char)*p);
    return text;
}

CRT_API(char *, _strupr, (char *text)) {
    for (char *p = text; *p; p++)
        *p = (char)crt_upper((unsigned char)*p);
    return text;
}

CRT_API(char *, _strrev, (char *text)) {
    for (char *a = text, *b = text + strlen(text); a < b; a++) {
        char swap = *a;
        *a = *--b;
        *b = swap;
    }
    return text;
}

CRT_API(char *, _strnset, (char *text, int c, size_t count)) {
    for (size_t i = 0; i < count && text[i]; i++)
        text[i] = (char)c;
    return text;
}

CRT_API(char *, _strset, (char *text, int c)) {
    return crt__strnset(text, c, SIZE_MAX);
}

/* ---- words ----------------------------------------------------------------------------------- */

CRT_API(char *, strtok_s, (char *text, const char *separators, char **next)) {
    if (!next || !separators || (!text && !*next))
        return NULL;
    char *word = text ? text : *next;
    word += strspn(word, separators);
    if (!*word) {
        *next = word;
        return NULL;
    }
    char *end = word + strcspn(word, separators);
    *next = *end ? end + 1 : end;
    *end = 0;
    return word;
}

CRT_API(char *, strtok, (char *text, const char *separators)) {
    struct crt_thread *self = crt_self();
    return self ? crt_strtok_s(text, separators, &self->strtok_next) : NULL;
}

/* ---- with the size of the target ------------------------------------------------------------- */

CRT_API(int, strcpy_s, (char *to, size_t size, const char *from)) {
    if (!to || !size)
        return crt_invalid(CRT_EINVAL);
    size_t length = from ? crt_narrow_length_max(from, size) : size;
    if (length == size) {
        *to = 0;
        return crt_invalid(from ? CRT_ERANGE : CRT_EINVAL);
    }
    memcpy(to, from, length + 1);
    return 0;
}

/* count SIZE_MAX is _TRUNCATE: as much as fits, and STRUNCATE. */
CRT_API(int, strncpy_s, (char *to, size_t size, const char *from, size_t count)) {
    if (!to || !size)
        return crt_invalid(CRT_EINVAL);
    if (!from && count) {
        *to = 0;
        return crt_invalid(CRT_EINVAL);
    }
    size_t length = count ? crt_narrow_length_max(from, count < size ? count : size) : 0;
    bool cut = length == size;
    if (cut && count != SIZE_MAX) {
        *to = 0;
        return crt_invalid(CRT_ERANGE);
    }
    length -= cut;
    memcpy(to, from ? from : "", length);
    to[length] = 0;
    return cut ? CRT_STRUNCATE : 0;
}

CRT_API(int, strcat_s, (char *to, size_t size, const char *from)) {
    size_t used = to ? crt_narrow_length_max(to, size) : size;
    if (used == size)
        return crt_invalid(CRT_EINVAL);
    int error = crt_strcpy_s(to + used, size - used, from);
    if (error)
        *to = 0;
    return error;
}

CRT_API(int, strncat_s, (char *to, size_t size, const char *from, size_t count)) {
    size_t used = to ? crt_narrow_length_max(to, size) : size;
    if (used == size)
        return crt_invalid(CRT_EINVAL);
    int error = crt_strncpy_s(to + used, size - used, from, count);
    if (error && error != CRT_STRUNCATE)
        *to = 0;
    return error;
}

CRT_API(size_t, strnlen_s, (const char *text, size_t max)) {
    return text ? crt_narrow_length_max(text, max) : 0;
}

CRT_API(int, _strlwr_s, (char *text, size_t size)) {
    if (!text || crt_narrow_length_max(text, size) == size)
        return crt_invalid(CRT_EINVAL);
    crt__strlwr(text);
    return 0;
}

CRT_API(int, _strupr_s, (char *text, size_t size)) {
    if (!text || crt_narrow_length_max(text, size) == size)
        return crt_invalid(CRT_EINVAL);
    crt__strupr(text);
    return 0;
}

CRT_API(int, memcpy_s, (void *to, size_t size, const void *from, size_t count)) {
    if (!count)
        return 0;
    if (!to)
        return crt_invalid(CRT_EINVAL);
    if (!from || count > size) {
        memset(to, 0, size);
        return crt_invalid(from ? CRT_ERANGE : CRT_EINVAL);
    }
    memcpy(to, from, count);
    return 0;
}

CRT_API(int, memmove_s, (void *to, size_t size, const void *from, size_t count)) {
    if (!count)
        return 0;
    if (!to || !from)
        return crt_invalid(CRT_EINVAL);
    if (count > size)
        return crt_invalid(CRT_ERANGE);
    memmove(to, from, count);
    return 0;
}
