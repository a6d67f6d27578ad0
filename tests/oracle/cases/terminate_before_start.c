/*
 * A process that was created suspended can be terminated without ever being resumed. Its main
 * never runs, and both the process and its thread have the given code.
 *
 * rules: PROC-02, PROC-42, EXIT-10, REST-02, REST-03, EXIT-07
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

static void report(const char *how, const PROCESS_INFORMATION *child) {
    DWORD process_code, thread_code;

    WaitForSingleObject(child->hProcess, INFINITE);
    WaitForSingleObject(child->hThread, INFINITE);
    GetExitCodeProcess(child->hProcess, &process_code);
    GetExitCodeThread(child->hThread, &thread_code);
    printf("%s: process %lu, thread %lu\n", how, process_code, thread_code);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1) {
        puts("the child runs");
        return 1;
    }
    child = spawn("child", CREATE_SUSPENDED);
    printf("TerminateProcess: %d\n", TerminateProcess(child.hProcess, 70));
    report("process terminated", &child);

    child = spawn("child", CREATE_SUSPENDED);
    printf("TerminateThread: %d\n", TerminateThread(child.hThread, 44));
    report("only thread terminated", &child);
    return 0;
}
