/* supervisor - starts a worker and asks it to end. Whether it has done so, its exit code tells. */
#include <stdio.h>
#include <windows.h>

#include "closing.h"

int main(void) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION worker;
    DWORD recipients = BSM_APPLICATIONS, code = 0;
    char command[] = "worker.exe";

    UINT closing = RegisterWindowMessageA(CLOSING_MESSAGE);
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, READY_EVENT);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &worker))
        return 1;
    WaitForSingleObject(ready, INFINITE);

    /* To every top-level window but those of this process; who does not know it ignores it. */
    BroadcastSystemMessageA(BSF_IGNORECURRENTTASK, &recipients, closing, 0, 0);

    /* Nothing forces a program to obey: the time it is given has an end. */
    if (WaitForSingleObject(worker.hProcess, 5000) == WAIT_TIMEOUT)
        TerminateProcess(worker.hProcess, 1);
    WaitForSingleObject(worker.hProcess, INFINITE);
    GetExitCodeProcess(worker.hProcess, &code);
    printf("supervisor: the worker has ended with %lu\n", code);
    CloseHandle(worker.hThread);
    CloseHandle(worker.hProcess);
    CloseHandle(ready);
    return code == EXIT_CODE_WHEN_ASKED ? 0 : 1;
}
