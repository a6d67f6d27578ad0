/* DLL: the loader lock, whom it holds up, and DllMain functions that refuse, fail, exit or wait. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    return 7;
}

static DWORD WINAPI tells_body(LPVOID unused) {
    (void)unused;
    note("body");
    return 0;
}

/* ---- one at a time --------------------------------------------------------------------------- */

static int is_alone(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reason, (void)reserved;
    must_be(InterlockedIncrement(&my.count), 1);
    Sleep(1);
    must_be(InterlockedDecrement(&my.count), 0);
    my.other_count++;
    return TRUE;
}

static DWORD WINAPI loads_and_frees(LPVOID unused) {
    (void)unused;
    FreeLibrary(LoadLibraryA("late.dll"));
    return 0;
}

static int runs_threads_that_load(int argc, char **argv) {
    HANDLE threads[3];
    UNUSED_MAIN;
    for (int i = 0; i < 3; i++)
        threads[i] = begin(i ? loads_and_frees : tells_body, NULL);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    return 0;
}

static void notified_often(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
    assert_true(my.other_count >= 1 + 3 + 3 + 1 + 2);
}

static void DLL_16__one_thread_at_a_time_in_all_entry_routines(void **state) {
    run_schedules(*state, notified_often,
                  {.name = "app.exe", .main = runs_threads_that_load, .imports = IMPORTS("a.dll")},
                  {.name = "a.dll", .dll_main = is_alone},
                  {.name = "late.dll", .dll_main = is_alone});
}

static int loads_nested(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_ATTACH) {
        my.pointer = LoadLibraryA("inner.dll");
        note("attached");
    }
    if (reason == DLL_PROCESS_DETACH) {
        FreeLibrary(my.pointer);
        note("detached");
    }
    return TRUE;
}

static int loads_outer(int argc, char **argv) {
    UNUSED_MAIN;
    FreeLibrary(LoadLibraryA("outer.dll"));
    return 0;
}

static void DLL_17__the_lock_is_recursive(void **state) {
    run(*state, {.name = "app.exe", .main = loads_outer},
        {.name = "outer.dll", .dll_main = loads_nested}, {.name = "inner.dll", .dll_main = teller});
    assert_journal("outer+ inner+ attached outer- inner- detached");
}

static DWORD WINAPI loads_frees_loads(LPVOID unused) {
    (void)unused;
    HMODULE module = LoadLibraryA("late.dll");
    must(module != NULL);
    must(GetModuleHandleA("late.dll") == module);
    must(FreeLibrary(module));
    return 0;
}

static int loads_in_many_threads(int argc, char **argv) {
    HANDLE threads[3];
    UNUSED_MAIN;
    for (int i = 0; i < 3; i++)
        threads[i] = begin(loads_frees_loads, NULL);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    must(GetModuleHandleA("late.dll") == NULL);
    return 0;
}

static void attached_and_detached_in_turns(rd_world *world, uint32_t code) {
    int loaded = 0;
    assert_int_equal(code, 0);
    for (size_t i = 0; i < rd_event_count(world); i++) {
        const rd_event *event = rd_event_at(world, i);
        if (event->kind != RD_EVENT_DLL_CALL)
            continue;
        loaded += strstr(event->text, "PROCESS_ATTACH") != NULL;
        loaded -= strstr(event->text, "PROCESS_DETACH") != NULL;
        assert_in_range(loaded, 0, 1);
    }
    assert_int_equal(loaded, 0);
}

static void DLL_16__DLL_45__DLL_46__many_threads_load_and_free(void **state) {
    run_schedules(*state, attached_and_detached_in_turns,
                  {.name = "app.exe", .main = loads_in_many_threads},
                  {.name = "late.dll", .dll_main = teller});
}

/* Frees what my.code names when my.index is the reason. */
static int frees_others(void *module, uint32_t reason, void *reserved) {
    static const char *const names[] = {"first.dll", "second.dll", "third.dll"};
    teller(module, reason, reserved);
    if (reason == my.index)
        FreeLibrary(GetModuleHandleA(names[my.code]));
    return TRUE;
}

static int frees_in_notifications(int argc, char **argv) {
    static const char *const names[] = {"first.dll", "second.dll", "third.dll"};
    UNUSED_MAIN;
    for (DWORD reason = DLL_THREAD_ATTACH; reason <= DLL_THREAD_DETACH; reason++)
        for (my.code = 0; my.code < 3; my.code++) {
            HMODULE modules[3];
            my.index = NO_CODE;
            for (int i = 0; i < 3; i++)
                modules[i] = LoadLibraryA(names[i]);
            my.index = reason;
            note("|");
            wait_for(begin(returns_argument, NULL));
            note("|");
            my.index = NO_CODE;
            for (int i = 0; i < 3; i++)
                FreeLibrary(modules[i]);
        }
    return 0;
}

static void DLL_17__a_notification_may_free_any_module(void **state) {
    run(*state, {.name = "app.exe", .main = frees_in_notifications},
        {.name = "first.dll", .dll_main = teller}, {.name = "second.dll", .dll_main = frees_others},
        {.name = "third.dll", .dll_main = teller});
    /* In THREAD_ATTACH: an earlier module, itself, a later one. */
    assert_non_null(strstr(rules.journal, "| first> second> first- third> third< second< | "));
    assert_non_null(strstr(rules.journal, "| first> second> second- third> third< first< | "));
    assert_non_null(strstr(rules.journal, "| first> second> third- second< first< | "));
    /* In THREAD_DETACH likewise. */
    assert_non_null(strstr(rules.journal, "> third< second< first- | "));
    assert_non_null(strstr(rules.journal, "> third< second< second- first< | "));
    assert_non_null(strstr(rules.journal, "> third< second< third- first< | "));
}

static int frees_itself(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_ATTACH || reason == DLL_PROCESS_DETACH)
        FreeLibrary(module);
    return TRUE;
}

static int frees_what_others_need(int argc, char **argv) {
    UNUSED_MAIN;
    HMODULE itself = LoadLibraryA("itself.dll");
    must(GetModuleHandleA("itself.dll") == itself);
    must(FreeLibrary(itself));
    must(GetModuleHandleA("itself.dll") == NULL);
    HMODULE user = LoadLibraryA("user.dll");
    must(FreeLibrary(GetModuleHandleA("helper.dll"))); /* once too often */
    must(FreeLibrary(user));
    return 0;
}

static void DLL_46__frees_that_are_too_many(void **state) {
    run(*state, {.name = "app.exe", .main = frees_what_others_need},
        {.name = "itself.dll", .dll_main = frees_itself},
        {.name = "user.dll", .dll_main = teller, .imports = IMPORTS("helper.dll")},
        {.name = "helper.dll", .dll_main = teller});
    assert_journal("itself+ itself- helper+ user+ helper- user-");
}

/* ---- threads and the lock -------------------------------------------------------------------- */

static DWORD WINAPI tells_start(LPVOID unused) {
    (void)unused;
    SetEvent(my.event);
    note("body");
    return 0;
}

static int creates_thread_in_attach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.thread = CreateThread(NULL, 0, tells_start, NULL, 0, &my.tid);
    must(my.thread != NULL);
    must(my.tid != 0);
    must_be(WaitForSingleObject(my.event, 300), WAIT_TIMEOUT);  /* to start */
    must_be(WaitForSingleObject(my.thread, 300), WAIT_TIMEOUT); /* to end */
    note("waited");
    return TRUE;
}

static int waits_for_my_thread(int argc, char **argv) {
    UNUSED_MAIN;
    note("main");
    wait_for(my.thread);
    return 0;
}

static void DLL_18__DLL_19__DLL_20__DLL_21__static_attach_holds_new_threads_back(void **state) {
    run(*state,
        {.name = "app.exe",
         .main = waits_for_my_thread,
         .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
        {.name = "a.dll", .dll_main = teller},
        {.name = "b.dll", .dll_main = creates_thread_in_attach},
        {.name = "c.dll", .dll_main = teller});
    char *body = strstr(rules.journal, "body");
    assert_non_null(body);
    assert_true(body > strstr(rules.journal, "c+"));
    assert_non_null(strstr(rules.journal, "a+ b+ waited c+"));
    assert_non_null(strstr(rules.journal, "a> b> c> body c< b< a<"));
}

static int loads_starter(int argc, char **argv) {
    UNUSED_MAIN;
    LoadLibraryA("b.dll");
    note("loaded");
    wait_for(my.thread);
    return 0;
}

static void DLL_18__DLL_20__DLL_21__a_dynamic_attach_holds_new_threads_back(void **state) {
    run(*state, {.name = "app.exe", .main = loads_starter},
        {.name = "b.dll", .dll_main = creates_thread_in_attach});
    assert_non_null(strstr(rules.journal, "b+ waited"));
    assert_true(strstr(rules.journal, "b>") > strstr(rules.journal, "waited"));
    assert_non_null(strstr(rules.journal, "body"));
}

static int waits_for_an_end(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH && my.thread) {
        SetEvent(my.event);
        must_be(WaitForSingleObject(my.thread, 300), WAIT_TIMEOUT);
        note("waited");
    }
    return TRUE;
}

static DWORD WINAPI ends_after_event(LPVOID unused) {
    (void)unused;
    wait_for(my.event);
    note("ending");
    return 0;
}

static int waits_in_attach_for_an_end(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.thread = begin(ends_after_event, NULL);
    Sleep(10);
    LoadLibraryA("a.dll");
    wait_for(my.thread);
    return 0;
}

static void DLL_20__DLL_25__a_thread_cannot_end_while_DllMain_waits_for_it(void **state) {
    run(*state, {.name = "app.exe", .main = waits_in_attach_for_an_end},
        {.name = "a.dll", .dll_main = waits_for_an_end});
    assert_journal("ending waited");
}

static int dawdles(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_ATTACH) {
        if (my.event)
            SetEvent(my.event);
        Sleep(800);
        note("done");
    }
    return TRUE;
}

static DWORD WINAPI loads_slow(LPVOID unused) {
    (void)unused;
    LoadLibraryA("slow.dll");
    return 0;
}

static int creates_beside_DllMain(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE loader = begin(loads_slow, NULL);
    wait_for(my.event);
    HANDLE thread = begin(tells_body, NULL);
    must(thread != NULL);
    note("created");
    must_be(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
    wait_for(thread);
    wait_for(loader);
    return 0;
}

static void DLL_26__the_call_does_not_wait_but_its_thread_does(void **state) {
    run(*state, {.name = "app.exe", .main = creates_beside_DllMain},
        {.name = "slow.dll", .dll_main = dawdles});
    assert_non_null(strstr(rules.journal, "slow+ created done"));
    assert_non_null(strstr(strstr(rules.journal, "done"), "body"));
}

static int creates_remotely(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    wait_for(my.event);
    HANDLE thread = CreateRemoteThread(child, NULL, 0, tells_body, NULL, 0, NULL);
    must(thread != NULL);
    note("created");
    must_be(WaitForSingleObject(thread, 100), WAIT_TIMEOUT);
    wait_for(thread);
    TerminateProcess(child, 0);
    return 0;
}

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static void DLL_27__a_remote_thread_waits_for_the_initialisation(void **state) {
    run(*state, {.name = "app.exe", .main = creates_remotely},
        {.name = "child.exe", .main = sleeps, .imports = IMPORTS("slow.dll")},
        {.name = "slow.dll", .dll_main = dawdles});
    assert_journal("slow+ created done slow> body slow<");
}

static int creates_child_in_attach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    HANDLE child = start("child.exe");
    must_be(WaitForSingleObject(child, 1000), WAIT_OBJECT_0);
    must_be(process_code(child), 7);
    return TRUE;
}

static void DLL_28__a_child_does_not_need_its_creators_lock(void **state) {
    run(*state, {.name = "app.exe", .main = returns_7, .imports = IMPORTS("starter.dll")},
        {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "starter.dll", .dll_main = creates_child_in_attach},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ main a- main");
}

static int creates_thread_in_the_unborn(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", CREATE_SUSPENDED);
    HANDLE thread = CreateRemoteThread(child.hProcess, NULL, 0, tells_body, NULL, 0, NULL);
    wait_for(thread);
    must_be(poll(child.hThread), WAIT_TIMEOUT);
    ResumeThread(child.hThread);
    wait_for(child.hProcess);
    return 0;
}

static void DLL_29__REST_05__REST_06__the_first_thread_to_run_initialises(void **state) {
    run(*state, {.name = "app.exe", .main = creates_thread_in_the_unborn},
        {.name = "child.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_non_null(strstr(rules.journal, "a+ body a<"));
    assert_non_null(strstr(rules.journal, "main a-"));
}

static int creates_thread_when_freed(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_DETACH) {
        my.thread = begin(tells_body, NULL);
        must(my.thread != NULL);
        must_be(WaitForSingleObject(my.thread, 100), WAIT_TIMEOUT);
        note("waited");
    }
    return TRUE;
}

static int frees_leaver(int argc, char **argv) {
    UNUSED_MAIN;
    FreeLibrary(LoadLibraryA("leaver.dll"));
    wait_for(my.thread);
    return 0;
}

static void DLL_31__a_thread_created_while_freed_starts_later(void **state) {
    run(*state, {.name = "app.exe", .main = frees_leaver},
        {.name = "leaver.dll", .dll_main = creates_thread_when_freed});
    assert_journal("leaver+ leaver- waited body");
}

/* ---- ends and the lock ----------------------------------------------------------------------- */

static DWORD WINAPI loads_slow_and_stays(LPVOID unused) {
    loads_slow(unused);
    Sleep(INFINITE);
    return 0;
}

static int exits_beside_DllMain(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, TRUE, FALSE, NULL);
    my.thread = begin(loads_slow_and_stays, NULL);
    wait_for(my.event);
    my.code = GetTickCount();
    if (is_role(argc, argv, "terminate"))
        TerminateProcess(GetCurrentProcess(), 5);
    ExitProcess(4);
}

static void DLL_22__DLL_23__TERM_64__exits_wait_for_DllMain(void **state) {
    rd_world *world = *state;
    assert_int_equal(run(world, {.name = "app.exe", .main = exits_beside_DllMain},
                         {.name = "slow.dll", .dll_main = dawdles}),
                     4);
    assert_journal("slow+ done slow-");
    size_t exit = test_event(world, 0, RD_EVENT_PROCESS_EXIT, NULL);
    size_t kill = test_event(world, exit, RD_EVENT_THREAD_TERMINATE, NULL);
    assert_true(rd_event_at(world, kill)->time - rd_event_at(world, exit)->time >=
                (uint64_t)790 * 10000);
}

static int measures_termination(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe terminate");
    wait_for(child);
    must(GetTickCount() - my.code < 100);
    return (int)process_code(child);
}

static void DLL_24__termination_ignores_the_lock(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = measures_termination},
                         {.name = "child.exe", .main = exits_beside_DllMain},
                         {.name = "slow.dll", .dll_main = dawdles}),
                     5);
    assert_journal("slow+");
}

/* ---- refusals and failures ------------------------------------------------------------------- */

static int refuses(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    note(reserved ? "static" : "dynamic");
    return reason != DLL_PROCESS_ATTACH;
}

static void DLL_34__EXIT_23__a_static_refusal(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = returns_7, .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
            {.name = "a.dll", .dll_main = teller}, {.name = "b.dll", .dll_main = refuses},
            {.name = "c.dll", .dll_main = teller}),
        0xC0000142);
    assert_journal("a+ b+ static b- static");
}

static int loads_refuser(int argc, char **argv) {
    UNUSED_MAIN;
    must_fail(LoadLibraryA("b.dll"), 0, ERROR_DLL_INIT_FAILED);
    must(GetModuleHandleA("b.dll") == NULL);
    return 0;
}

static void DLL_35__a_dynamic_refusal(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = loads_refuser},
                         {.name = "b.dll", .dll_main = refuses}),
                     0);
    assert_journal("b+ dynamic b- dynamic");
}

static void DLL_35__DLL_49__a_refusal_unloads_the_dependencies(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = loads_refuser},
                         {.name = "b.dll", .dll_main = refuses, .imports = IMPORTS("helper.dll")},
                         {.name = "helper.dll", .dll_main = teller}),
                     0);
    assert_journal("helper+ b+ dynamic b- dynamic helper-");
}

static int raises_in_attach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_ATTACH)
        RaiseException(0xE0000001, 0, 0, NULL);
    return TRUE;
}

static void DLL_37__an_exception_in_a_static_attach(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = raises_in_attach}),
                     0xE0000001);
    assert_journal("a+");
}

static int loads_nothing(int argc, char **argv) {
    UNUSED_MAIN;
    must_fail(LoadLibraryA("nowhere.dll"), 0, ERROR_MOD_NOT_FOUND);
    must_fail(LoadLibraryA("needy.dll"), 0, ERROR_MOD_NOT_FOUND);
    return 0;
}

static void DLL_53__a_missing_dependency_stops_before_any_entry_point(void **state) {
    rd_world *world = *state;
    assert_int_equal(
        run(world, {.name = "app.exe", .main = loads_nothing},
            {.name = "needy.dll", .dll_main = teller, .imports = IMPORTS("a.dll", "missing.dll")},
            {.name = "lacking.exe", .main = returns_7, .imports = IMPORTS("a.dll", "missing.dll")},
            {.name = "a.dll", .dll_main = teller}),
        0);
    assert_int_equal(rules_start(world, "lacking.exe", RD_VERDICT_FINISHED), 0xC0000135);
    assert_journal("");
}

/* ---- DllMain functions that exit ------------------------------------------------------------- */

static int exits_process_in_attach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_ATTACH)
        ExitProcess(77);
    return TRUE;
}

static void DLL_38__exiting_in_a_static_attach(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = returns_7, .imports = IMPORTS("a.dll", "b.dll", "c.dll")},
            {.name = "a.dll", .dll_main = teller},
            {.name = "b.dll", .dll_main = exits_process_in_attach},
            {.name = "c.dll", .dll_main = teller}),
        77);
    assert_journal("a+ b+ a-");
}

static int exits_thread_in_attach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_PROCESS_ATTACH)
        ExitThread(79);
    return TRUE;
}

static void DLL_39__ending_the_thread_in_a_static_attach(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = exits_thread_in_attach}),
                     79);
    assert_journal("a+");
}

static int exits_in_thread_detach(void *module, uint32_t reason, void *reserved) {
    teller(module, reason, reserved);
    if (reason == DLL_THREAD_DETACH)
        ExitProcess(81);
    return TRUE;
}

static int sleeps_beside_a_thread(int argc, char **argv) {
    UNUSED_MAIN;
    begin(returns_argument, NULL);
    Sleep(INFINITE);
    return 0;
}

static void DLL_40__exit_in_a_thread_detach(void **state) {
    assert_int_equal(run(*state,
                         {.name = "app.exe",
                          .main = sleeps_beside_a_thread,
                          .imports = IMPORTS("a.dll", "b.dll")},
                         {.name = "a.dll", .dll_main = teller},
                         {.name = "b.dll", .dll_main = exits_in_thread_detach}),
                     81);
    assert_journal("a+ b+ a> b> b< b- a-");
}

static int exits_thread_in_notification(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason == DLL_THREAD_ATTACH && !my.count++)
        ExitThread(0);
    return TRUE;
}

static int loses_the_lock(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(tells_body, NULL);
    must_be(wait_for(thread), WAIT_OBJECT_0);
    HANDLE next = begin(tells_body, NULL); /* needs the lock to start */
    must_be(WaitForSingleObject(next, 1000), WAIT_TIMEOUT);
    ExitProcess(0);
}

static int terminates_the_hanging(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    must_be(WaitForSingleObject(child, 5000), WAIT_TIMEOUT);
    TerminateProcess(child, 9);
    wait_for(child);
    return (int)process_code(child);
}

static void DLL_41__ending_a_thread_in_a_notification_loses_the_lock(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = terminates_the_hanging},
                         {.name = "child.exe", .main = loses_the_lock, .imports = IMPORTS("a.dll")},
                         {.name = "a.dll", .dll_main = exits_thread_in_notification}),
                     9);
    assert_journal("");
}

static int tells_shutdown(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    note("%u:%u", reason, RtlDllShutdownInProgress());
    return TRUE;
}

static void DLL_33__the_shutdown_flag(void **state) {
    run(*state, {.name = "app.exe", .main = returns_7, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = tells_shutdown});
    assert_journal("1:0 main 0:1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(DLL_16__one_thread_at_a_time_in_all_entry_routines),
        rule_test(DLL_17__the_lock_is_recursive),
        rule_test(DLL_18__DLL_19__DLL_20__DLL_21__static_attach_holds_new_threads_back),
        rule_test(DLL_18__DLL_20__DLL_21__a_dynamic_attach_holds_new_threads_back),
        rule_test(DLL_20__DLL_25__a_thread_cannot_end_while_DllMain_waits_for_it),
        rule_test(DLL_22__DLL_23__TERM_64__exits_wait_for_DllMain),
        rule_test(DLL_24__termination_ignores_the_lock),
        rule_test(DLL_26__the_call_does_not_wait_but_its_thread_does),
        rule_test(DLL_27__a_remote_thread_waits_for_the_initialisation),
        rule_test(DLL_28__a_child_does_not_need_its_creators_lock),
        rule_test(DLL_29__REST_05__REST_06__the_first_thread_to_run_initialises),
        rule_test(DLL_31__a_thread_created_while_freed_starts_later),
        rule_test(DLL_33__the_shutdown_flag),
        rule_test(DLL_34__EXIT_23__a_static_refusal),
        rule_test(DLL_35__a_dynamic_refusal),
        rule_test(DLL_16__DLL_45__DLL_46__many_threads_load_and_free),
        rule_test(DLL_17__a_notification_may_free_any_module),
        rule_test(DLL_35__DLL_49__a_refusal_unloads_the_dependencies),
        rule_test(DLL_46__frees_that_are_too_many),
        rule_test(DLL_37__an_exception_in_a_static_attach),
        rule_test(DLL_38__exiting_in_a_static_attach),
        rule_test(DLL_39__ending_the_thread_in_a_static_attach),
        rule_test(DLL_40__exit_in_a_thread_detach),
        rule_test(DLL_41__ending_a_thread_in_a_notification_loses_the_lock),
        rule_test(DLL_53__a_missing_dependency_stops_before_any_entry_point),
    };
    return cmocka_run_group_tests_name("DLL: the loader lock", tests, NULL, NULL);
}
