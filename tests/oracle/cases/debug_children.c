/*
 * DEBUG_PROCESS makes a debuggee of every process that the debuggee creates;
 * DEBUG_ONLY_THIS_PROCESS does not.
 *
 * rules: REST-10, REST-11
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* Starts this program again. */
static PROCESS_INFORMATION spawn(const char *role, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 80];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    return child;
}

static int child(void) {
    DWORD code;
    PROCESS_INFORMATION grandchild = spawn("grandchild", 0);
    WaitForSingleObject(grandchild.hProcess, INFINITE);
    GetExitCodeProcess(grandchild.hProcess, &code);
    return 10 + (int)code;
}

static void debug(DWORD flags) {
    PROCESS_INFORMATION debuggee = spawn("child", flags);
    DEBUG_EVENT event;
    int begun = 0, ended = 0;
    DWORD code;
    do {
        WaitForDebugEvent(&event, INFINITE);
        begun += event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT;
        ended += event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT;
        if (event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT)
            printf("%s ends with %lu\n",
                   event.dwProcessId == debuggee.dwProcessId ? "child" : "grandchild",
                   event.u.ExitProcess.dwExitCode);
        ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE);
    } while (begun != ended);
    WaitForSingleObject(debuggee.hProcess, INFINITE);
    GetExitCodeProcess(debuggee.hProcess, &code);
    printf("processes: %d, exit code %lu\n", begun, code);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return strcmp(argv[1], "child") == 0 ? child() : IsDebuggerPresent() ? 1 : 2;
    debug(DEBUG_PROCESS);
    debug(DEBUG_ONLY_THIS_PROCESS);
    debug(DEBUG_PROCESS | DEBUG_ONLY_THIS_PROCESS);
    return 0;
}
