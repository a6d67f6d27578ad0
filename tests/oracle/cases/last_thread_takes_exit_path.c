/*
 * The last thread of a process leaves by ExitThread or returns: that becomes an orderly end. The
 * DLLs are told of the process, not of this thread; of threads that ended before it they are told.
 *
 * rules: PROC-19, THRD-06, DLL-12, DLL-06, EXIT-05
 * links: teller.dll
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

__declspec(dllimport) void teller_attend(void);

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

static HANDLE main_thread;

static DWORD WINAPI outlive_main(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(main_thread, INFINITE);
    return 9;
}

static void be_child(const char *role) {
    if (strcmp(role, "two") == 0) {
        DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &main_thread,
                        0, FALSE, DUPLICATE_SAME_ACCESS);
        CreateThread(NULL, 0, outlive_main, NULL, 0, NULL);
    }
    teller_attend();
    ExitThread(7);
}

int main(int argc, char **argv) {
    if (argc > 1)
        be_child(argv[1]);
    puts("the only thread leaves with 7:");
    printf("  exit code %lu\n", run("one"));
    puts("main leaves with 7, then the worker with 9:");
    printf("  exit code %lu\n", run("two"));
    return 0;
}
