/*
 * GetProcessTimes answers for a process that has ended, and then tells when it ended.
 *
 * rules: PROC-43, PROC-13
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

int main(int argc, char **argv) {
    FILETIME created, ended, kernel, user;
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1)
        return 0;
    child = spawn("child", 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    printf("GetProcessTimes: %d\n",
           GetProcessTimes(child.hProcess, &created, &ended, &kernel, &user));
    printf("has an end: %d\n", ended.dwLowDateTime != 0 || ended.dwHighDateTime != 0);
    printf("not before its creation: %d\n", CompareFileTime(&created, &ended) <= 0);
    return 0;
}
