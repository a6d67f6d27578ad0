/* The scanf language of Windows (crt_scan.h) and the reading of numbers (crt_number.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "ldr/crt_number.h"
#include "ldr/crt_scan.h"
#include "ldr/crt_text.h"

static int scan_with(unsigned flags, const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = crt_scan_narrow(text, flags, format, arguments);
    va_end(arguments);
    return count;
}

#define scan(...) scan_with(0, __VA_ARGS__)

static void numbers(void **state) {
    (void)state;
    int a = 0, b = 0, read = 0;
    unsigned x = 0;
    char word[20];
    double d = 0;
    float f = 0;
    assert_int_equal(
        scan("12 0x1f abc 1.5e3 2.5 77", "%d %x %s %lf %f%n %d", &a, &x, word, &d, &f, &read, &b),
        6);
    assert_int_equal(a, 12);
    assert_int_equal(x, 0x1f);
    assert_string_equal(word, "abc");
    assert_true(d == 1500.0 && f == 2.5f);
    assert_int_equal(read, 21);
    assert_int_equal(b, 77);
    assert_int_equal(scan("0x10 010", "%i %i", &a, &b), 2);
    assert_true(a == 16 && b == 8);
    assert_int_equal(scan("12345", "%2d%3d", &a, &b), 2);
    assert_true(a == 12 && b == 345);
    assert_int_equal(scan("-5 +6", "%d%d", &a, &b), 2);
    assert_true(a == -5 && b == 6);
    assert_int_equal(scan("7 8", "%*d %d", &a), 1);
    assert_int_equal(a, 8);
}

static void widths_of_the_targets(void **state) {
    (void)state;
    uint32_t guarded[2] = {0, 0xABCDABCD};
    int64_t big = 0;
    uint8_t small[2] = {0, 0xEE};
    uint16_t medium[2] = {0, 0xEEEE};
    assert_int_equal(scan("123456789012 5 200 40000", "%I64d %lu %hhu %hu", &big, &guarded[0],
                          &small[0], &medium[0]),
                     4);
    assert_true(big == 123456789012LL && guarded[0] == 5 && small[0] == 200 && medium[0] == 40000);
    assert_true(guarded[1] == 0xABCDABCD && small[1] == 0xEE && medium[1] == 0xEEEE);
    uint64_t pointer = 0;
    assert_int_equal(scan("00000000DEADBEEF", "%p", (void **)&pointer), 1);
    assert_true(pointer == 0xDEADBEEF);
}

static void text(void **state) {
    (void)state;
    char a[20] = "", b[20] = "";
    WCHAR w[20];
    assert_int_equal(scan("abc:def", "%[^:]:%ls", a, w), 2);
    assert_string_equal(a, "abc");
    assert_true(w[0] == 'd' && w[2] == 'f' && w[3] == 0);
    assert_int_equal(scan("a-b]c", "%[]a-b-]%s", a, b), 2);
    assert_string_equal(a, "a-b]");
    assert_string_equal(b, "c");
    memset(a, 'z', sizeof a);
    assert_int_equal(scan("xyz", "%2c", a), 1);
    assert_memory_equal(a, "xyz", 2);
    assert_int_equal(a[2], 'z');
    assert_int_equal(scan("\xC3\xA4!", "%ls", w), 1);
    assert_true(w[0] == 0xE4 && w[1] == '!' && w[2] == 0);
    assert_int_equal(scan("  50%", "%s", a), 1);
    assert_int_equal(scan("5 % 6", "%2s %% %1s", a, b), 2);
}

static void secure_forms_know_the_room(void **state) {
    (void)state;
    char a[4] = "zzz";
    assert_int_equal(scan_with(CRT_SCAN_SECURE, "abc", "%s", a, 4u), 1);
    assert_string_equal(a, "abc");
    assert_int_equal(scan_with(CRT_SCAN_SECURE, "abcd", "%s", a, 4u), 0);
    assert_string_equal(a, "");
}

static void failures(void **state) {
    (void)state;
    int a = 3, b = 4;
    assert_int_equal(scan("", "%d", &a), -1);
    assert_int_equal(scan("   ", "%d", &a), -1);
    assert_int_equal(scan("zz", "%d", &a), 0);
    assert_int_equal(scan("1 zz", "%d %d", &a, &b), 1);
    assert_int_equal(scan("1", "%d %d", &a, &b), 1);
    assert_int_equal(scan("a1", "b%d", &a), 0);
    assert_true(b == 4);
}

static int scan_wide(const WCHAR *source, const WCHAR *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = crt_scan_wide(source, CRT_SCAN_WIDE, format, arguments);
    va_end(arguments);
    return count;
}

static void wide_source(void **state) {
    (void)state;
    static const WCHAR source[] = {'7', ' ', 'a', 0xE4, ' ', 'n', 0};
    static const WCHAR format[] = {'%', 'd', '%', 's', '%', 'S', 0};
    int a = 0;
    WCHAR w[8];
    char n[8];
    assert_int_equal(scan_wide(source, format, &a, w, n), 3);
    assert_int_equal(a, 7);
    assert_true(w[0] == 'a' && w[1] == 0xE4 && w[2] == 0);
    assert_string_equal(n, "n");
}

/* ---- numbers --------------------------------------------------------------------------------- */

static int64_t read_signed(const char *source, unsigned base, unsigned bits, size_t *end,
                           bool *range) {
    struct crt_integer number = crt_parse_integer((struct crt_view){source, false}, base);
    *end = number.end;
    return crt_clamp_signed(&number, bits, range);
}

static void integers_are_clamped(void **state) {
    (void)state;
    size_t end;
    bool range;
    assert_int_equal(read_signed(" -17x", 10, 32, &end, &range), -17);
    assert_int_equal(end, 4);
    assert_int_equal(read_signed("99999999999", 10, 32, &end, &range), INT32_MAX);
    assert_true(range);
    assert_int_equal(read_signed("-99999999999", 10, 32, &end, &range), INT32_MIN);
    assert_int_equal(read_signed("-2147483648", 10, 32, &end, &range), INT32_MIN);
    assert_false(range);
    assert_true(read_signed("-9223372036854775808", 10, 64, &end, &range) == INT64_MIN && !range);
    assert_true(read_signed("99999999999999999999", 10, 64, &end, &range) == INT64_MAX && range);
    assert_int_equal(read_signed("0x", 16, 32, &end, &range), 0);
    assert_int_equal(end, 1);
    assert_int_equal(read_signed("zz", 36, 32, &end, &range), 35 * 36 + 35);
    assert_int_equal(read_signed("x", 10, 32, &end, &range), 0);
    assert_int_equal(end, 0);
    struct crt_integer minus_one = crt_parse_integer((struct crt_view){"-1", false}, 10);
    assert_true(crt_clamp_unsigned(&minus_one, 32, &range) == 0xFFFFFFFF && !range);
}

static double read_float(const char *source, size_t *end) {
    bool range;
    return crt_parse_float((struct crt_view){source, false}, end, &range);
}

static void floats(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
        size_t end;
    } cases[] = {
        {"1.5", 1.5, 3},
        {" -2.25e2x", -225.0, 8},
        {"1e", 1.0, 1},
        {".5", .5, 2},
        {"5.", 5.0, 2},
        {"0x1.8p1", 3.0, 7},
        {"0x", 0.0, 1},
        {"1e400", HUGE_VAL, 5},
        {"1e-400", 0.0, 6},
        {"0.1", 0.1, 3},
        {"123456789012345678901234567890", 123456789012345678901234567890.0, 30},
        {"2.2250738585072011e-308", 2.2250738585072011e-308, 23},
        {"infinity!", HUGE_VAL, 8},
        {"0.000000000000000000000000000000000000000000001", 1e-45, 47},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t end;
        double value = read_float(cases[i].text, &end);
        assert_true(value == cases[i].value);
        assert_int_equal(end, cases[i].end);
    }
    size_t end;
    assert_true(isnan(read_float("nan", &end)));
    setlocale(LC_ALL, "de_DE.UTF-8");
    assert_true(read_float("1.5", &end) == 1.5);
    setlocale(LC_ALL, "C");
}

/* More digits than are looked at: the tail decides the rounding of an exact tie. */
static void very_long_floats(void **state) {
    (void)state;
    static char number[2000];
    size_t end;
    /* 2^53 + 1 lies between two doubles; anything behind it rounds up. */
    strcpy(number, "9007199254740993.");
    memset(number + 17, '0', 1500);
    assert_true(read_float(number, &end) == 9007199254740992.0);
    strcpy(number + 1517, "1");
    assert_true(read_float(number, &end) == 9007199254740994.0);
}

static void digits(void **state) {
    (void)state;
    char out[CRT_DIGITS_MAX + 1] = "";
    assert_int_equal(crt_digits(out, UINT64_MAX, true, 2), 65);
    out[crt_digits(out, 255, false, 16)] = 0;
    assert_string_equal(out, "ff");
    out[crt_digits(out, 0, false, 10)] = 0;
    assert_string_equal(out, "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(widths_of_the_targets),
        cmocka_unit_test(text),
        cmocka_unit_test(secure_forms_know_the_room),
        cmocka_unit_test(failures),
        cmocka_unit_test(wide_source),
        cmocka_unit_test(integers_are_clamped),
        cmocka_unit_test(floats),
        cmocka_unit_test(very_long_floats),
        cmocka_unit_test(digits),
    };
    return cmocka_run_group_tests_name("crt.scan", tests, NULL, NULL);
}
