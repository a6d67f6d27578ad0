/*
 * terminate_and_create.exe: starts a process, terminates it, and starts another one, which must
 * have a key of its own from the driver late_discard.sys.
 */
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winioctl.h>

#include "control_device.h"

static HANDLE start(char *command) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started;

    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started);
    CloseHandle(started.hThread);
    return started.hProcess;
}

int main(int argc, char **argv) {
    char first[] = "terminate_and_create.exe wait", second[] = "terminate_and_create.exe use";
    HANDLE process;
    DWORD code;

    if (argc > 1 && strcmp(argv[1], "wait") == 0)
        Sleep(INFINITE);
    if (argc > 1) {
        if (!control())
            abort();
        return 0;
    }
    process = start(first);
    TerminateProcess(process, 1);
    WaitForSingleObject(process, INFINITE);
    CloseHandle(process);
    process = start(second);
    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    return (int)code;
}
