/*
 * SetErrorMode returns the mode before it; a child starts with its parent's mode.
 *
 * rules: SEH-17, SEH-16
 * windows: SEH-17 Wine starts every process with mode 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

/* Runs this program again in the given role and returns its exit code. */
static DWORD run(const char *role) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    DWORD code;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code;
}

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        return (int)GetErrorMode();
    SetErrorMode(0);
    printf("child of mode 0: %lu\n", run("child"));
    printf("before: %u\n", SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX));
    printf("now: %u\n", GetErrorMode());
    printf("child: %lu\n", run("child"));
    return 0;
}
