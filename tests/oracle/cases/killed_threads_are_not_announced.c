/*
 * TerminateThread, on others or on oneself, tells no DLL. Returning and ExitThread do.
 *
 * rules: DLL-09, DLL-13, THRD-08, THRD-14
 * links: counter.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) LONG counter_attached(void);
__declspec(dllimport) LONG counter_detached(void);

static HANDLE running;

static DWORD WINAPI return_now(LPVOID unused) {
    (void)unused;
    return 1;
}

static DWORD WINAPI leave(LPVOID unused) {
    (void)unused;
    ExitThread(2);
}

static DWORD WINAPI kill_myself(LPVOID unused) {
    (void)unused;
    TerminateThread(GetCurrentThread(), 3);
    return 4;
}

static DWORD WINAPI wait_for_the_end(LPVOID unused) {
    (void)unused;
    SetEvent(running);
    Sleep(INFINITE);
    return 5;
}

static void report(const char *how, HANDLE thread) {
    DWORD code;

    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("%s: code %lu, attached %ld, detached %ld\n", how, code, counter_attached(),
           counter_detached());
}

int main(void) {
    HANDLE thread;

    running = CreateEventA(NULL, FALSE, FALSE, NULL);
    report("returned", CreateThread(NULL, 0, return_now, NULL, 0, NULL));
    report("ExitThread", CreateThread(NULL, 0, leave, NULL, 0, NULL));
    report("killed itself", CreateThread(NULL, 0, kill_myself, NULL, 0, NULL));
    thread = CreateThread(NULL, 0, wait_for_the_end, NULL, 0, NULL);
    WaitForSingleObject(running, INFINITE);
    TerminateThread(thread, 6);
    report("killed", thread);
    return 0;
}
