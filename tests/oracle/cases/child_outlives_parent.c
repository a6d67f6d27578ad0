/*
 * Ending a parent does not end its children. A grandchild goes on after its own parent was
 * terminated, and the handle that it inherited still works.
 *
 * rules: PROC-14, HNDL-41, EXIT-01, HNDL-38
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* Starts this program again; the child gets all inheritable handles. */
static PROCESS_INFORMATION spawn(const char *role, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    return child;
}

/* The middle process leaves its child's id as its own exit code. */
static void be_parent(const char *gate) {
    char role[64];

    sprintf(role, "grandchild %s", gate);
    TerminateProcess(GetCurrentProcess(), spawn(role, 0).dwProcessId);
}

static int be_grandchild(const char *gate) {
    HANDLE event = (HANDLE)(ULONG_PTR)strtoul(gate, NULL, 10);

    return WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0 ? 21 : 22;
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    PROCESS_INFORMATION parent;
    HANDLE gate, grandchild;
    DWORD id, code;
    char role[64];

    if (argc > 2 && strcmp(argv[1], "parent") == 0)
        be_parent(argv[2]);
    if (argc > 2)
        return be_grandchild(argv[2]);

    gate = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    sprintf(role, "parent %lu", (DWORD)(ULONG_PTR)gate);
    parent = spawn(role, 0);
    WaitForSingleObject(parent.hProcess, INFINITE);
    GetExitCodeProcess(parent.hProcess, &id);

    grandchild = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, id);
    GetExitCodeProcess(grandchild, &code);
    printf("parent is gone, grandchild: code %lu, wait 0x%lx\n", code,
           WaitForSingleObject(grandchild, 0));
    SetEvent(gate);
    WaitForSingleObject(grandchild, INFINITE);
    GetExitCodeProcess(grandchild, &code);
    printf("after its event was set: code %lu\n", code);
    return 0;
}
