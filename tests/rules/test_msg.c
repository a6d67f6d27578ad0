/* MSG rules: registered messages, broadcasts, message loops, and what goes with a thread. */
#include "rules.h"

#include "rundown/sdk/winuser.h"

/* ---- windows that the programs have ---------------------------------------------------------- */

static UINT closing;

static LRESULT CALLBACK obedient(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == closing)
        ExitProcess(33);
    return DefWindowProcA(window, message, wparam, lparam);
}

/* Answers WM_USER + n with n, and tells of it. */
static LRESULT CALLBACK teller_window(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message >= WM_USER && message < WM_USER + 100) {
        note("%u", message - WM_USER);
        return (LRESULT)(message - WM_USER);
    }
    if (message == WM_DESTROY)
        note("destroyed");
    return DefWindowProcA(window, message, wparam, lparam);
}

static HWND make_window(const char *name, WNDPROC procedure, HWND parent) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = name};
    RegisterClassA(&wc);
    return CreateWindowExA(0, name, name, 0, 0, 0, 0, 0, parent, NULL, NULL, NULL);
}

static int loop(void) {
    MSG message;
    while (GetMessageA(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageA(&message);
    }
    return (int)message.wParam;
}

/* Lets whoever has started this program go on, and serves messages. */
static int serve(const char *name, WNDPROC procedure, HWND parent) {
    make_window(name, procedure, parent);
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "ready");
    SetEvent(ready);
    CloseHandle(ready);
    return loop();
}

static void start_server(const char *command, HANDLE *process) {
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "ready");
    *process = start(command);
    wait_for(ready);
    CloseHandle(ready);
}

/* ---- registered messages --------------------------------------------------------------------- */

static int registers(int argc, char **argv) {
    if (is_role(argc, argv, "child"))
        return (int)RegisterWindowMessageA("rundown.closing");
    UINT a = RegisterWindowMessageA("rundown.closing");
    must(a >= 0xC000 && a <= 0xFFFF);
    must_be(RegisterWindowMessageW(u"rundown.closing"), a);
    must_be(RegisterWindowMessageA("Rundown.CLOSING"), a);
    must(RegisterWindowMessageA("rundown.other") != a);
    must_be(RegisterWindowMessageA(""), 0);
    must_be(RegisterWindowMessageA(NULL), 0);
    HANDLE child = start("app.exe child");
    wait_for(child);
    must_be(process_code(child), a);
    return 0;
}

static void MSG_03__MSG_04__MSG_06__one_number_per_string(void **state) {
    assert_int_equal(run_main(*state, registers), 0);
}

static int registers_once(int argc, char **argv) {
    UNUSED_MAIN;
    return (int)RegisterWindowMessageA(argc > 1 ? argv[1] : "x");
}

static int starts_two(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE first = start("r.exe a");
    wait_for(first);
    CloseHandle(first); /* nothing of the first is left */
    HANDLE other = start("r.exe b"), again = start("r.exe a");
    wait_for(other);
    wait_for(again);
    must(process_code(other) != process_code(again));
    return (int)process_code(again);
}

static void MSG_05__registration_outlives_its_process(void **state) {
    rd_world *world = *state;
    uint32_t code = run(world, {"app.exe", .main = starts_two}, {"r.exe", .main = registers_once});
    size_t first = event_of(world, 0, RD_EVENT_MESSAGE_REGISTER, 0, "a");
    assert_int_equal(rd_event_at(world, first)->a, code);
}

/* ---- the cooperative end --------------------------------------------------------------------- */

static int asks(int argc, char **argv) {
    UNUSED_MAIN;
    DWORD recipients = BSM_APPLICATIONS;
    HANDLE obeys, ignores;
    closing = RegisterWindowMessageA("closing");
    make_window("own", obedient, NULL);
    start_server("obeys.exe", &obeys);
    start_server("ignores.exe", &ignores);
    must(BroadcastSystemMessageA(BSF_IGNORECURRENTTASK, &recipients, closing, 0, 0) > 0);
    wait_for(obeys);
    must_be(process_code(obeys), 33);
    must_be(process_code(ignores), STILL_ACTIVE);
    note("asked");
    TerminateProcess(ignores, 1);
    return 7;
}

static int obeys(int argc, char **argv) {
    UNUSED_MAIN;
    return serve("obeys", obedient, NULL);
}

static int ignores(int argc, char **argv) {
    UNUSED_MAIN;
    return serve("ignores", teller_window, NULL);
}

static void MSG_01__MSG_02__MSG_14__receiver_exits_itself(void **state) {
    assert_int_equal(run(*state, {"app.exe", .main = asks},
                         {"obeys.exe", .main = obeys, .imports = IMPORTS("a.dll")},
                         {"ignores.exe", .main = ignores}, {"a.dll", .dll_main = teller}),
                     7);
    assert_journal("a+ a- asked");
}

/* ---- broadcasts ------------------------------------------------------------------------------ */

static LRESULT CALLBACK answers(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_USER) {
        LONG_PTR answer = GetWindowLongPtrA(window, GWLP_USERDATA);
        note("%d", (int)answer);
        return answer;
    }
    return DefWindowProcA(window, message, wparam, lparam);
}

/* Windows that answer with these numbers, in the order in which they are asked. */
static void make_answering(const LONG_PTR *numbers, size_t count) {
    for (size_t i = count; i-- > 0;)
        SetWindowLongPtrA(make_window("answers", answers, NULL), GWLP_USERDATA, numbers[i]);
}

static int queries(int argc, char **argv) {
    UNUSED_MAIN;
    const LONG_PTR numbers[] = {1, 1, 0, 1};
    DWORD recipients = BSM_APPLICATIONS;
    make_answering(numbers, 4);
    must_be(BroadcastSystemMessageA(BSF_QUERY, &recipients, WM_USER, 0, 0), 0);
    note("|");
    must_be(BroadcastSystemMessageA(0, NULL, WM_USER, 0, 0), 1);
    note("|");
    recipients = BSM_VXDS;
    must_be(BroadcastSystemMessageA(0, &recipients, WM_USER, 0, 0), 1);
    must_be(recipients, 0);
    return 0;
}

static void MSG_07__MSG_08__query_stops_at_the_first_refusal(void **state) {
    assert_int_equal(run_main(*state, queries), 0);
    assert_journal("1 1 0 | 1 1 0 1 |");
}

static int denies(int argc, char **argv) {
    UNUSED_MAIN;
    const LONG_PTR numbers[] = {1, BROADCAST_QUERY_DENY, 1};
    make_answering(numbers, 3);
    return BroadcastSystemMessageA(BSF_QUERY, NULL, WM_USER, 0, 0);
}

static void MSG_07__a_denial_gives_zero(void **state) {
    assert_int_equal(run_main(*state, denies), 0);
    assert_journal("1 1112363332");
}

static DWORD WINAPI has_hung_window(LPVOID unused) {
    (void)unused;
    make_window("hung", teller_window, NULL);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int broadcasts_to_hung(int argc, char **argv) {
    UNUSED_MAIN;
    DWORD recipients = BSM_APPLICATIONS;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    const LONG_PTR number = 1;
    make_answering(&number, 1);
    begin(has_hung_window, NULL);
    wait_for(my.event);
    ULONGLONG began = GetTickCount64();
    must(BroadcastSystemMessageA(BSF_NOHANG, &recipients, WM_USER, 0, 0) > 0);
    must(GetTickCount64() - began >= 5000);
    began = GetTickCount64();
    must(BroadcastSystemMessageA(BSF_NOHANG, &recipients, WM_USER, 0, 0) > 0); /* known to hang */
    must(GetTickCount64() - began < 100);
    must(BroadcastSystemMessageA(BSF_FORCEIFHUNG, &recipients, WM_USER, 0, 0) > 0);
    must_fail(BroadcastSystemMessageA(BSF_NOTIMEOUTIFNOTHUNG, &recipients, WM_USER, 0, 0), -1,
              ERROR_TIMEOUT);
    began = GetTickCount64();
    must(BroadcastSystemMessageA(BSF_POSTMESSAGE, &recipients, WM_USER, 0, 0) > 0);
    must(BroadcastSystemMessageA(BSF_SENDNOTIFYMESSAGE, &recipients, WM_USER, 0, 0) > 0);
    must(GetTickCount64() - began < 100);
    must_be(recipients, BSM_APPLICATIONS);
    PostQuitMessage(0);
    return loop();
}

static void MSG_07__MSG_09__MSG_12__hung_recipients(void **state) {
    assert_int_equal(run_main(*state, broadcasts_to_hung), 0);
    assert_journal("1 1 1 1 1");
}

static int broadcasts_and_waits(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    begin(has_hung_window, NULL);
    wait_for(my.event);
    BroadcastSystemMessageA(0, NULL, WM_USER, 0, 0);
    return 0;
}

static void MSG_09__a_plain_broadcast_waits_for_each_recipient(void **state) {
    rd_world *world = *state;
    run_to(world, RD_VERDICT_DEADLOCK, {.name = "app.exe", .main = broadcasts_and_waits});
    assert_non_null(strstr(rd_world_explanation(world), "waits in user mode for the reply of"));
}

static int bad_broadcasts(int argc, char **argv) {
    UNUSED_MAIN;
    DWORD recipients = BSM_APPLICATIONS;
    must_fail(BroadcastSystemMessageA(0x80000000u, &recipients, WM_USER, 0, 0), 0,
              ERROR_INVALID_PARAMETER);
    recipients = 0x80000000u;
    must_fail(BroadcastSystemMessageW(0, &recipients, WM_USER, 0, 0), 0, ERROR_INVALID_PARAMETER);
    return 0;
}

static void MSG_11__unknown_flags_are_refused(void **state) {
    assert_int_equal(run_main(*state, bad_broadcasts), 0);
}

static int without_window(int argc, char **argv) {
    UNUSED_MAIN;
    MSG message;
    PeekMessageA(&message, NULL, 0, 0, PM_NOREMOVE);  /* it has a queue, but no window */
    make_window("only", teller_window, HWND_MESSAGE); /* and one that is not on the desktop */
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "ready");
    SetEvent(ready);
    Sleep(100);
    while (PeekMessageA(&message, NULL, 0, 0, PM_REMOVE))
        note("unexpected");
    return 5;
}

static int broadcasts_to_nobody(int argc, char **argv) {
    UNUSED_MAIN;
    DWORD recipients = BSM_APPLICATIONS;
    HANDLE process;
    start_server("none.exe", &process);
    must(BroadcastSystemMessageA(0, &recipients, WM_USER + 1, 0, 0) > 0);
    must(BroadcastSystemMessageA(BSF_POSTMESSAGE, &recipients, WM_USER + 2, 0, 0) > 0);
    must(PostMessageA(HWND_BROADCAST, WM_USER + 3, 0, 0));
    wait_for(process);
    return (int)process_code(process);
}

static void MSG_13__only_top_level_windows_notice(void **state) {
    assert_int_equal(run(*state, {"app.exe", .main = broadcasts_to_nobody},
                         {"none.exe", .main = without_window}),
                     5);
    assert_journal("");
}

static int sees_no_stranger(int argc, char **argv) {
    UNUSED_MAIN;
    must(FindWindowA("ignores", NULL) == NULL);
    must(BroadcastSystemMessageA(0, NULL, WM_USER + 1, 0, 0) > 0);
    return 5;
}

static void MSG_13__broadcasts_stay_in_their_session(void **state) {
    rd_world *world = *state;
    rd_process_options options = {.size = sizeof options, .session = 1};
    rules_register(world, (const struct image[]){{.name = "ignores.exe", .main = ignores},
                                                 {.name = "app.exe", .main = sees_no_stranger},
                                                 {0}});
    assert_int_equal(rd_process_start(world, "ignores.exe", &options, &rules.pid), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    options.session = 2;
    assert_int_equal(rd_process_start(world, "app.exe", &options, &rules.pid), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_string_equal(rules.complaint, "");
    assert_int_equal(rules_exit_code(world), 5);
    assert_journal("");
}

/* ---- WM_QUIT --------------------------------------------------------------------------------- */

static DWORD WINAPI loops(LPVOID unused) {
    MSG message;
    (void)unused;
    PeekMessageA(&message, NULL, 0, 0, PM_NOREMOVE);
    SetEvent(my.event);
    return (DWORD)loop();
}

static int quits(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    my.thread = CreateThread(NULL, 0, loops, NULL, 0, &my.tid);
    wait_for(my.event);
    HWND window = make_window("quits", teller_window, NULL);
    PostQuitMessage(21);
    PostMessageA(window, WM_USER + 1, 0, 0); /* comes first: WM_QUIT is the last of all */
    must_be(loop(), 21);
    must_be(poll(my.thread), WAIT_TIMEOUT);
    must(PostThreadMessageA(my.tid, WM_QUIT, 5, 0));
    wait_for(my.thread);
    must_be(thread_code(my.thread), 5);
    return 21;
}

static void MSG_15__MSG_16__quit_ends_one_loop(void **state) {
    assert_int_equal(run_main(*state, quits), 21);
    assert_journal("1");
}

/* ---- hooks ----------------------------------------------------------------------------------- */

static LRESULT CALLBACK watches(int code, WPARAM wparam, LPARAM lparam) {
    if (code == HCBT_CREATEWND)
        note("create");
    if (code == HCBT_DESTROYWND)
        note("destroy");
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static int destroys(int argc, char **argv) {
    UNUSED_MAIN;
    HHOOK hook = SetWindowsHookExA(WH_CBT, watches, NULL, GetCurrentThreadId());
    HWND window = make_window("destroys", teller_window, NULL);
    must(DestroyWindow(window));
    must(!IsWindow(window));
    must(UnhookWindowsHookEx(hook));
    must_fail(UnhookWindowsHookEx(hook), FALSE, ERROR_INVALID_HOOK_HANDLE);
    DestroyWindow(make_window("destroys", teller_window, NULL));
    return 0;
}

static void MSG_18__destroy_window_tells_cbt_hooks(void **state) {
    assert_int_equal(run_main(*state, destroys), 0);
    assert_journal("create destroy destroyed destroyed");
}

static int ends_with_windows(int argc, char **argv) {
    UNUSED_MAIN;
    SetWindowsHookExA(WH_CBT, watches, NULL, GetCurrentThreadId());
    make_window("left", teller_window, NULL);
    if (my.index == 0)
        ExitProcess(4);
    if (my.index == 1)
        TerminateProcess(GetCurrentProcess(), 4);
    if (my.index == 2)
        ExitThread(4);
    return 4;
}

static void MSG_17__the_end_of_a_process_tells_no_hook(void **state) {
    rd_world *world = *state;
    for (my.index = 0; my.index <= 3; my.index++) {
        if (my.index)
            rd_world_reset(world);
        uint32_t code = my.index == 0 ? run(world, {"app.exe", .main = ends_with_windows})
                                      : rules_start(world, "app.exe", RD_VERDICT_FINISHED);
        assert_int_equal(code, 4);
        event_of(world, 0, RD_EVENT_WINDOW_FREED, 0, NULL);
        event_of(world, 0, RD_EVENT_HOOK_REMOVED, 0, NULL);
    }
    assert_journal("create create create create");
}

/* ---- the end of a thread --------------------------------------------------------------------- */

static HWND left;
static HHOOK left_hook;

static DWORD WINAPI leaves_window(LPVOID global) {
    left_hook = SetWindowsHookExA(WH_CBT, watches, global ? GetModuleHandleA(NULL) : NULL,
                                  global ? 0 : GetCurrentThreadId());
    left = make_window("left", teller_window, NULL);
    SetEvent(my.event);
    if (my.index)
        Sleep(INFINITE);
    return 0;
}

static int outlives_thread(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = CreateEventA(NULL, FALSE, FALSE, NULL);
    for (my.index = 0; my.index <= 1; my.index++) {
        HANDLE thread = begin(leaves_window, my.index ? "all" : NULL);
        wait_for(my.event);
        if (my.index)
            TerminateThread(thread, 0);
        wait_for(thread);
        must(!IsWindow(left));
        must_fail(UnhookWindowsHookEx(left_hook), FALSE, ERROR_INVALID_HOOK_HANDLE);
        must_fail(PostMessageA(left, WM_USER, 0, 0), FALSE, ERROR_INVALID_WINDOW_HANDLE);
        must_fail(SendMessageA(left, WM_USER, 0, 0), 0, ERROR_INVALID_WINDOW_HANDLE);
        must_fail(PostThreadMessageA(GetThreadId(thread), WM_USER, 0, 0), FALSE,
                  ERROR_INVALID_THREAD_ID);
    }
    must_fail(PostThreadMessageA(0xFFFFFFF0u, WM_USER, 0, 0), FALSE, ERROR_INVALID_THREAD_ID);
    return 0;
}

static void MSG_19__MSG_21__THRD_31__windows_and_hooks_go_with_the_thread(void **state) {
    assert_int_equal(run_main(*state, outlives_thread), 0);
    assert_journal("create create");
}

/* ---- a receiver that dies -------------------------------------------------------------------- */

static LRESULT CALLBACK dies(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_USER)
        ExitThread(1);
    if (message == WM_USER + 1)
        Sleep(INFINITE);
    return DefWindowProcA(window, message, wparam, lparam);
}

static int server_that_dies(int argc, char **argv) {
    UNUSED_MAIN;
    return serve("dies", dies, NULL);
}

static DWORD WINAPI kills(LPVOID process) {
    Sleep(50);
    TerminateProcess(process, 9);
    return 0;
}

static int sends_to_dying(int argc, char **argv) {
    UNUSED_MAIN;
    DWORD_PTR answer = 1;
    HANDLE process;
    start_server("dies.exe", &process);
    must_be(SendMessageA(FindWindowA("dies", NULL), WM_USER, 0, 0), 0);
    wait_for(process);
    start_server("dies.exe", &process);
    begin(kills, process);
    must_be(SendMessageA(FindWindowA("dies", NULL), WM_USER + 1, 0, 0), 0);
    start_server("dies.exe", &process);
    begin(kills, process);
    must_be(SendMessageTimeoutA(FindWindowA("dies", NULL), WM_USER + 1, 0, 0, SMTO_ERRORONEXIT,
                                1000, &answer),
            0);
    must_be(answer, 0);
    return 3;
}

static void MSG_20__sender_to_a_dying_thread_gets_zero(void **state) {
    rd_world *world = *state;
    assert_int_equal(
        run(world, {"app.exe", .main = sends_to_dying}, {"dies.exe", .main = server_that_dies}), 3);
    event_of(world, 0, RD_EVENT_MESSAGE_LOST, 0, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(MSG_03__MSG_04__MSG_06__one_number_per_string),
        rule_test(MSG_05__registration_outlives_its_process),
        rule_test(MSG_01__MSG_02__MSG_14__receiver_exits_itself),
        rule_test(MSG_07__MSG_08__query_stops_at_the_first_refusal),
        rule_test(MSG_07__a_denial_gives_zero),
        rule_test(MSG_07__MSG_09__MSG_12__hung_recipients),
        rule_test(MSG_09__a_plain_broadcast_waits_for_each_recipient),
        rule_test(MSG_11__unknown_flags_are_refused),
        rule_test(MSG_13__only_top_level_windows_notice),
        rule_test(MSG_13__broadcasts_stay_in_their_session),
        rule_test(MSG_15__MSG_16__quit_ends_one_loop),
        rule_test(MSG_18__destroy_window_tells_cbt_hooks),
        rule_test(MSG_17__the_end_of_a_process_tells_no_hook),
        rule_test(MSG_19__MSG_21__THRD_31__windows_and_hooks_go_with_the_thread),
        rule_test(MSG_20__sender_to_a_dying_thread_gets_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
