/* crt_misc.c - random numbers, locale, paths and what else has no place of its own. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

/* ---- random numbers -------------------------------------------------------------------------- */

/* Microsoft's well-known generator; its state belongs to the thread and starts with 1. */
CRT_API(int, rand, (void)) {
    struct crt_thread *self = crt_self();
    if (!self)
        return 0;
    self->random = self->random * 214013 + 2531011;
    return (int)(self->random >> 16 & 0x7FFF);
}

CRT_API(void, srand, (unsigned seed)) {
    struct crt_thread *self = crt_self();
    if (self)
        self->random = seed;
}

/* Not predictable on Windows, but the same in every run here: from the process id (SplitMix64). */
CRT_API(int, rand_s, (unsigned *value)) {
    struct crt_process *crt = crt_here();
    if (!crt || !value)
        return crt_invalid(CRT_EINVAL);
    uint64_t z = crt->random_state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    *value = (unsigned)(z ^ z >> 31);
    return 0;
}

/* ---- locale: always "C" ---------------------------------------------------------------------- */

static bool is_known_locale(const char *name) {
    return !*name || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
}

CRT_API(char *, setlocale, (int category, const char *name)) {
    static const char c_locale[] = "C";
    enum { CATEGORY_MAX = 5 };
    if (category < 0 || category > CATEGORY_MAX || (name && !is_known_locale(name)))
        return NULL;
    return (char *)(uintptr_t)c_locale;
}

CRT_API(WCHAR *, _wsetlocale, (int category, const WCHAR *name)) {
    static const WCHAR c_locale[] = {'C', 0};
    char narrow[16] = "";
    if (name)
        crt_narrow(narrow, sizeof narrow - 1, name, crt_wide_length_max(name, sizeof narrow));
    return crt_setlocale(category, name ? narrow : NULL) ? (WCHAR *)(uintptr_t)c_locale : NULL;
}

struct crt_lconv {
    const char *decimal_point, *texts[9];
    char numbers[8];
};

CRT_API(const struct crt_lconv *, localeconv, (void)) {
    enum { UNKNOWN = 127 };
    static const struct crt_lconv c_locale = {
        ".",
        {"", "", "", "", "", "", "", "", ""},
        {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}};
    return &c_locale;
}

CRT_API(void *, _create_locale, (int category, const char *name)) {
    return crt_setlocale(category, name);
}

CRT_API(void, _free_locale, (void *locale)) {
    (void)locale;
}

CRT_API(int, _configthreadlocale, (int type)) {
    enum { DISABLED = 2 };
    (void)type;
    return DISABLED;
}

/* ---- floating-point environment: left as it is ----------------------------------------------- */

enum { DEFAULT_CONTROL_WORD = 0x9001F };

CRT_API(unsigned, _controlfp, (unsigned value, unsigned mask)) {
    (void)value, (void)mask;
    return DEFAULT_CONTROL_WORD;
}

CRT_API(int, _controlfp_s, (unsigned *current, unsigned value, unsigned mask)) {
    (void)value, (void)mask;
    if (current)
        *current = DEFAULT_CONTROL_WORD;
    return 0;
}

CRT_API(unsigned, _clearfp, (void)) {
    return 0;
}

CRT_API(unsigned, _statusfp, (void)) {
    return 0;
}

CRT_API(void, _fpreset, (void)) {}

/* Rounding is to nearest, and no exception is ever seen. */
CRT_API(int, fegetround, (void)) {
    return 0;
}

CRT_API(int, fesetround, (int mode)) {
    return mode != 0;
}

CRT_API(int, fetestexcept, (int which)) {
    (void)which;
    return 0;
}

CRT_API(int, feclearexcept, (int which)) {
    (void)which;
    return 0;
}

/* ---- what the process has asked for ---------------------------------------------------------- */

CRT_API(crt_purecall_fn *, _get_purecall_handler, (void)) {
    const struct crt_process *crt = crt_here();
    return crt ? crt->purecall : NULL;
}

CRT_API(crt_purecall_fn *, _set_purecall_handler, (crt_purecall_fn * handler)) {
    struct crt_process *crt = crt_here();
    crt_purecall_fn *previous = crt__get_purecall_handler();
    if (crt)
        crt->purecall = handler;
    return previous;
}

CRT_API(crt_invalid_parameter_fn *, _get_invalid_parameter_handler, (void)) {
    const struct crt_process *crt = crt_here();
    return crt ? crt->invalid_parameter : NULL;
}

CRT_API(crt_invalid_parameter_fn *, _set_invalid_parameter_handler,
        (crt_invalid_parameter_fn * handler)) {
    struct crt_process *crt = crt_here();
    crt_invalid_parameter_fn *previous = crt__get_invalid_parameter_handler();
    if (crt)
        crt->invalid_parameter = handler;
    return previous;
}

/* Where errors are to be shown: remembered, as nothing is ever shown in a window. */
CRT_API(int, _set_error_mode, (int mode)) {
    enum { MODES = 3 /* which only asks */ };
    struct crt_process *crt = crt_here();
    if (!crt || mode < 0 || mode > MODES) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    int previous = crt->error_mode;
    crt->error_mode = mode < MODES ? mode : previous;
    return previous;
}

CRT_API(void, _sleep, (unsigned long milliseconds)) {
    struct rd_world *w = port_current_world();
    LONGLONG timeout = -(LONGLONG)(uint32_t)milliseconds * CORE_TICKS_PER_MS;
    struct ke_wait wait = {.mode = UserMode, .timeout = &timeout, .reason = "_sleep"};
    if (w && ps_current(w))
        ke_wait(w, &wait);
}

CRT_API(void, _beep, (unsigned frequency, unsigned duration)) {
    (void)frequency;
    crt__sleep(duration);
}

struct crt_imaxdiv {
    int64_t quotient, remainder;
};

CRT_API(int64_t, imaxabs, (int64_t number)) {
    return number < 0 ? (int64_t)(0 - (uint64_t)number) : number;
}

CRT_API(struct crt_imaxdiv, imaxdiv, (int64_t numerator, int64_t denominator)) {
    return (struct crt_imaxdiv){numerator / denominator, numerator % denominator};
}

/* ---- tables ---------------------------------------------------------------------------------- */

typedef int compare_fn(const void *, const void *);

CRT_API(void *, _lfind,
        (const void *key, const void *base, unsigned *count, unsigned size, compare_fn *compare)) {
    const char *element = base;
    for (unsigned i = 0; i < *count; i++, element += size)
        if (compare(key, element) == 0)
            return (void *)(uintptr_t)element;
    return NULL;
}

CRT_API(void *, _lsearch,
        (const void *key, void *base, unsigned *count, unsigned size, compare_fn *compare)) {
    void *found = crt__lfind(key, base, count, size, compare);
    if (found)
        return found;
    return memcpy((char *)base + (size_t)size * (*count)++, key, size);
}

typedef int context_compare_fn(void *context, const void *, const void *);

struct sort {
    char *base;
    size_t size;
    context_compare_fn *compare;
    void *context;
};

static void swap(const struct sort *s, size_t a, size_t b) {
    char *left = s->base + a * s->size, *right = s->base + b * s->size;
    for (size_t i = 0; i < s->size; i++) {
        char byte = left[i];
        left[i] = right[i];
        right[i] = byte;
    }
}

static void sift(const struct sort *s, size_t root, size_t count) {
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        char *at = s->base + child * s->size;
        if (child + 1 < count && s->compare(s->context, at, at + s->size) < 0)
            child++;
        if (s->compare(s->context, s->base + root * s->size, s->base + child * s->size) >= 0)
            return;
        swap(s, root, child);
    }
}

/* A heap sort: in place, and its result is the same on every host. */
CRT_API(void, qsort_s,
        (void *base, size_t count, size_t size, context_compare_fn *compare, void *context)) {
    struct sort s = {base, size, compare, context};
    for (size_t root = count / 2; root-- > 0;)
        sift(&s, root, count);
    for (size_t last = count; last-- > 1;) {
        swap(&s, 0, last);
        sift(&s, 0, last);
    }
}

CRT_API(void *, bsearch_s,
        (const void *key, const void *base, size_t count, size_t size, context_compare_fn *compare,
         void *context)) {
    const char *low = base;
    while (count) {
        const char *middle = low + count / 2 * size;
        int order = compare(context, key, middle);
        if (order == 0)
            return (void *)(uintptr_t)middle;
        if (order > 0) {
            low = middle + size;
            count--;
        }
        count /= 2;
    }
    return NULL;
}
