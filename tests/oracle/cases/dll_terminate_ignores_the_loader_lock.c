/*
 * A thread never comes back from DllMain. ExitProcess hangs, since it needs the loader lock first;
 * TerminateProcess, from inside or outside, does not care. No DLL is told.
 *
 * rules: DLL-24, PROC-36, DLL-02
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static DWORD WINAPI load(LPVOID unused) {
    (void)unused;
    LoadLibraryA("stuck.dll");
    return 0;
}

static void be_child(const char *end) {
    HANDLE stuck = OpenEventA(SYNCHRONIZE, FALSE, "oracle_dllmain_stuck");
    HANDLE leaving = OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_process_leaves");

    CreateThread(NULL, 0, load, NULL, 0, NULL);
    WaitForSingleObject(stuck, INFINITE);
    if (strcmp(end, "terminate") == 0)
        TerminateProcess(GetCurrentProcess(), 197);
    SetEvent(leaving);
    ExitProcess(195);
}

int main(int argc, char **argv) {
    HANDLE stuck = CreateEventA(NULL, FALSE, FALSE, "oracle_dllmain_stuck");
    HANDLE leaving = CreateEventA(NULL, FALSE, FALSE, "oracle_process_leaves");
    PROCESS_INFORMATION child;
    DWORD code;

    if (argc > 1)
        be_child(argv[1]);

    child = spawn("terminate", 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("TerminateProcess of itself: %lu\n", code);

    child = spawn("exit", 0);
    WaitForSingleObject(leaving, INFINITE);
    printf("ExitProcess hangs: wait 0x%lx", WaitForSingleObject(child.hProcess, 500));
    GetExitCodeProcess(child.hProcess, &code);
    printf(", code %lu\n", code);
    TerminateProcess(child.hProcess, 198);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("TerminateProcess from outside: %lu\n", code);
    return stuck == NULL;
}
