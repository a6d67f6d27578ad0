/*
 * OpenProcess finds a process by its id as long as the object exists, also after its end. An id
 * that names nothing, the id 0 and a thread's id are refused.
 *
 * rules: HNDL-07, HNDL-08, HNDL-09, HNDL-10, PROC-13, HNDL-49
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

static void try_open(const char *what, DWORD id) {
    HANDLE process;

    SetLastError(0);
    process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, id);
    if (process) {
        DWORD code;

        GetExitCodeProcess(process, &code);
        printf("%s: opened, wait 0x%lx, code %lu\n", what, WaitForSingleObject(process, 0), code);
        CloseHandle(process);
    } else {
        printf("%s: refused, error %lu\n", what, GetLastError());
    }
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1)
        return 198;
    child = spawn("child", CREATE_SUSPENDED);
    try_open("suspended child", child.dwProcessId);
    printf("same id: %d\n", GetProcessId(child.hProcess) == child.dwProcessId);
    ResumeThread(child.hThread);
    WaitForSingleObject(child.hProcess, INFINITE);
    try_open("ended child that somebody still holds", child.dwProcessId);
    try_open("its thread's id", child.dwThreadId);
    try_open("id 0", 0);
    try_open("id that names nothing", 0x7ffffff0);
    try_open("this process", GetCurrentProcessId());
    return 0;
}
