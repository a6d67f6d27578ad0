/* Removal of notify routines while they run: rules NTFY-P-27 to 32 and RUN-16 to 18. */
#include <string.h>

#include "notify_record.h"

static KEVENT entered, go_on;
static bool block_next; /* the next call waits for go_on */
static uint32_t entries;

static void maybe_block(void) {
    entries++;
    if (!block_next)
        return;
    block_next = false;
    KeSetEvent(&entered, 0, FALSE);
    KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL);
}

static VOID legacy(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId, (void)ProcessId, (void)Create;
    maybe_block();
}

static VOID ex(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId, (void)CreateInfo;
    maybe_block();
}

static VOID thread_routine(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ProcessId, (void)ThreadId, (void)Create;
    maybe_block();
}

static VOID image_routine(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    (void)FullImageName, (void)ProcessId, (void)ImageInfo;
    maybe_block();
}

/* ---- removers -------------------------------------------------------------------------------- */

static NTSTATUS (*remove_it)(void);
static bool removed;
static uint32_t entries_at_removal;

static NTSTATUS remove_legacy(void) {
    return PsSetCreateProcessNotifyRoutine(legacy, TRUE);
}

static NTSTATUS remove_ex(void) {
    return PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
}

static NTSTATUS remove_thread(void) {
    return PsRemoveCreateThreadNotifyRoutine(thread_routine);
}

static NTSTATUS remove_image(void) {
    return PsRemoveLoadImageNotifyRoutine(image_routine);
}

/* Removes the routine once a call of it is in progress. */
static VOID remover(PVOID context) {
    (void)context;
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    remove_it();
    removed = true;
    entries_at_removal = entries;
}

/* Lets the call go on 10 ms later. */
static VOID releaser(PVOID context) {
    LARGE_INTEGER delay = {.QuadPart = -100000};
    (void)context;
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    KeSetEvent(&go_on, 0, FALSE);
}

static void start_thread(PKSTART_ROUTINE routine) {
    HANDLE thread;
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, NULL);
    ZwClose(thread);
}

static void prepare(void) {
    KeInitializeEvent(&entered, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    entries = entries_at_removal = 0;
    removed = false;
    block_next = true;
    start_thread(remover);
    start_thread(releaser);
}

static int32_t entry_legacy(void *driver, void *path) {
    (void)driver, (void)path;
    prepare();
    remove_it = remove_legacy;
    return PsSetCreateProcessNotifyRoutine(legacy, FALSE);
}

static int32_t entry_ex(void *driver, void *path) {
    (void)driver, (void)path;
    prepare();
    remove_it = remove_ex;
    return PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
}

static int32_t entry_thread(void *driver, void *path) {
    (void)driver, (void)path;
    prepare();
    remove_it = remove_thread;
    return PsSetCreateThreadNotifyRoutine(thread_routine);
}

static int32_t entry_image(void *driver, void *path) {
    (void)driver, (void)path;
    prepare();
    remove_it = remove_image;
    return PsSetLoadImageNotifyRoutine(image_routine);
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static int late(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(5);
    return 0;
}

/* The removal begins while the call runs, waits, and returns after it. */
static void check_order(rd_world *w) {
    size_t call = test_event(w, 0, RD_EVENT_NOTIFY_CALL, NULL);
    size_t waits = test_event(w, 0, RD_EVENT_NOTIFY_REMOVE_WAIT, NULL);
    size_t returns = test_event(w, waits, RD_EVENT_NOTIFY_RETURN, NULL);
    size_t removes = test_event(w, 0, RD_EVENT_NOTIFY_REMOVE, NULL);
    assert_true(call < waits);
    assert_true(returns < removes);
    assert_true(removed);
    assert_int_equal(entries, entries_at_removal);
}

static void NTFY_P_27__removal_waits_for_calls_in_progress(void **state) {
    driver_load(*state, entry_ex);
    program(*state, quiet);
    check_order(*state);
}

static void NTFY_P_28__legacy_removal_waits_too(void **state) {
    driver_load(*state, entry_legacy);
    program(*state, quiet);
    check_order(*state);
}

static void NTFY_T_21__removal_of_a_thread_routine_waits(void **state) {
    program_register(*state, "app.exe", quiet);
    program_start(*state, "app.exe"); /* its thread's exit is the call */
    driver_load(*state, entry_thread);
    program_run(*state, RD_VERDICT_FINISHED);
    check_order(*state);
}

static void NTFY_I_15__removal_of_an_image_routine_waits(void **state) {
    driver_load(*state, entry_image);
    program(*state, quiet);
    check_order(*state);
}

static void NTFY_P_29__no_call_after_removal_has_returned(void **state) {
    rd_world *w = *state;
    driver_load(w, entry_ex);
    program(w, quiet);
    size_t removes = test_event(w, 0, RD_EVENT_NOTIFY_REMOVE, NULL);
    assert_int_equal(rd_event_find(w, removes, &(rd_event_query){.kind = RD_EVENT_NOTIFY_CALL}),
                     RD_NO_EVENT);
}

static void NTFY_P_30__new_events_do_not_call_while_removal_waits(void **state) {
    rd_world *w = *state;
    program_register(w, "first.exe", quiet);
    program_register(w, "second.exe", late);
    program_start(w, "first.exe");
    program_start(w, "second.exe");
    driver_load(w, entry_ex);
    program_run(w, RD_VERDICT_FINISHED);
    assert_int_equal(entries, 1); /* the other exit comes while the removal waits */
    check_order(w);
}

static void RUN_16__a_call_holds_its_registration(void **state) {
    rd_world *w = *state;
    driver_load(w, entry_ex);
    program(w, quiet);
    size_t waits = event_of_rule(w, 0, RD_EVENT_NOTIFY_REMOVE_WAIT, "RUN-16");
    assert_int_equal(rd_event_at(w, waits)->a, 1);
    check_order(w);
}

/* ---- removal from inside --------------------------------------------------------------------- */

static VOID removes_itself(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId;
    if (!CreateInfo)
        PsSetCreateProcessNotifyRoutineEx(removes_itself, TRUE);
}

static int32_t self_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutineEx(removes_itself, FALSE);
}

static void hang_in_self_removal(rd_world *w, uint32_t *pid) {
    driver_load(w, self_entry);
    program_register(w, "app.exe", quiet);
    *pid = program_start(w, "app.exe");
    program_run(w, RD_VERDICT_DEADLOCK);
}

static void NTFY_P_31__a_routine_that_removes_itself_never_returns(void **state) {
    rd_world *w = *state;
    rd_process_info info;
    uint32_t pid;
    hang_in_self_removal(w, &pid);
    assert_int_equal(rd_process_get(w, pid, &info), RD_OK);
    assert_false(info.signaled);
    assert_int_equal(info.exit_code, 0);
    assert_non_null(strstr(rd_world_explanation(w), "notify routine"));
}

static void RUN_18__self_removal_is_reported_as_a_deadlock(void **state) {
    uint32_t pid;
    hang_in_self_removal(*state, &pid);
    assert_non_null(strstr(rd_world_explanation(*state), "app.exe"));
    assert_int_equal(test_count(*state, RD_EVENT_NOTIFY_REMOVE, NULL), 0);
}

static NTSTATUS removed_other;

static VOID removes_other(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId;
    if (CreateInfo)
        removed_other = PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
}

static int32_t other_entry(void *driver, void *path) {
    (void)driver, (void)path;
    entries = 0;
    block_next = false;
    PsSetCreateProcessNotifyRoutineEx(removes_other, FALSE);
    return PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
}

static void NTFY_P_32__an_idle_routine_may_be_removed_from_a_call(void **state) {
    driver_load(*state, other_entry);
    program(*state, quiet);
    assert_int_equal(removed_other, STATUS_SUCCESS);
    assert_int_equal(entries, 0);
}

/* ---- every interleaving of a removal with calls ---------------------------------------------- */

static VOID early_remover(PVOID context) {
    (void)context;
    PsSetCreateProcessNotifyRoutineEx(ex, TRUE);
    removed = true;
    entries_at_removal = entries;
}

static int32_t race_entry(void *driver, void *path) {
    (void)driver, (void)path;
    entries = entries_at_removal = 0;
    block_next = removed = false;
    NTSTATUS status = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    start_thread(early_remover);
    return status;
}

/* Runs the race with many seeds; says how often a call was in progress when the removal began. */
static unsigned race(unsigned seeds) {
    unsigned waited = 0;
    for (unsigned seed = 1; seed <= seeds; seed++) {
        rd_world *w = test_world(&(rd_world_options){
            .size = sizeof(rd_world_options), .strategy = RD_STRATEGY_RANDOM, .seed = seed});
        program_register(w, "app.exe", quiet);
        for (int i = 0; i < 3; i++)
            program_start(w, "app.exe");
        driver_load(w, race_entry);
        program_run(w, RD_VERDICT_FINISHED);
        size_t gone = test_event(w, 0, RD_EVENT_NOTIFY_REMOVE, NULL);
        rd_event_query call = {.kind = RD_EVENT_NOTIFY_CALL},
                       back = {.kind = RD_EVENT_NOTIFY_RETURN};
        assert_int_equal(rd_event_find(w, gone, &call), RD_NO_EVENT);
        assert_int_equal(rd_event_find(w, gone, &back), RD_NO_EVENT);
        assert_int_equal(rd_event_matches(w, &call), rd_event_matches(w, &back));
        assert_int_equal(entries, entries_at_removal);
        waited += rd_event_matches(w, &(rd_event_query){.kind = RD_EVENT_NOTIFY_REMOVE_WAIT}) != 0;
        rd_world_destroy(w);
    }
    return waited;
}

static void RUN_17__a_call_that_has_its_slot_ends_before_the_removal_returns(void **state) {
    (void)state;
    assert_in_range(race(200), 1, 199);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_P_27__removal_waits_for_calls_in_progress),
        notify_case(NTFY_P_28__legacy_removal_waits_too),
        notify_case(NTFY_P_29__no_call_after_removal_has_returned),
        notify_case(NTFY_P_30__new_events_do_not_call_while_removal_waits),
        notify_case(NTFY_P_31__a_routine_that_removes_itself_never_returns),
        notify_case(NTFY_P_32__an_idle_routine_may_be_removed_from_a_call),
        notify_case(NTFY_T_21__removal_of_a_thread_routine_waits),
        notify_case(NTFY_I_15__removal_of_an_image_routine_waits),
        notify_case(RUN_16__a_call_holds_its_registration),
        notify_case(RUN_17__a_call_that_has_its_slot_ends_before_the_removal_returns),
        notify_case(RUN_18__self_removal_is_reported_as_a_deadlock),
    };
    return cmocka_run_group_tests_name("removal", tests, NULL, NULL);
}
