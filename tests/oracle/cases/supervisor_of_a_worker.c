/*
 * Starts a worker again and again until it ends well: failure, crash, hang.
 *
 * rules: EXIT-03 EXIT-11 PROC-22
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tchar.h>

static BOOL SpawnWorker(int attempt, PROCESS_INFORMATION *pi) {
    TCHAR path[MAX_PATH], cmd[MAX_PATH + 32];
    STARTUPINFO si;
    ZeroMemory(&si, sizeof(si));
    si.cb = sizeof(si);
    GetModuleFileName(NULL, path, MAX_PATH);
    _stprintf(cmd, _T("\"%s\" --worker %d"), path, attempt);
    return CreateProcess(NULL, cmd, NULL, NULL, FALSE, CREATE_NEW_PROCESS_GROUP, NULL, NULL, &si,
                         pi);
}

int main(int argc, char *argv[]) {
    if (argc == 3 && strcmp(argv[1], "--worker") == 0) {
        int attempt = atoi(argv[2]);
        printf("worker %d: hello\n", attempt);
        if (attempt == 1)
            exit(EXIT_FAILURE);
        if (attempt == 2) {
            fflush(stdout);
            SetErrorMode(SEM_NOGPFAULTERRORBOX);
            *(volatile int *)0 = 1;
        }
        if (attempt == 3) {
            fflush(stdout);
            Sleep(INFINITE);
        }
        return 0;
    }
    DWORD delay = 100;
    for (int attempt = 1; attempt <= 10; attempt++) {
        PROCESS_INFORMATION pi;
        fflush(stdout);
        if (!SpawnWorker(attempt, &pi)) {
            fprintf(stderr, "CreateProcess: %lu\n", GetLastError());
            return 1;
        }
        DWORD r = WaitForSingleObject(pi.hProcess, 6000);
        if (r == WAIT_TIMEOUT) {
            printf("supervisor: worker %d hangs, terminating\n", attempt);
            TerminateProcess(pi.hProcess, 0xDEAD);
            WaitForSingleObject(pi.hProcess, INFINITE);
        }
        DWORD code;
        GetExitCodeProcess(pi.hProcess, &code);
        CloseHandle(pi.hThread);
        CloseHandle(pi.hProcess);
        printf("supervisor: worker %d exited with 0x%08lX\n", attempt, code);
        if (code == 0)
            break;
        Sleep(delay);
        delay *= 2;
    }
    return 0;
}
