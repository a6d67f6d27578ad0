/*
 * SuspendThread and ResumeThread return the count before the call. The count starts at 1 for
 * CREATE_SUSPENDED, never goes below 0, and stops at 127.
 *
 * rules: THRD-19, THRD-20, THRD-21, THRD-22
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI work(LPVOID gate) {
    WaitForSingleObject(gate, INFINITE);
    return 5;
}

int main(void) {
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, work, gate, CREATE_SUSPENDED, NULL);
    DWORD count, code;

    printf("suspend: %lu\n", SuspendThread(thread));
    printf("resume: %lu\n", ResumeThread(thread));
    printf("resume: %lu\n", ResumeThread(thread));
    printf("resume a running thread: %lu\n", ResumeThread(thread));

    for (count = 0; SuspendThread(thread) == count; count++)
        ;
    printf("suspended %lu times, then error %lu\n", count, GetLastError());
    printf("resume: %lu\n", ResumeThread(thread));
    while (ResumeThread(thread) > 1)
        ;
    printf("runs again: %lu\n", ResumeThread(thread));

    SetEvent(gate);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("code %lu\n", code);
    SetLastError(0);
    count = SuspendThread(thread);
    printf("suspend an ended thread: %ld, error %lu\n", (LONG)count, GetLastError());
    printf("resume an ended thread: %lu\n", ResumeThread(thread));
    return 0;
}
