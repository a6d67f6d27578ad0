/*
 * abort() raises SIGABRT, runs no atexit function and ends the process with code 3, unless the
 * signal's handler finds another way out.
 *
 * rules: EXIT-30, CRT-09
 */
#include <signal.h>
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

static void at_exit(void) {
    puts("atexit function");
    fflush(stdout);
}

static void on_abort(int signal_number) {
    printf("handler called for SIGABRT: %d\n", signal_number == SIGABRT);
    fflush(stdout);
    ExitProcess(31);
}

static void be_child(const char *role) {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    atexit(at_exit);
    if (strcmp(role, "handled") == 0)
        signal(SIGABRT, on_abort);
    abort();
}

int main(int argc, char **argv) {
    if (argc > 1)
        be_child(argv[1]);
    printf("abort without a handler: %lu\n", run("plain"));
    printf("abort with a handler that leaves: %lu\n", run("handled"));
    return 0;
}
