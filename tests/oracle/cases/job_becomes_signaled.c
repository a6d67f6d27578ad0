/*
 * A job is not signaled when its members have ended by themselves, but when it is terminated; then
 * it stays so, whatever is assigned to it.
 *
 * rules: JOB-26, JOB-27
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
    PROCESS_INFORMATION child;
    HANDLE job;

    if (argc > 1 && strcmp(argv[1], "sleep") == 0)
        Sleep(INFINITE);
    if (argc > 1)
        return 7;

    job = CreateJobObjectA(NULL, NULL);
    printf("new: 0x%lx\n", WaitForSingleObject(job, 0));
    child = spawn_in(job, "end");
    WaitForSingleObject(child.hProcess, INFINITE);
    printf("member has ended: 0x%lx\n", WaitForSingleObject(job, 50));
    child = spawn_in(job, "sleep");
    TerminateJobObject(job, 1);
    printf("terminated: 0x%lx\n", WaitForSingleObject(job, INFINITE));
    WaitForSingleObject(child.hProcess, INFINITE);
    printf("again: 0x%lx\n", WaitForSingleObject(job, 0));
    child = spawn_in(job, "sleep");
    printf("new member: 0x%lx\n", WaitForSingleObject(job, 0));
    TerminateProcess(child.hProcess, 0);
    return 0;
}
