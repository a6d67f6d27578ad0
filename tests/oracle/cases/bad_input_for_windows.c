/*
 * Windows that do not exist or belong to others, classes that are unknown, flags and numbers that
 * mean nothing: what user32 calls return, and the error.
 *
 * rules: MSG-06, MSG-11, MSG-21, CONS-17
 */
#include <stdio.h>
#include <windows.h>

#define TRY(call)                                                                                  \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        LONG_PTR result = (LONG_PTR)(call);                                                        \
        DWORD error = GetLastError();                                                              \
        if (result == 0 || (LONG)result == -1)                                                     \
            printf("%s: %ld/%lu\n", #call, (LONG)result, error);                                   \
        else                                                                                       \
            printf("%s: good\n", #call);                                                           \
    } while (0)

static const HWND wrong = (HWND)0xDEAD0;
static HWND own;

static void classes(void) {
    WNDCLASSA twice = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "own"};
    WNDCLASSEXA sizeless = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "sizeless"};
    TRY(RegisterClassA(&twice));
    TRY(RegisterClassExA(&sizeless));
    TRY(CreateWindowExA(0, "own", "", WS_CHILD, 0, 0, 1, 1, NULL, NULL, NULL, NULL));
    TRY(CreateWindowExA(0, "own", "", 0, 0, 0, 1, 1, wrong, NULL, NULL, NULL));
}

static void windows(void) {
    DWORD process;
    TRY(DestroyWindow(GetDesktopWindow()));
    TRY(IsWindow(wrong));
    TRY(IsWindowVisible(wrong));
    TRY(ShowWindow(wrong, SW_SHOW));
    TRY(GetWindowThreadProcessId(wrong, &process));
    TRY(GetParent(wrong));
    TRY(SetWindowTextA(wrong, "x"));
    TRY(GetWindowTextA(wrong, (char[8]){0}, 8));
    TRY(GetWindowTextLengthW(wrong));
    TRY(GetWindowLongA(wrong, GWL_STYLE));
    TRY(GetWindowLongA(own, 4));
    TRY(GetWindowLongA(own, -999));
    TRY(SetWindowLongPtrA(wrong, GWLP_USERDATA, 1));
    TRY(SetWindowLongA(own, 0, 1));
    TRY(SetWindowLongA(own, -999, 1));
    TRY(GetWindowLongPtrA(own, GWLP_USERDATA));
}

static void messages(void) {
    MSG message;
    TRY(PostMessageA(wrong, WM_USER, 0, 0));
    TRY(PostMessageA(own, WM_SETTEXT, 0, 0));
    TRY(SendMessageA(wrong, WM_USER, 0, 0));
    TRY(SendMessageTimeoutA(wrong, WM_USER, 0, 0, 0, 10, NULL));
    TRY(SendNotifyMessageA(wrong, WM_USER, 0, 0));
    TRY(SendMessageCallbackW(wrong, WM_USER, 0, 0, NULL, 0));
    TRY(GetMessageA(&message, wrong, 0, 0));
    TRY(PeekMessageA(&message, wrong, 0, 0, PM_REMOVE));
    TRY(PeekMessageW(&message, own, WM_APP, WM_APP, PM_REMOVE));
    TRY(DispatchMessageA(&(MSG){.hwnd = wrong, .message = WM_USER}));
    TRY(GetQueueStatus(0x10000));
    TRY(ReplyMessage(1));
    TRY(InSendMessage());
    TRY(DefWindowProcA(wrong, WM_QUERYENDSESSION, 0, 0));
    TRY(CallWindowProcA(DefWindowProcA, own, WM_QUERYENDSESSION, 0, 0));
    TRY(IsHungAppWindow(wrong));
    TRY(IsHungAppWindow(own));
    TRY(BroadcastSystemMessageA(0x80000000, NULL, WM_NULL, 0, 0));
    TRY(RegisterWindowMessageW(L""));
}

static LRESULT CALLBACK hook(int code, WPARAM wparam, LPARAM lparam) {
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static void hooks_and_timers(void) {
    DWORD me = GetCurrentThreadId();
    TRY(SetWindowsHookExA(WH_CBT, NULL, NULL, me));
    TRY(SetWindowsHookExA(WH_CBT, hook, NULL, 0));
    TRY(SetWindowsHookExA(WH_CBT, hook, NULL, 0xDEAD0));
    TRY(UnhookWindowsHookEx((HHOOK)0xDEAD0));
    TRY(SetTimer(own, 1, 10, NULL));
    TRY(KillTimer(own, 1));
    TRY(MsgWaitForMultipleObjects(1, &(HANDLE){(HANDLE)0xDEAD0}, FALSE, 0, QS_ALLINPUT));
    TRY(MsgWaitForMultipleObjectsEx(64, &(HANDLE){NULL}, 0, QS_ALLINPUT, 0));
    TRY(WaitForInputIdle((HANDLE)0xDEAD0, 0));
    TRY(SetConsoleCtrlHandler((PHANDLER_ROUTINE)(void *)hook, FALSE));
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "own"};
    RegisterClassA(&wc);
    own = CreateWindowExA(0, "own", "", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    classes();
    windows();
    messages();
    hooks_and_timers();
    return 0;
}
