/*
 * Messages sent to a window of another thread: who waits, who answers when, callbacks, time limits.
 *
 * rules: MSG-20
 */
#include <stdio.h>
#include <windows.h>

static HWND window;
static HANDLE ready, may_go;
static DWORD kinds[8];
static BOOL in_message;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message >= WM_USER && message < WM_USER + 8)
        kinds[message - WM_USER] = InSendMessageEx(NULL);
    switch (message) {
    case WM_USER:
        in_message = InSendMessage();
        return (LRESULT)wparam + lparam;
    case WM_USER + 1:
        ReplyMessage(5);
        kinds[7] = InSendMessageEx(NULL);
        WaitForSingleObject(may_go, INFINITE);
        return 6;
    case WM_USER + 4:
        WaitForSingleObject(may_go, INFINITE);
        return 1;
    case WM_USER + 5:
        ExitThread(0);
    default:
        return DefWindowProcA(hwnd, message, wparam, lparam);
    }
}

static DWORD WINAPI serves(void *unused) {
    MSG message;
    (void)unused;
    window = CreateWindowExA(0, "serves", "", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    SetEvent(ready);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return 0;
}

/* It is called in one of the calls that look at messages, but nobody says in which. */
static char answer_text[80];

static void CALLBACK answered(HWND hwnd, UINT message, ULONG_PTR data, LRESULT result) {
    sprintf(answer_text, "callback: %d, message %u, data %lu, result %ld", hwnd == window, message,
            (unsigned long)data, (long)result);
}

static HANDLE start(void) {
    HANDLE thread = CreateThread(NULL, 0, serves, NULL, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    return thread;
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = "serves"};
    DWORD_PTR result = 99;
    MSG message;
    RegisterClassA(&wc);
    ready = CreateEventA(NULL, FALSE, FALSE, NULL);
    may_go = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = start();
    printf("no message: %lX\n", InSendMessageEx(NULL));
    LRESULT answer = SendMessageW(window, WM_USER, 3, 4);
    printf("answer: %ld, kind %lX, %d %d\n", (long)answer, kinds[0], in_message, InSendMessage());
    answer = SendMessageA(window, WM_USER + 1, 0, 0);
    printf("reply: %ld, kind %lX\n", (long)answer, kinds[1]);
    SetEvent(may_go);
    printf("notify: %d\n", SendNotifyMessageA(window, WM_USER + 2, 0, 0));
    printf("callback: %d\n", SendMessageCallbackA(window, WM_USER + 3, 0, 0, answered, 12));
    printf("wait: %d\n", (int)SendMessageA(window, WM_USER, 1, 1));
    PeekMessageA(&message, NULL, 0, 0, PM_REMOVE); /* lets the answer in */
    puts(answer_text);
    printf("kinds: after the reply %lX, notify %lX, callback %lX\n", kinds[7], kinds[2], kinds[3]);
    SetLastError(0);
    LRESULT done = SendMessageTimeoutA(window, WM_USER + 4, 0, 0, SMTO_NORMAL, 50, &result);
    printf("too late: %ld, result %lu, error %lu\n", (long)done, (unsigned long)result,
           GetLastError());
    SetEvent(may_go);
    done = SendMessageTimeoutW(window, WM_USER, 5, 6, SMTO_BLOCK, 10000, &result);
    printf("in time: %ld, result %lu\n", (long)done, (unsigned long)result);
    printf("to one that dies: %ld\n", (long)SendMessageA(window, WM_USER + 5, 0, 0));
    WaitForSingleObject(thread, INFINITE);
    SetLastError(0);
    done = SendMessageA(window, WM_USER, 1, 1);
    printf("to a window that is gone: %ld, error %lu\n", (long)done, GetLastError());
    return 0;
}
