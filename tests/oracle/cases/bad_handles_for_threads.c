/*
 * Calls that take a thread, each with every kind of bad handle.
 *
 * rules: HNDL-24, HNDL-46, EXIT-18
 */
#include <stdio.h>
#include <windows.h>

static struct {
    const char *name;
    HANDLE handle;
} bad[] = {{"NULL", NULL}, {"-1", (HANDLE)-1}, {"closed", NULL}, {"event", NULL}, {"job", NULL}};

/* One row: the call with each handle in the place of h. */
#define ROW(call)                                                                                  \
    do {                                                                                           \
        printf("%s:", #call);                                                                      \
        for (int i = 0; i < (int)(sizeof bad / sizeof bad[0]); i++) {                              \
            HANDLE h = bad[i].handle;                                                              \
            SetLastError(0);                                                                       \
            LONG result = (LONG)(LONG_PTR)(call);                                                  \
            DWORD error = GetLastError();                                                          \
            printf(" %s ", bad[i].name);                                                           \
            if (result == 0 || result == -1)                                                       \
                printf("%ld/%lu", result, error);                                                  \
            else                                                                                   \
                printf("%ld", result);                                                             \
        }                                                                                          \
        puts("");                                                                                  \
    } while (0)

static void CALLBACK call(ULONG_PTR unused) {
    (void)unused;
}

int main(void) {
    HANDLE closed = CreateEventA(NULL, TRUE, FALSE, NULL);
    FILETIME time[4];
    DWORD code;
    CONTEXT context = {.ContextFlags = CONTEXT_CONTROL};

    bad[3].handle = CreateEventA(NULL, TRUE, TRUE, NULL);
    bad[4].handle = CreateJobObjectA(NULL, NULL);
    bad[2].handle = closed;
    CloseHandle(closed);
    ROW(GetExitCodeThread(h, &code));
    ROW(TerminateThread(h, 1));
    ROW(SuspendThread(h));
    ROW(ResumeThread(h));
    ROW(GetThreadTimes(h, &time[0], &time[1], &time[2], &time[3]));
    ROW(GetThreadId(h));
    ROW(GetProcessIdOfThread(h));
    ROW(GetThreadPriority(h));
    ROW(SetThreadPriority(h, THREAD_PRIORITY_NORMAL));
    ROW(QueueUserAPC(call, h, 0));
    ROW(SetThreadAffinityMask(h, 1));
    ROW(GetThreadContext(h, &context));
    ROW(SetThreadPriority(GetCurrentThread(), 99) + (h == NULL));
    return 0;
}
