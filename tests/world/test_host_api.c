/* The host API, function by function: what it does, and what it says to bad arguments. */
#include "support/rd_test.h"

#include <stdio.h>
#include <string.h>

#include "rundown/sdk/windows.h"

static DWORD WINAPI sleeper(LPVOID milliseconds) {
    Sleep((DWORD)(ULONG_PTR)milliseconds);
    return 5;
}

static int sleeps(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, sleeper, (LPVOID)(ULONG_PTR)100, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return 42;
}

static int waits_for_ever(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, "never");
    WaitForSingleObject(event, INFINITE);
    return 0;
}

static int spins(int argc, char **argv) {
    (void)argv;
    while (argc)
        Sleep(0);
    return 0;
}

static uint32_t start(rd_world *world, int (*main)(int, char **)) {
    rd_image_desc desc = {.size = sizeof desc, .main = main};
    uint32_t pid = 0;
    assert_int_equal(rd_image_register(world, "app.exe", &desc), RD_OK);
    assert_int_equal(rd_process_start(world, "app.exe", NULL, &pid), RD_OK);
    return pid;
}

/* ---- worlds ---------------------------------------------------------------------------------- */

static void rd_world_create_checks_its_options(void **state) {
    struct {
        rd_world_options options;
        rd_status expected;
        const char *said;
    } rows[] = {
        {{.size = 1}, RD_INVALID_ARGUMENT, "size"},
        {{.size = sizeof(rd_world_options), .profile = "win95"}, RD_INVALID_ARGUMENT, "win95"},
        {{.size = sizeof(rd_world_options), .carrier = 9}, RD_INVALID_ARGUMENT, "carrier"},
        {{.size = sizeof(rd_world_options), .strategy = RD_STRATEGY_REPLAY},
         RD_INVALID_ARGUMENT,
         "replay"},
        {{.size = sizeof(rd_world_options), .replay = "nonsense"}, RD_INVALID_ARGUMENT, "rd1.q"},
        {{.size = sizeof(rd_world_options), .replay = "rd1.q200.n1.k0000"},
         RD_INVALID_ARGUMENT,
         "checksum"},
        {{.size = sizeof(rd_world_options), .stack_size = 100}, RD_INVALID_ARGUMENT, "stack_size"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_world *world = (rd_world *)&rows[i];
        char error[512] = "";
        assert_int_equal(rd_world_create(&rows[i].options, &world, error, sizeof error),
                         rows[i].expected);
        assert_null(world);
        assert_non_null(strstr(error, rows[i].said));
    }
    assert_int_equal(rd_world_create(NULL, NULL, NULL, 0), RD_INVALID_ARGUMENT);
}

static void rd_world_destroy_accepts_null_and_a_world_in_mid_run(void **state) {
    rd_world *world = test_world(NULL);
    (void)state;
    start(world, waits_for_ever);
    rd_run(world, NULL);
    rd_world_destroy(world);
    rd_world_destroy(NULL);
}

static void rd_world_reset_gives_the_same_run_again(void **state) {
    rd_world *world = *state;
    uint32_t pid = start(world, sleeps);
    rd_run(world, NULL);
    uint64_t digest = rd_event_digest(world);
    for (int i = 0; i < 3; i++) {
        uint32_t again;
        assert_int_equal(rd_world_reset(world), RD_OK);
        assert_int_equal(rd_time(world), 0);
        assert_int_equal(rd_process_start(world, "app.exe", NULL, &again), RD_OK);
        assert_int_equal(again, pid);
        rd_run(world, NULL);
        assert_true(rd_event_digest(world) == digest);
    }
    assert_int_equal(rd_world_reset(NULL), RD_INVALID_ARGUMENT);
}

static void rd_world_get_stats_shows_that_a_reset_costs_the_host_nothing(void **state) {
    rd_world *world = *state;
    rd_world_stats warm, later;
    start(world, sleeps);
    rd_run(world, NULL);
    rd_world_get_stats(world, &warm);
    for (int i = 0; i < 50; i++) {
        rd_world_reset(world);
        rd_process_start(world, "app.exe", NULL, NULL);
        rd_run(world, NULL);
    }
    rd_world_get_stats(world, &later);
    assert_int_equal(warm.host_allocations, later.host_allocations);
    assert_int_equal(warm.stacks_mapped, later.stacks_mapped);
}

static void rd_world_set_seed_makes_runs_repeatable(void **state) {
    rd_world *world = *state;
    uint64_t digests[2];
    start(world, sleeps);
    rd_run(world, NULL);
    for (int i = 0; i < 2; i++) {
        rd_world_reset(world);
        assert_int_equal(rd_world_set_seed(world, 7), RD_OK);
        rd_process_start(world, "app.exe", NULL, NULL);
        rd_run(world, NULL);
        digests[i] = rd_event_digest(world);
    }
    assert_true(digests[0] == digests[1]);
    assert_int_equal(rd_world_set_seed(NULL, 1), RD_INVALID_ARGUMENT);
}

static int many_threads(int argc, char **argv) {
    HANDLE threads[8];
    (void)argc, (void)argv;
    for (int i = 0; i < 8; i++)
        threads[i] = CreateThread(NULL, 0, sleeper, (LPVOID)(ULONG_PTR)(i % 3), 0, NULL);
    WaitForMultipleObjects(8, threads, TRUE, INFINITE);
    return 1;
}

static void rd_world_set_replay_repeats_a_random_run(void **state) {
    rd_world *world = *state;
    char replay[16384];
    start(world, many_threads);
    rd_world_set_seed(world, 99);
    rd_run(world, NULL);
    uint64_t digest = rd_event_digest(world);
    snprintf(replay, sizeof replay, "%s", rd_world_replay_string(world));
    assert_non_null(strstr(replay, "rd1.q"));
    rd_world_reset(world);
    assert_int_equal(rd_world_set_replay(world, replay), RD_OK);
    rd_process_start(world, "app.exe", NULL, NULL);
    rd_run(world, NULL);
    assert_true(rd_event_digest(world) == digest);
    assert_int_equal(rd_world_set_replay(world, "rd1.q1.n1"), RD_INVALID_ARGUMENT);
    assert_non_null(strstr(rd_last_error(world), "checksum"));
    assert_int_equal(rd_world_set_replay(world, NULL), RD_INVALID_ARGUMENT);
}

static void a_replay_string_of_another_program_is_said_to_diverge(void **state) {
    rd_world *world = *state;
    char replay[16384];
    rd_verdict verdict;
    start(world, many_threads);
    rd_world_set_seed(world, 99);
    rd_run(world, NULL);
    snprintf(replay, sizeof replay, "%s", rd_world_replay_string(world));
    rd_world_reset(world);
    rd_world_set_replay(world, replay);
    rd_image_register(world, "other.exe",
                      &(rd_image_desc){.size = sizeof(rd_image_desc), .main = sleeps});
    rd_process_start(world, "other.exe", NULL, NULL);
    rd_run(world, &verdict);
    if (verdict == RD_VERDICT_DIVERGED)
        assert_non_null(strstr(rd_world_explanation(world), "diverged at decision"));
}

/* ---- running --------------------------------------------------------------------------------- */

static void rd_run_ends_with_a_verdict(void **state) {
    rd_world *world = *state;
    rd_verdict verdict = RD_VERDICT_NONE;
    assert_int_equal(rd_world_verdict(world), RD_VERDICT_NONE);
    start(world, sleeps);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_int_equal(verdict, RD_VERDICT_FINISHED);
    assert_int_equal(rd_world_verdict(world), RD_VERDICT_FINISHED);
    assert_true(rd_steps(world) > 0);
    assert_int_equal(rd_run(NULL, NULL), RD_INVALID_ARGUMENT);
}

static void rd_world_explanation_names_who_is_deadlocked_and_why(void **state) {
    rd_world *world = *state;
    rd_verdict verdict;
    start(world, waits_for_ever);
    rd_run(world, &verdict);
    assert_int_equal(verdict, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(world), "app.exe"));
    assert_non_null(strstr(rd_world_explanation(world), "'never'"));
}

static void rd_run_stops_at_steps_max(void **state) {
    rd_world_options options = {.size = sizeof options, .steps_max = 1000};
    rd_world *world = test_world(&options);
    rd_verdict verdict;
    (void)state;
    start(world, spins);
    rd_run(world, &verdict);
    assert_int_equal(verdict, RD_VERDICT_LIMIT);
    assert_non_null(strstr(rd_world_explanation(world), "steps_max"));
    rd_world_destroy(world);
}

static void rd_run_until_stops_at_a_virtual_time(void **state) {
    rd_world *world = *state;
    rd_process_info info;
    rd_verdict verdict;
    uint32_t pid = start(world, sleeps);
    assert_int_equal(rd_run_until(world, 50 * 10000, &verdict), RD_OK);
    assert_int_equal(verdict, RD_VERDICT_RUNNABLE);
    assert_int_equal(rd_time(world), 50 * 10000);
    rd_process_get(world, pid, &info);
    assert_int_equal(info.exit_code, RD_STILL_ACTIVE);
    rd_run_until(world, 500 * 10000, &verdict);
    assert_int_equal(verdict, RD_VERDICT_FINISHED);
}

static void rd_step_by_step_gives_the_same_log_as_rd_run(void **state) {
    rd_world *world = *state;
    rd_verdict verdict;
    start(world, many_threads);
    rd_run(world, NULL);
    uint64_t digest = rd_event_digest(world);
    rd_world_reset(world);
    rd_process_start(world, "app.exe", NULL, NULL);
    unsigned steps = 0;
    do {
        assert_int_equal(rd_step(world, &verdict), RD_OK);
        steps++;
    } while (verdict == RD_VERDICT_RUNNABLE && steps < 100000);
    assert_int_equal(verdict, RD_VERDICT_FINISHED);
    assert_true(steps > 10);
    assert_true(rd_event_digest(world) == digest);
}

static void bugchecks(void *context) {
    (void)context;
    *(volatile int *)0 = 0;
}

static void rd_world_bugcheck_tells_how_the_machine_crashed(void **state) {
    rd_world *world = *state;
    rd_bugcheck bugcheck;
    assert_int_equal(rd_world_bugcheck(world, &bugcheck), RD_NOT_FOUND);
    assert_int_equal(rd_system_call(world, bugchecks, NULL), RD_FAILED);
    assert_int_equal(rd_world_verdict(world), RD_VERDICT_BUGCHECK);
    assert_int_equal(rd_world_bugcheck(world, &bugcheck), RD_OK);
    assert_int_equal(bugcheck.code, 0x7E);
    assert_true((uint32_t)bugcheck.parameters[0] == 0xC0000005u);
    rd_world_reset(world);
    start(world, sleeps);
    rd_run(world, NULL);
    assert_int_equal(rd_world_verdict(world), RD_VERDICT_FINISHED);
}

static void counts(void *context) {
    ++*(int *)context;
}

static void rd_system_call_runs_a_function_as_a_system_thread(void **state) {
    int count = 0;
    assert_int_equal(rd_system_call(*state, counts, &count), RD_OK);
    assert_int_equal(count, 1);
    assert_int_equal(rd_system_call(*state, NULL, NULL), RD_INVALID_ARGUMENT);
}

/* ---- images and processes -------------------------------------------------------------------- */

static void rd_image_register_refuses_bad_descriptions(void **state) {
    rd_world *world = *state;
    rd_image_desc good = {.size = sizeof good, .main = sleeps}, bad = good;
    assert_int_equal(rd_image_register(world, NULL, &good), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_image_register(world, "a.exe", NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_image_register(world, "dir/a.exe", &good), RD_INVALID_ARGUMENT);
    bad.size = 3;
    assert_int_equal(rd_image_register(world, "a.exe", &bad), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_image_register(world, "a.exe", &good), RD_OK);
    assert_int_equal(rd_image_register(world, "A.EXE", &good), RD_ALREADY_EXISTS);
    assert_non_null(strstr(rd_last_error(world), "A.EXE"));
}

static void rd_process_start_refuses_what_is_no_program(void **state) {
    rd_world *world = *state;
    rd_image_desc dll = {.size = sizeof dll};
    rd_process_options bad = {.size = 1};
    rd_image_register(world, "a.dll", &dll);
    assert_int_equal(rd_process_start(world, "nothing.exe", NULL, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_process_start(world, "a.dll", NULL, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_process_start(world, NULL, NULL, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_process_start(world, "a.dll", &bad, NULL), RD_INVALID_ARGUMENT);
}

static void rd_image_load_and_add_path_say_what_is_wrong(void **state) {
    rd_world *world = *state;
    int32_t ntstatus;
    assert_int_equal(rd_image_load(world, "/nowhere/app.exe"), RD_BAD_IMAGE);
    assert_non_null(strstr(rd_last_error(world), "/nowhere/app.exe"));
    assert_int_equal(rd_image_load(world, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_image_add_path(world, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_image_add_path(world, "/tmp"), RD_OK);
    assert_int_equal(rd_driver_load_file(world, "/nowhere/a.sys", &ntstatus), RD_BAD_IMAGE);
    assert_int_equal(rd_driver_unload(world, "a.sys", &ntstatus), RD_NOT_FOUND);
}

static void rd_export_name_lists_what_images_can_import(void **state) {
    bool found = false;
    unsigned count = 0;
    (void)state;
    for (; rd_export_name(count); count++)
        found |= strcmp(rd_export_name(count), "CreateThread") == 0;
    assert_true(found);
    assert_true(count > 100);
}

static int32_t driver_entry(void *driver_object, void *registry_path) {
    (void)driver_object, (void)registry_path;
    return 0;
}

static int32_t failing_entry(void *driver_object, void *registry_path) {
    (void)driver_object, (void)registry_path;
    return (int32_t)0xC0000001;
}

static void rd_driver_load_runs_DriverEntry(void **state) {
    rd_world *world = *state;
    int32_t ntstatus = 1;
    assert_int_equal(rd_driver_load(world, "a.sys", driver_entry, &ntstatus), RD_OK);
    assert_int_equal(ntstatus, 0);
    assert_int_equal(rd_driver_load(world, "a.sys", driver_entry, &ntstatus), RD_ALREADY_EXISTS);
    assert_int_equal((uint32_t)ntstatus, 0xC000010E);
    assert_int_equal(rd_driver_unload(world, "a.sys", &ntstatus), RD_FAILED);
    assert_int_equal((uint32_t)ntstatus, 0xC0000010);
    assert_int_equal(rd_driver_load(world, "b.sys", failing_entry, &ntstatus), RD_FAILED);
    assert_int_equal((uint32_t)ntstatus, 0xC0000001);
    assert_int_equal(rd_driver_load(world, "c.sys", NULL, NULL), RD_INVALID_ARGUMENT);
}

/* ---- inspection ------------------------------------------------------------------------------ */

static void rd_process_get_and_next_show_processes(void **state) {
    rd_world *world = *state;
    rd_process_info info;
    uint32_t pid = start(world, sleeps);
    assert_int_equal(rd_process_get(world, pid, &info), RD_OK);
    assert_string_equal(info.image, "app.exe");
    assert_int_equal(info.exit_code, RD_STILL_ACTIVE);
    assert_int_equal(info.threads, 1);
    rd_run(world, NULL);
    rd_process_get(world, pid, &info);
    assert_int_equal(info.exit_code, 42);
    assert_true(info.terminated && info.signaled);
    assert_int_equal(info.handles, 0);
    assert_int_equal(rd_process_next(world, 0, &info), RD_OK);
    assert_int_equal(info.pid, 4);
    assert_int_equal(rd_process_next(world, 4, &info), RD_OK);
    assert_int_equal(info.pid, pid);
    assert_int_equal(rd_process_next(world, pid, &info), RD_NOT_FOUND);
    assert_int_equal(rd_process_get(world, 4444, &info), RD_NOT_FOUND);
    assert_int_equal(rd_process_get(world, pid, NULL), RD_INVALID_ARGUMENT);
}

static void rd_thread_get_and_next_show_what_a_thread_waits_for(void **state) {
    rd_world *world = *state;
    rd_thread_info info;
    start(world, waits_for_ever);
    rd_run(world, NULL);
    assert_int_equal(rd_thread_next(world, 0, &info), RD_OK);
    assert_int_equal(info.state, RD_THREAD_WAITING);
    assert_non_null(strstr(info.waiting_for, "'never'"));
    assert_int_equal(rd_thread_get(world, info.tid, &info), RD_OK);
    assert_int_equal(info.exit_code, RD_STILL_ACTIVE);
    assert_int_equal(rd_thread_get(world, 4, &info), RD_NOT_FOUND);
}

static void rd_handle_next_lists_a_handle_table(void **state) {
    rd_world *world = *state;
    rd_handle_info info;
    uint32_t pid = start(world, waits_for_ever);
    rd_run(world, NULL);
    assert_int_equal(rd_handle_next(world, pid, 0, &info), RD_OK);
    assert_string_equal(info.type, "Event");
    assert_string_equal(info.name, "never");
    assert_int_equal(info.handle_count, 1);
    assert_int_equal(rd_handle_next(world, pid, info.handle, &info), RD_NOT_FOUND);
}

static int keeps_child(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    (void)argv;
    if (argc > 1)
        return 3;
    char command[] = "app.exe child";
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    Sleep(INFINITE);
    return 0;
}

static void rd_who_holds_names_every_holder(void **state) {
    rd_world *world = *state;
    rd_process_info info;
    uint32_t pid = start(world, keeps_child);
    rd_run(world, NULL);
    assert_int_equal(rd_process_next(world, pid, &info), RD_OK);
    assert_int_equal(info.exit_code, 3);
    const char *holders = rd_who_holds(world, info.pid);
    assert_non_null(strstr(holders, "handle 0x"));
    assert_non_null(strstr(holders, "app.exe"));
    assert_non_null(strstr(rd_who_holds(world, 40000), "no process object"));
}

/* ---- log ------------------------------------------------------------------------------------- */

static void rd_event_functions_read_the_log(void **state) {
    rd_world *world = *state;
    start(world, sleeps);
    rd_run(world, NULL);
    rd_event_query query = {.kind = RD_EVENT_PROCESS_SIGNALED, .rule = "PROC-07"};
    size_t index = rd_event_find(world, 0, &query);
    assert_true(index < rd_event_count(world));
    assert_int_equal(rd_event_matches(world, &query), 1);
    const rd_event *event = rd_event_at(world, index);
    assert_string_equal(rd_event_kind_name((rd_event_kind)event->kind), "process.signaled");
    char sentence[200];
    assert_true(rd_event_describe(world, event, sentence, sizeof sentence) > 0);
    assert_non_null(strstr(sentence, "becomes signaled"));
    assert_null(rd_event_at(world, rd_event_count(world)));
    assert_true(rd_event_find(world, index + 1, &query) == RD_NO_EVENT);
}

static void rd_rule_functions_read_the_catalogue(void **state) {
    rd_rule rule;
    (void)state;
    assert_true(rd_rule_count() > 700);
    unsigned number = rd_rule_find("PROC-07");
    assert_int_not_equal(number, 0);
    assert_int_equal(rd_rule_get(number, &rule), RD_OK);
    assert_string_equal(rule.id, "PROC-07");
    assert_int_equal(rd_rule_get(0, &rule), RD_NOT_FOUND);
    assert_int_equal(rd_rule_find("PROC-7777"), 0);
}

static void names_of_statuses_verdicts_and_profiles(void **state) {
    (void)state;
    assert_string_equal(rd_status_name(RD_BUSY), "RD_BUSY");
    assert_string_equal(rd_verdict_name(RD_VERDICT_DEADLOCK), "RD_VERDICT_DEADLOCK");
    assert_string_equal(rd_profile_name(0), "win11");
    assert_null(rd_profile_name(1000));
    assert_string_equal(rd_version(), RD_VERSION_STRING);
    rd_format format;
    assert_int_equal(rd_format_from_name("jsonl", &format), RD_OK);
    assert_int_equal(rd_format_from_name("xml", &format), RD_NOT_FOUND);
}

static void rd_report_writes_every_format(void **state) {
    rd_world *world = *state;
    start(world, sleeps);
    rd_run(world, NULL);
    for (int format = RD_FORMAT_TEXT; format <= RD_FORMAT_PERFETTO; format++) {
        FILE *file = tmpfile();
        assert_int_equal(rd_report(world, (rd_format)format, file), RD_OK);
        assert_true(ftell(file) > 500);
        fclose(file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(rd_world_create_checks_its_options),
        test_case(rd_world_destroy_accepts_null_and_a_world_in_mid_run),
        test_case(rd_world_reset_gives_the_same_run_again),
        test_case(rd_world_get_stats_shows_that_a_reset_costs_the_host_nothing),
        test_case(rd_world_set_seed_makes_runs_repeatable),
        test_case(rd_world_set_replay_repeats_a_random_run),
        test_case(a_replay_string_of_another_program_is_said_to_diverge),
        test_case(rd_run_ends_with_a_verdict),
        test_case(rd_world_explanation_names_who_is_deadlocked_and_why),
        test_case(rd_run_stops_at_steps_max),
        test_case(rd_run_until_stops_at_a_virtual_time),
        test_case(rd_step_by_step_gives_the_same_log_as_rd_run),
        test_case(rd_world_bugcheck_tells_how_the_machine_crashed),
        test_case(rd_system_call_runs_a_function_as_a_system_thread),
        test_case(rd_image_register_refuses_bad_descriptions),
        test_case(rd_process_start_refuses_what_is_no_program),
        test_case(rd_image_load_and_add_path_say_what_is_wrong),
        test_case(rd_export_name_lists_what_images_can_import),
        test_case(rd_driver_load_runs_DriverEntry),
        test_case(rd_process_get_and_next_show_processes),
        test_case(rd_thread_get_and_next_show_what_a_thread_waits_for),
        test_case(rd_handle_next_lists_a_handle_table),
        test_case(rd_who_holds_names_every_holder),
        test_case(rd_event_functions_read_the_log),
        test_case(rd_rule_functions_read_the_catalogue),
        test_case(names_of_statuses_verdicts_and_profiles),
        test_case(rd_report_writes_every_format),
    };
    return cmocka_run_group_tests_name("host API", tests, NULL, NULL);
}
