/* Functions of the C run-time that need no process: strings, conversions, characters, calendar. */
#include "support/rd_test.h"

#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

long crt_strtol(const char *text, char **end, int base);
unsigned long crt_strtoul(const char *text, char **end, int base);
int crt_atoi(const char *text);
char *crt__itoa(int32_t value, char *buffer, int base);
char *crt__ltoa(int32_t value, char *buffer, int base);
int crt__itoa_s(int32_t value, char *buffer, size_t size, int base);
uint16_t *crt__i64tow(int64_t value, uint16_t *buffer, int base);
char *crt__gcvt(double value, int digits, char *buffer);
int crt__stricmp(const char *a, const char *b);
int crt__strnicmp(const char *a, const char *b, size_t max);
char *crt__strrev(char *text);
char *crt_strtok_s(char *text, const char *separators, char **next);
int crt_strcpy_s(char *to, size_t size, const char *from);
int crt_strcat_s(char *to, size_t size, const char *from);
int crt_strncpy_s(char *to, size_t size, const char *from, size_t count);
int crt_isalpha(int c);
int crt_isprint(int c);
int crt_isspace(int c);
int crt_isxdigit(int c);
int crt_toupper(int c);
uint16_t *crt_wcsstr(const uint16_t *text, const uint16_t *part);
uint16_t *crt_wcsncpy(uint16_t *to, const uint16_t *from, size_t count);
size_t crt_mbstowcs(uint16_t *out, const char *text, size_t size);
size_t crt_wcstombs(char *out, const uint16_t *text, size_t size);
int crt_mbtowc(uint16_t *out, const char *text, size_t count);
int crt__splitpath_s(const char *path, char *drive, size_t drive_size, char *directory,
                     size_t directory_size, char *name, size_t name_size, char *extension,
                     size_t extension_size);
int crt__wsplitpath_s(const WCHAR *path, WCHAR *drive, size_t drive_size, WCHAR *directory,
                      size_t directory_size, WCHAR *name, size_t name_size, WCHAR *extension,
                      size_t extension_size);
int crt__makepath_s(char *path, size_t size, const char *drive, const char *directory,
                    const char *name, const char *extension);
void crt__splitpath(const char *path, char *drive, char *directory, char *name, char *extension);
void crt__makepath(char *path, const char *drive, const char *directory, const char *name,
                   const char *extension);
char *crt__fullpath(char *buffer, const char *path, size_t size);
size_t crt_strftime(char *buffer, size_t size, const char *format, const struct crt_tm *tm);
int crt_asctime_s(char *buffer, size_t size, const struct crt_tm *tm);
int64_t crt_mktime(struct crt_tm *tm);
int crt__vsnprintf(char *buffer, size_t size, const char *format, va_list arguments);
int crt__snprintf(char *buffer, size_t size, const char *format, ...);
int crt_snprintf(char *buffer, size_t size, const char *format, ...);
int crt_sprintf_s(char *buffer, size_t size, const char *format, ...);
int crt__snprintf_s(char *buffer, size_t size, size_t max, const char *format, ...);
int crt_swprintf(uint16_t *buffer, size_t size, const uint16_t *format, ...);
void crt_qsort_s(void *base, size_t count, size_t size,
                 int (*compare)(void *, const void *, const void *), void *context);

static void numbers(void **state) {
    char buffer[80], *end;
    (void)state;
    assert_int_equal(crt_strtol("0x1F rest", &end, 0), 31);
    assert_string_equal(end, " rest");
    assert_int_equal(crt_strtol("99999999999", NULL, 10), 0x7FFFFFFF);
    assert_true(crt_strtoul("-1", NULL, 10) == 0xFFFFFFFFul);
    assert_int_equal(crt_atoi(" -17x"), -17);
    assert_string_equal(crt__itoa(-255, buffer, 10), "-255");
    assert_string_equal(crt__itoa(255, buffer, 16), "ff");
    assert_string_equal(crt__itoa(-1, buffer, 16), "ffffffff");
    assert_string_equal(crt__ltoa(INT32_MIN, buffer, 10), "-2147483648");
    assert_string_equal(crt__itoa(-5, buffer, 2), "11111111111111111111111111111011");
    assert_int_equal(crt__itoa_s(12345, buffer, 5, 10), 34);
    assert_string_equal(buffer, "");
    uint16_t wide[30];
    crt__i64tow(-12, wide, 10);
    assert_true(wide[0] == '-' && wide[2] == '2' && wide[3] == 0);
    assert_string_equal(crt__gcvt(0.5, 10, buffer), "0.5");
    assert_string_equal(crt__gcvt(-100.0, 10, buffer), "-100.");
}

static void buffers_of_snprintf(void **state) {
    char buffer[16];
    (void)state;
    memset(buffer, '#', sizeof buffer);
    assert_int_equal(crt__snprintf(buffer, 5, "%s", "exact"), 5);
    assert_memory_equal(buffer, "exact###", 8);
    assert_int_equal(crt__snprintf(buffer, 4, "abcdef"), -1);
    assert_memory_equal(buffer, "abcdt", 4);
    assert_int_equal(crt_snprintf(buffer, 4, "abcdef"), 6);
    assert_string_equal(buffer, "abc");
    assert_int_equal(crt__snprintf(NULL, 0, "%d", 123), 3);
    assert_int_equal(crt_sprintf_s(buffer, 4, "abcd"), -1);
    assert_string_equal(buffer, "");
    assert_int_equal(crt__snprintf_s(buffer, 16, 3, "abcd"), -1);
    assert_string_equal(buffer, "abc");
    assert_int_equal(crt__snprintf_s(buffer, 4, SIZE_MAX, "abcd"), -1);
    assert_string_equal(buffer, "abc");
    uint16_t wide[4];
    static const uint16_t format[] = {'a', 'b', 'c', 'd', 0};
    assert_int_equal(crt_swprintf(wide, 4, format), -1);
    assert_true(wide[2] == 'c' && wide[3] == 0);
}

static void strings(void **state) {
    char text[] = "Mixed Case", list[] = ",one,,two", buffer[6] = "", *next;
    (void)state;
    assert_int_equal(crt__stricmp("Hello", "hELLO"), 0);
    assert_int_equal(crt__stricmp("a", "B"), -1);
    assert_int_equal(crt__strnicmp("HelloX", "helloY", 5), 0);
    assert_string_equal(crt__strrev(text), "esaC dexiM");
    assert_string_equal(crt_strtok_s(list, ",", &next), "one");
    assert_string_equal(crt_strtok_s(NULL, ",", &next), "two");
    assert_null(crt_strtok_s(NULL, ",", &next));
    assert_int_equal(crt_strcpy_s(buffer, 6, "12345"), 0);
    assert_int_equal(crt_strcat_s(buffer, 6, "6"), 34);
    assert_string_equal(buffer, "");
    assert_int_equal(crt_strncpy_s(buffer, 6, "1234567", SIZE_MAX), 80);
    assert_string_equal(buffer, "12345");
    assert_int_equal(crt_strncpy_s(buffer, 6, "abc", 2), 0);
    assert_string_equal(buffer, "ab");
    assert_int_equal(crt_strcpy_s(buffer, 6, NULL), 22);
}

static void characters(void **state) {
    (void)state;
    for (int c = -1; c < 256; c++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        assert_int_equal(crt_isalpha(c) != 0, letter);
        assert_int_equal(crt_isprint(c) != 0, c >= 32 && c < 127);
        assert_int_equal(crt_isspace(c) != 0, c == 32 || (c >= 9 && c <= 13));
        assert_int_equal(crt_isxdigit(c) != 0, c > 0 && strchr("0123456789abcdefABCDEF", c));
        assert_int_equal(crt_toupper(c), c >= 'a' && c <= 'z' ? c - 32 : c);
    }
}

static void wide_strings(void **state) {
    static const uint16_t text[] = {'a', 'b', 'a', 'b', 'c', 0}, part[] = {'a', 'b', 'c', 0};
    uint16_t copy[8], c;
    char bytes[16];
    (void)state;
    assert_ptr_equal(crt_wcsstr(text, part), text + 2);
    assert_null(crt_wcsstr(part, text));
    memset(copy, 1, sizeof copy);
    crt_wcsncpy(copy, part, 6);
    assert_true(copy[3] == 0 && copy[5] == 0 && copy[6] != 0);
    assert_int_equal(crt_mbstowcs(copy, "ä€\xF0\x9F\x98\x80", 8), 4);
    assert_true(copy[0] == 0xE4 && copy[1] == 0x20AC && copy[2] == 0xD83D && copy[4] == 0);
    assert_int_equal(crt_wcstombs(bytes, copy, sizeof bytes), 9);
    assert_string_equal(bytes, "ä€\xF0\x9F\x98\x80");
    assert_int_equal(crt_mbtowc(&c, "€", 4), 3);
    assert_int_equal(crt_mbtowc(&c, "\xFF", 1), -1);
    assert_int_equal(crt_mbtowc(&c, "", 1), 0);
}

static void malformed_utf8(void **state) {
    static const char *const cases[] = {"\x80",         "\xC0\x80", "\xE2\x82",
                                        "\xED\xA0\x80", "\xF5\x80", "\xF4\x90\x80\x80",
                                        "\xE0\x80\x80"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = cases[i];
        size_t count = strlen(text), before = count;
        assert_int_equal(crt_utf8_next(&text, &count), CRT_REPLACEMENT);
        assert_int_equal(count, before - 1);
    }
}

/* The room of each part is known, and nothing is written that does not fit. */
static void paths_with_room(void) {
    static const struct {
        const char *path;
        size_t directory_size;
        int result;
        const char *directory, *name;
    } cases[] = {{"c:\\a\\b.txt", 4, 0, "\\a\\", "b"},
                 {"c:\\a\\b.txt", 3, CRT_ERANGE, "", ""},
                 {"c:\\a\\b.txt", 0, CRT_EINVAL, "?", ""},
                 {NULL, 4, CRT_EINVAL, "", ""}};
    char directory[8], name[8], path[8];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        strcpy(directory, "?");
        assert_int_equal(crt__splitpath_s(cases[i].path, NULL, 0, directory,
                                          cases[i].directory_size, name, sizeof name, NULL, 0),
                         cases[i].result);
        assert_string_equal(directory, cases[i].directory);
        assert_string_equal(name, cases[i].name);
    }
    WCHAR wide[8];
    assert_int_equal(crt__wsplitpath_s(u"d\\n.e", NULL, 0, NULL, 0, wide, 8, NULL, 0), 0);
    assert_memory_equal(wide, u"n", 4);
    assert_int_equal(crt__makepath_s(path, sizeof path, "c", "d", "e", "f"), 0);
    assert_string_equal(path, "c:d\\e.f");
    assert_int_equal(crt__makepath_s(path, 7, "c", "d", "e", "f"), CRT_ERANGE);
    assert_string_equal(path, "");
    assert_int_equal(crt__makepath_s(NULL, 7, "c", "d", "e", "f"), CRT_EINVAL);
    assert_int_equal(crt__makepath_s(path, 0, "c", "d", "e", "f"), CRT_EINVAL);
}

static void paths(void **state) {
    char drive[3], directory[64], name[64], extension[64], path[80];
    (void)state;
    crt__splitpath("c:\\foo.d\\bar.tar.gz", drive, directory, name, extension);
    assert_string_equal(drive, "c:");
    assert_string_equal(directory, "\\foo.d\\");
    assert_string_equal(name, "bar.tar");
    assert_string_equal(extension, ".gz");
    crt__splitpath("dir.x/file", drive, directory, name, extension);
    assert_string_equal(directory, "dir.x/");
    assert_string_equal(name, "file");
    assert_string_equal(extension, "");
    crt__makepath(path, "c", "foo", "bar", "txt");
    assert_string_equal(path, "c:foo\\bar.txt");
    paths_with_room();
    assert_string_equal(crt__fullpath(path, "a\\.\\b\\..\\c", sizeof path), "C:\\a\\c");
    assert_string_equal(crt__fullpath(path, "D:/x/../../y", sizeof path), "D:\\y");
    assert_null(crt__fullpath(path, "long", 3));
}

static void calendar(void **state) {
    static const struct {
        int64_t seconds;
        int year, month, day, weekday, day_of_year;
    } cases[] = {
        {0, 1970, 1, 1, 4, 0},           {1767225600, 2026, 1, 1, 4, 0},
        {951782400, 2000, 2, 29, 2, 59}, {951868800, 2000, 3, 1, 3, 60},
        {4107542400, 2100, 3, 1, 1, 59}, {-86400, 1969, 12, 31, 3, 364},
        {68169600, 1972, 2, 29, 2, 59},  {1798761599, 2026, 12, 31, 4, 364},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct crt_tm tm;
        crt_tm_from_seconds(&tm, cases[i].seconds);
        assert_int_equal(tm.year + 1900, cases[i].year);
        assert_int_equal(tm.mon + 1, cases[i].month);
        assert_int_equal(tm.mday, cases[i].day);
        assert_int_equal(tm.wday, cases[i].weekday);
        assert_int_equal(tm.yday, cases[i].day_of_year);
        assert_true(crt_seconds_from_tm(&tm) == cases[i].seconds);
    }
    struct crt_tm odd = {.year = 125, .mon = 12, .mday = 32, .hour = -1};
    assert_true(crt_mktime(&odd) == 1767225600 + 31 * 86400 - 3600);
    assert_int_equal(odd.mday, 31);
    assert_int_equal(odd.mon, 0);
    assert_int_equal(odd.year, 126);
}

static void time_as_text(void **state) {
    char text[200];
    struct crt_tm tm;
    (void)state;
    crt_tm_from_seconds(&tm, 1767225600 + 5 * 3600 + 6 * 60 + 7);
    assert_int_equal(crt_asctime_s(text, 26, &tm), 0);
    assert_string_equal(text, "Thu Jan 01 05:06:07 2026\n");
    crt_strftime(text, sizeof text,
                 "%a %A %b %B|%c|%d %H %I %j %m %M %p %S %U %w %W|%x|%X|%y %Y %%", &tm);
    assert_string_equal(text, "Thu Thursday Jan January|01/01/26 05:06:07|01 05 05 001 01 06 AM 07 "
                              "00 4 00|01/01/26|05:06:07|26 2026 %");
    crt_strftime(text, sizeof text, "%D|%F|%T|%R|%e|%C|%G-%V-%u|%#d|%#x", &tm);
    assert_string_equal(
        text, "01/01/26|2026-01-01|05:06:07|05:06| 1|20|2026-01-4|1|Thursday, January 01, 2026");
    assert_int_equal(crt_strftime(text, 5, "%Y-%m", &tm), 0);
    crt_tm_from_seconds(&tm, 1609459200); /* 2021-01-01 is in week 53 of 2020 */
    crt_strftime(text, sizeof text, "%G-W%V", &tm);
    assert_string_equal(text, "2020-W53");
    crt_tm_from_seconds(&tm, 1735516800); /* 2024-12-30 is in week 1 of 2025 */
    crt_strftime(text, sizeof text, "%G-W%V", &tm);
    assert_string_equal(text, "2025-W01");
}

static int descending(void *context, const void *a, const void *b) {
    ++*(int *)context;
    return *(const int *)b - *(const int *)a;
}

static void sorting(void **state) {
    int numbers[100], calls = 0;
    (void)state;
    for (int i = 0; i < 100; i++)
        numbers[i] = i * 37 % 100;
    crt_qsort_s(numbers, 100, sizeof(int), descending, &calls);
    for (int i = 0; i < 100; i++)
        assert_int_equal(numbers[i], 99 - i);
    assert_true(calls > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),      cmocka_unit_test(buffers_of_snprintf),
        cmocka_unit_test(strings),      cmocka_unit_test(characters),
        cmocka_unit_test(wide_strings), cmocka_unit_test(malformed_utf8),
        cmocka_unit_test(paths),        cmocka_unit_test(calendar),
        cmocka_unit_test(time_as_text), cmocka_unit_test(sorting),
    };
    return cmocka_run_group_tests_name("crt.text", tests, NULL, NULL);
}
