/*
 * control.exe: starts itself three times and lets each copy end in another way - planned
 * (ExitProcess), premature (TerminateProcess) and by a crash. The driver must throw the key of each
 * away.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int use_key_and(const char *how) {
    if (strcmp(how, "planned") == 0)
        ExitProcess(0);
    if (strcmp(how, "crash") == 0)
        *(volatile int *)0 = 1;
    Sleep(INFINITE); /* "premature": somebody has to kill it */
    return 0;
}

static void run(const char *how) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started;
    char command[MAX_PATH + 16];
    DWORD code;

    GetModuleFileNameA(NULL, command, MAX_PATH);
    strcat(command, " ");
    strcat(command, how);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started)) {
        printf("CreateProcess failed with error %lu\n", GetLastError());
        exit(1);
    }
    if (strcmp(how, "premature") == 0) {
        Sleep(20);
        TerminateProcess(started.hProcess, 9);
    }
    WaitForSingleObject(started.hProcess, INFINITE);
    GetExitCodeProcess(started.hProcess, &code);
    printf("%-9s end: exit code 0x%08lX\n", how, code);
    CloseHandle(started.hThread);
    CloseHandle(started.hProcess);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return use_key_and(argv[1]);
    run("planned");
    run("premature");
    run("crash");
    return 0;
}
