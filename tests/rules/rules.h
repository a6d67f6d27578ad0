/*
 * rules.h - what the tests of the rules share.
 *
 * The programs of a test are functions of the test program, so its variables are seen by all
 * simulated processes and by the test itself: `my` holds what they tell each other, the journal
 * what they did and in which order. Simulated code must not leave by cmocka's assertions: it uses
 * must... instead, and run() fails the test.
 */
#ifndef RD_TESTS_RULES_H
#define RD_TESTS_RULES_H

#include "support/rd_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rundown/sdk/windows.h"

#define UNUSED_MAIN (void)argc, (void)argv
#define NO_CODE 0xDEADu /* what variables hold before a call fills them in */

/* ---- what programs leave for each other and for the test ------------------------------------- */

/* Set to zero before every run. */
static struct {
    HANDLE event, other_event, mutex, semaphore, thread, process;
    HANDLE threads[8];
    DWORD tid, pid, code, other_code, wait, error;
    DWORD index;
    volatile LONG count, other_count;
    void *pointer;
    CRITICAL_SECTION section;
} my;

static struct {
    char journal[8192];
    size_t length;
    char complaint[512];
    uint32_t pid; /* of the program that run() has started */
} rules;

/* Appends a word to the journal. */
static inline void note(const char *format, ...) {
    va_list arguments;
    size_t room = sizeof rules.journal - rules.length;
    if (room < 128)
        return;
    if (rules.length)
        rules.journal[rules.length++] = ' ';
    va_start(arguments, format);
    vsnprintf(rules.journal + rules.length, 120, format, arguments);
    va_end(arguments);
    rules.length += strlen(rules.journal + rules.length);
}

static inline void complain(int line, const char *text, unsigned long long found,
                            unsigned long long expected) {
    if (!rules.complaint[0])
        snprintf(rules.complaint, sizeof rules.complaint,
                 "line %d: %s is %llu (0x%llX), expected %llu (0x%llX)", line, text, found, found,
                 expected, expected);
}

static inline void must_at(int line, const char *text, unsigned long long found,
                           unsigned long long expected) {
    if (found != expected)
        complain(line, text, found, expected);
}

/* Assertions of simulated code; the first one that fails is reported when the run is over. */
#define must(condition) must_at(__LINE__, #condition, !!(condition), 1)
#define must_be(expression, expected)                                                              \
    must_at(__LINE__, #expression, (unsigned long long)(expression), (unsigned long long)(expected))
#define must_fail(expression, result, error)                                                       \
    (SetLastError(NO_CODE),                                                                        \
     must_at(__LINE__, #expression, (unsigned long long)(ULONG_PTR)(expression),                   \
             (unsigned long long)(ULONG_PTR)(result)),                                             \
     must_at(__LINE__, "the last error of " #expression, GetLastError(), (error)))

/* ---- runs ------------------------------------------------------------------------------------ */

struct image {
    const char *name;
    int (*main)(int argc, char **argv);
    uint32_t (*entry)(void *peb);
    int (*dll_main)(void *module, uint32_t reason, void *reserved);
    const char *const *imports;
    const rd_export *exports;
    void (*const *tls_callbacks)(void *module, uint32_t reason, void *reserved);
};

#define IMPORTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline void rules_forget(void) {
    memset(&my, 0, sizeof my);
    memset(&rules, 0, sizeof rules);
}

static inline void rules_register(rd_world *world, const struct image *images) {
    for (const struct image *image = images; image->name; image++) {
        rd_image_desc desc = {.size = sizeof desc,
                              .main = image->main,
                              .entry = image->entry,
                              .dll_main = image->dll_main,
                              .imports = image->imports,
                              .exports = image->exports,
                              .tls_callbacks = image->tls_callbacks};
        if (rd_image_register(world, image->name, &desc) != RD_OK)
            fail_msg("%s", rd_last_error(world));
    }
}

static inline uint32_t rules_exit_code(rd_world *world) {
    rd_process_info info;
    assert_int_equal(rd_process_get(world, rules.pid, &info), RD_OK);
    return info.exit_code;
}

/* Runs a registered program; its exit code is returned, 259 if it has not ended. */
static inline uint32_t rules_start(rd_world *world, const char *program, rd_verdict expected) {
    rd_verdict verdict;
    if (rd_process_start(world, program, NULL, &rules.pid) != RD_OK)
        fail_msg("%s", rd_last_error(world));
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    if (verdict != expected || rules.complaint[0]) {
        test_trace(world);
        fail_msg("%s; the run ended with %s: %s; journal: %s", rules.complaint,
                 rd_verdict_name(verdict), rd_world_explanation(world), rules.journal);
    }
    return rules_exit_code(world);
}

static inline uint32_t rules_run(rd_world *world, rd_verdict expected, const struct image *images) {
    rules_register(world, images);
    return rules_start(world, images->name, expected);
}

/* run(world, {"app.exe", .main = ...}, {"a.dll", .dll_main = ...}): the first image is the program.
 */
#define run(world, ...)                                                                            \
    rules_run(world, RD_VERDICT_FINISHED, (const struct image[]){__VA_ARGS__, {0}})
#define run_to(world, verdict, ...)                                                                \
    rules_run(world, verdict, (const struct image[]){__VA_ARGS__, {0}})
#define run_main(world, function) run(world, {.name = "app.exe", .main = function})

/* The programs under 200 random schedules; `check` looks at each. */
static inline void rules_schedules(rd_world *world, void (*check)(rd_world *world, uint32_t code),
                                   const struct image *images) {
    enum { SCHEDULES = 200 };
    rules_register(world, images);
    for (uint64_t seed = 1; seed <= SCHEDULES; seed++) {
        rules_forget();
        assert_int_equal(rd_world_reset(world), RD_OK);
        assert_int_equal(rd_world_set_seed(world, seed), RD_OK);
        check(world, rules_start(world, images->name, RD_VERDICT_FINISHED));
    }
}
#define run_schedules(world, check, ...)                                                           \
    rules_schedules(world, check, (const struct image[]){__VA_ARGS__, {0}})

/* Replaces the world of the test by one of the documented dialect. */
static inline rd_world *documented(void **state) {
    rd_world_options options = {.size = sizeof options, .dialect = RD_DIALECT_DOCUMENTED};
    rd_world_destroy(*state);
    *state = test_world(&options);
    return *state;
}

/* ---- the log --------------------------------------------------------------------------------- */

/* Index of the first event of that kind by that thread (0: any) with that text (NULL: any). */
static inline size_t event_of(rd_world *world, size_t from, rd_event_kind kind, uint32_t tid,
                              const char *text) {
    rd_event_query query = {.kind = kind, .tid = tid, .text = text};
    size_t found = rd_event_find(world, from, &query);
    if (found == RD_NO_EVENT) {
        test_trace(world);
        fail_msg("no event %s by thread %u with '%s' at or after %zu", rd_event_kind_name(kind),
                 tid, text ? text : "", from);
    }
    return found;
}

/* Of the events of that kind whose field `a` is that value: the first, or RD_NO_EVENT. */
static inline size_t event_about(rd_world *world, rd_event_kind kind, uint64_t a) {
    for (size_t i = 0; i < rd_event_count(world); i++)
        if (rd_event_at(world, i)->kind == kind && rd_event_at(world, i)->a == a)
            return i;
    return RD_NO_EVENT;
}

static inline size_t events_of_thread(rd_world *world, rd_event_kind kind, uint32_t tid) {
    return rd_event_matches(world, &(rd_event_query){.kind = kind, .tid = tid});
}

#define assert_order(first, second)                                                                \
    do {                                                                                           \
        size_t first_ = (first), second_ = (second);                                               \
        assert_true(first_ != RD_NO_EVENT);                                                        \
        assert_true(second_ != RD_NO_EVENT);                                                       \
        assert_true(first_ < second_);                                                             \
    } while (0)

#define assert_journal(expected) assert_string_equal(rules.journal, expected)

/* ---- what many programs do ------------------------------------------------------------------- */

static inline HANDLE begin(LPTHREAD_START_ROUTINE routine, void *argument) {
    return CreateThread(NULL, 0, routine, argument, 0, NULL);
}

static inline HANDLE begin_suspended(LPTHREAD_START_ROUTINE routine, void *argument) {
    return CreateThread(NULL, 0, routine, argument, CREATE_SUSPENDED, NULL);
}

/* Starts a process that inherits handles; its first thread's handle is in hThread. */
static inline PROCESS_INFORMATION start_flags(const char *command, DWORD flags) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information = {0};
    char line[64];
    snprintf(line, sizeof line, "%s", command);
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &information))
        complain(__LINE__, "the error of CreateProcess", GetLastError(), 0);
    return information;
}

static inline HANDLE start(const char *command) {
    PROCESS_INFORMATION information = start_flags(command, 0);
    CloseHandle(information.hThread);
    return information.hProcess;
}

static inline DWORD process_code(HANDLE process) {
    DWORD code = NO_CODE;
    GetExitCodeProcess(process, &code);
    return code;
}

static inline DWORD thread_code(HANDLE thread) {
    DWORD code = NO_CODE;
    GetExitCodeThread(thread, &code);
    return code;
}

static inline DWORD poll(HANDLE object) {
    return WaitForSingleObject(object, 0);
}

static inline DWORD wait_for(HANDLE object) {
    return WaitForSingleObject(object, INFINITE);
}

static inline HANDLE inheritable_event(const char *name) {
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes, .bInheritHandle = TRUE};
    return CreateEventA(&attributes, TRUE, FALSE, name);
}

static inline BOOL is_role(int argc, char **argv, const char *role) {
    return argc > 1 && strcmp(argv[1], role) == 0;
}

/* An access violation; sanitizers would report the store before the processor does. */
__attribute__((no_sanitize("undefined", "address"))) static inline void write_to_nothing(void) {
    *(volatile int *)my.pointer = 1;
}

/* Thread routines. */
static inline DWORD WINAPI returns_argument(LPVOID code) {
    return (DWORD)(ULONG_PTR)code;
}

static inline DWORD WINAPI sleeps_for_ever(LPVOID unused) {
    (void)unused;
    Sleep(INFINITE);
    note("awake");
    return 0;
}

static inline DWORD WINAPI sleeps_argument(LPVOID milliseconds) {
    Sleep((DWORD)(ULONG_PTR)milliseconds);
    return 0;
}

/* Takes my.mutex, says so by my.event, and keeps it. */
static inline DWORD WINAPI keeps_mutex(LPVOID unused) {
    (void)unused;
    wait_for(my.mutex);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

/* DllMain that notes its calls: a+ attached, a- detached, a> thread attached, a< thread detached.
 */
static inline int teller(void *module, uint32_t reason, void *reserved) {
    static const char marks[] = {'-', '+', '>', '<'};
    char path[64] = "";
    (void)reserved;
    GetModuleFileNameA(module, path, sizeof path);
    const char *name = strrchr(path, '\\') ? strrchr(path, '\\') + 1 : path;
    note("%.*s%c", (int)strcspn(name, "."), name, marks[reason & 3]);
    return TRUE;
}

/* ---- cmocka ---------------------------------------------------------------------------------- */

/* A program that does not end is stopped after a while. */
static inline int rules_setup(void **state) {
    rd_world_options options = {.size = sizeof options, .steps_max = 5000000};
    rules_forget();
    *state = test_world(&options);
    return 0;
}

#define rule_test(function) cmocka_unit_test_setup_teardown(function, rules_setup, test_teardown)

#endif
