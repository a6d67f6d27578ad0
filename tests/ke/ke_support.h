/*
 * ke_support.h - system threads for tests of the kernel core, and a journal of what they did.
 *
 * cmocka's assertions must not run on a simulated stack: threads write into the journal, the test
 * reads it when the run is over.
 */
#ifndef RD_TESTS_KE_SUPPORT_H
#define RD_TESTS_KE_SUPPORT_H

#include "support/rd_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ke/irql.h"
#include "ke/ke.h"
#include "ps/ps.h"

struct actor {
    rd_world *world;
    void (*function)(struct actor *self);
    char name; /* its sign in the journal */
    uint32_t count;
    DISPATCHER_HEADER *objects[KE_MAXIMUM_WAIT_OBJECTS];
    bool all, alertable, user_mode;
    const LONGLONG *timeout;
    NTSTATUS status;
    uint64_t time; /* when it was done */
    struct ke_thread *thread;
};

static char journal[20000];
static size_t journal_size;

static inline void note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(journal + journal_size, sizeof journal - journal_size, format, arguments);
    va_end(arguments);
    if (length > 0 && journal_size + (size_t)length < sizeof journal)
        journal_size += (size_t)length;
}

static inline int ke_setup(void **state) {
    journal[0] = '\0';
    journal_size = 0;
    return test_setup(state);
}

#define ke_case(function) cmocka_unit_test_setup_teardown(function, ke_setup, test_teardown)
#define assert_journal(expected) assert_string_equal(journal, expected)

static void actor_main(void *context) {
    struct actor *self = context;
    self->thread = self->world->ke->current;
    self->function(self);
}

/* A system thread that runs actor->function; it begins with the next run. Its object stays. */
static inline void actor_start(rd_world *world, struct actor *actor) {
    struct ps_thread *thread;
    actor->world = world;
    assert_int_equal(ps_create_thread(world,
                                      &(struct ps_create_thread){.process = world->ps->system,
                                                                 .kernel_start = actor_main,
                                                                 .kernel_context = actor},
                                      &thread),
                     STATUS_SUCCESS);
    actor->thread = &thread->tcb;
}

static inline void actor_wait(struct actor *self) {
    self->status =
        ke_wait(self->world, &(struct ke_wait){.count = self->count,
                                               .objects = self->objects,
                                               .all = self->all,
                                               .alertable = self->alertable,
                                               .mode = self->user_mode ? UserMode : KernelMode,
                                               .timeout = self->timeout,
                                               .reason = "test"});
    self->time = self->world->now;
    if (self->name)
        note("%c", self->name);
}

/* Waits for one object, then ends. */
static inline void actor_wait_for(rd_world *world, struct actor *actor, char name, void *object) {
    actor->function = actor_wait;
    actor->name = name;
    actor->objects[actor->count++] = object;
    actor_start(world, actor);
}

static inline void event_init(rd_world *world, KEVENT *event, bool manual, bool set) {
    ke_header_init(world, &event->Header,
                   manual ? EventNotificationObject : EventSynchronizationObject, set, false);
}

static inline void semaphore_init(rd_world *world, KSEMAPHORE *semaphore, LONG count, LONG limit) {
    ke_header_init(world, &semaphore->Header, SemaphoreObject, count, false);
    semaphore->Limit = limit;
}

static inline void run_to_rest(rd_world *world) {
    rd_verdict verdict;
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    if (verdict != RD_VERDICT_FINISHED) {
        test_trace(world);
        fail_msg("%s: %s", rd_verdict_name(verdict), rd_world_explanation(world));
    }
}

#endif
