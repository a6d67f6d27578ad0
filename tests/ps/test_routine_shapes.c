/*
 * What a notify routine is given and what it can answer with: rules that the types of <ntddk.h>
 * state. Nothing but that header declares the routines here (NTFY-P-69).
 */
#include "rundown/sdk/ntddk.h"

#include <string.h>

#include "support/rd_driver_test.h"

static const char *reached[8];
static unsigned reach_count;

static void reach(const char *what) {
    if (reach_count < 8)
        reached[reach_count++] = what;
}

static bool was_reached(const char *what) {
    for (unsigned i = 0; i < reach_count; i++)
        if (strcmp(reached[i], what) == 0)
            return true;
    return false;
}

/* No routine has a context, and none but Ex and Ex2 has anything to answer with. */
static VOID legacy(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId;
    reach(Create ? "legacy creation" : "legacy exit");
}

static VOID ex(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId;
    reach(CreateInfo ? "ex creation" : "ex exit");
}

static VOID of_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ProcessId, (void)ThreadId;
    reach(Create ? "thread creation" : "thread exit");
}

static const IMAGE_INFO *last_image;

static VOID of_image(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    (void)ProcessId;
    last_image = ImageInfo;
    reach(FullImageName && FullImageName->Length ? "image with a name" : "image");
}

static NTSTATUS status_of[6];

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static int setup(void **state) {
    reach_count = 0;
    memset(status_of, -1, sizeof status_of);
    return test_setup(state);
}

/* ---- processes ------------------------------------------------------------------------------- */

static int32_t process_entry(void *driver, void *path) {
    (void)driver, (void)path;
    status_of[0] = PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    status_of[1] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    status_of[2] = PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems,
                                                      (PVOID)(ULONG_PTR)ex, FALSE);
    return STATUS_SUCCESS;
}

static void NTFY_P_69__ntddk_h_and_the_kernel_have_all_three(void **state) {
    driver_load(*state, process_entry);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_of[i], STATUS_SUCCESS);
}

static void NTFY_P_50__NTFY_P_73__a_legacy_routine_has_no_answer_and_no_context(void **state) {
    PCREATE_PROCESS_NOTIFY_ROUTINE of_legacy = legacy;
    PCREATE_PROCESS_NOTIFY_ROUTINE_EX of_ex = ex;
    assert_true(_Generic(of_legacy, void (*)(HANDLE, HANDLE, BOOLEAN) : true, default : false));
    assert_true(_Generic(of_ex, void (*)(PEPROCESS, HANDLE, PPS_CREATE_NOTIFY_INFO)
                         : true, default
                         : false));
    driver_load(*state, process_entry);
    program(*state, quiet);
    assert_true(was_reached("legacy creation") && was_reached("legacy exit"));
}

/* A driver at the top of a file system's stack. */
static int32_t file_system_entry(void *driver, void *path) {
    PDEVICE_OBJECT device;
    NTSTATUS status =
        IoCreateDevice(driver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &device);
    return NT_SUCCESS(status) ? process_entry(driver, path) : status;
}

static void NTFY_P_74__any_kind_of_driver_may_register(void **state) {
    int32_t (*const entries[])(void *, void *) = {process_entry, file_system_entry};
    (void)state;
    for (int i = 0; i < 2; i++) {
        rd_world *w = test_world(NULL);
        driver_load(w, entries[i]);
        for (int k = 0; k < 3; k++)
            assert_int_equal(status_of[k], STATUS_SUCCESS);
        rd_world_destroy(w);
    }
}

/* ---- threads --------------------------------------------------------------------------------- */

static int32_t thread_entry(void *driver, void *path) {
    PVOID routine = (PVOID)(ULONG_PTR)of_thread;
    (void)driver, (void)path;
    status_of[0] = PsSetCreateThreadNotifyRoutine(of_thread);
    status_of[1] = PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifyNonSystem, routine);
    status_of[2] = PsSetCreateThreadNotifyRoutineEx(PsCreateThreadNotifySubsystems, routine);
    return STATUS_SUCCESS;
}

static void remove_threads(void *context) {
    (void)context;
    for (int i = 0; i < 4; i++)
        status_of[i] = PsRemoveCreateThreadNotifyRoutine(of_thread);
}

static void NTFY_T_04__removal_is_a_routine_of_its_own(void **state) {
    assert_true(_Generic(&PsSetCreateThreadNotifyRoutine, NTSTATUS(*)(PCREATE_THREAD_NOTIFY_ROUTINE)
                         : true, default
                         : false));
    driver_load(*state, thread_entry);
    kernel_call(*state, remove_threads);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_of[i], STATUS_SUCCESS);
    assert_int_equal(status_of[3], STATUS_PROCEDURE_NOT_FOUND);
}

static void NTFY_T_15__NTFY_T_27__both_ex_types_take_an_ordinary_thread_routine(void **state) {
    PCREATE_THREAD_NOTIFY_ROUTINE routine = of_thread;
    assert_true(_Generic(routine, void (*)(HANDLE, HANDLE, BOOLEAN) : true, default : false));
    driver_load(*state, thread_entry);
    for (int i = 0; i < 3; i++)
        assert_int_equal(status_of[i], STATUS_SUCCESS);
    program(*state, quiet); /* whatever the routines do, the thread was created and ends */
    assert_true(was_reached("thread creation") && was_reached("thread exit"));
}

/* ---- images ---------------------------------------------------------------------------------- */

static int32_t image_entry(void *driver, void *path) {
    (void)driver, (void)path;
    status_of[0] = PsSetLoadImageNotifyRoutine(of_image);
    return STATUS_SUCCESS;
}

static void NTFY_I_01__an_image_routine_gets_name_process_and_information(void **state) {
    PLOAD_IMAGE_NOTIFY_ROUTINE routine = of_image;
    assert_true(_Generic(routine, void (*)(PUNICODE_STRING, HANDLE, PIMAGE_INFO)
                         : true, default
                         : false));
    driver_load(*state, image_entry);
    program(*state, quiet);
    assert_true(was_reached("image with a name"));
    assert_non_null(last_image);
}

/* One call for each image, none when the process and its images have gone, nothing to answer. */
static void NTFY_I_22__no_call_for_unload_and_no_veto(void **state) {
    rd_world *w = *state;
    driver_load(w, image_entry);
    program(w, quiet);
    size_t gone = test_event(w, 0, RD_EVENT_PROCESS_ADDRESS_SPACE, NULL);
    assert_int_equal(test_count(w, RD_EVENT_NOTIFY_CALL, "image notify"), 2); /* and ntdll */
    assert_int_equal(rd_event_find(w, gone, &(rd_event_query){.kind = RD_EVENT_NOTIFY_CALL}),
                     RD_NO_EVENT);
}

#define shape_case(function) cmocka_unit_test_setup_teardown(function, setup, test_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        shape_case(NTFY_P_69__ntddk_h_and_the_kernel_have_all_three),
        shape_case(NTFY_P_50__NTFY_P_73__a_legacy_routine_has_no_answer_and_no_context),
        shape_case(NTFY_P_74__any_kind_of_driver_may_register),
        shape_case(NTFY_T_04__removal_is_a_routine_of_its_own),
        shape_case(NTFY_T_15__NTFY_T_27__both_ex_types_take_an_ordinary_thread_routine),
        shape_case(NTFY_I_01__an_image_routine_gets_name_process_and_information),
        shape_case(NTFY_I_22__no_call_for_unload_and_no_veto),
    };
    return cmocka_run_group_tests_name("shapes of routines", tests, NULL, NULL);
}
