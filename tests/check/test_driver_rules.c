/* Rules about what drivers must not do, which the verifier shows. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

static FAST_MUTEX mutex;
static KEVENT event;
static LOOKASIDE_LIST_EX entries;

/* The findings of that check that cite that rule. */
static size_t found(rd_world *world, rd_check check, const char *rule) {
    size_t count = 0;
    rd_finding finding;
    for (size_t i = 0; rd_finding_get(world, i, &finding) == RD_OK; i++)
        count += finding.check == (unsigned)check && strstr(finding.text, rule) != NULL;
    return count;
}

static int nothing(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

/* ---- locks and routines ---------------------------------------------------------------------- */

static VOID takes_mutex(HANDLE parent, HANDLE process, BOOLEAN create) {
    (void)parent, (void)process, (void)create;
    ExAcquireFastMutex(&mutex);
    ExReleaseFastMutex(&mutex);
}

static VOID removes_under_lock(PDRIVER_OBJECT driver) {
    (void)driver;
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    PsSetCreateProcessNotifyRoutine(takes_mutex, TRUE);
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
}

static int32_t removing_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = removes_under_lock;
    ExInitializeFastMutex(&mutex);
    return PsSetCreateProcessNotifyRoutine(takes_mutex, FALSE);
}

static void RUN_19__no_removal_under_a_lock_that_the_routine_needs(void **state) {
    driver_load(*state, removing_entry);
    program(*state, nothing);
    assert_int_equal(rd_driver_unload(*state, "test.sys", NULL), RD_FAILED);
    expect_stop(*state, 0xC4, "RUN-19");
}

static VOID end_at_once(PVOID context) {
    (void)context;
}

static VOID takes_unsafe(HANDLE process, HANDLE thread, BOOLEAN create) {
    (void)process, (void)thread, (void)create;
    ExAcquireFastMutexUnsafe(&mutex);
    ExReleaseFastMutexUnsafe(&mutex);
}

static int32_t creating_entry(void *driver, void *path) {
    HANDLE thread;
    (void)driver, (void)path;
    ExInitializeFastMutex(&mutex);
    PsSetCreateThreadNotifyRoutine(takes_unsafe);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, end_at_once, NULL);
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
    return STATUS_SUCCESS;
}

static void LOCK_08__no_creation_under_a_lock_that_a_routine_takes(void **state) {
    assert_int_equal(rd_driver_load(*state, "test.sys", creating_entry, NULL), RD_FAILED);
    expect_stop(*state, 0xC4, "LOCK-08");
}

/* ---- state that goes too early --------------------------------------------------------------- */

static VOID uses_list(HANDLE process, HANDLE thread, BOOLEAN create) {
    PVOID entry = ExAllocateFromLookasideListEx(&entries);
    (void)process, (void)thread, (void)create;
    if (entry)
        ExFreeToLookasideListEx(&entries, entry);
}

static VOID unregisters_last(PDRIVER_OBJECT driver) {
    (void)driver;
    ExDeleteLookasideListEx(&entries);
    PsRemoveCreateThreadNotifyRoutine(uses_list);
}

static int32_t list_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unregisters_last;
    ExInitializeLookasideListEx(&entries, NULL, NULL, NonPagedPoolNx, 0, 16, TAG, 0);
    return PsSetCreateThreadNotifyRoutine(uses_list);
}

static void RUN_25__state_goes_after_the_routine_that_uses_it(void **state) {
    driver_load(*state, list_entry);
    program(*state, nothing);
    driver_unload(*state);
    assert_int_equal(found(*state, RD_CHECK_N_LATE_UNREG, "RUN-25"), 1);
}

/* ---- routines that are not short ------------------------------------------------------------- */

static void waits(void) {
    LARGE_INTEGER moment = {.QuadPart = -10000};
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &moment);
}

static VOID process_waits(HANDLE parent, HANDLE process, BOOLEAN create) {
    (void)parent, (void)process, (void)create;
    waits();
}

static VOID thread_waits(HANDLE process, HANDLE thread, BOOLEAN create) {
    (void)process, (void)thread, (void)create;
    waits();
}

static int32_t process_entry(void *driver, void *path) {
    (void)driver, (void)path;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    return PsSetCreateProcessNotifyRoutine(process_waits, FALSE);
}

static int32_t thread_entry(void *driver, void *path) {
    (void)driver, (void)path;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    return PsSetCreateThreadNotifyRoutine(thread_waits);
}

static void check_waits(rd_driver_entry *entry) {
    rd_world *world = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options), .verifier = RD_VERIFIER_FULL});
    driver_load(world, entry);
    program(world, nothing);
    assert_int_equal(found(world, RD_CHECK_N_BLOCK, "NTFY-P-71"), 1);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_FINDING), 0);
    rd_world_destroy(world);
}

static void NTFY_P_71__a_process_routine_does_not_wait(void **state) {
    (void)state;
    check_waits(process_entry);
}

static void NTFY_T_37__a_thread_routine_does_not_wait(void **state) {
    (void)state;
    check_waits(thread_entry);
}

static void notes_are_only_taken_by_the_full_verifier(void **state) {
    driver_load(*state, process_entry);
    program(*state, nothing);
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

/* ---- handles --------------------------------------------------------------------------------- */

static void look_up_nonsense(void *context) {
    PVOID object;
    (void)context;
    ObReferenceObjectByHandle((HANDLE)0x4444, 0, NULL, KernelMode, &object, NULL);
}

static void LOCK_11__a_bad_handle_stops_the_machine(void **state) {
    kernel_stop(*state, look_up_nonsense, 0xC4, "LOCK-11");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(RUN_19__no_removal_under_a_lock_that_the_routine_needs),
        test_case(LOCK_08__no_creation_under_a_lock_that_a_routine_takes),
        test_case(RUN_25__state_goes_after_the_routine_that_uses_it),
        cmocka_unit_test(NTFY_P_71__a_process_routine_does_not_wait),
        cmocka_unit_test(NTFY_T_37__a_thread_routine_does_not_wait),
        test_case(notes_are_only_taken_by_the_full_verifier),
        test_case(LOCK_11__a_bad_handle_stops_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
