/*
 * A static DLL returns FALSE from PROCESS_ATTACH: the process was created, but main never runs, and
 * the exit code is STATUS_DLL_INIT_FAILED.
 *
 * rules: DLL-34, PROC-41, EXIT-23
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    char command[] = "refused.exe";
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    DWORD code;

    startup.cb = sizeof startup;
    SetErrorMode(SEM_FAILCRITICALERRORS);
    printf("CreateProcess: %d\n", CreateProcessA(NULL, command, NULL, NULL, FALSE, CREATE_SUSPENDED,
                                                 NULL, NULL, &startup, &child));
    fflush(stdout);
    ResumeThread(child.hThread);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("process 0x%lX", code);
    GetExitCodeThread(child.hThread, &code);
    printf(", thread 0x%lX\n", code);
    return 0;
}
