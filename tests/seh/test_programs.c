/*
 * test_programs.c - programs and drivers with __try statements, built by rundown-cc with the host's
 * compilers, without and with optimization.
 */
#include <stdbool.h>

#include "../image/image_support.h"

static const char frames_output[] =
    "handles 2: code\n"
    "passes 0: body body normal\n"
    "nests 0: inner-filter outer-filter finally1 finally2 handler\n"
    "returns 0: abnormal 11 abnormal out 112 normal behind 111 normal behind 123\n"
    "nested_return 5: one two\n"
    "swallows 3: finally went-on\n"
    "loops 550012:\n"
    "several 0: a b caught else\n"
    "handler_raises 1:\n"
    "finally_raises 2: finally\n"
    "filter_raises 3:\n"
    "filter_tries 1: inside\n"
    "continues 1: resumed on\n"
    "may_not_continue 1:\n"
    "faults 2: violation write rip handler\n"
    "repairs 1375:\n"
    "vectored 0: first vectored first vectored filter handler\n"
    "divides 77:\n"
    "deeply 1: f f f f f\n"
    "jumps 6: finally back outer-finally\n"
    "threads 9:\n"
    "unhandled 8: top\n";

static const char driver_output[] =
    "00000000\n80000002\nC0000005\nC0000005\n00000000\nfinally 1\n00000103\nfinally 0\n00000000\n"
    "unwound\nC0000017\nC0000005\n";

static const char *const compilers[] = {"gcc", "clang"};
static const char *const levels[] = {"-O0", "-O2"};

#define SEH "$src/../seh"

static bool compiler_exists(const char *name) {
    return shell("command -v %s >/dev/null", name) == 0;
}

static void check_frames(const char *compiler, const char *level) {
    assert_int_equal(
        shell("$cc --cc=%s %s -Wall -Werror -o f.exe " SEH "/frames.c", compiler, level), 0);
    assert_int_equal(shell("$RUNDOWN run --carrier=$RUNDOWN_TEST_CARRIER f.exe >out.txt 2>err.txt"),
                     42);
    char *text = read_text("out.txt", NULL);
    assert_string_equal(text, frames_output);
    free(text);
}

/* The exception that nobody handles, in DriverUnload, stops the machine (DRV-22). */
static void check_driver(const char *compiler, const char *level) {
    size_t length = strlen(driver_output);
    assert_int_equal(
        shell("$cc --cc=%s %s -Wall -Werror --driver -o d.sys " SEH "/driver.c", compiler, level),
        0);
    assert_int_equal(shell("$cc -o n.exe " SEH "/nothing.c"), 0);
    assert_int_equal(
        shell("$RUNDOWN run --carrier=$RUNDOWN_TEST_CARRIER --driver d.sys n.exe 2>err.txt"), 3);
    char *text = read_text("err.txt", NULL);
    assert_memory_equal(text, driver_output, length);
    assert_non_null(strstr(text + length, "0x0000007E (0x0000000000000102"));
    free(text);
}

static void for_all(void (*check)(const char *compiler, const char *level)) {
    for (size_t c = 0; c < 2; c++)
        for (size_t l = 0; l < 2; l++)
            if (compiler_exists(compilers[c]))
                check(compilers[c], levels[l]);
}

static void test_programs(void **state) {
    (void)state;
    for_all(check_frames);
}

static void test_drivers(void **state) {
    (void)state;
    for_all(check_driver);
}

/* Nothing of it stands in the way of the C++ library, which has its own __try. */
static void test_cxx_sources_compile(void **state) {
    (void)state;
    write_text("x.cpp", "#include <windows.h>\n#include <vector>\n"
                        "int main() { std::vector<int> v(7); return v.size(); }\n");
    assert_int_equal(shell("$cxx -o x.exe x.cpp"), 0);
    assert_int_equal(shell("$RUNDOWN run --carrier=$RUNDOWN_TEST_CARRIER x.exe"), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_drivers),
        cmocka_unit_test(test_cxx_sources_compile),
    };
#if !defined(__x86_64__)
    return 77;
#endif
    return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
