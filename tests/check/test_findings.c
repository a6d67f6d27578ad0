/* Findings and bug checks as the host sees them. */
#include <string.h>

#include "support/rd_driver_test.h"

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
        cmocka_unit_test(without_a_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
