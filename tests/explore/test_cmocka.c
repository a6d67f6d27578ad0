/* test_cmocka.c - rundown/cmocka.h: a violation is one failed test, with file, line and replay. */
#include "rundown/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

static int never_ends(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(INFINITE);
    return 0;
}

static int ends(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static rd_status prepare(rd_world *world, void *context) {
    rd_image_desc desc = {.size = sizeof desc, .main = context ? never_ends : ends};
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static int context;
static const rd_scenario bad = {
    .size = sizeof bad, .name = "bad", .prepare = prepare, .start = start, .context = &context};
static const rd_scenario good = {.size = sizeof good, .prepare = prepare, .start = start};

enum { EXPLORES_AT = __LINE__ + 4 };

static void explores_bad(void **state) {
    (void)state;
    rd_cmocka_explore(&bad, NULL);
}

static void explores_nothing(void **state) {
    (void)state;
    rd_cmocka_explore(NULL, NULL);
}

static void explores_good(void **state) {
    const rd_explore_options options = {.size = sizeof options, .strategy = "dfs"};
    (void)state;
    rd_cmocka_explore(&good, NULL);
    rd_cmocka_explore(&good, &options);
}

/* ---- a group of tests within a test ---------------------------------------------------------- */

/* How many of them fail; `text` gets what they print. */
static int run_group(const struct CMUnitTest *test, char *text, size_t size) {
    FILE *file = tmpfile();
    int status;
    assert_non_null(file);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(fileno(file), STDOUT_FILENO);
        dup2(fileno(file), STDERR_FILENO);
        int failed = _cmocka_run_group_tests("inner", test, 1, NULL, NULL);
        fflush(NULL);
        _exit(failed);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_violation_is_one_failed_test(void **state) {
    const struct CMUnitTest test = cmocka_unit_test(explores_bad);
    char text[8192], place[256];
    (void)state;
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    assert_non_null(strstr(text, "bad: deadlock"));
    assert_non_null(strstr(text, "replay: rd1."));
    snprintf(place, sizeof place, "test_cmocka.c:%d:", (int)EXPLORES_AT);
    assert_non_null(strstr(text, place));
}

static void the_report_is_in_what_cmocka_writes_for_machines(void **state) {
    const struct CMUnitTest test = cmocka_unit_test(explores_bad);
    char text[8192];
    (void)state;
    setenv("CMOCKA_MESSAGE_OUTPUT", "XML", 1);
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    const char *failure = strstr(text, "<failure>");
    assert_non_null(failure);
    const char *replay = strstr(failure, "replay: rd1.");
    assert_non_null(strstr(failure, "bad: deadlock"));
    assert_true(replay && replay < strstr(failure, "</failure>"));
    setenv("CMOCKA_MESSAGE_OUTPUT", "TAP", 1);
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    assert_non_null(strstr(text, "# replay: rd1."));
    unsetenv("CMOCKA_MESSAGE_OUTPUT");
}

static void the_variable_with_a_replay_string_runs_it_once(void **state) {
    const struct CMUnitTest test = cmocka_unit_test(explores_bad);
    char text[8192], replay[128];
    (void)state;
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    assert_int_equal(sscanf(strstr(text, "replay: "), "replay: %127s", replay), 1);
    setenv("RUNDOWN_REPLAY", replay, 1);
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    assert_non_null(strstr(text, "bad: deadlock"));
    setenv("RUNDOWN_REPLAY", "rd1.nonsense", 1);
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    assert_null(strstr(text, "bad: deadlock"));
    unsetenv("RUNDOWN_REPLAY");
}

static void a_scenario_that_cannot_run_is_a_failed_test(void **state) {
    const struct CMUnitTest test = cmocka_unit_test(explores_nothing);
    char text[8192];
    (void)state;
    assert_int_equal(run_group(&test, text, sizeof text), 1);
    assert_non_null(strstr(text, "the scenario is NULL"));
}

static void what_ends_well_passes(void **state) {
    explores_good(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_violation_is_one_failed_test),
        cmocka_unit_test(the_report_is_in_what_cmocka_writes_for_machines),
        cmocka_unit_test(the_variable_with_a_replay_string_runs_it_once),
        cmocka_unit_test(a_scenario_that_cannot_run_is_a_failed_test),
        cmocka_unit_test(what_ends_well_passes),
    };
    return cmocka_run_group_tests_name("explore.cmocka", tests, NULL, NULL);
}
