/*
 * The end of a process releases every thread that waits for it, and each of them already reads the
 * final exit code.
 *
 * rules: WAIT-04, WAIT-05, PROC-11
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define WAITERS 5

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

static PROCESS_INFORMATION child;

static DWORD WINAPI wait_for_child(LPVOID unused) {
    DWORD code;

    (void)unused;
    if (WaitForSingleObject(child.hProcess, INFINITE) != WAIT_OBJECT_0)
        return 0;
    GetExitCodeProcess(child.hProcess, &code);
    return code;
}

int main(int argc, char **argv) {
    HANDLE waiters[WAITERS];
    DWORD code;
    int i;

    (void)argv;
    if (argc > 1)
        return 40;
    child = spawn("child", CREATE_SUSPENDED);
    for (i = 0; i < WAITERS; i++)
        waiters[i] = CreateThread(NULL, 0, wait_for_child, NULL, 0, NULL);
    printf("nobody is released yet: 0x%lx\n", WaitForMultipleObjects(WAITERS, waiters, FALSE, 20));
    ResumeThread(child.hThread);
    printf("all are released: 0x%lx\n", WaitForMultipleObjects(WAITERS, waiters, TRUE, INFINITE));
    for (i = 0; i < WAITERS; i++) {
        GetExitCodeThread(waiters[i], &code);
        printf("waiter %d read %lu\n", i, code);
    }
    return 0;
}
