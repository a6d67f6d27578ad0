#include "support/rd_driver_test.h"

#include <string.h>

int32_t driver_try(rd_world *world, const char *name, rd_driver_entry *entry) {
    int32_t status = -1;
    rd_driver_load(world, name, entry, &status);
    return status;
}

void driver_load(rd_world *world, rd_driver_entry *entry) {
    if (rd_driver_load(world, "test.sys", entry, NULL) != RD_OK) {
        test_trace(world);
        fail_msg("%s", rd_last_error(world));
    }
}

void driver_unload(rd_world *world) {
    if (rd_driver_unload(world, "test.sys", NULL) != RD_OK) {
        test_trace(world);
        fail_msg("%s", rd_last_error(world));
    }
}

void program_register(rd_world *world, const char *name, int (*main)(int, char **)) {
    rd_image_desc desc = {.size = sizeof desc, .main = main};
    if (rd_image_register(world, name, &desc) != RD_OK)
        fail_msg("%s", rd_last_error(world));
}

uint32_t program_start(rd_world *world, const char *name) {
    uint32_t pid = 0;
    if (rd_process_start(world, name, NULL, &pid) != RD_OK) {
        test_trace(world);
        fail_msg("%s", rd_last_error(world));
    }
    return pid;
}

void program_run(rd_world *world, rd_verdict expected) {
    rd_verdict verdict;
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    if (verdict != expected) {
        test_trace(world);
        fail_msg("the run ended with %s, expected %s: %s", rd_verdict_name(verdict),
                 rd_verdict_name(expected), rd_world_explanation(world));
    }
}

uint32_t program(rd_world *world, int (*main)(int, char **)) {
    program_register(world, "app.exe", main);
    uint32_t pid = program_start(world, "app.exe");
    program_run(world, RD_VERDICT_FINISHED);
    return pid;
}

void kernel_call(rd_world *world, void (*function)(void *context)) {
    if (rd_system_call(world, function, NULL) != RD_OK) {
        test_trace(world);
        fail_msg("%s", rd_last_error(world));
    }
}

void expect_stop(rd_world *world, uint32_t code, const char *text) {
    rd_bugcheck bugcheck = {0};
    if (rd_world_bugcheck(world, &bugcheck) != RD_OK || bugcheck.code != code ||
        !strstr(bugcheck.explanation, text)) {
        test_trace(world);
        fail_msg("expected stop 0x%X (%s), got 0x%X (%s)", code, text, bugcheck.code,
                 bugcheck.explanation ? bugcheck.explanation : "none");
    }
}

void kernel_stop(rd_world *world, void (*function)(void *context), uint32_t code,
                 const char *text) {
    assert_int_equal(rd_system_call(world, function, NULL), RD_FAILED);
    expect_stop(world, code, text);
}

#if defined(__clang__)
__attribute__((noinline, no_sanitize("address", "undefined", "thread")))
#else
__attribute__((noinline, no_sanitize_address, no_sanitize_undefined, no_sanitize_thread))
#endif
void driver_crash(void) {
    int *volatile nowhere = NULL;
    *(volatile int *)nowhere = 1;
}

static size_t found(rd_world *world, size_t from, const rd_event_query *query) {
    size_t index = rd_event_find(world, from, query);
    if (index == RD_NO_EVENT) {
        test_trace(world);
        fail_msg("no event %s (rule %s, thread %u) at or after %zu",
                 rd_event_kind_name(query->kind), query->rule ? query->rule : "any", query->tid,
                 from);
    }
    return index;
}

size_t event_of_rule(rd_world *world, size_t from, rd_event_kind kind, const char *rule) {
    return found(world, from, &(rd_event_query){.kind = kind, .rule = rule});
}

size_t event_of_thread(rd_world *world, size_t from, rd_event_kind kind, uint32_t tid) {
    return found(world, from, &(rd_event_query){.kind = kind, .tid = tid});
}
