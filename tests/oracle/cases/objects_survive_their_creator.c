/*
 * The creator of an event dies while another process has a handle to it: object and state stay.
 *
 * rules: HNDL-02, HNDL-03, HNDL-05, PROC-04
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

static int be_creator(void) {
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_survive_ready");
    HANDLE set = CreateEventA(NULL, TRUE, TRUE, "oracle_survive_set");
    HANDLE unset = CreateEventA(NULL, TRUE, FALSE, "oracle_survive_unset");
    HANDLE semaphore = CreateSemaphoreA(NULL, 2, 9, "oracle_survive_semaphore");

    WaitForSingleObject(semaphore, 0);
    SetEvent(ready);
    Sleep(INFINITE);
    return set == unset;
}

int main(int argc, char **argv) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "oracle_survive_ready");
    HANDLE set, unset, semaphore;
    PROCESS_INFORMATION child;
    LONG before;

    (void)argv;
    if (argc > 1)
        return be_creator();
    child = spawn("child", 0);
    WaitForSingleObject(ready, INFINITE);
    set = OpenEventA(EVENT_ALL_ACCESS, FALSE, "oracle_survive_set");
    unset = OpenEventA(EVENT_ALL_ACCESS, FALSE, "oracle_survive_unset");
    semaphore = OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "oracle_survive_semaphore");
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);

    printf("set event: 0x%lx\n", WaitForSingleObject(set, 0));
    printf("unset event: 0x%lx\n", WaitForSingleObject(unset, 0));
    printf("it can be set: %d", SetEvent(unset));
    printf(", 0x%lx\n", WaitForSingleObject(unset, 0));
    ReleaseSemaphore(semaphore, 1, &before);
    printf("semaphore: %ld of 2, one was taken by the dead\n", before);
    printf("its name is known: %d\n", OpenEventA(SYNCHRONIZE, FALSE, "oracle_survive_set") != NULL);
    CloseHandle(semaphore);
    printf("closed everywhere, its name is known: %d\n",
           OpenSemaphoreA(SYNCHRONIZE, FALSE, "oracle_survive_semaphore") != NULL);
    return 0;
}
