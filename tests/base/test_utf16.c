/* Conversion between UTF-8 and UTF-16: every code point there and back, and bad input. */
#include "support/rd_test.h"

#include <string.h>

#include "base/utf16.h"

static void every_code_point_survives_the_round_trip(void **state) {
    (void)state;
    for (uint32_t point = 1; point <= 0x10FFFF; point++) {
        uint16_t wide[2], again[3];
        char narrow[5];
        size_t units = 1;
        if (point >= 0xD800 && point < 0xE000)
            continue;
        if (point < 0x10000) {
            wide[0] = (uint16_t)point;
        } else {
            wide[0] = (uint16_t)(0xD800 + ((point - 0x10000) >> 10));
            wide[1] = (uint16_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
            units = 2;
        }
        size_t bytes = base_utf16_to_8(wide, units, narrow, sizeof narrow);
        size_t expected = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        if (bytes != expected || base_utf8_to_16(narrow, bytes, again, 3) != units ||
            memcmp(wide, again, units * sizeof *wide) != 0)
            fail_msg("U+%04X is damaged", (unsigned)point);
    }
}

struct bad_row {
    const char *bytes;
    size_t size;
    const char *expected; /* in UTF-8 */
};

#define BAD "\xEF\xBF\xBD"

static void bad_utf8_becomes_replacement_characters(void **state) {
    static const struct bad_row rows[] = {
        {"a\x80z", 3, "a" BAD "z"},   /* a continuation without a lead */
        {"a\xC3", 2, "a" BAD},        /* cut off */
        {"a\xE2\x82", 3, "a" BAD},    /* cut off in the middle */
        {"\xF0\x9F\x98", 3, BAD},     /* likewise */
        {"\xC3(", 2, BAD "("},        /* a lead without its continuation */
        {"\xE2\x82z", 3, BAD "z"},    /* likewise */
        {"\xC0\xAF", 2, BAD BAD},     /* overlong '/' */
        {"\xE0\x80\xAF", 3, BAD},     /* overlong in three bytes */
        {"\xF0\x80\x80\xAF", 4, BAD}, /* overlong in four */
        {"\xED\xA0\x80", 3, BAD},     /* a surrogate */
        {"\xF4\x90\x80\x80", 4, BAD}, /* beyond U+10FFFF */
        {"\xF8\x88\x80\x80\x80", 5, BAD BAD BAD BAD BAD},
        {"\xFE\xFF", 2, BAD BAD},
        {"\0a", 2, "\0a"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t wide[16];
        char narrow[64];
        size_t units = base_utf8_to_16(rows[i].bytes, rows[i].size, wide, 16);
        size_t bytes = base_utf16_to_8(wide, units, narrow, sizeof narrow);
        size_t expected = rows[i].bytes[0] ? strlen(rows[i].expected) : rows[i].size;
        if (bytes != expected || memcmp(narrow, rows[i].expected, bytes) != 0)
            fail_msg("row %zu gives %zu bytes", i, bytes);
    }
}

static void lone_surrogates_become_replacement_characters(void **state) {
    static const uint16_t rows[][3] = {
        {0xD800, 'a', 0},         {0xDC00, 'a', 0}, {0xDC00, 0xD800, 0},
        {0xD800, 0xD800, 0xDC00}, {'a', 0xDBFF, 0},
    };
    static const char *const expected[] = {BAD "a", BAD "a", BAD BAD, BAD "\xF0\x90\x80\x80",
                                           ("a" BAD)};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char narrow[16] = "";
        size_t size = rows[i][2] ? 3 : 2;
        size_t bytes = base_utf16_to_8(rows[i], size, narrow, sizeof narrow - 1);
        narrow[bytes] = '\0';
        assert_string_equal(narrow, expected[i]);
    }
}

static void a_small_buffer_is_never_overrun_and_the_length_is_told(void **state) {
    const char *text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"; /* 1, 1, 1 and 2 units */
    uint16_t wide[8], full[8];
    char narrow[16];
    (void)state;
    assert_int_equal(base_utf8_to_16(text, strlen(text), full, 8), 5);
    for (size_t capacity = 0; capacity <= 5; capacity++) {
        memset(wide, 0x55, sizeof wide);
        assert_int_equal(base_utf8_to_16(text, strlen(text), wide, capacity), 5);
        assert_memory_equal(wide, full, capacity * sizeof *wide);
        assert_int_equal(wide[capacity], 0x5555);
    }
    for (size_t capacity = 0; capacity <= 10; capacity++) {
        memset(narrow, 0x55, sizeof narrow);
        assert_int_equal(base_utf16_to_8(full, 5, narrow, capacity), 10);
        assert_memory_equal(narrow, text, capacity);
        assert_int_equal(narrow[capacity], 0x55);
    }
    assert_int_equal(base_utf8_to_16("", 0, NULL, 0), 0);
    assert_int_equal(base_utf16_to_8(NULL, 0, NULL, 0), 0);
}

static void utf16_length_counts_units(void **state) {
    static const uint16_t text[] = {'a', 0xD83D, 0xDE00, 0};
    (void)state;
    assert_int_equal(base_utf16_length(text), 3);
    assert_int_equal(base_utf16_length(text + 3), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_survives_the_round_trip),
        cmocka_unit_test(bad_utf8_becomes_replacement_characters),
        cmocka_unit_test(lone_surrogates_become_replacement_characters),
        cmocka_unit_test(a_small_buffer_is_never_overrun_and_the_length_is_told),
        cmocka_unit_test(utf16_length_counts_units),
    };
    return cmocka_run_group_tests_name("UTF-16", tests, NULL, NULL);
}
