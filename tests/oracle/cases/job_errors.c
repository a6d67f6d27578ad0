/*
 * What the functions of jobs refuse: ended processes, handles without the rights, flags of another
 * class and a wrong size.
 *
 * rules: JOB-07, HNDL-21, HNDL-22, HNDL-23
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

static void print_result(const char *name, BOOL result) {
    DWORD error = GetLastError();

    printf("%s: %d", name, result);
    if (!result)
        printf(", error %lu", error);
    printf("\n");
}

static HANDLE with_access(HANDLE handle, DWORD access) {
    HANDLE copy = NULL;

    DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, access, FALSE, 0);
    return copy;
}

static void try_rights(HANDLE job, HANDLE child) {
    HANDLE query = with_access(job, JOB_OBJECT_QUERY);
    HANDLE assign = with_access(job, JOB_OBJECT_ASSIGN_PROCESS);
    HANDLE both = with_access(child, PROCESS_SET_QUOTA | PROCESS_TERMINATE);
    BOOL member;

    print_result("assign to a query handle", AssignProcessToJobObject(query, both));
    print_result("assign with terminate alone",
                 AssignProcessToJobObject(assign, with_access(child, PROCESS_TERMINATE)));
    print_result("assign with quota alone",
                 AssignProcessToJobObject(assign, with_access(child, PROCESS_SET_QUOTA)));
    print_result("assign with both", AssignProcessToJobObject(assign, both));
    print_result("ask with an assign handle", IsProcessInJob(child, assign, &member));
    print_result("ask with a query handle", IsProcessInJob(child, query, &member));
    print_result("terminate with a query handle", TerminateJobObject(query, 1));
    print_result("terminate a process as a job", TerminateJobObject(child, 1));
    print_result("terminate with the right",
                 TerminateJobObject(with_access(job, JOB_OBJECT_TERMINATE), 1));
}

int main(int argc, char **argv) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {{{{0}}}};
    PROCESS_INFORMATION child;
    HANDLE job, opened;

    if (argc > 1 && strcmp(argv[1], "sleep") == 0)
        Sleep(INFINITE);
    if (argc > 1)
        return 7;

    job = CreateJobObjectA(NULL, "rundown oracle job");
    child = spawn("end", 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    print_result("assign an ended process", AssignProcessToJobObject(job, child.hProcess));
    child = spawn("sleep", 0);
    try_rights(job, child.hProcess);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    print_result("extended flag in the basic class",
                 SetInformationJobObject(job, JobObjectBasicLimitInformation, &limits,
                                         sizeof limits.BasicLimitInformation));
    print_result("query with a wrong size",
                 QueryInformationJobObject(job, JobObjectExtendedLimitInformation, &limits,
                                           sizeof limits - 1, NULL));
    opened = OpenJobObjectA(JOB_OBJECT_QUERY, FALSE, "rundown oracle job");
    print_result("open by name", opened != NULL);
    CloseHandle(opened);
    CloseHandle(job);
    return 0;
}
