/*
 * A process ID is used again between its owner's end and OpenProcess.
 *
 * The service remembers the ID of a child that it started and, to be sure, terminates it in the
 * end. The child has ended long ago, and its ID may belong to somebody else by now: an innocent
 * process dies.
 *
 * Repaired: the service keeps the handle. As long as it is open the ID is not given out again.
 *
 * rundown-cc -o pid_reuse.exe pid_reuse.c
 */
#include <stdlib.h>
#include <windows.h>

static HANDLE start(char *command, DWORD *pid) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started = {0};

    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started);
    CloseHandle(started.hThread);
    *pid = started.dwProcessId;
    return started.hProcess;
}

static DWORD WINAPI somebody_else(LPVOID unused) {
    char command[] = "pid_reuse.exe innocent";
    DWORD pid, code;
    HANDLE process = start(command, &pid);

    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    if (code == 9)
        abort();
    return 0;
}

int main(int argc, char **argv) {
    char command[] = "pid_reuse.exe child";
    DWORD pid;
    HANDLE child, thread;

    if (argc > 1)
        return 0;
    thread = CreateThread(NULL, 0, somebody_else, NULL, 0, NULL);
    child = start(command, &pid);
    WaitForSingleObject(child, INFINITE);
#ifndef REPAIRED
    CloseHandle(child);
#endif
    child = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
    TerminateProcess(child, 9);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}
