/* Logs off, and objects to it. */
#include <stdio.h>
#include <windows.h>

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_QUERYENDSESSION)
        return FALSE;
    if (message == WM_ENDSESSION && !wparam)
        ExitProcess(9);
    return DefWindowProcA(window, message, wparam, lparam);
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = "session"};
    MSG message;
    RegisterClassA(&wc);
    CreateWindowExA(0, "session", "", WS_VISIBLE, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
    ExitWindowsEx(EWX_LOGOFF, 0);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return 0;
}
