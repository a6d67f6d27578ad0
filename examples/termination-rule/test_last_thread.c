/* A termination rule as a unit test: a process's exit code is that of its last thread (EXIT-05). */
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
    rd_image_desc image = {.size = sizeof image, .main = app};
    rd_process_info process;
    uint32_t pid;
    assert_int_equal(rd_world_create(NULL, (rd_world **)state, NULL, 0), RD_OK);
    assert_int_equal(rd_image_register(*state, "app.exe", &image), RD_OK);
    assert_int_equal(rd_process_start(*state, "app.exe", NULL, &pid), RD_OK);
    assert_int_equal(rd_run(*state, NULL), RD_OK);
    assert_int_equal(rd_process_get(*state, pid, &process), RD_OK);
    assert_int_equal(process.exit_code, 9);
    rd_world_destroy(*state);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(EXIT_05__the_last_thread_decides)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
