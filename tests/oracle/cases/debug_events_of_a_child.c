/*
 * What a debugger hears of a process that it has created: the process, its DLLs, a breakpoint, its
 * threads, their ends, and its own end, one event at a time. The process is not signaled before
 * the debugger has continued the last event.
 *
 * rules: REST-10, REST-11, REST-12, REST-13
 * windows: REST-12: Wine signals the process before the debugger has continued EXIT_PROCESS
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

static DWORD WINAPI worker(LPVOID unused) {
    return 5;
}

static int child(void) {
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    return 7;
}

static void show(const DEBUG_EVENT *event, HANDLE process) {
    switch (event->dwDebugEventCode) {
    case CREATE_PROCESS_DEBUG_EVENT:
        printf("CREATE_PROCESS, process %lx, thread %lx, image %d\n",
               WaitForSingleObject(event->u.CreateProcessInfo.hProcess, 0),
               WaitForSingleObject(event->u.CreateProcessInfo.hThread, 0),
               event->u.CreateProcessInfo.lpBaseOfImage != NULL);
        break;
    case CREATE_THREAD_DEBUG_EVENT:
        printf("CREATE_THREAD, thread %lx\n",
               WaitForSingleObject(event->u.CreateThread.hThread, 0));
        break;
    case EXCEPTION_DEBUG_EVENT:
        printf("EXCEPTION %lx, chance %lu\n", event->u.Exception.ExceptionRecord.ExceptionCode,
               event->u.Exception.dwFirstChance);
        break;
    case EXIT_THREAD_DEBUG_EVENT:
        printf("EXIT_THREAD %lu, process %lx\n", event->u.ExitThread.dwExitCode,
               WaitForSingleObject(process, 0));
        break;
    case EXIT_PROCESS_DEBUG_EVENT:
        printf("EXIT_PROCESS %lu, process %lx\n", event->u.ExitProcess.dwExitCode,
               WaitForSingleObject(process, 0));
        break;
    }
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION debuggee;
    DEBUG_EVENT event;
    DWORD code;
    int dlls = 0, after_process = 0;

    if (argc > 1)
        return child();
    debuggee = spawn("child", DEBUG_ONLY_THIS_PROCESS);
    do {
        if (!WaitForDebugEvent(&event, 10000)) {
            printf("WaitForDebugEvent failed with %lu\n", GetLastError());
            return 1;
        }
        show(&event, debuggee.hProcess);
        after_process |= event.dwDebugEventCode == CREATE_PROCESS_DEBUG_EVENT;
        dlls += event.dwDebugEventCode == LOAD_DLL_DEBUG_EVENT && after_process;
        if (!ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE))
            printf("ContinueDebugEvent failed with %lu\n", GetLastError());
    } while (event.dwDebugEventCode != EXIT_PROCESS_DEBUG_EVENT);
    printf("DLLs: %s\n", dlls >= 2 ? "several" : "too few");
    printf("process: %lx\n", WaitForSingleObject(debuggee.hProcess, 10000));
    GetExitCodeProcess(debuggee.hProcess, &code);
    printf("exit code: %lu\n", code);
    return 0;
}
