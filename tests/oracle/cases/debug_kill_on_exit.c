/*
 * When a debugger ends, its debuggees are killed with STATUS_DEBUGGER_INACTIVE - unless it has said
 * DebugSetProcessKillOnExit(FALSE): then they live on and are no longer debugged.
 *
 * rules: REST-25, REST-26, EXIT-26, PROC-15
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

/* Attaches to the process and ends without a word to it. */
static int debugger(DWORD pid, BOOL kill) {
    DEBUG_EVENT event;
    if (!DebugActiveProcess(pid))
        printf("DebugActiveProcess failed with %lu\n", GetLastError());
    if (!kill && !DebugSetProcessKillOnExit(FALSE))
        printf("DebugSetProcessKillOnExit failed with %lu\n", GetLastError());
    WaitForDebugEvent(&event, 10000);
    printf("first event: %lu\n", event.dwDebugEventCode);
    return 0;
}

/* A process that has come as far as its own code. */
static PROCESS_INFORMATION start_target(HANDLE ready) {
    PROCESS_INFORMATION target = spawn("target", 0);
    WaitForSingleObject(ready, INFINITE);
    return target;
}

static void run_debugger(PROCESS_INFORMATION *target, const char *role) {
    char line[64];
    PROCESS_INFORMATION information;
    sprintf(line, "%s %lu", role, target->dwProcessId);
    information = spawn(line, 0);
    WaitForSingleObject(information.hProcess, INFINITE);
}

int main(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "oracle_debug_target_ready");
    PROCESS_INFORMATION target;
    DWORD code;
    BOOL debugged = TRUE;

    if (argc == 3)
        return debugger(strtoul(argv[2], NULL, 10), strcmp(argv[1], "kill") == 0);
    if (argc > 1) {
        SetEvent(ready);
        Sleep(INFINITE);
        return 0;
    }
    target = start_target(ready);
    run_debugger(&target, "kill");
    printf("killed: %lx\n", WaitForSingleObject(target.hProcess, 10000));
    GetExitCodeProcess(target.hProcess, &code);
    printf("exit code: %lx\n", code);

    target = start_target(ready);
    run_debugger(&target, "keep");
    printf("spared: %lx\n", WaitForSingleObject(target.hProcess, 200));
    GetExitCodeProcess(target.hProcess, &code);
    printf("exit code: %lu\n", code);
    printf("asked: %d\n", CheckRemoteDebuggerPresent(target.hProcess, &debugged));
    printf("debugged: %d\n", debugged);
    TerminateProcess(target.hProcess, 3);
    WaitForSingleObject(target.hProcess, INFINITE);
    GetExitCodeProcess(target.hProcess, &code);
    printf("exit code: %lu\n", code);
    return 0;
}
