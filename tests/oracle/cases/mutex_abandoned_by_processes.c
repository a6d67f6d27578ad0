/*
 * A process that ends abandons the mutexes of its threads, whether it returns, leaves by
 * ExitProcess, is terminated or crashes. Who wakes up from waiting for the process finds it done.
 *
 * rules: WAIT-12, PROC-10, SEH-20, WAIT-09, HNDL-05
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

static int be_child(const char *end) {
    HANDLE mutex = OpenMutexA(MUTEX_ALL_ACCESS, FALSE, "oracle_process_mutex");
    HANDLE taken = OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_process_mutex_taken");

    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    WaitForSingleObject(mutex, INFINITE);
    SetEvent(taken);
    if (strcmp(end, "ExitProcess") == 0)
        ExitProcess(0);
    if (strcmp(end, "TerminateProcess") == 0)
        TerminateProcess(GetCurrentProcess(), 0);
    if (strcmp(end, "crash") == 0)
        RaiseException(0xE0000001, EXCEPTION_NONCONTINUABLE, 0, NULL);
    if (strcmp(end, "killed") == 0)
        Sleep(INFINITE);
    return 0;
}

int main(int argc, char **argv) {
    static const char *const ends[] = {"return", "ExitProcess", "TerminateProcess", "crash",
                                       "killed"};
    HANDLE mutex, taken;
    unsigned i;

    if (argc > 1)
        return be_child(argv[1]);
    mutex = CreateMutexA(NULL, FALSE, "oracle_process_mutex");
    taken = CreateEventA(NULL, FALSE, FALSE, "oracle_process_mutex_taken");
    for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        PROCESS_INFORMATION child = spawn(ends[i], 0);

        WaitForSingleObject(taken, INFINITE);
        if (strcmp(ends[i], "killed") == 0)
            TerminateProcess(child.hProcess, 0);
        WaitForSingleObject(child.hProcess, INFINITE);
        printf("%s: wait 0x%lx", ends[i], WaitForSingleObject(mutex, 0));
        printf(", release %d", ReleaseMutex(mutex));
        printf(", wait 0x%lx\n", WaitForSingleObject(mutex, 0));
        ReleaseMutex(mutex);
        CloseHandle(child.hThread);
        CloseHandle(child.hProcess);
    }
    return 0;
}
