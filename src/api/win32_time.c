/*
 * win32_time.c - clocks on virtual time, and the machine's description.
 *
 * Looking at a clock is a scheduling point: it takes time, so a program that waits for a clock in a
 * loop gets on.
 */
#include "api/win32.h"

enum { TICKS_PER_SECOND = 10000000, SECONDS_PER_DAY = 86400 };

static uint64_t now(void) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    ke_point(me.w, 0, KE_NOTHING);
    return ke_read_clock(me.w);
}

DWORD GetTickCount(VOID) {
    return (DWORD)GetTickCount64();
}

ULONGLONG GetTickCount64(VOID) {
    return now() / CORE_TICKS_PER_MS;
}

BOOL QueryPerformanceCounter(LARGE_INTEGER *lpPerformanceCount) {
    lpPerformanceCount->QuadPart = (LONGLONG)now();
    return TRUE;
}

BOOL QueryPerformanceFrequency(LARGE_INTEGER *lpFrequency) {
    lpFrequency->QuadPart = TICKS_PER_SECOND;
    return TRUE;
}

VOID GetSystemTimeAsFileTime(LPFILETIME lpSystemTimeAsFileTime) {
    api_set_file_time(lpSystemTimeAsFileTime, api_file_time(now()));
}

VOID GetSystemTimePreciseAsFileTime(LPFILETIME lpSystemTimeAsFileTime) {
    GetSystemTimeAsFileTime(lpSystemTimeAsFileTime);
}

VOID GetSystemTime(LPSYSTEMTIME lpSystemTime) {
    FILETIME file_time;
    GetSystemTimeAsFileTime(&file_time);
    FileTimeToSystemTime(&file_time, lpSystemTime);
}

/* The machine stands in UTC. */
VOID GetLocalTime(LPSYSTEMTIME lpSystemTime) {
    GetSystemTime(lpSystemTime);
}

/* ---- conversions ----------------------------------------------------------------------------- */

static uint64_t join(const FILETIME *time) {
    return (uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime;
}

static BOOL bad_argument(void) {
    struct api_caller me;
    if (api_caller_get(&me))
        api_set_error(&me, ERROR_INVALID_PARAMETER);
    return FALSE;
}

/* Days since 1601-01-01 as a date of the Gregorian calendar, counted in cycles of 400 years from
 * March 1st. */
static void date_of(uint64_t days, SYSTEMTIME *out) {
    enum { CYCLE = 146097, OFFSET = 306 }; /* from 1600-03-01 to 1601-01-01 */
    uint64_t day = days + OFFSET;
    uint64_t cycle = day / CYCLE, in_cycle = day % CYCLE;
    uint64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    uint64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    uint64_t month = (5 * in_year + 2) / 153;
    out->wDay = (WORD)(in_year - (153 * month + 2) / 5 + 1);
    out->wMonth = (WORD)(month < 10 ? month + 3 : month - 9);
    out->wYear = (WORD)(1600 + cycle * 400 + year + (month >= 10));
    out->wDayOfWeek = (WORD)((days + 1) % 7);
}

static uint64_t days_of(const SYSTEMTIME *time) {
    enum { OFFSET = 306 };
    uint64_t month = time->wMonth > 2 ? time->wMonth - 3u : time->wMonth + 9u;
    uint64_t year = time->wYear - 1600u - (time->wMonth <= 2);
    return year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + time->wDay -
           1 - OFFSET;
}

BOOL FileTimeToSystemTime(const FILETIME *lpFileTime, LPSYSTEMTIME lpSystemTime) {
    uint64_t time = join(lpFileTime);
    if (time >> 63)
        return bad_argument();
    uint64_t seconds = time / TICKS_PER_SECOND, in_day = seconds % SECONDS_PER_DAY;
    date_of(seconds / SECONDS_PER_DAY, lpSystemTime);
    lpSystemTime->wHour = (WORD)(in_day / 3600);
    lpSystemTime->wMinute = (WORD)(in_day / 60 % 60);
    lpSystemTime->wSecond = (WORD)(in_day % 60);
    lpSystemTime->wMilliseconds = (WORD)(time / CORE_TICKS_PER_MS % 1000);
    return TRUE;
}

static bool is_leap(WORD year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool is_date(const SYSTEMTIME *time) {
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (time->wYear < 1601 || time->wYear > 30827 || time->wMonth < 1 || time->wMonth > 12)
        return false;
    WORD length = (WORD)(lengths[time->wMonth - 1] + (time->wMonth == 2 && is_leap(time->wYear)));
    return time->wDay >= 1 && time->wDay <= length && time->wHour < 24 && time->wMinute < 60 &&
           time->wSecond < 60 && time->wMilliseconds < 1000;
}

BOOL SystemTimeToFileTime(const SYSTEMTIME *lpSystemTime, LPFILETIME lpFileTime) {
    if (!is_date(lpSystemTime))
        return bad_argument();
    uint64_t seconds = days_of(lpSystemTime) * SECONDS_PER_DAY + lpSystemTime->wHour * 3600u +
                       lpSystemTime->wMinute * 60u + lpSystemTime->wSecond;
    api_set_file_time(lpFileTime, seconds * TICKS_PER_SECOND +
                                      (uint64_t)lpSystemTime->wMilliseconds * CORE_TICKS_PER_MS);
    return TRUE;
}

BOOL FileTimeToLocalFileTime(const FILETIME *lpFileTime, LPFILETIME lpLocalFileTime) {
    *lpLocalFileTime = *lpFileTime;
    return TRUE;
}

BOOL LocalFileTimeToFileTime(const FILETIME *lpLocalFileTime, LPFILETIME lpFileTime) {
    *lpFileTime = *lpLocalFileTime;
    return TRUE;
}

LONG CompareFileTime(const FILETIME *lpFileTime1, const FILETIME *lpFileTime2) {
    uint64_t a = join(lpFileTime1), b = join(lpFileTime2);
    return a < b ? -1 : a > b;
}

/* ---- the machine ----------------------------------------------------------------------------- */

VOID GetSystemInfo(LPSYSTEM_INFO lpSystemInfo) {
    memset(lpSystemInfo, 0, sizeof *lpSystemInfo);
    lpSystemInfo->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_AMD64;
    lpSystemInfo->dwPageSize = 0x1000;
    lpSystemInfo->lpMinimumApplicationAddress = api_handle(0x10000);
    lpSystemInfo->lpMaximumApplicationAddress = api_handle(0x7FFFFFFEFFFF);
    lpSystemInfo->dwActiveProcessorMask = 1;
    lpSystemInfo->dwNumberOfProcessors = 1;
    lpSystemInfo->dwProcessorType = 8664;
    lpSystemInfo->dwAllocationGranularity = 0x10000;
    lpSystemInfo->wProcessorLevel = 6;
}

VOID GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo) {
    GetSystemInfo(lpSystemInfo);
}

DWORD GetVersion(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    const struct core_profile *profile = me.w->profile;
    return profile->build << 16 | profile->minor << 8 | profile->major;
}

/* All forms of the structure begin alike; `product` is the place of wProductType in the extended
 * one. */
static BOOL tell_version(OSVERSIONINFOA *out, DWORD plain, DWORD extended, size_t product) {
    struct api_caller me;
    DWORD size = out->dwOSVersionInfoSize;
    if (!api_caller_get(&me))
        return FALSE;
    if (size != plain && size != extended)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    memset(out, 0, size);
    out->dwOSVersionInfoSize = size;
    out->dwMajorVersion = me.w->profile->major;
    out->dwMinorVersion = me.w->profile->minor;
    out->dwBuildNumber = me.w->profile->build;
    out->dwPlatformId = VER_PLATFORM_WIN32_NT;
    if (size == extended)
        ((UCHAR *)out)[product] = VER_NT_WORKSTATION;
    return TRUE;
}

BOOL GetVersionExA(LPOSVERSIONINFOA lpVersionInformation) {
    return tell_version(lpVersionInformation, sizeof(OSVERSIONINFOA), sizeof(OSVERSIONINFOEXA),
                        offsetof(OSVERSIONINFOEXA, wProductType));
}

BOOL GetVersionExW(LPOSVERSIONINFOW lpVersionInformation) {
    return tell_version((OSVERSIONINFOA *)(void *)lpVersionInformation, sizeof(OSVERSIONINFOW),
                        sizeof(OSVERSIONINFOEXW), offsetof(OSVERSIONINFOEXW, wProductType));
}
