/*
 * A registered wait calls back each time that its object is signaled or its time is up, until it
 * is unregistered; WT_EXECUTEONLYONCE makes it once. After a blocking UnregisterWaitEx no callback
 * is in progress.
 *
 * rules: WAIT-05, WAIT-12
 */
#include <stdio.h>
#include <windows.h>

static HANDLE called, gate, self;
static LONG calls, timeouts, inside;

static void CALLBACK note(void *context, BOOLEAN timed_out) {
    (void)context;
    InterlockedIncrement(&calls);
    if (timed_out)
        InterlockedIncrement(&timeouts);
    SetEvent(called);
}

static void CALLBACK stand(void *context, BOOLEAN timed_out) {
    (void)context;
    (void)timed_out;
    InterlockedIncrement(&inside);
    SetEvent(called);
    WaitForSingleObject(gate, INFINITE);
    InterlockedDecrement(&inside);
}

static void CALLBACK unregisters(void *context, BOOLEAN timed_out) {
    BOOL done;

    (void)context;
    (void)timed_out;
    WaitForSingleObject(gate, INFINITE);
    SetLastError(0);
    done = UnregisterWaitEx(self, NULL);
    printf("from its own callback: %d, error %lu\n", done, GetLastError());
    SetEvent(called);
}

static DWORD WINAPI open_gate(void *unused) {
    (void)unused;
    Sleep(50);
    SetEvent(gate);
    return 0;
}

/*
 * Every registration has an event of its own: a wait that has just been taken back may still be in
 * progress somewhere, and would use up the signal that is meant for the next one.
 */
static HANDLE waited_for(HANDLE *wait, WAITORTIMERCALLBACK function, DWORD limit, ULONG flags) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);

    RegisterWaitForSingleObject(wait, event, function, NULL, limit, flags);
    return event;
}

static void rings(ULONG flags, DWORD limit, const char *what) {
    DWORD second;
    HANDLE wait, event = waited_for(&wait, note, INFINITE, flags);

    calls = 0;
    SetEvent(event);
    WaitForSingleObject(called, INFINITE);
    SetEvent(event);
    second = WaitForSingleObject(called, limit);
    printf("%s: second %lu, %ld calls, %ld timeouts\n", what, second, calls, timeouts);
    printf("unregistered: %d\n", UnregisterWaitEx(wait, INVALID_HANDLE_VALUE));
}

int main(void) {
    HANDLE wait, thread;
    BOOL done;

    called = CreateEventA(NULL, FALSE, FALSE, NULL);
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    rings(WT_EXECUTEDEFAULT, INFINITE, "each time");
    rings(WT_EXECUTEONLYONCE, 50, "once");
    rings(WT_EXECUTEINWAITTHREAD, INFINITE, "in the wait thread");

    calls = 0;
    waited_for(&wait, note, 10, WT_EXECUTEONLYONCE);
    WaitForSingleObject(called, INFINITE);
    printf("timeout: %ld calls, %ld timeouts\n", calls, timeouts);
    UnregisterWaitEx(wait, INVALID_HANDLE_VALUE);

    SetEvent(waited_for(&wait, stand, INFINITE, WT_EXECUTEONLYONCE));
    WaitForSingleObject(called, INFINITE);
    SetLastError(0);
    done = UnregisterWait(wait);
    printf("in progress %ld: %d, error %lu\n", inside, done, GetLastError());
    SetEvent(gate);
    while (inside)
        Sleep(1);
    ResetEvent(gate);

    SetEvent(waited_for(&wait, stand, INFINITE, WT_EXECUTEONLYONCE));
    WaitForSingleObject(called, INFINITE);
    thread = CreateThread(NULL, 0, open_gate, NULL, 0, NULL);
    done = UnregisterWaitEx(wait, INVALID_HANDLE_VALUE);
    printf("blocking: %d, in progress %ld\n", done, inside);
    WaitForSingleObject(thread, INFINITE);

    SetEvent(waited_for(&self, unregisters, INFINITE, WT_EXECUTEONLYONCE));
    WaitForSingleObject(called, INFINITE);
    return 0;
}
