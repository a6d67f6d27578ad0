/*
 * waits.c - why nobody can go on: who waits for whom, in circles or for somebody who has ended.
 *
 * What a thread waits for is known as a text; a thread that the text names is the one that could
 * let it go on. Locks in memory and semaphores know no owner: who took them is seen from the last
 * steps.
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

/* The object number of a thread; 0: the log does not tell. */
static uint32_t object_of(const rd_world *w, uint32_t tid) {
    uint32_t object = 0;
    for (size_t i = 0; i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        if (event->kind == RD_EVENT_THREAD_CREATE && event->a == tid)
            object = event->object;
    }
    return object;
}

static uint32_t thread_of(const rd_world *w, uint32_t object) {
    for (size_t i = 0; object && i < w->log.count; i++) {
        const rd_event *event = rd_event_at(w, i);
        if (event->kind == RD_EVENT_THREAD_CREATE && event->object == object)
            return (uint32_t)event->a;
    }
    return 0;
}

static const struct core_step *step_before(const struct exp_steps *steps, uint64_t back) {
    bool known = back < steps->count && back < EXP_STEPS;
    return known ? &steps->last[(steps->count - 1 - back) % EXP_STEPS].step : NULL;
}

/* The lock in memory that the thread wants, if that was the last thing that it has done; 0: none.
 */
static uint64_t wanted_lock(const struct exp_steps *steps, uint32_t thread) {
    const struct core_step *step;
    for (uint64_t back = 0; (step = step_before(steps, back)) != NULL; back++)
        if (step->thread == thread)
            return exp_is_lock(step) && (step->kind & CORE_BLOCKED) ? step->place : 0;
    return 0;
}

/* Who has taken the lock last and not given it back, but `self`; else `self`, if that has. */
static uint32_t owner_of(const struct exp_steps *steps, uint64_t place, uint32_t self) {
    enum { GIVERS_MAX = 64 };
    uint32_t givers[GIVERS_MAX], given = 0;
    bool own = false;
    const struct core_step *step;
    for (uint64_t back = 0; (step = step_before(steps, back)) != NULL; back++) {
        uint32_t i = 0;
        if (step->place != place || !exp_is_lock(step) || step->asks || (step->kind & CORE_BLOCKED))
            continue;
        while (i < given && givers[i] != step->thread)
            i++;
        if (!step->gates && given < GIVERS_MAX)
            givers[given++] = step->thread;
        else if (step->gates && i < given)
            givers[i] = givers[--given];
        else if (step->gates && step->thread != self)
            return step->thread;
        else
            own |= step->gates != 0;
    }
    return own ? self : 0;
}

/* Whoever took the last unit of a semaphore that has none. */
static uint32_t last_taker(const struct exp_steps *steps, const char *text, uint32_t self) {
    static const char word[] = "Semaphore#";
    const char *number = strstr(text, word);
    const struct core_step *step;
    if (!number)
        return 0;
    uint64_t place = core_place(CORE_OBJECT, strtoul(number + strlen(word), NULL, 10));
    for (uint64_t back = 0; (step = step_before(steps, back)) != NULL; back++)
        if (step->place == place && !(step->kind & CORE_BLOCKED) && step->thread != self)
            return step->thread;
    return 0;
}

/* The first thread of a process that the text names and that does not end. */
static uint32_t thread_of_process(const rd_world *w, const char *text, uint32_t self) {
    static const char word[] = "(process ";
    const char *number = strstr(text, word);
    uint32_t pid = number ? (uint32_t)strtoul(number + strlen(word), NULL, 10) : 0;
    rd_thread_info thread;
    for (uint32_t tid = 0; pid && rd_thread_next(w, tid, &thread) == RD_OK; tid = thread.tid)
        if (thread.pid == pid && thread.tid != self && thread.state != RD_THREAD_TERMINATED)
            return thread.tid;
    return 0;
}

/* Who would have to do something before the thread could go on; 0: nobody knows. */
static uint32_t awaited(const rd_world *w, const struct exp_steps *steps,
                        const rd_thread_info *waiter) {
    const char *text = waiter->waiting_for;
    uint32_t holder = named_thread(text, waiter->tid), self;
    if (!holder)
        holder = thread_of_process(w, text, waiter->tid);
    if (holder || !steps)
        return holder;
    self = object_of(w, waiter->tid);
    uint64_t lock = wanted_lock(steps, self);
    return thread_of(w, lock ? owner_of(steps, lock, self) : last_taker(steps, text, self));
}

static bool is_stuck(const rd_thread_info *thread) {
    return thread->state == RD_THREAD_WAITING || thread->state == RD_THREAD_SUSPENDED;
}

/* A text that lists them, if the chain comes back to its beginning. */
static bool tell_circle(const rd_world *w, const struct exp_steps *steps, uint32_t first,
                        uint32_t *smallest, struct exp_text *to) {
    uint32_t chain[CHAIN_MAX], thread = first;
    size_t length = 0;
    *smallest = first;
    do {
        rd_thread_info info;
        chain[length++] = thread;
        if (rd_thread_get(w, thread, &info) != RD_OK || !is_stuck(&info))
            return false;
        *smallest = thread < *smallest ? thread : *smallest;
        thread = awaited(w, steps, &info);
    } while (thread && thread != first && length < CHAIN_MAX);
    if (thread != first || length < 2)
        return false;
    exp_print(to, "  thread %" PRIu32 " waits for thread %" PRIu32, chain[0], chain[1]);
    for (size_t i = 1; i < length; i++)
        exp_print(to, ", which waits for thread %" PRIu32, i + 1 < length ? chain[i + 1] : first);
    exp_print(to, ": a circle, which none of them can leave\n");
    return true;
}

static void tell_thread(const rd_world *w, const struct exp_steps *steps,
                        const rd_thread_info *waiter, struct exp_text *to) {
    uint32_t holder = awaited(w, steps, waiter);
    rd_thread_info info;
    if (waiter->state == RD_THREAD_SUSPENDED)
        exp_print(to, "  thread %" PRIu32 " is suspended, and no thread is left that resumes it\n",
                  waiter->tid);
    else if (holder == waiter->tid)
        exp_print(to,
                  "  thread %" PRIu32
                  " waits for a lock that it has itself, and that it cannot take "
                  "twice\n",
                  holder);
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

void exp_tell_waits(const rd_world *w, const struct exp_steps *steps, struct exp_text *to) {
    rd_thread_info thread;
    exp_print(to, "why nobody can go on:\n");
    for (uint32_t tid = 0; rd_thread_next(w, tid, &thread) == RD_OK; tid = thread.tid) {
        struct exp_text circle = {0};
        uint32_t smallest;
        if (!is_stuck(&thread) || !*thread.waiting_for)
            continue;
        bool round = tell_circle(w, steps, thread.tid, &smallest, &circle);
        if (round && smallest == thread.tid)
            exp_print(to, "%s", circle.text);
        else if (!round)
            tell_thread(w, steps, &thread, to);
        free(circle.text);
    }
}
