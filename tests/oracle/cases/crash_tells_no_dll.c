/*
 * A crash is not ExitProcess: the DLLs are not detached. A filter that calls ExitProcess makes it
 * one.
 *
 * rules: SEH-07, SEH-12, DLL-01, CRT-15
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

static LONG WINAPI leave(EXCEPTION_POINTERS *info) {
    (void)info;
    ExitProcess(44);
}

static void be_child(const char *role) {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    listener_attend();
    if (strcmp(role, "leave") == 0)
        SetUnhandledExceptionFilter(leave);
    RaiseException(0xE0000044, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

int main(int argc, char **argv) {
    if (argc > 1)
        be_child(argv[1]);
    puts("crash:");
    printf("  exit code 0x%lX\n", run("crash"));
    puts("crash, and a filter that calls ExitProcess:");
    printf("  exit code %lu\n", run("leave"));
    return 0;
}
