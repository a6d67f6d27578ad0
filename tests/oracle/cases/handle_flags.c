/*
 * Every handle has two flags: inherit, and protect-from-close. A protected handle cannot be closed,
 * until the protection is taken away or the process ends.
 *
 * rules: HNDL-45, HNDL-04, HNDL-01
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

static void show(const char *when, HANDLE handle) {
    DWORD flags = 99;

    SetLastError(0);
    printf("%s: %d", when, GetHandleInformation(handle, &flags));
    printf(", flags %lu, error %lu\n", flags, GetLastError());
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    HANDLE event;

    (void)argv;
    if (argc > 1) {
        event = CreateEventA(NULL, TRUE, FALSE, "oracle_protected");
        SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE);
        return CloseHandle(event) ? 0 : (int)GetLastError();
    }
    event = CreateEventA(&attributes, TRUE, FALSE, NULL);
    show("inheritable", event);
    SetHandleInformation(event, HANDLE_FLAG_INHERIT, 0);
    show("not any more", event);
    SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE);
    show("protected", event);
    printf("CloseHandle: %d", CloseHandle(event));
    printf(", error %lu\n", GetLastError());
    printf("still works: %d\n", SetEvent(event));
    SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0);
    printf("unprotected, CloseHandle: %d\n", CloseHandle(event));
    show("closed", event);

    printf("child could not close its protected handle: error %lu\n", run("child"));
    SetLastError(0);
    event = OpenEventA(SYNCHRONIZE, FALSE, "oracle_protected");
    printf("but its end did: opened %d, error %lu\n", event != NULL, GetLastError());
    return 0;
}
