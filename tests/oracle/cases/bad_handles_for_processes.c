/*
 * Calls that take a process, each with every kind of bad handle, and those that take a process id.
 *
 * rules: HNDL-24, HNDL-46, EXIT-18, PROC-31
 */
#include <stdio.h>
#include <windows.h>

static struct {
    const char *name;
    HANDLE handle;
} bad[] = {{"NULL", NULL},   {"-2", (HANDLE)-2}, {"closed", NULL}, {"event", NULL},
           {"thread", NULL}, {"job", NULL}};

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

#define ONE(call)                                                                                  \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        LONG result = (LONG)(LONG_PTR)(call);                                                      \
        DWORD error = GetLastError();                                                              \
        printf("%s: %ld/%lu\n", #call, result, error);                                             \
    } while (0)

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

static void memory_of_no_process(void) {
    char bytes[16];
    SIZE_T moved;
    MEMORY_BASIC_INFORMATION region;
    DWORD old;

    ROW(ReadProcessMemory(h, bytes, bytes, 1, &moved));
    ROW(WriteProcessMemory(h, bytes, bytes, 1, &moved));
    ROW(VirtualAllocEx(h, NULL, 4096, MEM_COMMIT, PAGE_READWRITE));
    ROW(VirtualFreeEx(h, bytes, 0, MEM_RELEASE));
    ROW(VirtualProtectEx(h, bytes, 1, PAGE_READONLY, &old));
    ROW(VirtualQueryEx(h, bytes, &region, sizeof region));
    ROW(CreateRemoteThread(h, NULL, 0, nothing, NULL, 0, NULL));
}

int main(void) {
    HANDLE closed = CreateEventA(NULL, TRUE, FALSE, NULL), job = CreateJobObjectA(NULL, NULL);
    FILETIME time[4];
    DWORD code;
    BOOL answer;

    bad[3].handle = CreateEventA(NULL, TRUE, TRUE, NULL);
    bad[4].handle = CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, NULL);
    bad[5].handle = job;
    bad[2].handle = closed;
    CloseHandle(closed);
    ROW(GetExitCodeProcess(h, &code));
    ROW(TerminateProcess(h, 1));
    ROW(GetProcessTimes(h, &time[0], &time[1], &time[2], &time[3]));
    ROW(GetProcessId(h));
    ROW(GetPriorityClass(h));
    ROW(SetPriorityClass(h, NORMAL_PRIORITY_CLASS));
    ROW(IsWow64Process(h, &answer));
    ROW(AssignProcessToJobObject(job, h));
    memory_of_no_process();
    ONE(OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, 0));
    ONE(OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, 0xFFFFFFF0));
    ONE(OpenThread(THREAD_QUERY_INFORMATION, FALSE, 0));
    ONE(OpenThread(THREAD_QUERY_INFORMATION, FALSE, 0xFFFFFFF0));
    ONE(OpenThread(THREAD_QUERY_INFORMATION, FALSE, GetCurrentProcessId()));
    ONE(ProcessIdToSessionId(0xFFFFFFF0, &code));
    return 0;
}
