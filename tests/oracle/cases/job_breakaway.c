/*
 * A child joins its parent's job. It breaks away only if both its creator and the job want it, or
 * if the job lets all children go.
 *
 * rules: JOB-02, JOB-28, JOB-29
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void set_flags(HANDLE job, DWORD flags) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {{{{0}}}};

    limits.BasicLimitInformation.LimitFlags = flags;
    if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
        printf("SetInformationJobObject failed with %lu\n", GetLastError());
}

static void try_child(const char *name, HANDLE job, DWORD limit, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    BOOL member = 2;

    set_flags(job, limit);
    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" child", path);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &child)) {
        printf("%s: error %lu\n", name, GetLastError());
        return;
    }
    IsProcessInJob(child.hProcess, job, &member);
    printf("%s: in the job %d", name, member);
    IsProcessInJob(child.hProcess, NULL, &member);
    printf(", in any job %d\n", member);
    WaitForSingleObject(child.hProcess, INFINITE);
}

int main(int argc, char **argv) {
    BOOL member = 2;
    HANDLE job;

    (void)argv;
    if (argc > 1)
        return 0;

    job = CreateJobObjectA(NULL, NULL);
    IsProcessInJob(GetCurrentProcess(), NULL, &member);
    printf("at first in any job: %d\n", member);
    printf("assigned: %d\n", AssignProcessToJobObject(job, GetCurrentProcess()));
    try_child("plain job, plain child", job, 0, 0);
    try_child("plain job, breakaway", job, 0, CREATE_BREAKAWAY_FROM_JOB);
    try_child("breakaway job, plain child", job, JOB_OBJECT_LIMIT_BREAKAWAY_OK, 0);
    try_child("breakaway job, breakaway", job, JOB_OBJECT_LIMIT_BREAKAWAY_OK,
              CREATE_BREAKAWAY_FROM_JOB);
    try_child("silent job, plain child", job, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK, 0);
    try_child("silent job, breakaway", job, JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK,
              CREATE_BREAKAWAY_FROM_JOB);
    return 0;
}
