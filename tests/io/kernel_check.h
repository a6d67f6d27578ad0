/*
 * kernel_check.h - assertions inside driver code. An assertion of cmocka would leave simulated code
 * by longjmp; these note the first condition that does not hold, and the test fails when the
 * machine rests.
 */
#ifndef RD_TESTS_IO_KERNEL_CHECK_H
#define RD_TESTS_IO_KERNEL_CHECK_H

#include <stdio.h>
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

static struct {
    unsigned made;
    char failed[256]; /* the first one */
} kernel_checks;

static inline void kernel_check_at(bool holds, const char *condition, int line) {
    kernel_checks.made++;
    if (!holds && !kernel_checks.failed[0])
        snprintf(kernel_checks.failed, sizeof kernel_checks.failed, "line %d: %s", line, condition);
}

static inline void kernel_equal_at(long long value, long long expected, const char *text,
                                   int line) {
    kernel_checks.made++;
    if (value != expected && !kernel_checks.failed[0])
        snprintf(kernel_checks.failed, sizeof kernel_checks.failed,
                 "line %d: %s is %lld (0x%llX), expected %lld (0x%llX)", line, text, value,
                 (unsigned long long)value, expected, (unsigned long long)expected);
}

#define check(condition) kernel_check_at((condition) != 0, #condition, __LINE__)
#define equal(value, expected)                                                                     \
    kernel_equal_at((long long)(value), (long long)(expected), #value, __LINE__)

static inline void kernel_checks_hold(void) {
    if (kernel_checks.failed[0])
        fail_msg("%s", kernel_checks.failed);
    assert_int_not_equal(kernel_checks.made, 0);
}

static inline void kernel_checks_begin(void) {
    memset(&kernel_checks, 0, sizeof kernel_checks);
}

/* Runs the function on a system thread; everything that it checks must hold. */
static inline void in_kernel(void **state, void (*function)(void *)) {
    kernel_checks_begin();
    kernel_call(*state, function);
    kernel_checks_hold();
}

/* A routine of the kernel that must stop the machine with that code and those words. */
struct kernel_stop_row {
    void (*function)(void *context);
    uint32_t code;
    uint64_t first; /* parameter of the stop */
    const char *text;
};

static inline void stops(const struct kernel_stop_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        rd_world *w = test_world(NULL);
        rd_bugcheck bugcheck = {0};
        if (rd_system_call(w, rows[i].function, NULL) != RD_FAILED)
            fail_msg("row %zu (%s) does not stop the machine", i, rows[i].text);
        expect_stop(w, rows[i].code, rows[i].text);
        assert_int_equal(rd_world_bugcheck(w, &bugcheck), RD_OK);
        if (bugcheck.parameters[0] != rows[i].first)
            fail_msg("row %zu (%s): parameter 1 is 0x%llX, expected 0x%llX", i, rows[i].text,
                     (unsigned long long)bugcheck.parameters[0], (unsigned long long)rows[i].first);
        rd_world_destroy(w);
    }
}

/* A counted string of ASCII letters in the caller's buffer. */
static inline UNICODE_STRING wide(const char *text, WCHAR *buffer) {
    USHORT length = 0;
    for (; text[length]; length++)
        buffer[length] = (WCHAR)text[length];
    buffer[length] = 0;
    return (UNICODE_STRING){(USHORT)(length * 2), (USHORT)(length * 2 + 2), buffer};
}

#endif
