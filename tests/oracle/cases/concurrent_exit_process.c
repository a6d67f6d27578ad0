/*
 * Two threads call ExitProcess at the same moment. One goes through with it, the other is killed:
 * the DLL is told once, and the process has the code.
 *
 * rules: PROC-28, DLL-01, DLL-43, DLL-13
 * links: witness.dll
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

__declspec(dllimport) void witness_attend(void);

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

static DWORD WINAPI leave(LPVOID gate) {
    WaitForSingleObject(gate, INFINITE);
    ExitProcess(50);
}

static void be_child(void) {
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE threads[2];

    witness_attend();
    threads[0] = CreateThread(NULL, 0, leave, gate, 0, NULL);
    threads[1] = CreateThread(NULL, 0, leave, gate, 0, NULL);
    SetEvent(gate);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    puts("the main thread survived");
}

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        be_child();
    printf("process: %lu\n", run("child"));
    return 0;
}
