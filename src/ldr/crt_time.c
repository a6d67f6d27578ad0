/* crt_time.c - calendar and clock. Time is the world's virtual time, the time zone is UTC. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum {
    SECONDS_PER_DAY = 86400,
    DAYS_PER_ERA = 146097, /* 400 years */
    TICKS_PER_SECOND = CORE_TICKS_PER_MS * 1000,
};

static const int64_t seconds_max =
    INT64_C(32536850399); /* 3000-12-31 23:59:59, Windows' limit and a bit */

/* Ticks of 100 ns since 1970. */
static int64_t now_ticks(void) {
    struct rd_world *w = port_current_world();
    return CRT_EPOCH_SECONDS * TICKS_PER_SECOND + (w ? (int64_t)ke_read_clock(w) : 0);
}

/* ---- calendar: days are counted from 0000-03-01, so that a leap day ends a year -------------- */

static int64_t days_from_civil(int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned year_of_era = (unsigned)(year - era * 400);
    unsigned day_of_year = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_ERA + day_of_era - 719468;
}

void crt_tm_from_seconds(struct crt_tm *tm, int64_t seconds) {
    int64_t days = seconds / SECONDS_PER_DAY, rest = seconds % SECONDS_PER_DAY;
    if (rest < 0) {
        rest += SECONDS_PER_DAY;
        days--;
    }
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    unsigned day_of_era = (unsigned)(shifted - era * DAYS_PER_ERA);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted_month = (5 * day_of_year + 2) / 153;
    unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    int64_t year = (int64_t)year_of_era + era * 400 + (month <= 2);
    tm->sec = (int)(rest % 60);
    tm->min = (int)(rest / 60 % 60);
    tm->hour = (int)(rest / 3600);
    tm->mday = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    tm->mon = (int)month - 1;
    tm->year = (int)(year - 1900);
    tm->wday = (int)(((days + 4) % 7 + 7) % 7);
    tm->yday = (int)(days - days_from_civil(year, 1, 1));
    tm->isdst = 0;
}

int64_t crt_seconds_from_tm(struct crt_tm *tm) {
    int64_t month = tm->mon, year = (int64_t)tm->year + 1900 + month / 12;
    month %= 12;
    if (month < 0) {
        month += 12;
        year--;
    }
    int64_t days = days_from_civil(year, (unsigned)month + 1, 1) + tm->mday - 1;
    int64_t seconds =
        days * SECONDS_PER_DAY + (int64_t)tm->hour * 3600 + (int64_t)tm->min * 60 + tm->sec;
    crt_tm_from_seconds(tm, seconds);
    return seconds;
}

/* ---- the clock ------------------------------------------------------------------------------- */

CRT_API(int64_t, time, (int64_t * result)) {
    int64_t seconds = now_ticks() / TICKS_PER_SECOND;
    if (result)
        *result = seconds;
    return seconds;
}

CRT_API(int64_t, _time64, (int64_t * result)) {
    return crt_time(result);
}

CRT_API(int32_t, _time32, (int32_t * result)) {
    int32_t seconds = (int32_t)crt_time(NULL);
    if (result)
        *result = seconds;
    return seconds;
}

CRT_API(double, difftime, (int64_t end, int64_t start)) {
    return (double)(end - start);
}

/* Milliseconds since the process began: on Windows this is no processor time. */
CRT_API(int32_t, clock, (void)) {
    struct rd_world *w = port_current_world();
    struct ps_process *process = w ? ps_current_process(w) : NULL;
    return process ? (int32_t)((w->now - process->create_time) / CORE_TICKS_PER_MS) : -1;
}

struct crt_timespec {
    int64_t seconds;
    int nanoseconds;
};

CRT_API(int, timespec_get, (struct crt_timespec * result, int base)) {
    int64_t ticks = now_ticks();
    if (base != 1)
        return 0;
    result->seconds = ticks / TICKS_PER_SECOND;
    result->nanoseconds = (int)(ticks % TICKS_PER_SECOND) * 100;
    return base;
}

struct crt_timeb {
    int64_t time;
    uint16_t milliseconds;
    int16_t timezone, dst;
};

CRT_API(void, _ftime64, (struct crt_timeb * result)) {
    int64_t ticks = now_ticks();
    *result = (struct crt_timeb){.time = ticks / TICKS_PER_SECOND,
                                 .milliseconds =
                                     (uint16_t)(ticks % TICKS_PER_SECOND / CORE_TICKS_PER_MS)};
}

CRT_API(int, _ftime64_s, (struct crt_timeb * result)) {
    if (!result)
        return crt_invalid(CRT_EINVAL);
    crt__ftime64(result);
    return 0;
}

CRT_API(void, _tzset, (void)) {}

/* ---- broken down ----------------------------------------------------------------------------- */

CRT_API(int, gmtime_s, (struct crt_tm * tm, const int64_t *time)) {
    if (!tm || !time || *time < 0 || *time > seconds_max) {
        if (tm)
            memset(tm, 0xFF, sizeof *tm);
        return crt_invalid(CRT_EINVAL);
    }
    crt_tm_from_seconds(tm, *time);
    return 0;
}

CRT_API(int, localtime_s, (struct crt_tm * tm, const int64_t *time)) {
    return crt_gmtime_s(tm, time);
}

CRT_API(struct crt_tm *, gmtime, (const int64_t *time)) {
    struct crt_thread *self = crt_self();
    return self && crt_gmtime_s(&self->tm, time) == 0 ? &self->tm : NULL;
}

CRT_API(struct crt_tm *, localtime, (const int64_t *time)) {
    return crt_gmtime(time);
}

CRT_API(int64_t, mktime, (struct crt_tm * tm)) {
    struct crt_tm normal = *tm;
    int64_t seconds = crt_seconds_from_tm(&normal);
    if (seconds < 0 || seconds > seconds_max) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    *tm = normal;
    return seconds;
}

CRT_API(int64_t, _mkgmtime, (struct crt_tm * tm)) {
    return crt_mktime(tm);
}

/* ---- as text --------------------------------------------------------------------------------- */

enum { ASCTIME_SIZE = 26 };

static void put_two(char *out, int value) {
    out[0] = (char)('0' + value / 10 % 10);
    out[1] = (char)('0' + value % 10);
}

/* "Thu Jan 01 00:00:00 2026\n" */
CRT_API(int, asctime_s, (char *buffer, size_t size, const struct crt_tm *tm)) {
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (!buffer || size < ASCTIME_SIZE || !tm || (unsigned)tm->wday > 6 || (unsigned)tm->mon > 11)
        return crt_invalid(CRT_EINVAL);
    memcpy(buffer, "Www Mmm dd hh:mm:ss yyyy\n", ASCTIME_SIZE);
    memcpy(buffer, days + tm->wday * 3, 3);
    memcpy(buffer + 4, months + tm->mon * 3, 3);
    put_two(buffer + 8, tm->mday);
    put_two(buffer + 11, tm->hour);
    put_two(buffer + 14, tm->min);
    put_two(buffer + 17, tm->sec);
    put_two(buffer + 20, (tm->year + 1900) / 100);
    put_two(buffer + 22, (tm->year + 1900) % 100);
    return 0;
}

CRT_API(char *, asctime, (const struct crt_tm *tm)) {
    char *buffer = crt_text_buffer();
    return buffer && crt_asctime_s(buffer, CRT_TEXT_MAX, tm) == 0 ? buffer : NULL;
}

CRT_API(int, ctime_s, (char *buffer, size_t size, const int64_t *time)) {
    struct crt_tm tm;
    int error = crt_gmtime_s(&tm, time);
    return error ? error : crt_asctime_s(buffer, size, &tm);
}

CRT_API(char *, ctime, (const int64_t *time)) {
    char *buffer = crt_text_buffer();
    return buffer && crt_ctime_s(buffer, CRT_TEXT_MAX, time) == 0 ? buffer : NULL;
}

/* "mm/dd/yy" */
CRT_API(char *, _strdate, (char *buffer)) {
    struct crt_tm tm;
    crt_tm_from_seconds(&tm, crt_time(NULL));
    memcpy(buffer, "mm/dd/yy", 9);
    put_two(buffer, tm.mon + 1);
    put_two(buffer + 3, tm.mday);
    put_two(buffer + 6, tm.year % 100);
    return buffer;
}

/* "hh:mm:ss" */
CRT_API(char *, _strtime, (char *buffer)) {
    struct crt_tm tm;
    crt_tm_from_seconds(&tm, crt_time(NULL));
    memcpy(buffer, "hh:mm:ss", 9);
    put_two(buffer, tm.hour);
    put_two(buffer + 3, tm.min);
    put_two(buffer + 6, tm.sec);
    return buffer;
}
