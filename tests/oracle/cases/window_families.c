/*
 * Windows and their relatives: parents, children, owners, how they are found and listed, their
 * texts and numbers, and procedures put in the place of others.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static WNDPROC before;
static HWND top, child, grandchild, popup;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    return message == WM_USER ? 1 : DefWindowProcW(hwnd, message, wparam, lparam);
}

static LRESULT CALLBACK subclass(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    LRESULT result = CallWindowProcW(before, hwnd, message, wparam, lparam);
    return message == WM_USER ? 10 * result : result;
}

static const char *name(HWND window) {
    return window == NULL         ? "none"
           : window == top        ? "top"
           : window == child      ? "child"
           : window == grandchild ? "grandchild"
           : window == popup      ? "popup"
                                  : "other";
}

static BOOL CALLBACK show(HWND window, LPARAM lparam) {
    if (window == top || window == child || window == grandchild || window == popup)
        printf("%s%s", (const char *)lparam, name(window));
    return TRUE;
}

static BOOL CALLBACK stop(HWND window, LPARAM lparam) {
    (void)window, (*(int *)lparam)++;
    return FALSE;
}

static void relations(void) {
    DWORD process = 0;
    printf("parents: %s, %s, %s, %s\n", name(GetParent(top)), name(GetParent(child)),
           name(GetParent(grandchild)), name(GetParent(popup)));
    printf("children: %d %d %d %d\n", IsChild(top, child), IsChild(top, grandchild),
           IsChild(top, popup), IsChild(child, top));
    DWORD thread = GetWindowThreadProcessId(child, &process);
    printf("thread: %d, process: %d\n", thread == GetCurrentThreadId(),
           process == GetCurrentProcessId());
    printf("below top:");
    EnumChildWindows(top, show, (LPARAM) " ");
    printf("\nof the thread:");
    EnumThreadWindows(GetCurrentThreadId(), show, (LPARAM) " ");
    printf("\nof all:");
    EnumWindows(show, (LPARAM) " ");
    int count = 0;
    BOOL all = EnumChildWindows(top, stop, (LPARAM)&count);
    printf("\nstopped: %d after %d\n", all, count);
    printf("found: %s, %s, %s, %s\n", name(FindWindowW(L"family", L"top")),
           name(FindWindowExA(top, NULL, "family", NULL)),
           name(FindWindowExW(top, child, L"family", NULL)), name(FindWindowA(NULL, "popup")));
}

static void texts(void) {
    char text[8];
    WCHAR wide[32];
    printf("class: %d", GetClassNameA(child, text, sizeof text));
    printf(" %s, wide %d\n", text, GetClassNameW(child, wide, 32));
    printf("set: %d\n", SetWindowTextA(child, "another text"));
    printf("length: %d %d\n", GetWindowTextLengthA(child), GetWindowTextLengthW(child));
    printf("cut: %d", GetWindowTextA(child, text, sizeof text));
    printf(" '%s'\n", text);
    SetWindowTextW(child, L"wide");
    printf("wide: %d", GetWindowTextW(child, wide, 32));
    printf(" %d\n", wide[0] == 'w' && wide[4] == 0);
}

static void numbers(void) {
    long extra = SetWindowLongA(child, 4, 77), data = SetWindowLongW(child, 0, 5);
    printf("extra: %ld %ld, then %ld %ld\n", extra, data, GetWindowLongW(child, 4),
           GetWindowLongA(child, 0));
    data = (long)SetWindowLongPtrW(child, GWLP_USERDATA, 6);
    printf("data: %ld, then %ld\n", data, (long)GetWindowLongPtrA(child, GWLP_USERDATA));
    printf("id: %ld, style: child %d, visible %d\n", (long)GetWindowLongPtrW(child, GWLP_ID),
           (GetWindowLongA(child, GWL_STYLE) & WS_CHILD) != 0,
           (GetWindowLongW(child, GWL_STYLE) & WS_VISIBLE) != 0);
    before = (WNDPROC)SetWindowLongPtrW(child, GWLP_WNDPROC, (LONG_PTR)subclass);
    printf("subclassed: %ld\n", (long)SendMessageW(child, WM_USER, 0, 0));
    SetWindowLongPtrW(child, GWLP_WNDPROC, (LONG_PTR)before);
    printf("restored: %ld\n", (long)SendMessageW(child, WM_USER, 0, 0));
}

int main(void) {
    WNDCLASSEXW wc = {.cbSize = sizeof wc,
                      .lpfnWndProc = procedure,
                      .cbWndExtra = 8,
                      .hInstance = GetModuleHandleA(NULL),
                      .lpszClassName = L"family"};
    printf("registered: %d\n", RegisterClassExW(&wc) != 0);
    top = CreateWindowExW(0, L"family", L"top", WS_OVERLAPPEDWINDOW, 0, 0, 9, 9, NULL, NULL, NULL,
                          NULL);
    child = CreateWindowExA(0, "family", "child", WS_CHILD | WS_VISIBLE, 0, 0, 1, 1, top, (HMENU)12,
                            NULL, NULL);
    grandchild = CreateWindowExA(0, "family", "", WS_CHILD, 0, 0, 1, 1, child, NULL, NULL, NULL);
    popup = CreateWindowExA(0, "family", "popup", WS_POPUP, 0, 0, 1, 1, top, NULL, NULL, NULL);
    relations();
    texts();
    numbers();
    printf("visible: %d %d\n", IsWindowVisible(top), IsWindowVisible(child));
    printf("shown: %d\n", ShowWindow(top, SW_SHOWNA));
    printf("visible: %d %d, updated %d\n", IsWindowVisible(top), IsWindowVisible(child),
           UpdateWindow(top));
    printf("class in use: %d\n", UnregisterClassW(L"family", wc.hInstance));
    printf("destroyed: %d\n", DestroyWindow(top));
    printf("left: %d %d %d %d\n", IsWindow(top), IsWindow(child), IsWindow(grandchild),
           IsWindow(popup));
    printf("class: %d\n", UnregisterClassA("family", wc.hInstance));
    return 0;
}
