/*
 * sim.h - for tests whose subject is code that runs inside the simulated machine.
 *
 * cmocka's assertions leave by longjmp, which must not happen on a simulated stack. Simulated code
 * states what it expects with expect(); the first failure is kept, and the test asserts afterwards
 * that there was none.
 */
#ifndef RD_TESTS_API_SIM_H
#define RD_TESTS_API_SIM_H

#include <stdio.h>
#include <string.h>

#include "support/rd_test.h"

#include "rundown/sdk/ntstatus.h"
#include "rundown/sdk/windows.h"

static char sim_failure[400];

static inline void sim_check(int line, bool holds, const char *text, uint64_t value,
                             uint64_t wanted) {
    if (!holds && !sim_failure[0])
        snprintf(sim_failure, sizeof sim_failure,
                 "line %d: %s: is 0x%llX, not 0x%llX; last error %u", line, text,
                 (unsigned long long)value, (unsigned long long)wanted, GetLastError());
}

#define expect(condition) sim_check(__LINE__, (condition), #condition, 0, 1)
#define expect_equal(value, wanted)                                                                \
    do {                                                                                           \
        uint64_t is_ = (uint64_t)(value), wanted_ = (uint64_t)(wanted);                            \
        sim_check(__LINE__, is_ == wanted_, #value, is_, wanted_);                                 \
    } while (0)

/* The call fails (gives `failure`) with that last error. */
#define expect_error(call, failure, wanted)                                                        \
    do {                                                                                           \
        SetLastError(0xBAD);                                                                       \
        uint64_t result_ = (uint64_t)(uintptr_t)(call);                                            \
        DWORD error_ = GetLastError();                                                             \
        sim_check(__LINE__, result_ == (uint64_t)(failure), #call, result_, (uint64_t)(failure));  \
        sim_check(__LINE__, error_ == (DWORD)(wanted), "error of " #call, error_, (wanted));       \
    } while (0)

#define expect_fails(call, wanted) expect_error(call, 0, wanted)

static inline void sim_no_failure(void) {
    if (sim_failure[0])
        fail_msg("%s", sim_failure);
}

/* Runs `main` as app.exe to the end of all processes and returns its exit code. */
static inline uint32_t sim_run(void **state, int (*main)(int, char **)) {
    sim_failure[0] = '\0';
    uint32_t code = test_run(*state, main);
    sim_no_failure();
    return code;
}

/* For runs that end otherwise. */
static inline uint32_t sim_run_verdict(void **state, int (*main)(int, char **),
                                       rd_verdict verdict) {
    sim_failure[0] = '\0';
    uint32_t pid = test_run_verdict(*state, main, verdict);
    sim_no_failure();
    return pid;
}

static inline void sim_image(void **state, const char *name, int (*main)(int, char **)) {
    rd_image_desc desc = {.size = sizeof desc, .main = main};
    assert_int_equal(rd_image_register(*state, name, &desc), RD_OK);
}

static inline void sim_dll(void **state, const char *name, const rd_export *exports,
                           int (*dll_main)(void *, uint32_t, void *)) {
    rd_image_desc desc = {.size = sizeof desc, .exports = exports, .dll_main = dll_main};
    assert_int_equal(rd_image_register(*state, name, &desc), RD_OK);
}

/* ---- used by simulated code ------------------------------------------------------------------ */

static inline HANDLE sim_thread(LPTHREAD_START_ROUTINE start, void *parameter) {
    return CreateThread(NULL, 0, start, parameter, 0, NULL);
}

static inline DWORD sim_exit_code(HANDLE handle) {
    DWORD code = 0xDEAD;
    if (!GetExitCodeThread(handle, &code))
        GetExitCodeProcess(handle, &code);
    return code;
}

/* Starts "name" with that command line; returns the process handle. */
static inline HANDLE sim_start(const char *command_line, DWORD flags, BOOL inherit,
                               PROCESS_INFORMATION *information) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    char line[260];
    snprintf(line, sizeof line, "%s", command_line);
    if (!CreateProcessA(NULL, line, NULL, NULL, inherit, flags, NULL, NULL, &startup, information))
        return NULL;
    return information->hProcess;
}

#endif
