/* test_verdicts.c - what drivers and the verifier make of an exploration. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

static int ends_at_once(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

/* ---- drivers --------------------------------------------------------------------------------- */

static VOID unload(PDRIVER_OBJECT driver) {
    (void)driver;
}

static int32_t leaking_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    ExAllocatePool2(POOL_FLAG_NON_PAGED, 24, TAG);
    return STATUS_SUCCESS;
}

static VOID remove_itself(HANDLE parent, HANDLE process, BOOLEAN create) {
    (void)parent, (void)process;
    if (!create)
        PsSetCreateProcessNotifyRoutine(remove_itself, TRUE);
}

static int32_t self_removing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(remove_itself, FALSE);
}

static VOID crash(HANDLE parent, HANDLE process, BOOLEAN create) {
    (void)parent, (void)process;
    if (!create)
        driver_crash();
}

static int32_t crashing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutine(crash, FALSE);
}

static IO_REMOVE_LOCK removal;

static VOID hold(PVOID context) {
    IoAcquireRemoveLock(&removal, context);
}

static VOID wait_for_holder(HANDLE parent, HANDLE process, BOOLEAN create) {
    HANDLE thread;
    (void)parent, (void)process;
    if (create)
        return;
    IoAcquireRemoveLock(&removal, NULL);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, hold, NULL);
    ZwWaitForSingleObject(thread, FALSE, NULL);
    IoReleaseRemoveLockAndWait(&removal, NULL);
}

static int32_t removing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    IoInitializeRemoveLock(&removal, TAG, 0, 0);
    return PsSetCreateProcessNotifyRoutine(wait_for_holder, FALSE);
}

/* ---- exploring with them --------------------------------------------------------------------- */

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = ends_at_once};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    rd_driver_entry *entry;
    memcpy(&entry, context, sizeof entry);
    rd_status status = rd_driver_load(world, "test.sys", entry, NULL);
    return status == RD_OK ? rd_process_start(world, "app.exe", NULL, NULL) : status;
}

static const char *check(rd_world *world, void *context) {
    (void)context;
    if (rd_world_verdict(world) == RD_VERDICT_FINISHED)
        rd_driver_unload(world, "test.sys", NULL);
    return NULL;
}

static void expect(rd_driver_entry *entry, rd_explore_verdict verdict, uint32_t allowed,
                   const char *text) {
    const rd_scenario scenario = {.size = sizeof scenario,
                                  .prepare = prepare,
                                  .start = start,
                                  .check = check,
                                  .context = &entry};
    const rd_explore_options options = {.size = sizeof options, .allowed = allowed};
    rd_explore_result result;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    assert_int_equal(result.verdict, verdict);
    assert_non_null(strstr(result.explanation, text));
    rd_explore_free(&result);
}

static void a_leak_is_a_violation(void **state) {
    (void)state;
    expect(leaking_entry, RD_EXPLORE_LEAK, 0, "24 bytes");
    expect(leaking_entry, RD_EXPLORE_OK, 1u << RD_EXPLORE_LEAK, "");
    assert_string_equal(rd_explore_verdict_name(RD_EXPLORE_LEAK), "leak");
}

static void a_finding_is_a_violation(void **state) {
    (void)state;
    expect(self_removing_entry, RD_EXPLORE_FINDING, 0, "remov");
    expect(self_removing_entry, RD_EXPLORE_DEADLOCK, 1u << RD_EXPLORE_FINDING, "no thread");
    assert_string_equal(rd_explore_verdict_name(RD_EXPLORE_FINDING), "finding");
}

static void a_bug_check_is_a_violation(void **state) {
    (void)state;
    expect(crashing_entry, RD_EXPLORE_BUGCHECK, 0, "");
}

static void who_holds_a_remove_lock_is_told(void **state) {
    (void)state;
    expect(removing_entry, RD_EXPLORE_DEADLOCK, 0, "acquired last by thread");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leak_is_a_violation),
        cmocka_unit_test(a_finding_is_a_violation),
        cmocka_unit_test(a_bug_check_is_a_violation),
        cmocka_unit_test(who_holds_a_remove_lock_is_told),
    };
    return cmocka_run_group_tests_name("explore.verdicts", tests, NULL, NULL);
}
