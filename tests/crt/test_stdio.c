/* Streams, descriptors and host files of simulated programs. */
#include "support/rd_test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crt_calls.h"

enum { FULL = 0, UNBUFFERED = 4 };

static struct test_output output;

/* Checks in simulated code are recorded here: cmocka's assertions jump, and must do so on the
 * host's stack only. */
static const char *failed;
#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition) && !failed)                                                               \
            failed = #condition;                                                                   \
    } while (0)

static void run(int (*main)(int, char **), const char *text, bool console) {
    rd_world_options options = {
        .size = sizeof options, .output = test_collect, .context = &output, .console = console};
    memset(&output, 0, sizeof output);
    failed = NULL;
    rd_world *world = test_world(&options);
    test_run(world, main);
    if (failed)
        fail_msg("in simulated code: %s", failed);
    assert_string_equal(output.text, text);
    rd_world_destroy(world);
}

static struct crt_file *out(void) {
    return crt___acrt_iob_func(1);
}

static int buffers(int argc, char **argv) {
    (void)argc, (void)argv;
    require(crt_printf("%d-%s\n", 12, "ab") == 6);
    crt__write(1, "direct\n", 7);
    crt_fflush(out());
    crt_setvbuf(out(), NULL, UNBUFFERED, 0);
    crt_puts("now");
    crt__write(1, "then\n", 5);
    return 0;
}

static void output_is_buffered(void **state) {
    (void)state;
    run(buffers, "direct\n12-ab\nnow\nthen\n", false);
}

static void a_console_is_written_at_once(void **state) {
    (void)state;
    run(buffers, "12-ab\ndirect\nnow\nthen\n", true);
}

static int writes_much(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < 1000; i++)
        crt_printf("line %04d\n", i);
    require(output.size == 10000 / 4096 * 4096);
    return 0;
}

static void a_full_buffer_is_written(void **state) {
    (void)state;
    static char expected[10001];
    for (int i = 0; i < 1000; i++)
        snprintf(expected + i * 10, 11, "line %04d\n", i);
    run(writes_much, expected, false);
}

/* Both carriers' tests may run at once. */
static char file_name[64];

static const char *name_with(const char *format) {
    snprintf(file_name, sizeof file_name, format, (int)getpid());
    return file_name;
}

static int uses_file(int argc, char **argv) {
    (void)argc, (void)argv;
    char line[32];
    int number = 0;
    struct crt_file *file = crt_fopen(name_with("C:\\tmp\\rundown-crt-%d.txt"), "w+b");
    require(file != NULL);
    require(crt_fprintf(file, "first %d\nsecond\n", 42) == 16);
    require(crt_ftell(file) == 16);
    crt_rewind(file);
    require(crt_fscanf(file, "first %d", &number) == 1 && number == 42);
    require(crt_fgetc(file) == '\n');
    require(crt_fgets(line, sizeof line, file) && strcmp(line, "second\n") == 0);
    require(crt_fgets(line, sizeof line, file) == NULL && crt_feof(file));
    require(crt_fseek(file, 6, 0) == 0 && !crt_feof(file) && crt_fgetc(file) == '4');
    require(crt_ungetc('x', file) == 'x' && crt_ftell(file) == 6 && crt_fgetc(file) == 'x');
    /* Writing after reading goes where reading has stopped. */
    require(crt_fputs("!", file) == 0 && crt_fflush(file) == 0);
    require(crt_fseek(file, 0, 0) == 0 && crt_fread(line, 1, 9, file) == 9);
    require(memcmp(line, "first 4!\n", 9) == 0);
    require(crt_fclose(file) == 0 && crt_fclose(file) == -1);
    require(crt_fopen(name_with("/tmp/rundown-crt-%d.txt"), "wx") == NULL && *crt__errno() == 17);
    require(crt_remove(name_with("C:/tmp/rundown-crt-%d.txt")) == 0);
    require(crt_fopen(name_with("/tmp/rundown-crt-%d.txt"), "r") == NULL && *crt__errno() == 2);
    require(crt_fopen(file_name, "?") == NULL && *crt__errno() == 22);
    require(crt_fgetc(out()) == -1 && crt_ferror(out()));
    return 0;
}

static void files_of_the_host(void **state) {
    (void)state;
    run(uses_file, "", false);
}

static int opens_many(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < 50; i++)
        require(crt_fwrite("x", 1, 1, crt_tmpfile()) == 1);
    int descriptor = crt__open("NUL", 1);
    require(descriptor == 53);
    require(crt__write(descriptor, "gone", 4) == 4);
    require(crt__close(descriptor) == 0 && crt__close(descriptor) == -1);
    require(crt__isatty(1) == 0);
    return 0;
}

static int count_descriptors(void) {
    FILE *file = tmpfile();
    int descriptor = fileno(file);
    fclose(file);
    return descriptor;
}

static void open_files_are_closed_with_the_process(void **state) {
    (void)state;
    int before = count_descriptors();
    run(opens_many, "", false);
    assert_int_equal(count_descriptors(), before);
}

/* Also when the run is thrown away in the middle. */
static int keeps_file_and_waits(int argc, char **argv) {
    (void)argc, (void)argv;
    crt_tmpfile();
    while (crt__write(1, "x", 1) == 1) {
    }
    return 0;
}

static void open_files_are_closed_by_a_reset(void **state) {
    (void)state;
    rd_world_options options = {.size = sizeof options, .steps_max = 1000};
    int before = count_descriptors();
    rd_world *world = test_world(&options);
    before = count_descriptors();
    rd_image_desc desc = {.size = sizeof desc, .main = keeps_file_and_waits};
    assert_int_equal(rd_image_register(world, "app.exe", &desc), RD_OK);
    for (int i = 0; i < 3; i++) {
        rd_verdict verdict;
        assert_int_equal(rd_process_start(world, "app.exe", NULL, NULL), RD_OK);
        assert_int_equal(rd_run(world, &verdict), RD_OK);
        assert_int_equal(count_descriptors(), before + 1);
        assert_int_equal(rd_world_reset(world), RD_OK);
        assert_int_equal(count_descriptors(), before);
    }
    rd_world_destroy(world);
}

static int wide_output(int argc, char **argv) {
    static const uint16_t text[] = {0xE4, 0x20AC, 0xD83D, 0xDE00, '\n', 0};
    (void)argc, (void)argv;
    require(crt_fputws(text, out()) == 0);
    crt_printf("%ls", text);
    return 0;
}

static void wide_text_becomes_utf8(void **state) {
    (void)state;
    run(wide_output, "ä€\xF0\x9F\x98\x80\nä€\xF0\x9F\x98\x80\n", false);
}

static size_t give_input(void *context, char *bytes, size_t size) {
    static const char text[] = "12 words\nlast line";
    size_t *position = context;
    size_t part = sizeof text - 1 - *position;
    part = part < size ? part : size;
    part = part < 5 ? part : 5; /* in small pieces, as from a terminal */
    memcpy(bytes, text + *position, part);
    *position += part;
    return part;
}

static int reads_input(int argc, char **argv) {
    struct crt_file *in = crt___acrt_iob_func(0);
    char line[32];
    int number = 0;
    (void)argc, (void)argv;
    require(crt_fscanf(in, "%d", &number) == 1 && number == 12);
    require(crt_fgets(line, sizeof line, in) && strcmp(line, " words\n") == 0);
    require(crt_fgets(line, sizeof line, in) && strcmp(line, "last line") == 0);
    require(crt_fgetc(in) == -1 && crt_feof(in));
    return 0;
}

static void standard_input(void **state) {
    (void)state;
    size_t position = 0;
    rd_world_options options = {.size = sizeof options, .input = give_input, .context = &position};
    rd_world *world = test_world(&options);
    failed = NULL;
    test_run(world, reads_input);
    if (failed)
        fail_msg("in simulated code: %s", failed);
    rd_world_destroy(world);
}

/* Called by the host, outside of any run, nothing happens. */
static void without_a_process(void **state) {
    (void)state;
    assert_int_equal(crt_printf("x"), -1);
    assert_int_equal(crt_puts("x"), -1);
    assert_null(crt___acrt_iob_func(1));
    assert_null(crt_fopen("/tmp/x", "r"));
    assert_int_equal(crt_fclose(NULL), -1);
    assert_null(crt_malloc(5));
    crt_free(NULL);
    crt_exit(1);
    assert_int_equal(crt_atexit(NULL), -1);
    assert_null(crt_getenv("PATH"));
    assert_int_equal(crt_rand(), 0);
    assert_null(crt_strerror(2));
    assert_int_equal(crt__beginthread(NULL, 0, NULL), UINTPTR_MAX);
    crt_abort();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_is_buffered),
        cmocka_unit_test(a_console_is_written_at_once),
        cmocka_unit_test(a_full_buffer_is_written),
        cmocka_unit_test(files_of_the_host),
        cmocka_unit_test(open_files_are_closed_with_the_process),
        cmocka_unit_test(open_files_are_closed_by_a_reset),
        cmocka_unit_test(wide_text_becomes_utf8),
        cmocka_unit_test(standard_input),
        cmocka_unit_test(without_a_process),
    };
    return cmocka_run_group_tests_name("crt.stdio", tests, NULL, NULL);
}
