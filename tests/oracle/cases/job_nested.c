/*
 * A member of a job may be assigned to an unused job, which is then nested in the first one, but
 * not to one that others use. Messages of a member go to both jobs, the inner one's first.
 * Terminating the outer job ends the members of the inner one.
 *
 * rules: JOB-08, JOB-09, JOB-33
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
    PROCESS_INFORMATION stranger, first, second;
    HANDLE outer, inner, used, port;
    BOOL in_outer, in_inner;
    DWORD code;

    (void)argv;
    if (argc > 1)
        Sleep(INFINITE);

    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    outer = CreateJobObjectA(NULL, NULL);
    inner = CreateJobObjectA(NULL, NULL);
    used = CreateJobObjectA(NULL, NULL);
    associate(outer, port, 1);
    associate(inner, port, 2);
    stranger = spawn_in(used, "sleep");
    first = spawn_in(outer, "sleep");
    printf("to a used job: %d", AssignProcessToJobObject(used, first.hProcess));
    printf(", error %lu\n", GetLastError());
    printf("to an unused job: %d\n", AssignProcessToJobObject(inner, first.hProcess));
    second = spawn_in(inner, "sleep");
    IsProcessInJob(second.hProcess, outer, &in_outer);
    IsProcessInJob(second.hProcess, inner, &in_inner);
    printf("second: in the outer job %d, in the inner one %d\n", in_outer, in_inner);
    print_messages(port, first.dwProcessId);
    TerminateProcess(first.hProcess, 1);
    WaitForSingleObject(first.hProcess, INFINITE);
    print_messages(port, first.dwProcessId);
    printf("terminated: %d\n", TerminateJobObject(outer, 12));
    WaitForSingleObject(second.hProcess, INFINITE);
    GetExitCodeProcess(second.hProcess, &code);
    printf("second: code %lu\n", code);
    printf("stranger: wait 0x%lx\n", WaitForSingleObject(stranger.hProcess, 0));
    TerminateJobObject(used, 0);
    return 0;
}
