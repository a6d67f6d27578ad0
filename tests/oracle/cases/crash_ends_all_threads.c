/*
 * A crash in any thread ends the whole process. Every thread that had not ended, also a sleeping
 * and a suspended one, gets the exception's code; one that had ended keeps its own.
 *
 * rules: SEH-06, EXIT-12, EXIT-13, EXIT-09, SEH-07, THRD-27
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

static DWORD WINAPI end_early(LPVOID unused) {
    (void)unused;
    return 5;
}

static DWORD WINAPI sleep_for_ever(LPVOID unused) {
    (void)unused;
    Sleep(INFINITE);
    return 6;
}

static DWORD WINAPI crash(LPVOID unused) {
    (void)unused;
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    *(volatile int *volatile)unused = 1;
    return 7;
}

static void report(const char *what, HANDLE thread) {
    DWORD code;

    GetExitCodeThread(thread, &code);
    printf("%s: wait 0x%lx, code 0x%lX\n", what, WaitForSingleObject(thread, 0), code);
}

int main(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "oracle_crash_ready");
    HANDLE ended, sleeping, suspended, crashing;
    PROCESS_INFORMATION child;
    DWORD code;

    (void)argv;
    if (argc > 1) {
        SetEvent(ready);
        return (int)sleep_for_ever(NULL);
    }
    child = spawn("child", 0);
    WaitForSingleObject(ready, INFINITE);
    /* The threads are the child's; creating them from here gives this process their handles. */
    ended = CreateRemoteThread(child.hProcess, NULL, 0, end_early, NULL, 0, NULL);
    WaitForSingleObject(ended, INFINITE);
    sleeping = CreateRemoteThread(child.hProcess, NULL, 0, sleep_for_ever, NULL, 0, NULL);
    suspended =
        CreateRemoteThread(child.hProcess, NULL, 0, end_early, NULL, CREATE_SUSPENDED, NULL);
    crashing = CreateRemoteThread(child.hProcess, NULL, 0, crash, NULL, 0, NULL);

    printf("wait: 0x%lx\n", WaitForSingleObject(child.hProcess, INFINITE));
    GetExitCodeProcess(child.hProcess, &code);
    printf("process: 0x%lX\n", code);
    report("ended before", ended);
    report("sleeping", sleeping);
    report("suspended", suspended);
    report("crashing", crashing);
    report("main", child.hThread);
    return 0;
}
