/**
 * @file cmocka.h
 * Explorations as cmocka tests: what goes wrong in some order of events is one failed test, with
 * the file and line of the call, the report and the replay string. Header only; needs cmocka.
 */
#ifndef RUNDOWN_CMOCKA_H
#define RUNDOWN_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rundown/explore.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Prints a text of any length; cmocka itself cuts after some thousand bytes. */
static inline void rd_cmocka_print(const char *text) {
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        print_error("%.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/** Whether cmocka writes JUnit, TAP or subunit: what it prints besides is not in there. */
static inline bool rd_cmocka_writes_report(void) {
    const char *format = getenv("CMOCKA_MESSAGE_OUTPUT");
    return format && *format && strcmp(format, "STDOUT") != 0 && strcmp(format, "stdout") != 0;
}

/**
 * Fails the test. The text of an assertion gets into whatever cmocka writes; on standard error,
 * where cmocka cuts it, the report stands before.
 */
static inline void rd_cmocka_fail(rd_explore_result *result, const char *file, int line) {
    static char *report; /* nobody comes back here to free that of the last failed test */
    char summary[512];

    free(report);
    report = result->report ? result->report : result->explanation;
    if (report == result->report)
        result->report = NULL;
    else
        result->explanation = NULL;
    snprintf(summary, sizeof summary, "%s%s%s", rd_explore_verdict_name(result->verdict),
             result->replay ? "; replay: " : "", result->replay ? result->replay : "");
    rd_explore_free(result);
    if (!rd_cmocka_writes_report())
        rd_cmocka_print(report);
    _assert_true(0, rd_cmocka_writes_report() ? report : summary, file, line);
}

/** What rd_cmocka_explore does. */
static inline void rd_cmocka_explore_at(const rd_scenario *scenario,
                                        const rd_explore_options *options, const char *file,
                                        int line) {
    rd_explore_options defaults, once;
    rd_explore_result result;
    const char *replay = getenv("RUNDOWN_REPLAY");
    rd_status status;

    memset(&defaults, 0, sizeof defaults);
    defaults.size = sizeof defaults;
    once = options ? *options : defaults;
    once.no_shrink = true;
    if (replay && *replay)
        status = rd_explore_shrink(scenario, &once, replay, &result);
    else
        status = rd_explore(scenario, options ? options : &defaults, &result);
    if (status != RD_OK || result.verdict != RD_EXPLORE_OK)
        rd_cmocka_fail(&result, file, line);
    rd_explore_free(&result);
}

/**
 * Explores a scenario within a cmocka test. With a violation, or a scenario that cannot be run, the
 * test fails: it prints the report, which ends with the replay string, and names this line; with
 * CMOCKA_MESSAGE_OUTPUT=XML or TAP the report is in what that writes. With the string in the
 * variable RUNDOWN_REPLAY the scenario is run once, as it says.
 * @param scenario, options as for rd_explore; options may be NULL.
 */
#define rd_cmocka_explore(scenario, options)                                                       \
    rd_cmocka_explore_at((scenario), (options), __FILE__, __LINE__)

#ifdef __cplusplus
}
#endif

#endif
