/*
 * Handles that carry one right each: which call asks for which right. A call that lacks its right
 * fails with ERROR_ACCESS_DENIED and does nothing.
 *
 * rules: HNDL-16, HNDL-17, HNDL-19
 */
#include <stdio.h>
#include <windows.h>

/* Tries the call with a handle for each of the rights. */
#define ROW(rights, call)                                                                          \
    do {                                                                                           \
        printf("%s:", #call);                                                                      \
        for (int i = 0; i < (int)(sizeof rights / sizeof rights[0]); i++) {                        \
            HANDLE h = with_right(&rights[i]);                                                     \
            SetLastError(0);                                                                       \
            LONG result = (LONG)(LONG_PTR)(call);                                                  \
            DWORD error = GetLastError();                                                          \
            if (result == 0 || result == -1)                                                       \
                printf(" -/%lu", error);                                                           \
            else                                                                                   \
                printf(" %s", rights[i].name);                                                     \
            CloseHandle(h);                                                                        \
        }                                                                                          \
        puts("");                                                                                  \
    } while (0)

struct right {
    const char *name;
    DWORD access;
};

static HANDLE object;

static HANDLE with_right(const struct right *right) {
    HANDLE handle = NULL;

    DuplicateHandle(GetCurrentProcess(), object, GetCurrentProcess(), &handle, right->access, FALSE,
                    0);
    return handle;
}

static const struct right of_threads[] = {{"SYNCHRONIZE", SYNCHRONIZE},
                                          {"TERMINATE", THREAD_TERMINATE},
                                          {"SUSPEND_RESUME", THREAD_SUSPEND_RESUME},
                                          {"GET_CONTEXT", THREAD_GET_CONTEXT},
                                          {"SET_CONTEXT", THREAD_SET_CONTEXT},
                                          {"QUERY", THREAD_QUERY_INFORMATION},
                                          {"SET", THREAD_SET_INFORMATION},
                                          {"QUERY_LIMITED", THREAD_QUERY_LIMITED_INFORMATION},
                                          {"SET_LIMITED", THREAD_SET_LIMITED_INFORMATION}};

static const struct right of_processes[] = {{"SYNCHRONIZE", SYNCHRONIZE},
                                            {"CREATE_THREAD", PROCESS_CREATE_THREAD},
                                            {"VM_OPERATION", PROCESS_VM_OPERATION},
                                            {"VM_READ", PROCESS_VM_READ},
                                            {"VM_WRITE", PROCESS_VM_WRITE},
                                            {"DUP_HANDLE", PROCESS_DUP_HANDLE},
                                            {"QUERY", PROCESS_QUERY_INFORMATION},
                                            {"SET", PROCESS_SET_INFORMATION},
                                            {"QUERY_LIMITED", PROCESS_QUERY_LIMITED_INFORMATION}};

static const struct right of_events[] = {{"SYNCHRONIZE", SYNCHRONIZE},
                                         {"MODIFY_STATE", EVENT_MODIFY_STATE},
                                         {"READ_CONTROL", READ_CONTROL}};

static const struct right of_jobs[] = {{"ASSIGN", JOB_OBJECT_ASSIGN_PROCESS},
                                       {"SET", JOB_OBJECT_SET_ATTRIBUTES},
                                       {"QUERY", JOB_OBJECT_QUERY},
                                       {"TERMINATE", JOB_OBJECT_TERMINATE},
                                       {"SYNCHRONIZE", SYNCHRONIZE}};

static void CALLBACK nothing(ULONG_PTR unused) {
    (void)unused;
}

static DWORD WINAPI sleeps(void *unused) {
    (void)unused;
    Sleep(INFINITE);
    return 0;
}

static void threads(void) {
    FILETIME time[4];
    DWORD code;

    object = CreateThread(NULL, 0, sleeps, NULL, CREATE_SUSPENDED, NULL);
    ROW(of_threads, GetExitCodeThread(h, &code));
    ROW(of_threads, SuspendThread(h) + 1);
    ROW(of_threads, GetThreadTimes(h, &time[0], &time[1], &time[2], &time[3]));
    ROW(of_threads, GetThreadId(h));
    ROW(of_threads, GetProcessIdOfThread(h));
    ROW(of_threads, QueueUserAPC(nothing, h, 0));
    ROW(of_threads, WaitForSingleObject(h, 0));
    ROW(of_threads, TerminateThread(h, 1));
}

static void processes(void) {
    FILETIME time[4];
    DWORD code, old;
    SIZE_T moved;
    static char bytes[2];
    HANDLE copy;
    void *page = VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE);
    MEMORY_BASIC_INFORMATION region;

    object = GetCurrentProcess();
    ROW(of_processes, GetExitCodeProcess(h, &code));
    ROW(of_processes, GetProcessTimes(h, &time[0], &time[1], &time[2], &time[3]));
    ROW(of_processes, GetProcessId(h) != 0);
    ROW(of_processes, GetPriorityClass(h) != 0);
    ROW(of_processes, SetPriorityClass(h, NORMAL_PRIORITY_CLASS));
    ROW(of_processes, TerminateProcess(h, 3));
    ROW(of_processes, ReadProcessMemory(h, bytes, bytes + 1, 1, &moved));
    ROW(of_processes, VirtualAllocEx(h, NULL, 4096, MEM_COMMIT, PAGE_READWRITE) != NULL);
    ROW(of_processes, VirtualQueryEx(h, bytes, &region, sizeof region));
    ROW(of_processes, VirtualProtectEx(h, page, 1, PAGE_READWRITE, &old));
    ROW(of_processes, DuplicateHandle(h, GetCurrentThread(), GetCurrentProcess(), &copy, 0, FALSE,
                                      DUPLICATE_SAME_ACCESS));
    ROW(of_processes, WaitForSingleObject(h, 0));
}

static void others(void) {
    JOBOBJECT_BASIC_LIMIT_INFORMATION limits = {.LimitFlags = 0};
    const DWORD size = sizeof limits;

    object = CreateEventA(NULL, TRUE, TRUE, NULL);
    ROW(of_events, SetEvent(h));
    ROW(of_events, ResetEvent(h));
    ROW(of_events, WaitForSingleObject(h, 0));
    object = CreateJobObjectA(NULL, NULL);
    ROW(of_jobs, SetInformationJobObject(h, JobObjectBasicLimitInformation, &limits, size));
    ROW(of_jobs, TerminateJobObject(h, 1));
}

int main(void) {
    threads();
    processes();
    others();
    return 0;
}
