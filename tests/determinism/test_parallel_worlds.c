/*
 * Worlds on several host threads at once: each gives what it gives alone, and no two share
 * anything. ThreadSanitizer builds run this program.
 */
#include "support/rd_test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios.h"

/* The dynamic linker frees what it allocated under a lock that ThreadSanitizer does not see. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) {
    return "race:rtld-malloc.h\n";
}

enum { HOST_THREADS = 6, SEEDS = 3 };

/* What a world is expected to give, found by running alone: the default schedule, then some seeds.
 */
struct expectation {
    struct scenario_result results[SCENARIOS][SEEDS + 1];
};

struct worker {
    pthread_t thread;
    const struct expectation *expected;
    rd_carrier carrier;
    int first; /* scenario to begin with, so that different ones meet */
    char failure[200];
};

static rd_world *make(rd_carrier carrier, const struct scenario *scenario,
                      struct scenario_output *output) {
    rd_world_options options = {
        .size = sizeof options, .carrier = carrier, .output = scenario_collect, .context = output};
    rd_world *world;
    if (rd_world_create(&options, &world, NULL, 0) != RD_OK)
        return NULL;
    if (!scenario || scenario_prepare(world, scenario))
        return world;
    rd_world_destroy(world);
    return NULL;
}

/* Run number `round` of the scenario: 0 is the default schedule, others are seeds. */
static struct scenario_result run_round(rd_world *world, const struct scenario *scenario, int round,
                                        struct scenario_output *output) {
    if (round)
        rd_world_set_seed(world, (uint64_t)round);
    struct scenario_result result = scenario_run(world, scenario, output);
    rd_world_reset(world);
    return result;
}

static bool same(const struct scenario_result *a, const struct scenario_result *b) {
    return a->status == b->status && a->verdict == b->verdict && a->exit_code == b->exit_code &&
           a->log == b->log && a->output == b->output;
}

static void run_all(struct worker *me) {
    for (int k = 0; k < SCENARIOS && !me->failure[0]; k++) {
        int i = (me->first + k) % SCENARIOS;
        struct scenario_output output;
        rd_world *world = make(me->carrier, &scenarios[i], &output);
        for (int round = 0; world && round <= SEEDS; round++) {
            struct scenario_result result = run_round(world, &scenarios[i], round, &output);
            if (!same(&result, &me->expected->results[i][round]))
                snprintf(me->failure, sizeof me->failure,
                         "%s, round %d: %s, exit code %u, log %llx", scenarios[i].name, round,
                         rd_verdict_name(result.verdict), result.exit_code,
                         (unsigned long long)result.log);
        }
        if (!world)
            snprintf(me->failure, sizeof me->failure, "no world");
        rd_world_destroy(world);
    }
}

static void *worker_main(void *argument) {
    run_all(argument);
    return NULL;
}

static void expect(struct expectation *expected, rd_carrier carrier) {
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario_output output;
        rd_world *world = make(carrier, &scenarios[i], &output);
        assert_non_null(world);
        for (int round = 0; round <= SEEDS; round++) {
            struct scenario_result *result = &expected->results[i][round];
            *result = run_round(world, &scenarios[i], round, &output);
            assert_int_equal(result->status, RD_OK);
            assert_int_equal(result->verdict, RD_VERDICT_FINISHED);
            assert_int_equal(result->exit_code, 40);
            if (round)
                assert_true(result->log != expected->results[i][0].log);
        }
        rd_world_destroy(world);
    }
}

static void start_and_join(struct worker *workers, int count, void *(*function)(void *)) {
    for (int i = 0; i < count; i++)
        assert_int_equal(pthread_create(&workers[i].thread, NULL, function, &workers[i]), 0);
    for (int i = 0; i < count; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < count; i++)
        if (workers[i].failure[0])
            fail_msg("host thread %d: %s", i, workers[i].failure);
}

/* The carrier under test, from the world that the fixture made. */
static rd_carrier carrier_of(void **state) {
    (void)state;
    const char *name = getenv("RUNDOWN_TEST_CARRIER");
    if (name && strcmp(name, "pthread") == 0)
        return RD_CARRIER_PTHREAD;
    return RD_CARRIER_DEFAULT;
}

static void worlds_in_parallel_are_what_they_are_alone(void **state) {
    struct expectation expected;
    struct worker workers[HOST_THREADS];
    memset(workers, 0, sizeof workers);
    expect(&expected, carrier_of(state));
    for (int i = 0; i < HOST_THREADS; i++) {
        workers[i].expected = &expected;
        workers[i].carrier = carrier_of(state);
        workers[i].first = i;
    }
    start_and_join(workers, HOST_THREADS, worker_main);
}

static void worlds_of_both_carriers_run_in_parallel(void **state) {
    struct expectation expected;
    struct worker workers[4];
    (void)state;
    memset(workers, 0, sizeof workers);
    expect(&expected, RD_CARRIER_DEFAULT);
    for (int i = 0; i < 4; i++) {
        workers[i].expected = &expected;
        workers[i].carrier = i % 2 ? RD_CARRIER_PTHREAD : RD_CARRIER_DEFAULT;
        workers[i].first = i / 2;
    }
    start_and_join(workers, 4, worker_main);
}

/* ---- one world, several host threads in turn ------------------------------------------------- */

struct relay {
    rd_world *world;
    rd_verdict verdict;
    int steps;
};

static void *relay_leg(void *argument) {
    struct relay *relay = argument;
    for (int i = 0; i < relay->steps; i++)
        rd_step(relay->world, &relay->verdict);
    return NULL;
}

/* A world created here is stepped by one host thread after the other, in mid-run. */
static void a_world_may_move_from_host_thread_to_host_thread(void **state) {
    struct scenario_output output;
    rd_world *world = make(carrier_of(state), &scenarios[0], &output);
    assert_non_null(world);
    struct scenario_result whole = run_round(world, &scenarios[0], 0, &output);
    struct relay relay = {.world = world, .verdict = RD_VERDICT_RUNNABLE};
    rd_process_start(world, "app.exe", NULL, NULL);
    for (int leg = 0; leg < 1000 && relay.verdict == RD_VERDICT_RUNNABLE; leg++) {
        pthread_t thread;
        relay.steps = 1 + leg % 7;
        assert_int_equal(pthread_create(&thread, NULL, relay_leg, &relay), 0);
        pthread_join(thread, NULL);
    }
    assert_int_equal(relay.verdict, RD_VERDICT_FINISHED);
    assert_true(rd_event_digest(world) == whole.log);
    rd_world_destroy(world);
}

/* ---- image files ----------------------------------------------------------------------------- */

static const char library_source[] =
    "#include <windows.h>\n"
    "static int loads; __declspec(thread) int calls;\n"
    "__declspec(dllexport) int count(int by) { calls += by; return loads * 1000 + calls; }\n"
    "BOOL WINAPI DllMain(HINSTANCE h, DWORD reason, LPVOID r) {\n"
    "    if (reason == DLL_PROCESS_ATTACH) loads++;\n"
    "    return TRUE; }\n";

static const char program_source[] =
    "#include <windows.h>\n#include <stdio.h>\n"
    "__declspec(dllimport) int count(int by);\n"
    "static LONG total; static int table[5000] = {1, 2, 3};\n"
    "static DWORD WINAPI work(LPVOID p) {\n"
    "    for (int i = 0; i < 5; i++) { InterlockedExchangeAdd(&total, count(1)); Sleep(i % 2); }\n"
    "    table[(size_t)p]++; return 0; }\n"
    "int main(int argc, char **argv) {\n"
    "    HANDLE t[3]; STARTUPINFOA s = {sizeof s}; PROCESS_INFORMATION p; DWORD code = 0;\n"
    "    char line[] = \"app.exe child\";\n"
    "    if (argc == 1) CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &s, &p);\n"
    "    for (size_t i = 0; i < 3; i++) t[i] = CreateThread(NULL, 0, work, (LPVOID)i, 0, NULL);\n"
    "    WaitForMultipleObjects(3, t, TRUE, INFINITE);\n"
    "    if (argc == 1) { WaitForSingleObject(p.hProcess, INFINITE);\n"
    "        GetExitCodeProcess(p.hProcess, &code); }\n"
    "    printf(\"total %ld table %d %d %d child %lu\\n\", (long)total, table[0], table[1],\n"
    "           table[2], (unsigned long)code);\n"
    "    (void)argv; return total == 15045 ? 40 : (int)total; }\n";

static bool write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    return file && fputs(text, file) >= 0 && fclose(file) == 0;
}

static bool compile(const char *directory, const char *arguments) {
    char command[1024];
    const char *compiler = getenv("RUNDOWN_CC");
    snprintf(command, sizeof command, "cd '%s' && '%s' %s >cc.log 2>&1", directory, compiler,
             arguments);
    return system(command) == 0;
}

static char image_directory[64]; /* "" without rundown-cc */

static int build_images(void **state) {
    char path[100];
    (void)state;
    strcpy(image_directory, "/tmp/rundown-parallel-XXXXXX");
    if (!getenv("RUNDOWN_CC") || access(getenv("RUNDOWN_CC"), X_OK) != 0 ||
        !mkdtemp(image_directory)) {
        image_directory[0] = '\0';
        return 0;
    }
    snprintf(path, sizeof path, "%s/library.c", image_directory);
    bool written = write_file(path, library_source);
    snprintf(path, sizeof path, "%s/app.c", image_directory);
    written &= write_file(path, program_source);
    if (written && compile(image_directory, "-shared library.c -o library.dll") &&
        compile(image_directory, "app.c library.dll -o app.exe"))
        return 0;
    fprintf(stderr, "the programs in %s cannot be compiled\n", image_directory);
    return 1;
}

static int remove_images(void **state) {
    static const char *const names[] = {"library.c", "app.c", "library.dll", "app.exe", "cc.log"};
    (void)state;
    for (size_t i = 0; image_directory[0] && i < sizeof names / sizeof names[0]; i++) {
        char path[100];
        snprintf(path, sizeof path, "%s/%s", image_directory, names[i]);
        unlink(path);
    }
    if (image_directory[0])
        rmdir(image_directory);
    return 0;
}

/* Loads the program anew each time, so that mapping and unmapping happen in parallel, too. */
static void run_images(struct worker *me, struct scenario_result results[2]) {
    static const struct scenario from_file = {"image file", NULL, false};
    struct scenario_output output;
    char path[100];
    rd_world *world = make(me->carrier, NULL, &output);
    snprintf(path, sizeof path, "%s/app.exe", image_directory);
    if (!world || rd_image_load(world, path) != RD_OK)
        snprintf(me->failure, sizeof me->failure, "%s", world ? rd_last_error(world) : "no world");
    else
        for (int round = 0; round < 2; round++)
            results[round] = run_round(world, &from_file, round, &output);
    rd_world_destroy(world);
}

static void *image_worker(void *argument) {
    struct worker *me = argument;
    for (int i = 0; i < 8 && !me->failure[0]; i++) {
        struct scenario_result results[2];
        run_images(me, results);
        for (int round = 0; round < 2 && !me->failure[0]; round++)
            if (!same(&results[round], &me->expected->results[0][round]))
                snprintf(me->failure, sizeof me->failure, "round %d: exit code %u", round,
                         results[round].exit_code);
    }
    return NULL;
}

static void image_files_are_private_to_each_world(void **state) {
    struct expectation expected;
    struct worker workers[HOST_THREADS];
    memset(workers, 0, sizeof workers);
    if (!image_directory[0])
        skip();
    for (int i = 0; i < HOST_THREADS; i++) {
        workers[i].expected = &expected;
        workers[i].carrier = carrier_of(state);
    }
    run_images(&workers[0], expected.results[0]);
    if (workers[0].failure[0])
        fail_msg("%s", workers[0].failure);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(expected.results[0][round].verdict, RD_VERDICT_FINISHED);
        assert_int_equal(expected.results[0][round].exit_code, 40);
    }
    start_and_join(workers, HOST_THREADS, image_worker);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worlds_in_parallel_are_what_they_are_alone),
        cmocka_unit_test(worlds_of_both_carriers_run_in_parallel),
        cmocka_unit_test(a_world_may_move_from_host_thread_to_host_thread),
        cmocka_unit_test_setup_teardown(image_files_are_private_to_each_world, build_images,
                                        remove_images),
    };
    return cmocka_run_group_tests_name("parallel worlds", tests, NULL, NULL);
}
