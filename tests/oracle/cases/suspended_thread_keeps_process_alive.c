/*
 * A thread exists from its creation on. The main thread leaves, only a thread that was never
 * resumed is left, and the process stays alive until that one ends too.
 *
 * rules: THRD-24, THRD-25, PROC-21, EXIT-07
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

static DWORD WINAPI never_runs(LPVOID unused) {
    (void)unused;
    puts("the suspended thread runs");
    return 1;
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;
    DWORD code;

    (void)argv;
    if (argc > 1) {
        CreateThread(NULL, 0, never_runs, NULL, CREATE_SUSPENDED, NULL);
        ExitThread(7);
    }
    child = spawn("child", 0);
    WaitForSingleObject(child.hThread, INFINITE);
    GetExitCodeThread(child.hThread, &code);
    printf("main thread: %lu\n", code);
    printf("process: wait 0x%lx", WaitForSingleObject(child.hProcess, 50));
    GetExitCodeProcess(child.hProcess, &code);
    printf(", code %lu\n", code);
    TerminateProcess(child.hProcess, 90);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("terminated: %lu\n", code);
    return 0;
}
