/* user32: what oracle cases cannot show because Wine differs, or that needs virtual time. */
#include "sim.h"

#include "rundown/sdk/winuser.h"

static const HWND wrong = (HWND)(ULONG_PTR)0xDEAD0;

static LRESULT CALLBACK counts(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_USER)
        return SetWindowLongPtrA(window, GWLP_USERDATA,
                                 GetWindowLongPtrA(window, GWLP_USERDATA) + 1);
    return DefWindowProcA(window, message, wparam, lparam);
}

static HWND make_window(const char *name, HWND parent) {
    WNDCLASSA wc = {.lpfnWndProc = counts, .lpszClassName = name};
    RegisterClassA(&wc);
    return CreateWindowExA(0, name, name, 0, 0, 0, 0, 0, parent, NULL, NULL, NULL);
}

static void pump(void) {
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
        DispatchMessageW(&message);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static LRESULT CALLBACK no_hook(int code, WPARAM wparam, LPARAM lparam) {
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static int bad_windows(int argc, char **argv) {
    WNDCLASSW nameless = {.lpfnWndProc = counts};
    char text[8];
    (void)argc, (void)argv;
    expect_fails(RegisterClassW(&nameless), ERROR_INVALID_PARAMETER);
    expect_fails(UnregisterClassA("no such class", NULL), ERROR_CLASS_DOES_NOT_EXIST);
    expect_fails(CreateWindowExA(0, "no such class", "", 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL),
                 ERROR_CANNOT_FIND_WND_CLASS);
    expect_fails(CreateWindowExW(0, NULL, NULL, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL),
                 ERROR_CANNOT_FIND_WND_CLASS);
    expect_fails(GetClassNameA(wrong, text, sizeof text), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(GetClassNameW(NULL, NULL, 0), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(DestroyWindow(NULL), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(DestroyWindow(wrong), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(EnumChildWindows(wrong, NULL, 0), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(EnumWindows(NULL, 0), ERROR_INVALID_PARAMETER);
    expect_fails(FindWindowExA(wrong, NULL, NULL, NULL), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(FindWindowExW(NULL, wrong, NULL, NULL), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(SetWindowTextW(wrong, u"x"), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(SetTimer(wrong, 1, 10, NULL), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(KillTimer(wrong, 1), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(KillTimer(make_window("timers", NULL), 1), ERROR_INVALID_PARAMETER);
    expect(!IsHungAppWindow(wrong));
    return 0;
}

static int bad_messages(int argc, char **argv) {
    HANDLE handles[64] = {GetCurrentThread()};
    (void)argc, (void)argv;
    expect_fails(PostThreadMessageA(0, WM_USER, 0, 0), ERROR_INVALID_THREAD_ID);
    expect_fails(PostThreadMessageW(0xDEAD0, WM_USER, 0, 0), ERROR_INVALID_THREAD_ID);
    expect_fails(PostMessageW(wrong, WM_USER, 0, 0), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(SendMessageTimeoutW(wrong, WM_USER, 0, 0, 0, 10, NULL),
                 ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(SendNotifyMessageW(wrong, WM_USER, 0, 0), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(SendMessageCallbackA(wrong, WM_USER, 0, 0, NULL, 0), ERROR_INVALID_WINDOW_HANDLE);
    expect_fails(RegisterWindowMessageA(NULL), ERROR_INVALID_PARAMETER);
    expect_fails(SetWindowsHookExA(99, no_hook, NULL, 0), ERROR_INVALID_HOOK_FILTER);
    expect_fails(SetWindowsHookExW(-2, no_hook, NULL, 0), ERROR_INVALID_HOOK_FILTER);
    expect_fails(SetWindowsHookExA(WH_KEYBOARD_LL, no_hook, NULL, GetCurrentThreadId()),
                 ERROR_GLOBAL_ONLY_HOOK);
    expect_fails(SetWindowsHookExA(WH_CBT, no_hook, NULL, 0), ERROR_HOOK_NEEDS_HMOD);
    expect_fails(UnhookWindowsHookEx(NULL), ERROR_INVALID_HOOK_HANDLE);
    expect_error(MsgWaitForMultipleObjectsEx(0, NULL, 0, 0, 0x80), WAIT_FAILED,
                 ERROR_INVALID_PARAMETER);
    expect_error(MsgWaitForMultipleObjects(64, handles, FALSE, 0, 0), WAIT_FAILED,
                 ERROR_INVALID_PARAMETER);
    expect_error(WaitForInputIdle(NULL, 0), WAIT_FAILED, ERROR_INVALID_HANDLE);
    expect_fails(GetQueueStatus(0x10000), ERROR_INVALID_FLAGS);
    return 0;
}

static void MSG_21__bad_windows_are_refused(void **state) {
    sim_run(state, bad_windows);
}

static void MSG_21__bad_messages_are_refused(void **state) {
    sim_run(state, bad_messages);
}

/* ---- time ------------------------------------------------------------------------------------ */

static HANDLE ready;

static DWORD WINAPI sleeps_with_window(LPVOID window) {
    *(HWND *)window = make_window("sleeps", NULL);
    SetEvent(ready);
    Sleep(20000);
    pump();
    SetEvent(ready);
    Sleep(1000);
    return 0;
}

static int is_hung(int argc, char **argv) {
    HWND window;
    (void)argc, (void)argv;
    ready = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = sim_thread(sleeps_with_window, &window);
    WaitForSingleObject(ready, INFINITE);
    Sleep(4000);
    expect(!IsHungAppWindow(window));
    Sleep(2000);
    expect(IsHungAppWindow(window));
    DWORD_PTR result = 9;
    ULONGLONG before = GetTickCount64();
    expect_fails(SendMessageTimeoutA(window, WM_USER, 0, 0, SMTO_ABORTIFHUNG, 10000, &result),
                 ERROR_TIMEOUT);
    expect_equal(result, 0);
    expect(GetTickCount64() - before < 10);
    WaitForSingleObject(ready, INFINITE);
    expect(!IsHungAppWindow(window));
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static void a_window_hangs_after_five_seconds(void **state) {
    sim_run(state, is_hung);
}

static int message_times(int argc, char **argv) {
    MSG message;
    (void)argc, (void)argv;
    PostThreadMessageA(GetCurrentThreadId(), WM_USER, 0, 0);
    DWORD posted = GetTickCount();
    Sleep(300);
    expect(PeekMessageA(&message, NULL, 0, 0, PM_REMOVE));
    expect((DWORD)GetMessageTime() == message.time && message.time - posted < 10);
    SetTimer(NULL, 0, 1, NULL); /* the least period is 10 ms */
    DWORD set = GetTickCount();
    expect(GetMessageW(&message, NULL, WM_TIMER, WM_TIMER) > 0);
    expect(GetTickCount() - set >= 10);
    return 0;
}

static void messages_carry_the_time_of_their_posting(void **state) {
    sim_run(state, message_times);
}

/* ---- messages without answer, and to everybody ----------------------------------------------- */

static DWORD WINAPI counts_messages(LPVOID window) {
    MSG message;
    *(HWND *)window = make_window("counts", NULL);
    SetEvent(ready);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return (DWORD)GetWindowLongPtrA(*(HWND *)window, GWLP_USERDATA);
}

static int broadcasts(int argc, char **argv) {
    BSMINFO information = {.cbSize = sizeof information, .hwnd = wrong};
    HWND window;
    (void)argc, (void)argv;
    ready = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = sim_thread(counts_messages, &window);
    WaitForSingleObject(ready, INFINITE);
    expect(SendNotifyMessageW(window, WM_USER, 0, 0));
    expect(BroadcastSystemMessageExA(0, NULL, WM_USER, 0, 0, &information) > 0);
    expect(information.hwnd == NULL);
    expect(BroadcastSystemMessageExW(BSF_POSTMESSAGE, NULL, WM_USER, 0, 0, NULL) > 0);
    expect(SendNotifyMessageA(HWND_BROADCAST, WM_USER, 0, 0));
    expect(PostMessageW(window, WM_QUIT, 0, 0));
    WaitForSingleObject(thread, INFINITE);
    expect_equal(sim_exit_code(thread), 4);
    return 0;
}

static void messages_to_everybody_arrive_once(void **state) {
    sim_run(state, broadcasts);
}

/* ---- texts, resources ------------------------------------------------------------------------ */

static int texts(int argc, char **argv) {
    WCHAR wide[16];
    (void)argc, (void)argv;
    expect_equal(wsprintfW(wide, u"%d-%s", 7, u"ab"), 4);
    expect(wide[0] == '7' && wide[3] == 'b' && wide[4] == 0);
    expect(LoadCursorA(NULL, (LPCSTR)IDC_ARROW) != NULL);
    expect(LoadIconA(NULL, (LPCSTR)IDI_APPLICATION) != NULL);
    expect(LoadIconW(NULL, (LPCWSTR)IDI_APPLICATION) != NULL);
    return 0;
}

static void texts_and_resources(void **state) {
    sim_run(state, texts);
}

/* ---- other processes ------------------------------------------------------------------------- */

static LRESULT CALLBACK takes_data(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_COPYDATA) {
        const COPYDATASTRUCT *data = (const COPYDATASTRUCT *)lparam;
        return data->cbData == 6 && !strcmp(data->lpData, "hello") ? (LRESULT)data->dwData : 0;
    }
    if (message == WM_DESTROY)
        PostQuitMessage(3);
    return DefWindowProcA(window, message, wparam, lparam);
}

static int receiver(int argc, char **argv) {
    WNDCLASSA wc = {.lpfnWndProc = takes_data, .lpszClassName = "receiver"};
    MSG message;
    (void)argc, (void)argv;
    RegisterClassA(&wc);
    CreateWindowExA(0, "receiver", "text of another", 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
    SetEvent(ready);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return (int)message.wParam;
}

static int talks_to_another(int argc, char **argv) {
    PROCESS_INFORMATION information;
    COPYDATASTRUCT data = {.dwData = 77, .cbData = 6, .lpData = (char[]){"hello"}};
    char text[32] = "";
    (void)argc, (void)argv;
    ready = CreateEventA(
        &(SECURITY_ATTRIBUTES){.nLength = sizeof(SECURITY_ATTRIBUTES), .bInheritHandle = TRUE},
        FALSE, FALSE, NULL);
    HANDLE process = sim_start("receiver.exe", 0, TRUE, &information);
    WaitForSingleObject(ready, INFINITE);
    HWND window = FindWindowA("receiver", NULL);
    expect_equal(SendMessageA(window, WM_COPYDATA, 0, (LPARAM)&data), 77);
    expect_fails(PostMessageA(window, WM_COPYDATA, 0, (LPARAM)&data), ERROR_MESSAGE_SYNC_ONLY);
    expect_equal(GetWindowTextA(window, text, sizeof text), 15);
    expect(!strcmp(text, "text of another"));
    expect_equal(SendMessageA(window, WM_GETTEXT, sizeof text, (LPARAM)text), 15);
    expect(SendMessageW(window, WM_SETTEXT, 0, (LPARAM)u"new"));
    expect_equal(GetWindowTextLengthW(window), 3);
    expect_fails(SetWindowLongPtrA(window, GWLP_USERDATA, 1), ERROR_ACCESS_DENIED);
    expect_fails(DestroyWindow(window), ERROR_ACCESS_DENIED);
    expect_fails(SetTimer(window, 1, 10, NULL), ERROR_ACCESS_DENIED);
    expect_fails(ShutdownBlockReasonCreate(window, u"x"), ERROR_ACCESS_DENIED);
    expect(PostMessageA(window, WM_CLOSE, 0, 0));
    WaitForSingleObject(process, INFINITE);
    expect_equal(sim_exit_code(process), 3);
    return 0;
}

static void data_and_texts_cross_processes(void **state) {
    sim_image(state, "receiver.exe", receiver);
    sim_run(state, talks_to_another);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(MSG_21__bad_windows_are_refused),
        test_case(MSG_21__bad_messages_are_refused),
        test_case(a_window_hangs_after_five_seconds),
        test_case(messages_carry_the_time_of_their_posting),
        test_case(messages_to_everybody_arrive_once),
        test_case(texts_and_resources),
        test_case(data_and_texts_cross_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
