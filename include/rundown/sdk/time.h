/* SPDX-License-Identifier: MIT */
/* Calendar and processor time; the clock is the simulated machine's. */
#ifndef RD_SDK_TIME_H
#define RD_SDK_TIME_H

#include "corecrt.h"

typedef int clock_t;
#define CLOCKS_PER_SEC ((clock_t)1000)
#define CLK_TCK CLOCKS_PER_SEC
#define TIME_UTC 1

#ifndef _TM_DEFINED
#define _TM_DEFINED
struct tm {
    int tm_sec;
    int tm_min;
    int tm_hour;
    int tm_mday;
    int tm_mon;
    int tm_year;
    int tm_wday;
    int tm_yday;
    int tm_isdst;
};
#endif

#ifndef _TIMESPEC_DEFINED
#define _TIMESPEC_DEFINED
struct timespec {
    time_t tv_sec;
    int tv_nsec;
};
#endif

RD_CRT_BEGIN
clock_t clock(void);
time_t time(time_t *result);
__time64_t _time64(__time64_t *result);
__time32_t _time32(__time32_t *result);
__time64_t _mktime64(struct tm *broken_down);
double _difftime64(__time64_t end, __time64_t start);
struct tm *_gmtime64(const __time64_t *time);
struct tm *_localtime64(const __time64_t *time);
errno_t _gmtime64_s(struct tm *result, const __time64_t *time);
errno_t _localtime64_s(struct tm *result, const __time64_t *time);
char *_ctime64(const __time64_t *time);
double difftime(time_t end, time_t start);
time_t mktime(struct tm *broken_down);
time_t _mkgmtime(struct tm *broken_down);
struct tm *gmtime(const time_t *time);
struct tm *localtime(const time_t *time);
errno_t gmtime_s(struct tm *result, const time_t *time);
errno_t localtime_s(struct tm *result, const time_t *time);
char *asctime(const struct tm *broken_down);
errno_t asctime_s(char *buffer, size_t size, const struct tm *broken_down);
char *ctime(const time_t *time);
errno_t ctime_s(char *buffer, size_t size, const time_t *time);
size_t strftime(char *buffer, size_t size, const char *format, const struct tm *broken_down);
size_t wcsftime(wchar_t *buffer, size_t size, const wchar_t *format, const struct tm *broken_down);
int timespec_get(struct timespec *result, int base);
char *_strdate(char *buffer);
char *_strtime(char *buffer);
void _tzset(void);
void tzset(void);
RD_CRT_END

#endif
