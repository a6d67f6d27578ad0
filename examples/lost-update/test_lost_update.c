/*
 * test_lost_update.c - two threads count up one variable. rd_cmocka_explore runs them in every
 * order; if an increment is lost in one of them, the test fails at its line, with the story of
 * that order and the string that replays it.
 */
#include "rundown/cmocka.h"
#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"

static LONG counter;

static DWORD WINAPI add_one(LPVOID unused) {
    (void)unused;
    InterlockedIncrement(&counter); /* counter++ as ReadAcquire and WriteRelease would lose one */
    return 0;
}

static int program(int argc, char **argv) {
    HANDLE threads[2];
    (void)argc, (void)argv;
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, add_one, NULL, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    return 0;
}

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = program};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    counter = 0;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *check(rd_world *world, void *context) {
    (void)world, (void)context;
    return counter == 2 ? NULL : "an increment was lost";
}

static void no_increment_is_lost(void **state) {
    const rd_scenario scenario = {
        .size = sizeof scenario, .prepare = prepare, .start = start, .check = check};
    (void)state;
    rd_cmocka_explore(&scenario, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_increment_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
