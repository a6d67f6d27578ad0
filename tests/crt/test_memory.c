/* Memory, environment, arguments, threads and state per thread of simulated programs. */
#include "support/rd_test.h"

#include <string.h>

#include "crt_calls.h"
#include "ldr/crt.h"

static const char *failed;
#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition) && !failed)                                                               \
            failed = #condition;                                                                   \
    } while (0)

static uint32_t run_with(rd_world *world, int (*main)(int, char **)) {
    failed = NULL;
    uint32_t code = test_run(world, main);
    if (failed)
        fail_msg("in simulated code: %s", failed);
    return code;
}

static uint32_t run(int (*main)(int, char **)) {
    rd_world *world = test_world(NULL);
    uint32_t code = run_with(world, main);
    rd_world_destroy(world);
    return code;
}

/* ---- heap ------------------------------------------------------------------------------------ */

static bool all_zero(const char *block, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (block[i])
            return false;
    return true;
}

static int allocates(int argc, char **argv) {
    struct ps_process *process = ps_current_process(port_current_world());
    uint64_t before = process->heap_bytes;
    (void)argc, (void)argv;
    char *block = crt_malloc(16);
    strcpy(block, "fifteen letters");
    block = crt_realloc(block, 100000);
    require(strcmp(block, "fifteen letters") == 0 && crt__msize(block) == 100000);
    require(all_zero(block + 16, 100000 - 16));
    block = crt_realloc(block, 20);
    require(strcmp(block, "fifteen letters") == 0 && crt__msize(block) == 20);
    require(process->heap_bytes == before + 20);
    memset(block, 'x', 20);
    crt_free(block);
    block = crt_calloc(100, 10);
    require(all_zero(block, 1000));
    crt_free(block);
    crt_free(NULL);
    require(process->heap_bytes == before);
    require(crt_malloc((size_t)-1) == NULL && *crt__errno() == 12);
    require(crt_malloc((size_t)1 << 40) == NULL);
    require(crt_calloc((size_t)-1, 3) == NULL);
    require(crt_malloc(0) != NULL);
    for (size_t size = 0; size < 3000; size += 7)
        require(((uintptr_t)crt_malloc(size) & 15) == 0);
    return 0;
}

static void blocks(void **state) {
    (void)state;
    run(allocates);
}

static int aligns(int argc, char **argv) {
    (void)argc, (void)argv;
    for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
        char *block = crt__aligned_malloc(100, alignment);
        require(((uintptr_t)block & (alignment - 1)) == 0);
        memset(block, 7, 100);
        block = crt__aligned_realloc(block, 5000, alignment);
        require(((uintptr_t)block & (alignment - 1)) == 0 && block[99] == 7);
        crt__aligned_free(block);
    }
    require(crt__aligned_malloc(8, 3) == NULL && *crt__errno() == 22);
    return 0;
}

static void aligned_blocks(void **state) {
    (void)state;
    run(aligns);
}

static int leaks(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < 1000; i++)
        memset(crt_malloc(1000), i, 1000);
    return 0;
}

static void PROC_03__memory_goes_with_the_process(void **state) {
    (void)state;
    rd_world *world = test_world(NULL);
    run_with(world, leaks);
    rd_process_info info;
    for (uint32_t pid = 0; rd_process_next(world, pid, &info) == RD_OK; pid = info.pid)
        assert_int_equal(info.heap_bytes, 0);
    size_t gone = test_event(world, 0, RD_EVENT_PROCESS_ADDRESS_SPACE, NULL);
    assert_true(rd_event_at(world, gone)->b >= 1000000);
    rd_world_destroy(world);
}

static int frees_twice(int argc, char **argv) {
    (void)argc, (void)argv;
    void *block = crt_malloc(10);
    crt_free(block);
    crt_free(block);
    return 0;
}

static int frees_what_is_no_block(int argc, char **argv) {
    (void)argc;
    crt_free(argv);
    return 0;
}

static void bad_frees_are_heap_corruption(void **state) {
    (void)state;
    assert_int_equal(run(frees_twice), 0xC0000374);
    assert_int_equal(run(frees_what_is_no_block), 0xC0000374);
}

/* A program that writes to freed memory harms nobody but itself. */
static int writes_to_freed_memory(int argc, char **argv) {
    (void)argc, (void)argv;
    char *pieces[50];
    for (int i = 0; i < 50; i++)
        pieces[i] = crt_malloc(64);
    for (int i = 0; i < 50; i++)
        crt_free(pieces[i]);
    for (int i = 0; i < 50; i++)
        memset(pieces[i], 0xFF, 64);
    for (int i = 0; i < 50; i++)
        require(all_zero(crt_malloc(64), 64));
    return 0;
}

static void freed_memory_holds_nothing_of_ours(void **state) {
    (void)state;
    run(writes_to_freed_memory);
}

static int uses_heaps(int argc, char **argv) {
    struct rd_world *w = port_current_world();
    (void)argc, (void)argv;
    void *mine = ldr_heap_alloc_from(w, 7, 100, true);
    void *other = ldr_heap_alloc_from(w, 8, 100, true);
    require(ldr_heap_of(w, mine) == 7 && ldr_heap_of(w, other) == 8);
    ldr_heap_free_all(w, 7);
    require(ldr_heap_of(w, mine) == UINT64_MAX && ldr_heap_size(w, mine) == (size_t)-1);
    require(ldr_heap_size(w, other) == 100 && ldr_heap_free(w, other));
    return 0;
}

static void heaps_can_be_destroyed(void **state) {
    (void)state;
    run(uses_heaps);
}

/* ---- state per thread ------------------------------------------------------------------------ */

static unsigned worker(void *argument) {
    char text[] = "x,y";
    require(*crt__errno() == 0);
    *crt__errno() = 5;
    require(crt_rand() == 41);
    require(strcmp(crt_strtok(text, ","), "x") == 0);
    *(int *)argument = crt_rand();
    return 77;
}

static int has_threads(int argc, char **argv) {
    struct rd_world *w = port_current_world();
    char text[] = "a b";
    int number = 0;
    unsigned id = 0;
    (void)argc, (void)argv;
    *crt__errno() = 3;
    crt_srand(12345);
    require(crt_rand() == 7584);
    require(strcmp(crt_strtok(text, " "), "a") == 0);
    uintptr_t handle = crt__beginthreadex(NULL, 0, worker, &number, 0, &id);
    require(handle != 0 && id != 0);
    void *thread;
    require(ob_lookup(&ps_current_process(w)->handles, handle, 0, &ps_thread_type, &thread) == 0);
    require(ke_wait_kernel(w, thread) == 0);
    require(((struct ps_thread *)thread)->exit_status == 77);
    require(number == 18467 && *crt__errno() == 3 && crt_rand() == 19164);
    require(strcmp(crt_strtok(NULL, " "), "b") == 0);
    return 0;
}

static void errno_rand_and_strtok_belong_to_the_thread(void **state) {
    (void)state;
    run(has_threads);
}

static void plain_worker(void *argument) {
    ++*(int *)argument;
}

static int begins_plainly(int argc, char **argv) {
    struct rd_world *w = port_current_world();
    struct ob_handle_table *table = &ps_current_process(w)->handles;
    int runs = 0;
    (void)argc, (void)argv;
    uint32_t before = table->count;
    require(crt__beginthread(plain_worker, 0, &runs) != UINTPTR_MAX);
    require(table->count == before + 1);
    for (int i = 0; i < 1000 && table->count != before; i++)
        ke_yield(w);
    require(runs == 1 && table->count == before);
    return 0;
}

static void CRT_16__endthread_closes_its_handle(void **state) {
    (void)state;
    run(begins_plainly);
}

/* ---- environment and time -------------------------------------------------------------------- */

static int has_environment(int argc, char **argv) {
    struct rd_world *w = port_current_world();
    struct ps_process *process = ps_current_process(w);
    (void)argc, (void)argv;
    require(strcmp(crt_getenv("systemroot"), "C:\\Windows") == 0);
    require(crt_getenv("NOTHING") == NULL);
    require(crt__putenv("Colour=blue") == 0 && strcmp(crt_getenv("COLOUR"), "blue") == 0);
    require(strcmp(crt_env_get(w, process, "colour"), "blue") == 0);
    require(crt__putenv("COLOUR=") == 0 && crt_getenv("colour") == NULL);
    require(crt_env_get(w, process, "colour") == NULL);
    /* The C run-time has a copy of its own. */
    require(crt_env_set(w, process, "A", "b") && crt_getenv("A") == NULL);
    require(!crt_env_set(w, process, "B", NULL) && !crt_env_set(w, process, "x=y", "z"));
    require(crt_env_set(w, process, "A", NULL) && crt_env_get(w, process, "A") == NULL);
    size_t count = 0;
    char *const *strings = crt_env_strings(w, process, &count);
    require(count > 5 && strings[count] == NULL && strings[count - 1] != NULL);
    return 0;
}

static void environment(void **state) {
    (void)state;
    run(has_environment);
}

static int tells_time(int argc, char **argv) {
    (void)argc, (void)argv;
    require(crt_time(NULL) == INT64_C(1767225600));
    return 0;
}

static void time_begins_with_2026(void **state) {
    (void)state;
    run(tells_time);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static char seen[512];

static int shows_arguments(int argc, char **argv) {
    seen[0] = 0;
    for (int i = 0; i < argc; i++) {
        strcat(seen, argv[i]);
        strcat(seen, "|");
    }
    require(argv[argc] == NULL);
    return argc;
}

static void arguments(void **state) {
    (void)state;
    static const struct {
        const char *line, *arguments;
    } cases[] = {
        {"app.exe", "app.exe|"},
        {"app.exe one two  three", "app.exe|one|two|three|"},
        {"\"C:\\my dir\\app.exe\" \"one two\" three", "C:\\my dir\\app.exe|one two|three|"},
        {"app \"\" end", "app||end|"},
        {"app a\"b c\"d", "app|ab cd|"},
        {"app c:\\path\\ \"c:\\my files\\\\\" x", "app|c:\\path\\|c:\\my files\\|x|"},
        {"app \\\"quoted\\\" \"in \\\" side\"", "app|\"quoted\"|in \" side|"},
        {"app back\\\\slash end\\\\", "app|back\\\\slash|end\\\\|"},
        {"app tab\there 'single quotes'", "app|tab|here|'single|quotes'|"},
        {"app \"a\"\"b c\" d", "app|a\"b c|d|"},
        {"app \\\\\\\"x", "app|\\\"x|"},
        {"C:\\app\\\"x y\" z", "C:\\app\\x y|z|"},
        {"app  ", "app|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rd_world *world = test_world(NULL);
        rd_image_desc desc = {.size = sizeof desc, .main = shows_arguments};
        rd_process_options options = {.size = sizeof options, .command_line = cases[i].line};
        rd_verdict verdict;
        failed = NULL;
        assert_int_equal(rd_image_register(world, "app.exe", &desc), RD_OK);
        assert_int_equal(rd_process_start(world, "app.exe", &options, NULL), RD_OK);
        assert_int_equal(rd_run(world, &verdict), RD_OK);
        assert_null(failed);
        assert_string_equal(seen, cases[i].arguments);
        rd_world_destroy(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks),
        cmocka_unit_test(aligned_blocks),
        cmocka_unit_test(PROC_03__memory_goes_with_the_process),
        cmocka_unit_test(bad_frees_are_heap_corruption),
        cmocka_unit_test(freed_memory_holds_nothing_of_ours),
        cmocka_unit_test(heaps_can_be_destroyed),
        cmocka_unit_test(errno_rand_and_strtok_belong_to_the_thread),
        cmocka_unit_test(CRT_16__endthread_closes_its_handle),
        cmocka_unit_test(environment),
        cmocka_unit_test(time_begins_with_2026),
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests_name("crt.memory", tests, NULL, NULL);
}
