/*
 * TerminateProcess ends a process whose thread waits for something that never comes. The wait is
 * broken off; process and thread get the code; every later look gives the same answer.
 *
 * rules: PROC-01, PROC-22, EXIT-10, WAIT-02, WAIT-05, PROC-07
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

static int wait_forever(void) {
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_terminate_other_ready");

    SetEvent(ready);
    WaitForSingleObject(CreateEventA(NULL, TRUE, FALSE, NULL), INFINITE);
    puts("nobody sets that event");
    return 1;
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;
    HANDLE ready;
    DWORD process_code, thread_code;

    (void)argv;
    if (argc > 1)
        return wait_forever();

    ready = CreateEventA(NULL, TRUE, FALSE, "oracle_terminate_other_ready");
    child = spawn("child", 0);
    WaitForSingleObject(ready, INFINITE);
    GetExitCodeProcess(child.hProcess, &process_code);
    printf("running: %lu\n", process_code);

    printf("TerminateProcess: %d\n", TerminateProcess(child.hProcess, 13));
    printf("process signaled: 0x%lx\n", WaitForSingleObject(child.hProcess, INFINITE));
    printf("and still: 0x%lx\n", WaitForSingleObject(child.hProcess, 0));
    printf("thread signaled: 0x%lx\n", WaitForSingleObject(child.hThread, INFINITE));
    GetExitCodeProcess(child.hProcess, &process_code);
    GetExitCodeThread(child.hThread, &thread_code);
    printf("process %lu, thread %lu\n", process_code, thread_code);
    return 0;
}
