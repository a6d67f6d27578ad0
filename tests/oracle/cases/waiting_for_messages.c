/*
 * Waits for messages and objects together: what wakes, what does not, what is left in the queue.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

static DWORD main_thread;
static volatile LONG apcs;

static DWORD WINAPI posts(void *unused) {
    (void)unused;
    Sleep(50);
    PostThreadMessageW(main_thread, WM_USER, 0, 0);
    return 0;
}

static void CALLBACK apc(ULONG_PTR unused) {
    (void)unused;
    apcs++;
}

static void drain(void) {
    MSG message;
    int count = 0;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
        count++;
    printf("  taken: %d\n", count);
}

int main(void) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    MSG message;
    PeekMessageA(&message, NULL, 0, 0, PM_NOREMOVE);
    main_thread = GetCurrentThreadId();
    printf("nothing: %lX\n", MsgWaitForMultipleObjects(1, &event, FALSE, 10, QS_ALLINPUT));
    SetEvent(event);
    printf("event: %lX\n", MsgWaitForMultipleObjects(1, &event, FALSE, 1000, QS_ALLINPUT));
    PostThreadMessageA(main_thread, WM_USER, 0, 0);
    printf("message: %lX\n", MsgWaitForMultipleObjects(1, &event, FALSE, 1000, QS_ALLINPUT));
    PeekMessageA(&message, NULL, WM_APP, WM_APP, PM_NOREMOVE); /* looks at it, and leaves it */
    printf("seen before: %lX\n", MsgWaitForMultipleObjects(0, NULL, FALSE, 10, QS_ALLINPUT));
    printf("input available: %lX\n",
           MsgWaitForMultipleObjectsEx(0, NULL, 1000, QS_ALLINPUT, MWMO_INPUTAVAILABLE));
    printf("other kinds: %lX\n", MsgWaitForMultipleObjectsEx(0, NULL, 10, QS_TIMER, 0));
    drain();
    PostThreadMessageA(main_thread, WM_USER, 0, 0);
    printf("all, event missing: %lX\n",
           MsgWaitForMultipleObjectsEx(1, &event, 10, QS_ALLINPUT, MWMO_WAITALL));
    SetEvent(event);
    printf("all: %lX\n", MsgWaitForMultipleObjectsEx(1, &event, 1000, QS_ALLINPUT, MWMO_WAITALL));
    drain();
    QueueUserAPC(apc, GetCurrentThread(), 0);
    DWORD result = MsgWaitForMultipleObjectsEx(0, NULL, 1000, QS_ALLINPUT, MWMO_ALERTABLE);
    printf("alertable: %lX, ran %ld\n", result, apcs);
    HANDLE thread = CreateThread(NULL, 0, posts, NULL, 0, NULL);
    printf("WaitMessage: %d\n", WaitMessage());
    drain();
    WaitForSingleObject(thread, INFINITE);
    return 0;
}
