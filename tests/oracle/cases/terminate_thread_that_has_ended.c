/*
 * A thread has one exit code, given by its first end. Terminating it again changes nothing.
 *
 * rules: EXIT-19, THRD-16, EXIT-09
 * windows: EXIT-19 Wine overwrites the code of a thread that has ended
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    return 1;
}

int main(void) {
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    DWORD code;

    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("returned: %lu\n", code);
    TerminateThread(thread, 77);
    GetExitCodeThread(thread, &code);
    printf("terminated afterwards: %lu\n", code);
    return 0;
}
