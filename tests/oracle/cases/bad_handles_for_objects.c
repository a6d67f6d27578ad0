/*
 * Calls on synchronisation objects and on handles as such, each with every kind of bad handle:
 * none, the number of no handle, one that is closed, objects of other types, pseudo handles.
 *
 * rules: HNDL-24, HNDL-28, HNDL-46, WAIT-08, WAIT-22
 */
#include <stdio.h>
#include <windows.h>

static struct {
    const char *name;
    HANDLE handle;
} bad[] = {{"NULL", NULL},    {"-1", (HANDLE)-1}, {"-2", (HANDLE)-2}, {"closed", NULL},
           {"event", NULL},   {"mutex", NULL},    {"semaphore", NULL}, {"timer", NULL},
           {"thread", NULL},  {"job", NULL}};

/* One row: the call with each handle in the place of h. */
#define ROW(call)                                                                                  \
    do {                                                                                           \
        printf("%s:", #call);                                                                      \
        for (int i = 0; i < (int)(sizeof bad / sizeof bad[0]); i++) {                              \
            HANDLE h = bad[i].handle;                                                              \
            SetLastError(0);                                                                       \
            LONG result = (LONG)(call);                                                            \
            DWORD error = GetLastError();                                                          \
            printf(" %s ", bad[i].name);                                                           \
            if (result == 0 || result == -1)                                                       \
                printf("%ld/%lu", result, error);                                                  \
            else                                                                                   \
                printf("%ld", result);                                                             \
        }                                                                                          \
        puts("");                                                                                  \
    } while (0)

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

static void make(void) {
    HANDLE closed = CreateEventA(NULL, TRUE, FALSE, NULL);

    bad[4].handle = CreateEventA(NULL, TRUE, TRUE, NULL);
    bad[5].handle = CreateMutexA(NULL, TRUE, NULL);
    bad[6].handle = CreateSemaphoreA(NULL, 1, 9, NULL);
    bad[7].handle = CreateWaitableTimerA(NULL, TRUE, NULL);
    bad[8].handle = CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, NULL);
    bad[9].handle = CreateJobObjectA(NULL, NULL);
    bad[3].handle = closed;
    CloseHandle(closed);
}

int main(void) {
    LARGE_INTEGER due = {.QuadPart = -1000000000};
    HANDLE event, copy, self = GetCurrentProcess();
    DWORD flags;
    LONG previous;

    make();
    event = bad[4].handle;
    ROW(SetEvent(h));
    ROW(ResetEvent(h));
    ROW(PulseEvent(h));
    ROW(ReleaseMutex(h));
    ROW(ReleaseSemaphore(h, 1, &previous));
    ROW(SetWaitableTimer(h, &due, 0, NULL, NULL, FALSE));
    ROW(CancelWaitableTimer(h));
    SetEvent(event);
    ROW(WaitForSingleObject(h, 0));
    ROW(WaitForSingleObjectEx(h, 0, TRUE));
    ROW(SignalObjectAndWait(h, event, 0, FALSE));
    ROW(GetHandleInformation(h, &flags));
    ROW(SetHandleInformation(h, HANDLE_FLAG_INHERIT, 0));
    ROW(DuplicateHandle(h, event, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    ROW(DuplicateHandle(self, event, h, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    ROW(DuplicateHandle(self, h, self, &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
    return 0;
}
