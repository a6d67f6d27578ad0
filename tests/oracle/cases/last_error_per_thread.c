/*
 * The last error belongs to the thread. A new thread starts with 0, and calls that succeed usually
 * leave it alone.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

static HANDLE asked, answered;
static DWORD at_start, after_failure;

static DWORD WINAPI fail_once(LPVOID unused) {
    (void)unused;
    at_start = GetLastError();
    SetEvent(NULL);
    after_failure = GetLastError();
    SetEvent(answered);
    WaitForSingleObject(asked, INFINITE);
    return GetLastError();
}

int main(void) {
    HANDLE thread;
    DWORD code;

    asked = CreateEventA(NULL, TRUE, FALSE, NULL);
    answered = CreateEventA(NULL, TRUE, FALSE, NULL);
    SetLastError(1234);
    thread = CreateThread(NULL, 0, fail_once, NULL, 0, NULL);
    WaitForSingleObject(answered, INFINITE);
    printf("main still has %lu\n", GetLastError());
    SetLastError(4321);
    SetEvent(asked);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("main: %lu\n", GetLastError());
    printf("worker: %lu at its start, %lu after a failure, %lu at its end\n", at_start,
           after_failure, code);
    SetLastError(0xFFFFFFFF);
    printf("any number will do: %lu\n", GetLastError());
    return 0;
}
