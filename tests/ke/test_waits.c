/* Waits: what is consumed, who is served first, timeouts, abandonment, APCs. */
#include "ke_support.h"

#include "rundown/sdk/windows.h"

/* ---- one object ------------------------------------------------------------------------------ */

static void waiters_of_a_synchronization_event_are_served_in_turn(void **state) {
    enum { WAITERS = 26 };
    rd_world *world = *state;
    static struct actor actors[WAITERS];
    KEVENT event;
    memset(actors, 0, sizeof actors);
    event_init(world, &event, false, false);
    for (int i = 0; i < WAITERS; i++)
        actor_wait_for(world, &actors[i], (char)('a' + i), &event);
    run_to_rest(world);
    assert_journal("");
    for (int i = 0; i < WAITERS; i++) {
        assert_int_equal(ke_event_set(world, &event), 0);
        run_to_rest(world);
        assert_int_equal(journal_size, i + 1);
        assert_int_equal(event.Header.SignalState, 0);
    }
    assert_journal("abcdefghijklmnopqrstuvwxyz");
    assert_int_equal(ke_event_set(world, &event), 0);
    assert_int_equal(ke_event_set(world, &event), 1); /* nobody waits: it stays */
    assert_int_equal(ke_event_reset(world, &event), 1);
    assert_int_equal(ke_event_reset(world, &event), 0);
}

static void a_notification_event_wakes_all_in_turn(void **state) {
    rd_world *world = *state;
    struct actor actors[5] = {{0}};
    KEVENT event;
    event_init(world, &event, true, false);
    for (int i = 0; i < 5; i++)
        actor_wait_for(world, &actors[i], (char)('a' + i), &event);
    run_to_rest(world);
    ke_event_set(world, &event);
    run_to_rest(world);
    assert_journal("abcde");
    assert_int_equal(event.Header.SignalState, 1);
}

static void a_pulse_wakes_those_who_wait_now(void **state) {
    rd_world *world = *state;
    struct actor actors[3] = {{0}};
    KEVENT event;
    event_init(world, &event, true, false);
    for (int i = 0; i < 2; i++)
        actor_wait_for(world, &actors[i], (char)('a' + i), &event);
    run_to_rest(world);
    ke_event_pulse(world, &event);
    actor_wait_for(world, &actors[2], 'c', &event);
    run_to_rest(world);
    assert_journal("ab");
    assert_int_equal(event.Header.SignalState, 0);
}

static void a_semaphore_admits_as_many_as_its_count(void **state) {
    rd_world *world = *state;
    struct actor actors[6] = {{0}};
    KSEMAPHORE semaphore;
    LONG previous = -1;
    semaphore_init(world, &semaphore, 2, 5);
    for (int i = 0; i < 6; i++)
        actor_wait_for(world, &actors[i], (char)('a' + i), &semaphore);
    run_to_rest(world);
    assert_journal("ab");
    assert_int_equal(ke_semaphore_release(world, &semaphore, 3, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, 0);
    run_to_rest(world);
    assert_journal("abcde");
    assert_int_equal(ke_semaphore_release(world, &semaphore, 5, &previous), STATUS_SUCCESS);
    run_to_rest(world);
    assert_int_equal(semaphore.Header.SignalState, 4);
    assert_int_equal(ke_semaphore_release(world, &semaphore, 2, &previous),
                     STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(ke_semaphore_release(world, &semaphore, 0, &previous),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(ke_semaphore_release(world, &semaphore, -1, &previous),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(ke_semaphore_release(world, &semaphore, INT32_MAX, &previous),
                     STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(semaphore.Header.SignalState, 4);
}

/* ---- several objects ------------------------------------------------------------------------- */

static void a_wait_for_any_consumes_the_first_signaled_object_only(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = actor_wait, .count = 64, .name = 'x'};
    KEVENT events[64];
    for (int i = 0; i < 64; i++) {
        event_init(world, &events[i], false, i >= 40);
        actor.objects[i] = &events[i].Header;
    }
    actor_start(world, &actor);
    run_to_rest(world);
    assert_int_equal(actor.status, STATUS_WAIT_0 + 40);
    for (int i = 0; i < 64; i++)
        assert_int_equal(events[i].Header.SignalState, i > 40);
    struct actor later = {.function = actor_wait, .count = 40, .name = 'y'};
    memcpy(later.objects, actor.objects, sizeof later.objects);
    actor_start(world, &later);
    run_to_rest(world);
    assert_journal("x");
    ke_event_set(world, &events[39]);
    run_to_rest(world);
    assert_journal("xy");
    assert_int_equal(later.status, STATUS_WAIT_0 + 39);
    for (int i = 0; i < 40; i++)
        assert_true(base_list_empty(&events[i].Header.WaitListHead));
}

static void a_wait_for_all_consumes_nothing_until_all_are_signaled(void **state) {
    rd_world *world = *state;
    struct actor all = {.function = actor_wait, .count = 3, .name = 'A', .all = true};
    struct actor one = {.function = actor_wait, .count = 1, .name = 'b'};
    KEVENT events[3];
    for (int i = 0; i < 3; i++) {
        event_init(world, &events[i], false, false);
        all.objects[i] = &events[i].Header;
    }
    actor_start(world, &all);
    run_to_rest(world);
    ke_event_set(world, &events[0]);
    ke_event_set(world, &events[1]);
    run_to_rest(world);
    assert_journal("");
    assert_int_equal(events[0].Header.SignalState, 1);
    one.objects[0] = &events[0].Header; /* takes it away from under the wait for all */
    actor_start(world, &one);
    run_to_rest(world);
    assert_journal("b");
    ke_event_set(world, &events[2]);
    run_to_rest(world);
    assert_journal("b");
    assert_int_equal(events[2].Header.SignalState, 1);
    ke_event_set(world, &events[0]);
    run_to_rest(world);
    assert_journal("bA");
    assert_int_equal(all.status, STATUS_WAIT_0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(events[i].Header.SignalState, 0);
}

static void a_waiter_behind_an_unfinished_wait_for_all_is_not_held_up(void **state) {
    rd_world *world = *state;
    struct actor all = {.function = actor_wait, .count = 2, .name = 'A', .all = true};
    struct actor one = {.function = actor_wait, .count = 1, .name = 'b'};
    KEVENT events[2];
    for (int i = 0; i < 2; i++) {
        event_init(world, &events[i], false, false);
        all.objects[i] = &events[i].Header;
    }
    one.objects[0] = &events[0].Header;
    actor_start(world, &all);
    actor_start(world, &one);
    run_to_rest(world);
    ke_event_set(world, &events[0]);
    run_to_rest(world);
    assert_journal("b");
    assert_int_equal(events[0].Header.SignalState, 0);
}

/* ---- timeouts -------------------------------------------------------------------------------- */

static void timeouts_end_at_their_exact_virtual_time(void **state) {
    rd_world *world = *state;
    const LONGLONG timeouts[] = {-123450, 0, -1, 500000, -700000};
    struct actor actors[5] = {{0}};
    KEVENT event;
    event_init(world, &event, false, false);
    for (int i = 0; i < 5; i++) {
        actors[i].timeout = &timeouts[i];
        actor_wait_for(world, &actors[i], (char)('a' + i), &event);
    }
    run_to_rest(world);
    assert_journal("bcade");
    for (int i = 0; i < 5; i++)
        assert_int_equal(actors[i].status, STATUS_TIMEOUT);
    assert_in_range(actors[0].time, 123450, 123450 + 1000);
    assert_int_equal(actors[3].time, 500000);
    assert_in_range(actors[4].time, 700000, 700000 + 1000);
    assert_true(base_list_empty(&event.Header.WaitListHead));
    assert_int_equal(world->ke->heap_count, 0);
}

static void a_signal_cancels_the_timeout(void **state) {
    rd_world *world = *state;
    const LONGLONG timeout = -10000000;
    struct actor actor = {.timeout = &timeout};
    KEVENT event;
    event_init(world, &event, false, false);
    actor_wait_for(world, &actor, 'a', &event);
    assert_int_equal(rd_run_until(world, 5000, NULL), RD_OK);
    assert_int_equal(world->ke->heap_count, 1);
    ke_event_set(world, &event);
    run_to_rest(world);
    assert_int_equal(actor.status, STATUS_WAIT_0);
    assert_int_equal(world->ke->heap_count, 0);
    assert_true(rd_time(world) < 10000);
}

static void a_wait_without_objects_is_a_sleep(void **state) {
    rd_world *world = *state;
    const LONGLONG timeout = -30000;
    struct actor actor = {.function = actor_wait, .timeout = &timeout};
    actor_start(world, &actor);
    run_to_rest(world);
    assert_int_equal(actor.status, STATUS_TIMEOUT);
    assert_in_range(actor.time, 30000, 31000);
    test_event(world, 0, RD_EVENT_SLEEP, NULL);
}

static void the_host_cannot_wait(void **state) {
    rd_world *world = *state;
    KEVENT event;
    event_init(world, &event, false, false);
    assert_int_equal(ke_wait_kernel(world, &event), STATUS_TIMEOUT);
}

/* ---- mutants --------------------------------------------------------------------------------- */

static KMUTANT mutant;

static void takes_and_ends(struct actor *self) {
    ke_wait_kernel(self->world, &mutant);
    note("%c", self->name);
}

static void takes_thrice(struct actor *self) {
    LONG previous[4] = {9, 9, 9, 9};
    for (int i = 0; i < 3; i++)
        ke_wait_kernel(self->world, &mutant);
    for (int i = 0; i < 3; i++)
        self->status |= ke_mutant_release(self->world, &mutant, &previous[i]);
    note("%d %d %d", (int)previous[0], (int)previous[1], (int)previous[2]);
    if (ke_mutant_release(self->world, &mutant, &previous[3]) == STATUS_MUTANT_NOT_OWNED)
        note(" not owned");
}

static void a_mutant_is_owned_as_often_as_it_is_taken(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = takes_thrice};
    ke_mutant_init(world, &mutant, false);
    actor_start(world, &actor);
    run_to_rest(world);
    assert_int_equal(actor.status, STATUS_SUCCESS);
    assert_journal("-2 -1 0 not owned");
    assert_int_equal(mutant.Header.SignalState, 1);
}

static void an_abandoned_mutant_goes_to_the_next_waiter(void **state) {
    rd_world *world = *state;
    struct actor owners[3] = {{0}};
    struct actor any = {.function = actor_wait, .count = 2, .name = 'z'};
    KEVENT event;
    event_init(world, &event, false, false);
    ke_mutant_init(world, &mutant, false);
    for (int i = 0; i < 3; i++) {
        owners[i].function = takes_and_ends;
        owners[i].name = (char)('a' + i);
        actor_start(world, &owners[i]);
    }
    any.objects[0] = &event.Header;
    any.objects[1] = &mutant.Header;
    actor_start(world, &any);
    run_to_rest(world);
    assert_journal("abcz");
    assert_int_equal(any.status, STATUS_ABANDONED_WAIT_0 + 1);
    rd_event_query query = {.kind = RD_EVENT_MUTANT_ABANDON};
    assert_int_equal(rd_event_matches(world, &query), 4);
    assert_int_equal(mutant.Header.SignalState, 1);
    assert_true(mutant.Abandoned);
    assert_null(mutant.OwnerThread);
}

/* ---- user APCs ------------------------------------------------------------------------------- */

static void apc_notes(uint64_t a, uint64_t b, uint64_t c) {
    note("%u%u%u ", (unsigned)a, (unsigned)b, (unsigned)c);
}

static void waits_and_runs_apcs(struct actor *self) {
    actor_wait(self);
    if (self->status == STATUS_USER_APC)
        note("ran %u", ke_run_user_apcs(self->world));
}

static void queue(rd_world *world, const struct actor *actor, uint64_t number) {
    const uint64_t args[3] = {number, number + 1, number + 2};
    assert_int_equal(ke_queue_user_apc(world, actor->thread, apc_notes, args), STATUS_SUCCESS);
}

static void an_apc_ends_an_alertable_user_wait_only(void **state) {
    rd_world *world = *state;
    for (int kind = 0; kind < 4; kind++) {
        struct actor actor = {.function = waits_and_runs_apcs,
                              .count = 1,
                              .alertable = kind & 1,
                              .user_mode = kind & 2};
        KEVENT event;
        rd_world_reset(world);
        journal_size = journal[0] = 0;
        event_init(world, &event, false, false);
        actor.objects[0] = &event.Header;
        actor_start(world, &actor);
        run_to_rest(world);
        queue(world, &actor, 1);
        queue(world, &actor, 4);
        run_to_rest(world);
        assert_journal(kind == 3 ? "123 456 ran 2" : "");
        if (kind != 3)
            assert_int_equal(ke_drop_user_apcs(world, actor.thread), 2);
        assert_int_equal(ke_drop_user_apcs(world, actor.thread), 0);
    }
}

static void a_queued_apc_ends_the_next_alertable_wait_at_once(void **state) {
    rd_world *world = *state;
    struct actor actor = {
        .function = waits_and_runs_apcs, .count = 1, .alertable = true, .user_mode = true};
    KEVENT event;
    event_init(world, &event, false, true);
    actor.objects[0] = &event.Header;
    actor_start(world, &actor);
    queue(world, &actor, 7);
    run_to_rest(world);
    assert_int_equal(actor.status, STATUS_WAIT_0); /* what can be had is had first */
    assert_journal("");
    const uint64_t args[3] = {0};
    assert_int_equal(ke_queue_user_apc(world, actor.thread, apc_notes, args), STATUS_UNSUCCESSFUL);
}

/* ---- objects that only waits keep alive ------------------------------------------------------ */

static DWORD WINAPI waits_twice(LPVOID handle) {
    return WaitForSingleObject(handle, INFINITE) + 10;
}

static HANDLE dies_owning_it;

static DWORD WINAPI dies_as_owner(LPVOID handle) {
    WaitForSingleObject(handle, INFINITE);
    Sleep(20);
    return 0;
}

/* Closes the only handle while a thread waits, and returns the sum of what the threads return. */
static DWORD close_under(HANDLE object) {
    DWORD code = 0;
    HANDLE thread = CreateThread(NULL, 0, waits_twice, object, 0, NULL);
    Sleep(1);
    CloseHandle(object);
    for (int i = 0; i < 50; i++) /* takes the memory, should it be free */
        CreateEventA(NULL, FALSE, FALSE, NULL);
    WaitForSingleObject(thread, 100);
    GetExitCodeThread(thread, &code);
    return code;
}

static int waits_hold_objects(int argc, char **argv) {
    LARGE_INTEGER due = {.QuadPart = -50000};
    (void)argc, (void)argv;
    HANDLE timer = CreateWaitableTimerA(NULL, FALSE, NULL);
    SetWaitableTimer(timer, &due, 3, NULL, NULL, FALSE);
    DWORD sum = close_under(timer);
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL);
    dies_owning_it = CreateThread(NULL, 0, dies_as_owner, mutex, 0, NULL);
    Sleep(1);
    sum += close_under(mutex);
    Sleep(50);
    return (int)sum;
}

static void an_object_lives_while_somebody_waits_for_it(void **state) {
    rd_world *world = *state;
    assert_int_equal(test_run(world, waits_hold_objects), 10 + WAIT_ABANDONED + 10);
    assert_int_equal(world->ob->objects_alive, 2);
    assert_int_equal(world->ke->heap_count, 0);
}

/* ---- explanations ---------------------------------------------------------------------------- */

static void a_waiting_thread_says_what_it_waits_for(void **state) {
    rd_world *world = *state;
    struct actor actor = {.function = actor_wait, .count = 2, .all = true};
    KEVENT events[2];
    for (int i = 0; i < 2; i++) {
        event_init(world, &events[i], false, false);
        actor.objects[i] = &events[i].Header;
    }
    actor_start(world, &actor);
    run_to_rest(world);
    const char *text = ke_describe_wait(world, actor.thread);
    assert_non_null(strstr(text, "waits in kernel mode for all of Event#"));
    assert_non_null(strstr(text, ", Event#"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ke_case(waiters_of_a_synchronization_event_are_served_in_turn),
        ke_case(a_notification_event_wakes_all_in_turn),
        ke_case(a_pulse_wakes_those_who_wait_now),
        ke_case(a_semaphore_admits_as_many_as_its_count),
        ke_case(a_wait_for_any_consumes_the_first_signaled_object_only),
        ke_case(a_wait_for_all_consumes_nothing_until_all_are_signaled),
        ke_case(a_waiter_behind_an_unfinished_wait_for_all_is_not_held_up),
        ke_case(timeouts_end_at_their_exact_virtual_time),
        ke_case(a_signal_cancels_the_timeout),
        ke_case(a_wait_without_objects_is_a_sleep),
        ke_case(the_host_cannot_wait),
        ke_case(a_mutant_is_owned_as_often_as_it_is_taken),
        ke_case(an_abandoned_mutant_goes_to_the_next_waiter),
        ke_case(an_apc_ends_an_alertable_user_wait_only),
        ke_case(a_queued_apc_ends_the_next_alertable_wait_at_once),
        ke_case(an_object_lives_while_somebody_waits_for_it),
        ke_case(a_waiting_thread_says_what_it_waits_for),
    };
    return cmocka_run_group_tests_name("waits", tests, NULL, NULL);
}
