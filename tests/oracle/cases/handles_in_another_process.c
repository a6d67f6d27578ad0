/*
 * DuplicateHandle can put a handle into another process, and take it away again. Into a process
 * that has ended nothing can be put.
 *
 * rules: HNDL-31, HNDL-33, HNDL-36, HNDL-20, HNDL-02
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define NAME "oracle_travelling_event"

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

static void look_for_name(void) {
    HANDLE event = OpenEventA(SYNCHRONIZE, FALSE, NAME);

    printf("  the event exists: %d\n", event != NULL);
    CloseHandle(event);
}

int main(int argc, char **argv) {
    HANDLE self = GetCurrentProcess(), event, remote, back, weak;
    PROCESS_INFORMATION child;

    (void)argv;
    if (argc > 1)
        return 0;
    child = spawn("child", CREATE_SUSPENDED);
    event = CreateEventA(NULL, TRUE, FALSE, NAME);
    printf("put into the child: %d\n",
           DuplicateHandle(self, event, child.hProcess, &remote, 0, FALSE, DUPLICATE_SAME_ACCESS));
    printf("original closed: %d\n", CloseHandle(event));
    look_for_name();
    printf("taken back: %d\n", DuplicateHandle(child.hProcess, remote, self, &back, 0, FALSE,
                                               DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    printf("it works: %d\n", SetEvent(back));
    printf("closed here: %d\n", CloseHandle(back));
    look_for_name();

    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    weak = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, child.dwProcessId);
    SetLastError(0);
    printf("without PROCESS_DUP_HANDLE: %d",
           DuplicateHandle(self, event, weak, &remote, 0, FALSE, DUPLICATE_SAME_ACCESS));
    printf(", error %lu\n", GetLastError());

    TerminateProcess(child.hProcess, 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    SetLastError(0);
    printf("into the ended child: %d",
           DuplicateHandle(self, event, child.hProcess, &remote, 0, FALSE, DUPLICATE_SAME_ACCESS));
    printf(", error %lu\n", GetLastError());
    return 0;
}
