/* stops.c - what can end an exploration early, and how that is told. */
#include <string.h>

#include "explore/shared.h"
#include "explore/runner.h"

static const struct {
    const char *name, *told; /* the second one: why not everything was explored */
} stops[] = {
    [EXP_STOP_NONE] = {NULL, ""},
    [EXP_STOP_EXECUTIONS] = {"executions", ": so many were to be tried"},
    [EXP_STOP_TIME] = {"time", ": the time was up"},
    [EXP_STOP_INTERRUPT] = {"interrupt", ": interrupted"},
    [EXP_STOP_HANG] = {"hang", ""},
};

enum { STOPS = sizeof stops / sizeof stops[0] };

const char *exp_stop_name(enum exp_stop stop) {
    return stops[stop].name;
}

const char *rd_explore_stop_name(unsigned index) {
    return index < STOPS - 1 ? stops[index + 1].name : NULL;
}

const char *exp_tell_stop(const rd_explore_result *result) {
    for (size_t i = 1; result->stopped && i < STOPS; i++)
        if (strcmp(stops[i].name, result->stopped) == 0)
            return stops[i].told;
    return "";
}
