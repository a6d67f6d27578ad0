/* TLS: thread-local slots, and fiber-local slots with their callbacks. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

static void WINAPI tells_fls(PVOID value) {
    note("fls:%s", (const char *)value);
}

/* ---- TLS ------------------------------------------------------------------------------------- */

static DWORD WINAPI sees_no_values(LPVOID unused) {
    (void)unused;
    must(TlsGetValue(my.index) == NULL);
    must(TlsSetValue(my.index, "own"));
    return 0;
}

static int sets_a_value(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = TlsAlloc();
    must(TlsSetValue(my.index, "main"));
    wait_for(begin(sees_no_values, NULL));
    must(strcmp(TlsGetValue(my.index), "main") == 0);
    must(TlsFree(my.index));
    must_fail(TlsFree(my.index), FALSE, ERROR_INVALID_PARAMETER);
    must_be(TlsAlloc(), my.index);
    must(TlsGetValue(my.index) == NULL);
    return 0;
}

static void TLS_01__TLS_05__slots_begin_empty(void **state) {
    assert_int_equal(run_main(*state, sets_a_value), 0);
}

static int takes_all_slots(int argc, char **argv) {
    DWORD count = 0;
    UNUSED_MAIN;
    while (TlsAlloc() != TLS_OUT_OF_INDEXES)
        count++;
    must_be(count, 1088);
    must(TlsSetValue(1087, "last"));
    must(strcmp(TlsGetValue(1087), "last") == 0);
    return 0;
}

static void TLS_02__there_are_1088_slots(void **state) {
    assert_int_equal(run_main(*state, takes_all_slots), 0);
}

static DWORD WINAPI leaves_memory_behind(LPVOID unused) {
    (void)unused;
    TlsSetValue(my.index, my.pointer);
    return 0;
}

static int reads_the_slot(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_THREAD_DETACH)
        must(TlsGetValue(my.index) == my.pointer);
    note("%u", reason);
    return TRUE;
}

static int watches_memory(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = TlsAlloc();
    my.pointer = HeapAlloc(GetProcessHeap(), 0, 16);
    wait_for(begin(leaves_memory_behind, NULL));
    must(HeapValidate(GetProcessHeap(), 0, my.pointer));
    must(HeapFree(GetProcessHeap(), 0, my.pointer));
    return 0;
}

static void TLS_03__TLS_04__values_last_till_the_end_and_nothing_frees_them(void **state) {
    run(*state, {.name = "app.exe", .main = watches_memory, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = reads_the_slot});
    assert_journal("1 2 3 0");
}

static DWORD WINAPI sets_and_sleeps(LPVOID unused) {
    (void)unused;
    TlsSetValue(my.index, "worker");
    Sleep(INFINITE);
    return 0;
}

static int sees_its_own_value(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH)
        note("%s", (const char *)TlsGetValue(my.index));
    return TRUE;
}

static int exits_with_values(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = TlsAlloc();
    TlsSetValue(my.index, "main");
    begin(sets_and_sleeps, NULL);
    Sleep(1);
    ExitProcess(0);
}

static void TLS_06__at_exit_only_the_callers_values_are_in_reach(void **state) {
    run(*state, {.name = "app.exe", .main = exits_with_values, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = sees_its_own_value});
    assert_journal("main");
}

/* ---- FLS at the end of a thread -------------------------------------------------------------- */

static int tells_slot(void *module, uint32_t reason, void *reserved) {
    static const char marks[] = {'-', '+', '>', '<'};
    (void)module, (void)reserved;
    PVOID value = my.index ? FlsGetValue(my.index) : NULL;
    note("%c%s", marks[reason & 3], value ? (const char *)value : "");
    return TRUE;
}

static DWORD WINAPI uses_two_slots(LPVOID unused) {
    (void)unused;
    must(FlsGetValue(my.index) == NULL);
    FlsSetValue(my.index, "one");
    FlsSetValue(my.code, NULL);
    return 0;
}

static int uses_fls(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    my.code = FlsAlloc(tells_fls);
    wait_for(begin(uses_two_slots, NULL));
    FlsSetValue(my.code, "freed");
    must(FlsFree(my.code));
    must_fail(FlsFree(my.code), FALSE, ERROR_INVALID_PARAMETER);
    must_fail(FlsFree(0), FALSE, ERROR_INVALID_PARAMETER);
    must(my.index >= 1);
    return 0;
}

static void TLS_07__TLS_08__TLS_09__TLS_10__TLS_15__fls_callbacks(void **state) {
    run(*state, {.name = "app.exe", .main = uses_fls, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = tells_slot});
    assert_journal("+ > fls:one < fls:freed -");
}

static int takes_all_fls_slots(int argc, char **argv) {
    DWORD count = 0;
    UNUSED_MAIN;
    while (FlsAlloc(NULL) != FLS_OUT_OF_INDEXES)
        count++;
    my.count = (LONG)count;
    return 0;
}

static void TLS_16__the_number_of_fls_slots_depends_on_the_version(void **state) {
    run_main(*state, takes_all_fls_slots);
    assert_in_range(my.count, 4000, 4095);
    rd_world_options old = {.size = sizeof old, .profile = "win7"};
    rd_world_destroy(*state);
    *state = test_world(&old);
    run_main(*state, takes_all_fls_slots);
    assert_in_range(my.count, 1, 127);
}

/* ---- FLS at the end of the process ----------------------------------------------------------- */

static DWORD WINAPI sets_fls_and_sleeps(LPVOID value) {
    FlsSetValue(my.index, value);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int exits_with_fls(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FlsSetValue(my.index, "main");
    begin(sets_fls_and_sleeps, "worker");
    wait_for(my.event);
    ExitProcess(0);
}

static void TLS_11__TLS_12__at_exit_the_callers_callbacks_run_first_and_only(void **state) {
    run(*state, {.name = "app.exe", .main = exits_with_fls, .imports = IMPORTS("a.dll", "b.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = teller});
    assert_journal("a+ b+ a> b> fls:main b- a-");
}

static int frees_slot_in_detach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        my.tid = GetCurrentThreadId();
        note("freeing");
        must(FlsFree(my.index));
    }
    return TRUE;
}

static void TLS_13__freeing_the_slot_in_detach_reaches_the_killed(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = exits_with_fls, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = frees_slot_in_detach});
    assert_journal("fls:main freeing fls:worker");
    assert_int_equal(events_of_thread(world, RD_EVENT_FLS_CALLBACK, my.tid), 2);
}

static int loses_the_handle(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    CloseHandle(begin(sets_fls_and_sleeps, "worker"));
    wait_for(my.event);
    ExitProcess(0);
}

static void TLS_13__values_of_the_killed_outlive_their_thread_objects(void **state) {
    run(*state, {.name = "app.exe", .main = loses_the_handle, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = frees_slot_in_detach});
    assert_journal("freeing fls:worker");
}

static void WINAPI counts_value(PVOID value) {
    InterlockedIncrement((volatile LONG *)value);
    Sleep(0);
}

static LONG fls_values[3];

static DWORD WINAPI ends_with_value(LPVOID value) {
    FlsSetValue(my.index, value);
    Sleep(0);
    return 0;
}

static int frees_the_slot_meanwhile(int argc, char **argv) {
    HANDLE threads[3];
    UNUSED_MAIN;
    my.index = FlsAlloc(counts_value);
    for (int i = 0; i < 3; i++) {
        fls_values[i] = 0;
        threads[i] = begin(ends_with_value, &fls_values[i]);
    }
    Sleep(0);
    FlsFree(my.index);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    return 0;
}

static void nobody_was_called_twice(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
    for (int i = 0; i < 3; i++)
        assert_in_range(fls_values[i], 0, 1);
}

static void TLS_07__a_value_gets_at_most_one_callback(void **state) {
    run_schedules(*state, nobody_was_called_twice,
                  {.name = "app.exe", .main = frees_the_slot_meanwhile});
}

static int terminates_with_fls(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_fls);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FlsSetValue(my.index, "main");
    HANDLE thread = begin(sets_fls_and_sleeps, "worker");
    wait_for(my.event);
    TerminateThread(thread, 0);
    wait_for(thread);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

static void TLS_14__termination_runs_no_callback(void **state) {
    run_main(*state, terminates_with_fls);
    assert_journal("");
}

static void WINAPI stays_in_callback(PVOID value) {
    (void)value;
    note("callback");
    SetEvent(my.event);
    Sleep(INFINITE);
}

static DWORD WINAPI ends_in_callback(LPVOID value) {
    FlsSetValue(my.index, value);
    return 0;
}

static int exits_beside_a_callback(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(stays_in_callback);
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    begin(ends_in_callback, "value");
    wait_for(my.event);
    return 3;
}

static void TLS_17__a_thread_killed_inside_a_callback_does_not_hang_the_exit(void **state) {
    assert_int_equal(run_main(*state, exits_beside_a_callback), 3);
    assert_true(rd_time(*state) < 1000 * 10000);
    assert_journal("callback");
}

static void WINAPI tells_shutdown(PVOID value) {
    (void)value;
    note("%u", RtlDllShutdownInProgress());
}

static int exits_with_flag(int argc, char **argv) {
    UNUSED_MAIN;
    my.index = FlsAlloc(tells_shutdown);
    wait_for(begin(ends_in_callback, "value"));
    FlsSetValue(my.index, "main");
    return 0;
}

static void TLS_18__callbacks_at_exit_see_the_shutdown_flag(void **state) {
    run_main(*state, exits_with_flag);
    assert_journal("0 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(TLS_01__TLS_05__slots_begin_empty),
        rule_test(TLS_02__there_are_1088_slots),
        rule_test(TLS_03__TLS_04__values_last_till_the_end_and_nothing_frees_them),
        rule_test(TLS_06__at_exit_only_the_callers_values_are_in_reach),
        rule_test(TLS_07__TLS_08__TLS_09__TLS_10__TLS_15__fls_callbacks),
        rule_test(TLS_11__TLS_12__at_exit_the_callers_callbacks_run_first_and_only),
        rule_test(TLS_13__freeing_the_slot_in_detach_reaches_the_killed),
        rule_test(TLS_07__a_value_gets_at_most_one_callback),
        rule_test(TLS_13__values_of_the_killed_outlive_their_thread_objects),
        rule_test(TLS_14__termination_runs_no_callback),
        rule_test(TLS_16__the_number_of_fls_slots_depends_on_the_version),
        rule_test(TLS_17__a_thread_killed_inside_a_callback_does_not_hang_the_exit),
        rule_test(TLS_18__callbacks_at_exit_see_the_shutdown_flag),
    };
    return cmocka_run_group_tests_name("TLS", tests, NULL, NULL);
}
