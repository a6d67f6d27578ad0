/*
 * The message queue of a thread: order, filters, WM_QUIT after all that was posted, one loop only.
 *
 * rules: MSG-15, MSG-16, MSG-21
 */
#include <stdio.h>
#include <windows.h>

static HANDLE ready;

static DWORD WINAPI loops(void *unused) {
    MSG message;
    (void)unused;
    PeekMessageA(&message, NULL, 0, 0, PM_NOREMOVE); /* makes the queue */
    SetEvent(ready);
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        ;
    return (DWORD)message.wParam;
}

static void show(const char *what, UINT first, UINT last, UINT flags) {
    MSG message;
    if (PeekMessageW(&message, NULL, first, last, flags))
        printf("%s: message %u, wParam %u, lParam %d, window %d\n", what, message.message,
               (unsigned)message.wParam, (int)message.lParam, message.hwnd != NULL);
    else
        printf("%s: nothing\n", what);
}

static void own_queue(void) {
    DWORD me = GetCurrentThreadId(), status;
    show("at first", 0, 0, PM_REMOVE);
    for (UINT i = 1; i <= 3; i++)
        PostThreadMessageA(me, WM_USER + i, i, -(LPARAM)i);
    PostMessageW(NULL, WM_APP, 9, 9); /* the same */
    PostQuitMessage(5);
    PostThreadMessageW(me, WM_USER + 4, 4, 4);
    status = GetQueueStatus(QS_POSTMESSAGE);
    printf("status: %d, changed %d\n", HIWORD(status) == QS_POSTMESSAGE,
           LOWORD(status) == QS_POSTMESSAGE);
    printf("unchanged: %d\n", LOWORD(GetQueueStatus(QS_POSTMESSAGE)) == 0);
    show("left there", 0, 0, PM_NOREMOVE);
    show("by number", WM_USER + 2, WM_USER + 3, PM_REMOVE);
    show("in order", 0, 0, PM_REMOVE);
    show("in order", 0, 0, PM_REMOVE);
    show("in order", 0, 0, PM_REMOVE);
    show("in order", 0, 0, PM_REMOVE);
    show("quit", 0, 0, PM_REMOVE);
    show("then", 0, 0, PM_REMOVE);
}

int main(void) {
    DWORD tid, code;
    MSG message;
    ready = CreateEventA(NULL, FALSE, FALSE, NULL);
    own_queue();
    HANDLE thread = CreateThread(NULL, 0, loops, NULL, 0, &tid);
    WaitForSingleObject(ready, INFINITE);
    PostQuitMessage(6); /* of this thread only */
    BOOL got = GetMessageA(&message, NULL, 0, 0);
    printf("GetMessage: %d, wParam %u\n", got, (unsigned)message.wParam);
    printf("the other loop goes on: %d\n", WaitForSingleObject(thread, 50) == WAIT_TIMEOUT);
    PostThreadMessageA(tid, WM_QUIT, 8, 0);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("the other loop: %lu\n", code);
    SetLastError(0);
    BOOL posted = PostThreadMessageA(tid, WM_USER, 0, 0);
    printf("to a thread that is gone: %d, error %lu\n", posted, GetLastError());
    return 0;
}
