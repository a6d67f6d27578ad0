/*
 * Calls on files, pipes, jobs, completion ports and consoles, each with every kind of bad handle.
 *
 * rules: HNDL-24, HNDL-46, JOB-01
 */
#include <stdio.h>
#include <windows.h>

static struct {
    const char *name;
    HANDLE handle;
} bad[] = {{"NULL", NULL},  {"-1", (HANDLE)-1}, {"-2", (HANDLE)-2},
           {"closed", NULL}, {"event", NULL},    {"job", NULL}};

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

static void files(void) {
    char bytes[8] = "";
    DWORD count;
    LARGE_INTEGER size, zero = {.QuadPart = 0};

    ROW(ReadFile(h, bytes, 1, &count, NULL));
    ROW(WriteFile(h, bytes, 1, &count, NULL));
    ROW(GetFileSize(h, NULL));
    ROW(GetFileSizeEx(h, &size));
    ROW(SetFilePointer(h, 0, NULL, FILE_CURRENT));
    ROW(SetFilePointerEx(h, zero, NULL, FILE_CURRENT));
    ROW(SetEndOfFile(h));
    ROW(FlushFileBuffers(h));
    ROW(GetFileType(h));
    ROW(PeekNamedPipe(h, NULL, 0, NULL, &count, NULL));
}

static void jobs(void) {
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting;
    JOBOBJECT_BASIC_LIMIT_INFORMATION limits = {.LimitFlags = 0};

    bad[5].handle = bad[4].handle; /* a job is no bad handle here */
    ROW(TerminateJobObject(h, 1));
    ROW(AssignProcessToJobObject(h, GetCurrentProcess()));
    ROW(SetInformationJobObject(h, JobObjectBasicLimitInformation, &limits, sizeof limits));
    if (bad[0].handle)
        ROW(QueryInformationJobObject(h, JobObjectBasicAccountingInformation, &accounting,
                                      sizeof accounting, NULL));
}

static void ports_and_consoles(void) {
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    ROW(GetQueuedCompletionStatus(h, &bytes, &key, &overlapped, 0));
    ROW(PostQueuedCompletionStatus(h, 0, 0, NULL));
    ROW(GetConsoleMode(h, &bytes));
    ROW(SetConsoleMode(h, 0));
}

int main(void) {
    HANDLE closed = CreateEventA(NULL, TRUE, FALSE, NULL);

    bad[4].handle = CreateEventA(NULL, TRUE, TRUE, NULL);
    bad[5].handle = CreateJobObjectA(NULL, NULL);
    bad[3].handle = closed;
    CloseHandle(closed);
    files();
    ports_and_consoles();
    jobs();
    return 0;
}
