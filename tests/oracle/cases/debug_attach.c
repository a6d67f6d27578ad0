/*
 * Attaching to a running process: the debugger hears first of the process, of its other threads and
 * its DLLs, then a new thread of the process meets a breakpoint. Detached, the process goes on.
 *
 * rules: REST-10, REST-13
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

/*
 * The worker itself says that it is ready: one that exists and has not begun is a new thread for
 * the debugger too, and Wine then tells of it twice.
 */
static DWORD WINAPI worker(LPVOID handles) {
    HANDLE ready = ((HANDLE *)handles)[0], gate = ((HANDLE *)handles)[1];
    SetEvent(ready);
    WaitForSingleObject(gate, INFINITE);
    return 0;
}

/* Two threads wait for the gate that the debugger opens. */
static int child(HANDLE ready, HANDLE gate) {
    HANDLE handles[2] = {ready, gate};
    CreateThread(NULL, 0, worker, handles, 0, NULL);
    WaitForSingleObject(gate, INFINITE);
    return IsDebuggerPresent() ? 1 : 8;
}

static BOOL is_debugged(HANDLE process) {
    BOOL debugged = -1;
    CheckRemoteDebuggerPresent(process, &debugged);
    return debugged;
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    PROCESS_INFORMATION target;
    HANDLE ready, gate;
    DEBUG_EVENT event;
    DWORD code, status;
    char line[64];
    int processes = 0, threads = 0, dlls = 0, stopped = 0;

    if (argc > 2)
        return child((HANDLE)(ULONG_PTR)strtoul(argv[1], NULL, 10),
                     (HANDLE)(ULONG_PTR)strtoul(argv[2], NULL, 10));
    ready = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    gate = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    sprintf(line, "%lu %lu", (DWORD)(ULONG_PTR)ready, (DWORD)(ULONG_PTR)gate);
    target = spawn(line, 0);
    WaitForSingleObject(ready, INFINITE);
    printf("debugged: %d\n", is_debugged(target.hProcess));
    printf("attach: %d\n", DebugActiveProcess(target.dwProcessId));
    printf("debugged: %d\n", is_debugged(target.hProcess));
    while (!stopped && WaitForDebugEvent(&event, 10000)) {
        if (!processes && event.dwDebugEventCode != CREATE_PROCESS_DEBUG_EVENT)
            printf("event %lu is too early\n", event.dwDebugEventCode);
        processes += event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT;
        threads += event.dwDebugEventCode == CREATE_THREAD_DEBUG_EVENT;
        dlls += event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT;
        if (event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT) {
            stopped = 1;
            printf("exception %lx, chance %lu\n", event.u.Exception.ExceptionRecord.ExceptionCode,
                   event.u.Exception.dwFirstChance);
            printf("in the first thread: %d\n", event.dwThreadId == target.dwThreadId);
        }
        status = DBG_CONTINUE;
        if (!stopped)
            ContinueDebugEvent(event.dwProcessId, event.dwThreadId, status);
    }
    printf("processes %d, threads %d, DLLs %d\n", processes, threads, dlls > 1);
    SetEvent(gate);
    printf("stopped: %lx\n", WaitForSingleObject(target.hProcess, 100));
    ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE);
    printf("detach: %d\n", DebugActiveProcessStop(target.dwProcessId));
    printf("ended: %lx\n", WaitForSingleObject(target.hProcess, 10000));
    GetExitCodeProcess(target.hProcess, &code);
    printf("exit code: %s\n", code == 8 || code == 1 ? "its own" : "strange");
    return 0;
}
