/*
 * A job is closed while a member starts a process that breaks away.
 *
 * The launcher runs a tool in a job that ends its members when it is closed, and believes that
 * nothing of the tool is left afterwards. The tool's helper, started with
 * CREATE_BREAKAWAY_FROM_JOB, is no member: it lives on, if the tool was fast enough to start it.
 *
 * Repaired: the job does not allow its members to break away.
 *
 * rundown-cc -o job_breakaway.exe job_breakaway.c
 */
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static PROCESS_INFORMATION start(char *command, DWORD flags) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started = {0};

    CreateProcessA(NULL, command, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &started);
    return started;
}

static int tool(void) {
    char command[] = "job_breakaway.exe helper";

    start(command, CREATE_BREAKAWAY_FROM_JOB);
    return 0;
}

static int helper(void) {
    CreateEventA(NULL, TRUE, FALSE, "the helper is here");
    Sleep(1000);
    return 0;
}

static HANDLE create_job(void) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job = CreateJobObjectA(NULL, NULL);

    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
#ifndef REPAIRED
    limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_BREAKAWAY_OK;
#endif
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    return job;
}

int main(int argc, char **argv) {
    char command[] = "job_breakaway.exe tool";

    if (argc > 1)
        return strcmp(argv[1], "tool") == 0 ? tool() : helper();
    HANDLE job = create_job();
    PROCESS_INFORMATION started = start(command, CREATE_SUSPENDED);
    AssignProcessToJobObject(job, started.hProcess);
    ResumeThread(started.hThread);
    CloseHandle(job);
    WaitForSingleObject(started.hProcess, INFINITE);
    if (OpenEventA(SYNCHRONIZE, FALSE, "the helper is here"))
        abort();
    return 0;
}
