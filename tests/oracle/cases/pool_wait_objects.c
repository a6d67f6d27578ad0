/*
 * A wait object of the thread pool calls back once for each time that it is set: when its object
 * is signaled - also a thread or a process that ends - or when the time is up.
 *
 * rules: WAIT-05, WAIT-12, THRD-03, PROC-07
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static HANDLE called;
static LONG calls;
static TP_WAIT_RESULT last;

static void CALLBACK note(PTP_CALLBACK_INSTANCE instance, void *context, PTP_WAIT wait,
                          TP_WAIT_RESULT result) {
    (void)instance;
    (void)context;
    (void)wait;
    last = result;
    InterlockedIncrement(&calls);
    SetEvent(called);
}

static void CALLBACK pass_on(PTP_CALLBACK_INSTANCE instance, void *event, PTP_WAIT wait,
                             TP_WAIT_RESULT result) {
    (void)instance;
    (void)wait;
    (void)result;
    SetEvent(event);
}

/*
 * A pool may go on waiting for a moment for what was taken back. When it has called for something
 * that came later, it does so no more.
 */
static void pool_has_looked(void) {
    HANDLE set = CreateEventA(NULL, TRUE, TRUE, NULL),
           passed = CreateEventA(NULL, TRUE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(pass_on, passed, NULL);

    SetThreadpoolWait(wait, set, NULL);
    WaitForSingleObject(passed, INFINITE);
    WaitForThreadpoolWaitCallbacks(wait, TRUE);
    CloseThreadpoolWait(wait);
}

static DWORD WINAPI work(void *unused) {
    (void)unused;
    Sleep(10);
    return 0;
}

static void show(const char *what) {
    WaitForSingleObject(called, INFINITE);
    printf("%s: result %lu, %ld calls\n", what, last, calls);
}

int main(int argc, char **argv) {
    LARGE_INTEGER due = {.QuadPart = -10000 * 10};
    FILETIME soon = {due.LowPart, (DWORD)due.HighPart}, now = {0, 0};
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    PTP_WAIT wait = CreateThreadpoolWait(note, NULL, NULL);
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    DWORD result;

    if (argc > 1)
        return (int)strlen(argv[1]);
    called = CreateEventA(NULL, FALSE, FALSE, NULL);
    SetThreadpoolWait(wait, event, NULL);
    SetEvent(event);
    show("event");
    WaitForThreadpoolWaitCallbacks(wait, FALSE);
    SetEvent(event);
    result = WaitForSingleObject(event, 20);
    printf("not set again: event %lu, %ld calls\n", result, calls);
    SetThreadpoolWait(wait, event, &soon);
    show("timeout");
    SetThreadpoolWait(wait, event, &now);
    show("no time at all");
    SetThreadpoolWait(wait, CreateThread(NULL, 0, work, NULL, 0, NULL), NULL);
    show("thread");
    CreateProcessA(NULL, (char[]){"pool_wait_objects.exe child"}, NULL, NULL, FALSE, 0, NULL, NULL,
                   &startup, &child);
    SetThreadpoolWait(wait, child.hProcess, NULL);
    show("process");
    SetThreadpoolWait(wait, event, NULL);
    SetThreadpoolWait(wait, NULL, NULL);
    WaitForThreadpoolWaitCallbacks(wait, TRUE);
    pool_has_looked();
    SetEvent(event);
    result = WaitForSingleObject(event, 20);
    printf("taken back: event %lu, %ld calls\n", result, calls);
    CloseThreadpoolWait(wait);
    return 0;
}
