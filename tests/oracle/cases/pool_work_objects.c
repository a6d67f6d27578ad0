/*
 * A work object runs its callback once for each submission; waiting for it means waiting for all of
 * them, and can drop those that have not begun. Closed, it goes with its last callback.
 *
 * rules: THRD-01, WAIT-10
 */
#include <stdio.h>
#include <windows.h>

static HANDLE gate, begun;
static LONG calls, others;
static DWORD main_id;

static void CALLBACK count(PTP_CALLBACK_INSTANCE instance, void *context, PTP_WORK work) {
    (void)instance;
    (void)work;
    InterlockedAdd(&calls, (LONG)(INT_PTR)context);
    if (GetCurrentThreadId() != main_id)
        InterlockedIncrement(&others);
}

static void CALLBACK stand(PTP_CALLBACK_INSTANCE instance, void *context, PTP_WORK work) {
    (void)instance;
    (void)context;
    (void)work;
    InterlockedIncrement(&calls);
    SetEvent(begun);
    WaitForSingleObject(gate, INFINITE);
}

static void CALLBACK simple(PTP_CALLBACK_INSTANCE instance, void *context) {
    (void)instance;
    SetEvent(context);
}

static void submitted_often(void) {
    PTP_WORK work = CreateThreadpoolWork(count, (void *)3, NULL);

    for (int i = 0; i < 10; i++)
        SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    printf("10 submissions: %ld in %ld calls on other threads\n", calls, others);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CloseThreadpoolWork(work);
}

static void cancelled(void) {
    PTP_POOL pool = CreateThreadpool(NULL);
    TP_CALLBACK_ENVIRON environment;
    PTP_WORK work;

    InitializeThreadpoolEnvironment(&environment);
    SetThreadpoolCallbackPool(&environment, pool);
    SetThreadpoolThreadMaximum(pool, 1);
    printf("minimum: %d\n", SetThreadpoolThreadMinimum(pool, 1));
    work = CreateThreadpoolWork(stand, NULL, &environment);
    calls = 0;
    SubmitThreadpoolWork(work);
    WaitForSingleObject(begun, INFINITE);
    SubmitThreadpoolWork(work);
    SubmitThreadpoolWork(work);
    SetEvent(gate);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    printf("one thread, three calls: %ld\n", calls);
    ResetEvent(gate);
    ResetEvent(begun);
    SubmitThreadpoolWork(work);
    WaitForSingleObject(begun, INFINITE);
    for (int i = 0; i < 5; i++)
        SubmitThreadpoolWork(work);
    CloseThreadpoolWork(work);
    CloseThreadpool(pool);
    DestroyThreadpoolEnvironment(&environment);
}

int main(void) {
    HANDLE done = CreateEventA(NULL, FALSE, FALSE, NULL);

    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    begun = CreateEventA(NULL, TRUE, FALSE, NULL);
    main_id = GetCurrentThreadId();
    submitted_often();
    cancelled();
    printf("simple: %d\n", TrySubmitThreadpoolCallback(simple, done, NULL));
    printf("wait: %lu\n", WaitForSingleObject(done, INFINITE));
    return 0;
}
