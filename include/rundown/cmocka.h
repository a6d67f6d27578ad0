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
    bool good = status == RD_OK && result.verdict == RD_EXPLORE_OK;
    if (!good)
        rd_cmocka_print(result.report ? result.report : result.explanation);
    rd_explore_free(&result);
    if (!good)
        _fail(file, line);
}

/**
 * Explores a scenario within a cmocka test. With a violation, or a scenario that cannot be run, the
 * test fails: it prints the report, which ends with the replay string, and names this line. With
 * that string in the variable RUNDOWN_REPLAY the scenario is run once, as it says.
 * @param scenario, options as for rd_explore; options may be NULL.
 */
#define rd_cmocka_explore(scenario, options)                                                       \
    rd_cmocka_explore_at((scenario), (options), __FILE__, __LINE__)

#ifdef __cplusplus
}
#endif

#endif
