/*
 * TerminateJobObject ends all members with its code, also those that joined because their parent
 * was a member, but not one that had ended before. A job without members can be terminated, too.
 *
 * rules: JOB-02, JOB-03, JOB-04, JOB-05, JOB-06, JOB-10, EXIT-28
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

static void print_end(const char *name, HANDLE process, HANDLE job) {
    BOOL member = 2;
    DWORD code;

    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    IsProcessInJob(process, job, &member);
    printf("%s: code %lu, in the job: %d\n", name, code, member);
}

/* The member of the job that is not `known`. */
static HANDLE open_other(HANDLE job, DWORD known) {
    union {
        JOBOBJECT_BASIC_PROCESS_ID_LIST list;
        char room[256];
    } ids;
    DWORD i;

    if (!QueryInformationJobObject(job, JobObjectBasicProcessIdList, &ids, sizeof ids, NULL))
        printf("no list: %lu\n", GetLastError());
    printf("%lu members\n", ids.list.NumberOfProcessIdsInList);
    for (i = 0; i < ids.list.NumberOfProcessIdsInList; i++)
        if (ids.list.ProcessIdList[i] != known)
            return OpenProcess(PROCESS_ALL_ACCESS, FALSE, (DWORD)ids.list.ProcessIdList[i]);
    return NULL;
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    PROCESS_INFORMATION early, parent;
    HANDLE job, ready, grandchild;
    char role[64];

    if (argc > 2) {
        spawn("sleep", 0);
        SetEvent(handle_of(argv[2]));
        Sleep(INFINITE);
    }
    if (argc > 1 && strcmp(argv[1], "early") == 0)
        return 9;
    if (argc > 1)
        Sleep(INFINITE);

    job = CreateJobObjectA(NULL, NULL);
    printf("empty job terminated: %d\n", TerminateJobObject(job, 5));
    CloseHandle(job);

    job = CreateJobObjectA(NULL, NULL);
    ready = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    early = spawn_in(job, "early");
    print_end("early", early.hProcess, job);
    sprintf(role, "parent %lu", (DWORD)(ULONG_PTR)ready);
    parent = spawn_in(job, role);
    WaitForSingleObject(ready, INFINITE);
    grandchild = open_other(job, parent.dwProcessId);
    printf("terminated: %d\n", TerminateJobObject(job, 123));
    print_end("parent", parent.hProcess, job);
    print_end("grandchild", grandchild, job);
    print_end("early", early.hProcess, job);
    return 0;
}
