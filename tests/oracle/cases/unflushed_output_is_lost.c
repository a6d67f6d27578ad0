/*
 * Output to a file or pipe waits in the program's own buffer. exit() writes it out; a process that
 * is terminated takes it along. What was flushed or never buffered is safe.
 *
 * rules: CRT-04, CRT-11, PROC-23
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int be_child(const char *role) {
    if (strcmp(role, "unbuffered") == 0)
        setvbuf(stdout, NULL, _IONBF, 0);
    printf("  written by the child that is %s\n", role);
    if (strcmp(role, "returning") == 0)
        return 1;
    if (strcmp(role, "flushed") == 0)
        fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 2);
    return 3;
}

int main(int argc, char **argv) {
    static const char *const roles[] = {"returning", "terminated", "flushed", "unbuffered"};
    unsigned i;

    if (argc > 1)
        return be_child(argv[1]);
    for (i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        printf("%s:\n", roles[i]);
        printf("  exit code %lu\n", run(roles[i]));
    }
    return 0;
}
