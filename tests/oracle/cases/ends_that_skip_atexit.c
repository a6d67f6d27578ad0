/*
 * Which ends run the atexit functions, and which tell the DLLs? The run-time library's list belongs
 * to exit(); the DLLs' notification belongs to ExitProcess, which _exit() reaches as well.
 *
 * rules: CRT-04, CRT-07, CRT-10, CRT-11, CRT-12, DLL-01, DLL-02, PROC-19, PROC-20, THRD-33
 * links: listener.dll
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

__declspec(dllimport) void listener_attend(void);

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
    puts("  atexit function");
    fflush(stdout);
}

static int be_child(const char *end) {
    listener_attend();
    atexit(at_exit);
    if (strcmp(end, "exit") == 0)
        exit(14);
    if (strcmp(end, "_exit") == 0)
        _exit(15);
    if (strcmp(end, "ExitProcess") == 0)
        ExitProcess(16);
    if (strcmp(end, "ExitThread") == 0)
        ExitThread(17);
    if (strcmp(end, "TerminateProcess") == 0)
        TerminateProcess(GetCurrentProcess(), 18);
    if (strcmp(end, "TerminateThread") == 0)
        TerminateThread(GetCurrentThread(), 19);
    return 13;
}

int main(int argc, char **argv) {
    static const char *const ends[] = {"return",         "exit",       "_exit",
                                       "ExitProcess",    "ExitThread", "TerminateProcess",
                                       "TerminateThread"};
    unsigned i;

    if (argc > 1)
        return be_child(argv[1]);
    for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        printf("%s:\n", ends[i]);
        printf("  exit code %lu\n", run(ends[i]));
    }
    return 0;
}
