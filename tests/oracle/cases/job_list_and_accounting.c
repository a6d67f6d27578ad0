/*
 * The list of a job shows its active processes, as many as there is room for. The accounting counts
 * all that were ever members, and those that are active.
 *
 * rules: JOB-10, JOB-11
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

static void print_job(HANDLE job, DWORD size, DWORD first) {
    union {
        JOBOBJECT_BASIC_PROCESS_ID_LIST list;
        char room[256];
    } ids;
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION count;
    BOOL listed;

    memset(&ids, 0, sizeof ids);
    SetLastError(0);
    listed = QueryInformationJobObject(job, JobObjectBasicProcessIdList, &ids, size, NULL);
    printf("list: %d, error %lu, %lu assigned, %lu in the list", listed, GetLastError(),
           ids.list.NumberOfAssignedProcesses, ids.list.NumberOfProcessIdsInList);
    printf(", first: %d\n", ids.list.ProcessIdList[0] == first);
    QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &count, sizeof count, NULL);
    printf("accounting: %lu in all, %lu active, %lu terminated\n", count.TotalProcesses,
           count.ActiveProcesses, count.TotalTerminatedProcesses);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION first, second;
    JOBOBJECT_BASIC_PROCESS_ID_LIST small;
    HANDLE job;

    (void)argv;
    if (argc > 1)
        Sleep(INFINITE);

    job = CreateJobObjectA(NULL, NULL);
    print_job(job, 256, 0);
    first = spawn_in(job, "sleep");
    second = spawn_in(job, "sleep");
    print_job(job, 256, first.dwProcessId);
    print_job(job, sizeof small, first.dwProcessId);
    printf("no room at all: %d",
           QueryInformationJobObject(job, JobObjectBasicProcessIdList, &small, 4, NULL));
    printf(", error %lu\n", GetLastError());
    TerminateProcess(first.hProcess, 3);
    WaitForSingleObject(first.hProcess, INFINITE);
    print_job(job, 256, second.dwProcessId);
    TerminateProcess(second.hProcess, 3);
    WaitForSingleObject(second.hProcess, INFINITE);
    print_job(job, 256, 0);
    return 0;
}
