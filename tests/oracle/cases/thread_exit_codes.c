/*
 * The ways in which one thread ends, and the code that each leaves. A thread that lives, also one
 * that was never resumed, has the code STILL_ACTIVE.
 *
 * rules: EXIT-17, EXIT-32, THRD-01, THRD-03, THRD-04, THRD-05, THRD-07, EXIT-18
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI return_argument(LPVOID argument) {
    return (DWORD)(ULONG_PTR)argument;
}

static void leave_from_the_depth(DWORD code) {
    ExitThread(code);
}

static DWORD WINAPI leave(LPVOID argument) {
    leave_from_the_depth((DWORD)(ULONG_PTR)argument);
    return 1;
}

static DWORD WINAPI sleep_for_ever(LPVOID running) {
    SetEvent(running);
    Sleep(INFINITE);
    return 2;
}

static DWORD code_of(HANDLE thread) {
    DWORD code = 0;

    if (!GetExitCodeThread(thread, &code))
        printf("GetExitCodeThread: error %lu\n", GetLastError());
    return code;
}

static void report(const char *how, HANDLE thread) {
    DWORD first = WaitForSingleObject(thread, INFINITE), again = WaitForSingleObject(thread, 0);

    printf("%s: wait %lu, again %lu, code %lu\n", how, first, again, code_of(thread));
    CloseHandle(thread);
}

int main(void) {
    HANDLE thread, running = CreateEventA(NULL, TRUE, FALSE, NULL);
    DWORD code;

    report("return 42", CreateThread(NULL, 0, return_argument, (LPVOID)42, 0, NULL));
    report("ExitThread(43)", CreateThread(NULL, 0, leave, (LPVOID)43, 0, NULL));
    report("return 0xFFFFFFFF",
           CreateThread(NULL, 0, return_argument, (LPVOID)(ULONG_PTR)0xFFFFFFFF, 0, NULL));

    /* Killed while it starts, it would take the loader's lock along. */
    thread = CreateThread(NULL, 0, sleep_for_ever, running, 0, NULL);
    WaitForSingleObject(running, INFINITE);
    printf("sleeping: code %lu, wait 0x%lx\n", code_of(thread), WaitForSingleObject(thread, 0));
    printf("TerminateThread: %d\n", TerminateThread(thread, 44));
    report("terminated", thread);

    thread = CreateThread(NULL, 0, return_argument, (LPVOID)45, CREATE_SUSPENDED, NULL);
    printf("never resumed: code %lu, wait 0x%lx\n", code_of(thread),
           WaitForSingleObject(thread, 0));
    ResumeThread(thread);
    report("resumed", thread);

    SetLastError(0);
    printf("no thread: %d", GetExitCodeThread(NULL, &code));
    printf(", error %lu\n", GetLastError());
    return 0;
}
