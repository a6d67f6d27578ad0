/*
 * What main returns becomes the exit code, by way of exit() and ExitProcess(). The parent sees all
 * 32 bits of it, whatever the sign.
 *
 * rules: EXIT-03, EXIT-04, CRT-01
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
    static const char *const values[] = {"0", "7", "256", "-1", "123456789"};
    unsigned i;

    if (argc > 1)
        return atoi(argv[1]);
    for (i = 0; i < sizeof values / sizeof values[0]; i++) {
        DWORD code = run(values[i]);

        printf("main returned %s: exit code %lu = 0x%08lX\n", values[i], code, code);
    }
    return 300; /* the host shows 300 modulo 256 */
}
