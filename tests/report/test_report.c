/*
 * The reports, over logs written by hand. fake_log.h takes the place of the world.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_log.h"
#include "rundown/report.h"
#include "sample_log.h"

/* ---- helpers --------------------------------------------------------------------------------- */

static int new_log(void **state) {
    *state = calloc(1, sizeof(rd_world));
    return *state ? 0 : 1;
}

static int free_log(void **state) {
    free(*state);
    return 0;
}

/* The whole report; the caller frees it. */
static char *report(const rd_world *log, rd_format format) {
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    assert_non_null(file);
    assert_int_equal(rd_report(log, format, file), RD_OK);
    fclose(file);
    return text;
}

static void assert_report(const rd_world *log, rd_format format, const char *expected) {
    char *text = report(log, format);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_sentence(const rd_world *log, const char *expected) {
    char text[256];
    int length = rd_event_describe(log, &log->events[log->count - 1], text, sizeof text);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));
}

/* Position of the n-th line that contains `part`, or NULL. */
static const char *line_with(const char *text, const char *part) {
    const char *found = strstr(text, part);
    while (found && found > text && found[-1] != '\n')
        found--;
    return found;
}

/* ---- sentences ------------------------------------------------------------------------------- */

static void sentence_names_objects_from_the_log(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_OBJECT_CREATE, .object = 7, .text = "Event 'go'");
    assert_sentence(log, "Event#7 'go' is created");
    fake_event(log, RD_EVENT_OBJECT_CREATE, .object = 3, .text = "Mutant");
    assert_sentence(log, "Mutant#3 is created");
    fake_event(log, RD_EVENT_PROCESS_CREATE, .object = 9, .a = 12, .text = "app.exe");
    fake_event(log, RD_EVENT_THREAD_CREATE, .object = 10, .a = 16, .b = 12);
    fake_event(log, RD_EVENT_SIGNAL, .object = 10);
    assert_sentence(log, "Thread 16 becomes signaled");
    fake_event(log, RD_EVENT_WAIT_BEGIN, .object = 9, .a = 1, .b = 1, .c = 1);
    assert_sentence(log,
                    "waits for Process 12 'app.exe' (one of several), alertable, with timeout");
    fake_event(log, RD_EVENT_SIGNAL, .object = 3);
    assert_sentence(log, "Mutant#3 becomes signaled");
    fake_event(log, RD_EVENT_SIGNAL, .object = 44);
    assert_sentence(log, "object#44 becomes signaled");
    fake_event(log, RD_EVENT_SIGNAL, .object = 0);
    assert_sentence(log, "nothing becomes signaled");
}

static void sentence_shows_codes_as_people_know_them(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_PROCESS_EXIT_STATUS, .a = 12, .b = 195);
    assert_sentence(log, "exit code of process 12 changes from STILL_ACTIVE to 195");
    fake_event(log, RD_EVENT_PROCESS_EXIT_STATUS, .a = 12, .b = 0xC0000005);
    assert_sentence(log, "exit code of process 12 changes from STILL_ACTIVE to 0xC0000005 "
                         "STATUS_ACCESS_VIOLATION");
    fake_event(log, RD_EVENT_PROCESS_EXIT, .a = 0xFFFFFFFFFFFFFFFF);
    assert_sentence(log, "ExitProcess(0xFFFFFFFF) begins");
    fake_event(log, RD_EVENT_HANDLE_CREATE, .a = 0x1c, .b = 0x1F0003, .object = 1);
    assert_sentence(log, "handle 0x1C to object#1, access 0x001F0003");
    fake_event(log, RD_EVENT_BUGCHECK, .a = 0xCE, .text = "a, b");
    assert_sentence(log, "*** STOP 0xCE (a, b)");
}

static void sentence_chooses_by_truth(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_DLL_RETURN, .a = 1, .text = "DllMain");
    assert_sentence(log, "DllMain returns TRUE");
    fake_event(log, RD_EVENT_DLL_RETURN, .text = "DllMain");
    assert_sentence(log, "DllMain returns FALSE");
    fake_event(log, RD_EVENT_THREAD_CREATE, .a = 20, .b = 12, .c = 1);
    assert_sentence(log, "thread 20 is created in process 12, suspended");
}

static void sentence_keeps_a_line_a_line(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_DBG_PRINT, .text = "one\ntwo\t\x1b[0m \xE9 \xC3\xA9 \xED\xA0\x80");
    assert_sentence(log, "DbgPrint: one\\ntwo\\t\\x1B[0m \\xE9 \xC3\xA9 \\xED\\xA0\\x80");
}

static void sentence_that_does_not_fit_is_cut_like_snprintf(void **state) {
    rd_world *log = *state;
    char text[10] = "xxxxxxxxx";

    fake_event(log, RD_EVENT_QUIESCENT, .a = 0);
    assert_int_equal(rd_event_describe(log, &log->events[0], text, 8), 22);
    assert_string_equal(text, "nothing");
    assert_int_equal(text[8], 'x');
    assert_int_equal(rd_event_describe(log, &log->events[0], NULL, 0), 22);
}

/* Every sentence of event.def is well-formed: nothing of a template is left. */
static void sentence_of_every_kind_is_complete(void **state) {
    rd_world *log = *state;

    for (unsigned kind = 1; kind < RD_EVENT_KINDS; kind++) {
        char text[256];
        fake_event(log, (uint16_t)kind, .a = 1, .b = 2, .c = 3, .object = 4, .text = "name");
        int length = rd_event_describe(log, &log->events[log->count - 1], text, sizeof text);
        assert_true(length > 3);
        assert_null(strpbrk(text, "{}|"));
    }
}

/* ---- text ------------------------------------------------------------------------------------ */

static const char sample_text[] =
    "rundown 0.1.0, profile win11\n"
    "time/ms  process        tid  what happens\n"
    " 0.0000  machine          -  process 12 'C:\\lab\\app.exe' is created, parent 0\n"
    " 0.0000  machine          -  thread 16 is created in process 12\n"
    " 0.0010  app.exe(12)     16  DllMain(a.dll, DLL_PROCESS_ATTACH) begins, lpReserved non-NULL\n"
    " 0.0020  app.exe(12)     16    Event#3 'go' is created\n"
    " 0.0020  app.exe(12)     16    handle 0x1C to Event#3 'go', access 0x001F0003\n"
    " 0.0020  app.exe(12)     16  DllMain(a.dll, DLL_PROCESS_ATTACH) returns TRUE\n"
    " 0.0020  app.exe(12)     16  thread 20 is created in process 12\n"
    " 0.0030  app.exe(12)     20  thread begins to run   [AB-01 A short rule]\n"
    " 0.0030  app.exe(12)     20  waits for Event#3 'go'\n"
    " 0.0040  app.exe(12)     16  process 24 'child.exe' is created, parent 12\n"
    " 0.0040  app.exe(12)     16  thread 28 is created in process 24\n"
    " 0.0040  app.exe(12)     16  waits for Process 24 'child.exe', with timeout\n"
    " 5.0040  child.exe(24)   28  exception 0xC0000005 STATUS_ACCESS_VIOLATION is handled by "
    "nobody: the process is\n"
    "                               terminated\n"
    "                       ^ LONG-02 A rule whose title is as long as the catalogue allows, which "
    "is eighty-eight characters\n"
    " 5.0040  child.exe(24)   28  exit code of process 24 changes from STILL_ACTIVE to 0xC0000005 "
    "STATUS_ACCESS_VIOLATION\n"
    " 5.0040  child.exe(24)   28  thread object 28 becomes signaled\n"
    " 5.0040  child.exe(24)   28  process object 24 becomes signaled   [AB-01 A short rule]\n"
    " 5.0040  child.exe(24)   28  wakes thread 16\n"
    " 5.0050  app.exe(12)     16  wait ends: Process 24 'child.exe' is signaled\n"
    " 5.0060  app.exe(12)     16  ExitProcess(3) begins\n"
    "                       ^ LONG-02 A rule whose title is as long as the catalogue allows, which "
    "is eighty-eight characters\n"
    " 5.0060  app.exe(12)     16  thread 20 of process 12 is marked to die with 3\n"
    " 5.0070  app.exe(12)     20  thread object 20 becomes signaled\n"
    " 5.0070  app.exe(12)     16  thread object 16 becomes signaled\n"
    "15.0070  machine          -  nothing is left to run\n";

static void text_of_the_sample(void **state) {
    rd_world *log = *state;

    sample_log(log);
    assert_report(log, RD_FORMAT_TEXT, sample_text);
}

static void text_is_at_most_120_columns_wide(void **state) {
    rd_world *log = *state;
    static char words[600];

    for (size_t i = 0; i + 7 < sizeof words; i += 6)
        memcpy(&words[i], "words ", 6);
    log->pid = 123456;
    log->tid = 1234567;
    log->now = 123456789012;
    fake_event(log, RD_EVENT_DBG_PRINT, .text = words, .rule = FAKE_RULE_LONG);
    char *text = report(log, RD_FORMAT_TEXT);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_in_range(strlen(line), 1, 120);
    free(text);
}

static void text_of_an_empty_log_is_its_header(void **state) {
    assert_report(*state, RD_FORMAT_TEXT, "rundown 0.1.0\ntime/ms  process  tid  what happens\n");
}

static void text_names_a_reused_process_id_anew(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_PROCESS_CREATE, .a = 12, .text = "one.exe");
    log->pid = 12;
    log->tid = 16;
    fake_event(log, RD_EVENT_THREAD_START, .a = 0);
    fake_event(log, RD_EVENT_PROCESS_CREATE, .a = 12, .text = "two.exe");
    fake_event(log, RD_EVENT_THREAD_START, .a = 0);
    char *text = report(log, RD_FORMAT_TEXT);
    const char *one = strstr(text, "one.exe(12)   16  thread begins");
    assert_non_null(one);
    assert_non_null(strstr(one, "two.exe(12)   16  thread begins"));
    free(text);
}

/* The explanation of a deadlock has a line for every thread; each gets its own line here, too. */
static void text_of_a_deadlock_has_its_lines(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_DEADLOCK, .text = "deadlock: nobody can run\n  one\n  two\n");
    char *text = report(log, RD_FORMAT_TEXT);
    assert_non_null(strstr(text, " 0.0000  machine    -  deadlock: nobody can run\n"
                                 "                         one\n"
                                 "                         two\n"));
    free(text);
}

/* ---- JSON Lines ------------------------------------------------------------------------------ */

static void jsonl_has_fixed_keys(void **state) {
    rd_world *log = *state;

    log->now = 12345;
    fake_event(log, RD_EVENT_WORLD_START, .text = "win11");
    log->pid = 12;
    log->tid = 16;
    fake_event(log, RD_EVENT_SIGNAL, .object = 7, .a = 1, .b = 2, .c = 0xFFFFFFFFFFFFFFFF,
               .rule = FAKE_RULE_SHORT);
    assert_report(log, RD_FORMAT_JSONL,
                  "{\"rundown\":\"0.1.0\",\"schema\":1,\"time_unit\":\"100ns\",\"world\":\"win11\","
                  "\"events\":2}\n"
                  "{\"seq\":0,\"time\":12345,\"kind\":\"world.start\",\"pid\":0,\"tid\":0,"
                  "\"object\":0,\"a\":0,\"b\":0,\"c\":0,\"text\":\"win11\",\"rule\":null}\n"
                  "{\"seq\":1,\"time\":12345,\"kind\":\"object.signal\",\"pid\":12,\"tid\":16,"
                  "\"object\":7,\"a\":1,\"b\":2,\"c\":18446744073709551615,\"text\":\"\","
                  "\"rule\":\"AB-01\"}\n");
}

static void jsonl_escapes_text(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_DBG_PRINT,
               .text = "\"\\\n\t\x01\x7F \xC3\xA9 \xF0\x9F\x98\x80 \xE9 \xC0\x80 \xE2\x82");
    char *text = report(log, RD_FORMAT_JSONL);
    assert_non_null(strstr(text, "\"text\":\"\\\"\\\\\\n\\u0009\\u0001\\u007F \xC3\xA9 "
                                 "\xF0\x9F\x98\x80 \\u00E9 \\u00C0\\u0080 \\u00E2\\u0082\""));
    free(text);
}

/* ---- Perfetto -------------------------------------------------------------------------------- */

/* Lets check_perfetto.py judge the file, where there is a Python. */
static void assert_importable(const rd_world *log) {
    char path[] = "/tmp/rundown-report-XXXXXX";
    char command[512];
    int descriptor = mkstemp(path);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;

    assert_non_null(file);
    assert_int_equal(rd_report(log, RD_FORMAT_PERFETTO, file), RD_OK);
    fclose(file);
    snprintf(command, sizeof command,
             "command -v python3 >/dev/null || exit 0; "
             "python3 '" RD_TEST_SOURCE_DIR "/tests/report/check_perfetto.py' %s >&2",
             path);
    int result = system(command);
    unlink(path);
    assert_int_equal(result, 0);
}

static void perfetto_draws_runs_waits_calls_and_arrows(void **state) {
    rd_world *log = *state;

    sample_log(log);
    char *text = report(log, RD_FORMAT_PERFETTO);
    assert_non_null(strstr(text, "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":3,\"tid\":4,"
                                 "\"args\":{\"name\":\"app.exe (12)\"}},\n"));
    assert_non_null(strstr(text, "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":3,\"tid\":5,"
                                 "\"args\":{\"name\":\"thread 20\"}},\n"));
    assert_non_null(strstr(text, "{\"name\":\"runs\",\"cat\":\"run\",\"ph\":\"X\",\"ts\":0.0105,"
                                 "\"dur\":0.9895,\"pid\":3,\"tid\":4},\n"));
    assert_non_null(strstr(text,
                           "{\"name\":\"DllMain(a.dll, DLL_PROCESS_ATTACH)\",\"cat\":\"call\","
                           "\"ph\":\"X\",\"ts\":1.0005,\"dur\":1.0035,\"pid\":3,\"tid\":4,"
                           "\"args\":{\"seq\":6,\"kind\":\"dll.call\"}},\n"));
    assert_non_null(strstr(text,
                           "{\"name\":\"waits for Event#3 'go'\",\"cat\":\"wait\",\"ph\":\"X\","
                           "\"ts\":3.0045,\"dur\":5003.9955,\"pid\":3,\"tid\":5,"));
    assert_non_null(strstr(text, "\"cat\":\"rule\",\"ph\":\"i\",\"ts\":3.0025,\"pid\":3,\"tid\":5,"
                                 "\"s\":\"t\",\"args\":{\"seq\":12,\"kind\":\"thread.start\","
                                 "\"rule\":\"AB-01\",\"title\":\"A short rule\"}},\n"));
    assert_non_null(strstr(text,
                           "{\"name\":\"wakes\",\"cat\":\"arrow\",\"ph\":\"s\",\"ts\":5004.0085,"
                           "\"pid\":6,\"tid\":7,\"id\":1},\n"));
    assert_non_null(strstr(text,
                           "{\"name\":\"wakes\",\"cat\":\"arrow\",\"ph\":\"f\",\"ts\":5005.0005,"
                           "\"pid\":3,\"tid\":4,\"id\":1,\"bp\":\"e\"},\n"));
    assert_non_null(strstr(text, "{\"name\":\"terminates\",\"cat\":\"arrow\",\"ph\":\"f\","));
    free(text);
    assert_importable(log);
}

static void perfetto_never_uses_an_id_twice(void **state) {
    rd_world *log = *state;

    for (int i = 0; i < 3; i++) {
        log->pid = log->tid = 0;
        fake_event(log, RD_EVENT_PROCESS_CREATE, .a = 12, .text = "app.exe");
        fake_event(log, RD_EVENT_THREAD_CREATE, .a = 16, .b = 12);
        fake_switch(log, 12, 16);
        fake_event(log, RD_EVENT_THREAD_START, .a = 0);
        fake_event(log, RD_EVENT_THREAD_SIGNALED, .a = 16);
    }
    char *text = report(log, RD_FORMAT_PERFETTO);
    assert_non_null(strstr(text, "\"name\":\"app.exe (12)\""));
    assert_non_null(strstr(text, "\"name\":\"app.exe (12) [use 3 of this id]\""));
    assert_non_null(strstr(text, "\"name\":\"thread 16 [use 2 of this id]\""));
    free(text);
    assert_importable(log);
}

/* A wait inside DllMain during which others run: the call is one slice, the wait lies inside it. */
static void perfetto_keeps_a_call_whole_across_switches(void **state) {
    rd_world *log = *state;

    fake_event(log, RD_EVENT_THREAD_CREATE, .a = 16, .b = 12);
    fake_event(log, RD_EVENT_THREAD_CREATE, .a = 20, .b = 12);
    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_DLL_CALL, .text = "DllMain(a)");
    fake_event(log, RD_EVENT_NOTIFY_CALL, .text = "thread-notify");
    fake_event(log, RD_EVENT_WAIT_BEGIN, .object = 5);
    fake_switch(log, 12, 20);
    log->now += 100;
    fake_event(log, RD_EVENT_WAKE, .a = 16);
    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_WAIT_END, .text = "signaled");
    fake_event(log, RD_EVENT_DLL_RETURN, .text = "DllMain(a)");
    fake_event(log, RD_EVENT_QUIESCENT, .a = 0);
    char *text = report(log, RD_FORMAT_PERFETTO);
    assert_non_null(strstr(text,
                           "\"name\":\"DllMain(a)\",\"cat\":\"call\",\"ph\":\"X\",\"ts\":0.0065,"
                           "\"dur\":9.9995,"));
    const char *wait = line_with(text, "waits for object#5");
    assert_non_null(wait);
    assert_non_null(strstr(wait, "\"ts\":0.0105,\"dur\":9.9895,"));
    free(text);
    assert_importable(log);
}

/* Nobody else runs while the thread sleeps: its two slices show the gap. */
static void perfetto_shows_that_a_thread_sleeps(void **state) {
    rd_world *log = *state;

    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_THREAD_START, .a = 0);
    log->now += 1000;
    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_QUIESCENT, .a = 0);
    char *text = report(log, RD_FORMAT_PERFETTO);
    assert_non_null(strstr(text, "\"name\":\"runs\",\"cat\":\"run\",\"ph\":\"X\",\"ts\":0.0005,"
                                 "\"dur\":0.0035,"));
    assert_non_null(strstr(text, "\"ph\":\"X\",\"ts\":100.0005,"));
    free(text);
    assert_importable(log);
}

/* Whatever the log holds, and even if it makes no sense, the file can be imported. */
static void perfetto_of_any_log_can_be_imported(void **state) {
    rd_world *log = *state;
    uint64_t random = 1;

    for (int run = 0; run < 8; run++) {
        memset(log, 0, sizeof *log);
        for (int i = 0; i < 400; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            uint32_t r = (uint32_t)(random >> 33);
            uint32_t tid = r % 5 * 4;
            if (r % 3 == 0)
                fake_switch(log, tid ? 12 : 0, tid);
            if (r % 7 == 0)
                log->now += r % 300;
            if (r % 11 == 0)
                log->tid = tid;
            fake_event(log, (uint16_t)(1 + r / 16 % (RD_EVENT_KINDS - 1)), .a = r / 5 % 5 * 4,
                       .b = 12, .object = r % 9, .text = "text", .rule = (uint16_t)(r % 3));
        }
        assert_importable(log);
    }
}

/* ---- the interface --------------------------------------------------------------------------- */

static void formats_have_names(void **state) {
    rd_format format = RD_FORMAT_TEXT;

    (void)state;
    assert_int_equal(rd_format_from_name("perfetto", &format), RD_OK);
    assert_int_equal(format, RD_FORMAT_PERFETTO);
    assert_int_equal(rd_format_from_name("jsonl", &format), RD_OK);
    assert_int_equal(format, RD_FORMAT_JSONL);
    assert_int_equal(rd_format_from_name("text", &format), RD_OK);
    assert_int_equal(format, RD_FORMAT_TEXT);
    assert_int_equal(rd_format_from_name("json", &format), RD_NOT_FOUND);
    assert_int_equal(rd_format_from_name(NULL, &format), RD_INVALID_ARGUMENT);
}

static void report_fails_when_the_file_cannot_be_written(void **state) {
    rd_world *log = *state;
    FILE *file = fopen("/dev/full", "w");

    if (!file)
        skip();
    sample_log(log);
    for (int format = RD_FORMAT_TEXT; format <= RD_FORMAT_PERFETTO; format++)
        assert_int_equal(rd_report(log, (rd_format)format, file), RD_FAILED);
    fclose(file);
    assert_int_equal(rd_report(log, RD_FORMAT_TEXT, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_report(log, (rd_format)9, stdout), RD_INVALID_ARGUMENT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, new_log, free_log)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sentence_names_objects_from_the_log),
        TEST(sentence_shows_codes_as_people_know_them),
        TEST(sentence_chooses_by_truth),
        TEST(sentence_keeps_a_line_a_line),
        TEST(sentence_that_does_not_fit_is_cut_like_snprintf),
        TEST(sentence_of_every_kind_is_complete),
        TEST(text_of_the_sample),
        TEST(text_is_at_most_120_columns_wide),
        TEST(text_of_an_empty_log_is_its_header),
        TEST(text_names_a_reused_process_id_anew),
        TEST(text_of_a_deadlock_has_its_lines),
        TEST(jsonl_has_fixed_keys),
        TEST(jsonl_escapes_text),
        TEST(perfetto_draws_runs_waits_calls_and_arrows),
        TEST(perfetto_never_uses_an_id_twice),
        TEST(perfetto_keeps_a_call_whole_across_switches),
        TEST(perfetto_shows_that_a_thread_sleeps),
        TEST(perfetto_of_any_log_can_be_imported),
        TEST(formats_have_names),
        TEST(report_fails_when_the_file_cannot_be_written),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
