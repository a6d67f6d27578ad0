/*
 * A process hangs in a DLL's detach routine, inside ExitProcess. TerminateProcess from outside ends
 * it at once: the remaining DLLs are not told, and its code is the one that counts.
 *
 * rules: PROC-29, EXIT-20, PROC-17, DLL-04
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

static void be_child(void) {
    LoadLibraryA("untold.dll");
    LoadLibraryA("stuck.dll");
    LoadLibraryA("told.dll");
    ExitProcess(195);
}

int main(int argc, char **argv) {
    HANDLE stuck = CreateEventA(NULL, FALSE, FALSE, "oracle_detach_stuck");
    PROCESS_INFORMATION child;
    DWORD code;

    (void)argv;
    if (argc > 1)
        be_child();
    child = spawn("child", 0);
    WaitForSingleObject(stuck, INFINITE);
    printf("in the middle: wait 0x%lx\n", WaitForSingleObject(child.hProcess, 50));
    TerminateProcess(child.hProcess, 199);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("terminated: %lu\n", code);
    return 0;
}
