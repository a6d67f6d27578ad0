/*
 * What the functions of a debugger answer when there is nothing to debug: no debug object, oneself,
 * a dead process, a process that somebody debugs already, an event that nobody has got.
 *
 * rules: REST-14, REST-15
 * windows: REST-15: STATUS_PORT_ALREADY_SET is 87; Wine reports access denied
 */
#include <stdio.h>
#include <stdlib.h>
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

static void show(const char *what, BOOL result) {
    DWORD error = GetLastError();
    if (result)
        printf("%s: TRUE\n", what);
    else
        printf("%s: FALSE, error %lu\n", what, error);
    SetLastError(0xDEAD);
}

/* Another debugger than the one that starts it. */
static int rival(DWORD pid) {
    show("attach to another's debuggee", DebugActiveProcess(pid));
    return 0;
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child, other;
    DEBUG_EVENT event;
    char line[64];

    if (argc == 2)
        return 0;
    if (argc == 3)
        return rival(strtoul(argv[2], NULL, 10));
    SetLastError(0xDEAD);
    show("wait without a debug object", WaitForDebugEvent(&event, 0));
    show("continue without a debug object", ContinueDebugEvent(1, 2, DBG_CONTINUE));
    show("kill on exit without a debug object", DebugSetProcessKillOnExit(FALSE));
    show("attach to oneself", DebugActiveProcess(GetCurrentProcessId()));
    show("attach to nobody", DebugActiveProcess(0xFFFFFFF0));
    show("stop for nobody", DebugActiveProcessStop(0xFFFFFFF0));
    show("stop for oneself", DebugActiveProcessStop(GetCurrentProcessId()));

    child = spawn("child", 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    show("attach to the dead", DebugActiveProcess(child.dwProcessId));
    CloseHandle(child.hProcess);
    CloseHandle(child.hThread);

    child = spawn("child", DEBUG_ONLY_THIS_PROCESS);
    show("first event", WaitForDebugEvent(&event, 10000));
    show("no second one meanwhile", WaitForDebugEvent(&event, 0));
    show("continue another thread", ContinueDebugEvent(child.dwProcessId, 2, DBG_CONTINUE));
    sprintf(line, "rival %lu", child.dwProcessId);
    other = spawn(line, 0);
    WaitForSingleObject(other.hProcess, INFINITE);
    show("continue the thread",
         ContinueDebugEvent(child.dwProcessId, child.dwThreadId, DBG_CONTINUE));
    show("stop for the debuggee", DebugActiveProcessStop(child.dwProcessId));
    show("stop once more", DebugActiveProcessStop(child.dwProcessId));
    show("no debuggee is left", WaitForDebugEvent(&event, 0));
    printf("freed: %lx\n", WaitForSingleObject(child.hProcess, 10000));
    return 0;
}
