/*
 * A process owned a named mutex and had its only handle. After its end there is no such mutex, so
 * nothing is abandoned: the name is unknown, and a new mutex of that name is free.
 *
 * rules: WAIT-14, HNDL-04, HNDL-01
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define NAME "oracle_short_lived"

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

int main(int argc, char **argv) {
    HANDLE mutex;

    (void)argv;
    if (argc > 1) {
        mutex = CreateMutexA(NULL, TRUE, NAME);
        return mutex != NULL && GetLastError() == 0 ? 0 : 1;
    }
    printf("child made and owned it: %lu\n", run("child"));
    SetLastError(0);
    mutex = OpenMutexA(SYNCHRONIZE, FALSE, NAME);
    printf("open: %d, error %lu\n", mutex != NULL, GetLastError());
    SetLastError(0);
    mutex = CreateMutexA(NULL, FALSE, NAME);
    printf("create: %d, error %lu\n", mutex != NULL, GetLastError());
    printf("wait: 0x%lx\n", WaitForSingleObject(mutex, 0));
    ReleaseMutex(mutex);

    mutex = CreateMutexA(NULL, TRUE, NAME);
    printf("create again: %d, error %lu\n", mutex != NULL, GetLastError());
    printf("initial ownership does not count then: %d", ReleaseMutex(mutex));
    printf(", error %lu\n", GetLastError());
    return 0;
}
