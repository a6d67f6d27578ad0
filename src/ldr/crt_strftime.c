/* crt_strftime.c - strftime of the "C" locale. */
#include <string.h>

#include "ldr/crt_number.h"
#include "ldr/crt_state.h"

struct time_text {
    char *out;
    size_t size, used;
    bool overflow;
};

static const char *const day_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};
static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};

static void put(struct time_text *t, const char *text, size_t length) {
    if (t->used + length >= t->size) {
        t->overflow = true;
        return;
    }
    memcpy(t->out + t->used, text, length);
    t->used += length;
}

/* With at least `width` digits; `bare` leaves out leading zeros (%#d). */
static void put_number(struct time_text *t, int value, size_t width, char fill, bool bare) {
    char digits[CRT_DIGITS_MAX], padding = fill;
    size_t count = crt_digits(digits, value < 0 ? 0 : (uint64_t)value, false, 10);
    for (size_t i = count; i < width && !bare; i++)
        put(t, &padding, 1);
    put(t, digits, count);
}

static void put_name(struct time_text *t, const char *const *names, int index, int count,
                     bool short_form) {
    const char *name = index >= 0 && index < count ? names[index] : "?";
    size_t length = strlen(name);
    put(t, name, short_form && length > 3 ? 3 : length);
}

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* ISO 8601: week 1 holds the year's first Thursday. */
static int iso_week(const struct crt_tm *tm, int *year) {
    int day = (tm->wday + 6) % 7;
    int week = (tm->yday - day + 10) / 7;
    *year = tm->year + 1900;
    if (week < 1) {
        --*year;
        int days = is_leap(*year) ? 366 : 365;
        return (tm->yday + days - day + 10) / 7;
    }
    int days = is_leap(*year) ? 366 : 365;
    if (week == 53 && tm->yday - day + 3 >= days) {
        ++*year;
        return 1;
    }
    return week;
}

static const char *composite(char letter, bool alternate) {
    switch (letter) {
    case 'c':
        return alternate ? "%A, %B %d, %Y %H:%M:%S" : "%m/%d/%y %H:%M:%S";
    case 'x':
        return alternate ? "%A, %B %d, %Y" : "%m/%d/%y";
    case 'D':
        return "%m/%d/%y";
    case 'F':
        return "%Y-%m-%d";
    case 'R':
        return "%H:%M";
    case 'T':
    case 'X':
        return "%H:%M:%S";
    case 'r':
        return "%I:%M:%S %"
               "p"; /* AM or PM */
    default:
        return NULL;
    }
}

/* The fields that are numbers; false for others. */
static bool number_of(const struct crt_tm *tm, char letter, int *value) {
    int year = tm->year + 1900, iso_year, week = iso_week(tm, &iso_year);
    int values[128] = {
        ['C'] = year / 100,
        ['d'] = tm->mday,
        ['e'] = tm->mday,
        ['g'] = iso_year % 100,
        ['G'] = iso_year,
        ['H'] = tm->hour,
        ['I'] = (tm->hour + 11) % 12 + 1,
        ['j'] = tm->yday + 1,
        ['m'] = tm->mon + 1,
        ['M'] = tm->min,
        ['S'] = tm->sec,
        ['u'] = tm->wday ? tm->wday : 7,
        ['U'] = (tm->yday + 7 - tm->wday) / 7,
        ['V'] = week,
        ['w'] = tm->wday,
        ['W'] = (tm->yday + 7 - (tm->wday + 6) % 7) / 7,
        ['y'] = year % 100,
        ['Y'] = year,
    };
    *value = letter > 0 ? values[(int)letter] : 0;
    return letter && strchr("CdegGHIjmMSuUVwWyY", letter) != NULL;
}

static void put_field(struct time_text *t, const struct crt_tm *tm, char letter, bool bare) {
    int value;
    if (number_of(tm, letter, &value)) {
        size_t width = strchr("uw", letter) ? 1 : letter == 'j' ? 3 : strchr("GY", letter) ? 4 : 2;
        put_number(t, value, width, letter == 'e' ? ' ' : '0', bare);
        return;
    }
    switch (letter) {
    case 'a':
    case 'A':
        put_name(t, day_names, tm->wday, 7, letter == 'a');
        break;
    case 'b':
    case 'h':
    case 'B':
        put_name(t, month_names, tm->mon, 12, letter != 'B');
        break;
    case 'n':
        put(t, "\n", 1);
        break;
    case 'p':
        put(t, tm->hour < 12 ? "AM" : "PM", 2);
        break;
    case 't':
        put(t, "\t", 1);
        break;
    case 'z':
        put(t, "+0000", 5);
        break;
    case 'Z':
        put(t, "UTC", 3);
        break;
    default:
        put(t, &letter, 1);
        break;
    }
}

/* Composites consist of plain fields only, so that one level of them is all there is. */
static void put_format(struct time_text *t, const struct crt_tm *tm, const char *format,
                       bool may_be_composite) {
    for (; *format && !t->overflow; format++) {
        if (*format != '%') {
            put(t, format, 1);
            continue;
        }
        bool bare = format[1] == '#';
        format += bare ? 2 : 1;
        if (*format == 'E' || *format == 'O')
            format++;
        if (!*format)
            return;
        const char *inner = may_be_composite ? composite(*format, bare) : NULL;
        if (inner)
            put_format(t, tm, inner, false);
        else
            put_field(t, tm, *format, bare);
    }
}

CRT_API(size_t, strftime,
        (char *buffer, size_t size, const char *format, const struct crt_tm *tm)) {
    struct time_text t = {.out = buffer, .size = size};
    if (!buffer || !size || !format || !tm) {
        crt_invalid(CRT_EINVAL);
        return 0;
    }
    put_format(&t, tm, format, true);
    buffer[t.overflow ? 0 : t.used] = 0;
    if (t.overflow)
        crt_set_errno(CRT_ERANGE);
    return t.overflow ? 0 : t.used;
}

CRT_API(size_t, wcsftime,
        (WCHAR * buffer, size_t size, const WCHAR *format, const struct crt_tm *tm)) {
    enum { TEXT_MAX = 512 };
    char narrow_format[TEXT_MAX], text[TEXT_MAX];
    size_t length = 0;
    if (!buffer || !size || !format || !tm)
        return 0;
    for (; format[length] && length < TEXT_MAX - 1; length++)
        narrow_format[length] = format[length] < 128 ? (char)format[length] : '?';
    narrow_format[length] = 0;
    size_t used = crt_strftime(text, TEXT_MAX, narrow_format, tm);
    if (used >= size)
        used = 0;
    for (size_t i = 0; i < used; i++)
        buffer[i] = (unsigned char)text[i];
    buffer[used] = 0;
    return used;
}
