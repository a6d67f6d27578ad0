/*
 * CreateRemoteThread starts a full thread in another process; the creator reads its code. Calling
 * ExitProcess by way of one ends the target like a call of its own.
 *
 * rules: THRD-27, PROC-18, EXIT-08, REST-07
 */
#include <stdio.h>
#include <stdlib.h>
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

/* The program is the same in both processes, so a function is at the same place in both. */
static DWORD WINAPI same_process(LPVOID id) {
    return GetCurrentProcessId() == (DWORD)(ULONG_PTR)id ? 0x1234 : 0x4321;
}

static DWORD WINAPI leave(LPVOID code) {
    ExitProcess((UINT)(ULONG_PTR)code);
}

static DWORD run_in(HANDLE process, LPTHREAD_START_ROUTINE routine, DWORD argument) {
    HANDLE thread =
        CreateRemoteThread(process, NULL, 0, routine, (LPVOID)(ULONG_PTR)argument, 0, NULL);
    DWORD code = 0;

    if (!thread)
        printf("CreateRemoteThread: error %lu\n", GetLastError());
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

int main(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "oracle_remote_threads_ready");
    PROCESS_INFORMATION child;
    DWORD code;

    (void)argv;
    if (argc > 1) {
        SetEvent(ready);
        Sleep(INFINITE);
    }
    child = spawn("child", 0);
    WaitForSingleObject(ready, INFINITE);
    printf("remote thread ran there: 0x%lx\n",
           run_in(child.hProcess, same_process, child.dwProcessId));
    GetExitCodeProcess(child.hProcess, &code);
    printf("the process lives on: %lu\n", code);
    printf("remote ExitProcess(61): %lu\n", run_in(child.hProcess, leave, 61));
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("process %lu", code);
    GetExitCodeThread(child.hThread, &code);
    printf(", main thread %lu\n", code);

    SetLastError(0);
    printf("into the ended process: %d",
           CreateRemoteThread(child.hProcess, NULL, 0, leave, NULL, 0, NULL) != NULL);
    printf(", error %lu\n", GetLastError());
    return 0;
}
