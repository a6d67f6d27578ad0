/*
 * Without the limit the last handle to a job goes and its members live on. With it they are killed:
 * when the handle is closed, and when the process that held it ends. Their code is 0.
 *
 * rules: JOB-01, JOB-12, JOB-13, JOB-15, EXIT-27, PROC-15
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

static HANDLE handle_of(const char *text) {
    return (HANDLE)(ULONG_PTR)strtoul(text, NULL, 10);
}

static void print_state(const char *name, HANDLE process) {
    DWORD code;

    GetExitCodeProcess(process, &code);
    printf("%s: code %lu, wait 0x%lx\n", name, code, WaitForSingleObject(process, 0));
}

static HANDLE limited_job(DWORD flags) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {{{{0}}}};
    HANDLE job = CreateJobObjectA(NULL, NULL);

    limits.BasicLimitInformation.LimitFlags = flags;
    if (!SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
        printf("SetInformationJobObject failed with %lu\n", GetLastError());
    return job;
}

/* Puts the process whose handle it has inherited into a job of its own. */
static void be_owner(HANDLE member, HANDLE ready) {
    HANDLE job = limited_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);

    printf("owner assigns: %d\n", AssignProcessToJobObject(job, member));
    fflush(stdout);
    SetEvent(ready);
    Sleep(INFINITE);
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    PROCESS_INFORMATION child, owner;
    HANDLE job, second, ready;
    char role[64];

    if (argc > 3)
        be_owner(handle_of(argv[2]), handle_of(argv[3]));
    if (argc > 1)
        Sleep(INFINITE);

    job = limited_job(0);
    child = spawn_in(job, "sleep");
    CloseHandle(job);
    print_state("closed without the limit", child.hProcess);
    TerminateProcess(child.hProcess, 1);

    job = limited_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);
    child = spawn_in(job, "sleep");
    DuplicateHandle(GetCurrentProcess(), job, GetCurrentProcess(), &second, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    CloseHandle(job);
    print_state("one handle left", child.hProcess);
    CloseHandle(second);
    WaitForSingleObject(child.hProcess, INFINITE);
    print_state("none left", child.hProcess);

    child = spawn("sleep", 0);
    SetHandleInformation(child.hProcess, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    ready = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    sprintf(role, "owner %lu %lu", (DWORD)(ULONG_PTR)child.hProcess, (DWORD)(ULONG_PTR)ready);
    owner = spawn(role, 0);
    WaitForSingleObject(ready, INFINITE);
    print_state("owner lives", child.hProcess);
    TerminateProcess(owner.hProcess, 5);
    WaitForSingleObject(child.hProcess, INFINITE);
    print_state("owner killed", child.hProcess);
    return 0;
}
