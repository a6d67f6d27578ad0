/*
 * The top-level filter sees an exception of any thread that nobody handles. It can let the process
 * end with the exception's code, leave with a code of its own, or have the thread go on.
 *
 * rules: SEH-08, SEH-09, SEH-10, SEH-11, SEH-12, EXIT-11
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

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

static LONG answer;
static DWORD worker_id;

static LONG WINAPI filter(EXCEPTION_POINTERS *info) {
    const EXCEPTION_RECORD *record = info->ExceptionRecord;

    printf("  filter: code 0x%lX, %lu parameters, in the worker: %d\n", record->ExceptionCode,
           record->NumberParameters, GetCurrentThreadId() == worker_id);
    fflush(stdout);
    if (answer == 33)
        ExitProcess(33);
    return answer;
}

static DWORD WINAPI raise(LPVOID unused) {
    ULONG_PTR parameters[2] = {1, 2};

    (void)unused;
    worker_id = GetCurrentThreadId();
    RaiseException(0xE0005678, 0, 2, parameters);
    puts("  the thread goes on");
    fflush(stdout);
    return 34;
}

static DWORD be_child(const char *wish) {
    HANDLE thread;
    DWORD code;

    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    answer = atoi(wish);
    SetUnhandledExceptionFilter(filter);
    printf("  previous filter: %d\n", SetUnhandledExceptionFilter(filter) == filter);
    fflush(stdout);
    thread = CreateThread(NULL, 0, raise, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    return code;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return (int)be_child(argv[1]);
    printf("EXCEPTION_EXECUTE_HANDLER:\n");
    printf("  exit code 0x%lX\n", run("1"));
    printf("EXCEPTION_CONTINUE_SEARCH:\n");
    printf("  exit code 0x%lX\n", run("0"));
    printf("EXCEPTION_CONTINUE_EXECUTION:\n");
    printf("  exit code %lu\n", run("-1"));
    printf("ExitProcess in the filter:\n");
    printf("  exit code %lu\n", run("33"));
    return 0;
}
