/*
 * Ways in which a process does not come to be. A program that is not there makes CreateProcess
 * fail; a DLL that is not there does not: the process is created, and ends with a status code.
 *
 * rules: REST-09, PROC-41, EXIT-23, DLL-53
 * absent: gone.dll
 */
#include <stdio.h>
#include <windows.h>

static void try_start(const char *what, char *command) {
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    DWORD code;

    startup.cb = sizeof startup;
    fflush(stdout);
    SetLastError(0);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child)) {
        printf("%s: not created, error %lu\n", what, GetLastError());
        return;
    }
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("%s: created, exit code 0x%lX\n", what, code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
}

int main(void) {
    char missing[] = "no_such_program.exe", lacking[] = "lacking.exe",
         complete[] = "complete.exe 5";

    SetErrorMode(SEM_FAILCRITICALERRORS);
    try_start("missing program", missing);
    try_start("program with a missing DLL", lacking);
    try_start("complete program", complete);
    return 0;
}
