/*
 * A remote thread in a process that was created suspended runs, and returns, while the main thread
 * still waits to be resumed; its end does not end the process.
 *
 * rules: REST-05, REST-06, REST-01, DLL-29
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

static DWORD WINAPI visit(LPVOID unused) {
    (void)unused;
    ExitThread(0x1234);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;
    HANDLE thread;
    DWORD code;

    (void)argv;
    if (argc > 1)
        return 56;
    child = spawn("child", CREATE_SUSPENDED);
    thread = CreateRemoteThread(child.hProcess, NULL, 0, visit, NULL, 0, NULL);
    printf("remote thread: wait 0x%lx", WaitForSingleObject(thread, INFINITE));
    GetExitCodeThread(thread, &code);
    printf(", code 0x%lx\n", code);
    GetExitCodeProcess(child.hProcess, &code);
    printf("process: %lu, wait 0x%lx\n", code, WaitForSingleObject(child.hProcess, 0));
    printf("main thread was suspended: %lu\n", ResumeThread(child.hThread));
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("process ended: %lu\n", code);
    return 0;
}
