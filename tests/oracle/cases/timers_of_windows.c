/*
 * Timers: WM_TIMER comes when nothing else does; periodic, replaced by the same id, killed, called
 * back, and gone with their window.
 *
 * rules: MSG-19
 */
#include <stdio.h>
#include <windows.h>

static int called;

static void CALLBACK procedure(HWND hwnd, UINT message, UINT_PTR id, DWORD time) {
    (void)time;
    called++;
    printf("procedure: window %d, message %X, id %d\n", hwnd != NULL, message, id != 0);
}

static BOOL next(HWND window, DWORD milliseconds, MSG *message) {
    ULONGLONG end = GetTickCount64() + milliseconds;
    while (!PeekMessageA(message, window, 0, 0, PM_REMOVE)) {
        if (GetTickCount64() >= end)
            return FALSE;
        Sleep(1);
    }
    return TRUE;
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "ticks"};
    MSG message;
    RegisterClassA(&wc);
    HWND window = CreateWindowExA(0, "ticks", "", 0, 0, 0, 1, 1, HWND_MESSAGE, NULL, NULL, NULL);
    printf("set: %lu\n", (unsigned long)SetTimer(window, 7, 20, NULL));
    Sleep(100);
    PostMessageA(window, WM_USER, 0, 0);
    for (int i = 0; i < 3 && next(window, 20000, &message); i++)
        printf("message %X, id %lu\n", message.message,
               message.message == WM_TIMER ? (unsigned long)message.wParam : 0);
    printf("killed: %d\n", KillTimer(window, 7));
    SetLastError(0);
    BOOL again = KillTimer(window, 7);
    printf("again: %d, error %d\n", again, GetLastError() != 0);
    printf("nothing: %d\n", next(window, 100, &message));

    UINT_PTR first = SetTimer(NULL, 0, 10, procedure), second = SetTimer(NULL, 0, 100000, NULL);
    printf("without window: %d %d\n", first != 0, first != second);
    while (called == 0)
        if (next(NULL, 1000, &message))
            DispatchMessageA(&message) /* calls it */;
    printf("killed: %d %d\n", KillTimer(NULL, first), KillTimer(NULL, second));

    SetTimer(window, 1, 10, NULL);
    DestroyWindow(window);
    printf("gone with the window: %d\n", !next(NULL, 100, &message));
    return 0;
}
