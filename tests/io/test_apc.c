/* APCs and alerts that drivers send to threads. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

/* Of <windows.h>, which is not for drivers. */
ULONG SleepEx(ULONG dwMilliseconds, LONG bAlertable);

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

/* What happened, in order: letters. */
static char story[64];

static void tell(char what) {
    size_t length = strlen(story);
    if (length + 1 < sizeof story)
        story[length] = what;
}

static int apc_setup(void **state) {
    memset(story, 0, sizeof story);
    return test_setup(state);
}
#define apc_case(function) cmocka_unit_test_setup_teardown(function, apc_setup, test_teardown)

/* Upper case at APC_LEVEL, or '?' at another level. */
static VOID kernel_routine(PKAPC apc, PVOID *normal, PVOID *context, PVOID *first, PVOID *second) {
    (void)normal, (void)context, (void)second;
    tell(KeGetCurrentIrql() == APC_LEVEL ? *(const char *)*first : '?');
    ExFreePoolWithTag(apc, TAG);
}

static VOID rundown_routine(PKAPC apc) {
    tell('r');
    ExFreePoolWithTag(apc, TAG);
}

/* Lower case at PASSIVE_LEVEL. */
static VOID normal_routine(PVOID context, PVOID first, PVOID second) {
    (void)context, (void)first;
    tell(KeGetCurrentIrql() == PASSIVE_LEVEL ? *(const char *)second : '?');
}

static BOOLEAN queue(PKTHREAD thread, PVOID normal, KPROCESSOR_MODE mode, const char *letters) {
    PKAPC apc = ExAllocatePoolWithTag(NonPagedPool, sizeof *apc, TAG);
    KeInitializeApc(apc, thread, 0, (PVOID)(ULONG_PTR)kernel_routine,
                    (PVOID)(ULONG_PTR)rundown_routine, normal, mode, NULL);
    if (KeInsertQueueApc(apc, (PVOID)(ULONG_PTR)letters, (PVOID)(ULONG_PTR)(letters + 1), 0))
        return TRUE;
    ExFreePoolWithTag(apc, TAG);
    return FALSE;
}
#define NORMAL ((PVOID)(ULONG_PTR)normal_routine)

/* ---- kernel APCs ----------------------------------------------------------------------------- */

static void interrupt_oneself(void *context) {
    PKTHREAD self = KeGetCurrentThread();
    KIRQL before;
    (void)context;
    queue(self, NULL, KernelMode, "S");
    tell('1');
    queue(self, NORMAL, KernelMode, "Nn");
    tell('2');
    KeEnterCriticalRegion(); /* only special ones */
    queue(self, NORMAL, KernelMode, "Nn");
    queue(self, NULL, KernelMode, "S");
    tell('3');
    KeLeaveCriticalRegion();
    tell('4');
    KeEnterGuardedRegion(); /* none */
    queue(self, NULL, KernelMode, "S");
    tell('5');
    KeLeaveGuardedRegion();
    KeRaiseIrql(APC_LEVEL, &before);
    queue(self, NORMAL, KernelMode, "Nn");
    queue(self, NULL, KernelMode, "S");
    tell('6');
    KeLowerIrql(before);
}

static void kernel_apcs_wait_for_what_forbids_them(void **state) {
    kernel_call(*state, interrupt_oneself);
    assert_string_equal(story, "S1Nn2S3Nn45S6SNn");
}

static KEVENT go, done;
static PKTHREAD waiter;

static VOID wait_for_go(PVOID context) {
    LARGE_INTEGER timeout = {.QuadPart = -10 * 10000};
    (void)context;
    waiter = KeGetCurrentThread();
    KeSetEvent(&done, 0, FALSE);
    tell(KeWaitForSingleObject(&go, Executive, KernelMode, FALSE, &timeout) ? 't' : 'g');
}

static HANDLE start_waiter(void) {
    HANDLE handle;
    KeInitializeEvent(&go, NotificationEvent, FALSE);
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, wait_for_go, NULL);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return handle;
}

static void pause_for(int ms) {
    LARGE_INTEGER delay = {.QuadPart = -10000LL * ms};
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
}

static void interrupt_waiter(void *context) {
    LARGE_INTEGER before, after;
    (void)context;
    HANDLE handle = start_waiter();
    KeQuerySystemTime(&before);
    pause_for(4);
    queue(waiter, NULL, KernelMode, "S");
    pause_for(4);
    queue(waiter, NORMAL, KernelMode, "Nn");
    ZwWaitForSingleObject(handle, FALSE, NULL);
    KeQuerySystemTime(&after);
    tell(after.QuadPart - before.QuadPart < 11 * 10000 ? '<' : '>'); /* the timeout is as it was */
    ZwClose(handle);
}

static void a_wait_goes_on_after_a_kernel_apc(void **state) {
    kernel_call(*state, interrupt_waiter);
    assert_string_equal(story, "SNnt<");
}

static void wake_waiter(void *context) {
    (void)context;
    HANDLE handle = start_waiter();
    pause_for(1);
    queue(waiter, NULL, KernelMode, "S");
    KeSetEvent(&go, 0, FALSE);
    ZwWaitForSingleObject(handle, FALSE, NULL);
    PVOID thread;
    ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL);
    tell(queue(thread, NULL, KernelMode, "S") ? '!' : '-'); /* it has ended */
    ObDereferenceObject(thread);
    ZwClose(handle);
}

static void a_thread_that_has_ended_takes_no_apc(void **state) {
    kernel_call(*state, wake_waiter);
    assert_string_equal(story, "Sg-");
}

static KAPC reused;

static VOID kernel_routine_keeps(PKAPC apc, PVOID *normal, PVOID *context, PVOID *first,
                                 PVOID *second) {
    (void)apc, (void)context, (void)first, (void)second;
    tell('K');
    *normal = NULL; /* what should have followed does not */
}

static void insert_twice(void *context) {
    (void)context;
    KeInitializeApc(&reused, KeGetCurrentThread(), 0, (PVOID)(ULONG_PTR)kernel_routine_keeps, NULL,
                    NORMAL, KernelMode, NULL);
    KeEnterGuardedRegion();
    tell(KeInsertQueueApc(&reused, NULL, NULL, 0) ? '1' : '0');
    tell(KeInsertQueueApc(&reused, NULL, NULL, 0) ? '1' : '0');
    tell(KeRemoveQueueApc(&reused) ? '1' : '0');
    tell(KeRemoveQueueApc(&reused) ? '1' : '0');
    KeLeaveGuardedRegion();
    KeInsertQueueApc(&reused, NULL, NULL, 0);
}

static void an_apc_is_queued_once(void **state) {
    kernel_call(*state, insert_twice);
    assert_string_equal(story, "1010K");
}

static void insert_raw(void *context) {
    static KAPC raw;
    (void)context;
    KeInsertQueueApc(&raw, NULL, NULL, 0);
}

static void an_apc_must_be_initialised(void **state) {
    kernel_stop(*state, insert_raw, 0xC4, "KeInsertQueueApc");
}

static VOID raises(PKAPC apc, PVOID *normal, PVOID *context, PVOID *first, PVOID *second) {
    KIRQL before;
    (void)apc, (void)normal, (void)context, (void)first, (void)second;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
}

static void return_raised(void *context) {
    (void)context;
    KeInitializeApc(&reused, KeGetCurrentThread(), 0, (PVOID)(ULONG_PTR)raises, NULL, NULL,
                    KernelMode, NULL);
    KeInsertQueueApc(&reused, NULL, NULL, 0);
}

static void IRQL_10__an_apc_routine_returns_at_its_level(void **state) {
    kernel_stop(*state, return_raised, 0xC8, "IRQL-10");
}

/* ---- user APCs ------------------------------------------------------------------------------- */

static uint32_t target;

static VOID in_user_mode(PVOID context, PVOID first, PVOID second) {
    (void)context, (void)first;
    tell(*(const char *)second);
}

static PETHREAD target_thread(void) {
    PETHREAD thread = NULL;
    PsLookupThreadByThreadId((HANDLE)(ULONG_PTR)target, &thread);
    return thread;
}

static void queue_to_user(void *context) {
    (void)context;
    PETHREAD thread = target_thread();
    queue((PKTHREAD)thread, (PVOID)(ULONG_PTR)in_user_mode, UserMode, "Uu");
    ObDereferenceObject(thread);
}

static ULONG slept[2];

static int sleeps(int argc, char **argv) {
    (void)argc, (void)argv;
    target = (uint32_t)(ULONG_PTR)PsGetCurrentThreadId();
    slept[0] = SleepEx(10, FALSE); /* not alertable: the APC waits */
    tell('|');
    slept[1] = SleepEx(10, TRUE);
    return 0;
}

static void user_apcs_run_in_alertable_waits(void **state) {
    rd_world *w = *state;
    program_register(w, "app.exe", sleeps);
    program_start(w, "app.exe");
    assert_int_equal(rd_run_until(w, rd_time(w) + 50000, NULL), RD_OK);
    kernel_call(w, queue_to_user);
    program_run(w, RD_VERDICT_FINISHED);
    assert_string_equal(story, "|Uu");
    assert_int_equal(slept[0], 0);
    assert_int_equal(slept[1], 0xC0);
}

/* A special kernel APC makes the thread take its user APCs without an alertable wait. */
static VOID force(PKAPC apc, PVOID *normal, PVOID *context, PVOID *first, PVOID *second) {
    (void)normal, (void)context, (void)first, (void)second;
    tell(KeTestAlertThread(UserMode) ? 'A' : 'F');
    ExFreePoolWithTag(apc, TAG);
}

static void queue_and_force(void *context) {
    (void)context;
    PETHREAD thread = target_thread();
    queue((PKTHREAD)thread, (PVOID)(ULONG_PTR)in_user_mode, UserMode, "Uu");
    PKAPC apc = ExAllocatePoolWithTag(NonPagedPool, sizeof *apc, TAG);
    KeInitializeApc(apc, (PKTHREAD)thread, 0, (PVOID)(ULONG_PTR)force, NULL, NULL, KernelMode,
                    NULL);
    KeInsertQueueApc(apc, NULL, NULL, 0);
    ObDereferenceObject(thread);
}

static void a_kernel_apc_can_deliver_user_apcs(void **state) {
    rd_world *w = *state;
    program_register(w, "app.exe", sleeps);
    program_start(w, "app.exe");
    assert_int_equal(rd_run_until(w, rd_time(w) + 50000, NULL), RD_OK);
    kernel_call(w, queue_and_force);
    program_run(w, RD_VERDICT_FINISHED);
    assert_string_equal(story, "FUu|");
    assert_int_equal(slept[1], 0);
}

static int never_alertable(int argc, char **argv) {
    (void)argc, (void)argv;
    target = (uint32_t)(ULONG_PTR)PsGetCurrentThreadId();
    SleepEx(10, FALSE);
    return 0;
}

static void WAIT_32__a_user_apc_that_never_ran_is_run_down(void **state) {
    rd_world *w = *state;
    program_register(w, "app.exe", never_alertable);
    program_start(w, "app.exe");
    assert_int_equal(rd_run_until(w, rd_time(w) + 50000, NULL), RD_OK);
    kernel_call(w, queue_to_user);
    program_run(w, RD_VERDICT_FINISHED);
    assert_string_equal(story, "r");
    assert_int_equal(test_count(w, RD_EVENT_POOL_ALLOCATE, NULL),
                     test_count(w, RD_EVENT_POOL_FREE, NULL));
}

/* ---- alerts ---------------------------------------------------------------------------------- */

static NTSTATUS alert_status[4];

static void alert_oneself(void *context) {
    PKTHREAD self = KeGetCurrentThread();
    LARGE_INTEGER delay = {.QuadPart = -10000};
    (void)context;
    tell(KeAlertThread(self, KernelMode) ? '1' : '0');
    tell(KeAlertThread(self, KernelMode) ? '1' : '0');
    alert_status[0] = KeDelayExecutionThread(KernelMode, FALSE, &delay);
    alert_status[1] = KeDelayExecutionThread(KernelMode, TRUE, &delay);
    alert_status[2] = KeDelayExecutionThread(KernelMode, TRUE, &delay);
    KeAlertThread(self, UserMode);
    alert_status[3] = KeDelayExecutionThread(KernelMode, TRUE, &delay);
    tell(KeTestAlertThread(KernelMode) ? '1' : '0');
    tell(KeTestAlertThread(UserMode) ? '1' : '0');
    tell(KeTestAlertThread(UserMode) ? '1' : '0');
}

static void alerts_end_alertable_waits_of_their_mode(void **state) {
    kernel_call(*state, alert_oneself);
    assert_string_equal(story, "01010");
    assert_int_equal(alert_status[0], STATUS_SUCCESS);
    assert_int_equal(alert_status[1], STATUS_ALERTED);
    assert_int_equal(alert_status[2], STATUS_SUCCESS);
    assert_int_equal(alert_status[3], STATUS_SUCCESS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        apc_case(kernel_apcs_wait_for_what_forbids_them),
        apc_case(a_wait_goes_on_after_a_kernel_apc),
        apc_case(a_thread_that_has_ended_takes_no_apc),
        apc_case(an_apc_is_queued_once),
        apc_case(an_apc_must_be_initialised),
        apc_case(IRQL_10__an_apc_routine_returns_at_its_level),
        apc_case(user_apcs_run_in_alertable_waits),
        apc_case(a_kernel_apc_can_deliver_user_apcs),
        apc_case(WAIT_32__a_user_apc_that_never_ran_is_run_down),
        apc_case(alerts_end_alertable_waits_of_their_mode),
    };
    return cmocka_run_group_tests_name("APC", tests, NULL, NULL);
}
