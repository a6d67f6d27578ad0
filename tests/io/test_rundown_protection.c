/* Rules RUN: rundown protection in memory of a driver. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"

static EX_RUNDOWN_REF ref;
static BOOLEAN got[8];
static KEVENT waiting;
static uint32_t order, waiter_done, released_at;

static VOID waiter(PVOID context) {
    (void)context;
    KeSetEvent(&waiting, 0, FALSE);
    ExWaitForRundownProtectionRelease(&ref);
    waiter_done = ++order;
}

static void start(PKSTART_ROUTINE routine) {
    HANDLE thread;
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, NULL);
    ZwClose(thread);
}

static void pause_ms(int ms) {
    LARGE_INTEGER delay = {.QuadPart = -10000LL * ms};
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
}

static void begin(void) {
    order = waiter_done = released_at = 0;
    KeInitializeEvent(&waiting, NotificationEvent, FALSE);
    ExInitializeRundownProtection(&ref);
}

static void nested(void *context) {
    (void)context;
    begin();
    got[0] = ExAcquireRundownProtection(&ref);
    got[1] = ExAcquireRundownProtection(&ref);
    ExReleaseRundownProtection(&ref);
    ExReleaseRundownProtection(&ref);
    ExWaitForRundownProtectionRelease(&ref);
    got[2] = ExAcquireRundownProtection(&ref);
}

static void RUN_01__initialised_references_are_open(void **state) {
    kernel_call(*state, nested);
    assert_true(got[0]);
}

static void RUN_02__acquisitions_nest(void **state) {
    kernel_call(*state, nested);
    assert_true(got[0]);
    assert_true(got[1]);
}

static void RUN_05__without_holders_the_wait_returns_at_once(void **state) {
    kernel_call(*state, nested);
    assert_false(got[2]);
}

static void acquire_while_waited_for(void *context) {
    (void)context;
    begin();
    got[0] = ExAcquireRundownProtection(&ref);
    start(waiter);
    KeWaitForSingleObject(&waiting, Executive, KernelMode, FALSE, NULL);
    pause_ms(1);
    got[1] = ExAcquireRundownProtection(&ref);
    released_at = ++order;
    ExReleaseRundownProtection(&ref);
    pause_ms(1);
}

static void RUN_03__nobody_gets_in_once_the_wait_has_begun(void **state) {
    kernel_call(*state, acquire_while_waited_for);
    assert_true(got[0]);
    assert_false(got[1]);
}

static void RUN_04__the_wait_ends_with_the_last_release(void **state) {
    kernel_call(*state, acquire_while_waited_for);
    assert_int_equal(released_at, 1);
    assert_int_equal(waiter_done, 2);
}

static void wait_twice(void *context) {
    (void)context;
    begin();
    ExWaitForRundownProtectionRelease(&ref);
    ExWaitForRundownProtectionRelease(&ref);
    got[0] = TRUE;
}

static void RUN_06__a_second_wait_returns_at_once(void **state) {
    got[0] = FALSE;
    kernel_call(*state, wait_twice);
    assert_true(got[0]);
}

static void reopen(void *context) {
    (void)context;
    begin();
    ExWaitForRundownProtectionRelease(&ref);
    ExReInitializeRundownProtection(&ref);
    got[0] = ExAcquireRundownProtection(&ref);
    ExReleaseRundownProtection(&ref);
}

static void reopen_open(void *context) {
    (void)context;
    begin();
    ExReInitializeRundownProtection(&ref);
}

static void RUN_07__reinitialisation_needs_a_rundown(void **state) {
    kernel_call(*state, reopen);
    assert_true(got[0]);
    kernel_stop(*state, reopen_open, 0xC4, "RUN-07");
}

static void complete(void *context) {
    (void)context;
    begin();
    ExWaitForRundownProtectionRelease(&ref);
    ExRundownCompleted(&ref);
    ExWaitForRundownProtectionRelease(&ref);
    got[0] = ExAcquireRundownProtection(&ref);
}

static void complete_open(void *context) {
    (void)context;
    begin();
    ExRundownCompleted(&ref);
}

static void RUN_08__completion_follows_the_wait(void **state) {
    kernel_call(*state, complete);
    assert_false(got[0]);
    kernel_stop(*state, complete_open, 0xC4, "RUN-08");
}

static void counted(void *context) {
    (void)context;
    begin();
    got[0] = ExAcquireRundownProtectionEx(&ref, 3);
    ExReleaseRundownProtection(&ref);
    ExReleaseRundownProtectionEx(&ref, 2);
    ExWaitForRundownProtectionRelease(&ref);
    got[1] = TRUE;
}

static void RUN_09__counts_add_and_remove(void **state) {
    got[1] = FALSE;
    kernel_call(*state, counted);
    assert_true(got[0]);
    assert_true(got[1]);
}

static void release_twice(void *context) {
    (void)context;
    begin();
    ExAcquireRundownProtection(&ref);
    ExReleaseRundownProtection(&ref);
    ExReleaseRundownProtection(&ref);
}

static void RUN_10__a_release_too_many_stops_the_machine(void **state) {
    kernel_stop(*state, release_twice, 0xC4, "RUN-10");
}

static void levels(void *context) {
    KIRQL irql;
    (void)context;
    begin();
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    got[0] = ExAcquireRundownProtection(&ref);
    ExReleaseRundownProtection(&ref);
    KeLowerIrql(irql);
    KeRaiseIrql(APC_LEVEL, &irql);
    ExWaitForRundownProtectionRelease(&ref);
    KeLowerIrql(irql);
}

static void wait_at_dispatch(void *context) {
    KIRQL irql;
    (void)context;
    begin();
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    ExWaitForRundownProtectionRelease(&ref);
}

static void RUN_11__levels(void **state) {
    kernel_call(*state, levels);
    assert_true(got[0]);
    kernel_stop(*state, wait_at_dispatch, 0xC4, "RUN-11");
}

static void wait_for_oneself(void *context) {
    (void)context;
    begin();
    ExAcquireRundownProtection(&ref);
    ExWaitForRundownProtectionRelease(&ref);
}

static void RUN_12__whoever_waits_for_its_own_reference_hangs(void **state) {
    rd_world *w = *state;
    assert_int_equal(rd_system_call(w, wait_for_oneself, NULL), RD_FAILED);
    size_t wait = test_event(w, 0, RD_EVENT_WAIT_BEGIN, NULL);
    assert_int_equal(rd_event_find(w, wait, &(rd_event_query){.kind = RD_EVENT_WAIT_END}),
                     RD_NO_EVENT);
}

static void two_waiters(void *context) {
    (void)context;
    begin();
    ExAcquireRundownProtection(&ref);
    start(waiter);
    KeWaitForSingleObject(&waiting, Executive, KernelMode, FALSE, NULL);
    pause_ms(1);
    ExWaitForRundownProtectionRelease(&ref);
}

static void RUN_14__two_waiters_are_a_defect(void **state) {
    kernel_stop(*state, two_waiters, 0xC4, "RUN-14");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(RUN_01__initialised_references_are_open),
        test_case(RUN_02__acquisitions_nest),
        test_case(RUN_03__nobody_gets_in_once_the_wait_has_begun),
        test_case(RUN_04__the_wait_ends_with_the_last_release),
        test_case(RUN_05__without_holders_the_wait_returns_at_once),
        test_case(RUN_06__a_second_wait_returns_at_once),
        test_case(RUN_07__reinitialisation_needs_a_rundown),
        test_case(RUN_08__completion_follows_the_wait),
        test_case(RUN_09__counts_add_and_remove),
        test_case(RUN_10__a_release_too_many_stops_the_machine),
        test_case(RUN_11__levels),
        test_case(RUN_12__whoever_waits_for_its_own_reference_hangs),
        test_case(RUN_14__two_waiters_are_a_defect),
    };
    return cmocka_run_group_tests_name("RUN", tests, NULL, NULL);
}
