/*
 * Any thread may call ExitProcess. The primary thread is killed like every other one and gets the
 * same code.
 *
 * rules: PROC-18, EXIT-08, PROC-17
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

static DWORD WINAPI leave(LPVOID unused) {
    (void)unused;
    ExitProcess(61);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;
    DWORD process_code, thread_code;

    (void)argv;
    if (argc > 1) {
        CreateThread(NULL, 0, leave, NULL, 0, NULL);
        Sleep(INFINITE);
        puts("the main thread slept for ever");
    }
    child = spawn("child", 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    WaitForSingleObject(child.hThread, INFINITE);
    GetExitCodeProcess(child.hProcess, &process_code);
    GetExitCodeThread(child.hThread, &thread_code);
    printf("process %lu, main thread %lu\n", process_code, thread_code);
    return 0;
}
