/*
 * A process that has ended cannot be terminated again: the call is refused, and in any case the
 * exit code stays what it was.
 *
 * rules: PROC-30, EXIT-02
 * windows: PROC-30 Windows refuses with ERROR_ACCESS_DENIED, Wine reports success
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
    PROCESS_INFORMATION child;
    DWORD code;
    BOOL ok;

    (void)argv;
    if (argc > 1)
        return 12;
    child = spawn("child", 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    SetLastError(0);
    ok = TerminateProcess(child.hProcess, 99);
    printf("TerminateProcess: %s, error %lu\n", ok ? "TRUE" : "FALSE", GetLastError());
    GetExitCodeProcess(child.hProcess, &code);
    printf("exit code: %lu\n", code);
    return 0;
}
