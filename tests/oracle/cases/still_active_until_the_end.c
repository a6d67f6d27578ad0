/*
 * A process is STILL_ACTIVE from its creation, also while it is suspended, until it ends; then the
 * status is its exit code, once and for all, and the object stays signaled.
 *
 * rules: EXIT-01, EXIT-02, PROC-06, PROC-07, WAIT-05, REST-01, THRD-20
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

static void show(const char *when, HANDLE process) {
    DWORD code = 0;
    BOOL ok = GetExitCodeProcess(process, &code);

    printf("%s: %s, code %lu, wait gives 0x%lx\n", when, ok ? "TRUE" : "FALSE", code,
           WaitForSingleObject(process, 0));
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1)
        return 33;

    child = spawn("child", CREATE_SUSPENDED);
    show("created suspended", child.hProcess);
    printf("suspend count before resume: %lu\n", ResumeThread(child.hThread));
    printf("wait: 0x%lx\n", WaitForSingleObject(child.hProcess, INFINITE));
    show("ended", child.hProcess);
    show("asked again", child.hProcess);
    printf("resuming a thread that has ended: %lu\n", ResumeThread(child.hThread));
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return 0;
}
