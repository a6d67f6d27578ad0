/*
 * Timers of the thread pool: once, periodic, stopped, set for a time that has passed.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

static HANDLE rung;
static LONG calls;

static void CALLBACK ring(PTP_CALLBACK_INSTANCE instance, void *context, PTP_TIMER timer) {
    (void)instance;
    (void)timer;
    if (InterlockedIncrement(&calls) == (LONG)(INT_PTR)context)
        SetEvent(rung);
}

static FILETIME in(int milliseconds) {
    LARGE_INTEGER due = {.QuadPart = -10000LL * milliseconds};
    return (FILETIME){due.LowPart, (DWORD)due.HighPart};
}

int main(void) {
    FILETIME soon = in(10), late = in(100000), past = {1, 1};
    PTP_TIMER once = CreateThreadpoolTimer(ring, (void *)1, NULL);
    PTP_TIMER often = CreateThreadpoolTimer(ring, (void *)5, NULL);

    rung = CreateEventA(NULL, FALSE, FALSE, NULL);
    printf("new: set %d\n", IsThreadpoolTimerSet(once));
    SetThreadpoolTimer(once, &late, 0, 0);
    printf("armed: set %d\n", IsThreadpoolTimerSet(once));
    SetThreadpoolTimer(once, &soon, 0, 0);
    WaitForSingleObject(rung, INFINITE);
    WaitForThreadpoolTimerCallbacks(once, FALSE);
    printf("rang: %ld times\n", calls);
    SetThreadpoolTimer(once, &late, 0, 0);
    SetThreadpoolTimer(once, NULL, 0, 0);
    printf("stopped: set %d, rang %ld times\n", IsThreadpoolTimerSet(once), calls);
    calls = 0;
    SetThreadpoolTimer(once, &past, 0, 0);
    printf("past: %lu\n", WaitForSingleObject(rung, INFINITE));
    calls = 0;
    SetThreadpoolTimer(often, &soon, 10, 0);
    printf("periodic: %lu\n", WaitForSingleObject(rung, INFINITE));
    printf("periodic: set %d\n", IsThreadpoolTimerSet(often));
    SetThreadpoolTimer(often, NULL, 0, 0);
    WaitForThreadpoolTimerCallbacks(often, TRUE);
    calls = 0;
    printf("wait: %lu\n", WaitForSingleObject(rung, 50));
    printf("stopped: rang %ld times\n", calls);
    CloseThreadpoolTimer(often);
    SetThreadpoolTimer(once, &late, 0, 0);
    CloseThreadpoolTimer(once);
    return 0;
}
