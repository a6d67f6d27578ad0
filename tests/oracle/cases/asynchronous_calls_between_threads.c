/*
 * A call queued to a thread that has not started runs before its start routine. One queued to a
 * waiting thread ends its alertable wait. One still queued when the thread ends never runs.
 *
 * rules: WAIT-27, WAIT-29, WAIT-31, WAIT-32
 */
#include <stdio.h>
#include <windows.h>

static char trace[64];
static int length;
static HANDLE running, never;

static void CALLBACK note(ULONG_PTR letter) {
    trace[length++] = (char)letter;
}

static DWORD WINAPI wait_alertably(LPVOID unused) {
    DWORD result;

    (void)unused;
    trace[length++] = 'B';
    SetEvent(running);
    result = WaitForSingleObjectEx(never, INFINITE, TRUE);
    trace[length++] = 'E';
    return result;
}

static DWORD WINAPI wait_deafly(LPVOID gate) {
    SetEvent(running);
    WaitForSingleObject(gate, INFINITE);
    return 0;
}

int main(void) {
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, NULL), thread;
    DWORD code;

    running = CreateEventA(NULL, FALSE, FALSE, NULL);
    never = CreateEventA(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, wait_alertably, NULL, CREATE_SUSPENDED, NULL);
    QueueUserAPC(note, thread, '1');
    QueueUserAPC(note, thread, '2');
    ResumeThread(thread);
    WaitForSingleObject(running, INFINITE);
    QueueUserAPC(note, thread, '3');
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("order: %s, wait gave 0x%lx\n", trace, code);
    printf("queue to an ended thread: %lu\n", QueueUserAPC(note, thread, 'X'));

    thread = CreateThread(NULL, 0, wait_deafly, gate, 0, NULL);
    WaitForSingleObject(running, INFINITE);
    printf("queue to a deaf thread: %d\n", QueueUserAPC(note, thread, 'Y') != 0);
    SetEvent(gate);
    WaitForSingleObject(thread, INFINITE);
    printf("order: %s\n", trace);
    return 0;
}
