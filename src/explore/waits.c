/*
 * waits.c - why nobody can go on: who waits for whom, in circles or for somebody who has ended.
 *
 * What a thread waits for is known as a text; a thread that the text names is the one that could
 * let it go on.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "explore/runner.h"
#include "rundown/rundown.h"

enum { CHAIN_MAX = 64 };

/* The thread that the text names; 0: none but `self`. */
static uint32_t named_thread(const char *text, uint32_t self) {
    static const char word[] = "thread ";
    for (const char *at = text; (at = strstr(at, word)) != NULL;) {
        at += strlen(word);
        uint32_t thread = (uint32_t)strtoul(at, NULL, 10);
        if (thread && thread != self)
            return thread;
    }
    return 0;
}

static bool is_stuck(const rd_thread_info *thread) {
    return thread->state == RD_THREAD_WAITING || thread->state == RD_THREAD_SUSPENDED;
}

/* A text that lists them, if the chain comes back to its beginning. */
static bool tell_circle(const rd_world *w, uint32_t first, uint32_t *smallest,
                        struct exp_text *to) {
    uint32_t chain[CHAIN_MAX], thread = first;
    size_t length = 0;
    *smallest = first;
    do {
        rd_thread_info info;
        chain[length++] = thread;
        if (rd_thread_get(w, thread, &info) != RD_OK || !is_stuck(&info))
            return false;
        *smallest = thread < *smallest ? thread : *smallest;
        thread = named_thread(info.waiting_for, thread);
    } while (thread && thread != first && length < CHAIN_MAX);
    if (thread != first || length < 2)
        return false;
    exp_print(to, "  thread %" PRIu32 " waits for thread %" PRIu32, chain[0], chain[1]);
    for (size_t i = 1; i < length; i++)
        exp_print(to, ", which waits for thread %" PRIu32, i + 1 < length ? chain[i + 1] : first);
    exp_print(to, ": a circle, which none of them can leave\n");
    return true;
}

static void tell_thread(const rd_world *w, const rd_thread_info *waiter, struct exp_text *to) {
    uint32_t holder = named_thread(waiter->waiting_for, waiter->tid);
    rd_thread_info info;
    if (waiter->state == RD_THREAD_SUSPENDED)
        exp_print(to, "  thread %" PRIu32 " is suspended, and no thread is left that resumes it\n",
                  waiter->tid);
    else if (!holder)
        exp_print(to,
                  "  thread %" PRIu32 " waits for something that no thread which could still run "
                  "will signal\n",
                  waiter->tid);
    else if (rd_thread_get(w, holder, &info) != RD_OK || info.state == RD_THREAD_TERMINATED)
        exp_print(to,
                  "  thread %" PRIu32 " waits for thread %" PRIu32
                  ", which has ended: it cannot give back what it holds\n",
                  waiter->tid, holder);
    else
        exp_print(to,
                  "  thread %" PRIu32 " waits for thread %" PRIu32 ", which cannot go on, too\n",
                  waiter->tid, holder);
}

void exp_tell_waits(const rd_world *w, struct exp_text *to) {
    rd_thread_info thread;
    exp_print(to, "why nobody can go on:\n");
    for (uint32_t tid = 0; rd_thread_next(w, tid, &thread) == RD_OK; tid = thread.tid) {
        struct exp_text circle = {0};
        uint32_t smallest;
        if (!is_stuck(&thread) || !*thread.waiting_for)
            continue;
        bool round = tell_circle(w, thread.tid, &smallest, &circle);
        if (round && smallest == thread.tid)
            exp_print(to, "%s", circle.text);
        else if (!round)
            tell_thread(w, &thread, to);
        free(circle.text);
    }
}
