/* DLL-54 to DLL-57: TLS callbacks of images. */
#include "rules.h"

static const char marks[] = {'-', '+', '>', '<'};

static void tell(const char *who, uint32_t reason, const void *reserved) {
    note("%s%c%s", who, marks[reason & 3], reserved ? "!" : "");
}

static void dll_first(void *module, uint32_t reason, void *reserved) {
    (void)module;
    tell("d1", reason, reserved);
}

static void dll_second(void *module, uint32_t reason, void *reserved) {
    (void)module;
    tell("d2", reason, reserved);
}

static void exe_first(void *module, uint32_t reason, void *reserved) {
    (void)module;
    tell("x1", reason, reserved);
}

static void exe_second(void *module, uint32_t reason, void *reserved) {
    must(module == GetModuleHandleA(NULL));
    tell("x2", reason, reserved);
}

static void (*const of_dll[])(void *, uint32_t, void *) = {dll_first, dll_second, NULL};
static void (*const of_exe[])(void *, uint32_t, void *) = {exe_first, exe_second, NULL};

static DWORD WINAPI says_hello(LPVOID unused) {
    (void)unused;
    note("worker");
    return 0;
}

static int starts_a_worker(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    must(!DisableThreadLibraryCalls(GetModuleHandleA("a.dll")));
    wait_for(begin(says_hello, NULL));
    note("end");
    return 0;
}

static void DLL_54__DLL_55__DLL_56__DLL_57__DLL_52__order_of_tls_callbacks(void **state) {
    run(*state,
        {.name = "app.exe",
         .main = starts_a_worker,
         .imports = IMPORTS("a.dll", "b.dll"),
         .tls_callbacks = of_exe},
        {.name = "a.dll", .dll_main = teller, .tls_callbacks = of_dll},
        {.name = "b.dll", .dll_main = teller});
    assert_journal("d1+ d2+ a+ b+ x1+ x2+ main "
                   "d1> d2> a> b> x1> x2> worker b< d1< d2< a< x1< x2< end "
                   "b- d1- d2- a- x1- x2-");
    assert_int_equal(test_count(*state, RD_EVENT_TLS_CALLBACK, "a.dll TLS callback"), 8);
    assert_int_equal(test_count(*state, RD_EVENT_TLS_CALLBACK, "app.exe TLS callback"), 8);
}

static int loads_and_frees(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE module = LoadLibraryA("a.dll");
    must(FreeLibrary(module));
    note("freed");
    return 0;
}

static void DLL_54__a_loaded_dlls_callbacks_run_before_its_entry_point(void **state) {
    run(*state, {.name = "app.exe", .main = loads_and_frees},
        {.name = "a.dll", .dll_main = teller, .tls_callbacks = of_dll});
    assert_journal("d1+ d2+ a+ d1- d2- a- freed");
}

static int ends_its_only_thread(int argc, char **argv) {
    UNUSED_MAIN;
    ExitThread(4);
}

static void DLL_56__DLL_12__the_last_thread_gives_no_thread_detach(void **state) {
    uint32_t code =
        run(*state, {.name = "app.exe", .main = ends_its_only_thread, .tls_callbacks = of_exe});
    assert_int_equal(code, 4);
    assert_journal("x1+ x2+ x1- x2-");
}

static void faulty(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    note("f%c", marks[reason & 3]);
    if (reason == DLL_PROCESS_DETACH)
        write_to_nothing();
}

static void (*const of_faulty[])(void *, uint32_t, void *) = {faulty, NULL};

static int returns_nine(int argc, char **argv) {
    UNUSED_MAIN;
    return 9;
}

static void DLL_44__DLL_56__an_exception_in_a_callback_at_exit_is_caught(void **state) {
    uint32_t code =
        run(*state,
            {.name = "app.exe",
             .main = returns_nine,
             .imports = IMPORTS("a.dll", "b.dll"),
             .tls_callbacks = of_exe},
            {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .tls_callbacks = of_faulty});
    assert_int_equal(code, 9);
    assert_journal("a+ f+ x1+ x2+ f- a- x1- x2-");
}

static int terminates_itself(int argc, char **argv) {
    UNUSED_MAIN;
    TerminateProcess(GetCurrentProcess(), 2);
    return 0;
}

static void DLL_02__DLL_56__termination_calls_none(void **state) {
    run(*state, {.name = "app.exe", .main = terminates_itself, .tls_callbacks = of_exe});
    assert_journal("x1+ x2+");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(DLL_54__DLL_55__DLL_56__DLL_57__DLL_52__order_of_tls_callbacks),
        rule_test(DLL_54__a_loaded_dlls_callbacks_run_before_its_entry_point),
        rule_test(DLL_56__DLL_12__the_last_thread_gives_no_thread_detach),
        rule_test(DLL_44__DLL_56__an_exception_in_a_callback_at_exit_is_caught),
        rule_test(DLL_02__DLL_56__termination_calls_none),
    };
    return cmocka_run_group_tests_name("TLS callbacks", tests, NULL, NULL);
}
