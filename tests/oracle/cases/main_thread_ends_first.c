/*
 * The end of the primary thread does not end the process. The process goes on while another
 * thread lives, and takes the exit code of the thread that ends last.
 *
 * rules: PROC-21, EXIT-05, THRD-05, CRT-12
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

static DWORD WINAPI outlive_main(LPVOID gate) {
    WaitForSingleObject(gate, INFINITE);
    puts("worker: still here");
    fflush(stdout);
    return 9;
}

int main(int argc, char **argv) {
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, "oracle_main_ends_first");
    PROCESS_INFORMATION child;
    DWORD process_code, thread_code;

    (void)argv;
    if (argc > 1) {
        CreateThread(NULL, 0, outlive_main, gate, 0, NULL);
        ExitThread(7);
    }

    child = spawn("child", 0);
    WaitForSingleObject(child.hThread, INFINITE);
    GetExitCodeThread(child.hThread, &thread_code);
    GetExitCodeProcess(child.hProcess, &process_code);
    printf("main thread %lu, process %lu, wait 0x%lx\n", thread_code, process_code,
           WaitForSingleObject(child.hProcess, 0));
    fflush(stdout);
    SetEvent(gate);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &process_code);
    printf("process ended with %lu\n", process_code);
    return 0;
}
