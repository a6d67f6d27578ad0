/* DLL: who is notified of what, in which order, and how modules come and go. */
#include "rules.h"

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static DWORD WINAPI tells_body(LPVOID unused) {
    (void)unused;
    note("body");
    return 0;
}

/* ---- the end of a process -------------------------------------------------------------------- */

static DWORD WINAPI exits_process(LPVOID unused) {
    (void)unused;
    my.tid = GetCurrentThreadId();
    ExitProcess(0);
}

static int lets_a_worker_exit(int argc, char **argv) {
    UNUSED_MAIN;
    begin(exits_process, NULL);
    Sleep(INFINITE);
    return 0;
}

static void DLL_01__DLL_15__the_caller_of_ExitProcess_detaches_all(void **state) {
    rd_world *world = *state;
    size_t attach, detach = 0;
    run(world,
        {.name = "app.exe",
         .main = lets_a_worker_exit,
         .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = teller},
        {.name = "c.dll", .dll_main = teller});
    assert_journal("a+ b+ c+ a> b> c> c- b- a-");
    attach = test_event(world, 0, RD_EVENT_DLL_CALL, "PROCESS_ATTACH");
    assert_int_not_equal(rd_event_at(world, attach)->tid, my.tid);
    for (int i = 0; i < 3; i++) {
        detach = test_event(world, detach + 1, RD_EVENT_DLL_CALL, "PROCESS_DETACH");
        assert_int_equal(rd_event_at(world, detach)->tid, my.tid);
    }
}

static int terminates_itself(int argc, char **argv) {
    UNUSED_MAIN;
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

static int terminates_children(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(start("suicide.exe"));
    HANDLE child = start("sleeps.exe");
    Sleep(10);
    TerminateProcess(child, 13);
    wait_for(child);
    return 0;
}

static void DLL_02__CRT_11__termination_tells_nobody(void **state) {
    run(*state, {.name = "app.exe", .main = terminates_children},
        {.name = "suicide.exe", .main = terminates_itself, .imports = IMPORTS("a.dll")},
        {.name = "sleeps.exe", .main = sleeps, .imports = IMPORTS("b.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = teller});
    assert_journal("a+ b+");
}

/* ---- order and lpReserved -------------------------------------------------------------------- */

static int loads_late(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    LoadLibraryA("late.dll");
    return 0;
}

static void DLL_03__DLL_04__dependencies_attach_first_and_detach_last(void **state) {
    run(*state, {.name = "app.exe", .main = loads_late, .imports = IMPORTS("c.dll", "b.dll")},
        {.name = "a.dll", .dll_main = teller},
        {.name = "b.dll", .dll_main = teller, .imports = IMPORTS("a.dll")},
        {.name = "c.dll", .dll_main = teller, .imports = IMPORTS("b.dll")},
        {.name = "late.dll", .dll_main = teller, .imports = IMPORTS("later.dll")},
        {.name = "later.dll", .dll_main = teller});
    assert_journal("a+ b+ c+ main later+ late+ late- later- c- b- a-");
}

static int tells_reserved(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    note(reserved ? "yes" : "no");
    return TRUE;
}

static int loads_and_frees(int argc, char **argv) {
    UNUSED_MAIN;
    FreeLibrary(LoadLibraryA("freed.dll"));
    LoadLibraryA("kept.dll");
    return 0;
}

static void DLL_05__DLL_06__DLL_07__what_lpReserved_tells(void **state) {
    run(*state, {.name = "app.exe", .main = loads_and_frees, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = tells_reserved},
        {.name = "freed.dll", .dll_main = tells_reserved},
        {.name = "kept.dll", .dll_main = tells_reserved});
    assert_journal("a+ yes freed+ no freed- no kept+ no kept- yes a- yes");
}

/* ---- threads --------------------------------------------------------------------------------- */

static int runs_a_thread(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    wait_for(begin(tells_body, NULL));
    return 0;
}

static void DLL_08__DLL_09__DLL_10__DLL_12__thread_notifications(void **state) {
    rd_world *world = *state;
    run(world,
        {.name = "app.exe", .main = runs_a_thread, .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = teller},
        {.name = "c.dll", .dll_main = teller});
    assert_journal("a+ b+ c+ main a> b> c> body c< b< a< c- b- a-");
    size_t attach = test_event(world, 0, RD_EVENT_DLL_CALL, "THREAD_ATTACH");
    size_t detach = test_event(world, attach, RD_EVENT_DLL_CALL, "THREAD_DETACH");
    assert_int_equal(rd_event_at(world, attach)->tid, rd_event_at(world, detach)->tid);
    assert_int_not_equal(rd_event_at(world, attach)->tid,
                         rd_event_at(world, test_event(world, 0, RD_EVENT_DLL_CALL, NULL))->tid);
}

static DWORD WINAPI ends_with_event(LPVOID unused) {
    (void)unused;
    wait_for(my.event);
    note("body");
    return 0;
}

static int loads_beside_threads(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE first = begin(ends_with_event, NULL), second = begin(ends_with_event, NULL);
    Sleep(10);
    HMODULE late = LoadLibraryA("late.dll");
    SetEvent(my.event);
    wait_for(first);
    FreeLibrary(late);
    SetEvent(my.event);
    wait_for(second);
    return 0;
}

static void DLL_11__DLL_14__threads_older_than_a_dll_and_younger_than_its_end(void **state) {
    run(*state, {.name = "app.exe", .main = loads_beside_threads},
        {.name = "late.dll", .dll_main = teller});
    assert_journal("late+ body late< late- body");
}

static int says_no(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    return reason == DLL_PROCESS_ATTACH;
}

static void DLL_36__only_the_answer_to_PROCESS_ATTACH_counts(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe", .main = runs_a_thread, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = says_no}),
                     0);
    assert_journal("a+ main a> body a< a-");
}

static int disables_calls(int argc, char **argv) {
    UNUSED_MAIN;
    must(DisableThreadLibraryCalls(GetModuleHandleA("b.dll")));
    wait_for(begin(tells_body, NULL));
    return 0;
}

static void DLL_51__disabled_thread_calls(void **state) {
    run(*state, {.name = "app.exe", .main = disables_calls, .imports = IMPORTS("a.dll", "b.dll")},
        {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = teller});
    assert_journal("a+ b+ a> body a< b- a-");
}

/* ---- counts ---------------------------------------------------------------------------------- */

static int counts_references(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE module = LoadLibraryA("a.dll");
    must(module != NULL);
    must(LoadLibraryA("a.dll") == module);
    must(FreeLibrary(module));
    note("one");
    must(GetModuleHandleA("a.dll") == module);
    must(FreeLibrary(module));
    note("none");
    must(GetModuleHandleA("a.dll") == NULL);
    must_fail(FreeLibrary(module), FALSE, ERROR_MOD_NOT_FOUND);
    return 0;
}

static void DLL_45__DLL_46__reference_counts(void **state) {
    run(*state, {.name = "app.exe", .main = counts_references},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ one a- none");
}

static int frees_the_pinned(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE module = GetModuleHandleA("a.dll");
    for (int i = 0; i < 50; i++)
        must(FreeLibrary(module));
    must(GetModuleHandleA("a.dll") == module);
    note("main");
    return 0;
}

static void DLL_47__static_imports_are_pinned(void **state) {
    run(*state, {.name = "app.exe", .main = frees_the_pinned, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ main a-");
}

static int loads_and_frees_here(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE module = LoadLibraryA("a.dll");
    FreeLibrary(module);
    must(GetModuleHandleA("a.dll") == NULL);
    return 0;
}

static int keeps_loaded(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE module = LoadLibraryA("a.dll");
    wait_for(start("child.exe"));
    must(GetModuleHandleA("a.dll") == module);
    note("freeing");
    FreeLibrary(module);
    return 0;
}

static void DLL_48__counts_are_per_process(void **state) {
    run(*state, {.name = "app.exe", .main = keeps_loaded},
        {.name = "child.exe", .main = loads_and_frees_here}, {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a+ a- freeing a-");
}

static int frees_a_dependant(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE user = LoadLibraryA("user.dll");
    HMODULE shared = LoadLibraryA("shared.dll");
    FreeLibrary(user);
    must(GetModuleHandleA("helper.dll") == NULL);
    must(GetModuleHandleA("shared.dll") == shared);
    note("main");
    return 0;
}

static void DLL_49__dependencies_go_when_nobody_needs_them(void **state) {
    run(*state, {.name = "app.exe", .main = frees_a_dependant},
        {.name = "user.dll", .dll_main = teller, .imports = IMPORTS("helper.dll", "shared.dll")},
        {.name = "helper.dll", .dll_main = teller}, {.name = "shared.dll", .dll_main = teller});
    assert_journal("helper+ shared+ user+ user- helper- main shared-");
}

static DWORD WINAPI leaves_its_library(LPVOID module) {
    FreeLibraryAndExitThread(module, 21);
}

static int lets_a_thread_unload(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE module = LoadLibraryA("b.dll");
    HANDLE thread = begin(leaves_its_library, module);
    wait_for(thread);
    must_be(thread_code(thread), 21);
    must(GetModuleHandleA("b.dll") == NULL);
    return 0;
}

static void DLL_50__a_thread_unloads_its_own_library(void **state) {
    run(*state, {.name = "app.exe", .main = lets_a_thread_unload, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = tells_reserved},
        {.name = "b.dll", .dll_main = tells_reserved});
    assert_journal("a+ yes b+ no a> no b> no b- no a< no a- yes");
}

/* ---- modules during the detach round --------------------------------------------------------- */

static DWORD serves(void) {
    return 77;
}

static int uses_others_in_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH) {
        HMODULE server = GetModuleHandleA("server.dll"); /* detached already */
        must(server != NULL);
        FARPROC function = GetProcAddress(server, "serves");
        must(function != NULL);
        must_be(((DWORD(*)(void))(uintptr_t)function)(), 77);
        note("served");
    }
    return TRUE;
}

static int loads_server(int argc, char **argv) {
    UNUSED_MAIN;
    LoadLibraryA("server.dll");
    return 0;
}

static const rd_export server_exports[] = {{"serves", (void (*)(void))serves}, {NULL, NULL}};

static void DLL_60__DLL_61__detached_modules_stay_mapped(void **state) {
    run(*state, {.name = "app.exe", .main = loads_server, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = uses_others_in_detach},
        {.name = "server.dll", .dll_main = teller, .exports = server_exports});
    assert_journal("a+ server+ server- a- served");
}

static int loads_in_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason != DLL_PROCESS_DETACH)
        return TRUE;
    HMODULE other = LoadLibraryA("other.dll");
    must(other != NULL);
    must(FreeLibrary(other));
    note(GetModuleHandleA("other.dll") ? "mapped" : "unmapped");
    return TRUE;
}

static int frees_then_exits(int argc, char **argv) {
    UNUSED_MAIN;
    FreeLibrary(LoadLibraryA("loader.dll"));
    note("exit");
    LoadLibraryA("loader.dll");
    return 0;
}

static void DLL_32__loading_and_freeing_in_detach(void **state) {
    run(*state, {.name = "app.exe", .main = frees_then_exits},
        {.name = "loader.dll", .dll_main = loads_in_detach},
        {.name = "other.dll", .dll_main = teller});
    assert_non_null(strstr(rules.journal, "loader- other+ other- unmapped exit"));
    assert_non_null(strstr(rules.journal, "loader- other+ mapped"));
}

static int frees_another_in_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH)
        must(FreeLibrary(GetModuleHandleA("first.dll")));
    return TRUE;
}

static int loads_two(int argc, char **argv) {
    UNUSED_MAIN;
    LoadLibraryA("first.dll");
    LoadLibraryA("second.dll");
    return 0;
}

static void DLL_43__nobody_is_detached_twice(void **state) {
    run(*state, {.name = "app.exe", .main = loads_two}, {.name = "first.dll", .dll_main = teller},
        {.name = "second.dll", .dll_main = frees_another_in_detach});
    assert_journal("first+ second+ second- first-");
}

static int raises_in_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH)
        RaiseException(0xE0000001, 0, 0, NULL);
    return TRUE;
}

static int exits_with_17(int argc, char **argv) {
    UNUSED_MAIN;
    return 17;
}

static void DLL_44__an_exception_in_detach_is_caught(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = exits_with_17, .imports = IMPORTS("a.dll", "b.dll")},
            {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = raises_in_detach}),
        17);
    assert_journal("a+ b+ b- a-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(DLL_01__DLL_15__the_caller_of_ExitProcess_detaches_all),
        rule_test(DLL_02__CRT_11__termination_tells_nobody),
        rule_test(DLL_03__DLL_04__dependencies_attach_first_and_detach_last),
        rule_test(DLL_05__DLL_06__DLL_07__what_lpReserved_tells),
        rule_test(DLL_08__DLL_09__DLL_10__DLL_12__thread_notifications),
        rule_test(DLL_11__DLL_14__threads_older_than_a_dll_and_younger_than_its_end),
        rule_test(DLL_32__loading_and_freeing_in_detach),
        rule_test(DLL_36__only_the_answer_to_PROCESS_ATTACH_counts),
        rule_test(DLL_43__nobody_is_detached_twice),
        rule_test(DLL_44__an_exception_in_detach_is_caught),
        rule_test(DLL_45__DLL_46__reference_counts),
        rule_test(DLL_47__static_imports_are_pinned),
        rule_test(DLL_48__counts_are_per_process),
        rule_test(DLL_49__dependencies_go_when_nobody_needs_them),
        rule_test(DLL_50__a_thread_unloads_its_own_library),
        rule_test(DLL_51__disabled_thread_calls),
        rule_test(DLL_60__DLL_61__detached_modules_stay_mapped),
    };
    return cmocka_run_group_tests_name("DLL: notifications and counts", tests, NULL, NULL);
}
