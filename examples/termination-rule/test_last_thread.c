/* A termination rule as a unit test: the exit code of a process is that of its last thread
 * (EXIT-05). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <rundown/rundown.h>
#include <rundown/sdk/windows.h>

static DWORD WINAPI worker(LPVOID unused) {
    (void)unused;
    Sleep(100);
    return 9;
}

static int app(int argc, char **argv) {
    (void)argc, (void)argv;
    CloseHandle(CreateThread(NULL, 0, worker, NULL, 0, NULL));
    ExitThread(7); /* the primary thread ends, the process does not */
}

static void EXIT_05__the_last_thread_decides(void **state) {
    rd_world *world = *state;
    rd_process_info process;
    uint32_t pid;
    rd_image_register(world, "app.exe",
                      &(rd_image_desc){.size = sizeof(rd_image_desc), .main = app});
    assert_int_equal(rd_process_start(world, "app.exe", NULL, &pid), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_int_equal(rd_process_get(world, pid, &process), RD_OK);
    assert_int_equal(process.exit_code, 9);
}

static int setup(void **state) {
    return rd_world_create(NULL, (rd_world **)state, NULL, 0);
}
static int teardown(void **state) {
    return rd_world_destroy(*state), 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(EXIT_05__the_last_thread_decides, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
