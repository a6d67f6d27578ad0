/*
 * Windows, messages and hooks once more: the calls with wide text, NULL, enumerations, and what
 * belongs to the session.
 *
 * rules: MSG-06
 * windows: MSG-06 Windows tells which handle, class or thread is wrong, Wine often does not
 */
#include "bad_input.h"

static const HWND wrong = (HWND)0xDEAD0;
static HWND own;

static BOOL CALLBACK seen(HWND window, LPARAM unused) {
    (void)window, (void)unused;
    return TRUE;
}

static LRESULT CALLBACK hook(int code, WPARAM w, LPARAM l) {
    return CallNextHookEx(NULL, code, w, l);
}

static void classes(void) {
    WNDCLASSEXW sizeless = {.lpfnWndProc = DefWindowProcW, .lpszClassName = L"sizeless"};

    TRY(RegisterClassExW(&sizeless));
    TRY(RegisterClassA(NULL));
    TRY(RegisterClassW(NULL));
    TRY(RegisterClassExA(NULL));
    TRY(UnregisterClassA("no such class", NULL));
    TRY(UnregisterClassW(L"no such class", NULL));
    TRY(UnregisterClassA("own class", GetModuleHandleA(NULL)));
    TRY(CreateWindowExA(0, "no such class", "", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL));
    TRY(CreateWindowExW(0, L"no such class", L"", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL));
    TRY(CreateWindowExW(0, NULL, L"", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL));
    TRY(LoadCursorA(NULL, "no such cursor"));
    TRY(LoadCursorW(NULL, L"no such cursor"));
    TRY(LoadIconA(NULL, "no such icon"));
    TRY(LoadIconW(NULL, L"no such icon"));
}

static void texts(void) {
    char text[8];
    WCHAR wide[8];

    TRY(GetClassNameA(wrong, text, 8));
    TRY(GetClassNameW(wrong, wide, 8));
    TRY(GetWindowTextW(wrong, wide, 8));
    TRY(GetWindowTextLengthA(wrong));
    TRY(SetWindowTextW(wrong, L"x"));
    TRY(GetWindowLongW(wrong, GWL_STYLE));
    TRY(GetWindowLongPtrW(wrong, GWLP_USERDATA));
    TRY(GetWindowLongPtrW(own, 8));
    TRY(SetWindowLongW(wrong, GWL_STYLE, 0));
    TRY(SetWindowLongPtrW(wrong, GWLP_USERDATA, 0));
    TRY(UpdateWindow(wrong));
    TRY(IsChild(wrong, own));
    TRY(IsChild(own, wrong));
    TRY(GetWindowThreadProcessId(NULL, NULL));
    TRY(GetSystemMetrics(-1));
}

static void searches(void) {
    TRY(FindWindowA("no such class", NULL) == NULL);
    TRY(FindWindowW(L"no such class", NULL) == NULL);
    TRY(FindWindowA(NULL, "no such title") == NULL);
    TRY(FindWindowExA(NULL, NULL, "no such class", NULL));
    TRY(FindWindowExA(wrong, NULL, NULL, NULL));
    TRY(FindWindowExW(wrong, NULL, NULL, NULL));
    TRY(EnumChildWindows(wrong, seen, 0));
    TRY(EnumThreadWindows(0xFFFFFFF0, seen, 0));
    TRY(EnumWindows(seen, 0));
}

static void messages(void) {
    MSG message = {.hwnd = wrong, .message = WM_USER};
    DWORD_PTR answer;
    DWORD to = 0x1000;

    TRY(PostMessageW(wrong, WM_USER, 0, 0));
    TRY(SendMessageW(wrong, WM_USER, 0, 0));
    TRY(SendMessageTimeoutW(wrong, WM_USER, 0, 0, 0, 10, &answer));
    TRY(SendMessageCallbackA(wrong, WM_USER, 0, 0, NULL, 0));
    TRY(SendNotifyMessageW(wrong, WM_USER, 0, 0));
    TRY(PostThreadMessageA(0xFFFFFFF0, WM_USER, 0, 0));
    TRY(PostThreadMessageW(0xFFFFFFF0, WM_USER, 0, 0));
    TRY(GetMessageW(&message, wrong, 0, 0));
    TRY(DispatchMessageW(&(MSG){.hwnd = wrong, .message = WM_USER}));
    TRY(TranslateMessage(&(MSG){.hwnd = wrong, .message = WM_USER}));
    TRY(DefWindowProcW(wrong, WM_QUERYENDSESSION, 0, 0));
    TRY(CallWindowProcW(DefWindowProcW, wrong, WM_QUERYENDSESSION, 0, 0));
    TRY(RegisterWindowMessageA(""));
    TRY(BroadcastSystemMessageW(0x80000000, NULL, WM_NULL, 0, 0));
    TRY(BroadcastSystemMessageExA(0x80000000, &to, WM_NULL, 0, 0, NULL));
    TRY(BroadcastSystemMessageExW(0x80000000, &to, WM_NULL, 0, 0, NULL));
    TRY(InSendMessageEx(NULL));
    TRY(SetWindowsHookExW(WH_CBT, NULL, NULL, GetCurrentThreadId()));
    TRY(SetWindowsHookExW(99, hook, NULL, GetCurrentThreadId()));
    TRY(UnhookWindowsHookEx(NULL));
    TRY(SetTimer(wrong, 1, 10, NULL));
    TRY(KillTimer(wrong, 1));
    TRY(KillTimer(own, 99));
}

static void session(void) {
    WCHAR wide[8];
    DWORD size = 8;

    TRY(ShutdownBlockReasonCreate(wrong, L"why"));
    TRY(ShutdownBlockReasonCreate(own, NULL));
    TRY(ShutdownBlockReasonQuery(wrong, wide, &size));
    TRY(ShutdownBlockReasonDestroy(wrong));
}

int main(void) {
    WNDCLASSA kind = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "own class"};

    prepare();
    RegisterClassA(&kind);
    own = CreateWindowExA(0, "own class", "", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    classes();
    texts();
    searches();
    messages();
    session();
    DestroyWindow(own);
    return 0;
}
