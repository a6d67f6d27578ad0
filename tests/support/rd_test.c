#include "rd_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static rd_carrier carrier_under_test(void) {
    const char *name = getenv("RUNDOWN_TEST_CARRIER");
    if (name && strcmp(name, "pthread") == 0)
        return RD_CARRIER_PTHREAD;
    if (name && strcmp(name, "fiber") == 0)
        return RD_CARRIER_FIBER;
    return RD_CARRIER_DEFAULT;
}

rd_world *test_world(const rd_world_options *options) {
    rd_world_options actual = {.size = sizeof actual};
    rd_world *world;
    char error[512] = "";
    if (options)
        actual = *options;
    if (actual.carrier == RD_CARRIER_DEFAULT)
        actual.carrier = carrier_under_test();
    if (rd_world_create(&actual, &world, error, sizeof error) != RD_OK)
        fail_msg("no world: %s", error);
    return world;
}

int test_setup(void **state) {
    *state = test_world(NULL);
    return 0;
}

int test_teardown(void **state) {
    rd_world_destroy(*state);
    return 0;
}

void test_collect(void *context, rd_stream stream, const char *bytes, size_t size) {
    struct test_output *output = context;
    if (stream != RD_STREAM_OUTPUT)
        return;
    size_t room = sizeof output->text - 1 - output->size;
    if (size > room)
        size = room;
    memcpy(output->text + output->size, bytes, size);
    output->size += size;
    output->text[output->size] = '\0';
}

uint32_t test_run_verdict(rd_world *world, int (*main)(int, char **), rd_verdict expected) {
    rd_image_desc desc = {.size = sizeof desc, .main = main};
    rd_verdict verdict;
    uint32_t pid;
    if (rd_image_register(world, "app.exe", &desc) != RD_OK)
        fail_msg("%s", rd_last_error(world));
    if (rd_process_start(world, "app.exe", NULL, &pid) != RD_OK)
        fail_msg("%s", rd_last_error(world));
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    if (verdict != expected) {
        test_trace(world);
        fail_msg("the run ended with %s, expected %s: %s", rd_verdict_name(verdict),
                 rd_verdict_name(expected), rd_world_explanation(world));
    }
    return pid;
}

uint32_t test_run(rd_world *world, int (*main)(int, char **)) {
    rd_process_info info;
    uint32_t pid = test_run_verdict(world, main, RD_VERDICT_FINISHED);
    assert_int_equal(rd_process_get(world, pid, &info), RD_OK);
    return info.exit_code;
}

size_t test_event(rd_world *world, size_t from, rd_event_kind kind, const char *text) {
    rd_event_query query = {.kind = kind, .text = text};
    size_t found = rd_event_find(world, from, &query);
    if (found == RD_NO_EVENT) {
        test_trace(world);
        fail_msg("no event %s%s%s at or after %zu", rd_event_kind_name(kind), text ? " with " : "",
                 text ? text : "", from);
    }
    return found;
}

size_t test_count(rd_world *world, rd_event_kind kind, const char *text) {
    rd_event_query query = {.kind = kind, .text = text};
    return rd_event_matches(world, &query);
}

void test_trace(rd_world *world) {
    rd_report(world, RD_FORMAT_TEXT, stderr);
}
