/* Findings and bug checks as the host sees them. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/ntddk.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

static VOID leaking_unload(PDRIVER_OBJECT driver) {
    (void)driver;
}

static int32_t leaking_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = leaking_unload;
    ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, TAG);
    return STATUS_SUCCESS;
}

static void a_finding_is_counted_and_logged(void **state) {
    rd_world *world = *state;
    rd_finding finding;
    driver_load(world, leaking_entry);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_NOTE), 0);
    driver_unload(world);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_NOTE), 1);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_STOP), 0);
    assert_int_equal(rd_finding_get(world, 0, &finding), RD_OK);
    assert_int_equal(finding.check, RD_CHECK_K_UNLOAD_LEAK);
    assert_int_equal(finding.severity, RD_SEVERITY_FINDING);
    assert_string_equal(finding.driver, "test.sys");
    assert_non_null(strstr(finding.text, "24 bytes"));
    assert_int_equal(finding.count, 1);
    assert_int_equal(rd_event_at(world, finding.event)->kind, RD_EVENT_FINDING);
    assert_int_equal(rd_event_at(world, finding.event)->tid, finding.tid);
    event_of_rule(world, 0, RD_EVENT_FINDING, "DRV-18");
    assert_int_equal(rd_finding_get(world, 1, &finding), RD_NOT_FOUND);
    assert_int_equal(rd_finding_get(world, 0, NULL), RD_INVALID_ARGUMENT);
    rd_world_reset(world);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_NOTE), 0);
}

static void nothing_is_found_when_switched_off(void **state) {
    rd_world *world = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options), .verifier = RD_VERIFIER_OFF});
    (void)state;
    driver_load(world, leaking_entry);
    driver_unload(world);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_NOTE), 0);
    test_event(world, 0, RD_EVENT_POOL_LEAK, NULL);
    rd_world_destroy(world);
}

static void findings_need_no_log(void **state) {
    rd_world *world =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .log_disabled = true});
    rd_finding finding;
    (void)state;
    driver_load(world, leaking_entry);
    driver_unload(world);
    assert_int_equal(rd_finding_get(world, 0, &finding), RD_OK);
    assert_true(finding.event == RD_NO_EVENT);
    rd_world_destroy(world);
}

static int32_t crashing_entry(void *driver, void *path) {
    KIRQL before;
    (void)driver, (void)path;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    PsSetLoadImageNotifyRoutine(NULL);
    return STATUS_SUCCESS;
}

static void a_bug_check_names_its_culprit(void **state) {
    rd_world *world = *state;
    rd_bugcheck bugcheck;
    assert_int_equal(rd_driver_load(world, "test.sys", crashing_entry, NULL), RD_FAILED);
    assert_int_equal(rd_world_bugcheck(world, &bugcheck), RD_OK);
    assert_int_equal(bugcheck.code, 0xC4);
    assert_int_equal(bugcheck.check, RD_CHECK_K_IRQL_PS);
    assert_string_equal(bugcheck.driver, "test.sys");
    assert_string_equal(bugcheck.routine, "DriverEntry");
    assert_string_equal(bugcheck.rule, "IRQL-01");
    assert_int_equal(bugcheck.pid, 4);
    assert_true(bugcheck.tid != 0);
    assert_int_equal(rd_event_at(world, bugcheck.event)->kind, RD_EVENT_BUGCHECK);
    assert_int_equal(rd_finding_count(world, RD_SEVERITY_STOP), 1);
}

/* ---- programs -------------------------------------------------------------------------------- */

static HANDLE ready, heap;

static DWORD WINAPI locks_heap(void *parameter) {
    (void)parameter;
    HeapLock(heap);
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

static int leaves_heap_locked(int argc, char **argv) {
    (void)argc, (void)argv;
    heap = HeapCreate(0, 0, 0);
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    CreateThread(NULL, 0, locks_heap, NULL, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    return 0;
}

static int terminates_who_locks(int argc, char **argv) {
    (void)argc, (void)argv;
    heap = HeapCreate(0, 0, 0);
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, locks_heap, NULL, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static VOID CALLBACK leaves_callback(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work) {
    (void)context;
    DisassociateCurrentThreadFromCallback(instance);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    SetEvent(ready);
}

static VOID CALLBACK waits_for_another(PTP_CALLBACK_INSTANCE instance, PVOID context,
                                       PTP_WORK work) {
    (void)instance, (void)work;
    WaitForThreadpoolWorkCallbacks(context, FALSE);
}

static int uses_pool_well(int argc, char **argv) {
    (void)argc, (void)argv;
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    PTP_WORK first = CreateThreadpoolWork(leaves_callback, NULL, NULL);
    PTP_WORK second = CreateThreadpoolWork(waits_for_another, first, NULL);
    SubmitThreadpoolWork(first);
    SubmitThreadpoolWork(second);
    WaitForThreadpoolWorkCallbacks(second, FALSE);
    WaitForSingleObject(ready, INFINITE);
    CloseThreadpoolWork(second);
    CloseThreadpoolWork(first);
    return 0;
}

/* How often the check is found when the program runs. */
static unsigned found_in(int (*main)(int, char **), rd_check check) {
    rd_finding finding;
    unsigned count = 0;
    rd_world *w = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options), .verifier = RD_VERIFIER_FULL});
    program(w, main);
    for (size_t i = 0; rd_finding_get(w, i, &finding) == RD_OK; i++)
        count += finding.check == (unsigned)check;
    rd_world_destroy(w);
    return count;
}

static void heap_locks_are_missed_at_every_end(void **state) {
    (void)state;
    assert_int_equal(found_in(leaves_heap_locked, RD_CHECK_U_HEAP_ORPHAN), 1);
    assert_int_equal(found_in(terminates_who_locks, RD_CHECK_U_HEAP_ORPHAN), 1);
}

static void waits_in_callbacks_are_no_misuse_as_such(void **state) {
    (void)state;
    assert_int_equal(found_in(uses_pool_well, RD_CHECK_U_POOL_SELF), 0);
    assert_int_equal(found_in(uses_pool_well, RD_CHECK_U_EXIT_MT), 0);
}

static void without_a_world(void **state) {
    rd_finding finding;
    (void)state;
    assert_int_equal(rd_finding_count(NULL, RD_SEVERITY_NOTE), 0);
    assert_int_equal(rd_finding_get(NULL, 0, &finding), RD_INVALID_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(a_finding_is_counted_and_logged),
        cmocka_unit_test(nothing_is_found_when_switched_off),
        cmocka_unit_test(findings_need_no_log),
        test_case(a_bug_check_names_its_culprit),
        cmocka_unit_test(heap_locks_are_missed_at_every_end),
        cmocka_unit_test(waits_in_callbacks_are_no_misuse_as_such),
        cmocka_unit_test(without_a_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
