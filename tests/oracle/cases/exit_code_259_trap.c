/*
 * 259 is STILL_ACTIVE and a legal exit code as well. Only a wait tells the process that ended with
 * 259 from the one that has not ended; the same holds for threads.
 *
 * rules: EXIT-15, EXIT-16, EXIT-01, EXIT-17, WAIT-06
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static DWORD WINAPI leave_with_259(LPVOID unused) {
    (void)unused;
    ExitThread(STILL_ACTIVE);
}

static void report(const char *what, HANDLE object, DWORD code) {
    DWORD state = WaitForSingleObject(object, 0);

    printf("%s: code %lu, %s\n", what, code, state == WAIT_OBJECT_0 ? "ended" : "alive");
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION ended, alive;
    HANDLE ended_thread;
    DWORD code;

    if (argc > 1)
        return strcmp(argv[1], "leave") == 0 ? STILL_ACTIVE : 1;

    ended = spawn("leave", 0);
    WaitForSingleObject(ended.hProcess, INFINITE);
    GetExitCodeProcess(ended.hProcess, &code);
    report("process that returned 259", ended.hProcess, code);

    alive = spawn("wait", CREATE_SUSPENDED);
    GetExitCodeProcess(alive.hProcess, &code);
    report("process that has not started", alive.hProcess, code);
    GetExitCodeThread(alive.hThread, &code);
    report("its thread", alive.hThread, code);
    TerminateProcess(alive.hProcess, 3);
    WaitForSingleObject(alive.hProcess, INFINITE);

    ended_thread = CreateThread(NULL, 0, leave_with_259, NULL, 0, NULL);
    WaitForSingleObject(ended_thread, INFINITE);
    GetExitCodeThread(ended_thread, &code);
    report("thread that left with 259", ended_thread, code);
    return 0;
}
