/*
 * WaitForSingleObject takes the pseudo handles of the process and the thread,
 * WaitForMultipleObjects does not. A process can never see its own end.
 *
 * rules: WAIT-24, WAIT-26, HNDL-28
 * windows: WAIT-24 Windows fails with ERROR_INVALID_HANDLE, Wine waits
 */
#include <stdio.h>
#include <windows.h>

static void wait_for(const char *what, HANDLE handle) {
    DWORD result = WaitForSingleObject(handle, 0);

    printf("%s: single 0x%lx", what, result);
    SetLastError(0);
    result = WaitForMultipleObjects(1, &handle, FALSE, 0);
    printf(", multiple 0x%lx", result);
    printf(", error %lu\n", GetLastError());
}

int main(void) {
    HANDLE process, thread;

    DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &process, 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &thread, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    wait_for("process, pseudo", GetCurrentProcess());
    wait_for("thread, pseudo", GetCurrentThread());
    wait_for("process, real", process);
    wait_for("thread, real", thread);
    return 0;
}
