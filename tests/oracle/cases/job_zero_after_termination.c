/*
 * After TerminateJobObject the port learns that no active process is left. What it learns of single
 * processes is not looked at here.
 *
 * rules: JOB-22, JOB-19
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

int main(int argc, char **argv) {
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT info;
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION count;
    LPOVERLAPPED about = NULL;
    DWORD message = 0, i;
    ULONG_PTR key;
    HANDLE job;

    if (argc > 1)
        Sleep(INFINITE);

    job = CreateJobObjectA(NULL, NULL);
    info.CompletionKey = (PVOID)1;
    info.CompletionPort = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &info, sizeof info);
    for (i = 0; i < 3; i++)
        spawn_in(job, "sleep");
    printf("terminated: %d\n", TerminateJobObject(job, 123));
    while (message != JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO)
        if (!GetQueuedCompletionStatus(info.CompletionPort, &message, &key, &about, INFINITE))
            break;
    printf("message %lu, process: %s\n", message, about ? "some" : "none");
    QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &count, sizeof count, NULL);
    printf("%lu processes in all, %lu active\n", count.TotalProcesses, count.ActiveProcesses);
    return 0;
}
