/*
 * rd_test.h - what the tests share: worlds on the carrier under test, and assertions about the log.
 *
 * Every test executable runs once per carrier: RUNDOWN_TEST_CARRIER is "fiber" or "pthread".
 */
#ifndef RD_TESTS_SUPPORT_RD_TEST_H
#define RD_TESTS_SUPPORT_RD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rundown/rundown.h"

/* A world with these options (NULL: defaults) on the carrier under test; fails the test if it
 * cannot be made. */
rd_world *test_world(const rd_world_options *options);

/* cmocka setup and teardown: *state is a default world. */
int test_setup(void **state);
int test_teardown(void **state);

/* Collected standard output of a world made with TEST_COLLECT options. */
struct test_output {
    char text[16384];
    size_t size;
};
void test_collect(void *context, rd_stream stream, const char *bytes, size_t size);

/* Registers `main` as app.exe, runs it to its end and returns the exit code; expects
 * RD_VERDICT_FINISHED. */
uint32_t test_run(rd_world *world, int (*main)(int, char **));
/* As test_run, but expects that verdict and returns the process id. */
uint32_t test_run_verdict(rd_world *world, int (*main)(int, char **), rd_verdict expected);

/* Index of the first event of that kind and text at or after `from`; fails the test if there is
 * none. */
size_t test_event(rd_world *world, size_t from, rd_event_kind kind, const char *text);
size_t test_count(rd_world *world, rd_event_kind kind, const char *text);

/* Prints the text trace, for looking at a failing test. */
void test_trace(rd_world *world);

#define test_case(function) cmocka_unit_test_setup_teardown(function, test_setup, test_teardown)

#endif
