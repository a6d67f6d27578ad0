/*
 * TerminateProcess needs a handle with PROCESS_TERMINATE. NULL is not "this process", and a
 * refused call leaves the target alone.
 *
 * rules: PROC-31, HNDL-16, HNDL-17, HNDL-19, EXIT-33, WAIT-07
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

/* Starts this program again in the given role; the caller closes both handles. */
static PROCESS_INFORMATION spawn(const char *role, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    return child;
}

static void show(const char *call, DWORD result) {
    printf("%s: %lu, error %lu\n", call, result, GetLastError());
    SetLastError(0);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;
    HANDLE may_wait, may_query, may_kill;
    DWORD code = 0;

    (void)argv;
    if (argc > 1)
        Sleep(INFINITE);

    child = spawn("child", CREATE_SUSPENDED);
    may_wait = OpenProcess(SYNCHRONIZE, FALSE, child.dwProcessId);
    may_query = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, child.dwProcessId);
    may_kill = OpenProcess(PROCESS_TERMINATE, FALSE, child.dwProcessId);

    show("TerminateProcess(NULL)", TerminateProcess(NULL, 1));
    show("TerminateProcess with SYNCHRONIZE only", TerminateProcess(may_wait, 1));
    show("TerminateProcess with QUERY only", TerminateProcess(may_query, 1));
    show("GetExitCodeProcess with SYNCHRONIZE only", GetExitCodeProcess(may_wait, &code));
    show("GetExitCodeProcess with TERMINATE only", GetExitCodeProcess(may_kill, &code));
    show("WaitForSingleObject with QUERY only", WaitForSingleObject(may_query, 0));
    show("WaitForSingleObject with TERMINATE only", WaitForSingleObject(may_kill, 0));

    GetExitCodeProcess(may_query, &code);
    printf("the target is untouched: %lu, wait 0x%lx\n", code, WaitForSingleObject(may_wait, 0));
    printf("TerminateProcess with TERMINATE only: %d\n", TerminateProcess(may_kill, 5));
    WaitForSingleObject(may_wait, INFINITE);
    GetExitCodeProcess(may_query, &code);
    printf("now it ended with %lu\n", code);
    return 0;
}
