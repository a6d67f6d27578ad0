/*
 * A job tells its completion port of every new member, of every exit, and whenever no active
 * process is left. A port that comes late is told of the members that are there. A job has one
 * port.
 *
 * rules: JOB-18, JOB-19, JOB-20, JOB-23, JOB-25
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* Starts this program again; the child gets all inheritable handles. */
static PROCESS_INFORMATION spawn(const char *role, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    return child;
}

/* A child that is in the job before it runs. */
static PROCESS_INFORMATION spawn_in(HANDLE job, const char *role) {
    PROCESS_INFORMATION child = spawn(role, CREATE_SUSPENDED);

    if (!AssignProcessToJobObject(job, child.hProcess))
        printf("AssignProcessToJobObject failed with %lu\n", GetLastError());
    ResumeThread(child.hThread);
    return child;
}

/* Prints what the port holds; `first` is the process that is called so. */
static void print_messages(HANDLE port, DWORD first) {
    static const char *const names[] = {"?", "?", "?", "limit", "zero", "?", "new", "exit"};
    LPOVERLAPPED about;
    ULONG_PTR key;
    DWORD message;

    while (GetQueuedCompletionStatus(port, &message, &key, &about, 0))
        printf("  key %lu: %s%s\n", (DWORD)key, message < 8 ? names[message] : "?",
               !about                             ? ""
               : (DWORD)(ULONG_PTR)about == first ? " first"
                                                  : " other");
    printf("  then error %lu\n", GetLastError());
}

static BOOL associate(HANDLE job, HANDLE port, ULONG_PTR key) {
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT info;

    info.CompletionKey = (PVOID)key;
    info.CompletionPort = port;
    return SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &info,
                                   sizeof info);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION first, second;
    HANDLE job, port;
    int round;

    if (argc > 1 && strcmp(argv[1], "sleep") == 0)
        Sleep(INFINITE);
    if (argc > 1)
        return 7;

    job = CreateJobObjectA(NULL, NULL);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    printf("associated: %d\n", associate(job, port, 5));
    printf("again: %d", associate(job, port, 6));
    printf(", error %lu\n", GetLastError());
    for (round = 0; round < 2; round++) {
        first = spawn_in(job, "end");
        WaitForSingleObject(first.hProcess, INFINITE);
        print_messages(port, first.dwProcessId);
    }

    job = CreateJobObjectA(NULL, NULL);
    first = spawn_in(job, "sleep");
    second = spawn_in(job, "sleep");
    printf("associated late: %d\n", associate(job, port, 8));
    print_messages(port, first.dwProcessId);
    TerminateProcess(first.hProcess, 1);
    WaitForSingleObject(first.hProcess, INFINITE);
    print_messages(port, first.dwProcessId);
    TerminateProcess(second.hProcess, 1);
    WaitForSingleObject(second.hProcess, INFINITE);
    print_messages(port, first.dwProcessId);
    return 0;
}
