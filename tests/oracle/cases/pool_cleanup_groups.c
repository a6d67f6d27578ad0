/*
 * A cleanup group ends all its members at once: it waits for the callbacks in progress, drops what
 * has not begun if asked to, and then tells the cancel callback of each member. The process ends
 * without waiting for anything that is left.
 *
 * rules: PROC-01, EXIT-10
 */
#include <stdio.h>
#include <windows.h>

static HANDLE begun, gate;
static LONG calls, cancelled, ended;

static void CALLBACK stand(PTP_CALLBACK_INSTANCE instance, void *context, PTP_WORK work) {
    (void)instance;
    (void)context;
    (void)work;
    InterlockedIncrement(&calls);
    SetEvent(begun);
    WaitForSingleObject(gate, INFINITE);
    InterlockedIncrement(&ended);
}

static void CALLBACK never(PTP_CALLBACK_INSTANCE instance, void *context, PTP_TIMER timer) {
    (void)instance;
    (void)context;
    (void)timer;
    puts("a timer that is not due was called");
}

static void CALLBACK tell(void *object_context, void *cleanup_context) {
    printf("cancelled: %s, %s\n", (char *)object_context, (char *)cleanup_context);
    InterlockedIncrement(&cancelled);
}

/* Nothing tells that the group is being closed: time enough for that to begin. */
static DWORD WINAPI open_gate(void *unused) {
    (void)unused;
    Sleep(1000);
    SetEvent(gate);
    return 0;
}

static void members(BOOL cancel) {
    TP_CALLBACK_ENVIRON environment;
    PTP_POOL pool = CreateThreadpool(NULL);
    PTP_CLEANUP_GROUP group = CreateThreadpoolCleanupGroup();
    FILETIME due = {(DWORD)-1000000000, (DWORD)-1}; /* in 100 s */
    HANDLE thread;
    PTP_WORK work;

    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolThreadMaximum(pool, 1);
    SetThreadpoolCallbackPool(&environment, pool);
    SetThreadpoolCallbackCleanupGroup(&environment, group, tell);
    calls = cancelled = ended = 0;
    ResetEvent(begun);
    ResetEvent(gate);
    work = CreateThreadpoolWork(stand, "work", &environment);
    SubmitThreadpoolWork(work);
    WaitForSingleObject(begun, INFINITE);
    SubmitThreadpoolWork(work);
    SubmitThreadpoolWork(work);
    if (cancel)
        SetThreadpoolTimer(CreateThreadpoolTimer(never, "timer", &environment), &due, 0, 0);
    thread = CreateThread(NULL, 0, open_gate, NULL, 0, NULL);
    CloseThreadpoolCleanupGroupMembers(group, cancel, "group");
    printf("cancel %d: %ld calls, %ld returned, %ld told\n", cancel, calls, ended, cancelled);
    WaitForSingleObject(thread, INFINITE);
    CloseThreadpoolCleanupGroup(group);
    CloseThreadpool(pool);
}

int main(void) {
    PTP_WORK work;

    begun = CreateEventA(NULL, TRUE, FALSE, NULL);
    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    members(FALSE);
    members(TRUE);
    ResetEvent(begun);
    ResetEvent(gate);
    work = CreateThreadpoolWork(stand, NULL, NULL);
    SubmitThreadpoolWork(work);
    WaitForSingleObject(begun, INFINITE);
    puts("main returns during a callback");
    return 4;
}
