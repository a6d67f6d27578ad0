/* The printf language of Windows: crt_format.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ldr/crt_format.h"
#include "ldr/crt_text.h"
#include "rundown/sdk/ntdef.h"

static char text[4096];
static int length;

static const char *narrow(unsigned flags, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    length = crt_format_narrow(text, sizeof text, flags, format, arguments);
    va_end(arguments);
    return text;
}

/* The format and the result are wide; both are shown as UTF-8. */
static const char *wide(const char *format, ...) {
    static WCHAR wide_format[256], result[2048];
    wide_format[crt_widen(wide_format, 255, format, strlen(format))] = 0;
    va_list arguments;
    va_start(arguments, format);
    length = crt_format_wide(result, 2048, CRT_FORMAT_WIDE, wide_format, arguments);
    va_end(arguments);
    text[crt_narrow(text, sizeof text - 1, result, crt_wide_length(result))] = 0;
    return text;
}

#define check(expected, ...) assert_string_equal(narrow(0, __VA_ARGS__), expected)
#define check_wide(expected, ...) assert_string_equal(wide(__VA_ARGS__), expected)

static const WCHAR abc[] = {'a', 'b', 'c', 0};
static const WCHAR umlauts[] = {0xE4, 0x20AC, 0xD83D, 0xDE00, 0}; /* ä € and an emoji */

static void integers(void **state) {
    (void)state;
    check("42|-42|42|10|beef|BEEF|c|%", "%d|%i|%u|%o|%x|%X|%c|%%", 42, -42, 42u, 8u, 0xbeefu,
          0xBEEFu, 'c');
    check("[   42] [42   ] [00042] [+42] [ 42] [007] [     007] [007     ]",
          "[%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%8.3d] [%-8.3d]", 42, 42, 42, 42, 42, 7, 7, 7);
    check("[0xff] [0XFF] [010] [0] []", "[%#x] [%#X] [%#o] [%#x] [%.0d]", 255u, 255u, 8u, 0u, 0);
    check("[    42] [42    ] [0042] [42  ]", "[%*d] [%-*d] [%.*d] [%*d]", 6, 42, 6, 42, 4, 42, -4,
          42);
    check("[  007] [7]", "[%05.3d] [%.*d]", 7, -1, 7);
    check("-2147483648 2147483647", "%d %d", INT_MIN, INT_MAX);
    check("0 0", "%#o %#.1o", 0, 0);
}

static void a_long_has_32_bits(void **state) {
    (void)state;
    check("4294967295 -1 ffffffff", "%lu %ld %lx", -1L, -1L, -1L);
    check("-1 7", "%ld %d", (long)0x7FFFFFFFFFFFFFFFLL, 7);
    check("-2 65535 44 -1", "%hd %hu %hhd %hhd", 0x1FFFE, 0xFFFFF, 300, 255);
    check("1234567890123456789 18446744073709551615", "%lld %llu", 1234567890123456789LL,
          UINT64_MAX);
    check("5000000000 5000000000 5000000000", "%jd %zd %td", 5000000000LL, 5000000000LL,
          5000000000LL);
    check("1234567890123456789 -5 4000000000 ffffffffffffffff", "%I64d %I32d %I32u %Ix",
          1234567890123456789LL, -5, 4000000000u, UINT64_MAX);
}

static void pointers(void **state) {
    (void)state;
    check("000000001234ABCD 0000000000000000", "%p %p", (void *)0x1234abcd, NULL);
    check("[    0000000000000001] [0000000000000002    ]", "[%20p] [%-20p]", (void *)1, (void *)2);
}

static void strings(void **state) {
    (void)state;
    check("narrow|    narrow|narrow    |nar|       nar|", "%s|%10s|%-10s|%.3s|%10.3s|", "narrow",
          "narrow", "narrow", "narrow", "narrow");
    check("abc|  abc|abc  |ab|abc|abc|n", "%ls|%5ls|%-5ls|%.2ls|%S|%ws|%hs", abc, abc, abc, abc,
          abc, abc, "n");
    check("[(null)] [(null)] [  (nu]", "[%s] [%ls] [%5.3s]", NULL, NULL, NULL);
    check("W|n|L|x", "%C|%hc|%lc|%wc", 'W', 'n', 'L', 'x');
    check("ä€\xF0\x9F\x98\x80", "%ls", umlauts);
    /* The precision counts bytes, and no character is cut in two. */
    check("ä|ä|ä€", "%.2ls|%.4ls|%.5ls", umlauts, umlauts, umlauts);
    check("", "%s", "");
    check("k", "%k");
    const char unterminated[2] = {'o', 'k'};
    check("ok", "%.2s", unterminated);
}

static void wide_formats_swap_the_meaning_of_s(void **state) {
    (void)state;
    check_wide("abc|n|abc|n|w|n|7", "%s|%S|%ls|%hs|%c|%C|%d", abc, "n", abc, "n", 'w', 'n', 7);
    check_wide("   ä|ä€|ä", "%4S|%.2S|%.1s", "ä", "ä€ß", umlauts);
    check_wide("(null) ä 1.50", "%s ä %.2f", NULL, 1.5);
}

static void floating_point(void **state) {
    (void)state;
    check("0.000000 1.500000 -2.250000", "%f %f %f", 0.0, 1.5, -2.25);
    check("[    2.50] [2.50    ] [00002.50] [+2.50] [ 2.50]",
          "[%8.2f] [%-8.2f] [%08.2f] [%+.2f] [% .2f]", 2.5, 2.5, 2.5, 2.5, 2.5);
    check("1.500000e+00 1e-05 1e+10 0.000000E+00", "%e %g %g %E", 1.5, 1e-5, 1e10, 0.0);
    check("0.5 100000 0.0001 1e+06 1.00000 3.", "%g %g %g %g %#g %#.0f", 0.5, 100000.0, 0.0001, 1e6,
          1.0, 3.0);
    check("0.1000000000000000055511151231257827021181583404541015625", "%.55f", 0.1);
    check("10000000000000000000000.000000", "%f", 1e22);
    check("0x1.8000000000000p+0 0X1.8P+0 -0x1p-3", "%a %.1A %.0a", 1.5, 1.5, -0.125);
    check("2.500000 1", "%Lf %d", (long double)2.5, 1);
    check("-0.000000", "%f", -0.0);
}

static void infinities(void **state) {
    (void)state;
    check("inf -INF [  inf] [inf  ] +inf", "%f %F [%5e] [%-5g] %+f", INFINITY, -INFINITY, INFINITY,
          INFINITY, INFINITY);
    check("[  inf] nan NAN", "[%05f] %f %E", INFINITY, fabs(NAN), fabs(NAN));
    check("-nan(ind)", "%f", copysign(NAN, -1.0));
}

/* Precisions beyond what any double has. */
static void long_floats(void **state) {
    (void)state;
    narrow(0, "%.1200f", 1.0);
    assert_int_equal(length, 1202);
    assert_memory_equal(text, "1.000", 5);
    assert_int_equal(text[1201], '0');
    narrow(0, "%.1200e", 1.0);
    assert_int_equal(length, 1202 + 4);
    assert_string_equal(text + 1202, "e+00");
    narrow(0, "%.1100f", DBL_MAX);
    assert_int_equal(length, 309 + 1 + 1100);
}

/* Whatever locale the host program has set, programs see a point. */
static void locale_has_no_influence(void **state) {
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "ps_AF.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        setlocale(LC_ALL, names[i]);
        check("1234.50 1.5e+10 3.", "%.2f %g %#.0f", 1234.5, 1.5e10, 3.0);
    }
    setlocale(LC_ALL, "C");
}

static void counts(void **state) {
    (void)state;
    int count = -1;
    check("abc", "%sb%c%n", "a", 'c', &count);
    assert_int_equal(count, 3);
    assert_int_equal(length, 3);
    va_list none;
    memset(&none, 0, sizeof none);
    char small[4] = "zzz";
    assert_int_equal(crt_format_narrow(small, 4, 0, "abcdef", none), 6);
    assert_string_equal(small, "abc");
    assert_int_equal(crt_format_narrow(NULL, 0, 0, "abcdef", none), 6);
    assert_int_equal(crt_format_narrow(small, 4, 0, "100%", none), 3);
}

static void kernel_strings(void **state) {
    (void)state;
    UNICODE_STRING unicode = {4, 6, (WCHAR *)(uintptr_t)abc};
    ANSI_STRING ansi = {2, 3, (char *)(uintptr_t) "xyz"};
    assert_string_equal(narrow(CRT_FORMAT_KERNEL, "%wZ|%Z|%lZ|%5wZ|%.1Z|%wZ", &unicode, &ansi,
                               &unicode, &unicode, &ansi, NULL),
                        "ab|xy|ab|   ab|x|(null)");
    /* In user mode Z is no conversion. */
    check("Z", "%wZ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(a_long_has_32_bits),
        cmocka_unit_test(pointers),
        cmocka_unit_test(strings),
        cmocka_unit_test(wide_formats_swap_the_meaning_of_s),
        cmocka_unit_test(floating_point),
        cmocka_unit_test(infinities),
        cmocka_unit_test(long_floats),
        cmocka_unit_test(locale_has_no_influence),
        cmocka_unit_test(counts),
        cmocka_unit_test(kernel_strings),
    };
    return cmocka_run_group_tests_name("crt.format", tests, NULL, NULL);
}
