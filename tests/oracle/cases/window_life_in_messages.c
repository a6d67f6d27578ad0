/*
 * The messages of a window's life in their order: creation, the procedure that refuses it, the end
 * of a parent and its children.
 *
 * rules: MSG-18
 */
#include <stdio.h>
#include <windows.h>

static UINT refused;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    const char *text = message == WM_NCCREATE        ? "WM_NCCREATE"
                       : message == WM_CREATE        ? "WM_CREATE"
                       : message == WM_DESTROY       ? "WM_DESTROY"
                       : message == WM_NCDESTROY     ? "WM_NCDESTROY"
                       : message == WM_CLOSE         ? "WM_CLOSE"
                       : message == WM_PARENTNOTIFY  ? "WM_PARENTNOTIFY"
                                                     : NULL;
    if (text)
        printf("  %s%s\n", GetWindowLongA(hwnd, GWL_STYLE) & WS_CHILD ? "child " : "", text);
    if (message == refused)
        return FALSE;
    if (message == WM_NCCREATE || message == WM_CREATE) {
        const CREATESTRUCTA *cs = (const CREATESTRUCTA *)lparam;
        printf("    '%s', parameter %d\n", cs->lpszName, *(const int *)cs->lpCreateParams);
    }
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static HWND make(const char *name, HWND parent) {
    int parameter = 41;
    printf("%s:\n", name);
    HWND window = CreateWindowExA(0, "life", name, parent ? WS_CHILD : WS_POPUP, 0, 0, 1, 1, parent,
                                  NULL, NULL, &parameter);
    printf("  made: %d\n", window != NULL);
    return window;
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = "life"};
    RegisterClassA(&wc);
    HWND window = make("parent", NULL);
    make("child", window);
    printf("closed:\n");
    SendMessageA(window, WM_CLOSE, 0, 0);
    printf("gone: %d\n", !IsWindow(window));
    window = make("another", NULL);
    printf("by command:\n");
    SendMessageA(window, WM_SYSCOMMAND, SC_CLOSE, 0);
    printf("gone: %d\n", !IsWindow(window));
    refused = WM_NCCREATE;
    make("refused", NULL);
    return 0;
}
