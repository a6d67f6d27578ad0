/*
 * fake_log.h - a log written by hand, and the event API that reads it. It stands in for the world,
 * so that reports can be tested alone. For one test program only: it defines the functions.
 */
#ifndef TESTS_REPORT_FAKE_LOG_H
#define TESTS_REPORT_FAKE_LOG_H

#include "rundown/event.h"

enum { FAKE_EVENTS_MAX = 512 };

struct rd_world {
    rd_event events[FAKE_EVENTS_MAX];
    size_t count;
    uint64_t now;
    uint32_t pid, tid; /* who acts */
};

/* Rules of the fake catalogue. */
enum { FAKE_RULE_SHORT = 1, FAKE_RULE_LONG = 2 };

static const rd_rule fake_rules[] = {
    {.id = "", .state = "", .title = "", .text = "", .source = "", .tests = ""},
    {.id = "AB-01",
     .state = "held",
     .title = "A short rule",
     .text = "",
     .source = "",
     .tests = "test_x"},
    {.id = "LONG-02",
     .state = "open",
     .title =
         "A rule whose title is as long as the catalogue allows, which is eighty-eight characters",
     .text = "",
     .source = "",
     .tests = ""},
};

/* fake_event(&log, RD_EVENT_X, .a = 1, .text = "...") */
#define fake_event(log, kind_, ...) fake_add((log), &(rd_event){.kind = (kind_), __VA_ARGS__})

static void fake_add(rd_world *log, const rd_event *event) {
    rd_event *slot = &log->events[log->count];
    if (log->count == FAKE_EVENTS_MAX)
        return;
    *slot = *event;
    slot->time = log->now;
    slot->pid = log->pid;
    slot->tid = log->tid;
    if (!slot->text)
        slot->text = "";
    log->count++;
}

/* The following events are this thread's; the switch is logged. */
static void fake_switch(rd_world *log, uint32_t pid, uint32_t tid) {
    uint32_t before = log->tid;
    log->pid = pid;
    log->tid = tid;
    fake_event(log, RD_EVENT_SWITCH, .a = before);
}

size_t rd_event_count(const rd_world *world) {
    return world->count;
}

const rd_event *rd_event_at(const rd_world *world, size_t index) {
    return index < world->count ? &world->events[index] : NULL;
}

const char *rd_event_kind_name(rd_event_kind kind) {
    static const char *const names[RD_EVENT_KINDS] = {
#define RD_EVENT(symbol, name, sentence) [RD_EVENT_##symbol] = name,
#include "rundown/event.def"
#undef RD_EVENT
    };
    const char *name = (unsigned)kind < RD_EVENT_KINDS ? names[kind] : NULL;
    return name ? name : "?";
}

rd_status rd_rule_get(unsigned rule, rd_rule *out) {
    if (rule == 0 || rule >= sizeof fake_rules / sizeof fake_rules[0])
        return RD_NOT_FOUND;
    *out = fake_rules[rule];
    return RD_OK;
}

#endif
