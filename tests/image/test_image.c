/*
 * test_image.c - opening, binding and resetting image files that rundown-cc made.
 */
#include "image_support.h"

#include <pthread.h>

#include "port/image.h"

/*
 * clang's AddressSanitizer, linked into a C program, intercepts throwing inside a C++ library that
 * is loaded later, and fails for want of the original.
 */
#if defined(__clang__) && defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIBRARY_CANNOT_THROW 1
#endif
#endif

static char last_error[512];

static struct port_image *open_image(const char *path) {
    last_error[0] = '\0';
    struct port_image *image = port_image_open(path, last_error, sizeof last_error);
    if (!image)
        print_message("%s\n", last_error);
    assert_non_null(image);
    return image;
}

static void expect_error(const char *path, const char *part) {
    struct port_image *image = port_image_open(path, last_error, sizeof last_error);
    assert_null(image);
    if (!strstr(last_error, part))
        fail_msg("expected '%s' in: %s", part, last_error);
    assert_null(strchr(last_error, '\n'));
    assert_ptr_equal(strstr(last_error, path), last_error);
}

static void *symbol(const struct port_image *image, const char *name) {
    void *address = port_image_symbol(image, name);
    if (!address)
        fail_msg("no export %s", name);
    return address;
}

#define CALL(type, image, name) ((type)(uintptr_t)symbol(image, name))

static size_t find_import(const struct port_image *image, const char *name,
                          struct port_import *import) {
    size_t count = port_image_import_count(image);
    for (size_t i = 0; i < count; i++) {
        port_image_import(image, i, import);
        if (strcmp(import->name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

static void *tls_blocks[4]; /* by the module number that a test gave */

static void *find_tls(struct port_tls_index *index) {
    return (char *)tls_blocks[index->module] + index->offset;
}

static int recorded[16], record_count;
static void record(int value) {
    recorded[record_count++ % 16] = value;
}
static int printed;
static int print(const char *format, ...) {
    return (printed += format[0] == '%');
}
static void *allocate(size_t size) {
    record(100);
    return malloc(size);
}
static void release(void *block, size_t size) {
    record(101 + 0 * (int)size);
    free(block);
}
static int at_exit(void (*function)(void *), void *object, void *handle) {
    record(function && handle ? 102 : 0);
    (void)object;
    return 0;
}

static void *resolve(const struct port_image *library, const char *name) {
    static const struct {
        const char *name;
        void *address;
    } own[] = {{"__tls_get_addr", (void *)find_tls}, {"printf", (void *)print},
               {"record", (void *)record},           {"_Znwm", (void *)allocate},
               {"_ZdlPvm", (void *)release},         {"_ZdlPv", (void *)release},
               {"__cxa_atexit", (void *)at_exit}};
    void *address = library ? port_image_symbol(library, name) : NULL;
    for (size_t i = 0; !address && i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i].name, name) == 0)
            address = own[i].address;
    return address ? address : port_host_function(name);
}

static void bind_all(struct port_image *image, const struct port_image *library) {
    size_t count = port_image_import_count(image);
    for (size_t i = 0; i < count; i++) {
        struct port_import import;
        port_image_import(image, i, &import);
        void *address = resolve(library, import.name);
        if (!address && !import.is_weak)
            fail_msg("nothing provides %s", import.name);
        port_image_bind(image, i, address);
    }
    port_image_freeze(image);
}

static void test_imports_are_listed(void **state) {
    (void)state;
    struct port_import import;
    struct port_image *image = open_image("program.exe");
    assert_int_equal(port_image_get_kind(image), PORT_IMAGE_PROGRAM);
    assert_string_equal(port_image_path(image), "program.exe");
    assert_true(port_image_is_console(image));
    assert_int_equal(port_image_needed_count(image), 1);
    assert_string_equal(port_image_needed(image, 0), "library.dll");

    assert_int_not_equal(find_import(image, "printf", &import), SIZE_MAX);
    assert_false(import.is_weak);
    assert_int_not_equal(find_import(image, "library_value", &import), SIZE_MAX);
    assert_true(import.is_data);
    assert_int_not_equal(find_import(image, "optional_function", &import), SIZE_MAX);
    assert_true(import.is_weak);
    assert_int_not_equal(find_import(image, "__tls_get_addr", &import), SIZE_MAX);
    assert_int_equal(find_import(image, "counter", &import), SIZE_MAX);
    assert_int_equal(port_image_import_count(image), 6); /* and library_add */
    port_image_close(image);
}

static void test_bound_code_runs(void **state) {
    (void)state;
    struct port_image *library = open_image("library.dll");
    struct port_image *image = open_image("program.exe");
    bind_all(library, NULL);
    bind_all(image, library);
    int (*run)(int) = CALL(int (*)(int), image, "program_run");
    assert_int_equal(run(1), 8 + 30 + 30);
    int *value = symbol(library, "library_value");
    *value = 1;
    assert_int_equal(run(1), 9 + 1 + 1);
    assert_null(CALL(void *(*)(void), image, "program_optional")());
    assert_int_equal(CALL(size_t(*)(const char *), image, "program_length")("four"), 4);

    void *entry;
    assert_int_equal(port_image_get_entry(image, &entry), PORT_ENTRY_MAIN);
    printed = 0;
    assert_int_equal(((int (*)(void))(uintptr_t)entry)(), 0);
    assert_int_equal(printed, 1);
    assert_true(port_image_contains(image, entry));
    assert_false(port_image_contains(library, entry));
    assert_false(port_image_contains(image, &printed));
    assert_null(port_image_symbol(image, "no_such_name"));
    assert_null(port_image_symbol(image, "visible_tls"));
    port_image_close(image);
    port_image_close(library);
}

static void test_a_late_bind_reaches_read_only_places(void **state) {
    (void)state;
    struct port_import import;
    struct port_image *image = open_image("program.exe");
    struct port_image *library = open_image("library.dll");
    bind_all(library, NULL);
    bind_all(image, library);
    size_t index = find_import(image, "strlen", &import);
    port_image_bind(image, index, (void *)find_tls); /* any other address */
    port_image_bind(image, index, port_host_function("strlen"));
    assert_int_equal(CALL(size_t(*)(const char *), image, "program_length")("seven77"), 7);
    port_image_close(image);
    port_image_close(library);
}

static void test_openers_have_private_memory(void **state) {
    (void)state;
    struct port_image *images[3];
    struct port_image *library = open_image("library.dll");
    bind_all(library, NULL);
    for (int i = 0; i < 3; i++) {
        images[i] = open_image("./program.exe");
        bind_all(images[i], library);
        *(int *)symbol(images[i], "counter") = i * 100;
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(CALL(int (*)(int), images[i], "program_run")(1), i * 100 + 1 + 60);
    port_image_close(images[0]);
    port_image_close(images[1]);
    images[0] = open_image("program.exe");
    assert_int_equal(*(int *)symbol(images[0], "counter"), 7);
    assert_int_equal(*(int *)symbol(images[2], "counter"), 201);
    port_image_close(images[2]);
    port_image_close(images[0]);
    port_image_close(library);
}

static void test_data_is_saved_loaded_and_reset(void **state) {
    (void)state;
    struct port_image *library = open_image("library.dll");
    struct port_image *image = open_image("program.exe");
    bind_all(library, NULL);
    bind_all(image, library);
    int *counter = symbol(image, "counter"), *untouched = symbol(image, "untouched");
    size_t size = port_image_data_size(image);
    assert_in_range(size, 4004, 4096 + 256); /* variables, without tables of addresses */
    char *first = malloc(size), *second = malloc(size);
    port_image_data_save(image, first);
    *counter = 50;
    untouched[999] = 1;
    port_image_data_save(image, second);
    port_image_data_load(image, first);
    assert_int_equal(*counter + untouched[999], 7);
    port_image_data_load(image, second);
    assert_int_equal(*counter + untouched[999], 51);
    assert_int_equal(CALL(int (*)(int), image, "program_run")(0), 50 + 60);
    port_image_data_reset(image);
    assert_int_equal(*counter + untouched[999], 7);
    assert_int_equal(CALL(int (*)(int), image, "program_run")(0), 7 + 60);
    free(first);
    free(second);
    port_image_close(image);
    port_image_close(library);
}

static void test_thread_local_data_has_a_template(void **state) {
    (void)state;
    struct port_image *library = open_image("library.dll");
    struct port_image *image = open_image("program.exe");
    assert_int_equal(port_image_tls_size(library), 0);
    size_t size = port_image_tls_size(image), align = port_image_tls_align(image);
    assert_in_range(size, 24, 64);
    port_image_set_tls_module(image, 2);
    bind_all(library, NULL);
    bind_all(image, library);
    void *blocks[2];
    for (int i = 0; i < 2; i++) {
        blocks[i] = aligned_alloc(align, (size + align - 1) / align * align);
        port_image_tls_init(image, blocks[i]);
    }
    int (*run)(void) = CALL(int (*)(void), image, "program_tls");
    tls_blocks[2] = blocks[0];
    assert_int_equal(run(), 2 + 6 + 7);
    assert_int_equal(run(), 2 + 6 + 7 + 7);
    tls_blocks[2] = blocks[1];
    assert_int_equal(run(), 2 + 6 + 7);
    port_image_set_tls_module(image, 3); /* also after the image has been frozen */
    tls_blocks[3] = blocks[0];
    assert_int_equal(run(), 15 + 8 + 7);
    free(blocks[0]);
    free(blocks[1]);
    port_image_close(image);
    port_image_close(library);
}

static void test_constructors_are_left_to_the_caller(void **state) {
    (void)state;
    static volatile int destroyed;
    struct port_function_array array;
    struct port_image *library = open_image("library.dll");
    bind_all(library, NULL);
    int *constructed = symbol(library, "library_constructed");
    assert_int_equal(*constructed, 0);
    port_image_constructors(library, &array);
    assert_int_equal(array.count, 1);
    array.functions[0]();
    assert_int_equal(*constructed, 1);
    *(volatile int **)symbol(library, "library_destroyed") = &destroyed;
    port_image_destructors(library, &array);
    assert_int_equal(array.count, 1);
    array.functions[0]();
    assert_int_equal(destroyed, 1);
    void *entry;
    assert_int_equal(port_image_get_kind(library), PORT_IMAGE_DLL);
    assert_int_equal(port_image_get_entry(library, &entry), PORT_ENTRY_DLLMAIN);
    assert_ptr_equal(entry, symbol(library, "DllMain"));
    port_image_close(library);
    assert_int_equal(destroyed, 1);
}

static void test_cxx_objects_and_exceptions(void **state) {
    (void)state;
    struct port_function_array array;
    struct port_image *images[2];
    for (int i = 0; i < 2; i++) { /* the second one is a private copy */
        struct port_image *image = images[i] = open_image("objects.exe");
        bind_all(image, NULL);
        record_count = 0;
        port_image_constructors(image, &array);
        assert_int_equal(array.count, 1);
        array.functions[0]();
        assert_int_equal(recorded[0], 1);
        assert_int_equal(recorded[1], 102);
        int (*run)(int) = CALL(int (*)(int), image, "objects_run");
        assert_int_equal(run(2), 2 + 40 + 3);
        assert_int_equal(recorded[2], 3);
        assert_int_equal(run(0), 22);
        assert_int_equal(recorded[4], 100);
        assert_int_equal(recorded[5], 101);
        void *entry;
        assert_int_equal(port_image_get_entry(image, &entry), PORT_ENTRY_WMAIN);
    }
    int *unique = symbol(images[0], "unique_counter");
    *unique = 4;
    assert_int_equal(CALL(int (*)(int), images[1], "objects_run")(1), 1 + 40 + 3);
    port_image_close(images[0]);
    port_image_close(images[1]);
}

static size_t wide_length(const uint16_t *text) {
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}
static void *wide_copy(uint16_t *to, const uint16_t *from, size_t count) {
    return memcpy(to, from, count * sizeof *to);
}

static void *live_blocks[64];
static int block_count, foreign_blocks;

static void *allocate_block(size_t size) {
    assert_in_range(block_count, 0, 63);
    return live_blocks[block_count++] = malloc(size);
}

static void release_block(void *block) {
    for (int i = 0; i < block_count; i++) {
        if (live_blocks[i] == block) {
            free(block);
            live_blocks[i] = live_blocks[--block_count];
            return;
        }
    }
    foreign_blocks += block != NULL;
}

static void test_the_cxx_library_uses_the_images_memory(void **state) {
    (void)state;
    static const struct {
        const char *name;
        void *address;
    } own[] = {{"_Znwm", (void *)allocate_block}, {"_ZdlPvm", (void *)release_block},
               {"_ZdlPv", (void *)release_block}, {"wcslen", (void *)wide_length},
               {"wmemcpy", (void *)wide_copy},    {"vsnprintf", (void *)vsnprintf},
               {"__cxa_atexit", (void *)at_exit}};
#ifdef LIBRARY_CANNOT_THROW
    skip();
#endif
    assert_int_equal(shell("$cc -O2 -o strings.exe $src/strings.cpp"), 0);
    struct port_image *image = open_image("strings.exe");
    size_t count = port_image_import_count(image);
    for (size_t i = 0; i < count; i++) {
        struct port_import import;
        port_image_import(image, i, &import);
        void *address = NULL;
        for (size_t k = 0; !address && k < sizeof own / sizeof *own; k++)
            if (strcmp(own[k].name, import.name) == 0)
                address = own[k].address;
        address = address ? address : port_host_function(import.name);
        if (!address)
            print_message("nothing provides %s\n", import.name);
        port_image_bind(image, i, address);
    }
    port_image_freeze(image);
    assert_int_equal(CALL(int (*)(int), image, "strings_run")(5), 2000 + 51);
    assert_int_equal(foreign_blocks, 0);
    assert_int_equal(block_count, 0);

    struct port_cxx cxx;
    port_cxx_find(&cxx);
    assert_non_null(cxx.exception_globals());
    cxx.set_terminate(cxx.set_terminate(NULL));
    port_image_close(image);
}

static void test_host_functions_are_pure(void **state) {
    (void)state;
    static const char *const given[] = {"memcpy", "strlen", "sin", "pow", "qsort", "longjmp"};
    static const char *const refused[] = {
        "malloc",  "printf", "exit",     "strtok",      "abort",   "pthread_create",
        "isalpha", "strtol", "fopen",    "wcslen",      "_Z3foov", "__stack_chk_fail",
        "",        "system", "strerror", "__cxa_atexit"};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        assert_non_null(port_host_function(given[i]));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (port_host_function(refused[i]))
            fail_msg("%s is no pure function", refused[i]);
}

static int compare_ints(const void *left, const void *right) {
    return *(const int *)left - *(const int *)right;
}

static void test_sorting(void **state) {
    (void)state;
    typedef void sort_function(void *, size_t, size_t, int (*)(const void *, const void *));
    sort_function *sort = (sort_function *)(uintptr_t)port_host_function("qsort");
    int numbers[100];
    for (size_t count = 0; count <= 100; count++) {
        for (size_t i = 0; i < count; i++)
            numbers[i] = (int)(i * 37 % 101);
        sort(numbers, count, sizeof *numbers, compare_ints);
        for (size_t i = 1; i < count; i++)
            assert_true(numbers[i - 1] <= numbers[i]);
    }
}

static void test_errors_say_what_to_do(void **state) {
    (void)state;
    static const char pe[] = "MZ\x90 and so on";
    expect_error("absent.exe", "no such file");
    expect_error(".", "is a directory");
    expect_error("/dev/null", "no regular file");
    write_text("empty.exe", "");
    expect_error("empty.exe", "is empty");
    write_bytes("pe.exe", pe, sizeof pe);
    expect_error("pe.exe", "is a Windows PE image");
    write_text("text.exe", "hello");
    expect_error("text.exe", "is not an image");
    write_text("short.exe", "\177ELF");
    expect_error("short.exe", "its header is cut off");
    expect_error("/bin/sh", "not made by rundown-cc");
    assert_int_equal(shell("$cc -c $src/library.c -o library.o"), 0);
    expect_error("library.o", "is an object file");
    size_t size;
    char *bytes = read_text("program.exe", &size);
    bytes[18] = 40; /* e_machine: arm */
    write_bytes("other.exe", bytes, size);
    expect_error("other.exe", "another machine (arm)");
    bytes[4] = 1; /* EI_CLASS */
    write_bytes("other.exe", bytes, size);
    expect_error("other.exe", "32-bit");
    free(bytes);
    bytes = read_text("program.exe", &size);
    write_bytes("long.exe", bytes, size + 1);
    expect_error("long.exe", "is longer than");
    write_bytes("cut.exe", bytes, size - 1);
    expect_error("cut.exe", "is shorter than");
    bytes[size / 2] ^= 1;
    write_bytes("changed.exe", bytes, size);
    expect_error("changed.exe", "was changed");
    free(bytes);
}

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void test_damaged_files_are_refused(void **state) {
    (void)state;
    size_t size;
    char *bytes = read_text("program.exe", &size);
    char *damaged = malloc(size);
    uint32_t seed = 1;
    for (int round = 0; round < 200; round++) {
        size_t length = size;
        memcpy(damaged, bytes, size);
        if (round % 4 == 0)
            length = next_random(&seed) % size;
        else if (round % 4 == 1)
            damaged[next_random(&seed) % size] ^= (char)(1 << next_random(&seed) % 8);
        else if (round % 4 == 2) /* the headers */
            damaged[next_random(&seed) % 1024] ^= (char)(1 + next_random(&seed) % 255);
        else
            memset(damaged + next_random(&seed) % (size - 64), round, 64);
        write_bytes("damaged.exe", damaged, length);
        struct port_image *image = port_image_open("damaged.exe", last_error, sizeof last_error);
        if (image)
            fail_msg("mutation %d was accepted", round);
        assert_ptr_equal(strstr(last_error, "damaged.exe: "), last_error);
    }
    free(damaged);
    free(bytes);
}

static void test_a_rebuilt_file_is_seen(void **state) {
    (void)state;
    static const char *const text[] = {"int number = 1; int main(void) { return 0; }",
                                       "int number = 2; int main(void) { return 0; }"};
    struct port_image *images[2];
    for (int i = 0; i < 2; i++) {
        write_text("again.c", text[i]);
        assert_int_equal(shell("$cc -o again.exe again.c"), 0);
        images[i] = open_image("again.exe");
    }
    assert_int_equal(*(int *)symbol(images[0], "number"), 1);
    assert_int_equal(*(int *)symbol(images[1], "number"), 2);
    port_image_close(images[0]);
    port_image_close(images[1]);
}

static void *open_and_close(void *argument) {
    char error[256];
    uintptr_t wrong = 0;
    (void)argument;
    for (int i = 0; i < 50; i++) {
        struct port_image *image = port_image_open("program.exe", error, sizeof error);
        int *counter = image ? port_image_symbol(image, "counter") : NULL;
        if (!counter || *counter != 7)
            wrong++;
        else
            *counter = 8;
        port_image_close(image);
    }
    return (void *)wrong;
}

static void test_opening_in_parallel(void **state) {
    (void)state;
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, open_and_close, NULL), 0);
    for (int i = 0; i < 8; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

static const char *name_of(const struct port_image *image, void *address) {
    static char name[64];
    uint64_t number = (uintptr_t)address;
    bool known = image ? port_image_variable(image, number, name, sizeof name)
                       : port_host_variable(number, name, sizeof name);
    return known ? name : "";
}

static void test_variables_have_names(void **state) {
    static const char *const names[] = {"plain",         "plain+8",       "outer::inside",
                                        "outer::hidden", "owner::member", "kept"};
    static int own;
    int local;
    (void)state;
    struct port_image *image = open_image("variables.exe");
    void *(*address)(int) = CALL(void *(*)(int), image, "address");
    for (int i = 0; i < 6; i++)
        assert_string_equal(name_of(image, address(i)), names[i]);
    assert_string_equal(name_of(image, &local), "");
    assert_int_equal(shell("strip variables.exe"), 0); /* reports go without the names */
    assert_string_equal(name_of(image, address(0)), "");
    port_image_close(image);
    assert_string_equal(name_of(NULL, &own), "own");
    assert_string_equal(name_of(NULL, &last_error[2]), "last_error+2");
    assert_string_equal(name_of(NULL, &local), "");
}

static int set_up(void **state) {
    if (enter_scratch(state) != 0)
        return -1;
    return shell("$cc -O2 -shared -o library.dll $src/library.c && "
                 "$cc -O2 -o program.exe $src/program.c library.dll && "
                 "(cat %s/exports.txt; echo record) >exports.txt && "
                 "$cc --exports=exports.txt -O1 -o objects.exe -std=c++17 $src/objects.cpp && "
                 "$cxx -o variables.exe $src/variables.cpp",
                 RD_TEST_BIN_DIR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_imports_are_listed),
        cmocka_unit_test(test_bound_code_runs),
        cmocka_unit_test(test_a_late_bind_reaches_read_only_places),
        cmocka_unit_test(test_openers_have_private_memory),
        cmocka_unit_test(test_data_is_saved_loaded_and_reset),
        cmocka_unit_test(test_thread_local_data_has_a_template),
        cmocka_unit_test(test_constructors_are_left_to_the_caller),
        cmocka_unit_test(test_cxx_objects_and_exceptions),
        cmocka_unit_test(test_the_cxx_library_uses_the_images_memory),
        cmocka_unit_test(test_host_functions_are_pure),
        cmocka_unit_test(test_sorting),
        cmocka_unit_test(test_errors_say_what_to_do),
        cmocka_unit_test(test_damaged_files_are_refused),
        cmocka_unit_test(test_a_rebuilt_file_is_seen),
        cmocka_unit_test(test_opening_in_parallel),
        cmocka_unit_test(test_variables_have_names),
    };
    return cmocka_run_group_tests_name("image", tests, set_up, leave_scratch);
}
