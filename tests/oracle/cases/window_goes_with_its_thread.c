/*
 * The windows and hooks of a thread go when it ends, and no procedure hears of it.
 *
 * rules: MSG-17, MSG-19, MSG-21, THRD-31
 * windows: MSG-19 Wine keeps the windows of a thread that was terminated from outside
 */
#include <stdio.h>
#include <windows.h>

static HWND window;
static HHOOK hook;
static HANDLE made;
static volatile LONG destroyed, hooked;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_DESTROY || message == WM_NCDESTROY)
        destroyed++;
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static LRESULT CALLBACK watch(int code, WPARAM wparam, LPARAM lparam) {
    if (code == HCBT_DESTROYWND)
        hooked++;
    return CallNextHookEx(NULL, code, wparam, lparam);
}

static DWORD WINAPI has_window(void *stays) {
    hook = SetWindowsHookExA(WH_CBT, watch, NULL, GetCurrentThreadId());
    window = CreateWindowExA(0, "goes", "goes", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    SetEvent(made);
    if (stays)
        Sleep(INFINITE);
    return 0;
}

static void look(const char *when) {
    DWORD process = 77;
    printf("%s: IsWindow %d, ", when, IsWindow(window));
    BOOL done = PostMessageA(window, WM_USER, 0, 0);
    printf("PostMessage %d/%lu, ", done, GetLastError());
    SetLastError(0);
    done = GetWindowThreadProcessId(window, &process) != 0;
    printf("owner %d/%lu, ", done, GetLastError());
    SetLastError(0);
    done = UnhookWindowsHookEx(hook);
    printf("hook %d/%lu, ", done, GetLastError());
    printf("told %ld %ld\n", destroyed, hooked);
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = "goes"};
    RegisterClassA(&wc);
    made = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, has_window, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    look("it has returned");
    WaitForSingleObject(made, 0);
    thread = CreateThread(NULL, 0, has_window, &wc, 0, NULL);
    WaitForSingleObject(made, INFINITE);
    printf("while it lives: IsWindow %d\n", IsWindow(window));
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    look("it was terminated");
    return 0;
}
