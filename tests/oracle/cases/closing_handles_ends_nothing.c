/*
 * A handle to a process or thread is no life line: closing all of them does not stop anything.
 *
 * rules: PROC-47, HNDL-02
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

static HANDLE thread_gate, thread_done;

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(thread_gate, INFINITE);
    SetEvent(thread_done);
    return 0;
}

static int be_child(void) {
    HANDLE gate = OpenEventA(SYNCHRONIZE, FALSE, "oracle_closing_gate");
    HANDLE done = OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_closing_done");

    WaitForSingleObject(gate, INFINITE);
    SetEvent(done);
    return 0;
}

int main(int argc, char **argv) {
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, "oracle_closing_gate");
    HANDLE done = CreateEventA(NULL, TRUE, FALSE, "oracle_closing_done");
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1)
        return be_child();

    thread_gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    thread_done = CreateEventA(NULL, TRUE, FALSE, NULL);
    printf("thread handle closed: %d\n", CloseHandle(CreateThread(NULL, 0, work, NULL, 0, NULL)));
    SetEvent(thread_gate);
    printf("the thread still did its work: 0x%lx\n", WaitForSingleObject(thread_done, INFINITE));

    child = spawn("child", 0);
    printf("process handles closed: %d %d\n", CloseHandle(child.hThread),
           CloseHandle(child.hProcess));
    SetEvent(gate);
    printf("the process still did its work: 0x%lx\n", WaitForSingleObject(done, INFINITE));
    return 0;
}
