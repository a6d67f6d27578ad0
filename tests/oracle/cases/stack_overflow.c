/*
 * A recursion without end runs into the end of the stack, in the main thread as in any other, and
 * ends the process with STATUS_STACK_OVERFLOW.
 *
 * rules: EXIT-11, SEH-05, SEH-06
 * windows: EXIT-11 Wine has no stack left to handle it and ends only the thread
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static volatile int depth_limit = 0x7FFFFFFF;

static int descend(int depth) {
    volatile char frame[256];

    frame[0] = (char)depth;
    if (depth == depth_limit)
        return 0;
    return descend(depth + 1) + frame[0];
}

static DWORD WINAPI descend_in_a_thread(LPVOID unused) {
    (void)unused;
    return (DWORD)descend(0);
}

static int be_child(const char *role) {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    if (strcmp(role, "main") == 0)
        return descend(0);
    WaitForSingleObject(CreateThread(NULL, 0, descend_in_a_thread, NULL, 0, NULL), INFINITE);
    return 1;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return be_child(argv[1]);
    printf("in main: 0x%lX\n", run("main"));
    printf("in a worker: 0x%lX\n", run("worker"));
    return 0;
}
