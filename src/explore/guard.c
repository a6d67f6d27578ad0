/*
 * guard.c - the same decisions twice: a scenario that looks at the host's time, at addresses or at
 * what a former execution left behind gives two different logs, or is judged in two ways.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

/* The sentences of a log, one after the other. */
static char *copy_log(const struct rd_world *w) {
    struct exp_text text = {0};
    char sentence[EXP_TEXT_MAX];
    for (size_t i = 0; i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        rd_event_describe(w, event, sentence, sizeof sentence);
        exp_print(&text, "thread %u: %s\n", event->tid, sentence);
    }
    return text.text;
}

/* Where two logs part: both sentences, and what preceded them. */
static void describe_parting(const char *first, const char *second, char text[EXP_TEXT_MAX]) {
    const char *before = first, *a = first, *b = second;
    size_t number = 0;
    for (;;) {
        size_t length = strcspn(a, "\n") + 1;
        if (!*a || !*b || strncmp(a, b, length) != 0)
            break;
        before = a;
        a += length;
        b += length;
        number++;
    }
    snprintf(text, EXP_TEXT_MAX,
             "the same decisions gave two different runs: event %zu was '%.*s', then '%.*s', after "
             "'%.*s'. Code that runs there depends on something outside the machine: the host's "
             "time, an address, or a variable that a former execution has changed",
             number, *a ? (int)strcspn(a, "\n") : 7, *a ? a : "nothing",
             *b ? (int)strcspn(b, "\n") : 7, *b ? b : "nothing", (int)strcspn(before, "\n"),
             before);
}

/* A `check` that remembers former executions. */
static void describe_judgement(const char *first, const char *second, char text[EXP_TEXT_MAX]) {
    snprintf(text, EXP_TEXT_MAX,
             "the same run was judged in two ways: '%.200s', then '%.200s'. What judges it depends "
             "on something outside the machine: a variable that a former execution has changed",
             *first ? first : "ok", *second ? second : "ok");
}

const char *exp_compare_runs(struct exp_runner *r, const struct core_decision *decisions,
                             size_t count, char text[EXP_TEXT_MAX]) {
    struct exp_forced forced = {.decisions = decisions, .count = count};
    const char *found = NULL;
    char judgement[EXP_TEXT_MAX];
    snprintf(judgement, sizeof judgement, "%s", exp_run_forced(r, &forced, true).text);
    uint64_t digest = rd_event_digest(r->w);
    char *first = copy_log(r->w);
    const char *again = exp_run_forced(r, &forced, true).text;
    if (digest != rd_event_digest(r->w)) {
        char *second = copy_log(r->w);
        describe_parting(first ? first : "", second ? second : "", text);
        free(second);
        found = text;
    } else if (strncmp(judgement, again, sizeof judgement - 1) != 0) {
        describe_judgement(judgement, again, text);
        found = text;
    }
    free(first);
    free(forced.taken);
    return found;
}
