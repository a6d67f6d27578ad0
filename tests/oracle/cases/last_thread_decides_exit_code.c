/*
 * Nobody calls ExitProcess: the process ends with its last thread and has that thread's code.
 * "Last" is the last one to end, here the one that was created first.
 *
 * rules: EXIT-05, EXIT-06, PROC-19, THRD-01
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

static HANDLE main_thread, younger_thread;

static DWORD WINAPI older(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(main_thread, INFINITE);
    WaitForSingleObject(younger_thread, INFINITE);
    return 101;
}

static DWORD WINAPI younger(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(main_thread, INFINITE);
    return 102;
}

static void be_child(void) {
    HANDLE older_thread = CreateThread(NULL, 0, older, NULL, CREATE_SUSPENDED, NULL);

    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &main_thread, 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
    younger_thread = CreateThread(NULL, 0, younger, NULL, 0, NULL);
    ResumeThread(older_thread);
    ExitThread(100);
}

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        be_child();
    printf("main left with 100, the younger worker with 102, the older one last with 101\n");
    printf("process: %lu\n", run("child"));
    return 0;
}
