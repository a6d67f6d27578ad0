/*
 * A suspended thread ends by TerminateThread without being resumed. One that never ran leaves no
 * trace: no start routine, no notification of the DLL.
 *
 * rules: THRD-17, THRD-18, THRD-08, DLL-13
 * links: notice.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) LONG notice_attached(void);
__declspec(dllimport) LONG notice_detached(void);

static HANDLE running;

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    SetEvent(running);
    Sleep(INFINITE);
    return 1;
}

static void terminate(const char *what, HANDLE thread) {
    DWORD code;

    TerminateThread(thread, 199);
    printf("%s: wait 0x%lx", what, WaitForSingleObject(thread, INFINITE));
    GetExitCodeThread(thread, &code);
    printf(", code %lu; attached %ld, detached %ld\n", code, notice_attached(), notice_detached());
}

int main(void) {
    HANDLE thread;

    running = CreateEventA(NULL, FALSE, FALSE, NULL);
    terminate("never started", CreateThread(NULL, 0, work, NULL, CREATE_SUSPENDED, NULL));
    printf("its routine did not run: 0x%lx\n", WaitForSingleObject(running, 0));

    thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    WaitForSingleObject(running, INFINITE);
    printf("suspend: %lu\n", SuspendThread(thread));
    terminate("suspended in a wait", thread);
    return 0;
}
