/*
 * violation.c - a violation on its way from one process of the host to another; executions that do
 * not come to their end; shrinking in a process that can be given up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "port/host_work.h"
#include "rundown/rundown.h"

void exp_free_violation(struct exp_violation *v) {
    free(v->decisions);
    free(v->replay);
    *v = (struct exp_violation){0};
}

/* ---- as a text ------------------------------------------------------------------------------- */

char *exp_pack(const struct exp_violation *v) {
    struct exp_text text = {0};
    exp_print(&text, "%d %llu %zu", (int)v->verdict, (unsigned long long)v->found_at, v->count);
    for (size_t i = 0; i < v->count; i++)
        exp_print(&text, " %llu %u %u %u", (unsigned long long)v->decisions[i].index,
                  v->decisions[i].count, v->decisions[i].answer, v->decisions[i].kind);
    exp_print(&text, "\n%s\n%s", v->replay ? v->replay : "", v->text);
    return text.text;
}

static bool unpack_decisions(char **cursor, struct exp_violation *v) {
    v->decisions = calloc(v->count + 1, sizeof *v->decisions);
    for (size_t i = 0; v->decisions && i < v->count; i++) {
        struct core_decision *decision = &v->decisions[i];
        decision->index = strtoull(*cursor, cursor, 10);
        decision->count = (uint32_t)strtoul(*cursor, cursor, 10);
        decision->answer = (uint32_t)strtoul(*cursor, cursor, 10);
        decision->kind = (uint8_t)strtoul(*cursor, cursor, 10);
    }
    return v->decisions != NULL;
}

bool exp_unpack(char *text, struct exp_violation *v) {
    char *cursor = text;
    *v = (struct exp_violation){0};
    v->verdict = (rd_explore_verdict)strtoul(cursor, &cursor, 10);
    v->found_at = strtoull(cursor, &cursor, 10);
    v->count = (size_t)strtoull(cursor, &cursor, 10);
    bool good = unpack_decisions(&cursor, v);
    cursor += *cursor == '\n';
    size_t length = strcspn(cursor, "\n");
    v->replay = length ? exp_copy_text(cursor, length) : NULL;
    cursor += length + (cursor[length] == '\n');
    snprintf(v->text, sizeof v->text, "%s", cursor);
    return good && (v->replay || !length);
}

/* ---- executions that do not come to their end ------------------------------------------------ */

uint64_t exp_pulse(const struct exp_runner *r) {
    uint64_t begun = __atomic_load_n(&r->begun, __ATOMIC_ACQUIRE);
    return begun ? begun + rd_steps(r->w) : 0;
}

void exp_describe_endless(const struct exp_runner *r, struct exp_violation *v) {
    rd_thread_info thread = {0};
    uint32_t tid = 0;
    while (rd_thread_next(r->w, tid, &thread) == RD_OK && thread.state != RD_THREAD_RUNNING)
        tid = thread.tid;
    bool known = thread.state == RD_THREAD_RUNNING;
    size_t used = known ? (size_t)snprintf(v->text, sizeof v->text, "thread %u of process %u",
                                           thread.tid, thread.pid)
                        : (size_t)snprintf(v->text, sizeof v->text, "the program");
    snprintf(v->text + used, sizeof v->text - used,
             " has computed for %g s without calling Windows, so nothing else can run: it waits in "
             "vain for a plain variable (ReadAcquire lets others run), or needs more time",
             r->options->hang_seconds);
    v->verdict = RD_EXPLORE_INCONCLUSIVE;
    const char *replay = rd_world_replay_string(r->w);
    v->decisions = exp_copy_decisions(r->w, &v->count);
    v->replay = exp_copy_text(replay, strlen(replay));
}

/* ---- in a process that can be given up ------------------------------------------------------- */

/* Something that is tried may not come to its end. */
struct attempt {
    struct exp_runner runner;
    const struct exp_runner *from; /* the runner that is copied */
    const char *replay;
    struct exp_violation *violation;
};

static bool open_again(struct attempt *a) {
    char error[EXP_TEXT_MAX];
    return exp_open(&a->runner, a->from->scenario, a->from->options, error, sizeof error) == RD_OK;
}

static uint64_t pulse(void *context) {
    const struct attempt *a = context;
    return exp_pulse(&a->runner);
}

static char *reduce(unsigned worker, void *context) {
    struct attempt *a = context;
    (void)worker;
    if (open_again(a))
        exp_reduce(&a->runner, a->violation);
    return exp_pack(a->violation);
}

/* The best one so far. */
static char *settle(unsigned worker, void *context) {
    const struct attempt *a = context;
    (void)worker;
    return exp_pack(a->violation);
}

static void replay_here(struct exp_runner *r, struct exp_violation *violation) {
    struct exp_outcome outcome = exp_run_replay(r);
    violation->verdict = outcome.verdict;
    violation->found_at = outcome.verdict != RD_EXPLORE_OK;
    snprintf(violation->text, sizeof violation->text, "%s", outcome.text);
    violation->decisions = exp_copy_decisions(r->w, &violation->count);
}

static char *replay_once(unsigned worker, void *context) {
    struct attempt *a = context;
    char error[EXP_TEXT_MAX];
    (void)worker;
    if (open_again(a) && exp_use_replay(&a->runner, a->replay, error, sizeof error))
        replay_here(&a->runner, a->violation);
    return exp_pack(a->violation);
}

static char *give_up(unsigned worker, void *context) {
    struct attempt *a = context;
    (void)worker;
    exp_describe_endless(&a->runner, a->violation);
    return exp_pack(a->violation);
}

/* What comes back takes the place of the violation. False: nothing came. */
static bool attempt_apart(struct attempt *attempt, char *(*run)(unsigned worker, void *context),
                          char *(*stuck)(unsigned worker, void *context)) {
    char *result = NULL;
    struct host_work work = {.workers = 1,
                             .run = run,
                             .pulse = pulse,
                             .stuck = stuck,
                             .patience = attempt->from->options->hang_seconds,
                             .context = attempt,
                             .results = &result};
    struct exp_violation found = {0};
    bool good = host_work_run(&work) && result && exp_unpack(result, &found);
    if (good) {
        exp_free_violation(attempt->violation);
        *attempt->violation = found;
    } else {
        exp_free_violation(&found);
    }
    free(result);
    return good;
}

void exp_reduce_apart(const struct exp_runner *r, struct exp_violation *violation) {
    attempt_apart(&(struct attempt){.from = r, .violation = violation}, reduce, settle);
}

void exp_replay(struct exp_runner *r, const char *replay, struct exp_violation *violation) {
    struct attempt attempt = {.from = r, .replay = replay, .violation = violation};
    if (r->options->hang_seconds <= 0 || !attempt_apart(&attempt, replay_once, give_up))
        replay_here(r, violation);
}
