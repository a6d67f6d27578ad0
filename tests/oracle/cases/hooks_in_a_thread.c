/*
 * Hooks of a thread: the newest one first, the next one only if it is asked, none after removal; a
 * CBT hook hears of DestroyWindow and may refuse the creation of a window.
 *
 * rules: MSG-18
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static BOOL refuse, stop;

/* The system has windows of its own. */
static BOOL is_mine(int code, WPARAM wparam) {
    char name[16] = "";
    if (code != HCBT_CREATEWND && code != HCBT_DESTROYWND)
        return FALSE;
    GetClassNameA((HWND)wparam, name, sizeof name);
    return strcmp(name, "hooked") == 0;
}

static LRESULT CALLBACK older_hook(int code, WPARAM wparam, LPARAM lparam) {
    if (is_mine(code, wparam))
        printf("older %d\n", code);
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static LRESULT CALLBACK newer_hook(int code, WPARAM wparam, LPARAM lparam) {
    if (is_mine(code, wparam)) {
        printf("newer %d\n", code);
        if (code == HCBT_CREATEWND && refuse)
            return 1;
        if (stop)
            return 0;
    }
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static LRESULT CALLBACK on_get(int code, WPARAM wparam, LPARAM lparam) {
    const MSG *message = (const MSG *)lparam;
    if (code == HC_ACTION && message->message == WM_USER)
        printf("get hook: removed %d\n", wparam == PM_REMOVE);
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static LRESULT CALLBACK on_send(int code, WPARAM wparam, LPARAM lparam) {
    const CWPSTRUCT *sent = (const CWPSTRUCT *)lparam;
    if (code == HC_ACTION && sent->message == WM_USER + 1)
        printf("send hook: %d\n", (int)sent->lParam);
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static LRESULT CALLBACK on_return(int code, WPARAM wparam, LPARAM lparam) {
    const CWPRETSTRUCT *sent = (const CWPRETSTRUCT *)lparam;
    if (code == HC_ACTION && sent->message == WM_USER + 1)
        printf("return hook: %d\n", (int)sent->lResult);
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_USER + 1)
        return lparam * 2;
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static HWND make(void) {
    HWND window = CreateWindowExA(0, "hooked", "", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    printf("made: %d\n", window != NULL);
    return window;
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = "hooked"};
    DWORD me = GetCurrentThreadId();
    MSG message;
    RegisterClassA(&wc);
    HHOOK first = SetWindowsHookExA(WH_CBT, older_hook, NULL, me);
    HHOOK second = SetWindowsHookExW(WH_CBT, newer_hook, NULL, me);
    HWND window = make();
    stop = TRUE;
    printf("destroyed: %d\n", DestroyWindow(window));
    refuse = TRUE;
    make();
    refuse = stop = FALSE;
    printf("removed: %d\n", UnhookWindowsHookEx(second));
    window = make();
    printf("removed: %d\n", UnhookWindowsHookEx(first));
    SetLastError(0);
    BOOL again = UnhookWindowsHookEx(first);
    printf("again: %d, error %lu\n", again, GetLastError());

    SetWindowsHookExA(WH_GETMESSAGE, on_get, NULL, me);
    SetWindowsHookExA(WH_CALLWNDPROC, on_send, NULL, me);
    SetWindowsHookExA(WH_CALLWNDPROCRET, on_return, NULL, me);
    PostMessageA(window, WM_USER, 0, 0);
    PeekMessageA(&message, window, WM_USER, WM_USER, PM_NOREMOVE);
    PeekMessageA(&message, window, WM_USER, WM_USER, PM_REMOVE);
    printf("answer: %d\n", (int)SendMessageA(window, WM_USER + 1, 0, 21));
    return 0;
}
