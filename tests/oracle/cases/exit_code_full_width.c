/*
 * ExitProcess takes any 32-bit code and the parent reads exactly that: nothing is masked, and no
 * value is refused.
 *
 * rules: EXIT-03, EXIT-04, EXIT-31, PROC-06
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

int main(int argc, char **argv) {
    static const char *const codes[] = {"0",         "1",          "255",       "256",
                                        "305419896", "3758100020", "4294967295"};
    unsigned i;

    if (argc > 1)
        ExitProcess((UINT)strtoul(argv[1], NULL, 10));
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
        printf("ExitProcess(%s): %lu\n", codes[i], run(codes[i]));
    return 0;
}
