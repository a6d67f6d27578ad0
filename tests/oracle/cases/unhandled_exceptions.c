/*
 * An exception that nobody handles ends the process, and its code becomes the exit code of the
 * process and of its thread. The atexit functions do not run.
 *
 * rules: EXIT-11, SEH-05, CRT-15, EXIT-14
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void at_exit(void) {
    puts("atexit function");
    fflush(stdout);
}

static int crash(const char *how) {
    int *volatile nowhere = NULL;
    volatile int zero = 0;

    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    atexit(at_exit);
    if (strcmp(how, "write") == 0)
        *nowhere = 1;
    if (strcmp(how, "read") == 0)
        return *nowhere;
    if (strcmp(how, "divide") == 0)
        return 100 / zero;
    if (strcmp(how, "raise") == 0)
        RaiseException(0xE0001234, EXCEPTION_NONCONTINUABLE, 0, NULL);
    if (strcmp(how, "call") == 0)
        ((void (*)(void))nowhere)();
    return 0;
}

int main(int argc, char **argv) {
    static const char *const ways[] = {"write", "read", "divide", "raise", "call"};
    unsigned i;

    if (argc > 1)
        return crash(argv[1]);
    for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        PROCESS_INFORMATION child = spawn(ways[i], 0);
        DWORD process_code, thread_code;

        WaitForSingleObject(child.hProcess, INFINITE);
        GetExitCodeProcess(child.hProcess, &process_code);
        GetExitCodeThread(child.hThread, &thread_code);
        printf("%s: process 0x%lX, thread 0x%lX\n", ways[i], process_code, thread_code);
    }
    return 0;
}
