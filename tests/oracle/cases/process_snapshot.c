/*
 * A running child is in the list of processes with its parent's id. A terminated one is not, even
 * while a handle keeps its object alive and OpenProcess finds it.
 *
 * rules: PROC-12, PROC-16, HNDL-07
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include <tlhelp32.h>

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

static void look_for(DWORD id) {
    PROCESSENTRY32 entry = {0};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    HANDLE opened = OpenProcess(SYNCHRONIZE, FALSE, id);
    BOOL more;
    int found = 0;

    entry.dwSize = sizeof entry;
    for (more = Process32First(snapshot, &entry); more; more = Process32Next(snapshot, &entry)) {
        if (entry.th32ProcessID != id)
            continue;
        found = 1;
        printf("threads: %lu, child of this process: %d, ", entry.cntThreads,
               entry.th32ParentProcessID == GetCurrentProcessId());
    }
    printf("%slisted, %s\n", found ? "" : "not ", opened ? "can be opened" : "cannot be opened");
    CloseHandle(snapshot);
    if (opened)
        CloseHandle(opened);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1)
        return 0;
    child = spawn("child", CREATE_SUSPENDED);
    look_for(child.dwProcessId);
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);
    WaitForSingleObject(child.hThread, INFINITE);
    look_for(child.dwProcessId);
    return 0;
}
